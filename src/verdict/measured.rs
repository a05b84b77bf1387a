//! What a check came to in the end.

/// What a check came to in the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// How many rows or values it looked at.
    pub evaluated: u64,
    /// The figure that it measured.
    pub figure: Option<f64>,
    /// Why it could not be evaluated.
    pub failed: Option<String>,
}
