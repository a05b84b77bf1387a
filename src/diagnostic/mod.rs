//! What is wrong or doubtful at a place of the dump, as data.
//!
//! A [`Finding`] holds ids, spans and text; a [`Located`] finding has its line,
//! column and file offsets, computed once per batch while the text is at hand.
//! Renderers live in [`render`]; nothing here prints.
//!
//! Wording: lower case, no full stop, backticks round data, "expected X, found
//! Y", present tense. The message stands alone in a list.

mod code;
mod collect;
pub mod render;

pub use code::{CODES, Code, find};
pub use collect::{Diagnostics, Policy, Tally};

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::source::{Chunk, LineCounter, SourceId, Span};

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

/// A finding at a place of a chunk.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of finding.
    pub code: &'static Code,
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
    /// The text that it is about, if that says more than the message.
    pub raw: Option<String>,
    /// What can be done about it.
    pub help: Option<String>,
    /// The bytes of the schema file that ask for otherwise.
    pub demand: Option<Range<usize>>,
}

/// A finding with everything that was looked up in the dump.
#[derive(Clone, Debug)]
pub struct Located {
    /// What was found.
    pub finding: Finding,
    /// The source it was found in; none for a finding about the whole run.
    pub source: Option<SourceId>,
    /// The record it belongs to.
    pub record_id: Option<String>,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The column of its first byte in Unicode scalar values, from 1.
    pub column: u64,
    /// Its bytes in the file.
    pub bytes: Range<u64>,
    /// The lines it stands on, for the first few of a code.
    pub excerpt: Option<Excerpt>,
}

/// The lines of the dump that a finding is shown on.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        let span = finding.span.range();
        let (line, column) = (lines.line_of(chunk, span.start), chunk.column(span.start));
        let bytes = chunk.file_offset(span.start)..chunk.file_offset(span.end);
        let excerpt =
            (excerpt && !chunk.text().is_empty()).then(|| Excerpt::of(chunk.text(), span));
        Self {
            finding,
            source: Some(chunk.source()),
            record_id: record_id.map(str::to_owned),
            line,
            column,
            bytes,
            excerpt,
        }
    }

    /// A finding about a whole source, or about the whole run.
    #[must_use]
    pub fn of_source(finding: Finding, source: Option<SourceId>) -> Self {
        Self { finding, source, record_id: None, line: 1, column: 1, bytes: 0..0, excerpt: None }
    }
}

impl Excerpt {
    /// Cuts the line of a span, and no more of it than fits a screen.
    fn of(text: &str, span: Range<usize>) -> Self {
        let line_start =
            memchr::memrchr(b'\n', &text.as_bytes()[..span.start]).map_or(0, |at| at + 1);
        let start = text.ceil_char_boundary(line_start.max(span.start.saturating_sub(BEFORE)));
        let shown = text.floor_char_boundary(span.end.min(span.start + SHOWN));
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[span.start..])
            .map_or(text.len(), |at| span.start + at);
        let shown = shown.min(line_end).max(span.start);
        let end = text.floor_char_boundary(line_end.min(shown + BEHIND));
        Self {
            text: text[start..end].trim_end_matches('\r').to_owned(),
            span: span.start - start..shown - start,
            cut: start > line_start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_stays_on_its_line_and_on_character_borders() {
        let text = format!("一\n{}甲乙{}\n二", "长".repeat(100), "文".repeat(100));
        let start = text.find("甲").unwrap();
        let excerpt = Excerpt::of(&text, start..start + 6);
        assert_eq!(&excerpt.text[excerpt.span.clone()], "甲乙");
        assert!(!excerpt.cut);
        assert_eq!(excerpt.text.chars().count(), 100 + 2 + BEHIND / 3);
        let long = format!("{}甲", "长".repeat(10_000));
        let excerpt = Excerpt::of(&long, long.len() - 3..long.len());
        assert!(excerpt.cut && excerpt.text.len() < BEFORE + 8);
        assert_eq!(&excerpt.text[excerpt.span.clone()], "甲");
    }

    #[test]
    fn severities_are_ordered() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
    }
}
