//! The one table of codes.
//!
//! `R0xx` source · `R1xx` record · `R2xx` extract · `R3xx` normalize ·
//! `R4xx` validate · `R5xx` table · `R6xx` run · `R9xx` schema file. A code is
//! never used again for something else.

use super::{Action, Severity};

/// A kind of finding: its stable number and name, and what it stands for
/// unless a schema or a flag says otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The number, such as `R103`.
    pub id: &'static str,
    /// The name, in kebab case; it names the fault.
    pub name: &'static str,
    /// How bad it is by default.
    pub severity: Severity,
    /// What happens to the data by default.
    pub action: Action,
    /// What it means, in one sentence.
    pub summary: &'static str,
}

macro_rules! codes {
    ($($constant:ident $id:literal $name:literal $severity:ident $action:ident $summary:literal)*) => {
        impl Code {
            $(
                #[doc = concat!($id, ": ", $summary)]
                pub const $constant: &'static Self = &Self {
                    id: $id,
                    name: $name,
                    severity: Severity::$severity,
                    action: Action::$action,
                    summary: $summary,
                };
            )*
        }

        /// Every code, in order.
        pub const CODES: &[&Code] = &[$(Code::$constant),*];
    };
}

codes! {
    INVALID_BYTES "R001" "invalid-bytes" Error Keep "bytes that are no text in the source's encoding, read as U+FFFD"
    NUL_BYTE "R002" "nul-byte" Warning Keep "a NUL byte in the text"
    BYTE_ORDER_MARK "R003" "byte-order-mark" Info Keep "a source begins with a byte order mark"
    CARRIAGE_RETURN "R004" "carriage-return" Info Keep "lines of a source end in CR LF"
    DOUBTFUL_ENCODING "R005" "doubtful-encoding" Warning Keep "a source reads as GB18030 but is nearly all UTF-8"
    EMPTY_SOURCE "R006" "empty-source" Warning Keep "a source without a record"

    TEXT_BEFORE_RECORD "R101" "text-before-record" Warning Keep "text that stands before the first record"
    UNKNOWN_KEY "R102" "unknown-key" Warning Keep "a line looks like a key that the schema does not know"
    REPEATED_KEY "R103" "repeated-key" Warning Keep "a key occurs twice in a record"
    KEY_IN_TEXT "R104" "key-in-text" Warning Keep "a line of a longer value begins like a key, and was read as text"
    RECORD_TOO_LONG "R105" "record-too-long" Error Reject "a record is longer than the schema allows"
    STRAY_LINE "R106" "stray-line" Warning Keep "a line that belongs to no key"
    DUPLICATE_RECORD "R107" "duplicate-record" Warning Keep "a record that occurred before, byte for byte"
    KEY_OUT_OF_ORDER "R108" "key-out-of-order" Info Keep "a key stands before one that the schema lists earlier"
    RECORD_SYNTAX "R109" "record-syntax" Error Reject "a record that is no JSON object, or a row whose quotes are never closed"
    RAGGED_ROW "R110" "ragged-row" Warning Keep "a row has fewer or more cells than there are columns"
    LONE_SURROGATE "R111" "lone-surrogate" Warning Keep "half of a surrogate pair stands alone in a JSON string"
    ENCODED_VALUE "R112" "encoded-value" Warning Keep "a value that is not in the encoding that its key tells"
    TEXT_AFTER_RECORD "R113" "text-after-record" Warning Keep "text that stands behind a record and belongs to none"

    TUPLE_SYNTAX "R201" "tuple-syntax" Error Keep "a tuple that cannot be read"
    TUPLE_ARITY "R202" "tuple-arity" Error Keep "a tuple with a number of members that the schema does not know"
    NO_EXTRACT_MATCH "R203" "no-extract-match" Warning Keep "a value that none of the field's extraction patterns matches"

    UNKNOWN_WORD "R301" "unknown-word" Warning Null "a value that is none of the words of its boolean or enum"
    NOT_A_NUMBER "R302" "not-a-number" Error Null "a value that is no number"
    FIGURE_NOT_READ "R303" "figure-not-read" Warning Keep "a quantity holds a figure, but not one of its units"
    RANGE_REVERSED "R304" "range-reversed" Warning Keep "the upper end of a range stands before the lower"
    NAME_DISPUTED "R305" "name-disputed" Warning Keep "the texts of a record begin with different names"
    NAME_NOT_FOUND "R306" "name-not-found" Info Keep "no text of a record begins with its name"
    OUT_OF_RANGE "R307" "out-of-range" Warning Null "a number too large for its column"

    MISSING_KEY "R401" "missing-key" Error Keep "a record lacks a required key"
    NULL_VALUE "R402" "null-value" Error Keep "a value is null where none may be"
    NOT_IN_SET "R403" "not-in-set" Error Keep "a value is not one of those allowed"
    PATTERN_MISMATCH "R404" "pattern-mismatch" Error Keep "a value does not match its pattern"
    LENGTH_OUT_OF_BOUNDS "R405" "length-out-of-bounds" Error Keep "a text is shorter or longer than allowed"
    BELOW_MINIMUM "R406" "below-minimum" Error Keep "a number is below its minimum"
    ABOVE_MAXIMUM "R407" "above-maximum" Error Keep "a number is above its maximum"
    ITEM_COUNT "R408" "item-count" Error Keep "a list has fewer or more items than allowed"

    NO_RECORDS "R601" "no-records" Error Keep "the run found no record at all"

    SCHEMA_SYNTAX "R901" "schema-syntax" Error Keep "a schema file is not TOML"
    SCHEMA_UNKNOWN_KEY "R902" "schema-unknown-key" Error Keep "a key that the schema language does not have"
    SCHEMA_TYPE "R903" "schema-type" Error Keep "a value of the wrong type in a schema file"
    SCHEMA_MISSING "R904" "schema-missing-key" Error Keep "a key that the schema language asks for"
    SCHEMA_VALUE "R905" "schema-value" Error Keep "a value that the schema language does not allow there"
    SCHEMA_REFERENCE "R906" "schema-reference" Error Keep "a name that the schema does not define"
    SCHEMA_PATTERN "R907" "schema-pattern" Error Keep "a regular expression that cannot be used"
    SCHEMA_UNUSED "R908" "schema-unused" Warning Keep "a part of a schema that has no effect"
    SCHEMA_EXAMPLE "R909" "schema-no-example" Warning Keep "a rule of a schema without an example"
    EXAMPLE_FAILED "R910" "example-failed" Error Keep "an example that does not come out as the schema says"
    RULE_NEVER_FAILS "R911" "rule-never-fails" Error Keep "a rule of a schema that no damage to its examples can trip"
}

/// Finds a code by its number or its name.
#[must_use]
pub fn find(word: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id == word || code.name == word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_names_are_unique() {
        assert!(CODES.windows(2).all(|pair| pair[0].id < pair[1].id));
        let mut names: Vec<_> = CODES.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
    }

    #[test]
    fn a_code_is_found_by_number_and_by_name() {
        assert_eq!(find("R102"), Some(Code::UNKNOWN_KEY));
        assert_eq!(find("unknown-key"), Some(Code::UNKNOWN_KEY));
        assert_eq!(find("unknown"), None);
    }
}
