//! The Python package: what `recordmill` does, for programs in Python.
//!
//! Here is what must be Rust: runs on threads of their own, tables by the Arrow C interface, splits.
//! What a user calls is written in Python beside it, in `python/python/recordmill/`.
//!
//! Nothing waits with the interpreter held, no thread is started before a run is asked for, and a panic
//! is an `InternalError`.

mod error;
mod explain;
mod run;
mod schema;
mod split;
mod table;

use std::ffi::OsString;

use pyo3::prelude::*;

/// The native part of the package `recordmill`.
#[pymodule]
mod _recordmill {
    #[pymodule_export]
    use crate::explain::explain;
    #[pymodule_export]
    use crate::run::{Batch, Run, Stream, batches, empty, finding_table_name, run, scan};
    #[pymodule_export]
    use crate::schema::{Schema, draft, fit};
    #[pymodule_export]
    use crate::split::{Gathering, Split, gather, mill_split, plan, read_split};
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::{fail, main, version};
}

/// Runs the command with these arguments, the first of which is its name; gives its exit code.
#[pyfunction]
fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    error::guarded(py, || Ok(recordmill::cli::main(args)))
}

/// Panics, to show what comes of it.
#[pyfunction]
fn fail(py: Python<'_>) -> PyResult<()> {
    error::guarded(py, || panic!("this is how a panic ends"))
}

/// The version of the package.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
