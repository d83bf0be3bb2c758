//! Statements that change nothing.

use crate::engine::{Reading, Request, authorize, diff};
use crate::lint::set::{ATTACKER, attacker, request};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{
    CONNECT, Clause, Effect, Key, PUBLISH, Piece, PolicySet, RECEIVE, Resource, ResourceKind,
    SUBSCRIBE, Statement, StatementId,
};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/redundant-statement.yaml"),
    Check::Access(check),
);

/// The most statements of a set that is looked at.
const MAX_STATEMENTS: usize = 40;
/// Steps of one proof: about half a millisecond.
const WORK: u64 = 10_000;

/// One finding per statement without which the set of policies allows the same, proved.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let statements: Vec<_> = set
        .policies
        .statements()
        .map(|(id, it)| (id, it.span))
        .collect();
    if statements.len() < 2 || statements.len() > MAX_STATEMENTS {
        return;
    }
    // Of two statements that say the same, the later one is taken out first, and stays out.
    let mut kept = set.policies.clone();
    for (id, span) in statements.into_iter().rev() {
        let Some(statement) = kept.statement(id) else {
            continue;
        };
        let effect = statement.effect.value;
        if is_needed(&mut kept, id, &set.head) {
            continue;
        }
        // One that allows nothing by itself, as with the wrong kind of resource, has a rule of its own.
        if effect == Effect::Allow && allows_nothing(set, id) {
            continue;
        }
        let mut without = kept.clone();
        take_out(&mut without, id);
        if !diff(&kept, &without, &set.head, WORK).is_equivalent() {
            continue;
        }
        kept = without;
        let (message, label) = match effect {
            Effect::Allow => (
                "this statement allows nothing that the others do not",
                "the policy means the same without it",
            ),
            Effect::Deny => (
                "this statement denies nothing that is allowed",
                "it matters only when something more is allowed",
            ),
        };
        findings
            .add(Confidence::Proven, span.at_start(), message)
            .label(label)
            .help("leave it out, or see why it does not do what it should: `fleetwright minify` shows the rest");
    }
}

/// Whether some request is decided in another way without the statement. It asks one that each entry
/// names, no more: most statements are needed, and this says so without a proof.
fn is_needed(set: &mut PolicySet, id: StatementId, head: &str) -> bool {
    let Some(statement) = set.statement(id) else {
        return false;
    };
    let entries = statement.resources.only().iter().filter_map(sample);
    let requests: Vec<Request> = entries
        .flat_map(|(kind, name)| {
            let actions = ACTIONS.iter().filter(move |it| it.1 == kind);
            actions.map(move |(action, kind)| (*action, *kind, name.clone()))
        })
        .filter(|(action, ..)| statement.covers_action(action))
        .filter(|(action, _, name)| *action != CONNECT || name == ATTACKER)
        .map(|(action, kind, name)| {
            let mut ask = request(attacker(ATTACKER), action, None, kind, &name);
            ask.resource = format!("{head}{}/{name}", kind.as_str()).into();
            ask
        })
        .collect();
    let is_allowed = |set: &PolicySet, request: &Request| {
        authorize(set, request, Reading::Documented).is_allowed()
    };
    let before: Vec<bool> = requests.iter().map(|it| is_allowed(set, it)).collect();
    let resources = match statement_mut(set, id) {
        Some(it) => std::mem::replace(&mut it.resources, Clause::Only(Vec::new())),
        None => return false,
    };
    let mut pairs = requests.iter().zip(&before);
    let is_needed = pairs.any(|(request, before)| is_allowed(set, request) != *before);
    if let Some(statement) = statement_mut(set, id) {
        statement.resources = resources;
    }
    is_needed
}

/// What messages are about: the actions that a device asks for over MQTT.
const ACTIONS: [(&str, ResourceKind); 4] = [
    (CONNECT, ResourceKind::Client),
    (PUBLISH, ResourceKind::Topic),
    (RECEIVE, ResourceKind::Topic),
    (SUBSCRIBE, ResourceKind::TopicFilter),
];

/// A name that an entry covers for the device [`ATTACKER`], where it is one that any client can use.
fn sample(entry: &Resource) -> Option<(ResourceKind, String)> {
    let mut text = String::new();
    for piece in entry.arn.as_ref()?.resource().pieces() {
        match &piece.value {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::AnyChar | Piece::AnyRun => text.push('z'),
            Piece::Variable(variable) => match &variable.key {
                Key::ThingName | Key::ClientId if variable.default.is_none() => {
                    text.push_str(ATTACKER);
                }
                _ => return None,
            },
            Piece::Reference(_) => return None,
        }
    }
    let (kind, name) = text.split_once('/')?;
    let is_plain = !name.is_empty()
        && name.len() <= MAX_SAMPLE_BYTES
        && name.matches('/').count() <= MAX_SAMPLE_SLASHES
        && !name.starts_with('$')
        && !name.contains(['+', '#', '\0']);
    is_plain.then_some((ResourceKind::parse(kind)?, name.to_owned()))
}

/// Longer names may be over the limits of topics and client ids.
const MAX_SAMPLE_BYTES: usize = 100;
/// The same for levels.
const MAX_SAMPLE_SLASHES: usize = 6;

/// Whether a statement, taken alone, lets no request pass.
fn allows_nothing(set: &AccessSet<'_>, id: StatementId) -> bool {
    let mut alone = set.policies.clone();
    for (other, _) in set.policies.statements().filter(|it| it.0 != id) {
        take_out(&mut alone, other);
    }
    let nothing = PolicySet::default();
    diff(&nothing, &alone, &set.head, WORK).is_equivalent()
}

/// Makes a statement say nothing. All keep their numbers.
fn take_out(set: &mut PolicySet, id: StatementId) {
    if let Some(statement) = statement_mut(set, id) {
        statement.resources = Clause::Only(Vec::new());
    }
}

fn statement_mut(set: &mut PolicySet, id: StatementId) -> Option<&mut Statement> {
    let policy = set.policies.get_mut(id.policy)?;
    policy.policy.statements.get_mut(id.statement)
}
