//! `objects`: an array of JSON objects, a row each.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::tell;
use super::{
    Cells, FieldPlan, FieldType, KeyUse, Memo, NestedField, RawMember, Reader, RecordInfo, Scalar,
    Scope, Slot,
};
use crate::data::{Cell, Entry, Extracted, Item, Items, Kind, Raw, Record, Row, Value};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{ListSyntax, Notation, parse_list, parse_object, text_of};
use crate::lang::tagged::Tagged;
use crate::source::{Span, Spanned};
use crate::text::short;

/// An array of JSON objects, or one object: a row each, in a table of their own. In
/// JSON sources the array itself; in the cells of other sources its text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// What the objects hold, by the names of the columns. A member of the type `objects` makes a table one level deeper: its rows are `field.member`, with the columns `parent_ordinal` (the place of the object that holds it) and `parents` (the places of all objects around it, with dots between).
    pub members: IndexMap<Spanned<String>, Spanned<Tagged<RawMemberCommon, RawMember>>>,
    /// Keys of the objects that are known and not wanted, with dots between those that lead there; `"*"` for all that no member has.
    #[serde(default)]
    pub ignored: Vec<String>,
}

/// The options of a member of any type.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawMemberCommon {
    /// The keys that lead to the value inside of the object, with dots between. The name of the member by default.
    pub key: Option<Spanned<String>>,
    /// What the member holds; goes into the metadata of the Parquet files.
    pub description: Option<String>,
    /// The unit of a number; goes into the metadata.
    pub unit: Option<String>,
    /// Texts that stand for "no data", beside those of the field.
    #[serde(default)]
    pub sentinels: Vec<String>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<ObjectsType> {
        let path = scope.name.value.clone();
        Some(ObjectsType { level: self.level(&path, scope)? })
    }

    fn level(&self, path: &str, scope: &mut Scope<'_, '_>) -> Option<Level> {
        if self.members.is_empty() {
            scope.lacks("`members`");
        }
        let mut members: Vec<Member> = Vec::new();
        let mut sound = true;
        for (name, raw) in &self.members {
            let common = &raw.value.common;
            let key = common.key.as_ref().unwrap_or(name);
            if let Some(other) = members.iter().find(|other| other.key == key.value) {
                let message =
                    format!("the key `{}` belongs to `{}` already", key.value, other.name);
                scope.resolver.fault(Code::SCHEMA_VALUE, &key.span, message);
            }
            if ["record_id", "ordinal", "parent_ordinal", "parents"].contains(&name.value.as_str())
            {
                let message = format!("`{}` is a column that recordmill makes itself", name.value);
                scope.resolver.fault(Code::SCHEMA_VALUE, &name.span, message).help =
                    Some("give the member another name, and this as its `key`".to_owned());
            }
            let what = match &raw.value.kind {
                RawMember::Objects(options) => {
                    let path = format!("{path}.{}", name.value);
                    let place = scope.nested.claim();
                    let Some(level) = options.level(&path, scope) else {
                        sound = false;
                        continue;
                    };
                    let kind = NestedType { parent: scope.nested.parent, level: level.clone() };
                    scope.nested.fields.push(NestedField {
                        place,
                        name: path,
                        span: name.span.clone(),
                        description: common.description.clone(),
                        kind: Box::new(kind),
                    });
                    What::Objects(place, level)
                }
                other => {
                    let Some(scalar) = other.resolve_scalar(scope) else {
                        sound = false;
                        continue;
                    };
                    What::Scalar(scalar)
                }
            };
            members.push(Member {
                name: name.value.clone(),
                key: key.value.clone(),
                description: common.description.clone(),
                unit: common.unit.clone(),
                sentinels: common.sentinels.clone(),
                what,
            });
        }
        let below = |key: &String| match key.strip_prefix(path) {
            Some(rest) => rest.strip_prefix('.').map(str::to_owned),
            None => (key == "*").then(|| key.clone()),
        };
        let ignored = self.ignored.iter().cloned().chain(scope.ignored.iter().filter_map(below));
        sound.then(|| Level { prefix: path.to_owned(), ignored: ignored.collect(), members })
    }
}

/// Objects of one level.
#[derive(Clone, Debug)]
struct Level {
    /// What stands before the keys in findings: the field and the members on the way.
    prefix: String,
    ignored: Vec<String>,
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    key: String,
    description: Option<String>,
    unit: Option<String>,
    sentinels: Vec<String>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Scalar(Box<dyn Scalar>),
    /// Objects one level deeper, and the place of the field that has their rows.
    Objects(usize, Level),
}

impl Level {
    /// The members that make cells, in order.
    fn scalars(&self) -> impl Iterator<Item = (&Member, &dyn Scalar)> {
        self.members.iter().filter_map(|member| match &member.what {
            What::Scalar(scalar) => Some((member, &**scalar)),
            What::Objects(..) => None,
        })
    }

    fn slots(&self) -> Vec<Slot> {
        let slots = self.scalars().map(|(member, scalar)| Slot {
            unit: member.unit.clone(),
            long: scalar.kind() == Kind::Text && scalar.is_subtree(),
            ..Slot::named(
                &member.name,
                scalar.kind(),
                member.description.as_deref().unwrap_or(&member.key),
            )
        });
        slots.collect()
    }
}

/// Objects, resolved.
#[derive(Clone, Debug)]
pub(super) struct ObjectsType {
    level: Level,
}

impl FieldType for ObjectsType {
    fn word(&self) -> &'static str {
        "objects"
    }

    fn cells(&self) -> Cells {
        Cells::Rows(self.level.slots())
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(ObjectsReader { level: self.level.clone() })
    }

    fn accepted(&self) -> Vec<String> {
        vec!["[{}]".to_owned()]
    }

    fn texts(&self) -> Vec<usize> {
        text_cells(&self.level, 0)
    }

    fn is_subtree(&self) -> bool {
        true
    }
}

/// The cells that hold texts of the dump; `first` stand before the members.
fn text_cells(level: &Level, first: usize) -> Vec<usize> {
    let texts = level
        .scalars()
        .enumerate()
        .filter(|(_, (_, scalar))| scalar.kind() == Kind::Text && scalar.accepted().is_empty());
    texts.map(|(n, _)| first + n).collect()
}

/// The objects of a member. Their rows are filled where the field around them is read.
#[derive(Clone, Debug)]
struct NestedType {
    /// The field that is read.
    parent: usize,
    level: Level,
}

/// The cells that stand before the members in the row of a nested object.
const BEFORE: usize = 3;

impl FieldType for NestedType {
    fn word(&self) -> &'static str {
        "objects"
    }

    fn cells(&self) -> Cells {
        let mut slots = vec![
            Slot::named(
                "parent_ordinal",
                Kind::Integer,
                "place of the object that holds it in its array, from 0",
            ),
            Slot::named("ordinal", Kind::Integer, "place of the object in its array, from 0"),
            Slot::named(
                "parents",
                Kind::Text,
                "places of all objects around it, from the outermost in, such as 0.2",
            ),
        ];
        slots.extend(self.level.slots());
        Cells::Rows(slots)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(NestedReader)
    }

    fn key(&self) -> KeyUse {
        KeyUse::Refused
    }

    fn reads(&self) -> Vec<usize> {
        vec![self.parent]
    }

    fn texts(&self) -> Vec<usize> {
        text_cells(&self.level, BEFORE)
    }
}

#[derive(Clone, Debug)]
struct NestedReader;

impl Reader for NestedReader {
    fn extract<'r>(
        &self,
        _: &FieldPlan,
        _: &'r Record<'_>,
        _: &mut Extracted<'r>,
        _: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        Raw::Absent
    }

    fn normalize<'r>(
        &'r self,
        _: &'r FieldPlan,
        _: &Extracted<'r>,
        _: &RecordInfo<'r>,
        _: &mut Memo,
        _: &mut Row<'r>,
        _: &mut Diagnostics<'_>,
    ) {
    }
}

#[derive(Clone, Debug)]
struct ObjectsReader {
    level: Level,
}

impl Reader for ObjectsReader {
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let Some(first_entry) = record.entry(field.entry) else { return Raw::Absent };
        let first = out.items.len();
        let seen_sentinel = field.each_part(record, diagnostics, |entry, part, diagnostics| {
            elements(field, entry, part, out, diagnostics);
        });
        let span = first_entry.text.whole();
        if first == out.items.len() && seen_sentinel {
            return Raw::Sentinel(first_entry.text.as_str(), span);
        }
        if out.counts[field.idx].r#in == 0 {
            return Raw::Blank(span);
        }
        Raw::Items(first..out.items.len(), span)
    }

    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &Extracted<'r>,
        _: &RecordInfo<'r>,
        _: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let width = self.level.scalars().count();
        row.items[field.idx] = Items { width, cells: Vec::new() };
        let Raw::Items(range, _) = &raw.fields[field.idx] else { return };
        for (ordinal, item) in raw.items[range.clone()].iter().enumerate() {
            let Some(Cow::Borrowed(text)) = &item.text else { continue };
            let place = Place { text, span: item.span, parents: String::new(), parent: None };
            object(&self.level, field, field.idx, &place, ordinal, row, diagnostics);
        }
    }

    fn notation(&self) -> Option<&Notation> {
        None
    }
}

/// Takes the objects of a part of an entry.
fn elements<'r>(
    field: &FieldPlan,
    entry: &'r Entry<'_>,
    part: Range<usize>,
    out: &mut Extracted<'r>,
    diagnostics: &mut Diagnostics<'_>,
) {
    let whole: &'r str = entry.text.as_str();
    let text = &whole[part.clone()];
    let mut take = |range: Range<usize>, out: &mut Extracted<'r>| {
        let count = &mut out.counts[field.idx];
        count.r#in += 1;
        let text = &whole[range.clone()];
        let span = entry.text.span(range);
        if text.starts_with('{') {
            count.out += 1;
            out.items.push(Item { text: Some(Cow::Borrowed(text)), span, truncated: false });
            return;
        }
        count.unread += 1;
        let message = format!("expected an object, found `{}`", short(text));
        tell(field, Code::TUPLE_SYNTAX, span, text, message, diagnostics);
    };
    if text.trim().is_empty() {
        return;
    }
    if entry.item || text.starts_with('{') {
        return take(part, out);
    }
    let mut ranges = Vec::new();
    match parse_list(text, ListSyntax::Json, |element| ranges.push(element.range)) {
        Ok(()) => {
            for range in ranges {
                take(part.start + range.start..part.start + range.end, out);
            }
        }
        Err(fault) => {
            let count = &mut out.counts[field.idx];
            count.r#in += 1;
            count.unread += 1;
            let span = entry.text.span(part);
            let message = format!("expected an array of objects: {}", fault.reason);
            tell(field, Code::TUPLE_SYNTAX, span, text, message, diagnostics);
        }
    }
}

/// Where an object stands.
struct Place<'r> {
    text: &'r str,
    span: Span,
    /// The places of the objects around it.
    parents: String,
    /// The place of the object that holds it.
    parent: Option<usize>,
}

impl Place<'_> {
    /// The bytes of a part of the object; all of it where its text is no piece of the
    /// dump as it stands.
    fn span_of(&self, range: &Range<usize>) -> Span {
        if self.span.len() != self.text.len() {
            return self.span;
        }
        let start = self.span.start as usize;
        Span::new(start + range.start, start + range.end)
    }
}

/// Adds the row of an object, and those of the objects in it.
fn object<'r>(
    level: &'r Level,
    field: &'r FieldPlan,
    rows: usize,
    place: &Place<'r>,
    ordinal: usize,
    row: &mut Row<'r>,
    diagnostics: &mut Diagnostics<'_>,
) {
    let mut found: Vec<Option<Range<usize>>> = vec![None; level.members.len()];
    let whole = 0..place.text.len();
    if !look(level, field, place, whole, "", &mut found, diagnostics) {
        return;
    }
    let mut cells = Vec::with_capacity(BEFORE + level.members.len());
    if let Some(parent) = place.parent {
        let number = |n: usize| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        let parents = Value::Text(place.parents.clone().into());
        cells.extend(
            [number(parent), number(ordinal), parents].map(|value| Cell::new(value, place.span)),
        );
    }
    for (member, found) in level.members.iter().zip(&found) {
        match &member.what {
            What::Scalar(scalar) => {
                cells.push(value(
                    member,
                    &**scalar,
                    field,
                    place,
                    found.as_ref(),
                    ordinal,
                    diagnostics,
                ));
            }
            What::Objects(nested, level) => {
                let width = BEFORE + level.scalars().count();
                row.items[*nested].width = width;
                let Some(range) = found else { continue };
                let around = if place.parents.is_empty() {
                    ordinal.to_string()
                } else {
                    format!("{}.{ordinal}", place.parents)
                };
                for (n, element) in inner(field, place, range, diagnostics).into_iter().enumerate()
                {
                    let place = Place {
                        text: &place.text[element.clone()],
                        span: place.span_of(&element),
                        parents: around.clone(),
                        parent: Some(ordinal),
                    };
                    object(level, field, *nested, &place, n, row, diagnostics);
                }
            }
        }
    }
    row.items[rows].cells.extend(cells);
}

/// Looks for the members of an object, or of one in it; false if it is none.
fn look(
    level: &Level,
    field: &FieldPlan,
    place: &Place<'_>,
    within: Range<usize>,
    path: &str,
    found: &mut [Option<Range<usize>>],
    diagnostics: &mut Diagnostics<'_>,
) -> bool {
    let text = &place.text[within.clone()];
    let members = match parse_object(text) {
        Ok(members) => members,
        Err(reason) => {
            let message = format!("the object cannot be read: {reason}");
            tell(field, Code::TUPLE_SYNTAX, place.span_of(&within), text, message, diagnostics);
            return false;
        }
    };
    for member in members {
        let range = within.start + member.range.start..within.start + member.range.end;
        let key =
            if path.is_empty() { member.key } else { format!("{path}.{}", member.key).into() };
        if let Some(idx) = level.members.iter().position(|known| known.key == key) {
            if found[idx].is_some() {
                let message = format!("`{}.{key}` comes again in one object", level.prefix);
                let text = &place.text[range.clone()];
                tell(field, Code::REPEATED_KEY, place.span_of(&range), text, message, diagnostics);
            } else {
                found[idx] = Some(range);
            }
            continue;
        }
        let leads = level
            .members
            .iter()
            .any(|known| known.key.strip_prefix(&*key).is_some_and(|rest| rest.starts_with('.')));
        let value = &place.text[range.clone()];
        if leads && (value.starts_with('{') || value == "null") {
            if value != "null" {
                look(level, field, place, range, &key, found, diagnostics);
            }
        } else if !level.ignored.iter().any(|ignored| ignored == "*" || *ignored == key) {
            let path = format!("{}.{key}", level.prefix);
            let message = format!("no member of `{}` has the key `{key}`", level.prefix);
            let finding = diagnostics.report(Code::UNKNOWN_KEY, place.span_of(&range), message);
            finding.field = Some(field.name.clone());
            finding.raw = Some(value.to_owned());
            finding.key = Some(path);
            finding.help = Some(
                "add a member with this key to the schema, or add it to `ignored` of the field"
                    .to_owned(),
            );
        }
    }
    true
}

/// The typed value of a member.
fn value<'r>(
    member: &Member,
    scalar: &'r dyn Scalar,
    field: &FieldPlan,
    place: &Place<'r>,
    found: Option<&Range<usize>>,
    ordinal: usize,
    diagnostics: &mut Diagnostics<'_>,
) -> Cell<'r> {
    let Some(range) = found else { return Cell::new(Value::Null, place.span) };
    let (raw, span) = (&place.text[range.clone()], place.span_of(range));
    let text = if scalar.is_subtree() {
        (raw != "null").then_some(Cow::Borrowed(raw))
    } else {
        text_of(raw)
    };
    let none = |text: &str| {
        text.is_empty() || field.is_sentinel(text) || member.sentinels.iter().any(|s| s == text)
    };
    let text = text.map(trimmed).filter(|text| !none(text));
    let ordinal = Some(ordinal);
    let first = diagnostics.len();
    let value = match text {
        None => Value::Null,
        Some(Cow::Borrowed(text)) => {
            super::scalar::read(scalar, field, text, span, ordinal, diagnostics)
        }
        Some(Cow::Owned(text)) => {
            super::scalar::read(scalar, field, &text, span, ordinal, diagnostics).into_owned()
        }
    };
    // The field is that of all members: the message says which one it is.
    for finding in &mut diagnostics.findings_mut()[first..] {
        finding.message = format!("`{}`: {}", member.name, finding.message);
    }
    Cell::new(value, span)
}

/// A text without white space around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// The objects in a member: an array of them, or one.
fn inner(
    field: &FieldPlan,
    place: &Place<'_>,
    range: &Range<usize>,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Range<usize>> {
    let text = &place.text[range.clone()];
    if text == "null" {
        return Vec::new();
    }
    if text.starts_with('{') {
        return vec![range.clone()];
    }
    let mut ranges = Vec::new();
    let read = parse_list(text, ListSyntax::Json, |element| {
        ranges.push(range.start + element.range.start..range.start + element.range.end);
    });
    if let Err(fault) = read {
        let message = format!("expected an array of objects: {}", fault.reason);
        tell(field, Code::TUPLE_SYNTAX, place.span_of(range), text, message, diagnostics);
    }
    ranges
}
