//! A schema over a text, with the framer and the mill of a run: what became of its bytes.
//!
//! In: a schema, a text. Out: the balance of its bytes, the records one by one, the findings by code. Both the search
//! for a form and the choice of an embedded schema judge by this, so that neither can say something else of a dump
//! than a run will.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use crate::data::{Bytes, Entry, Record};
use crate::diagnostic::{Code, Diagnostics, Finding, on_borders};
use crate::mill::{Mill, RecordText, Scratch};
use crate::record::{BATCH_BYTES, Batch, Batcher, FramedChunk, Header, Outside, Part};
use crate::schema::Schema;
use crate::source::{Asked, Chunk, SourceId, decide};
use crate::types::RecordInfo;

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Where its bytes went.
    pub(super) bytes: Bytes,
    /// How many records there are.
    pub(super) records: u64,
    /// How many records have each field.
    pub(super) fields: Vec<u64>,
    /// Records that cannot be read.
    pub(super) unreadable: u64,
    /// How many bytes of text stand before the first record.
    pub(super) head: u64,
    /// What is neither key nor value nor what stands between, by its code.
    pub(super) unexplained: BTreeMap<&'static str, Unexplained>,
}

/// The findings whose bytes are not explained.
const UNEXPLAINED: [&Code; 10] = [
    Code::TEXT_BEFORE_RECORD,
    Code::UNKNOWN_KEY,
    Code::REPEATED_KEY,
    Code::STRAY_LINE,
    // Its bytes are those of the value above it, to which it may not belong.
    Code::LOOKS_LIKE_ENTRY,
    Code::RECORD_SYNTAX,
    Code::RAGGED_ROW,
    Code::TEXT_AFTER_RECORD,
    Code::RECORD_TOO_LONG,
    Code::NESTED_ARRAY,
];

/// A kind of what is not explained.
#[derive(Clone, Debug)]
pub(super) struct Unexplained {
    pub(super) code: &'static Code,
    pub(super) count: u64,
    /// The line of the first, and how it begins.
    pub(super) first: (u64, String),
}

/// Which ends of a text are cut from a longer one: a record there may be a part of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: bool,
    pub(super) end: bool,
}

impl Seen {
    /// The share of the bytes that are keys, values and what stands between, from 0 to 1.
    pub(super) fn explained(&self) -> f64 {
        share(self.bytes.explained(), self.bytes.total())
    }

    fn unexplained(&mut self, code: &'static Code, chunk: &Chunk, span: Range<usize>) {
        if !is_of_form(code) {
            return;
        }
        let first = || {
            let text = chunk.text();
            let mut span = on_borders(text, span);
            if code.id == Code::LOOKS_LIKE_ENTRY.id {
                // Of such a line its key alone is found.
                let rest = &text.as_bytes()[span.end..];
                span.end += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            let line = text[span.clone()].lines().find(|line| !line.trim().is_empty());
            (chunk.line(span.start), crate::text::short(line.unwrap_or_default().trim()).into())
        };
        let known = self.unexplained.entry(code.id);
        known.or_insert_with(|| Unexplained { code, count: 0, first: first() }).count += 1;
    }
}

/// Whether a finding is about the form of the dump, not about a value.
pub(super) fn is_of_form(code: &Code) -> bool {
    UNEXPLAINED.iter().any(|other| other.id == code.id)
}

/// A share, 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "shares need no more digits")]
pub(super) fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// A record of the text.
pub(super) struct Looked<'r, 't> {
    pub(super) record: &'r Record<'t>,
    /// The text that its spans count in.
    pub(super) text: &'t str,
    /// The line of its first byte, from 1, and where that stands.
    pub(super) line: (u64, usize),
    pub(super) findings: &'r [Finding],
}

impl Looked<'_, '_> {
    /// The line of an entry.
    pub(super) fn line_of(&self, entry: &Entry<'_>) -> u64 {
        let (line, from) = self.line;
        let to = (entry.text.whole().start as usize).clamp(from, self.text.len());
        line + memchr::memchr_iter(b'\n', &self.text.as_bytes()[from..to]).count() as u64
    }
}

/// How far records are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// To their entries: which keys they have, and where their bytes went.
    Entries,
    /// Through all stages, so that their findings are all of a run.
    Cells,
}

/// Runs a schema over a text. Of a text that is cut from a longer one, a record at the cut is none.
///
/// # Errors
///
/// None that a text in memory could give.
pub(super) fn look(
    (schema, mill): (&Schema, &Mill),
    depth: Depth,
    name: &str,
    stem: Option<&str>,
    (text, cut): (&str, Cut),
    mut each: impl FnMut(&Looked<'_, '_>),
) -> io::Result<Seen> {
    let mut seen = Seen { fields: vec![0; schema.fields.len()], ..Seen::default() };
    let mut scratch = Scratch::default();
    let mut number = 0_u64;
    let last = text.trim_end().len() as u64;
    let mut each_batch = |batch: Batch| {
        for piece in &batch.pieces {
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let chunk = piece.chunk.text();
            if piece.part != Part::Records {
                seen.bytes.quarantined += chunk.len() as u64;
                seen.unexplained(Code::RECORD_TOO_LONG, &piece.chunk, 0..chunk.len());
                continue;
            }
            for note in &piece.notes {
                // Text outside of records is counted where it is looked for.
                if note.code.id != Code::TEXT_AFTER_RECORD.id {
                    seen.unexplained(note.code, &piece.chunk, note.span.clone());
                }
            }
            let columns = mill.framing().columns(
                piece.header.as_deref(),
                piece.first.then_some(chunk),
                &mut diagnostics,
            );
            let outside = seen.bytes.outside;
            let begun = number > 0;
            between(mill, piece, (begun, cut), &mut seen);
            if !begun && piece.records.first().is_none_or(|first| first.span.start > 0) {
                seen.head += seen.bytes.outside - outside;
            }
            for frame in &piece.records {
                let span = frame.span;
                if mill.framing().skips(piece.format, &chunk[span.range()]) {
                    seen.bytes.ignored += span.len() as u64;
                    continue;
                }
                number += 1;
                let ends = || piece.chunk.file_offset(span.end as usize) >= last;
                // What has no other record is looked at, whole or not.
                if cut.start && number == 1 || cut.end && (cut.start || number > 1) && ends() {
                    continue;
                }
                let place =
                    RecordText { format: piece.format, columns: &columns, text: chunk, span };
                let info = RecordInfo { stem };
                let mut diagnostics = Diagnostics::new(&schema.policy);
                let mut see = |record: &Record<'_>, diagnostics: &Diagnostics<'_>| {
                    seen.records += 1;
                    seen.unreadable += u64::from(record.unreadable);
                    if record.unreadable {
                        seen.bytes.quarantined += span.len() as u64;
                    } else {
                        seen.bytes.add(&record.bytes);
                    }
                    for (idx, field) in schema.fields.iter().enumerate() {
                        seen.fields[idx] += u64::from(record.entry(field.entry).is_some());
                    }
                    each(&Looked {
                        record,
                        text: chunk,
                        line: (frame.line, span.start as usize),
                        findings: diagnostics.since(0),
                    });
                };
                match depth {
                    Depth::Entries => {
                        let record = mill.parse(&place, &mut diagnostics);
                        see(&record, &diagnostics);
                        diagnostics.close_record();
                    }
                    Depth::Cells => {
                        mill.record(&place, &info, &mut scratch, &mut diagnostics, |milled, of| {
                            see(milled.record, of);
                        });
                    }
                }
                for finding in diagnostics.since(0) {
                    seen.unexplained(finding.code, &piece.chunk, finding.span.range());
                }
                for ((code, _), times) in diagnostics.take_again() {
                    if let Some(known) = seen.unexplained.get_mut(code) {
                        known.count += times;
                    }
                }
            }
        }
        true
    };
    let whole = text.as_bytes();
    let named = Some(crate::source::Coding::utf8());
    let decision = decide(|| Ok(io::Cursor::new(whole)), Asked { named, candidates: &[] })?;
    let mut batcher =
        Batcher::new(mill.framing(), schema.source.max_record_bytes, BATCH_BYTES, 256 * 1024);
    batcher.source(SourceId(0), name, decision, whole, &mut each_batch)?;
    batcher.finish(&mut each_batch);
    Ok(seen)
}

/// Counts what stands between the records of a piece; `begun` tells that others stand before it.
fn between(mill: &Mill, piece: &FramedChunk, (begun, cut): (bool, Cut), seen: &mut Seen) {
    let text = piece.chunk.text();
    let head = piece.header.as_deref().filter(|_| piece.first).map(Header::range);
    seen.bytes.key += head.as_ref().map_or(0, |head| head.len() as u64);
    let mut from = 0;
    let mut before = !begun;
    let records = piece.records.iter().map(|frame| frame.span.range());
    let all = head.into_iter().chain(records).chain(std::iter::once(text.len()..text.len()));
    for taken in all {
        let to = taken.start.max(from);
        let length = (to - from) as u64;
        let bytes = &mut seen.bytes;
        match mill.framing().outside(piece.format, &text[from..to]) {
            Outside::Nothing => bytes.separator += length,
            Outside::Comments(found) => {
                bytes.ignored += found.len() as u64;
                bytes.separator += length - found.len() as u64;
            }
            Outside::Ignored(ignored) => {
                bytes.ignored += ignored;
                bytes.separator += length - ignored;
            }
            // What the cut has left of a record.
            Outside::Text(_) if before && cut.start => {}
            Outside::Text(found) => {
                bytes.outside += found.len() as u64;
                bytes.separator += length - found.len() as u64;
                let code = if before { Code::TEXT_BEFORE_RECORD } else { Code::TEXT_AFTER_RECORD };
                seen.unexplained(code, &piece.chunk, from + found.start..from + found.end);
            }
        }
        before = false;
        from = taken.end.max(from);
    }
}
