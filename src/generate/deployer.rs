//! What whoever deploys an environment and Region may do: exactly what its resources take.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::expected;
use crate::document::print::Value;
use crate::facts::{self, DeployedType, KeyUse};
use crate::fleet::emit::Format;
use crate::fleet::plan::{DataKey, Plan, Signing, Way};
use crate::model::fingerprint;
use crate::project::{Kind, Project, Resource, Setting};

/// The policy, as IAM takes it. Types that the facts do not know are left out; `tests/fleet.rs` holds
/// that there is none.
pub(super) fn document(plan: &Plan, format: Format) -> Value {
    let project = expected::project(plan);
    let deployment = &plan.deployment;
    let mut by_type: BTreeMap<&str, (&DeployedType, Vec<String>)> = BTreeMap::new();
    for resource in &project.resources {
        let Some(known) = facts::deployed_type(name_of(&resource.kind)) else {
            continue;
        };
        let (_, arns) = by_type
            .entry(known.cloudformation)
            .or_insert((known, Vec::new()));
        for arn in known.arns {
            let arn = filled(arn, plan, resource);
            if !arns.contains(&arn) {
                arns.push(arn);
            }
        }
    }
    let mut anywhere: Vec<&str> = Vec::new();
    let mut statements = Vec::new();
    for (known, arns) in by_type.values() {
        if !known.is_marked {
            anywhere.extend(known.anywhere);
            if !known.actions.is_empty() {
                statements.push(statement(known.actions, arns, None));
            }
            continue;
        }
        let (name, stack) = deployment.mark();
        let marked = |which: &str| equals(&format!("{which}/{name}"), &stack);
        statements.push(statement(known.actions, arns, Some(marked(OF_RESOURCE))));
        if let Some(tags) = known.tags_with {
            let everywhere = ["*".to_owned()];
            statements.push(statement(&[tags], arns, Some(marked(OF_REQUEST))));
            statements.push(statement(
                known.anywhere,
                &everywhere,
                Some(marked(OF_REQUEST)),
            ));
        }
    }
    statements.extend(uses_of_key(plan, by_type.keys().copied()));
    match format {
        Format::CloudFormation => {
            let stack = facts::stack_actions();
            let name = format!("stack/{}/*", deployment.name("fleet"));
            let arn = deployment.arn_of("cloudformation", &name);
            anywhere.extend(stack.anywhere);
            statements.push(statement(stack.actions, &[arn], None));
        }
        Format::Terraform => {}
    }
    if !anywhere.is_empty() {
        statements.push(statement(&anywhere, &["*".to_owned()], None));
    }
    for (service, roles) in passed(&project, plan) {
        let condition = equals("iam:PassedToService", &service);
        statements.push(statement(&["iam:PassRole"], &roles, Some(condition)));
    }
    Value::mapping([
        ("Version", Value::from("2012-10-17")),
        ("Statement", Value::sequence(statements)),
    ])
}

/// A tag that a resource has.
const OF_RESOURCE: &str = "aws:ResourceTag";
/// A tag that is given with the request.
const OF_REQUEST: &str = "aws:RequestTag";

/// What making resources of these types takes of the key that they are encrypted with.
fn uses_of_key<'t>(plan: &Plan, types: impl Iterator<Item = &'t str>) -> Vec<Value> {
    let Some(key) = &plan.furniture.key else {
        return Vec::new();
    };
    let deployment = &plan.deployment;
    let all = || deployment.arn_of("kms", "key/*");
    let is_of_functions = |it: &KeyUse| it.cloudformation == "AWS::Lambda::Function";
    types
        .filter_map(facts::key_use)
        .filter(|it| key.is_for_functions() || !is_of_functions(it))
        .map(|it| {
            let host = format!("{}.{}.amazonaws.com", it.service, deployment.region);
            let by = ("kms:ViaService", Value::from(host));
            let (key, condition) = match key {
                DataKey::Own(_) => {
                    let (name, stack) = deployment.mark();
                    let mark = format!("{OF_RESOURCE}/{name}");
                    let both = Value::mapping([(&*mark, Value::from(stack)), by]);
                    (all(), Value::mapping([("StringEquals", both)]))
                }
                DataKey::Arn(arn) => {
                    let by = Value::mapping([by]);
                    (arn.clone(), Value::mapping([("StringEquals", by)]))
                }
                // A policy never reaches a key by its alias' ARN.
                DataKey::Alias(arn) => {
                    let alias = arn.rsplit(':').next().unwrap_or_default();
                    let alias = Value::mapping([("kms:ResourceAliases", alias)]);
                    let condition = Value::mapping([
                        ("StringEquals", Value::mapping([by])),
                        ("ForAnyValue:StringEquals", alias),
                    ]);
                    (all(), condition)
                }
            };
            statement(it.actions, &[key], Some(condition))
        })
        .collect()
}

/// The type in CloudFormation.
fn name_of(kind: &Kind) -> &str {
    match kind {
        Kind::Other(name) => name,
        known => known.in_cloudformation().unwrap_or(""),
    }
}

fn statement(actions: &[&str], arns: &[String], condition: Option<Value>) -> Value {
    let mut entries = vec![
        ("Effect", Value::from("Allow")),
        ("Action", Value::sequence(actions.iter().copied())),
        ("Resource", Value::sequence(arns.iter().map(String::as_str))),
    ];
    entries.extend(condition.map(|it| ("Condition", it)));
    Value::mapping(entries)
}

fn equals(key: &str, value: &str) -> Value {
    Value::mapping([("StringEquals", Value::mapping([(key, value)]))])
}

/// The id of a CA certificate, known unless the stack makes the CA.
fn certificate_id(plan: &Plan, name: &str) -> Option<String> {
    plan.registrations.iter().find_map(|it| match &it.way {
        Way::Jitp(jitp) => match &jitp.authority {
            Signing::Known(authority) if authority.pem.trim_end() == name => {
                Some(fingerprint(&authority.der))
            }
            Signing::Known(_) | Signing::Made(_) => None,
        },
        Way::Claim(_) | Way::TrustedUser(_) => None,
    })
}

/// The ARN of a resource, for its own partition, Region and account.
fn filled(arn: &str, plan: &Plan, resource: &Resource) -> String {
    let deployment = &plan.deployment;
    let text = |setting: &str| match resource.settings.get(setting) {
        Some(Setting::Value(Json::String(text))) => Some(text.as_str()),
        Some(
            Setting::Value(_)
            | Setting::Link { .. }
            | Setting::Id { .. }
            | Setting::Part { .. }
            | Setting::Open,
        )
        | None => None,
    };
    let name = match (&resource.kind, resource.settings.get("function")) {
        // A permission belongs to its function.
        (Kind::Permission, Some(Setting::Link { name, .. })) => name,
        (Kind::Permission, _) => {
            let arn = text("function").unwrap_or("*");
            arn.rsplit(':').next().unwrap_or("*")
        }
        // As is a filter to its log.
        (Kind::MetricFilter, _) => match resource.settings.get("log") {
            Some(Setting::Link { name, .. }) => name,
            _ => text("log").unwrap_or("*"),
        },
        // A policy inside of a role is the role's.
        (Kind::RolePolicy, _) => match resource.settings.get("role") {
            Some(Setting::Link { name, .. }) => name,
            _ => text("role").unwrap_or("*"),
        },
        _ => &*resource.name,
    };
    // The path of a role that is there stands in the spec alone.
    let mut services = plan.services.iter();
    let path = match &resource.kind {
        Kind::RolePolicy => services.find(|it| it.role == name).map(|it| &*it.path),
        _ => text("path"),
    };
    let path = path.unwrap_or("/");
    let behind = arn
        .replace("{region}", &deployment.region)
        .replace("{account}", &deployment.account)
        .replace("{path}", path)
        .replace(
            "{certificate}",
            certificate_id(plan, &resource.name)
                .as_deref()
                .unwrap_or("*"),
        )
        .replace("{name}", name);
    format!("arn:{}:{behind}", deployment.partition)
}

/// The roles that services take, by service.
fn passed(project: &Project, plan: &Plan) -> BTreeMap<String, Vec<String>> {
    let mut passed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let roles = project.resources.iter().filter(|it| it.kind == Kind::Role);
    for role in roles {
        let Some(Setting::Value(trust)) = role.settings.get("trust") else {
            continue;
        };
        let statements = trust.get("Statement").and_then(Json::as_array);
        for statement in statements.into_iter().flatten() {
            let service = statement
                .pointer("/Principal/Service")
                .and_then(Json::as_str);
            if let (Some(service), Some(known)) = (service, facts::deployed_type("AWS::IAM::Role"))
            {
                let arns = known.arns.iter().map(|arn| filled(arn, plan, role));
                passed.entry(service.to_owned()).or_default().extend(arns);
            }
        }
    }
    passed
}
