//! The characters of scalars, and where each is written.

use super::properties::assert_same;
use super::*;

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
        "a: b\n\t# d\n  c",
        &[("b", "b"), ("\n", "\n\t# d\n"), ("c", "c")],
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
    // What stands behind is no header.
    assert_eq!(shown("- |+\n\n- |-\n"), r#"["\n", ""]"#);
}
