"""The tables by SQL of DuckDB. usage: duckdb_sql.py DUMP FOLDER"""
import sys

import duckdb

TEXTS = {"简介": "intro", "易感人群": "susceptible", "传染方式": "transmission", "病因": "etiology", "预防": "prevention"}
LISTS = {"并发症": "complication", "就诊科室": "department", "治疗方式": "treatment", "常用药品": "common_drug", "症状": "symptom",
         "检查": "exam", "宜吃": "food_recommended", "忌吃": "food_avoided"}
RATIO = ("%|‰|/10万", {"%": 0.01, "‰": 0.001, "/10万": 1e-5})
# Each with its units and the words that stand for a kind.
QUANTITIES = {
    "治疗周期": ("cure_period", "天|周|个?月|年", {"天": 1, "周": 7, "月": 30, "个月": 30, "年": 365}, ("终身", "lifelong")),
    "治愈率": ("cure_rate", *RATIO, ("不能治愈", "incurable")),
    "患病比例": ("prevalence", *RATIO, None),
    "治疗费用": ("cost", "元", {"元": 1}, None),
}
NUMBER, DASH = r"([0-9]+(?:\.[0-9]+)?)\s*", r"(?:\s*[-—～一]\s*)+"

ENTRIES = """
create table entry as
-- Without an order of its own the window goes through the lines as they come, in one pass.
with cut as (select sum(starts_with(line, '简介 ')::int) over (rows unbounded preceding) - 1 as record, line
             from read_csv(?, columns = {'line': 'varchar'}, header = false, delim = '\x01', quote = '', escape = '', auto_detect = false))
select record, split_part(line, ' ', 1) as key,
       nullif(trim(substr(line, strpos(line, ' ') + 1)), '') as text,
       case when text not in ('无相关数据', '暂无相关资料', '暂无', '无相关资料', '不详', '暂无资料', '暂无数据') then text end as value
from cut where length(line) > 1
"""
DRUG = r"""
with found as (select record, unnest(regexp_extract_all(value, '\[[^\]]*\]')) as tuple,
                      generate_subscripts(regexp_extract_all(value, '\[[^\]]*\]'), 1) - 1 as ordinal
               from entry where key = '药品'),
     cells as (select record, ordinal, unnest(regexp_extract(tuple, '\[(?:''([^'']*)'', )?''([^'']*)'', ''\(?([^'']*?)\)?''\]',
                                                             ['manufacturer', 'product', 'generic'])) from found)
select record, ordinal, nullif(manufacturer, '') as manufacturer, product, generic,
       case when product = generic then 'generic' when starts_with(generic, product) then 'truncated' else 'brand' end as product_kind
from cells
"""


def quantity(key):
    """The five columns of a quantity, and the parts that they are made of."""
    name, units, factors, word = QUANTITIES[key]
    figure = f"{NUMBER}(?:({units})?{DASH}(?:{NUMBER}({units})|终身)|({units})(以上)?)"
    factor = lambda unit: f"case {unit} {' '.join(f'when {chr(39)}{one}{chr(39)} then {by}' for one, by in factors.items())} end"
    n, every = f"{name}_n", f"{name}_every"
    parts = [f"regexp_extract(\"{key}\", '{figure}', ['low', 'low_unit', 'high', 'high_unit', 'unit', 'more']) as {n}",
             f"regexp_extract_all(\"{key}\", '{NUMBER}(?:{units})', 1)::double[] as {every}"]
    low = f"{n}.low::double * {factor(f'coalesce(nullif({n}.low_unit, {chr(39) * 2}), nullif({n}.high_unit, {chr(39) * 2}), {n}.unit)')}"
    several = f"{n}.unit <> '' and {n}.more = '' and len({every}) > 1"
    at_least = f"({n}.more <> '' or {n}.unit = '')"
    kind = f"when {n}.low = '' and contains(\"{key}\", '{word[0]}') then '{word[1]}' " if word else ""
    columns = [
        f"\"{key}\" as {name}",
        f"case when \"{key}\" is null then 'unknown' {kind}when {n}.low = '' then 'text' when {n}.high <> '' then 'range' "
        f"when {at_least} then 'at_least' when {several} then 'several' else 'exact' end as {name}_kind",
        f"case when {n}.low <> '' then case when {several} then list_min({every}) * {factor(f'{n}.unit')} else {low} end end as {name}_min",
        f"case when {n}.high <> '' then {n}.high::double * {factor(f'{n}.high_unit')} when {n}.low = '' or {at_least} then null "
        f"when {several} then list_max({every}) * {factor(f'{n}.unit')} else {low} end as {name}_max",
        f"case when {n}.low <> '' then regexp_matches(\"{key}\", '约|左右') end as {name}_approx",
    ]
    return parts, columns


def main(dump, folder):
    con = duckdb.connect()
    con.execute(ENTRIES, [dump])

    def write(name, query):
        con.execute(f"copy ({query}) to '{folder}/{name}.parquet' (format parquet, compression zstd, compression_level 1)")

    keys = ["医保疾病", *TEXTS, *QUANTITIES]
    wide = ", ".join(f"max(value) filter (where key = '{key}') as \"{key}\"" for key in keys)
    made = [quantity(key) for key in QUANTITIES]
    parts = ", ".join(part for parts, _ in made for part in parts)
    columns = ", ".join([*(f"\"{key}\" as {name}" for key, name in TEXTS.items()), *(column for _, columns in made for column in columns)])
    write("disease", f"with wide as (select record, {wide} from entry group by record), parts as (select *, {parts} from wide) "
                     f"select record, case 医保疾病 when '是' then true when '否' then false end as insured, {columns} from parts")
    for key, name in LISTS.items():
        items = r"regexp_split_to_array(value, '\s+')"
        write(name, f"with item as (select record, unnest({items}) as item, generate_subscripts({items}, 1) - 1 as ordinal from entry "
                    f"where key = '{key}' and value is not null) "
                    r"select record, ordinal, regexp_replace(item, '(?:\.{2,}|…+)$', '') as value, value <> item as truncated from item")
    write("drug", DRUG)


main(*sys.argv[1:])
