//! R602 `no-rules`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R602",
    name: "no-rules",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "the schema has no rule, so nothing was checked",
    what: "Tells that the schema has neither a rule of a field, nor a check, nor a hygiene or \
          coverage rule. The verdict of `check` is then `not-evaluated`, unless this finding is allowed. \
          `run` has its tables all the same: it warns, and its verdict is `warn`.",
    why: "A check without rules is always green.",
    remedy: "Add rules to fields, such as `rules = [{ rule = \"not-null\" }]`, or `[[checks]]` \
             to tables.",
    fails: Example {
        form: Form::Bare,
        schema: "",
        dump: b"title: The Mill\n",
        files: &[],
    },
    passes: Example::of_lines("", b"title: The Mill\n"),
};
