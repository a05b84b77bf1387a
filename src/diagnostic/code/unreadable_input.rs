//! R010 `unreadable-input`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R010",
    name: "unreadable-input",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a source that cannot be read",
    what: "Finds a source of which nothing can be read: a file that this user may not \
          open, a link that leads nowhere, an archive that cannot be unpacked.",
    why: "The other sources are read all the same. What is missing from the tables must \
          be known.",
    remedy: "The message has the cause: mend the path, the rights or the archive, and run \
             again.",
    fails: Example::of_lines(
        "",
        b"\x1f\x8b\x08\0\0\0",
    ),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
