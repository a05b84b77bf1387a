//! R320 `figure-cut`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R320",
    name: "figure-cut",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a figure that a pattern cuts out of a longer one",
    what: "Finds a figure that goes on where the pattern of the schema stops: `50` of `12.50`, \
          `5` of `-5`, `12` of `10-12`. It is not read. What `extract` or `item` would cut is \
          null; a quantity of which a rule would read a part keeps its text and has the kind `text`. So are the items \
          of a list of numbers whose separator parts the thousands of one: `1,000`.",
    why: "The part is a number too, but not the one that was written. What the pattern itself \
          matches around the figure is its own affair: it can ask for the mark, the sign or the \
          end of the text.",
    remedy: "Let the pattern take all of the figure: `%{number}` of `std` does.",
    fails: Example::of_lines("", b"title: The Mill\nprice: 12.50 EUR\n"),
    passes: Example::of_lines("", b"title: The Mill\nprice: 12 EUR\n"),
};
