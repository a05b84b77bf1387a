//! The cells of a column as pages of Parquet.
//!
//! A worker makes what a batch adds to a column: pages that can be written as they are, or the distinct
//! values and which of them each row has, for the dictionary of a chunk of a file serves several batches
//! (`chunk`). Distinct values are looked for in texts and in numbers of a fixed width, and given up
//! where too few of them recur: then a page has the values themselves.

use std::borrow::Cow;
use std::iter::repeat_n;
use std::ops::Range;

use polars_parquet::parquet::compression::{CompressionOptions, compress};
use polars_parquet::parquet::encoding::hybrid_rle::{self, Encoder as _};
use polars_parquet::parquet::page::{DataPageHeaderV1, ParquetPageHeader};
use polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
use polars_parquet_format::{DictionaryPageHeader, Encoding, PageType, Type};
use zstd::bulk::Compressor;

use super::bounds::{Bounds, Extent, encoded};
use super::delta::{self, Repeated};
use super::parquet::{Compression, internal};
use super::words::Words;
use crate::error::Result;
use crate::stage::{Stage, within};
use crate::table::{Cells, Runs, Values, words};

/// How many bytes of values a page has before a new one is begun.
const PAGE: usize = 1 << 20;
/// After how many different values in a row it is looked whether enough of them recur.
const TRIED: usize = 512;
/// After how many it is looked whether they are long and all different: looking for each would cost as much as
/// it could win.
const FIRST: usize = 32;
/// How long such values are on average, in bytes.
const LONG: usize = 256;
/// After how many values that do not recur are taken to go on so.
const SURE: usize = 2048;
/// The most bytes of distinct values of a batch.
const WORDS: usize = 512 * 1024;

/// A page as it will stand in the file.
pub(super) struct Page {
    /// Its header, and its compressed bytes.
    pub(super) bytes: Vec<u8>,
    /// How long it would be if it were not compressed.
    pub(super) plain: usize,
    /// How long it would be if every value stood in it as it is.
    pub(super) unfolded: usize,
    pub(super) encoding: Encoding,
    pub(super) rows: usize,
    /// How many of them have no value.
    pub(super) nulls: usize,
}

/// What a batch adds to a column.
pub(super) struct Piece {
    pub(super) extent: Extent,
    pub(super) cells: PieceCells,
}

/// Its cells.
pub(super) enum PieceCells {
    Pages(Vec<Page>),
    Words(Recurring),
}

/// Values in their plain encoding.
#[derive(Clone, Copy)]
pub(super) struct Plain<'v> {
    pub(super) bytes: &'v [u8],
    /// How many bytes each has; none for texts, each of which has its length before it.
    pub(super) width: Option<usize>,
}

impl Plain<'_> {
    /// How many bytes the first of some values has.
    fn length(&self, values: &[u8]) -> usize {
        match (self.width, values.first_chunk()) {
            (Some(width), _) => width,
            (None, Some(length)) => size_of::<u32>() + u32::from_le_bytes(*length) as usize,
            (None, None) => 0,
        }
    }
}

/// Values that recur.
pub(super) struct Recurring {
    /// Those that there are, each in its plain encoding.
    pub(super) words: Words,
    /// Whether each row has a value; empty if every row has one.
    pub(super) present: Vec<bool>,
    /// Which one each row has that has one.
    pub(super) numbers: Vec<u32>,
}

/// Makes pages. A worker keeps one: making the state of the compressor anew for each page costs
/// more than the small pages themselves, and the room is used again.
pub(super) struct PageWriter {
    compression: Compression,
    zstd: Option<Compressor<'static>>,
    /// The page that is put together, and the same compressed.
    page: Vec<u8>,
    packed: Vec<u8>,
    repeated: Repeated,
}

impl PageWriter {
    pub(super) fn new(compression: Compression) -> Self {
        Self {
            compression,
            zstd: None,
            page: Vec::new(),
            packed: Vec::new(),
            repeated: Repeated::default(),
        }
    }

    pub(super) fn compression(&self) -> Compression {
        self.compression
    }

    /// What a batch adds to a column of a physical type. A column without `bounds` has no statistics
    /// beside the count of its nulls.
    pub(super) fn piece(
        &mut self,
        cells: &Cells,
        physical: (Type, usize),
        bounds: bool,
    ) -> Result<Piece> {
        let (rows, nulls) = (cells.height(), nulls(cells.present()));
        let extent = Extent { rows, nulls, bounds: None };
        let mut piece = Piece { extent, cells: PieceCells::Pages(Vec::new()) };
        match cells.present_values() {
            Values::Text(plain) => {
                let texts = words(plain).map(|word| (word, 1));
                (piece.cells, piece.extent.bounds) =
                    self.texts(cells, texts, bounds, || Cow::Borrowed(plain))?;
            }
            Values::Alike(runs) => {
                let plain = || {
                    let length = runs.iter().map(|(word, times)| times * word.len()).sum();
                    let mut plain = Vec::with_capacity(length);
                    for word in runs.iter().flat_map(|(word, times)| repeat_n(word, times)) {
                        plain.extend_from_slice(word);
                    }
                    Cow::Owned(plain)
                };
                (piece.cells, piece.extent.bounds) =
                    self.texts(cells, runs.iter(), bounds, plain)?;
            }
            Values::Runs(runs) => {
                if bounds {
                    piece.extent.bounds = Bounds::of_texts(runs.iter().map(|(word, _)| word));
                }
                piece.cells = PieceCells::Pages(self.runs(cells, runs)?);
            }
            Values::Boolean(values) => {
                piece.extent.bounds = Bounds::of_booleans(values);
                let packed = values
                    .chunks(8)
                    .map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
                let page = self.page(cells, Encoding::PLAIN, |page| page.extend(packed))?;
                piece.cells = PieceCells::Pages(vec![page]);
            }
            Values::Integer(values)
            | Values::Time(values)
            | Values::Datetime { micros: values, .. } => {
                piece.extent.bounds = Bounds::of_whole(values);
                let page = self.page(cells, Encoding::DELTA_BINARY_PACKED, |page| {
                    delta::encode(values, page);
                })?;
                piece.cells = PieceCells::Pages(vec![page]);
            }
            Values::Date(values) => {
                piece.extent.bounds = Bounds::of_whole(values);
                let days: Vec<_> = values.iter().map(|days| i64::from(*days)).collect();
                let page = self.page(cells, Encoding::DELTA_BINARY_PACKED, |page| {
                    delta::encode(&days, page);
                })?;
                piece.cells = PieceCells::Pages(vec![page]);
            }
            Values::Float(values) => {
                piece.extent.bounds = Bounds::of_floats(values);
                let bytes: Vec<_> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                piece.cells = self.fixed(cells, &bytes, size_of::<f64>())?;
            }
            Values::Decimal { unscaled, .. } => {
                piece.extent.bounds = Bounds::of_whole(unscaled);
                let bytes: Vec<_> =
                    unscaled.iter().flat_map(|number| encoded(*number, physical)).collect();
                let width = encoded(0, physical).len();
                piece.cells = self.fixed(cells, &bytes, width)?;
            }
        }
        Ok(piece)
    }

    /// Texts in their plain encoding, each with how many rows one after another have it; `plain` are those of
    /// all rows.
    fn texts<'v>(
        &mut self,
        cells: &Cells,
        texts: impl Iterator<Item = (&'v [u8], usize)> + Clone,
        bounds: bool,
        plain: impl FnOnce() -> Cow<'v, [u8]>,
    ) -> Result<(PieceCells, Option<Bounds>)> {
        if let Some(recurring) = recurring(texts.clone(), cells) {
            let words = bounds.then(|| Bounds::of_texts(recurring.words.iter()));
            return Ok((PieceCells::Words(recurring), words.flatten()));
        }
        let bounds = bounds.then(|| Bounds::of_texts(texts.map(|(word, _)| word))).flatten();
        let plain = Plain { bytes: &plain(), width: None };
        Ok((PieceCells::Pages(self.plain(cells.present(), cells.height(), plain)?), bounds))
    }

    /// Values of a fixed width.
    fn fixed(&mut self, cells: &Cells, bytes: &[u8], width: usize) -> Result<PieceCells> {
        if let Some(recurring) = recurring(bytes.chunks(width).map(|value| (value, 1)), cells) {
            return Ok(PieceCells::Words(recurring));
        }
        let plain = Plain { bytes, width: Some(width) };
        Ok(PieceCells::Pages(self.plain(cells.present(), cells.height(), plain)?))
    }

    /// One page with all cells of a column.
    fn page(
        &mut self,
        cells: &Cells,
        encoding: Encoding,
        values: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Page> {
        self.page.clear();
        levels(cells.present(), cells.height(), &mut self.page)?;
        if !cells.present().is_empty() && !cells.present().contains(&true) {
            return self.data(cells.present(), cells.height(), Encoding::PLAIN);
        }
        values(&mut self.page);
        self.data(cells.present(), cells.height(), encoding)
    }

    /// Pages with texts that stand in many rows one after another.
    fn runs(&mut self, cells: &Cells, runs: &Runs) -> Result<Vec<Page>> {
        let mut repeated = std::mem::take(&mut self.repeated);
        repeated.clear();
        let (mut pages, mut first, mut length) = (Vec::new(), 0, 0);
        for (word, mut times) in runs.iter() {
            while times > 0 {
                let fit = (PAGE - length).div_ceil(word.len()).min(times);
                repeated.push(&word[size_of::<u32>()..], fit);
                times -= fit;
                length += fit * word.len();
                if length >= PAGE {
                    let rows = behind(cells.present(), first, repeated.len());
                    pages.push(self.repeated(cells.present(), first..rows, &repeated, length)?);
                    (first, length) = (rows, 0);
                    repeated.clear();
                }
            }
        }
        if first < cells.height() {
            let rows = first..cells.height();
            pages.push(self.repeated(cells.present(), rows, &repeated, length)?);
        }
        self.repeated = repeated;
        Ok(pages)
    }

    /// A page of such texts, which would have so many bytes if each stood there.
    fn repeated(
        &mut self,
        present: &[bool],
        rows: Range<usize>,
        repeated: &Repeated,
        length: usize,
    ) -> Result<Page> {
        self.page.clear();
        let (present, rows) = (present.get(rows.clone()).unwrap_or_default(), rows.len());
        levels(present, rows, &mut self.page)?;
        if repeated.len() == 0 {
            return self.data(present, rows, Encoding::PLAIN);
        }
        let unfolded = self.page.len() + length;
        repeated.encode(&mut self.page);
        Ok(Page { unfolded, ..self.data(present, rows, Encoding::DELTA_BYTE_ARRAY)? })
    }

    /// Pages with the values themselves, which lie in their plain encoding.
    pub(super) fn plain(
        &mut self,
        present: &[bool],
        rows: usize,
        plain: Plain<'_>,
    ) -> Result<Vec<Page>> {
        let (mut pages, mut bytes) = (Vec::new(), plain.bytes);
        let mut first = 0;
        while first < rows {
            // How many rows fit, and how many bytes their values have.
            let (mut end, mut length) = (first, 0);
            if bytes.len() < PAGE {
                (end, length) = (rows, bytes.len());
            }
            while end < rows && length < PAGE {
                if present.get(end).copied().unwrap_or(true) {
                    length += plain.length(bytes.get(length..).unwrap_or_default());
                }
                end += 1;
            }
            let (values, behind) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
            let present = present.get(first..end).unwrap_or_default();
            self.page.clear();
            levels(present, end - first, &mut self.page)?;
            self.page.extend_from_slice(values);
            pages.push(self.data(present, end - first, Encoding::PLAIN)?);
            (first, bytes) = (end, behind);
        }
        Ok(pages)
    }

    /// A page with the numbers of values in a dictionary of `count`.
    pub(super) fn numbers(
        &mut self,
        present: &[bool],
        rows: usize,
        numbers: &[u32],
        count: usize,
    ) -> Result<Page> {
        self.page.clear();
        levels(present, rows, &mut self.page)?;
        let width = (usize::BITS - count.saturating_sub(1).leading_zeros()).max(1);
        #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
        self.page.push(width as u8);
        hybrid_rle::encode::<u32, _, _>(&mut self.page, numbers.iter().copied(), width)
            .map_err(internal)?;
        self.data(present, rows, Encoding::RLE_DICTIONARY)
    }

    /// The page of a dictionary.
    pub(super) fn dictionary(&mut self, words: &Words) -> Result<Page> {
        self.page.clear();
        self.page.extend_from_slice(words.bytes());
        let num_values = words.len().try_into().map_err(internal)?;
        let about = DictionaryPageHeader { num_values, encoding: Encoding::PLAIN, is_sorted: None };
        let header = ParquetPageHeader {
            type_: PageType::DICTIONARY_PAGE,
            dictionary_page_header: Some(about),
            ..self.header()?
        };
        self.whole(header, Encoding::PLAIN)
    }

    /// The page that was put together, of so many rows.
    fn data(&mut self, present: &[bool], rows: usize, encoding: Encoding) -> Result<Page> {
        let about = DataPageHeaderV1 {
            num_values: rows.try_into().map_err(internal)?,
            encoding,
            definition_level_encoding: Encoding::RLE,
            repetition_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let header = ParquetPageHeader { data_page_header: Some(about), ..self.header()? };
        Ok(Page { rows, nulls: nulls(present), ..self.whole(header, encoding)? })
    }

    /// The header of the page that was put together, which it packs.
    fn header(&mut self) -> Result<ParquetPageHeader> {
        self.pack()?;
        Ok(ParquetPageHeader {
            type_: PageType::DATA_PAGE,
            uncompressed_page_size: self.page.len().try_into().map_err(internal)?,
            compressed_page_size: self.packed().len().try_into().map_err(internal)?,
            crc: None,
            data_page_header: None,
            index_page_header: None,
            dictionary_page_header: None,
            data_page_header_v2: None,
        })
    }

    fn whole(&self, header: ParquetPageHeader, encoding: Encoding) -> Result<Page> {
        // Headers are some dozens of bytes.
        let mut bytes = Vec::with_capacity(self.packed().len() + 64);
        let mut protocol = TCompactOutputProtocol::new(&mut bytes);
        let length = header.write_to_out_protocol(&mut protocol).map_err(internal)?;
        bytes.extend_from_slice(self.packed());
        let plain = length + self.page.len();
        Ok(Page { bytes, plain, unfolded: plain, encoding, rows: 0, nulls: 0 })
    }

    /// Compresses the page that was put together.
    fn pack(&mut self) -> Result<()> {
        let _stage = within(Stage::Compress);
        self.packed.clear();
        let options = match self.compression {
            Compression::None => return Ok(()),
            Compression::Zstd(level) => {
                let zstd = match &mut self.zstd {
                    Some(zstd) => zstd,
                    none => none.insert(Compressor::new(level).map_err(internal)?),
                };
                self.packed.reserve(zstd::zstd_safe::compress_bound(self.page.len()));
                zstd.compress_to_buffer(&self.page, &mut self.packed).map_err(internal)?;
                return Ok(());
            }
            Compression::Snappy => CompressionOptions::Snappy,
            Compression::Lz4 => CompressionOptions::Lz4Raw,
        };
        compress(options, &self.page, &mut self.packed).map_err(internal)
    }

    fn packed(&self) -> &[u8] {
        if self.compression == Compression::None { &self.page } else { &self.packed }
    }
}

/// The row behind those from the `first` that have so many values.
fn behind(present: &[bool], first: usize, values: usize) -> usize {
    if present.is_empty() {
        return first + values;
    }
    let with = present.iter().enumerate().skip(first).filter(|(_, present)| **present);
    with.map(|(row, _)| row + 1).take(values).last().unwrap_or(first)
}

/// The distinct values, and which of them each row has; none where too few recur.
fn recurring<'v>(
    values: impl Iterator<Item = (&'v [u8], usize)>,
    cells: &Cells,
) -> Option<Recurring> {
    let (mut words, mut numbers) = (Words::default(), Vec::with_capacity(cells.height()));
    // Those that follow an equal one cost nothing without a dictionary either.
    let (mut runs, mut last) = (0, None);
    for (value, times) in values {
        let number = words.add(value);
        numbers.resize(numbers.len() + times, number);
        if last != Some(number) {
            last = Some(number);
            runs += 1;
            if (runs == FIRST || runs % TRIED == 0) && !may_pay(&words, runs) {
                return None;
            }
        }
    }
    if !pays(&words, runs) {
        return None;
    }
    Some(Recurring { words, present: cells.present().to_vec(), numbers })
}

/// Whether enough values may recur when all have been seen: the more there were, the more of those that
/// come are known.
fn may_pay(words: &Words, runs: usize) -> bool {
    let some = 16 * words.len() <= 15 * runs;
    let fits = words.bytes().len() <= WORDS;
    match runs {
        FIRST => some || words.bytes().len() < LONG * words.len(),
        _ if runs < SURE => some && fits,
        _ => pays(words, runs),
    }
}

/// Whether enough values recur.
fn pays(words: &Words, runs: usize) -> bool {
    words.bytes().len() <= WORDS && (runs < 8 || 4 * words.len() <= 3 * runs)
}

/// How many rows have no value.
fn nulls(present: &[bool]) -> usize {
    present.iter().filter(|present| !**present).count()
}

/// Which rows have a value.
fn levels(present: &[bool], rows: usize, out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    if present.is_empty() {
        bool::run_length_encode(out, rows, true, 1).map_err(internal)?;
    } else {
        hybrid_rle::encode::<bool, _, _>(out, present.iter().copied(), 1).map_err(internal)?;
    }
    let length = u32::try_from(out.len() - start - 4).map_err(internal)?;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Kind, Value};
    use crate::schema::model::{Column, ColumnOrigin};
    use crate::table::Rows;

    #[test]
    fn texts_that_are_mostly_alike_become_the_pages_of_any_others() {
        let column = Column {
            name: "text".to_owned(),
            kind: Kind::Text,
            origin: ColumnOrigin::Ordinal,
            description: None,
            unit: None,
            tags: Vec::new(),
            long: false,
            zone: None,
        };
        for different in [1, 7, 900, 5000] {
            let (mut rows, mut alike) = (
                Rows::new(std::slice::from_ref(&column)),
                Rows::alike(std::slice::from_ref(&column)),
            );
            for n in 0..5000 {
                let text = format!("text {}", n % different);
                let value = if n % 11 == 3 { Value::Null } else { Value::text(&text) };
                rows.row(|_, cells| cells.push(&value));
                alike.row(|_, cells| cells.push_text(value.as_text()));
            }
            let mut writer = PageWriter::new(Compression::default());
            let mut piece = |rows: &Rows| {
                writer.piece(&rows.columns()[0], (Type::BYTE_ARRAY, 0), true).unwrap()
            };
            let (one, other) = (piece(&rows), piece(&alike));
            assert_eq!(one.extent, other.extent);
            match (one.cells, other.cells) {
                (PieceCells::Words(one), PieceCells::Words(other)) => {
                    assert_eq!(one.words.bytes(), other.words.bytes());
                    assert_eq!((one.present, one.numbers), (other.present, other.numbers));
                }
                (PieceCells::Pages(one), PieceCells::Pages(other)) => {
                    let bytes = |pages: Vec<Page>| -> Vec<_> {
                        pages.into_iter().map(|page| page.bytes).collect()
                    };
                    assert_eq!(bytes(one), bytes(other));
                }
                _ => panic!("{different}"),
            }
        }
    }
}
