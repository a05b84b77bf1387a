//! What must stand in a text for a pattern to match it, told by the pattern.
//!
//! Most texts lack it: a look for a word is enough to know, and no pattern need be tried.

use memchr::memmem::Finder;
use regex_syntax::hir::{Hir, HirKind, Look};

/// Words of which one must stand in a text that a pattern matches.
#[derive(Clone, Debug)]
pub struct Needed {
    words: Vec<Finder<'static>>,
    /// How many bytes from the start of the text on they are in.
    within: usize,
}

/// How many words are looked for at most.
const MOST: usize = 8;

impl Needed {
    /// What a pattern needs. None if it can match without any word, or with one of too many.
    #[must_use]
    pub fn of(pattern: &str) -> Option<Self> {
        let parsed = regex_syntax::parse(pattern).ok()?;
        let properties = parsed.properties();
        let anchored = properties.look_set_prefix().contains(Look::Start);
        let within = properties.maximum_len().filter(|_| anchored).unwrap_or(usize::MAX);
        let words = words_of(&parsed)?;
        let words = words.into_iter().map(|word| Finder::new(word).into_owned()).collect();
        Some(Self { words, within })
    }

    /// Whether one of the words stands in a text, so that the pattern may match it.
    #[must_use]
    pub fn stands_in(&self, text: &str) -> bool {
        let head = &text.as_bytes()[..text.len().min(self.within)];
        self.words.iter().any(|word| word.find(head).is_some())
    }
}

/// Words of which each match of a part has one.
fn words_of(part: &Hir) -> Option<Vec<&[u8]>> {
    match part.kind() {
        HirKind::Literal(literal) => Some(vec![&literal.0]),
        HirKind::Capture(group) => words_of(&group.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => words_of(&repetition.sub),
        // The longer a word, the fewer texts have it.
        HirKind::Concat(parts) => parts
            .iter()
            .filter_map(words_of)
            .max_by_key(|words| words.iter().map(|word| word.len()).min()),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(words_of(part)?);
            }
            (all.len() <= MOST).then_some(all)
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_word_is_told() {
        let check = |pattern: &str, text: &str, may: Option<bool>| {
            let found = Needed::of(pattern).map(|needed| needed.stands_in(text));
            assert_eq!(found, may, "{pattern} {text}");
            let matches = regex::Regex::new(pattern).unwrap().is_match(text);
            assert!(may != Some(false) || !matches, "{pattern} {text}");
        };
        let name = r"^(?<name>[^\s。]{1,4}?)的?(?:早期)?症状";
        check(name, "肾炎症状常见", Some(true));
        check(name, "肾炎早期症状", Some(true));
        check(name, "肾炎病因", Some(false));
        // Four characters of four bytes, then as many as may stand before the word.
        check(name, &format!("{}症状", "甲".repeat(7)), Some(true));
        check(name, &format!("{}症状", "甲".repeat(12)), Some(false));
        check("(?:ab|cd)+x?", "xcdx", Some(true));
        check("(?:ab|cd)+x?", "acbd", Some(false));
        check("a(?:bcd|e)", "abc", Some(false));
        check("(?i)ab", "AB", None);
        check("(?:ab)?", "", None);
        check("a|b*", "", None);
        check("x{2,}", "y", Some(false));
    }
}
