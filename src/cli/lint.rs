//! `fleetwright lint`

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::files::{self, Input};
use super::{Answer, Failure, Outcome};
use crate::document::Syntax;
use crate::lint::{self, ErrorScope, Finding, Given, Severity};
use crate::report::text::{Colour, Drawing, Style};
use crate::report::{self, Skipped, Summary};
use crate::source::{SourceId, Sources};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Warning)]
    fail_on: FailOn,
    /// Fail with exit code 2 when nothing of AWS IoT was found
    #[arg(long)]
    require_input: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = When::Auto)]
    color: When,
    /// What standard input is called in reports
    #[arg(long, default_value = files::STDIN, value_name = "NAME")]
    stdin_filename: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With source lines
    Text,
    /// One line per finding
    Concise,
    /// For programs; see schemas/lint-report.schema.json
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// What one file gives.
struct Checked {
    findings: Vec<Finding>,
    policies: usize,
    templates: usize,
    unresolved: usize,
    /// Why the file was not read, if so.
    skipped: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = files::read(&arguments.paths, &arguments.stdin_filename)?;
    let (sources, how) = split(inputs.list);
    let check = |(index, (syntax, given)): (usize, &(Syntax, Given))| {
        check(&sources, SourceId::new(index as u32), *syntax, *given)
    };
    // Threads cost more than they save on a few files.
    let checked: Vec<Option<Checked>> = match how.len() {
        0..8 => how.iter().enumerate().map(check).collect(),
        _ => how.par_iter().enumerate().map(check).collect(),
    };
    let mut findings = Vec::new();
    let mut summary = Summary {
        skipped: inputs.skipped,
        ..Summary::default()
    };
    for (index, checked) in checked.into_iter().enumerate() {
        let Some(checked) = checked else { continue };
        if let Some(why) = checked.skipped {
            let path = sources.path(SourceId::new(index as u32)).to_owned();
            summary.skipped.push(Skipped { path, why });
            continue;
        }
        summary.files += 1;
        summary.policies += checked.policies;
        summary.templates += checked.templates;
        summary.unresolved += checked.unresolved;
        findings.extend(checked.findings);
    }
    summary.skipped.sort();
    // A file that is too broken to show what it is gives a finding, which says more.
    let is_nothing = summary.policies + summary.templates == 0 && findings.is_empty();
    if arguments.require_input && is_nothing {
        return Err(Failure(
            "nothing of AWS IoT was found, and --require-input asks for it".into(),
        ));
    }
    let text = match arguments.format {
        Format::Text => report::text::full(&findings, &summary, &sources, style(arguments.color)),
        Format::Concise => report::text::concise(&findings, &summary, &sources),
        Format::Json => {
            let report = report::json::lint_report(&findings, &summary, &sources);
            let json = serde_json::to_string_pretty(&report);
            json.map_err(|error| Failure(error.to_string()))? + "\n"
        }
    };
    let least = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    };
    let failing = least.map_or(0, |least| report::at_least(&findings, least));
    let answer = if failing > 0 { Answer::No } else { Answer::Yes };
    Ok(Outcome::new(text, answer))
}

fn split(inputs: Vec<Input>) -> (Sources, Vec<(Syntax, Given)>) {
    let how = inputs
        .iter()
        .map(|input| (input.syntax, input.given))
        .collect();
    (
        Sources::new(inputs.into_iter().map(|input| input.source).collect()),
        how,
    )
}

fn check(sources: &Sources, id: SourceId, syntax: Syntax, given: Given) -> Option<Checked> {
    let file = lint::File::read(sources, id, syntax, given)?;
    let broken = match file.errors {
        ErrorScope::All => None,
        ErrorScope::Foreign => file.document.errors().first(),
    };
    let skipped = broken.map(|error| {
        let start = sources.start(error.span);
        format!(
            "not readable (line {}, column {}: {error})",
            start.line, start.column
        )
    });
    Some(Checked {
        findings: lint::check(&file),
        policies: file.artifacts.policies().count(),
        templates: file.artifacts.templates().count(),
        unresolved: file.artifacts.unresolved.len(),
        skipped,
    })
}

/// Colours and box drawing are for terminals; everything else gets plain ASCII.
fn style(when: When) -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let colour = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => is_terminal && !is_set("NO_COLOR"),
    };
    Style {
        colour: if colour { Colour::Ansi } else { Colour::None },
        drawing: if is_terminal {
            Drawing::Unicode
        } else {
            Drawing::Ascii
        },
        width: 100,
    }
}
