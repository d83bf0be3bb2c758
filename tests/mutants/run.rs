//! Builds a copy of the package with a fault in it, and runs the tests over it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::expected::root;

/// A fault must be noticed so soon, its build included.
pub(crate) const LIMIT: Duration = Duration::from_mins(5);

/// The test programs that decide the engine a second way, and what is set for each; those that take
/// longest last. The last is the brute force again, with ten times as many questions.
pub(crate) const STAGES: [(&str, &[(&str, &str)]); 8] = [
    ("engine_cases", &[]),
    ("decisions", &[]),
    ("changes", &[]),
    ("bounds", &[]),
    ("isolation", &[]),
    ("laws", &[]),
    ("agreement", &[]),
    ("isolation", &[("FLEETWRIGHT_QUESTIONS", "200000")]),
];

/// Compares answers with what they were: any change would fail it, a right one too.
const LEFT_OUT: &str = "a_block_of_the_long_run_is_as_it_was";

/// What the person who starts the long run may have set.
const SCRUBBED: [&str; 9] = [
    "BLESS",
    "FLEETWRIGHT_LONG_RUN",
    "FLEETWRIGHT_MUTANTS",
    "FLEETWRIGHT_SEED",
    "FLEETWRIGHT_QUESTIONS",
    "FLEETWRIGHT_SETS",
    "FLEETWRIGHT_CASES",
    "FLEETWRIGHT_CHANGES",
    "FLEETWRIGHT_BOUNDS",
];

/// What became of a fault.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Every test passed.
    Passed,
    /// These tests failed, of the first program in which some did.
    Caught { by: String, time: Duration },
    /// The table is wrong: the compiler refuses the change.
    NotBuilt(#[expect(dead_code, reason = "shown by `Debug`")] String),
    /// The time was up in this program.
    TooLong(#[expect(dead_code, reason = "shown by `Debug`")] &'static str),
}

/// A copy of the package, and where it is built.
pub(crate) struct Bench {
    package: PathBuf,
    target: PathBuf,
    output: PathBuf,
    /// Held as long as the copy is used: two runs at once would test each other's faults.
    _lock: File,
}

impl Bench {
    /// Copies the package, without what is built and without its history.
    pub(crate) fn set_up() -> Bench {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
        fs::create_dir_all(&folder).unwrap();
        let lock = File::create(folder.join("lock")).unwrap();
        lock.try_lock().expect("no other run");
        let package = folder.join("package");
        let _ = fs::remove_dir_all(&package);
        copy(root(), &package, &["target", ".git"]);
        Bench {
            package,
            target: folder.join("target"),
            output: folder.join("output"),
            _lock: lock,
        }
    }

    /// Builds with these files instead of those that are there, and runs the tests.
    pub(crate) fn tries(
        &self,
        files: &BTreeMap<String, String>,
        limit: Option<Duration>,
    ) -> Outcome {
        for (path, text) in files {
            fs::write(self.package.join(path), text).unwrap();
        }
        let outcome = self.run(limit);
        for path in files.keys() {
            fs::copy(root().join(path), self.package.join(path)).unwrap();
        }
        outcome
    }

    fn run(&self, limit: Option<Duration>) -> Outcome {
        let start = Instant::now();
        let end = limit.map(|limit| start + limit);
        let programs = match self.build(end) {
            Some(Ok(programs)) => programs,
            Some(Err(errors)) => return Outcome::NotBuilt(errors),
            None => return Outcome::TooLong("cargo"),
        };
        for (name, variables) in STAGES {
            let mut command = Command::new(&programs[name]);
            command.args(["--skip", LEFT_OUT]);
            command.envs(variables.iter().copied());
            let Some((status, printed)) = self.output_of(command, end) else {
                return Outcome::TooLong(name);
            };
            if !status.success() {
                return Outcome::Caught {
                    by: format!("`{name}`{}: {}", with(variables), failed(&printed)),
                    time: start.elapsed(),
                };
            }
        }
        Outcome::Passed
    }

    /// The test programs by name, or what the compiler says; `None` when the time is up.
    ///
    /// Optimized, because the tests take longer than the build; incremental, because little changes.
    fn build(&self, end: Option<Instant>) -> Option<Result<BTreeMap<String, PathBuf>, String>> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--release", "--all-features", "--locked"]);
        cargo.args(["--no-run", "--message-format=json"]);
        cargo.args(STAGES.iter().flat_map(|(name, _)| ["--test", name]));
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo.env("CARGO_INCREMENTAL", "1");
        let (status, printed) = self.output_of(cargo, end)?;
        let messages = printed
            .lines()
            .filter_map(|it| serde_json::from_str(it).ok());
        let messages: Vec<Value> = messages.collect();
        if !status.success() {
            let said = messages.iter().map(|it| &it["message"]);
            let errors = said.filter(|it| it["level"] == "error");
            let errors = errors.filter_map(|it| it["rendered"].as_str());
            return Some(Err(errors.collect()));
        }
        let tests = messages.iter().filter(|it| it["profile"]["test"] == true);
        let program = |it: &Value| {
            let name = it["target"]["name"].as_str()?.to_owned();
            Some((name, it["executable"].as_str()?.into()))
        };
        Some(Ok(tests.filter_map(program).collect()))
    }

    /// What a program prints in the folder of the copy; `None` when the time is up.
    fn output_of(
        &self,
        mut command: Command,
        end: Option<Instant>,
    ) -> Option<(ExitStatus, String)> {
        for name in SCRUBBED {
            if !command.get_envs().any(|(set, _)| set == name) {
                command.env_remove(name);
            }
        }
        // A file takes however much is printed, while nobody reads.
        let output = File::create(&self.output).unwrap();
        let mut child = command
            .current_dir(&self.package)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if end.is_some_and(|end| Instant::now() > end) {
                child.kill().unwrap();
                child.wait().unwrap();
                return None;
            }
            sleep(Duration::from_millis(20));
        };
        let printed = fs::read(&self.output).unwrap();
        Some((status, String::from_utf8_lossy(&printed).into_owned()))
    }
}

/// What is set for a test program, in words.
fn with(variables: &[(&str, &str)]) -> String {
    let words = variables
        .iter()
        .map(|(name, value)| format!(" with `{name}={value}`"));
    words.collect()
}

/// The tests that failed, by name.
fn failed(printed: &str) -> String {
    let names = printed.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
        Some(format!("`{name}`"))
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert!(!names.is_empty(), "no test is named:\n{printed}");
    names.join(", ")
}

fn copy(from: &Path, to: &Path, without: &[&str]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if without.iter().any(|it| name == *it) {
            continue;
        }
        let to = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to, &[]);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
