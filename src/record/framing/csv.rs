//! Where rows begin and end.
//!
//! A row ends with a line end that stands in no quotes. Lines that are no rows
//! are told apart here: what stands before the header, comments, a header that
//! comes again, the line that ends the table.
//!
//! A quote that is not closed where it should be would take the rows behind it
//! with it. So a row whose quotes hold line ends is looked at whole, up to a
//! limit, before it is taken: if text stands behind a closing quote, if nothing
//! closes it, or if each of its lines is a row like the others of the file, the
//! row is damaged. It ends where the next line is a row again.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Head, Note, RecordBounds, Scan};
use crate::diagnostic::Code;
use crate::lang::Regex;
use crate::record::MARK;
use crate::record::cells::{Cell, Dialect, Quoting, Stop, behind_line_end, line_end};
use crate::schema::model::Csv;

/// How many bytes of lines that are no rows are kept together.
const GAP: usize = 1024 * 1024;
/// How many rows tell what rows of the file are like.
const MODEL: u32 = 32;

/// Finds the rows of a CSV file.
#[derive(Debug)]
pub(super) struct Rows {
    csv: Csv,
    dialect: Arc<Dialect>,
    comment: Option<Regex>,
    end: Option<Regex>,
}

/// How far a scan has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CsvScan {
    #[serde(skip)]
    dialect: Arc<Dialect>,
    mode: Mode,
    /// Whether the first line was looked at.
    begun: bool,
    /// The delimiter that the first line names.
    delimiter: Option<String>,
    /// How many lines before the header are still to come.
    preamble: u32,
    /// Whether the row that names the columns is still to come.
    named: bool,
    /// How many rows behind it are no records.
    units: u32,
    /// The row that names the columns.
    header: String,
    /// What it names.
    #[serde(skip)]
    names: Names,
    /// How many columns there are.
    columns: usize,
    /// What the first rows of cells are like.
    model: Model,
    /// Whether the rows of the file have blanks behind delimiters.
    spaced: bool,
    /// How long a row may be, in bytes, for its quotes to be believed.
    #[serde(skip)]
    limit: usize,
    /// How much text must be there for another look to be worth it.
    wanted: usize,
    /// Where the last record or the last break in lines that are no rows ends.
    gap: usize,
    /// The rows of delimiters alone that have just been passed over.
    empty: Option<EmptyRows>,
}

/// Rows of delimiters alone that follow one another.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct EmptyRows {
    count: u64,
    /// Where the next line begins.
    end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Mode {
    /// A line begins where the scan stands.
    Line,
    /// A row that is longer than a row may be: it runs to the end of its line.
    Long,
    /// A damaged row is open, whose first line has so many cells: it ends before
    /// the next line that is a row.
    Damaged(usize),
    /// Behind the line that ends the table; whether text there was reported.
    Ended(bool),
}

/// A row as it was read.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Where its line end begins.
    end: usize,
    /// Where the next line begins.
    next: usize,
    cells: usize,
    /// Where its second line begins, if its quotes hold line ends.
    second: Option<usize>,
    /// Whether text stands behind a closing quote.
    behind: bool,
}

enum Read {
    /// The text ends before it is certain.
    More,
    /// Its first line is longer than a row may be; it was looked at up to here.
    Long(usize),
    Row(Row),
    /// A quote is not closed, and the second line begins here.
    Open(usize),
}

/// A line as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineRead {
    /// The text ends before it is certain.
    More,
    /// It is longer than a row may be.
    Long,
    Whole {
        /// Where its line end begins.
        end: usize,
        /// Where the next line begins.
        next: usize,
    },
}

/// The names of the columns.
#[derive(Clone, Debug, Default)]
struct Names {
    /// As they are written.
    written: Vec<String>,
    /// In small letters, in their order and in that of the alphabet.
    folded: Vec<String>,
    sorted: Vec<String>,
    /// The same without signs and blanks.
    bare: Vec<String>,
    /// Whether one of them is a figure. Rows of figures may have them in any order.
    figure: bool,
    /// Which bytes a row may begin with whose first cell is one of them.
    begins: Vec<bool>,
}

impl Names {
    fn new(written: Vec<String>, dialect: &Dialect) -> Self {
        let folded = folded(&written);
        let mut sorted = folded.clone();
        sorted.sort_unstable();
        let mut begins = vec![false; 256];
        if !written.is_empty() {
            for byte in 0..=u8::MAX {
                begins[usize::from(byte)] =
                    is_passed_over(dialect, byte) || Some(byte) == dialect.quote();
            }
        }
        for name in &written {
            // A sign before the first letter may be left out.
            let firsts = [name.chars().next(), name.chars().find(|c| c.is_alphanumeric())];
            for first in firsts.into_iter().flatten() {
                if first.is_ascii() {
                    begins[first.to_ascii_lowercase() as usize] = true;
                    begins[first.to_ascii_uppercase() as usize] = true;
                } else {
                    // Other letters begin with other bytes in other case.
                    begins[128..].fill(true);
                }
            }
        }
        // In another order any of them may be the first. One without letters has the delimiter begin the row.
        if written.iter().any(String::is_empty)
            && let Some(byte) = dialect.delimiter().bytes().next()
        {
            begins[usize::from(byte)] = true;
        }
        let figure = written.iter().any(|name| is_figure(name.as_bytes()));
        let bare = folded.iter().map(|name| bare(name)).collect();
        Self { written, folded, sorted, bare, figure, begins }
    }

    /// How many columns have a name.
    fn named(&self) -> usize {
        self.written.iter().filter(|name| !name.is_empty()).count()
    }
}

/// How a row has the names of the columns for its cells once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Same,
    OtherCase,
    OtherOrder,
    /// With other signs and blanks in the names.
    OtherSigns,
    /// Most of them, and others in the places of the rest.
    Most,
}

impl Again {
    /// The finding. `declared` is whether the schema names the columns.
    fn note(self, span: Range<usize>, declared: bool) -> Note {
        let columns = if declared { "columns of the schema" } else { "names of the columns" };
        let another = |has: &str| format!("the row has {has}; it is read as a record");
        let message = match (self, declared) {
            (Self::Same, true) => {
                "the row names the columns, which the schema does already; it is no record"
                    .to_owned()
            }
            (Self::Same, false) => {
                "the row that names the columns comes again; it is no record".to_owned()
            }
            (Self::OtherCase, _) => another(&format!("the {columns} in another case")),
            (Self::OtherOrder, _) => another(&format!("the {columns} in another order")),
            (Self::OtherSigns, _) => another(&format!("the {columns} with other signs")),
            (Self::Most, _) => another(&format!("most of the {columns} for its cells")),
        };
        let help = match self {
            Self::Same => None,
            Self::Most => Some(
                "if it is a header, the rows behind it have another column: mill them as a file of their own".to_owned(),
            ),
            Self::OtherCase | Self::OtherSigns => {
                Some("if it is a header, take it out, or let `csv.comment` match it".to_owned())
            }
            Self::OtherOrder => {
                let by = if declared { "the schema" } else { "the first header" };
                Some(format!(
                    "if it is a header, the rows behind it are read in the order of {by}: \
                     mill them as a file of their own"
                ))
            }
        };
        Note { span, code: Code::HEADER_AGAIN, message, help }
    }
}

/// What a line is like if it is a row.
#[derive(Clone, Copy, Debug, Default)]
struct Shape {
    cells: usize,
    /// Which of the first columns hold a figure, and which say something else.
    figures: u64,
    words: u64,
    /// Whether a blank stands behind a delimiter.
    spaced: bool,
    /// Whether a cell has an odd number of quotes that are text.
    odd: bool,
}

/// What rows of a file are like, by the first of them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Model {
    /// How many rows were looked at, and how many cells the first had.
    rows: u32,
    cells: usize,
    /// Which columns held a figure in one of them, and which something else.
    figures: u64,
    words: u64,
}

impl Model {
    fn add(&mut self, shape: &Shape) {
        if self.rows == 0 {
            self.cells = shape.cells;
        }
        self.rows += 1;
        self.figures |= shape.figures;
        self.words |= shape.words;
    }

    /// Whether a row has figures and words where others have, and a figure at all.
    fn agrees(&self, shape: &Shape) -> bool {
        let (figures, words) = (self.figures & !self.words, self.words & !self.figures);
        shape.figures & figures != 0 && shape.words & figures == 0 && shape.figures & words == 0
    }

    /// The same of a row that may have a word where others have figures, as `n/a`, if it has one
    /// in another column.
    fn resembles(&self, shape: &Shape) -> bool {
        self.has_figure(shape) && !self.contradicts(shape)
    }

    /// Whether a column has had figures alone.
    fn is_of_figures(&self, column: usize) -> bool {
        column < 64 && (self.figures & !self.words) >> column & 1 != 0
    }

    fn has_columns_of_figures(&self) -> bool {
        self.figures & !self.words != 0
    }

    /// Whether a row has figures in all columns of figures, and there are some: a row then even
    /// with blanks behind delimiters, as prose has them.
    fn has_all_figures(&self, shape: &Shape) -> bool {
        let figures = self.figures & !self.words;
        figures.count_ones() > 1 && shape.figures == figures
    }

    /// Whether a figure stands in a row where all others have words, as in a line of text. A few rows do not tell
    /// that none has a figure there; so it is none that has figures in all columns of figures or, where there are
    /// none, more words than such figures.
    fn contradicts(&self, shape: &Shape) -> bool {
        let (figures, words) = (self.figures & !self.words, self.words & !self.figures);
        let odd = shape.figures & words;
        let is_row = if figures == 0 {
            (shape.words & words).count_ones() > odd.count_ones()
        } else {
            shape.figures & figures == figures
        };
        odd != 0 && !is_row
    }

    /// Whether a figure stands in a row where all others have one.
    fn has_figure(&self, shape: &Shape) -> bool {
        self.figures & !self.words & shape.figures != 0
    }

    /// Whether a row has such a figure, or there is no such column.
    fn allows(&self, shape: &Shape) -> bool {
        self.figures & !self.words == 0 || self.has_figure(shape)
    }
}

/// What the lines between the first and the last of a row are like.
#[derive(Clone, Copy, Debug, Default)]
struct Inner {
    /// What rows are like.
    model: Model,
    /// Whether rows of the file tell that, and not these lines alone.
    known: bool,
    /// How many there are that are not blank, and how many of them are like rows.
    lines: usize,
    like: usize,
    /// How many were not looked at yet.
    left: usize,
    /// Whether the last line of the row is like a row.
    last: bool,
}

impl Inner {
    /// Whether they are taken for rows: half of them will do, since a blank or a word in one of them
    /// does not make text of the others. One that is like nothing but itself is not enough.
    fn are_rows(&self) -> bool {
        let enough = self.known || self.like + usize::from(self.last) > 1;
        self.like > 0 && 2 * self.like >= self.lines && enough
    }

    /// Whether they can be taken for rows yet, if all that are left are like rows.
    fn may_be_rows(&self) -> bool {
        let like = self.like + self.left;
        like > 0 && 2 * like >= self.lines + self.left
    }
}

/// What a row consists of that is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nothing {
    Delimiters,
    Rulers,
}

impl Nothing {
    /// What a row behind the header consists of, if it says nothing.
    fn of(row: &str, state: &CsvScan) -> Option<Self> {
        if state.named || state.units > 0 {
            return None;
        }
        if state.dialect.is_empty_row(row) {
            return Some(Self::Delimiters);
        }
        // Two dashes may stand for a value that is missing, but not right below the header; and where no column has figures,
        // signs may be what the rows tell.
        let (first, longest) = (state.model.rows == 0, state.dialect.longest_ruler(row)?);
        let parted = row.contains(&*state.dialect.delimiter());
        let later = longest > 2 && parted && state.model.has_columns_of_figures();
        (later || first && (longest > 2 || longest > 1 && parted)).then_some(Self::Rulers)
    }

    /// Goes over such a row.
    fn pass_over(
        self,
        row: Range<usize>,
        next: usize,
        scan: &mut Scan,
        state: &mut CsvScan,
        cuts: &mut Vec<RecordBounds>,
    ) {
        match self {
            Self::Delimiters => empty_row(row, next, scan, state, cuts),
            Self::Rulers => {
                let message = "the row has rulers alone; it is no record";
                scan.notes.push(note(row, Code::EMPTY_ROW, message));
                pass(next, scan, state, cuts);
            }
        }
    }
}

/// What the lines of a row say of its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The cell holds text.
    Fine,
    /// It holds what would be rows, and may be meant to.
    Doubtful,
    /// It holds rows.
    Rows,
}

impl CsvScan {
    pub(super) fn shift(&mut self, length: usize) {
        self.gap = self.gap.saturating_sub(length);
        if let Some(empty) = &mut self.empty {
            empty.end = empty.end.saturating_sub(length);
        }
    }

    /// Whether a record runs on where the scan stands.
    pub(super) fn in_record(&self) -> bool {
        matches!(self.mode, Mode::Long | Mode::Damaged(_))
    }

    /// Whether a text begins with a name of a column, quoted or not.
    fn begins_like_header(&self, bytes: &[u8]) -> bool {
        // Most rows do not, and are told by one byte.
        let first = bytes.first().and_then(|byte| self.names.begins.get(usize::from(*byte)));
        if first != Some(&true) {
            return false;
        }
        let blanks = bytes.iter().take_while(|byte| self.dialect.is_blank(**byte)).count();
        let bytes = &bytes[blanks..];
        let quoted = bytes.first().is_some_and(|byte| Some(*byte) == self.dialect.quote());
        let bytes = &bytes[usize::from(quoted)..];
        self.names.written.iter().any(|name| self.begins_with(bytes, name))
    }

    /// Whether the first cell of a row may be a name in any case, with any signs; what it says behind a letter beyond
    /// ASCII in another case, which may have another length, is left to a closer look.
    fn begins_with(&self, bytes: &[u8], name: &str) -> bool {
        let is_word = name.contains(char::is_alphanumeric);
        let mut rest = bytes;
        for sign in name.chars().filter(|c| !is_word || c.is_alphanumeric()) {
            let mut buffer = [0; 4];
            let sign_bytes = sign.encode_utf8(&mut buffer).as_bytes();
            if is_word {
                let passed = rest.iter().take_while(|byte| is_passed_over(&self.dialect, **byte));
                rest = &rest[passed.count()..];
            }
            match rest.split_at_checked(sign_bytes.len()) {
                Some((there, behind)) if there.eq_ignore_ascii_case(sign_bytes) => rest = behind,
                _ => return !sign.is_ascii() && (sign.is_lowercase() || sign.is_uppercase()),
            }
        }
        // Most cells that begin so go on.
        let goes_on = rest.first().is_some_and(u8::is_ascii_alphanumeric);
        !goes_on || self.dialect.delimiter().starts_with(|c: char| c.is_ascii_alphanumeric())
    }

    /// Whether a line ends with the name of the last column, quoted or not, as a header does in which the first
    /// has another.
    fn ends_like_header(&self, line: &[u8]) -> bool {
        let Some(name) = self.names.written.last().filter(|name| !name.is_empty()) else {
            return false;
        };
        let is_around =
            |byte: &u8| self.dialect.is_blank(*byte) || Some(*byte) == self.dialect.quote();
        let around = line.iter().rev().take_while(|byte| is_around(byte)).count();
        let line = &line[..line.len() - around];
        let (name, from) = (name.as_bytes(), line.len().checked_sub(name.len()));
        from.is_some_and(|from| line[from..].eq_ignore_ascii_case(name))
    }

    /// How a row that begins or ends like a header has the names of the columns for its cells, if it does.
    fn header_again(&self, row: &str) -> Option<Again> {
        let cells = names_of(&self.dialect, row);
        if cells == self.names.written {
            return Some(Again::Same);
        }
        // One name alone in another case may be a value.
        let count = self.names.written.len();
        if cells.len() != count || self.names.named() < 2 || self.names.figure {
            return None;
        }
        let figure = cells.iter().any(|cell| is_figure(cell.as_bytes()));
        let mut cells = folded(&cells);
        if cells == self.names.folded {
            return Some(Again::OtherCase);
        }
        let bare: Vec<_> = cells.iter().map(|cell| bare(cell)).collect();
        if bare == self.names.bare {
            return Some(Again::OtherSigns);
        }
        cells.sort_unstable();
        if cells == self.names.sorted {
            return Some(Again::OtherOrder);
        }
        // A choice may have the name of its column, where a form was filled in; the row has a figure then.
        // So may two of them, which name things that are sold together, unless one stands in a column of figures.
        let own = self.names.bare.iter().zip(&bare).enumerate();
        let own = own.filter(|(_, (name, cell))| !name.is_empty() && name == cell);
        let (count, among_figures) = own.fold((0, false), |(count, among), (column, _)| {
            (count + 1, among || self.model.is_of_figures(column))
        });
        let most = 2 * count > self.names.named() && (count > 2 || count > 1 && among_figures);
        (!figure && most).then_some(Again::Most)
    }

    /// Whether a row has the names of the columns for its cells.
    fn is_header(&self, row: &str) -> bool {
        let looks_so =
            self.begins_like_header(row.as_bytes()) || self.ends_like_header(row.as_bytes());
        looks_so && self.header_again(row).is_some()
    }

    /// Whether a row has as many cells as rows of the file have.
    fn fits(&self, cells: usize) -> bool {
        cells == self.columns || self.model.rows > 0 && cells == self.model.cells
    }
}

impl Rows {
    pub(super) fn new(csv: &Csv) -> Self {
        Self {
            csv: csv.clone(),
            dialect: Arc::new(Dialect::new(csv)),
            comment: csv.comment.as_ref().map(crate::lang::Pattern::compile),
            end: csv.end.as_ref().map(crate::lang::Pattern::compile),
        }
    }

    pub(super) fn start(&self, max_record: usize) -> CsvScan {
        CsvScan {
            dialect: Arc::clone(&self.dialect),
            mode: Mode::Line,
            begun: false,
            delimiter: None,
            preamble: self.csv.skip_rows,
            named: self.csv.columns.is_none(),
            units: self.csv.skip_after_header,
            header: String::new(),
            names: Names::new(self.declared(), &self.dialect),
            columns: self.csv.columns.as_ref().map_or(0, Vec::len),
            model: Model::default(),
            spaced: false,
            limit: max_record.saturating_sub(self.dialect.lookahead()),
            wanted: 0,
            gap: 0,
            empty: None,
        }
    }

    /// The columns that the schema names, if a row of their names can be nothing but a header that was
    /// not expected. One name alone may be a value too.
    fn declared(&self) -> Vec<String> {
        let columns = self.csv.columns.as_deref().unwrap_or_default();
        let names = columns.iter().filter(|name| !name.is_empty()).count();
        if names > 1 { columns.to_vec() } else { Vec::new() }
    }

    /// What a scan that was written down knows from the schema.
    pub(super) fn restore(&self, scan: &mut CsvScan, max_record: usize) {
        scan.dialect = match &scan.delimiter {
            Some(delimiter) => Arc::new(Dialect::with_delimiter(&self.csv, delimiter)),
            None => Arc::clone(&self.dialect),
        };
        let names = match self.csv.columns {
            Some(_) => self.declared(),
            None => names_of(&scan.dialect, &scan.header),
        };
        scan.names = Names::new(names, &scan.dialect);
        scan.limit = max_record.saturating_sub(self.dialect.lookahead());
    }

    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) {
        while scan.resume < text.len() {
            let there = text.len() - scan.resume;
            if !ended && there < state.wanted {
                break;
            }
            if !self.step(text, scan, state, ended, cuts) {
                // Twice as much, so that a long row is not looked at again and again.
                state.wanted = (2 * there).min(state.limit + state.dialect.lookahead());
                break;
            }
            state.wanted = 0;
        }
        scan.free = if state.in_record() { 0 } else { scan.resume };
    }

    /// Goes on by a row or a line; false if the text ends before it is certain.
    fn step(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) -> bool {
        match state.mode {
            Mode::Line => self.line(text, scan, state, ended, cuts),
            Mode::Long => {
                let bytes = text.as_bytes();
                let end = line_end(bytes, scan.resume);
                scan.resume = match end {
                    Some(end) if end + 1 == bytes.len() && !ended && bytes[end] == b'\r' => {
                        scan.resume = end;
                        return false;
                    }
                    Some(end) => behind_line_end(bytes, end),
                    None => bytes.len(),
                };
                if end.is_some() {
                    close(scan.resume, state, cuts);
                    state.mode = Mode::Line;
                }
                true
            }
            Mode::Damaged(cells) => self.damaged(text, cells, scan, state, ended, cuts),
            Mode::Ended(told) => {
                let LineRead::Whole { end, next } = read_line(text, scan.resume, ended, usize::MAX)
                else {
                    return false;
                };
                if !told && !text[scan.resume..end].trim().is_empty() {
                    scan.notes.push(Note {
                        span: scan.resume..end,
                        code: Code::TEXT_AFTER_RECORD,
                        message: "text stands behind the line that ends the table".to_owned(),
                        help: Some("it and all that follows is left out".to_owned()),
                    });
                    state.mode = Mode::Ended(true);
                }
                pass(next, scan, state, cuts);
                true
            }
        }
    }

    /// Takes what begins with a line.
    fn line(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) -> bool {
        let bytes = text.as_bytes();
        let start = scan.resume;
        let limit = state.limit + state.dialect.lookahead();
        if text[start..].starts_with(MARK) {
            let (message, end) =
                ("a byte order mark stands before a row, and is left out", start + MARK.len_utf8());
            scan.notes.push(note(start..end, Code::BYTE_ORDER_MARK, message));
            pass(end, scan, state, cuts);
            return true;
        }
        if !state.begun {
            let line = read_line(text, start, ended, limit);
            state.begun = line != LineRead::More;
            let LineRead::Whole { end, next } = line else { return state.begun };
            if let Some(delimiter) = named_delimiter(&self.csv, &text[start..end]) {
                state.dialect = Arc::new(Dialect::with_delimiter(&self.csv, &delimiter));
                scan.header =
                    Some(Head { range: start..start, delimiter: Some(delimiter.clone()) });
                state.delimiter = Some(delimiter);
                pass(next, scan, state, cuts);
                return true;
            }
        }
        if state.preamble > 0 {
            let LineRead::Whole { next, .. } = read_line(text, start, ended, usize::MAX) else {
                return false;
            };
            state.preamble -= 1;
            pass(next, scan, state, cuts);
            return true;
        }
        let quick = self.comment.is_none() && self.end.is_none() && !state.dialect.escapes();
        let stop = if quick {
            let rest = &bytes[start..];
            let quote = state.dialect.quote().unwrap_or(b'\n');
            memchr::memchr3(quote, b'\n', b'\r', rest).map(|found| start + found)
        } else {
            line_end(bytes, start)
        };
        // A line without quotes is a row by itself, and most are.
        let plain = stop.filter(|&at| matches!(bytes[at], b'\n' | b'\r'));
        let end = plain.or_else(|| line_end(bytes, stop?));
        // Of a line that is not all there nothing is said.
        let whole = (end.is_some() || ended).then(|| &bytes[start..end.unwrap_or(bytes.len())]);
        if (state.begins_like_header(&bytes[start..])
            || whole.is_some_and(|line| state.ends_like_header(line)))
            && let Some(done) = self.header(text, scan, state, ended, cuts)
        {
            return done;
        }
        if !state.header.is_empty() && bytes[start..].starts_with(b"sep=") {
            let line = read_line(text, start, ended, limit);
            let LineRead::Whole { end, next } = line else {
                return line == LineRead::Long && Self::row(text, scan, state, ended, cuts);
            };
            let delimiter = state.delimiter.as_ref().unwrap_or(&self.csv.delimiter);
            if named_delimiter(&self.csv, &text[start..end]).as_ref() == Some(delimiter) {
                let message = "the line that names the delimiter comes again; it is no record";
                scan.notes.push(note(start..end, Code::HEADER_AGAIN, message));
                pass(next, scan, state, cuts);
                return true;
            }
        }
        if let Some(end) = plain {
            if bytes[end] == b'\r' && end + 1 == bytes.len() && !ended {
                return false;
            }
            let next = behind_line_end(bytes, end);
            let line = &text[start..end];
            // One that is longer than a row may be is not waited for.
            let none = self.is_none(line, state).filter(|_| line.len() < limit);
            if let Some(mode) = none {
                state.mode = mode;
                pass(next, scan, state, cuts);
                return true;
            }
            if line.len() < limit
                && let Some(nothing) = Nothing::of(line, state)
            {
                nothing.pass_over(start..end, next, scan, state, cuts);
                return true;
            }
            if quick && !state.named && state.units == 0 && state.model.rows >= MODEL {
                cuts.push(RecordBounds { start, end: Some(next), gap: false });
                scan.resume = next;
                state.gap = next;
                return true;
            }
        } else if ended && bytes.len() - start < limit && self.is_none_at_end(text, start, state) {
            pass(bytes.len(), scan, state, cuts);
            return true;
        } else if ended
            && bytes.len() - start < limit
            && let Some(nothing) = Nothing::of(&text[start..], state)
        {
            nothing.pass_over(start..bytes.len(), bytes.len(), scan, state, cuts);
            return true;
        } else if !quick && !ended && bytes.len() - start < limit {
            // A comment is known by all of its line.
            return false;
        }
        Self::row(text, scan, state, ended, cuts)
    }

    /// Takes the row that begins where the scan stands if it has the names of the columns for its cells.
    fn header(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) -> Option<bool> {
        let bytes = text.as_bytes();
        let start = scan.resume;
        let end = match Self::read(bytes, start, state, ended) {
            Read::More => return Some(false),
            Read::Row(row) if row.cells == state.columns => row.end,
            Read::Open(_) => line_end(bytes, start)?,
            Read::Row(_) | Read::Long(_) => return None,
        };
        let again = state.header_again(&text[start..end])?;
        let note = again.note(start..end, self.csv.columns.is_some());
        if again == Again::Same {
            scan.notes.push(note);
            pass(behind_line_end(bytes, end), scan, state, cuts);
            return Some(true);
        }
        if self.is_left_out(&text[start..end], state) {
            return None;
        }
        // It may be a header, and says nothing of what rows are like.
        let model = state.model;
        let taken = Self::row(text, scan, state, ended, cuts);
        state.model = model;
        if taken {
            scan.notes.push(note);
        }
        Some(taken)
    }

    /// Takes the row that begins where the scan stands.
    fn row(
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) -> bool {
        let bytes = text.as_bytes();
        let start = scan.resume;
        let header = state.named || state.units > 0;
        match Self::read(bytes, start, state, ended) {
            Read::More => false,
            Read::Long(seen) => {
                if header {
                    state.named = false;
                }
                cuts.push(RecordBounds::at(start));
                state.mode = Mode::Long;
                scan.resume = text.floor_char_boundary(seen);
                true
            }
            Read::Row(row) if header => {
                Self::head(text, row, scan, state, cuts);
                true
            }
            Read::Open(second) if header => {
                let end = line_end(bytes, start).unwrap_or(bytes.len());
                let cells = Self::shape(&bytes[start..end], state).cells;
                let row = Row { end, next: second, cells, second: None, behind: true };
                Self::head(text, row, scan, state, cuts);
                true
            }
            Read::Open(second) => {
                Self::damage(text, second, scan, state, cuts);
                true
            }
            Read::Row(row) => {
                match row.second {
                    Some(second) if row.behind => {
                        Self::damage(text, second, scan, state, cuts);
                        return true;
                    }
                    // If its quotes are wrong, a row begins in it.
                    Some(second) if state.columns > 1 && !state.fits(row.cells) => {
                        Self::damage(text, second, scan, state, cuts);
                        return true;
                    }
                    Some(second) => match Self::verdict(bytes, start, &row, state) {
                        Verdict::Fine => {}
                        Verdict::Doubtful => scan.notes.push(Note {
                            span: start..row.end,
                            code: Code::ROWS_IN_CELL,
                            message: "a cell in quotes holds what would be whole rows".to_owned(),
                            help: Some(
                                "it is read as one cell; if the quotes are wrong, rows are missing"
                                    .to_owned(),
                            ),
                        }),
                        Verdict::Rows => {
                            cuts.push(RecordBounds { start, end: Some(second), gap: false });
                            scan.resume = second;
                            state.gap = second;
                            return true;
                        }
                    },
                    None => {}
                }
                if state.model.rows < MODEL && !row.behind {
                    let shape = Self::shape(&bytes[start..row.end], state);
                    state.spaced |= shape.spaced && row.second.is_none();
                    state.model.add(&shape);
                }
                cuts.push(RecordBounds { start, end: Some(row.next), gap: false });
                scan.resume = row.next;
                state.gap = row.next;
                true
            }
        }
    }

    /// Takes the row that names the columns, or one behind it that is no record.
    fn head(
        text: &str,
        row: Row,
        scan: &mut Scan,
        state: &mut CsvScan,
        cuts: &mut Vec<RecordBounds>,
    ) {
        let start = scan.resume;
        if state.named {
            state.named = false;
            text[start..row.end].clone_into(&mut state.header);
            state.names = Names::new(names_of(&state.dialect, &state.header), &state.dialect);
            state.columns = row.cells;
            state.spaced = Self::shape(&text.as_bytes()[start..row.end], state).spaced;
            let delimiter = state.delimiter.clone();
            scan.header = Some(Head { range: start..row.end, delimiter });
            scan.resume = row.next;
            state.gap = row.next;
        } else {
            state.units -= 1;
            pass(row.next, scan, state, cuts);
        }
    }

    /// The row that begins where the scan stands is damaged: it ends before the
    /// next line that is a row, from the `second` of its own on.
    fn damage(
        text: &str,
        second: usize,
        scan: &mut Scan,
        state: &mut CsvScan,
        cuts: &mut Vec<RecordBounds>,
    ) {
        let start = scan.resume;
        let end = line_end(text.as_bytes(), start).unwrap_or(second);
        let cells = Self::shape(&text.as_bytes()[start..end], state).cells;
        cuts.push(RecordBounds::at(start));
        state.mode = Mode::Damaged(cells);
        scan.resume = second;
    }

    /// Looks whether the damaged row ends where the scan stands.
    fn damaged(
        &self,
        text: &str,
        cells: usize,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut [RecordBounds],
    ) -> bool {
        let bytes = text.as_bytes();
        let start = scan.resume;
        let limit = state.limit + state.dialect.lookahead();
        let (end, next) = match read_line(text, start, ended, limit) {
            LineRead::Whole { end, next } => (end, next),
            LineRead::More => return false,
            LineRead::Long => {
                close(start, state, cuts);
                state.mode = Mode::Line;
                return true;
            }
        };
        let line = &text[start..end];
        let known = !line.trim().is_empty() && self.stands_out(line, state);
        let ends = known
            || match Self::read(bytes, start, state, ended) {
                Read::More => return false,
                Read::Long(_) | Read::Open(_) => false,
                Read::Row(row) => {
                    let shape = Self::shape(&bytes[start..row.end], state);
                    !row.behind
                        && (state.fits(row.cells) || row.cells == cells)
                        && !shape.odd
                        && (state.spaced || !shape.spaced || state.model.has_figure(&shape))
                        && state.model.allows(&shape)
                        && !line.trim().is_empty()
                }
            };
        if ends {
            close(start, state, cuts);
            state.mode = Mode::Line;
        } else {
            scan.resume = next;
        }
        true
    }

    /// Whether a line is no row, and how the scan goes on behind it.
    fn is_none(&self, line: &str, state: &CsvScan) -> Option<Mode> {
        let ends = || self.end.as_ref().is_some_and(|end| end.is_match(line));
        if is_blank(&state.dialect, line) {
            // Before the header a blank line ends nothing.
            return Some(if !state.named && ends() { Mode::Ended(false) } else { Mode::Line });
        }
        if self.comment.as_ref().is_some_and(|comment| comment.is_match(line)) {
            return Some(Mode::Line);
        }
        ends().then_some(Mode::Ended(false))
    }

    /// Whether what begins as a row is none, as a comment, or is one of those behind the header that are no records.
    fn is_left_out(&self, row: &str, state: &CsvScan) -> bool {
        let end = line_end(row.as_bytes(), 0).unwrap_or(row.len());
        state.units > 0 || self.is_none(&row[..end], state).is_some()
    }

    /// Whether the last line of a text, one without a line end, is no row.
    fn is_none_at_end(&self, text: &str, start: usize, state: &CsvScan) -> bool {
        line_end(text.as_bytes(), start).is_none() && self.is_none(&text[start..], state).is_some()
    }

    /// Whether a line is told from rows by itself, wherever it stands.
    fn stands_out(&self, line: &str, state: &CsvScan) -> bool {
        self.comment.as_ref().is_some_and(|comment| comment.is_match(line))
            || self.end.as_ref().is_some_and(|end| end.is_match(line))
            || state.is_header(line.strip_prefix(MARK).unwrap_or(line))
    }

    /// Reads the row that begins at `start`, cell by cell.
    fn read(bytes: &[u8], start: usize, state: &CsvScan, ended: bool) -> Read {
        let dialect = &*state.dialect;
        let limit = start + state.limit + dialect.lookahead();
        // What is decided does not hang on how much more has come in.
        let window = &bytes[..bytes.len().min(limit)];
        let full = bytes.len() >= limit;
        let last = ended && window.len() == bytes.len();
        let (mut from, mut cells, mut behind) = (start, 0, false);
        loop {
            let (cell, stop) = dialect.cell(window, from, true);
            cells += 1;
            behind |= cell.quoting == Quoting::Behind;
            let open = matches!(cell.quoting, Quoting::Open { .. });
            let end = match stop {
                Stop::Delimiter(next) => {
                    from = next;
                    continue;
                }
                Stop::Line(end) => end,
                Stop::Text if !full && !last => return Read::More,
                Stop::Text => window.len(),
            };
            let second = line_end(&window[..end], start)
                .map(|first| behind_line_end(bytes, first))
                .filter(|&second| second < end);
            return match (stop, second) {
                (Stop::Text, Some(second)) if open => Read::Open(second),
                (Stop::Text, _) if !last => Read::Long(end),
                (Stop::Line(_), _) if end + 1 == bytes.len() && bytes[end] == b'\r' && !last => {
                    Read::More
                }
                _ => {
                    Read::Row(Row { end, next: behind_line_end(bytes, end), cells, second, behind })
                }
            };
        }
    }

    /// What a line by itself is like. A quote that the line does not close is text.
    fn shape(line: &[u8], state: &CsvScan) -> Shape {
        let dialect = &*state.dialect;
        let (mut from, mut shape) = (0, Shape::default());
        loop {
            let (mut cell, mut stop) = dialect.cell(line, from, false);
            if matches!(cell.quoting, Quoting::Open { .. }) {
                (cell, stop) = dialect.bare(line, from, false);
            }
            let range = match cell.quoting {
                Quoting::Closed { start, end } => start..end,
                _ => cell.range(),
            };
            shape.spaced |= shape.cells > 0 && is_spaced(line, &cell);
            shape.odd |= dialect.has_odd_quote(line, &cell);
            let bit = 1_u64.checked_shl(u32::try_from(shape.cells).unwrap_or(u32::MAX));
            match (bit, is_figure(&line[range.clone()])) {
                (Some(bit), true) => shape.figures |= bit,
                (Some(bit), false) if !line[range].trim_ascii().is_empty() => shape.words |= bit,
                _ => {}
            }
            shape.cells += 1;
            match stop {
                Stop::Delimiter(next) => from = next,
                _ => return shape,
            }
        }
    }

    /// What a line is like if it has as many cells as rows of the file. Of most lines of text the
    /// delimiters alone tell that it has not.
    fn shape_that_fits(line: &[u8], state: &CsvScan) -> Option<Shape> {
        let count = state.dialect.plain_cells(line);
        if count.is_some_and(|cells| !state.fits(cells)) {
            return None;
        }
        Some(Self::shape(line, state)).filter(|shape| state.fits(shape.cells))
    }

    /// What rows are like by the lines of the first one: nothing else tells before it.
    fn model_of_first(bytes: &[u8], start: usize, row: &Row, state: &CsvScan) -> Model {
        let mut model = Model::default();
        for line in lines_of(bytes, start, row.end).skip(1) {
            let shape = Self::shape_that_fits(&bytes[line], state);
            if let Some(shape) = shape.filter(|shape| shape.figures != 0) {
                model.add(&shape);
            }
        }
        model
    }

    /// Judges a row whose quotes hold line ends and are closed: whether each of its
    /// lines, or most between the first and the last, are rows like the others.
    fn verdict(bytes: &[u8], start: usize, row: &Row, state: &CsvScan) -> Verdict {
        if state.columns < 2 {
            return Verdict::Fine;
        }
        let known = state.model.rows > 0;
        let mut model = state.model;
        let lines = lines_of(bytes, start, row.end).count();
        let left = lines.saturating_sub(2);
        let mut inner = Inner { model, known, left, ..Inner::default() };
        if !known {
            inner.model = Self::model_of_first(bytes, start, row, state);
        }
        // Whether all lines are rows by their cells, and by what stands in them: wholly, or but for
        // words where figures belong.
        let (mut all, mut agree, mut nearly) = (true, true, true);
        for (idx, line) in lines_of(bytes, start, row.end).enumerate() {
            // A cell of text has many lines, and is known by the first half of them.
            if !all && !inner.may_be_rows() {
                return Verdict::Fine;
            }
            let line = &bytes[line];
            if idx == 0 && !known {
                model.add(&Self::shape(line, state));
            }
            let fitting = Self::shape_that_fits(line, state);
            let alike = fitting.filter(|shape| state.spaced || !shape.spaced);
            all &= alike.is_some_and(|shape| !model.contradicts(&shape));
            agree &= alike.is_some_and(|shape| model.agrees(&shape));
            nearly &= alike.is_some_and(|shape| model.resembles(&shape));
            if idx == 0 {
                continue;
            }
            let is_row = alike.is_some_and(|shape| inner.model.resembles(&shape))
                || fitting.is_some_and(|shape| inner.model.has_all_figures(&shape));
            if idx + 1 == lines {
                inner.last = is_row;
                continue;
            }
            inner.left -= 1;
            if !line.trim_ascii().is_empty() {
                inner.lines += 1;
                inner.like += usize::from(is_row);
            }
        }
        let no_figures = model.figures & !model.words == 0;
        if all && agree && lines > 2 {
            Verdict::Rows
        } else if all && (agree || nearly || no_figures) || inner.are_rows() {
            Verdict::Doubtful
        } else {
            Verdict::Fine
        }
    }
}

/// Where the lines of a row stand that ends at `end`, without their line ends.
fn lines_of(bytes: &[u8], start: usize, end: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        let from = at;
        let stop = (from < end).then(|| line_end(&bytes[..end], from).unwrap_or(end))?;
        at = behind_line_end(bytes, stop);
        Some(from..stop)
    })
}

/// Reads the line that begins at `start`. It is too long if nothing ends it within `limit` bytes.
fn read_line(text: &str, start: usize, ended: bool, limit: usize) -> LineRead {
    let bytes = text.as_bytes();
    let end = match line_end(bytes, start) {
        None if !ended && bytes.len() - start < limit => return LineRead::More,
        found => found.unwrap_or(bytes.len()),
    };
    if end - start >= limit {
        LineRead::Long
    } else if bytes[end..] == *b"\r" && !ended {
        // A line feed may belong to it.
        LineRead::More
    } else {
        LineRead::Whole { end, next: behind_line_end(bytes, end) }
    }
}

/// What the cells of a row say.
fn names_of(dialect: &Dialect, row: &str) -> Vec<String> {
    let (mut names, mut from) = (Vec::new(), (!row.is_empty()).then_some(0));
    while let Some(at) = from {
        let (cell, stop) = dialect.cell(row.as_bytes(), at, false);
        names.push(dialect.value(row, &cell).as_str().trim().to_owned());
        from = match stop {
            Stop::Delimiter(next) => Some(next),
            Stop::Line(_) | Stop::Text => None,
        };
    }
    names
}

/// Whether a byte stands between the letters of a name, and says little.
fn is_passed_over(dialect: &Dialect, byte: u8) -> bool {
    let parts = Some(byte) == dialect.quote() || Some(&byte) == dialect.delimiter_bytes().first();
    !parts && (dialect.is_blank(byte) || byte.is_ascii_punctuation())
}

/// A name without signs and blanks, if it has anything else; and without a byte order mark, be it one that was read in
/// another encoding.
fn bare(name: &str) -> String {
    let name = name.strip_prefix("ï»¿").unwrap_or(name);
    let bare: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    if bare.is_empty() { name.to_owned() } else { bare }
}

/// Names in small letters.
fn folded(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}

fn note(span: Range<usize>, code: &'static Code, message: &str) -> Note {
    Note { span, code, message: message.to_owned(), help: None }
}

/// Goes over lines that are no rows.
fn pass(next: usize, scan: &mut Scan, state: &mut CsvScan, cuts: &mut Vec<RecordBounds>) {
    scan.resume = next;
    // The row that names the columns is looked for in the first piece of a source.
    if next - state.gap >= GAP && !state.named {
        cuts.push(RecordBounds { start: next, end: Some(next), gap: true });
        state.gap = next;
    }
}

/// Goes over a row of delimiters alone, which is told with those that it follows.
fn empty_row(
    row: Range<usize>,
    next: usize,
    scan: &mut Scan,
    state: &mut CsvScan,
    cuts: &mut Vec<RecordBounds>,
) {
    let before = state.empty.take().filter(|before| before.end == row.start);
    let told = scan.notes.last_mut().filter(|note| note.code == Code::EMPTY_ROW);
    let mut count = 1;
    if let Some((before, told)) = before.zip(told) {
        count += before.count;
        told.span.end = row.end;
        told.message = format!("{count} rows have delimiters alone; they are no records");
    } else {
        let message = "the row has delimiters alone; it is no record";
        scan.notes.push(note(row, Code::EMPTY_ROW, message));
    }
    pass(next, scan, state, cuts);
    // What was passed over is handed on at a break, and the note with it.
    if state.gap != next {
        state.empty = Some(EmptyRows { count, end: next });
    }
}

/// The record that is open ends here.
fn close(end: usize, state: &mut CsvScan, cuts: &mut [RecordBounds]) {
    if let Some(cut) = cuts.last_mut().filter(|cut| cut.end.is_none()) {
        cut.end = Some(end);
    }
    state.gap = end;
}

/// Whether a cell begins with a blank and says something.
fn is_spaced(line: &[u8], cell: &Cell) -> bool {
    let cell = &line[cell.range()];
    cell.first() == Some(&b' ') && !cell.trim_ascii().is_empty()
}

/// Whether a cell holds a figure and no word.
fn is_figure(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit)
        && !cell.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

/// The delimiter that a first line such as `sep=;` names.
pub(in crate::record) fn named_delimiter(csv: &Csv, line: &str) -> Option<String> {
    let named = line.strip_prefix("sep=")?;
    let one = named.chars().count() == 1 && named.bytes().next() != csv.quote;
    one.then(|| named.to_owned())
}

/// Whether a line holds nothing but blanks, which are no row.
pub(in crate::record) fn is_blank(dialect: &Dialect, line: &str) -> bool {
    line.bytes().next().is_none_or(|byte| dialect.is_blank(byte) || !byte.is_ascii_graphic())
        && line.trim().is_empty()
        && line.bytes().all(|byte| !byte.is_ascii() || dialect.is_blank(byte))
}

/// How many bytes of lines that are no records are no white space between them.
pub(in crate::record) fn ignored(text: &str) -> u64 {
    let mut count = 0;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text.as_bytes(), at).unwrap_or(text.len());
        if !text[at..end].trim().is_empty() {
            count += (end - at) as u64;
        }
        at = behind_line_end(text.as_bytes(), end);
    }
    count
}
