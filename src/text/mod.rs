//! What is known of characters: kinds, widths, brackets, forms of Han
//! characters, and texts compared without their form.

pub(crate) mod brackets;
pub(crate) mod chars;
pub(crate) mod charset;
mod fold;
pub(crate) mod han;

pub(crate) use crate::data::trimmed;
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

/// No more of a text than a message can carry.
#[must_use]
pub fn short(text: &str) -> Cow<'_, str> {
    cut(text, 40)
}

/// No more of a text than so many characters, and a sign that there is more.
#[must_use]
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]).into(),
        None => text.into(),
    }
}
