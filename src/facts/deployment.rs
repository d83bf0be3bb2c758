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

/// Returns what CloudFormation asks for.
pub fn stack_actions() -> &'static StackActions {
    &table::deployment::STACK
}
