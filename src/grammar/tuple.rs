//! Python list literals, as `print` leaves them in a dump.
//!
//! A value holds lists one after another, `['a', 'b'] ["c", None]`, with white
//! space, commas or nothing between them, or all of them in one enclosing list.
//! Members are strings in single or double quotes with the escapes of the
//! Python language (<https://docs.python.org/3/reference/lexical_analysis.html>),
//! `None`, or numbers. A list that cannot be read does not take its neighbours
//! with it: reading goes on at the next bracket that a quote follows.

use std::borrow::Cow;
use std::ops::Range;

use crate::data::Tuple;
use crate::source::Span;

/// A piece of a value that is no list literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TupleFault {
    /// Its place in the value.
    pub range: Range<usize>,
    /// What is wrong.
    pub reason: &'static str,
    /// Where reading failed.
    pub at: usize,
}

/// How the text of a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListSyntax {
    /// A JSON array.
    Json,
    /// A literal of Python.
    Python,
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element<'r> {
    /// Its text; none for `null` and `None`.
    pub text: Option<Cow<'r, str>>,
    /// Its place in the value.
    pub range: Range<usize>,
}

/// Reads the elements of a list, in order.
pub fn parse_list<'r>(
    text: &'r str,
    syntax: ListSyntax,
    mut each: impl FnMut(Result<Element<'r>, TupleFault>),
) {
    let _ = syntax;
    parse_tuples(text, |tuple| match tuple {
        Ok(tuple) => {
            for (text, span) in tuple.members {
                each(Ok(Element { text, range: span.range() }));
            }
        }
        Err(fault) => each(Err(fault)),
    });
}

/// Reads the list literals of a value, in order.
pub fn parse_tuples<'r>(text: &'r str, mut each: impl FnMut(Result<Tuple<'r>, TupleFault>)) {
    let mut parser = Parser { text, at: 0 };
    let mut enclosed = false;
    loop {
        parser.skip_between();
        let start = parser.at;
        match parser.peek() {
            None => return,
            Some(b'[') => {
                parser.at += 1;
                parser.skip_space();
                if parser.peek() == Some(b'[') && !enclosed {
                    enclosed = true;
                    continue;
                }
                match parser.list(start) {
                    Ok(tuple) => each(Ok(tuple)),
                    Err(reason) => {
                        let at = parser.at;
                        parser.at = parser.next_list(start + 1);
                        let range = trim_end(text, start..parser.at);
                        each(Err(TupleFault { range, reason, at }));
                    }
                }
            }
            Some(b']') if enclosed => {
                enclosed = false;
                parser.at += 1;
            }
            Some(_) => {
                parser.at = parser.next_list(start);
                let range = trim_end(text, start..parser.at);
                each(Err(TupleFault { range, reason: "expected `[`", at: start }));
            }
        }
    }
}

/// Leaves white space and commas after a piece out.
fn trim_end(text: &str, range: Range<usize>) -> Range<usize> {
    let kept = text[range.clone()].trim_end_matches(|c: char| c.is_whitespace() || c == ',');
    range.start..range.start + kept.len()
}

struct Parser<'r> {
    text: &'r str,
    at: usize,
}

impl<'r> Parser<'r> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, skips: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(skips).len();
    }

    fn skip_space(&mut self) {
        self.skip(char::is_whitespace);
    }

    fn skip_between(&mut self) {
        self.skip(|c| c.is_whitespace() || matches!(c, ',' | '，'));
    }

    /// The next `['` or `["` from `from` on, or the end.
    fn next_list(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        memchr::memchr_iter(b'[', &bytes[from..])
            .map(|found| from + found)
            .find(|&open| {
                let next = bytes[open + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
                matches!(next, Some(b'\'' | b'"'))
            })
            .unwrap_or(bytes.len())
    }

    /// Reads a list whose `[` stands at `start` and is behind us.
    fn list(&mut self, start: usize) -> Result<Tuple<'r>, &'static str> {
        let mut members = Vec::with_capacity(3);
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => break,
                Some(quote @ (b'\'' | b'"')) => {
                    let open = self.at + 1;
                    let member = self.string(quote)?;
                    members.push((Some(member), Span::new(open, self.at - 1)));
                }
                Some(_) => {
                    let open = self.at;
                    let rest = &self.text[open..];
                    let word = &rest[..rest.find([',', ']', '[', '\'', '"']).unwrap_or(rest.len())]
                        .trim_end();
                    self.at += word.len();
                    let member = match *word {
                        "None" => None,
                        word if word.parse::<f64>().is_ok() => Some(Cow::Borrowed(word)),
                        _ => {
                            self.at = open;
                            return Err("expected a quote");
                        }
                    };
                    members.push((member, Span::new(open, self.at)));
                }
                None => return Err("the list has no end"),
            }
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => return Err("expected `,` or `]`"),
                None => return Err("the list has no end"),
            }
        }
        self.at += 1;
        let raw = &self.text[start..self.at];
        Ok(Tuple { members, raw, span: Span::default(), range: start..self.at })
    }

    /// Reads a string from its quote on.
    fn string(&mut self, quote: u8) -> Result<Cow<'r, str>, &'static str> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut from = start;
        let mut out: Option<String> = None;
        loop {
            let Some(found) = memchr::memchr2(quote, b'\\', &bytes[from..]) else {
                self.at = bytes.len();
                return Err("the string has no end");
            };
            let stop = from + found;
            if let Some(out) = &mut out {
                out.push_str(&self.text[from..stop]);
            }
            if bytes[stop] == quote {
                self.at = stop + 1;
                return Ok(out.map_or(Cow::Borrowed(&self.text[start..stop]), Cow::Owned));
            }
            let out = out.get_or_insert_with(|| self.text[start..stop].to_owned());
            from = stop + unescape(&self.text[stop..], out);
        }
    }
}

/// Appends what an escape stands for and returns its length. An escape that
/// Python does not know stays as it is, as it does in Python.
fn unescape(rest: &str, out: &mut String) -> usize {
    let Some(c) = rest[1..].chars().next() else {
        out.push('\\');
        return 1;
    };
    let simple = match c {
        '\n' => return 2,
        '\\' | '\'' | '"' => c,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return numeric(rest, 2, 2, 16, out),
        'u' => return numeric(rest, 2, 4, 16, out),
        'U' => return numeric(rest, 2, 8, 16, out),
        '0'..='7' => {
            let digits =
                rest[1..].bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            return numeric(rest, 1, digits, 8, out);
        }
        other => {
            out.push('\\');
            other
        }
    };
    out.push(simple);
    1 + c.len_utf8()
}

fn numeric(rest: &str, skip: usize, digits: usize, radix: u32, out: &mut String) -> usize {
    let code =
        rest.get(skip..skip + digits).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    if let Some(c) = code.and_then(char::from_u32) {
        out.push(c);
        skip + digits
    } else {
        out.push('\\');
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members of a list, or the text and reason of a fault.
    type Outcome = Result<Vec<Option<String>>, (String, &'static str)>;

    fn check(text: &str) -> Vec<Outcome> {
        let mut out = Vec::new();
        parse_tuples(text, |tuple| {
            out.push(match tuple {
                Ok(tuple) => {
                    Ok(tuple.members.into_iter().map(|(m, _)| m.map(Cow::into_owned)).collect())
                }
                Err(fault) => Err((text[fault.range].to_owned(), fault.reason)),
            });
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
        assert_eq!(check("[]"), [members(&[])]);
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
                Err(("['坏'".to_owned(), "expected `,` or `]`")),
                members(&["戊", "(己片)"])
            ]
        );
        assert_eq!(
            check("['坏, '(丁)'] ['戊', '(己)'] ['庚"),
            [
                Err(("['坏, '(丁)']".to_owned(), "expected `,` or `]`")),
                members(&["戊", "(己)"]),
                Err(("['庚".to_owned(), "the string has no end"))
            ]
        );
        assert_eq!(check("乱 ['戊']"), [Err(("乱".to_owned(), "expected `[`")), members(&["戊"])]);
    }
}
