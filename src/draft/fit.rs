//! Which of the embedded schemas fits inputs whose schema nobody named.
//!
//! Each is tried on the head of each input, by its own framing and keys. One fits if it explains the bytes and finds
//! its keys there. Values are read only where nothing else would tell.

use std::collections::BTreeMap;

use super::look::{Cut, Depth, Seen, look, share};
use super::sample::Sample;
use crate::diagnostic::{Code, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::mill::Mill;
use crate::schema::builtin::BUILTINS;
use crate::schema::model::Format;
use crate::schema::{Schema, SchemaSource, parse};
use crate::source::{Coding, Fault, Input, unreadable};

/// How much of the head of an input is looked at, in bytes.
const HEAD: usize = 64 * 1024;
/// How many inputs are looked at, spread over all of them, if those tell which schema fits.
const INPUTS: usize = 100;
/// Which share of the bytes must be explained.
const EXPLAINED: f64 = 0.75;
/// How many of its keys must be there.
const KEYS: usize = 2;

/// What fits so well is taken without a look at the others.
const PLAINLY: f64 = 1.7;

/// The embedded schemas that were read, by their place.
type Known = BTreeMap<usize, Option<(Schema, Mill)>>;

/// The embedded schema that fits all inputs that hold any text; of very many, all that are looked at. `encoding` is
/// that of the inputs, if it was named.
///
/// # Errors
///
/// No schema fits, several inputs need several, or none holds a text that would tell which one.
pub fn fit(inputs: &[Input], encoding: Option<Coding>) -> Result<Schema> {
    let mut known = Known::new();
    let mut chosen: Option<(usize, &str)> = None;
    let mut unread = None;
    let (some, others) = parted(inputs);
    for (n, input) in some.iter().chain(&others).enumerate() {
        if chosen.is_some() && n >= some.len() {
            break;
        }
        // The run tells of it as of any input that cannot be read, if another one says by which schema.
        let sample = match Sample::head(input, HEAD, encoding) {
            Ok(sample) => sample,
            Err(error) => {
                unread = unread.or(Some(unreadable(input.name(), error)));
                continue;
            }
        };
        if sample.head.trim().is_empty() {
            continue;
        }
        // What fits one input most often fits the next.
        if let Some((n, _)) = chosen
            && worth(n, &sample, &mut known).is_some()
        {
            continue;
        }
        let mut best: Option<(usize, f64)> = None;
        for n in 0..BUILTINS.len() {
            if let Some(worth) = worth(n, &sample, &mut known)
                && best.is_none_or(|(_, most)| worth > most)
            {
                best = Some((n, worth));
                if worth > PLAINLY {
                    break;
                }
            }
        }
        let Some((n, _)) = best else { return Err(none(input)) };
        match chosen {
            None => chosen = Some((n, input.name())),
            Some((other, first)) => {
                let message = format!(
                    "no schema is named, and no embedded one fits all inputs: `{}` fits `{first}`, `{}` fits `{}`",
                    BUILTINS[other].name,
                    BUILTINS[n].name,
                    input.name()
                );
                return Err(Error::new(ErrorKind::Schema, message).with_remedy(
                    "run them one by one, or name the schema of all with `--schema`",
                ));
            }
        }
    }
    let Some((n, _)) = chosen else { return Err(untold(inputs, unread)) };
    let schema = known.remove(&n).unwrap_or_else(|| read(n)).map(|(schema, _)| schema);
    let name = BUILTINS[n].name;
    schema.ok_or_else(|| {
        Error::new(ErrorKind::Internal, format!("the embedded schema `{name}` cannot be read"))
    })
}

/// The inputs that can be read: those that are looked at, and those that are if these do not tell.
fn parted(inputs: &[Input]) -> (Vec<&Input>, Vec<&Input>) {
    let inputs: Vec<_> = inputs.iter().filter(|input| input.fault().is_none()).collect();
    let step = inputs.len().div_ceil(INPUTS).max(1);
    let (some, others): (Vec<_>, Vec<_>) =
        inputs.into_iter().enumerate().partition(|(n, _)| n.is_multiple_of(step));
    let inputs = |list: Vec<(usize, _)>| list.into_iter().map(|(_, input)| input).collect();
    (inputs(some), inputs(others))
}

/// Why no input tells which schema fits: what keeps the first of them from being read, or that there is no text.
fn untold(inputs: &[Input], unread: Option<Error>) -> Error {
    let fault = inputs.iter().find_map(|input| match input.fault()? {
        Fault::NotText(kind) => Some((input, format!("is {}", kind.what), Some(kind.remedy))),
        Fault::Unreadable(why) => Some((input, format!("cannot be read: {why}"), None)),
        Fault::Breaks(why) => Some((input, format!("breaks off: {why}"), None)),
        Fault::Behind(why) | Fault::SameNames(why) => {
            Some((input, format!("is not what it should be: {why}"), None))
        }
    });
    if let Some((input, what, remedy)) = fault {
        let message = format!("no schema is named, and `{}` {what}", input.name());
        let error = Error::new(ErrorKind::Input, message);
        return match remedy {
            Some(remedy) => error.with_remedy(remedy),
            None => error,
        };
    }
    if let Some(error) = unread {
        return error;
    }
    let message = match inputs {
        [input] => format!(
            "no schema is named, and `{}` holds no text that tells which one fits",
            input.name()
        ),
        _ => "no schema is named, and no input holds a text that tells which one fits".to_owned(),
    };
    Error::new(ErrorKind::Schema, message).with_remedy("name the schema with `--schema`")
}

/// Reads an embedded schema.
fn read(n: usize) -> Option<(Schema, Mill)> {
    let source = SchemaSource::find(BUILTINS[n].name).ok()?;
    let schema = parse(&source).0?;
    let mill = Mill::new(&schema);
    Some((schema, mill))
}

fn none(input: &Input) -> Error {
    let name = input.name();
    let quoted =
        if name.contains(char::is_whitespace) { format!("'{name}'") } else { name.to_owned() };
    Error::new(ErrorKind::Schema, format!("no schema is named, and none of the embedded ones fits `{name}`"))
        .with_remedy(format!(
            "`recordmill schema draft {quoted} -o my.toml` writes one that reads it, then add `--schema my.toml`; \
             `recordmill schema list` names the embedded ones"
        ))
}

/// What a schema is worth for an input, if it fits.
fn worth(n: usize, sample: &Sample, known: &mut Known) -> Option<f64> {
    let (schema, mill) = known.entry(n).or_insert_with(|| read(n)).as_ref()?;
    // Rows without a header have nothing but their values that would tell whose they are.
    let source = &schema.source;
    let unnamed = source.formats.contains(&Format::Csv) && source.csv.columns.is_some();
    let depth = if unnamed { Depth::Cells } else { Depth::Entries };
    let (mut entries, mut wrong) = (0_u64, 0_u64);
    let (name, stem) = (&sample.name, sample.stem.as_deref());
    let seen = look((schema, mill), depth, name, stem, (&sample.head, Cut::default()), |looked| {
        entries += looked.record.keys() as u64;
        // Values that are none, a row of another length unless the schema expects those: some are damage, many
        // another table.
        let errors =
            looked.findings.iter().filter(|found| found.severity == Severity::Error).count();
        let ragged = looked.findings.iter().filter(|found| found.code == Code::RAGGED_ROW);
        let ragged = ragged.map(|found| found.severity).max();
        wrong += u64::from(match ragged {
            None => errors > 1,
            Some(severity) => errors > 0 || severity > Severity::Info,
        });
    });
    let seen = seen.ok()?;
    if unnamed && wrong * 2 > seen.records {
        return None;
    }
    fits(schema, &seen, entries, sample)
}

fn fits(schema: &Schema, seen: &Seen, entries: u64, sample: &Sample) -> Option<f64> {
    let keyed = schema.fields.iter().zip(&seen.fields).filter(|(field, _)| !field.keys.is_empty());
    let (mut all, mut found) = (0_u64, 0_u64);
    for (_, count) in keyed {
        all += 1;
        found += u64::from(*count > 0);
    }
    let explained = recognized(seen);
    if seen.records == 0 || found < KEYS as u64 || explained < EXPLAINED {
        return None;
    }
    // Lines that join the value above them are explained by any schema.
    let lines = sample.head.lines().filter(|line| !line.trim().is_empty()).count() as u64;
    let by_lines = schema.source.formats.contains(&Format::KeyValue);
    let present = share(found, all);
    if by_lines && present < 0.3 && share(entries, lines) < 0.5 {
        return None;
    }
    Some(explained + present)
}

/// The share of bytes that are recognized, values that come again among them. A record that the head cuts off is not
/// held against the schema.
fn recognized(seen: &Seen) -> f64 {
    let bytes = &seen.bytes;
    let unknown = bytes.unknown_key + bytes.stray + bytes.outside;
    let known = bytes.key + bytes.value + bytes.separator + bytes.ignored + bytes.repeated;
    share(known, known + unknown + bytes.quarantined / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting(text: &str) -> Result<String> {
        fit(&[Input::memory("dump.txt", text)], None).map(|schema| schema.name)
    }

    #[test]
    fn a_schema_fits_what_it_explains() {
        assert_eq!(
            fitting("TY  - JOUR\nTI  - Of oxen\nAU  - Osei, Lena\nER  - \n").unwrap(),
            "ris"
        );
        let error = fitting("id,name\n1,ox\n").unwrap_err();
        assert!(error.remedy().unwrap().contains("recordmill schema draft dump.txt"), "{error}");
        assert!(fitting("nothing of the kind\n").is_err());
    }

    #[test]
    fn inputs_of_several_forms_are_told_apart() {
        let inputs = [
            Input::memory("a.ris", "TY  - JOUR\nTI  - Of oxen\nER  - \n"),
            Input::memory("b.nbib", "PMID- 1\nTI  - Of oxen\nTA  - Oxen\nFAU - Osei, Lena\n"),
        ];
        let told = fit(&inputs, None).unwrap_err().to_string();
        assert!(
            told.contains("`ris` fits `a.ris`") && told.contains("`medline` fits `b.nbib`"),
            "{told}"
        );
    }

    #[test]
    fn of_very_many_inputs_some_tell_and_all_if_they_must() {
        let inputs = |told: usize| -> Vec<_> {
            let text = |n| if n == told { "TY  - JOUR\nTI  - Of oxen\nER  - \n" } else { "" };
            (0..3 * INPUTS).map(|n| Input::memory(format!("{n}.ris"), text(n))).collect()
        };
        let (some, others) = parted(&[]);
        assert!(some.is_empty() && others.is_empty());
        let all = inputs(0);
        let (some, others) = parted(&all);
        assert_eq!((some.len(), others.len(), some[1].name()), (INPUTS, 2 * INPUTS, "3.ris"));
        for told in [0, 1, 3 * INPUTS - 1] {
            assert_eq!(fit(&inputs(told), None).unwrap().name, "ris");
        }
    }

    #[test]
    fn rows_of_another_length_are_another_table() {
        let known = BUILTINS.iter().filter(|builtin| builtin.text.contains("header = false"));
        for builtin in known {
            let own = Some(builtin.name.to_owned());
            assert_ne!(fitting("a\tb\n1\tox\n2\telk\n").ok(), own);
            assert_ne!(fitting("some words\nand others\nand more\n").ok(), own);
        }
    }

    #[test]
    fn rows_that_the_schema_lets_be_shorter_are_its_own() {
        let sample = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/raw/gallery/gaf.gaf"));
        assert_eq!(fitting(sample).unwrap(), "gaf");
        let old =
            "OURS\tW5\tBRN5\t\tSALT:1\tBOOK:14\tIDA\t\tC\t\t\tprotein\ttaxon:1\t20050501\tLena\n";
        assert_eq!(fitting(&old.repeat(5)).unwrap(), "gaf");
        let other = "a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\to\tp\tq\n";
        assert!(fitting(&other.repeat(5)).is_err());
    }

    #[test]
    fn nothing_tells_no_schema_and_what_cannot_be_read_its_error() {
        for text in ["", "\n"] {
            let error = fitting(text).unwrap_err();
            assert!(error.to_string().contains("`dump.txt` holds no text"), "{error}");
            assert!(error.remedy().unwrap().contains("`--schema`"), "{error:?}");
        }
        let lost =
            Input::memory("lost.txt", "").with_fault(Fault::Unreadable("no more".to_owned()));
        let error = fit(std::slice::from_ref(&lost), None).unwrap_err();
        assert!(error.to_string().ends_with("`lost.txt` cannot be read: no more"), "{error}");
        let whole = Input::memory("a.ris", "TY  - JOUR\nTI  - Of oxen\nAU  - Osei, Lena\nER  - \n");
        assert_eq!(fit(&[lost, whole], None).unwrap().name, "ris");
    }
}
