//! R113 `text-after-record`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R113",
    name: "text-after-record",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "text that stands behind a record and belongs to none",
    what: "Finds text between two records or behind the last one. It is kept in `raw` and \
          counted in the balance.",
    why: "It is what an interrupted program has left, or a record that lost its beginning.",
    remedy: "If it is noise, match it with `comment` or `skip`. If it is a part of the record, \
             `end` comes too early.",
    fails: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"}] and so on\n",
        files: &[],
    },
    passes: Example {
        form: Form::Json,
        schema: "",
        dump: b"[{\"title\": \"The Mill\"}]\n",
        files: &[],
    },
};
