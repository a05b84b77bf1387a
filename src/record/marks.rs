//! Lines that have nearly the form of one that begins or ends a record.
//!
//! In: a line that would join the value above, and a line that begins a record or ends it. Out: whether the former is the
//! latter with another count of its signs, as `----` is for `---`, or the head of a record of another kind, as `[Typedef]`
//! is beside `[Term]`. Either way two records would be read as one.

use super::lookalike::is_hidden;

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

#[cfg(test)]
mod tests {
    use super::*;

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
