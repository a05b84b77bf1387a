//! R006 `empty-source`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R006",
    name: "empty-source",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a source without a record",
    what: "Finds a source in which no record begins, be it empty or full of something else.",
    why: "An empty file among many is a download that failed, or a file of another kind in the \
          wrong folder.",
    remedy: "Look whether the file is whole, and whether `record` says where its records begin. \
             `recordmill schema draft FILE` shows what the file looks like.",
    fails: Example::of_lines("", b"nothing here\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
