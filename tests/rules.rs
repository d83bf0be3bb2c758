//! Runs every rule over its fixtures.
//!
//! `fixtures/rules/<id>/fail*` gives a finding of the rule and prints exactly the `.txt` beside it;
//! `pass*` gives none, though it almost does. `BLESS=1` writes the texts.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod expected;
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use expected::{Expected, Linted, relative, root};
use fleetwright::document::Syntax;
use fleetwright::lint::{Finding, Fix, RULES};
use fleetwright::report::text::{self, Style};

/// A file below `fixtures/rules/<id>/`.
struct Fixture {
    /// From the root of the package.
    name: String,
    text: String,
    syntax: Syntax,
}

/// The fixtures of a rule whose names begin with `prefix`, in the order of their names.
fn fixtures(rule: &str, prefix: &str) -> Vec<Fixture> {
    let mut paths: Vec<PathBuf> = files::below(&root().join("fixtures/rules").join(rule));
    paths.retain(|path| stem(path).starts_with(prefix));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable fixture");
        let syntax = files::syntax(&path, &text)?;
        let name = relative(&path);
        Some(Fixture { name, text, syntax })
    };
    paths.into_iter().filter_map(read).collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().expect("a file name");
    stem.to_string_lossy().into_owned()
}

impl Fixture {
    fn lint(&self) -> Linted {
        expected::lint(&self.name, &self.text, self.syntax)
    }

    /// Where the report on it is kept.
    fn report(&self) -> String {
        let path = Path::new(&self.name).with_extension("txt");
        path.display().to_string()
    }
}

#[test]
fn what_fails_is_found_and_shown() {
    let mut expected = Expected::default();
    for rule in RULES {
        for fixture in fixtures(rule.id(), "fail") {
            let linted = fixture.lint();
            let is_found = linted.findings.iter().any(|it| it.rule.id() == rule.id());
            expected.also(is_found, || {
                format!("{}: no finding of {}", fixture.name, rule.id())
            });
            let Linted {
                sources,
                findings,
                summary,
            } = &linted;
            let report = text::full(findings, summary, sources, Style::plain());
            expected.check(&fixture.report(), &report);
        }
        let folder = format!("fixtures/rules/{}", rule.id());
        expected.nothing_else(&folder, ".txt");
    }
    expected.finish();
}

#[test]
fn the_plain_failure_shows_its_rule_alone() {
    for rule in RULES {
        for fixture in fixtures(rule.id(), "fail") {
            if stem(Path::new(&fixture.name)) != "fail" {
                continue;
            }
            for finding in fixture.lint().findings {
                assert_eq!(
                    finding.rule.id(),
                    rule.id(),
                    "{}: {}",
                    fixture.name,
                    finding.message
                );
            }
        }
    }
}

#[test]
fn what_passes_is_not_found() {
    for rule in RULES {
        for fixture in fixtures(rule.id(), "pass") {
            let Linted {
                findings, summary, ..
            } = fixture.lint();
            let is_ours =
                |it: &&Finding| it.rule.id() == rule.id() || it.rule.id() == "invalid-syntax";
            let found = findings.iter().find(is_ours).map(|it| &it.message);
            assert_eq!(found, None, "{}", fixture.name);
            // A file in which nothing is recognized would pass anything.
            assert!(
                summary.policies + summary.templates > 0,
                "{}: nothing of AWS IoT was found",
                fixture.name
            );
        }
    }
}

#[test]
fn a_fix_makes_its_finding_go_away() {
    let mut fixes = 0;
    for rule in RULES {
        for fixture in fixtures(rule.id(), "fail") {
            let before = fixture.lint().findings;
            for finding in &before {
                let Some(fix) = &finding.fix else { continue };
                fixes += 1;
                let fixed = apply(fix, &fixture.text);
                let after = expected::lint(&fixture.name, &fixed, fixture.syntax).findings;
                let count = |list: &[Finding], of: &str| {
                    list.iter().filter(|it| it.rule.id() == of).count()
                };
                let id = finding.rule.id();
                assert_eq!(count(&after, id) + 1, count(&before, id), "{fixed}");
                let is_new = |it: &&Finding| count(&before, it.rule.id()) == 0;
                let new = after.iter().find(is_new).map(|it| &it.message);
                assert_eq!(new, None, "{fixed}");
            }
        }
    }
    assert!(fixes > 0, "no finding has a fix");
}

/// The text with the edits of a fix.
fn apply(fix: &Fix, text: &str) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut fixed = text.to_owned();
    for edit in edits.into_iter().rev() {
        fixed.replace_range(edit.span.range(), &edit.text);
    }
    fixed
}
