//! Rules on the characters of texts: what Chinese data suffers from when it goes
//! through many hands.
//!
//! In: the text cells of a row. Out: findings, each at the characters it is about
//! and with what may stand in their place. One pass over a text tells what kinds
//! of characters it has; the rules look closer only where those kinds occur.

mod bidirectional_control;
mod invisible_character;
mod mixed_han;
mod mixed_width;
mod mojibake;
mod private_use_character;
mod replacement_character;
mod unbalanced_brackets;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::data::{Cell, ItemPlace, Items, Row, Value};
use crate::diagnostic::{Action, Code, Diagnostics, RuleFinding};
use crate::schema::Schema;
use crate::schema::model::HygieneRule;
use crate::source::Span;
use crate::text::chars;
use crate::types::Cells;
use crate::verdict::code_of_hygiene;

/// What a rule found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TextIssue {
    /// The characters in question, as bytes of the text.
    range: Range<usize>,
    /// What is the matter with them.
    message: String,
    /// What may stand in their place.
    suggestion: Option<String>,
}

/// Looks for what a rule is about.
type Find = fn(&str) -> Option<TextIssue>;

/// A compiled rule.
#[derive(Clone, Copy, Debug)]
struct Rule {
    code: &'static Code,
    /// The place of the code among the criteria.
    criterion: usize,
    /// Kinds of characters of which at least one must occur, each group by itself.
    needs: &'static [u32],
    find: Find,
    /// Whether it means nothing for a text without its end.
    needs_end: bool,
}

/// The rules of a schema.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    fields: Vec<FieldPlan>,
}

#[derive(Clone, Debug)]
struct FieldPlan {
    idx: usize,
    name: String,
    place: Place,
    rules: Vec<Rule>,
    /// Whether the next field has other rules: texts are counted for each run of fields with the same.
    ends_run: bool,
    /// Stops at the kinds of characters that any of the rules needs.
    filter: chars::Filter,
    schema_span: Range<usize>,
}

/// Where the texts of a field stand.
#[derive(Clone, Debug)]
enum Place {
    /// The slots of the row; the text stands in the first.
    Slots(Range<usize>),
    /// Slots of each item, and the one that tells whether the dump cut it off.
    Items(Vec<usize>, Option<usize>),
}

impl Plan {
    pub(super) fn new(schema: &Schema) -> Self {
        let layout = &schema.layout;
        // Most fields have the same rules, and so the same filter.
        let mut filters: BTreeMap<u32, chars::Filter> = BTreeMap::new();
        let mut filter = |rules: &[HygieneRule]| {
            let needs = rules.iter().flat_map(|rule| compile(*rule).needs);
            let wanted = needs.fold(0, |all, kind| all | kind);
            filters.entry(wanted).or_insert_with(|| chars::Filter::new(wanted)).clone()
        };
        let fields = schema
            .fields
            .iter()
            .zip(&schema.hygiene)
            .enumerate()
            .filter(|(_, (_, rules))| !rules.is_empty())
            .map(|(idx, (field, rules))| FieldPlan {
                filter: filter(rules),
                idx,
                name: field.name.clone(),
                place: match field.cells {
                    Cells::Rows(_) => Place::Items(field.kind.texts(), field.kind.cut_mark()),
                    Cells::Slots(ref slots) => {
                        Place::Slots(layout.base[idx]..layout.base[idx] + slots.len())
                    }
                },
                rules: rules.iter().map(|rule| compile(*rule)).collect(),
                ends_run: schema.hygiene[idx + 1..].iter().find(|next| !next.is_empty())
                    != Some(rules),
                schema_span: field.span.clone(),
            })
            .collect();
        Self { fields }
    }

    /// Looks at the texts of a row that was read from `chunk`. One becomes null where
    /// its finding asks for it.
    pub(super) fn run(&self, chunk: &str, row: &mut Row<'_>, diagnostics: &mut Diagnostics<'_>) {
        let mut texts = Texts::default();
        for field in &self.fields {
            match &field.place {
                Place::Slots(slots) => {
                    let (cells, mut is_null) = (&mut row.cells[slots.clone()], false);
                    if let Some(cell) = cells.first()
                        && let Some(text) = cell.value.as_text()
                    {
                        let known = row.walked.kinds(text);
                        let kinds = known.unwrap_or_else(|| field.filter.kinds(text));
                        texts.all += 1;
                        if kinds != 0 {
                            is_null =
                                field.look(chunk, cell, (text, kinds), None, false, diagnostics);
                        }
                    }
                    if is_null {
                        for cell in cells {
                            cell.value = Value::Null;
                        }
                    }
                }
                Place::Items(slots, mark) => {
                    let items = &mut row.items[field.idx];
                    texts.add(&field.items(chunk, items, (slots, *mark), diagnostics));
                }
            }
            if field.ends_run {
                for rule in &field.rules {
                    let cut = if rule.needs_end { texts.cut } else { 0 };
                    diagnostics.tried(rule.criterion, texts.all - cut);
                }
                texts = Texts::default();
            }
        }
    }
}

/// How many texts there are, and how many of them the dump cut off.
#[derive(Default)]
struct Texts {
    all: u64,
    cut: u64,
}

impl Texts {
    fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.cut += other.cut;
    }
}

impl FieldPlan {
    /// Checks the texts of items: the cells of some slots, of which the dump may have cut the end
    /// off where the one of `mark` says so.
    fn items(
        &self,
        chunk: &str,
        items: &mut Items<'_>,
        (slots, mark): (&[usize], Option<usize>),
        diagnostics: &mut Diagnostics<'_>,
    ) -> Texts {
        let mut texts = Texts::default();
        let mut nulls = Vec::new();
        for (row, cells) in items.cells.chunks_exact(items.width.max(1)).enumerate() {
            let is_cut = mark.is_some_and(|mark| matches!(cells[mark].value, Value::Boolean(true)));
            for &slot in slots {
                let Some(text) = cells[slot].value.as_text() else { continue };
                texts.all += 1;
                texts.cut += u64::from(is_cut);
                let kinds = self.filter.kinds(text);
                if kinds == 0 {
                    continue;
                }
                let place = Some(items.placed_at(row).0);
                if self.look(chunk, &cells[slot], (text, kinds), place, is_cut, diagnostics) {
                    nulls.push(row * items.width + slot);
                }
            }
        }
        for at in nulls {
            items.cells[at].value = Value::Null;
        }
        texts
    }

    /// Looks closer at a text that has some kinds of characters. Tells whether it is to become null.
    fn look(
        &self,
        chunk: &str,
        cell: &Cell<'_>,
        (text, kinds): (&str, u32),
        item: Option<ItemPlace<'_>>,
        cut: bool,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        let mut is_null = false;
        for rule in &self.rules {
            // What the dump cut off has lost its closing bracket as well.
            let wanted = !(cut && rule.needs_end);
            if !wanted || !rule.needs.iter().all(|needed| kinds & needed != 0) {
                continue;
            }
            let Some(TextIssue { range, message, suggestion }) = (rule.find)(text) else {
                continue;
            };
            // Only a text that stands in the dump as it is has a place for each of its
            // characters.
            let span = if chunk.get(cell.span.range()) == Some(text) {
                let start = cell.span.start as usize;
                Span::new(start + range.start, start + range.end)
            } else {
                cell.span
            };
            let (severity, action) = diagnostics.policy().of(rule.code);
            is_null |= action == Action::Null;
            let of_rule = RuleFinding {
                code: rule.code,
                criterion: rule.criterion,
                severity,
                action,
                field: (self.idx, &self.name),
                schema_span: &self.schema_span,
            };
            if let Some(finding) = diagnostics.report_of_rule(&of_rule, span) {
                finding.message = message;
                finding.ordinal = item.map(|item| item.ordinal);
                finding.parents = item.map_or_else(Vec::new, |item| item.parents.to_vec());
                finding.raw = Some(text[range].to_owned());
                finding.suggestion = suggestion;
            }
        }
        is_null
    }
}

fn compile(rule: HygieneRule) -> Rule {
    use chars::{
        BIDIRECTIONAL, BRACKET, INVISIBLE, LATIN, PAIR, PRIVATE, REPLACEMENT, TRADITIONAL,
        WIDE_BRACKET, WIDE_DIGIT, WIDE_LETTER,
    };
    let (needs, find): (&[u32], Find) = match rule {
        // What is rare is looked for; whether the common twin is there, the rule finds out.
        HygieneRule::MixedWidth => (&[WIDE_DIGIT | WIDE_LETTER | WIDE_BRACKET], mixed_width::find),
        HygieneRule::InvisibleCharacter => (&[INVISIBLE], invisible_character::find),
        HygieneRule::BidirectionalControl => (&[BIDIRECTIONAL], bidirectional_control::find),
        HygieneRule::PrivateUseCharacter => (&[PRIVATE], private_use_character::find),
        HygieneRule::ReplacementCharacter => (&[REPLACEMENT], replacement_character::find),
        HygieneRule::Mojibake => (&[LATIN | PAIR], mojibake::find),
        HygieneRule::MixedHan => (&[TRADITIONAL], mixed_han::find),
        HygieneRule::UnbalancedBrackets => (&[BRACKET], unbalanced_brackets::find),
    };
    let code = code_of_hygiene(rule);
    let needs_end = rule == HygieneRule::UnbalancedBrackets;
    Rule { code, criterion: code.index(), needs, find, needs_end }
}

/// How many characters of a text are reported around what is found in it.
const TOLD: usize = 60;

/// The part of a text that is reported for what stands at `range`: all of a short
/// text, and of a long one no more than the characters themselves.
fn told(text: &str, range: Range<usize>) -> Range<usize> {
    if text.chars().nth(TOLD).is_none() {
        return 0..text.len();
    }
    let cut = text[range.clone()].char_indices().nth(TOLD).map(|(at, _)| range.start + at);
    range.start..cut.unwrap_or(range.end)
}

/// The characters of a kind: where the first and the last stand, and how many
/// there are.
fn of_kind(text: &str, kind: u32) -> Option<(Range<usize>, usize)> {
    let mut found: Option<(Range<usize>, usize)> = None;
    for (at, c) in text.char_indices().filter(|(_, c)| chars::kind(*c) & kind != 0) {
        match &mut found {
            Some((range, count)) => {
                range.end = at + c.len_utf8();
                *count += 1;
            }
            None => found = Some((at..at + c.len_utf8(), 1)),
        }
    }
    found
}

/// Finds characters of a kind that have no business in a text: they are named by
/// their code points, and the text without them is the suggestion.
fn unwanted(text: &str, kind: u32, noun: &str) -> Option<TextIssue> {
    let (range, count) = of_kind(text, kind)?;
    let range = told(text, range);
    let piece = &text[range.clone()];
    let mut points: Vec<u32> = Vec::new();
    for c in piece.chars().filter(|c| chars::kind(*c) & kind != 0) {
        if !points.contains(&u32::from(c)) {
            points.push(u32::from(c));
        }
    }
    let names: Vec<_> = points.iter().take(3).map(|point| format!("U+{point:04X}")).collect();
    let more = if points.len() > 3 { " …" } else { "" };
    let plural = if count == 1 { "" } else { "s" };
    let clean = piece.chars().filter(|c| chars::kind(*c) & kind == 0).collect();
    Some(TextIssue {
        message: format!("the text has {count} {noun}{plural} ({}{more})", names.join(", ")),
        suggestion: Some(clean),
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_rule_needs_is_told_by_who_walks_through_a_text_for_all() {
        for rule in [
            HygieneRule::MixedWidth,
            HygieneRule::InvisibleCharacter,
            HygieneRule::BidirectionalControl,
            HygieneRule::PrivateUseCharacter,
            HygieneRule::ReplacementCharacter,
            HygieneRule::Mojibake,
            HygieneRule::MixedHan,
            HygieneRule::UnbalancedBrackets,
        ] {
            assert!(compile(rule).needs.iter().all(|kinds| kinds & !chars::TELLING == 0));
        }
    }
}
