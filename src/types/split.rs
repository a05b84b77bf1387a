//! Texts that hold several items: where one ends and the next begins, and which
//! pieces are none.

use std::ops::Range;

use regex::Match;

use super::plan::ByteSet;
use super::{FieldPlan, Scope};
use crate::data::Entry;
use crate::diagnostic::{Code, Diagnostics};
use crate::lang::{CountedPattern, Pattern, Regex, endings};
use crate::source::{Span, Spanned};
use crate::text::trimmed;

/// What any separator leaves something of.
const ANY_ITEM: &str = "a甲5;";

/// How a text is split into items.
#[derive(Clone, Debug, Default)]
pub(super) struct Splitter {
    separator: Option<Regex>,
    prompts: Vec<Prompt>,
}

/// A text between items that is none.
#[derive(Clone, Debug)]
struct Prompt {
    pattern: Pattern,
    /// Looks for it, which few pieces need more than.
    any: Regex,
    /// Tells whether it is all of a piece.
    whole: Regex,
}

impl Splitter {
    pub(super) fn resolve(
        separator: Option<&Spanned<String>>,
        prompts: &[Spanned<String>],
        scope: &mut Scope<'_, '_>,
    ) -> Self {
        let prompts = prompts.iter().map(|prompt| {
            let pattern = scope.resolver.pattern(prompt);
            Prompt { any: pattern.compile(), whole: pattern.whole(), pattern }
        });
        let prompts = prompts.collect();
        let separator = separator.map(|written| {
            let regex = scope.resolver.taking(written, "the separator").compile();
            if regex.split(ANY_ITEM).all(str::is_empty) {
                let message = "the separator takes all of a text, and leaves no items";
                scope.resolver.fault(Code::SCHEMA_PATTERN, &written.span, message).help =
                    Some("a sign such as `.` stands for itself behind a `\\`".to_owned());
            }
            regex
        });
        Self { separator, prompts }
    }

    /// The prompts, to be counted.
    pub(super) fn patterns(&self, field: &str) -> Vec<CountedPattern> {
        let prompts = self.prompts.iter().zip(1..);
        let counted = prompts.map(|(prompt, n)| CountedPattern {
            what: format!("prompt {n} of `{field}`"),
            span: prompt.pattern.span.clone(),
        });
        counted.collect()
    }

    /// How many prompts there are.
    pub(super) fn prompts(&self) -> usize {
        self.prompts.len()
    }

    /// Whether a piece is a text between items that is none. A finding says where it is
    /// that in part, and an item then.
    #[inline]
    pub(super) fn is_prompt(
        &self,
        text: &str,
        field: &FieldPlan,
        span: impl FnOnce() -> Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        if !self.prompts.iter().any(|prompt| prompt.any.is_match(text)) {
            return false;
        }
        self.is_whole_prompt(text, field, span(), diagnostics)
    }

    /// The same of a piece that a prompt is met in.
    #[cold]
    fn is_whole_prompt(
        &self,
        text: &str,
        field: &FieldPlan,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        let found = self.prompts.iter().position(|prompt| prompt.whole.is_match(text));
        if let Some(n) = found {
            diagnostics.matched(field.usage.own + n);
            return true;
        }
        let Some(n) = self.prompts.iter().position(|prompt| prompt.any.is_match(text)) else {
            return false;
        };
        diagnostics.matched(field.usage.own + n);
        let message = format!("an item of `{}` has a prompt in it", field.name);
        let finding = diagnostics.report(Code::PROMPT_IN_ITEM, span, message);
        finding.field = Some(field.name.clone());
        finding.raw = Some(text.to_owned());
        finding.schema_span = Some(self.prompts[n].pattern.span.clone());
        finding.help = Some("a pattern of `prompts` matches all of a prompt".to_owned());
        false
    }

    /// Splits a part of an entry at the separator, or at white space; empty pieces
    /// are none. An entry that is one item already stays whole.
    pub(super) fn split(
        &self,
        entry: &Entry<'_>,
        part: Range<usize>,
        mut each: impl FnMut(Range<usize>),
    ) {
        let whole = &entry.text.as_str()[part.clone()];
        let mut piece = |Range { start, end }: Range<usize>| {
            if start < end {
                each(part.start + start..part.start + end);
            }
        };
        let mut from = 0;
        if entry.item {
            return piece(trimmed(whole, 0..whole.len()));
        }
        if let Some(separator) = &self.separator {
            for found in separator.find_iter(whole) {
                piece(trimmed(whole, from..found.start()));
                from = found.end();
            }
            return piece(trimmed(whole, from..whole.len()));
        }
        // There is no white space around what stands between white space.
        while let Some((space, length)) = next_space(whole, from) {
            piece(from..space);
            from = space + length;
        }
        piece(from..whole.len());
    }
}

/// The first white space of a text from a place on, and its length.
#[inline]
fn next_space(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(byte) = text.as_bytes().get(at) {
        at += match byte {
            b'\t'..=b'\r' | b' ' => return Some((at, 1)),
            0..=0x7f => 1,
            // No white space begins with these, as most Han characters do.
            0xe4..=0xef => 3,
            _ => match text[at..].chars().next() {
                Some(c) if c.is_whitespace() => return Some((at, c.len_utf8())),
                Some(c) => c.len_utf8(),
                None => return None,
            },
        };
    }
    None
}

/// The mark at the end of an item that was cut off. What is not at the end is none.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    regex: Regex,
    pub(super) pattern: Pattern,
    /// The endings of which an item with the mark has one, if they are known; and their last bytes.
    endings: Option<(Vec<Vec<u8>>, ByteSet)>,
}

impl Mark {
    pub(super) fn new(pattern: Pattern) -> Self {
        let regex = pattern.at_end();
        let endings = endings(regex.as_str()).map(|endings| {
            let last = endings.iter().filter_map(|ending| ending.last().copied()).collect();
            (endings, last)
        });
        Self { regex, pattern, endings }
    }

    #[inline]
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        if let Some((endings, last)) = &self.endings {
            let bytes = text.as_bytes();
            let may = bytes.last().is_some_and(|byte| last.has(*byte));
            if !may || !endings.iter().any(|ending| bytes.ends_with(ending)) {
                return None;
            }
        }
        self.regex.find(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_white_space_parts() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let found = next_space(&format!("甲a{c}"), 0);
            assert_eq!(found, c.is_whitespace().then_some((4, c.len_utf8())), "{c:?}");
        }
    }
}
