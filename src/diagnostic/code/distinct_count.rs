//! R507 `distinct-count`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "distinct-count"
table = "tag"
column = "value"
error = { max = 2 }
"#;

pub(super) const CODE: Code = Code {
    id: "R507",
    name: "distinct-count",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a column has fewer or more distinct values than allowed",
    what: "Compares the number of distinct values of a column, null left out, with the bounds \
          of a check `distinct-count`. Values are compared by a hash of 64 bits.",
    why: "A column of a dozen departments that suddenly has two hundred holds something else.",
    remedy: "Look for values that are new or gone, and for one value that is written in several \
             ways. If the number is right, change the bounds.",
    fails: Example::of_lines(SCHEMA, b"title: a\ntags: x y z\n"),
    passes: Example::of_lines(SCHEMA, b"title: a\ntags: x y x\n"),
};
