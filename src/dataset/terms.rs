//! The values that references lead to and that are known before the run: word
//! lists, and columns of earlier outputs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::checks::reference::Target;
use super::exact::Sameness;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::{Glance, nearest, nearest_seen};
use crate::schema::Schema;
use crate::schema::model::CheckKind;
use crate::source::{
    Asked, Buffer, Carried, Input, Loader, SourceId, TextReader, decide, unreadable,
};

/// The terms of each check of a schema that refers to some.
#[derive(Debug, Default)]
pub struct Terms {
    checks: Vec<Option<Arc<List>>>,
    /// What could not be had, and why.
    missing: Vec<Option<String>>,
    /// What each refers to, in words.
    what: Vec<String>,
}

/// Terms, and a way to those that are alike.
#[derive(Debug, Default)]
struct List {
    hashes: FxHashSet<u64>,
    terms: Vec<(Glance, String)>,
    /// The terms by their first and by their last character.
    alike: FxHashMap<char, Vec<u32>>,
}

/// How many terms are compared with one that is missing.
const COMPARED: usize = 2000;

impl List {
    fn new(terms: Vec<String>, sameness: Sameness) -> Self {
        let mut list = Self::default();
        for term in terms {
            let mut chars = term.chars();
            let Some(first) = chars.next() else { continue };
            let end = chars.next_back().unwrap_or(first);
            if !sameness.hash(&term).is_some_and(|hash| list.hashes.insert(hash)) {
                continue;
            }
            let idx = u32::try_from(list.terms.len()).unwrap_or(u32::MAX);
            list.alike.entry(first).or_default().push(idx);
            if end != first {
                list.alike.entry(end).or_default().push(idx);
            }
            list.terms.push((Glance::of(term.chars()), term));
        }
        list
    }

    /// The nearest term that begins or ends as a text does.
    fn nearest(&self, text: &str) -> Option<&str> {
        let ends = [text.chars().next()?, text.chars().next_back()?];
        let candidates = ends.iter().filter_map(|end| self.alike.get(end)).flatten();
        let terms = candidates.take(COMPARED).map(|idx| &self.terms[*idx as usize]);
        nearest_seen(text, terms.map(|(glance, term)| (glance, term.as_str())))
    }
}

/// Files that were given for word lists, by the names of the lists.
pub type Sources = Vec<(String, String)>;

impl Terms {
    /// Reads what the checks of a schema refer to, by a loader. A word list without a file is
    /// no error: the check that names it cannot be evaluated, and says so.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or lacks the column.
    pub fn read(schema: &Schema, loader: &dyn Loader) -> Result<Self> {
        let mut terms = Self::default();
        let mut files: FxHashMap<(String, String, Sameness), Arc<List>> = FxHashMap::default();
        for check in &schema.checks {
            let (mut found, mut missing, mut what) = (None, None, String::new());
            if let CheckKind::Reference(reference) = &check.kind {
                let file = match reference.to() {
                    Target::Column(of) => {
                        let table = &schema.tables[of.table];
                        what = format!("`{}.{}`", table.name, table.columns[of.column].name);
                        None
                    }
                    Target::Words(idx) => {
                        let list = &schema.words[*idx];
                        what = format!("the word list `{}`", list.name);
                        if list.file.is_none() {
                            missing = Some(format!(
                                "no file was given for the word list `{0}`: `--words {0}=FILE`",
                                list.name
                            ));
                        }
                        list.file.clone().map(|file| (file, String::new()))
                    }
                    Target::Output { path, column } => {
                        what = format!("the column `{column}` of `{path}`");
                        Some((path.clone(), column.clone()))
                    }
                };
                if let Some((path, column)) = file {
                    let asked = (path, column, reference.sameness());
                    let list = if let Some(list) = files.get(&asked) {
                        Arc::clone(list)
                    } else {
                        let (path, column, sameness) = &asked;
                        let terms = if column.is_empty() {
                            lines(path, &loader.load(path)?)?
                        } else {
                            recovered(path)?;
                            column_of(path, column, &loader.load(path)?)?
                        };
                        Arc::new(List::new(terms, *sameness))
                    };
                    files.insert(asked, Arc::clone(&list));
                    found = Some(list);
                }
            }
            terms.checks.push(found);
            terms.missing.push(missing);
            terms.what.push(what);
        }
        Ok(terms)
    }

    pub(super) fn has(&self, check: usize, hash: u64) -> bool {
        self.checks[check].as_ref().is_some_and(|list| list.hashes.contains(&hash))
    }

    pub(super) fn nearest(&self, check: usize, text: &str) -> Option<String> {
        self.checks[check].as_ref()?.nearest(text).map(str::to_owned)
    }

    pub(super) fn missing(&self, check: usize) -> Option<&str> {
        self.missing[check].as_deref()
    }

    pub(super) fn what(&self, check: usize) -> &str {
        &self.what[check]
    }
}

/// All that a schema needs beside its own text: the schemas that it uses, as they were read; word lists and
/// earlier outputs. With it the schema can be read where none of these files is.
///
/// # Errors
///
/// A file cannot be read.
pub fn carried(schema: &Schema, loader: &dyn Loader) -> Result<Carried> {
    // Embedded schemas are everywhere.
    let used = schema.files.iter().skip(1).filter(|file| !file.path.starts_with('<'));
    let mut files: BTreeMap<_, _> =
        used.map(|file| (file.path.clone(), file.text.clone().into_bytes())).collect();
    for check in &schema.checks {
        let CheckKind::Reference(reference) = &check.kind else { continue };
        let path = match reference.to() {
            Target::Words(idx) => schema.words[*idx].file.as_ref(),
            Target::Output { path, .. } => {
                recovered(path)?;
                Some(path)
            }
            Target::Column(_) => None,
        };
        if let Some(path) = path {
            files.insert(path.clone(), loader.load(path)?);
        }
    }
    Ok(Carried::new(files))
}

/// Ends the run that wrote an earlier output, for it may have been stopped in the middle.
fn recovered(path: &str) -> Result<()> {
    if let Some(folder) = Path::new(path).parent() {
        crate::publish::recover_if_needed(folder)?;
    }
    Ok(())
}

/// Puts files that a flag gave in the place of those of the schema.
///
/// # Errors
///
/// A name that no word list has, or two files for one.
pub fn given_words(schema: &mut Schema, given: &Sources) -> Result<()> {
    for (n, (name, file)) in given.iter().enumerate() {
        let other = given[..n].iter().find(|(other, path)| other == name && path != file);
        if let Some((_, other)) = other {
            let message = format!("two files are given for the word list `{name}`");
            return Err(Error::new(ErrorKind::Option, message)
                .with_remedy(format!("give one of `{other}` and `{file}`")));
        }
        let known: Vec<_> = schema.words.iter().map(|list| list.name.clone()).collect();
        let Some(list) = schema.words.iter_mut().find(|list| list.name == *name) else {
            let message = format!("the schema has no word list `{name}`");
            let remedy = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "word lists stand under `[words]` in the schema".to_owned(),
            };
            return Err(Error::new(ErrorKind::Option, message).with_remedy(remedy));
        };
        list.file = Some(file.clone());
    }
    Ok(())
}

/// The terms of a word list, one a line, without white space around them.
fn lines(path: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let input = Input::memory(path, bytes);
    let failed = |error| unreadable(path, error);
    let decision = decide(|| input.open(), Asked::default()).map_err(failed)?;
    decision.whole().map_err(failed)?;
    let mut reader = TextReader::new(input.open().map_err(failed)?, &decision, 64 * 1024);
    let mut buffer = Buffer::new(SourceId::default(), &decision);
    while reader.read(&mut buffer).map_err(failed)? {}
    Ok(buffer
        .text()
        .lines()
        .map(str::trim)
        .filter(|term| !term.is_empty())
        .map(str::to_owned)
        .collect())
}

/// The distinct values of a column of an earlier output.
fn column_of(path: &str, column: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Input, "cannot read the earlier output")
            .with_path(path)
            .with_remedy(format!("name a Parquet or CSV file with the column `{column}`"))
            .with_source(error)
    };
    if Path::new(path).extension().is_some_and(|extension| extension == "csv") {
        let mut reader = csv::Reader::from_reader(bytes);
        let headers = reader.headers().map_err(|error| failed(error.into()))?;
        let Some(idx) = headers.iter().position(|name| name == column) else {
            return Err(failed(format!("no column is called `{column}`").into()));
        };
        let values = reader.records().map(|record| {
            let record = record.map_err(|error| failed(error.into()))?;
            Ok(record.get(idx).unwrap_or_default().to_owned())
        });
        return values.collect();
    }
    parquet_column(bytes, column).map_err(failed)
}

#[cfg(feature = "tables")]
fn parquet_column(
    bytes: &[u8],
    column: &str,
) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    use polars::prelude::{ParquetReader, SerReader};

    let frame = ParquetReader::new(std::io::Cursor::new(bytes))
        .with_columns(Some(vec![column.to_owned()]))
        .finish()?;
    let values = frame.column(column)?;
    let mut texts = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        texts.extend(super::frames::text_of(&values.get(row)?));
    }
    Ok(texts)
}

#[cfg(not(feature = "tables"))]
fn parquet_column(
    _: &[u8],
    _: &str,
) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    Err("this recordmill was built without Parquet".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_term_begins_or_ends_alike() {
        let words = ["头晕", "头痛", "胸闷"].map(str::to_owned).to_vec();
        let list = List::new(words, Sameness::Text);
        assert_eq!(list.nearest("头晕晕"), Some("头晕"));
        assert_eq!(list.nearest("乏力"), None);
        assert_eq!(list.nearest(""), None);
    }
}
