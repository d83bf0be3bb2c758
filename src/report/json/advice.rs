//! The report of `fleetwright advise`, version 1.

use serde::Serialize;

use crate::advice::{Advice, Ranked};
use crate::facts::reason;

/// `fleetwright advise --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdviceReport {
    /// Always 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// The methods: the recommended one first, then the possible ones, then the others.
    pub methods: Vec<MethodReport>,
    /// The method to begin with: the best one that `generate` writes.
    pub start: &'static str,
}

/// A method, judged.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MethodReport {
    /// Its word, e.g. `trusted-user`.
    pub method: &'static str,
    /// Its name.
    pub name: &'static str,
    /// `recommended`, `possible` or `unfit`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["recommended", "possible", "unfit"])))]
    pub verdict: &'static str,
    /// Why.
    pub reasons: Vec<&'static str>,
    /// What happens.
    pub summary: &'static str,
    /// What someone has who opens one device.
    pub stolen: &'static str,
    /// What firmware and operations have to do.
    pub mind: &'static [&'static str],
    /// Whether `generate` writes it.
    pub built: bool,
    /// The page of AWS.
    pub source: &'static str,
    /// The day on which it was read.
    pub retrieved: &'static str,
}

/// The report of an advice.
pub fn advice_report(advice: &Advice) -> AdviceReport {
    let method = |it: &Ranked| MethodReport {
        method: it.method.way.word(),
        name: it.method.name,
        verdict: it.verdict.word(),
        reasons: it.reasons.iter().map(|it| reason(*it).text).collect(),
        summary: it.method.summary,
        stolen: it.method.stolen,
        mind: it.method.mind,
        built: it.is_built,
        source: it.method.provenance.source,
        retrieved: it.method.provenance.retrieved,
    };
    AdviceReport {
        version: 1,
        methods: advice.ranking.iter().map(method).collect(),
        start: advice.start.method.word(),
    }
}
