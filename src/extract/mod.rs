//! From entries to raw cells: which piece of the dump is the value of which
//! field, and which are the items of its list.
//!
//! In: a [`Record`]. Out: an [`Extracted`], one [`Raw`] per field, with spans.
//! Nothing is typed here; a value that cannot be taken apart becomes a finding
//! with its text.

mod decode;
mod tuple;

pub use tuple::{Tuple, TupleFault, parse_tuples};

use std::ops::Range;

use regex::{Match, Regex};
use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostics};
use crate::record::{Entry, Record, Text};
use crate::schema::model::{Field, FieldKind, Pattern, TupleSyntax};
use crate::schema::{Schema, Takers, endings};
use crate::source::Span;

/// The compiled plan of the stage.
#[derive(Debug)]
pub struct Plan {
    fields: Vec<FieldPlan>,
    decode: decode::Plan,
}

#[derive(Debug)]
struct FieldPlan {
    name: String,
    /// The field whose entry is read: itself, or the one that it is worked out from.
    entry: usize,
    sentinels: FxHashSet<String>,
    extract: Vec<Regex>,
    /// The places among the takers of the first pattern, the first prompt, the
    /// mark, and the texts that patterns were tried on.
    takers: [usize; 4],
    group: String,
    shape: Shape,
    demand: Range<usize>,
}

#[derive(Debug)]
enum Shape {
    Scalar,
    List {
        separator: Option<Regex>,
        truncation: Option<Mark>,
        prompts: Vec<Regex>,
    },
    /// Python list literals.
    Literals,
    /// Items that a pattern takes apart.
    Parts {
        item: Regex,
        separator: Option<Regex>,
        prompts: Vec<Regex>,
    },
    /// Reads other fields; nothing is taken here.
    Derived,
}

/// The mark at the end of an item that was cut off.
#[derive(Debug)]
struct Mark {
    regex: Regex,
    /// The endings of which an item with the mark has one, if they are known.
    endings: Option<Vec<Vec<u8>>>,
}

impl Mark {
    fn new(pattern: &Pattern) -> Self {
        Self { regex: pattern.compile(), endings: endings(&pattern.text) }
    }

    fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        let ends = |ending: &Vec<u8>| text.as_bytes().ends_with(ending);
        if self.endings.as_ref().is_some_and(|endings| !endings.iter().any(ends)) {
            return None;
        }
        self.regex.find(text)
    }
}

/// What a field has in a record.
#[derive(Clone, Debug, Default)]
pub enum Raw<'r> {
    /// The record lacks the key.
    #[default]
    Absent,
    /// The key has no value.
    Blank(Span),
    /// The value stands for "no data".
    Sentinel(&'r str, Span),
    /// A value.
    Value(&'r str, Span),
    /// Items, by their places among those of the record.
    Items(Range<usize>, Span),
    /// Tuples, by their places among those of the record.
    Tuples(Range<usize>, Span),
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
            | Self::Sentinel(_, span)
            | Self::Value(_, span)
            | Self::Items(_, span)
            | Self::Tuples(_, span) => Some(*span),
        }
    }
}

/// An item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'r> {
    /// The text, without the mark of truncation.
    pub text: &'r str,
    /// The bytes, with the mark.
    pub span: Span,
    /// Whether the dump cut it off.
    pub truncated: bool,
}

/// What lists were made of: items, and texts between them that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ItemCount {
    /// Pieces between separators.
    pub r#in: u64,
    /// Items.
    pub out: u64,
    /// Pieces that stand for "no data".
    pub sentinel: u64,
    /// Pieces that are prompts.
    pub prompt: u64,
    /// Pieces that could not be read; each has a finding.
    pub unread: u64,
    /// Items that the dump cut off.
    pub truncated: u64,
}

impl ItemCount {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.r#in += other.r#in;
        self.out += other.out;
        self.sentinel += other.sentinel;
        self.prompt += other.prompt;
        self.unread += other.unread;
        self.truncated += other.truncated;
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
    /// For each field how many items went in and out.
    pub counts: Vec<ItemCount>,
    /// The kind of the record, where the schema has kinds.
    pub kind: Option<usize>,
    /// For each field with a value the entry that it was taken from, and where
    /// in its text the value begins.
    origins: Vec<Option<(&'r Text<'r>, usize)>>,
}

impl Extracted<'_> {
    /// The bytes of a part of a field's value.
    #[must_use]
    pub fn span_in(&self, field: usize, range: Range<usize>) -> Span {
        match self.origins.get(field).copied().flatten() {
            Some((text, at)) => text.span(at + range.start..at + range.end),
            None => self.fields[field].span().unwrap_or_default(),
        }
    }
}

impl Plan {
    /// Compiles the stage for a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let takers = Takers::new(schema);
        let fields = schema
            .fields
            .iter()
            .enumerate()
            .map(|(idx, field)| FieldPlan::new(schema, &takers, idx, field))
            .collect();
        Self { fields, decode: decode::Plan::new(schema) }
    }

    /// Takes the values of a record out of the code that fields say they are in.
    /// It comes before [`Self::run`].
    pub fn decode(&self, record: &mut Record<'_>, diagnostics: &mut Diagnostics<'_>) {
        self.decode.run(record, diagnostics);
    }

    /// Takes the values of a record.
    pub fn run<'r>(
        &self,
        record: &'r Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Extracted<'r> {
        let mut out = Extracted {
            fields: Vec::with_capacity(self.fields.len()),
            counts: vec![ItemCount::default(); self.fields.len()],
            origins: vec![None; self.fields.len()],
            kind: record.kind,
            ..Extracted::default()
        };
        for (idx, field) in self.fields.iter().enumerate() {
            let raw = match record.entry(field.entry) {
                None => Raw::Absent,
                Some(entry) => field.read(idx, entry, record, &mut out, diagnostics),
            };
            out.fields.push(raw);
        }
        out
    }
}

impl FieldPlan {
    fn new(schema: &Schema, takers: &Takers, idx: usize, field: &Field) -> Self {
        // A field may read one that itself reads another; a circle ends where it began.
        let mut entry = idx;
        for _ in 0..schema.fields.len() {
            // One that decodes what it reads has entries of its own.
            if decode::Plan::makes_entries(&schema.fields[entry]) {
                break;
            }
            match schema.fields[entry].from {
                Some(from) => entry = from,
                None => break,
            }
        }
        let shape = match &field.kind {
            FieldKind::List { separator, truncation, prompts } => Shape::List {
                separator: separator.as_ref().map(Pattern::compile),
                truncation: truncation.as_ref().map(Mark::new),
                prompts: prompts.iter().map(Pattern::compile).collect(),
            },
            FieldKind::TupleList { syntax: TupleSyntax::Literals(_), .. } => Shape::Literals,
            FieldKind::TupleList {
                syntax: TupleSyntax::Items { item, separator },
                prompts,
                ..
            } => Shape::Parts {
                item: item.compile(),
                separator: separator.as_ref().map(Pattern::compile),
                prompts: prompts.iter().map(Pattern::compile).collect(),
            },
            FieldKind::Outline { .. } => Shape::Derived,
            FieldKind::Name { .. } if field.keys.is_empty() => Shape::Derived,
            _ => Shape::Scalar,
        };
        Self {
            name: field.name.clone(),
            entry,
            sentinels: field.sentinels.iter().cloned().collect(),
            extract: field.extract.iter().map(Pattern::compile).collect(),
            takers: [
                takers.extract[idx],
                takers.prompts[idx],
                takers.truncation[idx],
                takers.extracted[idx],
            ],
            group: field.group.clone(),
            shape,
            demand: match (&field.kind, field.extract.first()) {
                (FieldKind::TupleList { syntax: TupleSyntax::Items { item, .. }, .. }, _) => {
                    item.span.clone()
                }
                (_, Some(pattern)) => pattern.span.clone(),
                (_, None) => field.span.clone(),
            },
        }
    }

    fn is_sentinel(&self, text: &str) -> bool {
        self.sentinels.contains(text)
    }

    fn is_prompt(&self, prompts: &[Regex], text: &str, diagnostics: &mut Diagnostics<'_>) -> bool {
        let found = prompts.iter().position(|prompt| prompt.is_match(text));
        if let Some(n) = found {
            diagnostics.took(self.takers[1] + n);
        }
        found.is_some()
    }

    fn read<'r>(
        &self,
        idx: usize,
        entry: &'r Entry<'_>,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let text = &entry.text;
        let span = text.whole();
        match &self.shape {
            Shape::Derived => Raw::Absent,
            Shape::Scalar => {
                let raw = self.scalar(text, diagnostics);
                if let Raw::Value(value, _) = raw {
                    let at = value.as_ptr().addr() - text.as_str().as_ptr().addr();
                    out.origins[idx] = Some((text, at));
                }
                raw
            }
            Shape::List { separator, truncation, prompts } => {
                let first = out.items.len();
                for entry in record.entries_of(self.entry) {
                    let count = &mut out.counts[idx];
                    split(entry, separator.as_ref(), |piece| {
                        let piece_text = &entry.text.as_str()[piece.clone()];
                        count.r#in += 1;
                        if self.is_sentinel(piece_text) {
                            count.sentinel += 1;
                        } else if self.is_prompt(prompts, piece_text, diagnostics) {
                            count.prompt += 1;
                        } else {
                            let mark = truncation.as_ref().and_then(|mark| mark.find(piece_text));
                            if mark.is_some() {
                                diagnostics.took(self.takers[2]);
                            }
                            let kept = mark
                                .map_or(piece_text, |mark| piece_text[..mark.start()].trim_end());
                            if kept.is_empty() {
                                // Nothing is left but the mark: no item, and not lost either.
                                count.prompt += 1;
                                return;
                            }
                            count.out += 1;
                            count.truncated += u64::from(mark.is_some());
                            out.items.push(Item {
                                text: kept,
                                span: entry.text.span(piece),
                                truncated: mark.is_some(),
                            });
                        }
                    });
                }
                if out.counts[idx].r#in == 0 {
                    return Raw::Blank(span);
                }
                if first == out.items.len() && out.counts[idx].sentinel > 0 {
                    return Raw::Sentinel(text.as_str(), span);
                }
                Raw::Items(first..out.items.len(), span)
            }
            Shape::Literals | Shape::Parts { .. } => {
                let first = out.tuples.len();
                for entry in record.entries_of(self.entry) {
                    if self.is_sentinel(entry.text.as_str()) {
                        continue;
                    }
                    match &self.shape {
                        Shape::Parts { item, separator, prompts } => {
                            let (separator, prompts) = (separator.as_ref(), prompts.as_slice());
                            self.parts(idx, entry, item, separator, prompts, out, diagnostics);
                        }
                        _ => self.literals(idx, &entry.text, out, diagnostics),
                    }
                }
                if out.counts[idx].r#in == 0 && text.as_str().is_empty() {
                    return Raw::Blank(span);
                }
                Raw::Tuples(first..out.tuples.len(), span)
            }
        }
    }

    /// Takes the items of an entry apart.
    #[expect(clippy::too_many_arguments, reason = "the parts of one shape, taken out of it")]
    fn parts<'r>(
        &self,
        idx: usize,
        entry: &'r Entry<'_>,
        item: &Regex,
        separator: Option<&Regex>,
        prompts: &[Regex],
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        split(entry, separator, |piece| {
            let count = &mut out.counts[idx];
            let raw = &entry.text.as_str()[piece.clone()];
            count.r#in += 1;
            if self.is_sentinel(raw) {
                count.sentinel += 1;
            } else if self.is_prompt(prompts, raw, diagnostics) {
                count.prompt += 1;
            } else if let Some(tuple) = Tuple::of_item(raw, piece.start, item, &entry.text) {
                count.out += 1;
                out.tuples.push(tuple);
            } else {
                count.unread += 1;
                let finding = diagnostics.report(
                    Code::TUPLE_SYNTAX,
                    entry.text.span(piece),
                    format!("the item is not as `item` of `{}` describes it", self.name),
                );
                finding.field = Some(self.name.clone());
                finding.raw = Some(raw.to_owned());
                finding.demand = Some(self.demand.clone());
            }
        });
    }

    fn scalar<'r>(&self, text: &'r Text<'_>, diagnostics: &mut Diagnostics<'_>) -> Raw<'r> {
        let whole = text.as_str();
        if whole.is_empty() {
            return Raw::Blank(text.whole());
        }
        if self.is_sentinel(whole) {
            return Raw::Sentinel(whole, text.whole());
        }
        if self.extract.is_empty() {
            return Raw::Value(whole, text.whole());
        }
        diagnostics.took(self.takers[3]);
        for (n, regex) in self.extract.iter().enumerate() {
            let Some(groups) = regex.captures(whole) else {
                continue;
            };
            diagnostics.took(self.takers[0] + n);
            let Some(found) = groups.name(&self.group).or_else(|| groups.get(0)) else {
                continue;
            };
            return match found.as_str() {
                "" => Raw::Blank(text.span(found.range())),
                value if self.is_sentinel(value) => Raw::Sentinel(value, text.span(found.range())),
                value => Raw::Value(value, text.span(found.range())),
            };
        }
        let finding = diagnostics.report(
            Code::NO_EXTRACT_MATCH,
            text.whole(),
            format!("no pattern of `{}` matches", self.name),
        );
        finding.field = Some(self.name.clone());
        finding.raw = Some(whole.to_owned());
        finding.demand = Some(self.demand.clone());
        Raw::Blank(text.whole())
    }

    /// Reads the list literals of an entry.
    fn literals<'r>(
        &self,
        idx: usize,
        text: &'r Text<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        parse_tuples(text.as_str(), |tuple| {
            let count = &mut out.counts[idx];
            count.r#in += 1;
            match tuple {
                Ok(mut tuple) => {
                    tuple.locate(text);
                    count.out += 1;
                    out.tuples.push(tuple);
                }
                Err(TupleFault { range, reason, at }) => {
                    count.unread += 1;
                    let raw = &text.as_str()[range.clone()];
                    let finding = diagnostics.report(
                        Code::TUPLE_SYNTAX,
                        text.span(range),
                        format!("the tuple cannot be read: {reason}"),
                    );
                    finding.field = Some(self.name.clone());
                    finding.raw = Some(raw.to_owned());
                    finding.demand = Some(self.demand.clone());
                    let before = text.as_str()[..at].chars().count();
                    finding.help =
                        Some(format!("character {} of the value is where it fails", before + 1));
                }
            }
        });
    }
}

/// Splits an entry at a separator, or at white space; empty pieces are none. An
/// entry that is one item already stays whole.
fn split(entry: &Entry<'_>, separator: Option<&Regex>, mut each: impl FnMut(Range<usize>)) {
    let whole = entry.text.as_str();
    let mut piece = |range: Range<usize>| {
        let part = &whole[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        let end = start + part.trim().len();
        if start < end {
            each(start..end);
        }
    };
    let mut from = 0;
    if entry.item {
        return piece(0..whole.len());
    }
    if let Some(separator) = separator {
        for found in separator.find_iter(whole) {
            piece(from..found.start());
            from = found.end();
        }
    } else {
        for (at, space) in whole.match_indices(char::is_whitespace) {
            piece(from..at);
            from = at + space.len();
        }
    }
    piece(from..whole.len());
}
