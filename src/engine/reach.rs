//! One device, one action, what belongs to another: can the first reach it.
//!
//! First with both devices as symbols, which proves most of what is so (docs/semantics.md, P4).
//! What that search finds is put to the policies as requests. Where they do not pass, the device
//! that acts gets names, one after the other, which makes the search exact (P2, P5).

use super::compile::{
    Access, ClientMeaning, Compiler, Decided, Grant, Lean, clients, names_client,
};
use super::language::{Found, Glob, Names, Owner, Query, Run, Side, Symbol, Token, search};
use super::session::{Mode, NAME, Session, Variables, device_request, set_value};
use super::{Decision, Reading, Reason, Request, Witness, authorize, context, names};
use crate::facts::limit;
use crate::model::{
    CONNECT, PolicySet, RECEIVE, ResourceKind, SUBSCRIBE, rules_prefix, share_prefix, unshared,
};

/// What is asked: one action, or delivery, on what belongs to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    /// The action; [`RECEIVE`] is delivery, with the subscription before it.
    pub(super) action: &'a str,
    /// What stands before the names, e.g. `topic/`.
    pub(super) kind: ResourceKind,
    /// How the device that acts comes.
    pub(super) mode: Mode,
    /// What belongs to the victim: globs of its symbols.
    pub(super) owned: &'a [Glob],
    /// Whether the other device must be another one: not for bounds, which are about one.
    pub(super) has_victim: bool,
}

/// What became of an [`Ask`].
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// It can't, in the cautious reading.
    Never,
    /// These requests pass.
    By(Box<Witness>),
    /// It was not found out.
    Unknown(Reason),
}

/// A set of policies and the devices under it.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) set: &'a PolicySet,
    pub(super) head: &'a str,
    pub(super) variables: Variables,
    /// Whether some statement allows to connect; if none does, another policy is taken to.
    pub(super) connects: bool,
    /// Whether a policy names the client id.
    pub(super) names_client: bool,
}

/// The names that devices of witnesses have, where any would do.
const ACTOR: &str = "device-a";
/// See [`ACTOR`].
const VICTIM: &str = "device-b";
/// See [`ACTOR`]; for a victim that must not be the actor.
const OTHER: &str = "device-c";

/// The most slashes of a topic.
const MAX_SLASHES: u8 = limit::TOPIC_SLASHES as u8;
/// Levels that the name of a rule puts before a topic, and that are not counted.
const RULE_LEVELS: u8 = 3;
/// The longest topic.
const MAX_TOPIC_BYTES: usize = limit::TOPIC_BYTES as usize;

/// Steps for a witness that reads better.
const TIDY_WORK: u64 = 5_000;
/// Runs of one query that are put to the policies before the search goes on without them.
const MAX_RUNS: usize = 32;

impl<'a> World<'a> {
    pub(super) fn new(set: &'a PolicySet, head: &'a str, variables: Variables) -> World<'a> {
        let connects = set.statements().any(|(_, it)| {
            it.effect.value == crate::model::Effect::Allow && it.covers_action(CONNECT)
        });
        World {
            set,
            head,
            variables,
            connects,
            names_client: names_client(set),
        }
    }

    pub(super) fn compiler(&self, reading: Reading) -> Compiler<'_> {
        Compiler {
            set: self.set,
            head: self.head,
            variables: &self.variables,
            reading,
            lean: Lean::Over,
            client: ClientMeaning::Connectable,
            decided: Decided::default(),
        }
    }

    /// A device that comes in a mode; `None` when it can't connect so.
    pub(super) fn session(
        &self,
        mode: Mode,
        name: Option<&str>,
        reading: Reading,
    ) -> Option<Session> {
        let mut session = Session {
            mode,
            name: name.map(Into::into),
            clients: Vec::new(),
            connect_attributes: None,
        };
        if !mode.is_mqtt() {
            return Some(session);
        }
        let prefix = prefix(ResourceKind::Client);
        let access = self.compiler(reading).access(CONNECT, &prefix, &session);
        if !self.connects {
            session.clients = vec![Glob::any()];
            return (!access.denied.iter().any(Glob::is_any)).then_some(session);
        }
        session.clients = clients(&access);
        (!access.grants.is_empty()).then_some(session)
    }

    /// Whether a device can do what is asked.
    pub(super) fn reach(&self, ask: &Ask<'_>, reading: Reading, work: &mut u64) -> Reach {
        let mut tried = Tried {
            only_documented: reading == Reading::Documented,
            ..Tried::default()
        };
        if tried.only_documented {
            return match self.search(ask, None, reading, work, &mut tried) {
                Outcome::Nothing => Reach::Never,
                Outcome::Stopped => tried.end(Reason::Work),
                _ if tried.is_documented() => tried.end(Reason::Undecided),
                Outcome::Witness | Outcome::Runs => self.reach_by_names(ask, work, tried),
            };
        }
        match self.search(ask, None, Reading::Cautious, work, &mut tried) {
            Outcome::Nothing => return Reach::Never,
            Outcome::Witness => {}
            Outcome::Runs => {}
            Outcome::Stopped => return tried.end(Reason::Work),
        }
        if tried.is_documented() {
            return tried.end(Reason::Undecided);
        }
        let documented = self.search(ask, None, Reading::Documented, work, &mut tried);
        // A witness in the cautious reading is as good as there is, where none is documented.
        let is_settled = documented == Outcome::Nothing && tried.witness.is_some();
        if tried.is_documented() || is_settled {
            return tried.end(Reason::Undecided);
        }
        if documented == Outcome::Stopped {
            return tried.end(Reason::Work);
        }
        self.reach_by_names(ask, work, tried)
    }

    /// Gives the device that acts one name after the other.
    fn reach_by_names(&self, ask: &Ask<'_>, work: &mut u64, mut tried: Tried) -> Reach {
        let names = match self.connectable(ask.mode) {
            Some(list) => names::Candidates {
                list,
                is_complete: true,
            },
            None => {
                let (globs, sets) = (self.globs_of(ask), [self.set]);
                names::candidates(globs, &sets, &self.variables, ask.mode, &tried.names, work)
            }
        };
        let mut is_all = names.is_complete;
        for name in &names.list {
            for reading in [Reading::Cautious, Reading::Documented] {
                if tried.only_documented && reading == Reading::Cautious {
                    continue;
                }
                match self.search(ask, Some(name), reading, work, &mut tried) {
                    Outcome::Nothing if reading == Reading::Cautious => break,
                    Outcome::Nothing | Outcome::Witness => {}
                    Outcome::Runs => is_all = false,
                    Outcome::Stopped => return tried.end(Reason::Work),
                }
                if tried.is_documented() {
                    return tried.end(Reason::Undecided);
                }
            }
        }
        if tried.witness.is_none() && is_all {
            return Reach::Never;
        }
        tried.end(Reason::Undecided)
    }

    /// The names of all devices that can come, where the policies spell them out.
    fn connectable(&self, mode: Mode) -> Option<Vec<String>> {
        let session = self.session(mode, None, Reading::Cautious)?;
        let literals = || session.clients.iter().map(Glob::literal);
        (mode == Mode::Tied && !session.clients.is_empty())
            .then(|| literals().collect::<Option<Vec<String>>>())
            .flatten()
            .map(|list| list.into_iter().filter(|it| names::is_name(it)).collect())
    }

    /// Whether every thing may connect under its own name, as far as the policies tell: then one that
    /// is attached exclusively can do no more, unless a policy names the client id.
    pub(super) fn connects_as_itself(&self) -> bool {
        let Some(session) = self.session(Mode::Tied, None, Reading::Documented) else {
            return false;
        };
        let access = self.compiler(Reading::Documented).access(
            CONNECT,
            &prefix(ResourceKind::Client),
            &session,
        );
        let is_open = |glob: &Glob| {
            let symbol = Token::Symbol(super::session::name_of(Owner::Actor));
            glob.is_any() || glob.tokens() == [symbol]
        };
        let mut open = access.grants.iter().filter(|it| it.except.is_empty());
        !self.connects
            || (access.denied.is_empty()
                && access.confines.is_empty()
                && open.any(|it| it.globs.iter().any(|(glob, _)| is_open(glob))))
    }

    /// All globs that bear on what is asked.
    fn globs_of(&self, ask: &Ask<'_>) -> Vec<Glob> {
        let mut globs: Vec<Glob> = ask.owned.to_vec();
        let Some(session) = self.session(ask.mode, None, Reading::Cautious) else {
            return globs;
        };
        let mut actions = vec![(ask.action, ask.kind)];
        if ask.action == RECEIVE {
            actions.push((SUBSCRIBE, ResourceKind::TopicFilter));
        }
        if ask.mode.is_mqtt() {
            actions.push((CONNECT, ResourceKind::Client));
        }
        for reading in [Reading::Cautious, Reading::Documented] {
            let compiler = self.compiler(reading);
            for (action, kind) in &actions {
                let access = compiler.access(action, &prefix(*kind), &session);
                globs.extend(access.all_globs().cloned());
            }
        }
        globs.sort();
        globs.dedup();
        globs
    }

    /// One search, over all statements.
    fn search(
        &self,
        ask: &Ask<'_>,
        name: Option<&str>,
        reading: Reading,
        work: &mut u64,
        tried: &mut Tried,
    ) -> Outcome {
        let Some(session) = self.session(ask.mode, name, reading) else {
            return Outcome::Nothing;
        };
        let compiler = self.compiler(reading);
        let access = compiler.access(ask.action, &prefix(ask.kind), &session);
        if access.grants.is_empty() {
            return Outcome::Nothing;
        }
        let scene = Scene {
            world: self,
            ask,
            session: &session,
            name,
            reading,
        };
        if ask.action != RECEIVE {
            return scene.search(&access, None, Delivery::None, work, tried);
        }
        let prefix = prefix(ResourceKind::TopicFilter);
        let filters = compiler.access(SUBSCRIBE, &prefix, &session);
        let mut outcome = Outcome::Nothing;
        for delivery in [Delivery::Plain, Delivery::Shared] {
            let found = scene.search(&access, Some(&filters), delivery, work, tried);
            outcome = outcome.and(found);
            if tried.is_enough(reading) || outcome == Outcome::Stopped {
                return outcome;
            }
        }
        if reading == Reading::Cautious {
            // The group may stand in the resource of the delivery too (§11 row 7).
            let shared = access.behind_share();
            let found = scene.search(&shared, Some(&filters), Delivery::SharedBoth, work, tried);
            outcome = outcome.and(found);
        }
        outcome
    }
}

/// How a message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    /// Not at all: something else is asked.
    None,
    /// By a subscription.
    Plain,
    /// By a shared subscription.
    Shared,
    /// By a shared subscription, with the group in the resource of `iot:Receive`.
    SharedBoth,
}

/// How searches ended, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// No run was accepted.
    Nothing,
    /// A witness was found.
    Witness,
    /// Runs were accepted, and at least one of them did not pass.
    Runs,
    /// The work was used up.
    Stopped,
}

impl Outcome {
    fn and(self, other: Outcome) -> Outcome {
        match (self, other) {
            (Outcome::Stopped, _) | (_, Outcome::Stopped) => Outcome::Stopped,
            (Outcome::Runs, _) | (_, Outcome::Runs) => Outcome::Runs,
            (Outcome::Witness, _) | (_, Outcome::Witness) => Outcome::Witness,
            (Outcome::Nothing, Outcome::Nothing) => Outcome::Nothing,
        }
    }
}

/// What the runs so far have shown.
#[derive(Debug, Default)]
struct Tried {
    /// Whether a witness in the cautious reading is none.
    only_documented: bool,
    witness: Option<Witness>,
    /// Names that the device that acts had in runs that did not pass.
    names: Vec<String>,
}

impl Tried {
    fn is_documented(&self) -> bool {
        let reading = self.witness.as_ref().map(Witness::reading);
        reading == Some(Reading::Documented)
    }

    /// Whether a search in this reading has found what it can.
    fn is_enough(&self, reading: Reading) -> bool {
        match reading {
            Reading::Documented => self.is_documented(),
            Reading::Cautious => self.witness.is_some(),
        }
    }

    fn end(self, reason: Reason) -> Reach {
        match self.witness {
            Some(witness) => Reach::By(Box::new(witness)),
            None => Reach::Unknown(reason),
        }
    }

    fn add_name(&mut self, name: &str) {
        if self.names.len() < MAX_RUNS && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }
}

/// One search, with all that a run needs to become requests.
struct Scene<'a> {
    world: &'a World<'a>,
    ask: &'a Ask<'a>,
    session: &'a Session,
    name: Option<&'a str>,
    reading: Reading,
}

impl Scene<'_> {
    /// Searches each way in which a grant, a filter and what is owned can meet.
    fn search(
        &self,
        access: &Access,
        filters: Option<&Access>,
        delivery: Delivery,
        work: &mut u64,
        tried: &mut Tried,
    ) -> Outcome {
        let mut outcome = Outcome::Nothing;
        let nothing = Access::default();
        let filter_ways = match filters {
            Some(filters) => filters.ways(),
            None => vec![None],
        };
        for grant in &access.grants {
            for (glob, _) in &grant.globs {
                for choice in access.choices() {
                    for owned in self.ask.owned {
                        for way in &filter_ways {
                            let mut name = access.side(grant, glob, &choice);
                            if !self.ask.has_victim {
                                name.globs.push(owned);
                            }
                            let mut query = Query {
                                name,
                                owned: Some(owned).filter(|_| self.ask.has_victim),
                                names: names_of(self.ask.kind),
                                is_shared: matches!(
                                    delivery,
                                    Delivery::Shared | Delivery::SharedBoth
                                ),
                                with_parent: true,
                                rival: self.name.filter(|_| self.ask.has_victim),
                                max_slashes: None,
                                filter: None,
                            };
                            if let Some((grant, glob, choice)) = way {
                                let filters = filters.unwrap_or(&nothing);
                                query.filter = Some(filters.side(grant, glob, choice));
                            }
                            let found = self.ask_one(&query, owned, delivery, work, tried);
                            outcome = outcome.and(found);
                            if tried.is_enough(self.reading) || outcome == Outcome::Stopped {
                                return outcome;
                            }
                        }
                    }
                }
            }
        }
        outcome
    }

    fn ask_one(
        &self,
        query: &Query<'_>,
        owned: &Glob,
        delivery: Delivery,
        work: &mut u64,
        tried: &mut Tried,
    ) -> Outcome {
        let mut runs = 0;
        let mut outcome = Outcome::Nothing;
        let mut is_beyond = false;
        let found = search(query, work, &mut |run| {
            runs += 1;
            if self.ask.kind == ResourceKind::Topic && !is_within_limits(&run.name) {
                is_beyond = query.max_slashes.is_none();
                outcome = outcome.and(if is_beyond { outcome } else { Outcome::Runs });
                return is_beyond || runs >= MAX_RUNS;
            }
            let passes = self.replay(run, owned, delivery, tried);
            outcome = outcome.and(if passes {
                Outcome::Witness
            } else {
                Outcome::Runs
            });
            tried.is_enough(self.reading) || runs >= MAX_RUNS
        });
        if is_beyond {
            // Such a topic can't be: look again, and count.
            let any = |prefix: &str| {
                let prefix: Vec<Token> = prefix.chars().map(Token::Char).collect();
                Glob::new(prefix.into_iter().chain([Token::AnyRun]))
            };
            let (shared, of_rules) = (any(share_prefix()), any(&rules_prefix()));
            let mut counted = Query {
                max_slashes: Some(MAX_SLASHES),
                ..query.clone()
            };
            counted.name.except.push(&shared);
            outcome = outcome.and(self.ask_one(&counted, owned, delivery, work, tried));
            if max_slashes(owned) > MAX_SLASHES && !tried.is_enough(self.reading) {
                counted.max_slashes = Some(MAX_SLASHES + RULE_LEVELS);
                counted.name.globs.push(&of_rules);
                outcome = outcome.and(self.ask_one(&counted, owned, delivery, work, tried));
            }
            return outcome;
        }
        if tried.is_documented() {
            self.tidy(query, owned, delivery, tried);
        }
        match found {
            Found::Stopped => outcome.and(Outcome::Stopped),
            Found::Nothing | Found::Something => outcome,
        }
    }

    /// Shows the same with names that look like names, where those do.
    fn tidy(&self, query: &Query<'_>, owned: &Glob, delivery: Delivery, tried: &mut Tried) {
        if !self.ask.has_victim || self.name.is_some() {
            return;
        }
        let named = |glob: &&Glob| {
            glob.with(|symbol| {
                let name = match symbol.owner {
                    Owner::Actor => ACTOR,
                    Owner::Victim => VICTIM,
                };
                let is_name = symbol.key == NAME;
                is_name.then(|| Glob::new(name.chars().map(Token::Char)))
            })
        };
        let all = |globs: &[&Glob]| -> Vec<Glob> { globs.iter().map(named).collect() };
        let globs = all(&query.name.globs);
        let except = all(&query.name.except);
        let filters = query
            .filter
            .as_ref()
            .map(|it| (all(&it.globs), all(&it.except)));
        let own = named(&owned);
        let query = Query {
            name: Side {
                globs: globs.iter().collect(),
                except: except.iter().collect(),
            },
            owned: Some(&own),
            filter: filters.as_ref().map(|(globs, except)| Side {
                globs: globs.iter().collect(),
                except: except.iter().collect(),
            }),
            with_parent: false,
            max_slashes: (self.ask.kind == ResourceKind::Topic).then(|| max_slashes(owned)),
            ..query.clone()
        };
        let mut tidied = Tried::default();
        let mut work = TIDY_WORK;
        let mut runs = 0;
        let _ = search(&query, &mut work, &mut |run| {
            runs += 1;
            if self.ask.kind == ResourceKind::Topic && !is_within_limits(&run.name) {
                return false;
            }
            self.replay_as(ACTOR, VICTIM, run, owned, delivery, &mut tidied);
            tidied.is_documented() || runs >= MAX_RUNS
        });
        if tidied.is_documented() {
            tried.witness = tidied.witness;
        }
    }

    /// Puts a run to the policies. True when its requests pass in some reading.
    fn replay(&self, run: &Run, owned: &Glob, delivery: Delivery, tried: &mut Tried) -> bool {
        let named = |owner| {
            let values = run.values.iter();
            let names =
                values.filter(move |(symbol, _)| symbol.owner == owner && symbol.key == NAME);
            names.map(|(_, name)| name.as_str())
        };
        let actors: Vec<&str> = match self.name {
            Some(name) => vec![name],
            None => distinct(named(Owner::Actor)),
        };
        let victims = distinct(named(Owner::Victim));
        for name in &actors {
            tried.add_name(name);
        }
        let or = |names: &[&str], other: &'static str| match names {
            [] => vec![other.to_owned()],
            names => names.iter().map(|it| (*it).to_owned()).collect(),
        };
        let mut passes = false;
        for victim in or(&victims, VICTIM) {
            let free = if victim == ACTOR { OTHER } else { ACTOR };
            for actor in or(&actors, free) {
                if self.ask.has_victim && actor == victim {
                    continue;
                }
                passes |= self.replay_as(&actor, &victim, run, owned, delivery, tried);
                if tried.is_documented() {
                    return true;
                }
            }
        }
        passes
    }

    fn replay_as(
        &self,
        actor: &str,
        victim: &str,
        run: &Run,
        owned: &Glob,
        delivery: Delivery,
        tried: &mut Tried,
    ) -> bool {
        // What was read for the victim's symbols must be one name throughout.
        let mut victim_values: Vec<(Symbol, String)> = vec![];
        let own = owned.with(|symbol| {
            let value = match (symbol.owner, symbol.key) {
                (Owner::Actor, NAME) => Some(actor),
                (Owner::Victim, NAME) => Some(victim),
                _ => value_of(run, symbol),
            };
            if let (Owner::Victim, Some(value)) = (symbol.owner, value) {
                victim_values.push((symbol, value.to_owned()));
            }
            value.map(|value| Glob::new(value.chars().map(Token::Char)))
        });
        if !own.contains(&run.name) {
            return false;
        }
        let mut passes = false;
        for client in self.clients(actor, run) {
            let client = client.as_deref();
            passes |= self.replay_with(actor, client, run, delivery, tried, || {
                self.victim(victim, &victim_values)
            });
            if tried.is_enough(self.reading) {
                break;
            }
        }
        passes
    }

    /// What the device may have called itself in a run; first as the run says, then by patterns that
    /// may count as such (§11 row 1).
    fn clients(&self, actor: &str, run: &Run) -> Vec<Option<String>> {
        match self.session.mode {
            Mode::Tied | Mode::Https => vec![None],
            Mode::Exclusive | Mode::Untied if self.ask.action == CONNECT => vec![None],
            Mode::Exclusive | Mode::Untied => {
                let read = run.client.clone().or_else(|| self.any_client(actor));
                let mut clients: Vec<_> =
                    read.filter(|it| !it.starts_with('$')).into_iter().collect();
                if run.client.is_some() && self.reading == Reading::Cautious {
                    let patterns = self.session.clients.iter().filter_map(as_client_id);
                    clients.extend(patterns.take(MAX_PATTERNS));
                }
                clients.into_iter().map(Some).collect()
            }
        }
    }

    /// Puts the requests of a run to the policies, in both readings.
    fn replay_with(
        &self,
        actor: &str,
        client: Option<&str>,
        run: &Run,
        delivery: Delivery,
        tried: &mut Tried,
        victim: impl Fn() -> crate::model::Device,
    ) -> bool {
        let set = self.world.set;
        for reading in [Reading::Documented, Reading::Cautious] {
            if tried.only_documented && reading == Reading::Cautious {
                return false;
            }
            if tried.witness.is_some() && reading == Reading::Cautious {
                return true;
            }
            let with_group = delivery == Delivery::SharedBoth && reading == Reading::Cautious;
            let requests = self.requests(actor, client, run, delivery, with_group);
            let requests = requests
                .into_iter()
                .map(|request| context::passing(set, &request, reading).unwrap_or(request));
            if self.is_kept_out(actor, client, reading) {
                continue;
            }
            let Some(witness) = Witness::replay(set, reading, requests.collect()) else {
                continue;
            };
            if delivery != Delivery::None && !delivers(run, delivery, reading) {
                continue;
            }
            tried.witness = Some(match self.ask.has_victim {
                true => witness.against(victim()),
                false => witness,
            });
            return true;
        }
        false
    }

    /// Whether a Deny keeps the device from connecting, where another policy is taken to allow it.
    fn is_kept_out(&self, actor: &str, client: Option<&str>, reading: Reading) -> bool {
        let mode = self.session.mode;
        if !mode.is_mqtt() || self.world.connects {
            return false;
        }
        let variables = &self.world.variables;
        let mut request = device_request(mode, actor, client, CONNECT, variables);
        let name = client.unwrap_or(actor);
        request.resource =
            format!("{}{}{name}", self.world.head, prefix(ResourceKind::Client)).into();
        let decision = authorize(self.world.set, &request, reading);
        matches!(decision, Decision::ExplicitDeny(_))
    }

    /// A client id under which the device may connect, where it does not matter which.
    fn any_client(&self, name: &str) -> Option<String> {
        let is_good = |client: &str| {
            !client.starts_with('$')
                && self.session.clients.iter().any(|it| it.contains(client))
                && (self.session.mode == Mode::Exclusive || client != name)
        };
        if self.session.mode == Mode::Exclusive && is_good(name) {
            return Some(name.to_owned());
        }
        if is_good("another-client") {
            return Some("another-client".to_owned());
        }
        let mut found = None;
        for glob in &self.session.clients {
            let glob = glob.with(|symbol| {
                let name = (symbol.key == NAME).then_some(name)?;
                Some(Glob::new(name.chars().map(Token::Char)))
            });
            let query = Query {
                name: Side {
                    globs: vec![&glob],
                    except: Vec::new(),
                },
                ..Query::default()
            };
            let mut work = 2_000;
            let _ = search(&query, &mut work, &mut |run| {
                let is_found = is_good(&run.name);
                if is_found {
                    found = Some(run.name.clone());
                }
                is_found
            });
            if found.is_some() {
                break;
            }
        }
        found
    }

    fn requests(
        &self,
        actor: &str,
        client: Option<&str>,
        run: &Run,
        delivery: Delivery,
        with_group: bool,
    ) -> Vec<Request> {
        let mode = self.session.mode;
        let request = |action: &str, kind: ResourceKind, name: &str| {
            let variables = &self.world.variables;
            let mut request = device_request(mode, actor, client, action, variables);
            for (symbol, value) in &run.values {
                if symbol.owner == Owner::Actor && symbol.key != NAME {
                    set_value(&mut request, &variables.key(*symbol), value);
                }
            }
            request.resource = format!("{}{}{name}", self.world.head, prefix(kind)).into();
            request
        };
        let mut requests = Vec::new();
        let own_id = client.unwrap_or(actor);
        let is_connect = self.ask.action == CONNECT;
        if mode.is_mqtt() && self.world.connects && !is_connect {
            requests.push(request(CONNECT, ResourceKind::Client, own_id));
        }
        if delivery != Delivery::None {
            let filter = run.filter.as_deref().unwrap_or("");
            requests.push(request(SUBSCRIBE, ResourceKind::TopicFilter, filter));
        }
        let mut last = match is_connect {
            // The name that is reached is the client id.
            true => {
                let variables = &self.world.variables;
                let mut last = device_request(mode, actor, Some(&run.name), CONNECT, variables);
                last.resource =
                    format!("{}{}{}", self.world.head, prefix(self.ask.kind), run.name).into();
                last
            }
            false => request(self.ask.action, self.ask.kind, &run.name),
        };
        if with_group {
            let filter = run.filter.as_deref().unwrap_or("");
            let plain = unshared(filter).unwrap_or("");
            let group = filter.get(..filter.len() - plain.len()).unwrap_or("");
            last.resource = format!(
                "{}{}{group}{}",
                self.world.head,
                prefix(self.ask.kind),
                run.name
            )
            .into();
        }
        requests.push(last);
        requests
    }

    fn victim(&self, name: &str, values: &[(Symbol, String)]) -> crate::model::Device {
        let variables = &self.world.variables;
        let mut request = device_request(Mode::Tied, name, None, CONNECT, variables);
        for (symbol, value) in values {
            if symbol.key != NAME {
                set_value(&mut request, &variables.key(*symbol), value);
            }
        }
        request.device
    }
}

/// The most patterns that are tried as client ids.
const MAX_PATTERNS: usize = 8;

/// A glob of client ids, written as a client id.
fn as_client_id(glob: &Glob) -> Option<String> {
    let character = |token: &Token| match token {
        Token::Char(character) => Some(*character),
        Token::AnyRun | Token::AnyChar => Some('*'),
        Token::AnyLevel
        | Token::Symbol(_)
        | Token::ClientStart
        | Token::ClientPattern
        | Token::ClientEnd => None,
    };
    glob.tokens().iter().map(character).collect()
}

/// Whether a broker takes a topic of this length and depth; the name of a rule before it does not
/// count. What begins like a shared subscription is none.
fn is_within_limits(topic: &str) -> bool {
    let counted = match topic.strip_prefix(&rules_prefix()) {
        Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
        None => topic,
    };
    let slashes = counted.chars().filter(|it| *it == '/').count();
    !topic.starts_with(share_prefix())
        && slashes <= usize::from(MAX_SLASHES)
        && counted.len() <= MAX_TOPIC_BYTES
}

/// The most slashes of the topics of a glob: more where a rule's may be among them.
fn max_slashes(owned: &Glob) -> u8 {
    let prefix = rules_prefix();
    let mut pairs = owned.tokens().iter().zip(prefix.chars());
    let differs = pairs.find(|(token, character)| **token != Token::Char(*character));
    match differs {
        Some((Token::Char(_), _)) => MAX_SLASHES,
        Some(_) | None => MAX_SLASHES + RULE_LEVELS,
    }
}

/// Whether the filter of a run really delivers its topic, as AWS documents it, or at least in the
/// cautious reading, where `a/#` may deliver `a`.
fn delivers(run: &Run, delivery: Delivery, reading: Reading) -> bool {
    let filter = run.filter.as_deref().unwrap_or("");
    let filter = match delivery {
        Delivery::Shared | Delivery::SharedBoth => unshared(filter).unwrap_or(""),
        Delivery::Plain | Delivery::None => filter,
    };
    let (Ok(filter), Ok(topic)) = (
        crate::model::TopicFilter::new(filter),
        crate::model::Topic::new(&run.name),
    ) else {
        return false;
    };
    let is_parent = || filter.as_str().strip_suffix("/#") == Some(topic.as_str());
    filter.matches(&topic) || (reading == Reading::Cautious && is_parent())
}

fn distinct<'r>(names: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut list: Vec<&str> = Vec::new();
    for name in names {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

fn value_of(run: &Run, symbol: Symbol) -> Option<&str> {
    let mut values = run.values.iter();
    values
        .find(|(known, _)| *known == symbol)
        .map(|(_, value)| value.as_str())
}

/// What the names of a kind of resource are.
pub(super) fn names_of(kind: ResourceKind) -> Names {
    match kind {
        ResourceKind::Topic => Names::Topics,
        ResourceKind::TopicFilter => Names::Filters,
        ResourceKind::Client => Names::Clients,
        ResourceKind::Thing => Names::Things,
        ResourceKind::RoleAlias => Names::Texts,
    }
}

/// What stands before the names of a kind of resource.
pub(super) fn prefix(kind: ResourceKind) -> String {
    format!("{}/", kind.as_str())
}

/// A grant, one of its globs, and one glob of each list that confines.
type Way<'g> = (&'g Grant, &'g Glob, Vec<&'g Glob>);

impl Access {
    /// All ways to be allowed something.
    fn ways(&self) -> Vec<Option<Way<'_>>> {
        let mut ways = Vec::new();
        for grant in &self.grants {
            for (glob, _) in &grant.globs {
                for choice in self.choices() {
                    ways.push(Some((grant, glob, choice)));
                }
            }
        }
        ways
    }

    /// The same of the names behind `$share/<group>/`. What is taken away from some groups only is
    /// not taken away.
    fn behind_share(&self) -> Access {
        let behind = |glob: &Glob| glob.after_share(share_prefix());
        let grants = self.grants.iter().map(|grant| Grant {
            globs: grant
                .globs
                .iter()
                .flat_map(|(glob, at)| behind(glob).into_iter().map(|glob| (glob, *at)))
                .collect(),
            except: Vec::new(),
            id: grant.id,
        });
        Access {
            grants: grants.filter(|it| !it.globs.is_empty()).collect(),
            denied: Vec::new(),
            confines: Vec::new(),
        }
    }
}
