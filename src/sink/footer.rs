//! The footer of a Parquet file while its row groups come.
//!
//! In: what is said of each group. Out: the last bytes of the file. The groups of a long dump take far
//! more room as values than as the bytes that they are written as, and must all be there before the first
//! of them is: their number stands before them. So they are kept as bytes, in a temporary file where
//! they are many.

use std::io::{self, Read, Seek, Write};

use polars_parquet::parquet::write::write_metadata_sidecar;
use polars_parquet::write::ThriftFileMetadata;
use polars_parquet_format::RowGroup;
use polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
use tempfile::SpooledTempFile;

/// The first and last bytes of every Parquet file.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// How many bytes of groups are held in memory.
const HELD: usize = 256 * 1024;
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
}

impl Footer {
    /// A footer without groups.
    pub(super) fn new(about: ThriftFileMetadata) -> Self {
        Self { about, groups: SpooledTempFile::new(HELD), count: 0 }
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Adds a group.
    pub(super) fn push(&mut self, group: RowGroup) -> io::Result<()> {
        self.about.num_rows += group.num_rows;
        self.count += 1;
        let mut bytes = Vec::new();
        let mut protocol = TCompactOutputProtocol::new(&mut bytes);
        group.write_to_out_protocol(&mut protocol).map_err(io::Error::other)?;
        self.groups.write_all(&bytes).map_err(|error| {
            io::Error::new(error.kind(), format!("a temporary file cannot be written: {error}"))
        })
    }

    /// Writes the last bytes of the file.
    pub(super) fn write(mut self, file: &mut impl Write) -> io::Result<()> {
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
        let groups = self.groups.stream_position()?;
        let length = head.len() as u64 + groups + behind.len() as u64;
        let length = u32::try_from(length).map_err(io::Error::other)?;
        self.groups.rewind()?;
        file.write_all(&head)?;
        io::copy(&mut self.groups.take(groups), file)?;
        file.write_all(behind)?;
        file.write_all(&length.to_le_bytes())?;
        file.write_all(MAGIC)
    }
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
                own.push(group).unwrap();
            }
            let (mut expected, mut bytes) = (Vec::new(), Vec::new());
            write_metadata_sidecar(&mut expected, &whole).unwrap();
            own.write(&mut bytes).unwrap();
            assert_eq!(bytes, expected[MAGIC.len()..], "{count} groups");
        }
    }
}
