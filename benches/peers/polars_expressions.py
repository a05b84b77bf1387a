"""The tables by expressions of polars. usage: polars_expressions.py DUMP FOLDER"""
import sys

import polars as pl

TEXTS = {"简介": "intro", "易感人群": "susceptible", "传染方式": "transmission", "病因": "etiology", "预防": "prevention"}
LISTS = {"并发症": "complication", "就诊科室": "department", "治疗方式": "treatment", "常用药品": "common_drug", "症状": "symptom",
         "检查": "exam", "宜吃": "food_recommended", "忌吃": "food_avoided"}
SENTINELS = ["无相关数据", "暂无相关资料", "暂无", "无相关资料", "不详", "暂无资料", "暂无数据"]
NUMBER, DASH = r"([0-9]+(?:\.[0-9]+)?)\s*", r"(?:\s*[-—～一]\s*)+"
RATIO = ("%|‰|/10万", {"%": 0.01, "‰": 0.001, "/10万": 1e-5})
# Each with its units and the words that stand for a kind.
QUANTITIES = {
    "治疗周期": ("cure_period", "天|周|个?月|年", {"天": 1, "周": 7, "月": 30, "个月": 30, "年": 365}, ("终身", "lifelong")),
    "治愈率": ("cure_rate", *RATIO, ("不能治愈", "incurable")),
    "患病比例": ("prevalence", *RATIO, None),
    "治疗费用": ("cost", "元", {"元": 1}, None),
}


def quantity(key):
    """The five columns of a quantity."""
    name, units, factors, word = QUANTITIES[key]
    text = pl.col(key)
    figure = f"{NUMBER}(?:({units})?{DASH}(?:{NUMBER}({units})|终身)|({units})(以上)?)"
    found = text.str.extract_groups(figure)
    part = lambda number: found.struct.field(str(number))
    factor = lambda unit: unit.replace_strict(factors, default=None, return_dtype=pl.Float64)
    low = part(1).cast(pl.Float64) * factor(pl.coalesce(part(2), part(4), part(5)))
    high = part(3).cast(pl.Float64) * factor(part(4))
    every = text.str.extract_all(f"{NUMBER}(?:{units})")
    numbers = every.list.eval(pl.element().str.extract(NUMBER).cast(pl.Float64))
    several = (every.list.len() > 1) & part(5).is_not_null() & part(6).is_null()
    at_least = part(6).is_not_null() | part(5).is_null()
    kind = pl.when(text.is_null()).then(pl.lit("unknown"))
    if word:
        kind = kind.when(part(1).is_null() & text.str.contains(word[0], literal=True)).then(pl.lit(word[1]))
    kind = (kind.when(part(1).is_null()).then(pl.lit("text")).when(part(3).is_not_null()).then(pl.lit("range"))
            .when(at_least).then(pl.lit("at_least")).when(several).then(pl.lit("several")).otherwise(pl.lit("exact")))
    least = pl.when(several).then(numbers.list.min() * factor(part(5))).otherwise(low)
    most = (pl.when(high.is_not_null()).then(high).when(at_least).then(None)
            .when(several).then(numbers.list.max() * factor(part(5))).otherwise(low))
    about = pl.when(part(1).is_not_null()).then(text.str.contains("约|左右"))
    return [text.alias(name), kind.alias(f"{name}_kind"), least.alias(f"{name}_min"), most.alias(f"{name}_max"), about.alias(f"{name}_approx")]


def main(dump, folder):
    def write(name, frame):
        frame.write_parquet(f"{folder}/{name}.parquet", compression="zstd", compression_level=1)

    line = pl.col("line")
    entries = (
        pl.scan_csv(dump, has_header=False, separator="\x01", quote_char=None, new_columns=["line"], schema={"line": pl.String})
        .with_columns(record=line.str.starts_with("简介 ").cum_sum() - 1)
        .filter(line.str.len_bytes() > 1)
        .select("record", key=line.str.extract("^([^ ]+) "), value=line.str.replace("^[^ ]+ ", "").str.strip_chars())
        .with_columns(value=pl.when((pl.col("value") != "") & ~pl.col("value").is_in(SENTINELS)).then("value"))
        .collect()
    )
    wide = entries.pivot(on="key", index="record", values="value", aggregate_function="first")
    write("disease", wide.lazy().select(
        pl.col("record").cast(pl.Int64),
        pl.col("医保疾病").replace_strict({"是": True, "否": False}, default=None).alias("insured"),
        *(pl.col(key).alias(name) for key, name in TEXTS.items()),
        *(column for key in QUANTITIES for column in quantity(key)),
    ).collect())
    for key, name in LISTS.items():
        item = pl.col("item")
        items = (wide.lazy().select("record", item=pl.col(key).str.extract_all(r"\S+"))
                 .filter(item.list.len() > 0).with_columns(ordinal=pl.int_ranges(item.list.len())).explode("item", "ordinal"))
        value = item.str.replace(r"(?:\.{2,}|…+)$", "")
        write(name, items.select(pl.col("record").cast(pl.Int64), "ordinal", value=value, truncated=value != item).collect())
    found = pl.col("tuple")
    tuples = (wide.lazy().select("record", tuple=pl.col("药品").str.extract_all(r"\[[^\]]*\]"))
              .filter(found.list.len() > 0).with_columns(ordinal=pl.int_ranges(found.list.len())).explode("tuple", "ordinal"))
    members = found.str.extract_groups(r"\[(?:'(?<manufacturer>[^']*)', )?'(?<product>[^']*)', '\(?(?<generic>[^']*?)\)?'\]")
    kind = (pl.when(pl.col("product") == pl.col("generic")).then(pl.lit("generic"))
            .when(pl.col("generic").str.starts_with(pl.col("product"))).then(pl.lit("truncated")).otherwise(pl.lit("brand")))
    write("drug", tuples.select(pl.col("record").cast(pl.Int64), "ordinal", members=members).unnest("members")
          .with_columns(product_kind=kind).collect())


main(*sys.argv[1:])
