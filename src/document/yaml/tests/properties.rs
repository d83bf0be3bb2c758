//! Holes, nested texts, and what holds for every text.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::source::TextBuilder;

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
pub(super) fn assert_same(ours: Node<'_>, theirs: &serde_yaml::Value, yaml: &str) {
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
        // libyaml reads YAML 1.1, where U+0085 is a line break, and wants the lines of a block
        // scalar that is a whole document to be indented.
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
