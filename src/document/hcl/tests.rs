use crate::document::{Document, Kind, Node, Syntax};
use crate::source::{Source, SourceId, Text};

fn parse(text: &str) -> Document {
    let text = Text::of_source(SourceId::new(0), &Source::new("a", text));
    Document::parse(&text, Syntax::Hcl)
}

/// A node in a short notation: `{a: [1, "x"], b: f("y"), c: <var.x>}`.
fn show(node: Node<'_>) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match node.kind() {
        Kind::Null => "null".to_owned(),
        Kind::Bool => node.as_bool().unwrap().to_string(),
        Kind::Number => node.number().unwrap().to_owned(),
        Kind::String => format!("{:?}", show_text(&node.text().unwrap())),
        Kind::Sequence => format!("[{}]", join(node.items().map(show).collect())),
        Kind::Mapping => {
            let entry = |(key, value)| format!("{}: {}", show(key).replace('"', ""), show(value));
            format!("{{{}}}", join(node.entries().map(entry).collect()))
        }
        Kind::Call => {
            let (function, arguments) = node.call().unwrap();
            let arguments = join(arguments.items().map(show).collect());
            format!("{function}({arguments})")
        }
        Kind::Hole => match &node.hole().unwrap().reference {
            Some(reference) => format!("<{reference}>"),
            None => "<?>".to_owned(),
        },
    }
}

fn show_text(text: &Text) -> String {
    let mut shown = text.as_str().to_owned();
    for hole in text.holes().iter().rev() {
        let reference = hole.reference.as_deref().unwrap_or("?");
        shown.insert_str(hole.offset as usize, &format!("<{reference}>"));
    }
    shown
}

#[track_caller]
fn reads(text: &str, shown: &str) {
    let document = parse(text);
    assert_eq!(document.errors(), [], "{text}");
    assert_eq!(show(document.root().unwrap()), shown, "{text}");
}

#[track_caller]
fn reads_value(text: &str, shown: &str) {
    reads(&format!("a = {text}\n"), &format!("{{a: {shown}}}"));
}

#[test]
fn blocks_are_mappings_of_their_labels() {
    reads(
        "resource \"aws_iot_policy\" device {\n  name = \"d\"\n  x {}\n  x { b = 1 }\n}\n",
        r#"{resource: {aws_iot_policy: {device: {name: "d", x: {}, x: {b: 1}}}}}"#,
    );
    reads("a {}\na {}\n", "{a: {}, a: {}}");
    reads("", "{}");
    reads("# only this", "{}");
}

#[test]
fn literals_are_values() {
    reads_value("null", "null");
    reads_value("true", "true");
    reads_value("-1.5e+3", "-1.5e+3");
    reads_value("[1, \"x\",\n  # y\n [],]", r#"[1, "x", []]"#);
    reads_value("{ x = 1, \"y\" : 2\n z = 3 }", "{x: 1, y: 2, z: 3}");
    reads_value(
        "{ (var.x) = 1, null = 2, 3 = 4 }",
        "{<var.x>: 1, null: 2, 3: 4}",
    );
    reads_value("(\"x\")", r#""x""#);
    reads_value("jsonencode({ a = [b.c] })", "jsonencode({a: [<b.c>]})");
    reads_value(
        "provider::aws::arn_parse(\n a,\n b...)",
        "provider::aws::arn_parse(<a>, <?>)",
    );
}

#[test]
fn what_is_computed_is_open() {
    reads_value("var.region", "<var.region>");
    reads_value("(a).b", "<a.b>");
    reads_value(
        "data.aws_region.current.name",
        "<data.aws_region.current.name>",
    );
    for computed in [
        "a[0]",
        "a.0",
        "a.*.b",
        "a[*].b",
        "a.b[\"c\"].d",
        "1 + 2",
        "!a",
        "-a",
        "- 1",
        "a ? b : c",
        "a == b",
        "[for x in y : x if x]",
        "{for k, v in y : k => v...}",
        "a % b",
        "f(x).y",
        "\"x\" == y",
        "a && b || c",
    ] {
        reads_value(computed, "<?>");
    }
}

#[test]
fn templates_have_holes() {
    reads_value(
        r#""a\n\"\u00fc\U0001F600\\$${b}%%{c}$d%""#,
        r#""a\n\"ü😀\\${b}%{c}$d%""#,
    );
    reads_value(
        r#""arn:${var.region}:${ f("}") }x""#,
        r#""arn:<var.region>:<?>x""#,
    );
    reads_value(r#""${var.x}""#, r#""<var.x>""#);
    reads_value(r#""a%{ if b }c${d}%{ else }e%{ endif }f""#, r#""a<?>f""#);
    reads_value(
        r#""a%{ for b in c ~} %{ if d }x%{ endif }%{ endfor }""#,
        r#""a<?>""#,
    );
    reads_value(r#""a \n ${~ b ~} \t c""#, r#""a<b>c""#);
    reads_value(r#""${"${x}"}""#, r#""<?>""#);
}

#[test]
fn heredocs_lose_their_indentation() {
    reads_value(
        "<<EOT\n  a ${b}\n EOT x\n\n  EOT",
        r#""  a <b>\n EOT x\n\n""#,
    );
    reads_value(
        "<<-EOT\n    a\n\n      ${b}\n   $${c}\n    EOT",
        r#"" a\n\n   <b>\n${c}\n""#,
    );
    reads_value("<<-E\n  a\n${b}\n  E", r#""  a\n<b>\n""#);
    reads_value("<<E\nE", r#""""#);
    reads_value("f(<<E\n\\n\nE\n)", r#"f("\\n\n")"#);
}

#[test]
fn errors_have_a_place_and_the_rest_is_read() {
    let cases = [
        ("a = \nb = 1\n", 4..5, "{b: 1}"),
        ("a = \"x\nb = 1\n", 4..6, "{b: 1}"),
        (
            "r \"x\" {\n  c = 1\n  d = [1\n}\nb = 1\n",
            25..26,
            "{r: {x: {c: 1}}, b: 1}",
        ),
        ("a = \"\\q\"\nb = 1\n", 5..7, "{a: \"\u{fffd}\", b: 1}"),
        ("a = 1 b = 2\nc = 1", 6..7, "{a: 1, c: 1}"),
        ("a = <<E\nx\n", 4..7, "{}"),
        ("a {\n", 4..4, "{a: {}}"),
        ("}\nb = 1", 0..1, "{b: 1}"),
        ("a = 1\na = 2\n", 6..7, "{a: 1, a: 2}"),
        ("x = { a = 1, \"a\" = 2 }\n", 14..15, "{x: {a: 1, a: 2}}"),
        ("/* x", 0..4, "{}"),
        ("a = \"%{ if x }\"", 14..15, "{}"),
    ];
    for (text, place, shown) in cases {
        let document = parse(text);
        let places: Vec<_> = document.errors().iter().map(|it| it.span.range()).collect();
        assert_eq!(places, [place], "{text:?}: {:?}", document.errors());
        assert_eq!(show(document.root().unwrap()), shown, "{text:?}");
    }
}

#[test]
fn comments_stand_before_nodes() {
    let document = parse("# a\nx = 1 // b\n/* c\n */ y = [ # d\n 2]\n# e");
    let tree = document.tree();
    let comments = document.comments().iter();
    let comments: Vec<_> = comments
        .map(|it| (&*it.text, it.before.map(|id| tree.node(id).written())))
        .collect();
    let expected = [
        ("a", Some("x")),
        ("b", Some("y")),
        ("c", Some("y")),
        ("d", Some("2")),
        ("e", None),
    ];
    assert_eq!(comments, expected);
}
