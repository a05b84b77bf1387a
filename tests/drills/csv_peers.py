#!/usr/bin/env python3
"""Reads generated rows with a binary, with Python's csv module and with DuckDB, and holds the cells against each other.

usage: csv_peers.py --bin PATH [--files N] [--seed N]

Python 3, and DuckDB where it can be imported (`pip install duckdb`). Each file has its own delimiter and line ends,
cells with delimiters, quotes, line ends and blanks in them, and half of the files are damaged: a quote is put in or
taken out, a delimiter doubled, a line cut off. What must hold:
  1. of a file without damage all three read the same cells, and recordmill reports nothing about its form;
  2. of a damaged file recordmill reads what Python reads, or reports what is wrong with it.
DuckDB refuses many of the damaged files; where it reads one, 2 holds against it too. Ends with 1 where something does
not hold, and prints the file.
"""
import argparse, csv, io, json, os, random, subprocess, sys, tempfile

try:
    import duckdb
except ImportError:
    duckdb = None

SCHEMA = """recordmill = 1
name = "rows"
[source]
format = "csv"
encoding = "utf-8"
csv = {{ delimiter = {delimiter} }}
{fields}
[tables.rows]
rows = "record"
columns = [{columns}]
"""
# What says that the form of a file is in doubt.
FORM = {"R002", "R101", "R109", "R110", "R113", "R120", "R121", "R122", "R131", "R102", "R125"}
WORDS = ["mill", "river", "a b", "甲乙", "x", "12", "", "it's", "say \"no\"", "two\nlines", "; , \t|", "-", "ö", "0,5"]


def rows(rng):
    width = rng.randint(2, 6)
    header = [f"c{n}" for n in range(width)]
    return [header] + [[rng.choice(WORDS) for _ in range(width)] for _ in range(rng.randint(1, 30))]


def written(made, delimiter, end, rng):
    """The rows as text, with quotes where they are needed, and sometimes where they are not."""
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(made)
    return out.getvalue()


def damaged(text, delimiter, rng):
    at = rng.randrange(text.index("\n") + 1 if "\n" in text else 0, len(text))
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + '"' + text[at:]
    if kind == 1:
        quote = text.find('"', at)
        return text if quote < 0 else text[:quote] + text[quote + 1:]
    if kind == 2:
        return text[:at] + delimiter + text[at:]
    return text[:at]


def cells(value):
    """Cells as all readers can agree on: blanks around them and empty ones are none."""
    return [[(cell or "").strip() for cell in row] for row in value]


def of_python(text, delimiter):
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return cells(row for row in found[1:] if any(cell.strip() for cell in row))


def of_duckdb(path, delimiter, width):
    if duckdb is None:
        return None
    columns = {f"c{n}": "VARCHAR" for n in range(width)}
    try:
        found = duckdb.read_csv(path, sep=delimiter, header=True, columns=columns, quotechar='"', escapechar='"',
                                parallel=False).fetchall()
    except Exception:
        return None
    return cells(row for row in found if any((cell or "").strip() for cell in row))


def of_recordmill(binary, folder, path, delimiter, width):
    names = [f"c{n}" for n in range(width)]
    schema = os.path.join(folder, "schema.toml")
    fields = "\n".join(f'[fields.{n}]\nkey = "{n}"\ntype = "text"' for n in names)
    with open(schema, "w") as file:
        file.write(SCHEMA.format(delimiter=json.dumps(delimiter), fields=fields, columns=", ".join(f'"{n}"' for n in names)))
    out = os.path.join(folder, "out")
    ran = subprocess.run([binary, "run", path, "--schema", schema, "-o", out, "--format", "csv", "--publish", "always",
                          "--quiet", "--no-project", "--allow", "no-rules", "--report", f"jsonl={folder}/found.jsonl"],
                         capture_output=True, text=True)
    if ran.returncode > 1:
        raise SystemExit(f"recordmill ended with {ran.returncode}: {ran.stderr}")
    with open(os.path.join(out, "rows.csv"), newline="") as file:
        table = list(csv.reader(file))[1:]
    with open(f"{folder}/found.jsonl") as file:
        codes = {finding["code"] for finding in map(json.loads, file) if "code" in finding}
    return cells(row for row in table if any(row)), codes & FORM


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    binary, faults, read, told = os.path.abspath(args.bin), 0, 0, 0
    for number in range(args.files):
        delimiter, end = rng.choice(",;\t|"), rng.choice(["\n", "\r\n"])
        made = rows(rng)
        text, hurt = written(made, delimiter, end, rng), number % 2 == 1
        if hurt:
            text = damaged(text, delimiter, rng)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rows.csv")
            with open(path, "w", newline="") as file:
                file.write(text)
            width = len(made[0])
            found, codes = of_recordmill(binary, folder, path, delimiter, width)
            peers = {"csv": of_python(text, delimiter), "duckdb": of_duckdb(path, delimiter, width)}
        read += peers["duckdb"] is not None
        told += bool(codes)
        differs = [name for name, peer in peers.items() if peer is not None and peer != found]
        if (codes and not hurt) or (differs and not codes):
            faults += 1
            print(f"FAULT file {number} ({delimiter!r}, damaged: {hurt}): differs from {differs}, reported {sorted(codes)}\n{text!r}")
    print(f"{args.files} files, {args.files // 2} of them damaged: {told} reported, DuckDB read {read}; {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
