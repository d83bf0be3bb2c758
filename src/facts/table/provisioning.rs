//! Derived from facts/provisioning.yaml by `BLESS=1 cargo test`; edit that.

use crate::facts::name::NameKind;
use crate::facts::provenance::{Basis, source};
use crate::facts::provisioning::{
    CertificateResource, DialectRules, DocumentForm, HookRules, Override, Runtime,
    SuppliedParameter, TemplateProperty, TemplateResource, ValueShape,
};
use crate::model::TemplateDialect;

#[rustfmt::skip]
static BULK: DialectRules = DialectRules {
    dialect: TemplateDialect::Bulk,
    template_type: None,
    sections: &["Parameters", "Resources"],
    functions: &["Ref"],
    functions_not_in_policy: &[],
    certificate: CertificateResource::Optional,
    certificate_from: &["CertificateSigningRequest", "CertificateId", "CertificatePem"],
    policy_document: &[DocumentForm::Text],
    hook: false,
    supplied: &[
    ],
    caller_may_supply: &["AWS::IoT::Certificate::Id"],
    provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html", "2026-11-24", Basis::Documented, Some("RegisterThing and StartThingRegistrationTask; that a template without a certificate is accepted is not documented"), None),
};

#[rustfmt::skip]
static JITP: DialectRules = DialectRules {
    dialect: TemplateDialect::Jitp,
    template_type: Some("JITP"),
    sections: &["Parameters", "Resources"],
    functions: &["Ref"],
    functions_not_in_policy: &[],
    certificate: CertificateResource::Required,
    certificate_from: &["CertificateId"],
    policy_document: &[DocumentForm::Text],
    hook: false,
    supplied: &[
        SuppliedParameter { name: "AWS::IoT::Certificate::CommonName", subject_attribute: Some("2.5.4.3"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::Country", subject_attribute: Some("2.5.4.6"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::DistinguishedNameQualifier", subject_attribute: Some("2.5.4.46"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::Id", subject_attribute: None, provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, Some("the certificate id that AWS IoT gives, not a field of the subject"), None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::Organization", subject_attribute: Some("2.5.4.10"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::OrganizationalUnit", subject_attribute: Some("2.5.4.11"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::SerialNumber", subject_attribute: Some("2.5.4.5"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Inferred, Some("taken to be the subject attribute serialNumber, not the serial number of the certificate"), None) },
        SuppliedParameter { name: "AWS::IoT::Certificate::StateName", subject_attribute: Some("2.5.4.8"), provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, None, None) },
    ],
    caller_may_supply: &[],
    provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html", "2026-11-24", Basis::Documented, Some("the certificate must contain a value for every parameter that the template declares; that the template must have a certificate follows from its purpose and is not stated"), None),
};

#[rustfmt::skip]
static FLEET: DialectRules = DialectRules {
    dialect: TemplateDialect::Fleet,
    template_type: Some("FLEET_PROVISIONING"),
    sections: &["Parameters", "Mappings", "Resources", "DeviceConfiguration"],
    functions: &["Ref", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"],
    functions_not_in_policy: &["Fn::Join"],
    certificate: CertificateResource::Required,
    certificate_from: &["CertificateId"],
    policy_document: &[DocumentForm::Text, DocumentForm::Object],
    hook: true,
    supplied: &[
        SuppliedParameter { name: "AWS::IoT::Certificate::Id", subject_attribute: None, provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html", "2026-11-24", Basis::Documented, Some("the certificate id that AWS IoT gives, not a field of the subject"), None) },
    ],
    caller_may_supply: &[],
    provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the type that CreateProvisioningTemplate takes when none is given; the type cannot be changed later"), None),
};

/// The rules of a dialect.
pub(crate) fn of(dialect: TemplateDialect) -> &'static DialectRules {
    match dialect {
        TemplateDialect::Bulk => &BULK,
        TemplateDialect::Jitp => &JITP,
        TemplateDialect::Fleet => &FLEET,
    }
}

/// Types of resources, sorted by name.
#[rustfmt::skip]
pub(crate) static RESOURCES: &[TemplateResource] = &[
    TemplateResource { name: "AWS::IoT::Certificate", at_most: Some(1), properties: &[
        TemplateProperty { name: "CertificateSigningRequest", shape: ValueShape::Text, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "CertificateId", shape: ValueShape::Text, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "CertificatePem", shape: ValueShape::Text, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "CACertificatePem", shape: ValueShape::Text, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("only with CertificatePem, and only when several registered CAs share the subject"), None) },
        TemplateProperty { name: "Status", shape: ValueShape::Text, required: false, holds: None, values: &["ACTIVE", "INACTIVE"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the default is ACTIVE; examples for fleet provisioning print Active, those for JITP ACTIVE"), None) },
        TemplateProperty { name: "ThingPrincipalType", shape: ValueShape::Text, required: false, holds: None, values: &["EXCLUSIVE_THING", "NON_EXCLUSIVE_THING"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the default is NON_EXCLUSIVE_THING"), None) },
    ], overrides: &[
        Override { key: "Status", values: &["DO_NOTHING", "REPLACE", "FAIL"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
    ], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Inferred, Some("that one template declares at most one certificate is taken from its examples"), None) },
    TemplateResource { name: "AWS::IoT::Policy", at_most: None, properties: &[
        TemplateProperty { name: "PolicyName", shape: ValueShape::Text, required: false, holds: Some(NameKind::Policy), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("of a policy that exists; exactly one of PolicyName and PolicyDocument"), None) },
        TemplateProperty { name: "PolicyDocument", shape: ValueShape::Document, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("text, in fleet provisioning also an object; the policy is named by a hash of the document"), None) },
    ], overrides: &[
    ], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
    TemplateResource { name: "AWS::IoT::Thing", at_most: Some(1), properties: &[
        TemplateProperty { name: "ThingName", shape: ValueShape::Text, required: true, holds: Some(NameKind::Thing), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "AttributePayload", shape: ValueShape::TextMap, required: false, holds: Some(NameKind::AttributeValue), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("a flat map of name to text, not the attributes object of the API"), None) },
        TemplateProperty { name: "ThingTypeName", shape: ValueShape::Text, required: false, holds: Some(NameKind::ThingType), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "ThingGroups", shape: ValueShape::TextList, required: false, holds: Some(NameKind::ThingGroup), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("static groups that exist, not two of one hierarchy"), None) },
        TemplateProperty { name: "BillingGroup", shape: ValueShape::Text, required: false, holds: Some(NameKind::BillingGroup), values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, None, None) },
        TemplateProperty { name: "PackageVersions", shape: ValueShape::Text, required: false, holds: None, values: &[], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Unclear, Some("only named by the page; its exact form and the permission it needs are not stated"), None) },
    ], overrides: &[
        Override { key: "AttributePayload", values: &["DO_NOTHING", "REPLACE", "FAIL", "MERGE"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the prose prints ATTRIBUTE_PAYLOAD, every example AttributePayload"), None) },
        Override { key: "ThingTypeName", values: &["DO_NOTHING", "REPLACE", "FAIL"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the prose prints THING_TYPE_NAME, every example ThingTypeName"), None) },
        Override { key: "ThingGroups", values: &["DO_NOTHING", "REPLACE", "FAIL", "MERGE"], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Documented, Some("the prose prints THING_GROUPS, every example ThingGroups"), None) },
    ], provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html", "2026-11-24", Basis::Inferred, Some("that one template declares at most one thing is taken from its examples"), None) },
];

/// What AWS IoT asks of a hook.
#[rustfmt::skip]
pub(crate) static HOOK: HookRules = HookRules { payload_version: "2020-04-01", provenance: source("https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html", "2026-11-24", Basis::Documented, None, None) };

/// What our hooks run on.
#[rustfmt::skip]
pub(crate) static RUNTIME: Runtime = Runtime { name: "python3.13", until: "2029-06-30", provenance: source("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html", "2026-11-24", Basis::Documented, Some("the projected date of the table of supported runtimes"), None) };
