//! What every part of the schema language is made of: patterns with their
//! pieces put in, examples, limits, faults.
//!
//! Nothing here knows what a schema holds.

mod ending;
mod fault;
mod files;
mod lazy;
mod limits;
mod marker;
mod names;
mod needed;
mod pattern;
mod pieces;
mod raw;
mod resolver;
mod sample;
mod size;
pub mod tagged;

pub use ending::endings;
pub use fault::{Fault, Glance, nearest, nearest_key, nearest_seen, nearly};
pub use files::{SchemaFile, SchemaFiles};
pub(crate) use lazy::Lazy;
pub use limits::{Limit, Limits, percent};
pub use marker::{Bare, MarkerChars, marker_chars};
pub(crate) use names::Names;
pub use needed::Needed;
pub use pattern::{Accept, Examples, Pattern, PatternWithExamples, Regex};
pub use pieces::Patterns;
pub(crate) use pieces::unusable;
pub use raw::{RawAccept, RawDecode, RawExamples, RawNumber, RawPattern, RawReplace};
pub use resolver::Resolver;

use std::ops::Range;

/// A pattern whose matches a run counts, so that it can tell which never matched.
#[derive(Clone, Debug)]
pub struct CountedPattern {
    /// What it is: ``rule `range` of the quantity `duration` ``.
    pub what: String,
    /// Where it is written. What several fields share is counted for each, under one span.
    pub span: Range<usize>,
}
