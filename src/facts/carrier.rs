//! Where policies and templates are embedded, and the Regions.

use super::provenance::Provenance;
use super::table;

/// The kind of file or input that a carrier stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A CloudFormation template.
    CloudFormation,
    /// A Terraform configuration.
    Terraform,
    /// The JSON input of an operation of the AWS IoT API.
    Api,
}

/// What a carrier holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// An AWS IoT policy.
    IotPolicy,
    /// A provisioning template.
    ProvisioningTemplate,
    /// An IAM policy that grants.
    IamPolicy,
    /// An IAM policy that says who may assume a role.
    IamTrustPolicy,
}

/// How the content is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Embedding {
    /// JSON inside a string.
    Text,
    /// A tree of the surrounding document.
    Object,
    /// One or the other.
    Either,
}

/// A property that holds a policy or a template.
///
/// Source: `facts/resources.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrier {
    /// Type of the resource, e.g. `AWS::IoT::Policy`, or the name of the operation.
    pub name: &'static str,
    /// Where such resources are found.
    pub format: Format,
    /// What the property holds.
    pub content: Content,
    /// The property: keys from the resource's properties on. A key that ends in `[]` is a list or a
    /// repeated block, e.g. `registration_config[]`.
    pub path: &'static [&'static str],
    /// How the content is written.
    pub embedding: Embedding,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// A Region of AWS.
///
/// Source: `facts/resources.yaml`, `regions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its code, e.g. `eu-west-1`.
    pub code: &'static str,
    /// The partition of its ARNs, e.g. `aws-cn`.
    pub partition: &'static str,
    /// Whether CloudFormation has the types of provisioning there.
    pub provisioning: bool,
    /// Whether the lower quotas hold there.
    pub smaller_quotas: bool,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What the Terraform provider for AWS could not always do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProviderFeatureKind {
    /// Provisioning templates of the type JITP.
    JitpTemplates,
    /// Functions that run on Python 3.13.
    Python313Functions,
}

/// Since when the Terraform provider for AWS does something.
///
/// Source: `facts/resources.yaml`, `provider_features`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderFeature {
    /// What it does.
    pub kind: ProviderFeatureKind,
    /// The first version that does it: major, minor, patch.
    pub since: [u16; 3],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Returns the first version of the Terraform provider that has all of these features.
pub fn provider_floor(features: &[ProviderFeatureKind]) -> Option<[u16; 3]> {
    let known = table::resources::PROVIDER_FEATURES.iter();
    known
        .filter(|feature| features.contains(&feature.kind))
        .map(|feature| feature.since)
        .max()
}

/// Returns all carriers, sorted by format and name.
pub fn carriers() -> &'static [Carrier] {
    table::resources::CARRIERS
}

/// Returns the carriers in resources of one type. Case matters.
pub fn carriers_of(format: Format, name: &str) -> impl Iterator<Item = &'static Carrier> {
    carriers()
        .iter()
        .filter(move |carrier| carrier.format == format && carrier.name == name)
}

/// Returns all known Regions, sorted by code.
pub fn regions() -> &'static [Region] {
    table::resources::REGIONS
}

/// Finds a Region by its code. Case matters.
pub fn region(code: &str) -> Option<&'static Region> {
    regions().iter().find(|region| region.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_found_by_type() {
        let found: Vec<_> = carriers_of(Format::CloudFormation, "AWS::IoT::Policy").collect();
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|carrier| {
            carrier.path == ["PolicyDocument"]
                && carrier.content == Content::IotPolicy
                && carrier.embedding == Embedding::Either
        }));
        assert_eq!(
            carriers_of(Format::Terraform, "AWS::IoT::Policy").count(),
            0
        );
        assert_eq!(
            carriers_of(Format::CloudFormation, "AWS::IAM::Role").count(),
            2
        );
    }

    #[test]
    fn blocks_are_marked() {
        let mut found = carriers_of(Format::Terraform, "aws_iot_ca_certificate");
        let path = found.next().map(|carrier| carrier.path);
        assert_eq!(
            path,
            Some(["registration_config[]", "template_body"].as_slice())
        );
    }

    #[test]
    fn regions_know_their_partition() {
        assert_eq!(
            region("cn-north-1").map(|found| found.partition),
            Some("aws-cn")
        );
        assert_eq!(
            region("eu-west-1").map(|found| found.provisioning),
            Some(true)
        );
        assert_eq!(
            region("af-south-1").map(|found| found.provisioning),
            Some(false)
        );
        assert!(region("eu-west-9").is_none());
    }
}
