//! `fleetwright lint`

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::files::{self, Content, Input};
use super::{Answer, Failure, Outcome};
use crate::document::Syntax;
use crate::lint::{self, ErrorScope, Finding, Given, Severity};
use crate::report::json::LintReportWriter;
use crate::report::text::{Colour, Drawing, Full, Style};
use crate::report::{self, Counts, Skipped, Summary};
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

/// Bytes of files that are held at once. What is made of a text takes many times its length, so a
/// larger file is read alone.
const MAX_AT_ONCE: usize = 2 * 1024 * 1024;
/// A report is written when all is known, so that nothing is when the work can't be done; a longer one
/// is written in pieces.
const MAX_REPORT_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = files::find(&arguments.paths, &arguments.stdin_filename)?;
    let mut summary = Summary {
        skipped: inputs.skipped,
        ..Summary::default()
    };
    let mut report = Report::new(arguments);
    let mut inputs = inputs.list.into_iter().peekable();
    while let Some(first) = inputs.next() {
        let mut bytes = first.bytes;
        let mut batch = vec![first];
        while let Some(next) = inputs.next_if(|next| bytes + next.bytes <= MAX_AT_ONCE) {
            bytes += next.bytes;
            batch.push(next);
        }
        lint_batch(batch, &mut summary, &mut report)?;
    }
    summary.skipped.sort();
    // A file that is too broken to show what it is gives a finding, which says more.
    let is_nothing =
        summary.policies + summary.templates == 0 && report.counts.at_least(Severity::Note) == 0;
    if arguments.require_input && is_nothing {
        return Err(Failure(
            "nothing of AWS IoT was found, and --require-input asks for it".into(),
        ));
    }
    let least = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    };
    let failing = least.map_or(0, |least| report.counts.at_least(least));
    let answer = if failing > 0 { Answer::No } else { Answer::Yes };
    Ok(Outcome::new(report.finish(&summary)?, answer))
}

/// Lints some files; their texts are held no longer.
fn lint_batch(
    batch: Vec<Input>,
    summary: &mut Summary,
    report: &mut Report,
) -> Result<(), Failure> {
    let (mut list, mut how) = (Vec::new(), Vec::new());
    for input in batch {
        let (path, given) = (input.name.clone(), input.given);
        match input.read()? {
            Content::Text(source, syntax) => {
                list.push(source);
                how.push((syntax, given));
            }
            Content::Skipped(why) => {
                let why = why.to_owned();
                summary.skipped.push(Skipped { path, why });
            }
        }
    }
    let sources = Sources::new(list);
    let check = |(index, (syntax, given)): (usize, &(Syntax, Given))| {
        check(&sources, SourceId::new(index as u32), *syntax, *given)
    };
    // Threads cost more than they save on a few files.
    let checked: Vec<Option<Checked>> = match how.len() {
        0..8 => how.iter().enumerate().map(check).collect(),
        _ => how.par_iter().enumerate().map(check).collect(),
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
        report.add(&checked.findings, &sources)?;
    }
    Ok(())
}

/// A report while it grows.
struct Report {
    counts: Counts,
    /// What is not written yet.
    text: String,
    kind: ReportKind,
}

enum ReportKind {
    Full(Box<Full>),
    Concise,
    Json(LintReportWriter),
}

impl Report {
    fn new(arguments: &Arguments) -> Report {
        Report {
            counts: Counts::default(),
            text: String::new(),
            kind: match arguments.format {
                Format::Text => ReportKind::Full(Box::new(Full::new(style(arguments.color)))),
                Format::Concise => ReportKind::Concise,
                Format::Json => ReportKind::Json(LintReportWriter::default()),
            },
        }
    }

    fn add(&mut self, findings: &[Finding], sources: &Sources) -> Result<(), Failure> {
        self.counts.add(findings);
        // In pieces, for a file may have many findings.
        for findings in findings.chunks(1_000) {
            match &mut self.kind {
                ReportKind::Full(report) => report.add(findings, sources),
                ReportKind::Concise => self.text += &report::text::lines(findings, sources),
                ReportKind::Json(report) => {
                    self.text += &report.findings(findings, sources).map_err(failed)?;
                }
            }
            if self.text.len() > MAX_REPORT_BYTES {
                // A reader that went away, as `head` does, has seen what it wanted.
                let _ = std::io::stdout().lock().write_all(self.text.as_bytes());
                self.text.clear();
            }
        }
        Ok(())
    }

    /// What is still to be written.
    fn finish(self, summary: &Summary) -> Result<String, Failure> {
        Ok(match self.kind {
            ReportKind::Full(report) => report.finish(summary),
            ReportKind::Concise => self.text + &report::text::footer(&self.counts, summary),
            ReportKind::Json(report) => self.text + &report.summary(summary).map_err(failed)?,
        })
    }
}

fn failed(error: serde_json::Error) -> Failure {
    Failure(error.to_string())
}

fn check(sources: &Sources, id: SourceId, syntax: Syntax, given: Given) -> Option<Checked> {
    let file = lint::File::read(sources, id, syntax, given)?;
    let broken = match file.errors {
        ErrorScope::All => None,
        ErrorScope::Foreign => file.document.errors().first().cloned(),
    };
    let findings = lint::check(&file);
    let policies = file.artifacts.policies().count();
    let templates = file.artifacts.templates().count();
    let unresolved = file.artifacts.unresolved.len();
    // The index of a long text takes room that the document has until here.
    drop(file);
    let skipped = broken.map(|error| {
        let start = sources.start(error.span);
        format!(
            "not readable (line {}, column {}: {error})",
            start.line, start.column
        )
    });
    Some(Checked {
        findings,
        policies,
        templates,
        unresolved,
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
