//! R101 `text-before-record`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R101",
    name: "text-before-record",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "text that stands before the first record",
    what: "Finds text before the place where the first record of a source begins. It is kept in \
          `raw` and counted in the balance.",
    why: "It is a preface, or a record whose first line was lost or is written in another way.",
    remedy: "If it is a head that says nothing, match it with `comment` or `skip`. If it is a \
             record, `record` does not match how it begins.",
    fails: Example::of_lines("", b"Shelf of 2024\ntitle: The Mill\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
