//! R342 `not-json`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R342",
    name: "not-json",
    severity: Severity::Error,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a value of the type json that is no JSON",
    what: "Finds a text in a field of the type `json` that is no JSON. The cell becomes null, the \
           finding keeps the text.",
    why: "Whoever reads the column hands it to a JSON parser, which would fail there.",
    remedy: "Look for quotes or brackets that are missing. If the value is plain text, its type \
             is `text`.",
    fails: Example::of_lines(
        "[fields.extra]\nkey = \"extra\"\ntype = \"json\"\n",
        b"title: The Mill\nextra: {\"shelf\": 3\n",
    ),
    passes: Example::of_lines(
        "[fields.extra]\nkey = \"extra\"\ntype = \"json\"\n",
        b"title: The Mill\nextra: {\"shelf\": 3}\n",
    ),
};
