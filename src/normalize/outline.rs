//! The numbered sections of a text.
//!
//! In: the texts of some fields. Out: their sections, nested. A marker counts if
//! its number goes on where its style stopped, or begins a new run with the
//! first number; so a dose, a date or a figure in the text is none. A style that
//! is not among those open around a place is nested in them, one that is closes
//! what is inside of it: styles nest in the order in which they first appear.
//!
//! Markers and texts of the sections, one after another, are the text again.

use std::borrow::Cow;
use std::fmt::Write as _;

use regex::Regex;

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
    styles: Vec<Regex>,
    /// Any style: where none is, none need be tried.
    any: Option<Regex>,
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
        let all: Vec<_> = markers.iter().map(|marker| without_names(&marker.pattern.text)).collect();
        Self {
            texts: texts.iter().map(|&idx| (idx, schema.fields[idx].name.clone())).collect(),
            styles: markers.iter().map(|marker| marker.pattern.compile()).collect(),
            any: Regex::new(&all.join("|")).ok(),
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
                    let marker = marker.map_or(Value::Null, |(from, to)| Value::text(&text[from..to]));
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
        section.end = text.len();
        each(section);
    }

    /// Calls `accept` with every candidate from left to right; one that it
    /// refuses is text.
    fn markers(&self, text: &str, mut accept: impl FnMut(Marker) -> bool) {
        let Some(any) = &self.any else {
            return;
        };
        // Where the next search begins, and what is behind every marker so far.
        let (mut from, mut done) = (0, 0);
        while let Some(found) = any.find_at(text, from) {
            let here = found.start();
            let candidates = self.styles.iter().enumerate().filter_map(|(style, regex)| {
                let groups = regex.captures_at(text, here)?;
                let marker = groups.name("marker").filter(|marker| marker.start() >= done)?;
                let number = parse_ordinal(groups.name("number")?.as_str())?;
                Some(Marker { start: marker.start(), end: marker.end(), style, number })
            });
            let next = candidates.min_by_key(|marker| (marker.start, marker.style));
            match next {
                Some(marker) if accept(marker) => {
                    done = marker.end;
                    // What stands before the next marker may be the end of this one.
                    from = text.floor_char_boundary(marker.end - 1).max(here + 1);
                }
                Some(marker) => from = marker.start.max(here) + 1,
                None => from = here + 1,
            }
            from = text.ceil_char_boundary(from);
            if from > text.len() {
                return;
            }
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

/// A pattern whose groups have no names, so that it can stand beside others.
fn without_names(pattern: &str) -> String {
    let mut out = String::from("(?:");
    let mut rest = pattern;
    while let Some(at) = rest.find("(?<").or_else(|| rest.find("(?P<")) {
        let Some(end) = rest[at..].find('>') else { break };
        out.push_str(&rest[..at]);
        out.push_str("(?:");
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out.push(')');
    out
}
