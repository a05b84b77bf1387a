//! `unbalanced-brackets` (R418): brackets and quotation marks without their partner.
//!
//! Brackets of either width close each other; that they differ is `mixed-width`.

use super::{TextIssue, told};
use crate::text::brackets;

/// The same bracket in half width.
fn narrow(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        '［' => '[',
        '］' => ']',
        '｛' => '{',
        '｝' => '}',
        c => c,
    }
}

pub(super) fn find(text: &str) -> Option<TextIssue> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut stray = None;
    for (at, c) in text.char_indices() {
        if let Some((opening, _)) = brackets::PAIRS.iter().find(|(opening, _)| *opening == c) {
            open.push((at, *opening));
        } else if let Some((opening, _)) = brackets::PAIRS.iter().find(|(_, closing)| *closing == c)
        {
            if open.last().is_some_and(|(_, last)| narrow(*last) == narrow(*opening)) {
                open.pop();
            } else if !is_number(&text[..at]) {
                stray = Some((at, c));
                break;
            }
        }
    }
    if let Some((at, c)) = stray {
        let range = told(text, at..at + c.len_utf8());
        let message = match open.last() {
            Some((_, opening)) => format!("`{c}` does not close `{opening}`"),
            None => ["`", c.encode_utf8(&mut [0; 4]), "` closes nothing"].concat(),
        };
        // At the very end it can go; elsewhere its partner may be what is missing.
        let last = open.is_empty() && at + c.len_utf8() == text.len();
        let suggestion = last.then(|| text[range.start..at].to_owned());
        return Some(TextIssue { range, message, suggestion });
    }
    let (at, opening) = *open.last()?;
    let range = told(text, at..at + opening.len_utf8());
    let closing =
        brackets::PAIRS.iter().find(|(known, _)| *known == opening).map(|(_, closing)| *closing);
    // Of a short text one can say where the bracket closes at the latest. One that
    // holds nothing can go.
    let suggestion = match (open.len() == 1 && range == (0..text.len()), closing) {
        (true, _) if text.ends_with(opening) => Some(text[..at].to_owned()),
        (true, Some(closing)) => Some(format!("{text}{closing}")),
        _ => None,
    };
    let message = ["`", opening.encode_utf8(&mut [0; 4]), "` is not closed"].concat();
    Some(TextIssue { range, message, suggestion })
}

/// Whether a text ends in the number of a part: `1)`, `a）`, `十)`.
fn is_number(before: &str) -> bool {
    let number = before
        .rsplit(|c: char| c.is_whitespace() || "，。；：、,;:".contains(c))
        .next()
        .unwrap_or_default();
    let count = number.chars().count();
    (1..=3).contains(&count)
        && number.chars().all(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_is_missed() {
        for (text, message, suggestion) in [
            ("甲(乙", "`(` is not closed", Some("甲(乙)")),
            ("甲乙)", "`)` closes nothing", Some("甲乙")),
            ("甲乙(", "`(` is not closed", Some("甲乙")),
            ("甲)乙", "`)` closes nothing", None),
            ("甲(乙]", "`]` does not close `(`", None),
            ("《甲", "`《` is not closed", Some("《甲》")),
        ] {
            let found = find(text).unwrap();
            assert_eq!(
                (found.message.as_str(), found.suggestion.as_deref()),
                (message, suggestion),
                "{text}"
            );
        }
    }

    #[test]
    fn balanced_texts_and_numbers_are_none() {
        for text in ["甲(乙)", "甲（乙)", "1)甲 2)乙", "甲：一)乙", "((甲)[乙])", "“甲”"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
