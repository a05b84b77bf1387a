//! R904 `schema-missing-key`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R904",
    name: "schema-missing-key",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Schema,
    summary: "a key that the schema language asks for",
    what: "Finds tables that lack a key without which they mean nothing.",
    why: "There is no default that would be right for all.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
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
