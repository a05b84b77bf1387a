//! Files that are no text, and what else keeps a source from being read whole.

use std::fmt;
use std::io;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::revision::Changed;
use super::{Exceeded, Stopped};

/// Whether an error of a reader ends the run, and not its input alone: a limit is for the user to raise, a file
/// that changed to be left alone, and a run that was stopped reads no other.
pub(super) fn ends_run(error: &io::Error) -> bool {
    Exceeded::in_error(error).is_some() || Changed::is_in(error) || Stopped::is_in(error)
}

/// Why a source has no text, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It cannot be read at all.
    Unreadable(String),
    /// It is a file of another kind.
    NotText(Kind),
    /// It breaks off.
    Breaks(String),
    /// It came whole, and something stands behind its end.
    Behind(String),
    /// It is an archive whose members have the names of others.
    SameNames(String),
}

impl Fault {
    /// Whether what came last may be cut.
    pub(crate) fn cuts(&self) -> bool {
        !matches!(self, Self::Behind(_) | Self::SameNames(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "the source cannot be read: {why}"),
            Self::NotText(kind) => write!(f, "the source is no text but {}", kind.what),
            Self::Breaks(why) => write!(f, "the source breaks off here: {why}"),
            Self::Behind(why) => write!(f, "the source ends here, but {why}"),
            Self::SameNames(why) => write!(f, "the source is an archive in which {why}"),
        }
    }
}

/// A kind of file that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What it is, with its article.
    pub what: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.what)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = String::deserialize(deserializer)?;
        let found = Self::ALL.into_iter().find(|kind| kind.what == what);
        found.ok_or_else(|| de::Error::custom(format!("no kind of file is {what}")))
    }
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::WORKBOOK,
        Self::OFFICE,
        Self::PDF,
        Self::PARQUET,
        Self::SQLITE,
        Self::ARCHIVE,
        Self::IMAGE,
        Self::BINARY,
        Self::POINTER,
        Self::PAGE,
    ];
    const WORKBOOK: Self = Self {
        what: "a workbook, or another file of an office suite",
        remedy: "open it and save the sheet as CSV in UTF-8, then name that file",
    };
    const OFFICE: Self =
        Self { what: "a document of an office suite", remedy: "save it as plain text" };
    const PDF: Self =
        Self { what: "a PDF document", remedy: "take its text out with `pdftotext` or its like" };
    const PARQUET: Self = Self {
        what: "a Parquet file",
        remedy: "it is typed and validated as a table is; export it as CSV to mill it",
    };
    const SQLITE: Self = Self {
        what: "an SQLite database",
        remedy: "export a table, as with `sqlite3 -header -csv FILE 'SELECT * FROM …'`",
    };
    const ARCHIVE: Self = Self {
        what: "an archive of a kind that is not read",
        remedy: "unpack it first; tar and zip are read, with gzip, zstd, bzip2 and xz",
    };
    const IMAGE: Self = Self { what: "an image", remedy: "name the file that holds the records" };
    const BINARY: Self =
        Self { what: "a binary file", remedy: "name the file that holds the records" };
    const POINTER: Self = Self {
        what: "a pointer of Git LFS, not the file it stands for",
        remedy: "fetch the file with `git lfs pull`",
    };
    const PAGE: Self = Self {
        what: "a web page",
        remedy: "the server may have sent an error page: look at it, and fetch the dump again",
    };

    /// The kind of a file that begins so; none for what may be text. Compressed files and archives that
    /// are read are looked at when they are unpacked.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"version https://git-lfs.github.com/spec/") {
            return Some(Self::POINTER);
        }
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let begins =
            |tag: &[u8]| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag));
        if begins(b"<!doctype html") || begins(b"<html") {
            return Some(Self::PAGE);
        }
        // Short signatures begin texts as well, and texts have no bytes of control.
        let control = |byte: &u8| matches!(byte, 0..=6 | 14..=26);
        // A container of old office files; most that are taken for dumps are workbooks.
        if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return Some(Self::WORKBOOK);
        }
        if head.starts_with(b"PAR1") && head.iter().any(control) {
            return Some(Self::PARQUET);
        }
        let kind = infer::get(head)?;
        let kind = match (kind.extension(), kind.matcher_type()) {
            ("pdf", _) => return Some(Self::PDF),
            ("sqlite", _) => Self::SQLITE,
            ("xls" | "xlsx" | "ods", _) => Self::WORKBOOK,
            ("zip" | "tar" | "gz" | "bz2" | "xz" | "zst", _) | (_, infer::MatcherType::Text) => {
                return None;
            }
            (_, infer::MatcherType::Doc) => Self::OFFICE,
            (_, infer::MatcherType::Archive) => Self::ARCHIVE,
            (_, infer::MatcherType::Image) => Self::IMAGE,
            _ => Self::BINARY,
        };
        head.iter().any(control).then_some(kind)
    }

    /// The kind of a zip archive that has such members, if it is no archive of dumps.
    #[must_use]
    pub fn of_members<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let (mut office, mut sheets, mut mime) = (false, false, false);
        for name in names {
            office |= name == "[Content_Types].xml";
            sheets |= name.starts_with("xl/");
            mime |= name == "mimetype";
        }
        match (office, sheets, mime) {
            (true, true, _) => Some(Self::WORKBOOK),
            (true, false, _) | (_, _, true) => Some(Self::OFFICE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_say_what_they_are() {
        let check = |head: &[u8], what: Option<Kind>| assert_eq!(Kind::of(head), what, "{head:?}");
        check(b"%PDF-1.7\n", Some(Kind::PDF));
        check(b"SQLite format 3\0\x10\0\x01\x01", Some(Kind::SQLITE));
        check(b"PAR1\x15\x04\x15", Some(Kind::PARQUET));
        check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", Some(Kind::WORKBOOK));
        check(b"7z\xbc\xaf\x27\x1c\0\x04", Some(Kind::ARCHIVE));
        check(b"Rar!\x1a\x07\x01\0", Some(Kind::ARCHIVE));
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(Kind::IMAGE));
        check(b"\xff\xd8\xff\xe0\0\x10JFIF", Some(Kind::IMAGE));
        check(b"version https://git-lfs.github.com/spec/v1\noid", Some(Kind::POINTER));
        check(b"\n <!DOCTYPE HTML><html>", Some(Kind::PAGE));
    }

    #[test]
    fn texts_that_begin_like_other_files_are_texts() {
        for head in
            ["BMW 320\n", "MZ: 1\n", "ID3 tag\n", "PAR1\n", "GIF87a is old\n", "<htm", "II* 4\n"]
        {
            assert_eq!(Kind::of(head.as_bytes()), None, "{head}");
        }
        assert_eq!(Kind::of(b""), None);
    }

    #[test]
    fn a_workbook_is_no_archive_of_dumps() {
        let of = |names: &[&str]| Kind::of_members(names.iter().copied());
        assert_eq!(of(&["[Content_Types].xml", "xl/workbook.xml"]), Some(Kind::WORKBOOK));
        assert_eq!(of(&["[Content_Types].xml", "word/document.xml"]), Some(Kind::OFFICE));
        assert_eq!(of(&["mimetype", "content.xml"]), Some(Kind::OFFICE));
        assert_eq!(of(&["a.txt", "xl/b.txt"]), None);
    }
}
