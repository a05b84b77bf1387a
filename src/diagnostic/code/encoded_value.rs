//! R112 `encoded-value`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R112",
    name: "encoded-value",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a value that is not in the encoding that its key names",
    what: "Finds a value that the dump marks as base64 and that is none, or does not hold \
          UTF-8. It stays as it stands.",
    why: "The value was cut, or the mark is wrong. In the table it is not what its readers \
          expect.",
    remedy: "Look whether the value was cut off or is plain text. If it is plain, the mark of \
             its key is wrong.",
    fails: Example {
        form: Form::Pattern,
        schema: "",
        dump: b"title: The Mill\nnote:: cml2Z\n",
        files: &[],
    },
    passes: Example {
        form: Form::Pattern,
        schema: "",
        dump: b"title: The Mill\nnote:: cml2ZXI=\n",
        files: &[],
    },
};
