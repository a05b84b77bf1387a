//! From staged files to a published folder, whole or not at all.
//!
//! In: the files of a run, written one by one into a staging folder inside the
//! target, and the `run.json` that vouches for them. Out: the target with the files
//! of this run and none of the run before.
//!
//! ```text
//! stage    every file is written and synced in `.recordmill-staging-…/files`
//! check    nothing of another tool or schema is in the way, no input is a target
//! commit   the journal of all moves is synced and gets its name: the commit point
//! move     the old `run.json` goes; files move; old ones that are ours go; the new `run.json` comes last
//! clear    the journal goes, then the staging folder
//! ```
//!
//! A run that has failed goes the same way into a folder beside the target, and once a run is
//! published the one there is withdrawn by a journal of its own.
//!
//! What holds:
//!
//! - Before the commit point the target is as it was. Behind it, whoever comes next
//!   ([`recover()`], [`recover_if_needed`], a run) goes on where the other stopped; each
//!   step can be done twice.
//! - `run.json` stands only while all that it lists is in place.
//! - One run at a time: a lock file that stays, and is never written to.
//! - What another tool or schema wrote is neither replaced nor removed: a file is ours
//!   if our `run.json` lists it, and it is removed only with the very bytes it lists.
//!
//! All of it asks the file system through `disk::Disk`, so that tests can stop it at
//! any operation, or cut the power.

mod disk;
mod guard;
mod journal;
mod lock;
#[cfg(test)]
mod model;
mod owned;
mod part;
mod recover;
mod staging;
mod withdraw;

pub use guard::Guard;
#[cfg(feature = "tables")]
pub(crate) use owned::part_name;
pub use owned::{Claim, own_files, sibling_of_failed};
pub use recover::{Recovered, recover, recover_if_needed};
pub use staging::{Placed, RunJson, Staged, StagedFile, Staging};
pub use withdraw::Earlier;

use std::path::Path;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// A file of the output folder, as `run.json` lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Output {
    /// Its name in the folder, with `/` between its parts.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its BLAKE3 hash, in hexadecimal.
    pub hash: String,
}

/// Which runs are published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Publish {
    /// Those that have not failed; the tables of others stand beside the target.
    #[default]
    Passed,
    /// All.
    Always,
}

impl Publish {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Passed, Self::Always];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Always => "always",
        }
    }
}

impl FromStr for Publish {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == word);
        found.ok_or_else(|| {
            Error::new(ErrorKind::Option, format!("no runs to publish are called `{word}`"))
                .with_remedy(format!("give {}", Self::ALL.map(Self::as_str).join(", ")))
        })
    }
}

/// An error about an output file.
pub(crate) fn failed(
    path: &Path,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(ErrorKind::Output, "cannot write")
        .with_path(path)
        .with_remedy(
            "check that the folder can be written and the disk has room, or name another with `-o`",
        )
        .with_source(error)
}
