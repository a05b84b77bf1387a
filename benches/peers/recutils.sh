#!/bin/sh
# The texts of records as CSV; recutils knows no lists, no quantities and no tuples, and writes no Parquet. Its keys are
# ASCII, so that they are put in place of those of the dump. usage: recutils.sh DUMP FOLDER
sed 's/^ $//; s/^简介 /intro: /; s/^医保疾病 /insured: /; s/^患病比例 /prevalence: /; s/^易感人群 /susceptible: /; s/^传染方式 /transmission: /
s/^并发症 /complication: /; s/^就诊科室 /department: /; s/^治疗方式 /treatment: /; s/^治疗周期 /cure_period: /; s/^治愈率 /cure_rate: /
s/^常用药品 /common_drug: /; s/^治疗费用 /cost: /; s/^病因 /etiology: /; s/^预防 /prevention: /; s/^症状 /symptom: /; s/^检查 /exam: /
s/^宜吃 /food_recommended: /; s/^忌吃 /food_avoided: /; s/^药品 /drug: /' "$1" |
  recsel -p intro,susceptible,transmission,etiology,prevention | rec2csv > "$2/disease.csv"
