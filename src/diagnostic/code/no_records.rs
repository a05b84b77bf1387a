//! R601 `no-records`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R601",
    name: "no-records",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Run,
    summary: "the run found no record at all",
    what: "Tells that none of the inputs holds a record, unless another finding says so of \
          each of them. The run fails whatever `--fail-on` says.",
    why: "Nothing was checked, so nothing can have passed. Mostly the inputs are not what the \
          schema describes.",
    remedy: "Look whether the inputs are the right files, and whether `record` says where \
             records begin. `recordmill schema draft FILE` shows what a file looks like.",
    fails: Example::of_lines("", b"nothing here\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
