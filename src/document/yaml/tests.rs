//! What the reader makes of YAML texts, one idea each.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::document::{Kind, Node};
use crate::source::{Source, SourceId, Span, TextBuilder};

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

/// The characters of the only value of a mapping `a`, and the source of each.
fn places(yaml: &str) -> Vec<(String, &str)> {
    let document = read(yaml);
    let node = document.root().unwrap().get("a").unwrap();
    let text = node.text().unwrap();
    let characters = text.as_str().char_indices();
    characters
        .map(|(at, character)| {
            let span = text.span(at..at + character.len_utf8());
            (character.to_string(), written(yaml, span))
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

/// Asserts the characters of the value of `a`, and what is written for each.
#[track_caller]
fn assert_places(yaml: &str, expected: &[(&str, &str)]) {
    let places = places(yaml);
    let places: Vec<(&str, &str)> = places
        .iter()
        .map(|(character, written)| (character.as_str(), *written))
        .collect();
    assert_eq!(places, expected, "{yaml}");
}

#[test]
fn every_character_of_a_flow_scalar_has_its_place() {
    assert_places("a: b \t\n  c", &[("b", "b"), (" ", " \t\n  "), ("c", "c")]);
    assert_places("a: b\r\n  c", &[("b", "b"), (" ", "\r\n  "), ("c", "c")]);
    assert_places(
        "a: b\n\n  \n  c",
        &[("b", "b"), ("\n", "\n\n"), ("\n", "  \n"), ("c", "c")],
    );
    assert_places(
        "a: ' b''\n  c '",
        &[
            (" ", " "),
            ("b", "b"),
            ("'", "''"),
            (" ", "\n  "),
            ("c", "c"),
            (" ", " "),
        ],
    );
    assert_places(
        r#"a: "\u0041\x41\n\ud83d\ude00\/\_""#,
        &[
            ("A", r"\u0041"),
            ("A", r"\x41"),
            ("\n", r"\n"),
            ("😀", r"\ud83d\ude00"),
            ("/", r"\/"),
            ("\u{a0}", r"\_"),
        ],
    );
    assert_places(
        "a: \"b \\\n  \\ c\\\r\n\n d\"",
        &[
            ("b", "b"),
            (" ", " "),
            (" ", "\\ "),
            ("c", "c"),
            ("\n", "\\\r\n\n"),
            ("d", "d"),
        ],
    );
}

#[test]
fn every_character_of_a_block_scalar_has_its_place() {
    assert_places("a: |-\n  é\n", &[("é", "é")]);
    assert_places("a: |\n  b\n", &[("b", "b"), ("\n", "\n")]);
    assert_places("a: |\n  b", &[("b", "b")]);
    assert_places("a: |\r\n  b\r\n", &[("b", "b"), ("\n", "\r\n")]);
    assert_places("a: |2\n   b\n", &[(" ", " "), ("b", "b"), ("\n", "\n")]);
    assert_places(
        "a: |+\n\n  b\n\n\nc: d\n",
        &[
            ("\n", "\n"),
            ("b", "b"),
            ("\n", "\n"),
            ("\n", "\n"),
            ("\n", "\n"),
        ],
    );
    assert_places("a: |+\n\n  \n", &[("\n", "\n"), ("\n", "\n")]);
    assert_places(
        "a: >\n  b\n  c\n\n  d\n",
        &[
            ("b", "b"),
            (" ", "\n  "),
            ("c", "c"),
            ("\n", "\n\n"),
            ("d", "d"),
            ("\n", "\n"),
        ],
    );
    assert_places(
        "a: >-\n  b\n   c\n  d\n",
        &[
            ("b", "b"),
            ("\n", "\n"),
            (" ", " "),
            ("c", "c"),
            ("\n", "\n"),
            ("d", "d"),
        ],
    );
}

#[test]
fn block_scalars_are_what_they_are_for_other_readers() {
    let cases = [
        "a: |\n\n\n  b\n    c\n\n  d  \n\n",
        "a: >\n\n\n  b\n    c\n\n    d\n  e\n\n\n  f\n   \n  g\n",
        "a: >+\n  b\n  c\n\n\n",
        "a: >-\n  b\n\n   \n\n  c\n\n\n",
        "a: |+\n",
        "a: |\n\nb: c\n",
        "a: |-\n  b\n # c\nd: e\n",
        "a: | # c | d\n  b\n",
        "a: |4-\n      b\n    c\n",
        "a: |\n  b\n  \tc\n  \t\n",
        "a: >\n  b\n  \tc\n  d\n",
        "a:\n- |\n b\n- >\n c\n d\n",
        "- a: |\n    b\n  c: d\n",
        "--- >-\n b\n c\n...\n",
        "a: |\r\n  b\r\n\r\n  c\r\n",
        "a: !!str |\n  b\n",
    ];
    for yaml in cases {
        let theirs: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap();
        let document = read(yaml);
        assert_eq!(document.errors(), [], "{yaml}");
        assert_same(document.root().unwrap(), &theirs, yaml);
    }
}

#[test]
fn the_span_of_a_block_scalar_is_its_lines() {
    let span = |yaml: &'static str| {
        let document = read(yaml);
        let value = document.root().unwrap().get("a").unwrap();
        written(yaml, value.span())
    };
    assert_eq!(span("a: |\n  b\n  c\n\nd: e"), "b\n  c");
    assert_eq!(span("a: |\n\n  b\n"), "\n  b");
    assert_eq!(span("a: |\nd: e"), "");
    assert_eq!(span("a: |"), "");
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
fn an_alias_is_the_node_of_its_anchor() {
    let document = read("a: &x {k: &y [1]}\nb: *x\nc: [*y, &z q, *z]\n*z : *x\n");
    assert_eq!(document.errors(), []);
    let root = document.root().unwrap();
    let (a, b) = (root.get("a").unwrap(), root.get("b").unwrap());
    assert_eq!(a, b);
    assert_eq!(b.path().to_string(), "a");
    let items: Vec<_> = root.get("c").unwrap().items().collect();
    assert_eq!(items.first().unwrap().path().to_string(), "a.k");
    assert_eq!(items.last().unwrap().path().to_string(), "c[1]");
    assert_eq!(root.get("q").unwrap(), a);
    assert_eq!(
        shown("a: &x !Sub y\nb: *x\n"),
        r#"{a: Fn::Sub("y"), b: Fn::Sub("y")}"#
    );
}

#[test]
fn an_alias_without_an_anchor_before_it_is_null() {
    let unknown = |name: &str| format!("alias `*{name}` has no anchor before it");
    assert_eq!(errors("a: *x\nb: &x 1\n"), [(unknown("x"), "*x")]);
    assert_eq!(errors("a: &x [*x]"), [(unknown("x"), "*x")]);
    assert_eq!(errors("--- &x 1\n--- *x\n"), [(unknown("x"), "*x")]);
    assert_eq!(show(read("a: [*x, 1]").root().unwrap()), "{a: [~, 1]}");
}

#[test]
fn aliases_have_limits() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let item = format!("*a{}", level - 1);
        let items = vec![item; 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let found = errors(&bomb);
    assert_eq!(found, [(ErrorKind::TooManyAliasedNodes.to_string(), "*a3")]);

    let mut tall = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        writeln!(tall, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    let found = errors(&tall);
    assert_eq!(found.first().unwrap().0, ErrorKind::TooDeep.to_string());
}

#[test]
fn merged_entries_stand_behind_the_own_ones() {
    let cases = [
        ("<<: {a: 1, b: 2}\nb: 3\n", "{b: 3, a: 1}"),
        (
            "x: &x {a: 1}\ny: {<<: *x, b: 2}\n",
            "{x: {a: 1}, y: {b: 2, a: 1}}",
        ),
        (
            "[&x {a: 1}, &y {a: 2, b: 2}, {<<: [*x, *y, {c: 3}]}]",
            "[{a: 1}, {a: 2, b: 2}, {a: 1, b: 2, c: 3}]",
        ),
        ("<<: {<<: {a: 1, b: 1}, b: 2}", "{b: 2, a: 1}"),
        ("<<: []", "{}"),
        ("'<<': 1", "{<<: 1}"),
        ("[<<]", r#"["<<"]"#),
    ];
    for (yaml, expected) in cases {
        assert_eq!(shown(yaml), expected, "{yaml}");
    }
    let document = read("x: {<<: {a: 1}}\ny: {<<: [{<<: {b: 2}}]}");
    let root = document.root().unwrap();
    let path = |outer: &str, key: &str| {
        root.get(outer)
            .unwrap()
            .get(key)
            .unwrap()
            .path()
            .to_string()
    };
    assert_eq!(path("x", "a"), "x.a");
    assert_eq!(path("y", "b"), "y.b");
}

#[test]
fn of_duplicate_keys_the_last_is_merged() {
    let document = read("x: &x {a: 1, a: 2}\ny: {<<: *x}");
    assert_eq!(show(document.root().unwrap().get("y").unwrap()), "{a: 2}");
    assert_eq!(document.errors().len(), 1);
}

#[test]
fn a_merge_key_needs_mappings() {
    let message = ErrorKind::InvalidMerge.to_string();
    assert_eq!(errors("{<<: a, b: 1}"), [(message.clone(), "a")]);
    assert_eq!(
        errors("{<<: [{a: 1}, b]}"),
        [(message.clone(), "[{a: 1}, b]")]
    );
    assert_eq!(errors("x: &x 1\ny: {<<: *x}"), [(message.clone(), "*x")]);
    assert_eq!(errors("{<<: !Sub x}"), [(message, "!Sub x")]);
    assert_eq!(errors("{<<: *x}").len(), 1);
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
            assert!(begin.elapsed().as_secs() < 5, "{start}");
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

/// `yaml` with a hole in the place of each `$`.
fn with_holes(yaml: &str) -> Text {
    let outer = text(yaml);
    let mut builder = TextBuilder::new(outer.whole(), 1);
    let mut at = 0;
    for (place, _) in yaml.match_indices('$') {
        builder.piece(&outer, at..place);
        builder.hole(outer.span(place..place + 1), Some(Arc::from("X")));
        at = place + 1;
    }
    builder.piece(&outer, at..yaml.len());
    builder.finish()
}

#[test]
fn holes_are_values_or_parts_of_strings() {
    let cases = [
        ("a: $\nb: $x\nc: '$'\n", 3, 0),
        ("a: x $\n  y\n$: b\n", 2, 0),
        ("a: |\n  x\n  $y\nb: \"\n $ x\"\n", 2, 0),
        ("a: >\n  $x\n  $\n  y$\n", 3, 0),
        ("- $\n- $$\n- 1$\n- !Sub $\n", 5, 0),
        ("a: b # $\n", 0, 0),
        ("a: $ b\n$\n", 0, 2),
        ("a: 'b'$\n", 0, 1),
    ];
    for (yaml, holes, unread) in cases {
        let document = parse(&with_holes(yaml));
        check(&document);
        let nodes = document.tree().nodes();
        let count = |node: Node<'_>| match node.hole() {
            Some(_) => 1,
            None => node.text().map_or(0, |text| text.holes().len()),
        };
        assert_eq!(nodes.map(count).sum::<usize>(), holes, "{yaml}");
        assert_eq!(document.errors().len(), unread, "{yaml}");
        for node in document
            .tree()
            .nodes()
            .filter(|node| node.as_str().is_some())
        {
            assert_eq!(node.text().unwrap().holes(), []);
        }
    }
    let document = parse(&with_holes("a: |\n  x$\nb: >\n  x\n  $\n  y\n"));
    let value = |key| document.root().unwrap().get(key).unwrap().text().unwrap();
    let offset = |text: Text| text.holes().first().unwrap().offset;
    assert_eq!((offset(value("a")), value("a").as_str()), (1, "x\n"));
    assert_eq!((offset(value("b")), value("b").as_str()), (2, "x  y\n"));
}

#[test]
fn spans_of_a_nested_text_name_the_file() {
    let file = "p: |\r\n  a: \"x\\ty\" # c\r\n  b:\r\n    - z\r\n";
    let outer = read(file);
    let inner = outer
        .root()
        .unwrap()
        .get("p")
        .unwrap()
        .text()
        .unwrap()
        .embedded();
    let document = parse(&inner);
    check(&document);
    let root = document.root().unwrap();
    let a = root.get("a").unwrap();
    assert_eq!(written(file, a.span()), "x\\ty");
    assert_eq!(written(file, a.text().unwrap().span(1..2)), "\\t");
    assert_eq!(written(file, root.get("b").unwrap().span()), "- z");
    let comment = document.comments().first().unwrap();
    assert_eq!(written(file, comment.span), "# c");
}

/// Strings agree; other values agree as far as both readers give them the same type.
#[track_caller]
fn assert_same(ours: Node<'_>, theirs: &serde_yaml::Value, yaml: &str) {
    use serde_yaml::Value;
    match theirs {
        Value::String(theirs) => {
            let ours = ours.as_str().or(ours.number());
            assert_eq!(ours, Some(theirs.as_str()), "{yaml:?}");
        }
        Value::Sequence(theirs) => {
            assert_eq!(ours.items().len(), theirs.len(), "{yaml:?}");
            for (ours, theirs) in ours.items().zip(theirs) {
                assert_same(ours, theirs, yaml);
            }
        }
        Value::Mapping(theirs) => {
            assert_eq!(ours.entries().len(), theirs.len(), "{yaml:?}");
            for ((our_key, ours), (their_key, theirs)) in ours.entries().zip(theirs) {
                if their_key.is_string() {
                    assert_same(our_key, their_key, yaml);
                }
                assert_same(ours, theirs, yaml);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(_) => {}
    }
}

/// Parts of YAML texts, most of them harmless and all of them able to meet badly.
fn yaml_like() -> impl Strategy<Value = String> {
    let parts = [
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "  ",
        "'",
        "''",
        "\"",
        "\\",
        "\\n",
        "\\x41",
        "\\\n",
        "|",
        "|-\n",
        "|+\n",
        ">\n  ",
        ">2-\n",
        "#",
        " # c\n",
        "&x ",
        "*x",
        "<<: ",
        "!Ref ",
        "!!str ",
        "! ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "? ",
        "---\n",
        "...\n",
        "é",
        "😀",
        "\u{feff}",
        "\u{85}",
        "012",
        "true",
        "~",
        "%YAML 1.2\n",
        "$",
        "\0",
        "k:\n  - ",
        "k: |\n  x\n",
        "k: >\n  x\n  y\n\n  z\n",
        "k: \"x\n  y\"\n",
    ];
    let part = proptest::sample::select(parts.to_vec());
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_breaks_an_invariant(yaml in yaml_like()) {
        check(&parse(&text(&yaml)));
        check(&parse(&with_holes(&yaml)));
    }

    #[test]
    fn strings_are_those_of_another_reader(yaml in yaml_like()) {
        // libyaml reads YAML 1.1, where U+0085 is a line break, and wants the lines of a block scalar that is a whole document to be indented.
        let document = parse(&text(&yaml));
        let is_plain = !yaml.contains(['!', '<', '*', '\u{feff}', '\u{85}']);
        if document.errors().is_empty() && is_plain
            && let Ok(theirs) = serde_yaml::from_str::<serde_yaml::Value>(&yaml)
            && let Some(ours) = document.root().filter(|root| root.kind() != Kind::String)
        {
            assert_same(ours, &theirs, &yaml);
        }
    }
}
