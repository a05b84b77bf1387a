//! Entries of a record as they come in, whatever form the record has.
//!
//! In: a field, a key and a value, in the order of the dump. Out: the
//! [`Record`], with repeated keys settled as the schema says.

use std::borrow::Cow;
use std::ops::Range;

use super::keys::Above;
use crate::data::{Entry, JsonKind, Record, Text};
use crate::diagnostic::{Action, Code, Diagnostics};
use crate::schema::Schema;
use crate::schema::model::Repeated;
use crate::source::Span;

/// What is known of each field where entries are made.
#[derive(Debug)]
pub(super) struct Fields {
    fields: Vec<FieldPlan>,
}

#[derive(Debug)]
struct FieldPlan {
    name: String,
    repeated: Repeated,
    /// Whether it has one value, which is taken from one place.
    single: bool,
    /// What joins the lines of a value, and the values of a repeated key to one text.
    join: String,
    /// Where values are joined, those that stand for no data.
    sentinels: Vec<String>,
}

impl FieldPlan {
    /// Whether a value says something, and so is part of the text that values are joined to.
    fn says(&self, text: &str, json: Option<JsonKind>) -> bool {
        !text.is_empty()
            && json != Some(JsonKind::Null)
            && self.sentinels.iter().all(|sentinel| sentinel != text)
    }

    /// Joins a value to those that came before.
    fn join<'t>(&self, entry: &mut Entry<'t>, text: Text<'t>, json: Option<JsonKind>) {
        if !self.says(text.as_str(), json) {
            // A blank line parts lines where they stay lines, and what stands for no data is none.
            let is_blank = text.as_str().is_empty() && json != Some(JsonKind::Null);
            let ends_lines =
                self.join.contains('\n') && self.join.trim_matches(['\r', '\n']).is_empty();
            entry.blank += u32::from(is_blank && ends_lines);
            return;
        }
        let blank = std::mem::take(&mut entry.blank);
        if !entry.is_joined && !self.says(entry.text.as_str(), entry.json) {
            (entry.text, entry.json) = (text, json);
            return;
        }
        let between = match blank {
            0 => Cow::Borrowed(&*self.join),
            blank => Cow::Owned(self.join.repeat(blank as usize + 1)),
        };
        let old = std::mem::replace(&mut entry.text, Text::builder());
        entry.text = old.joined(&between, &text);
        entry.is_joined = true;
    }
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RepeatDecision {
    /// It is taken.
    Taken,
    /// It repeats one that stays; it was reported.
    Dropped,
}

/// Which of several values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    All,
    First,
    Last,
}

/// From which of several objects, or blocks of lines, the fields of one value of a record are taken.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// The paths above all of them one behind the other, each with the number of the object.
    objects: Vec<(usize, usize)>,
    /// For each field where its entry stands, and which of those are above it.
    fields: Vec<Option<(Span, Range<usize>)>>,
}

impl Fields {
    pub(super) fn new(schema: &Schema) -> Self {
        let fields = schema
            .fields
            .iter()
            .map(|field| FieldPlan {
                name: field.name.clone(),
                single: !field.is_items() && field.repeated != Repeated::Join,
                // A field without items has room for one value.
                repeated: match field.repeated {
                    Repeated::List if !field.is_items() => Repeated::First,
                    repeated => repeated,
                },
                join: field.join.as_ref().unwrap_or(&schema.source.continuation.join).clone(),
                sentinels: match field.repeated {
                    Repeated::Join => field.sentinels.clone(),
                    Repeated::First | Repeated::Last | Repeated::List | Repeated::Error => {
                        Vec::new()
                    }
                },
            })
            .collect();
        Self { fields }
    }

    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn name(&self, field: usize) -> &str {
        &self.fields[field].name
    }

    /// Whether a field takes all values of a key that comes again.
    pub(super) fn has_room(&self, field: usize) -> bool {
        choice(self.fields[field].repeated).is_none()
    }

    /// What stands between the lines of a value.
    pub(super) fn join(&self, field: usize) -> &str {
        &self.fields[field].join
    }

    /// Whether a cell of a row is empty and another column is of the same field: then that one has the value, and no key
    /// comes again. One that is empty gives way where this cell is not.
    pub(super) fn is_empty_beside(
        &self,
        field: usize,
        cell: &str,
        record: &mut Record<'_>,
    ) -> bool {
        if record.by_field[field].is_none() || self.has_room(field) {
            return false;
        }
        let is_empty = |text: &str| text.trim().is_empty();
        if is_empty(cell) {
            return true;
        }
        if record.entries_of(field).all(|entry| is_empty(entry.text.as_str())) {
            record.by_field[field] = None;
        }
        false
    }

    /// Decides on an entry of `field` that stands at `whole`, before it is added.
    pub(super) fn begin(
        &self,
        text: &str,
        field: usize,
        key: &str,
        whole: Span,
        record: &mut Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> RepeatDecision {
        let Some(first) = record.by_field[field] else {
            return RepeatDecision::Taken;
        };
        let repeated = self.fields[field].repeated;
        let Some((_, kept)) = choice(repeated) else { return RepeatDecision::Taken };
        // The value that gives way is told where it stands; the one that takes its place is in the table.
        let gone = if repeated == Repeated::Last { lost(field, record) } else { whole };
        let items = (repeated == Repeated::Last && record.entries[first as usize].next.is_some())
            .then(|| array_around(text, gone));
        let gone = items.flatten().unwrap_or(gone);
        let finding = diagnostics.report(
            Code::REPEATED_KEY,
            gone,
            format!("the key `{key}` occurs again; {kept}"),
        );
        finding.field = Some(self.fields[field].name.clone());
        if repeated == Repeated::Last {
            let old = &record.entries[first as usize];
            finding.raw = Some(match items {
                None => old.text.as_str().to_owned(),
                Some(Some(array)) => text[array.range()].to_owned(),
                // They do not stand side by side.
                Some(None) => {
                    let items = record.entries_of(field).map(|item| item.text.as_str());
                    items.collect::<Vec<_>>().join(", ")
                }
            });
            let key = old.key_span.len() as u64;
            let value = record.entries_of(field).map(|old| u64::from(old.counted)).sum::<u64>();
            record.bytes.repeated += key + value;
            record.bytes.key -= key;
            record.bytes.value -= value;
            record.by_field[field] = None;
            return RepeatDecision::Taken;
        }
        if repeated == Repeated::Error {
            finding.action = Action::Reject;
        }
        finding.raw = Some(text[whole.range()].to_owned());
        RepeatDecision::Dropped
    }

    /// Decides which values of an array a field of one value takes, as if its key came
    /// again with each. The array has so many values and stands at `whole`.
    pub(super) fn among(
        &self,
        text: &str,
        field: usize,
        key: &str,
        (values, whole): (usize, Span),
        diagnostics: &mut Diagnostics<'_>,
    ) -> Choice {
        let repeated = self.fields[field].repeated;
        let Some((choice, kept)) = choice(repeated) else { return Choice::All };
        let finding = diagnostics.report(
            Code::REPEATED_KEY,
            whole,
            format!("the key `{key}` has an array of {values} values; {kept}"),
        );
        finding.field = Some(self.fields[field].name.clone());
        if repeated == Repeated::Error {
            finding.action = Action::Reject;
        }
        finding.raw = Some(text[whole.range()].to_owned());
        choice
    }

    /// Notes where an entry of `field` that stands at `whole` is taken from: for each path above its key
    /// the object, or the block of lines. The last of a field counts.
    pub(super) fn take_from(
        &self,
        (field, whole): (usize, Span),
        objects: impl Iterator<Item = (usize, usize)>,
        origins: &mut Origins,
    ) {
        if !self.fields[field].single {
            return;
        }
        let start = origins.objects.len();
        origins.objects.extend(objects);
        if origins.fields.is_empty() {
            origins.fields.resize(self.fields.len(), None);
        }
        origins.fields[field] = Some((whole, start..origins.objects.len()));
    }

    /// Reports fields that are taken from two objects which have the same path: the cells of a row belong
    /// together. It is told once for such a path, and not again for those below it.
    pub(super) fn report_origins(
        &self,
        text: &str,
        origins: &Origins,
        above: &Above,
        record: &Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        if origins.fields.is_empty() {
            return;
        }
        // For each path the object of the first field, and two fields that are apart.
        let mut first: Vec<Option<(usize, usize)>> = vec![None; above.len()];
        let mut apart: Vec<Option<(usize, usize)>> = vec![None; above.len()];
        for (field, origin) in origins.fields.iter().enumerate() {
            let Some((_, objects)) = origin else { continue };
            // What has no value belongs to nothing.
            if record.entries_of(field).all(|entry| entry.text.as_str().is_empty()) {
                continue;
            }
            for &(path, object) in &origins.objects[objects.clone()] {
                match first[path] {
                    None => first[path] = Some((object, field)),
                    Some((other, of)) if other != object => {
                        apart[path].get_or_insert((of, field));
                    }
                    Some(_) => {}
                }
            }
        }
        let told = |path: &str, apart: &[Option<(usize, usize)>]| {
            let mut outer = path.match_indices('.').map(|(dot, _)| &path[..dot]);
            outer.any(|outer| above.find(outer).is_some_and(|outer| apart[outer].is_some()))
        };
        for (number, fields) in apart.iter().enumerate() {
            let (Some((one, other)), path) = (*fields, above.path(number)) else { continue };
            if told(path, &apart) {
                continue;
            }
            let at = |field: usize| origins.fields[field].as_ref().map(|(whole, _)| *whole);
            let (Some(of_one), Some(of_other)) = (at(one), at(other)) else { continue };
            // The one that stands behind the other is shown.
            let (whole, field, other) = if of_one.start < of_other.start {
                (of_other, other, one)
            } else {
                (of_one, one, other)
            };
            let (name, other) = (&self.fields[field].name, &self.fields[other].name);
            let finding = diagnostics.report(
                Code::REPEATED_KEY,
                whole,
                format!(
                    "the key `{path}` occurs again; `{other}` is taken from one of them, `{name}` from another"
                ),
            );
            finding.field = Some(name.clone());
            finding.raw = Some(text[whole.range()].to_owned());
            finding.help = Some(
                "a field of the type `objects` keeps together what stands in one of them"
                    .to_owned(),
            );
        }
    }

    /// Adds an entry that was decided to be taken. Its key is counted only if
    /// it stands in the record itself; its value always.
    pub(super) fn push<'t>(
        &self,
        field: usize,
        key_span: Span,
        text: Text<'t>,
        item: bool,
        record: &mut Record<'t>,
    ) {
        self.push_json(field, key_span, text, (item, None), record);
    }

    /// The same for a value of which so many bytes inside were counted as something else.
    pub(super) fn push_around<'t>(
        &self,
        (field, key_span): (usize, Span),
        text: Text<'t>,
        inside: usize,
        record: &mut Record<'t>,
    ) {
        let counted = text.whole().len().saturating_sub(inside);
        self.push_counted(field, key_span, text, (false, None), counted, record);
    }

    /// The same for a value of JSON: whether it is an item, and what it is.
    pub(super) fn push_json<'t>(
        &self,
        field: usize,
        key_span: Span,
        text: Text<'t>,
        (item, json): (bool, Option<JsonKind>),
        record: &mut Record<'t>,
    ) {
        // What says nothing is no part of a value.
        let counted = if text.as_str().is_empty() { 0 } else { text.whole().len() };
        self.push_counted(field, key_span, text, (item, json), counted, record);
    }

    fn push_counted<'t>(
        &self,
        field: usize,
        key_span: Span,
        text: Text<'t>,
        (item, json): (bool, Option<JsonKind>),
        counted: usize,
        record: &mut Record<'t>,
    ) {
        record.bytes.value += counted as u64;
        let counted = u32::try_from(counted).unwrap_or(u32::MAX);
        if let (Some(first), Repeated::Join) = (record.by_field[field], self.fields[field].repeated)
        {
            record.entries[first as usize].counted += counted;
            return self.fields[field].join(&mut record.entries[first as usize], text, json);
        }
        record.push(field, Entry::new(key_span, text, (item, json), counted));
    }
}

/// Where the values of a field stand that another one replaces; where they say nothing, their key.
fn lost(field: usize, record: &Record<'_>) -> Span {
    let texts = || record.entries_of(field).map(|entry| entry.text.whole());
    let whole = texts().reduce(|first, last| Span { start: first.start, end: last.end });
    let key = record.entry(field).map(|entry| entry.key_span);
    whole.filter(|whole| !whole.is_empty()).or(key).unwrap_or_default()
}

/// The array that has items from its first to its last, which stand within their quotes; none if something
/// else stands around them.
fn array_around(text: &str, items: Span) -> Option<Span> {
    let range = items.range();
    let (before, behind) = (text[..range.start].trim_end(), text[range.end..].trim_start());
    let before = before.strip_suffix('"').unwrap_or(before).trim_end();
    let behind = behind.strip_prefix('"').unwrap_or(behind).trim_start();
    let (before, behind) = (before.strip_suffix('[')?, behind.strip_prefix(']')?);
    Some(Span::new(before.len(), text.len() - behind.len()))
}

/// Which of several values is taken, and how that is told; none if all are.
fn choice(repeated: Repeated) -> Option<(Choice, &'static str)> {
    match repeated {
        Repeated::List | Repeated::Join => None,
        Repeated::Last => Some((Choice::Last, "the last value is taken")),
        Repeated::First => Some((Choice::First, "the first value is taken")),
        Repeated::Error => Some((Choice::First, "the record is rejected")),
    }
}
