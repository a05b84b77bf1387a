//! A record as entries: keys and values with their bytes.

use super::reuse::emptied;
use super::{Bytes, Spelling, Text};
use crate::source::Span;

/// An entry of a record: a key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// The bytes of the key. Of a CSV cell, whose key stands in the header, none.
    pub key_span: Span,
    /// The value, without white space around it.
    pub text: Text<'t>,
    /// Whether the value is one item of a list, as an element of a JSON array is.
    pub item: bool,
    /// What JSON says that the value is, if the source is JSON.
    pub json: Option<JsonKind>,
    /// How many bytes of the record were counted as its value.
    pub counted: u32,
    /// Whether it is joined of several values.
    pub(crate) is_joined: bool,
    /// How many blank values came behind it that part it from the next one to be joined.
    pub(crate) blank: u32,
    /// The next entry with the same key, where repeated keys make a list.
    pub next: Option<u32>,
}

impl<'t> Entry<'t> {
    /// An entry of one value: whether that is an item, and what JSON says that it is.
    #[must_use]
    pub fn new(
        key_span: Span,
        text: Text<'t>,
        (item, json): (bool, Option<JsonKind>),
        counted: u32,
    ) -> Self {
        Self { key_span, text, item, json, counted, is_joined: false, blank: 0, next: None }
    }

    /// Who says how the value is written.
    #[must_use]
    pub fn spelling(&self) -> Spelling {
        match self.json {
            Some(JsonKind::Number) => Spelling::JsonNumber,
            _ => Spelling::Schema,
        }
    }
}

/// What a value of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    String,
    /// A number, whose text stands as it is written.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`, or what stands in the place of a number that JSON does not have.
    Null,
    /// An object, as its text.
    Object,
    /// An array, as its text.
    Array,
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
    /// For each field the place of its last entry, if it has one.
    pub(crate) last: Vec<u32>,
    /// Where its bytes went.
    pub bytes: Bytes,
    /// Its kind, where the schema has kinds.
    pub kind: Option<usize>,
    /// How many of the entries were made of others, for fields that decode what another has.
    pub derived: usize,
    /// How many of the entries no table has, as the record is of another kind than those that have them.
    pub(crate) lost: usize,
    /// Whether it is damaged so that nothing could be read; a finding says why.
    pub unreadable: bool,
}

impl<'t> Record<'t> {
    /// A record without entries.
    #[must_use]
    pub fn new(span: Span, fields: usize) -> Self {
        Self::default().begun(span, fields)
    }

    /// A record without entries in the room of this one, which is empty.
    #[must_use]
    pub(crate) fn begun(mut self, span: Span, fields: usize) -> Self {
        self.span = span;
        self.entries.reserve(fields);
        self.by_field.resize(fields, None);
        self.last.resize(fields, 0);
        self
    }

    /// Its room.
    #[must_use]
    pub(crate) fn emptied(self) -> Record<'static> {
        Record {
            entries: emptied(self.entries),
            by_field: emptied(self.by_field),
            last: emptied(self.last),
            ..Record::default()
        }
    }

    /// How many entries it has in the dump, those that are known of its kind.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.entries.len() - self.derived - self.lost
    }

    /// Adds entries that are those of another field, read in another way.
    pub fn derive(&mut self, field: usize, texts: Vec<(Text<'t>, Span, bool)>) {
        for (text, key_span, item) in texts {
            self.derived += 1;
            self.push(field, Entry::new(key_span, text, (item, None), 0));
        }
    }

    /// Adds an entry behind those that its field has.
    pub fn push(&mut self, field: usize, entry: Entry<'t>) {
        #[expect(clippy::cast_possible_truncation, reason = "a record has fewer than 2^32 entries")]
        let idx = self.entries.len() as u32;
        self.entries.push(entry);
        if self.by_field[field].is_none() {
            self.by_field[field] = Some(idx);
        } else {
            let last = self.last[field] as usize;
            self.entries[last].next = Some(idx);
        }
        self.last[field] = idx;
    }

    /// Takes their texts from the entries of a field that stand in one of `spans`, which
    /// are sorted: the keys stay, without a value.
    pub fn clear(&mut self, field: usize, spans: &[Span]) {
        // How far the spans up to each reach.
        let mut reach: Vec<u32> = spans.iter().map(|span| span.end).collect();
        for at in 1..reach.len() {
            reach[at] = reach[at].max(reach[at - 1]);
        }
        let mut next = self.by_field[field];
        while let Some(idx) = next {
            let entry = &mut self.entries[idx as usize];
            next = entry.next;
            let text = entry.text.whole();
            let before = spans.partition_point(|span| span.start < text.end);
            if before > 0 && reach[before - 1] > text.start {
                entry.text = Text::nothing(text);
            }
        }
    }

    /// A record of one value, for a field of several: what the examples of a
    /// schema are tried on.
    #[must_use]
    pub fn of_value(field: usize, fields: usize, text: &'t str) -> Self {
        let mut record = Self::new(Span::new(0, text.len()), fields);
        record.by_field[field] = Some(0);
        let text = Text::borrowed(text, 0).trimmed();
        record.entries.push(Entry::new(Span::default(), text, (false, None), 0));
        record
    }

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
