//! R201 `tuple-syntax`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R201",
    name: "tuple-syntax",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a list, a tuple or an object that cannot be read",
    what: "Finds a tuple that is no Python list literal, an item that the pattern `item` does not \
          match, a list that is not in its `syntax`, and what is no object where the type is \
          `objects`. It makes no row; the other tuples, items and objects of the value are kept. \
          And what `item` leaves over of an item that it matches, whose row is kept.",
    why: "A quote or a bracket is missing, so nobody can say where one member ends and the \
          next begins; or something else stands where rows are.",
    remedy: "Look at the place that is told for a quote or a bracket that is missing. If all \
             values fail, `syntax`, `item` or the type is another.",
    fails: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910'] ['Oak' '1922']\n"),
    passes: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910']\n"),
};
