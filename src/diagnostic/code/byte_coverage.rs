//! R603 `byte-coverage`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R603",
    name: "byte-coverage",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Bytes,
    summary: "too small a share of the bytes was taken",
    what: "Compares the bytes of keys and values with those that no rule matched: unknown keys, \
          repeated entries, stray lines, text outside of records, records in quarantine. What \
          the schema ignores and what only separates counts on neither side.",
    why: "Findings tell of what a rule saw. The share of bytes that no rule matched tells of the \
          rest.",
    remedy: "Look at the findings on unknown keys and stray lines, the largest first: each \
             names what was not taken. Add fields, or say that it is ignored.",
    fails: Example {
        form: Form::Lines,
        schema: r"[coverage]
bytes = { error = { min = 0.9 } }
",
        dump: b"title: a\ncolor: red\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r"[coverage]
bytes = { error = { min = 0.9 } }
",
        dump: b"title: The Mill\n",
        files: &[],
    },
};
