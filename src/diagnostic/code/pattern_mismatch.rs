//! R404 `pattern-mismatch`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.isbn]
key = "isbn"
type = "text"
rules = [{ rule = "pattern", pattern = '^[0-9]{4}$', examples = { accept = [{ text = "1234" }], refuse = ["12"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R404",
    name: "pattern-mismatch",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a value does not match its pattern",
    what: "Finds a value that the regular expression of the rule `pattern` does not match.",
    why: "What has a fixed form and breaks it was cut, misspelled, or belongs elsewhere.",
    remedy: "Mend the value, or widen the pattern. `recordmill schema test` shows what the \
             examples of the rule say of it.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 12x4\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 1234\n"),
};
