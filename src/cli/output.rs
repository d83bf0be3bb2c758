//! Writes folders of files, and nothing over what others wrote.
//!
//! A manifest in each folder says what was written last, and how it was. A file that is not in it,
//! or differs from it, is someone else's.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use serde::{Deserialize, Serialize};

use crate::generate::{Output, OutputFile};

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
}

impl State {
    /// Whether the file is in the way.
    pub(super) fn is_blocked(self) -> bool {
        match self {
            State::Foreign | State::Edited | State::NoFile => true,
            State::Unchanged | State::New | State::Outdated => false,
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
        }
    }
}

/// A folder that can be written.
#[derive(Debug)]
pub(super) struct Prepared<'o> {
    root: PathBuf,
    output: &'o Output,
    changes: Vec<Change>,
    manifest: Manifest,
    is_manifest_new: bool,
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
    force: bool,
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
    for file in &output.files {
        let path = root.join(&file.path);
        let state = state(out, &output.folder, file, &path, &known)?;
        let state = match state {
            State::Foreign | State::Edited if force => State::Outdated,
            other => other,
        };
        manifest
            .files
            .insert(file.path.clone(), hash(file.contents.as_bytes()));
        changes.push(Change { path, state });
    }
    let is_manifest_new = before.as_deref() != Some(text(&manifest)?.as_bytes());
    Ok(Prepared {
        root,
        output,
        changes,
        manifest,
        is_manifest_new,
    })
}

fn state(
    out: &Path,
    folder: &str,
    file: &OutputFile,
    path: &Path,
    known: &Manifest,
) -> Result<State, Failure> {
    // A link on the way would lead the file out of the folder.
    let mut place = out.to_path_buf();
    let parents = file
        .path
        .rsplit_once('/')
        .map_or("", |(parents, _)| parents);
    let parents = folder.split('/').chain(parents.split('/'));
    for part in parents.filter(|part| !part.is_empty()) {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Ok(State::NoFile),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::New),
            Err(source) => return Err(failure(&place, source)),
        }
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
    if found == file.contents.as_bytes() {
        return Ok(State::Unchanged);
    }
    Ok(match known.files.get(&file.path) {
        None => State::Foreign,
        Some(written) if *written == hash(&found) => State::Outdated,
        Some(_) => State::Edited,
    })
}

/// Writes all files beside their places first, and then puts them there: what can fail, fails
/// before anything has changed.
///
/// # Errors
/// A file cannot be written. What was written beside its place is taken away again.
pub(super) fn commit(prepared: &[Prepared<'_>]) -> Result<(), Failure> {
    let mut staged: Vec<(PathBuf, PathBuf)> = Vec::new();
    let result = stage(prepared, &mut staged).and_then(|()| {
        while let Some((temporary, path)) = staged.first() {
            fs::rename(temporary, path).map_err(|source| failure(path, source))?;
            staged.remove(0);
        }
        Ok(())
    });
    if result.is_err() {
        for (temporary, _) in &staged {
            // The first error is the one to report.
            let _ = fs::remove_file(temporary);
        }
    }
    result
}

fn stage(prepared: &[Prepared<'_>], staged: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    for folder in prepared {
        let is_written = |change: &&(&Change, &OutputFile)| {
            matches!(change.0.state, State::New | State::Outdated)
        };
        let files: Vec<_> = folder.changes.iter().zip(&folder.output.files).collect();
        for (change, file) in files.iter().filter(is_written) {
            stage_file(&change.path, file.contents.as_bytes(), staged)?;
        }
        if folder.is_manifest_new {
            let path = folder.root.join(MANIFEST);
            stage_file(&path, text(&folder.manifest)?.as_bytes(), staged)?;
        }
    }
    Ok(())
}

fn stage_file(
    path: &Path,
    contents: &[u8],
    staged: &mut Vec<(PathBuf, PathBuf)>,
) -> Result<(), Failure> {
    let name = path.file_name().map_or_else(String::new, |name| {
        format!(".{}.{}.tmp", name.to_string_lossy(), process::id())
    });
    let parent = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(parent).map_err(|source| failure(parent, source))?;
    let temporary = parent.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = options
        .open(&temporary)
        .map_err(|source| failure(&temporary, source))?;
    staged.push((temporary.clone(), path.to_path_buf()));
    file.write_all(contents)
        .and_then(|()| file.sync_all())
        .map_err(|source| failure(&temporary, source))
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

/// FNV-1a of 128 bits, <https://datatracker.ietf.org/doc/html/rfc9923>: tells an edit, and is no
/// protection from someone who wants to hide one.
fn hash(bytes: &[u8]) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let step = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
    format!("fnv1a128:{:032x}", bytes.iter().fold(OFFSET, step))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn hashes_are_those_of_the_standard() {
        assert_eq!(hash(b""), "fnv1a128:6c62272e07bb014262b821756295c58d");
        assert_eq!(hash(b"a"), "fnv1a128:d228cb696f1a8caf78912b704e4a8964");
    }
}
