//! Files that are made from the code stand in the repository as the code makes
//! them.

use crate::support::{CliTest, root};

#[test]
fn generated_files_are_in_step() {
    let test = CliTest::new();
    for (file, path) in [
        ("schema-json", "schemas/schema.json"),
        ("finding-json", "schemas/finding.json"),
        ("report-json", "schemas/report.json"),
        ("diff-json", "schemas/diff.json"),
        ("project-json", "schemas/project.json"),
        ("rules-md", "docs/rules.md"),
        ("schema-md", "docs/schema.md"),
        ("cli-md", "docs/cli.md"),
    ] {
        let made = test.run(&["generate", file]).stdout;
        let stands = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            made == stands,
            "{path} is out of step; run: cargo run --release -- generate {file} > {path}"
        );
    }
}

/// The map of CONTRIBUTING.md is whole, and its ways lead somewhere.
#[test]
fn contributors_find_every_room() {
    let page = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let room = format!("`src/{name}{}`", if path.is_dir() { "/" } else { "" });
        assert!(name == "lib.rs" || page.contains(&room), "CONTRIBUTING.md lacks {room}");
    }
    let quoted = page.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|word| {
        let inside = ["src/", "tests/", "docs/", "schemas/", "raw/", "fuzz/", "benches/"];
        inside.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', ' '])
    });
    // What a target finds is not there before it was run.
    for path in paths.filter(|path| !path.starts_with("fuzz/artifacts")) {
        assert!(root().join(path).exists(), "CONTRIBUTING.md speaks of {path}");
    }
}

/// A recipe that the pages tell of is one that `just` has.
#[test]
fn recipes_are_those_of_the_justfile() {
    let recipes = std::fs::read_to_string(root().join(".justfile")).unwrap();
    for page in ["CONTRIBUTING.md", "README.md", "docs/architecture.md"] {
        let page = std::fs::read_to_string(root().join(page)).unwrap();
        let told = page.split("`just ").skip(1).chain(page.split("\njust ").skip(1));
        for recipe in told.map(|text| text.split([' ', '`', '\n']).next().unwrap()) {
            let head = |line: &str| line.split([' ', ':']).next() == Some(recipe);
            assert!(
                recipe.starts_with('-') || recipes.lines().any(head),
                "there is no recipe {recipe}"
            );
        }
    }
}

#[test]
fn every_embedded_schema_proves_itself_without_a_warning() {
    for name in recordmill::schema::builtin::names() {
        let source = recordmill::schema::SchemaSource::find(name).unwrap();
        let (schema, faults) = recordmill::schema::parse(&source);
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        let schema = schema.unwrap();
        for trial in recordmill::prove::mutate(&schema) {
            assert!(trial.tripped.is_some(), "{name}: nothing trips {}", trial.rule);
        }
        let proof = recordmill::prove::prove(&schema);
        assert!(proof.faults.is_empty(), "{name}: {:#?}", proof.faults);
        assert!(proof.examples > 1, "{name} has examples");
    }
}

#[test]
fn every_embedded_schema_follows_the_json_schema() {
    let language = serde_json::from_str(&recordmill::schema::json_schema()).unwrap();
    let validator = jsonschema::validator_for(&language).unwrap();
    for name in recordmill::schema::builtin::names() {
        let text = recordmill::schema::builtin::text(name).unwrap();
        let value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
        let faults: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

/// The first code block after a sentence of the README.
fn block_after(readme: &str, sentence: &str) -> String {
    let after =
        readme.split_once(sentence).unwrap_or_else(|| panic!("the README lacks {sentence:?}")).1;
    let inside = after.split_once("```").unwrap().1.split_once("```").unwrap().0;
    inside.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn the_picture_of_the_readme_is_what_comes_out() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let test = CliTest::new();
    test.write("dump.txt", block_after(&readme, "Another, in Chinese"));
    test.run(&["run", "dump.txt", "-o", "out"]);
    let disease = test.table("out", "disease");
    let header = readme.lines().find(|line| line.starts_with("| name |")).unwrap();
    let row = readme.lines().find(|line| line.starts_with("| 痛风 |")).unwrap();
    for (name, cell) in
        header.split('|').zip(row.split('|')).filter(|(name, _)| !name.trim().is_empty())
    {
        let value = disease.column(name.trim()).unwrap().get(0).unwrap();
        let value = value.get_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(value, cell.trim(), "{name}");
    }
}

/// A path such as `verdict::Criteria` in a page leads to something of that name in that room.
#[test]
fn paths_in_the_architecture_lead_somewhere() {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut lost = Vec::new();
    for path in page.split('`').skip(1).step_by(2).filter(|path| path.contains("::")) {
        let (place, name) = path.rsplit_once("::").unwrap();
        let room = root().join("src").join(place.replace("::", "/"));
        let (file, folder) = (room.with_extension("rs"), room);
        let mut texts: Vec<_> = std::fs::read_to_string(&file).into_iter().collect();
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let entry = entry.unwrap().path();
            if entry.file_stem().is_some_and(|stem| stem == name) {
                texts.push(format!("mod {name};"));
            }
            texts.extend(std::fs::read_to_string(entry));
        }
        let words = ["struct", "enum", "trait", "fn", "mod", "const"];
        let defines = |text: &String| {
            words.iter().any(|word| {
                let defined = format!("{word} {name}");
                text.match_indices(&defined).any(|(at, found)| {
                    !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
                })
            })
        };
        if !texts.iter().any(defines) {
            lost.push(path);
        }
    }
    assert!(lost.is_empty(), "docs/architecture.md names what is not there: {lost:?}");
}
