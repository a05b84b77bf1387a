//! Runs one check over a dump that is cut into batches in one way or another.

use std::fmt;

use super::{Measured, NotMeasured, Plan, State, Terms};
use crate::diagnostic::Diagnostics;
use crate::lang::Fault;
use crate::mill::{Mill, RecordText, Scratch};
use crate::record::{Batch, Batcher};
use crate::schema::{self, Schema, SchemaSource};
use crate::source::{Asked, FileSystem, Input, SourceId, decide};
use crate::table;
use crate::types::RecordInfo;

/// How a dump is cut into batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Batches {
    /// All records are in one.
    One,
    /// Those that begin in so many bytes are in one.
    Bytes(u64),
    /// Each record is one, and one without records stands before and behind each.
    EachBetweenEmpty,
    /// Those that begin in so many bytes are in one, which comes from another process.
    Sent(u64),
}

impl Batches {
    /// Ways that must come to the same.
    pub(super) const SPLITS: [Self; 5] =
        [Self::One, Self::Bytes(1), Self::Bytes(20), Self::EachBetweenEmpty, Self::Sent(20)];
}

/// What a check came to.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) measured: Measured,
    /// The findings, one line each.
    pub(super) findings: Vec<String>,
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} rows evaluated", self.measured.evaluated)?;
        if let Some(figure) = self.measured.figure {
            write!(formatter, ": {figure}")?;
        }
        if let Some(NotMeasured::Stated(why) | NotMeasured::Quoted(why)) = &self.measured.failed {
            write!(formatter, ": {why}")?;
        }
        writeln!(formatter)?;
        self.findings.iter().try_for_each(|finding| writeln!(formatter, "{finding}"))
    }
}

const SHELF: &str = r#"recordmill = 1
name = "shelf"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": " }
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "not-null" }]
[fields.pages]
key = "pages"
type = "integer"
[fields.tags]
key = "tags"
type = "list"
[tables.book]
rows = "record"
columns = ["record_id", "title", "pages"]
[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]
[[checks]]
"#;

fn parse(check: &str) -> (String, Option<Schema>, Vec<Fault>) {
    let text = format!("{SHELF}{check}\n");
    let source = SchemaSource { name: "shelf.toml".to_owned(), text: text.clone() };
    let (schema, faults) = schema::parse(&source);
    (text, schema, faults)
}

/// What is wrong with a check, one line each.
pub(super) fn faults(check: &str) -> String {
    let (text, schema, faults) = parse(check);
    #[cfg(feature = "tables")]
    let own = schema.as_ref().map(super::faults).unwrap_or_default();
    #[cfg(not(feature = "tables"))]
    let own: Vec<Fault> = schema.map(|_| Vec::new()).unwrap_or_default();
    let lines = faults.iter().chain(&own).map(|fault| {
        let help = fault.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        let shown: String = text[fault.span.clone()].chars().take(40).collect();
        format!("  {shown}: {}{help}\n", fault.message)
    });
    lines.collect()
}

/// Runs a check over a dump.
pub(super) fn check(check: &str, dump: &str, split: Batches) -> Found {
    let (_, schema, faults) = parse(check);
    let schema = schema.unwrap_or_else(|| panic!("a schema without faults: {faults:?}"));
    let terms = Terms::read(&schema, &FileSystem::default()).unwrap();
    // What must stay is merged where it was made.
    let sends =
        matches!(split, Batches::Sent(_)) && super::bound_to_one_process(&schema).is_empty();
    let runner = Runner { schema: &schema, terms: &terms, mill: Mill::new(&schema), sends };
    let mut state = State::new(&schema, &["dump.txt"]);
    let mut located = Vec::new();
    let plan = runner.mill.framing();
    let input = Input::memory("dump.txt", dump);
    let decision = decide(|| input.open(), Asked::default()).unwrap();
    let size = match split {
        Batches::One => 1 << 30,
        Batches::Bytes(bytes) | Batches::Sent(bytes) => bytes,
        Batches::EachBetweenEmpty => 1,
    };
    let mut take = |batch: Batch| {
        if split == Batches::EachBetweenEmpty {
            let empty = Batch { seq: 0, whole: (true, true), pieces: Vec::new(), start: None };
            located.extend(runner.batch(empty, &mut state));
        }
        located.extend(runner.batch(batch, &mut state));
        true
    };
    let mut batcher = Batcher::new(plan, 1 << 20, size, 64);
    batcher.source(SourceId(0), "dump.txt", decision, input.open().unwrap(), &mut take).unwrap();
    batcher.finish(&mut take);
    let (found, mut measured) = state.finish(&terms);
    located.extend(found.into_iter().map(|located| {
        let finding = &located.finding;
        let place = match located.source {
            Some(_) => format!("{}:{}", located.line, located.column),
            None => "run".to_owned(),
        };
        let raw = finding.raw.as_deref().unwrap_or_default();
        format!("{place} {} `{raw}`: {}", finding.code.id, finding.message)
    }));
    Found { measured: measured.remove(0), findings: located }
}

struct Runner<'r> {
    schema: &'r Schema,
    terms: &'r Terms,
    mill: Mill,
    sends: bool,
}

impl Runner<'_> {
    /// Takes a batch through the stages. Returns what is found by then.
    fn batch(&self, batch: Batch, state: &mut State<'_>) -> Vec<String> {
        let (tables, plan) = (table::Plan::new(self.schema), Plan::new(self.schema));
        let mut scratch = Scratch::default();
        let mut partial = plan.partial();
        #[cfg(feature = "tables")]
        let mut builder = tables.builder();
        for (n, piece) in (0..).zip(&batch.pieces) {
            for (m, frame) in (0..).zip(&piece.records) {
                let mut diagnostics = Diagnostics::new(&self.schema.policy);
                let text = piece.chunk.text();
                let header = piece.header.as_deref();
                let columns = self.mill.framing().columns(header, None, &mut diagnostics);
                let record =
                    RecordText { format: piece.format, columns: &columns, text, span: frame.span };
                let about = table::RecordRef {
                    id: &frame.id(),
                    key: Some("key"),
                    file: "dump.txt",
                    source: SourceId(0),
                    line: frame.line,
                    byte: piece.chunk.file_offset(frame.span.start as usize),
                    bytes: frame.span.len() as u64,
                };
                let context = super::RecordContext {
                    record: &about,
                    place: (n, m),
                    text: (&piece.chunk, frame.span.start),
                };
                let info = RecordInfo::default();
                self.mill.record(&record, &info, &mut scratch, &mut diagnostics, |milled, _| {
                    plan.push(&mut partial, &tables, self.terms, &context, &milled.row);
                    #[cfg(feature = "tables")]
                    builder.push(&about, &milled.row);
                });
            }
        }
        let mut found = Vec::new();
        #[cfg(feature = "tables")]
        let frames: Vec<_> =
            builder.finish().unwrap().iter().map(|rows| rows.frame().unwrap()).collect();
        #[cfg(feature = "tables")]
        for failed in plan.look(&mut partial, &frames) {
            let (piece, record) = failed.place();
            let piece = &batch.pieces[piece as usize];
            let frame = &piece.records[record as usize];
            let (finding, key) = failed.finding(&self.schema.policy, frame.span.start);
            assert_eq!(key.as_deref(), Some("key"));
            let start = finding.span.start as usize;
            let line =
                crate::source::LineCounter::at_start_of(&piece.chunk).line_of(&piece.chunk, start);
            let column = piece.chunk.column(start);
            let raw = finding.raw.unwrap_or_default();
            found.push(format!("{line}:{column} {} `{raw}`: {}", finding.code.id, finding.message));
        }
        let mut partial = plan.end(partial, batch.pieces);
        if self.sends {
            partial.settle();
            partial = serde_json::from_str(&serde_json::to_string(&partial).unwrap()).unwrap();
        }
        let merged = state.merge(partial);
        found.extend(merged.into_iter().map(|located| {
            let finding = &located.finding;
            let raw = finding.raw.as_deref().unwrap_or_default();
            format!(
                "{}:{} {} `{raw}`: {}",
                located.line, located.column, finding.code.id, finding.message
            )
        }));
        found
    }
}

mod properties {
    use proptest::prelude::*;

    use super::{Batches, check};

    /// One of each kind that folds over the rows.
    const CHECKS: &[&str] = &[
        "check = \"unique\"\ntable = \"book\"\ncolumns = [\"title\", \"pages\"]",
        "check = \"unique\"\ntable = \"tag\"\ncolumns = [\"value\"]",
        "check = \"near-duplicate\"\ntable = \"tag\"\ncolumn = \"value\"",
        "check = \"reference\"\ntable = \"tag\"\ncolumn = \"value\"\nto = { table = \"book\", column = \"title\" }",
        "check = \"row-count\"\ntable = \"tag\"\nerror = { min = 1 }",
        "check = \"null-ratio\"\ntable = \"book\"\ncolumn = \"pages\"\nerror = { max = 1 }",
        "check = \"distinct-count\"\ntable = \"tag\"\ncolumn = \"value\"\nerror = { min = 1 }",
        "check = \"mean\"\ntable = \"book\"\ncolumn = \"pages\"\nerror = { min = 1 }",
        "check = \"quantile\"\ntable = \"book\"\ncolumn = \"pages\"\nquantile = 0.3\nerror = { min = 1 }",
        "check = \"value-share\"\ntable = \"book\"\ncolumn = \"pages\"\nlower = 5\nupper = 900\nerror = { min = 1 }",
        #[cfg(feature = "sql")]
        "check = \"condition\"\ntable = \"book\"\ncondition = \"pages < 500\"",
        #[cfg(feature = "sql")]
        "check = \"sql\"\nquery = \"SELECT record_id, title FROM book WHERE pages IN (SELECT MAX(pages) FROM book)\"",
    ];

    fn record() -> impl Strategy<Value = String> {
        let tag = prop::sample::select(vec!["a", "A", "b", "ｂ", "c-d", "cd"]);
        let tags = prop::collection::vec(tag, 0..4);
        (0..5_u8, prop::option::of(0..1000_i64), tags, any::<bool>()).prop_map(
            |(title, pages, tags, blank)| {
                let mut text =
                    format!("title: {}\n", ["a", "b", "A", "cd", "e"][usize::from(title)]);
                if let Some(pages) = pages {
                    text.push_str(&format!("pages: {}\n", pages / 10));
                }
                if !tags.is_empty() {
                    text.push_str(&format!("tags: {}\n", tags.join(" ")));
                }
                if blank {
                    text.push('\n');
                }
                text
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn any_split_of_the_records_into_batches_comes_to_the_same(
            records in prop::collection::vec(record(), 0..12),
            size in 1_u64..200,
        ) {
            let dump = records.concat();
            for kind in CHECKS {
                let one = check(kind, &dump, Batches::One);
                for batches in [Batches::Bytes(size), Batches::EachBetweenEmpty, Batches::Sent(size)] {
                    prop_assert_eq!(&one, &check(kind, &dump, batches), "{} {:?}", kind, batches);
                }
            }
        }
    }
}
