//! R005 `doubtful-encoding`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R005",
    name: "doubtful-encoding",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a source that may be in another encoding than it is read in",
    what: "Finds a source whose encoding had to be guessed from little evidence. It has no byte order mark, nobody \
          has named its encoding, and it is no clean UTF-8; the likeliest encoding is hardly likelier than others: a \
          few words of Western text, say, could as well be Chinese. It also finds a source of plain ASCII that has the \
          escape sequences by which ISO-2022-JP shifts to Japanese, and yet does not read as that. Nothing is \
          in doubt once the encoding, or the list of candidates, is named.",
    why: "Several encodings can read the same bytes without a fault, each as another text. In the wrong one \
          every character that is not ASCII comes out wrong, and no other check notices.",
    remedy: "Look at a few texts in the tables. If they are right, write the encoding as \
             `encoding`, or the candidates as `encodings`, so that it is no guess.",
    fails: Example {
        form: Form::Lines,
        schema: "",
        // In windows-1252, as it seems.
        dump: b"title: The M\xfchle\n",
        files: &[],
    },
    passes: Example {
        form: Form::Lines,
        schema: "",
        dump: "title: 磨坊\n".as_bytes(),
        files: &[],
    },
};
