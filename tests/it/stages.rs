//! Stage by stage over small files. `tests/inputs/<stage>/` holds the inputs;
//! a schema of the same name beside an input is used in place of the embedded
//! one. Each snapshot shows its input too.

use std::fmt::Write as _;
use std::path::Path;

use recordmill::data::{Extracted, Row};
use recordmill::diagnostic::{Diagnostics, Finding};
use recordmill::mill::{Mill, RecordText, Scratch};
use recordmill::record::{self, Batch, Batcher, Outside, Part};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::source::{Asked, SourceId, decide};
use recordmill::types::RecordInfo;

use crate::support::each_file;

fn schema_for(path: &Path) -> Schema {
    let own = path.with_extension("toml");
    let source = if own.exists() {
        SchemaSource { name: "own".to_owned(), text: std::fs::read_to_string(own).unwrap() }
    } else {
        SchemaSource::find("disease").unwrap()
    };
    let (schema, faults) = parse(&source);
    schema.unwrap_or_else(|| panic!("{}: {faults:#?}", path.display()))
}

fn batches(schema: &Schema, name: &str, bytes: &[u8]) -> Vec<Batch> {
    let plan = record::Plan::new(schema);
    let mut batcher = Batcher::new(&plan, schema.source.max_record_bytes, 1 << 20, 64);
    let mut cut = Vec::new();
    let mut keep = |batch| {
        cut.push(batch);
        true
    };
    let decision = decide(
        || Ok(bytes),
        Asked { named: schema.source.encoding, candidates: &schema.source.encodings },
    )
    .unwrap();
    batcher.source(SourceId(0), name, decision, bytes, &mut keep).unwrap();
    batcher.finish(&mut keep);
    cut
}

fn show_findings(findings: &[Finding], out: &mut String) {
    for finding in findings {
        let _ = writeln!(
            out,
            "  ! {} {} {}..{} {}",
            finding.code.id,
            finding.severity,
            finding.span.start,
            finding.span.end,
            finding.message
        );
    }
}

/// Everything that the stages make of an input, as lines.
fn stages(
    path: &Path,
    look: impl Fn(&Schema, &str, &recordmill::data::Record<'_>, &Extracted<'_>, &Row<'_>, &mut String),
) -> String {
    let schema = schema_for(path);
    let bytes = std::fs::read(path).unwrap();
    let mill = Mill::new(&schema);
    let parser = mill.framing();
    let mut out = String::new();
    for batch in batches(&schema, &path.to_string_lossy(), &bytes) {
        for piece in &batch.pieces {
            let text = piece.chunk.text();
            let mut about = Diagnostics::new(&schema.policy);
            let header = piece.header.as_deref();
            let columns = parser.columns(header, piece.first.then_some(text), &mut about);
            show_findings(about.since(0), &mut out);
            let ends = piece.records.iter().map(|frame| frame.span.end as usize);
            let starts = piece.records.iter().map(|frame| frame.span.start as usize);
            for (from, to) in std::iter::once(0).chain(ends).zip(starts.chain([text.len()])) {
                let between = &text[from..to];
                if parser.outside(piece.format, between) != Outside::Nothing {
                    let _ = writeln!(out, "outside {between:?}");
                }
            }
            if let Part::Oversize { length, ends, .. } = piece.part {
                let _ = writeln!(out, "too long: {length} bytes so far, ends: {ends}");
            }
            for frame in &piece.records {
                let _ = writeln!(
                    out,
                    "record {}..{} line {}",
                    frame.span.start, frame.span.end, frame.line
                );
                if parser.skips(piece.format, &text[frame.span.range()]) {
                    let _ = writeln!(out, "  skipped");
                    continue;
                }
                let mut diagnostics = Diagnostics::new(&schema.policy);
                let (format, span) = (piece.format, frame.span);
                let place = RecordText { format, columns: &columns, text, span };
                let (info, scratch) = (RecordInfo::default(), &mut Scratch::default());
                mill.record(&place, &info, scratch, &mut diagnostics, |milled, _| {
                    assert_eq!(
                        milled.record.bytes.total(),
                        frame.span.len() as u64,
                        "every byte of the record is in one class"
                    );
                    look(&schema, text, milled.record, &milled.raw, &milled.row, &mut out);
                });
                show_findings(diagnostics.since(0), &mut out);
            }
        }
    }
    out
}

fn check(
    folder: &str,
    look: impl Fn(&Schema, &str, &recordmill::data::Record<'_>, &Extracted<'_>, &Row<'_>, &mut String),
) {
    each_file("tests/inputs", &format!("{folder}/*"), |path| {
        if path.extension().is_some_and(|extension| extension == "toml") {
            return;
        }
        let input = std::fs::read(path).unwrap();
        insta::with_settings!({ description => String::from_utf8_lossy(&input), omit_expression => true }, {
            insta::assert_snapshot!(folder, stages(path, &look));
        });
    });
}

#[test]
fn records_are_cut_and_parsed() {
    check("record", |schema, text, record, _, _, out| {
        for (idx, field) in schema.fields.iter().enumerate() {
            for entry in record.entries_of(idx) {
                let key = &text[entry.key_span.range()];
                let place = entry.text.whole();
                let _ = writeln!(
                    out,
                    "  {} ({key}) {}..{} {:?}",
                    field.name,
                    place.start,
                    place.end,
                    entry.text.as_str()
                );
            }
        }
        let _ = writeln!(out, "  {:?}", record.bytes);
    });
}

#[test]
fn values_are_extracted() {
    check("extract", |schema, _, _, raw, _, out| {
        for (field, raw) in
            schema.fields.iter().zip(&raw.fields).filter(|(_, raw)| raw.is_present())
        {
            let _ = writeln!(out, "  {} {raw:?}", field.name);
        }
        for item in &raw.items {
            let _ = writeln!(
                out,
                "  item {}..{} {:?} truncated: {}",
                item.span.start, item.span.end, item.text, item.truncated
            );
        }
        for tuple in &raw.tuples {
            let _ = writeln!(
                out,
                "  tuple {}..{} {:?}",
                tuple.span.start,
                tuple.span.end,
                &raw.members[tuple.members.clone()]
            );
        }
    });
}

#[test]
fn values_are_normalized() {
    check("normalize", |schema, _, record, _, row, out| {
        let layout = recordmill::schema::model::Layout::of(&schema.fields);
        for (idx, field) in schema.fields.iter().enumerate() {
            let width = field.cells.slots().len();
            let cells = &row.cells[layout.base[idx]..layout.base[idx] + width];
            if record.entry(idx).is_some()
                || cells
                    .iter()
                    .any(|cell| cell.value.as_text().is_some_and(|text| text != "unknown"))
            {
                let values: Vec<_> = cells.iter().map(|cell| &cell.value).collect();
                let _ = writeln!(out, "  {} {values:?}", field.name);
            }
            for cells in row.items[idx].rows() {
                let values: Vec<_> = cells.iter().map(|cell| &cell.value).collect();
                let _ = writeln!(out, "  {} item {values:?}", field.name);
            }
        }
    });
}
