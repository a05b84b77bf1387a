//! R204 `prompt-in-item`.

use super::{Code, Denominator, Example};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.shelves]
key = "shelves"
type = "list"
separator = '\s*,\s*'
prompts = ['more:']
"#;

pub(super) const CODE: Code = Code {
    id: "R204",
    name: "prompt-in-item",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "an item of a list with a prompt in it",
    what: "Finds an item of which a pattern of `prompts` matches a part. It stays an item as it stands: \
           what is left out as a prompt is matched whole.",
    why: "The separator between the prompt and the item is missing, or the pattern goes on: one that ends \
          in `.*` takes what follows.",
    remedy: "Let the pattern match all of the text that is none, or take the prompt out of \
             items with `replace`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nshelves: A, more: B, C\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nshelves: A, more:, B, C\n"),
};
