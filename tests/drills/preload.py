#!/usr/bin/env python3
"""Lets single calls to the system fail under a real run, and looks at what is left.

usage: preload.py --bin PATH [--calls N]

Python 3 and a C compiler (`cc`); Linux. Ends with 1 where something does not hold, or where there is no compiler.

A library is put before the C library. It counts the calls of one kind that the process makes on files (reads, writes, opens,
syncs, renames, folders made, files removed), and lets one of them fail: with EIO, or ENOSPC where room is asked for. A folder
holds the tables of a good run, and another dump is milled into it, by one worker and by two, with the first call failing, the
second, and so on; of more than N calls (60 by default) N are tried, spread from the first to the last. For each:
  1. the run ends within a minute, without a panic: with 0 and the files of a run that nothing hinders; or with 1, the input told as
     unreadable, and the folder as it was; or with 2, the cause, and, after `recordmill recover`, the folder as it was or, where
     the commit point had been passed, whole and new;
  2. unhindered the same run then ends with 0, with all of its files.
"""
import argparse, collections, os, random, shutil, subprocess, sys, tempfile

from tide import SCHEMA, but_times, dump, tree

LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen;
static long nth;
static const char *kind = "";

__attribute__((constructor)) static void begin(void) {
    if (getenv("PRELOAD_KIND")) kind = getenv("PRELOAD_KIND");
    if (getenv("PRELOAD_NTH")) nth = atol(getenv("PRELOAD_NTH"));
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("PRELOAD_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) { fprintf(file, "%ld", (long)seen); fclose(file); }
}

/* Whether this call is the one that fails. */
static int fails(const char *name, int error) {
    if (strcmp(name, kind) || atomic_fetch_add(&seen, 1) + 1 != nth) return 0;
    errno = error;
    return 1;
}

static int is_file(int fd) {
    struct stat about;
    int before = errno;
    int found = !fstat(fd, &about) && S_ISREG(about.st_mode);
    errno = before;
    return found;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t read(int fd, void *to, size_t n) { return is_file(fd) && fails("read", EIO) ? -1 : NEXT(read)(fd, to, n); }
ssize_t pread64(int fd, void *to, size_t n, off64_t at) { return is_file(fd) && fails("read", EIO) ? -1 : NEXT(pread64)(fd, to, n, at); }
ssize_t write(int fd, const void *of, size_t n) { return is_file(fd) && fails("write", ENOSPC) ? -1 : NEXT(write)(fd, of, n); }
ssize_t pwrite64(int fd, const void *of, size_t n, off64_t at) { return is_file(fd) && fails("write", ENOSPC) ? -1 : NEXT(pwrite64)(fd, of, n, at); }
ssize_t writev(int fd, const struct iovec *of, int n) { return is_file(fd) && fails("write", ENOSPC) ? -1 : NEXT(writev)(fd, of, n); }
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *where, size_t n, unsigned flags) {
    return fails("write", ENOSPC) ? -1 : NEXT(copy_file_range)(from, at, to, where, n, flags);
}
int fsync(int fd) { return fails("sync", EIO) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails("sync", EIO) ? -1 : NEXT(fdatasync)(fd); }
int rename(const char *from, const char *to) { return fails("rename", EIO) ? -1 : NEXT(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { return fails("rename", EIO) ? -1 : NEXT(renameat)(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return fails("rename", EIO) ? -1 : NEXT(renameat2)(a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) { return fails("folder", ENOSPC) ? -1 : NEXT(mkdir)(path, mode); }
int unlink(const char *path) { return fails("remove", EIO) ? -1 : NEXT(unlink)(path); }
int unlinkat(int fd, const char *path, int flags) { return fails("remove", EIO) ? -1 : NEXT(unlinkat)(fd, path, flags); }
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
    mode_t mode = makes ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails("open", EIO) ? -1 : NEXT(open64)(path, flags, mode);
}
"""
KINDS = ["open", "read", "write", "sync", "rename", "folder", "remove"]


def spread(count, most):
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + n * (count - 1) // max(most - 1, 1) for n in range(most)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--calls", type=int, default=60)
    args = parser.parse_args()
    if not shutil.which("cc"):
        sys.exit("there is no C compiler `cc`: nothing was tried")
    rng = random.Random(1)
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-preload-")
    with open(f"{work}/preload.c", "w") as file:
        file.write(LIBRARY)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", f"{work}/preload.so", f"{work}/preload.c", "-ldl"], check=True)
    with open(f"{work}/tide.toml", "w") as file:
        file.write(SCHEMA)
    for name, records in (("old", 300), ("new", 900)):
        with open(f"{work}/{name}.txt", "w") as file:
            file.write(dump(rng, name, records))
    out, faults, ends = f"{work}/place/out", [], collections.Counter()

    def mill(name, workers, **hindered):
        """How a run ends, and what it says. No end is one too."""
        words = [binary, "run", f"{work}/{name}.txt", "-s", f"{work}/tide.toml", "-o", out, "-j", str(workers), "--no-project"]
        env = {**os.environ, "TMPDIR": f"{work}/temp"}
        if hindered:
            env |= {"LD_PRELOAD": f"{work}/preload.so", "PRELOAD_COUNT": f"{work}/count", **hindered}
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=env)
        except subprocess.TimeoutExpired:
            return "no end", ""
        return done.returncode, done.stderr.decode(errors="replace")

    def begin():
        shutil.rmtree(f"{work}/place", ignore_errors=True)
        shutil.rmtree(f"{work}/temp", ignore_errors=True)
        os.makedirs(f"{work}/temp")
        os.makedirs(f"{work}/place")
        code, told = mill("old", 1)
        if code:
            sys.exit(f"the first run ends with {code}: {told}")
        return tree(f"{work}/place")

    begin()
    mill("new", 1)
    after = but_times(tree(f"{work}/place"))
    for workers in (1, 2):
        for kind in KINDS:
            begin()
            mill("new", workers, PRELOAD_KIND=kind)
            with open(f"{work}/count") as file:
                count = int(file.read())
            if not count:
                faults.append(f"{kind}: no call was seen")
            for nth in spread(count, args.calls):
                before = begin()
                code, told = mill("new", workers, PRELOAD_KIND=kind, PRELOAD_NTH=str(nth))
                where = f"{kind} {nth} of {count} with -j {workers}"
                # With two workers a run may make fewer calls than the one that was counted.
                with open(f"{work}/count") as file:
                    ends[kind, code if int(file.read()) >= nth else "none"] += 1
                if "panicked" in told or code not in (0, 1, 2):
                    faults.append(f"{where}: ends with {code}: {told[:300]}")
                if code == 2 and "os error" not in told:
                    faults.append(f"{where}: the message has no cause: {told[:300]}")
                if code == 1 and not any(word in told for word in ("unreadable-input", "R010", "broken-input")):
                    faults.append(f"{where}: ends with 1, and no input is told: {told[:300]}")
                for folder in (out, f"{out}.failed"):
                    if os.path.isdir(folder):
                        done = subprocess.run([binary, "recover", folder], capture_output=True, text=True, timeout=60)
                        if done.returncode:
                            faults.append(f"{where}: recover ends with {done.returncode}: {done.stderr.strip()}")
                have = tree(f"{work}/place")
                # The tables of a run that fails its checks stand beside.
                mine = {path: text for path, text in have.items() if code != 1 or not path.startswith("out.failed/")}
                is_old, is_new = mine == before, but_times(mine) == after
                if not (is_new if code == 0 else is_old if code == 1 else is_old or is_new):
                    wanted = after if code == 0 else before
                    odd = sorted(path for path in mine.keys() | wanted.keys() if mine.get(path) != wanted.get(path))
                    faults.append(f"{where}: ends with {code}, and these are other files: {odd[:8]}; {told[:200]}")
                code, told = mill("new", workers)
                if code or but_times(tree(f"{work}/place")) != after:
                    faults.append(f"{where}: unhindered it ends with {code}, or has other files: {told[:200]}")
                left = os.listdir(f"{work}/temp")
                if left:
                    faults.append(f"{where}: {left[:3]} are left in the folder for temporary files")
    for kind in KINDS:
        told = ", ".join(f"{ends[kind, code]} with {code}" for code in (0, 1, 2) if ends[kind, code])
        failed = sum(n for (of, code), n in ends.items() if of == kind and code != "none")
        print(f"{failed} calls of the kind `{kind}` failed: runs ended {told}; {ends[kind, 'none']} runs made fewer")
    print("\n".join(faults[:20] + [f"{len(faults)} faults"]))
    shutil.rmtree(work)
    sys.exit(1 if faults else 0)


main()
