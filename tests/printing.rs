//! What is printed, and that every reader gets the same values back: serde_yaml for YAML 1.2,
//! PyYAML (if there is one) for YAML 1.1, serde_json for JSON.

#[cfg(test)]
mod printing {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use fleetwright::document::print::{Content, Part, Value, json, json_compact, to_json, yaml};
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use serde_json::Value as Json;

    /// Strings that some reader takes for something else when they stand without quotes, or
    /// loses a part of.
    #[rustfmt::skip]
    const NASTY: &[&str] = &[
        // Words and numbers of YAML 1.1 and 1.2.
        "", "yes", "no", "on", "off", "y", "n", "Y", "N", "Yes", "NO", "On", "OFF", "true", "True",
        "FALSE", "~", "null", "Null", "NULL", "<<", "=", "012", "0o7", "0x1F", "0b11", "1_000",
        "+1", "-1", "+", "-", ".", "..", "...", "---", "--- a", ".5", "5.", "+.5", "-.5", "._1",
        ".e+5", "12:30", "12:30:45", "190:20:30.15", "2012-10-17", "2001-12-14t21:59:43.10-05:00",
        "1e3", "1E-3", "-1.5e+3", ".inf", "-.INF", "+.inf", ".Inf", ".nan", ".NaN", "123456789012",
        "000000000001", "123456789012345678901234567890", "1.2.3", "10.0.0.0/8", "3d",
        // White space, comments, marks.
        " ", "  a", "a ", " a ", "\t", "\ta", "a\t", "a\tb", "a: b", "a:", ":", ": ", ":a", "a:b",
        "a #b", "a#b", "#", "# a", "#a", "- a", "-a", "? a", "?", "?a", ", a", ",", "[", "]", "{",
        "}", "[a]", "{a: b}", "&a", "*", "*a", "!", "!Sub a", "!a", "|", "|-", ">", ">-", "'", "''",
        "'a'", "it's", "\"", "\"a\"", "a\"b", "\\", "a\\b", "\\n", "%", "%YAML 1.2", "@a", "`a`",
        "a'b\"c\\d", "a\u{a0}b", "\u{a0}",
        // Line breaks.
        "\n", "\n\n", "a\n", "a\n\n", "a\n\n\n", "a\nb", "a\nb\n", "\na", "\n\na\n", " a\nb",
        "  a\n b\n", "\n a\n", "a\n b", "a\n\nb\n", "a \nb", "a\n \nb", "a\n  ", "a\n\tb", "\ta\nb",
        "a\tb\nc", "# a\n# b", "- a\n- b\n", "a: b\nc: d\n", "---\na\n", "...\n", "a\n---\n",
        "{\n  \"Version\": \"2012-10-17\"\n}\n", "a\r\nb", "a\rb", "\r", "\r\n", "%a\nb",
        // Characters that YAML does not print, or takes for line breaks.
        "\0", "\u{1}", "\u{7}\u{8}\u{b}\u{c}", "\u{1b}[0m", "\u{7f}", "\u{80}", "a\u{85}b",
        "\u{85}", "a\u{2028}b", "a\u{2029}b\nc", "\u{feff}a", "a\u{feff}", "\u{fffe}", "\u{ffff}",
        "\u{fffd}", "é", "ü: ö", "日本", "😀", "a\n😀\n", "\u{10ffff}", "\u{d7ff}\u{e000}",
        // Words of the field.
        "$aws/things/+/shadow/#", "+/a/#", "a/#", "arn:aws:iot:*:123456789012:client/*",
        "${iot:Connection.Thing.ThingName}", "iot:Connect", "Fn::Sub",
    ];

    fn nasty() -> impl Iterator<Item = String> {
        let long = [
            "a".repeat(990),
            "a".repeat(3000),
            "é ".repeat(600),
            "a\nb ".repeat(600),
        ];
        NASTY.iter().map(|text| (*text).to_owned()).chain(long)
    }

    fn text() -> impl Strategy<Value = String> {
        let characters = proptest::sample::select(vec![
            ' ', ' ', '\n', '\n', '\t', '\r', ':', '#', '-', '?', '\'', '"', '\\', '!', '&', '*',
            '|', '>', '%', '@', '`', '~', ',', '[', ']', '{', '}', '=', '<', '.', '+', '0', '1',
            '7', '_', 'e', 'x', 'o', 'n', 'y', 'a', 'é', '\u{85}', '\u{2028}', '\u{feff}', '😀',
        ]);
        let mixed = proptest::collection::vec(characters, 0..10);
        prop_oneof![
            2 => proptest::sample::select(nasty().collect::<Vec<_>>()),
            3 => mixed.prop_map(|characters| characters.into_iter().collect()),
            1 => any::<String>(),
        ]
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            1 => Just(Value::null()),
            1 => any::<bool>().prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            8 => text().prop_map(Value::from),
            1 => text().prop_map(|text| {
                let parts = vec![Part::Text(text), Part::Reference("A.B".to_owned())];
                Value::new(Content::Template(parts))
            }),
        ];
        let function = proptest::sample::select(vec![
            "Ref",
            "Condition",
            "Fn::Sub",
            "Fn::Join",
            "Fn::GetAtt",
            "Fn::Base64",
            "Fn::ForEach::A",
        ]);
        let content = leaf.prop_recursive(5, 40, 4, move |inner| {
            let mapping = proptest::collection::btree_map(text(), inner.clone(), 0..4);
            prop_oneof![
                3 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::sequence),
                3 => mapping.prop_map(Value::mapping),
                2 => (function.clone(), inner).prop_map(|(name, inner)| Value::call(name, inner)),
            ]
        });
        // Comments must change nothing, wherever they stand.
        (content, proptest::option::of(text())).prop_map(|(value, comment)| match comment {
            Some(comment) => comment_all(value, &comment),
            None => value,
        })
    }

    fn comment_all(value: Value, comment: &str) -> Value {
        let content = match value.content {
            Content::Sequence(items) => {
                let items = items.into_iter().map(|item| comment_all(item, comment));
                Content::Sequence(items.collect())
            }
            Content::Mapping(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, value)| (key, comment_all(value, comment)));
                Content::Mapping(entries.collect())
            }
            Content::Call { function, argument } => Content::Call {
                function,
                argument: Box::new(comment_all(*argument, comment)),
            },
            leaf @ (Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Tenths(_)
            | Content::String(_)
            | Content::Template(_)) => leaf,
        };
        Value::new(content).with_comment(comment)
    }

    /// What serde_yaml reads, with short tags in their long form.
    fn read(text: &str) -> Json {
        let value = serde_yaml::from_str(text)
            .unwrap_or_else(|error| panic!("{error} in:\n{text}\n{text:?}"));
        long_form(value)
    }

    fn long_form(value: serde_yaml::Value) -> Json {
        match value {
            serde_yaml::Value::Sequence(items) => items.into_iter().map(long_form).collect(),
            serde_yaml::Value::Mapping(entries) => {
                let entries = entries.into_iter().map(|(key, value)| {
                    let key = key.as_str().expect("a string as key").to_owned();
                    (key, long_form(value))
                });
                Json::Object(entries.collect())
            }
            serde_yaml::Value::Tagged(tagged) => {
                let tag = tagged.tag.to_string();
                let tag = tag.trim_start_matches('!');
                let function = match tag {
                    "Ref" | "Condition" => tag.to_owned(),
                    _ => format!("Fn::{tag}"),
                };
                let mut argument = long_form(tagged.value);
                if let ("GetAtt", Some((resource, attribute))) =
                    (tag, argument.as_str().and_then(|text| text.split_once('.')))
                {
                    argument = Json::from(vec![resource, attribute]);
                }
                Json::Object([(function, argument)].into_iter().collect())
            }
            scalar => serde_json::to_value(scalar).unwrap(),
        }
    }

    /// Every string where a value, an item, a key and an argument may stand.
    fn nasty_trees() -> impl Iterator<Item = Value> {
        nasty().map(|text| {
            let text = &*text;
            Value::mapping([
                ("value", Value::from(text)),
                ("list", Value::sequence([text, text])),
                ("lists", Value::sequence([Value::sequence([text, text])])),
                ("mapping", Value::mapping([(text, text)])),
                (
                    "item",
                    Value::sequence([Value::mapping([(text, text), ("z", "z")])]),
                ),
                ("tag", Value::call("Fn::Sub", text)),
                ("tags", Value::sequence([Value::call("Fn::Sub", text)])),
                ("last", Value::from(text).with_comment(text)),
            ])
        })
    }

    #[test]
    fn nasty_strings_come_back() {
        for text in nasty() {
            let root = Value::from(&*text);
            assert_eq!(read(&yaml(&root)), Json::from(&*text));
        }
        for tree in nasty_trees() {
            assert_eq!(read(&yaml(&tree)), to_json(&tree), "{}", yaml(&tree));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 512,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn trees_come_back(tree in tree()) {
            let text = yaml(&tree);
            prop_assert_eq!(read(&text), to_json(&tree), "{}", text);
            prop_assert!(text.ends_with('\n'));
            let compact = json_compact(&tree);
            prop_assert_eq!(serde_json::from_str::<Json>(&json(&tree)).unwrap(), to_json(&tree));
            prop_assert_eq!(serde_json::from_str::<Json>(&compact).unwrap(), to_json(&tree));
        }
    }

    const PYTHON: &str = r#"
import json, sys, yaml

class Loader(yaml.SafeLoader):
    pass

def call(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix
    if isinstance(node, yaml.ScalarNode):
        # As without the tag: a plain scalar is what it looks like.
        tag = loader.resolve(yaml.ScalarNode, node.value, (node.style is None, True))
        argument = loader.construct_object(yaml.ScalarNode(tag, node.value), deep=True)
        if name == "Fn::GetAtt" and isinstance(argument, str) and "." in argument:
            argument = argument.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = loader.construct_mapping(node, deep=True)
    return {name: argument}

Loader.add_multi_constructor("!", call)

def keys_are_strings(value):
    if isinstance(value, dict):
        return all(isinstance(k, str) and keys_are_strings(v) for k, v in value.items())
    return not isinstance(value, list) or all(map(keys_are_strings, value))

values = []
for text in json.load(sys.stdin):
    try:
        value = yaml.load(text, Loader)
        values.append(value if keys_are_strings(value) else repr(value))
    except yaml.YAMLError as error:
        values.append("error: %s" % error)
json.dump(values, sys.stdout, default=repr)
"#;

    #[test]
    fn yaml_1_1_reads_the_same() {
        let python = |script: &str, input: &[u8]| {
            let mut child = Command::new("python3")
                .args(["-c", script])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .ok()?;
            child.stdin.take()?.write_all(input).ok()?;
            let output = child.wait_with_output().ok()?;
            let problem = String::from_utf8_lossy(&output.stderr).into_owned();
            Some((output.status.success(), output.stdout, problem))
        };
        if !python("import yaml", b"").is_some_and(|(imported, ..)| imported) {
            let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
            assert!(!required.contains("pyyaml"), "python3 cannot import yaml");
            eprintln!("skipped: pyyaml");
            return;
        }
        let mut runner = TestRunner::deterministic();
        let random = std::iter::repeat_with(|| tree().new_tree(&mut runner).unwrap().current());
        let roots = nasty().map(Value::from);
        let trees: Vec<Value> = nasty_trees().chain(roots).chain(random.take(400)).collect();
        let texts: Vec<String> = trees.iter().map(yaml).collect();
        let input = serde_json::to_vec(&texts).unwrap();
        let (succeeded, output, problem) = python(PYTHON, &input).unwrap();
        assert!(succeeded, "{problem}");
        let values: Vec<Json> = serde_json::from_slice(&output).unwrap();
        assert_eq!(values.len(), trees.len());
        for ((value, tree), text) in values.iter().zip(&trees).zip(&texts) {
            assert_eq!(*value, to_json(tree), "{text}");
        }
    }

    /// A template with everything that has a layout of its own.
    fn template() -> Value {
        let document = "{\n  \"Version\": \"2012-10-17\"\n}\n";
        let statement = Value::mapping([
            ("Effect", Value::from("Allow").with_comment("first entry")),
            ("Action", Value::from("iot:Connect")),
            (
                "Resource",
                Value::call("Fn::Sub", "arn:${AWS::Partition}:iot:*:client/*"),
            ),
        ]);
        let role = Value::call("Fn::GetAtt", Value::sequence(["Role", "Arn"]));
        let joined = Value::call(
            "Fn::Join",
            Value::sequence([Value::from(","), Value::sequence(["a", "012"])]),
        );
        Value::mapping([
            ("AWSTemplateFormatVersion", Value::from("2010-09-09")),
            ("Empty", Value::mapping::<&str, Value>([])),
            ("Items", Value::sequence::<Value>([])),
            ("on", Value::from(true)),
            ("Count", Value::from(-12)),
            ("Nothing", Value::null()),
            ("Role", role),
            ("Joined", joined),
            (
                "Data",
                Value::call("Fn::Base64", Value::call("Fn::Sub", document)),
            ),
            ("Body", Value::from(document)),
            (
                "Statement",
                Value::sequence([statement.with_comment("item\n\nof two lines")]),
            ),
            (
                "Lists",
                Value::sequence([Value::sequence([1, 2]), Value::sequence([3])]),
            ),
        ])
        .with_comment("made by fleetwright")
    }

    #[test]
    fn yaml_looks_like_cloudformation() {
        let expected = r#"# made by fleetwright
AWSTemplateFormatVersion: "2010-09-09"
Empty: {}
Items: []
"on": true
Count: -12
Nothing: null
Role: !GetAtt Role.Arn
Joined: !Join
  - ","
  - - a
    - "012"
Data:
  Fn::Base64: !Sub |
    {
      "Version": "2012-10-17"
    }
Body: |
  {
    "Version": "2012-10-17"
  }
Statement:
  # item
  #
  # of two lines
  # first entry
  - Effect: Allow
    Action: iot:Connect
    Resource: !Sub arn:${AWS::Partition}:iot:*:client/*
Lists:
  - - 1
    - 2
  - - 3
"#;
        assert_eq!(yaml(&template()), expected);
    }

    #[test]
    fn json_has_long_forms_and_no_comments() {
        let value = Value::mapping([
            (
                "Role",
                Value::call("Fn::GetAtt", "Role.Arn").with_comment("gone"),
            ),
            ("Name", Value::call("Ref", "Name")),
        ]);
        let expected = r#"{
  "Role": {
    "Fn::GetAtt": [
      "Role",
      "Arn"
    ]
  },
  "Name": {
    "Ref": "Name"
  }
}
"#;
        assert_eq!(json(&value), expected);
        let compact = r#"{"Role":{"Fn::GetAtt":["Role","Arn"]},"Name":{"Ref":"Name"}}"#;
        assert_eq!(json_compact(&value), compact);
    }

    #[test]
    fn strings_are_quoted_only_where_a_reader_could_mistake_them() {
        let printed = |text: &str| yaml(&Value::from(text)).trim_end().to_owned();
        for plain in [
            "a",
            "iot:Connect",
            "$aws/things/+/shadow",
            "+/a",
            "it's",
            "a\"b",
            "a b",
            "é",
        ] {
            assert_eq!(printed(plain), plain);
        }
        // Some of these are special to YAML 1.1 as it is written, but to no reader that is run here.
        let special = "yes no on off y n Y ~ null 012 0o7 1_000 12:30 2012-10-17 1e3 .inf .e+5 \
                       123456789012 = << @ ` % true NO .NaN +1 -.5 ...";
        for text in special.split_whitespace() {
            assert_eq!(printed(text), format!("\"{text}\""));
        }
        assert_eq!(printed("*"), "\"*\"");
        assert_eq!(printed("{\"a\": 1}"), "'{\"a\": 1}'");
        assert_eq!(printed("'\"\\"), "'''\"\\'");
        assert_eq!(printed("\u{1}\""), r#""\u0001\"""#);
        assert_eq!(printed("a\tb"), r#""a\tb""#);
    }

    #[test]
    fn lines_stay_lines_where_that_is_exact() {
        let printed = |text: &str| yaml(&Value::mapping([("a", text)]));
        assert_eq!(printed("x\ny"), "a: |-\n  x\n  y\n");
        assert_eq!(printed("x\ny\n"), "a: |\n  x\n  y\n");
        assert_eq!(printed("x\n\n\n"), "a: |+\n  x\n\n\n");
        assert_eq!(printed(" x\n\ny"), "a: |2-\n   x\n\n  y\n");
        assert_eq!(printed("x \ny"), "a: \"x \\ny\"\n");
        assert_eq!(printed("\n"), "a: \"\\n\"\n");
    }
}
