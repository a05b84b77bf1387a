//! A format in the words of strftime, compiled once, and what a text says by it.
//!
//! Whatever a word reads is kept, and held against the date or time in the end:
//! of what a text says nothing is dropped, and nothing is believed against the
//! rest of it.

use jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
use jiff::tz::{Offset, TimeZone};

use super::date::{HALF, MONTHS, TimeFault, day_of, known_zone, offset, time_of};
use crate::text::short;

pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HALVES: [&str; 2] = ["AM", "PM"];

/// A figure or a name of a date or a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Century,
    YearOfCentury,
    Month,
    Day,
    DayOfYear,
    IsoYear,
    IsoYearOfCentury,
    IsoWeek,
    WeekFromSunday,
    WeekFromMonday,
    /// From 1 for Monday to 7.
    Weekday,
    /// From 0 for Sunday to 6.
    WeekdayFromSunday,
    Hour,
    HourOfTwelve,
    /// 0 before noon, 1 from noon on.
    Half,
    Minute,
    Second,
    /// In nanoseconds.
    Fraction,
}

use Part::{
    Century, Day, DayOfYear, Fraction, Half, Hour, HourOfTwelve, IsoWeek, IsoYear,
    IsoYearOfCentury, Minute, Month, Second, WeekFromMonday, WeekFromSunday, WeekdayFromSunday,
    Year, YearOfCentury,
};

/// In the order in which they are declared.
const PARTS_OF_DATE: [Part; 13] = [
    Year,
    Century,
    YearOfCentury,
    Month,
    Day,
    DayOfYear,
    IsoYear,
    IsoYearOfCentury,
    IsoWeek,
    WeekFromSunday,
    WeekFromMonday,
    Part::Weekday,
    WeekdayFromSunday,
];
const PARTS_OF_TIME: [Part; 6] = [Hour, HourOfTwelve, Half, Minute, Second, Fraction];

impl Part {
    /// What it is of a point in time.
    fn of(self, point: DateTime) -> i32 {
        let (date, time) = (point.date(), point.time());
        let weekday = i32::from(date.weekday().to_monday_one_offset());
        // The first week begins with the first Sunday or Monday of the year.
        let week = |since_first: i32| (i32::from(date.day_of_year()) + 6 - since_first) / 7;
        match self {
            Self::Year => date.year().into(),
            Self::Century => i32::from(date.year()).div_euclid(100),
            Self::YearOfCentury => i32::from(date.year()).rem_euclid(100),
            Self::Month => date.month().into(),
            Self::Day => date.day().into(),
            Self::DayOfYear => date.day_of_year().into(),
            Self::IsoYear => date.iso_week_date().year().into(),
            Self::IsoYearOfCentury => i32::from(date.iso_week_date().year()).rem_euclid(100),
            Self::IsoWeek => date.iso_week_date().week().into(),
            Self::WeekFromSunday => week(weekday % 7),
            Self::WeekFromMonday => week(weekday - 1),
            Self::Weekday => weekday,
            Self::WeekdayFromSunday => weekday % 7,
            Self::Hour => time.hour().into(),
            Self::HourOfTwelve => i32::from(time.hour() + 11) % 12 + 1,
            Self::Half => i32::from(time.hour() >= 12),
            Self::Minute => time.minute().into(),
            Self::Second => time.second().into(),
            Self::Fraction => time.subsec_nanosecond(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Year | Self::YearOfCentury => "year",
            Self::Century => "century",
            Self::Month => "month",
            Self::Day => "day",
            Self::DayOfYear => "day of the year",
            Self::IsoYear | Self::IsoYearOfCentury => "year of the week",
            Self::IsoWeek | Self::WeekFromSunday | Self::WeekFromMonday => "week",
            Self::Weekday | Self::WeekdayFromSunday => "weekday",
            Self::Hour | Self::HourOfTwelve => "hour",
            Self::Half => HALF,
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Fraction => "fraction of a second",
        }
    }

    /// A value of it as a person writes it.
    fn written(self, value: i32) -> String {
        let name = match self {
            Self::Month => name_of(&MONTHS, value, 1),
            Self::WeekdayFromSunday if value == 0 => Some("Sunday"),
            Self::Weekday | Self::WeekdayFromSunday => name_of(&WEEKDAYS, value, 1),
            Self::Half => name_of(&HALVES, value, 0),
            Self::Fraction => return format!("0.{value:09}"),
            Self::Year
            | Self::Century
            | Self::YearOfCentury
            | Self::Day
            | Self::DayOfYear
            | Self::IsoYear
            | Self::IsoYearOfCentury
            | Self::IsoWeek
            | Self::WeekFromSunday
            | Self::WeekFromMonday
            | Self::Hour
            | Self::HourOfTwelve
            | Self::Minute
            | Self::Second => None,
        };
        name.map_or_else(|| value.to_string(), str::to_owned)
    }

    fn is_whole_year(self) -> bool {
        matches!(self, Self::Year | Self::IsoYear)
    }
}

fn name_of(names: &[&'static str], value: i32, first: i32) -> Option<&'static str> {
    names.get(usize::try_from(value - first).ok()?).copied()
}

/// What a format is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Any white space, or none.
    Blank,
    Literal(String),
    /// So many digits, or fewer.
    Figure(Part, usize),
    /// One of these, of which so many letters are written; the first stands for `first`.
    Name {
        part: Part,
        names: &'static [&'static str],
        letters: usize,
        first: i32,
    },
    /// So many digits, or one to nine; perhaps none where a point leads them.
    Fraction {
        digits: Option<usize>,
        point: bool,
    },
    Count,
    Offset,
    Zone,
    /// Letters that say an offset.
    OffsetInLetters(String, Offset),
}

/// An offset that a format has in plain letters.
#[derive(Clone, Debug)]
pub(super) struct WrittenOffset {
    /// As it is written.
    pub(super) text: String,
    pub(super) offset: Offset,
    /// The piece that it stands in.
    piece: usize,
}

/// A format, compiled.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pieces: Vec<Piece>,
}

impl Format {
    /// Compiles a format, or says what of it cannot be read.
    pub(super) fn new(format: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        compile(format, &mut pieces)?;
        Ok(Self { pieces })
    }

    /// The offset that the format has in plain letters, where no word reads one. A sign alone, such as `Z`, is one behind
    /// the time of day, or behind the date where there is none.
    pub(super) fn offset_in_letters(&self) -> Option<WrittenOffset> {
        let says_instant =
            |piece: &Piece| matches!(piece, Piece::Count | Piece::Offset | Piece::Zone);
        if self.pieces.iter().any(says_instant) {
            return None;
        }
        let of_time = |piece: &Piece| match piece {
            Piece::Figure(part, _) | Piece::Name { part, .. } => PARTS_OF_TIME.contains(part),
            Piece::Fraction { .. } => true,
            _ => false,
        };
        let of_date = |piece: &Piece| matches!(piece, Piece::Figure(..) | Piece::Name { .. });
        let time = self.pieces.iter().position(of_time);
        let from = time.or_else(|| self.pieces.iter().rposition(of_date))?;
        self.pieces.iter().enumerate().find_map(|(piece, letters)| {
            let Piece::Literal(letters) = letters else { return None };
            let OffsetText { text, offset, is_named } = said_offset(letters)?;
            let text = text.to_owned();
            (is_named || piece > from).then_some(WrittenOffset { text, offset, piece })
        })
    }

    /// Has the offset count that was found in its letters.
    pub(super) fn heed(&mut self, written: WrittenOffset) {
        if let Some(Piece::Literal(letters)) = self.pieces.get_mut(written.piece) {
            self.pieces[written.piece] =
                Piece::OffsetInLetters(std::mem::take(letters), written.offset);
        }
    }

    /// What a text says; none if it is written in another way.
    pub(super) fn read(&self, text: &str) -> Option<Result<Said, TimeFault>> {
        let mut said = Said::default();
        let mut doubt = None;
        let mut rest = text;
        for piece in &self.pieces {
            // A digit right before leaves it open which figure has fewer: then each has all of its own.
            let joined = text[..text.len() - rest.len()].ends_with(|c: char| c.is_ascii_digit());
            let told = match piece {
                Piece::Blank => {
                    rest = rest.trim_start();
                    Ok(())
                }
                Piece::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    Ok(())
                }
                Piece::OffsetInLetters(literal, offset) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    said.note_offset(*offset)
                }
                Piece::Figure(part, width) => {
                    let (value, behind) = figure(rest, *part, *width, joined)?;
                    rest = behind;
                    value.and_then(|value| said.note(*part, value))
                }
                Piece::Name { part, names, letters, first } => {
                    let (at, behind) = name(rest, names, *letters)?;
                    rest = behind;
                    said.note(*part, first + at)
                }
                Piece::Fraction { digits, point } => {
                    let (nanos, behind) = fraction(rest, *digits, *point)?;
                    rest = behind;
                    nanos.map_or(Ok(()), |nanos| said.note(Fraction, nanos))
                }
                Piece::Count => {
                    let (count, behind) = count(rest)?;
                    rest = behind;
                    said.note_count(count)
                }
                Piece::Zone if !rest.starts_with(['+', '-']) => {
                    let (name, behind) = zone(rest)?;
                    rest = behind;
                    said.note_zone(name)
                }
                Piece::Zone | Piece::Offset => {
                    let (offset, behind) = offset(rest)?;
                    rest = behind;
                    offset.and_then(|offset| said.note_offset(offset))
                }
            };
            if let Err(fault) = told {
                doubt.get_or_insert(fault);
            }
        }
        rest.is_empty().then(|| doubt.map_or(Ok(said), Err))
    }
}

/// What a text says. A part that it says twice is the same both times.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    parts: [Option<i32>; PARTS_OF_DATE.len() + PARTS_OF_TIME.len()],
    count: Option<Count>,
    offset: Option<Offset>,
    zone: Option<(String, TimeZone)>,
}

/// Seconds since the epoch, without their sign, for that goes for a fraction behind them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    seconds: i64,
    before: bool,
}

impl Said {
    fn get(&self, part: Part) -> Option<i32> {
        self.parts[part as usize]
    }

    fn note(&mut self, part: Part, value: i32) -> Result<(), TimeFault> {
        let known = self.parts[part as usize].replace(value);
        hold(part.name(), known, value, |value| part.written(value))
    }

    fn note_count(&mut self, count: Count) -> Result<(), TimeFault> {
        let known = self.count.replace(count);
        hold("count", known, count, |Count { seconds, before }| {
            format!("{}{seconds}", if before { "-" } else { "" })
        })
    }

    fn note_offset(&mut self, offset: Offset) -> Result<(), TimeFault> {
        hold("offset", self.offset.replace(offset), offset, |offset| offset.to_string())
    }

    fn note_zone(&mut self, name: &str) -> Result<(), TimeFault> {
        if name.eq_ignore_ascii_case("z") {
            return self.note_offset(Offset::UTC);
        }
        let Some(zone) = known_zone(name) else {
            return Err(TimeFault::NoSuch(format!("no time zone is called `{}`", short(name))));
        };
        let known = self.zone.replace((name.to_owned(), zone));
        hold("zone", known.as_ref().map(|(name, _)| name.as_str()), name, str::to_owned)
    }

    /// Whether it says anything of a date.
    pub(super) fn has_date(&self) -> bool {
        PARTS_OF_DATE.iter().any(|part| self.get(*part).is_some())
    }

    /// Whether it says anything of a time of day; a fraction behind a count is none.
    pub(super) fn has_time(&self) -> bool {
        PARTS_OF_TIME
            .iter()
            .any(|part| self.get(*part).is_some() && !(*part == Fraction && self.count.is_some()))
    }

    /// Whether it counts from the epoch.
    pub(super) fn has_count(&self) -> bool {
        self.count.is_some()
    }

    /// Whether it is clear which point in time of all the world is meant.
    pub(super) fn has_instant(&self) -> bool {
        self.count.is_some() || self.offset.is_some() || self.zone.is_some()
    }

    /// The offset from UTC.
    pub(super) fn offset(&self) -> Option<Offset> {
        self.offset
    }

    /// The zone, with its name.
    pub(super) fn zone(&self) -> Option<&(String, TimeZone)> {
        self.zone.as_ref()
    }

    /// Nanoseconds since the epoch, where they are counted.
    pub(super) fn counted(&self) -> Option<i128> {
        let count = self.count?;
        let fraction = self.get(Fraction).unwrap_or(0);
        let nanos = i128::from(count.seconds) * 1_000_000_000 + i128::from(fraction);
        Some(if count.before { -nanos } else { nanos })
    }

    /// The date, if its parts make one and agree.
    pub(super) fn date(&self) -> Result<Date, TimeFault> {
        let date = self.date_of_some_parts()?;
        self.agrees(&PARTS_OF_DATE, DateTime::from_parts(date, Time::midnight()))?;
        Ok(date)
    }

    /// The time of day, if its parts make one and agree; midnight if there are none.
    pub(super) fn time(&self) -> Result<Time, TimeFault> {
        let lacks = |what: &str| Err(TimeFault::NoSuch(what.to_owned()));
        let hour = match (self.get(Hour), self.get(HourOfTwelve), self.get(Half)) {
            (Some(hour), _, _) => Some(hour),
            (None, Some(hour @ 1..=12), Some(half)) => Some(hour % 12 + 12 * half),
            (None, Some(hour), Some(_)) => {
                return Err(TimeFault::NoSuch(format!("a clock with twelve shows no hour {hour}")));
            }
            (None, Some(_), None) => {
                return lacks("an hour of a clock with twelve (`%I`) wants `%p`");
            }
            (None, None, Some(_)) => return lacks("`%p` wants an hour (`%I`)"),
            (None, None, None) => None,
        };
        let (minute, second) = (self.get(Minute), self.get(Second));
        let fraction = self.get(Fraction);
        if hour.is_none() && (minute.is_some() || second.is_some() || fraction.is_some()) {
            return lacks("it has no hour");
        }
        if minute.is_none() && (second.is_some() || fraction.is_some()) {
            return lacks("it has no minutes");
        }
        if second.is_none() && fraction.is_some() {
            return lacks("it has no seconds");
        }
        let or_none = |part: Option<i32>| part.unwrap_or(0);
        let time = time_of(or_none(hour), or_none(minute), or_none(second), or_none(fraction))?;
        self.agrees(&PARTS_OF_TIME, DateTime::from_parts(Date::ZERO, time))?;
        Ok(time)
    }

    /// Whether what was said is so at a point in time.
    fn agrees(&self, parts: &[Part], point: DateTime) -> Result<(), TimeFault> {
        parts.iter().try_for_each(|&part| match self.get(part) {
            Some(value) => {
                hold(part.name(), Some(value), part.of(point), |value| part.written(value))
            }
            None => Ok(()),
        })
    }

    fn date_of_some_parts(&self) -> Result<Date, TimeFault> {
        let year = match (self.get(Year), self.get(Century), self.get(YearOfCentury)) {
            (Some(year), _, _) => Some(year),
            (None, Some(century), Some(year)) => Some(century * 100 + year),
            (None, Some(_), None) => {
                return Err(TimeFault::NoSuch("a century (`%C`) wants `%y`".to_owned()));
            }
            (None, None, year) => year.map(near_2000),
        };
        let iso_year = self.get(IsoYear).or(self.get(IsoYearOfCentury).map(near_2000));
        let from_sunday = self.get(WeekdayFromSunday).map(|day| if day == 0 { 7 } else { day });
        let weekday = self.get(Part::Weekday).or(from_sunday).map(weekday).transpose()?;
        if let (Some(year), Some(month), Some(day)) = (year, self.get(Month), self.get(Day)) {
            return day_of(year, month, day);
        }
        if let (Some(year), Some(day)) = (year, self.get(DayOfYear)) {
            return day_of_year(year, day);
        }
        if let (Some(year), Some(week), Some(day)) = (iso_year, self.get(IsoWeek), weekday) {
            return day_of_iso_week(year, week, day);
        }
        for (part, first) in [(WeekFromSunday, Weekday::Sunday), (WeekFromMonday, Weekday::Monday)]
        {
            if let (Some(year), Some(week), Some(day)) = (year, self.get(part), weekday) {
                return day_of_week(year, week, day, first);
            }
        }
        let lacks = if year.is_none() && iso_year.is_none() {
            "it has no year"
        } else {
            "it leaves a part of the date out"
        };
        Err(TimeFault::NoSuch(lacks.to_owned()))
    }
}

/// Tells if a text says the same thing in two ways.
fn hold<T: PartialEq + Copy>(
    part: &'static str,
    known: Option<T>,
    value: T,
    written: impl Fn(T) -> String,
) -> Result<(), TimeFault> {
    match known.filter(|known| *known != value) {
        Some(known) => {
            Err(TimeFault::Contradiction { part, said: [written(known), written(value)] })
        }
        None => Ok(()),
    }
}

/// A year of two digits: from 1969 to 2068.
fn near_2000(year: i32) -> i32 {
    if year < 69 { 2000 + year } else { 1900 + year }
}

/// The day of a week by its figure, from 1 for Monday.
fn weekday(day: i32) -> Result<Weekday, TimeFault> {
    let known = i8::try_from(day).ok().and_then(|day| Weekday::from_monday_one_offset(day).ok());
    known.ok_or_else(|| no_such_weekday(day))
}

fn no_such_weekday(day: i32) -> TimeFault {
    TimeFault::NoSuch(format!("a week has no day {day}"))
}

fn day_of_year(year: i32, day: i32) -> Result<Date, TimeFault> {
    let first = day_of(year, 1, 1)?;
    let found = i16::try_from(day).ok().and_then(|day| first.with().day_of_year(day).build().ok());
    found.ok_or_else(|| TimeFault::NoSuch(format!("{year} has {} days", first.days_in_year())))
}

fn day_of_iso_week(year: i32, week: i32, weekday: Weekday) -> Result<Date, TimeFault> {
    let numbers = i16::try_from(year).ok().zip(i8::try_from(week).ok());
    numbers
        .and_then(|(year, week)| ISOWeekDate::new(year, week, weekday).ok())
        .map(ISOWeekDate::date)
        .ok_or_else(|| no_such_week(year, week, weekday))
}

/// The day of a week that is counted from the first one which begins in the year.
fn day_of_week(year: i32, week: i32, weekday: Weekday, first: Weekday) -> Result<Date, TimeFault> {
    let start = day_of(year, 1, 1)?.weekday().until(first);
    let day = i32::from(start) + (week - 1) * 7 + i32::from(weekday.since(first)) + 1;
    day_of_year(year, day).map_err(|_| no_such_week(year, week, weekday))
}

fn no_such_week(year: i32, week: i32, day: Weekday) -> TimeFault {
    let day = Part::Weekday.written(day.to_monday_one_offset().into());
    TimeFault::NoSuch(format!("{year} has no {day} in a week {week}"))
}

/// A figure of so many digits, or fewer where it stands alone, and the rest.
fn figure(
    text: &str,
    part: Part,
    width: usize,
    joined: bool,
) -> Option<(Result<i32, TimeFault>, &str)> {
    let refused = |why: &str| Err(TimeFault::NoSuch(why.to_owned()));
    let mut rest = if joined { text } else { text.trim_start() };
    let unsigned = rest.strip_prefix(['+', '-']);
    let signed = unsigned.is_some() && (part.is_whole_year() || part == Century);
    if signed {
        rest = unsigned?.trim_start();
    }
    let count = digits_of(rest, width);
    if count == 0 || joined && count < width {
        return None;
    }
    let value: i32 = rest[..count].parse().ok()?;
    let value = if signed {
        refused("a year has no sign")
    } else if part.is_whole_year() && value < 100 && count < 4 {
        refused("a year below 100 is written with four digits; `%y` reads two")
    } else if part.is_whole_year() && value < YEARS_OF_ERAS && count < 4 {
        refused("a year below 200 is written with four digits: one of three may count from 1912")
    } else if part == WeekdayFromSunday && value > 6 {
        Err(no_such_weekday(value))
    } else {
        Ok(value)
    };
    Some((value, &rest[count..]))
}

/// Years of three digits below it may be those of an era: in Taiwan they count from 1912, so that 2016 is 105.
const YEARS_OF_ERAS: i32 = 200;

/// One of some names in any case of letters: its place, and the rest.
fn name<'t>(text: &'t str, names: &[&str], letters: usize) -> Option<(i32, &'t str)> {
    let at = names.iter().position(|name| {
        let length = letters.min(name.len());
        text.get(..length).is_some_and(|head| head.eq_ignore_ascii_case(&name[..length]))
    })?;
    Some((i32::try_from(at).ok()?, &text[letters.min(names[at].len())..]))
}

/// Nanoseconds, which may be missing where a point would lead them, and the rest.
fn fraction(text: &str, digits: Option<usize>, point: bool) -> Option<(Option<i32>, &str)> {
    let mut rest = text;
    if point {
        let behind = text.strip_prefix('.').filter(|behind| digits_of(behind, 1) == 1);
        let Some(behind) = behind else { return Some((None, text)) };
        rest = behind;
    }
    let count = digits_of(rest, digits.unwrap_or(9));
    if count < digits.unwrap_or(1) {
        return None;
    }
    let zeros = u32::try_from(9 - count).ok()?;
    let nanos: i32 = rest[..count].parse().ok()?;
    Some((Some(nanos * 10_i32.pow(zeros)), &rest[count..]))
}

/// A count of seconds with its sign, and the rest.
fn count(text: &str) -> Option<(Count, &str)> {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let count = digits_of(rest, 18);
    let seconds = rest[..count].parse().ok()?;
    Some((Count { seconds, before: text.starts_with('-') }, &rest[count..]))
}

/// The name of a zone, and the rest.
fn zone(text: &str) -> Option<(&str, &str)> {
    text.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
    let end = text.find(|c: char| !is_in_zone(c)).unwrap_or(text.len());
    Some(text.split_at(end))
}

fn is_in_zone(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '/')
}

/// Names of UTC.
const UTC: [&str; 5] = ["UTC", "GMT", "UT", "Zulu", "世界时"];

/// An offset in plain letters.
struct OffsetText<'t> {
    /// The part that `%z` would have to read.
    text: &'t str,
    offset: Offset,
    /// Whether it has the name of UTC.
    is_named: bool,
}

/// The offset that plain letters say: `Z`, also behind digits that all texts have (`.000Z`), `+08:00`, `UTC`, `(GMT-5)`.
fn said_offset(letters: &str) -> Option<OffsetText<'_>> {
    let of_offset = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-');
    let of_figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':');
    let text = letters.trim_matches(|c| !of_offset(c)).trim_start_matches(of_figure);
    let name = UTC.into_iter().find_map(|name| {
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then_some(head)
    });
    let is_named = name.is_some();
    let behind = &text[name.map_or(0, str::len)..];
    let whole = |text: &str| match offset(text) {
        Some((Ok(offset), "")) => Some(offset),
        _ => None,
    };
    if let Some(offset) = whole(behind) {
        return Some(OffsetText { text: behind, offset, is_named });
    }
    // `UTC` and `UTC+8`, which `%z` does not read.
    let offset = match behind.split_at_checked(1) {
        _ if !is_named => None,
        None => Some(Offset::UTC),
        Some((sign, hours)) => whole(&format!("{sign}0{hours}")),
    };
    Some(OffsetText { text, offset: offset?, is_named })
}

/// How many digits a text begins with, up to a limit.
fn digits_of(text: &str, limit: usize) -> usize {
    text.bytes().take(limit).take_while(u8::is_ascii_digit).count()
}

fn compile(format: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let mut rest = format;
    while let Some(sign) = rest.chars().next() {
        let behind = &rest[sign.len_utf8()..];
        rest = behind;
        if sign == '%' {
            let word = Word::cut(behind)?;
            rest = &behind[word.length..];
            word.compile(pieces)?;
        } else if sign.is_whitespace() {
            pieces.push(Piece::Blank);
        } else if let Some(Piece::Literal(literal)) = pieces.last_mut() {
            literal.push(sign);
        } else {
            pieces.push(Piece::Literal(sign.to_string()));
        }
    }
    Ok(())
}

/// A word of a format: `%`, a flag, a point, a width or some colons, and a letter.
#[derive(Clone, Copy, Debug)]
struct Word<'f> {
    /// What stands behind the `%`, and how long it is.
    text: &'f str,
    length: usize,
    padded: bool,
    point: bool,
    width: Option<usize>,
    colons: usize,
    letter: char,
}

impl<'f> Word<'f> {
    /// Cuts a word off a text that begins behind its `%`.
    fn cut(text: &'f str) -> Result<Self, String> {
        let rest = text.strip_prefix(['-', '_', '0', '^', '#']).unwrap_or(text);
        let behind = rest.strip_prefix('.');
        let point = behind.is_some();
        let rest = behind.unwrap_or(rest);
        let (width, rest) = rest.split_at(digits_of(rest, rest.len()));
        let colons = rest.bytes().take_while(|byte| *byte == b':').count();
        let rest = &rest[colons..];
        let letter = rest.chars().next().ok_or("a `%` stands at its end; `%%` is one itself")?;
        let length = text.len() - rest.len() + letter.len_utf8();
        let width = match width {
            "" => None,
            width => match width.parse() {
                Ok(width @ 1..=9) => Some(width),
                _ => {
                    return Err(format!(
                        "`%{}` has more than nine digits, or none",
                        &text[..length]
                    ));
                }
            },
        };
        let padded = !text.starts_with(['-', '_']);
        Ok(Self { text, length, padded, point, width, colons, letter })
    }

    fn compile(&self, pieces: &mut Vec<Piece>) -> Result<(), String> {
        let figure = |part, width: usize| {
            let asked = self.width.filter(|_| self.padded);
            Piece::Figure(part, width.max(asked.unwrap_or(width)))
        };
        let name = |part, names, letters, first| Piece::Name { part, names, letters, first };
        let all = usize::MAX;
        let piece = match self.letter {
            'Y' => figure(Year, 4),
            'C' => figure(Century, 2),
            'y' => figure(YearOfCentury, 2),
            'm' => figure(Month, 2),
            'd' | 'e' => figure(Day, 2),
            'j' => figure(DayOfYear, 3),
            'G' => figure(IsoYear, 4),
            'g' => figure(IsoYearOfCentury, 2),
            'V' => figure(IsoWeek, 2),
            'U' => figure(WeekFromSunday, 2),
            'W' => figure(WeekFromMonday, 2),
            'u' => figure(Part::Weekday, 1),
            'w' => figure(WeekdayFromSunday, 1),
            'H' | 'k' => figure(Hour, 2),
            'I' | 'l' => figure(HourOfTwelve, 2),
            'M' => figure(Minute, 2),
            'S' => figure(Second, 2),
            'B' => name(Month, &MONTHS, all, 1),
            'b' | 'h' => name(Month, &MONTHS, 3, 1),
            'A' => name(Part::Weekday, &WEEKDAYS, all, 1),
            'a' => name(Part::Weekday, &WEEKDAYS, 3, 1),
            'p' | 'P' => name(Half, &HALVES, all, 0),
            'f' => Piece::Fraction { digits: self.width, point: self.point },
            'N' => Piece::Fraction { digits: Some(self.width.unwrap_or(9)), point: false },
            's' => Piece::Count,
            'z' => Piece::Offset,
            'Q' => Piece::Zone,
            'n' | 't' => Piece::Blank,
            '%' => Piece::Literal("%".to_owned()),
            'D' => return self.parts("%m/%d/%y", pieces),
            'F' => return self.parts("%Y-%m-%d", pieces),
            'R' => return self.parts("%H:%M", pieces),
            'T' => return self.parts("%H:%M:%S", pieces),
            'Z' => {
                return Err("`%Z` is an abbreviation, and several zones have the same".to_owned());
            }
            'c' | 'r' | 'x' | 'X' => {
                let word = self.letter;
                return Err(format!("`%{word}` is another in each language: write its parts"));
            }
            _ => return Err(self.is_none()),
        };
        match piece {
            Piece::Figure(..) if !self.point && self.colons == 0 => {}
            Piece::Fraction { .. } if self.colons == 0 && (!self.point || self.letter == 'f') => {}
            Piece::Offset if !self.point && self.width.is_none() && self.colons <= 3 => {}
            Piece::Zone if !self.point && self.width.is_none() && self.colons <= 1 => {}
            _ => self.is_plain()?,
        }
        pieces.push(piece);
        Ok(())
    }

    /// The parts that the word is short for.
    fn parts(&self, parts: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
        self.is_plain()?;
        compile(parts, pieces)
    }

    /// Tells a word that has more to it than it may.
    fn is_plain(&self) -> Result<(), String> {
        let plain = !self.point && self.width.is_none() && self.colons == 0;
        if plain { Ok(()) } else { Err(self.is_none()) }
    }

    fn is_none(&self) -> String {
        format!("`%{}` is no word of a format", &self.text[..self.length])
    }
}
