//! R302 `not-a-number`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R302",
    name: "not-a-number",
    severity: Severity::Error,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a value that is no number",
    what: "Finds a text in an integer or decimal field that cannot be read as one. The cell \
          becomes null, the finding keeps the text.",
    why: "A number with prose around it belongs to a field of the type `quantity`, or needs an \
          `extract` pattern.",
    remedy: "Say with `number` how figures are written. Take units away with `extract`, or use \
             the type `quantity`; a text that means no data belongs to `sentinels`.",
    fails: Example::of_lines("", b"title: The Mill\npages: some\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
