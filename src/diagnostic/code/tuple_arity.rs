//! R202 `tuple-arity`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R202",
    name: "tuple-arity",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a tuple with a number of members that the schema does not know",
    what: "Finds a tuple whose number of members is none of those in `members`, so that it is \
          unknown which is which.",
    why: "A member was left out or one holds a comma that split it. To guess would put values \
          into the wrong columns.",
    remedy: "Add this number of members to `members`, with a name for each, or mend the value.",
    fails: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910', 'London']\n"),
    passes: Example::of_lines("", b"title: The Mill\neditions: ['Reed', '1910']\n"),
};
