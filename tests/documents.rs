//! Reads whole files and hostile texts through the public interface.

#![allow(clippy::expect_used, reason = "a test ends with a panic")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fleetwright::document::{Document, ErrorKind, Kind, MAX_DEPTH, MAX_NODES, Node, Syntax};
use fleetwright::source::{Source, SourceId, Text};
use serde_yaml::Value;

fn read(text: &str, syntax: Syntax) -> Document {
    let source = Source::new("a", text);
    Document::parse(&Text::of_source(SourceId::new(0), &source), syntax)
}

/// Every string decodes to its characters, each of which has a place inside the file.
#[track_caller]
fn check_strings(document: &Document, text: &str, name: &str) -> usize {
    let mut count = 0;
    for node in document.tree().nodes() {
        let Some(visible) = node.visible_str() else {
            continue;
        };
        let decoded = node.text().expect("a string");
        assert_eq!(decoded.as_str(), visible, "{name}: {node:?}");
        for (at, character) in visible.char_indices() {
            let place = decoded.span(at..at + character.len_utf8()).range();
            let written = text.get(place.clone()).expect("a place in the file");
            // What is folded or escaped begins with a mark of its own.
            let is_same = written.chars().eq([character]);
            let is_other = written.starts_with(['\\', '\'', '\r', '\n', ' ', '\t']);
            assert!(is_same || is_other, "{name}: {character:?} at {place:?}");
        }
        count += 1;
    }
    count
}

/// Strings of both readers agree. Numbers are those of the core schema for us: `012` is one.
#[track_caller]
fn assert_same(ours: Node<'_>, theirs: &Value, name: &str) {
    match theirs {
        Value::String(theirs) => {
            let characters = ours.as_str().or(ours.number());
            assert_eq!(characters, Some(theirs.as_str()), "{name}: {ours:?}");
        }
        Value::Sequence(theirs) => {
            assert_eq!(ours.items().len(), theirs.len(), "{name}: {ours:?}");
            for (ours, theirs) in ours.items().zip(theirs) {
                assert_same(ours, theirs, name);
            }
        }
        Value::Mapping(theirs) => {
            assert_eq!(ours.entries().len(), theirs.len(), "{name}: {ours:?}");
            for ((our_key, ours), (their_key, theirs)) in ours.entries().zip(theirs) {
                if their_key.is_string() {
                    assert_same(our_key, their_key, name);
                }
                assert_same(ours, theirs, name);
            }
        }
        Value::Tagged(theirs) => match ours.kind() {
            Kind::Call => {
                let (function, argument) = ours.call().expect("a call");
                let tag = theirs.tag.to_string();
                let tag = tag.trim_start_matches('!');
                assert!(function.ends_with(tag), "{name}: {function}, {tag}");
                assert_same(argument, &theirs.value, name);
            }
            _ => assert_same(ours, &theirs.value, name),
        },
        Value::Null => assert_eq!(ours.kind(), Kind::Null, "{name}: {ours:?}"),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

fn yaml_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    for entry in entries {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            yaml_files(&path, into);
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
        {
            into.push(path);
        }
    }
}

#[test]
fn files_of_a_corpus_are_read_as_by_another_reader() {
    let Some(folder) = std::env::var_os("FLEETWRIGHT_CORPUS") else {
        println!("SKIPPED: set FLEETWRIGHT_CORPUS to a folder with YAML files");
        return;
    };
    let mut files = Vec::new();
    yaml_files(Path::new(&folder), &mut files);
    files.sort();
    let (mut strings, mut compared) = (0, 0);
    for file in &files {
        let name = file.display().to_string();
        let Ok(text) = std::fs::read_to_string(file) else {
            println!("{name}: not UTF-8");
            continue;
        };
        let document = read(&text, Syntax::Yaml);
        for error in document.errors() {
            println!("{name}: {error} at {:?}", error.span.range());
        }
        strings += check_strings(&document, &text, &name);
        // One more time with other line breaks.
        let other = text.replace("\r\n", "\n").replace('\n', "\r\n");
        check_strings(&read(&other, Syntax::Yaml), &other, &name);
        if let (Ok(theirs), Some(ours)) = (serde_yaml::from_str::<Value>(&text), document.root()) {
            assert_eq!(document.errors(), [], "{name}");
            assert_same(ours, &theirs, &name);
            compared += 1;
        }
    }
    println!(
        "{} files, {compared} compared, {strings} strings",
        files.len()
    );
    assert!(!files.is_empty(), "no YAML file in {}", folder.display());
}

#[test]
fn hostile_nesting_ends_soon_on_a_small_stack() {
    let hostile = || {
        for (start, syntax) in [
            ("{a: ", Syntax::Yaml),
            ("- ", Syntax::Yaml),
            ("[", Syntax::Yaml),
            ("[", Syntax::Json),
            ("{\"a\":", Syntax::Json),
        ] {
            let text = start.repeat(100_000);
            let begin = Instant::now();
            let document = read(&text, syntax);
            let kinds: Vec<_> = document.errors().iter().map(|error| &error.kind).collect();
            assert_eq!(kinds, [&ErrorKind::TooDeep], "{start}");
            assert!(document.root().is_some(), "{start}");
            drop(document);
            assert!(begin.elapsed() < Duration::from_secs(5), "{start}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread
        .spawn(hostile)
        .expect("a thread")
        .join()
        .expect("no panic");
}

#[test]
fn a_document_too_deep_is_kept_to_the_limit_and_the_next_one_is_read() {
    let text = format!("{}\n---\na: b\n", "- ".repeat(1_000));
    let document = read(&text, Syntax::Yaml);
    let error = document.errors().first().expect("an error");
    assert_eq!(error.span.range().start, 2 * MAX_DEPTH);
    let last = document.roots().last().expect("a root");
    assert_eq!(last.get("a").and_then(Node::as_str), Some("b"));
    let mut depth = 0;
    let mut node = document.root();
    while let Some(inner) = node {
        depth += 1;
        node = inner.items().next();
    }
    assert_eq!(depth, MAX_DEPTH);
}

#[test]
fn time_grows_with_the_length_of_a_text() {
    let texts = [
        "a: b\n- ",
        "# c\n",
        "&a ",
        "*a ",
        "? ",
        "k: |\n  x\n\n",
        "k: |+\n\n\n",
        "a: &a\n",
        "<<: {}\n",
        "x: 'y\n\n",
        "---\n- [\n",
        "!Sub ",
        "- a\n-\n",
        "\n",
        "-\t",
        "x\n",
        "\"\\\n",
        "{a: [",
        "- *a\n",
        "- &a [x]\n- *a\n",
        "- [\n---\n",
    ];
    let mut texts: Vec<String> = texts.iter().map(|text| text.repeat(100_000)).collect();
    let keys: String = (0..50_000).map(|key| format!("k{key}: \n")).collect();
    texts.push(format!("{keys}<<: [{}]\n", "{},\n ".repeat(50_000)));
    for text in texts {
        let begin = Instant::now();
        drop(read(&text, Syntax::Yaml));
        assert!(begin.elapsed() < Duration::from_secs(5), "{text:.20}");
    }
}

#[test]
fn a_text_with_too_many_values_is_kept_to_the_limit() {
    let text = format!("{{\"a\": [{}", "0,".repeat(MAX_NODES));
    let document = read(&text, Syntax::Json);
    let kinds: Vec<_> = document.errors().iter().map(|error| &error.kind).collect();
    assert_eq!(kinds, [&ErrorKind::TooManyNodes]);
    let root = document.root().expect("a root");
    assert!(
        root.get("a")
            .is_some_and(|list| list.items().len() > MAX_NODES / 2)
    );
}
