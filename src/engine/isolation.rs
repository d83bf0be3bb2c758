//! Can one device reach what belongs to another.

use super::language::{Glob, Owner, Partly, Token};
use super::reach::{Ask, Reach, World, prefix};
use super::session::{Meaning, Mode, Open, Variables, name_of, tokens};
use super::{Reading, Witness};
use crate::model::{
    CONNECT, DELETE_CONNECTION, DELETE_THING_SHADOW, Effect, GET_CONNECTION, GET_RETAINED_MESSAGE,
    GET_THING_SHADOW, Key, LIST_NAMED_SHADOWS_FOR_THING, LIST_SUBSCRIPTIONS, PUBLISH, PolicySet,
    RECEIVE, Resource, ResourceKind, SEND_DIRECT_MESSAGE, SUBSCRIBE, UPDATE_THING_SHADOW,
    is_reserved, job_actions, things_prefix,
};

/// What one device may do to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Threat {
    /// Connect under its client id, or act on its connection.
    Impersonate,
    /// Publish to a topic that it publishes to.
    Spoof,
    /// Publish to a topic that it reads, or send to it directly.
    Inject,
    /// Receive a message of its topics.
    Eavesdrop,
    /// Read, change or delete its shadow, over MQTT or HTTPS.
    Shadow,
    /// Read or change its jobs, over MQTT or HTTPS.
    Jobs,
}

impl Threat {
    /// All, in the order of reports.
    pub const ALL: [Threat; 6] = [
        Threat::Impersonate,
        Threat::Spoof,
        Threat::Inject,
        Threat::Eavesdrop,
        Threat::Shadow,
        Threat::Jobs,
    ];

    /// The word in reports and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Threat::Impersonate => "impersonate",
            Threat::Spoof => "spoof",
            Threat::Inject => "inject",
            Threat::Eavesdrop => "eavesdrop",
            Threat::Shadow => "shadow",
            Threat::Jobs => "jobs",
        }
    }
}

/// How devices are attached to their things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Tie {
    /// Either way: proved only if both are.
    #[default]
    Any,
    /// Not exclusively: a device is its thing only under the thing's name as client id.
    ByClientId,
    /// Exclusively: a device is its thing under any client id.
    Exclusive,
}

/// Which client ids devices take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ClientIds {
    /// Any that the policies let them connect as.
    #[default]
    Chosen,
    /// The name of the thing, always. A promise of the operator, not of the policies.
    Pinned,
}

/// Between whom things are kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Between {
    /// Any two devices.
    #[default]
    Devices,
    /// Two devices whose attribute of this name differs, e.g. `tenant`.
    Attribute(Box<str>),
}

/// A part of a [`Region`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RegionPiece {
    /// Characters that stand for themselves.
    Literal(Box<str>),
    /// One character, whichever.
    AnyChar,
    /// One level, also an empty one: any run of characters but `/`.
    AnyLevel,
    /// Any run of characters.
    AnyRun,
    /// What the device calls its own, e.g. the name of its thing.
    Identity(Key),
}

/// A set of names that belong together: topics, client ids, …
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Region {
    /// The parts, in order.
    pub pieces: Vec<RegionPiece>,
}

/// What is asked of a set of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isolation {
    /// Partition, Region and account of the devices, e.g. `arn:aws:iot:eu-west-1:123456789012:`.
    pub head: Box<str>,
    /// How devices are attached.
    pub tie: Tie,
    /// Which client ids they take.
    pub client_ids: ClientIds,
    /// Topics that are declared to belong to a device, each with an [`RegionPiece::Identity`].
    pub owns: Vec<Region>,
    /// Resources that are for many on purpose, as policies write them behind the head of an ARN: they
    /// belong to nobody, e.g. `topic/news/${iot:Connection.Thing.Attributes[tenant]}`.
    pub shared: Vec<Box<str>>,
    /// Between whom.
    pub between: Between,
    /// Keys whose values are made of the characters of a thing's name, `[a-zA-Z0-9:_-]`, e.g. an
    /// attribute that whoever registers devices has looked at. Without that an attribute may hold a
    /// `/`, and reach into other levels of a topic.
    pub plain: Vec<Key>,
    /// In which reading nothing must be reachable: the cautious one, if a promise is at stake.
    pub reading: Reading,
    /// Steps that may be taken for all threats together; [`Isolation::WORK`] is at most some 50 ms.
    pub work: u64,
}

/// What was found out.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It can't happen, in the cautious reading.
    Proved,
    /// It can: these requests pass.
    Refuted(Box<Witness>),
    /// Not found out.
    Unknown(Reason),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The search was stopped.
    #[error("the search was stopped: the patterns can be read in too many ways")]
    Work,
    /// The statements of one action hang on more conditions than are looked at in all combinations.
    #[error("too many conditions decide it together")]
    Conditions,
    /// What the search finds does not pass when it is asked as a request.
    #[error("no proof was found, and no two names for which a request passes")]
    Undecided,
}

impl Isolation {
    /// Steps for at most some 50 ms.
    pub const WORK: u64 = 500_000;

    /// The question for devices in a place, without further promises.
    pub fn new(head: impl Into<Box<str>>) -> Isolation {
        Isolation {
            head: head.into(),
            tie: Tie::default(),
            client_ids: ClientIds::default(),
            owns: Vec::new(),
            shared: Vec::new(),
            between: Between::default(),
            plain: Vec::new(),
            reading: Reading::Cautious,
            work: Isolation::WORK,
        }
    }
}

impl Isolation {
    /// Whether an entry of a policy is for many on purpose.
    fn is_shared(&self, entry: &Resource) -> bool {
        let arn = entry.arn.as_ref();
        let name = arn.map_or(&entry.pattern, |arn| arn.resource());
        !self.shared.is_empty() && self.shared.iter().any(|it| **it == *name.to_string())
    }
}

/// Whether one device can do each of these to another.
///
/// Each answer holds for all names, client ids, attributes and certificates that AWS lets devices
/// have, under what `question` assumes of them (docs/semantics.md, P1).
pub fn isolation(set: &PolicySet, question: &Isolation) -> Vec<(Threat, Verdict)> {
    let case = Case::new(set, question);
    let mut left = question.work;
    let mut threats_left = Threat::ALL.len() as u64;
    let answers = Threat::ALL.map(|threat| {
        // What one does not need, the others may.
        let mut share = left / threats_left;
        left -= share;
        threats_left -= 1;
        let verdict = case.verdict(threat, &mut share);
        left += share;
        (threat, verdict)
    });
    answers.into()
}

/// Whether one device can do this to another: one answer of [`isolation`], with all its steps.
pub fn isolation_from(set: &PolicySet, question: &Isolation, threat: Threat) -> Verdict {
    let mut work = question.work;
    Case::new(set, question).verdict(threat, &mut work)
}

/// What an answer hangs on beside the policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// A field of the certificate holds the name of its thing.
    FieldIsName(Key),
    /// No two devices have the same value in a field of their certificates.
    FieldIsDistinct(Key),
    /// No statement lets a device connect; another policy is taken to.
    ConnectsElsewhere,
    /// A value that the documents leave open is the same for all devices.
    OpenValue(Box<str>),
}

/// What the answers of [`isolation`] and [`super::bound`] hang on for these policies.
pub fn assumptions(set: &PolicySet, question: &Isolation) -> Vec<Assumption> {
    let variables = Variables::of(&[set], &question.between).with_plain(&question.plain);
    let mut assumptions = Vec::new();
    if let Some(key) = variables.alias() {
        assumptions.push(Assumption::FieldIsName(key.clone()));
    }
    let fields = variables.distinct_fields();
    assumptions.extend(fields.map(|key| Assumption::FieldIsDistinct(key.clone())));
    let open = variables.open_values().map(ToString::to_string);
    assumptions.extend(open.map(|it| Assumption::OpenValue(it.into())));
    if !World::new(set, &question.head, variables).connects {
        assumptions.push(Assumption::ConnectsElsewhere);
    }
    assumptions
}

/// Topics that a policy opens to all of its holders alike: entries of `topic/` and `topicfilter/`
/// that are allowed and hold no identity. Nobody owns them, so nothing is proved of them.
pub fn shared_topics<'a>(set: &'a PolicySet, question: &Isolation) -> Vec<&'a Resource> {
    let variables = Variables::of(&[set], &question.between).with_plain(&question.plain);
    let mut shared: Vec<&Resource> = Vec::new();
    for (_, statement) in set.statements() {
        let mut actions = [PUBLISH, RECEIVE, SUBSCRIBE].into_iter();
        if statement.effect.value != Effect::Allow || !actions.any(|it| statement.covers_action(it))
        {
            continue;
        }
        for entry in statement.resources.only() {
            let name = entry
                .arn
                .as_ref()
                .map_or(&entry.pattern, |arn| arn.resource());
            let is_of = |kind| name.to_string().starts_with(&prefix(kind));
            let is_topic = is_of(ResourceKind::Topic) || is_of(ResourceKind::TopicFilter);
            let has_owner = name.variables().any(|it| variables.is_owner(it.value));
            let is_aws = name
                .to_string()
                .split_once('/')
                .is_some_and(|it| is_reserved(it.1));
            if is_topic && !has_owner && !is_aws && !question.is_shared(entry) {
                shared.push(entry);
            }
        }
    }
    shared
}

/// A set of policies, the question, and what belongs to the victim.
struct Case<'a> {
    world: World<'a>,
    question: &'a Isolation,
    /// Topics that the victim publishes to.
    published: Vec<Glob>,
    /// Topics that the victim reads.
    read: Vec<Glob>,
}

impl<'a> Case<'a> {
    fn new(set: &'a PolicySet, question: &'a Isolation) -> Case<'a> {
        let mut variables = Variables::of(&[set], &question.between).with_plain(&question.plain);
        for region in &question.owns {
            for piece in &region.pieces {
                if let RegionPiece::Identity(key) = piece {
                    variables.add(key);
                }
            }
        }
        let world = World::new(set, &question.head, variables);
        let mut case = Case {
            world,
            question,
            published: Vec::new(),
            read: Vec::new(),
        };
        let built_in = case.topics_of_thing("");
        let declared: Vec<Glob> = question
            .owns
            .iter()
            .map(|region| region_glob(region, Owner::Victim, &case.world.variables, Mode::Tied))
            .collect();
        let of_policies = |actions: &[(&str, ResourceKind)]| {
            let mut globs = vec![built_in.clone()];
            globs.extend(declared.iter().cloned());
            for (action, kind) in actions {
                case.named_by(action, *kind, &mut globs);
            }
            globs.sort();
            globs.dedup();
            globs
        };
        let published = of_policies(&[(PUBLISH, ResourceKind::Topic)]);
        let read = of_policies(&[
            (RECEIVE, ResourceKind::Topic),
            (SUBSCRIBE, ResourceKind::TopicFilter),
        ]);
        case.published = published;
        case.read = read;
        case
    }

    /// The topics that AWS keeps for the victim, below a word.
    fn topics_of_thing(&self, below: &str) -> Glob {
        let prefix = things_prefix();
        let tokens = prefix.chars().map(Token::Char);
        let name = std::iter::once(Token::Symbol(name_of(Owner::Victim)));
        let below = format!("/{below}");
        let below = below.chars().map(Token::Char).collect::<Vec<_>>();
        let rest = [Token::AnyChar, Token::AnyRun];
        Glob::new(tokens.chain(name).chain(below).chain(rest))
    }

    /// What the resources of an action name by an identity of the victim.
    fn named_by(&self, action: &str, kind: ResourceKind, globs: &mut Vec<Glob>) {
        let prefix = prefix(kind);
        for (_, statement) in self.world.set.statements() {
            if statement.effect.value != Effect::Allow || !statement.covers_action(action) {
                continue;
            }
            for entry in statement.resources.only() {
                let has_owner = entry
                    .pattern
                    .variables()
                    .any(|it| self.world.variables.is_owner(it.value));
                if !has_owner || self.question.is_shared(entry) {
                    continue;
                }
                let Some(glob) = self.victims(entry) else {
                    continue;
                };
                for glob in glob.after(&prefix, Partly::Dropped) {
                    // A pattern in which no identity is left says nothing of whose it is.
                    if glob.symbols().any(|it| it.owner == Owner::Victim) {
                        globs.push(match kind {
                            ResourceKind::TopicFilter => of_filter(&glob),
                            _ => glob,
                        });
                    }
                }
            }
        }
    }

    /// An entry behind its head, as the victim's policies read it.
    fn victims(&self, entry: &Resource) -> Option<Glob> {
        let pattern = match &entry.arn {
            Some(arn) => arn.resource(),
            None => &entry.pattern,
        };
        let variables = &self.world.variables;
        tokens(
            pattern,
            None,
            Open::AnyText(variables),
            &mut |variable| match variables.meaning(&variable.key, Owner::Victim, Mode::Tied, false)
            {
                Meaning::Symbol(symbol) => Some(vec![Token::Symbol(symbol)]),
                Meaning::Text(text) => Some(text.chars().map(Token::Char).collect()),
                Meaning::Absent | Meaning::Client => None,
            },
        )
    }

    /// The modes in which devices come, as the question assumes them.
    fn modes(&self, threat: Threat) -> Vec<Mode> {
        let mut modes = match (self.question.tie, self.question.client_ids) {
            (_, ClientIds::Pinned) => vec![Mode::Tied],
            (Tie::Any, ClientIds::Chosen) => vec![Mode::Tied, Mode::Untied, Mode::Exclusive],
            (Tie::ByClientId, ClientIds::Chosen) => vec![Mode::Tied, Mode::Untied],
            (Tie::Exclusive, ClientIds::Chosen) => vec![Mode::Tied, Mode::Exclusive],
        };
        if threat == Threat::Impersonate {
            // Under its own name a device is itself.
            modes.retain(|mode| *mode != Mode::Tied);
        } else if self.world.comes_as_itself()
            || (!self.world.names_client && self.world.connects_as_itself())
        {
            // Under its own name alone, or where no policy names the client id: the two are the same.
            modes.retain(|mode| *mode != Mode::Exclusive);
        }
        modes
    }

    fn verdict(&self, threat: Threat, work: &mut u64) -> Verdict {
        let mut search = Threatened {
            case: self,
            work,
            low: None,
            unknown: None,
        };
        match search.ask_all(threat) {
            Some(witness) => Verdict::Refuted(witness),
            None => match (search.low, search.unknown) {
                (Some(witness), _) => Verdict::Refuted(witness),
                (None, Some(reason)) => Verdict::Unknown(reason),
                (None, None) => Verdict::Proved,
            },
        }
    }
}

/// The questions of one threat, one after the other, until one is answered as documented.
struct Threatened<'c, 'a> {
    case: &'c Case<'a>,
    work: &'c mut u64,
    /// A witness in the cautious reading only.
    low: Option<Box<Witness>>,
    unknown: Option<Reason>,
}

impl Threatened<'_, '_> {
    /// A witness in the documented reading, if there is one.
    fn ask_all(&mut self, threat: Threat) -> Option<Box<Witness>> {
        let case = self.case;
        let modes = case.modes(threat);
        let name = Glob::new([Token::Symbol(name_of(Owner::Victim))]);
        let client = std::slice::from_ref(&name);
        match threat {
            Threat::Impersonate => self
                .ask(CONNECT, ResourceKind::Client, &modes, client)
                .or_else(|| {
                    let actions = [DELETE_CONNECTION, GET_CONNECTION, LIST_SUBSCRIPTIONS];
                    self.ask_https(&actions, ResourceKind::Client, client)
                }),
            Threat::Spoof => self.ask_publish(&modes, &case.published),
            Threat::Inject => self
                .ask_publish(&modes, &case.read)
                .or_else(|| self.ask_https(&[SEND_DIRECT_MESSAGE], ResourceKind::Client, client)),
            Threat::Eavesdrop => {
                let mut owned: Vec<_> = case.published.iter().chain(&case.read).cloned().collect();
                owned.sort();
                owned.dedup();
                self.ask(RECEIVE, ResourceKind::Topic, &modes, &owned)
                    .or_else(|| {
                        self.ask_https(&[GET_RETAINED_MESSAGE], ResourceKind::Topic, &owned)
                    })
            }
            Threat::Shadow => {
                let mut named = name.tokens().to_vec();
                named.extend([Token::Char('/'), Token::AnyChar, Token::AnyRun]);
                let things = [name.clone(), Glob::new(named)];
                let actions = [GET_THING_SHADOW, UPDATE_THING_SHADOW, DELETE_THING_SHADOW];
                let topics = [case.topics_of_thing("shadow/")];
                self.ask_https(&actions, ResourceKind::Thing, &things)
                    .or_else(|| {
                        let actions = [LIST_NAMED_SHADOWS_FOR_THING];
                        self.ask_https(&actions, ResourceKind::Thing, client)
                    })
                    .or_else(|| self.ask_publish(&modes, &topics))
                    .or_else(|| self.ask(RECEIVE, ResourceKind::Topic, &modes, &topics))
            }
            Threat::Jobs => {
                let actions: Vec<_> = job_actions().collect();
                let topics = [case.topics_of_thing("jobs/")];
                self.ask_https(&actions, ResourceKind::Thing, client)
                    .or_else(|| self.ask_publish(&modes, &topics))
                    .or_else(|| self.ask(RECEIVE, ResourceKind::Topic, &modes, &topics))
            }
        }
    }

    fn ask_publish(&mut self, modes: &[Mode], owned: &[Glob]) -> Option<Box<Witness>> {
        let mut all = modes.to_vec();
        all.push(Mode::Https);
        self.ask(PUBLISH, ResourceKind::Topic, &all, owned)
    }

    fn ask_https(
        &mut self,
        actions: &[&str],
        kind: ResourceKind,
        owned: &[Glob],
    ) -> Option<Box<Witness>> {
        actions
            .iter()
            .find_map(|action| self.ask(action, kind, &[Mode::Https], owned))
    }

    fn ask(
        &mut self,
        action: &str,
        kind: ResourceKind,
        modes: &[Mode],
        owned: &[Glob],
    ) -> Option<Box<Witness>> {
        for mode in modes {
            let ask = Ask {
                action,
                kind,
                mode: *mode,
                owned,
                has_victim: true,
            };
            match self
                .case
                .world
                .reach(&ask, self.case.question.reading, self.work)
            {
                Reach::Never => {}
                Reach::By(witness) if witness.reading() == Reading::Documented => {
                    return Some(witness);
                }
                Reach::By(witness) => {
                    self.low.get_or_insert(witness);
                }
                Reach::Unknown(reason) => {
                    self.unknown.get_or_insert(reason);
                }
            }
        }
        None
    }
}

/// The topics that a pattern of filters is about: `+` is any level, `#` at the end anything.
pub(super) fn of_filter(glob: &Glob) -> Glob {
    let last = glob.tokens().len().saturating_sub(1);
    let token = |(at, token): (usize, &Token)| match token {
        Token::Char('+') => Token::AnyLevel,
        Token::Char('#') if at == last => Token::AnyRun,
        other => *other,
    };
    Glob::new(glob.tokens().iter().enumerate().map(token))
}

/// A region as a glob, with the identities of a device as symbols.
pub(super) fn region_glob(
    region: &Region,
    owner: Owner,
    variables: &Variables,
    mode: Mode,
) -> Glob {
    let tokens = region.pieces.iter().flat_map(|piece| match piece {
        RegionPiece::Literal(text) => text.chars().map(Token::Char).collect(),
        RegionPiece::AnyChar => vec![Token::AnyChar],
        RegionPiece::AnyLevel => vec![Token::AnyLevel],
        RegionPiece::AnyRun => vec![Token::AnyRun],
        RegionPiece::Identity(key) => match variables.meaning(key, owner, mode, false) {
            Meaning::Symbol(symbol) => vec![Token::Symbol(symbol)],
            Meaning::Text(text) => text.chars().map(Token::Char).collect(),
            Meaning::Absent | Meaning::Client => vec![Token::AnyRun],
        },
    });
    Glob::new(tokens)
}
