//! R902 `schema-unknown-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R902",
    name: "schema-unknown-key",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a key that the schema language does not have",
    what: "Finds keys that the language does not have, and names the nearest that it has.",
    why: "A misspelled key would otherwise do nothing, and nobody would know.",
    remedy: "Write the key that the help names, or leave it out. `recordmill schema check` \
             tells all of them in one go.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
tpye = "text"
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
