//! R910 `example-failed`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R910",
    name: "example-failed",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "an example that does not come out as the schema says",
    what: "Runs the examples of a schema and compares what comes out with what they say.",
    why: "Either the rule is wrong, or the example.",
    remedy: "Look which of the two is wrong, the rule or the example, and mend that. \
             `recordmill schema test` runs them again.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "novella" }] } }]
"#,
        b"",
    ),
    passes: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "novel" }], refuse = ["novella"] } }]
"#,
        b"",
    ),
};
