//! Where the bytes of a dump went.

/// Bytes of decoded text by what they are. The classes of a run sum to the
/// bytes of its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bytes {
    /// Keys that the schema knows.
    pub key: u64,
    /// Values, with the line feeds inside them.
    pub value: u64,
    /// Delimiters, line ends, brackets, quotes, white space around values, blank lines.
    pub separator: u64,
    /// Keys that the schema does not want, with their values; comments; records that are none.
    pub ignored: u64,
    /// Keys that the schema does not know, with their values.
    pub unknown_key: u64,
    /// Values that were not taken: those of a repeated key, and of an array where a field has one value.
    pub repeated: u64,
    /// Lines and cells that belong to no key.
    pub stray: u64,
    /// Text before, between and behind the records.
    pub outside: u64,
    /// Records that were set aside.
    pub quarantined: u64,
    /// Byte order marks.
    pub byte_order_mark: u64,
}

impl Bytes {
    /// The sum of all classes. With one that went below zero there is none that could be right.
    #[must_use]
    pub fn total(&self) -> u64 {
        let classes = [
            self.key,
            self.value,
            self.separator,
            self.ignored,
            self.unknown_key,
            self.repeated,
            self.stray,
            self.outside,
            self.quarantined,
            self.byte_order_mark,
        ];
        classes.into_iter().fold(0, u64::saturating_add)
    }

    /// What is a key, a value, what stands between, or not wanted.
    #[must_use]
    pub fn explained(&self) -> u64 {
        self.key + self.value + self.separator + self.ignored + self.byte_order_mark
    }

    /// Adds another count, class by class.
    pub fn add(&mut self, other: &Self) {
        self.key += other.key;
        self.value += other.value;
        self.separator += other.separator;
        self.ignored += other.ignored;
        self.unknown_key += other.unknown_key;
        self.repeated += other.repeated;
        self.stray += other.stray;
        self.outside += other.outside;
        self.quarantined += other.quarantined;
        self.byte_order_mark += other.byte_order_mark;
    }

    /// Counts what is in no class yet of `length` bytes as separators.
    pub(crate) fn rest_is_separator(&mut self, length: usize) {
        self.separator += (length as u64).saturating_sub(self.total());
    }
}
