//! Whether a unit is whole, or cut out of a longer word.
//!
//! A pattern finds a unit where it matches, whatever stands beside it: `m` of a list
//! of units is found in `500ms`, in `5 million`, in `2 m/s` and in `5 m²`. The figure
//! is counted in another unit then, and reading it would be a wrong cell that nobody
//! hears of. What the pattern itself matched beside the unit is the schema's own word;
//! what stands outside of the match is looked at here.
//!
//! In: a text, the unit, all that the pattern matched. What continues a unit: a letter
//! of a script that parts its words by blanks, the exponent of a power, a stroke with
//! a word behind it, as rates have it, a point of multiplication between letters. Han
//! characters, kana and Hangul behind a unit are ordinary: `5天左右`, `5kg装`.

use std::ops::Range;

use super::figure::{is_currency, is_han};
use super::number::{digit, is_minus};

/// The longer unit that `unit` is cut out of; none if it is whole. Both are places in
/// `text`, as is `within`: all that the pattern matched.
pub(super) fn longer_unit(
    text: &str,
    unit: &Range<usize>,
    within: &Range<usize>,
) -> Option<Range<usize>> {
    // What a pattern matches of the word itself is looked at from there on: `5 kgs` of a `kg` with an `s` or not.
    let in_word = |place: Range<usize>| {
        text.get(place).is_some_and(|part| part.chars().all(|c| script(c).is_some()))
    };
    let behind = in_word(unit.end..within.end)
        .then(|| goes_on(text.get(unit.start..within.end)?, &text[within.end..]))
        .flatten()
        .or_else(|| rate_of_bound(text, unit, within));
    let before = in_word(within.start..unit.start)
        .then(|| begins_before(&text[..within.start], text.get(within.start..unit.end)?))
        .flatten();
    if behind.is_none() && before.is_none() {
        return None;
    }
    let start = before.map_or(unit.start, |start| start.min(unit.start));
    let end = behind.map_or(unit.end, |joint| within.end + joint);
    Some(start..end)
}

/// The unit of a figure that a pattern matched without one, so that it is counted in that which a schema takes where none is
/// written: letters that touch it (`5kg`), a percent sign or a degree, the sign of a currency before or behind it.
pub(super) fn unit_beside(text: &str, within: &Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (&text[..within.start], &text[within.end..]);
    let sign_at = |start: usize| {
        let sign = text[start..].chars().next()?;
        Some(start..start + sign.len_utf8())
    };
    let matched = &text[within.clone()];
    if !matched.trim_end().ends_with(is_digit) {
        return None;
    }
    if matched.ends_with(is_digit) {
        let word = after.len() - without_letters(after).len();
        let times = word == 1 && after.starts_with(['x', 'X']);
        if word > 0 && !times {
            return Some(within.end..within.end + word);
        }
        if after.starts_with(['%', '％', '‰', '°', '℃', '℉']) {
            return sign_at(within.end);
        }
    }
    let behind = after.trim_start();
    // A sign in front of another figure is that of the other one.
    let beyond = behind.strip_prefix(is_currency);
    if beyond.is_some_and(|beyond| !beyond.trim_start().starts_with(is_digit)) {
        return sign_at(text.len() - behind.len());
    }
    let before = before.trim_end();
    let head = before.strip_suffix(is_currency)?;
    (!head.trim_end().ends_with(is_digit)).then(|| sign_at(head.len())).flatten()
}

/// Whether the point right behind a unit is that of an abbreviation: `5 lb. max`, `30 min./day`, `5 lbs.-7 lbs.`. At the end
/// of a text or of a sentence it is as likely a full stop, which no small letter stands behind. Before another figure, with
/// its sign or not, and before a letter that touches it, it is a mark of its own: `20 °C. -5 °C`, `5 m.p.h.`.
pub(super) fn has_point(text: &str, end: usize) -> bool {
    let Some(after) = text[end..].strip_prefix('.') else { return false };
    let behind = after.trim_start_matches(|c: char| c.is_whitespace() && !ends_line(c));
    let parted = behind.len() < after.len();
    let signed = behind.trim_start_matches(is_minus);
    let is_figure = parted && signed.len() < behind.len() && signed.starts_with(is_digit);
    let goes_on = behind.chars().next().is_some_and(|next| {
        let is_other = is_figure || matches!(next, '.' | '…') || ends_line(next);
        if next.is_alphanumeric() { parted && next.is_lowercase() } else { !is_other }
    });
    goes_on && text[..end].ends_with(|c| script(c).is_some())
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// A text without the points of some abbreviations, so that what stands behind one stands behind its unit.
pub(super) struct Pointless {
    /// The text.
    pub(super) text: String,
    /// Where the points stand that it lacks, in the order of the text.
    points: Vec<usize>,
}

impl Pointless {
    /// `points` are in order.
    pub(super) fn new(text: &str, points: Vec<usize>) -> Self {
        let mut without = String::with_capacity(text.len());
        let mut from = 0;
        for &point in &points {
            without.push_str(&text[from..point]);
            from = point + 1;
        }
        without.push_str(&text[from..]);
        Self { text: without, points }
    }

    /// A place of the text in the one that has the points. One that ends before a point is without it.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let lacks = |goes_before: &dyn Fn(usize) -> bool| {
            let before =
                self.points.iter().enumerate().take_while(|(n, point)| goes_before(**point - n));
            before.count()
        };
        let start = range.start + lacks(&|at| at <= range.start);
        let end = range.end + lacks(&|at| at < range.end);
        start..end.max(start)
    }
}

/// How many bytes behind a unit continue it.
fn goes_on(unit: &str, after: &str) -> Option<usize> {
    let last = unit.chars().next_back()?;
    let first = after.chars().next()?;
    let up_to = |tail: &str| after.len() - tail.len();
    // An `x` before a digit multiplies, and is told with that digit: `5 EURx3`.
    let times = after.strip_prefix(['x', 'X']).is_some_and(|tail| tail.starts_with(is_digit));
    if is_one_word(last, first) && !times {
        return Some(up_to(without_letters(after)));
    }
    if last.is_alphabetic()
        && let Some(tail) = without_power(after)
    {
        return Some(up_to(tail));
    }
    if let Some(tail) = without_rate(after, unit).or_else(|| without_inverse(after)) {
        return Some(up_to(tail));
    }
    let rest = &after[first.len_utf8()..];
    let next = rest.chars().next();
    match first {
        // `5 kW·h`, but not the bullet of `5kg · red`.
        '·' | '⋅' | '∙' if next.is_some_and(|next| is_one_word(last, next)) => {
            Some(up_to(without_letters(rest)))
        }
        // The letters of an abbreviation: `5 m.p.h.`, `5 a.m.`.
        '.' if unit.chars().count() == 1 => {
            let letter = next.filter(|next| is_one_word(last, *next))?;
            let tail = &rest[letter.len_utf8()..];
            (!tail.starts_with(char::is_alphanumeric)).then(|| up_to(tail))
        }
        _ => sign_goes_on(last, after),
    }
}

/// How many bytes behind a match make a rate of its unit, with a word for a bound between: `5元以上/月`, `10%左右/年`. The
/// pattern may have matched the word.
fn rate_of_bound(text: &str, unit: &Range<usize>, within: &Range<usize>) -> Option<usize> {
    let after = text.get(unit.end..)?.trim_start();
    let tail = BOUNDS.iter().find_map(|word| after.strip_prefix(word))?;
    let rate = without_rate(tail, &text[unit.clone()])?;
    // Behind a bound a stroke sets other things apart as often: `3年以上/本科`.
    let of = tail.trim_start().trim_start_matches(['/', '／', '∕']).trim_start();
    if !of.starts_with(|c: char| c.is_ascii_alphabetic() || PER.contains(&c)) {
        return None;
    }
    let outside = text.len() - tail.len() >= within.end;
    outside.then(|| text.len() - rate.len() - within.end)
}

/// What makes a rate of a share in words, behind `end`, with a word for a bound between or not: `/日` of `万分之五/日`. Another
/// share behind the stroke is none: `百分之五/百分之六`.
pub(super) fn rate_of_share(text: &str, end: usize) -> Option<Range<usize>> {
    let after = text.get(end..)?;
    let tail = BOUNDS.iter().find_map(|word| after.strip_prefix(word)).unwrap_or(after);
    let rate = &tail[..tail.len() - without_rate(tail, "%")?.len()];
    let start = text.len() - tail.len();
    (!rate.contains("分之")).then(|| start..start + rate.len())
}

/// How units begin that something is told for each of.
const PER: [char; 30] = [
    '月', '年', '天', '日', '周', '时', '小', '次', '人', '晚', '夜', '间', '件', '个', '台', '斤',
    '公', '千', '位', '户', '股', '份', '张', '套', '平', '米', '吨', '盒', '瓶', '每',
];

/// Words for a bound behind a unit.
const BOUNDS: [&str; 9] =
    ["以上", "以下", "以内", "以內", "左右", "上下", "及以上", "及以下", "起"];

/// How many bytes behind the sign that a unit ends with make another unit of it: `°C` of `°`, `%o` of `%`, the inches `''`
/// of the feet `'`, the `CA` of another dollar.
fn sign_goes_on(last: char, after: &str) -> Option<usize> {
    let word = &after[..after.len() - without_letters(after).len()];
    let is_other = match last {
        '\'' | '′' if after.starts_with(last) => return Some(last.len_utf8()),
        '%' => word == "o",
        // Points of the compass name a place: `48°N`.
        '°' => {
            let is_point = |c| matches!(c, 'N' | 'S' | 'E' | 'W' | 'O');
            matches!(word.chars().count(), 1 | 2) && !word.chars().all(is_point)
        }
        '$' => is_other_dollar(word),
        _ => false,
    };
    is_other.then_some(word.len())
}

/// Where a unit begins that goes on before the place where a pattern found it.
fn begins_before(before: &str, unit: &str) -> Option<usize> {
    let (last, first) = (before.chars().next_back()?, unit.chars().next()?);
    if is_one_word(last, first) {
        return Some(before.trim_end_matches(|c| script(c).is_some()).len());
    }
    // `A$5`, `HK$5`, but not the end of a word: `TOTAL$5`.
    let head = before.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let word = &before[head.len()..];
    let is_other = is_currency(first) && is_other_dollar(word);
    (is_other && !head.ends_with(char::is_alphanumeric)).then_some(head.len())
}

/// Whether letters beside the sign of a currency tell another one: those of `A$` and `HK$`, but not of `US$`, which a sign
/// alone stands for as often.
fn is_other_dollar(word: &str) -> bool {
    matches!(word.len(), 1..=3)
        && word.bytes().all(|b| b.is_ascii_uppercase())
        && !matches!(word, "US" | "USD")
}

/// Whether two letters that touch are of one word.
fn is_one_word(one: char, other: char) -> bool {
    script(one).is_some_and(|of_one| script(other) == Some(of_one))
}

/// The scripts whose words are parted by blanks and whose units have no endings, each by a number. Those with capitals
/// count as one, for units mix them: `mΩ`, `µm`. Letters that stand above the line are marks of notes.
fn script(c: char) -> Option<u8> {
    match c {
        'ª'
        | 'º'
        | '\u{2b0}'..='\u{2ff}'
        | '\u{1d2c}'..='\u{1d6a}'
        | 'ⁿ'
        | 'ⁱ'
        | 'Ⅰ'..='ↈ'
        | 'Ⓐ'..='ⓩ' => None,
        c if c.is_lowercase() || c.is_uppercase() => Some(0),
        '\u{590}'..='\u{5ff}' if c.is_alphabetic() => Some(1),
        '\u{600}'..='\u{77f}' if c.is_alphabetic() => Some(2),
        _ => None,
    }
}

/// A text without the letters at its start.
fn without_letters(text: &str) -> &str {
    text.trim_start_matches(|c| script(c).is_some())
}

/// A text without an exponent at its start: `²`, `⁻¹`, `^2`; none if it has none. `¹` alone is the mark of a note.
fn without_power(text: &str) -> Option<&str> {
    let is_power = |c| matches!(c, '²' | '³' | '⁰' | '⁴'..='⁹' | '⁻');
    if text.starts_with(is_power) {
        return Some(text.trim_start_matches(|c| is_power(c) || c == '¹'));
    }
    // In one character with its own unit: `m㎡` is typed for `m²`.
    if let Some(tail) = text.strip_prefix(['㎡', '㎥']) {
        return Some(tail);
    }
    let power = text.strip_prefix('^')?;
    let power = power.strip_prefix(is_minus).unwrap_or(power);
    let tail = power.trim_start_matches(is_digit);
    (tail.len() < power.len()).then_some(tail)
}

/// A text without what makes a rate of a unit at its start: `/s`, ` / night`; none if it has none. A stroke parts two
/// amounts where the second one stands behind it: `L 5 m / B 3 m` with blanks around it, `male 5%/female 3%` in the same
/// unit, `男5%/女3%` with no more than its name between.
fn without_rate<'t>(text: &'t str, unit: &str) -> Option<&'t str> {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\n' | '\r');
    let gap = text.trim_start_matches(is_blank);
    let word = gap.strip_prefix(['/', '／', '∕', '⁄'])?.trim_start_matches(is_blank);
    let first = word.chars().next().filter(|c| c.is_alphabetic() || matches!(c, '㎡' | '㎥'))?;
    let of_word = |c: char| if is_han(first) { is_han(c) } else { script(c).is_some() };
    let tail = word.trim_start_matches(of_word);
    let ends = |c: char| matches!(c, ',' | ';' | '，' | '；' | '。' | '\n' | '\r');
    let clause = tail.split(ends).next().unwrap_or_default();
    let amount = clause.trim_start();
    // A digit that touches a letter is a power: `m/s2`.
    let is_amount = amount.starts_with(is_digit)
        && (amount.len() < clause.len() || is_han(first))
        && amount
            .trim_start_matches(|c: char| !c.is_alphabetic() && !unit.starts_with(c))
            .starts_with(unit);
    let of_two = is_amount
        || (gap.len() < text.len() && clause.contains(char::is_numeric))
        || (is_han(first) && tail.starts_with(is_digit));
    let tail = if tail.len() < word.len() { tail } else { &word[first.len_utf8()..] };
    (!of_two).then_some(tail)
}

/// A text without a unit at its start that a power below zero divides by: ` kg⁻¹`, ` m^-3`, `·m⁻³`; none if it has none.
fn without_inverse(text: &str) -> Option<&str> {
    let word = text.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\u{2009}', '·', '⋅', '∙']);
    let power = without_letters(word);
    let name = &word[..word.len() - power.len()];
    let is_name = word.len() < text.len() && (1..=LONGEST_NAME).contains(&name.chars().count());
    let sign = power.strip_prefix('^').unwrap_or(power);
    let is_below = sign.starts_with('⁻')
        || sign.strip_prefix(is_minus).is_some_and(|digits| {
            // `5 mg kg-1`, but `5 mg pack-10` and `5 m Cat-6`.
            let tail = digits.trim_start_matches(is_digit);
            let is_one = digits.starts_with(['1', '2', '3']) && digits.len() - tail.len() == 1;
            is_one && DIVISORS.contains(&name) && !tail.starts_with(char::is_alphanumeric)
        });
    if !is_name || !is_below {
        return None;
    }
    let tail =
        sign.trim_start_matches(|c| is_minus(c) || matches!(c, '⁻' | '¹' | '²' | '³' | '⁴'..='⁹'));
    Some(tail.trim_start_matches(is_digit))
}

/// How many letters a unit has at most that others are divided by.
const LONGEST_NAME: usize = 4;

/// Units that others are divided by, which a hyphen and a digit behind them tell from names.
const DIVISORS: [&str; 21] = [
    "kg", "g", "mg", "t", "m", "cm", "mm", "km", "s", "min", "h", "d", "day", "yr", "a", "L", "l",
    "mL", "ha", "mol", "K",
];

fn is_digit(c: char) -> bool {
    digit(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::word::marked_part;
    use super::*;

    /// The longer unit of the one that stands between brackets. The pattern takes it and the figure beside it.
    fn longer(marked: &str) -> Option<String> {
        let (text, unit) = marked_part(marked);
        let in_front = text[unit.end..].starts_with(|c: char| c.is_numeric() || c == ' ')
            && !text[..unit.start].ends_with(|c: char| c.is_numeric() || c == ' ');
        let within = if in_front {
            unit.start..text.trim_end().len()
        } else {
            text[..unit.start].find(char::is_numeric).unwrap_or(unit.start)..unit.end
        };
        longer_unit(&text, &unit, &within).map(|range| text[range].to_owned())
    }

    #[test]
    fn a_unit_that_goes_on_is_told() {
        for (marked, expected) in [
            ("500[m]s", "ms"),
            ("3[m]onths", "months"),
            ("5[m]i", "mi"),
            ("5 [m]illion", "million"),
            ("3 [h]ectares", "hectares"),
            ("5 [hour]s", "hours"),
            ("5 [k]g", "kg"),
            ("5 [EUR]OPALLETS", "EUROPALLETS"),
            ("5 [MB]it", "MBit"),
            ("5 [m]Ω", "mΩ"),
            ("5 [м]ин", "мин"),
            ("5 [m]m, 3", "mm"),
            ("5[kg]netto", "kgnetto"),
            ("5 [שנ]ים", "שנים"),
            ("5 [m]²", "m²"),
            ("5 [m]³/h", "m³"),
            ("5 [m]^2", "m^2"),
            ("5 [s]⁻¹", "s⁻¹"),
            ("5 [s]^-1", "s^-1"),
            ("5[米]²", "米²"),
            ("5[m]㎡", "m㎡"),
            ("5[米]㎥", "米㎥"),
            ("2 [m]/s", "m/s"),
            ("2 [m] / s", "m / s"),
            ("5 [EUR]/night", "EUR/night"),
            ("5 [EUR] / night, 6 EUR", "EUR / night"),
            ("5[元]/晚", "元/晚"),
            ("5 [mg]/kg 3 times", "mg/kg"),
            ("5 [m]/s2", "m/s"),
            ("5 [EUR]/㎡", "EUR/㎡"),
            ("5[元]以上/月", "元以上/月"),
            ("5[%]左右/年", "%左右/年"),
            ("299[元]起/间夜", "元起/间夜"),
            ("5 [€]/night", "€/night"),
            ("5 [mg] kg⁻¹", "mg kg⁻¹"),
            ("5 [mg] m⁻³", "mg m⁻³"),
            ("5 [mg] kg⁻¹ d⁻¹", "mg kg⁻¹"),
            ("5 [mg]·m⁻³", "mg·m⁻³"),
            ("5 [mg] kg^-1", "mg kg^-1"),
            ("5 [mg] kg-1", "mg kg-1"),
            ("5 [mg] kg−1, 3", "mg kg−1"),
            ("5 [mol]\u{202f}L⁻¹", "mol\u{202f}L⁻¹"),
            ("5 [N]·m", "N·m"),
            ("5 [kW]⋅h", "kW⋅h"),
            ("5 [m].p.h.", "m.p"),
            ("5 [a].m.", "a.m"),
            ("5 [°]C", "°C"),
            ("5 [°]dH", "°dH"),
            ("5 [%]o", "%o"),
            ("5[']'", "''"),
            ("5 [$]CA", "$CA"),
            ("A[$]5", "A$"),
            ("HK[$]5", "HK$"),
            ("for A[$] 5", "A$"),
            ("JP[¥]5", "JP¥"),
            ("X[EUR] 5", "XEUR"),
            ("N[EUR]5", "NEUR"),
        ] {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
    }

    #[test]
    fn a_whole_unit_is_none_of_them() {
        for marked in [
            "5 [m]",
            "5 [h].",
            "5 [h],",
            "5 [h])",
            "5 [h]; 6",
            "5 [h]!",
            "5 [h]?",
            "5 [h]…",
            "5 [h]: late",
            "5[h]30m",
            "1[h]30",
            "5[m]-10m",
            "5 [m] long",
            "5 [m] x 3 m",
            "5 [m]x3",
            "5 [m]×3",
            "5 [m] - 6 m",
            "5 [mg] pack-10",
            "5 [mg] tab-12",
            "5 [mg] kg",
            "5 [m] of m⁻¹",
            "5 [mg] x-1a",
            "5 [kg]-Sack",
            "5 [EUR]*",
            "5 [EUR]¹",
            "5 [kg]ᵃ",
            "5 [m]\u{b0}",
            "5 [day]'s",
            "5 [months]'",
            "5 [EUR]\"",
            "5 [EUR]</b>",
            "5 [EUR]/5 USD",
            "5 [EUR] / 6 USD",
            "5 [h]/6 h",
            "L 5 [m] / B 3 m",
            "男5[%]/女3%",
            "男5[%] / 女 3%",
            "5 [EUR]/",
            "5 [EUR]\n/x",
            "5[天]左右",
            "3[个月]内",
            "2[小时]后",
            "5[kg]装",
            "500[ml]瓶",
            "5[元]起",
            "5[米]高",
            "5[kg]の袋",
            "5[kg]입니다",
            "5[시간]이상",
            "5[%]",
            "5 [%]ige",
            "5 [%] of",
            "5[%]。",
            "48[°]N",
            "11[°]E",
            "5[°]",
            "5[']10",
            "5 [€]",
            "5[$]",
            "5[$]US",
            "5 [$] CAD",
            "US[$]5",
            "TOTAL[$]5",
            "Total: [$]5",
            "([$]5)",
            "价格[$]5",
            "for [EUR] 5",
            "-[EUR]5",
            "人民币[元]5",
            "5[m] Cat-6",
            "5 [m] RG-6",
            "5 [kg] Pack-6",
            "5 [kg] · red",
            "5[kg]·包邮",
            "5[kg]•red",
            "5 [h].Then",
            "5 [kg].z",
            "5 [Std]. z. B.",
            "5 [EUR]_",
            "5 [h]\u{200b}",
            "5 [h]+",
            "5 [h]=5",
        ] {
            assert_eq!(longer(marked), None, "{marked}");
        }
    }

    #[test]
    fn the_point_of_an_abbreviation_is_known_by_what_stands_behind() {
        for (text, expected) in [
            ("5 lb. max", true),
            ("5 lb./day", true),
            ("5 lb.-7 lb.", true),
            ("5 lb. - 7 lb.", true),
            ("5 lb.+", true),
            ("5 lb. (max)", true),
            ("5 lb.), dry", true),
            ("5 lb.", false),
            ("5 lb. ", false),
            ("5 lb.\nmax", false),
            ("5 lb. Max", false),
            ("5 lb.Max", false),
            ("5 lb.max", false),
            ("5 lb. 8 oz.", false),
            ("5 lb. -8 oz.", false),
            ("5 lb... or more", false),
            ("5 lb, max", false),
            ("5天. 以上", false),
        ] {
            let end = text.find(['.', ',']).unwrap();
            assert_eq!(has_point(text, end), expected, "{text}");
        }
    }

    #[test]
    fn places_without_points_are_found_again() {
        let pointless = Pointless::new("5 lb.-7 lb. max", vec![4, 10]);
        assert_eq!(pointless.text, "5 lb-7 lb max");
        for (range, expected) in
            [(0..4, 0..4), (4..6, 5..7), (0..9, 0..10), (5..13, 6..15), (9..9, 11..11)]
        {
            assert_eq!(pointless.place(&range), expected, "{range:?}");
        }
    }

    #[test]
    fn what_the_pattern_matched_of_the_word_is_looked_at_from_its_end() {
        assert_eq!(longer_unit("5 kgs", &(2..4), &(0..5)), None);
        assert_eq!(longer_unit("5 kgsm", &(2..4), &(0..5)), Some(2..6));
        assert_eq!(longer_unit("5 kg net", &(2..4), &(0..8)), None);
        assert_eq!(longer_unit("5 kg netto", &(2..4), &(0..8)), None);
        assert_eq!(longer_unit("A$5", &(1..2), &(0..3)), None);
    }
}
