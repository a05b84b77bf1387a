//! `man`: pages for the reader of manuals.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::Man;
use recordmill::{Error, ErrorKind};

use super::{Stop, print, tell};

#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  recordmill man | man -l -\n  recordmill man --out ~/.local/share/man/man1"
)]
pub(super) struct ManArgs {
    /// Folder for a page of each command; without it that of `recordmill` goes to standard output
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// `recordmill man`.
pub(super) fn run(args: &ManArgs) -> Result<u8, Stop> {
    let command = super::Args::command();
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        // Writing to memory does not fail.
        let _ = Man::new(command).render(&mut page);
        print(&String::from_utf8_lossy(&page))?;
        return Ok(0);
    };
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| {
        Error::new(ErrorKind::Output, "cannot write the pages")
            .with_path(folder)
            .with_remedy("name a folder that this user may write to")
            .with_source(error)
    })?;
    tell(&format!("the pages stand in `{}`", folder.display()));
    Ok(0)
}
