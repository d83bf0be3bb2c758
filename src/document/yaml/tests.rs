//! What the reader makes of YAML texts, one idea each.

use std::fmt::Write as _;

use super::*;
use crate::document::{Kind, Node};
use crate::source::{Source, SourceId, Span};

mod aliases;
mod properties;
mod scalars;

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
                let ((start, end), (from, to)) = (node.data.local, child.data.local);
                assert!(start <= from && to <= end, "{child:?} in {node:?}");
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
    let error = |error: &Error| (error.kind.to_string(), written(yaml, error.span));
    document.errors().iter().map(error).collect()
}

fn written(yaml: &str, span: Span) -> &str {
    yaml.get(span.range()).unwrap()
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
    let written = |key| written(yaml, root.get(key).unwrap().span());
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
    let written = |node: Node<'_>| written(yaml, node.span());
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

#[test]
fn comments_know_the_node_behind_them() {
    let yaml = "# a\nx: # b\n  #  c \n  - y\n  # d\n  - k: 1\n    # e\n    l: *n\n#f\n";
    let document = read(yaml);
    let comments: Vec<_> = document
        .comments()
        .iter()
        .map(|comment| {
            let before = comment.before.map(|id| show(document.tree().node(id)));
            (
                &*comment.text,
                written(yaml, comment.span),
                before.unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        comments,
        [
            ("a", "# a", "\"x\"".to_owned()),
            ("b", "# b", "\"y\"".to_owned()),
            ("c", "#  c ", "\"y\"".to_owned()),
            ("d", "# d", "\"k\"".to_owned()),
            ("e", "# e", "\"l\"".to_owned()),
            ("f", "#f", String::new()),
        ]
    );
}

#[test]
fn any_number_of_comments_may_stand_before_a_value() {
    let yaml = format!("a:\n{}  b\n", "  # c\n".repeat(5_000));
    let document = read(&yaml);
    assert_eq!(document.errors(), []);
    assert_eq!(document.comments().len(), 5_000);
    assert_eq!(show(document.root().unwrap()), r#"{a: "b"}"#);
}

#[test]
fn keys_that_stand_twice_are_kept_and_reported() {
    let yaml = "a: 1\nb: 2\n'a': 3\n012: 4\n012: 5\n";
    let found = errors(yaml);
    assert_eq!(
        found.iter().map(|(_, at)| *at).collect::<Vec<_>>(),
        ["a", "012"]
    );
    assert_eq!(
        read(yaml).root().unwrap().get("a").unwrap().number(),
        Some("3")
    );
}

#[test]
fn an_error_keeps_what_was_read_and_ends_with_its_document() {
    let yaml = "a:\n  - b\n  - c: d: e\n---\nf: [g, x\n---\nh: i\n";
    let document = read(yaml);
    let roots: Vec<_> = document.roots().map(show).collect();
    assert_eq!(
        roots,
        [r#"{a: ["b", {c: "d"}]}"#, r#"{f: ["g"]}"#, r#"{h: "i"}"#]
    );
    let found = errors(yaml);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found.first().unwrap(),
        &(
            "mapping values are not allowed in this context".to_owned(),
            ":"
        )
    );
    for (message, _) in found {
        assert!(
            !message.ends_with('.') && !message.contains(" at line"),
            "{message}"
        );
    }
    assert_eq!(errors("a: 'b").first().unwrap().0, "unclosed quote");
    assert_eq!(
        errors("[a").first().unwrap(),
        &("unclosed bracket `[`".to_owned(), "[")
    );
}

#[test]
fn deep_nesting_ends_at_once_on_a_small_stack() {
    let read = || {
        for start in ["{a: ", "- ", "[", "? ", "!Sub [", "{<<: ", "- - - a\n"] {
            let yaml = start.repeat(100_000);
            let begin = std::time::Instant::now();
            let document = parse(&text(&yaml));
            let is_flat = start.contains('\n');
            let too_deep = document
                .errors()
                .iter()
                .any(|error| error.kind == ErrorKind::TooDeep);
            assert_eq!(too_deep, !is_flat, "{start}");
            drop(document);
            assert!(begin.elapsed().as_secs() < 60, "{start}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(read);
    thread.unwrap().join().unwrap();
}

#[test]
fn the_deepest_level_is_read() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(errors(&nested(MAX_DEPTH)), []);
    assert_eq!(errors(&nested(MAX_DEPTH + 1)).len(), 1);
}
