//! Plans and their splits, which other processes mill.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use recordmill::pipeline::{self, Share, Splits};
use recordmill::source::{Carried, Limits, resolve};
use recordmill::{Error, ErrorKind};

use crate::error::{guarded, patient, telling, wrong};
use crate::run::{Asked, FAREWELL, Run, inputs_except, report, target};
use crate::schema::Schema;

/// A part of a dump, which can be milled by itself, in any process.
#[pyclass(frozen, eq, module = "recordmill._recordmill")]
#[derive(PartialEq)]
pub(crate) struct Split {
    json: String,
    paths: Vec<String>,
    records: u64,
    bytes: u64,
}

fn parsed(json: &str) -> recordmill::Result<pipeline::Split> {
    serde_json::from_str(json).map_err(|error| {
        Error::new(ErrorKind::Option, "this is no split")
            .with_remedy("give what `Split.to_json` gave, of the same version")
            .with_source(error)
    })
}

impl Split {
    fn of(json: String) -> recordmill::Result<Self> {
        let split = parsed(&json)?;
        let paths = split.paths().map(str::to_owned).collect();
        Ok(Self { paths, records: split.records(), bytes: split.bytes(), json })
    }
}

#[pymethods]
impl Split {
    /// Reads what `to_json` gave.
    #[staticmethod]
    fn from_json(py: Python<'_>, json: String) -> PyResult<Self> {
        guarded(py, || Self::of(json))
    }

    /// The split as JSON.
    fn to_json(&self) -> &str {
        &self.json
    }

    /// The inputs that it has records of.
    #[getter]
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    /// How many records were cut.
    #[getter]
    fn records(&self) -> u64 {
        self.records
    }

    /// How many bytes of text it has.
    #[getter]
    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn __repr__(&self) -> String {
        let paths = match self.paths.as_slice() {
            [one] => one.clone(),
            paths => format!("{} inputs", paths.len()),
        };
        format!("<recordmill.Split of {paths}: {} records, {} bytes>", self.records, self.bytes)
    }

    fn __hash__(&self) -> u64 {
        self.records ^ self.bytes.rotate_left(32)
    }

    fn __reduce__(slf: Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        let again = slf.get_type().getattr("from_json")?;
        Ok((again.unbind(), (slf.get().json.clone(),)))
    }
}

type Planned = (Vec<Split>, Vec<(String, String, u64)>);

/// Parts inputs into splits; and tells which cannot be parted: path, why, bytes.
#[pyfunction]
pub(crate) fn plan(
    py: Python<'_>,
    paths: Vec<String>,
    schema: Py<Schema>,
    split_bytes: u64,
    asked: Asked,
) -> PyResult<Planned> {
    let schema = Arc::clone(&schema.get().inner);
    patient(py, move |stop| {
        let inputs = resolve(&paths, Limits::default())?;
        let mut options = asked.options(inputs, &Carried::default())?;
        options.stop = stop.clone();
        planned(&pipeline::plan(&schema, &options, split_bytes)?)
    })
}

fn planned(plan: &Splits) -> recordmill::Result<Planned> {
    let splits = plan
        .splits
        .iter()
        .map(|split| Split::of(written(serde_json::to_string(split), "a split")?));
    let told = plan.unsplittable.iter().map(|one| (one.path.clone(), one.why.clone(), one.bytes));
    Ok((splits.collect::<recordmill::Result<_>>()?, told.collect()))
}

fn written(json: serde_json::Result<String>, what: &str) -> recordmill::Result<String> {
    json.map_err(|error| {
        Error::new(ErrorKind::Internal, format!("cannot write {what}")).with_source(error)
    })
}

/// Begins to mill a split.
#[pyfunction]
pub(crate) fn read_split(
    py: Python<'_>,
    schema: Py<Schema>,
    split: Py<Split>,
    tables: Option<Vec<String>>,
    asked: Asked,
) -> PyResult<Run> {
    let schema = schema.get();
    let (inner, carried) = (Arc::clone(&schema.inner), schema.carried.clone());
    Run::new(py, schema, tables, None, move |_| {
        let split = split.get();
        let options = asked.options(Vec::new(), &carried)?;
        let parsed = parsed(&split.json)?;
        let batches = pipeline::read_split(inner, parsed, options)?;
        Ok((split.paths.clone(), batches))
    })
}

/// A run whose splits other processes mill. Letting go of it leaves the target as it was.
#[pyclass(frozen, module = "recordmill._recordmill")]
pub(crate) struct Gathering {
    made: Mutex<Option<pipeline::Gathering>>,
    planned: Mutex<Option<Planned>>,
    folder: String,
}

/// Plans a run whose splits other processes mill, and opens its target.
#[pyfunction]
pub(crate) fn gather(
    py: Python<'_>,
    paths: Vec<String>,
    schema: Py<Schema>,
    out: String,
    publish: String,
    split_bytes: u64,
    asked: Asked,
) -> PyResult<Gathering> {
    let (schema, carried) = (Arc::clone(&schema.get().inner), schema.get().carried.clone());
    patient(py, move |stop| {
        let mut options = asked.options(inputs_except(&paths, Some(&out))?, &carried)?;
        let formats = ["parquet".to_owned()];
        options.target = Some(target(&out, &formats, &publish, &options)?);
        options.stop = stop.clone();
        let made = pipeline::gather(schema, options, split_bytes)?;
        let planned = Mutex::new(Some(planned(made.plan())?));
        let folder = made.folder().to_string_lossy().into_owned();
        Ok(Gathering { made: Mutex::new(Some(made)), planned, folder })
    })
}

fn taken<T>(mutex: &Mutex<Option<T>>) -> Option<T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[pymethods]
impl Gathering {
    /// The splits, once; and which inputs cannot be parted.
    fn plan(&self) -> Option<Planned> {
        taken(&self.planned)
    }

    /// The folder in which the splits are milled.
    #[getter]
    fn folder(&self) -> &str {
        &self.folder
    }

    /// Puts together what `mill_split` gave for each split, and ends the run; gives the report as JSON.
    fn finish(&self, py: Python<'_>, shares: Vec<String>) -> PyResult<String> {
        let Some(made) = taken(&self.made) else {
            return Err(wrong(py, "the run has ended before", "begin another"));
        };
        let work = move |stop: &pipeline::Stop| {
            let shares = shares.iter().map(|share| {
                serde_json::from_str::<Share>(share).map_err(|error| {
                    Error::new(ErrorKind::Option, "this is no share of a split")
                        .with_remedy("give what `mill_split` gave, of the same version")
                        .with_source(error)
                })
            });
            let shares = shares.collect::<recordmill::Result<_>>()?;
            report(&made.stopped_by(stop).finish(shares, &())?)
        };
        telling(py, |_| Ok(()), FAREWELL, work)
    }

    /// Ends the run; nothing of it is left.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let made = taken(&self.made);
        guarded(py, move || {
            drop(made);
            Ok(())
        })
    }
}

/// Mills a split in the folder of a run, which may be one of another process; gives its share as JSON.
#[pyfunction]
pub(crate) fn mill_split(
    py: Python<'_>,
    schema: Py<Schema>,
    split: Py<Split>,
    folder: String,
    asked: Asked,
) -> PyResult<String> {
    let (inner, carried) = (Arc::clone(&schema.get().inner), schema.get().carried.clone());
    patient(py, move |stop| {
        let mut options = asked.options(Vec::new(), &carried)?;
        options.stop = stop.clone();
        let split = parsed(&split.get().json)?;
        let share = pipeline::mill_split(&inner, split, options, folder.as_ref(), &())?;
        written(serde_json::to_string(&share), "a share")
    })
}
