//! R906 `schema-reference`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R906",
    name: "schema-reference",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a name that the schema does not define",
    what: "Finds names of fields, tables, columns, quantities, patterns and other schemas that \
          nothing has.",
    why: "What the name stood for was renamed, or is misspelled.",
    remedy: "Write the name as it is defined, or define it. What another schema has needs \
             `uses`.",
    fails: Example::of_lines(
        r#"[fields.kind]
from = "nothing"
type = "text"
"#,
        b"",
    ),
    passes: Example::of_lines(
        r#"[fields.kind]
from = "note"
type = "text"
"#,
        b"",
    ),
};
