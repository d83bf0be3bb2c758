//! `deployer.policy.json`, put to the authorization of ministack 1.5.33: a role that has exactly this
//! policy deploys the stack beside it; each action that the emulator knows is let through on what the
//! stack has, refused elsewhere, and refused once the policy lacks it.
//!
//! `tests/emulator.rs` lets the same role apply the Terraform module. Where the emulator is not AWS:
//!
//! - Its CloudFormation makes resources in nobody's name: of whoever calls it only the actions of
//!   CloudFormation itself are asked. What the handlers of each type ask, the test asks by itself, one
//!   action after the other.
//! - It passes a role to a service without asking for `iam:PassRole`, and asks for no use of a key.
//! - Actions of CloudFormation it asks on all stacks, and some others on `*` (`ON_ALL`); some are asked under
//!   other names (`UNDER_OTHER_NAMES`). Actions of API Gateway, which are verbs, and of KMS, whose keys have no
//!   name, are left out, as those of AWS Private CA, billing groups and role aliases, which it lacks; it takes roles to have no path.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use service::{ACCOUNT, Emulator, REGION};

mod external;

#[path = "emulator/deployment.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod deployment;
#[path = "emulator/service.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod service;
#[path = "emulator/types.rs"]
mod types;

/// Actions that the emulator asks on `*`, and [AWS] on the resource.
///
/// [AWS]: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
const ON_ALL: [&str; 15] = [
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListTagsForResource",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "dynamodb:GetResourcePolicy",
    "dynamodb:ListTagsOfResource",
    "dynamodb:TagResource",
    "dynamodb:UntagResource",
    "iot:CreateProvisioningTemplate",
    "iot:DeleteCACertificate",
    "iot:DescribeCACertificate",
    "iot:UpdateCACertificate",
    "lambda:CreateFunction",
    "logs:GetDataProtectionPolicy",
];

/// Actions that the emulator asks as others.
const UNDER_OTHER_NAMES: [&str; 3] = [
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetFunctionRecursionConfig",
    "lambda:GetRuntimeManagementConfig",
];

/// The policy without an action.
fn without(policy: &Value, action: &str) -> Value {
    let mut fewer = policy.clone();
    for statement in fewer["Statement"].as_array_mut().unwrap() {
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.retain(|it| it != action);
    }
    let statements = fewer["Statement"].as_array_mut().unwrap();
    statements.retain(|it| !it["Action"].as_array().unwrap().is_empty());
    fewer
}

/// What a request may name, so that it is about the resource with this ARN.
fn names(arn: &str) -> Value {
    let name = arn.rsplit([':', '/']).find(|it| *it != "*").unwrap();
    let log = arn.strip_suffix(":*").unwrap_or(arn);
    let log = log.split_once("log-group:").map_or(name, |(_, log)| log);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/none");
    let url = format!("http://127.0.0.1/{ACCOUNT}/{name}");
    // Each under the names that services give it.
    let texts: [(&[&str], &str); 7] = [
        (
            &[
                "thingTypeName",
                "thingGroupName",
                "billingGroupName",
                "roleAlias",
                "jobTemplateId",
                "policyName",
                "templateName",
                "certificateId",
            ],
            name,
        ),
        (
            &[
                "RoleName",
                "FunctionName",
                "TableName",
                "AlarmName",
                "QueueName",
                "Name",
            ],
            name,
        ),
        (&["logGroupName", "logGroupIdentifier"], log),
        (&["resourceArn", "Resource", "ResourceARN"], arn),
        (
            &["policyDocument", "templateBody", "AssumeRolePolicyDocument"],
            "{}",
        ),
        (&["provisioningRoleArn", "Role", "roleArn"], &role),
        (&["QueueUrl"], &url),
    ];
    let mut names = json!({
        "policyVersionId": "1", "description": "x", "document": "{}", "versionId": 1, "retentionInDays": 1, "Code": {},
        "tagKeys": ["x"], "AlarmNames": [name], "ReservedConcurrentExecutions": 1,
        "StackName": "meters", "ChangeSetName": "x", "GroupName": "default",
        "PermissionsBoundary": "x", "StatementId": "x", "Action": "x", "Principal": "x",
        "kmsKeyId": "x", "filterName": "x", "filterPattern": "x",
    });
    for (keys, text) in texts {
        for key in keys {
            names[*key] = text.into();
        }
    }
    names
}

/// Puts each action of the policy of a stack to the emulator; how many it knows.
fn put_each(name: &str, fixture: &str, at_least: usize) {
    let Some(mut emulator) = Emulator::start(name) else {
        return;
    };
    let emulator = &mut emulator;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fleet");
    let folder = fixtures.join(fixture);
    let region = folder.file_name().unwrap().to_str().unwrap();
    let text = |file: &str| {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let text = text
            .replace(region, REGION)
            .replace("222222222222", ACCOUNT);
        // The emulator takes each role to be without a path.
        text.replace("Path: /iot/", "Path: /")
            .replace(":role/iot/", ":role/")
    };
    let own: Value = serde_json::from_str(&text("deployer.policy.json")).unwrap();
    // The name under which the tests deploy.
    let stack = own["Statement"].as_array().unwrap().iter();
    let stack = stack.filter_map(|it| it["Resource"][0].as_str());
    let stack = stack
        .filter_map(|it| it.split_once(":stack/"))
        .next()
        .unwrap()
        .1;
    let (head, stack) = (stack.strip_suffix("/*").unwrap(), own.to_string());
    let policy = stack.replace(&format!(":stack/{head}/"), ":stack/meters/");
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let mut body = types::known(&text("stack.yaml"));
    if fixture.starts_with("chargers") {
        let made = json!({ "authority": { "name": "signing", "names": { "CN": "signing" } } });
        let made = emulator.request(&made);
        let certificate = fs::read_to_string(made["certificate"].as_str().unwrap()).unwrap();
        body = types::without_lacking(&body, &certificate);
        // The role of the service is there before.
        let trust = json!({ "Version": "2012-10-17", "Statement": [] }).to_string();
        let role = json!({ "RoleName": "chargers-csms-dev", "AssumeRolePolicyDocument": trust });
        emulator.call("iam", "create_role", &role);
    }

    let fewer = without(&policy, "cloudformation:CreateStack");
    let credentials = deployment::deployer(emulator, &fewer);
    let refused = deployment::create_as(emulator, &credentials, &body);
    assert!(refused.contains("cloudformation:CreateStack"), "{refused}");
    deployment::set_deployer(emulator, &policy);
    assert_eq!(
        deployment::create_as(emulator, &credentials, &body),
        "CREATE_COMPLETE"
    );

    let mut asked = Vec::new();
    for statement in policy["Statement"].as_array().unwrap() {
        let arn = statement["Resource"][0].as_str().unwrap();
        for action in statement["Action"].as_array().unwrap() {
            let action = action.as_str().unwrap();
            let is_known = !["iam:PassRole", "acm-pca:", "kms:", "apigateway:"]
                .iter()
                .any(|it| action.starts_with(it));
            let is_there = [":billinggroup/", ":rolealias/"]
                .iter()
                .all(|it| !arn.contains(it));
            if is_known && is_there && arn != "*" {
                asked.push((action.to_owned(), arn.to_owned()));
            }
        }
    }
    // What is deleted is looked at before.
    let is_last = |action: &str| ["Delete", "Remove"].iter().any(|it| action.contains(it));
    asked.sort_by_key(|(action, arn)| (is_last(action), action.clone(), arn.clone()));
    asked.dedup();
    let mut known = 0;
    for (action, arn) in &asked {
        let may = |emulator: &mut Emulator, arn: &str| {
            let asked = json!({ "may": [action, names(arn)], "credentials": credentials });
            emulator.request(&asked)
        };
        let is_refused = |it: &Value| it.as_str().is_some_and(|it| it.contains(&**action));
        let elsewhere = may(emulator, &other(arn));
        deployment::set_deployer(emulator, &without(&policy, action));
        let lacking = may(emulator, arn);
        deployment::set_deployer(emulator, &policy);
        let allowed = may(emulator, arn);
        if !is_refused(&lacking) {
            assert!(
                UNDER_OTHER_NAMES.contains(&&**action),
                "{action}: {lacking}"
            );
            continue;
        }
        known += 1;
        if ON_ALL.contains(&&**action) {
            assert!(is_refused(&allowed), "{action} on {arn}");
            deployment::set_deployer(emulator, &deployment::with_on_all(&policy, &[action]));
            let allowed = may(emulator, arn);
            deployment::set_deployer(emulator, &policy);
            assert!(!is_refused(&allowed), "{action}: {allowed}");
            continue;
        }
        assert!(!is_refused(&allowed), "{action} on {arn}: {allowed}");
        // What the policy reaches all of has no other.
        if !action.starts_with("cloudformation:") && !arn.ends_with("cacert/*") {
            assert!(is_refused(&elsewhere), "{action} elsewhere than on {arn}");
        }
    }
    assert!(known >= at_least, "{known}");
}

/// The ARN of another resource of the kind.
fn other(arn: &str) -> String {
    match arn.split_once(":stack/") {
        Some((head, _)) => format!("{head}:stack/other/*"),
        None => format!("{}x", arn.trim_end_matches(":*")),
    }
}

#[test]
fn jitp_takes_each_action_of_its_policy_and_no_other() {
    put_each("deployer-jitp", "meters/expected/out/cfn/dev/eu-west-1", 70);
}

#[test]
fn claim_takes_each_action_of_its_policy_and_no_other() {
    put_each(
        "deployer-claim",
        "thermo/expected/out/cfn/dev/us-east-1",
        60,
    );
}

#[test]
fn trusted_user_takes_each_action_of_its_policy_and_no_other() {
    put_each(
        "deployer-trusted-user",
        "retrofit/expected/out/cfn/dev/eu-central-1",
        60,
    );
}

#[test]
fn furniture_takes_each_action_of_its_policy_and_no_other() {
    put_each(
        "deployer-furniture",
        "furniture/expected/out/cfn/dev/eu-west-1",
        80,
    );
}

/// Of its resources the emulator lacks the private CAs, the billing group and the role alias; all else
/// is deployed: jobs, uploads, and the rights of a service.
#[test]
fn chargers_take_each_action_of_their_policy_and_no_other() {
    put_each(
        "deployer-chargers",
        "chargers/expected/out/cfn/dev/eu-west-1",
        75,
    );
}
