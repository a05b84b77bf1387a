//! What is known of characters: kinds, widths, brackets, forms of Han
//! characters, and texts compared without their form.

pub(crate) mod brackets;
pub(crate) mod chars;
pub(crate) mod charset;
mod fold;
pub(crate) mod han;

pub use fold::fold;

/// No more of a text than a message can carry.
#[must_use]
pub fn short(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]).into(),
        None => text.into(),
    }
}
