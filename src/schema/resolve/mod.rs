//! From the schema as written to the schema that can be run. Every fault of
//! meaning is collected; nothing stops at the first.

mod check;
mod field;
mod kind;
mod outline;
mod quantity;
mod rule;
mod source;
mod table;

pub(crate) use check::Scope;

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{self, Action, CODES, Code, Policy};
use crate::grammar::{Notation, Outline, Quantity};
use crate::lang::{Fault, Patterns, Resolver, SchemaFiles};
use crate::schema::model::{Field, Layout, Schema, Table};
use crate::schema::raw::{RawFormat, RawSchema, RawSource};
use crate::source::Spanned;

use field::Surroundings;

/// Resolves a schema. The result is usable only if no fault is an error.
pub(super) fn resolve(
    mut raw: RawSchema,
    files: SchemaFiles,
    faults: &mut Vec<Fault>,
) -> Option<Schema> {
    if raw.recordmill.value != 1 {
        faults.push(
            Fault::new(
                Code::SCHEMA_VALUE,
                raw.recordmill.span,
                format!("version {} of the schema language is not known", raw.recordmill.value),
            )
            .with_help("this recordmill reads version 1"),
        );
        return None;
    }
    let is_library = raw.library.as_ref().is_some_and(|library| library.value);
    if is_library {
        only_defines(&raw, faults);
    }
    kind::add_fields(&mut raw);
    let written = raw.source.take().unwrap_or_else(|| {
        // A library has none; no run comes as far as asking for its form.
        let format = Some(Spanned::new(RawFormat::JsonLines, 0..0));
        Spanned::new(RawSource { format, ..RawSource::default() }, 0..0)
    });
    let patterns = Patterns::resolve(&raw.patterns, faults);
    let mut resolver = Resolver {
        patterns,
        names: raw.fields.keys().map(|name| name.value.clone()).collect(),
        known: FxHashMap::default(),
        faults,
    };
    let number = written.value.number.as_ref();
    let number = number.map(|number| Notation::resolve(&number.value, &mut resolver));
    let quantities: Vec<_> = raw
        .quantities
        .iter()
        .map(|(name, quantity)| {
            let shared = files.place(&name.span).0.named_at.is_some();
            Arc::new(resolver.quantity(name, &quantity.value, number.as_ref(), shared))
        })
        .collect();
    let outlines: Vec<_> = raw
        .outlines
        .iter()
        .map(|(name, outline)| Arc::new(resolver.outline(name, &outline.value)))
        .collect();
    let sentinels: Vec<_> = raw.sentinels.iter().map(|text| text.value.clone()).collect();
    let repeated = written.value.key.value.repeated.unwrap_or_default();
    let number_used = Cell::new(false);
    let fields = resolver.fields(
        &raw.fields,
        &Surroundings {
            sentinels: &sentinels,
            repeated,
            quantities: &quantities,
            outlines: &outlines,
            number: number.as_ref(),
            number_used: &number_used,
            is_json: is_json(&written.value),
            ignored: written.value.key.value.ignored.texts(),
            has_lines: has_lines(&written.value),
        },
    );
    let fold_case = written.value.key.value.fold_case.unwrap_or_default();
    resolver.keys_are_distinct(&raw.fields, fold_case);
    if is_json(&written.value) {
        resolver.keys_lie_apart("field", &field::keys_by_name(&raw.fields));
    }
    if let Some(number) = written.value.number.as_ref().filter(|_| !number_used.get()) {
        let message = "`number` has no effect: no field takes it from the source";
        resolver.fault(Code::SCHEMA_UNUSED, &number.span, message).help =
            Some("it is for fields and quantities without a `number` of their own".to_owned());
    }
    let source = resolver.source(&written, &fields);
    let kinds = resolver.record_kinds(&raw.kinds, &fields, &written.value);
    let tables =
        if is_library { Vec::new() } else { resolver.tables(&raw.tables, &raw.kinds, &fields) };
    let path = files.own().path.clone();
    let hygiene = resolver.hygiene(&raw.hygiene, &fields);
    let words = Resolver::words(&raw.words, &path);
    let checks = resolver.checks(&raw.checks, &fields, &tables, &words, &path);
    let coverage = resolver.coverage(raw.coverage.as_ref());
    let keys = resolver.record_keys(&raw.tables, &fields, &tables, &checks, kinds.len());
    // What a faulty part would have used is unknown.
    if !is_library && !resolver.faults.iter().any(Fault::is_error) {
        resolver.everything_is_used(&fields, &tables, &quantities, &outlines, &raw, &files);
        resolver.kinds_are_used(&kinds, &tables);
    }
    let mut policy = Policy::default();
    for (word, finding) in &raw.findings {
        if let Some(code) = diagnostic::find(&word.value) {
            policy.set(code, finding.value.severity, finding.value.action);
            resolver.null_has_effect(code, finding.value.action, &word.span);
            resolver.severity_of_code_has_effect(code, finding.value.severity, &word.span);
        } else {
            resolver.faults.push(
                Fault::new(
                    Code::SCHEMA_REFERENCE,
                    word.span.clone(),
                    format!("no finding is called `{}`", word.value),
                )
                .with_words(&word.value, CODES.iter().flat_map(|code| [code.name, code.id])),
            );
        }
    }
    Some(Schema {
        name: raw.name.value,
        description: raw.description,
        path,
        hash: hash_of(&files),
        files,
        is_library,
        source: source?,
        layout: Layout::of(&fields),
        kinds,
        fields,
        quantities,
        outlines,
        tables,
        hygiene,
        checks,
        words,
        coverage,
        keys,
        policy,
    })
}

/// Tells what a library has that only a schema of its own could use.
fn only_defines(raw: &RawSchema, faults: &mut Vec<Fault>) {
    fn first<T>(named: &IndexMap<Spanned<String>, T>) -> Option<&Range<usize>> {
        named.keys().next().map(|name| &name.span)
    }
    let parts = [
        ("source", raw.source.as_ref().map(|source| &source.span)),
        ("kinds", first(&raw.kinds)),
        ("fields", first(&raw.fields)),
        ("tables", first(&raw.tables)),
        ("hygiene", raw.hygiene.first().map(|hygiene| &hygiene.span)),
        ("checks", raw.checks.first().map(|check| &check.span)),
        ("words", first(&raw.words)),
        ("coverage", raw.coverage.as_ref().map(|coverage| &coverage.span)),
        ("findings", first(&raw.findings)),
    ];
    for (name, span) in parts {
        let Some(span) = span else { continue };
        let message = format!("a library has no `{name}`");
        faults.push(
            Fault::new(Code::SCHEMA_VALUE, span.clone(), message)
                .with_help("`library = true` is for a file that only defines what others use"),
        );
    }
}

/// Whether every form that a dump may have is one of JSON.
fn is_json(source: &RawSource) -> bool {
    let mut formats = source.format.iter().chain(&source.formats).peekable();
    formats.peek().is_some()
        && formats.all(|format| matches!(format.value, RawFormat::Json | RawFormat::JsonLines))
}

/// Whether the dump may be one of lines.
fn has_lines(source: &RawSource) -> bool {
    let mut formats = source.format.iter().chain(&source.formats);
    formats.any(|format| format.value == RawFormat::KeyValue)
}

/// The hash of a schema: that of its file, and of those it uses behind it.
fn hash_of(files: &SchemaFiles) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files.iter() {
        hasher.update(file.text.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

impl Resolver<'_> {
    /// Tells where an action asks for null and there is no value that could become it.
    fn null_has_effect(&mut self, code: &Code, action: Option<Action>, span: &Range<usize>) {
        if action == Some(Action::Null) && !code.is_of_value() {
            let message = format!("the action `null` has no effect on `{}`", code.name);
            self.fault(Code::SCHEMA_UNUSED, span, message).help =
                Some("it is about no value that could become null".to_owned());
        }
    }

    fn everything_is_used(
        &mut self,
        fields: &[Field],
        tables: &[Table],
        quantities: &[Arc<Quantity>],
        outlines: &[Arc<Outline>],
        raw: &RawSchema,
        files: &SchemaFiles,
    ) {
        let text = &files.own().text;
        let layout = Layout::of(fields);
        let of_records = tables.iter().filter(|table| table.items_of.is_none());
        let used_fields: FxHashSet<usize> = of_records
            .flat_map(|table| &table.columns)
            .flat_map(|column| layout.fields_of(&column.origin))
            .chain(tables.iter().filter_map(|table| table.items_of))
            .chain(fields.iter().flat_map(|field| field.from.into_iter().chain(field.kind.reads())))
            .collect();
        for (idx, field) in fields.iter().enumerate() {
            if !used_fields.contains(&idx) && !kind::reads(raw, field) {
                self.fault(
                    Code::SCHEMA_UNUSED,
                    &field.span,
                    format!("the field `{}` is in no table", field.name),
                )
                .help = Some("its values are read and checked, and then dropped".to_owned());
            }
        }
        // What another schema defines need not all be used here.
        let mine = |name: &Spanned<String>| files.place(&name.span).0.named_at.is_none();
        let mut used = Vec::new();
        for name in raw.patterns.keys() {
            if text.contains(&format!("%{{{}}}", name.value)) {
                used.push(name.span.start);
            } else if mine(name) {
                let message = format!("no pattern uses the piece `{}`", name.value);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
        let read: FxHashSet<&str> = (fields.iter())
            .filter_map(|field| field.kind.quantity().map(|used| used.name.as_str()))
            .collect();
        for (quantity, name) in quantities.iter().zip(raw.quantities.keys()) {
            if read.contains(quantity.name.as_str()) {
                used.push(name.span.start);
            } else if mine(name) {
                let message = format!("no field has the quantity `{}`", quantity.name);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
        for (known, name) in outlines.iter().zip(raw.outlines.keys()) {
            let reads =
                |field: &Field| field.kind.outline().is_some_and(|used| used.name == known.name);
            if fields.iter().any(reads) {
                used.push(name.span.start);
            } else if mine(name) {
                let message = format!("no field has the outline `{}`", known.name);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
        used.extend(raw.sentinels.iter().map(|text| text.span.start));
        for name in &raw.uses {
            let from_it = |place: &usize| {
                files.place(&(*place..*place)).0.named_at.as_ref() == Some(&name.span)
            };
            if !used.iter().any(from_it) {
                let message = format!("nothing of the schema `{}` is used", name.value);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
    }
}
