//! Where the records of JSON files stand: the lines of JSON lines, the elements
//! of one array, the members of one object.
//!
//! Inside of a record only brackets and strings are looked at: whether it is
//! JSON at all is for the parser to tell, so a damaged one does not take others
//! with it. Around the records nothing may stand but what JSON has there: the
//! keys that lead to them, other members on the way, brackets and commas.
//!
//! A key on the way that comes again in its object is told, where both values lead on. So is the
//! key of a record that was the first in its object, or one of the last [`LAST_KEYS`]: to remember all
//! of them takes memory without end.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::lines::LineScan;
use super::{Note, RecordBounds, Scan};
use crate::diagnostic::Code;
use crate::text::short;

/// How many bytes that belong to no record are kept together.
pub(super) const GAP: usize = 1024 * 1024;
/// How far a look ahead goes. What is not certain by then is what whole JSON would be: however
/// the text comes in, the same is decided.
const AHEAD: usize = 64 * 1024;
/// How many faults of a kind are reported one by one.
const TOLD: u64 = 20;
/// How many keys of records are remembered beside the first.
const LAST_KEYS: usize = 63;
/// Up to how many bytes of a file without records are searched for some.
const SEARCHED: usize = 1024 * 1024;

/// Every line that is not blank begins a record.
pub(super) fn lines(
    text: &str,
    scan: &mut Scan,
    state: &mut LineScan,
    cuts: &mut Vec<RecordBounds>,
) {
    let bytes = text.as_bytes();
    while scan.resume < bytes.len() {
        if state.armed {
            let rest = &bytes[scan.resume..];
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            scan.resume += blank;
            if blank == rest.len() {
                return;
            }
            state.begin(text, scan.resume, cuts);
            state.armed = false;
        }
        let feed = memchr::memchr(b'\n', &bytes[scan.resume..]);
        state.armed = feed.is_some();
        scan.resume = feed.map_or(bytes.len(), |feed| scan.resume + feed + 1);
    }
}

/// Finds the elements of the array that keys lead to, or the members of the
/// object. Without keys it is the file itself; a file that is an object is one
/// record, and so is an object that the keys lead to in the place of an array.
#[derive(Debug)]
pub(super) struct Elements {
    path: Vec<String>,
    members: bool,
}

/// How far a scan has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct JsonScan {
    /// The brackets that are open around the records, or on the way to them.
    levels: Vec<Level>,
    expect: Expect,
    /// A value that is being gone over, be it a record or nobody's.
    value: Option<Value>,
    string: Option<Str>,
    /// Whether the key of a record was met, and not yet its value.
    member: bool,
    /// The key that was read last on the way: as it is written while it is read, then what that means.
    key: Vec<u8>,
    /// Of keys of records the hash of the first, and in a ring those of the last.
    members: Vec<u64>,
    /// Where in the ring the next one goes.
    next_member: usize,
    /// How many faults there were of each kind.
    faults: [u64; FAULTS],
    /// Where the last of them ends.
    last: Option<(Fault, usize)>,
    /// Whether the place of the records was found.
    found: bool,
    /// The first key with dots in it that leads there too and was not told, as the schema would write the way to it.
    dotted: Option<String>,
    /// The keys that stand where the way ends.
    keys: Vec<String>,
    /// Where the last record ends, or the last break between records.
    gap: usize,
    /// Whether bytes of the source went before the buffer.
    cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Level {
    /// An object on the way, and whether it had the key that leads on.
    Way(bool),
    /// The array of records.
    Records,
    /// The object whose members are records.
    Members,
}

/// What may come next outside of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Expect {
    /// The value that the file is.
    #[default]
    Document,
    /// Nothing more.
    Nothing,
    /// A value; whether the array may end instead.
    Value(bool),
    /// A key; whether the object may end instead.
    Key(bool),
    Colon,
    /// A comma, or the end of the array or object.
    Comma,
}

/// A value that is being gone over.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Value {
    record: bool,
    /// A number or a word, which ends before whatever is not part of it.
    bare: bool,
    /// How many brackets are open in it, and which of the first are braces.
    depth: u32,
    #[serde(with = "bits")]
    braces: u128,
    /// The last byte that means something.
    last: u8,
}

/// 128 bits as their bytes: not every reader of JSON keeps so long a number whole.
mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(bits: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        bits.to_le_bytes().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<u128, D::Error> {
        <[u8; 16]>::deserialize(deserializer).map(u128::from_le_bytes)
    }
}

/// A string that is being gone over.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Str {
    /// Whether it is a key on the way.
    key: bool,
    /// Whether the last byte was a backslash.
    escaped: bool,
    /// Whether it has line feeds, which JSON does not have in strings, and goes on behind them.
    runs_on: bool,
}

/// What does not belong between records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Fault {
    ExtraComma,
    NoComma,
    Bracket,
    Document,
    Text,
    Tail,
    Again,
}

const FAULTS: usize = 7;

impl Fault {
    fn message(self) -> &'static str {
        match self {
            Self::ExtraComma => "a comma with nothing before or behind it",
            Self::NoComma => "no comma stands before it",
            Self::Bracket => "a bracket that closes nothing",
            Self::Document => "the file goes on behind the end of its JSON",
            Self::Text => "text that is no key and no value",
            Self::Tail => "text behind the end of the JSON",
            Self::Again => "a key occurs again, and what stands there is read both times",
        }
    }

    fn code(self) -> &'static Code {
        match self {
            Self::Tail => Code::TEXT_AFTER_RECORD,
            Self::Again => Code::REPEATED_KEY,
            Self::ExtraComma | Self::NoComma | Self::Bracket | Self::Document | Self::Text => {
                Code::BETWEEN_RECORDS
            }
        }
    }

    fn help(self) -> Option<&'static str> {
        (self == Self::Document).then_some(
            "files put together are better milled one by one; where each line is an object, \
             `format = \"json-lines\"` reads them",
        )
    }
}

impl JsonScan {
    pub(super) fn shift(&mut self, length: usize) {
        self.cut |= length > 0;
        self.gap = self.gap.saturating_sub(length);
        self.last = self.last.and_then(|(fault, end)| Some((fault, end.checked_sub(length)?)));
    }

    /// Reports what does not belong where it stands.
    fn fault(&mut self, fault: Fault, at: usize, scan: &mut Scan) {
        let count = &mut self.faults[fault as usize];
        // Several in a row are one, whose note may be in a piece by now.
        if self.last == Some((fault, at)) {
            if let Some(note) = scan.notes.last_mut().filter(|_| *count <= TOLD) {
                note.span.end = note.span.end.max(at + 1);
            }
        } else {
            *count += 1;
            if *count <= TOLD {
                scan.notes.push(Note {
                    span: at..at + 1,
                    code: fault.code(),
                    message: fault.message().to_owned(),
                    help: fault.help().map(str::to_owned),
                });
            }
        }
        self.last = Some((fault, at + 1));
    }

    /// Reports a key that its object had before, where its value begins.
    fn again(&mut self, key: &str, at: usize, scan: &mut Scan) {
        self.fault(Fault::Again, at, scan);
        if self.faults[Fault::Again as usize] <= TOLD
            && let Some(note) = scan.notes.last_mut()
        {
            note.message = format!("the key `{}` occurs again; both are read", short(key));
        }
    }

    /// Reports a key with dots in it that leads to records as keys in keys do, where the later of the two begins: of two
    /// places that the schema may mean only one is read. A key that came `before` may be far away.
    fn clash(&mut self, key: &str, path: &str, before: bool, at: usize, scan: &mut Scan) {
        self.fault(Fault::Again, at, scan);
        if self.faults[Fault::Again as usize] <= TOLD
            && let Some(note) = scan.notes.last_mut()
        {
            let place = if before { "came before this" } else { "stands here" };
            note.message = format!(
                "the key `{}` {place}, and keys in keys lead to `{}` too; what is in the one key is not read",
                short(key),
                short(path)
            );
            note.help = Some("in `json.records` a dot of a key itself is written `\\.`".to_owned());
        }
    }

    /// Remembers the key of a record; whether it is known to have come before.
    fn met_member(&mut self) -> bool {
        let mut hasher = FxHasher::default();
        self.key.hash(&mut hasher);
        let hash = hasher.finish();
        if self.members.contains(&hash) {
            return true;
        }
        if self.members.len() <= LAST_KEYS {
            self.members.push(hash);
        } else {
            self.members[1 + self.next_member] = hash;
            self.next_member = (self.next_member + 1) % LAST_KEYS;
        }
        false
    }

    fn open(&mut self, record: bool, bare: bool, last: u8) {
        self.value = Some(Value { record, bare, depth: 0, braces: 0, last });
    }

    /// The value that was gone over ends.
    fn end(&mut self, at: usize, cuts: &mut [RecordBounds]) {
        let Some(value) = self.value.take() else { return };
        if value.record {
            self.end_record(at, cuts);
        }
        self.expect = if self.levels.is_empty() { Expect::Nothing } else { Expect::Comma };
    }

    fn end_record(&mut self, at: usize, cuts: &mut [RecordBounds]) {
        if let Some(cut) = cuts.last_mut().filter(|cut| cut.end.is_none()) {
            cut.end = Some(at);
        }
        self.gap = at;
    }

    /// Whether a record is open.
    fn in_record(&self) -> bool {
        self.member || self.value.is_some_and(|value| value.record)
    }
}

impl Value {
    fn push(&mut self, brace: bool) {
        let bit = 1_u128.checked_shl(self.depth).unwrap_or(0);
        self.braces = if brace { self.braces | bit } else { self.braces & !bit };
        self.depth += 1;
    }

    /// Whether the innermost open bracket is a brace.
    fn in_object(&self) -> bool {
        let bit = self.depth.checked_sub(1).and_then(|depth| 1_u128.checked_shl(depth));
        bit.is_some_and(|bit| self.braces & bit != 0)
    }

    /// Closes the innermost bracket of a kind, with those inside of it that were
    /// not closed; false if none is open.
    fn close(&mut self, brace: bool) -> bool {
        // Below what is kept track of, every bracket is taken for the right one.
        if self.depth > u128::BITS {
            self.depth -= 1;
            return true;
        }
        let mask = 1_u128.checked_shl(self.depth).map_or(u128::MAX, |bit| bit - 1);
        let open = if brace { self.braces & mask } else { !self.braces & mask };
        if open == 0 {
            return false;
        }
        self.depth = u128::BITS - 1 - open.leading_zeros();
        true
    }
}

impl Elements {
    pub(super) fn new(path: &[String], members: bool) -> Self {
        Self { path: path.to_vec(), members }
    }

    pub(super) fn scan(
        &self,
        text: &str,
        scan: &mut Scan,
        state: &mut JsonScan,
        ended: bool,
        cuts: &mut Vec<RecordBounds>,
    ) {
        let bytes = text.as_bytes();
        let mut at = scan.resume;
        while at < bytes.len() {
            at = if state.string.is_some() {
                let Some(next) = string(bytes, at, ended, state, cuts) else { break };
                next
            } else if state.value.is_some() {
                inside(bytes, at, state, cuts)
            } else {
                if bytes[at] == b'"'
                    && state.levels.last() == Some(&Level::Members)
                    && matches!(state.expect, Expect::Key(_) | Expect::Comma)
                {
                    let Some(member) = is_member(bytes, at, ended) else { break };
                    state.member = member;
                }
                self.outside(bytes[at], at, scan, state, cuts);
                at + 1
            };
            while !state.in_record() && at - state.gap >= GAP {
                let place = text.floor_char_boundary(state.gap + GAP);
                cuts.push(RecordBounds::gap(place));
                state.gap = place;
            }
        }
        scan.resume = at;
        scan.free = if state.in_record() { 0 } else { at };
        if ended {
            self.end(text, scan, state);
        }
        for note in &mut scan.notes {
            let (start, end) = (note.span.start, note.span.end);
            note.span = text.floor_char_boundary(start)..text.ceil_char_boundary(end);
        }
    }

    /// Takes a byte outside of values.
    fn outside(
        &self,
        byte: u8,
        at: usize,
        scan: &mut Scan,
        state: &mut JsonScan,
        cuts: &mut Vec<RecordBounds>,
    ) {
        match byte {
            byte if byte.is_ascii_whitespace() => {
                // Words of one text are one.
                if state.last == Some((Fault::Tail, at)) {
                    state.last = Some((Fault::Tail, at + 1));
                }
            }
            b',' => match (state.expect, state.levels.last()) {
                (Expect::Comma, Some(Level::Records)) => state.expect = Expect::Value(false),
                (Expect::Comma, Some(_)) => state.expect = Expect::Key(false),
                (Expect::Value(first), Some(Level::Records)) => {
                    state.fault(Fault::ExtraComma, at, scan);
                    state.expect = Expect::Value(first);
                }
                _ => state.fault(Fault::ExtraComma, at, scan),
            },
            b':' if state.expect == Expect::Colon => state.expect = Expect::Value(false),
            b'}' | b']' => {
                let fits = match state.levels.last() {
                    Some(Level::Records) => byte == b']',
                    Some(_) => byte == b'}',
                    None => false,
                };
                if !fits {
                    return state.fault(Fault::Bracket, at, scan);
                }
                if matches!(state.expect, Expect::Value(false) | Expect::Key(false)) {
                    state.fault(Fault::ExtraComma, at.saturating_sub(1), scan);
                }
                // The value of a record is missing, and its key too long to tell before.
                if std::mem::take(&mut state.member) {
                    state.end_record(at, cuts);
                }
                state.levels.pop();
                state.expect =
                    if state.levels.is_empty() { Expect::Nothing } else { Expect::Comma };
            }
            _ => self.begin(byte, at, scan, state, cuts),
        }
    }

    /// Takes the first byte of a key or a value.
    fn begin(
        &self,
        byte: u8,
        at: usize,
        scan: &mut Scan,
        state: &mut JsonScan,
        cuts: &mut Vec<RecordBounds>,
    ) {
        match state.expect {
            // Words and quotes begin no JSON that anybody put there.
            Expect::Nothing if !matches!(byte, b'{' | b'[') => {
                return state.fault(Fault::Tail, at, scan);
            }
            Expect::Nothing => {
                state.fault(Fault::Document, at, scan);
                state.expect = Expect::Document;
            }
            Expect::Comma => {
                state.fault(Fault::NoComma, at, scan);
                state.expect = match state.levels.last() {
                    Some(Level::Records) => Expect::Value(true),
                    _ => Expect::Key(true),
                };
            }
            Expect::Colon => {
                state.fault(Fault::Text, at, scan);
                state.expect = Expect::Value(true);
            }
            Expect::Document | Expect::Value(_) | Expect::Key(_) => {}
        }
        if let Expect::Key(_) = state.expect {
            if byte == b'"' {
                state.key.clear();
                state.string = Some(Str { key: true, ..Str::default() });
                if state.member {
                    cuts.push(RecordBounds::at(at));
                }
                return;
            }
            state.fault(Fault::Text, at, scan);
            return self.value(byte, false, state);
        }
        let place = state.levels.len();
        // What is not read does not repeat anything.
        let leads_on = match byte {
            b'{' => true,
            b'[' => place == self.path.len() && !self.members,
            _ => false,
        };
        if leads_on
            && self.is_next(state)
            && let Some(Level::Way(met)) = state.levels.last_mut()
            && std::mem::replace(met, true)
        {
            state.again(&self.path[..place].join("."), at, scan);
        }
        let before = state.dotted.is_some();
        if !before && matches!(byte, b'{' | b'[') {
            state.dotted = self.dotted(state);
        }
        let level = state.levels.last().copied();
        let leads = match level {
            None => self.path.is_empty(),
            Some(Level::Way(_)) => {
                let last = state.levels.len() == self.path.len();
                last && self.is_next(state)
            }
            Some(Level::Records | Level::Members) => false,
        };
        match (level, byte) {
            (Some(Level::Records), _) => {
                cuts.push(RecordBounds::at(at));
                self.value(byte, true, state);
            }
            (Some(Level::Members), _) => {
                if std::mem::take(&mut state.member) && state.met_member() {
                    let key = String::from_utf8_lossy(&state.key).into_owned();
                    state.again(&key, at, scan);
                }
                self.value(byte, true, state);
            }
            (_, b'{') if leads && self.members => {
                state.levels.push(Level::Members);
                state.members.clear();
                state.next_member = 0;
                state.found = true;
                state.expect = Expect::Key(true);
            }
            (_, b'[') if leads && !self.members => {
                state.levels.push(Level::Records);
                state.found = true;
                state.expect = Expect::Value(true);
            }
            // An object in the place of the array is one record; so is whatever
            // stands where the file should.
            (level, byte) if leads && !self.members && (byte == b'{' || level.is_none()) => {
                state.found = true;
                cuts.push(RecordBounds::at(at));
                self.value(byte, true, state);
            }
            (level, b'{') if !leads && (level.is_none() || self.is_next(state)) => {
                state.levels.push(Level::Way(false));
                state.expect = Expect::Key(true);
                state.keys.clear();
            }
            _ => self.value(byte, false, state),
        }
        if state.found
            && let Some(key) = state.dotted.take()
        {
            state.clash(&key, &self.path.join("."), before, at, scan);
        }
    }

    /// Goes into a value.
    #[expect(clippy::unused_self, reason = "it stands beside those that need the path")]
    fn value(&self, byte: u8, record: bool, state: &mut JsonScan) {
        let bare = !matches!(byte, b'{' | b'[' | b'"');
        state.open(record, bare, byte);
        match byte {
            b'"' => state.string = Some(Str::default()),
            b'{' | b'[' => {
                if let Some(value) = &mut state.value {
                    value.push(byte == b'{');
                }
            }
            _ => {}
        }
    }

    /// Whether the last key is the next on the way.
    fn is_next(&self, state: &JsonScan) -> bool {
        let place = state.levels.len().wrapping_sub(1);
        self.path.get(place).is_some_and(|key| key.as_bytes() == state.key)
    }

    /// The way to the last key as the schema would write it, if that key is several of those on the way, with dots between.
    fn dotted(&self, state: &JsonScan) -> Option<String> {
        let Some(Level::Way(_)) = state.levels.last() else { return None };
        let (before, rest) = self.path.split_at_checked(state.levels.len() - 1)?;
        memchr::memchr(b'.', &state.key)?;
        let keys = (2..=rest.len()).map(|count| rest[..count].join("."));
        let key = keys.into_iter().find(|key| key.as_bytes() == state.key)?;
        let way = before.iter().chain([&key]).map(|key| key.replace('.', "\\."));
        Some(way.collect::<Vec<_>>().join("."))
    }

    /// What is to be said where the source ends.
    fn end(&self, text: &str, scan: &mut Scan, state: &mut JsonScan) {
        let last = text.floor_char_boundary(text.trim_end().len().saturating_sub(1));
        let stop = text.ceil_char_boundary(last + 1);
        if !state.levels.is_empty() {
            scan.notes.push(Note {
                span: last..stop,
                code: Code::RECORDS_CUT_OFF,
                message: "the file ends before its JSON does; records may be missing".to_owned(),
                help: Some("what came whole was read; get the rest of the file".to_owned()),
            });
        }
        for fault in [
            Fault::ExtraComma,
            Fault::NoComma,
            Fault::Bracket,
            Fault::Document,
            Fault::Text,
            Fault::Tail,
            Fault::Again,
        ] {
            let count = state.faults[fault as usize];
            if count > TOLD {
                scan.notes.push(Note {
                    span: last..stop,
                    code: fault.code(),
                    message: format!("{}: {} times in all", fault.message(), count),
                    help: None,
                });
            }
        }
        if !state.found && state.expect != Expect::Document {
            self.not_found(text, scan, state);
        }
    }

    /// The way of the schema leads nowhere: tells what is there instead.
    fn not_found(&self, text: &str, scan: &mut Scan, state: &JsonScan) {
        let mut way: Vec<_> = self.path.iter().map(|key| key.replace('.', "\\.")).collect();
        way.extend(self.members.then(|| "*".to_owned()));
        let whole = !state.cut && text.len() <= SEARCHED;
        let place = whole.then(|| serde_json::from_str(text).ok()).flatten().and_then(
            |file: serde_json::Value| {
                let mut paths = Vec::new();
                arrays(&file, "", 0, &mut paths);
                paths.into_iter().next()
            },
        );
        let help = match place {
            Some(path) if path.is_empty() => {
                "the file itself is an array of objects: leave `json.records` out".to_owned()
            }
            Some(path) => format!("an array of objects stands at `{path}`"),
            None if state.keys.is_empty() => {
                "without `json.records` the file itself is the array, or a single record".to_owned()
            }
            None => format!("the keys of the file are `{}`", state.keys.join("`, `")),
        };
        scan.notes.push(Note {
            span: 0..text.ceil_char_boundary(1.min(text.len())),
            code: Code::RECORDS_NOT_FOUND,
            message: format!("no records stand at `{}`, where `json.records` says", way.join(".")),
            help: Some(help),
        });
    }
}

/// The keys that lead to arrays of objects, with dots between, the outermost first.
fn arrays(value: &serde_json::Value, path: &str, depth: usize, paths: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) if items.iter().any(serde_json::Value::is_object) => {
            paths.push(path.to_owned());
        }
        serde_json::Value::Object(members) if depth < 8 => {
            for (key, value) in members {
                let key = key.replace('.', "\\.");
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                arrays(value, &path, depth + 1, paths);
            }
        }
        _ => {}
    }
}

/// Where a string ends: its first quote without a backslash.
fn closing_quote(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether a string goes on behind a line feed, which JSON does not have in strings: if it does
/// not, its closing quote is missing. What stands behind the next quote tells. None if that is
/// not there yet.
fn runs_on(bytes: &[u8], feed: usize, ended: bool) -> Option<bool> {
    let ahead = &bytes[feed..bytes.len().min(feed + AHEAD)];
    let behind = closing_quote(ahead).map_or(&[][..], |quote| &ahead[quote + 1..]);
    match behind.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(next) => Some(matches!(next, b',' | b'}' | b']' | b':')),
        None => (ended || ahead.len() == AHEAD).then_some(true),
    }
}

/// Whether a key in the object of the records is that of one: it is not if its value is missing.
/// None if that is not there yet.
fn is_member(bytes: &[u8], key: usize, ended: bool) -> Option<bool> {
    let ahead = &bytes[key..bytes.len().min(key + AHEAD)];
    let behind = closing_quote(&ahead[1..]).map_or(&[][..], |quote| &ahead[quote + 2..]);
    let mut colons = 0;
    let next = behind.iter().find(|byte| {
        colons += u32::from(**byte == b':');
        match byte {
            b',' | b']' => false,
            b':' => colons > 1,
            byte => !byte.is_ascii_whitespace(),
        }
    });
    match next {
        Some(next) => Some(*next != b'}'),
        None => (ended || ahead.len() == AHEAD).then_some(true),
    }
}

/// Takes bytes of a value, up to a string in it or its end.
fn inside(bytes: &[u8], from: usize, state: &mut JsonScan, cuts: &mut [RecordBounds]) -> usize {
    let in_records = state.levels.last() == Some(&Level::Records);
    let Some(mut value) = state.value else { return from };
    let mut at = from;
    while at < bytes.len() {
        let byte = bytes[at];
        if value.bare {
            if byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b':') {
                state.end(at, cuts);
                return at;
            }
            at += 1;
            continue;
        }
        match byte {
            b'"' => {
                value.last = byte;
                state.value = Some(value);
                state.string = Some(Str::default());
                return at + 1;
            }
            b'{' | b'[' => {
                // In an object a value has a key before it. So the brackets of this
                // record are not as they should be, and the next one begins here.
                if byte == b'{'
                    && value.record
                    && in_records
                    && value.in_object()
                    && value.last != b':'
                {
                    state.end(at, cuts);
                    state.expect = Expect::Value(true);
                    return at;
                }
                value.push(byte == b'{');
                value.last = byte;
            }
            b'}' | b']' => {
                value.last = byte;
                if !value.close(byte == b'}') {
                    // It closes what is around the value, which was not closed.
                    state.end(at, cuts);
                    return at;
                }
                if value.depth == 0 {
                    state.end(at + 1, cuts);
                    return at + 1;
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => value.last = byte,
        }
        at += 1;
    }
    state.value = Some(value);
    at
}

/// Goes on in a string, up to behind its closing quote or the end, or up to a line feed where it
/// may have none. None if the text is too short to tell whether it goes on there.
fn string(
    bytes: &[u8],
    from: usize,
    ended: bool,
    state: &mut JsonScan,
    cuts: &mut [RecordBounds],
) -> Option<usize> {
    let Some(mut string) = state.string else { return Some(from) };
    let mut at = from;
    let record = state.value.is_some_and(|value| value.record && value.depth > 0);
    let keep = |state: &mut JsonScan, range: &[u8]| {
        if string.key {
            state.key.extend_from_slice(range);
        }
    };
    if string.escaped && at < bytes.len() {
        string.escaped = false;
        keep(state, &bytes[at..=at]);
        at += 1;
    }
    loop {
        let rest = &bytes[at..];
        let found = if record && !string.runs_on {
            memchr::memchr3(b'"', b'\\', b'\n', rest)
        } else {
            memchr::memchr2(b'"', b'\\', rest)
        };
        let Some(found) = found else {
            keep(state, rest);
            state.string = Some(string);
            return Some(bytes.len());
        };
        let stop = at + found;
        keep(state, &bytes[at..stop]);
        match bytes[stop] {
            b'\n' if stop > from => {
                state.string = Some(string);
                return Some(stop);
            }
            b'\n' => {
                string.runs_on = runs_on(bytes, stop, ended)?;
                if !string.runs_on {
                    state.string = None;
                    return Some(stop);
                }
                at = stop + 1;
            }
            b'"' => {
                state.string = None;
                if string.key {
                    state.expect = Expect::Colon;
                    read_escapes(&mut state.key);
                    if state.keys.len() < 8 && !state.found {
                        state.keys.push(String::from_utf8_lossy(&state.key).into_owned());
                    }
                } else if state.value.is_some_and(|value| value.depth == 0) {
                    state.end(stop + 1, cuts);
                }
                return Some(stop + 1);
            }
            _ => {
                keep(state, &bytes[stop..=stop]);
                at = stop + 1;
                if at == bytes.len() {
                    string.escaped = true;
                    state.string = Some(string);
                    return Some(at);
                }
                keep(state, &bytes[at..=at]);
                at += 1;
            }
        }
    }
}

/// Reads the escapes of a key, so that it is the same however it is written; one that is no JSON stays.
fn read_escapes(key: &mut Vec<u8>) {
    if memchr::memchr(b'\\', key).is_none() {
        return;
    }
    let quoted = [b"\"", key.as_slice(), b"\""].concat();
    if let Ok(read) = serde_json::from_slice::<String>(&quoted) {
        *key = read.into_bytes();
    }
}

/// How many bytes of a text between records are neither white space nor what
/// holds JSON together.
pub(in crate::record) fn ignored(text: &str) -> u64 {
    let holds = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'{' | b'}' | b',' | b':')
    };
    text.bytes().filter(|byte| !holds(byte)).count() as u64
}
