//! `completions`: scripts for shells.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Stop, print};

#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  recordmill completions bash > ~/.local/share/bash-completion/completions/recordmill"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), "recordmill", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
