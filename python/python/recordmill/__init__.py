"""Mill dumps of semi-structured records into clean, typed, validated tables.

>>> import recordmill
>>> data = recordmill.read("raw/gallery/medline.nbib", "medline")
>>> data["citation"].column_names[:3]
['record_id', 'pmid', 'title']

Tables are taken by any package that knows the Arrow C interface, without a copy:
``polars.DataFrame(table)``, ``pyarrow.table(table)``, ``pandas.DataFrame.from_arrow(table)``,
``duckdb.sql("from rows")``. recordmill itself needs none of them.
"""

from __future__ import annotations

from ._api import (
    Batch,
    Batches,
    Data,
    Plan,
    Report,
    Scan,
    Schema,
    Split,
    Table,
    batches,
    draft,
    explain,
    plan,
    read,
    read_split,
    run,
    scan,
)
from ._errors import (
    CheckFailed,
    InputError,
    InternalError,
    OptionError,
    OutputError,
    RecordmillError,
    SchemaError,
    StoppedError,
)
from ._recordmill import version as _version

__version__ = _version()

__all__ = [
    "Batch",
    "Batches",
    "CheckFailed",
    "Data",
    "InputError",
    "InternalError",
    "OptionError",
    "OutputError",
    "Plan",
    "RecordmillError",
    "Report",
    "Scan",
    "Schema",
    "SchemaError",
    "Split",
    "Table",
    "batches",
    "draft",
    "explain",
    "plan",
    "read",
    "read_split",
    "run",
    "scan",
]
