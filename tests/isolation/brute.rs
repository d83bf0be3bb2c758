//! Isolation between two devices, by trying: every name, every session, every topic and filter of a
//! small universe. Short and slow, and without any part of what it checks.
//!
//! # Definitions
//! - *Names* are the first words over a few letters, shortest first; client ids are the names and
//!   `+`, `#`, `a/b` and `*`.
//! - *Topics* are the words of a few characters over letters and `/`; *filters* are those with one
//!   more character, `+` or `#`, where MQTT takes them. Beside these, for each name n,
//!   `$aws/things/n/x`, `…/n/shadow/x` and `…/n/jobs/x`, as topics and as filters;
//!   `$aws/rules/r/<topic>` as topics; `$share/g/<filter>` as filters.
//! - The *victim* B is the thing b, attached, with the client id b. The *attacker* A is another
//!   thing a, attached, under the same policies.
//! - The *sessions* of A: attached exclusively, under any client id that it may connect as; not
//!   exclusively, under the client id a, which gives the same; not exclusively, under another one,
//!   which leaves thing variables unresolved and `IsAttached` false; over HTTPS, without client id,
//!   thing variables and `IsAttached`.
//! - A session over MQTT needs an allowed Connect. If no Allow statement covers it, another policy is
//!   taken to allow it; a Deny still denies.
//! - *Read* of a session: the topics T for which Receive is allowed and a filter that matches T may
//!   be subscribed to; or `$share/g/<filter>`, and Receive is then allowed on T or, in the cautious
//!   reading, on `$share/g/T`.
//! - *Filters match* level by level: `#` also matches an empty level, and in the cautious reading
//!   the parent; a wildcard at the start never matches what starts with `$`.
//! - B *owns* for publishing: `$aws/things/b/<any>`, and the topics of each entry in the `Resource`
//!   of an Allow that covers Publish that has the name of the thing or the client id behind `topic/`,
//!   both replaced by b. For reading: the same with Receive, and with Subscribe behind
//!   `topicfilter/`, where `+` and a last `#` are read as wildcards. Conditions are of no matter.
//!
//! # Threats
//! - *impersonate*: Connect on `client/b` as b; or over HTTPS DeleteConnection, GetConnection or
//!   ListSubscriptions on it.
//! - *spoof*: Publish, over MQTT or HTTPS, of what B owns for publishing.
//! - *inject*: Publish of what B owns for reading; or over HTTPS SendDirectMessage on `client/b`.
//! - *eavesdrop*: Read, or over HTTPS GetRetainedMessage, of what B owns.
//! - *shadow*: over HTTPS the three actions on `thing/b` or `thing/b/s`, or
//!   ListNamedShadowsForThing; Publish or Read of `$aws/things/b/shadow/…`.
//! - *jobs*: over HTTPS the four actions on `thing/b`; Publish or Read of `$aws/things/b/jobs/…`.

use std::collections::HashMap;

use fleetwright::engine::{ClientIds, Reading, Threat, Tie};

use crate::decide::{
    Covered, Decision, Piece, Resource, Session, conditions_hold, covers_action, decide,
    is_in_force, is_wide, lives,
};
use crate::owned::{Owned, is_among};
use crate::policy::{Condition, Effect, NameKey, Statement, Token};
use crate::universe::{Group, Set, Universe};

/// The actions on a client, a shadow and a job that a device asks for over HTTPS.
pub(crate) const CONNECTION_ACTIONS: [&str; 3] = [
    "iot:DeleteConnection",
    "iot:GetConnection",
    "iot:ListSubscriptions",
];
pub(crate) const SHADOW_ACTIONS: [&str; 3] = [
    "iot:GetThingShadow",
    "iot:UpdateThingShadow",
    "iot:DeleteThingShadow",
];
pub(crate) const JOB_ACTIONS: [&str; 4] = [
    "iotjobsdata:DescribeJobExecution",
    "iotjobsdata:GetPendingJobExecutions",
    "iotjobsdata:StartNextPendingJobExecution",
    "iotjobsdata:UpdateJobExecution",
];

/// The lists that a client may bring to a Connect.
pub(crate) const CONNECT_ATTRIBUTES: [&[&str]; 4] = [
    &[],
    &["PersistentConnect"],
    &["LastWill"],
    &["PersistentConnect", "LastWill"],
];

/// What was found in one reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Whether a device can do it to another, in the order of [`Threat::ALL`].
    can: [bool; Threat::ALL.len()],
    /// How many times a resource was looked for in a language.
    pub(crate) memberships: u64,
}

impl Found {
    /// Whether a device can do this to another.
    pub(crate) fn can(&self, threat: Threat) -> bool {
        self.can[place(threat)]
    }
}

fn place(threat: Threat) -> usize {
    Threat::ALL.iter().position(|it| *it == threat).unwrap()
}

/// Tries everything, as documented and in the cautious reading.
pub(crate) fn search(
    statements: &[Statement],
    tie: Tie,
    client_ids: ClientIds,
    universe: &Universe,
) -> [Found; 2] {
    let others = others(statements, universe);
    let mut documented = Search::new(statements, universe, Reading::Documented, &others);
    documented.over_all(tie, client_ids);
    let mut cautious = Search::new(statements, universe, Reading::Cautious, &others);
    // Whatever is allowed as documented is allowed cautiously.
    cautious.found.can = documented.found.can;
    cautious.covered = documented.covered;
    cautious.over_all(tie, client_ids);
    [documented.found, cautious.found]
}

/// A session of the attacker: indices of the thing and of the client id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Mode {
    /// Without it, the connection is not the thing's, and the attacker may be any thing.
    thing: Option<usize>,
    /// Without it, it is HTTPS.
    client: Option<usize>,
}

/// What the resources that an entry covers depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    statement: usize,
    entry: usize,
    group: Group,
    mode: Mode,
    is_wide: bool,
}

/// Topics and other resources of one or more devices.
#[derive(Clone, Copy, Debug, Default)]
struct Things {
    publish: Set,
    read: Set,
    shadow: Set,
    jobs: Set,
    /// Its client id.
    client: Set,
    /// `thing/b`, and `thing/b/s`.
    thing: Set,
    named_shadow: Set,
}

struct Search<'a> {
    statements: &'a [Statement],
    universe: &'a Universe,
    reading: Reading,
    /// What belongs to some device other than this one; last, to any device.
    others: &'a [Things],
    /// Whether another policy is taken to allow Connect.
    is_connect_elsewhere: bool,
    /// The lists that a Connect is tried with; one, where none matters.
    connect_attributes: &'static [&'static [&'static str]],
    /// Whether it depends on the client id who may connect, and what may be done then.
    connect_has_client: bool,
    has_client: bool,
    covered: HashMap<Key, Option<Set>>,
    reached: HashMap<Set, Set>,
    found: Found,
}

impl<'a> Search<'a> {
    fn new(
        statements: &'a [Statement],
        universe: &'a Universe,
        reading: Reading,
        others: &'a [Things],
    ) -> Search<'a> {
        let covers = |it: &Statement, action: &str| covers_action(it, action, reading);
        let mut allows = statements.iter().filter(|it| it.effect == Effect::Allow);
        let mut conditions = statements.iter().flat_map(|it| &it.conditions);
        let has_attributes = conditions.any(|it| matches!(it, Condition::ConnectAttributes { .. }));
        let depends_on_client = |actions: &[&'static str]| {
            let mut depending = statements.iter().filter(|it| depends_on_client(it));
            depending.any(|it| actions.iter().any(|action| covers(it, action)))
        };
        Search {
            statements,
            universe,
            reading,
            others,
            is_connect_elsewhere: !allows.any(|it| covers(it, "iot:Connect")),
            connect_attributes: &CONNECT_ATTRIBUTES[..if has_attributes { 4 } else { 1 }],
            connect_has_client: depends_on_client(&["iot:Connect"]),
            has_client: depends_on_client(&["iot:Publish", "iot:Subscribe", "iot:Receive"]),
            covered: HashMap::new(),
            reached: HashMap::new(),
            found: Found::default(),
        }
    }

    fn over_all(&mut self, tie: Tie, client_ids: ClientIds) {
        let is_pinned = client_ids == ClientIds::Pinned;
        self.over_https();
        // INVARIANT: the client ids begin with the names, in their order.
        let all: Set = (0..self.universe.clients.len()).collect();
        if tie != Tie::Exclusive && !is_pinned {
            self.over_mqtt(None, all);
        }
        for thing in 0..self.universe.names.len() {
            let is_free = tie != Tie::ByClientId && !is_pinned;
            let own = Set::from_iter([thing]);
            self.over_mqtt(Some(thing), if is_free { all } else { own });
        }
    }

    fn over_https(&mut self) {
        let mode = Mode {
            thing: None,
            client: None,
        };
        let others = self.others_than(None);
        self.publish(mode);
        for action in CONNECTION_ACTIONS {
            let asked = self.language(action, Group::Clients, mode);
            self.note(Threat::Impersonate, asked.meets(others.client));
        }
        let sent = self.language("iot:SendDirectMessage", Group::Clients, mode);
        self.note(Threat::Inject, sent.meets(others.client));
        let kept = self.language("iot:GetRetainedMessage", Group::Topics, mode);
        let owned = others
            .publish
            .or(others.read)
            .and(self.universe.publishable);
        self.note(Threat::Eavesdrop, kept.meets(owned));
        for action in SHADOW_ACTIONS {
            let asked = self.language(action, Group::Things, mode);
            let shadows = others.thing.or(others.named_shadow);
            self.note(Threat::Shadow, asked.meets(shadows));
        }
        let list = "iot:ListNamedShadowsForThing";
        let listed = self.language(list, Group::Things, mode);
        self.note(Threat::Shadow, listed.meets(others.thing));
        if self.reading == Reading::Cautious {
            // Section 11, row 11: the resource may be `*`.
            let session = Session::default();
            let decision = decide(
                self.statements,
                list,
                Resource::Everything,
                session,
                self.reading,
            );
            self.note(Threat::Shadow, decision == Decision::Allow);
        }
        for action in JOB_ACTIONS {
            let asked = self.language(action, Group::Things, mode);
            self.note(Threat::Jobs, asked.meets(others.thing));
        }
    }

    /// The sessions of a thing, or of an attacker without one, under any of these client ids.
    fn over_mqtt(&mut self, thing: Option<usize>, clients: Set) {
        let (allowed, connected) = self.connects(thing);
        let others = self.others_than(thing);
        let is_other = allowed.and(clients).meets(others.client);
        self.note(Threat::Impersonate, is_other);
        let connected = connected.and(clients);
        for client in 0..self.universe.clients.len() {
            if connected.has(client) {
                let mode = Mode {
                    thing,
                    client: Some(client),
                };
                self.publish(mode);
                self.read(mode);
                if !self.has_client {
                    break;
                }
            }
        }
    }

    /// The client ids that a session may connect as by these policies; and those that it may
    /// connect as.
    fn connects(&mut self, thing: Option<usize>) -> (Set, Set) {
        let all = self.universe.resources(Group::Clients).1.len();
        let (mut own, mut any) = (Set::default(), Set::default());
        let mut add = |clients: Set, allowed: Set, denied: Set| {
            own = own.or(allowed.without(denied).and(clients));
            any = any.or(clients.without(denied));
        };
        for attributes in self.connect_attributes {
            // The client id that asks is the one that is asked for.
            let clients = if self.connect_has_client { all } else { 1 };
            for client in 0..clients {
                let mode = Mode {
                    thing,
                    client: Some(client),
                };
                let (allowed, denied) = self.asked("iot:Connect", Group::Clients, mode, attributes);
                let clients = match self.connect_has_client {
                    true => Set::from_iter([client]),
                    false => (0..all).collect(),
                };
                add(clients, allowed, denied);
            }
        }
        (own, if self.is_connect_elsewhere { any } else { own })
    }

    fn publish(&mut self, mode: Mode) {
        if self.has_found(&[Threat::Spoof, Threat::Inject, Threat::Shadow, Threat::Jobs]) {
            return;
        }
        let published = self.language("iot:Publish", Group::Topics, mode);
        let published = published.and(self.universe.publishable);
        let others = self.others_than(mode.thing);
        self.note(Threat::Spoof, published.meets(others.publish));
        self.note(Threat::Inject, published.meets(others.read));
        self.note(Threat::Shadow, published.meets(others.shadow));
        self.note(Threat::Jobs, published.meets(others.jobs));
    }

    fn read(&mut self, mode: Mode) {
        if self.has_found(&[Threat::Eavesdrop, Threat::Shadow, Threat::Jobs]) {
            return;
        }
        let received = self.language("iot:Receive", Group::Topics, mode);
        let subscribed = self.language("iot:Subscribe", Group::Filters, mode);
        let (universe, reading) = (self.universe, self.reading);
        let reached = self.reached.entry(subscribed);
        let reached = *reached.or_insert_with(|| universe.reached(subscribed, reading));
        let read = reached.and(received);
        let others = self.others_than(mode.thing);
        self.note(
            Threat::Eavesdrop,
            read.meets(others.publish.or(others.read)),
        );
        self.note(Threat::Shadow, read.meets(others.shadow));
        self.note(Threat::Jobs, read.meets(others.jobs));
    }

    /// Whether nothing more can be found of these.
    fn has_found(&self, threats: &[Threat]) -> bool {
        threats.iter().all(|threat| self.found.can(*threat))
    }

    fn note(&mut self, threat: Threat, can: bool) {
        self.found.can[place(threat)] |= can;
    }

    fn others_than(&self, thing: Option<usize>) -> Things {
        self.others[thing.unwrap_or(self.universe.names.len())]
    }

    /// The resources for which a session may do this.
    fn language(&mut self, action: &str, group: Group, mode: Mode) -> Set {
        let (allowed, denied) = self.asked(action, group, mode, &[]);
        allowed.without(denied)
    }

    /// The resources for which an Allow speaks, and those for which a Deny does.
    fn asked(
        &mut self,
        action: &str,
        group: Group,
        mode: Mode,
        connect_attributes: &[&'static str],
    ) -> (Set, Set) {
        let statements = self.statements;
        let session = self.session(mode, connect_attributes);
        let (mut allowed, mut denied) = (Set::default(), Set::default());
        for (index, statement) in statements.iter().enumerate() {
            let is_about = covers_action(statement, action, self.reading)
                && is_in_force(statement, session)
                && conditions_hold(statement, session, self.reading);
            if is_about {
                let covered = self.covered(index, group, mode);
                match statement.effect {
                    Effect::Allow => allowed = allowed.or(covered),
                    Effect::Deny => denied = denied.or(covered),
                }
            }
        }
        self.found.memberships += self.universe.resources(group).1.len() as u64;
        (allowed, denied)
    }

    /// The resources that a statement covers.
    fn covered(&mut self, index: usize, group: Group, mode: Mode) -> Set {
        let statement = &self.statements[index];
        let (mut is_unresolved, mut is_empty, mut listed) = (false, true, Set::default());
        for entry in 0..statement.resources.entries.len() {
            match self.covered_by(index, entry, group, mode) {
                None => is_unresolved = true,
                Some(covered) => {
                    is_empty = false;
                    listed = listed.or(covered);
                }
            }
        }
        match lives(statement, is_unresolved, is_empty, self.reading) {
            false => Set::default(),
            true if statement.resources.is_excluding => self.universe.all(group).without(listed),
            true => listed,
        }
    }

    /// The resources that an entry covers, looked for once for all that gives the same; `None`
    /// where a variable has no value.
    fn covered_by(&mut self, index: usize, entry: usize, group: Group, mode: Mode) -> Option<Set> {
        let statement = &self.statements[index];
        let resource = &statement.resources.entries[entry];
        let has = |token| resource.name().is_some_and(|name| name.contains(&token));
        let is_excluding = statement.resources.is_excluding;
        let key = Key {
            statement: index,
            entry,
            group,
            mode: Mode {
                thing: mode.thing.filter(|_| has(Token::Thing)),
                client: mode.client.filter(|_| has(Token::Client)),
            },
            is_wide: is_wide(statement, is_excluding, self.reading) && resource.has_width(),
        };
        if let Some(known) = self.covered.get(&key) {
            return *known;
        }
        let session = self.session(mode, &[]);
        let (kind, resources) = self.universe.resources(group);
        let covered = Covered::new(statement, resource, session, self.reading).map(|covered| {
            let mut set = Set::default();
            if covered.is_of(kind) {
                for (index, resource) in resources.iter().enumerate() {
                    if covered.has(Resource::Arn(kind, resource)) {
                        set.insert(index);
                    }
                }
            }
            set
        });
        self.covered.insert(key, covered);
        covered
    }

    fn session<'b>(&self, mode: Mode, connect_attributes: &'b [&'static str]) -> Session<'b>
    where
        'a: 'b,
    {
        let universe = self.universe;
        Session {
            thing: mode.thing.map(|it| universe.names[it].as_slice()),
            client: mode.client.map(|it| universe.clients[it].as_slice()),
            connect_attributes,
        }
    }
}

fn depends_on_client(statement: &Statement) -> bool {
    let is_on_client = |it: &Condition| match it {
        Condition::Name { key, .. } => *key == NameKey::Client,
        Condition::IsAttached(_) | Condition::ConnectAttributes { .. } => false,
    };
    statement.names().any(|name| name.contains(&Token::Client))
        || statement.conditions.iter().any(is_on_client)
}

/// For each device what belongs to others, then what belongs to anyone.
fn others(statements: &[Statement], universe: &Universe) -> Vec<Things> {
    let of_each = universe.names.iter().enumerate().map(|(index, name)| {
        let owned = Owned::new(statements, name);
        let one = |index: usize| Set::from_iter([index]);
        let all = |topics: &[Vec<Piece>]| {
            let reserved = universe.reserved(index, "/");
            universe
                .with_shared(|topic| is_among(topics, topic))
                .or(reserved)
        };
        Things {
            publish: all(&owned.publish),
            read: all(&owned.read),
            shadow: universe.reserved(index, "/shadow/"),
            jobs: universe.reserved(index, "/jobs/"),
            client: one(index),
            thing: one(index),
            named_shadow: one(universe.names.len() + index),
        }
    });
    let of_each: Vec<Things> = of_each.collect();
    let (mut anyones, mut of_two) = (Things::default(), Things::default());
    for own in &of_each {
        of_two = of_two.both(anyones.both(*own, Set::and), Set::or);
        anyones = anyones.both(*own, Set::or);
    }
    // Of another device is what another one has as well, and what this one has not.
    let others = of_each
        .iter()
        .map(|own| of_two.both(anyones.both(*own, Set::without), Set::or));
    others.chain([anyones]).collect()
}

impl Things {
    fn both(self, other: Things, of: fn(Set, Set) -> Set) -> Things {
        Things {
            publish: of(self.publish, other.publish),
            read: of(self.read, other.read),
            shadow: of(self.shadow, other.shadow),
            jobs: of(self.jobs, other.jobs),
            client: of(self.client, other.client),
            thing: of(self.thing, other.thing),
            named_shadow: of(self.named_shadow, other.named_shadow),
        }
    }
}
