//! What is wrong with a schema file.

use std::ops::Range;

use crate::diagnostic::{Code, Severity};

/// A fault of a schema file.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What kind of fault.
    pub code: &'static Code,
    /// What is wrong.
    pub message: String,
    /// The bytes of the file.
    pub span: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without advice.
    pub fn new(code: &'static Code, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, help: None }
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the nearest of the valid words, or all of them if none is near.
    #[must_use]
    pub fn with_words<'w>(self, found: &str, words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<_> = words.into_iter().collect();
        match nearest(found, words.iter().copied()) {
            Some(near) => self.with_help(format!("did you mean `{near}`?")),
            None if words.is_empty() => self,
            None => self.with_help(format!(
                "expected one of {}",
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            )),
        }
    }

    /// Whether the schema cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code.severity == Severity::Error
    }
}

/// The word that is most like the one found, if any is like it at all; or the only one
/// that begins with it, as `integer` does with `int`.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let words: Vec<_> = words.into_iter().collect();
    let mut longer = words.iter().filter(|word| found.len() >= 3 && word.starts_with(found));
    if let (Some(word), None) = (longer.next(), longer.next()) {
        return Some(word);
    }
    words
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(found, word), word))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// The key that a key of a dump most likely is, written in another way: they differ
/// in case or in the signs between words, or by a slip of the pen. Keys that only look
/// alike mean different things more often than not.
pub fn nearest_key<'w>(found: &str, keys: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let bare = |key: &str| -> String {
        key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let found = bare(found);
    let most = match found.chars().count() {
        0..=2 => 0,
        3..=8 => 1,
        _ => 2,
    };
    keys.into_iter()
        .map(|key| (strsim::damerau_levenshtein(&found, &bare(key)), key))
        .filter(|(slips, _)| *slips <= most)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let words = ["required", "rules", "quantity"];
        assert_eq!(nearest("requird", words), Some("required"));
        assert_eq!(nearest("zzz", words), None);
        assert_eq!(nearest("int", ["text", "integer", "quantity"]), Some("integer"));
        assert_eq!(nearest("date", ["datetime", "date"]), Some("date"));
    }

    #[test]
    fn a_near_key_is_the_same_written_in_another_way() {
        let keys = ["pages", "created_at", "Version", "def", "published_by", "症状细节"];
        let check = |found: &str, expected: Option<&str>| {
            assert_eq!(nearest_key(found, keys), expected, "{found}");
        };
        check("pagse", Some("pages"));
        check("Created-At", Some("created_at"));
        check("publishdby", Some("published_by"));
        check("症状细目", Some("症状细节"));
        check("updated_at", None);
        check("Section", None);
        check("xref", None);
        check("de", None);
        check("", None);
    }
}
