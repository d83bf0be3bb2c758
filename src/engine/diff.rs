//! What a change of policies grants and revokes.
//!
//! Both sets are asked about the same device, whose names are symbols: what is new then holds for
//! some device, and what is not found holds for none (docs/semantics.md, P7).

use std::cell::RefCell;

use super::compile::{ClientMeaning, Compiler, Decided, Grant, Lean, Truth, in_words};
use super::contrast::contrast;
use super::language::{Found, Names, Run};
use super::reach::{names_of, prefix};
use super::session::{CONNECT_ATTRIBUTES, Mode, NAME, Session, Variables, sees_connect_attributes};
use super::{Between, Reading, Reason, Witness, authorize, context, names};
use crate::facts;
use crate::model::{CONNECT, PolicySet, ResourceKind, StatementId, is_action, service_of};
use crate::source::Span;

mod changed;
mod request;

pub(super) use changed::Focus;
use changed::{Bearing, Half, HangsOn, Numbered, halves};
use request::{Coming, USUAL, renamed};

/// What two sets of policies let devices do, compared over all devices.
#[derive(Clone, Debug, Default)]
pub struct PolicyDiff {
    /// What only the new set allows.
    pub gained: Vec<Delta>,
    /// What only the old set allows.
    pub lost: Vec<Delta>,
    /// The actions on which the comparison was given up.
    pub unknown: Vec<(&'static str, Reason)>,
}

/// Requests of one action that one set allows and the other does not.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The action, e.g. `iot:Publish`.
    pub action: &'static str,
    /// The entry that opens it, e.g. `topic/a/*`; the other set may allow a part of it.
    pub region: String,
    /// One request that passes in the one set and not in the other.
    pub witness: Witness,
    /// Where the entry stands, in the set that allows it.
    pub span: Span,
}

impl PolicyDiff {
    /// Whether both sets allow the same, proved.
    pub fn is_equivalent(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.unknown.is_empty()
    }
}

/// Conditions that the session does not tell: all ways to decide so many are looked at.
const MAX_CONDITIONS: usize = 4;

/// Compares two sets of policies for devices of one place, over all actions of devices.
///
/// `head` is partition, Region and account, as in [`super::Isolation`]; `work` the steps that all
/// actions together may take, of which each may take half of what is left.
pub fn diff(old: &PolicySet, new: &PolicySet, head: &str, work: u64) -> PolicyDiff {
    diff_within(old, new, head, &mut { work })
}

/// The same; takes what it uses from `left`.
pub(super) fn diff_within(
    old: &PolicySet,
    new: &PolicySet,
    head: &str,
    left: &mut u64,
) -> PolicyDiff {
    let mut diff = PolicyDiff::default();
    let [old, new] = &halves(old, new);
    if old.is_in_both() && new.is_in_both() {
        return diff;
    }
    let variables = Variables::of(&[old.set, new.set], &Between::Devices);
    for action in facts::actions() {
        if !action.device || !(old.changes(action.name) || new.changes(action.name)) {
            continue;
        }
        let comparison = Comparison {
            head,
            variables: &variables,
            action,
        };
        let mut share = left.div_ceil(2);
        *left -= share;
        let mut reason = None;
        for (from, to, deltas) in [(old, new, &mut diff.gained), (new, old, &mut diff.lost)] {
            if let Err(why) = comparison.gains(from, to, &mut share, deltas) {
                reason = Some(why);
            }
        }
        *left += share;
        diff.unknown.extend(reason.map(|why| (action.name, why)));
    }
    diff
}

/// One action, compared in two sets.
struct Comparison<'a> {
    head: &'a str,
    variables: &'a Variables,
    action: &'static facts::Action,
}

impl Comparison<'_> {
    /// What `to` allows and `from` does not.
    fn gains(
        &self,
        from: &Half<'_>,
        to: &Half<'_>,
        work: &mut u64,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), Reason> {
        let Some(bearing) = Bearing::of(from, to, self.action.name) else {
            return Ok(());
        };
        let (from, to) = (from.set, to.set);
        let mut result = Ok(());
        let regions = RefCell::default();
        let mut found = Gains {
            from,
            to,
            bearing: &bearing,
            work,
            regions: &regions,
            deltas,
        };
        let sees_attributes = is_action(self.action.name, CONNECT)
            && (sees_connect_attributes(from) || sees_connect_attributes(to));
        let attributes: Vec<_> = match sees_attributes {
            true => CONNECT_ATTRIBUTES.iter().copied().map(Some).collect(),
            false => vec![None],
        };
        for mode in self.modes(bearing.hangs_on(from, to)) {
            for attributes in &attributes {
                let coming = Coming {
                    mode: *mode,
                    attributes: *attributes,
                };
                for target in self.targets() {
                    result = result.and(self.gains_in(coming, target, &mut found));
                }
            }
        }
        result
    }

    /// The modes in which the action is asked; no more than the statements can tell apart.
    fn modes(&self, hangs_on: HangsOn) -> &'static [Mode] {
        let is_https = |it: &facts::Protocol| match it {
            facts::Protocol::Https | facts::Protocol::CredentialProvider => true,
            facts::Protocol::Mqtt | facts::Protocol::WebSocket => false,
        };
        let protocols = self.action.protocols;
        // What is connected as is a client id, whether a statement names it or not.
        let hangs_on = match is_action(self.action.name, CONNECT) {
            true => HangsOn::Connection,
            false => hangs_on,
        };
        match (protocols.iter().all(is_https), hangs_on) {
            (true, _) => &[Mode::Https],
            (false, HangsOn::Nothing) => &[Mode::Tied],
            (false, HangsOn::Thing) => &[Mode::Tied, Mode::Untied],
            (false, HangsOn::Connection) => match protocols.iter().any(is_https) {
                true => &[Mode::Tied, Mode::Untied, Mode::Exclusive, Mode::Https],
                false => &[Mode::Tied, Mode::Untied, Mode::Exclusive],
            },
        }
    }

    /// What the action is asked of.
    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for word in self.action.resources {
            let target = match (ResourceKind::parse(word), *word) {
                (Some(kind), _) => Target::Kind(kind),
                (None, "*") => Target::Star,
                // A shadow's name stands behind that of its thing.
                (None, "namedshadow") => Target::Kind(ResourceKind::Thing),
                (None, _) => Target::OfService,
            };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    fn gains_in(
        &self,
        coming: Coming,
        target: Target,
        found: &mut Gains<'_>,
    ) -> Result<(), Reason> {
        let conditions = self.conditions(coming, found)?;
        for holding in 0..1u32 << conditions.len() {
            let decided = Decided {
                conditions: conditions.clone(),
                holding,
            };
            self.gains_if(coming, target, &decided, found)?;
        }
        Ok(())
    }

    /// The conditions that the session does not tell.
    fn conditions(&self, coming: Coming, found: &Gains<'_>) -> Result<Vec<String>, Reason> {
        let session = coming.session(None);
        let mut conditions: Vec<String> = Vec::new();
        let bearing = found.bearing;
        for (set, statements) in [(found.from, &bearing.from), (found.to, &bearing.to)] {
            let compiler = self.compiler(set, Lean::Over, Decided::default(), self.head, bearing);
            for (_, statement) in statements {
                if statement.conditions.is_empty()
                    || compiler.truth(statement, self.action.name, &session) != Truth::Maybe
                {
                    continue;
                }
                let words = in_words(statement);
                if !conditions.contains(&words) {
                    conditions.push(words);
                }
            }
        }
        match conditions.len() > MAX_CONDITIONS {
            true => Err(Reason::Conditions),
            false => Ok(conditions),
        }
    }

    fn compiler<'s>(
        &'s self,
        set: &'s PolicySet,
        lean: Lean,
        decided: Decided,
        head: &'s str,
        bearing: &'s Bearing<'_>,
    ) -> Compiler<'s> {
        Compiler {
            set,
            head,
            variables: self.variables,
            reading: Reading::Documented,
            lean,
            client: ClientMeaning::Symbol,
            decided,
            focus: Some(bearing.focus()),
        }
    }

    fn gains_if(
        &self,
        coming: Coming,
        target: Target,
        decided: &Decided,
        found: &mut Gains<'_>,
    ) -> Result<(), Reason> {
        let action = self.action.name;
        let (head, behind, names) = match target {
            Target::Star => return self.gains_on_star(coming, found),
            Target::Kind(kind) => (self.head.to_owned(), prefix(kind), names_of(kind)),
            Target::OfService => (self.head_of_service(), String::new(), Names::Texts),
        };
        let bearing = found.bearing;
        let access = |set, statements: &[Numbered<'_>], lean, session: &Session| {
            self.compiler(set, lean, decided.clone(), &head, bearing)
                .access_of(statements.iter().copied(), action, &behind, session)
        };
        // In a name that is not known, and in one that is.
        let both = |session: &Session, work: &mut u64| {
            let more = access(found.to, &bearing.to, Lean::Over, session);
            let less = access(found.from, &bearing.from, Lean::Under, session);
            let cost = more.cost() + less.cost();
            *work = work.saturating_sub(cost);
            (more, less)
        };
        let (more, less) = both(&coming.session(None), found.work);
        if more.grants.is_empty() {
            return Ok(());
        }
        let resource = format!("{head}{behind}");
        let mut open: Vec<String> = Vec::new();
        let mut is_open = false;
        let work = &mut *found.work;
        let mut runs = 0;
        let (from, to) = (found.from, found.to);
        let (regions, deltas) = (found.regions, &mut *found.deltas);
        let is_known = |id, entry| regions.borrow().contains(&(id, entry));
        let mut try_run = |run: &Run, grant: &Grant, entry: usize, name: Option<&str>| {
            if is_known(grant.id, entry) {
                return true;
            }
            let delta =
                |run: &Run, name| self.delta(run, grant, entry, coming, &resource, name, from, to);
            match renamed(run, name)
                .and_then(|run| delta(&run, Some(USUAL)))
                .or_else(|| delta(run, name))
            {
                Some(delta) => {
                    regions.borrow_mut().push((grant.id, entry));
                    deltas.push(delta);
                    true
                }
                None => false,
            }
        };
        let is_own = |id| bearing.is_own(id);
        let end = contrast(
            &more,
            &less,
            &is_own,
            &is_known,
            names,
            work,
            &mut |run, grant, entry| {
                runs += 1;
                let is_delta = try_run(run, grant, entry, None);
                if !is_delta {
                    is_open = true;
                    let values = run.values.iter().filter(|it| it.0.key == NAME);
                    for (_, name) in values {
                        if open.len() < MAX_RUNS && !open.contains(name) {
                            open.push(name.clone());
                        }
                    }
                }
                is_delta || runs > MAX_RUNS
            },
        );
        match end {
            Found::Stopped => return Err(Reason::Work),
            _ if !is_open => return Ok(()),
            Found::Nothing | Found::Something => {}
        }
        // What was found is not so for the names as they were read: ask for names one by one.
        let globs = more.all_globs().chain(less.all_globs()).cloned().collect();
        let candidates =
            names::candidates(globs, &[from, to], self.variables, coming.mode, &open, work);
        let mut is_settled = candidates.is_complete;
        for name in &candidates.list {
            let (more, less) = both(&coming.session(Some(name)), work);
            if *work == 0 {
                return Err(Reason::Work);
            }
            let mut runs = 0;
            let end = contrast(
                &more,
                &less,
                &is_own,
                &is_known,
                names,
                work,
                &mut |run, grant, entry| {
                    runs += 1;
                    let is_delta = try_run(run, grant, entry, Some(name));
                    is_settled &= is_delta;
                    is_delta || runs > MAX_RUNS
                },
            );
            if end == Found::Stopped {
                return Err(Reason::Work);
            }
        }
        match is_settled {
            true => Ok(()),
            false => Err(Reason::Undecided),
        }
    }

    /// The one request of an action that has no resource.
    fn gains_on_star(&self, coming: Coming, found: &mut Gains<'_>) -> Result<(), Reason> {
        let request = |set: &PolicySet| {
            let mut request = coming.request("device-a", None, self.action.name, self.variables);
            request.resource = "*".into();
            context::satisfy(set, &mut request);
            request
        };
        let request = request(found.to);
        if authorize(found.from, &request, Reading::Documented).is_allowed() {
            return Ok(());
        }
        let decision = authorize(found.to, &request, Reading::Documented);
        let Some(id) = decision.by().first().filter(|_| decision.is_allowed()) else {
            return Ok(());
        };
        let (Some(witness), Some(statement)) = (
            Witness::replay(found.to, Reading::Documented, vec![request]),
            found.to.statement(*id),
        ) else {
            return Ok(());
        };
        if found.deltas.iter().all(|it| it.action != self.action.name) {
            found.deltas.push(Delta {
                action: self.action.name,
                region: "*".to_owned(),
                witness,
                span: statement.span,
            });
        }
        Ok(())
    }

    /// The head of an ARN of the action's own service.
    fn head_of_service(&self) -> String {
        let mut segments: Vec<&str> = self.head.split(':').collect();
        if let Some(service) = segments.get_mut(2) {
            *service = service_of(self.action.name);
        }
        segments.join(":")
    }
}

/// Runs of one comparison that are put to the policies before it goes on without them.
const MAX_RUNS: usize = 32;

/// What an action is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Kind(ResourceKind),
    /// The text `*`.
    Star,
    /// A resource of another service, e.g. a component of Greengrass.
    OfService,
}

/// One direction of a comparison, and what it has found.
struct Gains<'a> {
    from: &'a PolicySet,
    to: &'a PolicySet,
    bearing: &'a Bearing<'a>,
    work: &'a mut u64,
    /// Entries of which a request is known already.
    regions: &'a RefCell<Vec<(StatementId, usize)>>,
    deltas: &'a mut Vec<Delta>,
}
