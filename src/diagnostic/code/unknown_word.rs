//! R301 `unknown-word`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R301",
    name: "unknown-word",
    severity: Severity::Warning,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a value that is none of the words of its boolean or enum",
    what: "Finds a text that is none of the words that the field knows. The cell becomes null, \
          the finding keeps the text.",
    why: "To take an unknown word for no would be a guess that nobody sees afterwards.",
    remedy: "Add the word to those of the field, or mend the value. A text that means no data \
             belongs to `sentinels`.",
    fails: Example::of_lines("", b"title: The Mill\nlent: perhaps\n"),
    passes: Example::of_lines("", b"title: The Mill\nlent: yes\n"),
};
