//! R605 `rule-never-matched`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R605",
    name: "rule-never-matched",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a rule that matched nothing in the whole run",
    what: "Tells of patterns of `extract`, `infer` and `prompts`, marks of truncation, rules of \
          quantities and markers of outlines that no value of the run matched.",
    why: "A rule that never matches is dead, or the form that it was written for has gone from \
          the dump.",
    remedy: "Look whether an earlier rule takes the texts that it is meant for, or whether the \
             dump has none. Leave it out if it is never needed.",
    fails: Example::of_lines("", b"title: a\nprice: 12 EUR\n"),
    passes: Example::of_lines("", b"title: a\nprice: 12 EUR\ntitle: b\nprice: 12-15 EUR\n"),
};
