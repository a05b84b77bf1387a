//! Literals of Python, and arrays of JSON: the values that programs print.
//!
//! In: a text. Out: the elements of the list in it, each with its place.
//!
#![doc = include_str!("literal.md")]

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;

use super::json::{column_of, json_reason};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// A list, a tuple or a set of Python.
    Python,
    /// An array of JSON.
    Json,
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element<'r> {
    /// What it says; none for `None` and `null`.
    pub text: Option<Cow<'r, str>>,
    /// Its place in the value; that of a string has no quotes.
    pub range: Range<usize>,
}

/// A piece of a value that is no literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralFault {
    /// Its place in the value.
    pub range: Range<usize>,
    /// What is wrong.
    pub reason: Cow<'static, str>,
    /// Where reading failed.
    pub at: usize,
}

/// How deep literals may stand in each other; so deep Python goes.
const DEPTH: usize = 200;
/// What is reported of one that goes deeper.
pub(super) const TOO_DEEP: &str = "it is nested too deep";
/// What is reported of strings side by side that are no parts of one.
const NO_COMMA: &str = "no comma stands between two strings";

/// Reads the one list of a value. `each` is called for its elements when all of
/// it could be read.
///
/// # Errors
///
/// The value is no list, or a part of it cannot be read.
pub fn parse_list<'r>(
    text: &'r str,
    syntax: Syntax,
    each: impl FnMut(Element<'r>),
) -> Result<(), LiteralFault> {
    let elements = match syntax {
        Syntax::Json => json(text),
        Syntax::Python => {
            let mut parser = Parser::new(text, true);
            parser.whole_list().map_err(|reason| LiteralFault {
                range: 0..text.len(),
                reason: reason.into(),
                at: parser.at,
            })
        }
    }?;
    elements.into_iter().for_each(each);
    Ok(())
}

/// The elements of a JSON array.
fn json(text: &str) -> Result<Vec<Element<'_>>, LiteralFault> {
    let fault = |error: &serde_json::Error, from: usize| {
        // Lines and columns, which count bytes, from 1.
        let line = error.line().saturating_sub(1);
        let start: usize = text[from..].split_inclusive('\n').take(line).map(str::len).sum();
        let reason = json_reason(error);
        let at = from + start + column_of(error, &reason);
        let at = text.floor_char_boundary(at.min(text.len()));
        LiteralFault { range: 0..text.len(), reason, at }
    };
    let values: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| fault(&error, 0))?;
    let mut elements = Vec::with_capacity(values.len());
    for value in values {
        let raw = value.get();
        let start = raw.as_ptr().addr() - text.as_ptr().addr();
        let range = start..start + raw.len();
        elements.push(match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => {
                let text = if inner.contains('\\') {
                    Cow::Owned(serde_json::from_str(raw).map_err(|error| fault(&error, start))?)
                } else {
                    Cow::Borrowed(inner)
                };
                Element { text: Some(text), range: start + 1..range.end - 1 }
            }
            None if raw == "null" => Element { text: None, range },
            None => Element { text: Some(Cow::Borrowed(raw)), range },
        });
    }
    Ok(elements)
}

/// A literal that was read.
struct Literal<'r> {
    element: Element<'r>,
    /// Whether it can stand in a set, or be the key of a dict.
    hashable: bool,
}

/// Reads literals from a place in a text on. A fault leaves `at` where it is.
pub(super) struct Parser<'r> {
    pub(super) text: &'r str,
    pub(super) at: usize,
    depth: usize,
    /// Whether to refuse what Python refuses and a dump may hold: line feeds in
    /// strings of one quote.
    strict: bool,
}

/// A fault is reported in words; where it is, the parser knows.
type Read<T> = Result<T, &'static str>;

impl<'r> Parser<'r> {
    pub(super) fn new(text: &'r str, strict: bool) -> Self {
        Self { text, at: 0, depth: 0, strict }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(super) fn skip(&mut self, skips: impl Fn(char) -> bool) {
        loop {
            let c = match self.peek() {
                Some(byte) if byte.is_ascii() => char::from(byte),
                _ => match self.text[self.at..].chars().next() {
                    Some(c) => c,
                    None => return,
                },
            };
            if !skips(c) {
                return;
            }
            self.at += c.len_utf8();
        }
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        // Mostly there is none.
        if !matches!(self.peek(), Some(b'!'..=b'~')) {
            self.skip(char::is_whitespace);
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// A text that is one list, tuple or set.
    fn whole_list(&mut self) -> Read<Vec<Element<'r>>> {
        let (mut elements, mut hashable) = (Vec::new(), true);
        let mut each = |literal: Literal<'r>| {
            hashable &= literal.hashable;
            elements.push(literal.element);
        };
        self.skip_space();
        match self.peek() {
            Some(b'[') => {
                self.at += 1;
                self.elements(b']', &mut each)?;
            }
            Some(b'(') => {
                self.at += 1;
                let commas = self.elements(b')', &mut each)?;
                if elements.len() == 1 && commas == 0 {
                    return Err("one value in brackets is no tuple: `(1,)` would be");
                }
            }
            Some(b'{') => {
                let start = self.at;
                self.at += 1;
                self.skip_space();
                if self.peek() == Some(b'}') {
                    self.at = start;
                    return Err("a dict is no list");
                }
                self.elements(b'}', &mut each)?;
                if !hashable {
                    return Err(UNHASHABLE);
                }
            }
            _ if self.take("set()") => {}
            _ => return Err("expected `[`"),
        }
        self.skip_space();
        if self.at < self.text.len() {
            return Err("expected the end");
        }
        Ok(elements)
    }

    /// Calls `each` for the elements of a list whose opening bracket is behind us, up to a
    /// fault.
    pub(super) fn list(&mut self, close: u8, mut each: impl FnMut(Element<'r>)) -> Read<()> {
        self.depth = 0;
        // Most lists are strings with a comma and a blank behind each. From what is none of these on,
        // elements are read one by one.
        while let Some(plain) = self.plain_string(|next| next == b',' || next == close) {
            each(plain);
            let last = self.peek() == Some(close);
            self.at += 1;
            if last {
                return Ok(());
            }
            self.at += usize::from(self.peek() == Some(b' '));
        }
        self.elements(close, &mut |literal| each(literal.element)).map(|_| ())
    }

    /// Elements with commas between them, up to and with the closing bracket; how many
    /// commas there are.
    fn elements(&mut self, close: u8, each: &mut dyn FnMut(Literal<'r>)) -> Read<usize> {
        self.deeper()?;
        let mut commas = 0;
        loop {
            self.skip_space();
            match self.peek() {
                Some(byte) if byte == close => break,
                Some(_) => each(self.literal()?),
                None => return Err("the list has no end"),
            }
            self.skip_space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    commas += 1;
                }
                Some(byte) if byte == close => break,
                Some(b':') if close == b'}' => return Err("a dict is no list"),
                Some(_) if close == b']' => return Err("expected `,` or `]`"),
                Some(_) if close == b')' => return Err("expected `,` or `)`"),
                Some(_) => return Err("expected `,` or `}`"),
                None => return Err("the list has no end"),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(commas)
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH { Err(TOO_DEEP) } else { Ok(()) }
    }

    fn literal(&mut self) -> Read<Literal<'r>> {
        let start = self.at;
        let hashable = match self.peek() {
            Some(b'\'' | b'"') => {
                return match self.plain_string(|next| matches!(next, b',' | b']' | b')')) {
                    Some(element) => Ok(Literal { element, hashable: true }),
                    None => self.strings(),
                };
            }
            Some(byte) if byte.is_ascii_alphabetic() && self.is_prefixed() => {
                return self.strings();
            }
            Some(b'[') => {
                self.at += 1;
                self.elements(b']', &mut |_| ())?;
                false
            }
            Some(b'{') => {
                self.at += 1;
                self.dict_or_set()?;
                false
            }
            Some(b'(') => {
                self.at += 1;
                let (mut last, mut hashable) = (None, true);
                let commas = self.elements(b')', &mut |literal| {
                    hashable &= literal.hashable;
                    last = Some(literal);
                })?;
                if commas == 0
                    && let Some(only) = last
                {
                    return Ok(only);
                }
                hashable
            }
            Some(b'+' | b'-' | b'0'..=b'9' | b'.') => {
                if !self.take("...") {
                    self.number()?;
                }
                true
            }
            _ => {
                let word = self.word();
                self.at += word.len();
                match word {
                    "None" => {
                        let element = Element { text: None, range: start..self.at };
                        return Ok(Literal { element, hashable: true });
                    }
                    "True" | "False" => true,
                    "set" if self.take("()") => false,
                    _ => {
                        self.at = start;
                        return Err("expected a quote");
                    }
                }
            }
        };
        let text = Some(Cow::Borrowed(&self.text[start..self.at]));
        Ok(Literal { element: Element { text, range: start..self.at }, hashable })
    }

    /// The letters, digits and underscores that stand here.
    fn word(&self) -> &'r str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    }

    /// What stands between curly brackets.
    fn dict_or_set(&mut self) -> Read<()> {
        self.deeper()?;
        let mut dict = None;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'}') => break,
                Some(_) if !self.literal()?.hashable => return Err(UNHASHABLE),
                Some(_) => {}
                None => return Err("the dict has no end"),
            }
            self.skip_space();
            let pair = self.peek() == Some(b':');
            if *dict.get_or_insert(pair) != pair {
                return Err("a dict has `:` between key and value, a set has none");
            }
            if pair {
                self.at += 1;
                self.skip_space();
                self.literal()?;
                self.skip_space();
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                Some(_) => return Err("expected `,` or `}`"),
                None => return Err("the dict has no end"),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// A number with its sign, or a complex one: a real and an imaginary part.
    fn number(&mut self) -> Read<()> {
        let sign = |byte: Option<u8>| matches!(byte, Some(b'+' | b'-'));
        if sign(self.peek()) {
            self.at += 1;
            self.skip_space();
        }
        let imaginary = self.unsigned()?;
        let end = self.at;
        self.skip_space();
        if !sign(self.peek()) {
            self.at = end;
            return Ok(());
        }
        self.at += 1;
        self.skip_space();
        if imaginary || !self.unsigned()? {
            return Err("numbers are not worked out");
        }
        Ok(())
    }

    /// A number; whether it is imaginary.
    fn unsigned(&mut self) -> Read<bool> {
        const WRONG: &str = "expected a number";
        let bytes = self.text.as_bytes();
        let start = self.at;
        // Digits with single underscores between them.
        let digits = |from: usize, known: &dyn Fn(u8) -> bool| {
            let mut at = from;
            while bytes.get(at).is_some_and(|byte| known(*byte))
                || (at > from
                    && bytes[at - 1] != b'_'
                    && bytes.get(at) == Some(&b'_')
                    && bytes.get(at + 1).is_some_and(|byte| known(*byte)))
            {
                at += 1;
            }
            at
        };
        let decimal = |byte: u8| byte.is_ascii_digit();
        let base: Option<&dyn Fn(u8) -> bool> = match bytes.get(start + 1) {
            _ if bytes.get(start) != Some(&b'0') => None,
            Some(b'x' | b'X') => Some(&|byte: u8| byte.is_ascii_hexdigit()),
            Some(b'o' | b'O') => Some(&|byte: u8| (b'0'..=b'7').contains(&byte)),
            Some(b'b' | b'B') => Some(&|byte: u8| matches!(byte, b'0' | b'1')),
            _ => None,
        };
        let mut imaginary = false;
        if let Some(known) = base {
            // `0x_ff` is one too.
            let from = start + 2 + usize::from(bytes.get(start + 2) == Some(&b'_'));
            self.at = digits(from, known);
            if self.at == from {
                return Err(WRONG);
            }
        } else {
            let mut at = digits(start, &decimal);
            let (whole, mut float) = (at > start, false);
            if bytes.get(at) == Some(&b'.') {
                let end = digits(at + 1, &decimal);
                if !whole && end == at + 1 {
                    return Err(WRONG);
                }
                (at, float) = (end, true);
            } else if !whole {
                return Err(WRONG);
            }
            if matches!(bytes.get(at), Some(b'e' | b'E')) {
                let from = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
                let end = digits(from, &decimal);
                if end == from {
                    return Err(WRONG);
                }
                (at, float) = (end, true);
            }
            imaginary = matches!(bytes.get(at), Some(b'j' | b'J'));
            let zeros = bytes[start..at].iter().all(|byte| matches!(byte, b'0' | b'_'));
            if !float && !imaginary && bytes[start] == b'0' && !zeros {
                return Err("a whole number does not begin with 0");
            }
            self.at = at + usize::from(imaginary);
        }
        if self.word().is_empty() { Ok(imaginary) } else { Err(WRONG) }
    }

    /// Whether a prefix of a string stands here.
    fn is_prefixed(&self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let letters = rest.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
        (1..=2).contains(&letters)
            && rest[..letters].iter().all(|byte| b"rRbBuUfFtT".contains(byte))
            && matches!(rest.get(letters), Some(b'\'' | b'"'))
    }

    /// A string of one quote without an escape or a line feed, what most strings are. The byte
    /// behind it must be one of the `ends`, so that nothing goes on with it.
    #[inline]
    fn plain_string(&mut self, ends: impl Fn(u8) -> bool) -> Option<Element<'r>> {
        let source = self.text.as_bytes();
        let quote = self.peek().filter(|byte| matches!(byte, b'\'' | b'"'))?;
        let start = self.at + 1;
        let stop = start + memchr::memchr3(quote, b'\\', b'\n', &source[start..])?;
        // Three quotes begin with two.
        if stop == start || source[stop] != quote || !source.get(stop + 1).is_some_and(|b| ends(*b))
        {
            return None;
        }
        self.at = stop + 1;
        Some(Element { text: Some(Cow::Borrowed(&self.text[start..stop])), range: start..stop })
    }

    /// Strings side by side, which are one.
    fn strings(&mut self) -> Read<Literal<'r>> {
        let start = self.at;
        let (first, bytes) = self.string()?;
        let Element { text, mut range } = first;
        let mut all = text.unwrap_or_default();
        let mut torn = None;
        loop {
            let end = self.at;
            self.skip_space();
            let quote = match self.peek() {
                Some(b'\'' | b'"') => true,
                Some(byte) => byte.is_ascii_alphabetic() && self.is_prefixed(),
                None => false,
            };
            // A program that breaks a long string writes each part on a line of its own, and breaks it behind a
            // blank (`pprint`). On one line Python joins them too, but what prints a list writes none such: they
            // have lost their comma. Arrays of `numpy` have none, and go on in the next line behind any item.
            let same_line = || !self.text[end..self.at].contains('\n');
            if quote && self.strict && same_line() {
                return Err(NO_COMMA);
            }
            if !quote || same_line() {
                self.at = end;
                break;
            }
            if !all.ends_with(char::is_whitespace) {
                torn.get_or_insert(self.at);
            }
            let (next, more) = self.string()?;
            if more != bytes {
                return Err("bytes and text do not mix");
            }
            all.to_mut().push_str(&next.text.unwrap_or_default());
            range.end = next.range.end;
        }
        if let Some(torn) = torn.filter(|_| self.strict && !self.is_in_brackets(start)) {
            self.at = torn;
            return Err(NO_COMMA);
        }
        Ok(Literal { element: Element { text: Some(all), range }, hashable: true })
    }

    /// Whether what was read from a place on has brackets of its own, in which parts of a string stand, and no items.
    fn is_in_brackets(&self, start: usize) -> bool {
        self.text[..start].trim_end().ends_with('(')
            && self.text[self.at..].trim_start().starts_with(')')
    }

    /// A string from its prefix or quote on; whether it is one of bytes.
    fn string(&mut self) -> Read<(Element<'r>, bool)> {
        let (mut raw, mut is_bytes) = (false, false);
        let start = self.at;
        while let Some(letter) = self.peek().filter(u8::is_ascii_alphabetic) {
            match letter.to_ascii_lowercase() {
                b'r' => raw = true,
                b'b' => is_bytes = true,
                b'u' => {}
                _ => return Err("a string with `f` or `t` before it is no literal"),
            }
            self.at += 1;
        }
        if start < self.at {
            let prefix = self.text[start..self.at].to_ascii_lowercase();
            if !matches!(prefix.as_str(), "r" | "b" | "u" | "rb" | "br") {
                return Err("no string has this prefix");
            }
        }
        let quote = self.peek().unwrap_or(b'\'');
        let mark = if quote == b'"' { "\"\"\"" } else { "'''" };
        let triple = self.text[self.at..].starts_with(mark);
        let open = self.at + if triple { 3 } else { 1 };
        let source = self.text.as_bytes();
        let (mut from, mut next) = (open, open);
        let mut out: Option<Vec<u8>> = None;
        loop {
            let Some(found) = memchr::memchr3(quote, b'\\', b'\n', &source[next..]) else {
                self.at = source.len();
                return Err("the string has no end");
            };
            let stop = next + found;
            next = stop + 1;
            if source[stop] == b'\n' {
                if self.strict && !triple {
                    self.at = stop;
                    return Err("the string has no end in its line");
                }
                continue;
            }
            if source[stop] == quote {
                if triple && !self.text[stop..].starts_with(mark) {
                    continue;
                }
                self.at = stop + if triple { 3 } else { 1 };
                let element = Element {
                    text: Some(match out {
                        None => Cow::Borrowed(&self.text[open..stop]),
                        Some(mut out) => {
                            out.extend(&source[from..stop]);
                            // Bytes that are no text stay as they are written.
                            match String::from_utf8(out) {
                                Ok(text) => Cow::Owned(text),
                                Err(_) => Cow::Borrowed(&self.text[start..self.at]),
                            }
                        }
                    }),
                    range: open..stop,
                };
                if is_bytes && !self.text[open..stop].is_ascii() {
                    return Err("bytes are ASCII, others are escaped");
                }
                return Ok((element, is_bytes));
            }
            // A backslash: it takes the next character with it, and says what is meant
            // by both unless the string is raw.
            if raw {
                next += self.text[next..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
            let out = out.get_or_insert_with(Vec::new);
            out.extend(&source[from..stop]);
            match unescape(&self.text[stop..], is_bytes, out) {
                Ok(length) => next = stop + length,
                Err(reason) => {
                    self.at = stop;
                    return Err(reason);
                }
            }
            from = next;
        }
    }
}

const UNHASHABLE: &str = "a list or a dict cannot stand in a set, or be a key";

/// Appends what an escape stands for and returns its length. An escape that
/// Python does not know stays as it is, as it does in Python.
fn unescape(rest: &str, bytes: bool, out: &mut Vec<u8>) -> Read<usize> {
    let mut put = |c: char, length: usize| {
        let mut buffer = [0; 4];
        out.extend(c.encode_utf8(&mut buffer).bytes());
        length
    };
    let Some(c) = rest[1..].chars().next() else {
        return Err("the string has no end");
    };
    let simple = match c {
        '\n' => return Ok(2),
        '\r' => return Ok(if rest[2..].starts_with('\n') { 3 } else { 2 }),
        '\\' | '\'' | '"' => c,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' | '0'..='7' => {
            let octal = rest[1..].bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte));
            let (skip, length, radix) = if c == 'x' { (2, 2, 16) } else { (1, octal.count(), 8) };
            let code = code_of(rest, skip, length, radix)?;
            if bytes {
                // One byte; octal ones beyond it lose their highest bit in Python.
                out.push(u8::try_from(code & 0xff).unwrap_or(0));
                return Ok(skip + length);
            }
            let c = char::from_u32(code).ok_or("the escape stands for no character")?;
            return Ok(put(c, skip + length));
        }
        'u' | 'U' if !bytes => {
            let length = if c == 'u' { 4 } else { 8 };
            let code = code_of(rest, 2, length, 16)?;
            if let Some(c) = char::from_u32(code) {
                return Ok(put(c, 2 + length));
            }
            // Two halves of a surrogate, as JSON and Java write them.
            let second = &rest[2 + length..];
            let low = if second.starts_with("\\u") { code_of(second, 2, 4, 16)? } else { 0 };
            let units = [code, low].map(|code| u16::try_from(code).unwrap_or(0));
            return match char::decode_utf16(units).next() {
                Some(Ok(c)) if c > '\u{ffff}' => Ok(put(c, 2 + length + 6)),
                _ => Err("the escape stands for no character"),
            };
        }
        'N' if !bytes => return Err("the names of characters are not known here"),
        other => {
            put('\\', 1);
            other
        }
    };
    Ok(put(simple, 1 + c.len_utf8()))
}

/// The number that digits of an escape stand for.
fn code_of(rest: &str, skip: usize, length: usize, radix: u32) -> Read<u32> {
    const WRONG: &str = "the escape lacks digits";
    let digits = rest.get(skip..skip + length).ok_or(WRONG)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(WRONG);
    }
    u32::from_str_radix(digits, radix).map_err(|_| WRONG)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, syntax: Syntax) -> Result<Vec<Option<String>>, String> {
        let mut out = Vec::new();
        parse_list(text, syntax, |element| out.push(element.text.map(Cow::into_owned)))
            .map(|()| out)
            .map_err(|fault| fault.reason.into_owned())
    }

    /// `tests/inputs/python/make.py` says how the table is made again.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the table stands in a file of its own")]
    fn lists_are_those_of_cpython() {
        #[derive(serde::Deserialize)]
        struct Line {
            text: String,
            items: Option<Vec<Option<String>>>,
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/inputs/python/literals.jsonl");
        let table = std::fs::read_to_string(path).unwrap();
        let mut wrong = Vec::new();
        for line in table.lines() {
            let line: Line = serde_json::from_str(line).unwrap();
            let found = read(&line.text, Syntax::Python);
            let told = line.items.is_some() && found == Err(NO_COMMA.to_owned());
            if found.clone().ok() != line.items && !told {
                wrong.push(format!(
                    "{:?}\n  python: {:?}\n  here:   {found:?}",
                    line.text, line.items
                ));
            }
        }
        assert!(table.lines().count() > 500 && wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_not_read_is_told() {
        let why = |text: &str| read(text, Syntax::Python).unwrap_err();
        assert_eq!(why(r"['\N{DEGREE SIGN}']"), "the names of characters are not known here");
        assert_eq!(why(r"['\ud83d']"), "the escape stands for no character");
        assert_eq!(why("['cut', 'of"), "the string has no end");
        assert_eq!(why("['a' # one\n]"), "expected `,` or `]`");
        assert_eq!(why("{'a': 1}"), "a dict is no list");
        for text in ["['a' 'b']", "['it''s']", "['a'\"b\"]", "[b'a' b'b']", "[('a' 'b', 1)]"] {
            assert_eq!(why(text), "no comma stands between two strings", "{text}");
        }
        // Items of an array of `numpy` that go on in the next line.
        for text in [
            "['a'\n 'b']",
            "['a'\r\n 'b', 'c']",
            "('a'\n 'b', 'c')",
            "[b'a'\n b'b']",
            "['a', ['b'\n'c']]",
        ] {
            assert_eq!(why(text), "no comma stands between two strings", "{text}");
        }
        // Parts of one string, as `pprint` breaks them, and in brackets of their own.
        for (text, items) in [
            ("['a '\n 'b']", &["a b"][..]),
            ("['a '\n 'b '\n 'c',\n 'd']", &["a b c", "d"]),
            ("['a\\n'\n 'b']", &["a\nb"]),
            ("[('a'\n  'b'),\n 'c']", &["ab", "c"]),
            ("[(\n'a'\n  'b'\n)]", &["ab"]),
        ] {
            let items = items.iter().map(|item| Some((*item).to_owned())).collect();
            assert_eq!(read(text, Syntax::Python), Ok(items), "{text}");
        }
        assert_eq!(why(&"[".repeat(100_000)), "it is nested too deep");
        assert_eq!(read(r"['\ud83d\ude00']", Syntax::Python), Ok(vec![Some("😀".to_owned())]));
    }

    #[test]
    fn arrays_of_json_have_elements() {
        let text = r#" ["a", "b\n\u00e9", null, 1.50, true, [1, "x"], {"k": 2}, "" ] "#;
        let mut spans = Vec::new();
        parse_list(text, Syntax::Json, |element| spans.push(text[element.range].to_owned()))
            .unwrap();
        assert_eq!(
            spans,
            ["a", r"b\n\u00e9", "null", "1.50", "true", r#"[1, "x"]"#, r#"{"k": 2}"#, ""]
        );
        let texts: Vec<_> = read(text, Syntax::Json).unwrap().into_iter().flatten().collect();
        assert_eq!(texts, ["a", "b\né", "1.50", "true", r#"[1, "x"]"#, r#"{"k": 2}"#, ""]);
        for text in
            ["", "[", "[1,]", "['a']", r#"{"a": 1}"#, "[1] 2", r#"["\ud800"]"#, "[NaN]", "1"]
        {
            assert!(read(text, Syntax::Json).is_err(), "{text}");
        }
        for (text, found) in [
            ("{\"a\":1}", "an object"),
            ("\"a, expected b at line 1\"", "a text"),
            ("5", "a number"),
            ("-1.5e3", "a number"),
            ("null", "`null`"),
            ("true", "a boolean"),
        ] {
            let told = format!("expected an array, found {found}");
            assert_eq!(read(text, Syntax::Json), Err(told), "{text}");
        }
        let fault = parse_list("[\n 1,\n x]", Syntax::Json, |_| {}).unwrap_err();
        assert_eq!((fault.at, fault.reason.as_ref()), (7, "no value of JSON begins here"));
    }

    proptest! {
        #[test]
        fn strings_survive(items in prop::collection::vec("[ab'\"\\\\\n茶é,\\[\\]]{0,6}", 0..5)) {
            let escaped = |text: &String| {
                let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
                format!("'{text}'")
            };
            let text = format!("[{}]", items.iter().map(escaped).collect::<Vec<_>>().join(", "));
            let expected: Vec<_> = items.iter().cloned().map(Some).collect();
            prop_assert_eq!(read(&text, Syntax::Python), Ok(expected.clone()));
            let json = serde_json::to_string(&items).unwrap();
            prop_assert_eq!(read(&json, Syntax::Json), Ok(expected));
        }

        #[test]
        fn strings_in_a_row_are_read_as_elements_are(text in "(['\"]?[ab\\\\\\[)]?['\"]?[,\\])]?[ ]{0,2}){0,5}") {
            for close in [b']', b')'] {
                let read = |list: &dyn Fn(&mut Parser<'_>, &mut Vec<String>) -> bool| {
                    let (mut parser, mut found) = (Parser::new(&text, true), Vec::new());
                    let is_read = list(&mut parser, &mut found);
                    (is_read, is_read.then_some((found, parser.at)))
                };
                let of = |element: &Element<'_>| format!("{element:?}");
                let fast = read(&|parser, found| {
                    parser.list(close, |element| found.push(of(&element))).is_ok()
                });
                let plain = read(&|parser, found| {
                    parser.elements(close, &mut |literal| found.push(of(&literal.element))).is_ok()
                });
                prop_assert_eq!(fast, plain, "{:?}", text);
            }
        }

        #[test]
        fn elements_stand_in_the_text(text in "[\\[\\](){}'\"\\\\,:+.0-9_ejxubrNone 茶\n-]{0,20}") {
            for syntax in [Syntax::Python, Syntax::Json] {
                let mut end = 0;
                let result = parse_list(&text, syntax, |element| {
                    assert!(end <= element.range.start && text.get(element.range.clone()).is_some());
                    end = element.range.end;
                });
                if let Err(fault) = result {
                    prop_assert!(text.get(fault.at..).is_some() && text.get(fault.range).is_some());
                }
            }
            super::super::parse_tuples(&text, &mut Vec::new(), |tuple, _| {
                if let Err(fault) = tuple {
                    assert!(text.get(fault.range).is_some() && text.get(fault.at..).is_some());
                }
                true
            });
        }
    }
}
