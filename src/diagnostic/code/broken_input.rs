//! R011 `broken-input`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R011",
    name: "broken-input",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a source that breaks off",
    what: "Finds a source that cannot be read to its end, such as a compressed file that \
          is cut or damaged or has bytes behind its end, and an archive that is not what its end or its list of members \
          says, such as one that stands behind another. What came whole before it stands; the record that it breaks off in is set aside.",
    why: "A download that broke off looks like a dump with fewer records.",
    remedy: "Fetch the file again, and compare its size or its checksum with those of its \
             source.",
    fails: Example::of_lines(
        "",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x35\xcd\xb1\x0d\xc0\x20\x0c\x44\
               \xd1\x9e\x29\x18\x01\x63\x8c\x71\x76\x48\x97\x15\x90\x82\x64\x25\x8d\xf7\
               \x57\x52\x1c\xd5\xbd\xab\x7e\xac\xf0\x79\xe4\xeb\x9e\xf9\x5c\xee\xe9\x79\
               \xe3\xbf\x05\x6b\x64\xd0\xe0\x01\xa9\x28\xd4\xb5\x43\x62\xb2\x45\x0d\x6a\
               \xcc\x10\x4b\x85\xaa\x12\x44\xb6",
    ),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
