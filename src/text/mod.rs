//! What is known of characters: kinds, widths, brackets, forms of Han
//! characters, and texts compared without their form.

pub(crate) mod brackets;
pub(crate) mod chars;
pub(crate) mod charset;
mod fold;
pub(crate) mod han;

pub use fold::fold;
