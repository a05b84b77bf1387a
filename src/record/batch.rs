//! Cuts sources into batches of whole records.
//!
//! A batch holds the records that begin in the same stretch of
//! [`BATCH_BYTES`] of decoded text, counted over all inputs one after another, and no
//! more than [`BATCH_RECORDS`]: each record may have findings, which take far more room
//! than a short record does.
//! So the batches, and with them the row groups of the output, depend on the
//! inputs alone, not on how they were read.

mod resume;

use std::io::{self, Read};
use std::sync::Arc;

use super::framing::{RecordBounds, Scan};
use super::seen::Seen;
use super::{END_OF_FILE, Header, MARK, Note, Outside, Plan};
use crate::schema::model::Format;
use crate::source::{
    Buffer, Chunk, EncodingDecision, Fault, LineEnds, Rooms, SourceId, Span, TextReader,
};
use crate::stage::{Stage, within};
use encoding_rs::Encoding;

pub use resume::{Start, Until};

/// How much text, in bytes, a batch covers.
pub const BATCH_BYTES: u64 = 5 * 1024 * 1024;
/// How many records a batch has at most.
pub const BATCH_RECORDS: usize = 32 * 1024;

/// How much room a buffer has from the start, at most.
const MOST_ROOM: usize = 16 * 1024 * 1024;

/// Records that are worked on together.
#[derive(Debug)]
pub struct Batch {
    /// The place of the batch in the run, from 0.
    pub seq: u64,
    /// Whether its first record is the first of a block, and its last the last of one.
    pub whole: (bool, bool),
    /// Its pieces, in input order.
    pub pieces: Vec<FramedChunk>,
    /// How cutting goes on where it begins, if that was asked for and can be told.
    pub start: Option<Box<Start>>,
}

/// A chunk and the records in it.
#[derive(Debug)]
pub struct FramedChunk {
    /// The text.
    pub chunk: Chunk,
    /// What the chunk is.
    pub part: Part,
    /// The records, in order. What stands between them belongs to none.
    pub records: Vec<RecordFrame>,
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
    /// Whether NUL bytes may be in the text.
    pub nul: bool,
    /// What was decided about the encoding of the source, in its first chunk.
    pub decision: Option<Box<EncodingDecision>>,
    /// Whether this is the first chunk of its source.
    pub first: bool,
    /// What the text before its first record is.
    pub lead: Lead,
    /// Whether the text behind its last record goes on in the next piece.
    pub parted: bool,
    /// Whether the source ends here without any record.
    pub has_no_records: bool,
    /// Why the source breaks off behind this chunk, if it does.
    pub broken: Option<Fault>,
    /// The encoding of lines of the source that are no UTF-8.
    pub second: Option<&'static Encoding>,
    /// Whether all of the source is UTF-8, by the look of it, though another encoding is named for it.
    pub misnamed: bool,
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
    /// A record that the source breaks off in.
    Torn,
}

/// What the text before the first record of a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// It stands before the first record of its source.
    First,
    /// It stands behind a record.
    Between,
    /// It goes on from a chunk that tells of it.
    Told,
}

/// A record as cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFrame {
    /// Its bytes in the chunk.
    pub span: Span,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The XXH3 hash of its text, without white space around it.
    pub hash: u64,
    /// How many records of the run had the same hash before.
    pub copies: u32,
    /// The block that it is in: the batch that it would be in if batches had their usual size.
    pub block: u64,
}

impl RecordFrame {
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
pub struct SourceSummary {
    /// The length of its text in bytes, without a byte order mark.
    pub text: u64,
    /// Its form.
    pub format: Format,
    /// What ends its lines.
    pub line_ends: LineEnds,
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
    /// How many records began since a batch was last ended for its records.
    begun: usize,
    /// How many began at all.
    total: u64,
    /// How many are wanted.
    limit: Option<u64>,
    /// Whether one began that is not wanted.
    is_full: bool,
    pieces: Vec<FramedChunk>,
    /// The stretch of the run's text that the pieces belong to.
    cell: Option<u64>,
    at: Block,
    /// Whether the last batch ended with a block.
    has_ended: bool,
    /// Bytes of decoded text in the sources before this one.
    offset: u64,
    /// The hashes of all records so far: all that a run must remember of each.
    seen: Seen,
    /// Why they could not be kept.
    failed: Option<io::Error>,
    /// Where batches of the source begin, for those who go on from there.
    starts: resume::Starts,
    /// The text of the source that is wanted ends here.
    until: Option<Until>,
    /// The room that batches have left.
    rooms: Arc<Rooms>,
}

/// The block at hand.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    number: u64,
    /// The stretch of the run's text that it lies in.
    stretch: u64,
    /// How many records it has.
    records: usize,
}

impl Block {
    /// Whether the next record is in it, which begins in a stretch.
    fn takes(self, stretch: u64) -> bool {
        self.stretch == stretch && self.records < BATCH_RECORDS
    }

    /// Adds a record that begins in a stretch. Gives the number of its block.
    fn add(&mut self, stretch: u64) -> u64 {
        if !self.takes(stretch) {
            *self = Self { number: self.number + 1, stretch, records: 0 };
        }
        self.records += 1;
        self.number
    }
}

/// A source that is being cut. Offsets are those of the buffer.
struct Open {
    format: Format,
    header: Option<Arc<Header>>,
    decision: EncodingDecision,
    buffer: Buffer,
    scan: Scan,
    cuts: Vec<RecordBounds>,
    /// How many of the cuts are in pieces.
    cut: usize,
    /// How many of the cuts were looked at.
    known: usize,
    /// The length of the record that is too long, so far.
    oversize: Option<u64>,
    returned: bool,
    return_at: Option<usize>,
    /// What ends its lines, once it is known.
    line_ends: Option<LineEnds>,
    first: bool,
    records: u64,
    /// How much of the source's text went before.
    before: u64,
    /// How much text is to be passed over before the first record.
    passed: Option<usize>,
    /// What the text before the next record is.
    lead: Lead,
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
            begun: 0,
            total: 0,
            limit: None,
            is_full: false,
            pieces: Vec::new(),
            cell: None,
            at: Block::default(),
            has_ended: true,
            offset: 0,
            seen: Seen::default(),
            failed: None,
            starts: resume::Starts::default(),
            until: None,
            rooms: Arc::default(),
        }
    }

    /// Cuts no more than so many records.
    #[must_use]
    pub fn limited(self, limit: Option<u64>) -> Self {
        Self { limit, ..self }
    }

    /// Whether there are as many records as are wanted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.total >= limit)
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
        decision: EncodingDecision,
        reader: impl Read,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> io::Result<SourceSummary> {
        let mut reader = TextReader::new(reader, &decision, self.block);
        let mut buffer = self.buffer(source, &decision);
        let mut more = true;
        while more && buffer.text().len() < self.plan.head_bytes() {
            more = reader.read(&mut buffer)?;
        }
        let format = self.plan.format_of(name, buffer.text());
        let framer = self.plan.framer(format);
        let open = Open {
            format,
            header: None,
            decision,
            buffer,
            scan: framer.start(self.max_record),
            cuts: Vec::new(),
            cut: 0,
            known: 0,
            oversize: None,
            returned: false,
            return_at: None,
            // Only rows of CSV may end in a carriage return alone.
            line_ends: (format != Format::Csv).then(LineEnds::default),
            first: true,
            records: 0,
            before: 0,
            passed: None,
            lead: Lead::First,
        };
        self.cut(open, reader, more, emit)
    }

    /// The buffer of a source: it has room for a batch and what is read behind it.
    fn buffer(&self, source: SourceId, decision: &EncodingDecision) -> Buffer {
        let most = usize::try_from(self.batch_bytes).unwrap_or(usize::MAX);
        let most = most.saturating_add(2 * self.block).min(MOST_ROOM);
        Buffer::within(Arc::clone(&self.rooms), most, source, decision)
    }

    /// Cuts what is left of a source that was opened.
    fn cut(
        &mut self,
        mut open: Open,
        mut reader: TextReader<impl Read>,
        mut more: bool,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> io::Result<SourceSummary> {
        let framer = self.plan.framer(open.format);
        let mut from = 0;
        loop {
            open.look_for_returns(from);
            open.look_for_line_end(from, !more);
            self.starts.before(&open.scan);
            let Open { buffer, scan, cuts, .. } = &mut open;
            let mut text = buffer.text();
            if let Some(before) = text.strip_suffix(END_OF_FILE).filter(|_| !more) {
                text = before;
                scan.resume = scan.resume.min(text.len());
                // A line of nothing else was taken for one that begins a record.
                cuts.pop_if(|cut| !cut.gap && cut.start >= text.len());
            }
            framer.scan(text, scan, !more, cuts);
            // What stands behind the text belongs to no record.
            if let Some(cut) = cuts.last_mut().filter(|_| text.len() < buffer.text().len()) {
                cut.end.get_or_insert(text.len());
            }
            // Text that is looked at again says nothing new.
            let known = open.passed.is_some() && open.header.is_some();
            if let Some(range) = open.scan.header.take().filter(|_| !known) {
                open.header = Some(Arc::new(Header::new(open.buffer.text(), range)));
            }
            let goes_on = !open.passes_over(!more) || self.advance(&mut open, !more, emit);
            self.kept()?;
            if !goes_on {
                // The record that is not wanted, and all behind it, is none of the run's text.
                if self.is_full {
                    reader.skip_rest()?;
                }
                return Ok(open.summary(reader.hash()));
            }
            if !more {
                break;
            }
            open.compact();
            from = open.buffer.text().len();
            more = reader.read(&mut open.buffer)?;
        }
        let has_no_records = open.records == 0 && open.cuts.is_empty() && open.oversize.is_none();
        let rest = open.buffer.text().len();
        match open.oversize {
            Some(_) => self.oversize(&mut open, rest, true),
            None if rest > open.buffer.start() || open.first || !open.scan.notes.is_empty() => {
                self.last_pieces(&mut open, rest);
                if let Some(piece) = self.pieces.last_mut() {
                    piece.has_no_records = has_no_records;
                }
            }
            None => {}
        }
        if let (Some(piece), Some(why)) = (self.pieces.last_mut(), open.decision.broken.take()) {
            piece.broken = Some(why);
        }
        self.kept()?;
        let summary = open.summary(reader.hash());
        self.offset += open.before + summary.text;
        Ok(summary)
    }

    /// Fails if the hashes of records could not be kept.
    fn kept(&mut self) -> io::Result<()> {
        // Whatever it is, the remedy is that of a folder without room.
        let failed = |error| {
            let message = format!("the ids of records do not go into a temporary file: {error}");
            io::Error::new(io::ErrorKind::StorageFull, message)
        };
        self.failed.take().map_or(Ok(()), |error| Err(failed(error)))
    }

    /// Hands on what is left after the last source.
    pub fn finish(mut self, emit: &mut impl FnMut(Batch) -> bool) {
        self.end_batch(emit);
    }

    /// Ends the batch where the last source does.
    pub fn end_batch(&mut self, emit: &mut impl FnMut(Batch) -> bool) {
        self.flush(emit, true);
        (self.cell, self.begun) = (None, 0);
    }

    /// Works off the records that were found since it was called last.
    fn advance(
        &mut self,
        open: &mut Open,
        ended: bool,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> bool {
        while let Some(start) = open.cuts.get(open.known).map(|cut| cut.start) {
            // The bytes of the character before a gap may not all be here yet.
            if open.cuts[open.known].gap && start == open.buffer.text().len() && !ended {
                break;
            }
            if open.oversize.is_some() {
                self.oversize(open, start, true);
                continue;
            }
            // A record that ended just now may be too long although it came whole.
            let previous = open.cuts[open.cut..open.known].last().copied();
            let long = |cut: &RecordBounds| cut.end.unwrap_or(start) - cut.start > self.max_record;
            if let Some(previous) = previous.filter(long) {
                self.begin_oversize(open, previous.start);
                self.oversize(open, start, true);
                continue;
            }
            if open.cuts[open.known].gap {
                open.cuts.remove(open.known);
                if start > open.buffer.start() {
                    self.part(open, start);
                }
                if !self.flush_if_full(emit) {
                    return false;
                }
                continue;
            }
            let begun = open.buffer.position().decoded + (start - open.buffer.start()) as u64;
            let cell = (self.offset + begun) / self.batch_bytes;
            let is_last = self.until.is_some_and(|until| begun >= until.decoded);
            if self.is_full() || is_last {
                self.is_full = !is_last;
                if start > open.buffer.start() {
                    self.pieces_push(open, start);
                }
                return false;
            }
            let is_long = self.begun == BATCH_RECORDS;
            if is_long || self.cell.is_some_and(|current| current != cell) {
                self.begun = 0;
                if start > open.buffer.start() {
                    self.pieces_push(open, start);
                }
                let begins = self.starts.at(open, start, self.plan, self.pieces.last());
                let ends = !self.at.takes((self.offset + begun) / BATCH_BYTES);
                if !self.flush(emit, ends) {
                    return false;
                }
                self.starts.next = begins;
            }
            self.cell = Some(cell);
            self.begun += 1;
            self.total += 1;
            open.known += 1;
        }
        // A record that has ended is no longer than it is; what stands behind it is none of it.
        // Nor is what belongs to none.
        let free = open.scan.free.max(open.buffer.start());
        let start = match open.cuts[open.cut..].last() {
            Some(RecordBounds { start, end: Some(end), .. }) if end - start > self.max_record => {
                *start
            }
            Some(cut) => cut.end.unwrap_or(cut.start).max(free),
            None => free,
        };
        let (text, resume) = (open.buffer.text(), open.scan.resume);
        // What the framer has seen, less the last character: its bytes may not all be here.
        let last = text.len() - usize::from(!ended && !text.is_empty());
        let cut = text.floor_char_boundary(resume.min(last));
        // The first piece has as much as is allowed, or all.
        if open.oversize.is_some() || cut.saturating_sub(start) > self.max_record {
            if open.oversize.is_none() {
                self.begin_oversize(open, start);
            }
            if cut > open.buffer.start() && !ended {
                self.oversize(open, cut, false);
            }
            if !self.flush_if_full(emit) {
                return false;
            }
        }
        true
    }

    fn begin_oversize(&mut self, open: &mut Open, start: usize) {
        if start > open.buffer.start() {
            self.pieces_push(open, start);
        }
        // The record is set aside, and no record of a piece.
        open.cut += usize::from(open.cuts.get(open.cut).is_some_and(|cut| cut.start == start));
        open.known = open.known.max(open.cut);
        open.oversize = Some(0);
    }

    /// Sets a piece of a record that is too long aside.
    fn oversize(&mut self, open: &mut Open, to: usize, ends: bool) {
        let before = open.oversize.unwrap_or(0);
        let length = before + (to - open.buffer.start()) as u64;
        open.oversize = (!ends).then_some(length);
        let part = Part::Oversize { begins: before == 0, length, ends };
        self.piece(open, to, part, Vec::new());
        open.records += u64::from(ends);
        open.lead = Lead::Between;
    }

    /// Parts text that belongs to no record.
    fn part(&mut self, open: &mut Open, to: usize) {
        let ended = open.cuts[open.cut..open.known].last().and_then(|cut| cut.end);
        let told = open.lead == Lead::Told && ended.is_none();
        let from = ended.unwrap_or(0).max(open.buffer.start());
        let outside = self.plan.outside(open.format, &open.buffer.text()[from..to]);
        self.pieces_push(open, to);
        if let Some(piece) = self.pieces.last_mut() {
            piece.parted = true;
        }
        if told || matches!(outside, Outside::Text(_)) {
            open.lead = Lead::Told;
        }
    }

    /// Takes the text up to an offset as a piece, with the records that begin in it.
    fn pieces_push(&mut self, open: &mut Open, to: usize) {
        let here = open.cuts[open.cut..].partition_point(|cut| cut.start < to);
        let cuts = open.cuts[open.cut..open.cut + here].to_vec();
        open.cut += here;
        open.known = open.known.max(open.cut);
        let records = cuts.len() as u64;
        self.piece(open, to, Part::Records, cuts);
        open.records += records;
        if open.records > 0 {
            open.lead = Lead::Between;
        }
    }

    /// Takes the rest of a source. The record that it breaks off in, if it does, is a piece of its own.
    fn last_pieces(&mut self, open: &mut Open, to: usize) {
        let torn = open.cuts[open.cut..].last().filter(|cut| cut.end.is_none());
        let whole = || self.plan.framer(open.format).has_ended(&open.scan);
        let torn =
            torn.filter(|_| open.decision.broken.as_ref().is_some_and(Fault::cuts) && !whole());
        let torn = torn.map(|cut| cut.start);
        let Some(start) = torn else { return self.pieces_push(open, to) };
        if start > open.buffer.start() {
            self.pieces_push(open, start);
        }
        open.cut = open.cuts.len();
        open.records += 1;
        self.piece(open, to, Part::Torn, Vec::new());
    }

    fn piece(&mut self, open: &mut Open, to: usize, part: Part, cuts: Vec<RecordBounds>) {
        let first = std::mem::take(&mut open.first);
        let start = open.buffer.start();
        let carriage_return = open.return_at.filter(|&at| at < to).map(|at| at - start);
        open.return_at = open.return_at.filter(|&at| at >= to);
        let notes = open.scan.notes_before(start, to, to == open.buffer.text().len());
        let position = open.buffer.position();
        let decoded = self.offset + position.decoded;
        let nexts = cuts.iter().skip(1).map(|cut| cut.start).chain([to]);
        let stage = within(Stage::Ids);
        // Each line feed is counted once.
        let (mut line, mut counted) = (position.line, start);
        let records: Vec<_> = cuts
            .iter()
            .zip(nexts)
            .map(|(cut, next)| {
                line += open.buffer.lines(counted..cut.start);
                counted = cut.start;
                let end = cut.end.map_or(next, |end| end.min(next));
                let hash = hash_of(&open.buffer.text()[cut.start..end]);
                let copies = self.seen.add(hash).unwrap_or_else(|error| {
                    self.failed.get_or_insert(error);
                    0
                });
                let span = Span::new(cut.start - start, end - start);
                let block = self.at.add((decoded + u64::from(span.start)) / BATCH_BYTES);
                RecordFrame { span, line, hash, copies, block }
            })
            .collect();
        line += open.buffer.lines(counted..to);
        let chunk = open.buffer.cut_to_line(to, line);
        drop(stage);
        self.pieces.push(FramedChunk {
            chunk,
            part,
            records,
            format: open.format,
            header: open.header.clone(),
            notes,
            carriage_return,
            bom: if first { open.decision.bom } else { 0 },
            nul: open.decision.nul,
            decision: first.then(|| Box::new(open.decision.clone())),
            first,
            lead: open.lead,
            parted: false,
            has_no_records: false,
            broken: None,
            second: open.decision.second,
            misnamed: open.decision.misnamed,
        });
    }

    /// Hands on what is held if it is as much as a batch.
    fn flush_if_full(&mut self, emit: &mut impl FnMut(Batch) -> bool) -> bool {
        let held: usize = self.pieces.iter().map(|piece| piece.chunk.text().len()).sum();
        (held as u64) < self.batch_bytes || self.flush(emit, false)
    }

    /// Hands on what is held. `ends` says that a block ends there.
    fn flush(&mut self, emit: &mut impl FnMut(Batch) -> bool, ends: bool) -> bool {
        if self.pieces.is_empty() {
            return true;
        }
        let whole = (std::mem::replace(&mut self.has_ended, ends), ends);
        let pieces = std::mem::take(&mut self.pieces);
        let batch = Batch { seq: self.seq, whole, pieces, start: self.starts.next.take() };
        self.seq += 1;
        emit(batch)
    }
}

impl Open {
    /// Remembers where the source's first CR LF stands.
    fn look_for_returns(&mut self, from: usize) {
        if self.returned || !self.decision.returns {
            return;
        }
        let from = from.saturating_sub(1);
        if let Some(at) = memchr::memmem::find(&self.buffer.text().as_bytes()[from..], b"\r\n") {
            self.returned = true;
            self.return_at = Some(from + at);
        }
    }

    /// Looks what ends the first line of the source, and so the others.
    fn look_for_line_end(&mut self, from: usize, ended: bool) {
        if self.line_ends.is_none() {
            // A carriage return may have been the last byte that was there.
            let from = from.saturating_sub(1).max(self.buffer.start());
            self.line_ends = LineEnds::of(self.buffer.text().as_bytes(), from, ended);
            self.buffer.set_line_ends(self.line_ends.unwrap_or_default());
        }
    }

    fn summary(&self, hash: blake3::Hash) -> SourceSummary {
        SourceSummary {
            text: self.buffer.position().decoded - self.before,
            format: self.format,
            line_ends: self.line_ends.unwrap_or_default(),
            hash,
        }
    }

    /// Forgets what was cut.
    fn compact(&mut self) {
        let text = self.buffer.text().as_bytes();
        let start = self.buffer.start();
        if let Some(before) = start.checked_sub(1) {
            self.scan.at_line_start = text[before] == b'\n';
        }
        let length = self.buffer.compact();
        self.scan.shift(length);
        self.cuts.drain(..self.cut);
        for cut in &mut self.cuts {
            *cut = cut.shifted(length);
        }
        self.known -= self.cut;
        self.cut = 0;
        self.return_at = self.return_at.map(|at| at - length);
    }
}

/// XXH3 with 64 bits, as its reference implementation defines it, of a record without white space and
/// without a byte order mark around it.
fn hash_of(text: &str) -> u64 {
    let text = text.trim();
    xxhash_rust::xxh3::xxh3_64(text.strip_prefix(MARK).unwrap_or(text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_does_not_change_from_version_to_version() {
        // What the reference implementation gives; ids stand in tables that people keep.
        assert_eq!(format!("{:016x}", hash_of("")), "2d06800538d394c2");
        let frame = |copies| RecordFrame {
            span: Span::default(),
            line: 1,
            hash: hash_of(" \n"),
            copies,
            block: 0,
        };
        assert_eq!(frame(0).id(), "2d06800538d394c2");
        assert_eq!(frame(2).id(), "2d06800538d394c2-3");
    }

    #[test]
    fn a_block_is_a_batch_of_the_usual_size_whatever_size_batches_have() {
        let mut block = Block::default();
        let stretches = [0, 0, 1, 1, 4, 4].into_iter().chain(vec![4; BATCH_RECORDS]);
        let mut numbers: Vec<_> = stretches.map(|stretch| block.add(stretch)).collect();
        assert_eq!(numbers[..6], [0, 0, 1, 1, 2, 2]);
        assert_eq!(numbers.iter().filter(|number| **number == 2).count(), BATCH_RECORDS);
        numbers.dedup();
        assert_eq!(numbers, [0, 1, 2, 3]);
        assert!(!block.takes(5) && block.takes(4));
    }
}
