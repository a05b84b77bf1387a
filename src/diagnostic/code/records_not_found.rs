//! R127 `records-not-found`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R127",
    name: "records-not-found",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a JSON file has no records where `json.records` says",
    what: "Finds a JSON file in which the keys of `json.records` lead to no array of records, and tells \
          where an array of objects stands instead.",
    why: "The name of the key is wrong, or the source has changed its form: nothing is read.",
    remedy: "Write the keys that the message names as `json.records`, or look whether it is the \
             right file.",
    fails: Example {
        form: Form::Json,
        schema: "[source.json]\nrecords = \"books\"\n",
        dump: b"{\"shelf\": [{\"title\": \"The Mill\"}]}\n",
        files: &[],
    },
    passes: Example {
        form: Form::Json,
        schema: "[source.json]\nrecords = \"shelf\"\n",
        dump: b"{\"shelf\": [{\"title\": \"The Mill\"}]}\n",
        files: &[],
    },
};
