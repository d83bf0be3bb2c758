//! The JSON reports, version 1: that of `lint` here, those of other commands beside it.
//!
//! The types are frozen: fields may be added, none renamed or taken out.

use serde::Serialize;

use super::Summary;
use crate::lint::{Edit, Finding, Fix, Label, Safety};
use crate::source::{Position, Sources, Span};

mod advice;
mod diff;
mod minify;
mod prove;
mod witness;

pub use advice::{AdviceReport, MethodReport, advice_report};
pub use diff::{AcknowledgedReport, DeltaReport, DiffReport, UnknownReport, diff_report};
pub use minify::MinifyReport;
pub use prove::{ProveReport, QuestionReport, prove_report};
pub use witness::{CertificateReport, DeviceReport, StepReport, WitnessReport};

use witness::witness_report;

/// `fleetwright lint --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LintReport {
    /// Always 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// By file and place.
    pub findings: Vec<FindingReport>,
    /// What was read.
    pub summary: SummaryReport,
}

/// One finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FindingReport {
    /// The id of the rule.
    pub rule: &'static str,
    /// `error`, `warning` or `note`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["error", "warning", "note"])))]
    pub severity: &'static str,
    /// `proven`, `high` or `low`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["proven", "high", "low"])))]
    pub confidence: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// Keys and indices from the root of the file, through texts inside strings.
    pub address: String,
    /// Stays the same when lines are added elsewhere.
    pub fingerprint: String,
    /// Where it begins.
    pub start: PositionReport,
    /// Behind its last character.
    pub end: PositionReport,
    /// Other places that matter.
    pub related: Vec<RelatedReport>,
    /// What to write instead.
    pub help: Option<String>,
    /// Requests that show it.
    pub witness: Option<WitnessReport>,
    /// A change that mends it.
    pub fix: Option<FixReport>,
}

/// A place.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PositionReport {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// From 0, in bytes of the file.
    pub byte: u32,
}

/// Another place of a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelatedReport {
    /// The file.
    pub path: String,
    /// Where it begins.
    pub start: PositionReport,
    /// Behind its last character.
    pub end: PositionReport,
    /// Why it matters.
    pub message: String,
}

/// Where something stands.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceReport {
    /// The file.
    pub path: String,
    /// Where it begins.
    pub start: PositionReport,
}

/// A change that mends a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FixReport {
    /// `safe` or `unsafe`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["safe", "unsafe"])))]
    pub safety: &'static str,
    /// Replacements, none overlapping.
    pub edits: Vec<EditReport>,
}

/// A replacement.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EditReport {
    /// The file.
    pub path: String,
    /// Where it begins.
    pub start: PositionReport,
    /// Behind its last character.
    pub end: PositionReport,
    /// What stands there then.
    pub text: String,
}

/// What was read.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SummaryReport {
    /// Files.
    pub files: usize,
    /// Policies in them.
    pub policies: usize,
    /// Provisioning templates in them.
    pub templates: usize,
    /// Values that matter and are left open.
    pub unresolved: usize,
    /// Files that were passed over.
    pub skipped: Vec<SkippedReport>,
}

/// A file that was passed over.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedReport {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: String,
}

/// A [`LintReport`] that is written piece by piece, so that not all of it is held at once.
#[derive(Debug, Default)]
pub struct LintReportWriter {
    is_begun: bool,
}

impl LintReportWriter {
    /// The text of some findings, behind that of those before.
    ///
    /// # Errors
    /// None: all keys are strings and all numbers finite.
    pub fn findings(
        &mut self,
        findings: &[Finding],
        sources: &Sources,
    ) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for finding in findings {
            text += match std::mem::replace(&mut self.is_begun, true) {
                true => ",\n    ",
                false => "{\n  \"version\": 1,\n  \"findings\": [\n    ",
            };
            let finding = serde_json::to_string_pretty(&finding_report(finding, sources))?;
            text += &finding.replace('\n', "\n    ");
        }
        Ok(text)
    }

    /// The text behind all findings.
    ///
    /// # Errors
    /// None, as above.
    pub fn summary(self, summary: &Summary) -> Result<String, serde_json::Error> {
        let mut text = match self.is_begun {
            true => "\n  ],\n".to_owned(),
            false => "{\n  \"version\": 1,\n  \"findings\": [],\n".to_owned(),
        };
        let summary = serde_json::to_string_pretty(&summary_report(summary))?;
        text += "  \"summary\": ";
        text += &summary.replace('\n', "\n  ");
        text += "\n}\n";
        Ok(text)
    }
}

fn summary_report(summary: &Summary) -> SummaryReport {
    let skipped = summary.skipped.iter().map(|it| SkippedReport {
        path: it.path.clone(),
        why: it.why.clone(),
    });
    SummaryReport {
        files: summary.files,
        policies: summary.policies,
        templates: summary.templates,
        unresolved: summary.unresolved,
        skipped: skipped.collect(),
    }
}

/// A place as reports give it.
pub fn position(position: Position) -> PositionReport {
    PositionReport {
        line: position.line,
        column: position.column,
        byte: position.byte,
    }
}

/// The file and start of a span as reports give it.
pub fn place(span: Span, sources: &Sources) -> PlaceReport {
    PlaceReport {
        path: sources.path(span.source()).to_owned(),
        start: position(sources.start(span)),
    }
}

fn finding_report(finding: &Finding, sources: &Sources) -> FindingReport {
    let span = finding.primary.span;
    let address = finding.address.to_string();
    let path = sources.path(span.source()).to_owned();
    FindingReport {
        rule: finding.rule.id(),
        severity: finding.rule.meta().severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: finding.message.clone(),
        fingerprint: fingerprint(&[finding.rule.id(), &path, &address, sources.slice(span)]),
        path,
        address,
        start: position(sources.start(span)),
        end: position(sources.end(span)),
        related: finding
            .related
            .iter()
            .map(|label| related(label, sources))
            .collect(),
        help: finding.help.clone(),
        witness: finding
            .witness
            .as_ref()
            .map(|witness| witness_report(witness, sources)),
        fix: finding.fix.as_ref().map(|fix| fix_report(fix, sources)),
    }
}

fn related(label: &Label, sources: &Sources) -> RelatedReport {
    RelatedReport {
        path: sources.path(label.span.source()).to_owned(),
        start: position(sources.start(label.span)),
        end: position(sources.end(label.span)),
        message: label.message.clone(),
    }
}

fn fix_report(fix: &Fix, sources: &Sources) -> FixReport {
    let edit = |edit: &Edit| EditReport {
        path: sources.path(edit.span.source()).to_owned(),
        start: position(sources.start(edit.span)),
        end: position(sources.end(edit.span)),
        text: edit.text.clone(),
    };
    FixReport {
        safety: match fix.safety {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        },
        edits: fix.edits.iter().map(edit).collect(),
    }
}

/// 64 bits of FNV-1a over the parts, as 16 hexadecimal digits. Only has to stay the same between
/// versions, which the standard library's hashes do not promise.
fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_tell_parts_apart() {
        assert_eq!(fingerprint(&[]), "cbf29ce484222325");
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
