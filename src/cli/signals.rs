//! Signals: those that ask a run to stop, so that what it has staged is cleared away
//! first; and one that would end the process without a word.

use std::io;

use recordmill::publish::Guard;
use recordmill::{Error, ErrorKind, Result};

fn failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Internal, "cannot listen to signals").with_source(error)
}

/// Has SIGXFSZ, which a limit of `ulimit -f` sends, end nothing: that a file may grow no
/// longer is an error of the write, as a full disk is.
#[cfg(unix)]
pub(super) fn outlive_limits() -> Result<()> {
    use std::sync::Arc;

    let flag = Arc::default();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag).map_err(failed)?;
    Ok(())
}

/// Has SIGHUP, SIGINT and SIGTERM clear away what a run has staged, and end the process with
/// 128 and the number of the signal. A run that is just being published is waited for;
/// a second signal kills at once.
#[cfg(unix)]
pub(super) fn watch(guard: &Guard) -> Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    let asked = Arc::new(AtomicBool::new(false));
    let mut stops = vec![SIGINT, SIGTERM];
    if !outlives_terminal() {
        stops.push(SIGHUP);
    }
    for &signal in &stops {
        // In this order: the first signal finds the flag down, and the second up.
        flag::register_conditional_default(signal, Arc::clone(&asked)).map_err(failed)?;
        flag::register(signal, Arc::clone(&asked)).map_err(failed)?;
    }
    let mut signals = Signals::new(&stops).map_err(failed)?;
    let guard = guard.clone();
    let waiting = std::thread::Builder::new().spawn(move || {
        if let Some(signal) = signals.forever().next() {
            guard.clear_away();
            leave(signal);
        }
    });
    waiting.map(drop).map_err(Error::no_thread)
}

/// Whether the command is to go on where its terminal is gone, as `nohup` has it: a handler would take that back.
/// Where nobody says, all stays as it is.
#[cfg(unix)]
fn outlives_terminal() -> bool {
    #[expect(clippy::disallowed_methods, reason = "what the system says of the process")]
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & (1 << (signal_hook::consts::SIGHUP - 1)) != 0)
}

#[cfg(unix)]
#[expect(clippy::exit, reason = "whoever has the main thread waits for what is gone")]
fn leave(signal: i32) {
    let name = signal_hook::low_level::signal_name(signal).unwrap_or("a signal");
    super::say(&format!("stopped by {name}"));
    std::process::exit(128 + signal);
}

#[cfg(not(unix))]
pub(super) fn outlive_limits() -> Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn watch(_: &Guard) -> Result<()> {
    Ok(())
}
