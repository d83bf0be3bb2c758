//! A client id that is itself an MQTT wildcard, used inside a topic filter.

use crate::engine::{Reading, Witness};
use crate::lint::set::{VICTIM, attacker, request};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{CONNECT, Key, Piece, RECEIVE, Resource, ResourceKind, SUBSCRIBE};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/wildcard-client-id.yaml"),
    Check::Access(check),
);

/// The client id that is a filter for one level.
const PLUS: &str = "+";

/// One finding per entry of an allowed `iot:Subscribe` with the client id as a level, when a device
/// may connect as `+`.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (id, statement) in set.allows() {
        if !statement.covers_action(SUBSCRIBE) {
            continue;
        }
        for entry in statement.resources.only() {
            let Some(witness) = witness(set, entry).filter(|it| it.is_by(id)) else {
                continue;
            };
            let variable = entry
                .pattern
                .variables()
                .find(|it| it.value.key == Key::ClientId);
            let span = variable.map_or(entry.span, |it| it.span);
            findings
                .add(
                    Confidence::Proven,
                    span,
                    "a device that calls itself `+` subscribes for all devices here",
                )
                .label(format!(
                    "under the client id `+` this delivers what is for `{VICTIM}`"
                ))
                .help(
                    "allow iot:Connect on `client/${iot:Connection.Thing.ThingName}` only: no name \
                     of a thing is a wildcard",
                )
                .witness(witness);
        }
    }
}

/// The device connects as `+`, subscribes, and receives what is for another device.
fn witness(set: &AccessSet<'_>, entry: &Resource) -> Option<Witness> {
    let named = |client: &str| {
        let mut name = String::new();
        let arn = entry.arn.as_ref()?;
        for piece in arn.resource().pieces() {
            match &piece.value {
                Piece::Literal(literal) => name.push_str(literal),
                Piece::AnyChar => name.push('x'),
                Piece::AnyRun => {}
                Piece::Variable(variable) if variable.key == Key::ClientId => name.push_str(client),
                Piece::Variable(_) | Piece::Reference(_) => return None,
            }
        }
        let (_, name) = name.split_once('/')?;
        Some(name.to_owned())
    };
    if !entry
        .pattern
        .variables()
        .any(|it| it.value.key == Key::ClientId)
    {
        return None;
    }
    let (filter, topic) = (named(PLUS)?, named(VICTIM)?);
    let filter = crate::model::TopicFilter::new(&filter).ok()?;
    let topic = topic
        .strip_suffix('#')
        .map_or(topic.clone(), |rest| format!("{rest}x"));
    let topic = crate::model::Topic::new(&topic).ok()?;
    if !filter.matches(&topic) {
        return None;
    }
    let ask = |action, kind, name: &str| request(attacker(PLUS), action, Some(entry), kind, name);
    let requests = vec![
        ask(CONNECT, ResourceKind::Client, PLUS),
        ask(SUBSCRIBE, ResourceKind::TopicFilter, filter.as_str()),
        ask(RECEIVE, ResourceKind::Topic, topic.as_str()),
    ];
    Witness::replay(&set.policies, Reading::Documented, requests)
}
