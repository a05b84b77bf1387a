//! The same bytes and findings, however the work is cut and shared: at any number of threads, any size of batches and
//! any size of blocks, for every form and every encoding.
//!
//! A batch decides where row groups of Parquet files and batches of Arrow files end, and how far findings across records stand behind those
//! within records. So the bytes of these files and the order of findings are held against each other at one size of
//! batches, and all else at every size.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use encoding_rs::Encoding;
use recordmill::diagnostic::Located;
use recordmill::pipeline::{self, Observer, Options};
use recordmill::publish::Publish;
use recordmill::schema::{Schema, SchemaSource, parse};
use recordmill::sink::{Compression, Format, Target};
use recordmill::source::Input;
use recordmill::verdict::FailOn;

use crate::support::{read_table, show_table};

const THREADS: [usize; 3] = [1, 2, 5];
const BATCHES: [u64; 3] = [1 << 10, 64 << 10, 5 << 20];
/// One splits every character and every pair of line feeds somewhere.
const BLOCKS: [usize; 3] = [61, 4096, 256 << 10];

/// The schema of every form. What differs is put in for `[source]`.
const FIELDS: &str = r#"
[fields.no]
key = "no"
type = "text"
rules = [{ rule = "required" }]
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "length", max = 24 }]
[fields.grains]
key = "grains"
type = "list"
separator = ';'
[fields.weight]
key = "weight"
type = "integer"
rules = [{ rule = "minimum", min = 3 }]
[tables.sack]
rows = "record"
columns = ["record_id", "no", "title", "weight", "source_file", "source_line", "source_byte"]
[tables.grain]
rows = "grains"
columns = ["record_id", "ordinal", "value"]
[[checks]]
name = "sacks are told apart"
check = "unique"
table = "sack"
columns = ["no"]
[[checks]]
name = "kinds of grain"
check = "distinct-count"
table = "grain"
column = "value"
warning = { min = 100 }
[[checks]]
name = "weights"
check = "quantile"
table = "sack"
column = "weight"
quantile = 0.5
warning = { min = 80 }
"#;

/// The schema of a form.
pub(crate) fn text(source: &str) -> String {
    format!("recordmill = 1\nname = \"sacks\"\n[source]\n{source}\n{FIELDS}")
}

fn schema(source: &str) -> Schema {
    let text = text(source);
    let (schema, faults) = parse(&SchemaSource { name: "sacks".to_owned(), text });
    schema.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// A record: its number, a title, its grains and its weight as written.
struct Sack {
    no: String,
    title: String,
    grains: Vec<String>,
    weight: String,
}

/// Sacks in words of a language, with a little of everything that can be wrong: numbers that come twice, titles
/// that are too long or missing, weights that are none.
fn sacks(words: &[&str], count: usize) -> Vec<Sack> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    (0..count)
        .map(|idx| {
            let no = if idx % 41 == 40 { idx - 17 } else { idx };
            let mut title = words[next(words.len())].to_owned();
            for _ in 0..next(if idx % 29 == 28 { 30 } else { 4 }) {
                let _ = write!(title, " {}", words[next(words.len())]);
            }
            if idx % 13 == 12 {
                title.clear();
            }
            let grains = (0..next(5)).map(|_| words[next(words.len())].to_owned()).collect();
            let weight = match idx % 17 {
                5 => "heavy".to_owned(),
                9 => String::new(),
                _ => next(90).to_string(),
            };
            Sack { no: format!("S{no}"), title, grains, weight }
        })
        .collect()
}

impl Sack {
    fn cells(&self) -> [(&'static str, String); 4] {
        [
            ("no", self.no.clone()),
            ("title", self.title.clone()),
            ("grains", self.grains.join("; ")),
            ("weight", self.weight.clone()),
        ]
    }

    fn object(&self) -> serde_json::Value {
        let cells = self.cells().map(|(key, value)| (key.to_owned(), value.into()));
        serde_json::Value::Object(cells.into_iter().collect())
    }
}

fn stanzas(sacks: &[Sack]) -> String {
    let mut out = String::from("what stands before the first sack\n\n");
    for (idx, sack) in sacks.iter().enumerate() {
        for (key, value) in sack.cells() {
            let _ = writeln!(out, "{key}: {value}");
        }
        if idx % 19 == 18 {
            out.push_str("colour: none\nno key at all\n");
        }
        out.push('\n');
    }
    out
}

/// Every record begins with a line of its own, values go on in the lines below, and lines end as in Windows.
fn sections(sacks: &[Sack]) -> String {
    let mut out = String::new();
    for sack in sacks {
        let _ = write!(out, "=== {}\r\n", sack.no);
        for (key, value) in sack.cells() {
            let _ = write!(out, "{key} = {}\r\n", value.replacen(' ', "\r\n    ", 1));
        }
    }
    out
}

/// Records that end before the next begins. Around some stands more text than a record may have,
/// and some have more than they may, on many lines or on one.
fn bounded(sacks: &[Sack]) -> String {
    let mut out = "what stands before the first sack\n".repeat(90);
    for (idx, sack) in sacks.iter().enumerate() {
        for (key, value) in sack.cells() {
            let _ = writeln!(out, "{key}: {value}");
        }
        match idx % 61 {
            17 => out.push_str(&"colour: none\n".repeat(200)),
            31 => {
                let _ = writeln!(out, "colour: {}", "none at all ".repeat(200));
            }
            _ => {}
        }
        out.push_str("end\n");
        match idx % 53 {
            9 => out.push_str(&"what stands behind a sack\n".repeat(200)),
            29 => {
                let _ = writeln!(out, "{}", "what stands behind a sack ".repeat(200));
            }
            41 => {
                let _ = writeln!(out, "no: {}\nend", "9".repeat(70_000));
            }
            _ => {}
        }
    }
    out
}

fn rows(sacks: &[Sack], delimiter: u8) -> String {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    writer.write_record(["no", "title", "grains", "weight"]).unwrap();
    for (idx, sack) in sacks.iter().enumerate() {
        let mut cells: Vec<_> = sack.cells().into_iter().map(|(_, value)| value).collect();
        match idx % 23 {
            7 => cells[1].push_str("\nsays \"the\tmiller\", twice"),
            11 => cells.push("too much".to_owned()),
            _ => {}
        }
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn json_lines(sacks: &[Sack]) -> String {
    let mut out = String::new();
    for (idx, sack) in sacks.iter().enumerate() {
        let _ = writeln!(out, "{}", sack.object());
        if idx % 37 == 36 {
            out.push_str("{\"no\": \"broken\", \"title\": [1, \n");
        }
    }
    out
}

fn json_array(sacks: &[Sack]) -> String {
    let objects: Vec<_> = sacks.iter().map(Sack::object).collect();
    serde_json::to_string_pretty(&objects).unwrap()
}

/// Hears every finding, in order, as a report tells it: with its place in the file and its values.
struct Heard<'s> {
    schema: &'s Schema,
    lines: Mutex<String>,
}

impl Observer for Heard<'_> {
    fn advance(&self, _: u64) {}

    fn measured(&self, _: u64, _: u64) {}

    fn found(&self, located: &Located, file: Option<&str>) -> recordmill::Result<()> {
        let line = recordmill::render::jsonl(located, file, self.schema);
        let _ = writeln!(self.lines.lock().unwrap(), "{line}");
        Ok(())
    }
}

/// All that a run leaves behind.
#[derive(PartialEq)]
struct Left {
    /// The bytes of each file that batches have no say in.
    files: BTreeMap<String, Vec<u8>>,
    /// The bytes of each Parquet file.
    parquet: BTreeMap<String, Vec<u8>>,
    /// What stands in the Parquet files.
    tables: Vec<String>,
    findings: String,
    run: serde_json::Value,
}

impl Left {
    /// The same without what batches have a say in.
    fn without_batches(&self) -> Self {
        let sorted = |text: &str| {
            let mut lines: Vec<_> = text.lines().collect();
            lines.sort_unstable();
            lines.join("\n")
        };
        let mut files = self.files.clone();
        if let Some(findings) = files.get_mut("finding.csv") {
            *findings = sorted(std::str::from_utf8(findings).unwrap()).into_bytes();
        }
        let table = |table: &String| {
            if table.starts_with("finding\n") { sorted(table) } else { table.clone() }
        };
        Self {
            files,
            parquet: BTreeMap::new(),
            tables: self.tables.iter().map(table).collect(),
            findings: sorted(&self.findings),
            run: self.run.clone(),
        }
    }

    /// Where two runs differ, in a few words: whole files would say less.
    fn difference(&self, other: &Self) -> Option<String> {
        let differs = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| {
            let names = a.keys().chain(b.keys());
            names.into_iter().find(|name| a.get(*name) != b.get(*name)).cloned()
        };
        let line = |a: &str, b: &str| {
            let pair = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            format!("{pair:#?}, {} and {} lines", a.lines().count(), b.lines().count())
        };
        if self.findings != other.findings {
            return Some(format!("findings: {}", line(&self.findings, &other.findings)));
        }
        if self.tables != other.tables {
            return Some(format!("rows: {}", line(&self.tables.concat(), &other.tables.concat())));
        }
        if self.run != other.run {
            return Some(format!(
                "run.json: {}",
                line(&format!("{:#}", self.run), &format!("{:#}", other.run))
            ));
        }
        if let Some(name) = differs(&self.files, &other.files) {
            return Some(format!("the bytes of {name}"));
        }
        differs(&self.parquet, &other.parquet).map(|name| format!("the bytes of {name}"))
    }
}

/// How a run is cut and shared.
#[derive(Clone, Copy, Debug)]
struct Cut {
    threads: usize,
    batch: u64,
    block: usize,
}

fn run(schema: &Schema, inputs: &[(String, Vec<u8>)], cut: Cut) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let inputs = inputs.iter().map(|(name, bytes)| Input::memory(name, bytes.clone())).collect();
    let mut options = Options::new(inputs);
    options.threads = cut.threads;
    options.batch_bytes = cut.batch;
    options.block_bytes = cut.block;
    options.fail_on = FailOn::Never;
    options.kept = 50;
    options.profile = true;
    options.target = Some(Target {
        formats: vec![Format::Parquet, Format::Csv, Format::Arrow],
        compression: Compression::None,
        publish: Publish::Always,
        ..Target::new(folder.path())
    });
    let heard = Heard { schema, lines: Mutex::default() };
    pipeline::run(schema, &options, &heard).unwrap();
    let (mut files, mut parquet, mut tables) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let mut run = serde_json::Value::Null;
    for entry in walkdir::WalkDir::new(folder.path()).sort_by_file_name() {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.path().strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(entry.path()).unwrap();
        if name == "run.json" {
            run = serde_json::from_slice(&bytes).unwrap();
        } else if name.strip_suffix(".arrow").is_some() {
            parquet.insert(name, bytes);
        } else if let Some(table) = name.strip_suffix(".parquet") {
            tables.push(format!("{table}\n{}", show_table(&read_table(folder.path(), table))));
            parquet.insert(name, bytes);
        } else {
            files.insert(name, bytes);
        }
    }
    let report = run.as_object_mut().unwrap();
    for time in ["started_at", "timings"] {
        report.remove(time).unwrap();
    }
    // The bytes of files are looked at by themselves.
    for output in report["outputs"].as_array_mut().unwrap() {
        *output = output["path"].take();
    }
    let findings = heard.lines.into_inner().unwrap();
    Left { files, parquet, tables, findings, run }
}

/// Runs inputs cut in every way; what comes out is the same. Gives the run that others are held against.
fn same_however_cut(what: &str, schema: &Schema, inputs: &[(String, Vec<u8>)]) -> Left {
    let mut firsts: Vec<Left> = Vec::new();
    for batch in BATCHES {
        let mut first: Option<Left> = None;
        for (threads, block) in
            THREADS.into_iter().flat_map(|threads| BLOCKS.map(|block| (threads, block)))
        {
            let cut = Cut { threads, batch, block };
            let left = run(schema, inputs, cut);
            let Some(first) = &first else {
                first = Some(left);
                continue;
            };
            if let Some(difference) = first.difference(&left) {
                panic!("{what}, {cut:?}: {difference}");
            }
        }
        let first = first.unwrap().without_batches();
        if let Some(difference) = firsts.first().and_then(|other| other.difference(&first)) {
            panic!("{what}, batches of {batch} bytes: {difference}");
        }
        firsts.push(first);
    }
    firsts.swap_remove(0)
}

/// That a run came to something: else all of them would be alike.
fn filled(what: &str, left: &Left) {
    for (table, rows) in [("sack", 100), ("grain", 100), ("finding", 10)] {
        let found = left.run["tables"][table]["rows"].as_u64();
        assert!(found.is_some_and(|found| found >= rows), "{what}: {found:?} rows of {table}");
    }
    assert!(!left.findings.is_empty(), "{what}");
}

const LATIN: [&str; 6] = ["rye", "barley", "spelt", "oats of the hill", "maize", "millet, hulled"];

const STANZAS: &str = "format = \"key-value\"\nrecord = { by = \"blank-line\" }\n\
     [source.key]\nby = \"pattern\"\npattern = '^(?<key>\\w+): ?(?<value>.*)$'\n\
     examples.accept = [{ text = \"a: b\" }]";

/// Writes sacks in a form.
type Write = fn(&[Sack]) -> String;

/// A dump in two inputs, its name and its schema.
pub(crate) type Dump = (&'static str, Schema, Vec<(String, Vec<u8>)>);

/// A dump of every form.
pub(crate) fn forms() -> Vec<Dump> {
    let sacks = sacks(&LATIN, 1600);
    let (first, second) = sacks.split_at(900);
    let forms: [(&'static str, &str, Write); 7] = [
        ("stanzas", STANZAS, stanzas),
        (
            "sections",
            "format = \"key-value\"\nrecord = { by = \"start-line\", pattern = '^=== .*$', \
             examples.accept = [{ text = \"=== S1\" }] }\n\
             [source.key]\nby = \"pattern\"\npattern = '^(?<key>\\w+) = ?(?<value>.*)$'\n\
             examples.accept = [{ text = \"a = b\" }]",
            sections,
        ),
        ("csv", "format = \"csv\"", |sacks| rows(sacks, b',')),
        ("tsv", "format = \"csv\"\ncsv = { delimiter = \"\\t\" }", |sacks| rows(sacks, b'\t')),
        ("json-lines", "format = \"json-lines\"", json_lines),
        ("json", "format = \"json\"", json_array),
        (
            "bounded",
            "format = \"key-value\"\nmax-record-bytes = 1000\n\
             record = { by = \"start-key\", key = \"no\", end = '^end$' }\n\
             [source.key]\nby = \"pattern\"\npattern = '^(?<key>\\w+): ?(?<value>.*)$'\n\
             examples.accept = [{ text = \"a: b\" }]",
            bounded,
        ),
    ];
    forms
        .into_iter()
        .map(|(name, source, write)| {
            // Two inputs: a batch may hold the end of one and the beginning of the next.
            let inputs = [first, second]
                .map(|part| (format!("{name}{}", part.len()), write(part).into_bytes()));
            (name, schema(source), inputs.into())
        })
        .collect()
}

#[test]
fn every_form_gives_the_same_however_it_is_cut() {
    for (name, schema, inputs) in forms() {
        let left = same_however_cut(name, &schema, &inputs);
        filled(name, &left);
    }
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// A dump in every encoding, once whole and once damaged.
pub(crate) fn encodings() -> Vec<Dump> {
    let han = ["小麦", "大麦 新", "稻米", "高粱", "磨坊 的 面粉", "黍"];
    let traditional = ["小麥", "大麥 新", "稻米", "高粱", "磨坊", "麵粉"];
    let kana = ["こむぎ", "オオムギ 新", "米", "そば 粉", "ひえ", "ｷﾋﾞ"];
    let hangul = ["밀", "보리 새", "쌀", "수수", "방앗간 가루", "기장"];
    let western = ["Weizen", "Grütze fein", "Süßgras", "blé", "maïs", "avena año"];
    let cyrillic = ["рожь", "ячмень новый", "овёс", "просо", "мука", "пшено"];
    let astral = ["𠮷 米", "🌾 rye", "é barley", "e\u{301} oats", "𐍈", "millet"];
    let encodings: [(&'static str, &[&str; 6]); 17] = [
        ("utf-8", &astral),
        ("utf-16le", &astral),
        ("utf-16be", &astral),
        ("utf-32le", &astral),
        ("utf-32be", &astral),
        ("gb18030", &astral),
        ("gbk", &han),
        ("big5", &traditional),
        ("shift_jis", &kana),
        ("euc-jp", &kana),
        ("iso-2022-jp", &kana),
        ("euc-kr", &hangul),
        ("windows-1252", &western),
        ("iso-8859-15", &western),
        ("windows-1251", &cyrillic),
        ("koi8-r", &cyrillic),
        ("iso-8859-5", &cyrillic),
    ];
    let dump = |(label, words): (&'static str, &[&str; 6])| {
        let text = stanzas(&sacks(words, 100));
        let mut bytes = match label {
            "utf-16le" => utf_16(&text, u16::to_le_bytes),
            "utf-16be" => utf_16(&text, u16::to_be_bytes),
            "utf-32le" => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            "utf-32be" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
            label => {
                let (bytes, _, unmapped) =
                    Encoding::for_label(label.as_bytes()).unwrap().encode(&text);
                assert!(!unmapped, "{label} has all of its words");
                bytes.into_owned()
            }
        };
        let schema = schema(&format!("encoding = \"{label}\"\n{STANZAS}"));
        // Once as it is and once damaged: a character is broken in the middle, and the end is missing.
        let whole = bytes.clone();
        let middle = bytes.len() / 2 / 4 * 4;
        bytes.splice(middle..middle, [0xff; 8]);
        bytes.pop();
        let inputs = vec![("whole".to_owned(), whole), ("damaged".to_owned(), bytes)];
        (label, schema, inputs)
    };
    encodings.into_iter().map(dump).collect()
}

#[test]
fn every_encoding_gives_the_same_however_it_is_cut() {
    for (label, schema, inputs) in encodings() {
        let left = same_however_cut(label, &schema, &inputs);
        filled(label, &left);
        assert_eq!(left.run["inputs"][0]["invalid_sequences"], 0, "{label}");
    }
}

/// So many records that blocks end within the run, and more values than are kept of a block: which values are frequent,
/// and what was left out, is a matter of the dump alone.
#[test]
fn a_profile_of_many_blocks_is_the_same_however_it_is_cut() {
    let schema = "recordmill = 1\nname = \"many\"\n[source]\nformat = \"csv\"\n\
        [fields.word]\nkey = \"word\"\ntype = \"text\"\n[fields.weight]\nkey = \"weight\"\ntype = \"float\"\n\
        [tables.row]\nrows = \"record\"\ncolumns = [\"word\", \"weight\"]\n";
    let source = SchemaSource { name: "many".to_owned(), text: schema.to_owned() };
    let schema = parse(&source).0.unwrap();
    let mut dump = "word,weight\n".to_owned();
    for n in 0..70_000_u64 {
        let mixed = (n * n * 2_654_435_761) >> 7;
        let word = if n % 3 == 0 { mixed % 40 } else { mixed % 9000 };
        let _ = writeln!(dump, "w{word},{}.{}", mixed % 7919, n % 10);
    }
    let run = |threads: usize, batch: u64| {
        let mut options = Options::new(vec![Input::memory("dump.csv", dump.clone())]);
        (options.threads, options.batch_bytes) = (threads, batch);
        options.profile = true;
        serde_json::to_value(pipeline::run(&schema, &options, &()).unwrap().report.profile).unwrap()
    };
    let whole = run(1, 5 << 20);
    let word = &whole["row"]["columns"]["word"];
    assert!(
        word["top_missed"].as_u64().unwrap() > 0 && word["distinct_exact"] == false,
        "{word:#}"
    );
    assert_eq!(whole["row"]["rows"], 70_000);
    for (threads, batch) in [(3, 5 << 20), (2, 100_000), (4, 9_000)] {
        assert!(run(threads, batch) == whole, "{threads} threads, batches of {batch}");
    }
}
