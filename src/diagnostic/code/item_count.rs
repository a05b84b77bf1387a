//! R408 `item-count`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.hands]
key = "hands"
type = "list"
rules = [{ rule = "item-count", max = 2 }]
"#;

pub(super) const CODE: Code = Code {
    id: "R408",
    name: "item-count",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a list has fewer or more items than allowed",
    what: "Finds a list with fewer items than `min` or more than `max` of the rule \
          `item-count`.",
    why: "A list with one item where there are always several lost its separators.",
    remedy: "Look whether the `separator` parts the items as it should, and whether the list \
             was cut off. Else change `min` and `max`.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nhands: Ann Ben Cid\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nhands: Ann Ben\n"),
};
