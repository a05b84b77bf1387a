//! A piece of a source as text that knows where it stands.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::evidence::{self, Misread};
use super::places::{Faults, Known, LineMarks, Raw, Runs};
use super::room::{Lent, Stretch};
use super::{Coding, LineEnds, SourceId};

/// Where a chunk begins in its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Bytes of decoded text before the chunk.
    pub decoded: u64,
    /// Bytes of the file before the chunk, a byte order mark included.
    pub file: u64,
    /// The line of the first byte, counted from 1.
    pub line: u64,
    /// How many characters of that line stand before it.
    pub column: u64,
}

/// How the text of a chunk came from the bytes of the file.
#[derive(Debug)]
pub enum Origin {
    /// The text is the bytes of the file.
    Same,
    /// The text was decoded.
    Decoded(Raw),
}

impl Origin {
    /// Of a text that was decoded from these bytes.
    pub(super) fn decoded(
        bytes: (Vec<u8>, usize),
        coding: Coding,
        runs: (Runs, Faults),
        foreign: Vec<Range<usize>>,
    ) -> Self {
        Self::Decoded(Raw::new(bytes, coding, runs, foreign))
    }
}

/// A piece of a source: whole records, or the text before the first.
#[derive(Debug)]
pub struct Chunk {
    source: SourceId,
    text: Stretch,
    position: Position,
    origin: Origin,
    lines: LineMarks,
}

impl Chunk {
    /// Joins a text and its place.
    #[must_use]
    pub fn new(source: SourceId, text: String, position: Position, origin: Origin) -> Self {
        Self::lent(source, Lent::from(text).into(), position, origin)
    }

    /// The same, whose text gives its room back.
    pub(super) fn lent(
        source: SourceId,
        text: Stretch,
        position: Position,
        origin: Origin,
    ) -> Self {
        Self { source, text, position, origin, lines: LineMarks::default() }
    }

    /// The same, whose lines end in what is told.
    pub(super) fn with_line_ends(self, ends: LineEnds) -> Self {
        Self { lines: LineMarks::new(ends), ..self }
    }

    /// What ends its lines.
    #[must_use]
    pub fn line_ends(&self) -> LineEnds {
        self.lines.ends
    }

    /// The source that the chunk is a piece of.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the chunk begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The offset in the file of an offset of the text: where the character begins that stands there.
    #[must_use]
    pub fn file_offset(&self, offset: usize) -> u64 {
        let offset = match &self.origin {
            Origin::Same => offset.min(self.text.len()),
            Origin::Decoded(raw) => raw.offset_of(&self.text, offset),
        };
        self.position.file + offset as u64
    }

    /// The bytes of the file that a range of the text was decoded from.
    #[must_use]
    pub fn original(&self, range: Range<usize>) -> &[u8] {
        match &self.origin {
            Origin::Same => &self.text.as_bytes()[range],
            Origin::Decoded(raw) => {
                let start = raw.offset_of(&self.text, range.start);
                let end = raw.offset_of(&self.text, range.end);
                &raw.bytes()[start..end.max(start)]
            }
        }
    }

    /// The `n`th stretch of bytes that are no text: where U+FFFD stands for them in the text, and which they are
    /// of the [bytes](Self::bytes). A U+FFFD that stands in the dump is text.
    #[must_use]
    pub fn fault(&self, n: usize) -> Option<(Range<usize>, Range<usize>)> {
        match &self.origin {
            Origin::Same => None,
            Origin::Decoded(raw) => raw.faults().get(n),
        }
    }

    /// How many sequences of bytes in it are no text, each of which is one U+FFFD.
    #[must_use]
    pub fn faults(&self) -> u64 {
        match &self.origin {
            Origin::Same => 0,
            Origin::Decoded(raw) => raw.faults().count(),
        }
    }

    /// The bytes of the file that it was read from.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.origin {
            Origin::Same => self.text.as_bytes(),
            Origin::Decoded(raw) => raw.bytes(),
        }
    }

    /// Lines of the text that were read in a second encoding.
    #[must_use]
    pub fn foreign(&self) -> &[Range<usize>] {
        match &self.origin {
            Origin::Same => &[],
            Origin::Decoded(raw) => raw.foreign(),
        }
    }

    /// Text that is in another encoding than the source and was read in that of the source all the
    /// same, and what that is. All of the source may be known to be UTF-8, whatever it is called.
    #[must_use]
    pub fn misread(&self, misnamed: bool) -> (Vec<Misread>, &'static str) {
        match &self.origin {
            Origin::Decoded(raw) => raw.coding().map_or_else(Default::default, |coding| {
                (evidence::misread(&self.text, raw.bytes(), coding, misnamed), coding.name())
            }),
            Origin::Same => Default::default(),
        }
    }

    /// The line of an offset of the text, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> u64 {
        self.position.line + self.lines.before(&self.text, offset.min(self.text.len())).0
    }

    /// The column of an offset of the text, from 1, in Unicode scalar values.
    #[must_use]
    pub fn column(&self, offset: usize) -> u64 {
        let offset = offset.min(self.text.len());
        if self.position.column == 0 {
            return self.lines.column(&self.text, offset) + 1;
        }
        // The first line begins before the chunk.
        let (lines, column) = self.lines.before(&self.text, offset);
        column + 1 + if lines == 0 { self.position.column } else { 0 }
    }
}

/// Looks up the bytes of places of a chunk that mostly grow.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByteCursor {
    /// Where it began, and the last place.
    first: Known,
    last: Known,
}

impl ByteCursor {
    /// Begins anew at the last place.
    #[must_use]
    pub fn begun(self) -> Self {
        Self { first: self.last, ..self }
    }

    /// The offset in the file of an offset of the text, as [`Chunk::file_offset`] has it.
    pub fn file_offset(&mut self, chunk: &Chunk, offset: usize) -> u64 {
        chunk.position.file + self.offset(chunk, offset) as u64
    }

    /// The bytes of the file that a range of the text was decoded from, and where they begin.
    pub fn original<'c>(&mut self, chunk: &'c Chunk, range: Range<usize>) -> (u64, &'c [u8]) {
        let (start, end) = (self.offset(chunk, range.start), self.offset(chunk, range.end));
        (chunk.position.file + start as u64, &chunk.bytes()[start..end.max(start)])
    }

    fn offset(&mut self, chunk: &Chunk, offset: usize) -> usize {
        let raw = match &chunk.origin {
            Origin::Same => return offset.min(chunk.text.len()),
            Origin::Decoded(raw) => raw,
        };
        if offset == self.last.text {
            return self.last.raw;
        }
        let known = if offset < self.last.text { self.first } else { self.last };
        let found = raw.known_from(&chunk.text, known, offset);
        if chunk.text.is_char_boundary(offset) {
            self.last = found;
        }
        found.raw
    }
}

/// How far lines are counted from the place before, in bytes, and from where a counter began for one that is not
/// behind it.
const NEAR: usize = 64 * 1024;
const AGAIN: usize = 256;

/// Counts the lines of a chunk up to offsets that mostly grow.
#[derive(Clone, Copy, Debug)]
pub struct LineCounter {
    /// Where it began, and the line there.
    first: (usize, u64),
    offset: usize,
    line: u64,
    bytes: ByteCursor,
}

impl LineCounter {
    /// Starts at the first byte of the chunk.
    #[must_use]
    pub fn at_start_of(chunk: &Chunk) -> Self {
        Self::at(0, chunk.position.line)
    }

    /// Starts at an offset whose line is known.
    #[must_use]
    pub fn at(offset: usize, line: u64) -> Self {
        Self { first: (offset, line), offset, line, bytes: ByteCursor::default() }
    }

    /// The same, where a place near it is known whose bytes are.
    #[must_use]
    pub fn with_bytes(self, bytes: ByteCursor) -> Self {
        Self { bytes: bytes.begun(), ..self }
    }

    /// The offset in the file of an offset of the text.
    pub fn file_offset(&mut self, chunk: &Chunk, offset: usize) -> u64 {
        self.bytes.file_offset(chunk, offset)
    }

    /// The offset whose line was asked for last.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The line of an offset that is not before the last one, from 1. Each byte is looked at
    /// once, however many offsets there are.
    pub fn line_ahead(&mut self, chunk: &Chunk, offset: usize) -> u64 {
        self.line += chunk.line_ends().count(chunk.text.as_bytes(), self.offset..offset);
        self.offset = offset;
        self.line
    }

    /// The line of an offset, from 1.
    pub fn line_of(&mut self, chunk: &Chunk, offset: usize) -> u64 {
        let mut near = NEAR;
        if offset < self.offset {
            (self.offset, self.line) = self.first;
            near = AGAIN;
        }
        // What is near is counted from a place before; marks lead to anything else.
        let (text, between) = (chunk.text.as_bytes(), self.offset..offset);
        self.line = if between.len() <= near && text.get(between.clone()).is_some() {
            self.line + chunk.line_ends().count(text, between)
        } else {
            chunk.line(offset)
        };
        self.offset = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\n治愈率 80%".to_owned();
        let at = text.find("80").unwrap();
        let position = Position { line: 5, ..Position::default() };
        let chunk = Chunk::new(SourceId(0), text, position, Origin::Same);
        assert_eq!(
            (LineCounter::at_start_of(&chunk).line_of(&chunk, at), chunk.column(at)),
            (6, 5)
        );
        let mut lines = LineCounter::at(2, 6);
        assert_eq!([at, 0, 2].map(|at| lines.line_of(&chunk, at)), [6, 5, 6]);
        assert_eq!([0, 1, 2, at, 99].map(|at| chunk.line(at)), [5, 5, 6, 6, 6]);
    }

    #[test]
    fn a_column_counts_from_where_the_line_begins() {
        let position = Position { line: 2, column: 7, ..Position::default() };
        let chunk = Chunk::new(SourceId(0), "{}\n{}".to_owned(), position, Origin::Same);
        assert_eq!([chunk.column(0), chunk.column(2), chunk.column(3)], [8, 10, 1]);
    }

    #[test]
    fn an_offset_within_a_character_is_no_reason_to_panic() {
        let chunk = Chunk::new(SourceId(0), "甲乙".to_owned(), Position::default(), Origin::Same);
        assert_eq!([chunk.column(0), chunk.column(3), chunk.column(6)], [1, 2, 3]);
        assert!(chunk.column(4) <= 3 && chunk.file_offset(99) == 6);
    }
}
