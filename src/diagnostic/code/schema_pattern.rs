//! R907 `schema-pattern`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R907",
    name: "schema-pattern",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a regular expression that cannot be used",
    what: "Finds regular expressions that do not compile, or that lack a group which the \
          language asks for.",
    why: "The rule can neither accept nor refuse anything.",
    remedy: "Mend the pattern at the place that is told, or write the group `(?<name>…)` that \
             is asked for.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
extract = ['(']
"#,
        b"",
    ),
    passes: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
extract = ['(?<value>.)']
examples = { accept = [{ text = "a" }] }
"#,
        b"",
    ),
};
