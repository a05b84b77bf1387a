//! R402 `null-value`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R402",
    name: "null-value",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a value is null where none may be",
    what: "Finds a record whose cell is null although the field has the rule `not-null`: the \
          key is missing, blank, a sentinel, or its value could not be typed.",
    why: "A dashboard that groups by the column shows these records nowhere.",
    remedy: "Look why it is null: another finding at the same place tells if it could not be \
             read. Mend the value, or leave the rule `not-null` out.",
    fails: Example::of_lines("", b"title:\npages: 312\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
