"""recordmill in Spark: one table as a data source, or all tables of a dump in one pass.

``spark.read.format("recordmill")`` is the data source; Spark finds it by itself where this package is installed.
`mill` writes all tables, and judges the dump as one run does. Both plan on the driver and mill in the tasks, so the
dump must stand under the same path everywhere.
"""

from __future__ import annotations

import json
import os
import pickle
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pyspark.sql.datasource import DataSourceReader, InputPartition
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
)

from . import _recordmill
from ._api import FailOn, Path, Paths, Report, Schema, Split, _asked, _paths, _schema, _size
from ._errors import OptionError, RecordmillError

if TYPE_CHECKING:
    import pyarrow
    from pyspark import Broadcast
    from pyspark.sql import SparkSession

_OPTIONS = ("schema", "table", "columns", "split-bytes", "encoding", "limit")
_TYPES: dict[str, type[DataType]] = {
    "text": StringType,
    "boolean": BooleanType,
    "integer": LongType,
    "float": DoubleType,
    "date": DateType,
    "datetime": TimestampNTZType,
    "datetime in UTC": TimestampType,
}


def _type(column: str, kind: str) -> DataType:
    if found := _TYPES.get(kind):
        return found()
    if decimal := re.fullmatch(r"decimal\((\d+), (\d+)\)", kind):
        return DecimalType(int(decimal[1]), int(decimal[2]))
    raise OptionError(
        f"the column `{column}` is a {kind}, for which Spark has no type",
        remedy="name other columns by the option `columns`",
    )


class Asked:
    """The options of a read. All that is wrong with them is told on the driver."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = {key.lower(): value for key, value in options.items()}
        known = ", ".join(f"`{name}`" for name in _OPTIONS)
        for key in self._options:
            if key not in _OPTIONS and key not in ("path", "paths"):
                raise OptionError(f"there is no option `{key}`", remedy=f"there are {known}")
        for name in ("schema", "table"):
            if not self._options.get(name):
                raise OptionError(f"the option `{name}` is missing", remedy=f"there are {known}")
        self.schema = Schema(self._options["schema"])
        self.table = self._options["table"]
        known_columns = self.schema.columns(self.table)
        self._columns = {name: (kind, told) for name, kind, told in known_columns}

    def columns(self) -> StructType:
        """Give the columns that are read where the user gives no schema."""
        names = list(self._columns)
        if wanted := self._options.get("columns"):
            names = [name.strip() for name in wanted.split(",")]
        return StructType([self._field(name) for name in names])

    def _field(self, name: str) -> StructField:
        if name not in self._columns:
            raise OptionError(
                f"the table `{self.table}` has no column `{name}`",
                remedy=f"it has {', '.join(self._columns)}",
            )
        kind, told = self._columns[name]
        metadata = {} if told is None else {"comment": told}
        return StructField(name, _type(name, kind), nullable=True, metadata=metadata)

    def picked(self, schema: StructType) -> list[str]:
        """Give the columns of a user's schema, which must have the types of the table."""
        for field in schema.fields:
            known = self._field(field.name)
            if known.dataType != field.dataType:
                raise OptionError(
                    f"the column `{field.name}` is a {known.dataType.simpleString()},"
                    f" and no {field.dataType.simpleString()}",
                    remedy="give it the type that it has, and cast it behind",
                )
        return [field.name for field in schema.fields]

    def splits(self) -> list[Split]:
        """Plan the dump: all inputs are read once, and none of it is milled."""
        if "paths" in self._options:
            paths = json.loads(self._options["paths"])
        else:
            paths = [self._options["path"]] if self._options.get("path") else []
        if not paths:
            raise OptionError("no dump is named", remedy="give its path to `load`")
        limit = self._options.get("limit")
        if limit is not None and not limit.isdigit():
            raise OptionError(f"`{limit}` is no number of records", remedy="give one, as `1000`")
        records = None if limit is None else int(limit)
        asked = _asked(encoding=self._options.get("encoding"), limit=records)
        size = _size(self._options.get("split-bytes", "64 MiB"))
        native = self.schema._native
        return _recordmill.plan([os.fspath(path) for path in paths], native, size, asked)[0]


class Part(InputPartition):
    """A split of the dump, and nothing else."""

    def __init__(self, split: Split) -> None:
        super().__init__(split.to_json())


class Reader(DataSourceReader):
    """Reads columns of one table, a split a task."""

    def __init__(self, asked: Asked, schema: StructType) -> None:
        self._table = asked.table
        self._names = asked.picked(schema)
        self._asked: Asked | None = asked
        self._schema = asked.schema

    def __getstate__(self) -> dict[str, Any]:
        # What tasks need: the schema travels with all files that it refers to, and none is looked for there.
        return {**self.__dict__, "_asked": None}

    def partitions(self) -> list[InputPartition]:
        """Plan on the driver."""
        return [Part(split) for split in self._asked.splits()] if self._asked else []

    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        """Mill a split in a task, on its one thread."""
        import pyarrow

        # A dump without an input has no split, and Spark makes one of nothing.
        if partition.value is None:
            return
        split = Split.from_json(partition.value)
        is_finding = self._table == _recordmill.finding_table_name()
        tables: list[str] = [] if is_finding else [self._table]
        for batch in _recordmill.read_split(self._schema._native, split, tables, _asked(threads=1)):
            table = batch.findings if is_finding else batch[self._table]
            rows = table.select(self._names).with_plain_text()
            yield from pyarrow.table(rows).to_batches()


def mill(
    spark: SparkSession,
    paths: Paths,
    schema: Schema | Path | None = None,
    out: Path | None = None,
    *,
    split_bytes: int | str = "64 MiB",
    publish: Literal["passed", "always"] = "passed",
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
) -> Report:
    """Mill dumps into the folder ``out``, all tables in one pass of the cluster's tasks.

    A table is the files ``<table>.part-*.parquet``; findings, ``run.json`` and the verdict are those of a run in one
    process, and the folder is as safe: all of it is replaced or nothing is. Dump and folder must stand under the same
    paths everywhere. A schema with a check that sees all rows at once (``sql``) is refused.
    """
    if out is None:
        raise OptionError("no folder is named for the tables", remedy="give `out`")
    try:
        context = spark.sparkContext
    except Exception as error:
        raise OptionError(
            "`mill` needs the tasks of a Spark session of its own, and Spark Connect has none",
            remedy="use a classic session, or read tables by the data source",
        ) from error
    names = _paths(paths)
    chosen = _schema(schema, names, encoding)
    asked = _asked(1, encoding, limit, max_record_bytes, fail_on, mask)
    run = _recordmill.gather(
        names, chosen._native, os.fspath(out), publish, _size(split_bytes), asked
    )
    try:
        splits, _ = run.plan()
        sent = context.broadcast(pickle.dumps(chosen))
        # Where nothing says otherwise, a session without a cluster tries once.
        is_local = str(context.master).startswith("local[")
        tries = int(context.getConf().get("spark.task.maxFailures") or ("1" if is_local else "4"))
        task = _Task(sent, run.folder, asked, tries)
        shares: list[str] = []
        if splits:
            written = [split.to_json() for split in splits]
            for done in context.parallelize(written, len(written)).map(task).collect():
                if isinstance(done, RecordmillError):
                    raise done
                shares.append(done)
        sent.destroy()
        return Report(json.loads(run.finish(shares)))
    finally:
        run.close()


class _Task:
    """Mills one split in a task."""

    def __init__(self, sent: Broadcast[bytes], folder: str, asked: dict[str, Any], tries: int) -> None:
        self._sent, self._folder, self._asked, self._tries = sent, folder, asked, tries

    def __call__(self, split: str) -> str | RecordmillError:
        from pyspark import TaskContext

        try:
            schema: Schema = pickle.loads(self._sent.value)
            found = Split.from_json(split)
            return _recordmill.mill_split(schema._native, found, self._folder, self._asked)
        except RecordmillError as error:
            # What concerns files may be over at the next try. Else the driver is told what it is, and at once.
            context = TaskContext.get()
            is_last = context is None or context.attemptNumber() + 1 >= self._tries
            if isinstance(error, OSError) and not is_last:
                raise
            return error
