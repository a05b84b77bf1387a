"""A real Spark of two executors: what it makes of a dump is what the command makes of it, whatever happens to workers.

It needs pyspark and a JDK from 17 on; what they cannot be had for is skipped, and says so.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SCHEMA, command, samples

import recordmill as rm

pytest.importorskip("pyspark")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs a JDK, and there is no `java`", allow_module_level=True)

from pyspark import TaskContext, cloudpickle  # noqa: E402
from pyspark.errors import AnalysisException  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from recordmill import spark as rms  # noqa: E402

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]
# The tasks of these tests are functions of this module, which executors do not have.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # A data source reads relative paths from where the session began.
    os.chdir(ROOT)
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("recordmill")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def is_text(kind: Any) -> bool:
    """Tell whether a type is of texts, which a file and a stream lay out in two ways."""
    return pa.types.is_string_view(kind) or pa.types.is_large_string(kind)


def plain(table: Any) -> Any:
    """Give texts and nothing else another type: Spark has one for them."""
    fields = [
        pa.field(field.name, pa.string() if is_text(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def rows(table: Any, *, ordered: bool = True) -> list[Any]:
    found = plain(table).to_pylist()
    return found if ordered else sorted(found, key=repr)


def whole(dump: str, schema: str, folder: Path, *args: str) -> dict[str, Any]:
    """Run the command, and give its run.json."""
    command("run", dump, "-s", schema, "-o", str(folder), "--publish", "always", "-q", *args)
    told: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return told


def parts(folder: Path, report: Any, table: str) -> Any:
    files = report["tables"][table]["files"]
    return pa.concat_tables([plain(pq.read_table(folder / file)) for file in files])


def read(spark: SparkSession, dump: str, schema: str, table: str, **options: str) -> DataFrame:
    reader = spark.read.format("recordmill").option("schema", schema).option("table", table)
    for key, value in options.items():
        reader = reader.option(key.replace("_", "-"), value)
    return reader.load(dump)


# What is told of the run as a whole, and of a key once for an input; splits know neither.
ACROSS = {"unknown-key", "looks-like-entry", "duplicate-value", "near-duplicate"}


def of_records(table: Any) -> list[Any]:
    found = rows(table, ordered=False)
    return [row for row in found if row["name"] not in ACROSS and row["source_file"] is not None]


def is_as_by_the_command(
    spark: SparkSession, dump: str, schema: str, folder: Path, split_bytes: str
) -> None:
    told = whole(dump, schema, folder / "whole")
    report = rms.mill(
        spark, dump, schema, folder / "parts", split_bytes=split_bytes, publish="always"
    )
    for name, table in told["tables"].items():
        ordered = name != "finding"
        expected = pq.read_table(folder / "whole" / table["files"][0])
        found = parts(folder / "parts", report, name)
        assert plain(expected).schema.equals(found.schema), name
        assert rows(found, ordered=ordered) == rows(expected, ordered=ordered), name
    written = json.loads((folder / "parts" / "run.json").read_text())
    assert dict(report) == written
    for run in (told, written):
        for varies in ("started_at", "timings", "outputs"):
            del run[varies]
        for table in run["tables"].values():
            del table["files"]
    assert written == told
    quarantine = [folder / run / "quarantine" for run in ("whole", "parts")]
    names = [sorted(path.name for path in kept.iterdir()) if kept.exists() else [] for kept in quarantine]
    assert names[0] == names[1]
    for name in names[0]:
        assert (quarantine[0] / name).read_bytes() == (quarantine[1] / name).read_bytes()
    first = next(iter(told["tables"]))
    found = read(spark, dump, schema, first, split_bytes=split_bytes).toArrow()
    assert rows(found) == rows(pq.read_table(folder / "whole" / f"{first}.parquet"))
    found = read(spark, dump, schema, "finding", split_bytes=split_bytes).toArrow()
    assert of_records(found) == of_records(pq.read_table(folder / "whole" / "finding.parquet"))


@pytest.mark.parametrize(("dump", "schema"), samples())
def test_every_sample(spark: SparkSession, dump: str, schema: str, tmp_path: Path) -> None:
    is_as_by_the_command(spark, dump, schema, tmp_path, "2 KiB")


FIELDS = """
[fields.no]
key = "no"
type = "integer"
rules = [{ rule = "required" }]
[fields.title]
key = "title"
type = "text"
rules = [{ rule = "length", max = 40 }]
[fields.price]
key = "price"
type = "decimal"
scale = 2
[fields.tags]
key = "tags"
type = "list"
separator = ';'
[tables.book]
rows = "record"
columns = ["record_id", "no", "title", "price", "source_file", "source_line", "source_byte"]
[tables.tag]
rows = "tags"
columns = ["record_id", "ordinal", "value"]
[[checks]]
check = "unique"
table = "book"
columns = ["no"]
[[checks]]
check = "mean"
table = "book"
column = "price"
warning = { max = 3.0 }
[[checks]]
check = "near-duplicate"
table = "tag"
column = "value"
"""

BOOKS = [
    {
        "no": str(n % 180),
        "title": f"磨坊与河 {n}" + (" and all that stood on its banks" if n % 7 == 3 else ""),
        "price": "dear" if n % 11 == 5 else f"{n % 90}.{n % 10}5",
        "tags": ";".join(["river", "River", "mill"][: n % 4]),
    }
    for n in range(240)
]
KEY_VALUE = """format = "key-value"
record = { by = "start-key", key = "no" }
key = { by = "declared", delimiter = ": " }"""
CSV = 'format = "csv"'
LINES = 'format = "json-lines"'


def entries() -> str:
    return "".join("".join(f"{key}: {book[key]}\n" for key in book) for book in BOOKS)


def in_quotes() -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(BOOKS[0])
    for book in BOOKS:
        writer.writerow([book["no"], book["title"] + '\nsays "the miller"', book["price"], book["tags"]])
    return out.getvalue()


def lines() -> str:
    return "".join(json.dumps(book, ensure_ascii=False) + "\n" for book in BOOKS)


def damaged() -> bytes:
    text = entries().encode()
    return b"".join(text[at : at + 997] + b"\xff\xfe" for at in range(0, len(text), 997))


DUMPS: dict[str, tuple[str, bytes]] = {
    "key-value": (KEY_VALUE, entries().encode()),
    "json-lines": (LINES, lines().encode()),
    "json": ('format = "json"', json.dumps(BOOKS, indent=1, ensure_ascii=False).encode()),
    "csv with line feeds in quotes": (CSV, in_quotes().encode()),
    "gb18030": (KEY_VALUE + '\nencodings = ["gb18030"]', entries().encode("gb18030")),
    "damaged utf-8": (KEY_VALUE, damaged()),
    "repeated records": (LINES, (lines() * 2).encode()),
    "gzip": (LINES, gzip.compress(lines().encode(), mtime=0)),
}


@pytest.mark.parametrize("size", ["5 KiB", "1 GiB"])
@pytest.mark.parametrize("form", DUMPS)
def test_every_form(spark: SparkSession, form: str, size: str, tmp_path: Path) -> None:
    source, dump = DUMPS[form]
    (tmp_path / "dump").write_bytes(dump)
    schema = tmp_path / "books.toml"
    schema.write_text(f'recordmill = 1\nname = "books"\n[source]\n{source}\n{FIELDS}')
    is_as_by_the_command(spark, str(tmp_path / "dump"), str(schema), tmp_path, size)
    splits = len(rm.plan(tmp_path / "dump", schema, split_bytes=size))
    assert (splits == 1) == (size == "1 GiB" or form == "gzip")


def test_two_processes_do_the_work(spark: SparkSession, tmp_path: Path) -> None:
    plan = rm.plan("raw/disease", "disease", split_bytes="1 KiB")
    texts = [split.to_json() for split in plan]

    def work(text: str) -> tuple[int, int]:
        time.sleep(0.3)
        batches = rm.read_split("disease", rm.Split.from_json(text))
        return os.getpid(), sum(batch.records["in"] for batch in batches)

    done = spark.sparkContext.parallelize(texts, len(texts)).map(work).collect()
    assert len({pid for pid, _ in done}) >= 2 and os.getpid() not in {pid for pid, _ in done}
    assert sum(records for _, records in done) == sum(split.records for split in plan)


def test_a_table_in_sql(spark: SparkSession) -> None:
    spark.sql(
        "create or replace temporary view symptom using recordmill"
        " options (path 'raw/disease', schema 'disease', table 'symptom', `split-bytes` '2 KiB')"
    )
    counted = spark.sql("select value, count(*) as n from symptom group by value order by n desc, value")
    symptoms = rm.read("raw/disease", "disease")["symptom"].to_pyarrow()
    expected = plain(symptoms).group_by("value").aggregate([("value", "count")]).to_pylist()
    found = {row["value"]: row["n"] for row in counted.collect()}
    assert found == {row["value"]: row["value_count"] for row in expected}


def test_columns_are_those_of_the_table_with_what_the_schema_says(spark: SparkSession) -> None:
    schema = read(spark, "raw/disease", "disease", "disease").schema
    told = {name: text for name, _, text in rm.Schema("disease").columns("disease")}
    assert schema.names == list(told) and all(field.nullable for field in schema)
    assert {f.name: f.metadata.get("comment") for f in schema if f.metadata} == {
        name: text for name, text in told.items() if text is not None
    }
    columns = read(spark, "raw/disease", "disease", "symptom", columns="value, ordinal")
    assert columns.schema.simpleString() == "struct<value:string,ordinal:bigint>"
    assert columns.count() == len(rm.read("raw/disease", "disease")["symptom"])
    reader = spark.read.format("recordmill").schema("truncated boolean, value string")
    pruned = reader.option("schema", "disease").option("table", "symptom").load("raw/disease")
    assert pruned.toArrow().column_names == ["truncated", "value"]
    paths = [f"raw/disease/{name}" for name in sorted(os.listdir("raw/disease"))]
    reader = spark.read.format("recordmill").option("schema", "disease").option("table", "disease")
    assert reader.load(paths).count() == read(spark, "raw/disease", "disease", "disease").count()
    assert reader.option("limit", "2").load(paths).count() == 2


def test_a_dump_without_an_input_is_a_table_without_rows(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert read(spark, str(tmp_path / "empty.txt"), "disease", "symptom").count() == 0
    report = rms.mill(spark, tmp_path / "empty.txt", "disease", tmp_path / "out", publish="always")
    assert report.exit_code == 1 and parts(tmp_path / "out", report, "symptom").num_rows == 0


WRONG = {
    "there is no option `colums` .help: there are `schema`": {"colums": "value"},
    "the option `schema` is missing": {"schema": ""},
    "cannot read the schema `diseas`.*did you mean the embedded schema `disease`": {"schema": "diseas"},
    "the schema `disease` has no table `symptoms` .help: it has disease,": {"table": "symptoms"},
    "the table `symptom` has no column `valu` .help: it has record_id, ordinal,": {"columns": "valu"},
    "`much` is no size .help: give bytes": {"split-bytes": "much"},
    "no encoding is called `utf-9`": {"encoding": "utf-9"},
    "cannot read the input `raw/nothing`": {"path": "raw/nothing"},
}


@pytest.mark.parametrize("text", WRONG)
def test_errors_are_told_on_the_driver_and_once(spark: SparkSession, text: str) -> None:
    options = {"schema": "disease", "table": "symptom", "path": "raw/disease", **WRONG[text]}
    jobs = len(spark.sparkContext.statusTracker().getJobIdsForGroup(None))
    with pytest.raises(AnalysisException, match=text):
        spark.read.format("recordmill").options(**options).load().collect()
    assert len(spark.sparkContext.statusTracker().getJobIdsForGroup(None)) == jobs


def test_a_column_of_another_type_is_told(spark: SparkSession) -> None:
    reader = spark.read.format("recordmill").schema("ordinal string")
    frame = reader.option("schema", "disease").option("table", "symptom").load("raw/disease")
    with pytest.raises(AnalysisException, match="the column `ordinal` is a bigint, and no string"):
        frame.collect()


def test_what_cannot_be_done_is_told_and_nothing_is_left(spark: SparkSession, tmp_path: Path) -> None:
    out = tmp_path / "out"
    schema = rm.Schema.from_text(
        SCHEMA + '[[checks]]\nname = "no two"\ncheck = "sql"\nquery = "SELECT no FROM sack GROUP BY no"\n'
    )
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"no": 1}\n')
    with pytest.raises(rm.OptionError, match="the check `no two` sees all rows at once"):
        rms.mill(spark, dump, schema, out)
    with pytest.raises(rm.OptionError, match="no folder is named"):
        rms.mill(spark, dump, "disease")
    with pytest.raises(rm.InputError, match="nothing"):
        rms.mill(spark, tmp_path / "nothing", "disease", out)
    with pytest.raises(rm.OutputError):
        rms.mill(spark, dump, rm.Schema.from_text(SCHEMA), dump)
    assert not out.exists()
    # What fails in every task comes as what it is.
    real = rm._recordmill.Gathering.plan
    stale = rm.plan(dump, "medline")[0]

    class Another:
        def __init__(self, *args: Any) -> None:
            self._run = rm._recordmill.gather(*args)

        def plan(self) -> Any:
            return [stale], real(self._run)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._run, name)

    class Native:
        gather = Another

        def __getattr__(self, name: str) -> Any:
            return getattr(rm._recordmill, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rms, "_recordmill", Native())
        with pytest.raises(rm.OptionError, match="another schema made it"):
            rms.mill(spark, dump, rm.Schema.from_text(SCHEMA), out)
    assert not out.exists()


def test_a_run_that_fails_is_not_published(spark: SparkSession, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(f'{{"no": {n}, "more": 1}}\n' for n in range(100)))
    schema = rm.Schema.from_text(SCHEMA)
    good = rms.mill(spark, dump, schema, tmp_path / "out")
    good.raise_for_status()
    report = rms.mill(spark, dump, schema, tmp_path / "out", split_bytes=400, fail_on="warning")
    assert (report.status, report["published"]) == ("fail", False)
    assert json.loads((tmp_path / "out" / "run.json").read_text()) == dict(good)
    assert parts(tmp_path / "out.failed", report, "sack").num_rows == 100
    with pytest.raises(rm.CheckFailed, match="unknown-key"):
        report.raise_for_status()


def stat(pid: int) -> tuple[int, str]:
    """Give the parent of a process, and its command."""
    text = Path(f"/proc/{pid}/stat").read_text()
    return int(text.rpartition(")")[2].split()[1]), Path(f"/proc/{pid}/cmdline").read_text()


def workers(file: Path) -> list[int]:
    """Find the workers of our executors that have a file open, or one below it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            pid, is_worker = int(entry.name), False
            targets = [os.readlink(link) for link in (entry / "fd").iterdir()]
            if not any(target.startswith(str(file)) for target in targets):
                continue
            while pid not in (0, os.getpid()):
                pid, line = stat(pid)
                is_worker |= "ExecutorBackend" in line
            if pid == os.getpid() and is_worker:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="workers are found in /proc")
@pytest.mark.parametrize("way", ["mill", "read"])
def test_a_worker_that_is_killed_changes_nothing(spark: SparkSession, way: str, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    text = "the mill grinds slowly " * 40
    with dump.open("w") as out:
        out.writelines(f'{{"no": {n}, "text": "{text}"}}\n' for n in range(40_000))
    schema, out = rm.Schema.from_text(SCHEMA), tmp_path / "out"
    (tmp_path / "sacks.toml").write_text(SCHEMA)
    watched = out if way == "mill" else dump
    killed: list[int] = []
    is_over = threading.Event()

    def kill() -> None:
        while not killed and not is_over.is_set():
            for pid in workers(watched)[:1]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        if way == "mill":
            report = rms.mill(spark, dump, schema, out, split_bytes="3 MiB")
            report.raise_for_status()
            numbers = parts(out, report, "sack").column("no").to_pylist()
            left = [path.name for path in out.iterdir() if "part" not in path.name]
            assert sorted(left) == [".recordmill.lock", "run.json"]
        else:
            asked = {"split_bytes": "3 MiB", "columns": "no"}
            # A split is read in a moment: where no worker was met in it, the job is done again.
            for _ in range(30):
                frame = read(spark, str(dump), str(tmp_path / "sacks.toml"), "sack", **asked)
                numbers = sorted(row["no"] for row in frame.collect())
                if killed:
                    break
    finally:
        is_over.set()
        killer.join()
    assert killed and numbers == list(range(40_000))


def test_a_task_that_is_tried_again_adds_nothing(spark: SparkSession, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(f'{{"no": {n}}}\n' for n in range(500)))

    class Twice(rms._Task):
        """Ends its process behind its work, at the first try of each split."""

        def __call__(self, split: str) -> Any:
            share = super().__call__(split)
            context = TaskContext.get()
            if context is not None and context.attemptNumber() == 0 and context.partitionId() == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return share

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rms, "_Task", Twice)
        report = rms.mill(spark, dump, rm.Schema.from_text(SCHEMA), tmp_path / "out", split_bytes=1000)
    report.raise_for_status()
    assert parts(tmp_path / "out", report, "sack").column("no").to_pylist() == list(range(500))


def script(text: str, folder: Path) -> str:
    """Run a script in a session of its own, and give what it prints."""
    (folder / "script.py").write_text(text)
    ran = subprocess.run(
        [sys.executable, "script.py"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
        check=False,
    )
    assert ran.returncode == 0, f"{text}\n{ran.stderr}"
    return ran.stdout


def blocks(page: str, kind: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.S)


def test_the_page_on_spark_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "raw", tmp_path / "raw")
    shown = script("\n".join(blocks("docs/spark.md", "python")), tmp_path)
    assert shown.count("+") > 20 and "value: string" in shown


def test_the_readme_shows_one_dump_three_times(tmp_path: Path) -> None:
    (tmp_path / "books.txt").write_text(blocks("README.md", "text books.txt")[0])
    schema = rm.draft(tmp_path / "books.txt")
    (tmp_path / "books.toml").write_text(schema)
    ran = [block for block in blocks("README.md", "python") if "books.toml" in block]
    printed = [text for text in blocks("README.md", "text") if text.startswith("bb0a6fb4751e88eb,0")]
    assert len(ran) == 2 and len(printed) == 1 and f"value\n{printed[0]}" in (ROOT / "README.md").read_text()
    for block in ran:
        assert script(block, tmp_path) == printed[0]


def test_nothing_is_loaded_before_it_is_used() -> None:
    script = "import sys, pyspark_recordmill; print('recordmill' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
