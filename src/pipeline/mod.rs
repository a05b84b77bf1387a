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

mod batches;
mod excerpt;
mod folded;
mod gather;
mod split;
mod steps;
mod worker;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::baseline::{Baseline, BaselineReport};
use crate::data::ItemCount;
use crate::dataset::{self, Terms};
use crate::diagnostic::{Located, MaskKey, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::mill::Mill;
use crate::parallel::in_order;
use crate::record::{BATCH_BYTES, Batch, Batcher, SourceSummary};
use crate::report::{
    Balance, CoverageReport, FORMAT_VERSION, FieldReport, InputReport, Outcome, ProfileReport,
    RecordBalance, RunReport, SchemaReport, TableReport, Timings, Tool,
};
use crate::schema::Schema;
use crate::schema::model::{Check, CheckKind, MAX_RECORD_BYTES};
use crate::sink::{self, Sink, Target};
use crate::source::{
    Asked, Carried, Coding, EncodingDecision, Input, Reading, SourceId, decide, decide_in_ranges,
    unreadable,
};
use crate::stage::{Stage, within};
use crate::table::Table;
use crate::verdict::{FailOn, Verdict};
use crate::{profile, record, table};

use crate::verdict::{Changed, Counts, EndOfRun, InputTime, Settings, Tallies, conclude};
use folded::Folded;
use gather::{Begun, Gathered};
use worker::{BatchOutput, Told, Worker};

pub use crate::source::Stop;
pub use batches::{Batches, QuarantinedRecord, TableBatch, batches, empty_tables, observed};
pub use gather::{Gathering, Share, gather, mill_split};
pub use split::{Split, Splits, Unsplittable, plan, read_split};

pub(crate) use crate::verdict::SHOWN_PER_CODE;

/// What a run needs beside its schema.
#[derive(Debug)]
#[non_exhaustive]
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
    pub encoding: Option<Coding>,
    /// How many records are read, from the first on; none for all.
    pub limit: Option<u64>,
    /// The longest record in bytes of text; none to do as the schema says.
    pub max_record_bytes: Option<usize>,
    /// How much of an input is read at a time, in bytes.
    pub block_bytes: usize,
    /// How many bytes of decoded text make a batch, counted over all inputs one after
    /// another. It decides where row groups of Parquet files end and how far findings
    /// across records stand behind those within records, and nothing else of what
    /// comes out.
    pub batch_bytes: u64,
    /// Whether the columns of the tables are looked at: [`RunReport::profile`], and the table
    /// `profile` beside those of the schema.
    pub profile: bool,
    /// Whether every value is hidden in findings.
    pub mask: bool,
    /// The secret with which hidden values are told apart.
    pub mask_key: Option<MaskKey>,
    /// The [whole](crate::source::whole_path) folder from which the paths of inputs are told in what findings are known
    /// by, so that they are the same from whatever folder a run is started; none to take them as they are named.
    pub base: Option<PathBuf>,
    /// Findings that were accepted before.
    pub baseline: Option<Baseline>,
    /// Whether new findings are gathered to be accepted.
    pub gather: bool,
    /// How many findings of each severity are kept for reports that are written
    /// at the end.
    pub kept: usize,
    /// Whether findings tell their values at each step. Those that are shown for
    /// people may do in any case.
    pub steps: bool,
    /// The day as of which a baseline counts.
    pub today: Date,
    /// Ends the run early, from any thread.
    pub stop: Stop,
    /// Files that the schema refers to and that came along with it.
    pub carried: Carried,
    /// The split that is milled, and nothing else of the inputs.
    split: Option<Arc<Split>>,
}

impl Options {
    /// What an input is called in what findings are known by.
    fn known_name<'i>(&self, input: &'i Input) -> Cow<'i, str> {
        self.base.as_deref().map_or(Cow::Borrowed(input.name()), |base| input.name_from(base))
    }

    /// Options for some inputs, with a worker per core and no tables.
    #[must_use]
    pub fn new(inputs: Vec<Input>) -> Self {
        Self {
            inputs,
            target: None,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            fail_on: FailOn::default(),
            encoding: None,
            limit: None,
            max_record_bytes: None,
            profile: false,
            block_bytes: 256 * 1024,
            batch_bytes: BATCH_BYTES,
            mask: false,
            mask_key: None,
            base: None,
            baseline: None,
            gather: false,
            kept: 0,
            steps: false,
            today: jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date(),
            stop: Stop::default(),
            carried: Carried::default(),
            split: None,
        }
    }
}

impl Options {
    fn can_be_met(&self) -> Result<()> {
        let Some(limit) = self.max_record_bytes.filter(|limit| *limit > MAX_RECORD_BYTES) else {
            return Ok(());
        };
        let message = format!("a record cannot be limited to {limit} bytes");
        Err(Error::new(ErrorKind::Option, message)
            .with_remedy(format!("give a limit from 1 to {MAX_RECORD_BYTES}")))
    }

    fn settings(&self) -> Settings {
        Settings {
            baseline: self.baseline.clone(),
            gather: self.gather,
            today: self.today,
            kept: self.kept,
            mask: self.mask,
            mask_key: self.mask_key,
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

    /// Whether it must hear of every finding. Otherwise it hears of those alone that a run keeps.
    fn hears_all(&self) -> bool {
        true
    }

    /// The run has come to its end, and its files are whole but not in place yet.
    ///
    /// # Errors
    ///
    /// Something must stop the run from being published.
    fn ending(&self, _: &Outcome) -> Result<()> {
        Ok(())
    }
}

/// Hears nothing.
impl Observer for () {
    fn advance(&self, _: u64) {}

    fn measured(&self, _: u64, _: u64) {}

    fn found(&self, _: &Located, _: Option<&str>) -> Result<()> {
        Ok(())
    }

    fn hears_all(&self) -> bool {
        false
    }
}

/// The plans of all stages.
#[derive(Debug)]
struct Plans<'p> {
    mill: Mill,
    table: table::Plan,
    dataset: dataset::Plan,
    terms: &'p Terms,
    sink: &'p sink::Plan,
    /// Whether somebody takes the tables as they are.
    is_streamed: bool,
    /// How the columns are looked at, if they are.
    profile: Option<&'p profile::Plan>,
}

impl<'p> Plans<'p> {
    fn new(
        schema: &Schema,
        mill: &Mill,
        terms: &'p Terms,
        sink: &'p sink::Plan,
        (is_streamed, profile): (bool, Option<&'p profile::Plan>),
    ) -> Self {
        Self {
            mill: mill.clone(),
            table: table::Plan::new(schema),
            dataset: dataset::Plan::new(schema),
            terms,
            sink,
            is_streamed,
            profile,
        }
    }
}

/// What the reader learned of the inputs.
type Inputs = Vec<(EncodingDecision, SourceSummary)>;

/// Runs a schema over inputs.
///
/// # Errors
///
/// An input cannot be read, an output cannot be written. Bad data is no error.
pub fn run(schema: &Schema, options: &Options, observer: &dyn Observer) -> Result<Outcome> {
    run_with(schema, options, observer, None, None)
}

/// Takes a batch of tables; an error ends the run.
type HandOn<'h> = &'h mut (dyn FnMut(TableBatch) -> Result<()> + 'h);

/// The one way through a run. With `hand_on` the tables go there, batch by batch and
/// in order. What was `gathered` from other processes takes the place of reading and milling.
fn run_with(
    schema: &Schema,
    options: &Options,
    observer: &dyn Observer,
    hand_on: Option<HandOn<'_>>,
    gathered: Option<Gathered>,
) -> Result<Outcome> {
    let begun = Begun::now();
    keep_memory();
    let mut stage = within(Stage::Compile);
    schema.can_be_run()?;
    options.can_be_met()?;
    let sink = sink::Plan::new(schema, options.target.as_ref(), options.profile)?;
    let compiled = Mill::new(schema);
    let profile = options.profile.then(|| profile::Plan::new(schema, options.mask));
    let terms = Terms::read(schema, &options.carried)?;
    let names: Vec<_> = options.inputs.iter().map(Input::name).collect();
    let is_streamed = hand_on.is_some();
    let plans = || Plans::new(schema, &compiled, &terms, &sink, (is_streamed, profile.as_ref()));
    let create = || {
        let target = options.target.as_ref();
        target.map(|target| Sink::create(&sink, schema, target)).transpose()
    };
    let (files, shares, begun) = match gathered {
        Some(gathered) => {
            let publish = options.target.as_ref().map(|target| target.publish);
            let publish = publish.unwrap_or_default();
            let (files, shares, begun) = gathered.parted(schema, &sink, publish)?;
            (Some(files), Some(shares), begun)
        }
        None => (create()?, None, begun),
    };
    let mut collector = Collector {
        schema,
        sink: files,
        counts: Counts::new(schema.fields.len(), options.inputs.len()),
        tallies: Tallies::new(schema, options.settings()),
        dataset: dataset::State::new(schema, &names),
        profile: profile::State::default(),
        names,
        folded: Folded::default(),
        pending: Vec::new(),
        plans: &plans,
        observer,
        hand_on,
        steps: options.steps,
        is_split: options.split.is_some(),
    };
    // Each worker has its own plans, for a compiled pattern keeps state that threads
    // would wait for; they are made while the first input is looked at.
    stage.next(Stage::Collect);
    let inputs = if let Some(shares) = shares {
        shares.fold(options, &mut collector)?
    } else {
        // Who hears of every finding, accepts some or hides their values needs more than counts.
        let wants_all = observer.hears_all()
            || collector.hand_on.is_some()
            || options.baseline.is_some()
            || options.gather
            || options.mask
            || schema.hides_values();
        let take = |milled| collector.take(milled);
        mill(schema, options, compiled.framing(), &plans, (observer, wants_all), take)?
    };
    stage.next(Stage::End);
    let folded = collector.folded.finish();
    collector.found(folded)?;
    let mut coverage = CoverageReport::default();
    // What must hold for the whole of a dump is not judged by a part of it.
    if options.split.is_none() {
        let checked = within(Stage::Check);
        let (found, measured) = collector.dataset.finish(&terms);
        drop(checked);
        collector.found(found)?;
        // With a limit, those behind it are none of the run.
        let wanted = |check: &Check| matches!(check.kind, CheckKind::Freshness(_));
        let wants_times = schema.checks.iter().any(wanted);
        let times: Vec<_> = (options.inputs.iter().zip(&inputs))
            .map(|(input, _)| {
                let at = wants_times.then(|| input.modified()).flatten();
                let changed = at.map(|at| Changed { at, known_as: options.known_name(input) });
                InputTime { name: input.name(), changed }
            })
            .collect();
        let concluded = conclude(EndOfRun {
            schema,
            inputs: &times,
            counts: &collector.counts,
            tallies: &mut collector.tallies,
            measured,
            figure_of: dataset::checks::figure_of,
            writes: options.target.is_some(),
        });
        collector.found(concluded.findings)?;
        coverage = concluded.coverage;
    }
    collector.flush()?;
    let profile = profile.as_ref().map(|plan| collector.profile(plan, schema)).transpose()?;
    options.stop.check()?;
    let mut outcome = collector.outcome(schema, options, &inputs, coverage)?;
    outcome.report.profile = profile;
    excerpt::fill(&mut outcome.shown, schema, options, &inputs)?;
    // All of it is in the report.
    drop(inputs);
    let wall = begun.at.elapsed().as_secs_f64();
    let read: u64 = outcome.report.inputs.iter().map(|input| input.bytes).sum();
    outcome.report.started_at = begun.time.to_string();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = read as f64 / 1e6 / wall;
    outcome.report.timings =
        Timings { wall_seconds: round(wall, 1000.0), megabytes_per_second: round(rate, 10.0) };
    stage.next(Stage::Write);
    let files = collector.sink.take().map(Sink::finish).transpose()?;
    stage.next(Stage::End);
    if let Some(files) = &files {
        outcome.report.published = files.publishes(outcome.report.status);
        outcome.report.outputs = files.outputs().to_vec();
    }
    observer.ending(&outcome)?;
    if let Some(files) = files {
        stage.next(Stage::Publish);
        let report = &outcome.report;
        let json = |file: &mut dyn io::Write| {
            serde_json::to_writer_pretty(file, report).map_err(io::Error::from)
        };
        outcome.placed = Some(files.place(report.published, &json)?);
    }
    Ok(outcome)
}

/// How large a piece of memory the allocator keeps for the next batch.
const KEPT: usize = 16 * 1024 * 1024;

/// Lets the allocator keep what a batch took. That of glibc gives every large piece back to the system, and with it each
/// page must be made anew for the next batch, until so large a piece was freed (`mallopt(3)`,
/// `M_MMAP_THRESHOLD`). No page of this one is touched.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(KEPT)));
}

fn round(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}

/// Sends every input through the workers, and what comes out to `take`, in order.
fn mill<'p>(
    schema: &Schema,
    options: &Options,
    record: &record::Plan,
    plans: &(dyn Fn() -> Plans<'p> + Sync),
    (observer, wants_all): (&dyn Observer, bool),
    take: impl FnMut(BatchOutput) -> Result<()>,
) -> Result<Inputs> {
    let place = |batch: &Batch| {
        batch.pieces.first().map_or_else(String::new, |piece| {
            let name = options.inputs[piece.chunk.source().index()].name();
            format!("`{name}`, in the batch from line {} on", piece.chunk.position().line)
        })
    };
    in_order(
        options.threads,
        |emit| read(schema, options, record, emit, observer),
        |work| {
            let stage = within(Stage::Compile);
            let plans = plans();
            drop(stage);
            let mut worker = Worker::new(schema, &plans, options, wants_all);
            work(&mut |batch| worker.mill(batch));
        },
        place,
        take,
    )
}

/// Reads and cuts the inputs, one after another.
fn read(
    schema: &Schema,
    options: &Options,
    plan: &record::Plan,
    emit: &mut dyn FnMut(Batch) -> bool,
    observer: &dyn Observer,
) -> Result<Inputs> {
    let _stage = within(Stage::Cut);
    let limit = options.max_record_bytes.unwrap_or(schema.source.max_record_bytes);
    let batcher = Batcher::new(plan, limit, options.batch_bytes, options.block_bytes);
    let mut batcher = batcher.limited(options.limit);
    let mut emit = |batch| emit(batch);
    if let Some(split) = &options.split {
        return split.read(options, plan, &mut emit, observer);
    }
    let mut inputs = Vec::with_capacity(options.inputs.len());
    let mut room = vec![0; SHORT];
    for (idx, input) in options.inputs.iter().enumerate() {
        if batcher.is_full() {
            break;
        }
        let failed = |error| unreadable(input.name(), error);
        let reading = input.reading();
        options.stop.check()?;
        let short = short(input, &reading, &mut room);
        let decision = match short {
            Some(bytes) => decide(|| Ok(bytes), asked(schema, options)).map_err(failed)?,
            None => decided(schema, options, input, &reading)?,
        };
        observer.measured(decision.len, stored(input, &decision));
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 inputs")]
        let source = SourceId(idx as u32);
        let reader = match short {
            Some(bytes) => Box::new(options.stop.guard(bytes)),
            None => opened(&decision, &reading, options).map_err(failed)?,
        };
        let summary = batcher
            .source(source, input.name(), decision.clone(), reader, &mut emit)
            .map_err(failed)?;
        inputs.push((decision, summary));
    }
    batcher.finish(&mut emit);
    Ok(inputs)
}

/// How long an input is, in bytes, that is held whole, and so opened but once.
const SHORT: usize = 256 * 1024;

/// The bytes of a short input. What keeps it from being read does so again, and is told then.
fn short<'r>(input: &Input, reading: &Reading<'_>, room: &'r mut [u8]) -> Option<&'r [u8]> {
    input.fault().is_none().then(|| reading.short(room).ok()).flatten()?.map(|n| &room[..n])
}

/// The length of an input as it is stored: that of a plain file was seen when it was read.
fn stored(input: &Input, decision: &EncodingDecision) -> u64 {
    let is_known = input.is_plain() && decision.broken.is_none();
    if is_known { decision.len } else { input.stored_len() }
}

/// What is known of the encoding of the inputs.
fn asked<'a>(schema: &'a Schema, options: &Options) -> Asked<'a> {
    Asked {
        named: options.encoding.or(schema.source.encoding),
        candidates: &schema.source.encodings,
    }
}

/// What is decided about the encoding of an input.
fn decided(
    schema: &Schema,
    options: &Options,
    input: &Input,
    reading: &Reading<'_>,
) -> Result<EncodingDecision> {
    let _stage = within(Stage::Decide);
    options.stop.check()?;
    let asked = asked(schema, options);
    let open_at = |at| reading.open_at(at).map(|reader| options.stop.guard(reader));
    let decision = match input.fault() {
        Some(fault) => Ok(EncodingDecision::nothing(fault.clone())),
        None if input.is_plain() => {
            decide_in_ranges(open_at, input.stored_len(), options.threads, asked)
        }
        None => decide(|| open_at(0), asked),
    };
    decision.map_err(|error| unreadable(input.name(), error))
}

/// Checks that every byte is in one class: a balance that does not add up vouches for nothing.
fn balanced(classes: u64, total: u64) -> Result<()> {
    if classes == total {
        return Ok(());
    }
    let message = format!("{classes} bytes are in a class of the balance, and {total} were read");
    Err(Error::new(ErrorKind::Internal, message)
        .with_remedy("this is a bug: please report it, with the input and the schema if you can"))
}

/// An input at its first byte; nothing of one that has none.
fn opened<'i>(
    decision: &EncodingDecision,
    reading: &Reading<'i>,
    options: &Options,
) -> io::Result<Box<dyn io::Read + Send + 'i>> {
    if decision.len == 0 {
        return Ok(Box::new(io::empty()));
    }
    Ok(options.stop.guard(reading.open()?))
}

/// Writes batches and adds up what they came to.
struct Collector<'r, 'p, 'h> {
    schema: &'r Schema,
    sink: Option<Sink>,
    names: Vec<&'r str>,
    counts: Counts,
    tallies: Tallies,
    dataset: dataset::State<'r>,
    profile: profile::State,
    /// Findings that are reported once for each input and key.
    folded: Folded,
    /// Findings of no batch, until they are written.
    pending: Vec<Located>,
    plans: &'r (dyn Fn() -> Plans<'p> + Sync),
    observer: &'r dyn Observer,
    hand_on: Option<HandOn<'h>>,
    /// Whether findings tell their values at each step.
    steps: bool,
    /// Whether it is a split, of which no check across records is made.
    is_split: bool,
}

/// How many findings of no batch wait before they are written.
const LOOSE: usize = 4096;

impl Collector<'_, '_, '_> {
    fn take(&mut self, milled: BatchOutput) -> Result<()> {
        self.counts.add(&milled.counts);
        let mut tables = milled.tables;
        if let Some(hand_on) = &mut self.hand_on {
            let quarantined = milled.quarantined.iter().map(|record| {
                let name = self.names[record.source.index()];
                let reason =
                    record.reason.as_ref().map(|reason| reason.to_json(name)).transpose()?;
                Ok(QuarantinedRecord { source: record.source, bytes: record.bytes.clone(), reason })
            });
            let findings = milled.findings.iter().filter_map(Told::whole);
            let mut findings: Vec<_> = findings.cloned().collect();
            if !self.steps {
                for located in &mut findings {
                    located.finding.steps = None;
                }
            }
            hand_on(TableBatch {
                tables: milled.frames,
                findings,
                quarantined: quarantined.collect::<Result<_>>()?,
                records: milled.counts.records,
                bytes: milled.counts.bytes.total(),
            })?;
        }
        let (mut whole, mut beyond) = (Vec::new(), false);
        for told in milled.findings {
            match told {
                Told::Whole(mut located) => {
                    beyond |= self.tallies.judge(&mut located);
                    whole.push(*located);
                }
                Told::Counted(counted) => self.tallies.judge_counted(&counted, self.schema),
            }
        }
        // Where a baseline accepts fewer than there are, their rows say what is not so.
        if beyond && let Some(table) = tables.last_mut() {
            let rows = table::finding_table(&whole, &self.names, self.schema)?;
            if let Some(anew) = worker::of_findings(&(self.plans)(), rows)?.pop() {
                *table = anew;
            }
        }
        self.tell(whole)?;
        self.folded.merge(milled.folded);
        milled.profile.into_iter().for_each(|partial| self.profile.merge(partial));
        if let Some(sink) = &mut self.sink {
            let _stage = within(Stage::Write);
            sink.write(tables)?;
            for record in milled.quarantined {
                let name = self.names[record.source.index()];
                sink.quarantine(record, name)?;
            }
        }
        if let Some(partial) = milled.partial.filter(|_| !self.is_split) {
            let stage = within(Stage::Check);
            let found = self.dataset.merge(partial);
            drop(stage);
            self.found(found)?;
        }
        self.observer.advance(milled.counts.bytes.total());
        Ok(())
    }

    /// Passes findings on that were judged.
    fn tell(&mut self, findings: Vec<Located>) -> Result<()> {
        let _stage = within(Stage::Findings);
        for mut located in findings {
            let file = located.source.map(|source| self.names[source.index()]);
            // Each batch has steps for its first few, to be shown; which those are says where batches end.
            let steps = if self.steps { None } else { located.finding.steps.take() };
            self.observer.found(&located, file)?;
            self.tallies.keep(located, steps, file);
        }
        Ok(())
    }

    /// Takes findings that belong to no batch.
    fn found(&mut self, mut findings: Vec<Located>) -> Result<()> {
        self.tallies.mask(&mut findings, &self.names);
        for located in &mut findings {
            self.tallies.judge(located);
        }
        if self.sink.is_some() || self.hand_on.is_some() {
            self.pending.extend(findings.iter().cloned());
        }
        self.tell(findings)?;
        if self.pending.len() >= LOOSE { self.flush() } else { Ok(()) }
    }

    /// Writes the findings that wait.
    fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let findings = std::mem::take(&mut self.pending);
        let plans = (self.plans)();
        if let Some(sink) = &mut self.sink {
            let table = table::finding_table(&findings, &self.names, self.schema)?;
            sink.write(worker::of_findings(&plans, table)?)?;
        }
        if let Some(hand_on) = &mut self.hand_on {
            hand_on(TableBatch {
                tables: Table::none_of(self.schema)?,
                findings,
                quarantined: Vec::new(),
                records: RecordBalance::default(),
                bytes: 0,
            })?;
        }
        Ok(())
    }

    /// Ends the profile, and writes it as a table.
    fn profile(&mut self, plan: &profile::Plan, schema: &Schema) -> Result<ProfileReport> {
        let state = std::mem::take(&mut self.profile);
        let report = state.finish(plan, schema, &self.counts.fields);
        if let Some(sink) = &mut self.sink {
            sink.write(worker::of_profile(&(self.plans)(), &report, schema)?)?;
        }
        Ok(report)
    }

    fn outcome(
        &mut self,
        schema: &Schema,
        options: &Options,
        inputs: &Inputs,
        coverage: CoverageReport,
    ) -> Result<Outcome> {
        let tallies = self.tallies.finish();
        let records = self.counts.records.r#in;
        let criteria = self.tallies.criteria.all();
        let Verdict { status, checks } =
            Verdict::new(criteria, &self.tallies.evaluated, options.fail_on, records);
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
        let total = inputs.iter().map(|(_, summary)| summary.text).sum::<u64>() + byte_order_marks;
        balanced(bytes.total(), total)?;
        let items = schema
            .fields
            .iter()
            .zip(&self.counts.items)
            .filter(|(field, _)| field.is_items())
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
                .zip(&self.counts.sources)
                .map(|(((decision, summary), input), counts)| InputReport {
                    path: input.name().to_owned(),
                    format: summary.format.as_str(),
                    bytes: decision.len,
                    hash: summary.hash.to_hex().to_string(),
                    encoding: decision.coding.name(),
                    encoding_certainty: decision.certainty.as_str(),
                    invalid_sequences: counts.invalid,
                    compression: input.compression(),
                    stored_bytes: stored(input, decision),
                    records: counts.records,
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
            profile: None,
            limit: options.limit,
            baseline: self.tallies.tracker.as_ref().map(|tracker| {
                let report = tracker.report();
                // Nobody knows what became of records that were not read.
                match options.limit {
                    Some(_) => BaselineReport { resolved_total: 0, resolved: Vec::new(), ..report },
                    None => report,
                }
            }),
            balance: Balance { bytes_total: total, bytes, records: self.counts.records, items },
            timings: Timings::default(),
            published: false,
            outputs: Vec::new(),
        };
        Ok(Outcome {
            report,
            shown: tallies.shown,
            worst: tallies.worst,
            tallies: tallies.codes,
            by_field: tallies.by_field,
            tracker: self.tallies.tracker.take(),
            placed: None,
        })
    }
}

/// The bytes of U+FEFF in UTF-8: what a byte order mark is in decoded text.
const BOM_BYTES: u64 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_that_does_not_add_up_is_an_error_in_any_build() {
        assert!(balanced(7, 7).is_ok());
        let error = balanced(6, 7).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.to_string(), "6 bytes are in a class of the balance, and 7 were read");
    }
}
