//! The folder in which the files of a run wait until they are published.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, Kind, System, Written, is_absent, remove_if_there, remove_tree};
use super::guard::{Guard, Leftover, remove_made};
use super::journal::{FILES, JOURNAL, Journal, QUARANTINE, RUN_JSON, UNFINISHED};
use super::lock::Lock;
use super::owned::{Claim, sibling_of_failed};
use super::recover::settle;
use super::withdraw::{Earlier, withdraw};
use super::{Output, failed};
use crate::error::Result;
use crate::stage::{Stage, within};

/// How the name of a staging folder begins; a number follows.
const PREFIX: &str = ".recordmill-staging-";
/// The file that says what the folder is: a folder without it is none of ours.
const MARKER: &str = "recordmill-staging.txt";
const MARKED: &[u8] = b"Files of a run of recordmill that is under way, or was stopped. \
`recordmill recover` brings it to an end; do not write here.\n";

/// A folder in which a run writes its files, and the lock of the target.
pub struct Staging {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) target: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) claim: Claim,
    pub(super) guard: Guard,
    /// The folders that the run has made, the outermost first.
    pub(super) made: Vec<PathBuf>,
    /// Held until the run ends; none for a part of a run, and where a test has no need of one.
    pub(super) lock: Option<Lock>,
    /// Whether what is staged is a part of a run that takes it over.
    pub(super) is_handed_over: bool,
}

/// A staged file under construction. It is whole once [`StagedFile::finish`] has
/// synced it.
pub struct StagedFile {
    name: String,
    path: PathBuf,
    writer: BufWriter<Counted>,
}

/// Counts and hashes what is written.
struct Counted {
    file: Box<dyn Written>,
    bytes: u64,
    hasher: blake3::Hasher,
}

/// Writes `run.json`. It is never held as a whole, for a run may have very many inputs.
pub type RunJson<'w> = &'w dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Staged files that are all whole.
pub struct Staged {
    pub(super) staging: Staging,
    pub(super) outputs: Vec<Output>,
}

/// Where the files of a run stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The folder.
    pub folder: PathBuf,
    /// Whether it is the target.
    pub published: bool,
    /// What became of the tables of an earlier run that had failed.
    pub earlier: Earlier,
}

impl Staging {
    /// Locks a target, ends what a run before has left there, and checks that files
    /// with these names may be put in. The target is made if it is not there.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written to; another run writes there; something
    /// of another tool or schema, or an input, is in the way.
    pub fn open<'n>(
        target: &Path,
        claim: Claim,
        guard: &Guard,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Self> {
        Self::open_on(Arc::new(System), target, claim, guard, names)
    }

    pub(super) fn open_on<'n>(
        disk: Arc<dyn Disk>,
        target: &Path,
        claim: Claim,
        guard: &Guard,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Self> {
        let mut held = guard.hold();
        let (made, lock) = disk.lock(target, true)?;
        let begin = || {
            settle(&*disk, target)?;
            claim.check(&*disk, target, names, true)?;
            make(&*disk, target).map_err(|error| failed(target, error))
        };
        match begin() {
            Ok(folder) => {
                let (target, guard) = (target.to_owned(), guard.clone());
                let is_handed_over = false;
                let staging =
                    Self { disk, target, folder, claim, guard, made, lock, is_handed_over };
                *held = Some(staging.leftover());
                Ok(staging)
            }
            Err(error) => {
                remove_made(&*disk, &made);
                Err(error)
            }
        }
    }

    fn leftover(&self) -> Leftover {
        Leftover { staging: self.folder.clone(), made: self.made.clone() }
    }

    /// Makes a file that will have this name in the target.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn create(&self, name: &str) -> Result<StagedFile> {
        let path = self.target.join(name);
        let staged = self.folder.join(FILES).join(name);
        let make = || {
            if let Some(folder) = staged.parent().filter(|_| name.starts_with(QUARANTINE))
                && self.disk.kind(folder)?.is_none()
            {
                self.disk.make_folder(folder)?;
            }
            self.disk.create(&staged)
        };
        let file = make().map_err(|error| failed(&path, error))?;
        let counted = Counted { file, bytes: 0, hasher: blake3::Hasher::new() };
        Ok(StagedFile { name: name.to_owned(), path, writer: BufWriter::new(counted) })
    }

    /// Ends staging: from here on no file comes. All must be finished.
    #[must_use]
    pub fn staged(self, mut outputs: Vec<Output>) -> Staged {
        outputs.sort_unstable();
        Staged { staging: self, outputs }
    }

    /// Moves the staging folder into the folder of failed runs, and goes on there.
    fn set_aside(&mut self, outputs: &[Output]) -> Result<()> {
        let aside = sibling_of_failed(&self.target)?;
        let (made, lock) = self.disk.lock(&aside, true)?;
        let moved = settle(&*self.disk, &aside).and_then(|_| {
            let folder = make(&*self.disk, &aside).map_err(|error| failed(&aside, error))?;
            self.carry(&folder, outputs).map_err(|error| {
                // What has been carried so far helps nobody.
                let _ = clear(&*self.disk, &folder);
                failed(&aside, error)
            })?;
            Ok(folder)
        });
        let folder = match moved {
            Ok(folder) => folder,
            Err(error) => {
                remove_made(&*self.disk, &made);
                return Err(error);
            }
        };
        let _ = clear(&*self.disk, &self.folder);
        remove_made(&*self.disk, &self.made);
        // Those above both are there still, and are needed.
        self.made.pop();
        self.made.extend(made);
        (self.target, self.folder, self.lock) = (aside, folder, lock);
        Ok(())
    }

    /// Moves the staged files into another staging folder: by their names where both
    /// stand on one file system, by their bytes elsewhere.
    fn carry(&self, folder: &Path, outputs: &[Output]) -> io::Result<()> {
        let (from, to) = (self.folder.join(FILES), folder.join(FILES));
        if outputs.iter().any(|output| output.path.starts_with(QUARANTINE)) {
            self.disk.make_folder(&to.join(QUARANTINE))?;
        }
        for output in outputs {
            let (from, to) = (from.join(&output.path), to.join(&output.path));
            match self.disk.rename(&from, &to) {
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    self.disk.copy(&from, &to)?;
                }
                moved => moved?,
            }
        }
        Ok(())
    }

    /// Commits and moves. Without `one_schema` the target may hold the tables of any.
    fn commit(&self, outputs: &[Output], run_json: RunJson<'_>, one_schema: bool) -> Result<()> {
        let mut file = self.create(RUN_JSON)?;
        run_json(&mut file).map_err(|error| failed(&file.path, error))?;
        file.finish()?;
        let names = outputs.iter().map(|output| output.path.as_str());
        let owned = self.claim.check(&*self.disk, &self.target, names, one_schema)?;
        for parent in self.made.iter().filter_map(|folder| folder.parent()) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            self.disk.sync_folder(parent).map_err(|error| failed(&self.target, error))?;
        }
        let journal = Journal::new(outputs, &owned);
        journal.commit(&*self.disk, &self.target, &self.folder)?;
        journal.roll_forward(&*self.disk, &self.target, &self.folder)?;
        // All is in place; what cannot be cleared now is cleared by the next command.
        let _ = clear(&*self.disk, &self.folder);
        Ok(())
    }

    /// Whether the run counts, so that its files must stay until they are in place.
    fn is_committed(&self) -> bool {
        // Where nobody can say they stay too.
        self.disk.kind(&self.folder.join(JOURNAL)).map_or(true, |kind| kind.is_some())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.is_handed_over {
            return;
        }
        let guard = self.guard.clone();
        let mut held = guard.hold();
        if !self.is_committed() {
            let _ = clear(&*self.disk, &self.folder);
            if self.disk.kind(&self.target.join(RUN_JSON)).is_ok_and(|run| run.is_none()) {
                remove_made(&*self.disk, &self.made);
            }
        }
        *held = None;
    }
}

impl Staged {
    /// The files, by name.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Puts the files into place; `run.json` vouches for them. Where the run is not
    /// to be published they are put into the folder of failed runs, as whole.
    ///
    /// # Errors
    ///
    /// A file cannot be written or moved. Before the commit point the target is as it
    /// was; behind it the next command goes on.
    pub fn place(mut self, publish: bool, run_json: RunJson<'_>) -> Result<Placed> {
        let guard = self.staging.guard.clone();
        let mut held = guard.hold();
        let placed = self.put(publish, run_json);
        *held = None;
        // Dropping what is staged holds the guard by itself.
        drop(held);
        placed
    }

    fn put(&mut self, publish: bool, run_json: RunJson<'_>) -> Result<Placed> {
        if !publish {
            self.staging.set_aside(&self.outputs)?;
        }
        self.staging.commit(&self.outputs, run_json, publish)?;
        let Staging { disk, target, claim, .. } = &self.staging;
        let earlier =
            if publish { withdraw(&**disk, target, &claim.schema) } else { Earlier::None };
        Ok(Placed { folder: target.clone(), published: publish, earlier })
    }
}

impl StagedFile {
    /// Where the file will stand, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the file: all of it is on the disk.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn finish(mut self) -> Result<Output> {
        let mut end = || {
            self.writer.flush()?;
            self.writer.get_mut().file.sync()
        };
        end().map_err(|error| failed(&self.path, error))?;
        let counted = self.writer.get_ref();
        let hash = counted.hasher.finalize().to_hex().to_string();
        Ok(Output { path: self.name, bytes: counted.bytes, hash })
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let _stage = within(Stage::Hash);
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a staging folder.
pub(super) fn make(disk: &dyn Disk, target: &Path) -> io::Result<PathBuf> {
    make_in(disk, target, PREFIX)
}

/// Makes a folder for staged files, whose name is this and a number.
pub(super) fn make_in(disk: &dyn Disk, parent: &Path, prefix: &str) -> io::Result<PathBuf> {
    let mut number = 1_u64;
    let folder = loop {
        let folder = parent.join(format!("{prefix}{number}"));
        match disk.make_folder(&folder) {
            // Somebody else's: ours were cleared.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => {
                made?;
                break folder;
            }
        }
    };
    let fill = || {
        let mut marker = disk.create(&folder.join(MARKER))?;
        marker.write_all(MARKED)?;
        marker.sync()?;
        drop(marker);
        // Else a loss of power could leave files in a folder that nobody knows.
        disk.sync_folder(&folder)?;
        disk.make_folder(&folder.join(FILES))
    };
    match fill() {
        Ok(()) => Ok(folder),
        Err(error) => {
            let _ = clear(disk, &folder);
            Err(error)
        }
    }
}

/// Whether a name in a folder is that of a staging folder of ours. One that has just
/// been made may be empty, and its marker not whole.
pub(super) fn is_staging(disk: &dyn Disk, folder: &Path, name: &str) -> io::Result<bool> {
    let number = name.strip_prefix(PREFIX).unwrap_or_default();
    let path = folder.join(name);
    if number.is_empty()
        || !number.bytes().all(|byte| byte.is_ascii_digit())
        || disk.kind(&path)? != Some(Kind::Folder)
    {
        return Ok(false);
    }
    match disk.read(&path.join(MARKER)) {
        Ok(text) => Ok(MARKED.starts_with(&text)),
        Err(error) if is_absent(&error) => Ok(disk.list(&path)?.is_empty()),
        Err(error) => Err(error),
    }
}

/// Removes a staging folder. The journal goes first, so that whoever is stopped in
/// between leaves what needs no more than to be cleared; the marker goes last.
pub(super) fn clear(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    remove_if_there(disk, &folder.join(JOURNAL))?;
    remove_if_there(disk, &folder.join(UNFINISHED))?;
    remove_tree(disk, &folder.join(FILES))?;
    if disk.kind(folder)?.is_none() {
        return Ok(());
    }
    // Without its marker nobody would clear what a loss of power brings back.
    disk.sync_folder(folder)?;
    remove_if_there(disk, &folder.join(MARKER))?;
    match disk.remove_folder(folder) {
        Err(error) if is_absent(&error) => Ok(()),
        removed => removed,
    }
}
