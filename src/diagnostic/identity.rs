//! What a finding is known by from run to run: the rule, the record by its key,
//! the field, the item, and a hash of the value. Neither lines nor counts are
//! part of it, so a record may move and others may come and go.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What a finding is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The rule, by the name of its criterion.
    pub rule: String,
    /// The record, by its key or its id; none for what concerns no record.
    pub record: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// Which item of a list, from 0.
    pub item: Option<u32>,
    /// The hash of the value, in hexadecimal; none where the figure of a check
    /// may differ from run to run.
    pub value: Option<String>,
}

impl Identity {
    /// The hash of all of it. A record whose key is hidden has the same as one
    /// whose key is told.
    #[must_use]
    pub fn fingerprint(&self) -> u128 {
        let record = self.record.as_deref().map(|record| {
            if record.starts_with(HASHED) { record.to_owned() } else { hashed(record) }
        });
        let item = self.item.map(|item| item.to_string());
        let mut bytes = Vec::with_capacity(128);
        for part in [
            Some(self.rule.as_str()),
            record.as_deref(),
            self.field.as_deref(),
            item.as_deref(),
            self.value.as_deref(),
        ] {
            // A part that is missing is another than an empty one.
            match part {
                Some(part) => {
                    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                    bytes.extend_from_slice(part.as_bytes());
                }
                None => bytes.extend_from_slice(&u64::MAX.to_le_bytes()),
            }
        }
        xxh3_128(&bytes)
    }

    /// Hides the key of the record behind its hash.
    pub fn mask(&mut self) {
        if let Some(record) = &mut self.record
            && !record.starts_with(HASHED)
        {
            *record = hashed(record);
        }
    }
}

const HASHED: &str = "xxh3:";

fn hashed(text: &str) -> String {
    format!("{HASHED}{}", hash_of(text))
}

/// The XXH3 hash of a text, in hexadecimal.
#[must_use]
pub fn hash_of(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

/// The values that a record is known by, as one text.
#[must_use]
pub fn key_in_words(values: &[String]) -> String {
    values.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_key_is_the_same_key() {
        let told = Identity { record: Some("甲".to_owned()), ..Identity::default() };
        let mut hidden = told.clone();
        hidden.mask();
        assert_ne!(told, hidden);
        assert_eq!(told.fingerprint(), hidden.fingerprint());
        hidden.mask();
        assert_eq!(told.fingerprint(), hidden.fingerprint());
    }

    #[test]
    fn every_part_counts_and_missing_is_not_empty() {
        let all = [
            Identity::default(),
            Identity { rule: "a".to_owned(), ..Identity::default() },
            Identity { record: Some(String::new()), ..Identity::default() },
            Identity { field: Some(String::new()), ..Identity::default() },
            Identity { item: Some(0), ..Identity::default() },
            Identity { value: Some(String::new()), ..Identity::default() },
        ];
        let mut prints: Vec<_> = all.iter().map(Identity::fingerprint).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), all.len());
    }
}
