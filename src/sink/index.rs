//! Where the pages of a column stand in a file, and between what their values lie: the page index of
//! <https://parquet.apache.org/docs/file-format/pageindex/>, by which readers skip pages.

use polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
use polars_parquet_format::{BoundaryOrder, ColumnIndex, OffsetIndex, PageLocation, Type};

use super::bounds::Extent;
use super::parquet::internal;
use crate::error::Result;

/// The indexes of the columns of a row group.
pub(super) type PageIndex = Vec<ColumnPages>;

/// Those of a column, as they are written.
pub(super) struct ColumnPages {
    /// That of values; empty where the bounds of a page are not known.
    pub(super) values: Vec<u8>,
    /// That of places.
    pub(super) places: Vec<u8>,
    /// How many pages there are.
    pub(super) count: usize,
}

/// The pages of a column in a row group, in the order in which they stand there.
#[derive(Default)]
pub(super) struct Pages(Vec<(PageLocation, Extent)>);

impl Pages {
    /// Adds a page, which stands at a place in the file and has so many bytes.
    pub(super) fn push(&mut self, start: u64, bytes: usize, extent: Extent) -> Result<()> {
        let first_row = self
            .0
            .last()
            .map_or(0, |(last, extent)| last.first_row_index + extent.rows.cast_signed() as i64);
        let bytes = bytes.try_into().map_err(internal)?;
        self.0.push((PageLocation::new(start.cast_signed(), bytes, first_row), extent));
        Ok(())
    }

    /// Both indexes of a column of a physical type.
    pub(super) fn encode(self, physical: (Type, usize)) -> Result<ColumnPages> {
        let (mut values, mut places, count) = (Vec::new(), Vec::new(), self.0.len());
        if let Some(index) = self.values(physical) {
            let mut protocol = TCompactOutputProtocol::new(&mut values);
            index.write_to_out_protocol(&mut protocol).map_err(internal)?;
        }
        let locations = self.0.into_iter().map(|(location, _)| location).collect();
        let mut protocol = TCompactOutputProtocol::new(&mut places);
        let written = OffsetIndex::new(locations, None).write_to_out_protocol(&mut protocol);
        written.map_err(internal)?;
        Ok(ColumnPages { values, places, count })
    }

    fn values(&self, physical: (Type, usize)) -> Option<ColumnIndex> {
        let extents = || self.0.iter().map(|(_, extent)| extent);
        let (mut least, mut largest) = (Vec::new(), Vec::new());
        for extent in extents() {
            let (min, max) = match (&extent.bounds, extent.has_values()) {
                (Some(bounds), true) => bounds.clone().in_file(physical),
                (None, true) => return None,
                (_, false) => (Vec::new(), Some(Vec::new())),
            };
            least.push(min);
            largest.push(max?);
        }
        let bounds: Vec<_> = extents().filter_map(|extent| extent.bounds.as_ref()).collect();
        let is_ascending = bounds.windows(2).all(|pair| pair[0].is_followed_by(pair[1]));
        let order = if is_ascending { BoundaryOrder::ASCENDING } else { BoundaryOrder::UNORDERED };
        let nulls: Vec<_> = extents().map(|extent| extent.nulls.cast_signed() as i64).collect();
        let is_null = extents().map(|extent| !extent.has_values()).collect();
        Some(ColumnIndex::new(is_null, least, largest, order, nulls, None, None))
    }
}
