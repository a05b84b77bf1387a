//! R511 `value-share`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "value-share"
table = "book"
column = "lent"
values = [true]
error = { max = 0.5 }
"#;

pub(super) const CODE: Code = Code {
    id: "R511",
    name: "value-share",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a value has too small or too large a share of a column",
    what: "Compares the share of the values of a column that are one of `values`, or that lie \
          between `lower` and `upper`, with the bounds of a check `value-share`. Null is left out.",
    why: "If nine of ten are lent today and one of ten was yesterday, a word has changed its \
          meaning.",
    remedy: "Look whether the value is written in another way now, or stands where another was \
             meant. If the share is right, change the bounds.",
    fails: Example::of_lines(SCHEMA, b"title: a\nlent: yes\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\nlent: no\n"),
};
