//! Plans and their splits, which other processes mill.

use std::sync::Arc;

use pyo3::prelude::*;
use recordmill::pipeline::{self, Splits};
use recordmill::source::{Limits, resolve};
use recordmill::{Error, ErrorKind};

use crate::error::{guarded, patient};
use crate::run::{Asked, Run};
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
        let mut options = asked.options(resolve(&paths, Limits::default())?)?;
        options.stop = stop.clone();
        let Splits { splits, unsplittable, .. } = pipeline::plan(&schema, &options, split_bytes)?;
        let splits = splits.iter().map(|split| {
            let json = serde_json::to_string(split).map_err(|error| {
                Error::new(ErrorKind::Internal, "cannot write a split").with_source(error)
            });
            Split::of(json?)
        });
        let told = unsplittable.into_iter().map(|one| (one.path, one.why, one.bytes));
        Ok((splits.collect::<recordmill::Result<_>>()?, told.collect()))
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
    let inner = Arc::clone(&schema.inner);
    Run::new(py, schema, tables, None, move |_| {
        let split = split.get();
        let options = asked.options(Vec::new())?;
        let parsed = parsed(&split.json)?;
        let batches = pipeline::read_split(inner, parsed, options)?;
        Ok((split.paths.clone(), batches))
    })
}
