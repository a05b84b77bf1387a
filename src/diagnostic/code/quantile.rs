//! R510 `quantile`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "quantile"
table = "book"
column = "pages"
quantile = 0.5
error = { max = 1000 }
"#;

pub(super) const CODE: Code = Code {
    id: "R510",
    name: "quantile",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a quantile of a column is out of bounds",
    what: "Compares a quantile of the numbers of a column, the one nearest by rank, with the \
          bounds of a check `quantile`. `quantile = 0.5` is the median.",
    why: "A median does not follow a few wild values, so a median that moves tells of a change \
          in most of the dump.",
    remedy: "Look whether the figures have another unit, or whether many are missing. If they \
             are right, change the bounds.",
    fails: Example::of_lines(SCHEMA, b"title: a\npages: 31200\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\npages: 312\n"),
};
