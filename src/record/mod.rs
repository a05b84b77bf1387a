//! From text to records, and from records to entries with spans.
//!
//! [`Batcher`] cuts sources into [`Batch`]es of whole records; it runs on one
//! thread, in input order. [`KeyValue`] parses one record into entries; it runs
//! on every worker.
//!
//! Invariants: a batch is a pure function of the inputs, whatever the size of
//! the blocks they were read in; every byte of a record is counted in one class
//! of [`Bytes`].

mod batch;
mod framing;
mod key_value;
mod text;

pub use batch::{BATCH_BYTES, Batch, Batcher, Frame, Framed, Part};
pub use framing::Framer;
pub use key_value::KeyValue;
pub use text::Text;

use crate::source::Span;

/// An entry of a record: a key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// The bytes of the key.
    pub key_span: Span,
    /// The value, without white space around it.
    pub text: Text<'t>,
    /// The next entry with the same key, where repeated keys make a list.
    pub next: Option<u32>,
}

/// A record as entries, by key.
#[derive(Debug, Default)]
pub struct Record<'t> {
    /// Its bytes.
    pub span: Span,
    /// The entries in the order of the dump.
    pub entries: Vec<Entry<'t>>,
    /// For each field the place of its first entry.
    pub by_field: Vec<Option<u32>>,
    /// Where its bytes went.
    pub bytes: Bytes,
}

impl<'t> Record<'t> {
    /// The first entry of a field.
    #[must_use]
    pub fn entry(&self, field: usize) -> Option<&Entry<'t>> {
        self.by_field[field].map(|idx| &self.entries[idx as usize])
    }

    /// The entries of a field: one, or several where repeated keys make a list.
    pub fn entries_of(&self, field: usize) -> impl Iterator<Item = &Entry<'t>> {
        std::iter::successors(self.entry(field), |entry| {
            entry.next.map(|idx| &self.entries[idx as usize])
        })
    }
}

/// Bytes of decoded text by what they are. The classes of a run sum to the
/// bytes of its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bytes {
    /// Keys that the schema knows.
    pub key: u64,
    /// Values, with the line feeds inside them.
    pub value: u64,
    /// Delimiters, line ends, white space around values, blank lines.
    pub separator: u64,
    /// Lines with a key that the schema does not know.
    pub unknown_key: u64,
    /// Entries of a repeated key that were not taken.
    pub repeated: u64,
    /// Lines that belong to no key.
    pub stray: u64,
    /// Text before the first record.
    pub preamble: u64,
    /// Records that were set aside.
    pub quarantined: u64,
    /// Byte order marks.
    pub byte_order_mark: u64,
}

impl Bytes {
    /// The sum of all classes.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.key
            + self.value
            + self.separator
            + self.unknown_key
            + self.repeated
            + self.stray
            + self.preamble
            + self.quarantined
            + self.byte_order_mark
    }

    /// Adds another count, class by class.
    pub fn add(&mut self, other: &Self) {
        self.key += other.key;
        self.value += other.value;
        self.separator += other.separator;
        self.unknown_key += other.unknown_key;
        self.repeated += other.repeated;
        self.stray += other.stray;
        self.preamble += other.preamble;
        self.quarantined += other.quarantined;
        self.byte_order_mark += other.byte_order_mark;
    }
}
