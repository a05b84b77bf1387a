//! What every part of the schema language is made of: patterns with their
//! pieces put in, examples, limits, faults.
//!
//! Nothing here knows what a schema holds.

mod ending;
mod fault;
mod limits;
mod marker;
mod pattern;
mod pieces;
pub mod tagged;

pub use ending::endings;
pub use fault::{Fault, nearest};
pub use limits::{Limit, Limits, percent};
pub use marker::{MarkerChars, marker_chars};
pub use pattern::{Accept, Examples, Pattern, PatternWithExamples};
pub use pieces::Patterns;
pub(crate) use pieces::unusable;
