//! What a worker does with a batch: records, cells, tables, encoded files.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::folded::Folded;
use super::steps::{Way, kept, steps};
use super::{Options, Plans, SHOWN_PER_CODE};
use crate::baseline::Known;
use crate::data::{Extracted, Raw, Row};
use crate::dataset::{Partial, RecordContext};
use crate::diagnostic::{
    Action, CODES, Code, Diagnostics, Excerpt, Finding, Hex, Located, MaskKey, Parts, Place,
    hex_of, on_borders,
};
use crate::error::Result;
use crate::mill::{Milled as MilledRecord, RecordText, Scratch};
use crate::profile;
use crate::record::{self, Batch, Columns, FramedChunk, Header, Lead, Outside, Part, RecordFrame};
use crate::report::ProfileReport;
use crate::schema::Schema;
use crate::schema::model::Format;
use crate::sink::{Encoded, Encoder, Quarantined, Reason};
use crate::source::{
    ByteCursor, Certainty, Fault, Input, InvalidBytes, LineCounter, NulBytes, SourceId, Span, What,
};
use crate::stage::{Stage, within};
use crate::table::{
    Alike, Builder, FindingRow, FindingRows, RecordRef, Rows, Table, finding_table, profile_table,
};
use crate::types::{Cells, RecordInfo};
use crate::verdict::{Counted, Counts, Criteria, Keeper};

/// A batch when a worker is done with it. What is not in files can be written for another process, which adds
/// it to the run.
#[derive(Serialize, Deserialize)]
pub(super) struct BatchOutput {
    #[serde(skip)]
    pub(super) tables: Vec<Encoded>,
    /// The tables as they are, if somebody takes them.
    #[serde(skip)]
    pub(super) frames: Vec<Table>,
    pub(super) quarantined: Vec<Quarantined>,
    pub(super) findings: Vec<Told>,
    /// Findings that are reported once for each input and key.
    pub(super) folded: Folded,
    /// What checks on whole tables keep of the batch, if there are any.
    pub(super) partial: Option<Partial>,
    /// What the columns of the tables hold, block by block, if that is asked for.
    #[serde(skip)]
    pub(super) profile: Vec<profile::Partial>,
    pub(super) counts: Counts,
}

/// A finding on its way out of a batch.
#[derive(Serialize, Deserialize)]
pub(super) enum Told {
    /// All of it.
    Whole(Box<Located>),
    /// What is counted of it: nobody asks for more. Another process does.
    #[serde(skip)]
    Counted(Counted),
}

impl Told {
    /// All of it, if there is more than a count.
    pub(super) fn whole(&self) -> Option<&Located> {
        match self {
            Self::Whole(located) => Some(located),
            Self::Counted(_) => None,
        }
    }

    /// Gives its source the number that it has in another process.
    pub(super) fn renumber(&mut self, number: &dyn Fn(SourceId) -> SourceId) {
        match self {
            Self::Whole(located) => located.source = located.source.map(number),
            Self::Counted(counted) => counted.source = number(counted.source),
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
    mask_key: Option<MaskKey>,
    options: &'r Options,
    names: Vec<&'r str>,
    stems: Vec<Option<&'r str>>,
    max_record_bytes: usize,
    /// Whether every finding tells its value at each step.
    steps: bool,
    /// Whether somebody wants all of every finding, beside the table of them.
    wants_all: bool,
    /// How many findings of each severity a run keeps.
    kept: usize,
    /// The findings that were accepted before.
    known: Option<Known>,
    scratch: Scratch,
    encoder: Encoder,
    /// The tables of the last batch, whose room the next ones take.
    used: Vec<Rows>,
    /// The same of the table of findings.
    used_findings: Option<FindingRows>,
    counting: profile::Scratch,
    /// For each field the kinds of records that have it; none for all.
    kinds: Vec<Option<Vec<usize>>>,
    /// For each field the slot whose words are counted.
    counted: Vec<Option<usize>>,
}

/// A batch in the making.
struct BatchBuilder<'r> {
    /// None if there are no tables to be written.
    tables: Option<Builder<'r>>,
    findings: Vec<Told>,
    /// Which findings are kept as a whole; none if all are.
    keeper: Option<Keeper>,
    /// Their table, where it is made while they come: the last of its rows, and those before, ready to be written.
    rows: Option<FindingRows>,
    encoded: Option<Encoded>,
    /// Where they stand, if they must be put in order.
    places: Option<Vec<(SourceId, u64)>>,
    folded: Folded,
    /// How many there were of each code, by its place.
    shown: Vec<usize>,
    /// The steps of the values of the record at hand.
    way: Way,
    /// Room for the order of the findings of a record, and for what one is known by.
    sorted: Vec<(u32, &'static str, usize)>,
    parts: Vec<u8>,
    quarantined: Vec<Quarantined>,
    partial: Option<Partial>,
    counts: Counts,
    /// The blocks of the batch, each with how many rows the tables had before it.
    blocks: Vec<(u64, Vec<usize>)>,
    /// What the record at hand is known by from run to run.
    key: Option<String>,
    /// What the source at hand is called in what findings outside of records are known by.
    known_name: Option<(SourceId, Arc<str>)>,
    /// The bytes of the records of a piece.
    bytes: ByteCursor,
}

/// The record that findings belong to.
#[derive(Clone, Copy, Debug)]
struct RecordIdentity<'r> {
    id: &'r str,
    /// What it is known by from run to run: its key, or else its id.
    known_by: &'r str,
    /// Whether that is made of hidden values.
    is_hidden: bool,
}

impl<'r> Worker<'r> {
    pub(super) fn new(
        schema: &'r Schema,
        plans: &'r Plans<'r>,
        options: &'r Options,
        wants_all: bool,
    ) -> Self {
        let inputs = &options.inputs;
        Self {
            schema,
            plans,
            criteria: Criteria::new(schema),
            mask: (options.mask, schema.fields.iter().map(|field| field.mask).collect()),
            mask_key: options.mask_key,
            options,
            names: inputs.iter().map(Input::name).collect(),
            stems: inputs.iter().map(Input::stem).collect(),
            max_record_bytes: options.max_record_bytes.unwrap_or(schema.source.max_record_bytes),
            steps: options.steps || plans.sink.writes_findings(),
            wants_all,
            kept: options.kept,
            known: options
                .baseline
                .as_ref()
                .map(|baseline| Known::new(baseline, options.today, options.mask_key)),
            scratch: Scratch::default(),
            encoder: Encoder::default(),
            used: Vec::new(),
            used_findings: None,
            counting: profile::Scratch::default(),
            kinds: (0..schema.fields.len()).map(|field| schema.kinds_of(field)).collect(),
            counted: schema.fields.iter().map(|field| field.kind.counted()).collect(),
        }
    }

    /// Works a batch off.
    pub(super) fn mill(&mut self, batch: Batch) -> Result<BatchOutput> {
        let mut stage = within(Stage::Count);
        let plans = self.plans;
        let needs_tables = plans.sink.writes()
            || plans.is_streamed
            || plans.profile.is_some()
            || plans.dataset.needs_tables();
        let used = std::mem::take(&mut self.used);
        let mut work = BatchBuilder {
            tables: needs_tables.then(|| plans.table.builder_in(used)),
            findings: Vec::new(),
            keeper: (!self.wants_all).then(|| Keeper::new(self.kept, &self.criteria)),
            rows: (!self.wants_all && plans.sink.writes_findings())
                .then(|| self.used_findings.take().unwrap_or_else(FindingRows::new)),
            encoded: None,
            places: plans.dataset.needs_tables().then(Vec::new),
            folded: Folded::default(),
            shown: vec![0; CODES.len() + 1],
            way: Way::default(),
            sorted: Vec::new(),
            parts: Vec::new(),
            quarantined: Vec::new(),
            partial: (!plans.dataset.is_empty()).then(|| plans.dataset.partial()),
            counts: Counts::new(self.schema.fields.len(), self.names.len()),
            blocks: Vec::new(),
            key: None,
            known_name: None,
            bytes: ByteCursor::default(),
        };
        let mut diagnostics = Diagnostics::new(&self.schema.policy);
        for (n, piece) in (0..).zip(&batch.pieces) {
            let mut lines = LineCounter::at_start_of(&piece.chunk);
            self.about_source(piece, &mut diagnostics);
            let invalid = piece.chunk.faults();
            work.counts.sources[piece.chunk.source().index()].invalid += invalid;
            if invalid > 0 {
                self.invalid(piece, diagnostics.all_mut(), &mut lines, &mut work)?;
            } else {
                self.locate(diagnostics.all_mut(), piece, &mut lines, None, &mut work);
            }
            work.bytes = ByteCursor::default();
            match piece.part {
                Part::Oversize { begins, length, ends } => {
                    self.oversize(piece, (begins, length, ends), &mut work, &mut diagnostics);
                }
                Part::Torn => Self::torn(piece, &mut work),
                Part::Records => {
                    let columns = self.outside(piece, &mut work, &mut diagnostics);
                    for (m, frame) in (0..).zip(&piece.records) {
                        work.enter(frame.block);
                        self.record((piece, frame), (n, m), &columns, &mut work, &mut diagnostics);
                        self.encode_findings(&mut work)?;
                    }
                }
            }
            for (id, times) in diagnostics.take_again() {
                work.folded.again(piece.chunk.source(), id, times);
            }
        }
        (work.counts.evaluated, work.counts.matched) = diagnostics.take_counts();
        stage.next(Stage::Columns);
        let mut order = None;
        let tables = work.tables.take().map(Builder::finish).transpose()?;
        let wants_frames = plans.is_streamed || plans.dataset.needs_tables();
        let frames = match tables.as_ref().filter(|_| wants_frames) {
            Some(tables) => tables.iter().map(Rows::frame).collect::<Result<Vec<_>>>()?,
            None => Vec::new(),
        };
        stage.next(Stage::Check);
        if let Some(partial) = work.partial.as_mut().filter(|_| plans.dataset.needs_tables()) {
            let failed = plans.dataset.look(partial, &frames);
            let first = work.findings.len();
            // They stand among the others in the end.
            work.keeper = None;
            for failed in failed {
                let (piece, record) = failed.place();
                let piece = &batch.pieces[piece as usize];
                let frame = &piece.records[record as usize];
                let mut lines = LineCounter::at(frame.span.start as usize, frame.line);
                let id = frame.id();
                let (finding, key) = failed.finding(&self.schema.policy, frame.span.start);
                let of = self.identity(&id, key.as_deref());
                self.locate(&mut vec![finding], piece, &mut lines, Some(of), &mut work);
            }
            if work.findings.len() > first {
                order = Some(work.order());
            }
        }
        stage.next(Stage::Count);
        let BatchBuilder {
            mut findings,
            rows,
            encoded: encoded_findings,
            folded,
            quarantined,
            partial,
            counts,
            blocks,
            ..
        } = work;
        if let Some(order) = &order {
            let mut from: Vec<_> = findings.into_iter().map(Some).collect();
            findings = order.iter().filter_map(|n| from[*n].take()).collect();
        }
        let profile = match (&plans.profile, &tables) {
            (Some(plan), Some(tables)) => self.profile(plan, tables, &blocks, batch.whole),
            _ => Vec::new(),
        };
        let handed = if plans.is_streamed {
            let tables = self.schema.tables.iter().zip(frames);
            tables.map(|(table, frame)| Table::new(table, frame)).collect()
        } else {
            Vec::new()
        };
        let mut encoded = Vec::new();
        if let Some(tables) = tables {
            if plans.sink.writes() {
                stage.next(Stage::Pages);
                encoded = plans.sink.encode(&tables, &mut self.encoder)?;
                let rows = (rows, encoded_findings);
                encoded.push(self.findings(&findings, rows, order.as_deref())?);
            }
            self.used = tables;
        }
        stage.next(Stage::Check);
        let partial = partial.map(|partial| plans.dataset.end(partial, batch.pieces));
        Ok(BatchOutput {
            tables: encoded,
            frames: handed,
            quarantined,
            findings,
            folded,
            partial,
            profile,
            counts,
        })
    }

    /// What the columns of the batch hold, block by block. `whole` says whether the first block
    /// begins in the batch, and whether the last one ends there.
    fn profile(
        &mut self,
        plan: &profile::Plan,
        tables: &[Rows],
        blocks: &[(u64, Vec<usize>)],
        whole: (bool, bool),
    ) -> Vec<profile::Partial> {
        let mut partials = Vec::with_capacity(blocks.len());
        for (n, (block, _)) in blocks.iter().enumerate() {
            let whole = (n > 0 || whole.0) && (n + 1 < blocks.len() || whole.1);
            partials.push(profile::Partial { block: *block, whole, tables: Vec::new() });
        }
        for (table, rows_of) in tables.iter().enumerate() {
            let ends = blocks.iter().skip(1).map(|(_, rows)| rows[table]).chain([rows_of.height()]);
            let ranges: Vec<_> =
                blocks.iter().zip(ends).map(|((_, rows), end)| rows[table]..end).collect();
            for (partial, range) in partials.iter_mut().zip(&ranges) {
                partial.tables.push((range.len() as u64, Vec::new()));
            }
            for column in plan.columns(table) {
                let cells = rows_of.columns()[column.column].values();
                for (partial, range) in partials.iter_mut().zip(&ranges) {
                    let held =
                        column.look(&cells[range.clone()], partial.whole, &mut self.counting);
                    partial.tables[table].1.push(held);
                }
            }
        }
        partials
    }

    /// The table of findings: that which was made while they came, in this order, or of all that are whole.
    fn findings(
        &mut self,
        findings: &[Told],
        (rows, mut encoded): (Option<FindingRows>, Option<Encoded>),
        order: Option<&[usize]>,
    ) -> Result<Encoded> {
        let is_made = rows.is_some();
        let mut rows = rows.or_else(|| self.used_findings.take()).unwrap_or_else(FindingRows::new);
        if !is_made {
            for located in findings.iter().filter_map(Told::whole) {
                let accepts = |known: &Known| known.accepts(located);
                let row = FindingRow::of(located, self.known.as_ref().is_some_and(accepts));
                rows.push(&row, &self.names, self.schema);
                if rows.height() >= ENCODED {
                    encoded = Some(self.add_findings(rows.rows()?, encoded)?);
                    rows.clear();
                }
            }
        }
        let last = rows.rows()?;
        let encoded = match order.filter(|_| is_made) {
            Some(order) => self.add_findings(&last.in_order(order), encoded),
            None => self.add_findings(last, encoded),
        };
        rows.clear();
        self.used_findings = Some(rows);
        encoded
    }

    /// What is to be said of the bytes of a piece before its records are looked at.
    fn about_source(&self, piece: &FramedChunk, diagnostics: &mut Diagnostics<'_>) {
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
        if let Some(decision) = piece.decision.as_deref()
            && decision.certainty == Certainty::Doubtful
            // Where some of it is no UTF-8, and it is read as UTF-8 for all that, each damaged place is a finding (R001).
            && (decision.utf8 || !decision.coding.is_utf8())
        {
            let coding = decision.coding.name();
            let why = if decision.coding.is_utf8() {
                "though it has escape sequences such as those of ISO-2022-JP"
            } else {
                "which nothing but the look of it speaks for"
            };
            let finding = diagnostics.report(
                Code::DOUBTFUL_ENCODING,
                nowhere,
                format!("the source is read as {coding}, {why}"),
            );
            finding.help = Some(format!(
                "if that is right, say so: `encoding = \"{}\"` in the schema, or `--encoding`",
                coding.to_ascii_lowercase()
            ));
        }
        for line in piece.chunk.foreign() {
            let second = piece.second.map_or("another encoding", |second| second.name());
            let finding = diagnostics.report(
                Code::OTHER_ENCODING,
                Span::new(line.start, line.end),
                format!("a line of a source in UTF-8 is read as {second}"),
            );
            finding.raw = Some(text[line.clone()].trim_end().to_owned());
        }
        let (misread, coding) = piece.chunk.misread(piece.misnamed);
        for part in misread {
            let finding = diagnostics.report(
                Code::OTHER_ENCODING,
                Span::new(part.range.start, part.range.end),
                format!("{} in a source that is read as {coding}", part.what),
            );
            finding.raw = Some(text[part.range].trim_end().to_owned());
            finding.help = Some(
                "it is read wrong: part the source, and read each part in its own encoding"
                    .to_owned(),
            );
        }
        if let Some(at) = piece.carriage_return {
            let line_feed = Span::new(at, at + 2);
            let message = match piece.format {
                Format::Csv => "lines end in CR LF; the CR is a part of values in quotes alone",
                Format::KeyValue | Format::JsonLines | Format::Json => {
                    "lines end in CR LF; the CR is no part of any value"
                }
            };
            diagnostics.report(Code::CARRIAGE_RETURN, line_feed, message);
        }
        if piece.first
            && matches!(piece.format, Format::KeyValue | Format::JsonLines)
            && let Some(at) = memchr::memchr2(b'\r', b'\n', text.as_bytes())
            && memchr::memchr(b'\n', &text.as_bytes()[at..]).is_none()
        {
            let finding = diagnostics.report(
                Code::LONE_CARRIAGE_RETURN,
                Span::new(at, at + 1),
                "the source has no line feed: its lines end in a carriage return alone",
            );
            finding.help =
                Some("turn them into line feeds first, such as with `tr '\\r' '\\n'`".to_owned());
        }
        if let Some(fault) = &piece.broken {
            let code = match fault {
                Fault::Unreadable(_) => Code::UNREADABLE_INPUT,
                Fault::NotText(_) => Code::NOT_TEXT,
                Fault::Breaks(_) | Fault::Behind(_) | Fault::SameNames(_) => Code::BROKEN_INPUT,
            };
            let end = Span::new(text.len(), text.len());
            let finding = diagnostics.report(code, end, format!("{fault}: `{name}`"));
            finding.help = Some(match fault {
                Fault::NotText(kind) => kind.remedy.to_owned(),
                Fault::SameNames(_) => "give each member a name of its own".to_owned(),
                _ => "what came before it stands; fetch or make the file again".to_owned(),
            });
        }
        for note in &piece.notes {
            let span = Span::new(note.span.start, note.span.end);
            let finding = diagnostics.report(note.code, span, note.message.clone());
            finding.raw = Some(text[note.span.clone()].to_owned()).filter(|raw| !raw.is_empty());
            finding.help.clone_from(&note.help);
        }
        // A source whose records are not where the schema says has been reported, and
        // what cannot be read is no empty source.
        let misled = piece.notes.iter().any(|note| note.code == Code::RECORDS_NOT_FOUND);
        if piece.has_no_records && !misled && piece.broken.is_none() {
            let message =
                if text.is_empty() { "the source is empty" } else { "the source holds no record" };
            let finding =
                diagnostics.report(Code::EMPTY_SOURCE, nowhere, format!("{message}: `{name}`"));
            finding.raw = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        if piece.nul {
            for nul in NulBytes::of(text) {
                let span = Span::new(nul.text.start, nul.text.end);
                let finding = diagnostics.report(Code::NUL_BYTE, span, nul.message());
                finding.help = Some(nul.help(piece.chunk.file_offset(nul.text.start)));
            }
        }
    }

    /// Tells of bytes that are no text, and of the others that are found outside of records, from the top of a
    /// piece to its bottom. A damaged dump has one on every line, so nothing but its place and what is said of
    /// it is made for most of them.
    fn invalid(
        &mut self,
        piece: &FramedChunk,
        others: &mut Vec<Finding>,
        lines: &mut LineCounter,
        work: &mut BatchBuilder<'_>,
    ) -> Result<()> {
        let _stage = within(Stage::Findings);
        let (code, chunk) = (Code::INVALID_BYTES, &piece.chunk);
        let (severity, action) = self.schema.policy.of(code);
        let mut alike = Finding { severity, action, ..Finding::new(code, "") };
        alike.schema_span = Some(self.schema_span(code, None));
        let is_hidden = self.mask.0 || self.mask.1.contains(&true);
        let mut many = Alike::default();
        // What was said last, and whether no more than a place of what is said so is wanted.
        let mut last: Option<(What, bool)> = None;
        let mut is_settled = false;
        let (mut message, mut raw) = (String::new(), String::new());
        others.sort_by_key(|finding| (finding.span.start, finding.code.id));
        let mut others = others.drain(..).peekable();
        for invalid in InvalidBytes::of(chunk) {
            let is_before = |other: &Finding| other.span.range().start < invalid.text.start;
            if others.peek().is_some_and(is_before) {
                self.end_alike(&alike, piece, &mut many, work);
                last = None;
                let mut before: Vec<_> = std::iter::from_fn(|| others.next_if(is_before)).collect();
                self.locate(&mut before, piece, lines, None, work);
            }
            if last != Some((invalid.what, true)) {
                invalid.what.message(&mut message);
                invalid.what.bytes(&mut raw);
                let keeper = work.keeper.as_ref().filter(|_| !is_hidden && self.known.is_none());
                is_settled = is_settled
                    || keeper.is_some_and(|keeper| {
                        keeper.passes_over((code, severity, None), &self.criteria)
                    });
                let is_one_of_many = is_settled
                    || keeper.is_some_and(|keeper| {
                        keeper.passes_over((code, severity, Some(&raw)), &self.criteria)
                    });
                last = Some((invalid.what, is_one_of_many));
                if !is_one_of_many {
                    self.end_alike(&alike, piece, &mut many, work);
                    let span = Span::new(invalid.text.start, invalid.text.end);
                    let (message, raw) = (message.clone(), Some(raw.clone()));
                    let finding = Finding { message, span, raw, ..alike.clone() };
                    self.locate(&mut vec![finding], piece, lines, None, work);
                    continue;
                }
                let value = hex_of(&raw);
                let known_name = self.known_name(chunk.source(), work);
                let parts = Parts {
                    rule: &self.criteria.all()[alike.criterion].name,
                    source: Some(&known_name),
                    record: None,
                    field: None,
                    parents: None,
                    item: None,
                    value: Some(value.as_str()),
                };
                many.say(&message, &raw, parts.open(&mut work.parts));
            }
            work.shown[code.index()] += 1;
            work.count_alike(&alike, chunk.source(), invalid.bytes.start);
            if work.rows.is_some() {
                let at = invalid.text.start;
                many.push(lines.line_of(chunk, at), chunk.column(at), invalid.bytes);
                if many.len() >= ALIKE {
                    self.end_alike(&alike, piece, &mut many, work);
                    self.encode_findings(work)?;
                    last = None;
                }
            }
        }
        self.end_alike(&alike, piece, &mut many, work);
        self.locate(&mut others.collect(), piece, lines, None, work);
        self.encode_findings(work)
    }

    /// Adds findings that are alike to the table of findings, and takes them out.
    fn end_alike(
        &self,
        finding: &Finding,
        piece: &FramedChunk,
        many: &mut Alike,
        work: &mut BatchBuilder<'_>,
    ) {
        let Some(rows) = work.rows.as_mut().filter(|_| many.len() > 0) else { return };
        let row = FindingRow::of_alike(finding, piece.chunk.source());
        rows.push_alike(&row, many, &self.names, self.schema);
        many.clear();
    }

    /// The text before, between and behind the records of a piece, with the row
    /// that names its columns. Returns which column is which.
    fn outside(
        &self,
        piece: &FramedChunk,
        work: &mut BatchBuilder<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Columns {
        let text = piece.chunk.text();
        let header = piece.header.as_deref();
        let plans = self.plans;
        diagnostics.open_record();
        let framing = plans.mill.framing();
        let mut columns = framing.columns(header, piece.first.then_some(text), diagnostics);
        framing.look_through(piece.format, text, &mut columns);
        diagnostics.close_record();
        let head = header.filter(|_| piece.first).map(Header::range);
        work.counts.bytes.key += head.as_ref().map_or(0, |head| head.len() as u64);
        let records = piece.records.iter().map(|frame| frame.span.range());
        let taken: Vec<_> = head.into_iter().chain(records).collect();
        let starts = taken.iter().map(|taken| taken.start).chain([text.len()]);
        let ends = taken.iter().map(|taken| taken.end);
        for (n, (from, to)) in std::iter::once(0).chain(ends).zip(starts).enumerate() {
            let bytes = &mut work.counts.bytes;
            let found = match plans.mill.framing().outside(piece.format, &text[from..to]) {
                Outside::Nothing => {
                    bytes.separator += (to - from) as u64;
                    continue;
                }
                Outside::Comments(found) => {
                    bytes.separator += (to - from - found.len()) as u64;
                    bytes.ignored += found.len() as u64;
                    continue;
                }
                Outside::Ignored(ignored) => {
                    bytes.separator += (to - from) as u64 - ignored;
                    bytes.ignored += ignored;
                    continue;
                }
                Outside::Text(found) => found,
            };
            bytes.separator += (to - from - found.len()) as u64;
            bytes.outside += found.len() as u64;
            let lead = if n == 0 { piece.lead } else { Lead::Between };
            // A source that is nothing else has been reported, with its text; so has what goes on.
            if piece.has_no_records || lead == Lead::Told {
                continue;
            }
            let span = Span::new(from + found.start, from + found.end);
            let more = if piece.parted && to == text.len() { "more than " } else { "" };
            let bytes = format!("{more}{}", plural(found.len(), "byte"));
            let finding = if lead == Lead::First {
                let message = format!("{bytes} of text before the first record");
                diagnostics.report(Code::TEXT_BEFORE_RECORD, span, message)
            } else {
                let message = format!("{bytes} of text that belong to no record");
                diagnostics.report(Code::TEXT_AFTER_RECORD, span, message)
            };
            finding.raw = Some(text[span.range()].to_owned());
            if lead == Lead::First {
                Self::report_lost_start(
                    plans.mill.framing(),
                    piece.format,
                    text,
                    span,
                    diagnostics,
                );
            }
        }
        let mut lines = LineCounter::at_start_of(&piece.chunk);
        self.locate(diagnostics.all_mut(), piece, &mut lines, None, work);
        columns
    }

    /// Reports a line before the first record that nearly begins one, whose record is lost with it.
    fn report_lost_start(
        plan: &record::Plan,
        format: Format,
        text: &str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let Some(place) = plan.lost_start(format, &text[span.range()]) else { return };
        let place = Span::new(span.start as usize + place.start, span.start as usize + place.end);
        let line = text[place.range()].to_owned();
        let message = format!(
            "`{line}` looks like the beginning of a record, and stands before the first one"
        );
        let finding = diagnostics.report(Code::LOOKS_LIKE_ENTRY, place, message);
        finding.raw = Some(line);
        finding.help = Some(
            "what stands below it is no record either: let `source.record` take such a line, or mend the dump".to_owned(),
        );
    }

    /// A piece of a record that is too long for memory.
    fn oversize(
        &self,
        piece: &FramedChunk,
        (begins, length, ends): (bool, u64, bool),
        work: &mut BatchBuilder<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let text = piece.chunk.text();
        work.counts.bytes.quarantined += text.len() as u64;
        let mut reason = None;
        if begins {
            // In how many pieces a record comes hangs on how it was read.
            let all = &text[..text.floor_char_boundary(self.max_record_bytes)];
            let first = all.find('\n').unwrap_or(all.len());
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
            self.locate(diagnostics.all_mut(), piece, &mut lines, None, work);
            work.counts.records.r#in += 1;
            work.counts.records.quarantined += 1;
            work.counts.sources[piece.chunk.source().index()].records += 1;
            let position = piece.chunk.position();
            reason = Some(Reason {
                line: position.line,
                byte_start: position.file,
                bytes: None,
                record_id: None,
                codes: vec![Code::RECORD_TOO_LONG.id.into()],
            });
        }
        debug_assert!(length > 0 || ends, "a piece has bytes");
        work.quarantined.push(Quarantined {
            source: piece.chunk.source(),
            bytes: piece.chunk.original(0..text.len()).to_vec(),
            reason,
        });
    }

    /// A record that its source breaks off in: nobody knows what the rest of it was.
    fn torn(piece: &FramedChunk, work: &mut BatchBuilder<'_>) {
        let (chunk, text) = (&piece.chunk, piece.chunk.text());
        let source = chunk.source();
        work.counts.bytes.quarantined += text.len() as u64;
        work.counts.records.r#in += 1;
        work.counts.records.quarantined += 1;
        work.counts.sources[source.index()].records += 1;
        let bytes = chunk.original(0..text.len()).to_vec();
        let reason = Reason {
            line: chunk.position().line,
            byte_start: chunk.position().file,
            bytes: Some(bytes.len() as u64),
            record_id: None,
            codes: vec![Code::BROKEN_INPUT.id.into()],
        };
        work.quarantined.push(Quarantined { source, bytes, reason: Some(reason) });
    }

    fn record(
        &mut self,
        (piece, frame): (&FramedChunk, &RecordFrame),
        place_in_batch: (u32, u32),
        columns: &Columns,
        work: &mut BatchBuilder<'_>,
        diagnostics: &mut Diagnostics<'r>,
    ) {
        let chunk = &piece.chunk;
        let source = chunk.source();
        if self.plans.mill.framing().skips(piece.format, &chunk.text()[frame.span.range()]) {
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
        let place =
            RecordText { format: piece.format, columns, text: chunk.text(), span: frame.span };
        let info = RecordInfo { stem: self.stems[source.index()] };
        let mut scratch = std::mem::take(&mut self.scratch);
        work.bytes.file_offset(chunk, frame.span.range().start);
        let begins = work.bytes;
        let mill = &self.plans.mill;
        mill.record(&place, &info, &mut scratch, diagnostics, |milled, diagnostics| {
            self.milled((piece, frame), place_in_batch, &id, milled, work, diagnostics);
        });
        self.scratch = scratch;
        if diagnostics.is_empty() {
            return;
        }
        let mut lines = LineCounter::at(frame.span.start as usize, frame.line).with_bytes(begins);
        let key = work.key.take();
        let of = self.identity(&id, key.as_deref());
        self.locate(diagnostics.all_mut(), piece, &mut lines, Some(of), work);
    }

    /// Counts what a record came to, and adds it to the tables or the quarantine.
    fn milled(
        &self,
        (piece, frame): (&FramedChunk, &RecordFrame),
        place: (u32, u32),
        id: &str,
        milled: &MilledRecord<'_>,
        work: &mut BatchBuilder<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let chunk = &piece.chunk;
        let source = chunk.source();
        let MilledRecord { record, raw, row } = milled;
        let BatchBuilder { shown, way, .. } = work;
        let wanted = |code: &Code| self.steps || shown[code.index()] < SHOWN_PER_CODE;
        steps(self.schema, record, raw, row, chunk.text(), wanted, (diagnostics.since(0), way));
        let rejected = diagnostics.since(0).iter().any(|finding| finding.action == Action::Reject);

        let known = self.plans.table.record_key(row);
        let counts = &mut work.counts;
        counts.keys += record.keys() as u64;
        counts.records.r#in += 1;
        counts.sources[source.index()].records += 1;
        for (mine, theirs) in counts.items.iter_mut().zip(&raw.counts) {
            mine.add(&if rejected { theirs.set_aside() } else { *theirs });
        }
        self.count_fields(raw, row, rejected, counts);
        let (byte, bytes) = work.bytes.original(chunk, frame.span.range());
        let length = bytes.len() as u64;
        if rejected {
            counts.records.quarantined += 1;
            counts.bytes.quarantined += frame.span.len() as u64;
            let rejects = |finding: &&Finding| finding.action == Action::Reject;
            let codes = diagnostics.since(0).iter().filter(rejects);
            let codes = codes.map(|finding| finding.code.id.into()).collect();
            work.quarantined.push(Quarantined {
                source,
                bytes: bytes.to_vec(),
                reason: Some(Reason {
                    line: frame.line,
                    byte_start: byte,
                    bytes: Some(length),
                    record_id: Some(id.to_owned()),
                    codes,
                }),
            });
        } else {
            counts.records.out += 1;
            counts.bytes.add(&record.bytes);
            let file = self.names[source.index()];
            let about = RecordRef {
                id,
                key: known.as_deref(),
                file,
                source,
                line: frame.line,
                byte,
                bytes: length,
            };
            let mut stage = within(Stage::Columns);
            if let Some(tables) = &mut work.tables {
                tables.push(&about, row);
            }
            stage.next(Stage::Check);
            if let Some(partial) = &mut work.partial {
                let context =
                    RecordContext { record: &about, place, text: (chunk, frame.span.start) };
                let plans = self.plans;
                plans.dataset.push(partial, &plans.table, plans.terms, &context, row);
            }
        }
        work.key = known;
    }

    /// Encodes the rows of findings that wait, once there are enough of them: they take more room than the text
    /// that they are about.
    fn encode_findings(&mut self, work: &mut BatchBuilder<'_>) -> Result<()> {
        // Others will stand among them if the tables are looked at.
        let rows = work.rows.as_mut().filter(|_| work.places.is_none());
        let Some(rows) = rows.filter(|rows| rows.height() >= ENCODED) else { return Ok(()) };
        work.encoded = Some(self.add_findings(rows.rows()?, work.encoded.take())?);
        rows.clear();
        Ok(())
    }

    /// Encodes rows of findings behind others.
    fn add_findings(&mut self, rows: &Rows, before: Option<Encoded>) -> Result<Encoded> {
        let _stage = within(Stage::Pages);
        let table = self.schema.tables.len();
        let next = self.plans.sink.table(table, rows, &mut self.encoder)?;
        Ok(match before {
            Some(mut before) => {
                before.append(next);
                before
            }
            None => next,
        })
    }

    /// What a record is known by, by its key or else its id, which is a hash of all that it says.
    fn identity<'i>(&self, id: &'i str, key: Option<&'i str>) -> RecordIdentity<'i> {
        let (all, fields) = &self.mask;
        let is_hidden = match key {
            _ if *all => true,
            Some(_) => self.schema.hides_key(None),
            None => fields.contains(&true),
        };
        RecordIdentity { id, known_by: key.unwrap_or(id), is_hidden }
    }

    /// What a source is called in what findings are known by. Few have findings, of many that there may be.
    fn known_name(&self, source: SourceId, work: &mut BatchBuilder<'_>) -> Arc<str> {
        match &work.known_name {
            Some((of, name)) if *of == source => Arc::clone(name),
            _ => {
                let name = self.options.known_name(&self.options.inputs[source.index()]);
                Arc::clone(&work.known_name.insert((source, name.into())).1)
            }
        }
    }

    /// Looks up the places of findings, and what each is known by. Takes all of them.
    fn locate(
        &self,
        findings: &mut Vec<Finding>,
        piece: &FramedChunk,
        lines: &mut LineCounter,
        of: Option<RecordIdentity<'_>>,
        work: &mut BatchBuilder<'_>,
    ) {
        if findings.is_empty() {
            return;
        }
        let _stage = within(Stage::Findings);
        let source = piece.chunk.source();
        let file = self.names[source.index()];
        let (all, fields) = &self.mask;
        let some = *all || fields.contains(&true);
        // A record of some megabytes may have a million of them: what is done with goes at once, and no room is kept.
        let is_large = findings.len() > LARGE;
        let known_name = of.is_none().then(|| self.known_name(source, work));
        let mut record = None;
        // Stages find one after another; a reader goes through the dump from top to bottom.
        let mut sorted = std::mem::take(&mut work.sorted);
        let places = findings.iter().enumerate();
        sorted.extend(places.map(|(n, finding)| (finding.span.start, finding.code.id, n)));
        sorted.sort_unstable();
        for (_, _, n) in sorted.drain(..) {
            let finding = &mut findings[n];
            let fold = Folded::id(finding, source);
            if fold.is_some_and(|fold| work.folded.counts(fold, finding)) {
                continue;
            }
            let shown = &mut work.shown[finding.code.index()];
            *shown += 1;
            let excerpt = *shown <= SHOWN_PER_CODE;
            let idx = finding.field.as_deref().and_then(|name| self.schema.field_idx(name));
            let is_whole = fold.is_some()
                || work.keeper.as_mut().is_none_or(|keeper| keeper.wants(finding, &self.criteria))
                || idx.is_none() && finding.field.is_some();
            let counted = (!is_whole).then(|| Counted {
                code: finding.code,
                criterion: finding.criterion,
                severity: finding.severity,
                count: finding.count,
                number: 1,
                field: idx,
                source,
                record: of.map(|of| Arc::clone(record.get_or_insert_with(|| of.id.into()))),
            });
            if let Some(places) = work.places.as_mut().filter(|_| fold.is_none()) {
                let span = on_borders(piece.chunk.text(), finding.span.range());
                places.push((source, lines.file_offset(&piece.chunk, span.start)));
            }
            // A place is looked up for what is kept or stands in the table.
            let counted = match counted {
                Some(counted) if work.rows.is_none() => {
                    work.findings.push(Told::Counted(counted));
                    continue;
                }
                counted => counted,
            };
            finding.schema_span.get_or_insert_with(|| self.schema_span(finding.code, idx));
            let key = finding.key.as_deref();
            let value = key.or(finding.raw.as_deref()).map(hex_of);
            let parents = finding.parents_in_words();
            let parts = Parts {
                rule: &self.criteria.all()[finding.criterion].name,
                source: known_name.as_deref(),
                // What is reported once for all records is not known by one of them.
                record: of.filter(|_| key.is_none()).map(|of| of.known_by),
                field: finding.field.as_deref(),
                parents: parents.as_deref(),
                item: finding.ordinal,
                value: value.as_ref().map(Hex::as_str),
            };
            let id = of.map(|of| of.id);
            let steps = work.way.get(n);
            let is_hidden = *all || idx.map_or(some, |idx| fields[idx]);
            let hides_record = parts.record.is_some() && of.is_some_and(|of| of.is_hidden);
            let counted = match (counted, &mut work.rows) {
                // Its row is all that there is of it.
                (Some(counted), Some(rows))
                    if !is_hidden && !hides_record && self.known.is_none() =>
                {
                    let Place { line, column, bytes, .. } =
                        Place::of(finding.span, &piece.chunk, lines);
                    let row = FindingRow {
                        finding,
                        source: Some(source),
                        record_id: id,
                        line,
                        column,
                        bytes,
                        steps: steps.map(|[_, extracted, normalized]| (extracted, normalized)),
                        fingerprint: parts.open(&mut work.parts),
                        baselined: false,
                    };
                    rows.push(&row, &self.names, self.schema);
                    work.findings.push(Told::Counted(counted));
                    if is_large {
                        *finding = Finding::new(finding.code, String::new());
                    }
                    continue;
                }
                (counted, _) => counted,
            };
            let identity = parts.to_identity();
            let empty = Finding::new(finding.code, String::new());
            let mut finding = std::mem::replace(finding, empty);
            finding.steps = steps.map(|steps| Box::new(kept(steps)));
            let mut located = Located::in_chunk(finding, &piece.chunk, lines, id, excerpt);
            located.identity = identity;
            if is_hidden {
                located.mask(self.mask_key.as_ref(), Some(file));
            } else {
                if hides_record {
                    located.hide_record(self.mask_key.as_ref(), Some(file));
                }
                if some && piece.format != Format::KeyValue {
                    // What stands around it on the line may be the value of another field.
                    located.excerpt = located.excerpt.map(Excerpt::alone);
                }
            }
            if let Some(fold) = fold {
                work.folded.insert(fold, located);
                continue;
            }
            if let Some(rows) = &mut work.rows {
                let row = FindingRow::of(&located, false);
                rows.push(&row, &self.names, self.schema);
            }
            work.findings.push(match counted {
                Some(counted) => Told::Counted(counted),
                None => Told::Whole(Box::new(located)),
            });
        }
        if is_large {
            *findings = Vec::new();
            work.way = Way::default();
        } else {
            findings.clear();
            work.sorted = sorted;
            work.way.clear();
        }
    }

    /// The line of the schema that a finding goes against, where no rule does.
    fn schema_span(&self, code: &Code, field: Option<usize>) -> Range<usize> {
        let source = &self.schema.source;
        match field {
            Some(field) => self.schema.fields[field].span.clone(),
            None if KEYS.contains(&code.id) => source.key_span.clone(),
            None if code.id >= "R100" => source.record_span.clone(),
            None => source.span.clone(),
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
            let first = self.plans.mill.layout().base[idx];
            let null = match field.cells {
                Cells::Rows(_) => row.items[idx].is_empty(),
                Cells::Slots(_) => row.cells[first].value.is_null(),
            };
            // Of a kind that has not the field, a record has no cell of it.
            let has = self.kinds[idx].as_ref().zip(row.kind);
            if null && has.is_none_or(|(kinds, kind)| kinds.contains(&kind)) {
                report.null += 1;
                match &raw.fields[idx] {
                    Raw::Absent => report.nulls.absent += 1,
                    Raw::Blank(_) => report.nulls.blank += 1,
                    Raw::Sentinel(..) => report.nulls.sentinel += 1,
                    Raw::Unread(_)
                    | Raw::Value(..)
                    | Raw::Items(..)
                    | Raw::Tuples(..)
                    | Raw::Nested(..) => report.nulls.unread += 1,
                }
            }
            if let Some(slot) = self.counted[idx]
                && let Some(kind) = row.cells[first + slot].value.as_text()
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

impl BatchBuilder<'_> {
    /// The order of its findings from the top of the dump to the bottom.
    fn order(&self) -> Vec<usize> {
        let places = self.places.as_deref().unwrap_or_default();
        let mut order: Vec<_> = (0..places.len()).collect();
        order.sort_by_key(|n| places[*n]);
        order
    }

    /// Counts a finding of a source that many others are like, by the byte that it begins at.
    fn count_alike(&mut self, finding: &Finding, source: SourceId, byte: u64) {
        if let Some(places) = &mut self.places {
            places.push((source, byte));
        } else if let Some(Told::Counted(last)) = self.findings.last_mut()
            && (last.code, last.source, last.field) == (finding.code, source, None)
            && last.record.is_none()
        {
            last.number += 1;
            return;
        }
        self.findings.push(Told::Counted(Counted {
            code: finding.code,
            criterion: finding.criterion,
            severity: finding.severity,
            count: finding.count,
            number: 1,
            field: None,
            source,
            record: None,
        }));
    }

    /// Notes where the rows of a block begin, if the next record is the first of one.
    fn enter(&mut self, block: u64) {
        if let Some(tables) = &self.tables
            && self.blocks.last().is_none_or(|(last, _)| *last != block)
        {
            self.blocks.push((block, tables.rows()));
        }
    }
}

/// Up to how many findings of a record their room is kept for the next one.
const LARGE: usize = 4096;

/// How many rows of findings are encoded at a time.
const ENCODED: usize = 16 * 1024;

/// The findings about how keys are set apart and what is done about them.
const KEYS: [&str; 6] = [
    Code::UNKNOWN_KEY.id,
    Code::LOOKS_LIKE_ENTRY.id,
    Code::REPEATED_KEY.id,
    Code::KEY_IN_TEXT.id,
    Code::STRAY_LINE.id,
    Code::KEY_OUT_OF_ORDER.id,
];

/// The table of findings that belong to no batch, as a batch of its own.
pub(super) fn of_findings(plans: &Plans<'_>, findings: Rows) -> Result<Vec<Encoded>> {
    if !plans.sink.writes() {
        return Ok(Vec::new());
    }
    let mut tables = plans.table.builder().finish()?;
    tables.push(findings);
    plans.sink.encode(&tables, &mut Encoder::default())
}

/// The table of what the columns of a run hold, as a batch of its own.
pub(super) fn of_profile(
    plans: &Plans<'_>,
    report: &ProfileReport,
    schema: &Schema,
) -> Result<Vec<Encoded>> {
    if !plans.sink.writes() || !plans.sink.profiles() {
        return Ok(Vec::new());
    }
    let mut tables = plans.table.builder().finish()?;
    tables.extend([finding_table(&[], &[], schema)?, profile_table(report)?]);
    plans.sink.encode(&tables, &mut Encoder::default())
}

/// How many findings that are alike become rows together.
const ALIKE: usize = 1024;

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Terms;
    use crate::mill::Mill;
    use crate::record::Batcher;
    use crate::schema::{SchemaSource, parse};
    use crate::sink;
    use crate::source::{Asked, FileSystem, decide};

    const SCHEMA: &str = "recordmill = 1\nname = \"t\"\n\
        [source]\nformat = \"key-value\"\nrecord = { by = \"start-key\", key = \"title\" }\n\
        key = { by = \"pattern\", pattern = '^(?<key>[a-z]+): (?<value>.*)$' }\n\
        [fields.title]\nkey = \"title\"\ntype = \"text\"\n\
        [fields.pages]\nkey = \"pages\"\ntype = \"integer\"\n\
        rules = [{ rule = \"maximum\", max = 900, severity = \"error\", action = \"reject\", \
        examples = { accept = [{ text = \"3\" }], refuse = [\"901\"] } }]\n\
        [tables.t]\nrows = \"record\"\ncolumns = [\"title\", \"pages\"]\n";

    /// What a worker makes of a dump that is one batch.
    fn milled(dump: &str, mask: bool) -> BatchOutput {
        milled_by(SCHEMA, dump, mask)
    }

    /// The same by another schema.
    fn milled_by(schema: &str, dump: &str, mask: bool) -> BatchOutput {
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: schema.into() });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let terms = Terms::read(&schema, &FileSystem::default()).unwrap();
        let (mill, sink) = (Mill::new(&schema), sink::Plan::new(&schema, None, false).unwrap());
        let plans = Plans::new(&schema, &mill, &terms, &sink, (true, None));
        let mut options = Options::new(vec![Input::memory("dump.txt", dump)]);
        options.mask = mask;
        let mut worker = Worker::new(&schema, &plans, &options, true);
        let input = &options.inputs[0];
        let decision = decide(|| input.open(), Asked::default()).unwrap();
        let mut out = Vec::new();
        let mut take = |batch: Batch| {
            out.push(worker.mill(batch).unwrap());
            true
        };
        let mut batcher = Batcher::new(mill.framing(), 1 << 20, 1 << 30, 64);
        let source = SourceId(0);
        batcher.source(source, "dump.txt", decision, input.open().unwrap(), &mut take).unwrap();
        batcher.finish(&mut take);
        assert_eq!(out.len(), 1);
        out.remove(0)
    }

    fn codes(output: &BatchOutput) -> Vec<(&str, u64, u64)> {
        let findings = output.findings.iter().filter_map(Told::whole);
        findings.map(|located| (located.finding.code.id, located.line, located.column)).collect()
    }

    #[test]
    fn a_record_that_is_lost_before_the_first_is_told() {
        let dump = |first: &str| format!("preface\n{first}\npages: 12\ntitle: Rain\npages: 3\n");
        for first in
            [" title: Dust", "\u{200b}title: Dust", "Title: Dust", "title：Dust", "- title: Dust"]
        {
            let output = milled(&dump(first), false);
            let column = 1 + (first.len() - first.trim_start().len()) as u64;
            assert_eq!(codes(&output), [("R101", 1, 1), ("R140", 2, column)], "{first}");
        }
        for first in ["title", "the title: Dust", "pages: 5", "title of the book"] {
            let output = milled(&dump(first), false);
            assert!(!codes(&output).iter().any(|told| told.0 == "R140"), "{first}");
        }
    }

    #[test]
    fn every_byte_of_a_batch_is_in_one_class() {
        let dump = "preface\ntitle: Dust\npages: 12\ncolor: red\ntitle: Rain\npages: 3\n";
        let mut output = milled(dump, false);
        let bytes = &output.counts.bytes;
        assert_eq!(bytes.total(), dump.len() as u64);
        assert_eq!((bytes.outside, bytes.unknown_key), (7, 10));
        assert_eq!((output.counts.records.r#in, output.counts.records.out), (2, 2));
        assert_eq!(codes(&output), [("R101", 1, 1)]);
        // The key that no field knows is reported once for the input.
        let folded: Vec<_> = output.folded.finish().iter().map(|one| one.finding.code.id).collect();
        assert_eq!(folded, ["R102"]);
        assert_eq!(output.frames[0].rows(), 2);
    }

    #[test]
    fn lists_that_part_are_told_of_each_record() {
        let schema = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
            [fields.a]\nkey = \"i.a\"\ntype = \"list\"\n[fields.b]\nkey = \"i.b\"\ntype = \"list\"\n\
            [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
            [tables.a]\nrows = \"a\"\ncolumns = [\"value\"]\n[tables.b]\nrows = \"b\"\ncolumns = [\"value\"]\n";
        let dump = "{\"i\": [{\"a\": 1, \"b\": 2}, {\"b\": 1}]}\n{\"i\": [{\"a\": 1}, {\"a\": 2, \"b\": 1}]}\n";
        let mut output = milled_by(schema, dump, false);
        let told = codes(&output);
        assert_eq!(
            told.iter().map(|(code, line, _)| (*code, *line)).collect::<Vec<_>>(),
            [("R129", 1), ("R129", 2)]
        );
        assert!(output.folded.finish().is_empty());
    }

    #[test]
    fn a_rejected_record_is_in_quarantine_with_its_bytes_and_in_no_table() {
        let dump = "title: Dust\npages: 901\ntitle: Rain\npages: 3\n";
        let output = milled(dump, false);
        let quarantined: Vec<_> = output.quarantined.iter().map(|one| &one.bytes[..]).collect();
        assert_eq!(quarantined, [b"title: Dust\npages: 901\n"]);
        assert_eq!(output.counts.bytes.quarantined, 23);
        assert_eq!(output.counts.bytes.total(), dump.len() as u64);
        let records = &output.counts.records;
        assert_eq!((records.r#in, records.out, records.quarantined), (2, 1, 1));
        assert_eq!(codes(&output), [("R407", 2, 8)]);
        assert_eq!(output.frames[0].rows(), 1);
    }

    #[test]
    fn shifts_in_what_is_read_as_utf8_are_told() {
        let doubts = |dump: &str| {
            codes(&milled(dump, false)).iter().filter(|(code, ..)| *code == "R005").count()
        };
        assert_eq!(doubts("title: y\u{1b}$B4A;\n"), 1);
        assert_eq!(doubts("title: \u{1b}[1my\u{1b}[0m\n"), 0);
    }

    #[test]
    fn a_hidden_value_leaves_the_worker_hidden() {
        let output = milled("title: Dust\npages: many\n", true);
        let located = output.findings[0].whole().unwrap();
        assert_eq!((located.finding.code.id, located.masked), ("R302", true));
        assert!(!format!("{located:?}").contains("many"), "{located:?}");
    }
}
