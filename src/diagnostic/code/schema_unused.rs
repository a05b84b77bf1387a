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
    what: "Finds fields that no table shows, quantities, outlines and word lists that nothing \
          uses, and settings that something else leaves without effect: a `severity` beside limits, \
          a `warning` beyond its `error`, a `reference` from a column to itself, a column of `unique` \
          that stands there twice.",
    why: "It is a part that somebody forgot to use, or to take out.",
    remedy: "Show the field in a table, use what is defined, or take it out, as the help says.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
"#,
        b"",
    ),
    passes: Example::of_lines("", b""),
};
