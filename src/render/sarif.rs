//! Findings as SARIF 2.1.0, for code scanning.
//!
//! The form is that of
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. A result has
//! its region by line, column (in Unicode code points) and byte, the line of the
//! schema that asks for otherwise as a related location, what it is known by as a
//! partial fingerprint, a suggestion as a fix, and its state against a baseline. At
//! most [`MOST_RESULTS`] are reported, the worst first; a notification counts the rest.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::json;
use serde_sarif::sarif::{
    Artifact, ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location,
    Message, MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region,
    Replacement, ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel,
    Run, RunAutomationDetails, SCHEMA_URL, Sarif, Tool, ToolComponent,
};

use super::jsonl::SchemaPlace;
use super::{MOST_RESULTS, View, cut, sanitize};
use crate::diagnostic::{Code, Located, Severity, find};

/// How many characters of a text are reported.
const TOLD: usize = 1000;

/// What a path may not hold in a URI reference.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The report.
#[must_use]
pub fn sarif(view: &View<'_>) -> String {
    let report = view.report();
    let codes: Vec<&Code> = report.findings.keys().filter_map(|id| find(id)).collect();
    let worst = view.outcome.worst.iter().take(MOST_RESULTS);
    let mut results: Vec<_> = worst.map(|located| result(view, located, &codes)).collect();
    if let Some(baseline) = &report.baseline {
        let room = MOST_RESULTS.saturating_sub(results.len());
        results.extend(baseline.resolved.iter().take(room).map(|entry| {
            let mut gone = SarifResult::builder()
                .message(message(&entry.message))
                .rule_id(entry.code.clone())
                .baseline_state("absent")
                .locations(vec![somewhere(view)])
                .build();
            gone.partial_fingerprints = Some(fingerprints(entry.fingerprint()));
            gone
        }));
    }
    let told = view.outcome.worst.len().min(MOST_RESULTS) as u64;
    let total: u64 = report.findings.values().sum();
    let mut notes = Vec::new();
    if told < total {
        let text = format!("{total} findings, of which the worst {told} are listed");
        notes.push(Notification::builder().message(message(&text)).level("note").build());
    }
    let invocation = Invocation::builder()
        .execution_successful(true)
        .exit_code(i64::from(report.exit_code))
        .exit_code_description(report.status.as_str())
        .tool_execution_notifications(notes)
        .build();
    let driver = ToolComponent::builder()
        .name(report.tool.name)
        .version(report.tool.version)
        .semantic_version(report.tool.version)
        .rules(codes.iter().map(|code| descriptor(code)).collect::<Vec<_>>())
        .build();
    let counts = report.findings.iter().map(|(id, count)| ((*id).to_owned(), json!(count)));
    let mut properties = BTreeMap::from([
        ("status".to_owned(), json!(report.status)),
        ("findings".to_owned(), json!(counts.collect::<BTreeMap<_, _>>())),
    ]);
    properties.insert("checks".to_owned(), json!(report.checks));
    if let Some(limit) = report.limit {
        properties.insert("limit".to_owned(), json!(limit));
    }
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .column_kind("unicodeCodePoints")
        .automation_details(
            RunAutomationDetails::builder()
                .id(format!("recordmill/{}/", report.schema.name))
                .build(),
        )
        .artifacts(artifacts(view))
        .invocations(vec![invocation])
        .results(results)
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .build();
    let sarif = Sarif::builder().version(json!("2.1.0")).schema(SCHEMA_URL).runs(vec![run]).build();
    // Texts and numbers always make JSON.
    serde_json::to_string_pretty(&sarif).unwrap_or_default() + "\n"
}

fn message(text: &str) -> Message {
    Message::builder().text(cut(&sanitize(text), TOLD).into_owned()).build()
}

fn fingerprints(print: u128) -> BTreeMap<String, String> {
    BTreeMap::from([("recordmill/v1".to_owned(), format!("{print:032x}"))])
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Info => ResultLevel::Note,
        Severity::Warning => ResultLevel::Warning,
        Severity::Error => ResultLevel::Error,
    }
}

fn descriptor(code: &Code) -> ReportingDescriptor {
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let severity = match code.severity {
        Severity::Info => "recommendation",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let properties = BTreeMap::from([
        ("precision".to_owned(), json!("high")),
        ("problem.severity".to_owned(), json!(severity)),
    ]);
    let level = match code.severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let help = MultiformatMessageString::builder()
        .text(format!("{} {}", code.what, code.why))
        .markdown(super::rules::rule_page(code))
        .build();
    ReportingDescriptor::builder()
        .id(code.id)
        .name(code.name)
        .short_description(text(code.summary))
        .full_description(text(code.what))
        .help(help)
        .default_configuration(ReportingConfiguration::builder().level(level).build())
        .properties(
            PropertyBag::builder()
                .tags(vec!["data-quality".to_owned()])
                .additional_properties(properties)
                .build(),
        )
        .build()
}

fn result(view: &View<'_>, located: &Located, codes: &[&Code]) -> SarifResult {
    let finding = &located.finding;
    let mut properties: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    let mut add = |name: &str, value: serde_json::Value| {
        if !value.is_null() {
            properties.insert(name.to_owned(), value);
        }
    };
    add("check", json!(located.identity.rule));
    add("record_id", json!(super::shown_record_id(located, view.schema)));
    add("field", json!(finding.field));
    add("ordinal", json!(finding.ordinal));
    add("parents", json!(finding.parents_in_words()));
    add("raw", json!(finding.raw.as_deref().map(|raw| cut(raw, TOLD))));
    add("suggestion", json!(finding.suggestion.as_deref().map(|text| cut(text, TOLD))));
    add("steps", json!(finding.steps));
    add("count", json!(finding.count));
    let mut result = SarifResult::builder()
        .message(message(&finding.message))
        .rule_id(finding.code.id)
        .level(level(finding.severity))
        .locations(vec![place(view, located)])
        .partial_fingerprints(fingerprints(located.identity.fingerprint()))
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .build();
    let index = codes.iter().position(|code| code.id == finding.code.id);
    result.rule_index = index.and_then(|index| i64::try_from(index).ok());
    if view.report().baseline.is_some() {
        let state = if located.baselined { "unchanged" } else { "new" };
        result.baseline_state = Some(json!(state));
    }
    if let Some(related) = SchemaPlace::of(located, view.schema) {
        let mut related = in_schema(&related);
        related.message = Some(message("asked for by the schema"));
        result.related_locations = Some(vec![related]);
    }
    // What does not stand in the dump as it is reported cannot be replaced.
    if let (Some(suggestion), Some(file), Some(_)) =
        (&finding.suggestion, view.file(located), as_it_stands(located))
    {
        let replacement = Replacement::builder()
            .deleted_region(region(located, false))
            .inserted_content(ArtifactContent::builder().text(suggestion.as_str()).build())
            .build();
        let change = ArtifactChange::builder()
            .artifact_location(artifact(file))
            .replacements(vec![replacement])
            .build();
        let description = message("the suggested text");
        result.fixes = Some(vec![
            Fix::builder().description(description).artifact_changes(vec![change]).build(),
        ]);
    }
    result
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The text of a finding, if the dump has it byte for byte: what is put together
/// from lines, stands in another encoding or is hidden has another length.
fn as_it_stands(located: &Located) -> Option<&str> {
    let raw = located.finding.raw.as_deref()?;
    (raw.len() as u64 == located.bytes.end - located.bytes.start).then_some(raw)
}

/// The line and the column behind a text that begins at a place.
fn end_of(text: &str, line: u64, column: u64) -> (u64, u64) {
    let feeds = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
    match text.rsplit_once('\n') {
        None => (line, column + text.chars().count() as u64),
        Some((_, last)) => (line + feeds, 1 + last.chars().count() as u64),
    }
}

fn region(located: &Located, snippet: bool) -> Region {
    let mut region = Region::builder()
        .start_line(number(located.line))
        .start_column(number(located.column))
        .byte_offset(number(located.bytes.start))
        .byte_length(number(located.bytes.end - located.bytes.start))
        .build();
    // A region without an end runs to the end of its line.
    if let Some(raw) = as_it_stands(located) {
        let (line, column) = end_of(raw, located.line, located.column);
        region.end_line = Some(number(line));
        region.end_column = Some(number(column));
    }
    if let Some(excerpt) = located.excerpt.as_ref().filter(|_| snippet) {
        let text = &excerpt.text[excerpt.span.clone()];
        region.snippet = Some(ArtifactContent::builder().text(text).build());
    }
    region
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri(path)).build()
}

/// A path as a URI reference, relative wherever it is.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    utf8_percent_encode(path, UNSAFE).to_string()
}

fn place(view: &View<'_>, located: &Located) -> Location {
    match (view.file(located), SchemaPlace::of(located, view.schema)) {
        (Some(file), _) => {
            let physical = PhysicalLocation::builder()
                .artifact_location(artifact(file))
                .region(region(located, true))
                .build();
            Location::builder().physical_location(physical).build()
        }
        // What concerns no place of the dump is about a line of the schema.
        (None, Some(place)) => in_schema(&place),
        (None, None) => somewhere(view),
    }
}

fn in_schema(place: &SchemaPlace<'_>) -> Location {
    let region = Region::builder()
        .start_line(number(place.line))
        .start_column(number(place.column))
        .byte_offset(number(place.byte_start))
        .byte_length(number(place.byte_end - place.byte_start))
        .build();
    let path = place.file.trim_start_matches('<').trim_end_matches('>');
    let physical = PhysicalLocation::builder().artifact_location(artifact(path)).region(region);
    Location::builder().physical_location(physical.build()).build()
}

/// A place for what has none: code scanning takes no result without one.
fn somewhere(view: &View<'_>) -> Location {
    let path = view.names.first().copied().unwrap_or(&view.schema.path);
    let region = Region::builder().start_line(1_i64).build();
    let physical =
        PhysicalLocation::builder().artifact_location(artifact(path)).region(region).build();
    Location::builder().physical_location(physical).build()
}

/// The inputs, as many as results may point into.
fn artifacts(view: &View<'_>) -> Vec<Artifact> {
    let inputs = view.report().inputs.iter().take(MOST_RESULTS);
    inputs
        .map(|input| {
            Artifact::builder()
                .location(artifact(&input.path))
                .length(number(input.bytes))
                .encoding(input.encoding)
                .build()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_behind_its_last_character() {
        assert_eq!(end_of("磨坊", 3, 5), (3, 7));
        assert_eq!(end_of("a\n磨坊", 3, 5), (4, 3));
        assert_eq!(end_of("a\n", 3, 5), (4, 1));
        assert_eq!(end_of("", 3, 5), (3, 5));
    }

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("./a b/甲.txt"), "a%20b/%E7%94%B2.txt");
        assert_eq!(uri("x.zip!a:1"), "x.zip!a%3A1");
        assert_eq!(uri("-"), "-");
    }
}
