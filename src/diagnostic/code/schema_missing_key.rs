//! R904 `schema-missing-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R904",
    name: "schema-missing-key",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a key that the schema language asks for",
    what: "Finds tables that lack a key without which they mean nothing.",
    why: "There is no default that would be right for all.",
    remedy: "Add the key. The help says what it is for.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
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
