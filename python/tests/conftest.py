"""What the tests share: the repository, the command, a long dump."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCHEMA = """
recordmill = 1
name = "sacks"
[source]
format = "json-lines"
[fields.no]
key = "no"
type = "integer"
rules = [{ rule = "required" }]
[fields.text]
key = "text"
type = "text"
[tables.sack]
rows = "record"
columns = ["record_id", "no", "text", "source_line"]
"""


# The most memory that a process has had, in megabytes; what `resource` tells is inherited.
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
"""


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def command(*args: str) -> subprocess.CompletedProcess[str]:
    """Run the command that the package brings."""
    return subprocess.run(
        [sys.executable, "-m", "recordmill", *args], capture_output=True, text=True, check=False
    )


def samples() -> list[tuple[str, str]]:
    """Every dump of the repository with its schema."""
    found = [("raw/disease", "disease"), ("raw/medicalkg", "medicalkg"), ("raw/net39", "net39")]
    for sample in sorted((ROOT / "raw/gallery").iterdir()):
        found.append((f"raw/gallery/{sample.name}", f"schemas/gallery/{sample.stem}.toml"))
    return found


@pytest.fixture(scope="session")
def schema_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("schema") / "sacks.toml"
    path.write_text(SCHEMA)
    return str(path)


def write_dump(path: Path, megabytes: int) -> str:
    """Write a dump of so many megabytes."""
    text = "the mill grinds slowly " * 80
    record = 0
    with path.open("w") as dump:
        while dump.tell() < megabytes * 1_000_000:
            lines = (f'{{"no": {record + n}, "text": "{text}"}}\n' for n in range(1000))
            dump.write("".join(lines))
            record += 1000
    return str(path)


@pytest.fixture(scope="session")
def long_dump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("dump") / "long.jsonl"
    yield write_dump(path, 300)
    os.unlink(path)
