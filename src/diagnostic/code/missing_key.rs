//! R401 `missing-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.isbn]
key = "isbn"
type = "text"
rules = [{ rule = "required" }]
"#;

pub(super) const CODE: Code = Code {
    id: "R401",
    name: "missing-key",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a record lacks a required key",
    what: "Finds a record without the key of a field with the rule `required`.",
    why: "What every record must have and one lacks is mostly in the line above or below, run \
          together with it.",
    remedy: "Look at the record: add the key, or leave the rule `required` out if the dump need \
             not have it.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 1234\n"),
};
