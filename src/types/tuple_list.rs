//! `tuple-list`: tuples, a row each.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use super::number::spelling_of;
use super::plan::cut_message;
use super::scalar::{is_text, read};
use super::split::Splitter;
use super::{
    Cells, FieldPlan, FieldType, Memo, PatternTrial, RawScalar, Reader, RecordInfo, Scalar, Scope,
    Slot, text,
};
use crate::data::{
    Cell, Entry, Extracted, Items, Kind, Member, Raw, Record, Row, Spelling, Tuple, Value,
};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{LiteralFault, Notation, cut_figure, parse_tuples};
use crate::lang::tagged::Tagged;
use crate::lang::{CountedPattern, Fault, Pattern, Regex, Resolver};
use crate::source::Spanned;
use crate::text::{slice, trimmed};

/// Tuples: Python literals, or items that a pattern takes apart. They make a table of
/// their own, with a column for each member and `raw`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The names of the members of a tuple by how many it has, for Python literals. A tuple has a name once.
    #[serde(default)]
    pub members: IndexMap<Spanned<String>, Spanned<Vec<String>>>,
    /// A regular expression that takes an item apart, in place of `members`: its named groups are the members, null where they do not take part. What it leaves over of the item is reported (R201).
    pub item: Option<Spanned<String>>,
    /// A regular expression for what stands between items, with `item`. White space by default. The elements of a JSON array are items as they are.
    pub separator: Option<Spanned<String>>,
    /// Regular expressions for texts between items that are none, with `item`. Each matches all of such a text; an item with one in it stays an item (R204).
    #[serde(default)]
    pub prompts: Vec<Spanned<String>>,
    /// The types of members, with their options: `{ qty = { type = "integer" } }`. Text where none is given. No `number` changes how a number outside of quotes is read, in literals.
    #[serde(default)]
    pub types: IndexMap<Spanned<String>, Spanned<Tagged<(), RawScalar>>>,
    /// How one member is parted by another.
    pub overlap: Option<Spanned<RawOverlap>>,
    /// Members whose outer brackets go, where they are a pair: `(a` and `(a)b(c)` stay.
    #[serde(default)]
    pub unwrap: Vec<Spanned<String>>,
    /// The pairs of brackets that go. `["()"]` by default.
    pub brackets: Option<Vec<Spanned<String>>>,
}

/// How a member of a tuple is parted in two by another: the longest start of the other with which the member ends is the tail, what stands before it the head.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawOverlap {
    /// The member that is parted.
    pub of: Spanned<String>,
    /// The member whose start is looked for at its end.
    pub with: Spanned<String>,
    /// How many characters the tail has at least. 2 by default.
    pub min: Option<u32>,
    /// The name of the new member for what stands before the tail; null if nothing does, or if there is no tail.
    pub head: Spanned<String>,
    /// The name of the new member for the tail; the whole member if there is no tail.
    pub tail: Spanned<String>,
}

/// How a member of a tuple is parted by another; members by their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Overlap {
    of: usize,
    with: usize,
    min: usize,
    head: usize,
    tail: usize,
}

/// How tuples are written.
#[derive(Clone, Debug)]
enum Syntax {
    /// As Python literals. For each known number of members: which member stands where.
    Literals(Vec<(usize, Vec<usize>)>),
    /// As items that a pattern takes apart.
    Items(Box<Pattern>, Regex, Splitter),
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<TupleListType> {
        let mut members: Vec<String> = Vec::new();
        let syntax = match &self.item {
            Some(item) => self.items(item, &mut members, scope),
            None => self.literals(&mut members, scope),
        };
        if members.is_empty() {
            scope.lacks("`members` or `item`");
        }
        let written = members.len();
        let overlap = match &self.overlap {
            Some(overlap) => self::overlap(&overlap.value, &mut members, scope.resolver),
            None => None,
        };
        let named = |member: &Spanned<String>, scope: &mut Scope<'_, '_>| {
            Resolver::named(member, &members, "member", scope.resolver.faults)
        };
        let mut unwrap = Vec::new();
        for member in &self.unwrap {
            unwrap.extend(named(member, scope));
        }
        let mut scalars: Vec<Box<dyn Scalar>> = vec![Box::new(text::Text); members.len()];
        for (member, scalar) in &self.types {
            let idx = named(member, scope)?;
            scalars[idx] = scalar.value.kind.resolve(scope)?;
        }
        if let Some(raw) = members.iter().find(|member| *member == "raw" || *member == "ordinal") {
            let message =
                format!("a member cannot be called `{raw}`: the table has a column of that name");
            scope.resolver.fault(Code::SCHEMA_VALUE, &scope.name.span, message);
        }
        if let Some(pair) = self.brackets.iter().flatten().next().filter(|_| self.unwrap.is_empty())
        {
            let message = "`brackets` has no effect without `unwrap`";
            scope.resolver.fault(Code::SCHEMA_UNUSED, &pair.span, message);
        }
        let brackets = match &self.brackets {
            Some(pairs) => scope.resolver.brackets(pairs),
            None => vec![('(', ')')],
        };
        Some(TupleListType { syntax, members, written, scalars, unwrap, brackets, overlap })
    }

    /// Tuples that a pattern takes apart: its groups are the members.
    fn items(
        &self,
        item: &Spanned<String>,
        members: &mut Vec<String>,
        scope: &mut Scope<'_, '_>,
    ) -> Syntax {
        if let Some((arity, _)) = self.members.first() {
            let message = "the members are the groups of `item`; `members` has no effect";
            scope.resolver.fault(Code::SCHEMA_VALUE, &arity.span, message);
        }
        let pattern = scope.resolver.pattern(item);
        let regex = pattern.compile();
        members.extend(regex.capture_names().flatten().map(str::to_owned));
        if members.is_empty() && !pattern.text.is_empty() {
            let message = "the pattern has no named group";
            scope.resolver.fault(Code::SCHEMA_PATTERN, &pattern.span, message).help =
                Some("write `(?<name>…)` around each member".to_owned());
        }
        let splitter = Splitter::resolve(self.separator.as_ref(), &self.prompts, scope);
        Syntax::Items(Box::new(pattern), regex, splitter)
    }

    /// Python literals, with names for the members by how many there are.
    fn literals(&self, members: &mut Vec<String>, scope: &mut Scope<'_, '_>) -> Syntax {
        for (option, written) in
            [("separator", self.separator.as_ref()), ("prompts", self.prompts.first())]
        {
            if let Some(written) = written {
                let message = format!("literals need no `{option}`; it goes with `item`");
                scope.resolver.fault(Code::SCHEMA_VALUE, &written.span, message);
            }
        }
        let mut written: Vec<_> = self.members.iter().collect();
        written.sort_by_key(|(_, members)| std::cmp::Reverse(members.value.len()));
        let (mut arities, mut counts) = (Vec::new(), FxHashSet::default());
        for (arity, names) in written {
            let count = names.value.len();
            let mut seen = FxHashSet::default();
            if let Some(twice) = names.value.iter().find(|member| !seen.insert(member.as_str())) {
                let message = format!("the member `{twice}` stands twice in a tuple of {count}");
                scope.resolver.fault(Code::SCHEMA_VALUE, &names.span, message).help =
                    Some("give each place a name of its own".to_owned());
            }
            if arity.value.parse() != Ok(count) {
                let message = format!("a tuple of `{}` cannot have {count} members", arity.value);
                scope.resolver.fault(Code::SCHEMA_VALUE, &names.span, message);
            } else if !counts.insert(count) {
                // `2` and `02` are two keys of TOML and one number.
                let message = format!("tuples of {count} have their members already");
                scope.resolver.fault(Code::SCHEMA_VALUE, &arity.span, message);
            }
            let places = names.value.iter().map(|member| {
                members.iter().position(|known| known == member).unwrap_or_else(|| {
                    members.push(member.clone());
                    members.len() - 1
                })
            });
            arities.push((count, places.collect()));
        }
        Syntax::Literals(arities)
    }
}

/// The members that an overlap reads and makes.
fn overlap(
    raw: &RawOverlap,
    members: &mut Vec<String>,
    resolver: &mut Resolver<'_>,
) -> Option<Overlap> {
    let of = Resolver::named(&raw.of, members, "member", resolver.faults);
    let with = Resolver::named(&raw.with, members, "member", resolver.faults);
    let mut make = |name: &Spanned<String>| {
        if members.contains(&name.value) {
            let message = format!("there is a member `{}` already", name.value);
            resolver.faults.push(Fault::new(Code::SCHEMA_VALUE, name.span.clone(), message));
        }
        members.push(name.value.clone());
        members.len() - 1
    };
    let (head, tail) = (make(&raw.head), make(&raw.tail));
    Some(Overlap { of: of?, with: with?, min: raw.min.unwrap_or(2) as usize, head, tail })
}

/// A list of tuples, resolved.
#[derive(Clone, Debug)]
pub(super) struct TupleListType {
    syntax: Syntax,
    /// The names of all members, those that an overlap makes at the end.
    members: Vec<String>,
    /// How many of them stand in the dump.
    written: usize,
    /// Their types.
    scalars: Vec<Box<dyn Scalar>>,
    /// The members whose outer brackets go.
    unwrap: Vec<usize>,
    brackets: Vec<(char, char)>,
    overlap: Option<Overlap>,
}

impl FieldType for TupleListType {
    fn word(&self) -> &'static str {
        "tuple-list"
    }

    fn cells(&self) -> Cells {
        let members = self.members.iter().zip(&self.scalars).map(|(member, scalar)| {
            Slot::named_of(member, &**scalar, &format!("member `{member}` of the tuple"))
        });
        let raw = Slot::named("raw", Kind::Text, "the tuple as it stands in the dump");
        Cells::Rows(members.chain([Slot { long: true, ..raw }]).collect())
    }

    fn reader(&self) -> Box<dyn Reader> {
        let arities = match &self.syntax {
            Syntax::Literals(arities) => arities.clone(),
            Syntax::Items(..) => vec![(self.written, (0..self.written).collect())],
        };
        let members = 0..self.members.len();
        let place_of = |places: &[usize], member| places.iter().rposition(|known| *known == member);
        let arities = arities.into_iter().map(|(arity, places)| {
            (arity, members.clone().map(|member| place_of(&places, member)).collect())
        });
        Box::new(TupleReader {
            arities: arities.collect(),
            unwraps: members.clone().map(|member| self.unwrap.contains(&member)).collect(),
            plain: self.scalars.iter().map(|scalar| scalar.is_plain()).collect(),
            tuples: self.clone(),
        })
    }

    fn patterns(&self, field: &str) -> Vec<CountedPattern> {
        match &self.syntax {
            Syntax::Literals(_) => Vec::new(),
            Syntax::Items(_, _, splitter) => splitter.patterns(field),
        }
    }

    fn wants_examples(&self) -> bool {
        true
    }

    fn accepted(&self) -> Vec<String> {
        vec!["x".to_owned()]
    }

    fn texts(&self) -> Vec<usize> {
        // What an overlap makes stands last, and is a part of another member.
        (0..self.written).filter(|&member| is_text(&*self.scalars[member])).collect()
    }

    fn members(&self) -> &[String] {
        &self.members
    }

    fn tried(&self) -> Vec<PatternTrial<'_>> {
        match &self.syntax {
            Syntax::Literals(_) => Vec::new(),
            Syntax::Items(pattern, ..) => vec![PatternTrial {
                what: "`item`".to_owned(),
                pattern,
                on: None,
                items: true,
                goes_on: true,
            }],
        }
    }
}

#[derive(Clone, Debug)]
struct TupleReader {
    /// For each known number of members: where each member stands, if it does.
    arities: Vec<(usize, Vec<Option<usize>>)>,
    /// For each member whether its outer brackets go.
    unwraps: Vec<bool>,
    /// And whether its text is its value.
    plain: Vec<bool>,
    tuples: TupleListType,
}

impl Reader for TupleReader {
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let Some(first_entry) = record.entry(field.entry) else { return Raw::Absent };
        let first = out.tuples.len();
        let kept = field.each_counted(record, diagnostics, |entry, part, diagnostics| match &self
            .tuples
            .syntax
        {
            Syntax::Items(_, item, splitter) => {
                splitter.split(entry, part, |piece| {
                    self.item(field, entry, piece, item, splitter, out, diagnostics);
                });
            }
            Syntax::Literals(_) => self.literals(field, entry, part, out, diagnostics),
        });
        let span = first_entry.text.whole();
        let count = &mut out.counts[field.idx];
        count.add(&kept.elements);
        if first == out.tuples.len() && (kept.sentinel || count.sentinel > 0) {
            return Raw::Sentinel(first_entry.text.as_str(), span);
        }
        if first == out.tuples.len() && kept.unread {
            return Raw::Unread(span);
        }
        if count.r#in == count.blank && first_entry.text.as_str().is_empty() {
            return Raw::Blank(span);
        }
        Raw::Tuples(first..out.tuples.len(), span)
    }

    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        _: &RecordInfo<'r>,
        _: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        // A row has the members and the raw text.
        let items = &mut row.items[field.idx];
        items.width = self.tuples.members.len() + 1;
        if let Raw::Tuples(range, _) = &raw.fields[field.idx] {
            items.cells.reserve(range.len() * items.width);
            for tuple in &raw.tuples[range.clone()] {
                let members = &raw.members[tuple.members.clone()];
                let spellings = &raw.spellings[tuple.members.clone()];
                self.push(field, tuple, (members, spellings), items, diagnostics);
            }
        }
    }

    fn notation(&self) -> Option<&Notation> {
        self.tuples.scalars.iter().find_map(|scalar| scalar.notation())
    }
}

impl TupleReader {
    /// Takes an item apart.
    #[expect(clippy::too_many_arguments, reason = "a piece, and where all that is found goes")]
    fn item<'r>(
        &self,
        field: &FieldPlan,
        entry: &'r Entry<'_>,
        piece: Range<usize>,
        item: &Regex,
        splitter: &Splitter,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let count = &mut out.counts[field.idx];
        let raw = &entry.text.as_str()[piece.clone()];
        let span = || entry.text.span(piece.clone());
        count.r#in += 1;
        if field.is_sentinel(raw) {
            count.sentinel += 1;
        } else if splitter.is_prompt(raw, field, span, diagnostics) {
            count.prompt += 1;
        } else if let Some(groups) = item.captures(raw) {
            let row = count.out;
            count.out += 1;
            let place = |range: Range<usize>| {
                entry.text.span(piece.start + range.start..piece.start + range.end)
            };
            let all = groups.get(0).map_or(0..raw.len(), |all| all.range());
            let mut told = all.clone();
            let names = item.capture_names().enumerate().filter(|(_, name)| name.is_some());
            let members = names.zip(&self.tuples.scalars).map(|((group, _), scalar)| {
                let Some(member) = groups.get(group) else { return (None, place(0..0)) };
                let longer =
                    scalar.notation().and_then(|_| cut_figure(raw, member.range(), all.clone()));
                let Some(longer) = longer else {
                    return (Some(Cow::Borrowed(member.as_str())), place(member.range()));
                };
                let message = cut_message(raw, &member.range(), &longer);
                told = told.start.min(longer.start)..told.end.max(longer.end);
                let finding = diagnostics.report(Code::FIGURE_CUT, place(longer), message);
                finding.field = Some(field.name.clone());
                finding.raw = Some(raw.to_owned());
                finding.ordinal = u32::try_from(row).ok();
                finding.schema_span = Some(field.extract_span.clone());
                (None, place(member.range()))
            });
            let first = out.members.len();
            out.members.extend(members);
            out.spellings.resize(out.members.len(), entry.spelling());
            for left in [0..told.start, told.end..raw.len()] {
                let left = trimmed(raw, left);
                if left.is_empty() {
                    continue;
                }
                let message = format!("`item` of `{}` leaves a part of the item over", field.name);
                let finding = diagnostics.report(Code::TUPLE_SYNTAX, place(left), message);
                finding.field = Some(field.name.clone());
                finding.raw = Some(raw.to_owned());
                finding.ordinal = u32::try_from(row).ok();
                finding.schema_span = Some(field.extract_span.clone());
            }
            out.tuples.push(Tuple {
                members: first..out.members.len(),
                raw,
                span: entry.text.span(piece.clone()),
                range: piece,
            });
        } else {
            count.unread += 1;
            let finding = diagnostics.report(
                Code::TUPLE_SYNTAX,
                entry.text.span(piece),
                format!("the item is not as `item` of `{}` describes it", field.name),
            );
            finding.help = Some(
                "`recordmill explain FILE:LINE` shows how far the pattern reached in it".to_owned(),
            );
            finding.field = Some(field.name.clone());
            finding.raw = Some(raw.to_owned());
            finding.schema_span = Some(field.extract_span.clone());
        }
    }

    /// Reads the literals of a part of an entry. Each that is kept makes a row.
    fn literals<'r>(
        &self,
        field: &FieldPlan,
        entry: &'r Entry<'_>,
        part: Range<usize>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let text = &entry.text;
        let Extracted { tuples, members, spellings, counts, .. } = out;
        let count = &mut counts[field.idx];
        let value = &text.as_str()[part.clone()];
        parse_tuples(value, members, |tuple, members| {
            count.r#in += 1;
            match tuple {
                Ok(mut tuple) => {
                    let kept = self.places(members.len()).is_some();
                    if kept {
                        // Arrays of JSON are read here too: Python reads each number of theirs.
                        spellings.extend(members.iter().map(|(_, span)| {
                            spelling_of(value, &span.range(), Spelling::PythonNumber)
                        }));
                    }
                    tuple.locate(members, text, part.start);
                    if kept {
                        count.out += 1;
                        tuples.push(tuple);
                        return true;
                    }
                    count.unread += 1;
                    let (expected, found) = (self.expected(), members.len());
                    let plural = if expected == "1" { "" } else { "s" };
                    let message =
                        format!("expected {expected} member{plural} in a tuple, found {found}");
                    let finding = diagnostics.report(Code::TUPLE_ARITY, tuple.span, message);
                    finding.field = Some(field.name.clone());
                    finding.raw = Some(tuple.raw.to_owned());
                    finding.schema_span = Some(field.span.clone());
                }
                Err(LiteralFault { range, reason, at }) => {
                    count.unread += 1;
                    // Counted from where the tuple begins: a value may hold very many of them.
                    let head = range.start..at.clamp(range.start, range.end);
                    let before = text.as_str()[part.clone()][head].chars().count();
                    let range = part.start + range.start..part.start + range.end;
                    let raw = &text.as_str()[range.clone()];
                    let message = ["the tuple cannot be read: ", reason.as_ref()].concat();
                    let finding = diagnostics.report(Code::TUPLE_SYNTAX, text.span(range), message);
                    finding.field = Some(field.name.clone());
                    finding.raw = Some(raw.to_owned());
                    finding.schema_span = Some(field.extract_span.clone());
                    finding.help =
                        Some(format!("character {} of the tuple is where it fails", before + 1));
                }
            }
            false
        });
    }

    fn expected(&self) -> String {
        let arities: Vec<_> = self.arities.iter().map(|(arity, _)| arity.to_string()).collect();
        arities.join(" or ")
    }

    /// Where each member stands in a tuple of so many, if it does; none if none has so many.
    fn places(&self, count: usize) -> Option<&[Option<usize>]> {
        let known = self.arities.iter().find(|(arity, _)| *arity == count);
        known.map(|(_, places)| &places[..])
    }

    /// Adds the row of a tuple.
    fn push<'r>(
        &'r self,
        field: &FieldPlan,
        tuple: &Tuple<'r>,
        (members, spellings): (&[Member<'r>], &[Spelling]),
        items: &mut Items<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        // No other tuple was kept.
        let Some(places) = self.places(members.len()) else { return };
        let (ordinal, first) = (items.len(), items.cells.len());
        for (place, unwraps) in places.iter().zip(&self.unwraps) {
            let Some((text, span)) = place.map(|place| &members[place]) else {
                items.cells.push(Cell::new(Value::Null, tuple.span));
                continue;
            };
            let kept = |text: &str| {
                let kept = trimmed(text, 0..text.len());
                // Blanks inside of the brackets are as little of the member as those around them.
                if *unwraps { trimmed(text, self.unwrapped(text, kept)) } else { kept }
            };
            match text {
                // Most stand in the dump: a cell of them is made where it stays.
                Some(Cow::Borrowed(text)) => match &text[kept(text)] {
                    "" => items.cells.push(Cell::new(Value::Null, *span)),
                    text => items.cells.push(Cell::new(Value::text(text), *span)),
                },
                Some(Cow::Owned(text)) => {
                    let text = text[kept(text)].to_owned();
                    let value =
                        if text.is_empty() { Value::Null } else { Value::Text(Cow::Owned(text)) };
                    items.cells.push(Cell::new(value, *span));
                }
                None => items.cells.push(Cell::new(Value::Null, *span)),
            }
        }
        let cells = &mut items.cells[first..];
        if let Some(overlap) = &self.tuples.overlap {
            part(overlap, cells);
        }
        let readers = self.plain.iter().zip(&self.tuples.scalars);
        for (member, (cell, (is_plain, scalar))) in cells.iter_mut().zip(readers).enumerate() {
            let Value::Text(text) = &mut cell.value else { continue };
            // What an overlap makes is a part of another member.
            let written = match &self.tuples.overlap {
                Some(overlap) if member == overlap.head || member == overlap.tail => overlap.of,
                _ => member,
            };
            let spelling = places[written].map(|place| spellings[place]).unwrap_or_default();
            if field.sentinels.stand_for(text, &**scalar, spelling) {
                cell.value = Value::Null;
                continue;
            }
            if *is_plain {
                continue;
            }
            let place = (cell.span, Some(ordinal), spelling);
            let text = std::mem::take(text);
            cell.value = match text {
                Cow::Borrowed(text) => read(&**scalar, field, text, place, diagnostics),
                Cow::Owned(text) => read(&**scalar, field, &text, place, diagnostics).into_owned(),
            };
        }
        items.cells.push(Cell::new(Value::text(tuple.raw), tuple.span));
    }

    /// The part of a text without the brackets around it. They go if they are a pair; `(甲)乙(丙)`
    /// has no outer brackets, and one that lost its other stays.
    fn unwrapped(&self, text: &str, part: Range<usize>) -> Range<usize> {
        let whole = &text[part.clone()];
        for &(open, close) in &self.tuples.brackets {
            // Most have two of one byte each, and no others.
            if let [first, inner @ .., last] = whole.as_bytes()
                && (char::from(*first), char::from(*last)) == (open, close)
                && open.is_ascii()
                && close.is_ascii()
                && memchr::memchr2(*first, *last, inner).is_none()
            {
                return part.start + 1..part.end - 1;
            }
            let inner = whole.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
            let Some(inner) = inner else { continue };
            let mut depth = 0_usize;
            let paired = inner.chars().all(|c| {
                let closes = c == close;
                depth += usize::from(c == open);
                if closes && depth == 0 {
                    return false;
                }
                depth -= usize::from(closes);
                true
            });
            if paired && depth == 0 {
                let start = part.start + open.len_utf8();
                return start..start + inner.len();
            }
        }
        part
    }
}

/// Parts a member by another: the longest start of the other with which it ends
/// is its tail.
fn part(overlap: &Overlap, cells: &mut [Cell<'_>]) {
    let Value::Text(text) = &cells[overlap.of].value else {
        return;
    };
    let span = cells[overlap.of].span;
    let other = cells[overlap.with].value.as_text().unwrap_or_default();
    let length = other
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .skip(overlap.min.saturating_sub(1))
        .filter(|&end| text.ends_with(&other[..end]))
        .last();
    let at = length.map_or(0, |length| text.len() - length);
    let head = trim(slice(text.clone(), 0..at));
    let tail = Value::Text(trim(slice(text.clone(), at..text.len())));
    let head = if head.is_empty() { Value::Null } else { Value::Text(head) };
    cells[overlap.head] = Cell::new(head, span);
    cells[overlap.tail] = Cell::new(tail, span);
}

fn trim(text: Cow<'_, str>) -> Cow<'_, str> {
    let kept = trimmed(&text, 0..text.len());
    if kept.len() == text.len() { text } else { slice(text, kept) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};
    use crate::source::Span;

    #[test]
    fn each_place_of_a_tuple_has_a_member_and_each_number_its_names_once() {
        let told = |members: &str| {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"csv\"\n[fields.a]\nkey = \"a\"\n\
                 type = \"tuple-list\"\nmembers = {{ {members} }}\n[tables.r]\nrows = \"record\"\n\
                 columns = [\"record_id\"]\n[tables.t]\nrows = \"a\"\ncolumns = [\"x\"]\n"
            );
            let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let errors = faults.into_iter().filter(Fault::is_error);
            errors.map(|fault| fault.message).collect::<Vec<_>>()
        };
        assert_eq!(told("2 = [\"x\", \"y\"], 1 = [\"x\"]"), [""; 0]);
        assert_eq!(
            told("3 = [\"x\", \"y\", \"x\"]"),
            ["the member `x` stands twice in a tuple of 3"]
        );
        assert_eq!(
            told("2 = [\"x\", \"y\"], 02 = [\"x\", \"z\"]"),
            ["tuples of 2 have their members already"]
        );
    }

    #[test]
    fn outer_brackets_go_and_inner_ones_stay() {
        let tuples = TupleListType {
            syntax: Syntax::Literals(Vec::new()),
            members: Vec::new(),
            written: 0,
            scalars: Vec::new(),
            unwrap: Vec::new(),
            brackets: vec![('(', ')')],
            overlap: None,
        };
        let (arities, unwraps, plain) = Default::default();
        let reader = TupleReader { arities, unwraps, plain, tuples };
        let check = |text: &str, expected: &str| {
            assert_eq!(&text[reader.unwrapped(text, 0..text.len())], expected, "{text}");
        };
        check("(甲片)", "甲片");
        check("(甲(4:1)片)", "甲(4:1)片");
        check("(甲)乙(丙)", "(甲)乙(丙)");
        check("甲(4:1)片", "甲(4:1)片");
        check("((甲)片)", "(甲)片");
        check("(甲片", "(甲片");
        check("甲片)", "甲片)");
        check("(甲)片)", "(甲)片)");
        check("((甲片)", "((甲片)");
    }

    #[test]
    fn a_label_ends_in_the_longest_start_of_the_generic() {
        let check = |label: &str, generic: &str, head: Option<&str>, tail: &str| {
            let overlap = Overlap { of: 0, with: 1, min: 2, head: 2, tail: 3 };
            let text = |text: &str| Cell::new(Value::Text(text.to_owned().into()), Span::default());
            let mut cells = vec![text(label), text(generic), Cell::default(), Cell::default()];
            part(&overlap, &mut cells);
            assert_eq!((cells[2].value.as_text(), cells[3].value.as_text()), (head, Some(tail)));
        };
        check("甲厂某某片", "某某片", Some("甲厂"), "某某片");
        check("甲厂某某", "某某片", Some("甲厂"), "某某");
        check("甲厂某", "某某片", None, "甲厂某");
        check("某某片", "某某片", None, "某某片");
        check("某某某片", "某某片", Some("某"), "某某片");
    }
}
