//! R307 `out-of-range`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R307",
    name: "out-of-range",
    severity: Severity::Warning,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a number too large for its column",
    what: "Finds a number that its column cannot hold: a whole one beyond 64 bits, one beyond the \
          largest double, a decimal with too many digits. The cell becomes null, the finding keeps \
          the text.",
    why: "Numbers of that length are mostly identifiers, which belong to a field of the type \
          `text`.",
    remedy: "Use `decimal` with more digits, or `text` for what is a number in form alone, such \
             as an identifier.",
    fails: Example::of_lines("", b"title: The Mill\npages: 99999999999999999999\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
