"""Holds the tables of a peer against those of recordmill. usage: compare.py MILLED PEER [TABLE…]

Records are numbered in the order of the dump. Every column of the peer's tables is compared: texts, words and numbers of
rows exactly, figures to nine digits, since `0.0035 * 0.01` is not 0.000035. Prints what was compared; ends with 1 where
something differs.
"""
import os, sys

import polars as pl


def read(folder, name):
    path = f"{folder}/{name}.parquet"
    if os.path.exists(path):
        return pl.read_parquet(path)
    frame = pl.read_csv(f"{folder}/{name}.csv", infer_schema=False)
    frame = frame.with_columns(pl.all().str.strip_chars())
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame if "record" in frame.columns else frame.with_row_index("record")


def milled(folder, name):
    """A table of recordmill with the number of each record, and its columns as the peers call them."""
    numbers = read(folder, "disease").sort("source_line").with_row_index("record").select("record", "record_id")
    frame = read(folder, name).join(numbers, on="record_id")
    return frame.rename({column: column.replace("_days_", "_").replace("_cny_", "_") for column in frame.columns})


def differing(ours, theirs):
    if ours.dtype.is_float():
        theirs = theirs.cast(pl.Float64)
        apart = (ours - theirs).abs() > ours.abs() * 1e-9
        return (apart.fill_null(False) | (ours.is_null() != theirs.is_null())).sum()
    if ours.dtype == pl.Boolean and theirs.dtype == pl.String:
        theirs = theirs == "true"
    return ours.ne_missing(theirs.cast(ours.dtype)).sum()


def main(folder, peer, *names):
    rows = columns = 0
    faults = []
    for name in names or sorted({file.split(".")[0] for file in os.listdir(peer)}):
        ours, theirs = milled(folder, name), read(peer, name)
        keys = [key for key in ("record", "ordinal") if key in theirs.columns]
        theirs = theirs.with_columns(pl.col(keys).cast(pl.Int64)).sort(keys)
        ours = ours.with_columns(pl.col(keys).cast(pl.Int64)).sort(keys)
        if ours.height != theirs.height:
            faults.append(f"{name}: {theirs.height} rows, and recordmill has {ours.height}")
            continue
        rows += ours.height
        for column in theirs.columns:
            columns += 1
            count = differing(ours[column], theirs[column])
            if count:
                faults.append(f"{name}.{column}: {count} of {ours.height} cells differ")
    print("\n".join(faults) or f"{rows} rows, {columns} columns")
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
