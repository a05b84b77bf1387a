//! R411 `mixed-width`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["mixed-width"]
"#;

pub(super) const CODE: Code = Code {
    id: "R411",
    name: "mixed-width",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has full-width and half-width forms of the same kind of character",
    what: "Finds a text with both widths of digits, of letters, or of brackets: `１2`, `Ａb`, \
          `（a)`. It suggests the text with half-width digits and letters, and with each \
          bracket as wide as the one it closes.",
    why: "`A1` and `Ａ１` look alike and are not equal, so joins and groups fall apart. Both in \
          one text come from typing with an input method switched halfway.",
    remedy: "Use the text that is suggested, or leave `mixed-width` out for fields where both \
             are meant.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: 磨坊 Ａ1 b２\n".as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: 磨坊 A1 b2\n".as_bytes(),
        files: &[],
    },
};
