//! `mixed-width` (R411): both widths of digits or of letters in one text, or a
//! bracket that is as wide as none of its pair.

use super::{TextIssue, chars, told};
use crate::text::brackets;

pub(super) fn find(text: &str) -> Option<TextIssue> {
    let kinds = chars::kinds(text);
    let both = |wide, half| kinds & wide != 0 && kinds & half != 0;
    let mut what = Vec::new();
    let mut wanted = 0;
    if both(chars::WIDE_DIGIT, chars::HALF_DIGIT) {
        what.push("digits");
        wanted |= chars::WIDE_DIGIT;
    }
    if both(chars::WIDE_LETTER, chars::HALF_LETTER) {
        what.push("letters");
        wanted |= chars::WIDE_LETTER;
    }
    let brackets =
        if both(chars::WIDE_BRACKET, chars::HALF_BRACKET) { mismatched(text) } else { Vec::new() };
    if !brackets.is_empty() {
        what.push("brackets");
    }
    if what.is_empty() {
        return None;
    }
    let mut places: Vec<usize> = brackets.iter().map(|(at, _)| *at).collect();
    places.extend(
        text.char_indices().filter(|(_, c)| chars::kind(*c) & wanted != 0).map(|(at, _)| at),
    );
    let (first, last) = (places.iter().min()?, places.iter().max()?);
    let range = told(text, *first..*last + text[*last..].chars().next()?.len_utf8());
    let suggestion = text[range.clone()]
        .char_indices()
        .map(|(at, c)| match brackets.iter().find(|(place, _)| *place == range.start + at) {
            Some((_, twin)) => *twin,
            None if chars::kind(c) & wanted != 0 => half(c),
            None => c,
        })
        .collect();
    let message = format!("the text has {} of both widths", what.join(" and "));
    Some(TextIssue { range, message, suggestion: Some(suggestion) })
}

/// The half-width twin of a full-width digit or letter.
fn half(c: char) -> char {
    char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
}

/// Closing brackets of another width than their opening ones, and what they
/// should be.
fn mismatched(text: &str) -> Vec<(usize, char)> {
    let twin = |c: char| {
        brackets::WIDTHS.iter().find_map(|&(wide, half)| {
            (wide == c).then_some((half, true)).or((half == c).then_some((wide, false)))
        })
    };
    let mut open: Vec<(char, bool)> = Vec::new();
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let Some((other, wide)) = twin(c) else { continue };
        let half = if wide { other } else { c };
        match half {
            '(' | '[' | '{' => open.push((half, wide)),
            _ => {
                let opener = match half {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                if open.last().is_some_and(|(kind, _)| *kind == opener)
                    && let Some((_, opened_wide)) = open.pop()
                    && opened_wide != wide
                {
                    found.push((at, other));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_width_is_suggested() {
        for (text, suggestion) in [
            ("Ａ1型b２", Some("A1型b2")),
            ("甲（乙)", Some("甲（乙）")),
            ("甲(乙）", Some("甲(乙)")),
            ("甲（乙）丙(丁)", None),
            ("１２型", None),
            ("第１型A", None),
            ("1，2", None),
        ] {
            assert_eq!(
                find(text).and_then(|found| found.suggestion).as_deref(),
                suggestion,
                "{text}"
            );
        }
        assert_eq!(
            find("Ａ1b２").unwrap().message,
            "the text has digits and letters of both widths"
        );
    }
}
