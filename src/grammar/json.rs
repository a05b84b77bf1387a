//! JSON (RFC 8259) as it stands in dumps: the members of an object and the elements of
//! an array with their places, what a value says, and what programs write where JSON
//! has no number.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::data::{JsonKind, Text};
use crate::source::Span;
use crate::text::cut;

/// What programs write in the place of numbers that JSON does not have, and what
/// is read there instead: numbers of the same length.
const NO_NUMBERS: [(&str, &str); 3] =
    [("NaN", "0.0"), ("-Infinity", "-0.000000"), ("Infinity", "0.000000")];

/// A key as a part of a path, in which dots stand between keys: one of its own is written `\.`.
#[must_use]
pub fn path_part(key: &str) -> Cow<'_, str> {
    if key.contains('.') { key.replace('.', "\\.").into() } else { key.into() }
}

/// Where the dots of a path stand that part keys.
pub fn path_dots(path: &str) -> impl Iterator<Item = usize> {
    let dots = path.match_indices('.').map(|(dot, _)| dot);
    dots.filter(|dot| !path[..*dot].ends_with('\\'))
}

/// The keys of a path, as they stand in the objects.
#[must_use]
pub fn path_keys(path: &str) -> Vec<String> {
    let starts = std::iter::once(0).chain(path_dots(path).map(|dot| dot + 1));
    let ends = path_dots(path).chain(std::iter::once(path.len()));
    starts.zip(ends).map(|(start, end)| path[start..end].replace("\\.", ".")).collect()
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where its key stands in the text, without quotes.
    pub key: Range<usize>,
    /// Where its value stands.
    pub value: Range<usize>,
}

/// The members of the one object of a text, in order; keys that come again are kept.
///
/// # Errors
///
/// The text is something else, and what.
pub fn parse_object(text: &str) -> Result<Vec<Member>, String> {
    struct Members<'t>(&'t str);

    impl<'t> Visitor<'t> for Members<'t> {
        type Value = Vec<Member>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            // Keys come as they stand: one with half of a surrogate pair is a key too.
            while let Some((key, value)) = map.next_entry::<&'t RawValue, &'t RawValue>()? {
                let key = range_in(self.0, within_quotes(key.get()));
                members.push(Member { key, value: range_in(self.0, value.get()) });
            }
            Ok(members)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members(text));
    let members = members.and_then(|members| deserializer.end().map(|()| members));
    members.map_err(|error| reason(&error, text))
}

/// Where the elements of the one array of a text stand in it, in order.
///
/// # Errors
///
/// The text is something else, and what.
pub fn parse_array(text: &str) -> Result<Vec<Range<usize>>, String> {
    struct Elements<'t>(&'t str);

    impl<'t> Visitor<'t> for Elements<'t> {
        type Value = Vec<Range<usize>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(value) = access.next_element::<&'t RawValue>()? {
                elements.push(range_in(self.0, value.get()));
            }
            Ok(elements)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let elements = deserializer.deserialize_seq(Elements(text));
    elements
        .and_then(|elements| deserializer.end().map(|()| elements))
        .map_err(|error| reason(&error, text))
}

/// Where a piece of a text stands in it.
fn range_in(text: &str, piece: &str) -> Range<usize> {
    let start = piece.as_ptr().addr() - text.as_ptr().addr();
    start..start + piece.len()
}

/// What a value is, by how it begins.
#[must_use]
pub fn json_kind(value: &str) -> JsonKind {
    match value.as_bytes().first() {
        Some(b'"') => JsonKind::String,
        Some(b'n') => JsonKind::Null,
        Some(b't' | b'f') => JsonKind::Boolean,
        Some(b'{') => JsonKind::Object,
        Some(b'[') => JsonKind::Array,
        _ if not_finite(value).is_some() => JsonKind::Null,
        _ => JsonKind::Number,
    }
}

/// A string without its quotes.
#[must_use]
pub fn within_quotes(string: &str) -> &str {
    let inner = string.strip_prefix('"').unwrap_or(string);
    inner.strip_suffix('"').unwrap_or(inner)
}

/// What is said of a value that stands in the place of a number and is none that JSON
/// has.
#[must_use]
pub fn not_finite(value: &str) -> Option<String> {
    let found = NO_NUMBERS.iter().any(|(word, _)| *word == value);
    found.then(|| format!("`{value}` is no number that JSON has, and is read as null"))
}

/// Why a text is no JSON; none if it is.
#[must_use]
pub fn json_fault(text: &str) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let whole = deserializer.deserialize_ignored_any(serde::de::IgnoredAny);
    whole.and_then(|_| deserializer.end()).err().map(|error| reason(&error, text))
}

/// A text as JSON writes it.
#[must_use]
pub fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether a text is JSON.
#[must_use]
pub fn is_json(text: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let whole = deserializer.deserialize_ignored_any(serde::de::IgnoredAny);
    whole.and_then(|_| deserializer.end()).is_ok()
}

/// What the parser complains of in words of this page, without its place, which is not that in the dump.
#[must_use]
pub fn json_reason(error: &serde_json::Error) -> Cow<'static, str> {
    /// The first bytes of what is written, as many as tell one reason from the others: each damaged record of a dump
    /// has one, and its text would take room for each.
    struct First([u8; 32], usize);

    impl fmt::Write for First {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            let room = self.0[self.1..].iter_mut();
            self.1 += room.zip(piece.bytes()).map(|(to, byte)| *to = byte).count();
            // What follows is not asked for.
            if self.1 < self.0.len() { Ok(()) } else { Err(fmt::Error) }
        }
    }

    let mut first = First([0; 32], 0);
    let _ = fmt::Write::write_fmt(&mut first, format_args!("{error}"));
    let begun = &first.0[..first.1];
    if let Some((_, ours)) = REASONS.iter().find(|(theirs, _)| begun.starts_with(theirs.as_bytes()))
    {
        return Cow::Borrowed(ours);
    }
    let text = error.to_string();
    if let Some((found, expected)) =
        text.strip_prefix("invalid type: ").and_then(|text| text.rsplit_once(", expected "))
    {
        let expected = match expected.split(" at line ").next().unwrap_or(expected) {
            "a sequence" => "an array",
            "a map" => "an object",
            other => other,
        };
        return format!("expected {expected}, found {}", kind_of(found)).into();
    }
    text.split(" at line ").next().unwrap_or(&text).to_owned().into()
}

/// What `serde_json` says that it found, in the words of this page: `string "a"`, or an integer in backticks.
fn kind_of(found: &str) -> &str {
    match found.split(' ').next().unwrap_or(found) {
        "map" => "an object",
        "sequence" => "an array",
        "string" => "a text",
        "integer" | "floating" | "number" => "a number",
        "boolean" => "a boolean",
        "null" => "`null`",
        _ => found,
    }
}

/// What is said of a control character.
const CONTROL: &str =
    "a tab, a line end or another control character stands in a text, where JSON escapes it";

/// How the messages of `serde_json` begin, and what is said instead.
const REASONS: [(&str, &str); 17] = [
    ("EOF while parsing a list", "it ends within an array, and a `]` is missing"),
    ("EOF while parsing an object", "it ends within an object, and a `}` is missing"),
    ("EOF while parsing a string", "it ends within a text, whose quote is never closed"),
    ("EOF while parsing a value", "it ends where a value should stand"),
    ("expected `:`", "a `:` is missing between a key and its value"),
    ("expected `,` or `]`", "a `,` or a `]` is missing behind an element"),
    ("expected `,` or `}`", "a `,` or a `}` is missing behind a value"),
    ("expected ident", "a word other than `true`, `false` and `null` stands outside of quotes"),
    ("expected value", "no value of JSON begins here"),
    ("key must be a string", "a key stands outside of double quotes"),
    ("trailing comma", "no `,` may stand behind the last value"),
    ("trailing characters", "something stands behind the end of the value"),
    ("invalid escape", "a `\\` stands in a text before a character that it does not escape"),
    ("invalid number", "a number is not written as JSON writes it"),
    ("control character", CONTROL),
    ("unexpected end of hex escape", "an escape `\\u` of a text is cut off"),
    ("recursion limit exceeded", "arrays and objects stand in each other too deep"),
];

/// How many bytes stand on the line before the one that was not expected. `serde_json` counts columns from 1, and tells
/// that of the byte before a control character. `reason` is what [`json_reason`] says of it.
pub(crate) fn column_of(error: &serde_json::Error, reason: &str) -> usize {
    if reason == CONTROL { error.column() } else { error.column().saturating_sub(1) }
}

/// The same with what stands there, where that is of one text.
fn reason(error: &serde_json::Error, text: &str) -> String {
    let said = json_reason(error);
    // Lines and columns count bytes, from 1. Behind a line end the column is 0.
    let line = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let at = start + column_of(error, &said);
    let rest = text.get(text.floor_char_boundary(at)..).unwrap_or_default().trim();
    if error.is_syntax() && !rest.is_empty() {
        format!("{said}: `{}`", cut(rest, 16))
    } else {
        said.into_owned()
    }
}

/// The JSON with numbers in the place of what JSON does not have as numbers, if
/// there is any. It is as long, so every value stands where it stood.
#[must_use]
pub fn with_numbers(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    // Most records hold no such word at all.
    memchr::memmem::find(bytes, b"NaN").or_else(|| memchr::memmem::find(bytes, b"Infinity"))?;
    let (mut out, mut from, mut at, mut last) = (String::new(), 0, 0, b'[');
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                last = byte;
                at += 1;
                while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..)?) {
                    at += found + 1;
                    if bytes[at - 1] == b'"' {
                        break;
                    }
                    at += 1;
                }
            }
            b'N' | b'I' | b'-' => {
                let rest = &json[at..];
                let ends = |word: &str| {
                    let next = rest.as_bytes().get(word.len());
                    next.is_none_or(|byte| {
                        byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}')
                    })
                };
                let found = NO_NUMBERS.iter().find(|(word, _)| {
                    matches!(last, b':' | b',' | b'[') && rest.starts_with(word) && ends(word)
                });
                last = byte;
                if let Some((word, number)) = found {
                    out.push_str(&json[from..at]);
                    out.push_str(number);
                    from = at + word.len();
                    at = from;
                } else {
                    at += 1;
                }
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    last = byte;
                }
                at += 1;
            }
        }
    }
    out.push_str(json.get(from..)?);
    (from > 0).then_some(out)
}

/// The length of an escape with four digits.
const ESCAPE: usize = "\\u0000".len();

/// What is said of an escape that [`unescape`] tells.
pub const LONE_SURROGATE: &str = "half of a surrogate pair, read as U+FFFD";

/// Takes a string, without its quotes, out of its escapes; `start` is where its first
/// character stands. Tells too where in it half of a surrogate pair stands alone first.
#[must_use]
pub fn unescape(inner: &str, start: usize) -> (Text<'_>, Option<Range<usize>>) {
    let bytes = inner.as_bytes();
    let Some(mut next) = memchr::memchr(b'\\', bytes) else {
        return (Text::borrowed(inner, start), None);
    };
    let mut text = Text::with_capacity(inner.len());
    let (mut at, mut lone) = (0, None::<Range<usize>>);
    loop {
        text.push(&inner[at..next], start + at);
        let unit = |at: usize| u16::from_str_radix(inner.get(at + 2..at + ESCAPE)?, 16).ok();
        let (read, length) = match inner[next + 1..].chars().next() {
            Some('n') => ('\n', 2),
            Some('t') => ('\t', 2),
            Some('r') => ('\r', 2),
            Some('b') => ('\u{8}', 2),
            Some('f') => ('\u{c}', 2),
            Some('u') => {
                let second = inner[next..].get(ESCAPE..ESCAPE + 2) == Some("\\u");
                let units = unit(next).into_iter().chain(unit(next + ESCAPE).filter(|_| second));
                if let Some(Ok(read)) = char::decode_utf16(units).next() {
                    (read, ESCAPE * read.len_utf16())
                } else {
                    // The key of a record may be no JSON: its digits may be missing.
                    let length = inner.get(next..next + ESCAPE).map_or(2, str::len);
                    lone = lone.or(Some(next..next + length));
                    (char::REPLACEMENT_CHARACTER, length)
                }
            }
            // A quote, a backslash or a slash.
            Some(escaped) => (escaped, 1 + escaped.len_utf8()),
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
    fn members_keep_their_places_and_come_again() {
        let text = r#" {"a": [1, {"a": 2}], "b\u0031": "x", "a": null} "#;
        let members = parse_object(text).unwrap();
        let found: Vec<_> =
            members.into_iter().map(|member| (&text[member.key], &text[member.value])).collect();
        assert_eq!(found, [("a", r#"[1, {"a": 2}]"#), (r"b\u0031", "\"x\""), ("a", "null")]);
    }

    #[test]
    fn elements_keep_their_places_and_their_quotes() {
        let text = r#" [1, "{}", {"a": []}, null] "#;
        let found: Vec<_> =
            parse_array(text).unwrap().into_iter().map(|element| &text[element]).collect();
        assert_eq!(found, ["1", "\"{}\"", r#"{"a": []}"#, "null"]);
    }

    #[test]
    fn what_is_neither_says_why() {
        for text in ["[1]", "{\"a\": 1", "{} {}", "", "{\"a\": NaN}"] {
            assert!(parse_object(text).is_err(), "{text}");
        }
        for text in ["{}", "[1", "[] []", "", "[NaN]"] {
            assert!(parse_array(text).is_err(), "{text}");
        }
        assert!(json_fault("[1, {\"a\": \"x\"}]").is_none() && json_fault("[1,]").is_some());
    }

    #[test]
    fn what_is_wrong_is_said_in_words_with_the_place() {
        let check =
            |text: &str, expected: &str| assert_eq!(parse_array(text).unwrap_err(), expected);
        check("[\"a", "it ends within a text, whose quote is never closed");
        check("[1, [2]", "it ends within an array, and a `]` is missing");
        check(
            "[none]",
            "a word other than `true`, `false` and `null` stands outside of quotes: `one]`",
        );
        check("[1,\n 2 3]", "a `,` or a `]` is missing behind an element: `3]`");
        check("[1] x", "something stands behind the end of the value: `x`");
        assert_eq!(
            parse_object("{a: 1}").unwrap_err(),
            "a key stands outside of double quotes: `a: 1}`"
        );
    }

    #[test]
    fn a_value_is_what_it_begins_like() {
        use JsonKind::{Array, Boolean, Null, Number, Object, String};
        let values = ["\"\"", "null", "true", "false", "{}", "[]", "-1", "NaN", "-Infinity"];
        let kinds = [String, Null, Boolean, Boolean, Object, Array, Number, Null, Null];
        assert_eq!(values.map(json_kind), kinds);
    }

    #[test]
    fn words_for_numbers_give_way_to_numbers_of_their_length() {
        let check = |json: &str, expected: Option<&str>| {
            let patched = with_numbers(json);
            assert_eq!(patched.as_deref(), expected, "{json}");
            assert!(patched.is_none_or(|patched| patched.len() == json.len()));
        };
        check(
            r#"{"a": NaN, "NaN": [-Infinity,Infinity]}"#,
            Some(r#"{"a": 0.0, "NaN": [-0.000000,0.000000]}"#),
        );
        check(r#"{"a": "NaN", "b": NaNa, "c" NaN}"#, None);
    }

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
        check(r"\u12茶\茶\u00", "\u{fffd}12茶茶\u{fffd}00");
    }

    #[test]
    fn a_span_covers_the_whole_escape() {
        let (text, _) = unescape(r"ab\u4e00cd", 0);
        assert_eq!(text.span(2..5), Span::new(2, 8));
        assert_eq!(text.span(1..6), Span::new(1, 9));
        assert_eq!(text.span(5..7), Span::new(8, 10));
    }
}
