//! Every place that is reported names the bytes that are meant.
//!
//! `fixtures/spans/<kind>/<rule>--<idea>.json` (or `.yaml`, or `.crlf.yaml` for a file with Windows
//! line breaks) marks with `⟦` and `⟧` what a finding of the rule must name. And every string node
//! of every fixture and of the corpus, decoded a second way from the bytes that it names, is its
//! value.

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
use std::path::{Path, PathBuf};

use fleetwright::document::{Document, Node, Syntax};
use fleetwright::lint::{File, Finding, Given, check};
use fleetwright::source::{SourceId, Text};

#[path = "spans/decode.rs"]
mod decode;
mod files;

const OPEN: char = '⟦';
const CLOSE: char = '⟧';
/// Kinds of text, each with fixtures of its own.
const KINDS: [&str; 7] = [
    "json",
    "yaml-flow",
    "yaml-block",
    "json-in-json",
    "json-in-json-in-yaml",
    "sub",
    "join",
];
const LEAST_PER_KIND: usize = 6;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A fixture without its marks.
struct Marked {
    name: String,
    rule: String,
    text: String,
    /// What was marked, in bytes of `text`.
    meant: std::ops::Range<usize>,
    syntax: Syntax,
}

impl Marked {
    fn read(path: &Path) -> Marked {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut marked = std::fs::read_to_string(path).unwrap();
        if name.contains(".crlf.") {
            marked = marked.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        let (before, rest) = marked.split_once(OPEN).expect("an opening mark");
        let (token, behind) = rest.split_once(CLOSE).expect("a closing mark");
        let text = format!("{before}{token}{behind}");
        assert!(!text.contains([OPEN, CLOSE]), "{name}: more than one mark");
        let (rule, _) = name.split_once("--").expect("`<rule>--<idea>`");
        Marked {
            rule: rule.to_owned(),
            meant: before.len()..before.len() + token.len(),
            syntax: files::syntax(path, &text).expect("a JSON or YAML file"),
            text,
            name,
        }
    }
}

#[test]
fn findings_name_the_marked_bytes() {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let paths = files::below(&fixtures().join("spans").join(kind));
        assert!(paths.len() >= LEAST_PER_KIND, "too few fixtures of {kind}");
        let mut behind_others = 0;
        for path in &paths {
            let marked = Marked::read(path);
            behind_others += usize::from(!marked.text[..marked.meant.start].is_ascii());
            let sources = files::one(&marked.name, &marked.text);
            let id = SourceId::new(0);
            let file = File::read(&sources, id, marked.syntax, Given::ByName).unwrap();
            let findings = check(&file);
            let of_rule: Vec<_> = findings
                .iter()
                .filter(|it| it.rule.id() == marked.rule)
                .map(|it| it.primary.span.range())
                .collect();
            if of_rule.contains(&marked.meant) {
                wrong.extend(wrong_address(kind, &marked, &findings));
                continue;
            }
            let named: Vec<_> = of_rule.iter().map(|it| &marked.text[it.clone()]).collect();
            let rules: Vec<_> = findings.iter().map(|it| it.rule.id()).collect();
            wrong.push(format!(
                "{kind}/{}: {:?} is meant, {named:?} named (rules: {rules:?})",
                marked.name, &marked.text[marked.meant]
            ));
        }
        assert!(
            behind_others * 2 >= paths.len(),
            "half of the fixtures of {kind} need a character beyond ASCII before the mark"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An action has an address that says so, however many strings it is inside of.
fn wrong_address(kind: &str, marked: &Marked, findings: &[Finding]) -> Option<String> {
    let finding = findings
        .iter()
        .find(|it| it.primary.span.range() == marked.meant)?;
    let address = finding.address.to_string();
    let is_right = marked.rule != "unknown-action" || address.contains(".Action");
    (!is_right).then(|| format!("{kind}/{}: the address is {address}", marked.name))
}

/// What was looked at.
#[derive(Debug, Default)]
struct Count {
    files: usize,
    strings: usize,
    embedded_strings: usize,
    characters: usize,
}

/// Looks at every string of a file and of the texts inside its strings.
fn check_strings(name: &str, text: &str, syntax: Syntax, count: &mut Count) {
    count.files += 1;
    let sources = files::one(name, text);
    let Some(file) = File::read(&sources, SourceId::new(0), syntax, Given::ByName) else {
        return;
    };
    for node in file.document.tree().nodes() {
        let Some(value) = node.as_str() else { continue };
        count.strings += 1;
        let range = node.span().range();
        if is_broken(&file.document, node) {
            continue;
        }
        let decoded = match syntax {
            Syntax::Json => decode::json(text, range.clone()),
            Syntax::Yaml => decode::yaml(text, range.clone()),
            Syntax::Hcl => decode::hcl(text, range.clone()),
        };
        assert_eq!(
            decoded.as_deref(),
            Some(value),
            "{name}: {range:?} is {:?}",
            &text[range.clone()]
        );
        check_characters(name, text, &node.text().unwrap(), count);
    }
    for embedded in &file.artifacts.embedded {
        for node in embedded.document.tree().nodes() {
            let Some(inner) = node.text() else { continue };
            count.embedded_strings += 1;
            assert_eq!(Some(inner.as_str()), node.visible_str(), "{name}: {node:?}");
            if !is_broken(&embedded.document, node) {
                check_characters(name, text, &inner, count);
            }
        }
    }
}

/// Whether an error was reported at a node: then it was read as well as it could be.
fn is_broken(document: &Document, node: Node<'_>) -> bool {
    let (start, end) = (node.span().start(), node.span().end());
    let mut errors = document.errors().iter().map(|error| error.span);
    errors.any(|it| it.start() <= end && start <= it.end() && !it.is_empty())
}

/// Every character of a string stands in the file as itself, or written in a way that decodes to it.
/// A key of an object that Terraform encodes as JSON stands where the whole key does.
fn check_characters(name: &str, text: &str, string: &Text, count: &mut Count) {
    for (at, character) in string.as_str().char_indices() {
        count.characters += 1;
        let range = string.span(at..at + character.len_utf8()).range();
        let written = &text[range.clone()];
        assert!(
            decode::writes(written, character) || written.trim_matches('"') == string.as_str(),
            "{name}: {character:?} of {:?} stands at {range:?} as {written:?}",
            string.as_str()
        );
    }
}

#[test]
fn strings_of_fixtures_decode_to_their_values() {
    let mut count = Count::default();
    for path in files::below(&fixtures()) {
        let name = path.display().to_string();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let text = text.replace([OPEN, CLOSE], "");
        if name.ends_with(".jsonl") {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                check_strings(&name, line, Syntax::Json, &mut count);
            }
        }
        let Some(syntax) = files::syntax(&path, &text) else {
            continue;
        };
        check_strings(&name, &text, syntax, &mut count);
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        check_strings(&name, &text, syntax, &mut count);
    }
    println!("{count:?}");
    assert!(count.embedded_strings > 100);
}

#[test]
fn strings_of_the_corpus_decode_to_their_values() {
    let Some(folder) = files::corpus() else {
        return;
    };
    let mut count = Count::default();
    let mut by_syntax = BTreeMap::new();
    for path in files::below(&folder) {
        let name = path.display().to_string();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Some(syntax) = files::syntax(&path, &text) else {
            continue;
        };
        *by_syntax.entry(format!("{syntax:?}")).or_insert(0) += 1;
        check_strings(&name, &text, syntax, &mut count);
    }
    println!("{count:?} {by_syntax:?}");
    assert!(count.strings > 0, "no string in {}", folder.display());
}
