//! R105 `record-too-long`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R105",
    name: "record-too-long",
    severity: Severity::Error,
    action: Action::Reject,
    unit: Denominator::Records,
    summary: "a record is longer than the schema allows",
    what: "Finds a record longer than `max-record-bytes` and sets it aside, byte for byte, \
          without holding it in memory.",
    why: "A record of that length is mostly many records whose first lines are damaged, and it \
          would fill the memory of the machine.",
    remedy: "Look where the record should have ended: most often `record` misses a beginning. \
             If it is as long as that, raise `max-record-bytes`.",
    fails: Example::of_lines("", b"title: The Mill\nnote: river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river river \n"),
    passes: Example::of_lines("", b"title: The Mill\nnote: river\n"),
};
