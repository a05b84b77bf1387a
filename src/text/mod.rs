//! What is known of characters: kinds, widths, brackets, forms of Han
//! characters, and texts compared without their form.

pub(crate) mod brackets;
pub(crate) mod chars;
pub(crate) mod charset;
mod fold;
pub(crate) mod han;

pub use fold::fold;

use std::borrow::Cow;
use std::ops::Range;

/// A part of a text.
pub(crate) fn slice(text: Cow<'_, str>, part: Range<usize>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[part]),
        Cow::Owned(mut text) => {
            text.truncate(part.end);
            text.drain(..part.start);
            Cow::Owned(text)
        }
    }
}

/// Where a part of a text stands without white space around it.
pub(crate) fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let whole = &text[part.clone()];
    // Most texts have none.
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    if !is_space(whole.chars().next()) && !is_space(whole.chars().next_back()) {
        return part;
    }
    let rest = whole.trim_start();
    let start = part.end - rest.len();
    start..start + rest.trim_end().len()
}

/// No more of a text than a message can carry.
#[must_use]
pub fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]).into(),
        None => text.into(),
    }
}
