//! R908 `schema-unused`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R908",
    name: "schema-unused",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a part of a schema that has no effect",
    what: "Finds fields that no table shows and quantities, outlines and word lists that \
          nothing uses.",
    why: "It is a part that somebody forgot to use, or to take out.",
    remedy: "Show the field in a table, use what is defined, or take it out.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
"#,
        b"",
    ),
    passes: Example::of_lines("", b""),
};
