//! A dump in parts that are milled anywhere, each by itself.
//!
//! [`plan`] reads the inputs as a run does and cuts them into records, no more. A [`Split`] is where
//! some of the records stand, and all that milling them needs to know of what stands before: how the
//! text is encoded, what the framer knows, the row that names the columns, and how often a record that
//! comes again had come already. So [`read_split`] gives the rows, ids, lines, findings and records set
//! aside that a run over all inputs gives.
//!
//! What is told once for an input (a key that no field knows) is told once for a split, with how often
//! it stands there; and what must hold for all records together is not judged.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, absolute};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::batches::{Batches, batches};
use super::{Inputs, Observer, Options, decided, opened};
use crate::error::{Error, ErrorKind, Result};
use crate::record::{self, Batch, Batcher, Seen, SourceSummary, Start, Until};
use crate::schema::Schema;
use crate::source::{
    Changed, EncodingDecision, Fault, Input, Limits, SourceId, resolve, unreadable,
};

/// A dump in parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Splits {
    /// The parts, in the order of the inputs.
    pub splits: Vec<Split>,
    /// What was learned of the inputs.
    #[serde(skip)]
    pub(super) inputs: Inputs,
    /// Inputs that are a part by themselves however long they are.
    pub unsplittable: Vec<Unsplittable>,
}

/// An input that cannot be read from its middle on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unsplittable {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: String,
    /// How many bytes it has, without compression.
    pub bytes: u64,
}

/// A part of a dump. What it is made of says nothing to others and may change with any version: it
/// is written down as JSON and read by the same version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Split {
    version: String,
    /// Its place among the splits.
    number: usize,
    /// The hash of the schema, for each cuts in its own way.
    schema: String,
    max_record_bytes: usize,
    batch_bytes: u64,
    /// Bytes of text in the inputs before the first.
    before: u64,
    records: u64,
    bytes: u64,
    stretches: Vec<Stretch>,
    /// The hash of each record that has come before, and how often.
    repeated: Vec<(u64, u32)>,
}

/// Some of the records of an input.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stretch {
    /// Its place among the inputs.
    source: u32,
    /// The file, wherever a process works.
    path: String,
    /// The file as it was named, and the input.
    file: String,
    name: String,
    /// Which of the inputs that the file holds.
    member: usize,
    stored: u64,
    limits: Limits,
    decision: EncodingDecision,
    start: Option<Box<Start>>,
    until: Option<Until>,
    /// The hash of its text: a file may change and be as long as before.
    text: u64,
}

/// How many files a split has at most: each takes some hundred bytes in it.
const FILES: usize = 1000;

impl Split {
    /// The inputs that it has records of, as they were named.
    #[must_use]
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &str> {
        self.stretches.iter().map(|stretch| stretch.name.as_str())
    }

    /// How many records it has.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many bytes of text it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its place among the splits of the plan.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Which of all inputs one of its inputs is.
    pub(super) fn source(&self, source: SourceId) -> SourceId {
        self.stretches.get(source.index()).map_or(source, |stretch| SourceId(stretch.source))
    }

    /// Reads and cuts the stretches, one after another.
    pub(super) fn read(
        &self,
        options: &Options,
        plan: &record::Plan,
        emit: &mut impl FnMut(Batch) -> bool,
        observer: &dyn Observer,
    ) -> Result<Inputs> {
        let batch_bytes = self.batch_bytes;
        let batcher = Batcher::new(plan, self.max_record_bytes, batch_bytes, options.block_bytes);
        let mut batcher = batcher.behind(self.before, &self.repeated);
        let mut inputs = Vec::with_capacity(self.stretches.len());
        observer.measured(self.bytes, self.bytes);
        let mut texts = vec![Xxh3::new(); self.stretches.len()];
        let emit = &mut |batch: Batch| {
            for piece in &batch.pieces {
                texts[piece.chunk.source().index()].update(piece.chunk.text().as_bytes());
            }
            emit(batch)
        };
        for (idx, (input, stretch)) in options.inputs.iter().zip(&self.stretches).enumerate() {
            options.stop.check()?;
            let failed = |error| {
                if Changed::is_in(&error) {
                    changed(input.name())
                } else {
                    unreadable(input.name(), error)
                }
            };
            let reading = input.reading();
            #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 inputs")]
            let source = SourceId(idx as u32);
            let mut decision = stretch.decision.clone();
            batcher = batcher.until(stretch.until);
            let summary = if let Some(start) = &stretch.start {
                let reader = reading.open_at(start.position().file).map_err(failed)?;
                let reader = options.stop.guard(reader);
                let summary = batcher.resume(source, start, &decision, reader, emit);
                decision.bom = 0;
                summary.map_err(failed)?.ok_or_else(|| stale("another schema made it"))?
            } else {
                let reader = opened(&decision, &reading, options).map_err(failed)?;
                let name = input.name();
                let summary = batcher.source(source, name, decision.clone(), reader, emit);
                summary.map_err(failed)?
            };
            inputs.push((decision, summary));
        }
        batcher.finish(emit);
        options.stop.check()?;
        let mut texts = self.stretches.iter().zip(&texts);
        match texts.find(|(stretch, text)| stretch.text != text.digest()) {
            Some((stretch, _)) => Err(changed(&stretch.name)),
            None => Ok(inputs),
        }
    }

    /// Finds the inputs again.
    fn inputs(&self) -> Result<Vec<Input>> {
        let mut files: BTreeMap<&str, Vec<Input>> = BTreeMap::new();
        let mut inputs = Vec::with_capacity(self.stretches.len());
        for stretch in &self.stretches {
            let decision = &stretch.decision;
            if let (0, Some(fault)) = (decision.len, &decision.broken) {
                inputs.push(Input::broken(&stretch.name, fault.clone()));
                continue;
            }
            if !files.contains_key(stretch.path.as_str()) {
                let found = resolve(std::slice::from_ref(&stretch.path), stretch.limits)?;
                let found = found.into_iter().map(|input| input.of_file(&stretch.file));
                files.insert(&stretch.path, found.collect());
            }
            let found = &files[stretch.path.as_str()];
            // A file that is named twice in a row counts its inputs on.
            let input = found.get(stretch.member % found.len().max(1));
            let same = |input: &&Input| {
                input.name() == stretch.name
                    && input.stored_len() == stretch.stored
                    && input.fault().is_none()
            };
            inputs.push(input.filter(same).cloned().ok_or_else(|| changed(&stretch.name))?);
        }
        Ok(inputs)
    }
}

fn changed(name: &str) -> Error {
    Error::new(ErrorKind::Input, "the input changed since the plan was made")
        .with_path(name)
        .with_remedy("plan once more")
}

fn stale(why: &str) -> Error {
    Error::new(ErrorKind::Option, format!("the split cannot be read: {why}"))
        .with_remedy("plan with the schema and the version that read it")
}

/// Parts the inputs into splits of about so many bytes of text. Small inputs are put together.
///
/// Memory holds the splits, each with 16 bytes for every record of it that has come before; the hashes of
/// all others go to temporary files where they are many.
///
/// # Errors
///
/// As [`run`](super::run); and an input that has no path, for others could not open it.
pub fn plan(schema: &Schema, options: &Options, split_bytes: u64) -> Result<Splits> {
    schema.can_be_run()?;
    options.can_be_met()?;
    let record = record::Plan::new(schema);
    let max_record_bytes = options.max_record_bytes.unwrap_or(schema.source.max_record_bytes);
    let split_bytes = split_bytes.max(1);
    let batch_bytes = options.batch_bytes.min(split_bytes);
    let block = usize::try_from(split_bytes).unwrap_or(usize::MAX).max(4096);
    let block = options.block_bytes.min(block);
    let batcher = Batcher::new(&record, max_record_bytes, batch_bytes, block);
    let mut batcher = batcher.limited(options.limit).with_starts();
    let mut planner = Planner {
        empty: Split {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            number: 0,
            schema: schema.hash.clone(),
            max_record_bytes,
            batch_bytes: options.batch_bytes,
            before: 0,
            records: 0,
            bytes: 0,
            stretches: Vec::new(),
            repeated: Vec::new(),
        },
        enough: split_bytes.saturating_sub(batch_bytes / 2).max(1),
        splits: Vec::new(),
        here: Seen::default(),
        hasher: Xxh3::new(),
        failed: None,
        text: 0,
        is_whole: false,
    };
    let mut unsplittable = Vec::new();
    let mut inputs = Vec::with_capacity(options.inputs.len());
    let mut member: (Option<&str>, usize) = (None, 0);
    for (idx, input) in options.inputs.iter().enumerate() {
        if batcher.is_full() {
            break;
        }
        let Some(file) = input.file() else {
            let message = "an input without a path cannot be split:";
            return Err(Error::new(ErrorKind::Option, message)
                .with_path(input.name())
                .with_remedy("put it into a file and name that"));
        };
        let failed = |error| unreadable(input.name(), error);
        let reading = input.reading();
        let decision = decided(schema, options, input, &reading)?;
        let reader = opened(&decision, &reading, options).map_err(failed)?;
        member = if member.0 == Some(file) { (Some(file), member.1 + 1) } else { (Some(file), 0) };
        let why = whole(input, &decision);
        if let Some(why) = &why {
            let (path, why, bytes) = (input.name().to_owned(), why.clone(), decision.len);
            unsplittable.push(Unsplittable { path, why, bytes });
        }
        let path = absolute(Path::new(file)).map_err(failed)?;
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 inputs")]
        let source = SourceId(idx as u32);
        let stretch = Stretch {
            source: source.0,
            path: path.to_string_lossy().into_owned(),
            file: file.to_owned(),
            name: input.name().to_owned(),
            member: member.1,
            stored: input.stored_len(),
            limits: input.limits(),
            decision: decision.clone(),
            start: None,
            until: None,
            text: 0,
        };
        if planner.wants_another(&stretch, why.is_some()) {
            planner.begin(None);
        }
        planner.open(stretch, why.is_some());
        let take = &mut |batch| planner.take(batch);
        let summary =
            batcher.source(source, input.name(), decision.clone(), reader, take).map_err(failed)?;
        // Each batch is of one input here: where they end is told to nobody.
        batcher.end_batch(&mut |batch| planner.take(batch));
        if let Some(error) = planner.failed.take() {
            return Err(failed(error));
        }
        planner.close(&summary, batcher.is_full());
        inputs.push((decision, summary));
    }
    options.stop.check()?;
    let mut splits = planner.splits;
    (0..).zip(&mut splits).for_each(|(number, split)| split.number = number);
    Ok(Splits { splits, inputs, unsplittable })
}

/// Why an input cannot be read from its middle on, if it cannot.
fn whole(input: &Input, decision: &EncodingDecision) -> Option<String> {
    if let (0, Some(Fault::Unreadable(_) | Fault::NotText(_))) = (decision.len, &decision.broken) {
        return None;
    }
    if let Some(compression) = input.compression() {
        return Some(format!("it is compressed or in an archive ({compression})"));
    }
    if !input.is_plain() {
        return Some("it is no regular file".to_owned());
    }
    let coding = decision.coding.name();
    let why = format!("in {coding} what bytes mean hangs on all before them");
    (!decision.begins_anywhere()).then_some(why)
}

/// Puts stretches together.
struct Planner {
    /// What all splits have alike.
    empty: Split,
    /// A split of so many bytes has enough.
    enough: u64,
    splits: Vec<Split>,
    /// The hashes of the records of the split at hand.
    here: Seen,
    /// The hash of the text of the stretch at hand.
    hasher: Xxh3,
    /// Why hashes cannot be kept.
    failed: Option<io::Error>,
    /// Bytes of text in the inputs that were read.
    text: u64,
    /// Whether the input at hand cannot be split.
    is_whole: bool,
}

impl Planner {
    /// Whether an input begins another split.
    fn wants_another(&self, next: &Stretch, is_whole: bool) -> bool {
        let Some(split) = self.splits.last() else { return true };
        let Some(last) = split.stretches.last() else { return false };
        let same_archive = self.is_whole && is_whole && last.path == next.path && next.member > 0;
        !same_archive
            && (self.is_whole
                || is_whole
                || self.text - split.begin() >= self.enough
                || split.stretches.len() >= FILES)
    }

    /// Begins another split: where the input at hand goes on, or before the next.
    fn begin(&mut self, start: Option<Box<Start>>) {
        let mut stretches = Vec::new();
        if start.is_some() {
            self.seal();
        }
        let last = self.splits.last_mut().and_then(|split| split.stretches.last_mut());
        if let (Some(start), Some(last)) = (start, last) {
            last.until = Some(Until { decoded: start.decoded() });
            stretches.push(Stretch { start: Some(start), until: None, ..last.clone() });
        }
        self.here = Seen::default();
        self.splits.push(Split { before: self.text, stretches, ..self.empty.clone() });
    }

    fn open(&mut self, stretch: Stretch, is_whole: bool) {
        self.is_whole = is_whole;
        if let Some(split) = self.splits.last_mut() {
            split.stretches.push(stretch);
        }
    }

    /// Takes records.
    fn take(&mut self, batch: Batch) -> bool {
        let goes_on = batch.start.filter(|start| {
            let held = self.splits.last().map_or(0, Split::begin);
            !self.is_whole && self.text + start.decoded() >= held + self.enough
        });
        if goes_on.is_some() {
            self.begin(goes_on);
        }
        let Some(split) = self.splits.last_mut() else { return false };
        for piece in &batch.pieces {
            let text = piece.chunk.text().as_bytes();
            self.hasher.update(text);
            split.bytes += text.len() as u64;
            split.records += piece.records.len() as u64;
            for frame in &piece.records {
                match self.here.add(frame.hash) {
                    Ok(0) if frame.copies > 0 => split.repeated.push((frame.hash, frame.copies)),
                    Ok(_) => {}
                    Err(error) => {
                        self.failed = Some(error);
                        return false;
                    }
                }
            }
        }
        true
    }

    /// The stretch at hand has all its text.
    fn seal(&mut self) {
        let stretch = self.splits.last_mut().and_then(|split| split.stretches.last_mut());
        if let Some(stretch) = stretch {
            stretch.text = self.hasher.digest();
        }
        self.hasher.reset();
    }

    /// An input was read to its end, or as far as it is wanted.
    fn close(&mut self, summary: &SourceSummary, is_limited: bool) {
        self.seal();
        let stretch = self.splits.last_mut().and_then(|split| split.stretches.last_mut());
        if let Some(stretch) = stretch.filter(|_| is_limited) {
            stretch.until = Some(Until { decoded: summary.text });
        }
        self.text += summary.text;
    }
}

impl Split {
    /// Where it begins, in bytes of text of all inputs.
    fn begin(&self) -> u64 {
        let start = self.stretches.first().and_then(|stretch| stretch.start.as_ref());
        self.before + start.map_or(0, |start| start.decoded())
    }
}

/// Mills a split by itself. The inputs that `options` name are left out of account, and so are their
/// limits: those are the plan's.
///
/// The verdict of [`Batches::finish`] is that of the records alone: no check across records is among what was
/// judged, so that `pass` says nothing of those.
///
/// # Errors
///
/// The split was made by another schema or version, or an input is not as long as it was. An input that is as
/// long and another is told by the last item of the batches, if not before: rows count once the end is reached.
pub fn read_split(schema: Arc<Schema>, split: Split, options: Options) -> Result<Batches> {
    let options = prepared(&schema, split, options)?;
    Ok(batches(schema, options))
}

/// Options by which a split is milled, and nothing else.
pub(super) fn prepared(schema: &Schema, split: Split, mut options: Options) -> Result<Options> {
    schema.can_be_run()?;
    if split.version != env!("CARGO_PKG_VERSION") {
        return Err(stale(&format!("version {} made it", split.version)));
    }
    if split.schema != schema.hash {
        return Err(stale("another schema made it"));
    }
    options.inputs = split.inputs()?;
    options.max_record_bytes = Some(split.max_record_bytes);
    (options.limit, options.baseline, options.target) = (None, None, None);
    options.split = Some(Arc::new(split));
    Ok(options)
}
