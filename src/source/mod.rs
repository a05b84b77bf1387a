//! Bytes and where they stand, without meaning.
//!
//! In: files, folders, globs, standard input, compressed and in archives. Out: [`Chunk`]s of UTF-8 text
//! that know at which byte and line of which source they begin. The decoded
//! offset counts bytes of UTF-8 text from the start of the source (after a
//! byte order mark); the file offset counts bytes of the file itself, without
//! its compression. The two
//! differ by the byte order mark alone in a clean UTF-8 source; otherwise the
//! chunk keeps its original bytes, and [`Chunk::file_offset`] finds the place.
//!
//! Invariant: every byte of a source lies in exactly one chunk, and chunks of a
//! source come in order.

mod archive;
mod buffer;
mod chunk;
mod coding;
mod compression;
mod encoding;
mod evidence;
mod except;
mod identity;
mod input;
mod invalid;
mod kind;
mod likelihood;
mod lines;
mod loader;
mod places;
mod revision;
mod room;
mod sequence;
mod stopped;

pub use buffer::Buffer;
pub use chunk::{ByteCursor, Chunk, LineCounter, Origin, Position};
pub use coding::Coding;
pub use compression::{Codec, Exceeded, Limits};
pub use encoding::{Asked, Certainty, EncodingDecision, TextReader, decide, decide_in_ranges};
pub use except::Except;
pub use identity::{FileId, Place};
pub use input::{
    Input, Reading, name_of_path, path_of_name, resolve, resolve_except, resolve_one, unreadable,
    whole_path,
};
pub(crate) use invalid::InvalidBytes;
#[cfg(feature = "tables")]
pub(crate) use invalid::NulBytes;
#[cfg(feature = "tables")]
pub(crate) use invalid::What;
pub use kind::{Fault, Kind};
pub use lines::LineEnds;
pub use loader::{Carried, FileSystem, Loader, unread};
pub use places::Raw;
pub(crate) use revision::Changed;
pub use room::Rooms;
pub use stopped::{Stop, Stopped};

use std::hash::{Hash, Hasher};
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

/// Which input of the run, in the order in which they are read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The index into the list of inputs.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes of a chunk's text. Chunks are smaller than 4 GiB.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Makes a span of offsets into a chunk.
    ///
    /// A chunk is bounded by the record limit, which is itself below 4 GiB.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "chunks are bounded below 4 GiB")]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span runs forward");
        Self { start: start as u32, end: end as u32 }
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether no byte lies in the span.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range of indices.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value of a schema file that remembers the bytes it was written with.
///
/// Equality and hashing ignore the span: two equal words are equal wherever
/// they stand.
#[derive(Clone, Debug, Default)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where, as bytes of the schema file.
    pub span: Range<usize>,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: Hash> Hash for Spanned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_spanned::Spanned::<T>::deserialize(deserializer)?;
        let span = spanned.span();
        Ok(Self { value: spanned.into_inner(), span })
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}
