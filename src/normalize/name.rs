//! The name of a record that has no key for it.
//!
//! Its texts begin with it: `肾炎的检查…`, `肾炎病因…`. Each pattern of the schema
//! reads a candidate from one text; every text that begins with a candidate
//! gives it a vote. The candidate with most votes wins, the longest of several.

use regex::Regex;

use crate::data::{Extracted, Raw};
use crate::lang::Pattern;
use crate::schema::model::Infer;
use crate::source::Span;

/// How much of a text a pattern is tried on, in bytes: a name is short.
const WINDOW: usize = 512;

#[derive(Debug)]
pub(super) struct NamePlan {
    infer: Vec<(usize, Regex)>,
    voters: Vec<usize>,
    file: Option<Regex>,
}

/// A name and where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'r> {
    pub(super) text: &'r str,
    pub(super) span: Span,
    pub(super) source: &'static str,
}

/// What was found, and a text that says otherwise.
#[derive(Debug, Default)]
pub(super) struct Found<'r> {
    pub(super) name: Option<Name<'r>>,
    pub(super) disputed: Option<(&'r str, (&'r str, Span))>,
}

impl NamePlan {
    pub(super) fn new(infer: &[Infer], support: &[usize], file: Option<&Pattern>) -> Self {
        let mut voters: Vec<_> =
            infer.iter().map(|infer| infer.from).chain(support.iter().copied()).collect();
        voters.sort_unstable();
        voters.dedup();
        Self {
            infer: infer.iter().map(|infer| (infer.from, infer.pattern.compile())).collect(),
            voters,
            file: file.map(Pattern::compile),
        }
    }

    pub(super) fn find<'r>(
        &self,
        raw: &Extracted<'r>,
        own: &Raw<'r>,
        stem: Option<&'r str>,
        mut took: impl FnMut(usize),
    ) -> Found<'r> {
        if let Raw::Value(text, span) = own {
            return Found { name: Some(Name { text, span: *span, source: "key" }), disputed: None };
        }
        let mut candidates: Vec<(&'r str, Span)> = Vec::with_capacity(self.infer.len());
        for (n, (from, regex)) in self.infer.iter().enumerate() {
            let Raw::Value(text, _) = &raw.fields[*from] else {
                continue;
            };
            let text: &'r str = text;
            let head = &text[..text.floor_char_boundary(text.len().min(WINDOW))];
            let Some(found) = regex.captures(head).and_then(|groups| groups.name("name")) else {
                continue;
            };
            took(n);
            candidates.push((&text[found.range()], raw.span_in(*from, found.range())));
        }
        let votes = |name: &str| {
            self.voters
                .iter()
                .filter(|&&voter| matches!(raw.fields[voter], Raw::Value(text, _) if text.starts_with(name)))
                .count()
        };
        // Votes and length of the best candidate so far, and which it is.
        let mut best: Option<(usize, usize, usize)> = None;
        for (idx, (name, _)) in candidates.iter().enumerate() {
            let (support, length) = (votes(name), name.len());
            if best.is_none_or(|(known, longest, _)| (support, length) > (known, longest)) {
                best = Some((support, length, idx));
            }
        }
        if let Some((_, _, idx)) = best {
            let (text, span) = candidates[idx];
            // A candidate disagrees if its text does not even begin with the winner.
            let loser = candidates
                .iter()
                .find(|(name, _)| !name.starts_with(text) && !text.starts_with(name));
            return Found {
                name: Some(Name { text, span, source: "text" }),
                disputed: loser.map(|loser| (text, *loser)),
            };
        }
        let from_file =
            stem.zip(self.file.as_ref()).and_then(|(stem, file)| file.captures(stem)?.name("name"));
        let name = from_file.map(|name| Name {
            text: name.as_str(),
            span: Span::default(),
            source: "file",
        });
        Found { name, disputed: None }
    }
}
