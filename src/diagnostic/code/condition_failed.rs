//! R503 `condition-failed`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R503",
    name: "condition-failed",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Unit::Rows,
    summary: "a row for which a condition does not hold",
    what: "Finds rows for which the SQL expression of a check `condition` is false. Where it is \
          null, because a column is, the row passes.",
    why: "Two columns that are each right can be wrong together: an end before its beginning, \
          a price for what is free.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "condition"
table = "book"
condition = "price_eur_min < pages"
"#,
        dump: b"title: The Mill\npages: 12\nprice: 15 EUR\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[[checks]]
check = "condition"
table = "book"
condition = "price_eur_min < pages"
"#,
        dump: b"title: The Mill\npages: 312\nprice: 15 EUR\n",
        files: &[],
    },
};
