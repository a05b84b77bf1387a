//! R405 `length-out-of-bounds`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.isbn]
key = "isbn"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "1234" }], refuse = ["1234567"] } }]
"#;

pub(super) const CODE: Code = Code {
    id: "R405",
    name: "length-out-of-bounds",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text is shorter or longer than allowed",
    what: "Finds a text with fewer characters than `min` or more than `max` of the rule \
          `length`. Characters are Unicode scalar values.",
    why: "A name of two hundred characters is a text that lost its line end, and a text of \
          three characters was cut.",
    remedy: "Look whether the text was cut or two have run together. Else change `min` and \
             `max`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 12345678\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nisbn: 1234\n"),
};
