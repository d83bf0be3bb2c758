//! `fixtures/cli/*.txt`: a command, its exit code and what it prints. The first line is the
//! command; `BLESS=1` writes the rest. `< FILE` at the end of a command is standard input.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command, its exit code and both of its streams.
fn run(command: &str) -> String {
    let (words, input) = match command.split_once(" < ") {
        Some((words, file)) => (words, fs::read(root().join(file)).unwrap()),
        None => (command, Vec::new()),
    };
    let words = words
        .strip_prefix("$ fleetwright ")
        .unwrap_or_else(|| panic!("{command}"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_fleetwright"))
        .current_dir(root())
        .args(words.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended before.
    let _ = child.stdin.take().unwrap().write_all(&input);
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let code = output.status.code().unwrap();
    let mut shown = format!("{command}\nexit {code}\n");
    for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
        if !text.is_empty() {
            shown += &format!("--- {name}\n{text}");
        }
    }
    shown
}

#[test]
fn commands_answer_as_expected() {
    let mut cases: Vec<_> = fs::read_dir(root().join("fixtures/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 12);
    for case in cases {
        let kept = fs::read_to_string(&case).unwrap();
        let fresh = run(kept.lines().next().unwrap());
        if std::env::var_os("BLESS").is_some() {
            fs::write(&case, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&case).unwrap();
        assert_eq!(
            fresh,
            kept,
            "stale: {}; run `BLESS=1 cargo test`",
            case.display()
        );
    }
}
