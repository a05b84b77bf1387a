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

/// Where a part of a text stands without white space around it.
#[inline]
pub(crate) fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    if is_bare(&text.as_bytes()[part.clone()]) { part } else { trimmed_of(text, part) }
}

fn trimmed_of(text: &str, part: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = part;
    let bytes = text.as_bytes();
    let is_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    while start < end && is_space(bytes[start]) {
        start += 1;
    }
    while start < end && is_space(bytes[end - 1]) {
        end -= 1;
    }
    if is_bare(&bytes[start..end]) {
        return start..end;
    }
    let rest = text[start..end].trim_start();
    let start = end - rest.len();
    start..start + rest.trim_end().len()
}

/// Whether there is no white space around a text, as its first and last bytes tell of most: none begins with these.
#[inline]
fn is_bare(text: &[u8]) -> bool {
    matches!(text, [b'!'..=b'~' | 0xe4..=0xef, ..])
        && matches!(text, [.., b'!'..=b'~'] | [.., 0xe4..=0xef, _, _])
}

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

/// How many of something there are: `1 row`, `2 rows`.
#[must_use]
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
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
