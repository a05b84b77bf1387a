//! R128 `not-finite`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R128",
    name: "not-finite",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "`NaN` or an infinity stands in the place of a JSON number",
    what: "Finds `NaN`, `Infinity` and `-Infinity`, which some programs write although JSON does not \
          have them. The value is null; the rest of the record is read.",
    why: "A figure could not be worked out where the dump was made.",
    remedy: "Have the dump write `null`, or a text that is one of the `sentinels`.",
    fails: Example {
        form: Form::JsonLines,
        schema: "",
        dump: b"{\"title\": \"The Mill\", \"pages\": NaN}\n",
        files: &[],
    },
    passes: Example {
        form: Form::JsonLines,
        schema: "",
        dump: b"{\"title\": \"The Mill\", \"pages\": null}\n",
        files: &[],
    },
};
