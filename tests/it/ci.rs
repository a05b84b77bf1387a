//! What the page on CI shows is what comes out, and the files for CI systems do
//! what they say, as far as a shell can tell.

use std::process::Command;

use crate::support::{CliTest, root};

fn page() -> String {
    std::fs::read_to_string(root().join("docs/ci.md")).unwrap()
}

/// The first block in a language behind some words of a page.
fn block<'p>(page: &'p str, words: &str, language: &str) -> &'p str {
    let behind = page.split_once(words).unwrap_or_else(|| panic!("the page lacks {words:?}")).1;
    behind.split_once(&format!("```{language}\n")).unwrap().1.split_once("```").unwrap().0
}

/// A folder with the dump and the schema of the page.
fn books() -> CliTest {
    let (test, page) = (CliTest::new(), page());
    test.write("dumps/2024.txt", block(&page, "The dump `dumps/2024.txt`", "text"));
    test.write("books.toml", block(&page, "The schema `books.toml`", "toml"));
    test
}

/// Runs a script with the recordmill of this build on the path.
fn bash(test: &CliTest, script: &str, env: &[(&str, &str)]) -> (i32, String) {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_recordmill")).parent().unwrap();
    let output = Command::new("bash")
        .args(["-e", "-c", script])
        .current_dir(test.path(""))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code().unwrap(), told.concat())
}

#[test]
fn the_page_shows_what_comes_out() {
    let (test, page) = (books(), page());
    let mut blocks = 0;
    for shown in page.split("```console\n").skip(1) {
        let shown = shown.split_once("\n```").unwrap().0;
        let mut made = String::new();
        for command in shown.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let told = bash(&test, command, &[]).1;
            made.push_str(&format!("$ {command}\n{}", told.trim_end()));
            made.truncate(made.trim_end().len());
            made.push('\n');
        }
        assert_eq!(made.trim_end(), shown, "docs/ci.md is out of step");
        blocks += 1;
    }
    assert!(blocks > 2);
    let baseline = String::from_utf8(test.read("recordmill-baseline.json")).unwrap();
    assert_eq!(block(&page, "## A baseline", "json"), baseline);
}

#[test]
fn the_page_shows_the_files_for_ci_systems() {
    let page = page();
    for (name, words) in [("github.yml", "ci/github.yml)"), ("gitlab.yml", "ci/gitlab.yml)")] {
        let file = std::fs::read_to_string(root().join("docs/ci").join(name)).unwrap();
        assert_eq!(block(&page, words, "yaml"), file, "{name}");
    }
}

/// The script of the step `Check` of the action.
fn action() -> String {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let step = text.split_once("- name: Check\n").unwrap().1;
    let script = step.split_once("run: |\n").unwrap().1;
    script.lines().map(|line| format!("{}\n", line.trim_start())).collect()
}

#[test]
fn the_action_annotates_and_writes_a_summary_and_sarif() {
    let test = books();
    let env = [
        ("RECORDMILL_DUMPS", "dumps\n"),
        ("RECORDMILL_SCHEMA", "books.toml"),
        ("RECORDMILL_BASELINE", ""),
        ("RECORDMILL_FAIL_ON", "error"),
        ("RECORDMILL_SARIF", "recordmill.sarif"),
        ("RECORDMILL_ARGS", "--allow\nR102\n"),
        ("GITHUB_STEP_SUMMARY", "summary.md"),
    ];
    let (code, told) = bash(&test, &action(), &env);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("::error file=dumps/2024.txt,line=6,col=8,"), "{told}");
    assert!(!told.contains("R102 unknown-key::"), "{told}");
    assert!(String::from_utf8(test.read("summary.md")).unwrap().contains("| error | R407 |"));
    let sarif: serde_json::Value = serde_json::from_slice(&test.read("recordmill.sarif")).unwrap();
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
    let update = "recordmill baseline update dumps --schema books.toml --quiet";
    assert_eq!(bash(&test, update, &[]).0, 0);
    let accepted = env.map(|(name, value)| match name {
        "RECORDMILL_BASELINE" => (name, "recordmill-baseline.json"),
        _ => (name, value),
    });
    assert_eq!(bash(&test, &action(), &accepted).0, 0);
}

#[test]
fn the_job_for_gitlab_writes_both_reports() {
    let test = books();
    bash(&test, "recordmill baseline update dumps --schema books.toml --quiet", &[]);
    test.write("dumps/2025.txt", "title: Reed\npages: 5000\n");
    let file = std::fs::read_to_string(root().join("docs/ci/gitlab.yml")).unwrap();
    let script = file.lines().find_map(|line| line.trim().strip_prefix("- recordmill ")).unwrap();
    let (code, told) = bash(&test, &format!("recordmill {script}"), &[]);
    assert_eq!(code, 1, "{told}");
    let quality: serde_json::Value = serde_json::from_slice(&test.read("quality.json")).unwrap();
    let paths: Vec<_> =
        quality.as_array().unwrap().iter().map(|one| &one["location"]["path"]).collect();
    assert_eq!(paths, ["dumps/2025.txt"], "what is known is left out");
    let junit = String::from_utf8(test.read("recordmill.xml")).unwrap();
    assert!(junit.contains("failures=\"1\""), "{junit}");
}

#[test]
fn hooks_run_commands_that_there_are() {
    let file = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let test = books();
    let entries: Vec<_> =
        file.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 4);
    for entry in entries {
        let args = if entry.ends_with("schema check") {
            "books.toml books.toml"
        } else {
            "--schema books.toml --fail-on never dumps/2024.txt"
        };
        let (code, told) = bash(&test, &format!("{entry} {args}"), &[]);
        assert_eq!(code, 0, "{entry}: {told}");
    }
}
