//! Records that are JSON objects (RFC 8259).
//!
//! In: the bytes of one object, or of a key and an object. Out: its entries.
//! `serde_json` tells where each member and element stands and whether all of it
//! is JSON; strings are taken out of their escapes by `grammar`, for only so every
//! character keeps its bytes.
//!
//! A path of keys with dots between names a value below the top; a key with a dot in it is
//! `a\.b` there, or `a.b` where no path is written so. An array on
//! the way stands for each of its elements. Numbers and words are read as they
//! stand, `null` as no value, and so are `NaN` and the infinities, which JSON does
//! not have. A value that is an object is read as the JSON text that it is. Where a
//! field has one value, an array of one is that value; of several, `repeated` says
//! which is taken; one with arrays or objects in it is none.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::MARK;
use super::entries::{Choice, Fields, Origins, RepeatDecision};
use super::keys::{Above, KeyLookup, Keys};
use crate::data::{JsonKind, Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{
    LONE_SURROGATE, column_of, is_json, json_kind, json_reason, not_finite, parse_array, path_part,
    unescape, with_numbers, within_quotes,
};
use crate::schema::Schema;
use crate::schema::model::{Field, Format};
use crate::source::Span;

/// The key of the field that holds the key of a record, where records are the
/// members of an object.
const MEMBER_KEY: &str = "@key";

/// The compiled plan of JSON records.
#[derive(Debug)]
pub(super) struct Json {
    keys: Keys,
    /// Paths that lead to known ones.
    above: Above,
    fields: Fields,
    /// For each field its key, if it has items.
    items: Vec<Option<String>>,
    /// For each field whether it reads a value with everything below it.
    subtrees: Vec<bool>,
    /// For each field the texts that stand for no data.
    sentinels: Vec<FxHashSet<String>>,
    /// Whether a record is a key and an object.
    members: bool,
}

/// A record while its members are looked at.
struct Walk<'p, 's, 't, 'd, 'o> {
    plan: &'p Json,
    /// The text of the chunk.
    text: &'t str,
    /// What is parsed: the JSON of the record, which stands at `base`, or a copy
    /// of it in which numbers stand where JSON has none.
    json: &'s str,
    base: usize,
    record: &'p mut Record<'t>,
    diagnostics: &'d mut Diagnostics<'o>,
    /// For each field the object that it was read in last: in an array of objects
    /// the same key comes again and again, and is not repeated. Behind them, for each path that leads
    /// to fields the object that had it last.
    seen: Vec<usize>,
    /// The values that are gone through whose key their object had before.
    repeats: Vec<Repeat>,
    /// For each field by which path it was first met, and how that was written. Nothing where no path
    /// has a dot.
    written: FxHashMap<u64, u64>,
    /// How many objects were begun.
    objects: usize,
    /// The objects below the record that are gone into: the path and the number of each.
    within: Vec<(usize, usize)>,
    /// From which of them its fields were taken.
    origins: Origins,
    /// The innermost array of objects that is gone through.
    array: Option<Array>,
    /// The first array whose objects lack items that others have.
    uneven: Option<Uneven>,
}

/// A value that holds keys of fields, and whose own key came before in its object.
struct Repeat {
    /// The object, and how many were begun when it had the key again.
    object: usize,
    begun: usize,
    /// The fields of it that were reported, since they were read before.
    told: FxHashSet<usize>,
    /// The first of others, which has no room for what both have.
    taken: Option<usize>,
    /// Whether a field has room for both.
    joined: bool,
}

/// The keys that lead to a value.
#[derive(Clone, Copy, Default)]
struct Path<'k> {
    /// They with dots between.
    keys: &'k str,
    /// What tells where those with a dot of their own stand among them, where they are as good as two.
    written: u64,
}

/// An array of objects while it is gone through.
#[derive(Default)]
struct Array {
    /// The element that is gone through, from 0.
    element: usize,
    /// The fields with items that were met, and in which element each was.
    met: Vec<(usize, usize)>,
}

/// An array of objects of which some lack items.
struct Uneven {
    /// The first of them.
    span: Span,
    fields: (usize, usize),
    lacking: usize,
    elements: usize,
    path: String,
}

impl Json {
    pub(super) fn new(schema: &Schema) -> Self {
        let keys = Keys::new(schema);
        let items = |field: &Field| {
            field.is_items().then(|| field.keys.first().cloned().unwrap_or_default())
        };
        Self {
            above: keys.above(),
            keys,
            fields: Fields::new(schema),
            items: schema.fields.iter().map(items).collect(),
            sentinels: schema
                .fields
                .iter()
                .map(|field| field.sentinels.iter().cloned().collect())
                .collect(),
            subtrees: schema.fields.iter().map(|field| field.kind.is_subtree()).collect(),
            members: schema.source.members,
        }
    }

    /// The path of a key below others, and which keys of it have dots of their own.
    fn path<'k>(&self, above: Path<'_>, key: &'k str) -> (Cow<'k, str>, u64) {
        let below = |key: Cow<'k, str>| match above.keys {
            "" => key,
            above => format!("{above}.{key}").into(),
        };
        if !key.contains('.') {
            return (below(key.into()), above.written);
        }
        let own = below(path_part(key));
        if self.keys.listed(&own) != KeyLookup::No || self.above.find(&own).is_some() {
            return (own, above.written);
        }
        let mut hasher = FxHasher::default();
        (above.written, above.keys.len(), key.len()).hash(&mut hasher);
        (below(key.into()), hasher.finish())
    }

    /// Parses a record of `text`, which has no entries yet. Only in a file of
    /// `format` JSON may a key stand before it.
    pub(super) fn parse<'t>(
        &self,
        format: Format,
        text: &'t str,
        mut record: Record<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let span = record.span;
        let mut whole = text[span.range()].trim();
        let mut begin =
            span.start as usize + text[span.range()].len() - text[span.range()].trim_start().len();
        if let Some(rest) = whole.strip_prefix(MARK).filter(|_| format == Format::JsonLines) {
            let mark = Span::new(begin, begin + MARK.len_utf8());
            diagnostics.report(
                Code::BYTE_ORDER_MARK,
                mark,
                "a byte order mark stands at the start of a line, and is left out",
            );
            record.bytes.ignored += mark.len() as u64;
            whole = rest.trim_start();
            begin += mark.len() + rest.len() - whole.len();
        }
        let stop = begin + whole.len();
        let key = (self.members && format == Format::Json).then(|| member_key(whole)).flatten();
        let base = begin + key.as_ref().map_or(0, |(_, body)| *body);
        let json = &text[base..stop];
        if !json.starts_with('{') {
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(base, stop),
                "expected a JSON object",
            );
            finding.raw = Some(whole.to_owned());
            let help = match json.trim_end() {
                "[" | "]" => Some("one array of records is read by `format = \"json\"`"),
                // What a row of cells is, nothing of JSON is like.
                row if row.contains([',', ';', '\t', '|']) && !is_json(row) => Some(
                    "if the file has rows of cells, as this line looks like, it is read by `format = \"csv\"`",
                ),
                _ => None,
            };
            finding.help = help.filter(|_| format == Format::JsonLines).map(str::to_owned);
            record.unreadable = true;
            record.bytes.stray += whole.len() as u64;
            record.bytes.rest_is_separator(span.len());
            return record;
        }
        let patched = with_numbers(json);
        let parsed = patched.as_deref().unwrap_or(json);
        let mut walk = Walk {
            plan: self,
            text,
            json: parsed,
            base,
            record: &mut record,
            diagnostics,
            seen: vec![0; self.fields.len() + self.above.len()],
            repeats: Vec::new(),
            written: FxHashMap::default(),
            objects: 0,
            within: Vec::new(),
            origins: Origins::default(),
            array: None,
            uneven: None,
        };
        if let Some((key, _)) = key {
            walk.member_of(begin + key.start..begin + key.end);
        }
        let mut deserializer = serde_json::Deserializer::from_str(parsed);
        let read =
            walk.object(&mut deserializer, Path::default()).and_then(|()| deserializer.end());
        if let Err(error) = read {
            // Where the end is what was not expected, the last character is shown.
            let last = json.len().saturating_sub(1);
            let reason = json_reason(&error);
            let at = base + offset_of(parsed, &error, &reason).min(last);
            let at = text.floor_char_boundary(at);
            let stop = text.ceil_char_boundary(at + 1);
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(at, stop),
                ["the record is no JSON: ", reason.as_ref()].concat(),
            );
            finding.raw = Some(whole.to_owned());
            // What was read of it is no record; the bytes are all of one kind.
            let mut damaged = record.emptied().begun(span, self.fields.len());
            damaged.bytes.stray = span.len() as u64;
            damaged.unreadable = true;
            return damaged;
        }
        walk.report_uneven();
        let origins = walk.origins;
        self.fields.report_origins(text, &origins, &self.above, &record, diagnostics);
        record.bytes.rest_is_separator(span.len());
        record
    }
}

/// The bytes of the key that a member begins with, without its quotes, and where
/// its value begins.
fn member_key(member: &str) -> Option<(Range<usize>, usize)> {
    let bytes = member.as_bytes();
    let mut at = usize::from(bytes.first() == Some(&b'"'));
    let end = loop {
        let found = memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if at == 0 {
            return None;
        }
        if bytes[at + found] == b'"' {
            break at + found;
        }
        at += found + 2;
    };
    let rest = member[end + 1..].trim_start().strip_prefix(':')?.trim_start();
    Some((1..end, member.len() - rest.len()))
}

/// The offset of the last byte that `serde_json` had read.
fn offset_of(text: &str, error: &serde_json::Error, reason: &str) -> usize {
    let start = match error.line().checked_sub(2) {
        None => 0,
        Some(feeds) => {
            memchr::memchr_iter(b'\n', text.as_bytes()).nth(feeds).map_or(0, |feed| feed + 1)
        }
    };
    start + column_of(error, reason)
}

impl<'s, 't> Walk<'_, 's, 't, '_, '_> {
    /// Where a slice of what is parsed stands in the text.
    fn offset(&self, slice: &str) -> usize {
        slice.as_ptr().addr() - self.json.as_ptr().addr() + self.base
    }

    /// A member, from the quote before its key to the end of its value.
    fn whole(&self, key: Span, value: &str) -> Span {
        Span::new((key.start as usize).saturating_sub(1), self.offset(value) + value.len())
    }

    /// What stands in the text where a slice of what is parsed does.
    fn written(&self, slice: &str) -> &'t str {
        let at = self.offset(slice);
        &self.text[at..at + slice.len()]
    }

    fn object(
        &mut self,
        deserializer: &mut serde_json::Deserializer<serde_json::de::StrRead<'s>>,
        path: Path<'_>,
    ) -> serde_json::Result<()> {
        self.objects += 1;
        let object = self.objects;
        let depth = self.within.len();
        self.within.extend(self.plan.above.find(path.keys).map(|path| (path, object)));
        let read = deserializer.deserialize_map(Members { walk: self, path, object });
        self.within.truncate(depth);
        read
    }

    /// Takes the key that stands before the record.
    fn member_of(&mut self, key: Range<usize>) {
        let span = Span::new(key.start, key.end);
        match self.plan.keys.find(MEMBER_KEY) {
            KeyLookup::Field(field) => {
                let text = self.unescaped(&self.text[key.clone()], key.start).trimmed();
                let nowhere = Span::new(key.start, key.start);
                let kind = (false, Some(JsonKind::String));
                self.plan.fields.push_json(field, nowhere, text, kind, self.record);
            }
            KeyLookup::Ignored | KeyLookup::No => self.record.bytes.ignored += span.len() as u64,
        }
    }

    /// Takes a member; `key` is its key in quotes.
    fn member(&mut self, key: &'s str, value: &'s RawValue, above: Path<'_>, object: usize) {
        let value = value.get();
        let at = self.offset(key) + 1;
        let inner = &self.text[at..at + key.len().saturating_sub(2)];
        let key_span = Span::new(at, at + inner.len());
        let key = self.unescaped(inner, at);
        let key = key.as_str();
        let (path, written) = self.plan.path(above, key);
        let known = self.plan.keys.find(&path);
        let leads = self.plan.above.find(&path);
        let leads = leads.filter(|_| value.starts_with(['{', '[']) || value == "null");
        if known == KeyLookup::Ignored && !(leads.is_some() && self.plan.keys.ignores_all()) {
            self.record.bytes.ignored += (key_span.len() + value.len()) as u64;
        } else if let KeyLookup::Field(field) = known {
            self.entry(field, Path { keys: &path, written }, key_span, value, object);
        } else if let Some(number) = leads {
            self.record.bytes.key += key_span.len() as u64;
            self.lead((number, object), Path { keys: &path, written }, key_span, value);
        } else {
            let whole = self.whole(key_span, value);
            let raw = &self.text[whole.range()];
            Keys::report_unknown(&path, whole, raw, self.diagnostics);
            self.record.bytes.unknown_key += (key_span.len() + value.len()) as u64;
        }
    }

    /// Goes on into the value of a key above others: that of this number, in this object. What is no
    /// value does not repeat one.
    fn lead(
        &mut self,
        (number, object): (usize, usize),
        path: Path<'_>,
        key_span: Span,
        value: &'s str,
    ) {
        if value == "null" {
            return;
        }
        let last = &mut self.seen[self.plan.fields.len() + number];
        if std::mem::replace(last, object) != object {
            return self.descend(value, path);
        }
        let begun = self.objects;
        self.repeats.push(Repeat {
            object,
            begun,
            told: FxHashSet::default(),
            taken: None,
            joined: false,
        });
        self.descend(value, path);
        let Some(repeat) = self.repeats.pop() else { return };
        if !repeat.told.is_empty() || (repeat.joined && repeat.taken.is_none()) {
            return;
        }
        let whole = self.whole(key_span, value);
        let name = repeat.taken.map(|field| self.plan.fields.name(field).to_owned());
        let taken = name.as_ref().map(|name| format!(", and `{name}` is taken from the later one"));
        let taken = taken.unwrap_or_default();
        let message = format!("the key `{}` occurs again; both are read{taken}", path.keys);
        let finding = self.diagnostics.report(Code::REPEATED_KEY, whole, message);
        finding.field = name;
        finding.raw = Some(self.text[whole.range()].to_owned());
    }

    /// Whether a field was read before in an object that has a key again, and is now read below that.
    fn is_repeated(&self, field: usize) -> bool {
        let seen = self.seen[field];
        self.repeats.iter().any(|repeat| repeat.object < seen && seen <= repeat.begun)
    }

    /// Goes on into a value that holds known keys.
    fn descend(&mut self, value: &'s str, path: Path<'_>) {
        if value == "null" {
            return;
        }
        if value.starts_with('{') {
            // The text was found to be JSON on the way here.
            let mut deserializer = serde_json::Deserializer::from_str(value);
            let _ = self.object(&mut deserializer, path);
            return;
        }
        // An array in an array holds no keys, however deep it goes.
        let elements = elements(value);
        let outer = self.array.replace(Array::default());
        for (idx, &element) in elements.iter().enumerate() {
            if let Some(array) = &mut self.array {
                array.element = idx;
            }
            if element.starts_with('{') || element == "null" {
                self.descend(element, path);
            } else {
                let at = self.offset(element);
                let finding = self.diagnostics.report(
                    Code::UNKNOWN_KEY,
                    Span::new(at, at + element.len()),
                    format!(
                        "an element under `{}` is no object, so it has none of its keys",
                        path.keys
                    ),
                );
                finding.raw = Some(self.text[at..at + element.len()].to_owned());
                finding.key = Some(path.keys.to_owned());
                self.record.bytes.unknown_key += element.len() as u64;
            }
        }
        if let Some(array) = std::mem::replace(&mut self.array, outer)
            && self.uneven.is_none()
        {
            self.uneven = self.compare(&array, &elements, path.keys);
        }
    }

    /// Looks whether every element of an array has as many items of each field as
    /// of the others: only so items that stand side by side belong together.
    fn compare(&self, array: &Array, elements: &[&'s str], path: &str) -> Option<Uneven> {
        let mut fields: Vec<_> = array.met.iter().map(|(field, _)| *field).collect();
        fields.sort_unstable();
        fields.dedup();
        let first = *fields.first().filter(|_| fields.len() > 1)?;
        let mut counts = vec![0_u32; elements.len() * fields.len()];
        for (field, element) in &array.met {
            let place = fields.binary_search(field).unwrap_or(0);
            counts[element * fields.len() + place] += 1;
        }
        let mut uneven: Option<Uneven> = None;
        for (counts, element) in counts.chunks(fields.len()).zip(elements) {
            let Some(other) = counts.iter().position(|count| *count != counts[0]) else { continue };
            let at = self.offset(element);
            let found = uneven.get_or_insert_with(|| Uneven {
                span: Span::new(at, at + element.len()),
                fields: (first, fields[other]),
                lacking: 0,
                elements: elements.len(),
                path: path.to_owned(),
            });
            found.lacking += 1;
        }
        uneven
    }

    fn report_uneven(&mut self) {
        let Some(uneven) = self.uneven.take() else { return };
        let key = |field: usize| self.plan.items[field].clone().unwrap_or_default();
        let (one, other) = (key(uneven.fields.0), key(uneven.fields.1));
        let Uneven { span, lacking, elements, path, .. } = uneven;
        let do_not = if lacking == 1 { "does not" } else { "do not" };
        let finding = self.diagnostics.report(
            Code::UNEVEN_LISTS,
            span,
            format!(
                "{lacking} of {elements} elements of `{path}` {do_not} have as much of `{one}` as of \
                 `{other}`: the items of the two lists do not stand side by side"
            ),
        );
        finding.raw = Some(self.text[span.range()].to_owned());
        finding.help = Some(
            "a field of the type `objects` keeps together what stands in one element".to_owned(),
        );
    }

    /// Whether a field has values by the same path, written in another way: `{"a.b": 1, "a": {"b": 2}}`.
    /// Nobody knows that they are the same, and they are not taken together.
    fn is_other(&mut self, field: usize, path: Path<'_>, whole: Span) -> bool {
        if !path.keys.contains('.') {
            return false;
        }
        let mut hasher = FxHasher::default();
        (field, path.keys).hash(&mut hasher);
        let first = self.written.entry(hasher.finish()).or_insert(path.written);
        if self.record.by_field[field].is_none() {
            *first = path.written;
        }
        if *first == path.written {
            return false;
        }
        let finding = self.diagnostics.report(
            Code::REPEATED_KEY,
            whole,
            format!("`{}` is here as one key and there as a path; the first is taken", path.keys),
        );
        finding.field = Some(self.plan.fields.name(field).to_owned());
        finding.raw = Some(self.text[whole.range()].to_owned());
        finding.help = Some("a dot of a key itself is written `\\.` in the schema".to_owned());
        true
    }

    fn entry(
        &mut self,
        field: usize,
        way: Path<'_>,
        key_span: Span,
        value: &'s str,
        object: usize,
    ) {
        let path = way.keys;
        let at = self.offset(value);
        let whole = self.whole(key_span, value);
        let items = self.plan.items[field].is_some();
        if self.is_other(field, way, whole) {
            self.record.bytes.repeated += (key_span.len() + value.len()) as u64;
            return;
        }
        // The elements of one array are not repeated keys.
        let again = self.record.by_field[field].is_some()
            && (self.seen[field] == object || !items || self.is_repeated(field));
        let fields = &self.plan.fields;
        // It is told once of all that stands below a key which comes again.
        let told = items && self.repeats.iter().any(|repeat| repeat.told.contains(&field));
        for repeat in &mut self.repeats {
            match (fields.has_room(field), again) {
                (true, _) => repeat.joined = true,
                (false, true) => drop(repeat.told.insert(field)),
                (false, false) => repeat.taken = repeat.taken.or(Some(field)),
            }
        }
        if again
            && (told
                || fields.begin(self.text, field, path, whole, self.record, self.diagnostics)
                    == RepeatDecision::Dropped)
        {
            self.record.bytes.repeated += (key_span.len() + value.len()) as u64;
            return;
        }
        self.seen[field] = object;
        // What is taken from a second value of one key is told as that.
        if !self.within.is_empty() && self.repeats.is_empty() {
            fields.take_from((field, whole), self.within.iter().copied(), &mut self.origins);
        }
        self.record.bytes.key += key_span.len() as u64;
        if self.plan.subtrees[field] && !items && value != "null" {
            let text = Text::borrowed(self.written(value), at);
            let kind = if value.starts_with('[') { JsonKind::Array } else { JsonKind::Object };
            return fields.push_json(field, key_span, text, (false, Some(kind)), self.record);
        }
        if !value.starts_with('[') {
            // What is read of the elements of an array is an item each, unless it is a
            // text that holds objects.
            let item = items && self.array.is_some() && !self.plan.subtrees[field];
            return self.push(field, key_span, value, item);
        }
        let parts = elements(value);
        let nested = |part: &&str| part.starts_with(['[', '{']);
        if parts.is_empty() {
            self.nothing(field, key_span, at);
        } else if items {
            for element in parts {
                self.push(field, key_span, element, true);
            }
        } else if parts.iter().any(nested) {
            let finding = self.diagnostics.report(
                Code::NESTED_ARRAY,
                Span::new(at, at + value.len()),
                format!("`{path}` has an array with arrays or objects in it, and is read as null"),
            );
            finding.field = Some(fields.name(field).to_owned());
            finding.raw = Some(self.text[at..at + value.len()].to_owned());
            self.record.bytes.repeated += value.len() as u64;
            self.nothing(field, key_span, at);
        } else {
            self.one_of(field, path, key_span, (value, &parts));
        }
    }

    /// Takes of an array of values what a field of one value has room for.
    fn one_of(
        &mut self,
        field: usize,
        path: &str,
        key_span: Span,
        (array, parts): (&'s str, &[&'s str]),
    ) {
        let at = self.offset(array);
        let whole = (parts.len(), Span::new(at, at + array.len()));
        let fields = &self.plan.fields;
        let choice = match parts {
            [_] => Choice::All,
            _ => fields.among(self.text, field, path, whole, self.diagnostics),
        };
        let taken = match choice {
            Choice::All => 0..parts.len(),
            Choice::First => 0..1,
            Choice::Last => parts.len() - 1..parts.len(),
        };
        for (n, part) in parts.iter().enumerate() {
            if taken.contains(&n) {
                self.push(field, key_span, part, false);
            } else {
                self.record.bytes.repeated += part.len() as u64;
            }
        }
    }

    /// Adds an entry without a value to a field that has an array.
    fn nothing(&mut self, field: usize, key_span: Span, at: usize) {
        let text = Text::borrowed(&self.text[at..at], at);
        let kind = (false, Some(JsonKind::Array));
        self.plan.fields.push_json(field, key_span, text, kind, self.record);
    }

    /// Adds a value to a field.
    fn push(&mut self, field: usize, key_span: Span, value: &'s str, item: bool) {
        let (mut text, kind) = self.scalar(value, field);
        // What is no item may stand where one should: it is told at its bytes.
        if item && text.as_str().is_empty() {
            let at = self.offset(value);
            text = Text::nothing(Span::new(at, at + value.len()));
        }
        if let Some(array) = self.array.as_mut().filter(|_| self.plan.items[field].is_some()) {
            let text = text.as_str();
            // What is no item leaves no place in the list.
            if !text.is_empty() && !self.plan.sentinels[field].contains(text) {
                array.met.push((field, array.element));
            }
        }
        self.plan.fields.push_json(field, key_span, text, (item, Some(kind)), self.record);
    }

    /// The text of a value: what a string says, anything else as it stands.
    fn scalar(&mut self, value: &'s str, field: usize) -> (Text<'t>, JsonKind) {
        let at = self.offset(value);
        let written = self.written(value);
        let kind = json_kind(written);
        let text = match kind {
            JsonKind::String => self.unescaped(within_quotes(written), at + 1).trimmed(),
            JsonKind::Null => {
                if let Some(message) = not_finite(written) {
                    let place = Span::new(at, at + written.len());
                    let finding = self.diagnostics.report(Code::NOT_FINITE, place, message);
                    finding.raw = Some(written.to_owned());
                    finding.field = Some(self.plan.fields.name(field).to_owned());
                }
                Text::borrowed(&written[..0], at)
            }
            JsonKind::Number | JsonKind::Boolean | JsonKind::Object | JsonKind::Array => {
                Text::borrowed(written, at)
            }
        };
        (text, kind)
    }

    /// Takes a string out of its escapes; `at` is where its first character stands.
    fn unescaped(&mut self, inner: &'t str, at: usize) -> Text<'t> {
        let (text, lone) = unescape(inner, at);
        if let Some(lone) = lone {
            let place = Span::new(at + lone.start, at + lone.end);
            let finding = self.diagnostics.report(Code::LONE_SURROGATE, place, LONE_SURROGATE);
            finding.raw = Some(inner[lone].to_owned());
        }
        text
    }
}

/// The elements of an array, each as it stands.
fn elements(array: &str) -> Vec<&str> {
    // The text was found to be JSON on the way here.
    let elements = parse_array(array).unwrap_or_default();
    elements.into_iter().map(|range| &array[range]).collect()
}

/// Hands the members of an object on.
struct Members<'w, 'p, 's, 't, 'd, 'o> {
    walk: &'w mut Walk<'p, 's, 't, 'd, 'o>,
    path: Path<'w>,
    object: usize,
}

impl<'s> Visitor<'s> for Members<'_, '_, 's, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'s>>(self, mut access: A) -> Result<(), A::Error> {
        // Keys come as they stand: one with half of a surrogate pair is a key too.
        while let Some((key, value)) = access.next_entry::<&RawValue, &RawValue>()? {
            self.walk.member(key.get(), value, self.path, self.object);
        }
        Ok(())
    }
}
