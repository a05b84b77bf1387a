//! `mojibake` (R416): a text that was read in the wrong encoding.
//!
//! Both kinds are found by turning the text back: the characters are written in
//! the encoding that they were read in, and the bytes are read in the one that
//! they may have been. What comes out must be common Chinese.

use std::sync::LazyLock;

use encoding_rs::{GBK, WINDOWS_1252};

use super::{TextIssue, chars, told};

pub(super) fn find(text: &str) -> Option<TextIssue> {
    gbk_as_latin(text).or_else(|| utf8_as_gbk(text))
}

/// What Windows-1252 has where Latin-1 has control characters, in order.
static BEFORE_LATIN: LazyLock<Vec<char>> = LazyLock::new(|| {
    let bytes: Vec<u8> = (0x80..=0x9f).collect();
    let mut chars: Vec<char> = WINDOWS_1252.decode(&bytes).0.chars().collect();
    chars.sort_unstable();
    chars
});

/// Whether a character stands in the upper half of Windows-1252.
fn is_latin(c: char) -> bool {
    // All of them come before the characters that most of a text are.
    matches!(c, '\u{a0}'..='\u{ff}')
        || matches!(c, '\u{80}'..='\u{2122}') && BEFORE_LATIN.binary_search(&c).is_ok()
}

/// Runs of characters of a kind, as ranges of bytes.
fn runs(text: &str, is_kind: impl Fn(char) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_kind(*c)) {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    runs
}

fn is_chinese(c: char) -> bool {
    chars::is_common_han(c) || matches!(c, '\u{3000}'..='\u{301f}' | '\u{ff01}'..='\u{ff5e}')
}

/// GBK that was read as Latin-1 or Windows-1252.
fn gbk_as_latin(text: &str) -> Option<TextIssue> {
    for run in runs(text, is_latin) {
        let piece = &text[run.clone()];
        let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
        let count = piece.chars().count();
        // Signs that stand in a row, such as `××××`, are no text.
        if count < 4 || letters * 4 < count {
            continue;
        }
        let (bytes, _, lossy) = WINDOWS_1252.encode(piece);
        if lossy {
            continue;
        }
        let Some(turned) = GBK.decode_without_bom_handling_and_without_replacement(&bytes) else {
            continue;
        };
        if turned.chars().all(is_chinese) {
            return Some(TextIssue {
                message: "the text is GBK that was read as Latin-1".to_owned(),
                suggestion: Some(turned.into_owned()),
                range: run,
            });
        }
    }
    None
}

/// How many characters must come out where more of the text does not.
const ENOUGH: usize = 3;

/// UTF-8 that was read as GBK. Its last byte may be lost, where an odd number of
/// bytes was followed by something else.
fn utf8_as_gbk(text: &str) -> Option<TextIssue> {
    // Whether the character before has no bytes in GBK, so that a piece begins here.
    let mut begins = true;
    for (at, c) in text.char_indices() {
        if chars::kind(c) & chars::LEAD != 0
            && may_be_utf8(&text[at..])
            && let Some(found) = turned_back(text, at, begins)
        {
            return Some(found);
        }
        begins = c.is_ascii() || chars::gbk(c).is_none();
    }
    None
}

/// A cheap look: whether the first characters of a text are two of UTF-8 in GBK.
fn may_be_utf8(text: &str) -> bool {
    let mut bytes = [0; 8];
    let mut length = 0;
    for c in text.chars().take(4) {
        let Some(own) = chars::gbk(c) else { break };
        for byte in own {
            bytes[length] = byte;
            length += 1;
        }
    }
    match std::str::from_utf8(&bytes[..length]) {
        Ok(_) => length >= 6,
        Err(error) => error.valid_up_to() >= 6,
    }
}

/// Turns the piece of a text that begins at a place back, if Chinese comes of it.
fn turned_back(text: &str, at: usize, begins: bool) -> Option<TextIssue> {
    let (turned, left) = turned(&text[at..]);
    let lost = turned.starts_with(char::REPLACEMENT_CHARACTER);
    let all = begins && left.is_some();
    if turned.chars().count() < if all || lost { 2 } else { ENOUGH } {
        return None;
    }
    let (mut length, mut read) = (0, 0);
    for c in text[at..].chars() {
        let Some(bytes) = chars::gbk(c).filter(|_| read < turned.len()) else { break };
        length += c.len_utf8();
        read += bytes.count();
    }
    let range = at..at + length;
    // The last byte of a character may have gone with another.
    let mended = read == turned.len() && (!all || left == Some(0));
    let message = if lost {
        "the text is U+FFFD in UTF-8 that was read as GBK: what stood there is lost"
    } else {
        "the text is UTF-8 that was read as GBK"
    };
    let told = told(text, range.clone());
    Some(TextIssue {
        message: message.to_owned(),
        suggestion: (mended && !lost && told.len() >= range.len()).then_some(turned),
        range,
    })
}

/// What the characters of a text were in UTF-8, up to the first that is no Chinese. If
/// that is all up to a character that GBK does not have, how many bytes of a character
/// that was cut off are left.
fn turned(text: &str) -> (String, Option<usize>) {
    let mut turned = String::new();
    // The bytes of a character that is not read to its end.
    let (mut open, mut filled) = ([0; 8], 0);
    for bytes in text.chars().map_while(chars::gbk) {
        looked_at();
        for byte in bytes {
            open[filled] = byte;
            filled += 1;
        }
        let (valid, broken) = match std::str::from_utf8(&open[..filled]) {
            Ok(valid) => (valid, false),
            Err(error) => {
                let valid = std::str::from_utf8(&open[..error.valid_up_to()]);
                (valid.unwrap_or_default(), error.error_len().is_some())
            }
        };
        for c in valid.chars() {
            if !is_chinese(c) && c != char::REPLACEMENT_CHARACTER {
                return (turned, None);
            }
            turned.push(c);
        }
        if broken {
            return (turned, None);
        }
        let read = valid.len();
        open.copy_within(read..filled, 0);
        filled -= read;
    }
    (turned, Some(filled))
}

/// Counts the characters that are turned back, so that a test can bound them.
fn looked_at() {
    #[cfg(test)]
    tests::LOOKED_AT.with(|count| count.set(count.get() + 1));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        pub(super) static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
    }

    /// A text read in another encoding than it was written in.
    fn misread(
        text: &str,
        written: &'static encoding_rs::Encoding,
        read: &'static encoding_rs::Encoding,
    ) -> String {
        read.decode_without_bom_handling(&written.encode(text).0).0.into_owned()
    }

    #[test]
    fn both_kinds_are_turned_back() {
        for text in ["磨坊的书", "头晕乏力", "低血压"] {
            let latin = misread(text, GBK, WINDOWS_1252);
            assert_eq!(find(&latin).unwrap().suggestion.as_deref(), Some(text), "{latin}");
        }
        for text in ["磨坊的书", "头晕", "头晕乏力，多汗，心悸"] {
            let gbk = misread(text, encoding_rs::UTF_8, GBK);
            let found = find(&gbk).unwrap();
            assert_eq!(found.suggestion.as_deref(), Some(text), "{gbk}");
        }
    }

    #[test]
    fn a_lost_byte_leaves_no_suggestion() {
        let gbk = misread("低血压", encoding_rs::UTF_8, GBK);
        let found = find(&gbk).unwrap();
        assert_eq!(found.suggestion, None);
        assert_eq!(
            find("锟斤拷锟斤拷").unwrap().message,
            "the text is U+FFFD in UTF-8 that was read as GBK: what stood there is lost"
        );
    }

    #[test]
    fn what_is_no_chinese_is_looked_at_once() {
        let kana = misread(&"イア".repeat(5000), encoding_rs::UTF_8, GBK);
        let before = LOOKED_AT.with(Cell::get);
        assert_eq!(find(&kana), None);
        let count = LOOKED_AT.with(Cell::get) - before;
        assert!((1..10 * kana.chars().count()).contains(&count), "{count}");
    }

    #[test]
    fn texts_in_their_own_encoding_are_none() {
        for text in [
            "磨坊的书",
            "café crème à la carte",
            "××××",
            "37℃～38℃，5×10⁹/L",
            "海涎溴缬糖浆",
            "Ünlü Ärzte",
            "α-受体与β-受体",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
