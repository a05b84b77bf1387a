//! Where the records of JSON files stand: the lines of JSON lines, the elements
//! of one array.
//!
//! Only brackets, strings and commas are looked at. Whether a record is JSON at
//! all is for the parser to tell, so a damaged one does not take others with it.

use super::{Cut, Scan};

/// Every line that is not blank begins a record.
pub(super) fn lines(text: &str, scan: &mut Scan, armed: &mut bool, cuts: &mut Vec<Cut>) {
    let bytes = text.as_bytes();
    while scan.resume < bytes.len() {
        if *armed {
            let rest = &bytes[scan.resume..];
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            scan.resume += blank;
            if blank == rest.len() {
                return;
            }
            cuts.push(Cut::at(scan.resume));
            *armed = false;
        }
        let feed = memchr::memchr(b'\n', &bytes[scan.resume..]);
        *armed = feed.is_some();
        scan.resume = feed.map_or(bytes.len(), |feed| scan.resume + feed + 1);
    }
}

/// Finds the elements of the array that keys lead to. Without keys it is the
/// file itself; a file that is an object is one record, and so is an object
/// that the keys lead to.
#[derive(Debug)]
pub(super) struct Elements {
    path: Vec<String>,
}

/// How far a scan has come.
#[derive(Clone, Debug, Default)]
pub(super) struct JsonScan {
    /// How many brackets are open.
    depth: usize,
    in_string: bool,
    /// Whether the last byte was a backslash in a string.
    escaped: bool,
    /// How many keys of the path lead to the innermost open object that they lead to.
    matched: usize,
    /// How many brackets are open around the records, once they were found.
    records: Option<usize>,
    /// Whether a record is open, how many brackets are open around it, and
    /// whether it is one without brackets and quotes.
    open: bool,
    base: usize,
    bare: bool,
    /// The key that was read last in an object on the path, as it is written.
    key: Vec<u8>,
    /// Whether the string that is being read is such a key.
    in_key: bool,
    /// Whether the next string in an object on the path is a key.
    before_key: bool,
}

impl Elements {
    pub(super) fn new(path: &[String]) -> Self {
        Self { path: path.to_vec() }
    }

    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut JsonScan,
        cuts: &mut Vec<Cut>,
    ) {
        let bytes = text.as_bytes();
        let mut at = scan.resume;
        while at < bytes.len() {
            if state.in_string {
                at = state.string(bytes, at, cuts);
                continue;
            }
            self.structure(bytes[at], at, state, cuts);
            at += 1;
        }
        scan.resume = at;
    }

    /// Takes a byte outside of strings.
    fn structure(&self, byte: u8, at: usize, state: &mut JsonScan, cuts: &mut Vec<Cut>) {
        match byte {
            b'{' | b'[' => {
                if self.leads(state) && !state.open {
                    if byte == b'[' && state.records.is_none() {
                        state.depth += 1;
                        state.records = Some(state.depth);
                        return;
                    }
                    state.begin(at, cuts);
                } else if byte == b'{' && self.is_next(state) {
                    state.matched += usize::from(state.depth > 0);
                    state.before_key = true;
                }
                state.depth += 1;
            }
            b'}' | b']' => {
                state.end_bare(at, cuts);
                state.depth = state.depth.saturating_sub(1);
                if state.open && state.depth == state.base {
                    state.end(at + 1, cuts);
                }
                if state.records.is_some_and(|records| state.depth < records) {
                    state.records = None;
                    state.key.clear();
                }
                if state.records.is_none() {
                    state.matched = state.matched.min(state.depth.saturating_sub(1));
                }
            }
            b'"' => {
                if state.records.is_some_and(|records| records == state.depth) && !state.open {
                    state.begin(at, cuts);
                }
                state.in_string = true;
                state.in_key = state.before_key && self.on_path(state);
                if state.in_key {
                    state.key.clear();
                    state.before_key = false;
                }
            }
            b',' => {
                state.end_bare(at, cuts);
                if self.on_path(state) {
                    state.before_key = true;
                    state.key.clear();
                }
            }
            b':' => {}
            byte if byte.is_ascii_whitespace() => state.end_bare(at, cuts),
            _ => {
                if state.records.is_some_and(|records| records == state.depth) && !state.open {
                    state.begin(at, cuts);
                    state.bare = true;
                }
            }
        }
    }

    /// Whether the innermost open bracket is an object that the path leads through.
    fn on_path(&self, state: &JsonScan) -> bool {
        !self.path.is_empty()
            && state.records.is_none()
            && !state.open
            && state.depth == state.matched + 1
    }

    /// Whether a value that begins here is an object on the way.
    fn is_next(&self, state: &JsonScan) -> bool {
        !self.path.is_empty()
            && (state.depth == 0
                || self.on_path(state)
                    && state.matched + 1 < self.path.len()
                    && state.key == self.path[state.matched].as_bytes())
    }

    /// Whether a value that begins here is the array of records, a record in it,
    /// or an object that stands in its place.
    fn leads(&self, state: &JsonScan) -> bool {
        match state.records {
            Some(records) => state.depth == records,
            None if self.path.is_empty() => state.depth == 0,
            None => {
                self.on_path(state)
                    && state.matched + 1 == self.path.len()
                    && state.key == self.path[state.matched].as_bytes()
            }
        }
    }
}

impl JsonScan {
    fn begin(&mut self, at: usize, cuts: &mut Vec<Cut>) {
        self.open = true;
        self.base = self.depth;
        cuts.push(Cut::at(at));
    }

    fn end(&mut self, at: usize, cuts: &mut [Cut]) {
        self.open = false;
        self.bare = false;
        if let Some(cut) = cuts.last_mut() {
            cut.end = Some(at);
        }
    }

    /// A number or word ends before whatever is not part of it.
    fn end_bare(&mut self, at: usize, cuts: &mut [Cut]) {
        if self.bare {
            self.end(at, cuts);
        }
    }

    /// Goes on in a string, up to behind its closing quote or the end.
    fn string(&mut self, bytes: &[u8], from: usize, cuts: &mut [Cut]) -> usize {
        let mut at = from;
        if self.escaped && at < bytes.len() {
            self.escaped = false;
            self.keep(&bytes[at..=at]);
            at += 1;
        }
        while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
            let stop = at + found;
            self.keep(&bytes[at..stop]);
            if bytes[stop] == b'"' {
                self.in_string = false;
                self.in_key = false;
                if self.open && self.records == Some(self.depth) {
                    self.end(stop + 1, cuts);
                }
                return stop + 1;
            }
            self.keep(&bytes[stop..=stop]);
            at = stop + 1;
            if at == bytes.len() {
                self.escaped = true;
                return at;
            }
            self.keep(&bytes[at..=at]);
            at += 1;
        }
        self.keep(&bytes[at..]);
        bytes.len()
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.in_key {
            self.key.extend_from_slice(bytes);
        }
    }
}
