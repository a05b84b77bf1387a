//! R505 `row-count`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R505",
    name: "row-count",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a table has fewer or more rows than allowed",
    what: "Compares the number of rows of a table with the bounds of a check `row-count`.",
    why: "A dump of half its usual size is a download that stopped, and every figure drawn \
          from it is half as large.",
    remedy: "Compare the number with that of the last run, and look whether inputs are missing \
             or were read twice. If the number is right, change the bounds of the check.",
    fails: Example::of_lines(
        r#"[[checks]]
check = "row-count"
table = "book"
error = { min = 2 }
"#,
        b"title: The Mill\n",
    ),
    passes: Example::of_lines(
        r#"[[checks]]
check = "row-count"
table = "book"
error = { min = 1 }
"#,
        b"title: The Mill\n",
    ),
};
