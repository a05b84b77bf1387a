//! `--report FORMAT[=FILE]`: the findings of a run, as they come or at its end; of any command, its file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use recordmill::diagnostic::{Located, Severity};
use recordmill::lang::nearest;
use recordmill::render::{
    ANNOTATIONS, HTML_FINDINGS, MARKDOWN_FINDINGS, MOST_RESULTS, Notes, Style, View, concise,
    concise_cut, findings, github, github_summary, gitlab, html, json_end, json_start, jsonl,
    jsonl_cut, junit, markdown, sarif, summary,
};
use recordmill::report::Before;
use recordmill::schema::Schema;
use recordmill::{Error, ErrorKind, Result};

/// A report that the user asked for, in one of the forms of a command.
#[derive(Clone, Debug)]
pub(super) struct ReportArg<F = Format> {
    pub(super) format: F,
    pub(super) file: Option<PathBuf>,
}

/// The forms of the reports of a command.
pub(super) trait Form: Copy + 'static {
    /// The words for them.
    const WORDS: &'static [(&'static str, Self)];
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Concise,
    Json,
    Jsonl,
    Sarif,
    Junit,
    Github,
    Gitlab,
    Markdown,
    Html,
}

impl Form for Format {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("jsonl", Self::Jsonl),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];
}

impl Format {
    /// How many findings of each severity it tells at the end.
    fn kept(self) -> usize {
        match self {
            Self::Sarif | Self::Gitlab => MOST_RESULTS,
            Self::Markdown => MARKDOWN_FINDINGS,
            Self::Github => ANNOTATIONS,
            Self::Html => HTML_FINDINGS,
            Self::Human | Self::Concise | Self::Json | Self::Jsonl | Self::Junit => 0,
        }
    }
}

impl ReportArg {
    /// The same with the path of its file from a folder.
    pub(super) fn below(self, folder: &Path) -> Self {
        Self { file: self.file.map(|file| folder.join(file)), ..self }
    }
}

impl<F: Form> FromStr for ReportArg<F> {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (word, file) = match text.split_once('=') {
            // As wherever a file is named.
            Some((word, "-")) => (word, None),
            Some((word, file)) => (word, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let Some((_, format)) = F::WORDS.iter().find(|(known, _)| *known == word) else {
            let words = F::WORDS.iter().map(|(word, _)| *word);
            let known: Vec<_> = words.clone().map(|word| format!("`{word}`")).collect();
            let (known, near) = (known.join(", "), nearest(word, words));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("`{word}` is none of {known}{near}"));
        };
        if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
            return Err("the file has no name".to_owned());
        }
        Ok(Self { format: *format, file })
    }
}

/// Refuses two reports to standard output. `example` is one that goes to a file.
pub(super) fn check_stdout<F>(args: &[ReportArg<F>], example: &str) -> Result<()> {
    if args.iter().filter(|arg| arg.file.is_none()).count() < 2 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Option, "two reports cannot both go to standard output")
        .with_remedy(format!("give all but one a file: `--report {example}`")))
}

/// How many findings of each severity some reports need at the end of a run.
pub(super) fn kept(args: &[ReportArg]) -> usize {
    args.iter().map(|arg| arg.format.kept()).max().unwrap_or(0)
}

/// Whether a report goes to standard output.
pub(super) fn takes_stdout(args: &[ReportArg]) -> bool {
    args.iter().any(|arg| arg.file.is_none())
}

/// The files that reports go to.
pub(super) fn files<F>(args: &[ReportArg<F>]) -> impl Iterator<Item = &Path> {
    args.iter().filter_map(|arg| arg.file.as_deref())
}

/// Whether some report tells the value of a finding at each step.
pub(super) fn steps(args: &[ReportArg]) -> bool {
    args.iter().any(|arg| matches!(arg.format, Format::Json | Format::Jsonl | Format::Sarif))
}

/// Whether some report is a page, which shows what the columns of the tables hold and what changed.
pub(super) fn has_page(args: &[ReportArg]) -> bool {
    args.iter().any(|arg| arg.format == Format::Html)
}

/// Whether one shows what the columns hold, if that is known.
pub(super) fn shows_profile(args: &[ReportArg]) -> bool {
    args.iter().any(|arg| matches!(arg.format, Format::Html | Format::Json))
}

/// Reports that are being written.
pub(super) struct Reports<'s> {
    schema: &'s Schema,
    /// How many findings those tell that tell them as they come.
    most: u64,
    /// The lowest severity that these tell.
    level: Severity,
    /// How many there were so far.
    seen: u64,
    /// What a page is compared with.
    before: Before,
    open: Vec<Report>,
}

struct Report {
    format: Format,
    /// The path, for messages; none for standard output.
    path: Option<PathBuf>,
    /// None once nobody reads any more.
    writer: Option<Box<dyn Write + Send>>,
}

impl<'s> Reports<'s> {
    /// Opens every report before any work is done.
    /// `most` findings of a severity from `level` on are reported by those that tell them as they come.
    pub(super) fn open(
        args: &[ReportArg],
        schema: &'s Schema,
        (most, level): (u64, Severity),
        before: Before,
    ) -> Result<Self> {
        check_stdout(args, "jsonl=findings.jsonl")?;
        let open = args.iter().map(|arg| {
            let writer: Box<dyn Write + Send> = match &arg.file {
                None => Box::new(io::stdout()),
                Some(path) => Box::new(Replacing::open(path)?),
            };
            let writer = Some(Box::new(BufWriter::new(writer)) as Box<dyn Write + Send>);
            Ok(Report { format: arg.format, path: arg.file.clone(), writer })
        });
        let open = open.collect::<Result<_>>()?;
        Ok(Self { schema, most, level, seen: 0, before, open })
    }

    /// Whether one tells findings as they come.
    pub(super) fn hear_all(&self) -> bool {
        let as_they_come = [Format::Concise, Format::Jsonl, Format::Json];
        self.open.iter().any(|report| as_they_come.contains(&report.format))
    }

    /// Writes a finding to each that tells them as they come.
    pub(super) fn found(&mut self, located: &Located, file: Option<&str>) -> Result<()> {
        if located.finding.severity < self.level {
            return Ok(());
        }
        self.seen += 1;
        if self.seen > self.most {
            return Ok(());
        }
        for report in &mut self.open {
            let line = match report.format {
                Format::Concise => concise(located, file),
                Format::Jsonl | Format::Json => jsonl(located, file, self.schema),
                _ => continue,
            };
            let (before, after) = match report.format {
                Format::Json if self.seen == 1 => (json_start(), ""),
                Format::Json => (",\n".to_owned(), ""),
                _ => (String::new(), "\n"),
            };
            report.write(|writer| write!(writer, "{before}{line}{after}"))?;
        }
        Ok(())
    }

    /// Ends each, with what is to be said of the run as a whole.
    pub(super) fn finish(&mut self, view: &View<'_>) -> Result<()> {
        let told = self.seen.min(self.most);
        for report in &mut self.open {
            let text = match report.format {
                Format::Human => {
                    let style = Style { color: false, width: 100 };
                    findings(view, style) + &summary(view, &Notes::default(), style) + "\n"
                }
                Format::Concise | Format::Jsonl if told == self.seen => String::new(),
                Format::Concise => concise_cut(told, self.seen) + "\n",
                Format::Jsonl => jsonl_cut(told, self.seen) + "\n",
                Format::Json if told == 0 => json_start() + &json_end(view, told),
                Format::Json => json_end(view, told),
                Format::Sarif => sarif(view),
                Format::Junit => junit(view),
                Format::Github => {
                    summarize(&github_summary(view))?;
                    github(view)
                }
                Format::Gitlab => gitlab(view),
                Format::Markdown => markdown(view),
                Format::Html => html(view, &self.before),
            };
            report.write(|writer| writer.write_all(text.as_bytes()))?;
            report.write(|writer| writer.flush())?;
        }
        Ok(())
    }
}

impl Report {
    /// Writes something, while anybody reads.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        if !is_read(write(writer), self.path.as_deref())? {
            self.writer = None;
        }
        Ok(())
    }
}

/// A file whose old contents stay until something is written or flushed: a run that is refused before that
/// has no report, and leaves the one that stands there as it is.
struct Replacing {
    file: File,
    begun: bool,
}

impl Replacing {
    /// Opens a file, which is made if it is not there.
    fn open(path: &Path) -> Result<Self> {
        let file = open(path, OpenOptions::new().write(true).create(true).truncate(false))?;
        Ok(Self { file, begun: false })
    }

    fn begin(&mut self) -> io::Result<()> {
        // A pipe or a device has no length to cut.
        if !std::mem::replace(&mut self.begun, true) && self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
        }
        Ok(())
    }
}

impl Write for Replacing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begin()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.begin()?;
        self.file.flush()
    }
}

/// Whether anybody still reads what was written. A reader that has seen enough is no failure.
fn is_read(written: io::Result<()>, path: Option<&Path>) -> Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            let failed = Error::new(ErrorKind::Output, "cannot write the report").with_remedy(
                "make room where it goes, or name another file: `--report FORMAT=FILE`",
            );
            let failed = match path {
                Some(path) => failed.with_path(path),
                None => failed,
            };
            Err(failed.with_source(error))
        }
    }
}

/// Writes a report to its file.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    is_read(create(path)?.write_all(text.as_bytes()), Some(path)).map(drop)
}

/// Adds to the summary of a step where GitHub names a file for it.
#[expect(clippy::disallowed_methods, reason = "the one place that writes reports")]
fn summarize(text: &str) -> Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else {
        return Ok(());
    };
    let added = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    added.map_err(|error| {
        Error::new(ErrorKind::Output, "cannot write the summary of the step")
            .with_path(&path)
            .with_remedy("`GITHUB_STEP_SUMMARY` names the file; unset it to do without")
            .with_source(error)
    })
}

fn create(path: &Path) -> Result<File> {
    open(path, OpenOptions::new().write(true).create(true).truncate(true))
}

fn open(path: &Path, options: &OpenOptions) -> Result<File> {
    options.open(path).map_err(|error| {
        Error::new(ErrorKind::Output, "cannot write the report")
            .with_path(path)
            .with_remedy("name a file in a folder that exists and that this user may write to")
            .with_source(error)
    })
}
