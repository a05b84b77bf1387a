//! Where the processor time of a run on one core goes, and what of it is physical.
//!
//! ```sh
//! cargo bench --bench ledger                                  # 100 MB, 5 rounds
//! cargo bench --bench ledger -- --megabytes 10 --rounds 3
//! cargo bench --bench ledger -- --dump dump.txt
//! ```
//!
//! A run is the command itself, `run DUMP -o OUT -j 1`, in a process of its own that hears of each stage
//! ([`recordmill::stage`]) and reads the clock of the thread there. What that clock costs is measured first and
//! taken off. In turn with it go a run that nobody listens to, and the physical parts on the same bytes: reading
//! the dump, BLAKE3, one compression of the pages that the run wrote, writing them, and `zstd` at level 3 on the dump.
//!
//! Prints Markdown for `docs/benchmarks.md`.

#![cfg_attr(
    unix,
    expect(
        clippy::print_stdout,
        clippy::disallowed_methods,
        clippy::cast_precision_loss,
        reason = "a program of its own"
    )
)]
#![expect(clippy::print_stderr, reason = "a program of its own")]

#[cfg(unix)]
mod generator;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((first, rest)) if first == inside::WORD => inside::run(rest),
        _ => ledger::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("error: there is no clock of a thread here");
    ExitCode::from(2)
}

/// The process that is measured: the command, and who hears of its stages.
#[cfg(unix)]
mod inside {
    use std::cell::RefCell;
    use std::fmt::Write;
    use std::sync::atomic::{AtomicU64, Ordering};

    use recordmill::stage::{Stage, Step, watch, within};
    use rustix::time::{ClockId, clock_gettime};

    /// What tells the process that it is the one to be measured.
    pub(crate) const WORD: &str = "--inside";

    /// Every stage, in the order of the table.
    pub(crate) const STAGES: [(Stage, &str); 22] = [
        (Stage::StartUp, "start-up: arguments, which schema fits, the schema"),
        (Stage::Compile, "patterns and plans of the schema compiled"),
        (Stage::Read, "read: bytes from the system"),
        (Stage::Decide, "decide the encoding"),
        (Stage::Decode, "bytes to text"),
        (Stage::Hash, "hashes of inputs and outputs"),
        (Stage::Cut, "cut records"),
        (Stage::Ids, "ids of records"),
        (Stage::Parse, "parse: records to entries"),
        (Stage::Extract, "extract: entries to raw cells"),
        (Stage::Normalize, "normalize: raw cells to typed cells"),
        (Stage::Validate, "validate: rules and hygiene"),
        (Stage::Count, "counts, the balance of bytes, batches freed"),
        (Stage::Columns, "columns"),
        (Stage::Check, "checks on tables"),
        (Stage::Findings, "findings and their places"),
        (Stage::Pages, "pages and row groups"),
        (Stage::Compress, "compression of pages"),
        (Stage::Collect, "batches in order, tallies"),
        (Stage::Write, "write and sync"),
        (Stage::End, "end of the run: verdict, reports"),
        (Stage::Publish, "publish"),
    ];

    const COUNT: usize = STAGES.len();
    static TIMES: [AtomicU64; COUNT] = [const { AtomicU64::new(0) }; COUNT];
    /// How often a thread came into a stage or went from it: what the clock is asked.
    static STEPS: [AtomicU64; COUNT] = [const { AtomicU64::new(0) }; COUNT];

    thread_local! {
        /// The stages that the thread is in, and when the clock was read last.
        static HERE: RefCell<(Vec<Stage>, u64)> = const { RefCell::new((Vec::new(), 0)) };
    }

    fn place(stage: Stage) -> usize {
        STAGES.iter().position(|(known, _)| *known == stage).unwrap_or(0)
    }

    pub(crate) fn now(clock: ClockId) -> u64 {
        let time = clock_gettime(clock);
        u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000
            + u64::try_from(time.tv_nsec).unwrap_or(0)
    }

    fn hear(step: Step) {
        HERE.with_borrow_mut(|(stages, last)| {
            let time = now(ClockId::ThreadCPUTime);
            if let Some(stage) = stages.last() {
                TIMES[place(*stage)].fetch_add(time - *last, Ordering::Relaxed);
                STEPS[place(*stage)].fetch_add(1, Ordering::Relaxed);
            }
            let ended = match step {
                Step::Begin(_) => None,
                Step::Next(_) | Step::End => stages.pop(),
            };
            if let Step::Begin(stage) | Step::Next(stage) = step {
                stages.push(stage);
            }
            // What the command does behind its run is the end of it.
            if let ([outer @ Stage::StartUp], Some(Stage::End | Stage::Publish)) =
                (&mut stages[..], ended)
            {
                *outer = Stage::End;
            }
            if let Some(stage) = stages.last() {
                STEPS[place(*stage)].fetch_add(1, Ordering::Relaxed);
            }
            *last = time;
        });
    }

    /// What one step costs, in nanoseconds.
    fn calibrate() -> u64 {
        const TIMES: u64 = 50_000;
        let begun = now(ClockId::ThreadCPUTime);
        for _ in 0..TIMES {
            drop(within(Stage::Parse));
        }
        (now(ClockId::ThreadCPUTime) - begun) / (2 * TIMES)
    }

    /// Runs the command on a dump and writes down what each stage took: `FILE DUMP OUT`, and `watched`.
    pub(crate) fn run(args: &[String]) -> Result<(), String> {
        let [file, dump, out, rest @ ..] = args else {
            return Err("wants FILE DUMP OUT".to_owned());
        };
        let (mut cost, mut unmeasured) = (0, 0);
        if !rest.is_empty() {
            let before = now(ClockId::ThreadCPUTime);
            watch(hear);
            cost = calibrate();
            for figure in TIMES.iter().chain(&STEPS) {
                figure.store(0, Ordering::Relaxed);
            }
            let at = now(ClockId::ThreadCPUTime);
            unmeasured = at - before;
            TIMES[place(Stage::StartUp)].store(before, Ordering::Relaxed);
            HERE.with_borrow_mut(|here| *here = (vec![Stage::StartUp], at));
        }
        let command = ["recordmill", "run", dump, "-o", out, "-j", "1", "--quiet"];
        let command = command.into_iter().chain(["--fail-on", "never", "--no-project"]);
        let code = recordmill::cli::main(command.map(Into::into));
        if code != 0 {
            return Err(format!("the run ends with {code}"));
        }
        if !rest.is_empty() {
            hear(Step::End);
        }
        let mut lines = String::new();
        let mut clocks = 0;
        for ((time, steps), (_, name)) in TIMES.iter().zip(&STEPS).zip(STAGES) {
            // Half of a step is on either side of it.
            let clock = steps.load(Ordering::Relaxed) * cost / 2;
            let time = time.load(Ordering::Relaxed);
            clocks += clock.min(time);
            let _ = writeln!(lines, "{}\t{name}", time.saturating_sub(clock));
        }
        let all = now(ClockId::ProcessCPUTime) - unmeasured - clocks;
        std::fs::write(file, format!("{all}\n{clocks}\n{lines}"))
            .map_err(|error| format!("{file}: {error}"))
    }
}

#[cfg(unix)]
mod ledger {
    use std::fs::File;
    use std::io::{BufWriter, Read, Write};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use polars_parquet::read::{RowGroupMetadata, read_metadata};
    use rustix::time::ClockId;
    use zstd::bulk::{Compressor, decompress};

    use super::{generator, inside};

    struct Args {
        megabytes: u64,
        rounds: usize,
        dump: Option<PathBuf>,
    }

    /// What a run took, in nanoseconds.
    struct Measured {
        all: u64,
        /// What the clocks themselves took, which is in none of the others.
        clocks: u64,
        stages: Vec<u64>,
    }

    fn args(args: &[String]) -> Result<Args, String> {
        let mut parsed = Args { megabytes: 100, rounds: 5, dump: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            let number = |text: &String| text.parse().map_err(|error| format!("{arg}: {error}"));
            match arg.as_str() {
                "--megabytes" => parsed.megabytes = number(value()?)?,
                "--rounds" => {
                    parsed.rounds = usize::try_from(number(value()?)?).unwrap_or(1).max(1);
                }
                "--dump" => parsed.dump = Some(value()?.into()),
                // What cargo passes on its own.
                "--bench" => {}
                other => return Err(format!("unknown argument `{other}`")),
            }
        }
        Ok(parsed)
    }

    pub(crate) fn run(given: &[String]) -> Result<(), String> {
        let args = args(given)?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let dump = if let Some(dump) = args.dump {
            dump
        } else {
            let path = folder.path().join("dump.txt");
            let mut file = BufWriter::new(File::create(&path).map_err(told)?);
            generator::write_dump(&mut file, args.megabytes * 1_000_000, 1).map_err(told)?;
            file.flush().map_err(told)?;
            path
        };
        let (mut watched, mut plain, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=args.rounds {
            let (one, out) = measured(&dump, folder.path(), true)?;
            let (other, _) = measured(&dump, folder.path(), false)?;
            let part = Parts::of(&dump, &out, folder.path())?;
            // The first round warms the page cache.
            if round > 0 {
                watched.push(one);
                plain.push(other.all);
                parts.push(part);
            }
        }
        watched.sort_by_key(|one| one.all);
        plain.sort_unstable();
        print(
            &watched[watched.len() / 2],
            plain[plain.len() / 2],
            &Parts::median(&parts),
            args.rounds,
        );
        Ok(())
    }

    fn told(error: impl std::fmt::Display) -> String {
        error.to_string()
    }

    /// Runs the command in a process of its own. Gives the folder of what it wrote too.
    fn measured(dump: &Path, folder: &Path, watched: bool) -> Result<(Measured, PathBuf), String> {
        let (file, out) = (folder.join("measured.txt"), folder.join("out"));
        let mut command = Command::new(std::env::current_exe().map_err(told)?);
        command.arg(inside::WORD).arg(&file).arg(dump).arg(&out).args(watched.then_some("watched"));
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(told)?;
        if !status.success() {
            return Err(format!("the run failed: {status}"));
        }
        let text = std::fs::read_to_string(&file).map_err(told)?;
        let mut numbers = text.lines().filter_map(|line| line.split('\t').next()?.parse().ok());
        let (all, clocks) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Ok((Measured { all, clocks, stages: numbers.collect() }, out))
    }

    /// The physical parts, in nanoseconds of the thread.
    #[derive(Clone, Copy, Default)]
    struct Parts {
        read: u64,
        hash: u64,
        compress: u64,
        write: u64,
        zstd: u64,
        /// Bytes of the dump, of pages, of pages compressed, and of all that was written.
        bytes: [u64; 4],
    }

    impl Parts {
        fn of(dump: &Path, out: &Path, folder: &Path) -> Result<Self, String> {
            let mut parts = Self::default();
            let mut block = vec![0; 256 * 1024];
            parts.read = timed(|| {
                let mut file = File::open(dump).map_err(told)?;
                while file.read(&mut block).map_err(told)? > 0 {}
                Ok(())
            })?;
            let text = std::fs::read(dump).map_err(told)?;
            let mut files = Vec::new();
            for entry in std::fs::read_dir(out).map_err(told)? {
                let path = entry.map_err(told)?.path();
                if path.is_file() {
                    files.push((path.clone(), std::fs::read(path).map_err(told)?));
                }
            }
            parts.hash = timed(|| {
                let all = [&text].into_iter().chain(files.iter().map(|(_, bytes)| bytes));
                all.for_each(|bytes| {
                    std::hint::black_box(blake3::hash(bytes));
                });
                Ok(())
            })?;
            let mut pages = Vec::new();
            for (path, bytes) in &files {
                if path.extension().is_some_and(|extension| extension == "parquet") {
                    pages_of(bytes, &mut pages, &mut parts.bytes[2])
                        .map_err(|error| format!("{}: {error}", path.display()))?;
                }
            }
            let mut compressor = Compressor::new(1).map_err(told)?;
            let mut room = Vec::new();
            let mut compressed = 0;
            parts.compress = timed(|| {
                for page in &pages {
                    room.clear();
                    room.reserve(zstd::zstd_safe::compress_bound(page.len()));
                    compressed +=
                        compressor.compress_to_buffer(page, &mut room).map_err(told)? as u64;
                }
                Ok(())
            })?;
            if compressed != parts.bytes[2] {
                eprintln!(
                    "warning: the pages compress to {compressed} bytes, and in the files they have {}",
                    parts.bytes[2]
                );
            }
            let path = folder.join("written");
            parts.write = timed(|| {
                let mut file = File::create(&path).map_err(told)?;
                for (_, bytes) in &files {
                    file.write_all(bytes).map_err(told)?;
                }
                file.sync_all().map_err(told)
            })?;
            parts.zstd = timed(|| {
                let mut packer =
                    zstd::Encoder::new(File::create(&path).map_err(told)?, 3).map_err(told)?;
                packer.include_checksum(true).map_err(told)?;
                packer.set_pledged_src_size(Some(text.len() as u64)).map_err(told)?;
                std::io::copy(&mut File::open(dump).map_err(told)?, &mut packer).map_err(told)?;
                packer.finish().map_err(told)?;
                Ok(())
            })?;
            std::fs::remove_file(&path).map_err(told)?;
            parts.bytes[0] = text.len() as u64;
            parts.bytes[1] = pages.iter().map(|page| page.len() as u64).sum();
            parts.bytes[3] = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
            Ok(parts)
        }

        fn median(all: &[Self]) -> Self {
            let of = |part: fn(&Self) -> u64| {
                let mut times: Vec<_> = all.iter().map(part).collect();
                times.sort_unstable();
                times[times.len() / 2]
            };
            Self {
                read: of(|parts| parts.read),
                hash: of(|parts| parts.hash),
                compress: of(|parts| parts.compress),
                write: of(|parts| parts.write),
                zstd: of(|parts| parts.zstd),
                bytes: all[0].bytes,
            }
        }
    }

    /// What something takes of the thread.
    fn timed(work: impl FnOnce() -> Result<(), String>) -> Result<u64, String> {
        let begun = inside::now(ClockId::ThreadCPUTime);
        work()?;
        Ok(inside::now(ClockId::ThreadCPUTime) - begun)
    }

    /// The pages of a file of Parquet, decompressed, and how long they are in the file.
    fn pages_of(file: &[u8], pages: &mut Vec<Vec<u8>>, compressed: &mut u64) -> Result<(), String> {
        let about = read_metadata(&mut std::io::Cursor::new(file)).map_err(told)?;
        for column in about.row_groups.iter().flat_map(RowGroupMetadata::parquet_columns) {
            let range = column.byte_range();
            let place = |at: u64| usize::try_from(at).map_err(told);
            let mut rest =
                file.get(place(range.start)?..place(range.end)?).ok_or("a column is cut")?;
            while !rest.is_empty() {
                let mut header = Thrift(rest);
                let (whole, stored) = header.sizes().ok_or("a header of a page is none")?;
                let (page, behind) = header.0.split_at_checked(stored).ok_or("a page is cut")?;
                pages.push(decompress(page, whole).map_err(told)?);
                *compressed += stored as u64;
                rest = behind;
            }
        }
        Ok(())
    }

    /// The kind that ends a struct.
    const STOP: u8 = 0;

    /// The compact protocol of Thrift, as far as the header of a page needs it.
    struct Thrift<'b>(&'b [u8]);

    impl Thrift<'_> {
        /// The length of a page before and after compression. What is left is the page.
        fn sizes(&mut self) -> Option<(usize, usize)> {
            let (mut id, mut whole, mut stored) = (0, None, None);
            loop {
                let kind = self.field(&mut id)?;
                match (id, kind) {
                    (_, STOP) => break,
                    (2, 5) => whole = usize::try_from(self.number()?).ok(),
                    (3, 5) => stored = usize::try_from(self.number()?).ok(),
                    _ => self.skip(kind)?,
                }
            }
            whole.zip(stored)
        }

        fn byte(&mut self) -> Option<u8> {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            Some(*first)
        }

        fn varint(&mut self) -> Option<u64> {
            let mut value = 0;
            for shift in (0..64).step_by(7) {
                let byte = self.byte()?;
                value |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    return Some(value);
                }
            }
            None
        }

        fn number(&mut self) -> Option<i64> {
            let value = self.varint()?;
            Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
        }

        /// The kind of the next field, and its id; [`STOP`] where the struct ends.
        fn field(&mut self, id: &mut i64) -> Option<u8> {
            let byte = self.byte()?;
            if byte == STOP {
                return Some(STOP);
            }
            *id = if byte >> 4 == 0 { self.number()? } else { *id + i64::from(byte >> 4) };
            Some(byte & 0x0f)
        }

        fn skip(&mut self, kind: u8) -> Option<()> {
            match kind {
                // Booleans stand in the kind.
                1 | 2 => {}
                3 => drop(self.byte()?),
                4..=6 => drop(self.varint()?),
                7 => self.0 = self.0.get(8..)?,
                8 => {
                    let length = usize::try_from(self.varint()?).ok()?;
                    self.0 = self.0.get(length..)?;
                }
                9 | 10 => {
                    let head = self.byte()?;
                    let length =
                        if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                    (0..length).try_for_each(|_| self.skip(head & 0x0f))?;
                }
                12 => {
                    let mut id = 0;
                    loop {
                        match self.field(&mut id)? {
                            STOP => break,
                            kind => self.skip(kind)?,
                        }
                    }
                }
                _ => return None,
            }
            Some(())
        }
    }

    fn print(run: &Measured, plain: u64, parts: &Parts, rounds: usize) {
        let seconds = |nanos: u64| format!("{:.3} s", nanos as f64 / 1e9);
        let share = |nanos: u64| format!("{:.1} %", nanos as f64 * 100.0 / run.all as f64);
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let [dump, pages, compressed, written] = parts.bytes;
        println!("| stage | processor time | of the run | the physical part, measured by itself |");
        println!("|---|---:|---:|---|");
        for ((_, name), time) in inside::STAGES.iter().zip(&run.stages) {
            let beside = match *name {
                name if name.starts_with("read:") => {
                    format!("{}: reading the dump once", seconds(parts.read))
                }
                name if name.starts_with("hashes") => {
                    format!("{}: BLAKE3 of the dump and of what is written", seconds(parts.hash))
                }
                name if name.starts_with("compression") => format!(
                    "{}: one compression of the same {:.1} MB of pages to {:.1} MB",
                    seconds(parts.compress),
                    megabytes(pages),
                    megabytes(compressed)
                ),
                name if name.starts_with("write") => {
                    format!(
                        "{}: writing and syncing {:.1} MB",
                        seconds(parts.write),
                        megabytes(written)
                    )
                }
                _ => String::new(),
            };
            println!("| {name} | {} | {} | {beside} |", seconds(*time), share(*time));
        }
        let known: u64 = run.stages.iter().sum();
        let rest = run.all.saturating_sub(known);
        let physical = parts.read + parts.hash + parts.compress + parts.write;
        println!(
            "| the rest: threads, queues, memory given back | {} | {} | |",
            seconds(rest),
            share(rest)
        );
        println!(
            "| **the run** | **{}** | 100 % | {}: these four; {}: `zstd -3` of the dump |",
            seconds(run.all),
            seconds(physical),
            seconds(parts.zstd)
        );
        println!(
            "\n`run -j 1` of {:.1} MB, median of {rounds} rounds in turn: the stages account for {} of it. A run that nobody \
             measures takes {} ({:.2} times the one above, from which the {} of its clocks are taken off already): {:.2} \
             times the four physical parts, {:.2} times `zstd -3`.",
            megabytes(dump),
            share(known),
            seconds(plain),
            plain as f64 / run.all as f64,
            seconds(run.clocks),
            plain as f64 / physical as f64,
            plain as f64 / parts.zstd as f64,
        );
    }
}
