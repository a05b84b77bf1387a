//! R606 `field-never-seen`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R606",
    name: "field-never-seen",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a field whose key occurs in no record",
    what: "Tells of fields that have a key and were found in no record of the run.",
    why: "The key may have changed its name. Its column is null from top to bottom.",
    remedy: "Look whether the key has another name in the dump, and add that to `aliases`. \
             Leave the field out if the dump no longer has it.",
    fails: Example::of_lines("", b"title: The Mill\n"),
    passes: Example::of_lines("", b"title: a\npages: 312\nprice: 12 EUR\nlent: no\ntags: x\neditions: ['Reed', '1910']\nnote: b\n"),
};
