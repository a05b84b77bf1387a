//! R502 `dangling-reference`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "reference"
table = "tag"
column = "value"
to = { table = "book", column = "title" }
"#;

pub(super) const CODE: Code = Code {
    id: "R502",
    name: "dangling-reference",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "a value that does not occur where it must",
    what: "Finds values of a column that occur neither in the column of another table, nor in a \
          word list, nor in the output of an earlier run, whichever a check `reference` names. \
          Each such value is one finding, at its first place and with the number of its rows; \
          it names the nearest value that is known.",
    why: "A reference that leads nowhere drops its row from every join; a term that no word \
          list has is mostly a misspelling.",
    remedy: "Mend the value, or add what it names to the table or the word list.",
    fails: Example::of_lines(SCHEMA, b"title: Mill\ntags: Mill Mlil\n"),
    passes: Example::of_lines(SCHEMA, b"title: Mill\ntags: Mill\n"),
};
