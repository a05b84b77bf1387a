//! What became of one record, as JSON.

use std::sync::Arc;

use pyo3::prelude::*;
use recordmill::draft::fit::fit;
use recordmill::explain::{
    Explained, Explanation, FieldTrace, Outcome, Place, Step, explain as explained,
};
use recordmill::source::resolve_one;
use recordmill::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::error::patient;
use crate::schema::{Schema, coding};

/// What became of a record of a file; none if there is no such record. Without a schema the one that fits is taken.
#[pyfunction]
pub(crate) fn explain(
    py: Python<'_>,
    path: String,
    schema: Option<Py<Schema>>,
    place: (Option<u64>, Option<u64>, Option<String>),
    encoding: Option<String>,
) -> PyResult<Option<String>> {
    let schema = schema.map(|schema| Arc::clone(&schema.get().inner));
    patient(py, move |stop| {
        let place = match place {
            (Some(line), None, None) => Place::Line(line),
            (None, Some(nth), None) => Place::Nth(nth),
            (None, None, Some(id)) => Place::Id(id),
            _ => {
                let message = "one of `line`, `nth` and `id` says which record is meant";
                return Err(Error::new(ErrorKind::Option, message).with_remedy("give one of them"));
            }
        };
        let input = resolve_one(&path)?.until(stop);
        let coding = coding(encoding.as_deref())?;
        let schema = match schema {
            Some(schema) => schema,
            None => Arc::new(fit(std::slice::from_ref(&input), coding)?),
        };
        Ok(match explained(&schema, &input, &place, coding)? {
            Explained::Record(found) => Some(told(&found).to_string()),
            Explained::Nothing { .. } => None,
        })
    })
}

fn told(found: &Explanation) -> Value {
    let findings = found.findings.iter().map(|located| {
        let finding = &located.finding;
        json!({
            "code": finding.code.id,
            "name": finding.code.name,
            "severity": finding.severity.as_str(),
            "message": finding.message,
            "line": located.line,
            "column": located.column,
            "field": finding.field,
            "raw": finding.raw,
            "help": finding.help,
        })
    });
    json!({
        "source": found.source,
        "format": found.format.as_str(),
        "encoding": found.encoding.name(),
        "nth": found.nth,
        "id": found.id,
        "lines": [found.lines.0, found.lines.1],
        "bytes": [found.bytes.start, found.bytes.end],
        "text": found.text,
        "skipped": found.skipped,
        "fields": found.fields.iter().map(field).collect::<Vec<_>>(),
        "absent": found.absent,
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn field(field: &FieldTrace) -> Value {
    let entries = field.entries.iter().map(|entry| {
        let (start, end) = (entry.bytes.start, entry.bytes.end);
        json!({
            "key": entry.key, "line": entry.line, "bytes": [start, end], "value": entry.value,
        })
    });
    let steps = field.steps.iter().map(|Step { what, outcome }| match outcome {
        Outcome::Matched(text, groups) => {
            let groups: serde_json::Map<_, _> =
                groups.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect();
            json!({ "what": what, "matched": text, "groups": groups })
        }
        Outcome::Failed(reached) => json!({ "what": what, "matched": null, "reached": reached }),
        Outcome::Reported(message) => json!({ "what": what, "reported": message }),
    });
    let cells: serde_json::Map<_, _> =
        field.cells.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let rows = field.rows.iter().map(|(place, row)| {
        let cells: serde_json::Map<_, _> =
            row.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        json!({ "place": place, "cells": cells })
    });
    json!({
        "name": field.name,
        "type": field.kind,
        "entries": entries.collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "cells": cells,
        "rows": rows.collect::<Vec<_>>(),
    })
}
