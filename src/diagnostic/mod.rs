//! What is wrong or doubtful at a place of the dump, as data.
//!
//! A [`Finding`] holds ids, spans and text; a [`Located`] finding has its line,
//! column and file offsets, computed once per batch while the text is at hand.
//! Renderers live in `render`; nothing here prints.
//!
//! Wording: lower case, no full stop, backticks round data, "expected X, found
//! Y", present tense. The message stands alone in a list.

mod code;
mod collect;
mod identity;

pub use code::{CODES, Code, Denominator, Example, Form, find};
pub(crate) use collect::RuleFinding;
pub use collect::{Diagnostics, Policy, Tally};
#[cfg(feature = "tables")]
pub(crate) use identity::{Hex, Parts, hex_of};
pub use identity::{Hidden, Identity, MaskKey, hash_of, key_in_words, places_in_words};

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::source::{Chunk, LineCounter, LineEnds, SourceId, Span};

/// How bad a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Doubtful: the tables are usable, somebody should look.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What happens to the data that a finding is about.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The value stays as it is.
    #[default]
    Keep,
    /// The value becomes null; the finding keeps its text.
    Null,
    /// The whole record goes to the quarantine.
    Reject,
}

impl Action {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Null => "null",
            Self::Reject => "reject",
        }
    }
}

/// A finding at a place of a chunk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of finding.
    #[serde(with = "code::by_id")]
    pub code: &'static Code,
    /// What it counts against, by its place among the
    /// [`Criteria`](crate::verdict::Criteria).
    pub criterion: usize,
    /// How many values or rows it stands for.
    pub count: u64,
    /// How bad, after the schema and the command line had their say.
    pub severity: Severity,
    /// What happens to the data, likewise.
    pub action: Action,
    /// What is the matter, in one line.
    pub message: String,
    /// The bytes it is about, in the chunk's text.
    pub span: Span,
    /// The field, by its name in the schema.
    pub field: Option<String>,
    /// Which item of a list, from 0.
    pub ordinal: Option<u32>,
    /// The places of the objects around it, from the outermost in, where that is objects
    /// in objects.
    pub parents: Vec<u32>,
    /// The text that it is about, if that says more than the message.
    pub raw: Option<String>,
    /// What can be done about it.
    pub help: Option<String>,
    /// What may stand in the place of `raw`.
    pub suggestion: Option<String>,
    /// A key of the dump, where a finding is reported once for each key of an input.
    pub key: Option<String>,
    /// The value on its way into the tables.
    pub steps: Option<Box<Steps>>,
    /// The bytes of the schema file that ask for otherwise.
    pub schema_span: Option<Range<usize>>,
}

/// A value at each step of its way from the dump to a table, long ones cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Steps {
    /// As it stands in the dump.
    pub raw: String,
    /// As the patterns and separators of the schema took it.
    pub extracted: String,
    /// As the cells of the table.
    pub normalized: String,
}

/// A finding with everything that was looked up in the dump.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Located {
    /// What was found.
    pub finding: Finding,
    /// The source it was found in; none for a finding about the whole run.
    pub source: Option<SourceId>,
    /// The record it belongs to.
    pub record_id: Option<String>,
    /// What it is known by from run to run.
    pub identity: Identity,
    /// Whether a baseline has accepted it.
    pub baselined: bool,
    /// Of a figure, by how much it goes beyond its limit: less than 0 where it is too small.
    #[serde(default)]
    pub beyond: Option<f64>,
    /// Whether its values are hidden.
    pub masked: bool,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The column of its first byte in Unicode scalar values, from 1.
    pub column: u64,
    /// Its bytes in the file.
    pub bytes: Range<u64>,
    /// The lines it stands on, for the first few of a code.
    pub excerpt: Option<Excerpt>,
}

/// Where a finding stands in its file.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) bytes: Range<u64>,
    /// Its bytes in the chunk, whole characters.
    span: Range<usize>,
}

impl Place {
    /// Looks up the place of a span of a chunk.
    pub(crate) fn of(span: Span, chunk: &Chunk, lines: &mut LineCounter) -> Self {
        let span = on_borders(chunk.text(), span.range());
        let (line, column) = (lines.line_of(chunk, span.start), chunk.column(span.start));
        let bytes = lines.file_offset(chunk, span.start)..lines.file_offset(chunk, span.end);
        Self { line, column, bytes, span }
    }
}

/// The lines of the dump that a finding is shown on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The text of the lines, cut to a window around the finding.
    pub text: String,
    /// The finding's bytes within the text.
    pub span: Range<usize>,
    /// Whether the start of the line was cut off.
    pub cut: bool,
}

/// How many bytes of a line are kept before a finding: the renderer cuts what
/// does not fit the screen, and counts the column from the start of the line.
const BEFORE: usize = 16 * 1024;
/// How many bytes of a line are kept behind a finding.
const BEHIND: usize = 90;
/// How many bytes of a finding itself are shown.
const SHOWN: usize = 120;

impl Finding {
    /// A finding about no place, as bad as its code is by default.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            criterion: code.index(),
            count: 1,
            severity: code.severity,
            action: code.action,
            message: message.into(),
            span: Span::default(),
            field: None,
            ordinal: None,
            parents: Vec::new(),
            raw: None,
            help: None,
            suggestion: None,
            key: None,
            steps: None,
            schema_span: None,
        }
    }
}

impl Finding {
    /// The places of the objects around it as tables write them; none if there are none.
    #[must_use]
    pub fn parents_in_words(&self) -> Option<String> {
        (!self.parents.is_empty()).then(|| places_in_words(&self.parents))
    }
}

impl Located {
    /// Looks up the place of a finding of a chunk; with an excerpt if asked.
    #[must_use]
    pub fn in_chunk(
        finding: Finding,
        chunk: &Chunk,
        lines: &mut LineCounter,
        record_id: Option<&str>,
        excerpt: bool,
    ) -> Self {
        let Place { line, column, bytes, span } = Place::of(finding.span, chunk, lines);
        let excerpt = (excerpt && !chunk.text().is_empty())
            .then(|| Excerpt::of(chunk.text(), span, chunk.line_ends()));
        Self {
            source: Some(chunk.source()),
            record_id: record_id.map(str::to_owned),
            line,
            column,
            bytes,
            excerpt,
            ..Self::of_source(finding, None)
        }
    }

    /// A finding about a whole source, or about the whole run.
    #[must_use]
    pub fn of_source(finding: Finding, source: Option<SourceId>) -> Self {
        Self {
            finding,
            source,
            record_id: None,
            identity: Identity::default(),
            baselined: false,
            beyond: None,
            masked: false,
            line: 1,
            column: 1,
            bytes: 0..0,
            excerpt: None,
        }
    }

    /// Hides every value: what is left is what kind of finding it is, and where. With
    /// a key it is still told from others by its value; `file` is the path of its source.
    pub fn mask(&mut self, key: Option<&MaskKey>, file: Option<&str>) {
        let finding = &mut self.finding;
        finding.code.summary.clone_into(&mut finding.message);
        if let Some(raw) = &mut finding.raw {
            *raw = format!("(hidden, {} characters)", raw.chars().count());
        }
        (finding.help, finding.suggestion, finding.key, finding.steps) = (None, None, None, None);
        self.excerpt = None;
        self.masked = true;
        self.hide_record(key, file);
    }

    /// Hides what its record is known by, which is made of hidden values. What it says of other values stays.
    pub(crate) fn hide_record(&mut self, key: Option<&MaskKey>, file: Option<&str>) {
        self.identity.hidden = Some(match key {
            Some(key) => Hidden::Keyed(*key),
            None => Hidden::Place(file.unwrap_or_default().to_owned(), self.bytes.start),
        });
    }
}

/// A range that holds each character of a text that it holds a part of.
pub(crate) fn on_borders(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    start..text.ceil_char_boundary(range.end.min(text.len())).max(start)
}

impl Excerpt {
    /// Cuts the line of a span, and no more of it than fits a screen.
    #[must_use]
    pub fn of(text: &str, span: Range<usize>, ends: LineEnds) -> Self {
        let line_start = ends.last(text.as_bytes(), 0..span.start).map_or(0, |at| at + 1);
        let start = text.ceil_char_boundary(line_start.max(span.start.saturating_sub(BEFORE)));
        let shown = text.floor_char_boundary(span.end.min(span.start + SHOWN));
        let line_end = ends.next(text.as_bytes(), span.start).unwrap_or(text.len());
        let shown = shown.min(line_end).max(span.start);
        let end = text.floor_char_boundary(line_end.min(shown + BEHIND));
        let line = text[start..end].trim_end_matches('\r');
        // A finding may be about the line end itself.
        let within = |offset: usize| (offset - start).min(line.len());
        Self {
            text: line.to_owned(),
            span: within(span.start)..within(shown),
            cut: start > line_start,
        }
    }

    /// Leaves out what stands around the finding.
    #[must_use]
    pub fn alone(self) -> Self {
        let text = self.text[self.span].to_owned();
        Self { span: 0..text.len(), text, cut: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_stays_on_its_line_and_on_character_borders() {
        let text = format!("一\n{}甲乙{}\n二", "长".repeat(100), "文".repeat(100));
        let start = text.find("甲").unwrap();
        let excerpt = Excerpt::of(&text, start..start + 6, LineEnds::Feed);
        assert_eq!(&excerpt.text[excerpt.span.clone()], "甲乙");
        assert!(!excerpt.cut);
        assert_eq!(excerpt.text.chars().count(), 100 + 2 + BEHIND / 3);
        let long = format!("{}甲", "长".repeat(10_000));
        let excerpt = Excerpt::of(&long, long.len() - 3..long.len(), LineEnds::Feed);
        assert!(excerpt.cut && excerpt.text.len() < BEFORE + 8);
        assert_eq!(&excerpt.text[excerpt.span.clone()], "甲");
    }

    #[test]
    fn an_excerpt_of_a_line_end_stays_in_its_line() {
        let excerpt = Excerpt::of("甲\r\n乙", 3..5, LineEnds::Feed);
        assert_eq!((excerpt.text.as_str(), excerpt.span.clone()), ("甲", 3..3));
        assert_eq!(excerpt.alone().text, "");
    }

    /// The place of a value that was put together may be off by some bytes.
    #[test]
    fn a_span_that_begins_and_ends_within_characters_has_a_place() {
        let text = "a甲乙b".to_owned();
        let origin = crate::source::Origin::Same;
        let chunk = Chunk::new(SourceId(0), text, crate::source::Position::default(), origin);
        let mut finding = Finding::new(Code::MIXED_WIDTH, "");
        finding.span = Span::new(2, 6);
        let mut lines = LineCounter::at_start_of(&chunk);
        let located = Located::in_chunk(finding, &chunk, &mut lines, None, true);
        assert_eq!((located.column, located.bytes), (2, 1..7));
        assert_eq!(located.excerpt.unwrap().alone().text, "甲乙");
    }

    #[test]
    fn severities_are_ordered() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
    }
}
