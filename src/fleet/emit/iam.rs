//! Documents of IAM roles, the same in every output.

use super::POLICY_VERSION;
use crate::document::print::Value;
use crate::facts::limit;
use crate::fleet::plan::{
    Access, AccessTarget, KeyPrincipal, KeyStatement, OwnKey, Role, RoleStatement, Taker,
};

/// Who may take a role: AWS IoT for this account only, Lambda, or users who signed in.
pub fn trust_document(role: &Role, account: &str) -> Value {
    let trusted = |kind: &'static str, who: &str, action: &'static str| {
        vec![
            ("Effect", Value::from("Allow")),
            ("Principal", Value::mapping([(kind, who)])),
            ("Action", Value::from(action)),
        ]
    };
    let equals = |key: &'static str, value: &str| Value::mapping([(key, value)]);
    let mut trust = match &role.taker {
        Taker::Iot | Taker::Jobs | Taker::Account(_) => {
            trusted("Service", "iot.amazonaws.com", ASSUME)
        }
        Taker::Device { .. } => trusted("Service", "credentials.iot.amazonaws.com", ASSUME),
        Taker::Lambda => trusted("Service", "lambda.amazonaws.com", ASSUME),
        Taker::Scheduler => trusted("Service", "scheduler.amazonaws.com", ASSUME),
        Taker::Cognito(_) => trusted("Federated", COGNITO, "sts:AssumeRoleWithWebIdentity"),
        Taker::Saml(provider) => trusted("Federated", provider, "sts:AssumeRoleWithSAML"),
    };
    let condition = match &role.taker {
        Taker::Iot | Taker::Jobs | Taker::Account(_) | Taker::Scheduler => {
            Some(vec![("StringEquals", equals("aws:SourceAccount", account))])
        }
        // Lambda takes a role for functions of the role's own account only.
        Taker::Lambda => None,
        // Of the credential provider AWS documents no condition: a role alias is of its account only.
        Taker::Device { .. } => None,
        Taker::Cognito(pool) => Some(vec![
            (
                "StringEquals",
                equals("cognito-identity.amazonaws.com:aud", pool),
            ),
            (
                "ForAnyValue:StringLike",
                equals("cognito-identity.amazonaws.com:amr", "authenticated"),
            ),
        ]),
        Taker::Saml(_) => Some(vec![("StringEquals", equals("SAML:aud", SAML_AUDIENCE))]),
    };
    trust.extend(condition.map(|it| ("Condition", Value::mapping(it))));
    document([Value::mapping(trust)])
}

/// The action of a service that takes a role.
const ASSUME: &str = "sts:AssumeRole";
/// Identity pools, as who a role trusts.
const COGNITO: &str = "cognito-identity.amazonaws.com";
/// Where users are sent who sign in by SAML.
const SAML_AUDIENCE: &str = "https://signin.aws.amazon.com/saml";

/// What a role is for.
pub(super) fn purpose(role: &Role) -> &'static str {
    match role.taker {
        Taker::Iot => "AWS IoT takes this role to run the template, for this account only",
        Taker::Jobs => "AWS IoT takes this role to make links to the files of the job",
        Taker::Device { .. } => "A device gets credentials of this role for its certificate",
        Taker::Account(purpose) => purpose,
        Taker::Lambda => "Lambda takes this role to run the function",
        Taker::Scheduler => "EventBridge takes this role to send a reminder, for this account only",
        Taker::Cognito(_) => "Installers take this role, who signed in with this identity pool",
        Taker::Saml(_) => "Installers take this role, who signed in with this provider",
    }
}

/// The one right of an [`Access`]; `route` is the ARN of the route of its broker.
pub fn access_document(access: &Access, route: Value) -> Value {
    let resource = match &access.on {
        AccessTarget::Arn(arn) => Value::from(arn.as_str()),
        AccessTarget::Route => route,
    };
    document([Value::mapping([
        ("Effect", Value::from("Allow")),
        ("Action", Value::from(access.action)),
        ("Resource", resource),
    ])])
}

/// What a role allows, each statement with its purpose as a comment.
pub fn role_document(role: &Role) -> Value {
    rights_document(&role.statements)
}

/// What statements allow, each with its purpose as a comment.
pub fn rights_document(statements: &[RoleStatement]) -> Value {
    let statement = |statement: &RoleStatement| {
        let resources = statement.resources.iter().map(String::as_str);
        let mut entries = vec![
            ("Effect", Value::from("Allow")),
            ("Action", Value::sequence(statement.actions.iter().copied())),
        ];
        let alias = statement.resources.iter().find_map(|it| of_alias(it));
        match alias {
            Some((keys, alias)) => {
                entries.push(("Resource", Value::from(keys)));
                let of_key = Value::mapping([("kms:ResourceAliases", alias)]);
                let condition = Value::mapping([("ForAnyValue:StringEquals", of_key)]);
                entries.push(("Condition", condition));
            }
            None => entries.push(("Resource", Value::sequence(resources))),
        }
        Value::mapping(entries).with_comment(statement.purpose)
    };
    document(statements.iter().map(statement))
}

/// An alias is no resource of a policy: it is written as a condition on all keys there.
fn of_alias(arn: &str) -> Option<(String, &str)> {
    let at = arn.find(":alias/")?;
    let (head, alias) = arn.split_at_checked(at)?;
    let is_key = head.split(':').nth(2) == Some("kms");
    let alias = alias.strip_prefix(':')?;
    is_key.then(|| (format!("{head}:key/*"), alias))
}

/// Who may do what with a key, each statement with its purpose as a comment.
pub fn key_document(key: &OwnKey) -> Value {
    let statement = |statement: &KeyStatement| {
        let principal = match &statement.principal {
            KeyPrincipal::Account(root) => ("AWS", root.as_str()),
            KeyPrincipal::Service(service) => ("Service", service.as_str()),
        };
        let actions = statement.actions.iter().copied();
        let mut entries = vec![
            ("Effect", Value::from("Allow")),
            ("Principal", Value::mapping([principal])),
            ("Action", Value::sequence(actions)),
            ("Resource", Value::from("*")),
        ];
        if let Some((operator, key, values)) = &statement.condition {
            let values = Value::sequence(values.iter().map(String::as_str));
            let inner = Value::mapping([(*key, values)]);
            entries.push(("Condition", Value::mapping([(*operator, inner)])));
        }
        Value::mapping(entries).with_comment(statement.purpose)
    };
    document(key.statements.iter().map(statement))
}

/// The longest session of a role, where it is longer than that of one that says nothing.
pub fn session_seconds(role: &Role) -> Option<u32> {
    match role.taker {
        Taker::Device { seconds } if u64::from(seconds) > limit::ROLE_SESSION_DEFAULT_SECONDS => {
            Some(seconds)
        }
        Taker::Device { .. }
        | Taker::Iot
        | Taker::Jobs
        | Taker::Account(_)
        | Taker::Lambda
        | Taker::Scheduler
        | Taker::Cognito(_)
        | Taker::Saml(_) => None,
    }
}

pub(super) fn document(statements: impl IntoIterator<Item = Value>) -> Value {
    Value::mapping([
        ("Version", Value::from(POLICY_VERSION)),
        ("Statement", Value::sequence(statements)),
    ])
}
