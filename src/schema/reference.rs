//! `docs/schema.md`: the reference of the language, made from its types.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::tagged::{members, word_of};

/// The reference as Markdown.
#[must_use]
pub fn reference() -> String {
    let language = super::language();
    let mut out = String::from(INTRODUCTION);
    section("The file", &language, &language, &mut out);
    for (name, definition) in language["$defs"].as_object().into_iter().flatten() {
        if is_table(definition) {
            section(title(name), definition, &language, &mut out);
        }
    }
    out.push_str(FINDINGS);
    out
}

fn section(name: &str, definition: &Json, language: &Json, out: &mut String) {
    let about = definition["description"].as_str().unwrap_or_default().replace('\n', " ");
    let _ = write!(out, "\n## {name}\n\n{about}\n");
    if let Some((members, tag)) = members(definition) {
        // What every word has, the tag first, and then what each has of its own.
        let everywhere = |key: &str| {
            members.iter().all(|member| {
                key != tag && member["properties"][key] == members[0]["properties"][key]
            })
        };
        let _ = write!(out, "\n| key | type | meaning |\n|---|---|---|\n");
        let listed = members.iter().map(|member| format!("`{}`", word_of(member, tag)));
        let listed = listed.collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "| `{tag}` | word | Which of {listed}. **Required.** |");
        rows(&members[0], &everywhere, language, out);
        for member in members {
            let about = member["description"].as_str().unwrap_or_default().replace('\n', " ");
            let _ = write!(out, "\n### `{tag} = \"{}\"`\n\n{about}\n", word_of(member, tag));
            let own = |key: &str| key != tag && !everywhere(key);
            let keys = member["properties"].as_object().into_iter().flatten();
            if keys.into_iter().any(|(key, _)| own(key)) {
                let _ = write!(out, "\n| key | type | meaning |\n|---|---|---|\n");
                rows(member, &own, language, out);
            }
        }
    } else {
        let _ = write!(out, "\n| key | type | meaning |\n|---|---|---|\n");
        rows(definition, &|_| true, language, out);
    }
}

/// The rows of the keys that are wanted.
fn rows(definition: &Json, wanted: &dyn Fn(&str) -> bool, language: &Json, out: &mut String) {
    let required: Vec<_> =
        definition["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for (key, property) in definition["properties"].as_object().into_iter().flatten() {
        if !wanted(key) {
            continue;
        }
        let meaning = property["description"].as_str().unwrap_or_default().replace('\n', " ");
        let must = if required.contains(&key.as_str()) { " **Required.**" } else { "" };
        let words = words(property, language);
        let _ =
            writeln!(out, "| `{key}` | {} | {meaning}{must}{words} |", kind(property, language));
    }
}

/// Whether a definition is that of a table, rather than of a word.
fn is_table(definition: &Json) -> bool {
    definition["properties"].is_object() || members(definition).is_some()
}

fn target<'s>(property: &'s Json, language: &'s Json) -> Option<(&'s str, &'s Json)> {
    let reference = property["$ref"].as_str().or_else(|| {
        property["anyOf"].as_array()?.iter().find_map(|choice| choice["$ref"].as_str())
    })?;
    let name = reference.strip_prefix("#/$defs/")?;
    Some((name, &language["$defs"][name]))
}

fn kind(property: &Json, language: &Json) -> String {
    if let Some((name, definition)) = target(property, language) {
        return if is_table(definition) {
            format!("[{}](#{})", title(name), title(name).to_lowercase().replace(' ', "-"))
        } else {
            "word".to_owned()
        };
    }
    let word = match &property["type"] {
        Json::String(word) => word.clone(),
        Json::Array(words) => {
            let words: Vec<_> =
                words.iter().filter_map(Json::as_str).filter(|word| *word != "null").collect();
            words.join(" or ")
        }
        _ => "any".to_owned(),
    };
    match word.as_str() {
        "array" => format!("array of {}", kind(&property["items"], language)),
        "object" => format!("table of {}", kind(&property["additionalProperties"], language)),
        word => word.to_owned(),
    }
}

/// The words that a key may have, with what they mean.
fn words(property: &Json, language: &Json) -> String {
    let Some((_, definition)) = target(property, language) else {
        return String::new();
    };
    let listed = definition["enum"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut words: Vec<_> = listed.map(|word| format!("`{word}`")).collect();
    for choice in definition["oneOf"].as_array().into_iter().flatten() {
        let Some(word) = choice["const"].as_str() else {
            continue;
        };
        let about = choice["description"].as_str().unwrap_or_default().trim_end_matches('.');
        words.push(format!("`{word}` ({about})"));
    }
    if words.is_empty() { String::new() } else { format!(" One of: {}.", words.join(", ")) }
}

fn title(name: &str) -> &str {
    match name {
        "RawSource" => "Source",
        "RawFraming" => "Record",
        "RawKey" => "Key",
        "RawContinuation" => "Continuation",
        "RawField" => "Field",
        "RawKind" => "Kind",
        "RawWhen" => "When",
        "RawReplace" => "Replace",
        "RawInfer" => "Infer",
        "RawPattern" => "Pattern",
        "RawJson" => "JSON",
        "RawCsv" => "CSV",
        "RawOverlap" => "Overlap",
        "RawOutline" => "Outline",
        "RawMarker" => "Marker",
        "RawExamples" => "Examples",
        "RawAccept" => "Accept",
        "RawRule" => "Rule",
        "RawQuantity" => "Quantity",
        "RawQuantityRule" => "Quantity rule",
        "RawTable" => "Table",
        "RawComputed" => "Computed",
        "RawFinding" => "Finding",
        "RawLimit" => "Limit",
        "RawThreshold" => "Threshold",
        "RawCoverage" => "Coverage",
        "RawWords" => "Words",
        "RawReference" => "Reference",
        "RawCheck" => "Check",
        "RawHygiene" => "Hygiene",
        other => other,
    }
}

const INTRODUCTION: &str = "\
# The schema language

Made from the types of the language: `recordmill generate schema-md > docs/schema.md`. The embedded
schema is its tutorial: `recordmill schema show disease`. An editor that knows TOML completes and
checks a schema with `#:schema schemas/schema.json` in its first line.

A schema is a TOML file. `recordmill schema check FILE` tells every fault of it in one go;
`recordmill schema test FILE` runs its examples.

## The smallest schema

```toml
recordmill = 1
name = \"book\"

[source]
format = \"key-value\"
record = { by = \"start-key\", key = \"title\" }
key = { by = \"declared\", delimiter = \": \" }

[fields.title]
key = \"title\"
type = \"text\"
rules = [{ rule = \"not-null\" }]

[tables.book]
rows = \"record\"
columns = [\"record_id\", \"title\", \"source_line\"]
```

It reads `title: Mill` and writes one row per line that begins with `title: `. A schema without any rule
checks nothing, and a run of it says so (`R602 no-rules`).

## Dumps of lines

A dump of lines has the form `key-value`. Four questions decide how its schema begins; the schemas in
`schemas/gallery/` answer them for formats that are in wide use.

**Where does a record begin?** `source.record`:

| the dump | write |
|---|---|
| the same key opens each record | `record = { by = \"start-key\", key = \"title\" }` |
| a line such as `[Term]` opens it | `record = { by = \"start-line\", pattern = '^\\[Term\\]$' }` |
| the line that opens it has a name in it | the same with `'^\\[(?<value>.+)\\]$'` and `key = \"block\"`: the name is the value of the key `block` |
| blank lines stand between records | `record = { by = \"blank-line\" }` |
| a key or a line opens it, and another closes it | `end = '^ER  -'` with one of the first three; what stands behind it is no record |
| a line such as `//` closes it, and the next opens | `record = { by = \"end-line\", pattern = '^//' }` |
| each file is one record | `record = { by = \"file\" }` |
| some records are headers, and not wanted | `skip = { pattern = '^%rec:' }` in any of these |
| records are of several kinds, a table each | `[kinds.term]` with `when = { line = '^\\[Term\\]$' }`, and `kind = \"term\"` in a table (see below) |

**What makes a line an entry?** `source.key`:

| the line | write |
|---|---|
| `title: Mill`, and the keys are known | `by = \"declared\"`, `delimiter = \": \"` |
| `title:Mill`, `title : Mill`, `title：Mill` too | `by = \"declared\"`, `delimiter-pattern = '\\s*[:：]\\s*'` |
| the same, and other keys are to be found out | `by = \"pattern\"`, `pattern = '^(?<key>\\w+): (?<value>.*)$'` |
| `ID   MILL_1`: the key takes five characters | `by = \"column\"`, `width = 5` |
| `cn:: TWlsbA==`: values in base64 | a group `base64` beside `value` in the pattern |
| `Title` and `title` are one key | `fold-case = true` |
| keys stand below others, by a number or an indent | a group `level` in the pattern; `2 DATE` below `1 BIRT` is `BIRT.DATE` |
| a key is known and not wanted | `ignored = [\"key\"]` |
| no key is wanted that no field has | `ignored = \"*\"` |
| a key comes again and makes a list | `repeated = \"list\"`, for all keys or in one field |
| a key comes again and goes on with its text | `repeated = \"join\"` |

**What do lines without a key do?** `source.continuation`:

| the line | write |
|---|---|
| goes on with the value above | `by = \"any\"` (the default) |
| does so only behind an indent | `by = \"indent\"`, `indent = \"  \"`; other lines are reported |
| ` .` stands for a blank line | `blank = \".\"` beside the indent |
| was broken in the middle of a word | `join = \"\"`; between words `join = \" \"` |
| are items of one key and words of another | `join` in a field |
| is a comment | `source.comment = { pattern = '^#' }` |
| goes on with a comment | `folds-comments = true` beside the indent |

A line that joins a value and begins with a few words and the delimiter, or a near form of it, is
reported (`R140`), once for each beginning: it may be an entry that the schema does not know.

**What is in a value?** The type of the field: one text, a list with a `separator`, tuples that an
`item` pattern takes apart (see below), a quantity.

## Kinds of records

A dump may hold records of several kinds. `[kinds]` names them, in the order in which they are tried; each
table of records says which it has:

```toml
[kinds.person]
when = { key = \"type\", pattern = '^person$' }

[kinds.place]
when = { key = \"type\", pattern = '^place$' }

[tables.person]
rows = \"record\"
kind = \"person\"
columns = [\"record_id\", \"name\", \"born\"]

[tables.place]
rows = \"record\"
kind = \"place\"
columns = [\"record_id\", \"name\", \"country\"]
```

`line` in place of `key` and `pattern` looks at the first line of a record of lines. Rules of a field are asked
of the records of those kinds alone whose tables show the field. Tables of items have those of every kind. A
record of no kind goes to the quarantine (`R141`).

## JSON and CSV

`json-lines` reads an object per line, `json` one array of objects or one object, as a stream:
`json.records = \"data.items\"` names the keys that lead to the array; with a `*` in the last place the
members of an object are the records, and `@key` is the key of each. What else stands around the
records is counted as ignored; commas and brackets that do not belong there, a second document, and a
file that ends too early are findings. The `key` of a field may lead below the top, `author.name`; an
array on the way stands for each of its elements. The elements of an array are the items of a list as
they are, blanks and all. Numbers and words are read as they stand, `null` is no value, `NaN` and the
infinities are none either and a finding, an object is read as the text that it is.

`csv` reads rows whose first names the columns: the `key` of a field is the name of a column. A row
ends with a line feed, a carriage return or both, outside of quotes; one of nothing but blanks is none.
A row of another length than the header is a finding, as is a cell in a column without a name, text
behind a closing quote, and a header that comes again. An empty cell is no value. One bad quote costs
one row: where the quotes of a row hold line ends and are wrong, it ends before the next line that is a
row like the others of the file. Where each of at least three lines in such quotes is a row, and figures
stand in it where figures stand in other rows, they are rows; where that is not as certain, the cell is
read as its quotes say, and told.

A record that cannot be read, for it is no JSON or its quotes never close, goes to the quarantine as
it stands. `formats` in place of `format` lets a dump have one of several forms, told by its content.

Inputs may be compressed (gzip, zstd, bzip2, xz) or archives (tar, zip); both are told by their content
and need no word in the schema.

## What happens to a value

1. The record is cut from the dump, its lines become entries: a key and a value without the white
   space around it.
2. `decode` takes the value out of a code, such as base64 or the entities of HTML, and `replace`
   changes parts of it. `extract` picks the value out of the text; `sentinels` and blank values become null.
3. The type makes a cell of it. A text that cannot be read as its type becomes null and a finding
   that keeps the text; a quantity keeps its text in a column of its own.
4. The rules check the cell. A rule that fails is a finding; its `action` says whether the value
   stays (`keep`), becomes null (`null`), or the record goes to the quarantine (`reject`).

## Patterns

Regular expressions are those of the Rust crate `regex`: linear time on any input, no look-around,
no back-references. `%{name}` stands for a piece of `[patterns]`; in the rules of a quantity
`%{unit}` stands for any of its units.

## Quantities

A quantity makes five columns: the text as it stands, `_kind`, `_min` and `_max` with the unit
before them (`cost_cny_min`), and `_approx`. Figures outside brackets decide; what stands in
brackets is looked at only where there is no figure outside. Of the rules that match at a place the
first in the file is taken, then reading goes on behind it. Several different figures make the kind
`several`, from the smallest to the largest. A blank value, a sentinel and a missing key are
`unknown`; a text without a figure is `text`, or the kind of the first rule for a word that matches.

Figures are whole: `50` of `12.50 EUR`, `200` of `1,200`, `5` of `-5` or of `3/5`, `12` of `10 - 12` are not
read, whatever a rule matches, but told (`R320`), unless another rule reads the longer figure. What the
pattern itself matches around the figure is the word of the schema: `^(?<a>\\d+)-` may leave out what
follows. Figures are worked out exactly; a unit such as `0.041666666666666664` is the fraction it stands for,
1/24.

With `combine = \"sum\"` figures that stand side by side with falling units are one: `1 h 35 min`, `1万2千元`;
blanks and a comma may stand between. Two that stand side by side and do not add up are told.

## Numbers

```text
number    = [sign] (plain | spoken)             the whole text, blanks around it left out
sign      = \"+\" | \"-\"                           also full-width, and U+2212
plain     = amount [(\"e\" | \"E\") [sign] digit+]
amount    = whole [mark digit*] | mark digit+   the mark is `decimal`, a point by default
whole     = digit+ | digit{1,3} (group digit{3})+
spoken    = amount scale | 半 | 一半 | count [点 numeral+ [scale]] | count 个半 | compound
scale     = [十 | 百 | 千] [万] [亿]             at least one of them
```

Digits are ASCII or full-width. Groups are read only where `number` names their sign, one sign in a number:
`number = { decimal = \",\", group = \".\" }` reads `1.234,5`; without it `12,345` is told, it is not 12345. A
`count` is a Han numeral: 三万五 is 35000, 两千五 2500, 一百零五 105; a lone 万, 十十 or 一二 are none. A `compound`
has figures for its digits: 3万5千, 1亿2000万. A whole number that has decimals, or does not fit into 64 bits,
is told, as is one beyond the largest double. JSON numbers follow the grammar of JSON.

## Dates and times

Without `formats` they are read in the extended form of ISO 8601: `2025-12-31`, `23:59`, `23:59:59.5`,
`2025-12-31T23:59:59Z`, `2025-12-31 23:59+01:00`. `formats` holds words of strftime, tried in order; all of the
text must be used. Figures may lack leading zeros, names of months and days are English in any case of
letters, a blank stands for any white space. `%y` is a year from 1969 to 2068; `%I` wants `%p`; `%z`, `%:z` and
`%Q` are offsets and zones, `%Z` cannot be read, for `CST` is four zones.

`zone` is the zone of texts without an offset, and makes a column of instants; without one a text with an
offset is told. A date that does not exist, a 60th second, and a local time that a zone skips or has twice are
told. `epoch` reads counts of seconds, `ms` or `us` instead. What is finer than a microsecond is rounded half to
even, and told.

## Tuples

A `tuple-list` makes a table with a column per member. It reads Python list literals, for which
`members` gives the names by how many there are; or items that the pattern `item` takes apart, whose
named groups are the members:

```toml
[fields.depends]
key = \"Depends\"
type = \"tuple-list\"
separator = '\\s*,\\s*'
item = '^(?<name>[a-z0-9.-]+)(?: \\((?<relation>[<=>]+) (?<bound>[^)]+)\\))?$'
examples.accept = [{ text = \"salt (>= 2), brine\", gives = { items = [{ name = \"salt\", bound = \"2\" }, { name = \"brine\", bound = \"\" }] } }]
```

`overlap` parts a member in two where it ends in the start of another: with the label `某厂某某` and the
generic `某某片`, the tail is `某某` and the head `某厂`.

## Outlines

An `outline` takes the texts of other fields apart at the numbers of their sections, and makes a table
with the columns `field`, `path`, `level`, `marker` and `text`. A marker counts if its number goes on
where its style stopped, or is the first one: `2.` after `1.`, so that a dose or a date is none. A style
that is not among those open at a place is nested in them; one that is closes what is inside of it.
What stands before the first marker has the path `0`. Markers and texts, one after another, are the
text again; a text without a marker has no sections.

## What schemas share

`uses = [\"disease\"]` takes the `patterns`, `quantities`, `outlines` and `sentinels` of another schema, an
embedded one or a file. `recordmill schema list` names the embedded ones.

## What must hold

**For a value**, `rules` of its field. **For the characters of texts**, `[[hygiene]]`:

```toml
[[hygiene]]
rules = [\"invisible-character\", \"bidirectional-control\", \"replacement-character\", \"mojibake\"]

[[hygiene]]
rules = [\"mixed-width\", \"mixed-han\", \"unbalanced-brackets\"]
fields = [\"name\", \"tags\"]
```

Without `fields` every field that has a key and a text is looked at, and each item and member of it.

**For a whole table, across records, batches and files**, `[[checks]]`:

| what must hold | write |
|---|---|
| no two rows have the same values | `check = \"unique\"`, `columns = [\"title\"]` |
| each value occurs in another table | `check = \"reference\"`, `to = { table = \"book\", column = \"title\" }` |
| each value is in a word list | the same with `to = { words = \"terms\" }`, and `[words.terms]` with `file = \"terms.txt\"`, or `--words terms=FILE` |
| each value was in an earlier output | the same with `to = { output = \"../last/book.parquet\", column = \"title\" }` |
| no two values differ in form alone | `check = \"near-duplicate\"`, `column = \"title\"` |
| columns of a row agree | `check = \"condition\"`, `condition = \"price_eur_min <= price_eur_max\"` |
| the table has so many rows | `check = \"row-count\"`, `error = { min = 1000 }` |
| so little of a column is null | `check = \"null-ratio\"`, `error = { max = 0.1 }` |
| a column has so many distinct values | `check = \"distinct-count\"`, `warning = { max = 50 }` |
| a rule takes so many of the values | `check = \"match-ratio\"`, `field = \"price\"`, `rule = \"exact\"`, `error = { min = 0.9 }` |
| the mean, or a quantile, lies there | `check = \"mean\"`; `check = \"quantile\"`, `quantile = 0.95`; `error = { min = 1, max = 100 }` |
| values have such a share | `check = \"value-share\"`, `values = [true]`, or `lower` and `upper`; `warning = { min = 0.2 }` |
| files are no older | `check = \"freshness\"`, `max-age = \"7 days\"` |
| anything else | `check = \"sql\"`, `query = \"SELECT record_id, … FROM book WHERE …\"`: each row it gives is a failure |

A condition sees the columns of one row at a time; what looks at several rows, an aggregate or a window, is a
query. A query runs once, at the end: the columns that it names are held in memory until then, or all columns of
its tables where it says `*`, `COLUMNS`, `NATURAL` or `USING`; and 40 bytes for each record, with the text of its
key if the schema gives it one. Where a query gives a `record_id`, its findings point at the record. SQL is what
polars reads: for a query one `SELECT` over the tables of the schema, and at most 500 operators in either.
`schema check` tries every condition and query on empty tables.

Values and bounds (`values`, `lower`, `upper`) are of the type of the column: `values = [1, 2]` for whole numbers,
`values = [true]`, `lower = 2024-02-29` for dates. A number with more digits than a double holds is written as a text.

**Limits.** What measures a figure is held to `min` and `max`. What looks at each value or row may fail so often:
`warning = { share = 0.01 }, error = { count = 100 }`, on a rule of a field too. Each failure is then only worth
knowing, and one finding, `R504 too-many-failures`, tells that there are too many, at the first of them.

**How much is known**, `[coverage]`: the share of bytes that some rule took, the share of keys that some field
knows, how many rules may match nothing, how many fields may never be seen.

```toml
[coverage]
bytes = { warning = { min = 0.99 }, error = { min = 0.9 } }
keys = { error = { min = 0.95 } }
rules = { warning = { share = 0.5 } }
fields = { warning = { count = 0 } }
```

**Hidden values.** `mask = true` on a field, or `--mask` for all, leaves values out of findings and reports: what
is told is the kind of finding and its place. Tables and the quarantine have them all the same, and findings of
checks on tables are hidden as soon as any field is. A baseline is the same with and without.

**What a record is known by.** A baseline tells records apart by `key` of the table of records, such as
`key = [\"title\"]`; without it by the field of the type `name`, and without that by `record_id`, which changes
with every byte of the record.

## Examples, and rules that can fail

`recordmill schema test` runs the examples that stand beside patterns and rules. With `--mutate` it
damages the accepted ones as well, and shows every rule that no damage can trip: such a rule checks
nothing.

## Names

A `name` field without a key is worked out: each `infer` pattern is tried on the first 512 bytes of
its field's text and gives a candidate; each text of `infer` and `support` that begins with a
candidate gives it a vote; the one with most votes is the name, the longest of several.
";

const FINDINGS: &str = "
## Findings

Under `[findings.NAME]` a schema gives a finding another severity or action, by the name or the number of its
code: `[findings.unknown-key]`. [`rules.md`](rules.md) has them all, with what each does and why it matters.
";
