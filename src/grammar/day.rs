//! Whether a date or a time is one end of a range, or of another calendar.
//!
//! In: what a pattern took for a date, and what stands beside it. Out: how far the
//! date goes on. `2024年1月5日` of `2024年1月5日至8日` is a part of what the text says, and
//! `1024年1月5日` of `公元前1024年1月5日` another day. A second date that stands somewhere
//! else in the text is none of the first.

use super::figure::is_dash;
use super::number::digit;

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
const ERAS_BEHIND: [&str; 11] =
    ["BCE", "BC", "B.C.E.", "B.C.", "v. Chr.", "v.Chr.", "av. J.-C.", "AH", "A.H.", "B.E.", "O.S."];

/// Months by their names, of which three letters or more are written.
const MONTHS: [&str; 38] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
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
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
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

/// Days of the week, of which three letters or more are written.
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Words between the ends of a range.
const TO: [&str; 9] = ["to", "until", "till", "til", "through", "thru", "bis", "au", "al"];

/// Words that are between the ends of a range where `between` stands before them, or where they part two days of one
/// month.
const AND: [&str; 5] = ["and", "und", "et", "y", "&"];

/// How many bytes behind a date are more of it; none if it is none, or whole. `before` is what stands before it.
pub(super) fn date_behind(taken: &str, before: &str, after: &str) -> Option<usize> {
    let point = Point::of(taken.trim())?;
    let gap = after.trim_start();
    if point.dated
        && let Some(era) = ERAS_BEHIND.iter().find(|era| {
            let tail = gap.strip_prefix(**era);
            tail.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
        })
    {
        return Some(after.len() - gap.len() + era.len());
    }
    // A day of the week, or the calendar: `1月5日（周五）`.
    let noted = gap.strip_prefix(['(', '（']).and_then(|inside| {
        let (note, tail) = inside.split_once([')', '）'])?;
        (note.chars().count() <= 9).then_some((note.trim(), tail))
    });
    if let Some((note, tail)) = noted
        && point.dated
        && (ERAS.contains(&note) || ERAS_BEHIND.contains(&note))
    {
        return Some(after.len() - tail.len());
    }
    let gap = noted.map_or(gap, |(_, tail)| tail.trim_start());
    let between = || {
        let head = without_weekday_behind(before);
        ["between", "zwischen", "entre"].iter().any(|word| without_end_word(head, word).is_some())
    };
    let and = || AND.iter().find_map(|word| without_start_word(gap, word));
    let range = without_to(gap).or_else(|| and().filter(|_| between()));
    let end = range.and_then(|tail| begins_point(without_weekday(tail), point));
    // Days of one month: `1月5日、6日`.
    let more = || {
        let tail = gap.strip_prefix(['、', '和', '及', '与', '與'])?.trim_start();
        begins_part(tail).filter(|rest| {
            // With a year of its own it is a date for itself.
            point.spoken && !tail[..tail.len() - rest.len()].contains('年')
        })
    };
    let rest = end.or_else(more)?;
    Some(after.len() - rest.len())
}

/// As [`date_behind`], of the bytes before it.
pub(super) fn date_before(taken: &str, before: &str) -> Option<usize> {
    let point = Point::of(taken.trim())?;
    if !point.dated {
        return None;
    }
    let gap = before.trim_end();
    if let Some(head) = ERAS.iter().find_map(|era| gap.strip_suffix(era)) {
        return Some(before.len() - head.len());
    }
    // The year of `30 January - 5 February 2024` is one of both.
    let gap = without_weekday_behind(gap);
    let range = without_dash_behind(gap)
        .or_else(|| TO.iter().chain(&AND).find_map(|word| without_end_word(gap, word)))?;
    let head = without_day(range.trim_end())?;
    // Of `2024-01-30 and 5 February 2024` the first is whole.
    let apart =
        !head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | ':'));
    (point.named && apart).then_some(before.len() - head.len())
}

/// What a text for a date is made of.
#[derive(Clone, Copy, Default)]
struct Point {
    /// It has a day, and is no time of day alone.
    dated: bool,
    /// Its parts are told by `年`, `月` and `日`.
    spoken: bool,
    /// Its month has a name.
    named: bool,
}

impl Point {
    /// None for a text that is no date or time of day.
    fn of(text: &str) -> Option<Self> {
        let spoken = text.contains('月') && text.contains(['日', '号', '號']);
        let mut words = text.split(|c: char| !c.is_alphabetic());
        let named = text.contains(|c| digit(c).is_some()) && words.any(is_month);
        let is_figure = begins_figure(text).is_some();
        let is_clock = begins_clock(text).is_some();
        let dated = spoken || named || is_figure;
        (dated || is_clock).then_some(Self { dated, spoken, named })
    }
}

/// A text without the date or time at its start that may be the other end of a range; none if it has none.
fn begins_point(text: &str, point: Point) -> Option<&str> {
    let part = || begins_part(text).filter(|_| point.spoken);
    let named = || {
        let day = without_ordinal(without_digits(text, 2)?);
        let behind_month = without_month(day.trim_start());
        behind_month.filter(|_| point.dated)
    };
    let month_first = || {
        let tail = without_month(text)?.trim_start();
        without_digits(tail, 2).filter(|_| point.dated).map(without_ordinal)
    };
    begins_figure(text)
        .or_else(|| begins_clock(text))
        .or_else(part)
        .or_else(named)
        .or_else(month_first)
}

/// `2024年1月8日`, `2月8日`, `8日`.
fn begins_part(text: &str) -> Option<&str> {
    let (mut rest, mut seen) = (text, None);
    for (digits, units) in [(4, &['年'][..]), (2, &['月']), (2, &['日', '号', '號'])] {
        let tail = without_digits(rest, digits).map(str::trim_start);
        if let Some(tail) = tail.and_then(|tail| tail.strip_prefix(units)) {
            (rest, seen) = (tail.trim_start(), Some(tail));
        }
    }
    seen
}

/// `2024-01-08`, `8.1.2024`.
fn begins_figure(text: &str) -> Option<&str> {
    let first = without_digits(text, 4)?;
    let sign = first.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let second = without_digits(&first[1..], 2)?;
    without_digits(second.strip_prefix(sign)?, 4)
}

/// `10:30`.
fn begins_clock(text: &str) -> Option<&str> {
    let tail = without_digits(text, 2)?.strip_prefix([':', '：'])?;
    let end = without_digits(tail, 2)?;
    (tail.len() - end.len() == 2).then_some(end)
}

/// A text without the digits at its start, of which there are so many at most; none if it has none, or more.
fn without_digits(text: &str, most: usize) -> Option<&str> {
    let tail = text.trim_start_matches(|c| digit(c).is_some());
    let count = text[..text.len() - tail.len()].chars().count();
    (1..=most).contains(&count).then_some(tail)
}

/// A text without the ending of an ordinal at its start, `th` or a point.
fn without_ordinal(text: &str) -> &str {
    ["st", "nd", "rd", "th", "."].iter().find_map(|end| text.strip_prefix(end)).unwrap_or(text)
}

/// A text without the name of a month at its start; none if it has none.
fn without_month(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, tail) = text.split_at(end);
    is_month(word).then(|| tail.strip_prefix('.').unwrap_or(tail))
}

/// A text without the day and perhaps the month at its end, `30 January`, `January 30` or `3rd`; none if it has none.
fn without_day(text: &str) -> Option<&str> {
    let word = |text: &str| {
        let dotless = text.strip_suffix('.').unwrap_or(text);
        let head = dotless.trim_end_matches(char::is_alphabetic);
        is_month(&dotless[head.len()..]).then_some(head.len())
    };
    let month = word(text).map(|end| text[..end].trim_end());
    let digits = month.unwrap_or(text);
    let day = ["st", "nd", "rd", "th", "."].iter().find_map(|end| digits.strip_suffix(end));
    let day = day.unwrap_or(digits);
    let head = day.trim_end_matches(|c| digit(c).is_some());
    let number: u32 = day[head.len()..].parse().ok()?;
    if !(1..=31).contains(&number) {
        return None;
    }
    if month.is_some() {
        return Some(head);
    }
    let month_first = word(head.trim_end()).map(|end| &head[..end]);
    Some(month_first.unwrap_or(head))
}

fn is_month(word: &str) -> bool {
    begins_one_of(word, &MONTHS) || word.eq_ignore_ascii_case("sept")
}

/// Whether a word is one of some in lower case, or three letters or more that it begins with.
fn begins_one_of(word: &str, words: &[&str]) -> bool {
    if word.chars().count() < 3 || word.len() > 12 {
        return false;
    }
    let word = word.to_lowercase();
    // Of a name either all is written, or its first letters: `Marc` is no month.
    words.iter().any(|name| {
        name.strip_prefix(word.as_str())
            .is_some_and(|rest| rest.is_empty() || word.chars().count() <= 4)
    })
}

/// A text without a day of the week at its start.
fn without_weekday(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, tail) = text.split_at(end);
    let is_day = begins_one_of(word, &WEEKDAYS);
    if is_day {
        tail.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.'))
    } else {
        text
    }
}

/// As [`without_weekday`], at the end.
fn without_weekday_behind(text: &str) -> &str {
    let word = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.'));
    let head = word.trim_end_matches(char::is_alphabetic);
    if begins_one_of(&word[head.len()..], &WEEKDAYS) { head } else { text }
}

/// A text without the sign or the word of a range at its start; none if it has none.
fn without_to(text: &str) -> Option<&str> {
    let signs = text.trim_start_matches(is_range_sign);
    if signs.len() < text.len() {
        return Some(signs.trim_start());
    }
    let points = text.strip_prefix("..").map(|tail| tail.trim_start_matches('.'));
    let slash = text.strip_prefix(['/', '／', '至', '到']).or(points).map(str::trim_start);
    slash.or_else(|| TO.iter().find_map(|word| without_start_word(text, word)))
}

/// A text without the dashes of a range at its end; none if it has none.
fn without_dash_behind(text: &str) -> Option<&str> {
    let gap = text.trim_end();
    let head = gap.trim_end_matches(|c| is_range_sign(c) || c == '/');
    (head.len() < gap.len()).then_some(head)
}

/// A text without a word at its start, in capitals or not, and blanks behind it.
fn without_start_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    let apart = tail.starts_with(char::is_whitespace);
    (head.eq_ignore_ascii_case(word) && apart).then(|| tail.trim_start())
}

/// As [`without_start_word`], at the end.
fn without_end_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let gap = text.trim_end();
    let (head, end) = gap.split_at_checked(gap.len().checked_sub(word.len())?)?;
    let apart = !head.ends_with(char::is_alphanumeric);
    (end.eq_ignore_ascii_case(word) && apart).then_some(head)
}

/// Dashes and arrows between the ends of a range.
fn is_range_sign(c: char) -> bool {
    is_dash(c) || matches!(c, '→' | '⇒' | '➔' | '➜' | '⟶' | '>' | '…' | '⋯')
}

#[cfg(test)]
mod tests {
    use super::super::cut::cut_figure;

    /// What is told of the date that stands between brackets.
    fn longer(marked: &str) -> Option<String> {
        let start = marked.find('[').unwrap();
        let end = marked.find(']').unwrap() - 1;
        let text = marked.replace(['[', ']'], "");
        cut_figure(&text, start..end, start..end).map(|range| text[range].to_owned())
    }

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
            ("Jan. 30 – [Feb. 5, 2024]", "Jan. 30 – Feb. 5, 2024"),
            ("3 and [5 February 2024]", "3 and 5 February 2024"),
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
            ("[1024-02-05] v. Chr.", "1024-02-05 v. Chr."),
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
            "[12.50] and 13.50",
        ] {
            assert_eq!(longer(marked), None, "{marked}");
        }
    }
}
