//! Typed access to what AWS documents: actions, variables, condition keys, reserved topics,
//! quotas, names, provisioning templates, ways to register devices, and where policies are embedded.
//!
//! The facts stand in `facts/*.yaml`, each with its source and the day it was read; the tables
//! below `facts::table` are derived from them, so that nothing is parsed at run time. This module
//! looks facts up and compares names; it does not judge a configuration.

mod action;
mod carrier;
mod condition;
mod deployment;
mod method;
mod name;
mod price;
mod provenance;
mod provisioning;
mod quota;
mod spelling;
mod stack;
mod table;
mod topic;
mod variable;

pub use action::{
    Action, Protocol, ResourceType, action, actions, is_policy_service, resource_type,
    resource_types,
};
pub use carrier::{
    Carrier, Content, Embedding, Format, ProviderFeature, ProviderFeatureKind, Region, carriers,
    carriers_of, provider_floor, region, regions,
};
pub use condition::{
    ConditionKey, KeyReference, KeyType, Operator, OperatorFamily, condition_key,
    condition_key_reference, condition_keys, operator, operators,
};
pub use deployment::{
    DeployedType, KeyUse, StackActions, deployed_type, deployed_type_of, deployed_types, key_use,
    stack_actions,
};
pub use method::{MethodReason, ProvisioningMethod, Reason, WayIn, methods, reason};
pub use name::{Characters, NameFault, NameKind, NameLimit, name_limit};
pub use price::{Price, is_metered, price};
pub use provenance::{Basis, Provenance};
pub use provisioning::{
    CertificateResource, DialectRules, DocumentForm, HookRules, Override, Runtime,
    SuppliedParameter, TemplateProperty, TemplateResource, ValueShape, dialect, hook, hook_runtime,
    template_resource, template_resources,
};
pub use quota::{Quota, quota, quotas};
pub use spelling::closest_action;
pub use stack::{AuditChecks, audit_checks};
pub use stack::{
    Metric, MetricKind, Retention, TagForm, Tagging, metric, retention_days, tag_form,
};
pub use table::limit;
pub use topic::{ClientOperation, ReservedTopic, TopicFamily, reserved_topic, reserved_topics};
pub use variable::{
    Authentication, MisplacedVariable, NameForm, Need, Selector, Usage, ValueRules, Variable,
    VariableReference, escape, is_of_cognito, misplaced_variable, variable, variable_reference,
    variables,
};

use std::cmp::Ordering;

/// The service of an ARN of AWS IoT.
pub const SERVICE: &str = "iot";

/// Texts that a file about AWS IoT has, whatever its syntax.
pub const MARKS: [&str; 3] = ["iot:", "AWS::IoT", "aws_iot_"];

/// Compares two names as IAM does: without ASCII case.
fn compare_names(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// Finds the row with a name, ASCII case ignored.
///
/// INVARIANT: `rows` are sorted by [`compare_names`]; the test that derives the tables sorts them.
fn find<T>(rows: &'static [T], name: &str, name_of: fn(&T) -> &'static str) -> Option<&'static T> {
    let place = rows
        .binary_search_by(|row| compare_names(name_of(row), name))
        .ok()?;
    rows.get(place)
}
