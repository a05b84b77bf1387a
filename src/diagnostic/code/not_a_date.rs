//! R340 `not-a-date`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R340",
    name: "not-a-date",
    severity: Severity::Error,
    action: Action::Null,
    unit: Denominator::Values,
    summary: "a value that is no date or time",
    what: "Finds a text in a date, time or datetime field that is written in none of its \
           `formats`, that no calendar has, such as the 31st of February, that a time zone \
           skipped or had twice, or that contradicts itself, such as `13:05 AM`. The cell becomes \
           null, the finding keeps the text.",
    why: "A date that is read in the wrong order of day and month is worse than none: only what \
          the schema names is read.",
    remedy: "Add the form to `formats`, the zone as `zone`, or a text that means no data to \
             `sentinels`. A day that no calendar has is a fault of the dump.",
    fails: Example::of_lines(
        "[fields.added]\nkey = \"added\"\ntype = \"date\"\n",
        b"title: The Mill\nadded: 31.12.2025\n",
    ),
    passes: Example::of_lines(
        "[fields.added]\nkey = \"added\"\ntype = \"date\"\n",
        b"title: The Mill\nadded: 2025-12-31\n",
    ),
};
