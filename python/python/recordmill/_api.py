"""What a user calls. Work and tables are in the native module."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Union, overload

from . import _recordmill
from ._errors import CheckFailed, OptionError
from ._recordmill import Split as Split

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Path = Union[str, "os.PathLike[str]"]
Paths = Union[Path, Iterable[Path]]
Progress = Callable[[int, int], object]
FailOn = Literal["error", "warning", "never"]


def _paths(paths: Paths) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    return [os.fspath(path) for path in paths]


def _asked(
    threads: int | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
) -> dict[str, Any]:
    return {
        "threads": threads,
        "encoding": encoding,
        "limit": limit,
        "max_record_bytes": max_record_bytes,
        "fail_on": fail_on,
        "mask": mask,
    }


class Schema:
    """A schema: the name of an embedded one, or the path of a file.

    >>> schema = Schema("medline")
    >>> schema.tables[0]
    'citation'
    >>> [name for name, kind, text in schema.columns("citation")][:2]
    ['record_id', 'pmid']
    >>> schema.test()
    []
    """

    def __init__(self, source: Path) -> None:
        self._native = _recordmill.Schema.find(os.fspath(source))

    @classmethod
    def from_text(cls, text: str, path: Path = "<text>") -> Schema:
        """Read a schema from its text; ``path`` is what faults call it, and files it uses stand beside it."""
        schema = cls.__new__(cls)
        schema._native = _recordmill.Schema(text, os.fspath(path))
        return schema

    @property
    def name(self) -> str:
        """Its name."""
        return self._native.name

    @property
    def path(self) -> str:
        """Its path; ``<name>`` for an embedded one."""
        return self._native.path

    @property
    def text(self) -> str:
        """The text that it was read from."""
        return self._native.text

    @property
    def hash(self) -> str:
        """What tells it from other schemas, in run.json too."""
        return self._native.hash

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return self._native.tables

    def columns(self, table: str) -> list[tuple[str, str, str | None]]:
        """Tell the columns of a table: name, type, and what it holds."""
        return self._native.columns(table)

    def test(self) -> list[str]:
        """Run its examples, and tell what did not come out as it says."""
        return self._native.test()

    def __repr__(self) -> str:
        return repr(self._native)


def _schema(schema: Schema | Path | None, paths: list[str], encoding: str | None) -> Schema:
    if isinstance(schema, Schema):
        return schema
    return Schema(_recordmill.fit(paths, encoding) if schema is None else schema)


class Table:
    """Rows of a table, which can be taken any number of times, without a copy.

    >>> table = read("raw/gallery/medline.nbib", "medline")["citation"]
    >>> len(table)
    3
    >>> table.select(["pmid"]).column_names
    ['pmid']
    """

    def __init__(self, native: _recordmill.Table) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """Its name."""
        return self._native.name

    @property
    def column_names(self) -> list[str]:
        """The names of its columns, in the order of the schema."""
        return self._native.column_names

    def select(self, columns: Sequence[str]) -> Table:
        """Give the table with some of its columns, in this order."""
        return Table(self._native.select(list(columns)))

    def with_plain_text(self) -> Table:
        """Give texts the older layout (offsets of 32 bits), for readers that do not know string views."""
        return Table(self._native.with_plain_text())

    def to_polars(self) -> polars.DataFrame:
        """Give it to polars, which must be installed."""
        import polars

        return polars.DataFrame(self)

    def to_pyarrow(self) -> pyarrow.Table:
        """Give it to pyarrow, which must be installed."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Give it to pandas, which must be installed, with pyarrow."""
        frame: pandas.DataFrame = self.to_pyarrow().to_pandas()
        return frame

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return repr(self._native)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()


class Report(Mapping[str, Any]):
    """What a run came to: the content of run.json.

    >>> report = read("raw/gallery/medline.nbib", "medline").report
    >>> report.status, report["balance"]["records"]["in"]
    ('warn', 3)
    >>> report.raise_for_status()
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    @property
    def status(self) -> str:
        """``pass``, ``warn``, ``fail`` or ``not-evaluated``."""
        status: str = self._data["status"]
        return status

    @property
    def exit_code(self) -> int:
        """What the command would have ended with."""
        code: int = self._data["exit_code"]
        return code

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The checks that have failed."""
        return [check for check in self._data["checks"] if check["status"] == "fail"]

    def raise_for_status(self) -> None:
        """Raise `CheckFailed` if the data is not as the schema says."""
        if self.exit_code == 0:
            return
        failed = self.failed
        if self["balance"]["records"]["in"] == 0:
            message = "there was no record at all"
        elif failed:
            more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            message = f"the check `{failed[0]['name']}` has failed{more}"
        else:
            message = f"the run came to `{self.status}`"
        remedy = "the findings tell where; `fail_on` sets from which severity on a run fails"
        raise CheckFailed(message, remedy=remedy, report=self)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return f"<recordmill.Report {self.status}: {self['balance']['records']['in']} records>"


class Data:
    """All tables of a run, in memory.

    >>> data = read("raw/gallery/medline.nbib", "medline")
    >>> data.tables[0], len(data["citation"]), data.report.status
    ('citation', 3, 'warn')
    """

    def __init__(self, tables: dict[str, Table], findings: Table, report: Report) -> None:
        self._tables = tables
        self.findings = findings
        self.report = report

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return list(self._tables)

    def __getitem__(self, table: str) -> Table:
        try:
            return self._tables[table]
        except KeyError:
            known = ", ".join(self._tables)
            raise OptionError(f"there is no table `{table}`", remedy=f"there are {known}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} ({len(table)})" for name, table in self._tables.items())
        return f"<recordmill.Data {tables}; {len(self.findings)} findings>"


class Batch:
    """What came of a stretch of the inputs: tables by their names, and what was found."""

    def __init__(self, native: _recordmill.Batch) -> None:
        self._native = native

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return self._native.tables

    def __getitem__(self, table: str) -> Table:
        return Table(self._native[table])

    @property
    def findings(self) -> Table:
        """What was found in the stretch. What is found at the end of a run is in the last batches."""
        return Table(self._native.findings)

    @property
    def quarantined(self) -> list[tuple[str, bytes, dict[str, Any] | None]]:
        """Records that were set aside: the input, the bytes, and why; a piece that goes on with a record has no reason."""
        told = self._native.quarantined
        return [(name, data, None if why is None else json.loads(why)) for name, data, why in told]

    @property
    def records(self) -> dict[str, int]:
        """How many records it has, and what became of them: ``in``, ``out``, ``quarantined``."""
        return self._native.records

    @property
    def bytes(self) -> int:
        """How many bytes of text it has."""
        return self._native.bytes

    def __repr__(self) -> str:
        return repr(self._native)


class Batches(Iterator[Batch]):
    """The batches of a run, in the order of the inputs. A few are made ahead; to close it ends the work."""

    def __init__(self, native: _recordmill.Run, is_split: bool = False) -> None:
        self._native = native
        self._is_split = is_split

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Batch:
        return Batch(next(self._native))

    def close(self) -> None:
        """End the work."""
        self._native.close()

    def __enter__(self) -> Batches:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def report(self) -> Report:
        """What the run came to, once the last batch was taken."""
        if self._is_split:
            raise OptionError(
                "a split has no verdict of its own",
                remedy="what must hold for all records is judged by `run`, `read` or `batches`",
            )
        told = self._native.report_json
        if told is None:
            raise OptionError("the run is not at its end", remedy="take its batches first")
        return Report(json.loads(told))


class Scan:
    """One table of a run as a stream that is taken once, in bounded memory."""

    def __init__(self, native: _recordmill.Stream) -> None:
        self._native = native

    @property
    def column_names(self) -> list[str]:
        """The names of its columns."""
        return self._native.column_names

    @property
    def error(self) -> Exception | None:
        """What ended the stream early: those who read it tell the message alone."""
        return self._native.error

    @property
    def report(self) -> Report:
        """What the run came to, once the stream was read to its end."""
        told = self._native.report_json
        if told is None:
            if (error := self.error) is not None:
                raise error
            raise OptionError("the run is not at its end", remedy="read the stream first")
        return Report(json.loads(told))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._native.__arrow_c_schema__()

    def __repr__(self) -> str:
        return repr(self._native)


class Plan(Sequence[Split]):
    """A dump in splits. Each is small, can be pickled, and is milled by `read_split` in any process.

    >>> found = plan("raw/gallery/medline.nbib", "medline", split_bytes=200)
    >>> sum(split.records for split in found)
    3
    >>> found.unsplittable
    []
    """

    def __init__(
        self, splits: Sequence[Split], unsplittable: Sequence[tuple[str, str, int]]
    ) -> None:
        self.splits = list(splits)
        self.unsplittable = [
            {"path": path, "why": why, "bytes": size} for path, why, size in unsplittable
        ]

    def __len__(self) -> int:
        return len(self.splits)

    @overload
    def __getitem__(self, index: int) -> Split: ...
    @overload
    def __getitem__(self, index: slice) -> list[Split]: ...
    def __getitem__(self, index: int | slice) -> Split | list[Split]:
        return self.splits[index]

    def __repr__(self) -> str:
        size = sum(split.bytes for split in self.splits)
        return f"<recordmill.Plan of {len(self.splits)} splits, {size} bytes>"


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_UNITS |= {"kib": 2**10, "mib": 2**20, "gib": 2**30}


def _size(size: int | str) -> int:
    if isinstance(size, int):
        number, unit = float(size), ""
    else:
        parts = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", size)
        number, unit = (float(parts[1]), parts[2].lower()) if parts else (0.0, "")
    if unit not in _UNITS or number <= 0:
        remedy = "give bytes, or a text such as `64 MiB`"
        raise OptionError(f"`{size}` is no size", remedy=remedy)
    return max(1, int(number * _UNITS[unit]))


def run(
    paths: Paths,
    schema: Schema | Path | None = None,
    out: Path | None = None,
    *,
    formats: Sequence[str] = ("parquet",),
    publish: Literal["passed", "always"] = "passed",
    threads: int | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
    on_progress: Progress | None = None,
) -> Report:
    """Mill dumps into the folder ``out``, as the command does; without it, check them only.

    Without a schema the embedded one that fits is taken. ``on_progress`` is called with the bytes
    that are done and those that are known.

    >>> run("raw/gallery/medline.nbib", "medline").status
    'warn'
    """
    names = _paths(paths)
    asked = _asked(threads, encoding, limit, max_record_bytes, fail_on, mask)
    native = _schema(schema, names, encoding)._native
    folder = None if out is None else os.fspath(out)
    forms = [formats] if isinstance(formats, str) else list(formats)
    told = _recordmill.run(names, native, folder, forms, publish, asked, on_progress)
    return Report(json.loads(told))


def batches(
    paths: Paths,
    schema: Schema | Path | None = None,
    *,
    tables: Sequence[str] | None = None,
    threads: int | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
    on_progress: Progress | None = None,
) -> Batches:
    """Mill dumps batch by batch, in order and in bounded memory.

    >>> found = batches("raw/gallery/medline.nbib", "medline")
    >>> sum(len(batch["citation"]) for batch in found)
    3
    >>> found.report.status
    'warn'
    """
    names = _paths(paths)
    asked = _asked(threads, encoding, limit, max_record_bytes, fail_on, mask)
    wanted = None if tables is None else list(tables)
    native = _schema(schema, names, encoding)._native
    return Batches(_recordmill.batches(names, native, wanted, asked, on_progress))


def read(
    paths: Paths,
    schema: Schema | Path | None = None,
    *,
    tables: Sequence[str] | None = None,
    threads: int | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
    on_progress: Progress | None = None,
) -> Data:
    """Mill dumps into memory: all tables, or those that are named.

    >>> data = read("raw/gallery/medline.nbib", "medline", tables=["citation"])
    >>> data
    <recordmill.Data citation (3); 4 findings>
    """
    names = _paths(paths)
    chosen = _schema(schema, names, encoding)
    found = batches(
        names,
        chosen,
        tables=tables,
        threads=threads,
        encoding=encoding,
        limit=limit,
        max_record_bytes=max_record_bytes,
        fail_on=fail_on,
        mask=mask,
        on_progress=on_progress,
    )
    finding = _recordmill.finding_table_name()
    empty = {table.name: table for table in _recordmill.empty(chosen._native)}
    wanted = [name for name in empty if name != finding and (tables is None or name in tables)]
    pieces = {name: [empty[name]] for name in [*wanted, finding]}
    for batch in found:
        for name in wanted:
            pieces[name].append(batch._native[name])
        pieces[finding].append(batch._native.findings)
    whole = {name: Table(_recordmill.Table.concat(found)) for name, found in pieces.items()}
    findings = whole.pop(finding)
    return Data(whole, findings, found.report)


def scan(
    paths: Paths,
    schema: Schema | Path | None = None,
    *,
    table: str,
    columns: Sequence[str] | None = None,
    plain_text: bool = False,
    threads: int | None = None,
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
    fail_on: FailOn = "error",
    mask: bool = False,
) -> Scan:
    """Give one table as an Arrow stream, which is read once and in bounded memory.

    >>> scan("raw/gallery/medline.nbib", "medline", table="citation", columns=["pmid"]).column_names
    ['pmid']
    """
    names = _paths(paths)
    asked = _asked(threads, encoding, limit, max_record_bytes, fail_on, mask)
    native = _schema(schema, names, encoding)._native
    wanted = None if columns is None else list(columns)
    return Scan(_recordmill.scan(names, native, table, wanted, plain_text, asked))


def plan(
    paths: Paths,
    schema: Schema | Path | None = None,
    *,
    split_bytes: int | str = "64 MiB",
    encoding: str | None = None,
    limit: int | None = None,
    max_record_bytes: int | None = None,
) -> Plan:
    """Part dumps into splits of about so many bytes, reading them once.

    Small files go together; a compressed file is one split (``Plan.unsplittable``). Each split is
    milled anywhere by `read_split`, and gives the rows, ids, lines and findings of the whole run.
    """
    names = _paths(paths)
    asked = _asked(None, encoding, limit, max_record_bytes)
    native = _schema(schema, names, encoding)._native
    return Plan(*_recordmill.plan(names, native, _size(split_bytes), asked))


def read_split(
    schema: Schema | Path,
    split: Split,
    *,
    tables: Sequence[str] | None = None,
    threads: int = 1,
    mask: bool = False,
) -> Batches:
    """Mill one split of a plan, with the schema of the plan.

    A finding that is told once for an input (a key that no field knows) is told once for the split,
    with how often it stands there; what must hold for all records together is not judged.

    >>> for split in plan("raw/gallery/medline.nbib", "medline", split_bytes=200):
    ...     for batch in read_split("medline", split, tables=["citation"]):
    ...         assert "citation" in batch.tables
    """
    chosen = schema if isinstance(schema, Schema) else Schema(schema)
    wanted = None if tables is None else list(tables)
    asked = _asked(threads, mask=mask)
    return Batches(_recordmill.read_split(chosen._native, split, wanted, asked), is_split=True)


def explain(
    path: Path,
    schema: Schema | Path | None = None,
    *,
    line: int | None = None,
    nth: int | None = None,
    id: str | None = None,
    encoding: str | None = None,
) -> dict[str, Any] | None:
    """Tell what became of one record and why: that of a line, the so many-th, or the one with an id.

    >>> explain("raw/gallery/medline.nbib", "medline", nth=2)["lines"][0] > 1
    True
    """
    name = os.fspath(path)
    native = None if schema is None else _schema(schema, [name], encoding)._native
    told = _recordmill.explain(name, native, (line, nth, id), encoding)
    return None if told is None else json.loads(told)


def draft(paths: Paths, *, full: bool = False, update: Path | None = None) -> str:
    """Write a schema for a dump that has none; with ``update``, add to a schema what it does not know.

    >>> "recordmill = 1" in draft("raw/gallery/medline.nbib").splitlines()
    True
    """
    known = None if update is None else os.fspath(update)
    return _recordmill.draft(_paths(paths), full, known)
