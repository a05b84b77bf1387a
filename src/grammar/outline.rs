//! The numbered sections of a text.
//!
//! In: the texts of some fields. Out: their sections, nested. A marker counts if
//! its number goes on where its style stopped, or begins a new run with the
//! first number; so a dose, a date or a figure in the text is none. A style that
//! is not among those open around a place is nested in them, one that is closes
//! what is inside of it: styles nest in the order in which they first appear.
//!
//! Markers and texts of the sections, one after another, are the text again. A
//! text without a marker has no sections.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::ClassUnicode;
use rustc_hash::FxHashMap;

use super::number::{may_begin_ordinal, parse_ordinal};
use crate::data::{Cell, Extracted, Items, Raw, Value, Walked};
use crate::lang::{Bare, Examples, Lazy, Pattern, marker_chars};
use crate::text::chars::{self, Filter};
use crate::text::charset::{CharSet, PLANE};

/// How many cells a section has: field, path, level, marker, text.
const WIDTH: usize = 5;

/// How many bytes from its first on a marker is looked for in: a number may be without
/// end, and so is a text of digits.
const LONGEST: usize = 192;

/// A way to number the sections of a text.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The name.
    pub name: String,
    /// The styles of markers.
    pub markers: Vec<MarkerStyle>,
}

/// A style of markers.
#[derive(Clone, Debug)]
pub struct MarkerStyle {
    /// The name.
    pub name: String,
    /// The pattern, with the groups `marker` and `number`.
    pub pattern: Pattern,
    /// Texts to prove it with.
    pub examples: Examples,
    /// Where it is written.
    pub span: Range<usize>,
}

/// The compiled plan of a way to number sections.
#[derive(Clone, Debug)]
pub struct OutlinePlan {
    /// The fields and their names.
    texts: Vec<(usize, String)>,
    styles: Vec<Style>,
    /// For each of the first three characters the styles whose markers can have it there, with what
    /// must stand behind them.
    head: [StyleTable; 3],
    /// Those whose markers it can stand before.
    before: StyleTable,
    /// Those that need no second character, and no third one.
    short: [u16; 2],
    /// Stops where a marker can begin, and where rules on characters would: a long text is
    /// walked through once for both.
    filter: Filter,
    /// For characters of one byte the styles whose markers can begin with it, and for the first byte
    /// of the next one those whose markers can go on with it or need not. Where no style is in both,
    /// as in most words and figures, there is no marker; [`TELLS`] is in all where rules would stop.
    pairs: Arc<Pairs>,
    /// Those whose markers need nothing before them anywhere, and at the start of a text.
    bare: u16,
    bare_at_start: u16,
}

/// The styles of each character of the Basic Multilingual Plane, as bits. Most blocks of 64 characters are like
/// others, so that all of it has room in the nearest cache.
#[derive(Clone, Debug)]
struct StyleTable {
    /// Which of `kept` each block is.
    blocks: Arc<[u16]>,
    kept: Arc<[[u16; BLOCK]]>,
}

const BLOCK: usize = 64;

impl StyleTable {
    fn new(table: &[u16]) -> Self {
        let (mut known, mut kept) = (FxHashMap::default(), Vec::new());
        let blocks = table.as_chunks().0.iter().map(|block| {
            *known.entry(block).or_insert_with(|| {
                kept.push(*block);
                // There are as many as the plane has blocks.
                u16::try_from(kept.len() - 1).unwrap_or_default()
            })
        });
        Self { blocks: blocks.collect(), kept: kept.into() }
    }

    /// The styles of a character; all of one beyond the plane, which is left to a closer look.
    fn get(&self, c: char) -> u16 {
        let (block, place) = (u32::from(c) as usize / BLOCK, u32::from(c) as usize % BLOCK);
        self.blocks.get(block).map_or(u16::MAX, |block| self.kept[usize::from(*block)][place])
    }
}

/// What a character of one byte and the one behind it say of a marker.
#[derive(Debug)]
struct Pairs {
    first: [u32; 128],
    next: [u32; 256],
}

/// What rules on characters look for, beside the styles.
const TELLS: u32 = 1 << 16;

#[derive(Clone, Debug)]
struct Style {
    /// Its place in the schema.
    place: usize,
    /// How many characters of its markers stand before the number, if that are 0 or 1.
    number_at: Option<usize>,
    pattern: Pattern,
    regex: Lazy<Option<Regex>>,
    marker: usize,
    number: usize,
}

/// A marker in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker {
    start: usize,
    end: usize,
    style: usize,
    number: u32,
}

/// A style that is open, and how far it has come.
#[derive(Clone, Copy, Debug)]
struct Level {
    style: usize,
    /// The number of its last marker.
    number: u32,
    /// How many markers it has had.
    place: u32,
}

impl OutlinePlan {
    /// Compiles a way to number sections, for the texts of some fields.
    #[must_use]
    pub fn new(outline: &Outline, texts: Vec<(usize, String)>) -> Self {
        let mut styles = Vec::new();
        let mut head = [(); 3].map(|()| vec![0; PLANE]);
        let (mut before, mut short) = (vec![0; PLANE], [0; 2]);
        let (mut bare, mut bare_at_start) = (0, 0);
        for (place, marker) in outline.markers.iter().enumerate() {
            let pattern = &marker.pattern;
            // Resolving has refused what cannot be used.
            let Some(chars) = marker_chars(&pattern.text) else { continue };
            let group = |name| pattern.groups().position(|group| group == Some(name));
            let (Some(group), Some(number)) = (group("marker"), group("number")) else {
                continue;
            };
            let bit = 1 << styles.len();
            head.iter_mut().zip(&chars.head).for_each(|(table, chars)| set(table, chars, bit));
            set(&mut before, &chars.before, bit);
            for (styles, may) in short.iter_mut().zip(chars.short) {
                *styles |= if may { bit } else { 0 };
            }
            bare |= if chars.bare == Bare::Anywhere { bit } else { 0 };
            bare_at_start |= if chars.bare == Bare::Never { 0 } else { bit };
            let number_at = chars.number_at.filter(|at| *at < 2);
            let (pattern, regex) = (pattern.clone(), Lazy::default());
            styles.push(Style { place, number_at, pattern, regex, marker: group, number });
        }
        let begins = CharSet::of(&head[0], |styles| styles != 0);
        let filter = Filter::new(chars::TELLING).with(&begins);
        let pairs = Arc::new(Pairs::new(&head[0], &head[1], short[0]));
        let (head, before) = (head.map(|table| StyleTable::new(&table)), StyleTable::new(&before));
        Self { texts, styles, head, before, short, filter, pairs, bare, bare_at_start }
    }

    /// Adds the sections of a record's texts. `matched` is given the styles of their markers,
    /// `walked` what else was seen.
    pub(crate) fn run<'r>(
        &'r self,
        raw: &Extracted<'r>,
        items: &mut Items<'r>,
        walked: &mut Walked<'r>,
        mut matched: impl FnMut(usize),
    ) {
        items.width = WIDTH;
        // The styles of markers, as bits.
        let mut seen = 0;
        for (field, name) in &self.texts {
            if let Raw::Value(text, _) = raw.fields[*field] {
                let kinds = self.sections(text, &mut seen, |section| {
                    let Section { path, level, marker, start, end } = section;
                    let whole = raw.span_in(*field, marker.map_or(start, |(at, _)| at)..end);
                    let cell = |value| Cell::new(value, whole);
                    let marker =
                        marker.map_or(Value::Null, |(from, to)| Value::text(&text[from..to]));
                    items.cells.extend([
                        cell(Value::text(name)),
                        cell(Value::Text(path)),
                        cell(Value::Integer(level)),
                        cell(marker),
                        cell(Value::text(&text[start..end])),
                    ]);
                });
                walked.note(text, kinds);
            }
        }
        for (_, style) in self.styles.iter().enumerate().filter(|(n, _)| seen >> n & 1 != 0) {
            matched(style.place);
        }
    }

    /// Calls `each` with every section; the kinds of characters of the text.
    fn sections(&self, text: &str, seen: &mut u16, mut each: impl FnMut(Section)) -> u32 {
        let mut open: Vec<Level> = Vec::new();
        let mut section =
            Section { path: Cow::Borrowed("0"), level: 0, marker: None, start: 0, end: 0 };
        let may_count = |open: &Vec<Level>, style, first| goes_on(open, style, first);
        let kinds = self.markers(text, &mut open, may_count, |open, marker| {
            if !follows(open, marker) {
                return false;
            }
            *seen |= 1 << marker.style;
            section.end = marker.start;
            let path = path_of(open);
            #[expect(clippy::cast_possible_wrap, reason = "there are few levels")]
            let level = open.len() as i64;
            let next = Section {
                path: Cow::Owned(path),
                level,
                marker: Some((marker.start, marker.end)),
                start: marker.end,
                end: marker.end,
            };
            let before = std::mem::replace(&mut section, next);
            // A text that begins with a marker has nothing before it.
            if before.end > 0 {
                each(before);
            }
            true
        });
        // A text without any marker has no sections.
        if section.marker.is_some() {
            section.end = text.len();
            each(section);
        }
        kinds
    }

    /// Calls `accept` with every candidate from left to right; one that it refuses is text.
    /// `goes_on` tells beforehand of the first character of a number whether `accept` may take
    /// one of a style. The kinds of characters of the text.
    fn markers<S>(
        &self,
        text: &str,
        state: &mut S,
        goes_on: impl Fn(&S, usize, char) -> bool,
        mut accept: impl FnMut(&mut S, Marker) -> bool,
    ) -> u32 {
        // Where the last marker ends.
        let mut from = 0;
        let may = |only: u8, next: u8| self.pairs.may(only, next);
        self.filter.walk(text, may, |at, c| {
            let first = self.head[0].get(c);
            if first == 0 || at < from {
                return;
            }
            let mut chars = text[at + c.len_utf8()..].chars();
            let next = chars.next();
            // Where the text ends the characters do not tell.
            let in_head = |n: usize, c: Option<char>| c.map_or(u16::MAX, |c| self.head[n].get(c));
            let mut may = first & (in_head(1, next) | self.short[0]);
            if may == 0 {
                return;
            }
            may &= in_head(2, chars.next()) | self.short[1];
            if may == 0 {
                return;
            }
            let last = text[..at].chars().next_back();
            let behind = may & last.map_or(0, |last| self.before.get(last));
            let bare = may & if last.is_none() { self.bare_at_start } else { self.bare };
            // Most figures of a text are no number that goes on. One style that may take it is
            // enough to look, for another one may match before.
            let mut tried = behind | bare;
            let mut takes = false;
            while tried != 0 && !takes {
                let idx = tried.trailing_zeros() as usize;
                tried &= tried - 1;
                let number = match self.styles.get(idx).map(|style| style.number_at) {
                    Some(Some(0)) => Some(c),
                    Some(Some(_)) => next,
                    _ => None,
                };
                takes = number.is_none_or(|number| goes_on(state, idx, number));
            }
            if !takes {
                return;
            }
            let starts = [(at - last.map_or(0, char::len_utf8), behind), (at, bare)];
            if let Some(marker) = self.marker(text, at, starts)
                && accept(state, marker)
            {
                from = marker.end;
            }
        })
    }

    /// The marker that begins at a place, in the first of the styles in question that has one
    /// there. `starts` are where matches may begin, each with the styles that may do there.
    fn marker(&self, text: &str, at: usize, starts: [(usize, u16); 2]) -> Option<Marker> {
        let mut may = starts[0].1 | starts[1].1;
        let end = text.floor_char_boundary(at + LONGEST);
        while may != 0 {
            let idx = may.trailing_zeros() as usize;
            may &= may - 1;
            let Some(style) = self.styles.get(idx) else { break };
            for (from, _) in starts.iter().filter(|(_, styles)| styles & (1 << idx) != 0) {
                let Some((marker, number)) = style.find(text, *from..end) else { continue };
                if marker.start == at
                    && let Some(number) = parse_ordinal(&text[number])
                {
                    return Some(Marker { start: at, end: marker.end, style: idx, number });
                }
            }
        }
        None
    }
}

impl Pairs {
    /// What the tables of the plane say of them.
    fn new(first: &[u16], second: &[u16], single: u16) -> Self {
        // What is beyond the plane is left to a closer look.
        let mut pairs = Self { first: [0; 128], next: [u32::MAX; 256] };
        for (c, styles) in (0_u8..).zip(&mut pairs.first) {
            let tells = chars::kind(char::from(c)) & chars::TELLING != 0;
            *styles = u32::from(first[usize::from(c)]) | if tells { TELLS } else { 0 };
        }
        // So is the end of a text, for which 0 stands.
        pairs.next[1..0xf0].fill(TELLS | u32::from(single));
        for (c, styles) in (0..).zip(second).filter(|(_, styles)| **styles != 0) {
            let Some(c) = char::from_u32(c) else { continue };
            let lead = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
            pairs.next[usize::from(lead)] |= u32::from(*styles);
        }
        pairs
    }

    /// Whether a marker may begin with a character of one byte, before one that begins with `next`;
    /// or rules look for it.
    fn may(&self, only: u8, next: u8) -> bool {
        self.first[usize::from(only & 0x7f)] & self.next[usize::from(next)] != 0
    }
}

impl Style {
    /// Where the marker and its number stand of what begins a stretch of a text.
    fn find(&self, text: &str, stretch: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let input = Input::new(text).range(stretch).anchored(Anchored::Yes);
        // Room for the groups of most patterns, so that none is made for each try.
        let (mut few, mut many) = ([None; FEW], Vec::new());
        let wanted = 2 * self.marker.max(self.number) + 2;
        let slots = if let Some(slots) = few.get_mut(..wanted) {
            slots
        } else {
            many.resize(wanted, None);
            &mut many[..]
        };
        let regex = self.regex.get(|| Regex::new(&self.pattern.text).ok());
        regex.as_ref()?.search_slots(&input, slots)?;
        let group = |n: usize| Some(slots[2 * n]?.get()..slots[2 * n + 1]?.get());
        group(self.marker).zip(group(self.number))
    }
}

/// How many places of groups a search has room for, two a group.
const FEW: usize = 16;

/// Sets a bit for every character of a set.
fn set(table: &mut [u16], chars: &ClassUnicode, bit: u16) {
    for range in chars.ranges() {
        let (from, to) = (u32::from(range.start()) as usize, u32::from(range.end()) as usize);
        if from < PLANE {
            table[from..=to.min(PLANE - 1)].iter_mut().for_each(|mask| *mask |= bit);
        }
    }
}

/// A section: where it stands, and how it is nested.
struct Section {
    path: Cow<'static, str>,
    level: i64,
    marker: Option<(usize, usize)>,
    start: usize,
    end: usize,
}

/// Opens or goes on with the style of a marker, if the marker counts.
fn follows(open: &mut Vec<Level>, marker: Marker) -> bool {
    match open.iter().position(|level| level.style == marker.style) {
        Some(idx) if marker.number == open[idx].number + 1 || marker.number == 1 => {
            open.truncate(idx + 1);
            open[idx].number = marker.number;
            open[idx].place += 1;
            true
        }
        None if marker.number == 1 => {
            open.push(Level { style: marker.style, number: 1, place: 1 });
            true
        }
        _ => false,
    }
}

/// Whether a marker of a style may count whose number begins with a character.
fn goes_on(open: &[Level], style: usize, first: char) -> bool {
    let level = open.iter().find(|level| level.style == style);
    may_begin_ordinal(first, 1)
        || level.is_some_and(|level| may_begin_ordinal(first, level.number.saturating_add(1)))
}

fn path_of(open: &[Level]) -> String {
    let mut path = String::new();
    for (n, level) in open.iter().enumerate() {
        if n > 0 {
            path.push('.');
        }
        let _ = write!(path, "{}", level.place);
    }
    path
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn plan(patterns: &[&str]) -> OutlinePlan {
        let style = |pattern: &&str| MarkerStyle {
            name: "t".to_owned(),
            pattern: Pattern::new((*pattern).to_owned(), 0..0).unwrap(),
            examples: Examples::default(),
            span: 0..0,
        };
        let markers = patterns.iter().map(style).collect();
        OutlinePlan::new(&Outline { name: "t".to_owned(), markers }, Vec::new())
    }

    static STYLES: LazyLock<OutlinePlan> = LazyLock::new(|| {
        plan(&[
            r"(?<marker>[(（](?<number>[一二三四五六七八九十]{1,3})[)）][、.．]?)",
            r"(?:^|[\s。)）])(?<marker>(?<number>[一二三四五六七八九十]{1,3})[、.．])",
            r"(?:^|[^0-9甲])(?<marker>[(（](?<number>[0-9０-９]{1,2})[)）][、.．]?)",
            r"(?:^|[^0-9.(（])(?<marker>(?<number>[0-9０-９]{1,2})(?:[、]|[.．][、]?))(?:[^0-9]|$)",
            r"(?:^|[\s。甲])(?<marker>(?<number>[0-9０-９]{1,2})[)）]?)",
        ])
    });

    proptest! {
        #[test]
        fn what_is_not_looked_at_would_not_count(text in "[0-4１2一二十(（)）、.。甲 ]{0,24}") {
            let count = |likely: fn(&Vec<Level>, usize, char) -> bool| {
                let (mut open, mut found) = (Vec::new(), Vec::new());
                STYLES.markers(&text, &mut open, likely, |open, marker| {
                    let counts = follows(open, marker);
                    found.extend(counts.then_some(marker));
                    counts
                });
                found
            };
            prop_assert_eq!(count(|open, style, first| goes_on(open, style, first)), count(|_, _, _| true));
        }
    }

    proptest! {
        #[test]
        fn what_the_characters_tell_is_no_marker(text in "[019a二一十①1-2(（)）、..．。甲第章e%]{0,12}") {
            let extra = [
                r"(?<marker>(?<number>[①-⑳])[、.．]?)(?:甲|$)",
                r"(?:^|[\s。])(?<marker>第(?<number>[一二十]{1,3})章[、]?)",
                r"(?:^|[\s。])(?<marker>(?<number>[a-z])[.．、)）])(?:[^a-z0-9.．]|$)",
            ];
            let all = STYLES.styles.iter().map(|style| style.pattern.text.as_str()).chain(extra);
            let plan = plan(&all.collect::<Vec<_>>());
            let mut found = Vec::new();
            plan.markers(&text, &mut found, |_, _, _| true, |found, marker| {
                found.push(marker);
                true
            });
            // The same by the patterns alone.
            let (mut expected, mut from) = (Vec::new(), 0);
            for (at, _) in text.char_indices() {
                let before = text[..at].chars().next_back().map_or(at, |c| at - c.len_utf8());
                let starts = [(before, u16::MAX), (at, u16::MAX)];
                if let Some(marker) = plan.marker(&text, at, starts).filter(|_| at >= from) {
                    from = marker.end;
                    expected.push(marker);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }

    fn check(pattern: &str, text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        plan(&[pattern]).markers(
            text,
            &mut found,
            |_, _, _| true,
            |found, marker| {
                found.push(&text[marker.start..marker.end]);
                true
            },
        );
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_marker_ends_within_some_bytes() {
        let pattern = r"(?:^|\s)(?<marker>(?<number>\d+)[.、]) *甲";
        check(pattern, "1.甲 2、   甲", &["1.", "2、"]);
        check(pattern, &format!("1.{}甲", " ".repeat(LONGEST - 5)), &["1."]);
        check(pattern, &format!("1.{}甲", " ".repeat(LONGEST - 4)), &[]);
    }
}
