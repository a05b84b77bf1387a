//! From the schema as written to the schema that can be run. Every fault of
//! meaning is collected; nothing stops at the first.

mod check;
mod field;
mod outline;
mod quantity;
mod rule;
mod source;
mod table;

pub(crate) use check::Scope;

use std::ops::Range;

use crate::diagnostic::{self, CODES, Code, Policy};
use crate::schema::fault::Fault;
use crate::schema::model::{
    Accept, ColumnOrigin, Examples, Field, FieldKind, File, Layout, Outline, Pattern, Proven,
    Quantity, Schema, Table, slots_of,
};
use crate::schema::pattern::{Patterns, unusable};
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

struct Resolver<'f> {
    patterns: Patterns,
    /// The names of the fields; their places are the indices.
    names: Vec<String>,
    quantities: Vec<String>,
    outlines: Vec<String>,
    faults: &'f mut Vec<Fault>,
}

impl Resolver<'_> {
    fn fault(
        &mut self,
        code: &'static Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> &mut Fault {
        self.faults.push(Fault::new(code, span.clone(), message));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    fn pattern(&mut self, pattern: &Spanned<String>) -> Pattern {
        self.pattern_with(pattern, &[])
    }

    fn pattern_with(&mut self, pattern: &Spanned<String>, extra: &[(&str, &str)]) -> Pattern {
        let text = self.patterns.expand(pattern, extra, self.faults);
        Pattern::new(text, pattern.span.clone()).unwrap_or_else(|error| {
            self.faults.push(unusable(&error, &pattern.span));
            Pattern::nothing(pattern.span.clone())
        })
    }

    /// Asks for groups that the code will read.
    fn groups(&mut self, pattern: &Pattern, needed: &[&str], known: &[&str]) {
        // One that could not be compiled has its fault already.
        if pattern.text.is_empty() {
            return;
        }
        let regex = pattern.compile();
        let found: Vec<_> = regex.capture_names().flatten().map(str::to_owned).collect();
        for group in needed {
            if !found.iter().any(|found| found == group) {
                self.fault(
                    Code::SCHEMA_PATTERN,
                    &pattern.span,
                    format!("the pattern lacks the group `{group}`"),
                )
                .help = Some(format!("write `(?<{group}>…)` around that part"));
            }
        }
        for group in &found {
            if !known.is_empty() && !known.contains(&group.as_str()) {
                let fault = Fault::new(
                    Code::SCHEMA_PATTERN,
                    pattern.span.clone(),
                    format!("no group is called `{group}` here"),
                );
                self.faults.push(fault.with_words(group, known.iter().copied()));
            }
        }
    }

    /// A pattern with its examples.
    fn proven(&mut self, raw: &RawPattern, what: &str) -> Proven {
        let pattern = self.pattern(&raw.pattern);
        let examples = Self::examples(raw.examples.as_ref());
        self.wants_examples(&examples, &raw.pattern.span, what);
        Proven { pattern, examples }
    }

    fn examples(raw: Option<&Spanned<RawExamples>>) -> Examples {
        let Some(raw) = raw else {
            return Examples::default();
        };
        Examples {
            accept: raw
                .value
                .accept
                .iter()
                .map(|accept| Accept {
                    text: accept.value.text.clone(),
                    gives: accept.value.gives.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
                    span: accept.span.clone(),
                })
                .collect(),
            refuse: raw
                .value
                .refuse
                .iter()
                .map(|text| (text.value.clone(), text.span.clone()))
                .collect(),
        }
    }

    fn wants_examples(&mut self, examples: &Examples, span: &Range<usize>, what: &str) {
        if examples.is_empty() {
            self.fault(Code::SCHEMA_EXAMPLE, span, format!("{what} has no example")).help = Some(
                "add `examples = { accept = [{ text = \"…\" }], refuse = [\"…\"] }`".to_owned(),
            );
        }
    }

    /// The index of something by its name; a name that nothing has is a fault.
    fn named(
        name: &Spanned<String>,
        known: &[String],
        what: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<usize> {
        let found = known.iter().position(|known| *known == name.value);
        if found.is_none() {
            let message = format!("no {what} is called `{}`", name.value);
            let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
            faults.push(fault.with_words(&name.value, known.iter().map(String::as_str)));
        }
        found
    }

    fn field_named(&mut self, name: &Spanned<String>) -> Option<usize> {
        Self::named(name, &self.names, "field", self.faults)
    }

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
