//! R413 `bidirectional-control`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["bidirectional-control"]
"#;

pub(super) const CODE: Code = Code {
    id: "R413",
    name: "bidirectional-control",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has characters that turn the direction of writing",
    what: "Finds the marks, embeddings, overrides and isolates of the Unicode Bidirectional \
          Algorithm. It suggests the text without them.",
    why: "They make a text show in another order than it is stored, and so hide what it says. \
          In Chinese text they have no use.",
    remedy: "Use the text that is suggested. In Arabic or Hebrew text the marks may be meant: \
             name such fields under `except`.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: The \u{202e}Mill\n".as_bytes(),
        files: &[],
    },
    passes: Example::of_lines(SCHEMA, b"title: The Mill\n"),
};
