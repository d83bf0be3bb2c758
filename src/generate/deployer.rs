//! What whoever deploys an environment and Region may do: exactly what its resources take.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::expected;
use crate::document::print::Value;
use crate::facts::{self, DeployedType};
use crate::fleet::emit::Format;
use crate::fleet::plan::{Deployment, Plan};
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
            let arn = filled(arn, deployment, resource);
            if !arns.contains(&arn) {
                arns.push(arn);
            }
        }
    }
    let mut anywhere: Vec<&str> = Vec::new();
    let mut statements = Vec::new();
    for (known, arns) in by_type.values() {
        anywhere.extend(known.anywhere);
        statements.push(statement(known.actions, arns));
    }
    match format {
        Format::CloudFormation => {
            let stack = facts::stack_actions();
            let name = format!("stack/{}/*", deployment.name("fleet"));
            let arn = deployment.arn_of("cloudformation", &name);
            anywhere.extend(stack.anywhere);
            statements.push(statement(stack.actions, &[arn]));
        }
        Format::Terraform => {}
    }
    if !anywhere.is_empty() {
        statements.push(statement(&anywhere, &["*".to_owned()]));
    }
    for (service, roles) in passed(&project, deployment) {
        let service = Value::mapping([("iam:PassedToService", service)]);
        statements.push(Value::mapping([
            ("Effect", Value::from("Allow")),
            ("Action", Value::from("iam:PassRole")),
            ("Resource", Value::sequence(roles)),
            ("Condition", Value::mapping([("StringEquals", service)])),
        ]));
    }
    Value::mapping([
        ("Version", Value::from("2012-10-17")),
        ("Statement", Value::sequence(statements)),
    ])
}

/// The type in CloudFormation.
fn name_of(kind: &Kind) -> &str {
    match kind {
        Kind::Other(name) => name,
        known => known.in_cloudformation().unwrap_or(""),
    }
}

fn statement(actions: &[&str], arns: &[String]) -> Value {
    Value::mapping([
        ("Effect", Value::from("Allow")),
        ("Action", Value::sequence(actions.iter().copied())),
        ("Resource", Value::sequence(arns.iter().map(String::as_str))),
    ])
}

/// The ARN of a resource, for its own partition, Region and account.
fn filled(arn: &str, deployment: &Deployment, resource: &Resource) -> String {
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
    let behind = arn
        .replace("{region}", &deployment.region)
        .replace("{account}", &deployment.account)
        .replace("{path}", text("path").unwrap_or("/"))
        .replace("{name}", name);
    format!("arn:{}:{behind}", deployment.partition)
}

/// The roles that services take, by service.
fn passed(project: &Project, deployment: &Deployment) -> BTreeMap<String, Vec<String>> {
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
                let arns = known.arns.iter().map(|arn| filled(arn, deployment, role));
                passed.entry(service.to_owned()).or_default().extend(arns);
            }
        }
    }
    passed
}
