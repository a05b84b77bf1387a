//! R012 `other-encoding`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R012",
    name: "other-encoding",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a line in another encoding than its source",
    what: "Finds lines that are no UTF-8 in a source that is UTF-8 otherwise, and reads \
          them in the encoding that the other lines speak for. And finds lines that are UTF-8 in a \
          source in another encoding, and in UTF-16 a byte order mark the other way round, or text \
          that is none of it; these are read in the encoding of the source, and so wrong.",
    why: "Sources were put together from several, or edited by another tool. Lines in a source \
          of UTF-8 are read right as a rule; what is in UTF-8 elsewhere is not.",
    remedy: "Look at the line. If it is right as it is read, allow the finding; else put the \
             parts of the file into one encoding before.",
    fails: Example::of_lines(
        "",
        // Two names and a note in UTF-8, a word of GB18030.
        b"title: \xe7\xa3\xa8\xe5\x9d\x8a\nnote: \xe6\xb2\xb3\xe8\xbe\xb9\xe7\x9a\x84\xe8\x80\x81\xe7\xa3\xa8\
          \xe5\x9d\x8a\ntags: \xc4\xa5\xb7\xbb\n",
    ),
    passes: Example::of_lines("", "title: 磨坊\n".as_bytes()),
};
