//! Renders findings, proofs and comparisons as text and JSON. What they say is decided elsewhere.

pub mod json;
pub mod page;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod text;

use crate::engine::Context;
use crate::lint::{Finding, Severity};
use crate::model::{Device, Key};
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

/// How many findings of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of [`Severity::Error`].
    pub errors: usize,
    /// Of [`Severity::Warning`].
    pub warnings: usize,
    /// Of [`Severity::Note`].
    pub notes: usize,
}

impl Counts {
    /// Counts more findings.
    pub fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            match finding.rule.meta().severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    /// The findings at or above a severity.
    pub fn at_least(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        }
    }
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

/// What a request says of itself beside protocol and authentication: keys with their values.
fn circumstances(context: &Context) -> Vec<(Key, Vec<Box<str>>)> {
    let Context {
        protocol: _,
        authentication: _,
        source_ip,
        domain_name,
        connect_attributes,
        last_will_topic,
        keys,
    } = context;
    let source_ip = source_ip.map(|address| address.to_string().into());
    let mut values = vec![
        (Key::SourceIp, source_ip.into_iter().collect()),
        (Key::DomainName, domain_name.iter().cloned().collect()),
        (Key::ConnectAttributes, connect_attributes.clone()),
        (
            Key::LastWillTopic,
            last_will_topic.iter().cloned().collect(),
        ),
    ];
    values.extend(keys.iter().cloned());
    values.retain(|(_, values): &(Key, Vec<Box<str>>)| !values.is_empty());
    values
}
