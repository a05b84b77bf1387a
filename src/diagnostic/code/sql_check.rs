//! R513 `sql-check`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "sql"
name = "too-many-tags"
query = "SELECT record_id, COUNT(*) AS tags FROM tag GROUP BY record_id HAVING COUNT(*) > 2"
"#;

pub(super) const CODE: Code = Code {
    id: "R513",
    name: "sql-check",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "a query of the schema found something",
    what: "Runs the query of a check `sql` over the tables of the run. Each row that it gives \
          is a finding, at the record that its column `record_id` names, if it has one.",
    why: "What is peculiar to a data set can be said in SQL and stands in the schema beside \
          all other rules.",
    remedy: "Look at the row that the query gave. Mend the dump, or the query if such rows are \
             right.",
    fails: Example::of_lines(SCHEMA, b"title: a\ntags: x y z\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\ntags: x y\n"),
};
