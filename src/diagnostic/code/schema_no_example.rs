//! R909 `schema-no-example`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R909",
    name: "schema-no-example",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a rule of a schema without an example",
    what: "Finds patterns and rules that have no example beside them.",
    why: "Without an example nobody sees when a change breaks the rule.",
    remedy: "Add `examples` with texts to `accept` and to `refuse`, and run `recordmill schema \
             test`.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6 }]
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
