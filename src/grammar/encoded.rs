//! Values in a code: what bytes or characters they stand for.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::WINDOWS_1252;
use percent_encoding::percent_decode_str;
use quoted_printable::ParseMode;

use crate::lang::RawDecode;

/// Takes a text out of a code.
///
/// # Errors
///
/// What is wrong with the text, if it is not in that code.
pub fn decode(decoder: RawDecode, text: &str) -> Result<Cow<'_, str>, String> {
    match decoder {
        RawDecode::QuotedPrintable => quoted_printable(text),
        RawDecode::Base64 => base64(text),
        RawDecode::Percent => percent(text),
        RawDecode::Backslash => backslash(text),
        RawDecode::Vcard => Ok(vcard(text)),
        RawDecode::Html => html(text),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<Cow<'static, str>, String> {
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| "it holds no text in UTF-8".to_owned())
}

/// Whether two hexadecimal digits stand at an offset.
fn is_hex(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
}

fn quoted_printable(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains('=') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        // Blanks and tabs that were added on the way (RFC 2045, 6.7); other white space is text.
        let line = line.trim_end_matches([' ', '\t', '\r']);
        let soft = line.strip_suffix('=');
        let content = soft.unwrap_or(line);
        if let Some((at, _)) =
            content.match_indices('=').find(|(at, _)| !is_hex(content.as_bytes(), at + 1))
        {
            let shown: String = content[at..].chars().take(3).collect();
            return Err(format!("`{shown}` is no byte"));
        }
        // The crate reads ASCII alone and drops the rest, and blanks at the end of a line.
        let mut ascii = String::with_capacity(content.len());
        for c in content.chars() {
            let mut bytes = [0; 4];
            match c {
                '!'..='~' => ascii.push(c),
                c => c
                    .encode_utf8(&mut bytes)
                    .bytes()
                    .for_each(|byte| ascii.push_str(&format!("={byte:02X}"))),
            }
        }
        let decoded = quoted_printable::decode(&ascii, ParseMode::Robust);
        out.extend(decoded.map_err(|error| error.to_string().to_lowercase())?);
        if soft.is_none() && lines.peek().is_some() {
            out.push(b'\n');
        }
    }
    utf8(out)
}

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn base64(text: &str) -> Result<Cow<'_, str>, String> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = BASE64.decode(packed).map_err(|error| {
        let cause = error.to_string().to_lowercase();
        cause.trim_end_matches('.').to_owned()
    })?;
    utf8(bytes)
}

fn percent(text: &str) -> Result<Cow<'_, str>, String> {
    if let Some((at, _)) = text.match_indices('%').find(|(at, _)| !is_hex(text.as_bytes(), at + 1))
    {
        let shown: String = text[at..].chars().take(3).collect();
        return Err(format!("`{shown}` is no byte"));
    }
    percent_decode_str(text).decode_utf8().map_err(|_| "it holds no text in UTF-8".to_owned())
}

fn backslash(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let Some(sign) = behind.chars().next() else {
            return Err("it ends in a backslash".to_owned());
        };
        let mut length = sign.len_utf8();
        let unknown = || format!("`\\{sign}` stands for nothing");
        let read = match sign {
            'n' | 'N' => '\n',
            'r' => '\r',
            't' => '\t',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'e' => '\u{1b}',
            '0' if !behind[1..].starts_with(|c: char| c.is_ascii_digit()) => '\0',
            'x' if byte(behind).is_some_and(|byte| byte >= 0x80) => {
                let run = high_bytes(behind);
                length = run.len() * r"\x41".len() - 1;
                push_bytes(&run, &behind[..length], &mut out)?;
                rest = &behind[length..];
                continue;
            }
            'x' | 'u' | 'U' => {
                let (c, taken) = scalar(behind).ok_or_else(unknown)?;
                length = taken;
                c
            }
            '\n' => {
                // A line that goes on.
                rest = &behind[1..];
                continue;
            }
            sign if sign.is_alphanumeric() => return Err(unknown()),
            sign => sign,
        };
        out.push(read);
        rest = &behind[length..];
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// A text of vCard or iCalendar (RFC 6350, 3.4; RFC 5545, 3.3.11). vCard 3.0 writes `\:` too. Programs that know no
/// escapes write Windows paths, whose backslashes stand before other letters.
fn vcard(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let next =
            if sign == '\\' { signs.next_if(|next| r"\,;:nN".contains(*next)) } else { None };
        out.push(match next {
            Some('n' | 'N') => '\n',
            Some(escaped) => escaped,
            None => sign,
        });
    }
    Cow::Owned(out)
}

/// The byte that `x41` stands for.
fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('x')?.get(..2)?;
    is_hex(digits.as_bytes(), 0).then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// The bytes from 80 on that stand at the start of a text behind its backslash, one after another: `xe4\xb8\xad`.
fn high_bytes(text: &str) -> Vec<u8> {
    let bytes = text.split('\\').map_while(|part| Some((byte(part)?, part.len() == 3)));
    let (mut run, mut goes_on) = (Vec::new(), true);
    for (byte, alone) in bytes {
        if !goes_on || byte < 0x80 {
            break;
        }
        run.push(byte);
        goes_on = alone;
    }
    run
}

/// Appends to `out` the characters that a run of bytes from hexadecimal 80 on stands for; `written` is how the run is
/// written, behind its first backslash. Servers write each byte of a text in UTF-8 (`\xe4\xb8\xad` is 中), and programs
/// write a character from U+0080 to U+00FF by its number (`\xe9` is é). So a run that is UTF-8 is read as that, and one
/// of which no part is UTF-8 is read as a character a byte.
///
/// # Errors
///
/// If only a part of the run is UTF-8, or a character of it is cut off, since nobody knows then what the other bytes are.
fn push_bytes(run: &[u8], written: &str, out: &mut String) -> Result<(), String> {
    if let Ok(text) = str::from_utf8(run) {
        out.push_str(text);
        return Ok(());
    }
    // An invalid chunk has more than one byte only where a character of UTF-8 begins in it that is cut off.
    let has_some =
        run.utf8_chunks().any(|chunk| !chunk.valid().is_empty() || chunk.invalid().len() > 1);
    if has_some {
        let shown: String = written.chars().take(15).collect();
        return Err(format!("the bytes from `\\{shown}` on are no text in UTF-8"));
    }
    out.extend(run.iter().copied().map(char::from));
    Ok(())
}

/// The character that `x41`, `u674e`, `u{674e}` or `U0001f600` stands for, and how
/// long that is. Two halves of a pair in `u` are one character.
fn scalar(text: &str) -> Option<(char, usize)> {
    let hex = |digits: &str| {
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        u32::from_str_radix(digits, 16).ok()
    };
    if let Some(inner) = text.strip_prefix("u{") {
        let digits = &inner[..inner.find('}')?];
        return Some((char::from_u32(hex(digits)?)?, digits.len() + 3));
    }
    let digits = match text.as_bytes().first()? {
        b'x' => 2,
        b'u' => 4,
        _ => 8,
    };
    let first = hex(text.get(1..1 + digits)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 1 + digits));
    }
    let second = hex(text.get(5..)?.strip_prefix("\\u")?.get(..4)?)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 11))
}

fn html(text: &str) -> Result<Cow<'_, str>, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let inner = &rest[1..];
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'));
        let word = &inner[..end.unwrap_or(inner.len())];
        if word.is_empty() || !inner[word.len()..].starts_with(';') {
            if let Some(open) = open_reference(word) {
                return Err(format!("`&{open}` lacks its `;`"));
            }
            out.push('&');
            rest = inner;
            continue;
        }
        let (entity, behind) = rest.split_at(word.len() + 2);
        let read = html_escape::decode_html_entities(entity);
        if read == entity {
            return Err(format!("`{entity}` stands for nothing"));
        }
        match (read.chars().next(), word.starts_with('#')) {
            // No controls, as they are in Unicode, but what the byte is in Windows-1252.
            (Some(c @ '\u{80}'..='\u{9f}'), true) => {
                out.push_str(&WINDOWS_1252.decode_without_bom_handling(&[c as u8]).0);
            }
            _ => out.push_str(&read),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) })
}

/// The reference that a word behind `&` begins with, although no `;` ends it, as far as HTML reads those: a
/// number, or the name of a character of Latin-1.
fn open_reference(word: &str) -> Option<&str> {
    if let Some(number) = word.strip_prefix('#') {
        let (prefix, is_digit): (usize, fn(&char) -> bool) = match number.strip_prefix(['x', 'X']) {
            Some(_) => (2, char::is_ascii_hexdigit),
            None => (1, char::is_ascii_digit),
        };
        let digits = word[prefix..].chars().take_while(is_digit).count();
        return (digits > 0).then(|| &word[..prefix + digits]);
    }
    let names = LATIN_1.split_ascii_whitespace().filter(|name| word.starts_with(name));
    names.max_by_key(|name| name.len())
}

/// The names that HTML reads without a `;`.
const LATIN_1: &str = "\
    AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml GT Iacute \
    Icirc Igrave Iuml LT Ntilde Oacute Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN Uacute Ucirc \
    Ugrave Uuml Yacute aacute acirc acute aelig agrave amp aring atilde auml brvbar ccedil cedil cent \
    copy curren deg divide eacute ecirc egrave eth euml frac12 frac14 frac34 gt iacute icirc iexcl \
    igrave iquest iuml laquo lt macr micro middot nbsp not ntilde oacute ocirc ograve ordf ordm oslash \
    otilde ouml para plusmn pound quot raquo reg sect shy sup1 sup2 sup3 szlig thorn times uacute ucirc \
    ugrave uml uuml yacute yen yuml";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(decoder: RawDecode, text: &str, expected: &str) {
        assert_eq!(decode(decoder, text).as_deref(), Ok(expected), "{text}");
    }

    fn check_fault(decoder: RawDecode, text: &str, expected: &str) {
        assert_eq!(decode(decoder, text).unwrap_err(), expected, "{text}");
    }

    #[test]
    fn codes_are_read() {
        check(RawDecode::QuotedPrintable, "=E6=B0=B4 is water", "水 is water");
        check(RawDecode::QuotedPrintable, "one =\nline\nand =3d 水", "one line\nand = 水");
        check(RawDecode::QuotedPrintable, "=20end=20", " end ");
        check(
            RawDecode::QuotedPrintable,
            "a=3D\u{3000} \t\r\nb\u{a0}\nc\u{3000}= \nd",
            "a=\u{3000}\nb\u{a0}\nc\u{3000}d",
        );
        check(RawDecode::Base64, "cml2ZXI=", "river");
        check(RawDecode::Base64, "cml2\n ZXI", "river");
        check(RawDecode::Percent, "a%20b%E6%B0%B4", "a b水");
        check(
            RawDecode::Backslash,
            r"a\, b\;\nc\\n \x41\u6c34\ud83d\ude00\u{6c34}",
            "a, b;\nc\\n A水😀水",
        );
        // Bytes of UTF-8, and characters below U+0100.
        check(RawDecode::Backslash, r"\xe4\xb8\xad\xE6\x96\x87\x20\xe6\xb0\xb4.", "中文 水.");
        check(RawDecode::Backslash, r"caf\xe9 \xe9\xe8 \xc3\xa9t\xe9\n", "café éè été\n");
        check(RawDecode::Backslash, r"\xe4 \xb8x\u00e4\xfc", "ä ¸xäü");
        check(RawDecode::Vcard, r"Osei\, Lena\; \: walker", "Osei, Lena; : walker");
        check(RawDecode::Vcard, r"a\nb\N\\n\\\,\\\\", "a\nb\n\\n\\,\\\\");
        check(RawDecode::Vcard, r"C\D \table \é\", r"C\D \table \é\");
        check(RawDecode::Html, "&lt;a&gt; &amp;amp; R&D &#233;&#xe9;&eacute;", "<a> &amp; R&D ééé");
        check(RawDecode::Html, "&#128; &#x99; &#129; \u{80} & &", "€ ™ \u{81} \u{80} & &");
    }

    #[test]
    fn what_is_in_no_code_is_told() {
        check_fault(RawDecode::QuotedPrintable, "a = b", "`= b` is no byte");
        check_fault(RawDecode::QuotedPrintable, "=FF", "it holds no text in UTF-8");
        check_fault(RawDecode::Base64, "no base!", "invalid symbol 33, offset 6");
        check_fault(RawDecode::Percent, "100%", "`%` is no byte");
        check_fault(RawDecode::Backslash, r"\q", "`\\q` stands for nothing");
        check_fault(RawDecode::Backslash, r"\ud83d", "`\\u` stands for nothing");
        for (text, run) in [
            (r"\xe4\xb8\xad\xe6\x96", r"\xe4\xb8\xad\xe6"),
            (r"a\xe6\x96", r"\xe6\x96"),
            (r"\xe9\xe4\xb8\xad", r"\xe9\xe4\xb8\xad"),
        ] {
            let expected = format!("the bytes from `{run}` on are no text in UTF-8");
            check_fault(RawDecode::Backslash, text, &expected);
        }
        check_fault(RawDecode::Backslash, "a\\", "it ends in a backslash");
        check_fault(RawDecode::Html, "a &nosuch; b", "`&nosuch;` stands for nothing");
        for (text, open) in [
            ("a &amp", "&amp"),
            ("&lt b", "&lt"),
            ("&copy2024", "&copy"),
            ("&sup2x", "&sup2"),
            ("&#65 b", "&#65"),
            ("&#x4G", "&#x4"),
        ] {
            check_fault(RawDecode::Html, text, &format!("`{open}` lacks its `;`"));
        }
    }

    #[test]
    fn no_text_stops_a_decoder() {
        for text in [
            "",
            "\\",
            "\\x",
            "\\u12",
            "\\u{",
            "\\U1234567",
            "=",
            "%",
            "&#;",
            "&;",
            "\\x水",
            "=水",
            "%水",
        ] {
            for decoder in [
                RawDecode::QuotedPrintable,
                RawDecode::Base64,
                RawDecode::Percent,
                RawDecode::Backslash,
                RawDecode::Vcard,
                RawDecode::Html,
            ] {
                let _ = decode(decoder, text);
            }
        }
    }
}
