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
    what: "Finds a row that is the header of its file once more, with the same cells, in quotes or not, \
          or a row of the names that `columns` gives a file without a header. So is a line such as `sep=;` that is \
          there again. These are no records; their bytes are counted as ignored. A row that has the names in another \
          case (`A,B` for `a,b`), with other signs (`a_b,c` for `a b,c`) or in another order, or that has most of them for \
          its cells, each in its own place, and no figure (`a,b,c,x` for `a,b,c,d`; two alone only where one stands among figures), \
          may be a record, and is read as one; the message says \
          what it is. Where a name is a figure, such a row is not reported.",
    why: "The file was put together from several, which may not all have the same columns.",
    remedy: "Nothing, if files were put together and their columns are the same. If they are in another order or have other names, \
             the rows behind the second header are in the wrong columns: read the files one by one. A header in another \
             case is left out where `comment` of `csv` matches it.",
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
