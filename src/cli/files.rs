//! From paths to sources.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::document::Syntax;
use crate::lint::Given;
use crate::report::Skipped;
use crate::source::{MAX_FILE_BYTES, Source};

/// A file that was found, and is not read yet: all of them together may be more than is to be held.
pub(super) struct Input {
    /// What it is called in reports.
    pub(super) name: String,
    /// How it was met.
    pub(super) given: Given,
    /// Its length, as far as it is known.
    pub(super) bytes: usize,
    origin: Origin,
}

/// Where the bytes of a file are.
enum Origin {
    /// On the disk.
    Path(PathBuf),
    /// In the repository, under this id.
    Blob(String),
    /// Here.
    Read(Vec<u8>),
}

/// What a file turned out to be.
pub(super) enum Content {
    /// A text in a language that is read.
    Text(Source, Syntax),
    /// Nothing that is read, and why.
    Skipped(&'static str),
}

/// Why a file of more than [`MAX_FILE_BYTES`] is not read.
const TOO_LARGE: &str = "larger than 32 MiB";

/// What was found under the paths that the user gave.
#[derive(Default)]
pub(super) struct Inputs {
    /// What was found, by path.
    pub(super) list: Vec<Input>,
    /// What was passed over, by path.
    pub(super) skipped: Vec<Skipped>,
}

/// What standard input is called in reports, unless the user says otherwise.
pub(super) const STDIN: &str = "<stdin>";

/// Finds the files that `paths` name, and those in the folders that they name. `.gitignore` holds
/// for folders only. Standard input is read at once.
///
/// # Errors
/// A path that does not exist or can't be read; a file that was named and is too large. Met in a
/// folder, such a file is skipped.
pub(super) fn find(paths: &[PathBuf], stdin_name: &str) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::default();
    let mut found: Vec<(PathBuf, Given)> = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let limit = MAX_FILE_BYTES as u64 + 1;
            let read = std::io::stdin().lock().take(limit).read_to_end(&mut bytes);
            read.map_err(|error| Failure(format!("standard input: {error}")))?;
            let length = bytes.len() as u64;
            inputs.add(stdin_name, length, Origin::Read(bytes), Given::ByName)?;
        } else if path.is_dir() {
            walk(path, &mut found)?;
        } else {
            found.push((path.clone(), Given::ByName));
        }
    }
    take(found, inputs)
}

/// Takes in the files that were found.
fn take(mut found: Vec<(PathBuf, Given)>, mut inputs: Inputs) -> Result<Inputs, Failure> {
    found.sort();
    found.dedup_by(|second, first| second.0 == first.0);
    for (path, given) in found {
        let name = path.display().to_string();
        if given == Given::ByFolder && !is_looked_at(&name) {
            continue;
        }
        let fail = |error: std::io::Error| Failure(format!("{name}: {error}"));
        let length = std::fs::metadata(&path).map_err(fail)?.len();
        inputs.add(&name, length, Origin::Path(path), given)?;
    }
    inputs.skipped.sort();
    Ok(inputs)
}

/// Finds the files below `paths`; what a path names itself is treated as if it were met in a folder.
///
/// # Errors
/// A path that can't be read.
pub(super) fn find_as_met(paths: &[PathBuf]) -> Result<Inputs, Failure> {
    let mut found = Vec::new();
    for path in paths {
        walk(path, &mut found)?;
    }
    take(found, Inputs::default())
}

/// Adds the files below a folder.
fn walk(folder: &Path, found: &mut Vec<(PathBuf, Given)>) -> Result<(), Failure> {
    let walk = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .hidden(false)
        .build();
    for entry in walk {
        let entry = entry.map_err(|error| Failure(error.to_string()))?;
        let path = entry.path();
        let is_git = path.components().any(|part| part.as_os_str() == ".git");
        if !is_git && entry.file_type().is_some_and(|kind| kind.is_file()) {
            let path = path.strip_prefix("./").unwrap_or(path);
            found.push((path.to_owned(), Given::ByFolder));
        }
    }
    Ok(())
}

/// What a file name says of its contents.
enum Language {
    Data(Syntax),
    Terraform,
    /// Whatever it looks like.
    Template,
}

fn language(name: &str) -> Option<Language> {
    let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "json" => Some(Language::Data(Syntax::Json)),
        "yaml" | "yml" => Some(Language::Data(Syntax::Yaml)),
        "template" | "tpl" | "tmpl" => Some(Language::Template),
        "tf" => Some(Language::Terraform),
        _ => None,
    }
}

/// Whether a file that is met in a folder is looked at, by its name.
pub(super) fn is_looked_at(name: &str) -> bool {
    language(name).is_some()
}

impl Input {
    /// Reads the file.
    ///
    /// # Errors
    /// A file that can't be read; one that was named and is too large or no UTF-8.
    pub(super) fn read(self) -> Result<Content, Failure> {
        let name = &self.name;
        let bytes = match self.origin {
            Origin::Read(bytes) => bytes,
            Origin::Blob(id) => super::git::blob(&id)?,
            Origin::Path(path) => {
                std::fs::read(&path).map_err(|error| Failure(format!("{name}: {error}")))?
            }
        };
        let refuse = |why: &'static str| match self.given {
            Given::ByName => Err(Failure(format!("{name}: {why}"))),
            Given::ByFolder => Ok(Content::Skipped(why)),
        };
        if bytes.len() > MAX_FILE_BYTES {
            return refuse(TOO_LARGE);
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return refuse("not UTF-8");
        };
        let syntax = match language(name) {
            Some(Language::Data(syntax)) => syntax,
            Some(Language::Terraform) => {
                return Ok(Content::Skipped("Terraform is not read yet"));
            }
            Some(Language::Template) | None => {
                let start = text.trim_start_matches('\u{feff}').trim_start();
                if start.starts_with(['{', '[']) {
                    Syntax::Json
                } else {
                    Syntax::Yaml
                }
            }
        };
        Ok(Content::Text(Source::new(self.name, text), syntax))
    }
}

impl Inputs {
    /// Adds a file of a repository, under the id of its contents.
    ///
    /// # Errors
    /// None for a file that was not named.
    pub(super) fn add_blob(&mut self, name: &str, bytes: u64, id: &str) -> Result<(), Failure> {
        self.add(name, bytes, Origin::Blob(id.to_owned()), Given::ByFolder)
    }

    /// Adds a file of so many bytes.
    ///
    /// # Errors
    /// A file that was named and is too large.
    fn add(&mut self, name: &str, bytes: u64, origin: Origin, given: Given) -> Result<(), Failure> {
        match usize::try_from(bytes) {
            Ok(bytes) if bytes <= MAX_FILE_BYTES => {
                let name = name.to_owned();
                self.list.push(Input {
                    name,
                    given,
                    bytes,
                    origin,
                });
                Ok(())
            }
            Ok(_) | Err(_) => self.refuse(name, TOO_LARGE, given),
        }
    }

    /// A file that can't be read: who named it must know that it was not checked.
    fn refuse(&mut self, name: &str, why: &str, given: Given) -> Result<(), Failure> {
        match given {
            Given::ByName => Err(Failure(format!("{name}: {why}"))),
            Given::ByFolder => {
                self.skip(name, why);
                Ok(())
            }
        }
    }

    fn skip(&mut self, name: &str, why: &str) {
        self.skipped.push(Skipped {
            path: name.to_owned(),
            why: why.to_owned(),
        });
    }
}
