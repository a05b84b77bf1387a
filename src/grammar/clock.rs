//! Whether a time of day goes on with a half of the day or a zone.
//!
//! In: the digits of a figure, and what stands beside it. Out: how far the time goes
//! on. `3:30` of `下午3:30` is another time than that of the text, as is `10:30` of
//! `10:30+01:00`. A half that says what the hour says already, as in `10:30 am`, is
//! none that a figure is cut from; a zone behind it is looked for all the same.

use super::date::known_zone;
use super::figure::is_dash;
use super::number::digit;
use super::strftime::WEEKDAYS;
use super::word::{AND, without_digits, without_word, without_word_behind};

/// A half of the day, as a word tells it.
#[derive(Clone, Copy)]
enum Half {
    Morning,
    Noon,
    Afternoon,
    Night,
}

impl Half {
    /// Whether an hour is another one of the day in it.
    fn moves(self, hour: u32) -> bool {
        match self {
            Self::Morning => hour == 12,
            Self::Noon => hour < 11,
            Self::Afternoon => hour < 12,
            // Before midnight or behind it.
            Self::Night => hour <= 12,
        }
    }
}

/// Words of letters for a half of the day, the longer ones first, and as letters of full width write them.
const LETTERS: [(&str, Half); 14] = [
    ("ａ．ｍ．", Half::Morning),
    ("Ａ．Ｍ．", Half::Morning),
    ("ａｍ", Half::Morning),
    ("ＡＭ", Half::Morning),
    ("ｐ．ｍ．", Half::Afternoon),
    ("Ｐ．Ｍ．", Half::Afternoon),
    ("ｐｍ", Half::Afternoon),
    ("ＰＭ", Half::Afternoon),
    ("a.m.", Half::Morning),
    ("a.m", Half::Morning),
    ("am", Half::Morning),
    ("p.m.", Half::Afternoon),
    ("p.m", Half::Afternoon),
    ("pm", Half::Afternoon),
];

/// What is said for a half of the day, behind a time or before it.
const SAID: [(&str, Half); 24] = [
    ("a. m.", Half::Morning),
    ("p. m.", Half::Afternoon),
    ("in the morning", Half::Morning),
    ("in the afternoon", Half::Afternoon),
    ("in the evening", Half::Afternoon),
    ("this morning", Half::Morning),
    ("this afternoon", Half::Afternoon),
    ("this evening", Half::Afternoon),
    ("at night", Half::Night),
    ("tonight", Half::Night),
    ("morgens", Half::Morning),
    ("vormittags", Half::Morning),
    ("nachmittags", Half::Afternoon),
    ("abends", Half::Afternoon),
    ("nachts", Half::Night),
    ("du matin", Half::Morning),
    ("de l'après-midi", Half::Afternoon),
    ("de l’après-midi", Half::Afternoon),
    ("du soir", Half::Afternoon),
    ("de la mañana", Half::Morning),
    ("de la tarde", Half::Afternoon),
    ("de la noche", Half::Night),
    ("di mattina", Half::Morning),
    ("di sera", Half::Afternoon),
];

/// Words of Han characters, of Japanese and of Korean, the longer ones first. Of `最晚8:30` the word says no half.
const HAN: [(&str, Half); 28] = [
    ("上午", Half::Morning),
    ("凌晨", Half::Morning),
    ("早上", Half::Morning),
    ("早晨", Half::Morning),
    ("清晨", Half::Morning),
    ("清早", Half::Morning),
    ("午前", Half::Morning),
    ("오전", Half::Morning),
    ("새벽", Half::Morning),
    ("아침", Half::Morning),
    ("中午", Half::Noon),
    ("午间", Half::Noon),
    ("午間", Half::Noon),
    ("下午", Half::Afternoon),
    ("午后", Half::Afternoon),
    ("午後", Half::Afternoon),
    ("오후", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("夕方", Half::Afternoon),
    ("저녁", Half::Afternoon),
    ("晚上", Half::Night),
    ("夜里", Half::Night),
    ("晚间", Half::Night),
    ("晚間", Half::Night),
    ("夜间", Half::Night),
    ("晚", Half::Night),
    ("夜", Half::Night),
    ("밤", Half::Night),
];

/// Zones by their names.
const ZONES: [&str; 33] = [
    "UTC", "GMT", "CEST", "CET", "EEST", "EET", "BST", "EST", "EDT", "CST", "CDT", "MST", "MDT",
    "PST", "PDT", "JST", "AEST", "AEDT", "ACST", "ACDT", "AWST", "NZST", "NZDT", "AKST", "AKDT",
    "HST", "MSK", "HKT", "KST", "SAST", "PKT", "MESZ", "MEZ",
];

/// Zones whose letters are as well those of other words (`10:30 ET 14:00` of a French sign, `9:00 CT scan`,
/// `SGT Smith`): they are ones where what is said ends behind them.
const ZONES_OF_WORDS: [&str; 8] = ["ET", "PT", "CT", "MT", "UT", "IST", "WIB", "SGT"];

/// Zones in words of Han characters, and in letters of full width.
const HAN_ZONES: [&str; 17] = [
    "ＵＴＣ",
    "ＧＭＴ",
    "ＪＳＴ",
    "北京时间",
    "北京時間",
    "台北时间",
    "台北時間",
    "香港时间",
    "香港時間",
    "东京时间",
    "日本时间",
    "日本時間",
    "首尔时间",
    "美东时间",
    "美西时间",
    "纽约时间",
    "伦敦时间",
];

/// How many bytes behind a time of day are more of it; none if its figure is none, or all of it.
pub(super) fn time_behind(figure: &str, after: &str) -> Option<usize> {
    let figure = figure.trim_end();
    // The pattern may have matched the half of the day, but no zone behind it.
    let halved = LETTERS.iter().find_map(|(word, _)| without_word_behind(figure, word));
    let clock = halved.unwrap_or(figure).trim_end();
    let start = clock.trim_end_matches(is_part).len();
    let hour = hour(&clock[start..])?;
    let is_dated = clock[..start].contains(|c: char| c.is_ascii_digit());
    // `8:30 Uhr abends`.
    let hours = without_word(after.trim_start(), "uhr");
    let after_hours =
        hours.filter(|tail| !tail.starts_with(char::is_alphanumeric)).unwrap_or(after);
    let gap = after_hours.trim_start();
    let zone = |after: &str| Some(without_zone_behind(after, is_dated)?.len());
    let rest = zone(after_hours).or_else(|| {
        let (tail, half) = without_half(gap, gap.len() == after_hours.len())?;
        let moves = halved.is_none() && half.moves(hour);
        if moves { Some(tail.len()) } else { zone(tail) }
    })?;
    Some(after.len() - rest)
}

/// A text without the half of the day at its start, and which it is; none if it has none.
fn without_half(text: &str, touches: bool) -> Option<(&str, Half)> {
    let letter =
        |c: char, half: Half| Some((text.strip_prefix([c, c.to_ascii_uppercase()])?, half));
    let short = || letter('a', Half::Morning).or_else(|| letter('p', Half::Afternoon));
    let said = SAID.iter().chain(&LETTERS);
    let word = said
        .filter_map(|(word, half)| Some((without_word(text, word)?, *half)))
        .chain(short().filter(|_| touches))
        .find(|(tail, _)| !tail.starts_with(char::is_alphanumeric));
    // Before more of a text it is a half of what comes next: `8:30 下午 3:30`.
    let bracket = text.strip_prefix(['(', '（']).unwrap_or(text);
    let han = || {
        HAN.iter().find_map(|(word, half)| {
            let tail = bracket.strip_prefix(word)?;
            let closes = tail.strip_prefix([')', '）']).is_some();
            let ends = if bracket.len() < text.len() { closes } else { tail.trim().is_empty() };
            ends.then_some((tail, *half))
        })
    };
    word.or_else(han)
}

/// As [`time_behind`], of the bytes before it.
pub(super) fn time_before(figure: &str, before: &str) -> Option<usize> {
    let figure = figure.trim_start();
    let end = figure.len() - figure.trim_start_matches(is_part).len();
    let hour = hour(&figure[..end])?;
    let gap = before.trim_end();
    if let Some(head) = without_zone_before(gap) {
        return Some(before.len() - head.len());
    }
    // `tonight at 8:30`.
    let lead = ["at", "um", "à"].iter().find_map(|word| without_word_behind(gap, word));
    let lead = lead.map_or(gap, str::trim_end);
    let said = SAID.iter().chain(&LETTERS).find_map(|(word, half)| {
        let head = without_word_behind(gap, word).or_else(|| without_word_behind(lead, word))?;
        // Behind another hour it is that one's.
        let apart = !head.ends_with(char::is_alphanumeric)
            && !head.trim_end().ends_with(|c| digit(c).is_some());
        apart.then_some((head, *half))
    });
    let is_late = ["最晚", "更晚", "早晚"].iter().any(|word| gap.ends_with(word));
    let han = HAN.iter().find_map(|(word, half)| Some((gap.strip_suffix(word)?, *half)));
    let (head, half) = said.or(han.filter(|_| !is_late))?;
    half.moves(hour).then_some(before.len() - head.len())
}

/// Whether a text ends with a word that a time of day stands behind: `时间`, `晚上`.
pub(super) fn ends_in_time_word(text: &str) -> bool {
    let is_half = || HAN.iter().any(|(word, _)| text.ends_with(word));
    ["时间", "時間", "早"].iter().any(|word| text.ends_with(word)) || is_half()
}

/// A text without the zone at its end that is one of a time behind it, `UTC 10:30` and `北京时间10:30`; none if it has
/// none. Behind another time it is that one's: `9:00 UTC 10:30`.
fn without_zone_before(text: &str) -> Option<&str> {
    let han = HAN_ZONES.iter().find_map(|zone| text.strip_suffix(zone));
    let letters = || {
        let head = text.trim_end_matches(|c: char| c.is_ascii_uppercase());
        let zone = &text[head.len()..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-');
        // An airport has the same letters: `Flight HKT 10:30`.
        let is_name = zone == "HKT" && head.trim_end().ends_with(char::is_alphanumeric);
        (ZONES.contains(&zone) && !head.ends_with(is_part) && !is_name).then_some(head)
    };
    let head = han.or_else(letters)?;
    let other = head.trim_end().trim_end_matches(['(', '（']).trim_end();
    let is_halved = LETTERS.iter().any(|(word, _)| without_word_behind(other, word).is_some());
    (!is_halved && !other.ends_with(|c| digit(c).is_some())).then_some(head)
}

/// The hour of a time of day, `3:30` or `03:30:15.5`.
fn hour(text: &str) -> Option<u32> {
    let tail = begins_clock(text)?;
    if !tail.is_empty() && !tail.starts_with([':', '：']) {
        return None;
    }
    Some(text.chars().map_while(digit).fold(0, |hour, digit| hour * 10 + digit))
}

/// A text without the hours and minutes at its start, `10:30`; none if it has none.
pub(super) fn begins_clock(text: &str) -> Option<&str> {
    let tail = without_digits(text, 2)?.strip_prefix([':', '：'])?;
    let end = without_digits(tail, 2)?;
    (tail.len() - end.len() == 2).then_some(end)
}

/// A text without the time of day at its start, seconds and their parts as well; none if it has none.
pub(super) fn without_clock(text: &str) -> Option<&str> {
    begins_clock(text).map(|tail| {
        let seconds = tail.strip_prefix(':').and_then(|tail| without_digits(tail, 2));
        let parts = seconds.and_then(|tail| without_digits(tail.strip_prefix('.')?, 9));
        parts.or(seconds).unwrap_or(tail)
    })
}

/// As [`without_clock`], at the end, with the letter between a date and it: `2024-01-05T10:00`.
pub(super) fn without_clock_behind(text: &str) -> Option<&str> {
    let head = text.trim_end_matches(is_part);
    let clock = without_clock(&text[head.len()..])?;
    let date = head.strip_suffix(['T', 't']).filter(|date| date.ends_with(|c| digit(c).is_some()));
    clock.is_empty().then(|| date.unwrap_or(head))
}

/// What stands behind a time of day and is no part of its figures: the halves of the day, and `Uhr`.
fn words_behind_time() -> impl Iterator<Item = &'static str> {
    LETTERS.iter().map(|(word, _)| *word).chain(["uhr"])
}

/// A text without the half of the day at its start, or the word behind a time.
pub(super) fn without_word_of_time(text: &str) -> &str {
    let tail = words_behind_time().find_map(|word| without_word(text, word));
    tail.filter(|tail| !tail.starts_with(char::is_alphanumeric)).map_or(text, str::trim_start)
}

/// As [`without_word_of_time`], at the end.
pub(super) fn without_word_of_time_behind(text: &str) -> &str {
    let head = words_behind_time().find_map(|word| without_word_behind(text, word));
    head.map_or(text, str::trim_end)
}

/// A text behind a time of day without the zone at its start, in brackets or behind a comma or not; none if it has
/// none.
fn without_zone_behind(after: &str, is_dated: bool) -> Option<&str> {
    let gap = after.trim_start();
    if let Some(inside) = gap.strip_prefix(['(', '[', '（']) {
        let closes = |tail: &&str| tail.starts_with([')', ']', '）']);
        let tail = without_zone(inside, true).or_else(|| without_name(inside))?;
        // The offset of `GMT+9`.
        let offset = || Some(without_zone(tail, true)).flatten().filter(closes);
        return Some(tail).filter(closes).or_else(offset);
    }
    if let Some(tail) = gap.strip_prefix([',', '，']) {
        return without_name(tail.trim_start());
    }
    let touches = gap.len() == after.len();
    without_zone(gap, touches).or_else(|| without_name(gap)).or_else(|| {
        let ends = |tail: &&str| tail.is_empty() || tail.starts_with([',', ';', ')', ']']);
        // Alone a letter or a digit is a zone only at the end of what is said.
        if let Some(tail) = gap.strip_prefix(['Z', 'z']) {
            return Some(tail).filter(ends);
        }
        let offset = gap.strip_prefix(['+', '-', '−'])?;
        let tail = offset.trim_start_matches(|c: char| c.is_ascii_digit());
        let hours = &offset[..offset.len() - tail.len()];
        let fits = match hours.len() {
            1 => is_dated || gap.starts_with('+'),
            2 => is_dated || gap.starts_with('+') || hours.starts_with('0'),
            _ => false,
        };
        Some(tail).filter(|_| fits && hours.parse().is_ok_and(|hours: u8| hours <= 14)).filter(ends)
    })
}

/// A text without the offset or the letter of a zone at its start: `+01:00`, `Z`; none if it has none.
fn without_zone(text: &str, touches: bool) -> Option<&str> {
    let ends = |tail: &&str| !tail.starts_with(char::is_alphanumeric);
    if let Some(offset) = text.strip_prefix(['+', '-', '−']) {
        let hours = offset.trim_start_matches(|c: char| c.is_ascii_digit());
        let minutes = hours.strip_prefix(':').and_then(|rest| {
            let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            (rest.len() - tail.len() == 2).then_some(tail)
        });
        return match (offset.len() - hours.len(), minutes) {
            (1..=2, Some(tail)) => Some(tail),
            (4, None) => Some(hours),
            // Behind a blank it may be a figure of its own.
            (1..=2, None) if touches => Some(hours),
            _ => None,
        }
        .filter(ends);
    }
    text.strip_prefix(['Z', 'z']).filter(|_| touches).filter(ends)
}

/// A text without the name of a zone at its start: `UTC`, `Europe/Berlin`; none if it has none.
fn without_name(text: &str) -> Option<&str> {
    if let Some(tail) = HAN_ZONES.iter().find_map(|zone| text.strip_prefix(zone)) {
        return Some(tail);
    }
    let end = |of_name: fn(char) -> bool| text.find(|c| !of_name(c)).unwrap_or(text.len());
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_');
    // `America/Port-au-Prince` and `Etc/GMT+5`, but also `Europe/Berlin-Mitte`.
    let long = end(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    let word = &text[..end(is_letter)];
    if word.contains('/')
        && let Some(name) =
            [&text[..long], word].into_iter().find(|name| known_zone(name).is_some())
    {
        return Some(&text[name.len()..]);
    }
    // `EST/EDT` are two of them.
    let zone = word.split('/').next().unwrap_or(word);
    let tail = &text[zone.len()..];
    if is_common(zone) && zone.len() == word.len() {
        return Some(tail);
    }
    // In small letters a zone may be a word, as `est` is one: it is none unless what is said ends behind it.
    let is_small = || {
        zone.bytes().all(|byte| byte.is_ascii_lowercase())
            && ZONES.iter().any(|name| name.eq_ignore_ascii_case(zone))
    };
    let is_zone = ZONES.contains(&zone)
        || ((ZONES_OF_WORDS.contains(&zone) || is_small()) && ends_said(zone, tail));
    (is_zone && !tail.starts_with(char::is_alphanumeric)).then_some(tail)
}

/// Whether a word is the zone that others are told by.
fn is_common(word: &str) -> bool {
    ["utc", "gmt"].iter().any(|zone| zone.eq_ignore_ascii_case(word))
}

/// Whether what is said of a time ends where a text begins behind its zone, or goes on with a day, with the same time
/// elsewhere or with a place of the zone.
fn ends_said(zone: &str, text: &str) -> bool {
    let next = text.trim_start();
    let words = ["on", "or", "to", "until", "today", "tomorrow", "daily"];
    let word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_day = WEEKDAYS.iter().any(|day| word == *day || Some(word) == day.get(..3));
    let ends = next.is_empty() || next.starts_with(['.', ',', ';', ')', ']', '）', '，', '。']);
    let is_range = next
        .strip_prefix(is_dash)
        .is_some_and(|end| end.trim_start().starts_with(|c| digit(c).is_some()));
    let inside = next.strip_prefix(['(', '（']);
    // `ET/PT`, `ET | PT`, `PT (13:30 ET)`, `ET & 14:00`.
    let parted = next.strip_prefix(['/', '|', '=']).map(str::trim_start);
    let elsewhere = parted.unwrap_or(next);
    let joined = next.strip_prefix('&').map(str::trim_start);
    let is_other = parted.is_some_and(|next| begins_other_zone(next, zone))
        || without_clock(elsewhere)
            .is_some_and(|tail| begins_other_zone(without_word_of_time(tail.trim_start()), zone))
        || joined.is_some_and(|next| begins_clock(next).is_some() || begins_other_zone(next, zone))
        || inside.is_some_and(|inside| begins_clock(inside).is_some());
    let goes_on = words.contains(&word) || AND.contains(&word) || is_day;
    let apart = next.len() < text.len();
    let place = without_word(next, "in ").map_or(next, str::trim_start);
    ends || is_range || is_other || (apart && goes_on) || begins_place(zone, place)
}

/// Whether a text begins with another zone than the one before it. Of a word that stands there twice, as in
/// `9:00 ET 14:00 ET 16:30`, it is none.
fn begins_other_zone(text: &str, zone: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = &text[..end];
    word != zone && (ZONES.contains(&word) || ZONES_OF_WORDS.contains(&word))
}

/// Whether a text behind a zone begins with a place where it is the time, in brackets or not: `SGT Singapore`,
/// `ET (New York)`. Of the zones of Asia any name in brackets is one: `IST (Mumbai)`.
fn begins_place(zone: &str, text: &str) -> bool {
    let inside = text.strip_prefix(['(', '（']);
    let name = inside.unwrap_or(text);
    let is_name = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    };
    let words: Vec<_> = name
        .split_whitespace()
        .map(|word| word.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default())
        .take_while(|word| is_name(word))
        .take(3)
        .collect();
    let is_place = |count: usize| {
        let place = words[..count].join("_");
        PLACES.contains(&place.as_str())
            || AREAS.iter().any(|area| known_zone(&format!("{area}/{place}")).is_some())
    };
    let is_of_asia = matches!(zone, "IST" | "SGT" | "WIB");
    (inside.is_some() && is_of_asia && !words.is_empty()) || (1..=words.len()).any(is_place)
}

/// Areas of the zones that are named by a city.
const AREAS: [&str; 4] = ["America", "Asia", "Europe", "Africa"];

/// Places of a zone that no zone has the name of.
const PLACES: [&str; 6] = ["India", "Mumbai", "Delhi", "New_Delhi", "Israel", "Ireland"];

/// Digits and the marks between them.
fn is_part(c: char) -> bool {
    digit(c).is_some() || matches!(c, ':' | '：' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_goes_on_with_what_changes_it() {
        let behind =
            |figure: &str, after: &str| time_behind(figure, after).map(|n| after[..n].to_owned());
        for (after, expected) in [
            (" pm", " pm"),
            ("PM.", "PM"),
            (" p.m. today", " p.m."),
            ("p", "p"),
            ("+01:00", "+01:00"),
            ("+01", "+01"),
            (" -0500", " -0500"),
            ("Z", "Z"),
            (" UTC", " UTC"),
            (" GMT+1", " GMT"),
            (" p. m.", " p. m."),
            (" p.m", " p.m"),
            (" in the afternoon", " in the afternoon"),
            (" nachmittags", " nachmittags"),
            (" (下午)", " (下午"),
            (" 下午", " 下午"),
            (" am EST", " am EST"),
            (" ET - 12:00", " ET"),
            (" AM, UTC", " AM, UTC"),
            (" Z", " Z"),
            (" +08", " +08"),
            (" +8", " +8"),
            (" (UTC)", " (UTC"),
            (" (GMT+9)", " (GMT+9"),
            (" (+9)", " (+9"),
            (", UTC", ", UTC"),
            (" utc", " utc"),
            (" UT", " UT"),
            (" America/New_York", " America/New_York"),
            ("[Europe/Berlin]", "[Europe/Berlin"),
            (" ET.", " ET"),
            (" PT on Friday", " PT"),
            (" ET/PT", " ET"),
            (" PT (13:30 ET)", " PT"),
            (" IST", " IST"),
            (" AEST", " AEST"),
            (" MSK", " MSK"),
            (" EST/EDT", " EST"),
        ] {
            assert_eq!(behind("3:30", after).as_deref(), Some(expected), "{after}");
            assert_eq!(
                behind("2025-01-01 03:30:15.5", after).as_deref(),
                Some(expected),
                "{after}"
            );
        }
        for after in ["", " am", " pmx", " people", " +1 guest", " -5", " Zoo", " a", " CETERA"] {
            assert_eq!(behind("10:30", after), None, "{after}");
        }
        for after in [
            " It was",
            " is",
            " ist",
            " ET al",
            " ET 14:00",
            " CT scan",
            " IST GESCHLOSSEN",
            " et",
            " est ouvert",
            " Zimmer 5",
            " Z bus",
            " (+8 others)",
            " (Zoo)",
            " (see UTC)",
            ", Zurich",
            ", +49 30",
            " Asia",
            " Europe/",
            " Europe/Asia cup",
            " CT-Scan",
            " ET / 14:00",
            " ET/Paris",
            " CT (abdomen)",
            " MT Monitor",
            " 下午3:30",
            " in the morning",
            " +20",
        ] {
            assert_eq!(behind("10:30", after), None, "{after}");
        }
        // A zone behind the half that the pattern matched, which is not asked for again.
        assert_eq!(behind("10:30 pm", " EST").as_deref(), Some(" EST"));
        assert_eq!(behind("10:30 p.m.", " +08:00").as_deref(), Some(" +08:00"));
        assert_eq!(behind("10:30 am", " pm"), None);
        assert_eq!(behind("2024-01-05 10:30", " -5").as_deref(), Some(" -5"));
        assert_eq!(behind("12:30", " pm UTC").as_deref(), Some(" pm UTC"));
        assert_eq!(behind("12:30", " am").as_deref(), Some(" am"));
        assert_eq!(behind("12:30", " pm"), None);
        assert_eq!(behind("15:30", " pm"), None);
        assert_eq!(behind("16:9", " pm"), None);
        assert_eq!(behind("5", " pm"), None);
    }

    #[test]
    fn a_time_begins_with_what_changes_it() {
        let before =
            |text: &str| time_before("3:30", text).map(|n| text[text.len() - n..].to_owned());
        for (text, expected) in [
            ("今天下午", "下午"),
            ("PM ", "PM "),
            ("at p.m. ", "p.m. "),
            ("今晚", "晚"),
            ("中午", "中午"),
            ("午後", "午後"),
            ("오후 ", "오후 "),
            ("今天晚间", "晚间"),
            ("tonight at ", "tonight at "),
            ("nachmittags um ", "nachmittags um "),
        ] {
            assert_eq!(before(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["", "上午", "凌晨", "最晚", "1 pm ", "spm ", "from ", "at ", "2:30 at night at "]
        {
            assert_eq!(before(text), None, "{text}");
        }
        assert_eq!(time_before("12:30", "上午"), Some("上午".len()));
        for text in ["早上", "清晨", "오전"] {
            assert_eq!(time_before("12:30", text), Some(text.len()), "{text}");
        }
        assert_eq!(time_before("8:30", "早上"), None);
        assert_eq!(time_before("15:30", "下午"), None);
        assert_eq!(time_before("12:30", "中午"), None);
    }
}
