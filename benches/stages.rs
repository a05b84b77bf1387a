//! Each stage on its own, in bytes of dump per second.
//!
//! ```sh
//! cargo bench --bench stages
//! ```

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on fails")]

mod generator;

use divan::Bencher;
use divan::counter::BytesCount;
use recordmill::data::Record;
use recordmill::diagnostic::Diagnostics;
use recordmill::normalize::{Memo, QuantityPlan};
use recordmill::record::{self, Batch, Batcher, Columns};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::source::{SourceId, decide};
use recordmill::table::RecordRef;
use recordmill::{extract, normalize, sink, table, validate};

const BYTES: u64 = 2_000_000;

fn main() {
    divan::main();
}

fn dump() -> Vec<u8> {
    let mut dump = Vec::new();
    generator::write_dump(&mut dump, BYTES, 1).unwrap();
    dump
}

fn schema() -> Schema {
    let source = SchemaSource::find("disease").unwrap();
    parse(&source).0.unwrap()
}

fn cut(schema: &Schema, dump: &[u8]) -> Vec<Batch> {
    let plan = record::Plan::new(schema);
    let mut batcher = Batcher::new(&plan, 1 << 24, 1 << 24, 1 << 18);
    let mut out = Vec::new();
    let mut keep = |batch| {
        out.push(batch);
        true
    };
    let decision = decide(|| Ok(dump), None).unwrap();
    batcher.source(SourceId(0), "dump.txt", decision, dump, &mut keep).unwrap();
    batcher.finish(&mut keep);
    out
}

fn records<'t>(schema: &Schema, batches: &'t [Batch]) -> Vec<Record<'t>> {
    let (parser, columns) = (record::Plan::new(schema), Columns::default());
    let format = schema.source.formats[0];
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let pieces = batches.iter().flat_map(|batch| &batch.pieces);
    pieces
        .flat_map(|piece| piece.records.iter().map(|frame| (piece.chunk.text(), frame.span)))
        .map(|(text, span)| parser.parse(format, &columns, text, span, &mut diagnostics))
        .collect()
}

#[divan::bench]
fn decide_the_encoding(bencher: Bencher<'_, '_>) {
    let dump = dump();
    bencher
        .counter(BytesCount::of_slice(&dump))
        .bench(|| decide(|| Ok(dump.as_slice()), None).unwrap());
}

#[divan::bench]
fn cut_records(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    bencher.counter(BytesCount::of_slice(&dump)).bench(|| cut(&schema, &dump));
}

#[divan::bench]
fn parse_entries(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let batches = cut(&schema, &dump);
    bencher.counter(BytesCount::of_slice(&dump)).bench(|| records(&schema, &batches));
}

#[divan::bench]
fn extract_values(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let batches = cut(&schema, &dump);
    let records = records(&schema, &batches);
    let plan = extract::Plan::new(&schema);
    bencher.counter(BytesCount::of_slice(&dump)).bench(|| {
        let mut diagnostics = Diagnostics::new(&schema.policy);
        for record in &records {
            divan::black_box(plan.run(record, &mut diagnostics));
        }
    });
}

#[divan::bench]
fn normalize_and_validate(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let batches = cut(&schema, &dump);
    let records = records(&schema, &batches);
    let (extract, normalize, validate) =
        (extract::Plan::new(&schema), normalize::Plan::new(&schema), validate::Plan::new(&schema));
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let raw: Vec<_> = records.iter().map(|record| extract.run(record, &mut diagnostics)).collect();
    let mut memo = Memo::default();
    bencher.counter(BytesCount::of_slice(&dump)).bench_local(|| {
        let mut diagnostics = Diagnostics::new(&schema.policy);
        for (record, raw) in records.iter().zip(&raw) {
            let mut row = normalize.run(raw, None, &mut memo, &mut diagnostics);
            validate.run(record, &mut row, &mut diagnostics);
            divan::black_box(&row);
        }
    });
}

#[divan::bench]
fn build_and_encode_tables(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let batches = cut(&schema, &dump);
    let records = records(&schema, &batches);
    let (extract, normalize, tables) =
        (extract::Plan::new(&schema), normalize::Plan::new(&schema), table::Plan::new(&schema));
    let mut diagnostics = Diagnostics::new(&schema.policy);
    let raw: Vec<_> = records.iter().map(|record| extract.run(record, &mut diagnostics)).collect();
    let mut memo = Memo::default();
    let rows: Vec<_> =
        raw.iter().map(|raw| normalize.run(raw, None, &mut memo, &mut diagnostics)).collect();
    let target = sink::Target {
        formats: vec![sink::Format::Parquet],
        compression: sink::Compression::default(),
        ..sink::Target::new(std::env::temp_dir())
    };
    let plan = sink::Plan::new(&schema, Some(&target)).unwrap();
    let about = RecordRef {
        id: "0123456789abcdef",
        file: "dump.txt",
        source: SourceId(0),
        line: 1,
        byte: 0,
        bytes: 0,
    };
    let mut encoder = sink::Encoder::default();
    bencher.counter(BytesCount::of_slice(&dump)).bench_local(|| {
        let mut builder = tables.builder();
        for row in &rows {
            builder.push(&about, row);
        }
        plan.encode(builder.finish().unwrap(), &mut encoder).unwrap()
    });
}

/// A quantity that is read for the first time; workers remember what they read.
#[divan::bench(args = ["1--3周", "各地医院收费高低不等，三级医院约（1000-5000元）", "要终身服药"])]
fn read_a_quantity(bencher: Bencher<'_, '_>, text: &str) {
    let schema = schema();
    let plans: Vec<_> = schema.quantities.iter().map(QuantityPlan::new).collect();
    bencher.bench(|| plans.iter().map(|plan| plan.read(text)).collect::<Vec<_>>());
}
