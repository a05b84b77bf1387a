//! What the targets do with the bytes that they are given, and all that they know of recordmill.
//!
//! A target is a file of three lines in `fuzz_targets/` and a function here. It panics where something does not
//! hold, and gives a [`Mark`] of what came out, so that the driver without coverage can tell what is new.
//!
//! ```sh
//! cargo run -p recordmill-fuzz --bin tuples -- --seconds 60        # any toolchain, asserts and overflow checks on
//! cargo +nightly fuzz run tuples                                   # guided by coverage
//! ```

#![expect(clippy::disallowed_methods, reason = "targets make files of their own for a run")]

mod drive;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use recordmill::diagnostic::{Diagnostics, Finding};
use recordmill::mill::{Mill, RecordText, Scratch};
use recordmill::record::{Batch, Batcher, Part};
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::source::{Asked, SourceId, decide};
use recordmill::types::RecordInfo;

pub use drive::drive;

/// The entry of a target: `libFuzzer` where `cargo fuzz` builds it, else a `main` that replays and mutates.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            $crate::$name(data);
        });
        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::drive(stringify!($name), $crate::$name)
        }
    };
}

/// A hash of what a target saw: which findings there were and whether there were records. Two inputs with the
/// same mark went the same way, as far as can be told from outside.
pub type Mark = u64;

fn mark(of: impl Hash) -> Mark {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// The folder that holds `fuzz/`.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in a folder of another")
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A schema and its stages, compiled.
struct Stages {
    schema: Schema,
    mill: Mill,
}

impl Stages {
    fn new(schema: Schema) -> Self {
        Self { mill: Mill::new(&schema), schema }
    }

    /// The schema of a file, which must be in order.
    fn of(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (schema, faults) = parse(&SchemaSource { name: path.display().to_string(), text });
        Self::new(schema.unwrap_or_else(|| panic!("{}: {faults:#?}", path.display())))
    }
}

/// Every schema that comes with recordmill.
static SCHEMAS: LazyLock<Vec<Stages>> = LazyLock::new(|| {
    let files = files(&root().join("schemas"));
    files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| Stages::of(path))
        .collect()
});

/// The schema that the last byte chooses, and the bytes before it.
fn chosen(data: &[u8]) -> Option<(&'static Stages, &[u8])> {
    let (last, rest) = data.split_last()?;
    SCHEMAS.get(usize::from(*last) % SCHEMAS.len()).map(|stages| (stages, rest))
}

/// Each line of an input as the value of a key.
fn lines(key: &str, data: &[u8]) -> String {
    String::from_utf8_lossy(data).lines().map(|line| format!("{key}:{line}\n")).collect()
}

fn batches(stages: &Stages, bytes: &[u8], block: usize) -> Vec<Batch> {
    let mut cut = Vec::new();
    let mut keep = |batch| {
        cut.push(batch);
        true
    };
    let mut batcher = Batcher::new(stages.mill.framing(), 2048, 1 << 12, block);
    let source = &stages.schema.source;
    let asked = Asked { named: source.encoding, candidates: &source.encodings };
    let decision = decide(|| Ok(bytes), asked).expect("memory can be read");
    batcher.source(SourceId(0), "dump", decision, bytes, &mut keep).expect("memory can be read");
    batcher.finish(&mut keep);
    cut
}

/// Where the records stand and what they are, whatever pieces they came in.
fn cuts(batches: &[Batch]) -> Vec<(u64, String)> {
    let pieces = batches.iter().flat_map(|batch| &batch.pieces);
    let records = pieces.filter(|piece| piece.part == Part::Records).flat_map(|piece| {
        let text = piece.chunk.text();
        piece.records.iter().map(move |frame| (frame.line, text[frame.span.range()].to_owned()))
    });
    records.collect()
}

fn in_text<'f>(text: &str, findings: impl IntoIterator<Item = &'f Finding>) {
    for finding in findings {
        assert!(
            text.get(finding.span.range()).is_some(),
            "{} lies outside of {text:?}",
            finding.message
        );
    }
}

/// Takes every record of a dump through the stages.
fn mill(stages: &Stages, batches: &[Batch]) -> Mark {
    let Stages { schema, mill } = stages;
    let (mut scratch, mut codes, mut records) = (Scratch::default(), Vec::new(), 0_u32);
    let info = RecordInfo { stem: Some("dump") };
    for piece in batches.iter().flat_map(|batch| &batch.pieces) {
        let (text, format, parser) = (piece.chunk.text(), piece.format, mill.framing());
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let columns =
            parser.columns(piece.header.as_deref(), piece.first.then_some(text), &mut diagnostics);
        codes.extend(diagnostics.take().iter().map(|finding| finding.code.id));
        for frame in &piece.records {
            if parser.skips(format, &text[frame.span.range()]) {
                continue;
            }
            let length = frame.span.len() as u64;
            let at = RecordText { format, columns: &columns, text, span: frame.span };
            mill.record(&at, &info, &mut scratch, &mut diagnostics, |milled, diagnostics| {
                assert_eq!(milled.record.bytes.total(), length, "every byte is in one class");
                let items = milled.row.items.iter().flat_map(|items| &items.cells);
                for cell in milled.row.cells.iter().chain(items) {
                    let inside = text.get(cell.span.range()).is_some();
                    assert!(inside, "a cell lies outside of {text:?}");
                }
                in_text(text, diagnostics.since(0));
            });
            codes.extend(diagnostics.take().iter().map(|finding| finding.code.id));
            records += 1;
        }
    }
    codes.sort_unstable();
    codes.dedup();
    mark((codes, records.min(4)))
}

/// Cutting and parsing: the last byte chooses a schema. Blocks of any size give the same records.
pub fn framing(data: &[u8]) -> Mark {
    let Some((stages, dump)) = chosen(data) else { return 0 };
    let whole = batches(stages, dump, 1 << 16);
    assert_eq!(
        cuts(&whole),
        cuts(&batches(stages, dump, 7)),
        "the same records in blocks of 7 bytes"
    );
    mark((stages.schema.name.as_str(), mill(stages, &whole)))
}

/// A text as a schema. One that is in order is compiled, and its examples are run.
pub fn schema(data: &[u8]) -> Mark {
    let text = String::from_utf8_lossy(data).into_owned();
    let length = text.len();
    let (schema, faults) = parse(&SchemaSource { name: "fuzz.toml".to_owned(), text });
    assert!(schema.is_some() || !faults.is_empty(), "a schema that is refused has a fault");
    for fault in &faults {
        assert!(fault.span.end <= length, "{} lies outside of the file", fault.message);
    }
    let usable = schema.is_some();
    if let Some(schema) = schema {
        let _ = recordmill::prove::prove(&schema);
        let stages = Stages::new(schema);
        mill(&stages, &batches(&stages, b"a: 1\n\nb: 2\n", 64));
    }
    // A message begins with what is wrong, and goes on with what the file has there.
    let mut said: Vec<_> =
        faults.iter().map(|fault| fault.message.chars().take(12).collect::<String>()).collect();
    said.sort_unstable();
    said.dedup();
    mark((usable, said))
}

/// Reads each line with the schema `fuzz/schemas/NAME.toml`.
fn values(stages: &Stages, key: &str, data: &[u8]) -> Mark {
    mill(stages, &batches(stages, lines(key, data).as_bytes(), 1 << 16))
}

fn own(name: &str) -> Stages {
    Stages::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.toml")))
}

/// Literals and items that patterns take apart.
pub fn tuples(data: &[u8]) -> Mark {
    static STAGES: LazyLock<Stages> = LazyLock::new(|| own("tuples"));
    values(&STAGES, "t", data)
}

/// Integers, decimals and quantities.
pub fn numbers(data: &[u8]) -> Mark {
    static STAGES: LazyLock<Stages> = LazyLock::new(|| own("numbers"));
    values(&STAGES, "n", data)
}

/// Dates, times and instants.
pub fn dates(data: &[u8]) -> Mark {
    static STAGES: LazyLock<Stages> = LazyLock::new(|| own("dates"));
    values(&STAGES, "d", data)
}

/// A file, perhaps compressed or an archive, through a whole run into a folder: the last byte chooses a schema.
/// The run may refuse the file, but must not panic, and what it took must add up.
#[cfg(feature = "run")]
pub fn whole_run(data: &[u8]) -> Mark {
    use recordmill::pipeline::{self, Options};
    use recordmill::sink::{Format, Target};
    use recordmill::source::{Limits, resolve};

    let Some((stages, dump)) = chosen(data) else { return 0 };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("dump");
    std::fs::write(&file, dump).expect("a file can be written");
    let limits = Limits { bytes: 1 << 20, members: 64, ..Limits::default() };
    let inputs = match resolve(&[file.display().to_string()], limits) {
        Ok(inputs) => inputs,
        Err(error) => return mark(format!("{:?}", error.kind())),
    };
    let mut options = Options::new(inputs);
    options.threads = 2;
    options.block_bytes = 64;
    options.target = Some(Target {
        formats: vec![Format::Parquet, Format::Csv],
        ..Target::new(folder.path().join("out"))
    });
    match pipeline::run(&stages.schema, &options, &()) {
        Ok(outcome) => {
            let balance = &outcome.report.balance;
            assert_eq!(balance.bytes.total(), balance.bytes_total, "every byte is in one class");
            mark((
                stages.schema.name.as_str(),
                outcome.report.findings.keys().map(ToString::to_string).collect::<Vec<_>>(),
            ))
        }
        Err(error) => mark(format!("{:?}", error.kind())),
    }
}
