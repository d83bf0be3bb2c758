//! From a path to the policies in the file.

use std::path::Path;

use super::Failure;
use super::test::place;
use crate::artifact;
use crate::document::{Document, Syntax};
use crate::model::Policy;
use crate::source::{MAX_FILE_BYTES, Source, Sources, Span, Text};

/// What a file holds.
pub(super) struct Loaded {
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
    let document = Document::parse(&text, syntax_of(path, text.as_str()));
    if let Some(error) = document.errors().first() {
        return Err(Failure(format!("{}: {error}", place(sources, error.span))));
    }
    let artifacts = artifact::read(&document);
    if let Some(span) = artifacts.policies().find_map(|it| it.lost_statement()) {
        let place = place(sources, span);
        let why = "the policy can't be read from here; `fleetwright lint` says what is wrong";
        return Err(Failure(format!("{place}: {why}")));
    }
    let policies: Vec<_> = artifacts.policies().map(|it| it.policy.clone()).collect();
    if policies.is_empty() {
        let path = path.display();
        return Err(Failure(format!("{path}: no policy of AWS IoT in it")));
    }
    let is_inside = |span: &Span| policies.iter().any(|it| it.span.contains(*span));
    let open = artifacts.unresolved.iter().copied().filter(is_inside);
    let open = open.collect();
    Ok(Loaded { policies, open })
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
