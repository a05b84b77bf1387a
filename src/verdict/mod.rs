//! What a run is judged by, what it came to, and the verdict.
//!
//! In: a [`Schema`](crate::schema::Schema) and what the stages counted. Out: one
//! [`Verdict`], from which the exit code, `run.json` and every report are made.
//!
//! ```text
//! Criteria        what a run is judged by: codes, rules, checks
//! PatternUsage    the patterns of a schema, each with a place to count under
//! Counts          what stages counted, batch by batch
//! Tallies         what the findings came to, criterion by criterion
//! end_of_run      findings about the run as a whole
//! Verdict         pass, warn, fail, of each check and of the run
//! ```

#[cfg(feature = "tables")]
mod counts;
mod criteria;
#[cfg(feature = "tables")]
mod end_of_run;
mod measured;
#[cfg(feature = "tables")]
mod tally;
mod usage;

#[cfg(feature = "tables")]
pub(crate) use counts::{Counts, SourceCounts};
pub use criteria::{Criteria, Criterion, code_of_hygiene};
#[cfg(feature = "tables")]
pub(crate) use end_of_run::{Changed, EndOfRun, InputTime, conclude};
pub use measured::{Measured, NotMeasured};
#[cfg(feature = "tables")]
pub(crate) use tally::{Counted, Keeper, SHOWN_PER_CODE, Settings, Tallies};
pub use usage::PatternUsage;

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Code, Denominator, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Limit;
use crate::report::{CheckReport, Status};

/// From which severity on a finding makes the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Nothing but a run without records.
    Never,
}

impl FromStr for FailOn {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == word);
        found.ok_or_else(|| {
            Error::new(ErrorKind::Option, format!("no run fails on `{word}`"))
                .with_remedy(format!("give {}", Self::ALL.map(Self::as_str).join(", ")))
        })
    }
}

impl FailOn {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Never];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Never => "never",
        }
    }

    fn reached(self, severity: Option<Severity>) -> bool {
        let limit = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Never => return false,
        };
        severity.is_some_and(|severity| severity >= limit)
    }
}

/// What a criterion came to, before it is judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// How many values, rows, records or inputs were looked at.
    pub evaluated: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many of the failures a baseline has accepted.
    pub baselined: u64,
    /// The highest severity of the findings that no baseline has accepted.
    pub worst: Option<Severity>,
    /// The figure that was measured.
    pub figure: Option<f64>,
    /// Whether the figure tells of values that reports hide, and is left out of them.
    pub is_hidden: bool,
    /// Why it could not be evaluated.
    pub reason: Option<String>,
}

/// The verdict on the criteria of a schema, and on the run as a whole.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What is said of the run.
    pub status: Status,
    /// What is said of each check.
    pub checks: Vec<CheckReport>,
}

impl Verdict {
    /// Judges what the criteria came to.
    #[must_use]
    pub fn new(
        criteria: &[Criterion],
        evaluated: &[Evaluation],
        fail_on: FailOn,
        records: u64,
    ) -> Self {
        let mut checks = Vec::new();
        let (mut fails, mut doubtful) = (records == 0, false);
        let mut unchecked = false;
        for (criterion, evaluated) in criteria.iter().zip(evaluated) {
            // Without a record nothing passes, whatever the limit.
            let failed = fail_on.reached(evaluated.worst) && criterion.code != Code::NO_RULES
                || criterion.code == Code::NO_RECORDS && records == 0;
            let warned = evaluated.worst.is_some_and(|worst| worst >= Severity::Warning);
            doubtful |= warned;
            if criterion.code == Code::NO_RULES {
                // A schema without rules checks nothing, unless that is all right.
                unchecked = evaluated.worst == Some(Severity::Error);
            } else {
                fails |= failed;
            }
            if !criterion.listed && evaluated.failed == 0 {
                continue;
            }
            let nothing = evaluated.evaluated == 0 && evaluated.failed == 0
                || criterion.code == Code::NO_RULES && evaluated.worst == Some(Severity::Error);
            let status = if evaluated.reason.is_some() || nothing {
                Status::NotEvaluated
            } else if failed {
                Status::Fail
            } else if warned {
                Status::Warn
            } else {
                Status::Pass
            };
            let words = |limit: &Option<Limit>| limit.as_ref().map(Limit::describe);
            checks.push(CheckReport {
                code: criterion.code.id,
                name: criterion.name.clone(),
                subject: criterion.subject.clone(),
                expected: criterion.expected.clone(),
                status,
                unit: match criterion.code.unit {
                    // What measures a figure looks at values, and says one thing of all.
                    Denominator::Run if evaluated.figure.is_some() && !evaluated.is_hidden => {
                        Denominator::Values.word(evaluated.evaluated)
                    }
                    unit => unit.word(evaluated.evaluated),
                },
                evaluated: evaluated.evaluated,
                failed: evaluated.failed,
                known: evaluated.baselined,
                worst: evaluated.worst,
                asked: criterion.asked,
                figure: evaluated.figure.filter(|_| !evaluated.is_hidden),
                warning: words(&criterion.limits.warning),
                error: words(&criterion.limits.error),
                reason: evaluated.reason.clone(),
            });
        }
        let idle = checks.iter().any(|check| check.status == Status::NotEvaluated);
        let status = if fails {
            Status::Fail
        } else if unchecked {
            Status::NotEvaluated
        } else if doubtful || idle {
            Status::Warn
        } else {
            Status::Pass
        };
        Self { status, checks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};
    use crate::verdict::Criteria;

    fn criteria() -> Vec<Criterion> {
        let example = &Code::NO_RULES.passes;
        let source = SchemaSource { name: "shelf.toml".to_owned(), text: example.schema() };
        Criteria::new(&parse(&source).0.unwrap()).all().to_vec()
    }

    /// The verdict where every criterion looked at something and one has a finding.
    fn judge(code: &Code, worst: Option<Severity>, fail_on: FailOn) -> Verdict {
        let criteria = criteria();
        let mut evaluated =
            vec![Evaluation { evaluated: 10, ..Evaluation::default() }; criteria.len()];
        evaluated[code.index()].worst = worst;
        evaluated[code.index()].failed = u64::from(worst.is_some());
        Verdict::new(&criteria, &evaluated, fail_on, 10)
    }

    #[test]
    fn words_are_those_of_a_project_file() {
        for known in FailOn::ALL {
            assert_eq!(known.as_str().parse::<FailOn>().unwrap(), known);
            let read: FailOn = serde_json::from_value(known.as_str().into()).unwrap();
            assert_eq!(read, known);
        }
        let error = "sometimes".parse::<FailOn>().unwrap_err();
        assert_eq!(error.remedy(), Some("give error, warning, never"));
    }

    #[test]
    fn the_verdict_follows_the_worst_finding() {
        let of = |severity, fail_on| judge(Code::UNKNOWN_KEY, severity, fail_on).status;
        assert_eq!(of(None, FailOn::Error), Status::Pass);
        assert_eq!(of(Some(Severity::Info), FailOn::Warning), Status::Pass);
        assert_eq!(of(Some(Severity::Warning), FailOn::Error), Status::Warn);
        assert_eq!(of(Some(Severity::Warning), FailOn::Warning), Status::Fail);
        assert_eq!(of(Some(Severity::Error), FailOn::Error), Status::Fail);
        assert_eq!(of(Some(Severity::Error), FailOn::Never), Status::Warn);
    }

    #[test]
    fn what_was_not_looked_at_has_not_passed() {
        let criteria = criteria();
        let mut evaluated =
            vec![Evaluation { evaluated: 10, ..Evaluation::default() }; criteria.len()];
        let records = |records| Verdict::new(&criteria, &evaluated, FailOn::Never, records).status;
        assert_eq!(records(10), Status::Pass);
        assert_eq!(records(0), Status::Fail);
        assert_eq!(
            judge(Code::NO_RULES, Some(Severity::Error), FailOn::Error).status,
            Status::NotEvaluated
        );
        assert_eq!(judge(Code::NO_RULES, Some(Severity::Info), FailOn::Error).status, Status::Pass);
        let rule = criteria.iter().position(|criterion| criterion.name == "title: not-null");
        evaluated[rule.unwrap()].evaluated = 0;
        let verdict = Verdict::new(&criteria, &evaluated, FailOn::Error, 10);
        assert_eq!(verdict.status, Status::Warn);
        let status = |name| verdict.checks.iter().find(|check| check.name == name).unwrap().status;
        assert_eq!(status("title: not-null"), Status::NotEvaluated);
        assert_eq!(status("unknown-key"), Status::Pass);
    }
}
