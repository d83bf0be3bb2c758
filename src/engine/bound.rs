//! What no device may do, and what every device can.

use super::compile::{Access, ClientMeaning, Compiler, Decided, Grant, Lean};
use super::contrast::contrast;
use super::isolation::region_glob;
use super::language::{Found, Glob, Owner, Partly, Run, Token};
use super::reach::{Ask, Reach, World, names_of, prefix};
use super::session::{CLIENT, Mode, NAME, Session, Variables, device_request, set_value};
use super::{
    ClientIds, Isolation, Reading, Reason, Region, RegionPiece, Request, Tie, Verdict, Witness,
    names,
};
use crate::facts;
use crate::model::{PolicySet, RECEIVE, ResourceKind, SUBSCRIBE, is_action};

/// A bound on access, to be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Which way it binds.
    pub sense: BoundSense,
    /// The action, e.g. `iot:Publish`.
    pub action: Box<str>,
    /// What stands behind Region and account in the ARN, e.g. `topic/a/b`. For `iot:Receive` a
    /// `never` means the topics of the messages that can really reach a device.
    pub region: Region,
}

/// Which way a [`Bound`] binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoundSense {
    /// No device can, whatever it calls itself and however it asks.
    Never,
    /// Every device that connects as its thing can, on all of the region.
    Can,
}

/// Whether a bound holds for every device under the policies.
///
/// A `never` is proved in the cautious reading, a `can` in the documented one, for devices that
/// connect as their things and fill every attribute that a policy asks for.
pub fn bound(set: &PolicySet, bound: &Bound, question: &Isolation) -> Verdict {
    let mut variables = Variables::of(&[set], &question.between).with_plain(&question.plain);
    for piece in &bound.region.pieces {
        if let RegionPiece::Identity(key) = piece {
            variables.add(key);
        }
    }
    let bounded = Bounded {
        world: World::new(set, &question.head, variables),
        bound,
        question,
    };
    match bound.sense {
        BoundSense::Never => bounded.never(),
        BoundSense::Can => bounded.can(),
    }
}

/// A set of policies and one bound on it.
struct Bounded<'a> {
    world: World<'a>,
    bound: &'a Bound,
    question: &'a Isolation,
}

/// The kinds of names that a region is of, with what of it is behind the kind's prefix.
type Named = (ResourceKind, Glob);

/// Runs that are put to the policies before the search goes on without them.
const MAX_RUNS: usize = 32;

impl Bounded<'_> {
    /// The parts of the region that the action is asked of.
    fn named(&self, mode: Mode) -> Vec<Named> {
        let variables = &self.world.variables;
        let glob = region_glob(&self.bound.region, Owner::Actor, variables, mode);
        let kinds = facts::action(&self.bound.action).map_or(&[][..], |it| it.resources);
        let mut named = Vec::new();
        for kind in kinds.iter().filter_map(|it| ResourceKind::parse(it)) {
            let behind = glob.after(&prefix(kind), Partly::Kept).into_iter();
            named.extend(behind.map(|glob| (kind, glob)));
        }
        named
    }

    /// The ways in which a device can come to ask for the action.
    fn modes(&self) -> Vec<Mode> {
        let action = facts::action(&self.bound.action);
        let protocols = action.map_or(&[][..], |it| it.protocols);
        let is_mqtt =
            |it: &facts::Protocol| matches!(it, facts::Protocol::Mqtt | facts::Protocol::WebSocket);
        let mut modes = Vec::new();
        if protocols.iter().any(is_mqtt) {
            modes.push(Mode::Tied);
            if self.question.client_ids == ClientIds::Chosen {
                if self.question.tie != Tie::ByClientId {
                    modes.push(Mode::Exclusive);
                }
                if self.question.tie != Tie::Exclusive {
                    modes.push(Mode::Untied);
                }
            }
        }
        if !protocols.iter().all(is_mqtt) {
            modes.push(Mode::Https);
        }
        modes
    }

    fn never(&self) -> Verdict {
        let mut work = self.question.work;
        let mut low = None;
        let mut unknown = None;
        for mode in self.modes() {
            for (kind, glob) in self.named(mode) {
                let ask = Ask {
                    action: &self.bound.action,
                    kind,
                    mode,
                    owned: std::slice::from_ref(&glob),
                    has_victim: false,
                };
                match self.world.reach(&ask, self.question.reading, &mut work) {
                    Reach::Never => {}
                    Reach::By(witness) if witness.reading() == Reading::Documented => {
                        return Verdict::Refuted(witness);
                    }
                    Reach::By(witness) => {
                        low.get_or_insert(witness);
                    }
                    Reach::Unknown(reason) => {
                        unknown.get_or_insert(reason);
                    }
                }
            }
        }
        match (low, unknown) {
            (Some(witness), _) => Verdict::Refuted(witness),
            (None, Some(reason)) => Verdict::Unknown(reason),
            (None, None) => Verdict::Proved,
        }
    }

    fn can(&self) -> Verdict {
        let mode = match self.modes().contains(&Mode::Tied) {
            true => Mode::Tied,
            false => Mode::Https,
        };
        let mut work = self.question.work;
        for (kind, glob) in self.named(mode) {
            let mut needs = vec![(&*self.bound.action, kind, Need::Named)];
            if is_action(&self.bound.action, RECEIVE) {
                needs.push((SUBSCRIBE, ResourceKind::TopicFilter, Need::Subscribed));
            }
            for (action, of, need) in needs {
                match self.all(&glob, kind, action, of, need, mode, &mut work) {
                    Verdict::Proved => {}
                    verdict @ (Verdict::Refuted(_) | Verdict::Unknown(_)) => return verdict,
                }
            }
        }
        Verdict::Proved
    }

    /// Whether all of a region is allowed.
    #[expect(clippy::too_many_arguments, reason = "all of them make one question")]
    fn all(
        &self,
        region: &Glob,
        kind: ResourceKind,
        action: &str,
        of: ResourceKind,
        need: Need,
        mode: Mode,
        work: &mut u64,
    ) -> Verdict {
        let allowed = |session: &Session| {
            let access = self.under().access(action, &prefix(of), session);
            match need {
                Need::Named => access,
                Need::Subscribed => delivered(&access),
            }
        };
        let wanted = |glob: Glob| Access {
            grants: vec![Grant {
                globs: vec![(glob, 0)],
                except: Vec::new(),
                id: crate::model::StatementId {
                    policy: 0,
                    statement: 0,
                },
            }],
            ..Access::default()
        };
        let mut refused = None;
        let mut open: Vec<String> = Vec::new();
        let mut runs = 0;
        let less = allowed(&session(mode, None));
        let more = wanted(region.clone());
        let names = names_of(kind);
        let mut try_run = |run: &Run, name: Option<&str>| {
            refused = self.refused(run, name, kind, action, need, mode);
            refused.is_some()
        };
        let end = contrast(
            &more,
            &less,
            &|_| true,
            &|_, _| false,
            names,
            work,
            &mut |run, _, _| {
                runs += 1;
                let is_refused = try_run(run, None);
                if !is_refused {
                    let values = run.values.iter().filter(|it| it.0.key == NAME);
                    open.extend(values.map(|it| it.1.clone()));
                    open.push("device-a".to_owned());
                }
                is_refused || runs > MAX_RUNS
            },
        );
        if end == Found::Stopped {
            return Verdict::Unknown(Reason::Work);
        }
        if open.is_empty() {
            return match refused {
                Some(witness) => Verdict::Refuted(Box::new(witness)),
                None => Verdict::Proved,
            };
        }
        let globs = more.all_globs().chain(less.all_globs()).cloned().collect();
        let sets = [self.world.set];
        let variables = &self.world.variables;
        let candidates = names::candidates(globs, &sets, variables, mode, &open, work);
        let mut is_settled = candidates.is_complete;
        for name in &candidates.list {
            let of_name = region.with(|symbol| (symbol.key == NAME).then(|| Glob::text(name)));
            let less = allowed(&session(mode, Some(name)));
            let end = contrast(
                &wanted(of_name),
                &less,
                &|_| true,
                &|_, _| false,
                names,
                work,
                &mut |run, _, _| {
                    refused = self.refused(run, Some(name), kind, action, need, mode);
                    is_settled &= refused.is_some();
                    true
                },
            );
            if let Some(witness) = refused {
                return Verdict::Refuted(Box::new(witness));
            }
            if end == Found::Stopped {
                return Verdict::Unknown(Reason::Work);
            }
        }
        match is_settled {
            true => Verdict::Proved,
            false => Verdict::Unknown(Reason::Undecided),
        }
    }

    fn under(&self) -> Compiler<'_> {
        Compiler {
            set: self.world.set,
            head: self.world.head,
            variables: &self.world.variables,
            reading: Reading::Documented,
            lean: Lean::Under,
            client: ClientMeaning::Symbol,
            decided: Decided::default(),
            focus: None,
        }
    }

    /// The run as a request that is refused.
    fn refused(
        &self,
        run: &Run,
        name: Option<&str>,
        kind: ResourceKind,
        action: &str,
        need: Need,
        mode: Mode,
    ) -> Option<Witness> {
        let variables = &self.world.variables;
        let read = run.values.iter().find(|it| it.0.key == NAME);
        let name = name.or_else(|| read.map(|it| &*it.1)).unwrap_or("device-a");
        let mut request: Request = device_request(mode, name, None, action, variables);
        for (symbol, value) in &run.values {
            if symbol.key != NAME && symbol.key != CLIENT {
                set_value(&mut request, &variables.key(*symbol), value);
            }
        }
        let of = match need {
            Need::Named => kind,
            // The device may subscribe to just this topic, if to no filter that holds it.
            Need::Subscribed => ResourceKind::TopicFilter,
        };
        request.resource = format!("{}{}{}", self.world.head, prefix(of), run.name).into();
        super::context::satisfy(self.world.set, &mut request);
        // A filter that no pattern spells out may deliver it all the same, e.g. `+` for a `?`.
        if need == Need::Subscribed && self.may_be_delivered(&run.name, mode) {
            return None;
        }
        Witness::refuse(self.world.set, Reading::Documented, request)
    }

    /// Whether some filter delivers a topic to some device.
    fn may_be_delivered(&self, topic: &str, mode: Mode) -> bool {
        let topic = Glob::text(topic);
        let ask = Ask {
            action: RECEIVE,
            kind: ResourceKind::Topic,
            mode,
            owned: std::slice::from_ref(&topic),
            has_victim: false,
        };
        let mut work = self.question.work;
        !matches!(
            self.world.reach(&ask, Reading::Cautious, &mut work),
            Reach::Never
        )
    }
}

/// What a region has to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// What the statements name.
    Named,
    /// What filters that the statements name deliver.
    Subscribed,
}

/// The topics that are delivered for sure by filters that are allowed for sure: a level for `+`, all
/// below for a last `#`; with either at the start, none that begins with `$`. A filter that a `Deny`
/// may meet is not relied on, nor one that is none.
fn delivered(access: &Access) -> Access {
    let mut delivered = Access {
        grants: Vec::new(),
        ..access.clone()
    };
    let reserved = Glob::new([Token::Char('$'), Token::AnyRun]);
    let is_sure = |glob: &Glob| {
        let mut denied = access.denied.iter();
        is_filter(glob) && denied.all(|it| it.is_apart_from(glob))
    };
    for grant in &access.grants {
        let has_wildcards = |glob: &Glob| glob.tokens().iter().any(is_mqtt_wildcard);
        let mut grant = grant.clone();
        grant
            .globs
            .retain(|(glob, _)| !has_wildcards(glob) || is_sure(glob));
        let (wild, plain): (Vec<_>, Vec<_>) = grant
            .globs
            .iter()
            .partition(|(glob, _)| glob.tokens().first().is_some_and(is_mqtt_wildcard));
        for (globs, is_wild) in [(wild, true), (plain, false)] {
            let globs = globs.into_iter();
            let mut part = Grant {
                globs: globs
                    .map(|(glob, at)| (super::isolation::of_filter(glob), *at))
                    .collect(),
                ..grant.clone()
            };
            if is_wild {
                part.except.push(reserved.clone());
            }
            if !part.globs.is_empty() {
                delivered.grants.push(part);
            }
        }
    }
    delivered
}

fn is_mqtt_wildcard(token: &Token) -> bool {
    matches!(token, Token::Char('+' | '#'))
}

/// Whether each `+` and `#` of a glob fills a level, and `#` is the last.
fn is_filter(glob: &Glob) -> bool {
    let mut levels = glob.tokens().split(|it| *it == Token::Char('/')).peekable();
    while let Some(level) = levels.next() {
        let is_last = levels.peek().is_none();
        let is_whole = match level {
            [Token::Char('#')] => is_last,
            [Token::Char('+')] => true,
            level => !level.iter().any(is_mqtt_wildcard),
        };
        if !is_whole {
            return false;
        }
    }
    true
}

fn session(mode: Mode, name: Option<&str>) -> Session {
    Session {
        mode,
        name: name.map(Into::into),
        clients: Vec::new(),
        connect_attributes: None,
    }
}
