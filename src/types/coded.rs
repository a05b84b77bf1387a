//! Values in a code, and what is replaced in them.
//!
//! In: a text. Out: what it says behind its codes, with the way back to its bytes: each
//! character of a text that was decoded belongs to all of them, and what replaces a piece
//! to the bytes of that.

use std::borrow::Cow;

use crate::data::Text;
use crate::diagnostic::{Action, Code, Diagnostics, Finding};
use crate::grammar::decode;
use crate::lang::{Pattern, RawDecode, Regex};

/// How a value is encoded, and what is replaced in it then.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// The decoders, in the order in which they are applied.
    decode: Vec<RawDecode>,
    replace: Vec<(Regex, String)>,
}

impl Coded {
    /// Compiles what is replaced.
    #[must_use]
    pub fn new(decode: Vec<RawDecode>, replace: &[(Pattern, String)]) -> Self {
        let replace =
            replace.iter().map(|(pattern, with)| (pattern.compile(), with.clone())).collect();
        Self { decode, replace }
    }

    /// Whether it leaves every value as it stands.
    pub(super) fn is_empty(&self) -> bool {
        self.decode.is_empty() && self.replace.is_empty()
    }

    /// What a value is behind its code; none if it is that as it stands. A value that is
    /// not in the code stays as it stands, with a finding of which `place` says the rest,
    /// and is nothing where that asks for null.
    pub fn read<'t>(
        &self,
        text: &Text<'t>,
        diagnostics: &mut Diagnostics<'_>,
        place: impl Fn(&mut Finding),
    ) -> Option<Text<'t>> {
        let whole = text.as_str();
        let mut refuse = |message: String| {
            let finding = diagnostics.report(Code::UNDECODED_VALUE, text.whole(), message);
            finding.raw = Some(whole.to_owned());
            place(finding);
            (finding.action == Action::Null).then(|| Text::nothing(text.whole()))
        };
        let mut value = Cow::Borrowed(whole);
        for &decoder in &self.decode {
            match decode(decoder, &value) {
                Ok(Cow::Owned(decoded)) => value = Cow::Owned(decoded),
                Ok(Cow::Borrowed(_)) => {}
                Err(reason) => {
                    let nothing =
                        refuse(format!("the value is not in `{}`: {reason}", decoder.as_str()));
                    if nothing.is_some() {
                        return nothing;
                    }
                    value = Cow::Borrowed(whole);
                    break;
                }
            }
        }
        let mut read = match value {
            Cow::Owned(value) => Some(Text::decoded(value, text.whole())),
            Cow::Borrowed(_) => None,
        };
        let most = most_of(whole);
        for (pattern, with) in &self.replace {
            read = read.as_ref().unwrap_or(text).replaced(pattern, with, most).or(read);
            if read.as_ref().is_some_and(|read| read.as_str().len() > most) {
                return refuse(format!("`replace` makes more than {most} bytes of the value"));
            }
        }
        read.map(Text::trimmed)
    }
}

/// How long a value may become by what is replaced in it: a few patterns in a row can
/// make a gigabyte out of a line.
fn most_of(text: &str) -> usize {
    64 * 1024 + 16 * text.len()
}
