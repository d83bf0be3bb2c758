//! Holds documents to what the tool does: derived pages and schemas are fresh, and every console
//! example prints what it says.
//!
//! `BLESS=1` writes the derived files, and the output below each `$ fleetwright …` of a `console`
//! block. It reads `README.md` and `docs/`, and runs commands in the root of the package.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod expected;
mod files;
mod process;
mod schemas;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use expected::{Expected, relative, root};
use fleetwright::advice::Circumstances;
use fleetwright::lint::{RULES, Rule, RuleMeta};
use fleetwright::question::{AcknowledgementEntry, AssertionEntry};
use fleetwright::report::json::{AdviceReport, DiffReport, LintReport, MinifyReport, ProveReport};
use fleetwright::report::page;
use process::{Run, split};
use schemas::{Direction, fits, schema};
use serde_json::Value;

/// What stands between the two numbers of the line that counts the quick start's lines.
const COUNTED: &str = " lines of spec, three of them edited, become ";

/// Examples write below `target/`, one at a time.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn every_rule_has_its_page() {
    let mut expected = Expected::default();
    for rule in RULES {
        let path = format!("docs/rules/{}.md", rule.id());
        let head = page::explain(rule.meta());
        let explained = Run::new(&["explain", rule.id()]);
        expected.also(explained.stdout == head, || {
            format!(
                "`fleetwright explain {}` is not the head of {path}",
                rule.id()
            )
        });
        expected.check(&path, &(head + &example(rule)));
    }
    expected.nothing_else("docs/rules", ".md");
    expected.finish();
}

/// What fires and what the tool says of it; what is better.
fn example(rule: &Rule) -> String {
    let [fail, pass] = ["fail", "pass"].map(|kind| fixture(rule, kind));
    let (fail_code, pass_code) = (code(&fail), code(&pass));
    let text = fs::read_to_string(&fail).expect("a readable fixture");
    let syntax = files::syntax(&fail, &text).expect("JSON or YAML");
    let fail = relative(&fail);
    let report = expected::lint(&fail, &text, syntax).report();
    format!(
        "\n## Example\n\n{fail_code}\n```console\n$ fleetwright lint {fail}\n{report}```\n\n\
         ## Better\n\n{pass_code}"
    )
}

/// The plain fixture of a kind, in whatever language it is written.
fn fixture(rule: &Rule, kind: &str) -> PathBuf {
    let folder = root().join("fixtures/rules").join(rule.id());
    let candidates = ["json", "yaml"].map(|extension| folder.join(format!("{kind}.{extension}")));
    let found = candidates.into_iter().find(|path| path.exists());
    found.unwrap_or_else(|| panic!("{} has no plain {kind}", relative(&folder)))
}

/// A file as a block of code.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a readable fixture");
    let language = path.extension().map_or("", |it| it.to_str().expect("text"));
    format!("```{language}\n{text}```\n")
}

#[test]
fn the_index_lists_every_rule() {
    let mut page = "# Rules\n\n\
        Derived from `rules/*.yaml`. `fleetwright explain <rule>` prints a page.\n\n\
        | rule | severity | what it finds |\n|---|---|---|\n"
        .to_owned();
    for rule in RULES {
        let (id, meta) = (rule.id(), rule.meta());
        let severity = meta.severity.as_str();
        page += &format!(
            "| [{id}](rules/{id}.md) | {severity} | {} |\n",
            meta.summary
        );
    }
    let mut expected = Expected::default();
    expected.check("docs/rules.md", &page);
    expected.finish();
}

#[test]
fn the_options_are_those_of_the_help() {
    let top = Run::new(&["--help"]).stdout;
    let commands = top.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() >= 3, "{top}");
    let mut page = "# Command line\n\nDerived from `--help`.\n".to_owned();
    page += &help("fleetwright", &top);
    for command in commands {
        let text = Run::new(&[command, "--help"]).stdout;
        page += &help(&format!("fleetwright {command}"), &text);
    }
    let mut expected = Expected::default();
    expected.check("docs/cli.md", &page);
    expected.finish();
}

fn help(title: &str, text: &str) -> String {
    format!("\n## {title}\n\n```text\n{}\n```\n", text.trim_end())
}

#[test]
fn schemas_are_those_of_the_types() {
    let mut expected = Expected::default();
    let mut check = |name: &str, schema: Value| {
        let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
        expected.check(&format!("schemas/{name}.schema.json"), &text);
    };
    check("lint-report", schema::<LintReport>(Direction::Written));
    check("prove-report", schema::<ProveReport>(Direction::Written));
    check("diff-report", schema::<DiffReport>(Direction::Written));
    check("minify-report", schema::<MinifyReport>(Direction::Written));
    check("advice-report", schema::<AdviceReport>(Direction::Written));
    check("circumstances", schema::<Circumstances>(Direction::Read));
    check("rule", schema::<RuleMeta>(Direction::Read));
    check("assertions", schema::<Vec<AssertionEntry>>(Direction::Read));
    check(
        "acknowledgements",
        schema::<Vec<AcknowledgementEntry>>(Direction::Read),
    );
    expected.finish();
}

#[test]
fn every_rule_file_fits_its_schema() {
    let schema = schema::<RuleMeta>(Direction::Read);
    for rule in RULES {
        let path = root().join(format!("rules/{}.yaml", rule.id()));
        let text = fs::read_to_string(&path).expect("a readable file");
        let value: Value = serde_yaml::from_str(&text).expect("YAML that JSON can say");
        fits(&schema, &value, &relative(&path));
        let mut wrong = value.clone();
        wrong["severity"] = "fatal".into();
        assert!(!jsonschema::is_valid(&schema, &wrong));
    }
}

/// The documents with examples: the README, if there is one, and all of `docs/`.
fn documents() -> Vec<String> {
    let mut paths = files::below(&root().join("docs"));
    paths.push(root().join("README.md"));
    paths.retain(|path| path.exists() && path.extension().is_some_and(|it| it == "md"));
    paths.iter().map(|path| relative(path)).collect()
}

#[test]
fn examples_print_what_documents_say() {
    let _turn = TURN.lock();
    let mut expected = Expected::default();
    let mut count = 0;
    for document in documents() {
        let text = fs::read_to_string(root().join(&document)).expect("a readable document");
        let mut fresh = String::new();
        let mut is_console = false;
        let mut is_output = false;
        let place = empty(&document);
        for line in text.lines() {
            if line.starts_with("```") {
                is_console = line == "```console";
                is_output = false;
            } else if is_console && let Some(command) = line.strip_prefix("$ ") {
                count += 1;
                is_output = true;
                fresh += &format!("{line}\n{}", say(command, &place));
                continue;
            }
            if !is_output {
                match line.contains(COUNTED) {
                    true => fresh += &counted(&place),
                    false => fresh += line,
                }
                fresh.push('\n');
            }
        }
        expected.check(&document, &fresh);
    }
    expected.finish();
    assert!(count > 0, "no document has an example");
}

#[test]
fn files_that_the_readme_shows_are_examples() {
    let examples = files::below(&root().join("fixtures/examples"));
    let examples: Vec<String> = examples
        .iter()
        .map(|path| fs::read_to_string(path).expect("a readable example"))
        .collect();
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let blocks = readme.split("```yaml\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        assert!(
            examples.iter().any(|example| example == block),
            "no file of fixtures/examples is\n{block}"
        );
    }
}

/// The line that counts what is written by hand, without comments, and what is generated from it.
fn counted(place: &Path) -> String {
    let spec = fs::read_to_string(place.join("my-fleet/fleet.yaml")).expect("a spec");
    let is_said = |line: &&str| !line.trim_start().starts_with('#') && !line.trim().is_empty();
    let written = spec.lines().filter(is_said).count();
    let files = files::below(&place.join("my-fleet/out"));
    let texts = files.iter().filter(|it| !it.ends_with(MANIFEST));
    let texts: Vec<String> = texts
        .map(|path| fs::read_to_string(path).expect("a text"))
        .collect();
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    format!("{written}{COUNTED}{lines} lines in {} files:", texts.len())
}

/// What `generate` keeps of what it wrote.
const MANIFEST: &str = ".fleetwright-manifest.json";

/// An empty folder, where a document begins with nothing.
fn empty(document: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    let folder = folder.join(document.replace(['/', '.'], "-"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What a command says. One that speaks of `my-fleet` runs in a folder of its document; what other
/// programs say is not shown.
fn say(command: &str, place: &Path) -> String {
    if !command.contains("my-fleet") {
        return run(command).output();
    }
    let words = split(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &*words {
        ["fleetwright", arguments @ ..] => Run::within(place, arguments, b"").output(),
        ["mkdir", "-p", folder] => {
            fs::create_dir_all(place.join(folder)).expect("a folder");
            String::new()
        }
        // What it makes is another one each time; `tests/start.rs` runs it.
        ["openssl", .., file] => {
            let init = Run::within(
                &empty("init"),
                &["init", "my-fleet", "--method", "jitp"],
                b"",
            );
            assert!(
                init.stdout.contains(command),
                "`init` shows another command"
            );
            let ca = root().join("fixtures/fleet/meters/ca/meters-signing.pem");
            fs::copy(ca, place.join(file)).expect("a certificate");
            String::new()
        }
        _ => panic!("an example runs `{command}`"),
    }
}

/// Runs `fleetwright …` as the documents write it.
fn run(command: &str) -> Run {
    let words = split(command);
    let (program, arguments) = words.split_first().expect("a command");
    assert!(
        program == "fleetwright" || program == "./target/release/fleetwright",
        "an example runs `{program}`"
    );
    // The same example must not find what it wrote before.
    for pair in arguments.windows(2) {
        if let [option, path] = pair
            && option == "--out"
            && path.starts_with("target/")
        {
            let _ = fs::remove_dir_all(root().join(path));
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Run::new(&arguments)
}

#[test]
fn two_blocks_set_everything_up() {
    let _turn = TURN.lock();
    let Ok(readme) = fs::read_to_string(root().join("README.md")) else {
        return;
    };
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line == "```sh" {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
        }
    }
    let [first, second] = &*blocks else {
        panic!("README.md has {} sh blocks, and needs two", blocks.len());
    };
    assert_eq!(*second, ["./.ci/run"]);
    let ours = |line: &&&str| {
        line.starts_with("fleetwright ") || line.starts_with("./target/release/fleetwright ")
    };
    let mut count = 0;
    for command in first.iter().filter(ours) {
        count += 1;
        let run = run(command);
        assert_eq!(run.code, 0, "{command}\n{}", run.output());
    }
    assert!(count > 0, "the first block runs nothing");
}
