//! R905 `schema-value`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R905",
    name: "schema-value",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a value that the schema language does not allow there",
    what: "Finds words that the language does not have, and values that contradict each other.",
    why: "The schema says something that cannot be done.",
    remedy: "Write one of the words that the help names, or take one of the two values that \
             contradict each other away.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "txt"
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
