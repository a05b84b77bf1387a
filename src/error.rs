//! What stops a run.
//!
//! Bad data never does: it becomes a [`Finding`](crate::diagnostic::Finding).
//! An [`Error`] means that recordmill cannot do its job at all: an input that
//! cannot be read, an output that cannot be written, a schema that cannot be
//! used, or a bug.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

/// A result whose error stops the run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Which part of the world refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An input is missing, unreadable or of a form that cannot be read.
    Input,
    /// An output cannot be created or written.
    Output,
    /// A schema is missing or faulty.
    Schema,
    /// An option has a value that makes no sense.
    Option,
    /// Somebody ended the run early, or wants no more of it. Nothing is at fault.
    Stopped,
    /// recordmill itself is at fault.
    Internal,
}

/// An error that stops a run: what failed, where, why, and what to do about it.
///
/// `Display` gives one line in lower case without a full stop; the cause
/// follows through [`StdError::source`].
pub struct Error(Box<Repr>);

struct Repr {
    kind: ErrorKind,
    message: String,
    path: Option<PathBuf>,
    remedy: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Makes an error of the given kind. `message` is lower case and has no full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            kind,
            message: message.into(),
            path: None,
            remedy: None,
            source: None,
        }))
    }

    /// The error of a panic, which is a bug of ours whatever the input. `place` says in words what was done.
    #[must_use]
    pub fn panicked(place: &str, panic: &(dyn Any + Send)) -> Self {
        let message = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        Self::new(ErrorKind::Internal, format!("recordmill failed at {place}"))
            .with_remedy(
                "this is a bug: please report it, with the input and the schema if you can",
            )
            .with_source(message.to_owned())
    }

    /// The error of a thread that the system does not start.
    #[must_use]
    pub fn no_thread(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Option, "cannot start a thread")
            .with_remedy("ask for fewer with `-j`, or allow this user more of them and more memory")
            .with_source(error)
    }

    /// Adds the path that the error is about.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What failed, without where.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Which part of the world refused.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The path that the error is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// What the user can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(path) = &self.0.path {
            write!(f, " `{}`", path.display())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("path", &self.0.path)
            .field("remedy", &self.0.remedy)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_with_the_path() {
        let error = Error::new(ErrorKind::Input, "cannot read")
            .with_path("dump.txt")
            .with_remedy("check the name")
            .with_source(std::io::Error::other("gone"));
        assert_eq!(error.to_string(), "cannot read `dump.txt`");
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("gone"));
        assert_eq!(error.remedy(), Some("check the name"));
    }
}
