//! The same bytes and findings, however the work is cut and shared.
