//! R104 `key-in-text`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R104",
    name: "key-in-text",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a line of a longer value begins like a key, and was read as text",
    what: "Finds a line of a text that begins with a declared key, where keys come in order and \
          this one would be too early or comes again. The line stays text.",
    why: "In prose, lines happen to begin with words that are also keys. Which one it is \
          cannot be told from the line alone, so somebody should look.",
    remedy: "Look at the line. If it is an entry, the keys come in another order than the \
             fields: mend that, or set `ordered` to false.",
    fails: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\nnote: the river\npages: 312 were counted\n",
        files: &[],
    },
    passes: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\npages: 312\nnote: the river\n",
        files: &[],
    },
};
