//! R106 `stray-line`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R106",
    name: "stray-line",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a line that belongs to no key",
    what: "Finds a line without a key that may not join the value above it, and text on the line that begins or \
          ends a record which its pattern does not match. It is kept in `raw`.",
    why: "A value has lost its indent or its key, so its end is missing from the table; or a line end was lost, and \
          an entry stands on the line of a mark.",
    remedy: "Let it join the value above with `continuation`, match it with `comment` if it \
             says nothing, or mend the pattern of keys if it is an entry.",
    fails: Example::of_lines("", b"title: The Mill\nby the river\n"),
    passes: Example::of_lines("", b"title: The Mill\n  by the river\n"),
};
