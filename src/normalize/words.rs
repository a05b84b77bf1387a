//! Words and patterns that mean true or false, and the members of tuples.

use std::borrow::Cow;

use regex::Regex;

use crate::data::Tuple;
use crate::data::{Cell, Value};
use crate::lang::Pattern;
use crate::schema::model::{Overlap, TupleSyntax};

/// Words for true and for false.
#[derive(Debug)]
pub(super) struct Boolean {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Boolean {
    pub(super) fn new(yes: &[String], no: &[String]) -> Self {
        Self { yes: yes.to_vec(), no: no.to_vec() }
    }

    pub(super) fn read(&self, text: &str) -> Option<bool> {
        if self.yes.iter().any(|word| word == text) {
            Some(true)
        } else {
            self.no.iter().any(|word| word == text).then_some(false)
        }
    }

    pub(super) fn expected(&self) -> String {
        let words: Vec<_> =
            self.yes.iter().chain(&self.no).map(|word| format!("`{word}`")).collect();
        words.join(" or ")
    }
}

/// Patterns for true and for false, tried on a text.
#[derive(Debug)]
pub(super) struct Flag {
    yes: Option<Regex>,
    no: Option<Regex>,
}

impl Flag {
    pub(super) fn new(yes: Option<&Pattern>, no: Option<&Pattern>) -> Self {
        Self { yes: yes.map(Pattern::compile), no: no.map(Pattern::compile) }
    }

    /// The false pattern comes first: `无传染性` holds the words of `传染性`.
    /// Where only one pattern is given, a text without it means the other.
    pub(super) fn read(&self, text: &str) -> Option<bool> {
        match (&self.yes, &self.no) {
            (_, Some(no)) if no.is_match(text) => Some(false),
            (Some(yes), no) => match (yes.is_match(text), no) {
                (true, _) => Some(true),
                (false, None) => Some(false),
                (false, Some(_)) => None,
            },
            (None, Some(_)) => Some(true),
            (None, None) => None,
        }
    }
}

/// Which member of a tuple goes to which cell.
#[derive(Debug)]
pub(super) struct TuplePlan {
    members: usize,
    /// For each known number of members: which member stands where.
    arities: Vec<(usize, Vec<usize>)>,
    unwrap: Vec<usize>,
    brackets: Vec<(char, char)>,
    overlap: Option<Overlap>,
}

impl TuplePlan {
    pub(super) fn new(
        syntax: &TupleSyntax,
        members: usize,
        unwrap: &[usize],
        brackets: &[(char, char)],
        overlap: Option<Overlap>,
    ) -> Self {
        let made = if overlap.is_some() { 2 } else { 0 };
        let arities = match syntax {
            TupleSyntax::Literals(arities) => arities.clone(),
            TupleSyntax::Items { .. } => vec![(members - made, (0..members - made).collect())],
        };
        Self { members, arities, unwrap: unwrap.to_vec(), brackets: brackets.to_vec(), overlap }
    }

    /// A row has the members and the raw text.
    pub(super) fn width(&self) -> usize {
        self.members + 1
    }

    pub(super) fn expected(&self) -> String {
        let arities: Vec<_> = self.arities.iter().map(|(arity, _)| arity.to_string()).collect();
        arities.join(" or ")
    }

    /// Adds the row of a tuple; false if its number of members is unknown.
    pub(super) fn push<'r>(&self, tuple: &Tuple<'r>, cells: &mut Vec<Cell<'r>>) -> bool {
        let Some((_, places)) =
            self.arities.iter().find(|(arity, _)| *arity == tuple.members.len())
        else {
            return false;
        };
        let first = cells.len();
        cells.resize(first + self.members, Cell::new(Value::Null, tuple.span));
        for ((member, span), &place) in tuple.members.iter().zip(places) {
            let value = match member {
                None => Value::Null,
                Some(text) => {
                    let text = trim(text.clone());
                    let text =
                        if self.unwrap.contains(&place) { self.unwrapped(text) } else { text };
                    if text.is_empty() { Value::Null } else { Value::Text(text) }
                }
            };
            cells[first + place] = Cell::new(value, *span);
        }
        if let Some(overlap) = &self.overlap {
            part(overlap, &mut cells[first..]);
        }
        cells.push(Cell::new(Value::text(tuple.raw), tuple.span));
        true
    }

    /// Takes the outer brackets off. They go if they stand round the whole
    /// text; `(甲)乙(丙)` has no outer brackets. A text that was cut off may
    /// have lost its closing one.
    fn unwrapped<'r>(&self, text: Cow<'r, str>) -> Cow<'r, str> {
        for &(open, close) in &self.brackets {
            let Some(rest) = text.strip_prefix(open) else {
                continue;
            };
            let (mut depth, mut closed_early) = (1_i32, false);
            for (at, c) in rest.char_indices() {
                depth += i32::from(c == open) - i32::from(c == close);
                closed_early |= depth == 0 && at + c.len_utf8() < rest.len();
            }
            let range = match rest.strip_suffix(close) {
                Some(_) if closed_early && depth == 0 => return text,
                Some(inner) => open.len_utf8()..open.len_utf8() + inner.len(),
                None if depth > 0 && !closed_early => open.len_utf8()..text.len(),
                None => return text,
            };
            return slice(text, range.start, range.end);
        }
        text
    }
}

/// Parts a member by another: the longest start of the other with which it ends
/// is its tail.
fn part(overlap: &Overlap, cells: &mut [Cell<'_>]) {
    let Value::Text(text) = &cells[overlap.of].value else {
        return;
    };
    let span = cells[overlap.of].span;
    let other = cells[overlap.with].value.as_text().unwrap_or_default();
    let length = other
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .skip(overlap.min.saturating_sub(1))
        .filter(|&end| text.ends_with(&other[..end]))
        .last();
    let at = length.map_or(0, |length| text.len() - length);
    let head = slice(text.clone(), 0, at);
    let head = trim(head);
    let tail = Value::Text(trim(slice(text.clone(), at, text.len())));
    let head = if head.is_empty() { Value::Null } else { Value::Text(head) };
    cells[overlap.head] = Cell::new(head, span);
    cells[overlap.tail] = Cell::new(tail, span);
}

fn trim(text: Cow<'_, str>) -> Cow<'_, str> {
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    slice(text, start, end)
}

fn slice(text: Cow<'_, str>, start: usize, end: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn outer_brackets_go_and_inner_ones_stay() {
        let literals = TupleSyntax::Literals(Vec::new());
        let plan = TuplePlan::new(&literals, 0, &[], &[('(', ')')], None);
        let check = |text: &str, expected: &str| {
            assert_eq!(plan.unwrapped(text.into()), expected, "{text}");
        };
        check("(甲片)", "甲片");
        check("(甲(4:1)片)", "甲(4:1)片");
        check("(甲)乙(丙)", "(甲)乙(丙)");
        check("甲(4:1)片", "甲(4:1)片");
        check("((甲)片)", "(甲)片");
        check("(甲片", "甲片");
        check("(甲)片)", "甲)片");
    }

    #[test]
    fn a_label_ends_in_the_longest_start_of_the_generic() {
        let check = |label: &str, generic: &str, head: Option<&str>, tail: &str| {
            let overlap = Overlap { of: 0, with: 1, min: 2, head: 2, tail: 3 };
            let text = |text: &str| Cell::new(Value::Text(text.to_owned().into()), Span::default());
            let mut cells = vec![text(label), text(generic), Cell::default(), Cell::default()];
            part(&overlap, &mut cells);
            assert_eq!((cells[2].value.as_text(), cells[3].value.as_text()), (head, Some(tail)));
        };
        check("甲厂某某片", "某某片", Some("甲厂"), "某某片");
        check("甲厂某某", "某某片", Some("甲厂"), "某某");
        check("甲厂某", "某某片", None, "甲厂某");
        check("某某片", "某某片", None, "某某片");
        check("某某某片", "某某片", Some("某"), "某某片");
    }

    #[test]
    fn a_flag_knows_true_false_and_neither() {
        let pattern = |text: &str| Pattern::new(text.to_owned(), 0..0).unwrap();
        let flag = Flag::new(Some(&pattern("传染")), Some(&pattern("无传染|不传染")));
        assert_eq!(flag.read("无传染性"), Some(false));
        assert_eq!(flag.read("传染性强"), Some(true));
        assert_eq!(flag.read("其他"), None);
        assert_eq!(Flag::new(Some(&pattern("甲")), None).read("乙"), Some(false));
    }
}
