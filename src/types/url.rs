//! `url`: an absolute URL, written in one way.

use std::borrow::Cow;
use std::cell::Cell;

use schemars::JsonSchema;
use serde::Deserialize;
use url::{SyntaxViolation, Url as Parsed};

use super::{Scalar, ScalarReading, Scope};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::source::Spanned;
use crate::text::brackets::PAIRS;
use crate::text::{chars, short};

/// An absolute URL, in the form that browsers give it: scheme and host in small letters, the port that the scheme has
/// anyway left out, `.` and `..` resolved, other characters than those of ASCII encoded. White space inside of one is a
/// fault, since it mostly parts two of them; so are characters that nobody sees, U+FFFD, and a sign such as `。` or `，`
/// right behind an address of ASCII alone, where prose goes on; so is another URL (`http://`, `https://`) behind a comma, a semicolon, a
/// bar, a letter, a figure or a character that is not of ASCII, and behind a sign that is encoded, as a blank (`%20`)
/// or a quote (`%22`) is, unless it is one of `/`, `?`, `=`, `&`, `#` and `:`. In the query and behind `#` it is one
/// behind a sign that is not of ASCII alone. Behind `/`, `=` and other signs it is a part of the first:
/// `https://web.archive.org/web/2020/https://a.example/`. A scheme in the place of the host is a fault
/// (`http://http://a.example`), and so are commas, semicolons, bars, `!`, quotes and brackets in the name of a host, be
/// they full-width or not. So is what is no scheme before the first colon and is not named in `schemes`: a host before
/// its port (`example.com:8080/a`, `localhost:3000`), the letter of a drive (`C:\a`), a word in capitals before nothing
/// but a number (`ISBN:978`), unless it is one such as `tel`. `bitcoin:123` and `com.example.app:/a` are URLs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The schemes that it may have, such as `["https", "http"]`: any by default.
    #[serde(default)]
    pub schemes: Vec<Spanned<String>>,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Scalar>> {
        for scheme in self.schemes.iter().filter(|scheme| !is_scheme(&scheme.value)) {
            let message = format!("`{}` is no scheme of a URL", scheme.value);
            let fault = scope.resolver.fault(Code::SCHEMA_VALUE, &scheme.span, message);
            fault.help = Some("a scheme is what stands before the colon, as in `https`".to_owned());
        }
        let schemes = self.schemes.iter().map(|scheme| scheme.value.to_ascii_lowercase());
        Some(Box::new(Url { schemes: schemes.collect() }))
    }
}

/// Whether a text is what may stand before the colon of a URL.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

#[derive(Clone, Debug)]
struct Url {
    /// In small letters; empty for any.
    schemes: Vec<String>,
}

impl Url {
    /// The URL that a text is, or what is wrong with it.
    fn parse(&self, text: &str) -> Result<String, String> {
        // The parser would drop line feeds and make one URL of two.
        if text.contains(char::is_whitespace) {
            return Err("there is white space in it".to_owned());
        }
        if let Some(sign) = unwanted(text) {
            return Err(format!("U+{:04X} has no place in it", u32::from(sign)));
        }
        let mended = Cell::new(None);
        let note = |violation| {
            if !is_harmless(violation) {
                mended.set(Some(violation));
            }
        };
        let options = Parsed::options().syntax_violation_callback(Some(&note));
        let url = options.parse(text).map_err(|fault| fault.to_string())?;
        if let Some(violation) = mended.get() {
            return Err(violation.description().to_owned());
        }
        if let Some(fault) = glued(&url, text) {
            return Err(fault);
        }
        if let Some(prose) = prose_behind(text).filter(|_| url.has_host()) {
            return Err(format!("prose goes on behind it: `{}`", short(prose)));
        }
        if let Some(fault) = self.lacks_scheme(&url, text) {
            return Err(fault);
        }
        if self.schemes.is_empty() || self.schemes.iter().any(|scheme| scheme == url.scheme()) {
            return Ok(url.into());
        }
        let schemes: Vec<_> = self.schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
        Err(format!("its scheme is `{}`, not {}", url.scheme(), schemes.join(" or ")))
    }

    /// What shows that the word before the first colon is no scheme, but the letter of a drive, a host before its port or
    /// an abbreviation before a number. A point alone does not: schemes that are registered have one (`iris.beep`), and
    /// apps have names of hosts as theirs (`com.example.app:/open`). Neither does a number alone: `bitcoin:123`.
    fn lacks_scheme(&self, url: &Parsed, text: &str) -> Option<String> {
        let scheme = url.scheme();
        if self.schemes.iter().any(|known| known == scheme) {
            return None;
        }
        if scheme.len() == 1 {
            return Some(format!("`{scheme}:` is the letter of a drive, and no scheme"));
        }
        let (word, behind) = text.split_once(':')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let port = behind.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host = scheme.contains('.') || scheme == "localhost";
        let has_port = is_host && port.len() <= 5 && is_number(port);
        let is_capitals = !word.contains(|c: char| c.is_ascii_lowercase());
        if has_port || is_capitals && is_number(behind) && !OF_NUMBERS.contains(&scheme) {
            return Some(format!("`{scheme}` is a host or a word before a figure, and no scheme"));
        }
        None
    }
}

/// A character that nobody sees, or that stands for one which was lost: encoded, it would make another address of the
/// text. Joiners are a part of words and signs beyond ASCII, and stand between two such characters.
fn unwanted(text: &str) -> Option<char> {
    const UNWANTED: u32 = chars::INVISIBLE | chars::BIDIRECTIONAL | chars::REPLACEMENT;
    if chars::kinds(text) & UNWANTED == 0 {
        return None;
    }
    let is_wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let mut before = None;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let joins = matches!(sign, '\u{200c}' | '\u{200d}')
            && is_wide(before)
            && is_wide(signs.peek().copied());
        if !joins && chars::kinds(sign.encode_utf8(&mut [0; 4])) & UNWANTED != 0 {
            return Some(sign);
        }
        before = Some(sign);
    }
    None
}

/// What follows an address of ASCII alone from a sign on that ends a part of a sentence in Chinese or Japanese. Where
/// other characters stand before it, it may belong to them: `/wiki/你好，李焕英`.
fn prose_behind(text: &str) -> Option<&str> {
    const ENDS: [char; 14] =
        ['。', '，', '、', '；', '｡', '､', '）', '】', '》', '」', '』', '〉', '〕', '”'];
    let behind = &text[text.find(|c: char| !c.is_ascii())?..];
    behind.starts_with(ENDS).then_some(behind)
}

/// Schemes whose addresses are numbers.
const OF_NUMBERS: [&str; 16] = [
    "tel", "fax", "modem", "sms", "smsto", "mms", "callto", "facetime", "sip", "sips", "h323",
    "im", "cid", "mid", "ark", "hdl",
];

/// What shows that more than one URL was read, or that prose went on behind it: a browser takes nearly any sign into
/// the name of a host, and a comma between two URLs is one of the first. `text` is as it was written: what is not of
/// ASCII is encoded in the name of a parsed host.
fn glued(url: &Parsed, text: &str) -> Option<String> {
    if let Some(url::Host::Domain(host)) = url.host() {
        let written = text.split_once("//").map_or("", |(_, rest)| rest);
        let written = written.split(['/', '?', '#']).next().unwrap_or_default();
        let written = written.rsplit('@').next().unwrap_or_default();
        if let Some(sign) = host.chars().chain(written.chars()).find(|sign| parts_hosts(*sign)) {
            return Some(format!("`{sign}` has no place in the name of a host"));
        }
    }
    if let Some(fault) = scheme_for_host(text) {
        return Some(fault);
    }
    let next = next_url(text)?;
    Some(format!("another one begins in it: `{}`", short(next)))
}

/// Whether a scheme stands where the host should, as in `http://http://a.example`: an empty port behind it is none that
/// anybody writes before two slashes.
fn scheme_for_host(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("//")?;
    let (authority, _) =
        rest.split_once("//").filter(|(before, _)| !before.contains(['/', '?', '#']))?;
    let host = authority.rsplit('@').next().unwrap_or_default();
    let scheme = host.strip_suffix(':').unwrap_or(host);
    let is_one = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (is_one || host.ends_with(':'))
        .then(|| format!("`{}//` stands where its host should", short(host)))
}

/// The next URL in a text, behind a sign or a letter that has no place between a URL and one that it holds, as `/` and
/// `=` have. A query and what stands behind `#` may well say what is a list of URLs, but not with signs beyond ASCII.
fn next_url(text: &str) -> Option<&str> {
    let path = text.find(['?', '#']).unwrap_or(text.len());
    let begins = |at: usize| {
        ["http://", "https://"].iter().any(|scheme| {
            let there = text.as_bytes().get(at..at + scheme.len());
            there.is_some_and(|there| there.eq_ignore_ascii_case(scheme.as_bytes()))
        })
    };
    let mut before = None;
    for (at, sign) in text.char_indices() {
        let parts = before.is_some_and(|before: char| {
            if at > path {
                return !before.is_ascii() && !before.is_alphanumeric();
            }
            // What is encoded is the sign that it stands for: `=` in `%3Dhttps://b.example` holds the other one, a
            // blank in `%20https://b.example` and a quote in `%22https://b.example` do not.
            if let Some(sign) = encoded_before(text, at) {
                return !matches!(sign, '/' | '?' | '=' | '&' | '#' | ':');
            }
            !before.is_ascii()
                || before.is_ascii_alphanumeric()
                || matches!(before, ',' | ';' | '|')
        });
        if parts && matches!(sign, 'h' | 'H') && begins(at) {
            let next = &text[at..];
            return Some(&next[..next.find(['?', '#']).unwrap_or(next.len())]);
        }
        before = Some(sign);
    }
    None
}

/// The byte that ends before a place in a text, where it is encoded as `%20` is; those beyond ASCII are signs beyond
/// it.
fn encoded_before(text: &str, at: usize) -> Option<char> {
    let [b'%', digits @ ..] = text.as_bytes().get(at.checked_sub(3)?..at)? else { return None };
    let byte = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    Some(char::from(byte))
}

/// Whether a sign stands in no name of a host, but between two of them or in prose around one.
fn parts_hosts(sign: char) -> bool {
    matches!(sign, ',' | ';' | '|' | '!' | '"' | '\'' | '`' | '<' | '>')
        || matches!(sign, '、' | '，' | '；' | '！' | '？' | '…' | '‘' | '’' | '„' | '«' | '»')
        || PAIRS.iter().any(|(open, close)| sign == *open || sign == *close)
}

/// Whether the type takes a text.
pub(crate) fn is_url(text: &str) -> bool {
    Url { schemes: Vec::new() }.parse(text).is_ok()
}

/// Whether what a browser puts up with leaves the text the URL that it says it is. Anything
/// else would be a guess: `https:example.com`, `https:\\\\example.com`.
fn is_harmless(violation: SyntaxViolation) -> bool {
    matches!(
        violation,
        SyntaxViolation::EmbeddedCredentials
            | SyntaxViolation::NonUrlCodePoint
            | SyntaxViolation::PercentDecode
    )
}

impl Scalar for Url {
    fn word(&self) -> &'static str {
        "url"
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn read<'r>(&'r self, text: &'r str) -> ScalarReading<'r> {
        match self.parse(text) {
            Ok(url) if url == text => Value::text(text).into(),
            Ok(url) => Value::Text(Cow::Owned(url)).into(),
            Err(fault) => {
                let message = format!("expected an absolute URL, found `{}`: {fault}", short(text));
                ScalarReading::refused(Code::NOT_A_URL, message, None)
            }
        }
    }

    fn accepted(&self) -> Vec<String> {
        let scheme = self.schemes.first().map_or("https", String::as_str);
        vec![format!("{scheme}://example.com/")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::mill::{Mill, Scratch};
    use crate::prove::mutate;
    use crate::schema::{Schema, SchemaSource, parse};

    fn schema(options: &str) -> Result<Schema, Vec<(&'static str, String)>> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
             [fields.a]\nkey = \"a\"\ntype = \"url\"\n{options}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let told = || faults.iter().map(|fault| (fault.code.id, fault.message.clone())).collect();
        schema.ok_or_else(told)
    }

    /// The cell of a text, and what was found: code, message, the bytes that it stands at.
    fn read(options: &str, text: &str) -> (Value<'static>, Vec<(&'static str, String, String)>) {
        let schema = schema(options).unwrap();
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let mut out = None;
        let mill = Mill::new(&schema);
        mill.value(0, Some(text), &mut Scratch::default(), &mut diagnostics, |milled, found| {
            let found = found.since(0).iter().map(|finding| {
                let at = text[finding.span.range()].to_owned();
                (finding.code.id, finding.message.clone(), at)
            });
            out = Some((milled.row.cells[0].value.clone().into_owned(), found.collect()));
        });
        out.unwrap()
    }

    #[test]
    fn one_url_has_one_form() {
        for (text, url) in [
            ("HTTPS://Example.COM:443/a/../b?q=1#c", "https://example.com/b?q=1#c"),
            ("http://example.com", "http://example.com/"),
            ("https://例え.jp/道", "https://xn--r8jz45g.jp/%E9%81%93"),
            ("https://example.com/A%20b", "https://example.com/A%20b"),
            ("mailto:a@example.com", "mailto:a@example.com"),
            ("http://a_b.example/?u=http://b.example", "http://a_b.example/?u=http://b.example"),
            ("http://[::1]:8080/a,b", "http://[::1]:8080/a,b"),
            ("https://*.example.com/a", "https://*.example.com/a"),
            ("https://a~b.example/", "https://a~b.example/"),
            ("https://a$b&c=d+e.example/", "https://a$b&c=d+e.example/"),
            ("https://a,b@a.example/(c)", "https://a,b@a.example/(c)"),
            (
                "https://a.example/?u=https://b.example,https://c.example",
                "https://a.example/?u=https://b.example,https://c.example",
            ),
            ("https://a.example/#1,https://c.example", "https://a.example/#1,https://c.example"),
            ("https://a.example/https://b.example", "https://a.example/https://b.example"),
            (
                "https://web.archive.org/web/20200102030405/https://example.org/",
                "https://web.archive.org/web/20200102030405/https://example.org/",
            ),
            (
                "https://web.archive.org/web/2020…/https://example.org/?q=a,b#c",
                "https://web.archive.org/web/2020%E2%80%A6/https://example.org/?q=a,b#c",
            ),
            (
                "https://web.archive.org/web/2020id_/http://b.example/",
                "https://web.archive.org/web/2020id_/http://b.example/",
            ),
            ("https://a.example/git+https://b.example", "https://a.example/git+https://b.example"),
            (
                "https://a.example/login%3Fu%3Dhttps://b.example",
                "https://a.example/login%3Fu%3Dhttps://b.example",
            ),
            (
                "https://a.example/?q=a%20https://b.example",
                "https://a.example/?q=a%20https://b.example",
            ),
            ("http://a.example:/b", "http://a.example/b"),
            ("http://a.example//b", "http://a.example//b"),
            ("http://http/b", "http://http/b"),
            ("urn:isbn:9780306406157", "urn:isbn:9780306406157"),
            ("tel:112", "tel:112"),
            ("TEL:+49-30-123", "tel:+49-30-123"),
            ("sip:100", "sip:100"),
            ("sms:12345?body=a", "sms:12345?body=a"),
            ("data:,123", "data:,123"),
            ("data:text/plain,1", "data:text/plain,1"),
            ("doi:10.1000/182", "doi:10.1000/182"),
            ("hdl:10161/3654", "hdl:10161/3654"),
            ("ark:12148/btv1b8449691v", "ark:12148/btv1b8449691v"),
            ("geo:52.5,13.4", "geo:52.5,13.4"),
            ("about:blank", "about:blank"),
            ("news:1@a.example", "news:1@a.example"),
            ("file:///C:/Dir/f", "file:///C:/Dir/f"),
            ("com.example.app://open", "com.example.app://open"),
            ("com.x:y", "com.x:y"),
            ("com.x:123456", "com.x:123456"),
            (
                "com.googleusercontent.apps.123:/oauth2redirect",
                "com.googleusercontent.apps.123:/oauth2redirect",
            ),
            ("iris.beep:x", "iris.beep:x"),
            ("xmlrpc.beep:x", "xmlrpc.beep:x"),
            ("bitcoin:123", "bitcoin:123"),
            ("news:1", "news:1"),
            ("Skype:123", "skype:123"),
            ("TEL:112", "tel:112"),
            ("git+ssh://a.example:22/b", "git+ssh://a.example:22/b"),
            ("redis://localhost:6379/0", "redis://localhost:6379/0"),
            (
                "https://a.example/片，段。",
                "https://a.example/%E7%89%87%EF%BC%8C%E6%AE%B5%E3%80%82",
            ),
            ("https://a.example/《片》", "https://a.example/%E3%80%8A%E7%89%87%E3%80%8B"),
            ("https://a.example/L’A", "https://a.example/L%E2%80%99A"),
            ("https://a.example/a！", "https://a.example/a%EF%BC%81"),
            ("data:text/plain,a，b", "data:text/plain,a%EF%BC%8Cb"),
            // A joiner of letters, and one of signs.
            ("https://a.example/می\u{200c}ش", "https://a.example/%D9%85%DB%8C%E2%80%8C%D8%B4"),
            (
                "https://a.example/👩\u{200d}🔬",
                "https://a.example/%F0%9F%91%A9%E2%80%8D%F0%9F%94%AC",
            ),
            ("https://a.example/%E2%80%8B%EF%BF%BD", "https://a.example/%E2%80%8B%EF%BF%BD"),
        ] {
            assert_eq!(read("", text), (Value::text(url), vec![]), "{text}");
            assert_eq!(read("", url), (Value::text(url), vec![]), "{url} stays");
        }
    }

    #[test]
    fn what_is_no_absolute_url_is_found_at_its_bytes() {
        for (text, fault) in [
            ("example.com/a", "relative URL without a base"),
            ("https://", "empty host"),
            ("https://a.example:99999/", "invalid port number"),
            ("https://a.example/\nhttps://b.example/", "there is white space in it"),
            ("https://a.example/\u{3000}b", "there is white space in it"),
            ("https:a.example", "expected //"),
            ("http://a.example;http://b.example", "`;` has no place in the name of a host"),
            ("http://a.example,b.example/", "`,` has no place in the name of a host"),
            ("http://a.example,http://b.example", "`,` has no place in the name of a host"),
            ("http://a.example）", "`)` has no place in the name of a host"),
            ("http://a.example」は/", "`」` has no place in the name of a host"),
            ("http://a.example、b/", "`、` has no place in the name of a host"),
            ("http://a.example!", "`!` has no place in the name of a host"),
            ("foo://a.example{b}", "`{` has no place in the name of a host"),
            (
                "http://a.example/b;https://b.example/?c",
                "another one begins in it: `https://b.example/`",
            ),
            (
                "http://a.example/,https://b.example",
                "another one begins in it: `https://b.example`",
            ),
            (
                "http://a.example/b，http://c.example",
                "another one begins in it: `http://c.example`",
            ),
            (
                "http://a.example/、HTTPS://c.example#d",
                "another one begins in it: `HTTPS://c.example`",
            ),
            (
                "http://a.example/b；http://c.example",
                "another one begins in it: `http://c.example`",
            ),
            (
                "http://a.example/b。http://c.example",
                "another one begins in it: `http://c.example`",
            ),
            (
                "http://a.example/b和http://c.example",
                "another one begins in it: `http://c.example`",
            ),
            (
                "http://a.example/?b，http://c.example",
                "another one begins in it: `http://c.example`",
            ),
            (
                "http://a.example/b%20https://c.example",
                "another one begins in it: `https://c.example`",
            ),
            ("http://a.eu/%EF%BC%8Chttps://c.eu", "another one begins in it: `https://c.eu`"),
            ("http://a.eu/b%22https://c.eu", "another one begins in it: `https://c.eu`"),
            ("http://a.eu/b%3Chttps://c.eu", "another one begins in it: `https://c.eu`"),
            ("http://a.example/bhttp://c.example", "another one begins in it: `http://c.example`"),
            ("http://http://a.example", "`http://` stands where its host should"),
            ("https://http//a.example", "`http//` stands where its host should"),
            (
                "http://a.examplehttps://b.example",
                "`a.examplehttps://` stands where its host should",
            ),
            (
                "example.com:8080/x",
                "`example.com` is a host or a word before a figure, and no scheme",
            ),
            ("a.example:80", "`a.example` is a host or a word before a figure, and no scheme"),
            ("a.example:80?b", "`a.example` is a host or a word before a figure, and no scheme"),
            ("A.EXAMPLE:65535", "`a.example` is a host or a word before a figure, and no scheme"),
            ("localhost:3000", "`localhost` is a host or a word before a figure, and no scheme"),
            (
                "localhost:3000/a?b",
                "`localhost` is a host or a word before a figure, and no scheme",
            ),
            ("localhost:3000#c", "`localhost` is a host or a word before a figure, and no scheme"),
            ("ISBN-13:978", "`isbn-13` is a host or a word before a figure, and no scheme"),
            ("ISBN:978", "`isbn` is a host or a word before a figure, and no scheme"),
            (r"C:\Dir\f", "`c:` is the letter of a drive, and no scheme"),
            ("d:/a", "`d:` is the letter of a drive, and no scheme"),
            ("C://a/b", "`c:` is the letter of a drive, and no scheme"),
            (r"https:\\a.example", "expected //"),
            ("https://b@a@a.example", "unencoded @ sign in username or password"),
            ("https://a.example/x\u{200b}", "U+200B has no place in it"),
            ("\u{feff}https://a.example/", "U+FEFF has no place in it"),
            ("https://a.example/x\u{200e}", "U+200E has no place in it"),
            ("https://a.example/?b=\u{ad}c", "U+00AD has no place in it"),
            ("https://a.ex\u{200b}ample/", "U+200B has no place in it"),
            ("https://a.example/a\u{200d}b", "U+200D has no place in it"),
            ("https://a.example/b\u{7f}", "U+007F has no place in it"),
            ("https://a.example/\u{fffd}/b", "U+FFFD has no place in it"),
            ("https://a.example/x。", "prose goes on behind it: `。`"),
            ("https://a.example/?x=5，段", "prose goes on behind it: `，段`"),
            ("https://a.example/、段", "prose goes on behind it: `、段`"),
            ("https://a.example/x）", "prose goes on behind it: `）`"),
        ] {
            let (value, found) = read("", text);
            let message = format!("expected an absolute URL, found `{text}`: {fault}");
            assert_eq!(value, Value::Null, "{text}");
            assert_eq!(found, [("R343", message, text.to_owned())]);
        }
    }

    #[test]
    fn a_scheme_that_is_not_named_is_found() {
        let schemes = "schemes = [\"https\", \"HTTP\"]";
        assert_eq!(read(schemes, "http://a.example/"), (Value::text("http://a.example/"), vec![]));
        let named = "schemes = [\"isbn\"]";
        assert_eq!(read(named, "ISBN:978"), (Value::text("isbn:978"), vec![]));
        let (value, found) = read(schemes, "ftp://a.example/");
        assert_eq!(value, Value::Null);
        assert!(found[0].1.ends_with("its scheme is `ftp`, not `https` or `http`"), "{found:?}");
    }

    #[test]
    fn what_is_no_scheme_is_a_fault_of_the_schema() {
        for scheme in ["https://", "", "1a", "a b"] {
            let faults = schema(&format!("schemes = [\"https\", {scheme:?}]")).unwrap_err();
            let message = format!("`{scheme}` is no scheme of a URL");
            assert_eq!(faults, [(Code::SCHEMA_VALUE.id, message)]);
        }
    }

    #[test]
    fn damage_is_refused_whatever_the_schemes() {
        for options in ["", "schemes = [\"mailto\"]", "schemes = [\"https\"]"] {
            let trials = mutate(&schema(options).unwrap());
            assert!(trials.iter().all(|trial| trial.tripped.is_some()), "{options}: {trials:?}");
            assert_eq!(trials.len(), 1, "{options}");
        }
    }
}
