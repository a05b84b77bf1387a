//! R004 `carriage-return`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R004",
    name: "carriage-return",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "lines of a source end in CR LF",
    what: "Tells, once per source, that lines end in CR LF. The CR is no part of any value, but of \
           a CSV cell in quotes that has such a line end in it.",
    why: "A dump with both kinds of line ends was put together from several; programs that \
          split at LF alone keep a CR at the end of each value.",
    remedy: "Nothing, unless the dump should not come from such a system.",
    fails: Example::of_lines("", b"title: The Mill\r\npages: 312\r\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
