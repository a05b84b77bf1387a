//! Quantities buried in prose.
//!
//! A schema's rules say how a quantity is written; this module says what a
//! text means in which they occur: where in the text figures count (outside
//! brackets first), what several figures make, and when there is none.
//!
//! In: a text. Out: a [`Reading`], and by the same way the [`RuleMatch`]s that
//! `explain` shows. What holds:
//!
#![doc = include_str!("quantity.md")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, RoundingMode, Zero};
use regex::RegexSet;
use rustc_hash::FxHashMap;

use super::figure::{
    digit_behind, ends_tag, is_currency, is_dash, is_han, is_han_numeral, is_of_ledger, is_sign,
    is_vague, is_word_of_money, longer_bound, longer_figure, multiplies, rest_of, typed_in_letters,
};
use super::number::{
    Notation, Number, NumberFault, digit, is_han_unit, is_minus, nearest, parse_number,
    without_negative_behind,
};
use super::short;
use super::unit::{Pointless, has_point, longer_unit, rate_of_share, unit_beside};
use crate::diagnostic::Code;
use crate::lang::{Examples, Lazy, Pattern, Regex, nearest as like};
use crate::text::brackets::PAIRS;

/// A kind of quantity.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// The name.
    pub name: String,
    /// What it measures.
    pub description: Option<String>,
    /// The unit of the columns.
    pub unit: String,
    /// The written units, the longest first, and their factors.
    pub units: Vec<(String, f64)>,
    /// Opening and closing brackets.
    pub brackets: Vec<(char, char)>,
    /// Words that make a figure approximate.
    pub approximate: Option<Pattern>,
    /// A figure of whatever kind.
    pub figure: Option<Pattern>,
    /// How its figures are written.
    pub number: Notation,
    /// Whether that gives way to what the source says: it does where the quantity says
    /// nothing itself, and where it comes from another schema.
    pub number_yields: bool,
    /// Whether figures that stand side by side are added.
    pub sum: bool,
    /// What may stand between them beside blanks.
    pub joint: Option<Pattern>,
    /// Whether there is a column for the unit as it is written.
    pub unit_column: bool,
    /// How it is written.
    pub rules: Vec<QuantityRule>,
}

/// One way to write a quantity.
#[derive(Clone, Debug)]
pub struct QuantityRule {
    /// The name.
    pub name: String,
    /// What the quantity is.
    pub kind: QuantityKind,
    /// How it is written.
    pub pattern: Pattern,
    /// The factor where no unit is written.
    pub default_factor: Option<f64>,
    /// Texts to prove it with.
    pub examples: Examples,
    /// Where it is written.
    pub span: Range<usize>,
}

/// What a rule makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityKind {
    /// One figure.
    Exact,
    /// Two figures.
    Range,
    /// A figure that the quantity is not below.
    AtLeast,
    /// A figure that the quantity is not above.
    AtMost,
    /// No quantity, though it looks like one.
    Skip,
    /// A text that says something without a figure.
    Word(String),
}

impl QuantityKind {
    /// The words that have a meaning of their own; any other is what a text says.
    pub const WORDS: [&'static str; 5] = ["exact", "range", "at_least", "at_most", "skip"];

    /// The kind that a word means.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "exact" => Self::Exact,
            "range" => Self::Range,
            "at_least" => Self::AtLeast,
            "at_most" => Self::AtMost,
            "skip" => Self::Skip,
            word => Self::Word(word.to_owned()),
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact => "exact",
            Self::Range => "range",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Skip => "skip",
            Self::Word(word) => word,
        }
    }

    /// Whether a rule of this kind takes figures.
    #[must_use]
    pub fn takes_figures(&self) -> bool {
        !matches!(self, Self::Skip | Self::Word(_))
    }
}

/// The compiled plan of a kind of quantity.
#[derive(Clone, Debug)]
pub struct QuantityPlan {
    name: String,
    units: BTreeMap<String, Factor>,
    /// Whether it is one of money.
    money: bool,
    /// What all factors are parts of: they are counted in `1 / parts` of the
    /// column's unit, so that figures of different units can be added.
    parts: BigInt,
    brackets: Vec<(char, char)>,
    /// What opens and what closes a bracket, those that the schema does not name too, in order.
    opening: Vec<char>,
    closing: Vec<char>,
    approximate: Option<Regex>,
    figure: Option<Regex>,
    notation: Notation,
    sum: bool,
    /// Whether figures are as the text has them, in units of which none is a part of another.
    apart: bool,
    joint: Option<Regex>,
    rules: Vec<RulePlan>,
    /// The rules that take something at a place, and all of them in one pass.
    /// None if they are too large for that.
    rule_match: Vec<usize>,
    set: Lazy<Option<RegexSet>>,
}

#[derive(Clone, Debug)]
struct RulePlan {
    kind: QuantityKind,
    regex: Regex,
    default: Option<Factor>,
    /// Whether what it passes over may be a figure of the quantity all the same.
    unread: bool,
}

/// How many of the column's unit a written unit is: `count / parts`.
#[derive(Clone, Debug)]
struct Factor {
    count: BigDecimal,
    size: f64,
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
    pub said: ReadingKind,
    /// The figures, if it has any.
    pub figures: Option<Figures>,
    /// The unit as it is written, if all figures have the same.
    pub unit: Option<String>,
    /// The ends of a range that was written the wrong way round.
    pub reversed: Option<(f64, f64)>,
    /// Why a figure of the text was not read, if there is one.
    pub trouble: Option<Trouble>,
    /// The rule that took the first figure or the word.
    pub rule: Option<usize>,
    /// Every rule that took something, in order.
    pub matched: Vec<usize>,
}

/// Why a figure of a text was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No rule took it, nor any other.
    NotTaken,
    /// No rule took it, and others were taken.
    Left(Range<usize>),
    /// A rule would have cut it out of a longer one.
    Cut {
        /// The part.
        figure: Range<usize>,
        /// The whole figure.
        longer: Range<usize>,
    },
    /// It is no number.
    Number {
        /// The figure.
        figure: Range<usize>,
        /// What is wrong with it.
        fault: NumberFault,
    },
    /// Its unit is none of the quantity's.
    Unit {
        /// The figure.
        figure: Range<usize>,
        /// The unit.
        unit: Range<usize>,
    },
    /// It has no unit, and its rule has none by default.
    NoUnit {
        /// The figure.
        figure: Range<usize>,
    },
    /// A range of which one figure alone has a unit of counting, `5-6万`: the other may be meant
    /// with it or without. So may one with such a unit in a bracket, `费用（万元）：3-5`.
    Counting {
        /// All of them.
        figures: Range<usize>,
    },
    /// A minus in words before both figures of a range, `零下5至10`: it may be that of both.
    Sign {
        /// Both of them.
        figures: Range<usize>,
    },
    /// It has another unit than the one beside it, and the quantity converts none.
    Units {
        /// Both of them, or the one match that has two units.
        figures: Range<usize>,
    },
    /// It stands beside another one that it cannot be added to.
    Sum {
        /// Both of them.
        figures: Range<usize>,
        /// Whether they would but for what stands between them.
        parted: bool,
    },
}

impl Trouble {
    /// Does something with each place that it tells.
    fn each_place(&mut self, mut change: impl FnMut(&mut Range<usize>)) {
        match self {
            Self::NotTaken => {}
            Self::Left(figure) | Self::Number { figure, .. } | Self::NoUnit { figure } => {
                change(figure);
            }
            Self::Counting { figures }
            | Self::Sign { figures }
            | Self::Units { figures }
            | Self::Sum { figures, .. } => change(figures),
            Self::Cut { figure, longer: other } | Self::Unit { figure, unit: other } => {
                change(figure);
                change(other);
            }
        }
    }
}

/// What a rule took of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMatch {
    /// The rule.
    pub rule: usize,
    /// The place in the text.
    pub range: Range<usize>,
    /// The groups that took part, with their texts.
    pub groups: Vec<(String, String)>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingKind {
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

/// What one rule says at one place, or several of them together.
#[derive(Clone, Debug)]
struct Hit {
    rule: usize,
    said: ReadingKind,
    min: Option<BigDecimal>,
    max: Option<BigDecimal>,
    reversed: bool,
    /// The written unit, if there is one, and only one.
    unit: Option<String>,
    /// All units that are written, where the quantity converts none.
    words: Vec<String>,
    /// The smallest and the largest unit.
    sizes: (f64, f64),
    /// What one of the smallest unit comes to.
    one: BigDecimal,
    /// All that was matched, and the first figure in it.
    range: Range<usize>,
    figure: Range<usize>,
    /// The units of both ends of a range, if each has its own and the smaller end stands first.
    ends: Option<[f64; 2]>,
    /// Whether the figure itself says that there is more: `3000多`.
    approx: bool,
}

/// A rule that took something, and where.
#[derive(Clone, Debug)]
struct Taken {
    rule: usize,
    /// The piece that the rule was tried on, and what it matched of the text.
    piece: Range<usize>,
    range: Range<usize>,
    hit: Option<Hit>,
    /// What it passed over of the quantity itself.
    unread: Option<Range<usize>>,
}

/// What became of a text.
#[derive(Debug)]
struct Seen {
    /// Of what stands outside of brackets and, where it was looked at, inside.
    walks: Vec<Walk>,
    /// The text as it was read, if a bracket within it was passed over.
    opened: Option<String>,
    outside: Vec<Range<usize>>,
    inside: Vec<Range<usize>>,
}

/// What became of some pieces of a text.
#[derive(Debug, Default)]
struct Walk {
    taken: Vec<Taken>,
    /// Figures that a rule did not take, each with what is wrong.
    refused: Vec<(Range<usize>, Trouble)>,
    /// The figures that a rule took, and that have no unit.
    without_unit: Vec<(Range<usize>, Trouble)>,
}

/// A bracket right behind a figure: the piece of the text outside of brackets that ends there, and what was taken last in it.
struct Place {
    piece: usize,
    taken: usize,
}

impl QuantityPlan {
    /// Compiles a kind of quantity.
    #[must_use]
    pub fn new(quantity: &Quantity) -> Self {
        let units = quantity.units.iter().map(|(_, factor)| *factor);
        let defaults = quantity.rules.iter().filter_map(|rule| rule.default_factor);
        let parts =
            units.chain(defaults).map(|factor| fraction(factor).1).fold(BigInt::from(1), lcm);
        let scaled = |factor: f64| {
            let (count, own) = fraction(factor);
            Factor { count: count * BigDecimal::from(&parts / own), size: factor }
        };
        let rule_match: Vec<_> = (0..quantity.rules.len())
            .filter(|&idx| !matches!(quantity.rules[idx].kind, QuantityKind::Word(_)))
            .collect();
        let rule = |rule: &QuantityRule| {
            let regex = rule.pattern.compile();
            RulePlan {
                kind: rule.kind.clone(),
                unread: rule.kind == QuantityKind::Skip && regex.has_group(UNREAD),
                regex,
                default: rule.default_factor.map(&scaled),
            }
        };
        let side = |of: fn(&(char, char)) -> char| {
            let mut chars: Vec<_> = quantity.brackets.iter().chain(PAIRS).map(of).collect();
            chars.sort_unstable();
            chars
        };
        let is_money = |unit: &str| unit.contains(is_currency) || CODES.contains(&unit);
        Self {
            name: quantity.name.clone(),
            money: quantity.units.iter().any(|(unit, _)| is_money(unit)),
            units: quantity
                .units
                .iter()
                .map(|(word, factor)| (word.clone(), scaled(*factor)))
                .collect(),
            brackets: quantity.brackets.clone(),
            opening: side(|pair| pair.0),
            closing: side(|pair| pair.1),
            approximate: quantity.approximate.as_ref().map(Pattern::compile),
            figure: quantity.figure.as_ref().map(Pattern::compile),
            notation: quantity.number.clone(),
            sum: quantity.sum,
            apart: quantity.unit_column && quantity.unit.is_empty(),
            joint: quantity.joint.as_ref().map(Pattern::compile),
            rules: quantity.rules.iter().map(rule).collect(),
            rule_match,
            set: Lazy::default(),
            parts,
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
            ReadingKind::Exact => QuantityKind::Exact.as_str(),
            ReadingKind::Range => QuantityKind::Range.as_str(),
            ReadingKind::AtLeast => QuantityKind::AtLeast.as_str(),
            ReadingKind::AtMost => QuantityKind::AtMost.as_str(),
            ReadingKind::Several => "several",
            ReadingKind::Text => "text",
            ReadingKind::Word(rule) => match &self.rules[rule].kind {
                QuantityKind::Word(word) => word,
                _ => "text",
            },
        }
    }

    /// The kind of finding that tells why a figure of a field was not read, and
    /// the words for it.
    #[must_use]
    pub fn tell(&self, trouble: &Trouble, field: &str, text: &str) -> (&'static Code, String) {
        match trouble {
            Trouble::NotTaken => (
                Code::FIGURE_NOT_READ,
                format!("`{field}` holds a figure, but no {} that the schema can read", self.name),
            ),
            Trouble::Left(figure) => (
                Code::FIGURE_NOT_READ,
                format!(
                    "`{field}` holds the figure `{}` beside the {} that was read",
                    &text[figure.clone()],
                    self.name
                ),
            ),
            Trouble::Cut { figure, longer } => (
                Code::FIGURE_CUT,
                format!(
                    "a rule of {} would cut `{}` out of `{}`",
                    self.name,
                    &text[figure.clone()],
                    &text[longer.clone()]
                ),
            ),
            Trouble::Number { figure, fault } => (
                Code::FIGURE_NOT_READ,
                format!("the figure `{}` cannot be read: {fault}", short(&text[figure.clone()])),
            ),
            Trouble::Unit { figure, unit } => (
                Code::FIGURE_NOT_READ,
                format!(
                    "`{}` beside the figure `{}` is no unit of {}",
                    short(&text[unit.clone()]),
                    short(&text[figure.clone()]),
                    self.name
                ),
            ),
            Trouble::NoUnit { figure } => (
                Code::FIGURE_NOT_READ,
                format!(
                    "the figure `{}` has no unit and no `default-unit`",
                    short(&text[figure.clone()])
                ),
            ),
            Trouble::Counting { figures } => (
                Code::FIGURE_NOT_READ,
                format!("a figure of `{}` can be meant in two ways", short(&text[figures.clone()])),
            ),
            Trouble::Sign { figures } => (
                Code::FIGURE_NOT_READ,
                format!(
                    "the minus of `{}` can be that of one figure or of both",
                    short(&text[figures.clone()])
                ),
            ),
            Trouble::Units { figures } => (
                Code::FIGURE_NOT_READ,
                format!(
                    "the figures of `{}` have different units, and {} converts none",
                    short(&text[figures.clone()]),
                    self.name
                ),
            ),
            Trouble::Sum { figures, .. } => (
                Code::FIGURE_NOT_READ,
                format!("the figures of `{}` do not add up", short(&text[figures.clone()])),
            ),
        }
    }

    /// What may help with a figure that was not read: that a word behind it is no unit, and which
    /// units are like it.
    #[must_use]
    pub fn help(&self, trouble: &Trouble, text: &str) -> Option<String> {
        self.help_by(trouble, text, &mut FxHashMap::default())
    }

    /// As [`Self::help`], with what is remembered of words that are no unit: a column that has another unit has it in
    /// every row, and to look for those like it takes longer than to read the text.
    #[must_use]
    pub fn help_by(
        &self,
        trouble: &Trouble,
        text: &str,
        helps: &mut FxHashMap<Box<str>, Option<String>>,
    ) -> Option<String> {
        let word = match trouble {
            Trouble::NotTaken => word_behind(text)?,
            Trouble::Unit { unit, .. } => &text[unit.clone()],
            Trouble::NoUnit { .. } => {
                return Some(
                    "`default-unit` of the rule says the unit where none is written".to_owned(),
                );
            }
            Trouble::Sum { parted: true, .. } => {
                return Some(
                    "if they are one, `joint` of the quantity says what may stand between them"
                        .to_owned(),
                );
            }
            _ => return None,
        };
        if let Some(help) = helps.get(word) {
            return help.clone();
        }
        let help = self.help_of(word);
        if word.len() <= MEMORABLE {
            if helps.len() >= REMEMBERED {
                helps.clear();
            }
            helps.insert(word.into(), help.clone());
        }
        help
    }

    /// What may help with a word that stands where a unit does.
    fn help_of(&self, word: &str) -> Option<String> {
        if self.units.contains_key(word) || word.chars().all(is_han_unit) {
            return None;
        }
        let lower = word.to_lowercase();
        let units = || self.units.keys().map(String::as_str).filter(|unit| !unit.is_empty());
        let alike = |unit: &&str| {
            let unit = unit.to_lowercase();
            unit == lower || unit.trim_start_matches('°') == lower
        };
        let mut near: Vec<_> = units().filter(alike).take(NEAR).collect();
        near.extend(like(word, units()).filter(|unit| !near.contains(unit)));
        let quoted = |units: Vec<&str>, between: &str| {
            units.into_iter().map(|unit| format!("`{unit}`")).collect::<Vec<_>>().join(between)
        };
        let no_unit = format!("`{}` is no unit of {}", short(word), self.name);
        if !near.is_empty() {
            return Some(format!("{no_unit}: did you mean {}?", quoted(near, " or ")));
        }
        let more = if units().count() > NEAR { " and others" } else { "" };
        Some(match quoted(units().take(NEAR).collect(), ", ") {
            units if units.is_empty() => format!("{no_unit}, which has none"),
            units => format!("{no_unit}, which has {units}{more}"),
        })
    }

    /// Reads a text that is neither blank nor a sentinel.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        let seen = self.seen(text);
        let Some(pointless) = Self::without_points(text, &seen) else {
            return self.read_seen(text, seen);
        };
        let mut reading = self.read_seen(&pointless.text, self.seen(&pointless.text));
        if let Some(trouble) = &mut reading.trouble {
            trouble.each_place(|range| *range = pointless.place(range));
        }
        reading
    }

    /// A text without the points right behind units that a rule took, if those are of abbreviations, so that what stands
    /// behind such a point is looked at as that which stands behind a unit: `5 lb. max`, `30 min./day`. None if it has
    /// none.
    fn without_points(text: &str, seen: &Seen) -> Option<Pointless> {
        let taken = seen.walks.iter().flat_map(|walk| &walk.taken);
        let ends = taken.filter(|taken| taken.hit.is_some()).map(|taken| taken.range.end);
        let mut points: Vec<_> = ends.filter(|&end| has_point(text, end)).collect();
        points.sort_unstable();
        points.dedup();
        (!points.is_empty()).then(|| Pointless::new(text, points))
    }

    /// Reads a text of which it is known what became of it.
    fn read_seen(&self, text: &str, seen: Seen) -> Reading {
        let Seen { walks, opened, outside, inside: within } = seen;
        let mut matched: Vec<_> =
            walks.iter().flat_map(|walk| walk.taken.iter().map(|taken| taken.rule)).collect();
        matched.sort_unstable();
        matched.dedup();
        // What rules passed over, and the first of it that is one of the quantity.
        let mut passed = Vec::new();
        let mut unread = None;
        let mut reading = Reading {
            said: ReadingKind::Text,
            figures: None,
            unit: None,
            reversed: None,
            trouble: None,
            rule: None,
            matched,
        };
        for (walk, (inside, pieces)) in walks.into_iter().zip([(false, &outside), (true, &within)])
        {
            let has_figure = walk.taken.iter().any(|taken| taken.hit.is_some());
            let unknown = walk.unknown_unit();
            reading.trouble =
                walk.trouble(text).or_else(|| unknown.clone().filter(|_| !has_figure));
            if reading.trouble.is_some() {
                return reading;
            }
            unread = unread.or_else(|| self.passed_over(text, &walk));
            if !has_figure {
                let other = walk.taken.into_iter().filter(|taken| taken.unread.is_none());
                passed.extend(other.map(|taken| taken.range));
                continue;
            }
            if let Some(hit) = walk.taken.iter().find_map(|taken| taken.hit.as_ref())
                && is_of_ledger(text, |word| self.is_code(word))
                && (self.money || self.is_read_below_zero(text))
            {
                let longer = text.len() - text.trim_start().len()..text.trim_end().len();
                reading.trouble = Some(Trouble::Cut { figure: hit.figure.clone(), longer });
                return reading;
            }
            let parted = self.parted_by_bracket(text, &walk);
            let parted = parted.or_else(|| self.parted_by_tag(text, &walk));
            if let Some((figure, longer)) = parted.or_else(|| self.parted_by_mark(text, &walk)) {
                reading.trouble = Some(Trouble::Cut { figure, longer });
                return reading;
            }
            if let Some(figures) = self.unit_apart(text, &within, &walk) {
                reading.trouble = Some(Trouble::Counting { figures });
                return reading;
            }
            let left = self.left(text, pieces, &walk).or(unread).map(Trouble::Left);
            let hits: Vec<_> = walk.taken.into_iter().filter_map(|taken| taken.hit).collect();
            let more = hits.iter().any(|hit| hit.approx);
            let approx = if inside {
                self.is_approximate([text])
            } else if let Some(opened) = &opened {
                self.is_approximate([opened.as_str()])
            } else {
                self.is_approximate(outside.iter().map(|range| &text[range.clone()]))
            };
            let approx = approx || more || self.calls_approximate(text, &within);
            self.summarize(text, hits, approx, &mut reading);
            if reading.trouble.is_none() {
                reading.trouble = unknown.or(left);
            }
            return reading;
        }
        let word = self.rules.iter().enumerate().find_map(|(idx, rule)| {
            let is_word = matches!(rule.kind, QuantityKind::Word(_));
            (is_word && rule.regex.is_match(text)).then_some(idx)
        });
        if let Some(word) = word {
            passed.extend(self.rules[word].regex.find_iter(text).map(|found| found.range()));
            reading.said = ReadingKind::Word(word);
            reading.rule = Some(word);
            reading.matched.push(word);
            let passed = apart(passed);
            let taken = |figure: &Range<usize>| {
                let at = passed.partition_point(|other| other.end <= figure.start);
                passed.get(at).is_some_and(|other| meet(figure, other))
            };
            let figures = self.figure.iter().flat_map(|regex| regex.find_iter(text));
            let left = figures.map(|found| found.range()).find(|figure| !taken(figure));
            reading.trouble = left.map(|figure| {
                Trouble::Left(figure.start..figure.end + rest_of(&text[figure.end..]))
            });
        } else if unread.is_some()
            || self.figure.as_ref().is_some_and(|figure| figure.is_match(text))
        {
            reading.trouble = Some(Trouble::NotTaken);
        }
        reading
    }

    /// What each rule took of a text, in the order of the text; by the way that
    /// [`Self::read`] goes.
    #[must_use]
    pub fn rule_matches(&self, text: &str) -> Vec<RuleMatch> {
        let seen = self.seen(text);
        let Some(pointless) = Self::without_points(text, &seen) else {
            return self.matches_seen(text, seen);
        };
        let mut matches = self.matches_seen(&pointless.text, self.seen(&pointless.text));
        for found in &mut matches {
            found.range = pointless.place(&found.range);
        }
        matches
    }

    /// What each rule took of a text of which it is known what became of it.
    fn matches_seen(&self, text: &str, seen: Seen) -> Vec<RuleMatch> {
        let Seen { walks, opened, .. } = seen;
        // The pieces in brackets are those of the text itself.
        let texts = [opened.as_deref().unwrap_or(text), text];
        let walks = walks.into_iter().zip(texts);
        let taken = walks.flat_map(|(walk, text)| walk.taken.into_iter().map(move |it| (it, text)));
        taken
            .filter_map(|(taken, text)| {
                let regex = &self.rules[taken.rule].regex;
                let start = taken.range.start - taken.piece.start;
                let groups = regex.captures_at(&text[taken.piece], start)?;
                let group =
                    |name: &str| Some((name.to_owned(), groups.name(name)?.as_str().to_owned()));
                let groups = regex.capture_names().flatten().filter_map(group).collect();
                Some(RuleMatch { rule: taken.rule, range: taken.range, groups })
            })
            .collect()
    }

    /// What became of the text outside of brackets and, where that has no figure,
    /// of what stands in brackets.
    fn seen(&self, text: &str) -> Seen {
        let (outside, inside) = self.segments(text);
        let mut walks = vec![self.walk(text, &outside)];
        if let Some((opened, walk)) = self.over_brackets(text, &outside, &inside, &walks[0]) {
            return Seen { walks: vec![walk], opened: Some(opened), outside, inside };
        }
        let figures = walks[0].taken.iter().any(|taken| taken.hit.is_some());
        if !figures
            && !inside.is_empty()
            && walks[0].trouble(text).is_none()
            && walks[0].unknown_unit().is_none()
            && self.left(text, &outside, &walks[0]).is_none()
        {
            walks.push(self.walk(text, &inside));
        }
        Seen { walks, opened: None, outside, inside }
    }

    /// The text as it is read where a bracket behind a figure parts what a rule takes together, and what became of it:
    /// `3年（含）以上` without the bracket, `30 min (max)` with what it holds. Both are as long as the text. None where
    /// no rule takes a bound, the other end of a range or what makes the figure none from there.
    fn over_brackets(
        &self,
        text: &str,
        outside: &[Range<usize>],
        inside: &[Range<usize>],
        walk: &Walk,
    ) -> Option<(String, Walk)> {
        // The brackets that stand right behind a figure that was read.
        let places: Vec<_> = outside
            .iter()
            .enumerate()
            .filter(|(_, piece)| piece.end < text.len())
            .filter_map(|(piece, Range { end, .. })| {
                let behind = walk.taken.partition_point(|taken| taken.range.end <= *end);
                let taken = behind.checked_sub(1)?;
                let last = &walk.taken[taken];
                let touches = text[last.range.end..*end].trim().is_empty();
                (last.hit.is_some() && touches).then_some(Place { piece, taken })
            })
            .collect();
        if places.is_empty() {
            return None;
        }
        let is_remark = |piece: &&Range<usize>| !text[(*piece).clone()].contains(char::is_numeric);
        // Of a bracket that stands right behind a figure.
        let of_place = |piece: &&Range<usize>| {
            let before = places.partition_point(|place| outside[place.piece].end <= piece.start);
            let end = before.checked_sub(1).map(|last| outside[places[last].piece].end);
            // The bracket is all that stands between them.
            let next = |end: usize| text[end..].chars().next().map(|c| end + c.len_utf8());
            end.and_then(next) == Some(piece.start)
        };
        let remarks: Vec<_> = inside.iter().filter(is_remark).filter(of_place).collect();
        let with = |kept: &[&Range<usize>]| {
            let mut seen = vec![false; text.len()];
            for piece in outside.iter().chain(kept.iter().copied()) {
                seen[piece.clone()].fill(true);
            }
            blanked(text, |at, _| seen[at])
        };
        let without = with(&[]);
        let remarked = (!remarks.is_empty()).then(|| with(&remarks));
        let texts = [Some(without.as_str()), remarked.as_deref()];
        let mut opened: Option<String> = None;
        let mut whole = Walk::default();
        // How many of the first walk are taken over or left out, and where the last place was left behind.
        let (mut next, mut at) = (0, 0);
        for place in places {
            let first = &walk.taken[place.taken];
            if first.range.start < at {
                continue;
            }
            let from = outside[place.piece].start;
            let most = outside.get(place.piece + 2).map_or(text.len(), |piece| piece.end);
            // What goes on behind the bracket does so up to the next one, and not beyond the figure behind it.
            let second = walk.taken.get(place.taken + 2).map_or(most, |taken| taken.range.start);
            let near = outside.get(place.piece + 1).map_or(most, |piece| piece.end).min(second);
            let found = texts.into_iter().flatten().find_map(|text| {
                let over = |end| {
                    self.goes_over(text, from..end, first.range.start, outside[place.piece].end)
                };
                // What ends where the text was cut may go on.
                let over_near = over(near)?;
                let cut = over_near
                    .taken
                    .last()
                    .is_some_and(|taken| taken.range.end == near && near < most);
                Some((text, if cut { over(most)? } else { over_near }))
            });
            let Some((read, mut over)) = found else { continue };
            let end = over.taken.last().map_or(at, |taken| taken.range.end);
            let opened = opened.get_or_insert_default();
            opened.push_str(&without[opened.len()..first.range.start]);
            opened.push_str(&read[first.range.start..end]);
            whole.taken.extend(walk.taken[next..place.taken].iter().cloned());
            whole.taken.append(&mut over.taken);
            whole.refused.append(&mut over.refused);
            whole.without_unit.append(&mut over.without_unit);
            next = walk.taken.partition_point(|taken| taken.range.start < end).max(place.taken + 1);
            at = end;
        }
        let mut opened = opened?;
        opened.push_str(&without[opened.len()..]);
        whole.taken.extend(walk.taken[next..].iter().cloned());
        whole.refused.extend(walk.refused.iter().cloned());
        whole.refused.sort_by_key(|(figure, _)| figure.start);
        whole.without_unit.extend(walk.without_unit.iter().cloned());
        Some((opened, whole))
    }

    /// What becomes of a piece of a text from `at` on, up to what a rule takes beyond the place of a bracket: a bound, the
    /// other end of a range or what makes a figure none. None if no rule does, or if that leaves a figure unread.
    fn goes_over(&self, text: &str, piece: Range<usize>, at: usize, place: usize) -> Option<Walk> {
        let mut walk = self.walk_between(text, std::slice::from_ref(&piece), at, place);
        let n = walk.taken.partition_point(|taken| taken.range.end <= place);
        let taken = walk.taken.get(n).filter(|taken| taken.range.start < place)?;
        let bound = taken.hit.as_ref().is_none_or(|hit| hit.said != ReadingKind::Exact);
        let goes_on = text[place..taken.range.end].trim_start();
        // Behind a bracket a dash may be a minus, and in it a plus adds something: `90 min (+ extras)`.
        let is_dash = goes_on.starts_with(|c| is_sign(c) || matches!(c, '—' | '+' | '＋'));
        if !bound || goes_on.is_empty() || is_dash {
            return None;
        }
        let end = taken.range.end;
        walk.taken.truncate(n + 1);
        walk.refused.retain(|(figure, _)| figure.start < end);
        walk.without_unit.retain(|(figure, _)| figure.start < end);
        // What stands behind it is looked at with all of the text.
        (walk.unread().is_none() && walk.unknown_unit().is_none()).then_some(walk)
    }

    /// The first figure that a bracket parts from a bound or a minus before it, and both of them: `(minimum) 2 weeks`,
    /// `at least (2 weeks)`, `up to (and including) 2 h`, `minus (5 kg)`. What was read of it is another figure than the one
    /// that is meant.
    fn parted_by_bracket(&self, text: &str, walk: &Walk) -> Option<(Range<usize>, Range<usize>)> {
        let opens = |c: char| self.opens(c);
        let closes = |c: char| self.closes(c);
        let behind_bracket = |hit: &&Hit| {
            let joint = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '=');
            text[..hit.range.start].trim_end_matches(joint).ends_with(|c| opens(c) || closes(c))
        };
        let hits = || walk.taken.iter().filter_map(|taken| taken.hit.as_ref());
        hits().find(behind_bracket)?;
        // The text without its brackets, and without what stands in them.
        let open = blanked(text, |_, c| !opens(c) && !closes(c));
        let mut depth = 0_usize;
        let without = blanked(text, |_, c| {
            depth += usize::from(opens(c));
            let inside = depth > 0 || closes(c);
            depth = depth.saturating_sub(usize::from(closes(c)));
            !inside
        });
        [open, without].iter().find_map(|text| {
            let over = self.walk(text, std::slice::from_ref(&(0..text.len())));
            hits().filter(behind_bracket).find_map(|hit| {
                let from = over.taken.partition_point(|taken| taken.range.end <= hit.figure.start);
                let taken = over.taken.get(from)?;
                let other = taken.hit.as_ref()?;
                let bound = is_bound(other) && other.figure.start == hit.figure.start;
                // It goes over the bracket before the figure, and not over one behind it.
                let before = taken.range.start < hit.range.start;
                let differs = (bound && other.said != hit.said) || has_sign(other, hit);
                (before && differs).then(|| (hit.figure.clone(), taken.range.clone()))
            })
        })
    }

    /// The first figure that a tag parts from a bound, and both of them: `at most <b>5 kg</b>`, `<b>5元</b>以上`.
    fn parted_by_tag(&self, text: &str, walk: &Walk) -> Option<(Range<usize>, Range<usize>)> {
        let ends: Vec<_> =
            text.match_indices('>').map(|(at, _)| at).filter(|&at| ends_tag(text, at)).collect();
        let tags: Vec<_> =
            ends.into_iter().filter_map(|end| Some(text[..end].rfind('<')?..=end)).collect();
        if tags.is_empty() {
            return None;
        }
        let without = blanked(text, |at, _| {
            let near = tags.partition_point(|tag| *tag.end() < at);
            tags.get(near).is_none_or(|tag| !tag.contains(&at))
        });
        let over = self.walk(&without, std::slice::from_ref(&(0..text.len())));
        walk.taken.iter().filter_map(|taken| taken.hit.as_ref()).find_map(|hit| {
            let taken = over.covering(&hit.figure)?;
            let other = taken.hit.as_ref()?;
            (is_bound(other) && other.said != hit.said)
                .then(|| (hit.figure.clone(), taken.range.clone()))
        })
    }

    /// The first figure beside which a word stands that makes another one of it and is parted from it by a bracket, a colon, a
    /// comma or a dash, and both of them: `minimum, 5 EUR`, `5 EUR - max`, `minus: 5 EUR`, `5 kg (minus)`, `(5 kg) per day`.
    /// The word is all of its clause: `5 kg max, 5 EUR` says nothing of the second figure.
    fn parted_by_mark(&self, text: &str, walk: &Walk) -> Option<(Range<usize>, Range<usize>)> {
        let hits = walk.taken.iter().filter_map(|taken| taken.hit.as_ref());
        hits.filter(|hit| !hit.range.is_empty()).find_map(|hit| {
            let start = self.turned_before(text, hit).map(|start| start..hit.range.end);
            let longer =
                start.or_else(|| self.turned_behind(text, hit).map(|end| hit.range.start..end))?;
            Some((hit.figure.clone(), longer))
        })
    }

    /// Where the word before a figure begins, if it makes another one of it.
    fn turned_before(&self, text: &str, hit: &Hit) -> Option<usize> {
        let (word, mark) = self.word_before(text, hit)?;
        let (said, figure) = (&text[word.clone()], text[hit.range.clone()].trim());
        let turned = match self.turn(hit, [said, figure]) {
            Some(Turn::Bound | Turn::Sign) => true,
            Some(Turn::NoQuantity | Turn::Piece) => mark != Mark::Pause && !self.passes_over(said),
            // A rule may know the word behind a figure alone: `per day: 5 EUR`.
            None => {
                (mark == Mark::Bracket && without_negative_behind(said) == Some(""))
                    || self.takes_away(hit, said, figure)
                    || (mark != Mark::Pause
                        && !self.passes_over(said)
                        && makes_none(self.turn(hit, [figure, said]), said))
            }
        };
        turned.then_some(word.start)
    }

    /// Where the word behind a figure ends, if it makes another one of it.
    fn turned_behind(&self, text: &str, hit: &Hit) -> Option<usize> {
        let (word, mark) = self.word_behind(text, hit)?;
        let (said, figure) = (&text[word.clone()], text[hit.range.clone()].trim());
        let turned = match self.turn(hit, [figure, said]) {
            Some(Turn::Bound | Turn::Sign) => true,
            turn @ Some(Turn::NoQuantity | Turn::Piece) => {
                // A rule may pass over a clause behind a comma alone: `500元，两人`.
                let clause = text[hit.range.end..word.end].trim();
                makes_none(turn, said) && !self.passes_over(said) && !self.passes_over(clause)
            }
            None => {
                mark == Mark::Bracket
                    && (without_negative_behind(said) == Some("")
                        || self.turn(hit, [said, figure]) == Some(Turn::Sign))
            }
        };
        turned.then_some(word.end)
    }

    /// Whether the last of several words before a figure takes it away: `discount minus: 5 EUR`. Behind a letter alone it is a
    /// part of a grade: `grade B minus: 5 EUR`.
    fn takes_away(&self, hit: &Hit, said: &str, figure: &str) -> bool {
        let Some((name, last)) = said.rsplit_once(char::is_whitespace) else { return false };
        let letter = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        let is_grade = letter.len() == 1 && letter.starts_with(|c: char| c.is_ascii_uppercase());
        !is_grade && self.turn(hit, [last, figure]) == Some(Turn::Sign)
    }

    /// Whether a rule passes over all of a word as one that says nothing of a figure: `十月`, `第一次`.
    fn passes_over(&self, word: &str) -> bool {
        let walk = self.walk(word, std::slice::from_ref(&(0..word.len())));
        let taken = walk.taken.first();
        taken.is_some_and(|taken| {
            taken.hit.is_none() && taken.unread.is_none() && taken.range == (0..word.len())
        })
    }

    /// What a rule makes of a figure and the word beside it that it takes together, if that is another figure or none.
    fn turn(&self, figure: &Hit, parts: [&str; 2]) -> Option<Turn> {
        let text = parts.join(" ");
        let walk = self.walk(&text, std::slice::from_ref(&(0..text.len())));
        let joint = parts[0].len();
        let taken = walk.taken.iter().find(|taken| taken.range.end > joint)?;
        let Range { start, end } = taken.range;
        let all = end == text.len();
        match &taken.hit {
            // A rule may take no more of a word of another script than its first letter, as of `/day`; but `daily` is no
            // rate in `daily dose`.
            None => {
                let in_word = text[end..].starts_with(char::is_alphanumeric);
                match start {
                    0 if all => Some(Turn::NoQuantity),
                    0 if in_word => Some(Turn::Piece),
                    _ => None,
                }
            }
            Some(other) if !all || start >= joint => None,
            Some(other) if other.said == figure.said => {
                (other.min != figure.min || other.max != figure.max).then_some(Turn::Sign)
            }
            Some(other) => (start == 0 && is_bound(other)).then_some(Turn::Bound),
        }
    }

    /// The word that is all of the clause before a figure, and what stands between them. An approximating word is none of
    /// it: `minus (about 5 kg)`.
    fn word_before(&self, text: &str, hit: &Hit) -> Option<(Range<usize>, Mark)> {
        let all = text[..hit.range.start].trim_end();
        let near = all.ceil_char_boundary(all.len().saturating_sub(MEMORABLE));
        let about = self.approximate.as_ref().and_then(|approximate| {
            let word = all[near..].trim_end_matches('.');
            approximate.find_iter(word).find(|found| found.end() == word.len())
        });
        let head = about.as_ref().map_or(all, |about| all[..near + about.start()].trim_end());
        let mark = self.mark(head.chars().next_back()?).or(about.map(|_| Mark::Pause))?;
        let parts = |c: char| self.mark(c).is_some() || c.is_whitespace();
        let end = head.trim_end_matches(parts).len();
        let ends = |c: char| self.mark(c).is_some() || ends_clause(c);
        // What is longer is no such word, and is not looked through for each of its figures.
        let from = head.floor_char_boundary(end.saturating_sub(LOOKED_AT));
        let start = match head[from..end].rfind(ends) {
            Some(at) => head.ceil_char_boundary(from + at + 1),
            None if from == 0 => 0,
            None => return None,
        };
        Some((Self::short_word(text, start..end)?, mark))
    }

    /// The word that is all of the clause behind a figure, and what stands between them.
    fn word_behind(&self, text: &str, hit: &Hit) -> Option<(Range<usize>, Mark)> {
        let tail = text[hit.range.end..].trim_start();
        let first = tail.chars().next()?;
        let dash = |c: char| is_minus(c) || matches!(c, '–' | '—');
        let mark = self.mark(first).or_else(|| dash(first).then_some(Mark::Pause))?;
        // What stands behind a colon is said of what follows.
        if mark == Mark::Colon {
            return None;
        }
        let parts = |c: char| self.mark(c).is_some() || c.is_whitespace() || dash(c);
        let start = text.len() - tail.trim_start_matches(parts).len();
        let ends = |c: char| self.mark(c).is_some() || ends_clause(c);
        let until = text.floor_char_boundary(start.saturating_add(LOOKED_AT));
        let end = match text[start..until].find(ends) {
            Some(at) => start + at,
            None if until == text.len() => until,
            None => return None,
        };
        let next = text[end..].chars().next();
        let goes_on = next.is_some_and(|c| self.mark(c) == Some(Mark::Colon) || self.opens(c));
        if goes_on {
            return None;
        }
        Some((Self::short_word(text, start..end)?, mark))
    }

    /// A word of a clause that has no figure, without the blanks around it and the point behind it.
    fn short_word(text: &str, clause: Range<usize>) -> Option<Range<usize>> {
        let word = text.get(clause.clone())?;
        let start = clause.start + word.len() - word.trim_start().len();
        let word = word.trim().trim_end_matches('.');
        let is_word = word.contains(char::is_alphabetic) && !word.contains(char::is_numeric);
        (is_word && word.len() <= MEMORABLE).then(|| start..start + word.len())
    }

    /// What a character is that may part a word from its figure.
    fn mark(&self, c: char) -> Option<Mark> {
        match c {
            ',' | '，' | '、' => Some(Mark::Pause),
            ':' | '：' | '=' | '＝' => Some(Mark::Colon),
            _ => (self.opens(c) || self.closes(c)).then_some(Mark::Bracket),
        }
    }

    /// Whether a character opens a bracket, be it one of those that the schema names or not.
    fn opens(&self, c: char) -> bool {
        self.opening.binary_search(&c).is_ok()
    }

    /// Whether a character closes a bracket.
    fn closes(&self, c: char) -> bool {
        self.closing.binary_search(&c).is_ok()
    }

    /// The first figure of some pieces that no rule took.
    fn left(&self, text: &str, pieces: &[Range<usize>], walk: &Walk) -> Option<Range<usize>> {
        let regex = self.figure.as_ref()?;
        pieces.iter().find_map(|piece| {
            let figures = regex.find_iter(&text[piece.clone()]);
            figures
                .map(|found| piece.start + found.start()..piece.start + found.end())
                .find(|figure| !walk.covers(figure))
                .map(|figure| figure.start..figure.end + rest_of(&text[figure.end..piece.end]))
        })
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

    /// Whether a word beside a figure is a unit of money as ledgers write it: `USD`, `元`.
    fn is_code(&self, word: &str) -> bool {
        let is_code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        self.money && (is_code || is_word_of_money(word)) && self.units.contains_key(word)
    }

    /// Whether the rules read a figure below zero where brackets stand for the minus: `-5%` for `(5%)`. Those of a quantity that
    /// is never below zero do not, and brackets around it are no minus.
    fn is_read_below_zero(&self, text: &str) -> bool {
        let signed = format!("-{}", text.trim().trim_matches(['(', ')', '（', '）']).trim());
        let walk = self.walk(&signed, std::slice::from_ref(&(0..signed.len())));
        let hits = walk.taken.iter().filter_map(|taken| taken.hit.as_ref());
        hits.filter_map(|hit| hit.min.as_ref()).any(|min| min.sign() == Sign::Minus)
    }

    fn is_approximate<'t>(&self, pieces: impl IntoIterator<Item = &'t str>) -> bool {
        let approximate = self.approximate.as_ref();
        pieces.into_iter().any(|piece| approximate.is_some_and(|regex| regex.is_match(piece)))
    }

    /// Whether a bracket holds nothing but a word that makes a figure approximate: `(about) 5 kg`, `5 kg (approx.)`.
    fn calls_approximate(&self, text: &str, inside: &[Range<usize>]) -> bool {
        let Some(approximate) = &self.approximate else { return false };
        // The point behind it is one of the word, or none: `(ca.)`.
        inside.iter().map(|piece| text[piece.clone()].trim()).any(|word| {
            let bare = word.trim_end_matches('.');
            !bare.is_empty() && (covers(approximate, bare) || covers(approximate, word))
        })
    }

    /// The rules that take something at a place, in one pass.
    fn set(&self) -> Option<&RegexSet> {
        let rules = || self.rule_match.iter().map(|&idx| self.rules[idx].regex.as_str());
        self.set.get(|| RegexSet::new(rules()).ok()).as_ref()
    }

    /// Goes through some pieces of a text from left to right. At each place the
    /// first rule takes it that matches there and whose figures are whole.
    fn walk(&self, text: &str, pieces: &[Range<usize>]) -> Walk {
        self.walk_between(text, pieces, 0, text.len())
    }

    /// As [`Self::walk`], from a place on that is in none of the pieces but the first, to what is taken beyond another.
    fn walk_between(&self, text: &str, pieces: &[Range<usize>], at: usize, last: usize) -> Walk {
        let mut walk = Walk::default();
        for range in pieces {
            let piece = &text[range.clone()];
            let from = at.saturating_sub(range.start);
            // Each rule that matches at all, with its next match.
            let rules: Vec<_> = match self.set() {
                Some(set) => {
                    set.matches_at(piece, from).into_iter().map(|n| self.rule_match[n]).collect()
                }
                None => self.rule_match.clone(),
            };
            let find = |rule: usize, at: usize| {
                let found = self.rules[rule].regex.find_at(piece, at.min(piece.len()));
                found.map(|found| found.range())
            };
            let mut next: Vec<_> = rules.into_iter().map(|rule| (rule, find(rule, from))).collect();
            let first = |next: &[(usize, Option<Range<usize>>)]| {
                let places = next.iter().enumerate();
                let places = places.filter_map(|(n, (_, found))| Some((found.as_ref()?.start, n)));
                places.min().map(|(_, n)| n)
            };
            while let Some(n) = first(&next) {
                let (rule, Some(found)) = next[n].clone() else { break };
                if ends_tag(text, range.start + found.start) {
                    next[n].1 = find(rule, found.start + 1);
                    continue;
                }
                let hit = match self.hit(rule, text, range.start, piece, found.start) {
                    Ok(hit) => hit,
                    // The rule is right, and takes the place: no other one reads a part of it.
                    Err((figure, trouble @ Trouble::NoUnit { .. })) => {
                        walk.without_unit.push((figure, trouble));
                        None
                    }
                    Err((figure, trouble)) => {
                        // Whatever it finds inside of this figure is cut as well.
                        let at = (figure.end - range.start).max(found.start + 1);
                        next[n].1 = find(rule, piece.ceil_char_boundary(at));
                        walk.refused.push((figure, trouble));
                        continue;
                    }
                };
                walk.taken.push(Taken {
                    rule,
                    piece: range.clone(),
                    range: range.start + found.start..range.start + found.end,
                    hit,
                    unread: self.unread(rule, range.start, piece, found.start),
                });
                if range.start + found.end > last {
                    return walk;
                }
                let at = if found.is_empty() {
                    piece.ceil_char_boundary(found.end + 1)
                } else {
                    found.end
                };
                for (rule, found) in &mut next {
                    if found.as_ref().is_some_and(|found| found.start < at) {
                        *found = if at < piece.len() { find(*rule, at) } else { None };
                    }
                }
            }
        }
        walk
    }

    /// What a rule that passes over a figure of the quantity has of it, at `at` of a piece that begins at `from`.
    fn unread(&self, rule: usize, from: usize, piece: &str, at: usize) -> Option<Range<usize>> {
        let rule = self.rules.get(rule).filter(|rule| rule.unread)?;
        let range = rule.regex.captures_at(piece, at)?.name(UNREAD)?.range();
        Some(from + range.start..from + range.end)
    }

    /// The first figure of the quantity that a rule passed over.
    fn passed_over(&self, text: &str, walk: &Walk) -> Option<Range<usize>> {
        let unread = walk.taken.iter().find_map(|taken| taken.unread.clone())?;
        let found = self.figure.as_ref().and_then(|figure| figure.find(&text[unread.clone()]));
        Some(found.map_or(unread.clone(), |found| {
            let end = unread.start + found.end();
            unread.start + found.start()..end + rest_of(&text[end..unread.end])
        }))
    }

    /// What a rule says where it matches, at `at` of a piece that begins at `from`.
    /// None if it takes no figure. An error is a figure that it cannot take.
    fn hit(
        &self,
        idx: usize,
        text: &str,
        from: usize,
        piece: &str,
        at: usize,
    ) -> Result<Option<Hit>, (Range<usize>, Trouble)> {
        let rule = &self.rules[idx];
        if matches!(rule.kind, QuantityKind::Skip | QuantityKind::Word(_)) {
            return Ok(None);
        }
        let Some(groups) = rule.regex.captures_at(piece, at) else { return Ok(None) };
        let within = groups.get(0).map_or(at..at, |whole| whole.range());
        let within = from + within.start..from + within.end;
        let place = |name: &str| {
            let range = groups.name(name).map(|group| group.range())?;
            (!range.is_empty()).then(|| from + range.start..from + range.end)
        };
        let (first, first_unit) = self.parted(text, place("a"), place("ua"));
        let (second, second_unit) = self.parted(text, place("b"), place("ub"));
        let number = |figure: Option<&Range<usize>>| {
            let Some(figure) = figure.cloned() else { return Ok(None) };
            let (below_zero, digits) = without_sign_word(text, &figure);
            let longer = longer_figure(text, digits.clone(), within.clone());
            let longer = longer.or_else(|| joined_to_sign_word(text, &figure, &digits, &within));
            let longer = longer.or_else(|| {
                let begins = digits.start == within.start;
                let letters = begins.then(|| typed_in_letters(text, digits.start)).flatten();
                let of_share = text[within.start..digits.start].ends_with("分之");
                let vague =
                    || (begins || of_share).then(|| self.vague_end(text, within.start)).flatten();
                Some(letters.or_else(vague)?..figure.end)
            });
            if let Some(longer) = longer.or_else(|| ordinal(text, &figure, &within)) {
                return Err((figure.clone(), Trouble::Cut { figure, longer }));
            }
            let number = parse_number(&self.written(&text[digits]), &self.notation);
            let number = number.and_then(|number| number.to_f64().map(|_| number.to_big()));
            match number {
                Ok(number) => Ok(Some(if below_zero { -number } else { number })),
                Err(fault) => Err((figure.clone(), Trouble::Number { figure, fault })),
            }
        };
        if rule.kind == QuantityKind::AtLeast
            && let Some(start) = minutes(text, &within)
            && let Some(figure) = first.clone().or_else(|| second.clone())
        {
            return Err((figure.clone(), Trouble::Cut { longer: start..figure.end, figure }));
        }
        if let (Some(one), Some(other)) = (&first, &second)
            && without_sign_word(text, one).0
            && without_sign_word(text, other).1 == *other
            && !text[other.clone()].starts_with(|c| is_sign(c) || matches!(c, '+' | '＋'))
        {
            let figures = one.start..other.end;
            return Err((other.clone(), Trouble::Sign { figures }));
        }
        let mut a = number(first.as_ref())?;
        let mut b = number(second.as_ref())?;
        let half = place("half");
        if let Some(figure) = &second.clone().or_else(|| first.clone()) {
            let unit = second_unit.as_ref().or(first_unit.as_ref());
            let by_ge = text[figure.clone()].ends_with("个半")
                || half.as_ref().is_some_and(|half| text[..half.start].ends_with('个'));
            let halves = by_ge && unit.is_some_and(|unit| HALVED.contains(&&text[unit.clone()]));
            if halves {
                let figures = first.as_ref().unwrap_or(figure).start..within.end;
                return Err((figure.clone(), Trouble::Counting { figures }));
            }
        }
        if let Some(half) = half {
            // It is one of the figure before it.
            let of_b = second.as_ref().is_some_and(|second| second.end <= half.start);
            let figure = if of_b { &mut b } else { &mut a };
            let half = Number::new(5, 1).to_big();
            let away =
                |one: BigDecimal| if one.sign() == Sign::Minus { one - &half } else { one + &half };
            *figure = figure.take().map(away);
        }
        let figures_of: Vec<_> =
            first.iter().chain(&second).map(|figure| &text[figure.clone()]).collect();
        let Some(figure) = first.clone().or_else(|| second.clone()) else { return Ok(None) };
        let unit = |unit: Option<Range<usize>>, own: Option<&Range<usize>>| {
            let Some(unit) = unit else { return Ok(None) };
            if let Some(unit) = longer_unit(text, &unit, &within) {
                let figure = own.unwrap_or(&figure).clone();
                return Err((figure.clone(), Trouble::Unit { figure, unit }));
            }
            let word = &text[unit.clone()];
            match self.units.get(word) {
                Some(factor) => Ok(Some((Some(word), factor))),
                None => Err((figure.clone(), Trouble::Unit { figure: figure.clone(), unit })),
            }
        };
        let ua = unit(first_unit.clone(), first.as_ref())?;
        let ub = unit(second_unit.clone(), second.as_ref())?;
        let last_unit = first_unit.iter().chain(&second_unit).max_by_key(|unit| unit.end);
        if let Some(last) = last_unit
            && last.end == within.end
            && let Some(end) = minus_behind(text, last.end)
        {
            return Err((figure.clone(), Trouble::Cut { longer: figure.start..end, figure }));
        }
        let mut ends = first.iter().chain(&second);
        if let Some((end, longer)) =
            ends.find_map(|end| Some((end.clone(), longer_bound(text, end, &within)?)))
        {
            return Err((end.clone(), Trouble::Cut { figure: end, longer }));
        }
        if last_unit.is_none()
            && text[within.start..figure.start].trim_end().ends_with("分之")
            && let Some(unit) = rate_of_share(text, second.as_ref().unwrap_or(&figure).end)
                .filter(|unit| unit.end > within.end)
        {
            return Err((figure.clone(), Trouble::Unit { figure, unit }));
        }
        let default = rule.default.as_ref().map(|factor| (None, factor));
        if let Some((_, factor)) = default.filter(|_| last_unit.is_none())
            && let Some(unit) = unit_beside(text, &within)
            && self.units.get(&text[unit.clone()]).is_none_or(|own| own.count != factor.count)
        {
            let figure = second.unwrap_or(figure);
            return Err((figure.clone(), Trouble::Unit { figure, unit }));
        }
        let figures = figure.start..second.as_ref().map_or(figure.end, |second| second.end);
        if let (Some(first), Some(second)) = (first, second) {
            // A unit in front of both is none that the first one counts by.
            let own = first_unit.is_some_and(|unit| unit.start >= first.end);
            let scaled = place("scale").is_some() && a > b;
            let [one, other] = [&first, &second].map(|figure| self.written(&text[figure.clone()]));
            if scaled || (!own && self.counts_apart(&one, &other)) {
                return Err((first, Trouble::Counting { figures }));
            }
        }
        let (word_a, word_b) = (ua.and_then(|unit| unit.0), ub.and_then(|unit| unit.0));
        (a, b) = match (a, b) {
            (Some(a), Some(b)) => match self.counted_alone([a, b], [word_a, word_b]) {
                Some([a, b]) => (Some(a), Some(b)),
                None => return Err((figure, Trouble::Counting { figures })),
            },
            other => other,
        };
        if let Some(scale) = place("scale") {
            let power = match parse_number(&format!("1{}", &text[scale.clone()]), &self.notation) {
                Ok(power) => power.to_big(),
                Err(fault) => {
                    return Err((scale.clone(), Trouble::Number { figure: scale, fault }));
                }
            };
            a = a.map(|a| a * &power);
            b = b.map(|b| b * &power);
        }
        let (of_a, of_b) = (ua.or(ub).or(default), ub.or(ua).or(default));
        let units: Vec<_> =
            [a.as_ref().and(of_a), b.as_ref().and(of_b)].into_iter().flatten().collect();
        let a = a.zip(of_a).map(|(a, (_, factor))| a * &factor.count);
        let b = b.zip(of_b).map(|(b, (_, factor))| b * &factor.count);
        let reversed = matches!((&a, &b), (Some(a), Some(b)) if a > b);
        let both = a.is_some() && b.is_some();
        let (min, max) = match (a, b) {
            (Some(a), Some(b)) if reversed => (b, a),
            (Some(a), Some(b)) => (a, b),
            (Some(one), None) | (None, Some(one)) => (one.clone(), one),
            (None, None) => return Err((figure.clone(), Trouble::NoUnit { figure })),
        };
        let (said, min, max) = match rule.kind {
            QuantityKind::Skip | QuantityKind::Word(_) => return Ok(None),
            QuantityKind::Range if both => (ReadingKind::Range, Some(min), Some(max)),
            QuantityKind::Exact | QuantityKind::Range => (ReadingKind::Exact, Some(min), Some(max)),
            QuantityKind::AtLeast => (ReadingKind::AtLeast, Some(min), None),
            QuantityKind::AtMost => (ReadingKind::AtMost, None, Some(max)),
        };
        let sizes = units.iter().map(|(_, factor)| factor.size);
        let ends = (said == ReadingKind::Range && !reversed)
            .then(|| Some([ua?.1.size, ub?.1.size]))
            .flatten();
        let ones = units.iter().map(|(_, factor)| &factor.count);
        let smallest = sizes.clone().fold(f64::INFINITY, f64::min);
        let words = units.first().filter(|first| units.iter().all(|unit| unit.0 == first.0));
        Ok(Some(Hit {
            rule: idx,
            said,
            min,
            max,
            reversed: reversed && said == ReadingKind::Range,
            unit: words.and_then(|(word, _)| word.map(str::to_owned)),
            words: if self.apart {
                units.iter().filter_map(|(word, _)| word.map(str::to_owned)).collect()
            } else {
                Vec::new()
            },
            sizes: (smallest, sizes.fold(0.0, f64::max)),
            one: ones.min().cloned().unwrap_or_default(),
            approx: figures_of.iter().any(|figure| figure.contains(MORE)),
            range: within,
            figure,
            ends,
        }))
    }

    /// A figure without the word that says of it that there is some more, `3000多`, `20余万` and `一个多`, where the quantity
    /// knows figures that are approximate.
    fn written<'t>(&self, figure: &'t str) -> Cow<'t, str> {
        if self.approximate.is_none() || !figure.contains(MORE) {
            return Cow::Borrowed(figure);
        }
        let digits: String = figure.split(MORE).map(|part| part.trim_end_matches('个')).collect();
        Cow::Owned(digits)
    }

    /// A figure and the unit behind it, parted where the longer unit begins: a unit of counting goes into the
    /// figure unless a unit is called so, as in `450千卡`. Behind other Han numerals it is theirs: `1万2千米`, `三万五千元`.
    fn parted(
        &self,
        text: &str,
        figure: Option<Range<usize>>,
        unit: Option<Range<usize>>,
    ) -> (Option<Range<usize>>, Option<Range<usize>>) {
        let (Some(whole), Some(word)) = (&figure, &unit) else { return (figure, unit) };
        if whole.end != word.start {
            return (figure, unit);
        }
        let counted = text[whole.clone()].trim_end_matches(is_han_unit);
        let digits = counted.trim_end();
        let start = whole.start + counted.len();
        let counts = digits.ends_with(|c| digit(c).is_some()) && !digits.contains(is_han_unit);
        if counts && self.units.contains_key(&text[start..word.end]) {
            (Some(whole.start..whole.start + digits.len()), Some(start..word.end))
        } else {
            (figure, unit)
        }
    }

    /// What the unit of counting that a unit begins with comes to: 10000 of `万元` and of `万`; none if it has none.
    fn counting(&self, unit: &str) -> Option<BigDecimal> {
        let rest = unit.trim_start_matches(is_han_unit);
        let power = &unit[..unit.len() - rest.len()];
        if power.is_empty() || !(rest.is_empty() || self.units.contains_key(rest)) {
            return None;
        }
        parse_number(&format!("一{power}"), &self.notation).ok().map(|number| number.to_big())
    }

    /// The figures of a range of which one alone has a unit, so that the other is counted in that, each in it. A unit of
    /// counting on the left is that of the left one, `1万-30000`; one on the right is that of both, `2-3万元`, unless the left
    /// one would be above the right by it, `5000-1万元`. None if nobody knows.
    fn counted_alone(
        &self,
        figures: [BigDecimal; 2],
        units: [Option<&str>; 2],
    ) -> Option<[BigDecimal; 2]> {
        let [a, b] = figures;
        match units {
            [Some(unit), None] => match self.counting(unit) {
                Some(power) if b < &a * &power => None,
                Some(power) => Some([a, b / power]),
                None => Some([a, b]),
            },
            [None, Some(unit)] => match self.counting(unit).filter(|_| a > b) {
                Some(power) if &a * BigDecimal::from(SMALL_PART) < power => None,
                Some(power) => Some([a / power, b]),
                None => Some([a, b]),
            },
            _ => Some([a, b]),
        }
    }

    /// Where the first end of a range begins that no figure tells, before the last end of it at `start`: `数月至1年`,
    /// `几千～5万元`, `七八百到1000元`. The last end alone says another thing.
    fn vague_end(&self, text: &str, start: usize) -> Option<usize> {
        let before = text[..start].trim_end();
        let dashes = before.trim_end_matches(|c| is_dash(c) || c.is_whitespace());
        let head =
            if dashes.len() < before.len() { dashes } else { before.strip_suffix(['至', '到'])? };
        let head = head.trim_end();
        let units = self.units.keys().filter_map(|unit| head.strip_suffix(unit.as_str()));
        let counted = units.min_by_key(|rest| rest.len()).unwrap_or(head);
        let counted = counted.strip_suffix('个').unwrap_or(counted);
        let figure = counted.trim_end_matches(is_han_unit);
        let last = figure.chars().next_back()?;
        let rest = &figure[..figure.len() - last.len_utf8()];
        let is_spoken = |c: char| is_han_numeral(c) && !is_han_unit(c);
        let vague = match last {
            // `人数` and the like are words.
            '数' | '數' => figure.len() < head.len() && !rest.ends_with(is_han),
            '多' | '余' | '餘' | '来' => {
                rest.ends_with(|c| c == '个' || digit(c).is_some() || is_han_numeral(c))
            }
            _ => is_vague(last) || (is_spoken(last) && rest.ends_with(is_spoken)),
        };
        vague.then_some(rest.len())
    }

    /// The unit in a bracket, `费用（万元）：3-5` or `3-5(单位：万元)`, and the first figure that was read in the unit by default
    /// beside it, from the first of both to the last.
    fn unit_apart(&self, text: &str, inside: &[Range<usize>], walk: &Walk) -> Option<Range<usize>> {
        let mut bare = walk.taken.iter().filter_map(|taken| {
            let hit = taken.hit.as_ref().filter(|hit| hit.unit.is_none())?;
            Some((hit, self.rules[taken.rule].default.as_ref()?))
        });
        let (hit, default) =
            bare.find(|(hit, default)| hit.sizes == (default.size, default.size))?;
        let unit = inside.iter().find(|piece| {
            let word = text[(*piece).clone()].trim();
            let word = word
                .strip_prefix("单位")
                .map_or(word, |word| word.trim_start_matches([':', '：', '为', ' ']));
            self.units.get(word).is_some_and(|unit| unit.count != default.count)
        })?;
        Some(unit.start.min(hit.range.start)..unit.end.max(hit.range.end))
    }

    /// Whether only the second figure of a range has a unit of counting, and is below the
    /// first without it: `5-6万`, not `5000-6万`.
    fn counts_apart(&self, first: &str, second: &str) -> bool {
        let digits = second.trim_end_matches(is_han_unit).trim_end();
        if digits.len() == second.len() || first.ends_with(is_han_unit) {
            return false;
        }
        let read = |text| parse_number(text, &self.notation).ok().map(|number| number.to_big());
        matches!((read(first), read(digits)), (Some(first), Some(second)) if first <= second)
    }

    /// Adds figures that a plus joins, `1 h + 1 h`, and those of falling units that stand side by side, `1 h 35 min`, or that
    /// what `joint` matches parts, `1 h, 35 min`. The error is where two stand that do not add up.
    fn add_up(&self, text: &str, hits: Vec<Hit>) -> Result<Vec<Hit>, Trouble> {
        let mut sums: Vec<Hit> = Vec::with_capacity(hits.len());
        for hit in hits {
            let Some(last) = sums.last_mut() else {
                sums.push(hit);
                continue;
            };
            let between = text.get(last.range.end..hit.range.start).unwrap_or("-");
            let blank = between.trim().is_empty();
            let joined = blank || (list(between).is_none() && self.joins(between));
            let falls = hit.sizes.1 < last.sizes.0;
            let plus = adds(&text[last.range.clone()], between, &text[hit.range.clone()]);
            match sum_of(last, &hit).filter(|_| self.sum && (plus || (falls && joined))) {
                Some(said) => add(last, hit, said),
                None if self.sum && joined && add_to_end(last, &hit) => {}
                // What lies between both: `三年以上十年以下`.
                None if blank && !plus && are_bounds(last, &hit) => sums.push(hit),
                None if plus || (self.sum && blank) => {
                    let figures = last.range.start..hit.range.end;
                    return Err(Trouble::Sum { figures, parted: false });
                }
                None => sums.push(hit),
            }
        }
        for sum in &mut sums {
            // An end to which a part was added may be the larger one: `1h50m-1h20m`.
            if sum.said == ReadingKind::Range && sum.min > sum.max {
                std::mem::swap(&mut sum.min, &mut sum.max);
                sum.reversed = true;
            }
        }
        if self.sum { self.add_up_lists(text, sums) } else { Ok(sums) }
    }

    /// Adds the figures of each list, `1 h, 35 min`, if they can be parts of one amount: [`Self::lists_parts`].
    fn add_up_lists(&self, text: &str, hits: Vec<Hit>) -> Result<Vec<Hit>, Trouble> {
        let mut sums: Vec<Hit> = Vec::with_capacity(hits.len());
        let mut hits = hits.into_iter().peekable();
        while let Some(first) = hits.next() {
            let mut items = vec![first];
            let mut links = Vec::new();
            while let Some(next) = hits.peek()
                && let Some(last) = items.last()
                && let Some(between) = text.get(last.range.end..next.range.start)
                && let Some(list) = list(between)
            {
                links.push(Link { list, joined: self.joins(between) });
                items.extend(hits.next());
            }
            let parts = lists_parts(text, &items, &links)?;
            for (item, is_part) in items.into_iter().zip(parts) {
                match sums
                    .last_mut()
                    .filter(|_| is_part)
                    .and_then(|last| Some((sum_of(last, &item)?, last)))
                {
                    Some((said, last)) => add(last, item, said),
                    None => sums.push(item),
                }
            }
        }
        Ok(sums)
    }

    /// Whether `joint` matches what stands between two figures.
    fn joins(&self, between: &str) -> bool {
        self.joint.as_ref().is_some_and(|joint| covers(joint, between))
    }

    /// What one or several figures say together.
    fn summarize(&self, text: &str, hits: Vec<Hit>, approx: bool, reading: &mut Reading) {
        let hits = match self.add_up(text, hits) {
            Ok(hits) => hits,
            Err(trouble) => {
                reading.trouble = Some(trouble);
                return;
            }
        };
        if let Some(figures) = units_apart(&hits) {
            reading.trouble = Some(Trouble::Units { figures });
            return;
        }
        let mut doubles = Vec::with_capacity(hits.len());
        for hit in &hits {
            let end = |amount: &Option<BigDecimal>| {
                amount.as_ref().map(|amount| double(amount, &self.parts)).transpose()
            };
            match (end(&hit.min), end(&hit.max)) {
                (Ok(min), Ok(max)) => doubles.push((min, max)),
                (Err(fault), _) | (_, Err(fault)) => {
                    let figure = hit.figure.clone();
                    reading.trouble = Some(Trouble::Number { figure, fault });
                    return;
                }
            }
        }
        let (first, ends) = (&hits[0], doubles[0]);
        let same =
            hits.iter().zip(&doubles).all(|(hit, own)| (hit.said, *own) == (first.said, ends));
        let (said, min, max) = if same {
            (first.said, ends.0, ends.1)
        } else {
            let all = || doubles.iter().flat_map(|ends| [ends.0, ends.1]).flatten();
            (ReadingKind::Several, all().min_by(f64::total_cmp), all().max_by(f64::total_cmp))
        };
        let turned = hits.iter().position(|hit| hit.reversed).map(|n| doubles[n]);
        reading.said = said;
        reading.figures = Some(Figures { min, max, approx });
        reading.unit = first.unit.clone().filter(|_| hits.iter().all(|hit| hit.unit == first.unit));
        reading.reversed = turned.and_then(|(min, max)| max.zip(min));
        reading.rule = Some(first.rule);
    }
}

/// Codes that tell a quantity of money, if no sign of a currency does.
const CODES: [&str; 6] = ["USD", "EUR", "GBP", "JPY", "CNY", "CHF"];

/// Ways to write one currency. A sign of several stands with each that the word beside it may tell.
const ALIKE: [&[&str]; 8] = [
    &["EUR", "€", "欧元"],
    &["USD", "US$", "$", "美元", "美金"],
    &["GBP", "£", "英镑"],
    &["CNY", "RMB", "¥", "￥", "元", "人民币", "块", "块钱", "圆"],
    &["JPY", "¥", "￥", "日元", "日圆"],
    &["HKD", "HK$", "港元", "港币"],
    &["INR", "₹"],
    &["KRW", "₩", "韩元"],
];

/// Whether two units are one that is written in two ways.
fn same_unit(one: &str, other: &str) -> bool {
    one == other || ALIKE.iter().any(|units| units.contains(&one) && units.contains(&other))
}

/// Where figures stand whose units differ, which have no smallest and no largest: from the first one with a unit, or from
/// the other end of its range.
fn units_apart(hits: &[Hit]) -> Option<Range<usize>> {
    // Of a sign of several currencies each may be meant, so each unit is held against all that came before.
    let mut known: Vec<(&str, usize)> = Vec::new();
    for hit in hits {
        for word in &hit.words {
            if let Some((_, start)) = known.iter().find(|(other, _)| !same_unit(word, other)) {
                return Some(*start..hit.range.end);
            }
            if known.iter().all(|(other, _)| other != word) {
                known.push((word, hit.range.start));
            }
        }
    }
    None
}

/// Where a minus ends that stands behind a unit, as ledgers print it, `3 kg-`, `3 kg -`, or the dash or the word of a range
/// whose other end is lost: `5000元～`, `3个月至`. It does at the end of a text or before a mark that ends a clause; anywhere
/// else it is a dash. What comes, or arrives, has `到` behind it: `3天到`, `走500米到`.
fn minus_behind(text: &str, end: usize) -> Option<usize> {
    let gap = text[end..].trim_start();
    let dashes = Some(gap.trim_start_matches(is_dash)).filter(|rest| rest.len() < gap.len());
    let word = || gap.strip_prefix('至');
    let rest = dashes.or_else(word)?;
    let ends = |c: char| {
        matches!(c, ',' | ';' | '.' | ')' | ']' | '，' | '；' | '。' | '、' | '）' | '】')
    };
    let behind = rest.trim_start();
    // A point or a comma before a digit is one of a figure: `3 kg -.5`.
    let in_figure = behind.chars().nth(1).and_then(digit).is_some();
    let clause = behind.is_empty() || (behind.starts_with(ends) && !in_figure);
    clause.then_some(text.len() - rest.len())
}

/// What parts a word from the figure beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// An opening or closing bracket.
    Bracket,
    /// A colon, or an equals sign.
    Colon,
    /// A pause: a comma, a dash behind a figure, or no more than an approximating word.
    Pause,
}

/// What a word makes of the figure beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// A bound.
    Bound,
    /// One of another sign.
    Sign,
    /// What is no such quantity, as a rate.
    NoQuantity,
    /// The same, where a word goes on behind what a rule takes of it.
    Piece,
}

/// Whether a word behind a figure makes one of it that is no such quantity: `per day`, `每人次`. What goes on behind a count
/// may be a name of what is sold, with that count in it: `两人套餐`, `一日票`, but not `一斤价` or `两人各`.
fn makes_none(turn: Option<Turn>, said: &str) -> bool {
    match turn {
        Some(Turn::NoQuantity) => true,
        Some(Turn::Piece) => !(said.starts_with(is_han_numeral) && said.ends_with(SOLD)),
        Some(Turn::Bound | Turn::Sign) | None => false,
    }
}

/// How names end of what is sold for a number of people, or for a time.
const SOLD: [char; 12] = ['票', '餐', '桌', '份', '房', '间', '卡', '装', '团', '游', '课', '券'];

/// Whether a figure is open at an end.
fn is_bound(hit: &Hit) -> bool {
    matches!(hit.said, ReadingKind::AtLeast | ReadingKind::AtMost)
}

/// Whether a figure is another one that has a sign in words.
fn has_sign(signed: &Hit, hit: &Hit) -> bool {
    signed.figure.start < hit.figure.start
        && signed.figure.end == hit.figure.end
        && signed.min != hit.min
}

/// Whether a mark ends a clause, or a line.
fn ends_clause(c: char) -> bool {
    matches!(c, ';' | '；' | '。' | '!' | '！' | '?' | '？' | '\n' | '\r')
}

/// What stands between two figures of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// A comma.
    Comma,
    /// A word for `and`, behind a comma or not.
    And,
    /// What parts no amount of falling units: `、`, or a word for `or`.
    Other,
}

/// What parts a figure from the one before it in a list.
#[derive(Clone, Copy, Debug)]
struct Link {
    list: List,
    /// Whether `joint` matches it.
    joined: bool,
}

/// What a text between two figures is, if it lists them. It may begin with the point of an abbreviation: `5 ft., 10 in.`.
fn list(between: &str) -> Option<List> {
    let between = between.trim().trim_start_matches('.').trim_start();
    let word = between.trim_start_matches([',', '，', '、']);
    let marks = &between[..between.len() - word.len()];
    let word = word.trim_start();
    let is_one = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    if is_one(&OR) || (marks.contains('、') && (word.is_empty() || is_one(&AND))) {
        Some(List::Other)
    } else if is_one(&AND) {
        Some(List::And)
    } else {
        (word.is_empty() && !marks.is_empty()).then_some(List::Comma)
    }
}

/// Words that list what stands before and behind them.
const AND: [&str; 9] = ["and", "&", "und", "et", "和", "与", "及", "加", "以及"];
const OR: [&str; 5] = ["or", "oder", "或", "或者", "或是"];

/// Which figures of a list go on with the one before them, as parts of one amount in falling units: `1 h, 35 min`. They
/// do where each is less than one of the unit before it. `1 h, 60 min` is told twice, and `1 h, 30 min, 15 min`,
/// `1公斤、500克` and `1公斤和500克两种` are several. The error is where `joint` does not say whether they do, and where
/// amounts of one figure and of several are listed: `1 h, 30 min, 2 h`.
fn lists_parts(text: &str, items: &[Hit], links: &[Link]) -> Result<Vec<bool>, Trouble> {
    let mut parts = vec![false; items.len()];
    let counted = items.last().is_none_or(|last| counts_kinds(&text[last.range.end..]));
    if links.is_empty() || counted {
        return Ok(parts);
    }
    // A list has an amount for each time that a unit rises: `1 h, 30 min, 2 h, 15 min`.
    let rises = |n: &usize| items[*n].sizes.1 > items[*n - 1].sizes.0;
    let starts: Vec<_> = std::iter::once(0).chain((1..items.len()).filter(rises)).collect();
    let ends = starts.iter().skip(1).copied().chain([items.len()]);
    let amounts: Vec<_> = starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
    let goes_on = |n: usize| {
        let (last, next) = (&items[n - 1], &items[n]);
        links[n - 1].list != List::Other
            && next.sizes.1 < last.sizes.0
            && is_less_than_one(next, last)
    };
    let is_sum =
        |amount: &Range<usize>| amount.len() > 1 && (amount.start + 1..amount.end).all(goes_on);
    let sums = amounts.iter().filter(|amount| is_sum(amount)).count();
    let joined = amounts
        .iter()
        .all(|amount| links[amount.start..amount.end - 1].iter().all(|link| link.joined));
    let all = || items[0].range.start..items[items.len() - 1].range.end;
    if sums == amounts.len() && joined {
        for amount in amounts {
            parts[amount.start + 1..amount.end].fill(true);
        }
    } else if sums == amounts.len() || (sums > 0 && joined) {
        return Err(Trouble::Sum { figures: all(), parted: !joined });
    } else if let Some(n) = (1..items.len()).find(|&n| {
        // What `and` joins is added, and is not told twice: `1 h and 60 min`.
        let and = links[n - 1].list == List::And;
        let falls = items[n].sizes.1 < items[n - 1].sizes.0;
        let same = is_same(&items[n], &items[n - 1]);
        falls && if same { and } else { is_retold(&items[n], &items[n - 1]) }
    }) {
        let figures = items[n - 1].range.start..items[n].range.end;
        return Err(Trouble::Sum { figures, parted: false });
    }
    Ok(parts)
}

/// Whether a figure may stand behind another as a part of one amount: less than one of its unit, and not the same told
/// twice.
fn is_less_than_one(next: &Hit, last: &Hit) -> bool {
    let most = next.max.as_ref().or(next.min.as_ref());
    let one = whole_units(next, last).unwrap_or_else(|| last.one.clone());
    most.is_none_or(|most| most.abs() < one) && !is_same(next, last)
}

/// What one of a unit comes to, counted in whole ones of a smaller unit: of a year 12 months, which are 360 days.
fn whole_units(next: &Hit, last: &Hit) -> Option<BigDecimal> {
    let units = (!next.one.is_zero()).then(|| &last.one / &next.one)?;
    Some(units.with_scale_round(0, RoundingMode::Floor) * &next.one)
}

/// Whether a figure is the one before it by whole units, though it comes to less: `1 year, 12 months`.
fn is_retold(next: &Hit, last: &Hit) -> bool {
    let Some(whole) = whole_units(next, last) else { return false };
    let is_so = |next: &Option<BigDecimal>, last_end: &Option<BigDecimal>| match (next, last_end) {
        (Some(next), Some(end)) => next * &last.one == end * &whole,
        (None, None) => true,
        _ => false,
    };
    next.said == last.said && is_so(&next.min, &last.min) && is_so(&next.max, &last.max)
}

/// Whether two figures say the same.
fn is_same(one: &Hit, other: &Hit) -> bool {
    (one.said, &one.min, &one.max) == (other.said, &other.min, &other.max)
}

/// Whether what follows a list says how many it lists: `两种规格`.
fn counts_kinds(rest: &str) -> bool {
    let rest = rest.trim_start();
    let kinds =
        rest.trim_start_matches(|c| digit(c).is_some() || matches!(c, '两' | '兩')).trim_start();
    kinds.len() < rest.len() && kinds.starts_with(['种', '種', '款', '类', '類', '档', '样'])
}

/// What two figures are together, if they can be added: of one end each, or both of them exact, or the second a range.
fn sum_of(last: &Hit, next: &Hit) -> Option<ReadingKind> {
    match (last.said, next.said) {
        (said, ReadingKind::Exact) if said != ReadingKind::Range => Some(said),
        (ReadingKind::Exact, said) => Some(said),
        _ => None,
    }
}

/// Adds a figure to the one before it.
fn add(last: &mut Hit, next: Hit, said: ReadingKind) {
    let sum = |a: Option<BigDecimal>, b: Option<BigDecimal>| Some(a? + b?);
    // A bound has one end, a figure has two that are the same.
    last.min = sum(last.min.take(), next.min);
    last.max = sum(last.max.take(), next.max);
    last.said = said;
    last.unit = None;
    last.one = next.one;
    last.sizes = (next.sizes.0, last.sizes.1);
    last.range.end = next.range.end;
    last.reversed |= next.reversed;
    last.ends = None;
    last.approx |= next.approx;
}

/// Adds a figure to the end of a range that it is a part of, if it is one of one end alone: the first of `1年` and `6个月至2年`,
/// the last of `1小时至1小时` and `20分`.
fn add_to_end(last: &mut Hit, next: &Hit) -> bool {
    let sum = |a: &Option<BigDecimal>, b: &Option<BigDecimal>| Some(a.as_ref()? + b.as_ref()?);
    match (last.said, last.ends, next.said, next.ends) {
        (ReadingKind::Exact, _, ReadingKind::Range, Some([first, end]))
            if first < last.sizes.0 && end >= last.sizes.0 =>
        {
            last.min = sum(&last.min, &next.min);
            last.max.clone_from(&next.max);
            last.said = ReadingKind::Range;
            last.ends = next.ends;
            last.sizes = next.sizes;
        }
        (ReadingKind::Range, Some([first, end]), ReadingKind::Exact, _) if next.sizes.1 < end => {
            last.max = sum(&last.max, &next.max);
            last.ends = Some([first, next.sizes.0]);
            last.sizes.0 = last.sizes.0.min(next.sizes.0);
        }
        _ => return false,
    }
    last.unit = None;
    last.one = next.one.clone().min(last.one.clone());
    last.range.end = next.range.end;
    last.approx |= next.approx;
    true
}

/// Whether one figure is open above and the other one below, and something lies between them.
fn are_bounds(one: &Hit, other: &Hit) -> bool {
    let (least, most) = match (one.said, other.said) {
        (ReadingKind::AtLeast, ReadingKind::AtMost) => (one, other),
        (ReadingKind::AtMost, ReadingKind::AtLeast) => (other, one),
        _ => return false,
    };
    least.min.as_ref().zip(most.max.as_ref()).is_some_and(|(min, max)| min <= max)
}

/// A text with blanks for all that is not kept, as long as what they stand for: places in it are those of the text.
fn blanked(text: &str, mut keep: impl FnMut(usize, char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c.len_utf8() {
            _ if keep(at, c) => out.push(c),
            1 => out.push(' '),
            2 => out.push('\u{a0}'),
            3 => out.push('\u{3000}'),
            _ => out.push_str("\u{a0}\u{a0}"),
        }
    }
    out
}

/// Words behind a figure for some more of it.
const MORE: [char; 3] = ['多', '余', '餘'];

/// Units that nobody counts with `个`: `两个半天` are two times a half, and `三个半月` are three and a half.
const HALVED: [&str; 6] = ["天", "日", "年", "岁", "周年", "周岁"];

/// How many words that are no unit are remembered, and the longest of them in bytes.
const REMEMBERED: usize = 256;
const MEMORABLE: usize = 64;

/// How far the word beside a figure is looked for, the blanks around it too, in bytes.
const LOOKED_AT: usize = 2 * MEMORABLE;

/// A figure is counted by itself where it is no less than one of so many parts of the unit beside it: `500-1万元`.
const SMALL_PART: i64 = 100;

/// The group of a rule that skips, for a figure that is one of the quantity all the same.
const UNREAD: &str = "unread";

/// How many units are named.
const NEAR: usize = 5;

/// The one word behind a figure, where a text is nothing but the two: `C` of `-20 C`.
fn word_behind(text: &str) -> Option<&str> {
    let in_figure = |c: char| {
        c.is_numeric() || is_sign(c) || matches!(c, '.' | ',' | '+' | '±' | ' ' | '\u{a0}')
    };
    let text = text.trim();
    let word = text.trim_start_matches(in_figure);
    let figure = &text[..text.len() - word.len()];
    let one = !word.is_empty() && !word.contains(|c: char| c.is_numeric() || c.is_whitespace());
    (one && figure.contains(char::is_numeric)).then_some(word)
}

/// Whether the sign of a figure is a minus in words, and where the figure stands behind a sign in words: `零下5`,
/// `minus 5`, `零上5`.
fn without_sign_word(text: &str, figure: &Range<usize>) -> (bool, Range<usize>) {
    let written = &text[figure.clone()];
    let minus = written.split_at_checked("minus".len());
    let minus = minus.filter(|(word, _)| word.eq_ignore_ascii_case("minus")).map(|(_, rest)| rest);
    let below = minus.or_else(|| written.strip_prefix("零下"));
    let below = below.or_else(|| written.strip_prefix(['负', '負']));
    let digits = below.or_else(|| written.strip_prefix("零上")).unwrap_or(written).trim_start();
    (below.is_some(), figure.end - digits.len()..figure.end)
}

/// Words behind which `minus` is a sign.
const BEFORE_SIGN: [&str; 12] = [
    "to",
    "and",
    "or",
    "from",
    "between",
    "at",
    "of",
    "is",
    "was",
    "about",
    "around",
    "approximately",
];

/// What a sign in words is joined to before it, which makes the figure another one: another sign or figure, as in
/// `-负5`, or a word that ends in `负`, as in `胜负5场`.
fn joined_to_sign_word(
    text: &str,
    figure: &Range<usize>,
    digits: &Range<usize>,
    within: &Range<usize>,
) -> Option<Range<usize>> {
    if figure == digits || figure.start != within.start {
        return None;
    }
    let before = text[..figure.start].trim_end();
    let last = before.chars().next_back()?;
    // These end no word with `负`.
    let apart = matches!(last, '约' | '为' | '是' | '至' | '到' | '达' | '于' | '在');
    let in_word = text[figure.clone()].starts_with(['负', '負']) && is_han(last) && !apart;
    // Behind another word or a unit it takes away: `25 °C minus 5 °C`.
    let of_value = is_currency(last) || matches!(last, '%' | '％' | '‰' | '℃' | '℉' | '°');
    let takes_away = text[figure.clone()].starts_with(['m', 'M'])
        && (of_value || last.is_alphanumeric())
        && !apart
        && !BEFORE_SIGN.iter().any(|word| {
            before.len() >= word.len()
                && before
                    .get(before.len() - word.len()..)
                    .is_some_and(|end| end.eq_ignore_ascii_case(word))
                && !before[..before.len() - word.len()].ends_with(char::is_alphanumeric)
        });
    let joined = in_word || takes_away || is_sign(last) || digit(last).is_some();
    joined.then(|| before.len() - last.len_utf8()..figure.end)
}

/// Where the figure ends whose unit a `min` is that a rule takes for a bound: `20 min - 5 km`.
fn minutes(text: &str, within: &Range<usize>) -> Option<usize> {
    let (word, rest) = text[within.clone()].split_at_checked("min".len())?;
    let is_word = word.eq_ignore_ascii_case("min") && !rest.starts_with(char::is_alphanumeric);
    let before = text[..within.start].trim_end();
    let last = before.chars().next_back()?;
    (is_word && digit(last).is_some()).then(|| before.len() - last.len_utf8())
}

/// An ordinal, of which a pattern would take the figure: `第三年` is no time of three years.
fn ordinal(text: &str, figure: &Range<usize>, within: &Range<usize>) -> Option<Range<usize>> {
    let head = text[..figure.start].strip_suffix('第')?;
    (figure.start == within.start).then_some(head.len()..figure.end)
}

/// Whether a pattern matches all of a text, blanks around it or not.
fn covers(pattern: &Regex, text: &str) -> bool {
    let text = text.trim();
    pattern.find(text).is_some_and(|found| found.range() == (0..text.len()))
}

/// The double that is nearest to an amount divided by `parts`.
fn double(amount: &BigDecimal, parts: &BigInt) -> Result<f64, NumberFault> {
    let (digits, scale) = amount.as_bigint_and_exponent();
    if *parts == BigInt::from(1) || amount.is_zero() {
        return nearest(&format!("{digits}e{}", -scale), amount.is_zero());
    }
    // Half way between two doubles is a number of 767 digits at most: with more
    // of them, and one that says whether anything is left, it is on the right side.
    let quotient = &digits * BigInt::from(10).pow(DIGITS) / parts;
    let exact = &quotient * parts == digits * BigInt::from(10).pow(DIGITS);
    let rest = if exact { '0' } else { '1' };
    nearest(&format!("{quotient}{rest}e{}", -scale - i64::from(DIGITS) - 1), false)
}

/// How many digits of a quotient are worked out.
const DIGITS: u32 = 800;

/// Places in order, those that have a byte in common as one.
fn apart(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| place.start);
    places.dedup_by(|next, last| {
        let joins = next.start < last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    places
}

/// Whether two places have a byte in common.
fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Whether a plus adds a figure to the one before it: one that stands between them, or before the second alone.
fn adds(before: &str, between: &str, figure: &str) -> bool {
    let plus = |text: &str| text.starts_with(['+', '＋']);
    let word = between.trim();
    matches!(word, "+" | "＋")
        || word.eq_ignore_ascii_case("plus")
        || (word.is_empty() && plus(figure) && !plus(before))
}

impl Walk {
    /// Whether a rule took something of a figure.
    fn covers(&self, figure: &Range<usize>) -> bool {
        self.covering(figure).is_some()
    }

    /// What a rule took with something of a figure.
    fn covering(&self, figure: &Range<usize>) -> Option<&Taken> {
        // Pieces come in order, so the one that could cover it is found by halves.
        let from = self.taken.partition_point(|taken| taken.range.end <= figure.start);
        self.taken.get(from).filter(|taken| meet(&taken.range, figure))
    }

    /// The first figure with a unit that the quantity does not have, or with none: another quantity, which says
    /// nothing of the figures beside it.
    fn unknown_unit(&self) -> Option<Trouble> {
        let mut refused = self.refused.iter().filter(|(figure, _)| !self.covers(figure));
        let found = refused.find(|(_, trouble)| matches!(trouble, Trouble::Unit { .. }));
        // One that a rule took with what stands before it has the unit of that.
        let read =
            |figure: &Range<usize>| self.covering(figure).is_some_and(|taken| taken.hit.is_some());
        let without = || self.without_unit.iter().find(|(figure, _)| !read(figure));
        found.or_else(without).map(|(_, trouble)| trouble).cloned()
    }

    /// The first figure that no rule could take.
    fn unread(&self) -> Option<&Trouble> {
        let is_unit = |trouble: &Trouble| matches!(trouble, Trouble::Unit { .. });
        // What each end of a range says alone does not tell whose the minus is.
        let is_sign = |trouble: &Trouble| matches!(trouble, Trouble::Sign { .. });
        // Nor does it tell what each comes to, unless a rule takes both.
        let is_counting = |figure: &Range<usize>, trouble: &Trouble| match trouble {
            Trouble::Counting { figures } => {
                self.covering(figure).is_none_or(|taken| taken.range.end < figures.end)
            }
            _ => false,
        };
        let mut refused = self.refused.iter().filter(|(figure, trouble)| {
            is_sign(trouble) || is_counting(figure, trouble) || !self.covers(figure)
        });
        refused.find(|(_, trouble)| !is_unit(trouble)).map(|(_, trouble)| trouble)
    }

    /// The first figure that should have been read and was not.
    fn trouble(&self, text: &str) -> Option<Trouble> {
        if let Some(trouble) = self.unread() {
            return Some(trouble.clone());
        }
        // `1h35`: a digit behind the unit, which no other rule took.
        self.taken.iter().enumerate().find_map(|(n, taken)| {
            let hit = taken.hit.as_ref()?;
            let longer = digit_behind(text, taken.range.clone())?;
            let next = self.taken.get(n + 1);
            // What a rule passes over is a factor all the same: `100元×10次`.
            let is_factor = multiplies(&text[taken.range.end..]);
            let follows = next.is_some_and(|next| {
                next.range.start < longer.end && (next.hit.is_some() || !is_factor)
            });
            (!follows).then(|| Trouble::Cut { figure: hit.figure.clone(), longer })
        })
    }
}

/// A factor as an exact fraction: a decimal, and what it is divided by. A schema
/// writes 1/24 as the nearest double, whose digits are not meant: where a double
/// is that of a simple fraction and its shortest decimal is a long one, it is the
/// fraction.
fn fraction(factor: f64) -> (BigDecimal, BigInt) {
    /// Fewer digits were written by a person.
    const LONG: u64 = 15;
    /// No unit is a smaller part of another.
    const SMALLEST: i64 = 10_000_000;
    // The shortest decimal of a double can always be read.
    let written = format!("{factor:e}");
    let decimal =
        parse_number(&written, &Notation::default()).unwrap_or(Number::new(0, 0)).to_big();
    if decimal.digits() < LONG {
        return (decimal, BigInt::from(1));
    }
    // The convergents of its continued fraction are the simplest that are near.
    let ((mut p, mut q), (mut last_p, mut last_q)) = ((1_i64, 0_i64), (0_i64, 1_i64));
    let mut rest = factor;
    while rest.is_finite() && rest < 1e9 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 10^9")]
        let whole = rest.floor() as i64;
        let next = |now: i64, last: i64| whole.checked_mul(now)?.checked_add(last);
        let (Some(next_p), Some(next_q)) = (next(p, last_p), next(q, last_q)) else { break };
        ((last_p, last_q), (p, q)) = ((p, q), (next_p, next_q));
        if q > SMALLEST || p > SMALLEST {
            break;
        }
        #[expect(clippy::cast_precision_loss, reason = "both are small")]
        let same = (p as f64 / q as f64).to_bits() == factor.to_bits();
        if same {
            return (BigDecimal::from(p), BigInt::from(q));
        }
        rest = 1.0 / (rest - rest.floor());
    }
    (decimal, BigInt::from(1))
}

/// The least common multiple.
fn lcm(a: BigInt, b: BigInt) -> BigInt {
    let (mut x, mut y) = (a.clone(), b.clone());
    while !y.is_zero() {
        (x, y) = (y.clone(), x % y);
    }
    a / x * b
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::schema::{SchemaSource, parse};

    /// The plan of a kind of quantity, by what the schema says of it.
    fn plan(quantity: &str) -> QuantityPlan {
        let text = format!(
            "recordmill = 1\nname = 'q'\n[source]\nformat = 'csv'\n[fields.q]\nkey = 'q'\n\
             type = 'quantity'\nquantity = 'q'\n[tables.t]\nrows = 'record'\ncolumns = ['q']\n\
             [quantities.q]\n{quantity}"
        );
        let (schema, faults) = parse(&SchemaSource { name: "q".to_owned(), text });
        let messages: Vec<_> = faults.iter().map(|fault| fault.message.clone()).collect();
        QuantityPlan::new(&schema.unwrap_or_else(|| panic!("{messages:?}")).quantities[0])
    }

    fn rule(kind: &str, pattern: &str) -> String {
        format!("[[quantities.q.rules]]\nname = '{kind}'\nkind = '{kind}'\npattern = '{pattern}'\n")
    }

    /// Prices in euro, with rules that know nothing of decimals.
    static EURO: LazyLock<QuantityPlan> = LazyLock::new(|| {
        plan(&format!(
            "unit = 'eur'\nunits = {{ EUR = 1, 'k EUR' = 1000 }}\nfigure = '\\d'\nbrackets = ['()']\n\
             approximate = 'about'\n{}{}",
            rule("range", r"(?<a>\d+)-(?<b>\d+) (?<ub>%{unit})"),
            rule("exact", r"(?<a>\d+) (?<ua>%{unit})"),
        ))
    });

    /// Prices in yuan.
    static HAN: LazyLock<QuantityPlan> = LazyLock::new(|| {
        plan(&format!(
            "unit = 'cny'\nunits = {{ '元' = 1 }}\n{}{}",
            rule("range", r"(?<a>\d+万?)-(?<b>\d+万?)(?<ub>%{unit})"),
            rule("exact", r"(?<a>\d+万?)(?<ua>%{unit})"),
        ))
    });

    /// Durations in minutes that are added up.
    static MINUTES: LazyLock<QuantityPlan> = LazyLock::new(|| {
        plan(&format!(
            "unit = 'min'\nunits = {{ h = 60, m = 1, s = 0.016666666666666666 }}\nfigure = '\\d'\n\
             combine = 'sum'\njoint = '[,零]'\n{}{}{}",
            rule("at_least", r">(?<a>\d+)(?<ua>%{unit})"),
            rule("range", r"(?<a>\d+)(?<ua>%{unit})?-(?<b>\d+)(?<ub>%{unit})"),
            rule("exact", r"(?<a>\d+)(?<ua>%{unit})"),
        ))
    });

    /// The kind and figures of a text, or why there are none. `explain` must say
    /// the same of it.
    fn say(plan: &QuantityPlan, text: &str) -> String {
        let reading = plan.read(text);
        let rule_matches = plan.rule_matches(text);
        let matched = rule_matches.iter().map(|rule_match| rule_match.rule);
        assert!(matched.clone().all(|rule| reading.matched.contains(&rule)), "{text}");
        if reading.figures.is_some() {
            assert!(matched.clone().any(|rule| Some(rule) == reading.rule), "{text}");
        }
        for rule_match in &rule_matches {
            assert!(text.get(rule_match.range.clone()).is_some());
        }
        match (&reading.trouble, reading.figures) {
            (Some(trouble), None) => {
                format!("{}: {}", plan.kind(&reading), plan.tell(trouble, "price", text).1)
            }
            (None, None) => plan.kind(&reading).to_owned(),
            (
                trouble @ (None
                | Some(Trouble::Left(_) | Trouble::Unit { .. } | Trouble::NoUnit { .. })),
                Some(figures),
            ) => {
                let end = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
                let left = trouble.as_ref().map_or_else(String::new, |trouble| {
                    format!(": {}", plan.tell(trouble, "price", text).1)
                });
                format!(
                    "{} {}..{}{}{left}",
                    plan.kind(&reading),
                    end(figures.min),
                    end(figures.max),
                    if figures.approx { " approx" } else { "" }
                )
            }
            (Some(_), Some(_)) => panic!("`{text}` has figures and is reported"),
        }
    }

    #[test]
    fn figures_are_whole() {
        let euro = &*EURO;
        let cut = |part: &str, whole: &str| {
            format!("text: a rule of q would cut `{part}` out of `{whole}`")
        };
        assert_eq!(say(euro, "12 EUR"), "exact 12..12");
        assert_eq!(say(euro, "10-12 EUR"), "range 10..12");
        assert_eq!(say(euro, "about 10-12 EUR"), "range 10..12 approx");
        assert_eq!(say(euro, "12.50 EUR"), cut("50", "12.50"));
        assert_eq!(say(euro, "1,200 EUR"), cut("200", "1,200"));
        assert_eq!(say(euro, "1 200 EUR"), cut("200", "1 200"));
        assert_eq!(say(euro, "-5 EUR"), cut("5", "-5"));
        assert_eq!(say(euro, "10-12.50 EUR"), cut("50", "10-12.50"));
        assert_eq!(say(euro, "1.10-12 EUR"), cut("10", "1.10"));
        assert_eq!(say(euro, "10 - 12 EUR"), cut("12", "10 - 12"));
        // One that is cut spoils what stands beside it, for that is not all then.
        assert_eq!(say(euro, "12.50 EUR or 3 EUR"), cut("50", "12.50"));
        assert_eq!(say(euro, "3 EUR (12.50 EUR)"), "exact 3..3");
        assert_eq!(say(euro, "(12.50 EUR)"), cut("50", "12.50"));
        assert_eq!(say(euro, "3 EUR, 5 EUR"), "several 3..5");
        assert_eq!(
            say(euro, "12 pounds"),
            "text: `price` holds a figure, but no q that the schema can read"
        );
        assert_eq!(say(euro, "free"), "text");
    }

    #[test]
    fn another_rule_may_read_the_longer_figure() {
        let plan = plan(&format!(
            "unit = 'eur'\nunits = {{ EUR = 1 }}\nnumber = {{ decimal = ',', group = '.' }}\n{}{}",
            rule("exact", r"(?<ua>%{unit}) (?<a>\d+)"),
            rule("at_most", r"(?<ua>%{unit}) (?<a>-?[\d.]+,\d+)"),
        ));
        assert_eq!(say(&plan, "EUR 12"), "exact 12..12");
        assert_eq!(say(&plan, "EUR 1.234,50"), "at_most ..1234.5");
        assert_eq!(say(&plan, "EUR -0,5"), "at_most ..-0.5");
        let told = say(&plan, "EUR 1.23,50");
        assert_eq!(told, "text: a rule of q would cut `1` out of `1.23,50`");
    }

    #[test]
    fn a_figure_that_is_no_number_is_told() {
        let plan = plan(&format!(
            "unit = 'd'\nunits = {{ '天' = 1 }}\n{}",
            rule("exact", r"(?<a>[0-9]+|[一二三十百万]+)(?<ua>%{unit})"),
        ));
        assert_eq!(say(&plan, "二十天"), "exact 20..20");
        assert_eq!(
            say(&plan, "十十天"),
            "text: the figure `十十` cannot be read: its digits and units are in no order"
        );
        assert_eq!(
            say(&plan, &format!("{}天", "9".repeat(400))),
            format!(
                "text: the figure `{}…` cannot be read: it does not fit into a double",
                "9".repeat(40)
            )
        );
    }

    #[test]
    fn a_minus_in_words_is_the_sign_of_one_figure() {
        let signed = r"(?:[-+]|(?i:\bminus)\s+|零[上下]\s*|负)?[0-9]+";
        let plan = plan(&format!(
            "unit = 'd'\nunits = {{ '度' = 1 }}\nfigure = '[0-9]'\n{}{}",
            rule(
                "range",
                &format!(
                    "(?<a>{signed})(?<ua>%{{unit}})?(?:-|至| to )(?<b>{signed})(?<ub>%{{unit}})"
                )
            ),
            rule("exact", &format!("(?<a>{signed})(?<ua>%{{unit}})")),
        ));
        assert_eq!(say(&plan, "零下5度"), "exact -5..-5");
        assert_eq!(say(&plan, "Minus  5度"), "exact -5..-5");
        assert_eq!(say(&plan, "零上5度"), "exact 5..5");
        assert_eq!(say(&plan, "零下5度至零上10度"), "range -5..10");
        assert_eq!(say(&plan, "零下10至-5度"), "range -10..-5");
        assert_eq!(say(&plan, "约负5度"), "exact -5..-5");
        // Of one that stands before both ends nobody knows whether it is that of both.
        for range in ["零下5-10", "minus 5 to 10", "零下5度至10"] {
            assert_eq!(
                say(&plan, &format!("{range}度")),
                format!("text: the minus of `{range}` can be that of one figure or of both")
            );
        }
        let cut = |part: &str, whole: &str| {
            format!("text: a rule of q would cut `{part}` out of `{whole}`")
        };
        assert_eq!(say(&plan, "-负5度"), cut("负5", "-负5"));
        assert_eq!(say(&plan, "it is minus 5度"), "exact -5..-5");
        assert_eq!(say(&plan, "25度 minus 5度"), cut("minus 5", "度 minus 5"));
        assert_eq!(say(&plan, "60% minus 5度"), cut("minus 5", "% minus 5"));
        assert_eq!(say(&plan, "now: minus 5度"), "exact -5..-5");
        assert_eq!(say(&plan, "net minus 5度"), cut("minus 5", "t minus 5"));
        assert_eq!(say(&plan, "胜负5度"), cut("负5", "负负5").replace("负负", "胜负"));
    }

    #[test]
    fn a_unit_of_counting_is_no_part_of_a_figure_where_a_unit_is_called_so() {
        let plan = plan(&format!(
            "unit = 'kcal'\nunits = {{ '千卡' = 1, '卡' = 0.001 }}\n{}",
            rule("exact", r"(?<a>[0-9]+千?|[三五千万]+)(?<ua>%{unit})"),
        ));
        assert_eq!(say(&plan, "450千卡"), "exact 450..450");
        assert_eq!(plan.read("450千卡").unit.as_deref(), Some("千卡"));
        assert_eq!(say(&plan, "450卡"), "exact 0.45..0.45");
        assert_eq!(say(&plan, "三万五千卡"), "exact 35..35");
    }

    #[test]
    fn a_figure_with_another_unit_says_nothing_of_those_beside_it() {
        let plan = plan(&format!(
            "unit = 's'\nunits = {{ h = 3600, min = 60 }}\n{}",
            rule("exact", r"(?<a>[0-9]+)\s*(?<ua>[a-z]+)"),
        ));
        assert!(say(&plan, "500mg every 8 h").starts_with("exact 28800..28800: "));
        assert!(say(&plan, "500mg").starts_with("text: "));
    }

    #[test]
    fn a_unit_is_whole() {
        let plan = |units: &str, pattern: &str| {
            let rule = rule("exact", pattern);
            plan(&format!("unit = 'u'\nunits = {{ {units} }}\ncombine = 'sum'\n{rule}"))
        };
        let minutes = plan("h = 60, m = 1", r"(?<a>\d+) ?(?<ua>%{unit})");
        let no_unit = |unit: &str, figure: &str| {
            format!("text: `{unit}` beside the figure `{figure}` is no unit of q")
        };
        for (text, figure, unit) in [
            ("500ms", "500", "ms"),
            ("3months", "3", "months"),
            ("5mi", "5", "mi"),
            ("5 million", "5", "million"),
            ("2 m/s", "2", "m/s"),
            ("5 m²", "5", "m²"),
            ("3 hectares", "3", "hectares"),
            ("5 hours", "5", "hours"),
        ] {
            assert_eq!(say(&minutes, text), no_unit(unit, figure), "{text}");
        }
        for (text, said) in [
            ("1h30m", "exact 90..90"),
            ("5 h.", "exact 300..300"),
            ("(5h)", "exact 300..300"),
            ("5 h, late", "exact 300..300"),
            ("5m左右", "exact 5..5"),
            ("5 m long", "exact 5..5"),
        ] {
            assert_eq!(say(&minutes, text), said, "{text}");
        }
        // What stands beside it is read, as beside a figure of any other unit.
        assert_eq!(
            say(&minutes, "500mg every 8 h"),
            "exact 480..480: `mg` beside the figure `500` is no unit of q"
        );
        // Two amounts with a stroke between them.
        for text in ["EZ 5 m/DZ 3 m", "EZ 5 m/ DZ 3 m", "male 5 m/female 3 m", "Tag 5m/Nacht 3m"] {
            assert_eq!(say(&minutes, text), "several 3..5", "{text}");
        }
        assert_eq!(say(&minutes, "5 m/s2"), no_unit("m/s", "5"));
        let euro = plan("EUR = 1, k = 1000", r"(?<a>[0-9.]+) ?(?<ua>%{unit})");
        assert_eq!(say(&euro, "5 kg"), no_unit("kg", "5"));
        assert_eq!(say(&euro, "5 EUROPALLETS"), no_unit("EUROPALLETS", "5"));
        assert_eq!(say(&euro, "5 k, EUR"), "exact 5000..5000");
        let dollars = plan("'$' = 1", r"(?<ua>%{unit})(?<a>\d+)");
        assert_eq!(say(&dollars, "A$5"), no_unit("A$", "5"));
        assert_eq!(say(&dollars, "$5"), "exact 5..5");
        let range = plan("m = 1, h = 60", r"(?<a>\d+)-(?<b>\d+) ?(?<ub>%{unit})");
        assert_eq!(say(&range, "5-10months"), no_unit("months", "10"));
    }

    #[test]
    fn a_figure_without_a_unit_has_none_beside_it() {
        let plan = plan(&format!(
            "unit = 'u'\nunits = {{ h = 60, m = 1, EUR = 1 }}\ncombine = 'sum'\n{}\ndefault-unit = 'm'\n",
            rule("exact", r"(?<a>\d+) ?(?<ua>h)?")
        ));
        for (text, unit) in [
            ("5kg", "kg"),
            ("5kg, late", "kg"),
            ("5%", "%"),
            ("5°", "°"),
            ("$5", "$"),
            ("€ 5", "€"),
            ("5€", "€"),
            ("5 €", "€"),
        ] {
            let told = format!("text: `{unit}` beside the figure `5` is no unit of q");
            assert_eq!(say(&plan, text), told, "{text}");
        }
        for (text, said) in [
            ("5", "exact 5..5"),
            ("5h", "exact 300..300"),
            ("5m", "exact 5..5"),
            ("5EUR", "exact 5..5"),
            ("5 left", "exact 5..5"),
            ("5天", "exact 5..5"),
            ("(5)", "exact 5..5"),
        ] {
            assert_eq!(say(&plan, text), said, "{text}");
        }
    }

    #[test]
    fn figures_that_no_rule_takes_are_reported_unless_the_quantity_says_otherwise() {
        let minutes = |figure: &str| {
            let rule = rule("exact", r"(?<a>\d+) ?(?<ua>%{unit})");
            plan(&format!(
                "unit = 'min'\nunits = {{ h = 60, m = 1, '天' = 1440 }}\ncombine = 'sum'\n{figure}{rule}"
            ))
        };
        let (told, silent) = (minutes(""), minutes("figure = ''\n"));
        let left = |figure: &str| {
            format!(": `price` holds the figure `{figure}` beside the q that was read")
        };
        let none = ": `price` holds a figure, but no q that the schema can read";
        for (text, said, more) in [
            ("10 h 5", "exact 600..600", left("5")),
            ("1 h, 2 days", "exact 60..60", left("2")),
            ("1 h (5)", "exact 60..60", left("5")),
            ("1 h, 三天", "exact 60..60", left("三天")),
            ("1h  30", "exact 60..60", left("30")),
            ("5 H", "text", none.to_owned()),
            ("٥ H", "text", none.to_owned()),
            ("½ H", "text", none.to_owned()),
            ("三", "text", none.to_owned()),
        ] {
            assert_eq!(say(&told, text), format!("{said}{more}"));
            assert_eq!(say(&silent, text), said, "{text}");
        }
        assert_eq!(say(&told, "5 m¹"), "exact 5..5");
        for text in ["soon", "一般", "today, in a while", "a half"] {
            assert_eq!(say(&told, text), "text", "{text}");
        }
    }

    #[test]
    fn a_figure_beside_a_word_is_told() {
        let plan = plan(&format!(
            "unit = 'eur'\nunits = {{ EUR = 1 }}\nfigure = '[0-9]'\n{}{}{}",
            rule("exact", r"(?<a>[0-9]+) (?<ua>EUR)"),
            rule("skip", "room [0-9]+"),
            rule("free", "free(?: for [0-9] days)?"),
        ));
        assert_eq!(say(&plan, "free for 3 days, room 12, free"), "free");
        // Each figure is looked up among what rules took, not compared with all of it.
        let rooms = format!("free {}, 50", "room 1 ".repeat(100_000));
        assert!(say(&plan, &rooms).starts_with("free: "));
        assert!(say(&plan, "not free, 50").starts_with("free: "));
    }

    #[test]
    fn a_figure_of_the_quantity_that_a_rule_passes_over_is_told_beside_another() {
        let plan = plan(&format!(
            "unit = 'eur'\nunits = {{ EUR = 1 }}\nbrackets = ['()']\nfigure = '[0-9]'\n{}{}{}",
            rule("skip", r"about (?<unread>[0-9]+ EUR)/h|[0-9]+ EUR/km"),
            rule("exact", r"(?<a>[0-9]+) (?<ua>EUR)"),
            rule("free", "free"),
        ));
        let left = ": `price` holds the figure `12` beside the q that was read";
        assert_eq!(say(&plan, "5 EUR/km, 3 EUR"), "exact 3..3");
        assert_eq!(say(&plan, "about 12 EUR/h, 3 EUR"), format!("exact 3..3{left}"));
        assert_eq!(say(&plan, "3 EUR, about 12 EUR/h"), format!("exact 3..3{left}"));
        assert_eq!(say(&plan, "about 12 EUR/h (3 EUR)"), format!("exact 3..3{left}"));
        assert_eq!(say(&plan, "5 EUR/km, free"), "free");
        assert_eq!(say(&plan, "about 12 EUR/h, free"), format!("free{left}"));
        let not = "text: `price` holds a figure, but no q that the schema can read";
        assert_eq!(say(&plan, "about 12 EUR/h"), not);
    }

    /// The quantities of `std`, whose patterns take long to compile, and the texts that they report as their examples say.
    static STD: LazyLock<Vec<(QuantityPlan, Vec<String>)>> = LazyLock::new(|| {
        let text = "recordmill = 1\nname = 'q'\nuses = ['std']\n[source]\nformat = 'csv'\n[fields.q]\nkey = 'q'\n\
                    type = 'quantity'\nquantity = 'mass'\n[tables.t]\nrows = 'record'\ncolumns = ['q']\n";
        let (schema, faults) = parse(&SchemaSource { name: "q".to_owned(), text: text.to_owned() });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let with_unread = |quantity: &Quantity| {
            let plan = QuantityPlan::new(quantity);
            let rules = quantity.rules.iter().zip(&plan.rules).filter(|(_, plan)| plan.unread);
            let texts = rules.flat_map(|(rule, _)| rule.examples.accept.iter());
            let texts = texts.map(|accept| accept.text.clone()).collect();
            (plan, texts)
        };
        schema.quantities.iter().map(|quantity| with_unread(quantity)).collect()
    });

    /// A kind of quantity of `std`.
    fn of_std(name: &str) -> &'static QuantityPlan {
        STD.iter().map(|(plan, _)| plan).find(|plan| plan.name == name).unwrap()
    }

    /// What a kind of quantity of `std` says of a text.
    fn say_std(name: &str, text: &str) -> String {
        say(of_std(name), text)
    }

    #[test]
    fn amounts_of_std_that_are_passed_over_are_told_beside_others() {
        let told = |name: &str, text: &str| of_std(name).read(text).trouble;
        for (name, texts) in [
            (
                "money",
                &[
                    "成人50元/儿童30元",
                    "adult $5/child $3",
                    "每人5元，儿童3元",
                    "$5/mo or $50",
                    "50 EUR or 5 EUR/h",
                    "HK$5, $3",
                    "$1.5m or $3",
                    "not much more than 5 EUR, 3 EUR",
                    "HK$39 (US$5)",
                ][..],
            ),
            ("mass", &["500 mg bd, max 4 g", "500 mg twice daily, max 4 g"]),
            (
                "length",
                &["高于上限3米，5米", "低于下限3米，5米", "无上限3米，5米", "不足下限3米，5米"],
            ),
            ("mass", &["adult 5 mg/child 2 mg", "净重5kg/毛重6kg", "每人5kg，儿童3kg"]),
            ("mass", &["gross weight 6 kg/net weight 5 kg", "5 mg/child: 2 mg, 3 mg"]),
            ("length", &["长5cm/宽3cm", "bed 2 x 1.8 m, height 50 cm"]),
            ("temperature", &["日20℃/夜10℃", "day 20 °C/night 10 °C"]),
            ("temperature", &["20 °C, at night 5 °C below zero", "20℃，夜间—5℃"]),
            ("fahrenheit", &["day 20 °F/night 10 °F"]),
            ("bytes", &["内存8GB/硬盘512GB", "每人5GB, 2 GB"]),
            ("duration", &["do not take within 2 hours, 5 h"]),
        ] {
            for text in texts {
                assert!(told(name, text).is_some(), "{name} {text}");
            }
        }
        // Another quantity says nothing of the one that stands beside it.
        for (name, texts) in [
            ("mass", &["5 mg/kg, max 200 mg", "5 mg/kg up to 200 mg", "5 mg/ml 10 mg"][..]),
            ("length", &["10 km/h, 5 km"]),
            ("temperature", &["2 °C/min to 80 °C"]),
            ("bytes", &["20 MB/s, 5 GB", "20 MB/s 5 GB"]),
            ("duration", &["q8h for 5 days", "每天30分钟，共5天"]),
            ("period", &["1921年, 3年"]),
            ("percentage", &["男5%/女3%"]),
            ("money", &["5元/3元"]),
        ] {
            for text in texts {
                assert_eq!(told(name, text), None, "{name} {text}");
            }
        }
    }

    #[test]
    fn a_word_that_a_mark_parts_from_its_figure_is_reported() {
        for (name, text, figure, longer) in [
            ("period", "(minimum) 2 weeks", "2", "minimum) 2 weeks"),
            ("temperature", "(max) 40 °C", "40", "max) 40 °C"),
            ("length", "(at least) 5 m", "5", "at least) 5 m"),
            ("money", "（至少）5元", "5", "至少）5元"),
            ("money", "(min): $5", "5", "min): $5"),
            ("duration", "(最多)2小时", "2", "最多)2小时"),
            ("period", "at least (2 weeks)", "2", "at least (2 weeks"),
            ("duration", "≤ (2 h)", "2", "≤ (2 h"),
            ("duration", "最多（2小时）", "2", "最多（2小时"),
            ("duration", "up to (and including) 2 h", "2", "up to (and including) 2 h"),
            ("duration", "最长（一般）2小时", "2", "最长（一般）2小时"),
            ("money", "{min} 5 EUR", "5", "min} 5 EUR"),
            ("mass", "【至少】5公斤", "5", "至少】5公斤"),
            ("money", "《至少》5 EUR", "5", "至少》5 EUR"),
            ("money", "5 EUR {max}", "5", "5 EUR {max"),
            ("mass", "(minus) 5 kg", "5", "(minus) 5"),
            ("mass", "minus (5 kg)", "5", "minus (5"),
            ("mass", "负（5公斤）", "5", "负（5"),
            ("mass", "（负）5公斤", "5", "（负）5"),
            ("mass", "(negative) 5 kg", "5", "negative) 5 kg"),
            ("mass", "5 kg (minus)", "5", "5 kg (minus"),
            ("mass", "5 kg (negative)", "5", "5 kg (negative"),
            ("temperature", "(below zero) 5 °C", "5", "below zero) 5 °C"),
            ("temperature", "below zero: 5 °C", "5", "below zero: 5 °C"),
            ("temperature", "零下：5℃", "5", "零下：5℃"),
            ("money", "minus: 5 EUR", "5", "minus: 5"),
            ("money", "minus = 5 EUR", "5", "minus = 5 EUR"),
            ("money", "discount minus: 5 EUR", "5", "minus: 5"),
            ("percentage", "minus (about 5%)", "5", "minus (about 5%"),
            ("length", "minus (approx. 5 m)", "5", "minus (approx. 5 m"),
            ("money", "minimum, 5 EUR", "5", "minimum, 5 EUR"),
            ("money", "最低，5元", "5", "最低，5元"),
            ("money", "5 EUR, minimum", "5", "5 EUR, minimum"),
            ("money", "5 EUR, minimum.", "5", "5 EUR, minimum"),
            ("money", "5 EUR - max", "5", "5 EUR - max"),
            ("mass", "(per day) 5 kg", "5", "per day) 5 kg"),
            ("mass", "(5 kg) per day", "5", "5 kg) per day"),
            ("money", "(per day) $5", "5", "per day) $5"),
            ("money", "per day: 5 EUR", "5", "per day: 5 EUR"),
            ("money", "(every week) 5 EUR", "5", "every week) 5 EUR"),
            ("mass", "(/day) 5 kg", "5", "/day) 5 kg"),
            ("mass", "(bid) 5 mg", "5", "bid) 5 mg"),
            ("duration", "（每天）2小时", "2", "每天）2小时"),
            ("money", "12 EUR, monthly", "12", "12 EUR, monthly"),
            ("money", "500元，每人", "500", "500元，每人"),
            ("money", "500元，每人次", "500", "500元，每人次"),
            ("money", "一小时以内：5元", "5", "一小时以内：5元"),
            ("money", "两张：500元", "500", "两张：500元"),
            ("money", "两人：500元", "500", "两人：500元"),
            ("money", "两人各：500元", "500", "两人各：500元"),
            ("money", "一斤价：5元", "5", "一斤价：5元"),
            ("money", "一天收费：500元", "500", "一天收费：500元"),
            ("money", "（两人）500元", "500", "两人）500元"),
            ("money", "$99.99, per year", "99.99", "$99.99, per year"),
            ("money", "（一个月）500元", "500", "一个月）500元"),
        ] {
            let expected = format!("text: a rule of {name} would cut `{figure}` out of `{longer}`");
            assert_eq!(say_std(name, text), expected, "{text}");
        }
        // The word beside a figure is looked for near it, and not in all that stands there.
        for text in ["about 5 kg ", "5 kg - x ", "x, 5 kg "] {
            assert!(!say_std("mass", &text.repeat(5000)).is_empty());
        }
        // What stands in brackets is no bound, or one of another figure.
        for (name, text, expected) in [
            ("duration", "(usually) 2 h", "exact 7200..7200"),
            ("duration", "2 h (at least)", "at_least 7200.."),
            ("duration", "2小时（最多）", "at_most ..7200"),
            ("duration", "at least 2 h (120 min)", "at_least 7200.."),
            ("money", "5元（最低）", "at_least 5.."),
            ("mass", "weight (5 kg)", "exact 5..5"),
            ("mass", "weight: 5 kg", "exact 5..5"),
            ("mass", "5 kg, net", "exact 5..5"),
            ("mass", "5 kg max, 3 kg", "several 3..5"),
            ("mass", "3 kg, at least 5 kg", "several 3..5"),
            ("mass", "3 kg, minimum: 5 kg", "several 3..5"),
            ("mass", "3 kg - max 5 kg", "several 3..5"),
            ("mass", "see below, 5 kg", "exact 5..5"),
            ("money", "see above: 20 EUR", "exact 20..20"),
            // A mark behind a word for a bound is its own, unless the word is a place in the text.
            ("temperature", "Store below: 25 °C", "at_most ..25"),
            ("fahrenheit", "Keep below. 40 °F", "at_most ..40"),
            ("temperature", "Store below：25 °C", "at_most ..25"),
            ("temperature", "Store below : 25 °C", "at_most ..25"),
            ("period", "Age above: 18 years", "at_least 6570.."),
            ("money", "orders above: $50", "at_least 50.."),
            ("money", "gifts under: 20 EUR", "at_most ..20"),
            ("mass", "Weight over: 5 kg", "at_least 5.."),
            ("mass", "above: 5 kg", "at_least 5.."),
            ("length", "Visibility below: 5 m", "at_most ..5"),
            ("duration", "latency below: 20 ms", "at_most ..0.02"),
            ("bytes", "Free below: 5 kB", "at_most ..5000"),
            ("percentage", "humidity above: 60%", "at_least 0.6.."),
            ("temperature", "not above: 25 °C", "at_most ..25"),
            ("mass", "see below: 5 kg", "exact 5..5"),
            ("mass", "as above: 5 kg", "exact 5..5"),
            ("percentage", "the rate above: 5%", "exact 0.05..0.05"),
            ("duration", "stop-over: 2 hours", "exact 7200..7200"),
            ("duration", "It was over. 5 min later", "exact 300..300"),
            ("mass", "The loss is over: 5 kg", "at_least 5.."),
            ("temperature", "as shown below. 5 °C", "exact 5..5"),
            ("length", "view from above: 5 m", "exact 5..5"),
            ("money", "carried over: 50 EUR", "exact 50..50"),
            ("money", "grade B minus, 5 EUR", "exact 5..5"),
            ("money", "A minus = 5 EUR", "exact 5..5"),
            ("money", "十月：500元", "exact 500..500"),
            ("money", "（十月）500元", "exact 500..500"),
            ("money", "二月：500元", "exact 500..500"),
            ("money", "一月份：500元", "exact 500..500"),
            ("money", "（一月）500元", "exact 500..500"),
            ("money", "一季度：500元", "exact 500..500"),
            ("money", "500元（第一年）", "exact 500..500"),
            ("money", "一日票：500元", "exact 500..500"),
            ("money", "两人套餐：500元", "exact 500..500"),
            ("money", "三人桌：500元", "exact 500..500"),
            ("money", "一人份：500元", "exact 500..500"),
            ("money", "500元，两人套餐", "exact 500..500"),
            ("money", "500元，两人", "exact 500..500"),
            ("money", "上限：500元", "at_most ..500"),
            ("money", "上限500元", "at_most ..500"),
            ("mass", "最大剂量5毫克", "at_most ..0.000005"),
            ("mass", "最大剂量5-10毫克", "range 0.000005..0.00001"),
            ("temperature", "最高温度：5-10℃", "range 5..10"),
            ("mass", "最大剂量为5-10毫克", "range 0.000005..0.00001"),
            ("money", "最低价格5-10元", "range 5..10"),
            ("temperature", "最低温度5-10℃", "range 5..10"),
            ("duration", "最长时间2-3小时", "range 7200..10800"),
            ("length", "上限3-5米", "range 3..5"),
            ("length", "不超过上限3米", "at_most ..3"),
            ("mass", "不低于最低重量3公斤", "at_least 3.."),
            ("mass", "不超过最多3公斤", "at_most ..3"),
            ("money", "一小时内5元", "exact 5..5"),
            ("mass", "5毫克，口服，饭后", "exact 0.000005..0.000005"),
            ("mass", "weight (minus packaging): 5 kg", "exact 5..5"),
            ("mass", "daily dose: 5 kg", "exact 5..5"),
            ("mass", "5 mg bids", "exact 0.000005..0.000005"),
            ("money", "daily dose: 5 EUR", "exact 5..5"),
            ("money", "bid price 5 EUR", "exact 5..5"),
            ("money", "(bid) 5 EUR", "exact 5..5"),
            ("money", "5 EUR bid", "exact 5..5"),
            ("money", "5 EUR (tid)", "exact 5..5"),
            ("length", "5 m = 500 cm", "exact 5..5"),
            ("mass", "(about) 5 kg", "exact 5..5 approx"),
            ("mass", "（约）5公斤", "exact 5..5 approx"),
            ("mass", "5 kg (approx.)", "exact 5..5 approx"),
            ("mass", "5 kg (some salt)", "exact 5..5"),
        ] {
            assert_eq!(say_std(name, text), expected, "{text}");
        }
        let plain = plan(&format!(
            "unit = 'h'\nunits = {{ h = 1 }}\nbrackets = ['()']\n{}{}",
            rule("at_least", r"over\s*(?<a>[0-9]+)(?<ua>%{unit})"),
            rule("exact", r"(?<a>[0-9]+)(?<ua>%{unit})"),
        ));
        assert_eq!(say(&plain, "(over) 5h"), "text: a rule of q would cut `5` out of `over) 5h`");
        assert_eq!(say(&plain, "over 3h (5h)"), "at_least 3..");
        assert_eq!(say(&plain, "over 3h (x) 5h"), "several 3..5");
        assert_eq!(say(&plain, "over (x"), "text");
    }

    #[test]
    fn what_a_comma_parts_is_no_length_of_its_own() {
        let two = |figures: &str| format!("text: the figures of `{figures}` do not add up");
        for (name, text) in [
            ("length", "5 m, 20 cm"),
            ("length", "5 m and 20 cm"),
            ("length", "3米，20厘米"),
            ("mass", "5 lb, 3 oz"),
            ("length", "5 m, and 20 cm"),
            ("length", "5 m und 20 cm"),
            ("length", "5米和20厘米"),
            ("mass", "5公斤和3克"),
            ("mass", "5 lb., 3 oz"),
            ("length", "5 m, 20 cm, 3 mm"),
            ("length", "5 m, 20 cm, 7 m, 30 cm"),
            ("duration", "1 h und 30 min"),
            ("duration", "1 h, and 35 min"),
            // Amounts of one figure and of several, and one that `and` does not tell twice.
            ("duration", "1 h, 30 min, 2 h"),
            ("duration", "1 h, 30 min or 2 h"),
            ("duration", "1 h and 60 min"),
            // A year is told twice, by months that are no even part of it.
            ("period", "1 year, 12 months"),
            ("period", "2 years, 24 months"),
            ("period", "1年，52周"),
        ] {
            assert_eq!(say_std(name, text), two(text));
        }
        let help = |text: &str| {
            let trouble = of_std("mass").read(text).trouble?;
            of_std("mass").help(&trouble, text)
        };
        let joint = "if they are one, `joint` of the quantity says what may stand between them";
        assert_eq!(help("5 lb, 3 oz").as_deref(), Some(joint));
        // One that is told twice is no sum.
        for (name, text, expected) in [
            ("length", "1.8 m, 180 cm", "exact 1.8..1.8"),
            ("length", "1.8米、180厘米", "exact 1.8..1.8"),
            ("mass", "1 kg, 1000 g", "exact 1..1"),
            ("duration", "1 h, 60 min", "exact 3600..3600"),
            ("duration", "0.5 h, 30 min", "exact 1800..1800"),
            ("duration", "1 day, 24 h", "exact 86400..86400"),
            ("period", "2 weeks, 14 days", "exact 14..14"),
            ("period", "1 week, 8 days", "several 7..8"),
            ("period", "1 year, 11 months", "exact 695..695"),
            ("period", "1 year, 14 months", "several 365..420"),
            // Several are none either.
            ("length", "5米、20厘米", "several 0.2..5"),
            ("mass", "规格：1公斤、500克、250克", "several 0.25..1"),
            ("mass", "1公斤、500克", "several 0.5..1"),
            ("mass", "10 kg、500 g", "several 0.5..10"),
            ("mass", "1公斤和500克两种规格", "several 0.5..1"),
            ("length", "1米、50厘米、20厘米", "several 0.2..1"),
            ("length", "3米、2米和50厘米", "several 0.5..3"),
            ("length", "5米和20厘米两种", "several 0.2..5"),
            ("length", "1 km, 500 m, 100 m", "several 100..1000"),
            ("length", "5 m, 20 cm, 7 m", "several 0.2..7"),
            ("length", "5 m, 500 cm, 30 cm", "several 0.3..5"),
            ("period", "1年、6个月、3个月", "several 90..365"),
            ("period", "可选1年、6个月", "several 180..365"),
            ("period", "1年，6个月，3个月", "several 90..365"),
            ("duration", "1小时、30分钟、10分钟", "several 600..3600"),
            ("duration", "1 h, 30 min, 15 min", "several 900..3600"),
            ("duration", "1 h, 30 min, or 15 min", "several 900..3600"),
            ("duration", "1 h, 30 min or 10 s", "several 10..3600"),
            ("duration", "2 h, 1 h, 30 min", "several 1800..7200"),
            ("duration", "1 hr., 30 min., 15 s", "exact 5415..5415"),
            ("duration", "2 h, 30 min, 3 h, 15 min", "several 9000..11700"),
            ("duration", "2 h, 30 min or 3 h, 15 min", "several 9000..11700"),
        ] {
            assert_eq!(say_std(name, text), expected, "{text}");
        }
        // No word between them would make one of these.
        assert_eq!(help("5 lb 3 lb"), None);
        assert_eq!(say_std("length", "5 m, 7 m"), "several 5..7");
        assert_eq!(say_std("length", "20 cm, 5 m"), "several 0.2..5");
        assert_eq!(say_std("length", "5 m high, 20 cm deep"), "several 0.2..5");
        assert_eq!(say_std("duration", "1 h, 20 min"), "exact 4800..4800");
    }

    #[test]
    fn a_share_in_brackets_is_one_below_zero_or_none() {
        for (text, figure) in [("(5%)", "5"), ("（5%）", "5"), ("( 0.5 ‰ )", "0.5")] {
            let told = format!("text: a rule of percentage would cut `{figure}` out of `{text}`");
            assert_eq!(say_std("percentage", text), told);
        }
        assert_eq!(say_std("percentage", "(about 5%)"), "exact 0.05..0.05 approx");
        assert_eq!(say_std("percentage", "growth (5%)"), "exact 0.05..0.05");
    }

    #[test]
    fn what_std_reports_of_words_beside_a_figure() {
        for (plan, texts) in STD.iter() {
            assert!(!texts.is_empty(), "{}", plan.name);
            for text in texts {
                let reading = plan.read(text);
                assert_eq!(reading.said, ReadingKind::Text, "{text}");
                assert!(reading.trouble.is_some(), "{text}");
            }
        }
        for (name, text, expected) in [
            ("duration", "1天12小时", "exact 129600..129600"),
            ("duration", "一小时30分", "exact 5400..5400"),
            ("period", "1年6个月", "exact 545..545"),
            ("period", "一年6个月", "exact 545..545"),
            ("period", "一年半", "exact 547.5..547.5"),
            ("mass", "一斤5克", "exact 0.505..0.505"),
            ("mass", "5 kg+", "at_least 5.."),
            ("money", "十月500元", "exact 500..500"),
            ("money", "一月份500元", "exact 500..500"),
            ("money", "一季度500元", "exact 500..500"),
            ("money", "第一次500元", "exact 500..500"),
            ("money", "第一年500元，第二年300元", "several 300..500"),
            ("money", "500元一次性", "exact 500..500"),
            ("money", "500元一年期", "exact 500..500"),
            ("length", "第一个100米", "exact 100..100"),
            ("length", "5米一次性", "exact 5..5"),
            ("mass", "第一袋5公斤", "exact 5..5"),
            ("mass", "5公斤一次性", "exact 5..5"),
            ("mass", "第一天5克", "exact 0.005..0.005"),
            ("mass", "前一天5克", "exact 0.005..0.005"),
            ("mass", "十一天5克", "exact 0.005..0.005"),
            ("mass", "一月5公斤", "exact 5..5"),
            ("mass", "五月一日5公斤", "exact 5..5"),
            ("mass", "二〇二一年5公斤", "exact 5..5"),
            ("length", "水位上限3米", "at_most ..3"),
            ("length", "下限：约3米", "at_least 3.. approx"),
            ("money", "价格最高上限500元", "at_most ..500"),
            ("duration", "第一次2小时", "exact 7200..7200"),
            ("duration", "2小时一次性", "exact 7200..7200"),
            ("period", "第一次3天", "exact 3..3"),
            ("period", "3年一次性", "exact 1095..1095"),
        ] {
            assert_eq!(say_std(name, text), expected, "{text}");
        }
    }

    #[test]
    fn a_min_behind_a_figure_is_minutes() {
        let beside = ": `price` holds the figure `20` beside the length that was read";
        for text in ["20 min - 5 km", "20 min: 5 km", "20 min 5 km", "20 Min. 5 km"] {
            assert_eq!(say_std("length", text), format!("exact 5000..5000{beside}"), "{text}");
        }
        assert_eq!(say_std("length", "20 minimum 5 km"), format!("at_least 5000..{beside}"));
        assert_eq!(say_std("length", "3 km, min 5 km"), "several 3000..5000");
        assert_eq!(say_std("length", "min - 5 km"), "at_least 5000..");
        let told = "text: `price` holds a figure, but no temperature that the schema can read";
        for text in
            ["min - 5 °C", "max – 5 °C", "20 min - 5 °C", "Max. Temp. - 40 °C", "below - 5 °C"]
        {
            assert_eq!(say_std("temperature", text), told, "{text}");
        }
    }

    #[test]
    fn a_word_in_a_bracket_may_have_a_point_of_its_own() {
        let rule = rule("exact", r"(?<a>\d+) (?<ua>%{unit})");
        let plan = plan(&format!(
            "unit = 'min'\nunits = {{ min = 1 }}\nbrackets = ['()']\napproximate = 'ca\\.'\n{rule}"
        ));
        for (text, approx) in [("30 min (ca.)", true), ("30 min (ca)", false), ("30 min", false)] {
            let figures = plan.read(text).figures.unwrap();
            assert_eq!((figures.min, figures.approx), (Some(30.0), approx), "{text}");
        }
    }

    #[test]
    fn the_point_of_an_abbreviation_belongs_to_its_unit() {
        for (name, text, expected) in [
            ("length", "5 m.-7 m.", "range 5..7"),
            ("length", "5 m. to 7 m.", "range 5..7"),
            ("length", "between 5 m. and 7 m.", "range 5..7"),
            ("length", "2.5 m. (max.)", "at_most ..2.5"),
            ("length", "5 km. or more", "at_least 5000.."),
            ("length", "5 km.+", "at_least 5000.."),
            ("duration", "1 hr. 30 min. at most", "at_most ..5400"),
            ("duration", "1 hr. 30 min.", "exact 5400..5400"),
            ("temperature", "20 °C.-30 °C.", "range 20..30"),
            ("temperature", "20 °C. -30 °C.", "several -30..20"),
            ("length", "It is 5 m. More of it is less.", "exact 5..5"),
        ] {
            assert_eq!(say_std(name, text), expected, "{text}");
        }
        for text in ["5 m. per day", "5 m./day", "5 m. x 7 m."] {
            let told = "text: `price` holds a figure, but no length that the schema can read";
            assert_eq!(say_std("length", text), told, "{text}");
        }
        let rule = rule("exact", r"(?<a>-?\d+) ?(?<ua>%{unit})");
        let own = plan(&format!("unit = 'min'\nunits = {{ min = 1 }}\n{rule}"));
        let cut = |figure, longer| Some(Trouble::Cut { figure, longer });
        for (text, trouble) in [
            ("30 min.+", cut(0..2, 0..8)),
            ("30 min.-", cut(0..2, 0..8)),
            ("30 min.-45 min.", cut(7..10, 0..10)),
            ("30 min-45 min", cut(6..9, 0..9)),
            ("30 min./day", Some(Trouble::Unit { figure: 0..2, unit: 3..11 })),
            ("30 min.", None),
            ("30 min. Late", None),
        ] {
            assert_eq!(own.read(text).trouble, trouble, "{text}");
        }
    }

    #[test]
    fn a_unit_of_std_that_is_a_piece_of_a_word_is_none() {
        for (name, texts) in [
            ("duration", &["化疗6个周期", "至少6周期", "2周岁", "3周年", "5分贝", "5日元"][..]),
            ("period", &["4-6个周期", "2年级", "90年代", "3个月饼"]),
            ("mass", &["5克隆", "5吨位"]),
            ("money", &["5元素", "3块蛋糕"]),
            ("length", &["5米饭", "120毫米汞柱"]),
            ("bytes", &["100兆宽带"]),
            ("percentage", &["3成员"]),
        ] {
            let plan = of_std(name);
            for text in texts {
                let reading = plan.read(text);
                let found = (reading.said, reading.trouble);
                assert_eq!(found, (ReadingKind::Text, Some(Trouble::NotTaken)), "{text}");
            }
        }
        let days = |text: &str| of_std("period").read(text).figures.and_then(|found| found.min);
        assert_eq!([days("18周岁"), days("3周年"), days("6周")], [6570.0, 1095.0, 42.0].map(Some));
    }

    #[test]
    fn an_anchored_rule_reads_what_stands_outside_of_brackets() {
        let plan = plan(&format!(
            "unit = 'eur'\nunits = {{ EUR = 1 }}\nbrackets = ['()']\nfigure = ''\n{}",
            rule("exact", r"^(?<a>\d+)(?<ua>%{unit})$"),
        ));
        assert_eq!(say(&plan, "12EUR"), "exact 12..12");
        assert_eq!(say(&plan, "12EUR(net)"), "exact 12..12");
        assert_eq!(say(&plan, "net (12EUR)"), "exact 12..12");
        assert_eq!(say(&plan, "net 12EUR"), "text");
    }

    #[test]
    fn a_bracket_behind_a_figure_is_passed_over_where_a_rule_goes_on() {
        let plan = plan(&format!(
            "unit = 'd'\nunits = {{ '月' = 30, d = 1 }}\nbrackets = ['()', '（）']\nfigure = '[0-9]'\n{}{}{}{}{}",
            rule("skip", r"-?[0-9]+ ?(?:%{unit})\s+(?:each|below)"),
            rule("at_least", r"(?<a>-?[0-9]+) ?(?<ua>%{unit})\s*(?:以上|or more)"),
            rule("at_most", r"(?<a>-?[0-9]+) ?(?<ua>%{unit})\s*max\b"),
            rule(
                "range",
                r"(?<a>-?[0-9]+) ?(?<ua>%{unit})?\s*(?:-|至|to)\s*(?<b>-?[0-9]+) ?(?<ub>%{unit})"
            ),
            rule("exact", r"(?<a>-?[0-9]+) ?(?<ua>%{unit})"),
        ));
        assert_eq!(say(&plan, "6月(含)以上"), "at_least 180..");
        assert_eq!(say(&plan, "6月（含6月）以上"), "at_least 180..");
        assert_eq!(say(&plan, "5 d (net) or more"), "at_least 5..");
        assert_eq!(say(&plan, "2d(含)至8d(含)"), "range 2..8");
        assert_eq!(say(&plan, "5 d (max)"), "at_most ..5");
        assert_eq!(say(&plan, "5 d ( max )"), "at_most ..5");
        // A figure in the bracket is one beside it, and a dash behind it may be a minus.
        assert_eq!(say(&plan, "5 d (max 6 d)"), "exact 5..5");
        assert_eq!(say(&plan, "5 d (net) -8 d"), "several -8..5");
        assert_eq!(say(&plan, "5 d (net)"), "exact 5..5");
        assert_eq!(say(&plan, "5 d (net) 8 d (max)"), "several 5..8");
        // Each bracket is looked at by itself, up to the figure behind it.
        assert_eq!(say(&plan, "5 d (max), 8 d (incl.) or more"), "several 5..8");
        let rules = plan.rule_matches("5 d (max), 8 d (incl.) or more");
        assert_eq!(rules.iter().map(|found| found.rule).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(say(&plan, "2d(含)至8d(含)以上"), "range 2..8");
        assert_eq!(say(&plan, "2d(含)至8d(含), 9d(含)以上 (max 3 d)"), "several 2..9");
        assert_eq!(say(&plan, "(net) 5 d (or so) (max)"), "exact 5..5");
        assert_eq!(say(&plan, &"5d(含)以上, ".repeat(50)), "at_least 5..");
        assert_eq!(say(&plan, &"2d(含)至8d; ".repeat(50)), "range 2..8");
        assert_eq!(say(&plan, &"2d(含)至8d".repeat(50)), "range 2..8");
        assert_eq!(say(&plan, &format!("5d {}", "(a) ".repeat(100_000))), "exact 5..5");
        // Whatever is in it, no place is within a character.
        assert_eq!(say(&plan, "5d（ max）"), "at_most ..5");
        assert_eq!(say(&plan, "5d（😀）以上"), "at_least 5..");
        assert_eq!(say(&plan, "5d（é）以上"), "at_least 5..");
        let not = "text: `price` holds a figure, but no q that the schema can read";
        assert_eq!(say(&plan, "5 d (each)"), not);
        assert_eq!(say(&plan, "5 d (net) each"), not);
        assert_eq!(say(&plan, "5 d (each) (8 d)"), not);
    }

    #[test]
    fn an_amount_of_money_in_brackets_alone_is_reported() {
        let plan = plan(&format!(
            "unit = ''\nunits = {{ '$' = 1, USD = 1, '元' = 1 }}\nbrackets = ['()', '（）']\n{}{}",
            rule("exact", r"(?<ua>\$)(?<a>[0-9.]+)"),
            rule("at_most", r"(?<a>[0-9.]+) ?(?<ua>%{unit})"),
        ));
        for text in ["($5.00)", " ( $5.00 ) ", "（5.00 USD）", "（5.00元）", "(5.00 元)"] {
            let longer = text.trim();
            let told = format!("text: a rule of q would cut `5.00` out of `{longer}`");
            assert_eq!(say(&plan, text), told);
        }
        assert_eq!(say(&plan, "tea ($5)"), "exact 5..5");
        assert_eq!(say(&plan, "（茶5元）"), "at_most ..5");
    }

    #[test]
    fn brackets_around_what_is_no_money_say_nothing_of_a_sign() {
        let bytes = plan(&format!(
            "unit = 'b'\nunits = {{ B = 1, KB = 1e3, MB = 1e6, TB = 1e12, LBS = 1 }}\nbrackets = ['()', '（）']\n{}",
            rule("exact", r"(?<a>[0-9.]+) ?(?<ua>%{unit})"),
        ));
        assert_eq!(say(&bytes, "(5 MB)"), "exact 5000000..5000000");
        assert_eq!(say(&bytes, "（5 KB）"), "exact 5000..5000");
        assert_eq!(say(&bytes, "(1.5 TB)"), "exact 1500000000000..1500000000000");
        assert_eq!(say(&bytes, "(5 B)"), "exact 5..5");
        assert_eq!(say(&bytes, "(5 LBS)"), "exact 5..5");
        let money = plan(&format!(
            "unit = ''\nunits = {{ EUR = 1, k = 1000, '元' = 1 }}\nbrackets = ['()']\n{}",
            rule("exact", r"(?<a>[0-9.]+) ?(?<ua>%{unit})"),
        ));
        assert_eq!(say(&money, "(NETTO 5 EUR)"), "exact 5..5");
        assert_eq!(say(&money, "(5 EUR)"), "text: a rule of q would cut `5` out of `(5 EUR)`");
    }

    #[test]
    fn a_minus_behind_a_unit_is_that_of_the_figure() {
        let plan = plan(&format!(
            "unit = 'kg'\nunits = {{ kg = 1 }}\nbrackets = ['()']\n{}{}",
            rule("range", r"(?<a>[0-9]+) (?:(?<ua>%{unit}))?-(?<b>[0-9]+) (?<ub>%{unit})"),
            rule("exact", r"(?<a>[0-9]+) (?<ua>%{unit})"),
        ));
        let cut = |longer: &str| format!("text: a rule of q would cut `3` out of `{longer}`");
        for (text, longer) in [
            ("3 kg-", "3 kg-"),
            ("3 kg -", "3 kg -"),
            ("3 kg − ", "3 kg −"),
            ("3 kg-, 5 kg", "3 kg-"),
            ("tea 3 kg -; net", "3 kg -"),
            ("(3 kg-)", "3 kg-"),
        ] {
            assert_eq!(say(&plan, text), cut(longer), "{text}");
        }
        assert_eq!(say(&plan, "3 kg-5 kg"), "range 3..5");
        assert_eq!(say(&plan, "3 kg - net"), "exact 3..3");
        assert_eq!(say(&plan, "3 kg-net"), "exact 3..3");
        assert_eq!(say(&plan, "3 kg - 5 kg"), "several 3..5");
    }

    #[test]
    fn a_figure_that_a_sign_or_a_letter_makes_another_one_is_told() {
        let plan = plan(&format!(
            "unit = 'mg'\nunits = {{ mg = 1, g = 1000, '年' = 1 }}\n{}{}",
            rule("range", r"(?<a>[0-9.]+)-(?<b>[0-9.]+) ?(?<ub>%{unit})"),
            rule("exact", r"(?<a>[0-9.]+) ?(?<ua>%{unit})"),
        ));
        for (text, figure, longer) in [
            ("1.5E+03 mg", "03", "1.5E+03"),
            ("-1.5e+03 mg", "03", "-1.5e+03"),
            ("<5 mg", "5", "<5"),
            ("≤ 5 mg", "5", "≤ 5"),
            ("≥5-6 mg", "5", "≥5"),
            ("＞5 mg", "5", "＞5"),
            ("5 mg+", "5", "5 mg+"),
            ("5-6 mg+", "6", "6 mg+"),
            ("公元前221年", "221", "公元前221"),
            ("前221年", "221", "前221"),
        ] {
            let cut = format!("text: a rule of q would cut `{figure}` out of `{longer}`");
            assert_eq!(say(&plan, text), cut, "{text}");
        }
        for (text, unit) in [("5 mg kg⁻¹", "mg kg⁻¹"), ("5 mg m⁻³", "mg m⁻³")] {
            let told = format!("text: `{unit}` beside the figure `5` is no unit of q");
            assert_eq!(say(&plan, text), told, "{text}");
        }
        // What closes a tag, and an arrow.
        assert_eq!(say(&plan, "<b>5 mg</b>"), "exact 5..5");
        assert_eq!(say(&plan, "dose -> 5 mg"), "exact 5..5");
    }

    #[test]
    fn figures_of_units_that_cannot_be_converted_are_none_together() {
        let plan = |unit: &str, column: &str| {
            plan(&format!(
                "unit = '{unit}'\nunits = {{ EUR = 1, '€' = 1, USD = 1, CNY = 1, JPY = 1, '¥' = 1 }}\n{column}{}{}",
                rule("range", r"(?<a>[0-9]+) (?<ua>%{unit})-(?<b>[0-9]+) (?<ub>%{unit})"),
                rule("exact", r"(?<a>[0-9]+) (?<ua>%{unit})"),
            ))
        };
        let money = plan("", "unit-column = true\n");
        let apart = |text: &str| {
            format!("text: the figures of `{text}` have different units, and q converts none")
        };
        assert_eq!(say(&money, "5 EUR / 6 USD"), apart("5 EUR / 6 USD"));
        assert_eq!(say(&money, "5 EUR, 5 USD net"), apart("5 EUR, 5 USD"));
        assert_eq!(say(&money, "5 EUR-6 USD"), apart("5 EUR-6 USD"));
        assert_eq!(say(&money, "5 EUR / 6 EUR"), "several 5..6");
        assert_eq!(say(&money, "5 EUR-6 €"), "range 5..6");
        assert_eq!(say(&money, "5 EUR / 6 €"), "several 5..6");
        assert_eq!(say(&money, "5 EUR-6 €, 7 USD"), apart("5 EUR-6 €, 7 USD"));
        assert_eq!(say(&money, "5 ¥, 6 CNY"), "several 5..6");
        assert_eq!(say(&money, "5 ¥, 6 CNY, 7 JPY"), apart("6 CNY, 7 JPY"));
        // A quantity with a unit of its own converts them.
        assert_eq!(say(&plan("eur", "unit-column = true\n"), "5 EUR / 6 USD"), "several 5..6");
        assert_eq!(say(&plan("", ""), "5 EUR / 6 USD"), "several 5..6");
    }

    #[test]
    fn a_plus_in_a_bracket_is_no_bound_of_the_figure_before_it() {
        let plan = plan(&format!(
            "unit = 'min'\nunits = {{ min = 1 }}\nbrackets = ['()']\n{}{}",
            rule("at_least", r"(?<a>[0-9]+) (?<ua>%{unit})\s*[+＋]"),
            rule("exact", r"(?<a>[0-9]+) (?<ua>%{unit})"),
        ));
        assert_eq!(say(&plan, "90 min+"), "at_least 90..");
        assert_eq!(say(&plan, "90 min (+ extras)"), "exact 90..90");
        assert_eq!(say(&plan, "90 min (+)"), "exact 90..90");
        assert_eq!(say(&plan, "90 min (＋ extras)"), "exact 90..90");
    }

    #[test]
    fn a_half_is_one_of_the_figure_before_it() {
        let plan = plan(&format!(
            "unit = 'h'\nunits = {{ '时' = 1 }}\n{}{}{}",
            rule("range", r"(?<a>[0-9]+)(?:(?<ua>%{unit})(?<half>半))?-(?<b>[0-9]+)(?<ub>%{unit})"),
            rule("at_least", r"(?<b>[0-9]+)(?<ub>%{unit})(?<half>半)?以上|(?<a>[0-9]+)起"),
            rule("exact", r"(?<a>-?[0-9]+)(?<ua>%{unit})(?<half>半)?"),
        ));
        assert_eq!(say(&plan, "1时半-3时"), "range 1.5..3");
        assert_eq!(say(&plan, "2时半以上"), "at_least 2.5..");
        assert_eq!(say(&plan, "2时半"), "exact 2.5..2.5");
        assert_eq!(say(&plan, "-2时半"), "exact -2.5..-2.5");
    }

    #[test]
    fn rules_are_counted_however_many_there_are() {
        let rule = |n: usize| rule("exact", &format!(r"^(?<a>\d+) (?<ua>%{{unit}}) r{n}$"));
        let rules = (0..100).map(rule).collect::<Vec<_>>().concat();
        let plan = plan(&format!("unit = 'eur'\nunits = {{ EUR = 1 }}\n{rules}"));
        for n in [0, 63, 64, 99] {
            let reading = plan.read(&format!("5 EUR r{n}"));
            assert_eq!((reading.rule, reading.matched), (Some(n), vec![n]));
        }
    }

    #[test]
    fn a_part_of_one_end_of_a_range_is_added_to_that_end() {
        let check = |text: &str, expected: Option<(f64, f64)>| {
            let figures = MINUTES.read(text).figures;
            let ends = figures.and_then(|figures| figures.min.zip(figures.max));
            assert_eq!(ends, expected, "{text}");
        };
        check("1h-1h20m", Some((60.0, 80.0)));
        check("50m-1h10m", Some((50.0, 70.0)));
        check("1h10m-1h20m", Some((70.0, 80.0)));
        check("1h10m-2h", Some((70.0, 120.0)));
        check("1h零10m-2h", Some((70.0, 120.0)));
        check("1h10m-20m", Some((70.0, 80.0)));
        assert_eq!(say(&MINUTES, "1h50m-1h20m"), "range 80..110");
        // Whether they are parts of both ends nobody knows.
        check("1-2h20m", None);
        check("2h-1h20m", None);
        check("10m-1m20s", None);
    }

    #[test]
    fn figures_that_stand_side_by_side_add_up() {
        let minutes = &*MINUTES;
        let text = |figures: &str| format!("text: the figures of `{figures}` do not add up");
        assert_eq!(say(minutes, "1h 35m"), "exact 95..95");
        assert_eq!(say(minutes, "1h35m"), "exact 95..95");
        assert_eq!(say(minutes, "1h, 35m, 30s"), "exact 95.5..95.5");
        assert_eq!(say(minutes, "1h零5m"), "exact 65..65");
        assert_eq!(say(minutes, "2h"), "exact 120..120");
        assert_eq!(say(minutes, ">1h 30m"), "at_least 90..");
        assert_eq!(say(minutes, "1h 30-45m"), "range 90..105");
        assert_eq!(say(minutes, "1h 5m by rail, 2h 10m by road"), "several 65..130");
        assert_eq!(say(minutes, "2h, 3h"), "several 120..180");
        assert_eq!(say(minutes, "1h; 35m"), "several 35..60");
        assert_eq!(say(minutes, "2h 3h"), text("2h 3h"));
        assert_eq!(say(minutes, "1-2h 30m"), text("1-2h 30m"));
        assert_eq!(say(minutes, "1h35"), "text: a rule of q would cut `1` out of `1h35`");
        // A plus adds whatever the units are.
        assert_eq!(say(minutes, "1h + 1h"), "exact 120..120");
        assert_eq!(say(minutes, "30m Plus 1h"), "exact 90..90");
        assert_eq!(say(minutes, ">1h+1h"), "at_least 120..");
        assert_eq!(say(minutes, "1-2h + 30m"), text("1-2h + 30m"));
        assert_eq!(say(&EURO, "5 EUR + 3 EUR"), text("5 EUR + 3 EUR"));
    }

    #[test]
    fn a_unit_of_counting_behind_a_range_is_reported() {
        let two = "text: a figure of `5-6万` can be meant in two ways";
        assert_eq!(say(&HAN, "5-6万元"), two);
        assert_eq!(say(&HAN, "5000-6万元"), "range 5000..60000");
        assert_eq!(say(&HAN, "5万-6万元"), "range 50000..60000");
        let front = plan(&format!(
            "unit = ''\nunits = {{ '¥' = 1 }}\n{}",
            rule("range", r"(?<ua>%{unit})(?<a>\d+万?)-(?<b>\d+万?)"),
        ));
        assert_eq!(say(&front, "¥1-3万"), two.replace("5-6", "1-3"));
        assert_eq!(say(&front, "¥1万-3万"), "range 10000..30000");
    }

    #[test]
    fn a_scale_is_that_of_both_figures() {
        let plan = plan(&format!(
            "unit = 'cny'\nunits = {{ '元' = 1 }}\n{}{}",
            rule("range", r"(?<a>\d+)-(?<b>\d+)(?<scale>[千万]+)(?<ub>%{unit})"),
            rule("exact", r"(?<a>\d+[千万]*)(?<ua>%{unit})"),
        ));
        assert_eq!(say(&plan, "1-3千元"), "range 1000..3000");
        assert_eq!(plan.read("1-3千万元").unit.as_deref(), Some("元"));
        let two = "text: a figure of `5000-6` can be meant in two ways";
        assert_eq!(say(&plan, "5000-6万元"), two);
        assert!(say(&plan, "1-3万千元").starts_with("text: the figure `万千` cannot be read"));
    }

    /// Amounts in yuan, of which some have units of counting in their units.
    static COUNTED: LazyLock<QuantityPlan> = LazyLock::new(|| {
        let number = "[0-9.]+|[一二三五八]百?";
        plan(&format!(
            "unit = 'cny'\nfigure = '[0-9]'\nbrackets = ['()', '（）']\n\
             units = {{ '元' = 1, '千' = 1e3, '千元' = 1e3, '万' = 1e4, '万元' = 1e4, '百万元' = 1e6 }}\n{}default-unit = '元'\n{}{}",
            rule(
                "range",
                &format!(
                    "(?<a>{number})(?<ua>%{{unit}})?(?:[-～]|到)(?<b>{number})(?<ub>%{{unit}})?"
                )
            ),
            rule("at_least", &format!(">(?<a>{number})(?<ua>%{{unit}})")),
            rule("exact", &format!("(?<a>{number})(?<ua>%{{unit}})")),
        ))
    });

    #[test]
    fn a_unit_of_counting_at_one_end_of_a_range_is_that_of_both_where_it_can_be() {
        for (text, said) in [
            ("2-3万元", "range 20000..30000"),
            ("100-200万元", "range 1000000..2000000"),
            ("1-3千", "range 1000..3000"),
            ("1-2百万元", "range 1000000..2000000"),
            // A count on the left is the left one's.
            ("1万-30000", "range 10000..30000"),
            ("1万元-20000", "range 10000..20000"),
            ("1.5万-20000元", "range 15000..20000"),
            ("5千-8000", "range 5000..8000"),
            ("1百万元-2000000", "range 1000000..2000000"),
            // One on the right would make the left one larger than the right.
            ("5000-1万元", "range 5000..10000"),
            ("8000-1.2万元", "range 8000..12000"),
            ("500-1万元", "range 500..10000"),
            ("五百到一千元", "range 500..1000"),
            ("八百到二千元", "range 800..2000"),
            ("1000-2000", "range 1000..2000"),
        ] {
            assert_eq!(say(&COUNTED, text), said, "{text}");
        }
        for (text, figures) in [
            ("1万-3", "1万-3"),
            ("2万-5000", "2万-5000"),
            ("1千-3", "1千-3"),
            ("3-2万", "3-2"),
            ("50-1万元", "50-1"),
        ] {
            let told = format!("text: a figure of `{figures}` can be meant in two ways");
            assert_eq!(say(&COUNTED, text), told);
        }
        assert_eq!(COUNTED.read("20000-1万元").reversed, Some((20000.0, 10000.0)));
    }

    #[test]
    fn a_unit_in_a_bracket_apart_is_told_where_none_is_written() {
        for text in ["费用（万元）：3-5", "(千元) 3-5", "3-5，（单位：万元）"] {
            assert!(say(&COUNTED, text).ends_with("can be meant in two ways"), "{text}");
        }
        for text in ["费用（元）：3-5", "（约）3-5", "(单位：元)3-5", "（年）3-5"] {
            assert_eq!(say(&COUNTED, text), "range 3..5", "{text}");
        }
        assert_eq!(say(&COUNTED, "（万元）3元-5元"), "range 3..5");
    }

    #[test]
    fn the_last_end_of_a_range_is_no_figure_alone() {
        for text in [
            "几千～5万元",
            "几千元到5万元",
            "数千～5万元",
            "几到5万元",
            "三千多～5万元",
            "两千来元～5万元",
        ] {
            assert!(
                say(&COUNTED, text).starts_with("text: a rule of q would cut `5` out of `"),
                "{text}"
            );
        }
        for (name, text) in [
            ("duration", "几天到2周"),
            ("mass", "几公斤到十公斤"),
            ("percentage", "百分之几到百分之十"),
            ("money", "十几到二十万元"),
        ] {
            assert!(say_std(name, text).starts_with("text: a rule of "), "{text}");
        }
        for text in ["人数～5万元", "其余～5万元", "近来到5万元"] {
            assert_eq!(say(&COUNTED, text), "exact 50000..50000", "{text}");
        }
    }

    #[test]
    fn the_end_of_a_tag_is_no_bound() {
        for (text, said) in [
            ("<p>5元</p>", "exact 5..5"),
            ("<br/>3-5元", "range 3..5"),
            ("<td class='x'>5元", "exact 5..5"),
            ("<p>>5元", "at_least 5.."),
            (">5元", "at_least 5.."),
            ("费用>5元", "at_least 5.."),
        ] {
            assert_eq!(say(&COUNTED, text), said, "{text}");
        }
        // A tag parts a bound from its figure all the same.
        for text in ["at most <b>5 kg</b>", "<b>5 kg</b> or more", "不超过<b>5公斤</b>"] {
            assert!(
                say_std("mass", text).starts_with("text: a rule of mass would cut `5` out of"),
                "{text}"
            );
        }
        for (name, text, said) in [
            ("mass", "<td>5kg</td>", "exact 5..5"),
            ("money", "<td>$5.00</td>", "exact 5..5"),
            ("percentage", "<p>30%</p>", "exact 0.3..0.3"),
            ("percentage", "growth > 30%", "at_least 0.3.."),
        ] {
            assert_eq!(say_std(name, text), said, "{text}");
        }
    }

    #[test]
    fn a_factor_is_told_though_a_rule_passes_over_it() {
        let times = plan(&format!(
            "unit = 'cny'\nunits = {{ '元' = 1 }}\n{}{}",
            rule("skip", "[0-9十]+[次天]"),
            rule("exact", "(?<a>[0-9]+)(?<ua>%{unit})"),
        ));
        for (text, longer) in
            [("100元×10次", "100元×10"), ("100元 * 5天", "100元 * 5"), ("100元×十次", "100元×十")]
        {
            let told = format!("text: a rule of q would cut `100` out of `{longer}`");
            assert_eq!(say(&times, text), told);
        }
        assert_eq!(say(&times, "100元，10次"), "exact 100..100");
    }

    #[test]
    fn a_letter_typed_for_a_digit_makes_another_figure() {
        for (name, text, figure, longer) in [
            ("mass", "l0 kg", "0", "l0"),
            ("money", "l000元", "000", "l000"),
            ("percentage", "I0%", "0", "I0"),
            ("percentage", "O.5%", ".5", "O.5"),
            ("duration", "廿一天", "一", "廿一"),
        ] {
            let told = format!("text: a rule of {name} would cut `{figure}` out of `{longer}`");
            assert_eq!(say_std(name, text), told);
        }
        assert_eq!(say_std("mass", "No5 kg"), "exact 5..5");
    }

    #[test]
    fn brackets_are_no_minus_of_a_share_that_is_never_below_zero() {
        let share = plan(&format!(
            "unit = ''\nunits = {{ '%' = 0.01 }}\nbrackets = ['()', '（）']\n{}",
            rule("exact", "(?<a>[0-9]+)(?<ua>%{unit})"),
        ));
        assert_eq!(say(&share, "（30%）"), "exact 0.3..0.3");
        assert_eq!(say(&share, "(30%)"), "exact 0.3..0.3");
        assert!(say(&share, "-30%").starts_with("text: "));
    }

    #[test]
    fn what_a_rule_passes_over_unread_is_told_without_a_figure_too() {
        let plan = plan(&format!(
            "unit = 'd'\nunits = {{ '天' = 1 }}\nfigure = '[0-9]'\n{}{}",
            rule("skip", "(?<unread>很少超过[二三]天)"),
            rule("exact", "(?<a>[二三])(?<ua>%{unit})"),
        ));
        assert!(say(&plan, "很少超过三天").starts_with("text: `price` holds a figure"));
    }

    #[test]
    fn an_ordinal_is_no_quantity() {
        assert_eq!(say(&HAN, "第5元"), "text: a rule of q would cut `5` out of `第5`");
    }

    #[test]
    fn what_reads_as_a_number_may_be_asked_for_with_units() {
        let plan = plan(&format!(
            "unit = 'kg'\nunits = {{ kg = 1 }}\nfigure = '\\p{{Nd}}|\\p{{No}} ?%{{unit}}'\n{}",
            rule("exact", r"(?<a>[\d½]+) ?(?<ua>%{unit})"),
        ));
        let not = "text: `price` holds a figure, but no q that the schema can read";
        assert_eq!(say(&plan, "1½ kg"), "exact 1.5..1.5");
        assert_eq!(say(&plan, "⑤ kg"), not);
        assert_eq!(say(&plan, "٣"), not);
        assert_eq!(say(&plan, "⑤ 5 kg"), "exact 5..5");
    }

    #[test]
    fn figures_that_no_rule_takes_are_reported() {
        let left = |figure: &str| {
            format!(": `price` holds the figure `{figure}` beside the q that was read")
        };
        assert_eq!(say(&EURO, "3 EUR or 4.50"), format!("exact 3..3{}", left("4.50")));
        assert_eq!(say(&EURO, "3 EUR (2019)"), "exact 3..3");
        assert_eq!(say(&EURO, "(3 EUR, 2019)"), format!("exact 3..3{}", left("2019")));
        let plan = plan(&format!(
            "unit = 'kg'\nunits = {{ kg = 1, lb = 0.5 }}\n{}",
            r"[[quantities.q.rules]]
            name = 'any'
            kind = 'exact'
            pattern = '(?<a>\d+)(?: (?<ua>[A-Za-z]+))?'
            default-unit = 'kg'
            examples = { accept = [{ text = '1' }], refuse = ['x'] }
            ",
        ));
        assert_eq!(say(&plan, "10 lb"), "exact 5..5");
        assert_eq!(say(&plan, "10"), "exact 10..10");
        assert_eq!(say(&plan, "10 LB"), "text: `LB` beside the figure `10` is no unit of q");
    }

    #[test]
    fn a_figure_without_any_unit_is_reported() {
        let plan = plan(&format!(
            "unit = 'mg'\nunits = {{ mg = 1 }}\nbrackets = ['()']\n{}{}",
            rule("range", r"(?<a>\d+)-(?<b>\d+) ?(?<ub>%{unit})?"),
            rule("exact", r"(?<a>\d+) ?(?<ua>%{unit})?"),
        ));
        assert_eq!(say(&plan, "5 mg"), "exact 5..5");
        assert_eq!(say(&plan, "5"), "text: the figure `5` has no unit and no `default-unit`");
        assert_eq!(say(&plan, "5-6"), "text: the figure `5` has no unit and no `default-unit`");
        let beside = "exact 3..3: the figure `5` has no unit and no `default-unit`";
        assert_eq!(say(&plan, "5, 3 mg"), beside);
        assert_eq!(
            say(&plan, "5 (3 mg)"),
            "text: the figure `5` has no unit and no `default-unit`"
        );
    }

    #[test]
    fn a_word_that_is_no_unit_is_named_with_those_like_it() {
        let plan = plan(&format!(
            "unit = 'c'\nunits = {{ '°C' = 1, '℃' = 1, 'celsius' = 1 }}\nfigure = '[0-9]'\n{}",
            rule("exact", r"^(?<a>-?\d+) ?(?<ua>%{unit})$"),
        ));
        let help = |text: &str| {
            let trouble = plan.read(text).trouble?;
            plan.help(&trouble, text)
        };
        assert_eq!(help("-20 C").as_deref(), Some("`C` is no unit of q: did you mean `°C`?"));
        assert_eq!(
            help("5 Celsus").as_deref(),
            Some("`Celsus` is no unit of q: did you mean `celsius`?")
        );
        // It is looked for once.
        let mut helps = FxHashMap::default();
        for text in ["-20 C", "-21 C", "8 C", "8 apples"] {
            let trouble = plan.read(text).trouble.unwrap();
            assert_eq!(plan.help_by(&trouble, text, &mut helps), help(text));
        }
        assert_eq!(helps.len(), 2);
        helps.insert("C".into(), None);
        assert_eq!(plan.help_by(&plan.read("9 C").trouble.unwrap(), "9 C", &mut helps), None);
        for n in 0..2 * REMEMBERED {
            let text = format!("5 {}", "apple".repeat(n % 12) + &"s".repeat(n / 12));
            if let Some(trouble) = plan.read(&text).trouble {
                let _ = plan.help_by(&trouble, &text, &mut helps);
            }
            assert!(helps.len() <= REMEMBERED);
        }
        let all = "`apples` is no unit of q, which has `celsius`, `°C`, `℃`";
        assert_eq!(help("12 apples").as_deref(), Some(all));
        assert_eq!(
            (help("12"), help("12 or so"), help("5万"), help("5 °C")),
            (None, None, None, None)
        );
    }

    #[test]
    fn a_plain_number_needs_no_unit() {
        let exact = rule("exact", r"^(?<a>\d+)$");
        for units in ["", "units = { '' = 1 }\n", "units = { '' = 1, k = 1000 }\n"] {
            assert_eq!(say(&plan(&format!("unit = ''\n{units}{exact}")), "5"), "exact 5..5");
        }
        let plan = plan(&format!(
            "unit = ''\nunits = {{ '' = 1, k = 1000 }}\n{}",
            rule("exact", r"^(?<a>\d+)(?<ua>%{unit})$")
        ));
        assert_eq!(say(&plan, "5k"), "exact 5000..5000");
        assert_eq!(say(&plan, "5"), "exact 5..5");
    }

    #[test]
    fn the_unit_is_told_as_it_is_written() {
        let unit = |text: &str| EURO.read(text).unit;
        assert_eq!(unit("12 k EUR").as_deref(), Some("k EUR"));
        assert_eq!(unit("10-12 EUR").as_deref(), Some("EUR"));
        assert_eq!(unit("3 EUR, 5 EUR").as_deref(), Some("EUR"));
        assert_eq!(unit("3 EUR, 5 k EUR"), None);
        assert_eq!(unit("free"), None);
        assert_eq!(MINUTES.read("1h 5m").unit, None);
    }

    #[test]
    fn a_range_that_is_written_the_wrong_way_round_is_swapped() {
        let reading = EURO.read("12-10 EUR");
        assert_eq!(reading.figures.map(|f| (f.min, f.max)), Some((Some(10.0), Some(12.0))));
        assert_eq!(reading.reversed, Some((12.0, 10.0)));
    }

    #[test]
    fn factors_are_the_fractions_that_are_meant() {
        let fraction = |factor: f64| {
            let (count, parts) = fraction(factor);
            (count.normalized().to_plain_string(), parts.to_string())
        };
        let pair = |count: &str, parts: &str| (count.to_owned(), parts.to_owned());
        assert_eq!(fraction(1.0), pair("1", "1"));
        assert_eq!(fraction(0.01), pair("0.01", "1"));
        assert_eq!(fraction(1e-5), pair("0.00001", "1"));
        assert_eq!(fraction(365.2425), pair("365.2425", "1"));
        assert_eq!(fraction(0.453_592_37), pair("0.45359237", "1"));
        assert_eq!(fraction(1.0 / 24.0), pair("1", "24"));
        assert_eq!(fraction(0.041_666_666_666_666_664), pair("1", "24"));
        assert_eq!(fraction(1.0 / 86400.0), pair("1", "86400"));
        assert_eq!(fraction(7.0 / 24.0), pair("7", "24"));
        assert_eq!(fraction(5.0 / 9.0), pair("5", "9"));
        assert_eq!(fraction(0.041_666_667), pair("0.041666667", "1"));
        assert_eq!(fraction(1e300).1, BigInt::from(1).to_string());
    }

    #[test]
    fn figures_are_exact_until_the_end() {
        let plan = plan(&format!(
            "unit = 'x'\nunits = {{ '%' = 0.01, 'ppm' = 1e-6, 'h' = 0.041666666666666664, 'M' = 1e6, 't' = 0.3333333333333333 }}\n{}",
            rule("exact", r"^(?<a>[\d.e-]+) ?(?<ua>%{unit})$"),
        ));
        for (text, expected) in [
            ("0.0035%", 3.5e-5),
            ("28.52%", 0.2852),
            ("99.9%", 0.999),
            ("0.07%", 0.0007),
            ("36h", 1.5),
            ("1h", 1.0 / 24.0),
            ("1 t", 1.0 / 3.0),
            ("3 t", 1.0),
            ("1100.9 M", 1_100_900_000.0),
            ("12ppm", 1.2e-5),
            ("1e-320 %", 1e-322),
        ] {
            let figures = plan.read(text).figures.unwrap();
            assert_eq!(figures.min, Some(expected), "{text}");
        }
        assert!(say(&plan, "1e308 M").contains("does not fit"));
    }

    proptest! {
        #[test]
        fn a_figure_is_the_nearest_double_of_the_exact_one(
            mantissa in 0_i64..1_000_000_000_000, scale in 0_i64..12, parts in 1_i64..5000,
        ) {
            // What an amount over `parts` is, by the exact value of the doubles around it.
            let amount = BigDecimal::new(mantissa.into(), scale);
            let found = double(&amount, &BigInt::from(parts)).unwrap();
            let exact = |double: f64| BigDecimal::try_from(double).unwrap() * BigDecimal::from(parts);
            let distance = |double: f64| (exact(double) - &amount).abs();
            for other in [found.next_up(), found.next_down().max(0.0)] {
                prop_assert!(distance(found) <= distance(other));
            }
        }

        #[test]
        fn no_text_is_read_by_half(text in "(>|about |-)?[0-9]{1,4}([.,-][0-9]{1,3}){0,2} ?(EUR|k EUR)?( \\([0-9]{1,2} EUR\\))?") {
            let euro = &*EURO;
            let said = say(euro, &text);
            // The one figure is a plain number, or nothing is read.
            let plain = text.split(" (").next().unwrap().trim_start_matches('>').trim_start_matches("about ");
            let plain = plain.trim_end_matches(" EUR").trim_end_matches(" k");
            let whole = plain.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
                && plain.split('-').count() <= 2;
            if !whole && text.ends_with(" EUR") && !text.contains('(') {
                prop_assert!(said.starts_with("text: "), "{}: {}", text, said);
            }
        }

        #[test]
        fn no_text_panics(text in "[-0-9.,hms>一万半个()（）以上至 é😀% ]{0,24}") {
            say(&EURO, &text);
            say(&MINUTES, &text);
        }
    }
}
