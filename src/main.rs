//! The command: a shell around the library.

mod cli;

/// Short-lived buffers on several threads: what malloc is slowest at.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
