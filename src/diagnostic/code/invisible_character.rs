//! R412 `invisible-character`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["invisible-character"]
"#;

pub(super) const CODE: Code = Code {
    id: "R412",
    name: "invisible-character",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has characters that cannot be seen",
    what: "Finds zero-width spaces and joiners, soft hyphens, byte order marks inside of a \
          text, and control characters other than tab and line end. It suggests the text \
          without them.",
    why: "Two texts that look the same are not equal, and a search does not find what \
          everybody can see.",
    remedy: "Use the text that is suggested, and look which program puts such characters in.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: The\u{200b} Mill\n".as_bytes(),
        files: &[],
    },
    passes: Example::of_lines(SCHEMA, b"title: The Mill\n"),
};
