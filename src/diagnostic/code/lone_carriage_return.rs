//! R014 `lone-carriage-return`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R014",
    name: "lone-carriage-return",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "lines of a source end in a carriage return alone",
    what: "Tells, once for each source, that a dump of lines has carriage returns and no line feed. \
           All of it is one line then. And finds a carriage return within a line behind which stands what \
          is an entry of the schema, or a line that begins or ends a record. In CSV a carriage return ends a row, and nothing is reported.",
    why: "Such a file comes from a system, or out of a conversion, that ends lines in its own way; \
          all records would be one, or two lines are.",
    remedy: "Turn the carriage returns into line feeds, such as by `tr '\\r' '\\n'`, and read \
             that.",
    fails: Example::of_lines("", b"title: The Mill\rpages: 312\r"),
    passes: Example::of_lines("", b"title: The Mill\npages: 312\n"),
};
