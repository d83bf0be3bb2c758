//! Variables that run into a wildcard, so that one device's name reaches into another's.

use crate::lint::crossing::{actor_name, victim_name};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/undelimited-variable.yaml"),
    Check::Access(check),
);

/// One finding per entry with a variable beside a wildcard or another variable, by which a device
/// reaches what belongs to another.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for crossing in &set.crossings().list {
        if !crossing.is_undelimited {
            continue;
        }
        let witness = &crossing.witness;
        let (actor, victim) = (actor_name(witness), victim_name(witness));
        findings
            .add(
                Confidence::Proven,
                crossing.span,
                format!(
                    "in `{}` nothing ends the variable, so one name reaches into another",
                    crossing.name
                ),
            )
            .label(format!("`{actor}` reaches what belongs to `{victim}`"))
            .help("put a `/` between the variable and the wildcard, e.g. `a/${iot:Connection.Thing.ThingName}/*`")
            .witness(witness.clone());
    }
}
