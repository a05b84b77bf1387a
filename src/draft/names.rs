//! Names of fields and tables, made of keys and file names.

/// The columns that a table of records or of items has of its own.
const OWN: [&str; 10] = [
    "record_id",
    "record_key",
    "source_file",
    "source_line",
    "source_byte",
    "source_bytes",
    "ordinal",
    "parent_ordinal",
    "parents",
    "raw",
];

/// What makes no table of items: the rows of a table are those of records, or of a field.
const RECORD: &str = "record";
/// The table that a run writes itself.
const FINDING: &str = "finding";

/// The name of a field for a key, other than those that are taken. One that `has_rows` is what a table names.
pub(super) fn field(key: &str, has_rows: bool, taken: &[&str]) -> String {
    let mut name = plain(key);
    if name.is_empty() {
        name = format!("field_{}", taken.len() + 1);
    }
    if OWN.contains(&name.as_str()) || has_rows && name == RECORD {
        name = format!("own_{name}");
    }
    free(name, taken)
}

/// The name of the table of records: that of the file, where it can be.
pub(super) fn table(stem: Option<&str>, taken: &[&str]) -> String {
    let mut name = stem.map(plain).unwrap_or_default();
    if name.is_empty() || [FINDING, "quarantine", "run"].contains(&name.as_str()) {
        RECORD.clone_into(&mut name);
    }
    free(name, taken)
}

/// The name of the table of the rows of a field, other than those that are taken.
pub(super) fn rows(field: &str, taken: &[&str]) -> String {
    let mut name = field.replace('.', "_");
    if name == FINDING {
        name = format!("own_{name}");
    }
    free(name, taken)
}

fn free(name: String, taken: &[&str]) -> String {
    let mut free = name.clone();
    let mut n = 1;
    while taken.contains(&free.as_str()) {
        n += 1;
        free = format!("{name}_{n}");
    }
    free
}

/// Letters and digits in lower case, with `_` for what stands between.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if c.is_alphanumeric() {
            // Of some letters in lower case a part is a mark that no name can have, as the dot of `İ`.
            out.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    match out.char_indices().nth(60) {
        Some((cut, _)) => out[..cut].to_owned(),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        assert_eq!(field("Price (EUR)", false, &[]), "price_eur");
        assert_eq!(field("甲 乙", false, &[]), "甲_乙");
        assert_eq!(field("--", false, &[]), "field_1");
        assert_eq!(field("a.b", false, &["a_b", "a_b_2"]), "a_b_3");
        assert_eq!(field("record id", false, &[]), "own_record_id");
        assert_eq!(field("İs", false, &[]), "is");
        assert_eq!(field("Record", true, &[]), "own_record");
        assert_eq!(field("Record", false, &[]), "record");
        assert_eq!(table(Some("Finding"), &["record"]), "record_2");
        assert_eq!(rows("finding", &[]), "own_finding");
        assert_eq!(rows("a.b", &["a_b"]), "a_b_2");
    }
}
