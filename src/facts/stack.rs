//! What the furniture of a stack may be: tags, how long logs are kept, and what is measured.

use super::provenance::Provenance;
use super::table;

/// How the resources of a type take tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagForm {
    /// A list of `Key` and `Value`.
    List,
    /// A mapping.
    Map,
    /// Not at all.
    None,
}

/// Whether and how resources of a type are tagged.
///
/// Source: `facts/stack.yaml`, `tags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tagging {
    /// The type, e.g. `AWS::IoT::Policy` or `aws_iot_policy`.
    pub resource: &'static str,
    /// How.
    pub form: TagForm,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// For how many days logs are kept.
///
/// Source: `facts/stack.yaml`, `retention`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The numbers of days, ascending.
    pub days: &'static [u32],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What Device Defender looks for in an account.
///
/// Source: `facts/stack.yaml`, `audit_checks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditChecks {
    /// By the names that CloudFormation has for it, sorted.
    pub names: &'static [&'static str],
    /// Regions with types of provisioning that can't be told to look.
    pub not_in: &'static [&'static str],
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// What CloudWatch measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricKind {
    /// Registrations by a template for fleet provisioning that failed.
    RegistrationFailed,
    /// Registrations in just-in-time provisioning that failed for a reason of the device's or the account's.
    JitpFailed,
    /// Registrations in just-in-time provisioning that failed for a reason of AWS's own.
    JitpFailedByAws,
    /// Runs of a function that failed.
    FunctionErrors,
    /// Milliseconds that a function ran.
    FunctionDuration,
    /// Runs of a function that were refused.
    FunctionThrottles,
}

/// Where CloudWatch keeps what it measures.
///
/// Source: `facts/stack.yaml`, `metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// What is measured.
    pub kind: MetricKind,
    /// e.g. `AWS/IoT`
    pub namespace: &'static str,
    /// e.g. `RegisterThingFailed`
    pub name: &'static str,
    /// What tells one from another, e.g. `TemplateName`.
    pub dimension: Option<&'static str>,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

/// Returns where a metric is kept.
pub fn metric(kind: MetricKind) -> Option<&'static Metric> {
    table::stack::METRICS.iter().find(|it| it.kind == kind)
}

/// Returns how resources of a type are tagged, if the type is known. Case matters.
pub fn tag_form(resource: &str) -> Option<TagForm> {
    let mut known = table::stack::TAGS.iter();
    known.find(|it| it.resource == resource).map(|it| it.form)
}

/// Returns what Device Defender looks for.
pub fn audit_checks() -> &'static AuditChecks {
    &table::stack::AUDIT_CHECKS
}

/// Returns for how many days logs are kept, ascending.
pub fn retention_days() -> &'static [u32] {
    table::stack::RETENTION.days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_know_their_tags() {
        assert_eq!(tag_form("AWS::IoT::Policy"), Some(TagForm::List));
        assert_eq!(tag_form("aws_iot_policy"), Some(TagForm::Map));
        assert_eq!(tag_form("AWS::Lambda::Permission"), Some(TagForm::None));
        assert_eq!(tag_form("AWS::Unknown::Type"), None);
        assert!(retention_days().is_sorted());
        assert!(audit_checks().names.is_sorted());
    }
}
