//! The command line: the only module that touches files, the terminal and the environment.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::model::Date;

mod advise;
mod can;
mod catalogue;
mod diff;
mod files;
mod generate;
mod git;
mod init;
mod lint;
mod minify;
mod output;
mod policies;
mod prove;
mod target;
mod test;

/// Generates, lints and proves AWS IoT device provisioning and policies, offline.
#[derive(Debug, Parser)]
#[command(name = "fleetwright", version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 yes, or nothing found; 1 no, or not known; 2 could not do its work.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Says which way of registering devices fits, and why not another
    Advise(advise::Arguments),
    /// Writes a fleet spec to begin with
    Init(init::Arguments),
    /// Finds over-broad permissions and what would break in the field
    Lint(lint::Arguments),
    /// Decides whether a device can do something
    Can(Box<can::Arguments>),
    /// Proves that devices are kept apart, and what no device may do or every device can
    Prove(Box<prove::Arguments>),
    /// Compares what policies allow before and after a change
    Diff(Box<diff::Arguments>),
    /// Shortens policies, proved to allow the same
    Minify(minify::Arguments),
    /// Turns a fleet spec into stacks, templates and policies
    Generate(generate::Args),
    /// Runs cases: requests, and what must become of them
    Test(test::Arguments),
    /// Lists the rules
    Rules(catalogue::RulesArguments),
    /// Shows what a rule is about
    Explain(catalogue::ExplainArguments),
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In words
    Text,
    /// For programs
    Json,
}

/// What a command has to say, and how it ended.
struct Outcome {
    /// For standard output.
    text: String,
    /// For standard error: what would be in the way of a program that reads the text.
    notes: String,
    /// How it ended.
    answer: Answer,
}

impl Outcome {
    /// An outcome without notes.
    fn new(text: String, answer: Answer) -> Outcome {
        Outcome {
            text,
            notes: String::new(),
            answer,
        }
    }
}

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// 0
    Yes,
    /// 1: no, or not known
    No,
}

/// What kept a command from its work: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

/// Runs the command that the process was started with and returns its exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap's own codes: 0 for help and version, 2 for a mistake.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let outcome = match arguments.command {
        Command::Advise(arguments) => advise::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Can(arguments) => can::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Minify(arguments) => minify::run(&arguments),
        Command::Generate(arguments) => generated(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Rules(arguments) => catalogue::rules(&arguments),
        Command::Explain(arguments) => catalogue::explain(&arguments),
    };
    match outcome {
        Ok(outcome) => {
            // A reader that went away, as `head` does, has seen what it wanted.
            let _ = std::io::stdout().lock().write_all(outcome.text.as_bytes());
            let _ = std::io::stderr().lock().write_all(outcome.notes.as_bytes());
            match outcome.answer {
                Answer::Yes => ExitCode::SUCCESS,
                Answer::No => ExitCode::from(1),
            }
        }
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "fleetwright: {failure}");
            ExitCode::from(2)
        }
    }
}

/// The day of an argument.
fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is written as 2026-11-24".to_owned())
}

/// Runs `generate` and takes in what it says.
fn generated(arguments: &generate::Args) -> Result<Outcome, Failure> {
    let mut report = Vec::new();
    let answer = match generate::run(arguments, &mut report) {
        Ok(generate::Outcome::Done) => Answer::Yes,
        Ok(generate::Outcome::Refused) => Answer::No,
        Err(error) => return Err(Failure(with_causes(&error))),
    };
    let text = String::from_utf8_lossy(&report).into_owned();
    Ok(Outcome::new(text, answer))
}

/// An error and what caused it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
