//! Files of a revision, by asking `git`.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use super::Failure;
use super::files::{Inputs, is_looked_at};

/// Two states of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// A revision.
    pub(super) base: String,
    /// A revision; without it, the files as they are.
    pub(super) head: Option<String>,
}

impl Range {
    /// `BASE`, or `BASE..HEAD`; as for git, a missing HEAD behind the dots is `HEAD`.
    ///
    /// # Errors
    /// No base, an option in place of a revision, or three dots.
    pub(super) fn parse(text: &str) -> Result<Range, String> {
        let (base, head) = match text.split_once("..") {
            Some((_, head)) if head.starts_with('.') => {
                return Err("write BASE..HEAD, with two dots".to_owned());
            }
            Some((base, "")) => (base, Some("HEAD")),
            Some((base, head)) => (base, Some(head)),
            None => (text, None),
        };
        if base.is_empty()
            || [Some(base), head]
                .iter()
                .flatten()
                .any(|it| it.starts_with('-'))
        {
            return Err("it must be BASE or BASE..HEAD".to_owned());
        }
        Ok(Range {
            base: base.to_owned(),
            head: head.map(str::to_owned),
        })
    }
}

/// The mode of a file and of one that can be run; links and submodules have others.
const FILE_MODES: [&str; 2] = ["100644", "100755"];

/// Finds the files of a revision below `paths`, or below the current folder, under names
/// `revision:path`.
///
/// # Errors
/// No git, no such revision, what else git refuses.
pub(super) fn find(revision: &str, paths: &[PathBuf]) -> Result<Inputs, Failure> {
    let mut arguments = vec![
        OsStr::new("ls-tree"),
        OsStr::new("-rlz"),
        OsStr::new(revision),
    ];
    arguments.push(OsStr::new("--"));
    arguments.extend(paths.iter().map(|path| path.as_os_str()));
    let listed = git(&arguments)?;
    let mut inputs = Inputs::default();
    for entry in listed.split(|byte| *byte == 0).filter(|it| !it.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((object, path)) = entry.split_once('\t') else {
            continue;
        };
        let mut words = object.split_whitespace();
        let (mode, Some(id)) = (words.next().unwrap_or(""), words.nth(1)) else {
            continue;
        };
        if !FILE_MODES.contains(&mode) || !is_looked_at(path) {
            continue;
        }
        // A length that git does not say is known when the file is read.
        let bytes = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
        inputs.add_blob(&format!("{revision}:{path}"), bytes, id)?;
    }
    inputs.skipped.sort();
    Ok(inputs)
}

/// The contents of an id.
///
/// # Errors
/// What git refuses.
pub(super) fn blob(id: &str) -> Result<Vec<u8>, Failure> {
    git(&[OsStr::new("show"), OsStr::new(id)])
}

/// What git prints.
fn git(arguments: &[&OsStr]) -> Result<Vec<u8>, Failure> {
    let output = Command::new("git").args(arguments).output();
    let output = output.map_err(|error| Failure(format!("git: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.lines().next().unwrap_or("it failed");
    Err(Failure(format!("git: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = |text| {
            let range: Range = Range::parse(text).ok()?;
            Some((range.base, range.head))
        };
        let pair =
            |base: &str, head: Option<&str>| Some((base.to_owned(), head.map(str::to_owned)));
        assert_eq!(range("main"), pair("main", None));
        assert_eq!(range("main..topic"), pair("main", Some("topic")));
        assert_eq!(range("v1.0.."), pair("v1.0", Some("HEAD")));
        for wrong in ["", "..main", "main...topic", "--output=x", "main..-x"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
