//! What AWS asks for.

use super::provenance::Provenance;
use super::table;

/// A price in us-east-1.
///
/// Source: `facts/prices.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What it is of, e.g. `connection_minute`.
    pub name: &'static str,
    /// Millionths of a dollar, for all of the units together.
    pub microdollars: u64,
    /// How many that is for.
    pub units: u64,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl Price {
    /// Returns the price of so many, in millionths of a dollar, rounded up.
    pub fn of(&self, count: u64) -> u64 {
        (self.microdollars * count).div_ceil(self.units.max(1))
    }
}

/// Finds a price by its name.
pub fn price(name: &str) -> Option<&'static Price> {
    table::prices::PRICES
        .iter()
        .find(|price| price.name == name)
}

/// Whether AWS counts an action as an operation of the registry.
pub fn is_metered(action: &str) -> bool {
    table::prices::METERED.contains(&action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_a_connection_is_a_third_of_a_cent() {
        let minute = price("connection_minute").expect("the price is known");
        assert_eq!(minute.of(43_800), 3_504);
        assert_eq!(minute.of(1), 1);
        assert!(is_metered("iot:CreateThing") && !is_metered("iot:UpdateCertificate"));
    }
}
