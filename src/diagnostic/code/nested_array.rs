//! R130 `nested-array`.

use super::{Code, Denominator, Example, Form};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R130",
    name: "nested-array",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "an array or an object of JSON where a field has one value or an item",
    what: "Finds an array of JSON that holds arrays or objects, in a field of a type that makes one \
           value. The value is null, the finding keeps the array. An array of texts, numbers and \
           words has values, of which `repeated` takes one (R103). And finds an object or an array where a \
           `list` has an item: it makes none.",
    why: "No cell can hold it. The types `list` and `objects` make rows of it, `json` keeps it as it \
          stands.",
    remedy: "Use the type `objects` for an array of objects, `list` for one of values, or \
             `json` to keep it as it stands.",
    fails: Example {
        form: Form::JsonLines,
        schema: "",
        dump: b"{\"title\": \"The Mill\", \"pages\": [[312], [320]]}\n",
        files: &[],
    },
    passes: Example {
        form: Form::JsonLines,
        schema: "",
        dump: b"{\"title\": \"The Mill\", \"pages\": [312]}\n",
        files: &[],
    },
};
