//! R001 `invalid-bytes`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R001",
    name: "invalid-bytes",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "bytes that are no text in the source's encoding, read as U+FFFD",
    what: "Finds bytes that the encoding of the source cannot have. Each run of them becomes \
          U+FFFD in the text, and `raw` of the finding keeps the bytes in hexadecimal. Those that stand \
          near each other on a line are one finding, from the first to the last of them.",
    why: "Such bytes are what is left of a cut file, a wrong conversion or a disk fault. The \
          characters that they stood for are lost, and no table can bring them back.",
    remedy: "Look at the bytes in `raw`. If many texts are odd, the encoding is another: name \
             it with `encoding` or `--encoding`. If it is a handful, ask for the dump again.",
    fails: Example::of_lines("", b"title: The M\xffill\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
