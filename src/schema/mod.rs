//! The schema of a dump in two of its three forms: as written ([`raw`]) and
//! resolved ([`model`]). The third, the compiled plan, belongs to each stage.
//!
//! In: the text of a TOML file. Out: a [`Schema`], or every [`Fault`] of the
//! file in one go, each with its place. Nothing here compiles a regular
//! expression for use, and no stage is known here.
//!
//! ```text
//! text ──toml──► spanned tree ──check──► faults of form (unknown key, wrong type, missing key)
//!                     └──serde──► RawSchema ──uses──► RawSchema ──resolve──► Schema + faults of meaning
//! ```

pub mod builtin;
mod check;
pub mod model;
pub mod raw;
mod reference;
mod resolve;
mod syntax;
mod uses;

pub use crate::lang::tagged;
pub use model::Schema;
pub use reference::reference;
pub(crate) use resolve::Scope;

use std::path::Path;
use std::sync::LazyLock;

use crate::error::{ErrorKind, Result};
use crate::lang::{Fault, nearest};
use crate::source::{Carried, FileSystem, unread};

/// The text of a schema file and where it came from.
#[derive(Clone, Debug)]
pub struct SchemaSource {
    /// The path, or `<disease>` for an embedded schema.
    pub name: String,
    /// The text.
    pub text: String,
}

impl SchemaSource {
    /// Finds a schema by the name of an embedded one or the path of a file.
    ///
    /// # Errors
    ///
    /// The name is neither; the file cannot be read or is not UTF-8.
    pub fn find(name: &str) -> Result<Self> {
        if let Some(text) = builtin::text(name) {
            return Ok(Self { name: format!("<{name}>"), text: text.to_owned() });
        }
        Self::file(Path::new(name), name)
    }

    /// Finds a schema that this one names: an embedded one, or a file by its
    /// path from the folder of this one.
    fn find_used(&self, name: &str, carried: &Carried) -> Result<Self> {
        let folder = Path::new(&self.name).parent();
        let Some(folder) = folder.filter(|_| builtin::text(name).is_none()) else {
            return Self::find(name);
        };
        let path = folder.join(name);
        let known = as_named(&path);
        match carried.files().get(&known).map(|bytes| String::from_utf8(bytes.clone())) {
            Some(Ok(text)) => Ok(Self { name: known, text }),
            _ => Self::file(&path, name),
        }
    }

    fn file(path: &Path, name: &str) -> Result<Self> {
        let text = FileSystem { limit: LARGEST }.text(path).map_err(|error| {
            let mut remedy = format!(
                "embedded schemas are {}; anything else is the path of a TOML file",
                builtin::names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            );
            if let Some(near) = nearest(name, builtin::names()) {
                remedy = format!("did you mean the embedded schema `{near}`?");
            }
            unread(error, ErrorKind::Schema, "cannot read the schema", &remedy)
        })?;
        Ok(Self { name: as_named(path), text })
    }
}

/// A path as schemas and faults name it.
fn as_named(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// How many bytes a schema may have; the largest one that is embedded has 33 KB.
const LARGEST: u64 = 16 << 20;

/// Reads a schema. The faults hold everything that is wrong or doubtful, each at its
/// place in the file that it stands in; there is a schema if none of them is an error.
#[must_use]
pub fn parse(source: &SchemaSource) -> (Option<Schema>, Vec<Fault>) {
    parse_with(source, &Carried::default())
}

/// The same where the files that the schema uses may have come along.
#[must_use]
pub fn parse_with(source: &SchemaSource, carried: &Carried) -> (Option<Schema>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut checked = check::check(&source.text, 0, &mut faults);
    let mut meant = Vec::new();
    // Where there is an error, there is no schema to tell of its files.
    let mut files = None;
    let schema = checked.raw.take().and_then(|mut raw| {
        let merged = uses::merge(&mut raw, source, carried, &mut meant);
        resolve::resolve(raw, files.insert(merged).clone(), &mut meant)
    });
    // What is doubtful about a mended file is not worth telling.
    let sound = faults.is_empty();
    faults.extend(
        meant.into_iter().filter(|fault| (sound || fault.is_error()) && checked.tells(fault)),
    );
    faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    if let Some(files) = files {
        faults = faults.into_iter().map(|fault| files.placed(fault)).collect();
    }
    let usable = !faults.iter().any(Fault::is_error);
    (schema.filter(|_| usable), faults)
}

/// Reads another file in TOML as a schema is read: with every fault at its place.
/// `language` is its JSON Schema, `place` what faults call it. What is given is mended
/// where a fault is an error.
#[cfg(feature = "tables")]
pub(crate) fn read_like<T: serde::de::DeserializeOwned>(
    text: &str,
    language: &serde_json::Value,
    place: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    check::read(text, language, place, faults)
}

/// What a schema has that can be run, and a library has not.
const OF_A_RUN: [&str; 3] = ["source", "fields", "tables"];

/// The JSON Schema of the schema language, for editors.
#[must_use]
pub fn json_schema() -> String {
    format!("{:#}\n", language())
}

/// The same as a value.
pub(crate) fn language() -> &'static serde_json::Value {
    static LANGUAGE: LazyLock<serde_json::Value> = LazyLock::new(generate);
    &LANGUAGE
}

fn generate() -> serde_json::Value {
    let mut schema = schemars::schema_for!(raw::RawSchema);
    schema.insert("title".to_owned(), "recordmill schema".into());
    let library = serde_json::json!({
        "properties": { "library": { "const": true } },
        "required": ["library"],
    });
    schema.insert("if".to_owned(), library);
    schema.insert("else".to_owned(), serde_json::json!({ "required": OF_A_RUN }));
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const HEAD: &str = "recordmill = 1\nname = \"l\"\nlibrary = true\n";

    /// Where the errors of a schema stand, with the files that it uses: file, line and text.
    fn errors(schema: &str, files: &[(&str, &str)]) -> Vec<String> {
        let carried = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), format!("{HEAD}{text}").into_bytes()));
        let carried = Carried::new(carried.collect::<BTreeMap<_, _>>());
        let source = SchemaSource { name: "own.toml".to_owned(), text: format!("{HEAD}{schema}") };
        let (schema, faults) = parse_with(&source, &carried);
        assert!(schema.is_none());
        let errors = faults.iter().filter(|fault| fault.is_error());
        errors
            .map(|fault| {
                let (path, text) = fault.file(&source.name, &source.text);
                let line = 1 + text[..fault.span.start].matches('\n').count();
                format!("{path}:{line} {}", &text[fault.span.clone()])
            })
            .collect()
    }

    #[test]
    fn a_fault_stands_in_the_file_that_has_it() {
        let uses = "uses = [\"lib.toml\"]\n";
        let lib = ("lib.toml", "[patterns]\nok = 'a'\nbad = '('\n");
        assert_eq!(errors(uses, &[lib]), ["lib.toml:6 '('"]);
        let nope = ("lib.toml", "[patterns]\nbad = '%{nope}'\n");
        assert_eq!(errors(uses, &[nope]), ["lib.toml:5 '%{nope}'"]);
        let circle = ("lib.toml", "[patterns]\na = '%{b}'\nb = '%{a}'\n");
        let found = errors(uses, &[circle]);
        assert!(
            !found.is_empty() && found.iter().all(|at| at.starts_with("lib.toml:")),
            "{found:?}"
        );
        // One behind the other, and faults in each.
        let first = ("lib.toml", "uses = [\"more.toml\"]\n[patterns]\nx = '['\n");
        let more = ("more.toml", "[patterns]\n\ny = ')'\n");
        let own = format!("{uses}[patterns]\nz = '+'\n");
        assert_eq!(
            errors(&own, &[first, more]),
            ["own.toml:6 '+'", "lib.toml:6 '['", "more.toml:6 ')'"]
        );
        let large = "uses = [\"disease\"]\n[patterns]\ndigits = '\\w{1000}{1000}'\n";
        for at in errors(large, &[]) {
            assert!(at.starts_with("own.toml:6 ") || at.starts_with("<disease>:"), "{at}");
        }
    }
}
