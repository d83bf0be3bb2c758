//! The provisioning template language in its three dialects.

use super::name::NameKind;
use super::provenance::Provenance;
use super::table;
use crate::model::TemplateDialect;

/// Whether a template must have a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateResource {
    /// It may go without.
    Optional,
    /// It is refused, or of no use, without.
    Required,
}

/// A form that `PolicyDocument` may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentForm {
    /// JSON inside a string.
    Text,
    /// A JSON object.
    Object,
}

/// A parameter that AWS IoT supplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuppliedParameter {
    /// Its name, e.g. `AWS::IoT::Certificate::CommonName`.
    pub name: &'static str,
    /// OID of the attribute of the certificate's subject that it is taken from, e.g. `2.5.4.3`.
    pub subject_attribute: Option<&'static str>,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What one dialect allows.
///
/// Source: `facts/provisioning.yaml`, `dialects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialectRules {
    /// Which dialect.
    pub dialect: TemplateDialect,
    /// The `type` of CreateProvisioningTemplate, e.g. `JITP`; bulk templates are not stored.
    pub template_type: Option<&'static str>,
    /// Top-level sections, e.g. `Parameters`.
    pub sections: &'static [&'static str],
    /// Intrinsic functions, e.g. `Fn::Join`.
    pub functions: &'static [&'static str],
    /// Those of the functions that AWS rules out in policies.
    pub functions_not_in_policy: &'static [&'static str],
    /// Whether there must be a certificate.
    pub certificate: CertificateResource,
    /// Properties that say which certificate; exactly one of them.
    pub certificate_from: &'static [&'static str],
    /// Forms of `PolicyDocument`.
    pub policy_document: &'static [DocumentForm],
    /// Whether a pre-provisioning hook may be set.
    pub hook: bool,
    /// Parameters that AWS IoT supplies, sorted by name.
    pub supplied: &'static [SuppliedParameter],
    /// Parameters of such names that the caller may supply.
    pub caller_may_supply: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl DialectRules {
    /// Finds a parameter that AWS IoT supplies. Case matters.
    pub fn supplied_parameter(&self, name: &str) -> Option<&'static SuppliedParameter> {
        self.supplied
            .iter()
            .find(|parameter| parameter.name == name)
    }
}

/// The shape of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueShape {
    /// A string.
    Text,
    /// A list of strings.
    TextList,
    /// A flat mapping from names to strings.
    TextMap,
    /// A policy document; its form depends on the dialect.
    Document,
}

/// A property of a template's resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateProperty {
    /// Its name, e.g. `ThingName`.
    pub name: &'static str,
    /// Shape of its value.
    pub shape: ValueShape,
    /// Whether it must be there.
    pub required: bool,
    /// The rule that the value, or each value of a list or mapping, must obey.
    pub holds: Option<NameKind>,
    /// The possible values, where AWS lists them all.
    pub values: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// A key of `OverrideSettings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Override {
    /// The key, e.g. `ThingGroups`.
    pub key: &'static str,
    /// The possible values, e.g. `MERGE`.
    pub values: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// A type of resource that a template may declare.
///
/// Source: `facts/provisioning.yaml`, `resources`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateResource {
    /// The type, e.g. `AWS::IoT::Thing`.
    pub name: &'static str,
    /// Greatest number of them in one template.
    pub at_most: Option<usize>,
    /// Its properties.
    pub properties: &'static [TemplateProperty],
    /// Keys of its `OverrideSettings`; empty means that it has none.
    pub overrides: &'static [Override],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl TemplateResource {
    /// Finds a property by its name. Case matters.
    pub fn property(&self, name: &str) -> Option<&'static TemplateProperty> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// Finds a key of `OverrideSettings`. Case matters.
    pub fn override_setting(&self, key: &str) -> Option<&'static Override> {
        self.overrides.iter().find(|setting| setting.key == key)
    }
}

/// The function that AWS IoT asks before it runs a template.
///
/// Source: `facts/provisioning.yaml`, `hook`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookRules {
    /// The version of what it is sent, e.g. `2020-04-01`.
    pub payload_version: &'static str,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What a function runs on.
///
/// Source: `facts/provisioning.yaml`, `runtime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runtime {
    /// Its name, e.g. `python3.13`.
    pub name: &'static str,
    /// The last day on which AWS keeps it up, e.g. `2029-06-30`.
    pub until: &'static str,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Returns what AWS IoT asks of a hook.
pub fn hook() -> &'static HookRules {
    &table::provisioning::HOOK
}

/// Returns what our hooks run on.
pub fn hook_runtime() -> &'static Runtime {
    &table::provisioning::RUNTIME
}

/// Returns what a dialect allows.
pub fn dialect(dialect: TemplateDialect) -> &'static DialectRules {
    table::provisioning::of(dialect)
}

/// Returns the types of resources that a template may declare.
pub fn template_resources() -> &'static [TemplateResource] {
    table::provisioning::RESOURCES
}

/// Finds a type of resource of templates by its name. Case matters.
pub fn template_resource(name: &str) -> Option<&'static TemplateResource> {
    template_resources()
        .iter()
        .find(|resource| resource.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fleet_provisioning_has_functions_and_mappings() {
        assert!(
            dialect(TemplateDialect::Fleet)
                .functions
                .contains(&"Fn::Sub")
        );
        assert_eq!(dialect(TemplateDialect::Jitp).functions, ["Ref"]);
        assert!(
            dialect(TemplateDialect::Fleet)
                .sections
                .contains(&"Mappings")
        );
        assert!(
            !dialect(TemplateDialect::Bulk)
                .sections
                .contains(&"Mappings")
        );
        assert_eq!(
            dialect(TemplateDialect::Fleet).functions_not_in_policy,
            ["Fn::Join"]
        );
    }

    #[test]
    fn the_subject_is_known_to_jitp_only() {
        let name = "AWS::IoT::Certificate::CommonName";
        let found = dialect(TemplateDialect::Jitp)
            .supplied_parameter(name)
            .expect("it is supplied");
        assert_eq!(found.subject_attribute, Some("2.5.4.3"));
        assert!(
            dialect(TemplateDialect::Fleet)
                .supplied_parameter(name)
                .is_none()
        );
        assert!(
            dialect(TemplateDialect::Jitp)
                .supplied_parameter("AWS::IoT::Certificate::Locality")
                .is_none()
        );
        let id = dialect(TemplateDialect::Fleet).supplied_parameter("AWS::IoT::Certificate::Id");
        assert!(id.is_some_and(|id| id.subject_attribute.is_none()));
    }

    #[test]
    fn each_dialect_describes_itself() {
        for name in [
            TemplateDialect::Bulk,
            TemplateDialect::Jitp,
            TemplateDialect::Fleet,
        ] {
            assert_eq!(dialect(name).dialect, name);
        }
    }

    #[test]
    fn overrides_of_a_thing() {
        let thing = template_resource("AWS::IoT::Thing").expect("the type is known");
        let groups = thing
            .override_setting("ThingGroups")
            .expect("the key is known");
        assert!(groups.values.contains(&"MERGE"));
        let type_name = thing
            .override_setting("ThingTypeName")
            .expect("the key is known");
        assert!(!type_name.values.contains(&"MERGE"));
        assert!(thing.override_setting("THING_GROUPS").is_none());
        assert!(thing.override_setting("BillingGroup").is_none());
        assert!(
            template_resource("AWS::IoT::Policy").is_some_and(|policy| policy.overrides.is_empty())
        );
    }

    #[test]
    fn properties_name_their_rule() {
        let thing = template_resource("AWS::IoT::Thing").expect("the type is known");
        let name = thing.property("ThingName").expect("the property is known");
        assert!(name.required && name.holds == Some(NameKind::Thing));
        assert!(template_resource("AWS::IoT::ThingGroup").is_none());
    }
}
