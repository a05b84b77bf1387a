//! R306 `name-not-found`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.heading]
type = "name"
infer = [{ from = "note", pattern = '^(?<name>\w+) tells', examples = { accept = [{ text = "Dust tells of wind", gives = { name = "Dust" } }], refuse = ["wind"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R306",
    name: "name-not-found",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "no text of a record begins with its name",
    what: "Tells that a record has no key for its name and that no pattern of `infer` read one.",
    why: "The record can be found by its `record_id` alone. If many have none, a pattern is \
          missing.",
    remedy: "Add a pattern to `infer` for this form, or a key for the name.",
    fails: Example::of_lines(SCHEMA, b"title: Dust\nnote: a tale of wind\n"),
    passes: Example::of_lines(SCHEMA, b"title: Dust\nnote: Dust tells of wind\n"),
};
