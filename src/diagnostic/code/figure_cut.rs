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
    what: "Finds a figure of which the pattern of the schema would take only a part, since the figure goes on beside \
          the match: `50` of `12.50`, `5` of `-5`, `12` of `10-12`. No part is read. Where `extract` or `item` would \
          cut the figure, the cell is null; where a rule of a quantity would, the cell keeps the text and its kind is \
          `text`. It also finds the items of a list of numbers whose separator is the mark of thousands, as in \
          `1,000`; these items are null.",
    why: "The part is a number too, but not the one that was written. What the pattern matches beside the \
          figure, such as a mark, a sign or the end of the text, is taken as meant and never reported.",
    remedy: "Let the pattern take all of the figure: `%{number}` of `std` does.",
    fails: Example::of_lines("", b"title: The Mill\nprice: 12.50 EUR\n"),
    passes: Example::of_lines("", b"title: The Mill\nprice: 12 EUR\n"),
};
