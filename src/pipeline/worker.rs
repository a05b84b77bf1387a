//! What a worker does with a batch: records, cells, tables, encoded files.

use std::collections::BTreeMap;
use std::ops::Range;

use polars::prelude::DataFrame;
use serde_json::json;

use super::steps::steps;
use super::{Options, Plans, SHOWN_PER_CODE};
use crate::dataset::{Partial, RecordContext};
use crate::diagnostic::{
    Action, Code, Diagnostics, Excerpt, Finding, Identity, Located, hash_of, key_in_words,
};
use crate::error::{Error, ErrorKind, Result};
use crate::extract::{Extracted, ItemCount, Raw};
use crate::normalize::{Memo, Row};
use crate::record::{Batch, Bytes, Columns, Frame, Framed, Outside, Part};
use crate::report::{FieldReport, RecordBalance};
use crate::schema::model::{FieldKind, Format, Layout, slots_of};
use crate::schema::{Criteria, Schema};
use crate::sink::{Encoded, Encoder, Quarantined};
use crate::source::{Input, LineCounter, Span};
use crate::table::{Builder, RecordRef, finding_table};
use crate::value::Value;

/// A batch when a worker is done with it.
pub(super) struct Milled {
    pub(super) seq: u64,
    pub(super) tables: Vec<Encoded>,
    pub(super) quarantined: Vec<Quarantined>,
    pub(super) findings: Vec<Located>,
    /// What checks on whole tables keep of the batch, if there are any.
    pub(super) partial: Option<Partial>,
    pub(super) counts: Counts,
}

/// What a batch, or a run, came to.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) bytes: Bytes,
    pub(super) records: RecordBalance,
    pub(super) records_of: Vec<u64>,
    pub(super) fields: Vec<FieldReport>,
    pub(super) items: Vec<ItemCount>,
    /// Entries whose key a field knows.
    pub(super) keys: u64,
    /// What each criterion looked at, by its place.
    pub(super) tried: Vec<u64>,
    /// What each taker took, by its place.
    pub(super) took: Vec<u64>,
}

impl Counts {
    pub(super) fn new(fields: usize, sources: usize) -> Self {
        Self {
            bytes: Bytes::default(),
            records: RecordBalance::default(),
            records_of: vec![0; sources],
            fields: vec![FieldReport::default(); fields],
            items: vec![ItemCount::default(); fields],
            keys: 0,
            tried: Vec::new(),
            took: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.bytes.add(&other.bytes);
        self.records.r#in += other.records.r#in;
        self.records.out += other.records.out;
        self.records.quarantined += other.records.quarantined;
        for (mine, theirs) in self.records_of.iter_mut().zip(&other.records_of) {
            *mine += theirs;
        }
        for (mine, theirs) in self.fields.iter_mut().zip(&other.fields) {
            mine.add(theirs);
        }
        for (mine, theirs) in self.items.iter_mut().zip(&other.items) {
            mine.add(theirs);
        }
        self.keys += other.keys;
        for (mine, theirs) in [(&mut self.tried, &other.tried), (&mut self.took, &other.took)] {
            if mine.len() < theirs.len() {
                mine.resize(theirs.len(), 0);
            }
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// A worker and what it keeps from batch to batch.
pub(super) struct Worker<'r> {
    schema: &'r Schema,
    plans: &'r Plans<'r>,
    criteria: Criteria,
    /// Whether the values of all fields are hidden, and of each.
    mask: (bool, Vec<bool>),
    names: Vec<&'r str>,
    stems: Vec<Option<&'r str>>,
    layout: Layout,
    max_record_bytes: usize,
    /// Whether every finding tells its value at each step.
    steps: bool,
    memo: Memo,
    encoder: Encoder,
}

/// A batch in the making.
struct Work<'r> {
    /// None if there are no tables to be written.
    tables: Option<Builder<'r>>,
    findings: Vec<Located>,
    shown: BTreeMap<&'static str, usize>,
    quarantined: Vec<Quarantined>,
    partial: Option<Partial>,
    counts: Counts,
}

/// The record that findings belong to.
#[derive(Clone, Copy, Debug)]
struct Of<'r> {
    id: &'r str,
    /// What it is known by from run to run.
    key: &'r str,
}

impl<'r> Worker<'r> {
    pub(super) fn new(schema: &'r Schema, plans: &'r Plans<'r>, options: &'r Options) -> Self {
        let inputs = &options.inputs;
        Self {
            schema,
            plans,
            criteria: Criteria::new(schema),
            mask: (options.mask, schema.fields.iter().map(|field| field.mask).collect()),
            names: inputs.iter().map(Input::name).collect(),
            stems: inputs.iter().map(Input::stem).collect(),
            layout: Layout::of(&schema.fields),
            max_record_bytes: options.max_record_bytes.unwrap_or(schema.source.max_record_bytes),
            steps: options.steps,
            memo: Memo::default(),
            encoder: Encoder::default(),
        }
    }

    /// Works a batch off.
    pub(super) fn mill(&mut self, batch: Batch) -> Result<Milled> {
        let plans = self.plans;
        let needs_tables = plans.sink.writes() || plans.dataset.needs_tables();
        let mut work = Work {
            tables: needs_tables.then(|| plans.table.builder()),
            findings: Vec::new(),
            shown: BTreeMap::new(),
            quarantined: Vec::new(),
            partial: (!plans.dataset.is_empty()).then(|| plans.dataset.partial()),
            counts: Counts::new(self.schema.fields.len(), self.names.len()),
        };
        let mut diagnostics = Diagnostics::new(&self.schema.policy);
        for (n, piece) in (0..).zip(&batch.pieces) {
            let mut lines = LineCounter::at_start_of(&piece.chunk);
            self.about_source(piece, &mut diagnostics);
            self.locate(diagnostics.take(), piece, &mut lines, None, &mut work);
            match piece.part {
                Part::Oversize { begins, length, ends } => {
                    self.oversize(piece, (begins, length, ends), &mut work, &mut diagnostics);
                }
                Part::Records => {
                    let columns = self.outside(piece, &mut work, &mut diagnostics);
                    for (m, frame) in (0..).zip(&piece.records) {
                        self.record((piece, frame), (n, m), &columns, &mut work, &mut diagnostics);
                    }
                }
            }
        }
        (work.counts.tried, work.counts.took) = diagnostics.take_counts();
        let frames = work.tables.take().map(Builder::finish).transpose().map_err(bug)?;
        if let (Some(frames), Some(partial)) = (&frames, &mut work.partial) {
            let failed = plans.dataset.look(partial, frames);
            let first = work.findings.len();
            for failed in failed {
                let (piece, record) = failed.place();
                let piece = &batch.pieces[piece as usize];
                let frame = &piece.records[record as usize];
                let mut lines = LineCounter::at(frame.span.start as usize, frame.line);
                let id = frame.id();
                let (finding, key) = failed.finding(&self.schema.policy, frame.span.start);
                let of = Of { id: &id, key: key.as_deref().unwrap_or(&id) };
                self.locate(vec![finding], piece, &mut lines, Some(of), &mut work);
            }
            if work.findings.len() > first {
                work.findings.sort_by_key(|located| (located.source, located.bytes.start));
            }
        }
        let Work { findings, quarantined, partial, counts, .. } = work;
        let tables = match frames.filter(|_| plans.sink.writes()) {
            Some(frames) => encode(plans, frames, &findings, &self.names, &mut self.encoder)?,
            None => Vec::new(),
        };
        let partial = partial.map(|partial| plans.dataset.end(partial, batch.pieces));
        Ok(Milled { seq: batch.seq, tables, quarantined, findings, partial, counts })
    }

    /// What is to be said of the bytes of a piece before its records are looked at.
    fn about_source(&self, piece: &Framed, diagnostics: &mut Diagnostics<'_>) {
        let text = piece.chunk.text();
        let nowhere = Span::default();
        let name = self.names[piece.chunk.source().index()];
        if piece.bom > 0 {
            diagnostics.report(
                Code::BYTE_ORDER_MARK,
                nowhere,
                "the source begins with a byte order mark, which is left out",
            );
        }
        if piece.doubtful && piece.first {
            let finding = diagnostics.report(
                Code::DOUBTFUL_ENCODING,
                nowhere,
                "the source reads as GB18030, but is nearly all UTF-8",
            );
            finding.help =
                Some("if it is damaged UTF-8, run again with `--encoding utf-8`".to_owned());
        }
        if let Some(at) = piece.carriage_return {
            let line_feed = Span::new(at, at + 2);
            diagnostics.report(
                Code::CARRIAGE_RETURN,
                line_feed,
                "lines end in CR LF; the CR is no part of any value",
            );
        }
        if piece.barren {
            let message =
                if text.is_empty() { "the source is empty" } else { "the source holds no record" };
            let finding =
                diagnostics.report(Code::EMPTY_SOURCE, nowhere, format!("{message}: `{name}`"));
            finding.raw = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        if piece.nul {
            for (at, run) in runs(text, '\0') {
                let finding = diagnostics.report(
                    Code::NUL_BYTE,
                    Span::new(at, at + run),
                    plural(run, "NUL byte"),
                );
                finding.help = Some(
                    "NUL bytes stay in the text; they often stand for a lost block of the file"
                        .to_owned(),
                );
            }
        }
        if piece.faulty {
            for (at, run) in runs(text, char::REPLACEMENT_CHARACTER) {
                let bytes = piece.chunk.original(at..at + run);
                // The dump may hold U+FFFD itself.
                if bytes == &text.as_bytes()[at..at + run] {
                    continue;
                }
                let shown: Vec<_> =
                    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
                let more = if bytes.len() > 8 { " …" } else { "" };
                let finding = diagnostics.report(
                    Code::INVALID_BYTES,
                    Span::new(at, at + run),
                    if bytes.len() == 1 {
                        "1 byte that is no text, read as U+FFFD".to_owned()
                    } else {
                        format!("{} bytes that are no text, read as U+FFFD", bytes.len())
                    },
                );
                finding.raw = Some(format!("{}{more}", shown.join(" ")));
            }
        }
    }

    /// The text before, between and behind the records of a piece, with the row
    /// that names its columns. Returns which column is which.
    fn outside(
        &self,
        piece: &Framed,
        work: &mut Work<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Columns {
        let text = piece.chunk.text();
        let header = piece.header.as_deref();
        let plans = self.plans;
        let columns = plans.record.columns(header, piece.first.then_some(text), diagnostics);
        let mut from = 0;
        if let Some(header) = header.filter(|_| piece.first) {
            let range = header.range();
            work.counts.bytes.separator += range.start as u64;
            work.counts.bytes.key += range.len() as u64;
            from = range.end;
        }
        let starts = piece.records.iter().map(|frame| frame.span.start as usize);
        let ends = piece.records.iter().map(|frame| frame.span.end as usize);
        for (n, (from, to)) in
            std::iter::once(from).chain(ends).zip(starts.chain([text.len()])).enumerate()
        {
            let bytes = &mut work.counts.bytes;
            let found = match plans.record.outside(piece.format, &text[from..to]) {
                Outside::Nothing => {
                    bytes.separator += (to - from) as u64;
                    continue;
                }
                Outside::Comments(found) => {
                    bytes.separator += (to - from - found.len()) as u64;
                    bytes.ignored += found.len() as u64;
                    continue;
                }
                Outside::Text(found) => found,
            };
            bytes.separator += (to - from - found.len()) as u64;
            bytes.outside += found.len() as u64;
            // A source that is nothing else has been reported, with its text.
            if piece.barren {
                continue;
            }
            let span = Span::new(from + found.start, from + found.end);
            let bytes = plural(found.len(), "byte");
            let finding = if n == 0 && piece.first {
                let message = format!("{bytes} of text before the first record");
                diagnostics.report(Code::TEXT_BEFORE_RECORD, span, message)
            } else {
                let message = format!("{bytes} of text that belong to no record");
                diagnostics.report(Code::TEXT_AFTER_RECORD, span, message)
            };
            finding.raw = Some(text[span.range()].to_owned());
        }
        let mut lines = LineCounter::at_start_of(&piece.chunk);
        self.locate(diagnostics.take(), piece, &mut lines, None, work);
        columns
    }

    /// A piece of a record that is too long for memory.
    fn oversize(
        &self,
        piece: &Framed,
        (begins, length, ends): (bool, u64, bool),
        work: &mut Work<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let text = piece.chunk.text();
        work.counts.bytes.quarantined += text.len() as u64;
        let mut reason = None;
        if begins {
            let first = text.find('\n').unwrap_or(text.len());
            let finding = diagnostics.report(
                Code::RECORD_TOO_LONG,
                Span::new(0, first),
                format!(
                    "the record is longer than {} bytes and is set aside",
                    self.max_record_bytes
                ),
            );
            finding.help = Some(
                "`max-record-bytes` in the schema or `--max-record-bytes` sets the limit"
                    .to_owned(),
            );
            let mut lines = LineCounter::at_start_of(&piece.chunk);
            self.locate(diagnostics.take(), piece, &mut lines, None, work);
            work.counts.records.r#in += 1;
            work.counts.records.quarantined += 1;
            work.counts.records_of[piece.chunk.source().index()] += 1;
            let position = piece.chunk.position();
            reason = Some(json!({
                "source": self.names[piece.chunk.source().index()],
                "line": position.line,
                "byte_start": position.file,
                "record_id": null,
                "codes": [Code::RECORD_TOO_LONG.id],
            }));
        }
        debug_assert!(length > 0 || ends, "a piece has bytes");
        work.quarantined.push(Quarantined {
            source: piece.chunk.source(),
            bytes: piece.chunk.original(0..text.len()).to_vec(),
            reason,
        });
    }

    fn record(
        &mut self,
        (piece, frame): (&Framed, &Frame),
        place: (u32, u32),
        columns: &Columns,
        work: &mut Work<'_>,
        diagnostics: &mut Diagnostics<'r>,
    ) {
        let chunk = &piece.chunk;
        let source = chunk.source();
        if self.plans.record.skips(piece.format, &chunk.text()[frame.span.range()]) {
            work.counts.bytes.ignored += frame.span.len() as u64;
            return;
        }
        let id = frame.id();
        if frame.copies > 0 {
            diagnostics.report(
                Code::DUPLICATE_RECORD,
                Span { start: frame.span.start, end: frame.span.start },
                format!("the record is copy {} of record {:016x}", frame.copies + 1, frame.hash),
            );
        }
        let plan = &self.plans.record;
        let record = plan.parse(piece.format, columns, chunk.text(), frame.span, diagnostics);
        // Of a record that could not be read there is nothing more to say.
        let mut unsaid = Diagnostics::new(&self.schema.policy);
        let told = if record.unreadable { &mut unsaid } else { &mut *diagnostics };
        let raw = self.plans.extract.run(&record, told);
        let mut row =
            self.plans.normalize.run(&raw, self.stems[source.index()], &mut self.memo, told);
        self.nullify(&mut row, told.since(0));
        // Rules see what the table would hold, and null what fails them on their own.
        self.plans.validate.run(&record, &mut row, told);
        let shown = |code: &Code| work.shown.get(code.id).is_none_or(|n| *n < SHOWN_PER_CODE);
        let wanted = |code: &Code| self.steps || shown(code);
        steps(self.schema, &record, &raw, &row, chunk.text(), wanted, diagnostics);
        let rejected = diagnostics.since(0).iter().any(|finding| finding.action == Action::Reject);

        let key = self.key_of(&row).unwrap_or_else(|| id.clone());
        let counts = &mut work.counts;
        counts.keys += record.entries.len() as u64;
        counts.records.r#in += 1;
        counts.records_of[source.index()] += 1;
        for (mine, theirs) in counts.items.iter_mut().zip(&raw.counts) {
            mine.add(theirs);
        }
        self.count_fields(&raw, &row, rejected, counts);
        let bytes = chunk.original(frame.span.range());
        let (byte, length) = (chunk.file_offset(frame.span.start as usize), bytes.len() as u64);
        if rejected {
            counts.records.quarantined += 1;
            counts.bytes.quarantined += frame.span.len() as u64;
            let codes: Vec<_> = diagnostics
                .since(0)
                .iter()
                .filter(|finding| finding.action == Action::Reject)
                .map(|finding| finding.code.id)
                .collect();
            work.quarantined.push(Quarantined {
                source,
                bytes: bytes.to_vec(),
                reason: Some(json!({
                    "source": self.names[source.index()],
                    "line": frame.line,
                    "byte_start": byte,
                    "bytes": length,
                    "record_id": id,
                    "codes": codes,
                })),
            });
        } else {
            counts.records.out += 1;
            counts.bytes.add(&record.bytes);
            let file = self.names[source.index()];
            let about = RecordRef { id: &id, file, source, line: frame.line, byte, bytes: length };
            if let Some(tables) = &mut work.tables {
                tables.push(&about, &row);
            }
            if let Some(partial) = &mut work.partial {
                let context = RecordContext { record: &about, key: Some(&key), place };
                let plans = self.plans;
                plans.dataset.push(partial, &plans.table, plans.terms, &context, &row);
            }
        }
        if diagnostics.is_empty() {
            return;
        }
        let mut lines = LineCounter::at(frame.span.start as usize, frame.line);
        let of = Of { id: &id, key: &key };
        self.locate(diagnostics.take(), piece, &mut lines, Some(of), work);
    }

    /// What a record is known by from run to run, if the schema says so and none
    /// of it is null.
    fn key_of(&self, row: &Row<'_>) -> Option<String> {
        let slots = self.schema.key.iter();
        let values: Option<Vec<_>> = slots
            .map(|slot| row.cells[*slot].value.in_words().map(std::borrow::Cow::into_owned))
            .collect();
        values.filter(|values| !values.is_empty()).map(|values| key_in_words(&values))
    }

    /// Looks up the places of findings, and what each is known by.
    fn locate(
        &self,
        mut findings: Vec<Finding>,
        piece: &Framed,
        lines: &mut LineCounter,
        of: Option<Of<'_>>,
        work: &mut Work<'_>,
    ) {
        // Stages find one after another; a reader goes through the dump from top to bottom.
        findings.sort_by_key(|finding| (finding.span.start, finding.code.id));
        for mut finding in findings {
            let shown = work.shown.entry(finding.code.id).or_default();
            *shown += 1;
            let excerpt = *shown <= SHOWN_PER_CODE;
            let idx = finding.field.as_deref().and_then(|name| self.schema.field_idx(name));
            finding.demand.get_or_insert_with(|| self.demand(finding.code, idx));
            let identity = Identity {
                rule: self.criteria.all()[finding.criterion].name.clone(),
                record: of.map(|of| of.key.to_owned()),
                field: finding.field.clone(),
                item: finding.ordinal,
                value: finding.raw.as_deref().map(hash_of),
            };
            let id = of.map(|of| of.id);
            let mut located = Located::in_chunk(finding, &piece.chunk, lines, id, excerpt);
            located.identity = identity;
            let (all, fields) = &self.mask;
            let some = *all || fields.contains(&true);
            if *all || idx.map_or(some, |idx| fields[idx]) {
                located.mask();
            } else if some && piece.format != Format::KeyValue {
                // What stands around it on the line may be the value of another field.
                located.excerpt = located.excerpt.map(Excerpt::alone);
            }
            work.findings.push(located);
        }
    }

    /// The line of the schema that a finding goes against, where no rule does.
    fn demand(&self, code: &Code, field: Option<usize>) -> Range<usize> {
        let source = &self.schema.source;
        match field {
            Some(field) => self.schema.fields[field].span.clone(),
            None if KEYS.contains(&code.id) => source.key_span.clone(),
            None if code.id >= "R100" => source.record_span.clone(),
            None => source.span.clone(),
        }
    }

    /// Sets the cells of fields to null whose findings so far ask for it.
    fn nullify(&self, row: &mut Row<'_>, findings: &[Finding]) {
        let asked = findings.iter().filter(|finding| finding.action == Action::Null);
        for idx in asked.filter_map(|finding| self.schema.field_idx(finding.field.as_deref()?)) {
            let width = slots_of(&self.schema.fields[idx].kind).len();
            let base = self.layout.base[idx];
            row.cells[base..base + width].iter_mut().for_each(|cell| cell.value = Value::Null);
        }
    }

    fn count_fields(
        &self,
        raw: &Extracted<'_>,
        row: &Row<'_>,
        rejected: bool,
        counts: &mut Counts,
    ) {
        for (idx, field) in self.schema.fields.iter().enumerate() {
            let report = &mut counts.fields[idx];
            match &raw.fields[idx] {
                Raw::Absent => {}
                Raw::Blank(_) => {
                    report.seen += 1;
                    report.blank += 1;
                }
                Raw::Sentinel(..) => {
                    report.seen += 1;
                    report.sentinel += 1;
                }
                _ => report.seen += 1,
            }
            if rejected {
                continue;
            }
            let base = self.layout.base[idx];
            let null = if field.kind.is_items() {
                row.items[idx].is_empty()
            } else {
                row.cells[base].value.is_null()
            };
            report.null += u64::from(null);
            if matches!(field.kind, FieldKind::Quantity(_))
                && let Some(kind) = row.cells[base + 1].value.as_text()
            {
                match report.kinds.get_mut(kind) {
                    Some(count) => *count += 1,
                    None => {
                        report.kinds.insert(kind.to_owned(), 1);
                    }
                }
            }
        }
    }
}

/// The findings about how keys are told and what is done about them.
const KEYS: [&str; 5] = [
    Code::UNKNOWN_KEY.id,
    Code::REPEATED_KEY.id,
    Code::KEY_IN_TEXT.id,
    Code::STRAY_LINE.id,
    Code::KEY_OUT_OF_ORDER.id,
];

/// The table of findings that belong to no batch, as a batch of its own.
pub(super) fn of_findings(
    plans: &Plans<'_>,
    findings: &[Located],
    names: &[&str],
) -> Result<Vec<Encoded>> {
    if !plans.sink.writes() {
        return Ok(Vec::new());
    }
    let frames = plans.table.builder().finish().map_err(bug)?;
    encode(plans, frames, findings, names, &mut Encoder::default())
}

/// The tables of a batch as they will stand in the files, that of findings last.
fn encode(
    plans: &Plans<'_>,
    mut frames: Vec<DataFrame>,
    findings: &[Located],
    names: &[&str],
    encoder: &mut Encoder,
) -> Result<Vec<Encoded>> {
    frames.push(finding_table(findings, names).map_err(bug)?);
    plans.sink.encode(frames, encoder)
}

fn bug(error: polars::prelude::PolarsError) -> Error {
    Error::new(ErrorKind::Internal, "cannot build a table").with_source(error)
}

/// The places and lengths in bytes of runs of a character.
fn runs(text: &str, wanted: char) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, found) in text.match_indices(wanted) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += found.len(),
            _ => runs.push((at, found.len())),
        }
    }
    runs
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
