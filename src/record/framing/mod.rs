//! Where records begin, and where they end if that is not where the next begins.
//!
//! In: text as it comes in, in pieces cut anywhere. Out: the offsets of records,
//! as soon as they are certain.

mod csv;
mod json;
mod lines;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Code;

use self::csv::{CsvScan, Rows};
use self::json::{Elements, JsonScan};
use self::lines::{LineScan, Lines};
use crate::schema::model::{Format, Source};

pub(super) use self::csv::ignored as ignored_rows;
pub(super) use self::csv::{is_blank, named_delimiter};
pub(super) use self::json::ignored as ignored_json;

/// Something about the form of a source that its framing found.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where, in the text.
    pub span: Range<usize>,
    /// What it is.
    pub code: &'static Code,
    /// What is to be said of it.
    pub message: String,
    /// What may be done about it.
    pub help: Option<String>,
}

/// What the head of a CSV file says of its rows.
#[derive(Clone, Debug)]
pub struct Head {
    /// The row that names the columns; empty if none does.
    pub range: Range<usize>,
    /// The delimiter, if the file names it.
    pub delimiter: Option<String>,
}

/// Finds the records of a source that has one form.
#[derive(Debug)]
pub struct Framer {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Lines(Lines),
    JsonLines,
    Json(Elements),
    Csv(Box<Rows>),
}

/// Where a record stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordBounds {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last; none if it runs on to the next record.
    pub(super) end: Option<usize>,
    /// Whether it is none, but a place where text that belongs to no record may be parted.
    pub(super) gap: bool,
}

impl RecordBounds {
    fn at(start: usize) -> Self {
        Self { start, end: None, gap: false }
    }

    fn gap(at: usize) -> Self {
        Self { start: at, end: Some(at), gap: true }
    }

    /// The same, seen from `length` bytes further on.
    pub(super) fn shifted(self, length: usize) -> Self {
        Self { start: self.start - length, end: self.end.map(|end| end - length), ..self }
    }
}

/// What a scan must remember from one piece of text to the next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Scan {
    /// From where in the buffer the next scan goes on. What stands before belongs to the record
    /// that is open, if one is.
    pub(super) resume: usize,
    /// Whether the first byte of the buffer begins a line.
    pub(super) at_line_start: bool,
    /// What the head of a CSV file says, once it is known.
    #[serde(skip)]
    pub(super) header: Option<Head>,
    /// Up to where no record is open.
    pub(super) free: usize,
    /// What was found since it was last asked for.
    #[serde(skip)]
    pub(super) notes: Vec<Note>,
    state: State,
}

impl Scan {
    /// Forgets the first `length` bytes of the buffer.
    pub(super) fn shift(&mut self, length: usize) {
        self.resume = self.resume.saturating_sub(length);
        self.free = self.free.saturating_sub(length);
        for note in &mut self.notes {
            let back = |at: usize| at.saturating_sub(length);
            note.span = back(note.span.start)..back(note.span.end);
        }
        match &mut self.state {
            State::Csv(csv) => csv.shift(length),
            State::Json(json) => json.shift(length),
            State::Lines(lines) => lines.shift(length),
        }
    }

    /// What was found between `start` and `to`, by its place from `start` on; all
    /// that is left if nothing comes behind.
    pub(super) fn notes_before(&mut self, start: usize, to: usize, all: bool) -> Vec<Note> {
        let within = |at: usize| at.clamp(start, to) - start;
        let here = self.notes.extract_if(.., |note| all || note.span.start < to);
        here.map(|note| {
            let span = within(note.span.start)..within(note.span.end);
            Note { span, ..note }
        })
        .collect()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    Lines(LineScan),
    Json(JsonScan),
    Csv(CsvScan),
}

impl Framer {
    /// Compiles the framing of a schema for sources of one form.
    #[must_use]
    pub fn new(source: &Source, format: Format) -> Self {
        let kind = match format {
            Format::KeyValue => Kind::Lines(Lines::new(source)),
            Format::JsonLines => Kind::JsonLines,
            Format::Json => Kind::Json(Elements::new(&source.records, source.members)),
            Format::Csv => Kind::Csv(Box::new(Rows::new(&source.csv))),
        };
        Self { kind }
    }

    /// The state at the start of a source, whose records are no longer than
    /// `max_record` bytes.
    pub(super) fn start(&self, max_record: usize) -> Scan {
        let state = match &self.kind {
            Kind::Lines(_) | Kind::JsonLines => State::Lines(LineScan::new(max_record)),
            Kind::Json(_) => State::Json(JsonScan::default()),
            Kind::Csv(rows) => State::Csv(rows.start(max_record)),
        };
        Scan { resume: 0, at_line_start: true, header: None, free: 0, notes: Vec::new(), state }
    }

    /// A scan that was written down, ready to go on.
    pub(super) fn restored(&self, mut scan: Scan, max_record: usize) -> Option<Scan> {
        match (&self.kind, &mut scan.state) {
            (Kind::Lines(_) | Kind::JsonLines, State::Lines(lines)) => lines.restore(max_record),
            (Kind::Json(_), State::Json(_)) => {}
            (Kind::Csv(rows), State::Csv(csv)) => rows.restore(csv, max_record),
            _ => return None,
        }
        Some(scan)
    }

    /// Whether the record that was found last has ended, although no other began.
    pub(super) fn has_ended(&self, scan: &Scan) -> bool {
        match (&self.kind, &scan.state) {
            (Kind::Lines(lines), State::Lines(state)) => state.armed && lines.arms(),
            (Kind::JsonLines, State::Lines(state)) => state.armed,
            _ => false,
        }
    }

    /// Adds the records to `cuts` that are found from where the last scan ended.
    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) {
        let mut state = std::mem::replace(&mut scan.state, State::Lines(LineScan::default()));
        match (&self.kind, &mut state) {
            (Kind::Lines(lines), State::Lines(state)) => {
                lines.scan(text, scan, state, ended, cuts);
                state.end(text, scan, cuts);
            }
            (Kind::Json(elements), State::Json(json)) => {
                elements.scan(text, scan, json, ended, cuts);
            }
            (Kind::Csv(rows), State::Csv(csv)) => rows.scan(text, scan, csv, ended, cuts),
            (_, State::Lines(state)) => {
                json::lines(text, scan, state, cuts);
                state.end(text, scan, cuts);
            }
            _ => debug_assert!(false, "a scan belongs to the framer that began it"),
        }
        scan.state = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    fn framer(record: &str) -> Framer {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\nrecord = {record}\nkey = {{ by = \"declared\" }}\n\
             [fields.a]\ntype = \"text\"\nkey = \"甲\"\n[tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        Framer::new(&schema.source, Format::KeyValue)
    }

    /// The starts, fed in pieces of every size.
    fn check(record: &str, text: &str, expected: &[usize]) {
        let cuts = cuts_of(&framer(record), text);
        let starts: Vec<_> = cuts.iter().map(|cut| cut.start).collect();
        assert_eq!(starts, expected);
    }

    /// The records, which are the same in whatever pieces the text comes.
    fn cuts_of(framer: &Framer, text: &str) -> Vec<RecordBounds> {
        let cut = |step: usize| {
            let (mut scan, mut cuts, mut end) = (framer.start(1 << 20), Vec::new(), 0);
            while end < text.len() {
                end = text.ceil_char_boundary(end + step);
                framer.scan(&text[..end], &mut scan, end == text.len(), &mut cuts);
            }
            cuts
        };
        let whole = cut(text.len().max(1));
        for step in 1..text.len() {
            assert_eq!(cut(step), whole, "pieces of {step} bytes");
        }
        whole
    }

    fn check_format(source: &str, format: Format, text: &str, expected: &[&str]) {
        let schema = format!(
            "recordmill = 1\nname = \"t\"\n[source]\n{source}\n[fields.a]\ntype = \"text\"\nkey = \"a\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: schema });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let cuts = cuts_of(&Framer::new(&schema.source, format), text);
        let ends = cuts.iter().skip(1).map(|cut| cut.start).chain([text.len()]);
        let found: Vec<_> = cuts
            .iter()
            .zip(ends)
            .map(|(cut, next)| text[cut.start..cut.end.unwrap_or(next)].trim_end())
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_of_json_is_a_record() {
        let source = "format = \"json-lines\"";
        check_format(
            source,
            Format::JsonLines,
            " \n{\"a\":1}\n\n {}\n[",
            &["{\"a\":1}", "{}", "["],
        );
    }

    #[test]
    fn elements_of_an_array_are_records() {
        let source = "format = \"json\"";
        let check =
            |text: &str, expected: &[&str]| check_format(source, Format::Json, text, expected);
        check(
            "[{\"a\": \"]\\\"}\"}, {\"b\": [1, {}]} , 7,\"x\\\\\"]\n",
            &["{\"a\": \"]\\\"}\"}", "{\"b\": [1, {}]}", "7", "\"x\\\\\""],
        );
        check("{\"a\": [1]}", &["{\"a\": [1]}"]);
        check("{\"a\":1}\n{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]);
        check("[]", &[]);
        check("[{\"a\": 1", &["{\"a\": 1"]);
    }

    #[test]
    fn keys_lead_to_the_records() {
        let source = "format = \"json\"\njson.records = \"d.items\"";
        let check =
            |text: &str, expected: &[&str]| check_format(source, Format::Json, text, expected);
        check(
            r#"{"items": [0], "d": {"x": {"items": [5]}, "items": [{"items": [1]}, 2]}, "e": {"items": [3]}}"#,
            &[r#"{"items": [1]}"#, "2"],
        );
        check(r#"{"d": {"\u0069tems": [9], "items": {"k": 1}}}"#, &["9", r#"{"k": 1}"#]);
        check(r#"{"d": 1, "items": [1]}"#, &[]);
    }

    #[test]
    fn a_member_without_a_value_is_no_record() {
        let source = "format = \"json\"\njson.records = \"*\"";
        let check =
            |text: &str, expected: &[&str]| check_format(source, Format::Json, text, expected);
        check(r#"{"a": 1, "b": ,] }"#, &[r#""a": 1"#]);
        check(r#"{"a" }"#, &[]);
        check(r#"{"a\"": 1, "b" 2 "c":, 3}"#, &[r#""a\"": 1"#, r#""b" 2"#, r#""c":, 3"#]);
    }

    #[test]
    fn a_quote_that_is_missing_is_looked_for_only_so_far_ahead() {
        let source = "format = \"json\"";
        let schema = format!(
            "recordmill = 1\nname = \"t\"\n[source]\n{source}\n[fields.a]\ntype = \"text\"\nkey = \"a\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, _) = parse(&SchemaSource { name: "t".to_owned(), text: schema });
        let framer = Framer::new(&schema.unwrap().source, Format::Json);
        let cut = |text: &str, step: usize| {
            let (mut scan, mut cuts, mut end) = (framer.start(1 << 20), Vec::new(), 0);
            while end < text.len() {
                end = (end + step).min(text.len());
                framer.scan(&text[..end], &mut scan, end == text.len(), &mut cuts);
            }
            cuts
        };
        // The second record begins where its brace stands, or the first has it in a string.
        for (length, records) in [(65_000, 2), (66_000, 1)] {
            let text = format!("[{{\"a\": \"x\n{}{{\"a\": 2}}]", "1".repeat(length));
            for step in [1000, 4099, 65_536, 100_000] {
                assert_eq!(cut(&text, step).len(), records, "{length} bytes by {step}");
            }
        }
    }

    #[test]
    fn a_row_ends_outside_of_quotes() {
        let source = "format = \"csv\"";
        let check =
            |text: &str, expected: &[&str]| check_format(source, Format::Csv, text, expected);
        check(
            "a,b\n1,\"x\ny\"\n\r\n2,\"\"\"\n\"\n3,a\"b\n4",
            &["1,\"x\ny\"", "2,\"\"\"\n\"", "3,a\"b", "4"],
        );
        check("a\n\"x", &["\"x"]);
        check("a,b", &[]);
    }

    #[test]
    fn a_start_key_begins_a_line_and_is_followed_by_the_delimiter() {
        check(
            r#"{ by = "start-key", key = "甲" }"#,
            "x\n甲 1\n甲乙 2\n 甲 3\n甲\r\n甲",
            &[2, 24, 29],
        );
    }

    #[test]
    fn another_word_for_the_start_key_begins_a_record_too() {
        for (key, end) in [
            ("by = 'declared', delimiter = ': '", ""),
            ("by = 'declared', delimiter = ': '", ", end = '^--$'"),
            ("by = 'pattern', pattern = '^(?<key>\\w+): (?<value>.*)$'", ""),
        ] {
            let text = format!(
                "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
                 record = {{ by = \"start-key\", key = \"name\"{end} }}\nkey = {{ {key} }}\n\
                 [fields.a]\ntype = \"text\"\nkey = \"title\"\naliases = [\"name\"]\n\
                 [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
            );
            let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
            let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
            let framer = Framer::new(&schema.source, Format::KeyValue);
            let starts = cuts_of(&framer, "title: a\nby: b\nname: c\nnames: d\n");
            assert_eq!(starts.iter().map(|cut| cut.start).collect::<Vec<_>>(), [0, 15], "{key}");
        }
    }

    /// The records of lines, up to where each ends.
    fn check_lines(record: &str, key: &str, text: &str, expected: &[&str]) {
        let source = format!("format = \"key-value\"\nrecord = {record}\nkey = {key}");
        check_format(&source, Format::KeyValue, text, expected);
    }

    #[test]
    fn a_start_key_is_found_as_keys_are() {
        let record = r#"{ by = "start-key", key = "a" }"#;
        check_lines(
            record,
            r"{ by = 'pattern', pattern = '^(?<key>\w+)  - ?(?<value>.*)$' }",
            "x\na  - 1\naa  - 2\na - 3\na  -",
            &["a  - 1\naa  - 2\na - 3", "a  -"],
        );
        check_lines(
            record,
            r"{ by = 'pattern', pattern = '^(?<key>\w+)=(?<value>.*)$', fold-case = true }",
            "A=1\nb=a\na=2",
            &["A=1\nb=a", "a=2"],
        );
        check_lines(
            record,
            "{ by = 'column', width = 3 }",
            "a  1\n   a\nab 2\na",
            &["a  1\n   a\nab 2", "a"],
        );
        check_lines(
            record,
            r"{ by = 'declared', delimiter-pattern = '\s*[:：]\s*' }",
            "a : 1\nab: 2\na：3\na",
            &["a : 1\nab: 2", "a：3", "a"],
        );
        check_lines(record, "{ by = 'declared', fold-case = true }", "A 1\na 2", &["A 1", "a 2"]);
        check_lines(
            record,
            "{ by = 'declared', delimiter = ': ' }",
            "a: 1\na:\na:b",
            &["a: 1", "a:\na:b"],
        );
    }

    #[test]
    fn a_record_ends_with_the_line_that_ends_it() {
        let key = r"{ by = 'pattern', pattern = '^(?<key>\w+) (?<value>.*)$' }";
        let record = r#"{ by = "start-key", key = "a", end = '^z' }"#;
        check_lines(
            record,
            key,
            "z\na 1\nb 2\nz\n\nb 3\nz\na 4\na 5\nz",
            &["a 1\nb 2\nz", "a 4", "a 5\nz"],
        );
        let record = r#"{ by = "start-line", pattern = '^\[', end = '^$' }"#;
        check_lines(record, key, "[1]\nb\n\nc\n[2]\n[3]\n\n", &["[1]\nb", "[2]", "[3]"]);
    }

    #[test]
    fn a_start_line_matches() {
        check(r#"{ by = "start-line", pattern = '^\[' }"#, "x\n[a]\nb\n[c]", &[2, 8]);
    }

    #[test]
    fn a_blank_line_ends_a_record() {
        check(r#"{ by = "blank-line" }"#, "\na\nb\n \n\nc", &[1, 8]);
    }

    #[test]
    fn an_end_line_belongs_to_its_record() {
        check(r#"{ by = "end-line", pattern = '^//$' }"#, "a\n//\n\nb\n//\n", &[0, 6]);
    }
}
