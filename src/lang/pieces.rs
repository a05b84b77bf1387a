//! Named pieces of regular expressions: `%{name}` stands for a piece.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::Range;

use indexmap::IndexMap;
use regex_syntax::hir::{Hir, HirKind};
use rustc_hash::FxHashMap;

use super::fault::Fault;
use crate::diagnostic::Code;
use crate::source::Spanned;

/// The pieces of a schema, each with its own pieces put in.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    pieces: IndexMap<String, String>,
    /// How many bytes pieces have added to patterns so far.
    added: Cell<usize>,
    /// How many bytes the patterns take that were compiled so far.
    compiled: Cell<usize>,
}

/// How many bytes a pattern may have with its pieces put in.
const LONGEST: usize = 1 << 20;
/// How many bytes pieces may add to all patterns of a schema.
const MOST_ADDED: usize = 32 << 20;

impl Patterns {
    /// How many bytes all patterns of a schema may take, compiled. Each worker has them.
    pub(crate) const MOST_COMPILED: usize = 256 << 20;

    /// Counts a compiled pattern; tells whether there is room for it.
    pub(crate) fn has_room(&self, size: usize) -> bool {
        self.compiled.set(self.compiled.get().saturating_add(size));
        self.compiled.get() <= Self::MOST_COMPILED
    }

    /// Puts the pieces of pieces in; a piece may use those above and below it,
    /// but not itself.
    pub(crate) fn resolve(
        raw: &IndexMap<Spanned<String>, Spanned<String>>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut pieces = Self::default();
        // Which pieces each one waits for, and who waits for it.
        let mut waits = vec![0_usize; raw.len()];
        let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); raw.len()];
        let places: FxHashMap<&str, usize> =
            raw.keys().enumerate().map(|(idx, name)| (name.value.as_str(), idx)).collect();
        for (idx, text) in raw.values().enumerate() {
            for (used, _) in names(&text.value) {
                waits[idx] += 1;
                if let Some(used) = places.get(used) {
                    waiting[*used].push(idx);
                }
            }
        }
        let mut ready: VecDeque<_> = (0..raw.len()).filter(|idx| waits[*idx] == 0).collect();
        while let Some(idx) = ready.pop_front() {
            let Some((name, text)) = raw.get_index(idx) else { continue };
            let mut expanded = pieces.expand(text, &[], faults);
            expanded.insert_str(0, "(?:");
            expanded.push(')');
            let parsed = regex_syntax::parse(&expanded);
            if let Err(error) = &parsed {
                faults.push(unusable(error, &text.span));
                expanded.clear();
            }
            if parsed.is_ok_and(|parsed| has_named_group(&parsed)) {
                faults.push(
                    Fault::new(
                        Code::SCHEMA_PATTERN,
                        text.span.clone(),
                        format!("the piece `{}` has a named group", name.value),
                    )
                    .with_help("name the group where the piece is used: `(?<a>%{piece})`"),
                );
            }
            pieces.pieces.insert(name.value.clone(), expanded);
            for waiter in std::mem::take(&mut waiting[idx]) {
                waits[waiter] -= 1;
                if waits[waiter] == 0 {
                    ready.push_back(waiter);
                }
            }
        }
        let left = raw.iter().enumerate().filter(|(idx, _)| waits[*idx] > 0);
        for (_, (name, text)) in left {
            let known = raw.keys().map(|key| key.value.as_str());
            let unknown = names(&text.value).find(|(used, _)| !places.contains_key(used));
            faults.push(match unknown {
                Some((used, _)) => Fault::new(
                    Code::SCHEMA_REFERENCE,
                    text.span.clone(),
                    format!("no pattern is named `{used}`"),
                )
                .with_words(used, known),
                None => Fault::new(
                    Code::SCHEMA_REFERENCE,
                    text.span.clone(),
                    format!("the pattern `{}` uses itself", name.value),
                ),
            });
        }
        pieces
    }

    /// Puts the pieces into a pattern; `extra` are pieces of this place only.
    pub(crate) fn expand(
        &self,
        pattern: &Spanned<String>,
        extra: &[(&str, &str)],
        faults: &mut Vec<Fault>,
    ) -> String {
        let text = &pattern.value;
        let mut out = String::with_capacity(text.len() * 2);
        let mut done = 0;
        for (name, range) in names(text) {
            out.push_str(&text[done..range.start]);
            done = range.end;
            let piece = extra
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, piece)| *piece)
                .or_else(|| self.pieces.get(name).map(String::as_str));
            if let Some(piece) = piece {
                // Pieces that are made of pieces double with each line of the schema.
                let added = self.added.get() + piece.len();
                if out.len() + piece.len() > LONGEST || added > MOST_ADDED {
                    let message = if added > MOST_ADDED {
                        format!("the pieces of patterns add more than {MOST_ADDED} bytes in all")
                    } else {
                        format!("with its pieces the pattern has more than {LONGEST} bytes")
                    };
                    faults.push(
                        Fault::new(Code::SCHEMA_PATTERN, pattern.span.clone(), message)
                            .with_help("use fewer or shorter pieces"),
                    );
                    return String::new();
                }
                self.added.set(added);
                out.push_str(piece);
            } else {
                let known = self
                    .pieces
                    .keys()
                    .map(String::as_str)
                    .chain(extra.iter().map(|(known, _)| *known));
                faults.push(
                    Fault::new(
                        Code::SCHEMA_REFERENCE,
                        pattern.span.clone(),
                        format!("no pattern is named `{name}`"),
                    )
                    .with_words(name, known),
                );
            }
        }
        out.push_str(&text[done..]);
        out
    }
}

/// The fault of a pattern that does not compile.
pub(crate) fn unusable(error: &impl std::error::Error, span: &Range<usize>) -> Fault {
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
    Fault::new(Code::SCHEMA_PATTERN, span.clone(), format!("the pattern cannot be used: {reason}"))
        .with_help(
            "the syntax is that of the Rust crate `regex`: no look-around, no back-references",
        )
}

/// Whether a group of an expression has a name.
fn has_named_group(parsed: &Hir) -> bool {
    match parsed.kind() {
        HirKind::Capture(group) => group.name.is_some() || has_named_group(&group.sub),
        HirKind::Repetition(part) => has_named_group(&part.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_named_group),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The `%{name}`s of a pattern and where they stand.
fn names(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("%{")?;
        let end = start + text[start..].find('}')?;
        from = end + 1;
        Some((&text[start + 2..end], start..end + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(pairs: &[(&str, &str)]) -> (Patterns, Vec<Fault>) {
        let raw = pairs
            .iter()
            .map(|(name, text)| {
                (Spanned::new((*name).to_owned(), 0..0), Spanned::new((*text).to_owned(), 0..0))
            })
            .collect();
        let mut faults = Vec::new();
        (Patterns::resolve(&raw, &mut faults), faults)
    }

    #[test]
    fn pieces_are_put_in_in_any_order() {
        let (patterns, mut faults) = resolve(&[("range", "%{n}-%{n}"), ("n", r"\d{1,3}")]);
        let pattern = Spanned::new("^%{range}%{unit}$".to_owned(), 0..0);
        let out = patterns.expand(&pattern, &[("unit", "(?:天)")], &mut faults);
        assert_eq!(out, r"^(?:(?:\d{1,3})-(?:\d{1,3}))(?:天)$");
        assert!(faults.is_empty());
    }

    #[test]
    fn pieces_that_double_each_other_are_told_once() {
        let pairs: Vec<_> = (0..64)
            .map(|n| {
                (
                    format!("p{n}"),
                    if n == 0 { "xy".to_owned() } else { format!("%{{p{0}}}%{{p{0}}}", n - 1) },
                )
            })
            .collect();
        let pairs: Vec<_> =
            pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let (patterns, faults) = resolve(&pairs);
        let longest = patterns.pieces.values().map(String::len).max();
        assert!(longest.is_some_and(|longest| longest <= LONGEST + 4), "{longest:?}");
        assert!(faults[0].message.contains("more than 1048576 bytes"), "{}", faults[0].message);
    }

    #[test]
    fn all_pieces_together_have_a_bound() {
        let long = "x".repeat(1 << 19);
        let mut pairs = vec![("long".to_owned(), long)];
        pairs.extend((0..80).map(|n| (format!("p{n}"), "%{long}".to_owned())));
        let pairs: Vec<_> =
            pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let (_, faults) = resolve(&pairs);
        assert!(faults.iter().any(|fault| fault.message.contains("in all")), "{faults:?}");
    }

    #[test]
    fn a_circle_and_an_unknown_name_are_faults() {
        let (_, faults) =
            resolve(&[("a", "%{b}"), ("b", "%{a}"), ("c", "%{nmber}"), ("number", "1")]);
        let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the pattern `a` uses itself",
                "the pattern `b` uses itself",
                "no pattern is named `nmber`"
            ]
        );
        assert_eq!(faults[2].help.as_deref(), Some("did you mean `number`?"));
    }
}
