//! What is left of a text when its form is left out of account.

use unicode_normalization::UnicodeNormalization;

use super::chars;
use super::han::simplified;

/// A text without what differs in form alone: Unicode compatibility forms (NFKC,
/// which has width in it), case, white space, punctuation, and traditional
/// against simplified characters.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut parted = false;
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '+' {
            // What stands between two digits makes another number of them.
            if parted && c.is_ascii_digit() && folded.ends_with(|c: char| c.is_ascii_digit()) {
                folded.push('.');
            }
            folded.push(c);
            parted = false;
        } else {
            parted = true;
        }
    }
    // Only a text that may have one is looked up.
    if chars::kinds(&folded) & chars::TRADITIONAL != 0
        && let Some(simple) = simplified(&folded)
    {
        folded = simple;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_left_out_and_nothing_else() {
        assert_eq!(fold("Ａ 型-腎炎（Ⅱ）"), fold("a型肾炎II"));
        assert_ne!(fold("甲型"), fold("乙型"));
        assert_ne!(fold("甲1"), fold("甲2"));
        assert_ne!(fold("甲1.5"), fold("甲15"));
        assert_ne!(fold("Rh+"), fold("Rh"));
        assert_eq!(fold("The Mill"), fold("the-mill"));
    }
}
