//! The answers of `fleetwright prove`, for people.

use std::fmt::Write as _;

use super::witness::in_full;
use super::{plural, plural_y, printable};
use crate::question::{Outcome, Proof, Question};
use crate::report::{Summary, place, reason};
use crate::source::Sources;

/// Columns in front of what is said.
const INDENTATION: usize = "refuted  ".len();

/// Every answer with what shows it; what was assumed; how many there are.
pub fn prove(proofs: &[Proof], summary: &Summary, sources: &Sources) -> String {
    let mut out = String::new();
    for proof in proofs {
        let verdict = proof.outcome.as_str();
        // Writing to a string does not fail.
        let _ = writeln!(out, "{verdict:<INDENTATION$}{}", proof.claim);
        for line in details(proof, sources) {
            let _ = writeln!(out, "{:INDENTATION$}{line}", "");
        }
    }
    let mut assumptions: Vec<&str> = Vec::new();
    for sentence in proofs.iter().flat_map(|proof| &proof.assumptions) {
        if !assumptions.contains(&sentence.as_str()) {
            assumptions.push(sentence);
        }
    }
    if !assumptions.is_empty() {
        out.push_str("assumed:\n");
        for sentence in assumptions {
            let _ = writeln!(out, "- {sentence}");
        }
    }
    let count = |word: &str| {
        let verdicts = proofs.iter().map(|proof| proof.outcome.as_str());
        verdicts.filter(|verdict| *verdict == word).count()
    };
    let _ = writeln!(
        out,
        "{} proved, {} refuted, {} unknown, for {} in {}",
        count("proved"),
        count("refuted"),
        count("unknown"),
        plural_y(summary.policies, "polic"),
        plural(summary.files, "file")
    );
    printable(&out)
}

fn details(proof: &Proof, sources: &Sources) -> Vec<String> {
    let mut lines = match &proof.outcome {
        Outcome::Proved => return Vec::new(),
        Outcome::Refuted(witness) => in_full(witness, sources),
        Outcome::Unknown(why) => vec![reason(why, sources), format!("help: {}", why.help())],
    };
    if let Question::Assertion(assertion) = &proof.question {
        let span = assertion.span;
        lines.extend(span.map(|span| format!("asserted at {}", place(span, sources))));
        let because = assertion.because.iter();
        lines.extend(because.map(|why| format!("because: {why}")));
    }
    lines
}
