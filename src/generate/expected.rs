//! What a plan is expected to deploy, whichever language says it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::print::{self, to_json};
use crate::facts;
use crate::fleet::emit;
use crate::fleet::plan::{
    Api, Broker, Function, Hook, Output, OutputValue, Plan, Presence, Registration, Role, Signing,
    Table, Told, TrustedUser, Way,
};
use crate::fleet::spec::Deletion;
use crate::model;
use crate::project::{Kind, Project, Resource, Setting, given_id, role_policy};

mod account;
mod feature;
mod furniture;
mod private_ca;

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
    let mut resources = Vec::new();
    if let Some(settings) = &plan.account {
        resources.extend(account::settings(plan, settings));
    }
    if thing_type.presence == Presence::Made {
        resources.push(resource(Kind::ThingType, &thing_type.name, settings));
    }
    for group in plan.made_groups() {
        let settings = [value("name", group.name.as_str())];
        resources.push(resource(Kind::ThingGroup, &group.name, settings));
    }
    if let Some(group) = &plan.billing_group {
        resources.push(feature::billing_group(group));
    }
    resources.extend(plan.jobs.iter().flat_map(|it| feature::job(plan, it)));
    resources.extend(plan.uploads.iter().flat_map(|it| feature::upload(plan, it)));
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
    for service in &plan.services {
        let rights = to_json(&emit::rights_document(&service.statements));
        resources.push(policy_of_role(&service.role, &service.policy, rights));
    }
    resources.extend(furniture::resources(plan));
    furniture::furnish(&mut resources, plan);
    Project::new(resources, outputs(plan))
}

/// A policy in a role that the stack does not make.
fn policy_of_role(role: &str, policy: &str, rights: serde_json::Value) -> Resource {
    let settings = [
        value("name", policy),
        value("role", role),
        value("rights", rights),
    ];
    resource(Kind::RolePolicy, policy, settings)
}

/// What a plan tells of itself.
fn outputs(plan: &Plan) -> Vec<(Box<str>, Setting)> {
    let registration = |of: Option<&str>| {
        let mut registrations = plan.registrations.iter();
        registrations.find(|it| Some(&*it.name) == of)
    };
    let output = |output: Output| {
        let of: Vec<&str> = match &output.of {
            Some(of) => of.split(|it: char| !it.is_ascii_alphanumeric()).collect(),
            None => Vec::new(),
        };
        let registration = registration(output.of.as_deref());
        let hooked = registration.and_then(|it| it.way.hooked());
        let hook = hooked.and_then(|it| it.hook.function.as_ref());
        let value = match output.value {
            OutputValue::Name(name) => Some(Setting::Value(name.into())),
            OutputValue::AuthorityId => registration.and_then(|it| match &it.way {
                Way::Jitp(jitp) => Some(Setting::Id {
                    kind: Kind::CaCertificate,
                    name: private_ca::certificate_name(&jitp.authority).into(),
                }),
                Way::Claim(_) | Way::TrustedUser(_) => None,
            }),
            OutputValue::ApiId => registration.and_then(|it| match &it.way {
                Way::TrustedUser(trusted) => {
                    let id = given_id(&Kind::Api, &trusted.broker.as_ref()?.api.name);
                    Some(Setting::Value(id.into()))
                }
                Way::Jitp(_) | Way::Claim(_) => None,
            }),
            OutputValue::Arn(told) => {
                let (kind, name) = match told {
                    Told::Template => (Kind::Template, registration.map(|it| &it.template.name)),
                    Told::Role => (Kind::Role, registration.map(|it| &it.role.name)),
                    Told::Hook => (Kind::Function, hook.map(|it| &it.name)),
                    Told::Table => {
                        let table = hook.and_then(|it| it.table.as_ref());
                        (Kind::Table, table.map(|it| &it.name))
                    }
                };
                name.map(|name| Setting::Link {
                    kind,
                    name: name.as_str().into(),
                })
            }
        };
        let name = format!("{}{}", of.concat(), output.what);
        (name.into(), value.unwrap_or(Setting::Open))
    };
    plan.outputs().into_iter().map(output).collect()
}

fn registered(plan: &Plan, registration: &Registration) -> Vec<Resource> {
    let mut resources = Vec::new();
    let taken = match &registration.existing_role {
        Some(arn) => value("role", arn.as_str()),
        None => {
            resources.push(role(plan, &registration.role));
            link("role", Kind::Role, &registration.role.name)
        }
    };
    let template = &registration.template;
    let kind = facts::dialect(template.dialect).template_type;
    let mut settings = vec![
        value("name", template.name.as_str()),
        value("type", kind.unwrap_or("")),
        value("enabled", true),
        taken,
        value("body", to_json(&emit::template_body(template))),
    ];
    match &registration.way {
        Way::Jitp(jitp) => {
            resources.extend(private_ca::resources(plan, jitp));
            let name = private_ca::certificate_name(&jitp.authority);
            let certificate = match &jitp.authority {
                Signing::Known(_) => value("certificate", name),
                Signing::Made(_) => part("certificate", Kind::Issued, name, "certificate"),
            };
            resources.push(resource(
                Kind::CaCertificate,
                name,
                [
                    certificate,
                    value("mode", "SNI_ONLY"),
                    value("active", true),
                    value("auto-registration", true),
                    value("template", template.name.as_str()),
                ],
            ));
        }
        Way::Claim(_) => {}
        Way::TrustedUser(trusted) => resources.extend(trusted_user(plan, trusted)),
    }
    if let Some(hooked) = registration.way.hooked() {
        let hook = &hooked.hook;
        settings.push(asked("hook", hook));
        settings.push(value("version of the hook", hook.payload_version));
        let function = asked("function", hook);
        resources.push(permission(plan, &hook.source_arn, function, emit::ASKER));
        if let Some(function) = &hook.function {
            resources.extend(deployed(plan, function));
        }
    }
    resources.push(resource(Kind::Template, &template.name, settings));
    resources
}

/// Who may ask a function.
fn permission(
    plan: &Plan,
    source: &str,
    function: (Box<str>, Setting),
    asker: &'static str,
) -> Resource {
    let settings = [
        value("source", source),
        value("action", model::hook::INVOKE_FUNCTION),
        function,
        value("asker", asker),
        value("account", &*plan.deployment.account),
    ];
    resource(Kind::Permission, source, settings)
}

fn role(plan: &Plan, role: &Role) -> Resource {
    let trust = to_json(&emit::trust_document(role, &plan.deployment.account));
    let mut settings = vec![value("name", role.name.as_str()), value("trust", trust)];
    if !role.statements.is_empty() {
        let rights = to_json(&emit::role_document(role));
        settings.push((role_policy(role.policy), Setting::Value(rights)));
    }
    let seconds = emit::session_seconds(role);
    settings.extend(seconds.map(|seconds| value("longest session", seconds)));
    resource(Kind::Role, &role.name, settings)
}

/// The role of installers, what it may do, and the broker.
fn trusted_user(plan: &Plan, trusted: &TrustedUser) -> Vec<Resource> {
    let mut resources = Vec::new();
    let access = &trusted.access;
    let route = trusted.broker.as_ref().map(|it| route_arn(&it.api));
    let route = route.map_or_else(print::Value::null, print::Value::from);
    let rights = to_json(&emit::access_document(access, route));
    match &trusted.role {
        Some(own) => {
            let mut own = role(plan, own);
            let name = role_policy(&access.policy);
            own.settings.insert(name, Setting::Value(rights));
            resources.push(own);
        }
        None => resources.push(policy_of_role(&access.role, &access.policy, rights)),
    }
    if let Some(broker) = &trusted.broker {
        resources.extend(brokered(plan, broker));
    }
    resources
}

fn brokered(plan: &Plan, broker: &Broker) -> Vec<Resource> {
    let api = &broker.api;
    let id = given_id(&Kind::Api, &api.name);
    let of_api = || value("API", id.as_str());
    let function = |setting: &str| link(setting, Kind::Function, &broker.function.name);
    let mut resources = deployed(plan, &broker.function);
    resources.extend([
        table(plan, &broker.installers),
        table(plan, &broker.claims),
        permission(plan, &route_arn(api), function("function"), emit::API_ASKER),
        resource(
            Kind::Api,
            &api.name,
            [value("name", api.name.as_str()), value("protocol", "HTTP")],
        ),
        resource(
            Kind::Integration,
            &api.name,
            [
                of_api(),
                value("description", api.name.as_str()),
                value("type", "AWS_PROXY"),
                function("function"),
                value("payload", emit::API_PAYLOAD),
            ],
        ),
    ]);
    let integration = given_id(&Kind::Integration, &api.name);
    let per_second = api.per_second;
    resources.extend([
        resource(
            Kind::Route,
            &id,
            [
                of_api(),
                value("route", Api::route()),
                value("authorization", "AWS_IAM"),
                value("target", format!("integrations/{integration}")),
            ],
        ),
        resource(
            Kind::Stage,
            &id,
            [
                of_api(),
                value("name", api.stage.as_str()),
                value("deploys itself", true),
                value("burst", per_second),
                value("rate", per_second),
            ],
        ),
    ]);
    resources
}

/// The ARN of the route of an API, whose id AWS gives.
fn route_arn(api: &Api) -> String {
    let id = given_id(&Kind::Api, &api.name);
    format!("{}{id}{}", api.arn_head, api.arn_tail())
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
    if let Some(written) = emit::settings(function) {
        settings.push(value("settings", to_json(&written)));
    }
    resources.extend(function.made_table().map(|it| table(plan, it)));
    resources.push(resource(Kind::Function, &function.name, settings));
    resources
}

fn table(plan: &Plan, table: &Table) -> Resource {
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
    if let Some(attribute) = table.expires {
        settings.push(value("expiry", attribute));
        settings.push(value("entries expire", true));
    }
    resource(Kind::Table, &table.name, settings)
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

/// What another resource will have.
fn part(setting: &str, kind: Kind, name: &str, part: &str) -> (Box<str>, Setting) {
    let (name, part) = (name.into(), part.into());
    (setting.into(), Setting::Part { kind, name, part })
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
