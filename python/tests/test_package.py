"""What the package does with nothing beside it: it needs no other package."""

from __future__ import annotations

import doctest
import gc
import importlib.metadata
import json
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PEAK, ROOT, SCHEMA, command, samples

import recordmill as rm
from recordmill import _api, _recordmill


def test_the_package_needs_no_other() -> None:
    wanted = importlib.metadata.requires("recordmill") or []
    assert all("extra ==" in requirement for requirement in wanted)
    assert rm.__version__ == importlib.metadata.version("recordmill")


def test_the_examples_of_the_docstrings_run() -> None:
    for module in (rm, _api):
        ran = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
        assert ran.attempted > 0 and ran.failed == 0


@pytest.mark.parametrize("page", ["python/README.md", "docs/python.md"])
def test_the_examples_of_the_pages_run(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "raw", tmp_path / "raw")
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert blocks
    missing = r"No module named '(polars|pyarrow|pandas|duckdb|dask|ray)"
    for n, block in enumerate(blocks):
        script = tmp_path / f"block{n}.py"
        script.write_text(block, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:__main__", script.name],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert ran.returncode == 0 or re.search(missing, ran.stderr), f"{block}\n{ran.stderr}"


def test_the_command_comes_with_the_package() -> None:
    assert command("--version").stdout.split()[0] == "recordmill"
    script = Path(sys.executable).parent / "recordmill"
    ran = subprocess.run([script, "check", "raw/disease", "-q"], check=False)
    assert ran.returncode == 0
    assert command("check", "nothing-here").returncode == 2


@pytest.mark.parametrize(("dump", "schema"), samples())
def test_a_run_is_that_of_the_command(dump: str, schema: str, tmp_path: Path) -> None:
    ran = command(
        "run", dump, "-s", schema, "-o", str(tmp_path / "a"), "--format", "csv", "--publish", "always", "-q"
    )
    report = rm.run(dump, schema, tmp_path / "b", formats=["csv"], publish="always")
    assert report.exit_code == ran.returncode
    ours = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir() if path.is_file()}
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir() if path.is_file()}
    told = json.loads(theirs.pop("run.json"))
    assert ours.pop("run.json") and ours == theirs and len(ours) > 1
    for changing in ("started_at", "timings", "published", "outputs"):
        told.pop(changing)
    assert {key: report[key] for key in told} == told
    assert rm.read(dump, schema).report["findings"] == told["findings"]


def test_data_that_is_not_as_it_must_be_is_no_exception_until_one_asks(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"no": 1}\n{"no": 2, "more": 3}\n')
    schema = rm.Schema.from_text(SCHEMA)
    report = rm.run(dump, schema, fail_on="warning")
    assert (report.status, report.exit_code) == ("fail", 1)
    with pytest.raises(rm.CheckFailed, match="has failed") as raised:
        report.raise_for_status()
    assert raised.value.report is report
    rm.run(dump, schema).raise_for_status()
    dump.write_text("")
    with pytest.raises(rm.CheckFailed, match="no record at all"):
        rm.run(dump, schema).raise_for_status()


def test_errors_tell_their_kind_the_path_and_what_to_do(tmp_path: Path) -> None:
    dump = "raw/gallery/medline.nbib"
    with pytest.raises(rm.InputError, match=r"cannot read .*nothing.*help: ") as raised:
        rm.read("nothing", "medline")
    assert isinstance(raised.value, OSError) and raised.value.path == "nothing"
    assert raised.value.remedy
    with pytest.raises(rm.SchemaError, match="cannot read the schema.*did you mean"):
        rm.read(dump, "medlin")
    with pytest.raises(rm.SchemaError, match="faults") as faulty:
        rm.Schema.from_text('recordmill = 1\nname = "a"\n[source]\nformat = "cvs"\n[fieds]\n', "a.toml")
    assert len(faulty.value.faults) > 1 and faulty.value.faults[0].startswith("a.toml:1: the schema lacks")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(rm.OutputError) as output:
        rm.run(dump, "medline", file)
    assert output.value.remedy
    for call in (
        lambda: rm.read(dump, "medline", tables=["book"]),
        lambda: rm.scan(dump, "medline", table="citation", columns=["pmd"]),
        lambda: rm.run(dump, "medline", tmp_path, formats=["xml"]),
        lambda: rm.run(dump, "medline", encoding="utf-9"),
        lambda: rm.run(dump, "medline", fail_on="sometimes"),  # type: ignore[arg-type]
        lambda: rm.plan(dump, "medline", split_bytes="64 apples"),
        lambda: rm.read(dump, "medline")["book"],
        lambda: rm.explain(dump, "medline"),
        lambda: rm.batches(dump, "medline").report,
    ):
        with pytest.raises(rm.OptionError) as option:
            call()
        assert option.value.remedy
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), str(again), again.path) == (rm.InputError, str(raised.value), "nothing")
    assert pickle.loads(pickle.dumps(faulty.value)).faults == faulty.value.faults


def test_a_panic_is_an_internal_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(rm.InternalError, match="this is how a panic ends"):
        _recordmill.fail()
    assert "panicked" in capfd.readouterr().err


def test_progress_is_told_and_may_end_a_run(long_dump: str, schema_file: str) -> None:
    told: list[tuple[int, int]] = []
    for batch in rm.batches(long_dump, schema_file, on_progress=lambda *args: told.append(args)):
        assert batch.bytes >= 0
        if len(told) > 2:
            break
    assert told == sorted(told) and told[0][0] > 0 and told[0][1] >= 300_000_000

    def refuse(done: int, known: int) -> None:
        raise LookupError(f"{done} of {known}")

    with pytest.raises(LookupError):
        rm.run(long_dump, schema_file, on_progress=refuse)


def test_a_schema_and_a_split_travel(tmp_path: Path) -> None:
    schema = pickle.loads(pickle.dumps(rm.Schema("medline")))
    plan = rm.plan("raw/gallery/medline.nbib", schema, split_bytes="0.2 KiB")
    assert len(plan) > 1 and plan[-1].paths == ["raw/gallery/medline.nbib"]
    split = pickle.loads(pickle.dumps(plan[1]))
    assert split == plan[1] and rm.Split.from_json(split.to_json()) == split
    assert hash(split) == hash(plan[1]) and len(split.to_json()) < 2000
    records = [batch.records["in"] for batch in rm.read_split(schema, split)]
    assert sum(records) == split.records > 0
    with pytest.raises(rm.OptionError, match="another schema made it"):
        rm.read_split("disease", split)
    with pytest.raises(rm.OptionError, match="this is no split"):
        rm.Split.from_json("{}")
    with pytest.raises(rm.OptionError, match="no verdict of its own"):
        _ = rm.read_split(schema, split).report
    for thing in (rm.read("raw/gallery/medline.nbib", schema), rm.batches("raw/disease", "disease")):
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(thing)


def test_a_schema_brings_along_what_it_refers_to(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        'recordmill = 1\nname = "base"\nlibrary = true\n[patterns]\nword = "[a-z]+"\n'
    )
    (tmp_path / "words.txt").write_text("oats\n")
    (tmp_path / "sacks.toml").write_text(
        'uses = ["base.toml"]\n'
        + SCHEMA.replace('type = "text"', 'type = "text"\nrules = [{ rule = "pattern", pattern = "^%{word}$" }]')
        + '[words.known]\nfile = "words.txt"\n[[checks]]\ncheck = "reference"\ntable = "sack"\n'
        + 'column = "text"\nto = { words = "known" }\n'
    )
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"no": 1, "text": "oats"}\n{"no": 2, "text": "RYE"}\n')
    schema = rm.Schema(tmp_path / "sacks.toml")
    sent = pickle.dumps(schema)
    for name in ("base.toml", "words.txt", "sacks.toml"):
        (tmp_path / name).unlink()
    there = pickle.loads(sent)
    assert there.hash == schema.hash and pickle.loads(pickle.dumps(there)).hash == schema.hash
    assert {"R304", "R502"} & set(rm.read(dump, there).report["findings"]) != set()
    with pytest.raises(rm.InputError, match="words.txt"):
        pickle.dumps(schema)


def test_what_cannot_be_parted_is_told(tmp_path: Path) -> None:
    packed = tmp_path / "a.nbib.gz"
    import gzip

    packed.write_bytes(gzip.compress(Path("raw/gallery/medline.nbib").read_bytes()))
    plan = rm.plan([packed, "raw/gallery/medline.nbib"], "medline", split_bytes=1)
    assert [one["path"] for one in plan.unsplittable] == [str(packed)]
    assert "compressed" in plan.unsplittable[0]["why"] and len(plan) > 2


def rows_of(split: rm.Split) -> tuple[int, int]:
    """Mill a split in another process."""
    batches = list(rm.read_split("disease", split))
    return sum(len(batch["symptom"]) for batch in batches), os.getpid()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_splits_are_milled_in_other_processes(method: str) -> None:
    # The threads of a run before are none of a forked process.
    whole = len(rm.read("raw/disease", "disease")["symptom"])
    kept = rm.batches("raw/disease", "disease")
    next(kept)
    plan = rm.plan("raw/disease", "disease", split_bytes=500)
    with multiprocessing.get_context(method).Pool(2) as pool:
        done = pool.map_async(rows_of, plan.splits, chunksize=1).get(timeout=120)
    assert sum(rows for rows, _ in done) == whole and os.getpid() not in {pid for _, pid in done}
    assert sum(len(batch["symptom"]) for batch in kept) >= 0


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_whoever_wants_no_more_ends_the_work(long_dump: str, schema_file: str) -> None:
    before = threads()
    for end in ("drop", "close", "with"):
        found = rm.batches(long_dump, schema_file, threads=2)
        next(found)
        assert threads() > before
        if end == "close":
            found.close()
            assert list(found) == []
        elif end == "with":
            with found:
                pass
        del found
        gc.collect()
        until = time.monotonic() + 10
        while threads() > before:
            assert time.monotonic() < until, f"{threads() - before} threads are left"
            time.sleep(0.02)


LOOPS = {
    "batches": "for batch in rm.batches(dump, schema): go()",
    "run": "rm.run(dump, schema, out, on_progress=lambda *_: go())",
    "check": "rm.run(dump, schema, on_progress=lambda *_: go())",
    "plan": "go(); rm.plan([dump] * 20, schema)",
    "draft": "go(); rm.draft([dump] * 20, full=True)",
    "explain": "go(); rm.explain(dump, schema, nth=10**9)",
}
# Of these no thread is left a while behind.
ALONE = ("draft", "explain")


@pytest.mark.parametrize("call", LOOPS)
def test_an_interrupt_ends_a_call_at_once(
    call: str, long_dump: str, schema_file: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    script = f"""
import os, sys, time
import recordmill as rm
dump, schema, out = {long_dump!r}, {schema_file!r}, {str(out)!r}
def go():
    print("go", flush=True)
try:
    {LOOPS[call]}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    time.sleep(2)
    assert not {call in ALONE!r} or len(os.listdir("/proc/self/task")) == 1
"""

    def interrupted() -> float:
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
        )
        with process, process.stdout as told:  # type: ignore[union-attr]
            assert told.readline() == "go\n"
            time.sleep(0.1)
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            # It may come between a word and the end of its line.
            while (line := told.readline()).removeprefix("go") != "interrupted\n":
                assert line == "go\n"
            took = time.monotonic() - began
        assert process.returncode == 0
        # Nothing was published.
        assert not (out / "run.json").exists()
        return took

    # A machine may be busy with something else for a while.
    assert any(interrupted() < 0.5 for _ in range(3))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
def test_memory_is_bounded(long_dump: str, schema_file: str) -> None:
    script = f"""
import recordmill as rm
{PEAK}
for batch in rm.batches([{long_dump!r}], {schema_file!r}, threads=2, LIMIT):
    assert batch.records["in"] == len(batch["sack"])
print(peak())
"""

    def peak(limit: str) -> int:
        text = script.replace(", LIMIT", limit)
        ran = subprocess.run([sys.executable, "-c", text], capture_output=True, check=True)
        return int(ran.stdout)

    short, long = peak(", limit=30_000"), peak("")
    assert long < 250 and long < 1.3 * short, f"{short} and {long} MB"
    print(f"{short} MB at 55 MB, {long} MB at 300 MB")


def test_a_mark_in_the_name_of_a_file_is_no_member(tmp_path: Path) -> None:
    marked = tmp_path / "a!b.nbib"
    marked.write_bytes(Path("raw/gallery/medline.nbib").read_bytes())
    found = rm.explain(marked, nth=2)
    assert found is not None and found["source"] == str(marked)


def test_a_file_that_was_edited_is_told(tmp_path: Path) -> None:
    dump = tmp_path / "a.nbib"
    dump.write_bytes(Path("raw/gallery/medline.nbib").read_bytes())
    split = rm.plan(dump, "medline")[0]
    dump.write_bytes(dump.read_bytes().replace(b"TI  -", b"TI  ="))
    with pytest.raises(rm.InputError, match="changed since the plan was made"):
        list(rm.read_split("medline", split))
