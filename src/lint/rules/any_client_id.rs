//! Devices that may connect under any client id.

use crate::engine::Witness;
use crate::lint::set::{ATTACKER, VICTIM, attacker, request};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{CONNECT, Clause, Resource, ResourceKind, StatementId};
use crate::source::Span;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/any-client-id.yaml"),
    Check::Access(check),
);

/// A second id, unlike the victim's: a policy that allows both allows any.
pub(in crate::lint) const ANOTHER: &str = "x";

/// One finding per resource, or `NotResource`, under which a device can connect as another.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (id, statement) in set.allows() {
        if !statement.covers_action(CONNECT) {
            continue;
        }
        match &statement.resources {
            Clause::Only(resources) => {
                for resource in resources {
                    if let Some(witness) = connects_as_anyone(set, id, Some(resource)) {
                        report(resource.span, Some(resource), witness, findings);
                    }
                }
            }
            Clause::AllBut(_) => {
                if let Some(witness) = connects_as_anyone(set, id, None) {
                    report(statement.span.at_start(), None, witness, findings);
                }
            }
        }
    }
}

/// The requests by which a device connects as two others, if this statement is what allows them.
fn connects_as_anyone(
    set: &AccessSet<'_>,
    id: StatementId,
    resource: Option<&Resource>,
) -> Option<Witness> {
    let replay = |name: &str| {
        let connect = request(
            attacker(name),
            CONNECT,
            resource,
            ResourceKind::Client,
            name,
        );
        set.replay(connect, resource)
    };
    replay(ANOTHER).filter(|witness| witness.is_by(id))?;
    let witness = replay(VICTIM).filter(|witness| witness.is_by(id))?;
    Some(witness.showing(id, &set.policies))
}

fn report(span: Span, resource: Option<&Resource>, witness: Witness, findings: &mut Findings<'_>) {
    let message = match resource {
        Some(resource) if resource.pattern.variables().next().is_some() => {
            "a client id is compared with itself here, so a device may take any".to_owned()
        }
        _ => "a device may connect under any client id".to_owned(),
    };
    findings
        .add(Confidence::Proven, span, message)
        .label(format!("`{ATTACKER}` may connect as `{VICTIM}`"))
        .help(
            "allow `client/${iot:Connection.Thing.ThingName}` with the condition `\"Bool\": \
             {\"iot:Connection.Thing.IsAttached\": \"true\"}`",
        )
        .witness(witness);
}
