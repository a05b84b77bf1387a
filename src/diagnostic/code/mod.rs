//! The registry of codes, one a file: what it is called, how bad it is, what it
//! does, why it matters and what to do, with a dump in which it is found and one in which it
//! is not.
//!
//! `R0xx` source · `R1xx` record · `R2xx` extract · `R3xx` normalize ·
//! `R4xx` validate · `R5xx` tables · `R6xx` run · `R9xx` schema file. A code is
//! never used again for something else. `recordmill explain CODE` and
//! `docs/rules.md` are made from here; tests run every example.

mod example;

pub use example::{Example, Form};

use super::{Action, Severity};

/// A kind of finding: its stable number and name, and what it stands for
/// unless a schema or a flag says otherwise.
#[derive(Debug)]
pub struct Code {
    /// The number, such as `R103`.
    pub id: &'static str,
    /// The name, in kebab case; it names the fault.
    pub name: &'static str,
    /// How bad it is by default.
    pub severity: Severity,
    /// What happens to the data by default.
    pub action: Action,
    /// What it is looked for in: the denominator of its verdict.
    pub unit: Denominator,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// What it does, in a few sentences.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it, in a sentence or two.
    pub remedy: &'static str,
    /// A dump in which it is found.
    pub fails: Example,
    /// A dump in which it is not.
    pub passes: Example,
}

/// Two codes are one if they have one number.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.id == other.id
    }
}

impl Eq for Code {}

/// What a kind of finding is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denominator {
    /// The inputs of a run.
    Inputs,
    /// Records.
    Records,
    /// Values of fields.
    Values,
    /// Rows of a table.
    Rows,
    /// Bytes of the dump.
    Bytes,
    /// Entries of records, by their keys.
    Keys,
    /// The run as a whole, once.
    Run,
    /// Schema files, which are checked on their own.
    Schema,
}

impl Denominator {
    /// The word for so many of them.
    #[must_use]
    pub fn word(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Inputs, 1) => "input",
            (Self::Inputs, _) => "inputs",
            (Self::Records, 1) => "record",
            (Self::Records, _) => "records",
            (Self::Values, 1) => "value",
            (Self::Values, _) => "values",
            (Self::Rows, 1) => "row",
            (Self::Rows, _) => "rows",
            (Self::Bytes, 1) => "byte",
            (Self::Bytes, _) => "bytes",
            (Self::Keys, 1) => "key",
            (Self::Keys, _) => "keys",
            (Self::Run, 1) => "run",
            (Self::Run, _) => "runs",
            (Self::Schema, 1) => "schema",
            (Self::Schema, _) => "schemas",
        }
    }
}

macro_rules! codes {
    ($($module:ident $constant:ident)*) => {
        $(mod $module;)*

        impl Code {
            $(
                #[doc = concat!("The code of `", stringify!($module), "`.")]
                pub const $constant: &'static Self = &$module::CODE;
            )*
        }

        /// Every code, in order.
        pub const CODES: &[&Code] = &[$(Code::$constant),*];

        /// The file of each code, in the same order.
        #[cfg(test)]
        const MODULES: &[&str] = &[$(stringify!($module)),*];
    };
}

codes! {
    invalid_bytes INVALID_BYTES
    nul_byte NUL_BYTE
    byte_order_mark BYTE_ORDER_MARK
    carriage_return CARRIAGE_RETURN
    doubtful_encoding DOUBTFUL_ENCODING
    empty_source EMPTY_SOURCE
    unreadable_input UNREADABLE_INPUT
    broken_input BROKEN_INPUT
    other_encoding OTHER_ENCODING
    not_text NOT_TEXT
    lone_carriage_return LONE_CARRIAGE_RETURN
    text_before_record TEXT_BEFORE_RECORD
    unknown_key UNKNOWN_KEY
    repeated_key REPEATED_KEY
    key_in_text KEY_IN_TEXT
    record_too_long RECORD_TOO_LONG
    stray_line STRAY_LINE
    duplicate_record DUPLICATE_RECORD
    key_out_of_order KEY_OUT_OF_ORDER
    record_syntax RECORD_SYNTAX
    ragged_row RAGGED_ROW
    lone_surrogate LONE_SURROGATE
    encoded_value ENCODED_VALUE
    text_after_record TEXT_AFTER_RECORD
    text_behind_quote TEXT_BEHIND_QUOTE
    rows_in_cell ROWS_IN_CELL
    header_again HEADER_AGAIN
    empty_row EMPTY_ROW
    record_not_ended RECORD_NOT_ENDED
    between_records BETWEEN_RECORDS
    records_cut_off RECORDS_CUT_OFF
    records_not_found RECORDS_NOT_FOUND
    not_finite NOT_FINITE
    uneven_lists UNEVEN_LISTS
    nested_array NESTED_ARRAY
    absent_column ABSENT_COLUMN
    looks_like_entry LOOKS_LIKE_ENTRY
    record_of_no_kind RECORD_OF_NO_KIND
    undecoded_value UNDECODED_VALUE
    tuple_syntax TUPLE_SYNTAX
    tuple_arity TUPLE_ARITY
    no_extract_match NO_EXTRACT_MATCH
    prompt_in_item PROMPT_IN_ITEM
    list_cut_off LIST_CUT_OFF
    unknown_word UNKNOWN_WORD
    not_a_number NOT_A_NUMBER
    figure_not_read FIGURE_NOT_READ
    range_reversed RANGE_REVERSED
    name_disputed NAME_DISPUTED
    name_not_found NAME_NOT_FOUND
    out_of_range OUT_OF_RANGE
    figure_cut FIGURE_CUT
    not_a_date NOT_A_DATE
    rounded ROUNDED
    not_json NOT_JSON
    not_a_url NOT_A_URL
    missing_key MISSING_KEY
    null_value NULL_VALUE
    not_in_set NOT_IN_SET
    pattern_mismatch PATTERN_MISMATCH
    length_out_of_bounds LENGTH_OUT_OF_BOUNDS
    below_minimum BELOW_MINIMUM
    above_maximum ABOVE_MAXIMUM
    item_count ITEM_COUNT
    mixed_width MIXED_WIDTH
    invisible_character INVISIBLE_CHARACTER
    bidirectional_control BIDIRECTIONAL_CONTROL
    private_use_character PRIVATE_USE_CHARACTER
    replacement_character REPLACEMENT_CHARACTER
    mojibake MOJIBAKE
    mixed_han MIXED_HAN
    unbalanced_brackets UNBALANCED_BRACKETS
    duplicate_value DUPLICATE_VALUE
    dangling_reference DANGLING_REFERENCE
    condition_failed CONDITION_FAILED
    too_many_failures TOO_MANY_FAILURES
    row_count ROW_COUNT
    null_ratio NULL_RATIO
    distinct_count DISTINCT_COUNT
    match_ratio MATCH_RATIO
    mean MEAN
    quantile QUANTILE
    value_share VALUE_SHARE
    stale_input STALE_INPUT
    sql_check SQL_CHECK
    check_failed_to_run CHECK_FAILED_TO_RUN
    near_duplicate NEAR_DUPLICATE
    no_records NO_RECORDS
    no_rules NO_RULES
    byte_coverage BYTE_COVERAGE
    key_coverage KEY_COVERAGE
    rule_never_matched RULE_NEVER_MATCHED
    field_never_seen FIELD_NEVER_SEEN
    rule_not_evaluated RULE_NOT_EVALUATED
    schema_syntax SCHEMA_SYNTAX
    schema_unknown_key SCHEMA_UNKNOWN_KEY
    schema_type SCHEMA_TYPE
    schema_missing_key SCHEMA_MISSING
    schema_value SCHEMA_VALUE
    schema_reference SCHEMA_REFERENCE
    schema_pattern SCHEMA_PATTERN
    schema_unused SCHEMA_UNUSED
    schema_no_example SCHEMA_EXAMPLE
    example_failed EXAMPLE_FAILED
    rule_never_fails RULE_NEVER_FAILS
}

/// The codes that are about a value of a record.
const OF_VALUES: &[&Code] = &[
    Code::ENCODED_VALUE,
    Code::TEXT_BEHIND_QUOTE,
    Code::NOT_FINITE,
    Code::UNDECODED_VALUE,
    Code::NO_EXTRACT_MATCH,
    Code::UNKNOWN_WORD,
    Code::NOT_A_NUMBER,
    Code::FIGURE_NOT_READ,
    Code::RANGE_REVERSED,
    Code::NAME_DISPUTED,
    Code::NAME_NOT_FOUND,
    Code::OUT_OF_RANGE,
    Code::FIGURE_CUT,
    Code::NOT_A_DATE,
    Code::ROUNDED,
    Code::NOT_JSON,
    Code::NOT_A_URL,
    Code::NOT_IN_SET,
    Code::PATTERN_MISMATCH,
    Code::LENGTH_OUT_OF_BOUNDS,
    Code::BELOW_MINIMUM,
    Code::ABOVE_MAXIMUM,
    Code::MIXED_WIDTH,
    Code::INVISIBLE_CHARACTER,
    Code::BIDIRECTIONAL_CONTROL,
    Code::PRIVATE_USE_CHARACTER,
    Code::REPLACEMENT_CHARACTER,
    Code::MOJIBAKE,
    Code::MIXED_HAN,
    Code::UNBALANCED_BRACKETS,
];

/// For each number the place of its code in [`CODES`]; their length where it has none.
const PLACES: [u8; 1000] = {
    assert!(CODES.len() < u8::MAX as usize, "a place is a byte");
    #[expect(clippy::cast_possible_truncation, reason = "a place is a byte")]
    let mut places = [CODES.len() as u8; 1000];
    let mut place = 0;
    while place < CODES.len() {
        if let Some(number) = number(CODES[place].id) {
            #[expect(clippy::cast_possible_truncation, reason = "a place is a byte")]
            let at = place as u8;
            places[number] = at;
        }
        place += 1;
    }
    places
};

/// The number of a code: `103` of `R103`.
const fn number(id: &str) -> Option<usize> {
    match id.as_bytes() {
        [b'R', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some((*a - b'0') as usize * 100 + (*b - b'0') as usize * 10 + (*c - b'0') as usize)
        }
        _ => None,
    }
}

impl Code {
    /// Its place in [`CODES`].
    #[must_use]
    pub fn index(&self) -> usize {
        number(self.id).map_or(CODES.len(), |number| usize::from(PLACES[number]))
    }

    /// Whether it is found in runs, not in schema files.
    #[must_use]
    pub fn is_of_run(&self) -> bool {
        self.unit != Denominator::Schema
    }

    /// Whether a finding of it is about a value of a record, which its action can set to
    /// null. What never became a value is none, nor is what tables hold when all are made.
    #[must_use]
    pub fn is_of_value(&self) -> bool {
        OF_VALUES.contains(&self)
    }

    /// Its number and name.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.id, self.name)
    }
}

/// Finds a code by its number or its name.
#[must_use]
pub fn find(word: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(word) || code.name == word).copied()
}

/// A code in what is written for another process: its id.
pub(crate) mod by_id {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{CODES, Code};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields on so")]
    pub(crate) fn serialize<S: Serializer>(
        code: &&'static Code,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(code.id)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Code, D::Error> {
        let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let found = CODES.binary_search_by(|code| code.id.cmp(&*id)).map(|place| CODES[place]);
        found.map_err(|_| D::Error::custom(format!("no code is called `{id}`")))
    }
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
    fn what_sets_a_value_to_null_is_about_a_value() {
        for code in CODES {
            assert!(code.is_of_value() || code.action != Action::Null, "{}", code.id);
        }
    }

    #[test]
    fn a_code_is_found_by_number_and_by_name() {
        assert_eq!(find("R102"), Some(Code::UNKNOWN_KEY));
        assert_eq!(find("r102"), Some(Code::UNKNOWN_KEY));
        assert_eq!(find("unknown-key"), Some(Code::UNKNOWN_KEY));
        assert_eq!(find("unknown"), None);
    }

    #[test]
    fn every_file_of_the_folder_is_a_code_and_named_for_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagnostic/code");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| !["mod", "example"].contains(&name.as_str()))
            .collect();
        files.sort();
        let mut modules = MODULES.to_vec();
        modules.sort_unstable();
        assert_eq!(files, modules);
        for (module, code) in MODULES.iter().zip(CODES) {
            assert_eq!(code.name.replace('-', "_"), *module);
        }
    }

    #[test]
    fn every_code_is_documented() {
        for code in CODES {
            let Code { id, name, summary, what, why, remedy, .. } = code;
            assert!(id.len() == 4 && id.starts_with('R'), "{id}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
            assert!(!summary.is_empty() && !summary.ends_with('.'), "{id}: {summary}");
            for text in [what, why, remedy] {
                assert!(text.ends_with('.') && text.chars().count() > 20, "{id}: {text}");
            }
            assert_ne!(code.fails, code.passes, "{id}");
        }
    }
}
