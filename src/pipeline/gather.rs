//! A run whose splits are milled by other processes, and which is judged as one.
//!
//! ```text
//! gather       plans, and opens the staging folder of the run          here
//! mill_split   a split to the files of its tables and its share        there, in any process
//! finish       the shares, in order, through the collector of a run    here
//! ```
//!
//! A share is what the batches of a split came to beside their tables: findings, counts, records set aside, what
//! checks across records keep. The collector takes it as it takes batches of workers, so that what the run comes to
//! is what a run in one process comes to. It waits in a file, so that none but the share at hand is in memory.
//!
//! An attempt at a split writes into a folder of its own. One attempt of each split is taken over; a process may be
//! killed, or do what another does too, at any time.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::split::prepared;
use super::worker::BatchOutput;
use super::{
    Collector, Inputs, Observer, Options, Plans, Split, Splits, Stop, mill, plan, run_with,
};
use crate::dataset::{self, Terms};
use crate::error::{Error, ErrorKind, Result};
use crate::mill::Mill;
use crate::publish::{Output, Publish, StagedFile, Staging, failed};
use crate::report::Outcome;
use crate::schema::Schema;
use crate::sink::{self, Format, Sink, Target};
use crate::source::SourceId;
use crate::verdict::SourceCounts;

/// A run that waits for the shares of its splits. Dropping it leaves the target as it was.
pub struct Gathering {
    schema: Arc<Schema>,
    options: Options,
    plan: Splits,
    staging: Staging,
    folder: PathBuf,
    begun: Begun,
}

/// When a run began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) at: Instant,
    pub(super) time: Timestamp,
}

impl Begun {
    pub(super) fn now() -> Self {
        Self { at: Instant::now(), time: Timestamp::now() }
    }
}

/// What milling a split came to. What it is made of says nothing to others and may change with any version: it is
/// written down as JSON and read by the same version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Share {
    version: String,
    schema: String,
    /// Which of the splits it is.
    number: usize,
    /// What the attempt is called that wrote the files.
    attempt: String,
    /// The files of the tables.
    tables: Vec<Output>,
    /// How many rows each table has.
    rows: Vec<u64>,
    /// What its batches came to.
    batches: Output,
}

/// How the shares are compressed: they are read once, soon.
const LEVEL: i32 = 1;
/// The file of a share.
const SHARE: &str = "share";

/// Begins a run whose splits are milled by other processes, into the target of `options`. It takes Parquet files.
///
/// # Errors
///
/// As [`plan`] and [`run`](super::run); a check that must see all rows in one process, such as a query in SQL.
pub fn gather(schema: Arc<Schema>, options: Options, split_bytes: u64) -> Result<Gathering> {
    let begun = Begun::now();
    let bound = dataset::bound_to_one_process(&schema);
    if !bound.is_empty() {
        let named = bound.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let (these, see) =
            if bound.len() == 1 { ("the check", "sees") } else { ("the checks", "see") };
        let message =
            format!("{these} {named} {see} all rows at once, and no process of many has them");
        return Err(Error::new(ErrorKind::Option, message).with_remedy(
            "leave them out of this schema and run their SQL on the tables, or use the command",
        ));
    }
    let wrong = |message: &str, remedy: &str| {
        Error::new(ErrorKind::Option, message.to_owned()).with_remedy(remedy.to_owned())
    };
    let Some(target) = options.target.as_ref().filter(|target| target.only.is_none()) else {
        return Err(wrong(
            "parts of a run are put together in a folder",
            "name one for all tables",
        ));
    };
    if target.formats != [Format::Parquet] || options.profile || options.baseline.is_some() {
        let message = "parts of a run are Parquet files, without a profile and without a baseline";
        return Err(wrong(message, "use `run` for what else there is"));
    }
    let plan = plan(&schema, &options, split_bytes)?;
    let layout = sink::Plan::new(&schema, Some(target), false)?;
    let staging = Sink::stage_parts(&layout, &schema, target, plan.splits.len())?;
    let folder = staging.parts()?;
    Ok(Gathering { schema, options, plan, staging, folder, begun })
}

impl Gathering {
    /// The splits, each of which [`mill_split`] mills in any process.
    #[must_use]
    pub fn plan(&self) -> &Splits {
        &self.plan
    }

    /// The folder in which they are milled. All processes must see it under this path.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same run, ended early by this.
    #[must_use]
    pub fn stopped_by(mut self, stop: &Stop) -> Self {
        self.options.stop = stop.clone();
        self
    }

    /// Puts the shares together and ends the run as any other: checks across records, verdict, `run.json`, and the
    /// tables in place.
    ///
    /// # Errors
    ///
    /// A share is missing, or a file of one; as [`run`](super::run).
    pub fn finish(self, shares: Vec<Share>, observer: &dyn Observer) -> Result<Outcome> {
        let Self { schema, options, plan, staging, begun, .. } = self;
        let gathered = Gathered { plan, staging, shares, begun };
        run_with(&schema, &options, observer, None, Some(gathered))
    }
}

/// What takes the place of reading and milling.
pub(super) struct Gathered {
    plan: Splits,
    staging: Staging,
    shares: Vec<Share>,
    begun: Begun,
}

/// The shares of all splits, in order, with what was planned.
pub(super) struct Shares(Vec<(Split, Share)>, Inputs);

impl Gathered {
    /// Gives up the files, and the shares in the order of the splits.
    pub(super) fn parted(
        self,
        schema: &Schema,
        layout: &sink::Plan,
        publish: Publish,
    ) -> Result<(Sink, Shares, Begun)> {
        let Self { plan: Splits { splits, inputs, .. }, staging, mut shares, begun } = self;
        shares.sort_by_key(|share| share.number);
        let is_whole = shares.iter().map(|share| share.number).eq(0..splits.len());
        let are_same = shares
            .iter()
            .all(|share| share.version == env!("CARGO_PKG_VERSION") && share.schema == schema.hash);
        if !is_whole || !are_same {
            let message = "the shares are not those of the splits: each must be there, and once";
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy("mill every split of the run, and with its version and schema"));
        }
        let sink = Sink::of_parts(layout, schema, (staging, publish), splits.len())?;
        Ok((sink, Shares(splits.into_iter().zip(shares).collect(), inputs), begun))
    }
}

impl Shares {
    /// Lets a collector take what the splits came to. Returns what was learned of the inputs.
    pub(super) fn fold(
        self,
        options: &Options,
        collector: &mut Collector<'_, '_, '_>,
    ) -> Result<Inputs> {
        let Self(shares, inputs) = self;
        for (split, share) in shares {
            options.stop.check()?;
            let Some(sink) = &mut collector.sink else { break };
            let bytes = sink.attempted(&share.attempt, &share.batches)?;
            sink.adopt(share.number, &share.attempt, &share.tables, &share.rows)?;
            let number = |source: SourceId| split.source(source);
            let reader = zstd::Decoder::new(&bytes[..]).map_err(unread)?;
            for line in BufReader::new(reader).lines() {
                let line = line.map_err(unread)?;
                let mut batch: BatchOutput = serde_json::from_str(&line).map_err(unread)?;
                batch.renumber(&number, options.inputs.len());
                collector.take(batch)?;
            }
        }
        Ok(inputs)
    }
}

fn unread(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "cannot read the share of a split").with_source(error)
}

impl BatchOutput {
    /// Gives the sources of a split the numbers that they have among all inputs of the run.
    fn renumber(&mut self, number: &dyn Fn(SourceId) -> SourceId, inputs: usize) {
        for told in &mut self.findings {
            told.renumber(number);
        }
        self.folded.renumber(number);
        self.partial.iter_mut().for_each(|partial| partial.renumber(number));
        for record in &mut self.quarantined {
            record.source = number(record.source);
        }
        let mut sources = vec![SourceCounts::default(); inputs];
        for (source, counts) in (0..).zip(&self.counts.sources) {
            sources[number(SourceId(source)).index()].add(*counts);
        }
        self.counts.sources = sources;
    }
}

/// Mills a split of a [`Gathering`] in its folder. The inputs that `options` name are left out of account, and so are
/// their limits: those are the plan's. It may be done more than once, and at once: one of the shares is taken.
///
/// # Errors
///
/// As [`read_split`](super::read_split); a file cannot be written.
pub fn mill_split(
    schema: &Schema,
    split: Split,
    options: Options,
    folder: &Path,
    observer: &dyn Observer,
) -> Result<Share> {
    let number = split.number();
    let options = prepared(schema, split, options)?;
    let target = Target::new(folder);
    let layout = sink::Plan::new(schema, Some(&target), false)?;
    let compiled = Mill::new(schema);
    let terms = Terms::read(schema, &options.carried)?;
    let plans = || Plans::new(schema, &compiled, &terms, &layout, (false, None));
    let mut sink = Sink::of_part(&layout, schema, folder, number)?;
    let mut batches = Batches::new(&sink)?;
    mill(schema, &options, compiled.framing(), &plans, (observer, true), |mut batch| {
        sink.write(std::mem::take(&mut batch.tables))?;
        batch.partial.iter_mut().for_each(dataset::Partial::settle);
        observer.advance(batch.counts.bytes.total());
        batches.add(&batch)
    })?;
    options.stop.check()?;
    let rows = sink.tables().into_iter().map(|(_, rows, _)| rows).collect();
    let batches = batches.finish()?;
    let (attempt, tables) = sink.finish()?.hand_over();
    let (version, schema) = (env!("CARGO_PKG_VERSION").to_owned(), schema.hash.clone());
    Ok(Share { version, schema, number, attempt, tables, rows, batches })
}

/// The file of a share under construction: a batch is a line.
struct Batches(zstd::Encoder<'static, StagedFile>, PathBuf);

impl Batches {
    fn new(sink: &Sink) -> Result<Self> {
        let file = sink.beside(SHARE)?;
        let path = file.path().to_owned();
        let encoder = zstd::Encoder::new(file, LEVEL).map_err(|error| failed(&path, error))?;
        Ok(Self(encoder, path))
    }

    fn add(&mut self, batch: &BatchOutput) -> Result<()> {
        let text = serde_json::to_string(batch).map_err(|error| {
            Error::new(ErrorKind::Internal, "cannot write the share of a split").with_source(error)
        })?;
        writeln!(self.0, "{text}").map_err(|error| failed(&self.1, error))
    }

    fn finish(self) -> Result<Output> {
        self.0.finish().map_err(|error| failed(&self.1, error))?.finish()
    }
}
