//! What is answered of bounds, held against requests decided another way.
//!
//! No request may break a bound that is proved: for *never*, one of a device that can connect, in the
//! cautious reading; for *can*, one of a device under its thing's name, as documented. What shows
//! that a bound does not hold must pass, or be refused, in the reference evaluator.
//!
//! The policies are those of `isolation/generate.rs`, a bound is on a resource that they name, or on
//! one like it. `FLEETWRIGHT_BOUNDS` sets how many are tried (400 without it), `FLEETWRIGHT_SEED` the
//! first seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::env;

use fleetwright::engine::{
    Bound, BoundSense, Isolation, Reading, Region, RegionPiece, Verdict, Witness, bound,
};
use fleetwright::model::Key;
use serde_json::json;

mod oracle;
// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "isolation/ask.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod ask;
#[path = "isolation/brute.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod brute;
#[path = "isolation/decide.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod decide;
#[path = "isolation/generate.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod generate;
#[path = "isolation/owned.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod owned;
#[path = "isolation/policy.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod policy;
#[path = "isolation/universe.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod universe;
#[path = "isolation/witness.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod witness;

use ask::set_of;
use decide::{Decision, Piece, Resource, Session, covers_action, decide, glob};
use generate::{Question, Random};
use oracle::Verdict as Answer;
use owned::filter_matches;
use policy::{Effect, Entry, Kind, PLACE, Statement, Token, to_json};
use universe::{Group, chars};
use witness::context;

const DEFAULT_BOUNDS: u64 = 400;
/// Devices that are tried for each bound.
const DEVICES: usize = 8;
/// Steps for each bound, where a build without optimization may run; few of them, now and then.
const WORK: [u64; 5] = [50_000, 50_000, 50_000, 300, 0];
/// In percent, so many bounds of each sense must be proved, and as many be shown not to hold.
const LEAST: usize = 10;

/// A bound on the statements of a question.
struct Asked {
    question: Question,
    sense: BoundSense,
    action: &'static str,
    kind: Kind,
    group: Group,
    name: Vec<Token>,
    work: u64,
}

/// How a device comes: the thing's name, which policies may not see, and the session.
#[derive(Debug)]
struct Coming {
    name: Vec<char>,
    client: Option<Vec<char>>,
    is_thing: bool,
}

#[test]
fn no_request_breaks_a_bound_that_is_proved() {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    let count = number("FLEETWRIGHT_BOUNDS").unwrap_or(DEFAULT_BOUNDS);
    // Of each sense: all, proved, not so.
    let mut counts = [[0usize; 3]; 2];
    for asked in (first..).filter_map(Asked::new).take(count as usize) {
        let mut random = Random(asked.question.seed ^ 0x5eed);
        let verdict = asked.verdict();
        let breaks = match asked.sense {
            BoundSense::Never => asked.passing(&mut random),
            BoundSense::Can => asked.refused(&mut random),
        };
        let shown = match &verdict {
            Verdict::Proved if breaks.is_some() => Err("proved".to_owned()),
            Verdict::Refuted(witness) => asked.replay(witness),
            Verdict::Proved | Verdict::Unknown(_) => Ok(()),
        };
        if let Err(wrong) = shown {
            let Asked {
                question,
                sense,
                action,
                name,
                ..
            } = &asked;
            let (seed, policies) = (question.seed, to_json(&question.statements));
            panic!("seed {seed}: {sense:?} {action} {name:?}: {wrong}; {breaks:?}\n{policies}");
        }
        let count = &mut counts[asked.sense as usize];
        count[0] += 1;
        count[1] += usize::from(matches!(verdict, Verdict::Proved));
        count[2] += usize::from(matches!(verdict, Verdict::Refuted(_)));
    }
    println!("never, can: all, proved, refuted: {counts:?}");
    for [all, proved, refuted] in counts {
        assert!(proved * 100 >= LEAST * all && refuted * 100 >= LEAST * all);
    }
}

impl Asked {
    /// The bound of a seed; `None` where no statement names a resource that it could be on.
    fn new(seed: u64) -> Option<Asked> {
        let question = Question::new(seed);
        let mut random = Random(seed ^ 0xb0);
        let entries = question
            .statements
            .iter()
            .flat_map(|it| &it.resources.entries);
        let named = entries.filter_map(|entry| match entry {
            Entry::Arn { kind, name, .. } if !name.contains(&Token::Client) => Some((*kind, name)),
            Entry::Arn { .. } | Entry::Everything => None,
        });
        let mut bounds = Vec::new();
        for (kind, name) in named {
            let actions: &[_] = match kind {
                Kind::Topic => &[
                    ("iot:Publish", Group::Topics),
                    ("iot:Receive", Group::Topics),
                ],
                Kind::TopicFilter => &[("iot:Subscribe", Group::Filters)],
                Kind::Thing => &[("iot:UpdateThingShadow", Group::Things)],
                Kind::Client | Kind::TopicOrFilter | Kind::Any => &[],
            };
            bounds.extend(actions.iter().map(|it| (kind, name, *it)));
        }
        if bounds.is_empty() {
            return None;
        }
        let (kind, name, (action, group)) = random.pick(&bounds);
        let mut name = name.clone();
        // A device named in the bound, a part of what is named, or more.
        if random.percent(50) {
            for token in &mut name {
                *token = match *token {
                    Token::Thing => Token::Letter('a'),
                    Token::AnyRun if random.percent(50) => Token::Letter('b'),
                    Token::AnyChar if random.percent(50) => Token::AnyRun,
                    other => other,
                };
            }
        }
        let sense = random.pick(&[BoundSense::Never, BoundSense::Can]);
        let work = random.pick(&WORK);
        Some(Asked {
            question,
            sense,
            action,
            kind,
            group,
            name,
            work,
        })
    }

    fn verdict(&self) -> Verdict {
        let piece = |token: &Token| match token {
            Token::Letter(letter) => RegionPiece::Literal(letter.to_string().into()),
            Token::Fixed(text) => RegionPiece::Literal((*text).into()),
            Token::AnyChar => RegionPiece::AnyChar,
            Token::AnyRun => RegionPiece::AnyRun,
            Token::Thing | Token::Client => RegionPiece::Identity(Key::ThingName),
        };
        let prefix = RegionPiece::Literal(self.kind.prefix().into());
        let asked = Bound {
            sense: self.sense,
            action: self.action.into(),
            region: Region {
                pieces: std::iter::once(prefix)
                    .chain(self.name.iter().map(piece))
                    .collect(),
            },
        };
        let question = Isolation {
            work: self.work,
            ..Isolation::new(PLACE)
        };
        bound(&set_of(&to_json(self.statements())), &asked, &question)
    }

    /// A request that the bound forbids, and that passes in the cautious reading.
    fn passing(&self, random: &mut Random) -> Option<(Coming, String)> {
        let is_https = self.group == Group::Things;
        (0..DEVICES).find_map(|_| {
            let device = Coming::new(self, random, is_https);
            if !self.connects(&device) {
                return None;
            }
            let name = self.region(&device).find(|name| {
                self.is_allowed(&device, self.action, self.kind, name, Reading::Cautious)
                    && (self.action != "iot:Receive"
                        || self.is_delivered(&device, name, Reading::Cautious))
            })?;
            let name = name.iter().collect();
            Some((device, name))
        })
    }

    /// A request that the bound promises, and that is refused as documented.
    fn refused(&self, random: &mut Random) -> Option<(Coming, String)> {
        let is_https = self.group == Group::Things;
        (0..DEVICES).find_map(|_| {
            let name = random.pick(&self.question.universe().names);
            let client = (!is_https).then(|| name.clone());
            let device = Coming {
                name,
                client,
                is_thing: !is_https,
            };
            let is_delivered =
                |name: &[char]| self.is_delivered(&device, name, Reading::Documented);
            let name = self.region(&device).find(|name| {
                !self.is_allowed(&device, self.action, self.kind, name, Reading::Documented)
                    || (self.action == "iot:Receive" && !is_delivered(name))
            })?;
            let name = name.iter().collect();
            Some((device, name))
        })
    }

    /// What the bound is on, for a device; nothing where it is on a name that policies do not see.
    fn region(&self, device: &Coming) -> impl Iterator<Item = &'static Vec<char>> {
        let pieces = self.name.iter().flat_map(|token| match token {
            Token::Letter(letter) => vec![Piece::Char(*letter)],
            Token::Fixed(text) => text.chars().map(Piece::Char).collect(),
            Token::AnyChar => vec![Piece::AnyChar],
            Token::AnyRun => vec![Piece::AnyRun],
            Token::Thing | Token::Client => device.name.iter().copied().map(Piece::Char).collect(),
        });
        let pieces: Vec<Piece> = pieces.collect();
        let is_seen = device.is_thing || !self.name.contains(&Token::Thing);
        let (_, names) = self.question.universe().resources(self.group);
        let is_shared = |name: &[char]| name.starts_with(&chars("$share/"));
        let names = names.iter().filter(move |name| {
            is_seen && glob(&pieces, name) && (self.group != Group::Topics || !is_shared(name))
        });
        names.collect::<Vec<_>>().into_iter()
    }

    fn statements(&self) -> &[Statement] {
        &self.question.statements
    }

    fn is_allowed(
        &self,
        device: &Coming,
        action: &str,
        kind: Kind,
        name: &[char],
        reading: Reading,
    ) -> bool {
        self.decide(device, action, kind, name, reading) == Decision::Allow
    }

    fn decide(
        &self,
        device: &Coming,
        action: &str,
        kind: Kind,
        name: &[char],
        reading: Reading,
    ) -> Decision {
        let session = Session {
            thing: device.is_thing.then_some(&device.name),
            client: device.client.as_deref(),
            connect_attributes: &[],
        };
        let resource = Resource::Arn(kind, name);
        decide(self.statements(), action, resource, session, reading)
    }

    /// Whether a device can connect; where no statement lets any, another policy is taken to.
    fn connects(&self, device: &Coming) -> bool {
        let Some(client) = &device.client else {
            return true;
        };
        let reading = Reading::Cautious;
        let mut statements = self.statements().iter();
        let is_spoken_of = statements
            .any(|it| it.effect == Effect::Allow && covers_action(it, "iot:Connect", reading));
        match self.decide(device, "iot:Connect", Kind::Client, client, reading) {
            Decision::Allow => true,
            Decision::ImplicitDeny => !is_spoken_of,
            Decision::ExplicitDeny => false,
        }
    }

    /// Whether some filter that a device may subscribe to delivers a topic.
    fn is_delivered(&self, device: &Coming, topic: &[char], reading: Reading) -> bool {
        let levels: Vec<&[char]> = topic.split(|it| *it == '/').collect();
        // Each level as it is or as `+`, and the last ones as `#`.
        let mut filters: Vec<Vec<char>> = Vec::new();
        let mut heads: Vec<Vec<char>> = vec![Vec::new()];
        for (at, level) in levels.iter().enumerate() {
            let slash: &[char] = if at == 0 { &[] } else { &['/'] };
            let with = |end: &[char]| -> Vec<Vec<char>> {
                let all = heads.iter().map(|head| [head, slash, end].concat());
                all.collect()
            };
            filters.extend(with(&['#']));
            heads = [with(level), with(&['+'])].concat();
        }
        filters.extend(heads);
        let subscribe = "iot:Subscribe";
        filters.iter().any(|filter| {
            filter_matches(filter, topic, reading)
                && self.is_allowed(device, subscribe, Kind::TopicFilter, filter, reading)
        })
    }

    /// Each step of a witness must pass, or be refused where that is what it shows.
    fn replay(&self, witness: &Witness) -> Result<(), String> {
        for step in witness.steps() {
            let mut context = context(&witness.devices()[step.by]);
            context["connect_attributes"] = json!(step.context.connect_attributes);
            let asked = json!({ "action": step.action, "resource": step.resource });
            let is_cautious = witness.reading() == Reading::Cautious;
            let policies = to_json(self.statements());
            let answer = oracle::decide(&policies, &context, &asked, is_cautious);
            if (answer == Answer::Allow) == witness.is_refusal() {
                return Err(format!("{answer:?}: {step:?}"));
            }
        }
        Ok(())
    }
}

impl Coming {
    /// A random device, tied, exclusive, untied or over HTTPS.
    fn new(asked: &Asked, random: &mut Random, is_https: bool) -> Coming {
        let universe = asked.question.universe();
        let name = random.pick(&universe.names);
        let other = random.pick(&universe.clients);
        let (client, is_thing) = match random.below(4) {
            _ if is_https => (None, false),
            0 => (Some(name.clone()), true),
            1 => (Some(other), true),
            2 => (Some(other), false),
            _ if asked.action == "iot:Publish" => (None, false),
            _ => (Some(name.clone()), true),
        };
        Coming {
            name,
            client,
            is_thing,
        }
    }
}
