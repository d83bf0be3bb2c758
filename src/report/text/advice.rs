//! Which way of registering devices to take, for people.

use std::fmt::Write as _;

use crate::advice::{Advice, Verdict};
use crate::facts::reason;

/// The recommended way with all that it asks for, the others with why they are not taken, and what
/// to begin with.
pub fn advice(advice: &Advice) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let mut line = |text: &str| {
        let _ = writeln!(out, "{text}");
    };
    let mut heading = "";
    for it in &advice.ranking {
        let method = it.method;
        let name = format!("{} ({})", method.way.word(), method.name);
        let reasons = it.reasons.iter().map(|it| reason(*it).text);
        match it.verdict {
            Verdict::Recommended => {
                line(&format!("take {name}"));
                line(&format!("  {}", method.summary));
                reasons.for_each(|it| line(&format!("  + {it}")));
                line(&format!(
                    "  whoever opens one device has: {}",
                    method.stolen
                ));
                line("  mind:");
                method.mind.iter().for_each(|it| line(&format!("  - {it}")));
                let source = &method.provenance;
                line(&format!("  {} ({})", source.source, source.retrieved));
            }
            Verdict::Possible | Verdict::Unfit => {
                let is_possible = it.verdict == Verdict::Possible;
                let next = if is_possible {
                    "would work"
                } else {
                    "does not fit"
                };
                if heading != next {
                    heading = next;
                    line("");
                    line(&format!("{heading}:"));
                }
                line(&format!("  {name}"));
                reasons.for_each(|it| line(&format!("    {it}")));
            }
        }
    }
    line("");
    let start = advice.start.method.word();
    let recommended = advice
        .ranking
        .iter()
        .find(|it| it.verdict == Verdict::Recommended);
    if let Some(recommended) = recommended.filter(|it| !it.is_built) {
        let word = recommended.method.way.word();
        line(&format!(
            "`generate` does not write {word} yet; take {start} meanwhile"
        ));
    }
    let more = advice.start.options();
    line(&format!(
        "begin with: fleetwright init my-fleet --method {start}{more}"
    ));
    out
}
