//! The pages that people read: their dumps and schemas are files, their commands are run and give what the page says,
//! their links lead somewhere, and the table of contents has all of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::{CliTest, root};

/// The pages whose blocks are run, each in a folder of its own. ```` ```text NAME ```` and the like is a file,
/// ```` ```toml +NAME ```` goes on with one, ```` ```console ```` holds commands with what they print.
const RUN: [&str; 6] = [
    "README.md",
    "docs/guide.md",
    "docs/outputs.md",
    "docs/faq.md",
    "docs/evolve.md",
    "docs/draft.md",
];

/// The words of a command, as a shell would cut it.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in command.chars() {
        match (c, words.last_mut()) {
            ('\'', _) => quoted = !quoted,
            (' ', _) if !quoted => words.push(String::new()),
            (c, Some(word)) => word.push(c),
            (_, None) => {}
        }
    }
    words
}

/// What a block of commands prints.
fn run(test: &CliTest, block: &str) -> String {
    let mut made = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let words = words(command);
        let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let _ = writeln!(made, "$ {command}");
        match words[0].as_str() {
            "recordmill" => {
                let ran = test.run(&args);
                let _ = write!(made, "{}{}", ran.stdout, ran.stderr);
            }
            "cat" => made.push_str(&String::from_utf8(test.read(args[0])).unwrap()),
            other => panic!("`{other}` is not run"),
        }
    }
    made.replace("\r\n", "\n")
}

/// Goes through the blocks of a page, and gives the page as its commands make it.
fn played(page: &str) -> String {
    let test = CliTest::new();
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(head) = line.strip_prefix("```") else { continue };
        let block: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .map(|line| format!("{line}\n"))
            .collect();
        let block = match head.split_once(' ') {
            _ if head == "console" => run(&test, &block),
            Some((_, name)) => {
                match name.strip_prefix('+') {
                    Some(name) => {
                        let before = String::from_utf8(test.read(name)).unwrap();
                        test.write(name, format!("{before}\n{block}"));
                    }
                    None => {
                        test.write(name, &block);
                    }
                }
                block
            }
            None => {
                // What is for a shell or for another program, or only to be looked at.
                let known = ["sh", "text", "python", "sql", "yaml", "json", "dockerfile"];
                assert!(known.contains(&head), "a block of `{head}` has no name, and is not run");
                block
            }
        };
        out.push_str(&block);
        out.push_str("```\n");
    }
    out
}

#[test]
fn pages_show_what_comes_out() {
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    let mut out_of_step = Vec::new();
    for name in RUN {
        let path = root().join(name);
        let page = std::fs::read_to_string(&path).unwrap();
        let made = played(&page);
        if made == page {
            continue;
        }
        if update {
            std::fs::write(&path, &made).unwrap();
        } else {
            let differs = made.lines().zip(page.lines()).find(|(made, stands)| made != stands);
            out_of_step.push(format!("{name}: {differs:?}"));
        }
    }
    assert!(
        out_of_step.is_empty(),
        "made, and what stands there (`INSTA_UPDATE=always` writes them anew):\n{}",
        out_of_step.join("\n")
    );
}

/// Every page below a folder.
fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// The text of a page without its blocks and code.
fn prose(page: &str) -> String {
    let outside = page.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    outside.split('`').step_by(2).collect()
}

/// What the headings of a page are called in links.
fn anchors(page: &str) -> BTreeSet<String> {
    let page: String = page.split("\n```").step_by(2).map(|part| format!("\n{part}")).collect();
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let bare = |c: &char| c.is_alphanumeric() || ['-', '_', ' '].contains(c);
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim();
            title.chars().filter(bare).collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut lost = Vec::new();
    let top = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root().join(name));
    for path in pages_below(&root().join("docs")).into_iter().chain(top) {
        let page = std::fs::read_to_string(&path).unwrap();
        for link in prose(&page).split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            // As a site, docs/ has nothing beside it.
            let docs = root().join("docs");
            let inside = !path.starts_with(&docs) || !file.contains("../") || {
                to.canonicalize().is_ok_and(|to| to.starts_with(docs.canonicalize().unwrap()))
            };
            let is_page = to.extension().is_some_and(|end| end == "md");
            let found = inside
                && to.exists()
                && (anchor.is_empty()
                    || !is_page
                    || anchors(&std::fs::read_to_string(&to).unwrap()).contains(anchor));
            if !found {
                lost.push(format!("{}: {link}", path.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(lost.is_empty(), "links that lead nowhere:\n{}", lost.join("\n"));
}

#[test]
fn the_contents_have_every_page() {
    let docs = root().join("docs");
    let contents = std::fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    for path in pages_below(&docs) {
        let name = path.strip_prefix(&docs).unwrap().to_str().unwrap();
        assert!(
            name == "SUMMARY.md" || contents.contains(&format!("]({name})")),
            "docs/SUMMARY.md lacks {name}"
        );
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.starts_with("# "), "{name} does not begin with its title");
        let first = page.lines().nth(2).unwrap_or_default();
        assert!(!first.contains("recordmill generate"), "{name} opens with how it is made");
    }
}

/// The dictionary of what a run writes has every column and every member.
#[test]
fn the_dictionary_is_whole() {
    let page = std::fs::read_to_string(root().join("docs/outputs.md")).unwrap();
    let named: BTreeSet<&str> = page
        .split("\n```")
        .step_by(2)
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect();
    let test = CliTest::new();
    test.write("dump.txt", "简介 甲\n治愈率 705\n症状 乙 丙\n什么 丁\n");
    let args = ["run", "dump.txt", "-s", "disease", "-o", "out", "--limit", "9"];
    test.run(&["baseline", "update", "dump.txt", "-s", "disease"]);
    let with = ["--publish", "always", "--baseline", "recordmill-baseline.json"];
    test.run(&[&args[..], &with].concat());
    let finding = test.table("out", "finding");
    let columns = finding.columns().iter().map(|column| column.name().to_string());
    let mut missing: BTreeSet<String> = columns.filter(|name| !named.contains(&**name)).collect();
    members_of(&test.run_json("out"), "", &named, &mut missing);
    assert!(missing.is_empty(), "docs/outputs.md says nothing of {missing:?}");
}

/// The members of an object at any depth that a page does not name. What stands below names of tables, fields, codes
/// and kinds is data.
fn members_of(
    value: &serde_json::Value,
    place: &str,
    named: &BTreeSet<&str>,
    missing: &mut BTreeSet<String>,
) {
    match value {
        serde_json::Value::Array(items) => {
            for item in items {
                members_of(item, place, named, missing);
            }
        }
        serde_json::Value::Object(members) => {
            let data = ["tables", "fields", "findings", "severities", "kinds", "items", "resolved"];
            for (name, member) in members {
                if !data.contains(&place) && !named.contains(&**name) {
                    missing.insert(name.clone());
                }
                if place != "resolved" {
                    members_of(member, name, named, missing);
                }
            }
        }
        _ => {}
    }
}
