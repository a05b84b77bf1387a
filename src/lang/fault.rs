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

/// Into how many kinds characters fall at a glance: the letters of ASCII have one each.
const KINDS: usize = 32;

/// What is seen of a text at a glance, for most texts are not alike at all.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    length: usize,
    /// How many characters of each kind it has, up to what a byte can count.
    kinds: [u8; KINDS],
}

impl Glance {
    /// A glance at a text.
    pub fn of(text: impl Iterator<Item = char>) -> Self {
        text.fold(Self { length: 0, kinds: [0; KINDS] }, |mut glance, c| {
            glance.length += 1;
            let kind = &mut glance.kinds[c as usize % KINDS];
            *kind = kind.saturating_add(1);
            glance
        })
    }

    /// How many slips lie between two texts at least: one mends one character.
    fn slips(&self, other: &Self) -> usize {
        // What one has more of and what the other has more of, the larger of both.
        let longer = self.length.abs_diff(other.length);
        let kinds = self.kinds.iter().zip(&other.kinds);
        let apart: u16 = kinds.map(|(one, other)| u16::from(one.abs_diff(*other))).sum();
        longer.max(usize::midpoint(longer, usize::from(apart)))
    }
}

/// How many slips in how many characters, of two texts that are as little alike as may be.
type Unlike = (usize, usize);

/// The word that is most like the one found, if any is like it at all; or the only one
/// that begins with it, as `integer` does with `int`.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    likest(found, words, (1, 2))
}

/// The same for what is read as if it stood there: half of its letters are too few. `pater` is no `repeated`.
pub fn nearly<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    likest(found, words, (2, 5))
}

/// The same as [`nearest`], for words that were glanced at before: who asks often need not look at all of them again.
pub fn nearest_seen<'g, 'w>(
    found: &str,
    words: impl IntoIterator<Item = (&'g Glance, &'w str)>,
) -> Option<&'w str> {
    likest_seen(found, words, (1, 2))
}

fn likest<'w>(
    found: &str,
    words: impl IntoIterator<Item = &'w str>,
    most: Unlike,
) -> Option<&'w str> {
    if found.len() > LONGEST_BYTES {
        return None;
    }
    let words: Vec<_> = words.into_iter().map(|word| (Glance::of(word.chars()), word)).collect();
    likest_seen(found, words.iter().map(|(glance, word)| (glance, *word)), most)
}

fn likest_seen<'g, 'w>(
    found: &str,
    words: impl IntoIterator<Item = (&'g Glance, &'w str)>,
    most: Unlike,
) -> Option<&'w str> {
    if found.len() > LONGEST_BYTES {
        return None;
    }
    let glance = Glance::of(found.chars());
    if glance.length > LONGEST {
        return None;
    }
    let words: Vec<_> = words.into_iter().collect();
    let mut longer = words.iter().filter(|(_, word)| found.len() >= 3 && word.starts_with(found));
    if let (Some((_, word)), None) = (longer.next(), longer.next()) {
        return Some(word);
    }
    let (mut nearest, mut unlike) = (None, most);
    for (other, word) in words {
        let length = glance.length.max(other.length);
        let most = unlike.0 * length / unlike.1;
        // What cannot be as like as what was found is not compared letter by letter.
        if glance.slips(other) > most {
            continue;
        }
        // Of those that are equally like it, the last.
        let slips = strsim::damerau_levenshtein(found, word);
        if slips <= most {
            (nearest, unlike) = (Some(word), (slips, length.max(1)));
        }
    }
    nearest
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
        .filter(|key| key.len() <= LONGEST_BYTES && glance.slips(&Glance::of(bare(key))) <= most)
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
        Glance::of(one.chars()).slips(&Glance::of(other.chars()))
    }

    proptest! {
        #[test]
        fn a_glance_sees_no_slip_that_is_none(one in "[a-e甲乙]{0,8}", other in "[a-e甲乙]{0,8}") {
            let slips = slips(&one, &other);
            prop_assert!(slips <= strsim::damerau_levenshtein(&one, &other));
        }
    }

    proptest! {
        #[test]
        fn what_is_passed_over_at_a_glance_is_not_the_nearest(
            found in "[a-e甲乙]{1,8}",
            words in proptest::collection::vec("[a-e甲乙]{1,8}", 0..12),
        ) {
            let like = |word: &&String| strsim::normalized_damerau_levenshtein(&found, word);
            let longer = words.iter().filter(|word| found.len() >= 3 && word.starts_with(&found));
            if longer.count() != 1 {
                let all = words.iter().filter(|word| like(word) >= 0.5);
                let best = all.max_by(|a, b| like(a).total_cmp(&like(b)));
                let nearest = nearest(&found, words.iter().map(String::as_str));
                prop_assert_eq!(nearest, best.map(String::as_str));
            }
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
