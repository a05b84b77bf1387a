#!/usr/bin/env python3
"""Mills dumps that grow, and looks whether time grows as they do and memory does not.

usage: growth.py --bin PATH [--sizes MB,MB,…] [--files N] [--cores] [--rounds N] [--folder FOLDER] [--threads N] [--seed N]

Python 3 alone; Linux. Prints Markdown, and ends with 1 where something does not hold. The dumps are made in `--folder` (that for
temporary files), which must have room for one and a half times all of them, and are removed at the end.

Records are as those of an encyclopedia of diseases, in words that are made up: keys and values, quantities, lists, tuples, long
texts with numbered sections; each has a number of its own, and one in 50 something wrong. The sizes are milled in turn,
`--rounds` times, and the best of each counts, without what a dump of one record takes. Held against the smallest size:
  1. no size takes more than 10 % more processor time for a megabyte;
  2. no size takes more than 20 % more memory at its peak;
  3. with `--files`, so many files of a record each take at most 3 times what one file of the same bytes takes, of the processors;
  4. with `--cores`, two cores take the smallest size at least 1.8 times as fast as one core with one worker, by the clock of
     an idle machine (one worker on two cores leaves reading and writing to the other one);
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
SLOWER, LARGER, SCATTERED, FASTER = 1.10, 1.20, 3, 1.8
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


def write(path, texts, length=None, count=None):
    """A dump of a length or of so many records, in blocks, and how many records it has."""
    number = written = 0
    more = lambda: written < length if count is None else number < count
    with open(path, "wb") as file:
        while more():
            block = []
            for text in texts:
                block.append(b"%s %d\n%s" % ("名称".encode(), number, text))
                number += 1
                written += len(block[-1])
                if not more():
                    break
            file.write(b"".join(block))
    return number


def scatter(folder, source):
    """The records of a dump, each in a file of its own, a thousand to a folder. Never all at once: a process that is started from here
    counts what this one holds as its own."""
    mark, number, lines = "名称 ".encode(), 0, []

    def put():
        if number % 1000 == 0:
            os.makedirs(f"{folder}/{number // 1000:04}")
        with open(f"{folder}/{number // 1000:04}/{number % 1000:03}.txt", "wb") as file:
            file.write(b"".join(lines))

    with open(source, "rb") as file:
        for line in file:
            if lines and line.startswith(mark):
                put()
                number, lines = number + 1, []
            lines.append(line)
    put()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--cores", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--threads", default="2")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sizes = sorted(int(size) for size in args.sizes.split(","))
    texts = list(bodies(random.Random(args.seed)))
    # A small file takes a whole block of the disk, and stands in one file too.
    wanted = 1.5 * sum(sizes) * MB + args.files * 3 * max(4096, sum(map(len, texts)) // len(texts))
    free = shutil.disk_usage(args.folder).free
    if free < wanted:
        sys.exit(f"{args.folder} has {free // MB} MB free, and {wanted // MB:.0f} MB are wanted: name another with --folder")
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-growth-", dir=args.folder)
    faults = []
    try:
        with open(f"{work}/growth.toml", "w") as file:
            file.write(SCHEMA)
        # What is milled: the input, how many bytes and records it has, the workers, and the cores, all of them if none.
        jobs = {}

        def job(name, path, records, threads=args.threads, length=None, cores=None):
            jobs[name] = (path, length or os.path.getsize(path), records, threads, cores)

        job("", f"{work}/0.txt", write(f"{work}/0.txt", texts, 1))
        for size in sizes:
            job(f"{size} MB", f"{work}/{size}.txt", write(f"{work}/{size}.txt", texts, size * MB))
        least = f"{sizes[0]} MB"
        if args.cores:
            job(f"{least}, one core", *(jobs[least][n] for n in (0, 2)), "1", cores=1)
        if args.files:
            job("in one file", f"{work}/one.txt", write(f"{work}/one.txt", texts, count=args.files))
            scatter(f"{work}/files", f"{work}/one.txt")
            job(f"in {args.files} files", f"{work}/files", args.files, length=jobs["in one file"][1])

        def mill(name):
            """Seconds of the processors, seconds of the clock, and the peak of memory in MB."""
            path, length, records, threads, cores = jobs[name]
            command = [binary, "run", path, "-s", f"{work}/growth.toml", "-o", f"{work}/out", "-q", "-j", threads]
            ours = sorted(os.sched_getaffinity(0))
            begun = time.time()
            run = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   preexec_fn=lambda: os.sched_setaffinity(0, ours[:cores]))
            _, status, usage = os.wait4(run.pid, 0)
            took = time.time() - begun
            run.returncode = os.waitstatus_to_exitcode(status)
            if run.returncode:
                sys.exit(f"the run of {name or 'a record'} ends with {run.returncode}")
            with open(f"{work}/out/run.json") as file:
                balance = json.load(file)["balance"]
            if balance["records"]["out"] != records or sum(balance["bytes"].values()) != length:
                faults.append(f"{name}: the balance is {balance['records']}, wanted {records} records")
            shutil.rmtree(f"{work}/out")
            return usage.ru_utime + usage.ru_stime, took, usage.ru_maxrss * 1024 / MB

        measured = {name: [] for name in jobs}
        for _ in range(args.rounds):
            for name, runs in measured.items():
                runs.append(mill(name))
    finally:
        shutil.rmtree(work)
    best = {name: [min(figures) for figures in zip(*runs)] for name, runs in measured.items()}
    start = best.pop("")
    cost = lambda name: (best[name][0] - start[0]) / jobs[name][1]
    print("| dump | records | processor time | for a megabyte, against the smallest | wall time | peak memory |\n|---|---:|---:|---:|---:|---:|")
    for name, (work_done, took, peak) in best.items():
        print(f"| {name} | {jobs[name][2]} | {work_done:.1f} s | {cost(name) / cost(least):.2f} | {took:.1f} s | {peak:.0f} MB |")
    print(f"\n{args.threads} workers where nothing else is said; best of {args.rounds}, in turn. A dump of one record takes {start[0]:.2f} s "
          "of the processors, which is taken off before megabytes are compared.")
    for name in (f"{size} MB" for size in sizes):
        if cost(name) > SLOWER * cost(least):
            faults.append(f"{name} take {cost(name) / cost(least):.2f} times as long for a megabyte as {least}")
        if best[name][2] > LARGER * best[least][2]:
            faults.append(f"{name} take {best[name][2]:.0f} MB of memory, and {least} take {best[least][2]:.0f} MB")
    if args.cores:
        faster = (best[f"{least}, one core"][1] - start[1]) / (best[least][1] - start[1])
        print(f"{args.threads} workers on all cores are {faster:.2f} times as fast as one worker on one core.")
        if faster < FASTER:
            faults.append(f"{args.threads} workers are no more than {faster:.2f} times as fast as one core")
    if args.files:
        one, many = best["in one file"], best[f"in {args.files} files"]
        print(f"{args.files} files take {many[0] / one[0]:.2f} times what one file of their bytes takes of the processors, "
              f"{many[1] / one[1]:.2f} times by the clock.")
        if many[0] > SCATTERED * one[0]:
            faults.append(f"{args.files} files take {many[0] / one[0]:.2f} times what one file of their bytes takes")
    if faults:
        print("\n".join(faults))
    sys.exit(1 if faults else 0)


main()
