//! R415 `replacement-character`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["replacement-character"]
"#;

pub(super) const CODE: Code = Code {
    id: "R415",
    name: "replacement-character",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has U+FFFD, where a character was lost before",
    what: "Finds U+FFFD in a value, be it from bytes of this dump that are no text or from an \
          earlier conversion.",
    why: "The character that stood there is gone. If the dump itself has U+FFFD, an earlier \
          program lost it and the source has to be asked again.",
    remedy: "Get the text from where it was whole. If many have it, this or an earlier \
             conversion named the wrong encoding.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: The \u{fffd}ill\n".as_bytes(),
        files: &[],
    },
    passes: Example::of_lines(SCHEMA, b"title: The Mill\n"),
};
