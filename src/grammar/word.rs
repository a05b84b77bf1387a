//! Words at the ends of a text, in capitals or not. Where a word begins and ends is for those to say who ask: of
//! `10:30pm` and `neg5` it is another thing than of prose.

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
