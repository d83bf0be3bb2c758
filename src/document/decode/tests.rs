//! Decoding, on texts of the JSON reader and on trees that only YAML can write.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::*;
use crate::document::{Builder, Document, Entry, NodeId, Scalar, Style, json};
use crate::source::{Source, SourceId, Spanned, Text, TextBuilder};

fn text(json: &str) -> Text {
    Text::of_source(SourceId::new(3), &Source::new("a.json", json))
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, DecodeError> {
    let document = json::parse(&text(json));
    decode(document.root().unwrap())
}

/// What goes wrong with `json` as a `T`, and the characters that it points at.
fn problem<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> (String, &str) {
    let error = read::<T>(json).unwrap_err();
    (error.to_string(), json.get(error.span.range()).unwrap())
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fleet {
    name: Spanned<String>,
    #[serde(default)]
    things: Ordered<Spanned<String>, Spanned<Kindness>>,
    size: Option<u8>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kindness {
    Certificate,
    Custom(String),
    Pair(u8, f64),
    Named { name: String },
}

#[test]
fn spans_are_kept_for_values_and_keys_in_written_order() {
    let json = r#"{"name": "a\u0062", "things": {"z": "certificate", "a": {"custom": "x"}}}"#;
    let fleet: Fleet = read(json).unwrap();
    assert_eq!(fleet.name.value, "ab");
    assert_eq!(fleet.name.span.source(), SourceId::new(3));
    assert_eq!(json.get(fleet.name.span.range()), Some("a\\u0062"));
    let keys: Vec<_> = fleet.things.keys().map(|key| &*key.value).collect();
    assert_eq!(keys, ["z", "a"]);
    let key = fleet.things.keys().next().unwrap();
    assert_eq!(json.get(key.span.range()), Some("z"));
    let value = fleet.things.get("a").unwrap();
    assert_eq!(value.value, Kindness::Custom("x".to_owned()));
    assert_eq!(json.get(value.span.range()), Some(r#"{"custom": "x"}"#));
}

#[test]
fn every_shape_is_read() {
    let kinds: Vec<Kindness> =
        read(r#"["certificate", {"pair": [1, 2.5]}, {"named": {"name": "n"}}]"#).unwrap();
    let named = Kindness::Named {
        name: "n".to_owned(),
    };
    assert_eq!(
        kinds,
        [Kindness::Certificate, Kindness::Pair(1, 2.5), named]
    );
    let map: BTreeMap<String, (i64, Option<bool>)> = read(r#"{"b": [-5, null]}"#).unwrap();
    assert_eq!(map, BTreeMap::from([("b".to_owned(), (-5, None))]));
    let any: serde_json::Value = read(r#"{"b": [1, -1, 1.5, "x", true, null, {}]}"#).unwrap();
    assert_eq!(any.to_string(), r#"{"b":[1,-1,1.5,"x",true,null,{}]}"#);
    assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(read::<i64>("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(read::<char>("\"é\""), Ok('é'));
    assert_eq!(read::<Option<Spanned<u8>>>("null"), Ok(None));
    assert_eq!(read::<Spanned<Option<u8>>>("null").unwrap().value, None);
}

#[test]
fn an_error_stands_at_the_token_that_it_is_about() {
    let cases = [
        (
            r#"{"name": "a", "thigns": {}}"#,
            "unknown key `thigns`; did you mean `things`?",
            "thigns",
        ),
        (
            r#"{"name": "a", "certificate": {}}"#,
            "unknown key `certificate`; known keys: `name`, `things`, `size`",
            "certificate",
        ),
        (r#"{"size": 1}"#, "missing key `name`", r#"{"size": 1}"#),
        (
            r#"{"name": 12}"#,
            "expected a string, found a number; put it in quotes",
            "12",
        ),
        (
            r#"{"name": true}"#,
            "expected a string, found a boolean; put it in quotes",
            "true",
        ),
        (
            r#"{"name": ["a"]}"#,
            "expected a string, found a list",
            r#"["a"]"#,
        ),
        (
            r#"{"name": {"Ref": "A"}}"#,
            "expected a string, found a reference; a reference can't stand here",
            r#"{"Ref": "A"}"#,
        ),
        (
            r#"{"name": "a", "size": 300}"#,
            "expected an integer from 0 to 255, found `300`",
            "300",
        ),
        (
            r#"{"name": "a", "size": 1.5}"#,
            "expected an integer, found `1.5`",
            "1.5",
        ),
        (
            r#"{"name": "a", "name": "b"}"#,
            "key `name` stands twice",
            "name",
        ),
        (
            r#"{"name": "a", "things": {"a": "certificat"}}"#,
            "unknown value `certificat`; did you mean `certificate`?",
            "certificat",
        ),
        (
            r#"{"name": "a", "things": {"a": {"certificate": null, "custom": "x"}}}"#,
            "expected one key of `certificate`, `custom`, `pair`, `named`, found 2 keys",
            r#"{"certificate": null, "custom": "x"}"#,
        ),
        (
            r#"{"name": "a", "things": {"a": "custom"}}"#,
            "expected a mapping with the key `custom`, found a string",
            "custom",
        ),
        (
            r#"{"name": "a", "things": {"a": {"pair": [1, 2, 3]}}}"#,
            "expected a list of 2, found 3 items",
            "[1, 2, 3]",
        ),
        (
            r#"{"name": "a", "things": {"a": {"named": {}}}}"#,
            "missing key `name`",
            "{}",
        ),
        ("[]", "expected a mapping, found a list", "[]"),
    ];
    for (json, message, place) in cases {
        assert_eq!(
            problem::<Fleet>(json),
            (message.to_owned(), place),
            "{json}"
        );
    }
}

#[test]
fn a_duplicate_key_points_at_both() {
    let json = r#"{"a": 1, "a": 2}"#;
    let error = read::<BTreeMap<String, u8>>(json).unwrap_err();
    assert_eq!(error.span.range(), 10..11);
    let DecodeErrorKind::DuplicateKey { first, .. } = error.kind else {
        panic!("{error}");
    };
    assert_eq!(first.unwrap().range(), 2..3);
}

#[test]
fn a_type_of_ones_own_says_what_is_wrong_at_the_value() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Even;
    impl TryFrom<String> for Even {
        type Error = String;
        fn try_from(text: String) -> Result<Even, String> {
            match text.len() % 2 {
                0 => Ok(Even),
                _ => Err(format!("`{text}` is odd")),
            }
        }
    }
    assert_eq!(
        problem::<Vec<Even>>(r#"["ab", "c"]"#),
        ("`c` is odd".to_owned(), "c")
    );
}

#[test]
fn another_deserializer_has_no_span_to_give() {
    for json in [
        "1",
        "\"a\"",
        "{}",
        "[]",
        "[0, 1, 0, 5]",
        r#"{"a": 1}"#,
        "null",
    ] {
        assert!(serde_json::from_str::<Spanned<u8>>(json).is_err(), "{json}");
        assert!(serde_yaml::from_str::<Spanned<u8>>(json).is_err(), "{json}");
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        #[expect(dead_code, reason = "only whether it is read counts")]
        Spanned(Spanned<u8>),
    }
    assert!(read::<Untagged>("1").is_err());
}

#[test]
fn user_text_in_a_message_is_short_and_on_one_line() {
    let json = format!(r#"{{"a`\n{}": 1}}"#, "x".repeat(100));
    let (message, _) = problem::<Fleet>(&json);
    assert!(message.starts_with("unknown key `a'\\nxxx"), "{message}");
    assert!(message.contains("xxx…`"), "{message}");
}

#[test]
fn holes_are_no_values() {
    let outer = text(r#"{"name":"x-y","size":}"#);
    let mut builder = TextBuilder::new(outer.whole(), 1);
    builder.piece(&outer, 0..11);
    builder.hole(outer.whole(), Some(Arc::from("Name")));
    builder.piece(&outer, 11..21);
    builder.hole(outer.whole(), None);
    builder.piece(&outer, 21..22);
    let inner = builder.finish();
    let document = json::parse(&inner);
    let root = document.root().unwrap();
    let expected = "expected a string, found a reference; a reference can't stand here";
    let error = decode::<Fleet>(root).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let error = decode::<u8>(root.get("size").unwrap()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("expected an integer, found a reference")
    );
    assert!(decode::<Option<u8>>(root.get("size").unwrap()).is_err());
    assert_eq!(to_json(root).to_string(), r#"{"name":"x-y","size":null}"#);
}

/// A tree that is built by hand: what the JSON reader cannot write.
struct Tree<'a> {
    builder: Builder<'a>,
}

impl Tree<'_> {
    fn string(&mut self, characters: &str) -> NodeId {
        let scalar = Scalar {
            decoded: Some(characters.into()),
            style: Style::Json,
            has_holes: false,
        };
        self.builder.add((0, 0), NodeKind::String(scalar)).unwrap()
    }

    fn entry(&mut self, key: &str, value: &str, merged: bool) -> Entry {
        let key = self.string(key);
        let value = self.string(value);
        Entry { key, value, merged }
    }

    fn done(mut self, root: NodeKind) -> Document {
        let root = self.builder.add((0, 0), root).unwrap();
        self.builder.add_root(root);
        self.builder.finish(crate::document::Syntax::Json)
    }
}

#[test]
fn own_entries_go_before_merged_ones() {
    let text = text("");
    for merged_first in [true, false] {
        let builder = Builder::new(&text);
        let mut tree = Tree { builder };
        let merged = [
            tree.entry("a", "merged", true),
            tree.entry("b", "first", true),
            tree.entry("b", "second", true),
        ];
        let own = [tree.entry("a", "own", false)];
        let entries = match merged_first {
            true => [&merged[..], &own[..]].concat(),
            false => [&own[..], &merged[..]].concat(),
        };
        let document = tree.done(NodeKind::Mapping(entries.into()));
        let root = document.root().unwrap();
        let map: BTreeMap<String, String> = decode(root).unwrap();
        let expected = r#"{"a":"own","b":"first"}"#;
        assert_eq!(serde_json::to_string(&map).unwrap(), expected);
        assert_eq!(to_json(root).to_string(), expected);
    }
}

#[test]
fn tags_are_references_and_have_a_long_form() {
    let text = text("");
    let builder = Builder::new(&text);
    let mut tree = Tree { builder };
    let item = tree.string("x");
    let argument = tree.builder.add((0, 0), NodeKind::Sequence([item].into()));
    let call = NodeKind::Call {
        function: "Fn::Sub".into(),
        argument: argument.unwrap(),
    };
    let document = tree.done(call);
    let root = document.root().unwrap();
    assert_eq!(to_json(root).to_string(), r#"{"Fn::Sub":["x"]}"#);
    let found = resolve_pointer(root, "/Fn::Sub/0").unwrap();
    assert_eq!(found.as_str(), Some("x"));
    assert!(resolve_pointer(root, "/Fn::Join/0").is_none());
    let error = decode::<Vec<String>>(root).unwrap_err();
    let expected = "expected a list, found a reference; a reference can't stand here";
    assert_eq!(error.to_string(), expected);
    assert!(decode::<serde_json::Value>(root).is_err());
}

#[test]
fn shallow_parts_cannot_be_stacked_without_end() {
    let text = text("");
    let mut builder = Builder::new(&text);
    let mut node = NodeKind::Null;
    for _ in 0..100_000 {
        let id = builder.add((0, 0), node).unwrap();
        node = NodeKind::Sequence([id].into());
    }
    let document = Tree { builder }.done(node);
    let root = document.root().unwrap();
    let error = decode::<serde_json::Value>(root).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::TooDeep);
    assert_eq!(to_json(root).to_string().len(), 2 * (MAX_DEPTH + 1) + 4);
}

#[test]
fn json_keeps_order_and_the_last_duplicate() {
    let written = r#"{"z": 1, "a": 1e2, "z": {"b": ["\n"]}}"#;
    let document = json::parse(&text(written));
    assert_eq!(
        to_json(document.root().unwrap()).to_string(),
        r#"{"z":{"b":["\n"]},"a":100.0}"#
    );
}

#[test]
fn pointers_lead_to_nodes() {
    let written = r#"{"a/b": {"m~n": [1, 2]}, "~1": 3, "": 4, "a": 5, "a": 6}"#;
    let document = json::parse(&text(written));
    let root = document.root().unwrap();
    let at = |pointer| {
        let node = resolve_pointer(root, pointer)?;
        written.get(node.span().range())
    };
    assert_eq!(at(""), Some(written));
    assert_eq!(at("/a~1b/m~0n/1"), Some("2"));
    assert_eq!(at("/~01"), Some("3"));
    assert_eq!(at("/"), Some("4"));
    assert_eq!(at("/a"), Some("6"));
    for wrong in [
        "a",
        "/a~1b/m~0n/01",
        "/a~1b/m~0n/-",
        "/a~1b/m~0n/+1",
        "/a/0",
        "/b",
        "/a~1b/m~0n/",
    ] {
        assert_eq!(at(wrong), None, "{wrong}");
    }
}
