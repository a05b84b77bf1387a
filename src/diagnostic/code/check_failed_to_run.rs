//! R514 `check-failed-to-run`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R514",
    name: "check-failed-to-run",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a check that could not be evaluated",
    what: "Tells that a check could not be run, and why: a word list that no file was given \
          for, a query that fails or gives more rows than are reported, a file without a time, a \
          recordmill that was built without SQL.",
    why: "A check that did not run has not passed. It must not look as if it had.",
    remedy: "The message says what was missing: give the file, mend the query, or leave the \
             check out of this run.",
    fails: Example::of_lines(
        r#"[words.kinds]
[[checks]]
check = "reference"
table = "tag"
column = "value"
to = { words = "kinds" }
"#,
        b"title: a\ntags: x\n",
    ),
    passes: Example {
        form: Form::Lines,
        schema: r#"[words.kinds]
file = "kinds.txt"
[[checks]]
check = "reference"
table = "tag"
column = "value"
to = { words = "kinds" }
"#,
        dump: b"title: a\ntags: x\n",
        files: &[("kinds.txt", "x\n")],
    },
};
