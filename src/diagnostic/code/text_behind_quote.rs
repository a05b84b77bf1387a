//! R120 `text-behind-quote`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R120",
    name: "text-behind-quote",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "text stands behind the closing quote of a cell",
    what: "Finds a cell that begins with a quote and goes on behind the closing one, and one without \
          quotes around it that holds a single quote, in a row that has cells in quotes. It is read \
          as it stands, quotes included. Where it is not certain which cells the row has, because its \
          quotes hold line ends too, the row is damaged (R109).",
    why: "Whoever wrote the file did not double the quotes in a cell, so its quotes cannot be told \
          from those around it.",
    remedy: "Double the quotes within a cell (`\"\"`) where the dump is made. If quotes are \
             text there, set `csv.quote` to the empty text.",
    fails: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,kind\n\"The Mill\" again,novel\n",
        files: &[],
    },
    passes: Example {
        form: Form::Csv,
        schema: "",
        dump: b"title,kind\n\"The \"\"Mill\"\" again\",novel\n",
        files: &[],
    },
};
