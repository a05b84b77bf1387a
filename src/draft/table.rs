//! Which rows of cells a text may be: delimiter, preamble, header.

use std::borrow::Cow;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxHashMap, FxHashSet};

use super::form::{Form, Table};
use super::lines::Hypothesis;
use super::look::share;

/// What may stand between cells.
const DELIMITERS: [char; 5] = [',', '\t', ';', '|', '^'];
/// How many lines may stand before the header.
const PREAMBLE: usize = 40;
/// How many columns a table may have: nobody reads a schema of more fields.
const MOST_COLUMNS: usize = 2000;
/// Which share of the rows must have as many cells as most.
const EVEN: f64 = 0.9;
/// The same of a table of so few rows.
const EVEN_OF_FEW: f64 = 0.75;
const FEW: usize = 20;
/// In so many rows cells that are written alike tell that the one above them is a value.
const ALIKE: usize = 3;
/// How many lines are looked at for a first row that may name the columns.
const HEAD: usize = 1000;
/// The same of a table whose first line names its columns: a cell that should stand in quotes makes many rows longer.
const EVEN_OF_NAMED: f64 = 0.6;

/// A table that a text may be, with the share of rows that are as long as most.
pub(super) fn hypotheses(text: &str) -> Vec<(Hypothesis, f64)> {
    if let Some((delimiter, rest)) = named_delimiter(text) {
        let mut found = Vec::from_iter(of_delimiter(rest, delimiter));
        for (hypothesis, _) in &mut found {
            if let Form::Csv(table) = &mut hypothesis.form {
                table.is_said = true;
                table.lead += 1;
            }
        }
        return found;
    }
    let mut all: Vec<_> =
        DELIMITERS.iter().filter_map(|&delimiter| of_delimiter(text, delimiter)).collect();
    // A comma in each row but for the header cuts rows too: what another delimiter makes a row of is no preamble.
    let rows: Vec<(usize, f64)> = all
        .iter()
        .filter_map(|(found, even)| match &found.form {
            Form::Csv(table) => Some((table.above, *even)),
            _ => None,
        })
        .collect();
    all.retain(|(found, even)| match &found.form {
        Form::Csv(table) => {
            !rows.iter().any(|(above, other)| *above < table.above && other >= even)
        }
        _ => true,
    });
    all
}

/// The delimiter that a first line such as `sep=;` names, as spreadsheets write it, and the text behind that line.
fn named_delimiter(text: &str) -> Option<(char, &str)> {
    let (line, rest) = text.trim_start_matches('\u{feff}').split_once('\n')?;
    let mut named = line.trim_end_matches('\r').strip_prefix("sep=")?.chars();
    let sign = named.next().filter(|sign| sign.is_ascii() && *sign != '"')?;
    named.next().is_none().then_some((sign, rest))
}

/// What the lines above the rows cost. One that looks like a header of other cells may be one.
pub(super) fn doubt(text: &str, table: &Table) -> f64 {
    if maybe_header(text, table).is_some() {
        return 0.12;
    }
    match (table.above, unfit_header(text, table)) {
        (0, _) => 0.0,
        (_, None) => 0.02,
        (_, Some(line)) if line.contains(table.delimiter) => 0.3,
        (_, Some(_)) => 0.35,
    }
}

/// The first row of a table without a header, if it may be one whose names are years: `country,2019`.
pub(super) fn maybe_header(text: &str, table: &Table) -> Option<String> {
    if table.has_header() || table.above > 0 || table.is_said || table.comment.is_some() {
        return None;
    }
    let head: Vec<&str> = text.lines().take(HEAD).collect();
    let rows = rows_of(&head.join("\n"), table.delimiter);
    let ((first, _), body) = rows.split_first()?;
    let years = (0..first.len()).filter(|n| is_period(first[*n].trim()));
    let is_lone = |n: usize| !column(body, n).any(is_period);
    let words = first.iter().filter(|cell| is_wordy(cell)).count();
    let mut years = years.filter(|n| is_lone(*n));
    (words > 0 && !body.is_empty() && years.next().is_some())
        .then(|| first.join(&table.delimiter.to_string()))
}

/// The line above the rows, if it looks like a header that has not as many cells as they.
pub(super) fn unfit_header<'t>(text: &'t str, table: &Table) -> Option<&'t str> {
    let last = table.above.checked_sub(1)? + usize::from(table.is_said);
    let line = text.lines().nth(last)?.trim();
    let names = |sign: &char| line.contains(*sign) && line.split(*sign).all(is_name);
    DELIMITERS.iter().any(names).then_some(line)
}

/// Whether a cell may name a column.
fn is_name(cell: &str) -> bool {
    let cell = cell.trim().trim_matches('"');
    cell.starts_with(char::is_alphabetic) && cell.split_whitespace().count() <= 3
}

fn of_delimiter(text: &str, delimiter: char) -> Option<(Hypothesis, f64)> {
    let (comment, kept) = without_comments(text, delimiter);
    let trimmed = trimmed(&kept, delimiter);
    let rows = rows_of(trimmed.as_deref().unwrap_or(&kept), delimiter);
    let mut lengths: IndexMap<usize, u64> = IndexMap::new();
    for (cells, _) in &rows {
        *lengths.entry(cells.len()).or_default() += 1;
    }
    let (&width, _) = lengths
        .iter()
        .filter(|(width, _)| **width > 1)
        .max_by_key(|(width, count)| (**count, **width))?;
    let first = rows.iter().position(|(cells, _)| cells.len() == width)?;
    let first = first + padded(&rows[first..], width);
    if first > PREAMBLE || width > MOST_COLUMNS {
        return None;
    }
    let (cells, line) = &rows[first];
    let body = &rows[first..];
    let even = share(
        body.iter().filter(|(cells, _)| cells.len() == width).count() as u64,
        body.len() as u64,
    );
    let named = is_header(cells, &body[1..]);
    // Two words with a comma begin a letter, too.
    let is_sure = named
        && first == 0
        && cells.iter().all(|cell| is_name(cell))
        && (width > 2 || is_above_figures(cells, &body[1..]));
    let usual = if body.len() < FEW { EVEN_OF_FEW } else { EVEN };
    let is_short = |(cells, _): &&(Vec<_>, usize)| cells.len() < width;
    let short = share(body.iter().filter(is_short).count() as u64, body.len() as u64);
    if even < if is_sure { EVEN_OF_NAMED } else { usual } || 1.0 - short < usual {
        return None;
    }
    // Lines are counted as they stand in the file, those of comments too.
    let comments = comment.map_or(0, |sign| {
        let mut rows = 0;
        let before = text.lines().take_while(|text| {
            rows += usize::from(!text.starts_with(sign));
            rows <= *line
        });
        before.filter(|text| text.starts_with(sign)).count()
    });
    let above = if *line > 0 { line + comments } else { 0 };
    let header = 1 + cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
    let mut table = Table {
        delimiter,
        skip: above,
        above,
        lead: above,
        is_said: false,
        columns: None,
        comment,
        trim: trimmed.is_some(),
        twice: Vec::new(),
        has_unnamed: false,
        names: Vec::new(),
    };
    if !named {
        table.columns = Some((1..=width).map(|n| format!("column_{n}")).collect());
    } else if are_distinct(cells) && unnamed(cells, &body[1..]) < 2 {
        table.lead = line + comments + header;
    } else {
        // A key stands for one column: the header is skipped, and the columns are called otherwise.
        table.skip = line + comments + header;
        table.lead = table.skip;
        table.has_unnamed = unnamed(cells, &body[1..]) > 1;
        let (columns, twice) = told_apart(cells);
        (table.columns, table.twice) = (Some(columns), twice);
    }
    // A column without a name has the key ``, unless there is nothing in it or another one has that key too.
    let blank = cells.iter().filter(|cell| cell.trim().is_empty()).count();
    let has_unnamed = blank == 1 && unnamed(cells, &body[1..]) == 1;
    let keys = table.columns.clone().unwrap_or_else(|| cells.clone());
    table.names = keys.iter().map(|key| key.trim().to_owned()).collect();
    let keys = table.names.iter().cloned();
    let keys = keys.filter(|key| !key.is_empty() || has_unnamed).collect::<IndexSet<_>>();
    let keys = keys.into_iter().collect();
    Some((Hypothesis { form: Form::Csv(table), keys, way: 0 }, even))
}

/// How many rows stand above a header that are as long as it since delimiters fill them up, as spreadsheets write titles
/// and what stands over several columns: most of their cells are empty, and fewer are filled than in rows.
fn padded(rows: &[(Vec<String>, usize)], width: usize) -> usize {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_sparse = |cells: &[String]| cells.len() != width || filled(cells) * 2 <= width;
    let Some(above) = rows.iter().take(PREAMBLE + 1).position(|(cells, _)| !is_sparse(cells))
    else {
        return 0;
    };
    let ((header, _), body) = (&rows[above], &rows[above + 1..]);
    if above == 0 || body.is_empty() || !is_header(header, body) {
        return 0;
    }
    let mut usual: Vec<usize> = body.iter().map(|(cells, _)| filled(cells)).collect();
    usual.sort_unstable();
    let usual = usual[usual.len() / 2];
    // A column of names has no name itself, and the row below is one of them: `,size` above `ox,large`.
    let is_column = |cells: &[String]| {
        cells.first().is_some_and(|cell| cell.trim().is_empty()) && !is_above_figures(header, body)
    };
    let is_above = |cells: &[String]| filled(cells) < usual && !is_column(cells);
    if rows[..above].iter().all(|(cells, _)| is_above(cells)) { above } else { 0 }
}

/// The sign of comments with which a text begins, if lines that begin so are no rows, and the text without them.
fn without_comments(text: &str, delimiter: char) -> (Option<char>, Cow<'_, str>) {
    let Some(sign) = text.chars().next().filter(|sign| "#!;%".contains(*sign)) else {
        return (None, text.into());
    };
    let cells = |line: &str| line.matches(delimiter).count();
    let rows = text.lines().filter(|line| !line.starts_with(sign));
    let Some(width) = rows.map(cells).max().filter(|width| *width > 0) else {
        return (None, text.into());
    };
    if text.lines().any(|line| line.starts_with(sign) && cells(line) >= width) {
        return (None, text.into());
    }
    let kept = text.split_inclusive('\n').filter(|line| !line.starts_with(sign));
    (Some(sign), kept.collect::<String>().into())
}

/// The text without the blanks between delimiters and quotes, where a third of the lines or more has such: quotes behind a blank
/// are text otherwise.
fn trimmed(text: &str, delimiter: char) -> Option<String> {
    let has_blank = |line: &str| {
        line.split(delimiter).skip(1).any(|cell| {
            let quoted = cell.trim_start_matches(' ');
            quoted.len() < cell.len() && quoted.starts_with('"') && !quoted.starts_with("\"\"")
        })
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (all, blank) =
        lines.fold((0, 0), |(all, blank), line| (all + 1, blank + u64::from(has_blank(line))));
    if share(blank, all) < 1.0 / 3.0 {
        return None;
    }
    let cut = |line: &str| -> String {
        let sign = delimiter.to_string();
        let mut cells = line.split(delimiter);
        let mut out = cells.next().unwrap_or_default().to_owned();
        for cell in cells {
            let bare = cell.trim_start_matches(' ');
            if out.ends_with("\" ") {
                out.truncate(out.trim_end_matches(' ').len());
            }
            out.push_str(&sign);
            out.push_str(if bare.starts_with('"') { bare } else { cell });
        }
        out
    };
    Some(text.split_inclusive('\n').map(cut).collect())
}

/// The rows of a text that are not blank, each with the number of lines before it.
fn rows_of(text: &str, delimiter: char) -> Vec<(Vec<String>, usize)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut at = 0;
    for record in reader.records().map_while(Result::ok) {
        let byte = record.position().map_or(0, csv::Position::byte);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // The position of a record counts from the end of the one before it, blank lines included.
        let begin = usize::try_from(byte).unwrap_or(0).min(text.len());
        let blank = text.get(begin..).map_or(0, |rest| {
            let lead = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
            rest[..lead].matches('\n').count()
        });
        if rows.len() <= PREAMBLE {
            at = text.get(..begin).map_or(0, |before| before.matches('\n').count()) + blank;
        }
        rows.push((record.iter().map(str::to_owned).collect(), at));
    }
    rows
}

/// Whether a row names the columns.
fn is_header(cells: &[String], body: &[(Vec<String>, usize)]) -> bool {
    let texts: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let filled = texts.iter().filter(|cell| !cell.is_empty()).count();
    if filled == 0 || texts.iter().any(|cell| cell.chars().count() > 60) {
        return false;
    }
    let distinct = are_distinct(cells);
    if (0..texts.len()).any(|n| is_value(texts[n], body, n)) {
        return false;
    }
    if !texts.iter().all(|cell| cell.is_empty() || is_wordy(cell)) {
        return distinct && names_figures(&texts, cells, body);
    }
    if body.is_empty() {
        return distinct;
    }
    // Without a column of figures, a word that comes again is a value.
    let again = (0..texts.len())
        .any(|n| !texts[n].is_empty() && column(body, n).any(|cell| cell == texts[n]));
    is_above_figures(cells, body) || distinct && !again
}

fn is_wordy(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
}

/// Whether a row with numbers in it names the columns: a word of it stands above figures, or its numbers are a series as
/// years and hours are, which those of other rows are not.
fn names_figures(texts: &[&str], cells: &[String], body: &[(Vec<String>, usize)]) -> bool {
    let mut words = (0..texts.len()).filter(|n| is_wordy(texts[*n]));
    let has_word = words.clone().next().is_some() || texts[0].is_empty();
    let again = words.any(|n| column(body, n).any(|cell| cell == texts[n]));
    if body.is_empty() || !has_word || again {
        return false;
    }
    let figures = |cells: &[String]| -> Vec<String> {
        let texts = cells.iter().map(|cell| cell.trim());
        texts.filter(|cell| !cell.is_empty() && !is_wordy(cell)).map(str::to_owned).collect()
    };
    let named: Vec<String> = cells
        .iter()
        .map(|cell| if is_wordy(cell) { cell.clone() } else { String::new() })
        .collect();
    // A year or a day that is none of the values below it.
    let is_name = |n: usize| is_period(texts[n]) && !column(body, n).any(is_period);
    let mut others = (0..texts.len()).filter(|n| !texts[*n].is_empty() && !is_wordy(texts[*n]));
    let series = body.iter().filter(|(cells, _)| is_series(&figures(cells))).count();
    is_above_figures(&named, body) && others.all(is_name)
        || is_series(&figures(cells)) && series * 10 <= body.len()
}

/// Whether a cell is a year or a date in figures.
fn is_period(cell: &str) -> bool {
    let is_year = cell.len() == 4 && ("1800".."2100").contains(&cell);
    let signs: String = cell.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_date = cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.ends_with(|c: char| c.is_ascii_digit())
        && ["//", "--", "..", "-"].contains(&signs.as_str());
    is_year && signs.is_empty() || is_date
}

/// Whether figures are those of a series: different years or dates, four numbers or more in even steps, or three that
/// rise from one to another below one, as shares do.
fn is_series(figures: &[String]) -> bool {
    if figures.iter().all(|figure| is_period(figure)) {
        return figures.len() > 1
            && figures.iter().collect::<FxHashSet<_>>().len() == figures.len();
    }
    let numbers: Vec<f64> = figures.iter().filter_map(|figure| figure.parse().ok()).collect();
    let steps: Vec<f64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let Some(first) = steps.first().filter(|_| numbers.len() == figures.len()) else {
        return false;
    };
    let is_rising = steps.iter().all(|step| *step > 0.0);
    let is_even = steps.iter().all(|step| (step - first).abs() < 1e-9);
    let is_share = numbers.iter().all(|number| (0.0..=1.0).contains(number));
    is_rising && (is_even && numbers.len() > 3 || is_share && numbers.len() > 2)
}

/// Whether a cell of the first row is a value as those below it: a mail address or a URL, or written as all of them are but
/// for figures, as `A-001` above `A-002`.
fn is_value(cell: &str, body: &[(Vec<String>, usize)], n: usize) -> bool {
    let is_mail = cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !cell.contains(char::is_whitespace)
    });
    if is_mail || cell.contains("://") {
        return true;
    }
    if body.len() < ALIKE || !is_wordy(cell) || !cell.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let own = without_figures(cell);
    column(body, n).filter(|cell| !cell.is_empty()).all(|cell| without_figures(cell) == own)
}

/// A text in which each figure is `0`.
fn without_figures(cell: &str) -> String {
    let mut out = String::new();
    for c in cell.chars() {
        match c {
            '0'..='9' if out.ends_with('0') => {}
            '0'..='9' => out.push('0'),
            other => out.push(other),
        }
    }
    out
}

/// The cells of a column.
fn column(body: &[(Vec<String>, usize)], n: usize) -> impl Iterator<Item = &str> {
    body.iter().filter_map(move |(cells, _)| cells.get(n)).map(|cell| cell.trim())
}

/// Whether a word of a row stands above a column of figures, which is named by it.
fn is_above_figures(cells: &[String], body: &[(Vec<String>, usize)]) -> bool {
    let figures = |n: usize| {
        let (mut all, mut figures) = (0_u64, 0_u64);
        for cell in column(body, n).filter(|cell| !cell.is_empty()) {
            all += 1;
            figures += u64::from(!cell.chars().any(char::is_alphabetic));
        }
        all > 0 && share(figures, all) > 0.9
    };
    (0..cells.len()).any(|n| !cells[n].trim().is_empty() && figures(n))
}

/// Whether no name comes twice.
fn are_distinct(cells: &[String]) -> bool {
    let mut seen = FxHashSet::default();
    cells.iter().map(|cell| cell.trim()).all(|cell| cell.is_empty() || seen.insert(cell))
}

/// How many columns without a name have values.
fn unnamed(cells: &[String], body: &[(Vec<String>, usize)]) -> usize {
    let has_values = |n: &usize| column(body, *n).any(|cell| !cell.is_empty());
    let blank = (0..cells.len()).filter(|n| cells[*n].trim().is_empty());
    blank.filter(has_values).count()
}

/// Names for all columns, each another; and those that came before, with what they are called now.
fn told_apart(cells: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let mut taken: FxHashSet<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    let (mut names, mut twice) = (Vec::with_capacity(cells.len()), Vec::new());
    for (cell, place) in cells.iter().map(|cell| cell.trim()).zip(1..) {
        let time = times.entry(cell).or_default();
        *time += 1;
        if *time == 1 && !cell.is_empty() {
            names.push(cell.to_owned());
            continue;
        }
        // A column without a name has that of its place, unless another one is called so.
        let stem = if cell.is_empty() { format!("column_{place}") } else { cell.to_owned() };
        let mut again = if cell.is_empty() { 1 } else { *time };
        let name = loop {
            let name = if again == 1 { stem.clone() } else { format!("{stem}_{again}") };
            if taken.insert(name.clone()) {
                break name;
            }
            again += 1;
        };
        *time = again;
        if !cell.is_empty() {
            twice.push((cell.to_owned(), name.clone()));
        }
        names.push(name);
    }
    (names, twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> Table {
        let found = hypotheses(text).into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        match found.0.form {
            Form::Csv(table) => table,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn delimiters_headers_and_preambles_are_told() {
        assert_eq!(best("a;b\n1;2\n3;4\n").delimiter, ';');
        assert_eq!(best("a\tb\n1\t2\n").columns, None);
        let commas = hypotheses("a;b\nox;1,5\nelk;2,25\n");
        assert_eq!(commas.len(), 1);
        assert!(hypotheses(&format!("[{}]\n", ",".repeat(3000))).is_empty());
        assert_eq!(
            best("1,ox\n2,elk\n").columns,
            Some(vec!["column_1".to_owned(), "column_2".to_owned()])
        );
        assert_eq!(best("A list\n\nname,age\nox,3\nelk,4\n").skip, 2);
        assert_eq!(best("ox,red\nelk,ox\nox,red\n").columns.map(|columns| columns.len()), Some(2));
        let commented = best("# of today\n1\tox\n# more\n2\telk\n");
        assert_eq!((commented.comment, commented.skip), (Some('#'), 0));
        assert_eq!(best("#a\tb\n1\t2\n3\t4\n").comment, None);
        let twice = best("a,a,b\n0,1,2\n1,2,3\n");
        assert_eq!(twice.skip, 1);
        assert_eq!(twice.columns, Some(["a", "a_2", "b"].map(str::to_owned).to_vec()));
        assert_eq!(twice.twice, [("a".to_owned(), "a_2".to_owned())]);
        let twice = best("a,a,,column_3\n0,1,2,3\n1,2,3,4\n");
        let columns = ["a", "a_2", "column_3_2", "column_3"].map(str::to_owned);
        assert_eq!(twice.columns, Some(columns.to_vec()));
        let twice = best("a,a,a_2,a,,\n0,1,2,3,4,5\n1,2,3,4,5,6\n");
        let columns = ["a", "a_3", "a_2", "a_4", "column_5", "column_6"].map(str::to_owned);
        assert_eq!(twice.columns, Some(columns.to_vec()));
        let names = hypotheses("id;x\n0;Doe, Jane\n1;Roe, Max\n2;Poe, Ann\n");
        assert_eq!(names.len(), 1);
        assert_eq!(best("id;x\n0;Doe, Jane\n1;Roe, Max\n").delimiter, ';');
        // A header may go over several lines, and comments may stand above it.
        let folded = best("a,\"b\nc\",a\n0,1,2\n1,2,3\n");
        assert_eq!((folded.skip, folded.above, folded.lead), (2, 0, 2));
        let folded = best("a,\"b\nc\",d\n0,1,2\n1,2,3\n");
        assert_eq!((folded.skip, folded.above, folded.lead), (0, 0, 2));
        let commented = best("# of today\n# and more\na,b,c\n0,1,2\n1,2,3\n");
        assert_eq!((commented.skip, commented.above, commented.lead), (0, 0, 3));
        let said = hypotheses("sep=;\r\na;b\r\n1,5;2,5\r\n3,5;4,5\r\n");
        assert_eq!((said.len(), said[0].0.keys.len()), (1, 2));
        let said = best("sep=^\nA list\na^b\n1^2\n3^4\n");
        assert_eq!((said.skip, said.above, said.lead), (1, 1, 3));
        for (above, skip) in [
            ("Liste;;;\n", 1),
            ("Kunde;;Rechnung;\n", 1),
            ("Export 2026;;;\n;;;\n", 2),
            ("Liste;;;\n\nKunde;;Rechnung;\n", 3),
        ] {
            for rows in [8, 60] {
                let rows: Vec<_> =
                    (0..rows).map(|n| format!("{n};Ox {n};2026-01-02;{n},50")).collect();
                let found = best(&format!("{above}Nr.;Name;Datum;Betrag\n{}\n", rows.join("\n")));
                assert_eq!(
                    (found.skip, found.above, found.lead),
                    (skip, skip, skip + 1),
                    "{above}"
                );
                assert_eq!((found.delimiter, found.columns), (';', None), "{above}");
            }
        }
        for whole in [",size\nox,large\nelk,small\n", ",0\n0,5\n1,6\n", "a,,\n1,,\n2,x,\n"] {
            assert_eq!(best(whole).skip, 0, "{whole}");
        }
        let unnamed = |text: &str| hypotheses(text).swap_remove(0).0.keys;
        assert_eq!(unnamed(",a,b\n0,1,2\n1,2,3\n"), ["", "a", "b"]);
        assert_eq!(unnamed("a;;c\n0;1;2\n1;2;3\n"), ["a", "", "c"]);
        assert_eq!(unnamed("a;;c;\n0;1;2;\n1;2;3;\n"), ["a", "c"]);
        assert_eq!(unnamed("a,,c,\n0,1,2,3\n1,2,3,4\n"), ["a", "column_2", "c", "column_4"]);
        assert!(hypotheses("some words, no rows\nand more of them\nand more\n").is_empty());
    }
}
