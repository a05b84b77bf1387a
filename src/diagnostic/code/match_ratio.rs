//! R508 `match-ratio`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R508",
    name: "match-ratio",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "a rule takes too small or too large a share of the values",
    what: "Compares the share of the values of a field that a rule takes or accepts with the \
          bounds of a check `match-ratio`. The rule is one of the field's `rules`, a rule of \
          its quantity, or `extract`.",
    why: "A rule that matched nine values of ten and matches five has not changed; the dump has.",
    remedy: "Look at values that the rule does not take: `recordmill explain FILE:LINE` shows \
             why. Widen the rule, or change the bounds.",
    fails: Example::of_lines(
        r#"[[checks]]
check = "match-ratio"
field = "price"
rule = "exact"
error = { min = 0.6 }
"#,
        b"title: a\nprice: 12 EUR\ntitle: b\nprice: free\n",
    ),
    passes: Example::of_lines(
        r#"[[checks]]
check = "match-ratio"
field = "price"
rule = "exact"
error = { min = 0.5 }
"#,
        b"title: a\nprice: 12 EUR\ntitle: b\nprice: free\n",
    ),
};
