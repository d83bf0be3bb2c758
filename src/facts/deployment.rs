//! What it takes to deploy each type of resource.

use super::provenance::Provenance;
use super::table;

/// What it takes to make, read, change and delete resources of a type.
///
/// Source: `facts/deployment.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeployedType {
    /// In CloudFormation, e.g. `AWS::IoT::Policy`.
    pub cloudformation: &'static str,
    /// In Terraform, e.g. `aws_iot_policy`.
    pub terraform: &'static str,
    /// ARNs behind the partition, with the holes `{region}`, `{account}`, `{path}` and `{name}`.
    pub arns: &'static [&'static str],
    /// Actions on them.
    pub actions: &'static [&'static str],
    /// Actions that know no resource.
    pub anywhere: &'static [&'static str],
    /// Whether the ARNs reach all of a kind, and the actions are limited to what has the stack's tag.
    pub is_marked: bool,
    /// The action that gives a new resource this tag.
    pub tags_with: Option<&'static str>,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What whoever makes a resource needs of the key that it is encrypted with.
///
/// Source: `facts/deployment.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The type in CloudFormation, e.g. `AWS::DynamoDB::Table`.
    pub cloudformation: &'static str,
    /// The service that uses the key for them, e.g. `dynamodb`.
    pub service: &'static str,
    /// Actions on the key.
    pub actions: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What CloudFormation itself asks for.
///
/// Source: `facts/deployment.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackActions {
    /// Actions on the stack.
    pub actions: &'static [&'static str],
    /// Actions that know no stack.
    pub anywhere: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Returns all types that can be deployed, sorted by their name in CloudFormation.
pub fn deployed_types() -> &'static [DeployedType] {
    table::deployment::TYPES
}

/// Finds a type by its name in CloudFormation.
pub fn deployed_type(cloudformation: &str) -> Option<&'static DeployedType> {
    let mut types = deployed_types().iter();
    types.find(|it| it.cloudformation == cloudformation)
}

/// Finds a type by its name in CloudFormation or in Terraform.
pub fn deployed_type_of(name: &str) -> Option<&'static DeployedType> {
    let mut types = deployed_types().iter();
    types.find(|it| it.cloudformation == name || it.terraform == name)
}

/// Finds what making a resource of a type needs of its key.
pub fn key_use(cloudformation: &str) -> Option<&'static KeyUse> {
    let mut uses = table::deployment::KEYS.iter();
    uses.find(|it| it.cloudformation == cloudformation)
}

/// Returns what CloudFormation asks for.
pub fn stack_actions() -> &'static StackActions {
    &table::deployment::STACK
}
