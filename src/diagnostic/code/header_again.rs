//! R122 `header-again`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R122",
    name: "header-again",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "the row that names the columns comes again",
    what: "Finds a row that is the header of its file once more: with the same cells, in quotes or not, \
          in other letters (`A,B` for `a,b`) or in another order, which the message says: the rows behind it are still read by the first. \
          So is a line such as `sep=;` that is there again, and a row of the names that `columns` \
          gives a file without a header. It is no record; its bytes are counted as ignored.",
    why: "The file was put together from several, which may not all have the same columns.",
    remedy: "Nothing, if files were put together. If their columns are in another order, read \
             them one by one.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312\ntitle,pages\nDust,96\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,pages\nThe Mill,312\nDust,96\n",
        files: &[],
    },
};
