//! R515 `near-duplicate`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[checks]]
check = "near-duplicate"
table = "book"
column = "title"
"#;

pub(super) const CODE: Code = Code {
    id: "R515",
    name: "near-duplicate",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Rows,
    summary: "two values that differ in form alone",
    what: "Finds values of a column that become equal once width, case, white space, \
          punctuation and the form of Chinese characters are left out of account, by a check \
          `near-duplicate`. Signs that carry meaning stay: `<5`, `-5`, `5%`, `5°`, `$5`, `C#` and \
          `C++` are none of `5` and `C`. It suggests the value that came first.",
    why: "`A型` and `Ａ型` are two groups and mean one.",
    remedy: "Write both values in one form, such as by `replace`, or allow the finding if they \
             are different things.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\ntitle: the-mill\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\ntitle: Dust\n"),
};
