//! Makes hostile text safe to show.
//!
//! Dumps are full of control, zero-width and bidirectional characters. Shown
//! raw they move the cursor, hide themselves or turn the line round, so each is
//! shown as its code point instead.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Replaces characters that act on a terminal by `\u{…}`; tabs and all visible
/// characters stay.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\r' => out.push('␍'),
            c if acts(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a character does something to a terminal rather than show.
pub(super) fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\n'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acting_characters_become_visible() {
        assert_eq!(
            sanitize("甲\u{1b}[31m\u{202e}乙\t\u{feff}"),
            "甲\\u{1b}[31m\\u{202e}乙\t\\u{feff}"
        );
        assert!(matches!(sanitize("甲 乙"), Cow::Borrowed(_)));
    }
}
