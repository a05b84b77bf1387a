//! `objects`: an array of JSON objects, a row each.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::coded::Coded;
use super::plan::Taker;
use super::scalar::is_text;
use super::{
    Cells, FieldPlan, FieldType, KeyUse, Memo, NestedField, RawMember, Reader, RecordInfo, Scalar,
    Scope, Sentinels, Slot,
};
use crate::data::{
    Cell, Entry, Extracted, Item, ItemCount, JsonKind, Kind, Raw, Record, Row, Spelling, Text,
    Value,
};
use crate::diagnostic::{Code, Diagnostics, Finding, places_in_words};
use crate::grammar::{
    LONE_SURROGATE, json_kind, not_finite, parse_array, parse_object, path_dots, path_part,
    unescape, with_numbers, within_quotes,
};
use crate::lang::tagged::Tagged;
use crate::lang::{CountedPattern, Pattern, RawDecode, RawReplace, Regex};
use crate::source::{Span, Spanned};
use crate::text::{short, slice, trimmed};

/// An array of JSON objects, or one object: a row each, in a table of their own, whose
/// column `ordinal` has the place of the object in the array. In JSON sources the array
/// itself; in the cells of other sources its text.
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
    /// The keys that lead to the value inside of the object, with dots between, and a dot of a key itself as `\.`. The name of the member by default.
    pub key: Option<Spanned<String>>,
    /// What the member holds; goes into the metadata of the Parquet files.
    pub description: Option<String>,
    /// The unit of a number; goes into the metadata.
    pub unit: Option<Spanned<String>>,
    /// Texts that stand for "no data", beside those of the field.
    #[serde(default)]
    pub sentinels: Vec<String>,
    /// How the value is encoded: the decoders are applied in order, before anything else looks at the value.
    #[serde(default)]
    pub decode: Vec<Spanned<RawDecode>>,
    /// What is replaced in the value, in order, after `decode` and before `extract`.
    #[serde(default)]
    pub replace: Vec<Spanned<RawReplace>>,
    /// Regular expressions that find the value in the text, tried in order: the group `value` of the first that matches, or all of the match if the pattern has no such group. Where it has one that takes no part in the match, the value is null.
    #[serde(default)]
    pub extract: Vec<Spanned<String>>,
    /// The group of `extract` that holds the value. `value` by default.
    pub group: Option<Spanned<String>>,
}

impl RawMemberCommon {
    /// Refuses what reads a text, for a member that has none: it is taken as it stands.
    fn means_nothing(&self, word: &str, scope: &mut Scope<'_, '_>) {
        let options = [
            ("decode", self.decode.first().map(|decoder| &decoder.span)),
            ("replace", self.replace.first().map(|replace| &replace.span)),
            ("extract", self.extract.first().map(|pattern| &pattern.span)),
            ("unit", self.unit.as_ref().map(|unit| &unit.span)),
        ];
        for (option, span) in options {
            if let Some(span) = span {
                let message = format!("`{option}` means nothing for the type `{word}`");
                scope.resolver.fault(Code::SCHEMA_VALUE, span, message);
            }
        }
    }
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<ObjectsType> {
        let (name, parent) = (scope.name.clone(), scope.nested.parent);
        let mut patterns = Vec::new();
        let keys = scope.keys.clone();
        let level = self.level(parent, &name, (0, &keys), &mut patterns, scope)?;
        let members = level.scalars().map(|(member, _)| member.name.clone()).collect();
        Some(ObjectsType { level, members, patterns })
    }

    /// The objects of the field `idx`, which stand in so many others and below these keys
    /// of a record. The patterns of their members are added to those that are counted.
    fn level(
        &self,
        idx: usize,
        field: &Spanned<String>,
        (around, keys): (usize, &[String]),
        counted: &mut Vec<CountedPattern>,
        scope: &mut Scope<'_, '_>,
    ) -> Option<Level> {
        if self.members.is_empty() {
            scope.lacks("`members`");
        }
        let of = self.members.iter().map(|(name, raw)| {
            let key = raw.value.common.key.as_ref().unwrap_or(name);
            (name.value.as_str(), key)
        });
        scope.resolver.keys_lie_apart("member", &of.collect::<Vec<_>>());
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
            let made = ["record_id", "record_key", "ordinal", "parent_ordinal", "parents"];
            if made.contains(&name.value.as_str()) {
                let message = format!("`{}` is a column that recordmill makes itself", name.value);
                scope.resolver.fault(Code::SCHEMA_VALUE, &name.span, message).help =
                    Some("give the member another name, and this as its `key`".to_owned());
            }
            let what = match &raw.value.kind {
                RawMember::Objects(options) => {
                    common.means_nothing("objects", scope);
                    let path = format!("{}.{}", field.value, name.value);
                    let path = Spanned::new(path, name.span.clone());
                    let place = scope.nested.claim();
                    let below: Vec<_> =
                        keys.iter().map(|above| format!("{above}.{}", key.value)).collect();
                    let around = (around + 1, &below[..]);
                    let Some(level) = options.level(place, &path, around, counted, scope) else {
                        sound = false;
                        continue;
                    };
                    let parent = scope.nested.parent;
                    let kind = NestedType { parent, level: level.clone() };
                    scope.nested.fields.push(NestedField {
                        place,
                        parent,
                        name: path.value,
                        span: path.span,
                        description: common.description.clone(),
                        kind: Box::new(kind),
                    });
                    What::Objects(level)
                }
                other => {
                    let Some(scalar) = other.resolve_scalar(scope) else {
                        sound = false;
                        continue;
                    };
                    if scalar.is_subtree() {
                        common.means_nothing(scalar.word(), scope);
                    } else if let Some(unit) = &common.unit
                        && !scalar.kind().is_number()
                    {
                        let message =
                            format!("`unit` means nothing for the type `{}`", scalar.word());
                        scope.resolver.fault(Code::SCHEMA_VALUE, &unit.span, message).help =
                            Some("it goes with the types of numbers".to_owned());
                    }
                    What::Scalar(scalar)
                }
            };
            let replace: Vec<_> =
                common.replace.iter().map(|raw| scope.resolver.replacement(&raw.value)).collect();
            let decode = common.decode.iter().map(|decoder| decoder.value).collect();
            let (extract, group) = scope.resolver.extract(&common.extract, common.group.as_ref());
            let first = counted.len();
            counted.extend(extract.iter().zip(1..).map(|(pattern, n)| CountedPattern {
                what: format!("pattern {n} of `extract` of `{}.{}`", field.value, name.value),
                span: pattern.span.clone(),
            }));
            members.push(Member {
                name: name.value.clone(),
                key: key.value.clone(),
                description: common.description.clone(),
                unit: common.unit.as_ref().map(|unit| unit.value.clone()),
                sentinels: Sentinels::new(&common.sentinels),
                coded: Coded::new(decode, &replace),
                extract: extract.iter().map(Pattern::compile).collect(),
                group,
                counted: first,
                what,
            });
        }
        let below = |key: &String| {
            let mut rests =
                keys.iter().filter_map(|above| key.strip_prefix(above)?.strip_prefix('.'));
            rests.next().or((key == "*").then_some("*")).map(str::to_owned)
        };
        let ignored = self.ignored.iter().cloned().chain(scope.ignored.iter().filter_map(below));
        let scalars = members.iter().filter(|member| matches!(member.what, What::Scalar(_)));
        let width = scalars.count() + if around > 0 { PLACES } else { 0 };
        sound.then(|| Level {
            idx,
            around,
            width,
            name: field.value.clone(),
            span: field.span.clone(),
            ignored: ignored.collect(),
            members,
        })
    }
}

/// Objects of one level.
#[derive(Clone, Debug)]
struct Level {
    /// The field that has their rows.
    idx: usize,
    /// How many objects stand around each.
    around: usize,
    /// How many cells a row has.
    width: usize,
    /// What findings call it: the field and the members on the way.
    name: String,
    /// Where it is written.
    span: Range<usize>,
    ignored: Vec<String>,
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    key: String,
    description: Option<String>,
    unit: Option<String>,
    sentinels: Sentinels,
    coded: Coded,
    /// The patterns that find the value in its text, and the group that holds it.
    extract: Vec<Regex>,
    group: String,
    /// The first of them among the counted patterns of the field.
    counted: usize,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Scalar(Box<dyn Scalar>),
    /// Objects one level deeper.
    Objects(Level),
}

impl Member {
    /// Whether a text stands for "no data".
    fn is_none(&self, field: &FieldPlan, text: &str) -> bool {
        field.is_sentinel(text) || self.sentinels.has(text)
    }

    /// Whether anything is done to its text before it is read.
    fn reads_text(&self) -> bool {
        !self.coded.is_empty() || !self.extract.is_empty()
    }
}

impl Level {
    /// The members that make cells, in order.
    fn scalars(&self) -> impl Iterator<Item = (&Member, &dyn Scalar)> {
        self.members.iter().filter_map(|member| match &member.what {
            What::Scalar(scalar) => Some((member, &**scalar)),
            What::Objects(_) => None,
        })
    }

    /// Whether a path leads to members.
    fn leads(&self, path: &str) -> bool {
        let below = |key: &str| path_dots(key).any(|dot| &key[..dot] == path);
        self.members.iter().any(|known| below(&known.key))
    }

    fn slots(&self) -> Vec<Slot> {
        let slots = self.scalars().map(|(member, scalar)| Slot {
            unit: member.unit.clone(),
            long: scalar.kind() == Kind::Text && scalar.is_subtree(),
            ..Slot::named_of(
                &member.name,
                scalar,
                member.description.as_deref().unwrap_or(&member.key),
            )
        });
        slots.collect()
    }

    /// Says where a finding was made: `path` has the places of the objects that are gone
    /// through.
    fn place(&self, path: &[u32], finding: &mut Finding) {
        finding.field = Some(self.name.clone());
        finding.schema_span = Some(self.span.clone());
        finding.ordinal = path.get(self.around).copied();
        finding.parents = path[..self.around].to_vec();
    }

    /// Makes room for the rows of a record, on each level.
    fn clear(&self, row: &mut Row<'_>) {
        row.items[self.idx].width = self.width;
        for member in &self.members {
            if let What::Objects(level) = &member.what {
                level.clear(row);
            }
        }
    }
}

/// Objects, resolved.
#[derive(Clone, Debug)]
pub(super) struct ObjectsType {
    level: Level,
    /// The names of the members that make cells.
    members: Vec<String>,
    /// The patterns of the members, on all levels.
    patterns: Vec<CountedPattern>,
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

    fn patterns(&self, _: &str) -> Vec<CountedPattern> {
        self.patterns.clone()
    }

    fn texts(&self) -> Vec<usize> {
        text_cells(&self.level)
    }

    fn is_subtree(&self) -> bool {
        true
    }

    fn members(&self) -> &[String] {
        &self.members
    }
}

/// The cells that hold texts of the dump.
fn text_cells(level: &Level) -> Vec<usize> {
    let texts = level.scalars().enumerate().filter(|(_, (_, scalar))| is_text(*scalar));
    texts.map(|(n, _)| n).collect()
}

/// The objects of a member. Their rows are filled where the field around them is read.
#[derive(Clone, Debug)]
struct NestedType {
    /// The field that is read.
    parent: usize,
    level: Level,
}

/// How many cells of the row of a nested object tell its place, behind its members.
const PLACES: usize = 3;

impl FieldType for NestedType {
    fn word(&self) -> &'static str {
        "objects"
    }

    fn cells(&self) -> Cells {
        let mut slots = self.level.slots();
        slots.extend([
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
        ]);
        Cells::Rows(slots)
    }

    fn row_key(&self) -> &'static [&'static str] {
        &["parents", "ordinal"]
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
        text_cells(&self.level)
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
        _: &mut Extracted<'r>,
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
    /// Takes the arrays apart. What is no object of them keeps its place.
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let Some(first_entry) = record.entry(field.entry) else { return Raw::Absent };
        let first = out.items.len();
        let mut entries = record.entries_of(field.entry);
        let mut taken = 0;
        let mut kept = field.each_counted(record, diagnostics, |entry, part, diagnostics| {
            let before = entries.by_ref().take_while(|other| !std::ptr::eq(*other, entry));
            taken += before.map(|entry| left_out(field, entry, out)).sum::<u64>();
            elements(field, entry, part, out, diagnostics);
        });
        taken += entries.map(|entry| left_out(field, entry, out)).sum::<u64>();
        kept.elements.r#in -= taken;
        kept.elements.blank -= taken;
        let count = &mut out.counts[field.idx];
        count.add(&kept.elements);
        let span = first_entry.text.whole();
        let seen_sentinel = kept.sentinel || count.sentinel > 0;
        if seen_sentinel && out.items[first..].iter().all(|item| item.text.is_none()) {
            out.items.truncate(first);
            return Raw::Sentinel(first_entry.text.as_str(), span);
        }
        if first == out.items.len() && kept.unread {
            return Raw::Unread(span);
        }
        if first == out.items.len() && count.r#in == 0 {
            return Raw::Blank(span);
        }
        Raw::Items(first..out.items.len(), span)
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
        self.level.clear(row);
        let Extracted { fields, items, counts, .. } = raw;
        let Raw::Items(range, _) = &fields[field.idx] else { return };
        let items = &items[range.clone()];
        let mut walk = Walk {
            field,
            text: "",
            json: Cow::Borrowed(""),
            span: Span::default(),
            verbatim: false,
            path: Vec::new(),
            fields,
            counts,
            row,
            diagnostics,
        };
        for (ordinal, item) in items.iter().enumerate() {
            let Some(Cow::Borrowed(text)) = item.text else { continue };
            walk.text = text;
            walk.json = with_numbers(text).map_or(Cow::Borrowed(text), Cow::Owned);
            (walk.span, walk.verbatim) = (item.span, item.verbatim);
            walk.object(&self.level, 0..text.len(), ordinal);
        }
    }
}

/// Takes the elements of a part of an entry.
fn elements<'r>(
    field: &FieldPlan,
    entry: &'r Entry<'_>,
    part: Range<usize>,
    out: &mut Extracted<'r>,
    diagnostics: &mut Diagnostics<'_>,
) {
    let text = &entry.text.as_str()[part.clone()];
    if entry.item {
        let verbatim = entry.text.is_verbatim(&part);
        return element(field, text, (entry.text.span(part), verbatim), out);
    }
    if text.trim().is_empty() {
        return;
    }
    let json = with_numbers(text);
    match array_of(json.as_deref().unwrap_or(text)) {
        Ok(ranges) => {
            for range in ranges {
                let place = part.start + range.start..part.start + range.end;
                let verbatim = entry.text.is_verbatim(&place);
                element(field, &text[range], (entry.text.span(place), verbatim), out);
            }
        }
        Err(reason) => {
            let count = &mut out.counts[field.idx];
            count.r#in += 1;
            count.unread += 1;
            let message = no_array(text, &reason);
            let span = entry.text.span(part);
            super::scalar::tell(field, Code::TUPLE_SYNTAX, span, text, message, diagnostics);
        }
    }
}

/// What is said of a text that is no array of objects.
fn no_array(text: &str, reason: &str) -> String {
    if text.trim_start().starts_with('[') {
        format!("the array of objects cannot be read: {reason}")
    } else {
        format!("expected an array of objects, found `{}`", short(text))
    }
}

/// Where the elements of an array stand in its text; one object is an array of its own.
fn array_of(text: &str) -> Result<Vec<Range<usize>>, String> {
    if text.starts_with('{') {
        return Ok(std::iter::once(0..text.len()).collect());
    }
    parse_array(text)
}

/// Takes an element of an array, with its bytes and whether it stands there as it is. One
/// that stands for "no data" makes no row.
fn element<'r>(
    field: &FieldPlan,
    text: &'r str,
    (span, verbatim): (Span, bool),
    out: &mut Extracted<'r>,
) {
    let is_none = field.is_sentinel(&said(text));
    let count = &mut out.counts[field.idx];
    count.r#in += u64::from(is_none);
    count.sentinel += u64::from(is_none);
    let text = (!is_none).then_some(Cow::Borrowed(text));
    out.items.push(Item { text, span, verbatim, truncated: false, spelling: Spelling::Schema });
}

/// Takes an entry that was not handed on: if it is an element of an array, it has a
/// place there. One without a text is none of those that were counted as blank, for it
/// stands where an object should.
fn left_out<'r>(field: &FieldPlan, entry: &'r Entry<'_>, out: &mut Extracted<'r>) -> u64 {
    let span = entry.text.whole();
    let taken = entry.item && entry.text.as_str().is_empty();
    if taken {
        // As JSON writes it.
        let text = if entry.json == Some(JsonKind::Null) { "null" } else { "\"\"" };
        element(field, text, (span, false), out);
    } else if entry.item {
        out.items.push(Item {
            text: None,
            span,
            verbatim: false,
            truncated: false,
            spelling: Spelling::Schema,
        });
    }
    u64::from(taken)
}

/// What a value of JSON says.
fn said(value: &str) -> Cow<'_, str> {
    match json_kind(value) {
        JsonKind::String => unescape(within_quotes(value), 0).0.into_cow(),
        JsonKind::Number
        | JsonKind::Boolean
        | JsonKind::Null
        | JsonKind::Object
        | JsonKind::Array => Cow::Borrowed(value),
    }
}

/// Goes through an object, and those in it, and makes their rows.
struct Walk<'w, 'r, 'd> {
    field: &'r FieldPlan,
    /// The outermost object, as it stands.
    text: &'r str,
    /// The same with numbers where JSON has none.
    json: Cow<'r, str>,
    /// Its bytes, and whether it stands there as it is.
    span: Span,
    verbatim: bool,
    /// The places of the objects that are gone through, from the outermost in.
    path: Vec<u32>,
    /// What the record has for each field, and how many items of each were counted.
    fields: &'w mut [Raw<'r>],
    counts: &'w mut [ItemCount],
    row: &'w mut Row<'r>,
    diagnostics: &'w mut Diagnostics<'d>,
}

impl<'r> Walk<'_, 'r, '_> {
    /// Adds the row of an object, and those of the objects in it. One that cannot be read
    /// makes none, and leaves its place free.
    fn object(&mut self, level: &'r Level, range: Range<usize>, ordinal: usize) {
        self.path.push(u32::try_from(ordinal).unwrap_or(u32::MAX));
        let cells = self.cells(level, range);
        let count = &mut self.counts[level.idx];
        count.r#in += 1;
        match cells {
            Some(cells) => {
                count.out += 1;
                self.row.items[level.idx].push_at(&self.path, cells);
            }
            None => count.unread += 1,
        }
        self.path.pop();
    }

    fn cells(&mut self, level: &'r Level, range: Range<usize>) -> Option<Vec<Cell<'r>>> {
        let text = &self.text[range.clone()];
        if !text.starts_with('{') {
            let message = format!("expected an object, found `{}`", short(text));
            self.tell(level, Code::TUPLE_SYNTAX, &range, message);
            return None;
        }
        let mut found = vec![None; level.members.len()];
        if !self.look(level, range.clone(), "", &mut found) {
            return None;
        }
        let span = self.span_of(&range);
        let mut cells = Vec::with_capacity(level.width);
        for (member, found) in level.members.iter().zip(found) {
            match (&member.what, found) {
                (What::Scalar(scalar), Some(range)) => {
                    cells.push(self.value(level, member, &**scalar, &range));
                }
                (What::Scalar(_), None) => cells.push(Cell::new(Value::Null, span)),
                (What::Objects(level), Some(range)) => self.nested(level, member, &range),
                (What::Objects(_), None) => {}
            }
        }
        if let [parents @ .., ordinal] = &self.path[..]
            && let Some(parent) = parents.last()
        {
            let number = |place: &u32| Value::Integer(i64::from(*place));
            let places = Value::Text(places_in_words(parents).into());
            let places = [number(parent), number(ordinal), places];
            cells.extend(places.map(|value| Cell::new(value, span)));
        }
        Some(cells)
    }

    /// Looks for the members of an object, or of one in it; false if it is none.
    fn look(
        &mut self,
        level: &Level,
        within: Range<usize>,
        path: &str,
        found: &mut [Option<Range<usize>>],
    ) -> bool {
        let members = match parse_object(&self.json[within.clone()]) {
            Ok(members) => members,
            Err(reason) => {
                let message = format!("the object cannot be read: {reason}");
                self.tell(level, Code::TUPLE_SYNTAX, &within, message);
                return false;
            }
        };
        // The keys that others stand below.
        let mut met: Vec<Cow<'r, str>> = Vec::new();
        for member in members {
            let at = |range: Range<usize>| within.start + range.start..within.start + range.end;
            let (key, range) = (self.unescaped(level, at(member.key)), at(member.value));
            let below = |key: Cow<'r, str>| match path {
                "" => key,
                path => format!("{path}.{key}").into(),
            };
            let at_key = |key: &str| level.members.iter().position(|known| known.key == key);
            // A key with a dot in it is `a\.b` in a path, or `a.b` where no path is written so.
            let dotted = key.contains('.').then(|| below(path_part(&key).into_owned().into()));
            let dotted = dotted.filter(|key| at_key(key).is_some() || level.leads(key));
            let key = dotted.unwrap_or_else(|| below(key));
            if let Some(idx) = at_key(&key) {
                if found[idx].is_some() {
                    let message = format!("`{}.{key}` comes again in one object", level.name);
                    self.tell(level, Code::REPEATED_KEY, &range, message);
                } else {
                    found[idx] = Some(range);
                }
                continue;
            }
            let leads = level.leads(&key);
            let value = &self.text[range.clone()];
            if leads && (value.starts_with('{') || value == "null") {
                if value == "null" {
                    continue;
                }
                if met.contains(&key) {
                    let message = format!("`{}.{key}` comes again in one object", level.name);
                    self.tell(level, Code::REPEATED_KEY, &range, message);
                } else {
                    self.look(level, range, &key, found);
                    met.push(key);
                }
            } else if !level.ignored.iter().any(|ignored| ignored == "*" || *ignored == key) {
                let message = format!("no member of `{}` has the key `{key}`", level.name);
                let span = self.span_of(&range);
                let finding = self.diagnostics.report(Code::UNKNOWN_KEY, span, message);
                finding.field = Some(level.name.clone());
                finding.raw = Some(value.to_owned());
                // It is reported once for all objects, so it has no place among them.
                finding.key = Some(format!("{}.{key}", level.name));
                finding.help = Some(
                    "add a member with this key to the schema, or add it to `ignored` of the field"
                        .to_owned(),
                );
            }
        }
        true
    }

    /// The typed value of a member.
    fn value(
        &mut self,
        level: &Level,
        member: &Member,
        scalar: &'r dyn Scalar,
        range: &Range<usize>,
    ) -> Cell<'r> {
        let first = self.diagnostics.len();
        let one = if scalar.is_subtree() { range.clone() } else { self.one_of(level, range) };
        let range = &one;
        let span = self.span_of(range);
        let text = if scalar.is_subtree() {
            let raw = &self.text[range.clone()];
            (raw != "null").then_some(Cow::Borrowed(raw))
        } else {
            self.said(level, range)
        };
        let spelling = match json_kind(&self.text[range.clone()]) {
            JsonKind::Number => Spelling::JsonNumber,
            _ => Spelling::Schema,
        };
        let text = text.and_then(|text| self.taken(member, scalar, text, (span, spelling)));
        let place = (span, None, spelling);
        let (field, diagnostics) = (self.field, &mut *self.diagnostics);
        let value = match text {
            None => Value::Null,
            Some(Cow::Borrowed(text)) => {
                super::scalar::read(scalar, field, text, place, diagnostics)
            }
            Some(Cow::Owned(text)) => {
                super::scalar::read(scalar, field, &text, place, diagnostics).into_owned()
            }
        };
        // The field is that of all members: the message says which one it is.
        for finding in &mut self.diagnostics.findings_mut()[first..] {
            finding.message = format!("`{}`: {}", member.name, finding.message);
            level.place(&self.path, finding);
        }
        Cell::new(value, span)
    }

    /// Where the one value of a member stands: in an array of several it is the first. One of none,
    /// and one that holds others, has none.
    fn one_of(&mut self, level: &Level, range: &Range<usize>) -> Range<usize> {
        let json = &self.json[range.clone()];
        if !json.starts_with('[') {
            return range.clone();
        }
        let elements = parse_array(json).unwrap_or_default();
        let nothing = range.start..range.start;
        let Some(first) = elements.first() else { return nothing };
        if elements.iter().any(|element| json[element.clone()].starts_with(['[', '{'])) {
            let message = "an array with arrays or objects in it is read as null";
            self.tell(level, Code::NESTED_ARRAY, range, message.to_owned());
            return nothing;
        }
        if elements.len() > 1 {
            let message =
                format!("an array of {} values; the first value is taken", elements.len());
            self.tell(level, Code::REPEATED_KEY, range, message);
        }
        range.start + first.start..range.start + first.end
    }

    /// What is read of the text of a member: behind its code and what is replaced in it,
    /// what `extract` takes; none if that is blank or stands for "no data".
    fn taken(
        &mut self,
        member: &Member,
        scalar: &dyn Scalar,
        text: Cow<'r, str>,
        (span, spelling): (Span, Spelling),
    ) -> Option<Cow<'r, str>> {
        let field = self.field;
        let holds = |text: &str| {
            let both = [&field.sentinels, &member.sentinels];
            !text.is_empty() && !both.iter().any(|all| all.stand_for(text, scalar, spelling))
        };
        let kept = trimmed(&text, 0..text.len());
        let text = slice(text, kept);
        if !member.reads_text() {
            return holds(&text).then_some(text);
        }
        let text = Text::decoded(text.into_owned(), span);
        let text = member.coded.read(&text, self.diagnostics, |_| {}).unwrap_or(text);
        if !holds(text.as_str()) || member.extract.is_empty() {
            return holds(text.as_str()).then(|| Cow::Owned(text.into_cow().into_owned()));
        }
        let taker = Taker {
            patterns: &member.extract,
            group: &member.group,
            figures: scalar.notation().is_some(),
            counted: field.usage.own + member.counted,
        };
        let of = format_args!("`extract`");
        let part = taker.take(&text, self.diagnostics, of, |_| {})?;
        let value = &text.as_str()[part];
        holds(value).then(|| Cow::Owned(value.to_owned()))
    }

    /// The objects in a member: an array of them, or one.
    fn nested(&mut self, level: &'r Level, member: &Member, range: &Range<usize>) {
        let (raw, span) = (&self.text[range.clone()], self.span_of(range));
        let none = match self.said(level, range) {
            None => Some(Raw::Blank(span)),
            Some(text) if text.trim().is_empty() => Some(Raw::Blank(span)),
            Some(text) if member.is_none(self.field, text.trim()) => Some(Raw::Sentinel(raw, span)),
            Some(_) => None,
        };
        let elements = match none {
            Some(_) => Ok(Vec::new()),
            None => array_of(&self.json[range.clone()]),
        };
        let is_empty = elements.as_ref().is_ok_and(Vec::is_empty);
        let has = none.or_else(|| is_empty.then_some(Raw::Blank(span)));
        match (&self.fields[level.idx], has) {
            // The first object that has something tells.
            (Raw::Absent | Raw::Blank(_), Some(has)) => self.fields[level.idx] = has,
            (Raw::Absent | Raw::Blank(_) | Raw::Sentinel(..), None) => {
                self.fields[level.idx] = Raw::Nested(span);
            }
            _ => {}
        }
        let elements = elements.unwrap_or_else(|reason| {
            let count = &mut self.counts[level.idx];
            count.r#in += 1;
            count.unread += 1;
            let message = no_array(raw, &reason);
            self.tell(level, Code::TUPLE_SYNTAX, range, message);
            Vec::new()
        });
        for (ordinal, element) in elements.into_iter().enumerate() {
            let element = range.start + element.start..range.start + element.end;
            if member.is_none(self.field, &said(&self.text[element.clone()])) {
                let count = &mut self.counts[level.idx];
                count.r#in += 1;
                count.sentinel += 1;
            } else {
                self.object(level, element, ordinal);
            }
        }
    }

    /// What a value says; none if it is null, or stands where a number should and is none.
    fn said(&mut self, level: &Level, range: &Range<usize>) -> Option<Cow<'r, str>> {
        let raw = &self.text[range.clone()];
        match json_kind(raw) {
            JsonKind::String => {
                let start = range.start + usize::from(raw.starts_with('"'));
                let inner = within_quotes(raw);
                Some(self.unescaped(level, start..start + inner.len()))
            }
            JsonKind::Null => {
                if let Some(message) = not_finite(raw) {
                    self.tell(level, Code::NOT_FINITE, range, message);
                }
                None
            }
            JsonKind::Number | JsonKind::Boolean | JsonKind::Object | JsonKind::Array => {
                Some(Cow::Borrowed(raw))
            }
        }
    }

    /// Takes a string, without its quotes, out of its escapes.
    fn unescaped(&mut self, level: &Level, inner: Range<usize>) -> Cow<'r, str> {
        let (text, lone) = unescape(&self.text[inner.clone()], inner.start);
        if let Some(lone) = lone {
            let lone = inner.start + lone.start..inner.start + lone.end;
            self.tell(level, Code::LONE_SURROGATE, &lone, LONE_SURROGATE.to_owned());
        }
        text.into_cow()
    }

    /// Reports what is wrong with a part of an object.
    fn tell(&mut self, level: &Level, code: &'static Code, range: &Range<usize>, message: String) {
        let finding = self.diagnostics.report(code, self.span_of(range), message);
        finding.raw = Some(self.text[range.clone()].to_owned());
        level.place(&self.path, finding);
    }

    /// The bytes of a part of the object; all of it where its text is no piece of the
    /// dump as it stands.
    fn span_of(&self, range: &Range<usize>) -> Span {
        if !self.verbatim {
            return self.span;
        }
        let start = self.span.start as usize;
        Span::new(start + range.start, start + range.end)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::data::ItemPlace;
    use crate::diagnostic::{Diagnostics, places_in_words};
    use crate::mill::{Mill, Scratch};
    use crate::schema::{SchemaSource, parse};

    /// What comes of a text: for each field the rows by their places, what was counted
    /// of it, and then the findings.
    fn milled(members: &str, text: &str) -> String {
        let schema = format!(
            "recordmill = 1\nname = \"t\"\nsentinels = [\"-\"]\n[source]\nformat = \"key-value\"\n\
             record = {{ by = \"file\" }}\nkey = {{ by = \"declared\" }}\n\
             [fields.o]\ntype = \"objects\"\nkey = \"o\"\n[fields.o.members]\n{members}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
             [tables.o]\nrows = \"o\"\ncolumns = [\"ordinal\"]\n\
             [tables.k]\nrows = \"o.k\"\ncolumns = [\"parents\", \"ordinal\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: schema });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let mut out = String::new();
        let (mill, scratch) = (Mill::new(&schema), &mut Scratch::default());
        mill.value(0, Some(text), scratch, &mut diagnostics, |milled, found| {
            for (idx, field) in schema.fields.iter().enumerate() {
                let count = milled.raw.counts[idx];
                let counted = [count.r#in, count.out, count.sentinel, count.unread];
                let _ = write!(out, "{} {counted:?}", field.name);
                for (ItemPlace { parents, ordinal }, cells) in milled.row.items[idx].placed() {
                    let cells: Vec<_> = cells.iter().map(|cell| cell.value.quoted()).collect();
                    let place = places_in_words(&[parents, &[ordinal]].concat());
                    let _ = write!(out, " {place}=({})", cells.join(" "));
                }
                out.push('\n');
            }
            for finding in found.since(0) {
                let (field, parents) = (finding.field.as_deref(), finding.parents_in_words());
                let [field, parents] = [field, parents.as_deref()].map(|part| part.unwrap_or("-"));
                let ordinal = finding.ordinal.map_or("-".to_owned(), |place| place.to_string());
                let raw = finding.raw.as_deref().unwrap_or_default();
                let (code, message) = (finding.code.id, &finding.message);
                let _ = writeln!(out, "{code} {field} {parents} {ordinal} `{raw}`: {message}");
            }
        });
        out
    }

    const MEMBERS: &str = "a = { type = \"text\" }\n\
        k = { type = \"objects\", members = { n = { type = \"integer\" } } }";

    #[test]
    fn what_makes_no_row_leaves_its_place_free() {
        let text = r#"[7, {"a": "x"}, "-", {"a": {"b": }]"#;
        assert!(milled(MEMBERS, text).starts_with("o [1, 0, 0, 1]\no.k [0, 0, 0, 0]\nR201 o - -"));
        let text = r#"[7, {"a": "x", "k": [null, {"n": 1}, "-"]}, "-", {"a": "y", "k": 5}, "{}"]"#;
        assert_eq!(
            milled(MEMBERS, text),
            "o [5, 2, 1, 2] 1=(`x`) 3=(`y`)\n\
             o.k [4, 1, 1, 2] 1.1=(1 1 1 `1`)\n\
             R201 o - 0 `7`: expected an object, found `7`\n\
             R201 o.k 1 0 `null`: expected an object, found `null`\n\
             R201 o.k 3 - `5`: expected an array of objects, found `5`\n\
             R201 o - 4 `\"{}\"`: expected an object, found `\"{}\"`\n"
        );
    }

    #[test]
    fn objects_without_a_value_of_their_own_are_rows() {
        let members = "k = { type = \"objects\", members = { n = { type = \"integer\" } } }";
        assert_eq!(
            milled(members, r#"[{"k": [{"n": 1}]}, {"k": {"n": 2}}, {}]"#),
            "o [3, 3, 0, 0] 0=() 1=() 2=()\no.k [2, 2, 0, 0] 0.0=(1 0 0 `0`) 1.0=(2 1 0 `1`)\n"
        );
    }

    #[test]
    fn a_finding_in_a_nested_object_names_that_object() {
        let text =
            r#"[{"k": [{"n": 1}, {"n": "b"}]}, {"k": [{"n": 1, "n": 2}, {"n": "b", "z": 0}]}]"#;
        let told = milled(MEMBERS, text);
        let told: Vec<_> = told.lines().skip(2).map(|line| line.split(": ").next()).collect();
        let expected =
            ["R302 o.k 0 1 `b`", "R103 o.k 1 0 `2`", "R102 o.k - - `0`", "R302 o.k 1 1 `b`"];
        assert_eq!(told, expected.map(Some));
    }

    #[test]
    fn a_key_above_members_that_comes_again_is_told() {
        let members = "n = { key = 'a.n', type = 'integer' }\nm = { key = 'a.m', type = 'integer' }\n\
            k = { type = 'objects', members = { n = { type = 'integer' } } }";
        let text = r#"[{"a": {"n": 1}, "a": {"m": 2}}, {"a": null, "a": {"m": 3}}]"#;
        let told = milled(members, text);
        assert!(told.starts_with("o [2, 2, 0, 0] 0=(1 null) 1=(null 3)\n"), "{told}");
        assert!(
            told.ends_with("R103 o - 0 `{\"m\": 2}`: `o.a` comes again in one object\n"),
            "{told}"
        );
    }

    #[test]
    fn an_array_where_a_member_has_one_value_is_one_of_its_values() {
        let text = r#"[{"a": ["x"]}, {"a": ["x", "y"]}, {"a": []}, {"a": [["x"]]}, {"a": [null]}]"#;
        assert_eq!(
            milled(MEMBERS, text).replace("o.k [0, 0, 0, 0]\n", ""),
            "o [5, 5, 0, 0] 0=(`x`) 1=(`x`) 2=(null) 3=(null) 4=(null)\n\
             R103 o - 1 `[\"x\", \"y\"]`: `a`: an array of 2 values; the first value is taken\n\
             R130 o - 3 `[[\"x\"]]`: `a`: an array with arrays or objects in it is read as null\n"
        );
    }

    #[test]
    fn a_key_with_a_dot_is_told_from_a_path() {
        let text = r#"[{"k.n": 1, "k": {"n": 2}}, {"k": {"n": 3}, "k.n": 4}, {"k.n": 5}]"#;
        let rest = "k = { key = 'z', type = 'objects', members = { n = { type = 'integer' } } }";
        let one = r"one = { key = 'k\.n', type = 'integer' }";
        let two = "two = { key = 'k.n', type = 'integer' }";
        let apart = milled(&format!("{one}\n{two}\n{rest}"), text);
        assert_eq!(apart, "o [3, 3, 0, 0] 0=(1 2) 1=(4 3) 2=(5 null)\no.k [0, 0, 0, 0]\n");
        let both = milled(&format!("{two}\n{rest}"), text);
        let told: Vec<_> = both.lines().map(|line| line.split(": ").next()).collect();
        let expected = [
            "o [3, 3, 0, 0] 0=(1) 1=(3) 2=(5)",
            "o.k [0, 0, 0, 0]",
            "R103 o - 0 `2`",
            "R103 o - 1 `4`",
        ];
        assert_eq!(told, expected.map(Some));
        let slash = milled(&format!("{one}\n{rest}"), r#"[{"k\\": {"n": 1}}]"#);
        assert!(
            slash.starts_with("o [1, 1, 0, 0] 0=(null)\n") && slash.contains("R102"),
            "{slash}"
        );
    }

    #[test]
    fn strings_and_numbers_are_read_as_those_of_records_are() {
        let text =
            r#"[{"a": "\ud83d x", "k": {"n": NaN}}, {"\ude00": 1, "a": "\u8336", "k": NaN}]"#;
        assert_eq!(
            milled(MEMBERS, text),
            "o [2, 2, 0, 0] 0=(`\u{fffd} x`) 1=(`茶`)\n\
             o.k [1, 1, 0, 0] 0.0=(null 0 0 `0`)\n\
             R111 o - 0 `\\ud83d`: `a`: half of a surrogate pair, read as U+FFFD\n\
             R128 o.k 0 0 `NaN`: `n`: `NaN` is no number that JSON has, and is read as null\n\
             R111 o - 1 `\\ude00`: half of a surrogate pair, read as U+FFFD\n\
             R102 o - - `1`: no member of `o` has the key `\u{fffd}`\n\
             R128 o.k 1 - `NaN`: `NaN` is no number that JSON has, and is read as null\n"
        );
    }

    #[test]
    fn the_text_of_a_member_is_taken_out_of_its_code() {
        let members = "a = { type = \"integer\", decode = [\"percent\"], replace = [{ pattern = '_', with = \"\" }], \
                       extract = ['^no (?<n>\\d+)$', '^(?<n>\\d+) pieces'], group = \"n\" }\n\
                       k = { type = \"objects\", members = { n = { type = \"text\", decode = [\"html\"] } } }";
        let text = r#"[{"a": "no%201_2", "k": [{"n": "&lt;x"}]}, {"a": "7%20pieces"}, {"a": "%2D"}, {"a": "50%"}, {"a": "no 1.5"}, {"k": {"n": "&no;"}}]"#;
        assert_eq!(
            milled(members, text),
            "o [6, 6, 0, 0] 0=(12) 1=(7) 2=(null) 3=(null) 4=(null) 5=(null)\n\
             o.k [2, 2, 0, 0] 0.0=(`<x` 0 0 `0`) 5.0=(`&no;` 5 0 `5`)\n\
             R142 o - 3 `50%`: `a`: the value is not in `percent`: `%` is no byte\n\
             R203 o - 3 `50%`: `a`: no pattern of `extract` matches\n\
             R203 o - 4 `no 1.5`: `a`: no pattern of `extract` matches\n\
             R142 o.k 5 0 `&no;`: `n`: the value is not in `html`: `&no;` stands for nothing\n"
        );
    }

    #[test]
    fn options_that_a_member_would_not_use_are_faults() {
        for (member, said) in [
            ("type = \"json\", decode = [\"html\"]", "`decode` means nothing for the type `json`"),
            (
                "type = \"objects\", members = { b = { type = \"text\" } }, extract = ['x']",
                "`extract` means nothing for the type `objects`",
            ),
            ("type = \"text\", unit = \"g\"", "`unit` means nothing for the type `text`"),
            (
                "type = \"text\", extract = ['x'], group = \"y\"",
                "no pattern of `extract` has the group `y`",
            ),
        ] {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json\"\n[fields.o]\ntype = \"objects\"\n\
                 key = \"o\"\n[fields.o.members]\na = {{ {member} }}\n\
                 [tables.o]\nrows = \"o\"\ncolumns = [\"ordinal\"]\n"
            );
            let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            assert!(faults.iter().any(|fault| fault.message == said), "{member}: {faults:?}");
        }
    }

    /// What is said of a schema for JSON with objects that have these options.
    fn faults(options: &str) -> Vec<String> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json\"\n[fields.o]\ntype = \"objects\"\n\
             key = \"o\"\n{options}\n[tables.r]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
             [tables.o]\nrows = \"o\"\ncolumns = [\"ordinal\"]\n"
        );
        let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        faults.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_member_within_the_value_of_another_is_told() {
        let members =
            "members = { a = { type = \"json\" }, b = { type = \"text\", key = \"a.x\" } }";
        assert_eq!(
            faults(members),
            ["`a.x` lies inside of the value of `a`, which the member `a` takes whole"]
        );
        assert_eq!(faults(&members.replace("\"a.x\"", "'a\\.x'")), [""; 0]);
        let deeper = format!("members.k = {{ type = \"objects\", {members} }}");
        assert!(faults(&deeper)[0].contains("the member `a` takes whole"));
    }

    #[test]
    fn what_is_ignored_goes_by_the_keys_and_not_by_the_names() {
        let told = |ignored: &str, key: &str| {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json\"\nkey.ignored = [{ignored}]\n\
                 [fields.parts]\ntype = \"objects\"\n{key}\n\
                 members = {{ a = {{ type = \"text\" }}, k = {{ type = \"objects\", key = \"deep.er\", \
                 members = {{ n = {{ type = \"text\" }} }} }} }}\n\
                 [tables.r]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
                 [tables.o]\nrows = \"parts\"\ncolumns = [\"ordinal\"]\n"
            );
            let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let (mill, scratch) = (Mill::new(&schema), &mut Scratch::default());
            let text = r#"[{"a": "x", "note": 1, "deep": {"er": [{"n": "y", "mark": 2}]}}]"#;
            let mut keys = Vec::new();
            mill.value(0, Some(text), scratch, &mut diagnostics, |_, found| {
                keys.extend(found.since(0).iter().filter_map(|finding| finding.key.clone()));
            });
            keys
        };
        let both = ["parts.k.mark", "parts.note"];
        let key = "key = \"data.items\"";
        let mut named = told("\"parts.note\", \"parts.k.mark\"", key);
        named.sort();
        assert_eq!(named, both);
        assert_eq!(told("\"data.items.note\", \"data.items.deep.er.mark\"", key), [""; 0]);
        assert_eq!(told("\"old.note\"", &format!("{key}\naliases = [\"old\"]")), both[..1]);
        assert_eq!(told("\"*\"", key), [""; 0]);
    }
}
