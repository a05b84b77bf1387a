//! Cutting that goes on in the middle of a source, as if all before had been cut too.
//!
//! What a framer knows where a record begins is found by looking once more at the text
//! before it, from where an earlier look began; it comes to the same in whatever pieces
//! the text is looked at. So a [`Start`] is made for the few batches that ask for one,
//! and cutting itself knows nothing of it.

use std::io::{self, Read};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Batch, Batcher, FramedChunk, Header, Lead, Open, SourceSummary};
use crate::record::Plan;
use crate::record::framing::Scan;
use crate::schema::model::Format;
use crate::source::{Changed, EncodingDecision, LineEnds, Position, SourceId, TextReader};

/// How cutting goes on where a record begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Start {
    /// From where on the source is read.
    from: Position,
    /// How many bytes of text stand between there and the record.
    lead: usize,
    /// The hash of that text: places in other text would be nothing.
    lead_hash: u64,
    /// What the framer knows there.
    scan: Scan,
    format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
    /// Whether a line before has ended in CR LF.
    returned: bool,
    line_ends: Option<LineEnds>,
}

impl Start {
    /// Where the source is read from.
    #[must_use]
    pub fn position(&self) -> Position {
        self.from
    }

    /// How many bytes of the source's text stand before the record.
    #[must_use]
    pub fn decoded(&self) -> u64 {
        self.from.decoded + self.lead as u64
    }
}

/// Where the text of a source ends that is wanted: before the first record that begins
/// so many bytes from its start, or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Until {
    /// Bytes of decoded text.
    pub decoded: u64,
}

/// What is kept to tell where batches begin.
#[derive(Debug, Default)]
pub(super) struct Starts {
    wanted: bool,
    /// What the framer knew before its last look.
    scan: Option<Scan>,
    /// That of the batch at hand.
    pub(super) next: Option<Box<Start>>,
}

impl Starts {
    /// The framer looks at text from here on.
    pub(super) fn before(&mut self, scan: &Scan) {
        if self.wanted {
            self.scan = Some(scan.clone());
        }
    }

    /// How cutting goes on at a record, if that was asked for and can be told: what
    /// must be looked at again has to begin in the last piece, whose places are known.
    pub(super) fn at(
        &self,
        open: &Open,
        start: usize,
        plan: &Plan,
        last: Option<&FramedChunk>,
    ) -> Option<Box<Start>> {
        let mut scan = self.scan.clone().filter(|scan| scan.resume <= start)?;
        let text = open.buffer.text();
        plan.framer(open.format).scan(&text[..start], &mut scan, false, &mut Vec::new());
        let back = scan.resume;
        // A line is read in one encoding or the other.
        let anchor = text[..back].rfind('\n').map(|feed| feed + 1);
        let anchor = if open.decision.second.is_some() { anchor? } else { back };
        let here = open.buffer.position();
        let lead = start - anchor;
        let from = if lead == 0 {
            here
        } else {
            let chunk = &last?.chunk;
            let at = chunk.text().len().checked_sub(lead)?;
            Position {
                decoded: here.decoded - lead as u64,
                file: chunk.file_offset(at),
                line: chunk.line(at),
                column: chunk.column(at) - 1,
            }
        };
        if let Some(before) = anchor.checked_sub(1) {
            scan.at_line_start = text.as_bytes()[before] == b'\n';
        }
        scan.shift(anchor);
        (scan.header, scan.notes) = (None, Vec::new());
        Some(Box::new(Start {
            from,
            lead,
            lead_hash: xxh3_64(&text.as_bytes()[anchor..start]),
            scan,
            format: open.format,
            header: open.header.as_deref().cloned(),
            returned: open.returned && open.return_at.is_none_or(|at| at < start),
            line_ends: open.line_ends,
        }))
    }
}

impl Batcher<'_> {
    /// Tells of batches where they begin.
    #[must_use]
    pub fn with_starts(mut self) -> Self {
        self.starts.wanted = true;
        self
    }

    /// Goes on behind sources with so many bytes of text, in which records had these hashes: each
    /// hash that comes again, and how many had it.
    #[must_use]
    pub fn behind(mut self, text: u64, repeated: &[(u64, u32)]) -> Self {
        self.offset = text;
        for (hash, times) in repeated {
            if let Err(error) = self.seen.know(*hash, times.saturating_sub(1)) {
                self.failed.get_or_insert(error);
            }
        }
        self
    }

    /// Ends the next source early. No source can follow it.
    #[must_use]
    pub fn until(self, until: Option<Until>) -> Self {
        Self { until, ..self }
    }

    /// Goes on with a source from a record on, as [`Batcher::source`] would. The reader begins at the
    /// place of the start. None if it is none that this schema could have given.
    ///
    /// # Errors
    ///
    /// Whatever the reader reports; and the text before the record is not what it was.
    pub fn resume(
        &mut self,
        source: SourceId,
        start: &Start,
        decision: &EncodingDecision,
        reader: impl Read,
        emit: &mut impl FnMut(Batch) -> bool,
    ) -> io::Result<Option<SourceSummary>> {
        let framer = self.plan.framer(start.format);
        let Some(scan) = framer.restored(start.scan.clone(), self.max_record) else {
            return Ok(None);
        };
        let mut reader = TextReader::new(reader, decision, self.block).from(start.from.file);
        let mut buffer = self.buffer(source, decision).from(start.from);
        buffer.set_line_ends(start.line_ends.unwrap_or_default());
        let mut more = true;
        while more && buffer.text().len() < start.lead {
            more = reader.read(&mut buffer)?;
        }
        let lead = buffer.text().get(..start.lead);
        if lead.is_none_or(|lead| xxh3_64(lead.as_bytes()) != start.lead_hash) {
            return Err(Changed.into());
        }
        let open = Open {
            format: start.format,
            header: start.header.clone().map(Arc::new),
            decision: EncodingDecision { bom: 0, ..decision.clone() },
            buffer,
            scan,
            cuts: Vec::new(),
            cut: 0,
            known: 0,
            oversize: None,
            returned: start.returned,
            return_at: None,
            line_ends: start.line_ends,
            first: false,
            // One began before.
            records: 1,
            before: start.decoded(),
            passed: Some(start.lead),
            lead: Lead::Between,
        };
        self.cut(open, reader, more, emit).map(Some)
    }
}

impl Open {
    /// Passes over the text before the first record that is wanted; false until that is there.
    pub(super) fn passes_over(&mut self, ended: bool) -> bool {
        let Some(lead) = self.passed else { return true };
        let found = self.cuts.iter().position(|cut| cut.start >= lead && !cut.gap);
        if found.is_none() && !ended {
            return false;
        }
        let lead = lead.min(self.buffer.text().len());
        self.cuts.drain(..found.unwrap_or(self.cuts.len()));
        self.scan.notes_before(0, lead, false);
        self.buffer.cut(lead);
        self.passed = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, SHIFT_JIS};
    use proptest::prelude::*;

    use super::*;
    use crate::record::Part;
    use crate::schema::{Schema, SchemaSource, parse};
    use crate::source::{Asked, Coding, decide};

    fn schema(source: &str) -> Schema {
        let text = format!(
            "recordmill = 1\nname = \"t\"\n[source]\n{source}\n[fields.a]\nkey = \"a\"\ntype = \"text\"\n\
             [tables.t]\nrows = \"record\"\ncolumns = [\"a\"]\n"
        );
        let (schema, faults) = parse(&SchemaSource { name: "t".to_owned(), text });
        schema.unwrap_or_else(|| panic!("{faults:?}"))
    }

    const PATTERN: &str = "key = { by = 'pattern', pattern = '^(?<key>[a-z]+): (?<value>.*)$' }";

    /// The sources of every form, and what their dumps are made of.
    const FORMS: [(&str, &[&str]); 14] = [
        (
            "format = 'key-value'\nrecord = { by = 'start-key', key = 'a' }\nkey = { by = 'declared', delimiter = ': ' }",
            &["a: 1\n", "a: 磨\r\n", "a:\n", "b: a: \n", "ac\n", " a: 2\n", "a", "\n"],
        ),
        (
            "format = 'key-value'\nrecord = { by = 'start-line', pattern = '^\\[', end = '^$' }\nPATTERN",
            &["[1]\n", "a: 1\r\n", "\n", "磨坊\n", "x", "[磨\n"],
        ),
        (
            "format = 'key-value'\nrecord = { by = 'blank-line' }\nPATTERN",
            &["a: 1\n", "\n", " \n", "b: 磨\r\n", "\r\n", "x"],
        ),
        (
            "format = 'key-value'\nrecord = { by = 'end-line', pattern = '^//$' }\nPATTERN",
            &["a: 1\n", "//\n", "\n", "b: 磨\r\n", "//\r\n", "x"],
        ),
        (
            "format = 'json-lines'",
            &["{\"a\": 1}\n", "  {\"a\": \"磨\"}\r\n", "\n", "{\"a\": \n", " ", "[1]", "\n"],
        ),
        ("format = 'json'", JSON),
        ("format = 'json'\njson = { records = 'd.*' }", MEMBERS),
        ("format = 'csv'", CSV),
        ("format = 'csv'\ncsv = { delimiter = ';', comment = '^#', end = '^END' }", CSV),
        ("format = 'csv'\ncsv = { escape = '\\', columns = ['a', 'b'] }", CSV),
        ("format = 'csv'\ncsv = { skip-rows = 1, skip-after-header = 1 }", CSV),
        (
            "format = 'key-value'\nrecord = { by = 'start-key', key = 'a', end = '^z' }\nPATTERN",
            &["a: 1\n", "a: 磨\r\n", "z\n", "# x\n", "\n", "磨坊 of no record\n", "x", "a"],
        ),
        ("format = 'key-value'\nrecord = { by = 'file' }\nPATTERN", &["a: 1\n", "磨", "\n", "x"]),
        ("format = 'json'\njson = { records = 'd.a' }", WAYS),
    ];
    const WAYS: &[&str] = &[
        "{\"a\": 1}, ",
        "{\"a\": \"磨\"},\n",
        "\"a\": [",
        "\"a\": {\"a\": 3}, ",
        "\"a\": ",
        "[",
        "], ",
        "}, ",
        "\"d\": {",
        "{\"d\": {",
        "null, ",
    ];
    const JSON: &[&str] = &[
        "{\"a\": 1}, ",
        "{\"a\": \"磨\\\"\"},\n  ",
        "[[2], {}], ",
        "{\"a\": \"x\n\"}, ",
        "{\"a\": \"x\n{\"a\": 2}, ",
        "{\"a\": [1, {\"a\": 3}, ",
        "7 ",
        ",,",
        "]",
        "\"x\", ",
        "x",
        "\n",
    ];
    const MEMBERS: &[&str] = &[
        "\"k\": {\"a\": 1}, ",
        "\"磨\" : [2],\n",
        "\"q\": \"x\n\", ",
        "\"n\" 7, ",
        "x",
        "}",
        ",",
        "\"o\": {\"a\": \"x\n\"p\": {\"a\": 2}, ",
        "\"m\" ",
        "\"l\": ",
    ];
    const CSV: &[&str] = &[
        "a,b\n",
        "1,2\n",
        "磨;\"x\ny\"\r\n",
        "3,\"x\n\"\"y\"\r\n",
        "4,\"open\n",
        "5;6\r",
        "\"7\" x,8\n",
        "\n",
        "#;c\n",
        "END\n",
        "sep=;\n",
        "9,\\\"\n",
    ];

    /// Every piece of some batches, in words: all that the stages behind know of it. A record that is
    /// too long is one piece here: in how many it comes hangs on how it was read.
    fn told(batches: &[Batch]) -> Vec<String> {
        let mut out = Vec::new();
        let mut long: Option<(String, Vec<String>)> = None;
        for piece in batches.iter().flat_map(|batch| &batch.pieces) {
            let FramedChunk { chunk, part, records, notes, first, .. } = piece;
            let at = |offset| (chunk.file_offset(offset), chunk.line(offset), chunk.column(offset));
            let notes = notes.iter().map(|note| {
                let (start, end) = (at(note.span.start), at(note.span.end));
                format!("{} {start:?} {end:?} {}", note.code.id, note.message)
            });
            if let Part::Oversize { ends, .. } = part {
                let (text, told) = long.get_or_insert_default();
                text.push_str(chunk.text());
                told.extend(notes.map(|note| note.split(' ').take(1).collect()));
                if *ends {
                    out.push(format!("too long: {:?}", long.take()));
                }
                continue;
            }
            let places: Vec<_> = (0..=chunk.text().len()).map(at).collect();
            let about = (piece.bom, piece.has_no_records, chunk.line_ends(), piece.carriage_return);
            let (lead, parted) = (piece.lead, piece.parted);
            let (header, decision) = (piece.header.as_deref(), piece.decision.is_some());
            out.push(format!(
                "{:?} {part:?} {places:?} {decision} {first} {lead:?} {parted}",
                chunk.text()
            ));
            out.push(format!("{records:?} {header:?} {:?} {about:?}", notes.collect::<Vec<_>>()));
        }
        out
    }

    /// Cuts a dump whole, and then once more from each place where cutting can go on, to the
    /// end or to the next such place. Tells how many places there are.
    fn check(source: &str, bytes: &[u8], coding: Option<Coding>, max_record: usize) -> usize {
        let schema = schema(&source.replace("PATTERN", PATTERN));
        let plan = Plan::new(&schema);
        let asked = Asked { named: coding, candidates: &[] };
        let decision = decide(|| Ok(bytes), asked).unwrap();
        let mut batches = Vec::new();
        let mut keep = |batch| {
            batches.push(batch);
            true
        };
        let cutter = || Batcher::new(&plan, max_record, 40, 64);
        let mut whole = cutter().with_starts();
        whole.source(SourceId(0), "t", decision.clone(), bytes, &mut keep).unwrap();
        whole.finish(&mut keep);
        let expected = told(&batches);
        for block in [1, 13, 1 << 20] {
            let mut again = Vec::new();
            let mut keep = |batch| {
                again.push(batch);
                true
            };
            let mut cutter = Batcher::new(&plan, max_record, 40, block);
            cutter.source(SourceId(0), "t", decision.clone(), bytes, &mut keep).unwrap();
            cutter.finish(&mut keep);
            let found = told(&again);
            let differs = found.iter().zip(&expected).find(|(found, expected)| found != expected);
            assert!(
                differs.is_none() && found.len() == expected.len(),
                "{source}\nblocks of {block} bytes, {max_record} a record\n{}\n{differs:#?}",
                bytes.escape_ascii()
            );
        }
        let mut starts = 0;
        for (idx, first) in batches.iter().enumerate() {
            let Some(start) = &first.start else { continue };
            starts += 1;
            let written = serde_json::to_string(start).unwrap();
            let start: Start = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&start).unwrap(), written);
            // A record that has come before is known by its number alone here.
            let mut repeated = std::collections::BTreeMap::new();
            let frames = |batch: &Batch| {
                let pieces = batch.pieces.iter();
                pieces.flat_map(|piece| piece.records.clone()).collect::<Vec<_>>()
            };
            for frame in batches[..idx].iter().flat_map(frames) {
                *repeated.entry(frame.hash).or_insert(0) += 1;
            }
            let repeated: Vec<_> = repeated.into_iter().collect();
            // In another text it has no place: an error, and no cut within a character.
            let from = usize::try_from(start.position().file).unwrap();
            let mut other = bytes[from..].to_vec();
            other.rotate_left(1);
            let read = cutter().resume(SourceId(0), &start, &decision, &other[..], &mut |_| true);
            let is_plain = decision.is_same();
            if is_plain && other[..start.lead] != bytes[from..][..start.lead] {
                assert!(Changed::is_in(&read.unwrap_err()));
            }
            let next = batches[idx + 1..].iter().position(|batch| batch.start.is_some());
            for end in [None, next.map(|next| idx + 1 + next)] {
                let until = end.and_then(|end| batches[end].start.as_ref());
                let until = until.map(|until| Until { decoded: until.decoded() });
                let mut parts = cutter().behind(0, &repeated).until(until);
                let expected = told(&batches[idx..end.unwrap_or(batches.len())]);
                let mut resumed = Vec::new();
                let mut keep = |batch| {
                    resumed.push(batch);
                    true
                };
                let read = parts.resume(SourceId(0), &start, &decision, &bytes[from..], &mut keep);
                assert!(read.unwrap().is_some());
                parts.finish(&mut keep);
                let found = told(&resumed);
                let differs =
                    found.iter().zip(&expected).find(|(found, expected)| found != expected);
                assert!(
                    differs.is_none() && found.len() == expected.len(),
                    "{source}\n{written}\n{}\n{differs:#?}",
                    bytes.escape_ascii()
                );
            }
        }
        starts
    }

    fn dump() -> impl Strategy<Value = (usize, String)> {
        (0..FORMS.len(), prop::collection::vec(0..12_usize, 1..60)).prop_map(|(form, parts)| {
            let (source, tokens) = FORMS[form];
            let head = if source.contains("'d.") {
                "{\"c\": [1], \"d\": {"
            } else if source.starts_with("format = 'json'") {
                "["
            } else {
                ""
            };
            let parts = parts.iter().map(|part| tokens[part % tokens.len()]);
            (form, head.chars().map(String::from).chain(parts.map(str::to_owned)).collect())
        })
    }

    /// Each is cut some hundred times.
    const CASES: u32 = 64;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(CASES))]

        #[test]
        fn cutting_goes_on_from_any_place_as_if_all_had_been_cut((form, text) in dump()) {
            for long in [1 << 20, 30] {
                check(FORMS[form].0, text.as_bytes(), None, long);
            }
        }

        #[test]
        fn it_goes_on_in_any_encoding(
            (form, text) in dump(),
            coding in 0..6_usize,
            damage in prop::option::of((any::<prop::sample::Index>(), 0x80..=0xff_u8)),
        ) {
            let (coding, mut bytes) = match coding {
                0 => ("gb18030", GB18030.encode(&text).0.into_owned()),
                1 => ("shift_jis", SHIFT_JIS.encode(&text.replace('磨', "あ")).0.into_owned()),
                2 => ("utf-16le", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
                3 => ("utf-16be", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
                4 => ("utf-32le", text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
                _ => ("utf-8", text.into_bytes()),
            };
            if let Some((at, byte)) = damage.filter(|_| !bytes.is_empty()) {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            for long in [1 << 20, 30] {
                check(FORMS[form].0, &bytes, Coding::of_label(coding), long);
            }
        }
    }

    /// Dumps that were once cut otherwise where a read ended elsewhere.
    #[test]
    fn damaged_json_is_cut_as_it_is_however_it_is_read() {
        // A string without its closing quote, which ends a record that is just not too long.
        let elements = "[{\"a\": [1, {\"a\": 3}, {\"a\": \"磨\\\"\"},\n  {\"a\": \"磨\\\"\"},\n  {\"a\": \"x\n\
            {\"a\": 2}, {\"a\": 1}, {\"a\": 1}, {\"a\": 1}, {\"a\": [1, {\"a\": 3}, 7 \"x\", {\"a\": 1}, {\"a\": 1}, \
            {\"a\": \"x\n\"}, {\"a\": [1, {\"a\": 3}, {\"a\": 1}, {\"a\": 1}, [[2], {}], {\"a\": 1}, {\"a\": \"x\n\
            {\"a\": 2}, \"x\", {\"a\": 1}, {\"a\": [1, {\"a\": 3}, {\"a\": \"磨\\\"\"},\n  [[2], {}], ]\
            {\"a\": \"x\n{\"a\": 2}, {\"a\": \"x\n\"}, {\"a\": [1, {\"a\": 3}, {\"a\": \"x\n{\"a\": 2}, ";
        // Text that no record has, behind one that is too long; keys without a value.
        let tail =
            "\"k\": {\"a\": 1}, \"n\" 7, \"q\": \"x\n\", x\"磨\" : [2],\nxxx}}\"磨\" : [2],\nxx";
        let open = "\"o\": {\"a\": \"x\n\"p\": {\"a\": 2}, ";
        let tails = format!("{{\"d\": {{{}", format!("{open}{tail}{tail}").repeat(3));
        let keys = format!("{{\"d\": {{\"k\": 1, \"long{}\" : }}}}", " key".repeat(30));
        for (form, text) in [(5, elements), (6, &tails), (6, &keys)] {
            for head in 0..64 {
                let text = format!("{}{text}", " ".repeat(head));
                for long in [20, 30, 1 << 20] {
                    check(FORMS[form].0, text.as_bytes(), None, long);
                }
            }
        }
    }

    /// The pieces of a dump that is read a byte at a time, and the records in them.
    fn parts(source: &str, text: &str, max_record: usize) -> Vec<(Part, bool, Lead, Vec<String>)> {
        check(source, text.as_bytes(), None, max_record);
        let schema = schema(&source.replace("PATTERN", PATTERN));
        let plan = Plan::new(&schema);
        let decision = decide(|| Ok(text.as_bytes()), Asked::default()).unwrap();
        let mut parts = Vec::new();
        let mut keep = |batch: Batch| {
            parts.extend(batch.pieces.iter().map(|piece| {
                let text = piece.chunk.text();
                let records = piece.records.iter();
                let records = records.map(|frame| text[frame.span.range()].to_owned());
                (piece.part, piece.parted, piece.lead, records.collect())
            }));
            true
        };
        let mut cutter = Batcher::new(&plan, max_record, 1 << 20, 1);
        cutter.source(SourceId(0), "t", decision, text.as_bytes(), &mut keep).unwrap();
        cutter.finish(&mut keep);
        parts
    }

    #[test]
    fn text_outside_of_records_is_no_record_however_long_it_is() {
        let source = FORMS[11].0;
        let text = "no record\n".repeat(5);
        let found = parts(source, &format!("{text}a: 1\nz\n{text}a: 2\nz\n{text}"), 30);
        let told: Vec<_> = found.iter().map(|(_, parted, lead, _)| (*parted, *lead)).collect();
        let expected =
            [(true, Lead::First), (true, Lead::Told), (true, Lead::Told), (false, Lead::Told)];
        assert!(found.iter().all(|(part, ..)| *part == Part::Records), "{found:#?}");
        assert_eq!(told, expected);
        let records: Vec<_> = found.into_iter().flat_map(|(.., records)| records).collect();
        assert_eq!(records, ["a: 1\nz\n", "a: 2\nz\n"]);
    }

    #[test]
    fn places_behind_a_record_that_is_too_long_are_right_in_any_encoding() {
        let text = "磨坊\n磨坊\n\n磨坊\n[1]\n\n\n[1]\n\n\n磨坊\n\n[1]\na: 1\r\na: 1\r\n磨坊\na: 1\r\na: 1\r\n\n[1]\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(FORMS[1].0, &bytes, Coding::of_label("utf-16le"), 30);
    }

    #[test]
    fn a_header_that_is_looked_at_again_stands_where_it_stood() {
        let text = "#;c\n4,\"open\na,b\na,b\nsep=;\n\"7\" x,8\n5;6\r5;6\r#;c\na,b\n3,\"x\n\"\"y\"\r\na,b\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for long in [1 << 20, 30] {
            check(FORMS[10].0, &bytes, Coding::of_label("utf-16le"), long);
        }
    }

    #[test]
    fn a_record_before_one_that_is_too_long_stands() {
        for form in [0, 1, 2, 3, 11] {
            let (source, tokens) = FORMS[form];
            // What ends a record, and the line that begins the next.
            let (first, line) = match form {
                1 => ("[1]\n\n", "[2]"),
                2 => ("a: 1\n\n", "b: "),
                3 => ("a: 1\n//\n", "b: "),
                _ => (tokens[0], "a: "),
            };
            for end in ["", "\n", "\r\n\n", "\nz\n"] {
                let found = parts(source, &format!("{first}{line}{}{end}", "磨".repeat(40)), 30);
                assert_eq!(found[0].3, [first], "{source}: {found:#?}");
                let is_long = |part: &Part| matches!(part, Part::Oversize { .. });
                assert!(found[1..].iter().all(|(part, ..)| is_long(part)), "{found:#?}");
                assert!(found.len() > 1, "{source}");
            }
        }
    }

    #[test]
    fn lines_in_a_second_encoding_begin_a_read() {
        let line = |n: usize| match n % 5 {
            3 => GB18030.encode("a: 磨坊的水位\n").0.into_owned(),
            _ => format!("a: {n} 磨坊\n").into_bytes(),
        };
        let mut bytes: Vec<u8> = (0..400).flat_map(line).collect();
        bytes.extend(b"a: \xff\n");
        let decision = decide(|| Ok(&bytes[..]), Asked::default()).unwrap();
        let source = "format = 'key-value'\nrecord = { by = 'start-key', key = 'a' }\nPATTERN";
        let starts = check(source, &bytes, None, 1 << 20);
        assert!(starts > 50, "{starts} starts, {decision:?}");
    }

    #[test]
    fn there_are_as_many_places_as_batches() {
        for (source, tokens) in FORMS {
            let head = match source {
                source if source.contains("d.*") => "{\"d\": {",
                source if source.contains("d.a") => "{\"d\": {\"a\": [",
                source if source.starts_with("format = 'json'") => "[",
                source if source.contains("skip-rows") => "x\na,b\n",
                _ => "",
            };
            let text = format!("{head}{}", format!("{}{}", tokens[0], tokens[1]).repeat(30));
            let starts = check(source, text.as_bytes(), None, 1 << 20);
            // A record that is the file has none behind it.
            assert!(starts > 3 || source.contains("'file'"), "{source}: {starts}");
        }
    }
}
