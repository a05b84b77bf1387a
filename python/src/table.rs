//! Tables by the Arrow C interface, which other packages take without a copy.

use polars::prelude::{CompatLevel, DataFrame};
use polars_arrow::array::{Array, StructArray, Utf8Array, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi::{ArrowArrayStream, export_field_to_c, export_iterator};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::wrong;

/// Rows of a table, in pieces as they came. It can be taken any number of times.
#[pyclass(frozen, module = "recordmill._recordmill")]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Without a row: the columns.
    pub(crate) empty: DataFrame,
    pub(crate) pieces: Vec<DataFrame>,
    /// Whether texts have the layout that all readers know.
    pub(crate) plain: bool,
}

impl Table {
    pub(crate) fn of(table: recordmill::table::Table) -> Self {
        let name = table.name().to_owned();
        let frame = table.into_frame();
        Self { name, empty: frame.clear(), pieces: vec![frame], plain: false }
    }
}

#[pymethods]
impl Table {
    /// All pieces of a table as one.
    #[staticmethod]
    fn concat(py: Python<'_>, tables: Vec<Py<Table>>) -> PyResult<Self> {
        let Some(first) = tables.first().map(Py::get) else {
            return Err(wrong(py, "no table was given", "give one or more"));
        };
        let pieces = tables.iter().flat_map(|table| table.get().pieces.iter().cloned());
        let pieces = pieces.filter(|piece| piece.height() > 0).collect();
        let (name, empty) = (first.name.clone(), first.empty.clone());
        Ok(Self { name, empty, pieces, plain: first.plain })
    }

    /// The same with some of the columns.
    fn select(&self, py: Python<'_>, columns: Vec<String>) -> PyResult<Self> {
        let empty = picked(py, &self.name, &self.empty, &columns)?;
        let pieces = self.pieces.iter();
        let pieces: PyResult<_> =
            pieces.map(|piece| picked(py, &self.name, piece, &columns)).collect();
        Ok(Self { name: self.name.clone(), empty, pieces: pieces?, plain: self.plain })
    }

    /// The same with texts in the layout that all readers know: offsets of 32 bits.
    fn with_plain_text(&self) -> Self {
        let (name, empty) = (self.name.clone(), self.empty.clone());
        Self { name, empty, pieces: self.pieces.clone(), plain: true }
    }

    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.empty.get_column_names().iter().map(ToString::to_string).collect()
    }

    fn __len__(&self) -> usize {
        self.pieces.iter().map(DataFrame::height).sum()
    }

    fn __repr__(&self) -> String {
        let columns = self.column_names().join(", ");
        format!("<recordmill.Table {}: {} rows of {columns}>", self.name, self.__len__())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Whoever asks for other types casts: that is what the protocol leaves to them.
        let _ = requested_schema;
        let pieces = self.pieces.clone();
        let plain = self.plain;
        let pieces = pieces.into_iter().flat_map(move |piece| arrays(piece, plain));
        stream(py, &self.empty, plain, Box::new(pieces.map(Ok)))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema(py, &self.empty, self.plain)
    }

    fn __reduce__(&self) -> PyResult<()> {
        let name = &self.name;
        Err(PyTypeError::new_err(format!(
            "a table cannot be pickled: send `pyarrow.table(table)`, or a split of a plan instead of `{name}`"
        )))
    }
}

/// Columns of a piece in the order in which they are named.
pub(crate) fn picked(
    py: Python<'_>,
    table: &str,
    piece: &DataFrame,
    columns: &[String],
) -> PyResult<DataFrame> {
    piece.select(columns).map_err(|_| {
        let known: Vec<_> = piece.get_column_names().iter().map(ToString::to_string).collect();
        let missing = columns.iter().find(|column| !known.contains(column));
        let missing = missing.map_or("a column twice", String::as_str);
        let message = format!("the table `{table}` has no column `{missing}`");
        wrong(py, &message, &format!("it has {}", known.join(", ")))
    })
}

/// The type of the rows of a table.
fn row_type(empty: &DataFrame, plain: bool) -> Field {
    let level = CompatLevel::newest();
    let fields = empty.columns().iter().map(|column| {
        let mut field = column.dtype().to_arrow_field(column.name().clone(), level);
        if plain && field.dtype == ArrowDataType::Utf8View {
            field.dtype = ArrowDataType::Utf8;
        }
        field
    });
    Field::new("".into(), ArrowDataType::Struct(fields.collect()), false)
}

/// A piece as arrays of rows.
pub(crate) fn arrays(mut piece: DataFrame, plain: bool) -> Vec<Box<dyn Array>> {
    let dtype = row_type(&piece, plain).dtype;
    piece.align_chunks();
    let rows = |arrays: Vec<Box<dyn Array>>, length: usize| -> Box<dyn Array> {
        let arrays = arrays.into_iter().map(|array| if plain { plain_text(array) } else { array });
        Box::new(StructArray::new(dtype.clone(), length, arrays.collect(), None))
    };
    let chunks = piece.iter_chunks(CompatLevel::newest(), false);
    let chunks = chunks.map(|chunk| (chunk.len(), chunk.into_arrays()));
    chunks.map(|(length, arrays)| rows(arrays, length)).collect()
}

fn plain_text(array: Box<dyn Array>) -> Box<dyn Array> {
    match array.as_any().downcast_ref::<Utf8ViewArray>() {
        Some(texts) => Box::new(texts.iter().collect::<Utf8Array<i32>>()),
        None => array,
    }
}

/// What a stream is made of. Nothing of the interpreter may be in it: it is read on any thread.
pub(crate) type Rows =
    Box<dyn Iterator<Item = polars::prelude::PolarsResult<Box<dyn Array>>> + Send>;

/// A capsule that holds a stream of rows.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    empty: &DataFrame,
    plain: bool,
    rows: Rows,
) -> PyResult<Bound<'py, PyCapsule>> {
    let stream: ArrowArrayStream = export_iterator(rows, row_type(empty, plain));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// A capsule that holds the type of rows.
pub(crate) fn schema<'py>(
    py: Python<'py>,
    empty: &DataFrame,
    plain: bool,
) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, export_field_to_c(&row_type(empty, plain)), c"arrow_schema")
}
