//! `fleetwright minify`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{self, Prepared, Stale, Treatment};
use super::policies::load;
use super::target::PlaceArguments;
use super::{Answer, Failure, Format, Outcome, with_causes};
use crate::artifact::{policy_chars, policy_value};
use crate::document::print::{Value, json, to_json};
use crate::engine::{Minified, minify};
use crate::facts::limit;
use crate::generate::{Output, OutputFile};
use crate::model::{Policy, PolicySet};
use crate::question::Place;
use crate::report::{self, place};
use crate::source::Sources;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files with policies; all that are found are in force together
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write the policies into this folder, over none that others wrote
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArguments,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shortens policies.
///
/// # Errors
/// A policy that can't be read or has a value that is left open, a file that can't be written.
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut sources = Sources::default();
    let mut policies = Vec::new();
    for path in &arguments.files {
        policies.extend(load(path, &mut sources)?.policies);
    }
    // What is given can be written again: what comes out of it can, then.
    documents(&policies, &sources)?;
    let set = PolicySet::of_certificate(policies);
    let places = arguments.place.places(&set);
    let heads: Vec<String> = places.iter().map(Place::head).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let limit = usize::try_from(limit::POLICY_DOCUMENT_CHARS).unwrap_or(usize::MAX);
    let minified = minify(&set, &heads, limit, &policy_chars);
    let policies = minified.policies.iter().map(|it| &it.policy);
    let documents = documents(policies, &sources)?;
    let written = match &arguments.out {
        Some(folder) => Some(write(folder, &documents)?),
        None => None,
    };
    let fits = minified.after.iter().all(|chars| *chars <= limit);
    let is_written = written.as_ref().is_none_or(|it| it.is_done);
    let answer = match fits && is_written {
        true => Answer::Yes,
        false => Answer::No,
    };
    let text = match (arguments.format, &written) {
        (Format::Text, None) => documents.iter().map(json).collect(),
        (Format::Text, Some(written)) => written.lines.clone(),
        (Format::Json, _) => {
            let report = report::json::MinifyReport {
                version: 1,
                before: minified.before,
                after: minified.after.clone(),
                proved: minified.is_proved,
                complete: minified.is_complete,
                policies: documents.iter().map(to_json).collect(),
            };
            let json = serde_json::to_string_pretty(&report);
            json.map_err(|error| Failure(error.to_string()))? + "\n"
        }
    };
    let notes = match arguments.format {
        Format::Text => summary(&minified, limit),
        Format::Json => String::new(),
    };
    Ok(Outcome {
        text,
        notes,
        answer,
    })
}

/// The documents of policies.
///
/// # Errors
/// A value that is left open.
fn documents<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    sources: &Sources,
) -> Result<Vec<Value>, Failure> {
    let written = policies.into_iter().map(policy_value);
    written.collect::<Result<_, _>>().map_err(|open| {
        let place = place(open, sources);
        let why = "a value is left open here: shorten the policy as it is deployed";
        Failure(format!("{place}: {why}"))
    })
}

/// What became of the files.
struct Written {
    /// One for each file that is new, changed or in the way.
    lines: String,
    /// Whether all are as they should be.
    is_done: bool,
}

fn write(folder: &Path, documents: &[Value]) -> Result<Written, Failure> {
    let file = |(index, document): (usize, &Value)| OutputFile {
        path: match documents.len() {
            1 => "policy.json".to_owned(),
            _ => format!("policy-{}.json", index + 1),
        },
        contents: json(document),
    };
    let output = Output {
        folder: String::new(),
        files: documents.iter().enumerate().map(file).collect(),
        archives: Vec::new(),
    };
    let fail = |error: output::Failure| Failure(with_causes(&error));
    let treatment = Treatment {
        force: false,
        stale: Stale::Listed,
    };
    let prepared = [output::prepare(folder, &output, treatment).map_err(fail)?];
    let changes = || prepared.iter().flat_map(Prepared::changes);
    let is_done = !changes().any(|change| change.state.is_blocked());
    if is_done {
        output::commit(&prepared).map_err(fail)?;
    }
    let mut lines = String::new();
    for change in changes() {
        // Writing to a string does not fail.
        let word = change.state.word(!is_done);
        let _ = writeln!(lines, "{}: {word}", change.path.display());
    }
    Ok(Written { lines, is_done })
}

/// How long the policies were and are.
fn summary(minified: &Minified, limit: usize) -> String {
    let after: usize = minified.after.iter().sum();
    let policies = match minified.policies.len() {
        1 => "1 policy".to_owned(),
        several => format!("{several} policies"),
    };
    let before = minified.before;
    let mut text = format!(
        "{before} characters before, {after} after, in {policies}; a policy has at most {limit}\n"
    );
    if !minified.is_complete {
        text += "not all rewrites were tried, there are too many: shorter may be possible\n";
    }
    if !minified.is_proved {
        text += "no shorter policies were proved to allow the same: these are as they were\n";
    }
    for (index, chars) in minified.after.iter().enumerate() {
        if *chars > limit {
            // Writing to a string does not fail.
            let _ = writeln!(text, "policy {} is too long: {chars} characters", index + 1);
        }
    }
    text
}
