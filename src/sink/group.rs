//! A row group of a Parquet file while batches come: their pages, column by column.
//!
//! The dictionary of a column serves the whole group. What values a batch has are looked up in it here, in
//! the order of the batches, so that it is the same whichever worker made which batch.

use polars_parquet_format::{
    ColumnChunk, ColumnMetaData, CompressionCodec, Encoding, RowGroup, Statistics, Type,
};

use super::bounds::{Bounds, Extent, LONGEST};
use super::index::{PageIndex, Pages};
use super::pages::{Page, PageWriter, Piece, PieceCells, Plain, Recurring};
use super::waiting::{Ticket, Waiting};
use super::words::Words;
use crate::error::{Error, Result};

/// How many bytes a group has before it is written, uncompressed as readers see them.
const BYTES: usize = 64 << 20;
/// How many rows at most.
const ROWS: usize = 1 << 20;
/// The most bytes of a dictionary.
const WORDS: usize = 1 << 20;
/// How many rows a page of numbers has before a new one is begun.
const NUMBERS: usize = 32 * 1024;

/// What is known of a column beside its cells.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) name: String,
    /// How its values are stored, and in how many bytes if that is fixed.
    pub(super) physical: (Type, usize),
    /// Whether its least and largest value are told.
    pub(super) bounds: bool,
}

impl About {
    /// How many bytes each value has; none if each has its own.
    fn width(&self) -> Option<usize> {
        match self.physical {
            (Type::BYTE_ARRAY, _) => None,
            (Type::INT32, _) => Some(4),
            (Type::FIXED_LEN_BYTE_ARRAY, width) => Some(width),
            _ => Some(8),
        }
    }
}

/// A row group under construction.
pub(super) struct Group {
    columns: Vec<Chunk>,
    waiting: Waiting,
    rows: usize,
    bytes: usize,
}

/// A column of it.
#[derive(Default)]
struct Chunk {
    pages: Vec<Ticket>,
    words: Words,
    /// Rows whose values are in the dictionary, or that have none, until they are a page.
    open: Open,
    /// Whether there is a page without the dictionary. Then no other with it follows, as other writers
    /// have it too: Spark takes values before one for others.
    is_plain: bool,
    extent: Extent,
}

#[derive(Default)]
struct Open {
    extent: Extent,
    present: Vec<bool>,
    numbers: Vec<u32>,
}

impl Group {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns: (0..columns).map(|_| Chunk::default()).collect(),
            waiting: Waiting::default(),
            rows: 0,
            bytes: 0,
        }
    }

    /// Adds the rows of a batch.
    pub(super) fn add(
        &mut self,
        pieces: Vec<Piece>,
        about: &[About],
        writer: &mut PageWriter,
    ) -> Result<()> {
        self.rows += pieces.first().map_or(0, |piece| piece.extent.rows);
        for ((chunk, piece), about) in self.columns.iter_mut().zip(pieces).zip(about) {
            self.bytes += chunk.add(piece, about, writer, &mut self.waiting)?;
        }
        Ok(())
    }

    /// Whether it is time to write it.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= BYTES || self.rows >= ROWS
    }

    /// How many bytes it has, uncompressed.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes it, and says what the end of the file says of it and of its pages. `offset` is where it begins in
    /// the file.
    pub(super) fn write(
        mut self,
        about: &[About],
        codec: CompressionCodec,
        writer: &mut PageWriter,
        (mut offset, ordinal): (u64, usize),
        mut append: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<(RowGroup, PageIndex)> {
        let first = offset;
        for chunk in &mut self.columns {
            chunk.close(writer, &mut self.waiting)?;
        }
        let mut waiting = self.waiting.whole();
        let (mut columns, mut plain) = (Vec::with_capacity(about.len()), 0);
        let mut indexed = Vec::with_capacity(about.len());
        for (chunk, about) in self.columns.into_iter().zip(about) {
            let start = offset;
            let mut encodings = vec![Encoding::RLE];
            let mut uncompressed = 0;
            let mut page = |bytes: &[u8], plain: usize, encoding: Encoding| {
                append(bytes)?;
                offset += bytes.len() as u64;
                uncompressed += plain;
                if !encodings.contains(&encoding) {
                    encodings.push(encoding);
                }
                Ok::<_, Error>(())
            };
            let mut dictionary_length = 0;
            if chunk.words.len() > 0 {
                let dictionary = writer.dictionary(&chunk.words)?;
                dictionary_length = dictionary.bytes.len() as u64;
                page(&dictionary.bytes, dictionary.plain, dictionary.encoding)?;
            }
            let (mut pages, mut start_of_page) = (Pages::default(), start + dictionary_length);
            for ticket in chunk.pages {
                let bytes = waiting.page(&ticket)?;
                let length = bytes.len();
                page(bytes, ticket.plain, ticket.encoding)?;
                pages.push(start_of_page, length, ticket.extent)?;
                start_of_page += length as u64;
            }
            indexed.push(pages);
            encodings.sort_unstable();
            plain += uncompressed;
            columns.push(ColumnChunk {
                meta_data: Some(ColumnMetaData {
                    type_: about.physical.0,
                    encodings,
                    path_in_schema: vec![about.name.clone()],
                    codec,
                    num_values: signed(self.rows as u64),
                    total_uncompressed_size: signed(uncompressed as u64),
                    total_compressed_size: signed(offset - start),
                    key_value_metadata: None,
                    data_page_offset: signed(start + dictionary_length),
                    index_page_offset: None,
                    dictionary_page_offset: (dictionary_length > 0).then(|| signed(start)),
                    statistics: Some(statistics(chunk.extent, about)),
                    encoding_stats: None,
                    bloom_filter_offset: None,
                    bloom_filter_length: None,
                    size_statistics: None,
                }),
                file_path: None,
                file_offset: 0,
                offset_index_offset: None,
                offset_index_length: None,
                column_index_offset: None,
                column_index_length: None,
                crypto_metadata: None,
                encrypted_column_metadata: None,
            });
        }
        let group = RowGroup {
            columns,
            total_byte_size: signed(plain as u64),
            num_rows: signed(self.rows as u64),
            sorting_columns: None,
            file_offset: Some(signed(first)),
            total_compressed_size: Some(signed(offset - first)),
            ordinal: ordinal.try_into().ok(),
        };
        let indexed = indexed.into_iter().zip(about);
        let index =
            indexed.map(|(pages, about)| pages.encode(about.physical)).collect::<Result<_>>()?;
        Ok((group, index))
    }
}

fn signed(number: u64) -> i64 {
    number.cast_signed()
}

fn statistics(Extent { nulls, bounds, .. }: Extent, about: &About) -> Statistics {
    let bounds = bounds.map(|bounds| bounds.in_file(about.physical));
    let (min_value, max_value) =
        bounds.map_or((None, None), |(least, largest)| (Some(least), largest));
    // One that is nearly as long as it may be could have been cut.
    let is_exact = |bound: &Option<Vec<u8>>| Some(bound.as_ref()?.len() + 4 <= LONGEST);
    Statistics {
        is_max_value_exact: is_exact(&max_value),
        is_min_value_exact: is_exact(&min_value),
        max: None,
        min: None,
        null_count: Some(signed(nulls as u64)),
        distinct_count: None,
        max_value,
        min_value,
    }
}

impl Chunk {
    /// Adds the rows of a batch, and says how many bytes they are about.
    fn add(
        &mut self,
        piece: Piece,
        about: &About,
        writer: &mut PageWriter,
        waiting: &mut Waiting,
    ) -> Result<usize> {
        let Piece { extent, cells } = piece;
        self.extent.add(&extent);
        let pages = match cells {
            PieceCells::Pages(pages) => pages,
            PieceCells::Words(recurring)
                if !self.is_plain
                    && self.words.bytes().len() + recurring.words.bytes().len() <= WORDS =>
            {
                self.recurring(&recurring, &extent, writer, waiting)?;
                return Ok(4 * extent.rows);
            }
            // The dictionary is full.
            PieceCells::Words(Recurring { words, present, numbers }) => {
                let values: Vec<_> = words.iter().collect();
                let words = || numbers.iter().map(|number| values[*number as usize]);
                let mut bytes = Vec::with_capacity(words().map(<[u8]>::len).sum());
                words().for_each(|word| bytes.extend_from_slice(word));
                writer.plain(
                    &present,
                    extent.rows,
                    Plain { bytes: &bytes, width: about.width() },
                )?
            }
        };
        self.close(writer, waiting)?;
        self.is_plain = true;
        let bytes = pages.iter().map(|page| page.unfolded).sum();
        self.keep(pages, extent.bounds.as_ref(), waiting)?;
        Ok(bytes)
    }

    /// Adds rows whose values go into the dictionary.
    fn recurring(
        &mut self,
        recurring: &Recurring,
        extent: &Extent,
        writer: &mut PageWriter,
        waiting: &mut Waiting,
    ) -> Result<()> {
        let numbers: Vec<_> = recurring.words.iter().map(|word| self.words.add(word)).collect();
        let open = &mut self.open;
        if open.present.is_empty() && !recurring.present.is_empty() {
            open.present.resize(open.extent.rows, true);
        }
        open.extent.add(extent);
        open.present.extend_from_slice(&recurring.present);
        if !open.present.is_empty() {
            open.present.resize(open.extent.rows, true);
        }
        open.numbers.extend(recurring.numbers.iter().map(|number| numbers[*number as usize]));
        // Rows without values wait, for they may be in a column without a dictionary.
        let is_full = open.extent.rows >= NUMBERS && !open.numbers.is_empty();
        if is_full { self.close(writer, waiting) } else { Ok(()) }
    }

    /// Makes a page of the rows whose values are in the dictionary.
    fn close(&mut self, writer: &mut PageWriter, waiting: &mut Waiting) -> Result<()> {
        let (open, count) = (&mut self.open, self.words.len());
        let Extent { rows, bounds, .. } = std::mem::take(&mut open.extent);
        if rows == 0 {
            return Ok(());
        }
        let pages = if count == 0 {
            writer.plain(&open.present, rows, Plain { bytes: &[], width: None })?
        } else {
            vec![writer.numbers(&open.present, rows, &open.numbers, count)?]
        };
        // The room is used again.
        open.present.clear();
        open.numbers.clear();
        self.keep(pages, bounds.as_ref(), waiting)
    }

    /// Lets pages wait until the group is written.
    fn keep(
        &mut self,
        pages: Vec<Page>,
        bounds: Option<&Bounds>,
        waiting: &mut Waiting,
    ) -> Result<()> {
        for page in pages {
            self.pages.push(waiting.push(&page, bounds.cloned())?);
        }
        Ok(())
    }
}
