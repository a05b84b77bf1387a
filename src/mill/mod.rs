//! One record through the stages: parse, decode, extract, normalize, validate. The only
//! place that knows their order.
//!
//! In: a schema, and the text of a record. Out: its entries, raw cells and typed
//! cells, and findings. Nothing here does I/O or knows a table; `pipeline`,
//! `explain` and `prove` all come through here, so that none of them can say
//! something else of a record than another.
//!
//! Where a finding asks for null, the stages behind see null: an entry loses its text
//! before it is read, a field its cells before they are judged. An item or a member is
//! a matter of who reads or judges it.
//!
//! A [`Mill`] is compiled once. It is cloned for each thread, since a compiled
//! pattern keeps state that threads would wait for; what a thread keeps from record
//! to record is its [`Scratch`].

use std::sync::Arc;

use crate::data::{Cell, Extracted, Record, Row, Value};
use crate::diagnostic::{Action, Diagnostics, Finding};
use crate::extract::{DecodePlan, extract};
use crate::normalize::normalize;
use crate::record::{self, Columns};
use crate::schema::Schema;
use crate::schema::model::{Format, Layout};
use crate::source::Span;
use crate::stage::{Stage, within};
use crate::types::{FieldPlan, Memo, RecordInfo, Sentinels};
use crate::validate;
use crate::verdict::PatternUsage;

/// The stages of a schema, compiled.
#[derive(Clone, Debug)]
pub struct Mill {
    record: Arc<record::Plan>,
    decode: DecodePlan,
    fields: Vec<FieldPlan>,
    layout: Layout,
    validate: validate::Plan,
}

/// What a thread keeps from record to record: what was read, and the room of what is made of one.
#[derive(Debug, Default)]
pub struct Scratch {
    memo: Memo,
    record: Record<'static>,
    raw: Extracted<'static>,
    row: Row<'static>,
}

/// Where the text of a record stands.
#[derive(Clone, Copy, Debug)]
pub struct RecordText<'t> {
    /// The form of its source.
    pub format: Format,
    /// Which column of its source is which, for rows of a table.
    pub columns: &'t Columns,
    /// The text of the chunk that holds it.
    pub text: &'t str,
    /// Its bytes in the chunk.
    pub span: Span,
}

/// A record when it is through.
#[derive(Debug)]
pub struct Milled<'r> {
    /// Its entries.
    pub record: &'r Record<'r>,
    /// Which piece of it is the value of which field.
    pub raw: Extracted<'r>,
    /// The typed cells, as the tables hold them.
    pub row: Row<'r>,
}

impl Mill {
    /// Compiles the stages of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let usage = PatternUsage::new(schema);
        let fields = schema.fields.iter().enumerate().map(|(idx, field)| {
            let first = field.extract.first();
            FieldPlan {
                idx,
                name: field.name.clone(),
                entry: field.entry,
                base: schema.layout.base[idx],
                span: field.span.clone(),
                extract_span: first.map_or_else(|| field.span.clone(), |first| first.span.clone()),
                sentinels: Sentinels::new(&field.sentinels),
                extract: field.extract.iter().map(crate::lang::Pattern::compile).collect(),
                group: field.group.clone(),
                usage: usage.fields[idx],
                reader: field.kind.reader(),
            }
        });
        Self {
            record: Arc::new(record::Plan::new(schema)),
            decode: DecodePlan::new(schema),
            fields: fields.collect(),
            validate: validate::Plan::new(schema),
            layout: schema.layout.clone(),
        }
    }

    /// What cuts sources into records and tells what stands between them.
    #[must_use]
    pub fn framing(&self) -> &record::Plan {
        &self.record
    }

    /// Where the cells of each field stand in a row.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Takes a record through the first stage alone: its entries as they are written.
    pub fn parse<'t>(
        &self,
        text: &RecordText<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        self.parse_in(Record::default(), text, diagnostics)
    }

    /// The same in the room of another record.
    fn parse_in<'t>(
        &self,
        room: Record<'t>,
        text: &RecordText<'t>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Record<'t> {
        let RecordText { format, columns, text, span } = *text;
        diagnostics.open_record();
        self.record.parse_in(room, format, columns, text, span, diagnostics)
    }

    /// Takes a record through all stages and hands it to `then`, with the findings
    /// about it.
    pub fn record<'p, R>(
        &self,
        text: &RecordText<'_>,
        info: &RecordInfo<'_>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        let from = diagnostics.len();
        let stage = within(Stage::Parse);
        let mut record = self.parse_in(std::mem::take(&mut scratch.record), text, diagnostics);
        self.clear(&mut record, diagnostics.since(from));
        self.decode.run(&mut record, diagnostics);
        drop(stage);
        let then = |milled: &mut Milled<'_>, diagnostics: &mut Diagnostics<'p>| {
            diagnostics.close_record();
            then(milled, diagnostics)
        };
        let done = self.entries(text.text, &record, info, scratch, diagnostics, then);
        scratch.record = record.emptied();
        done
    }

    /// Takes a record of one value of a field, or of none, through the stages behind
    /// parsing: what the examples of a schema are tried on.
    pub fn value<'p, R>(
        &self,
        field: usize,
        text: Option<&str>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        let fields = self.fields.len();
        let mut record = match text {
            Some(text) => Record::of_value(self.fields[field].entry, fields, text),
            None => Record::new(Span::default(), fields),
        };
        record.kind = self.validate.kind_of(field);
        self.decode.run(&mut record, diagnostics);
        let chunk = text.unwrap_or_default();
        self.entries(chunk, &record, &RecordInfo::default(), scratch, diagnostics, then)
    }

    fn entries<'p, R>(
        &self,
        chunk: &str,
        record: &Record<'_>,
        info: &RecordInfo<'_>,
        scratch: &mut Scratch,
        diagnostics: &mut Diagnostics<'p>,
        then: impl FnOnce(&mut Milled<'_>, &mut Diagnostics<'p>) -> R,
    ) -> R {
        // Of a record that could not be read there is nothing more to say.
        let mut unsaid = Diagnostics::new(diagnostics.policy());
        let heard = if record.unreadable { &mut unsaid } else { &mut *diagnostics };
        let from = heard.len();
        let mut stage = within(Stage::Extract);
        let room = std::mem::take(&mut scratch.raw);
        let mut raw = extract(&self.fields, record, room, heard);
        stage.next(Stage::Normalize);
        let room = (self.layout.width, std::mem::take(&mut scratch.row));
        let mut row = normalize(&self.fields, room, &mut raw, info, &mut scratch.memo, heard);
        self.nullify(&mut row, heard.since(from));
        // Rules see what the table would hold, and null what fails them on their own.
        stage.next(Stage::Validate);
        self.validate.run(chunk, record, &mut row, heard);
        drop(stage);
        let mut milled = Milled { record, raw, row };
        let done = then(&mut milled, diagnostics);
        let Milled { raw, row, .. } = milled;
        scratch.raw = raw.emptied();
        scratch.row = row.emptied();
        done
    }

    /// The fields whose findings ask for null, each with its finding.
    fn asked<'f>(
        &self,
        findings: &'f [Finding],
    ) -> impl Iterator<Item = (&FieldPlan, &'f Finding)> {
        findings.iter().filter(|finding| finding.action == Action::Null).filter_map(|finding| {
            let name = finding.field.as_ref().filter(|_| finding.code.is_of_value())?;
            Some((self.fields.iter().find(|field| field.name == *name)?, finding))
        })
    }

    /// Takes their texts from the entries whose findings ask for null.
    fn clear(&self, record: &mut Record<'_>, findings: &[Finding]) {
        let mut asked: Vec<_> =
            self.asked(findings).map(|(field, finding)| (field.idx, finding.span)).collect();
        asked.sort_unstable();
        for of_field in asked.chunk_by(|one, other| one.0 == other.0) {
            let spans: Vec<_> = of_field.iter().map(|(_, span)| *span).collect();
            record.clear(of_field[0].0, &spans);
        }
    }

    /// Sets the cells of fields to null whose findings ask for it.
    fn nullify(&self, row: &mut Row<'_>, findings: &[Finding]) {
        for (field, _) in self.asked(findings) {
            let next = self.layout.base.get(field.idx + 1).copied();
            let end = next.unwrap_or(self.layout.width);
            for cell in &mut row.cells[field.base..end] {
                cell.value = Value::Null;
            }
        }
    }
}

impl Milled<'_> {
    /// The cells of a field in the row.
    #[must_use]
    pub fn cells(&self, layout: &Layout, field: usize) -> &[Cell<'_>] {
        let end = layout.base.get(field + 1).copied().unwrap_or(layout.width);
        &self.row.cells[layout.base[field]..end]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::schema::{SchemaSource, parse};

    fn schema(fields: &str) -> Schema {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\nrecord = {{ by = \"file\" }}\n\
             key = {{ by = \"pattern\", pattern = '^(?<key>\\w+)(?:: (?<value>.*)|:: (?<base64>.*))$' }}\n{fields}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        schema.unwrap_or_else(|| panic!("{faults:?}"))
    }

    /// What comes of a record: the cells of the row, and those of the items of each field.
    fn milled(schema: &Schema, text: &str) -> String {
        let columns = Columns::default();
        let span = Span::new(0, text.len());
        let place = RecordText { format: Format::KeyValue, columns: &columns, text, span };
        let (info, scratch) = (RecordInfo::default(), &mut Scratch::default());
        let mut diagnostics = Diagnostics::new(&schema.policy);
        Mill::new(schema).record(&place, &info, scratch, &mut diagnostics, |milled, found| {
            let shown = |cells: &[Cell<'_>]| {
                let texts = cells.iter().map(|cell| cell.value.to_text());
                let texts = texts.map(|text| text.map_or("-".to_owned(), Into::into));
                texts.collect::<Vec<_>>().join(" ")
            };
            let items = milled.row.items.iter().flat_map(|items| items.rows().map(shown));
            let codes = found.since(0).iter().map(|finding| finding.code.id.to_owned());
            let parts = [shown(&milled.row.cells)].into_iter().chain(items).chain(codes);
            parts.collect::<Vec<_>>().join(" | ")
        })
    }

    #[test]
    fn an_entry_becomes_null_before_it_is_read() {
        let fields = "[fields.a]\ntype = \"list\"\nkey = \"a\"\nrepeated = \"list\"\ndecode = [\"percent\"]\n\
                      [fields.b]\ntype = \"text\"\nkey = \"b\"\n\
                      [fields.c]\ntype = \"text\"\nfrom = \"b\"\n";
        let text = "a: x%20y\na: 5%\nb:: &\n";
        assert_eq!(
            milled(&schema(fields), text),
            "& & | x false | y false | 5% false | R112 | R142"
        );
        let null = "[findings.encoded-value]\naction = \"null\"\n[findings.undecoded-value]\naction = \"null\"\n";
        let schema = schema(&format!("{fields}{null}"));
        assert_eq!(milled(&schema, text), "- - | x false | y false | R112 | R142");
    }

    #[test]
    fn an_item_and_a_member_become_null_alone() {
        let decimal = "{ type = \"decimal\", precision = 4, scale = 1 }";
        let fields = format!(
            "[fields.a]\ntype = \"list\"\nkey = \"a\"\nitems = {decimal}\n\
             [fields.b]\ntype = \"tuple-list\"\nkey = \"b\"\nmembers = {{ 2 = [\"n\", \"w\"] }}\ntypes = {{ n = {decimal} }}\n\
             examples.accept = [{{ text = \"['1', 'x']\" }}]\n\
             [fields.c]\ntype = \"objects\"\nkey = \"c\"\nmembers = {{ n = {decimal}, w = {{ type = \"text\" }} }}\n\
             [[hygiene]]\nrules = [\"unbalanced-brackets\"]\n"
        );
        let text = "a: 1.25 3\nb: ['1.25', 'x'] ['1', '(x']\nc: [{\"n\": 1.25, \"w\": \"x\"}, {\"n\": 1, \"w\": \"(x\"}]\n";
        let null = "[findings.rounded]\naction = \"null\"\n[findings.unbalanced-brackets]\naction = \"null\"\n";
        assert_eq!(
            milled(&schema(&format!("{fields}{null}")), text),
            " | - false | 3.0 false | - x ['1.25', 'x'] | 1.0 - ['1', '(x'] | - x | 1.0 - \
             | R341 | R341 | R341 | R418 | R418"
        );
    }

    #[test]
    fn characters_make_a_value_null() {
        let fields = "[fields.a]\ntype = \"text\"\nkey = \"a\"\n\
                      [[hygiene]]\nrules = [\"unbalanced-brackets\"]\n\
                      [findings.unbalanced-brackets]\naction = \"null\"\n";
        assert_eq!(milled(&schema(fields), "a: (x\n"), "- | R418");
    }

    #[test]
    fn a_text_is_judged_alike_whoever_walked_through_it() {
        let field = "[fields.a]\ntype = \"text\"\nkey = \"a\"\n\
                     [[hygiene]]\nrules = [\"unbalanced-brackets\", \"mixed-width\", \"invisible-character\", \"mojibake\"]\n";
        let sections = "[fields.s]\ntype = \"outline\"\noutline = \"n\"\ntexts = [\"a\"]\n\
                        [[outlines.n.markers]]\nname = \"n\"\npattern = '(?<marker>(?<number>[0-9]{1,2})[）)])'\n\
                        examples = { accept = [{ text = \"1)\", gives = { number = \"1\" } }], refuse = [\"x\"] }\n";
        let codes = |schema: &Schema, text: &str| {
            let mut diagnostics = Diagnostics::new(&schema.policy);
            let scratch = &mut Scratch::default();
            Mill::new(schema).value(0, Some(text), scratch, &mut diagnostics, |_, _| ());
            let found = diagnostics.take().into_iter();
            found.map(|finding| (finding.code.id, finding.span)).collect::<Vec<_>>()
        };
        let [alone, walked] =
            [field.to_owned(), format!("{field}{sections}")].map(|all| schema(&all));
        for (text, finds) in [
            ("1)甲\u{200b}2)乙(丙）", true),
            ("甲1\u{200b}）乙（丙", true),
            ("1）(甲）1)乙", true),
            ("甲2)乙（丙(丁\u{200b}", true),
            ("1)鐢ㄦ埛", true),
            ("1)甲 2)乙", false),
        ] {
            assert_eq!(codes(&walked, text), codes(&alone, text), "{text}");
            assert_eq!(!codes(&walked, text).is_empty(), finds, "{text}");
        }
    }

    /// A schema whose field turns the two halves of its values.
    fn turning(options: &str) -> Schema {
        schema(&format!(
            "[fields.a]\nkey = \"a\"\nreplace = [{{ pattern = '^(.*);(.*)$', with = '$2;$1' }}]\n{options}"
        ))
    }

    /// The place and the text of each finding of a value.
    fn found(schema: &Schema, text: &str) -> Vec<(Span, String)> {
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let scratch = &mut Scratch::default();
        Mill::new(schema).value(0, Some(text), scratch, &mut diagnostics, |_, _| ());
        let found = diagnostics.take().into_iter();
        found.map(|finding| (finding.span, finding.raw.unwrap_or_default())).collect()
    }

    static TURNING: LazyLock<[Schema; 2]> = LazyLock::new(|| {
        [
            turning("type = \"list\"\nseparator = ';'\nitems = { type = \"integer\" }"),
            turning("type = \"text\"\n[[hygiene]]\nrules = [\"unbalanced-brackets\"]"),
        ]
    });

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn a_replacement_of_equal_length_has_the_place_of_the_whole(text in "[12甲(]{1,4};[12乙）é]{1,4}") {
            for schema in &*TURNING {
                for (span, raw) in found(schema, &text) {
                    let whole = span == Span::new(0, text.len());
                    prop_assert!(whole || text.get(span.range()) == Some(&raw), "{span:?} {raw}");
                }
            }
        }
    }

    #[test]
    fn objects_that_are_no_piece_of_the_dump_have_one_place() {
        let schema = turning("type = \"objects\"\nmembers = { n = { type = \"integer\" } }");
        let text = "\",\"甲\":1};{\"n\":\"a";
        let found = found(&schema, text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|(span, _)| *span == Span::new(0, text.len())), "{found:?}");
    }
}
