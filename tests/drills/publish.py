#!/usr/bin/env python3
"""Kills a real run at random moments, half of them while its files move, and looks at what is left; a reader in another process looks on.

usage: publish.py --bin PATH [--kills N] [--readers SECONDS] [--seed N]

Python 3 alone; Linux. Prints the figures that docs/reliability.md has, and ends with 1 where something is torn.

Two dumps are milled into one folder in turn, beside a file of somebody else. After each kill:
  1. where run.json stands, every file that it lists has the length and the bytes (BLAKE3 is checked by `recover` and by
     comparison with a run that nobody disturbed) that it tells;
  2. `recordmill recover FOLDER` ends with 0, and the folder then holds exactly the files of one run or of the other.
"""
import argparse, hashlib, json, os, random, shutil, signal, subprocess, sys, tempfile, threading, time

SCHEMA = """recordmill = 1
name = "ledger"
[source]
format = "key-value"
record = { by = "start-key", key = "entry" }
key = { by = "declared", delimiter = ": " }
[fields.entry]
key = "entry"
type = "text"
[fields.note]
key = "note"
type = "text"
[fields.marks]
key = "marks"
type = "list"
[tables.ledger]
rows = "record"
columns = ["record_id", "entry", "note"]
[tables.mark]
rows = "marks"
columns = ["record_id", "ordinal", "value"]
"""


def dump(name, records):
    return "".join(f"entry: {name} {n}\nnote: {'ferry ' * (n % 40)}\nmarks: m{n % 7} {name}{n}\n" for n in range(records))


def files(folder):
    """Every file of a folder and the hash of its bytes; what begins like ours, and run.json with its times, aside."""
    found = {}
    for root, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".recordmill")]
        for name in names:
            path = os.path.join(root, name)
            if not name.startswith(".recordmill") and name != "run.json":
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def told(folder):
    """What run.json vouches for and does not hold; None if all of it does, or nothing is vouched for."""
    try:
        run = json.load(open(f"{folder}/run.json"))
    except FileNotFoundError:
        return None
    for output in run["outputs"]:
        path = f"{folder}/{output['path']}"
        if not os.path.exists(path):
            return f"{output['path']} is listed and not there"
        if os.path.getsize(path) != output["bytes"]:
            return f"{output['path']} has another length"
    return None


class Reader(threading.Thread):
    """Reads as docs/reliability.md says: run.json, the files that it lists, run.json once more."""

    def __init__(self, folder, want):
        super().__init__(daemon=True)
        self.folder, self.want, self.over = folder, want, False
        self.whole, self.again, self.torn = 0, 0, []

    def run(self):
        while not self.over:
            try:
                first = open(f"{self.folder}/run.json", "rb").read()
                texts = {o["path"]: open(f"{self.folder}/{o['path']}", "rb").read() for o in json.loads(first)["outputs"]}
                last = open(f"{self.folder}/run.json", "rb").read()
            except FileNotFoundError:
                self.again += 1
                continue
            if first != last:
                self.again += 1
                continue
            self.whole += 1
            have = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
            if have not in self.want:
                self.torn.append("a reader has a mix that run.json vouches for")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--readers", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    random.seed(args.seed)
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-drill-")
    open(f"{work}/ledger.toml", "w").write(SCHEMA)
    open(f"{work}/a.txt", "w").write(dump("a", 4000))
    open(f"{work}/b.txt", "w").write(dump("b", 9000) + "marks")
    folder = f"{work}/out"

    def command(name, to, formats="parquet,csv"):
        return [binary, "run", f"{work}/{name}.txt", "-s", f"{work}/ledger.toml", "-o", to, "-q", "--format", formats, "--publish", "always"]

    def start(name, to=folder, formats="parquet,csv"):
        return subprocess.Popen(command(name, to, formats), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    want = {}
    for name, formats in (("a", "parquet,csv"), ("b", "parquet")):
        if start(name, f"{work}/{name}", formats).wait() > 1:
            sys.exit(f"the run of {name} alone does not succeed")
        want[name] = files(f"{work}/{name}")
    begun = time.time()
    start("a").wait()
    took = time.time() - begun
    open(f"{folder}/theirs.csv", "w").write("not ours\n")
    faults, ends = [], {"a": 0, "b": 0}
    before, between = 0, 0
    for kill in range(args.kills):
        name, formats = (("b", "parquet"), ("a", "parquet,csv"))[kill % 2]
        run = start(name, formats=formats)
        if kill % 4 < 2:
            time.sleep(random.uniform(0, took * 1.1))
        else:
            # The time of the moves is short: half of the kills are aimed at it.
            while run.poll() is None and not os.path.exists(f"{folder}/.recordmill-staging-1/journal.json"):
                pass
            time.sleep(random.uniform(0, 0.004))
        run.send_signal(signal.SIGKILL)
        run.wait()
        staged = [f for f in os.listdir(folder) if f.startswith(".recordmill-staging-")]
        committed = any(os.path.exists(f"{folder}/{f}/journal.json") for f in staged)
        before, between = before + (bool(staged) and not committed), between + committed
        wrong = told(folder)
        recovered = subprocess.run([binary, "recover", folder], capture_output=True, text=True)
        if recovered.returncode:
            wrong = wrong or f"recover ends with {recovered.returncode}: {recovered.stderr.strip()}"
        have = files(folder)
        theirs = have.pop("theirs.csv", None)
        state = next((name for name in want if have == want[name]), None)
        left = [f for f in os.listdir(folder) if f.startswith(".recordmill-")]
        if not state or not theirs or left:
            wrong = wrong or f"a mix, or a leftover: {sorted(have)} {left}"
        else:
            ends[state] += 1
        if wrong:
            faults.append(f"kill {kill}: {wrong}")
    print(f"{args.kills} kills: {before} while staging, {between} between the commit point and the end, {args.kills - before - between} outside; "
          f"{ends['a']} ended in one state, {ends['b']} in the other, {len(faults)} torn")
    # A reader looks on while runs follow each other.
    os.remove(f"{folder}/theirs.csv")
    readers = [Reader(folder, list(want.values())) for _ in range(2)]
    for reader in readers:
        reader.start()
    begun, runs = time.time(), 0
    while time.time() - begun < args.readers:
        name, formats = (("b", "parquet"), ("a", "parquet,csv"))[runs % 2]
        runs += start(name, formats=formats).wait() <= 1
    for reader in readers:
        reader.over = True
        reader.join()
    torn = [fault for reader in readers for fault in reader.torn]
    print(f"{runs} runs under the eyes of 2 readers: {sum(r.whole for r in readers)} whole reads, {sum(r.again for r in readers)} told to read again, {len(torn)} mixes")
    # Two at once.
    pairs, refused = 20, 0
    for _ in range(pairs):
        both = [start("a"), start("b", formats="parquet")]
        codes = [run.wait() for run in both]
        refused += 2 in codes
        if files(folder) not in want.values() or told(folder):
            faults.append(f"two runs at once left a mix: {codes}")
    print(f"{pairs} pairs of runs at once: in {refused} the second was refused, in none both wrote" if not faults else "\n".join(faults[:10]))
    shutil.rmtree(work)
    sys.exit(1 if faults or torn else 0)


main()
