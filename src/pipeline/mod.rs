//! The only module that knows every stage.
//!
//! ```text
//! reader thread   inputs ─► chunks ─► batches ──┐ bounded queue
//! workers         batch ─► records ─► cells ─► tables, encoded ──┐ bounded by tokens
//! caller          batches in input order ─► files, report
//! ```
//!
//! A token stands for a batch under way; the reader takes one per batch and the
//! caller gives it back when the batch is written. So memory is bound by the
//! number of threads, not by the length of the dump, and a batch that takes
//! long holds the reader up, not the memory.

mod conclude;
mod excerpt;
mod steps;
mod tally;
mod worker;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use encoding_rs::Encoding;
use indexmap::IndexMap;
use jiff::civil::Date;

use crate::baseline::{Baseline, Tracker};
use crate::dataset::{self, Terms};
use crate::diagnostic::{Located, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::extract::ItemCount;
use crate::record::{BATCH_BYTES, Batch, Batcher, Learned};
use crate::report::{
    Balance, CoverageReport, FORMAT_VERSION, FailOn, FieldReport, InputReport, Outcome, RunReport,
    SchemaReport, TableReport, Timings, Tool, Verdict,
};
use crate::schema::Schema;
use crate::sink::{self, Sink, Target};
use crate::source::{Decision, FileSystem, Input, SourceId, decide, unreadable};
use crate::{extract, normalize, record, table, validate};

use tally::Tallies;
use worker::{Counts, Milled, Worker};

/// How many findings of a code are kept to be shown.
pub const SHOWN_PER_CODE: usize = 3;

/// What a run needs beside its schema.
#[derive(Debug)]
pub struct Options {
    /// The inputs, in order.
    pub inputs: Vec<Input>,
    /// Where the tables go; none to check only.
    pub target: Option<Target>,
    /// How many workers.
    pub threads: usize,
    /// From which severity on the run fails.
    pub fail_on: FailOn,
    /// The encoding of the inputs; none to do as the schema says.
    pub encoding: Option<&'static Encoding>,
    /// The longest record in bytes of text; none to do as the schema says.
    pub max_record_bytes: Option<usize>,
    /// How much of an input is read at a time, in bytes.
    pub block_bytes: usize,
    /// Whether every value is hidden in findings.
    pub mask: bool,
    /// Findings that were accepted before.
    pub baseline: Option<Baseline>,
    /// Whether new findings are gathered to be accepted.
    pub gather: bool,
    /// How many findings of each severity are kept for reports that are written
    /// at the end.
    pub kept: usize,
    /// Whether every finding tells its value at each step. Those that are shown do
    /// in any case.
    pub steps: bool,
    /// The day as of which a baseline counts.
    pub today: Date,
}

impl Options {
    /// Options for some inputs, with a worker per core and no tables.
    #[must_use]
    pub fn new(inputs: Vec<Input>) -> Self {
        Self {
            inputs,
            target: None,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            fail_on: FailOn::default(),
            encoding: None,
            max_record_bytes: None,
            block_bytes: 256 * 1024,
            mask: false,
            baseline: None,
            gather: false,
            kept: 0,
            steps: false,
            today: jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date(),
        }
    }
}

/// Hears how far a run has come, and what it finds.
pub trait Observer: Sync {
    /// So many bytes of the inputs are done.
    fn advance(&self, bytes: u64);

    /// An input has so many bytes, of which `stored` were known.
    fn measured(&self, bytes: u64, stored: u64);

    /// A finding, in the order of the inputs, and the path of its source.
    ///
    /// # Errors
    ///
    /// It cannot be written down, and the run must not go on without.
    fn found(&self, located: &Located, file: Option<&str>) -> Result<()>;
}

/// Hears nothing.
impl Observer for () {
    fn advance(&self, _: u64) {}

    fn measured(&self, _: u64, _: u64) {}

    fn found(&self, _: &Located, _: Option<&str>) -> Result<()> {
        Ok(())
    }
}

/// The plans of all stages.
#[derive(Debug)]
struct Plans<'p> {
    record: &'p record::Plan,
    extract: extract::Plan,
    normalize: normalize::Plan,
    validate: validate::Plan,
    table: table::Plan,
    dataset: dataset::Plan,
    terms: &'p Terms,
    sink: &'p sink::Plan,
}

impl<'p> Plans<'p> {
    fn new(
        schema: &Schema,
        record: &'p record::Plan,
        terms: &'p Terms,
        sink: &'p sink::Plan,
    ) -> Self {
        Self {
            record,
            extract: extract::Plan::new(schema),
            normalize: normalize::Plan::new(schema),
            validate: validate::Plan::new(schema),
            table: table::Plan::new(schema),
            dataset: dataset::Plan::new(schema),
            terms,
            sink,
        }
    }
}

/// What the reader learned of the inputs.
type Inputs = Vec<(Decision, Learned)>;

/// Runs a schema over inputs.
///
/// # Errors
///
/// An input cannot be read, an output cannot be written. Bad data is no error.
pub fn run(schema: &Schema, options: &Options, observer: &dyn Observer) -> Result<Outcome> {
    let (start, started_at) = (Instant::now(), jiff::Timestamp::now());
    let (record, sink) =
        (record::Plan::new(schema), sink::Plan::new(schema, options.target.as_ref())?);
    let terms = Terms::read(schema, &FileSystem::default())?;
    let names: Vec<_> = options.inputs.iter().map(Input::name).collect();
    let plans = || Plans::new(schema, &record, &terms, &sink);
    let mut collector = Collector {
        sink: options.target.as_ref().map(|target| Sink::create(&sink, target)).transpose()?,
        counts: Counts::new(schema.fields.len(), options.inputs.len()),
        tallies: Tallies::new(schema, options),
        dataset: dataset::State::new(schema, &names),
        names,
        loose: Vec::new(),
        plans: &plans,
        observer,
    };
    // Each worker has its own plans, for a compiled pattern keeps state that threads
    // would wait for; they are made while the first input is looked at.
    let inputs = mill(schema, options, &record, &plans, &mut collector)?;
    let (found, measured) = collector.dataset.finish(&terms);
    collector.found(found)?;
    let concluded = conclude::conclude(schema, options, &mut collector, measured);
    collector.found(concluded.findings)?;
    collector.flush()?;
    let mut outcome = collector.outcome(schema, options, &inputs, concluded.coverage);
    excerpt::fill(&mut outcome.shown, schema, options, &inputs)?;
    let wall = start.elapsed().as_secs_f64();
    let read: u64 = outcome.report.inputs.iter().map(|input| input.bytes).sum();
    outcome.report.started_at = started_at.to_string();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = read as f64 / 1e6 / wall;
    outcome.report.timings =
        Timings { wall_seconds: round(wall, 1000.0), megabytes_per_second: round(rate, 10.0) };
    if let Some(sink) = collector.sink.take() {
        let json = serde_json::to_vec_pretty(&outcome.report).map_err(|error| {
            Error::new(ErrorKind::Internal, "cannot write run.json").with_source(error)
        })?;
        sink.commit(&json)?;
    }
    Ok(outcome)
}

fn round(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}

/// Sends every input through the workers and collects what comes out, in order.
fn mill<'p>(
    schema: &Schema,
    options: &Options,
    record: &record::Plan,
    plans: &(dyn Fn() -> Plans<'p> + Sync),
    collector: &mut Collector<'_, '_>,
) -> Result<Inputs> {
    let observer = collector.observer;
    let threads = options.threads.max(1);
    let under_way = threads + 1;
    let (token_back, tokens) = sync_channel::<()>(under_way);
    for _ in 0..under_way {
        let _ = token_back.send(());
    }
    let (queue, jobs) = sync_channel::<Batch>(threads);
    let (done, results) = channel::<Result<Milled>>();
    let jobs = Mutex::new(jobs);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(schema, options, record, queue, &tokens, observer));
        for _ in 0..threads {
            let (done, jobs) = (done.clone(), &jobs);
            scope.spawn(move || {
                let plans = plans();
                let mut worker = Worker::new(schema, &plans, options);
                while let Ok(batch) = next(jobs) {
                    if done.send(worker.mill(batch)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let written = collect(collector, results, token_back);
        // Where writing failed the workers stop, and the reader may wait for room
        // in the queue: it gets it until it has noticed.
        if written.is_err() {
            let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
            while !reader.is_finished() {
                let _ = jobs.recv_timeout(Duration::from_millis(10));
            }
        }
        let read =
            reader.join().map_err(|_| Error::new(ErrorKind::Internal, "the reader stopped"))?;
        written.and(read)
    })
}

fn next(jobs: &Mutex<Receiver<Batch>>) -> Result<Batch, std::sync::mpsc::RecvError> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

/// Reads and cuts the inputs, one after another.
fn read(
    schema: &Schema,
    options: &Options,
    plan: &record::Plan,
    queue: SyncSender<Batch>,
    tokens: &Receiver<()>,
    observer: &dyn Observer,
) -> Result<Inputs> {
    let limit = options.max_record_bytes.unwrap_or(schema.source.max_record_bytes);
    let mut batcher = Batcher::new(plan, limit, BATCH_BYTES, options.block_bytes);
    let mut stopped = false;
    let mut emit = |batch| {
        stopped = stopped || tokens.recv().is_err() || queue.send(batch).is_err();
        !stopped
    };
    let mut inputs = Vec::with_capacity(options.inputs.len());
    for (idx, input) in options.inputs.iter().enumerate() {
        let failed = |error| unreadable(input.name(), error);
        let named = options.encoding.or(schema.source.encoding);
        let decision = decide(|| input.open(), named).map_err(failed)?;
        observer.measured(decision.len, input.stored_len());
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 inputs")]
        let source = SourceId(idx as u32);
        let reader = input.open().map_err(failed)?;
        let learned =
            batcher.source(source, input.name(), decision, reader, &mut emit).map_err(failed)?;
        inputs.push((decision, learned));
    }
    batcher.finish(&mut emit);
    Ok(inputs)
}

/// Takes batches as they are done and writes them in order.
fn collect(
    collector: &mut Collector<'_, '_>,
    results: Receiver<Result<Milled>>,
    tokens: SyncSender<()>,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for milled in results {
        let milled = milled?;
        waiting.insert(milled.seq, milled);
        while let Some(milled) = waiting.remove(&next) {
            next += 1;
            collector.take(milled)?;
            // Nobody waits for a token once the reader has ended.
            let _ = tokens.send(());
        }
    }
    Ok(())
}

/// Writes batches and adds up what they came to.
struct Collector<'r, 'p> {
    sink: Option<Sink>,
    names: Vec<&'r str>,
    counts: Counts,
    tallies: Tallies,
    dataset: dataset::State<'r>,
    /// Findings of no batch, until they are written.
    loose: Vec<Located>,
    plans: &'r (dyn Fn() -> Plans<'p> + Sync),
    observer: &'r dyn Observer,
}

/// How many findings of no batch wait before they are written.
const LOOSE: usize = 4096;

impl Collector<'_, '_> {
    fn take(&mut self, milled: Milled) -> Result<()> {
        self.counts.add(&milled.counts);
        self.tell(milled.findings)?;
        if let Some(sink) = &mut self.sink {
            sink.write(milled.tables)?;
            for record in milled.quarantined {
                let name = self.names[record.source.index()];
                sink.quarantine(record, name)?;
            }
        }
        if let Some(partial) = milled.partial {
            let found = self.dataset.merge(partial);
            self.found(found)?;
        }
        self.observer.advance(milled.counts.bytes.total());
        Ok(())
    }

    /// Counts findings and passes them on.
    fn tell(&mut self, findings: Vec<Located>) -> Result<()> {
        for mut located in findings {
            let file = located.source.map(|source| self.names[source.index()]);
            self.tallies.judge(&mut located);
            self.observer.found(&located, file)?;
            self.tallies.keep(located, file);
        }
        Ok(())
    }

    /// Takes findings that belong to no batch.
    fn found(&mut self, mut findings: Vec<Located>) -> Result<()> {
        self.tallies.mask(&mut findings);
        if self.sink.is_some() {
            self.loose.extend(findings.iter().cloned());
        }
        self.tell(findings)?;
        if self.loose.len() >= LOOSE { self.flush() } else { Ok(()) }
    }

    /// Writes the findings that wait.
    fn flush(&mut self) -> Result<()> {
        let Some(sink) = self.sink.as_mut().filter(|_| !self.loose.is_empty()) else {
            return Ok(());
        };
        let findings = std::mem::take(&mut self.loose);
        sink.write(worker::of_findings(&(self.plans)(), &findings, &self.names)?)
    }

    fn outcome(
        &mut self,
        schema: &Schema,
        options: &Options,
        inputs: &Inputs,
        coverage: CoverageReport,
    ) -> Outcome {
        let tallies = self.tallies.finish();
        let records = self.counts.records.r#in;
        let criteria = self.tallies.criteria.all();
        let Verdict { status, checks } =
            Verdict::new(criteria, &self.tallies.tried, options.fail_on, records);
        let mut severities: BTreeMap<_, _> = [Severity::Info, Severity::Warning, Severity::Error]
            .map(|severity| (severity.as_str(), 0))
            .into();
        for (severity, count) in &tallies.severities {
            severities.insert(severity.as_str(), *count);
        }
        let byte_order_marks: u64 =
            inputs.iter().map(|(decision, _)| if decision.bom > 0 { BOM_BYTES } else { 0 }).sum();
        let mut bytes = self.counts.bytes;
        bytes.byte_order_mark = byte_order_marks;
        let total = inputs.iter().map(|(_, learned)| learned.text).sum::<u64>() + byte_order_marks;
        debug_assert_eq!(bytes.total(), total, "every byte is in one class");
        let items = schema
            .fields
            .iter()
            .zip(&self.counts.items)
            .filter(|(field, _)| field.kind.is_items())
            .map(|(field, count)| (field.name.clone(), *count))
            .collect::<IndexMap<String, ItemCount>>();
        let report = RunReport {
            format_version: FORMAT_VERSION,
            tool: Tool::THIS,
            schema: SchemaReport {
                name: schema.name.clone(),
                path: schema.path.clone(),
                hash: schema.hash.clone(),
            },
            started_at: String::new(),
            status,
            exit_code: status.exit_code(),
            checks,
            inputs: inputs
                .iter()
                .zip(&options.inputs)
                .zip(&self.counts.records_of)
                .map(|(((decision, learned), input), records)| InputReport {
                    path: input.name().to_owned(),
                    format: learned.format.as_str(),
                    bytes: decision.len,
                    hash: learned.hash.to_hex().to_string(),
                    encoding: decision.encoding.name(),
                    invalid_sequences: decision.faults,
                    compression: input.compression(),
                    stored_bytes: input.stored_len(),
                    records: *records,
                })
                .collect(),
            tables: self
                .sink
                .iter()
                .flat_map(Sink::tables)
                .map(|(name, rows, files)| (name, TableReport { rows, files }))
                .collect(),
            fields: schema
                .fields
                .iter()
                .zip(&self.counts.fields)
                .map(|(field, report)| (field.name.clone(), report.clone()))
                .collect::<IndexMap<String, FieldReport>>(),
            findings: tallies.codes.iter().map(|(code, tally)| (*code, tally.count)).collect(),
            severities,
            coverage,
            baseline: self.tallies.tracker.as_ref().map(Tracker::report),
            balance: Balance { bytes_total: total, bytes, records: self.counts.records, items },
            timings: Timings::default(),
            outputs: self.sink.iter().flat_map(Sink::files).collect(),
        };
        Outcome {
            report,
            shown: tallies.shown,
            worst: tallies.worst,
            tallies: tallies.codes,
            tracker: self.tallies.tracker.take(),
        }
    }
}

/// The bytes of U+FEFF in UTF-8: what a byte order mark is in decoded text.
const BOM_BYTES: u64 = 3;
