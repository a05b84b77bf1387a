//! Ways to number sections: styles of markers.

use super::Resolver;
use crate::diagnostic::Code;
use crate::schema::model::{Marker, Outline};
use crate::schema::raw::RawOutline;
use crate::source::Spanned;

impl Resolver<'_> {
    pub(super) fn outline(&mut self, name: &Spanned<String>, raw: &RawOutline) -> Outline {
        if raw.markers.is_empty() {
            let message = format!("the outline `{}` has no marker", name.value);
            self.fault(Code::SCHEMA_MISSING, &name.span, message);
        }
        let markers = raw
            .markers
            .iter()
            .map(|marker| {
                let span = marker.span.clone();
                let marker = &marker.value;
                let pattern = self.pattern(&marker.pattern);
                self.groups(&pattern, &["marker", "number"], &["marker", "number"]);
                let examples = Self::examples(marker.examples.as_ref());
                let what = format!("the marker `{}`", marker.name.value);
                self.wants_examples(&examples, &marker.name.span, &what);
                Marker { name: marker.name.value.clone(), pattern, examples, span }
            })
            .collect();
        Outline { name: name.value.clone(), markers }
    }
}
