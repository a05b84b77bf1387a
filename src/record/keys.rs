//! Which field a key belongs to.

use std::cell::LazyCell;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostics, Finding};
use crate::grammar::path_dots;
use crate::lang::nearest_key;
use crate::schema::Schema;
use crate::schema::model::Format;
use crate::source::Span;

/// The keys that a schema knows, wanted or not.
#[derive(Debug)]
pub(super) struct Keys {
    fields: FxHashMap<String, usize>,
    ignored: FxHashSet<String>,
    /// Whether no key is wanted that no field has.
    ignores_all: bool,
    /// The keys of fields as they are written, in the order of the schema.
    declared: Vec<(String, usize)>,
    /// For each field the first of these that belongs to a later one.
    behind: Vec<usize>,
    /// The longest key, in bytes.
    longest: usize,
    fold_case: bool,
    /// Whether a dot parts the keys that lead to a value.
    has_levels: bool,
}

/// The paths that lead to known keys, where keys have others above them.
#[derive(Debug)]
pub(super) struct Above {
    paths: IndexSet<String, FxBuildHasher>,
    fold_case: bool,
}

/// What the schema says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyLookup {
    /// It belongs to a field.
    Field(usize),
    /// It is not wanted.
    Ignored,
    /// The schema does not know it.
    No,
}

impl Above {
    /// The number of a path among them.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        if self.fold_case && path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.paths.get_index_of(&path.to_ascii_lowercase());
        }
        self.paths.get_index_of(path)
    }

    /// The path of a number.
    pub(super) fn path(&self, number: usize) -> &str {
        &self.paths[number]
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }
}

impl Keys {
    pub(super) fn new(schema: &Schema) -> Self {
        let syntax = &schema.source.key;
        let fold = |key: &String| {
            if syntax.fold_case { key.to_ascii_lowercase() } else { key.clone() }
        };
        let declared: Vec<_> = schema
            .fields
            .iter()
            .enumerate()
            .flat_map(|(idx, field)| field.keys.iter().map(move |key| (key.clone(), idx)))
            .collect();
        let behind = |field| declared.partition_point(|(_, idx)| *idx <= field);
        Self {
            behind: (0..schema.fields.len()).map(behind).collect(),
            fields: declared.iter().map(|(key, idx)| (fold(key), *idx)).collect(),
            longest: declared
                .iter()
                .map(|(key, _)| key)
                .chain(&syntax.ignored)
                .map(String::len)
                .max()
                .unwrap_or(0),
            ignored: syntax.ignored.iter().map(fold).collect(),
            ignores_all: syntax.ignores_all,
            declared,
            fold_case: syntax.fold_case,
            has_levels: syntax.levels
                || schema
                    .source
                    .formats
                    .iter()
                    .any(|format| matches!(format, Format::Json | Format::JsonLines)),
        }
    }

    /// What the schema says of a key that a record has.
    pub(super) fn find(&self, key: &str) -> KeyLookup {
        match self.listed(key) {
            KeyLookup::No if self.ignores_all => KeyLookup::Ignored,
            known => known,
        }
    }

    /// The longest known key, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether no key is wanted that no field has.
    pub(super) fn ignores_all(&self) -> bool {
        self.ignores_all
    }

    /// What the schema says of a text that may be no key at all.
    pub(super) fn listed(&self, key: &str) -> KeyLookup {
        if self.fold_case && key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.exact(&key.to_ascii_lowercase());
        }
        self.exact(key)
    }

    fn exact(&self, key: &str) -> KeyLookup {
        match self.fields.get(key) {
            Some(&field) => KeyLookup::Field(field),
            None if self.ignored.contains(key) => KeyLookup::Ignored,
            None => KeyLookup::No,
        }
    }

    /// Whether a text is a known key, or nearly one, in any letters.
    pub(super) fn resembles(&self, text: &str) -> bool {
        self.listed(text) != KeyLookup::No || nearest_key(text, self.all()).is_some()
    }

    /// The longest known key that a line begins with and that has a character of some kind behind it.
    pub(super) fn before<'t>(&self, line: &'t str, ends: impl Fn(char) -> bool) -> Option<&'t str> {
        self.heads(line, ends).find(|head| self.listed(head) != KeyLookup::No)
    }

    /// Whether a word is a key but for its letters, which are large or small.
    pub(super) fn is_in_other_case(&self, word: &str) -> bool {
        self.listed(word) == KeyLookup::No && self.all().any(|key| key.eq_ignore_ascii_case(word))
    }

    /// The same where a key may be written in other letters, large or small.
    pub(super) fn before_in_any_case<'t>(
        &self,
        line: &'t str,
        ends: impl Fn(char) -> bool,
    ) -> Option<&'t str> {
        self.heads(line, ends).find(|head| {
            self.listed(head) != KeyLookup::No
                || self.all().any(|key| key.eq_ignore_ascii_case(head))
        })
    }

    /// What stands before each character of some kind and the blanks before it, as long as a key may be; the longest first.
    fn heads<'t>(
        &self,
        line: &'t str,
        ends: impl Fn(char) -> bool,
    ) -> impl Iterator<Item = &'t str> {
        // And the widest character, with blanks before it.
        let head = &line[..line.floor_char_boundary(self.longest + 16)];
        let ends = head.char_indices().rev().filter(move |(_, c)| ends(*c));
        ends.map(|(at, _)| line[..at].trim_end())
    }

    /// Where among the keys of fields those of a later field begin.
    pub(super) fn behind(&self, field: usize) -> usize {
        self.behind[field]
    }

    /// The key from the `from`th on that a line begins with, with `delimiter` behind it; its length
    /// and field. Records have their keys in one order, so that two are enough to be tried.
    pub(super) fn expected(
        &self,
        from: usize,
        line: &[u8],
        delimiter: u8,
    ) -> Option<(usize, usize)> {
        let tried = self.declared.get(from..)?.iter().take(2);
        let mut tried = tried.map(|(key, field)| (key.as_bytes(), *field));
        let is_next = |key: &[u8]| line.get(key.len()) == Some(&delimiter) && line.starts_with(key);
        tried.find(|(key, _)| is_next(key)).map(|(key, field)| (key.len(), field))
    }

    /// The keys of fields, in the order of the schema.
    pub(super) fn declared(&self) -> impl Iterator<Item = (&str, usize)> {
        self.declared.iter().map(|(key, field)| (key.as_str(), *field))
    }

    /// Every key that is known, wanted or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.declared().map(|(key, _)| key).chain(self.ignored.iter().map(String::as_str))
    }

    /// The paths that lead to them.
    pub(super) fn above(&self) -> Above {
        let fold =
            |path: &str| if self.fold_case { path.to_ascii_lowercase() } else { path.to_owned() };
        let above = |key: &str| {
            // No path leads through a key of nothing at the top: it has the name of the top itself.
            path_dots(key).filter(|dot| *dot > 0).map(|dot| fold(&key[..dot])).collect::<Vec<_>>()
        };
        Above { paths: self.all().flat_map(above).collect(), fold_case: self.fold_case }
    }

    /// Reports a key that the schema does not know; `raw` is what stands there.
    pub(super) fn report_unknown(
        key: &str,
        whole: Span,
        raw: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let message = || format!("no field has the key `{key}`");
        let Some(finding) = diagnostics.report_once(Code::UNKNOWN_KEY, key, whole, message) else {
            return;
        };
        finding.raw = Some(raw.to_owned());
    }

    /// Says what can be done about unknown keys, once it is known what stands beside
    /// them: a key that stands beside that of a field is no other word for it.
    pub(super) fn help_with(&self, findings: &mut [Finding], stands: impl Fn(usize) -> bool) {
        // What stands is looked up once, however many keys are unknown.
        let free = LazyCell::new(|| {
            let free = self.declared().filter(|(_, field)| !stands(*field));
            free.map(|(key, _)| key).collect::<Vec<_>>()
        });
        for finding in findings.iter_mut().filter(|finding| finding.code == Code::UNKNOWN_KEY) {
            let Some(key) = &finding.key else { continue };
            if let Some(below) = self.below(key) {
                finding.help.get_or_insert_with(|| help_above(below));
                continue;
            }
            finding.help.get_or_insert_with(|| match nearest_key(key, free.iter().copied()) {
                Some(near) => {
                    format!("if it means `{near}`, add it to the `aliases` of that field")
                }
                None => {
                    "add a field with this key to the schema, or add it to `source.key.ignored`"
                        .to_owned()
                }
            });
        }
    }

    /// The first key of a field that a key leads to, so that no field may have that itself.
    fn below(&self, key: &str) -> Option<&str> {
        let leads = |other: &str| {
            path_dots(other).any(|dot| match &other[..dot] {
                head if self.fold_case => head.eq_ignore_ascii_case(key),
                head => head == key,
            })
        };
        self.declared().map(|(other, _)| other).find(|other| self.has_levels && leads(other))
    }
}

/// What can be done about a value in the place of others: a field with its key would take them whole.
fn help_above(below: &str) -> String {
    format!(
        "no field may have this key beside `{below}`, which stands within its value: a field of type `json` takes \
         both in place of those within; `source.key.ignored = \"*\"` leaves this out, and whatever else has no field"
    )
}
