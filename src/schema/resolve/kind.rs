//! Kinds of records.

use indexmap::IndexMap;

use super::Resolver;
use crate::diagnostic::Code;
use crate::lang::Pattern;
use crate::schema::model::{Field, Format, RecordKind, Table, When};
use crate::schema::raw::{RawField, RawKind, RawSchema, RawSource};
use crate::source::Spanned;

/// Adds a field for each key that tells kinds apart and that no field has, so
/// that it is read like any other. One that a field writes in another case is written
/// as there.
pub(super) fn add_fields(raw: &mut RawSchema) {
    let fold = raw.source.as_ref().and_then(|source| source.value.key.value.fold_case);
    let same = |one: &str, other: &str| {
        one == other || fold == Some(true) && one.eq_ignore_ascii_case(other)
    };
    let keys = raw.kinds.values_mut().filter_map(|kind| kind.value.when.value.key.as_mut());
    for key in keys {
        let mut known = raw.fields.values().flat_map(|field| {
            let field = &field.value.common;
            field.key.iter().chain(&field.aliases)
        });
        if let Some(known) = known.find(|known| same(&known.value, &key.value)) {
            key.value.clone_from(&known.value);
            continue;
        }
        let text = format!("type = \"text\"\nkey = {}", toml::Value::from(key.value.as_str()));
        let Ok(mut field) = toml::from_str::<RawField>(&text) else { continue };
        field.tag = key.span.clone();
        if let Some(written) = &mut field.common.key {
            written.span = key.span.clone();
        }
        let free = |name: &String| !raw.fields.keys().any(|known| known.value == *name);
        let mut names =
            std::iter::successors(Some(key.value.clone()), |last| Some(format!("{last}_kind")));
        if let Some(name) = names.find(free) {
            let field = Spanned::new(field, key.span.clone());
            raw.fields.insert(Spanned::new(name, key.span.clone()), field);
        }
    }
}

/// Whether a field is read to tell kinds apart.
pub(super) fn reads(raw: &RawSchema, field: &Field) -> bool {
    let mut keys = raw.kinds.values().filter_map(|kind| kind.value.when.value.key.as_ref());
    keys.any(|key| field.keys.contains(&key.value))
}

impl Resolver<'_> {
    pub(super) fn record_kinds(
        &mut self,
        raw: &IndexMap<Spanned<String>, Spanned<RawKind>>,
        fields: &[Field],
        source: &RawSource,
    ) -> Vec<RecordKind> {
        raw.iter()
            .map(|(name, kind)| RecordKind {
                name: name.value.clone(),
                description: kind.value.description.clone(),
                when: self.when(name, &kind.value, fields, source),
                span: name.span.clone(),
            })
            .collect()
    }

    fn when(
        &mut self,
        name: &Spanned<String>,
        kind: &RawKind,
        fields: &[Field],
        source: &RawSource,
    ) -> When {
        let span = &kind.when.span;
        let when = &kind.when.value;
        match (&when.line, &when.key, &when.pattern) {
            (Some(line), None, None) => {
                let formats = source.format.iter().chain(&source.formats);
                if formats.into_iter().any(|format| format.value != Format::KeyValue) {
                    let message = "only records of lines have a first line";
                    self.fault(Code::SCHEMA_VALUE, &line.span, message).help =
                        Some("give `key` and `pattern`".to_owned());
                }
                When::Line(self.pattern(line))
            }
            (None, Some(key), Some(pattern)) => {
                let pattern = self.pattern(pattern);
                let field = fields.iter().position(|field| field.keys.contains(&key.value));
                // Each key has a field by now, unless no field could be read at all.
                field.map_or_else(
                    || When::Line(pattern.clone()),
                    |field| When::Value(field, pattern.clone()),
                )
            }
            _ => {
                let message = format!("the kind `{}` is not told in one way", name.value);
                self.fault(Code::SCHEMA_VALUE, span, message).help =
                    Some("give `line`, or `key` and `pattern`".to_owned());
                When::Line(Pattern::nothing(span.clone()))
            }
        }
    }

    /// Refuses kinds whose records would go nowhere.
    pub(super) fn kinds_are_used(&mut self, kinds: &[RecordKind], tables: &[Table]) {
        let all = tables.iter().any(|table| table.items_of.is_none() && table.kind.is_none());
        for (idx, kind) in kinds.iter().enumerate() {
            if !all && !tables.iter().any(|table| table.kind == Some(idx)) {
                let message = format!("no table has the records of the kind `{}`", kind.name);
                self.fault(Code::SCHEMA_UNUSED, &kind.span, message).help =
                    Some(format!("`rows = \"record\"` and `kind = \"{}\"` make one", kind.name));
            }
        }
    }
}
