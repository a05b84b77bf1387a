//! The schemas embedded in the library. They are ordinary files, read by the
//! same code as a user's.

/// The names of the embedded schemas.
pub const NAMES: &[&str] = &["disease"];

/// The text of an embedded schema.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    match name {
        "disease" => {
            Some(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/disease.toml")))
        }
        _ => None,
    }
}
