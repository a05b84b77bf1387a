//! R108 `key-out-of-order`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R108",
    name: "key-out-of-order",
    severity: Severity::Info,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a key stands before one that the schema lists earlier",
    what: "Tells that a key comes behind one that the schema lists later, where `ordered` says \
          that keys come in order.",
    why: "The value is taken all the same. A source that changes its order has often changed \
          more than that.",
    remedy: "Put the fields into the order of the dump, or leave `ordered` out.",
    fails: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\nlent: yes\npages: 312\n",
        files: &[],
    },
    passes: Example {
        form: Form::Ordered,
        schema: "",
        dump: b"title: The Mill\npages: 312\nlent: yes\n",
        files: &[],
    },
};
