//! `recover`: brings what a run that was stopped has begun to its end.

use std::path::PathBuf;

use clap::Args;
use recordmill::publish;

use super::{Stop, tell};

#[derive(Debug, Args)]
#[command(after_long_help = ABOUT)]
pub(super) struct RecoverArgs {
    /// Output folder of the run
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

const ABOUT: &str = "\
A run writes its files beside the tables that stand, and moves them once all are whole. Where it was
stopped before, the folder is as it was, and what was staged is removed; where it was stopped in
between, the rest is moved. `run` and the other commands that use the folder do the same by themselves.";

/// `recordmill recover`.
pub(super) fn run(args: &RecoverArgs) -> Result<u8, Stop> {
    let recovered = publish::recover(&args.folder)?;
    let folder = args.folder.display();
    tell(&match (recovered.published, recovered.cleared) {
        (0, 0) => format!("`{folder}` needs no recovery"),
        (0, _) => {
            format!(
                "`{folder}` is as it was: the run had not come to its end, and what it staged is removed"
            )
        }
        (_, _) => {
            format!("`{folder}` has the tables of the run that was stopped: all are in place")
        }
    });
    Ok(0)
}
