//! R102 `unknown-key`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R102",
    name: "unknown-key",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Keys,
    summary: "a line looks like a key that the schema does not know",
    what: "Finds an entry whose key belongs to no field and is not among `source.key.ignored`. \
          It is one finding for each key of an input, with the first place and how often \
          the key occurs, and it names the nearest key that is known. Where \
          records are of kinds, it finds values that no table has of records of their kind too.",
    why: "A new key means that the source has begun to say something more, or that a key is \
          misspelled. Either way values are missing from the tables.",
    remedy: "Add a field with this key, or the key to the `aliases` of the field that it means, \
             or to `source.key.ignored` if nobody wants it.",
    fails: Example::of_lines("", b"title: The Mill\npagse: 312\n"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
