//! R303 `figure-not-read`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R303",
    name: "figure-not-read",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a quantity holds a figure, but not one of its units",
    what: "Finds a quantity with a figure that no rule of it can read, that is no number, or that \
          stands beside another one to which it cannot be added. The text stays, its kind is \
          `text`.",
    why: "The unit is missing or is one of another quantity: a price under a duration is \
          mostly a value in the wrong place.",
    remedy: "Add the unit to `units`, a `default-unit` to the rule, or a rule for this form. \
             `recordmill explain FILE:LINE` shows what each rule did.",
    fails: Example::of_lines("", b"title: The Mill\nprice: 12 pounds\n"),
    passes: Example::of_lines("", b"title: The Mill\nprice: 12 EUR\n"),
};
