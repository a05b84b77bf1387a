//! R343 `not-a-url`.

use super::{Code, Denominator, Example};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = "[fields.site]\nkey = \"site\"\ntype = \"url\"\nschemes = [\"https\"]\n";

pub(super) const CODE: Code = Code {
    id: "R343",
    name: "not-a-url",
    severity: Severity::Error,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a value of the type url that is no absolute URL, or has another scheme",
    what: "Finds a text in a field of the type `url` that is no absolute URL, that has white \
           space or another URL in it where none belongs, or whose scheme is none of the field's `schemes`. The cell becomes null, \
           the finding keeps the text.",
    why: "A link without its scheme leads nowhere, and two in one value are read as one that \
          nobody has.",
    remedy: "Write the whole address with its scheme, or add the scheme to `schemes`. What is a \
             path alone has the type `text`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nsite: example.com/mill\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nsite: https://example.com/mill\n"),
};
