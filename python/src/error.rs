//! Errors of the library as exceptions of the package.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use recordmill::pipeline::Stop;
use recordmill::{Error, ErrorKind, Result};

/// The exception of an error: a class for each kind, with the path and what to do about it.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error.kind() {
        ErrorKind::Input => "InputError",
        ErrorKind::Output => "OutputError",
        ErrorKind::Schema => "SchemaError",
        ErrorKind::Option => "OptionError",
        ErrorKind::Stopped => "StoppedError",
        _ => "InternalError",
    };
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(known) = cause {
        message.push_str(&format!(": {known}"));
        cause = known.source();
    }
    let path = error.path().map(|path| path.to_string_lossy().into_owned());
    exception(py, class, &message, path, error.remedy(), &[])
}

/// An exception of the package.
pub(crate) fn exception(
    py: Python<'_>,
    class: &str,
    message: &str,
    path: Option<String>,
    remedy: Option<&str>,
    faults: &[String],
) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let class = py.import("recordmill._errors")?.getattr(class)?;
        let named = PyDict::new(py);
        named.set_item("path", path)?;
        named.set_item("remedy", remedy)?;
        if !faults.is_empty() {
            named.set_item("faults", faults)?;
        }
        Ok(PyErr::from_value(class.call((message,), Some(&named))?))
    };
    made().unwrap_or_else(|error| error)
}

/// An option that makes no sense.
pub(crate) fn wrong(py: Python<'_>, message: &str, remedy: &str) -> PyErr {
    exception(py, "OptionError", message, None, Some(remedy), &[])
}

/// How long a call waits before it looks whether somebody wants it to end.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Does work that may take long on a thread of its own. An interrupt ends the call at once. The work
/// ends with it where it looks at its `Stop`, which all do that read, each time they read; what is then made of
/// what was read goes on unheard to its end.
pub(crate) fn patient<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&Stop) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    telling(py, |_| Ok(()), Duration::ZERO, work)
}

/// The same with somebody who is told now and then that it goes on, and may end it by an error. Whoever
/// ends it waits a while for what the work clears away.
pub(crate) fn telling<T: Send + 'static>(
    py: Python<'_>,
    mut tell: impl FnMut(Python<'_>) -> PyResult<()>,
    farewell: Duration,
    work: impl FnOnce(&Stop) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let stop = Stop::default();
    let (sender, mut done) = sync_channel(1);
    let told = stop.clone();
    std::thread::spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(|| work(&told)));
        // Whoever was interrupted does not listen any more.
        let _ = sender.send(done.unwrap_or_else(|panic| Err(Error::panicked(CALL, &*panic))));
    });
    loop {
        let heard = &mut done;
        match py.detach(move || heard.recv_timeout(PATIENCE)) {
            Ok(done) => {
                tell(py)?;
                return done.map_err(|error| raised(py, &error));
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = py.check_signals().and_then(|()| tell(py)) {
                    stop.stop();
                    let heard = &mut done;
                    py.detach(move || heard.recv_timeout(farewell).map(drop).unwrap_or_default());
                    return Err(error);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(raised(py, &Error::panicked(CALL, &())));
            }
        }
    }
}

/// What a panic is told of.
const CALL: &str = "a call from Python";

/// Does work of the library without the interpreter. A panic is an error like others.
pub(crate) fn guarded<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    let done = done.unwrap_or_else(|panic| Err(Error::panicked(CALL, &*panic)));
    done.map_err(|error| raised(py, &error))
}
