//! Conventions of the source code that the compiler does not check.

use std::path::{Path, PathBuf};

use crate::support::root;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn every_module_begins_with_what_it_is() {
    for path in sources(&root().join("src")).into_iter().chain(sources(&root().join("tests"))) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no module documentation", path.display());
    }
}

/// Every pattern is data of a schema.
#[test]
fn no_pattern_is_written_in_the_code() {
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for word in ["Regex::new(\"", "Regex::new(r\"", "Regex::new(r#"] {
            assert!(!code.contains(word), "{} holds a pattern", path.display());
        }
    }
}

/// The engine knows nothing of any dump: no word of the embedded schema's keys.
#[test]
fn the_engine_has_no_word_of_a_schema_in_it() {
    let keys: Vec<_> =
        ["治疗", "病因", "药品", "并发症", "症状", "检查", "疾病", "disease", "symptom"].into();
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: Vec<_> =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for key in &keys {
            let name =
                path.strip_prefix(root().join("src")).unwrap().to_string_lossy().replace('\\', "/");
            // The embedded schema has a name, which is the default of the command.
            let named = *key == "disease"
                && (["schema/builtin.rs", "schema/reference.rs"].contains(&name.as_str())
                    || name.starts_with("cli/"));
            assert!(named || !code.iter().any(|line| line.contains(key)), "{name} holds `{key}`");
        }
    }
}
