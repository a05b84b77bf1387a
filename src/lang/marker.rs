//! What a marker of sections can begin with, told by its pattern.
//!
//! A text is long and its markers are few: where neither a character nor the
//! one behind it can begin a marker, no pattern need be tried.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

/// The characters of a marker.
#[derive(Clone, Debug)]
pub struct MarkerChars {
    /// Those that it can begin with.
    pub first: ClassUnicode,
    /// Those that it can go on with.
    pub rest: ClassUnicode,
    /// Whether it can be one character.
    pub single: bool,
    /// Those that can stand before it, as a part of the match.
    pub before: ClassUnicode,
    /// Whether nothing need stand before it.
    pub bare: Bare,
    /// How many of its characters stand before its number, if that are always as many.
    pub number_at: Option<usize>,
}

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
    let chars = chars_of(&parts[place]);
    (chars.least > 0).then_some(MarkerChars {
        first: chars.first,
        rest: chars.rest,
        single: chars.least == 1,
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
struct Chars {
    first: ClassUnicode,
    rest: ClassUnicode,
    /// Both, and what else the part may hold.
    all: ClassUnicode,
    /// How many characters it has at least.
    least: usize,
}

impl Chars {
    fn none() -> Self {
        let none = ClassUnicode::empty();
        Self { first: none.clone(), rest: none.clone(), all: none, least: 0 }
    }
}

fn chars_of(part: &Hir) -> Chars {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Chars::none(),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            let mut chars = Chars::none();
            for (n, c) in text.chars().enumerate() {
                let set = if n == 0 { &mut chars.first } else { &mut chars.rest };
                set.push(ClassUnicodeRange::new(c, c));
                chars.all.push(ClassUnicodeRange::new(c, c));
                chars.least += 1;
            }
            chars
        }
        HirKind::Class(class) => {
            let set = match class {
                Class::Unicode(set) => set.clone(),
                Class::Bytes(set) => set.to_unicode_class().unwrap_or_else(ClassUnicode::empty),
            };
            Chars { first: set.clone(), all: set, least: 1, ..Chars::none() }
        }
        HirKind::Capture(group) => chars_of(&group.sub),
        HirKind::Repetition(repetition) => {
            let mut chars = chars_of(&repetition.sub);
            if repetition.max.is_none_or(|max| max > 1) {
                chars.rest.union(&chars.all);
            }
            chars.least *= repetition.min as usize;
            chars
        }
        HirKind::Concat(parts) => {
            let mut chars = Chars::none();
            let mut begun = false;
            for part in parts {
                let next = chars_of(part);
                if chars.least == 0 {
                    chars.first.union(&next.first);
                }
                chars.rest.union(if begun { &next.all } else { &next.rest });
                begun |= !next.all.ranges().is_empty();
                chars.all.union(&next.all);
                chars.least += next.least;
            }
            chars
        }
        HirKind::Alternation(parts) => {
            let mut chars = Chars::none();
            let mut least = usize::MAX;
            for part in parts {
                let next = chars_of(part);
                chars.first.union(&next.first);
                chars.rest.union(&next.rest);
                chars.all.union(&next.all);
                least = least.min(next.least);
            }
            Chars { least, ..chars }
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

    fn check(pattern: &str, expected: Option<(&str, &str, bool)>) {
        let all = "ab12、.(①x";
        let chars = |set: &ClassUnicode| -> String {
            let has = |c: &char| {
                set.ranges().iter().any(|range| range.start() <= *c && *c <= range.end())
            };
            all.chars().filter(has).collect()
        };
        let found = marker_chars(pattern);
        let found = found.map(|found| (chars(&found.first), chars(&found.rest), found.single));
        let expected =
            expected.map(|(first, rest, single)| (first.to_owned(), rest.to_owned(), single));
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn the_characters_of_a_marker_are_told() {
        check(r"(?<marker>(?<number>[12]{1,2})[、.])", Some(("12", "12、.", false)));
        check(r"(?:^|x)(?<marker>(?<number>①)[、.]?)(?:x|$)", Some(("①", "、.", true)));
        check(r"(?<marker>\(?(?<number>[ab])\.)", Some(("ab(", "ab.", false)));
        check(r"(?<marker>1a|2b(?<number>x))", Some(("12", "abx", false)));
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
