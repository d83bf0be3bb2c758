//! Devices that may connect as some others.

use crate::engine::Threat;
use crate::lint::crossing::{actor_name, victim_name};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/shared-client-id.yaml"),
    Check::Access(check),
);

/// One finding per entry that lets a device take the client id of another. Not in what devices share
/// while they register: a prefix is the best that AWS IoT has for them.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if set.is_claim() {
        return;
    }
    let is_ours = |threat| matches!(threat, Threat::Impersonate);
    for crossing in &set.crossings().list {
        if !is_ours(crossing.threat) || crossing.is_undelimited {
            continue;
        }
        let witness = &crossing.witness;
        let (actor, victim) = (actor_name(witness), victim_name(witness));
        findings
            .add(
                Confidence::Proven,
                crossing.span,
                format!("`{}` lets a device connect as another", crossing.name),
            )
            .label(format!("`{actor}` may connect as `{victim}`"))
            .help("allow `client/${iot:Connection.Thing.ThingName}`, the device's own name, and nothing beside it")
            .witness(witness.clone());
    }
}
