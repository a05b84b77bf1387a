//! Ways to number sections: styles of markers.

use super::Resolver;
use crate::diagnostic::Code;
use crate::grammar::{MarkerStyle, Outline};
use crate::lang::marker_chars;
use crate::schema::raw::RawOutline;
use crate::source::Spanned;

/// As many as there are bits for in the tables that texts are looked up in.
const MAX_MARKERS: usize = 16;

impl Resolver<'_> {
    pub(super) fn outline(&mut self, name: &Spanned<String>, raw: &RawOutline) -> Outline {
        if raw.markers.is_empty() {
            let message = format!("the outline `{}` has no marker", name.value);
            self.fault(Code::SCHEMA_MISSING, &name.span, message);
        }
        if raw.markers.len() > MAX_MARKERS {
            let message = format!("an outline has at most {MAX_MARKERS} styles of markers");
            self.fault(Code::SCHEMA_VALUE, &name.span, message);
        }
        let markers = raw
            .markers
            .iter()
            .map(|marker| {
                let span = marker.span.clone();
                let marker = &marker.value;
                let pattern = self.pattern(&marker.pattern);
                self.groups(&pattern, &["marker", "number"], &["marker", "number"]);
                if !pattern.text.is_empty() && marker_chars(&pattern.text).is_none() {
                    let message = "at most one character may stand before the group `marker`";
                    self.fault(Code::SCHEMA_PATTERN, &pattern.span, message).help = Some(
                        "write the pattern as what stands before, `(?<marker>…)`, what stands behind"
                            .to_owned(),
                    );
                }
                let examples = Self::examples(marker.examples.as_ref());
                let what = format!("the marker `{}`", marker.name.value);
                self.wants_examples(&examples, &marker.name.span, &what);
                MarkerStyle { name: marker.name.value.clone(), pattern, examples, span }
            })
            .collect();
        Outline { name: name.value.clone(), markers }
    }
}
