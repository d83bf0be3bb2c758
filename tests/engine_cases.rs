//! `fixtures/isolation/engine-cases.jsonl`: written cases of isolation, of changes and of decisions,
//! each with why it is so.
//!
//! A case of isolation names what may be done: Publish stands for spoof, Read for eavesdrop. Its
//! `own` says what belongs to a device beside `$aws/things/<thing>/…` and what the policies name by
//! it. Devices are attached in either way.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use fleetwright::artifact;
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{
    Context, Isolation, PolicyDiff, Protocol, Reading, Region, RegionPiece, Request, Threat,
    Verdict, Witness, authorize, diff, isolation,
};
use fleetwright::model::{Association, Device, Key, Policy, PolicySet, Thing};
use fleetwright::source::{Source, SourceId, Text};
use serde_json::{Value, json};

const CASES: &str = include_str!("../fixtures/isolation/engine-cases.jsonl");
const HEAD: &str = "arn:aws:iot:us-east-1:123456789012:";
/// What a client may bring to a Connect.
const CONNECT_ATTRIBUTES: [&[&str]; 3] = [&[], &["PersistentConnect"], &["LastWill"]];

#[test]
fn every_case_is_as_expected() {
    let mut wrong = Vec::new();
    let cases: Vec<Value> = CASES
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    for case in &cases {
        let found = match case["q"]["kind"].as_str().unwrap() {
            "isolate" => isolated(case),
            "diff" => changed(case),
            "decide" => decided(case),
            other => panic!("a case of another kind: {other}"),
        };
        if let Err(found) = found {
            wrong.push(format!("{}: {found}; {}", case["id"], case["why"]));
        }
    }
    assert_eq!(cases.len(), 32);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Proved of all that the case names, or refuted of one.
fn isolated(case: &Value) -> Result<(), String> {
    let set = set_of(case["policies"].as_array().unwrap());
    let own = case["q"]["own"].as_array();
    let question = Isolation {
        owns: own.into_iter().flatten().map(region).collect(),
        ..Isolation::new(HEAD)
    };
    let threats: Vec<Threat> = texts(&case["q"]["acts"]).map(threat).collect();
    let verdicts = isolation(&set, &question);
    let named = verdicts
        .iter()
        .filter(|(threat, _)| threats.contains(threat));
    let named: Vec<&Verdict> = named.map(|(_, verdict)| verdict).collect();
    assert_eq!(named.len(), threats.len());
    let refuted = named.iter().filter_map(|it| match it {
        Verdict::Refuted(witness) => Some(witness),
        Verdict::Proved | Verdict::Unknown(_) => None,
    });
    for witness in refuted.clone() {
        replay(&set, witness)?;
    }
    let is_as_expected = match case["expected"].as_str().unwrap() {
        "proved" => named.iter().all(|it| matches!(it, Verdict::Proved)),
        "violation" => refuted.count() > 0 && passes(&set, &case["witness"])?,
        other => panic!("another expectation: {other}"),
    };
    if is_as_expected {
        Ok(())
    } else {
        Err(format!("{named:?}"))
    }
}

fn threat(act: &str) -> Threat {
    match act {
        "Publish" => Threat::Spoof,
        "Read" => Threat::Eavesdrop,
        other => panic!("another act: {other}"),
    }
}

/// Topics such as `topic/devices/${iot:ClientId}/up`.
fn region(pattern: &Value) -> Region {
    let text = pattern.as_str().unwrap().strip_prefix("topic/").unwrap();
    let (before, rest) = text.split_once("${").unwrap();
    let (name, behind) = rest.split_once('}').unwrap();
    assert!(!before.contains('*') && !behind.contains(['*', '?', '$']));
    let pieces = vec![
        RegionPiece::Literal(before.into()),
        RegionPiece::Identity(Key::parse(name)),
        RegionPiece::Literal(behind.into()),
    ];
    Region { pieces }
}

/// Every step must pass, with something that a client may bring to its Connect.
fn replay(set: &PolicySet, witness: &Witness) -> Result<(), String> {
    for step in witness.steps() {
        let device = &witness.devices()[step.by];
        if !is_allowed(set, device, &step.action, &step.resource, witness.reading()) {
            return Err(format!("{} {} by {device:?}", step.action, step.resource));
        }
    }
    Ok(())
}

/// Whether what a case says a device can do passes.
fn passes(set: &PolicySet, witness: &Value) -> Result<bool, String> {
    let text = |key: &str| witness[key].as_str();
    let name = text("a").unwrap();
    let client = text("a_client").unwrap_or(name);
    let attribute = text("attr").map(|it| ("tenant".into(), it.into()));
    let device = Device {
        client_id: Some(client.into()),
        thing: Some(Thing {
            name: name.into(),
            thing_type: None,
            attributes: BTreeMap::from_iter(attribute),
            association: Some(Association::NonExclusive),
        }),
        certificate: None,
    };
    let topic = format!("topic/{}", text("topic").unwrap());
    let mut steps = vec![("iot:Connect", format!("client/{client}"))];
    match text("act") {
        Some("Publish") => steps.push(("iot:Publish", topic)),
        _ => {
            let filter = text("filter").unwrap();
            steps.push(("iot:Subscribe", format!("topicfilter/{filter}")));
            steps.push(("iot:Receive", topic));
        }
    }
    for (action, name) in steps {
        let resource = format!("{HEAD}{name}");
        if !is_allowed(set, &device, action, &resource, Reading::Documented) {
            return Err(format!(
                "the witness of the case is refused: {action} {resource}"
            ));
        }
    }
    Ok(true)
}

fn is_allowed(
    set: &PolicySet,
    device: &Device,
    action: &str,
    resource: &str,
    reading: Reading,
) -> bool {
    let protocol = match device.client_id {
        Some(_) => Protocol::Mqtt,
        None => Protocol::Https,
    };
    CONNECT_ATTRIBUTES.iter().any(|attributes| {
        let request = Request {
            device: device.clone(),
            action: action.into(),
            resource: resource.into(),
            context: Context {
                protocol,
                connect_attributes: attributes.iter().map(|it| (*it).into()).collect(),
                ..Context::default()
            },
        };
        authorize(set, &request, reading).is_allowed()
    })
}

/// The actions of which something is granted, and of which something is revoked.
fn changed(case: &Value) -> Result<(), String> {
    let [old, new] = ["old", "new"].map(|side| set_of(std::slice::from_ref(&case[side])));
    let PolicyDiff {
        gained,
        lost,
        unknown,
    } = diff(&old, &new, HEAD, Isolation::WORK);
    let found = [gained, lost].map(|deltas| {
        let actions = deltas
            .iter()
            .map(|it| it.action.strip_prefix("iot:").unwrap());
        let mut actions: Vec<&str> = actions.collect();
        actions.dedup();
        actions
    });
    let found = json!({ "gained": found[0], "lost": found[1] });
    if unknown.is_empty() && found == case["expected"] {
        Ok(())
    } else {
        Err(format!("{found}, unknown: {unknown:?}"))
    }
}

/// Whether one request passes, as documented.
fn decided(case: &Value) -> Result<(), String> {
    let set = set_of(case["policies"].as_array().unwrap());
    let asked = &case["q"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let device = Device {
        client_id: Some(text(&asked["env"]["client"]).into()),
        thing: Some(Thing {
            name: text(&asked["env"]["thing"]).into(),
            thing_type: None,
            attributes: BTreeMap::new(),
            association: Some(Association::NonExclusive),
        }),
        certificate: None,
    };
    let action = format!("iot:{}", text(&asked["act"]));
    let resource = format!("{HEAD}topic/{}", text(&asked["res"]));
    let is_allowed = is_allowed(&set, &device, &action, &resource, Reading::Documented);
    if case["expected"] == is_allowed {
        Ok(())
    } else {
        Err(is_allowed.to_string())
    }
}

fn set_of(documents: &[Value]) -> PolicySet {
    let policy = |document: &Value| -> Policy {
        let source = Source::new("policy.json", document.to_string());
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, Syntax::Json);
        assert_eq!(document.errors(), []);
        artifact::policy_at(document.root().unwrap()).policy
    };
    PolicySet::of_certificate(documents.iter().map(policy))
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
}
