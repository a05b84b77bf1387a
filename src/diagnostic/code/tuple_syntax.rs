//! R201 `tuple-syntax`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R201",
    name: "tuple-syntax",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a tuple that cannot be read",
    what: "Finds a tuple that is no Python list literal, or an item that the pattern `item` \
          does not match. The other tuples of the value are kept.",
    why: "A quote or a bracket is missing, so nobody can say where one member ends and the \
          next begins.",
    fails: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910'] ['Oak' '1922']\n"),
    passes: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910']\n"),
};
