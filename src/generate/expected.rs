//! What a plan is expected to deploy, whichever language says it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::print::to_json;
use crate::facts;
use crate::fleet::emit;
use crate::fleet::plan::{Function, Hook, Plan, Registration, Role, Way};
use crate::fleet::spec::Deletion;
use crate::model;
use crate::project::{Kind, Project, Resource, Setting, role_policy};

mod furniture;

/// The resources of a plan.
pub(super) fn project(plan: &Plan) -> Project {
    let thing_type = &plan.thing_type;
    let mut searchable: Vec<Value> = thing_type
        .searchable
        .iter()
        .map(|it| (**it).into())
        .collect();
    searchable.sort_by_key(ToString::to_string);
    let mut settings = vec![value("name", thing_type.name.as_str())];
    if !searchable.is_empty() {
        settings.push(value("searchable attributes", searchable));
    }
    let mut resources = vec![resource(Kind::ThingType, &thing_type.name, settings)];
    for group in &plan.groups {
        let settings = [value("name", group.name.as_str())];
        resources.push(resource(Kind::ThingGroup, &group.name, settings));
    }
    for policy in plan.all_policies() {
        let document = to_json(&emit::policy_document(policy));
        let settings = [
            value("name", policy.name.as_str()),
            value("document", document),
        ];
        resources.push(resource(Kind::Policy, &policy.name, settings));
    }
    for registration in &plan.registrations {
        resources.extend(registered(plan, registration));
    }
    resources.extend(furniture::resources(plan));
    furniture::furnish(&mut resources, plan);
    Project::new(resources)
}

fn registered(plan: &Plan, registration: &Registration) -> Vec<Resource> {
    let mut resources = vec![role(plan, &registration.role)];
    let template = &registration.template;
    let kind = facts::dialect(template.dialect).template_type;
    let mut settings = vec![
        value("name", template.name.as_str()),
        value("type", kind.unwrap_or("")),
        value("enabled", true),
        link("role", Kind::Role, &registration.role.name),
        value("body", to_json(&emit::template_body(template))),
    ];
    match &registration.way {
        Way::Jitp(jitp) => {
            let certificate = jitp.authority.pem.trim_end();
            resources.push(resource(
                Kind::CaCertificate,
                certificate,
                [
                    value("certificate", certificate),
                    value("mode", "SNI_ONLY"),
                    value("active", true),
                    value("auto-registration", true),
                    value("template", template.name.as_str()),
                ],
            ));
        }
        Way::Claim(claim) => {
            let hook = &claim.hook;
            settings.push(asked("hook", hook));
            settings.push(value("version of the hook", hook.payload_version));
            resources.push(resource(
                Kind::Permission,
                &hook.source_arn,
                [
                    value("source", hook.source_arn.as_str()),
                    value("action", model::hook::INVOKE_FUNCTION),
                    asked("function", hook),
                    value("asker", emit::ASKER),
                    value("account", &*plan.deployment.account),
                ],
            ));
            if let Some(function) = &hook.function {
                resources.extend(deployed(plan, function));
            }
        }
    }
    resources.push(resource(Kind::Template, &template.name, settings));
    resources
}

fn role(plan: &Plan, role: &Role) -> Resource {
    let trust = to_json(&emit::trust_document(role, &plan.deployment.account));
    let rights = to_json(&emit::role_document(role));
    resource(
        Kind::Role,
        &role.name,
        [
            value("name", role.name.as_str()),
            value("trust", trust),
            (role_policy(role.policy), Setting::Value(rights)),
        ],
    )
}

/// A function with its role, its log and its table.
fn deployed(plan: &Plan, function: &Function) -> Vec<Resource> {
    let logs = &function.logs;
    let mut settings = vec![
        value("name", function.name.as_str()),
        value("runtime", function.runtime),
        value("handler", emit::HANDLER),
        value("timeout", function.timeout_seconds),
        value("memory", function.memory_mebibytes),
        link("role", Kind::Role, &function.role.name),
    ];
    let mut resources = vec![
        role(plan, &function.role),
        resource(
            Kind::Log,
            &logs.name,
            [value("name", logs.name.as_str()), value("days", logs.days)],
        ),
    ];
    if let Some(table) = &function.table {
        settings.push(value("settings", to_json(&emit::settings(table))));
        let mut settings = vec![
            value("name", table.name.as_str()),
            value("billing", "PAY_PER_REQUEST"),
            value("key", &*table.key),
            value("attribute", &*table.key),
            value("type of the key", "S"),
            value("encryption", true),
            value("recovery", true),
        ];
        match plan.deletion {
            Deletion::Retained => settings.push(value("protection", true)),
            Deletion::Allowed => {}
        }
        resources.push(resource(Kind::Table, &table.name, settings));
    }
    resources.push(resource(Kind::Function, &function.name, settings));
    resources
}

/// The function of a hook: by what it is, or by the ARN of one that is deployed elsewhere.
fn asked(setting: &str, hook: &Hook) -> (Box<str>, Setting) {
    match &hook.function {
        Some(function) => link(setting, Kind::Function, &function.name),
        None => value(setting, hook.arn.as_str()),
    }
}

fn link(setting: &str, kind: Kind, name: &str) -> (Box<str>, Setting) {
    let name = name.into();
    (setting.into(), Setting::Link { kind, name })
}

fn value(name: &str, value: impl Into<Value>) -> (Box<str>, Setting) {
    (name.into(), Setting::Value(value.into()))
}

fn resource(
    kind: Kind,
    name: &str,
    settings: impl IntoIterator<Item = (Box<str>, Setting)>,
) -> Resource {
    Resource {
        kind,
        name: name.into(),
        settings: settings.into_iter().collect::<BTreeMap<_, _>>(),
    }
}
