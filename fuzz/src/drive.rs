//! Runs a target without `libFuzzer`, on any toolchain: replays files, then mutates them for as long as it may.
//!
//! ```text
//! TARGET [--seconds N] [--seed N] [FILE|FOLDER]…
//! ```
//!
//! Without paths the seeds are the samples and schemas of the repository and `fuzz/corpus/TARGET/`. An input whose
//! mark is new joins the seeds. One that panics is made smaller as long as it panics at the same place, and written
//! to `fuzz/artifacts/TARGET/`; so is one that takes long and was made here or named by a path. Files of the
//! repository may have any size, and what they take is measured in `benches/`. The exit status is 1 if there was any.

#![expect(
    clippy::disallowed_methods,
    clippy::type_complexity,
    reason = "a driver of targets reads and writes files of its own"
)]

use std::collections::{BTreeMap, HashSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::{Mark, files, mark, root};

/// The longest input that is made.
const LONGEST: usize = 4096;
/// How many inputs are kept to be mutated.
const MOST_SEEDS: usize = 4096;
/// An input that was made here, or named by a path, and takes longer is told.
const SLOW: Duration = Duration::from_secs(2);
/// An input that takes longer ends the run.
const STUCK: Duration = Duration::from_secs(60);

/// Bytes and texts that readers of dumps stumble over.
const PIECES: [&[u8]; 40] = [
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"\\",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b",",
    b":",
    b": ",
    b";",
    b"=",
    b"-",
    b"#",
    b"--",
    b"...",
    b"null",
    b"None",
    b"True",
    b"0",
    b"-0",
    b"1e400",
    b"9223372036854775808",
    b"12,345",
    b"2023-02-29",
    b"24:00",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xE2\x80\xAE",
    b"\xEF\xBC\x9A",
    b"\x1F\x8B\x08\x00",
    b"%{",
];

/// Runs a target as the arguments of the process say.
pub fn drive(name: &str, target: fn(&[u8]) -> Mark) -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\nusage: {name} [--seconds N] [--seed N] [FILE|FOLDER]…");
            return ExitCode::from(2);
        }
    };
    let mut seeds = options.seeds(name);
    // What a target compiles for itself, it compiles here, where a fault of it is told in full.
    target(b"\n");
    let mut driver = Driver::new(name, target);
    println!(
        "{name}: {} seeds, {} s of mutations, --seed {}",
        seeds.len(),
        options.seconds.as_secs(),
        options.seed
    );
    let mut marks = HashSet::new();
    for seed in &seeds {
        let outcome =
            if options.paths.is_empty() { driver.run(seed) } else { driver.run_timed(seed) };
        marks.extend(outcome);
    }
    let (mut random, began) = (Random(options.seed), Instant::now());
    while began.elapsed() < options.seconds {
        let input = mutate(&seeds, &mut random);
        let is_new = driver.run_timed(&input).is_some_and(|mark| marks.insert(mark));
        if is_new && seeds.len() < MOST_SEEDS {
            seeds.push(input);
        }
    }
    println!(
        "{name}: {} runs, {} different outcomes, {} faults",
        driver.runs,
        marks.len(),
        driver.faults.len()
    );
    for (place, file) in &driver.faults {
        println!("{}: {place}", file.display());
    }
    if driver.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Options {
    seconds: Duration,
    seed: u64,
    paths: Vec<PathBuf>,
}

impl Options {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let now = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs());
        let mut options = Self { seconds: Duration::ZERO, seed: now, paths: Vec::new() };
        while let Some(arg) = args.next() {
            let mut number = || {
                let text = args.next().unwrap_or_default();
                text.parse().map_err(|_| format!("`{arg}` needs a number, not `{text}`"))
            };
            match arg.as_str() {
                "--seconds" => options.seconds = Duration::from_secs(number()?),
                "--seed" => options.seed = number()?,
                _ if arg.starts_with("--") => return Err(format!("there is no `{arg}`")),
                _ => options.paths.push(arg.into()),
            }
        }
        Ok(options)
    }

    fn seeds(&self, name: &str) -> Vec<Vec<u8>> {
        let own = ["raw".into(), "schemas".into(), format!("fuzz/corpus/{name}")];
        let own = own.map(|path| root().join(path)).into_iter().filter(|path| path.exists());
        let paths = if self.paths.is_empty() { own.collect() } else { self.paths.clone() };
        let found = paths
            .iter()
            .flat_map(|path| if path.is_dir() { files(path) } else { vec![path.clone()] });
        let read = found.map(|path| {
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        // The empty input is one too.
        std::iter::once(Vec::new()).chain(read).collect()
    }
}

struct Driver {
    target: fn(&[u8]) -> Mark,
    folder: PathBuf,
    runs: u64,
    /// The places that panicked, `slow` if an input was, and the input that shows it.
    faults: BTreeMap<String, PathBuf>,
    /// Where the last panic came from.
    place: Arc<Mutex<String>>,
    /// What is being run, and since when, for the watchdog.
    under_way: Arc<Mutex<Option<(Instant, Vec<u8>)>>>,
}

impl Driver {
    fn new(name: &str, target: fn(&[u8]) -> Mark) -> Self {
        let driver = Self {
            target,
            folder: root().join("fuzz/artifacts").join(name),
            runs: 0,
            faults: BTreeMap::new(),
            place: Arc::default(),
            under_way: Arc::default(),
        };
        let place = Arc::clone(&driver.place);
        panic::set_hook(Box::new(move |panic| {
            let at = panic
                .location()
                .map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
            let said = panic.payload_as_str().unwrap_or("").chars().take(120).collect::<String>();
            *place.lock().unwrap_or_else(PoisonError::into_inner) =
                format!("{at}: {}", said.escape_debug());
        }));
        let (watched, folder) = (Arc::clone(&driver.under_way), driver.folder.clone());
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(1));
                let watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((since, input)) = &*watched
                    && since.elapsed() > STUCK
                {
                    println!("{}: does not end", write(&folder, "stuck", input).display());
                    std::process::exit(1);
                }
            }
        });
        driver
    }

    /// Runs an input as [`run`](Self::run) does, and tells if it was slow.
    fn run_timed(&mut self, input: &[u8]) -> Option<Mark> {
        let began = Instant::now();
        let outcome = self.run(input);
        if outcome.is_some() && began.elapsed() > SLOW && !self.faults.contains_key("slow") {
            self.faults.insert("slow".to_owned(), write(&self.folder, "slow", input));
        }
        outcome
    }

    /// Runs an input; none if it panicked.
    fn run(&mut self, input: &[u8]) -> Option<Mark> {
        let outcome = self.attempt(input);
        if let Err(place) = &outcome {
            let known = source(place);
            if !self.faults.contains_key(&known) {
                println!("panicked at {place}; making the input smaller");
                let small = self.shrink(input, &known);
                self.faults.insert(known, write(&self.folder, "panic", &small));
            }
        }
        outcome.ok()
    }

    fn attempt(&mut self, input: &[u8]) -> Result<Mark, String> {
        self.runs += 1;
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), input.to_vec()));
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| (self.target)(input)));
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
        outcome.map_err(|_| self.place.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Leaves out parts of an input, halves first and single bytes last, while it panics at the same place.
    fn shrink(&mut self, input: &[u8], known: &str) -> Vec<u8> {
        let (mut small, began) = (input.to_vec(), Instant::now());
        let mut step = small.len() / 2;
        while step > 0 && began.elapsed() < Duration::from_secs(20) {
            let (mut at, mut shorter) = (0, false);
            while at < small.len() && began.elapsed() < Duration::from_secs(20) {
                let mut without = small.clone();
                without.drain(at..(at + step).min(small.len()));
                if self.attempt(&without).is_err_and(|place| source(&place) == known) {
                    small = without;
                    shorter = true;
                } else {
                    at += step;
                }
            }
            if !(step == 1 && shorter) {
                step /= 2;
            }
        }
        small
    }
}

/// The file and line of a panic, without what it says of the input.
fn source(place: &str) -> String {
    place.split(": ").next().unwrap_or(place).to_owned()
}

fn write(folder: &Path, word: &str, input: &[u8]) -> PathBuf {
    let file = folder.join(format!("{word}-{:016x}", mark(input)));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, input))
        .expect("artifacts can be written");
    file
}

/// An xorshift generator: the same inputs for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below a bound, 0 for a bound of 0.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from((self.next() >> 33) % (bound as u64).max(1)).unwrap_or(0)
    }
}

/// A seed, or a stretch of one, with some changes.
fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = stretch(seeds, random, LONGEST);
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        match random.below(7) {
            0 => input
                .splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())
                .for_each(drop),
            1 => input.insert(at, random.next().to_le_bytes()[0]),
            2 if at < input.len() => input[at] ^= 1 << random.below(8),
            3 => {
                let end = (at + random.below(64)).min(input.len());
                input.drain(at..end);
            }
            4 => {
                let end = (at + random.below(64)).min(input.len());
                let again = input[at..end].to_vec();
                input.splice(at..at, again).for_each(drop);
            }
            5 => {
                let other = stretch(seeds, random, 256);
                input.splice(at..at, other).for_each(drop);
            }
            _ => input.truncate(at.max(1)),
        }
    }
    input.truncate(LONGEST);
    if random.below(2) == 0 {
        // Some targets let the last byte choose a schema.
        input.push(random.next().to_le_bytes()[0]);
    }
    input
}

fn stretch(seeds: &[Vec<u8>], random: &mut Random, longest: usize) -> Vec<u8> {
    let Some(seed) = seeds.get(random.below(seeds.len())) else { return Vec::new() };
    let length = 1 + random.below(longest);
    // As often as not from the start, where headers and marks stand.
    let from = if random.below(2) == 0 { 0 } else { random.below(seed.len()) };
    seed[from.min(seed.len())..(from + length).min(seed.len())].to_vec()
}
