//! What a stack has beside registration: a key, a queue, alarms.

use super::{Stack, logical, resource};
use crate::document::print::Value;
use crate::fleet::emit::key_document;
use crate::fleet::plan::{
    Alarm, DataKey, DeadLetters, MetricFilter, Output, OutputValue, OwnKey, Reminder, Told,
};

impl Stack<'_> {
    /// The resources by logical id, in an order to read.
    pub(super) fn furniture(&self) -> Vec<(String, Value)> {
        let furniture = &self.plan.furniture;
        let mut resources = Vec::new();
        if let Some(DataKey::Own(key)) = &furniture.key {
            resources.push(("DataKey".to_owned(), self.key(key)));
            resources.push(("DataKeyAlias".to_owned(), self.alias(key)));
        }
        if let Some(DeadLetters::Own { name, .. }) = &furniture.dead_letters {
            resources.push(("DeadLetters".to_owned(), self.queue(name)));
        }
        resources
    }

    fn key(&self, key: &OwnKey) -> Value {
        let properties = vec![
            ("Description", Value::from(key.description.as_str())),
            ("EnableKeyRotation", Value::from(true)),
            ("KeyPolicy", key_document(key)),
        ];
        self.stateful("AWS::KMS::Key", properties, &[])
    }

    fn alias(&self, key: &OwnKey) -> Value {
        let properties = vec![
            ("AliasName", Value::from(key.alias.as_str())),
            ("TargetKeyId", Value::call("Fn::GetAtt", "DataKey.Arn")),
        ];
        self.resource("AWS::KMS::Alias", &[], properties)
    }

    fn queue(&self, name: &str) -> Value {
        let mut properties = vec![
            ("QueueName", Value::from(name)),
            (
                "MessageRetentionPeriod",
                Value::from(DeadLetters::KEPT_SECONDS),
            ),
        ];
        if self.plan.furniture.key.is_none() {
            properties.push(("SqsManagedSseEnabled", Value::from(true)));
        }
        self.stateful("AWS::SQS::Queue", properties, &[])
    }

    /// What the stack tells of itself.
    pub(super) fn outputs(&self) -> Vec<(String, Value)> {
        let output = |output: Output| {
            let of = output.of.as_deref().map(logical).unwrap_or_default();
            let value = match output.value {
                OutputValue::Name(name) => Value::from(name),
                OutputValue::AuthorityId => Value::call("Ref", format!("{of}Authority")),
                OutputValue::ApiId => Value::call("Ref", format!("{of}Api")),
                OutputValue::Arn(told) => {
                    let arn = match told {
                        Told::Template => "Template.TemplateArn",
                        Told::Role => "Role.Arn",
                        Told::Hook => "Hook.Arn",
                        Told::Table => "Table.Arn",
                    };
                    Value::call("Fn::GetAtt", format!("{of}{arn}"))
                }
            };
            let what = logical(&output.what.replace('_', "-"));
            let description = Value::from(output.description);
            let entries = [("Description", description), ("Value", value)];
            (format!("{of}{what}"), Value::mapping(entries))
        };
        self.plan.outputs().into_iter().map(output).collect()
    }

    /// What tells somebody. Nothing depends on it, and it goes with the stack.
    pub(super) fn alarms(&self) -> Vec<(String, Value)> {
        let Some(alarms) = &self.plan.alarms else {
            return Vec::new();
        };
        let notify = &*alarms.notify;
        let mut resources = Vec::new();
        for filter in &alarms.filters {
            let id = format!("{}Filter", logical(&filter.own_name));
            resources.push((id, filter_resource(filter)));
        }
        for alarm in &alarms.alarms {
            let id = format!("{}Alarm", logical(&alarm.own_name));
            resources.push((id, alarm_resource(alarm, notify)));
        }
        for reminder in &alarms.reminders {
            let id = logical(&reminder.own_name);
            let role = format!("{id}Role");
            resources.push((role.clone(), self.role(&reminder.role)));
            let schedule = schedule_resource(reminder, notify, &role);
            resources.push((format!("{id}Schedule"), schedule));
        }
        resources
    }
}

fn filter_resource(filter: &MetricFilter) -> Value {
    let transformation = Value::mapping([
        ("MetricNamespace", filter.namespace.as_str()),
        ("MetricName", filter.metric.as_str()),
        ("MetricValue", "1"),
    ]);
    let log = format!("{}HookLogs", logical(&filter.registration));
    let properties = [
        ("FilterName", Value::from(filter.name.as_str())),
        ("LogGroupName", Value::call("Ref", log)),
        ("FilterPattern", Value::from(filter.pattern)),
        ("MetricTransformations", Value::sequence([transformation])),
    ];
    resource(
        "AWS::Logs::MetricFilter",
        &[],
        Value::mapping(properties),
        None,
    )
}

fn alarm_resource(alarm: &Alarm, notify: &str) -> Value {
    let mut properties = vec![
        ("AlarmName", Value::from(alarm.name.as_str())),
        ("AlarmDescription", Value::from(alarm.description.as_str())),
        ("Namespace", Value::from(alarm.namespace.as_str())),
        ("MetricName", Value::from(alarm.metric.as_str())),
    ];
    if let Some((dimension, value)) = &alarm.dimension {
        let dimension = Value::mapping([("Name", *dimension), ("Value", value.as_str())]);
        properties.push(("Dimensions", Value::sequence([dimension])));
    }
    properties.extend([
        ("Statistic", Value::from(alarm.statistic)),
        ("Period", Value::from(alarm.period_seconds)),
        ("EvaluationPeriods", Value::from(1)),
        ("Threshold", Value::from(alarm.threshold)),
        (
            "ComparisonOperator",
            Value::from("GreaterThanOrEqualToThreshold"),
        ),
        ("TreatMissingData", Value::from("notBreaching")),
        ("AlarmActions", Value::sequence([notify])),
    ]);
    resource(
        "AWS::CloudWatch::Alarm",
        &[],
        Value::mapping(properties),
        None,
    )
}

fn schedule_resource(reminder: &Reminder, notify: &str, role: &str) -> Value {
    let target = Value::mapping([
        ("Arn", Value::from(notify)),
        ("RoleArn", Value::call("Fn::GetAtt", format!("{role}.Arn"))),
        ("Input", Value::from(reminder.message.as_str())),
    ]);
    let properties = [
        ("Name", Value::from(reminder.name.as_str())),
        ("ScheduleExpression", Value::from(reminder.expression())),
        ("ScheduleExpressionTimezone", Value::from("UTC")),
        (
            "FlexibleTimeWindow",
            Value::mapping([("Mode", Value::from("OFF"))]),
        ),
        ("Target", target),
    ];
    let properties = Value::mapping(properties).with_comment(Reminder::EXEMPTION);
    resource("AWS::Scheduler::Schedule", &[], properties, None)
}
