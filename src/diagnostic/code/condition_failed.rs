//! R503 `condition-failed`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "condition"
table = "book"
condition = "price_eur_min < pages"
"#;

pub(super) const CODE: Code = Code {
    id: "R503",
    name: "condition-failed",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "a row for which a condition does not hold",
    what: "Finds rows for which the SQL expression of a check `condition` is false. Rows for \
          which it is null, because a column is, are left out.",
    why: "Two columns that are each right can be wrong together: an end before its beginning, \
          a price for what is free.",
    remedy: "Look at the columns of the row that the condition names. Mend the dump, or the \
             condition if such rows are right.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\npages: 12\nprice: 15 EUR\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\npages: 312\nprice: 15 EUR\n"),
};
