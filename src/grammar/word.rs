//! Words and digits at the ends of a text, words in capitals or not. Where a word begins and ends is for those to say
//! who ask: of `10:30pm` and `neg5` it is another thing than of prose.

use super::number::digit;

/// A text without a word at its start; none if it does not begin with it.
pub(super) fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(tail)
}

/// A text without a word at its end; none if it does not end with it.
pub(super) fn without_word_behind<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    tail.eq_ignore_ascii_case(word).then_some(head)
}

/// Words that join what stands before and behind them.
pub(super) const AND: [&str; 5] = ["and", "und", "et", "y", "&"];

/// Whether a text ends with the name of something that a number behind it counts, as `Room` of `Room 3`: a word that
/// begins with a capital letter, or the sign of a section. A number behind another word may be any.
pub(super) fn ends_in_label(text: &str) -> bool {
    let text = text.trim_end();
    let word = &text[text.trim_end_matches(char::is_alphabetic).len()..];
    word.starts_with(char::is_uppercase) || text.ends_with(['§', '#', '№'])
}

/// A text without the digits at its start, of which there are so many at most; none if it has none, or more.
pub(super) fn without_digits(text: &str, most: usize) -> Option<&str> {
    let tail = text.trim_start_matches(|c| digit(c).is_some());
    let count = text[..text.len() - tail.len()].chars().count();
    (1..=most).contains(&count).then_some(tail)
}

/// As [`without_digits`], at the end.
pub(super) fn without_digits_behind(text: &str, most: usize) -> Option<&str> {
    let head = text.trim_end_matches(|c| digit(c).is_some());
    let count = text[head.len()..].chars().count();
    (1..=most).contains(&count).then_some(head)
}

/// A text without the brackets in it, and the place of what stands between them.
#[cfg(test)]
pub(super) fn marked_part(marked: &str) -> (String, std::ops::Range<usize>) {
    let start = marked.find('[').unwrap();
    let end = marked.find(']').unwrap() - 1;
    (marked.replace(['[', ']'], ""), start..end)
}
