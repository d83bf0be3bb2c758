//! From paths to the policies in the files.

use std::path::Path;

use super::Failure;
use super::files::{Content, Input, Inputs};
use crate::document::{ErrorKind, Syntax};
use crate::lint::{ErrorScope, File, Given};
use crate::model::{Policy, Statement};
use crate::report::{Skipped, Summary, place};
use crate::source::{MAX_FILE_BYTES, Source, Sources, Span, Text};

/// What a file holds.
pub(super) struct Loaded {
    /// Its path.
    pub(super) path: String,
    /// All its policies, in order.
    pub(super) policies: Vec<Policy>,
    /// Parts of them that are left open and may be statements.
    pub(super) open: Vec<Span>,
}

/// Adds a file to the sources and gives its text.
///
/// # Errors
/// A file that can't be read, is too large, or is no UTF-8.
pub(super) fn read_text(path: &Path, sources: &mut Sources) -> Result<Text, Failure> {
    let name = path.display().to_string();
    let fail = |why: &dyn std::fmt::Display| Failure(format!("{name}: {why}"));
    let length = std::fs::metadata(path).map_err(|error| fail(&error))?.len();
    if length > MAX_FILE_BYTES as u64 {
        return Err(fail(&"larger than 32 MiB"));
    }
    let bytes = std::fs::read(path).map_err(|error| fail(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| fail(&"not UTF-8"))?;
    let id = sources.add(Source::new(name.clone(), text));
    let source = sources.get(id);
    source
        .map(|source| Text::of_source(id, source))
        .ok_or_else(|| fail(&"it is not among the sources"))
}

/// The policies of a file, however they are embedded.
///
/// # Errors
/// A file that can't be read or parsed, that has no policy, or one with a statement that can't be
/// read: what is left would be decided as if it were all.
pub(super) fn load(path: &Path, sources: &mut Sources) -> Result<Loaded, Failure> {
    let text = read_text(path, sources)?;
    let syntax = syntax_of(path, text.as_str());
    let file = File::read(sources, text.whole().source(), syntax, Given::ByName);
    let loaded = file.map(|file| taken(&file, sources)).transpose()?;
    let loaded = loaded.filter(|it| !it.policies.is_empty());
    let loaded = loaded.ok_or_else(|| no_policy(&path.display().to_string()))?;
    Held::default().add(&loaded, text.as_str().len(), sources)?;
    Ok(loaded)
}

/// What several files hold.
#[derive(Default)]
pub(super) struct Found {
    /// Those with policies, by path.
    pub(super) files: Vec<Loaded>,
    /// What was read and what was passed over.
    pub(super) summary: Summary,
}

/// What the policies of one question hold together.
#[derive(Default)]
pub(super) struct Held {
    /// Bytes of their files.
    bytes: usize,
    /// Actions, resources and values of conditions of their statements.
    entries: usize,
}

/// Bytes of the files with policies that one question is about: those of one file are in it.
const MAX_HELD_BYTES: usize = MAX_FILE_BYTES;
/// Actions, resources and values of conditions that one question is about. Each takes about a
/// kilobyte, in several copies.
const MAX_HELD_ENTRIES: usize = 20_000;

impl Held {
    /// Counts the policies of a file.
    ///
    /// # Errors
    /// The files, or the policies, are over a limit together.
    fn add(&mut self, file: &Loaded, bytes: usize, sources: &Sources) -> Result<(), Failure> {
        self.bytes += bytes;
        if self.bytes > MAX_HELD_BYTES {
            let path = &file.path;
            let most = MAX_HELD_BYTES / 1024 / 1024;
            let why =
                format!("with this file those with policies have more than {most} MiB together");
            return Err(Failure(format!("{path}: {why}; ask about fewer")));
        }
        for policy in &file.policies {
            let values = |it: &Statement| {
                it.conditions
                    .iter()
                    .map(|it| it.values.len())
                    .sum::<usize>()
            };
            let entries = |it: &Statement| {
                it.actions.entries().len() + it.resources.entries().len() + values(it)
            };
            self.entries += policy.statements.iter().map(entries).sum::<usize>();
            if self.entries > MAX_HELD_ENTRIES {
                let place = place(policy.span, sources);
                let why = format!(
                    "with this policy there are more than {MAX_HELD_ENTRIES} actions, resources and \
                     conditions together"
                );
                return Err(Failure(format!("{place}: {why}; ask about fewer")));
            }
        }
        Ok(())
    }
}

/// The policies of all files that were found. Of those met in a folder, files without are passed over.
///
/// # Errors
/// As [`load`], for a file that was named or has policies; a file of a folder that can't be parsed is
/// passed over when nothing in it is about AWS IoT. What [`Held`] refuses.
pub(super) fn load_all(
    inputs: Inputs,
    sources: &mut Sources,
    held: &mut Held,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    found.summary.skipped = inputs.skipped;
    for input in inputs.list {
        let Input { given, .. } = input;
        let path = input.name.clone();
        let (source, syntax) = match input.read()? {
            Content::Text(source, syntax) => (source, syntax),
            Content::Skipped(why) => {
                let why = why.to_owned();
                found.summary.skipped.push(Skipped { path, why });
                continue;
            }
        };
        let bytes = source.text().len();
        let id = sources.add(source);
        let Some(file) = File::read(sources, id, syntax, given) else {
            continue;
        };
        if let (ErrorScope::Foreign, Some(error)) = (file.errors, file.document.errors().first()) {
            let start = sources.start(error.span);
            let (line, column) = (start.line, start.column);
            let why = format!("not readable (line {line}, column {column}: {error})");
            found.summary.skipped.push(Skipped { path, why });
            sources.forget(id);
            continue;
        }
        let loaded = taken(&file, sources)?;
        drop(file);
        if loaded.policies.is_empty() {
            match given {
                Given::ByName => return Err(no_policy(&path)),
                Given::ByFolder => sources.forget(id),
            }
            continue;
        }
        held.add(&loaded, bytes, sources)?;
        found.summary.files += 1;
        found.summary.policies += loaded.policies.len();
        found.files.push(loaded);
    }
    found.summary.skipped.sort();
    Ok(found)
}

/// The policies of a file, all of them or none.
fn taken(file: &File, sources: &Sources) -> Result<Loaded, Failure> {
    if let Some(error) = file.document.errors().first() {
        return Err(Failure(format!("{}: {error}", place(error.span, sources))));
    }
    let artifacts = &file.artifacts;
    let embedded = artifacts.embedded.iter();
    let too_long = embedded.flat_map(|it| it.document.errors());
    let too_long = too_long.filter(|it| it.kind == ErrorKind::TextTooLong);
    if let Some(error) = artifacts.limits.iter().chain(too_long).next() {
        return Err(Failure(format!("{}: {error}", place(error.span, sources))));
    }
    if let Some(span) = artifacts.policies().find_map(|it| it.lost_statement()) {
        let place = place(span, sources);
        let why = "the policy can't be read from here; `fleetwright lint` says what is wrong";
        return Err(Failure(format!("{place}: {why}")));
    }
    let policies: Vec<_> = artifacts.policies().map(|it| it.policy.clone()).collect();
    let is_inside = |span: &Span| policies.iter().any(|it| it.span.contains(*span));
    let open = artifacts.unresolved.iter().copied().filter(is_inside);
    let open = open.collect();
    Ok(Loaded {
        path: sources.path(file.source).to_owned(),
        policies,
        open,
    })
}

fn no_policy(path: &str) -> Failure {
    Failure(format!("{path}: no policy of AWS IoT in it"))
}

/// The language of a file: by its name, else by how it begins.
pub(super) fn syntax_of(path: &Path, text: &str) -> Syntax {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("");
    match extension.to_ascii_lowercase().as_str() {
        "json" => Syntax::Json,
        "yaml" | "yml" => Syntax::Yaml,
        _ if text.trim_start().starts_with(['{', '[']) => Syntax::Json,
        _ => Syntax::Yaml,
    }
}
