//! Where rows begin.
//!
//! A row ends with a line feed that stands in no quotes. A quote opens a cell
//! only where the cell begins, as RFC 4180 has it and the `csv` crate reads it;
//! anywhere else it is text. The first row may name the columns.

use super::{Cut, Scan};
use crate::schema::model::Csv;

/// Finds the rows of a CSV file.
#[derive(Debug)]
pub(super) struct Rows {
    delimiter: u8,
    quote: Option<u8>,
    named: bool,
}

/// How far a scan has come.
#[derive(Clone, Debug)]
pub(super) struct CsvScan {
    /// Where the open row begins, if one is open.
    row: Option<usize>,
    /// Whether the scan stands in a quoted cell.
    quoted: bool,
    /// Whether the next row names the columns.
    header: bool,
}

impl CsvScan {
    pub(super) fn shift(&mut self, length: usize) {
        self.row = self.row.map(|row| row.saturating_sub(length));
    }
}

impl Rows {
    pub(super) fn new(csv: &Csv) -> Self {
        Self { delimiter: csv.delimiter, quote: csv.quote, named: csv.columns.is_none() }
    }

    pub(super) fn start(&self) -> CsvScan {
        CsvScan { row: None, quoted: false, header: self.named }
    }

    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut CsvScan,
        ended: bool,
        cuts: &mut Vec<Cut>,
    ) {
        let bytes = text.as_bytes();
        while scan.resume < bytes.len() {
            if state.row.is_none() {
                let rest = &bytes[scan.resume..];
                let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                scan.resume += blank;
                if blank == rest.len() {
                    break;
                }
                state.row = Some(scan.resume);
                if !state.header {
                    cuts.push(Cut::at(scan.resume));
                }
            }
            if !self.row(bytes, scan, state, ended) {
                break;
            }
            Self::close(scan, state);
        }
        if ended && state.row.is_some() {
            Self::close(scan, state);
        }
    }

    /// The row that was open ends where the scan stands.
    fn close(scan: &mut Scan, state: &mut CsvScan) {
        let start = state.row.take();
        if std::mem::take(&mut state.header) {
            scan.header = start.map(|start| start..scan.resume);
        }
    }

    /// Goes on to behind the end of the row; false if the text ends before it.
    fn row(&self, bytes: &[u8], scan: &mut Scan, state: &mut CsvScan, ended: bool) -> bool {
        loop {
            let rest = &bytes[scan.resume..];
            if state.quoted {
                let Some(found) = self.quote.and_then(|quote| memchr::memchr(quote, rest)) else {
                    scan.resume = bytes.len();
                    return false;
                };
                let after = scan.resume + found + 1;
                // A quote that follows may not have arrived yet.
                if after == bytes.len() && !ended {
                    scan.resume += found;
                    return false;
                }
                if bytes.get(after).copied() == self.quote {
                    scan.resume = after + 1;
                } else {
                    scan.resume = after;
                    state.quoted = false;
                }
                continue;
            }
            let found = match self.quote {
                Some(quote) => memchr::memchr2(quote, b'\n', rest),
                None => memchr::memchr(b'\n', rest),
            };
            let Some(found) = found else {
                scan.resume = bytes.len();
                return false;
            };
            let at = scan.resume + found;
            scan.resume = at + 1;
            if bytes[at] == b'\n' {
                return true;
            }
            state.quoted = state.row == Some(at)
                || at.checked_sub(1).is_some_and(|before| bytes[before] == self.delimiter);
        }
    }
}
