//! Resources that both CloudFormation and Terraform know, and how each writes their settings.
//!
//! Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html>,
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>, read 2026-11-24.

use std::fmt;

mod furniture;
mod rows;

pub(super) use furniture::TAGS;

/// A kind of resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A thing type.
    ThingType,
    /// A thing group.
    ThingGroup,
    /// A billing group.
    BillingGroup,
    /// A role alias.
    RoleAlias,
    /// A template of jobs.
    JobTemplate,
    /// How an account is logged.
    Logging,
    /// What is looked for in an account.
    Audit,
    /// A CA in AWS Private CA.
    PrivateCa,
    /// A certificate that such a CA issues.
    Issued,
    /// A certificate in its place as that of a CA.
    Activation,
    /// A policy of AWS IoT.
    Policy,
    /// A role of IAM, with the policies in it.
    Role,
    /// A policy in a role of IAM that the stack does not make.
    RolePolicy,
    /// A provisioning template.
    Template,
    /// A CA certificate.
    CaCertificate,
    /// A function of Lambda.
    Function,
    /// The right to ask a function.
    Permission,
    /// A log.
    Log,
    /// A table of DynamoDB.
    Table,
    /// A key of KMS.
    Key,
    /// The alias of a key.
    KeyAlias,
    /// A queue of SQS.
    Queue,
    /// An alarm of CloudWatch.
    Alarm,
    /// What makes a metric of a log.
    MetricFilter,
    /// A schedule of EventBridge.
    Schedule,
    /// An HTTP API of API Gateway.
    Api,
    /// What an API asks.
    Integration,
    /// What is asked of an API.
    Route,
    /// What an API is reached by.
    Stage,
    /// Anything else, by its type.
    Other(Box<str>),
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Kind::ThingType => "thing type",
            Kind::ThingGroup => "thing group",
            Kind::BillingGroup => "billing group",
            Kind::RoleAlias => "role alias",
            Kind::JobTemplate => "job template",
            Kind::Logging => "logging of the account",
            Kind::Audit => "audits of the account",
            Kind::PrivateCa => "private CA",
            Kind::Issued => "certificate of the private CA",
            Kind::Activation => "activation of the private CA",
            Kind::Policy => "policy",
            Kind::Role => "role",
            Kind::RolePolicy => "policy of a role",
            Kind::Template => "provisioning template",
            Kind::CaCertificate => "CA certificate",
            Kind::Function => "function",
            Kind::Permission => "permission",
            Kind::Log => "log",
            Kind::Table => "table",
            Kind::Key => "key",
            Kind::KeyAlias => "alias of a key",
            Kind::Queue => "queue",
            Kind::Alarm => "alarm",
            Kind::MetricFilter => "metric filter",
            Kind::Schedule => "schedule",
            Kind::Api => "API",
            Kind::Integration => "integration",
            Kind::Route => "route",
            Kind::Stage => "stage",
            Kind::Other(kind) => kind,
        })
    }
}

/// The language of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    CloudFormation,
    Terraform,
}

/// A setting, and where each language writes it.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name in a [`super::Resource`].
    pub setting: &'static str,
    cloudformation: &'static [&'static str],
    terraform: &'static [&'static str],
    pub form: Form,
}

/// How a setting is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// Text; line breaks at its end mean nothing.
    Lines,
    /// A list whose order means nothing.
    Set,
    /// Yes or no; in CloudFormation this word is yes.
    Flag(&'static str),
    /// JSON, as an object or in a string.
    Document,
    /// Names and values: a mapping, or a list of mappings with this key for the name, and `Value`.
    Pairs(&'static str),
}

impl Row {
    pub(super) fn path(&self, language: Language) -> &'static [&'static str] {
        match language {
            Language::CloudFormation => self.cloudformation,
            Language::Terraform => self.terraform,
        }
    }
}

const fn row(
    setting: &'static str,
    cloudformation: &'static [&'static str],
    terraform: &'static [&'static str],
    form: Form,
) -> Row {
    Row {
        setting,
        cloudformation,
        terraform,
        form,
    }
}

/// Types in CloudFormation and Terraform.
const TYPES: &[(Kind, &str, &str)] = &[
    (Kind::ThingType, "AWS::IoT::ThingType", "aws_iot_thing_type"),
    (
        Kind::ThingGroup,
        "AWS::IoT::ThingGroup",
        "aws_iot_thing_group",
    ),
    (
        Kind::BillingGroup,
        "AWS::IoT::BillingGroup",
        "aws_iot_billing_group",
    ),
    (Kind::RoleAlias, "AWS::IoT::RoleAlias", "aws_iot_role_alias"),
    // In Terraform through Cloud Control, by the name that CloudFormation has for it.
    (
        Kind::JobTemplate,
        "AWS::IoT::JobTemplate",
        "AWS::IoT::JobTemplate",
    ),
    (Kind::Logging, "AWS::IoT::Logging", "AWS::IoT::Logging"),
    (
        Kind::Audit,
        "AWS::IoT::AccountAuditConfiguration",
        "AWS::IoT::AccountAuditConfiguration",
    ),
    (
        Kind::PrivateCa,
        "AWS::ACMPCA::CertificateAuthority",
        "aws_acmpca_certificate_authority",
    ),
    (
        Kind::Issued,
        "AWS::ACMPCA::Certificate",
        "aws_acmpca_certificate",
    ),
    (
        Kind::Activation,
        "AWS::ACMPCA::CertificateAuthorityActivation",
        "aws_acmpca_certificate_authority_certificate",
    ),
    (Kind::Policy, "AWS::IoT::Policy", "aws_iot_policy"),
    (Kind::Role, "AWS::IAM::Role", "aws_iam_role"),
    (
        Kind::RolePolicy,
        "AWS::IAM::RolePolicy",
        "aws_iam_role_policy",
    ),
    (
        Kind::Template,
        "AWS::IoT::ProvisioningTemplate",
        "aws_iot_provisioning_template",
    ),
    (
        Kind::CaCertificate,
        "AWS::IoT::CACertificate",
        "aws_iot_ca_certificate",
    ),
    (
        Kind::Function,
        "AWS::Lambda::Function",
        "aws_lambda_function",
    ),
    (
        Kind::Permission,
        "AWS::Lambda::Permission",
        "aws_lambda_permission",
    ),
    (Kind::Log, "AWS::Logs::LogGroup", "aws_cloudwatch_log_group"),
    (Kind::Table, "AWS::DynamoDB::Table", "aws_dynamodb_table"),
    (Kind::Key, "AWS::KMS::Key", "aws_kms_key"),
    (Kind::KeyAlias, "AWS::KMS::Alias", "aws_kms_alias"),
    (Kind::Queue, "AWS::SQS::Queue", "aws_sqs_queue"),
    (
        Kind::Alarm,
        "AWS::CloudWatch::Alarm",
        "aws_cloudwatch_metric_alarm",
    ),
    (
        Kind::MetricFilter,
        "AWS::Logs::MetricFilter",
        "aws_cloudwatch_log_metric_filter",
    ),
    (
        Kind::Schedule,
        "AWS::Scheduler::Schedule",
        "aws_scheduler_schedule",
    ),
    (Kind::Api, "AWS::ApiGatewayV2::Api", "aws_apigatewayv2_api"),
    (
        Kind::Integration,
        "AWS::ApiGatewayV2::Integration",
        "aws_apigatewayv2_integration",
    ),
    (
        Kind::Route,
        "AWS::ApiGatewayV2::Route",
        "aws_apigatewayv2_route",
    ),
    (
        Kind::Stage,
        "AWS::ApiGatewayV2::Stage",
        "aws_apigatewayv2_stage",
    ),
];

impl Kind {
    pub(super) fn of(language: Language, name: &str) -> Kind {
        let known = TYPES.iter().find(|(_, cloudformation, terraform)| {
            name == match language {
                Language::CloudFormation => *cloudformation,
                Language::Terraform => *terraform,
            }
        });
        known.map_or_else(|| Kind::Other(name.into()), |(kind, _, _)| kind.clone())
    }

    /// Its type in CloudFormation.
    pub fn in_cloudformation(&self) -> Option<&'static str> {
        let known = TYPES.iter().find(|(kind, _, _)| kind == self);
        known.map(|(_, cloudformation, _)| *cloudformation)
    }

    /// The setting that AWS knows a resource by.
    pub(super) fn name_setting(&self) -> &'static str {
        match self {
            Kind::CaCertificate => "certificate",
            // There is one in an account and Region.
            Kind::Logging | Kind::Audit => "account",
            Kind::Permission => "source",
            // It has an id that AWS makes up.
            Kind::Key | Kind::Integration => "description",
            // Of each there is one in an API.
            Kind::Route | Kind::Stage => "API",
            Kind::PrivateCa => "CN",
            Kind::Issued => "request",
            Kind::Activation => "authority",
            Kind::Function
            | Kind::Log
            | Kind::Table
            | Kind::KeyAlias
            | Kind::Queue
            | Kind::Alarm
            | Kind::MetricFilter
            | Kind::Schedule
            | Kind::RolePolicy
            | Kind::Api
            | Kind::ThingType
            | Kind::ThingGroup
            | Kind::BillingGroup
            | Kind::RoleAlias
            | Kind::JobTemplate
            | Kind::Policy
            | Kind::Role
            | Kind::Template
            | Kind::Other(_) => "name",
        }
    }

    /// Whether `Ref` in CloudFormation is the name, for sure.
    pub(super) fn is_named_by_ref(&self) -> bool {
        match self {
            Kind::Policy
            | Kind::Role
            | Kind::Template
            | Kind::Function
            | Kind::Log
            | Kind::Table => true,
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
            | Kind::CaCertificate
            | Kind::Permission
            | Kind::Key
            | Kind::KeyAlias
            | Kind::Queue
            | Kind::Alarm
            | Kind::MetricFilter
            | Kind::Schedule
            | Kind::RolePolicy
            | Kind::Api
            | Kind::Integration
            | Kind::Route
            | Kind::Stage
            | Kind::Other(_) => false,
        }
    }

    /// What has to be there before, when it is named.
    pub(super) fn waits_for(&self) -> &'static [Kind] {
        match self {
            Kind::Template => &[
                Kind::ThingType,
                Kind::ThingGroup,
                Kind::BillingGroup,
                Kind::Policy,
                Kind::Role,
                Kind::Permission,
            ],
            Kind::Issued => &[Kind::Activation, Kind::PrivateCa],
            Kind::Activation => &[Kind::Issued, Kind::PrivateCa],
            Kind::RoleAlias => &[Kind::Role],
            Kind::CaCertificate => &[Kind::Template],
            Kind::Function => &[Kind::Role, Kind::Log, Kind::Table],
            Kind::ThingType
            | Kind::ThingGroup
            | Kind::BillingGroup
            | Kind::JobTemplate
            | Kind::Logging
            | Kind::Audit
            | Kind::PrivateCa
            | Kind::Policy
            | Kind::Role
            | Kind::Permission
            | Kind::Log
            | Kind::Table
            | Kind::Key
            | Kind::KeyAlias
            | Kind::Queue
            | Kind::Alarm
            | Kind::MetricFilter
            | Kind::Schedule
            | Kind::RolePolicy
            | Kind::Api
            | Kind::Integration
            | Kind::Route
            | Kind::Stage
            | Kind::Other(_) => &[],
        }
    }

    /// Whether an attribute is the ARN.
    pub(super) fn is_arn(&self, attribute: &str) -> bool {
        attribute.eq_ignore_ascii_case("arn")
            || (*self == Kind::Template && attribute == "TemplateArn")
    }

    /// Whether an attribute, in lower case and without signs, is known at deployment and used as such.
    pub(super) fn has_part(&self, part: &str) -> bool {
        match self {
            Kind::PrivateCa => part == "certificatesigningrequest",
            Kind::Issued => part == "certificate",
            _ => false,
        }
    }

    /// Whether an attribute is the id that AWS gives.
    pub(super) fn is_id(&self, language: Language, attribute: &str) -> bool {
        matches!(self, Kind::CaCertificate | Kind::Api | Kind::Integration)
            && match language {
                Language::CloudFormation => attribute.is_empty() || attribute == "Id",
                Language::Terraform => attribute == "id",
            }
    }

    pub(super) fn rows(&self) -> &'static [Row] {
        const SEARCHABLE: Row = row(
            "searchable attributes",
            &["ThingTypeProperties", "SearchableAttributes"],
            &["properties", "searchable_attributes"],
            Form::Set,
        );
        match self {
            Kind::ThingType => {
                const {
                    &[
                        row("name", &["ThingTypeName"], &["name"], Form::Plain),
                        SEARCHABLE,
                    ]
                }
            }
            Kind::ThingGroup => {
                const { &[row("name", &["ThingGroupName"], &["name"], Form::Plain)] }
            }
            Kind::BillingGroup => rows::BILLING_GROUP,
            Kind::RoleAlias => rows::ROLE_ALIAS,
            Kind::JobTemplate => rows::JOB_TEMPLATE,
            Kind::Logging => rows::LOGGING,
            Kind::Audit => rows::AUDIT,
            Kind::PrivateCa => rows::PRIVATE_CA,
            Kind::Issued => rows::ISSUED,
            Kind::Activation => rows::ACTIVATION,
            Kind::Policy => {
                const {
                    &[
                        row("name", &["PolicyName"], &["name"], Form::Plain),
                        row("document", &["PolicyDocument"], &["policy"], Form::Document),
                    ]
                }
            }
            Kind::Role => {
                const {
                    &[
                        row("name", &["RoleName"], &["name"], Form::Plain),
                        row(
                            "longest session",
                            &["MaxSessionDuration"],
                            &["max_session_duration"],
                            Form::Plain,
                        ),
                        row(
                            "trust",
                            &["AssumeRolePolicyDocument"],
                            &["assume_role_policy"],
                            Form::Document,
                        ),
                        row("path", &["Path"], &["path"], Form::Plain),
                        row(
                            "boundary",
                            &["PermissionsBoundary"],
                            &["permissions_boundary"],
                            Form::Plain,
                        ),
                    ]
                }
            }
            Kind::RolePolicy => ROLE_POLICY,
            Kind::Template => {
                const {
                    &[
                        row("name", &["TemplateName"], &["name"], Form::Plain),
                        row("type", &["TemplateType"], &["type"], Form::Plain),
                        row("enabled", &["Enabled"], &["enabled"], Form::Plain),
                        row(
                            "role",
                            &["ProvisioningRoleArn"],
                            &["provisioning_role_arn"],
                            Form::Plain,
                        ),
                        row(
                            "body",
                            &["TemplateBody"],
                            &["template_body"],
                            Form::Document,
                        ),
                        row(
                            "hook",
                            &["PreProvisioningHook", "TargetArn"],
                            &["pre_provisioning_hook", "target_arn"],
                            Form::Plain,
                        ),
                        row(
                            "version of the hook",
                            &["PreProvisioningHook", "PayloadVersion"],
                            &["pre_provisioning_hook", "payload_version"],
                            Form::Plain,
                        ),
                    ]
                }
            }
            Kind::CaCertificate => {
                const {
                    &[
                        row(
                            "certificate",
                            &["CACertificatePem"],
                            &["ca_certificate_pem"],
                            Form::Lines,
                        ),
                        row(
                            "mode",
                            &["CertificateMode"],
                            &["certificate_mode"],
                            Form::Plain,
                        ),
                        row("active", &["Status"], &["active"], Form::Flag("ACTIVE")),
                        row(
                            "auto-registration",
                            &["AutoRegistrationStatus"],
                            &["allow_auto_registration"],
                            Form::Flag("ENABLE"),
                        ),
                        row(
                            "template",
                            &["RegistrationConfig", "TemplateName"],
                            &["registration_config", "template_name"],
                            Form::Plain,
                        ),
                    ]
                }
            }
            Kind::Function => rows::FUNCTION,
            Kind::Permission => rows::PERMISSION,
            Kind::Log => rows::LOG,
            Kind::Table => rows::TABLE,
            Kind::Key => furniture::KEY,
            Kind::KeyAlias => furniture::KEY_ALIAS,
            Kind::Queue => furniture::QUEUE,
            Kind::Alarm => furniture::ALARM,
            Kind::MetricFilter => furniture::METRIC_FILTER,
            Kind::Schedule => furniture::SCHEDULE,
            Kind::Api => rows::API,
            Kind::Integration => rows::INTEGRATION,
            Kind::Route => rows::ROUTE,
            Kind::Stage => rows::STAGE,
            Kind::Other(_) => &[],
        }
    }
}

const ROLE_POLICY: &[Row] = &[
    row("name", &["PolicyName"], &["name"], Form::Plain),
    row("role", &["RoleName"], &["role"], Form::Plain),
    row("rights", &["PolicyDocument"], &["policy"], Form::Document),
];

/// Whether a setting of CloudFormation is what Terraform does without being told.
pub(super) fn is_implied(path: &str, value: &serde_json::Value) -> bool {
    matches!(
        (path, value.as_str()),
        ("KeySchema.KeyType", Some("HASH")) | ("SSESpecification.SSEType", Some("KMS"))
    )
}

/// The block of Terraform that says what may happen to a resource.
pub(super) const LIFECYCLE: &str = "lifecycle";

/// Whether a property says how to deploy, and nothing of what is deployed; or is the source of a
/// function, which the languages bring in different ways.
pub(super) fn is_about_deployment(language: Language, property: &str) -> bool {
    match language {
        Language::CloudFormation => property == "Code",
        Language::Terraform => matches!(
            property,
            "depends_on" | LIFECYCLE | "filename" | "source_code_hash"
        ),
    }
}
