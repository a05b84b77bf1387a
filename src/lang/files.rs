//! The files that a schema is made of, and which of them a span lies in.

use std::ops::Range;
use std::sync::Arc;

use super::Fault;

/// A file that a schema was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// The path.
    pub path: String,
    /// The text.
    pub text: String,
    /// What is added to an offset of the text to make a span.
    pub start: usize,
    /// Where the schema names it, or one that uses it; none for its own file.
    pub named_at: Option<Range<usize>>,
}

/// All files of a schema: its own, then those it uses. Spans count bytes through all
/// of them, one after another, with one byte between two.
#[derive(Clone, Debug)]
pub struct SchemaFiles(Vec<Arc<SchemaFile>>);

impl SchemaFiles {
    pub(crate) fn new(path: String, text: String) -> Self {
        Self(vec![Arc::new(SchemaFile { path, text, start: 0, named_at: None })])
    }

    /// The schema's own file.
    #[must_use]
    pub fn own(&self) -> &SchemaFile {
        &self.0[0]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &SchemaFile> {
        self.0.iter().map(|file| &**file)
    }

    /// Where a file that comes next will start.
    pub(crate) fn next_start(&self) -> usize {
        self.0.last().map_or(0, |file| file.start + file.text.len() + 1)
    }

    /// Adds a file that is used, whose spans begin at [`Self::next_start`].
    pub(crate) fn push(&mut self, path: String, text: String, named_at: Range<usize>) {
        let start = self.next_start();
        self.0.push(Arc::new(SchemaFile { path, text, start, named_at: Some(named_at) }));
    }

    /// The file that a span lies in, and the bytes of it.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> (&SchemaFile, Range<usize>) {
        let (file, bytes) = self.find(span);
        (file.as_ref(), bytes)
    }

    /// A fault whose span counts through all files, at its place in the file that it stands in.
    #[must_use]
    pub fn placed(&self, mut fault: Fault) -> Fault {
        let (file, bytes) = self.find(&fault.span);
        if file.named_at.is_some() {
            (fault.span, fault.used) = (bytes, Some(Arc::clone(file)));
        }
        fault
    }

    fn find(&self, span: &Range<usize>) -> (&Arc<SchemaFile>, Range<usize>) {
        // The own file starts at 0, so that there is always one.
        let file = self.0.partition_point(|file| file.start <= span.start).max(1) - 1;
        let file = &self.0[file];
        (file, span.start - file.start..span.end.saturating_sub(file.start))
    }
}
