//! Cuts sources into batches of whole records.
//!
//! A batch holds the records that begin in the same stretch of
//! [`BATCH_BYTES`] of decoded text, counted over all inputs one after another.
//! So the batches, and with them the row groups of the output, depend on the
//! inputs alone, not on how they were read.

use std::io::{self, Read};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::framing::{Cut, Scan};
use super::{Header, Note, Plan};
use crate::schema::model::Format;
use crate::source::{
    Chunk, Decision, LineCounter, Origin, Position, SourceId, Span, TextReader, line_start_in,
};

/// How much text, in bytes, a batch covers.
pub const BATCH_BYTES: u64 = 5 * 1024 * 1024;

/// Records that are worked on together.
#[derive(Debug)]
pub struct Batch {
    /// The place of the batch in the run, from 0.
    pub seq: u64,
    /// Its pieces, in input order.
    pub pieces: Vec<Framed>,
}

/// A chunk and the records in it.
#[derive(Debug)]
pub struct Framed {
    /// The text.
    pub chunk: Chunk,
    /// What the chunk is.
    pub part: Part,
    /// The records, in order. What stands between them belongs to none.
    pub records: Vec<Frame>,
    /// The form of the source.
    pub format: Format,
    /// The row that names the columns of the source, if it has one.
    pub header: Option<Arc<Header>>,
    /// What the framing found, by its place in the chunk.
    pub notes: Vec<Note>,
    /// Where the source's first CR LF stands, if it stands in this chunk.
    pub carriage_return: Option<usize>,
    /// The length of the byte order mark before this chunk.
    pub bom: usize,
    /// Whether replaced bytes may be in the text.
    pub faulty: bool,
    /// Whether NUL bytes may be in the text.
    pub nul: bool,
    /// Whether the source may be damaged UTF-8 rather than GB18030.
    pub doubtful: bool,
    /// Whether this is the first chunk of its source.
    pub first: bool,
    /// Whether the source ends here without any record.
    pub barren: bool,
}

/// What a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Records, perhaps with text before the first.
    Records,
    /// A piece of a record that is longer than allowed.
    Oversize {
        /// Whether it is the first piece.
        begins: bool,
        /// The length of the record so far, in bytes of text, with this piece.
        length: u64,
        /// Whether it is the last piece.
        ends: bool,
    },
}

/// A record as cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes in the chunk.
    pub span: Span,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The XXH3 hash of its text, without white space around it.
    pub hash: u64,
    /// How many records of the run had the same hash before.
    pub copies: u32,
}

impl Frame {
    /// The id: the hash in hexadecimal, with a number for the second and later copies.
    #[must_use]
    pub fn id(&self) -> String {
        if self.copies == 0 {
            format!("{:016x}", self.hash)
        } else {
            format!("{:016x}-{}", self.hash, self.copies + 1)
        }
    }
}

/// What is known of a source once it was cut.
#[derive(Clone, Copy, Debug)]
pub struct Learned {
    /// The length of its text in bytes, without a byte order mark.
    pub text: u64,
    /// Its form.
    pub format: Format,
    /// The BLAKE3 hash of its bytes.
    pub hash: blake3::Hash,
}

/// Cuts the sources of a run, one after another.
pub struct Batcher<'f> {
    plan: &'f Plan,
    max_record: usize,
    batch_bytes: u64,
    block: usize,
    seq: u64,
    pieces: Vec<Framed>,
    /// The stretch of the run's text that the pieces belong to.
    cell: Option<u64>,
    /// Bytes of decoded text in the sources before this one.
    offset: u64,
    /// The hashes of all records so far: all that a run must remember of each.
    seen: FxHashSet<u64>,
    /// How often those came again that did.
    copies: FxHashMap<u64, u32>,
}

/// A source that is being cut.
struct Open {
    source: SourceId,
    format: Format,
    header: Option<Arc<Header>>,
    decision: Decision,
    text: String,
    /// How much room the text of a batch needs, in bytes.
    capacity: usize,
    raw: Vec<u8>,
    position: Position,
    scan: Scan,
    cuts: Vec<Cut>,
    /// The length of the record that is too long, so far.
    oversize: Option<u64>,
    returned: bool,
    return_at: Option<usize>,
    first: bool,
    records: u64,
}

impl<'f> Batcher<'f> {
    /// Cuts as a plan says. `max_record` is in bytes of text, `block` how much
    /// is read at a time.
    #[must_use]
    pub fn new(plan: &'f Plan, max_record: usize, batch_bytes: u64, block: usize) -> Self {
        Self {
            plan,
            max_record,
            batch_bytes: batch_bytes.max(1),
            block,
            seq: 0,
            pieces: Vec::new(),
            cell: None,
            offset: 0,
            seen: FxHashSet::default(),
            copies: FxHashMap::default(),
        }
    }

    /// Cuts a source to its end and hands finished batches on. `name` is its
    /// path, whose extension may tell its form; `emit` returns false if nobody
    /// wants more. Returns what was learned of it.
    ///
    /// # Errors
    ///
    /// Whatever the reader reports.
    pub fn source(
        &mut self,
        source: SourceId,
        name: &str,
        decision: Decision,
        reader: impl Read,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> io::Result<Learned> {
        let mut reader = TextReader::new(reader, &decision, self.block);
        let bom = decision.bom as u64;
        // A batch ends with the first record that begins behind it, so it may be
        // a block longer; a short source needs no more than its own length.
        let batch = usize::try_from(self.batch_bytes.min(decision.len)).unwrap_or(usize::MAX);
        let capacity = batch.saturating_add(2 * self.block);
        let (mut text, mut raw) = (String::with_capacity(capacity), Vec::new());
        let mut more = true;
        while more && text.len() < self.plan.head_bytes() {
            more = reader.read(&mut text, &mut raw)?;
        }
        let format = self.plan.format_of(name, &text);
        let framer = self.plan.framer(format);
        let mut open = Open {
            source,
            format,
            header: None,
            decision,
            text,
            capacity,
            raw,
            position: Position { decoded: 0, file: bom, line: 1 },
            scan: framer.start(self.max_record),
            cuts: Vec::new(),
            oversize: None,
            returned: false,
            return_at: None,
            first: true,
            records: 0,
        };
        let mut from = 0;
        loop {
            open.look_for_returns(from);
            let known = open.cuts.len();
            let Open { text, scan, cuts, .. } = &mut open;
            framer.scan(text, scan, !more, cuts);
            if let Some(range) = open.scan.header.take() {
                open.header = Some(Arc::new(Header::new(&open.text, range)));
            }
            if !self.advance(&mut open, known, emit) {
                return Ok(Learned { text: open.position.decoded, format, hash: reader.hash() });
            }
            if !more {
                break;
            }
            from = open.text.len();
            more = reader.read(&mut open.text, &mut open.raw)?;
        }
        let barren = open.records == 0 && open.cuts.is_empty() && open.oversize.is_none();
        let rest = open.text.len();
        match open.oversize {
            Some(_) => self.oversize(&mut open, rest, true),
            None if rest > 0 || open.first || !open.scan.notes.is_empty() => {
                self.pieces_push(&mut open, rest);
                if let Some(piece) = self.pieces.last_mut() {
                    piece.barren = barren;
                }
            }
            None => {}
        }
        self.offset += open.position.decoded;
        Ok(Learned { text: open.position.decoded, format, hash: reader.hash() })
    }

    /// Hands on what is left after the last source.
    pub fn finish(mut self, emit: &mut impl FnMut(Batch) -> bool) {
        self.flush(emit);
    }

    /// Works off the starts from the `known`th on.
    fn advance(
        &mut self,
        open: &mut Open,
        mut known: usize,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> bool {
        while let Some(start) = open.cuts.get(known).map(|cut| cut.start) {
            if open.oversize.is_some() {
                self.oversize(open, start, true);
                known = 0;
                continue;
            }
            let cell = (self.offset + open.position.decoded + start as u64) / self.batch_bytes;
            // A record that ended just now may be too long although it came whole.
            let previous = known.checked_sub(1).map(|idx| open.cuts[idx]);
            let long = |cut: &Cut| cut.end.unwrap_or(start) - cut.start > self.max_record;
            if let Some(previous) = previous.filter(long) {
                self.begin_oversize(open, previous.start);
                self.oversize(open, start - previous.start, true);
                known = 0;
                continue;
            }
            if open.cuts[known].gap {
                open.cuts.remove(known);
                if start > 0 {
                    self.pieces_push(open, start);
                    known = 0;
                }
                if !self.flush_if_full(emit) {
                    return false;
                }
                continue;
            }
            if self.cell.is_some_and(|current| current != cell) {
                if start > 0 {
                    self.pieces_push(open, start);
                    known = 0;
                }
                if !self.flush(emit) {
                    return false;
                }
            }
            self.cell = Some(cell);
            known += 1;
        }
        // A record that has ended is no longer than it is; what stands behind it is none of it.
        // Nor is what belongs to none.
        let start = match open.cuts.last() {
            Some(Cut { start, end: Some(end), .. }) if end - start > self.max_record => *start,
            Some(cut) => cut.end.unwrap_or(cut.start).max(open.scan.free),
            None => open.scan.free,
        };
        let tail = open.scan.seen.saturating_sub(start);
        if open.oversize.is_some() || tail > self.max_record {
            if open.oversize.is_none() {
                self.begin_oversize(open, start);
            }
            // What the framer has seen, less the last character: its bytes may not all be here.
            let settled = open
                .text
                .floor_char_boundary(open.scan.resume.min(open.text.len().saturating_sub(1)));
            // A line without end would be kept whole, for it may begin a record.
            let long = open.scan.seen == open.text.len()
                && open.text.len() - settled > self.block.max(64 * 1024);
            let cut = if long {
                open.text.floor_char_boundary(open.text.len().saturating_sub(1))
            } else {
                settled
            };
            if cut > 0 {
                self.oversize(open, cut, false);
            }
            if !self.flush_if_full(emit) {
                return false;
            }
        }
        true
    }

    fn begin_oversize(&mut self, open: &mut Open, start: usize) {
        let kept = open.cuts.iter().position(|cut| cut.start == start);
        let after = kept.map(|idx| open.cuts.split_off(idx)).unwrap_or_default();
        if start > 0 {
            self.pieces_push(open, start);
        }
        open.cuts = after.into_iter().skip(1).map(|cut| cut.shifted(start)).collect();
        open.oversize = Some(0);
    }

    /// Sets a piece of a record that is too long aside.
    fn oversize(&mut self, open: &mut Open, length: usize, ends: bool) {
        let before = open.oversize.unwrap_or(0);
        let total = before + length as u64;
        open.oversize = (!ends).then_some(total);
        let cuts = std::mem::take(&mut open.cuts);
        self.pieces_push(open, length);
        open.cuts = cuts.into_iter().map(|cut| cut.shifted(length)).collect();
        if let Some(piece) = self.pieces.last_mut() {
            piece.part = Part::Oversize { begins: before == 0, length: total, ends };
            piece.records.clear();
        }
        if ends {
            open.records += 1;
        }
    }

    /// Takes the first `length` bytes of the buffer as a piece, with the records that begin in it.
    fn pieces_push(&mut self, open: &mut Open, length: usize) {
        let here = open.cuts.partition_point(|cut| cut.start < length);
        let cuts: Vec<_> = open.cuts.drain(..here).collect();
        for cut in &mut open.cuts {
            *cut = cut.shifted(length);
        }
        let first = open.first;
        let notes = open.scan.notes_before(length, length == open.text.len());
        let carriage_return = open.return_at.filter(|&at| at < length);
        open.return_at = open.return_at.filter(|&at| at >= length).map(|at| at - length);
        let chunk = open.cut(length);
        let nexts = cuts.iter().skip(1).map(|cut| cut.start).chain([length]);
        let mut line = LineCounter::at_start_of(&chunk);
        let records: Vec<_> = cuts
            .iter()
            .zip(nexts)
            .map(|(cut, next)| {
                let (start, end) = (cut.start, cut.end.map_or(next, |end| end.min(next)));
                let hash = hash_of(&chunk.text()[start..end]);
                let copies = if self.seen.insert(hash) {
                    0
                } else {
                    let copies = self.copies.entry(hash).or_insert(0);
                    *copies += 1;
                    *copies
                };
                let line = line.line_of(&chunk, start);
                Frame { span: Span::new(start, end), line, hash, copies }
            })
            .collect();
        open.records += records.len() as u64;
        self.pieces.push(Framed {
            chunk,
            part: Part::Records,
            records,
            format: open.format,
            header: open.header.clone(),
            notes,
            carriage_return,
            bom: if first { open.decision.bom } else { 0 },
            faulty: open.decision.faults > 0,
            nul: open.decision.nul,
            doubtful: open.decision.is_doubtful(),
            first,
            barren: false,
        });
    }

    /// Hands on what is held if it is as much as a batch.
    fn flush_if_full(&mut self, emit: &mut impl FnMut(Batch) -> bool) -> bool {
        let held: usize = self.pieces.iter().map(|piece| piece.chunk.text().len()).sum();
        (held as u64) < self.batch_bytes || self.flush(emit)
    }

    fn flush(&mut self, emit: &mut impl FnMut(Batch) -> bool) -> bool {
        if self.pieces.is_empty() {
            return true;
        }
        let batch = Batch { seq: self.seq, pieces: std::mem::take(&mut self.pieces) };
        self.seq += 1;
        emit(batch)
    }
}

impl Open {
    /// Remembers where the source's first CR LF stands.
    fn look_for_returns(&mut self, from: usize) {
        if self.returned {
            return;
        }
        let from = from.saturating_sub(1);
        if let Some(at) = memchr::memmem::find(&self.text.as_bytes()[from..], b"\r\n") {
            self.returned = true;
            self.return_at = Some(from + at);
        }
    }

    /// Takes the first `length` bytes of the buffer.
    fn cut(&mut self, length: usize) -> Chunk {
        let position = self.position;
        // Room for the next batch at once: a buffer that grows by doubling is
        // copied again and again, and ends up twice as large as it need be.
        let tail = self.text.len() - length;
        let mut rest = String::with_capacity(tail.max(self.capacity));
        rest.push_str(&self.text[length..]);
        self.text.truncate(length);
        let text = std::mem::replace(&mut self.text, rest);
        self.position.decoded += length as u64;
        self.position.line += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        if length > 0 {
            self.scan.at_line_start = text.ends_with('\n');
        }
        self.scan.shift(length);
        self.first = false;
        if self.decision.is_same() {
            self.position.file += length as u64;
            return Chunk::new(self.source, text, position, Origin::Same);
        }
        let encoding = self.decision.encoding;
        let mut raw = std::mem::take(&mut self.raw);
        let at = line_start_in(&raw, encoding, &text, length).unwrap_or_else(|| {
            // In the middle of a line, the whole buffer knows where the piece ends.
            let whole = [text.as_str(), self.text.as_str()].concat();
            let origin = Origin::Decoded { raw: std::mem::take(&mut raw), encoding };
            let buffer = Chunk::new(self.source, whole, position, origin);
            let at = buffer.file_offset(length) - position.file;
            if let Origin::Decoded { raw: bytes, .. } = buffer.into_origin() {
                raw = bytes;
            }
            usize::try_from(at).unwrap_or(usize::MAX)
        });
        self.raw = raw.split_off(at.min(raw.len()));
        self.position.file += at as u64;
        Chunk::new(self.source, text, position, Origin::Decoded { raw, encoding })
    }
}

/// XXH3 with 64 bits, as its reference implementation defines it.
fn hash_of(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_does_not_change_from_version_to_version() {
        // What the reference implementation gives; ids stand in tables that people keep.
        assert_eq!(format!("{:016x}", hash_of("")), "2d06800538d394c2");
        let frame = |copies| Frame { span: Span::default(), line: 1, hash: hash_of(" \n"), copies };
        assert_eq!(frame(0).id(), "2d06800538d394c2");
        assert_eq!(frame(2).id(), "2d06800538d394c2-3");
    }
}
