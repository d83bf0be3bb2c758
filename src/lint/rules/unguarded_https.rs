//! Guards that hold for connections, and not for requests over HTTPS.

use crate::engine::{Context as Asked, Decision, Protocol, Reading, Request, authorize};
use crate::lint::set::{ATTACKER, VICTIM, attacker};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{Effect, PUBLISH, Piece, Resource, ResourceKind, StatementId};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/unguarded-https.yaml"),
    Check::Access(check),
);

/// One finding per Deny of `iot:Publish` that refuses a message over MQTT, when the same message
/// passes over HTTPS.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let denies = |(_, it): &(StatementId, &crate::model::Statement)| {
        it.effect.value == Effect::Deny && it.covers_action(PUBLISH)
    };
    if !set.policies.statements().any(|it| denies(&it)) {
        return;
    }
    let topics: Vec<String> = set
        .policies
        .statements()
        .filter(|(_, it)| it.covers_action(PUBLISH))
        .flat_map(|(_, it)| it.resources.entries())
        .flat_map(topics_of)
        .collect();
    for (id, statement) in set.policies.statements().filter(denies) {
        let passes = topics.iter().find(|topic| is_refused_by(set, id, topic));
        let Some(witness) = passes.and_then(|topic| set.replay(over_https(set, topic), None))
        else {
            continue;
        };
        findings
            .add(
                Confidence::Proven,
                statement.span.at_start(),
                "this Deny holds for connections only: over HTTPS the message passes",
            )
            .label("without a connection there is no client id and no thing for it to compare")
            .help(
                "deny or allow by what HTTPS has too: the topic itself, `iot:CertificateId`, a field of \
                 the certificate",
            )
            .witness(witness);
    }
}

/// Topics that an entry may be about, under the names of two devices.
fn topics_of(entry: &Resource) -> Vec<String> {
    let Some(arn) = &entry.arn else {
        return vec![VICTIM.to_owned()];
    };
    let prefix = format!("{}/", ResourceKind::Topic.as_str());
    [ATTACKER, VICTIM]
        .iter()
        .filter_map(|name| {
            let mut text = String::new();
            for piece in arn.resource().pieces() {
                match &piece.value {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::AnyChar | Piece::AnyRun => text.push('x'),
                    Piece::Variable(_) => text.push_str(name),
                    Piece::Reference(_) => return None,
                }
            }
            match text.strip_prefix(&prefix) {
                Some(topic) => Some(topic.to_owned()),
                // A wildcard for all kinds of resources.
                None => (text == "x").then(|| format!("{name}/x")),
            }
        })
        .collect()
}

/// Whether a statement refuses a topic over MQTT, to a device as its thing or under another id, that
/// passes over HTTPS.
fn is_refused_by(set: &AccessSet<'_>, id: StatementId, topic: &str) -> bool {
    let is_refused = |client: &str| {
        let request = Request {
            device: attacker(client),
            context: Asked::default(),
            ..over_https(set, topic)
        };
        match authorize(&set.policies, &request, Reading::Documented) {
            Decision::ExplicitDeny(by) => by.contains(&id),
            Decision::Allow(_) | Decision::ImplicitDeny => false,
        }
    };
    let passes = authorize(&set.policies, &over_https(set, topic), Reading::Documented);
    passes.is_allowed() && (is_refused(ATTACKER) || is_refused("another-client"))
}

fn over_https(set: &AccessSet<'_>, topic: &str) -> Request {
    let mut device = attacker(ATTACKER);
    device.client_id = None;
    let kind = ResourceKind::Topic.as_str();
    Request {
        device,
        action: PUBLISH.into(),
        resource: format!("{}{kind}/{topic}", set.head).into(),
        context: Asked {
            protocol: Protocol::Https,
            ..Asked::default()
        },
    }
}
