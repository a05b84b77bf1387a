//! R305 `name-disputed`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.heading]
type = "name"
infer = [
    { from = "note", pattern = '^(?<name>\w+) tells', examples = { accept = [{ text = "Dust tells of wind", gives = { name = "Dust" } }], refuse = ["wind"] } },
    { from = "title", pattern = '^(?<name>\w+),', examples = { accept = [{ text = "Dust, a tale", gives = { name = "Dust" } }], refuse = ["Dust"] } },
]
"#;

pub(super) const CODE: Code = Code {
    id: "R305",
    name: "name-disputed",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "the texts of a record begin with different names",
    what: "Finds a record in which the patterns of `infer` read different names from its texts. \
          The one with most votes is taken.",
    why: "One of the texts belongs to another record.",
    remedy: "Look which text is right, and narrow the patterns of `infer` that read another.",
    fails: Example::of_lines(SCHEMA, b"title: Mill, a tale\nnote: Dust tells of wind\n"),
    passes: Example::of_lines(SCHEMA, b"title: Mill, a tale\nnote: Mill tells of water\n"),
};
