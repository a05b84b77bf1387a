//! R901 `schema-syntax`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R901",
    name: "schema-syntax",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a schema file is not TOML",
    what: "Finds what the parser of TOML cannot read.",
    why: "Nothing of the file can be used before it is mended.",
    remedy: "Mend the line that is told. A pattern stands in single quotes.",
    fails: Example {
        form: Form::Lines,
        schema: r"[fields.kind

",
        dump: b"",
        files: &[],
    },
    passes: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
"#,
        b"",
    ),
};
