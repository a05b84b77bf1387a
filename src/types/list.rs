//! `list`: items in one text, a row each.

use std::borrow::Cow;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use super::coded::Coded;
use super::number::spelling_of;
use super::plan::Taker;
use super::scalar::{is_text, read};
use super::split::{Mark, Splitter};
use super::{
    Cells, FieldPlan, FieldType, Memo, RawScalar, Reader, RecordInfo, Scalar, Scope, Slot, text,
};
use crate::data::{
    Cell, Entry, Extracted, Item, JsonKind, Kind, Raw, Record, Row, Spelling, Text, Value,
};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{ListSyntax, Notation, json_string, parse_list};
use crate::lang::tagged::Tagged;
use crate::lang::{CountedPattern, Pattern, RawReplace, Regex};
use crate::source::{Span, Spanned};
use crate::text::{short, slice, trimmed};

/// Items in one text. They make a table of their own, with the columns `value` and
/// `truncated`. Its column `ordinal` counts the items that are kept: one that is blank, or
/// stands for "no data", leaves no gap.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// How the text is taken apart. `split` by default.
    pub syntax: Option<Spanned<RawSyntax>>,
    /// A regular expression for what stands between items. White space by default. The elements of a JSON array are
    /// items as they are.
    pub separator: Option<Spanned<String>>,
    /// A regular expression for the mark at the end of an item that was cut off. The mark is removed. One that stands
    /// alone cuts no item off but the list (R205).
    pub truncation: Option<Spanned<String>>,
    /// Regular expressions for texts between items that are none. Each matches all of such a text; an item with one in
    /// it stays an item (R204).
    #[serde(default)]
    pub prompts: Vec<Spanned<String>>,
    /// The type of the items, with its options: `{ type = "integer" }`. Text by default.
    pub items: Option<Spanned<Tagged<RawItemCommon, RawScalar>>>,
}

/// The options of an item of any type.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawItemCommon {
    /// Regular expressions, tried in order on each item: the group `value` of the first that matches is the item, or
    /// all of the match if the pattern has no such group. Where it has one that takes no part in the match, the item is
    /// null.
    #[serde(default)]
    pub extract: Vec<Spanned<String>>,
    /// What is replaced in each item, in order, before `extract`. An item of which nothing is left is none.
    #[serde(default)]
    pub replace: Vec<Spanned<RawReplace>>,
}

/// How the text of a list is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RawSyntax {
    /// At the separator.
    Split,
    /// It is a JSON array; each element is an item. No `number` changes how a number outside of quotes is read.
    Json,
    /// It is a literal of Python; each element is an item. No `number` changes how a number outside of quotes is read.
    Python,
}

impl Options {
    #[expect(clippy::unnecessary_wraps, reason = "as all types have it")]
    pub(super) fn resolve(&self, scope: &mut Scope<'_, '_>) -> Option<ListType> {
        let syntax = match self.syntax.as_ref().map(|syntax| syntax.value) {
            None | Some(RawSyntax::Split) => None,
            Some(RawSyntax::Json) => Some(ListSyntax::Json),
            Some(RawSyntax::Python) => Some(ListSyntax::Python),
        };
        if let (Some(_), Some(separator)) = (syntax, &self.separator) {
            let message = "a literal needs no separator";
            scope.resolver.fault(Code::SCHEMA_VALUE, &separator.span, message);
        }
        let splitter = Splitter::resolve(self.separator.as_ref(), &self.prompts, scope);
        let mark = self.truncation.as_ref().map(|mark| Mark::new(scope.resolver.pattern(mark)));
        let (mut scalar, mut extract, mut coded) = (None, Vec::new(), Coded::default());
        if let Some(items) = &self.items {
            scalar = items.value.kind.resolve(scope);
            let patterns = items.value.common.extract.iter();
            extract = patterns.map(|pattern| scope.resolver.pattern(pattern)).collect();
            let replace = items.value.common.replace.iter();
            let replace: Vec<_> =
                replace.map(|raw| scope.resolver.replacement(&raw.value)).collect();
            coded = Coded::new(Vec::new(), &replace);
        }
        let regexes = extract.iter().map(Pattern::compile).collect();
        Some(ListType {
            reader: ListReader {
                syntax,
                splitter,
                mark,
                coded,
                extract: regexes,
                scalar: scalar.unwrap_or_else(|| Box::new(text::Text)),
            },
            extract,
        })
    }
}

/// A list, resolved.
#[derive(Clone, Debug)]
pub(super) struct ListType {
    reader: ListReader,
    extract: Vec<Pattern>,
}

impl FieldType for ListType {
    fn word(&self) -> &'static str {
        "list"
    }

    fn words(&self) -> Vec<String> {
        self.reader.scalar.words()
    }

    fn cells(&self) -> Cells {
        Cells::Rows(vec![
            Slot {
                description: Some("{}".to_owned()),
                ..Slot::named_of("value", &*self.reader.scalar, "")
            },
            Slot::named("truncated", Kind::Boolean, "whether the dump cut the item off"),
        ])
    }

    fn row_key(&self) -> &'static [&'static str] {
        // An item that comes before others does not change them.
        &["value"]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(self.reader.clone())
    }

    fn texts(&self) -> Vec<usize> {
        if is_text(&*self.reader.scalar) { vec![0] } else { Vec::new() }
    }

    fn cut_mark(&self) -> Option<usize> {
        Some(1)
    }

    fn patterns(&self, field: &str) -> Vec<CountedPattern> {
        let mut counted = self.reader.splitter.patterns(field);
        counted.extend(self.reader.mark.iter().map(|mark| CountedPattern {
            what: format!("the mark of truncation of `{field}`"),
            span: mark.pattern.span.clone(),
        }));
        counted.extend(self.extract.iter().zip(1..).map(|(pattern, n)| CountedPattern {
            what: format!("pattern {n} of `extract` of the items of `{field}`"),
            span: pattern.span.clone(),
        }));
        counted
    }
}

#[derive(Clone, Debug)]
struct ListReader {
    /// None if the text is split.
    syntax: Option<ListSyntax>,
    splitter: Splitter,
    mark: Option<Mark>,
    /// What is replaced in items.
    coded: Coded,
    extract: Vec<Regex>,
    scalar: Box<dyn Scalar>,
}

impl Reader for ListReader {
    fn extract<'r>(
        &self,
        field: &FieldPlan,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let Some(first_entry) = record.entry(field.entry) else { return Raw::Absent };
        let first = out.items.len();
        let kept = field.each_counted(record, diagnostics, |entry, part, diagnostics| {
            self.entry(field, entry, part, out, diagnostics);
        });
        let span = first_entry.text.whole();
        let count = &mut out.counts[field.idx];
        count.add(&kept.elements);
        if first == out.items.len() && (kept.sentinel || count.sentinel > 0) {
            return Raw::Sentinel(first_entry.text.as_str(), span);
        }
        if first == out.items.len() && kept.unread {
            return Raw::Unread(span);
        }
        if count.r#in == count.blank {
            return Raw::Blank(span);
        }
        Raw::Items(first..out.items.len(), span)
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
        let items = &mut row.items[field.idx];
        items.width = 2;
        if let Raw::Items(range, _) = &raw.fields[field.idx] {
            items.cells.reserve(range.len() * 2);
            let is_plain = self.scalar.is_plain() && self.extract.is_empty();
            for (ordinal, item) in raw.items[range.clone()].iter().enumerate() {
                match &item.text {
                    // Most stand in the dump: a cell of them is made where it stays.
                    Some(Cow::Borrowed(text)) if is_plain => {
                        items.cells.push(Cell::new(Value::text(text), item.span));
                    }
                    Some(text) => {
                        let value = self.value(field, text, item, ordinal, diagnostics);
                        items.cells.push(Cell::new(value, item.span));
                    }
                    None => items.cells.push(Cell::new(Value::Null, item.span)),
                }
                items.cells.push(Cell::new(Value::Boolean(item.truncated), item.span));
            }
        }
    }

    fn notation(&self) -> Option<&Notation> {
        self.scalar.notation()
    }
}

impl ListReader {
    /// Takes the items of a part of an entry.
    fn entry<'r>(
        &self,
        field: &FieldPlan,
        entry: &'r Entry<'_>,
        part: Range<usize>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let whole = entry.text.as_str();
        let nested = matches!(entry.json, Some(JsonKind::Object | JsonKind::Array));
        if nested && (entry.item || self.syntax.is_none()) && !self.scalar.is_subtree() {
            return Self::nested(field, entry, part, out, diagnostics);
        }
        // An element of a JSON array is an item already, whatever the syntax of texts.
        let Some(syntax) = self.syntax.filter(|_| !entry.item) else {
            // JSON that is asked for as it stands has its quotes.
            let quoted =
                entry.item && entry.json == Some(JsonKind::String) && self.scalar.is_subtree();
            let looks_for_figures =
                self.scalar.notation().is_some() && may_split_figure(&whole[part.clone()]);
            let spelling = entry.spelling();
            // The pieces, each with the place of what becomes of it among the items.
            let mut pieces = Vec::new();
            self.splitter.split(entry, part, |piece| {
                let text = &whole[piece.clone()];
                out.counts[field.idx].r#in += 1;
                if looks_for_figures {
                    pieces.push((piece.clone(), out.items.len()));
                }
                if quoted {
                    let text = Cow::Owned(json_string(text));
                    return self.kept(field, entry, (text, piece, spelling), out, diagnostics);
                }
                let text = Cow::Borrowed(text);
                self.kept(field, entry, (text, piece, spelling), out, diagnostics);
            });
            return Self::report_split_figures(field, entry, &pieces, out, diagnostics);
        };
        let place = |range: Range<usize>| part.start + range.start..part.start + range.end;
        let language = match syntax {
            ListSyntax::Json => Spelling::JsonNumber,
            ListSyntax::Python => Spelling::PythonNumber,
        };
        let read = parse_list(&whole[part.clone()], syntax, |element| {
            let place = place(element.range);
            let spelling = spelling_of(whole, &place, language);
            self.item(field, entry, (element.text, place, spelling), out, diagnostics);
        });
        let Err(fault) = read else { return };
        let count = &mut out.counts[field.idx];
        count.r#in += 1;
        count.unread += 1;
        let range = place(fault.range);
        let finding = diagnostics.report(
            Code::TUPLE_SYNTAX,
            entry.text.span(range.clone()),
            format!("the list cannot be read: {}", fault.reason),
        );
        finding.field = Some(field.name.clone());
        finding.raw = Some(whole[range].to_owned());
        finding.schema_span = Some(field.span.clone());
    }

    /// Tells of a figure that the separator takes apart between its thousands; what would be read of it is none.
    fn report_split_figures(
        field: &FieldPlan,
        entry: &Entry<'_>,
        pieces: &[(Range<usize>, usize)],
        out: &mut Extracted<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let whole = entry.text.as_str();
        let mut from = 0;
        while from < pieces.len() {
            let next = count_pieces_of_figure(whole, &pieces[from..])
                .map_or(from + 1, |count| from + count);
            let figure = pieces[from].0.start..pieces[next - 1].0.end;
            let groups = pieces[from + 1..next].iter();
            // Three digits of which the first is a zero are no item of their own: the others may be.
            if groups.map(|(piece, _)| piece).any(|piece| whole[piece.clone()].starts_with('0')) {
                let end = pieces.get(next).map_or(out.items.len(), |(_, item)| *item);
                for item in &mut out.items[pieces[from].1..end] {
                    item.text = None;
                }
                let text = &whole[figure.clone()];
                let message = format!(
                    "the separator of `{}` takes `{}` apart, which is one figure",
                    field.name,
                    short(text)
                );
                let finding =
                    diagnostics.report(Code::FIGURE_CUT, entry.text.span(figure), message);
                finding.field = Some(field.name.clone());
                finding.raw = Some(text.to_owned());
                finding.schema_span = Some(field.span.clone());
                finding.help = Some(
                    "a separator that asks for a blank, as `,\\s+`, leaves it whole".to_owned(),
                );
            }
            from = next;
        }
    }

    /// Tells that an object or an array of JSON stands where an item should: its text would be taken for one.
    fn nested(
        field: &FieldPlan,
        entry: &Entry<'_>,
        part: Range<usize>,
        out: &mut Extracted<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let text = &entry.text.as_str()[part.clone()];
        if text.is_empty() {
            return;
        }
        let count = &mut out.counts[field.idx];
        count.r#in += 1;
        count.unread += 1;
        let found = if entry.json == Some(JsonKind::Array) { "an array" } else { "an object" };
        let finding = diagnostics.report(
            Code::NESTED_ARRAY,
            entry.text.span(part),
            format!("`{}` has {found} in the place of an item, and makes none of it", field.name),
        );
        finding.field = Some(field.name.clone());
        finding.raw = Some(text.to_owned());
        finding.schema_span = Some(field.span.clone());
        finding.help = Some(
            "the type `objects` makes rows of objects; `items = { type = \"json\" }` keeps each as it stands"
                .to_owned(),
        );
    }

    /// Takes an element of a literal as an item, unless it is none.
    fn item<'r>(
        &self,
        field: &FieldPlan,
        entry: &'r Entry<'_>,
        (text, range, spelling): (Option<Cow<'r, str>>, Range<usize>, Spelling),
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let count = &mut out.counts[field.idx];
        count.r#in += 1;
        let Some(text) = text else {
            count.out += 1;
            let verbatim = entry.text.is_verbatim(&range);
            let span = entry.text.span(range);
            return out.items.push(Item { text: None, span, verbatim, truncated: false, spelling });
        };
        let kept = trimmed(&text, 0..text.len());
        // What was read from escapes has its bytes as a whole.
        let place = match &text {
            Cow::Borrowed(text) if text.len() == range.len() => {
                range.start + kept.start..range.start + kept.end
            }
            Cow::Borrowed(_) | Cow::Owned(_) => range,
        };
        self.kept(field, entry, (slice(text, kept), place, spelling), out, diagnostics);
    }

    /// Takes a piece without white space around it as an item, unless it is none.
    fn kept<'r>(
        &self,
        field: &FieldPlan,
        entry: &'r Entry<'_>,
        (mut text, place, spelling): (Cow<'r, str>, Range<usize>, Spelling),
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let count = &mut out.counts[field.idx];
        if field.sentinels.stand_for(&text, &*self.scalar, spelling) {
            count.sentinel += 1;
            return;
        }
        let span = || entry.text.span(place.clone());
        if self.splitter.is_prompt(&text, field, span, diagnostics) {
            count.prompt += 1;
            return;
        }
        let verbatim = entry.text.is_verbatim(&place);
        let span = entry.text.span(place.clone());
        let mark = self.mark.as_ref().and_then(|mark| mark.find(&text));
        let cut = mark.map(|mark| text[..mark.start()].trim_end().len());
        let truncated = cut.is_some();
        if let Some(end) = cut {
            diagnostics.matched(field.usage.own + self.splitter.prompts());
            text = slice(text, 0..end);
        }
        if !self.coded.is_empty() {
            text = self.replaced(text, span, field, diagnostics);
        }
        if text.is_empty() {
            count.blank += 1;
            if truncated {
                let message = format!(
                    "a mark of truncation stands alone: items of `{}` are missing",
                    field.name
                );
                let finding = diagnostics.report(Code::LIST_CUT_OFF, span, message);
                finding.field = Some(field.name.clone());
                finding.raw = Some(entry.text.as_str()[place].to_owned());
                finding.schema_span = Some(field.span.clone());
            }
            return;
        }
        count.out += 1;
        count.truncated += u64::from(truncated);
        out.items.push(Item { text: Some(text), span, verbatim, truncated, spelling });
    }

    /// An item with what is replaced in it.
    fn replaced<'r>(
        &self,
        text: Cow<'r, str>,
        span: Span,
        field: &FieldPlan,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Cow<'r, str> {
        let text = match text {
            Cow::Borrowed(text) => Text::borrowed(text, span.start as usize),
            Cow::Owned(text) => Text::decoded(text, span),
        };
        let read = self.coded.read(&text, diagnostics, |finding| {
            finding.span = span;
            finding.field = Some(field.name.clone());
            finding.schema_span = Some(field.span.clone());
        });
        read.unwrap_or(text).into_cow()
    }

    /// The typed value of an item.
    fn value<'r>(
        &'r self,
        field: &FieldPlan,
        text: &Cow<'r, str>,
        item: &Item<'r>,
        ordinal: usize,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Value<'r> {
        let mut part = 0..text.len();
        if !self.extract.is_empty() {
            match self.extracted(field, text, item, ordinal, diagnostics) {
                Some(found) => part = found,
                None => return Value::Null,
            }
            let value = &text[part.clone()];
            let is_none = field.sentinels.stand_for(value, &*self.scalar, item.spelling);
            if value.is_empty() || is_none {
                return Value::Null;
            }
        }
        let place = (item.span, Some(ordinal), item.spelling);
        match text {
            Cow::Borrowed(text) if self.scalar.is_plain() => Value::text(&text[part]),
            Cow::Borrowed(text) => read(&*self.scalar, field, &text[part], place, diagnostics),
            Cow::Owned(text) => {
                read(&*self.scalar, field, &text[part], place, diagnostics).into_owned()
            }
        }
    }

    /// What the patterns of the items take of one; none, and a finding, if that is
    /// nothing.
    fn extracted(
        &self,
        field: &FieldPlan,
        text: &str,
        item: &Item<'_>,
        ordinal: usize,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Range<usize>> {
        let taker = Taker {
            patterns: &self.extract,
            group: "value",
            figures: self.scalar.notation().is_some(),
            counted: field.usage.own + self.splitter.prompts() + usize::from(self.mark.is_some()),
        };
        let text = Text::borrowed(text, item.span.start as usize);
        let of = format_args!("the items of `{}`", field.name);
        taker.take(&text, diagnostics, of, |finding| {
            finding.span = item.span;
            finding.field = Some(field.name.clone());
            finding.ordinal = u32::try_from(ordinal).ok();
            finding.schema_span = Some(field.span.clone());
        })
    }
}

/// Whether a text has three digits behind a sign that parts thousands of which the first is a zero.
fn may_split_figure(text: &str) -> bool {
    memchr::memchr_iter(b'0', text.as_bytes()).any(|at| {
        text[..at].chars().next_back().is_some_and(parts_thousands)
            && text
                .as_bytes()
                .get(at + 1..at + 3)
                .is_some_and(|two| two.iter().all(u8::is_ascii_digit))
    })
}

/// Whether a sign between items may stand between the thousands of a figure as well. Points and blanks do so too, but
/// where a schema takes a text apart at them, they are what stands between its items: `10.000.20` may be an outline.
fn parts_thousands(sign: char) -> bool {
    matches!(sign, ',' | '，' | '\'' | '’' | '_')
}

/// How many of the first pieces of a text are the thousands of one figure; none if the first is no beginning of one.
fn count_pieces_of_figure(text: &str, pieces: &[(Range<usize>, usize)]) -> Option<usize> {
    let (first, _) = pieces.first()?;
    let digits = text[first.clone()].trim_start_matches(['-', '+', '−']);
    let begins = matches!(digits.len(), 1..=3)
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !begins {
        return None;
    }
    let mut sign = None;
    let mut count = 1;
    for pair in pieces.windows(2) {
        let (before, piece) = (&pair[0].0, &pair[1].0);
        let between = &text[before.end..piece.start];
        let mut signs = between.chars();
        let parts = signs.next().is_some_and(parts_thousands) && signs.next().is_none();
        let group = &text[piece.clone()];
        let Some((digits, rest)) = group.split_at_checked(3) else { break };
        if !parts
            || sign.is_some_and(|sign| sign != between)
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
            || rest.starts_with(|c: char| c.is_ascii_digit())
        {
            break;
        }
        sign = Some(between);
        count += 1;
        if !rest.is_empty() {
            break;
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use crate::data::Value;
    use crate::diagnostic::Diagnostics;
    use crate::mill::{Mill, RecordText, Scratch};
    use crate::record::Columns;
    use crate::schema::model::Format;
    use crate::schema::{SchemaSource, parse};
    use crate::source::Span;
    use crate::types::RecordInfo;

    /// The items of a JSON record, and what is found with the place of each.
    fn of_json(options: &str, json: &str) -> (Vec<String>, Vec<String>) {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
             [fields.a]\ntype = \"list\"\nkey = \"a\"\n{options}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
             [tables.a]\nrows = \"a\"\ncolumns = [\"value\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let mill = Mill::new(&schema);
        let columns = Columns::default();
        let place = RecordText {
            format: Format::JsonLines,
            columns: &columns,
            text: json,
            span: Span::new(0, json.len()),
        };
        let info = RecordInfo { stem: Some("t") };
        let items =
            mill.record(&place, &info, &mut Scratch::default(), &mut diagnostics, |milled, _| {
                let rows = milled.row.items[0].rows();
                rows.map(|row| row[0].value.to_text().unwrap_or_default().into_owned()).collect()
            });
        let found = diagnostics.take().into_iter();
        let found = found.map(|found| format!("{} {}", found.code.id, &json[found.span.range()]));
        (items, found.collect())
    }

    #[test]
    fn a_figure_that_the_separator_takes_apart_is_told() {
        let list = |kind: &str, text: &str| {
            let options = format!("separator = ','\nitems = {{ type = \"{kind}\" }}");
            of_json(&options, &format!("{{\"a\": \"{text}\"}}"))
        };
        for (text, items, at) in [
            ("1,000", vec!["", ""], vec!["R320 1,000"]),
            ("7,1,234,000,5", vec!["7", "", "", "", "5"], vec!["R320 1,234,000"]),
            ("-12,050, 3", vec!["", "", "3"], vec!["R320 -12,050"]),
            ("1,000,2,000", vec!["", "", "", ""], vec!["R320 1,000", "R320 2,000"]),
            ("1, 000", vec!["1", "0"], vec![]),
            ("1,234,567", vec!["1", "234", "567"], vec![]),
            ("001,002,003", vec!["1", "2", "3"], vec![]),
            ("1,0,00,0000", vec!["1", "0", "0", "0"], vec![]),
            ("1000,007", vec!["1000", "7"], vec![]),
        ] {
            let (found_items, found) = list("integer", text);
            assert_eq!(
                (found_items, found.iter().map(String::as_str).collect()),
                (items.into_iter().map(str::to_owned).collect(), at),
                "{text}"
            );
        }
        assert_eq!(list("float", "1,000.50").1, ["R320 1,000.50"]);
        assert_eq!(list("text", "1,000").1, [""; 0]);
        for sign in ["_", "'"] {
            let parted = format!("separator = \"{sign}\"\nitems = {{ type = \"integer\" }}");
            let (text, told) = (format!("1{sign}000"), format!("R320 1{sign}000"));
            assert_eq!(of_json(&parted, &format!(r#"{{"a": "{text}"}}"#)).1, [told], "{text}");
        }
        let pointed = "separator = '\\.'\nitems = { type = \"integer\" }";
        assert_eq!(of_json(pointed, r#"{"a": "1.000"}"#).1, [""; 0]);
    }

    #[test]
    fn what_is_nested_in_json_is_no_item() {
        let json = r#"{"a":["a",{"q":1},["z"],[],"b"]}"#;
        let told = [r#"R130 {"q":1}"#, r#"R130 ["z"]"#, "R130 []"].map(str::to_owned).to_vec();
        let items = ["a", "b"].map(str::to_owned).to_vec();
        for syntax in ["", "syntax = \"json\""] {
            assert_eq!(of_json(syntax, json), (items.clone(), told.clone()));
        }
        let (items, told) = of_json("items = { type = \"json\" }", json);
        assert_eq!((items.len(), told.len()), (5, 0), "{items:?} {told:?}");
        assert_eq!(of_json("", r#"{"a":{"q": 1}}"#), (vec![], vec![r#"R130 {"q": 1}"#.to_owned()]));
        assert_eq!(of_json("", r#"{"a":[]}"#), (vec![], vec![]));
    }

    #[test]
    fn what_is_replaced_in_an_item_is_gone_before_it_is_read() {
        let text = "recordmill = 1\nname = \"t\"\n[source]\nformat = \"key-value\"\n\
             record = { by = \"file\" }\nkey = { by = \"declared\" }\n\
             [fields.a]\ntype = \"list\"\nkey = \"a\"\nseparator = ';'\n\
             items = { type = \"integer\", replace = [{ pattern = '\\{.*\\}', with = \"\" }, { pattern = '^(\\d+)k$', with = '${1}000' }] }\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"record_id\"]\n\
             [tables.a]\nrows = \"a\"\ncolumns = [\"value\"]\n";
        let source = SchemaSource { name: "t".to_owned(), text: text.to_owned() };
        let (schema, faults) = parse(&source);
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        let mut diagnostics = Diagnostics::new(&schema.policy);
        let text = Some("1 {x}; {y} ;2k");
        let mill = Mill::new(&schema);
        mill.value(0, text, &mut Scratch::default(), &mut diagnostics, |milled, found| {
            let items: Vec<_> =
                milled.row.items[0].rows().map(|row| row[0].value.clone()).collect();
            assert_eq!(items, [Value::Integer(1), Value::Integer(2000)]);
            assert_eq!((milled.raw.counts[0].r#in, milled.raw.counts[0].blank), (3, 1));
            assert!(found.is_empty());
        });
    }
}
