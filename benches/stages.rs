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
use recordmill::grammar::QuantityPlan;
use recordmill::mill::{Mill, Milled, RecordText, Scratch};
use recordmill::record::{self, Batch, Batcher, Columns};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::source::{Asked, SourceId, decide};
use recordmill::table::RecordRef;
use recordmill::types::RecordInfo;
use recordmill::{sink, table};

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
    let decision = decide(|| Ok(dump), Asked::default()).unwrap();
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
        .bench(|| decide(|| Ok(dump.as_slice()), Asked::default()).unwrap());
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

/// Entries to typed and checked cells, with parsing: a record through the mill.
#[divan::bench]
fn mill_records(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let (mill, batches) = (Mill::new(&schema), cut(&schema, &dump));
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::of_slice(&dump)).bench_local(|| {
        each(&schema, &mill, &batches, &mut scratch, |milled| {
            divan::black_box(&milled.row);
        });
    });
}

/// The same, and the rows as columns of Parquet.
#[divan::bench]
fn mill_and_encode_tables(bencher: Bencher<'_, '_>) {
    let (schema, dump) = (schema(), dump());
    let (mill, batches) = (Mill::new(&schema), cut(&schema, &dump));
    let tables = table::Plan::new(&schema);
    let target = sink::Target {
        formats: vec![sink::Format::Parquet],
        compression: sink::Compression::default(),
        ..sink::Target::new(std::env::temp_dir())
    };
    let plan = sink::Plan::new(&schema, Some(&target), false).unwrap();
    let about = RecordRef {
        id: "0123456789abcdef",
        key: None,
        file: "dump.txt",
        source: SourceId(0),
        line: 1,
        byte: 0,
        bytes: 0,
    };
    let (mut encoder, mut scratch) = (sink::Encoder::default(), Scratch::default());
    bencher.counter(BytesCount::of_slice(&dump)).bench_local(|| {
        let mut builder = tables.builder();
        each(&schema, &mill, &batches, &mut scratch, |milled| {
            builder.push(&about, &milled.row);
        });
        plan.encode(&builder.finish().unwrap(), &mut encoder).unwrap()
    });
}

/// Takes every record through the mill.
fn each(
    schema: &Schema,
    mill: &Mill,
    batches: &[Batch],
    scratch: &mut Scratch,
    mut look: impl FnMut(&Milled<'_>),
) {
    let (columns, format) = (Columns::default(), schema.source.formats[0]);
    let mut diagnostics = Diagnostics::new(&schema.policy);
    for piece in batches.iter().flat_map(|batch| &batch.pieces) {
        for frame in &piece.records {
            let text = piece.chunk.text();
            let place = RecordText { format, columns: &columns, text, span: frame.span };
            let info = RecordInfo::default();
            mill.record(&place, &info, scratch, &mut diagnostics, |milled, _| look(milled));
        }
        diagnostics.take();
    }
}

/// A quantity that is read for the first time; workers remember what they read.
#[divan::bench(args = ["1--3周", "各地医院收费高低不等，三级医院约（1000-5000元）", "要终身服药"])]
fn read_a_quantity(bencher: Bencher<'_, '_>, text: &str) {
    let schema = schema();
    let plans: Vec<_> =
        schema.quantities.iter().map(|quantity| QuantityPlan::new(quantity)).collect();
    bencher.bench(|| plans.iter().map(|plan| plan.read(text)).collect::<Vec<_>>());
}
