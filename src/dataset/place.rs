//! Where a row stands, as far as a check across batches must remember it.
//!
//! A batch remembers of a row which record it is of and which bytes of it. Lines,
//! columns and names are looked up when batches are merged, for the rows alone
//! that a finding or a message points at; the texts of a batch live until then.

use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::data::{Cell, ItemPlace};
use crate::diagnostic::{Finding, Identity, Located, hash_of};
use crate::record::{FramedChunk, RecordFrame};
use crate::schema::model::{Column, ColumnOrigin};
use crate::source::{Chunk, LineCounter, SourceId, Span};
use crate::table::RecordRef;

/// The record that a worker is at.
#[derive(Clone, Copy, Debug)]
pub struct RecordContext<'r> {
    /// What its rows know of it.
    pub record: &'r RecordRef<'r>,
    /// Which piece of the batch it stands in, and which of its records it is.
    pub place: (u32, u32),
    /// The text that it stands in, and where it begins there.
    pub text: (&'r Chunk, u32),
}

/// A row, by its record and its bytes there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct RowPlace {
    record: (u32, u32),
    /// Its bytes in the piece; empty at 0 for the start of the record.
    span: Span,
    /// Which item of a list; [`NO_ITEM`] for none.
    ordinal: u32,
    /// The places of the objects around it, if there are some.
    parents: Option<Box<[u32]>>,
}

/// The ordinal of what is no item.
const NO_ITEM: u32 = u32::MAX;

impl RowPlace {
    pub(crate) fn new(record: (u32, u32), span: Span, item: Option<ItemPlace<'_>>) -> Self {
        let parents = item.map_or(&[][..], |item| item.parents);
        Self {
            record,
            span,
            ordinal: item.map_or(NO_ITEM, |item| item.ordinal),
            parents: (!parents.is_empty()).then(|| parents.into()),
        }
    }

    pub(crate) fn record(&self) -> (u32, u32) {
        self.record
    }

    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Where it begins in the text of its record, which begins at `start`.
    fn offset(&self, start: u32) -> usize {
        self.span.start.max(start) as usize
    }
}

/// Counts the lines of the rows of a record while a worker is at it: by the time that batches are merged its text is
/// in no cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordLines<'r> {
    text: (&'r Chunk, u32),
    lines: LineCounter,
}

impl<'r> RecordLines<'r> {
    pub(crate) fn new(context: &RecordContext<'r>) -> Self {
        let text = context.text;
        Self { text, lines: LineCounter::at(text.1 as usize, context.record.line) }
    }

    /// The line of a row of the record; rows mostly go forward.
    pub(crate) fn line(&mut self, place: &RowPlace) -> u64 {
        let (chunk, start) = self.text;
        self.lines.line_of(chunk, place.offset(start))
    }
}

/// The records of a batch that have rows, with what they are known by where that
/// is not their id.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    records: Vec<RecordKey>,
    texts: String,
}

/// A record of a batch, and where its key stands.
type RecordKey = ((u32, u32), Option<Range<usize>>);

impl Keys {
    pub(crate) fn push(&mut self, context: &RecordContext<'_>) {
        let key = context.record.key.map(|key| {
            let start = self.texts.len();
            self.texts.push_str(key);
            start..self.texts.len()
        });
        self.records.push((context.place, key));
    }

    /// What a record is known by; none if that is its id.
    pub(crate) fn of(&self, record: (u32, u32)) -> Option<&str> {
        let known = self.records.binary_search_by_key(&record, |(record, _)| *record).ok()?;
        self.records[known].1.clone().map(|range| &self.texts[range])
    }
}

/// The texts of a batch, and which of their records have rows. One that has come from another process has
/// the places that were looked up there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct BatchPlaces {
    #[serde(skip)]
    pub(crate) pieces: Vec<FramedChunk>,
    #[serde(skip)]
    pub(crate) keys: Keys,
    #[serde(with = "pairs")]
    spots: FxHashMap<RowPlace, Spot>,
}

/// A map whose keys are no texts.
mod pairs {
    use rustc_hash::FxHashMap;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{RowPlace, Spot};

    pub(super) fn serialize<S: Serializer>(
        spots: &FxHashMap<RowPlace, Spot>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(spots)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<FxHashMap<RowPlace, Spot>, D::Error> {
        Vec::deserialize(deserializer).map(|spots| spots.into_iter().collect())
    }
}

impl BatchPlaces {
    fn record(&self, (piece, record): (u32, u32)) -> Option<(&Chunk, &RecordFrame)> {
        let piece = self.pieces.get(piece as usize)?;
        Some((&piece.chunk, piece.records.get(record as usize)?))
    }

    /// Looks up places, and lets go of the texts.
    pub(crate) fn settle(&mut self, places: &[&RowPlace]) {
        let mut locator = Locator::new(self);
        let spots =
            places.iter().filter_map(|place| Some(((*place).clone(), locator.spot(place)?)));
        self.spots = spots.collect();
        (self.pieces, self.keys) = (Vec::new(), Keys::default());
    }

    /// Gives the sources of looked up places their numbers in another process.
    pub(crate) fn renumber(&mut self, number: &dyn Fn(SourceId) -> SourceId) {
        self.spots.values_mut().for_each(|spot| spot.source = number(spot.source));
    }
}

/// Looks up places of a batch, going forward.
#[derive(Debug)]
pub(crate) struct Locator<'b> {
    batch: &'b BatchPlaces,
    /// The record that the lines were counted in last.
    record: Option<(u32, u32)>,
    lines: LineCounter,
    /// The piece, the offset there and the column that were counted last.
    column: (u32, usize, u64),
}

/// A place in the dump.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spot {
    /// The source.
    pub source: SourceId,
    /// The line of the first byte, from 1.
    pub line: u64,
    /// The column of the first byte in Unicode scalar values, from 1.
    pub column: u64,
    /// The bytes in the file.
    pub bytes: Range<u64>,
    /// The record.
    pub record_id: String,
    /// What the record is known by, if that is not its id.
    pub key: Option<String>,
    /// Which item of a list, from 0.
    pub ordinal: Option<u32>,
    /// The places of the objects around it.
    pub parents: Vec<u32>,
}

impl<'b> Locator<'b> {
    pub(crate) fn new(batch: &'b BatchPlaces) -> Self {
        Self { batch, record: None, lines: LineCounter::at(0, 1), column: (0, 0, 1) }
    }

    /// The source of a row. A row of no record stands nowhere.
    pub(crate) fn source(&self, place: &RowPlace) -> Option<SourceId> {
        match self.batch.spots.get(place) {
            Some(spot) => Some(spot.source),
            None => Some(self.batch.record(place.record)?.0.source()),
        }
    }

    /// The source and the line of a row.
    fn line(&mut self, place: &RowPlace) -> Option<(SourceId, u64)> {
        if let Some(spot) = self.batch.spots.get(place) {
            return Some((spot.source, spot.line));
        }
        let (chunk, frame) = self.batch.record(place.record)?;
        let start = frame.span.start as usize;
        let offset = place.offset(frame.span.start);
        // What stands before the last place is counted from the start of the record on.
        if self.record != Some(place.record) || offset < self.lines.offset() {
            self.record = Some(place.record);
            self.lines = LineCounter::at(start, frame.line);
        }
        Some((chunk.source(), self.lines.line_of(chunk, offset)))
    }

    /// All that is known of the place of a row.
    pub(crate) fn spot(&mut self, place: &RowPlace) -> Option<Spot> {
        if let Some(spot) = self.batch.spots.get(place) {
            return Some(spot.clone());
        }
        let (source, line) = self.line(place)?;
        let (chunk, frame) = self.batch.record(place.record)?;
        let start = frame.span.start as usize;
        let span = if place.span == Span::default() { Span::new(start, start) } else { place.span };
        let (from, to) = (span.start as usize, span.end as usize);
        Some(Spot {
            source,
            line,
            column: self.column(chunk, place.record.0, from),
            bytes: chunk.file_offset(from)..chunk.file_offset(to),
            record_id: frame.id(),
            key: self.batch.keys.of(place.record).map(str::to_owned),
            ordinal: (place.ordinal != NO_ITEM).then_some(place.ordinal),
            parents: place.parents.as_deref().unwrap_or_default().to_vec(),
        })
    }

    /// The column of an offset. On one line, each byte is counted once.
    fn column(&mut self, chunk: &Chunk, piece: u32, offset: usize) -> u64 {
        let text = chunk.text().as_bytes();
        let (last_piece, last, counted) = self.column;
        let (mut from, mut column) = (0, 1);
        if piece == last_piece && last <= offset {
            (from, column) = (last, counted);
        }
        let offset = offset.min(text.len());
        let rest = match chunk.line_ends().last(text, from..offset) {
            Some(end) => {
                column = 1;
                &text[end + 1..offset]
            }
            None => &text[from..offset],
        };
        column += rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        self.column = (piece, offset, column);
        column
    }
}

/// What a finding at a row is known by from run to run, beside its check.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KnownBy<'f> {
    /// The record, the item, and the text of the finding.
    Record,
    /// Its text alone: a value of several records, in whatever order they come.
    Value,
    /// What the value has in common with another, whichever of the two comes first.
    Form(&'f str),
}

impl Spot {
    /// A finding at this place.
    pub(crate) fn locate(self, mut finding: Finding, rule: &str, by: KnownBy<'_>) -> Located {
        (finding.ordinal, finding.parents) = (self.ordinal, self.parents);
        let of_record = matches!(by, KnownBy::Record);
        let value = match by {
            KnownBy::Form(form) => Some(form),
            KnownBy::Record | KnownBy::Value => finding.raw.as_deref(),
        };
        let identity = Identity {
            rule: rule.to_owned(),
            record: if of_record { self.key.or(Some(self.record_id.clone())) } else { None },
            field: finding.field.clone(),
            parents: finding.parents_in_words().filter(|_| of_record),
            item: self.ordinal.filter(|_| of_record),
            value: value.map(hash_of),
            ..Identity::default()
        };
        Located {
            record_id: Some(self.record_id),
            identity,
            line: self.line,
            column: self.column,
            bytes: self.bytes,
            ..Located::of_source(finding, Some(self.source))
        }
    }
}

/// A finding about the run, known by its rule and its value.
pub(crate) fn of_run(finding: Finding, rule: &str) -> Located {
    let identity = Identity {
        rule: rule.to_owned(),
        value: finding.raw.as_deref().map(hash_of),
        ..Identity::default()
    };
    Located { identity, ..Located::of_source(finding, None) }
}

/// The bytes of a column of a row; none for what is worked out.
pub(crate) fn span_of(column: &Column, cells: &[Cell<'_>]) -> Span {
    match &column.origin {
        ColumnOrigin::Slot(slot) => cells[*slot].span,
        _ => Span::default(),
    }
}

/// Where the records of a run stand, for queries whose rows have a `record_id`:
/// 40 bytes for each, and the text that it is known by if that is not its id.
#[derive(Debug, Default)]
pub(crate) struct RecordPlaces {
    records: Vec<RecordPlace>,
    keys: String,
}

/// The place of a record.
#[derive(Clone, Copy, Debug)]
struct RecordPlace {
    /// The hash of its id.
    id: u64,
    line: u64,
    byte: u64,
    /// Where its key begins among the keys; the next one ends it.
    key: u64,
    source: SourceId,
    column: u32,
}

impl RecordPlaces {
    /// Adds the records of a batch.
    pub(crate) fn extend(&mut self, batch: &BatchPlaces) {
        let mut places = Locator::new(batch);
        for (record, key) in &batch.keys.records {
            let Some((chunk, frame)) = batch.record(*record) else { continue };
            let start = frame.span.start as usize;
            let column = places.column(chunk, record.0, start);
            self.records.push(RecordPlace {
                id: xxh3_64(frame.id().as_bytes()),
                line: frame.line,
                byte: chunk.file_offset(start),
                key: self.keys.len() as u64,
                source: chunk.source(),
                column: u32::try_from(column).unwrap_or(u32::MAX),
            });
            if let Some(range) = key {
                self.keys.push_str(&batch.keys.texts[range.clone()]);
            }
        }
    }

    /// The places of records, by their ids. All are looked for in one go.
    pub(crate) fn find<'i>(&self, ids: impl Iterator<Item = &'i str>) -> FxHashMap<u64, Spot> {
        let mut found: FxHashMap<u64, Option<Spot>> = FxHashMap::default();
        let mut texts = FxHashMap::default();
        for id in ids {
            let hash = xxh3_64(id.as_bytes());
            if texts.insert(hash, id).is_none() {
                found.insert(hash, None);
            }
        }
        if found.is_empty() {
            return FxHashMap::default();
        }
        for (n, record) in self.records.iter().enumerate() {
            let Some(spot) = found.get_mut(&record.id) else { continue };
            let end = self.records.get(n + 1).map_or(self.keys.len() as u64, |next| next.key);
            let range = usize::try_from(record.key).ok().zip(usize::try_from(end).ok());
            let key = range.map_or("", |(start, end)| &self.keys[start..end]);
            *spot = Some(Spot {
                source: record.source,
                line: record.line,
                column: u64::from(record.column),
                bytes: record.byte..record.byte,
                record_id: texts[&record.id].to_owned(),
                key: (!key.is_empty()).then(|| key.to_owned()),
                ordinal: None,
                parents: Vec::new(),
            });
        }
        found.into_iter().filter_map(|(hash, spot)| Some((hash, spot?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_in_the_reference_is_right() {
        assert_eq!(size_of::<RecordPlace>(), 40);
    }
}
