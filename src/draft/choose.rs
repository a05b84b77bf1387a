//! Weighs forms: each is a schema that goes through the framer and the mill, and is worth what it explains.

use std::borrow::Cow;

use super::form::{Form, Framing, KeyBy, Lines, Rest};
use super::json::{self, Shape};
use super::lines::{self, Hypothesis};
use super::look::{Cut, Depth, Looked, Seen, look, share};
use super::sample::Sample;
use super::toml::string;
use super::values::Values;
use super::words::Words;
use super::{Evaluation, table};
use crate::mill::Mill;
use crate::schema::{Schema, SchemaSource, parse};

/// How much of the head the forms are tried on, in bytes.
const TRIED: usize = 256 * 1024;
/// What a form must be worth.
const LEAST: f64 = 0.6;
/// The same of JSON lines, of which each says what it is.
const LEAST_OF_LINES: f64 = 0.3;

/// The form that was chosen, with what was seen of the dump through it.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) form: Form,
    pub(super) keys: Vec<(String, Shape)>,
    pub(super) values: Vec<Values>,
    /// Records that were read.
    pub(super) records: u64,
    pub(super) score: f64,
    pub(super) tried: Vec<Evaluation>,
}

/// What was seen of a text through a form.
#[derive(Debug, Default)]
struct Regard {
    seen: Seen,
    values: Vec<Values>,
    entries: u64,
    again: u64,
    /// How many records begin with each key.
    first: Vec<u64>,
}

/// Chooses the form of a dump; what was tried, if none explains it.
pub(super) fn choose(samples: &[Sample], words: &Words) -> Result<Chosen, Vec<Evaluation>> {
    let Some(sample) = samples.iter().max_by_key(|sample| sample.head.len()) else {
        return Err(Vec::new());
    };
    let text = lead(&sample.head, TRIED);
    let json_lines = [".jsonl", ".ndjson"].iter().any(|end| sample.name.contains(end));
    let mut tried = Vec::new();
    if let Some(mut found) = json::find(&sample.head, json_lines) {
        // What stands behind the head has keys of its own.
        let more = samples.len() > 1 || !sample.places.is_empty();
        if found.form == Form::JsonLines && more {
            found = json::find(&everything(samples), true)
                .filter(|all| all.form == found.form)
                .unwrap_or(found);
        }
        let keys: Vec<_> =
            found.members.into_iter().map(|member| (member.path, member.shape)).collect();
        let (score, _) = weigh(
            &found.form,
            &keys,
            sample,
            if found.form == Form::JsonLines { text } else { &sample.head },
        );
        tried.push(Evaluation { form: found.form.words(), score });
        // A line that is damaged is set aside; the others are no less JSON.
        let least = if found.form == Form::JsonLines { LEAST_OF_LINES } else { LEAST };
        if score >= least && !keys.is_empty() {
            return Ok(gather(samples, found.form, keys, score, tried));
        }
        return Err(tried);
    }
    let mut all: Vec<(Hypothesis, f64)> = Vec::new();
    // Lines of a few keys that come again and again, whatever signs stand in their values.
    let (mut keyed, mut tabbed) = (false, false);
    for hypothesis in lines::hypotheses(text, words) {
        let keys = plain(&hypothesis.keys);
        let (mut score, seen) = weigh(&hypothesis.form, &keys, sample, text);
        if let Form::Lines(lines) = &hypothesis.form {
            score = (score - lone(lines, &seen, keys.len())).max(0.0);
        }
        if score >= 0.8
            && keys.len() > 1
            && let Form::Lines(lines) = &hypothesis.form
        {
            match &lines.key {
                KeyBy::Delimiter(text) if text == "\t" => tabbed = true,
                KeyBy::Delimiter(text) if text == " " => {}
                _ => keyed = true,
            }
        }
        all.push((hypothesis, score));
    }
    for (hypothesis, even) in table::hypotheses(text) {
        let keys = plain(&hypothesis.keys);
        let (score, _) = weigh(&hypothesis.form, &keys, sample, text);
        let mut doubt = if keyed || tabbed && keys.len() == 2 { 0.25 } else { 0.0 };
        if let Form::Csv(of) = &hypothesis.form {
            doubt += table::doubt(text, of);
        }
        all.push((hypothesis, (score * even - doubt).max(0.0)));
    }
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    // Ways to write the same are one.
    let mut shown: Vec<&Hypothesis> = Vec::new();
    for (hypothesis, score) in &all {
        if shown.len() < 3 && !shown.iter().any(|other| same(other, hypothesis)) {
            shown.push(hypothesis);
            tried.push(Evaluation { form: hypothesis.form.words(), score: *score });
        }
    }
    match all.into_iter().next() {
        Some((hypothesis, score)) if score >= LEAST => {
            let hypothesis = widen(hypothesis, samples, words);
            let keys = plain(&hypothesis.keys);
            Ok(gather(samples, hypothesis.form, keys, score, tried))
        }
        _ => Err(tried),
    }
}

/// All that was sampled, one after another.
fn everything(samples: &[Sample]) -> String {
    let mut text = String::new();
    for piece in
        samples.iter().flat_map(|sample| std::iter::once(&sample.head).chain(&sample.places))
    {
        text.push_str(piece);
        if !piece.ends_with('\n') {
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// A form with the keys of all samples: some stand in few records, or in one of several inputs.
fn widen(chosen: Hypothesis, samples: &[Sample], words: &Words) -> Hypothesis {
    let Form::Lines(lines) = &chosen.form else { return chosen };
    let all = lines::hypotheses(&everything(samples), words);
    let alike = |other: &Hypothesis, exact: bool| {
        other.way == chosen.way
            && matches!(&other.form, Form::Lines(other) if other.framing == lines.framing
                || !exact && std::mem::discriminant(&other.framing) == std::mem::discriminant(&lines.framing)
                    && matches!(other.framing, Framing::StartLine(..)))
            && chosen.keys.iter().all(|key| other.keys.contains(key) || !exact)
    };
    let found = all
        .iter()
        .find(|other| alike(other, true))
        .or(all.iter().find(|other| alike(other, false)));
    let Some(found) = found.cloned() else { return chosen };
    // What the head shows stays, however rare it is in all.
    let mut keys = found.keys;
    keys.extend(chosen.keys.into_iter().filter(|key| !keys.contains(key)).collect::<Vec<_>>());
    Hypothesis { keys, ..found }
}

/// Whether two forms cut a dump into the same records and keys.
fn same(a: &Hypothesis, b: &Hypothesis) -> bool {
    match (&a.form, &b.form) {
        (Form::Lines(one), Form::Lines(other)) => one.framing == other.framing && a.keys == b.keys,
        _ => a.form == b.form,
    }
}

fn plain(keys: &[String]) -> Vec<(String, Shape)> {
    keys.iter().map(|key| (key.clone(), Shape::Scalar)).collect()
}

/// The whole lines that a text begins with, of so many bytes.
fn lead(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let cut = memchr::memrchr(b'\n', &text.as_bytes()[..bytes]).map_or(0, |feed| feed + 1);
    if cut == 0 { text } else { &text[..cut] }
}

/// The schema of a form: every key is a list, so that one that comes again is seen.
pub(super) fn probe(form: &Form, keys: &[(String, Shape)]) -> Option<Schema> {
    let mut text = format!("recordmill = 1\nname = \"draft\"\n{}", form.source());
    for (n, (key, shape)) in keys.iter().enumerate() {
        let kind = match shape {
            Shape::Scalar | Shape::List => "type = \"list\"\nseparator = '\\n'\n",
            Shape::Objects(_) | Shape::Mixed(_) => "type = \"json\"\n",
        };
        let repeated = if matches!(form, Form::Lines(_)) { "repeated = \"list\"\n" } else { "" };
        text.push_str(&format!("[fields.f{n}]\nkey = {}\n{kind}{repeated}", string(key)));
    }
    text.push_str("[tables.record]\nrows = \"record\"\ncolumns = [\"record_id\"]\n");
    parse(&SchemaSource { name: "draft".to_owned(), text }).0
}

fn regard(
    schema: &Schema,
    sample: &Sample,
    (text, cut): (&str, Cut),
    lines: bool,
    into: &mut Regard,
) {
    let fields = schema.fields.len();
    into.values.resize_with(fields, Values::default);
    into.first.resize(fields, 0);
    let (values, first) = (&mut into.values, &mut into.first);
    let (mut entries, mut again) = (0, 0);
    let each = |looked: &Looked<'_, '_>| {
        let record = looked.record;
        let mut earliest: Option<(u32, usize)> = None;
        for (idx, field) in schema.fields.iter().enumerate() {
            let mut count = 0;
            for entry in record.entries_of(field.entry) {
                count += 1;
                let line = if lines { looked.line_of(entry) } else { 0 };
                values[idx].add(entry.text.as_str(), entry.json, line);
                let at = entry.key_span.start;
                if earliest.is_none_or(|(known, _)| at < known) {
                    earliest = Some((at, idx));
                }
            }
            if count > 0 {
                values[idx].records += 1;
                values[idx].repeated += u64::from(count > 1);
                entries += count;
                again += count - 1;
            }
        }
        if let Some((_, idx)) = earliest {
            first[idx] += 1;
        }
    };
    if let Ok(seen) = look(
        (schema, &Mill::new(schema)),
        Depth::Cells,
        &sample.name,
        sample.stem.as_deref(),
        (text, cut),
        each,
    ) {
        into.entries += entries;
        into.again += again;
        into.seen.records += seen.records;
        into.seen.unreadable += seen.unreadable;
        into.seen.head += seen.head;
        into.seen.bytes.add(&seen.bytes);
    }
}

/// What a form is worth, from 0 to 1.
fn weigh(form: &Form, keys: &[(String, Shape)], sample: &Sample, text: &str) -> (f64, Regard) {
    let mut regard_of = Regard::default();
    let Some(schema) = probe(form, keys) else { return (0.0, regard_of) };
    regard(&schema, sample, (text, Cut::default()), false, &mut regard_of);
    let seen = &regard_of.seen;
    if seen.records == 0 || regard_of.entries == 0 {
        return (0.0, regard_of);
    }
    let explained = seen.explained();
    let score = match form {
        Form::Lines(lines) => {
            // What stands before the first of records that a line of their own opens is none of them.
            let above = share(seen.head, seen.bytes.total());
            let opened = matches!(lines.framing, Framing::StartLine(..));
            let above = if opened { 0.9 * above } else { 0.0 };
            let explained = explained + above;
            let held: u64 = regard_of.values.iter().map(|values| values.records).sum();
            let fill = share(held, seen.records * keys.len() as u64);
            let again = share(regard_of.again, regard_of.entries);
            let first =
                share(regard_of.first.iter().copied().max().unwrap_or_default(), seen.records);
            // One record in which much comes again is several.
            let uncut = if seen.records == 1 { 0.75 * again } else { 0.0 };
            // First words of sentences come again as no keys do.
            let pending = match &lines.key {
                KeyBy::Delimiter(text) if text == " " && again > 0.15 => 0.4,
                _ => 0.0,
            };
            explained
                - uncut
                - pending
                - 0.4 * (1.0 - first)
                - 0.25 * again
                - 0.15 * (1.0 - fill)
                - cost(lines, seen.records, text)
        }
        _ => explained,
    };
    (score.max(0.0), regard_of)
}

/// What it costs that there is one record, and each key comes once: lines of cells look so, where a tab or a width
/// parts the first.
fn lone(lines: &Lines, seen: &Regard, keys: usize) -> f64 {
    let by_cells = match &lines.key {
        KeyBy::Delimiter(text) => text == "\t",
        KeyBy::Width(_) => true,
        KeyBy::Pattern(text) => text == "\\t",
        KeyBy::Groups(..) => false,
    };
    match (by_cells && seen.seen.records == 1 && seen.again == 0, keys > LONE) {
        (false, _) => 0.0,
        // It may be either, so it is not sure.
        (true, false) => 0.12,
        // Settings have many keys in one file, behind comments.
        (true, true)
            if lines.framing == Framing::File && matches!(lines.key, KeyBy::Delimiter(_)) =>
        {
            0.3
        }
        (true, true) => 0.45,
    }
}

/// How many keys one record may have before its lines are rows.
const LONE: usize = 20;

/// What the length and the looseness of a form cost.
fn cost(lines: &Lines, records: u64, text: &str) -> f64 {
    let framing = match &lines.framing {
        // A line that opens or ends records says more than a key that happens to come first.
        Framing::StartLine(..) | Framing::EndLine(..) => 0.0,
        Framing::BlankLine => 0.005,
        Framing::StartKey(_) => 0.01,
        Framing::File => 0.03,
    };
    let key = match &lines.key {
        KeyBy::Delimiter(text) if text == " " => 0.05,
        KeyBy::Delimiter(_) => 0.0,
        KeyBy::Pattern(_) => 0.002,
        KeyBy::Width(_) => 0.001,
        KeyBy::Groups(..) => 0.003,
    };
    let rest = match &lines.rest {
        Rest::None => 0.0,
        Rest::Indent(_) | Rest::Levels => 0.01,
        Rest::Any => 0.05,
    };
    // One record of a long text is no cut at all.
    let single = if records == 1 && text.len() > 64 * 1024 { 0.3 } else { 0.0 };
    framing + key + rest + single
}

/// Looks at all samples through the form.
fn gather(
    samples: &[Sample],
    form: Form,
    keys: Vec<(String, Shape)>,
    score: f64,
    tried: Vec<Evaluation>,
) -> Chosen {
    let mut all = Regard::default();
    if let Some(schema) = probe(&form, &keys) {
        for sample in samples {
            for (n, (text, cut)) in pieces(sample, &form).iter().enumerate() {
                regard(&schema, sample, (text, *cut), n == 0, &mut all);
            }
        }
    }
    let values = all.values;
    let (mut kept, mut of) = (Vec::new(), Vec::new());
    for (key, values) in keys.into_iter().zip(values) {
        if values.records > 0 {
            kept.push(key);
            of.push(values);
        }
    }
    let records = all.seen.records - all.seen.unreadable;
    Chosen { form, keys: kept, values: of, records, score, tried }
}

/// The head of a sample and its other places, as texts that can stand by themselves, with their cuts.
pub(super) fn pieces<'s>(sample: &'s Sample, form: &Form) -> Vec<(Cow<'s, str>, Cut)> {
    let head = (Cow::from(&sample.head), Cut { start: false, end: !sample.whole });
    let lead: String = match form {
        // A part of a document is none.
        Form::Json(_) => return vec![head],
        Form::Csv(table) => sample.head.split_inclusive('\n').take(table.lead).collect(),
        Form::Lines(_) | Form::JsonLines => String::new(),
    };
    let last = sample.places.len();
    let places = sample.places.iter().enumerate().map(|(n, place)| {
        let text = if lead.is_empty() { place.into() } else { format!("{lead}{place}").into() };
        (text, Cut { start: true, end: n + 1 < last })
    });
    std::iter::once(head).chain(places).collect()
}
