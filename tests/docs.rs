//! The documents say what the program does. `BLESS=1` rewrites what is derived.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fleetwright::lint::{File, Given, RULES, check};
use fleetwright::report::{Summary, page, text};
use fleetwright::source::{Source, Sources};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// Compares a derived file with what it should be, or rewrites it.
fn hold(path: &str, fresh: &str) {
    let file = root().join(path);
    if is_blessing() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, fresh).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == fresh, "stale: {path}; run `BLESS=1 cargo test`");
}

/// What `fleetwright` prints with these arguments, run in the root of the repository.
fn run(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetwright"));
    let output = command
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The plain fixture of a rule, e.g. `fail.json`, and its ending.
fn fixture(rule: &str, stem: &str) -> (PathBuf, &'static str) {
    let folder = Path::new("fixtures/rules").join(rule);
    ["json", "yaml"]
        .into_iter()
        .map(|ending| (folder.join(format!("{stem}.{ending}")), ending))
        .find(|(path, _)| root().join(path).exists())
        .unwrap_or_else(|| panic!("{rule} has no {stem}.json or {stem}.yaml"))
}

/// What `lint` prints on a file.
fn report(path: &Path) -> String {
    let syntax = match path.extension().and_then(|it| it.to_str()) {
        Some("json") => fleetwright::document::Syntax::Json,
        _ => fleetwright::document::Syntax::Yaml,
    };
    let mut sources = Sources::default();
    let contents = fs::read_to_string(root().join(path)).unwrap();
    let id = sources.add(Source::new(path.display().to_string(), contents));
    let file = File::read(&sources, id, syntax, Given::ByName).unwrap();
    let summary = Summary {
        files: 1,
        policies: file.artifacts.policies().count(),
        templates: file.artifacts.templates().count(),
        unresolved: file.artifacts.unresolved.len(),
        skipped: Vec::new(),
    };
    text::full(&check(&file), &summary, &sources, text::Style::plain())
}

#[test]
fn every_rule_has_its_page() {
    for rule in RULES {
        let (fail, fail_ending) = fixture(rule.id(), "fail");
        let (pass, pass_ending) = fixture(rule.id(), "pass");
        let read = |path: &Path| fs::read_to_string(root().join(path)).unwrap();
        let page = format!(
            "{}\n## Example\n\n```{fail_ending}\n{}\n```\n\n```text\n{}\n```\n\n## Better\n\n```{pass_ending}\n{}\n```\n",
            page::explain(rule.meta()),
            read(&fail).trim_end(),
            report(&fail).trim_end(),
            read(&pass).trim_end(),
        );
        hold(&format!("docs/rules/{}.md", rule.id()), &page);
        assert_eq!(run(&["explain", rule.id()]), page::explain(rule.meta()));
    }
}

#[test]
fn the_index_names_every_rule() {
    let mut page = "# Rules\n\n| rule | severity | what it finds |\n|---|---|---|\n".to_owned();
    for rule in RULES {
        let (id, meta) = (rule.id(), rule.meta());
        writeln!(
            page,
            "| [{id}](rules/{id}.md) | {} | {} |",
            meta.severity.as_str(),
            meta.summary
        )
        .unwrap();
    }
    hold("docs/rules.md", &page);
}

#[test]
fn the_options_are_those_of_the_program() {
    let mut page = "# Command line\n".to_owned();
    for verb in ["", "lint", "can", "test", "generate", "rules", "explain"] {
        let arguments: Vec<&str> = [verb, "--help"]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect();
        let help = run(&arguments);
        let title = format!("fleetwright {verb}");
        write!(
            page,
            "\n## {}\n\n```text\n{}\n```\n",
            title.trim(),
            help.trim_end()
        )
        .unwrap();
    }
    hold("docs/cli.md", &page);
}

#[test]
fn the_schemas_are_those_of_the_types() {
    let report = schemars::schema_for!(fleetwright::report::json::LintReport);
    let rule = schemars::schema_for!(fleetwright::lint::RuleMeta);
    let text = |schema| serde_json::to_string_pretty(&schema).unwrap() + "\n";
    hold("schemas/lint-report.schema.json", &text(report.clone()));
    hold("schemas/rule.schema.json", &text(rule.clone()));
    let rules = jsonschema::validator_for(rule.as_value()).unwrap();
    for entry in fs::read_dir(root().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        let value: serde_json::Value =
            serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert!(rules.is_valid(&value), "{}", path.display());
    }
    // One whole report of version 1, which later versions must still be able to write.
    let json = run(&["lint", "fixtures/examples/policy.json", "--format", "json"]);
    hold("fixtures/reports/lint-v1.json", &json);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        jsonschema::validator_for(report.as_value())
            .unwrap()
            .is_valid(&json)
    );
    assert_eq!(json["version"], 1);
    assert!(
        json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| !it["witness"].is_null())
    );
}

/// Every `console` block is what the program prints: `$ fleetwright …` lines, each with its output.
#[test]
fn every_example_in_a_document_ran() {
    let mut documents = vec![root().join("README.md")];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        documents.push(entry.unwrap().path());
    }
    let mut commands = 0;
    for document in documents
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "md"))
    {
        let text = fs::read_to_string(document).unwrap();
        let mut fresh = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find("```console\n") {
            let (before, block) = rest.split_at(at + "```console\n".len());
            let end = block.find("```").unwrap();
            fresh.push_str(before);
            for line in block[..end].lines().filter(|line| line.starts_with("$ ")) {
                let words: Vec<&str> = line[2..].split_whitespace().collect();
                assert_eq!(words.first(), Some(&"fleetwright"), "{line}");
                commands += 1;
                writeln!(fresh, "{line}\n{}", run(&words[1..]).trim_end()).unwrap();
            }
            rest = &block[end..];
        }
        fresh.push_str(rest);
        let name = document.strip_prefix(root()).unwrap().display().to_string();
        hold(&name, &fresh);
    }
    assert!(commands >= 3);
}

/// Two `sh` blocks do all the set-up: one runs the main job, one runs all checks.
#[test]
fn two_blocks_do_all_the_set_up() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .map(|it| it.split("```").next().unwrap())
        .collect();
    let [main_job, checks] = blocks.as_slice() else {
        panic!("{} sh blocks", blocks.len())
    };
    assert_eq!(checks.trim(), "./.ci/run");
    let mut ran = 0;
    for line in main_job
        .lines()
        .filter_map(|it| it.strip_prefix("./target/release/fleetwright "))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleetwright"));
        let output = command.current_dir(root()).args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}");
        ran += 1;
    }
    assert_eq!(ran, 2);
}
