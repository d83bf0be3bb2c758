//! What every output says of CAs in AWS Private CA, and of the role of the factory.

use super::iam::document;
use crate::document::print::Value;
use crate::fleet::SubjectField;
use crate::fleet::plan::Factory;
use crate::model::private_ca as action;

/// The template of a root's own certificate, behind `template/`.
pub const ROOT_TEMPLATE: &str = "RootCACertificate/V1";
/// The template of the signing CA's certificate: it signs devices, and no other CA.
pub const SIGNING_TEMPLATE: &str = "SubordinateCACertificate_PathLen0/V1";

/// What CloudFormation and Terraform call a part of a CA's name.
pub fn subject_names(field: SubjectField) -> (&'static str, &'static str) {
    match field {
        SubjectField::CommonName => ("CommonName", "common_name"),
        SubjectField::OrganizationalUnit => ("OrganizationalUnit", "organizational_unit"),
        SubjectField::Organization => ("Organization", "organization"),
        SubjectField::Country => ("Country", "country"),
        SubjectField::State => ("State", "state"),
        SubjectField::NameQualifier => {
            ("DistinguishedNameQualifier", "distinguished_name_qualifier")
        }
        // INVARIANT: the plan has no CA with it, since Terraform can't write it.
        SubjectField::SerialNumber => ("SerialNumber", "serial_number"),
    }
}

/// Who may take the role of the factory.
pub fn factory_trust(factory: &Factory) -> Value {
    let taker = Value::mapping([("AWS", factory.taker.as_str())]);
    document([Value::mapping([
        ("Effect", Value::from("Allow")),
        ("Principal", taker),
        ("Action", Value::from("sts:AssumeRole")),
    ])])
}

/// What the factory may do: issue certificates for devices by one CA, and fetch them. `authority` is the
/// CA's ARN.
pub fn factory_document(factory: &Factory, authority: &Value) -> Value {
    let statement = |action: &str, purpose: &str| {
        vec![
            (
                "Effect",
                Value::from("Allow").with_comment(purpose.to_owned()),
            ),
            ("Action", Value::sequence([action])),
            ("Resource", Value::sequence([authority.clone()])),
        ]
    };
    let template = Value::mapping([(action::TEMPLATE_ARN, factory.template.as_str())]);
    let mut issues = statement(
        action::ISSUE_CERTIFICATE,
        "certificates of clients alone: none that signs others, and none of a server",
    );
    issues.push(("Condition", Value::mapping([("StringEquals", template)])));
    let fetches = statement(
        action::GET_CERTIFICATE,
        "issuing gives an ARN; the certificate is fetched by it",
    );
    document([Value::mapping(issues), Value::mapping(fetches)])
}
