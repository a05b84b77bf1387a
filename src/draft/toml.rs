//! Pieces of TOML.

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
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A pattern: as it stands where that can be.
pub(super) fn literal(pattern: &str) -> String {
    if pattern.contains('\'') || pattern.chars().any(char::is_control) {
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
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("# {text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_is_read_again() {
        for text in ["a", "", "a\"b\\c", "tab\tand\nline", "\u{1}\u{7f}", "甲", "it's", "a.b", "#"]
        {
            let written = format!("{} = [{}, {}]", key(text), string(text), literal(text));
            let read: ::toml::Table = ::toml::from_str(&written).unwrap();
            let (name, value) = read.iter().next().unwrap();
            assert_eq!(name, text);
            for value in value.as_array().unwrap() {
                assert_eq!(value.as_str(), Some(text), "{written}");
            }
        }
        assert_eq!(comment("a\nb"), "# a b\n");
    }
}
