//! What became of one record, and why.
//!
//! In: a schema, an input and a place in it. Out: the record as it was cut, its
//! entries, and for each field which rule matched which bytes, what was tried
//! before, and the cells that came out. The stages are those of a run; nothing
//! is written.

mod reach;

use std::fmt;
use std::ops::Range;

use self::reach::reach;
use crate::data::{Cell, ItemPlace, Raw, Value};
use crate::diagnostic::{Action, Code, Diagnostics, Located, places_in_words};
use crate::error::{Error, ErrorKind, Result};
use crate::grammar::{Quantity, QuantityKind, QuantityPlan, Trouble};
use crate::lang::Pattern;
use crate::mill::{Mill, Milled, RecordText, Scratch};
use crate::record::{BATCH_BYTES, Batch, Batcher, FramedChunk, RecordFrame};
use crate::schema::Schema;
use crate::schema::model::{ColumnOrigin, Field, Format, Layout};
use crate::source::{Asked, Chunk, Coding, Input, LineCounter, SourceId, Span, decide, unreadable};
use crate::types::{PatternTrial, RecordInfo, plan_of};

/// Which record of an input is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one that has this line, from 1.
    Line(u64),
    /// The one that comes so many-th, from 1.
    Nth(u64),
    /// The one with this id.
    Id(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "at line {line}"),
            Self::Nth(nth) => write!(f, "number {nth}"),
            Self::Id(id) => write!(f, "with the id `{id}`"),
        }
    }
}

/// Parts `FILE:LINE`, `FILE#RECORD` into the file and the place; none if it is
/// neither.
#[must_use]
pub fn parse_place(text: &str) -> Option<(&str, Place)> {
    if let Some((file, line)) = text.rsplit_once(':')
        && let Ok(line) = line.parse()
        && !file.is_empty()
    {
        return Some((file, Place::Line(line)));
    }
    let (file, record) =
        text.rsplit_once('#').filter(|(file, id)| !file.is_empty() && !id.is_empty())?;
    // Ids have sixteen digits and more: no dump has so many records.
    let place = match record.parse() {
        Ok(nth) if record.len() < 16 => Place::Nth(nth),
        _ => Place::Id(record.to_owned()),
    };
    Some((file, place))
}

/// What became of a record.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The path of its source.
    pub source: String,
    /// The form of the source.
    pub format: Format,
    /// The encoding of the source.
    pub encoding: Coding,
    /// The record's place among those of the source, from 1.
    pub nth: u64,
    /// Its id in the tables.
    pub id: String,
    /// Its lines, from 1; the last is counted in.
    pub lines: (u64, u64),
    /// Its bytes in the file.
    pub bytes: Range<u64>,
    /// Its text.
    pub text: String,
    /// Whether the schema skips it.
    pub skipped: bool,
    /// Its kind, where the schema has several; none if it is of none of them.
    pub record_kind: Option<String>,
    /// The fields that were read from something, in the order of the schema.
    pub fields: Vec<FieldTrace>,
    /// The fields that were not.
    pub absent: Vec<String>,
    /// What was found.
    pub findings: Vec<Located>,
}

impl Explanation {
    /// The codes for which a run sets the record aside, so that nothing of it comes out; none where it does not.
    #[must_use]
    pub fn rejected_for(&self) -> Vec<&'static Code> {
        let findings = self.findings.iter().map(|located| &located.finding);
        let rejects = findings.filter(|finding| finding.action == Action::Reject);
        let mut codes: Vec<_> = rejects.map(|finding| finding.code).collect();
        codes.sort_unstable_by_key(|code| code.id);
        codes.dedup();
        codes
    }
}

/// What became of a field.
#[derive(Clone, Debug)]
pub struct FieldTrace {
    /// The field.
    pub name: String,
    /// The word for its type.
    pub kind: &'static str,
    /// Its entries in the record.
    pub entries: Vec<EntryTrace>,
    /// What was tried on them, in order.
    pub steps: Vec<Step>,
    /// The cells of the record's row, by column.
    pub cells: Vec<(String, String)>,
    /// The rows of its list, by column, each with its place; before it, with dots between,
    /// those of the objects around it.
    pub rows: Vec<(String, Vec<(String, String)>)>,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct EntryTrace {
    /// The key as it stands; empty where it stands in a header.
    pub key: String,
    /// The line of the value.
    pub line: u64,
    /// The bytes of the value in the file.
    pub bytes: Range<u64>,
    /// The value.
    pub value: String,
}

/// Something that was tried on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What, such as "rule `range`".
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took a text, with these groups.
    Matched(String, Vec<(String, String)>),
    /// It did not match; this is how far it got, if anywhere.
    Failed(Option<String>),
    /// It decided something.
    Reported(String),
}

/// A record that was found: the piece that holds it, and which it is.
struct Found {
    piece: FramedChunk,
    frame: RecordFrame,
    nth: u64,
}

/// What stands at a place of an input.
#[derive(Debug)]
pub enum Explained {
    /// A record, and what became of it.
    Record(Box<Explanation>),
    /// No record.
    Nothing {
        /// How many records the input has.
        records: u64,
        /// The last line of the last one, from 1; 0 if there is none.
        last_line: u64,
    },
}

/// Explains the record at a place of an input.
///
/// # Errors
///
/// The input cannot be read.
pub fn explain(
    schema: &Schema,
    input: &Input,
    place: &Place,
    named: Option<Coding>,
) -> Result<Explained> {
    let mill = Mill::new(schema);
    let plan = mill.framing();
    let failed = |error| unreadable(input.name(), error);
    input.whole().map_err(failed)?;
    let asked =
        Asked { named: named.or(schema.source.encoding), candidates: &schema.source.encodings };
    let reading = input.reading();
    let decision = decide(|| reading.open(), asked).map_err(failed)?;
    let coding = decision.coding;
    let mut found = None;
    // The suffix of an id counts copies over all inputs of a run.
    let copy_of = match place {
        Place::Id(id) => id.split_once('-').map(|(hash, _)| hash),
        _ => None,
    };
    let mut copy: Option<Found> = None;
    let (mut seen, mut last_line) = (0, 0);
    let mut look = |batch: Batch| {
        for piece in batch.pieces {
            if let Some(last) = piece.records.last() {
                last_line = lines_of(&piece.chunk, last).1;
            }
            let wanted = piece.records.iter().zip(1..).find(|(frame, nth)| {
                let lines = lines_of(&piece.chunk, frame);
                match place {
                    Place::Line(line) => (lines.0..=lines.1).contains(line),
                    Place::Nth(wanted) => seen + nth == *wanted,
                    Place::Id(id) => frame.id() == *id,
                }
            });
            if let Some((frame, nth)) = wanted {
                let (frame, nth) = (frame.clone(), seen + nth);
                found = Some(Found { piece, frame, nth });
                return false;
            }
            let same = |frame: &RecordFrame| {
                copy_of.is_some_and(|id| format!("{:016x}", frame.hash) == id)
            };
            let number = seen;
            seen += piece.records.len() as u64;
            if let Some((frame, nth)) =
                piece.records.iter().zip(1..).find(|(frame, _)| copy.is_none() && same(frame))
            {
                let (frame, nth) = (frame.clone(), number + nth);
                copy = Some(Found { piece, frame, nth });
            }
        }
        true
    };
    let mut batcher = Batcher::new(plan, schema.source.max_record_bytes, BATCH_BYTES, 256 * 1024);
    let reader = reading.open().map_err(failed)?;
    batcher.source(SourceId(0), input.name(), decision, reader, &mut look).map_err(failed)?;
    batcher.finish(&mut look);
    let Some(found) = found.or(copy) else {
        return Ok(Explained::Nothing { records: seen, last_line });
    };
    if found.piece.chunk.text().get(found.frame.span.range()).is_none() {
        return Err(Error::new(ErrorKind::Internal, "a record lies outside of its text"));
    }
    let mut explained = trace(schema, &mill, input, &found);
    explained.encoding = coding;
    if let Place::Id(id) = place {
        explained.id.clone_from(id);
    }
    Ok(Explained::Record(Box::new(explained)))
}

/// The lines of a record; blank ones behind it belong to it too.
fn lines_of(chunk: &Chunk, frame: &RecordFrame) -> (u64, u64) {
    let span = frame.span.range();
    // The last line is that of the last byte, be it the end of it.
    let last = span.end.saturating_sub(1).max(span.start);
    let more = chunk.line_ends().count(chunk.text().as_bytes(), span.start..last);
    (frame.line, frame.line + more)
}

/// Runs the stages on a record and looks at what each did.
fn trace(schema: &Schema, mill: &Mill, input: &Input, found: &Found) -> Explanation {
    let Found { piece, frame, nth } = found;
    let (chunk, text) = (&piece.chunk, piece.chunk.text());
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let span = frame.span.range();
    let plan = mill.framing();
    for note in piece.notes.iter().filter(|note| span.contains(&note.span.start)) {
        let place = Span::new(note.span.start, note.span.end);
        let finding = diagnostics.report(note.code, place, note.message.clone());
        finding.help.clone_from(&note.help);
    }
    let columns = plan.columns(piece.header.as_deref(), None, &mut diagnostics);
    let skipped = plan.skips(piece.format, &text[span.clone()]);
    let place = RecordText { format: piece.format, columns: &columns, text, span: frame.span };
    let info = RecordInfo { stem: input.stem() };
    let scratch = &mut Scratch::default();
    let look = |milled: &mut Milled<'_>, _: &mut Diagnostics<'_>| {
        let tracer = Tracer { schema, chunk, milled, layout: mill.layout() };
        let (mut fields, mut absent) = (Vec::new(), Vec::new());
        for (idx, field) in schema.fields.iter().enumerate() {
            let trace = tracer.field(idx, field);
            if trace.entries.is_empty() && trace.rows.is_empty() && trace.steps.is_empty() {
                absent.push(field.name.clone());
            } else {
                fields.push(trace);
            }
        }
        let kind = tracer.milled.row.kind.map(|kind| schema.kinds[kind].name.clone());
        (fields, absent, kind)
    };
    let (fields, absent, record_kind) = mill.record(&place, &info, scratch, &mut diagnostics, look);
    let mut lines = LineCounter::at(span.start, frame.line);
    let id = frame.id();
    let mut findings = diagnostics.take();
    findings.sort_by_key(|finding| (finding.span.start, finding.code.id));
    let findings = findings
        .into_iter()
        .map(|finding| Located::in_chunk(finding, chunk, &mut lines, Some(&id), true))
        .collect();
    Explanation {
        source: input.name().to_owned(),
        format: piece.format,
        encoding: Coding::utf8(),
        nth: *nth,
        id,
        lines: lines_of(chunk, frame),
        bytes: chunk.file_offset(span.start)..chunk.file_offset(span.end),
        text: text[span].trim_end().to_owned(),
        skipped,
        record_kind: record_kind.filter(|_| !skipped),
        fields: if skipped { Vec::new() } else { fields },
        absent: if skipped { Vec::new() } else { absent },
        findings: if skipped { Vec::new() } else { findings },
    }
}

struct Tracer<'r> {
    schema: &'r Schema,
    chunk: &'r Chunk,
    milled: &'r Milled<'r>,
    layout: &'r Layout,
}

impl Tracer<'_> {
    fn field(&self, idx: usize, field: &Field) -> FieldTrace {
        let mut lines = LineCounter::at_start_of(self.chunk);
        let entries: Vec<_> = self
            .milled
            .record
            .entries_of(field.entry)
            .map(|entry| {
                let place = entry.text.whole().range();
                EntryTrace {
                    key: self.chunk.text()[entry.key_span.range()].to_owned(),
                    line: lines.line_of(self.chunk, place.start),
                    bytes: self.chunk.file_offset(place.start)..self.chunk.file_offset(place.end),
                    value: entry.text.as_str().to_owned(),
                }
            })
            .collect();
        let mut steps = Vec::new();
        self.taken(idx, field, &entries, &mut steps);
        if let (Raw::Value(text, _), Some(quantity)) =
            (&self.milled.raw.fields[idx], field.kind.quantity())
        {
            let plan = plan_of(quantity, self.milled.raw.spelling(idx));
            explain_quantity(text, &field.name, (quantity, &plan), &mut steps);
        }
        FieldTrace {
            name: field.name.clone(),
            kind: field.kind.word(),
            entries,
            steps,
            cells: self.cells(idx, field),
            rows: self.rows(idx, field),
        }
    }

    /// What the extraction did: patterns tried in order, sentinels, pieces.
    fn taken(&self, idx: usize, field: &Field, entries: &[EntryTrace], steps: &mut Vec<Step>) {
        let said = |what: &str, outcome: String| Step {
            what: what.to_owned(),
            outcome: Outcome::Reported(outcome),
        };
        match &self.milled.raw.fields[idx] {
            Raw::Sentinel(text, _) => {
                steps.push(said("sentinel", format!("`{text}` stands for no data")));
            }
            Raw::Blank(_) if field.extract.is_empty() => {
                steps.push(said("value", "none: the key has no value".to_owned()));
            }
            _ => {}
        }
        for entry in entries {
            for pattern in &field.extract {
                let step = try_pattern("pattern of `extract`", pattern, &entry.value);
                let matched = matches!(step.outcome, Outcome::Matched(..));
                steps.push(step);
                if matched {
                    break;
                }
            }
        }
        let nested = matches!(self.milled.raw.fields[idx], Raw::Nested(_));
        if nested || field.is_items() && !entries.is_empty() {
            let count = self.milled.raw.counts[idx];
            steps.push(said(
                "split",
                format!(
                    "pieces {}: items {} ({} cut off), sentinels {}, prompts {}, blank {}, unread {}",
                    count.r#in,
                    count.out,
                    count.truncated,
                    count.sentinel,
                    count.prompt,
                    count.blank,
                    count.unread
                ),
            ));
        }
        for tried in field.kind.tried() {
            for text in self.texts(idx, &tried, entries) {
                let step = try_pattern(&tried.what, tried.pattern, text);
                let matched = matches!(step.outcome, Outcome::Matched(..));
                steps.push(step);
                if matched && !tried.goes_on {
                    return;
                }
            }
        }
        let source = self.milled.cells(self.layout, idx).get(1);
        if field.kind.names_the_record()
            && source.and_then(|source| source.value.as_text()) == Some("file")
        {
            steps.push(said("file name", "no text has the name; the file has".to_owned()));
        }
    }

    /// The texts that a pattern of a type was tried on.
    fn texts(&self, idx: usize, tried: &PatternTrial<'_>, entries: &[EntryTrace]) -> Vec<&str> {
        let raw = &self.milled.raw;
        match (&raw.fields[tried.on.unwrap_or(idx)], tried.on) {
            (Raw::Tuples(range, _), _) if tried.items => {
                raw.tuples[range.clone()].iter().map(|tuple| tuple.raw).collect()
            }
            // What has a key of its own is not looked for elsewhere.
            (_, Some(_)) if !entries.is_empty() => Vec::new(),
            (Raw::Value(text, _), _) => vec![text],
            (
                Raw::Absent
                | Raw::Blank(_)
                | Raw::Unread(_)
                | Raw::Sentinel(..)
                | Raw::Items(..)
                | Raw::Tuples(..)
                | Raw::Nested(_),
                _,
            ) => Vec::new(),
        }
    }

    /// The cells of a scalar field, by the columns that show them.
    fn cells(&self, idx: usize, field: &Field) -> Vec<(String, String)> {
        let base = self.layout.base[idx];
        let tables = self.schema.tables.iter().filter(|table| table.items_of.is_none());
        let columns: Vec<_> = tables.flat_map(|table| &table.columns).collect();
        let slots = field.cells.slots().iter().enumerate();
        slots
            .map(|(n, cell)| {
                let slot = base + n;
                let column = columns.iter().find(
                    |column| matches!(column.origin, ColumnOrigin::Slot(shown) if shown == slot),
                );
                let name = column.map_or_else(
                    || format!("{}{}", field.name, cell.column),
                    |column| column.name.clone(),
                );
                (name, show(&self.milled.row.cells[slot]))
            })
            .collect()
    }

    /// The rows of a list field.
    fn rows(&self, idx: usize, field: &Field) -> Vec<(String, Vec<(String, String)>)> {
        let Some(slots) = field.cells.rows() else { return Vec::new() };
        let row = |(place, cells): (ItemPlace<'_>, &[Cell<'_>])| {
            let cells = slots.iter().zip(cells);
            let cells = cells.map(|(slot, cell)| (slot.column.clone(), show(cell)));
            let places = [place.parents, &[place.ordinal]].concat();
            (places_in_words(&places), cells.collect())
        };
        self.milled.row.items[idx].placed().map(row).collect()
    }
}

/// Which rules took which figures, and what was tried before at their places.
fn explain_quantity(
    text: &str,
    field: &str,
    (quantity, plan): (&Quantity, &QuantityPlan),
    steps: &mut Vec<Step>,
) {
    let rules = &quantity.rules;
    let name = |rule: usize| format!("rule `{}`", rules[rule].name);
    let failed = |rule: usize, place: Option<usize>| Step {
        what: name(rule),
        outcome: Outcome::Failed(
            reach(&rules[rule].pattern.text, text, place).map(|range| text[range].to_owned()),
        ),
    };
    let is_word = |rule: usize| matches!(rules[rule].kind, QuantityKind::Word(_));
    let rule_matches = plan.rule_matches(text);
    for rule_match in &rule_matches {
        let before = (0..rule_match.rule).filter(|&rule| !is_word(rule));
        steps.extend(before.map(|rule| failed(rule, Some(rule_match.range.start))));
        steps.push(Step {
            what: name(rule_match.rule),
            outcome: Outcome::Matched(
                text[rule_match.range.clone()].to_owned(),
                rule_match.groups.clone(),
            ),
        });
    }
    let reading = plan.read(text);
    let help = reading.trouble.as_ref().and_then(|trouble| plan.help(trouble, text));
    let trouble = reading.trouble.as_ref().filter(|trouble| **trouble != Trouble::NotTaken);
    if let Some(trouble) = trouble {
        let (_, message) = plan.tell(trouble, field, text);
        steps.push(Step { what: "figures".to_owned(), outcome: Outcome::Reported(message) });
    } else if reading.figures.is_none() {
        let taken = reading.rule;
        if rule_matches.is_empty() {
            steps.extend(
                (0..rules.len()).filter(|&rule| !is_word(rule)).map(|rule| failed(rule, None)),
            );
        }
        for rule in (0..rules.len()).filter(|&rule| is_word(rule)) {
            if taken == Some(rule) {
                steps.push(try_pattern(&name(rule), &rules[rule].pattern, text));
                break;
            }
            steps.push(failed(rule, None));
        }
    }
    if let Some(help) = help {
        steps.push(Step { what: "units".to_owned(), outcome: Outcome::Reported(help) });
    }
    steps.push(Step {
        what: "kind".to_owned(),
        outcome: Outcome::Reported(plan.kind(&reading).to_owned()),
    });
}

/// Tries a pattern on a text.
fn try_pattern(what: &str, pattern: &Pattern, text: &str) -> Step {
    let regex = pattern.compile();
    let outcome = match regex.captures(text) {
        Some(groups) => {
            let named = regex
                .capture_names()
                .flatten()
                .filter_map(|name| Some((name.to_owned(), groups.name(name)?.as_str().to_owned())));
            let whole = groups.get(0).map_or("", |whole| whole.as_str());
            Outcome::Matched(whole.to_owned(), named.collect())
        }
        None => {
            Outcome::Failed(reach(&pattern.text, text, None).map(|range| text[range].to_owned()))
        }
    };
    Step { what: what.to_owned(), outcome }
}

fn show(cell: &Cell<'_>) -> String {
    match (&cell.value, cell.value.to_text()) {
        (Value::Text(text), _) => format!("\"{text}\""),
        (_, Some(text)) => text.into_owned(),
        (_, None) => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_a_number_or_an_id() {
        let check = |text: &str, file: &str, place: Place| {
            assert_eq!(parse_place(text), Some((file, place)));
        };
        check("a/b.txt:12", "a/b.txt", Place::Line(12));
        check("a.zip!b.txt#3", "a.zip!b.txt", Place::Nth(3));
        check("b.txt#b38b7e7ad16b93f2-2", "b.txt", Place::Id("b38b7e7ad16b93f2-2".to_owned()));
        assert_eq!(parse_place("R101"), None);
        assert_eq!(parse_place("b.txt:"), None);
        assert_eq!(parse_place("#3"), None);
    }
}
