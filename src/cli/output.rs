//! Writes folders of files, and nothing over what others wrote.
//!
//! A manifest in each folder says what was written last, and how it was. A file that is not in it,
//! or differs from it, is someone else's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::generate::Output;
use crate::model::fingerprint;

/// A file that can't be written, or read to see what is there.
#[derive(Debug, thiserror::Error)]
#[error("can't write `{path}`")]
pub(super) struct Failure {
    /// Its path.
    path: String,
    /// Why.
    source: io::Error,
}

/// The file that says what was written.
const MANIFEST: &str = ".fleetwright-manifest.json";

/// What was written last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    /// Of this form.
    version: u32,
    /// What wrote the files.
    tool: String,
    /// The files, each with the hash of what was written.
    files: BTreeMap<String, String>,
}

/// A file, and what has to be done with it.
#[derive(Debug)]
pub(super) struct Change {
    /// Where it is.
    pub path: PathBuf,
    /// What has to be done.
    pub state: State,
}

/// What has to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing: it is as it should be.
    Unchanged,
    /// It is not there.
    New,
    /// It is ours, and something else should stand in it.
    Outdated,
    /// It is not ours.
    Foreign,
    /// It was ours, and someone changed it.
    Edited,
    /// A folder or a link is where the file should be, or on the way there.
    NoFile,
    /// It is ours, and nothing asks for it any more.
    Stale,
    /// The same, and it is to be taken away.
    Pruned,
    /// It was ours, someone changed it, and nothing asks for it any more.
    StaleEdited,
}

impl State {
    /// Whether the file is in the way.
    pub(super) fn is_blocked(self) -> bool {
        match self {
            State::Foreign | State::Edited | State::NoFile => true,
            State::Unchanged
            | State::New
            | State::Outdated
            | State::Stale
            | State::Pruned
            | State::StaleEdited => false,
        }
    }

    /// Whether the file is no part of what is generated.
    pub(super) fn is_stale(self) -> bool {
        match self {
            State::Stale | State::Pruned | State::StaleEdited => true,
            State::Unchanged
            | State::New
            | State::Outdated
            | State::Foreign
            | State::Edited
            | State::NoFile => false,
        }
    }

    /// In words; `is_plan` when nothing was done.
    pub(super) fn word(self, is_plan: bool) -> &'static str {
        match (self, is_plan) {
            (State::Unchanged, _) => "unchanged",
            (State::New, true) => "would be written",
            (State::New, false) => "written",
            (State::Outdated, true) => "would change",
            (State::Outdated, false) => "changed",
            (State::Foreign, _) => "in the way: fleetwright did not write it",
            (State::Edited, _) => "in the way: it was changed since fleetwright wrote it",
            (State::NoFile, _) => "in the way: a folder or a link",
            (State::Stale, _) => "stale: nothing asks for it any more",
            (State::Pruned, true) => "would be removed",
            (State::Pruned, false) => "removed",
            (State::StaleEdited, _) => "stale, and kept: it was changed since fleetwright wrote it",
        }
    }

    /// In a report for programs.
    pub(super) fn key(self) -> &'static str {
        match self {
            State::Unchanged => "unchanged",
            State::New => "new",
            State::Outdated => "changed",
            State::Foreign => "foreign",
            State::Edited => "edited",
            State::NoFile => "no-file",
            State::Stale => "stale",
            State::Pruned => "removed",
            State::StaleEdited => "stale-edited",
        }
    }
}

/// What may be done with files that are not simply written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    /// Files that are not ours are overwritten.
    pub force: bool,
    /// What becomes of files that were written once, and are not any more.
    pub stale: Stale,
}

/// What becomes of files that were written once, and are not any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stale {
    /// They are not looked for: only a part of the spec was generated.
    #[default]
    Ignored,
    /// They are listed.
    Listed,
    /// They are taken away, unless someone changed them.
    Pruned,
}

/// A folder that can be written.
#[derive(Debug)]
pub(super) struct Prepared<'o> {
    root: PathBuf,
    output: &'o Output,
    changes: Vec<Change>,
    manifest: Manifest,
    manifest_state: State,
}

impl Prepared<'_> {
    /// The files, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }
}

/// Looks at what is there; writes nothing.
///
/// # Errors
/// Something that is there cannot be read.
pub(super) fn prepare<'o>(
    out: &Path,
    output: &'o Output,
    treatment: Treatment,
) -> Result<Prepared<'o>, Failure> {
    let root = out.join(&output.folder);
    let path = root.join(MANIFEST);
    let before = read(&path)?;
    // A manifest that cannot be read vouches for nothing.
    let known: Manifest = before
        .as_deref()
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default();
    let mut manifest = Manifest {
        version: 1,
        tool: concat!("fleetwright ", env!("CARGO_PKG_VERSION")).to_owned(),
        files: known.files.clone(),
    };
    let mut changes = Vec::new();
    for (file, contents) in output.entries() {
        let path = root.join(file);
        let state = state(out, &output.folder, (file, contents), &path, &known)?;
        let state = match state {
            State::Foreign | State::Edited if treatment.force => State::Outdated,
            other => other,
        };
        manifest.files.insert(file.to_owned(), hash(contents));
        changes.push(Change { path, state });
    }
    let written_now: BTreeSet<&str> = output.entries().map(|(file, _)| file).collect();
    for (stale, written) in &known.files {
        if written_now.contains(stale.as_str()) || treatment.stale == Stale::Ignored {
            continue;
        }
        let path = root.join(stale);
        match stale_state(out, &output.folder, stale, written, treatment.stale)? {
            Some(state) => {
                if state == State::Pruned {
                    manifest.files.remove(stale);
                }
                changes.push(Change { path, state });
            }
            None => {
                manifest.files.remove(stale);
            }
        }
    }
    let manifest_state = match &before {
        None => State::New,
        Some(before) if *before == text(&manifest)?.as_bytes() => State::Unchanged,
        Some(_) => State::Outdated,
    };
    Ok(Prepared {
        root,
        output,
        changes,
        manifest,
        manifest_state,
    })
}

/// What has to be done with a file that was written once and is not any more; `None` when it is
/// not there.
fn stale_state(
    out: &Path,
    folder: &str,
    file: &str,
    written: &str,
    stale: Stale,
) -> Result<Option<State>, Failure> {
    // A manifest that someone else wrote could name any file.
    let is_below = !file.starts_with('/')
        && file
            .split('/')
            .all(|part| part != ".." && !part.contains(['\\', ':']));
    if !is_below {
        return Ok(None);
    }
    match way(out, folder, file)? {
        Way::Open => {}
        Way::Missing => return Ok(None),
        Way::Blocked => return Ok(Some(State::StaleEdited)),
    }
    let path = out.join(folder).join(file);
    match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => return Ok(Some(State::StaleEdited)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failure(&path, source)),
    }
    let found = read(&path)?;
    let is_ours = found.is_some_and(|found| *written == hash(&found));
    Ok(Some(match (is_ours, stale) {
        (false, _) => State::StaleEdited,
        (true, Stale::Pruned) => State::Pruned,
        (true, Stale::Listed | Stale::Ignored) => State::Stale,
    }))
}

/// What stands on the way to a file.
enum Way {
    /// Folders, all the way.
    Open,
    /// A folder is missing.
    Missing,
    /// A file or a link: it would lead out of the folder.
    Blocked,
}

fn way(out: &Path, folder: &str, file: &str) -> Result<Way, Failure> {
    let mut place = out.to_path_buf();
    let parents = file.rsplit_once('/').map_or("", |(parents, _)| parents);
    let parents = folder.split('/').chain(parents.split('/'));
    for part in parents.filter(|part| !part.is_empty()) {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Ok(Way::Blocked),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Way::Missing),
            Err(source) => return Err(failure(&place, source)),
        }
    }
    Ok(Way::Open)
}

fn state(
    out: &Path,
    folder: &str,
    (file, contents): (&str, &[u8]),
    path: &Path,
    known: &Manifest,
) -> Result<State, Failure> {
    match way(out, folder, file)? {
        Way::Open => {}
        Way::Missing => return Ok(State::New),
        Way::Blocked => return Ok(State::NoFile),
    }
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => return Ok(State::NoFile),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::New),
        Err(source) => return Err(failure(path, source)),
    }
    let Some(found) = read(path)? else {
        return Ok(State::New);
    };
    if found == contents {
        return Ok(State::Unchanged);
    }
    Ok(match known.files.get(file) {
        None => State::Foreign,
        Some(written) if *written == hash(&found) => State::Outdated,
        Some(_) => State::Edited,
    })
}

/// Writes all files beside their places first, and then puts them there: what can fail, fails
/// before anything has changed. Folders are written side by side.
///
/// # Errors
/// A file cannot be written. What was written beside its place is taken away again.
pub(super) fn commit(prepared: &[Prepared<'_>]) -> Result<(), Failure> {
    let staged: Vec<Staged> = prepared.par_iter().map(Staged::new).collect();
    let mut result = Ok(());
    let mut files = Vec::new();
    for folder in staged {
        result = result.and(folder.result);
        files.push(folder.files);
    }
    let result = result
        .and_then(|()| files.par_iter_mut().try_for_each(put_in_place))
        .and_then(|()| prune(prepared));
    if result.is_err() {
        for file in files.iter().flatten() {
            // The first error is the one to report.
            let _ = fs::remove_file(&file.temporary);
        }
    }
    result
}

/// Puts files where they belong; what is left in `files` is not there yet. In order, so that the
/// manifest comes last.
fn put_in_place(files: &mut VecDeque<StagedFile>) -> Result<(), Failure> {
    while let Some(StagedFile { temporary, path }) = files.front() {
        fs::rename(temporary, path).map_err(|source| failure(path, source))?;
        files.pop_front();
    }
    Ok(())
}

/// Takes stale files away, and the folders that this leaves empty.
fn prune(prepared: &[Prepared<'_>]) -> Result<(), Failure> {
    for folder in prepared {
        for change in folder.changes.iter().filter(|it| it.state == State::Pruned) {
            fs::remove_file(&change.path).map_err(|source| failure(&change.path, source))?;
            let parents = change.path.ancestors().skip(1);
            for parent in parents.take_while(|it| **it != folder.root) {
                // What is not empty stays.
                if fs::remove_dir(parent).is_err() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// A file that was written beside its place.
struct StagedFile {
    temporary: PathBuf,
    path: PathBuf,
}

/// What was written of a folder beside its place, also when not all could be.
struct Staged {
    files: VecDeque<StagedFile>,
    result: Result<(), Failure>,
}

impl Staged {
    fn new(folder: &Prepared<'_>) -> Staged {
        let mut staged = Staged {
            files: VecDeque::new(),
            result: Ok(()),
        };
        staged.result = staged.stage(folder);
        staged
    }

    fn stage(&mut self, folder: &Prepared<'_>) -> Result<(), Failure> {
        let files = folder.changes.iter().zip(folder.output.entries());
        for (change, (_, contents)) in files {
            self.file(change.state, &change.path, contents)?;
        }
        let path = folder.root.join(MANIFEST);
        let contents = text(&folder.manifest)?;
        self.file(folder.manifest_state, &path, contents.as_bytes())
    }

    /// Writes `contents` beside `path`. What takes the place of another file is on the disk before:
    /// of two files one is always whole.
    fn file(&mut self, state: State, path: &Path, contents: &[u8]) -> Result<(), Failure> {
        let is_replacement = match state {
            State::New => false,
            State::Outdated => true,
            State::Unchanged
            | State::Foreign
            | State::Edited
            | State::NoFile
            | State::Stale
            | State::Pruned
            | State::StaleEdited => return Ok(()),
        };
        let name = path.file_name().map_or_else(String::new, |name| {
            format!(".{}.{}.tmp", name.to_string_lossy(), process::id())
        });
        let parent = path.parent().unwrap_or(Path::new(""));
        // Files of a folder follow each other mostly.
        let last = self.files.back().and_then(|it| it.path.parent());
        if last != Some(parent) {
            fs::create_dir_all(parent).map_err(|source| failure(parent, source))?;
        }
        let temporary = parent.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = options
            .open(&temporary)
            .map_err(|source| failure(&temporary, source))?;
        let written = file.write_all(contents);
        let written = written.and_then(|()| {
            if is_replacement {
                file.sync_all()
            } else {
                Ok(())
            }
        });
        let written = written.map_err(|source| failure(&temporary, source));
        self.files.push_back(StagedFile {
            temporary,
            path: path.to_path_buf(),
        });
        written
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failure(path, source)),
    }
}

fn failure(path: &Path, source: io::Error) -> Failure {
    Failure {
        path: path.display().to_string(),
        source,
    }
}

fn text(manifest: &Manifest) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(manifest);
    let text = text.map_err(|error| failure(Path::new(MANIFEST), error.into()))?;
    Ok(text + "\n")
}

/// Tells an edit.
fn hash(bytes: &[u8]) -> String {
    format!("sha256:{}", fingerprint(bytes))
}
