//! The report of `fleetwright prove`, version 1.

use serde::Serialize;

use super::witness::{WitnessReport, witness_report};
use crate::question::{Outcome, Proof};
use crate::report::{overall, reason};
use crate::source::Sources;

/// `fleetwright prove --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProveReport {
    /// Always 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// `refuted` if any question is, else `unknown` if any is, else `proved`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["proved", "refuted", "unknown"])))]
    pub verdict: &'static str,
    /// What was asked, with the answers.
    pub questions: Vec<QuestionReport>,
}

/// A question with its answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuestionReport {
    /// A threat, e.g. `spoof`, or an assertion as it was written, e.g. `never publish t/b/**`.
    pub question: String,
    /// `proved`, `refuted` or `unknown`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["proved", "refuted", "unknown"])))]
    pub verdict: &'static str,
    /// Requests that refute it.
    pub witness: Option<WitnessReport>,
    /// Why it is not known.
    pub reason: Option<String>,
    /// What the answer holds under: sentences.
    pub assumptions: Vec<String>,
}

/// The report of answers.
pub fn prove_report(proofs: &[Proof], sources: &Sources) -> ProveReport {
    let question = |proof: &Proof| {
        let (witness, reason) = match &proof.outcome {
            Outcome::Proved => (None, None),
            Outcome::Refuted(witness) => (Some(witness_report(witness, sources)), None),
            Outcome::Unknown(why) => (None, Some(reason(why, sources))),
        };
        QuestionReport {
            question: proof.question.name(),
            verdict: proof.outcome.as_str(),
            witness,
            reason,
            assumptions: proof.assumptions.clone(),
        }
    };
    ProveReport {
        version: 1,
        verdict: overall(proofs),
        questions: proofs.iter().map(question).collect(),
    }
}
