//! R501 `duplicate-value`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R501",
    name: "duplicate-value",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Rows,
    summary: "a value or combination of values occurs twice where each may once",
    what: "Finds the second and later rows of a table that have the same values in the columns \
          of a check `unique`, across files and batches. Rows with a null among them are left \
          out.",
    why: "A key that is not unique multiplies rows in every join.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "unique"
table = "book"
columns = ["title"]
"#,
        dump: b"title: The Mill\npages: 312\ntitle: The Mill\npages: 320\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "unique"
table = "book"
columns = ["title"]
"#,
        dump: b"title: The Mill\ntitle: Dust\n",
        files: &[],
    },
};
