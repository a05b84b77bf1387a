//! R417 `mixed-han`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["mixed-han"]
"#;

pub(super) const CODE: Code = Code {
    id: "R417",
    name: "mixed-han",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has simplified and traditional characters",
    what: "Finds a text with characters that only simplified Chinese has (those of GB 2312 that \
          Big5 lacks) and characters that only traditional Chinese has (those of Big5 that GB \
          2312 lacks and that have a simplified form). It suggests the text in simplified \
          characters, if those are more.",
    why: "The same word in two spellings makes two groups. Both in one text mostly come from a \
          conversion that stopped halfway.",
    remedy: "Use the text that is suggested, or leave `mixed-han` out where names and quotes \
             may be in another form.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: 书与書\n".as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: 书与书\n".as_bytes(),
        files: &[],
    },
};
