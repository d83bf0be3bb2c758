//! Settings of what devices use beside the broker, and of private CAs.

use super::{Form, Row, row};

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
