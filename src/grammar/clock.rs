//! Whether a time of day goes on with a half of the day or a zone.
//!
//! In: the digits of a figure, and what stands beside it. Out: how far the time goes
//! on. `3:30` of `下午3:30` is another time than that of the text, as is `10:30` of
//! `10:30+01:00`. A half that says what the hour says already, as in `10:30 am`, is
//! none that a figure is cut from.

use super::number::digit;

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

/// Words of letters for a half of the day.
const LETTERS: [(&str, Half); 4] = [
    ("a.m.", Half::Morning),
    ("am", Half::Morning),
    ("p.m.", Half::Afternoon),
    ("pm", Half::Afternoon),
];

/// Words before a time. Of `最晚8:30` the word says no half.
const HAN: [(&str, Half); 9] = [
    ("上午", Half::Morning),
    ("凌晨", Half::Morning),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("午后", Half::Afternoon),
    ("晚上", Half::Night),
    ("夜里", Half::Night),
    ("晚", Half::Night),
    ("夜", Half::Night),
];

/// Zones by their names.
const ZONES: [&str; 16] = [
    "UTC", "GMT", "CEST", "CET", "EEST", "EET", "BST", "EST", "EDT", "CST", "CDT", "MST", "MDT",
    "PST", "PDT", "JST",
];

/// How many bytes behind a time of day are more of it; none if its figure is none, or all of it.
pub(super) fn time_behind(figure: &str, after: &str) -> Option<usize> {
    let figure = figure.trim_end();
    let start = figure.trim_end_matches(is_part).len();
    let hour = hour(&figure[start..])?;
    let gap = after.trim_start();
    let touches = gap.len() == after.len();
    let tail = without_zone(gap, touches).or_else(|| {
        let letter =
            |c: char, half: Half| Some((gap.strip_prefix([c, c.to_ascii_uppercase()])?, half));
        let short = letter('a', Half::Morning).or_else(|| letter('p', Half::Afternoon));
        let word = LETTERS.iter().find_map(|(word, half)| Some((without_word(gap, word)?, *half)));
        let (tail, half) = word.or(short.filter(|_| touches))?;
        (half.moves(hour) && !tail.starts_with(char::is_alphanumeric)).then_some(tail)
    })?;
    Some(after.len() - tail.len())
}

/// As [`time_behind`], of the bytes before it.
pub(super) fn time_before(figure: &str, before: &str) -> Option<usize> {
    let figure = figure.trim_start();
    let end = figure.len() - figure.trim_start_matches(is_part).len();
    let hour = hour(&figure[..end])?;
    let gap = before.trim_end();
    let word = LETTERS.iter().find_map(|(word, half)| {
        let (head, end) = gap.split_at_checked(gap.len().checked_sub(word.len())?)?;
        // Behind another hour it is that one's.
        let apart = !head.ends_with(char::is_alphanumeric)
            && !head.trim_end().ends_with(|c| digit(c).is_some());
        (end.eq_ignore_ascii_case(word) && apart).then_some((head, *half))
    });
    let is_late = ["最晚", "更晚", "早晚"].iter().any(|word| gap.ends_with(word));
    let han = HAN.iter().find_map(|(word, half)| Some((gap.strip_suffix(word)?, *half)));
    let (head, half) = word.or(han.filter(|_| !is_late))?;
    half.moves(hour).then_some(before.len() - head.len())
}

/// The hour of a time of day, `3:30` or `03:30:15.5`.
fn hour(text: &str) -> Option<u32> {
    let mut parts = text.split([':', '：']);
    let (hour, minute) = (parts.next()?, parts.next()?);
    let is_digits = |text: &str| text.chars().all(|c| digit(c).is_some());
    let fits = (1..=2).contains(&hour.chars().count()) && minute.chars().count() == 2;
    if !fits || !is_digits(hour) || !is_digits(minute) {
        return None;
    }
    hour.chars().try_fold(0, |hour, c| Some(hour * 10 + digit(c)?))
}

/// A text without the zone at its start: `+01:00`, `Z`, `UTC`; none if it has none.
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
    let zulu = text.strip_prefix(['Z', 'z']).filter(|_| touches);
    let name = || ZONES.iter().find_map(|zone| text.strip_prefix(zone));
    zulu.or_else(name).filter(ends)
}

/// A text without a word at its start, in capitals or not.
fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(tail)
}

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
        ] {
            assert_eq!(before(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "上午", "凌晨", "最晚", "1 pm ", "spm ", "from "] {
            assert_eq!(before(text), None, "{text}");
        }
        assert_eq!(time_before("12:30", "上午"), Some("上午".len()));
        assert_eq!(time_before("15:30", "下午"), None);
        assert_eq!(time_before("12:30", "中午"), None);
    }
}
