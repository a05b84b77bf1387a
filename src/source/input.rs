//! From what the user names to a list of inputs: files, folders, globs,
//! archives and standard input.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf, is_separator};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::archive::{Archive, HEAD, Part, Unpacked, untar, unzip};
use super::compression::{Ahead, Codec, Exceeded, Limits, Meter, decompress};
#[cfg(unix)]
use super::identity;
use super::kind::{Fault, Kind, ends_run};
use super::revision::{Revision, Unchanged};
use super::{Except, FileId, Stop, Stopped};
use crate::error::{Error, ErrorKind, Result};

/// One input of a run: a file, a member of an archive, standard input. It can be
/// opened more than once and then gives the same bytes, those without compression.
#[derive(Clone, Debug)]
pub struct Input {
    name: Arc<str>,
    /// The file that it is, or that it is a member of, as it was named.
    file: Arc<str>,
    store: Store,
    /// The compression of the bytes, the outermost first.
    codecs: Vec<Codec>,
    /// What the bytes stand in, and how they are compressed, from the outside in.
    layers: Vec<&'static str>,
    limits: Limits,
    /// Why there is nothing to be read of it.
    fault: Option<Fault>,
    /// Who may end the reading of it.
    stop: Option<Stop>,
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
    /// That of an input of which nothing can be read.
    fn empty() -> Self {
        Self::Memory(Arc::new([]))
    }

    fn len(&self) -> u64 {
        match self {
            Self::File(path) => path.metadata().map_or(0, |data| data.len()),
            Self::Part(part) => part.len(),
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Opens it at its first byte, as what it was when it was `first` opened.
    fn open(&self, first: &OnceLock<Revision>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::File(path) => {
                let file = open(path)?;
                let revision = Revision::of(&file)?;
                revision.must_be(*first.get_or_init(|| revision))?;
                Box::new(Unchanged::new(file, revision))
            }
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
            name: name.into().into(),
            file: Arc::default(),
            store: Store::Memory(bytes.into().into()),
            codecs: Vec::new(),
            layers: Vec::new(),
            limits: Limits::default(),
            fault: None,
            stop: None,
        }
    }

    /// An input of which nothing can be read.
    #[must_use]
    pub fn broken(name: impl Into<String>, fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::memory(name, []) }
    }

    /// The file that the input is, or that it is a member of, as it was named; none for what has no name
    /// by which others could open it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        (!self.file.is_empty()).then_some(&*self.file)
    }

    /// The same with another name for its file.
    #[must_use]
    pub fn of_file(mut self, file: &str) -> Self {
        if let Some(rest) = self.name.strip_prefix(&*self.file) {
            self.name = format!("{file}{rest}").into();
            self.file = file.into();
        }
        self
    }

    /// The same input, whose reading ends when it is stopped, wherever it is read.
    #[must_use]
    pub fn until(self, stop: &Stop) -> Self {
        Self { stop: Some(stop.clone()), ..self }
    }

    /// The same input with something that keeps it from being read.
    #[cfg(test)]
    pub(crate) fn with_fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// Why there is nothing to be read of the input, if that was seen when it was found.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Nothing, if nothing is known that keeps the input from being read.
    ///
    /// # Errors
    ///
    /// What does.
    pub fn whole(&self) -> io::Result<()> {
        self.fault.as_ref().map_or(Ok(()), |fault| Err(io::Error::other(fault.to_string())))
    }

    /// The path as the user would write it, with `/` between its parts; `-` for
    /// standard input; `archive!member` for a member of an archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The [name](Self::name) from a [whole](whole_path) folder, whatever folder is the current one and however the
    /// user writes it. Outside of the folder it stays absolute where the user writes it so.
    #[cfg_attr(not(feature = "tables"), expect(dead_code, reason = "runs alone ask for it"))]
    pub(crate) fn name_from(&self, folder: &Path) -> Cow<'_, str> {
        let member = self.name.strip_prefix(&*self.file).filter(|_| !self.file.is_empty());
        let named = member.zip(path_from(folder, Path::new(&*self.file)));
        named.map_or(Cow::Borrowed(&*self.name), |(member, file)| Cow::Owned(file + member))
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

    /// Opens the input at its first byte, to read it once.
    ///
    /// # Errors
    ///
    /// As those of [`Reading::open`].
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.reading().open()
    }

    /// The input as what it is when it is next opened, to read it more than once.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        Reading { input: self, first: OnceLock::new() }
    }

    /// How far it may expand.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether it can be read from any place on: it is a file, and not compressed.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self.store, Store::File(_)) && self.layers.is_empty()
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
        let mut reader: Box<dyn Read + Send> = match &self.store {
            Store::File(path) => Box::new(open(path)?),
            store => store.open(&OnceLock::new())?,
        };
        if !self.codecs.is_empty() {
            reader = decompress(reader, &self.codecs, Meter::new(self.limits, self.store.len()))?;
        }
        let mut head = Vec::with_capacity(HEAD);
        match reader.take(HEAD as u64).read_to_end(&mut head) {
            // What breaks off later still has a head.
            Err(error) if head.is_empty() || ends_run(&error) => Err(error),
            _ => Ok(head),
        }
    }
}

/// An input that is read, be it more than once: it gives the same bytes each time, or an error.
#[derive(Debug)]
pub struct Reading<'i> {
    input: &'i Input,
    first: OnceLock<Revision>,
}

impl Reading<'_> {
    /// Opens the input at its first byte.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, or is not what it was when it was opened before. Reading fails where it
    /// is not that any more, where the bytes are not what their compression says, or go beyond a limit.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.open_at(0)
    }

    /// Opens the input behind its first bytes.
    ///
    /// # Errors
    ///
    /// As of [`Reading::open`].
    pub fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let reader = self.behind(offset)?;
        Ok(match &self.input.stop {
            Some(stop) => stop.guard(reader),
            None => reader,
        })
    }

    fn behind(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let Input { store, codecs, limits, .. } = self.input;
        if let (Store::File(path), true) = (store, offset > 0 && codecs.is_empty()) {
            let mut file = open(path)?;
            let revision = Revision::of(&file)?;
            revision.must_be(*self.first.get_or_init(|| revision))?;
            file.seek(SeekFrom::Start(offset))?;
            return Ok(Box::new(Unchanged::new(file, revision)));
        }
        let mut reader = self.at_start(store, codecs, *limits)?;
        io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?;
        Ok(reader)
    }

    /// Reads all of a short input into some room; how long it is. None if it may be longer than that.
    ///
    /// # Errors
    ///
    /// As of [`Reading::open`], and whatever keeps its bytes from being read.
    pub fn short(&self, room: &mut [u8]) -> io::Result<Option<usize>> {
        let Input { store, codecs, limits, .. } = self.input;
        let mut reader = store.open(&self.first)?;
        if !codecs.is_empty() {
            reader = decompress(reader, codecs, Meter::new(*limits, store.len()))?;
        }
        let mut length = 0;
        while length < room.len() {
            match reader.read(&mut room[length..]) {
                Ok(0) => return Ok(Some(length)),
                Ok(n) => length += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn at_start(
        &self,
        store: &Store,
        codecs: &[Codec],
        limits: Limits,
    ) -> io::Result<Box<dyn Read + Send>> {
        let stored = store.open(&self.first)?;
        if codecs.is_empty() {
            return Ok(stored);
        }
        let reader = decompress(stored, codecs, Meter::new(limits, store.len()))?;
        Ok(Box::new(Ahead::new(reader)))
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
    /// How many inputs archives gave: members, hidden ones left out, and what is told of those that cannot be read.
    members: u64,
    /// What archives of the named input expand to, one in the other included, if it is one:
    /// else each layer could expand as far as one alone may.
    meter: Option<Meter>,
    /// What could be read but once, for whoever names it again.
    spools: BTreeMap<FileId, Store>,
}

impl Opener<'_> {
    /// Adds an input, or the members that it holds.
    fn add(&mut self, mut input: Input) -> Result<()> {
        loop {
            let head = match input.head() {
                Ok(head) => head,
                Err(error) => return self.failed(input, error),
            };
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
                input.fault = Kind::of(&head).map(Fault::NotText);
                self.inputs.push(input);
                return Ok(());
            };
            let unpacked = match self.unpack(&input, archive) {
                Ok(Unpacked::Members(unpacked)) => unpacked,
                Ok(Unpacked::Other(kind)) => {
                    input.fault = Some(Fault::NotText(kind));
                    self.inputs.push(input);
                    return Ok(());
                }
                Err(error) => return self.failed(input, error),
            };
            // What nothing can be read of is an input too, and there must not be any number of them.
            self.members += (unpacked.members.len() + unpacked.faults.len()) as u64;
            let mut layers = input.layers.clone();
            layers.push(archive.as_str());
            let within = |name: &str, store, fault| Input {
                name: format!("{}!{name}", input.name).into(),
                file: Arc::clone(&input.file),
                store,
                codecs: Vec::new(),
                layers: layers.clone(),
                limits: input.limits,
                fault,
                stop: None,
            };
            for member in unpacked.members {
                self.add(within(&member.name, Store::Part(member.part), None))?;
            }
            for (name, fault) in unpacked.faults {
                self.inputs.push(match name {
                    Some(name) => within(&name, Store::empty(), Some(fault)),
                    None => Input { fault: Some(fault), ..self.plain(&input.name, Store::empty()) },
                });
            }
            return Ok(());
        }
    }

    /// Keeps an input that cannot be read among the others, so that it is reported and they are read, unless
    /// that ends the run.
    fn failed(&mut self, mut input: Input, error: io::Error) -> Result<()> {
        if ends_run(&error) {
            return Err(unreadable(&input.name, error));
        }
        input.fault = Some(Fault::Unreadable(error.to_string()));
        self.inputs.push(input);
        Ok(())
    }

    fn unpack(&mut self, input: &Input, archive: Archive) -> io::Result<Unpacked> {
        let limits = self.limits;
        let meter = self.meter.get_or_insert_with(|| Meter::new(limits, input.stored_len()));
        if archive == Archive::Tar {
            return untar(input.open()?, meter, self.members, limits);
        }
        match &input.store {
            Store::Part(part) if input.codecs.is_empty() => {
                unzip(part.clone(), meter, self.members, limits)
            }
            Store::File(path) if input.codecs.is_empty() => {
                let file = open(path)?;
                let (revision, same) = (Revision::of(&file)?, file.try_clone()?);
                let unpacked = unzip(BufReader::new(file), meter, self.members, limits);
                revision.check(&same)?;
                unpacked
            }
            // The list of its members stands at the end: it must be there whole.
            _ => {
                let mut spool = tempfile::tempfile()?;
                io::copy(&mut input.open()?, &mut spool)?;
                unzip(Part::whole(spool)?, meter, self.members, limits)
            }
        }
    }

    /// Adds what a folder or a glob gives. What is no file is not opened there: nobody has
    /// asked for it by its name, and a pipe may be waited for without end.
    fn met(&mut self, path: &Path) -> Result<()> {
        match path.metadata() {
            Ok(data) if !data.is_file() => {
                let error = io::Error::other("expected a file, found a pipe, a socket or a device");
                self.failed(self.plain(&name_of(path), Store::empty()), error)
            }
            Ok(_) => self.regular(path),
            Err(error) => self.failed(self.plain(&name_of(path), Store::empty()), error),
        }
    }

    /// Adds what a glob gives, unless it is a folder.
    fn matched(&mut self, path: &Path) -> Result<()> {
        if path.is_dir() || self.except.has_within(path) {
            return Ok(());
        }
        self.met(path)
    }

    /// Adds a regular file.
    fn regular(&mut self, path: &Path) -> Result<()> {
        self.named(&name_of(path), Store::File(path.to_owned()))
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        let name = name_of(path);
        let store = match path.metadata() {
            Ok(data) if data.is_file() => return self.regular(path),
            Ok(_) => self.spooled(FileId::of(path).ok().flatten(), || {
                let file = open(path).map_err(|error| unreadable(&name, error))?;
                spool(file, &name)
            })?,
            Err(error) => return self.failed(self.plain(&name, Store::empty()), error),
        };
        self.named(&name, store)
    }

    /// Standard input, if that is anything that ends.
    fn standard_input(&mut self) -> Result<Store> {
        #[cfg(unix)]
        {
            let file = identity::standard_input().map_err(|error| unreadable("-", error))?;
            let id = file.metadata().ok().map(|data| FileId::of_data(&data));
            self.spooled(id, || spool(file, "-"))
        }
        #[cfg(not(unix))]
        self.spooled(None, || copied(&mut io::stdin().lock(), "-"))
    }

    /// What can be read but once. It is the same where it is named again, as a file is; to open a pipe once more is
    /// to wait without end.
    fn spooled(
        &mut self,
        id: Option<FileId>,
        spool: impl FnOnce() -> Result<Store>,
    ) -> Result<Store> {
        if let Some(store) = id.as_ref().and_then(|id| self.spools.get(id)) {
            return Ok(store.clone());
        }
        let store = spool()?;
        self.spools.extend(id.map(|id| (id, store.clone())));
        Ok(store)
    }

    /// Adds an input that the user named.
    fn named(&mut self, name: &str, store: Store) -> Result<()> {
        self.meter = None;
        self.add(self.plain(name, store))
    }

    fn plain(&self, name: &str, store: Store) -> Input {
        let name: Arc<str> = name.into();
        // One text serves both: there may be very many files.
        let file = if &*name == "-" { Arc::default() } else { Arc::clone(&name) };
        Input {
            name,
            file,
            store,
            codecs: Vec::new(),
            layers: Vec::new(),
            limits: self.limits,
            fault: None,
            stop: None,
        }
    }
}

/// A path from the root on, without `.` and `..`; none if nobody can tell the current folder.
#[must_use]
pub fn whole_path(path: &Path) -> Option<PathBuf> {
    // The current folder has a path, and nothing has none.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path).ok()?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    Some(whole)
}

/// A path from a whole folder; outside of it the whole one where the path is so.
fn path_from(folder: &Path, path: &Path) -> Option<String> {
    let whole = whole_path(path)?;
    if path.is_absolute() && !whole.starts_with(folder) {
        return Some(name_of(&whole));
    }
    let shared = folder.components().zip(whole.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    Some(name_of(&up.chain(whole.components().skip(shared)).collect::<PathBuf>()))
}

/// A path as the user would write it. Bytes that are no UTF-8 are `\xff`: with U+FFFD for each, several files would
/// have one name.
fn name_of(path: &Path) -> String {
    let mut name = String::new();
    for piece in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        name.push_str(&piece.valid().replace('\\', "/"));
        name.extend(piece.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    name
}

/// The name of a path that a user gave, for [`resolve`] and [`resolve_one`]: bytes that are no UTF-8 are `\xff`, as
/// reports show them.
#[must_use]
pub fn name_of_path(path: OsString) -> String {
    path.into_string().unwrap_or_else(|path| name_of(Path::new(&path)))
}

/// The path of a name: the file of the very name, or else the one that is meant with `\xff`.
///
/// # Errors
///
/// There are both, and what is meant cannot be told.
pub fn path_of_name(name: &str) -> Result<PathBuf> {
    let path = PathBuf::from(name);
    #[cfg(unix)]
    if name.contains("\\x") {
        use std::os::unix::ffi::OsStringExt;
        let meant = PathBuf::from(OsString::from_vec(without_escapes(name)));
        return match (path.symlink_metadata().is_ok(), meant.symlink_metadata().is_ok()) {
            (true, true) if path != meant => {
                Err(Error::new(ErrorKind::Option, "two files are meant by the name")
                    .with_path(name)
                    .with_remedy("one has the characters `\\x` in its name: name it otherwise"))
            }
            (false, true) => Ok(meant),
            _ => Ok(path),
        };
    }
    Ok(path)
}

/// The bytes of a name, each `\xff` in it one: bytes of ASCII are never written so.
#[cfg(unix)]
fn without_escapes(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once("\\x") {
        bytes.extend(before.bytes());
        let byte = behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(|byte| !byte.is_ascii()) {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.extend(b"\\x");
            rest = behind;
        }
    }
    bytes.extend(rest.bytes());
    bytes
}

/// The error of an input that cannot be read, with what to do about it; of a run that was stopped there.
#[must_use]
pub fn unreadable(name: &str, error: io::Error) -> Error {
    if Stopped::is_in(&error) {
        return Stopped.into();
    }
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

/// Finds the one input that a name stands for; a member of an archive is named by both, `archive!member`.
///
/// # Errors
///
/// As [`resolve`]; and the name stands for several.
pub fn resolve_one(name: &str) -> Result<Input> {
    // A file may have the mark in its own name.
    let ends = name.match_indices('!').map(|(at, _)| at).chain([name.len()]).rev();
    let outer = ends
        .map(|end| &name[..end])
        .find(|outer| path_of_name(outer).is_ok_and(|path| path.is_file()));
    let mut inputs = resolve(&[outer.unwrap_or(name).to_owned()], Limits::default())?;
    if let Some(idx) = inputs.iter().position(|input| input.name() == name) {
        return Ok(inputs.swap_remove(idx));
    }
    match inputs.len() {
        1 => Ok(inputs.swap_remove(0)),
        _ => Err(Error::new(ErrorKind::Option, "the name stands for several inputs")
            .with_path(name)
            .with_remedy(format!("name one of them, such as `{}`", inputs[0].name()))),
    }
}

/// Finds the inputs that the user named: a file, a folder (every file below it,
/// hidden ones left out), a glob, or `-` for standard input. Archives are folders
/// of their members. The order is that of the names given, and by path within a
/// folder, a glob or an archive. In names of files and folders `\xff` stands for a byte that is no UTF-8.
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
    let spools = BTreeMap::new();
    let mut opener = Opener { inputs: Vec::new(), except, limits, members: 0, meter: None, spools };
    for name in names {
        let before = opener.inputs.len();
        let path = &path_of_name(name)?;
        if let Some(error) = elsewhere(name).filter(|_| path.symlink_metadata().is_err()) {
            return Err(error);
        }
        let (empty, remedy) = if name == "-" {
            let store = opener.standard_input()?;
            opener.named(name, store)?;
            ("the archive has no member", "name an archive that holds a dump")
        } else if path.is_dir() {
            walk(path, &mut opener)?;
            ("no file in the folder", "name a folder that holds a dump, or a file")
        } else if path.symlink_metadata().is_ok() || !name.contains(['*', '?', '[']) {
            if let Err(error) = path.symlink_metadata() {
                return Err(unreadable(name, error));
            }
            opener.file(path)?;
            ("the archive has no member", "name an archive that holds a dump")
        } else {
            expand(name, &mut opener)?;
            ("no file matches", "check the pattern, and quote it so that the shell leaves it alone")
        };
        if opener.inputs.len() == before {
            return Err(Error::new(ErrorKind::Input, empty).with_path(name).with_remedy(remedy));
        }
    }
    Ok(opener.inputs)
}

/// An error about a name that is a URL; none if it is none.
fn elsewhere(name: &str) -> Option<Error> {
    let (scheme, rest) = name.split_once("://")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ['+', '-', '.'].contains(&c);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(plain) {
        return None;
    }
    let remedy = match scheme.to_ascii_lowercase().as_str() {
        "file" => format!("name the file: `{}`", rest.trim_start_matches("localhost")),
        "http" | "https" | "ftp" => format!("`curl -fL '{name}' | recordmill run -` reads it"),
        "s3" | "s3a" => format!("`aws s3 cp 's3://{rest}' - | recordmill run -` reads it"),
        "gs" => format!("`gcloud storage cat '{name}' | recordmill run -` reads it"),
        _ => "copy it to this machine and name the file, or pipe it into `recordmill run -`".into(),
    };
    let message = "inputs are files, and nothing is fetched from elsewhere:";
    Some(Error::new(ErrorKind::Input, message).with_path(name).with_remedy(remedy))
}

/// Adds the files below a folder, hidden ones left out.
fn walk(folder: &Path, opener: &mut Opener<'_>) -> Result<()> {
    let except = opener.except;
    let keep = |entry: &walkdir::DirEntry| {
        entry.depth() == 0
            || !entry.file_name().to_string_lossy().starts_with('.') && !except.has(entry.path())
    };
    below(folder, keep).try_for_each(|found| {
        let (path, is_file) = found?;
        if is_file { opener.regular(&path) } else { opener.met(&path) }
    })
}

/// The paths of what is no folder below a folder, by name, links followed, and whether each is known to be a regular
/// file. A link to a folder that it stands in is not gone into: what is there has a shorter path, and several such
/// links would be gone through in each order that they can have.
fn below(
    folder: &Path,
    mut keep: impl FnMut(&walkdir::DirEntry) -> bool,
) -> impl Iterator<Item = Result<(PathBuf, bool)>> {
    let onward = move |entry: &walkdir::DirEntry| {
        let is_link = entry.depth() > 0 && entry.path_is_symlink() && entry.file_type().is_dir();
        keep(entry) && !(is_link && leads_above(entry.path()))
    };
    let entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name();
    entries.into_iter().filter_entry(onward).filter_map(move |entry| match entry {
        Ok(entry) => {
            let kind = entry.file_type();
            (!kind.is_dir()).then(|| Ok((entry.into_path(), kind.is_file())))
        }
        // The files of a folder that leads back to itself were read.
        Err(error) if error.loop_ancestor().is_some() => None,
        Err(error) => match error.path() {
            // A link that leads nowhere is met as what it is called.
            Some(path) if path.is_symlink() && !path.is_dir() => Some(Ok((path.to_owned(), false))),
            path => {
                let folder = path.unwrap_or(folder).to_owned();
                Some(Err(cannot_list(&folder, error)))
            }
        },
    })
}

fn expand(pattern: &str, opener: &mut Opener<'_>) -> Result<()> {
    let malformed = |error| {
        Error::new(ErrorKind::Option, "malformed glob")
            .with_path(pattern)
            .with_remedy("`*` stands for any part of a name, `**` for any folders, `[ab]` for one of the characters")
            .with_source(error)
    };
    glob::Pattern::new(pattern).map_err(malformed)?;
    let mut behind = 0;
    let any_folders = pattern.split_inclusive(is_separator).find_map(|part| {
        let at = behind;
        behind += part.len();
        (part.trim_end_matches(is_separator) == "**").then_some(at)
    });
    let Some(any_folders) = any_folders else {
        // What is behind a separator at the end is a folder, and folders are no files.
        if pattern.ends_with(is_separator) {
            return Ok(());
        }
        // Paths of one folder come one behind the other.
        let mut last = None;
        for path in Matches::of(pattern).map_err(malformed)? {
            let path = path?;
            let folder = path.parent().unwrap_or(Path::new(""));
            let back = match &last {
                Some((known, back)) if known == folder => *back,
                _ => leads_back(folder),
            };
            last = Some((folder.to_owned(), back));
            if !back {
                opener.matched(&path)?;
            }
        }
        return Ok(());
    };
    let (before, rest) = pattern.split_at(any_folders);
    let folders = Matches::of(before).map_err(malformed)?;
    // Folders alone match.
    if rest.ends_with(is_separator) || rest.split(is_separator).next_back() == Some("**") {
        return Ok(());
    }
    let rest = glob::Pattern::new(rest).map_err(malformed)?;
    for folder in folders {
        walk_matching(&folder?, &rest, opener)?;
    }
    Ok(())
}

/// The paths that match a pattern without `**`, by name. `glob::glob` passes over each name that is no UTF-8: here it is
/// matched as it is shown.
struct Matches {
    parts: Vec<Step>,
    /// Paths to be looked at, the next one last, and how many parts of the pattern each matches.
    left: Vec<(PathBuf, usize)>,
}

/// What a pattern says between two separators.
enum Step {
    /// A name, which needs no list of its folder.
    Name(PathBuf),
    Any(glob::Pattern),
}

impl Matches {
    fn of(pattern: &str) -> Result<Self, glob::PatternError> {
        use std::path::Component;
        let (mut root, mut parts) = (PathBuf::new(), Vec::new());
        for component in Path::new(pattern).components() {
            match (component, component.as_os_str().to_str()) {
                (Component::Prefix(_) | Component::RootDir, _) => root.push(component),
                (Component::CurDir, _) => {}
                (Component::Normal(_), Some(part)) if part.contains(['*', '?', '[']) => {
                    parts.push(Step::Any(glob::Pattern::new(part)?));
                }
                _ => parts.push(Step::Name(component.as_os_str().into())),
            }
        }
        Ok(Self { parts, left: vec![(root, 0)] })
    }
}

impl Iterator for Matches {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((path, matched)) = self.left.pop() {
            let pattern = match self.parts.get(matched) {
                None => return Some(Ok(path)),
                Some(Step::Name(name)) => {
                    let path = path.join(name);
                    if path.symlink_metadata().is_ok() {
                        self.left.push((path, matched + 1));
                    }
                    continue;
                }
                Some(Step::Any(pattern)) => pattern,
            };
            let folder = or_here(&path);
            if !folder.is_dir() {
                continue;
            }
            let mut names = match names_in(folder) {
                Ok(names) => names,
                Err(error) => return Some(Err(cannot_list(folder, error))),
            };
            names.retain(|name| pattern.matches(&name.to_string_lossy()));
            names.sort_unstable_by(|one, other| other.cmp(one));
            self.left.extend(names.into_iter().map(|name| (path.join(name), matched + 1)));
        }
        None
    }
}

/// The names of all that stands in a folder.
fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    folder.read_dir()?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

/// A folder by a path that can be opened: the path of the current one is empty where names in it are shown alone.
fn or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

fn cannot_list(folder: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Input, "cannot list the folder")
        .with_path(folder)
        .with_remedy("allow this user to read it")
        .with_source(error)
}

/// Adds the files below a folder whose paths from there match. `glob::glob` would go through links to folders above again
/// and again, in each order that they can have.
fn walk_matching(shown: &Path, rest: &glob::Pattern, opener: &mut Opener<'_>) -> Result<()> {
    let folder = or_here(shown);
    if !folder.is_dir() || leads_back(folder) {
        return Ok(());
    }
    let options =
        glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    for found in below(folder, |_| true) {
        let (path, is_file) = found?;
        let from_there = path.strip_prefix(folder).unwrap_or(&path);
        if !rest.matches_with(&from_there.to_string_lossy(), options) {
            continue;
        }
        // A path is written as the pattern is.
        let path = shown.join(from_there);
        if opener.except.has_within(&path) {
            continue;
        }
        if is_file {
            opener.regular(&path)?;
        } else {
            opener.met(&path)?;
        }
    }
    Ok(())
}

/// Whether the path of a folder goes through a link to a folder that this stands in: its files have shorter paths.
fn leads_back(folder: &Path) -> bool {
    // With a separator behind it, a link is what it leads to.
    let folder = folder.components().as_path();
    folder.ancestors().filter(|above| above.is_symlink()).any(leads_above)
}

/// Whether a link leads to a folder that it stands in.
fn leads_above(link: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let Some(target) = real(link) else { return false };
    let mut before = link
        .ancestors()
        .skip(1)
        .map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    before.any(|above| real(above).is_some_and(|above| above.starts_with(&target)))
}

/// Copies what can be read but once: a pipe, a terminal. A device without end is refused.
fn spool(mut file: File, name: &str) -> Result<Store> {
    let data = file.metadata().map_err(|error| unreadable(name, error))?;
    let refused = if data.is_dir() {
        Some(("a folder is no text", "name the folder as an argument instead"))
    } else if is_endless(&file, &data) {
        Some(("a device has no end", "name a file, a pipe or a folder"))
    } else {
        None
    };
    if let Some((message, remedy)) = refused {
        let error = Error::new(ErrorKind::Input, format!("cannot read the input: {message}"));
        return Err(error.with_path(name).with_remedy(remedy));
    }
    let failed = |error| unreadable(name, error);
    let revision = Revision::of(&file).map_err(failed)?;
    let copy = copied(&mut file, name)?;
    if data.is_file() {
        revision.check(&file).map_err(failed)?;
    }
    Ok(copy)
}

#[cfg(unix)]
fn is_endless(file: &File, data: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let kind = data.file_type();
    let empty = || Path::new("/dev/null").metadata().is_ok_and(|null| null.rdev() == data.rdev());
    (kind.is_char_device() || kind.is_block_device()) && !file.is_terminal() && !empty()
}

#[cfg(not(unix))]
fn is_endless(_: &File, _: &std::fs::Metadata) -> bool {
    false
}

fn copied(reader: &mut impl Read, name: &str) -> Result<Store> {
    let mut copy = || -> io::Result<Part> {
        let mut file = tempfile::tempfile()?;
        io::copy(reader, &mut file)?;
        Part::whole(file)
    };
    copy().map(Store::Part).map_err(|error| {
        Error::new(ErrorKind::Input, "cannot copy the input")
            .with_path(name)
            .with_remedy("make room in the folder for temporary files, or name a file")
            .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::revision::Changed;

    #[test]
    fn a_path_from_a_folder_is_one_however_it_is_written() {
        let here = whole_path(Path::new("")).unwrap();
        let deep = here.join("deep/er");
        let whole = here.join("dumps/a.txt");
        for written in
            ["dumps/a.txt", "./dumps/a.txt", "x/../dumps/./a.txt", whole.to_str().unwrap()]
        {
            assert_eq!(path_from(&here, Path::new(written)).unwrap(), "dumps/a.txt", "{written}");
        }
        let from_deep = path_from(&deep, Path::new("./dumps/a.txt"));
        assert_eq!(from_deep.as_deref(), Some("../../dumps/a.txt"));
        // Where it is elsewhere, no folder has a say in it.
        assert_eq!(path_from(&deep, &whole), Some(name_of(&whole)));
        assert_eq!(path_from(&here, &here), Some(String::new()));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn one_name_is_one_input_whatever_marks_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a!b.txt");
        std::fs::write(&path, "a").unwrap();
        let name = path.to_str().unwrap();
        assert_eq!(resolve_one(name).unwrap().name(), name);
        std::fs::write(folder.path().join("c.txt"), "c").unwrap();
        let error = resolve_one(folder.path().to_str().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.remedy().is_some()), (ErrorKind::Option, true));
    }

    #[test]
    fn a_spool_can_be_read_twice() {
        let store = copied(&mut "简介 甲".as_bytes(), "-").unwrap();
        for _ in 0..2 {
            let mut text = String::new();
            store.open(&OnceLock::new()).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "简介 甲");
        }
    }

    /// A file that is written anew while it is read: with as many bytes, and a time that is set.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_file_of_the_same_length_may_have_changed() {
        use crate::source::{Asked, Buffer, SourceId, TextReader, decide};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let text = "title: one\n".repeat(1000);
        let rewrite = |text: &str, seconds| {
            std::fs::write(&path, text).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        };
        let other = text.replace("one", "two");
        let all = |reader: &mut dyn Read| io::copy(reader, &mut io::sink());
        rewrite(&text, 1);
        let inputs = resolve(&[path.to_string_lossy().into_owned()], Limits::default()).unwrap();
        // It changed since it was found, which is nothing: none of it was read.
        rewrite(&text, 2);
        let reading = inputs[0].reading();
        assert!(all(&mut reading.open().unwrap()).is_ok());
        let decision = decide(|| reading.open(), Asked::default()).unwrap();
        let mut reader = TextReader::new(reading.open().unwrap(), &decision, 4096);
        let mut buffer = Buffer::new(SourceId(0), &decision);
        assert!(reader.read(&mut buffer).unwrap());
        rewrite(&other, 3);
        let rest = std::iter::from_fn(|| match reader.read(&mut buffer) {
            Ok(more) => more.then_some(Ok(())),
            Err(error) => Some(Err(error)),
        });
        let error = rest.take(100).find_map(Result::err).unwrap();
        assert_eq!(error.to_string(), "the file changed while it was read");
        // It is not opened again as what it is now; who begins anew reads that.
        assert!(Changed::is_in(&reading.open().map(|_| ()).unwrap_err()));
        assert!(all(&mut inputs[0].open().unwrap()).is_ok());
        // Another file may take its name, with the time of the one before.
        #[cfg(unix)]
        {
            let reading = inputs[0].reading();
            reading.open().unwrap();
            std::fs::rename(&path, folder.path().join("b.txt")).unwrap();
            rewrite(&other, 3);
            assert!(reading.open().is_err());
        }
    }

    #[test]
    fn a_short_input_is_read_whole() {
        let plain = Input::memory("a", "river\n");
        let packed = zstd::encode_all("river\n".repeat(9).as_bytes(), 3).unwrap();
        let packed = Input { codecs: vec![Codec::Zstd], ..Input::memory("b", packed) };
        for (input, length) in [(plain, 6), (packed, 54)] {
            let (mut enough, mut less) = (vec![0; length + 1], vec![0; length]);
            assert_eq!(input.reading().short(&mut enough).unwrap(), Some(length));
            assert!(enough.starts_with(b"river\n"));
            assert_eq!(input.reading().short(&mut less).unwrap(), None);
        }
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_pipe_that_is_named_again_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(path("f")).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("f", path("link")).unwrap();
        let pipe = path("f");
        let writer = std::thread::spawn(move || std::fs::write(pipe, "title: B\n").unwrap());
        let names = ["f", "./f", "link"].map(|name| path(name).to_string_lossy().into_owned());
        let inputs = resolve(&names, Limits::default()).unwrap();
        writer.join().unwrap();
        assert_eq!(inputs.len(), 3);
        for input in &inputs {
            let mut text = String::new();
            input.open().unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "title: B\n");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn what_cannot_be_read_in_archives_in_an_archive_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outer.tar");
        let mut inner = tar::Builder::new(Vec::new());
        for name in ["a", "b"] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Link);
            header.set_size(0);
            inner.append_link(&mut header, name, "gone").unwrap();
        }
        let inner = inner.into_inner().unwrap();
        let mut outer = tar::Builder::new(Vec::new());
        for name in ["a.tar", "b.tar"] {
            let mut header = tar::Header::new_gnu();
            header.set_size(inner.len() as u64);
            outer.append_data(&mut header, name, inner.as_slice()).unwrap();
        }
        std::fs::write(&path, outer.into_inner().unwrap()).unwrap();
        for (members, count) in [(5, None), (6, Some(4))] {
            let limits = Limits { members, ..Limits::default() };
            let inputs = resolve(&[path.to_string_lossy().into_owned()], limits);
            assert_eq!(inputs.ok().map(|inputs| inputs.len()), count, "{members} members");
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

    /// What a pattern gives in a folder, or the error, without the path of the folder.
    fn matching(folder: &Path, pattern: &str) -> Vec<String> {
        let start = format!("{}/", folder.to_string_lossy().replace('\\', "/"));
        match resolve(&[format!("{start}{pattern}")], Limits::default()) {
            Ok(inputs) => inputs
                .iter()
                .map(|input| input.name().strip_prefix(&start).unwrap().to_owned())
                .collect(),
            Err(error) => vec![error.to_string().replace(&start, "")],
        }
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_folder_of_links_to_folders_above_is_read_once() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d/1/2/3/4/5");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("a.txt"), "a").unwrap();
        std::fs::create_dir(folder.path().join("else")).unwrap();
        std::fs::write(folder.path().join("else/e.txt"), "e").unwrap();
        for count in 1..6 {
            symlink(vec![".."; count].join("/"), deep.join(format!("u{count}"))).unwrap();
        }
        // Another folder is one of its own; what leads nowhere is told.
        symlink("../../../../../../else", deep.join("v")).unwrap();
        symlink("gone", deep.join("w")).unwrap();
        let found = ["d/1/2/3/4/5/a.txt", "d/1/2/3/4/5/v/e.txt", "d/1/2/3/4/5/w"];
        assert_eq!(matching(folder.path(), "d"), found);
        assert_eq!(matching(folder.path(), "d/**/*"), found);
        // Who names such a link wants what it leads to.
        let named = matching(folder.path(), "d/1/2/3/4/5/u1");
        assert_eq!(named[0], "d/1/2/3/4/5/u1/5/a.txt");
        assert_eq!(
            matching(folder.path(), "d/1/2/3/4/5/u?/*"),
            ["no file matches `d/1/2/3/4/5/u?/*`"]
        );
    }

    /// Other systems have no such names.
    #[cfg(target_os = "linux")]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_name_that_is_no_utf_8_is_read_by_a_folder_and_by_globs() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join(std::ffi::OsStr::from_bytes(b"d\xfe"));
        std::fs::create_dir(&inner).unwrap();
        for name in [&b"a\xff.txt"[..], b"a\xfe.txt", b"b.txt"] {
            std::fs::write(inner.join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
        }
        let start = folder.path().to_str().unwrap();
        for pattern in ["", "*/*", "d*/*.txt", "d?/*", "**/*.txt", "*/**/*.txt"] {
            let found = matching(folder.path(), pattern);
            let names = ["d\\xfe/a\\xfe.txt", "d\\xfe/a\\xff.txt", "d\\xfe/b.txt"];
            assert_eq!(found, names, "{pattern}");
        }
        let inputs = resolve(&[format!("{start}/*/a*")], Limits::default()).unwrap();
        let bytes = |input: &Input| {
            let mut bytes = Vec::new();
            input.open().unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(bytes(&inputs[1]), b"a\xff.txt");
        // A user names it by itself, as a shell hands it on, or as a report shows it.
        let name = name_of_path(inner.join(std::ffi::OsStr::from_bytes(b"a\xff.txt")).into());
        assert_eq!(name, inputs[1].name());
        assert_eq!(bytes(&resolve_one(&name).unwrap()), b"a\xff.txt");
        // A file of the very name is one too, and which is meant cannot be told; other escapes are none.
        std::fs::write(folder.path().join("b\\xff.txt"), "its own").unwrap();
        let literal = format!("{start}/b\\xff.txt");
        assert_eq!(path_of_name(&literal).unwrap(), folder.path().join("b\\xff.txt"));
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"b\xff.txt")), "").unwrap();
        let told = path_of_name(&literal).unwrap_err().to_string();
        assert!(told.starts_with("two files are meant by the name"), "{told}");
        assert!(resolve(&[literal], Limits::default()).is_err());
        for name in ["\\x", "\\x4", "a\\x41\\xfg", "\\x简"] {
            assert_eq!(path_of_name(name).unwrap(), Path::new(name));
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_glob_gives_paths_as_it_is_written_and_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/x.txt", "b/y.txt", "a/x.txt", "a/[x].txt", "c.txt"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
        for (pattern, found) in [
            ("*/x.txt", &["a/x.txt", "b/x.txt"][..]),
            ("*/*.txt", &["a/[x].txt", "a/x.txt", "b/x.txt", "b/y.txt"]),
            ("?/[!x[]*", &["b/y.txt"]),
            ("a/../*/y*", &["a/../b/y.txt"]),
            ("./b//./[x].txt", &["b/x.txt"]),
            ("a/[[]*", &["a/[x].txt"]),
            // A file is no folder, and a folder no file.
            ("c.txt/*", &["no file matches `c.txt/*`"]),
            ("c.txt/**/*", &["no file matches `c.txt/**/*`"]),
            ("?", &["no file matches `?`"]),
            ("?.txt/", &["no file matches `?.txt/`"]),
            ("[a/b]", &["malformed glob `[a/b]`"]),
            ("b**/*", &["malformed glob `b**/*`"]),
        ] {
            assert_eq!(matching(folder.path(), pattern), found, "{pattern}");
        }
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn any_folders_are_gone_through_once() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in
            ["gl/b/.h.txt", "gl/b/c/x.txt", "gl/a.txt", "gl/b.txt", "gl/.d/y.txt", "else/e.txt"]
        {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            std::fs::write(path(name), name).unwrap();
        }
        for (target, link) in
            [(".", "m"), (".", "n"), ("..", "b/up"), ("../..", "b/far"), ("../../else", "b/e")]
        {
            symlink(target, path(&format!("gl/{link}"))).unwrap();
        }
        symlink("gone", path("gl/none.txt")).unwrap();
        let all = [
            "gl/.d/y.txt",
            "gl/a.txt",
            "gl/b/.h.txt",
            "gl/b/c/x.txt",
            "gl/b/e/e.txt",
            "gl/b.txt",
            "gl/none.txt",
        ];
        for pattern in ["gl/**/*.txt", "gl/**/**/*.txt", "g?/**/*.txt", "**/gl/**/*.txt"] {
            assert_eq!(matching(folder.path(), pattern), all, "{pattern}");
        }
        assert_eq!(matching(folder.path(), "gl/**/b/**/x.txt"), ["gl/b/c/x.txt"]);
        assert_eq!(matching(folder.path(), "gl/b/**/[ex].txt"), ["gl/b/c/x.txt", "gl/b/e/e.txt"]);
        assert_eq!(matching(folder.path(), "gl/m/**/*.txt"), ["no file matches `gl/m/**/*.txt`"]);
        for pattern in ["gl/**", "gl/**/", "gl/**/b"] {
            assert_eq!(matching(folder.path(), pattern), [format!("no file matches `{pattern}`")]);
        }
        assert_eq!(matching(folder.path(), "gl/**/[a"), ["malformed glob `gl/**/[a`"]);
    }
}
