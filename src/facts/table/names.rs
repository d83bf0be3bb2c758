//! Derived from facts/names.yaml by `BLESS=1 cargo test`; edit that.

use crate::facts::name::{Characters, NameKind, NameLimit};
use crate::facts::provenance::{Basis, source};

#[rustfmt::skip]
static ALARM: NameLimit = NameLimit { kind: NameKind::Alarm, pattern: "[a-zA-Z0-9 _.:/=+@-]{1,255}", characters: Characters::of(&[(' ', ' '), ('+', '+'), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), (':', ':'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 255, provenance: source("https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html", "2026-11-24", Basis::Documented, Some("all but control characters is allowed; what has to be quoted is left out here"), None) };

#[rustfmt::skip]
static ATTRIBUTE_NAME: NameLimit = NameLimit { kind: NameKind::AttributeName, pattern: "[a-zA-Z0-9_.,@/:#-]{1,128}", characters: Characters::of(&[('#', '#'), (',', ','), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), (':', ':'), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html", "2026-11-24", Basis::Documented, Some("the lower bound is not stated; an empty name is taken as refused"), None) };

#[rustfmt::skip]
static ATTRIBUTE_VALUE: NameLimit = NameLimit { kind: NameKind::AttributeValue, pattern: "[a-zA-Z0-9_.,@/:#=\\[\\]-]{0,800}", characters: Characters::of(&[('#', '#'), (',', ','), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), (':', ':'), ('=', '='), ('@', '@'), ('A', 'Z'), ('[', '['), (']', ']'), ('_', '_'), ('a', 'z')]), min_chars: 0, max_chars: 800, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html", "2026-11-24", Basis::Documented, Some("no space, parenthesis, + or accent"), None) };

#[rustfmt::skip]
static AUTHORIZER: NameLimit = NameLimit { kind: NameKind::Authorizer, pattern: "[a-zA-Z0-9_=,@-]{1,128}", characters: Characters::of(&[(',', ','), ('-', '-'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateAuthorizer.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static BILLING_GROUP: NameLimit = NameLimit { kind: NameKind::BillingGroup, pattern: "[a-zA-Z0-9:_-]{1,128}", characters: Characters::of(&[('-', '-'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateBillingGroup.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static BUCKET: NameLimit = NameLimit { kind: NameKind::Bucket, pattern: "[a-z0-9.-]{3,63}", characters: Characters::of(&[('-', '-'), ('.', '.'), ('0', '9'), ('a', 'z')]), min_chars: 3, max_chars: 63, provenance: source("https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CERTIFICATE_PROVIDER: NameLimit = NameLimit { kind: NameKind::CertificateProvider, pattern: "[a-zA-Z0-9_=,@-]{1,128}", characters: Characters::of(&[(',', ','), ('-', '-'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateProvider.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static COMMAND: NameLimit = NameLimit { kind: NameKind::Command, pattern: "[a-zA-Z0-9_-]{1,64}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCommand.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static CUSTOM_AUTHORIZER_PRINCIPAL: NameLimit = NameLimit { kind: NameKind::CustomAuthorizerPrincipal, pattern: "[a-zA-Z0-9]{1,128}", characters: Characters::of(&[('0', '9'), ('A', 'Z'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static DOMAIN_CONFIGURATION: NameLimit = NameLimit { kind: NameKind::DomainConfiguration, pattern: "[a-zA-Z0-9_.-]{1,128}", characters: Characters::of(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateDomainConfiguration.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static FUNCTION: NameLimit = NameLimit { kind: NameKind::Function, pattern: "[a-zA-Z0-9_-]{1,64}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html", "2026-11-24", Basis::Documented, Some("of the name alone; an ARN may be longer"), None) };

#[rustfmt::skip]
static HOOK_PAYLOAD_VERSION: NameLimit = NameLimit { kind: NameKind::HookPayloadVersion, pattern: "[0-9-]{10,32}", characters: Characters::of(&[('-', '-'), ('0', '9')]), min_chars: 10, max_chars: 32, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_ProvisioningHook.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static JOB: NameLimit = NameLimit { kind: NameKind::Job, pattern: "[a-zA-Z0-9_-]{1,64}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateJob.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static KEY_ALIAS: NameLimit = NameLimit { kind: NameKind::KeyAlias, pattern: "[a-zA-Z0-9/_-]{1,250}", characters: Characters::of(&[('-', '-'), ('/', '/'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 250, provenance: source("https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html", "2026-11-24", Basis::Documented, Some("256 with the prefix alias/"), None) };

#[rustfmt::skip]
static PACKAGE: NameLimit = NameLimit { kind: NameKind::Package, pattern: "[a-zA-Z0-9_.-]{1,128}", characters: Characters::of(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePackage.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static POLICY: NameLimit = NameLimit { kind: NameKind::Policy, pattern: "[a-zA-Z0-9_+=,.@-]{1,128}", characters: Characters::of(&[('+', '+'), (',', ','), ('-', '-'), ('.', '.'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static PROVISIONING_TEMPLATE: NameLimit = NameLimit { kind: NameKind::ProvisioningTemplate, pattern: "[0-9A-Za-z_-]{1,36}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 36, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html", "2026-11-24", Basis::Documented, Some("36, not 128 as for most names"), None) };

#[rustfmt::skip]
static QUEUE: NameLimit = NameLimit { kind: NameKind::Queue, pattern: "[a-zA-Z0-9_-]{1,80}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 80, provenance: source("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static ROLE: NameLimit = NameLimit { kind: NameKind::Role, pattern: "[a-zA-Z0-9_+=,.@-]{1,64}", characters: Characters::of(&[('+', '+'), (',', ','), ('-', '-'), ('.', '.'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static ROLE_ALIAS: NameLimit = NameLimit { kind: NameKind::RoleAlias, pattern: "[a-zA-Z0-9_=,@-]{1,128}", characters: Characters::of(&[(',', ','), ('-', '-'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html", "2026-11-24", Basis::Documented, Some("no dot"), None) };

#[rustfmt::skip]
static ROLE_PATH: NameLimit = NameLimit { kind: NameKind::RolePath, pattern: "[a-zA-Z0-9/_+=,.@-]{1,512}", characters: Characters::of(&[('+', '+'), (',', ','), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 512, provenance: source("https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html", "2026-11-24", Basis::Documented, Some("it begins and ends with a slash; other printable characters of ASCII are allowed too, and left out here"), None) };

#[rustfmt::skip]
static SCHEDULE: NameLimit = NameLimit { kind: NameKind::Schedule, pattern: "[0-9a-zA-Z_.-]{1,64}", characters: Characters::of(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static SHADOW: NameLimit = NameLimit { kind: NameKind::Shadow, pattern: "[$a-zA-Z0-9:_-]{1,64}", characters: Characters::of(&[('$', '$'), ('-', '-'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 64, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_UpdateThingShadow.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static STREAM: NameLimit = NameLimit { kind: NameKind::Stream, pattern: "[a-zA-Z0-9_-]{1,128}", characters: Characters::of(&[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateStream.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static TABLE: NameLimit = NameLimit { kind: NameKind::Table, pattern: "[a-zA-Z0-9_.-]{3,255}", characters: Characters::of(&[('-', '-'), ('.', '.'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 3, max_chars: 255, provenance: source("https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static TAG_KEY: NameLimit = NameLimit { kind: NameKind::TagKey, pattern: "[a-zA-Z0-9 _.:/=+@-]{1,127}", characters: Characters::of(&[(' ', ' '), ('+', '+'), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), (':', ':'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 127, provenance: source("https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html", "2026-11-24", Basis::Inferred, Some("128 characters and letters of all alphabets at most services; what all of them take: role aliases and CA certificates have 127"), None) };

#[rustfmt::skip]
static TAG_VALUE: NameLimit = NameLimit { kind: NameKind::TagValue, pattern: "[a-zA-Z0-9 _.:/=+@-]{1,255}", characters: Characters::of(&[(' ', ' '), ('+', '+'), ('-', '-'), ('.', '.'), ('/', '/'), ('0', '9'), (':', ':'), ('=', '='), ('@', '@'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 255, provenance: source("https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html", "2026-11-24", Basis::Inferred, Some("up to 256 characters at most services; what all of them take: thing types and groups take no empty value, role aliases and CA certificates 255"), None) };

#[rustfmt::skip]
static THING: NameLimit = NameLimit { kind: NameKind::Thing, pattern: "[a-zA-Z0-9:_-]{1,128}", characters: Characters::of(&[('-', '-'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html", "2026-11-24", Basis::Documented, Some("no dot, slash or space"), None) };

#[rustfmt::skip]
static THING_GROUP: NameLimit = NameLimit { kind: NameKind::ThingGroup, pattern: "[a-zA-Z0-9:_-]{1,128}", characters: Characters::of(&[('-', '-'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static THING_TYPE: NameLimit = NameLimit { kind: NameKind::ThingType, pattern: "[a-zA-Z0-9:_-]{1,128}", characters: Characters::of(&[('-', '-'), ('0', '9'), (':', ':'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingType.html", "2026-11-24", Basis::Documented, None, None) };

#[rustfmt::skip]
static TOPIC_RULE: NameLimit = NameLimit { kind: NameKind::TopicRule, pattern: "[a-zA-Z0-9_]{1,128}", characters: Characters::of(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]), min_chars: 1, max_chars: 128, provenance: source("https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html", "2026-11-24", Basis::Documented, Some("no hyphen"), None) };

/// The rule for a kind of name.
pub(crate) fn of(kind: NameKind) -> &'static NameLimit {
    match kind {
        NameKind::Alarm => &ALARM,
        NameKind::AttributeName => &ATTRIBUTE_NAME,
        NameKind::AttributeValue => &ATTRIBUTE_VALUE,
        NameKind::Authorizer => &AUTHORIZER,
        NameKind::BillingGroup => &BILLING_GROUP,
        NameKind::Bucket => &BUCKET,
        NameKind::CertificateProvider => &CERTIFICATE_PROVIDER,
        NameKind::Command => &COMMAND,
        NameKind::CustomAuthorizerPrincipal => &CUSTOM_AUTHORIZER_PRINCIPAL,
        NameKind::DomainConfiguration => &DOMAIN_CONFIGURATION,
        NameKind::Function => &FUNCTION,
        NameKind::HookPayloadVersion => &HOOK_PAYLOAD_VERSION,
        NameKind::Job => &JOB,
        NameKind::KeyAlias => &KEY_ALIAS,
        NameKind::Package => &PACKAGE,
        NameKind::Policy => &POLICY,
        NameKind::ProvisioningTemplate => &PROVISIONING_TEMPLATE,
        NameKind::Queue => &QUEUE,
        NameKind::Role => &ROLE,
        NameKind::RoleAlias => &ROLE_ALIAS,
        NameKind::RolePath => &ROLE_PATH,
        NameKind::Schedule => &SCHEDULE,
        NameKind::Shadow => &SHADOW,
        NameKind::Stream => &STREAM,
        NameKind::Table => &TABLE,
        NameKind::TagKey => &TAG_KEY,
        NameKind::TagValue => &TAG_VALUE,
        NameKind::Thing => &THING,
        NameKind::ThingGroup => &THING_GROUP,
        NameKind::ThingType => &THING_TYPE,
        NameKind::TopicRule => &TOPIC_RULE,
    }
}
