//! R129 `uneven-lists`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R129",
    name: "uneven-lists",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "two lists are read from one array of objects, and an object lacks an item",
    what: "Finds a record in which two fields with items are read from the members of one array of \
          objects, and an object has not as many items of one as of the other. It is reported once a record, \
          with how many objects it is true of.",
    why: "The first item of one list no longer belongs to the first of the other. A field of the type \
          `objects` keeps them together.",
    remedy: "Read the array by one field of the type `objects`: it keeps together what stands \
             in one object.",
    fails: Example {
        form: Form::JsonLines,
        schema: r#"[fields.name]
key = "people.name"
type = "list"
[fields.role]
key = "people.role"
type = "list"
[tables.name]
rows = "name"
columns = ["record_id", "ordinal", "value"]
[tables.role]
rows = "role"
columns = ["record_id", "ordinal", "value"]
"#,
        dump: r#"{"title": "The Mill", "people": [{"role": "editor"}, {"name": "Ann", "role": "writer"}]}
"#.as_bytes(),
        files: &[],
    },
    passes: Example {
        form: Form::JsonLines,
        schema: r#"[fields.name]
key = "people.name"
type = "list"
[fields.role]
key = "people.role"
type = "list"
[tables.name]
rows = "name"
columns = ["record_id", "ordinal", "value"]
[tables.role]
rows = "role"
columns = ["record_id", "ordinal", "value"]
"#,
        dump: r#"{"title": "The Mill", "people": [{"name": "Bo", "role": "editor"}, {"name": "Ann", "role": "writer"}]}
"#.as_bytes(),
        files: &[],
    },
};
