//! What a marker of sections can begin with, told by its pattern.
//!
//! A text is long and its markers are few: where neither a character nor the
//! one behind it can begin a marker, no pattern need be tried.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

/// The characters of a marker.
#[derive(Clone, Debug)]
pub struct MarkerChars {
    /// What its first three characters can be, with those that must stand behind it.
    pub head: [ClassUnicode; HEAD],
    /// Whether there need be no second one, and no third one, where the text goes on.
    pub short: [bool; HEAD - 1],
    /// Those that can stand before it, as a part of the match.
    pub before: ClassUnicode,
    /// Whether nothing need stand before it.
    pub bare: Bare,
    /// How many of its characters stand before its number, if that are always as many.
    pub number_at: Option<usize>,
}

/// How many characters are told one by one.
const HEAD: usize = 3;

/// Where a marker can stand that has no character before it in its match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bare {
    /// Nowhere.
    Never,
    /// At the start of the text.
    AtStart,
    /// Anywhere.
    Anywhere,
}

/// Tells the characters of the group `marker` of a pattern. None if more than one
/// character stands before the group, or if the group is inside of another part.
#[must_use]
pub fn marker_chars(pattern: &str) -> Option<MarkerChars> {
    let parsed = regex_syntax::parse(pattern).ok()?;
    let parts = match parsed.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&parsed),
    };
    let is_marker = |part: &Hir| matches!(part.kind(), HirKind::Capture(group) if group.name.as_deref() == Some("marker"));
    let place = parts.iter().position(is_marker)?;
    let before: Option<usize> = parts[..place].iter().map(most_chars).sum();
    if before? > 1 {
        return None;
    }
    let mut ahead = ClassUnicode::empty();
    parts[..place].iter().for_each(|part| ahead.union(&chars_of(part).all));
    let bare = parts[..place].iter().map(bare).min().unwrap_or(Bare::Anywhere);
    let marker = chars_of(&parts[place]);
    if marker.least == 0 {
        return None;
    }
    let mut chars = marker;
    parts[place + 1..].iter().for_each(|part| chars.push(&chars_of(part)));
    let [_, single, double, _] = chars.lengths;
    Some(MarkerChars {
        head: chars.head,
        short: [single, single || double],
        before: ahead,
        bare,
        number_at: number_at(&parts[place]),
    })
}

/// How many characters of a marker stand before its group `number`, if that are always as many.
fn number_at(marker: &Hir) -> Option<usize> {
    let HirKind::Capture(group) = marker.kind() else { return None };
    let parts = match group.sub.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&*group.sub),
    };
    let is_number = |part: &Hir| matches!(part.kind(), HirKind::Capture(group) if group.name.as_deref() == Some("number"));
    let place = parts.iter().position(is_number)?;
    let length = |part| most_chars(part).filter(|most| *most == chars_of(part).least);
    parts[..place].iter().map(length).sum()
}

/// Where a part may match without a character.
fn bare(part: &Hir) -> Bare {
    match part.kind() {
        HirKind::Look(Look::Start) => Bare::AtStart,
        HirKind::Empty | HirKind::Look(_) => Bare::Anywhere,
        HirKind::Literal(_) | HirKind::Class(_) => Bare::Never,
        HirKind::Capture(group) => bare(&group.sub),
        HirKind::Repetition(repetition) if repetition.min == 0 => Bare::Anywhere,
        HirKind::Repetition(repetition) => bare(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().map(bare).min().unwrap_or(Bare::Anywhere),
        HirKind::Alternation(parts) => parts.iter().map(bare).max().unwrap_or(Bare::Never),
    }
}

/// What the matches of a part are made of.
#[derive(Clone)]
struct Chars {
    /// The first characters, one by one.
    head: [ClassUnicode; HEAD],
    /// All of them.
    all: ClassUnicode,
    /// How many there are at least.
    least: usize,
    /// Whether there may be none, one, two, or more.
    lengths: [bool; HEAD + 1],
}

impl Chars {
    /// Those of no character.
    fn none() -> Self {
        let none = ClassUnicode::empty;
        let lengths = [true, false, false, false];
        Self { head: [none(), none(), none()], all: none(), least: 0, lengths }
    }

    /// Those of one of a set.
    fn one(set: ClassUnicode) -> Self {
        let mut one = Self { lengths: [false, true, false, false], least: 1, ..Self::none() };
        one.all = set.clone();
        one.head[0] = set;
        one
    }

    /// Puts others behind them.
    fn push(&mut self, next: &Self) {
        let mut lengths = [false; HEAD + 1];
        for (length, _) in self.lengths.into_iter().enumerate().filter(|(_, may)| *may) {
            for (set, more) in self.head.iter_mut().skip(length).zip(&next.head) {
                set.union(more);
            }
            for (more, _) in next.lengths.into_iter().enumerate().filter(|(_, may)| *may) {
                lengths[(length + more).min(HEAD)] = true;
            }
        }
        self.lengths = lengths;
        self.all.union(&next.all);
        self.least += next.least;
    }

    /// Takes others as well.
    fn or(&mut self, other: &Self) {
        self.head.iter_mut().zip(&other.head).for_each(|(set, more)| set.union(more));
        self.lengths.iter_mut().zip(other.lengths).for_each(|(may, also)| *may |= also);
        self.all.union(&other.all);
        self.least = self.least.min(other.least);
    }
}

fn chars_of(part: &Hir) -> Chars {
    match part.kind() {
        // Where a character stands is no end.
        HirKind::Look(Look::End) => Chars { lengths: [false; HEAD + 1], ..Chars::none() },
        HirKind::Empty | HirKind::Look(_) => Chars::none(),
        HirKind::Literal(literal) => {
            let mut chars = Chars::none();
            for c in String::from_utf8_lossy(&literal.0).chars() {
                chars.push(&Chars::one(ClassUnicode::new([ClassUnicodeRange::new(c, c)])));
            }
            chars
        }
        HirKind::Class(class) => Chars::one(match class {
            Class::Unicode(set) => set.clone(),
            Class::Bytes(set) => set.to_unicode_class().unwrap_or_else(ClassUnicode::empty),
        }),
        HirKind::Capture(group) => chars_of(&group.sub),
        HirKind::Repetition(repetition) => {
            let one = chars_of(&repetition.sub);
            let least = one.least * repetition.min as usize;
            let mut next = Chars::none();
            // What comes behind so many characters makes no difference.
            for _ in (0..repetition.min).take(HEAD) {
                next.push(&one);
            }
            let mut chars = next.clone();
            for _ in (repetition.min..repetition.max.unwrap_or(u32::MAX)).take(HEAD) {
                next.push(&one);
                chars.or(&next);
            }
            Chars { least, ..chars }
        }
        HirKind::Concat(parts) => {
            let mut chars = Chars::none();
            for part in parts {
                chars.push(&chars_of(part));
            }
            chars
        }
        HirKind::Alternation(parts) => {
            let mut parts = parts.iter().map(chars_of);
            let first = parts.next().unwrap_or_else(Chars::none);
            parts.fold(first, |mut all, part| {
                all.or(&part);
                all
            })
        }
    }
}

/// How many characters a part has at most; none without bound.
fn most_chars(part: &Hir) -> Option<usize> {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(String::from_utf8_lossy(&literal.0).chars().count()),
        HirKind::Class(_) => Some(1),
        HirKind::Capture(group) => most_chars(&group.sub),
        HirKind::Repetition(repetition) => {
            Some(most_chars(&repetition.sub)? * repetition.max? as usize)
        }
        HirKind::Concat(parts) => parts.iter().map(most_chars).sum(),
        HirKind::Alternation(parts) => {
            parts.iter().map(most_chars).try_fold(0, |most, part| Some(most.max(part?)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: Option<([&str; HEAD], [bool; HEAD - 1])>) {
        let all = "ab12、.(①x";
        let chars = |set: &ClassUnicode| -> String {
            let has = |c: &char| {
                set.ranges().iter().any(|range| range.start() <= *c && *c <= range.end())
            };
            all.chars().filter(has).collect()
        };
        let found = marker_chars(pattern);
        let found =
            found.map(|MarkerChars { head, short, .. }| (head.map(|set| chars(&set)), short));
        let expected = expected.map(|(head, short)| (head.map(str::to_owned), short));
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn the_characters_of_a_marker_are_told() {
        let none = [false, false];
        check(
            r"(?<marker>(?<number>[12]{1,2})[、.])",
            Some((["12", "12、.", "、."], [false, true])),
        );
        check(
            r"(?:^|x)(?<marker>(?<number>①)[、.]?)(?:x|$)",
            Some((["①", "、.x", "x"], [false, true])),
        );
        check(r"(?<marker>\(?(?<number>[ab])\.)", Some((["ab(", "ab.", "."], [false, true])));
        check(r"(?<marker>1a|2b(?<number>x))", Some((["12", "ab", "x"], [false, true])));
        check(r"(?<marker>1(?<number>2)x?)[.(]", Some((["1", "2", ".(x"], none)));
        check(
            r"(?<marker>(?:a?b?)+(?<number>1)?[2、])",
            Some((["ab12、", "ab12、", "ab12、"], [true, true])),
        );
        check(r"(?<marker>(?<number>[12]{3})[、.])", Some((["12", "12", "12"], none)));
        check(
            r"(?<marker>(?:1|a2){0,3}(?<number>、)b)",
            Some((["a1、", "ab12、", "ab12、"], [false, true])),
        );
    }

    #[test]
    fn the_place_of_its_number_is_told() {
        for (pattern, expected) in [
            ("(?<marker>(?<number>[0-9]{1,2})[、.])", Some(0)),
            ("(?:^|x)(?<marker>(?<number>[①-⑳]))", Some(0)),
            ("(?<marker>[(（](?<number>[0-9])[)）])", Some(1)),
            ("(?<marker>第 (?<number>[0-9]))", Some(2)),
            ("(?<marker>第 ?(?<number>[0-9]))", None),
            ("(?<marker>(?:第(?<number>[0-9])|x))", None),
        ] {
            assert_eq!(marker_chars(pattern).unwrap().number_at, expected, "{pattern}");
        }
    }

    #[test]
    fn what_can_stand_before_it_is_told() {
        let check = |pattern: &str, has: &str, bare: Bare| {
            let found = marker_chars(pattern).unwrap();
            let ranges = found.before.ranges();
            let in_set = |c: &char| ranges.iter().any(|r| r.start() <= *c && *c <= r.end());
            let before: String = "ab ".chars().filter(in_set).collect();
            assert_eq!((before.as_str(), found.bare), (has, bare), "{pattern}");
        };
        check(r"(?<marker>(?<number>1))", "", Bare::Anywhere);
        check(r"\b(?<marker>(?<number>1))", "", Bare::Anywhere);
        check(r"^(?<marker>(?<number>1))", "", Bare::AtStart);
        check(r"(?:^|[a\s])(?<marker>(?<number>1))", "a ", Bare::AtStart);
        check(r"(?:^|$|b)(?<marker>(?<number>1))", "b", Bare::Anywhere);
        check(r"[^a]?(?<marker>(?<number>1))", "b ", Bare::Anywhere);
        check(r"(?i)A(?<marker>(?<number>1))", "a", Bare::Never);
    }

    #[test]
    fn more_than_one_character_before_it_cannot_be_told() {
        check(r"xx(?<marker>(?<number>1))", None);
        check(r"x*(?<marker>(?<number>1))", None);
        check(r"(?:(?<marker>(?<number>1)))?", None);
    }
}
