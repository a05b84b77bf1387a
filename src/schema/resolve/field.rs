//! Fields: what they have in common, whatever their type.

use std::cell::Cell;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Resolver;
use crate::diagnostic::Code;
use crate::grammar::{Notation, Outline, Quantity, path_dots};
use crate::lang::Examples;
use crate::schema::model::{Field, FieldRule, Repeated};
use crate::schema::raw::{RawField, RawFieldCommon};
use crate::source::Spanned;
use crate::types::{Cells, FieldType, KeyUse, Nested, NestedField, Scope, plain_text};

/// The fields of a schema as they are written.
pub(super) type RawFields = IndexMap<Spanned<String>, Spanned<RawField>>;

/// What the fields of a schema have from the rest of it.
#[derive(Debug)]
pub(super) struct Surroundings<'s> {
    pub(super) sentinels: &'s [String],
    pub(super) repeated: Repeated,
    pub(super) quantities: &'s [Arc<Quantity>],
    pub(super) outlines: &'s [Arc<Outline>],
    pub(super) number: Option<&'s Notation>,
    pub(super) number_used: &'s Cell<bool>,
    pub(super) is_json: bool,
    pub(super) ignored: &'s [String],
    /// Whether values may run over lines.
    pub(super) has_lines: bool,
}

impl Resolver<'_> {
    pub(super) fn fields(&mut self, raw: &RawFields, around: &Surroundings<'_>) -> Vec<Field> {
        let entries = self.entries(raw);
        let mut nested = Nested { parent: 0, next: raw.len(), fields: Vec::new() };
        let mut fields = Vec::with_capacity(raw.len());
        for (idx, ((name, field), entry)) in raw.iter().zip(entries).enumerate() {
            nested.parent = idx;
            let keys = raw.get_index(entry).map(|(_, read)| keys_of(&read.value.common));
            let keys = keys.unwrap_or_default();
            fields.push(self.field(name, field, (entry, keys), around, &mut nested));
        }
        hide_what_is_read(&mut fields, raw);
        nested.fields.sort_by_key(|field| field.place);
        for field in nested.fields {
            self.names.push(field.name.clone());
            // What is hidden is so with all that stands in it.
            let mask = fields[field.parent].mask;
            fields.push(Field { mask, ..nested_field(field) });
        }
        fields
    }

    /// For each field the one whose entry it reads: a field may read one that itself
    /// reads another. A chain that comes back to where it began is a fault.
    fn entries(&mut self, raw: &RawFields) -> Vec<usize> {
        let next = |(_, field): (&Spanned<String>, &Spanned<RawField>)| {
            let field = &field.value.common;
            // One that decodes what it reads has an entry of its own.
            let own = !field.decode.is_empty() || !field.replace.is_empty();
            let from = field.from.as_ref().filter(|_| !own)?;
            self.names.place(&from.value)
        };
        let next: Vec<_> = raw.iter().map(next).collect();
        // The end of each chain, once it is known; of those that have none, the field itself.
        let mut ends: Vec<Option<usize>> = vec![None; next.len()];
        for idx in 0..next.len() {
            let (mut chain, mut at) = (Vec::new(), idx);
            let mut on_it = FxHashSet::default();
            let end = loop {
                if let Some(end) = ends[at] {
                    break Some(end).filter(|_| next[end].is_none());
                }
                if !on_it.insert(at) {
                    break None;
                }
                chain.push(at);
                match next[at] {
                    Some(next) => at = next,
                    None => break Some(at),
                }
            };
            for at in chain {
                ends[at] = Some(end.unwrap_or(at));
            }
        }
        let entries: Vec<_> =
            ends.into_iter().enumerate().map(|(idx, end)| end.unwrap_or(idx)).collect();
        for (idx, (name, field)) in raw.iter().enumerate() {
            if next[entries[idx]].is_some() {
                let from = &field.value.common.from;
                let span = from.as_ref().map_or(&name.span, |from| &from.span);
                let message = format!("`{}` is read from itself", name.value);
                self.fault(Code::SCHEMA_REFERENCE, span, message).help =
                    Some("one field of the circle needs a `key`".to_owned());
            }
        }
        entries
    }

    fn field(
        &mut self,
        name: &Spanned<String>,
        raw: &Spanned<RawField>,
        (entry, keys): (usize, Vec<String>),
        around: &Surroundings<'_>,
        nested: &mut Nested,
    ) -> Field {
        let field = &raw.value.common;
        let mut scope = Scope {
            resolver: self,
            name,
            keys,
            quantities: around.quantities,
            outlines: around.outlines,
            number: around.number,
            number_used: around.number_used,
            is_json: around.is_json,
            ignored: around.ignored,
            nested: std::mem::take(nested),
        };
        let kind = raw.value.kind.resolve(&mut scope);
        *nested = scope.nested;
        let kind = kind.unwrap_or_else(plain_text);
        let cells = kind.cells();
        let from = field.from.as_ref().and_then(|from| self.field_named(from));
        self.key_fits(name, field, &*kind);
        let (extract, group) = self.extract(&field.extract, field.group.as_ref());
        if let Some(written) = field.extract.first()
            && kind.key() == KeyUse::Refused
        {
            let message = format!("`extract` means nothing for the type `{}`", kind.word());
            self.fault(Code::SCHEMA_VALUE, &written.span, message);
        }
        let decode = field.decode.first().map(|decoder| ("decode", &decoder.span));
        let replaced = field.replace.first().map(|replace| ("replace", &replace.span));
        if let Some((option, span)) = decode.or(replaced)
            && kind.key() == KeyUse::Refused
        {
            let message = format!("`{option}` means nothing for the type `{}`", kind.word());
            self.fault(Code::SCHEMA_VALUE, span, message);
        }
        let repeated = field.repeated.as_ref().map_or(around.repeated, |repeated| repeated.value);
        let of_an_entry = [
            ("repeated", field.repeated.as_ref().map(|repeated| &repeated.span)),
            ("join", field.join.as_ref().map(|join| &join.span)),
        ];
        for (option, span) in of_an_entry {
            if let Some(span) = span.filter(|_| field.key.is_none()) {
                let message = format!("`{option}` has no effect on a field without a `key`");
                self.fault(Code::SCHEMA_UNUSED, span, message);
            }
        }
        if let Some(text) = field.sentinels.first().filter(|_| kind.key() == KeyUse::Refused) {
            let message = format!("`sentinels` means nothing for the type `{}`", kind.word());
            self.fault(Code::SCHEMA_VALUE, &text.span, message);
        }
        if let Some(join) = &field.join
            && field.key.is_some()
            && repeated != Repeated::Join
            && !around.has_lines
        {
            let message = "`join` has no effect: no value has several lines";
            self.fault(Code::SCHEMA_UNUSED, &join.span, message).help =
                Some("it goes with key-value text, and with `repeated = \"join\"`".to_owned());
        }
        if let Some(unit) = &field.unit
            && !cells.slots().first().is_some_and(|slot| slot.kind.is_number())
        {
            let message = format!("`unit` means nothing for the type `{}`", kind.word());
            self.fault(Code::SCHEMA_VALUE, &unit.span, message).help =
                Some("it goes with the types of numbers".to_owned());
        }
        let replace = field.replace.iter().map(|raw| self.replacement(&raw.value)).collect();
        let examples = Self::examples(field.examples.as_ref());
        if !extract.is_empty() || kind.wants_examples() {
            self.wants_examples(&examples, &name.span, &format!("the field `{}`", name.value));
        }
        let rules = self.field_rules(name, field, &*kind, &cells);
        let words: FxHashSet<_> = kind.words().into_iter().collect();
        for text in field.sentinels.iter().filter(|text| words.contains(&text.value)) {
            let message = format!(
                "`{}` is a word of `{}` that is never read, since it stands for \"no data\"",
                text.value, name.value
            );
            self.fault(Code::SCHEMA_UNUSED, &text.span, message).help =
                Some("take it out of `sentinels` or out of the words of the field".to_owned());
        }
        let own = field.sentinels.iter().map(|text| text.value.clone());
        // What the field says itself goes before what is said of all.
        let shared = around.sentinels.iter().filter(|text| !words.contains(*text)).cloned();
        Field {
            name: name.value.clone(),
            span: name.span.clone(),
            keys: keys_of(field),
            from,
            entry,
            repeated,
            join: field.join.as_ref().map(|text| text.value.clone()),
            decode: field.decode.iter().map(|decoder| decoder.value).collect(),
            replace,
            kind,
            cells,
            description: field.description.clone(),
            unit: field.unit.as_ref().map(|unit| unit.value.clone()),
            tags: field.tags.clone(),
            sentinels: shared.chain(own).collect(),
            extract,
            group,
            mask: field.mask.unwrap_or(false),
            rules,
            examples,
        }
    }

    /// Whether the field has a key where its type needs one, and none where it reads
    /// something else.
    fn key_fits(&mut self, name: &Spanned<String>, field: &RawFieldCommon, kind: &dyn FieldType) {
        match (&field.key, &field.from) {
            (None, None) if kind.key() == KeyUse::Needed => {
                let message = format!("the field `{}` has neither `key` nor `from`", name.value);
                self.fault(Code::SCHEMA_MISSING, &name.span, message).help = Some(
                    "`key` is the key in the dump; `from` another field whose text is read"
                        .to_owned(),
                );
            }
            (Some(_), Some(from)) => {
                self.fault(Code::SCHEMA_VALUE, &from.span, "a field has `key` or `from`, not both");
            }
            (Some(written), None) | (None, Some(written)) if kind.key() == KeyUse::Refused => {
                let message =
                    format!("an {} reads other fields, and has no key of its own", kind.word());
                self.fault(Code::SCHEMA_VALUE, &written.span, message);
            }
            (Some(_), None) | (None, Some(_) | None) => {}
        }
        if let (None, Some(alias)) = (&field.key, field.aliases.first()) {
            let message = "`aliases` are other words for a `key`, which the field lacks";
            self.fault(Code::SCHEMA_VALUE, &alias.span, message);
        }
    }

    fn field_rules(
        &mut self,
        name: &Spanned<String>,
        field: &RawFieldCommon,
        kind: &dyn FieldType,
        cells: &Cells,
    ) -> Vec<FieldRule> {
        let mut rules: Vec<FieldRule> = Vec::with_capacity(field.rules.len());
        for raw in &field.rules {
            let Some(mut rule) = self.rule(raw, kind, cells, field) else { continue };
            let known = |name: &str| rules.iter().any(|other| other.name == name);
            if known(&rule.name) {
                if raw.value.common.name.is_some() {
                    let message =
                        format!("two rules of `{}` are called `{}`", name.value, rule.name);
                    self.fault(Code::SCHEMA_VALUE, &raw.span, message);
                }
                // A rule without a name of its own is told apart by a number.
                let numbered = (2..).map(|n| format!("{} {n}", rule.name));
                if let Some(free) = numbered.into_iter().find(|name| !known(name)) {
                    rule.name = free;
                }
            }
            rules.push(rule);
        }
        rules
    }

    /// Refuses keys of several fields, as `fold-case` compares them.
    pub(super) fn keys_are_distinct(&mut self, fields: &RawFields, fold_case: bool) {
        let mut seen: FxHashMap<String, (&str, &str)> = FxHashMap::default();
        for (name, field) in fields {
            let field = &field.value.common;
            for key in field.key.iter().chain(&field.aliases) {
                let written = &key.value;
                let folded = if fold_case { written.to_ascii_lowercase() } else { written.clone() };
                if let Some((other, known)) = seen.insert(folded, (&name.value, written)) {
                    // Another case of a key of the same field changes nothing.
                    if other == name.value && known != written {
                        continue;
                    }
                    let mut message =
                        format!("the key `{written}` belongs to the field `{other}` already");
                    if known != written {
                        message.push_str(&format!(": with `fold-case` it is `{known}`"));
                    }
                    self.fault(Code::SCHEMA_VALUE, &key.span, message).help =
                        Some("use `from` to read one text into several fields".to_owned());
                }
            }
        }
    }
}

/// All keys of fields, each with the name of the field.
pub(super) fn keys_by_name(fields: &RawFields) -> Vec<(&str, &Spanned<String>)> {
    let keys = fields.iter().flat_map(|(name, field)| {
        let field = &field.value.common;
        field.key.iter().chain(&field.aliases).map(|key| (name.value.as_str(), key))
    });
    keys.collect()
}

/// The key of a field and those that mean the same.
fn keys_of(field: &RawFieldCommon) -> Vec<String> {
    field.key.iter().chain(&field.aliases).map(|key| key.value.clone()).collect()
}

impl Resolver<'_> {
    /// In JSON a field or a member, `what`, takes the whole value of its key: what lies
    /// inside of it is not there for another one. The keys stand behind their names.
    pub(crate) fn keys_lie_apart(&mut self, what: &str, keys: &[(&str, &Spanned<String>)]) {
        let owners: FxHashMap<&str, &str> =
            keys.iter().map(|(name, key)| (key.value.as_str(), *name)).collect();
        for (_, key) in keys {
            let mut above = path_dots(&key.value).map(|dot| &key.value[..dot]);
            let Some(above) = above.find(|above| owners.contains_key(above)) else { continue };
            let owner = owners[above];
            let message = format!(
                "`{}` lies inside of the value of `{above}`, which the {what} `{owner}` takes whole",
                key.value
            );
            self.fault(Code::SCHEMA_VALUE, &key.span, message).help = Some(
                "read its parts by their own keys, or by the `members` of `objects`".to_owned(),
            );
        }
    }
}

/// What is read of a hidden text is hidden, if the field itself says nothing else.
fn hide_what_is_read(fields: &mut [Field], raw: &RawFields) {
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); fields.len()];
    for (idx, field) in fields.iter().enumerate() {
        for read in field.from.into_iter().chain(field.kind.reads()) {
            if let Some(readers) = readers.get_mut(read) {
                readers.push(idx);
            }
        }
    }
    let said = |idx: usize| raw.get_index(idx).and_then(|(_, field)| field.value.common.mask);
    let mut hidden: Vec<usize> = (0..fields.len()).filter(|idx| fields[*idx].mask).collect();
    while let Some(read) = hidden.pop() {
        for &reader in &readers[read] {
            if !fields[reader].mask && said(reader).is_none() {
                fields[reader].mask = true;
                hidden.push(reader);
            }
        }
    }
}

/// The field of the objects of a member, which the field around it fills.
fn nested_field(nested: NestedField) -> Field {
    Field {
        cells: nested.kind.cells(),
        name: nested.name,
        span: nested.span,
        keys: Vec::new(),
        from: None,
        entry: nested.place,
        repeated: Repeated::First,
        join: None,
        decode: Vec::new(),
        replace: Vec::new(),
        kind: nested.kind,
        description: nested.description,
        unit: None,
        tags: Vec::new(),
        sentinels: Vec::new(),
        extract: Vec::new(),
        group: String::new(),
        mask: false,
        rules: Vec::new(),
        examples: Examples::default(),
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{SchemaSource, parse};

    #[test]
    fn what_is_read_of_a_hidden_field_is_hidden() {
        let text = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json\"\n\
            [fields.area]\ntype = \"text\"\nfrom = \"short\"\n\
            [fields.short]\ntype = \"text\"\nfrom = \"phone\"\n\
            [fields.phone]\ntype = \"text\"\nkey = \"phone\"\nmask = true\n\
            [fields.shown]\ntype = \"text\"\nfrom = \"phone\"\nmask = false\n\
            [fields.name]\ntype = \"text\"\nkey = \"name\"\n\
            [tables.t]\nrows = \"record\"\ncolumns = [\"area\", \"short\", \"phone\", \"shown\", \"name\"]\n";
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.to_owned() });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let masks: Vec<_> = schema.fields.iter().map(|field| field.mask).collect();
        assert_eq!(masks, [true, true, true, false, false]);
    }

    #[test]
    fn what_is_worked_out_of_a_hidden_field_is_hidden() {
        let text = r#"
            recordmill = 1
            name = "t"
            source = { format = "json" }
            [fields]
            steps = { type = "outline", texts = ["note"], outline = "points" }
            open = { type = "outline", texts = ["note"], outline = "points", mask = false }
            again = { type = "text", from = "who" }
            note = { type = "text", key = "note", mask = true }
            [fields.who]
            type = "name"
            infer = [{ from = "note", pattern = '(?<name>.+)', examples = { accept = [{ text = "Ann" }] } }]
            [[outlines.points.markers]]
            name = "figure"
            pattern = '(?<marker>(?<number>[0-9])\.)'
            examples = { accept = [{ text = "1.", gives = { marker = "1." } }] }
            [tables]
            t = { rows = "record", columns = ["who", "note"] }
            s = { rows = "steps", columns = ["record_id", "text"] }
            o = { rows = "open", columns = ["record_id", "text"] }
        "#;
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.to_owned() });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let hidden = |name| schema.fields[schema.field_idx(name).unwrap()].mask;
        assert_eq!(["steps", "who", "again", "open"].map(hidden), [true, true, true, false]);
        let hides = |name: &str| {
            let table = schema.tables.iter().find(|table| table.name == name).unwrap();
            table.columns.iter().any(|column| schema.hides(table, column))
        };
        assert_eq!(["t", "s", "o"].map(hides), [true, true, false]);
    }
}
