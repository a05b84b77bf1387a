//! The generated dump in other forms: the same records as JSON lines and as CSV.

/// The entries of each record.
fn records(text: &str) -> Vec<Vec<(&str, &str)>> {
    let mut records: Vec<Vec<(&str, &str)>> = Vec::new();
    let start = text.split(' ').next().unwrap_or_default();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(' ') else { continue };
        if key == start {
            records.push(Vec::new());
        }
        if let Some(record) = records.last_mut() {
            record.push((key, value.trim()));
        }
    }
    records
}

pub(crate) fn json_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for record in records(text) {
        let object: serde_json::Map<_, _> =
            record.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        out.push_str(&serde_json::Value::Object(object).to_string());
        out.push('\n');
    }
    out
}

pub(crate) fn rows(text: &str) -> String {
    let records = records(text);
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in records.iter().flatten() {
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(text.len()));
    // Writing to memory does not fail.
    let _ = writer.write_record(&keys);
    for record in &records {
        let cell = |key: &&str| {
            record.iter().find(|(known, _)| known == key).map_or("", |(_, value)| *value)
        };
        let _ = writer.write_record(keys.iter().map(cell));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Short records of the embedded schema: none with a finding, or each with six.
pub(crate) fn short_records(count: usize, damaged: bool) -> String {
    let mut out = String::new();
    for n in 0..count {
        let digits = format!("{n:07}");
        let name: String = digits
            .chars()
            .map(|digit| DIGITS[digit.to_digit(10).map_or(0, |digit| digit as usize)])
            .collect();
        let [insured, prevalence, complication, rate, symptom, drug] = if damaged {
            ["或许", "120%", "(甲 乙", "150%", ")头晕", "['甲片' '(甲片)']"]
        } else {
            ["是", "12%", "甲 乙", "50%", "头晕", "['甲片', '(甲片)']"]
        };
        out.push_str(&format!(
            "简介 {name}病是一种病。 \n医保疾病 {insured} \n患病比例 {prevalence} \n并发症 {complication} \n\
             治愈率 {rate} \n病因 {name}病病因不明。 \n症状 {symptom} \n药品 {drug} \n \n"
        ));
    }
    out
}

/// What stands for the digits of a number in a name.
const DIGITS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
