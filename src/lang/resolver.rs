//! What every part of a schema is resolved with.

use std::cell::RefCell;
use std::ops::Range;

use jiff::tz::TimeZone;
use regex_automata::util::interpolate;
use rustc_hash::FxHashMap;

use super::raw::{RawExamples, RawPattern, RawReplace};
use super::{Accept, Examples, Fault, Names, Pattern, PatternWithExamples, Patterns, unusable};
use crate::data::{Kind, Value};
use crate::diagnostic::Code;
use crate::source::Spanned;

/// What resolving a part of a schema needs: pieces of patterns, the names of
/// other parts, and the list of faults.
#[derive(Debug)]
pub struct Resolver<'f> {
    pub(crate) patterns: Patterns,
    /// The names of the fields, in their order.
    pub(crate) names: Names,
    /// The expressions that were read, by their text: what stands in several places is one.
    pub(crate) known: FxHashMap<String, Pattern>,
    pub(crate) faults: &'f mut Vec<Fault>,
}

impl Resolver<'_> {
    pub(crate) fn fault(
        &mut self,
        code: &'static Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> &mut Fault {
        self.faults.push(Fault::new(code, span.clone(), message));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    /// A value of a type as a schema writes it, in the zone of the field that has it.
    pub(crate) fn value_of(
        &mut self,
        written: &Spanned<toml::Value>,
        (kind, zone): (Kind, Option<&TimeZone>),
    ) -> Option<Value<'static>> {
        // No value is compared with what is no number, and none is endless.
        let finite = written.value.as_float().is_none_or(f64::is_finite);
        let value = kind.value_of(&written.value, zone).filter(|_| finite);
        if value.is_none() {
            if let Some((message, help)) = kind.fault_of_point(&written.value, zone) {
                self.fault(Code::SCHEMA_VALUE, &written.span, message).help = Some(help);
            } else {
                let message = format!("expected {}, found `{}`", kind.in_toml(), written.value);
                self.fault(Code::SCHEMA_VALUE, &written.span, message);
            }
        }
        value
    }

    pub(crate) fn pattern(&mut self, pattern: &Spanned<String>) -> Pattern {
        self.pattern_with(pattern, &[])
    }

    pub(crate) fn pattern_with(
        &mut self,
        pattern: &Spanned<String>,
        extra: &[(&str, &str)],
    ) -> Pattern {
        let text = self.patterns.expand(pattern, extra, self.faults);
        // One fault says that there is no room; to compile the others would take as long.
        if !self.patterns.has_room(0) {
            return Pattern::nothing(pattern.span.clone());
        }
        if let Some(known) = self.known.get(&text) {
            return known.at(pattern.span.clone());
        }
        match Pattern::sized(text, pattern.span.clone()) {
            Ok((read, size)) if self.patterns.has_room(size) => {
                self.known.insert(read.text.clone(), read.clone());
                read
            }
            Ok(_) => {
                let message = format!(
                    "the patterns of the schema take more than {} MB together, compiled",
                    Patterns::MOST_COMPILED >> 20
                );
                self.fault(Code::SCHEMA_PATTERN, &pattern.span, message).help = Some(
                    "repetitions of large classes are what takes room: `\\w{100}`, `\\p{Han}{50}`"
                        .to_owned(),
                );
                Pattern::nothing(pattern.span.clone())
            }
            Err(error) => {
                self.faults.push(unusable(&error, &pattern.span));
                Pattern::nothing(pattern.span.clone())
            }
        }
    }

    /// What is replaced, and by what. A group that the pattern does not have would be
    /// nothing in what stands there instead, `$1_` as much as `${name}`.
    pub(crate) fn replacement(&mut self, raw: &RawReplace) -> (Pattern, String) {
        let pattern = self.pattern(&raw.pattern);
        let with = &raw.with;
        if !pattern.text.is_empty() {
            let names: Vec<_> = pattern.groups().collect();
            let (mut unknown, seen) = (Vec::new(), RefCell::new(Vec::new()));
            interpolate::string(
                &with.value,
                |idx, _| seen.borrow_mut().push(idx),
                |name| {
                    let idx = names.iter().position(|known| *known == Some(name));
                    if idx.is_none() {
                        unknown.push(name.to_owned());
                    }
                    idx
                },
                &mut String::new(),
            );
            let numbers = seen.into_inner().into_iter().filter(|idx| *idx >= names.len());
            unknown.extend(numbers.map(|idx| idx.to_string()));
            for group in unknown {
                let message = format!("the pattern has no group `{group}`");
                let help = "where more letters, digits or `_` follow the name of a group, it stands \
                            in braces: `${1}_`";
                self.fault(Code::SCHEMA_REFERENCE, &with.span, message).help =
                    Some(help.to_owned());
            }
        }
        (pattern, with.value.clone())
    }

    /// Asks for groups that the code will read.
    pub(crate) fn groups(&mut self, pattern: &Pattern, needed: &[&str], known: &[&str]) {
        // One that could not be compiled has its fault already.
        if pattern.text.is_empty() {
            return;
        }
        let found: Vec<_> = pattern.groups().flatten().map(str::to_owned).collect();
        for group in needed {
            if !found.iter().any(|found| found == group) {
                self.fault(
                    Code::SCHEMA_PATTERN,
                    &pattern.span,
                    format!("the pattern lacks the group `{group}`"),
                )
                .help = Some(format!("write `(?<{group}>…)` around that part"));
            }
        }
        for group in &found {
            if !known.is_empty() && !known.contains(&group.as_str()) {
                let fault = Fault::new(
                    Code::SCHEMA_PATTERN,
                    pattern.span.clone(),
                    format!("no group is called `{group}` here"),
                );
                self.faults.push(fault.with_words(group, known.iter().copied()));
            }
        }
    }

    /// A pattern that has to take something of a text: one that matches between any two characters does so everywhere.
    pub(crate) fn taking(&mut self, pattern: &Spanned<String>, what: &str) -> Pattern {
        let read = self.pattern(pattern);
        self.takes(&read, pattern, what);
        read
    }

    fn takes(&mut self, read: &Pattern, written: &Spanned<String>, what: &str) {
        // What stands in the place of one that cannot be used is empty, and has its fault.
        let is_used = read.text.is_empty() == written.value.is_empty();
        if is_used && read.takes_nothing() {
            let message = format!("{what} matches where nothing stands");
            self.fault(Code::SCHEMA_PATTERN, &written.span, message).help = Some(
                "write what must stand there; signs such as `|`, `.` and `*` stand for themselves behind a `\\`"
                    .to_owned(),
            );
        }
    }

    /// A pattern with its examples.
    pub(crate) fn proven(&mut self, raw: &RawPattern, what: &str) -> PatternWithExamples {
        let pattern = self.taking(&raw.pattern, what);
        let examples = Self::examples(raw.examples.as_ref());
        self.wants_examples(&examples, &raw.pattern.span, what);
        PatternWithExamples { pattern, examples }
    }

    pub(crate) fn examples(raw: Option<&Spanned<RawExamples>>) -> Examples {
        let Some(raw) = raw else {
            return Examples::default();
        };
        Examples {
            accept: raw
                .value
                .accept
                .iter()
                .map(|accept| Accept {
                    text: accept.value.text.clone(),
                    gives: accept.value.gives.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
                    span: accept.span.clone(),
                })
                .collect(),
            refuse: raw
                .value
                .refuse
                .iter()
                .map(|text| (text.value.clone(), text.span.clone()))
                .collect(),
        }
    }

    /// The patterns that take a value out of a text, and the group of them that holds it.
    pub(crate) fn extract(
        &mut self,
        patterns: &[Spanned<String>],
        written: Option<&Spanned<String>>,
    ) -> (Vec<Pattern>, String) {
        let patterns: Vec<_> = patterns.iter().map(|pattern| self.pattern(pattern)).collect();
        let group = written.map_or("value", |group| &group.value);
        if let Some(written) = written
            && !patterns.iter().any(|pattern| pattern.text.contains(&format!("<{group}>")))
        {
            let message = format!("no pattern of `extract` has the group `{group}`");
            self.fault(Code::SCHEMA_REFERENCE, &written.span, message);
        }
        (patterns, group.to_owned())
    }

    pub(crate) fn wants_examples(&mut self, examples: &Examples, span: &Range<usize>, what: &str) {
        if examples.is_empty() {
            self.fault(Code::SCHEMA_EXAMPLE, span, format!("{what} has no example")).help = Some(
                "add `examples = { accept = [{ text = \"…\" }], refuse = [\"…\"] }`".to_owned(),
            );
        }
    }

    /// The index of something by its name; a name that nothing has is a fault.
    pub(crate) fn named(
        name: &Spanned<String>,
        known: &[String],
        what: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<usize> {
        let found = known.iter().position(|known| *known == name.value);
        if found.is_none() {
            let message = format!("no {what} is called `{}`", name.value);
            let fault = Fault::new(Code::SCHEMA_REFERENCE, name.span.clone(), message);
            faults.push(fault.with_words(&name.value, known.iter().map(String::as_str)));
        }
        found
    }

    pub(crate) fn field_named(&mut self, name: &Spanned<String>) -> Option<usize> {
        let found = self.names.place(&name.value);
        found.or_else(|| Self::named(name, self.names.list(), "field", self.faults))
    }

    /// Opening and closing brackets, a pair a text.
    pub(crate) fn brackets(&mut self, raw: &[Spanned<String>]) -> Vec<(char, char)> {
        let mut pairs = Vec::new();
        for pair in raw {
            let mut chars = pair.value.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(open), Some(close), None) if open != close => pairs.push((open, close)),
                _ => {
                    self.fault(
                        Code::SCHEMA_VALUE,
                        &pair.span,
                        format!("`{}` is no pair of brackets", pair.value),
                    )
                    .help = Some("write the opening and the closing bracket: `\"()\"`".to_owned());
                }
            }
        }
        pairs
    }
}
