//! R103 `repeated-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R103",
    name: "repeated-key",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a key occurs twice in a record",
    what: "Finds a key that comes again in a record, where `repeated` allows only one value. \
          The one that is not taken stands in `raw`.",
    why: "Two records have run together, or a value was corrected and the old one left \
          standing. Only one of the two can be in the table.",
    fails: Example::of_lines("", b"title: The Mill\npages: 312\npages: 320\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
