//! The project file: what the command takes where no flag says otherwise.
//!
//! In: the text of a `recordmill.toml`. Out: a [`Project`], or every fault of the file at its place, as of a
//! schema. Its paths begin at its folder; flags go first.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Code;
use crate::lang::Fault;
use crate::publish::Publish;
use crate::schema::{SchemaSource, read_like};
use crate::sink::Format;
use crate::source::Spanned;
use crate::verdict::FailOn;

/// What the file is called.
pub const PROJECT_FILE: &str = "recordmill.toml";

/// A project: what is read, how, and where the output goes. Each flag of the command that says otherwise goes first.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Project {
    /// Files, folders, globs and archives, by paths from the folder of this file. `["raw/"]` by default.
    #[serde(default)]
    pub inputs: Vec<Spanned<String>>,
    /// Name of an embedded schema, or path of a schema file. Without it the embedded one that fits the inputs is taken.
    pub schema: Option<Spanned<String>>,
    /// Folder for the tables, findings, quarantine and run.json. `output` by default.
    pub output: Option<Spanned<String>>,
    /// Forms of the tables. `["parquet"]` by default.
    #[serde(default)]
    pub format: Vec<Spanned<Format>>,
    /// File of the findings that are accepted; `recordmill baseline update` writes it.
    pub baseline: Option<Spanned<String>>,
    /// Reports, as `--report` has them: a format and a file, such as `sarif=recordmill.sarif`. A format by itself goes to standard output.
    #[serde(default)]
    pub reports: Vec<Spanned<String>>,
    /// From which severity on findings make the exit status 1. `error` by default.
    pub fail_on: Option<Spanned<FailOn>>,
    /// When the tables go where readers look: if the run has not failed, or always. `passed` by default.
    pub publish: Option<Spanned<Publish>>,
}

impl Project {
    /// Reads a project file. It can be used if no fault is an error.
    #[must_use]
    pub fn parse(source: &SchemaSource) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let language = schemars::schema_for!(Self).to_value();
        let read = read_like::<Self>(&source.text, &language, "the project file", &mut faults);
        let project = read.unwrap_or_default();
        let one = [&project.schema, &project.output, &project.baseline];
        let texts = project.inputs.iter().chain(one.into_iter().flatten());
        faults.extend(texts.filter(|text| text.value.is_empty()).map(|text| {
            Fault::new(Code::SCHEMA_VALUE, text.span.clone(), "an empty text names nothing")
        }));
        (project, faults)
    }
}

/// The JSON Schema of the project file, for editors.
#[must_use]
pub fn project_schema() -> String {
    let mut schema = schemars::schema_for!(Project);
    schema.insert("title".to_owned(), "recordmill project".into());
    format!("{:#}\n", schema.to_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Project, Vec<String>) {
        let source = SchemaSource { name: PROJECT_FILE.to_owned(), text: text.to_owned() };
        let (project, faults) = Project::parse(&source);
        let told = |fault: &Fault| {
            let help = fault.help.as_deref().unwrap_or_default();
            format!("{} {:?} {help}", fault.message, &text[fault.span.clone()])
        };
        (project, faults.iter().map(told).collect())
    }

    #[test]
    fn every_key_is_read_and_none_is_needed() {
        let (project, faults) = parse(
            "inputs = [\"dumps/\"]\nschema = \"my.toml\"\noutput = \"out\"\nformat = [\"csv\"]\n\
             baseline = \"b.json\"\nreports = [\"json=r.json\"]\nfail-on = \"warning\"\npublish = \"always\"\n",
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(project.inputs[0].value, "dumps/");
        assert_eq!(project.format[0].value, Format::Csv);
        assert_eq!(project.fail_on.unwrap().value, FailOn::Warning);
        assert_eq!(project.publish.unwrap().value, Publish::Always);
        assert!(parse("").1.is_empty());
    }

    #[test]
    fn a_fault_stands_at_its_place() {
        let (_, faults) =
            parse("input = [\"a\"]\nfail-on = \"warn\"\nformat = \"csv\"\noutput = \"\"\n");
        assert_eq!(
            faults,
            [
                "unknown key `input` in the project file \"input\" did you mean `inputs`?",
                "`fail-on` cannot be `warn` \"\\\"warn\\\"\" did you mean `warning`?",
                "`format` must be an array, found string \"\\\"csv\\\"\" a list of one text is `[\"csv\"]`",
                "an empty text names nothing \"\\\"\\\"\" ",
            ]
        );
    }
}
