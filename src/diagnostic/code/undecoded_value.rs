//! R142 `undecoded-value`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R142",
    name: "undecoded-value",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Values,
    summary: "a value is not in the code that its field has",
    what: "Finds a value that a decoder of the field's `decode` cannot read, or that holds no \
          UTF-8 behind it. It stays as it stands.",
    why: "The value was cut, or is in another code. In the table it is not what its readers \
          expect.",
    remedy: "Look at the value: if it is plain, leave the decoder out of `decode`; if it was \
             cut, ask for the dump again.",
    fails: Example::of_lines(
        "[fields.page]\nkey = \"page\"\ntype = \"text\"\ndecode = [\"percent\"]\n",
        b"title: The Mill\npage: a%2 b\n",
    ),
    passes: Example::of_lines(
        "[fields.page]\nkey = \"page\"\ntype = \"text\"\ndecode = [\"percent\"]\n",
        b"title: The Mill\npage: a%20b\n",
    ),
};
