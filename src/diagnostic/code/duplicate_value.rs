//! R501 `duplicate-value`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "unique"
table = "book"
columns = ["title"]
"#;

pub(super) const CODE: Code = Code {
    id: "R501",
    name: "duplicate-value",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "a value or combination of values occurs twice where each may once",
    what: "Finds the second and later rows of a table that have the same values in the columns \
          of a check `unique`, across files and batches. Rows with a null among them are left \
          out.",
    why: "A key that is not unique multiplies rows in every join.",
    remedy: "Take one of the two rows out of the dump. If both are right, the check needs more \
             `columns`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\npages: 312\ntitle: The Mill\npages: 320\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\ntitle: Dust\n"),
};
