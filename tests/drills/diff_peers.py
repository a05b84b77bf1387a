#!/usr/bin/env python3
"""Holds what `recordmill diff` tells of generated tables against datacompy and daff.

usage: diff_peers.py --bin PATH [--runs N] [--seed N]

Python 3 with `pip install datacompy daff polars pyarrow duckdb`. Each run makes a table of random rows with a key, and
an edited copy in another order: rows are removed and added, cells changed, emptied and filled. Both are milled and
compared. What must hold:
  1. datacompy counts the same rows on one side alone, the same cells that differ in each column, and the same largest
     difference, with a tolerance and without;
  2. `rows.parquet` and `cells_changed.parquet`, written as a patch of daff, make the old table into the new one with
     daff itself;
  3. pyarrow and DuckDB find the description and the unit of a column in the metadata of the files.
Ends with 1 where something does not hold, and prints it.
"""
import argparse, json, os, random, subprocess, sys, tempfile

try:
    import daff, datacompy, duckdb, polars as pl, pyarrow.parquet as pq
    missing = None
except ImportError as error:
    # `--help` says what is to be installed.
    missing = error

SCHEMA = """recordmill = 1
name = "goods"
[source]
format = "csv"
encoding = "utf-8"
[fields.id]
key = "id"
type = "text"
[fields.price]
key = "price"
type = "decimal"
scale = 2
unit = "eur"
description = "What it costs"
[fields.amount]
key = "amount"
type = "integer"
[fields.weight]
key = "weight"
type = "float"
[fields.note]
key = "note"
type = "text"
[tables.goods]
rows = "record"
key = ["id"]
columns = ["record_id", "record_key", "id", "price", "amount", "weight", "note"]
"""
COLUMNS = ["id", "price", "amount", "weight", "note"]
WORDS = ["mill", "river", "甲乙", "ö", "x y", "0", "none", "a;b"]


def row(rng, key):
    return [key, f"{rng.randint(0, 9999) / 100:.2f}", str(rng.randint(-50, 50)), str(rng.randint(0, 64) / 8), rng.choice(WORDS)]


def edited(rng, rows):
    made = []
    for old in rows:
        if rng.random() < 0.1:
            continue
        new = list(old)
        while rng.random() < 0.3:
            at = rng.randrange(1, 5)
            new[at] = "" if rng.random() < 0.3 else row(rng, "")[at]
        made.append(new)
    made += [row(rng, f"n{n}") for n in range(rng.randint(0, 8))]
    rng.shuffle(made)
    return made


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for cells in rows:
            file.write(",".join(f'"{cell}"' if "," in cell else cell for cell in cells) + "\n")


def mill(args, folder, name):
    flags = ["-s", "goods.toml", "-o", name, "-q", "--publish", "always"]
    # Without a record the status is 1.
    ran = subprocess.run([args.bin, "run", f"{name}.csv", *flags], cwd=folder, capture_output=True, text=True)
    assert ran.returncode < 2, ran.stderr
    return pl.read_parquet(f"{folder}/{name}/goods.parquet")


def diff(args, folder, *flags):
    ran = subprocess.run([args.bin, "diff", "old", "new", "--report", "json", *flags], cwd=folder, capture_output=True, text=True)
    assert ran.returncode < 2, ran.stderr
    return json.loads(ran.stdout)


def compare(old, new, table, tolerance):
    """What datacompy says otherwise."""
    frames = [frame.select(COLUMNS).with_columns(pl.col("price").cast(pl.Float64)) for frame in (old, new)]
    abs_tol = {"price": tolerance, "amount": 0, "weight": 0, "note": 0} if tolerance else 0
    peer = datacompy.PolarsCompare(*frames, join_columns=["id"], abs_tol=abs_tol)
    report = peer.build_report_data()
    faults = []
    for what, ours, theirs in [
        ("removed", table["removed"], peer.df1_unq_rows.height),
        ("added", table["added"], peer.df2_unq_rows.height),
        ("same", table["same"], peer.count_matching_rows()),
    ]:
        if ours != theirs:
            faults.append(f"{what}: {ours}, datacompy {theirs}")
    for column in peer.column_stats:
        ours = table["columns"].get(column["column"], {"cells": 0, "figures": None})
        if ours["cells"] != column["unequal_cnt"]:
            faults.append(f"{column['column']}: {ours['cells']} cells, datacompy {column['unequal_cnt']}")
        most = (ours["figures"] or {"max": 0})["max"]
        # With a tolerance datacompy takes the largest of those within it too, and a null for a zero.
        if not tolerance and column["null_diff"] == 0 and column["column"] != "note" and abs(most - column["max_diff"]) > 1e-9:
            faults.append(f"{column['column']}: at most {most}, datacompy {column['max_diff']}")
    assert report is not None
    return faults


def text(value):
    """A value as recordmill writes it."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return None if value is None else str(value)


def patched(old, new, changes):
    """What daff makes of the old table with our changes as its patch, and what it should be."""
    as_rows = lambda frame: [[text(cell) for cell in row] for row in frame.select(COLUMNS).rows()]
    olds, news = as_rows(old), as_rows(new)
    cells = {}
    for table, key, column, before, after, _ in changes["cells"].rows():
        cells.setdefault(key, {})[column] = (before, after)
    patch = [["@@"] + COLUMNS]
    for table, key, change, _, _, old_row, new_row in changes["rows"].rows():
        if change == "added":
            patch.append(["+++"] + news[new_row])
        elif change == "removed":
            patch.append(["---"] + olds[old_row])
        else:
            row, differ = olds[old_row], cells[key]
            shown = ["NULL" if cell is None else cell for cell in row]
            for n, name in enumerate(COLUMNS):
                if name in differ:
                    before, after = ("NULL" if one is None else one for one in differ[name])
                    shown[n] = f"{before}->{after}"
            patch.append(["->"] + [cell if "->" in cell or row[n] is not None else None for n, cell in enumerate(shown)])
    table = daff.PythonTableView([COLUMNS] + olds)
    patcher = daff.HighlightPatch(table, daff.PythonTableView(patch))
    patcher.apply()
    made = sorted(map(repr, table.getData()[1:]))
    return made, sorted(map(repr, news))


def metadata(folder):
    path = f"{folder}/old/goods.parquet"
    faults = []
    field = pq.read_schema(path).field("price").metadata
    if field != {b"description": b"What it costs", b"unit": b"eur"}:
        faults.append(f"pyarrow finds {field}")
    pairs = dict(duckdb.sql(f"select key, value from parquet_kv_metadata('{path}')").fetchall())
    about = json.loads(pairs[b"recordmill"])["columns"]["price"]
    if about != {"description": "What it costs", "unit": "eur"}:
        faults.append(f"DuckDB finds {about}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if missing:
        sys.exit(f"{missing}: pip install datacompy daff polars pyarrow duckdb")
    args.bin = os.path.abspath(args.bin)
    rng = random.Random(args.seed)
    broken, told = 0, [0, 0, 0]
    for run in range(args.runs):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/goods.toml", "w") as file:
                file.write(SCHEMA)
            rows = [row(rng, f"k{n}") for n in range(rng.randint(0, 60))]
            write(f"{folder}/old.csv", rows)
            write(f"{folder}/new.csv", edited(rng, rows))
            old, new = mill(args, folder, "old"), mill(args, folder, "new")
            found = diff(args, folder, "-o", "changes")
            table = found["tables"][0]
            told = [sum(pair) for pair in zip(told, [table["changed"], table["added"], table["removed"]])]
            faults = [] if old.height == 0 or new.height == 0 else compare(old, new, table, 0)
            if old.height and new.height:
                faults += compare(old, new, diff(args, folder, "--tolerance", "price=20")["tables"][0], 20)
            changes = {name: pl.read_parquet(f"{folder}/changes/{file}.parquet") for name, file in [("rows", "rows"), ("cells", "cells_changed")]}
            made, expected = patched(old, new, changes)
            if made != expected:
                faults.append(f"daff makes {set(made) - set(expected)}, not {set(expected) - set(made)}")
            faults += metadata(folder)
            if faults:
                broken += 1
                print(f"run {run}:", *faults, sep="\n  ")
    print(f"{args.runs} pairs of tables, {told[0]} rows changed, {told[1]} added, {told[2]} removed: {broken} with a difference")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
