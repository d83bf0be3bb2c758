//! Requests of devices that come of a policy: what it allows, and what is near to that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::process::Run;

/// What is written for the name of the thing in a policy.
const THING: &str = "${iot:Connection.Thing.ThingName}";

/// What a device may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    Connect,
    Publish,
    Subscribe,
    Receive,
}

impl Action {
    pub(crate) const ALL: [Action; 4] = [
        Action::Connect,
        Action::Publish,
        Action::Subscribe,
        Action::Receive,
    ];

    /// The action's name in a policy.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Action::Connect => "iot:Connect",
            Action::Publish => "iot:Publish",
            Action::Subscribe => "iot:Subscribe",
            Action::Receive => "iot:Receive",
        }
    }

    /// What stands before the name in a resource.
    fn resource(self) -> &'static str {
        match self {
            Action::Connect => "client/",
            Action::Publish | Action::Receive => "topic/",
            Action::Subscribe => "topicfilter/",
        }
    }

    /// What stands for `*` of a pattern. Nobody but AWS IoT itself publishes the answers of jobs,
    /// `…/accepted` and `notify`, so that no device is asked to receive them here.
    fn fillers(self) -> &'static [&'static str] {
        match self {
            Action::Connect => &[],
            Action::Publish => &["a", "a/b", "job-1"],
            Action::Subscribe => &["a", "get/accepted", "+", "#", "+/get/accepted", "a/#"],
            Action::Receive => &["a", "a/b", "update", "a/b/c"],
        }
    }
}

/// A request of a device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Request {
    /// What it asks for.
    pub(crate) action: Action,
    /// The name of its thing, which is its client id too unless it asks for another.
    pub(crate) thing: String,
    /// A client id, a topic or a topic filter.
    pub(crate) target: String,
}

/// Requests of all devices to connect, and all others of the first, sorted.
pub(crate) fn derive(policy: &Value, things: &[String]) -> Vec<Request> {
    let mut requests = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let name = &statement["Action"];
        let action = Action::ALL.into_iter().find(|it| name == it.name());
        let action = action.unwrap_or_else(|| panic!("{name} is no action that this asks for"));
        let resources = match &statement["Resource"] {
            Value::String(one) => vec![one.as_str()],
            several => several
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_str().unwrap())
                .collect(),
        };
        let devices = match action {
            Action::Connect => things,
            Action::Publish | Action::Subscribe | Action::Receive => &things[..1],
        };
        for resource in resources {
            let (_, pattern) = resource.split_once(action.resource()).unwrap();
            assert!(pattern.contains(THING), "{pattern} has no thing");
            for (place, thing) in devices.iter().enumerate() {
                let next = &things[(place + 1) % things.len()];
                let targets = targets(action, pattern, thing, next);
                requests.extend(targets.into_iter().map(|target| Request {
                    action,
                    thing: thing.clone(),
                    target,
                }));
            }
        }
    }
    requests
        .into_iter()
        .filter(|it| is_decided_by_policies(it.action, &it.target))
        .collect()
}

/// Names that the pattern allows a thing, names that another thing has there, and names that differ
/// from the first in one character.
fn targets(action: Action, pattern: &str, thing: &str, other: &str) -> Vec<String> {
    let own = filled(action, &pattern.replace(THING, thing));
    let mut targets = Vec::new();
    for target in &own {
        let characters: Vec<char> = target.chars().collect();
        // Anywhere but in what all topics of AWS IoT begin with.
        let start = match target.starts_with(RESERVED) {
            true => RESERVED.len(),
            false => 0,
        };
        for at in start..characters.len() {
            let mut mutant = characters.clone();
            mutant[at] = neighbour(mutant[at]);
            targets.push(mutant.into_iter().collect());
        }
    }
    targets.extend(own);
    targets.extend(
        filled(action, &pattern.replace(THING, other))
            .into_iter()
            .take(2),
    );
    if action != Action::Connect {
        // Levels that are missing, and a name in other letters.
        let whole = pattern.replace(THING, thing);
        targets.extend(whole.rsplit_once('/').map(|(above, _)| above.to_owned()));
        targets.push(
            pattern
                .replace(THING, &thing.to_uppercase())
                .replace('*', "a"),
        );
    }
    if action == Action::Subscribe {
        let all = pattern.replace(THING, "+").replace('*', "#");
        targets.extend(
            all.rsplit_once("+/")
                .map(|(before, _)| format!("{before}#")),
        );
        targets.push(all);
        targets.push("#".to_owned());
    }
    targets
}

/// A pattern with each filler of the action for its `*`; itself where it has none.
fn filled(action: Action, pattern: &str) -> Vec<String> {
    match pattern.contains('*') {
        true => {
            let fillers = action.fillers().iter();
            fillers.map(|filler| pattern.replace('*', filler)).collect()
        }
        false => vec![pattern.to_owned()],
    }
}

/// Another character.
fn neighbour(character: char) -> char {
    match character {
        'z' => 'a',
        '9' => '0',
        '/' => '-',
        '-' => '/',
        'a'..='y' | '0'..='8' => char::from_u32(u32::from(character) + 1).unwrap(),
        _ => 'x',
    }
}

/// The reserved topics that devices may use.
const RESERVED: &str = "$aws/things/";

/// Whether it is left to policies: the broker itself refuses what is no topic or filter, and most
/// reserved topics.
fn is_decided_by_policies(action: Action, target: &str) -> bool {
    let may_have_wildcards = match action {
        Action::Connect => return !target.contains(['/', '#', '+']),
        Action::Subscribe => true,
        Action::Publish | Action::Receive => false,
    };
    let levels: Vec<&str> = target.split('/').collect();
    let (_, above) = levels.split_last().unwrap();
    let is_level = |level: &&str| level.len() == 1 || !level.contains(['#', '+']);
    let is_filter = levels.iter().all(is_level) && !above.contains(&"#");
    let is_written = match may_have_wildcards {
        true => is_filter,
        false => !target.contains(['#', '+']),
    };
    is_written && (!target.starts_with('$') || target.starts_with(RESERVED))
}

/// Whether `fleetwright can` says that the policy file allows a request, in both readings.
pub(crate) fn is_allowed(policy: &str, request: &Request) -> bool {
    let client_id = match request.action {
        Action::Connect => &request.target,
        Action::Publish | Action::Subscribe | Action::Receive => &request.thing,
    };
    let word = request
        .action
        .name()
        .trim_start_matches("iot:")
        .to_lowercase();
    let run = Run::new(&[
        "can",
        "--policy",
        policy,
        "--thing",
        &request.thing,
        "--client-id",
        client_id,
        "--format",
        "json",
        &word,
        "--",
        &request.target,
    ]);
    let said: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let decisions = said["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 2, "{said}");
    let allowed = decisions
        .iter()
        .filter(|it| it["decision"] == "allow")
        .count();
    assert_ne!(allowed, 1, "AWS leaves {request:?} open: {said}");
    assert_eq!(run.code == 0, allowed == 2, "{said}");
    allowed == 2
}

/// Whether two texts are as long, and differ in one character.
pub(crate) fn differ_in_one_character(one: &str, other: &str) -> bool {
    let pairs = one.chars().zip(other.chars());
    one.chars().count() == other.chars().count() && pairs.filter(|(a, b)| a != b).count() == 1
}

/// The least number of requests of each action that are allowed, and that are denied.
pub(crate) const ENOUGH: usize = 8;

/// Requests that are answered otherwise than predicted.
pub(crate) fn differences<'a>(
    predicted: &'a BTreeMap<Request, bool>,
    granted: &BTreeMap<Request, bool>,
) -> BTreeSet<&'a Request> {
    let others = predicted
        .iter()
        .filter(|(request, is)| granted[*request] != **is);
    others.map(|(request, _)| request).collect()
}

/// Of each action enough requests are allowed and denied, and half of those that are denied differ
/// from one that is allowed in a single character.
pub(crate) fn assert_enough(predicted: &BTreeMap<Request, bool>) {
    for action in Action::ALL {
        let of = |allowed: bool| -> Vec<&Request> {
            let all = predicted
                .iter()
                .filter(|(request, _)| request.action == action);
            all.filter(|(_, is)| **is == allowed)
                .map(|(request, _)| request)
                .collect()
        };
        let (allowed, denied) = (of(true), of(false));
        let near = denied.iter().filter(|denied| {
            allowed.iter().any(|allowed| {
                allowed.thing == denied.thing
                    && differ_in_one_character(&allowed.target, &denied.target)
            })
        });
        let near = near.count();
        println!(
            "{action:?}: {} allowed, {} denied, {near} near",
            allowed.len(),
            denied.len()
        );
        assert!(allowed.len() >= ENOUGH, "{allowed:#?}");
        assert!(denied.len() >= ENOUGH, "{denied:#?}");
        assert!(near * 2 >= denied.len(), "{denied:#?}");
    }
}
