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
    fails: Example::of_lines("", b"title: The Mill\nprice: 12 pounds\n"),
    passes: Example::of_lines("", b"title: The Mill\nprice: 12 EUR\n"),
};
