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

/// The word that is most like the one found, if any is like it at all.
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    words
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(found, word), word))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let words = ["required", "rules", "quantity"];
        assert_eq!(nearest("requird", words), Some("required"));
        assert_eq!(nearest("zzz", words), None);
    }
}
