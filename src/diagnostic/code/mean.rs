//! R509 `mean`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R509",
    name: "mean",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Run,
    summary: "the mean of a column is out of bounds",
    what: "Compares the mean of the numbers of a column with the bounds of a check `mean`.",
    why: "A mean that leaps tells of a changed unit or of a few values that are far off.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "mean"
table = "book"
column = "pages"
error = { max = 1000 }
"#,
        dump: b"title: a\npages: 31200\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "mean"
table = "book"
column = "pages"
error = { max = 1000 }
"#,
        dump: b"title: a\npages: 312\n",
        files: &[],
    },
};
