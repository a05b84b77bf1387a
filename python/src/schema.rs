//! Schemas, and drafts of some.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use recordmill::schema::model::Column;
use recordmill::schema::{Schema as Resolved, SchemaSource, parse_with};
use recordmill::sink::FINDING;
use recordmill::source::{Carried, Coding, FileSystem, Input, Limits, Stop, resolve};
use recordmill::table::finding_columns;
use recordmill::{Error, ErrorKind, dataset, draft as drafts, prove};

use crate::error::{exception, guarded, patient, raised};

type Reduced<'py> = (String, String, Bound<'py, PyDict>);

/// A schema that can be run.
#[pyclass(frozen, module = "recordmill._recordmill")]
pub(crate) struct Schema {
    pub(crate) inner: Arc<Resolved>,
    source: SchemaSource,
    /// Files that it refers to and that came along with it.
    pub(crate) carried: Carried,
}

#[pymethods]
impl Schema {
    /// Reads a schema from its text. `name` is its path, from whose folder those are found that it uses
    /// and that are not among the `files` that came along.
    #[new]
    #[pyo3(signature = (text, name, files=None))]
    fn new(
        py: Python<'_>,
        text: String,
        name: String,
        files: Option<BTreeMap<String, Vec<u8>>>,
    ) -> PyResult<Self> {
        let source = SchemaSource { name, text };
        let carried = Carried::new(files.unwrap_or_default());
        let (schema, faults) = guarded(py, || {
            let (schema, mut faults) = parse_with(&source, &carried);
            if let Some(schema) = &schema {
                faults.extend(dataset::faults(schema));
            }
            Ok((schema, faults))
        })?;
        let told = faults.iter().filter(|fault| fault.is_error()).map(|fault| {
            let (path, text) = fault.file(&source.name, &source.text);
            let before = text.get(..fault.span.start).unwrap_or_default();
            let line = 1 + before.matches('\n').count();
            let help = fault.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
            format!("{path}:{line}: {}{help}", fault.message)
        });
        let told: Vec<_> = told.collect();
        if let Some(schema) = schema.filter(|_| told.is_empty()) {
            schema.can_be_run().map_err(|error| raised(py, &error))?;
            return Ok(Self { inner: Arc::new(schema), source, carried });
        }
        let first = told.first().map_or("it cannot be read", String::as_str);
        let message = match told.len() {
            0 | 1 => format!("the schema cannot be used: {first}"),
            n => format!("the schema has {n} faults, the first: {first}"),
        };
        let path = Some(source.name.clone());
        let remedy = Some("`recordmill schema check` shows them in place");
        Err(exception(py, "SchemaError", &message, path, remedy, &told))
    }

    /// Reads an embedded schema by its name, or a file by its path.
    #[staticmethod]
    fn find(py: Python<'_>, name: String) -> PyResult<Self> {
        let source = guarded(py, || SchemaSource::find(&name))?;
        Self::new(py, source.text, source.name, None)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn path(&self) -> &str {
        &self.source.name
    }

    #[getter]
    fn text(&self) -> &str {
        &self.source.text
    }

    #[getter]
    fn hash(&self) -> &str {
        &self.inner.hash
    }

    #[getter]
    fn tables(&self) -> Vec<String> {
        self.inner.tables.iter().map(|table| table.name.clone()).collect()
    }

    /// The columns of a table, or of that of findings: name, type and what it holds.
    fn columns(
        &self,
        py: Python<'_>,
        table: &str,
    ) -> PyResult<Vec<(String, String, Option<String>)>> {
        let own = |columns: &[Column]| {
            let told = columns.iter().map(|column| {
                (column.name.clone(), column.kind.to_string(), column.description.clone())
            });
            told.collect()
        };
        match self.inner.tables.iter().find(|known| known.name == table) {
            Some(found) => Ok(own(&found.columns)),
            None if table == FINDING => Ok(own(&finding_columns())),
            None => Err(unknown_table(py, &self.inner, table)),
        }
    }

    /// Runs the examples of the schema; what did not come out as it says.
    fn test(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        guarded(py, || {
            let proof = prove::prove(&self.inner);
            Ok(proof.faults.into_iter().map(|fault| fault.message).collect())
        })
    }

    fn __repr__(&self) -> String {
        format!("<recordmill.Schema {} of {}>", self.inner.name, self.tables().join(", "))
    }

    /// What can be read elsewhere: the text, its name, and all files that it needs.
    fn __reduce__(slf: Bound<'_, Self>) -> PyResult<(Py<PyAny>, Reduced<'_>)> {
        let (py, this) = (slf.py(), slf.get());
        let carried = guarded(py, || dataset::carried(&this.inner, &this.carried))?;
        let files = PyDict::new(py);
        for (path, bytes) in carried.files() {
            files.set_item(path, PyBytes::new(py, bytes))?;
        }
        let source = this.source.clone();
        Ok((slf.get_type().into_any().unbind(), (source.text, source.name, files)))
    }
}

/// The exception about a table that a schema does not have.
pub(crate) fn unknown_table(py: Python<'_>, schema: &Resolved, table: &str) -> PyErr {
    let known: Vec<_> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    let message = format!("the schema `{}` has no table `{table}`", schema.name);
    let error = Error::new(ErrorKind::Option, message);
    raised(py, &error.with_remedy(format!("it has {}", known.join(", "))))
}

/// The encoding of a label.
pub(crate) fn coding(label: Option<&str>) -> recordmill::Result<Option<Coding>> {
    let Some(label) = label else { return Ok(None) };
    let found = Coding::of_label(label).ok_or_else(|| {
        Error::new(ErrorKind::Option, format!("no encoding is called `{label}`"))
            .with_remedy("give a WHATWG label such as `utf-8`, `gb18030`, `big5`, `shift_jis`")
    })?;
    Ok(Some(found))
}

/// Inputs whose reading ends where the call is interrupted.
fn until(stop: &Stop, inputs: Vec<Input>) -> Vec<Input> {
    inputs.into_iter().map(|input| input.until(stop)).collect()
}

/// The name of the embedded schema that fits some inputs.
#[pyfunction]
pub(crate) fn fit(
    py: Python<'_>,
    paths: Vec<String>,
    encoding: Option<String>,
) -> PyResult<String> {
    patient(py, move |stop| {
        let coding = coding(encoding.as_deref())?;
        let inputs = until(stop, resolve(&paths, Limits::default())?);
        Ok(drafts::fit::fit(&inputs, coding)?.name)
    })
}

/// Writes a schema for a dump that has none; or adds what is new in the dump to a schema.
#[pyfunction]
pub(crate) fn draft(
    py: Python<'_>,
    paths: Vec<String>,
    full: bool,
    update: Option<String>,
) -> PyResult<String> {
    patient(py, move |stop| {
        let inputs = until(stop, resolve(&paths, Limits::default())?);
        match update {
            Some(path) => {
                let text = FileSystem::default().text(path.as_ref())?;
                let source = SchemaSource { name: path, text };
                Ok(drafts::update(&source, &inputs, full)?.text)
            }
            None => Ok(drafts::draft(&inputs, full)?.text),
        }
    })
}
