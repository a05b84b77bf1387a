//! Dates, times of day and points in time.
//!
//! In: a text. Out: days, nanoseconds or microseconds, or a [`TimeFault`] that
//! says why there are none. Plans are compiled once: what a format cannot say,
//! a [`FormatFault`] tells before the first record is read.
//!
#![doc = include_str!("date.md")]

use std::fmt;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::number::{Notation, NumberFault, half_to_even, parse_number};
use super::strftime::{Format, Said};
use crate::data::{days_of, nanos_of};

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
    /// What the schema could say instead, if that helps.
    pub remedy: Option<String>,
}

impl fmt::Display for FormatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FormatFault {}

/// What AM and PM are.
pub(super) const HALF: &str = "half of the day";

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
    /// It says the same part in two ways that differ.
    Contradiction {
        /// What is said twice, by its name.
        part: &'static str,
        /// What it is, and what else it is.
        said: [String; 2],
    },
    /// It has an offset, and the column has no zone.
    Offset,
    /// It has no offset, and the column has no zone for it.
    NoOffset,
    /// A count that is no number.
    Count(NumberFault),
    /// A point in time before the year 0001 or behind 9999, of UTC where it is an instant.
    OutOfRange {
        /// Whether it is a count, whose unit may be another.
        counted: bool,
    },
}

impl TimeFault {
    /// What the schema could say to have the text read, if that helps.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Unlike(_) => Some("name the way it is written in `formats`"),
            Self::Offset => Some("`zone = \"UTC\"` makes the column one of instants"),
            Self::NoOffset => Some("name the zone of texts without an offset: `zone = \"…\"`"),
            Self::OutOfRange { counted: true } => Some("look at the unit of `epoch`"),
            Self::Contradiction { part: HALF, .. } => {
                Some("`%I` reads the hour of a clock with twelve, `%H` one from 0 to 23")
            }
            Self::NoSuch(_)
            | Self::Gap(_)
            | Self::Fold(..)
            | Self::Contradiction { .. }
            | Self::Count(_)
            | Self::OutOfRange { counted: false } => None,
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
            Self::Contradiction { part, said: [one, other] } => {
                write!(f, "it contradicts itself: the {part} is {one} and {other}")
            }
            Self::Offset => f.write_str("it has an offset from UTC, and the column has no zone"),
            Self::NoOffset => f.write_str("it has no offset from UTC"),
            Self::Count(fault) => write!(f, "it is no count: {fault}"),
            Self::OutOfRange { .. } => f.write_str("it lies beyond the years 0001 to 9999"),
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
        let formats = Formats::new(formats, "2025-12-31", |said| {
            if said.has_count() {
                return Err("a date has neither time of day nor offset: type `datetime`".to_owned());
            }
            said.date().map_err(|fault| fault.to_string())?;
            if said.has_time() || said.has_instant() {
                return Err("a date has neither time of day nor offset: type `datetime`".to_owned());
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
            Said::date,
        )?;
        if !(1..=9999).contains(&date.year()) {
            return Err(TimeFault::OutOfRange { counted: false });
        }
        Ok(days_of(date))
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
        let formats = Formats::new(formats, "23:59:59", |said| {
            if said.has_date() || said.has_instant() {
                return Err("a time of day has neither date nor offset: type `datetime`".to_owned());
            }
            if !said.has_time() {
                return Err("it has no hour".to_owned());
            }
            said.time().map_err(|fault| fault.to_string())?;
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
            Said::time,
        )?;
        Ok(nanos_of(time))
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
        let fault = |reason: String| FormatFault { format: None, reason, remedy: None };
        if epoch.is_some() && (!formats.is_empty() || zone.is_some()) {
            let reason = "a count since the epoch has neither `formats` nor a `zone`";
            return Err(fault(reason.to_owned()));
        }
        let mut offsets = Vec::new();
        let mut formats = Formats::new(formats, "2025-12-31T23:59:59", |said| {
            offsets.push(said.has_instant());
            if said.has_count() {
                let more = said.has_date() || said.has_time();
                let why =
                    "beside `%s` there may be a fraction, an offset and a zone, and nothing else";
                return if more { Err(why.to_owned()) } else { Ok(()) };
            }
            said.date().and_then(|_| said.time()).map_err(|fault| fault.to_string())?;
            Ok(())
        })?;
        let all = !offsets.is_empty() && offsets.iter().all(|offset| *offset);
        if zone.is_none() && !all && offsets.contains(&true) {
            let reason =
                "some formats have an offset and others have none: name the `zone` of those";
            return Err(fault(reason.to_owned()));
        }
        let zone = match zone {
            Some(name) => {
                let known = known_zone(name)
                    .ok_or_else(|| fault(format!("no time zone is called `{name}`")))?;
                Some((name.to_owned(), known))
            }
            None => None,
        };
        if let Some((name, zone)) = &zone {
            formats.heed_offsets(name, zone)?;
        }
        let instant = zone.is_some() || epoch.is_some() || all;
        Ok(Self { formats, zone, epoch, instant })
    }

    /// The zone of texts without an offset.
    #[must_use]
    pub fn zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref().map(|(_, zone)| zone)
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
        let point = self.formats.read(text, |text| Iso::new(text).point(), point_of)?;
        let nanos = match (point, &self.zone) {
            (Point::Instant(_), _) if !self.instant => return Err(TimeFault::Offset),
            (Point::Instant(nanos), _) => nanos,
            (Point::Local(local), Some((name, zone))) => {
                at_offset(local, offset_in_zone(local, name, zone, None)?)
            }
            (Point::Local(_), None) if self.instant => return Err(TimeFault::NoOffset),
            (Point::Local(local), None) => on_clock(local),
        };
        let (micros, rounded) = half_to_even(nanos, 1000);
        moment(micros, rounded, false)
    }
}

/// What a text says.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// Nanoseconds since 1970-01-01T00:00:00Z. jiff's own count ends before the last day of 9999 does.
    Instant(i128),
    Local(DateTime),
}

/// The point in time that a text says by a format.
fn point_of(said: &Said) -> Result<Point, TimeFault> {
    if let Some(nanos) = said.counted() {
        return Ok(Point::Instant(nanos));
    }
    let local = DateTime::from_parts(said.date()?, said.time()?);
    Ok(match (said.zone(), said.offset()) {
        (Some((name, zone)), offset) => {
            let offset = offset_in_zone(local, name, zone, offset)?;
            is_in_force(name, zone, local, offset)?;
            Point::Instant(at_offset(local, offset))
        }
        (None, Some(offset)) => Point::Instant(at_offset(local, offset)),
        (None, None) => Point::Local(local),
    })
}

/// Nanoseconds since 1970-01-01T00:00:00 on the same clock.
fn on_clock(local: DateTime) -> i128 {
    i128::from(days_of(local.date())) * 86_400_000_000_000 + i128::from(nanos_of(local.time()))
}

fn at_offset(local: DateTime, offset: Offset) -> i128 {
    on_clock(local) - i128::from(offset.seconds()) * 1_000_000_000
}

/// The offset of a local time in a zone, where that is one instant, or the text has the offset.
fn offset_in_zone(
    local: DateTime,
    name: &str,
    zone: &TimeZone,
    said: Option<Offset>,
) -> Result<Offset, TimeFault> {
    Ok(match (zone.to_ambiguous_timestamp(local).offset(), said) {
        (AmbiguousOffset::Gap { .. }, _) => return Err(TimeFault::Gap(name.to_owned())),
        (AmbiguousOffset::Fold { before, after }, Some(said))
            if said == before || said == after =>
        {
            said
        }
        (AmbiguousOffset::Fold { before, after }, None) => {
            let offsets = [before.to_string(), after.to_string()];
            return Err(TimeFault::Fold(name.to_owned(), offsets));
        }
        (AmbiguousOffset::Unambiguous { offset }, None) => offset,
        (
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. },
            Some(said),
        ) => {
            if said != offset {
                let said = [said.to_string(), offset.to_string()];
                return Err(TimeFault::Contradiction { part: "offset", said });
            }
            said
        }
    })
}

/// Zones whose name is the abbreviation of one offset, and how many hours that is from UTC. Some have summer time.
const ABBREVIATIONS: [(&str, i8); 7] =
    [("WET", 0), ("CET", 1), ("MET", 1), ("EET", 2), ("EST", -5), ("MST", -7), ("HST", -10)];

/// Tells an abbreviation in summer time: `CET` in July is either the offset of winter or a slip for `CEST`. In winter the
/// zone of that name has what its clocks showed, though that was another offset in some years of the past.
fn is_in_force(
    name: &str,
    zone: &TimeZone,
    local: DateTime,
    offset: Offset,
) -> Result<(), TimeFault> {
    let said = ABBREVIATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let said = said.map_or(offset, |(_, hours)| Offset::constant(*hours));
    // jiff has no timestamp in the last day of 9999, which is in winter.
    let in_summer = |at| zone.to_offset_info(at).dst().is_dst();
    if said == offset || !offset.to_timestamp(local).is_ok_and(in_summer) {
        return Ok(());
    }
    Err(TimeFault::NoSuch(format!(
        "`{name}` is the offset {said}, and the clocks of the zone of that name showed {offset} then"
    )))
}

/// Whether the clocks of a zone show an offset from a time on.
fn shows(zone: &TimeZone, from: Timestamp, offset: Offset) -> bool {
    zone.to_offset(from) == offset && zone.following(from).next().is_none()
}

/// From when on the clocks of zones without summer time have shown one offset, but for few: 2000-01-01.
const LATELY: Timestamp = Timestamp::constant(946_684_800, 0);

/// A time zone by its name.
pub(crate) fn known_zone(name: &str) -> Option<TimeZone> {
    // What is unknown has a name too, by which it would be taken for UTC.
    TimeZone::get(name).ok().filter(|zone| !zone.is_unknown())
}

/// The zone that is most likely meant by a name that is none: all letters of a part of its
/// path are there but for a slip or two, in any case.
pub(crate) fn nearest_zone(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let known: Vec<_> = jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
    let tail = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_lowercase();
    let city = known.iter().find(|zone| tail(zone) == lower.replace(' ', "_"));
    let like = || {
        let slips = |zone: &String| strsim::damerau_levenshtein(&lower, &zone.to_lowercase());
        let nearest = known.iter().map(|zone| (slips(zone), zone)).min_by_key(|(slips, _)| *slips);
        nearest.filter(|(slips, _)| *slips <= 2 && name.len() > 3).map(|(_, zone)| zone)
    };
    (name.len() <= 64).then(|| city.or_else(like).cloned()).flatten()
}

/// A count since the epoch.
fn counted(text: &str, epoch: Epoch) -> Result<Moment, TimeFault> {
    let number = parse_number(text, &Notation::default()).map_err(TimeFault::Count)?;
    let decimals = match epoch {
        Epoch::Seconds => 6,
        Epoch::Millis => 3,
        Epoch::Micros => 0,
    };
    let beyond = TimeFault::OutOfRange { counted: true };
    let (micros, rounded) = number.to_decimal(38, decimals).map_err(|_| beyond)?;
    moment(micros, rounded, true)
}

/// From 0001-01-01T00:00:00 to 9999-12-31T23:59:59.999999, in microseconds.
const YEARS: RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// A moment, where it lies in the years that there are.
fn moment(micros: i128, rounded: bool, counted: bool) -> Result<Moment, TimeFault> {
    let micros = i64::try_from(micros).ok().filter(|micros| YEARS.contains(micros));
    let micros = micros.ok_or(TimeFault::OutOfRange { counted })?;
    Ok(Moment { micros, rounded })
}

pub(super) const MONTHS: [&str; 12] = [
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

/// The day of a month, or why there is none.
pub(super) fn day_of(year: i32, month: i32, day: i32) -> Result<Date, TimeFault> {
    let place = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
    let Some(name) = place.and_then(|place| MONTHS.get(place)) else {
        return Err(TimeFault::NoSuch(format!("there is no month {month}")));
    };
    let first = i16::try_from(year).ok().zip(i8::try_from(month).ok());
    let first = first.and_then(|(year, month)| Date::new(year, month, 1).ok());
    let first = first.ok_or(TimeFault::OutOfRange { counted: false })?;
    let found = i8::try_from(day).ok().and_then(|day| first.with().day(day).build().ok());
    found.ok_or_else(|| {
        TimeFault::NoSuch(format!("{name} {year} has {} days", first.days_in_month()))
    })
}

/// A time of day, or why there is none.
pub(super) fn time_of(hour: i32, minute: i32, second: i32, nanos: i32) -> Result<Time, TimeFault> {
    let part = |number: i32| i8::try_from(number).ok();
    let time = part(hour).zip(part(minute)).zip(part(second));
    let time = time.and_then(|((h, m), s)| Time::new(h, m, s, nanos).ok());
    time.ok_or_else(|| {
        let why = if hour > 23 {
            "a day ends at 23:59:59"
        } else if minute > 59 {
            "an hour has 60 minutes, from 0 to 59"
        } else {
            "a minute has 60 seconds, from 0 to 59; leap seconds have no place"
        };
        TimeFault::NoSuch(why.to_owned())
    })
}

/// The last cause of an error, which is the nearest to the point.
fn reason(error: &jiff::Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or(&text).to_owned()
}

/// The formats of a field, each proven by a sample.
#[derive(Clone, Debug)]
struct Formats {
    formats: Vec<Format>,
    /// How a text is written.
    example: String,
}

impl Formats {
    fn new(
        formats: &[String],
        iso: &str,
        mut prove: impl FnMut(&Said) -> Result<(), String>,
    ) -> Result<Self, FormatFault> {
        // No two parts of it are the same, and none is what a part that is missing would be.
        let sample = Date::constant(2025, 11, 28).at(13, 5, 9, 123_456_789);
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let fault = |format: usize, reason: String| FormatFault {
            format: Some(format),
            reason,
            remedy: None,
        };
        let sample = zone.to_zoned_datetime(sample).map_err(|error| fault(0, reason(&error)))?;
        let mut example = iso.to_owned();
        let mut compiled = Vec::with_capacity(formats.len());
        for (idx, text) in formats.iter().enumerate() {
            let unusable = |why| fault(idx, format!("the format cannot be read: {why}"));
            let format = Format::new(text).map_err(unusable)?;
            let written = strtime::format(text, &sample);
            let written = written.map_err(|error| unusable(reason(&error)))?.trim().to_owned();
            let said = format.read(&written).unwrap_or_else(|| {
                Err(TimeFault::NoSuch("its parts run into each other".to_owned()))
            });
            let said = said.map_err(|why| {
                fault(idx, format!("the format cannot be read, as in `{written}`: {why}"))
            })?;
            prove(&said)
                .map_err(|reason| fault(idx, format!("the format does not do: {reason}")))?;
            if idx == 0 {
                example = written;
            }
            compiled.push(format);
        }
        Ok(Self { formats: compiled, example })
    }

    /// Has offsets count that formats have in plain letters, `Z` or `UTC`: texts with them are in no other zone. Those that
    /// a word of a format reads are to be written as that.
    fn heed_offsets(&mut self, name: &str, zone: &TimeZone) -> Result<(), FormatFault> {
        for (idx, format) in self.formats.iter_mut().enumerate() {
            let Some(written) = format.offset_in_letters() else { continue };
            if shows(zone, Timestamp::MIN, written.offset) {
                continue;
            }
            let text = &written.text;
            let is_word = offset(text).is_some_and(|(_, rest)| rest.is_empty());
            if is_word && !shows(zone, LATELY, written.offset) {
                return Err(FormatFault {
                    format: Some(idx),
                    reason: format!(
                        "the format does not do: `{text}` is an offset from UTC, and the clocks of `{name}` show another"
                    ),
                    remedy: Some(format!("write `%z` for `{text}`: it reads the offset")),
                });
            }
            format.heed(written);
        }
        Ok(())
    }

    /// Reads a text by the first format that fits; by `iso` if there are none.
    fn read<T>(
        &self,
        text: &str,
        iso: impl FnOnce(&str) -> Option<Result<T, TimeFault>>,
        make: impl Fn(&Said) -> Result<T, TimeFault>,
    ) -> Result<T, TimeFault> {
        let unlike = || Err(TimeFault::Unlike(self.example.clone()));
        if self.formats.is_empty() {
            return iso(text).unwrap_or_else(unlike);
        }
        let mut fault = None;
        for format in &self.formats {
            let Some(said) = format.read(text) else { continue };
            match said.and_then(|said| make(&said)) {
                Ok(read) => return Ok(read),
                Err(told) => fault = fault.or(Some(told)),
            }
        }
        fault.map_or_else(unlike, Err)
    }
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
        Some((day_of(year, month, day), rest))
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
        Some((time_of(hour, minute, second, nanos), rest))
    }

    fn point(&self) -> Option<Result<Point, TimeFault>> {
        let (date, rest) = self.date()?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (time, rest) = Iso::new(rest).time()?;
        let offset = match rest {
            "" => None,
            _ => match offset(rest)? {
                (offset, "") => Some(offset),
                _ => return None,
            },
        };
        Some(date.and_then(|date| {
            let local = DateTime::from_parts(date, time?);
            Ok(match offset {
                None => Point::Local(local),
                Some(offset) => Point::Instant(at_offset(local, offset?)),
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

/// An offset from UTC and the rest: `Z`, or a sign with hours and perhaps minutes and
/// seconds; none if it is written in another way.
pub(super) fn offset(text: &str) -> Option<(Result<Offset, TimeFault>, &str)> {
    if let Some(rest) = text.strip_prefix(['Z', 'z']) {
        return Some((Ok(Offset::UTC), rest));
    }
    let (hours, mut rest) = digits(text.strip_prefix(['+', '-'])?, 2)?;
    // Colons stand between all of them, or nowhere.
    let colon = if rest.starts_with(':') { ":" } else { "" };
    let mut parts = [hours, 0, 0];
    for part in &mut parts[1..] {
        let Some((read, behind)) = rest.strip_prefix(colon).and_then(|rest| digits(rest, 2)) else {
            break;
        };
        (*part, rest) = (read, behind);
    }
    let [hours, minutes, seconds] = parts;
    let east = (hours * 60 + minutes) * 60 + seconds;
    let known = Offset::from_seconds(if text.starts_with('-') { -east } else { east }).ok();
    let known = known.filter(|_| hours < 24 && minutes < 60 && seconds < 60);
    let written = &text[..text.len() - rest.len()];
    let no_such = || TimeFault::NoSuch(format!("no place has the offset {written}"));
    Some((known.ok_or_else(no_such), rest))
}

#[cfg(test)]
mod tests {
    use jiff::fmt::strtime::BrokenDownTime;
    use proptest::prelude::*;

    use super::*;
    use crate::data::datetime_text;

    fn formats(formats: &[&str]) -> Vec<String> {
        formats.iter().map(|&format| format.to_owned()).collect()
    }

    fn date(list: &[&str], text: &str) -> Result<i32, String> {
        DatePlan::new(&formats(list)).unwrap().read(text).map_err(|fault| fault.to_string())
    }

    fn time(list: &[&str], text: &str) -> Result<i64, String> {
        TimePlan::new(&formats(list)).unwrap().read(text).map_err(|fault| fault.to_string())
    }

    /// The point in time as ISO 8601, with `~` where it was rounded.
    fn point(plan: &DatetimePlan, text: &str) -> Result<String, String> {
        let moment = plan.read(text).map_err(|fault| fault.to_string())?;
        let written = datetime_text(i128::from(moment.micros) * 1000, true);
        Ok(format!("{}{written}", if moment.rounded { "~" } else { "" }))
    }

    /// A text by one format of points in time.
    fn read(format: &str, text: &str) -> Result<String, String> {
        point(&plan(&[format], None, None), text)
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
        for text in ["-2025-12-31", "- 2025-12-31", "+2025-12-31"] {
            assert_eq!(date(&["%Y-%m-%d"], text), sign, "{text}");
        }
        assert_eq!(date(&["%d.%m.%Y"], "1.2.+2020"), sign);
        assert_eq!(date(&["%G-W%V-%u"], "+2020-W01-1"), sign);
        for text in ["25-12-31", "5-12-31", "025-12-31"] {
            let told = date(&["%Y-%m-%d"], text).unwrap_err();
            assert!(told.contains("four digits"), "{text}: {told}");
        }
        for text in ["105-12-31", "199-12-31"] {
            let told = date(&["%Y-%m-%d"], text).unwrap_err();
            assert!(told.contains("1912"), "{text}: {told}");
        }
        assert!(date(&["%Y年%m月%d日"], "105年1月5日").unwrap_err().contains("1912"));
        assert!(date(&["%Y-%m-%d"], "0105-12-31").is_ok());
        assert_eq!(date(&["%Y-%m-%d", "%y-%m-%d"], "25-12-31"), Ok(DECEMBER));
        assert!(date(&["%Y-%m-%d"], "0025-12-31").is_ok());
        assert!(date(&["%Y-%m-%d"], "825-12-31").is_ok());
    }

    #[test]
    fn a_century_counts_for_the_year() {
        assert_eq!(date(&["%C%y-%m-%d"], "1924-01-08"), date(&[], "1924-01-08"));
        assert_eq!(date(&["%C %Y-%m-%d"], "19 1924-01-08"), date(&[], "1924-01-08"));
        let told = "it contradicts itself: the century is 20 and 19";
        assert_eq!(date(&["%C %Y-%m-%d"], "20 1924-01-08"), Err(told.to_owned()));
    }

    #[test]
    fn what_is_said_twice_is_the_same_both_times() {
        for (format, agrees, contradicts, why) in [
            (
                "%F %H:%M %p",
                "2024-01-08 13:05 PM",
                "2024-01-08 13:05 AM",
                "half of the day is AM and PM",
            ),
            ("%F %H %I %p", "2024-01-08 13 01 PM", "2024-01-08 13 02 PM", "hour is 2 and 1"),
            ("%F %b", "2024-01-08 Jan", "2024-01-08 Feb", "month is January and February"),
            ("%F %j", "2024-01-02 002", "2024-01-02 003", "day of the year is 3 and 2"),
            ("%F %U", "2024-01-08 01", "2024-01-08 40", "week is 40 and 1"),
            ("%F %W", "2024-01-08 02", "2024-01-08 01", "week is 1 and 2"),
            (
                "%F %G-W%V",
                "2024-12-30 2025-W01",
                "2024-12-30 2024-W01",
                "year of the week is 2024 and 2025",
            ),
            ("%y %F", "24 2024-01-08", "23 2024-01-08", "year is 23 and 24"),
            ("%F %d", "2024-01-08 8", "2024-01-08 9", "day is 8 and 9"),
            ("%F %A", "2024-01-08 monday", "2024-01-08 sunday", "weekday is Sunday and Monday"),
            ("%F %w", "2024-01-07 0", "2024-01-08 0", "weekday is Sunday and Monday"),
            (
                "%F %T %f %.f",
                "2024-01-08 01:02:03 5 .50",
                "2024-01-08 01:02:03 5 .05",
                "fraction of a second is 0.500000000 and 0.050000000",
            ),
            (
                "%F %T %z %z",
                "2024-01-08 01:02:03 Z +00",
                "2024-01-08 01:02:03 Z +01",
                "offset is +00 and +01",
            ),
            (
                "%F %T %z %Q",
                "2024-01-08 01:02:03 +01 Europe/Berlin",
                "2024-01-08 01:02:03 +02 Europe/Berlin",
                "offset is +02 and +01",
            ),
        ] {
            assert!(read(format, agrees).is_ok(), "{format}: {:?}", read(format, agrees));
            let told = format!("it contradicts itself: the {why}");
            assert_eq!(read(format, contradicts), Err(told), "{format}");
        }
        let told = time(&["%H:%M %p"], "01:05 PM").unwrap_err();
        assert_eq!(told, "it contradicts itself: the half of the day is PM and AM");
        let clock = TimePlan::new(&formats(&["%H:%M %p"])).unwrap();
        assert!(clock.read("01:05 PM").unwrap_err().remedy().unwrap().contains("`%I`"));
        for (format, text, why) in [
            ("%F %w", "2024-01-07 7", "a week has no day 7"),
            ("%F %u", "2024-01-07 0", "a week has no day 0"),
            ("%Y-%j", "2023-366", "2023 has 365 days"),
            ("%G-W%V-%u", "2023-W53-1", "2023 has no Monday in a week 53"),
            ("%Y %U %a", "2024 00 Sun", "2024 has no Sunday in a week 0"),
        ] {
            assert_eq!(read(format, text), Err(why.to_owned()), "{format}");
        }
    }

    #[test]
    fn figures_that_follow_each_other_have_all_their_zeros() {
        let unlike = Err("it is not written like `20251128`".to_owned());
        for text in ["2024111", "202411", "2024 11 1", "2024111 ", "024111"] {
            assert_eq!(date(&["%Y%m%d"], text), unlike, "{text}");
        }
        assert_eq!(date(&["%Y%m%d"], "20240111"), date(&[], "2024-01-11"));
        assert!(time(&["%H%M%S"], "11111").is_err());
        assert!(time(&["%H%M"], "930").is_err());
        assert!(date(&["%Y %m%d"], "2024111").is_err());
        assert!(date(&["20%y-%m-%d"], "204-01-01").is_err());
        // Others may lack them, and have blanks before them.
        assert_eq!(date(&["%d.%m.%Y"], "1. 2. 2024"), date(&[], "2024-02-01"));
        assert_eq!(date(&["%b%e %Y"], "Feb 1 2024"), date(&[], "2024-02-01"));
        assert_eq!(date(&["%03d.%m.%Y"], "001.2.2024"), date(&[], "2024-02-01"));
    }

    #[test]
    fn a_fraction_has_as_many_digits_as_its_format_says() {
        let noon = 12 * 3600 * 1_000_000_000;
        assert_eq!(time(&["%T%.3f"], "12:00:00.500"), Ok(noon + 500_000_000));
        assert_eq!(time(&["%T%.3f"], "12:00:00"), Ok(noon));
        assert_eq!(time(&["%T,%3f"], "12:00:00,500"), Ok(noon + 500_000_000));
        assert_eq!(time(&["%T,%N"], "12:00:00,000000001"), Ok(noon + 1));
        for text in ["12:00:00.5", "12:00:00.5000", "12:00:00.", "12:00:00."] {
            assert!(time(&["%T%.3f"], text).is_err(), "{text}");
        }
        assert!(time(&["%T%.f"], "12:00:00.1234567890").is_err());
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
        assert!(time(&["%H:%M:%S"], "12:60:59").unwrap_err().contains("60 minutes"));
        assert!(time(&["%I:%M %p"], "0:30 AM").unwrap_err().contains("no hour 0"));
        assert!(time(&["%I:%M %p"], "13:30 PM").unwrap_err().contains("no hour 13"));
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
        for offset in ["+30:00", "+24:00", "-24", "+02:60"] {
            let told = format!("no place has the offset {offset}");
            assert_eq!(point(&utc, &format!("2025-07-01T12:00:00{offset}")), Err(told));
        }
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
        assert!(known_zone("Etc/Unknown").is_none());
    }

    #[test]
    fn zones_of_texts_have_gaps_and_folds_too() {
        let gap = Err("the clocks of Europe/Berlin skipped this time".to_owned());
        let zone = "%Y-%m-%d %H:%M %Q";
        assert_eq!(read(zone, "2024-03-31 02:30 Europe/Berlin"), gap);
        let fold = read(zone, "2024-10-27 02:30 Europe/Berlin").unwrap_err();
        assert!(fold.contains("twice, at the offsets +02 and +01"), "{fold}");
        // An offset says which of both it is, but makes no time that there was not.
        let both = "%Y-%m-%d %H:%M %z %Q";
        for (offset, hour) in [("+02", "00"), ("+0100", "01")] {
            let text = format!("2024-10-27 02:30 {offset} Europe/Berlin");
            assert_eq!(read(both, &text), Ok(format!("2024-10-27T{hour}:30:00Z")));
        }
        assert!(read(both, "2024-10-27 02:30 +03 Europe/Berlin").is_err());
        assert_eq!(read(both, "2024-03-31 02:30 +02 Europe/Berlin"), gap);
        for (name, instant) in [
            ("Zulu", "02:30:00Z"),
            ("Z", "02:30:00Z"),
            ("-03:30", "06:00:00Z"),
            ("Asia/Tokyo", "17:30:00Z"),
        ] {
            let read = read(zone, &format!("2024-07-01 02:30 {name}")).unwrap();
            assert!(read.ends_with(instant), "{name}: {read}");
        }
        // An abbreviation is that of a season.
        for (text, instant) in [
            ("2024-01-05 10:00 CET", "2024-01-05T09:00:00Z"),
            ("2024-01-05 10:00 cet", "2024-01-05T09:00:00Z"),
            ("2024-01-05 10:00 WET", "2024-01-05T10:00:00Z"),
            ("2024-01-05 10:00 EET", "2024-01-05T08:00:00Z"),
            ("2024-07-05 10:00 EST", "2024-07-05T15:00:00Z"),
            ("2024-07-05 10:00 MST", "2024-07-05T17:00:00Z"),
            ("2024-07-05 10:00 HST", "2024-07-05T20:00:00Z"),
            ("2024-07-05 10:00 UTC", "2024-07-05T10:00:00Z"),
            ("2024-07-05 10:00 GMT", "2024-07-05T10:00:00Z"),
            ("2024-07-05 10:00 Zulu", "2024-07-05T10:00:00Z"),
            ("2024-07-05 10:00 Cuba", "2024-07-05T14:00:00Z"),
            ("2024-07-05 10:00 PRC", "2024-07-05T02:00:00Z"),
            ("2024-07-05 10:00 EST5EDT", "2024-07-05T14:00:00Z"),
            ("2024-07-05 10:00 Europe/Berlin", "2024-07-05T08:00:00Z"),
        ] {
            assert_eq!(read(zone, text).as_deref(), Ok(instant), "{text}");
        }
        // The zone of an abbreviation had another offset in winter, before it had this one.
        for text in [
            "1900-01-05 10:00 CET",
            "1940-01-05 10:00 CET",
            "1968-12-05 10:00 WET",
            "1930-01-05 10:00 HST",
            "9999-12-31 10:00 CET",
        ] {
            assert!(read(zone, text).is_ok(), "{text}");
        }
        assert!(read(zone, "1941-07-05 10:00 CET").is_err());
        for (name, said, shown) in [
            ("CET", "+01", "+02"),
            ("wet", "+00", "+01"),
            ("MET", "+01", "+02"),
            ("EET", "+02", "+03"),
        ] {
            let told = read(zone, &format!("2024-07-05 10:00 {name}")).unwrap_err();
            assert_eq!(
                told,
                format!(
                    "`{name}` is the offset {said}, and the clocks of the zone of that name showed {shown} then"
                )
            );
        }
        assert!(
            read(both, "2024-07-05 10:00 +02 CET").unwrap_err().contains("`CET` is the offset +01")
        );
        let told = Err("no time zone is called `Europe/Bonn`".to_owned());
        assert_eq!(read(zone, "2024-07-01 02:30 Europe/Bonn"), told);
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
        for word in ["%z", "%:z"] {
            let format = format!("%FT%T{word}");
            for offset in ["Z", "z", "+00", "-0000", "+00:00", "+00:00:00"] {
                let text = format!("2025-07-01T12:00:00{offset}");
                assert_eq!(read(&format, &text).as_deref(), Ok("2025-07-01T12:00:00Z"), "{text}");
            }
            assert!(read(&format, "2025-07-01T12:00:00+24:00").unwrap_err().contains("no place"));
            assert!(read(&format, "2025-07-01T12:00:00+2").is_err());
        }
        let log = "[%d/%b/%Y:%T %z]";
        assert_eq!(
            read(log, "[01/Jul/2025:14:00:00 +0200]").as_deref(),
            Ok("2025-07-01T12:00:00Z")
        );
        let seconds = plan(&["%s"], None, None);
        assert_eq!(point(&seconds, "1751371200").as_deref(), Ok("2025-07-01T12:00:00Z"));
        let fraction = plan(&["%s%.f"], None, None);
        for (text, instant) in [
            ("1720000000.75", "2024-07-03T09:46:40.75Z"),
            ("1720000000", "2024-07-03T09:46:40Z"),
            ("-0.5", "1969-12-31T23:59:59.5Z"),
            ("+1.000001", "1970-01-01T00:00:01.000001Z"),
        ] {
            assert_eq!(point(&fraction, text).as_deref(), Ok(instant), "{text}");
        }
        assert_eq!(read("%s %z", "0 +0200").as_deref(), Ok("1970-01-01T00:00:00Z"));
        let day = plan(&["%d.%m.%Y"], None, None);
        assert_eq!(point(&day, "01.07.2025").as_deref(), Ok("2025-07-01T00:00:00Z"));
    }

    #[test]
    fn an_offset_in_the_letters_of_a_format_is_no_other_zone() {
        let read = |format: &str, zone: Option<&str>, text: &str| {
            DatetimePlan::new(&formats(&[format]), zone, None)
                .map_err(|fault| fault.remedy.unwrap_or(fault.reason))
                .and_then(|plan| point(&plan, text))
        };
        let new_york = Some("America/New_York");
        // What no other word reads is the offset.
        for (format, text, instant) in [
            ("%F %T UTC", "2024-01-05 10:30:15 UTC", "2024-01-05T10:30:15Z"),
            ("%F %T.000UTC", "2024-01-05 10:30:15.000UTC", "2024-01-05T10:30:15Z"),
            ("%F %T (gmt)", "2024-01-05 10:30:15 (gmt)", "2024-01-05T10:30:15Z"),
            ("%F %R UT", "2024-01-05 10:30 UT", "2024-01-05T10:30:00Z"),
            ("%a %b %e %T UTC %Y", "Fri Jan  5 10:30:15 UTC 2024", "2024-01-05T10:30:15Z"),
            ("UTC: %F %R", "UTC: 2024-01-05 10:30", "2024-01-05T10:30:00Z"),
            ("%F %R (UTC+8)", "2024-01-05 10:30 (UTC+8)", "2024-01-05T02:30:00Z"),
            ("%F %R GMT-3:30", "2024-01-05 10:30 GMT-3:30", "2024-01-05T14:00:00Z"),
            ("%F UTC", "2024-01-05 UTC", "2024-01-05T00:00:00Z"),
        ] {
            assert_eq!(read(format, new_york, text).as_deref(), Ok(instant), "{format}");
            assert!(read(format, None, text).is_ok_and(|read| read.ends_with('Z')), "{format}");
        }
        for (format, letters) in [
            ("%FT%T%.fZ", "Z"),
            ("%FT%T.000Z", "Z"),
            ("%FZ", "Z"),
            ("%FT%Tz", "z"),
            ("%F %T+0800", "+0800"),
            ("%F %T+08:00", "+08:00"),
            ("%F %R -05", "-05"),
            ("%a %b %d %T +0000 %Y", "+0000"),
            ("%a %b %d %Y %T GMT+0800", "+0800"),
        ] {
            let told = format!("write `%z` for `{letters}`: it reads the offset");
            assert_eq!(read(format, new_york, ""), Err(told), "{format}");
            let words = format.replace(letters, "%z");
            assert!(DatetimePlan::new(&formats(&[&words]), new_york, None).is_ok(), "{words}");
        }
        // The clocks of the zone show that offset, or the letters say none.
        for (format, zone, text, instant) in [
            ("%FT%TZ", "UTC", "2024-07-05T10:30:15Z", "2024-07-05T10:30:15Z"),
            ("%FT%TZ", "Etc/GMT", "2024-07-05T10:30:15Z", "2024-07-05T10:30:15Z"),
            ("%F %T+0800", "Etc/GMT-8", "2024-07-05 10:30:15+0800", "2024-07-05T02:30:15Z"),
            ("%F %T +0800", "Asia/Shanghai", "2024-07-05 10:30:15 +0800", "2024-07-05T02:30:15Z"),
            ("%F %T +0800", "Asia/Shanghai", "1988-07-05 10:30:15 +0800", "1988-07-05T02:30:15Z"),
            ("%F %R EST", "America/New_York", "2024-01-05 10:30 EST", "2024-01-05T15:30:00Z"),
            ("%FZ%R", "America/New_York", "2024-01-05Z10:30", "2024-01-05T15:30:00Z"),
            ("%F %R Zeit", "Europe/Berlin", "2024-01-05 10:30 Zeit", "2024-01-05T09:30:00Z"),
            ("%F %R Uhr", "Europe/Berlin", "2024-01-05 10:30 Uhr", "2024-01-05T09:30:00Z"),
            ("%F %R UTC%z", "Europe/Berlin", "2024-01-05 10:30 UTC+0800", "2024-01-05T02:30:00Z"),
        ] {
            assert_eq!(read(format, Some(zone), text).as_deref(), Ok(instant), "{format} {zone}");
        }
        assert!(read("%F %T+0000", Some("Europe/London"), "").is_err());
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
        assert_eq!(
            read("s", "1751371200000"),
            Err("it lies beyond the years 0001 to 9999".to_owned())
        );
        assert!(read("s", "soon").unwrap_err().starts_with("it is no count"));
    }

    #[test]
    fn what_comes_out_lies_in_the_years_0001_to_9999() {
        let beyond = Err("it lies beyond the years 0001 to 9999".to_owned());
        let (local, utc) = (plan(&[], None, None), plan(&[], Some("UTC"), None));
        let (berlin, seconds) =
            (plan(&[], Some("Europe/Berlin"), None), plan(&[], None, Some("s")));
        let count = plan(&["%s%.f"], None, None);
        let [first, last] = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
        for (plan, text, instant) in [
            (&local, "0001-01-01 00:00", first),
            (&local, "9999-12-31 23:59:59", last),
            (&utc, "0001-01-01 00:00", first),
            (&utc, "0000-12-31 23:00-01:00", first),
            (&utc, "9999-12-31 23:59:59", last),
            (&utc, "9999-12-31 23:59:59+00:00", last),
            (&berlin, "9999-12-31 23:59:59", "9999-12-31T22:59:59Z"),
            (&seconds, "253402300799", last),
            (&count, "253402300799", last),
            (&count, "-62135596800", first),
        ] {
            assert_eq!(point(plan, text).as_deref(), Ok(instant), "{text}");
        }
        for (plan, text) in [
            (&local, "9999-12-31T23:59:59.9999999"),
            (&local, "0000-12-31T23:59:59"),
            (&utc, "9999-12-31T23:59:59-00:01"),
            (&utc, "0000-01-01 00:00:00+01:00"),
            (&berlin, "0001-01-01 00:00"),
            (&seconds, "253402300800"),
            (&seconds, "253402300799.9999999"),
            (&seconds, "-62135596801"),
            (&count, "999999999999999999"),
        ] {
            assert_eq!(point(plan, text), beyond, "{text}");
        }
        assert_eq!(date(&[], "0000-12-31"), beyond.clone().map(|_| 0));
        assert_eq!(date(&[], "9999-12-31"), Ok(2_932_896));
        assert_eq!(date(&["%05Y-%m-%d"], "10000-01-01"), beyond.map(|_| 0));
        let remedy = |plan: &DatetimePlan, text: &str| plan.read(text).unwrap_err().remedy();
        assert!(remedy(&seconds, "253402300800").is_some());
        assert!(remedy(&utc, "9999-12-31T23:59:59-01").is_none());
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
            date(&["%5.f"]),
            date(&["%10d.%m.%Y"]),
            date(&["%:d.%m.%Y"]),
            date(&["%C-%m-%d"]),
            date(&["%G-W%V"]),
            date(&["%F %p"]),
            date(&["%F %Q"]),
            date(&["%s"]),
            time(&["%p"]),
            time(&["%H:%M%.f"]),
            time(&["%a %H:%M"]),
            time(&["%H%-M%-S"]),
            time(&["%I:%M"]),
            time(&["%M:%S"]),
            time(&["%Y %H:%M"]),
            point(&["%H:%M"], None, None),
            point(&["%F %T %Z"], None, None),
            point(&["%F %s"], None, None),
            point(&["%s %S"], None, None),
            point(&["%F %T", "%F %T %z"], None, None),
            point(&[], Some("Europe/Bonn"), None),
            point(&[], Some("UTC"), Some("s")),
        ], @r##"
        [
            "Some(1) the format does not do: it has no year",
            "Some(0) the format does not do: it has no year",
            "Some(0) the format does not do: it leaves a part of the date out",
            "Some(0) the format does not do: a date has neither time of day nor offset: type `datetime`",
            "Some(0) the format cannot be read: `%E` is no word of a format",
            "Some(0) the format cannot be read: `%x` is another in each language: write its parts",
            "Some(0) the format does not do: it has no year",
            "Some(0) the format cannot be read: a `%` stands at its end; `%%` is one itself",
            "Some(0) the format cannot be read: `%5.` is no word of a format",
            "Some(0) the format cannot be read: `%10d` has more than nine digits, or none",
            "Some(0) the format cannot be read: `%:d` is no word of a format",
            "Some(0) the format does not do: a century (`%C`) wants `%y`",
            "Some(0) the format does not do: it leaves a part of the date out",
            "Some(0) the format does not do: a date has neither time of day nor offset: type `datetime`",
            "Some(0) the format does not do: a date has neither time of day nor offset: type `datetime`",
            "Some(0) the format does not do: a date has neither time of day nor offset: type `datetime`",
            "Some(0) the format does not do: `%p` wants an hour (`%I`)",
            "Some(0) the format does not do: it has no seconds",
            "Some(0) the format does not do: a time of day has neither date nor offset: type `datetime`",
            "Some(0) the format cannot be read, as in `1359`: its parts run into each other",
            "Some(0) the format does not do: an hour of a clock with twelve (`%I`) wants `%p`",
            "Some(0) the format does not do: it has no hour",
            "Some(0) the format does not do: a time of day has neither date nor offset: type `datetime`",
            "Some(0) the format does not do: it has no year",
            "Some(0) the format cannot be read: `%Z` is an abbreviation, and several zones have the same",
            "Some(0) the format does not do: beside `%s` there may be a fraction, an offset and a zone, and nothing else",
            "Some(0) the format does not do: beside `%s` there may be a fraction, an offset and a zone, and nothing else",
            "None some formats have an offset and others have none: name the `zone` of those",
            "None no time zone is called `Europe/Bonn`",
            "None a count since the epoch has neither `formats` nor a `zone`",
        ]
        "##);
    }

    /// Formats of every word that is read; every date and time is written whole by each.
    const OF_DATES: [&str; 16] = [
        "%Y年%m月%d日",
        "%d %B %Y",
        "%j/%Y",
        "%-d.%-m.%Y",
        "%Y%m%d",
        "%e %h %Y",
        "%Y%j",
        "%02C%y-%m-%d",
        "%a, %d %b %Y",
        "%G-W%V-%u",
        "%G%V%w",
        "%U %w %Y",
        "%Y W%W %A",
        "%F%n%U%t%W%%",
        "%m/%d/%02C%y %G %V %g",
        "%^a %#b %05d %Y",
    ];
    const OF_TIMES: [&str; 7] = [
        "%H:%M:%S%.f",
        "%T.%f",
        "%H%M%S.%9f",
        "%I:%M:%S%.f %p",
        "%l.%M.%S,%N%P",
        "%k %M %S%.9f %p",
        "%R:%S%.9f",
    ];
    const ZONES: [&str; 7] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ];

    proptest! {
        #[test]
        fn every_date_is_read_as_it_is_written(days in -719_162_i32..=2_932_896) {
            let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let plan = DatePlan::new(&[]).unwrap();
            prop_assert_eq!(plan.read(&date.to_string()), Ok(days));
            for format in OF_DATES {
                let plan = DatePlan::new(&formats(&[format])).unwrap();
                let written = date.strftime(format).to_string();
                prop_assert_eq!(plan.read(&written), Ok(days), "{}: {}", format, written);
            }
        }

        #[test]
        fn every_time_is_read_as_it_is_written(nanos in 0..86_400_000_000_000_i64, coarse in 0..10_u32) {
            let nanos = nanos / 10_i64.pow(coarse) * 10_i64.pow(coarse);
            let time = Time::midnight().checked_add(jiff::SignedDuration::from_nanos(nanos)).unwrap();
            for format in OF_TIMES {
                let plan = TimePlan::new(&formats(&[format])).unwrap();
                let written = time.strftime(format).to_string();
                prop_assert_eq!(plan.read(&written), Ok(nanos), "{}: {}", format, written);
            }
        }

        #[test]
        fn every_instant_is_read_as_it_is_written(micros in -62_135_500_000_000_000_i64..253_402_207_200_000_000) {
            let instant = Timestamp::from_microsecond(micros).unwrap();
            let read = Ok(Moment { micros, rounded: false });
            let utc = plan(&[], Some("UTC"), None);
            prop_assert_eq!(utc.read(&instant.to_string()), read.clone());
            prop_assert_eq!(plan(&[], None, Some("us")).read(&micros.to_string()), read.clone());
            let seconds = format!("{}{}.{:06}", if micros < 0 { "-" } else { "" }, micros.abs() / 1_000_000, micros.abs() % 1_000_000);
            prop_assert_eq!(plan(&[], None, Some("s")).read(&seconds), read.clone());
            prop_assert_eq!(plan(&["%s%.f"], None, None).read(&seconds), read.clone());
            for name in ZONES {
                let zoned = instant.to_zoned_datetime(TimeZone::get(name).unwrap());
                for format in ["%F %T%.f %::z", "%F %T%.f %z [%Q]"] {
                    let written = zoned.strftime(format).to_string();
                    prop_assert_eq!(plan(&[format], None, None).read(&written), read.clone(), "{}", written);
                }
                // By the zone alone it is read where the clocks showed it once.
                let written = zoned.strftime("%F %T%.f %Q").to_string();
                let alone = plan(&["%F %T%.f %Q"], None, None).read(&written);
                let by_column = plan(&["%F %T%.f"], Some(name), None).read(&zoned.strftime("%F %T%.f").to_string());
                prop_assert_eq!(&alone, &by_column);
                match zoned.time_zone().to_ambiguous_timestamp(zoned.datetime()).offset() {
                    AmbiguousOffset::Unambiguous { .. } => prop_assert_eq!(&alone, &read),
                    _ => prop_assert!(matches!(alone, Err(TimeFault::Fold(..)))),
                }
            }
        }

        /// jiff reads formats too, more loosely: what is read here, is read the same there.
        #[test]
        fn what_is_read_is_what_jiff_reads(
            text in "[0-9]{1,4}[-./ ]?(Jan|feb|[0-9]{1,3})[-./ ]?[0-9]{1,4}( ?(Mon|tue|[0-9]{1,3}))?",
            format in prop::sample::select(vec!["%d.%m.%Y", "%d%m%Y", "%Y%m%d", "%Y-%b-%d %a", "%Y/%j", "%Y %U %w", "%d-%m-%y", "%Y %m%d %j"]),
        ) {
            let Ok(read) = DatePlan::new(&formats(&[format])).unwrap().read(&text) else { return Ok(()) };
            let date = BrokenDownTime::parse(format, &text).unwrap().to_date().unwrap();
            prop_assert_eq!(read, days_of(date));
        }

        #[test]
        fn no_text_panics(text in "[-0-9TZ:.+年 ]{0,24}", format in "(%[-_0]?[a-zA-Z]|[-: 年%.]){0,6}") {
            let _ = plan(&[], Some("Asia/Shanghai"), None).read(&text);
            let _ = DatePlan::new(&[]).unwrap().read(&text);
            let _ = TimePlan::new(&[]).unwrap().read(&text);
            let list = formats(&[&format]);
            let _ = DatePlan::new(&list).map(|plan| plan.read(&text));
            let _ = TimePlan::new(&list).map(|plan| plan.read(&text));
            let _ = DatetimePlan::new(&list, Some("UTC"), None).map(|plan| plan.read(&text));
        }
    }
}
