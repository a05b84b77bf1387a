//! What a draft looks for in values, and the patterns that it may write: `words.toml`, read.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::grammar::Notation;

/// The file.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Words {
    pub(super) booleans: Vec<[String; 2]>,
    /// Those that may be values, too.
    pub(super) maybe_booleans: Vec<[String; 2]>,
    pub(super) sentinels: Vec<String>,
    /// Those of them that may be words among words.
    pub(super) doubtful: Vec<String>,
    /// Those of these that are written as no word is.
    pub(super) written: Vec<String>,
    pub(super) dates: Vec<Dated>,
    pub(super) short_dates: Vec<Dated>,
    pub(super) datetimes: Vec<Dated>,
    pub(super) times: Vec<Dated>,
    pub(super) numbers: Vec<Marks>,
    pub(super) quantities: Vec<String>,
    /// Months and days that are no time of so many.
    pub(super) calendar: String,
    /// Decades that are no time of so many seconds.
    pub(super) decade: String,
    pub(super) separators: Vec<Separator>,
    pub(super) sentence: String,
    pub(super) clause: String,
    pub(super) delimiters: Vec<Delimiter>,
    pub(super) shapes: Vec<ShapeOf>,
    pub(super) comments: Vec<String>,
    pub(super) block: String,
    pub(super) foreign: Vec<Foreign>,
    pub(super) levels: Levels,
}

/// Lines that are read by a pattern with the groups `key` and `value`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ShapeOf {
    pub(super) pattern: String,
    /// Whether most of the lines must be indented.
    #[serde(default)]
    pub(super) indented: bool,
}

/// A text that has records, and no form that a schema can say.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Foreign {
    pub(super) pattern: String,
    pub(super) what: String,
    pub(super) remedy: String,
    /// Whether it is nothing else.
    #[serde(default)]
    pub(super) sure: bool,
}

/// Lines with the number of their level before a tag.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Levels {
    pub(super) opens: String,
    /// The line that opens a record of a kind, with `TAG` in place of the tag.
    pub(super) kind: String,
    pub(super) line: String,
    /// Tags that go on with the text above, by the words that stand for them in what follows.
    pub(super) joins: IndexMap<String, String>,
    pub(super) joined: String,
    /// A value that names another record.
    pub(super) pointer: String,
    /// What is taken out of a text that went on, and what is put in its place.
    pub(super) replace: Vec<[String; 2]>,
}

/// A format of dates.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Dated {
    pub(super) format: String,
    /// Formats with the same word differ in the order of day and month alone.
    pub(super) order: Option<String>,
    /// The zone that a schema must name, though each text has an offset.
    pub(super) zone: Option<String>,
}

/// A way to write numbers.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Marks {
    pub(super) decimal: char,
    pub(super) group: String,
}

impl Marks {
    pub(super) fn notation(&self) -> Notation {
        Notation { decimal: self.decimal, group: self.group.chars().collect() }
    }
}

/// What may stand between the items of a list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Separator {
    pub(super) sign: char,
    pub(super) pattern: String,
    /// How many words an item may have on average.
    pub(super) words: usize,
}

/// What may stand between key and value.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Delimiter {
    pub(super) sign: String,
    pub(super) text: String,
    pub(super) pattern: String,
    /// Whether keys are tags: a few capitals and digits.
    #[serde(default)]
    pub(super) tag: bool,
}

impl Levels {
    /// Puts the tags that go on where their words stand.
    fn join(&mut self) {
        let patterns = self.replace.iter_mut().map(|[pattern, _]| pattern);
        for pattern in patterns.chain([&mut self.joined]) {
            for (word, tag) in &self.joins {
                *pattern = pattern.replace(word, tag);
            }
        }
    }
}

impl Words {
    /// Reads the file that is part of the library.
    pub(super) fn new() -> Self {
        // A test reads the file; were it broken, nothing would be found.
        let mut words: Self = toml::from_str(include_str!("words.toml")).unwrap_or_default();
        words.levels.join();
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{DatePlan, DatetimePlan, TimePlan};

    #[test]
    fn the_words_can_be_read_and_every_format_is_one() {
        let words: Words = toml::from_str(include_str!("words.toml")).unwrap();
        let written = |dated: &Dated| {
            Vec::from_iter((!dated.format.is_empty()).then(|| dated.format.clone()))
        };
        let levels = &Words::new().levels;
        let of_levels =
            [&levels.opens, &levels.kind, &levels.line, &levels.joined, &levels.pointer];
        let patterns = [&words.calendar, &words.decade, &words.block]
            .into_iter()
            .chain(of_levels)
            .chain(levels.replace.iter().map(|[pattern, _]| pattern))
            .chain(words.separators.iter().map(|separator| &separator.pattern))
            .chain(words.delimiters.iter().map(|delimiter| &delimiter.pattern))
            .chain(words.shapes.iter().map(|shape| &shape.pattern))
            .chain(words.foreign.iter().map(|foreign| &foreign.pattern));
        for pattern in patterns {
            regex::Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        }
        for dated in words.dates.iter().chain(&words.short_dates) {
            DatePlan::new(&written(dated)).unwrap();
        }
        for dated in &words.datetimes {
            DatetimePlan::new(&written(dated), dated.zone.as_deref(), None).unwrap();
        }
        for dated in &words.times {
            TimePlan::new(&written(dated)).unwrap();
        }
    }
}
