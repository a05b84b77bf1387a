//! R131 `absent-column`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R131",
    name: "absent-column",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Keys,
    summary: "a header names no column for a field",
    what: "Finds, once per input, a field of a CSV schema under none of whose keys the header has a column. \
          What the header need not have is left out: fields that only some kinds of records have and, in a \
          schema of several formats, fields whose keys are paths into JSON.",
    why: "The column was renamed, or the file is another one. The field is null from top to bottom, which \
          looks like a dump that has no data for it.",
    remedy: "If the column has another name, add that to the `aliases` of the field. If all are \
             missing, look at `csv.delimiter` and `csv.header`, and whether it is the right \
             file.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages,price,lent,tags,edition,note\nThe Mill,312,12 EUR,no,x,,\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages,price,lent,tags,editions,note\nThe Mill,312,12 EUR,no,x,,\n",
        files: &[],
    },
};
