#!/usr/bin/env python3
"""Fills the disk under a real run at many sizes, and looks at what is left.

usage: disk.py --bin PATH [--sizes N] [--seed N]

Python 3 alone; Linux. As root every run has a small tmpfs of its own; else `ulimit -f` bounds the length of each file, which
the first line of the output says. Ends with 1 where something does not hold.

A disk holds the tables of a good run. Another dump is milled into the same folder while the disk has room for a part of it:
a few KiB more from size to size, page by page near the end, and, with room enough, with too few inodes. This is done four
times: with a dump that passes, with one that fails its checks, whose tables go to FOLDER.failed, on a disk without a run
before, and with a dump that passes where such tables stand. For each size:
  1. the run ends within a minute with what it ends with where there is room, and with all of its files (where there is no room
     to take FOLDER.failed away, that is as it was); or with 2, a message that names the file and the cause, and, after
     `recordmill recover`, every file of the disk as it was before, and none beside;
  2. with room again the same run ends as it should, with all of its files.
The staging folder, the tables, the quarantine, run.json and the journal each must have met the full disk once. At last the
report stands on a disk of its own, and on /dev/full in each form: a run that ends with 2 has published nothing. And `check`,
`schema draft` and `baseline update`, which write one file each, end with 2 where that may have 1 KiB, and leave the one before, or none.
"""
import argparse, collections, os, random, re, resource, shutil, subprocess, sys, tempfile

from tide import SCHEMA, but_times, dump, tree

PAGE = 4
ROOM = 32 * 1024
REPORTS = ["human", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown"]


class Disk:
    """A folder that holds KiB and inodes: a tmpfs, or a folder where files have a longest length."""

    def __init__(self, path, is_mounted):
        self.path, self.is_mounted, self.kib, self.inodes = path, is_mounted, ROOM, 0
        os.mkdir(path)
        if is_mounted:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}k", "tmpfs", path], check=True, capture_output=True)

    def bound(self, kib=ROOM, inodes=0):
        self.kib, self.inodes = kib, inodes
        if self.is_mounted:
            subprocess.run(["mount", "-o", f"remount,size={kib}k,nr_inodes={inodes}", self.path], check=True)

    def used(self):
        there = os.statvfs(self.path)
        return (there.f_blocks - there.f_bfree) * there.f_frsize // 1024, there.f_files - there.f_ffree

    def before_exec(self):
        if not self.is_mounted and self.kib != ROOM:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.kib * 1024, self.kib * 1024))

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", self.path], check=True)
        shutil.rmtree(self.path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--sizes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-disk-")
    try:
        Disk(f"{work}/probe", True).close()
        is_mounted = True
    except (OSError, subprocess.CalledProcessError):
        os.rmdir(f"{work}/probe")
        is_mounted = False
    print("each run has a tmpfs of its own" if is_mounted else "no tmpfs can be mounted: `ulimit -f` bounds each file")
    with open(f"{work}/tide.toml", "w") as file:
        file.write(SCHEMA)
    for name, records in (("old", 300), ("new", 900), ("bad", 1800)):
        with open(f"{work}/{name}.txt", "w") as file:
            file.write(dump(rng, name, records))
    faults, ends, causes = [], collections.Counter(), collections.Counter()

    def mill(name, disk, folder, *more):
        return start(["run", f"{work}/{name}.txt", "-s", f"{work}/tide.toml", "-o", folder, "-q", "-j", "2",
                      "--format", "parquet,csv", "--compression", "none", *more], disk)

    def start(words, disk):
        """How a command ends on a disk, and what it says."""
        try:
            done = subprocess.run([binary, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                                  preexec_fn=disk.before_exec)
        except subprocess.TimeoutExpired:
            return "no end", ""
        return done.returncode, done.stderr.decode(errors="replace")

    def refused(code, told, where):
        """What is wrong with the end of a run that had no room."""
        if code != 2:
            return f"{where}: ends with {code}: {told[:300]}"
        if not re.search(r"`[^`]+`: .*(os error (28|27)|No space|File too large)", told) or "panicked" in told:
            return f"{where}: the message has no file or no cause: {told[:300]}"
        return None

    def cause(told, is_late):
        path = re.search(r"`([^`]+)`", told).group(1)
        if "quarantine/" in path:
            return "the quarantine"
        if path.endswith("run.json"):
            return "run.json"
        if path.endswith((".parquet", ".csv")):
            return "the tables"
        # Both are told by the name of the folder.
        return "the journal" if is_late else "the staging folder"

    def mill_all(names, disk, folder):
        for name in names:
            if mill(name, disk, folder)[0] != (name == "bad"):
                sys.exit(f"the run of {name} does not end as it should where there is room")

    for earlier, name, wanted in ((["old"], "new", 0), (["old"], "bad", 1), ([], "new", 0), (["old", "bad"], "new", 0)):
        disk = Disk(f"{work}/disk", is_mounted)
        folder = f"{disk.path}/out"
        mill_all(earlier, disk, folder)
        base, inodes = disk.used()
        # What the run takes at most is found by trying: the least size with which it ends well.
        low, high = base, ROOM
        while is_mounted and high - low > PAGE:
            middle = (low + high) // 2 // PAGE * PAGE
            disk.bound(middle)
            low, high = (low, middle) if mill(name, disk, folder)[0] == wanted else (middle, high)
            disk.bound()
            for left in os.listdir(disk.path):
                shutil.rmtree(f"{disk.path}/{left}")
            mill_all(earlier, disk, folder)
        most = high
        disk.bound()
        mill_all([name], disk, folder)
        after = but_times(tree(disk.path))
        count = len(after)
        longest = max(os.path.getsize(f"{disk.path}/{path}") for path in after if not path.endswith("/"))
        disk.close()
        if is_mounted:
            near = args.sizes // 3
            rest = args.sizes - 2 * near
            sizes = [(base + (most - base) * n // rest, 0, False) for n in range(rest)]
            sizes += [(most - PAGE * (near - 2 - n), 0, True) for n in range(near)]
            sizes += [(ROOM, inodes + n * (count + 12) // near, n > near // 2) for n in range(near)]
        else:
            sizes = [(longest * (n + 1) // args.sizes // 1024 + n, 0, False) for n in range(args.sizes)]
        for kib, limit, is_late in sizes:
            disk = Disk(f"{work}/disk", is_mounted)
            mill_all(earlier, disk, folder)
            before = tree(disk.path)
            failed = {path: text for path, text in but_times(before).items() if path.startswith("out.failed")}
            disk.bound(max(kib, 1), limit)
            code, told = mill(name, disk, folder)
            where = f"{name}.txt behind {' and '.join(earlier) or 'nothing'} with {kib} KiB and {limit or 'all'} inodes"
            if code == wanted:
                ends["whole"] += 1
                if but_times(tree(disk.path)) not in (after, {**failed, **after}):
                    faults.append(f"{where}: ends with {code}, and not all files are there")
            else:
                ends["refused"] += 1
                wrong = refused(code, told, where)
                if not wrong:
                    causes[cause(told, is_late)] += 1
                for to in (folder, f"{folder}.failed"):
                    if os.path.isdir(to):
                        done = subprocess.run([binary, "recover", to], capture_output=True, text=True, timeout=60)
                        if done.returncode:
                            wrong = wrong or f"{where}: recover ends with {done.returncode}: {done.stderr.strip()}"
                have = tree(disk.path)
                if have != before:
                    odd = sorted(path for path in have.keys() | before.keys() if have.get(path) != before.get(path))
                    wrong = wrong or f"{where}: not as before: {odd[:8]}; {told[:200]}"
                faults += [wrong] if wrong else []
            disk.bound()
            code, told = mill(name, disk, folder)
            if code != wanted or but_times(tree(disk.path)) != after:
                faults.append(f"{where}: with room again it ends with {code}, or has other files: {told[:200]}")
            disk.close()
    print(f"{sum(ends.values())} sizes: {ends['whole']} runs whole, {ends['refused']} refused; what had no room: "
          + ", ".join(f"{what} {n}" for what, n in causes.most_common()))
    faults += [f"{what} never met the full disk" for what in ("the staging folder", "the tables", "the quarantine", "run.json", "the journal")
               if is_mounted and not causes[what]]

    # The report on a disk of its own.
    reports = collections.Counter()
    room = Disk(f"{work}/room", False)
    folder = f"{room.path}/out"
    mill("old", room, folder)
    mill("new", room, folder, "--report", f"json={work}/report.json")
    length = os.path.getsize(f"{work}/report.json") // 1024 + 2 * PAGE
    tries = [("json", length * n // args.sizes) for n in range(1, args.sizes + 1)] + [(form, 0) for form in REPORTS]
    for form, kib in tries:
        shutil.rmtree(folder, ignore_errors=True)
        mill("old", room, folder)
        before = tree(room.path)
        disk = Disk(f"{work}/disk", is_mounted)
        disk.bound(kib or ROOM)
        path = f"{disk.path}/report" if kib else "/dev/full"
        room.kib = disk.kib
        code, told = mill("new", room, folder, "--report", f"{form}={path}")
        room.kib = ROOM
        where = f"the report {form} with {kib} KiB" if kib else f"the report {form} to /dev/full"
        if code == 0:
            reports["whole"] += 1
        else:
            reports["refused"] += 1
            wrong = refused(code, told, where)
            if not wrong and tree(room.path) != before:
                wrong = f"{where}: ends with 2, and the run is published all the same"
            faults += [wrong] if wrong else []
        disk.close()
    print(f"{sum(reports.values())} reports on a full disk: {reports['whole']} whole, {reports['refused']} refused")
    # The one file of other commands.
    one, alone = f"{work}/one", 0
    for words, option in ((["check", f"{work}/new.txt", "-s", f"{work}/tide.toml", "-q"], ["--report", f"json={one}"]),
                          (["schema", "draft", f"{work}/new.txt"], ["-o", one]),
                          (["baseline", "update", f"{work}/new.txt", "-s", f"{work}/tide.toml", "-q"], ["--baseline", one])):
        start([*words, *option], room)
        with open(one, "rb") as file:
            text = file.read()
        name = " ".join(word for word in words[:2] if "/" not in word)
        # Something is to be written anew.
        shutil.copy(f"{work}/bad.txt", f"{work}/new.txt")
        # A draft is written over no file that is there.
        fresh = words[1] == "draft"
        if fresh:
            os.remove(one)
        room.kib = 1
        code, told = start([*words, *option], room)
        room.kib = ROOM
        wrong = refused(code, told, f"{name} with a file of 1 KiB")
        if not wrong and fresh and os.path.exists(one):
            wrong = f"{name} with a file of 1 KiB: a part of it is there"
        elif not wrong and words[0] == "baseline":
            with open(one, "rb") as file:
                if file.read() != text:
                    wrong = f"{name} with a file of 1 KiB: the one before is gone"
        if os.path.exists(one):
            os.remove(one)
        faults += [wrong] if wrong else []
        alone += not wrong
    print(f"3 commands with a file of 1 KiB: {alone} refused as they should be")
    print("\n".join(faults[:20] + [f"{len(faults)} faults"]))
    shutil.rmtree(work)
    sys.exit(1 if faults else 0)


main()
