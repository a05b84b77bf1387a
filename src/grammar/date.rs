//! Dates, times of day and points in time.
//!
//! In: a text. Out: days, nanoseconds or microseconds, or a [`TimeFault`] that
//! says why there are none. Plans are compiled once: what a format cannot say,
//! a [`FormatFault`] tells before the first record is read.
//!
#![doc = include_str!("date.md")]

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::number::{Notation, NumberFault, half_to_even, parse_number};

/// What a count since 1970-01-01T00:00:00Z counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Millis,
    /// Millionths of a second.
    Micros,
}

impl Epoch {
    /// The unit by its word in a schema.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "s" => Some(Self::Seconds),
            "ms" => Some(Self::Millis),
            "us" => Some(Self::Micros),
            _ => None,
        }
    }
}

/// A point in time, or a local one where the column has no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970-01-01T00:00:00, of UTC for an instant.
    pub micros: i64,
    /// Whether the text is finer than that, and was rounded half to even.
    pub rounded: bool,
}

/// Why a plan cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatFault {
    /// The format that is at fault, by its place; none if it is another option.
    pub format: Option<usize>,
    /// What is wrong, in a phrase.
    pub reason: String,
}

impl fmt::Display for FormatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FormatFault {}

/// Why a text is no date or time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeFault {
    /// It is written in another way; this is how it would be.
    Unlike(String),
    /// It is written as it should be, but there is no such date or time.
    NoSuch(String),
    /// The local time was skipped when the clocks of the zone were put forward.
    Gap(String),
    /// The local time occurred twice when the clocks of the zone were put back:
    /// two offsets that it may have.
    Fold(String, [String; 2]),
    /// It has an offset, and the column has no zone.
    Offset,
    /// It has no offset, and the column has no zone for it.
    NoOffset,
    /// A count that is no number.
    Count(NumberFault),
    /// A point in time before the year -9999 or behind 9999.
    OutOfRange,
}

impl TimeFault {
    /// What the schema could say to have the text read, if that helps.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Unlike(_) => Some("name the way it is written in `formats`"),
            Self::Offset => Some("`zone = \"UTC\"` makes the column one of instants"),
            Self::NoOffset => Some("name the zone of texts without an offset: `zone = \"…\"`"),
            Self::OutOfRange => Some("look at the unit of `epoch`"),
            _ => None,
        }
    }
}

impl fmt::Display for TimeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlike(example) => write!(f, "it is not written like `{example}`"),
            Self::NoSuch(reason) => f.write_str(reason),
            Self::Gap(zone) => write!(f, "the clocks of {zone} skipped this time"),
            Self::Fold(zone, [first, second]) => write!(
                f,
                "the clocks of {zone} showed this time twice, at the offsets {first} and {second}"
            ),
            Self::Offset => f.write_str("it has an offset from UTC, and the column has no zone"),
            Self::NoOffset => f.write_str("it has no offset from UTC"),
            Self::Count(fault) => write!(f, "it is no count: {fault}"),
            Self::OutOfRange => f.write_str("it lies beyond the year 9999"),
        }
    }
}

impl std::error::Error for TimeFault {}

/// How dates are read.
#[derive(Clone, Debug)]
pub struct DatePlan {
    formats: Formats,
}

/// How times of day are read.
#[derive(Clone, Debug)]
pub struct TimePlan {
    formats: Formats,
}

/// How points in time are read.
#[derive(Clone, Debug)]
pub struct DatetimePlan {
    formats: Formats,
    zone: Option<(String, TimeZone)>,
    epoch: Option<Epoch>,
    instant: bool,
}

impl DatePlan {
    /// A text that is read.
    #[must_use]
    pub fn example(&self) -> &str {
        &self.formats.example
    }

    /// Compiles the formats of a date; without any, ISO 8601 is read.
    ///
    /// # Errors
    ///
    /// A format that makes no date.
    pub fn new(formats: &[String]) -> Result<Self, FormatFault> {
        let formats = Formats::new(formats, "2025-12-31", |tm, sample| {
            let date = tm.to_date().map_err(|error| reason(&error))?;
            (date == sample.date()).then_some(()).ok_or("it leaves a part of the date out")?;
            if tm.hour().is_some() || tm.offset().is_some() || tm.timestamp().is_some() {
                return Err("a date has no time of day: type `datetime`".to_owned());
            }
            Ok(())
        })?;
        Ok(Self { formats })
    }

    /// Reads a date: days since 1970-01-01.
    ///
    /// # Errors
    ///
    /// The text is none, or there is no such date.
    pub fn read(&self, text: &str) -> Result<i32, TimeFault> {
        let text = text.trim();
        let date = self.formats.read(
            text,
            |text| match Iso::new(text).date() {
                Some((date, "")) => Some(date),
                _ => None,
            },
            date_of,
        )?;
        Ok(days(date))
    }
}

impl TimePlan {
    /// A text that is read.
    #[must_use]
    pub fn example(&self) -> &str {
        &self.formats.example
    }

    /// Compiles the formats of a time of day; without any, ISO 8601 is read.
    ///
    /// # Errors
    ///
    /// A format that makes no time of day.
    pub fn new(formats: &[String]) -> Result<Self, FormatFault> {
        let formats = Formats::new(formats, "23:59:59", |tm, sample| {
            clock(tm, sample)?;
            if tm.hour().is_none() {
                return Err("it has no hour".to_owned());
            }
            if tm.year().is_some() || tm.offset().is_some() || tm.timestamp().is_some() {
                return Err("a time of day has neither date nor offset: type `datetime`".to_owned());
            }
            Ok(())
        })?;
        Ok(Self { formats })
    }

    /// Reads a time of day: nanoseconds since midnight.
    ///
    /// # Errors
    ///
    /// The text is none, or there is no such time.
    pub fn read(&self, text: &str) -> Result<i64, TimeFault> {
        let text = text.trim();
        let time = self.formats.read(
            text,
            |text| match Iso::new(text).time() {
                Some((time, "")) => Some(time),
                _ => None,
            },
            |tm| tm.to_time().map_err(|error| TimeFault::NoSuch(reason(&error))),
        )?;
        Ok(nanos(time))
    }
}

impl DatetimePlan {
    /// A text that is read.
    #[must_use]
    pub fn example(&self) -> &str {
        &self.formats.example
    }

    /// Compiles the formats of points in time; without any, ISO 8601 is read. A
    /// format without a time of day means midnight. `zone` is the zone of texts
    /// without an offset; `epoch` reads counts instead.
    ///
    /// # Errors
    ///
    /// A format that makes no date, a zone that nobody knows, options that do not
    /// go together.
    pub fn new(
        formats: &[String],
        zone: Option<&str>,
        epoch: Option<Epoch>,
    ) -> Result<Self, FormatFault> {
        let fault = |reason: String| FormatFault { format: None, reason };
        if epoch.is_some() && (!formats.is_empty() || zone.is_some()) {
            let reason = "a count since the epoch has neither `formats` nor a `zone`";
            return Err(fault(reason.to_owned()));
        }
        let mut offsets = Vec::new();
        let formats = Formats::new(formats, "2025-12-31T23:59:59", |tm, sample| {
            offsets.push(is_instant(tm));
            if tm.timestamp().is_some() {
                return Ok(());
            }
            let date = tm.to_date().map_err(|error| reason(&error))?;
            (date == sample.date()).then_some(()).ok_or("it leaves a part of the date out")?;
            clock(tm, sample)
        })?;
        let all = !offsets.is_empty() && offsets.iter().all(|offset| *offset);
        if zone.is_none() && !all && offsets.contains(&true) {
            let reason =
                "some formats have an offset and others have none: name the `zone` of those";
            return Err(fault(reason.to_owned()));
        }
        let zone = match zone {
            Some(name) => {
                let known = TimeZone::get(name);
                let known = known.map_err(|_| fault(format!("no time zone is called `{name}`")))?;
                Some((name.to_owned(), known))
            }
            None => None,
        };
        let instant = zone.is_some() || epoch.is_some() || all;
        Ok(Self { formats, zone, epoch, instant })
    }

    /// Whether the column holds instants, in UTC, and not local times.
    #[must_use]
    pub fn is_instant(&self) -> bool {
        self.instant
    }

    /// Reads a point in time.
    ///
    /// # Errors
    ///
    /// The text is none, there is no such time, or it is not clear which one.
    pub fn read(&self, text: &str) -> Result<Moment, TimeFault> {
        let text = text.trim();
        if let Some(epoch) = self.epoch {
            return counted(text, epoch);
        }
        let point = self.formats.read(
            text,
            |text| Iso::new(text).point(),
            |tm| {
                if is_instant(tm) {
                    return tm
                        .to_zoned_datetime()
                        .map(|zoned| Ok(Point::Instant(zoned.timestamp())))
                        // What fails is mostly the date; that is said in plain words.
                        .map_err(|error| match date_of(tm) {
                            Ok(_) => TimeFault::NoSuch(reason(&error)),
                            Err(fault) => fault,
                        })?;
                }
                let date = date_of(tm)?;
                let time = tm.to_time().map_err(|error| TimeFault::NoSuch(reason(&error)))?;
                Ok(Point::Local(DateTime::from_parts(date, time)))
            },
        )?;
        let nanos = match (point, &self.zone) {
            (Point::Instant(_), _) if !self.instant => return Err(TimeFault::Offset),
            (Point::Instant(instant), _) => instant.as_nanosecond(),
            (Point::Offset(local, offset), _) => {
                if !self.instant {
                    return Err(TimeFault::Offset);
                }
                offset.to_timestamp(local).map_err(|_| TimeFault::OutOfRange)?.as_nanosecond()
            }
            (Point::Local(local), Some((name, zone))) => {
                in_zone(local, name, zone)?.as_nanosecond()
            }
            (Point::Local(_), None) if self.instant => return Err(TimeFault::NoOffset),
            (Point::Local(local), None) => {
                i128::from(days(local.date())) * 86_400_000_000_000
                    + i128::from(nanos(local.time()))
            }
        };
        let (micros, rounded) = half_to_even(nanos, 1000);
        let micros = i64::try_from(micros).map_err(|_| TimeFault::OutOfRange)?;
        Ok(Moment { micros, rounded })
    }
}

/// What a text says.
#[derive(Clone, Copy, Debug)]
enum Point {
    Instant(Timestamp),
    Offset(DateTime, Offset),
    Local(DateTime),
}

/// A local time in a zone, where that is one instant.
fn in_zone(local: DateTime, name: &str, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    let found = zone.to_ambiguous_timestamp(local);
    match found.offset() {
        AmbiguousOffset::Unambiguous { .. } => {
            found.unambiguous().map_err(|_| TimeFault::OutOfRange)
        }
        AmbiguousOffset::Gap { .. } => Err(TimeFault::Gap(name.to_owned())),
        AmbiguousOffset::Fold { before, after } => {
            Err(TimeFault::Fold(name.to_owned(), [before.to_string(), after.to_string()]))
        }
    }
}

/// A count since the epoch.
fn counted(text: &str, epoch: Epoch) -> Result<Moment, TimeFault> {
    let number = parse_number(text, &Notation::default()).map_err(TimeFault::Count)?;
    let decimals = match epoch {
        Epoch::Seconds => 6,
        Epoch::Millis => 3,
        Epoch::Micros => 0,
    };
    let (micros, rounded) = number.to_decimal(38, decimals).map_err(|_| TimeFault::OutOfRange)?;
    let micros = i64::try_from(micros).map_err(|_| TimeFault::OutOfRange)?;
    Timestamp::from_microsecond(micros).map_err(|_| TimeFault::OutOfRange)?;
    Ok(Moment { micros, rounded })
}

fn days(date: Date) -> i32 {
    // Days between two dates of jiff fit: 20 000 years have 7.3 million.
    let since = date.duration_since(Date::constant(1970, 1, 1));
    i32::try_from(since.as_hours() / 24).unwrap_or(0)
}

fn nanos(time: Time) -> i64 {
    let seconds =
        (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1_000_000_000 + i64::from(time.subsec_nanosecond())
}

/// Whether what was parsed has an offset, a zone or a count of seconds.
fn is_instant(tm: &BrokenDownTime) -> bool {
    tm.offset().is_some() || tm.iana_time_zone().is_some() || tm.timestamp().is_some()
}

/// The date that was parsed, or why there is none.
fn date_of(tm: &BrokenDownTime) -> Result<Date, TimeFault> {
    tm.to_date().map_err(|error| {
        let parts = (tm.year(), tm.month(), tm.day());
        let told = match parts {
            (Some(year), Some(month), Some(day)) => no_such_day(year, month, day),
            _ => None,
        };
        TimeFault::NoSuch(told.unwrap_or_else(|| reason(&error)))
    })
}

/// Why there is no such day; none if there is.
fn no_such_day(year: i16, month: i8, day: i8) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Some(name) = usize::from(month.unsigned_abs()).checked_sub(1).and_then(|n| MONTHS.get(n))
    else {
        return Some(format!("there is no month {month}"));
    };
    let days = Date::new(year, month, 1).ok()?.days_in_month();
    (!(1..=days).contains(&day)).then(|| format!("{name} {year} has {days} days"))
}

/// Holds the time of day of a format against the sample that was written with it.
fn clock(tm: &BrokenDownTime, sample: &ZonedDateTime) -> Result<(), String> {
    let time = tm.to_time().map_err(|error| reason(&error))?;
    if tm.hour().is_some() && time.hour() != sample.time().hour() {
        return Err("an hour of a clock with twelve (`%I`) wants `%p`".to_owned());
    }
    Ok(())
}

/// The last cause of an error, which is the nearest to the point.
fn reason(error: &jiff::Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or(&text).to_owned()
}

/// The formats of a field, each proven by a sample.
#[derive(Clone, Debug)]
struct Formats {
    formats: Vec<String>,
    /// How a text is written.
    example: String,
}

impl Formats {
    fn new(
        formats: &[String],
        iso: &str,
        mut prove: impl FnMut(&BrokenDownTime, &ZonedDateTime) -> Result<(), String>,
    ) -> Result<Self, FormatFault> {
        // No two parts of it are the same, and none is what a part that is missing would be.
        let sample = Date::constant(2025, 11, 28).at(13, 5, 9, 123_456_789);
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let fault = |format: usize, reason: String| FormatFault { format: Some(format), reason };
        let sample = zone.to_zoned_datetime(sample).map_err(|error| fault(0, reason(&error)))?;
        let mut example = iso.to_owned();
        for (idx, format) in formats.iter().enumerate() {
            let written = strtime::format(format, &sample).map_err(|error| {
                fault(idx, format!("the format cannot be used: {}", reason(&error)))
            })?;
            let tm = BrokenDownTime::parse(format, &written).map_err(|error| {
                fault(idx, format!("the format cannot be read: {}", reason(&error)))
            })?;
            prove(&tm, &sample)
                .map_err(|reason| fault(idx, format!("the format does not do: {reason}")))?;
            if idx == 0 {
                example = written;
            }
        }
        Ok(Self { formats: formats.to_vec(), example })
    }

    /// Reads a text by the first format that fits; by `iso` if there are none.
    fn read<T>(
        &self,
        text: &str,
        iso: impl FnOnce(&str) -> Option<Result<T, TimeFault>>,
        make: impl Fn(&BrokenDownTime) -> Result<T, TimeFault>,
    ) -> Result<T, TimeFault> {
        let mut fault = None;
        if self.formats.is_empty() {
            return iso(text).unwrap_or_else(|| Err(TimeFault::Unlike(self.example.clone())));
        }
        for format in &self.formats {
            let Ok(tm) = BrokenDownTime::parse(format, text) else { continue };
            if is_leap_second(format, text, &tm) {
                fault.get_or_insert(leap_second());
                continue;
            }
            if let Some(doubt) = doubtful_year(text, &tm) {
                fault.get_or_insert(doubt);
                continue;
            }
            match make(&tm) {
                Ok(read) => return Ok(read),
                Err(told) => fault = fault.or(Some(told)),
            }
        }
        Err(fault.unwrap_or_else(|| TimeFault::Unlike(self.example.clone())))
    }
}

/// Why the year of a text is not believed, if it is not. The parser takes a hyphen
/// before a year for its sign, and two digits for a year of antiquity.
fn doubtful_year(text: &str, tm: &BrokenDownTime) -> Option<TimeFault> {
    let year = tm.year().or_else(|| tm.iso_week_year())?;
    let reason = match year {
        ..0 => "a year has no sign".to_owned(),
        0..100 if !text.contains(&format!("{year:04}")) => {
            "a year below 100 is written with four digits; `%y` reads two".to_owned()
        }
        _ => return None,
    };
    Some(TimeFault::NoSuch(reason))
}

fn leap_second() -> TimeFault {
    TimeFault::NoSuch(
        "a minute has 60 seconds, from 0 to 59; leap seconds have no place".to_owned(),
    )
}

/// Whether the seconds of a text are 60, which is parsed as 59.
fn is_leap_second(format: &str, text: &str, tm: &BrokenDownTime) -> bool {
    tm.second() == Some(59)
        && text.match_indices("60").any(|(at, _)| {
            let other = format!("{}59{}", &text[..at], &text[at + 2..]);
            BrokenDownTime::parse(format, &other).is_ok_and(|other| {
                let parts = |tm: &BrokenDownTime| {
                    let day = (tm.year(), tm.month(), tm.day(), tm.day_of_year());
                    (day, tm.hour(), tm.minute(), tm.second(), tm.subsec_nanosecond(), tm.offset())
                };
                parts(&other) == parts(tm)
            })
        })
}

/// ISO 8601 in its extended form. Each part gives what it read and the rest of
/// the text; none if the text is written in another way.
struct Iso<'t> {
    text: &'t str,
}

type Part<'t, T> = Option<(Result<T, TimeFault>, &'t str)>;

impl<'t> Iso<'t> {
    fn new(text: &'t str) -> Self {
        Self { text }
    }

    fn date(&self) -> Part<'t, Date> {
        let (year, rest) = digits(self.text, 4)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (year, month, day) =
            (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let date = Date::new(year, month, day).map_err(|error| {
            TimeFault::NoSuch(no_such_day(year, month, day).unwrap_or_else(|| reason(&error)))
        });
        Some((date, rest))
    }

    fn time(&self) -> Part<'t, Time> {
        let (hour, rest) = digits(self.text, 2)?;
        let (minute, mut rest) = digits(rest.strip_prefix(':')?, 2)?;
        let (mut second, mut nanos) = (0, 0);
        if let Some(behind) = rest.strip_prefix(':') {
            (second, rest) = digits(behind, 2)?;
            if let Some(behind) = rest.strip_prefix(['.', ',']) {
                let count = behind.bytes().take_while(u8::is_ascii_digit).count();
                let scale = u32::try_from(count).ok().filter(|count| (1..=9).contains(count))?;
                (nanos, rest) = digits(behind, count)?;
                nanos *= 10_i32.pow(9 - scale);
            }
        }
        if second == 60 {
            return Some((Err(leap_second()), rest));
        }
        let part = |number: i32| i8::try_from(number).ok();
        let time = Time::new(part(hour)?, part(minute)?, part(second)?, nanos)
            .map_err(|_| TimeFault::NoSuch("a day ends at 23:59:59".to_owned()));
        Some((time, rest))
    }

    fn point(&self) -> Option<Result<Point, TimeFault>> {
        let (date, rest) = self.date()?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (time, rest) = Iso::new(rest).time()?;
        let offset = match rest {
            "" => None,
            "Z" | "z" => Some(Ok(Offset::UTC)),
            _ => Some(offset(rest)?),
        };
        Some(date.and_then(|date| {
            let local = DateTime::from_parts(date, time?);
            Ok(match offset {
                None => Point::Local(local),
                Some(offset) => Point::Offset(local, offset?),
            })
        }))
    }
}

/// So many digits at the start of a text, and the rest.
fn digits(text: &str, count: usize) -> Option<(i32, &str)> {
    let head = text.get(..count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((head.parse().ok()?, &text[count..]))
}

/// `+hh`, `+hhmm` or `+hh:mm`; none if it is written in another way.
fn offset(text: &str) -> Option<Result<Offset, TimeFault>> {
    let rest = text.strip_prefix(['+', '-'])?;
    let (hours, rest) = digits(rest, 2)?;
    let minutes = match rest {
        "" => 0,
        rest => match digits(rest.strip_prefix(':').unwrap_or(rest), 2)? {
            (minutes, "") => minutes,
            _ => return None,
        },
    };
    let seconds = (hours * 60 + minutes) * 60;
    let seconds = if text.starts_with('-') { -seconds } else { seconds };
    let known = Offset::from_seconds(seconds).ok().filter(|_| minutes < 60);
    Some(known.ok_or_else(|| TimeFault::NoSuch(format!("no place has the offset {text}"))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn formats(formats: &[&str]) -> Vec<String> {
        formats.iter().map(|&format| format.to_owned()).collect()
    }

    fn date(list: &[&str], text: &str) -> Result<i32, String> {
        DatePlan::new(&formats(list)).unwrap().read(text).map_err(|fault| fault.to_string())
    }

    fn time(list: &[&str], text: &str) -> Result<i64, String> {
        TimePlan::new(&formats(list)).unwrap().read(text).map_err(|fault| fault.to_string())
    }

    /// The point in time as jiff writes it, with `~` where it was rounded.
    fn point(plan: &DatetimePlan, text: &str) -> Result<String, String> {
        let moment = plan.read(text).map_err(|fault| fault.to_string())?;
        let written = Timestamp::from_microsecond(moment.micros).unwrap().to_string();
        Ok(format!("{}{written}", if moment.rounded { "~" } else { "" }))
    }

    fn plan(list: &[&str], zone: Option<&str>, epoch: Option<&str>) -> DatetimePlan {
        DatetimePlan::new(&formats(list), zone, epoch.and_then(Epoch::of)).unwrap()
    }

    const DECEMBER: i32 = 20453;

    #[test]
    fn dates_of_iso() {
        assert_eq!(date(&[], "1970-01-01"), Ok(0));
        assert_eq!(date(&[], " 2025-12-31 "), Ok(DECEMBER));
        assert_eq!(date(&[], "1969-12-31"), Ok(-1));
        assert_eq!(date(&[], "2024-02-29"), Ok(19782));
        assert_eq!(date(&[], "0001-01-01"), Ok(-719_162));
        let unlike = Err("it is not written like `2025-12-31`".to_owned());
        for text in [
            "2025-1-5",
            "20251231",
            "2025-12-31T00:00",
            "2025-12",
            "31.12.2025",
            "",
            "２０２５-12-31",
        ] {
            assert_eq!(date(&[], text), unlike, "{text}");
        }
        assert_eq!(date(&[], "2025-02-31"), Err("February 2025 has 28 days".to_owned()));
        assert_eq!(date(&[], "2025-04-31"), Err("April 2025 has 30 days".to_owned()));
        assert_eq!(date(&[], "2025-13-01"), Err("there is no month 13".to_owned()));
        assert_eq!(date(&[], "2025-01-00"), Err("January 2025 has 31 days".to_owned()));
    }

    #[test]
    fn dates_by_formats() {
        let list = ["%Y-%m-%d", "%d.%m.%Y", "%Y年%m月%d日"];
        assert_eq!(date(&list, "2025-12-31"), Ok(DECEMBER));
        assert_eq!(date(&list, "31.12.2025"), Ok(DECEMBER));
        assert_eq!(date(&list, "2025年3月5日"), Ok(20152));
        assert_eq!(date(&list, "31.02.2025"), Err("February 2025 has 28 days".to_owned()));
        let unlike = Err("it is not written like `2025-11-28`".to_owned());
        assert_eq!(date(&list, "31.12.2025 noon"), unlike);
        assert_eq!(date(&list, "n/a"), unlike);
        assert_eq!(date(&["%d %b %Y"], "1 JAN 1900"), Ok(-25567));
        assert_eq!(date(&["%B %d, %Y"], "december 31, 2025"), Ok(DECEMBER));
        assert_eq!(date(&["%d/%m/%y"], "31/12/25"), Ok(DECEMBER));
        assert_eq!(date(&["%d/%m/%y"], "31/12/69"), Ok(-1));
        assert_eq!(date(&["%Y%m%d"], "20251231"), Ok(DECEMBER));
        assert_eq!(date(&["%Y-%j"], "2025-365"), Ok(DECEMBER));
        assert_eq!(date(&["%G-W%V-%u"], "2026-W01-3"), Ok(DECEMBER));
        assert_eq!(date(&["%a, %d %b %Y"], "Wed, 31 Dec 2025"), Ok(DECEMBER));
        assert!(date(&["%a, %d %b %Y"], "Thu, 31 Dec 2025").unwrap_err().contains("weekday"));
    }

    #[test]
    fn a_year_has_no_sign_and_two_digits_are_no_year_of_antiquity() {
        let sign = Err("a year has no sign".to_owned());
        for text in ["-2025-12-31", "- 2025-12-31"] {
            assert_eq!(date(&["%Y-%m-%d"], text), sign, "{text}");
        }
        for text in ["25-12-31", "5-12-31", "025-12-31"] {
            let told = date(&["%Y-%m-%d"], text).unwrap_err();
            assert!(told.contains("four digits"), "{text}: {told}");
        }
        assert_eq!(date(&["%Y-%m-%d", "%y-%m-%d"], "25-12-31"), Ok(DECEMBER));
        assert!(date(&["%Y-%m-%d"], "0025-12-31").is_ok());
        assert!(date(&["%Y-%m-%d"], "825-12-31").is_ok());
    }

    #[test]
    fn times_of_day() {
        let noon = 12 * 3600 * 1_000_000_000;
        assert_eq!(time(&[], "12:00"), Ok(noon));
        assert_eq!(time(&[], "12:00:01.5"), Ok(noon + 1_500_000_000));
        assert_eq!(time(&[], "12:00:00,000000001"), Ok(noon + 1));
        assert_eq!(time(&[], "24:00"), Err("a day ends at 23:59:59".to_owned()));
        assert!(time(&[], "23:59:60").unwrap_err().contains("leap"));
        let unlike = Err("it is not written like `23:59:59`".to_owned());
        for text in ["12", "1200", "12:00Z", "12:00:", "12:00:00.", "12:00:00.1234567890"] {
            assert_eq!(time(&[], text), unlike, "{text}");
        }
        assert_eq!(time(&["%I:%M %p"], "12:00 pm"), Ok(noon));
        assert_eq!(time(&["%I:%M %p"], "1:00 AM"), Ok(3600 * 1_000_000_000));
        assert_eq!(time(&["%H:%M:%S%.f"], "12:00:00.25"), Ok(noon + 250_000_000));
        assert!(time(&["%H:%M:%S"], "12:59:60").unwrap_err().contains("leap"));
        assert!(time(&["%H:%M:%S"], "12:60:59").is_err());
    }

    #[test]
    fn a_sixtieth_second_is_told_and_a_year_with_60_is_not() {
        let plan = plan(&["%Y-%m-%d %H:%M:%S"], None, None);
        assert_eq!(point(&plan, "1960-12-31 23:59:59").unwrap(), "1960-12-31T23:59:59Z");
        assert!(point(&plan, "2016-12-31 23:59:60").unwrap_err().contains("leap"));
    }

    #[test]
    fn points_in_time_of_iso() {
        let utc = plan(&[], Some("UTC"), None);
        assert!(utc.is_instant());
        let noon = "2025-07-01T12:00:00Z";
        for text in [
            "2025-07-01T12:00:00Z",
            "2025-07-01T14:00:00+02:00",
            "2025-07-01 14:00+02",
            "2025-07-01t06:30:00.000-0530",
            "2025-07-01 12:00",
        ] {
            assert_eq!(point(&utc, text).as_deref(), Ok(noon), "{text}");
        }
        assert_eq!(
            point(&utc, "2025-07-01T12:00:00.1234565Z").as_deref(),
            Ok("~2025-07-01T12:00:00.123456Z")
        );
        assert_eq!(
            point(&utc, "2025-07-01T12:00:00.123456Z").as_deref(),
            Ok("2025-07-01T12:00:00.123456Z")
        );
        assert_eq!(point(&utc, "2025-06-31T12:00:00Z"), Err("June 2025 has 30 days".to_owned()));
        assert!(point(&utc, "2025-07-01T12:00:00+30:00").unwrap_err().contains("no place"));
        for text in
            ["2025-07-01", "2025-07-01T12:00:00 Z", "2025-07-01T12:00Z[UTC]", "2025-07-01T12"]
        {
            assert_eq!(
                point(&utc, text),
                Err("it is not written like `2025-12-31T23:59:59`".to_owned()),
                "{text}"
            );
        }
        // Without a zone a column holds local times, and an offset has no place in it.
        let local = plan(&[], None, None);
        assert!(!local.is_instant());
        assert_eq!(point(&local, "2025-07-01T12:00:00").as_deref(), Ok(noon));
        assert_eq!(local.read("2025-07-01T12:00:00Z"), Err(TimeFault::Offset));
    }

    #[test]
    fn zones_have_gaps_and_folds() {
        let berlin = plan(&["%Y-%m-%d %H:%M:%S"], Some("Europe/Berlin"), None);
        assert_eq!(point(&berlin, "2025-07-01 12:00:00").as_deref(), Ok("2025-07-01T10:00:00Z"));
        assert_eq!(point(&berlin, "2025-01-01 12:00:00").as_deref(), Ok("2025-01-01T11:00:00Z"));
        let gap = TimeFault::Gap("Europe/Berlin".to_owned());
        assert_eq!(berlin.read("2025-03-30 02:30:00"), Err(gap));
        let offsets = ["+02".to_owned(), "+01".to_owned()];
        let fold = TimeFault::Fold("Europe/Berlin".to_owned(), offsets);
        assert_eq!(berlin.read("2025-10-26 02:30:00"), Err(fold));
    }

    #[test]
    fn points_in_time_by_formats_with_an_offset() {
        let mail = plan(&["%a, %d %b %Y %T %z"], None, None);
        assert!(mail.is_instant());
        assert_eq!(
            point(&mail, "Tue, 01 Jul 2025 14:00:00 +0200").as_deref(),
            Ok("2025-07-01T12:00:00Z")
        );
        assert_eq!(
            point(&mail, "Mon, 31 Feb 2025 14:00:00 +0200"),
            Err("February 2025 has 28 days".to_owned())
        );
        let named = plan(&["%F %T %Q"], None, None);
        assert_eq!(
            point(&named, "2025-07-01 14:00:00 Europe/Berlin").as_deref(),
            Ok("2025-07-01T12:00:00Z")
        );
        let seconds = plan(&["%s"], None, None);
        assert_eq!(point(&seconds, "1751371200").as_deref(), Ok("2025-07-01T12:00:00Z"));
        let day = plan(&["%d.%m.%Y"], None, None);
        assert_eq!(point(&day, "01.07.2025").as_deref(), Ok("2025-07-01T00:00:00Z"));
    }

    #[test]
    fn counts_since_the_epoch() {
        let read = |unit: &str, text: &str| point(&plan(&[], None, Some(unit)), text);
        assert_eq!(read("s", "1751371200").as_deref(), Ok("2025-07-01T12:00:00Z"));
        assert_eq!(read("s", "1751371200.25").as_deref(), Ok("2025-07-01T12:00:00.25Z"));
        assert_eq!(read("s", "-1").as_deref(), Ok("1969-12-31T23:59:59Z"));
        assert_eq!(read("s", "1.7513712e9").as_deref(), Ok("2025-07-01T12:00:00Z"));
        assert_eq!(read("ms", "1751371200000").as_deref(), Ok("2025-07-01T12:00:00Z"));
        assert_eq!(read("us", "1751371200000000").as_deref(), Ok("2025-07-01T12:00:00Z"));
        assert_eq!(read("us", "0.5").as_deref(), Ok("~1970-01-01T00:00:00Z"));
        assert_eq!(read("s", "1751371200000"), Err("it lies beyond the year 9999".to_owned()));
        assert!(read("s", "soon").unwrap_err().starts_with("it is no count"));
    }

    #[test]
    fn a_format_that_does_not_do_is_told() {
        let told = |fault: FormatFault| format!("{:?} {}", fault.format, fault.reason);
        let date = |list: &[&str]| told(DatePlan::new(&formats(list)).unwrap_err());
        let time = |list: &[&str]| told(TimePlan::new(&formats(list)).unwrap_err());
        let point = |list: &[&str], zone, epoch: Option<&str>| {
            told(DatetimePlan::new(&formats(list), zone, epoch.and_then(Epoch::of)).unwrap_err())
        };
        insta::assert_debug_snapshot!([
            date(&["%Y-%m-%d", "%H:%M"]),
            date(&["%d.%m."]),
            date(&["%Y"]),
            date(&["%Y-%m-%d %H:%M"]),
            date(&["%Y-%E-%d"]),
            date(&["%x"]),
            date(&["no format"]),
            date(&["%"]),
            time(&["%I:%M"]),
            time(&["%M:%S"]),
            time(&["%Y %H:%M"]),
            point(&["%H:%M"], None, None),
            point(&["%F %T %Z"], None, None),
            point(&["%F %T", "%F %T %z"], None, None),
            point(&[], Some("Europe/Bonn"), None),
            point(&[], Some("UTC"), Some("s")),
        ], @r##"
        [
            "Some(1) the format does not do: year required to parse date",
            "Some(0) the format does not do: year required to parse date",
            "Some(0) the format does not do: a month/day, day-of-year or week date must be present to create a date, but none were found",
            "Some(0) the format does not do: a date has no time of day: type `datetime`",
            "Some(0) the format cannot be used: found unrecognized specifier directive `E`",
            "Some(0) the format cannot be read: parsing locale date is not allowed",
            "Some(0) the format does not do: year required to parse date",
            "Some(0) the format cannot be used: invalid format string, expected byte after `%`, but found end of format string",
            "Some(0) the format does not do: an hour of a clock with twelve (`%I`) wants `%p`",
            "Some(0) the format does not do: parsing format did not include hour directive, but did include minute directive (cannot have smaller time units with bigger time units missing)",
            "Some(0) the format does not do: a time of day has neither date nor offset: type `datetime`",
            "Some(0) the format does not do: year required to parse date",
            "Some(0) the format cannot be read: parsing time zone abbreviation is not allowed",
            "None some formats have an offset and others have none: name the `zone` of those",
            "None no time zone is called `Europe/Bonn`",
            "None a count since the epoch has neither `formats` nor a `zone`",
        ]
        "##);
    }

    proptest! {
        #[test]
        fn every_date_is_read_as_it_is_written(days in -719_162_i32..2_932_896) {
            let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let plan = DatePlan::new(&[]).unwrap();
            prop_assert_eq!(plan.read(&date.to_string()), Ok(days));
            for format in ["%Y年%m月%d日", "%d %B %Y", "%j/%Y", "%-d.%-m.%Y"] {
                let plan = DatePlan::new(&formats(&[format])).unwrap();
                prop_assert_eq!(plan.read(&date.strftime(format).to_string()), Ok(days));
            }
        }

        #[test]
        fn every_instant_is_read_as_it_is_written(micros in -62_135_596_800_000_000_i64..253_402_207_200_000_000) {
            let instant = Timestamp::from_microsecond(micros).unwrap();
            let utc = plan(&[], Some("UTC"), None);
            prop_assert_eq!(utc.read(&instant.to_string()), Ok(Moment { micros, rounded: false }));
            prop_assert_eq!(plan(&[], None, Some("us")).read(&micros.to_string()), Ok(Moment { micros, rounded: false }));
        }

        #[test]
        fn no_text_panics(text in "[-0-9TZ:.+年 ]{0,24}", format in "(%[-_0]?[a-zA-Z]|[-: 年%.]){0,6}") {
            let _ = plan(&[], Some("Asia/Shanghai"), None).read(&text);
            let _ = DatePlan::new(&[]).unwrap().read(&text);
            let _ = TimePlan::new(&[]).unwrap().read(&text);
            let list = formats(&[&format]);
            let _ = DatePlan::new(&list).map(|plan| plan.read(&text));
            let _ = TimePlan::new(&list).map(|plan| plan.read(&text));
            let _ = DatetimePlan::new(&list, None, None).map(|plan| plan.read(&text));
        }
    }
}
