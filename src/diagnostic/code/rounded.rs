//! R341 `rounded`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R341",
    name: "rounded",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a number or time with more decimals than its column",
    what: "Finds a number with more decimals than the `scale` of its field, and a time finer than \
           a microsecond. It is rounded, half to even.",
    why: "Digits that were lost are not in the tables; a larger `scale` keeps them.",
    remedy: "Give the field a larger `scale`, or allow the finding if the rest does not matter.",
    fails: Example::of_lines(
        "[fields.weight]\nkey = \"weight\"\ntype = \"decimal\"\nscale = 2\n",
        b"title: The Mill\nweight: 1.255\n",
    ),
    passes: Example::of_lines(
        "[fields.weight]\nkey = \"weight\"\ntype = \"decimal\"\nscale = 2\n",
        b"title: The Mill\nweight: 1.25\n",
    ),
};
