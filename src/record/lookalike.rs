//! Lines that look like entries and are none.
//!
//! In: a line that would join the value above. Out: its head, if it begins with
//! a few words and the delimiter, or with a near form of it: without the blank
//! behind it, with one before it, in full width, or behind characters that are not seen. So it does with a known key
//! that has a blank alone behind it, where the delimiter was lost, or what stands behind keys in other dumps. A dump in which that is usual
//! has keys that the schema does not know, or writes its delimiter in more ways
//! than one; either way a value would vanish in the one above.

use memchr::memmem::{self, Finder};
use unicode_normalization::char::is_combining_mark;

use super::keys::{KeyLookup, Keys};
use super::marks::{Brackets, is_numeral};
use crate::lang::Regex;
use crate::text::chars::{self, BIDIRECTIONAL, INVISIBLE};

/// How long a head may be: a character that is as wide as a word counts for four.
const LONGEST: usize = 32;
/// How many words it may have.
const WORDS: usize = 4;

/// How much of a line is looked at for what is not seen in it, in bytes.
const LOOKED_AT: usize = 256;

/// Whether a character ends a line for some programs, and is text here: VT, FF, FS, GS, RS, NEL,
/// and the separators of lines and paragraphs.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a text has such a character. All of the text of a dump is asked.
pub(super) fn has_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    // What two of those of several bytes begin with is rare in most languages.
    let wide = || memchr::memchr2(0xc2, 0xe2, bytes);
    memchr::memchr2(0xb, 0xc, bytes).is_some()
        || memchr::memchr3(0x1c, 0x1d, 0x1e, bytes).is_some()
        || wide().is_some_and(|from| {
            let wide = ["\u{85}", "\u{2028}", "\u{2029}"];
            wide.iter().any(|c| memmem::find(&bytes[from..], c.as_bytes()).is_some())
        })
}

/// Whether a character shows nothing and takes no room.
pub(super) fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !c.is_whitespace();
    }
    chars::kind(c) & (INVISIBLE | BIDIRECTIONAL) != 0
}

/// Whether a character stands before a word in a list, in quotes or in emphasis.
fn is_mark(c: char) -> bool {
    const MARKS: [char; 27] = [
        '-', '+', '•', '·', '–', '—', '#', '>', '‣', '⁃', '∙', '∘', '∗', '⊙', '√', '×', '§', '¶',
        '※', '・', '･', '－', '＞', '〓', '\u{2010}', '\u{2011}', '\u{2212}',
    ];
    MARKS.contains(&c) || is_pair_mark(c) || is_picture(c)
}

/// Whether a character is a picture: an arrow, a shape, an ornament, a face; and no number.
fn is_picture(c: char) -> bool {
    let shaped = matches!(
        c,
        '\u{2190}'..='\u{21ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
            | '\u{fe0f}' | '\u{1f300}'..='\u{1faff}'
    );
    shaped && !c.is_alphanumeric()
}

/// Whether a character stands before a word and behind it.
fn is_pair_mark(c: char) -> bool {
    const MARKS: [char; 14] =
        ['*', '_', '`', '"', '\'', '“', '”', '‘', '’', '„', '«', '»', '＊', '＂'];
    MARKS.contains(&c)
}

/// A line from behind the marks on that it begins with, if it does.
pub(super) fn behind_marks(line: &str) -> Option<&str> {
    let bare = bare(line);
    let rest = bare.strip_prefix(is_mark)?;
    Some(rest.trim_start_matches(|c: char| is_mark(c) || c.is_whitespace()))
}

/// A line from behind the number on that it has in a list, as in `1. ` and `（一）`, if it does.
fn behind_number(line: &str) -> Option<&str> {
    let bare = bare(line);
    let open = bare.chars().next()?;
    let brackets = Brackets::of(open);
    let numbered = if brackets.is_some() { &bare[open.len_utf8()..] } else { bare };
    let rest = numbered.trim_start_matches(is_numeral);
    // A letter counts as well, with a blank behind it.
    let letter =
        rest.len() == numbered.len() && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = if letter { &rest[1..] } else { rest };
    let end = rest.chars().next().filter(|_| rest.len() < numbered.len())?;
    let behind = &rest[end.len_utf8()..];
    let word = behind.trim_start();
    let spaced = word.len() < behind.len();
    let ends = match brackets {
        // `(12) pages` says how many there are.
        Some(brackets) => {
            brackets.closes(end)
                && !(spaced && end == ')' && word.starts_with(|c: char| c.is_ascii()))
        }
        None => ".)．）、".contains(end) && (spaced || !letter),
    };
    ends.then(|| word.trim_start_matches(|c: char| is_mark(c) || c.is_whitespace()))
}

/// A line from the first character on that is seen.
pub(super) fn bare(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || is_hidden(c))
}

/// Whether a line looks blank, and is not for want of something in it that is not seen. A pattern
/// of Braille without dots is as wide as a letter, and shows as little.
pub(super) fn looks_blank(line: &str) -> bool {
    bare(line).chars().all(|c| c == '\u{2800}' || c.is_whitespace() || is_hidden(c))
        && !line.trim().is_empty()
}

/// The head of a line as it looks: without characters that are not seen, and without blanks around
/// it; white space of any kind is a blank.
pub(super) fn look_of(line: &str) -> String {
    let head = &line[..line.floor_char_boundary(LOOKED_AT)];
    let seen = head.chars().filter(|c| !is_hidden(*c));
    let look: String = seen.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    look.trim().to_owned()
}

/// Looks for the heads of lines.
#[derive(Debug)]
pub(super) struct Lookalike {
    by: By,
    /// Whether a line that is set in goes on with the value above, unless its key is known.
    indent_goes_on: bool,
}

/// What heads are looked for by.
#[derive(Debug)]
enum By {
    /// The delimiter is a pattern, which knows its near forms itself.
    Pattern(Regex),
    /// The delimiter is white space: only a known key is told from prose.
    Blank {
        /// Whether it is more than blanks, such as a tab, which prose does not hold.
        rare: Option<String>,
    },
    /// The delimiter holds a sign.
    Sign {
        /// The delimiter as it is written.
        exact: String,
        /// The sign, without white space around it, and the same in the other width.
        forms: Vec<Finder<'static>>,
        /// Whether words hold the sign too, as they do a hyphen: then a near form
        /// has white space on one side at least.
        describe: bool,
    },
}

/// A line that looks like an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'t> {
    /// What would be the key.
    pub(super) text: &'t str,
    /// What stands behind it.
    pub(super) behind: Behind,
}

/// What stands behind a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// The delimiter of the schema, and the head begins its line.
    Delimiter,
    /// The same behind what the line is set in by, or a near form of it.
    NearForm,
    /// A blank, and no delimiter.
    Blank,
    /// The delimiter, or what stands there in other dumps; and marks stand before the head.
    Marked,
}

impl Behind {
    fn delimiter(exact: bool) -> Self {
        if exact { Self::Delimiter } else { Self::NearForm }
    }
}

impl Lookalike {
    pub(super) fn new(delimiter: &str, pattern: Option<Regex>, indent_goes_on: bool) -> Self {
        Self { by: By::new(delimiter, pattern), indent_goes_on }
    }

    /// The head of a line that looks like an entry.
    pub(super) fn head<'t>(&self, line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        let bare = bare(line);
        let known = |head: &str| keys.listed(head) != KeyLookup::No;
        let begins = bare.len() == line.len();
        let fits = |head: &str| known(head) || ((begins || !self.indent_goes_on) && is_head(head));
        let parted = match &self.by {
            By::Pattern(pattern) => pattern.find(bare).and_then(|found| {
                let text = bare[..found.start()].trim_end();
                fits(text).then_some(Head { text, behind: Behind::delimiter(begins) })
            }),
            By::Blank { rare } => rare.as_deref().and_then(|rare| {
                let text = bare.split_once(rare)?.0.trim_end();
                fits(text).then_some(Head { text, behind: Behind::delimiter(begins) })
            }),
            By::Sign { exact, forms, describe } => forms
                .iter()
                .filter_map(|form| {
                    let sign = form.needle();
                    let at = form.find(bare.as_bytes())?;
                    let (before, behind) = (&bare[..at], &bare[at + sign.len()..]);
                    let text = before.trim_end();
                    let whole = begins
                        && before.len() == text.len()
                        && bare[at..].starts_with(exact.as_str());
                    let spaced =
                        before.len() > text.len() || behind.starts_with(char::is_whitespace);
                    let doubled =
                        is_doubled(behind, sign) || before.ends_with(['=', '<', '>', '!']);
                    let near = !doubled && (spaced || !describe);
                    let behind = Behind::delimiter(whole);
                    ((whole || near) && fits(text)).then_some(Head { text, behind })
                })
                .min_by_key(|head| head.text.len()),
        };
        // What is not seen before a key sets no line in.
        let seen = line.trim_start_matches(is_hidden);
        let begins = bare.len() == seen.len();
        let blank = || {
            // A key may hold blanks: the longest that is known is meant.
            let text = begins.then(|| keys.before(seen, char::is_whitespace))??;
            match &self.by {
                // The delimiter itself: why the line is no entry is told where that is seen.
                By::Blank { rare: None } if seen[text.len()..].starts_with(' ') => None,
                By::Blank { .. } => Some(Head { text, behind: Behind::NearForm }),
                By::Pattern(_) | By::Sign { .. } => Some(Head { text, behind: Behind::Blank }),
            }
        };
        let other_sign = || Self::with_other_sign(line, keys);
        let formed = || self.formed(line, keys);
        parted.or_else(other_sign).or_else(blank).or_else(formed)
    }

    /// The head of a line that begins with a known key in another form than keys have here, or that has the form of a key
    /// of JSON.
    fn changed<'t>(&self, line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        Self::with_other_sign(line, keys).or_else(|| self.formed(line, keys))
    }

    /// The same, where the key has no other sign behind it.
    fn formed<'t>(&self, line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        self.marked(line, keys).or_else(|| self.shaped(line, keys))
    }

    /// The same where a pattern tells what keys are. A short word in capitals, as tags are, begins lines of text.
    pub(super) fn changed_known<'t>(&self, line: &'t str, keys: &Keys) -> Option<&'t str> {
        if !matches!(&self.by, By::Sign { describe: false, .. }) {
            return None;
        }
        let is_tag = |text: &str| {
            text.len() < 5 && text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        self.changed(line, keys).map(|head| head.text).filter(|text| !is_tag(text))
    }

    /// The head of a line with a known key and what stands behind keys in other dumps.
    fn with_other_sign<'t>(line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        // What is not seen before a key sets no line in.
        let seen = line.trim_start_matches(is_hidden);
        if bare(line).len() < seen.len() {
            return None;
        }
        let text = keys.before_in_any_case(seen, is_sign)?;
        let rest = seen[text.len()..].trim_start();
        is_other_sign(rest).then_some(Head { text, behind: Behind::NearForm })
    }

    /// The head of a line with a known key behind marks or a number, or in brackets.
    fn marked<'t>(&self, line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        let bare = bare(line);
        let begins = bare.len() == line.trim_start_matches(is_hidden).len();
        if !begins && self.indent_goes_on {
            return None;
        }
        let marked = behind_marks(line);
        let numbered = behind_number(marked.unwrap_or(bare));
        let listed = numbered.or(marked);
        let inner = listed.unwrap_or(bare);
        let follows = |rest: &str| self.parts(rest) || (begins && is_other_sign(rest.trim_start()));
        let head = |text, parts: bool| parts.then_some(Head { text, behind: Behind::Marked });
        if let Some(open) = inner.chars().next()
            && let Some(brackets) = Brackets::of(open)
        {
            let inner = inner[open.len_utf8()..].trim_start();
            let text = keys.before_in_any_case(inner, |c| brackets.closes(c) || is_sign(c))?;
            let rest = inner[text.len()..].trim_start();
            let within = rest.starts_with(is_sign);
            let rest = rest.trim_start_matches(is_sign).trim_start();
            let rest = rest.strip_prefix(|c| brackets.closes(c))?.trim_start_matches(is_pair_mark);
            // A heading by itself; these brackets are made for such.
            let alone = rest.trim().is_empty() && open != '<' || matches!(open, '【' | '〖');
            return head(text, within || alone || follows(rest));
        }
        listed?;
        let text = keys.before_in_any_case(inner, |c| !c.is_alphanumeric())?;
        let rest = &inner[text.len()..];
        // Emphasis and quotes end behind the key, or behind the delimiter.
        let ends = || follows(rest.trim_start_matches(is_pair_mark));
        head(text, follows(rest) || ends())
    }

    /// The head of a line that has the form of an entry, with a word that is known or nearly, or in the quotes of JSON.
    fn shaped<'t>(&self, line: &'t str, keys: &Keys) -> Option<Head<'t>> {
        // A key that begins its line has nothing before it that is not seen.
        let begins = bare(line).len() == line.trim_start_matches(is_hidden).len();
        let (head, rest) = begins.then(|| shaped_head(line))??;
        // A name in quotes and a dash is prose; what a link leads to stands behind its name in brackets.
        let parts = matches!(&self.by, By::Sign { describe: false, .. })
            && self.parts(rest)
            && !rest.contains("://");
        // Text has names with such signs too; JSON has quotes around every key.
        let word = head.text.split('[').next().unwrap_or(head.text);
        (parts && (line.starts_with('"') || keys.resembles(word))).then_some(head)
    }

    /// The head of a line that no pattern of keys matches, that is plainly a key and has behind it what stands behind keys.
    /// `codes` says that keys are as short as that, without small letters.
    pub(super) fn unfit<'t>(
        &self,
        line: &'t str,
        keys: &Keys,
        codes: Option<usize>,
    ) -> Option<&'t str> {
        let bare = bare(line);
        if bare.len() < line.len() && self.indent_goes_on {
            return None;
        }
        let cut = |delimiter: &str| {
            let text = match bare.split_once(delimiter) {
                Some((text, rest)) => {
                    Some(text).filter(|_| !is_doubled(rest, delimiter.as_bytes()))
                }
                None => bare.strip_suffix(delimiter.trim_end()),
            };
            let is_key = |text: &str| is_head(text) && is_plainly_key(text, keys);
            text.filter(|text| text.len() == text.trim_end().len() && is_key(text))
        };
        match &self.by {
            By::Pattern(_) => None,
            By::Blank { rare } => cut(rare.as_deref()?),
            By::Sign { exact, describe: false, .. } => cut(exact),
            // Prose has words with dashes behind them: a tag is told from those.
            By::Sign { forms, .. } => {
                let (sign, codes) = (str::from_utf8(forms[0].needle()).ok()?, codes?);
                let (before, rest) = bare.split_once(sign)?;
                let text = before.trim_end();
                let is_code = (2..=codes + 2).contains(&text.len())
                    && text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
                let dashes = sign.bytes().all(|c| c == b'-');
                let fits = || match before.len() - text.len() {
                    // Nothing but a tag has two.
                    2.. => true,
                    _ if !rest.starts_with(char::is_whitespace) => false,
                    _ if keys.listed(text) != KeyLookup::No
                        || text.bytes().any(|c| c.is_ascii_digit()) =>
                    {
                        true
                    }
                    0 => false,
                    _ => {
                        let value = rest.trim_start();
                        value.starts_with(|c: char| c.is_ascii_digit()) || value.starts_with("http")
                    }
                };
                (dashes && is_code && is_head(text) && fits()).then_some(text)
            }
        }
    }

    /// Whether the delimiter, or a near form of it, stands at the start of what is behind a key.
    fn parts(&self, rest: &str) -> bool {
        match &self.by {
            By::Pattern(pattern) => pattern.find(rest).is_some_and(|found| {
                // Behind marks prose begins, and blanks stand there as well.
                found.start() == 0
                    && found.as_str().chars().any(|c| c == '\t' || !c.is_whitespace())
            }),
            By::Blank { rare } => rare.as_deref().is_some_and(|rare| rest.starts_with(rare)),
            // Prose has a hyphen between blanks, and words that are keys.
            By::Sign { exact, describe: true, .. } => rest.starts_with(exact.as_str()),
            By::Sign { forms, .. } => forms.iter().any(|form| {
                let sign = form.needle();
                let bare = rest.trim_start();
                bare.as_bytes().starts_with(sign) && !is_doubled(&bare[sign.len()..], sign)
            }),
        }
    }
}

/// The word that a line begins with, where it is that of an entry by its form, and what stands behind it: one sign stands
/// right before it, as in `@key`, quotes or brackets around it, or an index in brackets behind it. A bullet, a quote of a
/// mail and a footnote begin text, as does a letter in brackets.
fn shaped_head(line: &str) -> Option<(Head<'_>, &str)> {
    const PAIRS: [(char, char); 13] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('“', '”'),
        ('‘', '’'),
        ('„', '“'),
        ('«', '»'),
        ('＂', '＂'),
        ('[', ']'),
        ('［', '］'),
        ('【', '】'),
        ('〔', '〕'),
        ('{', '}'),
    ];
    let stands_in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_word = |text: &str| {
        text.chars().nth(1).is_some() && text.chars().all(stands_in_word) && is_head(text)
    };
    let first = line.chars().next()?;
    if let Some((_, close)) = PAIRS.into_iter().find(|(open, _)| *open == first) {
        let (text, rest) = line[first.len_utf8()..].split_once(close)?;
        return is_word(text).then_some((Head { text, behind: Behind::Marked }, rest));
    }
    let rest = line.strip_prefix(|c| "#_@$%&!./~^?\\€£¥".contains(c)).unwrap_or(line);
    let (text, behind) = rest.split_at(rest.find(|c| !stands_in_word(c))?);
    if rest.len() < line.len() {
        return is_word(text).then_some((Head { text, behind: Behind::Marked }, behind));
    }
    let (index, rest) = behind.strip_prefix('[')?.split_once(']')?;
    let is_index = !index.is_empty() && index.chars().all(char::is_alphanumeric);
    let text = &line[..text.len() + index.len() + 2];
    (is_index && is_word(&line[..line.len() - behind.len()]))
        .then_some((Head { text, behind: Behind::Delimiter }, rest))
}

/// What stands behind keys in other dumps.
fn is_sign(c: char) -> bool {
    matches!(narrow(c), ':' | '=')
}

/// Signs that look like a colon.
const COLONS: [char; 5] = ['：', '∶', '︰', '﹕', '꞉'];

/// A sign as ASCII has it, where it has one that looks so.
fn narrow(c: char) -> char {
    match c {
        c if COLONS.contains(&c) => ':',
        '﹦' => '=',
        '！'..='～' => other_width(c),
        _ => c,
    }
}

/// Whether such a sign stands at the start of a text, and parts what is before it from what is behind it.
fn is_other_sign(text: &str) -> bool {
    let mut text = text.chars();
    text.next().is_some_and(is_sign)
        && !text.next().is_some_and(|c| is_sign(c) || "/\\>~".contains(c))
}

/// Whether what is behind a sign makes another one of it.
fn is_doubled(behind: &str, sign: &[u8]) -> bool {
    behind.as_bytes().starts_with(sign) || behind.starts_with(['/', '\\', '=', '>'])
}

impl By {
    fn new(delimiter: &str, pattern: Option<Regex>) -> Self {
        if let Some(pattern) = pattern {
            return Self::Pattern(pattern);
        }
        let core = delimiter.trim();
        if core.is_empty() {
            let rare = delimiter.chars().any(|c| c != ' ');
            return Self::Blank { rare: rare.then(|| delimiter.to_owned()) };
        }
        let other: String = core.chars().map(other_width).collect();
        let form = |sign: &str| Finder::new(sign).into_owned();
        let mut forms = vec![form(core)];
        if other != core {
            forms.push(form(&other));
        }
        if core.chars().all(|c| narrow(c) == ':') && core.chars().count() == 1 {
            let others = COLONS.into_iter().map(String::from);
            forms.extend(
                others.filter(|sign| *sign != core && *sign != other).map(|sign| form(&sign)),
            );
        }
        Self::Sign {
            exact: delimiter.to_owned(),
            forms,
            describe: core.chars().all(|c| c.is_alphanumeric() || "-'._/+&".contains(c)),
        }
    }
}

/// The near forms of a line whose key ends before a sign: the key, and the line with fewer or more
/// blanks around the sign and that in half width.
pub(super) fn near_forms(
    line: &str,
    known: impl Fn(&str) -> bool,
) -> impl Iterator<Item = (&str, String)> {
    let head = &line[..line.floor_char_boundary(LOOKED_AT)];
    let signs = head.char_indices().filter(|(_, c)| narrow(*c).is_ascii_punctuation());
    let parted = signs.filter_map(move |(at, sign)| {
        let (key, rest) = (line[..at].trim_end(), &line[at + sign.len_utf8()..]);
        let doubled = rest.starts_with([sign, '/', '\\', '=', '>']);
        (!doubled && known(key)).then_some((key, sign, rest.trim_start()))
    });
    parted.flat_map(|(key, sign, rest)| {
        let sign = narrow(sign);
        let spaces =
            ["", " ", "  "].into_iter().flat_map(|before| ["", " "].map(|behind| (before, behind)));
        spaces.map(move |(before, behind)| (key, format!("{key}{before}{sign}{behind}{rest}")))
    })
}

/// Whether a text is as short as a key, and none of the signs of a sentence stands in it.
fn is_head(text: &str) -> bool {
    let (mut length, mut words, mut letter) = (0, 1, false);
    let mut before = ' ';
    for (n, c) in text.chars().enumerate() {
        // A mark is no letter by itself: a tone of Thai, a virama, an accent that stands apart. Nor is
        // what joins or parts letters of Persian.
        if n > 0 && !c.is_ascii() && (is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}'))
        {
            continue;
        }
        // A blank at which no line is broken is a blank, and so is one of any width.
        let c = if !c.is_ascii() && c.is_whitespace() && !is_break(c) { ' ' } else { c };
        length += if c >= '\u{2e80}' { 4 } else { 1 };
        words += usize::from(c == ' ' && before != ' ');
        if length > LONGEST || words > WORDS || !(c.is_alphanumeric() || n > 0 && stands_in_key(c))
        {
            return false;
        }
        if c == ' ' && before == '.' {
            return false;
        }
        letter |= c.is_alphabetic();
        before = c;
    }
    letter
}

/// Whether a head is a key by its form, and no words of text: one word, a word with a part in brackets, or words with large
/// letters where all known keys have them, or that are nearly a known key.
fn is_plainly_key(text: &str, keys: &Keys) -> bool {
    let figure = |text: &str| text.starts_with(char::is_numeric);
    if figure(text) {
        return false;
    }
    if let Some((word, within)) = text.split_once(['(', '（'])
        && let Some(within) = within.strip_suffix([')', '）'])
    {
        return is_word_of_key(word.trim_end()) && within.contains(char::is_alphabetic);
    }
    let large = |word: &str| word.starts_with(char::is_uppercase);
    let mut words = text.split_whitespace();
    if words.clone().nth(1).is_none() {
        // `No.` is short for a key, as `e.g.` is none.
        let whole = text.strip_suffix('.').filter(|word| large(word)).unwrap_or(text);
        let names_two = || {
            let mut parts = whole.split('/');
            parts.clone().nth(1).is_some()
                && parts.all(|part| large(part) && part.len() > 1 && is_word_of_key(part))
        };
        return is_word_of_key(whole) || names_two();
    }
    // `Step 1` numbers what follows.
    if words.clone().next_back().is_some_and(figure) {
        return false;
    }
    let small = |text: &str| text.contains(char::is_lowercase);
    let has_shape = words.all(|word| large(word) && is_word_of_key(word))
        && keys.all().next().is_some()
        && keys.all().all(|key| key.split_whitespace().all(large) && small(key) == small(text));
    has_shape || keys.resembles(text)
}

/// Whether a word is one that a key may be: no abbreviation, as `e.g.`, no range, as `Mo-Fr`, and no single character that is
/// as wide as a word, as `注` is.
pub(super) fn is_word_of_key(word: &str) -> bool {
    let stands_in_word = |c: char| {
        c.is_alphanumeric()
            || is_combining_mark(c)
            || matches!(c, '_' | '-' | '.' | '·' | '\u{200c}' | '\u{200d}')
    };
    let length = |text: &str| text.chars().count();
    let is_wide = || length(word) == 1 && word >= "\u{2e80}";
    let is_short = || word.contains('.') && word.split('.').all(|part| length(part) < 2);
    let small = |c: char| c.is_lowercase();
    let is_range = || {
        word.split_once('-').is_some_and(|(from, to)| {
            matches!(length(from), 2 | 3)
                && from.chars().chain(to.chars()).all(char::is_alphabetic)
                && from.chars().map(small).eq(to.chars().map(small))
        })
    };
    word.chars().all(stands_in_word)
        && !word.ends_with(['-', '.'])
        && !is_wide()
        && !is_short()
        && !is_range()
}

/// Whether a sign stands among the words of a key.
fn stands_in_key(c: char) -> bool {
    const SIGNS: [char; 16] =
        [' ', '_', '-', '.', '/', '(', ')', '（', '）', '&', '+', '#', '*', '\'', '’', '·'];
    SIGNS.contains(&c)
}

/// A sign in full width, or in half width.
pub(super) fn other_width(c: char) -> char {
    let shifted = match c {
        '!'..='~' => u32::from(c) + 0xfee0,
        '！'..='～' => u32::from(c) - 0xfee0,
        _ => u32::from(c),
    };
    char::from_u32(shifted).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::Behind::{Blank, Delimiter, Marked, NearForm};
    use super::*;
    use crate::lang::Pattern;
    use crate::schema::{SchemaSource, parse};

    fn keys() -> Keys {
        let text = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
             record = { by = \"file\" }\nkey = { by = \"declared\", ignored = [\"isbn\"] }\n\
             [fields.a]\ntype = \"text\"\nkey = \"pages\"\n[fields.b]\ntype = \"text\"\nkey = \"in use\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\", \"b\"]\n";
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.to_owned() });
        Keys::new(&schema.unwrap_or_else(|| panic!("{faults:?}")))
    }

    fn check(delimiter: &str, line: &str, expected: Option<(&str, Behind)>) {
        check_indented(delimiter, true, line, expected);
    }

    fn check_indented(
        delimiter: &str,
        indent_goes_on: bool,
        line: &str,
        expected: Option<(&str, Behind)>,
    ) {
        let lookalike = Lookalike::new(delimiter, None, indent_goes_on);
        let head = lookalike.head(line, &keys()).map(|head| (head.text, head.behind));
        assert_eq!(head, expected, "{delimiter:?} {line:?}");
    }

    #[test]
    fn a_break_is_seen_wherever_it_stands() {
        for c in ('\0'..='\u{3000}').filter(|c| !is_break(*c)) {
            assert!(!has_breaks(&format!("a{c}")), "{c:?}");
        }
        for c in ('\0'..='\u{3000}').filter(|c| is_break(*c)) {
            for text in [format!("{c}"), format!("\u{201c}\u{e9}{c}"), format!("{c}\u{201c}")] {
                assert!(has_breaks(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn a_line_that_is_set_in_looks_like_an_entry_unless_it_goes_on() {
        for (delimiter, line, head) in [
            (": ", "  color: red", "color"),
            (": ", "\tsize:5", "size"),
            ("=", "  size = 5", "size"),
            ("\t", " size\t5", "size"),
        ] {
            check_indented(delimiter, false, line, Some((head, NearForm)));
            check_indented(delimiter, true, line, None);
        }
        check_indented(": ", false, "  12:30 is when it stops", None);
        check_indented(": ", false, "  the mill stood still for a year: no water came", None);
        check_indented(" ", false, "  by the river", None);
    }

    #[test]
    fn a_few_words_and_the_delimiter_or_a_near_form_look_like_an_entry() {
        check(": ", "Author: Ann", Some(("Author", Delimiter)));
        check(": ", "Place of first print: Rome", Some(("Place of first print", Delimiter)));
        check(": ", "pages:312", Some(("pages", NearForm)));
        check(": ", "price : 12", Some(("price", NearForm)));
        check(": ", "备注：x", Some(("备注", NearForm)));
        for sign in ['∶', '︰', '﹕', '꞉'] {
            check(": ", &format!("备注{sign}x"), Some(("备注", NearForm)));
            check("：", &format!("备注{sign}x"), Some(("备注", NearForm)));
            check("=", &format!("pages{sign}3"), Some(("pages", NearForm)));
            check("=", &format!("pages {sign} 3"), Some(("pages", NearForm)));
        }
        for blank in ['\u{3000}', '\u{2003}', '\u{2009}', '\u{205f}', '\u{a0}'] {
            let head = format!("出{blank}版{blank}社");
            check(": ", &format!("{head}：x"), Some((&head, NearForm)));
            check(": ", &format!("{head}: x"), Some((&head, Delimiter)));
        }
        check(": ", "  pages: 3", Some(("pages", NearForm)));
        check("：", "备注: x", Some(("备注", NearForm)));
        check("=", "colour = red", Some(("colour", NearForm)));
        check(" - ", "colour -red", Some(("colour", NearForm)));
        check("\t", "colour\tred", Some(("colour", Delimiter)));
        for head in ["ชื่อ", "शीर्षक", "pre\u{301}nom", "نام\u{200c}ها", "l’auteur", "col·lecció"]
        {
            check(": ", &format!("{head}: x"), Some((head, Delimiter)));
        }
        check("\t", "pages  3", Some(("pages", NearForm)));
        check(" ", "pages\t3", Some(("pages", NearForm)));
        check(": ", "pages 3", Some(("pages", Blank)));
        check("=", "in use\tyes", Some(("in use", Blank)));
        for (delimiter, line, head) in [
            (": ", "pages=3", "pages"),
            ("=", "pages: 3", "pages"),
            ("=", "in use：", "in use"),
            (" ", "pages：3", "pages"),
            ("\t", "isbn:3", "isbn"),
            (" - ", "pages=3", "pages"),
        ] {
            check(delimiter, line, Some((head, NearForm)));
        }
        check(" ", "in use\u{3000}yes", Some(("in use", NearForm)));
        for (delimiter, line, head) in [
            ("=", "Pages: 3", "Pages"),
            (" ", "PAGES=3", "PAGES"),
            ("=", "\u{200b}pages: 3", "pages"),
            (" ", "\u{200b}pages：3", "pages"),
        ] {
            check(delimiter, line, Some((head, NearForm)));
        }
    }

    #[test]
    fn a_known_key_behind_marks_looks_like_an_entry() {
        for (delimiter, line, head) in [
            (": ", "- pages: 3", "pages"),
            (": ", "* Pages:3", "Pages"),
            (": ", "**pages:** 3", "pages"),
            (": ", "__in use__: yes", "in use"),
            (": ", "- **`isbn`**: 3", "isbn"),
            (": ", "\"pages\": 3", "pages"),
            (": ", "“pages”：3", "pages"),
            (": ", "> pages=3", "pages"),
            ("=", "- pages = 3", "pages"),
            ("=", "\u{200b}- pages: 3", "pages"),
            (" ", "- pages: 3", "pages"),
            ("\t", "- pages\t3", "pages"),
            (" - ", "- pages - 3", "pages"),
            ("  - ", "- pages  - 3", "pages"),
            (": ", "- pages = 3", "pages"),
            (": ", "● pages: 3", "pages"),
            (": ", "▪ Pages：3", "Pages"),
            (": ", "→ in use: yes", "in use"),
            (": ", "・pages:3", "pages"),
            (": ", "\u{2011} pages: 3", "pages"),
            (": ", "\u{2212}pages: 3", "pages"),
            (": ", "＊＊pages＊＊: 3", "pages"),
            (": ", "＂pages＂：3", "pages"),
            (": ", "1. pages: 3", "pages"),
            (": ", "12. **pages**: 3", "pages"),
            ("=", "1、pages = 3", "pages"),
            (": ", "【pages】3", "pages"),
            (": ", "【in use】", "in use"),
            (": ", "- 「pages」：3", "pages"),
            (": ", "《Pages》: 3", "Pages"),
            (": ", "[pages]", "pages"),
            (": ", "**[pages]**: 3", "pages"),
            ("=", "(pages) = 3", "pages"),
            ("\t", "[pages]\t3", "pages"),
            (": ", "◎pages：3", "pages"),
            (": ", "▲ pages: 3", "pages"),
            (": ", "□pages：3", "pages"),
            (": ", "√ pages: 3", "pages"),
            (": ", "✓ pages: 3", "pages"),
            (": ", "➤ pages: 3", "pages"),
            (": ", "📖 pages: 3", "pages"),
            (": ", "☎\u{fe0f} pages: 3", "pages"),
            (": ", "‣ **pages**: 3", "pages"),
            (": ", "〖pages〗：3", "pages"),
            (": ", "〖pages〗3", "pages"),
            (": ", "＜pages＞：3", "pages"),
            (": ", "‹pages>：3", "pages"),
            (": ", "<pages>: 3", "pages"),
            (": ", "【pages：】3", "pages"),
            (": ", "[pages:] 3", "pages"),
            (": ", "【 pages 】3", "pages"),
            (": ", "【\u{3000}pages\u{3000}】3", "pages"),
            (": ", "[ pages ]: 3", "pages"),
            (": ", "（1）pages：3", "pages"),
            (": ", "（一）pages：3", "pages"),
            (": ", "（十二） pages：3", "pages"),
            (": ", "(1)pages: 3", "pages"),
            (": ", "[1]pages：3", "pages"),
            (": ", "[1] pages: 3", "pages"),
            (": ", "【2】pages：3", "pages"),
            (": ", "一、pages：3", "pages"),
            (": ", "１．pages：3", "pages"),
            (": ", "- 1. pages: 3", "pages"),
        ] {
            check(delimiter, line, Some((head, Marked)));
        }
        // A line that is set in goes on where the schema says so.
        let line = "  • in use : yes";
        check_indented(": ", false, line, Some(("in use", Marked)));
        check_indented(": ", true, line, None);
        let pattern = |pattern: &str, line: &'static str| {
            let pattern =
                Pattern::new(pattern.to_owned(), 0..0).ok().map(|pattern| pattern.compile());
            let head = Lookalike::new("", pattern, true).head(line, &keys());
            head.map(|head| (head.text, head.behind))
        };
        assert_eq!(pattern(r"\s*[:：]\s*", "- pages : 3"), Some(("pages", Marked)));
        assert_eq!(pattern(r"\s+", "- pages of the book"), None);
        for (delimiter, line) in [
            (": ", "- colour: red"),
            (": ", "- pages of the book: 3"),
            (": ", "- pages 3"),
            (": ", "- pages://x"),
            (": ", "- pages"),
            (": ", "-"),
            (": ", "\"pages\", it says: 3"),
            (" ", "- pages 3"),
            ("\t", "- pages 3"),
            (" - ", "- pages-long"),
            ("  - ", "- pages - not one of them"),
            (": ", "1. colour: red"),
            (": ", "1. pages of the book: 3"),
            (": ", "(pages) 3 of them: torn"),
            (": ", "《pages》 is a book: 3"),
            (": ", "[pages](x): 3"),
            (": ", "[pages"),
            (": ", "[pages of it]"),
            (": ", "(12) pages: 3"),
            (": ", "- pages == 3"),
            (": ", "(12) pages : 3"),
            (": ", "（一）颜色的书很多，都在这里写着：红"),
            (": ", "<pages>"),
            (": ", "<pages>3</pages>"),
            (": ", "◎ pages of the book: 3"),
            (": ", "【pages of it：】3"),
            (": ", "  【pages】3"),
            ("=", "  - pages: 3"),
            ("=", "- pages == 3"),
        ] {
            check(delimiter, line, None);
        }
    }

    #[test]
    fn a_known_key_with_a_sign_before_it_or_in_quotes_or_brackets_looks_like_an_entry() {
        for (delimiter, line, head) in [
            (": ", "\"colour\": red", "colour"),
            (": ", "\"颜色\"：红", "颜色"),
            (": ", "`pagse`: 3", "pagse"),
            (": ", "“Page”：3", "Page"),
            (": ", "[pagse]: 3", "pagse"),
            (": ", "{pages}: 3", "pages"),
            (": ", "【pagse】: 3", "pagse"),
            (": ", "@pages: 3", "pages"),
            (": ", "#pages: 3", "pages"),
            (": ", "$PAGES:5", "PAGES"),
            (": ", ".in_use: yes", "in_use"),
            ("=", "@isbn = 3", "isbn"),
        ] {
            check(delimiter, line, Some((head, Marked)));
        }
        check(": ", "pages[0]: 3", Some(("pages[0]", Delimiter)));
        check(": ", "Page[12]: 3", Some(("Page[12]", Delimiter)));
        check(": ", "year\u{a0}of\u{a0}print: 5", Some(("year\u{a0}of\u{a0}print", Delimiter)));
        for (delimiter, line) in [
            (": ", "2: by the river"),
            (": ", "2. colour: red"),
            (": ", "@ann: thanks"),
            (": ", "[Chorus]: la"),
            (": ", "Smith[3]: x"),
            (": ", "see[1]: the note"),
            (": ", ".gitignore: ignores"),
            (": ", ".NET: a platform"),
            (": ", "$HOME: x"),
            (": ", "`code`: does this"),
            (": ", "'colour': red"),
            (": ", "“colour”：red"),
            (": ", "【颜色】: 红"),
            (": ", "{colour}: red"),
            (": ", "[link]: x.html"),
            (": ", "(a): by the river"),
            (": ", "[a]: by the river"),
            (": ", "[1]: by the river"),
            (": ", "[2a] by the river: still"),
            (": ", "[mill]: http://example.org"),
            (": ", "(colour): red"),
            (": ", "-colour: red"),
            (": ", "*Note: red"),
            (": ", "> colour: red"),
            (": ", "# colour: red"),
            (": ", "\"The mill stands\": so it says"),
            (": ", "\"Mill\" is a word: so it says"),
            (": ", "\"Mill\", he said"),
            (": ", "'tis the mill: it's old"),
            (": ", "@ann by the river: come"),
            (": ", "@ann, come: now"),
            (": ", "#1: by the river"),
            (": ", "$5: the price of it"),
            (": ", "...and then: nothing"),
            (": ", "mill[3] stands: still"),
            (": ", "mill[]: x"),
            (": ", "@colour::red"),
            (": ", "@http://example.org"),
            (": ", "  @colour: red"),
            (": ", "the mill of\u{a0}ours stood still: no water"),
            (" - ", "\"Mill\" - a word"),
            (" - ", "@ann - come"),
            (" ", "@colour red"),
            ("\t", "@colour red"),
        ] {
            check(delimiter, line, None);
        }
    }

    #[test]
    fn prose_does_not() {
        check(": ", "12:30 is when it stops", None);
        check(": ", "see http://example.org", None);
        check(": ", "http://example.org", None);
        check(": ", "the mill stood still for a year: no water came", None);
        check(": ", "It stopped. Why: no water", None);
        check(": ", "  note: set in", None);
        check(": ", "  pages 3", None);
        check(": ", "pagesize 3", None);
        check(": ", "std::vec", None);
        check(": ", "\u{301}: x", None);
        check("=", "a == b", None);
        check(" - ", "well-known words", None);
        check(" ", "colour red", None);
        check(" ", "备注：x", None);
        check("=", "colour: red", None);
        check(" ", "pages://x", None);
        check(": ", "pages => 3 and pages == 3", Some(("pages", Blank)));
        check(": ", "pages==3", None);
        check(": ", "  pages=3", None);
        check("\t", "colour red", None);
        check("：", "医生在这里写下了很长的一句话然后才说：好", None);
    }
}
