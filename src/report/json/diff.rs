//! The report of `fleetwright diff`, version 1.

use serde::Serialize;

use super::witness::{WitnessReport, witness_report};
use super::{PlaceReport, place};
use crate::engine::Delta;
use crate::question::{Acknowledgement, Change, Changes};
use crate::report::reason;
use crate::source::Sources;

/// `fleetwright diff --format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffReport {
    /// Always 1.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// `changed` if anything is gained or lost, else `unknown` if the comparison was given up
    /// anywhere, else `equivalent`, which is proved.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["equivalent", "changed", "unknown"]))
    )]
    pub verdict: &'static str,
    /// What only the new policies allow.
    pub gained: Vec<DeltaReport>,
    /// What only the old policies allow.
    pub lost: Vec<DeltaReport>,
    /// Where the comparison was given up.
    pub unknown: Vec<UnknownReport>,
}

/// Something that is gained or lost.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeltaReport {
    /// The action, e.g. `iot:Publish`.
    pub action: &'static str,
    /// What it is allowed on, e.g. `topic/a/*`.
    pub region: String,
    /// The entry that allows it, in the policies that do.
    pub place: PlaceReport,
    /// One request that passes with it, and not without.
    pub witness: WitnessReport,
    /// Who agreed to it, and why; null when nobody did, and for what is lost.
    pub acknowledged: Option<AcknowledgedReport>,
}

/// An acknowledged change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcknowledgedReport {
    /// Why.
    pub because: String,
    /// The last day on which it counts, as 2026-11-24.
    pub until: Option<String>,
    /// Where it is written.
    pub place: PlaceReport,
}

/// Where the comparison was given up.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnknownReport {
    /// The action; `*` for all.
    pub action: &'static str,
    /// Why.
    pub reason: String,
}

/// The report of a comparison.
pub fn diff_report(changes: &Changes, sources: &Sources) -> DiffReport {
    let delta = |delta: &Delta, acknowledged: Option<&Acknowledgement>| DeltaReport {
        action: delta.action,
        region: delta.region.clone(),
        place: place(delta.span, sources),
        witness: witness_report(&delta.witness, sources),
        acknowledged: acknowledged.map(|it| AcknowledgedReport {
            because: it.because.to_string(),
            until: it.until.as_ref().map(|until| until.value.to_string()),
            place: place(it.span, sources),
        }),
    };
    let gained = |change: &Change| delta(&change.delta, change.acknowledged.as_ref());
    let unknown = changes.unknown.iter().map(|(action, why)| UnknownReport {
        action,
        reason: reason(why, sources),
    });
    DiffReport {
        version: 1,
        verdict: changes.verdict(),
        gained: changes.gained.iter().map(gained).collect(),
        lost: changes.lost.iter().map(|it| delta(it, None)).collect(),
        unknown: unknown.collect(),
    }
}
