//! `recordmill.toml`: found in this folder or above it, read, and taken where no flag says otherwise.

use std::path::{Path, PathBuf};

use clap::Args;
use recordmill::diagnostic::Code;
use recordmill::lang::Fault;
use recordmill::project::{PROJECT_FILE, Project};
use recordmill::schema::{SchemaSource, builtin};
use recordmill::sink::Format;
use recordmill::source::{FileSystem, Spanned, unread};
use recordmill::verdict::FailOn;
use recordmill::{Error, ErrorKind};

use super::report::ReportArg;
use super::schema::{count, show};
use super::{FAILED, Stop, say, style, tell};

/// Whether there is a project.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct ProjectArg {
    /// Take no notice of `recordmill.toml`
    #[arg(long)]
    pub(super) no_project: bool,
}

/// What a project says, with paths from this folder, and what of it was taken.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The file, if there is one.
    file: Option<PathBuf>,
    project: Project,
    reports: Vec<ReportArg>,
    /// The keys that no flag overruled.
    taken: Vec<&'static str>,
}

impl ProjectArg {
    /// The project of this folder, or of the nearest one above that has one.
    pub(super) fn find(self) -> Result<Settings, Stop> {
        if self.no_project {
            return Ok(Settings::default());
        }
        let here = std::env::current_dir().map_err(|error| {
            Error::new(ErrorKind::Option, "cannot tell the current folder")
                .with_remedy("go to a folder that is there")
                .with_source(error)
        })?;
        let found = (here.ancestors().enumerate())
            .find(|(_, folder)| folder.join(PROJECT_FILE).is_file())
            .map(|(up, _)| PathBuf::from("../".repeat(up)).join(PROJECT_FILE));
        found.map_or_else(|| Ok(Settings::default()), read)
    }
}

fn read(file: PathBuf) -> Result<Settings, Stop> {
    let text = FileSystem { limit: LARGEST }.text(&file).map_err(|error| {
        let remedy = "mend it, or leave it out with `--no-project`";
        unread(error, ErrorKind::Option, "cannot read the project file", remedy)
    })?;
    let source = SchemaSource { name: file.to_string_lossy().replace('\\', "/"), text };
    let (project, mut faults) = Project::parse(&source);
    let mut reports = Vec::new();
    for Spanned { value, span } in &project.reports {
        match value.parse::<ReportArg>() {
            Ok(report) => reports.push(report.below(file.parent().unwrap_or(Path::new("")))),
            Err(message) => faults.push(Fault::new(Code::SCHEMA_VALUE, span.clone(), message)),
        }
    }
    faults.sort_by_key(|fault| fault.span.start);
    if !faults.is_empty() {
        show(&faults.iter().collect::<Vec<_>>(), &source, style());
        tell(&format!(
            "error: the project file `{}` has {}",
            source.name,
            count(faults.len(), "fault")
        ));
        say("  help: mend it, or leave it out with `--no-project`");
        return Err(Stop::Said(FAILED));
    }
    Ok(Settings { file: Some(file), project, reports, taken: Vec::new() })
}

impl Settings {
    /// A path from this folder.
    fn path(&self, path: &str) -> PathBuf {
        if path == "-" { path.into() } else { self.folder().join(path) }
    }

    /// The folder of the project, or the current one where there is none.
    pub(super) fn folder(&self) -> &Path {
        self.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// Takes what the project says, if no flag said otherwise.
    fn take<T>(&mut self, key: &'static str, flag: Option<T>, own: Option<T>) -> Option<T> {
        if flag.is_none() && own.is_some() {
            self.taken.push(key);
        }
        flag.or(own)
    }

    /// Whether it was asked for what a key says, and no flag said otherwise.
    pub(super) fn gives(&self, key: &str) -> bool {
        self.taken.contains(&key)
    }

    fn take_path(
        &mut self,
        key: &'static str,
        flag: Option<PathBuf>,
        own: impl Fn(&Project) -> &Option<Spanned<String>>,
    ) -> Option<PathBuf> {
        let own = own(&self.project).as_ref().map(|text| self.path(&text.value));
        self.take(key, flag, own)
    }

    /// The inputs; `raw/` where nobody names any.
    ///
    /// # Errors
    ///
    /// Nobody names any, and there is no `raw/`.
    pub(super) fn inputs(&mut self, flags: Vec<String>) -> recordmill::Result<Vec<String>> {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let own: Vec<_> =
            self.project.inputs.iter().map(|input| text(self.path(&input.value))).collect();
        let (flags, own) = (Some(flags), Some(own));
        let filled = |names: &Vec<String>| !names.is_empty();
        let taken = self.take("inputs", flags.filter(filled), own.filter(filled));
        if let Some(taken) = taken {
            return Ok(taken);
        }
        let raw = self.path("raw/");
        if !raw.exists() {
            return Err(Error::new(ErrorKind::Option, "no input is named, and there is no folder `raw/`")
                .with_remedy("name a dump: `recordmill run dump.txt`; `recordmill schema draft dump.txt -o my.toml` writes a schema for one that has none"));
        }
        Ok(vec![text(raw)])
    }

    /// The schema, if somebody names one.
    pub(super) fn schema(&mut self, flag: Option<String>) -> Option<String> {
        let own = self.project.schema.as_ref().map(|name| match builtin::text(&name.value) {
            Some(_) => name.value.clone(),
            None => self.path(&name.value).to_string_lossy().into_owned(),
        });
        self.take("schema", flag, own)
    }

    /// The output folder; `output` where nobody names one.
    pub(super) fn output(&mut self, flag: Option<PathBuf>) -> PathBuf {
        let taken = self.take_path("output", flag, |project| &project.output);
        taken.unwrap_or_else(|| self.path("output"))
    }

    /// The forms of the tables, if somebody names some.
    pub(super) fn format(&mut self, flags: Vec<Format>) -> Vec<Format> {
        let own: Vec<_> = self.project.format.iter().map(|format| format.value).collect();
        let filled = |formats: &Vec<Format>| !formats.is_empty();
        let taken = self.take("format", Some(flags).filter(filled), Some(own).filter(filled));
        taken.unwrap_or_else(|| vec![Format::Parquet])
    }

    /// The baseline, if somebody names one.
    pub(super) fn baseline(&mut self, flag: Option<PathBuf>) -> Option<PathBuf> {
        self.take_path("baseline", flag, |project| &project.baseline)
    }

    /// The baseline, which is by `name` where nobody names one.
    pub(super) fn baseline_or(&mut self, flag: Option<PathBuf>, name: &str) -> PathBuf {
        self.baseline(flag).unwrap_or_else(|| self.path(name))
    }

    /// The reports.
    pub(super) fn reports(&mut self, flags: Vec<ReportArg>) -> Vec<ReportArg> {
        let filled = |reports: &Vec<ReportArg>| !reports.is_empty();
        let own = Some(self.reports.clone()).filter(filled);
        self.take("reports", Some(flags).filter(filled), own).unwrap_or_default()
    }

    /// From which severity on the run fails.
    pub(super) fn fail_on(&mut self, flag: Option<FailOn>) -> FailOn {
        let own = self.project.fail_on.as_ref().map(|fail_on| fail_on.value);
        self.take("fail-on", flag, own).unwrap_or_default()
    }

    /// Which runs are published.
    pub(super) fn publish(
        &mut self,
        flag: Option<recordmill::publish::Publish>,
    ) -> recordmill::publish::Publish {
        let own = self.project.publish.as_ref().map(|publish| publish.value);
        self.take("publish", flag, own).unwrap_or_default()
    }

    /// The project file, if it was used, and what was taken from it, in one line.
    pub(super) fn used(&self) -> Option<String> {
        let file = self.file.as_ref().filter(|_| !self.taken.is_empty())?;
        let taken: Vec<_> = KEYS.into_iter().filter(|key| self.taken.contains(key)).collect();
        Some(format!("`{}`: {}", file.display(), taken.join(", ")))
    }
}

/// The keys, in the order of the reference.
const KEYS: [&str; 8] =
    ["inputs", "schema", "output", "format", "baseline", "reports", "fail-on", "publish"];

/// How many bytes a project file may have.
const LARGEST: u64 = 1 << 20;
