//! R111 `lone-surrogate`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R111",
    name: "lone-surrogate",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "half of a surrogate pair stands alone in a JSON string",
    what: "Finds an escape such as `\\ud83d` without its other half. It becomes U+FFFD.",
    why: "A program has cut a string between the two halves of a character.",
    remedy: "Mend the program that writes the dump: it cuts texts in the middle of a character.",
    fails: Example {
        form: Form::JsonLines,
        schema: "",
        dump: r#"{"title": "The Mill \ud83d"}
"#.as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::JsonLines,
        schema: "",
        dump: r#"{"title": "The Mill \ud83d\ude00"}
"#.as_bytes(),
        files: &[],
    },
};
