//! What the reader makes of YAML texts, one idea each.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::document::{Kind, Node};
use crate::source::{Source, SourceId, TextBuilder};

fn text(yaml: &str) -> Text {
    Text::of_source(SourceId::new(0), &Source::new("a.yaml", yaml))
}

fn read(yaml: &str) -> Document {
    let document = parse(&text(yaml));
    check(&document);
    document
}

/// What holds for every document: strings decode to their characters, and nodes are within their
/// parents.
#[track_caller]
fn check(document: &Document) {
    for node in document.tree().nodes() {
        if let Some(visible) = node.visible_str() {
            let decoded = node.text().unwrap();
            assert_eq!(decoded.as_str(), visible, "{node:?}");
        }
        for child in node.items().chain(node.entries().map(|(key, _)| key)) {
            if child.parent() == Some(node) && node.get("<<").is_none() {
                assert!(node.span().contains(child.span()), "{child:?} in {node:?}");
            }
        }
    }
}

/// A tree on one line: `{a: [1, "x"], b: Fn::Sub("y")}`.
fn show(node: Node<'_>) -> String {
    let mut out = String::new();
    write(&mut out, node);
    out
}

fn write(out: &mut String, node: Node<'_>) {
    match node.kind() {
        Kind::Null => out.push('~'),
        Kind::Bool => write!(out, "{}", node.as_bool().unwrap()).unwrap(),
        Kind::Number => out.push_str(node.number().unwrap()),
        Kind::String => write!(out, "{:?}", node.visible_str().unwrap()).unwrap(),
        Kind::Hole => out.push_str("<hole>"),
        Kind::Sequence => {
            out.push('[');
            for (place, item) in node.items().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                write(out, item);
            }
            out.push(']');
        }
        Kind::Mapping => {
            out.push('{');
            for (place, (key, value)) in node.entries().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                match key.as_str() {
                    Some(key) => out.push_str(key),
                    None => write(out, key),
                }
                out.push_str(": ");
                write(out, value);
            }
            out.push('}');
        }
        Kind::Call => {
            let (function, argument) = node.call().unwrap();
            write!(out, "{function}(").unwrap();
            write(out, argument);
            out.push(')');
        }
    }
}

fn shown(yaml: &str) -> String {
    let document = read(yaml);
    assert_eq!(document.errors(), [], "{yaml}");
    document.roots().map(show).collect::<Vec<_>>().join(" --- ")
}

fn errors(yaml: &str) -> Vec<(String, &str)> {
    let document = read(yaml);
    let error = |error: &Error| (error.kind.to_string(), &yaml[error.span.range()]);
    document.errors().iter().map(error).collect()
}

/// The characters of the only value of a mapping `a`, and the source of each.
fn places(yaml: &str) -> Vec<(String, &str)> {
    let document = read(yaml);
    let node = document.root().unwrap().get("a").unwrap();
    let text = node.text().unwrap();
    let characters = text.as_str().char_indices();
    characters
        .map(|(at, character)| {
            let span = text.span(at..at + character.len_utf8());
            (character.to_string(), &yaml[span.range()])
        })
        .collect()
}

#[test]
fn collections_and_scalars() {
    let cases = [
        (
            "a: 1\nb: [x, 'y', \"z\"]\n",
            r#"{a: 1, b: ["x", "y", "z"]}"#,
        ),
        ("- a\n-\n- ~\n- true\n", r#"["a", ~, ~, true]"#),
        ("a:\nb:\n- c\nd: {}", r#"{a: ~, b: ["c"], d: {}}"#),
        (
            "a: ! 12\nb: !!str 012\nc: !!str\nd: !!int '3'\ne: !!binary x",
            r#"{a: "12", b: "012", c: "", d: "3", e: "x"}"#,
        ),
        (
            "012345678901: {on: yes}\n",
            r#"{012345678901: {on: "yes"}}"#,
        ),
        ("Version: 2012-10-17", r#"{Version: "2012-10-17"}"#),
        (": x", r#"{~: "x"}"#),
        ("? [a]\n: b", r#"{["a"]: "b"}"#),
        ("[a: 1, ? b]", r#"[{a: 1}, {b: ~}]"#),
        ("--- a\n---\n--- b\n...\n", r#""a" --- ~ --- "b""#),
        ("# nothing\n", ""),
        ("\u{feff}a: b", r#"{a: "b"}"#),
        ("a: b\r\nc:\r\n  - d\r\n", r#"{a: "b", c: ["d"]}"#),
        ("a:\tb\t# c\n", r#"{a: "b"}"#),
    ];
    for (yaml, expected) in cases {
        assert_eq!(shown(yaml), expected, "{yaml}");
    }
}

#[test]
fn short_tags_are_calls() {
    let yaml = "a: !Ref X\nb: !GetAtt A.B\nc: !If [C, !Sub '${X}', !Ref AWS::NoValue]\n\
                d: !Join\n  - ''\n  - - 012\n    - b\ne: !Condition C\nf: !Ref\ng: !Sub 012\n";
    assert_eq!(
        shown(yaml),
        r#"{a: Ref("X"), b: Fn::GetAtt("A.B"), c: Fn::If(["C", Fn::Sub("${X}"), Ref("AWS::NoValue")]), d: Fn::Join(["", [012, "b"]]), e: Condition("C"), f: Ref(~), g: Fn::Sub("012")}"#
    );
    let document = read(yaml);
    let root = document.root().unwrap();
    let written = |key| &yaml[root.get(key).unwrap().span().range()];
    assert_eq!(written("a"), "!Ref X");
    assert_eq!(written("c"), "!If [C, !Sub '${X}', !Ref AWS::NoValue]");
    assert_eq!(written("d"), "!Join\n  - ''\n  - - 012\n    - b");
    assert_eq!(written("f"), "!Ref");
}

#[test]
fn a_short_tag_has_the_path_of_the_long_form() {
    let path = |yaml: &str| {
        let document = read(yaml);
        let nodes = document.tree().nodes();
        let node = nodes.filter(|node| node.as_str() == Some("x")).last();
        node.unwrap().path().to_string()
    };
    assert_eq!(path("a: [!Sub [x]]"), "a[0].Fn::Sub[0]");
    assert_eq!(path("a: [{'Fn::Sub': [x]}]"), "a[0].Fn::Sub[0]");
    assert_eq!(path("a: !Ref x"), path("a: {Ref: x}"));
}

#[test]
fn spans_are_exact() {
    let yaml = "é:\n- 'a''b'\n-  - c # d\n   - \"e\"\n\nf:\n  g: h\n\n\n# i\n";
    let document = read(yaml);
    let root = document.root().unwrap();
    let written = |node: Node<'_>| &yaml[node.span().range()];
    assert_eq!(
        written(root),
        "é:\n- 'a''b'\n-  - c # d\n   - \"e\"\n\nf:\n  g: h"
    );
    let list = root.get("é").unwrap();
    assert_eq!(written(list), "- 'a''b'\n-  - c # d\n   - \"e\"");
    let items: Vec<_> = list.items().map(written).collect();
    assert_eq!(items, ["a''b", "- c # d\n   - \"e\""]);
    assert_eq!(written(root.get("f").unwrap()), "g: h");
}
