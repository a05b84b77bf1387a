//! R406 `below-minimum`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.year]
key = "year"
type = "integer"
rules = [{ rule = "minimum", min = 1450, examples = { accept = [{ text = "1910" }], refuse = ["191"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R406",
    name: "below-minimum",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a number is below its minimum",
    what: "Finds a number below `min` of the rule `minimum`. Of a quantity both figures are \
          looked at.",
    why: "A value that cannot be so small is a mistyped figure or one in another unit.",
    remedy: "Look at the value and its unit. If it is right, lower `min`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nyear: 191\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nyear: 1910\n"),
};
