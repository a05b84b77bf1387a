//! The rows of a table that a batch has, column by column.
//!
//! They lie as pages of Parquet want them: the values of the rows that have one, and which
//! rows those are. So a text is copied once, from the chunk to where its page is made of it.
//! Who wants a data frame has one made.

use std::iter::repeat_n;

use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked,
    IntoColumn, IntoSeries, NewChunkedArray, StringChunked, TimeUnit, TimeZone,
};

use crate::data::{Decimal, Kind, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::model::{self, ColumnOrigin};

/// The bytes that say how long a text is.
const PREFIX: usize = size_of::<u32>();
/// More room than this is not kept for the texts of the next batch.
const KEPT: usize = 16 << 20;

/// Rows of a table.
#[derive(Debug)]
pub struct Rows {
    height: usize,
    columns: Vec<Cells>,
}

/// The cells of a column.
#[derive(Debug)]
pub(crate) struct Cells {
    name: String,
    kind: Kind,
    rows: usize,
    /// Whether each row has a value; empty as long as every row has one.
    present: Vec<bool>,
    values: Values,
    /// The first value that was of another type, which would be a bug.
    misfit: Option<String>,
}

/// The values of the rows that have one.
#[derive(Debug)]
pub(crate) enum Values {
    /// Each text behind its length in four bytes, the lowest first: the plain encoding of Parquet.
    Text(Vec<u8>),
    /// Ids of records: texts that stand in many rows one after another.
    Runs(Runs),
    /// Texts as others, of which many are those of the row before.
    Alike(Runs),
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Decimal {
        unscaled: Vec<i128>,
        precision: u8,
        scale: u8,
    },
    Date(Vec<i32>),
    Time(Vec<i64>),
    Datetime {
        micros: Vec<i64>,
        utc: bool,
    },
}

/// Texts, each once for all the rows one after another that have it.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// Each behind its length, as texts otherwise are.
    plain: Vec<u8>,
    /// Where the last one begins.
    last: usize,
    /// How many rows have each.
    times: Vec<usize>,
}

impl Runs {
    /// Adds a text to so many rows.
    fn push(&mut self, text: &str, times: usize) {
        let known = self.plain.get(self.last + PREFIX..);
        if let Some(count) = self.times.last_mut().filter(|_| known == Some(text.as_bytes())) {
            *count += times;
            return;
        }
        self.last = self.plain.len();
        plainly(text, &mut self.plain);
        self.times.push(times);
    }

    fn clear(&mut self) {
        self.plain.clear();
        self.last = 0;
        self.times.clear();
    }

    /// The texts in their plain encoding, and how many rows have each.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], usize)> + Clone {
        words(&self.plain).zip(self.times.iter().copied())
    }

    /// The text of each row.
    fn texts(&self) -> impl Iterator<Item = &str> {
        texts(&self.plain).zip(&self.times).flat_map(|(text, times)| repeat_n(text, *times))
    }
}

/// Adds a text in the plain encoding. Who calls knows that it is short enough.
#[inline]
fn plainly(text: &str, plain: &mut Vec<u8>) {
    #[expect(clippy::cast_possible_truncation, reason = "it was looked at")]
    plain.extend_from_slice(&(text.len() as u32).to_le_bytes());
    plain.extend_from_slice(text.as_bytes());
}

/// Whether a text is short enough for a column.
#[inline]
fn fits(text: &str) -> bool {
    i32::try_from(text.len()).is_ok()
}

impl Rows {
    /// No rows yet.
    pub(crate) fn new(columns: &[model::Column]) -> Self {
        let columns = columns.iter().map(|column| match (column.kind, &column.origin) {
            (Kind::Text, ColumnOrigin::RecordId) => Cells {
                values: Values::Runs(Runs::default()),
                ..Cells::new(&column.name, column.kind)
            },
            _ => Cells::new(&column.name, column.kind),
        });
        Self { height: 0, columns: columns.collect() }
    }

    /// The same, where texts are mostly those of the row before.
    pub(crate) fn alike(columns: &[model::Column]) -> Self {
        let mut rows = Self::new(columns);
        for column in &mut rows.columns {
            if matches!(column.values, Values::Text(_)) {
                column.values = Values::Alike(Runs::default());
            }
        }
        rows
    }

    /// Takes every row out, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.height = 0;
        self.columns.iter_mut().for_each(Cells::clear);
    }

    /// Adds a row: `push` is called with each column and adds a value to it.
    #[inline]
    pub(crate) fn row(&mut self, mut push: impl FnMut(usize, &mut Cells)) {
        for (idx, column) in self.columns.iter_mut().enumerate() {
            push(idx, column);
        }
        self.height += 1;
    }

    /// Adds so many rows: `extend` is called with each column and adds the values of all of them to it.
    #[inline]
    pub(crate) fn extend(&mut self, count: usize, mut extend: impl FnMut(usize, &mut Cells)) {
        for (idx, column) in self.columns.iter_mut().enumerate() {
            extend(idx, column);
        }
        self.height += count;
    }

    /// How many rows there are.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn columns(&self) -> &[Cells] {
        &self.columns
    }

    /// Checks that every value was of the type of its column.
    ///
    /// # Errors
    ///
    /// One was not: a bug, which must not become a cell.
    pub(super) fn checked(self) -> Result<Self> {
        self.check()?;
        Ok(self)
    }

    /// The same of rows that are lent.
    ///
    /// # Errors
    ///
    /// As [`Self::checked`].
    pub(super) fn check(&self) -> Result<()> {
        let misfit =
            |column: &Cells| Some((column.misfit.clone()?, column.name.clone(), column.kind));
        match self.columns.iter().find_map(misfit) {
            None => Ok(()),
            Some((misfit, name, kind)) => Err(Error::new(
                ErrorKind::Internal,
                format!("{misfit} in the column `{name}` of the type {kind}"),
            )),
        }
    }

    /// The rows of these places, in this order.
    pub(crate) fn in_order(&self, places: &[usize]) -> Self {
        let columns = self.columns.iter().map(|column| {
            let (values, mut ordered) = (column.values(), Cells::new(&column.name, column.kind));
            for place in places {
                ordered.push(&values[*place]);
            }
            ordered
        });
        Self { height: places.len(), columns: columns.collect() }
    }

    /// The rows as a data frame.
    ///
    /// # Errors
    ///
    /// The columns are not of one length, which would be a bug.
    pub(crate) fn frame(&self) -> Result<DataFrame> {
        DataFrame::new(self.height, self.columns.iter().map(Cells::column).collect()).map_err(
            |error| Error::new(ErrorKind::Internal, "cannot build a table").with_source(error),
        )
    }
}

impl Cells {
    fn new(name: &str, kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Boolean => Values::Boolean(Vec::new()),
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Float => Values::Float(Vec::new()),
            Kind::Decimal { precision, scale } => {
                Values::Decimal { unscaled: Vec::new(), precision, scale }
            }
            Kind::Date => Values::Date(Vec::new()),
            Kind::Time => Values::Time(Vec::new()),
            Kind::Datetime { utc } => Values::Datetime { micros: Vec::new(), utc },
        };
        Self { name: name.to_owned(), kind, rows: 0, present: Vec::new(), values, misfit: None }
    }

    fn clear(&mut self) {
        self.rows = 0;
        self.present.clear();
        match &mut self.values {
            Values::Text(plain) if plain.capacity() > KEPT => *plain = Vec::new(),
            Values::Text(plain) => plain.clear(),
            Values::Runs(runs) | Values::Alike(runs) => runs.clear(),
            Values::Boolean(values) => values.clear(),
            Values::Integer(values)
            | Values::Time(values)
            | Values::Datetime { micros: values, .. } => values.clear(),
            Values::Float(values) => values.clear(),
            Values::Decimal { unscaled, .. } => unscaled.clear(),
            Values::Date(values) => values.clear(),
        }
    }

    /// Adds a value.
    #[inline]
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        match (&mut self.values, value) {
            (Values::Text(plain), Value::Text(text)) if fits(text) => plainly(text, plain),
            (Values::Runs(runs) | Values::Alike(runs), Value::Text(text)) if fits(text) => {
                runs.push(text, 1);
            }
            (Values::Boolean(values), Value::Boolean(value)) => values.push(*value),
            (Values::Integer(values), Value::Integer(number)) => values.push(*number),
            (Values::Float(values), Value::Float(number)) => values.push(*number),
            (Values::Decimal { unscaled, scale, .. }, Value::Decimal(number))
                if number.scale() == *scale =>
            {
                unscaled.push(number.unscaled());
            }
            (Values::Date(values), Value::Date(days)) => values.push(*days),
            (Values::Time(values), Value::Time(nanos)) => values.push(*nanos),
            (Values::Datetime { micros, utc }, Value::Datetime { micros: value, utc: own })
                if utc == own =>
            {
                micros.push(*value);
            }
            (_, value) => {
                if !value.is_null() && self.misfit.is_none() {
                    self.misfit = Some(value.quoted());
                }
                return self.null();
            }
        }
        self.some();
    }

    /// Counts a row that has a value.
    #[inline]
    fn some(&mut self) {
        self.rows += 1;
        if !self.present.is_empty() {
            self.present.push(true);
        }
    }

    /// Adds values.
    pub(crate) fn extend<'v>(&mut self, values: impl Iterator<Item = &'v Value<'v>>) {
        for value in values {
            // Nearly all that there is to be added.
            if let (Values::Text(plain), Value::Text(text)) = (&mut self.values, value)
                && fits(text)
            {
                plainly(text, plain);
                self.some();
            } else if let (Value::Null, false) = (value, self.present.is_empty()) {
                self.present.push(false);
                self.rows += 1;
            } else {
                self.push(value);
            }
        }
    }

    /// Adds a text to so many rows.
    pub(crate) fn repeat(&mut self, text: &str, times: usize) {
        match &mut self.values {
            Values::Runs(runs) | Values::Alike(runs) if fits(text) && times > 0 => {
                runs.push(text, times);
                self.rows += times;
                if !self.present.is_empty() {
                    self.present.resize(self.rows, true);
                }
            }
            _ => (0..times).for_each(|_| self.push(&Value::text(text))),
        }
    }

    /// Adds whole numbers.
    pub(crate) fn number(&mut self, numbers: impl Iterator<Item = i64>) {
        match &mut self.values {
            Values::Integer(values) if self.present.is_empty() => {
                values.extend(numbers);
                self.rows = values.len();
            }
            _ => numbers.for_each(|number| self.push(&Value::Integer(number))),
        }
    }

    /// Adds a text, if there is one.
    #[inline]
    pub(crate) fn push_text(&mut self, text: Option<&str>) {
        match (&mut self.values, text) {
            (Values::Text(plain), Some(text)) if fits(text) => {
                plainly(text, plain);
                self.some();
            }
            (Values::Alike(runs), Some(text)) if fits(text) => {
                runs.push(text, 1);
                self.some();
            }
            (_, None) => self.null(),
            (_, Some(text)) => self.push(&Value::text(text)),
        }
    }

    /// Adds a whole number, if there is one.
    #[inline]
    pub(crate) fn push_integer(&mut self, number: Option<i64>) {
        match (&mut self.values, number) {
            (Values::Integer(values), Some(number)) => {
                values.push(number);
                self.some();
            }
            (_, None) => self.null(),
            (_, Some(number)) => self.push(&Value::Integer(number)),
        }
    }

    #[inline]
    fn null(&mut self) {
        if self.present.is_empty() {
            self.present.resize(self.rows, true);
        }
        self.present.push(false);
        self.rows += 1;
    }

    /// Adds so many rows without a value.
    pub(crate) fn nulls(&mut self, times: usize) {
        if self.present.is_empty() {
            self.present.resize(self.rows, true);
        }
        self.rows += times;
        self.present.resize(self.rows, false);
    }

    pub(crate) fn height(&self) -> usize {
        self.rows
    }

    /// Whether each row has a value; empty if every row has one.
    pub(crate) fn present(&self) -> &[bool] {
        &self.present
    }

    /// The values of the rows that have one.
    pub(crate) fn present_values(&self) -> &Values {
        &self.values
    }

    /// Row by row what it has of the values.
    fn each<T>(&self, mut values: impl Iterator<Item = T>) -> impl Iterator<Item = Option<T>> {
        let present = &self.present;
        (0..self.rows).map(move |row| {
            if present.get(row).copied().unwrap_or(true) { values.next() } else { None }
        })
    }

    /// The values row by row.
    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        fn all<'c>(values: impl Iterator<Item = Option<Value<'c>>>) -> Vec<Value<'c>> {
            values.map(Option::unwrap_or_default).collect()
        }
        match &self.values {
            Values::Text(plain) => all(self.each(texts(plain).map(Value::text))),
            Values::Runs(runs) | Values::Alike(runs) => {
                all(self.each(runs.texts().map(Value::text)))
            }
            Values::Boolean(values) => all(self.each(values.iter().copied().map(Value::Boolean))),
            Values::Integer(values) => all(self.each(values.iter().copied().map(Value::Integer))),
            Values::Float(values) => all(self.each(values.iter().copied().map(Value::Float))),
            Values::Decimal { unscaled, scale, .. } => {
                let decimal = |number: &i128| Value::Decimal(Decimal::new(*number, *scale));
                all(self.each(unscaled.iter().map(decimal)))
            }
            Values::Date(values) => all(self.each(values.iter().copied().map(Value::Date))),
            Values::Time(values) => all(self.each(values.iter().copied().map(Value::Time))),
            Values::Datetime { micros, utc } => {
                let datetime = |micros: &i64| Value::Datetime { micros: *micros, utc: *utc };
                all(self.each(micros.iter().map(datetime)))
            }
        }
    }

    /// The cells as a column of a data frame.
    fn column(&self) -> Column {
        let name = self.name.as_str().into();
        let longs = |name, values: &[i64]| {
            Int64Chunked::from_iter_options(name, self.each(values.iter().copied()))
        };
        match &self.values {
            Values::Text(plain) => {
                StringChunked::from_iter_options(name, self.each(texts(plain))).into_column()
            }
            Values::Runs(runs) | Values::Alike(runs) => {
                StringChunked::from_iter_options(name, self.each(runs.texts())).into_column()
            }
            Values::Boolean(values) => {
                BooleanChunked::from_iter_options(name, self.each(values.iter().copied()))
                    .into_column()
            }
            Values::Integer(values) => longs(name, values).into_column(),
            Values::Float(values) => {
                Float64Chunked::from_iter_options(name, self.each(values.iter().copied()))
                    .into_column()
            }
            Values::Decimal { unscaled, precision, scale } => {
                Int128Chunked::from_iter_options(name, self.each(unscaled.iter().copied()))
                    .into_decimal_unchecked(usize::from(*precision), usize::from(*scale))
                    .into_series()
                    .into_column()
            }
            Values::Date(values) => {
                Int32Chunked::from_iter_options(name, self.each(values.iter().copied()))
                    .into_date()
                    .into_series()
                    .into_column()
            }
            Values::Time(values) => longs(name, values).into_time().into_series().into_column(),
            Values::Datetime { micros, utc } => longs(name, micros)
                .into_datetime(TimeUnit::Microseconds, utc.then_some(TimeZone::UTC))
                .into_series()
                .into_column(),
        }
    }
}

/// The texts of a plain encoding.
fn texts(plain: &[u8]) -> impl Iterator<Item = &str> {
    // They were texts when they were added.
    words(plain).map(|word| std::str::from_utf8(&word[PREFIX..]).unwrap_or_default())
}

/// The texts of a plain encoding, each with its length before it.
pub(crate) fn words(plain: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let mut rest = plain;
    std::iter::from_fn(move || {
        let length = u32::from_le_bytes(*rest.first_chunk::<PREFIX>()?) as usize;
        let (word, behind) = rest.split_at_checked(PREFIX + length)?;
        rest = behind;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::values;

    fn rows(kind: Kind) -> Rows {
        of(kind, ColumnOrigin::Ordinal)
    }

    fn of(kind: Kind, origin: ColumnOrigin) -> Rows {
        Rows::new(&[model::Column {
            name: "pages".to_owned(),
            kind,
            origin,
            description: None,
            unit: None,
            tags: Vec::new(),
            long: false,
            zone: None,
        }])
    }

    #[test]
    fn a_value_of_another_type_is_an_error_and_no_null() {
        for (kind, value) in [
            (Kind::Integer, Value::text("12")),
            (Kind::Text, Value::Integer(12)),
            (Kind::Decimal { precision: 9, scale: 2 }, Value::Decimal(Decimal::new(125, 1))),
            (Kind::Datetime { utc: true }, Value::Datetime { micros: 0, utc: false }),
        ] {
            let mut rows = rows(kind);
            rows.row(|_, cells| cells.push(&Value::Null));
            rows.row(|_, cells| cells.push(&value));
            let error = rows.checked().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Internal);
            assert!(error.to_string().contains("in the column `pages`"), "{error}");
        }
    }

    #[test]
    fn rows_frames_and_rows_in_used_room_have_the_values_that_were_added() {
        for (kind, value) in [
            (Kind::Text, Value::text("甲")),
            (Kind::Boolean, Value::Boolean(true)),
            (Kind::Integer, Value::Integer(-12)),
            (Kind::Float, Value::Float(0.5)),
            (Kind::Decimal { precision: 9, scale: 2 }, Value::Decimal(Decimal::new(-125, 2))),
            (Kind::Date, Value::Date(19_000)),
            (Kind::Time, Value::Time(1)),
            (Kind::Datetime { utc: true }, Value::Datetime { micros: 7, utc: true }),
        ] {
            let mut used = rows(kind);
            for added in
                [vec![value.clone(), Value::Null], vec![Value::Null], vec![value.clone(), value]]
            {
                used.clear();
                for value in &added {
                    used.row(|_, cells| cells.push(value));
                }
                assert_eq!(
                    (used.height(), used.columns()[0].values()),
                    (added.len(), added.clone())
                );
                let frame = used.frame().unwrap();
                assert_eq!(values(kind, &frame.columns()[0]).unwrap(), added);
            }
        }
    }

    #[test]
    fn a_text_of_many_rows_is_held_once_and_every_row_has_it() {
        let mut rows = of(Kind::Text, ColumnOrigin::RecordId);
        for _ in 0..2 {
            rows.clear();
            rows.extend(4, |_, cells| {
                cells.repeat("a", 2);
                cells.repeat("", 0);
                cells.push(&Value::text("a"));
                cells.repeat("", 1);
            });
            rows.row(|_, cells| cells.push(&Value::Null));
            rows.extend(2, |_, cells| cells.repeat("甲", 2));
            let text = Value::text;
            let all = ["a", "a", "a", ""].map(text).into_iter().chain([Value::Null]);
            let all: Vec<_> = all.chain(["甲", "甲"].map(text)).collect();
            let Values::Runs(runs) = rows.columns()[0].present_values() else { panic!() };
            assert_eq!(runs.times, [3, 1, 2]);
            assert_eq!((rows.height(), rows.columns()[0].values()), (7, all.clone()));
            assert_eq!(values(Kind::Text, &rows.frame().unwrap().columns()[0]).unwrap(), all);
        }
    }
}
