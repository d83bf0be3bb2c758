//! The files that tests run over: those of a folder, and those of the corpus.

#![allow(dead_code, reason = "not every test program needs all of it")]
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test ends with a panic and says what it skips"
)]

use std::path::{Path, PathBuf};

use fleetwright::document::Syntax;
use fleetwright::source::{Source, Sources};

/// All files below a folder, sorted by path.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a readable folder");
        for entry in entries {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The folder named by FLEETWRIGHT_CORPUS. When it is not set, that is said aloud, and a failure
/// where FLEETWRIGHT_REQUIRE lists `corpus`.
pub(crate) fn corpus() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("FLEETWRIGHT_CORPUS").filter(|it| !it.is_empty()) {
        return Some(folder.into());
    }
    let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
    let is_required = required.split(',').any(|it| it.trim() == "corpus");
    assert!(
        !is_required,
        "FLEETWRIGHT_REQUIRE lists `corpus`, and FLEETWRIGHT_CORPUS is not set"
    );
    println!("skipped: corpus (FLEETWRIGHT_CORPUS is not set)");
    None
}

/// The syntax that a file is read in, by its name and its first character; `None` for other files.
pub(crate) fn syntax(path: &Path, text: &str) -> Option<Syntax> {
    match path.extension()?.to_str()? {
        "json" => Some(Syntax::Json),
        "yaml" | "yml" => Some(Syntax::Yaml),
        "tf" => Some(Syntax::Hcl),
        "template" | "tpl" => {
            let start = text.trim_start_matches('\u{feff}').trim_start();
            Some(match start.starts_with(['{', '[']) {
                true => Syntax::Json,
                false => Syntax::Yaml,
            })
        }
        _ => None,
    }
}

/// A list of one source.
pub(crate) fn one(name: &str, text: &str) -> Sources {
    Sources::new(vec![Source::new(name, text)])
}
