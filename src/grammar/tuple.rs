//! Tuples: lists and tuples of Python one after another, as `print` leaves them
//! in a dump, and items that a pattern takes apart.
//!
//! A value holds literals, `['a', 1] ("b", None)`, with white space, commas or
//! nothing between them, or all of them in one enclosing list or tuple. What a
//! member can be, [`super::literal`] says. An empty list that is all of the value
//! encloses nothing. A tuple that cannot be read does not take its neighbours with
//! it: reading goes on at the next bracket of its kind that a quote follows.

use std::ops::Range;

use super::literal::{LiteralFault, Parser, TOO_DEEP};
use crate::data::{Member, Tuple};
use crate::source::Span;

/// Reads the tuples of a value, in order. `each` is given each with its members and tells
/// whether it is kept: then its members stay among `members`, where those of all stand.
pub fn parse_tuples<'r>(
    text: &'r str,
    members: &mut Vec<Member<'r>>,
    mut each: impl FnMut(Result<Tuple<'r>, LiteralFault>, &mut [Member<'r>]) -> bool,
) {
    let mut parser = Parser::new(text, false);
    let mut enclosed = None;
    loop {
        parser.skip(between);
        let start = parser.at;
        let Some(byte) = parser.peek() else { return };
        if enclosed == Some(byte) {
            enclosed = None;
            parser.at += 1;
            continue;
        }
        let (open, close) = match byte {
            b'[' => ('[', b']'),
            b'(' => ('(', b')'),
            _ => {
                parser.at = next_tuple(text, start, &['[', '(']);
                let range = trim_end(text, start..parser.at);
                let reason = "expected `[`".into();
                each(Err(LiteralFault { range, reason, at: start }), &mut []);
                continue;
            }
        };
        parser.at += 1;
        parser.skip_space();
        if enclosed.is_none() && matches!(parser.peek(), Some(b'[' | b'(')) {
            enclosed = Some(close);
            continue;
        }
        let first = members.len();
        let read = parser.list(close, |member| {
            members.push((member.text, Span::new(member.range.start, member.range.end)));
        });
        match read {
            Ok(()) if members.len() == first && text.trim().len() == parser.at - start => return,
            Ok(()) => {
                let range = start..parser.at;
                let raw = &text[range.clone()];
                let places = first..members.len();
                let tuple = Tuple { members: places, raw, span: Span::default(), range };
                if !each(Ok(tuple), &mut members[first..]) {
                    members.truncate(first);
                }
            }
            Err(reason) => {
                members.truncate(first);
                let at = parser.at;
                // What is nested too deep is so at each of its brackets, which need not be tried.
                let from = if reason == TOO_DEEP { at } else { start + 1 };
                parser.at = next_tuple(text, from, &[open]);
                let range = trim_end(text, start..parser.at);
                each(Err(LiteralFault { range, reason: reason.into(), at }), &mut []);
            }
        }
    }
}

/// What may stand between tuples.
fn between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，')
}

/// Leaves white space and commas after a piece out.
fn trim_end(text: &str, range: Range<usize>) -> Range<usize> {
    let kept = text[range.clone()].trim_end_matches(between);
    range.start..range.start + kept.len()
}

/// The next bracket from `from` on that a quote follows, or the end.
fn next_tuple(text: &str, from: usize, open: &[char]) -> usize {
    text[from..]
        .match_indices(open)
        .map(|(at, bracket)| (from + at, from + at + bracket.len()))
        .find(|&(_, inner)| text[inner..].trim_ascii_start().starts_with(['\'', '"']))
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    /// The members of a list, or the text and reason of a fault.
    type Outcome = Result<Vec<Option<String>>, (String, Cow<'static, str>)>;

    fn check(text: &str) -> Vec<Outcome> {
        let mut out = Vec::new();
        parse_tuples(text, &mut Vec::new(), |tuple, members| {
            out.push(match tuple {
                Ok(_) => Ok(members.iter().map(|(m, _)| m.clone().map(Cow::into_owned)).collect()),
                Err(fault) => Err((text[fault.range].to_owned(), fault.reason)),
            });
            false
        });
        out
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands beside faults in lists")]
    fn members(words: &[&str]) -> Outcome {
        Ok(words.iter().map(|word| Some((*word).to_owned())).collect())
    }

    #[test]
    fn lists_stand_side_by_side_or_in_one() {
        let expected = [members(&["甲", "乙片", "(乙片)"]), members(&["丙", "(丁)"])];
        assert_eq!(check("['甲', '乙片', '(乙片)'] ['丙', '(丁)'] "), expected);
        assert_eq!(check("['甲','乙片','(乙片)'],['丙','(丁)']"), expected);
        assert_eq!(check("[['甲', '乙片', '(乙片)'], ['丙', '(丁)']]"), expected);
        assert!(check("  ").is_empty());
        assert!(check("[]").is_empty() && check(" ( ) ").is_empty());
        assert_eq!(check("[] ['甲']"), [members(&[]), members(&["甲"])]);
        assert_eq!(
            check("[('x', 1), ('y', None)]"),
            [members(&["x", "1"]), Ok(vec![Some("y".into()), None])]
        );
        assert_eq!(
            check("(['x'], ['y']) ('z', True, ('u', 'v'), -2.5)"),
            [members(&["x"]), members(&["y"]), members(&["z", "True", "('u', 'v')", "-2.5"]),]
        );
    }

    #[test]
    fn quotes_and_escapes_are_those_of_python() {
        assert_eq!(
            check(r#"["5'-甲", 'a\'b\\\u4e59\n\x41\101\q']"#),
            [members(&["5'-甲", "a'b\\乙\nAA\\q"])]
        );
        assert_eq!(
            check("['甲', None, 3.5]"),
            [Ok(vec![Some("甲".into()), None, Some("3.5".into())])]
        );
    }

    #[test]
    fn a_broken_list_leaves_its_neighbours_alone() {
        assert_eq!(
            check("['丙', '(丁片)'] ['坏' ['戊', '(己片)']"),
            [
                members(&["丙", "(丁片)"]),
                Err(("['坏'".to_owned(), "expected `,` or `]`".into())),
                members(&["戊", "(己片)"])
            ]
        );
        assert_eq!(
            check("['坏, '(丁)'] ['戊', '(己)'] ['庚"),
            [
                Err(("['坏, '(丁)']".to_owned(), "expected `,` or `]`".into())),
                members(&["戊", "(己)"]),
                Err(("['庚".to_owned(), "the string has no end".into()))
            ]
        );
        assert_eq!(
            check("乱 ['戊']"),
            [Err(("乱".to_owned(), "expected `[`".into())), members(&["戊"])]
        );
    }

    #[test]
    fn two_strings_on_a_line_have_lost_their_comma() {
        assert_eq!(
            check("['甲' '乙', '丙']"),
            [Err(("['甲' '乙', '丙']".to_owned(), "expected `,` or `]`".into()))]
        );
        // A printer breaks a long string so.
        assert_eq!(check("['甲'\n '乙', '丙']"), [members(&["甲乙", "丙"])]);
        // A value of several lines.
        assert_eq!(check("['甲\n乙']"), [members(&["甲\n乙"])]);
    }

    #[test]
    fn tuples_that_are_nested_too_deep_are_told_once() {
        let told = check(&"['甲', ".repeat(1000));
        // Each fault takes as many brackets as there may be; the last ones have no end.
        assert!(told.iter().all(Result::is_err) && told.len() < 300, "{}", told.len());
        assert_eq!(check(&format!("{}['乙']", "[".repeat(300))).last(), Some(&members(&["乙"])));
    }

    #[test]
    fn a_broken_tuple_leaves_its_neighbours_alone_too() {
        assert_eq!(
            check("('x', 1), ('y, 2), ('z', 3)"),
            [
                members(&["x", "1"]),
                Err(("('y, 2)".to_owned(), "expected `,` or `)`".into())),
                members(&["z", "3"])
            ]
        );
        assert_eq!(
            check("[('x', y), ('z', 3)]"),
            [Err(("('x', y)".to_owned(), "expected a quote".into())), members(&["z", "3"])]
        );
    }
}
