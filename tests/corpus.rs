//! Lints the files of a corpus, the folder named by FLEETWRIGHT_CORPUS.
//!
//! The corpus is not ours, so nothing about it is stated here: what is found is printed, so that a
//! change in a rule shows what it does to the world, and what holds for every file is required.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends with a panic"
)]

use std::collections::BTreeMap;
use std::path::Path;

use fleetwright::document::{Document, ErrorKind, Syntax};
use fleetwright::lint::{File, Finding, Given, check};
use fleetwright::source::{Source, SourceId, Sources, Text};
use serde::Deserialize as _;

mod files;

/// A file of the corpus.
struct Input {
    /// Its path below the folder.
    name: String,
    text: String,
    syntax: Syntax,
}

/// What is not linted.
#[derive(Default)]
struct Skipped {
    terraform: usize,
    not_utf8: usize,
    other: usize,
}

fn inputs(folder: &Path) -> (Vec<Input>, Skipped) {
    let (mut inputs, mut skipped) = (Vec::new(), Skipped::default());
    for path in files::below(folder) {
        if path.extension().is_some_and(|it| it == "tf") {
            skipped.terraform += 1;
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            skipped.not_utf8 += 1;
            continue;
        };
        let Some(syntax) = files::syntax(&path, &text) else {
            skipped.other += 1;
            continue;
        };
        let name = path.strip_prefix(folder).unwrap_or(&path);
        inputs.push(Input {
            name: name.display().to_string(),
            text,
            syntax,
        });
    }
    (inputs, skipped)
}

/// Whether a reader that everybody uses reads the text.
fn is_read_by_others(text: &str, syntax: Syntax) -> bool {
    match syntax {
        Syntax::Json => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        Syntax::Yaml => serde_yaml::Deserializer::from_str(text)
            .all(|document| serde_yaml::Value::deserialize(document).is_ok()),
        Syntax::Hcl => hcl_edit::parser::parse_body(text).is_ok(),
    }
}

/// Whether an error leaves a part of the text unread.
fn is_fatal(kind: &ErrorKind) -> bool {
    !matches!(kind, ErrorKind::DuplicateKey { .. })
}

/// A finding, without the number of its file.
type Shown = (&'static str, (u32, u32), String, String, Vec<(u32, u32)>);

fn shown(finding: &Finding) -> Shown {
    let range = |span: fleetwright::source::Span| (span.start(), span.end());
    (
        finding.rule.id(),
        range(finding.primary.span),
        finding.message.clone(),
        finding.address.to_string(),
        finding.related.iter().map(|it| range(it.span)).collect(),
    )
}

fn sources<'a>(inputs: impl Iterator<Item = &'a Input>) -> Sources {
    let list = inputs.map(|it| Source::new(it.name.as_str(), it.text.as_str()));
    Sources::new(list.collect())
}

fn lint(sources: &Sources, index: usize, syntax: Syntax) -> (File, Vec<Finding>) {
    let id = SourceId::new(index as u32);
    let file = File::read(sources, id, syntax, Given::ByName).expect("a source of the list");
    let findings = check(&file);
    (file, findings)
}

/// The file as a fix leaves it.
fn mended(text: &str, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start()));
    let mut mended = text.to_owned();
    for edit in edits {
        mended.replace_range(edit.span.range(), &edit.text);
    }
    Some(mended)
}

fn fatal_errors(text: &str, syntax: Syntax) -> usize {
    let source = Source::new("mended", text);
    let document = Document::parse(&Text::of_source(SourceId::new(0), &source), syntax);
    let errors = document.errors().iter();
    errors.filter(|error| is_fatal(&error.kind)).count()
}

/// What holds for the findings of every file.
fn check_findings(input: &Input, findings: &[Finding]) {
    let (name, text) = (&input.name, &input.text);
    let places = findings.iter().map(|it| it.primary.span.start());
    assert!(places.is_sorted(), "{name}: findings are not in order");
    for finding in findings {
        let labels = std::iter::once(&finding.primary).chain(&finding.related);
        for label in labels {
            let written = text.get(label.span.range());
            assert!(written.is_some(), "{name}: {finding:?} is not in the file");
        }
        // What is said of the whole value at the root, or outside of any value, has no address.
        let is_syntax = finding.rule.id() == "invalid-syntax";
        let is_root = finding.primary.span.range().start <= text.len() - text.trim_start().len();
        assert!(
            is_syntax || is_root || !finding.address.steps().is_empty(),
            "{name}: {finding:?} has no address"
        );
        if let Some(mended) = mended(text, finding) {
            let (before, after) = (
                fatal_errors(text, input.syntax),
                fatal_errors(&mended, input.syntax),
            );
            assert!(after <= before, "{name}: the fix of {finding:?} breaks it");
        }
    }
}

#[test]
fn files_are_read_as_by_other_readers() {
    let Some(folder) = files::corpus() else {
        return;
    };
    let (inputs, _) = inputs(&folder);
    let (mut read, mut broken) = (0, 0);
    for input in &inputs {
        let source = Source::new(input.name.as_str(), input.text.as_str());
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, input.syntax);
        if is_read_by_others(&input.text, input.syntax) {
            let fatal: Vec<_> = document
                .errors()
                .iter()
                .filter(|it| is_fatal(&it.kind))
                .collect();
            assert!(fatal.is_empty(), "{}: {fatal:?}", input.name);
            read += 1;
        } else {
            let first = document.errors().first();
            let error = first.unwrap_or_else(|| panic!("{}: no error", input.name));
            assert!(
                input.text.get(error.span.range()).is_some(),
                "{}",
                input.name
            );
            let start = source.position(error.span.start());
            let (line, column) = (start.line, start.column);
            println!("broken: {}:{line}:{column}: {error}", input.name);
            broken += 1;
        }
    }
    println!("{read} files read, {broken} broken");
    assert!(read > 0, "nothing to read in {}", folder.display());
}

#[test]
fn findings_hold_what_they_promise() {
    let Some(folder) = files::corpus() else {
        return;
    };
    let (inputs, skipped) = inputs(&folder);
    let forward = sources(inputs.iter());
    let backward = sources(inputs.iter().rev());
    let mut by_rule: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut policies, mut templates, mut unresolved) = (0, 0, 0);
    let mut unrecognized = Vec::new();
    let mut found = BTreeMap::new();
    for (index, input) in inputs.iter().enumerate() {
        let (file, findings) = lint(&forward, index, input.syntax);
        check_findings(input, &findings);
        let all: Vec<_> = findings.iter().map(shown).collect();
        let again = lint(&forward, index, input.syntax).1;
        assert_eq!(all, again.iter().map(shown).collect::<Vec<_>>());
        let other = lint(&backward, inputs.len() - 1 - index, input.syntax).1;
        assert_eq!(all, other.iter().map(shown).collect::<Vec<_>>());

        policies += file.artifacts.policies().count();
        templates += file.artifacts.templates().count();
        unresolved += file.artifacts.unresolved.len();
        if file.artifacts.list.is_empty() {
            unrecognized.push(&*input.name);
        }
        let mut rules: Vec<_> = findings.iter().map(|it| it.rule.id()).collect();
        rules
            .iter()
            .for_each(|rule| by_rule.entry(rule).or_default().0 += 1);
        rules.sort_unstable();
        rules.dedup();
        rules
            .iter()
            .for_each(|rule| by_rule.entry(rule).or_default().1 += 1);
        found.insert(&*input.name, rules);
    }
    println!(
        "{} files, {policies} policies, {templates} templates, {unresolved} unresolved",
        inputs.len()
    );
    println!(
        "skipped: {} Terraform, {} not UTF-8, {} other",
        skipped.terraform, skipped.not_utf8, skipped.other
    );
    for (rule, (findings, files)) in &by_rule {
        println!("{findings:5} findings in {files:4} files: {rule}");
    }
    println!("{} files without anything recognized:", unrecognized.len());
    unrecognized.iter().for_each(|name| println!("    {name}"));
    compare_with_labels(&folder, &found);
}

/// Prints where `labels.tsv` (columns `file` and `expected`) says another thing than the findings.
fn compare_with_labels(folder: &Path, found: &BTreeMap<&str, Vec<&str>>) {
    let Ok(labels) = std::fs::read_to_string(folder.join("labels.tsv")) else {
        return;
    };
    let mut lines = labels
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name: &str| head.iter().position(|it| *it == name);
    let (Some(file), Some(expected)) = (column("file"), column("expected")) else {
        return println!("labels.tsv has no columns `file` and `expected`");
    };
    let verdict = column("first_verdict");
    let mut agree = 0;
    for line in lines {
        let cell = |column: usize| line.get(column).copied().unwrap_or("");
        let Some(rules) = found.get(cell(file)) else {
            println!("labelled, and not read: {}", cell(file));
            continue;
        };
        match (cell(expected), rules.is_empty()) {
            ("finding", true) => {
                println!("no finding ({}): {}", verdict.map_or("", cell), cell(file));
            }
            ("quiet", false) => println!("not quiet: {}: {}", cell(file), rules.join(", ")),
            ("finding" | "quiet", _) => agree += 1,
            _ => {}
        }
    }
    println!("{agree} labels agree");
}
