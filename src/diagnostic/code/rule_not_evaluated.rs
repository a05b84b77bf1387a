//! R607 `rule-not-evaluated`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.isbn]
key = "isbn"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "1234" }], refuse = ["1234567"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R607",
    name: "rule-not-evaluated",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a rule that had nothing to look at",
    what: "Tells of rules and checks that were evaluated on no value at all, because their \
          field or table has none, or null alone.",
    why: "A rule that looked at nothing has not passed.",
    remedy: "Look why the field or table has no values: its key, its kind, or another finding. \
             Nothing was checked by this rule.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 1234\n"),
};
