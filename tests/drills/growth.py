#!/usr/bin/env python3
"""Mills dumps that grow, and looks whether time grows as they do and memory does not.

usage: growth.py --bin PATH [--sizes MB,MB,…] [--rounds N] [--folder FOLDER] [--threads N] [--seed N]

Python 3 alone; Linux. Ends with 1 where something does not hold. The dumps are made in `--folder` (that for temporary files),
which must have room for one and a half times all of them, and are removed at the end.

Records are as those of an encyclopedia of diseases, in words that are made up: keys and values, quantities, lists, tuples, long
texts with numbered sections; each has a number of its own, and one in 50 something wrong. The sizes are milled in turn,
`--rounds` times, and the best of each counts, without what a dump of one record takes. Held against the smallest size:
  1. no size takes more than 10 % more processor time for a megabyte;
  2. no size takes more than 20 % more memory at its peak;
and every run ends with 0, with every record in the tables.
"""
import argparse, json, os, random, shutil, subprocess, sys, tempfile, time

SCHEMA = """recordmill = 1
name = "growth"
uses = ["disease"]
[source]
format = "key-value"
encoding = "utf-8"
record = { by = "start-key", key = "名称" }
key = { by = "declared", delimiter = " " }
[fields.name]
key = "名称"
type = "text"
rules = [{ rule = "not-null" }]
[fields.about]
key = "概述"
type = "text"
[fields.insured]
key = "入保"
type = "boolean"
true = ["是"]
false = ["否"]
[fields.share]
key = "占比"
type = "quantity"
quantity = "ratio"
[fields.period]
key = "周期"
type = "quantity"
quantity = "duration"
[fields.cost]
key = "费用"
type = "quantity"
quantity = "money"
[fields.signs]
key = "征象"
type = "list"
[fields.drugs]
key = "药物"
type = "tuple-list"
members = { 2 = ["maker", "drug"] }
[fields.cause]
key = "缘由"
type = "text"
[fields.section]
type = "outline"
outline = "numbered"
texts = ["cause"]
[findings.unknown-word]
severity = "warning"
[tables.record]
rows = "record"
columns = ["record_id", "name", "about", "insured", "share", "period", "cost", "cause", "source_line"]
[tables.sign]
rows = "signs"
columns = ["record_id", "ordinal", "value"]
[tables.drug]
rows = "drugs"
columns = ["record_id", "ordinal", "maker", "drug"]
[tables.section]
rows = "section"
columns = ["record_id", "ordinal", "path", "marker", "text"]
"""
SIGNS = "青岭黄沙白露赤松玄武紫苏金穗银杏铁柳铜铃石榴木槿水杉火棘土茯苓风信云杉雨花雪松霜叶"
BODIES = 4000
SLOWER, LARGER = 1.10, 1.20
MB = 1_000_000


def bodies(rng):
    """Records without their names."""
    word = lambda least=2, most=4: "".join(rng.choices(SIGNS, k=rng.randint(least, most)))
    prose = lambda count: "，".join(word(4, 9) for _ in range(count)) + "。"
    for number in range(BODIES):
        low = rng.randint(1, 60)
        yield (
            f"概述 {prose(rng.randint(6, 20))}\n"
            f"入保 {'或许' if number % 50 == 49 else rng.choice('是否')}\n"
            f"占比 {rng.choice(['约', ''])}{low / 100}%\n"
            f"周期 {low}-{low + rng.randint(1, 30)}{rng.choice('天周')}\n"
            f"费用 {rng.choice(['约', ''])}{low * 100}--{low * 100 + rng.randint(1, 50) * 100}元\n"
            f"征象 {' '.join(word() for _ in range(rng.randint(2, 9)))}\n"
            f"药物 {' '.join(str([word(), word(3, 5)]) for _ in range(rng.randint(0, 4)))}\n"
            f"缘由 1. {prose(12)}2. {prose(9)}(1) {prose(5)}(2) {prose(6)}3. {prose(8)}\n"
        ).encode()


def write(path, length, texts):
    """A dump of a length, in blocks, and how many records it has."""
    number = written = 0
    with open(path, "wb") as file:
        while written < length:
            block = []
            for text in texts:
                block.append(b"%s %d\n%s" % ("名称".encode(), number, text))
                number += 1
                written += len(block[-1])
                if written >= length:
                    break
            file.write(b"".join(block))
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--threads", default="2")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sizes = sorted(int(size) for size in args.sizes.split(","))
    free = shutil.disk_usage(args.folder).free
    if free < 1.5 * sum(sizes) * MB:
        sys.exit(f"{args.folder} has {free // MB} MB free, and {sum(sizes) * 3 // 2} MB are wanted: name another with --folder")
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-growth-", dir=args.folder)
    faults = []
    try:
        with open(f"{work}/growth.toml", "w") as file:
            file.write(SCHEMA)
        texts = list(bodies(random.Random(args.seed)))
        records = {size: write(f"{work}/{size}.txt", max(size * MB, 1), texts) for size in [0, *sizes]}

        def mill(size):
            """Seconds of the processors, seconds of the clock, and the peak of memory in MB."""
            command = [binary, "run", f"{work}/{size}.txt", "-s", f"{work}/growth.toml", "-o", f"{work}/out", "-q", "-j", args.threads]
            begun = time.time()
            run = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(run.pid, 0)
            took = time.time() - begun
            run.returncode = os.waitstatus_to_exitcode(status)
            if run.returncode:
                sys.exit(f"the run of {size} MB ends with {run.returncode}")
            with open(f"{work}/out/run.json") as file:
                balance = json.load(file)["balance"]
            if balance["records"]["out"] != records[size] or sum(balance["bytes"].values()) != os.path.getsize(f"{work}/{size}.txt"):
                faults.append(f"{size} MB: the balance is {balance['records']}, wanted {records[size]} records")
            shutil.rmtree(f"{work}/out")
            return usage.ru_utime + usage.ru_stime, took, usage.ru_maxrss * 1024 / MB

        measured = {size: [] for size in [0, *sizes]}
        for _ in range(args.rounds):
            for size, runs in measured.items():
                runs.append(mill(size))
    finally:
        shutil.rmtree(work)
    best = {size: [min(figures) for figures in zip(*runs)] for size, runs in measured.items()}
    start, least = best.pop(0)[0], best[sizes[0]]
    print(f"a dump of one record takes {start:.2f} s; {args.threads} workers, best of {args.rounds}")
    for size, (work_done, took, peak) in best.items():
        slower = (work_done - start) / size / ((least[0] - start) / sizes[0])
        print(f"{size} MB, {records[size]} records: {work_done:.1f} s of the processors ({slower:.2f} times as much for a megabyte), "
              f"{took:.1f} s of the clock, {peak:.0f} MB at the peak")
        if slower > SLOWER:
            faults.append(f"{size} MB take {slower:.2f} times as long for a megabyte as {sizes[0]} MB")
        if peak > LARGER * least[2]:
            faults.append(f"{size} MB take {peak:.0f} MB of memory, and {sizes[0]} MB take {least[2]:.0f} MB")
    if faults:
        print("\n".join(faults))
    sys.exit(1 if faults else 0)


main()
