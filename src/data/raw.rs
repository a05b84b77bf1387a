//! Raw cells: which piece of the dump is the value of which field.

use std::borrow::Cow;
use std::ops::Range;

use super::reuse::emptied;
use super::{Entry, Text};
use crate::source::Span;

/// What a field has in a record.
#[derive(Clone, Debug, Default)]
pub enum Raw<'r> {
    /// The record lacks the key.
    #[default]
    Absent,
    /// The key has no value.
    Blank(Span),
    /// There is a text, and `extract` could not take a value out of it.
    Unread(Span),
    /// The value stands for "no data".
    Sentinel(&'r str, Span),
    /// A value.
    Value(&'r str, Span),
    /// Items, by their places among those of the record.
    Items(Range<usize>, Span),
    /// Tuples, by their places among those of the record.
    Tuples(Range<usize>, Span),
    /// Objects that stand in those of another field, where that is read.
    Nested(Span),
}

impl Raw<'_> {
    /// Whether the record has the key.
    #[must_use]
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The bytes of the value.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Blank(span)
            | Self::Unread(span)
            | Self::Sentinel(_, span)
            | Self::Value(_, span)
            | Self::Items(_, span)
            | Self::Tuples(_, span)
            | Self::Nested(span) => Some(*span),
        }
    }
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'r> {
    /// The text, without the mark of truncation; none for the `null` or `None` of a
    /// literal, and for what stands in an array of objects and is none of them.
    pub text: Option<Cow<'r, str>>,
    /// The bytes, with the mark.
    pub span: Span,
    /// Whether the piece of the value that it was taken from stands there as it is.
    pub verbatim: bool,
    /// Whether the dump cut it off.
    pub truncated: bool,
    /// Who says how it is written.
    pub spelling: Spelling,
}

/// Who says how the numbers of a text are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// The schema.
    #[default]
    Schema,
    /// JSON, of which the text is a number (RFC 8259, section 6).
    JsonNumber,
    /// Python, of which the text is a number.
    PythonNumber,
}

/// What lists were made of: items, and texts between them that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ItemCount {
    /// Pieces between separators.
    pub r#in: u64,
    /// Items, each of them a row.
    pub out: u64,
    /// Pieces that stand for "no data".
    pub sentinel: u64,
    /// Pieces that are prompts.
    pub prompt: u64,
    /// Pieces of which nothing is left: an empty string, a mark of truncation alone, one
    /// that `replace` empties.
    pub blank: u64,
    /// Pieces that could not be read; each has a finding.
    pub unread: u64,
    /// Pieces of records that were set aside. They are counted as nothing else.
    pub quarantined: u64,
    /// Items, of those that are rows, that the dump cut off.
    pub truncated: u64,
}

impl ItemCount {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.r#in += other.r#in;
        self.out += other.out;
        self.sentinel += other.sentinel;
        self.prompt += other.prompt;
        self.blank += other.blank;
        self.unread += other.unread;
        self.quarantined += other.quarantined;
        self.truncated += other.truncated;
    }

    /// The same of a record that is set aside, of which no table has a row.
    #[must_use]
    pub fn set_aside(self) -> Self {
        Self { r#in: self.r#in, quarantined: self.r#in, ..Self::default() }
    }
}

/// The raw cells of a record.
#[derive(Debug, Default)]
pub struct Extracted<'r> {
    /// For each field what the record has.
    pub fields: Vec<Raw<'r>>,
    /// The items of all lists.
    pub items: Vec<Item<'r>>,
    /// The tuples of all tuple lists.
    pub tuples: Vec<Tuple<'r>>,
    /// The members of all tuples.
    pub members: Vec<Member<'r>>,
    /// For each of these members who says how it is written.
    pub spellings: Vec<Spelling>,
    /// For each field how many items went in and out.
    pub counts: Vec<ItemCount>,
    /// The kind of the record, where the schema has kinds.
    pub kind: Option<usize>,
    /// For each field with a value the entry that it was taken from, and where
    /// in its text the value begins.
    pub(crate) origins: Vec<Option<(&'r Entry<'r>, usize)>>,
}

impl Extracted<'_> {
    /// So many fields that have nothing yet, in the room of this one, which is empty.
    pub(crate) fn begun(mut self, fields: usize) -> Self {
        self.fields.reserve(fields);
        self.counts.resize(fields, ItemCount::default());
        self.origins.resize(fields, None);
        self
    }

    /// Its room.
    pub(crate) fn emptied(self) -> Extracted<'static> {
        Extracted {
            fields: emptied(self.fields),
            items: emptied(self.items),
            tuples: emptied(self.tuples),
            members: emptied(self.members),
            spellings: emptied(self.spellings),
            counts: emptied(self.counts),
            kind: None,
            origins: emptied(self.origins),
        }
    }

    /// Who says how the value of a field is written.
    #[must_use]
    pub fn spelling(&self, field: usize) -> Spelling {
        let origin = self.origins.get(field).copied().flatten();
        origin.map_or(Spelling::Schema, |(entry, _)| entry.spelling())
    }

    /// The bytes of a part of a field's value.
    #[must_use]
    pub fn span_in(&self, field: usize, range: Range<usize>) -> Span {
        match self.origins.get(field).copied().flatten() {
            Some((entry, at)) => entry.text.span(at + range.start..at + range.end),
            None => self.fields[field].span().unwrap_or_default(),
        }
    }
}

/// A member of a tuple; none for `None`. With its bytes, quotes left out.
pub type Member<'r> = (Option<Cow<'r, str>>, Span);

/// A tuple: one list literal, or one item that a pattern takes apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuple<'r> {
    /// Its members, by their places among those of the record.
    pub members: Range<usize>,
    /// The literal as it stands.
    pub raw: &'r str,
    /// Its bytes.
    pub span: Span,
    /// Its place in the value.
    pub(crate) range: Range<usize>,
}

impl Tuple<'_> {
    /// Turns places in a part of a value, which begins at `start` of the text, into
    /// places in the chunk: its own, and those of its members.
    pub(crate) fn locate(&mut self, members: &mut [Member<'_>], text: &Text<'_>, start: usize) {
        self.range = start + self.range.start..start + self.range.end;
        self.span = text.span(self.range.clone());
        for (_, span) in members {
            let range = span.range();
            *span = text.span(start + range.start..start + range.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_record_that_is_set_aside_are_nothing_else() {
        let count = ItemCount {
            r#in: 4,
            out: 2,
            blank: 1,
            unread: 1,
            truncated: 1,
            ..ItemCount::default()
        };
        let aside = ItemCount { r#in: 4, quarantined: 4, ..ItemCount::default() };
        let mut both = count;
        both.add(&count.set_aside());
        assert_eq!(count.set_aside(), aside);
        assert_eq!((both.r#in, both.out, both.quarantined), (8, 2, 4));
    }
}
