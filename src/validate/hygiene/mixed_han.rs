//! `mixed-han` (R417): simplified and traditional Chinese characters in one text.

use super::{TextIssue, chars, told};
use crate::text::han;

pub(super) fn find(text: &str) -> Option<TextIssue> {
    let own = text.chars().filter(|c| chars::kind(*c) & chars::SIMPLIFIED != 0).count();
    if own == 0 {
        return None;
    }
    let is_traditional =
        |c: char| chars::kind(c) & chars::TRADITIONAL != 0 && han::TRADITIONAL.contains(&c);
    let mut traditional = text.char_indices().filter(|(_, c)| is_traditional(*c));
    let (first, c) = traditional.next()?;
    let (last, count) = traditional.fold((first, 1), |(_, count), (at, _)| (at, count + 1));
    let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
    let range = told(text, first..end);
    // Turning simplified characters into traditional ones would need to know the words.
    let suggestion = (own >= count).then(|| han::simplified(&text[range.clone()])).flatten();
    let plural = if count == 1 { "" } else { "s" };
    Some(TextIssue {
        message: format!(
            "the text has {count} traditional character{plural} such as `{c}` among {own} simplified"
        ),
        suggestion,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_most_characters_is_suggested() {
        for (text, suggestion) in [
            ("书与書", Some("书与书")),
            ("腎炎的检查与护理", Some("肾炎的检查与护理")),
            ("腎炎與檢查的书", None),
        ] {
            assert_eq!(find(text).unwrap().suggestion.as_deref(), suggestion, "{text}");
        }
    }

    #[test]
    fn characters_of_both_forms_and_rare_ones_are_none() {
        for text in ["乾坤与书", "著名的书", "皇后的书", "陶喆的书", "書與檢查"]
        {
            let kinds = chars::kinds(text);
            let both = kinds & chars::SIMPLIFIED != 0 && kinds & chars::TRADITIONAL != 0;
            assert!(!both || find(text).is_none(), "{text}");
        }
    }
}
