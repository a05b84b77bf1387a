#!/usr/bin/env python3
"""Damages the dumps of the repository and mills them by their schemas, with one worker, two and five.

usage: mutate.py --bin PATH [--seconds N] [--repo FOLDER] [--failures FOLDER] [--seed N]

Python 3 alone; Linux. Ends with 1 where something does not hold; what fails is written to `--failures`, made small.

Each dump that has a schema beside it, in schemas/ or in schemas/gallery/ goes by that; one without by a schema that is drafted
of it, and lines in the form of the encyclopedia by `disease`. Bytes are turned, cut, taken out and repeated, two dumps are
spliced, awkward pieces put in; some are then encoded otherwise or packed, some repeated until they make several batches, some
given as several inputs. For each:
  1. the runs end with 0, 1 or 2, all three alike, and say nothing of a panic or a bug of their own;
  2. tables, findings, quarantine, report and run.json have the same bytes in all three, but for times;
  3. every byte is in one class of the balance, every record in the tables or the quarantine;
  4. the report, in each form in turn, can be read as what it is;
  5. no run takes longer than three times what the clean text of that length takes, and half a second.
"""
import argparse, bz2, codecs, collections, glob, gzip, json, lzma, os, random, re, shutil, subprocess, sys, tempfile, time
import xml.etree.ElementTree

WORKERS = ("1", "2", "5")
FORMS = ("json", "jsonl", "sarif", "junit", "gitlab")
# Three batches: each has 5 MiB or 32 768 records.
LARGE_BYTES, LARGE_RECORDS = 11 << 20, 70_000
FLOOR = 0.5
ENCODINGS = [("gb18030", b""), ("big5", b""), ("shift_jis", b""), ("euc-jp", b""), ("euc-kr", b""), ("windows-1252", b""), ("utf-16le", b""),
             ("utf-16be", b""), ("utf-16le", codecs.BOM_UTF16_LE), ("utf-16be", codecs.BOM_UTF16_BE), ("utf-32le", codecs.BOM_UTF32_LE),
             ("utf-8", codecs.BOM_UTF8)]
PACKERS = [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
AWKWARD = [b"\0", b"\r", b"\r\n", b"\n\n", b"\t", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x81", b'"', b'""', b"'", b"\\", b"{", b"}", b"[", b"]", b",", b":",
           b": ", b" ", b"sep=;\n", b"1e999", b"9" * 40, b"-0", b"null", b"NaN", b"\\ud800", b"=", b"%", b"&#x110000;", b"--", b"#", b"0 ", b"//\n",
           codecs.BOM_UTF8, codecs.BOM_UTF16_LE, *(text.encode() for text in ("\u2028", "\u0085", "\u3000", "\u202e", "\u200b", "\ue000", "\ufffd", "１", "：",
           "（", "万", "e\u0301", "\U0001f469\u200d\U0001f33e", "锟斤拷", "Ã©"))]


class Sample:
    def __init__(self, name, schema, form, dumps):
        self.name, self.schema, self.form, self.dumps = name, schema, form, dumps
        self.clean, self.large = {}, None


def read(path):
    with open(path, "rb") as file:
        return file.read()


def samples(repo, binary, work):
    """Each schema with its dumps."""
    def form_of(schema):
        found = re.search(r'^format\s*=\s*"([^"]+)"', read(schema).decode(), re.M)
        return found.group(1) if found else "several"

    def files(folder):
        return sorted(path for path in glob.glob(f"{folder}/**/*", recursive=True) if os.path.isfile(path) and not path.endswith((".toml", ".py")))

    found = []
    for name in ("disease", "medicalkg", "net39"):
        schema = f"{repo}/schemas/{name}.toml"
        found.append(Sample(name, schema, form_of(schema), [read(path) for path in files(f"{repo}/raw/{name}")]))
    beside = [(schema, f"{repo}/raw/gallery") for schema in sorted(glob.glob(f"{repo}/schemas/gallery/*.toml"))]
    beside += [(schema, os.path.dirname(schema)) for schema in sorted(glob.glob(f"{repo}/tests/inputs/*/*.toml"))]
    taken = set()
    for schema, folder in beside:
        stem = os.path.basename(schema)[:-len("toml")]
        dumps = [path for path in files(folder) if os.path.basename(path).startswith(stem)]
        taken.update(dumps)
        if dumps:
            found.append(Sample(stem[:-1], schema, form_of(schema), [read(path) for path in dumps]))
    for path in files(f"{repo}/tests/inputs"):
        if path in taken:
            continue
        if path.endswith(".txt"):
            found[0].dumps.append(read(path))
            continue
        schema = f"{work}/draft{len(found)}.toml"
        drafted = subprocess.run([binary, "schema", "draft", path, "-o", schema], capture_output=True)
        if drafted.returncode == 0:
            found.append(Sample(os.path.basename(path), schema, form_of(schema), [read(path)]))
    return found


def mutated(rng, data, others):
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(data) + 1)
        to = min(at + rng.choice((1, 2, 5, 20, 200)), len(data))
        how = rng.randrange(8)
        if how == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
        elif how == 1:
            data = data[:at] if rng.random() < 0.3 else data[:at] + data[to:]
        elif how == 2:
            lines = data.splitlines(keepends=True) or [b""]
            line = rng.randrange(len(lines))
            lines[line:line] = [rng.choice(lines)] * rng.choice((1, 1, 2, 50))
            data = b"".join(lines)
        elif how == 3:
            other = rng.choice(others)
            data = data[:at] + other[rng.randrange(len(other) + 1):]
        elif how == 4:
            lines = data.splitlines(keepends=True)
            rng.shuffle(lines)
            data = b"".join(lines)
        else:
            data = data[:at] + rng.choice(AWKWARD) * rng.choice((1, 1, 1, 2, 9)) + data[at:]
    return data


class Drill:
    def __init__(self, binary, work):
        self.binary, self.work, self.runs = binary, work, 0

    def mill(self, sample, inputs, workers, form, limit):
        """What a run leaves: its exit, what it said, its seconds, the bytes of its files and, by itself, run.json."""
        folder = f"{self.work}/run"
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for name, data in inputs.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(data)
        command = [self.binary, "run", *inputs, "-s", sample.schema, "-o", "out", "-q", "-j", workers, "--format", "parquet,csv", "--publish", "always",
                   "--report", f"{form}=report"]
        begun = time.time()
        try:
            done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
            code, said = done.returncode, done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired:
            code, said = None, ""
        took = time.time() - begun
        self.runs += 1
        left, told = {}, None
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.relpath(os.path.join(root, name), folder)
                if path not in inputs and path != "out/run.json":
                    left[path] = read(f"{folder}/{path}")
        if os.path.exists(f"{folder}/out/run.json"):
            told = json.loads(read(f"{folder}/out/run.json"))
            told["started_at"] = told["timings"] = None
        return code, said, took, left, told

    def fault(self, sample, inputs, form, bound):
        """What does not hold for these inputs, as its kind and the rest."""
        first = None
        for workers in WORKERS:
            limit = max(60, bound * 4) if bound else 120
            code, said, took, left, told = self.mill(sample, inputs, workers, form, limit)
            if code is None:
                return "no end", f"-j {workers} has not ended after {limit:.0f} s"
            if code not in (0, 1, 2):
                return "exit", f"-j {workers} ends with {code}: {said[-300:]}"
            if "panicked" in said or "this is a bug" in said:
                return "panic", f"-j {workers}: {said[-300:]}"
            if code == 2 and "error" not in said:
                return "silent", f"-j {workers} ends with 2 and does not say why"
            if told:
                balance = told["balance"]
                if sum(balance["bytes"].values()) != balance["bytes_total"] or balance["records"]["in"] != balance["records"]["out"] + balance["records"]["quarantined"]:
                    return "balance", json.dumps(balance)[:300]
                unread = self.unread(form, left.get("report", b""))
                if unread:
                    return "report", f"{form} cannot be read: {unread}"
            if form == "json" and told:
                left["report"] = re.sub(rb'"(started_at|wall_seconds|megabytes_per_second)": [^,\n}]+', b"", left["report"])
            if first is None:
                first = (code, left, told)
            elif first != (code, left, told):
                if code != first[0]:
                    return "differs", f"-j {workers} ends with {code}, -j 1 with {first[0]}"
                odd = sorted(path for path in left.keys() | first[1].keys() if left.get(path) != first[1].get(path))
                return "differs", f"-j {workers} has other bytes than -j 1: {odd or 'run.json'}"
            if bound and took > bound:
                again = min(self.mill(sample, inputs, workers, form, limit)[2] for _ in range(3))
                if again > bound:
                    return "slow", f"-j {workers} takes {again:.2f} s, where clean text takes {(bound - FLOOR) / 3:.2f} s"
        return None

    def unread(self, form, report):
        try:
            if form == "jsonl":
                for line in report.splitlines():
                    json.loads(line)
            elif form == "junit":
                xml.etree.ElementTree.fromstring(report)
            else:
                json.loads(report)
        except (ValueError, xml.etree.ElementTree.ParseError) as error:
            return error
        return None

    def clean(self, sample, length):
        """What clean text of a length takes, at least 1 of three times."""
        text = max(sample.dumps, key=len)
        count = max(1, -(-length // max(len(text), 1)))
        if count not in sample.clean:
            inputs = {"clean": text * count}
            sample.clean[count] = min(self.mill(sample, inputs, "1", "jsonl", 300)[2] for _ in range(3 if count < 50 else 1))
        return sample.clean[count]

    def large(self, sample):
        """How many bytes make several batches."""
        if sample.large is None:
            text = max(sample.dumps, key=len)
            told = self.mill(sample, {"clean": text}, "1", "jsonl", 300)[4]
            records = told["balance"]["records"]["in"] if told else 0
            sample.large = min(LARGE_BYTES, LARGE_RECORDS * len(text) // max(records, 1))
        return sample.large

    def smaller(self, sample, inputs, form, kind):
        """The inputs with lines taken out while the same kind of fault stays."""
        tries = 60
        for name in sorted(inputs):
            lines, piece = inputs[name].splitlines(keepends=True), len(inputs[name].splitlines()) // 2
            while piece and tries:
                at = 0
                while at < len(lines) and tries:
                    tries -= 1
                    fewer = {**inputs, name: b"".join(lines[:at] + lines[at + piece:])}
                    found = self.fault(sample, fewer, form, None)
                    if found and found[0] == kind:
                        inputs, lines = fewer, lines[:at] + lines[at + piece:]
                    else:
                        at += piece
                piece //= 2
        return inputs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--repo", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    parser.add_argument("--failures", default="recordmill-failures")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-mutate-")
    drill = Drill(binary, work)
    known = samples(args.repo, binary, work)
    others = [dump for sample in known for dump in sample.dumps if dump]
    forms, encodings, sizes, faults = collections.Counter(), collections.Counter(), collections.Counter(), []
    begun, number = time.time(), 0
    while time.time() - begun < args.seconds:
        sample = known[number % len(known)]
        inputs, written = {}, set()
        is_large = rng.random() < 0.04
        for idx in range(rng.choice((1, 1, 1, 1, 2, 3))):
            data = mutated(rng, rng.choice(sample.dumps), others)
            if is_large:
                pieces = [data] + [mutated(rng, rng.choice(sample.dumps), others) for _ in range(20)]
                large = drill.large(sample)
                while sum(map(len, pieces)) < large:
                    pieces += pieces
                data = b"".join(pieces)[:large + 4096]
            name, encoding = f"dump{idx}", "as it is"
            if rng.random() < 0.35:
                encoding, mark = rng.choice(ENCODINGS)
                data = mark + data.decode("utf-8", "replace").encode(encoding, "ignore" if mark or rng.random() < 0.8 else "replace")
                encoding += " with a mark" if mark else ""
            if rng.random() < 0.06:
                ending, pack = rng.choice(PACKERS)
                packed = pack(data)
                data = packed[:-rng.choice((1, 5, len(packed) // 2))] if rng.random() < 0.3 else packed
                name += f".{ending}"
            inputs[name] = data
            written.add(encoding)
        form = FORMS[number % len(FORMS)]
        length = sum(map(len, inputs.values()))
        bound = None
        if not any("." in name for name in inputs):
            bound = 3 * drill.clean(sample, length) + FLOOR
        found = drill.fault(sample, inputs, form, bound)
        forms[sample.form] += 1
        sizes["several batches" if is_large else "one batch"] += 1
        encodings.update(written)
        if found:
            kind, what = found
            if kind not in ("slow", "no end") and not is_large:
                inputs = drill.smaller(sample, inputs, form, kind)
            folder = f"{args.failures}/{number:05}-{kind.replace(' ', '-')}-{sample.name}"
            os.makedirs(folder, exist_ok=True)
            for name, data in inputs.items():
                with open(f"{folder}/{name}", "wb") as file:
                    file.write(data)
            shutil.copy(sample.schema, f"{folder}/schema.toml")
            with open(f"{folder}/what.txt", "w") as file:
                file.write(f"{what}\nreport: {form}\n")
            faults.append(f"{folder}: {what}")
            print(f"FAULT {faults[-1]}", flush=True)
        number += 1
    shutil.rmtree(work)
    print(f"{number} inputs of {len(known)} schemas, {drill.runs} runs, {len(faults)} faults")
    for title, counted in (("form", forms), ("encoding", encodings), ("length", sizes)):
        print(f"by {title}: " + ", ".join(f"{what} {count}" for what, count in counted.most_common()))
    sys.exit(1 if faults else 0)


main()
