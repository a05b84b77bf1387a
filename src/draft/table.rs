//! Which rows of cells a text may be: delimiter, preamble, header.

use std::borrow::Cow;

use indexmap::IndexMap;

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

/// A table that a text may be, with the share of rows that are as long as most.
pub(super) fn hypotheses(text: &str) -> Vec<(Hypothesis, f64)> {
    let mut all: Vec<_> =
        DELIMITERS.iter().filter_map(|&delimiter| of_delimiter(text, delimiter)).collect();
    // With a decimal comma in each row a comma cuts rows too, but for the header: what another
    // delimiter makes names of is no preamble.
    let header = |(found, even): &(Hypothesis, f64)| match &found.form {
        Form::Csv(table) if table.columns.is_none() => Some((table.skip, *even)),
        _ => None,
    };
    let headers: Vec<_> = all.iter().filter_map(header).collect();
    all.retain(|(found, even)| match &found.form {
        Form::Csv(table) if table.columns.is_some() => {
            !headers.iter().any(|(skip, other)| *skip < table.skip && other >= even)
        }
        _ => true,
    });
    all
}

fn of_delimiter(text: &str, delimiter: char) -> Option<(Hypothesis, f64)> {
    let (comment, kept) = without_comments(text, delimiter);
    let rows = rows_of(&kept, delimiter);
    let mut lengths: IndexMap<usize, u64> = IndexMap::new();
    for (cells, _) in &rows {
        *lengths.entry(cells.len()).or_default() += 1;
    }
    let (&width, _) = lengths
        .iter()
        .filter(|(width, _)| **width > 1)
        .max_by_key(|(width, count)| (**count, **width))?;
    let first = rows.iter().position(|(cells, _)| cells.len() == width)?;
    if first > PREAMBLE || width > MOST_COLUMNS {
        return None;
    }
    let (cells, line) = &rows[first];
    let body = &rows[first..];
    let even = share(
        body.iter().filter(|(cells, _)| cells.len() == width).count() as u64,
        body.len() as u64,
    );
    if even < if body.len() < FEW { EVEN_OF_FEW } else { EVEN } {
        return None;
    }
    let named = is_header(cells, &body[1..]);
    let columns = (!named).then(|| (1..=width).map(|n| format!("column_{n}")).collect::<Vec<_>>());
    let keys = columns.clone().unwrap_or_else(|| cells.clone());
    let keys =
        keys.into_iter().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect();
    let table = Table { delimiter, skip: *line, columns, comment };
    Some((Hypothesis { form: Form::Csv(table), keys, way: 0 }, even))
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
        let (line, byte) = record.position().map_or((0, 0), |at| (at.line(), at.byte()));
        let _ = line;
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
    let distinct = (0..texts.len()).all(|n| texts[n].is_empty() || !texts[..n].contains(&texts[n]));
    let wordy = texts.iter().all(|cell| cell.is_empty() || cell.chars().any(char::is_alphabetic));
    if filled == 0 || !distinct || !wordy || texts.iter().any(|cell| cell.chars().count() > 60) {
        return false;
    }
    if body.is_empty() {
        return true;
    }
    let column =
        |n: usize| body.iter().filter_map(move |(cells, _)| cells.get(n)).map(|cell| cell.trim());
    let figures = |n: usize| {
        let (mut all, mut figures) = (0_u64, 0_u64);
        for cell in column(n).filter(|cell| !cell.is_empty()) {
            all += 1;
            figures += u64::from(!cell.chars().any(char::is_alphabetic));
        }
        all > 0 && share(figures, all) > 0.9
    };
    // A column of figures below a word is named by it. Without one, a word that comes again is a value.
    let named = (0..texts.len()).any(|n| !texts[n].is_empty() && figures(n));
    let again =
        (0..texts.len()).any(|n| !texts[n].is_empty() && column(n).any(|cell| cell == texts[n]));
    named || !again
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
        assert!(hypotheses("some words, no rows\nand more of them\nand more\n").is_empty());
    }
}
