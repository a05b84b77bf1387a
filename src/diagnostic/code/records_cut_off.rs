//! R126 `records-cut-off`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R126",
    name: "records-cut-off",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a JSON file ends before its array of records does",
    what: "Finds a JSON file whose brackets around the records are not all closed at its end. What came \
          whole is read.",
    why: "A download broke off, or a disk was full: the rest of the records is missing.",
    remedy: "Fetch the file again: what comes behind its end is missing.",
    fails: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"},\n",
        files: &[],
    },
    passes: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"}]\n",
        files: &[],
    },
};
