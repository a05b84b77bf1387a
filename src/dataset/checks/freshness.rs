//! `freshness`: how old the input files are. The run knows them, and asks at its
//! end.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Span as TimeSpan, SpanRelativeTo};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Bounds, End, Fold, Output, Subject, TableCheck};
use crate::dataset::Measured;
use crate::dataset::place::Locator;
use crate::diagnostic::Code;
use crate::schema::{Schema, Scope};
use crate::source::Spanned;

/// How old the input files are. One that was changed more than two minutes from now has no age, and fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How old an input file may be: `7 days`, `36 h`.
    pub max_age: Spanned<String>,
}

/// The greatest age that is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    seconds: u64,
}

impl Check {
    /// What is wrong with a file, by the time of its last change and what time it is; none if nothing is.
    #[must_use]
    pub fn fault_of(&self, changed: SystemTime, now: SystemTime) -> Option<String> {
        match now.duration_since(changed) {
            Ok(age) => (age > Duration::from_secs(self.seconds)).then(|| {
                format!(
                    "the file was changed {} ago, allowed {}",
                    describe(age.as_secs()),
                    describe(self.seconds)
                )
            }),
            Err(ahead) => (ahead.duration() > SKEW).then(|| {
                format!(
                    "the file was changed {} from now, so nobody knows how old it is",
                    describe(ahead.duration().as_secs())
                )
            }),
        }
    }
}

/// How far the clocks of two machines may be apart.
const SKEW: Duration = Duration::from_mins(2);

impl TableCheck for Check {
    type Options = Options;
    type Fold = Self;
    const CODE: &'static Code = Code::STALE_INPUT;
    const BOUNDS: Bounds = Bounds::Own("max-age");

    fn resolve(options: &Options, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let text = &options.max_age;
        let Some(seconds) = seconds_of(&text.value) else {
            let message = format!("`{}` is no length of time", text.value);
            scope.fault(Code::SCHEMA_VALUE, &text.span, message).help =
                Some("write `7 days`, `36 h`, `2 weeks`".to_owned());
            return None;
        };
        Some(Self { seconds })
    }

    fn title(_: &Options) -> String {
        String::new()
    }

    fn subject(&self) -> Subject {
        Subject::Run
    }

    fn expected(&self, _: &Schema) -> Option<String> {
        Some(format!("changed at most {} ago", describe(self.seconds)))
    }

    fn compile(&self, _: &Schema) -> Self {
        *self
    }
}

impl Fold for Check {
    type Partial = ();
    type State = ();

    fn merge(&self, (): &mut (), (): (), _: &mut Locator<'_>, _: &mut Output<'_>) {}

    fn finish(&self, (): &mut (), _: &End<'_>, _: &mut Output<'_>) -> Measured {
        Measured::default()
    }
}

/// A length of time in seconds; days have 24 hours, weeks seven days.
fn seconds_of(text: &str) -> Option<u64> {
    let span: TimeSpan = text.parse().ok()?;
    let length: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    u64::try_from(length.as_secs()).ok()
}

/// A length of time in words, in its largest unit and the next.
fn describe(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let first = units.iter().position(|(length, _)| seconds >= *length).unwrap_or(units.len() - 1);
    let mut left = seconds;
    let mut words = Vec::new();
    for (length, unit) in &units[first..units.len().min(first + 2)] {
        match left / length {
            0 if !words.is_empty() => {}
            1 => words.push(format!("1 {unit}")),
            count => words.push(format!("{count} {unit}s")),
        }
        left %= length;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [
            ("7 days", Some(604_800)),
            ("36 h", Some(129_600)),
            ("2 weeks", Some(1_209_600)),
            ("0 s", Some(0)),
            ("-1 day", None),
            ("soon", None),
        ] {
            assert_eq!(seconds_of(text), seconds, "{text}");
        }
    }

    #[test]
    fn a_length_of_time_is_told_in_its_two_largest_units() {
        assert_eq!(
            [0, 59, 3600, 3661, 129_600, 172_801].map(describe),
            ["0 seconds", "59 seconds", "1 hour", "1 hour 1 minute", "1 day 12 hours", "2 days"]
        );
    }

    #[test]
    fn a_file_may_be_younger_than_allowed_and_no_older() {
        let check = Check { seconds: 86_400 };
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1_000_000);
        let ago = |hours| check.fault_of(now - Duration::from_hours(hours), now);
        let ahead = |seconds| check.fault_of(now + Duration::from_secs(seconds), now);
        assert_eq!(ago(24), None);
        assert_eq!(
            ago(40).as_deref(),
            Some("the file was changed 1 day 16 hours ago, allowed 1 day")
        );
        // The clocks of two machines differ.
        assert_eq!(ahead(120), None);
        assert_eq!(
            ahead(3650 * 86_400).as_deref(),
            Some("the file was changed 3650 days from now, so nobody knows how old it is")
        );
    }
}
