//! The command: a shell around the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(recordmill::cli::main(std::env::args_os()))
}
