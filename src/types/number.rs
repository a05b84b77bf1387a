//! What the types of numbers have in common: how numbers are written, and what is
//! said of a text that is none.

use std::fmt::Write as _;

use super::{ScalarReading, Scope};
use crate::grammar::{Notation, NumberFault};
use crate::lang::RawNumber;
use crate::source::Spanned;
use crate::text::short;

/// How numbers of a field are written.
pub(super) fn notation(number: Option<&Spanned<RawNumber>>, scope: &mut Scope<'_, '_>) -> Notation {
    if let Some(number) = number {
        return Notation::resolve(&number.value, scope.resolver);
    }
    scope.number_used.set(true);
    scope.number.cloned().unwrap_or_default()
}

/// A text that is no such number.
pub(super) fn refused(expected: &str, text: &str, fault: &NumberFault) -> ScalarReading<'static> {
    let found = short(text);
    // A column in which nothing is a number has many of them.
    let mut message = String::with_capacity(expected.len() + found.len() + 64);
    for part in ["expected ", expected, ", found `", &*found, "`: "] {
        message.push_str(part);
    }
    let _ = write!(message, "{fault}");
    ScalarReading::refused(fault.code(), message, fault.remedy())
}
