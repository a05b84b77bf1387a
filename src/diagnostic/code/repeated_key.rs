//! R103 `repeated-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R103",
    name: "repeated-key",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a key has more than one value in a record",
    what: "Finds a key that comes again in a record, or has an array of several values, where \
          `repeated` allows only one value. `raw` has the one that is not taken, or the array. A key that \
          others stand below comes again too, in an array of objects or as a block of lines: it is reported \
          where fields of one value are taken from two of them, with the second of these fields. Values that are \
          joined come from all of them. In JSON one object that has such a key twice is reported wherever what stands \
          below both is read; of an element of `objects` the first is. So is a key on the way to \
          `json.records` that comes again in its object, and under `*` the key of a record that was the first \
          of its object, or one of the 63 before it; and a key such as `data.items` where keys in keys lead to `json.records` too, \
          of which it says whether it stands there or came before.",
    why: "Two records have run together, or a value was corrected and the old one left \
          standing. Only one of the two can be in the table.",
    remedy: "Say with `repeated` of the field which value counts, or make it a `list`. If two \
             records have run together, `record` does not match where the second begins.",
    fails: Example::of_lines("", b"title: The Mill\npages: 312\npages: 320\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
