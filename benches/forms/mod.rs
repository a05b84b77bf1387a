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
