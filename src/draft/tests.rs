//! Drafts as a whole.
