//! Objects of JSON: their members and where each stands.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'t> {
    /// Its key.
    pub key: Cow<'t, str>,
    /// Where its value stands in the text.
    pub range: Range<usize>,
}

/// The members of the one object of a text, in order; keys that come again are kept.
///
/// # Errors
///
/// The text is something else, and what.
pub fn parse_object(text: &str) -> Result<Vec<Member<'_>>, String> {
    struct Members<'t>(&'t str);

    impl<'t> Visitor<'t> for Members<'t> {
        type Value = Vec<Member<'t>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(key) = map.next_key::<&'t RawValue>()? {
                let value: &'t RawValue = map.next_value()?;
                let start = value.get().as_ptr().addr() - self.0.as_ptr().addr();
                let key = string(key.get()).unwrap_or_else(|| Cow::Borrowed(key.get()));
                members.push(Member { key, range: start..start + value.get().len() });
            }
            Ok(members)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members(text)).map_err(|error| reason(&error))?;
    deserializer.end().map_err(|error| reason(&error))?;
    Ok(members)
}

/// What a value says as text: a string without quotes and escapes, `null` nothing,
/// anything else as it stands.
#[must_use]
pub fn text_of(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first() {
        Some(b'"') => Some(string(value).unwrap_or(Cow::Borrowed(value))),
        Some(b'n') => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Why a text is no JSON; none if it is.
#[must_use]
pub fn json_fault(text: &str) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let whole = deserializer.deserialize_ignored_any(serde::de::IgnoredAny);
    whole.and_then(|_| deserializer.end()).err().map(|error| reason(&error))
}

/// What a string in quotes says; none if it has half of a surrogate pair.
fn string(quoted: &str) -> Option<Cow<'_, str>> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(quoted).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The message of an error without its place, which is not that in the dump.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_places_and_come_again() {
        let text = r#" {"a": [1, {"a": 2}], "b\u0031": "x", "a": null} "#;
        let members = parse_object(text).unwrap();
        let found: Vec<_> =
            members.iter().map(|member| (&*member.key, &text[member.range.clone()])).collect();
        assert_eq!(found, [("a", r#"[1, {"a": 2}]"#), ("b1", "\"x\""), ("a", "null")]);
    }

    #[test]
    fn what_is_no_object_says_why() {
        for text in ["[1]", "{\"a\": 1", "{} {}", "", "{\"a\": NaN}"] {
            assert!(parse_object(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_says_its_text() {
        assert_eq!(text_of(r#""a\n\u8336""#).as_deref(), Some("a\n茶"));
        assert_eq!(text_of("1e7").as_deref(), Some("1e7"));
        assert_eq!(text_of("null"), None);
        assert_eq!(text_of(r#""\ud83d""#).as_deref(), Some(r#""\ud83d""#));
        assert!(json_fault("[1, {\"a\": \"x\"}]").is_none() && json_fault("[1,]").is_some());
    }
}
