//! R506 `null-ratio`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R506",
    name: "null-ratio",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Run,
    summary: "too large or too small a share of a column is null",
    what: "Compares the share of rows whose cell is null with the bounds of a check \
          `null-ratio`.",
    why: "A column that was nearly full and is half empty tells of a source that has changed \
          its form.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "null-ratio"
table = "book"
column = "pages"
error = { max = 0.4 }
"#,
        dump: b"title: a\ntitle: b\npages: 12\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "null-ratio"
table = "book"
column = "pages"
error = { max = 0.5 }
"#,
        dump: b"title: a\ntitle: b\npages: 12\n",
        files: &[],
    },
};
