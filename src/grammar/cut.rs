//! Whether a part of a text cuts a figure, where the part may hold more than a figure.
//!
//! In: a text, the part that is taken, all that the pattern matched. A side of the
//! part at which no figure stands cuts none: `kg` of `5kg`, `[1, 2]` of `1. [1, 2]`.

use std::ops::Range;

use super::clock::time_behind;
use super::day::{date_before, date_behind, follows_number};
use super::figure::{
    begins_with_money, ends_what_is_counted, is_han, is_of_ledger, is_part, is_smaller_part,
    longer_bound, longer_figure, without_blanks, without_currency_before, without_currency_behind,
    without_fraction_before,
};
use super::number::{digit, is_han_unit, is_minus, numeral};
use super::range::longer_range;
use super::unit::{Pointless, has_point};
use super::word::{without_word, without_word_behind};

/// The longer figure of which `part` has the one at its start or its end; none if it
/// has all of it, or no figure there.
///
/// ```
/// use recordmill::grammar::cut_figure;
/// assert_eq!(cut_figure("1,200 kg", 2..8, 2..8), Some(0..8));
/// assert_eq!(cut_figure("5kg", 1..3, 1..3), None);
/// ```
#[must_use]
pub fn cut_figure(text: &str, part: Range<usize>, within: Range<usize>) -> Option<Range<usize>> {
    // The point of an abbreviation belongs to the unit, and parts it from nothing: `5 kg.+`.
    if part.end < within.end && has_point(text, within.end) {
        let pointless = Pointless::new(text, vec![within.end]);
        let longer = longer_of(&pointless.text, part, within);
        return longer.map(|longer| pointless.place(&longer));
    }
    longer_of(text, part, within)
}

/// As [`cut_figure`], whatever point stands behind.
fn longer_of(text: &str, part: Range<usize>, within: Range<usize>) -> Option<Range<usize>> {
    let within = without_blanks(text, &part, within);
    let taken = text[part.clone()].trim();
    let begins = taken.trim_start_matches(is_mark).chars().next().is_some_and(is_numeral);
    let ends = taken.trim_end_matches(is_mark).chars().next_back().is_some_and(is_numeral);
    // As if the pattern had seen what stands at a side that is not looked at.
    let start = if begins { within.start } else { 0 };
    let end = if ends { within.end } else { text.len() };
    let longer = longer_figure(text, part.clone(), start..end).filter(|longer| {
        let before_alone = longer.start < part.start && longer.end == part.end;
        !(before_alone && follows_number(&text[part.clone()], &text[..part.start]))
    });
    let longer = longer.or_else(|| {
        // A currency that is taken with the figure may part it from its sign.
        let lead = taken.len() - without_currency_before(taken).unwrap_or(taken).len();
        let tail = taken.len() - without_currency_behind(taken).unwrap_or(taken).len();
        let from = part.start + text[part.clone()].len() - text[part.clone()].trim_start().len();
        let figure = from + lead..from + taken.len() - tail;
        let with_currency = (lead > 0 || tail > 0) && !figure.is_empty();
        with_currency.then(|| longer_figure(text, figure, within.clone())).flatten()
    });
    let longer = longer
        .or_else(|| times_behind(text, &part, &within))
        .or_else(|| times_before(text, &part, &within))
        .or_else(|| counted_before(text, &part, &within))
        .or_else(|| part_behind(text, &part, &within))
        .or_else(|| in_brackets(text, &part, &within))
        .or_else(|| beside_side(text, &part, &within))
        .or_else(|| letter_behind(text, &part, &within))
        .or_else(|| longer_bound(text, &part, &within))
        .or_else(|| longer_range(text, &figure_of(text, &part)?, &within));
    // Of a range of dates the figures alone say less: `2024-01-05 10:00 - 2024-01-08`.
    match (longer, longer_date(text, part, &within)) {
        (Some(figure), Some(date)) => Some(figure.start.min(date.start)..figure.end.max(date.end)),
        (figure, date) => figure.or(date),
    }
}

/// As [`cut_figure`], of a figure that is a factor: `5 x 6`. A rule of a quantity knows better what counts what.
fn times_behind(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let after = text.get(part.end..).filter(|_| part.end == within.end)?;
    let tail = after.trim_start().strip_prefix(['x', 'X'])?;
    let figure = tail.trim_start();
    let joined = text[part.clone()].ends_with(is_digit) && figure.starts_with(is_digit);
    let factor = figure.len() - figure.trim_start_matches(is_of_number).len();
    let end = figure[..factor].trim_end_matches(|c| !is_digit(c)).len();
    joined.then_some(part.start..text.len() - figure.len() + end)
}

/// As [`times_behind`], of the factor before it.
fn times_before(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let before = text.get(..part.start).filter(|_| part.start == within.start)?;
    let figure = before.trim_end().strip_suffix(['x', 'X'])?.trim_end();
    let joined = text[part.clone()].starts_with(is_digit) && figure.ends_with(is_digit);
    let head = figure.trim_end_matches(is_of_number);
    let factor = figure[head.len()..].trim_start_matches(|c| !is_digit(c));
    joined.then_some(figure.len() - factor.len()..part.end)
}

/// What a factor has beside its digits: the point of `24.1 x 30.5`.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

/// As [`cut_figure`], of what a counted figure before it goes on with: `5` of `3万5元`, `3000万` of `2亿3000万`. Rules of a
/// quantity may add both. Before another thing that is counted the first one is a figure of its own, `350万3室`, unless a
/// zero joins them.
fn counted_before(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..part.start).filter(|_| part.start == within.start)?;
    let joined = before.strip_suffix(['零', '〇']);
    let head = joined.unwrap_or(before);
    let count = head.trim_end_matches(is_han_unit);
    let is_count = |c: char| digit(c).is_some() || numeral(c).is_some();
    let begins = text[part.clone()].starts_with(|c| digit(c).is_some());
    let behind = text[part.end..].trim_start();
    let goes_on = joined.is_some()
        || behind.is_empty()
        || behind.starts_with(is_han_unit)
        || without_currency_before(behind).is_some();
    (begins && goes_on && count.len() < head.len() && count.ends_with(is_count))
        .then(|| count.trim_end_matches(is_part).len()..part.end)
}

/// As [`cut_figure`], of a figure behind whose unit, which the pattern matches, a part of one goes on: `1小时半`, `25元五角`,
/// `25块5`, `1米75`, `2 hours and a half`. Which of several something is has none: `第3章一`.
fn part_behind(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let unit = text.get(part.end..within.end)?.trim();
    let last = unit.chars().next_back()?;
    let is_figure = text[part.clone()].ends_with(is_numeral);
    let is_nth = text[..part.start].trim_end().ends_with('第');
    if !is_figure || is_nth || unit.contains(is_numeral) {
        return None;
    }
    let after = &text[within.end..];
    let end = |tail: &str| text.len() - tail.len();
    if let Some(tail) = without_fraction_before(after) {
        return Some(part.start..end(tail));
    }
    // The half of an hour of the clock is a time of its own as often: `8点半`.
    let of_clock = matches!(last, '点' | '點');
    if let Some(tail) = after.strip_prefix('半').filter(|tail| ends_what_is_counted(tail)) {
        return (is_han(last) && !of_clock).then(|| part.start..end(tail));
    }
    // What has parts that are said without their unit. Digits and numerals behind anything else are a figure of their
    // own as often: `3室2厅`, `5号二、三层`; and so are minutes behind hours, `2小时三十分`, and what begins a clause or a number.
    let is_money = without_currency_before(unit) == Some("") || last == '块';
    let is_end = |tail: &str| {
        let closes = |c: char| "，,。；;)）".contains(c) || c.is_whitespace();
        tail.is_empty() || tail.starts_with(closes)
    };
    let spoken = after.trim_start_matches(|c| numeral(c).is_some() || is_han_unit(c));
    if is_han(last) && spoken.len() < after.len() && is_smaller_part(after) {
        let has_parts = is_money || last == '米' || unit.ends_with("小时");
        let goes_on = is_end(spoken) || (is_money && spoken.starts_with(['角', '毛', '分']));
        return (has_parts && goes_on).then(|| part.start..end(spoken));
    }
    let digits = after.trim_start_matches(|c| digit(c).is_some());
    let goes_on = is_end(digits) || (is_money && digits.starts_with(['角', '毛', '分']));
    (is_han(last) && (is_money || last == '米') && digits.len() < after.len() && goes_on)
        .then(|| part.start..end(digits))
}

/// As [`cut_figure`], of an amount of a ledger below zero, in brackets that are all around it: `(12.50)`, `($5)`. Brackets
/// around a number without cents, groups or a currency are those of a note, a rating or a share: `(5)`, `(3.5)`, `(5%)`.
fn in_brackets(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let amount = amount_of(text, part)?;
    let mut behind_marks = amount.split(['.', ',', '\'', '’']).skip(1);
    let is_marked = behind_marks.any(|digits| matches!(digits.chars().count(), 2 | 3));
    let is_share = text.contains(['%', '％', '‰']);
    let (before, after) = (&text[..within.start], &text[within.end..]);
    let inside = text.trim().strip_prefix(['(', '（'])?.strip_suffix([')', '）']);
    let bare = inside.is_some_and(|inside| is_marked && inside.trim() == amount);
    let is_code = |word: &str| without_currency_before(word).is_some_and(str::is_empty);
    let opens = before.contains(['(', '（']) && after.contains([')', '）']);
    (opens && !is_share && (bare || is_of_ledger(text, is_code)))
        .then(|| text.len() - text.trim_start().len()..text.trim_end().len())
}

/// As [`cut_figure`], of letters that tell the side of an account, and with it the sign of the amount: `12.50 CR`, `12.50 EUR Dr.`, `DR 12.50`.
fn beside_side(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let amount = amount_of(text, part)?;
    if part.end == within.end {
        let gap = text[part.end..].trim_start();
        let gap = without_currency_before(gap).unwrap_or(gap).trim_start();
        let tail = SIDES.iter().find_map(|side| without_word(gap, side));
        if let Some(tail) = tail.filter(|tail| ends_text(tail)) {
            return Some(part.start..text.len() - tail.len());
        }
    }
    let head = text[..part.start].trim_end();
    let head = without_currency_behind(head).unwrap_or(head).trim_end_matches([' ', '.', ':']);
    let first = SIDES.iter().find_map(|side| without_word_behind(head, side))?;
    let is_amount = amount.contains(['.', ',']) && ends_text(&text[part.end..]);
    (part.start == within.start && first.trim().is_empty() && is_amount)
        .then_some(first.len()..part.end)
}

/// Letters for the two sides of an account.
const SIDES: [&str; 2] = ["CR", "DR"];

/// As [`cut_figure`], of a letter that multiplies an amount of money, and stands for a unit, a size or a name elsewhere:
/// `$5 B`, `5 T EUR`, but not `Main Street 12 B` and `5 M screws`. Small letters multiply where they touch the figure or end
/// the text: `$5m`.
fn letter_behind(text: &str, part: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    amount_of(text, part)?;
    let after = text.get(part.end..).filter(|_| part.end == within.end)?;
    let gap = after.trim_start();
    let letter = gap.chars().next()?;
    let tail = &gap[letter.len_utf8()..];
    let is_large = matches!(letter, 'k' | 'K' | 'M' | 'B' | 'T');
    let goes_on = tail.starts_with(|c: char| c.is_alphanumeric() || is_minus(c) || c == '\'');
    if goes_on || !(is_large || matches!(letter, 'm' | 'b' | 't')) {
        return None;
    }
    let before = &text[..part.start];
    let touches = gap.len() == after.len();
    let is_money = without_currency_behind(before).is_some()
        || without_currency_before(text[part.clone()].trim()).is_some()
        || begins_with_money(tail);
    let multiplies = is_money && (is_large || touches || ends_text(tail));
    multiplies.then(|| part.start..text.len() - tail.len())
}

/// Whether no more than marks that end a sentence stands in a text.
fn ends_text(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | '!' | '?'))
        .is_empty()
}

/// A part without the currency and the blanks around it, if that is a number and no date, no time and no version.
fn amount_of<'t>(text: &'t str, part: &Range<usize>) -> Option<&'t str> {
    let taken = text[part.clone()].trim();
    let taken = without_currency_before(taken).unwrap_or(taken);
    let amount = without_currency_behind(taken).unwrap_or(taken).trim();
    let digits = amount.strip_prefix(|c| is_minus(c) || c == '+').unwrap_or(amount);
    let is_mark = |c: char| matches!(c, '.' | ',' | '\'' | '’');
    let groups: Vec<_> = digits.split(is_mark).collect();
    let (last, first) = groups.split_last()?;
    let is_run = |run: &&str| !run.is_empty() && run.chars().all(|c| digit(c).is_some());
    let is_group = |run: &&str| run.chars().count() == 3;
    let grouped = first.iter().skip(1).all(is_group);
    // Of several marks that are one and the same all part groups.
    let marks: Vec<_> = digits.chars().filter(|c| is_mark(*c)).collect();
    let same = marks.len() < 2 || marks.last() != marks.first() || is_group(last);
    (groups.iter().all(is_run) && grouped && same).then_some(amount)
}

/// As [`cut_figure`], of a date or time, which may begin or end in a word.
fn longer_date(text: &str, part: Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let taken = &text[part.clone()];
    let before = if part.start == within.start { &text[..part.start] } else { "" };
    let after = if part.end == within.end { &text[part.end..] } else { "" };
    let early = date_before(taken, before);
    let late = date_behind(taken, before, after).or_else(|| time_behind(taken, after));
    let longer = part.start - early.unwrap_or(0)..part.end + late.unwrap_or(0);
    (early.is_some() || late.is_some()).then_some(longer)
}

/// The number of a part that may have a currency or a unit beside it; none if there is none, or several of them.
fn figure_of(text: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let is_digit = |c: char| digit(c).is_some();
    let taken = &text[part.clone()];
    let head = &taken[..taken.trim_end_matches(|c| !is_digit(c)).len()];
    let figure = part.start + taken.find(is_digit)?..part.start + head.len();
    amount_of(text, &figure).map(|_| figure)
}

/// What a figure may have around its digits.
fn is_mark(c: char) -> bool {
    is_minus(c)
        || c.is_ascii_punctuation() && !matches!(c, '(' | ')' | '[' | ']' | '{' | '}')
        || matches!(c, '±' | '．' | '，' | '’' | '·' | '‐' | '‑' | '‒' | '–' | '—' | '～' | '〜')
}

fn is_numeral(c: char) -> bool {
    c.is_numeric() || numeral(c).is_some() || is_han_unit(c) || c == '半'
}

/// What is told of the part that stands between brackets.
#[cfg(test)]
pub(super) fn longer_part(marked: &str) -> Option<String> {
    let (text, part) = super::word::marked_part(marked);
    cut_figure(&text, part.clone(), part).map(|range| text[range].to_owned())
}

#[cfg(test)]
mod tests {
    use super::longer_part as longer;
    use super::*;

    #[test]
    fn a_side_without_a_figure_cuts_none() {
        let check = |text: &str, part: &str, expected: Option<&str>| {
            let start = text.find(part).unwrap();
            let range = start..start + part.len();
            let longer = cut_figure(text, range.clone(), range).map(|range| &text[range]);
            assert_eq!(longer, expected, "{part} of {text}");
        };
        check("1,200 kg", "200 kg", Some("1,200 kg"));
        check("12.50 EUR", "50", Some("12.50"));
        check("-5 kg", "5 kg", Some("-5 kg"));
        check("十三天", "三天", Some("十三天"));
        check("about 12.50", "about 12", Some("about 12.50"));
        check("12. 5", "12.", None);
        check("12.50", "12.", Some("12.50"));
        check("3万5元", "5", Some("3万5"));
        check("3万零5元", "5", Some("3万零5"));
        check("2亿3000元", "3000", Some("2亿3000"));
        check("2亿零300万", "300万", Some("2亿零300万"));
        check("250万3室", "3", None);
        check("10万5%收益", "5", None);
        check("总分100。2、选择", "100", None);
        check("早8点1粒", "1", None);
        check("3栋2一301", "301", None);
        check("3点5元", "5", Some("3点5"));
        check("三点5元", "5", Some("三点5"));
        check("8点30分", "30", None);
        check("8点30", "30", None);
        check("9一12元", "12", Some("9一12"));
        check("9一12元", "9", Some("9一12"));
        check("周一12元", "12", None);
        check("89。5元", "5", Some("89。5"));
        check("共89。2020年", "2020", None);
        check("大半年", "半", Some("大半"));
        check("-$5", "$5", Some("-$5"));
        check("5 USD-", "5 USD", Some("5 USD-"));
        check("pay (-) 人民币5元", "人民币5元", Some("(-) 人民币5"));
        check("balance - $5", "$5", None);
        check("5kg", "kg", None);
        check("5 x 6 cm", "5", Some("5 x 6"));
        check("5 xl 6", "5", None);
        check("10:30 pm EST", "10:30 pm", Some("10:30 pm EST"));
        check("1. ['a', 2]", "['a', 2]", None);
        check("5(3)7", "(3)", None);
        check("1 200", "", None);
        // Blanks that the pattern took hide nothing behind them.
        for (text, expected) in [
            ("5 million", Some("5 million")),
            ("5 EUR", None),
            ("5 ", None),
            ("5 CR", Some("5 CR")),
        ] {
            assert_eq!(cut_figure(text, 0..1, 0..2).map(|range| &text[range]), expected, "{text}");
        }
    }

    #[test]
    fn the_point_of_an_abbreviation_belongs_to_the_unit() {
        for (text, expected) in [
            ("5 kg.+", Some("5 kg.+")),
            ("5 kg.-7 kg.", Some("5 kg.-7")),
            ("5 kg. to 7 kg", Some("5 kg. to 7")),
            ("5 kg.", None),
            ("5 kg. Then", None),
            ("5 kg. + 3", None),
        ] {
            assert_eq!(cut_figure(text, 0..1, 0..4).map(|range| &text[range]), expected, "{text}");
        }
    }

    #[test]
    fn a_unit_that_goes_on_in_a_part_is_told() {
        for (text, within, expected) in [
            ("25元五角", "25元", Some("25元五")),
            ("25元5角", "25元", Some("25元5")),
            ("25块5", "25块", Some("25块5")),
            ("1小时半", "1小时", Some("1小时半")),
            ("1小时半左右", "1小时", Some("1小时半")),
            ("2 hours and a half", "2 hours", Some("2 hours and a half")),
            ("1米七五", "1米", Some("1米七五")),
            ("1米75", "1米", Some("1米75")),
            ("1小时半价", "1小时", None),
            ("3室2厅", "3室", None),
            ("3室两厅", "3室", None),
            ("2小时30分", "2小时", None),
            ("2小时三十分", "2小时", None),
            ("2小时三十", "2小时", Some("2小时三十")),
            ("25元三人", "25元", None),
            ("25元5件", "25元", None),
            ("25元5%", "25元", None),
            ("挂号费5元2.检查费100元", "5元", None),
            ("门票50元2、停车10元", "50元", None),
            ("门票50元7:00", "50元", None),
            ("100米9.58秒", "100米", None),
            ("路5号二、三层", "5号", None),
            ("2024年三、四月", "2024年", None),
            ("50元二、开放", "50元", None),
            ("早8点半", "8点", None),
            ("第3章一、总则", "3章", None),
            ("2 hours", "2 hours", None),
        ] {
            let start = text.find(within).unwrap();
            let digits = within.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
            let range = cut_figure(text, start..start + digits, start..start + within.len());
            assert_eq!(range.map(|range| &text[range]), expected, "{text}");
        }
    }

    #[test]
    fn either_end_of_a_range_is_told() {
        let dates =
            ["2024-01-05|2024-01-08", "05.01.2024|08.01.2024", "5 January 2024|8 March 2024"];
        let spoken = ["2024年1月5日|2024年1月8日", "1月3日|2024年1月5日"];
        let named = [
            "30 January|5 February 2024",
            "Jan. 30|Feb. 5, 2024",
            "January 30, 2023|March 5, 2024",
        ];
        let timed = ["2024-01-05 10:00|2024-01-08 12:00", "10:30|12:30"];
        let signs = [" - ", "-", " – ", "–", "～", " → ", " -> ", " ... ", "…", "至"];
        let words =
            [" to ", " until ", " till ", " bis ", " through ", " up to ", ", until ", " UNTIL "];
        let pairs = dates.iter().chain(&spoken).chain(&named).chain(&timed);
        let mut silent = Vec::new();
        for pair in pairs {
            let (first, second) = pair.split_once('|').unwrap();
            for joint in signs.iter().chain(&words) {
                for marked in
                    [format!("[{first}]{joint}{second}"), format!("{first}{joint}[{second}]")]
                {
                    // Without a year the first end is none that a format reads.
                    let read =
                        marked.starts_with('[') && !first.contains("20") && !first.contains(':');
                    if !read && longer(&marked).is_none() {
                        silent.push(marked);
                    }
                }
            }
        }
        for pair in ["5|6", "1.5|2.5", "5%|6%"] {
            let (first, second) = pair.split_once('|').unwrap();
            for joint in ["-", " - ", "～", " to ", "至", "–"] {
                for marked in
                    [format!("[{first}]{joint}{second}"), format!("{first}{joint}[{second}]")]
                {
                    if longer(&marked).is_none() {
                        silent.push(marked);
                    }
                }
            }
        }
        assert!(silent.is_empty(), "{silent:#?}");
    }

    #[test]
    fn either_end_of_a_range_of_amounts_is_told_with_its_unit_or_without() {
        let mut silent = Vec::new();
        for pair in [
            "$12.99|$24.99",
            "£5|£6",
            "US $1.50|US $3.20",
            "US$5|$6",
            "EUR 5|EUR 6",
            "10€|20€",
            "5 USD|6 USD",
            "5元|6元",
            "18岁|30岁",
            "20℃|25℃",
            "10cm|20cm",
            "5 mg/L|10 mg/L",
            "1 day|3 days",
            "2020年|2021年",
            "5%|10%",
            "5％|6％",
            "$5/day|$6/day",
            "5元（含）|6元",
            "-5 °C|5 °C",
        ] {
            let (first, second) = pair.split_once('|').unwrap();
            for joint in [
                "-", " - ", "–", " – ", "—", "～", "~", " ~ ", " to ", "至", "到", " bis ", "…",
                " → ",
            ] {
                let text = format!("{first}{joint}{second} net");
                let digits = |text: &str| {
                    let start = text.find(|c: char| c.is_ascii_digit()).unwrap();
                    let part = &text[start..];
                    let end =
                        part.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(part.len());
                    start..start + end
                };
                let other = first.len() + joint.len();
                let one = digits(first);
                let two = digits(second).start + other..digits(second).end + other;
                for figure in [one, two] {
                    let amount = if figure.start < first.len() {
                        0..first.len()
                    } else {
                        other..other + second.len()
                    };
                    // Whether the pattern takes the figure alone, or its unit as well.
                    let to_unit = figure.start..amount.end;
                    let from_unit = amount.start..figure.end;
                    for within in [figure.clone(), to_unit, from_unit, amount] {
                        if cut_figure(&text, figure.clone(), within.clone()).is_none() {
                            silent.push(format!(
                                "{} in {} of {text}",
                                &text[figure.clone()],
                                &text[within]
                            ));
                        }
                    }
                }
            }
        }
        assert!(silent.is_empty(), "{silent:#?}");
        for (marked, expected) in [
            ("between $[5] and $6", "5 and $6"),
            ("between 5 EUR and [6] EUR", "5 EUR and 6"),
            ("[5 mg] - 10 mg", "5 mg - 10"),
            ("[$5] to $6", "5 to $6"),
            ("[5] bis 6 EUR", "5 bis 6"),
            ("18 hasta [65] años", "18 hasta 65"),
            ("[10]€-20", "10€-20"),
            ("[5]℃ - -2℃", "5℃ - -2"),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
        for whole in [
            "[5]元 - 6号",
            "5元 - [6]号",
            "$[5] - €6",
            "Single $[5] - Double $6",
            "Tea - $[5]",
            "3 pommes à [5] €",
            "iPhone 12 à [500] €",
            "12 mars 2024 à [15] h",
            "Haus 5 a [300] m",
            "T3 à [65] m²",
            "Menu no. 3 à [15] €",
            "2 à [5]",
            "[5] EUR\n- 6 EUR",
            "[5] EUR, 6 EUR",
            "[5]元、6元",
            "[5] m - 6 mm",
            "[5] EUR / 6 USD",
            "[5]% - 6 people",
            "$[5] and $6",
            "[5] mg, 10 mg to 20 mg",
            "[5]kg-Sack",
            "[10] € - net",
            "[12] bis 75011 Paris",
        ] {
            assert_eq!(longer(whole), None, "{whole}");
        }
        // What the pattern took of the second end is its own affair.
        assert_eq!(cut_figure("5元-6元", 0..1, 0..5), None);
        assert_eq!(cut_figure("5%-6%", 3..4, 2..5), None);
    }

    #[test]
    fn a_figure_is_told_with_the_sign_of_a_bound() {
        for (marked, expected) in [
            ("<[5] mg", "<5"),
            ("< [5] mg", "< 5"),
            ("≤[5]", "≤5"),
            ("≥ [5]", "≥ 5"),
            ("＞[5]", "＞5"),
            (">[5] mg", ">5"),
            ("p<[0.05]", "<0.05"),
            (">=[5]", ">=5"),
            ("<~[5]", "<~5"),
            ("<$[5]", "<$5"),
            ("&lt;[5] mg", "&lt;5"),
            ("dose&gt;[5] mg", "&gt;5"),
            ("[5]+", "5+"),
            ("[5]+ years", "5+"),
            ("[5]＋人", "5＋"),
            ("[5]%+", "5%+"),
            ("$[5]+", "5+"),
            ("[5]€+, net", "5€+"),
            ("<[5 mg]", "<5 mg"),
            ("≥ [$5]", "≥ $5"),
            ("[200 mg/L]+", "200 mg/L+"),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
        assert_eq!(cut_figure("200 mg/L+", 0..3, 0..8), Some(0..9));
        // The pattern knows the sign.
        assert_eq!(cut_figure("<5 mg", 1..2, 0..2), None);
        assert_eq!(cut_figure("5+ years", 0..1, 0..2), None);
        for whole in [
            "<td>[5] mg</td>",
            "<td class='x'>[5] mg</td>",
            "&lt;b&gt;[5]&lt;/b&gt;",
            "<br/>[5] mg",
            "->[5]",
            "=>[5]",
            "-->[5]",
            ">>[5]",
            "<[5]>",
            "<< [5]",
            "[3]+银乳腺贴",
            "[5]+3",
            "[5]+ 3",
            "[5]+三分",
            "CD[4]+ cells",
            "[5]++",
            "[5]+/-",
            "> [5]",
            "a > [5]",
        ] {
            assert_eq!(longer(whole), None, "{whole}");
        }
    }

    #[test]
    fn more_of_a_date_or_a_time_is_told_on_either_side() {
        for (marked, expected) in [
            ("2024-01-05 until [2024-01-08]", "2024-01-05 until 2024-01-08"),
            ("03.02. bis [05.02.2024]", "03.02. bis 05.02.2024"),
            ("3. bis [05.02.2024]", "3. bis 05.02.2024"),
            ("[03.02.2024] bis 05.02.", "03.02.2024 bis 05.02."),
            ("自1月3日至[2024年1月5日]", "1月3日至2024年1月5日"),
            ("1月3日（周五）至[2024年1月5日]", "1月3日（周五）至2024年1月5日"),
            ("1月5日、[1月6日]", "1月5日、1月6日"),
            ("between 2024-01-05 and [2024-01-08]", "2024-01-05 and 2024-01-08"),
            ("2024-01-05 / [2024-01-08]", "2024-01-05 / 2024-01-08"),
            ("10:30 until [12:30]", "10:30 until 12:30"),
            ("10:30 am until [11:30]", "10:30 am until 11:30"),
            ("[2024-01-05] 10:00 - 2024-01-08 12:00", "2024-01-05 10:00 - 2024-01-08"),
            ("2024-01-05 10:00 - [2024-01-08] 12:00", "2024-01-05 10:00 - 2024-01-08"),
            ("[2024-01-05]T10:00:00 until 2024-01-08", "2024-01-05T10:00:00 until 2024-01-08"),
            ("[2024-01-05], until 2024-01-08", "2024-01-05, until 2024-01-08"),
            ("[2024-01-05] up to 2024-01-08", "2024-01-05 up to 2024-01-08"),
            ("[05.01.2024] bis zum 08.01.2024", "05.01.2024 bis zum 08.01.2024"),
            ("05.01.2024 bis zum [08.01.2024]", "05.01.2024 bis zum 08.01.2024"),
            ("[2024-01-05] (until 2024-01-08)", "2024-01-05 (until 2024-01-08"),
            ("3rd and [5 February 2024]", "3rd and 5 February 2024"),
            ("open on 3 and [5 February 2024]", "3 and 5 February 2024"),
            ("5 x [6] cm", "5 x 6"),
            ("about 24.1 x [30.5] cm", "24.1 x 30.5"),
            ("[24.1] x 30.5, 2 cm", "24.1 x 30.5"),
            ("([12.50])", "(12.50)"),
            ("（[12.50]）", "（12.50）"),
            ("([1,250])", "(1,250)"),
            ("([1.250,50])", "(1.250,50)"),
            ("( [12.50] )", "( 12.50 )"),
            ("($[5])", "($5)"),
            ("([$5])", "($5)"),
            ("([5] EUR)", "(5 EUR)"),
            ("$[5]B", "5B"),
            ("[$5]B", "$5B"),
            ("$[5]m", "5m"),
            ("$[5] M revenue", "5 M"),
            ("[5]tn", "5tn"),
            ("$[5] B", "5 B"),
            ("[5] T EUR", "5 T"),
            ("[5] M € a year", "5 M"),
            ("[5] млн", "5 млн"),
            ("[5] тыс", "5 тыс"),
            ("[12.50] CR", "12.50 CR"),
            ("[12.50]DR", "12.50DR"),
            ("[12] Cr.", "12 Cr"),
            ("[12.50] EUR CR", "12.50 EUR CR"),
            ("DR [12.50]", "DR 12.50"),
            ("CR $[12.50]", "CR $12.50"),
            ("10:30 [2024-01-05] BC.", "2024-01-05 BC"),
            ("[10:30] est", "10:30 est"),
            ("[10:30] cet", "10:30 cet"),
            ("[10:30] (est)", "10:30 (est"),
            ("[10:30], est", "10:30, est"),
            ("[10:30] z", "10:30 z"),
            ("[10:30] pst.", "10:30 pst"),
            ("[10:30] US/Eastern", "10:30 US/Eastern"),
            ("[10:30] America/Port-au-Prince", "10:30 America/Port-au-Prince"),
            ("[10:30] Europe/Berlin-Mitte", "10:30 Europe/Berlin"),
            ("[8:30] Uhr abends", "8:30 Uhr abends"),
            ("[8:30] Uhr MEZ", "8:30 Uhr MEZ"),
            ("[3:30]ＰＭ", "3:30ＰＭ"),
            ("[3:30] ｐｍ", "3:30 ｐｍ"),
            ("ＰＭ[3:30]", "ＰＭ3:30"),
            ("[10:30]ＵＴＣ", "10:30ＵＴＣ"),
            ("UTC [10:30]", "UTC 10:30"),
            ("HKT [10:30]", "HKT 10:30"),
            ("[10:30] ET/PT", "10:30 ET"),
            ("[10:30] PT (13:30 ET)", "10:30 PT"),
            ("[10:30] PT/13:30 ET", "10:30 PT"),
            ("[10:30] PT 1:30 pm ET", "10:30 PT"),
            ("[10:30] ET / PT", "10:30 ET"),
            ("[10:30] ET | PT", "10:30 ET"),
            ("[10:30] IST = 7:00 CET", "10:30 IST"),
            ("[10:30] SGT in Singapore", "10:30 SGT"),
            ("[10:30] ET & 14:00", "10:30 ET"),
            ("[10:30] CT & MT", "10:30 CT"),
            ("[10:30] SGT Singapore", "10:30 SGT"),
            ("[10:30] IST (Mumbai)", "10:30 IST"),
            ("[10:30] IST New Delhi", "10:30 IST"),
            ("[10:30] ET (New York)", "10:30 ET"),
            ("[10:30] 北京时间", "10:30 北京时间"),
            ("[10:30]（北京时间）", "10:30（北京时间"),
            ("北京时间[10:30]", "北京时间10:30"),
            ("明治[2024年1月5日]", "明治2024年1月5日"),
            (
                "[Wednesday, the 5th of the month of February in the year of our Lord 2024] until 8 March 2024",
                "Wednesday, the 5th of the month of February in the year of our Lord 2024 until 8 March",
            ),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
        for whole in [
            "9:00 UTC [10:30]",
            "9:00 am UTC [10:30]",
            "[10:30] est ouvert",
            "[10:30] Est. 1990",
            "[8:30] Uhr",
            "[2024-01-05], 2024-01-08",
            "[2024-01-05] 10:00",
            "[2024-01-05] (Friday)",
            "see 2024-01-05, [2024-01-08]",
            "10:30 until [2024-01-08]",
            "iPhone x [6]",
            "([5])",
            "(see [5])",
            "(see [5.5])",
            "([2024])",
            "([12.50]) net",
            "net ([12.50])",
            "([5] kg)",
            "([1.2.3])",
            "([12.05.2024])",
            "([12.50], 3)",
            "([10:30])",
            "[5] T",
            "[5] M",
            "about [5] k",
            "Hauptstraße [12] B",
            "Golf [5] T",
            "[77] K",
            "([3.5])",
            "([5]%)",
            "([12.50]%)",
            "[5] T-shirts",
            "[5] M screws",
            "[5] M6 screws",
            "[5] B vitamins",
            "[5] m",
            "[5] t",
            "[5] b",
            "[5] kg",
            "[5] MB",
            "[5] Mb",
            "[5] G",
            "[5] K-Cups",
            "T [300] K",
            "temperature [300] K",
            "Option [5] B",
            "Room [5] T",
            "[12.05.2024] T",
            "[10:30] M",
            "$[5] m cable",
            "$[5] bag",
            "[12.50] credit",
            "[5] Dr. Smith",
            "[5] CR batteries",
            "CR [2032]",
            "CR [12.50] net",
            "[5] EUR",
            "[5]",
            "[5] thumbs",
            "[5 February 2024] until 18:00",
            "[10:30] SGT Smith",
            "Flight HKT [10:30]",
            "BKK-HKT [10:30]",
            "[10:30] CT-Scan",
            "[10:30] ET / 14:00",
            "[10:30] MT Monitor",
            "[9:00] ET 14:00 ET 16:30",
            "[10:30] ET/Paris",
            "[10:30] CT (Abdomen)",
            "[10:30] CT / MRT",
            "[10:30] CT | MRT",
            "[10:30] CT in Raum 5",
            "[10:30] CT & 5 patients",
            "[10:30] IST GESCHLOSSEN",
            "[10:30] PT Mueller",
        ] {
            assert_eq!(longer(whole), None, "{whole}");
        }
    }
}
