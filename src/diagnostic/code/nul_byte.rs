//! R002 `nul-byte`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R002",
    name: "nul-byte",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a NUL byte in the text",
    what: "Finds NUL bytes. They stay in the text. Those that stand near each other on a line are one finding, \
           from the first to the last of them.",
    why: "No text has them. A run of NUL bytes mostly stands for a block of the file that was \
          never written, so what stood there is missing.",
    remedy: "Look whether the file is binary, or UTF-16, in which every second byte of plain English text is NUL: then \
             write `encoding = \"utf-16le\"` in the schema, or `--encoding utf-16le`. Else take them out where the \
             dump is made.",
    fails: Example::of_lines("", b"title: The\0 Mill\n"),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
