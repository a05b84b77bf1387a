//! Records that are JSON objects (RFC 8259).
//!
//! In: the bytes of one object. Out: its entries. `serde_json` tells where each
//! member and element stands and whether all of it is JSON; strings are taken
//! out of their escapes here, for only so every character keeps its bytes.
//!
//! A path of keys with dots between names a value below the top. An array on
//! the way stands for each of its elements. Numbers and words are read as they
//! stand, `null` as no value. A value that is an object, or an array where the
//! field has no items, is read as the JSON text that it is.

use std::borrow::Cow;
use std::fmt;

use rustc_hash::FxHashSet;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::entries::{Fate, Fields};
use super::keys::{Keys, Known};
use crate::data::{Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::schema::Schema;
use crate::source::Span;

/// The compiled plan of JSON records.
#[derive(Debug)]
pub(super) struct Json {
    keys: Keys,
    /// Paths that lead to known ones.
    inner: FxHashSet<String>,
    fields: Fields,
    /// For each field whether it has items.
    items: Vec<bool>,
}

/// A record while its members are looked at.
struct Walk<'p, 't, 'd, 'o> {
    plan: &'p Json,
    text: &'t str,
    record: &'p mut Record<'t>,
    diagnostics: &'d mut Diagnostics<'o>,
    /// For each field the object that it was read in last: in an array of objects
    /// the same key comes again and again, and is not repeated.
    seen: Vec<usize>,
    /// How many objects were begun.
    objects: usize,
}

impl Json {
    pub(super) fn new(schema: &Schema) -> Self {
        let keys = Keys::new(schema);
        let mut inner = FxHashSet::default();
        for key in keys.all() {
            inner.extend(key.match_indices('.').map(|(dot, _)| key[..dot].to_owned()));
        }
        Self {
            keys,
            inner,
            fields: Fields::new(schema),
            items: schema.fields.iter().map(|field| field.is_items()).collect(),
        }
    }

    /// Parses the record that has the bytes `span` of `text`.
    pub(super) fn parse<'t>(
        &self,
        text: &'t str,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let mut record = Record::new(span, self.fields.len());
        let json = &text[span.range()];
        let begin = span.start as usize + json.len() - json.trim_start().len();
        if !text[begin..].starts_with('{') {
            let stop = begin + json.trim().len();
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(begin, stop),
                "expected a JSON object",
            );
            finding.raw = Some(text[begin..stop].to_owned());
            record.unreadable = true;
            record.bytes.stray += (stop - begin) as u64;
            record.bytes.rest_is_separator(span.len());
            return record;
        }
        let mut walk = Walk {
            plan: self,
            text,
            record: &mut record,
            diagnostics,
            seen: vec![0; self.fields.len()],
            objects: 0,
        };
        let trimmed = json.trim();
        let mut deserializer = serde_json::Deserializer::from_str(trimmed);
        let read = walk.object(&mut deserializer, "").and_then(|()| deserializer.end());
        if let Err(error) = read {
            // Where the end is what was not expected, the last character is shown.
            let last = trimmed.len().saturating_sub(1);
            let at = begin + offset_of(trimmed, error.line(), error.column()).min(last);
            let at = text.floor_char_boundary(at);
            let stop = text.ceil_char_boundary(at + 1);
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            let finding = diagnostics.report(
                Code::RECORD_SYNTAX,
                Span::new(at, stop),
                format!("the record is no JSON: {reason}"),
            );
            finding.raw = Some(trimmed.to_owned());
            // What was read of it is no record; the bytes are all of one kind.
            let mut damaged = Record::new(span, self.fields.len());
            damaged.bytes.stray = span.len() as u64;
            damaged.unreadable = true;
            return damaged;
        }
        record.bytes.rest_is_separator(span.len());
        record
    }
}

/// The offset of a line and column as `serde_json` counts them: both from 1,
/// columns in bytes. The column is that of the last byte that was read.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(feeds) => {
            memchr::memchr_iter(b'\n', text.as_bytes()).nth(feeds).map_or(0, |feed| feed + 1)
        }
    };
    start + column.saturating_sub(1)
}

impl<'t> Walk<'_, 't, '_, '_> {
    /// Where a slice of the text begins in it.
    fn offset(&self, slice: &str) -> usize {
        slice.as_ptr().addr() - self.text.as_ptr().addr()
    }

    fn object(
        &mut self,
        deserializer: &mut serde_json::Deserializer<serde_json::de::StrRead<'t>>,
        path: &str,
    ) -> serde_json::Result<()> {
        self.objects += 1;
        let object = self.objects;
        deserializer.deserialize_map(Members { walk: self, path, object })
    }

    fn member(&mut self, key: Cow<'t, str>, value: &'t RawValue, path: &str, object: usize) {
        let value = value.get();
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}").into() };
        let key_span = self.key_span(&key, value);
        let known = self.plan.keys.find(&path);
        if known == Known::Ignored {
            self.record.bytes.ignored += (key_span.len() + value.len()) as u64;
        } else if let Known::Field(field) = known {
            self.entry(field, &path, key_span, value, object);
        } else if self.plan.inner.contains(&*path) && value.starts_with(['{', '[']) {
            self.record.bytes.key += key_span.len() as u64;
            self.descend(value, &path);
        } else {
            let whole = Span::new(key_span.start as usize, self.offset(value) + value.len());
            let raw = &self.text[whole.range()];
            self.plan.keys.report_unknown(&path, whole, raw, self.diagnostics);
            self.record.bytes.unknown_key += (key_span.len() + value.len()) as u64;
        }
    }

    /// Goes on into a value that holds known keys.
    fn descend(&mut self, value: &'t str, path: &str) {
        let mut deserializer = serde_json::Deserializer::from_str(value);
        if value.starts_with('{') {
            // The text was found to be JSON on the way here.
            let _ = self.object(&mut deserializer, path);
            return;
        }
        // An array in an array holds no keys, however deep it goes.
        for element in elements(value) {
            if element.starts_with('{') {
                self.descend(element, path);
            } else {
                let at = self.offset(element);
                let finding = self.diagnostics.report(
                    Code::UNKNOWN_KEY,
                    Span::new(at, at + element.len()),
                    format!("an element under `{path}` is no object, so it has none of its keys"),
                );
                finding.raw = Some(element.to_owned());
                self.record.bytes.unknown_key += element.len() as u64;
            }
        }
    }

    /// The bytes of a key, which stands before its value and a colon.
    fn key_span(&self, key: &str, value: &str) -> Span {
        let before = &self.text[..self.offset(value)];
        let before = before.trim_end().trim_end_matches(':').trim_end();
        let end = before.len().saturating_sub(1);
        let length = key.len();
        let plain = end.checked_sub(length).filter(|&at| before.get(at..end) == Some(key));
        // A key with escapes is longer than it reads: back to a quote that no
        // backslash stands before.
        let start = plain.unwrap_or_else(|| {
            before[..end]
                .rmatch_indices('"')
                .map(|(at, _)| at)
                .find(|&at| !before[..at].ends_with('\\'))
                .map_or(end, |at| at + 1)
        });
        Span::new(start, end)
    }

    fn entry(&mut self, field: usize, path: &str, key_span: Span, value: &'t str, object: usize) {
        let at = self.offset(value);
        let whole = Span::new(key_span.start as usize, at + value.len());
        // The elements of one array are not repeated keys.
        let again = self.record.by_field[field].is_some()
            && (self.seen[field] == object || !self.plan.items[field]);
        let fields = &self.plan.fields;
        if again
            && fields.begin(self.text, field, path, whole, self.record, self.diagnostics)
                == Fate::Dropped
        {
            self.record.bytes.repeated += (key_span.len() + value.len()) as u64;
            return;
        }
        self.seen[field] = object;
        self.record.bytes.key += key_span.len() as u64;
        if value.starts_with('[') {
            let parts = elements(value);
            if self.plan.items[field] && !parts.is_empty() {
                for element in parts {
                    let text = self.scalar(element);
                    fields.push(field, key_span, text, true, self.record);
                }
                return;
            }
            // An array of one value is that value; an empty one is none.
            let text = match parts[..] {
                [] => Text::borrowed(&value[..0], at),
                [only] => self.scalar(only),
                _ => Text::borrowed(value, at),
            };
            return fields.push(field, key_span, text, false, self.record);
        }
        let text = self.scalar(value);
        fields.push(field, key_span, text, false, self.record);
    }

    /// The text of a value: what a string says, anything else as it stands.
    fn scalar(&mut self, value: &'t str) -> Text<'t> {
        let at = self.offset(value);
        if value == "null" {
            return Text::borrowed(&value[..0], at);
        }
        let Some(inner) = value.strip_prefix('"') else {
            return Text::borrowed(value, at);
        };
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        let (text, lone) = unescape(inner, at + 1);
        if let Some(place) = lone {
            let place = at + 1 + place;
            let finding = self.diagnostics.report(
                Code::LONE_SURROGATE,
                Span::new(place, place + ESCAPE),
                "half of a surrogate pair, read as U+FFFD",
            );
            finding.raw = Some(self.text[place..place + ESCAPE].to_owned());
        }
        text.trimmed()
    }
}

/// The elements of an array, each as it stands.
fn elements(array: &str) -> Vec<&str> {
    struct Elements;
    impl<'t> Visitor<'t> for Elements {
        type Value = Vec<&'t str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(value) = access.next_element::<&RawValue>()? {
                elements.push(value.get());
            }
            Ok(elements)
        }
    }
    // The text was found to be JSON on the way here.
    serde_json::Deserializer::from_str(array).deserialize_seq(Elements).unwrap_or_default()
}

/// Hands the members of an object on.
struct Members<'w, 'p, 't, 'd, 'o> {
    walk: &'w mut Walk<'p, 't, 'd, 'o>,
    path: &'w str,
    object: usize,
}

impl<'t> Visitor<'t> for Members<'_, '_, 't, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(key) = access.next_key_seed(Key)? {
            let value = access.next_value::<&RawValue>()?;
            self.walk.member(key, value, self.path, self.object);
        }
        Ok(())
    }
}

/// A key: borrowed unless it has escapes.
struct Key;

impl<'t> DeserializeSeed<'t> for Key {
    type Value = Cow<'t, str>;

    fn deserialize<D: serde::Deserializer<'t>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Key {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The length of an escape with four digits.
const ESCAPE: usize = "\\u0000".len();

/// Takes a string out of its escapes; `start` is where its first character
/// stands. Tells too where half of a surrogate pair stands alone.
fn unescape(inner: &str, start: usize) -> (Text<'_>, Option<usize>) {
    let bytes = inner.as_bytes();
    let Some(mut next) = memchr::memchr(b'\\', bytes) else {
        return (Text::borrowed(inner, start), None);
    };
    let mut text = Text::with_capacity(inner.len());
    let (mut at, mut lone) = (0, None);
    loop {
        text.push(&inner[at..next], start + at);
        let unit = |at: usize| u16::from_str_radix(inner.get(at + 2..at + ESCAPE)?, 16).ok();
        let (read, length) = match bytes.get(next + 1) {
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'u') => {
                let second = inner[next..].get(ESCAPE..ESCAPE + 2) == Some("\\u");
                let units = unit(next).into_iter().chain(unit(next + ESCAPE).filter(|_| second));
                if let Some(Ok(read)) = char::decode_utf16(units).next() {
                    (read, ESCAPE * read.len_utf16())
                } else {
                    lone = lone.or(Some(next));
                    (char::REPLACEMENT_CHARACTER, ESCAPE)
                }
            }
            // A quote, a backslash or a slash.
            Some(&byte) => (char::from(byte), 2),
            None => ('\\', 1),
        };
        text.push_as(read.encode_utf8(&mut [0; 4]), Span::new(start + next, start + next + length));
        at = next + length;
        match bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
            Some(found) => next = at + found,
            None => break,
        }
    }
    text.push(inner.get(at..).unwrap_or_default(), start + at);
    (text, lone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_read_as_the_characters_they_stand_for() {
        let check = |raw: &str, expected: &str| {
            let quoted = format!("\"{raw}\"");
            let (text, lone) = unescape(raw, 10);
            assert_eq!(text.as_str(), expected);
            if lone.is_none() {
                assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), expected);
            }
            assert_eq!(text.whole(), Span::new(10, 10 + raw.len()), "{raw}");
        };
        check("甲乙", "甲乙");
        check(r#"a\n\t\"\\\/\b\f\r"#, "a\n\t\"\\/\u{8}\u{c}\r");
        check(r"\u4e00\ud83d\ude00x", "一😀x");
        check(r"\ud83dx", "\u{fffd}x");
        check(r"\ude00\u0041", "\u{fffd}A");
    }

    #[test]
    fn a_span_covers_the_whole_escape() {
        let (text, _) = unescape(r"ab\u4e00cd", 0);
        assert_eq!(text.span(2..5), Span::new(2, 8));
        assert_eq!(text.span(1..6), Span::new(1, 9));
        assert_eq!(text.span(5..7), Span::new(8, 10));
    }
}
