//! Whether a figure is whole, or cut out of a longer one.
//!
//! A pattern finds a figure where it matches, whatever stands around it: `\d+ EUR`
//! finds `50` in `12.50 EUR`. What it found is no figure then, and reading it
//! would be a wrong cell that nobody hears of. What the pattern itself matched
//! around the figure is the schema's own word; what stands outside of the match
//! is looked at here.
//!
#![doc = include_str!("figure.md")]

use std::ops::Range;

use super::clock::{ends_in_time_word, time_before, time_behind};
use super::day::{era_before, era_behind};
use super::number::{
    digit, fraction, is_han_unit, is_minus, is_unseen, narrow, numeral, without_negative_behind,
};
use super::word::{
    AND, ends_in_han_label, ends_in_known_label, without_digits, without_word, without_word_behind,
};

/// How much of a longer figure is shown on either side.
const SHOWN: usize = 40;

/// The longer figure that `figure` is cut out of; none if it is whole. Both are
/// places in `text`, as is `within`: all that the pattern matched.
///
/// ```
/// use recordmill::grammar::longer_figure;
/// assert_eq!(longer_figure("12.50 EUR", 3..5, 3..9), Some(0..5));
/// assert_eq!(longer_figure("12.50 EUR", 0..5, 0..9), None);
/// // The pattern saw the mark, so that it knows what it leaves out.
/// assert_eq!(longer_figure("2025-03", 0..4, 0..5), None);
/// ```
#[must_use]
pub fn longer_figure(
    text: &str,
    figure: Range<usize>,
    within: Range<usize>,
) -> Option<Range<usize>> {
    let taken = &text[figure.clone()];
    let within = without_blanks(text, &figure, within);
    let before = if figure.start == within.start { &text[..figure.start] } else { "" };
    let after = if figure.end == within.end { &text[figure.end..] } else { "" };
    let left = joined_before(before, taken, &text[figure.end..]);
    let right = joined_after(&text[..figure.start], taken, after);
    let head = before_symbol(&text[..figure.start], within.start);
    let sign = head.and_then(sign_before);
    let minus = minus_behind_symbol(text, figure.end, within.end, head.is_some());
    let early = time_before(taken, before)
        .or_else(|| era_before(taken, before, &text[figure.end..]))
        .map(|joint| figure.start - joint);
    let late = time_behind(taken, after)
        .or_else(|| era_behind(taken, &text[..figure.start], after))
        .map(|joint| figure.end + joint);
    let whole = larger_whole(text, within.start..figure.start);
    let left = left.map(|joint| figure.start - extent(before, joint)).or(sign).or(early).or(whole);
    let right = right.map(|joint| figure.end + extent_after(after, joint)).or(minus).or(late);
    if left.is_none() && right.is_none() {
        return None;
    }
    let start = left.unwrap_or(figure.start);
    let end = right.unwrap_or(figure.end);
    Some(start..end)
}

/// All that a pattern matched around a figure, less the blanks that it took at a side with nothing else: what stands beyond
/// them stands beside the figure.
pub(super) fn without_blanks(
    text: &str,
    figure: &Range<usize>,
    within: Range<usize>,
) -> Range<usize> {
    let is_bare = |side: Range<usize>| text.get(side).is_some_and(|side| side.trim().is_empty());
    let start = if is_bare(within.start..figure.start) { figure.start } else { within.start };
    let end = if is_bare(figure.end..within.end) { figure.end } else { within.end };
    start..end
}

/// The longer figure that goes on with a digit behind a match, such as `1h35`
/// where `1h` was matched, or `3千万` where `3千` was.
pub(super) fn digit_behind(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let (matched, after) = (&text[within.clone()], &text[within.end..]);
    let (last, next) = (matched.chars().next_back()?, after.chars().next()?);
    // A half belongs to the unit before it, or to the one behind it: `1年半`, `半个月`.
    let half = next == '半' || (last == '半' && next == '个');
    if let Some(tail) = without_times_before(after).filter(|tail| tail.starts_with(is_numeral)) {
        let joint = after.len() - tail.len();
        return Some(within.start..within.end + extent_after(after, joint));
    }
    // `三分` is no time in `三分之一`.
    if last == '分'
        && let Some(tail) = after.strip_prefix('之').filter(|tail| tail.starts_with(is_numeral))
    {
        return Some(within.start..within.end + extent_after(after, after.len() - tail.len()));
    }
    if let Some(tail) = without_fraction_before(after) {
        return Some(within.start..text.len() - tail.len());
    }
    let joined = digit(next).is_some()
        || half
        || (is_han_unit(last) && is_han_numeral(next))
        || (is_han(last) && is_smaller_part(after));
    joined.then(|| within.start..within.end + extent_after(after, 0))
}

/// A text without the part of a unit in words at its start, `and a half` or `又一刻`; none if it has none. Alone `half`
/// ends what is said: `2 hours half`, but not `1 hour half price`.
pub(super) fn without_fraction_before(text: &str) -> Option<&str> {
    if let Some(tail) = text.strip_prefix('又') {
        let behind = tail.trim_start_matches(|c| c == '半' || numeral(c).is_some());
        return (behind.len() < tail.len()).then_some(behind);
    }
    let gap = text.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    if gap.len() == text.len() {
        return None;
    }
    let joined = without_word_before(gap, joining());
    let counted =
        joined.and_then(|rest| without_word_before(rest, ["a", "an", "one", "two", "three"]));
    let part = counted.or(joined).unwrap_or(gap);
    let tail = without_word_before(part, ["half", "quarter", "quarters", "third", "thirds"])?;
    let name = &part[..part.len() - tail.len()];
    if without_word(name, "third").is_some_and(|end| end.trim().is_empty()) && counts_on(tail) {
        return None;
    }
    let ends = !tail.starts_with(char::is_alphanumeric)
        || (joined.is_some() && without_word_before(tail, ["a", "an"]).is_some());
    let behind = &part[..part.len() - tail.len()];
    (counted.is_some() || ends).then(|| &text[text.len() - tail.len() - blanks_behind(behind)..])
}

/// Whether `third` before a text is the one behind the second, as in `a third person`. Units are short or stand in the
/// plural: `a third kg`, `a third hours`.
fn counts_on(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    word.chars().count() > 3 && !word.ends_with('s')
}

/// How many bytes of blanks a text ends with.
fn blanks_behind(text: &str) -> usize {
    text.len() - text.trim_end().len()
}

/// What joins a part to the whole before it.
fn joining() -> impl Iterator<Item = &'static str> {
    AND.into_iter().chain(["plus", "+"])
}

/// A text without one of some words at its start, and blanks behind it; none if it has none of them.
fn without_word_before<'t, 'w>(
    text: &'t str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<&'t str> {
    words.into_iter().find_map(|word| {
        let tail = without_word(text, word)?;
        let whole = !tail.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        whole.then(|| tail.trim_start())
    })
}

/// Whether a text begins with Han numerals that a unit before them counts on: nothing
/// that is counted stands behind them, or a part of such a unit: `五块五`, `三元五角`.
pub(super) fn is_smaller_part(text: &str) -> bool {
    let behind = text.trim_start_matches(is_han_numeral);
    if behind.starts_with("分之") {
        return false;
    }
    // No number has two digits side by side: the last begins what is counted, `五块五一盒`.
    let digits = text[..text.len() - behind.len()].strip_suffix('一');
    if digits.is_some_and(|digits| !digits.is_empty()) {
        return true;
    }
    behind.len() < text.len() && ends_what_is_counted(behind)
}

/// Whether nothing that is counted stands at the start of a text behind a figure, or a part of such a unit.
pub(super) fn ends_what_is_counted(behind: &str) -> bool {
    let part = |c: char| {
        !(is_han(c) || digit(c).is_some())
            || matches!(c, '角' | '毛' | '分' | '刻' | '寸' | '钱' | '錢')
            // What tells more of the whole figure: `一米五以上`.
            || matches!(c, '以' | '左' | '上' | '下' | '多' | '的' | '高' | '长' | '宽' | '深' | '起' | '至' | '到')
    };
    behind.chars().next().is_none_or(part)
}

/// Whether a Han numeral is one of the figure behind it: `一` ends a word as often (`周一5次`), a zero
/// joins parts, and a unit begins the next part (`1万2千`).
fn is_counted(c: char) -> bool {
    numeral(c).is_some() && !matches!(c, '一' | '零' | '〇')
}

/// Whether the Han numerals that a text ends with are all of a figure: `三十` of `三十5`, not `万` of `1万2千`, which are two
/// that a schema may add.
fn begins_spoken(text: &str) -> bool {
    !ends_in_digit(text.trim_end_matches(is_han_numeral))
}

/// How far a figure goes on that `after` stands behind.
pub(super) fn rest_of(after: &str) -> usize {
    extent_after(after, 0)
}

/// Where the numeral begins that the words of a share go on: of `五万分之一` a pattern that knows `万分之` has a part alone.
/// `一万分之一` says the same as `万分之一`.
fn larger_whole(text: &str, share: Range<usize>) -> Option<usize> {
    let words = text.get(share.clone())?.trim_end();
    if !words.starts_with(is_han_unit) || !words.ends_with("分之") {
        return None;
    }
    let before = &text[..share.start];
    // `数` ends words as often: `占总人数百分之五`.
    let head = before.trim_end_matches(|c| is_numeral(c) || matches!(c, '几' | '幾'));
    let is_one = matches!(&before[head.len()..], "" | "一" | "1" | "１");
    (!is_one).then_some(head.len())
}

/// Whether a character stands for a number that nobody knows: `几天`, `数十`.
pub(super) fn is_vague(c: char) -> bool {
    matches!(c, '几' | '幾' | '数' | '數')
}

/// Where a figure begins that has a letter typed for one of its digits, which a pattern for digits leaves out: `l000`, `I0`,
/// `1O0`, `O.5`. The letter of a word is none: `No5`.
pub(super) fn typed_in_letters(text: &str, start: usize) -> Option<usize> {
    let is_typed = |c: char| matches!(c, 'l' | 'I' | 'O' | 'o' | 'ｌ' | 'Ｉ' | 'Ｏ' | 'ｏ');
    let before = &text[..start];
    let letters = before.strip_suffix(is_point).unwrap_or(before);
    let head = letters.trim_end_matches(is_typed);
    let in_word = head.ends_with(|c: char| c.is_alphabetic() && !is_han(c));
    (head.len() < letters.len() && !in_word).then(|| head.trim_end_matches(is_digit).len())
}

/// Whether a sign at a place of a text is the end of a tag, as the one before the figure of `<td>5 kg</td>` is, and no word
/// for more.
pub(super) fn ends_tag(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|from| from.starts_with('>')) && closes_tag(&text[..at])
}

/// Whether what stands behind a figure multiplies it: `×10`, ` * 3次`, `×十次`.
pub(super) fn multiplies(after: &str) -> bool {
    without_times_before(after).is_some_and(|tail| tail.starts_with(is_numeral))
}

/// A text without what joins the last of two numerals to the first at its end, as in `二、三` and `两或三`; none if it has none.
fn without_or_behind(text: &str) -> Option<&str> {
    HAN_OR.iter().find_map(|word| text.strip_suffix(word))
}

/// As [`without_or_behind`], at the start.
fn without_or_before(text: &str) -> Option<&str> {
    HAN_OR.iter().find_map(|word| text.strip_prefix(word))
}

/// What joins two numerals of which one or the other is meant.
const HAN_OR: [&str; 5] = ["、", "或者", "或", "和", "与"];

/// Whether a numeral with `、` behind it numbers a clause, and is not the first of two: `一、` before `三个月`, but not before
/// `二个月`. `second` is what stands behind it.
fn numbers_clause(before: &str, second: &str) -> bool {
    let is_next = second.starts_with(['二', '两', '兩']);
    before.strip_suffix("一、").is_some_and(|head| head.trim_end().is_empty() && !is_next)
}

/// Where the sign of a figure begins that a currency or the words of a share part from it: `-$5`, `-EUR 5`, `minus $5`,
/// `(-)$5`, `-百分之5`. They end before `head`.
fn sign_before(head: &str) -> Option<usize> {
    if let Some(rest) = without_signed_bracket(head) {
        return Some(rest.len());
    }
    let minus = || {
        let rest = without_arrow(head).or_else(|| without_sign(head.trim_end()))?;
        // The hyphen of a word is none; behind a Han character stands a sign.
        let of_word = |c: char| c.is_alphanumeric() && !is_han(c);
        (!rest.ends_with(of_word)).then_some(rest)
    };
    let begins = |rest: &str| {
        // Between blanks it is the dash of a list of prices: `Tea - $5`.
        let touches = head.ends_with(is_arrow) || without_sign(head).is_some();
        rest.trim().is_empty() || rest.trim_end().ends_with(is_lead) || touches
    };
    let rest = without_minus_word(head).or_else(|| minus().filter(|rest| begins(rest)))?;
    Some(rest.len())
}

/// What stands before the currency or the words of a share that end a text, whether a pattern matched them from `from`
/// on or not; none if they do not, or the pattern matched more than that. It may have a part of a symbol: `$` of `US$`.
fn before_symbol(before: &str, from: usize) -> Option<&str> {
    let (head, matched) = before.split_at_checked(from)?;
    let matched = matched.trim_end();
    if matched.is_empty() {
        return without_currency_behind(before);
    }
    // A word may be a currency that is not known here.
    let is_symbol = matched.chars().all(|c| is_currency(c) || c.is_ascii_uppercase())
        || matched.ends_with("分之")
        || without_currency_behind(matched).is_some_and(str::is_empty);
    if !is_symbol {
        return None;
    }
    Some(if matched.starts_with(is_currency) { without_letters(head) } else { head })
}

/// Where a minus ends that a currency parts from its figure, as ledgers print it: `5 USD-`, `5元 -`. The figure ends at
/// `end`, what a pattern matches at `to`; `in_front` is whether a currency stands before it.
fn minus_behind_symbol(text: &str, end: usize, to: usize, in_front: bool) -> Option<usize> {
    let matched = text.get(end..to)?.trim().trim_start_matches(is_han_unit).trim_start();
    let after = &text[to..];
    let (tail, behind) = if matched.is_empty() {
        let tail = without_currency_before(after.trim_start());
        (tail.unwrap_or(after), tail.is_some())
    } else {
        (after, without_currency_before(matched).is_some_and(str::is_empty))
    };
    if !behind && !in_front {
        return None;
    }
    let gap = tail.trim_start();
    let rest = gap.strip_prefix(is_minus)?;
    // Between blanks it is a dash, and before another amount that of a range.
    let ends = rest.trim().is_empty() || (gap.len() == tail.len() && !goes_on(rest));
    let to_amount = rest.trim_start().starts_with(|c| is_digit(c) || is_currency(c));
    (ends && !to_amount).then_some(text.len() - rest.len())
}

/// The figure with the sign beside it that makes a bound of it, and that the pattern leaves out: `<5`, `≥ $5`, `200 mg/L+`;
/// none if it has none.
pub(super) fn longer_bound(
    text: &str,
    figure: &Range<usize>,
    within: &Range<usize>,
) -> Option<Range<usize>> {
    let lead = before_symbol(&text[..figure.start], within.start);
    let own = || (figure.start == within.start).then(|| &text[..figure.start]);
    let start = lead.or_else(own).and_then(|lead| bound_before(lead, &text[figure.end..]));
    let end = bound_behind(text, figure, within);
    let is_bound = start.is_some() || end.is_some();
    is_bound.then(|| start.unwrap_or(figure.start)..end.unwrap_or(figure.end))
}

/// Where the sign begins that makes a bound of the figure behind it: `<5`, `≥ $5`, `&lt;5`. `before` ends with the sign,
/// `after` stands behind the figure. Blanks may part it from its figure unless it is a `>`, which quotes and menus have
/// as well. What closes a tag or is a part of an arrow is none: `<td>5</td>`, `->5`.
fn bound_before(before: &str, after: &str) -> Option<usize> {
    let near = before.trim_end_matches(['~', '～', '≈', '约', '約']);
    let gap = near.trim_end();
    let plain = gap
        .strip_suffix(['≤', '≥', '≦', '≧', '⩽', '⩾', '≲', '≳', '≮', '≯', '＜', '＞', '﹤', '﹥'])
        .or_else(|| ["<=", ">=", "&le;", "&ge;"].iter().find_map(|sign| gap.strip_suffix(sign)));
    let less = || {
        let head = gap.strip_suffix("&lt;").or_else(|| gap.strip_suffix('<'))?;
        // What stands between both is a tag or an address: `<5551234@example.org>`.
        let word = after.split_whitespace().next().unwrap_or_default();
        let closed =
            after.trim_start().starts_with('<') || word.contains('>') || word.contains("&gt;");
        (!closed && !head.ends_with(['<', '>', '-', '='])).then_some(head)
    };
    let more = || {
        let head = near.strip_suffix("&gt;").or_else(|| near.strip_suffix('>'))?;
        (!head.ends_with(is_before_no_bound) && !closes_tag(head)).then_some(head)
    };
    Some(plain.or_else(less).or_else(more)?.len())
}

/// What stands before a `>` that ends a tag, an arrow or a mark of a quote.
fn is_before_no_bound(c: char) -> bool {
    is_dash(c) || matches!(c, '=' | '>' | '<' | '/' | '"' | '\'' | '?' | ';')
}

/// Whether a `>` behind a text closes a tag of a markup that stands open there, `<td`, `&lt;td`, or the priority of a line of
/// a log, `<14`.
fn closes_tag(text: &str) -> bool {
    let near = &text[text.ceil_char_boundary(text.len().saturating_sub(LONGEST_TAG))..];
    let behind = |open: &str, ends: &[char]| {
        let (_, inside) = near.rsplit_once(open)?;
        (!inside.contains(ends)).then_some(inside)
    };
    behind("<", &['>']).or_else(|| behind("&lt;", &['>', ';'])).is_some_and(|inside| {
        inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
            || (!inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// How many bytes of a tag are looked through for where it begins.
const LONGEST_TAG: usize = 512;

/// Where a plus ends that makes a bound of the figure before it, or of its unit: `5+`, `200 mg/L+`, `$5+`. What is
/// added stands behind another one, `5+3`, and a name may end with it, `CD4+`.
fn bound_behind(text: &str, figure: &Range<usize>, within: &Range<usize>) -> Option<usize> {
    let matched = text.get(figure.end..within.end)?;
    let after = &text[within.end..];
    let bare = || without_currency_before(after).or_else(|| after.strip_prefix(is_share));
    let tail = if matched.is_empty() { bare().unwrap_or(after) } else { after };
    let rest = tail.strip_prefix(is_plus)?;
    let next = rest.trim_start();
    let is_amount = |c| is_numeral(c) || is_digit(c) || is_currency(c) || c == '半';
    let adds = next.starts_with(|c| is_amount(c) || is_sign(c) || is_plus(c));
    let goes_on = rest
        .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '=' | '-'))
        && !(rest.starts_with(is_han) && is_counted_in(rest));
    let of_name = text[..figure.start].ends_with(|c: char| c.is_alphabetic() && !is_han(c));
    let is_unit = !matched.contains(is_digit);
    (is_unit && !adds && !goes_on && !of_name).then_some(text.len() - rest.len())
}

/// Whether a word goes on behind a minus, so that it is a hyphen or a dash.
fn goes_on(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric() || is_dash(c) || is_sign(c) || c == '>')
}

/// A text without the currency at its end, blanks behind it or not: `US$`, `EUR`, `人民币`; none if it has none.
pub(super) fn without_currency_behind(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let signs = text.trim_end_matches(is_currency);
    if signs.len() < text.len() {
        return Some(without_letters(signs));
    }
    if text.ends_with(is_han) {
        return CURRENCIES.iter().find_map(|word| text.strip_suffix(word));
    }
    let (head, code) = text.split_at_checked(text.len().checked_sub(3)?)?;
    let of_word = |c: char| c.is_alphanumeric() && !is_han(c);
    (is_code(code) && !head.ends_with(of_word)).then_some(head)
}

/// As [`without_currency_behind`], at the start.
pub(super) fn without_currency_before(text: &str) -> Option<&str> {
    let signs = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let tail = signs.trim_start_matches(is_currency);
    if tail.len() < signs.len() && text.len() - signs.len() <= LETTERS {
        return Some(tail);
    }
    if text.starts_with(is_han) {
        return CURRENCIES.iter().find_map(|word| text.strip_prefix(word));
    }
    let (code, tail) = text.split_at_checked(3)?;
    (is_code(code) && !tail.starts_with(char::is_alphanumeric)).then_some(tail)
}

/// A text without the letters that make another currency of a sign behind them: `US` of `US$`. Those of a word are
/// none.
fn without_letters(text: &str) -> &str {
    let head = text.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let of_word = text.len() - head.len() > LETTERS || head.ends_with(char::is_alphanumeric);
    if of_word { text } else { head }
}

/// How many letters at most stand before the sign of a currency.
const LETTERS: usize = 3;

/// Whether a word is the code of a currency, which may be written small where it is no other word.
fn is_code(word: &str) -> bool {
    CODES.contains(&word) || CODES[..4].iter().any(|code| code.eq_ignore_ascii_case(word))
}

/// Codes of currencies.
const CODES: [&str; 36] = [
    "EUR", "USD", "GBP", "RMB", "CNY", "JPY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "TRY", "RUB", "UAH", "INR", "KRW", "SGD", "HKD", "TWD", "THB",
    "IDR", "MYR", "PHP", "VND", "BRL", "MXN", "ZAR", "ILS", "SAR", "AED",
];

/// Words for currencies, the longest first.
const CURRENCIES: [&str; 20] = [
    "新台币",
    "元人民币",
    "人民币",
    "块钱",
    "美元",
    "美金",
    "欧元",
    "英镑",
    "日元",
    "日圆",
    "港元",
    "港币",
    "澳元",
    "加元",
    "韩元",
    "台币",
    "卢布",
    "元",
    "块",
    "圆",
];

/// Whether a word is one for a currency: `元`.
pub(super) fn is_word_of_money(word: &str) -> bool {
    CURRENCIES.contains(&word)
}

/// A text without the sign of a figure in brackets at its end, or before the bracket of its figure: `(-)5`, `-(5)`;
/// none if it has none.
fn without_signed_bracket(before: &str) -> Option<&str> {
    let gap = before.trim_end();
    let closed = gap.strip_suffix([')', '）']).map(str::trim_end);
    let inside = closed.and_then(without_sign).map(str::trim_end);
    let opened = gap.strip_suffix(['(', '（']).map(str::trim_end);
    let in_front = opened.and_then(without_sign).filter(|head| head.trim().is_empty());
    inside.and_then(|head| head.strip_suffix(['(', '（'])).or(in_front)
}

/// How many bytes before a figure join it to more of a figure. `after` is what stands behind it.
fn joined_before(before: &str, figure: &str, after: &str) -> Option<usize> {
    let seen = before.trim_end_matches(is_unseen);
    if seen.len() < before.len() {
        return Some(before.len() - seen.len() + joined_before(seen, figure, after)?);
    }
    let last = before.chars().next_back()?;
    let first = figure.chars().next()?;
    let rest = &before[..before.len() - last.len_utf8()];
    let joined = before.len() - rest.len();
    if is_digit(last) {
        return Some(0);
    }
    // `1 ½`.
    if fraction(first).is_some() && last.is_whitespace() && ends_in_digit(rest) {
        return Some(joined);
    }
    // The part of `5 and 1/2` or `5又1/2` without what is whole.
    if is_fraction(figure) || fraction(first).is_some() {
        let gap = before.trim_end();
        let head = gap.strip_suffix('又').or_else(|| {
            joining().find_map(|word| {
                let head = without_word_behind(gap, word)?;
                let is_word = word.starts_with(char::is_alphabetic);
                (!is_word || head.ends_with(char::is_whitespace)).then_some(head)
            })
        });
        if let Some(head) = head.map(str::trim_end).filter(|head| ends_in_digit(head)) {
            return Some(before.len() - head.len());
        }
    }
    // A part of a whole: `三分之一`.
    if let Some(head) = before.strip_suffix("分之")
        && head.ends_with(is_numeral)
    {
        return Some(before.len() - head.len());
    }
    if is_mark(last) && ends_in_digit(rest) {
        return Some(joined);
    }
    // The point of a fraction, which ends no word: `.5`. Several of them are between two
    // figures, `1..5`, or an ellipsis, and none of those is the point of a fraction: `5 kg...8`.
    if is_point(last) {
        let head = rest.trim_end_matches(is_point);
        let joint = if is_point(first) {
            true
        } else if head.len() == rest.len() {
            !rest.ends_with(char::is_alphanumeric)
        } else {
            ends_in_digit(head)
        };
        return joint.then_some(before.len() - head.len());
    }
    // The end of a word, or the point of a fraction: `page.5`.
    if is_point(first) && last.is_alphanumeric() {
        return Some(joined);
    }
    // How far off the figure before may be: `5 ± 0.2`, `5+/-0.2`, of which a pattern may have the minus.
    let off = if is_minus(first) { before.strip_suffix("+/") } else { None };
    let gap = before.trim_end();
    let off = off.or_else(|| gap.strip_suffix("+/-")).or_else(|| gap.strip_suffix('±'));
    if let Some(head) = off {
        return Some(before.len() - head.len());
    }
    // The hyphen of a word, or the dash behind the unit of a figure, taken for a minus: `B-12`, `20 °C-30 °C`.
    if is_minus(first)
        && let Some(joint) = word_before_dash(before)
    {
        return Some(joint);
    }
    // The dash of a range whose first end has something in brackets behind it: `5%(incl.)-10%`.
    if is_minus(first) && matches!(narrow(last), ')' | ']') {
        return Some(joined);
    }
    if is_exponent(last) && ends_in_digit(rest) {
        return Some(joined);
    }
    // The sign of an exponent: `1.5E+03`.
    if digit(first).is_some()
        && (is_sign(last) || is_plus(last))
        && let Some(mantissa) = rest.strip_suffix(is_exponent)
        && ends_in_digit(mantissa)
    {
        return Some(before.len() - mantissa.len());
    }
    let spoken = is_han_numeral(first);
    // It joins the parts of a sum: `一年零三个月`.
    if last == '零' && spoken && rest.ends_with(|c| is_han(c) && !is_han_numeral(c)) {
        return None;
    }
    // The last of two, of which it is one or the other: `二、三个月`. Tens of which the unit is no other: `廿一`.
    if spoken
        && let Some(head) = without_or_behind(before)
        && head.ends_with(is_han_numeral)
        && !numbers_clause(before, figure)
    {
        return Some(before.len() - head.len());
    }
    if matches!(last, '廿' | '卅' | '卌') && is_numeral(first) {
        return Some(joined);
    }
    let counted = || is_counted(last) || (is_han_unit(last) && begins_spoken(before));
    if is_han_numeral(last) && (spoken || (digit(first).is_some() && counted())) {
        return Some(0);
    }
    // Tens, hundreds: nobody knows how many.
    if is_han_unit(first) && matches!(last, '几' | '幾' | '数' | '數') {
        return Some(joined);
    }
    if first == '半' && last == '个' && rest.chars().next_back().is_some_and(is_numeral) {
        return Some(joined);
    }
    // More or less than a half: `大半年`.
    if first == '半' && matches!(last, '大' | '小') {
        return Some(joined);
    }
    // The decimals behind a point in words, and one or a full stop that is typed for another mark: `3点5元`, `9一12`, `89。5`.
    if digit(first).is_some() || spoken {
        let is_point = matches!(last, '点' | '點')
            && rest.chars().next_back().is_some_and(is_numeral)
            && is_of_amount(after);
        let is_typed = (last == '一' && !after.is_empty())
            || (last == '。' && is_short_run(figure) && is_of_amount(after));
        let is_typed = is_typed && digit(first).is_some() && ends_in_digit(rest);
        if is_point || is_typed {
            return Some(joined);
        }
    }
    // A dash, or more of them, with a digit before: the sign of the figure may be one.
    let dashes = gap.trim_end_matches(is_dash);
    if dashes.len() < gap.len() || is_dash(first) {
        let head = dashes.trim_end();
        if ends_in_digit(head) {
            return Some(before.len() - head.len());
        }
    }
    if digit(first).is_some() || spoken {
        if let Some(head) = without_minus_word(before) {
            return Some(before.len() - head.len());
        }
        if let Some(head) = without_to_behind(before)
            && head.chars().next_back().is_some_and(is_numeral)
        {
            return Some(before.len() - head.len());
        }
    }
    // The first end is a share: `5% to 6%`.
    let first_end = || {
        let head = if dashes.len() < gap.len() { Some(dashes) } else { without_to_behind(before) };
        let head = head.map(str::trim_end)?.strip_suffix(is_share)?.trim_end();
        ends_in_digit(head).then_some(head)
    };
    if digit(first).is_some()
        && joins_shares(
            dashes.len() < before.len() && !dashes.ends_with(char::is_whitespace),
            figure,
            after,
        )
        && let Some(head) = first_end()
    {
        return Some(before.len() - head.len());
    }
    let slash = || {
        let head = gap.strip_suffix(is_slash)?;
        (is_amount(figure) && is_amount(last_figure(head))).then_some(head)
    };
    let divided = slash().or_else(|| {
        let head = without_between_behind(gap);
        head.or_else(|| {
            let head = gap.strip_suffix('：')?.trim_end();
            let lead = head.trim_end_matches(is_digit);
            joins_by_colon(lead, &head[lead.len()..], figure, after).then_some(head)
        })
    });
    if let Some(head) = divided.map(str::trim_end).filter(|head| ends_in_digit(head))
        && digit(first).is_some()
    {
        return Some(before.len() - head.len());
    }
    // A factor: `500*3`.
    if let Some(head) = without_times_behind(before).filter(|head| ends_in_digit(head)) {
        return Some(before.len() - head.len());
    }
    if digit(first).is_some()
        && let Some(head) = without_signed_bracket(before)
    {
        return Some(before.len() - head.len());
    }
    if digit(first).is_some() && without_sign(before).or_else(|| without_arrow(before)).is_some() {
        let hyphen = rest.chars().next_back().is_some_and(|c| c.is_alphabetic() && !is_han(c));
        return (!hyphen).then_some(joined);
    }
    // A sign that blanks part from its figure. Behind other text it is a dash.
    if digit(first).is_some() && gap.len() < before.len() {
        let head = without_sign(gap);
        if let Some(head) = head.filter(|head| head.trim().is_empty()) {
            return Some(before.len() - head.len());
        }
    }
    // `1 200`: a group of three behind one to three digits. No figure that stands by
    // itself begins with a zero, unless a fraction follows: `3 0`.
    let goes_on = leading_digits(figure) == 3 || begins_with_zero(figure) || is_fraction(figure);
    if last.is_whitespace() && goes_on {
        let digits = rest.chars().rev().take_while(|c| digit(*c).is_some()).take(4).count();
        if (1..=3).contains(&digits) && !(is_zero(figure) && digits > 1) {
            return Some(joined);
        }
    }
    None
}

/// How many bytes behind a figure join it to more of a figure. `before` is what stands before it.
fn joined_after(before: &str, figure: &str, after: &str) -> Option<usize> {
    let seen = after.trim_start_matches(is_unseen);
    if seen.len() < after.len() {
        return Some(after.len() - seen.len() + joined_after(before, figure, seen)?);
    }
    let first = after.chars().next()?;
    let rest = &after[first.len_utf8()..];
    let joined = first.len_utf8();
    let last = figure.chars().next_back()?;
    if is_digit(first) {
        return Some(0);
    }
    if let Some(tail) = after.strip_prefix("分之")
        && tail.starts_with(is_numeral)
    {
        return Some(after.len() - tail.len());
    }
    if is_mark(first) && begins_with_digit(rest) {
        return Some(joined);
    }
    // `5½`, `5²`.
    if is_fraction_or_power(first) && digit(last).is_some() {
        return Some(0);
    }
    // Points between two figures: `5..6`.
    if is_point(first) {
        let tail = rest.trim_start_matches(is_point);
        if begins_with_digit(tail) {
            return Some(after.len() - tail.len());
        }
    }
    if is_exponent(first) {
        let power = rest.strip_prefix(|c| is_sign(c) || is_plus(c)).unwrap_or(rest);
        if begins_with_digit(power) {
            return Some(after.len() - power.len());
        }
    }
    if is_han_unit(first) || (is_han_numeral(last) && is_han_numeral(first)) {
        return Some(0);
    }
    if digit(last).is_some() && (is_han_numeral(first) || first == '半') && first != '一' {
        return Some(0);
    }
    // Typed for a dash and for a point: `9一12`, `89。5`.
    if digit(last).is_some()
        && begins_with_digit(rest)
        && let behind = rest.trim_start_matches(|c| digit(c).is_some())
        && ((first == '一' && !behind.is_empty())
            || (first == '。' && is_short_run(rest) && is_of_amount(behind)))
    {
        return Some(joined);
    }
    if is_han_numeral(last)
        && let Some(tail) = without_or_before(after)
        && tail.starts_with(is_han_numeral)
        && let rest = tail.trim_start_matches(is_han_numeral)
        && !rest.starts_with("分之")
        && ends_what_is_counted(rest)
    {
        return Some(after.len() - tail.len());
    }
    if matches!(first, '点' | '點')
        && ((is_han_numeral(last) && begins_with_numeral(rest))
            || (digit(last).is_some() && begins_with_digit(rest)))
    {
        return Some(joined);
    }
    // Nobody knows how many: `十几`.
    if is_han_unit(last) && matches!(first, '几' | '幾') {
        return Some(joined);
    }
    // More than so many tens of thousands: `10余万`.
    if matches!(first, '余' | '餘' | '多' | '来') && rest.starts_with(is_han_unit) {
        return Some(joined);
    }
    if after.starts_with("个半") {
        return Some("个半".len());
    }
    let gap = after.trim_start();
    if gap.len() < after.len() && digit(last).is_some() && gap.starts_with(is_fraction_or_power) {
        return Some(after.len() - gap.len());
    }
    if digit(last).is_some()
        && let Some(tail) =
            without_multiplier(before, figure, after).or_else(|| without_part_in_words(after))
    {
        return Some(after.len() - tail.len());
    }
    if let Some(tail) = without_to_before(after).filter(|tail| tail.starts_with(is_numeral)) {
        return Some(after.len() - tail.len());
    }
    let slash = || {
        let tail = gap.strip_prefix(is_slash)?;
        (is_amount(figure) && is_amount(first_figure(tail))).then_some(tail)
    };
    let colon = || {
        let tail = gap.strip_prefix('：')?.trim_start();
        let second = first_figure(tail);
        joins_by_colon(before, figure, second, &tail[second.len()..]).then_some(tail)
    };
    let between =
        slash().or_else(colon).or_else(|| without_between_before(gap)).map(str::trim_start);
    if let Some(tail) = between.filter(|tail| begins_with_digit(tail)) {
        return Some(after.len() - tail.len());
    }
    // A range of shares: `5%-6%`.
    if let Some(tail) = gap.strip_prefix(is_share)
        && let Some(end) =
            tail.trim_start().strip_prefix(is_dash).or_else(|| without_to_before(tail))
        && let second = end.trim_start_matches(|c| is_dash(c) || c.is_whitespace())
        && begins_with_digit(second)
        && joins_shares(
            tail.trim_start_matches(is_dash) == second,
            first_figure(second),
            second.trim_start_matches(is_part),
        )
    {
        return Some(after.len() - second.len());
    }
    // A power of ten: `5 x 10^3`.
    if let Some(tail) = gap.strip_prefix(['x', 'X']).map(str::trim_start)
        && let Some(power) = tail.strip_prefix("10")
        && power.starts_with(|c| c == '^' || is_fraction_or_power(c))
    {
        return Some(after.len() - tail.len());
    }
    let behind = gap.trim_start_matches(is_dash);
    if behind.len() < gap.len() {
        let tail = behind.trim_start();
        if begins_with_digit(tail) {
            return Some(after.len() - tail.len());
        }
    }
    // A minus behind the figure, as ledgers print it: `5-`. Behind it no word goes on.
    if is_minus(first) && digit(last).is_some() && !goes_on(rest) {
        return Some(joined);
    }
    // With a blank before it, or as another dash, it is one only at the end of a text: `5 -`, `5–`.
    if let Some(tail) = gap.strip_prefix(|c| is_minus(c) || matches!(c, '–' | '‐' | '‑' | '‒'))
        && digit(last).is_some()
        && tail.trim().is_empty()
    {
        return Some(after.len() - tail.len());
    }
    if let Some(tail) = without_times_before(after).filter(|tail| begins_with_digit(tail)) {
        return Some(after.len() - tail.len());
    }
    if first.is_whitespace()
        && (leading_digits(rest) == 3 || begins_with_zero(rest) || is_fraction(rest))
        && !(is_zero(rest) && leading_digits(figure) > 1)
    {
        let digits = figure.trim_start_matches(|c| is_minus(c) || c == '+');
        if (1..=3).contains(&digits.chars().count())
            && leading_digits(digits) <= 3
            && digits.chars().all(|c| digit(c).is_some())
        {
            return Some(joined);
        }
    }
    None
}

/// How long the word is that touches a dash behind it, or the unit and its figure: `B` of `B-12`, `20 °C` of `20 °C-30 °C`,
/// `5€` of `5€-10€`. Behind a currency alone, and behind a word of a script without blanks, a dash is a minus: `EUR-5`,
/// `气温-5`.
fn word_before_dash(before: &str) -> Option<usize> {
    let head = before.trim_end_matches(|c: char| c.is_lowercase() || c.is_uppercase());
    let unit = head.trim_end_matches(|c: char| is_currency(c) || matches!(c, '°' | '℃' | '℉'));
    let figure = unit.trim_end();
    if unit.len() < before.len() && ends_in_digit(figure) {
        return Some(before.len() - figure.len());
    }
    let is_word = head.len() < before.len() && without_currency_behind(before).is_none();
    is_word.then(|| before.len() - head.len())
}

/// Whether a text begins with a currency or a sign of a share. Behind another mark than a point digits are decimals before
/// these, `3点5元`, and another figure as often before anything else: `8点1粒`, `总分100。2班`.
fn is_of_amount(after: &str) -> bool {
    without_currency_before(after.trim_start()).is_some() || after.starts_with(is_share)
}

/// Whether a text begins with one or two digits, as decimals are, and no more of them.
fn is_short_run(text: &str) -> bool {
    matches!(leading_digits(text), 1 | 2)
}

/// How far a figure reaches before a joint of so many bytes.
fn extent(before: &str, joint: usize) -> usize {
    let head = &before[..before.len() - joint];
    let part = head.chars().rev().take_while(|c| is_part(*c)).take(SHOWN);
    joint + part.map(char::len_utf8).sum::<usize>()
}

/// How far a figure reaches behind a joint of so many bytes.
fn extent_after(after: &str, joint: usize) -> usize {
    let tail = &after[joint..];
    let part = tail.chars().take_while(|c| is_part(*c)).take(SHOWN);
    let end = joint + part.map(char::len_utf8).sum::<usize>();
    // A mark that ends the sentence is none of the figure's.
    after[..end].trim_end_matches(is_mark).len().max(joint)
}

pub(super) fn is_part(c: char) -> bool {
    is_digit(c) || is_numeral(c) || is_mark(c) || is_dash(c) || is_fraction_or_power(c) || c == '半'
}

/// How many digits a text begins with; a digit behind a mark is none of them.
fn leading_digits(text: &str) -> usize {
    text.chars().take_while(|c| digit(*c).is_some()).take(4).count()
}

/// Whether a text begins with a whole figure that begins with a zero: `0` and `05`, not `0.5`.
fn begins_with_zero(text: &str) -> bool {
    let behind = text.trim_start_matches(|c| digit(c).is_some());
    text.chars().next().and_then(digit) == Some(0) && !behind.starts_with(is_mark)
}

/// Whether a text begins with a zero alone, which behind more than one digit is a figure of its own: `200 0`.
fn is_zero(text: &str) -> bool {
    begins_with_zero(text) && leading_digits(text) == 1 && !is_fraction(text)
}

/// Whether a text begins with a fraction: `1/2`.
fn is_fraction(text: &str) -> bool {
    let behind = text.trim_start_matches(|c| digit(c).is_some());
    behind.len() < text.len() && behind.strip_prefix(is_slash).is_some_and(begins_with_digit)
}

/// Whether a figure behind a share and a dash or `to` is the other end of a range of shares: it is one itself, or the
/// dash touches both and nothing counted stands behind it (`5%-10`, but `5% - 6 people`).
fn joins_shares(touches: bool, figure: &str, after: &str) -> bool {
    let rest = after.trim_start();
    let is_one = figure.trim_end().ends_with(is_share) || rest.starts_with(is_share);
    is_one || (touches && !rest.starts_with(char::is_alphanumeric))
}

/// Whether `：` between two figures makes a ratio, a score, a titre or a time of them, as in `5：6`, `中国3：2日本`,
/// `ANA 1：160` and `at 12：30`. `lead` stands before the first, `behind` behind the second. It does unless the first
/// numbers the word before it, `Option 1：5`, or the second counts something behind it, `套餐1：5元`.
fn joins_by_colon(lead: &str, first: &str, second: &str, behind: &str) -> bool {
    if !ends_in_digit(first) {
        return false;
    }
    let is_time = first.parse().is_ok_and(|hour: u8| hour <= 24)
        && leading_digits(second) == 2
        && !second.starts_with(['6', '7', '8', '9']);
    let gap = lead.trim_end();
    let word = &gap[gap.trim_end_matches(|c: char| c.is_alphabetic() && !is_han(c)).len()..];
    let touches = gap.len() == lead.len();
    let is_bare = !behind.starts_with(char::is_alphanumeric);
    if gap.is_empty() || gap.ends_with(is_lead) {
        true
    } else if gap.ends_with(is_han) || gap.ends_with([')', '）']) {
        let is_ratio = gap.ends_with(['比', '为', '以', '按'])
            || ["比分", "比例"].iter().any(|word| gap.ends_with(word));
        is_ratio
            || (is_time && (is_bare || !touches || ends_in_time_word(gap)))
            || !(gap.ends_with('第')
                || ends_in_han_label(gap)
                || is_counted_in(behind.trim_start()))
    } else if word.is_empty() || touches {
        // `ANA1：160阳性`, but not `Q1：5`.
        let is_said = behind.starts_with(is_han) && !is_counted_in(behind);
        let is_named = word.chars().count() > 1 && !ends_in_known_label(word);
        (is_time && (is_bare || !touches)) || (is_said && is_named)
    } else {
        !ends_in_known_label(word) && (is_time || !is_counted_in(behind))
    }
}

/// Whether a text behind a figure begins with what the figure counts: a unit in letters, a currency, or a measure word,
/// but not one that a name begins with (`日本` of a score).
fn is_counted_in(text: &str) -> bool {
    let unit = text.trim_start_matches(is_han_numeral);
    let is_name = || SIDES.iter().any(|name| unit.starts_with(name));
    let is_measured = || {
        unit.starts_with(MEASURES)
            || LONG_MEASURES.iter().any(|word| unit.starts_with(word))
            || without_currency_before(unit).is_some()
    };
    unit.starts_with(|c: char| c.is_alphanumeric() && !is_han(c)) || (is_measured() && !is_name())
}

/// Measure words that things are counted by, and units.
const MEASURES: [char; 114] = [
    '元', '块', '塊', '角', '分', '人', '名', '位', '口', '个', '個', '只', '隻', '条', '條', '件',
    '份', '套', '组', '組', '次', '回', '天', '日', '晚', '周', '月', '年', '岁', '歲', '时', '時',
    '秒', '米', '厘', '毫', '克', '斤', '吨', '升', '寸', '度', '层', '層', '楼', '室', '间', '間',
    '张', '張', '页', '頁', '题', '題', '道', '例', '种', '種', '类', '類', '型', '瓶', '盒', '箱',
    '袋', '包', '片', '粒', '颗', '支', '台', '辆', '部', '本', '册', '节', '课', '期', '章', '段',
    '步', '项', '項', '号', '號', '级', '級', '折', '大', '代', '班', '以', '桌', '桶', '棵', '朵',
    '匹', '副', '幅', '篇', '句', '枚', '滴', '串', '碗', '杯', '集', '座', '路', '家', '单', '星',
    '荤', '菜',
];

/// Measure words whose first character begins other words as well.
const LONG_MEASURES: [&str; 9] =
    ["小时", "小時", "公斤", "公里", "公分", "平方", "平米", "英寸", "英尺"];

/// Names of teams and of what they come from that begin with a measure word.
const SIDES: [&str; 15] = [
    "日本",
    "米兰",
    "米蘭",
    "米德",
    "克罗",
    "克羅",
    "天津",
    "台北",
    "台湾",
    "台灣",
    "名古屋",
    "大阪",
    "大连",
    "大連",
    "本菲",
];

/// Whether a figure is no date and no time, of which a slash between blanks makes no fraction: `2024-01-05 / 10:30`.
fn is_amount(figure: &str) -> bool {
    let digits = figure.trim().trim_start_matches(is_sign);
    let marks =
        digits.chars().filter(|c| is_dash(*c) || matches!(c, '/' | '.' | ':' | '：')).count();
    marks < 2 && !digits.contains(|c: char| c.is_alphabetic() || matches!(c, ':' | '：'))
}

/// The figure that a text begins with.
fn first_figure(text: &str) -> &str {
    let gap = text.trim_start();
    &gap[..gap.len() - gap.trim_start_matches(is_part).len()]
}

/// The figure that a text ends with.
fn last_figure(text: &str) -> &str {
    let gap = text.trim_end();
    &gap[gap.trim_end_matches(is_part).len()..]
}

/// A text without a minus in words at its end, in brackets or before the bracket of its figure: `minus 5`, `(minus) 5`,
/// `负（5）`, `minus: 5`; none if it has none. Of the words for a minus those that name a result as often have no marks
/// behind them (`Negative: 5`, `3 胜（2 负）`).
fn without_minus_word(text: &str) -> Option<&str> {
    let gap = text.trim_end();
    if let Some(marked) = gap.strip_suffix([':', '：', '(', '（', ')', '）']) {
        let marked = marked.trim_end();
        let closes = gap.ends_with([')', '）']);
        let colon = gap.ends_with([':', '：']);
        let minus = without_word_behind(marked, "minus")
            .filter(|head| !head.ends_with(char::is_alphanumeric));
        let word = minus.or_else(|| marked.strip_suffix(['负', '負']).filter(|_| !colon))?;
        let head = word.trim_end();
        if closes {
            return head.strip_suffix(['(', '（']);
        }
        let begins = head.is_empty() || head.ends_with(is_lead);
        if minus.is_none() {
            return begins.then_some(word);
        }
        let head = head.trim_end_matches([',', '，', ';', '；']).trim_end();
        let of_two = head.trim_end_matches(is_part).trim_end().strip_suffix([':', '：']);
        // Of two columns one is headed so: `Plus: 3 Minus: 5`.
        let is_column = of_two.is_some_and(|head| without_word_behind(head, "plus").is_some());
        let is_label = ends_in_grade(head) || (colon && is_column);
        return (!is_label).then_some(word);
    }
    if let Some(head) = gap.strip_suffix("零下") {
        return Some(head);
    }
    if let Some(head) = gap.strip_suffix(['负', '負']) {
        return (!head.ends_with(is_han)).then_some(head);
    }
    let apart = |head: &&str| !head.ends_with(char::is_alphanumeric);
    if let Some(head) = without_word_behind(gap, "minus").filter(apart) {
        return Some(head);
    }
    let dotless = gap.strip_suffix('.').filter(|head| without_word_behind(head, "neg").is_some());
    let head = without_negative_behind(dotless.unwrap_or(gap))?;
    // A result of a laboratory has a group of blood before it, `O neg 5`, `Rh neg 5`, or what was looked at before its
    // point: `Test neg. 5 mg`. Any other word has an amount below zero: `Saldo neg. 5`.
    let lead = head.trim_end();
    let sign = &lead[lead.trim_end_matches(char::is_alphabetic).len()..];
    let is_test = dotless.is_some() && TESTS.iter().any(|test| test.eq_ignore_ascii_case(sign));
    let is_result = is_test || ["A", "B", "AB", "O", "Rh", "RH"].contains(&sign);
    Some(head).filter(apart).filter(|_| !is_result)
}

/// Whether a text ends with a letter that a minus behind it makes a lower grade of: `Grade B minus`. Behind other words a
/// letter names one of several, of which the figure may be below zero: `Account B minus: 5`.
fn ends_in_grade(text: &str) -> bool {
    let head = text.trim_end_matches(|c: char| matches!(c, 'A'..='F'));
    let lead = head.trim_end();
    let is_grade = ["grade", "note", "rating", "class", "mark"];
    text.len() - head.len() == 1
        && (lead.is_empty()
            || lead.len() < head.len()
                && is_grade.iter().any(|word| without_word_behind(lead, word).is_some()))
}

/// Words for what is looked at in a laboratory.
const TESTS: [&str; 19] = [
    "test",
    "schnelltest",
    "pcr",
    "culture",
    "smear",
    "antigen",
    "hiv",
    "hcv",
    "hbsag",
    "covid",
    "mrsa",
    "influenza",
    "malaria",
    "urin",
    "urine",
    "nitrit",
    "nitrite",
    "befund",
    "abstrich",
];

/// A text without the word or the letter that multiplies a figure before it at its start: `k`, `M`, ` million`, `兆`,
/// ` 余万`; none if it has none. Letters of a unit are none (`5 kg`, `5 MB`, `5 m`), nor is the `兆` of one (`5兆瓦`,
/// `512兆内存`). `before` is what stands before the figure.
fn without_multiplier<'t>(before: &str, figure: &str, text: &'t str) -> Option<&'t str> {
    let ends = |tail: &&str| !tail.starts_with(|c: char| c.is_alphanumeric() || c == '\'');
    let is_money =
        |tail: &str| without_currency_behind(before).is_some() || begins_with_money(tail);
    if let Some(tail) = text.strip_prefix(['k', 'K', 'M']) {
        let tells_more = tail.starts_with(TELLS_MORE) || begins_with_money(tail);
        let letter = &text[..text.len() - tail.len()];
        let multiplies = (ends(&tail) || tells_more)
            && (is_money(tail) || !is_letter_of_unit(before, figure, letter, tail));
        return multiplies.then_some(tail);
    }
    if let Some(tail) = text.strip_prefix(['w', 'W']) {
        let letter = &text[..text.len() - tail.len()];
        return counts_in_w(before, figure, letter, tail).then_some(tail);
    }
    if let Some(tail) = without_hangul_unit(text) {
        return Some(tail);
    }
    let gap = text.trim_start();
    if let Some(tail) = gap.strip_prefix('兆') {
        let next = tail.trim_start();
        let is_unit = next.starts_with(|c: char| c.is_ascii_alphabetic()) || begins_with_mega(next);
        return (begins_with_money(next) || !is_unit).then_some(tail);
    }
    let more = gap.trim_start_matches(['余', '餘', '多', '来', '几']);
    let units = more.trim_start_matches(is_han_unit);
    let large = more[..more.len() - units.len()].contains(['万', '萬', '亿', '億']);
    if large {
        return Some(units);
    }
    let bracket = gap.strip_prefix(['(', '（']).map(str::trim_start);
    let word = bracket.unwrap_or_else(|| gap.strip_prefix('-').unwrap_or(gap));
    MULTIPLIERS.iter().find_map(|name| {
        let tail = without_word(word, name)?;
        let ending = tail.trim_start_matches(char::is_alphabetic);
        let declined =
            !name.is_ascii() && tail[..tail.len() - ending.len()].chars().count() <= ENDING;
        let plural = if declined { Some(ending) } else { tail.strip_prefix(['s', 'S']) };
        let plural = plural.filter(ends).unwrap_or(tail);
        let is_several = plural.len() < tail.len();
        let is_short = name.len() <= 3 || !name.is_ascii();
        let tail = plural.strip_prefix('.').filter(|_| is_short).unwrap_or(plural);
        let tail =
            if bracket.is_some() { tail.trim_start().strip_prefix([')', '）'])? } else { tail };
        // Of minutes as well, which nothing is counted in: `5 mn`, `5 mn à pied`.
        let next =
            words_of(tail).next().filter(|_| tail.trim_start().starts_with(char::is_alphabetic));
        let minutes = next.is_none_or(|next| BEHIND_MINUTES.contains(&next))
            && !begins_with_year(tail)
            && !words_behind(before).take(WORDS_NEAR).any(is_in_millions);
        let told = match *name {
            "mn" => is_money(tail) || !minutes,
            // Thousandths of an inch as well.
            "mil" => !is_several && (is_money(tail) || is_thousand_of(tail)),
            // Clubs, trains and parts are called so too.
            "rb" | "jt" => {
                let is_rupiah = matches!(words_behind(before).next(), Some("Rp" | "rp" | "IDR"));
                is_rupiah || is_money(tail) || (before.trim().is_empty() && tail.trim().is_empty())
            }
            _ => true,
        };
        (ends(&tail) && told).then_some(tail)
    })
}

/// Whether the `w` behind a figure stands for ten thousand, as in `1.2w`, `阅读 5w+` and `100w次`, and not for watts, weeks
/// or a width: where people or money are counted, where a word before it says what is, or where nothing else is said
/// and the figure is none of those, for it has decimals or is a bound.
fn counts_in_w(before: &str, figure: &str, letter: &str, tail: &str) -> bool {
    let bound = tail.strip_prefix(is_plus);
    let rest = bound.unwrap_or(tail).trim_start();
    let is_counted = rest.starts_with(IN_TEN_THOUSANDS)
        || begins_with_money(rest)
        || without_currency_behind(before).is_some()
        || COUNTED.iter().any(|word| {
            let head = before.trim_end().trim_end_matches([':', '：', '量', '数']);
            head.ends_with(word)
        });
    let is_alone = before.trim().is_empty() && rest.is_empty();
    is_counted || (letter == "w" && is_alone && (bound.is_some() || figure.contains(['.', '．'])))
}

/// Characters that begin what is told in tens of thousands.
const IN_TEN_THOUSANDS: [char; 12] =
    ['人', '次', '元', '块', '粉', '播', '阅', '浏', '赞', '评', '字', '户'];

/// What is told in tens of thousands behind it.
const COUNTED: [&str; 18] = [
    "阅读", "播放", "浏览", "粉丝", "点赞", "收藏", "评论", "销", "销售", "人气", "热度", "访问",
    "下载", "关注", "观看", "转发", "月薪", "年薪",
];

/// A text without the characters of Korean at its start that multiply the figure before them: `만`, `천만`. Before other
/// words than those of money `조` is a group of people or an article of a law.
fn without_hangul_unit(text: &str) -> Option<&str> {
    let tail = text.trim_start_matches(['십', '백', '천', '만', '억', '조']);
    let next = tail.trim_start();
    let is_group = text.starts_with('조')
        && !["원", "달러", "엔", "유로", "위안", "이상", "이하", "대"]
            .iter()
            .any(|word| next.starts_with(word));
    (tail.len() < text.len() && !is_group).then_some(tail)
}

/// Whether a `mil` is a thousand of what the word behind it says, and no thousandth of an inch, as in `5 mil film`.
fn is_thousand_of(tail: &str) -> bool {
    let next = words_of(tail).next();
    next.is_some_and(|next| IN_MIL.iter().any(|one| without_word(next, one).is_some()))
}

/// What is told in thousands where these are called `mil`, and what stands before it.
const IN_MIL: [&str; 18] = [
    "de",
    "personas",
    "habitantes",
    "millones",
    "pesos",
    "euros",
    "dólares",
    "soles",
    "años",
    "hectáreas",
    "pessoas",
    "reais",
    "milhões",
    "anos",
    "hectares",
    "mil",
    "unidades",
    "veces",
];

/// How many words before a figure may say what it counts: `population grew to 5 mn`.
const WORDS_NEAR: usize = 3;

/// Whether a word is one for what is told in millions, where `mn` is no minutes: `population: 5 mn`.
fn is_in_millions(word: &str) -> bool {
    let word = word.strip_suffix(['s', 'S']).unwrap_or(word);
    IN_MILLIONS.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// What is told in millions of people, of pieces or of money.
const IN_MILLIONS: [&str; 24] = [
    "population",
    "pop",
    "people",
    "inhabitant",
    "user",
    "customer",
    "subscriber",
    "visitor",
    "passenger",
    "unit",
    "share",
    "sale",
    "revenue",
    "turnover",
    "profit",
    "loss",
    "budget",
    "asset",
    "debt",
    "einwohner",
    "bevölkerung",
    "umsatz",
    "gewinn",
    "habitant",
];

/// Whether a year stands behind a figure, in brackets or behind a comma, of which statistics are: `5 mn (2020)`.
fn begins_with_year(text: &str) -> bool {
    let Some(tail) = text.trim_start().strip_prefix(['(', '（', ',', '，']) else { return false };
    let year = tail.trim_start();
    let behind = without_digits(year, 4);
    (year.starts_with("19") || year.starts_with("20"))
        && behind.is_some_and(|behind| {
            year.len() - behind.len() == 4 && !behind.starts_with(char::is_alphanumeric)
        })
}

/// Whether a text begins with a currency, blanks before it or not.
pub(super) fn begins_with_money(text: &str) -> bool {
    let gap = text.trim_start();
    let word = gap.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    without_currency_before(gap).is_some() || word.eq_ignore_ascii_case("euro")
}

/// Characters behind a multiplier that tell more of the figure: `5K以上`, `15K左右`, `15K起`.
const TELLS_MORE: [char; 7] = ['以', '左', '上', '多', '余', '餘', '起'];

/// Whether the `k`, `K` or `M` behind a figure is none that multiplies, but the letter of a unit or a name: `4K TV`,
/// `T 300K`, `100M freestyle`. Where nothing says so, it multiplies.
fn is_letter_of_unit(before: &str, figure: &str, letter: &str, tail: &str) -> bool {
    let figure = figure.trim();
    let is_one_of = |words: &[&str], word: &str| {
        let word = word.strip_suffix(['s', 'S']).unwrap_or(word);
        words.iter().any(|one| one.eq_ignore_ascii_case(word))
    };
    // What stands behind a bracket or the end of a sentence is another thing.
    let next = tail.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ','));
    let word = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    // Several of them may as well be what is counted.
    let is_run = RUNS.iter().any(|run| run.eq_ignore_ascii_case(word));
    // Before another word a noun tells no more what is counted: `10M cable subscribers`, `10K runs scored`.
    let behind = next[word.len()..].trim_start();
    let last = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let goes_on = behind.strip_prefix('-').unwrap_or(behind).starts_with(char::is_alphabetic);
    let ends = !goes_on || BEHIND_NOUNS.contains(&last);
    // A name may be that of a race: `5K Run Berlin`.
    let is_named = ends || last.starts_with(char::is_uppercase);
    if letter == "M" {
        return is_one_of(&RACES, word)
            || (ends && is_one_of(&IN_METRES, word))
            || begins_with_mega(next);
    }
    let is_screen = || {
        let rate = next.trim_start_matches(|c| digit(c).is_some());
        let is_rate = rate.len() < next.len()
            && ["hz", "fps", "p"].iter().any(|unit| {
                without_word(rate.trim_start(), unit)
                    .is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
            });
        let last = words_behind(before).next();
        // `4K Smart TV`.
        let named = word.starts_with(char::is_uppercase).then(|| words_of(next).nth(1)).flatten();
        is_rate
            || [Some(word), named, last].into_iter().flatten().any(|word| is_one_of(&SCREENS, word))
    };
    (letter == "K" && is_temperature(before, figure, tail))
        || (matches!(figure, "4" | "8") && is_screen())
        || (matches!(figure, "5" | "10") && is_run && is_named)
}

/// Whether a `K` behind a figure is one of degrees: `T 300K`, `LED 2700K`, `2700K light`.
fn is_temperature(before: &str, figure: &str, after: &str) -> bool {
    let head = before.trim_end().trim_end_matches(['=', ':', '：', '.', '≈', '~']).trim_end();
    let sign = words_behind(head).next().filter(|word| head.ends_with(*word));
    let is_light = |word: &str| {
        LIGHTS.iter().any(|light| light.eq_ignore_ascii_case(word))
            || word.ends_with(['光', '灯', '燈'])
    };
    let of_word = |word: &str| {
        let begins = |start: &str| without_word(word, start).is_some();
        begins("temp") || begins("colo") || word.ends_with(['温', '溫'])
    };
    let is_of_light = figure.parse().is_ok_and(|degrees: u32| (2000..=10_000).contains(&degrees));
    sign.is_some_and(|sign| matches!(sign, "T" | "LED" | "CCT") || sign.ends_with(['温', '溫']))
        || words_behind(before).take(2).any(of_word)
        || (is_of_light
            && words_behind(before).take(1).chain(words_of(after).take(1)).any(is_light))
}

/// The words of a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// The words of a text from its end on.
fn words_behind(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether a text begins with a unit or with what is told in millions of units: `瓦` of `5兆瓦`, `宽带` of `100兆宽带`.
fn begins_with_mega(text: &str) -> bool {
    let words =
        ["瓦", "赫", "字节", "比特", "位", "帕", "欧", "焦", "伏", "电子", "宽带", "带宽", "内存"];
    words.iter().any(|word| text.starts_with(word))
}

/// Races that a length in metres stands before, and what has one in German, where nothing is counted in `M`.
const RACES: [&str; 11] = [
    "freestyle",
    "backstroke",
    "breaststroke",
    "butterfly",
    "medley",
    "relay",
    "sprint",
    "dash",
    "hurdle",
    "kabel",
    "lauf",
];

/// What else a length in metres stands before, and the tape of a company that is called `3M`.
const IN_METRES: [&str; 5] = ["run", "race", "pool", "cable", "tape"];

/// Words that part a noun from what is said of it, and are no noun that it belongs to.
const BEHIND_NOUNS: [&str; 12] =
    ["in", "on", "at", "for", "from", "with", "by", "to", "and", "or", "is", "mit"];

/// What a length in kilometres stands before.
const RUNS: [&str; 5] = ["run", "race", "walk", "lauf", "marathon"];

/// What has so many thousands of dots in a line.
const SCREENS: [&str; 14] = [
    "tv",
    "television",
    "video",
    "uhd",
    "hdr",
    "oled",
    "ultra",
    "display",
    "monitor",
    "screen",
    "projector",
    "resolution",
    "camera",
    "movie",
];

/// What light of a colour that is told in degrees comes from, and what it is called.
const LIGHTS: [&str; 8] = ["led", "light", "lamp", "bulb", "white", "daylight", "warm", "cool"];

/// Words behind a number of minutes that tell what for, as in `5 mn walk`.
const BEHIND_MINUTES: [&str; 15] = [
    "walk", "drive", "ride", "away", "from", "by", "on", "later", "à", "a", "de", "d", "du", "des",
    "en",
];

/// Words that multiply the figure before them.
const MULTIPLIERS: [&str; 58] = [
    "hundred",
    "thousand",
    "million",
    "billion",
    "trillion",
    "lakh",
    "lac",
    "crore",
    "dozen",
    "tausend",
    "tsd",
    "millionen",
    "milliarden",
    "milliarde",
    "milliard",
    "mio",
    "mrd",
    "mln",
    "bln",
    "bn",
    "mn",
    "tn",
    "trn",
    "тыс",
    "млн",
    "млрд",
    "трлн",
    "миллион",
    "миллиард",
    "тисяч",
    "мільйон",
    "mil",
    "mille",
    "mila",
    "millones",
    "millón",
    "milhões",
    "milhão",
    "milioni",
    "milione",
    "miljoen",
    "miljard",
    "miljoner",
    "milyon",
    "milyar",
    "tys",
    "rb",
    "ribu",
    "jt",
    "juta",
    "miliar",
    "triệu",
    "nghìn",
    "ngàn",
    "tỷ",
    "tỉ",
    "ล้าน",
    "แสน",
];

/// How many letters an ending of such a word has at most, in the languages that decline it: `тысячи`, `миллионов`.
const ENDING: usize = 3;

/// A text without the part of one behind a whole figure at its start: ` and a half`, ` & 1/2`, `又1/2`; none if it has
/// none.
fn without_part_in_words(text: &str) -> Option<&str> {
    let gap = text.trim_start();
    if let Some(tail) = gap.strip_prefix('又') {
        return tail.trim_start().starts_with(is_numeral).then_some(tail);
    }
    let tail = without_word_before(gap, joining())?;
    let part = is_fraction(tail) || tail.starts_with(|c| fraction(c).is_some());
    if part { Some(tail) } else { without_fraction_before(text) }
}

/// A text without the sign of a range at its end that is no dash: `…`, `→`, `->`; none if it has none.
fn without_between_behind(text: &str) -> Option<&str> {
    let head = ["->", "=>"].iter().find_map(|arrow| text.strip_suffix(arrow));
    head.or_else(|| text.strip_suffix(is_between))
}

/// As [`without_between_behind`], at the start.
fn without_between_before(text: &str) -> Option<&str> {
    let tail = ["->", "=>"].iter().find_map(|arrow| text.strip_prefix(arrow));
    tail.or_else(|| text.strip_prefix(is_between))
}

/// A text without a sign at its end; none if it has none. A long dash is one unless it stands right behind a word;
/// two of them are a dash of prose.
fn without_sign(text: &str) -> Option<&str> {
    let is_dash = |head: &str| head.ends_with(|c: char| c == '—' || c.is_alphanumeric());
    text.strip_suffix(is_sign).or_else(|| text.strip_suffix('—').filter(|head| !is_dash(head)))
}

/// A text without an arrow or a triangle at its end that stands for a minus; none if it has none. Behind a word it is
/// a mark of prose or a bullet: `原价▲5元`.
fn without_arrow(text: &str) -> Option<&str> {
    let head = text.strip_suffix(is_arrow)?;
    let begins = |c: char| c.is_whitespace() || is_lead(c);
    head.chars().next_back().is_none_or(begins).then_some(head)
}

/// Marks that a signed figure may stand behind.
fn is_lead(c: char) -> bool {
    matches!(narrow(c), ':' | '(' | '[' | '=' | ',' | ';') || c == '【'
}

/// Whether a text is nothing but an amount of money or a share in brackets, which ledgers print for one below zero:
/// `($5.00)`, `(5%)`. What stands beside the figure is money by a sign of a currency, or because `is_code` says so.
pub(super) fn is_of_ledger(text: &str, is_code: impl Fn(&str) -> bool) -> bool {
    let inside = text.trim().strip_prefix(['(', '（']);
    let Some(inside) = inside.and_then(|text| text.strip_suffix([')', '）'])) else {
        return false;
    };
    let is_amount = |c| digit(c).is_some() || is_mark(c);
    let head = inside.trim_start_matches(|c| !is_amount(c));
    let tail = head.trim_start_matches(is_amount);
    let beside = [inside[..inside.len() - head.len()].trim(), tail.trim()];
    // `US$` is another dollar, and `5万元` is counted.
    let is_sign = |word: &str| {
        word.trim_start_matches(|c: char| c.is_ascii_uppercase()).chars().all(is_currency)
    };
    let is_money = |word: &str| {
        let word = word.trim_start_matches(is_han_unit);
        word.strip_prefix(is_share) == Some("")
            || is_code(word)
            || (word.contains(is_currency) && is_sign(word))
    };
    let mut words = beside.iter().filter(|word| !word.is_empty()).peekable();
    tail.len() < head.len() && words.peek().is_some() && words.all(|word| is_money(word))
}

/// A text without the word of a range at its end; none if it has none.
fn without_to_behind(text: &str) -> Option<&str> {
    let gap = text.trim_end();
    let head = gap.strip_suffix(['至', '到']);
    let word = gap
        .strip_suffix("to")
        .filter(|head| gap.len() < text.len() && head.ends_with(char::is_whitespace));
    head.or(word).map(str::trim_end)
}

/// As [`without_to_behind`], at the start.
fn without_to_before(text: &str) -> Option<&str> {
    let gap = text.trim_start();
    let tail = gap.strip_prefix(['至', '到']);
    let word = gap
        .strip_prefix("to")
        .filter(|tail| gap.len() < text.len() && tail.starts_with(char::is_whitespace));
    tail.or(word).map(str::trim_start)
}

/// A text without a sign of multiplication at its end, blanks around it or not; none
/// if it has no such sign. A letter is one only where it touches what is multiplied.
fn without_times_behind(text: &str) -> Option<&str> {
    match text.strip_suffix(['x', 'X']) {
        Some(head) => Some(head),
        None => text.trim_end().strip_suffix(is_times).map(str::trim_end),
    }
}

/// As [`without_times_behind`], at the start.
fn without_times_before(text: &str) -> Option<&str> {
    match text.strip_prefix(['x', 'X']) {
        Some(tail) => Some(tail),
        None => text.trim_start().strip_prefix(is_times).map(str::trim_start),
    }
}

pub(super) fn is_between(c: char) -> bool {
    matches!(c, '…' | '⋯' | '→' | '⇒' | '➔' | '➜' | '⟶')
}

fn is_slash(c: char) -> bool {
    matches!(c, '/' | '⁄' | '∕' | '／')
}

/// The letter before an exponent.
fn is_exponent(c: char) -> bool {
    matches!(narrow(c), 'e' | 'E')
}

fn is_plus(c: char) -> bool {
    narrow(c) == '+'
}

pub(super) fn is_share(c: char) -> bool {
    matches!(c, '%' | '％' | '‰')
}

pub(super) fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '\u{20a0}'..='\u{20c0}' | '＄' | '￠' | '￡' | '￥')
}

fn is_times(c: char) -> bool {
    matches!(c, '*' | '＊' | '∗' | '×' | '✕' | '✖' | '⨯')
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(is_digit)
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(is_digit)
}

/// Whether a character is a digit of any script, or a fraction. Numbers in circles are markers
/// of lists, Roman ones are letters of names, and a power belongs to what stands before it.
fn is_digit(c: char) -> bool {
    let sign = matches!(c, '²' | '³' | '¹' | '\u{2000}'..='\u{33ff}');
    digit(c).is_some() || fraction(c).is_some() || (c.is_numeric() && !sign)
}

fn begins_with_numeral(text: &str) -> bool {
    text.chars().next().is_some_and(is_han_numeral)
}

fn is_numeral(c: char) -> bool {
    digit(c).is_some() || is_han_numeral(c)
}

pub(super) fn is_han_numeral(c: char) -> bool {
    numeral(c).is_some() || is_han_unit(c)
}

/// Marks that stand inside of figures.
fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '_' | '/' | ':' | '^')
        || matches!(c, '．' | '，' | '’' | '·' | '∙' | '⋅' | '∶' | '٫' | '٬' | '⁄' | '∕' | '／')
}

/// Marks of a decimal fraction that may begin a figure.
fn is_point(c: char) -> bool {
    matches!(c, '.' | '．')
}

/// `½` and its like, `²` and its like.
fn is_fraction_or_power(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅟' | '↉' | '²' | '³' | '¹' | '⁰' | '⁴'..='⁹')
}

/// Signs of a figure that may be negative; of dashes see [`without_sign`].
pub(super) fn is_sign(c: char) -> bool {
    is_minus(c) || matches!(c, '–' | '‐' | '‑' | '‒' | '±' | '⁻' | '₋' | '➖')
}

/// Arrows and triangles that stand for a minus in ledgers.
fn is_arrow(c: char) -> bool {
    matches!(c, '▲' | '△' | '▼' | '▽' | '↓')
}

/// Dashes between the ends of a range.
pub(super) fn is_dash(c: char) -> bool {
    is_minus(c)
        || matches!(c, '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' | 'ー' | '~' | '～' | '〜' | '∼')
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The longer figure of the one that stands between brackets.
    fn longer(marked: &str) -> Option<String> {
        let (text, figure) = super::super::word::marked_part(marked);
        longer_figure(&text, figure.clone(), figure).map(|range| text[range].to_owned())
    }

    #[test]
    fn a_cut_figure_is_told() {
        let cut = [
            ("12.[50] EUR", "12.50"),
            ("1,[200] EUR", "1,200"),
            ("-[5] EUR", "-5"),
            ("at −[5]", "−5"),
            ("温度-[5]度", "-5"),
            ("10-12.[50]", "10-12.50"),
            ("10 - [12] EUR", "10 - 12"),
            ("10[-12] EUR", "10-12"),
            ("EUR [12].50", "12.50"),
            ("EUR [12],5.", "12,5"),
            ("EUR [1] 200", "1 200"),
            ("1 [200] EUR", "1 200"),
            ("1[2]3", "123"),
            ("1e[5]", "1e5"),
            ("20 °C[-30] °C", "20 °C-30"),
            ("20°[-30]°", "20°-30"),
            ("5€[-10]€", "5€-10"),
            ("B[-12] vitamin", "B-12"),
            ("COVID[-19]", "COVID-19"),
            ("1e-[5]", "1e-5"),
            ("[1]e5", "1e5"),
            ("10^[5]", "10^5"),
            ("1/[2] cup", "1/2"),
            ("-$[5]", "-$5"),
            ("-£[5]", "-£5"),
            ("-EUR [5]", "-EUR 5"),
            ("- eur [5]", "- eur 5"),
            ("(-)US$[5]", "(-)US$5"),
            ("total (−) HK$ [5]", "(−) HK$ 5"),
            ("-($[5])", "-($5"),
            ("负$[5]", "负$5"),
            ("negative $[5]", "negative $5"),
            ("▲$[5]", "▲$5"),
            ("-人民币[5]元", "-人民币5"),
            ("[5] USD-", "5 USD-"),
            ("[5] USD - ", "5 USD -"),
            ("[5]元-", "5元-"),
            ("[5]US$- net", "5US$-"),
            ("$[5] -", "5 -"),
            ("[12]:30", "12:30"),
            ("5[0]．5", "50．5"),
            ("[5]万元", "5万"),
            ("三万[五]元", "三万五"),
            ("[三]万五", "三万五"),
            ("3个[半]月", "3个半"),
            ("[3]个半", "3个半"),
            ("[12]–15", "12–15"),
            ("几[十]天", "几十"),
            ("数[百]元", "数百"),
            ("500*[3]元", "500*3"),
            ("500 × [3]元", "500 × 3"),
            ("[500]×3", "500×3"),
            ("3x[4]cm", "3x4"),
            ("3 [0]天", "3 0"),
            ("[3] 05", "3 05"),
            ("[200] 05", "200 05"),
            (".[5] kg", ".5"),
            ("EUR .[50]", ".50"),
            ("1..[5] kg", "1..5"),
            ("[5]...6", "5...6"),
            ("page[.5]", "e.5"),
            ("5 kg ± [0.2] kg", "± 0.2"),
            ("5 +/- [1]", "+/- 1"),
            ("100g±[5]g", "±5"),
            ("(max)[-5]", ")-5"),
            ("100g+/-[5]g", "+/-5"),
            ("100g+/[-5]g", "+/-5"),
            ("5 kg..[.8] kg", "...8"),
            ("- [5] kg", "- 5"),
            ("—[5] kg", "—5"),
            (" —[5] kg", "—5"),
            ("夜间: —[5]度", "—5"),
            ("⁻[5] kg", "⁻5"),
            ("▲[5]%", "▲5"),
            ("涨幅：▼[5]%", "▼5"),
            ("change (↓[5] %)", "↓5"),
            ("二、[三]个月", "二、三"),
            ("约三、[五]天", "三、五"),
            ("一、[二]个月", "一、二"),
            ("二或[三]天", "二或三"),
            ("二或者[三]天", "二或者三"),
            ("二和[三]天", "二和三"),
            ("百分之[二]、三十", "百分之二、三十"),
            ("百分之[八十]或九十", "百分之八十或九十"),
            ("百分之[八十]或九十以上", "百分之八十或九十"),
            ("廿[一]天", "廿一"),
            ("卅[5]天", "卅5"),
            ("零[三]天", "零三"),
            ("net ▲[5]", "▲5"),
            ("(-)[5] kg", "(-)5"),
            ("net (−) [5] kg", "(−) 5"),
            ("- ([5] kg)", "- (5"),
            ("negative [5] kg", "negative 5"),
            ("[5]-", "5-"),
            ("[5]- EUR", "5-"),
            ("[5]½", "5½"),
            ("[10]³", "10³"),
            ("负[5]", "负5"),
            ("minus [5] kg", "minus 5"),
            ("气温零下[5]度", "零下5"),
            ("五[5]", "五5"),
            ("十[5]", "十5"),
            ("三十[5]天", "三十5"),
            ("[5]半", "5半"),
            ("[3]半年", "3半"),
            ("[5]∶3", "5∶3"),
            ("5∙[10]³", "5∙10³"),
            ("[1]／2", "1／2"),
            ("[5]五", "5五"),
            ("百分之[十]几", "百分之十几"),
            ("[5]点5", "5点5"),
            ("[5] 万", "5 万"),
            ("[10]余万", "10余万"),
            ("[1] ½", "1 ½"),
            ("[1] 1/2", "1 1/2"),
            ("1 [1/2]", "1 1/2"),
            ("[5] x 10^3", "5 x 10^3"),
            ("[5]至6", "5至6"),
            ("5至[6]", "5至6"),
            ("[5] to 6", "5 to 6"),
            ("百分之[五]至十", "百分之五至十"),
            ("三分之[一]公斤", "三分之一"),
            ("[三]分之一", "三分之一"),
            ("1½-[2] kg", "1½-2"),
            ("½[-1] kg", "½-1"),
            ("1 [½] kg", "1 ½"),
            ("[½]-¾", "½-¾"),
            ("٣[5]", "٣5"),
            ("5[½]", "5½"),
            ("负 [5]", "负 5"),
            ("气温零下 [5]度", "零下 5"),
            ("minus[5]", "minus5"),
            ("neg [5]", "neg 5"),
            ("[5] -", "5 -"),
            ("[5]–", "5–"),
            ("[5]k", "5k"),
            ("[5]K–10K", "5K–10"),
            ("[5]M users", "5M"),
            ("[5] million", "5 million"),
            ("[5]-million", "5-million"),
            ("[5] Mio. Euro", "5 Mio."),
            ("[5] bn", "5 bn"),
            ("[5]兆", "5兆"),
            ("[5] 余万", "5 余万"),
            ("[5] 千万", "5 千万"),
            ("[1] / 2", "1 / 2"),
            ("1 / [2]", "1 / 2"),
            ("[5]又1/2", "5又1/2"),
            ("[5] and a half", "5 and a half"),
            ("[5] & 1/2", "5 & 1/2"),
            ("[5] and ½", "5 and ½"),
            ("5 & [1/2] kg", "5 & 1/2"),
            ("5 and [½] kg", "5 and ½"),
            ("5又[1/2]", "5又1/2"),
            ("[5]\u{200b}6", "5\u{200b}6"),
            ("5\u{ad}[6]", "5\u{ad}6"),
            ("[5]\u{2060}万", "5\u{2060}万"),
            ("[5]…6", "5…6"),
            ("[5] → 6", "5 → 6"),
            ("5->[6]", "5->6"),
            ("[5]%-6%", "5%-6"),
            ("[5]% to 6%", "5% to 6"),
            ("[5]：6", "5：6"),
            ("5：[6]", "5：6"),
            ("5%～[6]%", "5%～6"),
            ("5% to [6]%", "5% to 6"),
            ("5% – [6]%", "5% – 6"),
            ("[5]%-10", "5%-10"),
            ("5 AND [½] kg", "5 AND ½"),
            ("5 + [½] kg", "5 + ½"),
            ("5+[1/2] kg", "5+1/2"),
            ("5 plus [½] kg", "5 plus ½"),
            ("(minus) [5]", "(minus) 5"),
            ("minus ([5])", "minus (5"),
            ("负（[5]）", "负（5"),
            ("minus: [5]", "minus: 5"),
            ("1.5E+[03] mg", "1.5E+03"),
            ("1.5e+[3]", "1.5e+3"),
            ("-1.5E+[03]", "-1.5E+03"),
            ("1.5Ｅ＋[03]", "1.5Ｅ＋03"),
            ("1.5E–[03]", "1.5E–03"),
            ("[1.5]E＋03", "1.5E＋03"),
            ("[1.2]w", "1.2w"),
            ("[5]w+", "5w"),
            ("阅读 [5]w+", "5w"),
            ("[100]w次", "100w"),
            ("[100]W次", "100W"),
            ("播放量：[5]W", "5W"),
            ("¥[5]W", "5W"),
            ("[5]만", "5만"),
            ("[5]만원", "5만"),
            ("[3]억", "3억"),
            ("[5]천명", "5천"),
            ("[2]조원", "2조"),
            ("[5]천만 원", "5천만"),
            ("$[5] mil", "5 mil"),
            ("[5] mil euros", "5 mil"),
            ("[5] mil habitantes", "5 mil"),
            ("[5]rb", "5rb"),
            ("Rp [5] jt", "5 jt"),
            ("[5] triệu", "5 triệu"),
            ("[5] tỷ đồng", "5 tỷ"),
            ("[5] millones", "5 millones"),
            ("[5] mila", "5 mila"),
            ("[5] lacs", "5 lacs"),
            ("[5] tsd. Euro", "5 tsd."),
            ("[5] bln", "5 bln"),
            ("[5]tn", "5tn"),
            ("$[5] tn cash", "5 tn"),
            ("[5] млн", "5 млн"),
            ("[5] тыс. руб.", "5 тыс."),
            ("[5] тысяч рублей", "5 тысяч"),
            ("[5] миллионов", "5 миллионов"),
            ("[5] hundreds", "5 hundreds"),
            ("[5] dozen", "5 dozen"),
            ("[5] (million)", "5 (million)"),
            ("at 12：[30]", "12：30"),
            ("at [12]：30", "12：30"),
            ("[50]K.", "50K"),
            ("$[5]M cash", "5M"),
            ("[5]k EUR", "5k"),
            ("€[5] mn", "5 mn"),
            ("[5] mn EUR", "5 mn"),
            ("[10]K users", "10K"),
            ("[5]M people", "5M"),
            ("[5]兆美元", "5兆"),
            ("[5]兆円", "5兆"),
            ("[5]兆以上", "5兆"),
            ("change neg [5]", "neg 5"),
            ("BE neg [5]", "neg 5"),
            ("T neg [5]", "neg 5"),
            ("neg. [5]", "neg. 5"),
            ("change neg. [5]", "neg. 5"),
            ("discount minus: [5]", "minus: 5"),
            ("Score [3]：2", "3：2"),
            ("Score 3：[2] at half time", "3：2"),
            ("ratio [1]：5", "1：5"),
            ("mixed [1]：5", "1：5"),
            ("mixed 1：[5] with water", "1：5"),
            ("主队[3]：2", "3：2"),
            ("主队3：[2]，", "3：2"),
            ("比分[3]：2胜", "3：2"),
            ("主队3：[2]胜", "3：2"),
            ("White House [2500]K visitors", "2500K"),
            ("[4]K users on TV", "4K"),
            ("时间[12]：30", "12：30"),
            ("[20]M monthly", "20M"),
            ("raised [20]M by", "20M"),
            ("[5]M yuan", "5M"),
            ("[5]M yen", "5M"),
            ("[5]k and more", "5k"),
            ("[5]k salary", "5k"),
            ("[100]K km", "100K"),
            ("[100]K mileage", "100K"),
            ("[8]K views", "8K"),
            ("[4]K, then 5", "4K"),
            ("N = [15]K rows", "15K"),
            ("n=[15]K", "15K"),
            ("x: [15]K", "15K"),
            ("size [1024]K", "1024K"),
            ("[1500]K downloads", "1500K"),
            ("[5]K以上", "5K"),
            ("[5]K左右", "5K"),
            ("[5]K元", "5K"),
            ("[15]K/月", "15K"),
            ("[5] mn people", "5 mn"),
            ("[5] mn tonnes", "5 mn"),
            ("资产[5]兆的公司", "5兆"),
            ("[5]兆规模", "5兆"),
            ("5 und [½] kg", "5 und ½"),
            ("A minus [5]", "minus 5"),
            ("[5] and a third", "5 and a third"),
            ("[5] and a third hours", "5 and a third"),
            ("[5] and a third kg", "5 and a third"),
            ("中国[3]：2日本", "3：2"),
            ("中国3：[2]日本", "3：2"),
            ("尤文[3]：2米兰", "3：2"),
            ("Bayern [3]：2", "3：2"),
            ("Bayern 3：[2]多特蒙德", "3：2"),
            ("Ergebnis [3]：2", "3：2"),
            ("Halbzeit [1]：0", "1：0"),
            ("ANA [1]：160", "1：160"),
            ("ANA (IgG) [1]：160", "1：160"),
            ("ANA[1]：320阳性", "1：320"),
            ("抗核抗体（+）[1]：100", "1：100"),
            ("RPR滴度[1]：8阳性", "1：8"),
            ("稀释[1]：5使用", "1：5"),
            ("兑水[1]：500倍", "1：500"),
            ("兑水1：[500]倍", "1：500"),
            ("Maßstab [1]：5000", "1：5000"),
            ("时间[8]：30开始", "8：30"),
            ("晚上[7]：30开场", "7：30"),
            ("早8：[30]分开始", "8：30"),
            ("Saldo neg. [5]", "neg. 5"),
            ("Temp neg. [5]", "neg. 5"),
            ("Net neg. [5] EUR", "neg. 5"),
            ("Axis neg. [5]", "neg. 5"),
            ("Saldo minus: [5]", "minus: 5"),
            ("US minus: [5]", "minus: 5"),
            ("Account B minus: [5]", "minus: 5"),
            ("T minus: [5]", "minus: 5"),
            ("latest neg. [5] EUR", "neg. 5"),
            ("Series [3]：2", "3：2"),
            ("Team [3]：2", "3：2"),
            ("Backtest neg. [5]%", "neg. 5"),
            ("discount minus ([5])", "minus (5"),
            ("population: [5] mn", "5 mn"),
            ("pop [5] mn", "5 mn"),
            ("turnover of [5] mn, up", "5 mn"),
            ("[5] mn (2020)", "5 mn"),
            ("[5] mn, 2020", "5 mn"),
            ("[10]K runs scored", "10K"),
            ("[10]K runs", "10K"),
            ("[5]K marathon participants", "5K"),
            ("[5]K walk-ins", "5K"),
            ("[10]M cable subscribers", "10M"),
            ("[10]M Cable Subscribers", "10M"),
            ("[10]M pool of money", "10M"),
            ("[5]M tape sales", "5M"),
        ];
        for (marked, expected) in cut {
            assert_eq!(longer(marked).as_deref(), Some(expected), "{marked}");
        }
    }

    #[test]
    fn a_whole_figure_is_none_of_them() {
        let whole = [
            "[60]W",
            "[60]w LED",
            "LED [5]w",
            "功率 [60]w",
            "[18]w快充",
            "[5]w-30",
            "[12]w5d",
            "week [12]w",
            "[0.25]w resistor",
            "[100]w usb-c cable",
            "kettle [2200]w",
            "floodlight [50]w",
            "吹风机 [1800]w",
            "[500]w电饭煲",
            "[45]w 适配器",
            "[5]w*2",
            "[12]w x 30d x 40h",
            "posted [2]w",
            "[2]w ago",
            "[118.24]w, 34n",
            "제[5]조",
            "제[1]조 (목적)",
            "[4]조3교대",
            "[5] mil",
            "[6] mil vapor barrier",
            "LVP [20] mil",
            "[12] rb players",
            "[5] RB Leipzig",
            "<14>[2003] host",
            "<[5551234]@example.org>",
            "Bob <[5] items>",
            "[60]W台灯",
            "[5]조 모임",
            "[2]조장",
            "[5] mil film",
            "[5] mils",
            "thickness [5] mil",
            "[5] mild",
            "[5] rbx",
            "e+[5]",
            "Be+[5]",
            "[12] EUR",
            "balance - $[5]",
            "B-EUR [5]",
            "pre-$[5]",
            "-TOTAL$[5]",
            "-NOTE [5]",
            "see (a-)$[5]",
            "[5] USD-based",
            "[5] USD - net",
            "[5] USD - 6 USD",
            "[5]元- 6元",
            "[5]元——含税",
            "[5] cm -",
            "EUR [12].",
            "EUR [12], or less",
            "[12.50] EUR",
            "COVID-[19]",
            "B-[12] vitamin",
            "[200] 0",
            "200 [0] 5",
            "EUR[-5]",
            "€[-5]",
            "气温[-5]",
            "20 °C [-5] °C",
            "5 EUR - [12] EUR",
            "医院——[5000]元",
            "low—[5] kg",
            "价格—[5]元",
            "原价▲[5]元",
            "▲ [5]元",
            "(▲)[5]元",
            "see (-) or - ([5] kg)",
            "(a-)[5] kg",
            "约[5000]元",
            "1万[2千]元",
            "一般[十]天",
            "room [12] of 500",
            "2025 [100] EUR",
            "A[4] paper",
            "(1)[3]天",
            "1、[3]天",
            "3天，[5]次",
            "> [5]",
            "+[5]",
            "[5]%",
            "5 [0.5]mg",
            "*[5]",
            "mix [5]",
            "[5] x-rays",
            "[5] * see below",
            "p.[5]",
            "and so on...[5] EUR",
            "第.[5]",
            "[5]. Then",
            "[5]... and so on",
            "[5]-fold",
            "[5]-> x",
            "5 kg\n- [6] kg",
            "see - [5] kg",
            "胜负[5]场",
            "terminus [5]",
            "[5]一次",
            "星期一[5]次",
            "[5] to go",
            "[5] x 10",
            "到[5]月",
            "一部分之[一]",
            "m²[5]",
            "①[3]天",
            "Ⅱ-[3]",
            "[½] kg",
            "[1½] kg",
            "and to [5] kg",
            "[5] m",
            "[5] km",
            "[5] kg",
            "[5]kg",
            "[5] ms",
            "[5] MB",
            "[5]MB",
            "[5] M",
            "[5]m",
            "[5]mm",
            "[5]bnc",
            "[5] tnt",
            "[5] тысячелетий",
            "[5] мл",
            "[5] millionaires",
            "[5]兆瓦",
            "[5] 兆字节",
            "[5] 多次",
            "[5]又来",
            "[5] and a dog",
            "5 and [12] kg",
            "sand [1/2] kg",
            "[5] and half the team",
            "[5] quarters",
            "[5] / month",
            "[5] … more",
            "[5] → next",
            "[5]% - 6 people",
            "套餐1：[5]元",
            "套餐[1]：5元",
            "Option [1]：5元",
            "Option 1：[5]元",
            "Option [1]：5",
            "Option 1：[5]",
            "Q[1]：5",
            "教室[3]：20人",
            "教室3：[20]人",
            "room 3：[70]人",
            "Plus: 3 Minus: [5]",
            "Plus: 3, Minus: [5]",
            "AB neg [5]",
            "A neg [5]",
            "[5] mn à pied",
            "[5] mn.",
            "[4]K-TV",
            "[4]K, HDR",
            "[4]K/60Hz",
            "[8]K UHD",
            "[4]K displays",
            "[4]K Smart TV",
            "第[1]：5",
            "[5] mn d'ici",
            "monitor [4]K",
            "[5]M-Kabel",
            "[5]M 宽带",
            "[5]K run",
            "temperature of [300]K",
            "色温[4000]K",
            "[3000]K warm white",
            "[5]兆 Hz",
            "[100]兆带宽",
            "[5] mn",
            "[5] mn walk",
            "[3]M tape",
            "[100]M freestyle",
            "[4]K videos",
            "[100]兆宽带",
            "[512]兆内存",
            "O neg [5]",
            "Rh neg [5]",
            "[5] and a third person",
            "[4]K TV",
            "T [300]K",
            "LED [2700]K",
            "Test neg. [5] mg",
            "Negative: [5]",
            "胜：3 负：[5]",
            "[5]% - 10 people",
            "5% - [10] people",
            "套餐[1]：5万元",
            "套餐[1]：5美元",
            "步骤[3]：20分钟",
            "图1：[5]种药物",
            "图[1]：3根柱子",
            "套餐[2]：1送1",
            "Terminal [3]：5",
            "表[1]：2023年度",
            "问题[1]：5G是什么",
            "房间[3]：20平方米",
            "案例[1]：35岁男性",
            "step [3]：20 min",
            "Tabelle [2]：10",
            "Rooms [3]：20",
            "Fig. [1]：5",
            "Q[1]：5如何",
            "Lv [3]：5",
            "车型[2]：7座",
            "Schnelltest neg. [5]",
            "HIV neg. [5] days",
            "HCV neg. [5]",
            "Urin neg. [5] mg",
            "A minus: [5]",
            "C minus: [5]",
            "Grade B minus: [5] EUR",
            "Grade B minus ([5])",
            "[5] mn (300 m)",
            "Durée : [5] mn",
            "[5] mn, puis",
            "[10]K run in Berlin",
            "[5]K Run Berlin",
            "[2]M cable for TV",
            "[5]M Kabel Schwarz",
            "[100]M freestyle final",
            "[25]M pool",
            "[5]：见下",
            "terminus[5]",
            "胜负 [5]场",
            "一年零[三]个月",
            "一、[三]个月",
            " 一、[三]个月",
            "2、[三]个月",
            "三天和[五]天",
            "[5] – see",
            "[5]\u{200b} kg",
        ];
        for marked in whole {
            assert_eq!(longer(marked), None, "{marked}");
        }
    }

    #[test]
    fn what_the_pattern_matched_is_its_own_affair() {
        assert_eq!(longer_figure("12-15 EUR", 0..2, 0..9), None);
        assert_eq!(longer_figure("12-15 EUR", 3..5, 0..9), None);
        assert_eq!(longer_figure("-12-15 EUR", 1..3, 1..10), Some(0..3));
        // But a sign in front of a currency is one of the figure.
        assert_eq!(longer_figure("-$5", 2..3, 1..3), Some(0..3));
        assert_eq!(longer_figure("at -EUR 5", 8..9, 4..9), Some(3..9));
        assert_eq!(longer_figure("minus $5", 7..8, 6..8), Some(0..8));
        assert_eq!(longer_figure("(-)$5", 4..5, 3..5), Some(0..5));
        assert_eq!(longer_figure("-US$5", 4..5, 3..5), Some(0..5));
        assert_eq!(longer_figure("-US$5", 4..5, 0..5), None);
        assert_eq!(longer_figure("5 USD-", 0..1, 0..5), Some(0..6));
        assert_eq!(longer_figure("5万元-", 0..4, 0..7), Some(0..8));
        assert_eq!(longer_figure("5 USD-", 0..1, 0..6), None);
        assert_eq!(longer_figure("5 km-", 0..1, 0..4), None);
        assert_eq!(longer_figure("负百分之5", 12..13, 3..13), Some(0..13));
        assert_eq!(longer_figure("Total: - $5", 10..11, 9..11), Some(7..11));
        assert_eq!(longer_figure("余额-$5", 8..9, 7..9), Some(6..9));
        assert_eq!(longer_figure("- $5", 3..4, 2..4), Some(0..4));
        // Behind a word a dash between blanks is one of a list of prices.
        assert_eq!(longer_figure("Tea - $5.00", 7..11, 6..11), None);
        assert_eq!(longer_figure("Coffee - £2.50", 11..15, 9..15), None);
        assert_eq!(longer_figure("Single - €5 Double - €9", 12..13, 9..13), None);
        assert_eq!(longer_figure("Single - €5 Double - €9", 26..27, 23..27), None);
        assert_eq!(longer_figure("see – $5", 9..10, 8..10), None);
        assert_eq!(longer_figure("see —— $5", 12..13, 11..13), None);
        assert_eq!(longer_figure("see - 5 EUR", 6..7, 6..11), None);
        assert_eq!(longer_figure("▲$5", 4..5, 3..5), Some(0..5));
        assert_eq!(longer_figure("▲ $5", 5..6, 4..6), None);
        assert_eq!(longer_figure("原价▲$5", 10..11, 9..11), None);
        assert_eq!(longer_figure("价格—$5", 10..11, 9..11), None);
        assert_eq!(longer_figure("$4-$5", 4..5, 3..5), None);
        assert_eq!(longer_figure("B-EUR 5", 6..7, 2..7), None);
        assert_eq!(digit_behind("1h35m", 0..2), Some(0..4));
        assert_eq!(digit_behind("1h 35m", 0..2), None);
        assert_eq!(digit_behind("3千万", 0..4), Some(0..7));
        assert_eq!(digit_behind("3千元", 0..4), None);
        assert_eq!(digit_behind("1年半", 0..4), Some(0..7));
        assert_eq!(digit_behind("十天半个月", 0..9), Some(0..9));
        assert_eq!(digit_behind("500元×3", 0..6), Some(0..9));
        assert_eq!(digit_behind("500元x3", 0..6), Some(0..8));
        assert_eq!(digit_behind("500元 * 3次", 0..6), Some(0..10));
        assert_eq!(digit_behind("500元 xl", 0..6), None);
        assert_eq!(digit_behind("三元五角", 0..6), Some(0..9));
        assert_eq!(digit_behind("五块五", 0..6), Some(0..9));
        assert_eq!(digit_behind("五块五一盒", 0..6), Some(0..12));
        assert_eq!(digit_behind("五块一盒", 0..6), None);
        assert_eq!(digit_behind("500元×十次", 0..6), Some(0..11));
        assert_eq!(digit_behind("1米八，", 0..4), Some(0..7));
        assert_eq!(digit_behind("一米五以上", 0..6), Some(0..9));
        assert_eq!(digit_behind("三分之一小时", 0..6), Some(0..12));
        assert_eq!(digit_behind("三分之后", 0..6), None);
        assert_eq!(digit_behind("2 hours and a half.", 0..7), Some(0..18));
        assert_eq!(digit_behind("1 h, And three quarters of it", 0..3), Some(0..23));
        assert_eq!(digit_behind("2 h and half an hour", 0..3), Some(0..12));
        assert_eq!(digit_behind("2 hours half", 0..7), Some(0..12));
        assert_eq!(digit_behind("2小时又一刻", 0..7), Some(0..13));
        for whole in ["2 h half price", "2 h and half board", "2 h and a half-price", "2 h a half"]
        {
            assert_eq!(digit_behind(whole, 0..3), None, "{whole}");
        }
        assert_eq!(digit_behind("三天一次", 0..6), None);
        assert_eq!(digit_behind("三个月一疗程", 0..9), None);
    }

    #[test]
    fn the_words_of_a_share_begin_no_part_of_a_numeral() {
        let whole = |text: &str| {
            let figure = text.find("分之").map_or(0, |at| at + "分之".len());
            let words = text[..figure].rfind(['百', '千', '万']).unwrap_or(figure);
            longer_figure(text, figure..text.len(), words..text.len())
                .map(|range| text[range].to_owned())
        };
        for text in [
            "五万分之一",
            "二十万分之一",
            "三千分之一",
            "5万分之一",
            "几万分之一",
            "二百分之一",
            "11万分之一",
        ] {
            assert_eq!(whole(text).as_deref(), Some(text));
        }
        for text in [
            "万分之一",
            "约千分之三",
            "一万分之一",
            "1万分之一",
            "共占百分之五",
            "占总人数百分之五",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_letter_may_be_typed_for_a_digit() {
        for (text, typed) in
            [("l000", 0), ("I0", 0), ("O.5", 0), ("约l0", 3), ("1O0", 0), ("l00", 0), ("Ｏ5", 0)]
        {
            let figure = text
                .rfind(|c: char| !is_digit(c))
                .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
            assert_eq!(typed_in_letters(text, figure), Some(typed), "{text}");
        }
        for text in ["No", "Vol.", "il", "约", "HO"] {
            assert_eq!(typed_in_letters(text, text.len()), None, "{text}");
        }
    }

    #[test]
    fn a_tag_ends_with_a_sign() {
        let ends = |text: &str| ends_tag(text, text.rfind('>').unwrap_or(0));
        for text in ["<p>5", "<br/>5", "</td>5", "<td class=\"x y\">5", "<!-- a -->5", "1 < 2 <b>5"]
        {
            assert!(ends(text), "{text}");
        }
        for text in [">5", "x > 5", "<p>>5", "2 < x > 5", "a<>5"] {
            assert!(!ends(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_figure_holds_the_figure(
            before in "[-0-9., 'e/:*x×一万半个A]{0,6}",
            figure in "-?[0-9一万]{1,3}",
            after in "[-0-9., 'e/:*x×一万半个A]{0,6}",
        ) {
            let text = format!("{before}{figure}{after}");
            let range = before.len()..before.len() + figure.len();
            if let Some(longer) = longer_figure(&text, range.clone(), range.clone()) {
                prop_assert!(longer.start <= range.start && range.end <= longer.end);
                prop_assert!(longer.len() > range.len());
                prop_assert!(text.get(longer).is_some());
            }
        }

        #[test]
        fn a_part_of_a_number_is_cut(text in "[1-9][0-9]{0,4}([.,][0-9]{1,4})?", from in 0_usize..6, to in 1_usize..8) {
            let to = to.min(text.len());
            prop_assume!(from < to && (from, to) != (0, text.len()));
            let figure = &text[from..to];
            prop_assume!(figure.as_bytes()[0].is_ascii_digit() && figure.as_bytes()[figure.len() - 1].is_ascii_digit());
            prop_assert!(longer_figure(&text, from..to, from..to).is_some());
        }
    }
}
