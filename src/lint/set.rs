//! Which policies are in force together, and what is asked of them.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use super::crossing::{Crossings, crossings};
use crate::artifact::{Artifact, Artifacts, Holder, PolicyDocument};
use crate::engine::{Context, Protocol, Reading, Request, Witness, covers, passing};
use crate::facts::{self, TopicFamily};
use crate::model::{
    Arn, Association, Clause, Condition, Device, Effect, Key, PUBLISH, Pattern, Piece, Policy,
    PolicySet, RECEIVE, Resource, ResourceKind, Statement, StatementId, Thing,
};
use crate::question::Place;
use crate::source::Spanned;

/// A set of policies in force, as far as one file shows it.
#[derive(Debug)]
pub struct AccessSet<'a> {
    /// The policies, as in the place that `head` names. Values that are open there too are closed as
    /// the function `close` says.
    pub policies: PolicySet,
    /// The same, as they were read; same order.
    pub documents: Vec<&'a PolicyDocument>,
    /// The artifact that the policies stand in.
    pub artifact: &'a Artifact,
    /// Whether the file shows all policies of the device.
    pub is_whole: bool,
    /// Partition, Region and account of the device, as far as the policies show them.
    pub head: String,
    /// Whether some policy of the artifact allows to receive.
    pub(super) artifact_receives: bool,
    answers: RefCell<Answers>,
    crossings: OnceCell<Crossings>,
}

/// Requests that were put to a set. Rules ask the same of many statements, and an answer takes as
/// long as the set has entries.
#[derive(Debug, Default)]
struct Answers {
    known: BTreeMap<[Box<str>; 3], Option<Witness>>,
    /// Entries of statements that were compared.
    work: usize,
}

/// The most entries of statements that are compared for the rules on one set. Policies that AWS
/// stores have some dozen statements and take some thousand; very long ones, with as many kinds of
/// ARN as statements, would take time in proportion to the square of their length. A document that
/// long is over AWS's limit and gets a finding of `policy-too-large`, so that it never passes.
const MAX_WORK: usize = 1 << 20;

impl AccessSet<'_> {
    /// The Allow statements of the set.
    pub fn allows(&self) -> impl Iterator<Item = (StatementId, &Statement)> {
        self.policies
            .statements()
            .filter(|(_, statement)| statement.effect.value == Effect::Allow)
    }

    /// The witness that a device of these tests passes with this request, and that the entry (if one
    /// is given) is what covers it; `None` otherwise, or when the set is too long to say so.
    pub(super) fn replay(&self, request: Request, entry: Option<&Resource>) -> Option<Witness> {
        // A narrow entry beside a wide one is not to blame for what the wide one opens.
        if entry.is_some_and(|entry| !covers(entry, &request)) {
            return None;
        }
        let mut answers = self.answers.borrow_mut();
        let client_id = request.device.client_id.clone().unwrap_or_default();
        let asked = [client_id, request.action.clone(), request.resource.clone()];
        if let Some(known) = answers.known.get(&asked) {
            return known.clone();
        }
        if answers.work > MAX_WORK {
            return None;
        }
        let entries = |it: &Statement| {
            it.actions.entries().len() + it.resources.entries().len() + it.conditions.len()
        };
        answers.work += self
            .policies
            .statements()
            .map(|(_, it)| entries(it))
            .sum::<usize>();
        let request = passing(&self.policies, &request, Reading::Documented).unwrap_or(request);
        let witness = Witness::replay(&self.policies, Reading::Documented, vec![request]);
        answers.known.insert(asked, witness.clone());
        witness
    }

    /// What one device can do to another here; asked once for all rules.
    pub(super) fn crossings(&self) -> &Crossings {
        self.crossings.get_or_init(|| crossings(self))
    }

    /// Whether this is what a certificate that devices share may do while they register: connect, and
    /// reach topics of registration, and nothing else. Who holds it is no device yet.
    pub(super) fn is_claim(&self) -> bool {
        let mut entries = self.allows().flat_map(|(_, it)| it.resources.entries());
        let client = ResourceKind::Client.as_str();
        let topics = [ResourceKind::Topic, ResourceKind::TopicFilter].map(ResourceKind::as_str);
        let is_registration = |topic: &str| {
            let known = facts::reserved_topic(topic);
            known.is_some_and(|it| it.family == TopicFamily::Provisioning)
        };
        let is_meant = |entry: &Resource| {
            let name = entry.arn.as_ref().map(|arn| arn.resource().to_string());
            let parts = name.as_deref().and_then(|it| it.split_once('/'));
            parts.is_some_and(|(kind, rest)| {
                kind == client || (topics.contains(&kind) && is_registration(rest))
            })
        };
        let has_topics = self.allows().any(|(_, it)| it.covers_action(PUBLISH));
        has_topics && entries.all(is_meant)
    }

    /// Where a statement stands.
    pub fn span(&self, id: StatementId) -> Option<crate::source::Span> {
        self.policies.statement(id).map(|statement| statement.span)
    }
}

/// Policies in force together, as a file shows them: a set before it is made.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    documents: Vec<&'a PolicyDocument>,
    artifact: &'a Artifact,
    is_whole: bool,
    artifact_receives: bool,
}

/// The policies in force together that a file shows: those of one principal, those that one template
/// names, each other policy alone.
pub(super) fn shown(artifacts: &Artifacts) -> Vec<Shown<'_>> {
    let mut sets: Vec<Shown<'_>> = Vec::new();
    for artifact in &artifacts.list {
        let mut shared: BTreeMap<&Holder, usize> = BTreeMap::new();
        let statements = artifact
            .policies
            .iter()
            .flat_map(|it| &it.policy.statements);
        let receives =
            |it: &Statement| it.effect.value == Effect::Allow && it.covers_action(RECEIVE);
        let artifact_receives = statements.into_iter().any(receives);
        for document in &artifact.policies {
            let known = shared.get(&document.holder);
            if let Some(set) = known.and_then(|at| sets.get_mut(*at)) {
                set.documents.push(document);
                continue;
            }
            if document.holder != Holder::Alone {
                shared.insert(&document.holder, sets.len());
            }
            sets.push(Shown {
                documents: vec![document],
                artifact,
                is_whole: document.holder != Holder::Alone,
                artifact_receives,
            });
        }
    }
    sets
}

impl<'a> Shown<'a> {
    /// The set to ask.
    pub(super) fn set(self) -> AccessSet<'a> {
        let policies = self.documents.iter().map(|it| it.policy.clone());
        let policies = PolicySet::of_certificate(policies);
        let place = Place::of(&policies);
        let mut policies = place.fill(&policies);
        policies
            .policies
            .iter_mut()
            .for_each(|it| close(&mut it.policy));
        AccessSet {
            policies,
            documents: self.documents,
            artifact: self.artifact,
            is_whole: self.is_whole,
            head: place.head(),
            artifact_receives: self.artifact_receives,
            answers: RefCell::default(),
            crossings: OnceCell::new(),
        }
    }
}

/// Closes the values that are still open: each becomes a text that nothing else is. Conditions of
/// an Allow on where a request comes from are taken to hold.
fn close(policy: &mut Policy) {
    for statement in &mut policy.statements {
        match &mut statement.resources {
            Clause::Only(list) | Clause::AllBut(list) => list.iter_mut().for_each(close_resource),
        }
        if statement.effect.value == Effect::Allow {
            statement
                .conditions
                .retain(|condition| !is_of_place(condition));
        }
        for condition in &mut statement.conditions {
            for value in &mut condition.values {
                value.value = closed(&value.value);
            }
        }
    }
}

fn is_of_place(condition: &Condition) -> bool {
    matches!(condition.key.value, Key::SourceIp | Key::DomainName)
}

fn close_resource(resource: &mut Resource) {
    if resource.pattern.has_reference() {
        resource.pattern = closed(&resource.pattern);
        resource.arn = Arn::parse(&resource.pattern);
    }
}

/// The pattern with a text of its own for each open value.
fn closed(pattern: &Pattern) -> Pattern {
    let close = |piece: &Spanned<Piece>| {
        let value = match &piece.value {
            Piece::Reference(reference) => Piece::Literal(reference.to_string().into()),
            other => other.clone(),
        };
        Spanned::new(value, piece.span)
    };
    Pattern::from_pieces(pattern.pieces().iter().map(close))
}

/// The names of the two devices of a witness.
pub(super) const ATTACKER: &str = "device-a";
/// See [`ATTACKER`].
pub(super) const VICTIM: &str = "device-b";

/// A device that is attached to the thing [`ATTACKER`], under a client id.
pub(super) fn attacker(client_id: &str) -> Device {
    Device {
        client_id: Some(client_id.into()),
        thing: Some(Thing {
            name: ATTACKER.into(),
            thing_type: None,
            attributes: std::collections::BTreeMap::new(),
            association: Some(Association::NonExclusive),
        }),
        certificate: Some(crate::model::Certificate::default()),
    }
}

/// A request for the resource `name`, in the partition, Region and account that `pattern` names.
pub(super) fn request(
    device: Device,
    action: &str,
    pattern: Option<&Resource>,
    kind: ResourceKind,
    name: &str,
) -> Request {
    let arn = pattern.and_then(|resource| resource.arn.as_ref());
    let head = |segment: fn(&Arn) -> &Pattern, default: &'static str| match arn.map(segment) {
        Some(pattern) => pattern.literal().unwrap_or(default).to_owned(),
        None => default.to_owned(),
    };
    let partition = head(Arn::partition, "aws");
    let region = head(Arn::region, "us-east-1");
    let account = head(Arn::account, "123456789012");
    let resource = format!(
        "arn:{partition}:iot:{region}:{account}:{}/{name}",
        kind.as_str()
    );
    let protocol = match kind {
        ResourceKind::Client | ResourceKind::Topic | ResourceKind::TopicFilter => Protocol::Mqtt,
        ResourceKind::Thing | ResourceKind::RoleAlias => Protocol::Https,
    };
    Request {
        device,
        action: action.into(),
        resource: resource.into(),
        context: Context {
            protocol,
            ..Context::default()
        },
    }
}
