//! Renders findings, proofs and comparisons as text and JSON. What they say is decided elsewhere.

pub mod json;
pub mod page;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod text;

use crate::lint::{Finding, Severity};
use crate::model::Device;
use crate::question::{Outcome, Proof, Unproved};
use crate::source::{Sources, Span};

/// What was read in a run, for the footer and the summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Policies in them.
    pub policies: usize,
    /// Provisioning templates in them.
    pub templates: usize,
    /// Values that matter and are left open.
    pub unresolved: usize,
    /// Files that were passed over.
    pub skipped: Vec<Skipped>,
}

/// A file that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its path, as given.
    pub path: String,
    /// Why, e.g. `Terraform is not read yet`.
    pub why: String,
}

/// The findings at or above a severity.
pub fn at_least(findings: &[Finding], severity: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.rule.meta().severity >= severity)
        .count()
}

/// `refuted` if any question is, else `unknown` if any is, else `proved`.
pub fn overall(proofs: &[Proof]) -> &'static str {
    let any = |is: fn(&Outcome) -> bool| proofs.iter().any(|proof| is(&proof.outcome));
    if any(|it| matches!(it, Outcome::Refuted(_))) {
        "refuted"
    } else if any(|it| matches!(it, Outcome::Unknown(_))) {
        "unknown"
    } else {
        "proved"
    }
}

/// Why something is not known, with the place that it hangs on.
fn reason(why: &Unproved, sources: &Sources) -> String {
    match why {
        Unproved::Search(_) => why.to_string(),
        Unproved::Open(span) => format!("{why}, at {}", place(*span, sources)),
    }
}

/// `path:line:column`
pub fn place(span: Span, sources: &Sources) -> String {
    let start = sources.start(span);
    let path = sources.path(span.source());
    format!("{path}:{}:{}", start.line, start.column)
}

/// What a device is called: its thing's name, or what it calls itself.
fn device_name(device: &Device) -> &str {
    let thing = device.thing.as_ref().map(|thing| &*thing.name);
    thing.or(device.client_id.as_deref()).unwrap_or("a device")
}
