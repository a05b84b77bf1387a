//! R911 `rule-never-fails`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R911",
    name: "rule-never-fails",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Schema,
    summary: "a rule of a schema that no damage to its examples can trip",
    what: "Damages the accepted examples of each rule in many ways and finds rules that accept \
          all of them (`schema test --mutate`).",
    why: "A rule that accepts everything checks nothing.",
    remedy: "Make the rule narrower, so that damaged values fail it, or leave it out: it checks \
             nothing.",
    fails: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 60000, examples = { accept = [{ text = "novel" }] } }]
"#,
        b"",
    ),
    passes: Example::of_lines(
        r#"[fields.kind]
key = "kind"
type = "text"
rules = [{ rule = "length", max = 6, examples = { accept = [{ text = "novel" }], refuse = ["novella"] } }]
"#,
        b"",
    ),
};
