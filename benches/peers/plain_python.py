"""The tables by hand: a loop over lines, `re`, and pyarrow for Parquet. usage: plain_python.py DUMP FOLDER"""
import re, sys

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = {"简介": "intro", "易感人群": "susceptible", "传染方式": "transmission", "病因": "etiology", "预防": "prevention"}
LISTS = {"并发症": "complication", "就诊科室": "department", "治疗方式": "treatment", "常用药品": "common_drug", "症状": "symptom",
         "检查": "exam", "宜吃": "food_recommended", "忌吃": "food_avoided"}
SENTINELS = {"无相关数据", "暂无相关资料", "暂无", "无相关资料", "不详", "暂无资料", "暂无数据"}
NUMBER, DASH = r"([0-9]+(?:\.[0-9]+)?)\s*", r"(?:\s*[-—～一]\s*)+"
# Each with its units and the words that stand for a kind.
QUANTITIES = {
    "治疗周期": ("cure_period", "天|周|个?月|年", {"天": 1, "周": 7, "月": 30, "个月": 30, "年": 365}, "终身", "lifelong"),
    "治愈率": ("cure_rate", "%|‰|/10万", {"%": 0.01, "‰": 0.001, "/10万": 1e-5}, "不能治愈", "incurable"),
    "患病比例": ("prevalence", "%|‰|/10万", {"%": 0.01, "‰": 0.001, "/10万": 1e-5}, None, None),
    "治疗费用": ("cost", "元", {"元": 1}, None, None),
}
FIGURE = {
    key: re.compile(f"{NUMBER}(?:({units})?{DASH}(?:{NUMBER}({units})|终身)|({units})(以上)?)")
    for key, (_, units, *_) in QUANTITIES.items()
}
APPROXIMATE = re.compile("约|左右")
TRUNCATED = re.compile(r"(?:\.{2,}|…+)$")
TUPLE, MEMBER = re.compile(r"\[[^\]]*\]"), re.compile(r"'([^']*)'")


def known(text):
    return None if not text or text in SENTINELS else text


def quantity(key, text):
    """Kind, least, most, whether it is approximate."""
    _, _, units, word, kind = QUANTITIES[key]
    if text is None:
        return "unknown", None, None, None
    found = FIGURE[key].findall(text)
    if not found:
        return (kind if word and word in text else "text"), None, None, None
    about = APPROXIMATE.search(text) is not None
    low, low_unit, high, high_unit, unit, more = found[0]
    if high:
        return "range", float(low) * units[low_unit or high_unit], float(high) * units[high_unit], about
    least = float(low) * units[unit or low_unit]
    if more or not unit:
        return "at_least", least, None, about
    if len(found) > 1:
        every = [float(one[0]) * units[one[4]] for one in found]
        return "several", min(every), max(every), about
    return "exact", least, least, about


def product_kind(product, generic):
    return "generic" if product == generic else "truncated" if generic.startswith(product) else "brand"


def records(path):
    record = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition(" ")
            if key == "简介" and record:
                yield record
                record = {}
            if key and value:
                record[key] = value.strip()
    if record:
        yield record


def main(dump, folder):
    quantities = {name: [[], [], [], [], []] for name, *_ in QUANTITIES.values()}
    texts, insured = {name: [] for name in TEXTS.values()}, []
    lists, drugs = {name: ([], [], [], []) for name in LISTS.values()}, ([], [], [], [], [], [])
    for number, record in enumerate(records(dump)):
        for key, name in TEXTS.items():
            texts[name].append(known(record.get(key)))
        insured.append({"是": True, "否": False}.get(record.get("医保疾病")))
        for key, (name, *_) in QUANTITIES.items():
            text = known(record.get(key))
            for column, cell in zip(quantities[name], (text, *quantity(key, text))):
                column.append(cell)
        for key, name in LISTS.items():
            rows, ordinals, values, cut = lists[name]
            for ordinal, item in enumerate((known(record.get(key)) or "").split()):
                value = TRUNCATED.sub("", item)
                rows.append(number), ordinals.append(ordinal), values.append(value), cut.append(value != item)
        for ordinal, found in enumerate(TUPLE.findall(record.get("药品", ""))):
            *maker, product, generic = MEMBER.findall(found)
            generic = generic.removeprefix("(").removesuffix(")")
            row = (number, ordinal, maker[0] if maker else None, product, generic, product_kind(product, generic))
            for column, cell in zip(drugs, row):
                column.append(cell)

    def write(name, columns):
        pq.write_table(pa.table(columns), f"{folder}/{name}.parquet", compression="zstd", compression_level=1)

    parts = ("", "_kind", "_min", "_max", "_approx")
    cells = {name + part: cells for name, columns in quantities.items() for part, cells in zip(parts, columns)}
    write("disease", {"record": range(len(insured)), "insured": insured, **texts, **cells})
    for name, columns in lists.items():
        write(name, dict(zip(("record", "ordinal", "value", "truncated"), columns)))
    write("drug", dict(zip(("record", "ordinal", "manufacturer", "product", "generic", "product_kind"), drugs)))


main(*sys.argv[1:])
