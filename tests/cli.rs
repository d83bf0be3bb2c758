//! Runs the tool as a process.
//!
//! `fixtures/cli/*.txt` is a command, its exit code and what it prints. The first line is the command;
//! `BLESS=1` writes the rest. `< FILE` at the end of a command is standard input. The other tests make
//! what can't be kept in a file.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod expected;
mod process;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expected::{Expected, relative, root};
use fleetwright::document::Syntax;
use process::{Run, split};

/// The command, its exit code and both of its streams.
fn answer(command: &str) -> String {
    let (line, input) = match command.split_once(" < ") {
        Some((line, file)) => (line, fs::read(root().join(file)).expect("the input")),
        None => (command, Vec::new()),
    };
    let words = line.strip_prefix("$ fleetwright ").map(split);
    let words = words.unwrap_or_else(|| panic!("`{command}` does not run fleetwright"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let run = Run::within(root(), &words, &input);
    let mut shown = format!("{command}\nexit {}\n", run.code);
    for (name, text) in [("stdout", run.stdout), ("stderr", run.stderr)] {
        if !text.is_empty() {
            shown += &format!("--- {name}\n{text}");
        }
    }
    shown
}

#[test]
fn commands_answer_as_expected() {
    let mut cases: Vec<PathBuf> = fs::read_dir(root().join("fixtures/cli"))
        .expect("the folder is there")
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 12);
    let mut expected = Expected::default();
    for case in cases {
        let kept = fs::read_to_string(&case).expect("a readable case");
        let command = kept.lines().next().expect("a command");
        expected.check(&relative(&case), &answer(command));
    }
    expected.finish();
}

/// Runs git in a folder; `None`, said aloud, where it is not installed and need not be.
fn git(folder: &Path, arguments: &[&str]) -> Option<()> {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "git {arguments:?}: {said}");
            Some(())
        }
        Err(error) => {
            let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|it| it == "git"), "git: {error}");
            println!("skipped: git ({error})");
            None
        }
    }
}

#[test]
fn revisions_are_compared() {
    let folder = scratch("revisions");
    let write = |name: &str, resource: &str| {
        fs::write(folder.join(name), policy("", resource)).expect("a file");
    };
    let diff = |arguments: &[&str]| {
        let arguments = [&["diff", "--git"], arguments].concat();
        Run::within(&folder, &arguments, b"")
    };
    let client = |name: &str| format!("arn:aws:iot:eu-west-1:123456789012:client/{name}");
    write("a.json", &client("a"));
    write("é b.json", &client("b"));
    let committed = git(&folder, &["init", "--quiet", "--initial-branch=main"])
        .and_then(|()| git(&folder, &["add", "."]))
        .and_then(|()| git(&folder, &["commit", "--quiet", "--message=one"]));
    let Some(()) = committed else {
        return;
    };
    let unchanged = diff(&["main"]);
    assert_eq!(unchanged.output(), "equivalent, proved\n");
    assert_eq!(unchanged.code, 0);
    // A file that is gone is compared with nothing.
    fs::remove_file(folder.join("é b.json")).expect("a file");
    write("a.json", "arn:aws:iot:eu-west-1:123456789012:client/");
    write("broken.json", "\"");
    let broken = diff(&["main", "."]);
    assert_eq!(broken.code, 2);
    assert!(
        broken.stderr.starts_with("fleetwright: broken.json:1:"),
        "{}",
        broken.stderr
    );
    let named = diff(&["main", "é b.json"]);
    assert_ne!(named.code, 2, "{}", named.output());
    let nothing = diff(&["main", "no-such.json"]);
    assert_eq!(
        nothing.stderr,
        "fleetwright: no policy of AWS IoT on either side\n"
    );
    let unknown = diff(&["no-such-revision"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("no-such-revision"),
        "{}",
        unknown.stderr
    );
    let same = diff(&["main..main", "--each"]);
    assert_eq!(same.code, 0, "{}", same.output());
}

#[test]
fn shorter_policies_go_over_no_others() {
    let folder = scratch("minify");
    let text = policy("", "arn:aws:iot:eu-west-1:123456789012:client/a");
    fs::write(folder.join("a.json"), &text).expect("a file");
    let minify = |out: &str| Run::within(&folder, &["minify", "a.json", "--out", out], b"");
    let first = minify("out");
    assert_eq!(first.stdout, "out/policy.json: written\n");
    assert_eq!(first.code, 0);
    assert_eq!(minify("out").stdout, "out/policy.json: unchanged\n");
    fs::write(folder.join("policy.json"), "{}").expect("a file");
    let other = minify(".");
    assert_eq!(
        other.stdout,
        "./policy.json: in the way: fleetwright did not write it\n"
    );
    assert_eq!(other.code, 1);
    let kept = fs::read_to_string(folder.join("policy.json")).expect("a file");
    assert_eq!(kept, "{}");
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
    // A policy has not room for so many.
    let mut text = String::from("{\"Resources\": {");
    for index in 0..10_000 {
        let between = match index {
            0 => "",
            _ if index % 500 == 0 => "]}}},\n",
            _ => ",\n",
        };
        text.push_str(between);
        if index % 500 == 0 {
            writeln!(
                text,
                "\"P{index}\": {{\"Type\": \"AWS::IoT::Policy\", \"Properties\": {{\"PolicyDocument\": \
                 {{\"Version\": \"2012-10-17\", \"Statement\": ["
            )
            .expect("a string");
        }
        write!(
            text,
            "{{\"Effect\": \"Deny\", \"Action\": \"iot:Published\", \"Resource\": \"*\", \
             \"Sid\": \"{index:032}\"}}"
        )
        .expect("a string");
    }
    text.push_str("]}}}}}");
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
