//! Devices that may read the messages of another.

use crate::engine::Threat;
use crate::lint::crossing::{actor_name, victim_name};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/cross-device-receive.yaml"),
    Check::Access(check),
);

/// One finding per entry that lets a device read another's messages.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_ours = |threat| matches!(threat, Threat::Eavesdrop);
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
                format!("`{}` lets a device read the messages of another", crossing.name),
            )
            .label(format!("`{actor}` may read what belongs to `{victim}`"))
            .help("let the device's own name fill a level, in the filter and in the topic: `topicfilter/cmd/${iot:Connection.Thing.ThingName}/*`")
            .witness(witness.clone());
    }
}
