//! What stacks have beside registration.

use super::{Form, Row, row};

/// The tags of a resource of any kind.
pub(in crate::project) const TAGS: Row = row("tags", &["Tags"], &["tags"], Form::Pairs("Key"));

pub(super) const KEY: &[Row] = &[
    row(
        "description",
        &["Description"],
        &["description"],
        Form::Plain,
    ),
    row(
        "rotation",
        &["EnableKeyRotation"],
        &["enable_key_rotation"],
        Form::Plain,
    ),
    row("policy", &["KeyPolicy"], &["policy"], Form::Document),
];

pub(super) const KEY_ALIAS: &[Row] = &[
    row("name", &["AliasName"], &["name"], Form::Plain),
    row("key", &["TargetKeyId"], &["target_key_id"], Form::Plain),
];

pub(super) const QUEUE: &[Row] = &[
    row("name", &["QueueName"], &["name"], Form::Plain),
    row(
        "retention",
        &["MessageRetentionPeriod"],
        &["message_retention_seconds"],
        Form::Plain,
    ),
    row(
        "encryption",
        &["SqsManagedSseEnabled"],
        &["sqs_managed_sse_enabled"],
        Form::Plain,
    ),
    row(
        "own key",
        &["KmsMasterKeyId"],
        &["kms_master_key_id"],
        Form::Plain,
    ),
];

pub(super) const ALARM: &[Row] = &[
    row("name", &["AlarmName"], &["alarm_name"], Form::Plain),
    row(
        "description",
        &["AlarmDescription"],
        &["alarm_description"],
        Form::Plain,
    ),
    row("namespace", &["Namespace"], &["namespace"], Form::Plain),
    row("metric", &["MetricName"], &["metric_name"], Form::Plain),
    row(
        "dimension",
        &["Dimensions"],
        &["dimensions"],
        Form::Pairs("Name"),
    ),
    row("statistic", &["Statistic"], &["statistic"], Form::Plain),
    row("period", &["Period"], &["period"], Form::Plain),
    row(
        "periods",
        &["EvaluationPeriods"],
        &["evaluation_periods"],
        Form::Plain,
    ),
    row("threshold", &["Threshold"], &["threshold"], Form::Plain),
    row(
        "comparison",
        &["ComparisonOperator"],
        &["comparison_operator"],
        Form::Plain,
    ),
    row(
        "missing data",
        &["TreatMissingData"],
        &["treat_missing_data"],
        Form::Plain,
    ),
    row("target", &["AlarmActions"], &["alarm_actions"], Form::Set),
];

pub(super) const METRIC_FILTER: &[Row] = &[
    row("name", &["FilterName"], &["name"], Form::Plain),
    row("log", &["LogGroupName"], &["log_group_name"], Form::Plain),
    row("pattern", &["FilterPattern"], &["pattern"], Form::Plain),
    row(
        "namespace",
        &["MetricTransformations", "MetricNamespace"],
        &["metric_transformation", "namespace"],
        Form::Plain,
    ),
    row(
        "metric",
        &["MetricTransformations", "MetricName"],
        &["metric_transformation", "name"],
        Form::Plain,
    ),
    row(
        "value",
        &["MetricTransformations", "MetricValue"],
        &["metric_transformation", "value"],
        Form::Plain,
    ),
];

pub(super) const SCHEDULE: &[Row] = &[
    row("name", &["Name"], &["name"], Form::Plain),
    row(
        "day",
        &["ScheduleExpression"],
        &["schedule_expression"],
        Form::Plain,
    ),
    row(
        "time zone",
        &["ScheduleExpressionTimezone"],
        &["schedule_expression_timezone"],
        Form::Plain,
    ),
    row(
        "window",
        &["FlexibleTimeWindow", "Mode"],
        &["flexible_time_window", "mode"],
        Form::Plain,
    ),
    row(
        "target",
        &["Target", "Arn"],
        &["target", "arn"],
        Form::Plain,
    ),
    row(
        "role",
        &["Target", "RoleArn"],
        &["target", "role_arn"],
        Form::Plain,
    ),
    row(
        "message",
        &["Target", "Input"],
        &["target", "input"],
        Form::Plain,
    ),
];
