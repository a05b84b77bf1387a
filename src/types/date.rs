//! `date`: a day of the calendar. Also what the three types of time have in common.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::grammar::{DatePlan, FormatFault, Notation, TimeFault};
use crate::source::Spanned;
use crate::text::short;

/// A day of the calendar. One that does not exist, such as the 31st of February, is
/// null with an error.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How it is written, in the words of strftime (`%d.%m.%Y`): the first that reads the whole text is taken. ISO 8601 (`2025-12-31`) by default.
    #[serde(default)]
    pub formats: Vec<Spanned<String>>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        let plan = DatePlan::new(&formats(&self.formats));
        let plan = plan.map_err(|fault| unusable(&fault, &self.formats, scope)).ok()?;
        Some(Box::new(Date { plan: Arc::new(plan), notation: Notation::default() }))
    }
}

/// The formats as they are written.
pub(super) fn formats(formats: &[Spanned<String>]) -> Vec<String> {
    formats.iter().map(|format| format.value.clone()).collect()
}

/// Tells that formats or options cannot be used.
pub(super) fn unusable(
    fault: &FormatFault,
    formats: &[Spanned<String>],
    scope: &mut Scope<'_, '_>,
) {
    let written = fault.format.and_then(|n| formats.get(n)).or(formats.first());
    let span = written.map_or(&scope.name.span, |format| &format.span);
    let help = fault.remedy.clone();
    let help = help.or_else(|| written.and_then(|format| without_percent(&format.value)));
    scope.resolver.fault(Code::SCHEMA_VALUE, span, fault.to_string()).help = help;
}

/// What is said of a format without any word of strftime: one in the letters of other programs is
/// told in those words, if every run of letters has one.
fn without_percent(format: &str) -> Option<String> {
    if format.contains('%') {
        return None;
    }
    let mut said = String::new();
    let (mut rest, mut words, mut time) = (format, 0, false);
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let word = match (c, run / c.len_utf8()) {
            // Beside hours it is minutes, in small letters too.
            ('m', 1 | 2) if time => Some("%M"),
            ('d' | 'D', 1 | 2) => Some("%d"),
            ('m' | 'M', 1 | 2) if !time => Some("%m"),
            ('M', 1 | 2) => Some("%M"),
            ('M' | 'm', 3) => Some("%b"),
            ('M' | 'm', 4) => Some("%B"),
            ('y' | 'Y', 4) => Some("%Y"),
            ('y' | 'Y', 2) => Some("%y"),
            ('h' | 'H', 1 | 2) => Some("%H"),
            ('s' | 'S', 1 | 2) => Some("%S"),
            _ => None,
        };
        time |= word == Some("%H");
        words += usize::from(word.is_some());
        match word {
            Some(word) => said.push_str(word),
            // The `T` of ISO 8601 stands between day and hour.
            None if c.is_alphabetic() && c != 'T' => return Some(WORDS.to_owned()),
            None => said.push_str(&rest[..run]),
        }
        rest = &rest[run..];
    }
    let meant = format!("write `{said}`: a format is in the words of strftime");
    Some(if words == 0 { WORDS.to_owned() } else { meant })
}

/// How formats are written.
const WORDS: &str = "a format is written in the words of strftime, such as `%d.%m.%Y`";

/// A text that is no such point in time.
pub(super) fn refused(expected: &str, text: &str, fault: &TimeFault) -> ScalarReading<'static> {
    let message = format!("expected {expected}, found `{}`: {fault}", short(text));
    let help = match fault {
        TimeFault::Unlike(_) if expected != A_TIME && is_day_number(text) => Some(DAY_NUMBER),
        _ => fault.remedy(),
    };
    ScalarReading::refused(Code::NOT_A_DATE, message, help.map(str::to_owned))
}

/// What is expected where a time of day is read, which is no day.
pub(super) const A_TIME: &str = "a time";

/// What to do about the number of a day.
const DAY_NUMBER: &str = "a number like this may be the day number of a spreadsheet, which no format reads: export the column as \
                          text or as dates such as `2025-12-31`";

/// Whether a text may be a day as spreadsheets count them, between 1954 and 2064: `46092`, `46092.75`.
fn is_day_number(text: &str) -> bool {
    let text = text.trim();
    let (day, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = day.parse().ok().filter(|_| day.len() == 5 && digits(day) && digits(part));
    number.is_some_and(|number: u32| (20_000..=60_000).contains(&number))
}

#[derive(Clone, Debug)]
struct Date {
    plan: Arc<DatePlan>,
    /// A date is a figure too: none may be cut out of a longer one.
    notation: Notation,
}

impl Scalar for Date {
    fn word(&self) -> &'static str {
        "date"
    }

    fn kind(&self) -> Kind {
        Kind::Date
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match self.plan.read(text) {
            Ok(days) => Value::Date(days).into(),
            Err(fault) => refused("a date", text, &fault),
        }
    }

    fn accepted(&self) -> Vec<String> {
        vec![self.plan.example().to_owned()]
    }

    fn notation(&self) -> Option<&Notation> {
        Some(&self.notation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    /// What is said of the options of a field.
    fn helps(options: &str) -> Vec<String> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"csv\"\n[fields.a]\nkey = \"a\"\n{options}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        faults.into_iter().filter_map(|fault| fault.help).collect()
    }

    #[test]
    fn a_format_in_the_letters_of_others_is_told_in_words_of_strftime() {
        let check = |kind: &str, format: &str, expected: &str| {
            let help = helps(&format!("type = \"{kind}\"\nformats = [\"{format}\"]"));
            assert!(help.len() == 1 && help[0].contains(expected), "{format}: {help:?}");
        };
        check("date", "dd.mm.yyyy", "`%d.%m.%Y`");
        check("date", "YYYY-MM-DD", "`%Y-%m-%d`");
        check("date", "d MMM yy", "`%d %b %y`");
        check("datetime", "MM/dd/yyyy HH:mm:ss", "`%m/%d/%Y %H:%M:%S`");
        check("datetime", "yyyy-MM-ddTHH:mm", "`%Y-%m-%dT%H:%M`");
        check("time", "HH:mm", "`%H:%M`");
        check("date", "day", "such as `%d.%m.%Y`");
        assert_eq!(helps("type = \"date\"\nformats = [\"%d.%m\"]"), [""; 0]);
    }

    #[test]
    fn the_number_of_a_day_is_told_as_one_of_a_spreadsheet() {
        let fault = TimeFault::Unlike("2025-12-31".to_owned());
        let told = |expected: &str, text: &str| {
            let reading = refused(expected, text, &fault);
            reading.issue.is_some_and(|issue| issue.help.as_deref() == Some(DAY_NUMBER))
        };
        for text in ["46092", " 20000 ", "60000", "46092.75", "46092,5"] {
            assert!(told("a date", text) && told("a date and time", text), "{text}");
            assert!(!told(A_TIME, text), "{text}");
        }
        for text in ["19999", "60001", "4609", "460920", "46092-1", "4609a", "", "46092."] {
            assert_eq!(told("a date", text), text == "46092.", "{text}");
        }
    }

    #[test]
    fn a_zone_that_nobody_knows_is_told_with_the_nearest() {
        let zone = |zone: &str| helps(&format!("type = \"datetime\"\nzone = \"{zone}\""));
        assert_eq!(zone("Europe/Berln"), ["did you mean `Europe/Berlin`?"]);
        assert_eq!(zone("berlin"), ["did you mean `Europe/Berlin`?"]);
        assert_eq!(zone("New York"), ["did you mean `America/New_York`?"]);
        assert!(zone("Nowhere")[0].contains("such as `Europe/Berlin`"));
    }
}
