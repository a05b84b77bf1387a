//! What a check came to in the end.

/// What a check came to in the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// How many rows or values it looked at.
    pub evaluated: u64,
    /// The figure that it measured.
    pub figure: Option<f64>,
    /// Why it could not be evaluated.
    pub failed: Option<NotMeasured>,
}

/// Why a check could not be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum NotMeasured {
    /// In words that hold nothing of the tables.
    Stated(String),
    /// In words of the engine that evaluates SQL, which may quote cells of the tables.
    Quoted(String),
}
