//! What is wrong with a schema file.

use std::ops::Range;
use std::sync::Arc;

use super::SchemaFile;
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
    /// The file that it stands in, where that is not the schema's own but one that it uses.
    pub used: Option<Arc<SchemaFile>>,
}

impl Fault {
    /// A fault without advice.
    pub fn new(code: &'static Code, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, help: None, used: None }
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

    /// The path and the text of the file that it stands in, given those of the schema's own file.
    #[must_use]
    pub fn file<'f>(&'f self, path: &'f str, text: &'f str) -> (&'f str, &'f str) {
        self.used.as_deref().map_or((path, text), |used| (&used.path, &used.text))
    }

    /// Whether the schema cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code.severity == Severity::Error
    }
}

/// More characters than anybody would take for a word that is written wrongly.
const LONGEST: usize = 64;
/// The same in bytes, whatever stands between them: longer ones are not walked through.
const LONGEST_BYTES: usize = 16 * LONGEST;

/// What is seen of a text at a glance, for most texts are not alike at all.
#[derive(Clone, Copy)]
struct Glance {
    length: usize,
    /// A bit for each character that it has; some share one.
    chars: u64,
}

impl Glance {
    fn of(text: impl Iterator<Item = char>) -> Self {
        text.fold(Self { length: 0, chars: 0 }, |glance, c| Self {
            length: glance.length + 1,
            chars: glance.chars | 1 << (u32::from(c) % 64),
        })
    }

    /// How many slips lie between two texts at least: one mends one character.
    fn slips(self, other: Self) -> usize {
        let lacks = |one: Self, other: Self| (one.chars & !other.chars).count_ones() as usize;
        self.length.abs_diff(other.length).max(lacks(self, other)).max(lacks(other, self))
    }
}

/// The word that is most like the one found, if any is like it at all; or the only one
/// that begins with it, as `integer` does with `int`.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    likest(found, words, 0.5)
}

/// The same for what is read as if it stood there: half of its letters are too few. `pater` is no `repeated`.
pub fn nearly<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    likest(found, words, 0.6)
}

fn likest<'w>(
    found: &str,
    words: impl IntoIterator<Item = &'w str>,
    least: f64,
) -> Option<&'w str> {
    let glance = Glance::of(found.chars());
    if glance.length > LONGEST {
        return None;
    }
    let words: Vec<_> = words.into_iter().collect();
    let mut longer = words.iter().filter(|word| found.len() >= 3 && word.starts_with(found));
    if let (Some(word), None) = (longer.next(), longer.next()) {
        return Some(word);
    }
    let may_be_like = |word: &&str| {
        let other = Glance::of(word.chars());
        2 * glance.slips(other) <= glance.length.max(other.length)
    };
    words
        .into_iter()
        .filter(may_be_like)
        .map(|word| (strsim::normalized_damerau_levenshtein(found, word), word))
        .filter(|(likeness, _)| *likeness >= least)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// The key that a key of a dump most likely is, written in another way: they differ
/// in case or in the signs between words, or by a slip of the pen. Keys that only look
/// alike mean different things more often than not.
pub fn nearest_key<'w>(found: &str, keys: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    fn bare(key: &str) -> impl Iterator<Item = char> {
        key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    if found.len() > LONGEST_BYTES {
        return None;
    }
    let glance = Glance::of(bare(found));
    let most = match glance.length {
        0..=2 => 0,
        3..=8 => 1,
        9..=LONGEST => 2,
        _ => return None,
    };
    let found: String = bare(found).collect();
    keys.into_iter()
        .filter(|key| key.len() <= LONGEST_BYTES && glance.slips(Glance::of(bare(key))) <= most)
        .map(|key| (strsim::damerau_levenshtein(&found, &bare(key).collect::<String>()), key))
        .filter(|(slips, _)| *slips <= most)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slips(one: &str, other: &str) -> usize {
        Glance::of(one.chars()).slips(Glance::of(other.chars()))
    }

    proptest! {
        #[test]
        fn a_glance_sees_no_slip_that_is_none(one in "[a-e甲乙]{0,8}", other in "[a-e甲乙]{0,8}") {
            let slips = slips(&one, &other);
            prop_assert!(slips <= strsim::damerau_levenshtein(&one, &other));
        }
    }

    #[test]
    fn a_text_is_like_no_word() {
        let text = "an overshot wheel ".repeat(10);
        assert_eq!(nearest(&text, [text.trim()]), None);
        assert_eq!(nearest_key(&text, [text.trim()]), None);
        assert!(slips("abc", "xyzabcd") == 4 && slips("ab", "xyz") == 3);
    }

    #[test]
    fn the_nearest_word_is_near() {
        let words = ["required", "rules", "quantity"];
        assert_eq!(nearest("requird", words), Some("required"));
        assert_eq!(nearest("zzz", words), None);
        assert_eq!(nearly("pater", ["repeated", "separator"]), None);
        assert_eq!(nearly("widht", ["width"]), Some("width"));
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
