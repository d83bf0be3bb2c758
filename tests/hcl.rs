//! HCL as other readers read it: hcl-edit's strings and verdicts, and Terraform's verdicts and values.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test ends with a panic"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use fleetwright::document::{Document, Kind, Node, Syntax};
use fleetwright::source::{Source, SourceId, Text};
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

mod files;

fn parse(text: &str) -> Document {
    let text = Text::of_source(SourceId::new(0), &Source::new("a.tf", text));
    Document::parse(&text, Syntax::Hcl)
}

/// Texts that show one thing each.
const TEXTS: [&str; 60] = [
    "",
    "\n\n",
    "a = 1",
    "a = 1\n",
    "a = 1 # c\n",
    "a = 1 // c",
    "a = /* x */ 1 /* y\n */\n",
    "a = 1 b = 2\n",
    "a = \n",
    "a == 1\n",
    "a {}\n",
    "a { b = 1 }\n",
    "a { b = 1 c = 2 }\n",
    "a { b {} }\n",
    "a {\n b {}\n}\n",
    "a \"b\" c \"d\" {\n}\n",
    "a \"b\" \n{\n}\n",
    "a \"${b}\" {\n}\n",
    "a {",
    "a }",
    "a = {}\n",
    "a = { b = 1, c = 2 }\n",
    "a = { b = 1 c = 2 }\n",
    "a = { b = 1\n, c = 2 }\n",
    "a = { b = 1,\n\n c : 2\n}\n",
    "a = { \"b\" = 1 }\n",
    "a = { (b) = 1 }\n",
    "a = { for = 1 }\n",
    "a = { for k, v in b : k => v... if v }\n",
    "a = { for k, v in b : k => v\n if v }\n",
    "a = [for v in b : v if v]\n",
    "a = [1, 2,]\n",
    "a = [1,, 2]\n",
    "a = [,]\n",
    "a = [\n1\n,\n2\n]\n",
    "a = f()\n",
    "a = f(1, 2,)\n",
    "a = f(b...)\n",
    "a = f(b..., c)\n",
    "a = f(\n1\n)\n",
    "a = a::b(1)\n",
    "a = b.c.0.d[1][\"e\"].*.f[*].g\n",
    "a = b.\n",
    "a = b ? c : d\n",
    "a = b\n? c : d\n",
    "a = (b\n? c\n : d)\n",
    "a = b ? c\n",
    "a = -b + !c * 3 % 4 && d || e == f\n",
    "a = 1 +\n",
    "a = 0x10\n",
    "a = 1e5\n",
    "a = 1.\n",
    "a = \"x${b}y\"\n",
    "a = \"x${b\n}y\"\n",
    "a = \"x${}\"\n",
    "a = \"\\q\"\n",
    "a = \"%{ if b }c%{ else }d%{ endif }\"\n",
    "a = \"%{ if b }c\"\n",
    "a = <<E\nb ${c}\nE\n",
    "a = <<-E\n  b\n  EE\n  E\n",
];

/// Whether `terraform fmt` takes a text; `None` when Terraform is not there.
fn terraform_takes(text: &str) -> Option<bool> {
    let mut child = Command::new("terraform")
        .args(["fmt", "-"])
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    input.write_all(text.as_bytes()).ok()?;
    drop(input);
    Some(child.wait().ok()?.success())
}

fn is_on_path() -> bool {
    let is_there = terraform_takes("").is_some();
    if !is_there {
        println!("skipped: terraform is not on PATH");
    }
    is_there
}

#[test]
fn terraform_agrees_on_what_is_wrong() {
    if !is_on_path() {
        return;
    }
    let mut wrong = Vec::new();
    for text in TEXTS {
        let document = parse(text);
        if terraform_takes(text) != Some(document.errors().is_empty()) {
            wrong.push(format!("{text:?}: {:?}", document.errors()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of the corpus that are Terraform's.
fn corpus() -> Vec<(String, String)> {
    let Some(folder) = files::corpus() else {
        return Vec::new();
    };
    files::below(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == "tf"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect()
}

#[test]
fn the_corpus_is_read_as_terraform_takes_it() {
    let has_terraform = is_on_path();
    for (name, text) in corpus() {
        let document = parse(&text);
        if has_terraform {
            let takes = terraform_takes(&text).unwrap();
            assert_eq!(document.errors().is_empty(), takes, "{name}");
        }
        assert!(document.root().is_some(), "{name}");
    }
}

/// A value of hcl-edit against a node of ours.
fn assert_same(name: &str, theirs: &Expression, ours: Node<'_>) {
    match theirs {
        Expression::Null(_) => assert_eq!(ours.kind(), Kind::Null, "{name}"),
        Expression::Bool(value) => assert_eq!(ours.as_bool(), Some(*value.value()), "{name}"),
        Expression::Number(_) => assert_eq!(ours.kind(), Kind::Number, "{name}"),
        Expression::String(value) => {
            assert_eq!(ours.as_str(), Some(value.as_str()), "{name}: {ours:?}");
        }
        Expression::StringTemplate(template) => {
            let literals: String = template.iter().filter_map(literal).collect();
            let text = ours.text().unwrap();
            let holes = template.iter().filter(|it| literal(it).is_none()).count();
            assert_eq!(
                (text.as_str(), text.holes().len()),
                (&*literals, holes),
                "{name}"
            );
        }
        Expression::HeredocTemplate(heredoc) => {
            let template = &heredoc.template;
            let literals: String = template.iter().filter_map(literal).collect();
            assert_eq!(ours.visible_str(), Some(&*literals), "{name}: {ours:?}");
        }
        Expression::Array(array) => {
            assert_eq!(array.len(), ours.items().len(), "{name}: {ours:?}");
            for (theirs, ours) in array.iter().zip(ours.items()) {
                assert_same(name, theirs, ours);
            }
        }
        Expression::Object(object) => {
            assert_eq!(object.len(), ours.entries().len(), "{name}: {ours:?}");
            for ((key, value), (ours_key, ours_value)) in object.iter().zip(ours.entries()) {
                match key {
                    ObjectKey::Ident(ident) => {
                        assert_eq!(ours_key.as_str(), Some(ident.as_str()), "{name}");
                    }
                    ObjectKey::Expression(Expression::Number(_) | Expression::Bool(_)) => {}
                    ObjectKey::Expression(key) => assert_same(name, key, ours_key),
                }
                assert_same(name, value.expr(), ours_value);
            }
        }
        Expression::FuncCall(call) => {
            let (function, arguments) = ours.call().unwrap();
            assert!(function.ends_with(call.name.name.as_str()), "{name}");
            assert_eq!(arguments.items().len(), call.args.len(), "{name}");
            let last = usize::from(call.args.expand_final());
            let plain = call.args.len() - last;
            for (theirs, ours) in call.args.iter().zip(arguments.items()).take(plain) {
                assert_same(name, theirs, ours);
            }
        }
        Expression::Parenthesis(inner) => assert_same(name, inner.inner(), ours),
        Expression::Variable(variable) => {
            let reference = ours.hole().unwrap().reference.as_deref();
            assert_eq!(reference, Some(variable.as_str()), "{name}");
        }
        Expression::UnaryOp(_)
        | Expression::BinaryOp(_)
        | Expression::Conditional(_)
        | Expression::ForExpr(_)
        | Expression::Traversal(_) => assert_eq!(ours.kind(), Kind::Hole, "{name}: {ours:?}"),
    }
}

fn literal(element: &hcl_edit::template::Element) -> Option<&str> {
    match element {
        hcl_edit::template::Element::Literal(literal) => Some(literal.as_str()),
        _ => None,
    }
}

fn assert_same_body(name: &str, theirs: &Body, ours: Node<'_>) {
    assert_eq!(theirs.len(), ours.entries().len(), "{name}: {ours:?}");
    for (structure, (key, value)) in theirs.iter().zip(ours.entries()) {
        match structure {
            Structure::Attribute(attribute) => {
                assert_eq!(key.as_str(), Some(attribute.key.as_str()), "{name}");
                assert_same(name, &attribute.value, value);
            }
            Structure::Block(block) => {
                assert_eq!(key.as_str(), Some(block.ident.as_str()), "{name}");
                let mut inner = value;
                for label in &block.labels {
                    let (key, value) = inner.entries().next().unwrap();
                    assert_eq!(key.as_str(), Some(label.as_str()), "{name}");
                    inner = value;
                }
                assert_same_body(name, &block.body, inner);
            }
        }
    }
}

#[test]
fn hcl_edit_reads_the_same() {
    let own = TEXTS
        .iter()
        .map(|text| ((*text).to_owned(), (*text).to_owned()));
    let mut compared = 0;
    for (name, text) in own.chain(corpus()) {
        let document = parse(&text);
        let Ok(body) = text.parse::<Body>() else {
            continue;
        };
        // Where the two disagree, Terraform is asked.
        if !document.errors().is_empty() {
            continue;
        }
        assert_same_body(&name, &body, document.root().unwrap());
        compared += 1;
    }
    println!("{compared} texts compared");
    assert!(compared > 30);
}

/// Each marks one node with `⟦` and `⟧`, and is followed by its value.
const MARKED: [(&str, &str); 24] = [
    ("⟦é⟧ = 1\n", "é"),
    ("# é\na = \"⟦é⟧\"\n", "é"),
    ("# é\n⟦a⟧ \"b\" {}\n", "a"),
    ("# é\na \"⟦b⟧\" {}\n", "b"),
    ("# é\na ⟦b⟧ c {}\n", "b"),
    ("a \"é\" {\n  b {\n    c \"d\" { ⟦e⟧ = 1 }\n  }\n}\n", "e"),
    ("a \"é\" {\n  b {\n    c { d = \"⟦e⟧\" }\n  }\n}\n", "e"),
    ("a = \"⟦é\\n\\\"x\\u00fc⟧\"\n", "é\n\"xü"),
    ("a = [\"é\", \"⟦$${iot:ClientId}⟧\"]\n", "${iot:ClientId}"),
    ("a = [\"é\", \"⟦b${c}d⟧\"]\n", "bd"),
    ("a = \"é${f(\"}\")}\"\nb = \"⟦x⟧\"\n", "x"),
    ("a = { é = 1, ⟦b⟧ = 2 }\n", "b"),
    ("a = { é = 1, \"⟦b⟧\" = 2 }\n", "b"),
    ("a = { é = 1, b = \"⟦c⟧\" }\n", "c"),
    ("a = /* é */ f(1, \"⟦c⟧\")\n", "c"),
    ("a = <<E\n⟦é\nb\n⟧E\n", "é\nb\n"),
    ("a = <<-E\n⟦  é\n   b\n⟧  E\nc = 1\n", "é\n b\n"),
    ("a = <<E\r\n⟦é\r\n⟧E\r\n", "é\r\n"),
    ("\u{feff}a = \"⟦é⟧\"\n", "é"),
    ("a = <<E\né\nE\nb = \"⟦c⟧\"\n", "c"),
    (
        "# é\nresource \"aws_iot_policy\" \"p\" {\n  policy = <<-E\n    {\"Statement\": [{\"Sid\": \"⟦é⟧\"}]}\n  E\n}\n",
        "é",
    ),
    (
        "# é\nresource \"aws_iot_policy\" \"p\" {\n  policy = <<-E\n    {\"Version\": \"${v}\", \"⟦Statement⟧\": []}\n  E\n}\n",
        "Statement",
    ),
    (
        "# é\nresource \"aws_iot_policy\" \"p\" {\n  policy = \"{\\\"Sid\\\": \\\"⟦a\\\\u00e9⟧\\\"}\"\n}\n",
        "aé",
    ),
    (
        "# é\nresource \"aws_iot_policy\" \"p\" {\n  policy = jsonencode({\n    Sid = [\"${x}\", \"⟦a\\\"b\\n⟧\"]\n  })\n}\n",
        "a\"b\n",
    ),
];

#[test]
fn nodes_name_the_marked_bytes() {
    for (marked, value) in MARKED {
        let (before, rest) = marked.split_once('⟦').unwrap();
        let (token, behind) = rest.split_once('⟧').unwrap();
        let meant = before.len()..before.len() + token.len();
        let document = parse(&format!("{before}{token}{behind}"));
        let artifacts = fleetwright::artifact::read(&document);
        let inner = artifacts.embedded.iter().map(|it| &it.document);
        let nodes = inner.chain([&document]).flat_map(|it| it.tree().nodes());
        let named: Vec<_> = nodes
            .filter(|node| node.span().range() == meant)
            .filter_map(|node| node.visible_str().map(str::to_owned))
            .collect();
        assert!(named.iter().any(|it| it == value), "{marked}: {named:?}");
    }
}

/// What Terraform itself makes of strings. Its console needs no provider and no network.
#[test]
fn terraform_has_the_same_strings() {
    let strings = [
        "\"a\\n\\t\\\"\\u00fc\\U0001F600$${b}%%{c}$d\"",
        "\"a  ${~ \"b\" ~}  c\"",
        "<<E\n  a $${b}\n\\n\n  E",
        "<<-E\n    a\n\n      b\n   c\n  E",
        "<<-E\n    a\n  \n     b\n  E",
        "<<-E\n\ta\n\t\tb\n  E",
        "<<-E\n    a ${~ \"x\" ~}\n      b\n  E",
        "<<-E\n    ${\"x\"}\n      b\n  E",
        "<<-E\n    a\n%{ if true }\n      b\n    %{ endif }\n  E",
    ];
    if !is_on_path() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("fleetwright-hcl-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut module = String::new();
    for (place, string) in strings.iter().enumerate() {
        module.push_str(&format!("locals {{\n  s{place} = {string}\n}}\n"));
    }
    std::fs::write(folder.join("main.tf"), &module).unwrap();
    let document = parse(&module);
    assert_eq!(document.errors(), []);
    let locals = document.root().unwrap();
    for (place, (_, body)) in locals.entries().enumerate() {
        let mut child = Command::new("terraform")
            .args([&format!("-chdir={}", folder.display()), "console"])
            .env("CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let question = format!("jsonencode(local.s{place})\n");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(question.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        let quoted: String = serde_json::from_str(answer.trim()).unwrap();
        let theirs: String = serde_json::from_str(&quoted).unwrap();
        let (_, ours) = body.entries().next().unwrap();
        let text = ours.text().unwrap();
        let mut filled = text.as_str().to_owned();
        for hole in text.holes().iter().rev() {
            let span = hole.span.range();
            let written = &module[span];
            let value = if written.contains("if") {
                "\n      b\n    "
            } else if written.contains('x') {
                "x"
            } else {
                "b"
            };
            filled.insert_str(hole.offset as usize, value);
        }
        assert_eq!(filled, theirs, "{:?}", strings[place]);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
