//! `outline`: the numbered sections of other fields' texts, a row each.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cells, FieldPlan, FieldType, KeyUse, Memo, Reader, RecordInfo, Scope, Slot};
use crate::data::{Extracted, Kind, Raw, Record, Row};
use crate::diagnostic::Diagnostics;
use crate::grammar::{Outline, OutlinePlan};
use crate::lang::{CountedPattern, Resolver};
use crate::source::Spanned;

/// The numbered sections of other fields' texts. They make a table of their own, with
/// the columns `field`, `path`, `level`, `marker` and `text`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The fields whose texts are taken apart.
    pub texts: Vec<Spanned<String>>,
    /// The way in which sections are numbered: one of `[outlines]`.
    pub outline: Spanned<String>,
}

impl Options {
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<OutlineType> {
        if self.texts.is_empty() {
            scope.lacks("`texts`");
        }
        let mut texts = Vec::new();
        for name in &self.texts {
            let idx = scope.resolver.field_named(name);
            texts.extend(idx.map(|idx| (idx, name.value.clone())));
        }
        let names: Vec<_> = scope.outlines.iter().map(|outline| outline.name.clone()).collect();
        let outline = Resolver::named(&self.outline, &names, "outline", scope.resolver.faults)?;
        let outline = Arc::clone(&scope.outlines[outline]);
        let plan = OutlinePlan::new(&outline, texts.clone());
        Some(OutlineType { texts, outline, plan: Arc::new(plan) })
    }
}

#[derive(Clone, Debug)]
pub(super) struct OutlineType {
    /// The fields and their names.
    texts: Vec<(usize, String)>,
    outline: Arc<Outline>,
    plan: Arc<OutlinePlan>,
}

impl FieldType for OutlineType {
    fn word(&self) -> &'static str {
        "outline"
    }

    fn cells(&self) -> Cells {
        let text = Slot::named(
            "text",
            Kind::Text,
            "the text behind the marker; markers and texts in turn are the whole",
        );
        Cells::Rows(vec![
            Slot::named("field", Kind::Text, "the field whose text it is a section of"),
            Slot::named(
                "path",
                Kind::Text,
                "places among its siblings from the top down, such as 1.2; 0 before the first marker",
            ),
            Slot::named(
                "level",
                Kind::Integer,
                "how deep it is nested, from 1; 0 before the first marker",
            ),
            Slot::named("marker", Kind::Text, "the marker as it stands"),
            Slot { long: true, ..text },
        ])
    }

    fn row_key(&self) -> &'static [&'static str] {
        &["field", "ordinal"]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(OutlineReader { plan: (*self.plan).clone() })
    }

    fn key(&self) -> KeyUse {
        KeyUse::Refused
    }

    fn reads(&self) -> Vec<usize> {
        self.texts.iter().map(|(idx, _)| *idx).collect()
    }

    fn patterns(&self, _: &str) -> Vec<CountedPattern> {
        let markers = self.outline.markers.iter().map(|marker| CountedPattern {
            what: format!("marker `{}` of the outline `{}`", marker.name, self.outline.name),
            span: marker.span.clone(),
        });
        markers.collect()
    }

    fn texts(&self) -> Vec<usize> {
        Vec::new()
    }

    fn outline(&self) -> Option<&Arc<Outline>> {
        Some(&self.outline)
    }
}

#[derive(Clone, Debug)]
struct OutlineReader {
    plan: OutlinePlan,
}

impl Reader for OutlineReader {
    fn extract<'r>(
        &self,
        _: &FieldPlan,
        _: &'r Record<'_>,
        _: &mut Extracted<'r>,
        _: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        // Its texts are taken for the fields that have them.
        Raw::Absent
    }

    fn normalize<'r>(
        &'r self,
        field: &'r FieldPlan,
        raw: &mut Extracted<'r>,
        _: &RecordInfo<'r>,
        _: &mut Memo,
        row: &mut Row<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let Row { items, walked, .. } = row;
        let matched = |style| diagnostics.matched(field.usage.own + style);
        let sections = &mut items[field.idx];
        self.plan.run(raw, sections, walked, matched);
        // Each section is a row.
        let rows = sections.rows().count() as u64;
        let count = &mut raw.counts[field.idx];
        count.r#in += rows;
        count.out += rows;
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostics;
    use crate::mill::{Mill, Scratch};
    use crate::schema::{SchemaSource, parse};

    #[test]
    fn sections_are_counted_as_the_rows_that_they_are() {
        let text = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
             record = { by = \"file\" }\nkey = { by = \"declared\" }\n\
             [fields.a]\ntype = \"text\"\nkey = \"a\"\n\
             [fields.s]\ntype = \"outline\"\ntexts = [\"a\"]\noutline = \"numbered\"\n\
             [outlines.numbered]\nmarkers = [{ name = \"n\", pattern = '(?:^|\\s)(?<marker>(?<number>[0-9]{1,2})\\.) ' }]\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n\
             [tables.s]\nrows = \"s\"\ncolumns = [\"text\"]\n";
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text: text.to_owned() });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let mill = Mill::new(&schema);
        for (text, sections) in [(None, 0), (Some("ab"), 0), (Some("ab\n1. c\n2. d"), 3)] {
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let scratch = &mut Scratch::default();
            mill.value(0, text, scratch, &mut diagnostics, |milled, _| {
                let count = milled.raw.counts[1];
                assert_eq!(milled.row.items[1].rows().count(), sections, "{text:?}");
                assert_eq!((count.r#in, count.out), (sections as u64, sections as u64), "{text:?}");
            });
        }
    }
}
