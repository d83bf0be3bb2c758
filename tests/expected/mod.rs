//! Files that a test expects to find as it would write them. `BLESS=1` writes them.

#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use fleetwright::document::Syntax;
use fleetwright::lint::{self, File, Finding, Given};
use fleetwright::report::Summary;
use fleetwright::report::text::{self, Style};
use fleetwright::source::{Source, SourceId, Sources};

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The path of a file from the root of the package, as reports show it.
pub(crate) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.display().to_string()
}

/// Files that were compared, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Expected {
    seen: BTreeSet<PathBuf>,
    wrong: Vec<String>,
}

impl Expected {
    /// Whether the files are written instead of compared.
    pub(crate) fn is_blessing() -> bool {
        env::var_os("BLESS").is_some()
    }

    /// Compares the file at `path`, from the root of the package, with `text`.
    pub(crate) fn check(&mut self, path: &str, text: &str) {
        let full = root().join(path);
        self.seen.insert(full.clone());
        let found = fs::read_to_string(&full).ok();
        if found.as_deref() == Some(text) {
            return;
        }
        if Self::is_blessing() {
            fs::create_dir_all(full.parent().expect("a folder")).expect("the folder can be made");
            fs::write(&full, text).expect("the file can be written");
            return;
        }
        self.wrong.push(match found {
            None => format!("{path}: missing"),
            Some(found) => format!("{path}: {}", first_difference(&found, text)),
        });
    }

    /// Fails on files that end with `suffix`, stand in `folder` and were not compared: their input
    /// is gone. Blessing removes them.
    pub(crate) fn nothing_else(&mut self, folder: &str, suffix: &str) {
        let Ok(entries) = fs::read_dir(root().join(folder)) else {
            return;
        };
        for entry in entries {
            let path = entry.expect("a folder entry").path();
            let is_meant = path.to_string_lossy().ends_with(suffix);
            if !is_meant || self.seen.contains(&path) {
                continue;
            }
            if Self::is_blessing() {
                fs::remove_file(&path).expect("the file can be removed");
            } else {
                self.wrong
                    .push(format!("{}: nothing writes it", relative(&path)));
            }
        }
    }

    /// Says what is wrong otherwise.
    pub(crate) fn also(&mut self, is_right: bool, wrong: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(wrong());
        }
    }

    /// Fails when anything was wrong.
    #[track_caller]
    pub(crate) fn finish(self) {
        assert!(
            self.wrong.is_empty(),
            "{}\nread the difference, then run `BLESS=1 cargo test`",
            self.wrong.join("\n")
        );
    }
}

/// The first line in which two texts differ.
pub(crate) fn first_difference(found: &str, expected: &str) -> String {
    let (mut found, mut expected) = (found.lines(), expected.lines());
    for line in 1.. {
        match (found.next(), expected.next()) {
            (Some(found), Some(expected)) if found == expected => {}
            (None, None) => break,
            (found, expected) => {
                return format!(
                    "line {line} is\n  {}\nand should be\n  {}",
                    found.unwrap_or("(the end)"),
                    expected.unwrap_or("(the end)")
                );
            }
        }
    }
    "the line ends differ".to_owned()
}

/// What `fleetwright lint` finds in one file that is named.
pub(crate) struct Linted {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Finding>,
    pub(crate) summary: Summary,
}

impl Linted {
    /// What is printed.
    pub(crate) fn report(&self) -> String {
        text::full(&self.findings, &self.summary, &self.sources, Style::plain())
    }
}

/// Lints a text under a name.
pub(crate) fn lint(name: &str, text: &str, syntax: Syntax) -> Linted {
    let sources = Sources::new(vec![Source::new(name, text)]);
    let file = File::read(&sources, SourceId::new(0), syntax, Given::ByName).expect("a file");
    let findings = lint::check(&file);
    let summary = Summary {
        files: 1,
        policies: file.artifacts.policies().count(),
        templates: file.artifacts.templates().count(),
        unresolved: file.artifacts.unresolved.len(),
        skipped: Vec::new(),
    };
    Linted {
        sources,
        findings,
        summary,
    }
}
