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
    what: "Finds a source that neither a byte order mark nor a name nor clean UTF-8 tells the encoding of, \
          and for whose likeliest encoding little speaks: a few words of Western text, say, which are \
          Chinese just as well. And one that is ASCII with shifts such as those of ISO-2022-JP, which it cannot \
          be. Name the encoding, or the candidates, and nothing is in doubt.",
    why: "Several encodings read the same bytes without a fault, each as another text. Read in the wrong \
          one every character that is not ASCII is wrong, and nothing else looks it.",
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
