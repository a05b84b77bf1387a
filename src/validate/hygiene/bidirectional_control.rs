//! `bidirectional-control` (R413): characters that turn the direction of writing.

use super::{TextIssue, chars, unwanted};

pub(super) fn find(text: &str) -> Option<TextIssue> {
    unwanted(text, chars::BIDIRECTIONAL, "bidirectional control character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_overrides_are_found() {
        let found = find("甲\u{202e}乙\u{2069}").unwrap();
        assert_eq!(
            found.message,
            "the text has 2 bidirectional control characters (U+202E, U+2069)"
        );
        assert_eq!(found.suggestion.as_deref(), Some("甲乙"));
        assert_eq!(find("甲\u{200b}"), None);
    }
}
