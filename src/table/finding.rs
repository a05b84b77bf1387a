//! The table of findings.

use std::iter::repeat_n;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Rows;
use crate::data::{Kind, Value};
use crate::diagnostic::{Finding, Hex, Located};
use crate::error::Result;
use crate::schema::Schema;
use crate::schema::model::Column;
use crate::source::SourceId;

/// The columns of the table `finding`: name, type and what they hold.
const COLUMNS: [(&str, Kind, &str); 21] = [
    ("code", Kind::Text, "stable number of the kind of finding"),
    ("name", Kind::Text, "stable name of the kind of finding"),
    ("severity", Kind::Text, "info, warning or error"),
    ("message", Kind::Text, "what is the matter"),
    ("source_file", Kind::Text, "path of the input; null for a finding about the whole run"),
    ("line", Kind::Integer, "line of the first byte, from 1"),
    ("column", Kind::Integer, "column of the first byte in Unicode scalar values, from 1"),
    ("byte_start", Kind::Integer, "offset of the first byte in the file"),
    ("byte_end", Kind::Integer, "offset after the last byte in the file"),
    ("record_id", Kind::Text, "id of the record; null outside records"),
    ("field", Kind::Text, "field of the schema"),
    ("ordinal", Kind::Integer, "place of the item in its list, from 0"),
    ("parents", Kind::Text, "places of the objects around it, from the outermost in, such as 0.2"),
    ("raw", Kind::Text, "the text that the finding is about"),
    ("extracted", Kind::Text, "the value as the patterns and separators of the schema took it"),
    ("normalized", Kind::Text, "the value as it stands in the cells of the table"),
    ("suggestion", Kind::Text, "what may stand in the place of the text"),
    ("action", Kind::Text, "what happened to the data: keep, null or reject"),
    ("schema_line", Kind::Integer, "line of the schema that asks for otherwise, from 1"),
    ("fingerprint", Kind::Text, "what the finding is known by from run to run, beside its code"),
    ("baseline", Kind::Boolean, "whether a baseline has accepted it"),
];

/// The columns of the table, for its file.
#[must_use]
pub fn finding_columns() -> Vec<Column> {
    super::columns_of(&COLUMNS)
}

/// The findings of a batch, which were judged, as a table. `files` are the paths of the sources.
///
/// # Errors
///
/// A bug in what a column holds.
pub(crate) fn finding_table(findings: &[Located], files: &[&str], schema: &Schema) -> Result<Rows> {
    let mut rows = FindingRows::new();
    for located in findings {
        rows.push(&FindingRow::of(located, located.baselined), files, schema);
    }
    rows.rows.checked()
}

/// A finding as its row has it.
#[derive(Debug)]
pub(crate) struct FindingRow<'f> {
    pub(crate) finding: &'f Finding,
    pub(crate) source: Option<SourceId>,
    pub(crate) record_id: Option<&'f str>,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) bytes: Range<u64>,
    /// The value as it was extracted, and as its cells.
    pub(crate) steps: Option<(&'f str, &'f str)>,
    pub(crate) fingerprint: u128,
    pub(crate) baselined: bool,
}

impl<'f> FindingRow<'f> {
    /// What findings outside of records have in common that stand in a source and are alike.
    pub(crate) fn of_alike(finding: &'f Finding, source: SourceId) -> Self {
        Self {
            finding,
            source: Some(source),
            record_id: None,
            line: 0,
            column: 0,
            bytes: 0..0,
            steps: None,
            fingerprint: 0,
            baselined: false,
        }
    }

    /// Of a finding with all that was looked up.
    pub(crate) fn of(located: &'f Located, baselined: bool) -> Self {
        let steps = located.finding.steps.as_deref();
        Self {
            finding: &located.finding,
            source: located.source,
            record_id: located.record_id.as_deref(),
            line: located.line,
            column: located.column,
            bytes: located.bytes.clone(),
            steps: steps.map(|steps| (steps.extracted.as_str(), steps.normalized.as_str())),
            fingerprint: located.identity.fingerprint(),
            baselined,
        }
    }
}

/// The table of findings in the making.
pub(crate) struct FindingRows {
    rows: Rows,
    /// The lines of the schema by where they begin: many findings go against few.
    lines: FxHashMap<usize, u64>,
}

/// Findings that differ in their places and in what is said of them alone.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    said: Vec<Said>,
    /// The texts of what is said.
    texts: String,
    places: Vec<PlaceOf>,
}

/// What is said of a finding: where its message and its text end, and what it is known by.
#[derive(Debug)]
struct Said {
    message: Range<usize>,
    raw: Range<usize>,
    fingerprint: Hex<32>,
}

/// Where one stands, and what is said of it.
#[derive(Debug)]
struct PlaceOf {
    said: usize,
    line: u64,
    column: u64,
    bytes: Range<u64>,
}

impl Alike {
    /// Says something of those that are added from now on.
    pub(crate) fn say(&mut self, message: &str, raw: &str, fingerprint: u128) {
        let start = self.texts.len();
        self.texts.push_str(message);
        let end = self.texts.len();
        self.texts.push_str(raw);
        let (message, raw) = (start..end, end..self.texts.len());
        self.said.push(Said { message, raw, fingerprint: Hex::of(fingerprint) });
    }

    /// Adds one, of which what was said last is said.
    pub(crate) fn push(&mut self, line: u64, column: u64, bytes: Range<u64>) {
        let said = self.said.len().saturating_sub(1);
        self.places.push(PlaceOf { said, line, column, bytes });
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Takes every one out, and what was said of them.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.said.clear();
        self.texts.clear();
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.texts.get(range.clone()).unwrap_or_default()
    }
}

impl FindingRows {
    /// No findings yet.
    pub(crate) fn new() -> Self {
        Self { rows: Rows::alike(&finding_columns()), lines: FxHashMap::default() }
    }

    /// Adds a finding.
    pub(crate) fn push(&mut self, row: &FindingRow<'_>, files: &[&str], schema: &Schema) {
        let line = self.schema_line(row.finding, schema);
        let parents = row.finding.parents_in_words();
        let fingerprint = Hex::<32>::of(row.fingerprint);
        let cells = cells(row, files, line, parents.as_deref(), &fingerprint);
        self.rows.row(|column, to| match cells[column] {
            Cell::Text(text) => to.push_text(text),
            Cell::Integer(number) => to.push_integer(number),
            Cell::Boolean(value) => to.push(&Value::Boolean(value)),
        });
    }

    /// Adds findings that are alike: this one, each at its place and with what is said of it.
    pub(crate) fn push_alike<'a>(
        &mut self,
        row: &FindingRow<'_>,
        alike: &'a Alike,
        files: &[&str],
        schema: &Schema,
    ) {
        let line = self.schema_line(row.finding, schema);
        let parents = row.finding.parents_in_words();
        let fingerprint = Hex::<32>::of(row.fingerprint);
        let cells = cells(row, files, line, parents.as_deref(), &fingerprint);
        let (places, count) = (&alike.places, alike.len());
        self.rows.extend(count, |column, to| {
            let mut said = |text: &dyn Fn(&'a Said) -> &'a str| {
                for same in places.chunk_by(|a, b| a.said == b.said) {
                    to.repeat(text(&alike.said[same[0].said]), same.len());
                }
            };
            match (COLUMNS[column].0, cells[column]) {
                ("message", _) => said(&|said| alike.text(&said.message)),
                ("raw", _) => said(&|said| alike.text(&said.raw)),
                ("fingerprint", _) => said(&|said| said.fingerprint.as_str()),
                ("line", _) => to.number(places.iter().map(|at| at.line.cast_signed())),
                ("column", _) => to.number(places.iter().map(|at| at.column.cast_signed())),
                ("byte_start", _) => {
                    to.number(places.iter().map(|at| at.bytes.start.cast_signed()));
                }
                ("byte_end", _) => to.number(places.iter().map(|at| at.bytes.end.cast_signed())),
                (_, Cell::Text(Some(text))) => to.repeat(text, count),
                (_, Cell::Text(None) | Cell::Integer(None)) => to.nulls(count),
                (_, Cell::Integer(Some(number))) => to.number(repeat_n(number, count)),
                (_, Cell::Boolean(value)) => {
                    (0..count).for_each(|_| to.push(&Value::Boolean(value)));
                }
            }
        });
    }

    fn schema_line(&mut self, finding: &Finding, schema: &Schema) -> Option<u64> {
        let span = finding.schema_span.as_ref()?;
        Some(*self.lines.entry(span.start).or_insert_with(|| schema.line_of(span)))
    }

    /// The table.
    pub(crate) fn rows(&self) -> Result<&Rows> {
        self.rows.check()?;
        Ok(&self.rows)
    }

    /// Takes every row out, and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// How many rows there are.
    pub(crate) fn height(&self) -> usize {
        self.rows.height()
    }
}

/// A cell of a row.
#[derive(Clone, Copy)]
enum Cell<'f> {
    Text(Option<&'f str>),
    Integer(Option<i64>),
    Boolean(bool),
}

/// The cells of a row.
fn cells<'f>(
    row: &FindingRow<'f>,
    files: &[&'f str],
    schema_line: Option<u64>,
    parents: Option<&'f str>,
    fingerprint: &'f Hex<32>,
) -> [Cell<'f>; COLUMNS.len()] {
    let finding = row.finding;
    let place = |number: u64| Cell::Integer(row.source.is_some().then(|| number.cast_signed()));
    [
        Cell::Text(Some(finding.code.id)),
        Cell::Text(Some(finding.code.name)),
        Cell::Text(Some(finding.severity.as_str())),
        Cell::Text(Some(&finding.message)),
        Cell::Text(row.source.map(|source| files[source.index()])),
        place(row.line),
        place(row.column),
        place(row.bytes.start),
        place(row.bytes.end),
        Cell::Text(row.record_id),
        Cell::Text(finding.field.as_deref()),
        Cell::Integer(finding.ordinal.map(i64::from)),
        Cell::Text(parents),
        Cell::Text(finding.raw.as_deref()),
        Cell::Text(row.steps.map(|(extracted, _)| extracted)),
        Cell::Text(row.steps.map(|(_, normalized)| normalized)),
        Cell::Text(finding.suggestion.as_deref()),
        Cell::Text(Some(finding.action.as_str())),
        Cell::Integer(schema_line.map(u64::cast_signed)),
        Cell::Text(Some(fingerprint.as_str())),
        Cell::Boolean(row.baselined),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::schema::{SchemaSource, parse};

    #[test]
    fn findings_that_are_alike_have_the_rows_that_each_would_have() {
        let schema = parse(&SchemaSource::find("disease").unwrap()).0.unwrap();
        let alike = Finding { schema_span: Some(40..44), ..Finding::new(Code::INVALID_BYTES, "") };
        let row = |finding: &Finding, line, fingerprint, each: &mut FindingRows| {
            let (column, bytes) = (line + 1, 7 * line..8 * line);
            let alike = FindingRow::of_alike(finding, SourceId(0));
            let row = FindingRow { line, column, bytes, fingerprint, ..alike };
            each.push(&row, &["a.txt"], &schema);
        };
        let (mut each, mut together) = (FindingRows::new(), FindingRows::new());
        let mut many = Alike::default();
        for line in 1..9 {
            let (message, raw) = (format!("fault {}", line / 3), format!("f{}", line / 3));
            if line == 1 || line % 3 == 0 {
                many.say(&message, &raw, u128::from(line / 3));
            }
            many.push(line, line + 1, 7 * line..8 * line);
            let finding = Finding { message, raw: Some(raw), ..alike.clone() };
            row(&finding, line, u128::from(line / 3), &mut each);
        }
        let of = FindingRow::of_alike(&alike, SourceId(0));
        together.push_alike(&of, &many, &["a.txt"], &schema);
        many.clear();
        together.push_alike(&of, &many, &["a.txt"], &schema);
        // One by itself follows.
        let last = Finding { ordinal: Some(3), field: Some("name".to_owned()), ..alike.clone() };
        row(&last, 9, 9, &mut each);
        row(&last, 9, 9, &mut together);
        let [each, together] = [&each, &together].map(|rows| rows.rows().unwrap().columns());
        for (one, other) in each.iter().zip(together) {
            assert_eq!(one.values(), other.values());
        }
        assert_eq!(each[0].height(), 9);
    }
}
