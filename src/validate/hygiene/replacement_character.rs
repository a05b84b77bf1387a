//! `replacement-character` (R415): U+FFFD, where a character was lost.

use super::{TextIssue, chars, unwanted};

/// What stood there is unknown, so nothing is suggested.
pub(super) fn find(text: &str) -> Option<TextIssue> {
    Some(TextIssue {
        suggestion: None,
        ..unwanted(text, chars::REPLACEMENT, "replacement character")?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted() {
        let found = find("甲\u{fffd}\u{fffd}").unwrap();
        assert_eq!(found.message, "the text has 2 replacement characters (U+FFFD)");
        assert_eq!(find("甲?"), None);
    }
}
