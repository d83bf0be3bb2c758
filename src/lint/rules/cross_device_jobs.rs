//! Devices that reach the jobs of another.

use crate::engine::Threat;
use crate::lint::crossing::{actor_name, victim_name};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/cross-device-jobs.yaml"),
    Check::Access(check),
);

/// One finding per entry that lets a device reach another's jobs.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_ours = |threat| matches!(threat, Threat::Jobs);
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
                format!("`{}` lets a device reach the jobs of another", crossing.name),
            )
            .label(format!("`{actor}` may reach the jobs of `{victim}`"))
            .help("name the device's own thing: `topic/$aws/things/${iot:Connection.Thing.ThingName}/jobs/*`; over HTTPS no variable of the thing has a value, so write the thing's name")
            .witness(witness.clone());
    }
}
