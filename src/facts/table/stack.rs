//! Derived from facts/stack.yaml by `BLESS=1 cargo test`; edit that.

use crate::facts::provenance::{Basis, source};
use crate::facts::stack::{Metric, MetricKind, Retention, TagForm, Tagging};

/// How types take tags, sorted by name.
#[rustfmt::skip]
pub(crate) static TAGS: &[Tagging] = &[
    Tagging { resource: "AWS::ACMPCA::Certificate", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-acmpca-certificate.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::ACMPCA::CertificateAuthority", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-acmpca-certificateauthority.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::ACMPCA::CertificateAuthorityActivation", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-acmpca-certificateauthorityactivation.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::ACMPCA::Permission", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-acmpca-permission.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::CloudWatch::Alarm", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::DynamoDB::Table", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IAM::Role", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IAM::RolePolicy", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::BillingGroup", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-billinggroup.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::CACertificate", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-cacertificate.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::JobTemplate", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-jobtemplate.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::Policy", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-policy.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::ProvisioningTemplate", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-provisioningtemplate.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::RoleAlias", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-rolealias.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::ThingGroup", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thinggroup.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::ThingType", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thingtype.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::IoT::TopicRule", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::KMS::Alias", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::KMS::Key", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::Lambda::Function", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::Lambda::Permission", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::Logs::LogGroup", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::Logs::MetricFilter", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::S3::Bucket", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::S3::BucketPolicy", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::Scheduler::Schedule", form: TagForm::None, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "AWS::SQS::Queue", form: TagForm::List, provenance: source("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_acmpca_certificate", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acmpca_certificate", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_acmpca_certificate_authority", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acmpca_certificate_authority", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_acmpca_certificate_authority_certificate", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acmpca_certificate_authority_certificate", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_acmpca_permission", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acmpca_permission", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_acmpca_policy", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/acmpca_policy", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_cloudcontrolapi_resource", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudcontrolapi_resource", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_cloudwatch_log_group", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_log_group", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_cloudwatch_log_metric_filter", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_log_metric_filter", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_cloudwatch_metric_alarm", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_dynamodb_table", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iam_role", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iam_role_policy", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_billing_group", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_billing_group", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_ca_certificate", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_ca_certificate", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_policy", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_policy", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_provisioning_template", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_provisioning_template", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_role_alias", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_role_alias", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_thing_group", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_thing_group", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_thing_type", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_thing_type", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_iot_topic_rule", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iot_topic_rule", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_kms_alias", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_alias", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_kms_key", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_lambda_function", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_lambda_permission", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_permission", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_s3_bucket", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_s3_bucket_policy", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_policy", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_s3_bucket_public_access_block", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_public_access_block", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_s3_bucket_server_side_encryption_configuration", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_server_side_encryption_configuration", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_scheduler_schedule", form: TagForm::None, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/scheduler_schedule", "2026-11-24", Basis::Documented, None, None) },
    Tagging { resource: "aws_sqs_queue", form: TagForm::Map, provenance: source("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue", "2026-11-24", Basis::Documented, None, None) },
];

/// Metrics, sorted by kind.
#[rustfmt::skip]
pub(crate) static METRICS: &[Metric] = &[
    Metric { kind: MetricKind::FunctionDuration, namespace: "AWS/Lambda", name: "Duration", dimension: Some("FunctionName"), provenance: source("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html", "2026-11-24", Basis::Documented, Some("in milliseconds"), None) },
    Metric { kind: MetricKind::FunctionErrors, namespace: "AWS/Lambda", name: "Errors", dimension: Some("FunctionName"), provenance: source("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html", "2026-11-24", Basis::Documented, None, None) },
    Metric { kind: MetricKind::FunctionThrottles, namespace: "AWS/Lambda", name: "Throttles", dimension: Some("FunctionName"), provenance: source("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html", "2026-11-24", Basis::Documented, None, None) },
    Metric { kind: MetricKind::JitpFailed, namespace: "AWS/IoT", name: "ProvisionThing.ClientError", dimension: None, provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html", "2026-11-24", Basis::Documented, Some("of all templates for just-in-time provisioning in the account and Region: it has no dimension"), None) },
    Metric { kind: MetricKind::RegistrationFailed, namespace: "AWS/IoT", name: "RegisterThingFailed", dimension: Some("TemplateName"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html", "2026-11-24", Basis::Documented, Some("fleet provisioning only"), None) },
];

/// For how many days logs are kept.
#[rustfmt::skip]
pub(crate) static RETENTION: Retention = Retention { days: &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], provenance: source("https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html", "2026-11-24", Basis::Documented, None, None) };
