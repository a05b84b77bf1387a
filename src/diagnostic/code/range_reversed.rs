//! R304 `range-reversed`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R304",
    name: "range-reversed",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "the upper end of a range stands before the lower",
    what: "Finds a range that runs downwards and swaps its ends.",
    why: "One of the two figures is mostly mistyped: `100-20` may be `10-20`.",
    remedy: "Look at the text: if it is no range, as in a date or a score, narrow the pattern \
             of the rule.",
    fails: Example::of_lines("", b"title: The Mill\nprice: 15-12 EUR\n"),
    passes: Example::of_lines("", b"title: The Mill\nprice: 12-15 EUR\n"),
};
