//! Whether a date or a time is one end of a range, or of another calendar.
//!
//! In: what a pattern took for a date, and what stands beside it. Out: how far the
//! date goes on. `2024年1月5日` of `2024年1月5日至8日` is a part of what the text says, and
//! `1024年1月5日` of `公元前1024年1月5日` another day. A second date that stands somewhere
//! else in the text is none of the first.

use std::ops::RangeInclusive;

use super::clock::{
    begins_clock, without_clock, without_clock_behind, without_word_of_time,
    without_word_of_time_behind,
};
use super::date::MONTHS;
use super::figure::{is_between, is_dash, is_han};
use super::number::digit;
use super::strftime::WEEKDAYS;
use super::word::{
    AND, ends_in_known_label, ends_in_label, without_digits, without_digits_behind, without_word,
    without_word_behind,
};

/// Words before a date of another calendar, or before our era.
const ERAS: [&str; 23] = [
    "公元前",
    "西元前",
    "纪元前",
    "紀元前",
    "佛历",
    "佛曆",
    "民国",
    "民國",
    "农历",
    "農曆",
    "阴历",
    "陰曆",
    "旧历",
    "舊曆",
    "夏历",
    "藏历",
    "回历",
    "伊历",
    "令和",
    "平成",
    "昭和",
    "大正",
    "明治",
];

/// What is written behind a date before our era, or of another calendar.
const ERAS_BEHIND: [&str; 12] = [
    "BCE",
    "BC",
    "B.C.E.",
    "B.C.",
    "v. Chr.",
    "v.Chr.",
    "vor Christus",
    "av. J.-C.",
    "AH",
    "A.H.",
    "B.E.",
    "O.S.",
];

/// Of them those before our era that are no letters of anything else.
const BEFORE_OURS: [&str; 6] = ["BCE", "B.C.", "v. Chr.", "v.Chr.", "vor Christus", "av. J.-C."];

/// Of them those that begin names and labels as well, see [`goes_on_as_name`].
const ERAS_OF_NAMES: [&str; 2] = ["BC", "AH"];

/// Words between the ends of a range, the longer ones first.
pub(super) const TO: [&str; 11] =
    ["up to", "bis zum", "to", "until", "till", "til", "through", "thru", "bis", "au", "al"];

/// How many bytes behind a date are more of it; none if it is none, or whole. `before` is what stands before it.
pub(super) fn date_behind(taken: &str, before: &str, after: &str) -> Option<usize> {
    let taken = taken.trim();
    let gap = after.trim_start();
    let is_year = || is_year_of_era(taken, before, gap);
    let point = Point::of(taken);
    if point.map_or_else(is_year, |point| point.dated)
        && let Some(era) = begins_era(taken, gap)
    {
        return Some(after.len() - gap.len() + era.len());
    }
    let point = point?;
    // A day of the week, or the calendar: `1月5日（周五）`.
    let inside = gap.strip_prefix(['(', '（']);
    let noted = inside.and_then(|inside| {
        let (note, tail) = inside.split_once([')', '）'])?;
        (note.chars().count() <= NOTE).then_some((note.trim(), tail))
    });
    if let Some((note, tail)) = noted
        && point.dated
        && (ERAS.contains(&note) || ERAS_BEHIND.contains(&note))
    {
        return Some(after.len() - tail.len());
    }
    // What stands apart from the date is the other end of a range where a word says so:
    // `2024-01-05 (until 2024-01-08)`.
    let apart = inside.or_else(|| gap.strip_prefix([',', '，']));
    let apart = apart.and_then(|tail| without_to_word(tail.trim_start()));
    let gap = noted.filter(|_| apart.is_none()).map_or(gap, |(_, tail)| tail.trim_start());
    let gap = if point.timed { without_word_of_time(gap) } else { gap };
    let between = || is_behind_between(before);
    let and = || AND.iter().find_map(|word| without_start_word(gap, word));
    let range = apart.or_else(|| without_to(gap)).or_else(|| and().filter(|_| between()));
    let end = range.and_then(|tail| begins_point(without_weekday(tail), point));
    // The time of day of the first end, which the pattern leaves out: `2024-01-05 10:00 - 2024-01-08 12:00`.
    let timed = || {
        let time = gap.strip_prefix(['T', 't', ',']).unwrap_or(gap).trim_start();
        let tail = without_word_of_time(without_clock(time)?.trim_start());
        let other = without_to(tail).or_else(|| {
            let mut words = AND.iter().filter_map(|word| without_start_word(tail, word));
            words.next().filter(|_| between())
        })?;
        begins_point(without_weekday(other), Point { timed: false, ..point })
    };
    // Days of one month: `1月5日、6日`.
    let more = || {
        let tail = gap.strip_prefix(['、', '和', '及', '与', '與'])?.trim_start();
        begins_part(tail).filter(|rest| {
            // With a year of its own it is a date for itself, and without a day something else: `1月5日和8月的气温`.
            let part = &tail[..tail.len() - rest.len()];
            point.spoken && !part.contains('年') && part.ends_with(DAYS)
        })
    };
    let rest = end.or_else(|| timed().filter(|_| point.dated && !point.timed)).or_else(more)?;
    Some(after.len() - rest.len())
}

/// The letters of an era that a text behind a date or a year begins with.
fn begins_era(taken: &str, text: &str) -> Option<&'static str> {
    let mut eras = ERAS_BEHIND.iter().copied();
    eras.find(|era| {
        let is_name =
            |tail: &str| ERAS_OF_NAMES.contains(era) && is_late(taken) && goes_on_as_name(tail);
        text.strip_prefix(*era)
            .is_some_and(|tail| !tail.starts_with(char::is_alphanumeric) && !is_name(tail))
    })
}

/// How many bytes behind a year are the era that it is told in: `753 BC`; none if the figure is no year, or none of
/// another era.
pub(super) fn era_behind(taken: &str, before: &str, after: &str) -> Option<usize> {
    let gap = after.trim_start();
    let era = begins_era(taken, gap).filter(|_| is_year_of_era(taken, before, gap))?;
    Some(after.len() - gap.len() + era.len())
}

/// As [`era_behind`], of the bytes before it: `公元前221年`, `前221年`, `BC 221`. Before fewer digits `前` tells the first of
/// several, `前3年`, and behind other characters it ends their word, `提前100年`.
pub(super) fn era_before(taken: &str, before: &str, after: &str) -> Option<usize> {
    let gap = before.trim_end();
    let behind = taken.trim_start_matches(|c| digit(c).is_some());
    let digits = taken[..taken.len() - behind.len()].chars().count();
    if digits == 0 {
        return None;
    }
    let is_year = || {
        let unit = if behind.trim().is_empty() { after } else { behind };
        matches!(digits, 3 | 4) && unit.trim_start().starts_with('年')
    };
    let short = || {
        let head = gap.strip_suffix('前')?.trim_end();
        let apart = !head.ends_with(is_han) || head.ends_with(BEFORE_YEARS);
        (apart && is_year()).then_some(head)
    };
    let letters = || {
        // What is counted is no year: `BC 547B`, `BC 100 mg`.
        let goes_on = after.trim_start().starts_with(|c: char| c.is_alphanumeric() && c != '年');
        let head = ["BCE", "BC", "B.C.E.", "B.C."].iter().find_map(|era| gap.strip_suffix(era))?;
        let is_name = head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.'))
            || head.trim_end().ends_with(',')
            || goes_on;
        let apart = gap.len() < before.len() && !is_name;
        // `BC 22` may be a number of something that is called so.
        let is_sure = digits > 2 || !gap.ends_with("BC");
        (apart && is_sure && is_year_of_era(taken, head, "BCE")).then_some(head)
    };
    let era = BEFORE_OUR_ERA.iter().find_map(|era| gap.strip_suffix(era));
    Some(before.len() - era.or_else(short).or_else(letters)?.len())
}

/// Words before a year before our era.
const BEFORE_OUR_ERA: [&str; 5] = ["公元前", "西元前", "纪元前", "紀元前", "기원전"];

/// Characters that `前` may stand behind before a year.
const BEFORE_YEARS: [char; 11] = ['约', '約', '在', '于', '於', '至', '到', '和', '即', '自', '从'];

/// Whether what stands behind the letters of an era makes a name or a label of them: `BC Place`, `BC-Hydro`,
/// `AH: closed`.
fn goes_on_as_name(tail: &str) -> bool {
    tail.starts_with('-')
        || tail
            .trim_start()
            .starts_with(|c: char| c.is_uppercase() || matches!(c, ':' | '：' | '&'))
}

/// Whether a date has a year in which nobody tells one by an era that is written behind it, or none of its own, so that
/// the letters of an era begin a name: `2024-01-05 BC Place`, but `15 March 1044 BC: Caesar`.
fn is_late(taken: &str) -> bool {
    let mut figures = taken.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let is_late = |run: &str| run.parse().is_ok_and(|year: u32| LATE_YEARS.contains(&year));
    figures.clone().any(is_late)
        || (begins_figure(taken).is_some() && figures.all(|run| run.len() < 3))
}

/// Years of which those of most texts are, behind the ones that are told in an era.
const LATE_YEARS: RangeInclusive<u32> = 1600..=2100;

/// Whether a figure alone may be the year of an era behind it, `753` of `753 BC`: it is not the number of what stands before
/// it. Of the Hijra it has four digits, `100 AH` is of a battery; of one before ours any number of them, `44 BC`, but
/// two are an amount where the letters begin a name, `55 BC Ferries`.
fn is_year_of_era(taken: &str, before: &str, after: &str) -> bool {
    let digits = !taken.is_empty() && taken.chars().all(|c| digit(c).is_some());
    let many = taken.chars().count() > 2;
    let fits = match after.strip_prefix("AH") {
        Some(_) => taken.len() == 4 && taken.starts_with('1'),
        None if BEFORE_OURS.iter().any(|era| after.starts_with(era)) => true,
        None => many || after.strip_prefix("BC").is_some_and(|tail| !goes_on_as_name(tail)),
    };
    digits && fits && !is_late(taken) && !ends_in_label(before)
}

/// As [`date_behind`], of the bytes before it.
pub(super) fn date_before(taken: &str, before: &str) -> Option<usize> {
    let taken = taken.trim();
    let point = Point::of(taken)?;
    let gap = before.trim_end();
    if point.dated
        && let Some(head) = ERAS.iter().find_map(|era| gap.strip_suffix(era))
    {
        return Some(before.len() - head.len());
    }
    if let Some(era) = era_before(taken, before, "").filter(|_| point.spoken) {
        return Some(era);
    }
    let gap = without_weekday_behind(gap).trim_end();
    let spoken = || {
        let head = gap.strip_suffix(['、', '和', '及', '与', '與'])?.trim_end();
        let fits = point.spoken && !taken.contains('年') && head.ends_with(DAYS);
        ends_part(head).filter(|_| fits)
    };
    let word = TO.iter().find_map(|word| without_end_word(gap, word));
    let word = word.map(|head| head.trim_end().trim_end_matches([',', '，']));
    let sign = || without_sign_behind(gap);
    let head = if let Some(head) = word.or_else(sign) {
        let head = without_note_behind(head.trim_end());
        let end = ends_point(head, point).or_else(|| {
            let lone = ends_day(head, point, taken)?;
            // The point of a day alone ends a sentence as well: `Kapitel 3. - 05.02.2024`.
            let is_day = || is_earlier_day(lone, &head[lone.len()..], taken);
            (point.named || word.is_some() || is_day()).then_some(lone)
        });
        end.filter(|before| !is_number(before, &head[before.len()..], taken))
    } else if let Some(head) = gap.strip_suffix('/').map(str::trim_end) {
        let figure = ends_figure(head).filter(|_| point.dated && point.figure);
        figure.or_else(|| ends_day_of_month(head, point, taken))
    } else if let Some(head) = AND.iter().find_map(|word| without_end_word(gap, word)) {
        let head = without_note_behind(head.trim_end());
        let first = || ends_point(head, point).filter(|head| is_behind_between(head));
        first().or_else(|| ends_day_of_month(head, point, taken))
    } else {
        spoken()
    }?;
    // A part of another figure or name is no end of a range.
    let apart =
        !head.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | ':'));
    apart.then_some(before.len() - head.len())
}

/// Whether the figure that a dash between blanks parts from a date with the name of its month is the number of
/// something else: `Episode 7 – 5 February 2024`.
pub(super) fn follows_number(taken: &str, before: &str) -> bool {
    let taken = taken.trim();
    let gap = without_weekday_behind(before.trim_end());
    let Some(point) = Point::of(taken).filter(|point| point.named) else { return false };
    let Some(head) = without_sign_behind(gap.trim_end()) else { return false };
    let day = head.trim_end();
    let between_blanks = day.len() < head.len() && before.ends_with(char::is_whitespace);
    let lead = ends_day(day, point, taken).filter(|_| between_blanks);
    lead.is_some_and(|lead| is_number(lead, &day[lead.len()..], taken))
}

/// How many characters at most a note in brackets behind a date has.
const NOTE: usize = 9;

/// What a text for a date is made of.
#[derive(Clone, Copy, Default)]
struct Point {
    /// It has a day, and is no time of day alone.
    dated: bool,
    /// It has a time of day.
    timed: bool,
    /// It is one of figures and marks.
    figure: bool,
    /// The mark between its figures is a point.
    pointed: bool,
    /// Its parts are told by `年`, `月` and `日`.
    spoken: bool,
    /// Its month has a name.
    named: bool,
}

impl Point {
    /// None for a text that is no date or time of day.
    fn of(text: &str) -> Option<Self> {
        let spoken = text.contains('月') && text.contains(DAYS);
        let mut words = text.split(|c: char| !c.is_alphabetic());
        let named = text.contains(|c| digit(c).is_some()) && words.any(is_month);
        let figure = begins_figure(text).is_some();
        let starts = text.char_indices().filter(|(at, _)| {
            !text[..*at].ends_with(|c: char| digit(c).is_some() || matches!(c, ':' | '：'))
        });
        let timed = starts.map(|(at, _)| &text[at..]).any(|text| begins_clock(text).is_some());
        let dated = spoken || named || figure;
        let pointed = figure && text.trim_start_matches(|c| digit(c).is_some()).starts_with('.');
        (dated || begins_clock(text).is_some()).then_some(Self {
            dated,
            timed,
            figure,
            pointed,
            spoken,
            named,
        })
    }
}

/// A text without the date or time at its start that may be the other end of a range; none if it has none. Of a date
/// without a time of day a time is no other end, but that time: `2024-01-05 / 10:30`.
fn begins_point(text: &str, point: Point) -> Option<&str> {
    let part = || begins_part(text).filter(|_| point.spoken);
    let named = || {
        let day = without_ordinal(without_digits(text, 2)?);
        without_month(day.trim_start())
    };
    let month_first = || {
        let tail = without_month(text)?.trim_start();
        without_digits(tail, 2).map(without_ordinal)
    };
    let day = || {
        let date = begins_figure(text).or_else(|| begins_short(text).filter(|_| point.pointed));
        date.or_else(part).or_else(named).or_else(month_first)
    };
    let clock = || begins_clock(text).filter(|_| point.timed);
    if point.dated { day().or_else(clock) } else { clock() }
}

/// As [`begins_point`], at the end. A time of day behind a date is one of that date.
fn ends_point(text: &str, point: Point) -> Option<&str> {
    let untimed = without_clock_behind(without_word_of_time_behind(text));
    if !point.dated {
        return untimed;
    }
    let text = untimed.map_or(text, str::trim_end);
    let short = || ends_short(text).filter(|_| point.pointed);
    let part = || ends_part(text).filter(|_| point.spoken);
    ends_figure(text).or_else(short).or_else(part).or_else(|| {
        // A date with a year of its own is the first of two, as `30 January 2023 - 5 February 2024`.
        let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let year = text.len() - head.len() == 4;
        let day = head.trim_end_matches(|c: char| c.is_whitespace() || c == ',');
        year.then(|| ends_named(day)).flatten().or_else(|| ends_named(text))
    })
}

/// Names of months that are none in English: German, French, Spanish and Italian.
const OTHER_MONTHS: [&str; 28] = [
    "januar",
    "jänner",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "décembre",
    "enero",
    "abril",
    "agosto",
    "diciembre",
    "gennaio",
    "maggio",
    "giugno",
    "luglio",
    "ottobre",
];

/// What a day of a month is told by.
const DAYS: [char; 3] = ['日', '号', '號'];

/// `2024年1月8日`, `2月8日`, `8日`. Of `2024年1月5日/1年` the second is no year but how long it is.
fn begins_part(text: &str) -> Option<&str> {
    let (mut rest, mut seen) = (text, None);
    for (digits, units) in [(4, &['年'][..]), (2, &['月']), (2, &DAYS)] {
        let tail = without_digits(rest, digits).map(str::trim_start);
        if let Some(tail) = tail.and_then(|tail| tail.strip_prefix(units)) {
            (rest, seen) = (tail.trim_start(), Some(tail));
        }
    }
    seen.filter(|rest| !is_span(&text[..text.len() - rest.len()]))
}

/// As [`begins_part`], at the end.
fn ends_part(text: &str) -> Option<&str> {
    let (mut rest, mut seen) = (text, None);
    for (digits, units) in [(2, &DAYS[..]), (2, &['月']), (4, &['年'])] {
        let head = rest.strip_suffix(units).map(str::trim_end);
        if let Some(head) = head.and_then(|head| without_digits_behind(head, digits)) {
            (rest, seen) = (head.trim_end(), Some(head));
        }
    }
    seen.filter(|head| !is_span(&text[head.len()..]))
}

/// Whether a part of a date is none but says how long something is: `1年`.
fn is_span(part: &str) -> bool {
    part.ends_with('年') && without_digits(part, 3).is_some()
}

/// `2024-01-08`, `8.1.2024`.
fn begins_figure(text: &str) -> Option<&str> {
    let first = without_digits(text, 4)?;
    let sign = first.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let second = without_digits(&first[1..], 2)?;
    without_digits(second.strip_prefix(sign)?, 4)
}

/// As [`begins_figure`], at the end.
fn ends_figure(text: &str) -> Option<&str> {
    let third = without_digits_behind(text, 4)?;
    let sign = third.chars().next_back().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let second = without_digits_behind(&third[..third.len() - 1], 2)?;
    without_digits_behind(second.strip_suffix(sign)?, 4)
}

/// `8.1.`, without a year.
fn begins_short(text: &str) -> Option<&str> {
    let month = without_digits(text, 2)?.strip_prefix('.')?;
    without_digits(month, 2)?.strip_prefix('.')
}

/// As [`begins_short`], at the end.
fn ends_short(text: &str) -> Option<&str> {
    let day = without_digits_behind(text.strip_suffix('.')?, 2)?.strip_suffix('.')?;
    without_digits_behind(day, 2)
}

/// The endings of an ordinal.
const ORDINALS: [&str; 5] = ["st", "nd", "rd", "th", "."];

/// A text without the ending of an ordinal at its start, `th` or a point.
fn without_ordinal(text: &str) -> &str {
    ORDINALS.iter().find_map(|end| text.strip_prefix(end)).unwrap_or(text)
}

/// A text without the name of a month at its start; none if it has none.
fn without_month(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, tail) = text.split_at(end);
    is_month(word).then(|| tail.strip_prefix('.').unwrap_or(tail))
}

/// A text without the name of a month at its end; none if it has none.
fn without_month_behind(text: &str) -> Option<&str> {
    let dotless = text.strip_suffix('.').unwrap_or(text);
    let head = dotless.trim_end_matches(char::is_alphabetic);
    is_month(&dotless[head.len()..]).then_some(head)
}

/// A text without the day and the month at its end, `30 January` or `January 30`; none if it has none.
fn ends_named(text: &str) -> Option<&str> {
    match without_month_behind(text) {
        Some(head) => Some(without_lone_day(head.trim_end())?.0),
        None => without_month_behind(without_lone_day(text)?.0.trim_end()),
    }
}

/// A text without the day at its end, `3` or `3rd`, and which it is; none if it has none.
fn without_lone_day(text: &str) -> Option<(&str, u32)> {
    let digits = ORDINALS.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let head = without_digits_behind(digits, 2)?;
    let day = digits[head.len()..].parse().ok()?;
    (1..=31).contains(&day).then_some((head, day))
}

/// A text without the day alone at its end that a range begins with whose other end is `taken`, as in
/// `3-5 February 2024` and `3. bis 5.2.2024`; none if it has none. A number before `March 5, 2024` is no day.
fn ends_day<'t>(text: &'t str, point: Point, taken: &str) -> Option<&'t str> {
    let fits = match (point.named, point.pointed) {
        (true, _) => taken.starts_with(|c| digit(c).is_some()),
        (_, pointed) => pointed && text.ends_with('.'),
    };
    Some(without_lone_day(text).filter(|_| fits)?.0)
}

/// Whether a day, or one with its month, is the number of what stands before it, and no end of a range that `taken`
/// ends: `Episode 7 – 5 February 2024`, where it is not the earlier day, `Version 2.1. - 05.02.2024`, where only one of
/// them has zeros, and `§ 3. bis 05.02.2024`.
fn is_number(lead: &str, day: &str, taken: &str) -> bool {
    let is_lone = without_lone_day(day).is_some_and(|(head, _)| head.is_empty());
    let is_short = ends_short(day).is_some_and(str::is_empty);
    if !(is_lone || is_short) || !ends_in_label(lead) || leads_to_day(lead) {
        return false;
    }
    let is_section = lead.trim_end().ends_with(|c: char| !c.is_alphabetic());
    let is_bare = |text: &str| without_digits(text, 1).is_some() && !text.starts_with('0');
    let unlike = day.contains('.') && is_bare(day) && taken.starts_with('0');
    let later = is_lone && !day.contains('.') && number_of(day) >= number_of(taken);
    // Over the end of a month a few days are a range: `Berlin 30 – 2 March 2024`.
    let (first, second) =
        (number_of(day).unwrap_or_default(), number_of(taken).unwrap_or_default());
    let over_end = second + 31 <= first + FEW_DAYS && !ends_in_known_label(lead);
    is_section || unlike || (later && !over_end)
}

/// Whether a day alone, or the first of several, is an earlier one of the month of `taken`: `5. - 6.1.2024`, but not
/// `Kapitel 3. - 5.2.2024`.
fn is_earlier_day(lead: &str, days: &str, taken: &str) -> bool {
    let is_earlier = number_of(days).is_some_and(|day| Some(day) < number_of(taken));
    is_earlier && !is_part_number(lead, days, taken)
}

/// Whether a day that a point ends is the number of a part or a section: behind a name, or as only one of both has zeros.
fn is_part_number(lead: &str, day: &str, taken: &str) -> bool {
    let is_bare = |text: &str| without_digits(text, 1).is_some() && !text.starts_with('0');
    let is_named = ends_in_label(lead) || ends_in_known_label(lead);
    let in_figure = lead.ends_with(|c: char| c.is_alphanumeric() || c == '.');
    in_figure || (is_bare(day) && taken.starts_with('0')) || (is_named && !leads_to_day(lead))
}

/// The number that a text begins with.
fn number_of(text: &str) -> Option<u32> {
    text[..text.len() - text.trim_start_matches(|c| digit(c).is_some()).len()].parse().ok()
}

/// How far apart at most two days of two months are that a range without the first month has.
const FEW_DAYS: u32 = 14;

/// Whether what stands before a day says that it is one: a day of the week, or a word such as `from`.
fn leads_to_day(lead: &str) -> bool {
    let lead = lead.trim_end();
    let mut words = ["between", "from", "on", "vom", "am", "du"].iter();
    without_weekday_behind(lead).len() < lead.len()
        || words.any(|word| without_end_word(lead, word).is_some())
}

/// As [`ends_day`], of a day that `/` or a word such as `and` parts from the other, with the days before it:
/// `3, 4 and 5 February 2024`. Behind a word for what is numbered it is a number, unless a month or an ordinal says that
/// it is a day: `Room 3 and 5 February 2024`, but `Festival 1 and 3 March 2024`.
fn ends_day_of_month<'t>(text: &'t str, point: Point, taken: &str) -> Option<&'t str> {
    if !point.named && !point.pointed {
        return None;
    }
    if let Some(head) = ends_named(text).filter(|_| point.named) {
        return Some(head);
    }
    if let Some(lead) = ends_short(text) {
        return Some(lead).filter(|lead| !is_part_number(lead, &text[lead.len()..], taken));
    }
    let mut head = ends_day(text, point, taken)?;
    let (_, mut first) = without_lone_day(text)?;
    let tail = taken.trim_start_matches(|c| digit(c).is_some());
    let second: u32 = taken[..taken.len() - tail.len()].parse().ok()?;
    if first >= second {
        return None;
    }
    // The days before it, each an earlier one.
    while let Some(others) = head.trim_end().strip_suffix(',')
        && let Some((lead, day)) = without_lone_day(others.trim_end())
        && day < first
    {
        (head, first) = (lead, day);
    }
    if !point.named {
        let is_day = is_earlier_day(head, &text[head.len()..], taken);
        return is_day.then_some(head);
    }
    let ordinal = text.ends_with(char::is_alphabetic);
    let is_number = ends_in_known_label(head) && !leads_to_day(head);
    (ordinal || !is_number).then_some(head)
}

/// Whether a word is the name of a month, or the three letters that it begins with.
fn is_month(word: &str) -> bool {
    is_one_of(word, &MONTHS) || is_one_of(word, &OTHER_MONTHS) || word.eq_ignore_ascii_case("sept")
}

/// Whether a word is one of some in capitals or not, or the three letters that it begins with: `Marc` is no month.
fn is_one_of(word: &str, words: &[&str]) -> bool {
    let word = word.to_lowercase();
    let is_short = word.chars().count() == 3;
    words.iter().any(|name| {
        let name = name.to_lowercase();
        name == word || is_short && name.starts_with(&word)
    })
}

/// A text without a day of the week at its start.
fn without_weekday(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, tail) = text.split_at(end);
    if is_one_of(word, &WEEKDAYS) {
        tail.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.'))
    } else {
        text
    }
}

/// As [`without_weekday`], at the end.
fn without_weekday_behind(text: &str) -> &str {
    let word = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.'));
    let head = word.trim_end_matches(char::is_alphabetic);
    if is_one_of(&word[head.len()..], &WEEKDAYS) { head } else { text }
}

/// A text without the note in brackets at its end: `1月5日（周五）`.
fn without_note_behind(text: &str) -> &str {
    let head = text.strip_suffix([')', '）']).and_then(|inside| {
        let (head, note) = inside.rsplit_once(['(', '（'])?;
        (note.chars().count() <= NOTE).then(|| head.trim_end())
    });
    head.unwrap_or(text)
}

/// Whether a text ends with a word that stands before both ends of a range.
pub(super) fn is_behind_between(text: &str) -> bool {
    let head = without_weekday_behind(text);
    ["between", "zwischen", "entre"].iter().any(|word| without_end_word(head, word).is_some())
}

/// A text without the sign or the word of a range at its start; none if it has none.
fn without_to(text: &str) -> Option<&str> {
    let signs = text.trim_start_matches(is_range_sign);
    if signs.len() < text.len() {
        return Some(signs.trim_start());
    }
    let points = text.strip_prefix("..").map(|tail| tail.trim_start_matches('.'));
    let slash = text.strip_prefix(['/', '／', '至', '到']).or(points).map(str::trim_start);
    slash.or_else(|| without_to_word(text))
}

/// A text without the word of a range at its start; none if it has none.
fn without_to_word(text: &str) -> Option<&str> {
    TO.iter().find_map(|word| without_start_word(text, word))
}

/// A text without the signs of a range at its end; none if it has none. A slash is none before a date with a name.
fn without_sign_behind(text: &str) -> Option<&str> {
    let head = text.trim_end_matches(is_range_sign);
    if head.len() < text.len() {
        return Some(head);
    }
    let points = text.strip_suffix("..").map(|head| head.trim_end_matches('.'));
    points.or_else(|| text.strip_suffix(['至', '到']))
}

/// A text without a word at its start, and the blanks behind it that part it from what follows.
fn without_start_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let tail = without_word(text, word)?;
    tail.starts_with(char::is_whitespace).then(|| tail.trim_start())
}

/// As [`without_start_word`], at the end.
pub(super) fn without_end_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = without_word_behind(text.trim_end(), word)?;
    (!head.ends_with(char::is_alphanumeric)).then_some(head)
}

/// Dashes and arrows between the ends of a range.
fn is_range_sign(c: char) -> bool {
    is_dash(c) || is_between(c) || c == '>'
}

#[cfg(test)]
mod tests {
    use super::super::cut::longer_part as longer;

    #[test]
    fn a_date_that_is_one_end_of_a_range_is_told() {
        for (marked, expected) in [
            ("[2024年1月5日]至8日", "2024年1月5日至8日"),
            ("[2024年1月5日]-8日", "2024年1月5日-8日"),
            ("[2024年1月5日]～2月8日止", "2024年1月5日～2月8日"),
            ("[2024年1月5日]-2024年2月8日", "2024年1月5日-2024年2月8日"),
            ("[2024年1月5日] — 8号", "2024年1月5日 — 8号"),
            ("[2024年1月5日]、6日", "2024年1月5日、6日"),
            ("[2024年1月5日]和6日", "2024年1月5日和6日"),
            ("[2024年1月5日]（周五）至8日", "2024年1月5日（周五）至8日"),
            ("30 January - [5 February 2024]", "30 January - 5 February 2024"),
            ("30 January to [5 February 2024]", "30 January to 5 February 2024"),
            ("30. Januar - [05.02.2024]", "30. Januar - 05.02.2024"),
            ("30 janvier - [05/02/2024]", "30 janvier - 05/02/2024"),
            ("30 MÄRZ - [5 February 2024]", "30 MÄRZ - 5 February 2024"),
            ("30 déc. - [5 February 2024]", "30 déc. - 5 February 2024"),
            ("Jan. 30 – [Feb. 5, 2024]", "Jan. 30 – Feb. 5, 2024"),
            ("3 and [5 February 2024]", "3 and 5 February 2024"),
            ("3, 4 and [5 February 2024]", "3, 4 and 5 February 2024"),
            ("concerts: 3, 4 and [5 February 2024]", "3, 4 and 5 February 2024"),
            ("held 3 and [5 February 2024]", "3 and 5 February 2024"),
            ("Mon 3 & [5 February 2024]", "3 & 5 February 2024"),
            ("3 / [5 February 2024]", "3 / 5 February 2024"),
            ("30 January / [5 February 2024]", "30 January / 5 February 2024"),
            ("30 January/[5 February 2024]", "30 January/5 February 2024"),
            ("Berlin 3–[5 February 2024]", "3–5 February 2024"),
            ("Festival 1 and [3 March 2024]", "1 and 3 March 2024"),
            ("Concert 1, 2 and [3 March 2024]", "1, 2 and 3 March 2024"),
            ("Fair 12 / [15 March 2024]", "12 / 15 March 2024"),
            ("Berlin 30 – [2 March 2024]", "30 – 2 March 2024"),
            ("Expo 28 – [2 March 2024]", "28 – 2 March 2024"),
            ("Fair 3 - [5 February 2024]", "3 - 5 February 2024"),
            ("30 - [5 February 2024]", "30 - 5 February 2024"),
            ("Messe 3.2. - [5.2.2024]", "3.2. - 5.2.2024"),
            ("Messe 03.02. - [05.02.2024]", "03.02. - 05.02.2024"),
            ("5. - [6.1.2024]", "5. - 6.1.2024"),
            ("5. – [6.1.2024]", "5. – 6.1.2024"),
            ("05. - [06.01.2024]", "05. - 06.01.2024"),
            ("5./[6.1.2024]", "5./6.1.2024"),
            ("5. / [6.1.2024]", "5. / 6.1.2024"),
            ("5. und [6.1.2024]", "5. und 6.1.2024"),
            ("5. & [6.1.2024]", "5. & 6.1.2024"),
            ("5., 6. und [7.1.2024]", "5., 6. und 7.1.2024"),
            ("5.1. und [6.1.2024]", "5.1. und 6.1.2024"),
            ("5.1./[6.1.2024]", "5.1./6.1.2024"),
            ("am 30.12. und [6.1.2024]", "30.12. und 6.1.2024"),
            ("offen am 5. und [6.1.2024]", "5. und 6.1.2024"),
            ("Vom 3. bis [05.02.2024]", "3. bis 05.02.2024"),
            ("Montag, 3. bis [05.02.2024]", "3. bis 05.02.2024"),
            ("2024-01-05t10:00 until [2024-01-08]", "2024-01-05t10:00 until 2024-01-08"),
            ("on 3rd-[5 February 2024]", "3rd-5 February 2024"),
            ("Mon 3 to Wed [5 February 2024]", "3 to Wed 5 February 2024"),
            ("[5 February 2024] until Friday, 8 March", "5 February 2024 until Friday, 8 March"),
            ("[February 5, 2024] - February 8, 2024", "February 5, 2024 - February 8"),
            ("[2024-01-05] / 2024-01-08", "2024-01-05 / 2024-01-08"),
            ("[2024-01-05] → 2024-01-08", "2024-01-05 → 2024-01-08"),
            ("[2024-01-05] -> 2024-01-08", "2024-01-05 -> 2024-01-08"),
            ("[2024-01-05]…2024-01-08", "2024-01-05…2024-01-08"),
            ("[2024-01-05] ... 2024-01-08", "2024-01-05 ... 2024-01-08"),
            ("[2024-01-05] until 2024-01-08", "2024-01-05 until 2024-01-08"),
            ("[2024-01-05] through 2024-01-08", "2024-01-05 through 2024-01-08"),
            ("[05.01.2024] bis 08.01.2024", "05.01.2024 bis 08.01.2024"),
            ("between [2024-01-05] and 2024-01-08", "2024-01-05 and 2024-01-08"),
            ("[10:30] until 12:30", "10:30 until 12:30"),
            ("[2024-01-05 10:30] → 12:30", "2024-01-05 10:30 → 12:30"),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
    }

    #[test]
    fn a_date_of_another_calendar_is_told() {
        for (marked, expected) in [
            ("公元前[1024年1月5日]", "公元前1024年1月5日"),
            ("佛历[2567年1月5日]", "佛历2567年1月5日"),
            ("生于民国[105年1月5日]", "民国105年1月5日"),
            ("农历 [2024年1月5日]", "农历 2024年1月5日"),
            ("[2024年1月5日]（农历）", "2024年1月5日（农历）"),
            ("令和[5年1月5日]", "令和5年1月5日"),
            ("平成[5年1月5日]", "平成5年1月5日"),
            ("昭和[55/01/05]", "昭和55/01/05"),
            ("[5 February 1024] BCE", "5 February 1024 BCE"),
            ("[5 February 1024] BC.", "5 February 1024 BC"),
            ("[5 February 1024] BC in Rome", "5 February 1024 BC"),
            ("[1024-02-05] v. Chr.", "1024-02-05 v. Chr."),
            ("[15 March 1044] BC: Caesar", "15 March 1044 BC"),
            ("[21 April 753] BC Rome founded", "21 April 753 BC"),
            ("[15 March 44] BC & later", "15 March 44 BC"),
            ("[15 March 44] BC-14 March 43 BC", "15 March 44 BC"),
            ("[15 March 1445] AH Mecca", "15 March 1445 AH"),
            ("[1044] BC: Caesar", "1044 BC"),
            ("[753] BC Rome founded", "753 BC"),
            ("[1445] AH Mecca", "1445 AH"),
            ("founded [500] BCE", "500 BCE"),
            ("around [2500] BC", "2500 BC"),
            ("公元前[221]年", "公元前221"),
            ("西元前[3]世纪", "西元前3"),
            ("前[221]年", "前221"),
            ("约公元前 [221] 年", "公元前 221"),
            ("秦，前[221]年", "前221"),
            ("约前 [1046]年", "前 1046"),
            ("紀元前[660]年", "紀元前660"),
            ("기원전 [221]년", "기원전 221"),
            ("公元前221-前[207]年", "前207"),
            ("公元前[221]-前207年", "公元前221"),
            ("前[2070年1月5日]", "前2070年1月5日"),
            ("BC [221]", "BC 221"),
            ("in B.C. [221]", "B.C. 221"),
            ("[44] BC", "44 BC"),
            ("[44] BC.", "44 BC"),
            ("about [5] B.C.", "5 B.C."),
            ("[44] BCE in Rome", "44 BCE"),
            ("[44] v. Chr.", "44 v. Chr."),
            ("[52] av. J.-C.", "52 av. J.-C."),
            ("[10000] BC", "10000 BC"),
            ("BCE [44]", "BCE 44"),
            ("B.C. [44]", "B.C. 44"),
            ("BCE [500], or so", "BCE 500"),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
    }

    #[test]
    fn a_date_with_another_one_in_its_text_is_whole() {
        for marked in [
            "[2024年1月5日]",
            "[2024年1月5日]至今",
            "[2024年1月5日]起，8日内",
            "[2024年1月5日]，2月8日更新",
            "[2024年1月5日]、2024年2月8日",
            "[2024年1月5日]（农历十一月廿四）",
            "公元[2024年1月5日]",
            "公历[2024年1月5日]",
            "[2024-01-05] and 2024-01-08",
            "[2024-01-05], 2024-01-08",
            "[2024-01-05] (revised 2024-01-08)",
            "[2024-01-05] to be told until 2024-01-08",
            "[2024-01-05] - rev. 5",
            "[2024-01-05] BCD",
            "[2024-01-05] through the door",
            "from [5 February 2024]",
            "room 32 and [5 February 2024]",
            "2024-01-30 and [5 February 2024]",
            "April and [5 February 2024]",
            "30 January 2023 and [5 February 2024]",
            "3, [5 February 2024]",
            "[5 February 2024] and 8 March 2024",
            "[12.50] until now",
            "Episode 7 – [March 5, 2024]",
            "Episode 7 – [5 February 2024]",
            "Version 2.1. - [05.02.2024]",
            "Kapitel 3. bis [05.02.2024]",
            "Kapitel 3. - [5.2.2024]",
            "Kapitel 3. und [5.2.2024]",
            "Version 2.1. / [5.2.2024]",
            "3. - [05.02.2024]",
            "7. - [5.2.2024]",
            "7. und [5.2.2024]",
            "5., [6.1.2024]",
            "§ 3. bis [05.02.2024]",
            "Page 12 / [5 February 2024]",
            "Rooms 3, 4 and [5 February 2024]",
            "满1年至[2024年1月5日]",
            "Page 12 / [March 5, 2024]",
            "Chapter 3 and [March 5, 2024]",
            "Room 12 and [5 February 2024]",
            "Room 3 and [5 February 2024]",
            "Order 12 & [5 February 2024]",
            "Version 3 / [5 February 2024]",
            "[2024年1月5日] - 10:30",
            "[2024年1月5日]/10:30",
            "[2024-01-05] / 10:30",
            "[2024-01-05] 10:00 - 12:00",
            "10:30 / [2024-01-05]",
            "[5 February 2024] BC Place",
            "[2024-01-05] AH: closed",
            "[2024-01-05] BC-Hydro",
            "[2024-01-05] BC & Alberta",
            "[2024年1月5日]/1年",
            "[2024年1月5日]和8月的气温",
            "8月和[1月5日]",
            "[2024-01-05] BC Ferries",
            "[05/01/24] BC Place",
            "Highway [101] BC",
            "[2024] BC Place",
            "公元[221]年",
            "前[3]年",
            "前[50]年",
            "提前[100]年",
            "以前[221]年",
            "前[100]名",
            "BC [2024]",
            "BC [22]",
            "BC[221]",
            "ABC [221]",
            "Vancouver, BC [221]",
            "BC [547]B",
            "BC [100] mg",
            "[100] AH",
            "[2500] AH",
            "[55] BC Ferries",
            "Highway [55] BC",
            "[55] BC: Vancouver",
            "[5] AH",
            "BC [55] mg",
            "[1044] BCD",
            "Rooms 3 / [5 February 2024]",
            "Halls 1 and [3 March 2024]",
            "No. 3 and [5 February 2024]",
            "Episode 28 – [2 March 2024]",
            "Louvre 17 – [5 March 2024]",
            "[2024-01-05] to Marc 5",
            "[12.50] and 13.50",
        ] {
            assert_eq!(longer(marked), None, "{marked}");
        }
    }
}
