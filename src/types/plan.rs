//! What every field has at run time, whatever its type: which entry it reads, and
//! the way from the entry to its text.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Reader;
use crate::data::{Entry, Extracted, Raw, Record, Text};
use crate::diagnostic::{Code, Diagnostics};
use crate::grammar::{Reading, longer_figure};

/// A field at run time.
#[derive(Clone, Debug)]
pub struct FieldPlan {
    /// Its place among the fields of the schema.
    pub idx: usize,
    /// Its name.
    pub name: String,
    /// The field whose entry is read: itself, or the one at the end of the chain of
    /// fields that it is worked out from.
    pub entry: usize,
    /// Its first slot in the row of a record.
    pub base: usize,
    /// Where the schema describes it.
    pub span: Range<usize>,
    /// Where the schema says how its text is taken out of the entry.
    pub extract_span: Range<usize>,
    /// Texts that stand for "no data".
    pub sentinels: FxHashSet<String>,
    /// The patterns that find the value in the text, tried in order.
    pub extract: Vec<Regex>,
    /// The group that holds the value.
    pub group: String,
    /// Where matches are counted.
    pub usage: FieldUsage,
    /// What reads its values.
    pub reader: Box<dyn Reader>,
}

/// The places of a field among the counted patterns of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldUsage {
    /// The first pattern of `extract`.
    pub extract: usize,
    /// How many texts the patterns of `extract` were tried on.
    pub extracted: usize,
    /// How many texts the type read.
    pub values: usize,
    /// The first pattern of its type.
    pub own: usize,
}

/// What a type may know of the record beside its entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordInfo<'r> {
    /// The file name of the source without its extension.
    pub stem: Option<&'r str>,
}

/// What is remembered from record to record: values of a dump recur, and one that
/// was read once need not be read again.
#[derive(Debug, Default)]
pub struct Memo {
    /// For each field the readings of its quantity.
    pub(super) readings: Vec<FxHashMap<Box<str>, Reading>>,
}

impl FieldPlan {
    /// Whether a text stands for "no data".
    #[must_use]
    pub fn is_sentinel(&self, text: &str) -> bool {
        self.sentinels.contains(text)
    }

    /// The value of a field that has one: its text without what `extract` leaves out.
    pub fn value<'r>(
        &self,
        record: &'r Record<'_>,
        out: &mut Extracted<'r>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Raw<'r> {
        let Some(entry) = record.entry(self.entry) else { return Raw::Absent };
        let text = &entry.text;
        let raw = self.value_of(text, diagnostics);
        if let Raw::Value(value, _) = raw {
            let at = value.as_ptr().addr() - text.as_str().as_ptr().addr();
            out.origins[self.idx] = Some((text, at));
        }
        raw
    }

    /// What is the value of a text.
    pub fn value_of<'r>(&self, text: &'r Text<'_>, diagnostics: &mut Diagnostics<'_>) -> Raw<'r> {
        let whole = text.as_str();
        if whole.is_empty() {
            return Raw::Blank(text.whole());
        }
        if self.is_sentinel(whole) {
            return Raw::Sentinel(whole, text.whole());
        }
        if self.extract.is_empty() {
            return Raw::Value(whole, text.whole());
        }
        match self.extracted(whole, text, diagnostics) {
            Some(range) => match &whole[range.clone()] {
                "" => Raw::Blank(text.span(range)),
                value if self.is_sentinel(value) => Raw::Sentinel(value, text.span(range)),
                value => Raw::Value(value, text.span(range)),
            },
            None => Raw::Blank(text.whole()),
        }
    }

    /// Hands on each text of the field in a record, with the part of it that `extract`
    /// takes. A text that is a sentinel is not handed on: whether there was one.
    pub fn each_part<'r>(
        &self,
        record: &'r Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
        mut then: impl FnMut(&'r Entry<'r>, Range<usize>, &mut Diagnostics<'_>),
    ) -> bool {
        let mut seen_sentinel = false;
        for entry in record.entries_of(self.entry) {
            let whole = entry.text.as_str();
            if self.is_sentinel(whole) {
                seen_sentinel = true;
            } else if self.extract.is_empty() || whole.is_empty() {
                then(entry, 0..whole.len(), diagnostics);
            } else if let Some(part) = self.extracted(whole, &entry.text, diagnostics) {
                then(entry, part, diagnostics);
            }
        }
        seen_sentinel
    }

    /// What the first pattern of `extract` that matches takes of a text; none, and a
    /// finding, if none does, or if a figure would be cut.
    pub fn extracted(
        &self,
        whole: &str,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Range<usize>> {
        diagnostics.matched(self.usage.extracted);
        let mut message = Cow::Owned(format!("no pattern of `{}` matches", self.name));
        let (mut code, mut place) = (Code::NO_EXTRACT_MATCH, text.whole());
        for (n, regex) in self.extract.iter().enumerate() {
            let Some(groups) = regex.captures(whole) else { continue };
            let Some(all) = groups.get(0) else { continue };
            let found = groups.name(&self.group).unwrap_or(all);
            if self.reader.notation().is_some()
                && let Some(longer) = longer_figure(whole, found.range(), all.range())
            {
                (code, place) = (Code::FIGURE_CUT, text.span(longer.clone()));
                message = Cow::Owned(format!(
                    "`{}` is only a part of the figure `{}`",
                    found.as_str(),
                    &whole[longer]
                ));
                break;
            }
            diagnostics.matched(self.usage.extract + n);
            return Some(found.range());
        }
        let finding = diagnostics.report(code, place, message);
        finding.field = Some(self.name.clone());
        finding.raw = Some(whole.to_owned());
        finding.schema_span = Some(self.extract_span.clone());
        None
    }
}
