//! The footer of a Parquet file while its row groups come.
//!
//! In: what is said of each group, and the index of its pages. Out: the last bytes of the file. The groups of a long
//! dump take far more room as values than as the bytes that they are written as, and must all be there before the
//! first of them is: their number stands before them, and they say where the indexes stand. So both are kept as
//! bytes, in temporary files where they are many.

use std::io::{self, BufReader, Seek, Write};

use polars_parquet::parquet::write::write_metadata_sidecar;
use polars_parquet::write::ThriftFileMetadata;
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ColumnChunk, RowGroup};
use tempfile::SpooledTempFile;

use super::index::PageIndex;

/// The first and last bytes of every Parquet file.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// How many bytes of groups are held in memory, and of indexes.
const HELD: usize = 64 * 1024;
/// What an empty list of groups is in the compact protocol of Thrift: the number of its field, its
/// length and the type of its elements.
const NO_GROUPS: [u8; 2] = [0x19, 0x0c];
/// What ends a struct.
const STOP: u8 = 0;

/// A footer under construction.
pub(super) struct Footer {
    /// What it says beside the groups.
    about: ThriftFileMetadata,
    groups: SpooledTempFile,
    count: usize,
    /// Of each group the indexes of all columns: those of values, then those of places.
    indexes: SpooledTempFile,
    /// How many bytes they have.
    length: u64,
    /// Whether a column of a group has several pages. Else there is none to skip, and no index is written: all
    /// groups of a file have one or none, as readers want it.
    skips: bool,
}

impl Footer {
    /// A footer without groups.
    pub(super) fn new(about: ThriftFileMetadata) -> Self {
        Self {
            about,
            groups: SpooledTempFile::new(HELD),
            count: 0,
            indexes: SpooledTempFile::new(HELD),
            length: 0,
            skips: false,
        }
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Adds a group and the indexes of its columns.
    pub(super) fn push(&mut self, mut group: RowGroup, index: &PageIndex) -> io::Result<()> {
        self.about.num_rows += group.num_rows;
        self.count += 1;
        let kept = |error: io::Error| {
            io::Error::new(error.kind(), format!("a temporary file cannot be written: {error}"))
        };
        let mut keep = |bytes: &[u8]| {
            let start = self.length.cast_signed();
            self.length += bytes.len() as u64;
            self.indexes.write_all(bytes).map_err(kept)?;
            let length = i32::try_from(bytes.len()).map_err(io::Error::other)?;
            Ok::<_, io::Error>((length > 0).then_some((start, length)).unzip())
        };
        // Where they stand behind the first index of the file, until that has its place.
        for (column, own) in group.columns.iter_mut().zip(index) {
            (column.column_index_offset, column.column_index_length) = keep(&own.values)?;
        }
        for (column, own) in group.columns.iter_mut().zip(index) {
            (column.offset_index_offset, column.offset_index_length) = keep(&own.places)?;
            self.skips |= own.count > 1;
        }
        self.groups.write_all(&encoded(&group)?).map_err(kept)
    }

    /// Writes the last bytes of the file, of which so many stand there.
    pub(super) fn write(mut self, file: &mut impl Write, start: u64) -> io::Result<()> {
        if self.skips {
            self.indexes.rewind()?;
            io::copy(&mut self.indexes, file)?;
        }
        let before = written(&without_rest(&self.about))?.len() - NO_GROUPS.len() - 1;
        let about = written(&self.about)?;
        let behind = &about[before + NO_GROUPS.len()..];
        let mut head = about[..=before].to_vec();
        if let Ok(few @ ..15) = u8::try_from(self.count) {
            head.push(few << 4 | NO_GROUPS[1]);
        } else {
            head.push(0xf0 | NO_GROUPS[1]);
            varint(self.count, &mut head);
        }
        file.write_all(&head)?;
        let mut length = head.len() + behind.len();
        self.groups.rewind()?;
        let mut groups = BufReader::new(self.groups);
        for _ in 0..self.count {
            let mut protocol = TCompactInputProtocol::new(&mut groups, usize::MAX);
            let mut group =
                RowGroup::read_from_in_protocol(&mut protocol).map_err(io::Error::other)?;
            for column in &mut group.columns {
                place(column, self.skips.then_some(start.cast_signed()));
            }
            let bytes = encoded(&group)?;
            file.write_all(&bytes)?;
            length += bytes.len();
        }
        file.write_all(behind)?;
        file.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_le_bytes())?;
        file.write_all(MAGIC)
    }
}

/// Says where the indexes of a column stand, the first of all at this place of the file; none if they are not written.
fn place(column: &mut ColumnChunk, start: Option<i64>) {
    for (offset, length) in [
        (&mut column.column_index_offset, &mut column.column_index_length),
        (&mut column.offset_index_offset, &mut column.offset_index_length),
    ] {
        *offset = offset.zip(start).map(|(offset, start)| start + offset);
        *length = length.filter(|_| start.is_some());
    }
}

/// A group as it is written.
fn encoded(group: &RowGroup) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut protocol = TCompactOutputProtocol::new(&mut bytes);
    group.write_to_out_protocol(&mut protocol).map_err(io::Error::other)?;
    Ok(bytes)
}

/// A footer that says nothing behind its groups, and has none.
fn without_rest(about: &ThriftFileMetadata) -> ThriftFileMetadata {
    ThriftFileMetadata {
        version: about.version,
        schema: about.schema.clone(),
        num_rows: about.num_rows,
        row_groups: Vec::new(),
        key_value_metadata: None,
        created_by: None,
        column_orders: None,
        encryption_algorithm: None,
        footer_signing_key_metadata: None,
    }
}

/// A footer as it is written, without its length and what stands around it.
fn written(about: &ThriftFileMetadata) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_metadata_sidecar(&mut bytes, about).map_err(io::Error::other)?;
    bytes.truncate(bytes.len() - MAGIC.len() - size_of::<u32>());
    bytes.drain(..MAGIC.len());
    debug_assert_eq!(bytes.last(), Some(&STOP));
    Ok(bytes)
}

/// A number in groups of 7 bits, the lowest first.
#[expect(clippy::cast_possible_truncation, reason = "7 bits are left")]
fn varint(mut number: usize, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::parquet::tests::{footer, group};

    #[test]
    fn a_footer_of_any_number_of_groups_is_what_the_crate_writes() {
        for count in [0, 1, 2, 14, 15, 16, 127, 128, 400] {
            let mut whole = footer();
            let mut own = Footer::new(whole.clone());
            for n in 0..count {
                let group = group(n + 1);
                whole.num_rows += group.num_rows;
                whole.row_groups.push(group.clone());
                own.push(group, &Vec::new()).unwrap();
            }
            let (mut expected, mut bytes) = (Vec::new(), Vec::new());
            write_metadata_sidecar(&mut expected, &whole).unwrap();
            own.write(&mut bytes, 4).unwrap();
            assert_eq!(bytes, expected[MAGIC.len()..], "{count} groups");
        }
    }
}
