//! The stages that the time of a run goes to, for a program that measures them (`benches/ledger.rs`).
//!
//! Nothing here knows a clock. Each thread says what it begins and what it ends; who has set a [`Watch`]
//! hears of it. Where nobody has, a stage costs one look at a static. Stages nest: a thread that ends one
//! is back in the one around it.

use std::sync::OnceLock;

/// What a thread works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Until the run begins: arguments, the project, which schema fits, the schema itself.
    StartUp,
    /// Patterns and plans of a schema, and once more for each worker.
    Compile,
    /// Bytes of inputs from the system, decompressed.
    Read,
    /// Which encoding an input is in.
    Decide,
    /// Bytes to text.
    Decode,
    /// BLAKE3 of inputs and outputs.
    Hash,
    /// Where records begin and end.
    Cut,
    /// Ids of records.
    Ids,
    /// Records to entries.
    Parse,
    /// Entries to raw cells.
    Extract,
    /// Raw cells to typed cells.
    Normalize,
    /// Rules on values and characters.
    Validate,
    /// What else is done with a record: counts, the balance of its bytes.
    Count,
    /// Cells to columns.
    Columns,
    /// Checks on tables.
    Check,
    /// Findings with their places.
    Findings,
    /// Columns to pages and row groups, or to lines of text.
    Pages,
    /// Pages compressed.
    Compress,
    /// Batches in their order.
    Collect,
    /// Bytes to the system, and from there to the disk.
    Write,
    /// The verdict, `run.json`, reports.
    End,
    /// Files put into place.
    Publish,
}

/// What a thread says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A stage begins within the one at hand.
    Begin(Stage),
    /// The stage at hand ends, and another begins in its place.
    Next(Stage),
    /// The stage at hand ends.
    End,
}

/// Hears each step, on the thread that takes it.
pub type Watch = fn(Step);

static WATCH: OnceLock<Watch> = OnceLock::new();

/// Sets who hears of stages; once for a process. Says whether it was the first.
pub fn watch(watch: Watch) -> bool {
    WATCH.set(watch).is_ok()
}

fn say(step: Step) {
    if let Some(watch) = WATCH.get() {
        watch(step);
    }
}

/// A stage under way, until it is dropped.
#[derive(Debug)]
#[must_use = "a stage ends where this is dropped"]
pub struct Within(());

/// Begins a stage.
pub fn within(stage: Stage) -> Within {
    say(Step::Begin(stage));
    Within(())
}

impl Within {
    /// Ends the stage and begins another in its place.
    pub fn next(&mut self, stage: Stage) {
        say(Step::Next(stage));
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        say(Step::End);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static HEARD: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
    }

    #[test]
    fn who_watches_hears_how_stages_nest() {
        watch(|step| HEARD.with_borrow_mut(|heard| heard.push(step)));
        {
            let mut outer = within(Stage::Parse);
            drop(within(Stage::Hash));
            outer.next(Stage::Extract);
        }
        let heard = HEARD.take();
        let expected = [
            Step::Begin(Stage::Parse),
            Step::Begin(Stage::Hash),
            Step::End,
            Step::Next(Stage::Extract),
            Step::End,
        ];
        assert_eq!(heard, expected);
    }
}
