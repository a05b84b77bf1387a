//! R407 `above-maximum`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.year]
key = "year"
type = "integer"
rules = [{ rule = "maximum", max = 2100, examples = { accept = [{ text = "1910" }], refuse = ["19100"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R407",
    name: "above-maximum",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a number is above its maximum",
    what: "Finds a number above `max` of the rule `maximum`. Of a quantity both figures are \
          looked at.",
    why: "A value that cannot be so large is a mistyped figure or one in another unit.",
    remedy: "Look at the value and its unit. If it is right, raise `max`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nyear: 19100\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nyear: 1910\n"),
};
