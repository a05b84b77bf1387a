//! R013 `not-text`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R013",
    name: "not-text",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a file that is no text",
    what: "Finds a source that is a file of another kind: a workbook, a PDF document, a \
          database, an image, a web page in the place of a dump. It says which, and \
          nothing else of it.",
    why: "Such a file has no records to be read, and as many findings as bytes.",
    remedy: "Export what the file holds as CSV or JSON, or name the right file.",
    fails: Example::of_lines(
        "",
        b"%PDF-1.7\n",
    ),
    passes: Example::of_lines("", b"title: The Mill\n"),
};
