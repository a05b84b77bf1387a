//! R141 `record-of-no-kind`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R141",
    name: "record-of-no-kind",
    severity: Severity::Warning,
    action: Action::Reject,
    unit: Denominator::Records,
    summary: "a record is of none of the kinds that the schema has",
    what: "Finds a record that no `when` of the schema's `kinds` takes. It goes to the \
          quarantine. With the action `keep` it goes to the tables that have the records of \
          every kind.",
    why: "The dump holds a kind of record that nobody has thought of yet, and no table has \
          what it says.",
    remedy: "Add a kind whose `when` takes it, or `skip` records of this sort.",
    fails: Example::of_lines(
        "[kinds.bound]\nwhen = { key = \"cover\", pattern = '^cloth$' }\n",
        b"title: The Mill\ncover: paper\n",
    ),
    passes: Example::of_lines(
        "[kinds.bound]\nwhen = { key = \"cover\", pattern = '^cloth$' }\n",
        b"title: The Mill\ncover: cloth\n",
    ),
};
