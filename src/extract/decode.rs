//! Values in a code, and what is replaced in them, before anything else looks
//! at them.
//!
//! In: the entries of a record. Out: the same with their values decoded. A value that
//! is not in the code that its field tells stays as it stands, with a finding, which may
//! ask for null instead.

use crate::data::Record;
use crate::diagnostic::Diagnostics;
use crate::schema::Schema;
use crate::schema::model::Field;
use crate::types::Coded;

/// The compiled plan of the decoders.
#[derive(Clone, Debug)]
pub struct Plan {
    fields: Vec<FieldPlan>,
}

#[derive(Clone, Debug)]
struct FieldPlan {
    idx: usize,
    /// The field whose entries it reads, if that is another one.
    from: Option<usize>,
    name: String,
    coded: Coded,
}

impl Plan {
    /// Compiles the decoders of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let coded =
            schema.fields.iter().enumerate().filter(|(_, field)| Self::makes_entries(field));
        let mut fields: Vec<_> = coded
            .map(|(idx, field)| FieldPlan {
                idx,
                from: field.from,
                name: field.name.clone(),
                coded: Coded::new(field.decode.clone(), &field.replace),
            })
            .collect();
        // What reads another field reads what that one has become, however many stand between.
        let depth = |idx: usize| {
            let above = std::iter::successors(Some(idx), |idx| schema.fields[*idx].from);
            above.take(schema.fields.len()).count()
        };
        fields.sort_by_key(|field| depth(field.idx));
        // A field between that decodes nothing has no entries of its own; a circle ends
        // where it began.
        for field in &mut fields {
            for _ in 0..schema.fields.len() {
                let above = field.from.map(|from| &schema.fields[from]);
                match above.filter(|above| !Self::makes_entries(above)).and_then(|above| above.from)
                {
                    Some(next) => field.from = Some(next),
                    None => break,
                }
            }
        }
        Self { fields }
    }

    /// Whether a field has entries of its own, be it that it reads another.
    fn makes_entries(field: &Field) -> bool {
        !field.decode.is_empty() || !field.replace.is_empty()
    }

    /// Decodes the values of a record.
    pub fn run(&self, record: &mut Record<'_>, diagnostics: &mut Diagnostics<'_>) {
        for field in &self.fields {
            if let Some(from) = field.from {
                let texts = record
                    .entries_of(from)
                    .map(|entry| (entry.text.clone(), entry.key_span, entry.item))
                    .collect();
                record.derive(field.idx, texts);
            }
            let mut next = record.by_field[field.idx];
            while let Some(idx) = next {
                let entry = &mut record.entries[idx as usize];
                next = entry.next;
                let name = &field.name;
                let read = field.coded.read(&entry.text, diagnostics, |finding| {
                    finding.field = Some(name.clone());
                });
                if let Some(text) = read {
                    entry.text = text;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};
    use crate::source::Span;

    #[test]
    fn a_field_that_reads_another_decodes_for_itself() {
        let text = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
             record = { by = \"file\" }\nkey = { by = \"declared\" }\n\
             [fields.raw]\ntype = \"text\"\nkey = \"a\"\n\
             [fields.plain]\ntype = \"text\"\nfrom = \"raw\"\ndecode = [\"percent\"]\n\
             [fields.short]\ntype = \"text\"\nfrom = \"plain\"\nreplace = [{ pattern = '(\\w+) (\\w+)', with = '$2' }]\n\
             [fields.same]\ntype = \"text\"\nfrom = \"plain\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"raw\", \"plain\", \"short\", \"same\"]\n";
        let source = SchemaSource { name: "t".to_owned(), text: text.to_owned() };
        let (schema, faults) = parse(&source);
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let mut record = Record::of_value(0, schema.fields.len(), "long%20walk");
        let mut diagnostics = Diagnostics::new(&schema.policy);
        Plan::new(&schema).run(&mut record, &mut diagnostics);
        let texts: Vec<_> = schema
            .fields
            .iter()
            .map(|field| record.entry(field.entry).unwrap())
            .map(|entry| (entry.text.as_str(), entry.text.whole()))
            .collect();
        let whole = Span::new(0, 11);
        let expected = ["long%20walk", "long walk", "walk", "long walk"].map(|text| (text, whole));
        assert_eq!(texts, expected);
        assert_eq!(record.keys(), 1);
        assert!(diagnostics.is_empty());
    }
}
