//! R418 `unbalanced-brackets`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["unbalanced-brackets"]
"#;

pub(super) const CODE: Code = Code {
    id: "R418",
    name: "unbalanced-brackets",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text has a bracket that does not close or was not opened",
    what: "Finds brackets and quotation marks of either width whose partner is missing or is of \
          another kind. Numbers such as `1)` at the start of a part are no brackets.",
    why: "The end of the text was cut, or two texts were put together.",
    remedy: "Add the bracket that is missing, or look whether the text was cut off there.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill (a tale\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill (a tale)\n"),
};
