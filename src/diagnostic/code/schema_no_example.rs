//! R909 `schema-no-example`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R909",
    name: "schema-no-example",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Unit::Schema,
    summary: "a rule of a schema without an example",
    what: "Finds patterns and rules that have no example beside them.",
    why: "Without an example nobody sees when a change breaks the rule.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6 }]
"#,
        dump: b"",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "novel" }], refuse = ["novella"] } }]
"#,
        dump: b"",
        files: &[],
    },
};
