//! R307 `out-of-range`.

use super::{Code, Example, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R307",
    name: "out-of-range",
    severity: Severity::Warning,
    action: Action::Null,
    unit: Unit::Values,
    summary: "a number too large for its column",
    what: "Finds a whole number beyond 2^53, which a column cannot hold without loss. The cell \
          becomes null, the finding keeps the text.",
    why: "Numbers of that length are mostly identifiers, which belong to a field of the type \
          `text`.",
    fails: Example::of_lines("", b"title: The Mill\npages: 99999999999999999999\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
