"""What the ways of the Python package cost beside the command, which is in the same library.

    python benches/python.py DUMP SCHEMA [ROUNDS]

Each way has a process of its own and one thread that mills, in turn with the others; medians are told. `parts` is what
Spark does, without Spark: plan, mill every split into files, put them together.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

WAYS = {
    "command": "from recordmill import _recordmill as c; c.main(['recordmill', 'run', dump, '-s', schema, '-o', out, '-q', '-j', '1'])",
    "run": "rm.run(dump, schema, out, threads=1)",
    "batches": "[len(batch[name]) for batch in rm.batches(dump, schema, threads=1) for name in batch.tables]",
    "scan": "import pyarrow; sum(map(len, pyarrow.RecordBatchReader.from_stream(rm.scan(dump, schema, table=table, threads=1))))",
    "plan": "rm.plan(dump, schema, split_bytes='16 MiB')",
    "plan, read_split": "[len(batch[table]) for split in rm.plan(dump, schema, split_bytes='16 MiB') for batch in rm.read_split(schema, split)]",
    "parts": """
asked = _api._asked(1)
run = _recordmill.gather([dump], schema._native, out, 'passed', 16 << 20, asked)
run.finish([_recordmill.mill_split(schema._native, split, run.folder, asked) for split in run.plan()[0]])
""",
}
BEFORE = """
import sys
import recordmill as rm
from recordmill import _api, _recordmill
dump, name, out = sys.argv[1:]
schema = rm.Schema(name)
table = schema.tables[0]
"""


def took(code: str, dump: str, schema: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        before = BEFORE if "c.main" not in code else "import sys\ndump, schema, out = sys.argv[1:]\n"
        began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        out = os.path.join(folder, "out")
        subprocess.run([sys.executable, "-c", before + code, dump, schema, out], check=True)
        wall, now = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime


def main() -> None:
    dump, schema = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, code in WAYS.items():
            figures[way].append(took(code, dump, schema))
    count = "import json, recordmill as rm, sys; print(json.dumps(rm.run(*sys.argv[1:])['balance']['records']))"
    told = subprocess.run([sys.executable, "-c", count, dump, schema], capture_output=True, check=True)
    records = json.loads(told.stdout)["in"]
    least = statistics.median(used for _, used in figures["command"])
    print(f"{records} records, {os.path.getsize(dump) / 1e6:.0f} MB\n")
    print("| way | wall | processor | records per second of it | beside the command |\n|---|---|---|---|---|")
    for way, each in figures.items():
        wall, used = (statistics.median(column) for column in zip(*each))
        print(f"| {way} | {wall:.2f} s | {used:.2f} s | {records / used:.0f} | {used / least:.2f} |")


if __name__ == "__main__":
    main()
