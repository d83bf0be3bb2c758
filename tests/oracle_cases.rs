//! The reference evaluator against the written cases, and what those cases leave out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::fs;

use oracle::{Verdict, decide};
use serde_json::{Value, json};

mod oracle;

/// The cases that came with the semantics, and those of each part of them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/decisions");

#[test]
fn both_readings_are_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        // Where a case names no worst case, the two readings agree.
        let worst_case = case.get("worst_case").unwrap_or(&case["expect"]);
        for (cautious, expect) in [(false, &case["expect"]), (true, worst_case)] {
            let verdict = decide(
                &case["policies"],
                &case["context"],
                &case["request"],
                cautious,
            );
            if !is_met(expect.as_str().unwrap(), verdict) {
                let (id, why) = (&case["id"], &case["why"]);
                wrong.push(format!(
                    "{id} (cautious: {cautious}): {expect} expected, got {verdict:?}: {why}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn operators_without_a_case_compare_as_they_should() {
    let table = [
        ("NumericEquals", "1.0", "1", true),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericGreaterThanEquals", "10", "10", true),
        ("NumericNotEquals", "many", "10", true),
        ("NumericEquals", "inf", "inf", false),
        ("DateEquals", "2025-01-01", "1735689600", true),
        (
            "DateEquals",
            "2025-01-01T01:00:00+01:00",
            "2025-01-01T00:00Z",
            true,
        ),
        ("DateLessThan", "2024-03-01", "2024-02-29T23:59:59.5Z", true),
        ("DateGreaterThan", "soon", "2025-01-01", false),
        ("Bool", "TRUE", "true", true),
        ("IpAddress", "10.1.2.3/8", "10.255.0.1", true),
        ("IpAddress", "10.0.0.0/31", "10.0.0.2", false),
        ("IpAddress", "2001:db8::/32", "2001:db8:1::1", true),
        ("NotIpAddress", "2001:db8::/32", "10.0.0.1", true),
        ("StringEqualsIgnoreCase", "AbC", "aBc", true),
        ("StringNotLike", "a?c*", "abcd", false),
        (
            "ArnLike",
            "arn:aws:iot:*:*:topic/a?",
            "arn:aws:iot:r:1:topic/ab",
            true,
        ),
        (
            "ArnEquals",
            "arn:aws:iot:r:?:topic/a",
            "arn:aws:iot:r:12:topic/a",
            false,
        ),
        (
            "ArnNotEquals",
            "arn:aws:iot:*",
            "arn:aws:iot:r:1:topic/a",
            false,
        ),
        ("ForAnyValue:StringNotEquals", "a", "b", true),
    ];
    for (operator, wanted, given, holds) in table {
        let condition = json!({ operator: { "test:key": wanted } });
        let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": condition });
        let context = json!({ "protocol": "mqtt", "extra": { "Test:Key": given } });
        let answer = answer(&statement, &context, &publish("topic/a"));
        assert_eq!(answer, (holds, holds), "{operator} {wanted} {given}");
    }
}

#[test]
fn resources_without_a_case_match_as_they_should() {
    let context = json!({
        "protocol": "mqtt", "client_id": "a*", "thing_name": "t:1", "is_attached": true,
        "association": "exclusive",
        "cert": { "id": "ab", "subject": {
            "CommonName": ["a,b", "x".repeat(1024), "x".repeat(1025)], "Country": "a+b" } },
    });
    let long = format!("topic/{}", "x".repeat(1024));
    // Pattern, resource, allowed as documented, allowed cautiously.
    let table = [
        ("topic/${iot:CLIENTID}", "topic/a*", true, true),
        ("topic/${iot:ClientId}", "topic/abc", false, true),
        (
            "topic/${iot:Connection.Thing.ThingName}/x",
            "topic/t:1/x",
            true,
            true,
        ),
        (
            "topic/${iot:Certificate.Subject.CommonName}",
            "topic/a\\,b",
            true,
            true,
        ),
        (
            "topic/${iot:Certificate.Subject.CommonName}",
            "topic/a,b",
            false,
            false,
        ),
        (
            "topic/${iot:Certificate.Subject.CommonName.1}",
            &long,
            true,
            true,
        ),
        (
            "topic/${iot:Certificate.Subject.CommonName.2}",
            "topic/*",
            false,
            false,
        ),
        (
            "topic/*${iot:Certificate.Subject.Country}",
            "topic/a+b",
            false,
            false,
        ),
        ("topic/${iot:None, 'd'}", "topic/d", false, true),
        ("topic/${iot:None", "topic/${iot:None", true, true),
        ("topic/$(*)", "topic/$(abc)", true, true),
        ("topic?a", "topic/a", true, true),
        ("top*c/a", "topic/a:b/c/a", true, true),
    ];
    for (pattern, resource, documented, cautious) in table {
        let place = "arn:aws:iot:us-east-1:123456789012";
        let statement = json!({ "Effect": "Allow", "Action": "iot:Publish",
            "Resource": format!("{place}:{pattern}") });
        let answer = answer(&statement, &context, &publish(resource));
        assert_eq!(answer, (documented, cautious), "{pattern} {resource}");
    }
}

/// A Publish on this resource.
fn publish(resource: &str) -> Value {
    let resource = format!("arn:aws:iot:us-east-1:123456789012:{resource}");
    json!({ "action": "iot:Publish", "resource": resource })
}

/// Is the request allowed by this one statement: as documented, and cautiously?
fn answer(statement: &Value, context: &Value, request: &Value) -> (bool, bool) {
    let document = json!({ "Version": "2012-10-17", "Statement": statement });
    let policies = json!([{ "attached_to": "certificate", "document": document }]);
    let is_allowed = |cautious| decide(&policies, context, request, cautious) == Verdict::Allow;
    (is_allowed(false), is_allowed(true))
}

/// All cases of the folder.
fn cases() -> Vec<Value> {
    let mut paths: Vec<_> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases");
    let texts = paths.iter().map(|path| fs::read_to_string(path).unwrap());
    texts
        .flat_map(|text| {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines
                .map(|line| serde_json::from_str(line).unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Is this verdict the one that a case expects?
fn is_met(expect: &str, verdict: Verdict) -> bool {
    match expect {
        "allow" => verdict == Verdict::Allow,
        "deny" => verdict != Verdict::Allow,
        "explicit_deny" => verdict == Verdict::ExplicitDeny,
        "implicit_deny" => verdict == Verdict::ImplicitDeny,
        other => panic!("unknown expectation: {other}"),
    }
}
