//! R604 `key-coverage`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R604",
    name: "key-coverage",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Keys,
    summary: "too small a share of the keys is known",
    what: "Compares the number of entries whose key belongs to a field with that of all \
          entries.",
    why: "Each unknown key is a finding of its own; the share tells whether the schema still \
          fits the dump.",
    remedy: "Add fields for the keys that R102 names, or list them in `source.key.ignored`.",
    fails: Example {
        form: Form::Lines,
        schema: r"[coverage]
keys = { error = { min = 0.9 } }
",
        dump: b"title: a\ncolor: red\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r"[coverage]
keys = { error = { min = 0.9 } }
",
        dump: b"title: The Mill\n",
        files: &[],
    },
};
