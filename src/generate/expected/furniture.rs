//! What stacks have beside registration: tags and the like on every resource, a key, a queue, alarms.

use serde_json::{Map, Value};

use super::{link, resource, role, value};
use crate::document::print::to_json;
use crate::facts::{self, TagForm};
use crate::fleet::emit;
use crate::fleet::plan::{Alarm, Alarms, DataKey, DeadLetters, OwnKey, Plan};
use crate::fleet::spec::Deletion;
use crate::project::{DELETION, KEPT, Kind, REPLACEMENT, Resource, Setting};

/// The resources beside registration.
pub(super) fn resources(plan: &Plan) -> Vec<Resource> {
    let furniture = &plan.furniture;
    let mut resources = Vec::new();
    if let Some(DataKey::Own(key)) = &furniture.key {
        resources.extend(own_key(key));
    }
    if let Some(DeadLetters::Own { name, .. }) = &furniture.dead_letters {
        let mut settings = vec![
            value("name", name.as_str()),
            value("retention", DeadLetters::KEPT_SECONDS),
        ];
        if furniture.key.is_none() {
            settings.push(value("encryption", true));
        }
        resources.push(resource(Kind::Queue, name, settings));
    }
    if let Some(alarms) = &plan.alarms {
        resources.extend(told(plan, alarms));
    }
    resources
}

fn own_key(key: &OwnKey) -> [Resource; 2] {
    let policy = to_json(&emit::key_document(key));
    [
        resource(
            Kind::Key,
            &key.description,
            [
                value("description", key.description.as_str()),
                value("rotation", true),
                value("policy", policy),
            ],
        ),
        resource(
            Kind::KeyAlias,
            &key.alias,
            [
                value("name", key.alias.as_str()),
                link("key", Kind::Key, &key.description),
            ],
        ),
    ]
}

fn told(plan: &Plan, alarms: &Alarms) -> Vec<Resource> {
    let mut resources = Vec::new();
    for filter in &alarms.filters {
        resources.push(resource(
            Kind::MetricFilter,
            &filter.name,
            [
                value("name", filter.name.as_str()),
                value("log", filter.log.as_str()),
                value("pattern", filter.pattern),
                value("namespace", filter.namespace.as_str()),
                value("metric", filter.metric.as_str()),
                value("value", "1"),
            ],
        ));
    }
    let notify = alarms.notify.as_str();
    resources.extend(alarms.alarms.iter().map(|it| alarm(it, notify)));
    for reminder in &alarms.reminders {
        resources.push(role(plan, &reminder.role));
        resources.push(resource(
            Kind::Schedule,
            &reminder.name,
            [
                value("name", reminder.name.as_str()),
                value("day", reminder.expression()),
                value("time zone", "UTC"),
                value("window", "OFF"),
                value("target", notify),
                link("role", Kind::Role, &reminder.role.name),
                value("message", reminder.message.as_str()),
            ],
        ));
    }
    resources
}

fn alarm(alarm: &Alarm, notify: &str) -> Resource {
    let mut settings = vec![
        value("name", alarm.name.as_str()),
        value("description", alarm.description.as_str()),
        value("namespace", alarm.namespace.as_str()),
        value("metric", alarm.metric.as_str()),
        value("statistic", alarm.statistic),
        value("period", alarm.period_seconds),
        value("periods", 1),
        value("threshold", alarm.threshold),
        value("comparison", "GreaterThanOrEqualToThreshold"),
        value("missing data", "notBreaching"),
        value("target", vec![notify]),
    ];
    if let Some((dimension, of)) = &alarm.dimension {
        let dimension = Map::from_iter([((*dimension).to_owned(), of.as_str().into())]);
        settings.push(value("dimension", dimension));
    }
    resource(Kind::Alarm, &alarm.name, settings)
}

/// Whether a resource stays when it is taken away: all but what tells somebody.
fn is_kept(plan: &Plan, kind: &Kind) -> bool {
    let is_telling = matches!(kind, Kind::Alarm | Kind::MetricFilter | Kind::Schedule);
    match plan.deletion {
        Deletion::Retained => !is_telling,
        Deletion::Allowed => false,
    }
}

/// What every resource of a kind has.
pub(super) fn furnish(resources: &mut [Resource], plan: &Plan) {
    let furniture = &plan.furniture;
    let key = furniture.key.as_ref().map(|key| match key {
        DataKey::Own(own) => link("own key", Kind::Key, &own.description),
        DataKey::Arn(arn) | DataKey::Alias(arn) => value("own key", arn.as_str()),
    });
    for resource in resources {
        let mut more: Vec<(Box<str>, Setting)> = Vec::new();
        if is_kept(plan, &resource.kind) {
            more.extend([DELETION, REPLACEMENT].map(|it| value(it, KEPT)));
        }
        match &resource.kind {
            Kind::Role => {
                let path = &*plan.deployment.role_path;
                more.extend((path != "/").then(|| value("path", path)));
                let boundary = furniture.boundary.as_deref();
                more.extend(boundary.map(|it| value("boundary", it)));
            }
            Kind::Function => {
                let copies = furniture.concurrency;
                more.extend(copies.map(|it| value("concurrency", it)));
                let is_for_functions = furniture
                    .key
                    .as_ref()
                    .is_some_and(DataKey::is_for_functions);
                more.extend(key.clone().filter(|_| is_for_functions));
                more.extend(furniture.dead_letters.as_ref().map(|it| match it {
                    DeadLetters::Own { name, .. } => link("dead letters", Kind::Queue, name),
                    DeadLetters::Arn(arn) => value("dead letters", arn.as_str()),
                }));
            }
            Kind::Log | Kind::Table | Kind::Queue => more.extend(key.clone()),
            Kind::ThingType
            | Kind::ThingGroup
            | Kind::BillingGroup
            | Kind::RoleAlias
            | Kind::JobTemplate
            | Kind::Logging
            | Kind::Audit
            | Kind::PrivateCa
            | Kind::Issued
            | Kind::Activation
            | Kind::Policy
            | Kind::RolePolicy
            | Kind::Template
            | Kind::CaCertificate
            | Kind::Permission
            | Kind::Key
            | Kind::KeyAlias
            | Kind::Alarm
            | Kind::MetricFilter
            | Kind::Schedule
            | Kind::Api
            | Kind::Integration
            | Kind::Route
            | Kind::Stage
            | Kind::Other(_) => {}
        }
        let kind = resource.kind.in_cloudformation().unwrap_or_default();
        let tags = plan.tags_of(kind).into_iter();
        let tags: Map<String, Value> = tags
            .map(|(name, text)| (name.to_owned(), text.into()))
            .collect();
        let form = facts::tag_form(kind);
        let is_tagged = matches!(form, Some(TagForm::List | TagForm::Map));
        more.extend((is_tagged && !tags.is_empty()).then(|| value("tags", tags)));
        resource.settings.extend(more);
    }
}
