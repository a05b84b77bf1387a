//! Runs: batch by batch, as a stream, or into files.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use polars::prelude::{DataFrame, PolarsError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict};
use recordmill::diagnostic::Located;
use recordmill::pipeline::{self, Batches, Observer, Options, Stop, TableBatch, empty_tables};
use recordmill::report::Outcome;
use recordmill::sink::{FINDING, Format, Target};
use recordmill::source::{Carried, Except, FileId, Limits, resolve, resolve_except};
use recordmill::{Error, ErrorKind};

use crate::error::{PATIENCE, guarded, patient, raised, telling, wrong};
use crate::schema::{Schema, coding, unknown_table};
use crate::table::{Rows, Table, arrays, picked, schema as schema_capsule, stream};

/// How long a run into files is waited for that was told to end.
pub(crate) const FAREWELL: Duration = Duration::from_millis(400);

/// What a run is asked for beside its inputs and its schema.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    threads: Option<usize>,
    encoding: Option<String>,
    limit: Option<u64>,
    max_record_bytes: Option<usize>,
    fail_on: String,
    mask: bool,
}

impl Asked {
    /// Options for some inputs.
    pub(crate) fn options(
        &self,
        inputs: Vec<recordmill::source::Input>,
        carried: &Carried,
    ) -> recordmill::Result<Options> {
        let mut options = Options::new(inputs);
        options.carried = carried.clone();
        if let Some(threads) = self.threads {
            options.threads = threads.clamp(1, 1024);
        }
        options.encoding = coding(self.encoding.as_deref())?;
        options.limit = self.limit;
        options.max_record_bytes = self.max_record_bytes;
        options.mask = self.mask;
        // The table of findings tells what a value was on its way.
        options.steps = true;
        options.fail_on = self.fail_on.parse()?;
        Ok(options)
    }
}

/// How far a run has come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: AtomicU64,
    all: AtomicU64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(Arc<Progress>);

impl Observer for Watch {
    fn advance(&self, bytes: u64) {
        self.0.done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn measured(&self, bytes: u64, _: u64) {
        self.0.all.fetch_add(bytes, Ordering::Relaxed);
    }

    fn found(&self, _: &Located, _: Option<&str>) -> recordmill::Result<()> {
        Ok(())
    }
}

/// Tells a callable how far a run has come, no more often than it has come further.
struct Teller {
    watch: Watch,
    callable: Option<Py<PyAny>>,
    told: u64,
}

impl Teller {
    fn new(callable: Option<Py<PyAny>>) -> Self {
        Self { watch: Watch::default(), callable, told: 0 }
    }

    fn tell(&mut self, py: Python<'_>) -> PyResult<()> {
        let (done, all) = (&self.watch.0.done, &self.watch.0.all);
        let (done, all) = (done.load(Ordering::Relaxed), all.load(Ordering::Relaxed));
        if let Some(callable) = self.callable.as_ref().filter(|_| done > self.told) {
            self.told = done;
            callable.call1(py, (done, all.max(done)))?;
        }
        Ok(())
    }
}

/// What a run came to, as JSON.
pub(crate) fn report(outcome: &Outcome) -> recordmill::Result<String> {
    serde_json::to_string(&outcome.report).map_err(|error| {
        Error::new(ErrorKind::Internal, "cannot tell what the run came to").with_source(error)
    })
}

/// A run under way. Whoever lets go of it ends the work and does not wait for that: it may take a
/// while, and the interpreter may be held.
struct Running {
    batches: Option<Batches>,
    /// The process that began it: a forked one has none of its threads.
    process: u32,
}

impl Running {
    fn new(batches: Batches) -> Self {
        Self { batches: Some(batches), process: std::process::id() }
    }

    fn is_here(&self) -> bool {
        self.process == std::process::id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let is_here = self.is_here();
        match self.batches.take() {
            Some(batches) if is_here => {
                // Where no thread is to be had, what it was given is dropped here.
                let _ = std::thread::Builder::new().spawn(move || drop(batches));
            }
            // Its threads are not in this process: there is nothing to wait for.
            batches => std::mem::forget(batches),
        }
    }
}

/// A run that gives its tables batch by batch.
#[pyclass(module = "recordmill._recordmill")]
pub(crate) struct Run {
    running: Mutex<Option<Running>>,
    names: Arc<Vec<String>>,
    schema: Arc<recordmill::schema::Schema>,
    tables: Option<Vec<String>>,
    teller: Teller,
    report: Option<String>,
}

impl Run {
    pub(crate) fn new(
        py: Python<'_>,
        schema: &Schema,
        tables: Option<Vec<String>>,
        on_progress: Option<Py<PyAny>>,
        begin: impl FnOnce(Watch) -> recordmill::Result<(Vec<String>, Batches)> + Send + 'static,
    ) -> PyResult<Self> {
        for table in tables.iter().flatten() {
            if !schema.inner.tables.iter().any(|known| known.name == *table) {
                return Err(unknown_table(py, &schema.inner, table));
            }
        }
        let teller = Teller::new(on_progress);
        let watch = teller.watch.clone();
        let (names, batches) = patient(py, |_| begin(watch))?;
        let (running, names) = (Mutex::new(Some(Running::new(batches))), Arc::new(names));
        let schema = Arc::clone(&schema.inner);
        Ok(Self { running, names, schema, tables, teller, report: None })
    }
}

fn held<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl Run {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Batch>> {
        if held(&mut self.running).as_ref().is_some_and(|running| !running.is_here()) {
            return Err(wrong(
                py,
                "these batches belong to another process",
                "call `batches` in the process that takes them, or give it a split of a plan",
            ));
        }
        loop {
            let running = held(&mut self.running).as_mut();
            let Some(batches) = running.and_then(|running| running.batches.as_mut()) else {
                return Ok(None);
            };
            let polled = guarded(py, || Ok(batches.poll(PATIENCE)))?;
            let told = py.check_signals().and_then(|()| self.teller.tell(py));
            if let Err(error) = told {
                self.close();
                return Err(error);
            }
            match polled {
                Poll::Pending => {}
                Poll::Ready(Some(Ok(batch))) => {
                    let (names, schema) = (Arc::clone(&self.names), Arc::clone(&self.schema));
                    let tables = self.tables.clone();
                    return Ok(Some(Batch { made: batch, names, schema, tables }));
                }
                Poll::Ready(Some(Err(error))) => {
                    self.close();
                    return Err(raised(py, &error));
                }
                Poll::Ready(None) => {
                    if let Some(outcome) = batches.outcome() {
                        self.report = Some(report(outcome).map_err(|error| raised(py, &error))?);
                    }
                    self.close();
                }
            }
        }
    }

    /// Ends the run. What it holds is let go of.
    fn close(&mut self) {
        *held(&mut self.running) = None;
    }

    /// What the run came to, once the last batch was taken.
    #[getter]
    fn report_json(&self) -> Option<&str> {
        self.report.as_deref()
    }

    #[getter]
    fn inputs(&self) -> Vec<String> {
        self.names.to_vec()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a run cannot be pickled: send a split of a plan"))
    }
}

/// What came of a stretch of the inputs.
#[pyclass(frozen, module = "recordmill._recordmill")]
pub(crate) struct Batch {
    made: TableBatch,
    names: Arc<Vec<String>>,
    schema: Arc<recordmill::schema::Schema>,
    tables: Option<Vec<String>>,
}

#[pymethods]
impl Batch {
    /// The names of its tables.
    #[getter]
    fn tables(&self) -> Vec<String> {
        let names = self.made.tables.iter().map(recordmill::table::Table::name);
        let wanted = |name: &&str| {
            self.tables.as_ref().is_none_or(|wanted| wanted.iter().any(|one| one == name))
        };
        names.filter(wanted).map(str::to_owned).collect()
    }

    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let known = self.tables();
        let found = self.made.table(name).filter(|_| known.iter().any(|known| known == name));
        let found = found.cloned().map(Table::of);
        found.ok_or_else(|| {
            let message = format!("the batch has no table `{name}`");
            wrong(py, &message, &format!("it has {}", known.join(", ")))
        })
    }

    /// What was found, as a table.
    #[getter]
    fn findings(&self, py: Python<'_>) -> PyResult<Table> {
        guarded(py, || self.made.finding_table(&self.names, &self.schema).map(Table::of))
    }

    /// Records that were set aside: the input, the bytes, and why as JSON; a piece that goes on with a
    /// record has no reason.
    #[getter]
    fn quarantined<'py>(
        &self,
        py: Python<'py>,
    ) -> Vec<(String, Bound<'py, PyBytes>, Option<String>)> {
        let records = self.made.quarantined.iter();
        let told = records.map(|record| {
            let name = self.names.get(record.source.index()).cloned().unwrap_or_default();
            (name, PyBytes::new(py, &record.bytes), record.reason.clone())
        });
        told.collect()
    }

    /// How many records it has, and what became of them.
    #[getter]
    fn records<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let records = PyDict::new(py);
        records.set_item("in", self.made.records.r#in)?;
        records.set_item("out", self.made.records.out)?;
        records.set_item("quarantined", self.made.records.quarantined)?;
        Ok(records)
    }

    /// How many bytes of text it has.
    #[getter]
    fn bytes(&self) -> u64 {
        self.made.bytes
    }

    fn __repr__(&self) -> String {
        let tables = self.tables().join(", ");
        format!("<recordmill.Batch of {} records: {tables}>", self.made.records.r#in)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a batch cannot be pickled: send a split of a plan"))
    }
}

fn inputs(paths: &[String]) -> recordmill::Result<Vec<recordmill::source::Input>> {
    resolve(paths, Limits::default())
}

/// Begins a run that gives its tables batch by batch.
#[pyfunction]
pub(crate) fn batches(
    py: Python<'_>,
    paths: Vec<String>,
    schema: Py<Schema>,
    tables: Option<Vec<String>>,
    asked: Asked,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Run> {
    let schema = schema.get();
    let (inner, carried) = (Arc::clone(&schema.inner), schema.carried.clone());
    Run::new(py, schema, tables, on_progress, move |watch| {
        let options = asked.options(inputs(&paths)?, &carried)?;
        let names = options.inputs.iter().map(|input| input.name().to_owned()).collect();
        Ok((names, pipeline::observed(inner, options, watch)))
    })
}

/// The tables of a schema without a row, and that of findings.
#[pyfunction]
pub(crate) fn empty(py: Python<'_>, schema: Py<Schema>) -> PyResult<Vec<Table>> {
    let schema = schema.get();
    guarded(py, || Ok(empty_tables(&schema.inner)?.into_iter().map(Table::of).collect()))
}

/// What became of a stream.
#[derive(Default)]
struct Ended {
    report: Option<String>,
    error: Option<Error>,
}

/// One table of a run as a stream, which can be taken once.
#[pyclass(frozen, module = "recordmill._recordmill")]
pub(crate) struct Stream {
    name: String,
    empty: DataFrame,
    columns: Option<Vec<String>>,
    plain: bool,
    running: Mutex<Option<Running>>,
    ended: Arc<Mutex<Ended>>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a run that gives one table as a stream.
#[pyfunction]
pub(crate) fn scan(
    py: Python<'_>,
    paths: Vec<String>,
    schema: Py<Schema>,
    table: String,
    columns: Option<Vec<String>>,
    plain: bool,
    asked: Asked,
) -> PyResult<Stream> {
    let schema = schema.get();
    let found = |name: &str| {
        let tables = empty_tables(&schema.inner)?;
        Ok(tables
            .into_iter()
            .find(|known| known.name() == name)
            .map(recordmill::table::Table::into_frame))
    };
    let empty = guarded(py, || found(&table))?;
    let empty = empty.ok_or_else(|| unknown_table(py, &schema.inner, &table))?;
    let empty = match &columns {
        Some(columns) => picked(py, &table, &empty, columns)?,
        None => empty,
    };
    let (inner, carried) = (Arc::clone(&schema.inner), schema.carried.clone());
    let begin = move |_: &Stop| {
        let options = asked.options(inputs(&paths)?, &carried)?;
        Ok(pipeline::batches(inner, options))
    };
    let running = Mutex::new(Some(Running::new(patient(py, begin)?)));
    Ok(Stream { name: table, empty, columns, plain, running, ended: Arc::default() })
}

#[pymethods]
impl Stream {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let Some(running) = locked(&self.running).take_if(|running| running.is_here()) else {
            return Err(wrong(
                py,
                "the stream was taken before",
                "call `scan` once more, or `read` for a table that can be taken again",
            ));
        };
        let rows = self.rows(running);
        stream(py, &self.empty, self.plain, rows)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.empty, self.plain)
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.empty.get_column_names().iter().map(ToString::to_string).collect()
    }

    #[getter]
    fn report_json(&self) -> Option<String> {
        locked(&self.ended).report.clone()
    }

    /// The error that ended the stream, if one did.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let ended = locked(&self.ended);
        ended.error.as_ref().map(|error| raised(py, error).into_value(py).into_any())
    }

    fn __repr__(&self) -> String {
        format!("<recordmill.Scan {} of {}>", self.name, self.column_names().join(", "))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a stream cannot be pickled: send a split of a plan"))
    }
}

impl Stream {
    /// The rows of the table, as batches come.
    fn rows(&self, mut running: Running) -> Rows {
        let (ended, name) = (Arc::clone(&self.ended), self.name.clone());
        let (columns, plain) = (self.columns.clone(), self.plain);
        let failed = move |ended: &Mutex<Ended>, error: Error| {
            let told = PolarsError::ComputeError(error.to_string().into());
            locked(ended).error = Some(error);
            told
        };
        let mut ready = Vec::new().into_iter();
        Box::new(std::iter::from_fn(move || {
            loop {
                if let Some(array) = ready.next() {
                    return Some(Ok(array));
                }
                let batches = running.batches.as_mut()?;
                let batch = match batches.next() {
                    Some(Ok(batch)) => batch,
                    Some(Err(error)) => return Some(Err(failed(&ended, error))),
                    None => {
                        match batches.outcome().map(report) {
                            Some(Err(error)) => return Some(Err(failed(&ended, error))),
                            Some(Ok(report)) => locked(&ended).report = Some(report),
                            None => {}
                        }
                        return None;
                    }
                };
                let Some(frame) =
                    batch.table(&name).cloned().map(recordmill::table::Table::into_frame)
                else {
                    continue;
                };
                let frame = match &columns {
                    Some(columns) => match frame.select(columns) {
                        Ok(frame) => frame,
                        Err(error) => return Some(Err(error)),
                    },
                    None => frame,
                };
                if frame.height() > 0 {
                    ready = arrays(frame, plain).into_iter();
                }
            }
        }))
    }
}

/// Runs a schema over inputs and writes the tables to a folder, or checks only; gives the report as JSON.
#[pyfunction]
pub(crate) fn run(
    py: Python<'_>,
    paths: Vec<String>,
    schema: Py<Schema>,
    out: Option<String>,
    formats: Vec<String>,
    publish: String,
    asked: Asked,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let (schema, carried) = (Arc::clone(&schema.get().inner), schema.get().carried.clone());
    let mut teller = Teller::new(on_progress);
    let watch = teller.watch.clone();
    let work = move |stop: &Stop| {
        let inputs = inputs_except(&paths, out.as_deref())?;
        let mut options = asked.options(inputs, &carried)?;
        options.target = out.map(|out| target(&out, &formats, &publish, &options)).transpose()?;
        options.stop = stop.clone();
        report(&pipeline::run(&schema, &options, &watch)?)
    };
    // What was staged is cleared away by the time of the farewell, or soon behind.
    telling(py, |py| teller.tell(py), FAREWELL, work)
}

/// Inputs, of which what stands in the folder of the outputs is none.
pub(crate) fn inputs_except(
    paths: &[String],
    out: Option<&str>,
) -> recordmill::Result<Vec<recordmill::source::Input>> {
    let mut except = Except::default();
    if let Some(folder) = out {
        except.add(folder.as_ref());
    }
    resolve_except(paths, Limits::default(), &except)
}

pub(crate) fn target(
    out: &str,
    formats: &[String],
    publish: &str,
    options: &Options,
) -> recordmill::Result<Target> {
    let mut target = Target::new(out);
    target.formats.clear();
    for word in formats {
        let Some(format) = Format::ALL.into_iter().find(|format| format.extension() == word) else {
            let known: Vec<_> = Format::ALL.iter().map(|format| format.extension()).collect();
            let message = format!("no format is called `{word}`");
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy(format!("give {}", known.join(", "))));
        };
        if !target.formats.contains(&format) {
            target.formats.push(format);
        }
    }
    target.formats.sort_unstable();
    target.publish = publish.parse()?;
    for file in options.inputs.iter().filter_map(recordmill::source::Input::file) {
        if let Ok(Some(id)) = FileId::of(file.as_ref()) {
            target.inputs.insert(id, file.to_owned());
        }
    }
    Ok(target)
}

/// The name of the table of findings.
#[pyfunction]
pub(crate) fn finding_table_name() -> &'static str {
    FINDING
}
