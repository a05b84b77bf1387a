//! What is wrong with a file that is no TOML, in as few words as there are causes.
//!
//! In: the text and what the parser complains of. Out: faults. A bracket that
//! never closes makes the parser stumble over every line behind it; here it is
//! one fault, at the bracket. So is a text without quotes, or a backslash in the
//! wrong ones. What is no TOML on many lines is another file, of which the first few say enough.

use std::ops::Range;

use rustc_hash::FxHashSet;
use toml::de::Error;

use crate::diagnostic::Code;
use crate::lang::Fault;

/// How many faults of a file are told one by one.
const TOLD: usize = 3;

/// Tells what keeps a text from being TOML. The text has `start` blanks before it,
/// which are none of the file.
pub(super) fn faults(text: &str, start: usize, errors: &[Error]) -> Vec<Fault> {
    let open = unclosed(text);
    let mut faults: Vec<Fault> = Vec::new();
    let ends: Vec<_> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let mut lines = FxHashSet::default();
    for error in errors {
        let span = error.span().unwrap_or(start..start);
        // What stands behind a bracket that never closes is read as if it stood inside.
        if open.as_ref().is_some_and(|open| open.span.start <= span.start) {
            continue;
        }
        let fault = fault(text, &span, error.message());
        // The parser goes on in the middle of what it did not read.
        if lines.insert(ends.partition_point(|end| *end < fault.span.start)) {
            faults.push(fault);
        }
    }
    faults.extend(open);
    let more = faults.len().saturating_sub(TOLD);
    // One more is told as it is: a line that says so would be as long.
    if more > 1 {
        let place = faults[TOLD].span.clone();
        faults.truncate(TOLD);
        let message = format!("{more} more lines are no TOML, from this one on");
        faults.push(Fault::new(Code::SCHEMA_SYNTAX, place, message).with_help(
            "mend those above first; if the file is a dump, `recordmill schema draft` writes a schema for it",
        ));
    }
    faults
}

/// Says what an error of the parser means.
fn fault(text: &str, span: &Range<usize>, message: &str) -> Fault {
    let place = span.start.min(text.len());
    let head = text.get(..place).unwrap_or_default();
    let tail = text.get(place..).unwrap_or_default();
    let fault =
        |span: Range<usize>, message: String| Fault::new(Code::SCHEMA_SYNTAX, span, message);
    if head.ends_with('\\') {
        let escape: String = tail.chars().take(1).collect();
        let end = place + escape.len();
        return fault(place - 1..end, format!("`\\{escape}` stands for nothing in double quotes"))
            .with_help("a pattern stands in single quotes, in which a backslash is one: `'\\w+'`");
    }
    let before = head.trim_end_matches([' ', '\t']);
    if before.ends_with('=') && (tail.is_empty() || tail.starts_with(['\n', '\r', '#'])) {
        let place = before.len() - 1..before.len();
        return fault(place, "a value is missing behind `=`".to_owned())
            .with_help("write one, such as `\"text\"`, `12`, `true`, `[\"a\"]`");
    }
    if message.contains("string") && (tail.is_empty() || tail.starts_with(['\n', '\r'])) {
        let quote = if message.contains("literal") { '\'' } else { '"' };
        let message = format!("the text ends with its line, and its quote `{quote}` is not closed");
        return fault(span.clone(), message).with_help(format!(
            "expected `{quote}`; a text of several lines stands in three of them"
        ));
    }
    let word: String = tail
        .chars()
        .take_while(|c| c.is_alphanumeric() || ['-', '_', '.', '%'].contains(c))
        .collect();
    let is_value = before.ends_with(['=', '[', ',']);
    if is_value && word.starts_with(char::is_alphabetic) && !["true", "false"].contains(&&*word) {
        let message = match word.to_lowercase().as_str() {
            "true" | "false" => format!("`{word}` is written in small letters"),
            _ => format!("the text `{word}` stands without quotes"),
        };
        let mend = match word.to_lowercase().as_str() {
            lower @ ("true" | "false") => format!("write `{lower}`"),
            _ => format!("write `\"{word}\"`"),
        };
        return fault(place..place + word.len(), message).with_help(mend);
    }
    // A bare key has letters of ASCII alone.
    let of_key = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let from = head.trim_end_matches(of_key).len();
    let key = &text[from..text.len() - tail.trim_start_matches(of_key).len()];
    if message.contains("unquoted key") && !key.is_ascii() {
        return fault(span.clone(), format!("the key `{key}` stands without quotes"))
            .with_help(format!("write `\"{key}\"`, as in `[fields.\"{key}\"]`"));
    }
    fault(span.clone(), message.to_lowercase())
}

/// The last bracket that is opened and never closed, or closed by one of another
/// kind. Such a bracket is as good as none where the file is TOML.
fn unclosed(text: &str) -> Option<Fault> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    // Whether nothing but blanks stands between here and the start of the line.
    let mut line_start = true;
    while at < bytes.len() {
        let byte = bytes[at];
        let opened = open.last().copied();
        match byte {
            b'\n' => line_start = true,
            b' ' | b'\t' | b'\r' => {}
            b'#' => at = end_of_line(bytes, at) - 1,
            // The name of a table: a line of its own.
            b'[' if line_start && (open.is_empty() || is_header(text, at)) => {
                at = end_of_line(bytes, at) - 1;
            }
            b'"' | b'\'' => {
                at = end_of_string(bytes, at) - 1;
                line_start = false;
            }
            b'[' | b'{' => {
                open.push((at, char::from(byte)));
                line_start = false;
            }
            b']' | b'}' => {
                line_start = false;
                match opened {
                    Some((_, bracket)) if closing(bracket) == char::from(byte) => {
                        open.pop();
                    }
                    Some((place, bracket)) => {
                        let message =
                            format!("the bracket `{bracket}` is closed by `{}`", char::from(byte));
                        let fault = Fault::new(Code::SCHEMA_SYNTAX, place..place + 1, message);
                        return Some(
                            fault.with_help(format!("expected `{}` before it", closing(bracket))),
                        );
                    }
                    None => {}
                }
            }
            _ => line_start = false,
        }
        at += 1;
    }
    let (place, bracket) = open.pop()?;
    let message = format!("the bracket `{bracket}` is never closed");
    let mut fault = Fault::new(Code::SCHEMA_SYNTAX, place..place + 1, message);
    fault.help =
        Some(format!("expected `{}`, most likely at the end of its line", closing(bracket)));
    Some(fault)
}

fn closing(bracket: char) -> char {
    if bracket == '{' { '}' } else { ']' }
}

/// Whether a line that begins with a bracket names a table: `[fields.title]`, and
/// not an array in an array such as `["a", 1],`.
fn is_header(text: &str, at: usize) -> bool {
    let line = text[at..].lines().next().unwrap_or_default();
    let line = line.split('#').next().unwrap_or_default().trim_end();
    let name = line.trim_start_matches('[').trim_end_matches(']');
    let plain = |c: char| c.is_alphanumeric() || ['-', '_', '.', ' ', '"', '\''].contains(&c);
    line.ends_with(']') && name.starts_with(|c: char| c.is_alphabetic()) && name.chars().all(plain)
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end)
}

/// Where a text in quotes ends; one on a single line that is not closed, with the line.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let long = bytes[at..].starts_with(&[quote; 3]);
    let mut next = at + if long { 3 } else { 1 };
    while next < bytes.len() {
        match bytes[next] {
            b'\\' if quote == b'"' => next += 1,
            b'\n' if !long => return next,
            byte if byte == quote && !long => return next + 1,
            byte if byte == quote && bytes[next..].starts_with(&[quote; 3]) => {
                // Up to two quotes may stand before those that close.
                let more = bytes[next + 3..].iter().take(2).take_while(|b| **b == quote).count();
                return next + 3 + more;
            }
            _ => {}
        }
        next += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::super::check::check;

    /// What is reported of a text, with the place.
    fn told(text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        check(text, 7, &mut faults);
        let told = |fault: &crate::lang::Fault| {
            let span = fault.span.start.saturating_sub(7)..fault.span.end.saturating_sub(7);
            format!(
                "{} | {:?} | {}",
                fault.message,
                &text[span],
                fault.help.as_deref().unwrap_or("")
            )
        };
        faults.iter().map(told).collect()
    }

    #[test]
    fn a_bracket_that_never_closes_is_one_fault() {
        let rest = "key = { by = \"file\" }\n[fields.a]\nkey = [\"a\", ['b']]\ntype = 'text'\n";
        for open in ["record = { by = \"file\"", "record = [ # ]", "a = { b = [1, \"}\"]"] {
            let told = told(&format!("[source]\n{open}\n{rest}"));
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(told[0].contains("is never closed"), "{told:#?}");
        }
        let told = told("a = { b = [1 }\nc = 1\n");
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with("the bracket `[` is closed by `}`"), "{told:#?}");
    }

    #[test]
    fn brackets_in_texts_and_comments_close_nothing() {
        let told =
            told("a = '''\n[ { '''\nb = \"\"\"x[\\\"\"\"\"\nc = '[' # {\n[[d.\"e]\"]]\nf = 1\n");
        assert!(told.iter().all(|fault| !fault.contains("bracket")), "{told:#?}");
    }

    #[test]
    fn a_text_that_never_ends_is_one_fault() {
        for text in ["a = \"b\nc = 1\n", "a = 'b\nc = 1\n", "a = \"b"] {
            let told = told(text);
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(told[0].contains("is not closed"), "{told:#?}");
        }
    }

    #[test]
    fn a_key_without_a_value_says_so() {
        for text in ["a = \nc = 1\n", "a =# none\nc = 1\n", "a =", "a = \r\nc = 1\r\n"] {
            let told = told(text);
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(told[0].starts_with("a value is missing behind `=` | \"=\""), "{told:#?}");
        }
    }

    #[test]
    fn of_a_file_that_is_no_toml_the_first_faults_are_told() {
        let told = |lines: usize| told(&"who: ox\nlegs: 4\n\n".repeat(lines / 2));
        let dump = told(200);
        assert_eq!(dump.len(), 4, "{dump:#?}");
        assert!(dump[..3].iter().all(|fault| fault.starts_with("key with no value")), "{dump:#?}");
        assert!(dump[3].starts_with("197 more lines are no TOML, from this one on"), "{dump:#?}");
        assert!(dump[3].contains("`recordmill schema draft`"), "{dump:#?}");
        assert!(told(4)[3].starts_with("key with no value"), "{:#?}", told(4));
        assert!(told(6)[3].starts_with("3 more lines are no TOML"), "{:#?}", told(6));
        assert_eq!(told(2).len(), 2);
    }

    #[test]
    fn a_text_without_quotes_and_a_backslash_say_what_to_write() {
        assert_eq!(
            told("type = text\nmask = True\npattern = \"^(\\w+)\\d\"\n"),
            [
                "the text `text` stands without quotes | \"text\" | write `\"text\"`",
                "`True` is written in small letters | \"True\" | write `true`",
                "`\\w` stands for nothing in double quotes | \"\\\\w\" | a pattern stands in single quotes, in which a backslash is one: `'\\w+'`",
            ]
        );
    }
}
