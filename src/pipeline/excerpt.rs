//! The lines around findings that were made when their text was gone: those of
//! checks across batches. Only the few that are shown are looked up, by reading
//! their inputs once more.

use std::collections::BTreeMap;

use super::{Inputs, Options};
use crate::diagnostic::{Excerpt, Located};
use crate::error::Result;
use crate::schema::Schema;
use crate::schema::model::Format;
use crate::source::{Buffer, Input, LineEnds, SourceId, TextReader, unreadable};

/// Adds excerpts to findings that stand in a source and have none.
pub(super) fn fill(
    shown: &mut [Located],
    schema: &Schema,
    options: &Options,
    inputs: &Inputs,
) -> Result<()> {
    let mut wanted: BTreeMap<SourceId, Vec<&mut Located>> = BTreeMap::new();
    for located in shown {
        if let (Some(source), None, false) = (located.source, &located.excerpt, located.masked)
            && located.record_id.is_some()
        {
            wanted.entry(source).or_default().push(located);
        }
    }
    let masked = schema.hides_values();
    for (source, mut wanted) in wanted {
        let input = &options.inputs[source.index()];
        let failed = |error| unreadable(input.name(), error);
        let (decision, summary) = &inputs[source.index()];
        let ends = summary.line_ends;
        let alone = masked && summary.format != Format::KeyValue;
        if decision.is_same() {
            wanted.retain_mut(|located| match window(input, located, ends) {
                Some(excerpt) => {
                    located.excerpt = Some(if alone { excerpt.alone() } else { excerpt });
                    false
                }
                None => true,
            });
            if wanted.is_empty() {
                continue;
            }
        }
        let mut reader =
            TextReader::new(input.open().map_err(failed)?, decision, options.block_bytes);
        wanted.sort_by_key(|located| located.line);
        let mut wanted = wanted.into_iter().peekable();
        let mut buffer = Buffer::new(source, decision);
        // The line that the text begins with.
        let mut line = 1;
        let mut more = true;
        while more && wanted.peek().is_some() {
            more = reader.read(&mut buffer).map_err(failed)?;
            let text = buffer.text();
            let mut start = 0;
            while let Some(end) = line_end(text, start, !more, ends) {
                while let Some(located) = wanted.next_if(|located| located.line <= line) {
                    let excerpt = excerpt(&text[..end], start, located, ends);
                    located.excerpt = Some(if alone { excerpt.alone() } else { excerpt });
                }
                if end == text.len() && !more {
                    break;
                }
                start = end + 1;
                line += 1;
            }
            buffer.discard(start.min(buffer.text().len()));
        }
    }
    Ok(())
}

/// How much is read before a finding, and behind its first byte.
const BEFORE: u64 = 16 * 1024;
const BEHIND: u64 = 1024;

/// The excerpt of a finding in a plain file of UTF-8, which need not be read from
/// its start.
fn window(input: &Input, located: &Located, ends: LineEnds) -> Option<Excerpt> {
    let from = located.bytes.start.saturating_sub(BEFORE);
    let before = usize::try_from(located.bytes.start - from).ok()?;
    let length = (located.bytes.end - located.bytes.start).min(BEHIND) + BEHIND;
    let bytes = input.window(from, before + usize::try_from(length).ok()?).ok()??;
    // The window may begin and end within a character.
    let cut = bytes.iter().take(4).position(|byte| byte & 0xc0 != 0x80)?;
    let text = match std::str::from_utf8(&bytes[cut..]) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[cut..cut + error.valid_up_to()]).ok()?,
    };
    let start = before.checked_sub(cut)?;
    let length = usize::try_from(located.bytes.end - located.bytes.start).ok()?;
    let end = text.floor_char_boundary(start.saturating_add(length).min(text.len()));
    let mut excerpt =
        text.is_char_boundary(start).then(|| Excerpt::of(text, start..end.max(start), ends))?;
    // Where the line begins before the window, its start is cut off.
    excerpt.cut |= from > 0 && ends.last(text.as_bytes(), 0..start).is_none();
    Some(excerpt)
}

/// Where the line that begins at a place ends, if that is known yet.
fn line_end(text: &str, start: usize, last: bool, ends: LineEnds) -> Option<usize> {
    let end = ends.next(text.as_bytes(), start);
    // What ends the text may be half of a line end.
    let end = end.filter(|end| last || end + 1 < text.len());
    end.or_else(|| last.then_some(text.len()))
}

/// The excerpt of a finding on the line that begins at a place.
fn excerpt(text: &str, start: usize, located: &Located, ends: LineEnds) -> Excerpt {
    let column = usize::try_from(located.column.saturating_sub(1)).unwrap_or(usize::MAX);
    let line = &text[start..];
    let from = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let length = usize::try_from(located.bytes.end - located.bytes.start).unwrap_or(usize::MAX);
    // In another encoding than UTF-8 the text is known better than its length.
    let length = match &located.finding.raw {
        Some(raw) if line[from..].starts_with(raw.as_str()) => raw.len(),
        _ => length,
    };
    let to = line.floor_char_boundary(from.saturating_add(length).min(line.len())).max(from);
    Excerpt::of(text, start + from..start + to, ends)
}
