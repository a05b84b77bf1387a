//! What is left of a text when its form is left out of account.

use unicode_normalization::UnicodeNormalization;

use super::chars;
use super::han::simplified;

/// A text without what differs in form alone: Unicode compatibility forms (NFKC,
/// which has width in it), case, white space, punctuation, and traditional
/// against simplified characters.
#[must_use]
pub fn fold(text: &str) -> String {
    // These are their own forms, next to each other too.
    let is_plain = |c: char| c.is_ascii() || ('\u{4e00}'..='\u{9fa5}').contains(&c);
    let mut folded = if text.chars().all(is_plain) {
        without_signs(text.chars().map(|c| c.to_ascii_lowercase()), text.len())
    } else {
        without_signs(text.nfkc().flat_map(char::to_lowercase), text.len())
    };
    // Only a text that may have one is looked up.
    if chars::kinds(&folded) & chars::TRADITIONAL != 0
        && let Some(simple) = simplified(&folded)
    {
        folded = simple;
    }
    folded
}

/// Characters without white space and punctuation, in a text with room for so many bytes.
fn without_signs(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut folded = String::with_capacity(room);
    let mut parted = false;
    for c in chars {
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

    #[test]
    fn characters_that_are_their_own_form_are_taken_as_they_are() {
        let plain = ('\0'..='\u{7f}').chain('\u{4e00}'..='\u{9fa5}');
        let text: String = plain.flat_map(|c| [c, '1']).collect();
        let normalized = text.nfkc().flat_map(char::to_lowercase);
        assert!(normalized.eq(text.chars().map(|c| c.to_ascii_lowercase())));
    }
}
