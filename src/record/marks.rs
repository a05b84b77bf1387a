//! Lines that have nearly the form of one that begins or ends a record.
//!
//! In: a line that would join the value above, and a line that begins a record or ends it. Out: whether the former is the
//! latter with another count of its signs, as `----` is for `---`, or the head of a record of another kind, as `[Typedef]`
//! is beside `[Term]`. Either way two records would be read as one.

use super::lookalike::{is_hidden, is_word_of_key, other_width};

/// A piece of a line. White space between pieces says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Word(&'t str),
    /// A sign, however often it stands there in a row.
    Sign(char),
}

/// How long a line is that is looked at, in bytes.
const LONGEST: usize = 256;

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The pieces of a line, and where each ends.
fn pieces(line: &str) -> impl Iterator<Item = (Piece<'_>, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let blank = |c: char| c.is_whitespace() || is_hidden(c);
        let rest = line[at..].trim_start_matches(blank);
        let first = rest.chars().next()?;
        let from = line.len() - rest.len();
        if is_of_word(first) {
            let word = &rest[..rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())];
            at = from + word.len();
            return Some((Piece::Word(word), at));
        }
        let behind = rest.trim_start_matches(|c| c == first || blank(c));
        let signs = rest[..rest.len() - behind.len()].trim_end_matches(blank);
        at = from + signs.len();
        Some((Piece::Sign(first), at))
    })
}

/// Whether both words are figures, or neither is.
fn is_alike(one: &str, other: &str) -> bool {
    one.starts_with(|c: char| c.is_ascii_digit()) == other.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a line says what a mark says, but for how often its signs stand there, for white space, for a number and for
/// whether letters are large.
pub(super) fn is_near(mark: &str, line: &str) -> bool {
    if line.len() > LONGEST || mark.len() > LONGEST {
        return false;
    }
    let (mut ours, mut theirs) = (pieces(mark), pieces(line));
    let (mut signs, mut words) = (0, 0);
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => break,
            (Some((Piece::Sign(one), _)), Some((Piece::Sign(other), _))) if one == other => {
                signs += 1;
            }
            (Some((Piece::Word(one), _)), Some((Piece::Word(other), _)))
                if one.eq_ignore_ascii_case(other)
                    || [one, other].iter().all(|word| word.bytes().all(|c| c.is_ascii_digit())) =>
            {
                words += 1;
            }
            _ => return false,
        }
    }
    // A sign by itself is what text has where nothing is to be said.
    let is_row = || line.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).nth(1).is_some();
    signs > 0 && (words > 0 || is_row())
}

/// The head of a record of another kind that a line has, where `head` begins one: the same signs around another word. A line
/// whose first word is that of `head` may go on behind the last of them.
pub(super) fn other_kind<'t>(head: &str, line: &'t str) -> Option<&'t str> {
    if head.len() > LONGEST {
        return None;
    }
    let ours: Vec<_> = pieces(head).map(|(piece, _)| piece).collect();
    let is_sign = |piece: &Piece<'_>| matches!(piece, Piece::Sign(_));
    let last = ours.iter().rposition(is_sign)?;
    if ours.iter().filter(|piece| is_sign(piece)).count() < 2 || ours.iter().all(is_sign) {
        return None;
    }
    let led = matches!(ours[0], Piece::Word(_));
    let (mut theirs, mut end) = (pieces(line), 0);
    for (place, piece) in ours.iter().enumerate() {
        let Some((other, to)) = theirs.next() else {
            return (led && place > last).then(|| &line[..end]);
        };
        let fits = match (*piece, other) {
            (Piece::Word(one), Piece::Word(other)) if place == 0 => one == other,
            (Piece::Word(one), Piece::Word(other)) => place > last || is_alike(one, other),
            (one, other) => one == other,
        };
        if !fits {
            return (led && place > last).then(|| &line[..end]);
        }
        end = to;
    }
    (led || theirs.next().is_none()).then(|| &line[..end])
}

/// A head without what tells it from others of its kind: its numbers.
pub(super) fn kind_of(head: &str) -> String {
    let mut kind = String::new();
    let mut from = 0;
    for (piece, end) in pieces(head) {
        match piece {
            Piece::Word(word) if word.contains(|c: char| c.is_ascii_digit()) && from > 0 => {
                kind.push_str(&head[from..end - word.len()]);
                kind.push('0');
            }
            Piece::Word(_) | Piece::Sign(_) => kind.push_str(&head[from..end]),
        }
        from = end;
    }
    kind
}

/// Brackets that stand for each other: of one form in several widths and alphabets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brackets {
    opening: &'static str,
    closing: &'static str,
}

impl Brackets {
    const ALL: [Self; 5] = [
        Self { opening: "[［【〔〖〘", closing: "]］】〕〗〙" },
        Self { opening: "(（", closing: ")）" },
        Self { opening: "<＜〈《‹⟨", closing: ">＞〉》›⟩" },
        Self { opening: "{｛", closing: "}｝" },
        Self { opening: "「『｢", closing: "」』｣" },
    ];

    /// Those that a character opens.
    pub(super) fn of(open: char) -> Option<Self> {
        Self::ALL.into_iter().find(|brackets| brackets.opening.contains(open))
    }

    pub(super) fn closes(self, c: char) -> bool {
        self.closing.contains(c)
    }

    /// The bracket that stands in a text for another one.
    fn in_place_of(c: char, text: &str) -> Option<char> {
        let all = Self::ALL.into_iter().flat_map(|brackets| [brackets.opening, brackets.closing]);
        let alike = all.filter(|alike| alike.contains(c)).flat_map(str::chars);
        alike.into_iter().find(|c| text.contains(*c))
    }
}

/// Whether a number is written with a character: a digit, or a numeral of Chinese.
pub(super) fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９') || "〇零一二三四五六七八九十百千两".contains(c)
}

/// Whether a line is the head of a record but for its form, where `head` is one: by another number, written in any way; by other
/// brackets or another width; by signs and blanks within a name, for which `begins` tells what begins a record; by a sign or
/// a comment behind it.
pub(super) fn is_other_form(head: &str, line: &str, begins: impl Fn(&str) -> bool) -> bool {
    if head.len() > LONGEST || line.len() > LONGEST {
        return false;
    }
    let number = number_form(head);
    // A number alone is no head by its form.
    if number.contains('0')
        && number.contains(|c: char| !c.is_ascii_digit())
        && number == number_form(line)
    {
        return true;
    }
    let line: String = line.chars().map(|c| dressed(c, head)).collect();
    // A comment stands behind a name that has signs on both sides.
    let framed = !head.starts_with(is_of_word) && !head.ends_with(is_of_word);
    let signs = [" ;", " #", " //"].iter().filter(|_| framed);
    let comment = signs.filter_map(|sign| line.find(sign)).min();
    let named = line[..comment.unwrap_or(line.len())].trim_end();
    // What a sentence ends with may stand behind a word.
    let colon = line.trim_end_matches([':', '：']);
    let colon = if colon.ends_with(is_of_word) { line.as_str() } else { colon };
    [named, colon].into_iter().any(|line| {
        begins(line)
            || squeezed(line, head).is_some_and(|forms| forms.iter().any(|form| begins(form)))
    })
}

/// Whether a character stands behind a head and says nothing.
fn is_tail(c: char) -> bool {
    c.is_whitespace() || ".:;,-–—：；，、．".contains(c)
}

/// A character as a head has it that has it in another width, or has another bracket in its place.
fn dressed(c: char, head: &str) -> char {
    if c.is_alphanumeric() || head.contains(c) {
        return c;
    }
    let other = other_width(c);
    if head.contains(other) { other } else { Brackets::in_place_of(c, head).unwrap_or(c) }
}

/// A line that has the signs of a head around a name, without what stands in the name and is no part of a word, and without
/// its digits too. A name has no more than four words and no sign of a sentence; and it is one word, where signs stand on one
/// side alone. A head of several words has no name.
fn squeezed(line: &str, head: &str) -> Option<[String; 2]> {
    let before = &head[..head.find(is_of_word)?];
    let behind = head[before.len()..].trim_start_matches(is_of_word);
    if behind.contains(is_of_word) {
        return None;
    }
    let name = line.strip_prefix(before)?.strip_suffix(behind)?;
    let is_name = if before.is_empty() || behind.is_empty() {
        before.len() + behind.len() > 0 && is_word_of_key(name) && !name.contains('.')
    } else {
        // What stands in round brackets beside other text has blanks more often than a name.
        let most = if before.ends_with(['(', '（']) { 1 } else { 4 };
        name.split_whitespace().count() <= most
            && !name.contains(behind)
            && !name.contains([',', ';', '!', '?', '。', '，', '；', '！', '？', '…'])
            && !name.contains(". ")
    };
    let bare: String = name.chars().filter(|c| is_of_word(*c)).collect();
    let fits = is_name && name.chars().count() <= 32 && bare.contains(char::is_alphanumeric);
    let letters = bare.replace(char::is_numeric, "");
    fits.then(|| [bare, letters].map(|name| format!("{before}{name}{behind}")))
}

/// A head with `0` for each of its numbers, in small letters and half width, without blanks, and without what stands behind
/// the last of it and says nothing. Two numbers that are joined by a sign are one, as is one with a letter behind it.
fn number_form(head: &str) -> String {
    let mut form = String::new();
    let is_around = |c: char| c.is_whitespace() || is_hidden(c) || matches!(c, '*' | '_' | '"');
    let head = head.trim_matches(is_around).trim_end_matches(is_tail);
    let (mut joint, mut joined) = (None, false);
    for c in head.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)) {
        let c = if matches!(c, '！'..='～') { other_width(c) } else { c };
        match c {
            _ if is_numeral(c) && form.ends_with('0') => joint = None,
            _ if is_numeral(c) => form.push('0'),
            '-' | '.' | '/' | ':' if form.ends_with('0') && !joined => {
                (joint, joined) = (Some(c), true);
            }
            _ => {
                form.extend(joint.take());
                form.extend(c.to_lowercase());
            }
        }
    }
    form.extend(joint);
    let bare = form.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let is_letter = bare.len() + 1 == form.len() && bare.ends_with('0');
    if is_letter { bare.to_owned() } else { form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Pattern;

    #[test]
    fn another_count_of_signs_is_near() {
        for (mark, line) in [
            ("---", "----"),
            ("---", "--"),
            ("---", "- - -"),
            ("//", "///"),
            ("//", "/ /"),
            ("=== 1 ===", "== 2 =="),
            ("=== 1 ===", "===3==="),
            ("-- end --", "--- End ---"),
            ("# 1", "## 2"),
            ("$$$$", "$$$"),
            ("*", "**"),
        ] {
            assert!(is_near(mark, line), "{mark:?} {line:?}");
        }
        for (mark, line) in [
            ("---", "-"),
            ("---", "- a"),
            ("---", "***"),
            ("---", "--- a"),
            ("---", "-- *"),
            ("---", "—"),
            ("---", "->"),
            ("---", "...."),
            ("---", ""),
            ("---", "(-)"),
            ("//", "// a"),
            ("//", "http://"),
            ("//", "/usr/"),
            ("=== 1 ===", "=== a"),
            ("=== 1 ===", "=== one ==="),
            ("=== 1 ===", "1 = 1"),
            ("-- end --", "end"),
            ("-- end --", "-- the end --"),
            ("END", "End"),
            ("END", "the END"),
            ("1", "2"),
            ("", "--"),
        ] {
            assert!(!is_near(mark, line), "{mark:?} {line:?}");
        }
    }

    #[test]
    fn a_head_in_another_form_is_told_from_text() {
        let is_head = |head: &str, pattern: &str, line: &str| {
            let pattern = Pattern::new(pattern.to_owned(), 0..0).unwrap().compile();
            assert!(pattern.is_match(head), "{head}");
            is_other_form(head, line, |line| pattern.is_match(line))
        };
        let bracketed = r"^\[(?<value>\w+)\]$";
        for line in [
            "[web-2]",
            "[b c]",
            "[b/2]",
            "[b:2]",
            "[192.168.0.1]",
            "[remote \"origin\"]",
            "【b】",
            "［b］",
            "【b-2】",
            "[web] ; main",
            "[web] # main",
            "[web]:",
            "[the first of all]",
        ] {
            assert!(is_head("[web]", bracketed, line), "{line}");
        }
        for line in [
            "[see] it",
            "[the mill].",
            "[mill][1]",
            "[mill]: #river",
            "(see)",
            "(b-2)",
            "see [it]",
            "[]",
            "[so, it goes]",
            "[stop!]",
            "[one. two]",
            "[a b c d e]",
            "「b」",
            "web-2",
            "by the river",
            "12:30",
            "",
        ] {
            assert!(!is_head("[web]", bracketed, line), "{line}");
        }
        for (head, pattern, line) in [
            ("#1", r"^#(\d+)$", "#2."),
            ("#1", r"^#(\d+)$", "#2:"),
            ("#1", r"^#(\d+)$", "＃2"),
            ("#1", r"^#(\d+)$", "＃２"),
            ("#1", r"^#(\d+)$", "#2a"),
            ("#1", r"^#(\d+)$", "#2-1"),
            ("#1", r"^#(\d+)$", "# 2"),
            ("#1", r"^#(\d+)$", "**#2**"),
            ("第1条", r"^第(\d+)条$", "第 2 条"),
            ("第1条", r"^第(\d+)条$", "第二条"),
            ("第1条", r"^第(\d+)条$", "第十二条"),
            ("第1条", r"^第(\d+)条$", "第2条："),
            ("第一条", r"^第([一二三]+)条$", "第2条"),
            ("第 1 条", r"^第 (\d+) 条$", "第2条"),
            ("Chapter 1", r"^Chapter (\d+)$", "CHAPTER 2"),
            ("Chapter 1", r"^Chapter (\d+)$", "Chapter 2:"),
            ("web:", r"^\w+:$", "web-2:"),
            ("web:", r"^\w+:$", "web-2："),
            ("@web", r"^@\w+$", "@web-2"),
            ("[web]", r"^\[[a-z]+\]$", "[web-2]"),
            ("== Web ==", r"^== (\w+) ==$", "== Web 2 =="),
        ] {
            assert!(is_head(head, pattern, line), "{head} {line}");
        }
        for (head, pattern, line) in [
            ("#1", r"^#(\d+)$", "2."),
            ("#1", r"^#(\d+)$", "# 3.0.0"),
            ("#1", r"^#(\d+)$", "#175)"),
            ("(web)", r"^\((\w+)\)$", "(see the mill)"),
            ("web:", r"^\w+:$", "color: #000000;"),
            ("web:", r"^\w+:$", "configure.ac:"),
            ("#1", r"^#(\d+)$", "#b"),
            ("#1", r"^#(\d+)$", "#2 by the river"),
            ("1", r"^\d+$", "12:30"),
            ("2024", r"^\d{4}$", "12.30"),
            ("1.", r"^\d+\.$", "2"),
            ("第1条", r"^第(\d+)条$", "第二条的水"),
            ("第1条", r"^第(\d+)条$", "一条"),
            ("Chapter 1", r"^Chapter (\d+)$", "by river 2"),
            ("Chapter 1", r"^Chapter (\d+)$", "chapter two"),
            ("web:", r"^\w+:$", "by the river:"),
            ("web:", r"^\w+:$", "e.g.:"),
            ("web:", r"^\w+:$", "Mo-Fr:"),
            ("[Term]", r"^\[Term\]$", "[a b]"),
            ("[Term]", r"^\[Term\]$", "【b】"),
        ] {
            assert!(!is_head(head, pattern, line), "{head} {line}");
        }
    }

    #[test]
    fn the_head_of_a_record_of_another_kind_has_the_same_signs() {
        for (head, line, found, kind) in [
            ("[Term]", "[Typedef]", "[Typedef]", "[Typedef]"),
            ("[Term]", "[ term ]", "[ term ]", "[ term ]"),
            ("0 @I1@ INDI", "0 @N1@ NOTE", "0 @N1@ NOTE", "0 @0@ NOTE"),
            ("0 @I1@ INDI", "0 @F12@ FAM", "0 @F12@ FAM", "0 @0@ FAM"),
            ("0 @I1@ INDI", "0 @N1@ NOTE by the (river)", "0 @N1@ NOTE", "0 @0@ NOTE"),
            ("0 @I1@ INDI", "0 @S1@", "0 @S1@", "0 @0@"),
            ("== Book ==", "== Film ==", "== Film ==", "== Film =="),
            ("<book>", "<film>", "<film>", "<film>"),
            ("**Book**", "**Film**", "**Film**", "**Film**"),
        ] {
            let other = other_kind(head, line);
            assert_eq!(other, Some(found), "{head:?} {line:?}");
            assert_eq!(kind_of(found), kind, "{head:?} {line:?}");
        }
        for (head, line) in [
            ("[Term]", "[a b]"),
            ("[Term]", "[see] it"),
            ("[Term]", "see [it]"),
            ("[Term]", "[1]"),
            ("[Term]", "[]"),
            ("[Term]", "(see)"),
            ("[Term]", "Typedef"),
            ("[1]", "[sic]"),
            ("(1)", "(laughs)"),
            ("0 @I1@ INDI", "1 NOTE x"),
            ("0 @I1@ INDI", "1 @N1@ NOTE"),
            ("0 @I1@ INDI", "0 by the river"),
            ("0 @I1@ INDI", "0 ann@x"),
            ("* ABC12", "* by the river"),
            ("Chapter 1", "by river"),
            ("title: a", "note: b"),
            ("-- --", "-- a --"),
            ("", "[a]"),
        ] {
            assert_eq!(other_kind(head, line), None, "{head:?} {line:?}");
        }
    }
}
