//! R123 `empty-row`.

use super::{Code, Denominator, Example, Form};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R123",
    name: "empty-row",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "rows of delimiters or rulers alone",
    what: "Finds rows behind the header that have delimiters and no cell that says anything, not even one in quotes. These \
           are no records; their bytes are counted as ignored. Those that follow one another are one finding. \
           So are rows of rulers, such as `--,----,----` and `|---|---|`, one by one: right below the header of two signs at \
           least, elsewhere of three, if some column has had figures alone. Where all rows are signs, they are values.",
    why: "Spreadsheets write them for cells that were formatted once and are empty, and tools that set tables out in text \
          write rulers below the header. As records they would be null in every column, and count in every row count, \
          mean and ratio.",
    remedy: "Nothing, if they are what a spreadsheet left. `comment` of `csv` leaves them out without a finding: \
             `comment = '^,*$'`.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312\n,\n,\nDust,96\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312\nDust,\n",
        files: &[],
    },
};
