//! R121 `rows-in-cell`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R121",
    name: "rows-in-cell",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a cell in quotes holds what would be whole rows",
    what: "Finds a cell in quotes whose lines have as many cells as the rows of the file. It is read as \
          one cell. So is one of which at least half of the lines between the first and the last, blank ones aside, are like rows. \
          Where figures stand in all lines in the columns that hold figures in other rows, the lines \
          are rows, and the one that the quote stands in is damaged (R109).",
    why: "Two quotes that do not belong together take every row between them for the text of one cell.",
    remedy: "Look at the cell. If it holds rows, a quote is missing or too many in its first \
             line: mend it. If it is one text, allow the finding.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,kind\nThe Mill,\"novel\nDust,tale\nRiver,novel\"\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,kind\nThe Mill,\"novel,\nlong\"\n",
        files: &[],
    },
};
