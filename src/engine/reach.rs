//! One device, one action, what belongs to another: can the first reach it.
//!
//! First with both devices as symbols, which proves most of what is so (docs/semantics.md, P4).
//! What that search finds is put to the policies as requests. Where they do not pass, the device
//! that acts gets names, one after the other, and where its victim's name is repeated, the victim
//! too: with both known, the search is exact (P2, P5).

mod scene;

use scene::{ACTOR, OTHER, Scene};

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::compile::{
    Access, ClientMeaning, Compiler, Decided, Grant, Lean, clients, names_client,
};
use super::language::{Glob, Names, Owner, QueryKey, Symbol, Token};
use super::session::{Mode, NAME, Session, Variables};
use super::work::spend;
use super::{Reading, Reason, Witness, names};
use crate::model::{
    CONNECT, PolicySet, RECEIVE, ResourceKind, SUBSCRIBE, StatementId, share_prefix,
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
    /// Queries that found nothing: many are asked again for another device or threat.
    fruitless: RefCell<FxHashSet<QueryKey>>,
    /// Devices that come, and what they may ask for: threats and modes ask for the same names.
    sessions: RefCell<FxHashMap<Coming, Option<Rc<Session>>>>,
    accesses: RefCell<FxHashMap<AccessKey, Rc<Access>>>,
    /// Names of devices that come so, where any would do.
    usual: RefCell<FxHashMap<(Mode, Reading), UsualNames>>,
    /// Tokens in `accesses`; beyond [`MAX_KEPT`] what is made is not kept.
    kept: Cell<usize>,
    /// Steps for the patterns that were made and not paid for yet.
    owed: Cell<usize>,
    /// Steps to decide one request.
    decision: usize,
}

/// How a device comes, under which name, and how that is read.
type Coming = (Mode, Option<Box<str>>, Reading);

/// Names under which a device comes where any would do.
type UsualNames = Rc<[Box<str>]>;

/// What one who comes so asks for: an action, and on names of which kind.
type AccessKey = (Coming, Box<str>, ResourceKind);

/// Tokens of languages that are kept, some 8 bytes each.
const MAX_KEPT: usize = 1_000_000;

/// Tokens of a pattern that are made in one step.
const TOKENS_PER_STEP: usize = 4;

/// What one search tries.
#[derive(Clone, Copy, Debug, Default)]
struct Trial<'a> {
    /// The name of the device that acts; a symbol, where it is not said.
    actor: Option<&'a str>,
    /// The name of its victim; a symbol, where it is not said.
    victim: Option<&'a str>,
    /// Where it looks; everywhere, where it is not said.
    only: Option<&'a FxHashSet<Combination>>,
}

/// Entries that meet: one that allows the action, one that allows the filter, and what is owned.
/// What can't be for symbols can't be for any names (P4), so that most are settled before names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Combination {
    delivery: Delivery,
    grant: (StatementId, usize),
    /// The index in [`Ask::owned`].
    owned: usize,
    filter: Option<(StatementId, usize)>,
}

/// Victims that are tried for each device that acts, where the names are a guess.
const MAX_VICTIMS: usize = 8;

/// Runs of one query that are put to the policies before the search goes on without them.
const MAX_RUNS: usize = 32;

impl<'a> World<'a> {
    pub(super) fn new(set: &'a PolicySet, head: &'a str, variables: Variables) -> World<'a> {
        let connects = set.statements().any(|(_, it)| {
            it.effect.value == crate::model::Effect::Allow && it.covers_action(CONNECT)
        });
        let entries = set.statements().map(|(_, it)| {
            let resources = it.resources.entries().len();
            1 + resources + it.conditions.len()
        });
        World {
            set,
            head,
            variables,
            connects,
            names_client: names_client(set),
            fruitless: RefCell::default(),
            sessions: RefCell::default(),
            accesses: RefCell::default(),
            usual: RefCell::default(),
            kept: Cell::default(),
            owed: Cell::default(),
            decision: 8 + entries.sum::<usize>(),
        }
    }

    /// Takes the steps for patterns that were made since the last time.
    fn pay(&self, work: &mut u64) {
        spend(work, self.owed.take());
    }

    fn owe(&self, access: &Access) -> usize {
        let tokens: usize = access.all_globs().map(|it| it.tokens().len()).sum();
        let steps = self.decision + tokens / TOKENS_PER_STEP;
        self.owed.set(self.owed.get() + steps);
        tokens
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
            focus: None,
        }
    }

    /// A device that comes in a mode; `None` when it can't connect so.
    fn session(&self, mode: Mode, name: Option<&str>, reading: Reading) -> Option<Rc<Session>> {
        let coming = (mode, name.map(Into::into), reading);
        if let Some(known) = self.sessions.borrow().get(&coming) {
            return known.clone();
        }
        let session = self.new_session(mode, name, reading).map(Rc::new);
        self.sessions.borrow_mut().insert(coming, session.clone());
        session
    }

    /// What a device that comes so may ask for.
    fn access(
        &self,
        action: &str,
        kind: ResourceKind,
        session: &Session,
        reading: Reading,
    ) -> Rc<Access> {
        let coming = (session.mode, session.name.clone(), reading);
        let key = (coming, action.into(), kind);
        if let Some(known) = self.accesses.borrow().get(&key) {
            return Rc::clone(known);
        }
        let compiler = self.compiler(reading);
        let access = Rc::new(compiler.access(action, &prefix(kind), session));
        let kept = self.kept.get() + self.owe(&access);
        if kept <= MAX_KEPT {
            self.kept.set(kept);
            self.accesses.borrow_mut().insert(key, Rc::clone(&access));
        }
        access
    }

    fn new_session(&self, mode: Mode, name: Option<&str>, reading: Reading) -> Option<Session> {
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
        self.owe(&access);
        if access.is_shut() {
            return None;
        }
        // Under its own name: is that one of those that may connect (P12).
        let own = name.filter(|_| mode == Mode::Tied);
        if own.is_some_and(|it| access.refuses(it, self.connects)) {
            return None;
        }
        if !self.connects {
            session.clients = vec![Glob::any()];
            return Some(session);
        }
        session.clients = clients(&access);
        (!session.clients.is_empty()).then_some(session)
    }

    /// Names under which a device may come in a mode, where any would do: the usual ones, and where
    /// these can't connect, such as the policies spell out.
    fn usual_names(&self, mode: Mode, reading: Reading) -> UsualNames {
        if let Some(known) = self.usual.borrow().get(&(mode, reading)) {
            return Rc::clone(known);
        }
        let can_come = |name: &str| self.session(mode, Some(name), reading).is_some();
        let mut names: Vec<String> = [ACTOR, OTHER].map(str::to_owned).into();
        if !can_come(ACTOR) {
            let session = self.session(mode, None, reading);
            let clients = session.iter().flat_map(|it| &it.clients);
            let of_clients = clients.flat_map(|it| ["", "x"].map(|run| it.sample(run)));
            names.extend(of_clients.flatten());
            names.extend(names::of_conditions(self.set, &self.variables, mode));
            names.retain(|it| names::is_name(it) && can_come(it));
            names.truncate(MAX_RUNS);
        }
        let names: UsualNames = names.into_iter().map(Into::into).collect();
        self.usual
            .borrow_mut()
            .insert((mode, reading), Rc::clone(&names));
        names
    }

    /// Whether a device can do what is asked.
    pub(super) fn reach(&self, ask: &Ask<'_>, reading: Reading, work: &mut u64) -> Reach {
        let mut tried = Tried {
            only_documented: reading == Reading::Documented,
            ..Tried::default()
        };
        let symbols = Trial::default();
        if tried.only_documented {
            return match self.search(ask, symbols, reading, work, &mut tried) {
                Outcome::Nothing => Reach::Never,
                Outcome::Stopped => tried.end(Reason::Work),
                _ if tried.is_documented() => tried.end(Reason::Undecided),
                Outcome::Witness | Outcome::Runs => self.reach_by_names(ask, work, tried),
            };
        }
        match self.search(ask, symbols, Reading::Cautious, work, &mut tried) {
            Outcome::Nothing => return Reach::Never,
            Outcome::Witness | Outcome::Runs => {}
            Outcome::Stopped => return tried.end(Reason::Work),
        }
        if tried.is_documented() {
            return tried.end(Reason::Undecided);
        }
        let cautious = std::mem::take(&mut tried.open);
        let documented = self.search(ask, symbols, Reading::Documented, work, &mut tried);
        // A witness in the cautious reading is as good as there is, where none is documented.
        let is_settled = documented == Outcome::Nothing && tried.witness.is_some();
        if tried.is_documented() || is_settled {
            return tried.end(Reason::Undecided);
        }
        if documented == Outcome::Stopped {
            return tried.end(Reason::Work);
        }
        if tried.witness.is_none() {
            tried.open = cautious;
        }
        self.reach_by_names(ask, work, tried)
    }

    /// Gives the device that acts one name after the other, and where that does not settle it, the
    /// victim too. Looks only where the search without names has left something open.
    fn reach_by_names(&self, ask: &Ask<'_>, work: &mut u64, mut tried: Tried) -> Reach {
        let open = std::mem::take(&mut tried.open);
        let (globs, sets) = (self.globs_of(ask), [self.set]);
        self.pay(work);
        spend(work, globs.len());
        let variables = &self.variables;
        let candidates = names::candidates(globs, &sets, variables, ask.mode, &tried.names, work);
        let connectable = self.connectable(ask.mode);
        spend(work, candidates.list.len());
        let actors = connectable.as_ref().unwrap_or(&candidates.list);
        let mut is_all = candidates.is_complete || connectable.is_some();
        let mut unsettled = Vec::new();
        for actor in actors {
            let trial = Trial {
                actor: Some(actor),
                victim: None,
                only: Some(&open),
            };
            match self.search_both(ask, trial, work, &mut tried) {
                Outcome::Nothing | Outcome::Witness => {}
                Outcome::Runs => {
                    // With this name known, the search is inexact only where the victim's stands
                    // twice in what it owns.
                    let open = std::mem::take(&mut tried.open);
                    let count = open.len();
                    let is_repeated = |it: &Combination| {
                        ask.has_victim && ask.owned.get(it.owned).is_some_and(names_twice)
                    };
                    let repeated: FxHashSet<_> = open.into_iter().filter(is_repeated).collect();
                    is_all &= repeated.len() == count && candidates.has_all_victims;
                    unsettled.push((actor, repeated));
                }
                Outcome::Stopped => return tried.end(Reason::Work),
            }
            if tried.is_documented() {
                return tried.end(Reason::Undecided);
            }
        }
        let most = match candidates.has_all_victims {
            true => usize::MAX,
            false => MAX_VICTIMS,
        };
        for (actor, open) in unsettled.iter().filter(|it| !it.1.is_empty()) {
            let victims = candidates.victims.iter().filter(|it| it != actor);
            for victim in victims.take(most) {
                let trial = Trial {
                    actor: Some(actor),
                    victim: Some(victim),
                    only: Some(open),
                };
                match self.search_both(ask, trial, work, &mut tried) {
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

    /// One search in each reading that is still of interest. What it comes to is that of the cautious
    /// one, until a witness in that reading is found.
    fn search_both(
        &self,
        ask: &Ask<'_>,
        trial: Trial<'_>,
        work: &mut u64,
        tried: &mut Tried,
    ) -> Outcome {
        if tried.only_documented || tried.witness.is_some() {
            return self.search(ask, trial, Reading::Documented, work, tried);
        }
        let cautious = self.search(ask, trial, Reading::Cautious, work, tried);
        if cautious == Outcome::Nothing || cautious == Outcome::Stopped || tried.is_documented() {
            return cautious;
        }
        let open = std::mem::take(&mut tried.open);
        let documented = self.search(ask, trial, Reading::Documented, work, tried);
        tried.open = open;
        match documented {
            Outcome::Stopped => Outcome::Stopped,
            Outcome::Nothing | Outcome::Witness | Outcome::Runs => cautious,
        }
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

    /// Whether a thing that is attached exclusively can connect under its own name only.
    pub(super) fn comes_as_itself(&self) -> bool {
        let name = [Token::Symbol(super::session::name_of(Owner::Actor))];
        let session = self.session(Mode::Exclusive, None, Reading::Cautious);
        session.is_none_or(|it| it.clients.iter().all(|glob| glob.tokens() == name))
    }

    /// Whether every thing may connect under its own name, as far as the policies tell: then one that
    /// is attached exclusively can do no more, unless a policy names the client id.
    pub(super) fn connects_as_itself(&self) -> bool {
        let Some(session) = self.session(Mode::Tied, None, Reading::Documented) else {
            return false;
        };
        let access = self.access(CONNECT, ResourceKind::Client, &session, Reading::Documented);
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
            for (action, kind) in &actions {
                let access = self.access(action, *kind, &session, reading);
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
        trial: Trial<'_>,
        reading: Reading,
        work: &mut u64,
        tried: &mut Tried,
    ) -> Outcome {
        tried.open.clear();
        let Some(session) = self.session(ask.mode, trial.actor, reading) else {
            return Outcome::Nothing;
        };
        let access = self.access(ask.action, ask.kind, &session, reading);
        self.pay(work);
        if access.grants.is_empty() || access.is_shut() {
            return Outcome::Nothing;
        }
        let scene = Scene {
            world: self,
            ask,
            session: &session,
            name: trial.actor,
            victim: trial.victim,
            only: trial.only,
            reading,
        };
        if ask.action != RECEIVE {
            return scene.search(&access, None, Delivery::None, work, tried);
        }
        let filters = self.access(SUBSCRIBE, ResourceKind::TopicFilter, &session, reading);
        self.pay(work);
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
            self.owe(&shared);
            self.pay(work);
            let found = scene.search(&shared, Some(&filters), Delivery::SharedBoth, work, tried);
            outcome = outcome.and(found);
        }
        outcome
    }
}

/// How a message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Where a run did not pass, in the last search.
    open: FxHashSet<Combination>,
    /// Names that the device that acts had in runs that did not pass.
    names: Vec<String>,
    /// Steps that requests may still take.
    left: u64,
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

/// Whether the victim's name stands in a glob more than once.
fn names_twice(glob: &Glob) -> bool {
    let is_name = |it: &Symbol| it.owner == Owner::Victim && it.key == NAME;
    glob.symbols().filter(is_name).count() > 1
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

/// A way to be allowed something.
#[derive(Clone, Debug)]
struct Way<'g> {
    grant: &'g Grant,
    /// One of its globs.
    glob: &'g Glob,
    /// The index of its entry.
    at: usize,
    /// One glob of each list that confines.
    choice: Vec<&'g Glob>,
}

impl Access {
    /// All ways to be allowed something.
    fn ways(&self) -> Vec<Option<Way<'_>>> {
        let mut ways = Vec::new();
        let choices = self.choices();
        for grant in &self.grants {
            for (glob, at) in &grant.globs {
                for choice in &choices {
                    ways.push(Some(Way {
                        grant,
                        glob,
                        at: *at,
                        choice: choice.clone(),
                    }));
                }
            }
        }
        ways
    }

    /// The same of the names behind `$share/<group>/`. What is taken away from some groups only is
    /// not taken away.
    fn behind_share(&self) -> Access {
        let some = |glob: &Glob| glob.after_share(share_prefix());
        let all = |globs: &[Glob]| -> Vec<Glob> {
            globs
                .iter()
                .flat_map(|it| it.after_any_share(share_prefix()))
                .collect()
        };
        let grants = self.grants.iter().map(|grant| Grant {
            globs: grant
                .globs
                .iter()
                .flat_map(|(glob, at)| some(glob).into_iter().map(|glob| (glob, *at)))
                .collect(),
            except: all(&grant.except),
            id: grant.id,
        });
        let confines = self.confines.iter();
        Access {
            grants: grants.filter(|it| !it.globs.is_empty()).collect(),
            denied: all(&self.denied),
            confines: confines
                .map(|globs| globs.iter().flat_map(some).collect())
                .collect(),
        }
    }
}
