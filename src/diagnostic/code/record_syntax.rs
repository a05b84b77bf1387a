//! R109 `record-syntax`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R109",
    name: "record-syntax",
    severity: Severity::Error,
    action: Action::Reject,
    unit: Denominator::Records,
    summary: "a record that is no JSON object, or a row whose quotes are never closed",
    what: "Finds a record that cannot be parsed: a line that is no JSON object, a row with a \
          quote that never closes. It goes to the quarantine as it stands.",
    why: "A cut line or a missing bracket makes the record unreadable. Its neighbours are read \
          as if it were not there.",
    remedy: "Mend the record at the place that is told, or have it written again. The \
             quarantine keeps it as it stands.",
    fails: Example {
        form: Form::JsonLines,
        schema: "",
        dump: r#"{"title": "The Mill"
{"title": "Dust"}
"#.as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::JsonLines,
        schema: "",
        dump: r#"{"title": "The Mill"}
"#.as_bytes(),
        files: &[],
    },
};
