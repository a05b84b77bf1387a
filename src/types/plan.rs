//! What every field has at run time, whatever its type: which entry it reads, and
//! the way from the entry to its text.

use std::fmt::Arguments;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Reader, Scalar};
use crate::data::{Entry, Extracted, ItemCount, Raw, Record, Spelling, Text};
use crate::diagnostic::{Code, Diagnostics, Finding};
use crate::grammar::{Reading, cut_figure};
use crate::lang::Regex;
use crate::text::trimmed;

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
    pub sentinels: Sentinels,
    /// The patterns that find the value in the text, tried in order.
    pub extract: Vec<Regex>,
    /// The group that holds the value.
    pub group: String,
    /// Where matches are counted.
    pub usage: FieldUsage,
    /// What reads its values.
    pub reader: Box<dyn Reader>,
}

/// Texts that stand for "no data".
#[derive(Clone, Debug, Default)]
pub struct Sentinels {
    texts: FxHashSet<String>,
    /// Their lengths in bytes, those of 63 and more as one; and their last bytes. Most texts
    /// have another end or another length, and need not be hashed.
    lengths: u64,
    ends: ByteSet,
    /// Those that may be numbers. Of them there are mostly none.
    figures: Vec<String>,
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = Self::default();
        for byte in bytes {
            set.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        set
    }
}

impl Sentinels {
    /// These texts.
    #[must_use]
    pub fn new(texts: &[String]) -> Self {
        Self {
            texts: texts.iter().cloned().collect(),
            lengths: texts.iter().fold(0, |lengths, text| lengths | 1 << text.len().min(63)),
            ends: texts.iter().filter_map(|text| text.bytes().last()).collect(),
            figures: texts.iter().filter(|text| text.contains(char::is_numeric)).cloned().collect(),
        }
    }

    #[inline]
    pub(super) fn has(&self, text: &str) -> bool {
        self.lengths >> text.len().min(63) & 1 != 0
            && text.as_bytes().last().is_none_or(|end| self.ends.has(*end))
            && self.texts.contains(text)
    }

    /// Whether a text is one of these, or is read as a number that one of them is.
    pub(super) fn stand_for(&self, text: &str, scalar: &dyn Scalar, spelling: Spelling) -> bool {
        self.has(text) || self.has_number(text, scalar, spelling)
    }

    /// Whether a text is read as a number that one of these is, however it is written: `-9999.0` is `-9999`.
    pub(super) fn has_number(&self, text: &str, scalar: &dyn Scalar, spelling: Spelling) -> bool {
        if self.figures.is_empty() {
            return false;
        }
        let Some(number) = scalar.number(text, spelling) else { return false };
        self.figures.iter().any(|figure| scalar.number(figure, spelling).as_ref() == Some(&number))
    }
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
    /// For each field the help with words that are no unit of its quantity.
    pub(super) helps: Vec<FxHashMap<Box<str>, Option<String>>>,
    /// For each field the last file name that its name was looked for in, and where it stands there: one
    /// file has many records.
    pub(super) in_files: Vec<(Box<str>, Option<Range<usize>>)>,
}

impl FieldPlan {
    /// Whether a text stands for "no data".
    #[must_use]
    #[inline]
    pub fn is_sentinel(&self, text: &str) -> bool {
        self.sentinels.has(text)
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
        let (holds, part) = self.part(text, diagnostics);
        let span = text.span(part.clone());
        match holds {
            Holds::Nothing => Raw::Blank(span),
            Holds::Unread => Raw::Unread(span),
            Holds::Sentinel => Raw::Sentinel(&text.as_str()[part], span),
            Holds::Value => {
                out.origins[self.idx] = Some((entry, part.start));
                Raw::Value(&text.as_str()[part], span)
            }
        }
    }

    /// Hands on each text of the field in a record that holds something, with the part
    /// of it that `extract` takes; what was not handed on.
    pub(super) fn each_counted<'r>(
        &self,
        record: &'r Record<'_>,
        diagnostics: &mut Diagnostics<'_>,
        mut then: impl FnMut(&'r Entry<'r>, Range<usize>, &mut Diagnostics<'_>),
    ) -> Kept {
        let mut kept = Kept::default();
        for entry in record.entries_of(self.entry) {
            let (holds, part) = self.part(&entry.text, diagnostics);
            let element = u64::from(entry.item);
            match holds {
                Holds::Value => {
                    then(entry, part, diagnostics);
                    continue;
                }
                Holds::Nothing => kept.elements.blank += element,
                Holds::Unread => {
                    kept.elements.unread += element;
                    kept.unread = true;
                }
                Holds::Sentinel => {
                    kept.elements.sentinel += element;
                    kept.sentinel = true;
                }
            }
            kept.elements.r#in += element;
        }
        kept
    }

    /// The part of a text that is the value, and what it holds.
    fn part(&self, text: &Text<'_>, diagnostics: &mut Diagnostics<'_>) -> (Holds, Range<usize>) {
        let whole = text.as_str();
        let all = 0..whole.len();
        let holds = match whole {
            "" => Holds::Nothing,
            whole if self.is_sentinel(whole) => Holds::Sentinel,
            _ => Holds::Value,
        };
        if holds != Holds::Value || self.extract.is_empty() {
            return (holds, all);
        }
        let Some(part) = self.extracted(text, diagnostics) else { return (Holds::Unread, all) };
        let holds = match &whole[part.clone()] {
            "" => Holds::Nothing,
            value if self.is_sentinel(value) => Holds::Sentinel,
            _ => Holds::Value,
        };
        (holds, part)
    }

    /// What `extract` takes of a text; none, and a finding, if that is nothing.
    fn extracted(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Range<usize>> {
        diagnostics.matched(self.usage.extracted);
        let taker = Taker {
            patterns: &self.extract,
            group: &self.group,
            figures: self.reader.notation().is_some(),
            counted: self.usage.extract,
        };
        taker.take(text, diagnostics, format_args!("`{}`", self.name), |finding| {
            finding.field = Some(self.name.clone());
            finding.schema_span = Some(self.extract_span.clone());
        })
    }
}

/// What the part of a text holds that is the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    Sentinel,
    Value,
    /// It could not be taken out; a finding says why.
    Unread,
}

/// The texts of a field that were not handed on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// The elements of arrays among them, which are items.
    pub(super) elements: ItemCount,
    /// Whether there was a sentinel.
    pub(super) sentinel: bool,
    /// Whether there was a text that no value could be taken out of.
    pub(super) unread: bool,
}

/// What takes the value out of a text: patterns, tried in order.
pub(super) struct Taker<'p> {
    pub(super) patterns: &'p [Regex],
    /// The group that holds the value: nothing where it takes no part in the match. All of the
    /// match is the value of a pattern without the group.
    pub(super) group: &'p str,
    /// Whether figures are read of it, of which none may be cut.
    pub(super) figures: bool,
    /// Where the matches of the first pattern are counted.
    pub(super) counted: usize,
}

impl Taker<'_> {
    /// What the first pattern that matches takes of a text, without white space around
    /// it; none if that is nothing. A finding says why: it names what the patterns are
    /// those `of`, and `place` adds where that stands.
    pub(super) fn take(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics<'_>,
        of: Arguments<'_>,
        place: impl FnOnce(&mut Finding),
    ) -> Option<Range<usize>> {
        let whole = text.as_str();
        let found = self.patterns.iter().enumerate().find_map(|(n, regex)| {
            let groups = regex.captures(whole)?;
            let all = groups.get(0)?.range();
            let part = match groups.name(self.group) {
                Some(group) => group.range(),
                // The pattern knows such a text, and takes nothing of it.
                None if regex.has_group(self.group) => all.start..all.start,
                None => all.clone(),
            };
            Some((n, part, all))
        });
        let (code, span, message) = match found {
            None => {
                let message = format!("no pattern of {of} matches");
                (Code::NO_EXTRACT_MATCH, text.whole(), message)
            }
            Some((n, part, all)) => {
                let longer = if self.figures { cut_figure(whole, part.clone(), all) } else { None };
                let Some(longer) = longer else {
                    diagnostics.matched(self.counted + n);
                    return Some(trimmed(whole, part));
                };
                let message = cut_message(whole, &part, &longer);
                (Code::FIGURE_CUT, text.span(longer), message)
            }
        };
        let finding = diagnostics.report(code, span, message);
        finding.raw = Some(whole.to_owned());
        place(finding);
        None
    }
}

/// What is said of a part of a text that would cut a longer figure.
pub(super) fn cut_message(text: &str, part: &Range<usize>, longer: &Range<usize>) -> String {
    let (part, longer) = (&text[part.clone()], &text[longer.clone()]);
    format!("`{part}` is only a part of the figure `{longer}`")
}
