//! R107 `duplicate-record`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R107",
    name: "duplicate-record",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a record that occurred before, byte for byte",
    what: "Finds a record that is the same as an earlier one of the run, white space around it \
          left out. Its `record_id` gets a number.",
    why: "The same record twice counts twice in every sum. Often a file was copied, or a page \
          was fetched twice.",
    remedy: "Take the second out of the dump, or allow the finding if copies are meant. A check \
             `unique` finds records that are the same in their key alone.",
    fails: Example::of_lines("", b"title: The Mill\ntitle: The Mill\n"),
    passes: Example::of_lines("", b"title: The Mill\ntitle: Dust\n"),
};
