//! R908 `schema-unused`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R908",
    name: "schema-unused",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Unit::Schema,
    summary: "a part of a schema that has no effect",
    what: "Finds fields that no table shows and quantities, outlines and word lists that \
          nothing uses.",
    why: "It is a part that somebody forgot to use, or to take out.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
"#,
        dump: b"",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: "",
        dump: b"",
        files: &[],
    },
};
