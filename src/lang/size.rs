//! How large an expression is at most when it is compiled.
//!
//! Whether an expression is too large must be known when a schema is read; how it is compiled need be known only
//! where a text meets it. So the states of its automata are counted here, without making any: the bytes of a class,
//! forwards and backwards, as often as they are repeated.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// A state.
const STATE: usize = 40;
/// A way from one state to another.
const WAY: usize = 8;

/// How many bytes an expression takes at most, compiled.
pub(super) fn most(parsed: &Hir) -> usize {
    // The search from any place, and the group that is the whole match.
    of(parsed).saturating_add(8 * (STATE + WAY))
}

fn of(part: &Hir) -> usize {
    let of_all = |parts: &[Hir]| parts.iter().map(of).fold(STATE, usize::saturating_add);
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        // Among choices a byte may lead to several others.
        HirKind::Literal(literal) => literal.0.len() * (3 * STATE + 2 * WAY),
        HirKind::Class(Class::Unicode(class)) => of_class(class),
        HirKind::Class(Class::Bytes(class)) => 2 * STATE + class.ranges().len() * WAY,
        HirKind::Capture(group) => of(&group.sub).saturating_add(2 * STATE),
        HirKind::Concat(parts) => of_all(parts),
        HirKind::Alternation(parts) => of_all(parts).saturating_add(STATE + parts.len() * WAY),
        HirKind::Repetition(part) => {
            let times = part.max.unwrap_or(part.min).max(1) as usize;
            let once = of(&part.sub).saturating_add(STATE + 2 * WAY);
            once.saturating_mul(times).saturating_add(3 * STATE)
        }
    }
}

/// A class takes up to four bytes for each of the sequences that its characters make in UTF-8.
fn of_class(class: &ClassUnicode) -> usize {
    let ranges = class.ranges().iter();
    let sequences = ranges.map(|range| sequences(u32::from(range.start()), u32::from(range.end())));
    2 * STATE + sequences.sum::<usize>() * (4 * (STATE + WAY) + WAY)
}

/// Into how many sequences of ranges of bytes the characters from one to another fall at most.
fn sequences(from: u32, to: u32) -> usize {
    // Characters of as many bytes; between two of them lie the surrogates.
    const LENGTHS: [(u32, u32); 5] =
        [(0, 0x7f), (0x80, 0x7ff), (0x800, 0xd7ff), (0xe000, 0xffff), (0x1_0000, 0x10_ffff)];
    let mut sequences = 0;
    for (first, last) in LENGTHS {
        let (from, to) = (from.max(first), to.min(last));
        if from > to {
            continue;
        }
        // Each byte behind the first that differs has a beginning and an end of its own.
        let behind = match (from ^ to).checked_ilog2() {
            Some(bit) if last > 0x7f => bit / 6,
            _ => 0,
        };
        sequences += 2 * behind as usize + 1;
    }
    sequences
}

#[cfg(test)]
mod tests {
    use regex::RegexBuilder;

    use super::*;

    #[test]
    fn no_expression_is_larger_than_what_is_said_of_it() {
        let patterns = [
            "",
            "a",
            "abc|abd|b",
            "甲乙|甲丙|丁",
            r"\w",
            r"\W{3,7}x",
            r"[^甲]*?",
            r"(?i)straße|КОТ",
            r"\p{L}+\d{2,}",
            r"(?:a?){50}",
            r"(?:|a|bc){0,9}",
            r"((a)(b)|(?<c>c))*",
            r"^\b.{1,40}$",
            r"(?s:.)[\x{80}-\x{10ffff}][\x{7f}-\x{d000}]",
            r"(?-u:[a-z\d])+",
            r"(?:(?:\p{Han}{2}){3}){4}",
        ];
        for pattern in patterns {
            let most = most(&regex_syntax::parse(pattern).unwrap());
            let built = RegexBuilder::new(pattern).size_limit(most).build();
            assert!(built.is_ok(), "{pattern} takes more than {most}");
        }
    }

    #[test]
    fn what_has_no_end_is_told_without_making_it() {
        let parsed = regex_syntax::parse(r"(?:(?:\w{900}){900}){900}").unwrap();
        assert!(most(&parsed) > 1 << 30);
    }
}
