"""Writes the tables of this folder with the csv module of Python; run it in this folder.

The same rows in several dialects, and as JSON what must come out of each.
"""

import csv
import json
import random

WORDS = ["mill", "river", "a, b", 'the "old" gate', "two\nlines", "o'neil", '5" pipe', "long, and", "\r\n", "北門", "a|b", "a\tb", "1,2,3", "end."]
DIALECTS = {
    "plain.csv": {},
    "always.csv": {"quoting": csv.QUOTE_ALL},
    "feeds.csv": {"lineterminator": "\n"},
    "tabs.csv": {"delimiter": "\t"},
    "bars.csv": {"delimiter": "|", "quotechar": "'"},
    "escaped.csv": {"escapechar": "\\", "doublequote": False, "quoting": csv.QUOTE_ALL},
}

chance = random.Random(17)
text = lambda: " ".join(chance.choice(WORDS) for _ in range(chance.randrange(5)))
rows = [[f"n{number}", text(), text()] for number in range(120)]
with open("rows.json", "w", encoding="utf-8") as file:
    json.dump(rows, file, ensure_ascii=False, indent=0)
    file.write("\n")
for name, dialect in DIALECTS.items():
    with open(name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, **dialect)
        writer.writerow(["no", "title", "note"])
        writer.writerows(rows)
