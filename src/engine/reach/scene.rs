//! One search, and what its runs become as requests.

use std::borrow::Cow;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::super::compile::Access;
use super::super::context;
use super::super::language::{Found, Glob, Owner, Query, Run, Side, Symbol, Token, search};
use super::super::session::{Mode, NAME, Session, device_request, set_value};
use super::super::work::spend;
use super::super::{Decision, Reading, Request, Witness, authorize};
use super::{Ask, Combination, Delivery, MAX_RUNS, Outcome, Tried, World, names_of, prefix};
use crate::facts::limit;
use crate::model::{
    CONNECT, Device, ResourceKind, SUBSCRIBE, Topic, TopicFilter, rules_prefix, share_prefix,
    unshared,
};

/// The names that devices of witnesses have, where any would do.
pub(super) const ACTOR: &str = "device-a";
/// See [`ACTOR`].
const VICTIM: &str = "device-b";
/// See [`ACTOR`]; for a victim that must not be the actor.
pub(super) const OTHER: &str = "device-c";

/// The most slashes of a topic.
const MAX_SLASHES: u8 = limit::TOPIC_SLASHES as u8;
/// Levels that the name of a rule puts before a topic, and that are not counted.
const RULE_LEVELS: u8 = 3;
/// The longest topic.
const MAX_TOPIC_BYTES: usize = limit::TOPIC_BYTES as usize;

/// Pairs of patterns that are told apart by their first characters in one step.
const PAIRS_PER_STEP: usize = 8;
/// Steps for a client id of one pattern.
const CLIENT_WORK: u64 = 2_000;
/// Steps for a witness that reads better.
const TIDY_WORK: u64 = 5_000;

/// One search, with all that a run needs to become requests.
pub(super) struct Scene<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) ask: &'a Ask<'a>,
    pub(super) session: &'a Session,
    /// The name of the device that acts, where one is tried.
    pub(super) name: Option<&'a str>,
    /// The name of the victim, where one is tried.
    pub(super) victim: Option<&'a str>,
    /// What is asked; all, where it is not said.
    pub(super) only: Option<&'a FxHashSet<Combination>>,
    pub(super) reading: Reading,
}

impl Scene<'_> {
    /// Searches each way in which a grant, a filter and what is owned can meet.
    pub(super) fn search(
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
        let of_victim = self.victim.map(|victim| {
            let named = |glob: &Glob| {
                glob.with(|symbol| {
                    let is_name = symbol.owner == Owner::Victim && symbol.key == NAME;
                    is_name.then(|| Glob::text(victim))
                })
            };
            self.ask.owned.iter().map(named).collect::<Vec<_>>()
        });
        let all_owned = of_victim.as_deref().unwrap_or(self.ask.owned);
        let choices = access.choices();
        spend(
            work,
            filter_ways.len() + self.victim.map_or(0, |_| all_owned.len()),
        );
        for grant in &access.grants {
            for (glob, at) in &grant.globs {
                spend(work, 1 + self.only.map_or(0, FxHashSet::len) / 4);
                let is_of = |it: &Combination| it.grant == (grant.id, *at);
                if self.only.is_some_and(|it| !it.iter().any(is_of)) {
                    continue;
                }
                for choice in &choices {
                    let mut query = Query {
                        name: access.side(grant, glob, choice),
                        names: names_of(self.ask.kind),
                        is_shared: matches!(delivery, Delivery::Shared | Delivery::SharedBoth),
                        with_parent: true,
                        rival: self
                            .name
                            .filter(|_| self.ask.has_victim && self.victim.is_none()),
                        ..Query::default()
                    };
                    let own_globs = query.name.globs.len();
                    spend(work, all_owned.len() / PAIRS_PER_STEP);
                    for (owned_at, owned) in all_owned.iter().enumerate() {
                        if glob.is_apart_from(owned) {
                            continue;
                        }
                        query.name.globs.truncate(own_globs);
                        match self.ask.has_victim {
                            true => query.owned = Some(owned),
                            false => query.name.globs.push(owned),
                        }
                        for way in &filter_ways {
                            let combination = Combination {
                                delivery,
                                grant: (grant.id, *at),
                                owned: owned_at,
                                filter: way.as_ref().map(|it| (it.grant.id, it.at)),
                            };
                            spend(work, 1);
                            if self.only.is_some_and(|it| !it.contains(&combination)) {
                                continue;
                            }
                            query.filter = way.as_ref().map(|it| {
                                filters
                                    .unwrap_or(&nothing)
                                    .side(it.grant, it.glob, &it.choice)
                            });
                            let found = self.ask_one(&query, owned, delivery, work, tried);
                            if found == Outcome::Runs {
                                tried.open.insert(combination);
                            }
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
        if query.is_split() {
            return Outcome::Nothing;
        }
        if *work == 0 {
            return Outcome::Stopped;
        }
        spend(work, query.size());
        let key = query.key();
        if self.world.fruitless.borrow().contains(&key) {
            return Outcome::Nothing;
        }
        let outcome = self.ask_anew(query, owned, delivery, work, tried);
        if outcome == Outcome::Nothing {
            self.world.fruitless.borrow_mut().insert(key);
        }
        outcome
    }

    fn ask_anew(
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
        let found = search(query, work, &mut |run, work| {
            runs += 1;
            if self.ask.kind == ResourceKind::Topic && !is_within_limits(&run.name) {
                is_beyond = query.max_slashes.is_none();
                outcome = outcome.and(if is_beyond { outcome } else { Outcome::Runs });
                return is_beyond || runs >= MAX_RUNS;
            }
            tried.left = *work;
            let passes = self.replay(run, owned, delivery, tried);
            *work = tried.left;
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
            self.tidy(query, owned, delivery, work, tried);
        }
        match found {
            Found::Stopped => outcome.and(Outcome::Stopped),
            Found::Nothing | Found::Something => outcome,
        }
    }

    /// Shows the same with names that look like names, where those do.
    fn tidy(
        &self,
        query: &Query<'_>,
        owned: &Glob,
        delivery: Delivery,
        work: &mut u64,
        tried: &mut Tried,
    ) {
        let is_usual = || {
            let mode = self.session.mode;
            self.world
                .session(mode, Some(ACTOR), self.reading)
                .is_some()
        };
        if !self.ask.has_victim || self.name.is_some() || !is_usual() {
            return;
        }
        let named = |glob: &&Glob| {
            glob.with(|symbol| {
                let name = match symbol.owner {
                    Owner::Actor => ACTOR,
                    Owner::Victim => VICTIM,
                };
                let is_name = symbol.key == NAME;
                is_name.then(|| Glob::text(name))
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
        let most = TIDY_WORK.min(*work);
        let mut left = most;
        let mut runs = 0;
        let _ = search(&query, &mut left, &mut |run, left| {
            runs += 1;
            if self.ask.kind == ResourceKind::Topic && !is_within_limits(&run.name) {
                return false;
            }
            tidied.left = *left;
            self.replay_as(ACTOR, VICTIM, run, owned, delivery, &mut tidied);
            *left = tidied.left;
            tidied.is_documented() || runs >= MAX_RUNS
        });
        *work -= most - left;
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
        let victims = match self.victim {
            Some(victim) => vec![victim],
            None => distinct(named(Owner::Victim)),
        };
        for name in actors.iter().chain(&victims) {
            tried.add_name(name);
        }
        let usual = match actors.is_empty() {
            true => self.world.usual_names(self.session.mode, self.reading),
            false => Rc::default(),
        };
        let usual = || usual.iter().map(|it| &**it);
        let mut passes = false;
        let victims: &[&str] = if victims.is_empty() {
            &[VICTIM]
        } else {
            &victims
        };
        for victim in victims {
            let is_other = |actor: &&str| !self.ask.has_victim || actor != victim;
            let free = usual().filter(is_other).take(MAX_USUAL);
            for actor in actors.iter().copied().filter(is_other).chain(free) {
                passes |= self.replay_as(actor, victim, run, owned, delivery, tried);
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
            value.map(Glob::text)
        });
        if !own.contains(&run.name) {
            return false;
        }
        let mut passes = false;
        for client in self.clients(actor, run, tried) {
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
    fn clients(&self, actor: &str, run: &Run, tried: &mut Tried) -> Vec<Option<String>> {
        match self.session.mode {
            Mode::Tied | Mode::Https => vec![None],
            Mode::Exclusive | Mode::Untied if self.ask.action == CONNECT => vec![None],
            Mode::Exclusive | Mode::Untied => {
                let read = run.client.clone();
                let read = read.or_else(|| self.any_client(actor, run, &mut tried.left));
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
        victim: impl Fn() -> Device,
    ) -> bool {
        let set = self.world.set;
        let run = &*self.completed(run, client.unwrap_or(actor), &mut tried.left);
        for reading in [Reading::Documented, Reading::Cautious] {
            if tried.only_documented && reading == Reading::Cautious {
                return false;
            }
            if tried.witness.is_some() && reading == Reading::Cautious {
                // One is known already; for the search as documented this run has not passed.
                return self.reading == Reading::Cautious;
            }
            if tried.left == 0 {
                return false;
            }
            let with_group = delivery == Delivery::SharedBoth && reading == Reading::Cautious;
            // Most runs fail in their last request.
            let asked = [Asked::Last, Asked::Subscribe, Asked::Connect];
            let mut passing = Vec::new();
            let is_passing = asked.iter().all(|asked| {
                let request = self.request(*asked, actor, client, run, delivery, with_group);
                let Some(request) = request else { return true };
                spend(&mut tried.left, 2 * self.world.decision);
                let request = context::passing(set, &request, reading);
                let is_passing = request.is_some();
                passing.extend(request);
                is_passing
            });
            if !is_passing {
                continue;
            }
            passing.reverse();
            spend(&mut tried.left, passing.len() * self.world.decision);
            if self.is_kept_out(actor, client, reading) {
                continue;
            }
            let Some(witness) = Witness::replay(set, reading, passing) else {
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

    /// The run with values of what the policies take the client id from: an attribute, a field of the
    /// certificate.
    fn completed<'r>(&self, run: &'r Run, own_id: &str, left: &mut u64) -> Cow<'r, Run> {
        let clients = &self.session.clients;
        let is_value = |it: &Symbol| it.owner == Owner::Actor && it.key != NAME;
        let sources = clients
            .iter()
            .filter(|it| it.symbols().any(|it| is_value(&it)));
        let own_id = match self.ask.action == CONNECT {
            true => &run.name,
            false => own_id,
        };
        for glob in sources {
            let id = Glob::text(own_id);
            let known = self.with_values(glob, None, run);
            let query = Query {
                name: Side {
                    globs: vec![&known, &id],
                    except: Vec::new(),
                },
                ..Query::default()
            };
            let mut completed = None;
            let most = CLIENT_WORK.min(*left);
            let mut work = most;
            let _ = search(&query, &mut work, &mut |read, _| {
                let mut run = run.clone();
                let values = read.values.iter().filter(|it| is_value(&it.0));
                run.values.extend(values.cloned());
                completed = Some(run);
                true
            });
            *left -= most - work;
            if let Some(completed) = completed {
                return Cow::Owned(completed);
            }
        }
        Cow::Borrowed(run)
    }

    /// A glob with the name of the device that acts, where it is known, and the values that a run has
    /// read.
    fn with_values(&self, glob: &Glob, name: Option<&str>, run: &Run) -> Glob {
        glob.with(|symbol| {
            let value = match symbol.key {
                NAME => name,
                _ => value_of(run, symbol),
            };
            value.map(Glob::text)
        })
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
    fn any_client(&self, name: &str, run: &Run, left: &mut u64) -> Option<String> {
        let clients = self.session.clients.iter();
        let clients: Vec<Glob> = clients
            .map(|it| self.with_values(it, Some(name), run))
            .collect();
        let is_good = |client: &str| {
            !client.starts_with('$')
                && clients.iter().any(|it| it.contains(client))
                && (self.session.mode == Mode::Exclusive || client != name)
        };
        if self.session.mode == Mode::Exclusive && is_good(name) {
            return Some(name.to_owned());
        }
        if is_good("another-client") {
            return Some("another-client".to_owned());
        }
        let mut found = None;
        for glob in &clients {
            let query = Query {
                name: Side {
                    globs: vec![glob],
                    except: Vec::new(),
                },
                ..Query::default()
            };
            let most = CLIENT_WORK.min(*left);
            let mut work = most;
            let _ = search(&query, &mut work, &mut |run, _| {
                let is_found = is_good(&run.name);
                if is_found {
                    found = Some(run.name.clone());
                }
                is_found
            });
            *left -= most - work;
            if found.is_some() {
                break;
            }
        }
        found
    }

    /// One of the requests of a run, where it has such.
    fn request(
        &self,
        asked: Asked,
        actor: &str,
        client: Option<&str>,
        run: &Run,
        delivery: Delivery,
        with_group: bool,
    ) -> Option<Request> {
        let mode = self.session.mode;
        let variables = &self.world.variables;
        let own_id = client.unwrap_or(actor);
        let filter = run.filter.as_deref().unwrap_or("");
        let is_connect = self.ask.action == CONNECT;
        let (action, kind, name) = match asked {
            Asked::Connect if !mode.is_mqtt() || !self.world.connects || is_connect => return None,
            Asked::Subscribe if delivery == Delivery::None => return None,
            Asked::Connect => (CONNECT, ResourceKind::Client, own_id),
            Asked::Subscribe => (SUBSCRIBE, ResourceKind::TopicFilter, filter),
            Asked::Last => (self.ask.action, self.ask.kind, &*run.name),
        };
        let is_reached = asked == Asked::Last && is_connect;
        // The name that is reached is the client id.
        let client = if is_reached { Some(name) } else { client };
        let mut request = device_request(mode, actor, client, action, variables);
        for (symbol, value) in &run.values {
            if symbol.owner == Owner::Actor && symbol.key != NAME {
                set_value(&mut request, &variables.key(*symbol), value);
            }
        }
        let group = match asked == Asked::Last && with_group {
            true => filter.strip_suffix(unshared(filter).unwrap_or("")),
            false => None,
        };
        let group = group.unwrap_or("");
        request.resource = format!("{}{}{group}{name}", self.world.head, prefix(kind)).into();
        Some(request)
    }

    fn victim(&self, name: &str, values: &[(Symbol, String)]) -> Device {
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

/// A request of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// To connect.
    Connect,
    /// To subscribe.
    Subscribe,
    /// What the witness is about.
    Last,
}

/// The most names that are tried where a run says none.
const MAX_USUAL: usize = 2;
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
    let (Ok(filter), Ok(topic)) = (TopicFilter::new(filter), Topic::new(&run.name)) else {
        return false;
    };
    let is_parent = || {
        let parent = filter.as_str().strip_suffix("/#");
        let parent = parent.and_then(|it| TopicFilter::new(it).ok());
        parent.is_some_and(|it| it.matches(&topic))
    };
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
