//! Cuts a text where a sign parts items, and nowhere else: a sign may be a part of an item, too.

/// Brackets, each with what closes it.
const BRACKETS: [(char, char); 7] =
    [('(', ')'), ('[', ']'), ('{', '}'), ('（', '）'), ('【', '】'), ('［', '］'), ('《', '》')];

/// What stands between the signs that part items, without what is blank. A blank parts wherever it stands.
pub(super) fn parts(text: &str, sign: char) -> Vec<&str> {
    if sign == ' ' {
        return text.split_whitespace().collect();
    }
    let brackets = outer_brackets(text);
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, _) in text.match_indices(sign).filter(|(at, _)| is_parting(text, *at, sign, &brackets))
    {
        parts.push(&text[begin..at]);
        begin = at + sign.len_utf8();
    }
    parts.push(&text[begin..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Whether a sign stands in a text where it parts nothing.
pub(super) fn has_inner(text: &str, sign: char) -> bool {
    let brackets = outer_brackets(text);
    sign != ' ' && text.match_indices(sign).any(|(at, _)| !is_parting(text, at, sign, &brackets))
}

/// Whether the sign at a place parts items: in brackets it parts what is said of one, the semicolon of `&amp;` ends the
/// name of a character, and the comma of `1,2-diol` stands between places of one molecule.
fn is_parting(text: &str, at: usize, sign: char, brackets: &[(usize, usize)]) -> bool {
    let is_inner = brackets.iter().any(|(open, close)| (*open..*close).contains(&at));
    let (before, behind) = (&text[..at], &text[at + sign.len_utf8()..]);
    let is_own = match sign {
        ';' => entity(before).is_some(),
        ',' => is_of_places(before, behind),
        _ => false,
    };
    !is_inner && !is_own
}

/// Where brackets open and close, the outer ones; none if some has no partner.
fn outer_brackets(text: &str) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut found = Vec::new();
    for (at, sign) in text.char_indices() {
        if let Some((_, close)) = BRACKETS.iter().find(|(open, _)| *open == sign) {
            open.push((at, *close));
        } else if BRACKETS.iter().any(|(_, close)| *close == sign) {
            match open.pop() {
                Some((begin, close)) if close == sign => {
                    if open.is_empty() {
                        found.push((begin, at));
                    }
                }
                _ => return Vec::new(),
            }
        }
    }
    if open.is_empty() { found } else { Vec::new() }
}

/// The reference of HTML that a text ends with, without its semicolon.
fn entity(text: &str) -> Option<&str> {
    let name = &text[text.rfind('&')?..];
    let body = &name[1..];
    let is_name = (2..=10).contains(&body.len())
        && body.starts_with(|c: char| c.is_ascii_alphabetic())
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_digits = |digits: &str, is_digit: fn(&u8) -> bool| {
        (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| is_digit(&byte))
    };
    let is_number = body.strip_prefix('#').is_some_and(|body| {
        let hex = body.strip_prefix(['x', 'X']);
        hex.map_or_else(
            || is_digits(body, u8::is_ascii_digit),
            |hex| is_digits(hex, u8::is_ascii_hexdigit),
        )
    });
    (is_name || is_number).then_some(name)
}

/// A reference of HTML in a text, with its semicolon.
pub(super) fn entity_in(text: &str) -> Option<&str> {
    text.match_indices(';').find_map(|(at, _)| {
        let name = entity(&text[..at])?;
        text.get(at - name.len()..=at)
    })
}

/// Whether a comma stands between figures that a hyphen joins with a word, as in `1,2-diol` and `1,1,1-tri`.
fn is_of_places(before: &str, behind: &str) -> bool {
    let is_figure = |c: char| c.is_ascii_digit() || c == ',';
    let begin = before.trim_end_matches(is_figure);
    let end = behind.trim_start_matches(is_figure);
    let mut word = end.chars();
    before.ends_with(|c: char| c.is_ascii_digit())
        && behind.starts_with(|c: char| c.is_ascii_digit())
        && !begin.ends_with(char::is_alphanumeric)
        && word.next() == Some('-')
        && word.next().is_some_and(|c| c.is_alphabetic() || c == '(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_parts_items_unless_it_is_a_part_of_one() {
        for (text, sign, expected) in [
            ("oat, hay,rye", ',', &["oat", "hay", "rye"][..]),
            ("1,2,3", ',', &["1", "2", "3"]),
            ("A1,2-3", ',', &["A1", "2-3"]),
            ("salt (iodised, fine), oil", ',', &["salt (iodised, fine)", "oil"]),
            ("salt (iodised, fine), oil)", ',', &["salt (iodised", "fine)", "oil)"]),
            ("发热（低热、高热）、咳嗽", '、', &["发热（低热、高热）", "咳嗽"]),
            ("a [b; (c; d); e]; f", ';', &["a [b; (c; d); e]", "f"]),
            ("1,2-diol, 1,1,1-triol, 2,4-(a)", ',', &["1,2-diol", "1,1,1-triol", "2,4-(a)"]),
            ("Health &amp; Beauty", ';', &["Health &amp; Beauty"]),
            ("a&#38;b; c &#x26; d;", ';', &["a&#38;b", "c &#x26; d"]),
            ("a & b; c &d e; f", ';', &["a & b", "c &d e", "f"]),
            ("甲 乙  丙", ' ', &["甲", "乙", "丙"]),
        ] {
            assert_eq!(parts(text, sign), expected, "{text}");
        }
        assert!(has_inner("salt (iodised, fine), oil", ',') && !has_inner("salt, oil", ','));
        assert_eq!(entity_in("a; b &lt; c"), Some("&lt;"));
        assert_eq!(entity_in("a & b; c"), None);
    }
}
