//! `invisible-character` (R412): characters that cannot be seen.

use super::{TextIssue, chars, unwanted};

pub(super) fn find(text: &str) -> Option<TextIssue> {
    unwanted(text, chars::INVISIBLE, "invisible character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_without_them_is_suggested() {
        let found = find("头\u{200b}晕\u{ad}").unwrap();
        assert_eq!(found.message, "the text has 2 invisible characters (U+200B, U+00AD)");
        assert_eq!((found.range, found.suggestion.as_deref()), (0..11, Some("头晕")));
        assert_eq!(find("头晕\t\n"), None);
    }

    #[test]
    fn of_a_long_text_only_the_place_is_told() {
        let text = format!("{}\u{200b}{}", "长".repeat(100), "文".repeat(100));
        let found = find(&text).unwrap();
        assert_eq!((found.range, found.suggestion.as_deref()), (300..303, Some("")));
    }
}
