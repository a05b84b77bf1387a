//! A file system in memory that can be stopped at any operation, with or without the
//! loss of what was not synced; and what must hold of a folder whenever it is.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::disk::{Disk, Kind, Written};
use super::guard::Guard;
use super::lock::Lock;
use super::owned::Claim;
use super::recover::{recover_on, settle};
use super::staging::Staging;
use super::{Earlier, Output, Placed};
use crate::error::Result;

/// What happens at an operation that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The process is killed before it.
    Before,
    /// The process is killed behind it.
    Behind,
    /// It fails, and the process goes on.
    Fails,
}

#[derive(Clone, Debug)]
enum Node {
    File { now: Vec<u8>, synced: Vec<u8> },
    Folder { now: BTreeMap<String, usize>, synced: BTreeMap<String, usize> },
}

/// A change of names that is not on the disk yet: names that go, and names that come.
#[derive(Clone, Debug)]
struct Change {
    goes: Option<(usize, String, usize)>,
    comes: Option<(usize, String, usize)>,
}

impl Change {
    fn touches(&self, folder: usize) -> bool {
        [&self.goes, &self.comes].into_iter().flatten().any(|(of, ..)| *of == folder)
    }
}

#[derive(Clone, Debug, Default)]
struct State {
    nodes: Vec<Node>,
    changes: Vec<Change>,
    done: usize,
    fault: Option<(usize, Fault)>,
    dead: bool,
}

type Watcher = Box<dyn Fn(&Model) + Send + Sync>;

/// The file system.
#[derive(Default)]
struct Model {
    state: Mutex<State>,
    /// Looks at the folder before each operation.
    watcher: Option<Watcher>,
}

/// A file of it.
struct Open(Arc<Model>, usize);

const EIO: i32 = 5;

impl Model {
    /// An empty one with the folder `/t`.
    fn new() -> Self {
        let folder = || Node::Folder { now: BTreeMap::new(), synced: BTreeMap::new() };
        let model = Self::default();
        model.state().nodes = vec![folder(), folder()];
        for names in [0] {
            if let Node::Folder { now, synced } = &mut model.state().nodes[names] {
                now.insert("t".to_owned(), 1);
                synced.insert("t".to_owned(), 1);
            }
        }
        model
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The same contents, with a fault to come.
    fn with_fault(&self, at: usize, fault: Fault) -> Self {
        let state = State { done: 0, fault: Some((at, fault)), ..self.state().clone() };
        Self { state: Mutex::new(state), watcher: None }
    }

    /// The process is gone; its folder is not.
    fn restarted(&self) -> Self {
        let state = State { done: 0, fault: None, dead: false, ..self.state().clone() };
        Self { state: Mutex::new(state), watcher: None }
    }

    /// The power is gone: of what was not synced, some is there and some is not, as
    /// the seed has it.
    fn without_power(&self, seed: u64) -> Self {
        let mut state = self.state().clone();
        let mut random = Random(seed);
        for change in std::mem::take(&mut state.changes) {
            if random.next().is_multiple_of(2) {
                state.settle(&change);
            }
        }
        for node in &mut state.nodes {
            match node {
                Node::File { now, synced } => {
                    if now != synced {
                        let kept = usize::try_from(random.next()).unwrap() % (now.len() + 1);
                        now.truncate(kept);
                        synced.clone_from(now);
                    }
                }
                Node::Folder { now, synced } => now.clone_from(synced),
            }
        }
        let state = State { done: 0, fault: None, dead: false, ..state };
        Self { state: Mutex::new(state), watcher: None }
    }

    /// Does something that changes the file system, or does not.
    fn change<T>(&self, act: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        if let Some(watcher) = &self.watcher {
            watcher(self);
        }
        let mut state = self.state();
        if state.dead {
            return Err(io::Error::other("the process was killed"));
        }
        state.done += 1;
        let fault = state.fault.filter(|(at, _)| *at == state.done).map(|(_, fault)| fault);
        match fault {
            Some(Fault::Fails) => Err(io::Error::from_raw_os_error(EIO)),
            Some(Fault::Before) => {
                state.dead = true;
                Err(io::Error::other("killed before"))
            }
            Some(Fault::Behind) => {
                let _ = act(&mut state);
                state.dead = true;
                Err(io::Error::other("killed behind"))
            }
            None => act(&mut state),
        }
    }

    /// Every file below a folder, as text.
    fn files(&self, folder: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for name in self.list(folder).unwrap_or_default() {
            let path = folder.join(&name);
            if self.kind(&path).unwrap() == Some(Kind::Folder) {
                for (inner, text) in self.files(&path) {
                    found.insert(format!("{name}/{inner}"), text);
                }
            } else {
                found.insert(name, String::from_utf8(self.read(&path).unwrap()).unwrap());
            }
        }
        found
    }

    fn put(&self, path: &str, text: &str) {
        let model = self.restarted();
        let model = Arc::new(model);
        let path = Path::new(path);
        let parent = path.parent().unwrap();
        if model.kind(parent).unwrap().is_none() {
            model.make_folder(parent).unwrap();
            model.sync_folder(parent.parent().unwrap()).unwrap();
        }
        let mut file = Arc::clone(&model).create_in(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.sync().unwrap();
        drop(file);
        model.sync_folder(parent).unwrap();
        *self.state() = model.state().clone();
    }

    fn create_in(self: Arc<Self>, path: &Path) -> io::Result<Open> {
        let node = self.change(|state| {
            let (folder, name) = state.place(path)?;
            if state.names(folder)?.contains_key(&name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let node = state.add(Node::File { now: Vec::new(), synced: Vec::new() });
            state.apply(Change { goes: None, comes: Some((folder, name, node)) });
            Ok(node)
        })?;
        Ok(Open(self, node))
    }
}

/// A small generator: the same seed gives the same numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl State {
    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn names(&self, folder: usize) -> io::Result<&BTreeMap<String, usize>> {
        match &self.nodes[folder] {
            Node::Folder { now, .. } => Ok(now),
            Node::File { .. } => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        for part in path.components() {
            if let Component::Normal(name) = part {
                let names = self.names(at)?;
                at = *names.get(name.to_str().unwrap()).ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(at)
    }

    /// The folder that a path stands in, and its name there.
    fn place(&self, path: &Path) -> io::Result<(usize, String)> {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Ok((self.find(path.parent().unwrap())?, name))
    }

    /// Changes names in memory; the disk comes later.
    fn apply(&mut self, change: Change) {
        for (part, comes) in [(&change.goes, false), (&change.comes, true)] {
            let Some((folder, name, node)) = part else { continue };
            let Node::Folder { now, .. } = &mut self.nodes[*folder] else { continue };
            if comes {
                now.insert(name.clone(), *node);
            } else {
                now.remove(name);
            }
        }
        self.changes.push(change);
    }

    /// Changes names on the disk.
    fn settle(&mut self, change: &Change) {
        for (part, comes) in [(&change.goes, false), (&change.comes, true)] {
            let Some((folder, name, node)) = part else { continue };
            let Node::Folder { synced, .. } = &mut self.nodes[*folder] else { continue };
            if comes {
                synced.insert(name.clone(), *node);
            } else if synced.get(name) == Some(node) {
                synced.remove(name);
            }
        }
    }
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let node = self.1;
        self.0.change(|state| {
            if let Node::File { now, .. } = &mut state.nodes[node] {
                now.extend_from_slice(bytes);
            }
            Ok(bytes.len())
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written for Open {
    fn sync(&mut self) -> io::Result<()> {
        let node = self.1;
        self.0.change(|state| {
            if let Node::File { now, synced } = &mut state.nodes[node] {
                synced.clone_from(now);
            }
            Ok(())
        })
    }
}

/// A shared one: its files hold on to it.
struct Shared(Arc<Model>);

impl Disk for Shared {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Written>> {
        Ok(Box::new(Arc::clone(&self.0).create_in(path)?))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn hash(&self, path: &Path) -> io::Result<(u64, String)> {
        let bytes = self.0.read(path)?;
        Ok((bytes.len() as u64, blake3::hash(&bytes).to_hex().to_string()))
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.0.kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }

    fn may_change(&self, folder: &Path) -> io::Result<()> {
        self.0.list(folder).map(|_| ())
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.0.make_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.change(|state| {
            let ((folder, name), (to_folder, to_name)) = (state.place(from)?, state.place(to)?);
            let node = *state.names(folder)?.get(&name).ok_or(io::ErrorKind::NotFound)?;
            let comes = Some((to_folder, to_name, node));
            state.apply(Change { goes: Some((folder, name, node)), comes });
            Ok(())
        })
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let bytes = self.0.read(from)?;
        let mut file = Arc::clone(&self.0).create_in(to)?;
        file.write_all(&bytes)?;
        file.sync()
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path, false)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path, true)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.0.sync_folder(path)
    }

    fn lock(&self, folder: &Path, make: bool) -> Result<(Vec<PathBuf>, Option<Lock>)> {
        if make && self.kind(folder).ok().flatten().is_none() {
            self.make_folder(folder).map_err(|error| super::failed(folder, error))?;
            return Ok((vec![folder.to_owned()], None));
        }
        Ok((Vec::new(), None))
    }
}

impl Model {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.state();
        match &state.nodes[state.find(path)?] {
            Node::File { now, .. } => Ok(now.clone()),
            Node::Folder { .. } => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as that of the disk")]
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        let state = self.state();
        match state.find(path) {
            Ok(node) => Ok(Some(match state.nodes[node] {
                Node::File { .. } => Kind::File,
                Node::Folder { .. } => Kind::Folder,
            })),
            Err(_) => Ok(None),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        Ok(state.names(state.find(folder)?)?.keys().cloned().collect())
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let (folder, name) = state.place(path)?;
            if state.names(folder)?.contains_key(&name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let empty = Node::Folder { now: BTreeMap::new(), synced: BTreeMap::new() };
            let node = state.add(empty);
            state.apply(Change { goes: None, comes: Some((folder, name, node)) });
            Ok(())
        })
    }

    fn remove(&self, path: &Path, is_folder: bool) -> io::Result<()> {
        self.change(|state| {
            let (folder, name) = state.place(path)?;
            let node = *state.names(folder)?.get(&name).ok_or(io::ErrorKind::NotFound)?;
            if is_folder && !state.names(node)?.is_empty() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            state.apply(Change { goes: Some((folder, name, node)), comes: None });
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let folder = state.find(path)?;
            let changes = std::mem::take(&mut state.changes);
            let (now, later) = changes.into_iter().partition(|change| change.touches(folder));
            let now: Vec<_> = now;
            for change in &now {
                state.settle(change);
            }
            state.changes = later;
            Ok(())
        })
    }
}

const TARGET: &str = "/t/out";
const FAILED: &str = "/t/out.failed";
const THEIRS: [(&str, &str); 3] = [
    ("theirs.csv", "not ours"),
    ("quarantine/notes.txt", "not ours"),
    (".recordmill-mine/kept", "not ours"),
];

/// What a run writes: names and texts.
type Run = &'static [(&'static str, &'static str)];

const OLD: Run = &[
    ("book.csv", "old books"),
    ("author.csv", "old authors"),
    ("finding.csv", "old"),
    ("quarantine/0001-dump", "old bytes"),
    ("quarantine/reasons.jsonl", "old reasons"),
];
const NEW: Run = &[
    ("book.csv", "new books, and more of them"),
    ("finding.csv", "new"),
    ("publisher.csv", "new publishers"),
    ("quarantine/0002-dump", "new bytes"),
    ("quarantine/reasons.jsonl", "new reasons"),
];

fn run_json(outputs: &[Output], published: bool) -> Vec<u8> {
    let tables: serde_json::Map<_, _> = outputs
        .iter()
        .filter_map(|output| Some((output.path.strip_suffix(".csv")?.to_owned(), json!({}))))
        .collect();
    let run = json!({
        "published": published,
        "tool": { "name": "recordmill" },
        "schema": { "name": "shelf" },
        "tables": tables,
        "outputs": outputs,
    });
    serde_json::to_vec(&run).unwrap()
}

/// A run into the target.
fn run(model: &Arc<Model>, files: Run, publish: bool) -> Result<Placed> {
    let disk: Arc<dyn Disk> = Arc::new(Shared(Arc::clone(model)));
    let claim = Claim { schema: "shelf".to_owned(), ..Claim::default() };
    let names = files.iter().map(|(name, _)| *name);
    let staging =
        Staging::open_on(disk, Path::new(TARGET), claim, &Guard::default(), names.clone())?;
    let mut outputs = Vec::new();
    for (name, text) in files {
        let mut file = staging.create(name)?;
        file.write_all(text.as_bytes()).map_err(|error| super::failed(file.path(), error))?;
        outputs.push(file.finish()?);
    }
    let staged = staging.staged(outputs);
    let json = run_json(staged.outputs(), publish);
    staged.place(publish, &|file| file.write_all(&json))
}

/// A target with the files of a run before, and with those of others.
fn before() -> Model {
    let model = Arc::new(Model::new());
    run(&model, OLD, true).unwrap();
    for (name, text) in THEIRS {
        model.put(&format!("{TARGET}/{name}"), text);
    }
    // All that is there is on the disk.
    let every = ["/", "/t", TARGET].map(Path::new);
    for folder in &every {
        model.sync_folder(folder).unwrap();
    }
    model.restarted()
}

/// Holds a folder against what a run would have made of it; `run.json` aside.
fn is_of(model: &Model, folder: &str, files: Run, theirs: bool) -> bool {
    let mut have = model.files(Path::new(folder));
    let has_run = have.remove("run.json").is_some();
    let theirs = if theirs { &THEIRS[..] } else { &[] };
    let want: BTreeMap<_, _> = files.iter().chain(theirs).copied().collect();
    has_run && have.iter().map(|(name, text)| (name.as_str(), text.as_str())).eq(want)
}

/// Where `run.json` stands, all that it lists is there with these bytes.
fn vouched(model: &Model, folder: &str) {
    let Ok(run) = model.read(&Path::new(folder).join("run.json")) else { return };
    let run: Value = serde_json::from_slice(&run).expect("run.json is whole");
    for output in run["outputs"].as_array().unwrap() {
        let output: Output = serde_json::from_value(output.clone()).unwrap();
        let bytes = model.read(&Path::new(folder).join(&output.path));
        let hash = bytes.map(|bytes| blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(hash.ok(), Some(output.hash), "{} of {folder}", output.path);
    }
}

/// Where a run that is to be published, or not, was stopped: one of both states, whole,
/// and nothing of ours beside it.
fn settled(model: Model, publish: bool, how: &str) {
    vouched(&model, TARGET);
    vouched(&model, FAILED);
    let model = Arc::new(model);
    let disk = Shared(Arc::clone(&model));
    recover_on(&disk, Path::new(TARGET)).unwrap_or_else(|error| panic!("{how}: {error:?}"));
    if model.kind(Path::new(FAILED)).unwrap().is_some() {
        recover_on(&disk, Path::new(FAILED)).unwrap();
    }
    let old = is_of(&model, TARGET, OLD, true);
    let new = is_of(&model, TARGET, NEW, true);
    assert!(old || publish && new, "{how}: {:#?}", model.files(Path::new(TARGET)));
    let aside = model.files(Path::new(FAILED));
    let aside = aside.is_empty() || !publish && is_of(&model, FAILED, NEW, false);
    assert!(aside, "{how}: {:#?}", model.files(Path::new(FAILED)));
}

/// How many operations a run takes.
fn operations(publish: bool) -> usize {
    let model = Arc::new(before());
    run(&model, NEW, publish).unwrap();
    let done = model.state().done;
    assert!(done > 40, "{done}");
    done
}

#[test]
fn a_run_replaces_the_one_before_and_leaves_what_is_of_others() {
    let model = Arc::new(before());
    let placed = run(&model, NEW, true).unwrap();
    let earlier = Earlier::None;
    assert_eq!(placed, Placed { folder: PathBuf::from(TARGET), published: true, earlier });
    assert!(is_of(&model, TARGET, NEW, true), "{:#?}", model.files(Path::new(TARGET)));
    let model = Arc::new(before());
    let placed = run(&model, NEW, false).unwrap();
    let earlier = Earlier::None;
    assert_eq!(placed, Placed { folder: PathBuf::from(FAILED), published: false, earlier });
    assert!(is_of(&model, TARGET, OLD, true) && is_of(&model, FAILED, NEW, false));
    vouched(&model, FAILED);
}

#[test]
fn killed_at_any_operation_it_is_old_or_new() {
    for publish in [true, false] {
        for at in 1..=operations(publish) {
            for fault in [Fault::Before, Fault::Behind] {
                let model = Arc::new(before().with_fault(at, fault));
                assert!(run(&model, NEW, publish).is_err() || model.state().dead);
                settled(model.restarted(), publish, &format!("{fault:?} {at}"));
            }
        }
    }
}

#[test]
fn without_power_at_any_operation_it_is_old_or_new() {
    for publish in [true, false] {
        for at in 1..=operations(publish) {
            let model = Arc::new(before().with_fault(at, Fault::Before));
            let _ = run(&model, NEW, publish);
            for seed in 0..24 {
                let how = format!("power lost at {at}, seed {seed}");
                settled(model.without_power(seed), publish, &how);
            }
        }
    }
}

#[test]
fn where_an_operation_fails_the_run_says_so_or_has_done_its_work() {
    for publish in [true, false] {
        for at in 1..=operations(publish) {
            let model = Arc::new(before().with_fault(at, Fault::Fails));
            let how = format!("failed at {at}");
            let journal = |folder: &str| {
                model.files(Path::new(folder)).keys().any(|name| name.ends_with("journal.json"))
            };
            match run(&model, NEW, publish) {
                Ok(placed) => {
                    let folder = placed.folder.to_str().unwrap();
                    let run = Path::new(folder).join("run.json");
                    assert!(model.kind(&run).unwrap().is_some(), "{how}");
                    vouched(&model, folder);
                }
                // Without a journal nothing has changed, and nothing has to be recovered.
                Err(_) if !journal(TARGET) && !journal(FAILED) => {
                    let now = model.files(Path::new(TARGET));
                    let now = now.keys().filter(|name| !name.contains("staging")).count();
                    assert_eq!(now, OLD.len() + THEIRS.len() + 1, "{how}");
                }
                Err(error) => assert!(error.remedy().is_some(), "{how}"),
            }
            settled(model.restarted(), publish, &how);
        }
    }
}

/// Who recovers may be killed in turn.
#[test]
fn killed_twice_it_is_old_or_new() {
    for at in 1..=operations(true) {
        let first = Arc::new(before().with_fault(at, Fault::Behind));
        let _ = run(&first, NEW, true);
        for again in 1.. {
            let second = Arc::new(first.restarted().with_fault(again, Fault::Before));
            let _ = settle(&Shared(Arc::clone(&second)), Path::new(TARGET));
            let ended = !second.state().dead;
            settled(second.restarted(), true, &format!("killed at {at}, then at {again}"));
            if ended {
                break;
            }
        }
    }
}

/// A target and, beside it, the tables of a run that had failed.
fn with_failed() -> Model {
    let model = Arc::new(before());
    run(&model, OLD, false).unwrap();
    for folder in ["/", "/t", TARGET, FAILED] {
        model.sync_folder(Path::new(folder)).unwrap();
    }
    model.restarted()
}

#[test]
fn tables_of_a_run_that_had_failed_go_once_one_is_published() {
    let model = Arc::new(with_failed());
    let placed = run(&model, NEW, true).unwrap();
    assert_eq!(placed.earlier, Earlier::Removed(PathBuf::from(FAILED)));
    assert_eq!(model.kind(Path::new(FAILED)).unwrap(), None);
    // What is not as the run wrote it keeps all of it.
    for (name, text, kept) in [
        ("book.csv", "changed", true),
        ("run.json", r#"{"tool":{"name":"recordmill"},"published":false}"#, true),
        (
            "run.json",
            r#"{"tool":{"name":"recordmill"},"published":true,"schema":{"name":"shelf"}}"#,
            false,
        ),
    ] {
        let model = with_failed();
        let path = Path::new(FAILED).join(name);
        model.remove(&path, false).unwrap();
        model.put(path.to_str().unwrap(), text);
        let (model, before) = (Arc::new(model.restarted()), model.files(Path::new(FAILED)));
        let placed = run(&model, NEW, true).unwrap();
        let told =
            matches!(&placed.earlier, Earlier::Kept(folder, _) if folder == Path::new(FAILED));
        assert_eq!((told, placed.earlier == Earlier::None), (kept, !kept), "{name}: {text}");
        assert_eq!(model.files(Path::new(FAILED)), before, "{name}: {text}");
    }
    // A file of somebody else keeps the folder alone.
    let model = with_failed();
    model.put("/t/out.failed/theirs.csv", "not ours");
    let model = Arc::new(model.restarted());
    run(&model, NEW, true).unwrap();
    assert!(model.files(Path::new(FAILED)).keys().eq(["theirs.csv"]));
}

/// Both folders, each of one state or of another, and the next run of either kind goes through.
#[test]
fn stopped_at_any_operation_the_failed_tables_are_whole_or_gone() {
    let base = with_failed();
    let model = Arc::new(base.restarted());
    run(&model, NEW, true).unwrap();
    let operations = model.state().done;
    for at in 1..=operations {
        for fault in [Fault::Before, Fault::Behind, Fault::Fails] {
            let model = Arc::new(base.with_fault(at, fault));
            let _ = run(&model, NEW, true);
            withdrawn(&model.restarted(), &format!("{fault:?} {at}"));
            for seed in 0..if fault == Fault::Before { 12 } else { 0 } {
                withdrawn(&model.without_power(seed), &format!("power lost at {at}, seed {seed}"));
            }
        }
    }
}

fn withdrawn(model: &Model, how: &str) {
    vouched(model, TARGET);
    vouched(model, FAILED);
    for publish in [true, false] {
        let model = Arc::new(model.restarted());
        for folder in [TARGET, FAILED] {
            if model.kind(Path::new(folder)).unwrap().is_some() {
                recover_on(&Shared(Arc::clone(&model)), Path::new(folder)).unwrap();
            }
        }
        assert!(is_of(&model, TARGET, OLD, true) || is_of(&model, TARGET, NEW, true), "{how}");
        let failed = model.files(Path::new(FAILED));
        assert!(failed.is_empty() || is_of(&model, FAILED, OLD, false), "{how}: {failed:#?}");
        run(&model, NEW, publish).unwrap_or_else(|error| panic!("{how}: {error:?}"));
        let failed = model.files(Path::new(FAILED));
        assert!(failed.is_empty() == publish, "{how}: {failed:#?}");
    }
}

/// A folder would want an inode, and behind the commit point there may be none.
#[test]
fn behind_the_commit_point_no_folder_is_made() {
    let mut model = Model::new();
    let made = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&made);
    model.watcher = Some(Box::new(move |model| {
        let state = model.state();
        let nodes = state.nodes.len();
        drop(state);
        let committed =
            model.files(Path::new(TARGET)).keys().any(|name| name.ends_with("journal.json"));
        seen.lock().unwrap().extend(committed.then_some(nodes));
    }));
    let model = Arc::new(model);
    run(&model, NEW, true).unwrap();
    let made = made.lock().unwrap();
    assert!(made.len() > NEW.len() && made.iter().all(|nodes| *nodes == made[0]), "{made:?}");
}

/// A reader that takes one step at a time while a run is published: it reads
/// `run.json`, then each file that is listed, then `run.json` once more. Where both
/// are the same, it has read what they vouch for.
struct Reader {
    run: Option<Vec<u8>>,
    texts: Vec<(Output, io::Result<Vec<u8>>)>,
    left: Vec<Output>,
    rounds: usize,
}

impl Reader {
    fn step(&mut self, model: &Model) {
        let now = || model.read(&Path::new(TARGET).join("run.json")).ok();
        let Some(run) = &self.run else {
            self.run = now();
            let run: Value = serde_json::from_slice(self.run.as_deref().unwrap_or(b"{}")).unwrap();
            self.left = serde_json::from_value(run["outputs"].clone()).unwrap_or_default();
            return;
        };
        if let Some(next) = self.left.pop() {
            let text = model.read(&Path::new(TARGET).join(&next.path));
            self.texts.push((next, text));
            return;
        }
        if now().as_ref() == Some(run) {
            self.rounds += 1;
            for (output, text) in &self.texts {
                let hash = blake3::hash(text.as_ref().expect("a listed file is there"));
                assert_eq!(hash.to_hex().as_str(), output.hash, "{}", output.path);
            }
        }
        (self.run, self.texts) = (None, Vec::new());
    }
}

/// Every pace of the reader against every operation of the run.
#[test]
fn a_reader_never_has_a_mix_that_run_json_vouches_for() {
    for (first, pace) in (0..12).flat_map(|first| (1..12).map(move |pace| (first, pace))) {
        let mut model = before();
        let reader = Reader { run: None, texts: Vec::new(), left: Vec::new(), rounds: 0 };
        let reader = Arc::new(Mutex::new((0, reader)));
        let shared = Arc::clone(&reader);
        model.watcher = Some(Box::new(move |model| {
            // At any moment what stands is vouched for.
            vouched(model, TARGET);
            let (now, reader) = &mut *shared.lock().unwrap();
            *now += 1;
            if *now >= first && (*now - first) % pace == 0 {
                reader.step(model);
            }
        }));
        let model = Arc::new(model);
        run(&model, NEW, true).unwrap();
        let (_, reader) = &mut *reader.lock().unwrap();
        for _ in 0..20 {
            reader.step(&model);
        }
        assert!(reader.rounds > 0);
    }
}
