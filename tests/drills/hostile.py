#!/usr/bin/env python3
"""Gives a real run what nobody should give it: damaged, endless, deep, huge and misleading dumps, archives, schemas and word lists.

usage: hostile.py --bin PATH [--only WORD] [--seconds N] [--megabytes N] [--keep] [--seed N]

Python 3 alone; Linux. Ends with 1 where something does not hold. `--only` takes the cases whose name has the word.

Every case is a row of a table: its name, who makes its inputs, its schema, its arguments. Each is milled, and then a schema is
drafted of its inputs or, where the schema is what is hostile, checked. For each command:
  1. it ends within `--seconds` (20) with 0, 1 or 2, and says nothing of a panic or a bug of its own; with 2 it says why;
  2. the peak of its memory stays below `--megabytes` (1024);
  3. where a run.json stands, every byte is in one class of the balance and every record is in the tables or the quarantine;
  4. nothing stands outside of its output folder that was not there before.
The slowest and the largest are printed at the end.
"""
import argparse, bz2, codecs, gzip, io, json, lzma, os, random, resource, shutil, signal, socket, sqlite3, stat, struct
import subprocess, sys, tarfile, tempfile, time, zipfile, zlib

TABLE = "[tables.t]\nrows = \"record\"\ncolumns = [\"record_id\", \"a\"]\n"
FIELD = "[fields.a]\nkey = \"a\"\ntype = \"text\"\nrules = [{ rule = \"required\" }]\n"
HEAD = "recordmill = 1\nname = \"h\"\n"
LINES = HEAD + "[source]\nformat = \"key-value\"\nrecord = { by = \"start-key\", key = \"a\" }\nkey = { by = \"declared\", delimiter = \": \" }\n"


def form(source):
    return f"{HEAD}[source]\n{source}\n{FIELD}{TABLE}"


KV = LINES + FIELD + TABLE
BLANK = form('format = "key-value"\nrecord = { by = "blank-line" }\nkey = { by = "declared", delimiter = ": " }')
WHOLE = form('format = "key-value"\nrecord = { by = "file" }\nkey = { by = "declared", delimiter = ": " }')
LEVELS = form('format = "key-value"\nrecord = { by = "start-line", pattern = \'^0 \' }\n'
              'key = { by = "pattern", pattern = \'^(?<level> *\\d*) ?(?<key>\\w+)(?: (?<value>.*))?$\' }')
JSONL, JSON = form('format = "json-lines"'), form('format = "json"')
DOWN, STAR = form('format = "json"\njson = { records = "b.c" }'), form('format = "json"\njson = { records = "*" }')
CSV = form('format = "csv"')
ANY = form('formats = ["json-lines", "json", "csv", "key-value"]')


def typed(options, more="", lists=False):
    """A schema of lines with one more field `b` of a type."""
    table = '[tables.b]\nrows = "b"\ncolumns = ["record_id", "ordinal"]\n' if lists else ""
    return f'{KV}[fields.b]\nkey = "b"\n{options}\n{table}{more}'


LIST = typed('type = "list"\nseparator = ","', lists=True)
PYTHON = typed('type = "list"\nsyntax = "python"', lists=True)
TUPLES = typed('type = "tuple-list"\nmembers = { 2 = ["x", "y"] }', lists=True)
ITEMS = typed('type = "tuple-list"\nseparator = ","\nitem = \'^(?<x>\\w+)(?: (?<y>\\w+))?$\'', lists=True)
OBJECTS = typed('type = "objects"\nmembers = { x = { type = "text" } }', lists=True)
QUANTITY = HEAD + 'uses = ["std"]\n' + typed('type = "quantity"\nquantity = "money"')[len(HEAD):]
OUTLINE = typed('type = "text"', '[fields.s]\ntype = "outline"\ntexts = ["b"]\noutline = "o"\n[outlines.o]\nmarkers = [{ name = "n", '
                'pattern = \'(?<marker>(?<number>[0-9]+)\\.)\' }]\n[tables.s]\nrows = "s"\ncolumns = ["record_id", "path", "text"]\n')
HYGIENE = KV + ('[[hygiene]]\nrules = ["invisible-character", "bidirectional-control", "mojibake", "mixed-han", "mixed-width", '
                '"unbalanced-brackets", "replacement-character", "private-use-character"]\n')
UNIQUE = KV + '[[checks]]\ncheck = "unique"\ntable = "t"\ncolumns = ["a"]\n[[checks]]\ncheck = "near-duplicate"\ntable = "t"\ncolumn = "a"\n'
WORDS = KV + '[words.w]\n[[checks]]\ncheck = "reference"\ntable = "t"\ncolumn = "a"\nto = { words = "w" }\n'
EARLIER = KV + '[[checks]]\ncheck = "reference"\ntable = "t"\ncolumn = "a"\nto = { output = "earlier.EXT", column = "a" }\n'
GOOD = "".join(f"a: stone {n}\nb: 1, 2\n\n" for n in range(200)).encode()
rng = random.Random()
KIB, MIB = 1024, 1024 * 1024
PROSE = "磨坊と水車 の 물레방아 müde žába ‘quoted’ 麥 "


# Makers: each gets the folder of its case and gives the inputs of the command.

def put(data, name="dump.txt"):
    """A file of bytes, or of what a function gives."""
    def make(folder):
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data() if callable(data) else data)
        return [path]
    return make


def several(*makers, give=None):
    """All that several makers make; with `give` the command gets these names of the folder."""
    def make(folder):
        inputs = [path for maker in makers for path in maker(folder)]
        return inputs if give is None else [os.path.join(folder, name) for name in give]
    return make


def named(*paths):
    return lambda folder: list(paths)


def many(count, folder_of=lambda n: "in"):
    def make(folder):
        for n in range(count):
            os.makedirs(f"{folder}/{folder_of(n)}", exist_ok=True)
            with open(f"{folder}/{folder_of(n)}/{n}.txt", "w") as file:
                file.write(f"a: {n}\n")
        return [f"{folder}/in"]
    return make


def special(kind, name="special"):
    def make(folder):
        path = f"{folder}/in/{name}"
        os.makedirs(f"{folder}/in", exist_ok=True)
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "socket":
            held = socket.socket(socket.AF_UNIX)
            here = os.getcwd()
            os.chdir(f"{folder}/in")
            held.bind(name)
            os.chdir(here)
            held.close()
        elif kind == "unreadable":
            put(GOOD, f"in/{name}")(folder)
            os.chmod(path, 0)
        else:
            os.symlink(kind, path)
        return [path]
    return make


def in_folder(maker):
    """The folder of what a maker makes."""
    return lambda folder: [os.path.dirname(maker(folder)[0])]


def written_fifo(data):
    """A pipe with somebody at its other end."""
    def make(folder):
        [path] = special("fifo")(folder)
        if os.fork() == 0:
            signal.alarm(60)
            try:
                with open(path, "wb") as file:
                    file.write(data)
            finally:
                os._exit(0)
        return [path]
    return make


# Compression and archives.

def zst(data, check=b""):
    """A frame of raw blocks."""
    frame = b"\x28\xb5\x2f\xfd\x00\x58"
    blocks = [data[at:at + 128 * KIB] for at in range(0, len(data), 128 * KIB)] or [b""]
    for n, block in enumerate(blocks):
        frame += struct.pack("<I", len(block) << 3 | (n == len(blocks) - 1))[:3] + block
    return frame + check


def zst_bomb(length):
    """A frame of blocks that say: this byte, 128 Ki times."""
    count = length // (128 * KIB)
    block = lambda last: struct.pack("<I", (128 * KIB) << 3 | 2 | last)[:3] + b"\0"
    return b"\x28\xb5\x2f\xfd\x00\x58" + block(0) * (count - 1) + block(1)


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def tarred(*members, form=tarfile.GNU_FORMAT):
    """Members as a name, bytes and, if it is no file, a type and a target."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8", errors="surrogateescape") as archive:
        for name, data, *link in members:
            info = tarfile.TarInfo(name)
            info.size = 0 if link else len(data)
            if link:
                info.type, info.linkname = link
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_with_size(field):
    """A tar of which the first header tells another length."""
    whole = bytearray(tarred(("a.txt", GOOD)))
    whole[124:136] = field
    whole[148:156] = b" " * 8
    whole[148:156] = b"%06o\0 " % sum(whole[:512])
    return bytes(whole)


def zip_with(where, what, data=None):
    """A zip of which some bytes behind a mark are others."""
    whole = bytearray(data or zipped(("a.txt", GOOD)))
    mark, offset = where
    at = whole.index(mark) + offset
    whole[at:at + len(what)] = what
    return bytes(whole)


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1:]


PACKERS = {
    "gz": gzip.compress, "zst": zst, "xz": lzma.compress, "bz2": bz2.compress,
    "zip": lambda data: zipped(("a.txt", data)), "tar": lambda data: tarred(("a.txt", data)),
}
# 2 GiB of zeros each, but for bzip2 and xz, which take their time to make: 256 MiB.
BOMBS = {
    "gz": lambda: packed_zeros(zlib.compressobj(9, wbits=31), 2048), "zst": lambda: zst_bomb(2 << 30),
    "xz": lambda: packed_zeros(lzma.LZMACompressor(preset=0), 256), "bz2": lambda: packed_zeros(bz2.BZ2Compressor(), 256),
    "zip": lambda: zip_bomb(1024), "tar": lambda: gzip.compress(tarred(("a.txt", bytes(256 * MIB)))),
}


def packed_zeros(packer, megabytes):
    zeros = bytes(MIB)
    return b"".join([packer.compress(zeros) for _ in range(megabytes)] + [packer.flush()])


def zip_bomb(megabytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        for _ in range(megabytes):
            member.write(bytes(MIB))
    return out.getvalue()


def matryoshka(pack, depth):
    data = GOOD
    for _ in range(depth):
        data = pack(data)
    return data


# Binary formats, each with its head and something behind it.

def database(folder):
    path = f"{folder}/base.sqlite"
    base = sqlite3.connect(path)
    base.execute("create table t (a text)")
    base.executemany("insert into t values (?)", [(f"stone {n}",) for n in range(500)])
    base.commit()
    base.close()
    return [path]


def noise(length):
    return rng.randbytes(length)


def binaries():
    return {
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise(4000), "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + noise(4000) + b"%%EOF",
        "elf": b"\x7fELF\x02\x01\x01" + noise(4000), "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise(4000),
        "parquet": b"PAR1" + noise(4000) + b"PAR1", "wasm": b"\0asm\1\0\0\0" + noise(4000), "7z": b"7z\xbc\xaf'\x1c" + noise(4000),
        "rar": b"Rar!\x1a\7\1\0" + noise(4000), "lz4": b"\x04\x22\x4d\x18" + noise(4000), "class": b"\xca\xfe\xba\xbe" + noise(4000),
        "noise": noise(MIB), "office": zipped(("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>"), ("word/document.xml", b"<w:p/>" * 900)),
        "high bytes": bytes(range(128, 256)) * 500, "all bytes": bytes(range(256)) * 500,
    }

# Text in each encoding, and how many bytes are taken off its end so that a character is cut.
ENCODINGS = ["utf-8", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp", "utf-16le", "utf-16be", "utf-32le", "utf-32be"]


def cut_text(name, mark=b""):
    text = "".join(f"a: {PROSE * 3}\n" for _ in range(200)) + "a: 磨"
    data = mark + text.encode(name, "ignore")
    return data[:-4] if name == "iso-2022-jp" else data[:-1]


def nested(opens, closes, depth, middle=b""):
    return opens * depth + middle + closes * depth


def schemas():
    """Schemas that are hostile themselves: a name and the text, and files beside it."""
    field = lambda n: f"[fields.f{n}]\nkey = \"f{n}\"\ntype = \"text\"\n"
    pattern = lambda text: KV + f"[patterns]\np = '{text}'\n[fields.b]\nkey = \"b\"\ntype = \"text\"\nextract = ['%{{p}}']\n"
    with_check = lambda text: KV + f"[[checks]]\n{text}\n"
    yield "empty", b"", {}
    yield "of NULs", bytes(1000), {}
    yield "of 17 MiB", KV + "#" + "x" * (17 * MIB), {}
    yield "of 15 MiB of comments", KV + "# x\n" * (15 * MIB // 4), {}
    yield "with 10 000 fields", KV + "".join(map(field, range(10_000))), {}
    yield "with 10 000 fields in a table", LINES + FIELD + "".join(map(field, range(10_000))) + TABLE.replace(
        '"a"]', '"a", ' + ", ".join(f'"f{n}"' for n in range(10_000)) + "]"), {}
    yield "with 10 000 tables of lists", KV + "".join(
        f'[fields.l{n}]\nkey = "l{n}"\ntype = "list"\n[tables.l{n}]\nrows = "l{n}"\ncolumns = ["value"]\n' for n in range(2000)), {}
    yield "with 5 000 checks", KV + '[[checks]]\ncheck = "row-count"\ntable = "t"\nerror = { min = 1 }\n' * 5000, {}
    yield "that uses itself", 'uses = ["schema.toml"]\n' + KV, {}
    yield "that uses itself behind its head", HEAD + 'uses = ["schema.toml"]\n' + KV[len(HEAD):], {}
    library = lambda of: f'{HEAD}library = true\nuses = ["{of}"]\n[patterns]\nq = "x"\n'
    yield "in a circle of three", HEAD + 'uses = ["one.toml"]\n' + KV[len(HEAD):], {
        "one.toml": library("two.toml"), "two.toml": library("one.toml")}
    yield "with 500 uses in a row", HEAD + 'uses = ["u0.toml"]\n' + KV[len(HEAD):], {f"u{n}.toml": library(f"u{n + 1}.toml") for n in range(500)}
    yield "that uses what is not there", HEAD + 'uses = ["none.toml", "/etc/shadow", "../../../../etc/passwd"]\n' + KV[len(HEAD):], {}
    yield "that uses a folder", HEAD + 'uses = ["."]\n' + KV[len(HEAD):], {}
    yield "with a big regex", pattern("(?:a{1000}){1000}"), {}
    yield "with a regex of many classes", pattern(r"(?:\w{100}\W{100}){50}"), {}
    yield "with a regex nested 10 000 deep", pattern("(?:" * 10_000 + "a" + ")" * 10_000), {}
    yield "with a regex of a million letters", pattern("a" * MIB), {}
    yield "with a regex of 100 000 branches", pattern("|".join(f"w{n}" for n in range(100_000))), {}
    yield "with a regex of 20 000 groups", pattern("(a)?" * 20_000), {}
    yield "with a regex of look-around", pattern(r"(?<=a)b(?!c)\1"), {}
    yield "with 60 big regexes", KV + "".join(
        f"[fields.r{n}]\nkey = \"r{n}\"\ntype = \"text\"\nextract = ['\\w{{200}}{n}']\n" for n in range(60)), {}
    yield "with pieces in a circle", KV + "[patterns]\np = '%{q}'\nq = '%{p}'\n", {}
    yield "with pieces that double", KV + "[patterns]\np0 = 'aa'\n" + "".join(f"p{n} = '%{{p{n - 1}}}%{{p{n - 1}}}'\n" for n in range(1, 60)), {}
    yield "with a broken regex", pattern("(a"), {}
    yield "of no text", KV.encode() + b"# \xff\xfe\n", {}
    yield "with a mark", codecs.BOM_UTF8 + KV.encode(), {}
    yield "in UTF-16", KV.encode("utf-16"), {}
    yield "with CR alone", KV.replace("\n", "\r").encode(), {}
    yield "of wrong types", 'recordmill = "one"\nname = 3\nsource = []\nfields = "x"\ntables = 1979-05-27\nchecks = {}\nuses = 1\n', {}
    yield "of a version to come", KV.replace("recordmill = 1", "recordmill = 99999999999999999999"), {}
    yield "of arrays 100 000 deep", KV + "x = " + "[" * 100_000 + "]" * 100_000, {}
    yield "of tables 10 000 deep", KV + "x = " + "{a=" * 10_000 + "1" + "}" * 10_000, {}
    yield "of a key 5 000 dots long", KV + ".".join("a" * 5000) + " = 1\n", {}
    yield "with objects nested 500 deep", KV + '[fields.o]\nkey = "o"\ntype = "objects"\nmembers = ' + nested(
        b'{ m = { type = "objects", members = ', b" } }", 500, b'{ x = { type = "text" } }').decode(), {}
    yield "of JSON", json.dumps({"recordmill": 1, "name": "h"}), {}
    yield "with a name of a million letters", KV.replace('"h"', '"' + "n" * MIB + '"'), {}
    yield "with a name that leads outside", KV.replace("[tables.t]", '[tables."../../t"]'), {}
    yield "with a table run.json", KV.replace("[tables.t]", '[tables."run"]'), {}
    yield "with a column that comes again", KV.replace('"a"]', '"a", "a", "record_id"]'), {}
    yield "with a delimiter of nothing", KV.replace('": "', '""'), {}
    yield "with a delimiter pattern that matches nothing", KV.replace('delimiter = ": "', "delimiter-pattern = ''"), {}
    yield "with SQL 100 000 deep", with_check('check = "condition"\ntable = "t"\ncondition = "' + "(" * 100_000 + "a" + ")" * 100_000 + '"'), {}
    yield "with SQL of 5 000 operators", with_check('check = "sql"\nquery = "SELECT * FROM t WHERE ' + " OR ".join(["a = 'x'"] * 5000) + '"'), {}
    yield "with SQL that is none", with_check('check = "sql"\nquery = "DROP TABLE t; SELECT 1"'), {}
    yield "with SQL that multiplies", with_check('check = "sql"\nquery = "SELECT x.a FROM t x CROSS JOIN t y"'), {}
    yield "with a freshness of ages", with_check('check = "freshness"\nmax-age = "99999999999999999999 days"'), {}
    yield "with a record of 2 GiB", KV.replace('[source]\n', '[source]\nmax-record-bytes = 2147483648\n'), {}
    yield "with a list that parts at nothing", LIST.replace('","', "''"), {}
    yield "with a separator of a million letters", LIST.replace('","', "'" + "," * 900_000 + "'"), {}


def cases():
    """The table: name, maker, schema, arguments."""
    # Bare bytes.
    yield "nothing", put(b""), KV, []
    yield "one NUL", put(b"\0"), KV, []
    yield "a million NULs", put(bytes(MIB)), KV, []
    yield "NULs between letters", put(GOOD.replace(b"o", b"\0o")), KV, []
    yield "one line feed", put(b"\n"), KV, []
    yield "one mark", put(codecs.BOM_UTF8), KV, []
    yield "a thousand marks", put(codecs.BOM_UTF8 * 1000), KV, []
    yield "marks in mid-file", put(GOOD + codecs.BOM_UTF8 + GOOD + codecs.BOM_UTF16_LE + GOOD + codecs.BOM_UTF16_BE), KV, []
    yield "one line of 100 MB", put(lambda: b"a: " + b"x" * 100_000_000), KV, []
    yield "one line of 100 MB of JSON", put(lambda: b'{"a": "' + b"x" * 100_000_000 + b'"}'), JSONL, []
    yield "one cell of 100 MB", put(lambda: b'a,b\n"' + b"x" * 100_000_000), CSV, []
    yield "one line of 100 MB of no key", put(lambda: b"x" * 100_000_000), KV, []
    yield "15 MB of one value", put(lambda: b"a: " + b"x " * 7_500_000), HYGIENE, []
    for name, schema in (("lines", KV), ("blank lines", BLANK), ("a file", WHOLE), ("JSON lines", JSONL), ("JSON", JSON), ("CSV", CSV), ("any", ANY)):
        yield f"a million empty lines as {name}", put(b"\n" * 1_000_000), schema, []
        yield f"noise as {name}", put(noise(300 * KIB)), schema, []
    yield "a million blank lines of blanks", put(b" \t \r\n" * 1_000_000), BLANK, []
    yield "CR alone", put(GOOD.replace(b"\n", b"\r")), KV, []
    yield "a million CR", put(b"\r" * 1_000_000), KV, []
    yield "every line end", put(GOOD.replace(b"\n\n", "\x85\u2028\u2029\v\f\r\r\n\n\r".encode())), KV, []
    yield "half a million records of one letter", put(b"a: x\n" * 500_000), KV, []
    yield "half a million equal records", put(b"a: x\n" * 500_000), UNIQUE, []
    yield "6 MB with records of 50 bytes", put(lambda: b"".join(b"a: %d %s\n" % (n, b"x" * (n % 90)) for n in range(110_000))), KV, ["--max-record-bytes", "50"]
    yield "records of one byte", put(GOOD), KV, ["--max-record-bytes", "1"]
    yield "records of no byte", put(GOOD), KV, ["--max-record-bytes", "0"]
    yield "records of a length that is none", put(GOOD), KV, ["--max-record-bytes", "99999999999999999999"]
    yield "a million keys in a record", put(lambda: b"a: 1\n" + b"".join(b"k%d: 1\n" % n for n in range(1_000_000))), BLANK, []
    yield "a key a million times", put(b"a: 1\n" * 1_000_000), BLANK, []
    yield "levels 100 000 deep", put(lambda: b"0 a x\n" + b"".join(b"%d k\n" % n for n in range(1, 100_000))), LEVELS, []
    yield "a level of a million digits", put(b"0 a x\n" + b"9" * MIB + b" k\n"), LEVELS, []
    yield "an indent of a million blanks", put(b"0 a x\n" + b" " * MIB + b"k v\n"), LEVELS, []
    # JSON.
    for name, schema in (("JSON lines", JSONL), ("JSON", JSON), ("JSON below keys", DOWN), ("members of JSON", STAR)):
        yield f"objects a million deep in {name}", put(nested(b'{"a":', b"}", 1_000_000, b"1")), schema, []
        yield f"arrays a million deep in {name}", put(b'{"a":' + nested(b"[", b"]", 1_000_000) + b"}"), schema, []
        yield f"arrays that never close in {name}", put(b'{"a":' + b"[" * 1_000_000), schema, []
        yield f"huge numbers in {name}", put(b'{"a": 1e999999999, "b": -1e-999999999, "c": ' + b"9" * MIB + b', "d": 1E+' + b"9" * 9999 + b"}"), schema, []
        yield f"a million keys in an object in {name}", put(lambda: b"{" + b",".join(b'"k%d":1' % n for n in range(1_000_000)) + b"}"), schema, []
        yield f"a key a million times in {name}", put(b"{" + b",".join([b'"a":1'] * 1_000_000) + b"}"), schema, []
        yield f"a quote that never closes in {name}", put(b'{"a": "' + b"x\\" * 3_000_000), schema, []
        yield f"escapes that are none in {name}", put(rb'{"a": "\ud800\u0000\udfff\uZZZZ\x41\' + "\t\0"}' * 500), schema, []
        yield f"commas alone in {name}", put(b"[" + b"," * 1_000_000 + b"]"), schema, []
    yield "a million documents", put(b"{}" * 1_000_000), JSON, []
    yield "a million lines of braces", put(b"{}\n" * 1_000_000), JSONL, []
    yield "an array of a million objects", put(lambda: b"[" + b",".join([b'{"a":"x"}'] * 1_000_000) + b"]"), JSON, []
    yield "keys as of prototypes", put(b'{"__proto__": {"a": 1}, "": "x", "a.b": 2, "a": {"": {"": 1}}}\n'), JSONL, []
    # CSV.
    yield "a quote that never closes", put(b'a,b\n1,"' + GOOD * 2000), CSV, []
    yield "a million quotes", put(b"a,b\n" + b'"' * 1_000_001), CSV, []
    yield "a quote in each row", put(b"a,b\n" + b'1,"2\n' * 200_000), CSV, []
    yield "a header of 100 000 columns", put(",".join(f"c{n}" for n in range(100_000)).encode() + b"\n" + b"," * 99_999 + b"\n"), CSV, []
    yield "a header of one name 50 000 times", put(b",".join([b"a"] * 50_000) + b"\n1\n"), CSV, []
    yield "a row of a million cells", put(b"a\n" + b"," * 1_000_000 + b"\n"), CSV, []
    yield "a delimiter that is none", put(b"sep=\nsep=,,\na,b\n1,2\n"), CSV, []
    yield "the header again and again", put(b"a,b\n" * 300_000), CSV, []
    # Values.
    yield "a list of a million items", put(b"a: 1\nb: " + b"i," * 1_000_000), LIST, []
    yield "a list of a million nothings", put(b"a: 1\nb: " + b"," * 1_000_000), LIST, []
    yield "a Python list of a million items", put(b"a: 1\nb: [" + b"'i'," * 1_000_000 + b"]"), PYTHON, []
    yield "tuples nested 10 000 deep", put(b"a: 1\nb: " + nested(b"(", b")", 10_000, b"1,")), TUPLES, []
    yield "tuples nested a million deep", put(b"a: 1\nb: " + nested(b"[", b",]", 1_000_000)), TUPLES, []
    yield "300 000 broken tuples", put(b"a: 1\nb: " + b"('x " * 300_000), TUPLES, []
    yield "a literal of 5 MB", put(b"a: 1\nb: ('" + b"\\x41" * 1_200_000 + b"', 1)"), TUPLES, []
    yield "a million bad items", put(b"a: 1\nb: " + b"?," * 1_000_000), ITEMS, []
    yield "objects in a cell, deep", put(b"a: 1\nb: " + nested(b'[{"x":', b"}]", 100_000, b"1")), OBJECTS, []
    digits = b"a: 1\nb: " + b"9" * 1_000_000
    for kind in ("integer", "float", "date", "time", "datetime", "json", "url"):
        yield f"a million digits as {kind}", put(digits + b"." + b"9" * 99 + b"e" + b"9" * 99), typed(f'type = "{kind}"'), []
    yield "a million digits as decimal", put(digits), typed('type = "decimal"\nscale = 2'), []
    yield "a million digits as epoch", put(digits), typed('type = "datetime"\nepoch = "us"'), []
    yield "a million digits as quantity", put(digits + b" EUR"), QUANTITY, []
    yield "an amount of 300 000 figures", put(b"a: 1\nb: " + b"$1-2 " * 300_000), QUANTITY, []
    yield "a million brackets", put(b"a: 1\nb: " + b"([{" * 333_333), QUANTITY, []
    yield "Han numerals without end", put("a: 1\nb: ".encode() + "万亿兆千百十".encode() * 50_000), "disease", []
    yield "300 000 markers", put(b"a: 1\nb: " + b" ".join(b"%d. x" % n for n in range(1, 300_000))), OUTLINE, []
    yield "a URL of a megabyte", put(b"a: 1\nb: http://" + b"a." * 500_000), typed('type = "url"'), []
    for decoder, text in (("html", b"&amp;&#99999999999;&" * 100_000), ("base64", b"QUJD" * 400_000 + b"*"), ("percent", b"%41%zz%" * 200_000),
                          ("backslash", b"\\u12\\x4\\\\" * 100_000), ("quoted-printable", b"=41=ZZ=" * 200_000)):
        yield f"codes of {decoder}", put(b"a: 1\nb: " + text), typed(f'type = "text"\ndecode = ["{decoder}", "{decoder}"]'), []
    yield "a replacement that grows", put(b"a: 1\nb: " + b"x" * 20_000), typed(
        'type = "text"\nreplace = [' + ", ".join(["{ pattern = 'x', with = 'xxxx' }"] * 5) + "]"), []
    yield "a replacement that grows past all bounds", put(b"a: 1\nb: " + b"x" * 100), typed(
        'type = "text"\nreplace = [' + ", ".join(["{ pattern = 'x', with = 'xxxxxxxx' }"] * 12) + "]"), []
    yield "marks that turn the writing", put("a: \u202e\u2066\u200b\ufeff\ue000\ufffd\x1b[31m\x07\n".encode() * 20_000), HYGIENE, ["--report", "human"]
    yield "one letter with a million accents", put("a: e".encode() + "\u0301".encode() * 1_000_000), HYGIENE, ["--report", "human"]
    # Encodings.
    for name in ENCODINGS:
        yield f"{name} cut in a character", put(cut_text(name)), KV, []
        yield f"{name} cut in a character, named", put(cut_text(name)), KV, ["--encoding", name if "32" not in name else "utf-8"]
    for name, mark in (("utf-8", codecs.BOM_UTF8), ("utf-16le", codecs.BOM_UTF16_LE), ("utf-16be", codecs.BOM_UTF16_BE),
                       ("utf-32le", codecs.BOM_UTF32_LE), ("utf-32be", codecs.BOM_UTF32_BE)):
        yield f"{name} with a mark, cut", put(cut_text(name, mark)), KV, []
    yield "UTF-16 of lone surrogates", put(codecs.BOM_UTF16_LE + b"a\0:\0 \0\0\xd8\n\0" * 500 + b"\0\xdc"), KV, []
    yield "UTF-16 of three bytes", put(b"\xff\xfea"), KV, []
    yield "UTF-32 beyond Unicode", put(codecs.BOM_UTF32_LE + struct.pack("<I", 0x7FFFFFFF) * 5000), KV, []
    yield "overlong UTF-8", put(b"a: \xc0\x80\xe0\x80\xaf\xf8\x88\x80\x80\x80\xed\xa0\x80\n" * 5000), KV, []
    yield "two encodings in one", put(GOOD + "a: 磨坊\n".encode("gb18030") * 50 + "a: 水車\n".encode("shift_jis") * 50 + "a: 磨坊\n".encode() * 50), KV, []
    yield "ISO-2022-JP that never comes back", put(b"a: \x1b$B" + b"%\x22" * 100_000), KV, ["--encoding", "iso-2022-jp"]
    yield "an encoding that is none", put(GOOD), KV, ["--encoding", "no\u202esuch"]
    # Compression and archives.
    for name, pack in PACKERS.items():
        whole = pack(GOOD)
        yield f"{name} whole", put(whole, f"dump.{name}"), KV, []
        yield f"{name} of nothing", put(pack(b""), f"dump.{name}"), KV, []
        yield f"{name} cut in half", put(whole[:len(whole) // 2], f"dump.{name}"), KV, []
        yield f"{name} without its last byte", put(whole[:-1], f"dump.{name}"), KV, []
        yield f"{name} of its first six bytes", put(whole[:6], f"dump.{name}"), KV, []
        yield f"{name} with a bit turned", put(flipped(pack(noise(3000).hex().encode())), f"dump.{name}"), KV, []
        yield f"{name} twice", put(whole + whole, f"dump.{name}"), KV, []
        yield f"{name} with noise behind", put(whole + noise(2000), f"dump.{name}"), KV, []
        yield f"{name} 20 times nested", put(matryoshka(pack, 20), f"dump.{name}"), KV, []
        yield f"{name} as a bomb", put(BOMBS[name], f"dump.{name}"), KV, []
    yield "a bomb whose limits are off", put(lambda: zst_bomb(1 << 30), "dump.zst"), KV, ["--max-expansion", "999999999", "--max-unpacked-bytes", "50000000"]
    odd = ["../../outside.txt", "/tmp/outside.txt", "a\nb.txt", "a\u202etxt.exe", "\x1b[31m.txt", "C:\\x.txt", "..", ".", "a/./../b.txt", " ", "x" * 5000]
    yield "tar with names that lead outside", put(tarred(*((name, GOOD) for name in odd)), "dump.tar"), KV, []
    yield "zip with names that lead outside", put(zipped(*((name, GOOD) for name in odd)), "dump.zip"), KV, []
    yield "tar with names of no text", put(tarred(("\udcff\udcfe.txt", GOOD), ("", GOOD)), "dump.tar"), KV, []
    yield "tar of links", put(tarred(("l", b"", tarfile.SYMTYPE, "/etc/passwd"), ("h", b"", tarfile.LNKTYPE, "../x"), ("c", b"", tarfile.CHRTYPE, ""),
                                     ("p", b"", tarfile.FIFOTYPE, ""), ("d", b"", tarfile.DIRTYPE, ""), ("d/a.txt", GOOD)), "dump.tar"), KV, []
    yield "tar with a name 9 times", put(tarred(*[("a.txt", GOOD)] * 9), "dump.tar"), KV, []
    yield "tar that tells 8 GiB", put(tar_with_size(b"77777777777\0"), "dump.tar"), KV, []
    yield "tar that tells less than nothing", put(tar_with_size(b"\xff" * 12), "dump.tar"), KV, []
    yield "tar that tells 2^63", put(tar_with_size(b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), "dump.tar"), KV, []
    yield "tar that tells no number", put(tar_with_size(b"99zz        "), "dump.tar"), KV, []
    yield "tar with long names of pax", put(tarred(("n" * 70_000, GOOD), form=tarfile.PAX_FORMAT), "dump.tar"), KV, []
    yield "tar with 30 000 members", put(lambda: tarred(*((f"{n}.txt", b"a: x\n") for n in range(30_000))), "dump.tar"), KV, []
    yield "zip with 30 000 members", put(lambda: zipped(*((f"{n}.txt", b"a: x\n") for n in range(30_000))), "dump.zip"), KV, []
    yield "zip with more members than allowed", put(lambda: zipped(*((f"{n}.txt", b"a: x\n") for n in range(200))), "dump.zip"), KV, ["--max-members", "100"]
    yield "zip under lock and key", put(zip_with((b"PK\1\2", 8), b"\1\0", zip_with((b"PK\3\4", 6), b"\1\0")), "dump.zip"), KV, []
    yield "zip of an unknown method", put(zip_with((b"PK\1\2", 10), b"\x63\0", zip_with((b"PK\3\4", 8), b"\x63\0")), "dump.zip"), KV, []
    yield "zip with another checksum", put(zip_with((b"PK\1\2", 16), b"abcd", zip_with((b"PK\3\4", 14), b"abcd")), "dump.zip"), KV, []
    yield "zip that tells 4 GiB", put(zip_with((b"PK\1\2", 24), b"\xfe\xff\xff\xff"), "dump.zip"), KV, []
    yield "zip that begins elsewhere", put(zip_with((b"PK\5\6", 16), b"\xff\xff\xff\x7f"), "dump.zip"), KV, []
    yield "zip that tells 65 535 members", put(zip_with((b"PK\5\6", 8), b"\xff\xff\xff\xff"), "dump.zip"), KV, []
    yield "zip with members over one another", put(overlapping(200), "dump.zip"), KV, []
    yield "zip of its end alone", put(b"PK\5\6" + bytes(18), "dump.zip"), KV, []
    yield "zip in tar in gz in xz", put(lzma.compress(gzip.compress(tarred(("a.zip", zipped(("a.txt", GOOD)))))), "dump.xz"), KV, []
    yield "tar of bombs", put(lambda: tarred(*((f"{n}.zst", zst_bomb(1 << 30)) for n in range(5))), "dump.tar"), KV, []
    # Binary formats.
    for name, data in binaries().items():
        yield f"binary: {name}", put(data, f"dump.{name}"), KV, []
    yield "binary: sqlite", database, KV, []
    yield "binary: itself", named(sys.executable), KV, []
    # Files that are none, and their names.
    yield "a pipe nobody writes to, in a folder", in_folder(several(put(GOOD, "in/a.txt"), special("fifo"))), KV, []
    yield "a pipe that somebody writes to", written_fifo(GOOD), KV, []
    yield "a socket", special("socket"), KV, []
    yield "a socket in a folder", in_folder(several(put(GOOD, "in/a.txt"), special("socket"))), KV, []
    yield "/dev/null", named("/dev/null"), KV, []
    yield "/dev/full", named("/dev/full"), KV, ["--max-unpacked-bytes", "100000000"]
    yield "/dev/zero", named("/dev/zero"), KV, ["--max-unpacked-bytes", "100000000"]
    yield "a link to /dev/zero in a folder", in_folder(several(put(GOOD, "in/a.txt"), special("/dev/zero"))), KV, []
    yield "/proc/self/mem", named("/proc/self/mem"), KV, []
    yield "/proc/self/status", named("/proc/self/status"), KV, []
    yield "what is not there", named("none.txt"), KV, []
    yield "a folder with nothing in it", lambda folder: (os.makedirs(f"{folder}/in"), [f"{folder}/in"])[1], KV, []
    yield "a link to nothing", special("nowhere"), KV, []
    yield "a link to nothing in a folder", in_folder(several(put(GOOD, "in/a.txt"), special("nowhere"))), KV, []
    yield "a link to itself", special("special"), KV, []
    yield "a link to the folder above", in_folder(several(put(GOOD, "in/a.txt"), special(".."))), KV, []
    yield "one file by three names", several(put(GOOD, "a.txt"), lambda folder: [os.link(f"{folder}/a.txt", f"{folder}/b.txt") or f"{folder}/b.txt"], named("-")), KV, []
    if os.geteuid():
        yield "an unreadable file", special("unreadable"), KV, []
        yield "an unreadable file in a folder", in_folder(several(put(GOOD, "in/a.txt"), special("unreadable"))), KV, []
    for name in (b"a\nb.txt", "a\u202etxt.b".encode(), b"\xff\xfe.txt", b"\x1b[31mred", b"-rf", b"a*b?[c].txt", b"x" * 250, b" "):
        yield f"a file called {name[:12]!r}", put(GOOD, b"in/" + name), KV, ["--report", "human"]
        yield f"a folder with a file called {name[:12]!r}", in_folder(put(GOOD, b"in/" + name)), KV, ["--report", "human"]
    yield "a path of 5 000 letters", named("x/" * 2500), KV, []
    yield "a glob of stars", named("/tmp/" + "*" * 200 + "/x"), KV, []
    yield "a glob that is none", named("[", "{a,b", "**x"), KV, []
    yield "60 000 tiny files", many(60_000), KV, []
    yield "folders 300 deep", many(300, lambda n: "in" + "/d" * n), KV, []
    yield "two thousand times one input", lambda folder: put(GOOD)(folder) * 2000, KV, []
    yield "ten inputs of no bytes", several(*(put(b"", f"{n}.txt") for n in range(10))), ANY, []
    yield "a word that is no option", put(GOOD), KV, ["--format", "parquet,xml"]
    yield "no worker", put(GOOD), KV, ["-j", "0"]
    yield "a thousand workers", put(GOOD), KV, ["-j", "1000"]
    yield "reports to a closed disk", put(b"c: x\n" * 50_000), KV, ["--report", "jsonl=/dev/full"]
    # Schemas.
    for name, text, beside in schemas():
        data = text.encode() if isinstance(text, str) else text
        files = [put(text.encode(), file) for file, text in beside.items()]
        yield f"a schema {name}", several(put(GOOD), put(data, "schema.toml"), *files, give=["dump.txt"]), None, []
    yield "a schema that is a pipe", several(put(GOOD), special("fifo", "schema.toml"), give=["dump.txt"]), "in/schema.toml", []
    yield "a schema that is /dev/zero", put(GOOD), "/dev/zero", []
    yield "a schema that is a folder", put(GOOD), "/tmp", []
    # Baselines and word lists.
    entry = {"rule": "x", "record": "y", "field": "z", "item": None, "value": "v"}
    for name, data in (("nothing", b""), ("no JSON", b"baseline"), ("a cut object", b'{"version": 1, "entries": [{"rule": '), ("null", b"null"),
                       ("a number", b"1e999"), ("another version", b'{"version": 99999999999999999999, "schema": "h", "entries": []}'),
                       ("deep arrays", b"[" * 200_000), ("no text", b"\xff\xfe{\0}\0"), ("bytes of NUL", bytes(5000)),
                       ("a packed file", gzip.compress(b"{}")), ("100 000 odd entries", json.dumps({"version": 1, "schema": "h", "entries": [entry] * 100_000}).encode())):
        yield f"a baseline of {name}", several(put(GOOD), put(data, "b.json"), give=["dump.txt"]), KV, ["--baseline", "b.json"]
    for name, data in (("nothing", b""), ("no text", b"\xff\xfe\xfa\n" * 100), ("NULs", bytes(MIB)), ("one term of 50 MB", b"t" * 50_000_000),
                       ("a million terms", b"".join(b"term %d\n" % n for n in range(1_000_000))), ("UTF-16", "stone 1\n".encode("utf-16")),
                       ("CR alone", b"stone 1\rstone 2\r"), ("a cut gz", gzip.compress(GOOD)[:40]), ("a bomb", zst_bomb(2 << 30)), ("a zip", zipped(("a", GOOD)))):
        yield f"a word list of {name}", several(put(GOOD), put(data, "w.txt"), give=["dump.txt"]), WORDS, ["--words", "w=w.txt"]
    yield "a word list that is a pipe", several(put(GOOD), special("fifo", "w.txt"), give=["dump.txt"]), WORDS, ["--words", "w=in/w.txt"]
    yield "a word list that is not there", put(GOOD), WORDS, []
    for ext, data in (("parquet", b"PAR1" + noise(500) + b"PAR1"), ("parquet", b""), ("parquet", b"PAR1" + b"\xff\xff\xff\x7fPAR1"), ("csv", b""), ("csv", b"\xff\xfe"),
                      ("csv", b"b\n1\n"), ("csv", b'a\n"'), ("csv", b"a\n" + b"x" * 5_000_000), ("txt", b"a\n1\n")):
        yield f"an earlier output {ext} of {data[:6]!r} and {len(data)} bytes", several(
            put(GOOD), put(data, f"earlier.{ext}"), give=["dump.txt"]), EARLIER.replace("EXT", ext), []
    yield "a secret of NULs", several(put(GOOD), put(bytes(64), "key"), give=["dump.txt"]), KV, ["--mask", "--mask-key", "key"]


def overlapping(count):
    """A zip whose directory lists one large member many times."""
    whole = zipped(("a.txt", bytes(MIB)))
    at, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    directory = whole[at:end] * count
    return whole[:at] + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), at, 0)


def run(command, folder, seconds):
    """The exit status (None without an end), what was said, the seconds and the peak of memory in megabytes."""
    with open(f"{folder}/.said", "wb") as said:
        begun = time.time()
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (16 << 30, 16 << 30)))
        ended = False
        while not ended and time.time() - begun < seconds:
            time.sleep(0.005)
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            ended = pid != 0
        if not ended:
            child.kill()
            _, status, usage = os.wait4(child.pid, 0)
    took = time.time() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    with open(f"{folder}/.said", "rb") as said:
        text = said.read(8 * MIB).decode(errors="replace")
    return child.returncode if ended else None, text, took, usage.ru_maxrss / 1024


def unbalanced(folder):
    """What does not add up in a run.json."""
    with open(f"{folder}/run.json") as file:
        told = json.load(file)
    balance = told["balance"]
    if sum(balance["bytes"].values()) != balance["bytes_total"]:
        return f"the classes have {sum(balance['bytes'].values())} of {balance['bytes_total']} bytes"
    records = balance["records"]
    if records["in"] != records["out"] + records["quarantined"]:
        return f"the records do not add up: {records}"
    odd = [output["path"] for output in told["outputs"] if os.path.getsize(f"{folder}/{output['path']}") != output["bytes"]]
    return f"other lengths than told: {odd}" if odd else None


def hostile_end(code, said, peak, args):
    """What is wrong with how a command ended."""
    if code is None:
        return f"has no end after {args.seconds:.0f} s"
    if code not in (0, 1, 2):
        return f"ends with {code}"
    if "panicked" in said or "this is a bug" in said:
        return "panics, or tells of a bug"
    if code == 2 and "error" not in said:
        return "ends with 2 and does not say why"
    if peak > args.megabytes:
        return f"takes {peak:.0f} MB"
    if any(letter in said for letter in "\x1b\u202e\x07\0"):
        return "writes a control character as it came"
    return None


def listing(folder):
    return {os.path.join(root, name) for root, folders, names in os.walk(os.fsencode(folder)) for name in folders + names}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--megabytes", type=float, default=1024)
    parser.add_argument("--keep", action="store_true", help="keep the folders of cases that fail")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng.seed(args.seed)
    binary, work = os.path.abspath(args.bin), tempfile.mkdtemp(prefix="recordmill-hostile-")
    faults, figures, ends, count = [], [], {}, 0
    for number, (name, maker, schema, more) in enumerate(cases()):
        if args.only not in name:
            continue
        count += 1
        folder = f"{work}/{number}"
        os.mkdir(folder)
        inputs = maker(folder)
        if schema is None:
            schema = "schema.toml"
        elif "\n" in schema:
            put(schema.encode(), "own.toml")(folder)
            schema = "own.toml"
        before = listing(work)
        # A report asked for is read; else only what went wrong.
        quiet = [] if "--report" in more else ["-q"]
        workers = [] if "-j" in more else ["-j", "2"]
        milled = ["run", *quiet, *workers, "-s", schema, "-o", "out", "--publish", "always", "--format", "parquet,csv", *more, "--", *inputs]
        beside = ["schema", "check", schema] if schema == "schema.toml" else ["schema", "draft", "-o", "drafted.toml", "--", *inputs]
        wrong = None
        # What a pipe holds can be read but once.
        is_pipe = any(os.path.exists(path) and stat.S_ISFIFO(os.stat(path).st_mode) for path in inputs)
        for command in (milled,) if is_pipe else (milled, beside):
            code, said, took, peak = run([binary, *command], folder, args.seconds)
            figures.append((took, peak, f"{name} ({' '.join(command[:2]) if command is beside else 'run'})"))
            ends[code] = ends.get(code, 0) + 1
            found = hostile_end(code, said, peak, args)
            if command is milled and not found:
                if os.path.exists(f"{folder}/out/run.json"):
                    found = unbalanced(f"{folder}/out")
                elif code != 2:
                    found = f"ends with {code} and has no run.json"
            if found:
                wrong = wrong or f"{command[0] if command is milled else ' '.join(command[:2])} {found}: {' '.join(said.split())[:300]}"
        out = os.fsencode(f"{folder}/out")
        ours = (out, os.fsencode(f"{folder}/.said"), os.fsencode(f"{folder}/drafted.toml"))
        stray = [path for path in listing(work) - before if not path.startswith(ours)]
        if stray or not wrong and os.path.isdir(out) and any(b"staging" in path for path in os.listdir(out)):
            wrong = wrong or f"leaves something behind: {stray[:3]}"
        if wrong:
            faults.append(f"{name}: {wrong}")
            print(f"FAULT {faults[-1]}", flush=True)
        if not (wrong and args.keep):
            shutil.rmtree(folder)
    told = ", ".join(f"{count} with {code}" for code, count in sorted(ends.items(), key=str))
    print(f"{count} cases, {len(figures)} commands: {told}; {len(faults)} faults")
    print("slowest: " + "; ".join(f"{name} {took:.1f} s" for took, _, name in sorted(figures, reverse=True)[:5]))
    print("largest: " + "; ".join(f"{name} {peak:.0f} MB" for _, peak, name in sorted(figures, key=lambda f: -f[1])[:5]))
    if args.keep and faults:
        print(f"what fails is kept in {work}")
    else:
        shutil.rmtree(work)
    sys.exit(1 if faults else 0)


main()
