//! `generate`, hidden: prints the files of the repository that are made from
//! the code. A test compares them with those that stand there.

use clap::{Args, CommandFactory, ValueEnum};

use super::{Stop, print};

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// The file to print
    file: File,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum File {
    /// schemas/schema.json
    SchemaJson,
    /// schemas/finding.json
    FindingJson,
    /// schemas/report.json
    ReportJson,
    /// schemas/diff.json
    DiffJson,
    /// schemas/project.json
    ProjectJson,
    /// docs/rules.md
    RulesMd,
    /// docs/schema.md
    SchemaMd,
    /// docs/cli.md
    CliMd,
}

pub(super) fn run(args: &GenerateArgs) -> Result<u8, Stop> {
    print(&match args.file {
        File::SchemaJson => recordmill::schema::json_schema(),
        File::FindingJson => recordmill::render::finding_schema(),
        File::ReportJson => recordmill::render::json_schema(),
        File::DiffJson => recordmill::diff::json_schema(),
        File::ProjectJson => recordmill::project::project_schema(),
        File::RulesMd => recordmill::render::rules_book(),
        File::SchemaMd => recordmill::schema::reference(),
        File::CliMd => commands(),
    })?;
    Ok(0)
}

/// The long help of every command.
fn commands() -> String {
    let mut out = String::from(
        "# The command\n\nEvery command with its flags, as `recordmill help COMMAND` shows them.\n",
    );
    let mut command = super::Args::command();
    command.build();
    add(&mut command, "recordmill", &mut out);
    out
}

fn add(command: &mut clap::Command, name: &str, out: &mut String) {
    let help = command.render_long_help().to_string();
    let help: Vec<_> = help.lines().map(str::trim_end).collect();
    out.push_str(&format!("\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim_end()));
    let visible =
        command.get_subcommands_mut().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help");
    for sub in visible {
        let name = format!("{name} {}", sub.get_name());
        add(sub, &name, out);
    }
}
