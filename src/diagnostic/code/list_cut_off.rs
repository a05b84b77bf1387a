//! R205 `list-cut-off`.

use super::{Code, Denominator, Example};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.shelves]
key = "shelves"
type = "list"
separator = '\s*,\s*'
truncation = '\.\.\.$'
"#;

pub(super) const CODE: Code = Code {
    id: "R205",
    name: "list-cut-off",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a mark of truncation stands alone, where a list was cut off",
    what: "Finds a mark of truncation with no item before it. It makes no row, and the items before it are \
           whole: their `truncated` is false. That of an item with the mark is true, which is no finding.",
    why: "The list had more items than the dump has, and no column says so.",
    remedy: "Get the whole list from where the dump was made. What is missing stands in no \
             table.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nshelves: A, B, ...\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nshelves: A, B...\n"),
};
