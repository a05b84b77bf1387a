//! A temporary folder, the command in it, and tables as text.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader};
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder that the command runs in.
pub(crate) struct CliTest {
    folder: TempDir,
}

/// What a run of the command gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl CliTest {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn run_json(&self, folder: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(&format!("{folder}/run.json"))).unwrap()
    }

    pub(crate) fn table(&self, folder: &str, name: &str) -> DataFrame {
        read_table(&self.path(folder), name)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], b"")
    }

    /// Runs the command in a folder below.
    pub(crate) fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        spawn(&self.path(folder), args, &[], b"")
    }

    /// Runs the command with an environment of its own and something to read.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Ran {
        spawn(self.folder.path(), args, env, stdin)
    }

    /// Runs the command for what it prints, which is no text.
    pub(crate) fn run_bytes(&self, args: &[&str]) -> Vec<u8> {
        output(self.folder.path(), args, &[], b"").stdout
    }
}

fn spawn(folder: &Path, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Ran {
    let output = output(folder, args, env, stdin);
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn output(folder: &Path, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_recordmill"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

impl Ran {
    /// Exit code and both streams, for a snapshot.
    pub(crate) fn show(&self) -> String {
        format!("exit: {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Hands each file that a pattern of a folder names to a test, whose snapshots are then named after the file. All
/// files have their turn before the first failure is reported. (`insta::glob!` does the same, and asks for a feature of
/// a package below polars: `cargo test` would compile polars once more.)
pub(crate) fn each_file(folder: &str, pattern: &str, look: impl Fn(&Path)) {
    let pattern = root().join(folder).join(pattern);
    let files: Vec<_> =
        glob::glob(pattern.to_str().unwrap()).unwrap().map(Result::unwrap).collect();
    assert!(!files.is_empty(), "no file is named by {}", pattern.display());
    let mut failed = Vec::new();
    for file in &files {
        let mut settings = insta::Settings::clone_current();
        settings.set_input_file(file);
        settings.set_snapshot_suffix(file.file_name().unwrap().to_str().unwrap());
        let looked = catch_unwind(AssertUnwindSafe(|| settings.bind(|| look(file))));
        if looked.is_err() {
            failed.push(file.display().to_string());
        }
    }
    assert!(failed.is_empty(), "failed for {}", failed.join(", "));
}

pub(crate) fn read_table(folder: &Path, name: &str) -> DataFrame {
    let path = folder.join(format!("{name}.parquet"));
    let file =
        std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    ParquetReader::new(file).finish().unwrap()
}

/// A table as lines: types, then the cells of each row. Long texts are cut, and
/// paths begin at the root of the repository, wherever that stands.
pub(crate) fn show_table(table: &DataFrame) -> String {
    let mut out = String::new();
    for column in table.columns() {
        let _ = write!(out, "{}:{} ", column.name(), column.dtype());
    }
    let _ = writeln!(out, "\n{} rows", table.height());
    for row in 0..table.height() {
        let cells: Vec<_> =
            table.columns().iter().map(|column| show_cell(&column.get(row).unwrap())).collect();
        let _ = writeln!(out, "{}", cells.join(" | "));
    }
    out
}

fn show_cell(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => "∅".to_owned(),
        AnyValue::String(text) => cut(text),
        AnyValue::StringOwned(text) => cut(text),
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    let text = text.replace(root().to_str().unwrap(), "[root]").replace('\n', "⏎");
    match text.char_indices().nth(24) {
        Some((at, _)) => format!("{}…({})", &text[..at], text.chars().count()),
        None => text,
    }
}

/// The texts of a column; null is none.
pub(crate) fn texts(table: &DataFrame, column: &str) -> Vec<Option<String>> {
    let column = table.column(column).unwrap();
    (0..table.height()).map(|row| column.get(row).unwrap().get_str().map(str::to_owned)).collect()
}
