//! From the schema as written to the schema that can be run. Every fault of
//! meaning is collected; nothing stops at the first.

mod check;
mod field;
mod outline;
mod quantity;
mod rule;
mod source;
mod table;

use std::ops::Range;

use crate::diagnostic::{self, CODES, Code, Policy};
use crate::lang::Fault;
use crate::lang::{Accept, Examples, Pattern, PatternWithExamples};
use crate::lang::{Patterns, unusable};
use crate::schema::model::{
    ColumnOrigin, Field, FieldKind, File, Layout, Outline, Quantity, Schema, Table, slots_of,
};
use crate::schema::raw::{RawExamples, RawPattern, RawSchema};
use crate::source::Spanned;

/// Resolves a schema. The result is usable only if no fault is an error.
pub(super) fn resolve(raw: RawSchema, files: Vec<File>, faults: &mut Vec<Fault>) -> Option<Schema> {
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
    let patterns = Patterns::resolve(&raw.patterns, faults);
    let mut resolver = Resolver {
        patterns,
        names: raw.fields.keys().map(|name| name.value.clone()).collect(),
        quantities: raw.quantities.keys().map(|name| name.value.clone()).collect(),
        outlines: raw.outlines.keys().map(|name| name.value.clone()).collect(),
        faults,
    };
    let quantities: Vec<_> = raw
        .quantities
        .iter()
        .map(|(name, quantity)| resolver.quantity(name, &quantity.value))
        .collect();
    let outlines: Vec<_> =
        raw.outlines.iter().map(|(name, outline)| resolver.outline(name, &outline.value)).collect();
    let sentinels: Vec<_> = raw.sentinels.iter().map(|text| text.value.clone()).collect();
    let repeated = raw.source.value.key.value.repeated.unwrap_or_default();
    let fields: Vec<_> = raw
        .fields
        .iter()
        .map(|(name, field)| resolver.field(name, field, &sentinels, repeated))
        .collect();
    resolver.keys_are_distinct(&raw.fields);
    let source = resolver.source(&raw.source, &fields);
    let tables = resolver.tables(&raw.tables, &fields, &quantities);
    let path = files.first().map(|file| file.path.clone()).unwrap_or_default();
    let hygiene = resolver.hygiene(&raw.hygiene, &fields);
    let words = Resolver::words(&raw.words, &path);
    let checks = resolver.checks(&raw.checks, &fields, &quantities, &tables, &words, &path);
    let coverage = resolver.coverage(raw.coverage.as_ref());
    let key = resolver.record_key(&raw.tables, &fields, &tables);
    // What a faulty part would have used cannot be told.
    if !resolver.faults.iter().any(Fault::is_error) {
        let own = 0..files.get(1).map_or(usize::MAX, |file| file.start);
        resolver.everything_is_used(&fields, &tables, &quantities, &outlines, &raw, &own);
    }
    let mut policy = Policy::default();
    for (word, finding) in &raw.findings {
        if let Some(code) = diagnostic::find(&word.value) {
            policy.set(code, finding.value.severity, finding.value.action);
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
        source: source?,
        fields,
        quantities,
        outlines,
        tables,
        hygiene,
        checks,
        words,
        coverage,
        key,
        policy,
    })
}

/// The hash of a schema: that of its file, and of those it uses behind it.
fn hash_of(files: &[File]) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(file.text.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

impl Resolver<'_> {
    fn everything_is_used(
        &mut self,
        fields: &[Field],
        tables: &[Table],
        quantities: &[Quantity],
        outlines: &[Outline],
        raw: &RawSchema,
        own: &Range<usize>,
    ) {
        let layout = Layout::of(fields);
        for (idx, field) in fields.iter().enumerate() {
            let slots = layout.base[idx]..layout.base[idx] + slots_of(&field.kind).len();
            let read = fields.iter().any(|other| match &other.kind {
                FieldKind::Name { infer, support, .. } => {
                    infer.iter().any(|infer| infer.from == idx) || support.contains(&idx)
                }
                FieldKind::Outline { texts, .. } => texts.contains(&idx),
                _ => other.from == Some(idx),
            });
            let shown = tables.iter().any(|table| {
                table.items_of == Some(idx)
                    || (table.items_of.is_none()
                        && table.columns.iter().any(|column| matches!(&column.origin, ColumnOrigin::Slot(slot) if slots.contains(slot))))
            });
            if !read && !shown {
                self.fault(
                    Code::SCHEMA_UNUSED,
                    &field.span,
                    format!("the field `{}` is in no table", field.name),
                )
                .help = Some("its values are read and checked, and then dropped".to_owned());
            }
        }
        // What another schema defines need not all be used here.
        let mine = |name: &Spanned<String>| own.contains(&name.span.start);
        for ((idx, quantity), name) in quantities.iter().enumerate().zip(raw.quantities.keys()) {
            let used =
                |field: &Field| matches!(field.kind, FieldKind::Quantity(used) if used == idx);
            if mine(name) && !fields.iter().any(used) {
                let message = format!("no field has the quantity `{}`", quantity.name);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
        for ((idx, known), name) in outlines.iter().enumerate().zip(raw.outlines.keys()) {
            let used = |field: &Field| matches!(&field.kind, FieldKind::Outline { outline, .. } if *outline == idx);
            if mine(name) && !fields.iter().any(used) {
                let message = format!("no field has the outline `{}`", known.name);
                self.fault(Code::SCHEMA_UNUSED, &name.span, message);
            }
        }
    }
}
