//! R416 `mojibake`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

/// What both examples ask for.
const SCHEMA: &str = r#"[[hygiene]]
rules = ["mojibake"]
"#;

pub(super) const CODE: Code = Code {
    id: "R416",
    name: "mojibake",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a text that was read in the wrong encoding",
    what: "Finds GBK that was read as Latin-1 (`Ä¥·»`) and UTF-8 that was read as GBK (`纾ㄥ潑`), \
          by turning the text back and seeing whether Chinese comes of it. Where all of it \
          does, that is the suggestion.",
    why: "The bytes are intact and only their reading is wrong, so it can be mended; but \
          nobody finds or joins such a text as it stands.",
    remedy: "Use the text that is suggested, and mend the step before that reads it in the \
             wrong encoding.",
    fails: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: Ä¥·»µÄÊé\n".as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: SCHEMA,
        dump: "title: 磨坊的书 café\n".as_bytes(),
        files: &[],
    },
};
