//! R125 `between-records`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R125",
    name: "between-records",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "what stands between JSON records is not what JSON has there",
    what: "Finds commas and brackets too many, commas that are missing, a second document, and text \
          between the records of a JSON file. Beyond the first of a kind they are counted. The records are \
          read as they stand.",
    why: "A file that was cut or put together by hand may lack records that nobody will miss.",
    remedy: "Mend the file at the place that is told, and look whether a record is missing \
             there.",
    fails: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"},, {\"title\": \"Dust\"}]\n",
        files: &[],
    },
    passes: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"}, {\"title\": \"Dust\"}]\n",
        files: &[],
    },
};
