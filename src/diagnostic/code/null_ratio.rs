//! R506 `null-ratio`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R506",
    name: "null-ratio",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "too large or too small a share of a column is null",
    what: "Compares the share of rows whose cell is null with the bounds of a check \
          `null-ratio`.",
    why: "A column that was nearly full and is half empty tells of a source that has changed \
          its form.",
    remedy: "Look at values that became null, and whether a key has another name now. If the \
             share is right, change the bounds.",
    fails: Example::of_lines(
        r#"[[checks]]
check = "null-ratio"
table = "book"
column = "pages"
error = { max = 0.4 }
"#,
        b"title: a\ntitle: b\npages: 12\n",
    ),
    passes: Example::of_lines(
        r#"[[checks]]
check = "null-ratio"
table = "book"
column = "pages"
error = { max = 0.5 }
"#,
        b"title: a\ntitle: b\npages: 12\n",
    ),
};
