//! R509 `mean`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "mean"
table = "book"
column = "pages"
error = { max = 1000 }
"#;

pub(super) const CODE: Code = Code {
    id: "R509",
    name: "mean",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "the mean of a column is out of bounds",
    what: "Compares the mean of the numbers of a column with the bounds of a check `mean`.",
    why: "A mean that leaps tells of a changed unit or of a few values that are far off.",
    remedy: "Look for values in another unit and for very large ones. If the figures are right, \
             change the bounds.",
    fails: Example::of_lines(SCHEMA, b"title: a\npages: 31200\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\npages: 312\n"),
};
