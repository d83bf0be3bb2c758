//! The functions that are generated, under Python: `templates/*.py` with tables in memory.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::path::Path;
use std::process::Command;

#[test]
fn the_hook_lets_in_who_it_should_and_nobody_else() {
    run("test_hook", 15);
}

#[test]
fn the_broker_makes_claims_for_installers_and_the_hook_goes_by_them() {
    run("test_broker", 25);
}

/// Runs a file of tests, which has to have at least so many.
fn run(name: &str, least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hook");
    let mut command = Command::new("python3");
    command
        .current_dir(&folder)
        .args(["-B", "-I", "-c"])
        .arg(format!(
            "import sys, unittest; sys.path.insert(0, '.'); unittest.main('{name}')"
        ));
    let run = match command.output() {
        Ok(run) => run,
        Err(error) => {
            let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
            let is_required = required.split(',').any(|it| it == "python3");
            assert!(!is_required, "python3: {error}");
            println!("skipped: python3 ({error})");
            return;
        }
    };
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let ran = said.lines().find(|line| line.starts_with("Ran "));
    let count = ran.and_then(|line| line.split(' ').nth(1)?.parse::<usize>().ok());
    assert!(count.is_some_and(|count| count >= least), "{said}");
}
