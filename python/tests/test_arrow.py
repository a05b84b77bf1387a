"""What other packages make of the tables: all that stands in them, without a copy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PEAK, command, samples

import recordmill as rm

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
duckdb = pytest.importorskip("duckdb")
nanoarrow = pytest.importorskip("nanoarrow")
from polars.testing import assert_frame_equal  # noqa: E402

DUMP = ("raw/gallery/medline.nbib", "medline")


@pytest.mark.parametrize(("dump", "schema"), samples())
def test_every_table_is_that_of_the_command(dump: str, schema: str, tmp_path: Path) -> None:
    command("run", dump, "-s", schema, "-o", str(tmp_path), "--publish", "always", "-q")
    data = rm.read(dump, schema)
    for name in data.tables:
        assert_frame_equal(pl.DataFrame(data[name]), pl.read_parquet(tmp_path / f"{name}.parquet"))
    assert_frame_equal(pl.DataFrame(data.findings), pl.read_parquet(tmp_path / "finding.parquet"))


@pytest.mark.parametrize(("dump", "schema"), samples())
def test_splits_put_together_are_the_whole(dump: str, schema: str) -> None:
    data = rm.read(dump, schema)
    once = pl.col("name").is_in(["unknown-key", "looks-like-entry"])
    whole = pl.DataFrame(data.findings).filter(pl.col("record_id").is_not_null() & ~once)
    for size in ("1 KiB", "1 GiB"):
        batches = [
            batch
            for split in rm.plan(dump, schema, split_bytes=size)
            for batch in rm.read_split(schema, split)
        ]
        for name in data.tables:
            parts = pl.concat([pl.DataFrame(batch[name]) for batch in batches])
            assert_frame_equal(parts, pl.DataFrame(data[name]))
        found = pl.concat([pl.DataFrame(batch.findings) for batch in batches])
        rows = set(found.rows())
        # Checks across records are made for the whole alone.
        missing = [row for row in whole.rows() if row not in rows and row[9] is not None]
        across = {"duplicate-value", "near-duplicate", "dangling-reference", "sql-check"}
        assert {row[1] for row in missing} <= across


def test_all_take_a_table_without_a_copy() -> None:
    table = rows = rm.read(*DUMP)["citation"]
    titles = table.to_polars()["title"].to_list()
    assert len(titles) == 3
    assert table.to_pyarrow().column("title").to_pylist() == titles
    for frame in (table.to_pandas(), pd.DataFrame.from_arrow(table)):
        assert [None if pd.isna(title) else title for title in frame["title"]] == titles
    assert duckdb.sql("select title from rows").fetchall() == [(title,) for title in titles]
    assert duckdb.sql("select count(*) from rows").fetchall() == [(3,)]
    assert len(nanoarrow.ArrayStream(table).read_all()) == 3
    assert pa.schema(table).field("title").type == pa.string_view()
    plain = pa.table(table.with_plain_text())
    assert plain.schema.field("title").type == pa.string()
    assert plain.column("title").to_pylist() == titles
    assert pl.DataFrame(table.select(["pmid", "title"])).columns == ["pmid", "title"]
    assert pa.table(rm.read(*DUMP, limit=0)["citation"]).num_rows == 0


def test_a_scan_is_taken_once_and_then_has_a_report() -> None:
    scan = rm.scan(*DUMP, table="citation", columns=["title", "pmid"])
    with pytest.raises(rm.OptionError, match="not at its end"):
        _ = scan.report
    assert duckdb.sql("select count(*), count(distinct pmid) from scan").fetchall() == [(3, 3)]
    assert scan.report.status == "warn" and scan.error is None
    with pytest.raises(rm.OptionError, match="taken before"):
        pa.table(scan)
    reader = pa.RecordBatchReader.from_stream(rm.scan(*DUMP, table="citation", plain_text=True))
    assert reader.schema.field("title").type == pa.string() and reader.read_all().num_rows == 3
    assert pl.DataFrame(rm.scan(*DUMP, table="citation")).height == 3


def test_the_error_of_a_stream_is_kept(tmp_path: Path, schema_file: str) -> None:
    import gzip

    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b" " * 200_000_000))
    scan = rm.scan(bomb, schema_file, table="sack")
    with pytest.raises(OSError, match="cannot read the input"):
        pa.table(scan)
    assert isinstance(scan.error, rm.InputError) and scan.error.remedy
    with pytest.raises(rm.InputError, match="expands"):
        _ = scan.report


def test_a_scan_is_bounded(long_dump: str, schema_file: str) -> None:
    script = f"""
import duckdb
import recordmill as rm
{PEAK}
before = peak()
scan = rm.scan({long_dump!r}, {schema_file!r}, table="sack", threads=2)
print(duckdb.sql("select count(*), max(no) from scan").fetchall()[0])
print(peak() - before)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows, grown = ran.stdout.splitlines()[-2:]
    assert rows.endswith("999)") and int(grown) < 300, ran.stdout
