//! R003 `byte-order-mark`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R003",
    name: "byte-order-mark",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a byte order mark at the start of a source, or of a line in it",
    what: "Tells that a source begins with a byte order mark, or that a line of key-value, CSV or \
          JSON lines within it does, as where files were put together. The mark is left out of the \
          text and counted in the balance.",
    why: "The mark is harmless here, but a program that does not know it takes it for a part \
          of the first key.",
    remedy: "Nothing, at the start of a file. Within one it shows where files were put \
             together: look whether a header or the end of a record was glued in there.",
    fails: Example {
        form: Form::Lines,
        schema: "",
        dump: "\u{feff}title: The Mill\n".as_bytes(),
        files: &[],
    },
    passes: Example::of_lines("", b"title: The Mill\n"),
};
