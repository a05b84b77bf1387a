//! R907 `schema-pattern`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R907",
    name: "schema-pattern",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Schema,
    summary: "a regular expression that cannot be used",
    what: "Finds regular expressions that do not compile, or that lack a group which the \
          language asks for.",
    why: "The rule can neither accept nor refuse anything.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
extract = ['(']
"#,
        dump: b"",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[fields.kind]
key = "kind"
type = "text"
extract = ['(?<value>.)']
examples = { accept = [{ text = "a" }] }
"#,
        dump: b"",
        files: &[],
    },
};
