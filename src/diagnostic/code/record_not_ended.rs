//! R124 `record-not-ended`.

use super::{Code, Example, Form, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R124",
    name: "record-not-ended",
    severity: Severity::Warning,
    action: Action::Keep,
    unit: Denominator::Records,
    summary: "a record goes without the line that ends it",
    what: "Finds the last record of a file, and the first among the others, that goes without the line which `end` of \
           `source.record` says ends a record. Where that line is no entry by `source.key`, or keys have levels, it may be the foot of a page: it \
           is missed where more records before had it than had not. It is never where a blank line may be one, or where \
           the pattern is of several lines, such as `^(?:END|>>>)`. With `by = \"end-line\"` nothing is told: the line may \
           stand between records only.",
    why: "A download broke off, or a disk was full: the record ends too early, and others behind it are missing.",
    remedy: "Fetch the file again. If records need not end with that line, allow the finding.",
    fails: Example {
        form: Form::Ended,
        schema: "",
        dump: b"title: The Mill\n//\ntitle: Dust\n",
        files: &[],
    },
    passes: Example {
        form: Form::Ended,
        schema: "",
        dump: b"title: The Mill\n//\ntitle: Dust\n//\n",
        files: &[],
    },
};
