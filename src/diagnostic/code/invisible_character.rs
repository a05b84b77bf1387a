//! R412 `invisible-character`.

use super::{Code, Example, Form, Unit};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R412",
    name: "invisible-character",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Unit::Values,
    summary: "a text has characters that cannot be seen",
    what: "Finds zero-width spaces and joiners, soft hyphens, byte order marks inside of a \
          text, and control characters other than tab and line end. It suggests the text \
          without them.",
    why: "Two texts that look the same are not equal, and a search does not find what \
          everybody can see.",
    fails: Example {
        form: Form::Lines,
        schema: r#"[[hygiene]]
rules = ["invisible-character"]
"#,
        dump: "title: The\u{200b} Mill\n".as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: r#"[[hygiene]]
rules = ["invisible-character"]
"#,
        dump: b"title: The Mill\n",
        files: &[],
    },
};
