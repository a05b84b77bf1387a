//! Quantities buried in prose.
//!
//! A schema's rules say how a quantity is written; this module says what a
//! text means in which they occur: where in the text figures count (outside
//! brackets first), what several figures make, and when there is none.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::{Captures, Regex};

use super::parse_number;
use crate::lang::Pattern;
use crate::schema::model::{Quantity, QuantityKind};

/// The compiled plan of a kind of quantity.
#[derive(Debug)]
pub struct QuantityPlan {
    name: String,
    units: BTreeMap<String, f64>,
    brackets: Vec<(char, char)>,
    approximate: Option<Regex>,
    figure: Option<Regex>,
    rules: Vec<RulePlan>,
    /// A cheap look: whether any rule with figures can match at all.
    any: Option<Regex>,
}

#[derive(Debug)]
struct RulePlan {
    kind: QuantityKind,
    regex: Regex,
    default_factor: Option<f64>,
}

/// The figures of a quantity, in the unit of the columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The smallest; none if the quantity is open below.
    pub min: Option<f64>,
    /// The largest; none if the quantity is open above.
    pub max: Option<f64>,
    /// Whether the text calls them approximate.
    pub approx: bool,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What the text is.
    pub said: Said,
    /// The figures, if it has any.
    pub figures: Option<Figures>,
    /// The ends of a range that was written the wrong way round.
    pub reversed: Option<(f64, f64)>,
    /// Whether the text holds a figure that no rule could read.
    pub figure_not_read: bool,
    /// The rule that took the first figure or the word.
    pub rule: Option<usize>,
    /// Every rule that took something, as bits; those behind the 64th are left out.
    pub took: u64,
}

/// What a rule took of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// The rule.
    pub rule: usize,
    /// The place in the text.
    pub range: Range<usize>,
    /// The groups that took part, with their texts.
    pub groups: Vec<(String, String)>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// One figure.
    Exact,
    /// Two figures.
    Range,
    /// Not below a figure.
    AtLeast,
    /// Not above a figure.
    AtMost,
    /// Several figures for different cases.
    Several,
    /// What the word of a rule says.
    Word(usize),
    /// Nothing that can be read.
    Text,
}

/// One match of a rule.
#[derive(Clone, Debug)]
struct Hit {
    rule: usize,
    said: Said,
    min: Option<f64>,
    max: Option<f64>,
    reversed: Option<(f64, f64)>,
}

impl QuantityPlan {
    /// Compiles a kind of quantity.
    #[must_use]
    pub fn new(quantity: &Quantity) -> Self {
        let with_figures: Vec<_> = quantity
            .rules
            .iter()
            .filter(|rule| !matches!(rule.kind, QuantityKind::Word(_) | QuantityKind::Skip))
            .map(|rule| format!("(?:{})", unnamed(&rule.pattern.text)))
            .collect();
        Self {
            name: quantity.name.clone(),
            units: quantity.units.iter().cloned().collect(),
            brackets: quantity.brackets.clone(),
            approximate: quantity.approximate.as_ref().map(Pattern::compile),
            figure: quantity.figure.as_ref().map(Pattern::compile),
            rules: quantity
                .rules
                .iter()
                .map(|rule| RulePlan {
                    kind: rule.kind.clone(),
                    regex: rule.pattern.compile(),
                    default_factor: rule.default_factor,
                })
                .collect(),
            any: Regex::new(&with_figures.join("|")).ok(),
        }
    }

    /// The name of the kind of quantity.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The word for what a text is, as it stands in the tables.
    #[must_use]
    pub fn kind(&self, reading: &Reading) -> &str {
        match reading.said {
            Said::Exact => "exact",
            Said::Range => "range",
            Said::AtLeast => "at_least",
            Said::AtMost => "at_most",
            Said::Several => "several",
            Said::Text => "text",
            Said::Word(rule) => match &self.rules[rule].kind {
                QuantityKind::Word(word) => word,
                _ => "text",
            },
        }
    }

    /// Reads a text that is neither blank nor a sentinel.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        let may = self.any.as_ref().is_none_or(|any| any.is_match(text));
        let mut took = 0;
        if may {
            let (outside, inside) = self.segments(text);
            let hits = self.hits(text, &outside, &mut took);
            if !hits.is_empty() {
                let approx = self.is_approximate(outside.iter().map(|range| &text[range.clone()]));
                return summarize(&hits, approx, took);
            }
            let hits = self.hits(text, &inside, &mut took);
            if !hits.is_empty() {
                return summarize(&hits, self.is_approximate([text]), took);
            }
        }
        let word = self.rules.iter().position(|rule| {
            matches!(rule.kind, QuantityKind::Word(_)) && rule.regex.is_match(text)
        });
        let said = word.map_or(Said::Text, Said::Word);
        let figure_not_read =
            word.is_none() && self.figure.as_ref().is_some_and(|figure| figure.is_match(text));
        took |= word.map_or(0, bit);
        Reading { said, figures: None, reversed: None, figure_not_read, rule: word, took }
    }

    /// The pieces of a text outside brackets, and those inside. A bracket that
    /// never closes holds the rest; one that never opened parts the text.
    fn segments(&self, text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
        let (mut outside, mut inside) = (Vec::new(), Vec::new());
        let (mut depth, mut from) = (0_usize, 0);
        for (at, c) in text.char_indices() {
            let opens = self.brackets.iter().any(|pair| pair.0 == c);
            let closes = self.brackets.iter().any(|pair| pair.1 == c);
            if !opens && !closes {
                continue;
            }
            let pieces = if depth == 0 { &mut outside } else { &mut inside };
            if from < at {
                pieces.push(from..at);
            }
            from = at + c.len_utf8();
            depth = if opens { depth + 1 } else { depth.saturating_sub(1) };
        }
        let pieces = if depth == 0 { &mut outside } else { &mut inside };
        if from < text.len() {
            pieces.push(from..text.len());
        }
        (outside, inside)
    }

    fn is_approximate<'t>(&self, pieces: impl IntoIterator<Item = &'t str>) -> bool {
        let approximate = self.approximate.as_ref();
        pieces.into_iter().any(|piece| approximate.is_some_and(|regex| regex.is_match(piece)))
    }

    /// What each rule took of a text, in the order of the text.
    #[must_use]
    pub fn takings(&self, text: &str) -> Vec<Taking> {
        let (outside, inside) = self.segments(text);
        let mut all = Vec::new();
        for pieces in [outside, inside] {
            let mut figures = false;
            self.walk(text, &pieces, |idx, groups, start| {
                figures |= self.hit(idx, &self.rules[idx], groups).is_some();
                let whole = groups.get(0).map_or(0..0, |whole| whole.range());
                let names = self.rules[idx].regex.capture_names().flatten();
                let group =
                    |name: &str| Some((name.to_owned(), groups.name(name)?.as_str().to_owned()));
                all.push(Taking {
                    rule: idx,
                    range: start + whole.start..start + whole.end,
                    groups: names.filter_map(group).collect(),
                });
            });
            // What stands in brackets counts only where there is no figure outside.
            if figures {
                return all;
            }
        }
        all
    }

    /// The figures of some pieces of a text. The rules that took something are
    /// added to `took`.
    fn hits(&self, text: &str, pieces: &[Range<usize>], took: &mut u64) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.walk(text, pieces, |idx, groups, _| {
            *took |= bit(idx);
            hits.extend(self.hit(idx, &self.rules[idx], groups));
        });
        hits
    }

    /// Calls `each` with what is taken of some pieces of a text: at each place
    /// the first rule that matches there, from left to right. It is given the
    /// rule, its groups, and where the piece begins that they count from.
    fn walk(
        &self,
        text: &str,
        pieces: &[Range<usize>],
        mut each: impl FnMut(usize, &Captures<'_>, usize),
    ) {
        for range in pieces {
            let piece = &text[range.clone()];
            let mut at = 0;
            while at < piece.len() {
                let next = self
                    .rules
                    .iter()
                    .enumerate()
                    .filter(|(_, rule)| !matches!(rule.kind, QuantityKind::Word(_)))
                    .filter_map(|(idx, rule)| {
                        rule.regex.find_at(piece, at).map(|found| (found.start(), idx))
                    })
                    .min();
                let Some((_, idx)) = next else { break };
                let Some(groups) = self.rules[idx].regex.captures_at(piece, at) else {
                    break;
                };
                each(idx, &groups, range.start);
                let end = groups.get(0).map_or(at, |all| all.end());
                at = if end > at { end } else { piece.ceil_char_boundary(at + 1) };
            }
        }
    }

    fn hit(&self, idx: usize, rule: &RulePlan, groups: &Captures<'_>) -> Option<Hit> {
        let number =
            |group: &str| groups.name(group).and_then(|found| parse_number(found.as_str()));
        let factor = |group: &str| {
            groups.name(group).and_then(|found| self.units.get(found.as_str()).copied())
        };
        let (ua, ub) = (factor("ua"), factor("ub"));
        let default = rule.default_factor;
        let half = if groups.name("half").is_some() { 0.5 } else { 0.0 };
        let a = number("a").and_then(|a| Some(scale(a + half, ua.or(ub).or(default)?)));
        let b = number("b").and_then(|b| Some(scale(b, ub.or(ua).or(default)?)));
        let (min, max) = match (a, b) {
            (Some(a), Some(b)) => (a.min(b), a.max(b)),
            (a, b) => {
                let one = a.or(b)?;
                (one, one)
            }
        };
        let (said, min, max) = match rule.kind {
            QuantityKind::Skip | QuantityKind::Word(_) => return None,
            QuantityKind::Range if a.is_some() && b.is_some() => {
                (Said::Range, Some(min), Some(max))
            }
            QuantityKind::Exact | QuantityKind::Range => (Said::Exact, Some(min), Some(max)),
            QuantityKind::AtLeast => (Said::AtLeast, Some(min), None),
            QuantityKind::AtMost => (Said::AtMost, None, Some(max)),
        };
        let reversed = a.zip(b).filter(|(a, b)| a > b && said == Said::Range);
        Some(Hit { rule: idx, said, min, max, reversed })
    }
}

/// A figure in the unit of the columns. A factor such as 0.01 has no exact
/// double, but its inverse has: dividing by that gives the nearest double.
fn scale(number: f64, factor: f64) -> f64 {
    let inverse = (1.0 / factor).round();
    if factor < 1.0 && (inverse * factor - 1.0).abs() < 1e-12 {
        number / inverse
    } else {
        number * factor
    }
}

/// What one or several figures say together.
fn summarize(hits: &[Hit], approx: bool, took: u64) -> Reading {
    let first = &hits[0];
    let reversed = hits.iter().find_map(|hit| hit.reversed);
    let same =
        hits.iter().all(|hit| (hit.said, hit.min, hit.max) == (first.said, first.min, first.max));
    let (said, min, max) = if same {
        (first.said, first.min, first.max)
    } else {
        let all = || hits.iter().flat_map(|hit| [hit.min, hit.max]).flatten();
        (Said::Several, all().min_by(f64::total_cmp), all().max_by(f64::total_cmp))
    };
    Reading {
        said,
        figures: Some(Figures { min, max, approx }),
        reversed,
        figure_not_read: false,
        rule: Some(first.rule),
        took,
    }
}

/// The bit of a rule.
fn bit(rule: usize) -> u64 {
    if rule < 64 { 1 << rule } else { 0 }
}

/// A pattern without the names of its groups, so that several can stand in one.
fn unnamed(pattern: &str) -> String {
    ["a", "b", "ua", "ub", "half"].iter().fold(pattern.to_owned(), |text, name| {
        text.replace(&format!("(?<{name}>"), "(?:").replace(&format!("(?P<{name}>"), "(?:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_their_digits() {
        let pairs = [
            (0.0032, 0.01, 0.000_032),
            (28.52, 0.01, 0.2852),
            (31.0, 1e-5, 0.000_31),
            (36.0, 1.0 / 24.0, 1.5),
        ];
        for (number, factor, expected) in pairs {
            assert_eq!(
                scale(number, factor).to_bits(),
                f64::to_bits(expected),
                "{number} x {factor}"
            );
        }
        assert_eq!(scale(1.5, 7.0).to_bits(), f64::to_bits(10.5));
    }
}
