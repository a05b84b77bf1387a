//! From what the user names to a list of inputs: files, folders, globs,
//! archives and standard input.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::Except;
use super::archive::{Archive, HEAD, Member, Part, untar, unzip};
use super::compression::{Ahead, Codec, Exceeded, Limits, Meter, decompress};
use crate::error::{Error, ErrorKind, Result};

/// One input of a run: a file, a member of an archive, standard input. It can be
/// opened more than once and then gives the same bytes, those without compression.
#[derive(Debug)]
pub struct Input {
    name: String,
    store: Store,
    /// The compression of the bytes, the outermost first.
    codecs: Vec<Codec>,
    /// What the bytes stand in, and how they are compressed, from the outside in.
    layers: Vec<&'static str>,
    limits: Limits,
}

/// Where bytes stand.
#[derive(Clone, Debug)]
enum Store {
    File(PathBuf),
    /// A member of an archive; or standard input, copied to a file without a
    /// name: its encoding is decided on the whole of it, and memory must not
    /// grow with it.
    Part(Part),
    Memory(Arc<[u8]>),
}

impl Store {
    fn len(&self) -> u64 {
        match self {
            Self::File(path) => path.metadata().map_or(0, |data| data.len()),
            Self::Part(part) => part.len(),
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::File(path) => Box::new(open(path)?),
            Self::Part(part) => Box::new(part.clone()),
            Self::Memory(bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
        })
    }
}

impl Input {
    /// An input that stands in memory, taken as it is.
    #[must_use]
    pub fn memory(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            store: Store::Memory(bytes.into().into()),
            codecs: Vec::new(),
            layers: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// The path as the user would write it, with `/` between its parts; `-` for
    /// standard input; `archive!member` for a member of an archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file name without its extension, if the input is a file.
    #[must_use]
    pub fn stem(&self) -> Option<&str> {
        let mut name = self.name.rsplit('/').next().filter(|name| *name != "-")?;
        // A file may have the mark that stands before a member in its own name.
        if self.layers.iter().any(|layer| Archive::is_word(layer)) {
            name = name.rsplit('!').next()?;
        }
        for codec in &self.codecs {
            name = name.strip_suffix(&format!(".{}", codec.extension())).unwrap_or(name);
        }
        Path::new(name).file_stem()?.to_str()
    }

    /// What the bytes stand in and how they are compressed, from the outside in
    /// with `/` between; none for a plain file.
    #[must_use]
    pub fn compression(&self) -> Option<String> {
        (!self.layers.is_empty()).then(|| self.layers.join("/"))
    }

    /// The length in bytes as it is stored, compressed or not.
    #[must_use]
    pub fn stored_len(&self) -> u64 {
        self.store.len()
    }

    /// When the file was changed last. Standard input and members of archives
    /// have no such time.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        match &self.store {
            Store::File(path) => path.metadata().ok()?.modified().ok(),
            Store::Part(_) | Store::Memory(_) => None,
        }
    }

    /// Opens the input at its first byte.
    ///
    /// # Errors
    ///
    /// The file cannot be opened. Reading fails where the bytes are not what
    /// their compression says, or go beyond a limit.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if self.codecs.is_empty() {
            return self.store.open();
        }
        let meter = Meter::new(self.limits, self.store.len());
        let reader = decompress(self.store.open()?, &self.codecs, meter)?;
        Ok(Box::new(Ahead::new(reader)?))
    }

    /// A few bytes of a plain file, from an offset on; none where the input is
    /// compressed or a member of an archive, and can only be read from its start.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn window(&self, offset: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
        let Store::File(path) = &self.store else { return Ok(None) };
        if !self.codecs.is_empty() {
            return Ok(None);
        }
        let mut file = open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(length);
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// The first bytes, without the compression that is known of so far.
    fn head(&self) -> io::Result<Vec<u8>> {
        let meter = Meter::new(self.limits, self.store.len());
        let reader = decompress(self.store.open()?, &self.codecs, meter)?;
        let mut head = Vec::with_capacity(HEAD);
        reader.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(head)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads inputs")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Takes inputs apart until none is an archive, and tells how each is compressed.
struct Opener<'e> {
    inputs: Vec<Input>,
    /// What folders and globs do not give.
    except: &'e Except,
    limits: Limits,
    /// How many members of archives were found.
    members: u64,
    /// What archives of the named input expand to, one in the other included:
    /// else each layer could expand as far as one alone may.
    meter: Meter,
}

impl Opener<'_> {
    /// Adds an input, or the members that it holds.
    fn add(&mut self, mut input: Input) -> Result<()> {
        loop {
            let head = input.head().map_err(|error| unreadable(&input.name, error))?;
            let (codec, archive) = (Codec::of(&head), Archive::of(&head));
            if input.layers.len() >= self.limits.nesting && (codec.is_some() || archive.is_some()) {
                let exceeded = Exceeded::Nesting(self.limits.nesting);
                return Err(unreadable(&input.name, exceeded.into()));
            }
            if let Some(codec) = codec {
                input.codecs.push(codec);
                input.layers.push(codec.as_str());
                continue;
            }
            let Some(archive) = archive else {
                self.inputs.push(input);
                return Ok(());
            };
            let members = self.unpack(&input, archive);
            let members = members.map_err(|error| unreadable(&input.name, error))?;
            self.members += members.len() as u64;
            let mut layers = input.layers.clone();
            layers.push(archive.as_str());
            for member in members {
                self.add(Input {
                    name: format!("{}!{}", input.name, member.name),
                    store: Store::Part(member.part),
                    codecs: Vec::new(),
                    layers: layers.clone(),
                    limits: self.limits,
                })?;
            }
            return Ok(());
        }
    }

    fn unpack(&mut self, input: &Input, archive: Archive) -> io::Result<Vec<Member>> {
        let (meter, limits) = (&mut self.meter, self.limits);
        if archive == Archive::Tar {
            return untar(input.open()?, meter, self.members, limits);
        }
        match &input.store {
            Store::Part(part) if input.codecs.is_empty() => {
                unzip(part.clone(), meter, self.members, limits)
            }
            Store::File(path) if input.codecs.is_empty() => {
                unzip(BufReader::new(open(path)?), meter, self.members, limits)
            }
            // The list of its members stands at the end: it must be there whole.
            _ => {
                let mut spool = tempfile::tempfile()?;
                io::copy(&mut input.open()?, &mut spool)?;
                unzip(Part::whole(spool)?, meter, self.members, limits)
            }
        }
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        let name = path.to_string_lossy().replace('\\', "/");
        self.named(name, Store::File(path.to_owned()))
    }

    /// Adds an input that the user named.
    fn named(&mut self, name: String, store: Store) -> Result<()> {
        let input = self.plain(name, store);
        self.meter = Meter::new(self.limits, input.stored_len());
        self.add(input)
    }

    fn plain(&self, name: String, store: Store) -> Input {
        Input { name, store, codecs: Vec::new(), layers: Vec::new(), limits: self.limits }
    }
}

/// The error of an input that cannot be read, with what to do about it.
#[must_use]
pub fn unreadable(name: &str, error: io::Error) -> Error {
    let remedy = match (Exceeded::in_error(&error), error.kind()) {
        (Some(exceeded), _) => exceeded.remedy(),
        (None, io::ErrorKind::NotFound) => {
            "check the path; `recordmill run --help` shows the forms an input may have"
        }
        (None, io::ErrorKind::PermissionDenied) => "allow this user to read it",
        (None, io::ErrorKind::StorageFull) => "make room in the folder for temporary files",
        _ => "check that the file is readable and whole, and does not change while it is read",
    };
    Error::new(ErrorKind::Input, "cannot read the input")
        .with_path(name)
        .with_remedy(remedy)
        .with_source(error)
}

/// Finds the inputs that the user named: a file, a folder (every file below it,
/// hidden ones left out), a glob, or `-` for standard input. Archives are folders
/// of their members. The order is that of the names given, and by path within a
/// folder, a glob or an archive.
///
/// # Errors
///
/// An input that does not exist, a glob, folder or archive without a file, a file
/// that cannot be opened, an archive that cannot be unpacked or goes beyond a
/// limit, a glob that is malformed.
pub fn resolve(names: &[String], limits: Limits) -> Result<Vec<Input>> {
    resolve_except(names, limits, &Except::default())
}

/// As [`resolve`], with files and folders that no folder and no glob gives.
///
/// # Errors
///
/// As of [`resolve`].
pub fn resolve_except(names: &[String], limits: Limits, except: &Except) -> Result<Vec<Input>> {
    let meter = Meter::new(limits, 0);
    let mut opener = Opener { inputs: Vec::new(), except, limits, members: 0, meter };
    for name in names {
        let before = opener.inputs.len();
        let path = Path::new(name);
        let (empty, remedy) = if name == "-" {
            opener.named(name.clone(), spool(&mut io::stdin().lock())?)?;
            ("the archive has no member", "name an archive that holds a dump")
        } else if path.is_dir() {
            walk(path, &mut opener)?;
            ("no file in the folder", "name a folder that holds a dump, or a file")
        } else if path.exists() || !name.contains(['*', '?', '[']) {
            opener.file(path)?;
            ("the archive has no member", "name an archive that holds a dump")
        } else {
            expand(name, &mut opener)?;
            ("no file matches", "check the pattern, and quote it so that the shell leaves it alone")
        };
        if opener.inputs.len() == before {
            return Err(Error::new(ErrorKind::Input, empty).with_path(path).with_remedy(remedy));
        }
    }
    Ok(opener.inputs)
}

fn walk(folder: &Path, opener: &mut Opener<'_>) -> Result<()> {
    let except = opener.except;
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0
            && (entry.file_name().to_string_lossy().starts_with('.') || except.has(entry.path()))
    };
    let entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(|entry| !hidden(entry)) {
        let entry = entry.map_err(|error| {
            Error::new(ErrorKind::Input, "cannot list the folder")
                .with_path(folder)
                .with_remedy("allow this user to read it")
                .with_source(error)
        })?;
        if entry.file_type().is_file() {
            opener.file(entry.path())?;
        }
    }
    Ok(())
}

fn expand(pattern: &str, opener: &mut Opener<'_>) -> Result<()> {
    let paths = glob::glob(pattern).map_err(|error| {
        Error::new(ErrorKind::Option, "malformed glob")
            .with_path(pattern)
            .with_remedy("`*` stands for any part of a name, `**` for any folders, `[ab]` for one of the characters")
            .with_source(error)
    })?;
    for path in paths.flatten().filter(|path| path.is_file()) {
        if !opener.except.has_within(&path) {
            opener.file(&path)?;
        }
    }
    Ok(())
}

fn spool(reader: &mut impl Read) -> Result<Store> {
    let mut copy = || -> io::Result<Part> {
        let mut file = tempfile::tempfile()?;
        io::copy(reader, &mut file)?;
        Part::whole(file)
    };
    let part = copy().map_err(|error| {
        Error::new(ErrorKind::Input, "cannot read standard input")
            .with_remedy(
                "make room in the folder for temporary files, or name a file instead of `-`",
            )
            .with_source(error)
    })?;
    Ok(Store::Part(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_can_be_read_twice() {
        let store = spool(&mut "简介 甲".as_bytes()).unwrap();
        for _ in 0..2 {
            let mut text = String::new();
            store.open().unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "简介 甲");
        }
    }

    #[test]
    fn a_missing_file_says_so() {
        let error = resolve(&["no/such/dump.txt".to_owned()], Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), "cannot read the input `no/such/dump.txt`");
        assert_eq!(error.kind(), ErrorKind::Input);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_folder_is_read_by_name_and_hidden_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let inputs =
            resolve(&[folder.path().to_string_lossy().into_owned()], Limits::default()).unwrap();
        let stems: Vec<_> = inputs.iter().filter_map(Input::stem).collect();
        assert_eq!(stems, ["a", "b"]);
    }
}
