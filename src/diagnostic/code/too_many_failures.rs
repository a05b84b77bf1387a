//! R504 `too-many-failures`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "unique"
table = "book"
columns = ["pages"]
error = { share = 0.3 }
"#;

pub(super) const CODE: Code = Code {
    id: "R504",
    name: "too-many-failures",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "more values fail a rule than its limits allow",
    what: "Counts the values that fail a rule with the limits `warning` or `error`. Each of \
          them is informative only; where they are more than a limit allows, this \
          finding says so, at the first of them.",
    why: "In a large dump some values are always wrong. What matters is whether there are more \
          of them than yesterday.",
    remedy: "Look at the values that fail the rule: they are findings of their own, with the \
             severity info. Mend them, or raise the limit.",
    fails: Example::of_lines(SCHEMA, b"title: a\npages: 1\ntitle: b\npages: 1\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\npages: 1\ntitle: b\npages: 2\n"),
};
