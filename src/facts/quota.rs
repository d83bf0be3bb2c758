//! Quotas and limits; each is also a constant of `facts::limit`.

use super::carrier::Region;
use super::provenance::Provenance;
use super::{find, table};

/// A quota.
///
/// Source: `facts/quotas.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Its name, e.g. `policy_document_chars`.
    pub name: &'static str,
    /// The default value in the larger Regions.
    pub value: u64,
    /// The default value in the smaller Regions, where it differs.
    pub smaller_regions: Option<u64>,
    /// What is counted, e.g. `characters`.
    pub unit: &'static str,
    /// Whether AWS raises it on request.
    pub adjustable: bool,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl Quota {
    /// Returns the default value in a Region.
    pub fn value_in(&self, region: &Region) -> u64 {
        match self.smaller_regions {
            Some(value) if region.smaller_quotas => value,
            Some(_) | None => self.value,
        }
    }
}

/// Returns all quotas, sorted by name.
pub fn quotas() -> &'static [Quota] {
    table::quotas::QUOTAS
}

/// Finds a quota by its name. Code that knows which one it wants takes the constant instead.
pub fn quota(name: &str) -> Option<&'static Quota> {
    find(quotas(), name, |quota| quota.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::facts::{limit, region};

    #[test]
    fn quotas_by_name_and_as_constants() {
        let chars = quota("policy_document_chars").expect("the quota is known");
        assert_eq!((chars.value, chars.adjustable), (2048, false));
        assert_eq!(limit::POLICY_DOCUMENT_CHARS, chars.value);
        assert_eq!(limit::PROVISIONING_TEMPLATE_CHARS, 10_240);
        assert!(quota("policy_chars").is_none());
    }

    #[test]
    fn smaller_regions_have_less() {
        let connects = quota("connect_per_second_account").expect("the quota is known");
        let value = |code| connects.value_in(region(code).expect("the Region is known"));
        assert_eq!((value("us-east-1"), value("eu-north-1")), (3000, 100));
    }
}
