//! R903 `schema-type`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R903",
    name: "schema-type",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a value of the wrong type in a schema file",
    what: "Finds a text where a number belongs, and the like.",
    why: "The value cannot be taken for what it is not.",
    remedy: "Write a value of the type that the message names.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = 5
type = "text"
"#,
        b"",
    ),
    passes: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
"#,
        b"",
    ),
};
