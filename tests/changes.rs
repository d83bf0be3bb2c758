//! What `diff` says of random changes, held against requests decided another way.
//!
//! A request that a change grants or revokes must be among the differences of its action, as
//! documented; each difference is a request that the reference evaluator allows under one of the two
//! sets only.
//!
//! The policies are those of `isolation/generate.rs`; a change takes one statement away, adds one, or
//! both. `FLEETWRIGHT_CHANGES` sets how many are compared (300 without it), `FLEETWRIGHT_SEED` the
//! first seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::env;

use fleetwright::engine::{Delta, PolicyDiff, Reading, diff};
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
use decide::{Decision, Resource, Session, decide};
use generate::{Question, Random};
use oracle::Verdict;
use policy::{PLACE, Statement, to_json};
use universe::Group;
use witness::context;

const DEFAULT_CHANGES: u64 = 300;
/// Requests that are tried for each change.
const REQUESTS: usize = 2_000;
/// Steps for each action, where a build without optimization may run.
const WORK: u64 = 50_000;
/// Of the changes, in percent, so many must grant or revoke something that a request shows.
const LEAST_SHOWN: u64 = 50;
/// Of the actions that differ, in percent, on so many the comparison may be given up.
const MOST_UNKNOWN: u64 = 5;

/// What is tried, and of which resources.
const ACTIONS: &[(&str, Group)] = &[
    ("iot:Connect", Group::Clients),
    ("iot:Publish", Group::Topics),
    ("iot:Receive", Group::Topics),
    ("iot:Subscribe", Group::Filters),
];
/// The same over HTTPS.
const ACTIONS_OVER_HTTPS: &[(&str, Group)] = &[
    ("iot:Publish", Group::Topics),
    ("iot:UpdateThingShadow", Group::Things),
    ("iotjobsdata:DescribeJobExecution", Group::Things),
];

/// A change of statements.
struct Change {
    seed: u64,
    old: Question,
    new: Question,
}

/// A request of a random device.
#[derive(Debug)]
struct OneRequest {
    action: &'static str,
    kind: policy::Kind,
    name: Vec<char>,
    thing: Option<Vec<char>>,
    client: Option<Vec<char>>,
    connect_attributes: &'static [&'static str],
}

#[test]
fn a_request_that_changes_is_among_the_differences() {
    let (mut changes, mut shown, mut differing, mut given_up) = (0, 0, 0, 0);
    for change in self::changes() {
        let found = change.compared();
        let mut random = Random(change.seed ^ 0x5eed);
        let mut seen: Vec<(&str, bool)> = Vec::new();
        for _ in 0..REQUESTS {
            let request = OneRequest::new(&mut random, &change.old);
            let [before, after] =
                [&change.old, &change.new].map(|it| request.is_allowed(&it.statements));
            let what = (request.action, after);
            if before == after || seen.contains(&what) {
                continue;
            }
            seen.push(what);
            let of_action = |it: &Delta| it.action == request.action;
            let is_found = match after {
                true => found.gained.iter().any(of_action),
                false => found.lost.iter().any(of_action),
            };
            let is_unknown = found.unknown.iter().any(|it| it.0 == request.action);
            assert!(
                is_found || is_unknown,
                "seed {}: not found: {request:?}\n{}\n{}",
                change.seed,
                to_json(&change.old.statements),
                to_json(&change.new.statements)
            );
            differing += 1;
            given_up += u64::from(!is_found);
        }
        changes += 1;
        shown += u64::from(!seen.is_empty());
    }
    println!("{shown} of {changes} changes show, {given_up} of {differing} differences unknown");
    assert!(shown * 100 >= LEAST_SHOWN * changes);
    assert!(given_up * 100 <= MOST_UNKNOWN * differing);
}

#[test]
fn a_difference_is_a_request_that_changes() {
    for change in changes() {
        let PolicyDiff { gained, lost, .. } = change.compared();
        for (deltas, from, to) in [
            (gained, &change.old, &change.new),
            (lost, &change.new, &change.old),
        ] {
            for delta in deltas {
                let verdicts = [from, to].map(|it| verdict(&it.statements, &delta));
                assert!(
                    verdicts[0] != Verdict::Allow && verdicts[1] == Verdict::Allow,
                    "seed {}: {verdicts:?}: {delta:?}\n{}\n{}",
                    change.seed,
                    to_json(&from.statements),
                    to_json(&to.statements)
                );
            }
        }
    }
}

/// What the reference evaluator says of the request of a difference, as documented.
fn verdict(statements: &[Statement], delta: &Delta) -> Verdict {
    let request = delta.witness.last_request().unwrap();
    let mut context = context(&request.device);
    context["connect_attributes"] = json!(request.context.connect_attributes);
    let asked = json!({ "action": request.action, "resource": request.resource });
    oracle::decide(&to_json(statements), &context, &asked, false)
}

/// The changes that this run compares.
fn changes() -> impl Iterator<Item = Change> {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    let count = number("FLEETWRIGHT_CHANGES").unwrap_or(DEFAULT_CHANGES);
    (first..first + count).map(Change::new)
}

impl Change {
    fn new(seed: u64) -> Change {
        let old = Question::new(seed);
        let other = Question::new(seed ^ (1 << 40));
        let mut random = Random(seed);
        let mut statements = old.statements.clone();
        let how = random.below(3);
        if how != 0 {
            statements.remove(random.below(statements.len()));
        }
        if how != 1 || statements.is_empty() {
            statements.push(random.pick(&other.statements));
        }
        let new = old.with(statements);
        Change { seed, old, new }
    }

    fn compared(&self) -> PolicyDiff {
        let [old, new] = [&self.old, &self.new].map(|it| set_of(&to_json(&it.statements)));
        diff(&old, &new, PLACE, WORK)
    }
}

impl OneRequest {
    fn new(random: &mut Random, question: &Question) -> OneRequest {
        let universe = question.universe();
        let name = random.pick(&universe.names);
        let client = random.pick(&universe.clients);
        // Tied by its client id, exclusively under any, untied under another, over HTTPS.
        let (client, thing) = match random.below(4) {
            0 => (Some(name.clone()), Some(name)),
            1 => (Some(client), Some(name)),
            2 => (Some(client), None),
            _ => (None, None),
        };
        let (action, group) = match client {
            Some(_) => random.pick(ACTIONS),
            None => random.pick(ACTIONS_OVER_HTTPS),
        };
        let (kind, names) = universe.resources(group);
        let is_connect = action == "iot:Connect";
        let name = match &client {
            Some(client) if is_connect => client.clone(),
            _ => random.pick(names),
        };
        let attributes = if is_connect { random.below(4) } else { 0 };
        OneRequest {
            action,
            kind,
            name,
            thing,
            client,
            connect_attributes: brute::CONNECT_ATTRIBUTES[attributes],
        }
    }

    /// Whether it passes as documented.
    fn is_allowed(&self, statements: &[Statement]) -> bool {
        let session = Session {
            thing: self.thing.as_deref(),
            client: self.client.as_deref(),
            connect_attributes: self.connect_attributes,
        };
        let resource = Resource::Arn(self.kind, &self.name);
        let decision = decide(
            statements,
            self.action,
            resource,
            session,
            Reading::Documented,
        );
        decision == Decision::Allow
    }
}
