//! What a finding is known by from run to run: the rule, the record by its key, the
//! field, the item with those around it, and a hash of the value; the source where there is no record.
//! Neither lines nor counts are part of it, so a record may move and others may come
//! and go.
//!
//! An [`Identity`] in memory is never hidden, so that a run that hides values finds
//! what an open one has accepted. What leaves the process is its
//! [fingerprint](Identity::fingerprint): where values are hidden it is keyed with a
//! secret, or, without one, made of the place instead of the values. A plain hash of a
//! telephone number tells the number to whoever tries them all.

use std::fmt;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What a finding is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The rule, by the name of its criterion.
    pub rule: String,
    /// The source, by its path as the user writes it; for what concerns no record.
    pub source: Option<String>,
    /// The record, by its key or its id; none for what concerns no record.
    pub record: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// The places of the objects around the item, in words.
    pub parents: Option<String>,
    /// Which item of a list, from 0.
    pub item: Option<u32>,
    /// The hash of the value, in hexadecimal; none where the figure of a check
    /// may differ from run to run.
    pub value: Option<String>,
    /// How it is reported without its values, if they are hidden.
    pub hidden: Option<Hidden>,
}

/// How an identity is reported without its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hidden {
    /// By a hash that only who has the key can make. The key is written nowhere.
    #[serde(skip)]
    Keyed(MaskKey),
    /// By its place: the path of the source, and the byte in it.
    Place(String, u64),
}

/// A secret with which hidden values are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MaskKey([u8; 32]);

impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey(..)")
    }
}

impl MaskKey {
    /// How many bytes a secret must have.
    pub const LEAST: usize = 16;

    /// The key of a secret, such as the contents of a file; blanks around it do not
    /// count. None if it is too short to be one.
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        let secret = secret.trim_ascii();
        (secret.len() >= Self::LEAST)
            .then(|| Self(blake3::derive_key("recordmill 2026 key of hidden values", secret)))
    }

    /// What tells two keys apart, and nothing about them.
    #[must_use]
    pub fn check(&self) -> String {
        blake3::keyed_hash(&self.0, b"the key itself").to_hex()[..16].to_owned()
    }

    fn hash(&self, bytes: &[u8]) -> u128 {
        let hash = blake3::keyed_hash(&self.0, bytes);
        let mut half = [0; 16];
        half.copy_from_slice(&hash.as_bytes()[..16]);
        u128::from_be_bytes(half)
    }
}

impl Identity {
    /// The hash that may be reported.
    #[must_use]
    pub fn fingerprint(&self) -> u128 {
        match &self.hidden {
            None => self.open(),
            Some(Hidden::Keyed(key)) => self.keyed(key),
            Some(Hidden::Place(source, byte)) => {
                let told = Self {
                    source: Some(source.clone()),
                    record: None,
                    value: None,
                    ..self.clone()
                };
                let mut bytes = told.bytes();
                bytes.extend_from_slice(&byte.to_le_bytes());
                xxh3_128(&bytes)
            }
        }
    }

    /// The hash of all of it, which tells its values to who tries them.
    #[must_use]
    pub fn open(&self) -> u128 {
        self.parts().open(&mut Vec::new())
    }

    /// The hash of all of it that only who has the key can make.
    #[must_use]
    pub fn keyed(&self, key: &MaskKey) -> u128 {
        key.hash(&self.bytes())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        self.parts().write(&mut bytes);
        bytes
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            rule: &self.rule,
            source: self.source.as_deref(),
            record: self.record.as_deref(),
            field: self.field.as_deref(),
            parents: self.parents.as_deref(),
            item: self.item,
            value: self.value.as_deref(),
        }
    }
}

/// The parts of an [`Identity`], lent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'p> {
    pub(crate) rule: &'p str,
    pub(crate) source: Option<&'p str>,
    pub(crate) record: Option<&'p str>,
    pub(crate) field: Option<&'p str>,
    pub(crate) parents: Option<&'p str>,
    pub(crate) item: Option<u32>,
    pub(crate) value: Option<&'p str>,
}

impl Parts<'_> {
    /// The hash of all of them; `room` is for their bytes.
    pub(crate) fn open(&self, room: &mut Vec<u8>) -> u128 {
        room.clear();
        self.write(room);
        xxh3_128(room)
    }

    /// The same as they are kept.
    #[cfg(feature = "tables")]
    pub(crate) fn to_identity(self) -> Identity {
        let owned = |part: Option<&str>| part.map(str::to_owned);
        Identity {
            rule: self.rule.to_owned(),
            source: owned(self.source),
            record: owned(self.record),
            field: owned(self.field),
            parents: owned(self.parents),
            item: self.item,
            value: owned(self.value),
            hidden: None,
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let item = self.item.map(|item| item.to_string());
        let parts =
            [Some(self.rule), self.source, self.record, self.field, item.as_deref(), self.value];
        // Few findings have this part: it stands at the end, if there is one.
        for part in parts.into_iter().chain(self.parents.map(Some)) {
            // A part that is missing is another than an empty one.
            match part {
                Some(part) => {
                    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                    bytes.extend_from_slice(part.as_bytes());
                }
                None => bytes.extend_from_slice(&u64::MAX.to_le_bytes()),
            }
        }
    }
}

/// A number in hexadecimal, in so many digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hex<const DIGITS: usize>([u8; DIGITS]);

impl<const DIGITS: usize> Hex<DIGITS> {
    pub(crate) fn of(number: u128) -> Self {
        const ALL: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [b'0'; DIGITS];
        let bytes = number.to_le_bytes();
        for (two, byte) in digits.rchunks_exact_mut(2).zip(bytes) {
            two.copy_from_slice(&[ALL[usize::from(byte >> 4)], ALL[usize::from(byte & 15)]]);
        }
        Self(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The XXH3 hash of a text, in hexadecimal.
#[must_use]
pub fn hash_of(text: &str) -> String {
    hex_of(text).as_str().to_owned()
}

/// The same without room of its own.
pub(crate) fn hex_of(text: &str) -> Hex<16> {
    Hex::of(u128::from(xxh3_64(text.as_bytes())))
}

/// The places of objects in each other, with dots between.
#[must_use]
pub fn places_in_words(places: &[u32]) -> String {
    places.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// The values that a record is known by, as one text. Two lists of values never
/// give the same one: a dot in a value is told from the dot between two.
#[must_use]
pub fn key_in_words(values: &[String]) -> String {
    match values {
        [value] => value.clone(),
        values => {
            let escaped: Vec<_> = values
                .iter()
                .map(|value| value.replace('\\', "\\\\").replace('·', "\\·"))
                .collect();
            escaped.join(" · ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> MaskKey {
        MaskKey::new(secret.as_bytes()).unwrap()
    }

    #[test]
    fn every_part_counts_and_missing_is_not_empty() {
        let all = [
            Identity::default(),
            Identity { rule: "a".to_owned(), ..Identity::default() },
            Identity { source: Some(String::new()), ..Identity::default() },
            Identity { record: Some(String::new()), ..Identity::default() },
            Identity { field: Some(String::new()), ..Identity::default() },
            Identity { parents: Some("0".to_owned()), ..Identity::default() },
            Identity { item: Some(0), ..Identity::default() },
            Identity { value: Some(String::new()), ..Identity::default() },
        ];
        let secret = key("a secret of some length");
        for print in
            [Identity::open, |identity: &Identity| identity.keyed(&key("another long secret"))]
        {
            let mut prints: Vec<_> = all.iter().map(print).collect();
            prints.extend(all.iter().map(|identity| identity.keyed(&secret)));
            prints.sort_unstable();
            prints.dedup();
            assert_eq!(prints.len(), 2 * all.len());
        }
    }

    #[test]
    fn without_a_key_a_hidden_value_is_in_no_fingerprint() {
        let of = |value: &str, record: &str, byte| {
            Identity {
                rule: "digits".to_owned(),
                record: Some(record.to_owned()),
                value: Some(hash_of(value)),
                hidden: Some(Hidden::Place("dump.txt".to_owned(), byte)),
                ..Identity::default()
            }
            .fingerprint()
        };
        assert_eq!(of("13800138000", "a", 7), of("13900139000", "b", 7));
        assert_ne!(of("13800138000", "a", 7), of("13800138000", "a", 8));
    }

    #[test]
    fn a_secret_has_some_length_and_blanks_around_it_do_not_count() {
        assert!(MaskKey::new(b"too short").is_none());
        assert!(MaskKey::new(&[b' '; 40]).is_none());
        assert_eq!(key("a secret of some length"), key(" a secret of some length\n"));
        assert_ne!(key("a secret of some length").check(), key("another long secret").check());
        assert_eq!(format!("{:?}", key("a secret of some length")), "MaskKey(..)");
    }

    #[test]
    fn a_number_has_all_its_digits() {
        for number in [0, 7, 0xfedc_ba98_7654_3210, u128::MAX, 1 << 124] {
            assert_eq!(Hex::<32>::of(number).as_str(), format!("{number:032x}"));
        }
        assert_eq!(hash_of("甲"), format!("{:016x}", xxh3_64("甲".as_bytes())));
    }

    #[test]
    fn keys_of_several_values_do_not_run_together() {
        let of = |values: &[&str]| {
            key_in_words(&values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["a", "b"]), "a · b");
        assert_ne!(of(&["a · b", "c"]), of(&["a", "b · c"]));
        assert_ne!(of(&["a\\", "b"]), of(&["a", "\\b"]));
        assert_ne!(of(&["a\\ · b", "c"]), of(&["a\\", "b · c"]));
        assert_eq!(of(&["a · b"]), "a · b", "one value is reported as it is");
    }
}
