//! Specs of several files: what is read, what is said of it, and where it ends.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use process::Run;

mod process;

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(folder.join("parts")).unwrap();
    fs::create_dir_all(folder.join("ca")).unwrap();
    folder
}

/// The example, in a folder of its own.
fn layered(name: &str) -> PathBuf {
    let folder = scratch(name);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet/layered");
    for file in [
        "spec.yaml",
        "company.fleet.yaml",
        "parts/places.fleet.yaml",
        "parts/topics.fleet.yaml",
        "ca/dev-signing.pem",
        "ca/prod-signing.pem",
    ] {
        fs::copy(example.join(file), folder.join(file)).unwrap();
    }
    folder
}

#[test]
fn a_change_of_any_file_is_noticed() {
    let folder = layered("extends-check");
    let generate = |more: &[&str]| {
        let arguments = ["generate", "spec.yaml"].iter().chain(more);
        Run::within(&folder, &arguments.copied().collect::<Vec<_>>(), b"")
    };
    assert_eq!(generate(&[]).code, 0);
    assert_eq!(generate(&["--check"]).code, 0);
    for (file, from, to) in [
        ("parts/places.fleet.yaml", "eu-west-1", "eu-west-2"),
        ("parts/topics.fleet.yaml", "/reading", "/readings"),
        ("company.fleet.yaml", "4711", "4712"),
    ] {
        let path = folder.join(file);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(&path, before.replace(from, to)).unwrap();
        let run = generate(&["--check"]);
        assert_eq!(run.code, 1, "{file}: {}", run.output());
        assert!(run.output().contains("stack.yaml"), "{}", run.output());
        fs::write(&path, before).unwrap();
    }
    assert_eq!(generate(&["--check"]).code, 0);
}

#[test]
fn from_elsewhere_comes_the_same() {
    let folder = layered("extends-elsewhere");
    let above = folder.parent().unwrap();
    let stack = |name: &str| {
        let path = folder.join(name).join("out/cfn/dev/eu-west-1/stack.yaml");
        fs::read_to_string(path).unwrap()
    };
    let here = Run::within(&folder, &["generate", "spec.yaml", "--out", "here"], b"");
    assert_eq!(here.code, 0, "{}", here.output());
    let spec = "extends-elsewhere/spec.yaml";
    let there = ["generate", spec, "--out", "extends-elsewhere/there"];
    let there = Run::within(above, &there, b"");
    assert_eq!(there.code, 0, "{}", there.output());
    assert_eq!(stack("here"), stack("there"));
    assert!(stack("here").contains("(parts/topics.fleet.yaml:3)"));
}

#[test]
fn a_spec_is_made_of_so_many_files_and_no_more() {
    let folder = scratch("extends-limits");
    let write = |name: &str, extends: &[String]| {
        let text = format!("extends: [{}]\nversion: 1\n", extends.join(", "));
        fs::write(folder.join(name), text).unwrap();
    };
    for place in 0..20 {
        write(&format!("{place}.yaml"), &[format!("{}.yaml", place + 1)]);
    }
    let said = |name: &str| {
        let run = Run::within(&folder, &["generate", name], b"");
        assert_eq!(run.code, 1, "{}", run.output());
        run.output()
    };
    let deep = "7.yaml:1:11: `8.yaml` can't be extended: at most 8 specs stand one on the other";
    assert!(said("0.yaml").contains(deep), "{}", said("0.yaml"));
    fs::write(folder.join("leaf.yaml"), "version: 1\n").unwrap();
    write("many.yaml", &vec!["leaf.yaml".to_owned(); 64]);
    let many = "`leaf.yaml` can't be extended: a spec is made of at most 64 files";
    assert!(said("many.yaml").contains(many), "{}", said("many.yaml"));
    write("enough.yaml", &vec!["leaf.yaml".to_owned(); 63]);
    let enough = said("enough.yaml");
    assert!(enough.contains("missing key `fleet`"), "{enough}");
    assert!(!enough.contains("can't be extended"), "{enough}");
}
