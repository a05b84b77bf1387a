//! Proves that every rule of a schema can fail.
//!
//! A rule that accepts whatever comes checks nothing. So an accepted example of
//! each is damaged, in every way that a text gets damaged, until the rule
//! refuses it. A rule that no damage can trip is reported.

use std::ops::Range;

use super::ExampleRunner;
use crate::data::Text;
use crate::diagnostic::{Diagnostics, Finding};
use crate::grammar::{QuantityKind, QuantityPlan};
use crate::lang::{Examples, Pattern};
use crate::rules::Rule;
use crate::schema::model::{Field, FieldRule, Framing, Schema};
use crate::types::Coded;

/// What came of damaging the examples of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The rule, in words.
    pub rule: String,
    /// Where it is written.
    pub span: Range<usize>,
    /// How many damaged texts were tried.
    pub tried: usize,
    /// The accepted text, and the damaged one that the rule refused; none if it
    /// refused none.
    pub tripped: Option<(String, String)>,
}

/// Damages accepted examples of every rule. Rules without an example that could
/// be damaged come out as ones that nothing trips.
#[must_use]
pub fn mutate(schema: &Schema) -> Vec<Trial> {
    let prover = ExampleRunner::new(schema);
    let mut trials = Trials { list: Vec::new() };
    let source = &schema.source;
    if let Framing::StartLine { pattern, examples, .. } | Framing::EndLine(pattern, examples) =
        &source.framing
    {
        trials.pattern("the pattern that cuts records", pattern, examples);
    }
    for (proven, what) in source
        .skip
        .iter()
        .map(|skip| (skip, "the pattern of `skip`"))
        .chain(source.comment.iter().map(|comment| (comment, "the pattern of `comment`")))
    {
        trials.pattern(what, &proven.pattern, &proven.examples);
    }
    if let Some(pattern) = source.key.pattern.as_ref().or(source.key.unknown.as_ref()) {
        trials.pattern("the pattern of keys", pattern, &source.key.examples);
    }
    for outline in &schema.outlines {
        for marker in &outline.markers {
            let what = format!("the marker `{}` of `{}`", marker.name, outline.name);
            trials.pattern(&what, &marker.pattern, &marker.examples);
        }
    }
    for quantity in &schema.quantities {
        let plan = QuantityPlan::new(quantity);
        for (idx, rule) in quantity.rules.iter().enumerate() {
            let regex = rule.pattern.compile();
            let skips = rule.kind == QuantityKind::Skip;
            let what = format!("the rule `{}` of `{}`", rule.name, quantity.name);
            trials.add(what, &rule.span, texts_of(&rule.examples), |text| {
                if skips { !regex.is_match(text) } else { plan.read(text).rule != Some(idx) }
            });
        }
    }
    for (idx, field) in schema.fields.iter().enumerate() {
        trials.field(&prover, idx, field);
    }
    trials.list
}

struct Trials {
    list: Vec<Trial>,
}

impl Trials {
    fn pattern(&mut self, what: &str, pattern: &Pattern, examples: &Examples) {
        let regex = pattern.compile();
        let refuses = |text: &str| !regex.is_match(text);
        self.add(what.to_owned(), &pattern.span, texts_of(examples), refuses);
    }

    /// The rules of a field: its type, where that can refuse a text, and what
    /// must hold.
    fn field(&mut self, prover: &ExampleRunner<'_>, idx: usize, field: &Field) {
        let name = &field.name;
        for (what, pattern, examples) in field.kind.proven() {
            self.pattern(&what, pattern, examples);
        }
        let refuses = |text: &str| {
            let mut refused = false;
            prover.with_row(idx, Some(text), |_, _, findings| {
                refused = prover.complaints(idx, findings).next().is_some();
            });
            refused
        };
        let own = field.kind.accepted();
        if !own.is_empty() || !field.extract.is_empty() {
            let mut texts = texts_of(&field.examples);
            texts.extend(field.rules.iter().flat_map(|rule| texts_of(&rule.examples)));
            if texts.is_empty() {
                texts = own;
            }
            let what = format!("the type of `{name}` ({})", field.kind.word());
            self.add(what, &field.span, texts, refuses);
        }
        // What decides between values refuses nothing: its patterns can fail to match. They see what the value is behind
        // its codes.
        let coded = Coded::new(field.decode.clone(), &field.replace);
        let left = |text: &str| {
            let text = Text::borrowed(text, 0);
            let mut diagnostics = Diagnostics::new(&prover.schema.policy);
            coded.read(&text, &mut diagnostics, |_| {}).unwrap_or(text).into_cow().into_owned()
        };
        for (word, pattern) in field.kind.deciding() {
            let regex = pattern.compile();
            let decides = |text: &str| regex.is_match(&left(text));
            let texts = texts_of(&field.examples).into_iter().filter(|text| decides(text));
            let what = format!("{word} of `{name}`");
            self.add(what, &pattern.span, texts.collect(), |text| !decides(text));
        }
        for rule in &field.rules {
            self.rule(prover, idx, field, rule);
        }
    }

    fn rule(&mut self, prover: &ExampleRunner<'_>, idx: usize, field: &Field, rule: &FieldRule) {
        let trips = |findings: &[Finding]| {
            findings.iter().any(|finding| finding.schema_span.as_ref() == Some(&rule.span))
        };
        let refuses = |text: Option<&str>| {
            let mut refused = false;
            prover.with_row(idx, text, |_, _, findings| refused = trips(findings));
            refused
        };
        let what = format!("the rule `{}` of `{}`", rule.word, field.name);
        let texts = texts_of(&rule.examples);
        if matches!(rule.rule, Rule::Key) {
            let tripped = refuses(None)
                .then(|| ("a record with the key".to_owned(), "one without it".to_owned()));
            self.list.push(Trial { rule: what, span: rule.span.clone(), tried: 1, tripped });
            return;
        }
        // A value that is there shows that one that is not would be missed.
        let texts = match texts {
            texts if texts.is_empty() => {
                let (own, accepted) = (texts_of(&field.examples), field.kind.accepted());
                match (own.is_empty(), accepted.is_empty()) {
                    (false, _) => own,
                    (true, false) => accepted,
                    (true, true) => vec!["x".to_owned()],
                }
            }
            texts => texts,
        };
        self.add(what, &rule.span, texts, |text| refuses(Some(text)));
    }

    /// Damages texts until one is refused that was not before.
    fn add(
        &mut self,
        rule: String,
        span: &Range<usize>,
        texts: Vec<String>,
        refuses: impl Fn(&str) -> bool,
    ) {
        let mut tried = 0;
        let tripped = texts.into_iter().filter(|text| !refuses(text)).find_map(|text| {
            let damaged = damages(&text).find(|damaged| {
                tried += 1;
                refuses(damaged)
            });
            damaged.map(|damaged| (text, damaged))
        });
        self.list.push(Trial { rule, span: span.clone(), tried, tripped });
    }
}

fn texts_of(examples: &Examples) -> Vec<String> {
    examples.accept.iter().map(|accept| accept.text.clone()).collect()
}

/// How many characters of a text are damaged one by one.
const ONE_BY_ONE: usize = 96;

/// The ways in which a text gets damaged: pieces lost, doubled, moved, swapped
/// for others, figures out of all proportion. Small damage comes first.
fn damages(text: &str) -> impl Iterator<Item = String> {
    let places: Vec<_> = text.char_indices().take(ONE_BY_ONE).collect();
    let mut out = Vec::new();
    let tail = |at: usize, c: char| &text[at + c.len_utf8()..];
    for &(at, c) in &places {
        out.push(format!("{}{}", &text[..at], tail(at, c)));
    }
    for &(at, c) in &places {
        for other in ["x", "9", "0", "甲", "-", " ", "(", "\u{fffd}"] {
            if !text[at..].starts_with(other) {
                out.push(format!("{}{other}{}", &text[..at], tail(at, c)));
            }
        }
    }
    for &(at, _) in &places {
        for other in ["x", "9", "甲", "%", "\n"] {
            out.push(format!("{}{other}{}", &text[..at], &text[at..]));
        }
        out.push(text[..at].to_owned());
        out.push(text[at..].to_owned());
    }
    let digits = |to: &str| {
        text.chars()
            .map(|c| if c.is_ascii_digit() { to.to_owned() } else { c.to_string() })
            .collect::<String>()
    };
    out.extend([digits("0"), digits("9"), digits("9999"), digits("")]);
    out.push(format!("-{text}"));
    for times in [2, 8, 64, 512] {
        out.push(text.repeat(times));
        out.push(format!("{text} ").repeat(times));
        out.push(format!("{text},").repeat(times));
    }
    let dense: String = text.split_whitespace().collect();
    out.push(dense.repeat(64));
    // Any character that is printed, in the middle and at the end.
    for &(at, c) in
        places.get(places.len() / 2).into_iter().chain(text.char_indices().last().as_ref())
    {
        out.extend((' '..='~').map(|other| format!("{}{other}{}", &text[..at], tail(at, c))));
    }
    out.push(text.chars().rev().collect());
    out.extend(["x".to_owned(), " ".to_owned(), String::new()]);
    out.into_iter().filter({
        let text = text.to_owned();
        move |damaged| *damaged != text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaSource, parse};

    fn trials(field: &str) -> Vec<(String, bool)> {
        trials_of(field, "")
    }

    fn trials_of(field: &str, table: &str) -> Vec<(String, bool)> {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n[fields.a]\nkey = \"a\"\n{field}\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n{table}\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        let schema = schema.unwrap_or_else(|| panic!("{faults:?}"));
        mutate(&schema).into_iter().map(|trial| (trial.rule, trial.tripped.is_some())).collect()
    }

    #[test]
    fn a_pattern_that_decides_sees_what_is_left_of_the_text() {
        let flag = "type = \"flag\"\nreplace = [{ pattern = 'no', with = '-' }]\nfalse-pattern = '^-$'\n\
                    true-pattern = 'yes'\nexamples.accept = [{ text = \"no\" }, { text = \"yes\" }]";
        let coded = "type = \"flag\"\ndecode = [\"percent\"]\nreplace = [{ pattern = '!', with = ' ' }]\n\
                     false-pattern = '^n o$'\ntrue-pattern = '^y$'\n\
                     examples.accept = [{ text = \"n%20o!\" }, { text = \"!y\" }]";
        let tripped = [("`false-pattern` of `a`", true), ("`true-pattern` of `a`", true)]
            .map(|(rule, tripped)| (rule.to_owned(), tripped));
        for flag in [flag, coded] {
            assert_eq!(trials(flag), tripped, "{flag}");
        }
    }

    #[test]
    fn a_rule_that_can_fail_is_tripped() {
        let rules = "type = \"integer\"\nrules = [{ rule = \"required\" }, { rule = \"not-null\" }, \
             { rule = \"maximum\", max = 5, examples = { accept = [{ text = \"5\" }] } }]";
        let found = trials(rules);
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|(_, tripped)| *tripped), "{found:?}");
    }

    #[test]
    fn rules_of_the_fields_of_one_kind_are_tried_on_it() {
        let kinds = "type = \"text\"\nrules = [{ rule = \"required\" }, { rule = \"not-null\" }]\n\
             [kinds.other]\nwhen = { key = \"b\", pattern = '.' }\n[kinds.one]\nwhen = { key = \"a\", pattern = '.' }\n\
             [fields.b]\nkey = \"b\"\ntype = \"text\"\n\
             [tables.other]\nrows = \"record\"\nkind = \"other\"\ncolumns = [\"b\"]";
        let found = trials_of(kinds, "kind = \"one\"");
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(_, tripped)| *tripped), "{found:?}");
    }

    #[test]
    fn a_rule_that_cannot_fail_is_found() {
        let rules = "type = \"text\"\nrules = [{ rule = \"pattern\", pattern = \"\", examples = { accept = [{ text = \"5\" }] } }]";
        assert_eq!(trials(rules), [("the rule `pattern` of `a`".to_owned(), false)]);
        let rules = "type = \"text\"\nrules = [{ rule = \"length\", max = 1000000000, examples = { accept = [{ text = \"5\" }] } }]";
        assert_eq!(trials(rules), [("the rule `length` of `a`".to_owned(), false)]);
    }
}
