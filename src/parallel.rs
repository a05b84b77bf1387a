//! Work on several threads whose results are taken in order.
//!
//! ```text
//! producer thread ──jobs, bounded──► workers ──results──► caller, in order
//!        ▲────────────────── a token per result taken ──────────┘
//! ```
//!
//! A token stands for a job under way: the producer takes one for each, and the caller gives it back.
//! So what is held at once is bound by the number of threads, and a job that takes long holds the
//! producer up, not the memory.
//!
//! Nobody waits for what will never come: whoever ends, well or not, lets go of its channels, and a
//! panic on any thread is an error with the place of its job.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use crate::error::{Error, Result};

/// What a worker calls, once it is set up, with what it does with each job.
pub(crate) type Jobs<'w, J, R> = &'w mut dyn FnMut(&mut dyn FnMut(J) -> Result<R>);

/// How many workers there are, and what a thread is made with.
pub(crate) struct Threads<'t> {
    count: usize,
    new: &'t dyn Fn() -> Builder,
}

impl From<usize> for Threads<'static> {
    fn from(count: usize) -> Self {
        Self { count, new: &Builder::new }
    }
}

/// Hands what `produce` emits to `threads` workers, and what they return to `take`, in the order in
/// which it was emitted. `emit` returns false if nobody wants more. `place` says in words where a job
/// stands.
///
/// # Errors
///
/// The first that any of them returns; a panic of any of them; and that a thread cannot be started.
pub(crate) fn in_order<'t, J, R, T>(
    threads: impl Into<Threads<'t>>,
    produce: impl FnOnce(&mut dyn FnMut(J) -> bool) -> Result<T> + Send,
    worker: impl Fn(Jobs<'_, J, R>) + Sync,
    place: impl Fn(&J) -> String + Sync,
    take: impl FnMut(R) -> Result<()>,
) -> Result<T>
where
    J: Send,
    R: Send,
    T: Send,
{
    let Threads { count: threads, new: thread } = threads.into();
    let threads = threads.max(1);
    let under_way = threads + 1;
    let (token_back, tokens) = sync_channel::<()>(under_way);
    for _ in 0..under_way {
        let _ = token_back.send(());
    }
    let (queue, jobs) = sync_channel::<(u64, J)>(threads);
    let (done, results) = channel::<(u64, Result<R>)>();
    // Held by the workers alone: once all of them are gone the producer hears of it.
    let jobs = Arc::new(Mutex::new(jobs));
    std::thread::scope(|scope| {
        let producer = thread().spawn_scoped(scope, move || {
            let (mut n, mut stopped) = (0, false);
            let mut emit = |job| {
                stopped = stopped || tokens.recv().is_err() || queue.send((n, job)).is_err();
                n += 1;
                !stopped
            };
            catch_unwind(AssertUnwindSafe(|| produce(&mut emit)))
                .unwrap_or_else(|panic| Err(Error::panicked("the reading of an input", &*panic)))
        });
        let producer = producer.map_err(Error::no_thread)?;
        for _ in 0..threads {
            let (done, jobs, worker, place) = (done.clone(), Arc::clone(&jobs), &worker, &place);
            let started = thread().spawn_scoped(scope, move || {
                let mut run = |work: &mut dyn FnMut(J) -> Result<R>| {
                    while let Ok((n, job)) = next(&jobs) {
                        let place = place(&job);
                        let result = catch_unwind(AssertUnwindSafe(|| work(job)))
                            .unwrap_or_else(|panic| Err(Error::panicked(&place, &*panic)));
                        let failed = result.is_err();
                        if done.send((n, result)).is_err() || failed {
                            break;
                        }
                    }
                };
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| worker(&mut run))) {
                    let _ = done.send((0, Err(Error::panicked("the start of a worker", &*panic))));
                }
            });
            // Those that did start end: what they wait for is dropped with all that is held here.
            started.map_err(Error::no_thread)?;
        }
        drop((done, jobs));
        let taken = collect(results, take, move || {
            // Nobody waits for a token once the producer has ended.
            let _ = token_back.send(());
        });
        let read = producer
            .join()
            .unwrap_or_else(|panic| Err(Error::panicked("the reading of an input", &*panic)));
        taken.and(read)
    })
}

fn next<J>(jobs: &Mutex<Receiver<J>>) -> Result<J, std::sync::mpsc::RecvError> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

/// Takes results as they are done, in order.
fn collect<R>(
    results: Receiver<(u64, Result<R>)>,
    mut take: impl FnMut(R) -> Result<()>,
    token_back: impl Fn(),
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (n, result) in results {
        waiting.insert(n, result?);
        while let Some(result) = waiting.remove(&next) {
            next += 1;
            take(result)?;
            token_back();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// Squares numbers on some threads; a worker panics at one of them.
    fn squares(threads: usize, count: u64, bad: Option<u64>) -> Result<Vec<u64>> {
        let mut squares = Vec::new();
        in_order(
            threads,
            |emit| {
                let _ = (0..count).all(emit);
                Ok(())
            },
            |work| {
                work(&mut |n: u64| {
                    assert!(Some(n) != bad, "no square of {n}");
                    Ok(n * n)
                });
            },
            |n| format!("number {n}"),
            |square| {
                squares.push(square);
                Ok(())
            },
        )?;
        Ok(squares)
    }

    #[test]
    fn results_come_in_order() {
        for threads in [1, 2, 5] {
            let expected: Vec<_> = (0..200).map(|n| n * n).collect();
            assert_eq!(squares(threads, 200, None).unwrap(), expected);
        }
    }

    #[test]
    fn a_panic_is_an_error_with_its_place_at_any_number_of_threads() {
        for threads in [1, 2, 4] {
            for bad in [0, 7, 199] {
                let error = squares(threads, 200, Some(bad)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Internal);
                assert_eq!(error.to_string(), format!("recordmill failed at number {bad}"));
                let cause = std::error::Error::source(&error).unwrap().to_string();
                assert_eq!(cause, format!("no square of {bad}"));
            }
        }
    }

    #[test]
    fn a_thread_that_cannot_be_started_is_an_error_and_the_others_end() {
        for wanted in [1, 4] {
            for had in 0..=wanted {
                let started = std::cell::Cell::new(0);
                let thread = || {
                    started.set(started.get() + 1);
                    // No machine has room for such a stack.
                    if started.get() <= had {
                        Builder::new()
                    } else {
                        Builder::new().stack_size(1 << 60)
                    }
                };
                let all = |emit: &mut dyn FnMut(u64) -> bool| {
                    let _ = (0..5000).all(emit);
                    Ok(())
                };
                let work = |work: Jobs<'_, u64, u64>| work(&mut Ok);
                let threads = Threads { count: wanted, new: &thread };
                let ended = in_order(threads, all, work, u64::to_string, |_| Ok(()));
                let error = ended.unwrap_err();
                assert_eq!(error.to_string(), "cannot start a thread", "{had} of {wanted}");
                assert!(error.remedy().is_some_and(|remedy| remedy.contains("`-j`")));
            }
        }
    }

    #[test]
    fn whoever_fails_the_others_end() {
        let fail = || Error::new(ErrorKind::Output, "full");
        for threads in [1, 3] {
            let many = |emit: &mut dyn FnMut(u64) -> bool| {
                let _ = (0..500).all(emit);
                Ok(())
            };
            let (place, same) = (|n: &u64| n.to_string(), |work: Jobs<'_, u64, u64>| work(&mut Ok));
            let write = |n| if n < 9 { Ok(()) } else { Err(fail()) };
            let written = in_order(threads, many, same, place, write);
            assert_eq!(written.unwrap_err().kind(), ErrorKind::Output);
            let read = |emit: &mut dyn FnMut(u64) -> bool| {
                let _ = (0..5).all(emit);
                Err::<(), _>(fail())
            };
            assert!(in_order(threads, read, same, place, |_| Ok(())).is_err());
            let no_worker = |_: Jobs<'_, u64, u64>| panic!("no worker");
            let made = in_order(threads, many, no_worker, place, |_| Ok(()));
            assert_eq!(made.unwrap_err().kind(), ErrorKind::Internal);
            let read = |_: &mut dyn FnMut(u64) -> bool| -> Result<()> { panic!("no reader") };
            let read = in_order(threads, read, same, place, |_| Ok(()));
            assert_eq!(read.unwrap_err().kind(), ErrorKind::Internal);
        }
    }
}
