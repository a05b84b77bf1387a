//! R414 `private-use-character`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["private-use-character"]
"#;

pub(super) const CODE: Code = Code {
    id: "R414",
    name: "private-use-character",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has characters of a private use area",
    what: "Finds code points that Unicode leaves to private agreement.",
    why: "They stand for a character only in the font or the code page they came from, such as \
          the user-defined rows of GBK. Everywhere else they show as boxes.",
    remedy: "Find out which font or program made them, and replace each with the character that \
             it stands for by `replace`.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: The \u{e000}Mill\n".as_bytes(),
        files: &[],
    },
    passes: Example::of_lines(SCHEMA, b"title: The Mill\n"),
};
