//! Text as it comes in, from which chunks are cut.

use std::ops::Range;
use std::sync::Arc;

use super::places::{Faults, Runs, cut_in};
use super::room::{Lent, Rooms, Stretch, room_for};
use super::{Chunk, Coding, EncodingDecision, LineEnds, Origin, Position, SourceId};

/// The text of a source that was read and not yet cut, with the bytes it came from where the two
/// differ. Offsets are those of [`Buffer::text`], and stay what they are until [`Buffer::compact`].
#[derive(Debug)]
pub struct Buffer {
    source: SourceId,
    coding: Coding,
    /// Whether the text is the bytes of the file.
    same: bool,
    /// The text, unless chunks have a part in it.
    pub(super) text: Lent,
    /// The text, once they have: it stays where it is, and what was not cut goes elsewhere when the
    /// buffer is compacted.
    shared: Option<Arc<Lent>>,
    pub(super) raw: Vec<u8>,
    pub(super) runs: Runs,
    /// Bytes that are no text.
    pub(super) faults: Faults,
    /// Lines that were read in a second encoding, and not yet cut.
    pub(super) foreign: Vec<Range<usize>>,
    /// How much of the text, and of the bytes, was cut.
    taken: (usize, usize),
    position: Position,
    line_ends: LineEnds,
    /// Where chunks have their room from.
    rooms: Arc<Rooms>,
    /// How long the source is, in bytes.
    len: u64,
    /// How much text is held at once, if there is as much.
    most: usize,
}

/// From which length on a chunk may be a part of the text and no copy. In tests they all are, but short ones.
const SHARED: usize = if cfg!(test) { 8 } else { 64 * 1024 };

/// How many bytes may tell that those before them are faulty.
const LOOK_AHEAD: usize = 3;

impl Buffer {
    /// The buffer of a source of which nothing was read yet.
    #[must_use]
    pub fn new(source: SourceId, decision: &EncodingDecision) -> Self {
        Self::within(Arc::default(), 0, source, decision)
    }

    /// The same, in the room that others have left, with so much text at once.
    #[must_use]
    pub fn within(
        rooms: Arc<Rooms>,
        most: usize,
        source: SourceId,
        decision: &EncodingDecision,
    ) -> Self {
        let short = usize::try_from(decision.len).map_or(most, |len| len.min(most));
        Self {
            source,
            coding: decision.coding,
            same: decision.is_same(),
            text: Lent::empty(short, &rooms),
            shared: None,
            raw: Vec::new(),
            runs: Runs::default(),
            faults: Faults::default(),
            foreign: Vec::new(),
            taken: (0, 0),
            position: Position { decoded: 0, file: decision.bom as u64, line: 1, column: 0 },
            line_ends: LineEnds::default(),
            rooms,
            len: decision.len,
            most,
        }
    }

    /// The same, of a source that is read from a place on.
    #[must_use]
    pub fn from(self, position: Position) -> Self {
        Self { position, ..self }
    }

    /// Tells what ends the lines of the source, before one of them was cut.
    pub fn set_line_ends(&mut self, ends: LineEnds) {
        self.line_ends = ends;
    }

    /// The text, and before it what was cut since the buffer was compacted.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.shared {
            Some(shared) => shared,
            None => &self.text,
        }
    }

    /// How many lines end in a stretch of the text.
    #[must_use]
    pub fn lines(&self, range: Range<usize>) -> u64 {
        self.line_ends.count(self.text().as_bytes(), range)
    }

    /// Where the text that was not cut begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.taken.0
    }

    /// Where the first byte that was not cut stands in the source.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Cuts the text up to an offset off. A chunk has its bytes to itself: it may be kept longer than
    /// the buffer. What ends where the text does takes all bytes that were read; so nothing may be cut
    /// there unless the source has ended.
    pub fn cut(&mut self, to: usize) -> Chunk {
        let line = self.position.line + self.lines(self.taken.0..to);
        self.cut_to_line(to, line)
    }

    /// The same, where the line is known on which the text goes on.
    pub fn cut_to_line(&mut self, to: usize, line: u64) -> Chunk {
        let position = self.position;
        let (start, raw_start) = self.taken;
        let text = self.lend(start..to);
        self.position.decoded += text.len() as u64;
        self.position.line = line;
        let all = self.text();
        let last = self.line_ends.last(all.as_bytes(), start..to);
        let behind = all[last.map_or(start, |end| end + 1)..to].chars().count() as u64;
        self.position.column = behind + if last.is_none() { position.column } else { 0 };
        self.taken.0 = to;
        if self.same {
            self.position.file += text.len() as u64;
            return Chunk::lent(self.source, text, position, Origin::Same)
                .with_line_ends(self.line_ends);
        }
        let runs = self.runs.slice(start..to, raw_start);
        let faults = self.faults.slice(start..to, raw_start);
        let raw_end = if to == self.text().len() {
            self.raw.len()
        } else {
            let (rest, raw) = (&self.text()[start..], &self.raw[raw_start..]);
            let noted = (&runs, &faults);
            raw_start + cut_in(rest, raw, self.coding, noted, to - start).min(raw.len())
        };
        let raw = &self.raw[raw_start..raw_end];
        self.taken.1 = raw_end;
        self.position.file += raw.len() as u64;
        // Most of a damaged dump is not damaged.
        let origin = if self.coding.is_utf8() && raw == text.as_bytes() {
            Origin::Same
        } else {
            let here = self.foreign.partition_point(|line| line.start < to);
            let lines = self.foreign.drain(..here);
            // A line may be cut in two; what is left of it is reported with its start.
            let foreign = lines
                .map(|line| line.start.saturating_sub(start)..line.end.min(to) - start)
                .collect();
            let behind = self.raw.len().min(raw_end + LOOK_AHEAD);
            let mut bytes = Vec::with_capacity(room_for(behind - raw_start));
            bytes.extend_from_slice(&self.raw[raw_start..behind]);
            Origin::decoded((bytes, raw.len()), self.coding, (runs, faults), foreign)
        };
        Chunk::lent(self.source, text, position, origin).with_line_ends(self.line_ends)
    }

    /// A stretch of the text, for a chunk.
    fn lend(&mut self, range: Range<usize>) -> Stretch {
        // A small part must not hold the whole.
        if range.len() < SHARED || range.len() < self.text().len() / 2 {
            return Lent::of(&self.text()[range], &self.rooms).into();
        }
        let shared = self.shared.get_or_insert_with(|| Arc::new(std::mem::take(&mut self.text)));
        Stretch::of(Arc::clone(shared), range)
    }

    /// Takes the text from an offset on out of those in which chunks have a part, so that it can grow.
    pub(super) fn own(&mut self, from: usize) {
        if let Some(shared) = self.shared.take() {
            let rest = &shared[from..];
            let left = self.len.saturating_sub(self.position.file);
            let room = usize::try_from(left).map_or(self.most, |left| left.min(self.most));
            self.text = Lent::empty(room.max(rest.len()), &self.rooms);
            self.text.push_str(rest);
        } else {
            self.text.drain(..from);
        }
    }

    /// Forgets what was cut, and tells by how much offsets are less from now on.
    pub fn compact(&mut self) -> usize {
        let (text, raw) = std::mem::take(&mut self.taken);
        if text > 0 {
            let rest = text..self.text().len().max(text);
            self.runs = self.runs.slice(rest.clone(), raw);
            self.faults = self.faults.slice(rest, raw);
            self.own(text);
            self.raw.drain(..raw);
            for line in &mut self.foreign {
                *line = line.start - text..line.end - text;
            }
        }
        text
    }

    /// Leaves out the text up to an offset, whose place is of no interest.
    pub fn discard(&mut self, to: usize) {
        self.own(to);
        self.raw.clear();
        self.runs.clear();
        self.faults.clear();
        self.foreign.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Asked, TextReader, decide};

    #[test]
    fn a_chunk_that_is_most_of_the_text_is_no_copy_and_the_rest_goes_on() {
        let bytes = "river mill\nwheel\nstone\ndust\n".as_bytes();
        let decision = decide(|| Ok(bytes), Asked::default()).unwrap();
        let mut reader = TextReader::new(bytes, &decision, 20);
        let mut buffer = Buffer::new(SourceId(0), &decision);
        assert!(reader.read(&mut buffer).unwrap());
        let place = buffer.text().as_ptr();
        let first = buffer.cut(11);
        assert_eq!((first.text().as_ptr(), buffer.text().as_ptr()), (place, place));
        // A short one is a copy, and does not hold the whole.
        let second = buffer.cut(17);
        assert_ne!(second.text().as_ptr(), place.wrapping_add(11));
        assert_eq!(buffer.compact(), 17);
        while reader.read(&mut buffer).unwrap() {}
        let last = buffer.cut(buffer.text().len());
        let chunks = [first, second, last];
        assert_eq!(
            chunks.each_ref().map(Chunk::text),
            ["river mill\n", "wheel\n", "stone\ndust\n"]
        );
        assert_eq!(
            chunks.map(|chunk| (chunk.position().file, chunk.position().line)),
            [(0, 1), (11, 2), (17, 3)]
        );
    }
}
