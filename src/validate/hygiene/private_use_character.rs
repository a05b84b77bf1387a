//! `private-use-character` (R414): characters of a private use area.

use super::{TextIssue, chars, unwanted};

/// What stood there is unknown, so nothing is suggested.
pub(super) fn find(text: &str) -> Option<TextIssue> {
    Some(TextIssue { suggestion: None, ..unwanted(text, chars::PRIVATE, "private use character")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_areas_are_found() {
        for text in ["甲\u{e000}", "甲\u{f0000}", "甲\u{10ffff}"] {
            let found = find(text).unwrap();
            assert!(found.message.starts_with("the text has 1 private use character (U+"));
            assert_eq!(found.suggestion, None);
        }
        assert_eq!(find("𠮷"), None);
    }
}
