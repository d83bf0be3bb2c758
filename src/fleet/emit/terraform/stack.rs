//! What a module has beside registration: a key, a queue, alarms.

use super::{Module, json, label};
use crate::document::print::{Block, Body, Value};
use crate::fleet::emit::key_document;
use crate::fleet::plan::{Alarm, DataKey, DeadLetters, MetricFilter, OwnKey, Reminder};

impl Module<'_> {
    /// The blocks, in an order to read.
    pub(super) fn furniture(&self) -> Vec<Block> {
        let furniture = &self.plan.furniture;
        let mut blocks = Vec::new();
        if let Some(DataKey::Own(key)) = &furniture.key {
            blocks.push(self.key(key));
            blocks.push(self.alias(key));
        }
        if let Some(DeadLetters::Own { name, .. }) = &furniture.dead_letters {
            blocks.push(self.queue(name));
        }
        blocks
    }

    fn key(&self, key: &OwnKey) -> Block {
        let body = Body::default()
            .with("description", key.description.as_str())
            .with("enable_key_rotation", true)
            .with("policy", json(key_document(key)));
        self.resource("aws_kms_key", "data", body)
    }

    fn alias(&self, key: &OwnKey) -> Block {
        let body = Body::default()
            .with("name", key.alias.as_str())
            .with("target_key_id", Value::reference("aws_kms_key.data.arn"));
        self.resource("aws_kms_alias", "data", body)
    }

    fn queue(&self, name: &str) -> Block {
        let mut body = Body::default()
            .with("name", name)
            .with("message_retention_seconds", DeadLetters::KEPT_SECONDS);
        if self.plan.furniture.key.is_none() {
            body = body.with("sqs_managed_sse_enabled", true);
        }
        self.resource("aws_sqs_queue", "dead_letters", body)
    }

    /// What tells somebody. Nothing depends on it, and it goes with the stack.
    pub(super) fn alarms(&self) -> Vec<Block> {
        let Some(alarms) = &self.plan.alarms else {
            return Vec::new();
        };
        let notify = &*alarms.notify;
        let mut blocks: Vec<Block> = alarms.filters.iter().map(filter_block).collect();
        blocks.extend(alarms.alarms.iter().map(|it| alarm_block(it, notify)));
        for reminder in &alarms.reminders {
            let label = label(&reminder.own_name);
            blocks.push(self.role(&reminder.role, &label));
            blocks.push(self.role_policy(&reminder.role, &label));
            blocks.push(schedule_block(reminder, notify, &label));
        }
        blocks
    }
}

fn filter_block(filter: &MetricFilter) -> Block {
    let transformation = Body::default()
        .with("namespace", filter.namespace.as_str())
        .with("name", filter.metric.as_str())
        .with("value", "1");
    let log = format!(
        "aws_cloudwatch_log_group.{}_hook.name",
        label(&filter.registration)
    );
    let body = Body::default()
        .with("name", filter.name.as_str())
        .with("log_group_name", Value::reference(log))
        .with("pattern", filter.pattern)
        .with_block(Block::new("metric_transformation", [], transformation));
    let label = label(&filter.own_name);
    Block::new(
        "resource",
        ["aws_cloudwatch_log_metric_filter", &label],
        body,
    )
}

fn alarm_block(alarm: &Alarm, notify: &str) -> Block {
    let mut body = Body::default()
        .with("alarm_name", alarm.name.as_str())
        .with("alarm_description", alarm.description.as_str())
        .with("namespace", alarm.namespace.as_str())
        .with("metric_name", alarm.metric.as_str());
    if let Some((dimension, value)) = &alarm.dimension {
        body = body.with("dimensions", Value::mapping([(*dimension, value.as_str())]));
    }
    let body = body
        .with("statistic", alarm.statistic)
        .with("period", alarm.period_seconds)
        .with("evaluation_periods", 1)
        .with("threshold", alarm.threshold)
        .with("comparison_operator", "GreaterThanOrEqualToThreshold")
        .with("treat_missing_data", "notBreaching")
        .with("alarm_actions", Value::sequence([notify]));
    let label = label(&alarm.own_name);
    Block::new("resource", ["aws_cloudwatch_metric_alarm", &label], body)
}

fn schedule_block(reminder: &Reminder, notify: &str, label: &str) -> Block {
    let window = Body::default().with("mode", "OFF");
    let role = Value::reference(format!("aws_iam_role.{label}.arn"));
    let target = Body::default()
        .with("arn", notify)
        .with("role_arn", role)
        .with("input", reminder.message.as_str());
    let name = Value::from(reminder.name.as_str()).with_comment(Reminder::EXEMPTION);
    let body = Body::default()
        .with("name", name)
        .with("schedule_expression", reminder.expression())
        .with("schedule_expression_timezone", "UTC")
        .with_block(Block::new("flexible_time_window", [], window))
        .with_block(Block::new("target", [], target));
    Block::new("resource", ["aws_scheduler_schedule", label], body)
}
