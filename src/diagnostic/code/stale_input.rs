//! R512 `stale-input`.

use super::{Code, Example, Denominator};
use crate::diagnostic::{Action, Severity};

pub(super) const CODE: Code = Code {
    id: "R512",
    name: "stale-input",
    severity: Severity::Error,
    action: Action::Keep,
    unit: Denominator::Inputs,
    summary: "a file is older than allowed",
    what: "Compares the age of each input file, by the time of its last change, with `max-age` \
          of a check `freshness`. One that was changed more than two minutes from now is told too: \
          a clock is wrong, and its age is not known. What has no such time, such as standard input and members of \
          archives, cannot be evaluated.",
    why: "A job that fails silently leaves yesterday's file in its place, and everything \
          downstream runs well on it.",
    remedy: "Fetch the file again, or raise `max-age` if it comes less often.",
    fails: Example::of_lines(
        r#"[[checks]]
check = "freshness"
max-age = "0 s"
"#,
        b"title: The Mill\n",
    ),
    passes: Example::of_lines(
        r#"[[checks]]
check = "freshness"
max-age = "1000 weeks"
"#,
        b"title: The Mill\n",
    ),
};
