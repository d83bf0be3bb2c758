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

const CASES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/decisions/semantics.jsonl"
);

#[test]
fn the_documented_reading_is_the_expected_answer() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter(|case| decide_case(case, false) != case["expect"])
        .map(|case| format!("{}: {}", case["id"], case["why"]))
        .collect();
    assert!(wrong.is_empty(), "the oracle differs on {wrong:#?}");
}

#[test]
fn the_cautious_reading_is_the_worst_case() {
    for case in cases() {
        let cautious = decide_case(&case, true);
        if let Some(worst_case) = case.get("worst_case") {
            assert_eq!(cautious, *worst_case, "{case}");
        }
        if case["expect"] == "allow" {
            assert_eq!(
                cautious, "allow",
                "cautious must allow what documented allows: {case}"
            );
        }
    }
}

#[test]
fn the_cautious_reading_differs_only_where_the_cases_say_so() {
    let widened: Vec<String> = cases()
        .iter()
        .filter(|case| case.get("worst_case").is_none())
        .filter(|case| decide_case(case, true) != case["expect"])
        .map(|case| case["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(widened.is_empty(), "{widened:?}");
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
        ("StringAlmostEquals", "a", "a", false),
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
        ("topic/${iot:None, 'd'}", "topic/d", true, true),
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

/// All cases of the file.
fn cases() -> Vec<Value> {
    let text = fs::read_to_string(CASES).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The oracle's answer in the words of the cases.
fn decide_case(case: &Value, cautious: bool) -> &'static str {
    match decide(
        &case["policies"],
        &case["context"],
        &case["request"],
        cautious,
    ) {
        Verdict::Allow => "allow",
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => "deny",
    }
}
