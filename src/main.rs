//! The command: a shell around the library.

mod cli;

/// Short-lived buffers on several threads: what malloc is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
