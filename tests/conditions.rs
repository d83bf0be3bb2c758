//! Conditions on what a policy names nowhere else: an Allow that some device meets is never proved
//! harmless, nor is a Deny that some device escapes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use fleetwright::artifact;
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{ClientIds, Isolation, Threat, Verdict, isolation_from};
use fleetwright::model::PolicySet;
use fleetwright::source::{Source, SourceId, Text};
use serde_json::{Value, json};

const HEAD: &str = "arn:aws:iot:eu-west-1:123456789012:";

/// Whether a device is proved not to publish as another, with this statement beside its own.
fn is_proved(statement: Value) -> bool {
    let name = "${iot:Connection.Thing.ThingName}";
    let mut statements = vec![
        json!({ "Effect": "Allow", "Action": "iot:Connect", "Resource": format!("{HEAD}client/{name}") }),
        json!({ "Effect": "Allow", "Action": "iot:Publish", "Resource": format!("{HEAD}topic/data/{name}/x") }),
    ];
    if statement["Effect"] == "Deny" {
        statements.push(allow(json!({})));
    }
    statements.push(statement);
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let source = Source::new("policy.json", text);
    let text = Text::of_source(SourceId::new(0), &source);
    let document = Document::parse(&text, Syntax::Json);
    let policy = artifact::policy_at(document.roots().next().unwrap()).policy;
    let question = Isolation {
        client_ids: ClientIds::Pinned,
        ..Isolation::new(HEAD)
    };
    let set = PolicySet::of_certificate([policy]);
    matches!(
        isolation_from(&set, &question, Threat::Spoof),
        Verdict::Proved
    )
}

fn allow(condition: Value) -> Value {
    json!({ "Effect": "Allow", "Action": "iot:Publish", "Resource": format!("{HEAD}topic/data/*"), "Condition": condition })
}

fn deny(condition: Value) -> Value {
    json!({ "Effect": "Deny", "Action": "iot:Publish", "Resource": "*", "Condition": condition })
}

#[test]
fn what_a_device_can_meet_is_never_proved() {
    let name = "${iot:Connection.Thing.ThingName}";
    for condition in [
        json!({ "StringEquals": { "iot:Connection.Thing.Attributes[role]": "admin" } }),
        json!({ "StringEquals": { "iot:Connection.Thing.ThingTypeName": "gateway" } }),
        json!({ "StringEquals": { "iot:Connection.Thing.IsAttached": name } }),
        json!({ "StringNotEquals": { "iot:Connection.Thing.Attributes[a]": ["${iot:Connection.Thing.Attributes[a]}", "q"] } }),
        json!({ "NumericEquals": { "iot:Connection.Thing.ThingName": name } }),
        json!({ "IpAddress": { "aws:SourceIp": "10.0.0.1" } }),
        json!({ "StringEquals": { "iot:DomainName": "example.com" } }),
        json!({ "StringEquals": { "iot:Certificate.Subject.CommonName": "root" } }),
    ] {
        assert!(!is_proved(allow(condition.clone())), "{condition}");
    }
}

#[test]
fn what_a_device_can_escape_proves_nothing() {
    for condition in [
        json!({ "NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
        json!({ "StringEquals": { "iot:Connection.Thing.Attributes[role]": "guest" } }),
    ] {
        assert!(!is_proved(deny(condition.clone())), "{condition}");
    }
}

#[test]
fn what_no_device_meets_or_all_meet_is_proved() {
    for condition in [
        json!({ "Bool": { "iot:Connection.Thing.IsAttached": "false" } }),
        json!({ "StringEquals": { "iot:Connection.Thing.ThingName": "no/name" } }),
    ] {
        assert!(is_proved(allow(condition.clone())), "{condition}");
    }
    assert!(is_proved(deny(
        json!({ "BoolIfExists": { "iot:Connection.Thing.IsAttached": "true" } })
    )));
}
