//! What one device can do to another, entry by entry.
//!
//! The engine shows one witness at a time. The entry that lets it pass is then taken out, and the
//! question asked again, until nothing is left: so each entry that opens something is found.

use crate::engine::{
    ClientIds, Isolation, Reading, Threat, Tie, Verdict, Witness, covers, isolation_from,
};
use crate::model::{
    CONNECT, Clause, Effect, Key, Piece, PolicySet, Resource, ResourceKind, StatementId,
};
use crate::source::Span;

use super::AccessSet;
use super::rules::{any_client_id, full_wildcard};
use super::set::{ATTACKER, VICTIM, attacker, request};

/// An entry that lets one device reach what belongs to another.
#[derive(Clone, Debug)]
pub(super) struct Crossing {
    /// The first threat that it opens.
    pub(super) threat: Threat,
    /// Where the entry stands.
    pub(super) span: Span,
    /// What it says behind the head of its ARN.
    pub(super) name: String,
    /// Whether a variable in it runs into a wildcard or another variable.
    pub(super) is_undelimited: bool,
    /// The requests.
    pub(super) witness: Witness,
}

/// The answers of the engine on one set.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    pub(super) list: Vec<Crossing>,
    /// What could not be decided, and where the entries begin that it is about.
    pub(super) unknown: Vec<(Threat, crate::engine::Reason)>,
}

/// The threats, the narrower ones first: an entry that opens shadows is not blamed for topics.
const THREATS: [Threat; 6] = [
    Threat::Impersonate,
    Threat::Shadow,
    Threat::Jobs,
    Threat::Spoof,
    Threat::Inject,
    Threat::Eavesdrop,
];

/// The most entries that are taken out for one threat.
const MAX_ENTRIES: usize = 8;
/// A set with more entries is not asked about: it is over AWS's limits many times.
const MAX_SET_ENTRIES: usize = 400;
/// Steps for one answer: about five milliseconds.
const WORK: u64 = 100_000;

/// All entries of a set that let one device reach another's things.
///
/// Entries that open everything are left out: another rule blames them.
pub(super) fn crossings(set: &AccessSet<'_>) -> Crossings {
    let mut crossings = Crossings::default();
    let entries = |set: &PolicySet| {
        let statements = set.statements();
        statements
            .map(|(_, it)| it.resources.entries().len())
            .sum::<usize>()
    };
    if entries(&set.policies) > MAX_SET_ENTRIES {
        return crossings;
    }
    let mut question = Isolation::new(&*set.head);
    question.tie = Tie::ByClientId;
    // What hangs on a point on which AWS is silent is for `prove` to say.
    question.reading = Reading::Documented;
    question.work = WORK;
    let is_anyone = connects_as_anyone(set);
    let narrow = without_wide(set);
    for threat in THREATS {
        // What follows from a client id that is not the device's own is said where that is allowed.
        question.client_ids = match threat {
            Threat::Impersonate if is_anyone => continue,
            Threat::Impersonate => ClientIds::Chosen,
            Threat::Spoof | Threat::Inject | Threat::Eavesdrop | Threat::Shadow | Threat::Jobs => {
                ClientIds::Pinned
            }
        };
        let mut policies = narrow.clone();
        for _ in 0..MAX_ENTRIES {
            let witness = match isolation_from(&policies, &question, threat) {
                Verdict::Proved => break,
                Verdict::Unknown(reason) => {
                    crossings.unknown.push((threat, reason));
                    break;
                }
                Verdict::Refuted(witness) => witness,
            };
            let Some((id, at)) = entry_of(&policies, &witness) else {
                break;
            };
            let Some(statement) = policies.statement(id) else {
                break;
            };
            let (span, name, is_of_many, is_undelimited) = match statement.resources.only().get(at)
            {
                Some(entry) => (
                    entry.span,
                    name_of(entry),
                    is_of_many(entry, &witness),
                    is_undelimited(entry),
                ),
                None => (
                    statement.span.at_start(),
                    "NotResource".to_owned(),
                    true,
                    false,
                ),
            };
            if is_of_many && !crossings.list.iter().any(|it| it.span == span) {
                crossings.list.push(Crossing {
                    threat,
                    span,
                    name,
                    is_undelimited,
                    witness: *witness,
                });
            }
            take_out(&mut policies, id, at);
        }
    }
    crossings
}

/// Whether a device may connect as any other, or no policy of the set says under which id.
fn connects_as_anyone(set: &AccessSet<'_>) -> bool {
    let connects = set.allows().any(|(_, it)| it.covers_action(CONNECT));
    let as_other = |name: &str| {
        let mut connect = request(attacker(name), CONNECT, None, ResourceKind::Client, name);
        connect.resource = format!("{}{}/{name}", set.head, ResourceKind::Client.as_str()).into();
        set.replay(connect, None).is_some()
    };
    !connects || (as_other(any_client_id::ANOTHER) && as_other(VICTIM))
}

/// The policies without the entries that open everything.
fn without_wide(set: &AccessSet<'_>) -> PolicySet {
    let mut policies = set.policies.clone();
    let wide: Vec<(StatementId, usize)> = set
        .allows()
        .flat_map(|(id, statement)| {
            let entries = statement.resources.only().iter().enumerate();
            entries.map(move |(at, entry)| (id, at, entry))
        })
        .filter(|(id, _, entry)| full_wildcard::opens(set, *id, entry))
        .map(|(id, at, _)| (id, at))
        .collect();
    for (id, at) in wide.into_iter().rev() {
        take_out(&mut policies, id, at);
    }
    policies
}

/// In place of an entry: all but the entries of `NotResource`.
const ALL: usize = usize::MAX;

/// The entry that lets the last request of a witness pass: the first that does.
pub(super) fn entry_of(set: &PolicySet, witness: &Witness) -> Option<(StatementId, usize)> {
    let request = witness.last_request()?;
    set.statements()
        .filter(|(id, it)| it.effect.value == Effect::Allow && witness.is_by(*id))
        .find_map(|(id, statement)| {
            let mut entries = statement.resources.only().iter();
            let at = entries.position(|entry| covers(entry, &request));
            match &statement.resources {
                Clause::Only(_) => at.map(|at| (id, at)),
                Clause::AllBut(_) => Some((id, ALL)),
            }
        })
}

/// What an entry says behind the head of its ARN.
pub(super) fn name_of(entry: &Resource) -> String {
    let name = entry
        .arn
        .as_ref()
        .map_or(&entry.pattern, |arn| arn.resource());
    name.to_string()
}

/// Whether an entry is about many devices. One that spells out a name is about that device, or
/// about no device at all: `broadcast` is most likely no thing. Things that share an attribute are
/// meant to share what goes by it.
fn is_of_many(entry: &Resource, witness: &Witness) -> bool {
    let mut variables = entry.pattern.variables().peekable();
    if variables.peek().is_some() {
        return !variables.any(|it| matches!(it.value.key, Key::ThingAttribute(_)));
    }
    let Some(mut longer) = witness.last_request() else {
        return false;
    };
    let name = victim_name(witness);
    let Some((colon, _)) = longer.resource.match_indices(':').nth(4) else {
        return false;
    };
    let (head, behind) = longer.resource.split_at(colon);
    longer.resource = format!("{head}{}", behind.replacen(name, &format!("{name}0"), 1)).into();
    covers(entry, &longer)
}

/// Whether a variable of an entry runs into a wildcard or another variable: where it ends, the text
/// does not say.
fn is_undelimited(entry: &Resource) -> bool {
    let name = entry
        .arn
        .as_ref()
        .map_or(&entry.pattern, |arn| arn.resource());
    let is_loose = |piece: &Piece| match piece {
        Piece::AnyRun | Piece::AnyChar | Piece::Variable(_) => true,
        Piece::Literal(_) | Piece::Reference(_) => false,
    };
    name.pieces().windows(2).any(|pair| match pair {
        [one, two] => {
            let has_variable = [one, two]
                .iter()
                .any(|it| matches!(it.value, Piece::Variable(_)));
            has_variable && is_loose(&one.value) && is_loose(&two.value)
        }
        _ => false,
    })
}

/// Takes an entry out. Statements keep their numbers.
fn take_out(set: &mut PolicySet, id: StatementId, at: usize) {
    let policy = set.policies.get_mut(id.policy);
    let statement = policy.and_then(|it| it.policy.statements.get_mut(id.statement));
    let Some(statement) = statement else { return };
    match &mut statement.resources {
        Clause::Only(list) if at < list.len() => {
            list.remove(at);
        }
        Clause::Only(_) => {}
        Clause::AllBut(_) => statement.resources = Clause::Only(Vec::new()),
    }
}

/// The other device of a witness, as it is called.
pub(super) fn victim_name(witness: &Witness) -> &str {
    let thing = witness.victim().and_then(|it| it.thing.as_ref());
    thing.map_or(VICTIM, |thing| &thing.name)
}

/// The device of a witness that acts, as it is called.
pub(super) fn actor_name(witness: &Witness) -> &str {
    match witness.steps().last() {
        Some(step) => witness.device_name(step.by),
        None => ATTACKER,
    }
}
