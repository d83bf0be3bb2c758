//! Policies and provisioning templates as AWS IoT takes them.

use super::POLICY_VERSION;
use crate::document::print::Value;
use crate::fleet::CERTIFICATE_ID;
use crate::fleet::plan::{DevicePolicy, Resource, Statement, Template, TemplatePart, TemplateText};
use crate::fleet::spec::{Existing, ExistingType, Principal};
use crate::model::{Key, TemplateResourceKind};

/// The document of a device policy.
pub fn policy_document(policy: &DevicePolicy) -> Value {
    policy_document_with(policy, |resource| Value::from(resource.arn.as_str()))
}

/// The document of a device policy, with resources written by `resource`.
pub(super) fn policy_document_with(
    policy: &DevicePolicy,
    resource: impl Fn(&Resource) -> Value,
) -> Value {
    let statement = |statement: &Statement| {
        let resources = match &*statement.resources {
            [single] => resource(single),
            several => Value::sequence(several.iter().map(&resource)),
        };
        let mut entries = vec![
            ("Effect".to_owned(), Value::from("Allow")),
            ("Action".to_owned(), Value::from(statement.action)),
            ("Resource".to_owned(), resources),
        ];
        if statement.only_attached {
            let attached = [(Key::IsAttached.name(), Value::from("true"))];
            let condition = Value::mapping([("Bool", Value::mapping(attached))]);
            entries.push(("Condition".to_owned(), condition));
        }
        Value::mapping(entries)
    };
    Value::mapping([
        ("Version", Value::from(POLICY_VERSION)),
        (
            "Statement",
            Value::sequence(policy.statements.iter().map(statement)),
        ),
    ])
}

/// The body of a provisioning template.
pub fn template_body(template: &Template) -> Value {
    let reference = |parameter: &str| Value::mapping([("Ref", parameter)]);
    let string = || Value::mapping([("Type", "String")]);
    let mut parameters: Vec<(String, Value)> = template
        .parameters()
        .into_iter()
        .map(|parameter| (parameter.to_owned(), string()))
        .collect();
    parameters.push((CERTIFICATE_ID.to_owned(), string()));
    let mut resources = vec![
        ("thing".to_owned(), thing(template, reference)),
        ("certificate".to_owned(), certificate(template, reference)),
    ];
    for (place, policy) in template.policies.iter().enumerate() {
        let name = match place {
            0 => "policy".to_owned(),
            place => format!("policy{}", place + 1),
        };
        let properties = Value::mapping([("PolicyName", policy.as_str())]);
        let policy = Value::mapping([
            ("Type", Value::from(TemplateResourceKind::Policy.as_str())),
            ("Properties", properties),
        ]);
        resources.push((name, policy));
    }
    let mut body = vec![
        ("Parameters", Value::mapping(parameters)),
        ("Resources", Value::mapping(resources)),
    ];
    if !template.device_config.is_empty() {
        let answers = template.device_config.iter();
        let answers = answers.map(|(name, value)| (name.to_string(), text(value, reference)));
        body.push(("DeviceConfiguration", Value::mapping(answers)));
    }
    Value::mapping(body)
}

fn thing(template: &Template, reference: impl Fn(&str) -> Value) -> Value {
    let mut properties = vec![("ThingName", text(&template.thing_name, &reference))];
    if !template.attributes.is_empty() {
        let attributes = template.attributes.iter();
        let attributes = attributes.map(|(name, from)| (name.to_string(), text(from, &reference)));
        properties.push(("AttributePayload", Value::mapping(attributes)));
    }
    properties.push(("ThingTypeName", Value::from(template.thing_type.as_str())));
    if !template.groups.is_empty() {
        let groups = template.groups.iter().map(String::as_str);
        properties.push(("ThingGroups", Value::sequence(groups)));
    }
    if let Some(group) = &template.billing_group {
        properties.push(("BillingGroup", Value::from(group.as_str())));
    }
    let existing = |existing: Existing| match existing {
        Existing::Fail => "FAIL",
        Existing::Keep => "DO_NOTHING",
        Existing::Merge => "MERGE",
        Existing::Replace => "REPLACE",
    };
    let existing_type = match template.existing_type {
        ExistingType::Fail => "FAIL",
        ExistingType::Keep => "DO_NOTHING",
        ExistingType::Replace => "REPLACE",
    };
    let overrides = Value::mapping([
        ("AttributePayload", existing(template.existing_attributes)),
        ("ThingTypeName", existing_type),
        ("ThingGroups", existing(template.existing_groups)),
    ]);
    Value::mapping([
        ("Type", Value::from(TemplateResourceKind::Thing.as_str())),
        ("Properties", Value::mapping(properties)),
        ("OverrideSettings", overrides),
    ])
}

/// A text of which parameters are a part. `Fn::Join`, not `Fn::Sub`: the latter reads `${` in a literal.
fn text(text: &TemplateText, reference: impl Fn(&str) -> Value) -> Value {
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => Value::from(text.as_str()),
        TemplatePart::Parameter(name) => reference(name),
    };
    match &*text.parts {
        [single] => part(single),
        several => {
            let parts = Value::sequence(several.iter().map(part));
            Value::mapping([("Fn::Join", Value::sequence([Value::from(""), parts]))])
        }
    }
}

fn certificate(template: &Template, reference: impl Fn(&str) -> Value) -> Value {
    let mut properties = vec![
        ("CertificateId", reference(CERTIFICATE_ID)),
        ("Status", Value::from("ACTIVE")),
    ];
    match template.principal {
        Principal::Shared => {}
        Principal::Exclusive => {
            properties.push(("ThingPrincipalType", Value::from("EXCLUSIVE_THING")));
        }
    }
    Value::mapping([
        (
            "Type",
            Value::from(TemplateResourceKind::Certificate.as_str()),
        ),
        ("Properties", Value::mapping(properties)),
        // As in AWS's own example of a JITP template.
        (
            "OverrideSettings",
            Value::mapping([("Status", "DO_NOTHING")]),
        ),
    ])
}
