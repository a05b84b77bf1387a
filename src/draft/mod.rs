//! Drafts a schema that reads a dump which nobody described; and tells which embedded schema fits one.
//!
//! In: inputs. Out: the text of a schema file, and a [`Report`] of what was decided, how sure that is, what was not
//! understood and how much of the bytes is explained.
//!
//! ```text
//! input ─sample─► head, places ─lines, table, json─► forms ─choose─► one form ─values─► keys ─ladder─► types ─write─► TOML
//! ```
//!
//! A form is tried as a schema, through the framer and the mill of a run (`look`); so is the draft at last. What
//! holds for the sample is written. What is likely stands in comments, with what speaks for it. The same inputs give
//! the same draft.

mod amounts;
mod choose;
pub mod fit;
mod form;
mod json;
mod ladder;
mod levels;
mod lines;
mod look;
mod names;
mod parts;
mod sample;
mod table;
#[cfg(test)]
mod tests;
mod toml;
mod update;
mod values;
mod words;
mod write;

pub use update::{Updated, update};

use std::collections::BTreeMap;
use std::fmt;

use self::choose::{Chosen, choose, pieces};
use self::form::{Form, Framing, Rest};
use self::json::Shape;
use self::ladder::{About, Ladder, Type};
use self::look::{Depth, Looked, Unexplained, is_of_form, look};
use self::sample::Sample;
use self::values::{Held, Values};
use self::words::Words;
use self::write::{Field, Plan};
use crate::data::JsonKind;
use crate::diagnostic::{Code, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::mill::Mill;
use crate::prove::prove_fields;
use crate::schema::{Schema, SchemaSource, parse};
use crate::source::{Certainty, Fault, Input, unreadable};

/// A drafted schema.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The text of the schema file.
    pub text: String,
    /// How it came about.
    pub report: Report,
}

/// In so many records a key is not seen once, as a rule.
const OFTEN: u64 = 20;
/// And in more than one of so many.
const RARE: u64 = 500;

/// An input of which less is explained has another form.
const STRANGE: f64 = 0.6;

/// What has more than one NUL among so many bytes is no text.
const NULS: usize = 1000;

/// How a draft came about.
#[derive(Clone, Debug)]
pub struct Report {
    /// The form of the dump, in words.
    pub form: String,
    /// How sure that is.
    pub sure: Sure,
    /// The forms that were worth most, the one that was taken first.
    pub tried: Vec<Evaluation>,
    /// Records that were looked at.
    pub records: u64,
    /// Fields, each with the word for its type.
    pub fields: Vec<(String, &'static str)>,
    /// The share of the bytes that is keys, values and what stands between, from 0 to 1.
    pub explained: f64,
    /// What is not, each kind with a count and one place.
    pub unexplained: Vec<String>,
    /// Whether all of the dump was looked at.
    pub whole: bool,
    /// The encoding, and whether that is not sure.
    pub encoding: (String, bool),
    /// What was not understood.
    pub open: Vec<String>,
    /// Whether some field has examples, which `schema test` can run.
    pub has_examples: bool,
}

/// A form that was tried, and what it was worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The form in words.
    pub form: String,
    /// From 0 to 1.
    pub score: f64,
}

/// How sure a draft is of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Nearly everything is explained, and records are alike.
    Quite,
    /// Most is explained.
    Fairly,
    /// It may be something else.
    Hardly,
}

impl fmt::Display for Sure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quite => "quite sure",
            Self::Fairly => "fairly sure",
            Self::Hardly => "hardly sure",
        })
    }
}

/// A share in words, of which nothing but all is 100 %.
fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let tenths = if share < 1.0 { tenths.min(999.0) } else { tenths };
    format!("{:.1} %", tenths / 10.0)
}

impl Report {
    /// The report, line by line. Keys of the dump stand in it as they are.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let (encoding, doubtful) = &self.encoding;
        let of = if self.whole { "all of the dump" } else { "a sample; `--full` reads all" };
        let mut types: Vec<(&str, usize)> = Vec::new();
        for (_, word) in &self.fields {
            match types.iter_mut().find(|(known, _)| known == word) {
                Some((_, count)) => *count += 1,
                None => types.push((word, 1)),
            }
        }
        let types: Vec<_> = types.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let mut lines = vec![
            format!("form      {} ({})", self.form, self.sure),
            format!("encoding  {encoding}{}", if *doubtful { " (doubtful)" } else { "" }),
            format!("records   {} ({of})", self.records),
            format!("fields    {}: {}", self.fields.len(), types.join(", ")),
            format!("explained {} of the bytes", percent(self.explained)),
        ];
        lines.extend(self.unexplained.iter().map(|what| format!("  not explained: {what}")));
        lines.extend(self.tried.iter().skip(1).map(|tried| {
            let [first, own] =
                [self.tried[0].score, tried.score].map(|score| format!("{score:.2}"));
            let than = if own == first { "as good".to_owned() } else { format!("not {first}") };
            format!("  also tried: {} ({own}, {than})", tried.form)
        }));
        lines.extend(self.open.iter().map(|open| format!("  not understood: {open}")));
        lines
    }
}

/// Drafts a schema for inputs of one form. With `full` all of them is read, else samples.
///
/// # Errors
///
/// An input cannot be read or is no text; nothing that the schema language can say explains it.
pub fn draft(inputs: &[Input], full: bool) -> Result<Draft> {
    let samples = samples(inputs, full)?;
    let words = Words::new();
    draft_of(&samples, &words)
}

fn samples(inputs: &[Input], full: bool) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for input in inputs {
        if let Some(Fault::NotText(kind)) = input.fault() {
            let why = format!("it is no text but {}", kind.what);
            return Err(undrafted(input.name(), &why).with_remedy(kind.remedy));
        }
        let sample = Sample::new(input, full).map_err(|error| unreadable(input.name(), error))?;
        if let Some((line, _)) = nuls(&sample.head).filter(|(_, count)| {
            // One or a few in much text are damage, of which the run tells.
            (count - 1) * NULS > sample.head.len()
        }) {
            let why = format!("it is no text: there are NUL bytes in it, the first in line {line}");
            return Err(undrafted(input.name(), &why).with_remedy(
                "name a file of records in text: lines of keys and values, CSV, JSON",
            ));
        }
        if !sample.head.trim().is_empty() {
            samples.push(sample);
        }
    }
    if samples.is_empty() {
        let message = match inputs {
            [] => "cannot draft a schema: there are no inputs".to_owned(),
            [input] => format!("cannot draft a schema: there is no text in `{}`", input.name()),
            [first, others @ ..] => format!(
                "cannot draft a schema: there is no text in `{}`, nor in {}",
                first.name(),
                match others {
                    [other] => format!("`{}`", other.name()),
                    _ => format!("the {} other inputs", others.len()),
                }
            ),
        };
        return Err(Error::new(ErrorKind::Input, message));
    }
    Ok(samples)
}

/// The line of the first NUL of a text, and how many there are.
fn nuls(text: &str) -> Option<(usize, usize)> {
    let first = memchr::memchr(0, text.as_bytes())?;
    let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..first]).count();
    Some((line, memchr::memchr_iter(0, text.as_bytes()).count()))
}

fn draft_of(samples: &[Sample], words: &Words) -> Result<Draft> {
    if samples.iter().all(|sample| foreign(sample.head.trim(), words, true).is_some()) {
        return Err(declined(samples, &[]));
    }
    let chosen = choose(samples, words).map_err(|tried| declined(samples, &tried))?;
    let whole = samples.iter().all(|sample| sample.whole);
    let mut plan = plan(&chosen, samples, words, whole);
    let Verified { schema, explained, records, strange, unexplained } = verify(&mut plan, samples)?;
    prove_examples(&mut plan, &schema)?;
    let mut open = open_questions(&chosen, &plan, samples);
    // Of one input alone the codes tell what is not read.
    let strange: Vec<_> = strange.iter().filter(|_| samples.len() > 1).collect();
    open.extend(
        strange
            .iter()
            .map(|name| format!("`{name}`, which has another form: draft a schema of its own")),
    );
    // A form that leaves an input or much of all unread is not that of the dump.
    let worth =
        if strange.is_empty() { chosen.score } else { chosen.score.min(explained).min(0.89) };
    let sure = if worth >= 0.9 && explained >= 0.75 {
        Sure::Quite
    } else if worth >= 0.75 && explained >= 0.5 {
        Sure::Fairly
    } else {
        Sure::Hardly
    };
    let doubtful = samples.iter().any(|sample| sample.certainty == Certainty::Doubtful);
    let mut encodings: Vec<&str> = samples.iter().map(|sample| sample.coding.name()).collect();
    encodings.dedup();
    let report = Report {
        form: plan.form.words(),
        sure,
        tried: chosen.tried,
        records,
        fields: plan
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.rung.kind.word()))
            .collect(),
        explained,
        unexplained,
        whole,
        encoding: (encodings.join(", "), doubtful),
        open,
        has_examples: plan.fields.iter().any(|field| !field.examples.is_empty()),
    };
    let of = if whole { "all" } else { "a sample" };
    plan.notes.push(format!(
        "Drafted from {of} of {}: {records} records, {} of the bytes explained.",
        samples.iter().map(|sample| sample.name.as_str()).collect::<Vec<_>>().join(", "),
        percent(explained)
    ));
    plan.notes.push(format!("Form: {} ({sure}).", report.form));
    let ended = |text: &str| if text.ends_with('?') { "" } else { "." };
    let unexplained = report.unexplained.iter();
    plan.notes.extend(unexplained.map(|what| format!("Not explained: {what}{}", ended(what))));
    let open = report.open.iter();
    plan.notes.extend(open.map(|open| format!("Not understood: {open}{}", ended(open))));
    plan.notes.push(
        "What holds for what was seen is written; what is likely stands in comments.".to_owned(),
    );
    if doubtful {
        plan.notes.push(format!(
            "Read as {}, which is doubtful: `encoding` of [source] names another.",
            report.encoding.0
        ));
    }
    Ok(Draft { text: plan.write().0, report })
}

fn undrafted(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Input, "cannot draft a schema of")
        .with_path(name)
        .with_source(std::io::Error::other(why.to_owned()))
}

fn declined(samples: &[Sample], tried: &[Evaluation]) -> Error {
    let name = samples.first().map_or("-", |sample| sample.name.as_str());
    let head = samples.first().map_or("", |sample| sample.head.trim());
    let foreign = foreign(head, &Words::new(), false);
    let remedy = match tried.first() {
        _ if foreign.is_some() => foreign.unwrap_or_default(),
        Some(best) if best.score > 0.0 => format!(
            "the nearest is {}, worth {:.2} of 1; if it has records, `docs/schema.md` shows how to describe them",
            best.form, best.score
        ),
        _ if head.starts_with(['{', '[']) => {
            "it begins as JSON does, but there are no objects in it that could be records"
                .to_owned()
        }
        _ if head.lines().nth(1).is_none() => {
            "there is one line: the header of a table without rows, or one record too few"
                .to_owned()
        }
        _ => "there are no keys, no rows of cells, no JSON in it: it may be prose, or lines that only a pattern takes apart, \
              `key = { by = \"pattern\" }`"
            .to_owned(),
    };
    undrafted(name, "nothing in it comes again as records do").with_remedy(remedy)
}

/// What is to be done about a text that has records in a form that no schema can say.
fn foreign(head: &str, words: &Words, sure: bool) -> Option<String> {
    let start = head.char_indices().nth(4000).map_or(head, |(cut, _)| &head[..cut]);
    let of = words.foreign.iter().find(|foreign| {
        (foreign.sure || !sure)
            && regex::Regex::new(&foreign.pattern).is_ok_and(|pattern| pattern.is_match(start))
    })?;
    Some(format!("it looks like {}, which is not read: {}", of.what, of.remedy))
}

/// Fields with their types.
fn plan(chosen: &Chosen, samples: &[Sample], words: &Words, whole: bool) -> Plan {
    let ladder = Ladder::new(words);
    let json = chosen.form.is_json();
    let pointer = regex::Regex::new(&words.levels.pointer).ok();
    let is_pointer = |text: &str| pointer.as_ref().is_some_and(|found| found.is_match(text));
    let leveled = matches!(&chosen.form, Form::Lines(lines) if lines.rest == Rest::Levels);
    let mut fields: Vec<Field> = Vec::new();
    for ((key, shape), values) in chosen.keys.iter().zip(&chosen.values) {
        let rung = ladder.climb(values, About { shape, json, whole });
        let taken: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let name = names::field(key, rung.kind.has_rows(), &taken);
        let mut field = Field::new(name, key, rung, values, chosen.records, whole);
        if leveled && values.folded > 0 {
            joined(&mut field, words);
        } else if leveled && values.count > 0 && values.held(|text| is_pointer(text)).no == 0 {
            let extract = format!("extract = [{}]", toml::literal(&words.levels.pointer));
            field.options.push(match field.rung.kind {
                Type::Split(..) => format!("items = {{ type = \"text\", {extract} }}"),
                _ => extract,
            });
        }
        fields.push(field);
    }
    // A quantity has columns of its own, which no other field may be called.
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    for field in &mut fields {
        if let Type::Quantity(quantity, _) = &field.rung.kind
            && ladder.columns_of(quantity).any(|column| {
                names.iter().any(|name| name.strip_prefix(&field.name) == Some(column))
            })
        {
            field.unmeasured();
        }
    }
    // One rule that holds: a check of a schema without any has looked at nothing.
    let start = match &chosen.form {
        Form::Lines(lines) => match &lines.framing {
            Framing::StartKey(key) => Some(key),
            _ => None,
        },
        _ => None,
    };
    let held = |n: usize| {
        let values = &chosen.values[n];
        values.count > 0
            && values.blank == 0
            && values.records == chosen.records
            && !fields[n].rung.kind.has_rows()
            && fields[n].rung.sentinels.is_empty()
    };
    let mut everywhere: Vec<usize> = (0..fields.len()).filter(|n| held(*n)).collect();
    everywhere.sort_by_key(|n| start != Some(&fields[*n].key));
    if let Some(n) = everywhere.first() {
        fields[*n].demanded = true;
    }
    let stem = samples.first().and_then(|sample| sample.stem.as_deref());
    let name = names::table(stem, &[]);
    Plan { name, form: chosen.form.clone(), fields, everywhere, notes: Vec::new() }
}

/// Makes a text of a field whose values go on in lines with tags of their own.
fn joined(field: &mut Field, words: &Words) {
    field.rung.kind = Type::Text;
    field.examples.clear();
    let replace = words.levels.replace.iter().map(|[pattern, with]| {
        format!("    {{ pattern = {}, with = {} }},\n", toml::literal(pattern), toml::string(with))
    });
    let replace: String = replace.collect();
    field.options.push("repeated = \"join\"\njoin = \"\\n\"".to_owned());
    field.options.push(format!("replace = [\n{replace}]"));
}

/// Reads the draft as a run would.
fn read(plan: &Plan) -> Result<Schema> {
    let text = plan.write().0;
    let (schema, faults) = parse(&SchemaSource { name: "draft".to_owned(), text });
    schema.ok_or_else(|| {
        let fault =
            faults.iter().find(|fault| fault.is_error()).map_or("", |fault| fault.message.as_str());
        Error::new(ErrorKind::Internal, format!("the draft is no schema: {fault}"))
    })
}

/// A draft that was run over the samples.
struct Verified {
    schema: Schema,
    /// The share of the bytes that it explains, and the records that it finds.
    explained: f64,
    records: u64,
    /// Inputs that it does not explain.
    strange: Vec<String>,
    /// What it does not explain in them, each kind with a count and the first place.
    unexplained: Vec<String>,
}

/// What is not explained, by its code, each with the input and the line of the first.
#[derive(Default)]
struct Unread(BTreeMap<&'static str, (Unexplained, String, u64)>);

impl Unread {
    fn add(&mut self, found: Unexplained, name: &str, line: u64) {
        let count = found.count;
        let known = self.0.entry(found.code.id);
        let first = || (Unexplained { count: 0, ..found }, name.to_owned(), line);
        known.or_insert_with(first).0.count += count;
    }

    /// Each kind with a count and the first place; of several inputs also in which it stands.
    fn told(self, several: bool) -> Vec<String> {
        let told = self.0.into_values().map(|(found, name, line)| {
            let (code, (_, text)) = (found.code, found.first);
            let mut place = format!("`{text}`");
            if line > 0 {
                place.push_str(&format!(" in line {line}"));
            }
            if several {
                place.push_str(&format!(" of {name}"));
            }
            format!("{} × {} {}, first {place}", found.count, code.id, code.name)
        });
        told.collect()
    }
}

/// What a schema does not explain in the samples of a form.
fn unexplained(schema: &Schema, form: &Form, samples: &[Sample]) -> Result<Vec<String>> {
    let mill = Mill::new(schema);
    let mut unread = Unread::default();
    for sample in samples {
        for (n, (text, cut)) in pieces(sample, form).iter().enumerate() {
            let place = (sample.name.as_str(), sample.stem.as_deref());
            let text = (text.as_ref(), *cut);
            let seen = look((schema, &mill), Depth::Entries, place.0, place.1, text, |_| ())
                .map_err(|error| unreadable(&sample.name, error))?;
            for found in seen.unexplained.into_values() {
                let line = if n == 0 { found.first.0 } else { 0 };
                unread.add(found, &sample.name, line);
            }
        }
    }
    Ok(unread.told(samples.len() > 1))
}

/// Runs the draft over the samples. A field of which too many values are something else becomes text.
fn verify(plan: &mut Plan, samples: &[Sample]) -> Result<Verified> {
    loop {
        let schema = read(plan)?;
        let mill = Mill::new(&schema);
        let mut bytes = crate::data::Bytes::default();
        let (mut records, mut strange) = (0, Vec::new());
        let mut unexplained = Unread::default();
        // Of each field: those of its values in which no number stands where one should, and what is said of the first.
        let mut not_finite: BTreeMap<usize, (u64, String)> = BTreeMap::new();
        // Values, those that are something else, what is said of the first of these.
        let mut wrong: Vec<(u64, u64, Option<String>)> = vec![(0, 0, None); plan.fields.len()];
        let place = |field: &Field| {
            schema.fields.iter().find(|of| of.name == field.name).map(|of| of.entry)
        };
        let entries: Vec<Option<usize>> = plan.fields.iter().map(place).collect();
        for sample in samples {
            if let Some(found) = &sample.invalid.places {
                unexplained.add(found.clone(), &sample.name, found.first.0);
            }
            for (n, (text, cut)) in pieces(sample, &plan.form).iter().enumerate() {
                let mut each = |looked: &Looked<'_, '_>| {
                    for (idx, field) in plan.fields.iter().enumerate() {
                        let entry = entries[idx].and_then(|entry| looked.record.entry(entry));
                        wrong[idx].0 += u64::from(entry.is_some());
                        let complaint = looked.findings.iter().find(|finding| {
                            finding.severity >= Severity::Warning
                                && finding.field.as_ref() == Some(&field.name)
                                && !is_of_form(finding.code)
                                // It would be null as anything else, too.
                                && finding.code.id != Code::NOT_FINITE.id
                        });
                        if let Some(none) = looked.findings.iter().find(|finding| {
                            finding.field.as_ref() == Some(&field.name)
                                && finding.code.id == Code::NOT_FINITE.id
                        }) {
                            let known =
                                not_finite.entry(idx).or_insert_with(|| (0, none.message.clone()));
                            known.0 += 1;
                        }
                        if let Some(complaint) = complaint {
                            wrong[idx].1 += 1;
                            let first = wrong[idx].2.is_none();
                            if first {
                                wrong[idx].2 = Some(complaint.message.clone());
                            }
                        }
                    }
                };
                let seen = look(
                    (&schema, &mill),
                    Depth::Cells,
                    &sample.name,
                    sample.stem.as_deref(),
                    (text, *cut),
                    &mut each,
                )
                .map_err(|error| unreadable(&sample.name, error))?;
                if n == 0 && seen.explained() < STRANGE {
                    strange.push(sample.name.clone());
                }
                bytes.add(&seen.bytes);
                records += seen.records;
                for found in seen.unexplained.into_values() {
                    // Of places behind the head nobody knows the line.
                    let line = if n == 0 { found.first.0 } else { 0 };
                    unexplained.add(found, &sample.name, line);
                }
            }
        }
        let values: Vec<u64> = wrong.iter().map(|(all, ..)| *all).collect();
        let mut changed = false;
        // What is demanded are values: where one of a field is something else, one of the fields behind it is better.
        let mut behind = plan.everywhere.iter().copied();
        let demanded = behind.find(|n| plan.fields[*n].demanded);
        let better = demanded
            .filter(|n| wrong[*n].1 > 0)
            .and_then(|worse| Some((worse, behind.find(|n| wrong[*n].1 == 0)?)));
        for (field, (all, no, first)) in plan.fields.iter_mut().zip(wrong) {
            let held = Held { yes: all.saturating_sub(no), no, other: None };
            if no > 0 && !held.holds() && !field.takes_all() {
                field.give_up(format!(
                    "{no} of {all} values are not: {}",
                    first.unwrap_or_default()
                ));
                changed = true;
            }
        }
        if !changed && let Some((worse, better)) = better {
            plan.fields[worse].demanded = false;
            plan.fields[better].demanded = true;
            changed = true;
        }
        if !changed {
            for (idx, (count, first)) in not_finite {
                let all = values[idx];
                plan.fields[idx].rung.notes.push(format!("{count} of {all}: {first}"));
            }
            // What stands for bytes that are no text is a part of values.
            let lost: u64 = samples.iter().map(|sample| sample.invalid.bytes).sum();
            let explained = look::share(bytes.explained().saturating_sub(lost), bytes.total());
            let unexplained = unexplained.told(samples.len() > 1);
            return Ok(Verified { schema, explained, records, strange, unexplained });
        }
    }
}

/// Takes examples out that the fields do not accept, since a few values may be something else.
fn prove_examples(plan: &mut Plan, schema: &Schema) -> Result<()> {
    let places = plan.write().1;
    let proof = prove_fields(schema);
    let mut bad: Vec<usize> = Vec::new();
    for fault in &proof.faults {
        bad.extend(places.iter().position(|place| place.contains(&fault.span.start)));
    }
    bad.sort_unstable();
    bad.dedup();
    for n in bad {
        plan.fields[n].examples.clear();
    }
    read(plan).map(drop)
}

fn open_questions(chosen: &Chosen, plan: &Plan, samples: &[Sample]) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    if let Form::Csv(of) = &plan.form {
        let unfit = samples.iter().find_map(|sample| table::unfit_header(&sample.head, of));
        open.extend(unfit.map(|line| {
            let line = crate::text::short(line);
            format!("`{line}`, which is skipped: a header that has not as many cells as the rows?")
        }));
        let maybe = samples.first().and_then(|sample| table::maybe_header(&sample.head, of));
        open.extend(maybe.map(|line| {
            format!("`{}`, the first row: does it name the columns?", crate::text::short(&line))
        }));
        open.extend(
            of.twice
                .iter()
                .map(|(name, other)| format!("the column `{name}` again, which is `{other}` here")),
        );
    }
    for sample in samples {
        if let Some((line, count)) = nuls(&sample.head) {
            let bytes = if count == 1 { "a NUL byte" } else { "NUL bytes, the first" };
            open.push(format!("{bytes} in line {line} of {}", sample.name));
        }
    }
    if matches!(&plan.form, Form::Lines(_)) && chosen.records >= OFTEN {
        let all = chosen.records;
        let keys = chosen.keys.iter().zip(&chosen.values);
        let mut rare = keys.filter(|(_, of)| of.records == 1 || of.records * RARE <= all);
        open.extend(rare.by_ref().take(3).map(|((key, _), of)| {
            format!("`{key}`, in {} of {all} records: a key, or one that is misspelt?", of.records)
        }));
        let more = rare.count();
        if more > 0 {
            open.push(format!("{more} more, as rare as these"));
        }
    }
    let keys = chosen.keys.iter().zip(&chosen.values);
    for (field, ((_, shape), values)) in plan.fields.iter().zip(keys) {
        if let Some(mixed) = mixed(shape, values).filter(|_| field.rung.kind == Type::Json) {
            open.push(format!("`{}` holds {mixed}; it is kept as JSON", field.key));
        }
    }
    open
}

/// What a field holds that is now this and now that: each kind with a count, and the line of the first that is not of
/// the most common kind.
fn mixed(shape: &Shape, values: &Values) -> Option<String> {
    let many =
        |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let Shape::Mixed(within) = shape else { return None };
    let mut kinds: Vec<(&str, u64, u64)> = Vec::new();
    for (kind, count, line) in &values.kinds {
        let word = match kind {
            JsonKind::String => "string",
            JsonKind::Number => "number",
            JsonKind::Boolean => "boolean",
            JsonKind::Object => "object",
            JsonKind::Array => "list",
            JsonKind::Null => continue,
        };
        kinds.push((word, *count, *line));
    }
    kinds.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    if kinds.len() < 2 {
        let within: Vec<_> = within.iter().map(|(word, count)| many(*count, word)).collect();
        return (!within.is_empty()).then(|| format!("lists of {}", within.join(" and ")));
    }
    let told = kinds.iter().enumerate().map(|(n, (word, count, line))| {
        let place = if n == 0 || *line == 0 {
            String::new()
        } else if *count == 1 {
            format!(" in line {line}")
        } else {
            format!(", the first in line {line}")
        };
        format!("{}{place}", many(*count, word))
    });
    Some(told.collect::<Vec<_>>().join(" and "))
}
