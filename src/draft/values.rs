//! The values of a key, as they come.

use indexmap::IndexMap;

use crate::data::JsonKind;
use crate::grammar::json_kind;

/// How many different values are kept, and of how many bytes in all.
const DISTINCT: usize = 20_000;
const BYTES: usize = 8 * 1024 * 1024;

/// The values of a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// Values that are not blank, and entries that are.
    pub(super) count: u64,
    pub(super) blank: u64,
    /// Records that have the key, and those that have it more than once.
    pub(super) records: u64,
    pub(super) repeated: u64,
    /// Values that go over several lines.
    pub(super) folded: u64,
    /// Each value with how often it comes and the line of the first, from 1; 0 where lines are not known.
    pub(super) distinct: IndexMap<String, (u64, u64)>,
    /// Whether some were not kept.
    pub(super) more: bool,
    /// Of JSON: strings, numbers, booleans.
    pub(super) strings: u64,
    pub(super) numbers: u64,
    pub(super) booleans: u64,
    /// Of JSON: each kind, how often it comes and the line of the first.
    pub(super) kinds: Vec<(JsonKind, u64, u64)>,
    bytes: usize,
}

impl Values {
    pub(super) fn add(&mut self, text: &str, json: Option<JsonKind>, line: u64) {
        if let Some(kind) = json {
            // What is kept as JSON says itself what it is.
            let kind = match kind {
                JsonKind::Object | JsonKind::Array => json_kind(text.trim()),
                other => other,
            };
            match self.kinds.iter_mut().find(|(known, ..)| *known == kind) {
                Some((_, count, _)) => *count += 1,
                None => self.kinds.push((kind, 1, line)),
            }
        }
        match json {
            Some(JsonKind::Null) => {
                self.blank += 1;
                return;
            }
            Some(JsonKind::Number) => self.numbers += 1,
            Some(JsonKind::Boolean) => self.booleans += 1,
            Some(JsonKind::String) => self.strings += 1,
            Some(JsonKind::Object | JsonKind::Array) | None => {}
        }
        let text = text.trim();
        if text.is_empty() {
            self.blank += 1;
            return;
        }
        self.count += 1;
        self.folded += u64::from(text.contains('\n'));
        if let Some(known) = self.distinct.get_mut(text) {
            known.0 += 1;
        } else if self.distinct.len() < DISTINCT && self.bytes + text.len() <= BYTES {
            self.bytes += text.len();
            self.distinct.insert(text.to_owned(), (1, line));
        } else {
            self.more = true;
        }
    }

    /// How many of the values that are kept are as `test` says, and the first that is not with its line.
    pub(super) fn held(&self, test: impl Fn(&str) -> bool) -> Held<'_> {
        let mut held = Held::default();
        for (value, (count, line)) in &self.distinct {
            if test(value) {
                held.yes += count;
            } else {
                held.no += count;
                held.other.get_or_insert((value, *line));
            }
        }
        held
    }
}

/// What a test of values came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held<'v> {
    pub(super) yes: u64,
    pub(super) no: u64,
    /// The first value that did not pass, and its line.
    pub(super) other: Option<(&'v str, u64)>,
}

impl Held<'_> {
    /// Whether so many passed that it is their type: 199 of 200.
    pub(super) fn holds(&self) -> bool {
        self.yes > 0 && self.no * 200 <= self.yes + self.no
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_two_hundred_may_be_another() {
        let mut values = Values::default();
        for n in 0..199 {
            values.add(&n.to_string(), None, n + 1);
        }
        values.add("many", None, 200);
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let held = values.held(digits);
        assert!(held.holds());
        assert_eq!(held.other, Some(("many", 200)));
        values.add("more", None, 201);
        assert!(!values.held(digits).holds());
    }
}
