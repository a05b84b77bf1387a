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

use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;
use regex_automata::{Input, PatternID};

use super::Items;
use super::number::parse_ordinal;
use crate::extract::{Extracted, Raw};
use crate::schema::Schema;
use crate::value::{Cell, Value};

/// How many cells a section has: field, path, level, marker, text.
const WIDTH: usize = 5;

#[derive(Debug)]
pub(super) struct OutlinePlan {
    /// The fields and their names.
    texts: Vec<(usize, String)>,
    /// All styles in one, so that a text is gone through once. None only if they
    /// are too many for one expression.
    styles: Option<Regex>,
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
    pub(super) fn new(schema: &Schema, texts: &[usize], outline: usize) -> Self {
        let markers = &schema.outlines[outline].markers;
        let all: Vec<_> = markers.iter().map(|marker| marker.pattern.text.as_str()).collect();
        Self {
            texts: texts.iter().map(|&idx| (idx, schema.fields[idx].name.clone())).collect(),
            styles: Regex::new_many(&all).ok(),
        }
    }

    /// The sections of a record's texts.
    pub(super) fn run<'r>(&'r self, raw: &Extracted<'r>) -> Items<'r> {
        let mut items = Items { width: WIDTH, cells: Vec::new() };
        for (field, name) in &self.texts {
            if let Raw::Value(text, _) = raw.fields[*field] {
                self.sections(text, |section| {
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
            }
        }
        items
    }

    fn sections(&self, text: &str, mut each: impl FnMut(Section)) {
        let mut open: Vec<Level> = Vec::new();
        let mut section =
            Section { path: Cow::Borrowed("0"), level: 0, marker: None, start: 0, end: 0 };
        self.markers(text, |marker| {
            if !follows(&mut open, marker) {
                return false;
            }
            section.end = marker.start;
            let path = path_of(&open);
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
    }

    /// Calls `accept` with every candidate from left to right; one that it
    /// refuses is text.
    fn markers(&self, text: &str, mut accept: impl FnMut(Marker) -> bool) {
        let Some(styles) = &self.styles else {
            return;
        };
        let mut groups = styles.create_captures();
        // Where the next search begins, and what is behind every marker so far.
        let (mut from, mut done) = (0, 0);
        while from <= text.len() {
            styles.search_captures(&Input::new(text).range(from..), &mut groups);
            let Some(found) = groups.get_match() else {
                return;
            };
            let marker = marker_of(&groups, found.pattern(), text);
            match marker.filter(|marker| marker.start >= done) {
                Some(marker) if accept(marker) => {
                    done = marker.end;
                    // What stands before the next marker may be the end of this one.
                    from = text.floor_char_boundary(marker.end - 1).max(found.start() + 1);
                }
                _ => from = found.start() + 1,
            }
            from = text.ceil_char_boundary(from);
        }
    }
}

/// The marker that a style matched, if its number is one.
fn marker_of(groups: &Captures, style: PatternID, text: &str) -> Option<Marker> {
    let group = |name| {
        let idx = groups.group_info().to_index(style, name)?;
        groups.get_group(idx)
    };
    let (marker, number) = (group("marker")?, group("number")?);
    let number = parse_ordinal(&text[number.range()])?;
    Some(Marker { start: marker.start, end: marker.end, style: style.as_usize(), number })
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
