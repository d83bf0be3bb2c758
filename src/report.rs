//! Renders findings as text and JSON. What they say is decided elsewhere.

pub mod json;
pub mod page;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod text;

use crate::lint::{Finding, Severity};

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
