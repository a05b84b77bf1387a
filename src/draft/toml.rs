//! Pieces of TOML.

use crate::text::chars::{BIDIRECTIONAL, INVISIBLE, kind};

/// Whether a character does something rather than show: it hides, or turns the line round.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        || kind(c) & (BIDIRECTIONAL | INVISIBLE) != 0
}

fn escape(c: char) -> String {
    match u32::from(c) {
        code @ ..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}

/// A string, with quotes.
pub(super) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if acts(c) => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A pattern: as it stands where that can be.
pub(super) fn literal(pattern: &str) -> String {
    if pattern.contains('\'') || pattern.chars().any(acts) {
        string(pattern)
    } else {
        format!("'{pattern}'")
    }
}

/// A key of a table: bare where that can be.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { name.to_owned() } else { string(name) }
}

/// A comment of one line.
pub(super) fn comment(text: &str) -> String {
    let mut out = String::from("# ");
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if acts(c) => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_is_read_again() {
        for text in [
            "a",
            "",
            "a\"b\\c",
            "tab\tand\nline",
            "\u{1}\u{7f}",
            "a\u{202e}b\u{feff}",
            "甲",
            "it's",
            "a.b",
            "#",
        ] {
            let written = format!("{} = [{}, {}]", key(text), string(text), literal(text));
            let read: ::toml::Table = ::toml::from_str(&written).unwrap();
            let (name, value) = read.iter().next().unwrap();
            assert_eq!(name, text);
            for value in value.as_array().unwrap() {
                assert_eq!(value.as_str(), Some(text), "{written}");
            }
        }
        assert_eq!(string("a\u{202e}b"), "\"a\\u202Eb\"");
        assert_eq!(comment("a\nb\u{202e}"), "# a b\\u202E\n");
    }
}
