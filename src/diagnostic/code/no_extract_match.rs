//! R203 `no-extract-match`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[fields.shelfmark]
key = "shelfmark"
type = "text"
extract = ['^[A-Z]-(?<value>\d+)$']
examples = { accept = [{ text = "B-12" }], refuse = ["12"] }
"#;

pub(super) const CODE: Code = Code {
    id: "R203",
    name: "no-extract-match",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a value that none of the field's extraction patterns matches",
    what: "Finds a value that no pattern of `extract` matches. The cell is null and the text \
          stands in `raw`.",
    why: "The source has begun to write the value in a way that the schema does not know yet.",
    remedy: "`recordmill explain FILE:LINE` shows how far each pattern reached. Add one for \
             this form, or let the last take all of the text.",
    fails: Example::of_lines(SCHEMA, b"title: The Mill\nshelfmark: twelve\n"),
    passes: Example::of_lines(SCHEMA, b"title: The Mill\nshelfmark: B-12\n"),
};
