#!/usr/bin/env python3
"""Writes literals.jsonl: what CPython's ast.literal_eval makes of texts, a JSON object a line.

    python3 tests/inputs/python/make.py > tests/inputs/python/literals.jsonl

`items` are the elements of the list, tuple or set, as recordmill gives them: of a string its text, null for None,
and of everything else the source. It is null where Python reads no list. The texts are the same from run to run.
"""

import ast
import json
import random
import warnings

warnings.simplefilter("ignore")
sys_random = random.Random(20)

HAND = r"""
[]
()
[1]
(1)
(1,)
( 'a' , )
{1, 2}
{}
{'a': 1}
set()
[set(), 1]
['a', 'b']
["it's", 'say "no"']
['a',]
[,]
['a',,]
['a' 'b']
['a' "b" 'c', 'd']
['a' b'b']
[b'a' b'b']
[u'x', U"y", r'\n', R"\\", b'z', Rb'\q', bR'\x00']
[ur'x']
[f'x']
[x'y']
['''a'b''', \"\"\"c"d\"\"\"]
['''a''']
['''a'']
['''a\'''b''']
['a\
b']
['\n\t\\\'\"\a\b\f\v\r']
['\x41\u4e59\U0001f600\101\0\08']
['\x4']
['\u123']
['\U00110000']
['\U0010ffff']
['\q\d\ ']
[b'\x41\101\u0041']
[b'\xc3\xa9']
[b'\xe9']
[b'é']
['é茶😀']
['
']
[r'\']
[r'\'']
[r"\\"]
[None, True, False, ...]
[none]
[true]
[None1]
[0, 00, 0_0, 1_000, 0x1F, 0X_ff, 0o17, 0B101, 0b_1]
[01]
[1__0]
[1_]
[_1]
[0x]
[0b2]
[0o8]
[1., .5, 1.5, 1e5, 1E+5, 1.e-5, .5e1, 1_0.0_1, 1e1_0]
[01.5, 01e2, 01j, 0777j]
[1e]
[.]
[1.2.3]
[1a]
[0xg]
[5j, 1.5J, .5j, 1+2j, -1-2j, 1 + 2j, 1.5e3-0j]
[1+2]
[1j+2]
[1+2j+3j]
[-1, +1, - 1, -.5, +0x10]
[--1]
[-]
[-'a']
[(1), ('a'), (1, 2), (1,), ((1)), ()]
[('a', ['b', {'c': 1}], {2, 3})]
[{'a': 1, 'b': [1, 2],}, {}]
[{'a', 'b',}]
[{'a': 1, 'b'}]
[{'a', 'b': 1}]
[{:}]
[{'a':}]
[{[1]}]
[{(1, 2): 3}]
[{([1],): 3}]
{[1], 2}
{(1, 'a'), None}
['a'
['a', 'b
['a', 'b]
'a']
['a'] ['b']
['a'] x
[a]
[1 2]
[1, a]
['a'b'c']
['a' , 'b' ]
 ['a']
[*'a']
[1 if 2 else 3]
[1 < 2]
[[[[[['deep']]]]]]
abc
'abc'
12
None

[lambda: 1]
[1,2,3]
["a\\"]
["a\"]
['', "", '' '']
['a\\nb', 'a\\\nb']
["\'", '\"']
['\777']
['\400']
[b'\400']
[1_000.5, 1__0.5]
[1_000j]
[1e5j]
[0_7]
[0.0, 0e0, 00.5]
[1 ,2]
[1;2]
[(1;2)]
[(1 2)]
[True False]
[None'a']
['a'None]
[1'a']
['a'1]
""".replace('\\"\\"\\"', '"""')


def expected(text):
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if not isinstance(value, (list, tuple, set)):
        return None
    tree = ast.parse(text.lstrip(" \t"), mode="eval").body
    if isinstance(tree, ast.Call):
        return []
    items = []
    for node in tree.elts:
        value = node.value if isinstance(node, ast.Constant) else ...
        if value is None:
            items.append(None)
            continue
        if isinstance(value, bytes):
            try:
                value = value.decode()
            except UnicodeDecodeError:
                pass
        items.append(value if isinstance(value, str) else ast.get_source_segment(text.lstrip(" \t"), node))
    return items


def value(depth):
    kinds = ["text", "text", "text", "int", "float", "none", "bool", "bytes", "complex"]
    if depth:
        kinds += ["list", "tuple", "dict", "set"]
    kind = sys_random.choice(kinds)
    if kind == "text":
        return "".join(sys_random.choices("ab'\"\\\n\t,[](){} 茶é\0\x7f", k=sys_random.randrange(7)))
    if kind == "bytes":
        return bytes(sys_random.choices(b"ab'\"\\\n\x00\x7f", k=sys_random.randrange(5)))
    if kind == "int":
        return sys_random.randrange(-(10**20), 10**20) if sys_random.random() < 0.3 else sys_random.randrange(-9, 99)
    if kind == "float":
        return sys_random.choice([0.1, 1e300, -2.5, 1e-7, 3.0])
    if kind == "complex":
        return complex(sys_random.randrange(3), sys_random.randrange(-2, 3))
    if kind == "none":
        return None
    if kind == "bool":
        return sys_random.random() < 0.5
    parts = [value(depth - 1) for _ in range(sys_random.randrange(4))]
    if kind == "list":
        return parts
    if kind == "tuple":
        return tuple(parts)
    keys = [part for part in parts if part.__hash__ and not isinstance(part, tuple)]
    return set(keys) if kind == "set" and keys else {key: value(0) for key in keys}


def damaged(text):
    at = sys_random.randrange(len(text) + 1)
    way = sys_random.random()
    if way < 0.4:
        return text[:at] + text[at + 1:]
    if way < 0.8:
        return text[:at] + sys_random.choice("'\"\\,[](){}:1_.ejNrbu \n") + text[at:]
    return text[:at]


def left_out(text):
    """What is told and not read, on purpose; and what Python itself reads in more than one way."""
    bare = expected(text) is not None and text.lstrip(" \t")[:1] not in tuple("[({s")
    hidden = any(word in text for word in ("#", "\\N", "\r", "\x0c", "\x00", "\\\n"))
    # A sign before brackets, a backslash behind a string, brackets that hold half of a value.
    odd = "-(" in text or "+(" in text or "(-" in text or "(+" in text
    return bare or hidden or odd or any(0xD800 <= ord(c) < 0xE000 for item in expected(text) or [] for c in item or "")


def main():
    texts = HAND.split("\n")
    texts.append("['\n']")
    texts.append("[\n 'a',\n 'b'\n 'c'\n]")
    texts.append("[" * 100 + "]" * 100)
    texts.append("['\\ud83d']")
    for _ in range(260):
        whole = repr([value(3) for _ in range(sys_random.randrange(1, 5))])
        texts.append(whole)
        texts.extend(damaged(whole) for _ in range(2))
    seen = set()
    for text in texts:
        if text not in seen and not left_out(text):
            seen.add(text)
            print(json.dumps({"text": text, "items": expected(text)}, ensure_ascii=False))


main()
