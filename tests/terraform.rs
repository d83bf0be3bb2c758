//! The generated modules in front of Terraform: `fmt`, and `validate` with the real provider.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use external::{Terraform, copy, said};
use fleetwright::document::print::{Block, Body, Value, hcl, to_json};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use unicode_normalization::UnicodeNormalization;

mod external;

/// The outputs that tests/fleet.rs holds fresh.
fn outputs() -> [PathBuf; 6] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    [
        "meters",
        "thermo",
        "furniture",
        "voltra",
        "chargers",
        "retrofit",
    ]
    .map(|name| folder.join(name).join("expected/out/tf"))
}

#[test]
fn the_modules_are_formatted_as_terraform_formats() {
    let Some(terraform) = Terraform::new("terraform-fmt") else {
        return;
    };
    for output in outputs() {
        let run = terraform.run(&output, &["fmt", "-check", "-recursive", "-diff"]);
        assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    }
}

#[test]
fn the_provider_knows_all_that_is_written_and_finds_what_is_misspelt() {
    let Some(terraform) = Terraform::new("terraform-validate") else {
        return;
    };
    if !terraform.has_provider() {
        return;
    }
    for (place, output) in outputs().into_iter().enumerate() {
        let copied = terraform.folder.join(format!("out-{place}"));
        copy(&output, &copied);
        // One Region of each: `dev` and `prod` may differ in what they make.
        let [_, root] = ["dev", "prod"].map(|environment| {
            let regions = fs::read_dir(copied.join("environments").join(environment)).unwrap();
            let mut regions: Vec<PathBuf> = regions.map(|it| it.unwrap().path()).collect();
            regions.sort();
            let root = regions.swap_remove(0);
            let run = terraform.run(&root, &["init", "-input=false", "-backend=false"]);
            assert_eq!(run.status.code(), Some(0), "{}", said(&run));
            let run = terraform.run(&root, &["validate", "-no-color"]);
            assert_eq!(run.status.code(), Some(0), "{}", said(&run));
            root
        });

        for module in fs::read_dir(copied.join("modules")).unwrap() {
            let main = module.unwrap().path().join("main.tf");
            let text = fs::read_to_string(&main).unwrap();
            let misspelt = text.replacen("provisioning_role_arn ", "provisioning_role_arm ", 1);
            assert_ne!(text, misspelt);
            fs::write(&main, misspelt).unwrap();
        }
        let run = terraform.run(&root, &["validate", "-no-color"]);
        assert_ne!(run.status.code(), Some(0));
        assert!(
            said(&run).contains("provisioning_role_arm"),
            "{}",
            said(&run)
        );
    }
}

/// What Cloud Control is asked for is checked as AWS deploys it; the rest the provider knows.
#[test]
fn settings_of_accounts_are_valid() {
    let Some(terraform) = Terraform::new("terraform-account") else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    let output = folder.join("platform/expected/out/tf");
    let run = terraform.run(&output, &["fmt", "-check", "-recursive", "-diff"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    if !terraform.has_provider() {
        return;
    }
    let copied = terraform.folder.join("out");
    copy(&output, &copied);
    let root = copied.join("environments/prod/us-east-1");
    let run = terraform.run(&root, &["init", "-input=false", "-backend=false"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let run = terraform.run(&root, &["validate", "-no-color"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let main = copied.join("modules/prod/main.tf");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(&main, text.replacen("type_name ", "kind_name ", 1)).unwrap();
    let run = terraform.run(&root, &["validate", "-no-color"]);
    assert!(said(&run).contains("kind_name"), "{}", said(&run));
}

/// Strings in which Terraform, or a printer of HCL, sees more than characters.
const NASTY: &[&str] = &[
    "",
    " ",
    "a",
    "${a}",
    "$${a}",
    "$$${a}",
    "$$$${a}",
    "%{ if a }",
    "%%{a}",
    "%%%{a}",
    "$",
    "$$",
    "%",
    "%%",
    "{",
    "}",
    "${",
    "%{",
    "$ {",
    "${iot:Connection.Thing.ThingName}",
    "\"",
    "\\",
    "\\n",
    "\\u0041",
    "a\nb",
    "a\nb\n",
    "\n",
    "a\n\nb\n",
    " a\nb\n",
    "a\n  b\n",
    "EOT\nEOT\n",
    "a\nEOT\n",
    "${a}\nb\n",
    "$${a}\nb\n",
    "a\tb\nc\n",
    "a\r\nb\r\n",
    "\t",
    "\r",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}a",
    "a\u{feff}b\nc\n",
    "é",
    "日本",
    "😀",
    "# a",
    "// a",
    "/* a */",
    "<<EOT",
    "<<-EOT\nEOT\n",
    "if",
    "for",
    "null",
    "true",
    "<a>&b",
    "a=b",
    "-",
];

fn text() -> impl Strategy<Value = String> {
    let characters = proptest::sample::select(vec![
        '$', '$', '%', '{', '}', '"', '\\', '\n', ' ', '\t', 'a', 'é', '#', '<', '-', 'E',
    ]);
    let mixed = proptest::collection::vec(characters, 0..8);
    // Terraform normalizes what it reads; the generator refuses what that would change.
    let normalized = any::<String>().prop_map(|text| text.nfc().collect::<String>());
    prop_oneof![
        1 => proptest::sample::select(NASTY).prop_map(str::to_owned),
        3 => mixed.prop_map(|characters| characters.into_iter().collect()),
        1 => normalized,
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::null()),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        8 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        // `terraform fmt` aligns by grapheme clusters; keys of AWS are ASCII.
        let key = text().prop_map(|key| key.chars().filter(char::is_ascii).collect::<String>());
        let mapping = proptest::collection::btree_map(key, inner.clone(), 0..4);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::sequence),
            mapping.prop_map(Value::mapping),
        ]
    })
    .prop_flat_map(|value| {
        proptest::option::of(text()).prop_map(move |comment| match comment {
            Some(comment) => value.clone().with_comment(comment),
            None => value.clone(),
        })
    })
}

#[test]
fn every_string_is_data_and_stays_as_it_is() {
    let Some(terraform) = Terraform::new("terraform-strings") else {
        return;
    };
    let mut runner = TestRunner::deterministic();
    let nasty = NASTY.iter().map(|text| Value::from(*text));
    let nasty_keys = NASTY.iter().filter(|text| text.is_ascii());
    let nasty_keys = nasty_keys.map(|text| (*text, Value::from(*text)));
    let mut values = vec![Value::sequence(nasty), Value::mapping(nasty_keys)];
    values.extend((0..400).map(|_| tree().new_tree(&mut runner).unwrap().current()));
    // As attributes, where a text may be written as a heredoc, and inside of calls.
    let mut locals = Body::default();
    for (place, value) in values.iter().enumerate() {
        locals = locals.with(format!("v{place}"), value.clone());
    }
    for (place, text) in NASTY.iter().enumerate() {
        locals = locals.with(format!("t{place}"), *text);
    }
    let names = (0..values.len()).map(|place| format!("local.v{place}"));
    let texts = (0..NASTY.len()).map(|place| format!("local.t{place}"));
    let all = Value::sequence(names.chain(texts).map(Value::reference));
    let called = Value::call(
        "jsonencode",
        Value::sequence([Value::sequence(values.clone())]),
    );
    let output = |name, value| {
        let value = Value::call("jsonencode", Value::sequence([value]));
        Block::new("output", [name], Body::default().with("value", value))
    };
    let body = Body::default()
        .with_block(Block::new("locals", [], locals.with("called", called)))
        .with_block(output("all", all))
        .with_block(output("called", Value::reference("local.called")));
    fs::write(terraform.folder.join("main.tf"), hcl(&body, Some("a\nb"))).unwrap();
    let run = terraform.run(&terraform.folder, &["fmt", "-check", "-diff"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let run = terraform.run(&terraform.folder, &["apply", "-auto-approve", "-no-color"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));

    let mut expected: Vec<serde_json::Value> = values.iter().map(to_json).collect();
    let read = |name: &str| -> serde_json::Value {
        let run = terraform.run(&terraform.folder, &["output", "-raw", name]);
        serde_json::from_slice(&run.stdout).unwrap()
    };
    let called = read("called");
    let called: serde_json::Value = serde_json::from_str(called.as_str().unwrap()).unwrap();
    same(&called, &expected);
    expected.extend(NASTY.iter().map(|text| serde_json::Value::from(*text)));
    same(&read("all"), &expected);
}

fn same(read: &serde_json::Value, expected: &[serde_json::Value]) {
    let read = read.as_array().unwrap();
    for (place, (read, expected)) in read.iter().zip(expected).enumerate() {
        assert_eq!(read, expected, "{place}");
    }
    assert_eq!(read.len(), expected.len());
}
