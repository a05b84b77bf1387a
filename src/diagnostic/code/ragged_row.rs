//! R110 `ragged-row`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R110",
    name: "ragged-row",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a row has fewer or more cells than there are columns",
    what: "Finds a row whose number of cells is not that of the columns. The cells are taken \
          from the left.",
    why: "A delimiter that should have been quoted moves every cell behind it into the wrong \
          column.",
    remedy: "Look for a delimiter or a line end in a cell without quotes, and for a row that \
             was cut. The help of the finding says which it may be.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312,river\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312\n",
        files: &[],
    },
};
