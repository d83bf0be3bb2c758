//! Runs the tool as a process, in `fixtures/cli/`.
//!
//! `<name>.cmd` says the command: `RUN: lint %`, or `FAIL[1]: …` where the exit code is 1; `%` is
//! the file or folder `<name>` or `<name>.*` beside it. `STDIN: <file>` gives standard input, and
//! lines with `#` say what is shown. What is printed is in `<name>.stdout` and `<name>.stderr`;
//! `BLESS=1` writes them. The other tests make what can't be kept in a file.

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

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use expected::{Expected, root};
use fleetwright::document::Syntax;
use process::{Run, split};

const FOLDER: &str = "fixtures/cli";

/// A `.cmd` file.
struct Case {
    name: String,
    arguments: Vec<String>,
    code: i32,
    stdin: Vec<u8>,
}

impl Case {
    fn read(path: &Path) -> Case {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let mut case = Case {
            name: name.into_owned(),
            arguments: Vec::new(),
            code: 0,
            stdin: Vec::new(),
        };
        let text = fs::read_to_string(path).expect("a readable file");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (head, rest) = line.split_once(": ").expect("`RUN: …`");
            if head == "STDIN" {
                case.stdin = fs::read(root().join(FOLDER).join(rest)).expect("the input");
                continue;
            }
            case.code = match head {
                "RUN" => 0,
                "FAIL[1]" => 1,
                "FAIL[2]" => 2,
                other => panic!("{}: {other} is neither RUN nor FAIL", case.name),
            };
            case.arguments = split(&rest.replace('%', &case.subject()));
        }
        assert!(!case.arguments.is_empty(), "{} runs nothing", case.name);
        case
    }

    /// What stands beside the `.cmd` under the same name.
    fn subject(&self) -> String {
        let kinds = ["", ".json", ".yaml", ".tf"];
        let names = kinds.map(|kind| format!("{}{kind}", self.name));
        let exists = |name: &&String| root().join(FOLDER).join(name).exists();
        names.iter().find(exists).unwrap_or(&self.name).clone()
    }
}

#[test]
fn commands_print_what_is_expected() {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join(FOLDER))
        .expect("the folder is there")
        .map(|entry| entry.expect("a folder entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "cmd"));
    paths.sort();
    assert!(!paths.is_empty());
    let mut expected = Expected::default();
    for path in paths {
        let case = Case::read(&path);
        let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
        let run = Run::within(&root().join(FOLDER), &arguments, &case.stdin);
        expected.also(run.code == case.code, || {
            let wanted = case.code;
            format!("{}: exit code {}, not {wanted}", case.name, run.code)
        });
        for (kind, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
            // Nothing printed, no file.
            if !text.is_empty() {
                expected.check(&format!("{FOLDER}/{}.{kind}", case.name), text);
            }
        }
    }
    expected.nothing_else(FOLDER, ".stdout");
    expected.nothing_else(FOLDER, ".stderr");
    expected.finish();
}

/// A folder of its own for a test.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn a_file_beyond_the_limit_is_named() {
    let folder = scratch("too-large");
    let file = fs::File::create(folder.join("large.json")).expect("a file");
    // No block is written: the file has one long hole.
    file.set_len(32 * 1024 * 1024 + 1).expect("space");
    let named = Run::within(&folder, &["lint", "large.json"], b"");
    assert_eq!(named.code, 2);
    assert_eq!(
        named.stderr,
        "fleetwright: large.json: larger than 32 MiB\n"
    );
    let met = Run::within(&folder, &["lint", "."], b"");
    assert_eq!(met.code, 0);
    assert!(
        met.stdout
            .ends_with("skipped large.json: larger than 32 MiB\n"),
        "{}",
        met.stdout
    );
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = scratch("not-utf8");
    fs::write(folder.join("latin.json"), b"{\"Gr\xf6\xdfe\": 1}").expect("a file");
    let named = Run::within(&folder, &["lint", "latin.json"], b"");
    assert_eq!(named.code, 2);
    assert_eq!(named.stderr, "fleetwright: latin.json: not UTF-8\n");
    let met = Run::within(&folder, &["lint"], b"");
    assert_eq!(met.code, 0);
    assert!(met.stdout.ends_with("skipped latin.json: not UTF-8\n"));
}

/// A policy with one statement in front of which `before` stands.
fn policy(before: &str, resource: &str) -> String {
    format!(
        "{{{before}\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\", \
         \"Action\": \"iot:Connect\", \"Resource\": \"{resource}\"}}}}"
    )
}

#[test]
fn one_line_of_megabytes_is_shown_around_the_finding() {
    let padding = format!("\"Id\": \"{}\", ", "é".repeat(1_500_000));
    let text = policy(&padding, "arn:aws:iot:eu-west-1:123456789012:client/*");
    assert!(text.len() > 3_000_000);
    let linted = expected::lint("long.json", &text, Syntax::Json);
    let report = linted.report();
    let column = text.chars().count() - "arn:aws:iot:eu-west-1:123456789012:client/*\"}}".len();
    assert!(
        report.contains(&format!("[long.json:1:{}]", column + 1)),
        "{report}"
    );
    let shown = report.lines().find(|line| line.contains("client/*"));
    let shown = shown.expect("the line of the finding");
    assert!(shown.chars().count() < 400, "{} chars", shown.len());
    assert!(report.len() < 10_000, "{} bytes", report.len());
}

#[test]
fn what_a_label_names_is_what_is_underlined() {
    // One column per character, two for a wide one, and tabs up to the next stop: the marks stand
    // below the resource.
    for (name, before) in [
        ("plain", ""),
        ("accents", "\"Id\": \"größe\", "),
        ("wide", "\"Id\": \"設備\", "),
        ("tabs", "\t\"Id\":\t\"a\",\t"),
    ] {
        let text = policy(before, "arn:aws:iot:eu-west-1:123456789012:client/*");
        let report = expected::lint(name, &text, Syntax::Json).report();
        let mut lines = report.lines().skip_while(|line| !line.starts_with(" 1 |"));
        let line = lines.next().expect("the line of the finding");
        let marks = lines.next().expect("the marks below it");
        let begin = line.find("arn:").expect("the resource");
        let end = line.find("client/*").expect("the resource") + "client/*".len();
        let start_of_marks = marks.find('^').expect("a mark");
        let end_of_marks = marks.rfind('^').expect("a mark") + 1;
        let width = |until: usize| -> usize { line[..until].chars().map(columns).sum() };
        assert_eq!(start_of_marks, width(begin), "{report}");
        assert_eq!(end_of_marks, width(end), "{report}");
    }
}

/// Columns of a terminal that a character of these tests takes; tabs are spaces by now.
fn columns(character: char) -> usize {
    match character {
        '設' | '備' => 2,
        _ => 1,
    }
}

#[test]
fn windows_line_breaks_leave_no_trace() {
    let text = policy("\n\"Id\": \"a\",\n", "client/a");
    let unix = expected::lint("a.json", &text, Syntax::Json).report();
    let windows = expected::lint("a.json", &text.replace('\n', "\r\n"), Syntax::Json).report();
    assert!(!windows.contains('\r'));
    assert_eq!(unix, windows);
}

#[test]
fn what_a_file_says_does_not_reach_the_terminal_as_a_command() {
    let text = policy("", "client/\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}");
    let report = expected::lint("a.json", &text, Syntax::Json).report();
    let is_command =
        |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
    assert!(!report.contains(is_command), "{report:?}");
    assert!(
        report.contains("client/?]0;owned?\u{bf}31m\u{fffd}\""),
        "{report}"
    );
}

#[test]
fn of_ten_thousand_findings_most_are_one_line_each() {
    let mut text = String::from("{\"Version\": \"2012-10-17\", \"Statement\": [\n");
    for index in 0..10_000 {
        let comma = if index == 0 { "" } else { ",\n" };
        write!(
            text,
            "{comma}{{\"Effect\": \"Deny\", \"Action\": \"iot:Published\", \"Resource\": \"*\", \
             \"Sid\": \"{index:032}\"}}"
        )
        .expect("a string");
    }
    text.push_str("]}");
    assert!(text.len() > 1_000_000);
    let linted = expected::lint("many.json", &text, Syntax::Json);
    let found = linted.findings.iter();
    let actions = found.filter(|it| it.rule.id() == "unknown-action").count();
    assert_eq!(actions, 10_000);
    let all = linted.findings.len();
    let report = linted.report();
    let shown = report.matches(",-[many.json:").count();
    assert_eq!(shown, 200);
    assert!(report.contains(&format!("\n{} more findings:\n", all - shown)));
    let lines = report.lines().filter(|line| line.starts_with("many.json:"));
    assert_eq!(lines.count(), all - shown);
}
