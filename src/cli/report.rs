//! `--report FORMAT[=FILE]`: the findings of a run, as they come or at its end.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use recordmill::diagnostic::render::{concise, github, github_summary, jsonl};
use recordmill::diagnostic::{Located, Severity};
use recordmill::report::{Outcome, Status};
use recordmill::{Error, ErrorKind, Result};

/// A report that the user asked for.
#[derive(Clone, Debug)]
pub(super) struct ReportArg {
    format: Format,
    file: Option<PathBuf>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug)]
enum Format {
    Concise,
    Jsonl,
    Github,
}

impl FromStr for ReportArg {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = match format {
            "concise" => Format::Concise,
            "jsonl" => Format::Jsonl,
            "github" => Format::Github,
            _ => return Err(format!("`{format}` is none of `concise`, `jsonl`, `github`")),
        };
        if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
            return Err("the file has no name".to_owned());
        }
        Ok(Self { format, file })
    }
}

/// Reports that are being written.
pub(super) struct Reports {
    open: Vec<Report>,
}

struct Report {
    format: Format,
    /// The path, for messages; none for standard output.
    path: Option<PathBuf>,
    /// None once nobody reads any more.
    writer: Option<Box<dyn Write + Send>>,
}

impl Reports {
    /// Opens every report before any work is done.
    pub(super) fn open(args: &[ReportArg]) -> Result<Self> {
        let to_stdout = args.iter().filter(|arg| arg.file.is_none()).count();
        if to_stdout > 1 {
            let message = "two reports cannot both go to standard output";
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy("give all but one a file: `--report jsonl=findings.jsonl`"));
        }
        let open = args.iter().map(|arg| {
            let writer: Box<dyn Write + Send> = match &arg.file {
                None => Box::new(io::stdout()),
                Some(path) => Box::new(create(path)?),
            };
            let writer = Some(Box::new(BufWriter::new(writer)) as Box<dyn Write + Send>);
            Ok(Report { format: arg.format, path: arg.file.clone(), writer })
        });
        Ok(Self { open: open.collect::<Result<_>>()? })
    }

    /// Writes a finding to each that tells them as they come.
    pub(super) fn found(&mut self, located: &Located, file: Option<&str>) -> Result<()> {
        for report in &mut self.open {
            let line = match report.format {
                Format::Concise => concise(located, file),
                Format::Jsonl => jsonl(located, file),
                Format::Github => continue,
            };
            report.write(|writer| writeln!(writer, "{line}"))?;
        }
        Ok(())
    }

    /// Ends each, with what is to be said of the run as a whole.
    pub(super) fn finish(&mut self, outcome: &Outcome, names: &[&str]) -> Result<()> {
        for report in &mut self.open {
            if let Format::Github = report.format {
                let (shown, tallies) = (&outcome.shown, &outcome.tallies);
                let headline = headline(outcome);
                let text = github(shown, &headline, names);
                report.write(|writer| writer.write_all(text.as_bytes()))?;
                summarize(&github_summary(shown, tallies, &headline, names))?;
            }
            report.write(|writer| writer.flush())?;
        }
        Ok(())
    }
}

impl Report {
    /// Writes something. A reader that has seen enough is no failure.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        match write(writer) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.writer = None;
                Ok(())
            }
            Err(error) => {
                let failed = Error::new(ErrorKind::Output, "cannot write the report");
                let failed = match &self.path {
                    Some(path) => failed.with_path(path),
                    None => failed,
                };
                Err(failed.with_source(error))
            }
        }
    }
}

/// The verdict and how many findings there are, in one line.
fn headline(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let verdict = match report.status {
        Status::Pass => "pass",
        Status::Fail => "fail",
    };
    let told = |severity: Severity| {
        let found = report.severities.get(severity.as_str()).copied().unwrap_or(0);
        format!("{found} {}{}", severity, if found == 1 { "" } else { "s" })
    };
    let told = [Severity::Error, Severity::Warning, Severity::Info].map(told).join(", ");
    format!("{verdict}, {told} in {} records", report.balance.records.r#in)
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

#[expect(clippy::disallowed_methods, reason = "the one place that writes reports")]
fn create(path: &PathBuf) -> Result<File> {
    File::create(path).map_err(|error| {
        Error::new(ErrorKind::Output, "cannot write the report")
            .with_path(path)
            .with_remedy("name a file in a folder that exists and that this user may write to")
            .with_source(error)
    })
}
