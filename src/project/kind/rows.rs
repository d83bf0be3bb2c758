//! How each language writes the settings of functions, tables, APIs and private CAs, and of what
//! devices use beside the broker.

use super::{Form, Row, row};

/// Of a function, all but its source: CloudFormation has it as text, Terraform in an archive.
pub(super) const FUNCTION: &[Row] = &[
    row("name", &["FunctionName"], &["function_name"], Form::Plain),
    row("runtime", &["Runtime"], &["runtime"], Form::Plain),
    row("handler", &["Handler"], &["handler"], Form::Plain),
    row("timeout", &["Timeout"], &["timeout"], Form::Plain),
    row("memory", &["MemorySize"], &["memory_size"], Form::Plain),
    row("role", &["Role"], &["role"], Form::Plain),
    row(
        "concurrency",
        &["ReservedConcurrentExecutions"],
        &["reserved_concurrent_executions"],
        Form::Plain,
    ),
    row("own key", &["KmsKeyArn"], &["kms_key_arn"], Form::Plain),
    row(
        "dead letters",
        &["DeadLetterConfig", "TargetArn"],
        &["dead_letter_config", "target_arn"],
        Form::Plain,
    ),
    row(
        "settings",
        &["Environment", "Variables", "SETTINGS"],
        &["environment", "variables", "SETTINGS"],
        Form::Document,
    ),
];

pub(super) const PERMISSION: &[Row] = &[
    row("source", &["SourceArn"], &["source_arn"], Form::Plain),
    row("action", &["Action"], &["action"], Form::Plain),
    row(
        "function",
        &["FunctionName"],
        &["function_name"],
        Form::Plain,
    ),
    row("asker", &["Principal"], &["principal"], Form::Plain),
    row(
        "account",
        &["SourceAccount"],
        &["source_account"],
        Form::Plain,
    ),
];

pub(super) const LOG: &[Row] = &[
    row("name", &["LogGroupName"], &["name"], Form::Plain),
    row(
        "days",
        &["RetentionInDays"],
        &["retention_in_days"],
        Form::Plain,
    ),
    row("own key", &["KmsKeyId"], &["kms_key_id"], Form::Plain),
];

pub(super) const TABLE: &[Row] = &[
    row("name", &["TableName"], &["name"], Form::Plain),
    row("billing", &["BillingMode"], &["billing_mode"], Form::Plain),
    row(
        "key",
        &["KeySchema", "AttributeName"],
        &["hash_key"],
        Form::Plain,
    ),
    row(
        "attribute",
        &["AttributeDefinitions", "AttributeName"],
        &["attribute", "name"],
        Form::Plain,
    ),
    row(
        "type of the key",
        &["AttributeDefinitions", "AttributeType"],
        &["attribute", "type"],
        Form::Plain,
    ),
    row(
        "encryption",
        &["SSESpecification", "SSEEnabled"],
        &["server_side_encryption", "enabled"],
        Form::Plain,
    ),
    row(
        "own key",
        &["SSESpecification", "KMSMasterKeyId"],
        &["server_side_encryption", "kms_key_arn"],
        Form::Plain,
    ),
    row(
        "recovery",
        &[
            "PointInTimeRecoverySpecification",
            "PointInTimeRecoveryEnabled",
        ],
        &["point_in_time_recovery", "enabled"],
        Form::Plain,
    ),
    row(
        "protection",
        &["DeletionProtectionEnabled"],
        &["deletion_protection_enabled"],
        Form::Plain,
    ),
    row(
        "expiry",
        &["TimeToLiveSpecification", "AttributeName"],
        &["ttl", "attribute_name"],
        Form::Plain,
    ),
    row(
        "entries expire",
        &["TimeToLiveSpecification", "Enabled"],
        &["ttl", "enabled"],
        Form::Plain,
    ),
];

const OF_API: Row = row("API", &["ApiId"], &["api_id"], Form::Plain);

pub(super) const API: &[Row] = &[
    row("name", &["Name"], &["name"], Form::Plain),
    row(
        "protocol",
        &["ProtocolType"],
        &["protocol_type"],
        Form::Plain,
    ),
];

pub(super) const INTEGRATION: &[Row] = &[
    OF_API,
    row(
        "description",
        &["Description"],
        &["description"],
        Form::Plain,
    ),
    row(
        "type",
        &["IntegrationType"],
        &["integration_type"],
        Form::Plain,
    ),
    row(
        "function",
        &["IntegrationUri"],
        &["integration_uri"],
        Form::Plain,
    ),
    row(
        "payload",
        &["PayloadFormatVersion"],
        &["payload_format_version"],
        Form::Plain,
    ),
];

pub(super) const ROUTE: &[Row] = &[
    OF_API,
    row("route", &["RouteKey"], &["route_key"], Form::Plain),
    row(
        "authorization",
        &["AuthorizationType"],
        &["authorization_type"],
        Form::Plain,
    ),
    row("target", &["Target"], &["target"], Form::Plain),
];

pub(super) const STAGE: &[Row] = &[
    OF_API,
    row("name", &["StageName"], &["name"], Form::Plain),
    row(
        "deploys itself",
        &["AutoDeploy"],
        &["auto_deploy"],
        Form::Plain,
    ),
    row(
        "burst",
        &["DefaultRouteSettings", "ThrottlingBurstLimit"],
        &["default_route_settings", "throttling_burst_limit"],
        Form::Plain,
    ),
    row(
        "rate",
        &["DefaultRouteSettings", "ThrottlingRateLimit"],
        &["default_route_settings", "throttling_rate_limit"],
        Form::Plain,
    ),
];

pub(super) const BILLING_GROUP: &[Row] =
    &[row("name", &["BillingGroupName"], &["name"], Form::Plain)];

pub(super) const ROLE_ALIAS: &[Row] = &[
    row("name", &["RoleAlias"], &["alias"], Form::Plain),
    row("role", &["RoleArn"], &["role_arn"], Form::Plain),
    row(
        "seconds",
        &["CredentialDurationSeconds"],
        &["credential_duration"],
        Form::Plain,
    ),
];

/// A setting that both languages write as CloudFormation does.
const fn same(setting: &'static str, path: &'static [&'static str], form: Form) -> Row {
    row(setting, path, path, form)
}

pub(super) const JOB_TEMPLATE: &[Row] = &[
    same("name", &["JobTemplateId"], Form::Plain),
    same("description", &["Description"], Form::Plain),
    same("document", &["Document"], Form::Document),
    same("links", &["PresignedUrlConfig"], Form::Document),
    same("rollout", &["JobExecutionsRolloutConfig"], Form::Plain),
    same("abort", &["AbortConfig"], Form::Plain),
    same("timeout", &["TimeoutConfig"], Form::Plain),
];

pub(super) const LOGGING: &[Row] = &[
    same("account", &["AccountId"], Form::Plain),
    same("role", &["RoleArn"], Form::Document),
    same("level", &["DefaultLogLevel"], Form::Plain),
];

pub(super) const AUDIT: &[Row] = &[
    same("account", &["AccountId"], Form::Plain),
    same("role", &["RoleArn"], Form::Document),
    same("checks", &["AuditCheckConfigurations"], Form::Document),
    same(
        "notification",
        &["AuditNotificationTargetConfigurations"],
        Form::Document,
    ),
];

/// A part of a CA's name.
macro_rules! subject {
    ($word:literal, $cloudformation:literal, $terraform:literal) => {
        row(
            $word,
            &["Subject", $cloudformation],
            &["certificate_authority_configuration", "subject", $terraform],
            Form::Plain,
        )
    };
}

pub(super) const PRIVATE_CA: &[Row] = &[
    subject!("CN", "CommonName", "common_name"),
    subject!("OU", "OrganizationalUnit", "organizational_unit"),
    subject!("O", "Organization", "organization"),
    subject!("C", "Country", "country"),
    subject!("ST", "State", "state"),
    subject!(
        "dnQualifier",
        "DistinguishedNameQualifier",
        "distinguished_name_qualifier"
    ),
    row("type", &["Type"], &["type"], Form::Plain),
    row("mode", &["UsageMode"], &["usage_mode"], Form::Plain),
    row(
        "key",
        &["KeyAlgorithm"],
        &["certificate_authority_configuration", "key_algorithm"],
        Form::Plain,
    ),
    row(
        "signature",
        &["SigningAlgorithm"],
        &["certificate_authority_configuration", "signing_algorithm"],
        Form::Plain,
    ),
];

pub(super) const ISSUED: &[Row] = &[
    row(
        "request",
        &["CertificateSigningRequest"],
        &["certificate_signing_request"],
        Form::Plain,
    ),
    row(
        "authority",
        &["CertificateAuthorityArn"],
        &["certificate_authority_arn"],
        Form::Plain,
    ),
    row(
        "signature",
        &["SigningAlgorithm"],
        &["signing_algorithm"],
        Form::Plain,
    ),
    row("template", &["TemplateArn"], &["template_arn"], Form::Plain),
    row(
        "unit of validity",
        &["Validity", "Type"],
        &["validity", "type"],
        Form::Plain,
    ),
    row(
        "validity",
        &["Validity", "Value"],
        &["validity", "value"],
        Form::Plain,
    ),
];

pub(super) const ACTIVATION: &[Row] = &[
    row(
        "authority",
        &["CertificateAuthorityArn"],
        &["certificate_authority_arn"],
        Form::Plain,
    ),
    row(
        "certificate",
        &["Certificate"],
        &["certificate"],
        Form::Plain,
    ),
    row(
        "chain",
        &["CertificateChain"],
        &["certificate_chain"],
        Form::Plain,
    ),
];
