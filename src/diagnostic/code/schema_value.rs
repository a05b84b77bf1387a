//! R905 `schema-value`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R905",
    name: "schema-value",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Schema,
    summary: "a value that the schema language does not allow there",
    what: "Finds words that the language does not have, and values that contradict each other.",
    why: "The schema says something that cannot be done.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "txt"
"#,
        dump: b"",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
"#,
        dump: b"",
        files: &[],
    },
};
