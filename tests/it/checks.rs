//! What a check is given beside its dump: baselines, word lists, earlier outputs,
//! limits; and what it says where it cannot do as it is asked.

use crate::support::CliTest;

const SHELF: &str = r#"recordmill = 1
name = "shelf"
[source]
format = "key-value"
record = { by = "start-key", key = "title" }
key = { by = "declared", delimiter = ": ", unknown = '^(?<key>[a-z]+): ', examples = { accept = [{ text = "x: y" }] } }
[fields.title]
key = "title"
type = "name"
rules = [{ rule = "not-null" }]
[fields.pages]
key = "pages"
type = "integer"
rules = [{ rule = "maximum", max = 500, examples = { accept = [{ text = "1" }] } }]
[fields.tags]
key = "tags"
type = "list"
[tables.book]
rows = "record"
columns = ["record_id", "title", "pages"]
[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]
"#;

fn shelf(dump: &str, checks: &str) -> CliTest {
    let test = CliTest::new();
    test.write("shelf.toml", format!("{SHELF}\n{checks}")).write("dump.txt", dump);
    test
}

fn show(name: &str, shown: &str) {
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, shown) });
}

/// The statuses of the checks of a run whose names begin so.
fn statuses(test: &CliTest, flags: &[&str], name: &str) -> Vec<String> {
    let args = ["run", "dump.txt", "-s", "shelf.toml", "-o", "out", "-q", "--publish", "always"];
    let ran = test.run(&[&args[..], flags].concat());
    assert!(ran.code < 2, "{}", ran.stderr);
    let run = test.run_json("out");
    let checks = run["checks"].as_array().unwrap().iter();
    let named = checks.filter(|check| check["name"].as_str().unwrap().starts_with(name));
    named
        .map(|check| {
            format!(
                "{} {}/{}",
                check["status"].as_str().unwrap(),
                check["failed"],
                check["evaluated"]
            )
        })
        .collect()
}

#[test]
fn a_baseline_accepts_what_is_there_and_nothing_else() {
    let dump = "title: a\npages: 900\ntags: x\ncolor: red\ntitle: b\npages: 12\n";
    let test = shelf(dump, "");
    let check =
        |file: &str| test.run(&["check", file, "-s", "shelf.toml", "--baseline", "base.json"]);
    assert_eq!(check("dump.txt").code, 2, "a baseline that is not there is no empty one");
    show("baseline_missing", &check("dump.txt").show());
    let update = |flags: &[&str]| {
        let args =
            ["baseline", "update", "dump.txt", "-s", "shelf.toml", "--baseline", "base.json", "-q"];
        test.run(&[&args[..], flags].concat())
    };
    assert_eq!(update(&["--reason", "as the publisher says"]).code, 0);
    show("baseline_file", &String::from_utf8(test.read("base.json")).unwrap());
    show("baseline_show", &test.run(&["baseline", "show", "base.json"]).show());
    let before = test.read("base.json");
    assert_eq!(check("dump.txt").code, 0, "everything is known");
    // Records move, others come, a value is mended: what was known is known.
    test.write(
        "later.txt",
        "title: c\npages: 1\n\n\ntitle: b\npages: 12\ntitle: a\npages: 900\ntags: x\n",
    );
    let later = check("later.txt");
    assert_eq!(later.code, 0);
    show("baseline_later", &later.show());
    // Another value of the same record is new.
    test.write("worse.txt", dump.replace("900", "901"));
    assert_eq!(check("worse.txt").code, 1);
    assert_eq!(test.read("base.json"), before, "only an update writes");
    // An update of what is better takes entries out and keeps the reasons of others.
    test.write("dump.txt", dump.replace("color: red\n", ""));
    show("baseline_updated", &update(&[]).show());
    let written = String::from_utf8(test.read("base.json")).unwrap();
    assert!(written.contains("as the publisher says") && !written.contains("color"), "{written}");
}

#[test]
fn a_second_record_of_a_key_is_not_the_one_that_was_accepted() {
    let record = "title: a\npages: 900\n";
    let test = shelf(record, "");
    let run = |command: &[&str]| {
        let rest = ["dump.txt", "-s", "shelf.toml", "--baseline", "base.json", "-q"];
        test.run(&[command, &rest].concat())
    };
    assert_eq!(run(&["baseline", "update"]).code, 0);
    // Not in one batch of records alone.
    let others: String = (0..6_000).map(|n| format!("title: b{n:0>1000}\npages: 1\n")).collect();
    for between in ["", &others] {
        test.write("dump.txt", format!("{record}{between}{record}tags: x\n"));
        let ran = run(&["run", "-o", "out", "--publish", "always", "--format", "csv"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let baseline = &test.run_json("out")["baseline"];
        assert_eq!((&baseline["known"], &baseline["new"]), (&1.into(), &1.into()));
        let findings = String::from_utf8(test.read("out/finding.csv")).unwrap();
        let rows: Vec<_> = findings.lines().filter(|line| line.contains("R407")).collect();
        let [first, second] = rows[..] else { panic!("{findings}") };
        assert!(first.contains("true") && !second.contains("true"), "{findings}");
    }
    assert_eq!(run(&["baseline", "update"]).code, 0);
    assert_eq!(run(&["check"]).code, 0);
    let shown = test.run(&["baseline", "show", "base.json"]).stdout;
    assert!(shown.contains("expected at most 500 (2 times)"), "{shown}");
}

/// A baseline of a run of the dump, and what `check` says of each of the others with it.
fn against_a_baseline(test: &CliTest, others: &[&str]) -> Vec<(i32, String)> {
    let args = ["-s", "shelf.toml", "--baseline", "base.json", "-q", "--report", "concise"];
    let update = test.run(&[
        "baseline",
        "update",
        "dump.txt",
        "-s",
        "shelf.toml",
        "--baseline",
        "base.json",
    ]);
    assert_eq!(update.code, 0, "{}", update.stderr);
    let checked = others.iter().map(|dump| {
        test.write("dump.txt", dump);
        let ran = test.run(&[&["check", "dump.txt"][..], &args].concat());
        (ran.code, ran.stdout)
    });
    checked.collect()
}

#[test]
fn an_accepted_warning_is_no_accepted_error() {
    let checks = "[[checks]]\ncheck = \"row-count\"\ntable = \"book\"\nwarning = { min = 3 }\nerror = { min = 2 }\n\
                  [[checks]]\ncheck = \"condition\"\ntable = \"book\"\ncondition = \"pages < 9\"\nwarning = { share = 0.4 }\nerror = { share = 0.6 }\n";
    let test = shelf("title: a\npages: 10\ntitle: b\npages: 1\n", checks);
    let told = against_a_baseline(
        &test,
        &["title: a\npages: 10\ntitle: b\npages: 2\n", "title: a\npages: 10\n"],
    );
    let [(0, same), (1, worse)] = &told[..] else { panic!("{told:?}") };
    for code in ["R504", "R505"] {
        let line = |told: &str| told.lines().find(|line| line.contains(code)).unwrap().to_owned();
        assert!(line(same).ends_with("(in the baseline)"), "{same}");
        let worse = line(worse);
        assert!(worse.contains("error") && !worse.contains("baseline"), "{worse}");
    }
}

#[test]
fn a_check_that_looked_at_nothing_is_no_check_that_failed() {
    let checks = "[[checks]]\ncheck = \"condition\"\ntable = \"tag\"\ncondition = \"value <> 'x'\"\nwarning = { share = 0.4 }\n";
    let test = shelf("title: a\n", checks);
    let told = against_a_baseline(&test, &["title: a\n", "title: a\ntags: x\n"]);
    assert!(told[0].1.contains("R607") && told[0].1.contains("baseline"), "{told:?}");
    let failed = told[1].1.lines().find(|line| line.contains("R504")).unwrap();
    assert!(!failed.contains("baseline"), "{failed}");
}

#[test]
fn an_accepted_reference_accepts_as_many_rows() {
    let checks = "[[checks]]\ncheck = \"reference\"\ntable = \"tag\"\ncolumn = \"value\"\nto = { table = \"book\", column = \"title\" }\n";
    let test = shelf("title: a\ntags: q\n", checks);
    let told = against_a_baseline(
        &test,
        &["title: a\ntags: a\ntitle: b\ntags: q\n", "title: a\ntags: q\ntitle: b\ntags: q\n"],
    );
    let codes: Vec<_> = told.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [0, 1], "{told:?}");
}

#[test]
fn an_accepted_figure_is_no_worse_one() {
    let checks = "[[checks]]\ncheck = \"row-count\"\ntable = \"book\"\nerror = { min = 3, max = 4 }\n\
                  [[checks]]\ncheck = \"condition\"\ntable = \"book\"\ncondition = \"pages < 9\"\nerror = { count = 1 }\n";
    let books = |count: usize| "title: a\npages: 10\n".repeat(count);
    let test = shelf(&books(2), checks);
    let told = against_a_baseline(&test, &[&books(2), &books(1), &books(3), &books(6)]);
    let codes = |told: &str| {
        let new =
            told.lines().filter(|line| line.contains("error R50") && !line.contains("baseline"));
        new.map(|line| line[line.find("R50").unwrap()..][..4].to_owned()).collect::<Vec<_>>()
    };
    let new: Vec<_> = told.iter().map(|(_, told)| codes(told)).collect();
    assert_eq!(new, [&[][..], &["R505"], &["R504"], &["R505", "R504"]], "{told:?}");
}

#[test]
fn what_is_accepted_of_two_records_is_so_in_any_order() {
    let checks = "[[checks]]\ncheck = \"unique\"\ntable = \"book\"\ncolumns = [\"pages\"]\n\
                  [[checks]]\ncheck = \"near-duplicate\"\ntable = \"book\"\ncolumn = \"title\"\n";
    let (one, other, third) =
        ("title: The Mill\npages: 9\n", "title: the-mill\npages: 9\n", "title: x\npages: 9\n");
    let test = shelf(&[one, other].concat(), checks);
    let told = against_a_baseline(
        &test,
        &[&[one, other].concat(), &[other, one].concat(), &[third, other, one].concat()],
    );
    let codes: Vec<_> = told.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [0, 0, 1], "{told:?}");
}

#[test]
fn findings_that_are_counted_alone_are_accepted_as_often() {
    let record = |from: u32, to: u32| {
        let tags = (from..to).map(|n| format!("t{n}")).collect::<Vec<_>>().join(", ");
        format!("title: a\ntags: {tags}\n")
    };
    let item = "rules = [{ rule = \"length\", on = \"item\", max = 1, examples = { accept = [{ text = \"x\" }] } }]";
    let schema =
        SHELF.replace("type = \"list\"", &format!("type = \"list\"\nseparator = ','\n{item}"));
    let test = shelf(&record(0, 1100), "");
    test.write("shelf.toml", schema);
    let told = against_a_baseline(&test, &[&record(0, 1100), &record(0, 1099), &record(0, 1101)]);
    let codes: Vec<_> = told.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [0, 0, 1]);
}

#[test]
fn an_expired_entry_accepts_nothing() {
    let test = shelf("title: a\npages: 900\n", "");
    let args = ["-s", "shelf.toml", "--baseline", "base.json", "-q"];
    let update = |expires: &str| {
        let update = ["baseline", "update", "dump.txt", "--expires", expires];
        test.run(&[&update[..], &args].concat()).code
    };
    let check = || test.run(&[&["check", "dump.txt"][..], &args].concat()).code;
    assert_eq!(update("2999-01-01"), 0);
    assert_eq!(check(), 0);
    let written = String::from_utf8(test.read("base.json")).unwrap();
    test.write("base.json", written.replace("2999-01-01", "2020-01-01"));
    assert_eq!(check(), 1);
    assert_eq!(update("soon"), 2);
    assert_eq!(update("2020-01-01"), 2, "a day that has passed accepts nothing");
    assert_eq!(update("2999-01-01"), 0, "it is accepted anew");
    assert_eq!(check(), 0);
}

#[test]
fn a_file_that_is_no_baseline_is_refused_and_kept() {
    let test = shelf("title: a\n", "");
    for written in ["", "{}", "{\"version\": 9, \"schema\": \"x\", \"entries\": []}"] {
        test.write("base.json", written);
        for command in [&["check"][..], &["baseline", "update"]] {
            let rest = ["dump.txt", "-s", "shelf.toml", "--baseline", "base.json", "-q"];
            let ran = test.run(&[command, &rest].concat());
            assert_eq!(ran.code, 2, "{written}: {}", ran.stderr);
            // The command cannot write over what it cannot read.
            assert!(ran.stderr.contains("or delete it"), "{}", ran.stderr);
        }
        assert_eq!(test.read("base.json"), written.as_bytes());
    }
}

#[test]
fn masked_and_open_runs_share_a_baseline() {
    let test = shelf("title: a\npages: 900\n", "");
    let args = ["-s", "shelf.toml", "--baseline", "base.json", "-q"];
    test.write("key", "a secret of some length\n").write("other", "another secret, also long");
    let run = |command: &[&str], flags: &[&str]| {
        test.run(&[command, &["dump.txt"], &args, flags].concat()).code
    };
    // What an open run accepts, every run knows.
    assert_eq!(run(&["baseline", "update"], &[]), 0);
    for flags in [&[][..], &["--mask"], &["--mask", "--mask-key", "key"]] {
        assert_eq!(run(&["check"], flags), 0, "{flags:?}");
    }
    std::fs::remove_file(test.path("base.json")).unwrap();
    // What is hidden is accepted and known with the secret alone, and not told.
    assert_eq!(run(&["baseline", "update"], &["--mask"]), 2);
    assert!(!test.path("base.json").exists());
    assert_eq!(run(&["baseline", "update"], &["--mask", "--mask-key", "key"]), 0);
    let written = String::from_utf8(test.read("base.json")).unwrap();
    let value = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(b"900"));
    assert!(!written.contains("900") && !written.contains(&value), "{written}");
    for (flags, code) in [
        (&["--mask", "--mask-key", "key"][..], 0),
        (&["--mask-key", "key"], 0),
        (&[], 2),
        (&["--mask", "--mask-key", "other"], 2),
        (&["--mask-key", "nowhere"], 2),
    ] {
        assert_eq!(run(&["check"], flags), code, "{flags:?}");
    }
    let env = [("RECORDMILL_MASK_KEY", "a secret of some length")];
    let check = [&["check", "dump.txt"][..], &args].concat();
    assert_eq!(test.run_with(&check, &env, b"").code, 0);
    let none = [("RECORDMILL_MASK_KEY", "")];
    let open = ["check", "dump.txt", "-s", "shelf.toml", "--fail-on", "never"];
    assert_eq!(test.run_with(&open, &none, b"").code, 0);
    test.write("dump.txt", "title: a\npages: 901\n");
    assert_eq!(test.run_with(&check, &env, b"").code, 1);
}

#[test]
fn a_report_of_hidden_values_has_no_hash_that_anybody_can_make() {
    let test = shelf("title: a\npages: 900\n", "");
    test.write("key", "a secret of some length\n");
    for form in ["json", "jsonl", "sarif"] {
        let told = |flags: &[&str]| {
            let args = ["check", "dump.txt", "-s", "shelf.toml", "-q", "--report", form];
            test.run(&[&args[..], flags].concat()).stdout
        };
        let id = |told: &str| {
            let (_, behind) = told.split_once("\"record_id\"")?;
            behind.split('"').nth(1).filter(|id| id.len() >= 16).map(str::to_owned)
        };
        let id = id(&told(&[])).expect(form);
        for flags in [&["--mask"][..], &["--mask", "--mask-key", "key"]] {
            let told = told(flags);
            assert!(told.contains("pages") && !told.contains(&id), "{told}");
        }
    }
}

/// The key of a record is hidden, and a value that is not is wrong.
#[test]
fn a_hidden_key_is_in_no_finding_of_another_field() {
    let test = shelf("title: zebra\npages: 900\n", "");
    let schema = String::from_utf8(test.read("shelf.toml")).unwrap();
    let masked = schema.replace("key = \"title\"\n", "key = \"title\"\nmask = true\n");
    assert_ne!(masked, schema);
    test.write("shelf.toml", masked).write("key", "a secret of some length\n");
    let args = ["dump.txt", "-s", "shelf.toml", "-q"];
    let base = ["baseline", "update", "--baseline", "base.json"];
    assert_eq!(test.run(&[&base[..], &args].concat()).code, 2);
    let keyed = ["--mask-key", "key"];
    assert_eq!(test.run(&[&base[..], &args, &keyed].concat()).code, 0);
    let written = String::from_utf8(test.read("base.json")).unwrap();
    assert!(written.contains("\"hidden\"") && !written.contains("zebra"), "{written}");
    let known = ["check", "--baseline", "base.json"];
    assert_eq!(test.run(&[&known[..], &args, &keyed].concat()).code, 0);
    for form in ["json", "jsonl", "sarif", "gitlab"] {
        let told = |flags: &[&str]| {
            let report = ["check", "--report", form];
            test.run(&[&report[..], &args, flags].concat()).stdout
        };
        let told = (told(&[]), told(&keyed));
        assert!(told.0.contains("900") && !told.0.contains("zebra"), "{}", told.0);
        // What it is known by is made with the secret.
        assert_ne!(told.0, told.1, "{form}");
        for told in [told.0, told.1] {
            let id = told.split_once("\"record_id\":").map(|(_, id)| id.trim_start());
            assert!(id.is_none_or(|id| id.starts_with("null")), "{told}");
        }
    }
}

/// What a check says of a column may be one of its values: a quantile, or a cell that the engine of SQL quotes.
#[test]
fn what_checks_say_of_hidden_values_holds_none_of_them() {
    let of = |kind: &str, more: &str| {
        format!("[[checks]]\ncheck = \"{kind}\"\ntable = \"book\"\n{more}\n")
    };
    let bound = "column = \"pages\"\nerror = { max = 2 }";
    let checks = [
        of("quantile", &format!("{bound}\nquantile = 1.0")),
        of("mean", bound),
        of("condition", "condition = \"CAST(title AS INTEGER) > 0\""),
        "[[checks]]\ncheck = \"sql\"\nquery = \"SELECT CAST(title AS DATE) FROM book\"\n"
            .to_owned(),
    ];
    // Long enough to stand in no time and no hash by chance.
    let test = shelf("title: zebra\npages: 86420975318\n", &checks.concat());
    let schema = String::from_utf8(test.read("shelf.toml")).unwrap();
    let masked = |key: &str| {
        schema.replace(&format!("key = \"{key}\"\n"), &format!("key = \"{key}\"\nmask = true\n"))
    };
    let args = ["dump.txt", "-s", "shelf.toml"];
    let all_of = |flags: &[&str]| {
        let mut told = String::new();
        for form in [
            "concise", "human", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown",
            "html",
        ] {
            let ran = test.run(&[&["check", "--report", form], &args[..], flags].concat());
            told.push_str(&ran.stdout);
            told.push_str(&ran.stderr);
        }
        let run = ["run", "-o", "out", "--publish", "always", "--format", "csv"];
        let ran = test.run(&[&run[..], &args, flags].concat());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        told.push_str(&String::from_utf8(test.read("out/run.json")).unwrap());
        told.push_str(&String::from_utf8(test.read("out/finding.csv")).unwrap());
        told
    };
    let open = all_of(&[]);
    // What the engine warns of by itself is in no report.
    assert!(!open.contains("Deprecation"), "{open}");
    assert!(open.contains("zebra") && open.contains("the quantile is 86420975318"), "{open}");
    let told = [all_of(&["--mask"]), {
        test.write(
            "shelf.toml",
            masked("title").replace("key = \"pages\"\n", "key = \"pages\"\nmask = true\n"),
        );
        all_of(&[])
    }];
    for told in told {
        for value in ["zebra", "86420975318"] {
            let at = told.find(value);
            assert_eq!(
                at,
                None,
                "{}",
                &told[at.unwrap_or(0)..][..200.min(told.len() - at.unwrap_or(0))]
            );
        }
        assert!(told.contains("the quantile is hidden") && told.contains("the mean is hidden"));
        assert!(told.contains("which and why is not told"), "{told}");
    }
}

#[test]
fn word_lists_come_from_the_schema_or_a_flag() {
    let checks = "[words.terms]\n[[checks]]\ncheck = \"reference\"\ntable = \"tag\"\ncolumn = \"value\"\nto = { words = \"terms\" }\n";
    let test = shelf("title: a\ntags: river mlil\ntitle: b\ntags: mlil\n", checks);
    assert_eq!(statuses(&test, &[], "reference"), ["not-evaluated 0/0"]);
    test.write("terms.txt", "\u{feff}river \r\n\r\nmill\r\n");
    let flag = ["--words", "terms=terms.txt"];
    assert_eq!(statuses(&test, &flag, "reference"), ["fail 2/3"]);
    let args = ["check", "dump.txt", "-s", "shelf.toml"];
    show("reference_to_words", &test.run(&[&args[..], &flag].concat()).show());
    test.write(
        "shelf.toml",
        format!("{SHELF}\n{checks}")
            .replace("[words.terms]", "[words.terms]\nfile = \"terms.txt\""),
    );
    assert_eq!(statuses(&test, &[], "reference"), ["fail 2/3"]);
    for words in ["terms=nowhere.txt", "trems=terms.txt", "terms"] {
        let ran = test.run(&[&args[..], &["--words", words]].concat());
        assert_eq!(ran.code, 2, "{words}: {}", ran.stderr);
    }
    let two = ["--words", "terms=terms.txt", "--words", "terms=other.txt"];
    let ran = test.run(&[&args[..], &two].concat());
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            2,
            "error: two files are given for the word list `terms`\n  help: give one of `terms.txt` and `other.txt`\n"
        )
    );
}

#[test]
fn a_reference_may_lead_to_an_earlier_output() {
    let checks = "[[checks]]\ncheck = \"reference\"\ntable = \"book\"\ncolumn = \"title\"\nto = { output = \"last/book.FORMAT\", column = \"title\" }\n";
    let test = shelf("title: a\ntitle: b\n", "");
    let args =
        ["run", "dump.txt", "-s", "shelf.toml", "-o", "last", "--format", "parquet,csv", "-q"];
    assert_eq!(test.run(&args).code, 0);
    test.write("dump.txt", "title: a\ntitle: c\n");
    for format in ["parquet", "csv"] {
        test.write("shelf.toml", format!("{SHELF}\n{checks}").replace("FORMAT", format));
        assert_eq!(statuses(&test, &[], "reference"), ["fail 1/2"], "{format}");
    }
    test.write("shelf.toml", format!("{SHELF}\n{checks}").replace("FORMAT", "txt"));
    assert_eq!(test.run(&["check", "dump.txt", "-s", "shelf.toml"]).code, 2);
}

#[test]
fn a_reference_to_numbers_compares_what_they_are() {
    let schema = |scale: u8, checks: &str| {
        format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
             [fields.v]\nkey = \"v\"\ntype = \"float\"\n\
             [fields.d]\nkey = \"d\"\ntype = \"decimal\"\nscale = {scale}\n\
             [fields.n]\nkey = \"n\"\ntype = \"integer\"\n\
             [fields.s]\nkey = \"s\"\ntype = \"text\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"v\", \"d\", \"n\", \"s\"]\n{checks}"
        )
    };
    let dump = "{\"v\": 1, \"d\": 1, \"n\": 1, \"s\": \"1\"}\n{\"v\": 0.5, \"d\": 0.5, \"n\": 2, \"s\": \"1.0\"}\n\
                {\"v\": -1e16, \"d\": 5, \"n\": 0, \"s\": \"012\"}\n{\"v\": -0.0, \"d\": 1.25, \"n\": 12, \"s\": \"x\"}\n";
    let test = CliTest::new();
    test.write("shelf.toml", schema(2, "")).write("dump.txt", dump);
    let args = [
        "run",
        "dump.txt",
        "-s",
        "shelf.toml",
        "-o",
        "last",
        "--format",
        "parquet,csv",
        "-q",
        "--publish",
        "always",
    ];
    assert!(test.run(&args).code < 2);
    let to_output = |column: &str, to: &str, format: &str| {
        format!(
            "[[checks]]\ncheck = \"reference\"\ntable = \"t\"\ncolumn = \"{column}\"\nto = {{ output = \"last/t.{format}\", column = \"{to}\" }}\n"
        )
    };
    for (column, to, failed) in [
        ("v", "v", 0),
        ("d", "d", 0),
        ("d", "v", 2),
        ("n", "v", 2),
        ("n", "s", 3),
        ("s", "s", 0),
        ("s", "n", 3),
    ] {
        for format in ["parquet", "csv"] {
            test.write("shelf.toml", schema(3, &to_output(column, to, format)));
            let status = if failed == 0 { "pass" } else { "fail" };
            let told = format!("{status} {failed}/4");
            assert_eq!(statuses(&test, &[], "reference"), [told], "{column} {to} {format}");
        }
        let within = format!(
            "[[checks]]\ncheck = \"reference\"\ntable = \"t\"\ncolumn = \"{column}\"\nto = {{ table = \"t\", column = \"{to}\" }}\n"
        );
        test.write("shelf.toml", schema(3, &within));
        let status = if failed == 0 { "pass" } else { "fail" };
        assert_eq!(
            statuses(&test, &[], "reference"),
            [format!("{status} {failed}/4")],
            "{column} {to}"
        );
    }
    let words = "[words.known]\nfile = \"known.txt\"\n[[checks]]\ncheck = \"reference\"\ntable = \"t\"\ncolumn = \"v\"\nto = { words = \"known\" }\n";
    test.write("known.txt", "1.00\n5e-1\nx\n-10000000000000000\n0\n")
        .write("shelf.toml", schema(2, words));
    assert_eq!(statuses(&test, &[], "reference"), ["pass 0/4"]);
}

#[test]
fn a_point_in_time_without_an_offset_is_in_the_zone_of_its_field() {
    let schema = |zone: &str, rules: &str, checks: &str| {
        format!(
            "recordmill = 1\nname = \"t\"\n[source]\nformat = \"json-lines\"\n\
             [fields.at]\nkey = \"at\"\ntype = \"datetime\"\n{zone}\nrules = [{rules}]\n\
             [fields.all]\nkey = \"all\"\ntype = \"list\"\nitems = {{ type = \"datetime\", zone = \"Asia/Shanghai\" }}\n\
             rules = [{{ rule = \"maximum\", max = 2024-01-05T10:00:00, on = \"item\" }}]\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"at\"]\n[tables.all]\nrows = \"all\"\ncolumns = [\"value\"]\n{checks}"
        )
    };
    let shanghai = "zone = \"Asia/Shanghai\"";
    let test = CliTest::new();
    let found = |schema: &str| {
        test.write("shelf.toml", schema);
        let ran = test.run(&["check", "dump.txt", "-s", "shelf.toml", "-q", "--report", "concise"]);
        assert!(ran.code < 2, "{}", ran.stdout);
        ran.stdout.lines().filter(|line| line.contains(" R4")).count()
    };
    test.write("dump.txt", "{\"at\": \"2024-01-05 10:00\", \"all\": [\"2024-01-05 10:00\"]}\n");
    for (rule, told) in [
        ("rule = \"minimum\", min = 2024-01-05T10:00:00", 0),
        ("rule = \"minimum\", min = 2024-01-05T10:00:01", 1),
        ("rule = \"maximum\", max = 2024-01-05T10:00:00", 0),
        ("rule = \"maximum\", max = 2024-01-05T09:59:59", 1),
        ("rule = \"minimum\", min = 2024-01-05T02:00:00Z", 0),
        ("rule = \"minimum\", min = 2024-01-05T02:00:01Z", 1),
        ("rule = \"enum\", values = [2024-01-05T10:00:00]", 0),
    ] {
        let rule = format!("{{ {rule} }}");
        assert_eq!(found(&schema(shanghai, &rule, "")), told, "{rule}");
    }
    test.write("dump.txt", "{\"at\": \"2024-01-05 10:00\", \"all\": [\"2024-01-05 10:00:01\"]}\n");
    assert_eq!(found(&schema(shanghai, "", "")), 1);
    let share = "[[checks]]\ncheck = \"value-share\"\ntable = \"t\"\ncolumn = \"at\"\nlower = 2024-01-05T10:00:00\n\
                 upper = 2024-01-05T10:00:00\nerror = { min = 1 }\n";
    test.write("shelf.toml", schema(shanghai, "", share));
    assert_eq!(statuses(&test, &[], "value-share")[0].split(' ').next(), Some("pass"));
}

#[test]
fn values_are_unique_across_files_and_batches() {
    let checks =
        "[[checks]]\ncheck = \"unique\"\ntable = \"book\"\ncolumns = [\"title\", \"pages\"]\n";
    let test = shelf("", checks);
    let filler = "title: f\ntags: ".to_owned() + &"river ".repeat(1_200_000) + "\n";
    test.write("a.txt", format!("title: a\npages: 1\n{filler}title: a\npages: 2\n"))
        .write("b.txt", "title: a\npages: 1\ntitle: a\n");
    let args = ["-s", "shelf.toml", "-q", "--report", "jsonl"];
    for threads in ["1", "3"] {
        let ran = test.run(&[&["check", "a.txt", "b.txt", "-j", threads][..], &args].concat());
        let found: Vec<_> = ran.stdout.lines().filter(|line| line.contains("R501")).collect();
        assert_eq!(found.len(), 1, "{}", ran.stdout);
        assert!(found[0].contains("\"file\":\"b.txt\",\"line\":1,"), "{}", found[0]);
        assert!(found[0].contains("at a.txt:1"), "{}", found[0]);
    }
}

#[test]
fn limits_turn_failures_into_warnings_and_errors() {
    let dump =
        "title: a\npages: 1\ntitle: b\npages: 900\ntitle: c\npages: 2\ntitle: d\npages: 901\n";
    let of = |limits: &str| {
        let test = shelf(dump, "");
        let schema = SHELF.replace("max = 500,", &format!("max = 500, {limits},"));
        test.write("shelf.toml", schema);
        statuses(&test, &[], "pages: maximum")
    };
    assert_eq!(of("error = { share = 0.5 }"), ["pass 2/4"]);
    assert_eq!(of("error = { count = 2 }"), ["pass 2/4"]);
    assert_eq!(of("warning = { share = 0.4 }"), ["warn 2/4"]);
    assert_eq!(of("warning = { count = 0 }, error = { count = 1 }"), ["fail 2/4"]);
}

#[test]
fn rows_that_a_check_leaves_out_count_in_no_share() {
    let dump = "title: a\npages: 9\ntitle: b\npages: 9\ntitle: c\ntitle: d\ntitle: e\ntitle: f\n";
    for check in [
        "check = \"unique\"\ncolumns = [\"pages\"]",
        "check = \"condition\"\ncondition = \"pages > 9 OR title = 'a'\"",
    ] {
        let checks = format!(
            "[[checks]]\n{check}\ntable = \"book\"\nname = \"x\"\nerror = {{ share = 0.3 }}\n"
        );
        assert_eq!(statuses(&shelf(dump, &checks), &[], "x"), ["fail 1/2"], "{check}");
        let nulls = shelf("title: b\ntitle: c\n", &checks);
        assert_eq!(statuses(&nulls, &[], "x"), ["not-evaluated 0/0"], "{check}");
        let ran = nulls.run(&["check", "dump.txt", "-s", "shelf.toml"]);
        assert!(ran.stderr.contains("x: there was no row to look at"), "{}", ran.show());
    }
}

#[test]
fn a_condition_and_a_query_point_at_the_bytes() {
    let checks = "[[checks]]\ncheck = \"condition\"\ntable = \"book\"\ncondition = \"title <> 'b' OR pages < 500\"\n\
        [[checks]]\ncheck = \"sql\"\nname = \"busy\"\nquery = \"\"\"\nSELECT b.record_id, COUNT(*) AS tags FROM tag t JOIN book b ON b.record_id = t.record_id\nGROUP BY b.record_id HAVING COUNT(*) > 1\"\"\"\n";
    let test = shelf("title: a\ntags: x y\ntitle: b\npages: 501\ntitle: c\n", checks);
    let schema = SHELF.replace(
        "rules = [{ rule = \"maximum\", max = 500, examples = { accept = [{ text = \"1\" }] } }]\n",
        "",
    );
    test.write("shelf.toml", format!("{schema}{checks}"));
    let ran = test.run(&["check", "dump.txt", "-s", "shelf.toml"]);
    assert_eq!(ran.code, 1);
    show("conditions_and_queries", &ran.show());
    for (broken, column) in [("pages < 500", "pagse < 500"), ("FROM tag t", "FORM tag t")] {
        test.write("broken.toml", format!("{schema}{checks}").replace(broken, column));
        let ran = test.run(&["check", "dump.txt", "-s", "broken.toml"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert_eq!(test.run(&["schema", "check", "broken.toml"]).code, 2);
    }
}

#[test]
fn sql_that_is_no_check_is_a_fault_of_the_schema() {
    let many = format!("pages < 9{}", " OR pages < 9".repeat(3000));
    for (kind, sql, told) in [
        ("query", "DROP TABLE book", "found `DROP`"),
        ("query", "SELECT * FROM read_csv('dump.txt')", "`read_csv`"),
        ("condition", "COUNT(pages) > 1", "one row at a time"),
        ("condition", &many, "500 at most"),
    ] {
        let check = match kind {
            "query" => "sql\"",
            _ => "condition\"\ntable = \"book\"",
        };
        let checks = format!("[[checks]]\ncheck = \"{check}\n{kind} = \"{sql}\"\n");
        let test = shelf("title: a\npages: 1\n", &checks);
        for args in
            [&["schema", "check", "shelf.toml"][..], &["check", "dump.txt", "-s", "shelf.toml"]]
        {
            let ran = test.run(args);
            assert_eq!(ran.code, 2, "{sql}");
            let shown = ran.stdout + &ran.stderr;
            assert!(shown.contains(told), "{shown}");
        }
    }
}

#[test]
fn a_query_sees_columns_that_it_does_not_name() {
    let query = |sql: &str| format!("[[checks]]\ncheck = \"sql\"\nquery = \"{sql}\"\n");
    for (sql, rows) in [
        ("SELECT COLUMNS('^pages$') FROM book WHERE title = 'a'", "fail 1/2"),
        ("SELECT record_id FROM book NATURAL JOIN tag", "fail 2/4"),
    ] {
        let test = shelf("title: a\npages: 1\ntags: x y\ntitle: b\n", &query(sql));
        assert_eq!(statuses(&test, &[], "sql"), [rows], "{sql}");
    }
}

#[cfg(unix)]
#[test]
fn a_word_list_without_an_end_is_refused() {
    let checks = "[words.terms]\n[[checks]]\ncheck = \"reference\"\ntable = \"tag\"\ncolumn = \"value\"\nto = { words = \"terms\" }\n";
    let test = shelf("title: a\ntags: x\n", checks);
    let pipe = std::process::Command::new("mkfifo").arg(test.path("pipe")).status();
    let pipe = pipe.is_ok_and(|status| status.success()).then_some("terms=pipe");
    for words in ["terms=/dev/zero", "terms=."].into_iter().chain(pipe) {
        let ran = test.run(&["check", "dump.txt", "-s", "shelf.toml", "--words", words]);
        assert_eq!(ran.code, 2, "{words}: {}", ran.stderr);
        assert!(ran.stderr.contains("expected a file, found a"), "{}", ran.stderr);
    }
}

#[test]
fn a_record_that_fails_twice_is_one_of_the_records() {
    let test = shelf("title: a\npages: 1\npages: 2\npages: 3\ntitle: b\n", "");
    assert_eq!(statuses(&test, &[], "repeated-key"), ["warn 1/2"]);
    let args = ["baseline", "update", "dump.txt", "-s", "shelf.toml", "-q"];
    assert_eq!(test.run(&args).code, 0);
    test.write("dump.txt", "title: a\npages: 1\npages: 2\npages: 3\npages: 4\ntitle: b\n");
    let flags = ["--baseline", "recordmill-baseline.json"];
    assert_eq!(statuses(&test, &flags, "repeated-key"), ["warn 1/2"]);
    let repeated = |check: &serde_json::Value| check["name"] == "repeated-key";
    let run = test.run_json("out");
    let check = run["checks"].as_array().unwrap().iter().find(|check| repeated(check)).unwrap();
    // Not all that is wrong with the record is accepted.
    assert_eq!(check["known"], 0);
}

#[test]
fn a_key_that_no_field_knows_is_told_once_for_each_input_with_its_count() {
    let test = shelf("title: a\ncolor: red\nsize: big\ntitle: b\ncolor: blue\n", "");
    test.write("other.txt", "title: c\ncolor: red\n");
    let run = |more: &[&str]| {
        let args =
            ["check", "dump.txt", "other.txt", "-s", "shelf.toml", "-q", "--report", "jsonl"];
        let ran = test.run(&[&args[..], more].concat());
        let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let told = ran.stdout.lines().map(line).filter(|finding| finding["code"] == "R102");
        let told = told.map(|finding| {
            let known = &finding["known"];
            format!(
                "{}:{} {} {} {known}",
                finding["file"], finding["line"], finding["message"], finding["count"]
            )
        });
        told.collect::<Vec<_>>()
    };
    let of = |file: &str, line: u32, message: &str, count: u32, known: bool| {
        format!("\"{file}\":{line} \"no field has the key {message}\" {count} {known}")
    };
    let expected = [
        of("dump.txt", 2, "`color` (2 times)", 2, false),
        of("dump.txt", 3, "`size`", 1, false),
        of("other.txt", 2, "`color`", 1, false),
    ];
    assert_eq!(run(&[]), expected);
    assert_eq!(statuses(&test, &[], "unknown-key"), ["warn 3/5"]);
    // What is accepted is the key, wherever it stands.
    let args = ["baseline", "update", "dump.txt", "-s", "shelf.toml", "-q"];
    assert_eq!(test.run(&args).code, 0);
    let mut dump = format!("title: {}\ncolor: red\n", "a".repeat(20_000)).repeat(400);
    dump.push_str("shape: odd\n");
    test.write("dump.txt", &dump);
    let flags = ["--baseline", "recordmill-baseline.json"];
    // Batches and threads make no difference.
    let told = run(&[&flags[..], &["-j", "3"]].concat());
    assert_eq!(told, run(&[&flags[..], &["-j", "1"]].concat()));
    let expected = [
        of("dump.txt", 2, "`color` (400 times)", 400, true),
        of("dump.txt", 801, "`shape`", 1, false),
        of("other.txt", 2, "`color`", 1, true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn standard_input_has_no_age() {
    let checks = "[[checks]]\ncheck = \"freshness\"\nmax-age = \"1 day\"\n";
    let test = shelf("title: a\n", checks);
    assert_eq!(statuses(&test, &[], "freshness"), ["pass 0/1"]);
    let args = ["check", "-", "-s", "shelf.toml", "-q", "--report", "concise"];
    let ran = test.run_with(&args, &[], b"title: a\n");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("R514 check-failed-to-run"), "{}", ran.stdout);
}

#[test]
fn a_change_in_time_to_come_is_told() {
    let checks = "[[checks]]\ncheck = \"freshness\"\nmax-age = \"1 h\"\n";
    let test = shelf("title: a\n", checks);
    let set = |time| {
        let file = std::fs::File::options().write(true).open(test.path("dump.txt")).unwrap();
        file.set_modified(time).unwrap();
    };
    let now = std::time::SystemTime::now();
    set(now + std::time::Duration::from_secs(30));
    assert_eq!(statuses(&test, &[], "freshness"), ["pass 0/1"], "clocks differ");
    set(now + std::time::Duration::from_hours(24 * 3650));
    assert_eq!(statuses(&test, &[], "freshness"), ["fail 1/1"]);
}

#[test]
fn numbers_of_a_word_list_are_those_of_the_column() {
    let checks = "[words.counts]\n[[checks]]\ncheck = \"reference\"\ntable = \"book\"\ncolumn = \"pages\"\nto = { words = \"counts\" }\n";
    let dump: String = (1..8).map(|n| format!("title: a{n}\npages: {n}\n")).collect();
    let test = shelf(&dump, checks);
    test.write("counts.txt", "1\n+2\n3.\n 4\n5.0\n6e0\n07\n");
    assert_eq!(statuses(&test, &["--words", "counts=counts.txt"], "reference"), ["fail 1/7"]);
}

#[test]
fn checks_that_cannot_be_are_told_in_one_go() {
    let checks = r#"
[[checks]]
check = "unique"
table = "bok"
columns = ["title"]
[[checks]]
check = "mean"
table = "book"
column = "title"
error = { max = 1 }
[[checks]]
check = "row-count"
table = "book"
[[checks]]
check = "row-count"
table = "tag"
column = "value"
error = { count = 1 }
[[checks]]
check = "freshness"
max-age = "soon"
[[checks]]
check = "reference"
table = "tag"
column = "value"
to = { words = "trems" }
[[checks]]
check = "quantile"
table = "book"
column = "pages"
quantile = 2
error = { min = 3, max = 1 }
[[checks]]
check = "match-ratio"
field = "pages"
rule = "maximun"
error = { min = 0.5 }
[[checks]]
check = "value-share"
table = "book"
column = "pages"
error = { min = 0.5 }
[[hygiene]]
rules = ["mojibak"]
fields = ["pages"]
[coverage]
bytes = { error = { share = 0.5 } }
"#;
    let test = shelf("title: a\n", checks);
    let ran = test.run(&["schema", "check", "shelf.toml"]);
    assert_eq!(ran.code, 2);
    show("checks_with_faults", &ran.show());
}

#[test]
fn reports_are_cut_and_their_counts_are_not() {
    let dump: String = (0..40).map(|n| format!("title: t{n}\npages: 9{n:02}0\n")).collect();
    let test = shelf(&dump, "");
    let report = |format: &str| {
        let args = [
            "check",
            "dump.txt",
            "-s",
            "shelf.toml",
            "-q",
            "--max-findings",
            "7",
            "--report",
            format,
        ];
        test.run(&args).stdout
    };
    let told = |shown: &str| shown.lines().filter(|line| line.contains("R407")).count();
    let (concise, jsonl, json) = (report("concise"), report("jsonl"), report("json"));
    assert_eq!((told(&concise), told(&jsonl)), (7, 7));
    // Beside the forty there is what was never seen.
    assert!(
        concise.ends_with("… and 34 more findings of 41; `--max-findings` shows more\n"),
        "{concise}"
    );
    assert!(
        jsonl.ends_with("{\"version\":1,\"findings_listed\":7,\"findings_total\":41}\n"),
        "{jsonl}"
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 7);
    assert_eq!((&json["findings_listed"], &json["findings_total"]), (&7.into(), &41.into()));
    assert_eq!(json["counts"]["R407"], 40);
}
