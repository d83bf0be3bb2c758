//! Devices that may publish as another, or into its topics.

use crate::engine::Threat;
use crate::lint::crossing::{actor_name, victim_name};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/cross-device-publish.yaml"),
    Check::Access(check),
);

/// One finding per entry that lets a device publish to another's topics.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_ours = |threat| matches!(threat, Threat::Spoof | Threat::Inject);
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
                format!("`{}` lets a device publish to the topics of another", crossing.name),
            )
            .label(format!("`{actor}` may publish what belongs to `{victim}`"))
            .help("let the device's own name fill a level: `topic/dt/${iot:Connection.Thing.ThingName}/*`")
            .witness(witness.clone());
    }
}
