//! A run as an iterator of batches, for programs that want tables and no files.
//!
//! ```
//! use std::sync::Arc;
//! use recordmill::pipeline::{Options, batches};
//! use recordmill::schema::{SchemaSource, parse};
//! use recordmill::source::Input;
//!
//! let (schema, _) = parse(&SchemaSource::find("medline").unwrap());
//! let dump = Input::memory("a.nbib", b"PMID- 1\nTI  - Mills\n\nPMID- 2\nTI  - Dust\n");
//! let mut batches = batches(Arc::new(schema.unwrap()), Options::new(vec![dump]));
//! let mut titles = Vec::new();
//! for batch in &mut batches {
//!     let batch = batch.unwrap();
//!     let citations = batch.table("citation").unwrap();
//!     titles.extend(citations.column("title").unwrap().map(|title| title.into_owned()));
//! }
//! assert_eq!(titles.len(), 2);
//! let outcome = batches.finish().unwrap();
//! assert_eq!(outcome.report.balance.records.r#in, 2);
//! ```

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Observer, Options, Stop, run_with};
use crate::diagnostic::Located;
use crate::error::{Error, ErrorKind, Result};
use crate::report::{Outcome, RecordBalance};
use crate::schema::Schema;
use crate::sink::FINDING;
use crate::source::SourceId;
use crate::table::{Table, finding_columns, finding_table};

/// What comes of a stretch of the inputs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TableBatch {
    /// The tables, in the order of the schema; some may have no row.
    pub tables: Vec<Table>,
    /// What was found in the stretch, in its order. The last batches may have no record: what is
    /// found at the end of a run stands in them.
    pub findings: Vec<Located>,
    /// Records that were set aside.
    pub quarantined: Vec<QuarantinedRecord>,
    /// How many records the stretch has, and what became of them.
    pub records: RecordBalance,
    /// How many bytes of decoded text it has.
    pub bytes: u64,
}

impl TableBatch {
    /// A table by its name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name() == name)
    }
}

impl TableBatch {
    /// What was found, as a table. `files` are the names of the inputs. What a value was on
    /// its way stands there if [`Options::steps`] asked for it.
    ///
    /// # Errors
    ///
    /// A bug in what a column holds.
    pub fn finding_table(&self, files: &[String], schema: &Schema) -> Result<Table> {
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let frame = finding_table(&self.findings, &files, schema)?.frame()?;
        Ok(Table::own(FINDING, &finding_columns(), frame))
    }
}

/// The tables of a schema without a row, and that of findings behind them.
///
/// # Errors
///
/// A bug in what a column holds.
pub fn empty_tables(schema: &Schema) -> Result<Vec<Table>> {
    let mut tables = Table::none_of(schema)?;
    let findings = finding_table(&[], &[], schema)?.frame()?;
    tables.push(Table::own(FINDING, &finding_columns(), findings));
    Ok(tables)
}

/// A record that was set aside, or a piece of one that is too long for memory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QuarantinedRecord {
    /// The source, by its place among the inputs.
    pub source: SourceId,
    /// Its bytes as they stand in the file.
    pub bytes: Vec<u8>,
    /// Why, as a line of JSON with the place and the codes; a piece that goes on with
    /// a record has none.
    pub reason: Option<String>,
}

/// The batches of a run, in the order of the inputs. A few are made ahead, no more
/// than there are threads; dropping it ends the work.
#[derive(Debug)]
pub struct Batches {
    // None once there are no more; dropped first, so that the work ends before the
    // thread is waited for.
    receiver: Option<Receiver<TableBatch>>,
    run: Option<Run>,
    outcome: Option<Outcome>,
    stop: Stop,
}

/// The thread of a run, or why there is none.
type Run = Result<JoinHandle<Result<Outcome>>>;

/// Runs a schema over inputs and gives their tables batch by batch. What `options`
/// say of a target is left out of account: nothing is written.
#[must_use]
pub fn batches(schema: Arc<Schema>, options: Options) -> Batches {
    observed(schema, options, ())
}

/// The same, with somebody who hears how far it has come and what it finds.
#[must_use]
pub fn observed(
    schema: Arc<Schema>,
    mut options: Options,
    observer: impl Observer + Send + 'static,
) -> Batches {
    let stop = options.stop.clone();
    options.target = None;
    let (sender, receiver) = sync_channel(1);
    let run = std::thread::Builder::new().spawn(move || {
        let mut hand_on = |batch| {
            let sent = sender.send(batch);
            sent.map_err(|_| Error::new(ErrorKind::Stopped, "nobody wants more batches"))
        };
        run_with(&schema, &options, &observer, Some(&mut hand_on), None)
    });
    let run = Some(run.map_err(Error::no_thread));
    Batches { receiver: Some(receiver), run, outcome: None, stop }
}

impl Iterator for Batches {
    type Item = Result<TableBatch>;

    /// The next batch. An error is the last item.
    fn next(&mut self) -> Option<Self::Item> {
        if let Ok(batch) = self.receiver.as_ref()?.recv() {
            return Some(Ok(batch));
        }
        self.ended()
    }
}

impl Batches {
    /// What the run came to, with the findings about it as a whole and the verdict.
    /// Batches that were not taken are passed over.
    ///
    /// # Errors
    ///
    /// As [`run`](super::run), or the iterator has given its error before.
    pub fn finish(mut self) -> Result<Outcome> {
        for batch in &mut self {
            batch?;
        }
        let none =
            || Error::new(ErrorKind::Internal, "the run ended with the error that was given");
        self.outcome.take().ok_or_else(none)
    }

    /// The next batch, if it is there before long.
    pub fn poll(&mut self, patience: Duration) -> Poll<Option<Result<TableBatch>>> {
        let Some(receiver) = &self.receiver else { return Poll::Ready(None) };
        match receiver.recv_timeout(patience) {
            Ok(batch) => Poll::Ready(Some(Ok(batch))),
            Err(RecvTimeoutError::Timeout) => Poll::Pending,
            Err(RecvTimeoutError::Disconnected) => Poll::Ready(self.ended()),
        }
    }

    /// What the run came to, once the last batch was taken.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// The run has ended: its error, if it has one.
    fn ended(&mut self) -> Option<Result<TableBatch>> {
        match self.join()? {
            Ok(outcome) => {
                self.outcome = Some(outcome);
                None
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// Ends the work and waits for it; none if that was done before.
    fn join(&mut self) -> Option<Result<Outcome>> {
        self.receiver = None;
        Some(self.run.take()?.and_then(|run| {
            let ended = run.join();
            ended.unwrap_or_else(|panic| Err(Error::panicked("the run", &*panic)))
        }))
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        self.stop.stop();
        // What it came to is of no interest any more.
        let _ = self.join();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};
    use crate::source::Input;

    /// Ends the run, or panics, once the first input is measured.
    struct Ends(Option<Stop>);

    impl Observer for Ends {
        fn advance(&self, _: u64) {
            assert!(self.0.is_some(), "told no more");
        }

        fn measured(&self, _: u64, _: u64) {
            self.0.iter().for_each(Stop::stop);
        }

        fn found(&self, _: &Located, _: Option<&str>) -> Result<()> {
            Ok(())
        }
    }

    fn ended(ends: impl FnOnce(&Stop) -> Ends) -> (usize, Error) {
        let (schema, _) = parse(&SchemaSource::find("medline").unwrap());
        let dump = Input::memory("a.nbib", b"PMID- 1\nTI  - Mills\n");
        let options = Options::new(vec![dump]);
        let ends = ends(&options.stop);
        let mut items: Vec<_> = observed(Arc::new(schema.unwrap()), options, ends).collect();
        let error = items.pop().unwrap().unwrap_err();
        (items.len(), error)
    }

    #[test]
    fn a_run_that_is_stopped_says_so_and_finds_nothing() {
        let (batches, error) = ended(|stop| Ends(Some(stop.clone())));
        assert_eq!((batches, error.kind()), (0, ErrorKind::Stopped), "{error:?}");
    }

    #[test]
    fn a_panic_of_the_run_is_told() {
        let (_, error) = ended(|_| Ends(None));
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "told no more");
    }
}
