//! The command: a shell around the library.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
