//! The policies of roles of IAM in the examples, decided by the engine: each role may do what it needs, as
//! it is written down here, and nothing else of all that differs from it in a character.
//!
//! `${credentials-iot:ThingName}` is filled in as AWS IoT does for the thing `EV1`; `tests/uploads.rs` is about
//! other names.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fleetwright::artifact::{self, stack_outputs, stack_resources};
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{Context, Reading, Request, authorize};
use fleetwright::model::{Attached, Attachment, Device, PolicySet};
use fleetwright::project::{Kind, Project, Setting};
use fleetwright::source::{Source, SourceId, Text};
use serde_json::{Value, json};

/// Actions on the resources with these names; `*` is any text.
type Needs = &'static [(&'static [&'static str], &'static [&'static str])];

/// The example, its stack, the role, and what it needs: for the head of an ARN of AWS IoT stands `iot/`.
const ROLES: &[(&str, &str, &str, Needs)] = &[
    (
        "chargers",
        "eu-west-1",
        "chargers-dev-factory-eu-west-1",
        &[
            (
                &[
                    "iot:AttachPolicy",
                    "iot:AttachPrincipalPolicy",
                    "iot:AttachThingPrincipal",
                    "iot:DescribeCertificate",
                    "iot:UpdateCertificate",
                ],
                &["iot/cert/*"],
            ),
            (
                &[
                    "iot:AttachThingPrincipal",
                    "iot:CreateThing",
                    "iot:DescribeThing",
                    "iot:ListThingGroupsForThing",
                    "iot:ListThingPrincipals",
                    "iot:UpdateThing",
                    "iot:AddThingToThingGroup",
                    "iot:AddThingToBillingGroup",
                ],
                &["iot/thing/EV*"],
            ),
            (&["iot:GetPolicy"], &["iot/policy/chargers-dev-device"]),
            (
                &["iot:DescribeThingType"],
                &["iot/thingtype/chargers-dev-charger"],
            ),
            (
                &["iot:AddThingToThingGroup", "iot:DescribeThingGroup"],
                &["iot/thinggroup/chargers-dev-chargers"],
            ),
            (
                &["iot:AddThingToBillingGroup", "iot:DescribeBillingGroup"],
                &["iot/billinggroup/chargers-dev-chargers"],
            ),
            (
                &[
                    "iot:ListAttachedPolicies",
                    "iot:ListPrincipalPolicies",
                    "iot:ListPrincipalThings",
                ],
                &["*"],
            ),
        ],
    ),
    (
        "chargers",
        "eu-west-1",
        "chargers-dev-factory-issuer-eu-west-1",
        &[(
            &["acm-pca:GetCertificate", "acm-pca:IssueCertificate"],
            &[SIGNING_CA],
        )],
    ),
    (
        "chargers",
        "eu-west-1",
        "chargers-dev-ota-job-eu-west-1",
        &[(
            &["s3:GetObject"],
            &["arn:aws:s3:::chargers-fw-dev/stable/*"],
        )],
    ),
    (
        "chargers",
        "eu-west-1",
        "chargers-dev-logs-upload-eu-west-1",
        &[(
            &["s3:PutObject"],
            &["arn:aws:s3:::chargers-logs-dev/raw/EV1/*"],
        )],
    ),
    (
        "chargers",
        "eu-west-1",
        "chargers-dev-csms-eu-west-1",
        &[
            (
                &["iot:Publish"],
                &["iot/topic/ocpp/*/cmd/*", "iot/topic/notice/*"],
            ),
            (&["iot:Connect"], &["iot/client/chargers-dev-csms-*"]),
            (&["iot:Subscribe"], &["iot/topicfilter/ocpp/+/meter"]),
            (&["iot:Receive"], &["iot/topic/ocpp/*/meter"]),
        ],
    ),
    (
        "retrofit",
        "eu-central-1",
        "voltra-dev-retrofit-hook-eu-central-1",
        &[
            (
                &["logs:CreateLogStream", "logs:PutLogEvents"],
                &[
                    "arn:aws:logs:eu-central-1:111111111111:log-group:/aws/lambda/voltra-dev-retrofit-hook:*",
                ],
            ),
            (
                &["dynamodb:UpdateItem"],
                &[
                    "arn:aws:dynamodb:eu-central-1:111111111111:table/voltra-dev-controllers",
                    "arn:aws:dynamodb:eu-central-1:111111111111:table/voltra-dev-retrofit-claims",
                ],
            ),
        ],
    ),
    (
        "retrofit",
        "eu-central-1",
        "voltra-dev-retrofit-broker-eu-central-1",
        &[
            (
                &["logs:CreateLogStream", "logs:PutLogEvents"],
                &[
                    "arn:aws:logs:eu-central-1:111111111111:log-group:/aws/lambda/voltra-dev-retrofit-broker:*",
                ],
            ),
            (
                &["iot:CreateProvisioningClaim"],
                &["iot/provisioningtemplate/voltra-dev-retrofit"],
            ),
            (
                &["dynamodb:GetItem"],
                &[
                    "arn:aws:dynamodb:eu-central-1:111111111111:table/voltra-dev-retrofit-installers",
                ],
            ),
            (
                &["dynamodb:PutItem"],
                &["arn:aws:dynamodb:eu-central-1:111111111111:table/voltra-dev-retrofit-claims"],
            ),
        ],
    ),
    (
        "furniture",
        "eu-west-1",
        "acme-pumps-dev-factory-ca-expiry-eu-west-1",
        &[(
            &["sns:Publish"],
            &["arn:aws:sns:eu-west-1:111111111111:iot-oncall"],
        )],
    ),
];

/// The ARN of the CA that the stack of chargers makes.
const SIGNING_CA: &str = "arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/1";

/// Actions that no role here has, besides those of the others.
const OTHERS: [&str; 6] = [
    "dynamodb:Scan",
    "iam:PassRole",
    "iot:DeleteThing",
    "iot:UpdateThingShadow",
    "s3:DeleteObject",
    "s3:ListBucket",
];

/// The policy of a role, or of that name in a role that is there.
fn document(example: &str, region: &str, name: &str) -> Value {
    let path = format!("fixtures/fleet/{example}/expected/out/cfn/dev/{region}/stack.yaml");
    let written = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let written = written
        .replace("- !GetAtt FactorySigningCa.Arn", &format!("- {SIGNING_CA}"))
        .replace("${credentials-iot:ThingName}", "EV1");
    let source = Source::new("stack.yaml", written);
    let text = Text::of_source(SourceId::new(0), &source);
    let document = Document::parse(&text, Syntax::Yaml);
    let project = Project::of_stack(&stack_resources(&document), &stack_outputs(&document));
    let resource = project
        .resources
        .iter()
        .find(|it| *it.name == *name && matches!(it.kind, Kind::Role | Kind::RolePolicy));
    let settings = resource.unwrap().settings.iter();
    let mut documents = settings.filter_map(|(name, it)| match it {
        Setting::Value(it) if &**name != "trust" && it.get("Statement").is_some() => Some(it),
        _ => None,
    });
    let found = documents.next().unwrap().clone();
    assert!(documents.next().is_none());
    found
}

/// The policy as the engine reads it, as one of AWS IoT: policies of IAM are left alone.
fn set(document: &Value) -> PolicySet {
    let policy =
        json!({ "Type": "AWS::IoT::Policy", "Properties": { "PolicyDocument": document } });
    let stack = json!({ "Resources": { "Policy": policy } });
    let source = Source::new("stack.json", stack.to_string());
    let text = Text::of_source(SourceId::new(0), &source);
    let parsed = Document::parse(&text, Syntax::Json);
    let artifacts = artifact::read(&parsed);
    let policy = artifacts.policies().next().unwrap().policy.clone();
    PolicySet {
        policies: vec![Attached {
            policy,
            attachment: Attachment::Certificate,
        }],
    }
}

/// Whether a pattern of IAM matches, `*` being any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|behind| {
            (0..=behind.len()).any(|at| behind.get(at..).is_some_and(|it| matches(rest, it)))
        }),
    }
}

/// Texts that the pattern matches, and others that differ from them in a character.
fn near(pattern: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([pattern.to_owned()]);
    for filled in ["", "a1", "a/b"] {
        let text = pattern.replace('*', filled);
        for at in 0..=text.len() {
            let (head, behind) = text.split_at(at);
            all.insert(format!("{head}x{}", behind.get(1..).unwrap_or_default()));
            all.insert(format!("{head}{}", behind.get(1..).unwrap_or_default()));
        }
        all.insert(text);
    }
    all
}

/// A request, and whether the role needs to be let.
struct Put {
    request: Request,
    is_needed: bool,
}

/// All actions on all that the role needs, and on what differs from it in a character.
fn requests(needs: &[(String, String)], actions: &BTreeSet<&str>) -> Vec<Put> {
    let resources: BTreeSet<String> = needs.iter().flat_map(|(_, it)| near(it)).collect();
    let mut all = Vec::new();
    for action in actions {
        let own: Vec<&String> = needs
            .iter()
            .filter(|it| it.0 == *action)
            .map(|it| &it.1)
            .collect();
        for resource in &resources {
            let request = Request {
                device: Device::default(),
                action: (*action).into(),
                resource: resource.as_str().into(),
                context: Context::default(),
            };
            let is_needed = own.iter().any(|pattern| matches(pattern, resource));
            all.push(Put { request, is_needed });
        }
    }
    all
}

/// The first request that is answered otherwise than is needed.
fn wrong(document: &Value, requests: &[Put]) -> Option<String> {
    let set = set(document);
    let mut wrong = requests.iter().filter(|it| {
        let decision = authorize(&set, &it.request, Reading::Documented);
        decision.is_allowed() != it.is_needed
    });
    let wrong = wrong.next()?;
    let Request {
        action, resource, ..
    } = &wrong.request;
    Some(format!(
        "{action} on {resource}; needed: {}",
        wrong.is_needed
    ))
}

#[test]
fn each_role_may_do_what_it_needs_and_nothing_else() {
    for (example, region, name, needs) in ROLES {
        let head = format!("arn:aws:iot:{region}:111111111111:");
        let full = |it: &str| match it.strip_prefix("iot/") {
            Some(resource) => format!("{head}{resource}"),
            None => it.to_owned(),
        };
        let pairs: Vec<(String, String)> = needs
            .iter()
            .flat_map(|(actions, resources)| {
                let on = move |action: &&str| {
                    resources
                        .iter()
                        .map(move |it| ((*action).to_owned(), full(it)))
                        .collect::<Vec<_>>()
                };
                actions.iter().flat_map(on)
            })
            .collect();
        let of_all = ROLES
            .iter()
            .flat_map(|it| it.3)
            .flat_map(|it| it.0)
            .copied();
        let actions: BTreeSet<&str> = of_all.chain(OTHERS).collect();
        let mut document = document(example, region, name);
        // What limits issuing is a condition on the request, which the engine does not know.
        if name.contains("issuer") {
            let condition = document["Statement"][0]
                .as_object_mut()
                .unwrap()
                .remove("Condition");
            let client = "arn:aws:acm-pca:::template/EndEntityClientAuthCertificate/V1";
            assert_eq!(
                condition.unwrap(),
                json!({ "StringEquals": { "acm-pca:TemplateArn": client } })
            );
        }
        let requests = requests(&pairs, &actions);
        assert!(requests.len() > 1_000, "{name}: {}", requests.len());
        assert_eq!(wrong(&document, &requests), None, "{name}");

        // Each action left out, each resource left open, and an action more.
        let mut mutations = Vec::new();
        for (place, statement) in document["Statement"].as_array().unwrap().iter().enumerate() {
            for at in 0..statement["Action"].as_array().unwrap().len() {
                let mut fewer = document.clone();
                fewer["Statement"][place]["Action"][at] = "iot:Nothing".into();
                mutations.push(fewer);
            }
            for at in 0..statement["Resource"].as_array().unwrap().len() {
                let written = statement["Resource"][at].as_str().unwrap();
                for other in [
                    written
                        .trim_end_matches(|it: char| it.is_ascii_alphanumeric() || it == '*')
                        .to_owned()
                        + "*",
                    "nothing".to_owned(),
                ] {
                    if written != "*" && written != other {
                        let mut wider = document.clone();
                        wider["Statement"][place]["Resource"][at] = other.into();
                        mutations.push(wider);
                    }
                }
            }
            let mut more = document.clone();
            more["Statement"][place]["Action"]
                .as_array_mut()
                .unwrap()
                .push("iam:PassRole".into());
            mutations.push(more);
        }
        for mutation in &mutations {
            assert!(wrong(mutation, &requests).is_some(), "{name}: {mutation:#}");
        }
    }
}
