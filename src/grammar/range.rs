//! Whether an amount is one end of a range whose ends have a unit or a currency each.
//!
//! In: a text, a figure in it, all that a pattern matched around that. Out: the range.
//! `12.99` of `$12.99 - $24.99` and `5` of `5元～6元` say less than the text. Figures that
//! a dash joins by themselves, `5-6`, are told by [`longer_figure`](super::longer_figure);
//! here both ends have the same unit or currency, so that a dash between blanks joins
//! them too. With other units they are two things: `5元 - 6号`.

use std::ops::Range;

use super::day::{TO, is_behind_between, without_end_word};
use super::figure::{
    is_between, is_currency, is_dash, is_han, is_part, is_share, is_sign, without_currency_behind,
};
use super::number::digit;
use super::word::{AND, ends_in_known_label};

/// The range that the figure is an end of; none if it is of none. What the pattern itself matched of the dash or the word
/// between both ends is its own affair.
pub(super) fn longer_range(
    text: &str,
    figure: &Range<usize>,
    within: &Range<usize>,
) -> Option<Range<usize>> {
    range_behind(text, figure, within).or_else(|| range_before(text, figure, within))
}

/// As [`longer_range`], of which the figure is the first end.
fn range_behind(text: &str, figure: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let between = figure.end..figure.end + gap_behind(text.get(figure.end..)?)?;
    let joint = joint(text, figure, &between)?;
    let end = text.len() - without_figure(&text[between.end..]).len();
    (within.end <= joint.start).then_some(figure.start..end)
}

/// As [`longer_range`], of which the figure is the second end.
fn range_before(text: &str, figure: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let head = text.get(..figure.start)?;
    let between = figure.start - gap_before(head)?..figure.start;
    let first = head[..between.start].trim_end_matches(is_part).len()..between.start;
    let joint = joint(text, &first, &between)?;
    (joint.end <= within.start).then_some(first.start..figure.end)
}

/// How many bytes stand between a figure before a text and the next one in it, if both may be ends of one range.
fn gap_behind(after: &str) -> Option<usize> {
    let near = &after[..after.floor_char_boundary(LONGEST)];
    near.find(|c| digit(c).is_some()).filter(|at| !near[..*at].contains(['\n', '\r']))
}

/// As [`gap_behind`], of a figure behind the text.
fn gap_before(before: &str) -> Option<usize> {
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST))..];
    let gap = near.trim_end_matches(|c| digit(c).is_none());
    (!gap.is_empty() && !near[gap.len()..].contains(['\n', '\r'])).then(|| near.len() - gap.len())
}

/// How many bytes stand at most between both figures of a range.
const LONGEST: usize = 64;

/// Where the dash or the word stands that makes a range of both figures around `between`; none if they are two amounts.
/// `first` is the figure before it.
fn joint(text: &str, first: &Range<usize>, between: &Range<usize>) -> Option<Range<usize>> {
    let (lead, behind) = (&text[..first.start], &text[between.end..]);
    let second = without_figure(behind);
    // A house with a letter in French, and the postal code of its place: `12 bis 75011 Paris`.
    let is_postal = behind.len() - second.len() == 5 && first.len() < 4;
    if is_postal && text[between.clone()].trim() == "bis" {
        return None;
    }
    let (head, currency) = parted_currency(&text[between.clone()]);
    let ends = Ends {
        currencies: [parted_currency(lead).1, currency],
        lead: without_currency_behind(lead).unwrap_or(lead),
        second,
    };
    // A sign of the second figure stands behind what joins them: `5℃ - -2℃`.
    let unsigned = head.trim_end().trim_end_matches(|c| is_sign(c) || matches!(c, '+' | '＋'));
    let (unit, mark) =
        [unsigned, head].into_iter().find_map(|head| ends.parted(head, &text[between.clone()]))?;
    ends.join(unit.trim(), mark).then(|| {
        let start = between.start + unit.len();
        start..between.start + head.len().max(unit.len())
    })
}

/// A text without the figure at its start; a mark behind that is none of it: `6` of `6/day`.
fn without_figure(text: &str) -> &str {
    let part = &text[..text.len() - text.trim_start_matches(is_part).len()];
    &text[part.trim_end_matches(|c| digit(c).is_none()).len()..]
}

/// What is known of both ends of a range beside their figures and what stands between.
struct Ends<'t> {
    /// What stands before each of them, if that is a currency.
    currencies: [&'t str; 2],
    /// What stands before the first end.
    lead: &'t str,
    /// What stands behind the second figure.
    second: &'t str,
}

/// What joins two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// A dash or an arrow; whether it touches what stands on both sides.
    Sign { touches: bool },
    /// A word.
    Word,
    /// A word of another language that tells a time or a place as well: `hasta`.
    OtherWord,
}

/// Words between the ends of a range in other languages, which are other words too. `à` and `a` are no such: they tell
/// prices, hours and places, `iPhone 12 à 500 €`, `12 mars 2024 à 15 h`.
const OTHER_TO: [&str; 2] = ["hasta", "até"];

impl Ends<'_> {
    /// A text before the second figure without what joins it to the first, and what that is; none if nothing does. `whole` is
    /// all that stands between both figures.
    fn parted<'t>(&self, head: &'t str, whole: &str) -> Option<(&'t str, Joint)> {
        let gap = head.trim_end();
        let arrow = ["->", "=>"].iter().find_map(|arrow| gap.strip_suffix(arrow));
        let is_mark = |c: char| is_dash(c) || is_between(c);
        let unit = arrow.unwrap_or(gap).trim_end_matches(is_mark);
        if unit.len() < gap.len() {
            let touches = !whole.contains(char::is_whitespace);
            return Some((unit, Joint::Sign { touches }));
        }
        let and = || AND.iter().filter(|_| is_behind_between(self.lead));
        let word = TO.iter().chain(and()).find_map(|word| {
            let unit = without_end_word(gap, word)?;
            (gap.len() < whole.len()).then_some(unit)
        });
        if let Some(unit) = gap.strip_suffix(['至', '到']).or(word) {
            return Some((unit, Joint::Word));
        }
        let mut other = OTHER_TO.iter().filter_map(|word| without_end_word(gap, word));
        let unit = other.next().filter(|_| gap.len() < whole.len())?;
        Some((unit, Joint::OtherWord))
    }

    /// Whether both figures are ends of one range, the first of which has `unit` behind it.
    fn join(&self, unit: &str, joint: Joint) -> bool {
        let unit = without_note(unit);
        let unit = unit
            .strip_suffix('.')
            .filter(|unit| unit.ends_with(char::is_alphabetic))
            .unwrap_or(unit);
        let is_blank = unit.is_empty();
        if !is_blank && (unit.len() > LONGEST_UNIT || unit.contains(parts_clauses)) {
            return false;
        }
        let [first, second] = self.currencies;
        let money = !first.is_empty() && is_one_currency(first, second);
        let measured = !is_blank && begins_with_unit(self.second, unit);
        // `5%-10` and `5€-10`, but not `5% - 6 people`.
        let behind = self.second.trim_start();
        let shared = || {
            let is_sign = unit.chars().all(|c| is_share(c) || is_currency(c));
            let touches = joint == Joint::Sign { touches: true };
            is_sign && touches && !behind.starts_with(char::is_alphanumeric)
        };
        // Words join figures alone as well.
        let spoken = joint == Joint::Word && first.is_empty() && second.is_empty();
        // Where no unit stands behind the second figure they say as well how many something is of: `2 à 5`.
        let other = || {
            let is_unit = |c: char| c.is_alphabetic() || is_currency(c) || is_share(c);
            let is_lone =
                !self.lead.ends_with(char::is_alphanumeric) && !ends_in_known_label(self.lead);
            joint == Joint::OtherWord && is_lone && first.is_empty() && behind.starts_with(is_unit)
        };
        if is_blank { money || spoken || other() } else { measured || shared() }
    }
}

/// How many bytes a unit has at most.
const LONGEST_UNIT: usize = 24;

/// Whether a character ends what is said of the figure before it.
fn parts_clauses(c: char) -> bool {
    matches!(c, ',' | ';' | '，' | '；' | '、' | '。' | ':' | '：' | '(' | ')' | '（' | '）')
}

/// A unit without what stands in brackets behind it: `元（含）`.
fn without_note(unit: &str) -> &str {
    let inside = unit.strip_suffix([')', '）']).and_then(|unit| unit.rsplit_once(['(', '（']));
    inside.map_or(unit, |(unit, _)| unit.trim_end())
}

/// Whether a text begins with a unit, of one or of several: `days` of `1 day`.
fn begins_with_unit(text: &str, unit: &str) -> bool {
    let one = unit.strip_suffix('s').filter(|one| one.chars().count() > 1).unwrap_or(unit);
    let Some(tail) = text.trim_start().strip_prefix(one) else { return false };
    let tail = tail.strip_prefix('s').unwrap_or(tail);
    let in_word = |c: char| c.is_alphanumeric() && !is_han(c);
    !(one.ends_with(in_word) && tail.starts_with(in_word))
}

/// A text without the currency at its end, and that: `$`, `US $`, `人民币`.
fn parted_currency(text: &str) -> (&str, &str) {
    let Some(head) = without_currency_behind(text) else { return (text, "") };
    // `US $5`.
    let letters = head.trim_end();
    let country = letters.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let of_sign = matches!(letters.len() - country.len(), 1..=3)
        && !country.ends_with(|c: char| c.is_alphanumeric() && !is_han(c))
        && text.trim_end().ends_with(is_currency);
    let head = if of_sign { country } else { head };
    (head, text[head.len()..].trim())
}

/// Whether two currencies may be one: `$` and `US$`.
fn is_one_currency(one: &str, other: &str) -> bool {
    !other.is_empty() && (one.ends_with(other) || other.ends_with(one))
}
