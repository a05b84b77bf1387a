"""A schema, dumps for it, and a look at all files of a folder: what drills have in common that hinder a run.

`disk.py` and `preload.py` use it.
"""
import hashlib, os

SCHEMA = """recordmill = 1
name = "tide"
[source]
format = "key-value"
max-record-bytes = 400
record = { by = "start-key", key = "buoy" }
key = { by = "declared", delimiter = ": " }
[fields.buoy]
key = "buoy"
type = "text"
[fields.depth]
key = "depth"
type = "integer"
rules = [{ rule = "minimum", min = 0, severity = "warning" }]
[fields.seen]
key = "seen"
type = "list"
[tables.buoy]
rows = "record"
columns = ["record_id", "buoy", "depth"]
[tables.seen]
rows = "seen"
columns = ["record_id", "ordinal", "value"]
[[checks]]
check = "row-count"
table = "buoy"
error = { max = 1500 }
[findings.record-too-long]
severity = "info"
"""


def dump(rng, name, records):
    """Records of which each has a warning, some are too long, and no two compress well together. More than 1500 fail."""
    word = lambda: "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12))
    lines = []
    for n in range(records):
        lines.append(f"buoy: {name}{n}\ndepth: -{n % 97 + 1}\nseen: {word()} {word()} {word()}\n")
        if n % 9 == 8:
            lines.append(f"buoy: {name}{n} long\nseen: {' '.join(word() for _ in range(60))}\n")
    return "".join(lines)


def tree(folder):
    """Every file of a folder with the hash of its bytes, and every folder."""
    found = {}
    for root, folders, names in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(root, name), folder) + "/"] = ""
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def but_times(found):
    """The same, of run.json, which has the times of its run, only that it is there."""
    return {name: "" if name.endswith("run.json") else text for name, text in found.items()}
