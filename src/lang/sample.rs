//! Texts that an expression matches.
//!
//! In: an expression of the schema. Out: the shortest texts of its forms, by which lines that are nearly such are known:
//! `---` for `^-{3,}$`, `ER  -` for `^ER  -`.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::Regex;

/// How long a text is at most, in bytes: marks of lines are short.
const LONGEST: usize = 256;
/// How many forms are looked for.
const FORMS: usize = 4;
/// How many characters a class has at most of which each makes a form of its own.
const FEW: u32 = 4;
/// What stands for a class of many characters, the first that it has.
const LIKELY: [char; 5] = ['A', 'a', '1', ' ', '-'];

impl Regex {
    /// Texts that it matches, one for each form: what may be left out is, but for what holds a group. None where what it
    /// asks for is more than the text of a match.
    pub(crate) fn samples(&self) -> Vec<String> {
        let Ok(parsed) = regex_syntax::parse(self.as_str()) else { return Vec::new() };
        let mut samples: Vec<String> = Vec::new();
        for form in 0..FORMS {
            let mut sample = String::new();
            let is_new = push(&parsed, form, &mut sample)
                && !samples.iter().any(|other| other.eq_ignore_ascii_case(&sample))
                && self.is_match(&sample);
            if is_new {
                samples.push(sample);
            }
        }
        samples
    }
}

/// Adds what a part of an expression matches; false if that is too long or nothing at all.
fn push(part: &Hir, form: usize, text: &mut String) -> bool {
    let fits = match part.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => str::from_utf8(&literal.0).is_ok_and(|literal| {
            text.push_str(literal);
            true
        }),
        HirKind::Class(class) => pick(class, form).is_some_and(|c| {
            text.push(c);
            true
        }),
        HirKind::Repetition(part) => {
            let holds_group = part.sub.properties().explicit_captures_len() > 0;
            let times = part.min.max(u32::from(holds_group && part.max != Some(0)));
            (0..times).all(|_| text.len() <= LONGEST && push(&part.sub, form, text))
        }
        HirKind::Capture(group) => push(&group.sub, form, text),
        HirKind::Concat(parts) => parts.iter().all(|part| push(part, form, text)),
        HirKind::Alternation(parts) => push(&parts[form % parts.len()], form, text),
    };
    fits && text.len() <= LONGEST
}

/// The character that stands for a class: of a few signs each in its turn, of letters in either case and of many characters
/// a likely one.
fn pick(class: &Class, form: usize) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let all = || ranges.iter().flat_map(|&(start, end)| start..=end);
    let size: u32 = ranges.iter().map(|&(start, end)| u32::from(end) - u32::from(start) + 1).sum();
    if size <= FEW {
        let signs: Vec<char> = all().filter(|c| !c.is_alphabetic()).collect();
        return signs.get(form % signs.len().max(1)).copied().or_else(|| all().next());
    }
    let has = |c: &char| ranges.iter().any(|(start, end)| start <= c && c <= end);
    LIKELY.into_iter().find(has).or_else(|| all().next())
}

#[cfg(test)]
mod tests {
    use crate::lang::Pattern;

    #[test]
    fn an_expression_has_a_text_for_each_form() {
        for (pattern, samples) in [
            ("^---$", &["---"][..]),
            ("^-{3,}$", &["---"]),
            ("^[-=]{3}$", &["---", "==="]),
            ("^(?:---|\\*\\*\\*)\\s*$", &["---", "***"]),
            ("^ER  -", &["ER  -"]),
            ("^(?i:END:VCARD)\\s*$", &["END:VCARD"]),
            ("^(?<key>[A-Z][A-Z0-9])  - ?(?<value>.*)$", &["AA  -"]),
            ("^(?<key>[^:]+)(?:: (?<value>.*))?$", &["A: "]),
            ("^(?<level> *)(?<key>\\w+)=", &["A="]),
            ("^$", &[""]),
            ("^a{300}$", &[]),
            ("^[[:^ascii:]]$", &["\u{80}"]),
            ("a\\b-$", &["a-"]),
            ("a\\B-$", &[]),
        ] {
            let regex = Pattern::new(pattern.to_owned(), 0..0).unwrap().compile();
            assert_eq!(regex.samples(), samples, "{pattern}");
        }
    }
}
