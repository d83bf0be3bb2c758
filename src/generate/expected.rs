//! What a plan is expected to deploy, whichever language says it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::print::to_json;
use crate::fleet::emit;
use crate::fleet::plan::{Plan, Registration};
use crate::project::{Kind, Project, Resource, Setting, role_policy};

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
    for policy in &plan.policies {
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
    Project::new(resources)
}

fn registered(plan: &Plan, registration: &Registration) -> [Resource; 3] {
    let (role, template) = (&registration.role, &registration.template);
    let trust = to_json(&emit::trust_document(&plan.deployment.account));
    let rights = to_json(&emit::role_document(role));
    let link = Setting::Link {
        kind: Kind::Role,
        name: role.name.as_str().into(),
    };
    let certificate = registration.authority.pem.trim_end();
    [
        resource(
            Kind::Role,
            &role.name,
            [
                value("name", role.name.as_str()),
                value("trust", trust),
                (role_policy(emit::ROLE_POLICY), Setting::Value(rights)),
            ],
        ),
        resource(
            Kind::Template,
            &template.name,
            [
                value("name", template.name.as_str()),
                value("type", "JITP"),
                value("enabled", true),
                ("role".into(), link),
                value("body", to_json(&emit::template_body(template))),
            ],
        ),
        resource(
            Kind::CaCertificate,
            certificate,
            [
                value("certificate", certificate),
                value("mode", "SNI_ONLY"),
                value("active", true),
                value("auto-registration", true),
                value("template", template.name.as_str()),
            ],
        ),
    ]
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
