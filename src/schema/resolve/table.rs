//! Tables and their columns.

use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Resolver;
use crate::data::Kind;
use crate::diagnostic::Code;
use crate::lang::Fault;
use crate::schema::model::{Column, ColumnOrigin, Computed, Field, Layout, Table, TemplatePart};
use crate::schema::raw::{RawComputed, RawKind, RawTable};
use crate::source::Spanned;
use crate::types::Slot;

/// The rows of a table of records.
const RECORD: &str = "record";

/// The columns that a table can have.
pub(super) struct Available {
    /// By the word that names them.
    columns: Vec<(String, Vec<Column>)>,
    /// The first of each word.
    places: FxHashMap<String, usize>,
    /// Those of fields by their names: the first of each.
    slots: IndexMap<String, (usize, Kind)>,
}

impl Available {
    fn new(columns: Vec<(String, Vec<Column>)>) -> Self {
        let (mut places, mut slots) = (FxHashMap::default(), IndexMap::new());
        for (idx, (name, columns)) in columns.iter().enumerate() {
            places.entry(name.clone()).or_insert(idx);
            for column in columns {
                if let ColumnOrigin::Slot(slot) = column.origin {
                    slots.entry(column.name.clone()).or_insert((slot, column.kind));
                }
            }
        }
        Self { columns, places, slots }
    }

    fn named(&self, word: &str) -> Option<&[Column]> {
        self.places.get(word).map(|idx| self.columns[*idx].1.as_slice())
    }
}

/// The kinds of records as they are written.
pub(super) type RawKinds = IndexMap<Spanned<String>, Spanned<RawKind>>;

impl Resolver<'_> {
    pub(super) fn tables(
        &mut self,
        raw: &IndexMap<Spanned<String>, Spanned<RawTable>>,
        kinds: &RawKinds,
        fields: &[Field],
    ) -> Vec<Table> {
        self.names_are_free(fields);
        // As many as there are fields, and the same for each table.
        let of_records = Available::new(record_columns(fields, &Layout::of(fields)));
        let mut tables: Vec<Table> = Vec::new();
        let mut taken = FxHashSet::from_iter(["finding".to_owned()]);
        for (name, table) in raw {
            let lower = name.value.to_lowercase();
            if taken.contains(&lower) && name.value != "finding" {
                let message = format!(
                    "`{}` and another table are one file where letters of either case are the same",
                    name.value
                );
                self.fault(Code::SCHEMA_VALUE, &name.span, message);
            }
            taken.insert(lower);
            if name.value == "finding"
                || name.value.is_empty()
                || !name.value.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &name.span,
                    format!("no table can be called `{}`", name.value),
                )
                .help = Some(
                    "letters, digits, `_` and `-`; `finding` is the table of findings".to_owned(),
                );
            }
            let items_of = if table.value.rows.value == RECORD {
                None
            } else {
                let Some(idx) = self.field_named(&table.value.rows) else {
                    continue;
                };
                if !fields[idx].is_items() {
                    let message = format!("the field `{}` has no items", table.value.rows.value);
                    self.fault(Code::SCHEMA_VALUE, &table.value.rows.span, message);
                    continue;
                }
                Some(idx)
            };
            let kind = self.table_kind(&table.value, kinds, items_of.is_none());
            let of_items = items_of.map(|idx| Available::new(item_columns(&fields[idx])));
            let available = of_items.as_ref().unwrap_or(&of_records);
            let columns = self.columns(&table.value, available, fields, items_of.is_none());
            tables.push(Table {
                name: name.value.clone(),
                description: table.value.description.clone(),
                items_of,
                kind,
                columns,
            });
        }
        if !tables.iter().any(|table| table.items_of.is_none()) {
            let span = raw.keys().next().map_or(0..0, |name| name.span.clone());
            let message = "expected a table of records, found none";
            self.fault(Code::SCHEMA_VALUE, &span, message).help =
                Some("`rows = \"record\"` makes a table of records".to_owned());
        }
        tables.sort_by_key(|table| table.items_of.is_some());
        tables
    }

    /// The kind of the records of a table.
    fn table_kind(&mut self, table: &RawTable, kinds: &RawKinds, records: bool) -> Option<usize> {
        let kind = table.kind.as_ref()?;
        if !records {
            let message = "only a table of records has the records of a kind";
            self.fault(Code::SCHEMA_UNUSED, &kind.span, message);
            return None;
        }
        let names: Vec<_> = kinds.keys().map(|name| name.value.clone()).collect();
        Self::named(kind, &names, "kind", self.faults)
    }

    pub(super) fn columns(
        &mut self,
        raw: &RawTable,
        available: &Available,
        fields: &[Field],
        records: bool,
    ) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut used = FxHashSet::default();
        for name in &raw.columns {
            let found = available.named(&name.value);
            let computed = raw.computed.get_key_value(name);
            if used.contains(name.value.as_str()) {
                self.fault(
                    Code::SCHEMA_VALUE,
                    &name.span,
                    format!("the column `{}` is named twice", name.value),
                );
            } else if let Some(found) = found {
                columns.extend(found.iter().cloned());
            } else if let Some((_, computed)) = computed {
                columns.extend(self.computed(
                    (name, &computed.value),
                    raw,
                    available,
                    fields,
                    records,
                ));
            } else {
                let fault = Fault::new(
                    Code::SCHEMA_REFERENCE,
                    name.span.clone(),
                    format!("no column is called `{}`", name.value),
                );
                let words = available.columns.iter().map(|(known, _)| known.as_str());
                let brings = available
                    .columns
                    .iter()
                    .find(|(_, columns)| columns.iter().any(|column| column.name == name.value));
                self.faults.push(match brings {
                    Some((field, _)) => fault.with_help(format!(
                        "`{field}` brings `{}` with its other columns: write `{field}`",
                        name.value
                    )),
                    None => fault.with_words(
                        &name.value,
                        words.chain(raw.computed.keys().map(|key| key.value.as_str())),
                    ),
                });
            }
            used.insert(name.value.as_str());
        }
        self.columns_are_distinct(raw, &columns);
        for name in raw.computed.keys().filter(|name| !used.contains(name.value.as_str())) {
            self.fault(
                Code::SCHEMA_UNUSED,
                &name.span,
                format!("the computed column `{}` is in no list of columns", name.value),
            );
        }
        columns
    }

    /// Several columns come of one word: two of one name are a fault.
    fn columns_are_distinct(&mut self, raw: &RawTable, columns: &[Column]) {
        let mut seen = FxHashSet::default();
        for column in columns {
            if !seen.insert(column.name.as_str())
                && raw.columns.iter().filter(|name| name.value == column.name).nth(1).is_none()
            {
                let named = raw.columns.iter().find(|name| column.name.starts_with(&name.value));
                let span = named.or(raw.columns.first()).map_or(0..0, |name| name.span.clone());
                let message = format!("two columns of the table are called `{}`", column.name);
                self.fault(Code::SCHEMA_VALUE, &span, message).help =
                    Some("give one of the fields another name".to_owned());
            }
        }
    }

    /// A field cannot be called like a column that the engine makes.
    fn names_are_free(&mut self, fields: &[Field]) {
        let made = record_columns(&[], &Layout::of(&[]));
        for field in fields {
            if field.is_items() && field.name == RECORD {
                let message =
                    format!("the rows of `{RECORD}` are records, and not those of a field");
                self.fault(Code::SCHEMA_VALUE, &field.span, message).help =
                    Some("give the field another name; its `key` can stay as it is".to_owned());
            }
            if made.iter().any(|(name, _)| *name == field.name) {
                let message = format!("`{}` is a column that recordmill makes itself", field.name);
                self.fault(Code::SCHEMA_VALUE, &field.span, message).help =
                    Some("give the field another name; its `key` can stay as it is".to_owned());
            }
        }
    }

    pub(super) fn computed(
        &mut self,
        (name, raw): (&Spanned<String>, &RawComputed),
        table: &RawTable,
        available: &Available,
        fields: &[Field],
        records: bool,
    ) -> Option<Column> {
        let find = |resolver: &mut Self, column: &str, span: &Range<usize>| {
            let found = available.slots.get(column).copied();
            if found.is_none() {
                let mut made = available.columns.iter().flat_map(|(_, columns)| columns);
                let message = if made.any(|known| known.name == column)
                    || table.computed.keys().any(|known| known.value == column)
                {
                    format!("`{column}` is no column of a field, and nothing is worked out from it")
                } else {
                    format!("no column is called `{column}`")
                };
                let fault = Fault::new(Code::SCHEMA_REFERENCE, span.clone(), message);
                let words = available.slots.keys().map(String::as_str);
                resolver.faults.push(fault.with_words(column, words));
            }
            found
        };
        // Words and patterns are of texts.
        let find_text = |resolver: &mut Self, column: &Spanned<String>, way: &str| {
            let (slot, kind) = find(resolver, &column.value, &column.span)?;
            if kind != Kind::Text {
                let message =
                    format!("`{way}` needs a column of text, and `{}` is {kind}", column.value);
                resolver.fault(Code::SCHEMA_VALUE, &column.span, message).help = Some(
                    "a check with a `condition` compares numbers, dates and booleans".to_owned(),
                );
                return None;
            }
            Some(slot)
        };
        let parts = [
            ("equal", "compare", &raw.equal, raw.compare.is_empty()),
            ("prefix", "compare", &raw.prefix, raw.compare.is_empty()),
            ("otherwise", "compare", &raw.otherwise, raw.compare.is_empty()),
            ("pattern", "match", &raw.pattern, raw.r#match.is_none()),
        ];
        for (option, way, written, unused) in parts {
            if let Some(written) = written.as_ref().filter(|_| unused) {
                let message = format!("`{option}` has no effect without `{way}`");
                self.fault(Code::SCHEMA_UNUSED, &written.span, message);
            }
        }
        let (computed, kind) = match (
            raw.compare.as_slice(),
            &raw.template,
            &raw.count,
            &raw.r#match,
        ) {
            ([a, b], None, None, None) => {
                let slots = [find_text(self, a, "compare")?, find_text(self, b, "compare")?];
                let word =
                    |word: &Option<Spanned<String>>| word.as_ref().map(|word| word.value.clone());
                let (equal, prefix, otherwise) =
                    (word(&raw.equal), word(&raw.prefix), word(&raw.otherwise));
                // The column would be null in each row.
                if equal.is_none() && prefix.is_none() && otherwise.is_none() {
                    let message = "`compare` needs `equal`, `prefix` or `otherwise`";
                    self.fault(Code::SCHEMA_MISSING, &a.span, message).help =
                        Some("they are the words that the column has".to_owned());
                }
                (Computed::Compare { slots, equal, prefix, otherwise }, Kind::Text)
            }
            ([], Some(template), None, None) => {
                let mut parts = Vec::new();
                let mut rest = template.value.as_str();
                while let Some(open) = rest.find('{') {
                    if rest[open..].starts_with("{{") {
                        parts.push(TemplatePart::Text(rest[..=open].to_owned()));
                        rest = &rest[open + 2..];
                        continue;
                    }
                    let Some(length) = rest[open..].find('}') else {
                        self.fault(Code::SCHEMA_VALUE, &template.span, "`{` has no `}`").help =
                            Some("`{column}` stands for the column, and `{{` for `{`".to_owned());
                        return None;
                    };
                    parts.push(TemplatePart::Text(rest[..open].to_owned()));
                    let column = &rest[open + 1..open + length];
                    parts.push(TemplatePart::Slot(find(self, column, &template.span)?.0));
                    rest = &rest[open + length + 1..];
                }
                parts.push(TemplatePart::Text(rest.to_owned()));
                (Computed::Template(parts), Kind::Text)
            }
            ([], None, Some(count), None) if records => {
                let idx = self.field_named(count)?;
                if !fields[idx].is_items() {
                    self.fault(
                        Code::SCHEMA_VALUE,
                        &count.span,
                        format!("the field `{}` has no items", count.value),
                    );
                    return None;
                }
                (Computed::Count(idx), Kind::Integer)
            }
            ([], None, None, Some(column)) => {
                let slot = find_text(self, column, "match")?;
                let Some(pattern) = &raw.pattern else {
                    self.fault(Code::SCHEMA_MISSING, &column.span, "`match` needs `pattern`");
                    return None;
                };
                (Computed::Match { slot, pattern: self.pattern(pattern) }, Kind::Boolean)
            }
            _ => {
                self.fault(Code::SCHEMA_VALUE, &name.span, format!("the column `{}` is not worked out in one way", name.value))
                    .help = Some("give one of `compare` (two columns), `template`, `count` (tables of records), `match`".to_owned());
                return None;
            }
        };
        Some(Column {
            name: name.value.clone(),
            kind,
            origin: ColumnOrigin::Computed(computed),
            description: raw.description.clone(),
            unit: None,
            tags: Vec::new(),
            long: false,
            zone: None,
        })
    }
}

fn column(name: &str, kind: Kind, origin: ColumnOrigin, description: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        origin,
        description: Some(description.to_owned()),
        unit: None,
        tags: Vec::new(),
        long: false,
        zone: None,
    }
}

fn key_column() -> Column {
    Column {
        long: true,
        ..column(
            "record_key",
            Kind::Text,
            ColumnOrigin::RecordKey,
            "what the record is known by from dump to dump; null if that is null",
        )
    }
}

/// The columns that a table of records can have, by the word that names them.
fn record_columns(fields: &[Field], layout: &Layout) -> Vec<(String, Vec<Column>)> {
    let mut columns = vec![
        // Each id stands in one row: a dictionary of them would save nothing.
        Column {
            long: true,
            ..column(
                "record_id",
                Kind::Text,
                ColumnOrigin::RecordId,
                "id of the record, made from its bytes",
            )
        },
        key_column(),
        column("source_file", Kind::Text, ColumnOrigin::SourceFile, "path of the input"),
        column(
            "source_line",
            Kind::Integer,
            ColumnOrigin::SourceLine,
            "line of the record's first byte, from 1",
        ),
        column(
            "source_byte",
            Kind::Integer,
            ColumnOrigin::SourceByte,
            "offset of the record's first byte in the file",
        ),
        column(
            "source_bytes",
            Kind::Integer,
            ColumnOrigin::SourceBytes,
            "length of the record in the file, in bytes",
        ),
    ]
    .into_iter()
    .map(|column| (column.name.clone(), vec![column]))
    .collect::<Vec<_>>();
    for (idx, field) in fields.iter().enumerate() {
        let slots = field.cells.slots();
        if slots.is_empty() {
            continue;
        }
        let made = slots.iter().enumerate().map(|(n, slot)| Column {
            name: format!("{}{}", field.name, slot.column),
            kind: slot.kind,
            origin: ColumnOrigin::Slot(layout.base[idx] + n),
            description: describe(field, slot),
            unit: slot
                .unit
                .clone()
                .or_else(|| field.unit.clone().filter(|_| slot.kind.is_number())),
            tags: field.tags.clone(),
            long: slot.long,
            zone: slot.zone.clone(),
        });
        columns.push((field.name.clone(), made.collect()));
    }
    columns
}

/// What the column of a slot holds.
fn describe(field: &Field, slot: &Slot) -> Option<String> {
    match &slot.description {
        Some(description) => {
            let of = field.description.as_deref().unwrap_or(&field.name);
            Some(description.replace("{}", of))
        }
        None => field.description.clone(),
    }
}

/// The columns that a table of items can have.
fn item_columns(field: &Field) -> Vec<(String, Vec<Column>)> {
    let mut columns = vec![
        Column {
            long: true,
            ..column("record_id", Kind::Text, ColumnOrigin::RecordId, "id of the record")
        },
        key_column(),
        column(
            "ordinal",
            Kind::Integer,
            ColumnOrigin::Ordinal,
            "place of the item in its list, from 0",
        ),
    ];
    let slots = field.cells.rows().unwrap_or_default();
    // Rows that count in another way have a cell for it.
    columns.retain(|column| slots.iter().all(|slot| slot.column != column.name));
    let slots = slots.iter().enumerate();
    columns.extend(slots.map(|(n, slot)| Column {
        name: slot.column.clone(),
        kind: slot.kind,
        origin: ColumnOrigin::Slot(n),
        description: describe(field, slot),
        unit: slot.unit.clone(),
        tags: Vec::new(),
        long: slot.long,
        zone: slot.zone.clone(),
    }));
    columns.into_iter().map(|column| (column.name.clone(), vec![column])).collect()
}

#[cfg(test)]
mod tests {
    use crate::schema::{SchemaSource, parse};

    /// What is said of a table of records with a computed column, and of one of items.
    fn told(computed: &str, list: &str) -> Vec<String> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json\"\n\
             [fields.a]\nkey = \"a\"\ntype = \"text\"\n[fields.b]\nkey = \"b\"\ntype = \"text\"\n\
             [fields.n]\nkey = \"n\"\ntype = \"integer\"\n\
             [fields.{list}]\nkey = \"l\"\ntype = \"list\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\", \"b\", \"n\", \"record_id\", \"c\"]\n\
             computed.c = {{ {computed} }}\n\
             [tables.l]\nrows = \"{list}\"\ncolumns = [\"value\"]\n"
        );
        let (_, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        faults.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_template_names_columns_in_pairs_of_braces() {
        let template = |text: &str| told(&format!("template = \"{text}\""), "l");
        assert_eq!(template("{a}-{b}"), [""; 0]);
        assert_eq!(template("{{{a}, {{}"), [""; 0]);
        assert_eq!(template("{a}-{b"), ["`{` has no `}`"]);
        assert_eq!(template("the same in each row"), [""; 0]);
        assert_eq!(template("{x}"), ["no column is called `x`"]);
        for made in ["record_id", "c"] {
            let message =
                format!("`{made}` is no column of a field, and nothing is worked out from it");
            assert_eq!(template(&format!("{{{made}}}")), [message]);
        }
    }

    #[test]
    fn a_comparison_needs_a_word() {
        let compare = |words: &str| told(&format!("compare = [\"a\", \"b\"]{words}"), "l");
        assert_eq!(compare(""), ["`compare` needs `equal`, `prefix` or `otherwise`"]);
        assert_eq!(compare(", prefix = \"p\""), [""; 0]);
        let told = |computed: &str| {
            told(computed, "l").into_iter().find(|message| message.contains("column of text"))
        };
        let message =
            |way: &str| Some(format!("`{way}` needs a column of text, and `n` is integer"));
        assert_eq!(told("compare = [\"a\", \"n\"], equal = \"same\""), message("compare"));
        assert_eq!(told("match = \"n\", pattern = '5'"), message("match"));
        assert_eq!(told("template = \"{n}\""), None);
    }

    #[test]
    fn rows_that_are_records_are_those_of_no_field() {
        let faults = told("template = \"{a}{b}\"", "record");
        assert_eq!(faults[0], "the rows of `record` are records, and not those of a field");
    }
}
