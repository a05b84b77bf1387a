#!/usr/bin/env python3
"""Has other tools make the tables that recordmill makes of a dump, in turn, and prints a table and a picture of what they take.

usage: run.py --bin PATH [--dump FILE] [--megabytes N] [--rounds N] [--only NAME,NAME,…] [--svg FILE]

Python 3 on Linux. The dump is made by `cargo bench --bench side_by_side -- --write` where none is given. polars, DuckDB and pyarrow are
installed as requirements.txt pins them, into a folder of its own below the user's cache; `mlr` and `recsel` are run where they are on the
path (Debian: miller, recutils). Each tool is a script beside this one. After each round the tables of each are held against those of
recordmill (compare.py); ends with 1 where they differ. Prints Markdown for docs/benchmarks.md, and writes docs/peers.svg.
"""
import argparse, hashlib, os, re, shutil, statistics, subprocess, sys, tempfile, time, venv
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MB = 1_000_000
OURS = "recordmill"
NOTHING_MORE = "places of findings, a balance of bytes, rules, quarantine"
# Each with its command, the files that somebody had to write, what it does not do, and which tables it makes; none for all.
TOOLS = {
    OURS: (["{bin}", "run", "{dump}", "-s", f"{HERE}/recordmill.toml", "-o", "{out}", "-q", "--no-project", "--fail-on", "never"],
           ["recordmill.toml"], "", None),
    "recordmill, all of `disease`": (["{bin}", "run", "{dump}", "-s", "disease", "-o", "{out}", "-q", "--no-project", "--fail-on", "never"],
                                     ["../../schemas/disease.toml"], "does more: names, sections, characters, checks", None),
    "DuckDB, SQL": (["{python}", f"{HERE}/duckdb_sql.py", "{dump}", "{out}"], ["duckdb_sql.py"], NOTHING_MORE, None),
    "polars, expressions": (["{python}", f"{HERE}/polars_expressions.py", "{dump}", "{out}"], ["polars_expressions.py"], NOTHING_MORE, None),
    "Python by hand": (["{python}", f"{HERE}/plain_python.py", "{dump}", "{out}"], ["plain_python.py"], f"{NOTHING_MORE}; one core", None),
    "Miller": (["sh", f"{HERE}/miller.sh", "{dump}", "{out}"], ["miller.sh", "miller.mlr"],
               f"{NOTHING_MORE}; Parquet (CSV it is); tuples with `] ` or `', '` in them", None),
    "recutils": (["sh", f"{HERE}/recutils.sh", "{dump}", "{out}"], ["recutils.sh"],
                 f"{NOTHING_MORE}; lists, tuples, quantities, booleans, sentinels, Parquet: five texts of each record are all", "disease"),
}
NEEDS = {"Miller": "mlr", "recutils": "recsel"}


def python():
    """The interpreter of a folder that has what requirements.txt pins."""
    wanted = f"{HERE}/requirements.txt"
    with open(wanted, "rb") as file:
        known = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()[:12]
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = f"{cache}/recordmill-peers/{known}"
    if not os.path.exists(f"{folder}/whole"):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/python", "-m", "pip", "install", "-q", "-r", wanted], check=True)
        open(f"{folder}/whole", "w").close()
    return f"{folder}/bin/python"


def measured(command, folder):
    """Seconds of the clock, seconds of the processors, and the peak of memory in MB."""
    with open(f"{folder}/said", "wb") as said:
        begun = time.monotonic()
        run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(run.pid, 0)
        took = time.monotonic() - begun
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        with open(f"{folder}/said") as said:
            sys.exit(f"{' '.join(command)} ends with {run.returncode}: {said.read()}")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MB


def lines_of(files):
    """Lines that are not blank, no comment and no text that documents."""
    count = 0
    for name in files:
        with open(f"{HERE}/{name}", encoding="utf-8") as file:
            text = re.sub(r'\A"""[\s\S]*?"""|^    """.*"""$', "", file.read(), flags=re.M)
        count += sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))
    return count


def version(tool, binary, interpreter):
    if tool in NEEDS:
        said = subprocess.run([NEEDS[tool], "--version"], capture_output=True, text=True).stdout
        return re.search(r"[0-9]+(\.[0-9]+)+", said.splitlines()[0])[0]
    module = {"DuckDB, SQL": "duckdb", "polars, expressions": "polars"}.get(tool)
    if module:
        return subprocess.run([interpreter, "-c", f"import {module}; print({module}.__version__)"], capture_output=True, text=True).stdout.strip()
    command = [binary if tool.startswith(OURS) else interpreter, "--version"]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()[-1]


# A panel: what it shows, the unit, and how figures are written.
PANELS = [("wall time", "s", "{:.1f}"), ("processor time", "s", "{:.1f}"), ("peak memory", "MB", "{:.0f}")]
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .head { font-weight: 600 } .note { font-size: 11px; fill: #59636e }
.bar { fill: #8c959f } .ours { fill: #0969da } .part { fill-opacity: .45 }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .note { fill: #9198a1 } .bar { fill: #656c76 } .ours { fill: #4493f8 } }
"""


def picture(results, dump_mb):
    """Bars for each tool and figure, as SVG."""
    left, wide, gap, row, top = 200, 150, 64, 26, 58
    width, height = left + len(PANELS) * (wide + gap), top + row * len(results) + 28
    said = "; ".join(f"{tool} {took[0]:.1f} s" for tool, took in results.items())
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
           f"<title>The same tables of a dump of {dump_mb:.0f} MB</title>", f"<desc>Wall time: {escape(said.replace('`', ''))}</desc>",
           f"<style>{STYLE}</style>", f'<text class="head" x="8" y="22">The same tables of a dump of {dump_mb:.0f} MB</text>']
    for place, (title, unit, form) in enumerate(PANELS):
        x, most = left + place * (wide + gap), max(took[place] for took in results.values())
        out.append(f'<text class="note" x="{x}" y="{top - 12}">{title}, {unit}</text>')
        for number, (tool, took) in enumerate(results.items()):
            y, length = top + number * row, max(1, round(took[place] / most * wide))
            kind = "bar" + (" ours" if tool.startswith(OURS) else "") + (" part" if TOOLS[tool][3] else "")
            out.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{length}" height="16" rx="2"/>')
            out.append(f'<text class="note" x="{x + length + 5}" y="{y + 12}">{form.format(took[place])}</text>')
    for number, tool in enumerate(results):
        out.append(f'<text x="8" y="{top + number * row + 13}">{escape(tool.replace("`", ""))}</text>')
    out.append(f'<text class="note" x="8" y="{height - 10}">Medians, in turn; shorter is better. A pale bar: a part of the tables. '
               "Miller and recutils write CSV, the others Parquet.</text>")
    return "\n".join([*out, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--dump")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names of tools, with commas between; recordmill is always one")
    parser.add_argument("--svg", default=f"{ROOT}/docs/peers.svg")
    args = parser.parse_args()
    only = args.only and [OURS, *args.only.split(",")]
    tools = [tool for tool in TOOLS if not only or any(tool.startswith(name) for name in only)]
    absent = [tool for tool in tools if tool in NEEDS and not shutil.which(NEEDS[tool])]
    tools = [tool for tool in tools if tool not in absent]
    binary, interpreter, faults = os.path.abspath(args.bin), python(), []
    with tempfile.TemporaryDirectory(prefix="recordmill-peers-") as folder:
        dump = args.dump and os.path.abspath(args.dump)
        if not dump:
            dump = f"{folder}/dump.txt"
            make = ["cargo", "bench", "-q", "--bench", "side_by_side", "--", "--write", dump, "--megabytes", str(args.megabytes)]
            subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        size, runs, compared = os.path.getsize(dump) / MB, {tool: [] for tool in tools}, {}
        for turn in range(args.rounds + 1):
            for number, tool in enumerate(tools):
                out = f"{folder}/{number}"
                shutil.rmtree(out, ignore_errors=True)
                os.mkdir(out)
                words = [word.format(bin=binary, dump=dump, out=out, python=interpreter) for word in TOOLS[tool][0]]
                took = measured(words, folder)
                # The first round warms the page cache, and is the one whose tables are compared.
                if turn:
                    runs[tool].append(took)
                elif not tool.startswith(OURS):
                    tables = [TOOLS[tool][3]] if TOOLS[tool][3] else []
                    check = subprocess.run([interpreter, f"{HERE}/compare.py", f"{folder}/0", out, *tables], capture_output=True, text=True)
                    compared[tool] = (check.stdout or check.stderr).strip().replace("\n", "; ")
                    if check.returncode:
                        faults.append(f"{tool}: {compared[tool]}")
    results = {tool: [statistics.median(figures) for figures in zip(*took)] for tool, took in runs.items()}
    print("| tool | wall time | processor time | peak memory | lines | held against recordmill | what it does not do |")
    print("|---|---:|---:|---:|---:|---|---|")
    for tool, (wall, work, peak) in results.items():
        print(f"| {tool} ({version(tool, binary, interpreter)}) | {wall:.1f} s | {work:.1f} s | {peak:.0f} MB | {lines_of(TOOLS[tool][1])} "
              f"| {compared.get(tool, '')} | {TOOLS[tool][2]} |")
    print(f"\nA dump of {size:.0f} MB, medians of {args.rounds} rounds in turn, {os.cpu_count()} cores; memory is that of the largest process. "
          "Lines are those that are not blank and no comment; those of `disease` are for what occurs in real dumps, with examples of each rule.")
    if absent:
        print(f"Not there: {', '.join(absent)}.")
    if not only:
        with open(args.svg, "w") as file:
            file.write(picture(results, size))
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
