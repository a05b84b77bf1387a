//! R403 `not-in-set`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "enum", values = ["novel", "poem"], examples = { accept = [{ text = "novel" }], refuse = ["nowel"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R403",
    name: "not-in-set",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a value is not one of those allowed",
    what: "Finds a value that is not among the `values` of the rule `enum`. The finding names \
          the nearest that is.",
    why: "A word outside of the set is mostly a misspelling, and makes a group of its own in \
          every chart.",
    remedy: "Mend the value, or add it to the `values` of the rule.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nkind: nowel\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nkind: novel\n"),
};
