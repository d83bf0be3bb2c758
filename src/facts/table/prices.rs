//! Derived from facts/prices.yaml by `BLESS=1 cargo test`; edit that.

use crate::facts::price::Price;
use crate::facts::provenance::{Basis, source};

/// Prices, sorted by name.
#[rustfmt::skip]
pub(crate) static PRICES: &[Price] = &[
    Price { name: "connection_minute", microdollars: 80000, units: 1000000, provenance: source("https://aws.amazon.com/iot-core/pricing/", "2026-11-24", Basis::Documented, None, None) },
    Price { name: "function_request", microdollars: 200000, units: 1000000, provenance: source("https://aws.amazon.com/lambda/pricing/", "2026-11-24", Basis::Inferred, Some("the time that a function runs is extra; pages that quote AWS's were read"), None) },
    Price { name: "message", microdollars: 1000000, units: 1000000, provenance: source("https://aws.amazon.com/iot-core/pricing/", "2026-11-24", Basis::Documented, Some("of up to 5 KB, the first thousand million in a month"), None) },
    Price { name: "private_ca_month", microdollars: 400000000, units: 1, provenance: source("https://aws.amazon.com/private-ca/pricing/", "2026-11-24", Basis::Documented, Some("general-purpose mode; certificates are extra"), None) },
    Price { name: "registry_operation", microdollars: 1250000, units: 1000000, provenance: source("https://aws.amazon.com/iot-core/pricing/", "2026-11-24", Basis::Documented, Some("of records of up to 1 KB"), None) },
    Price { name: "table_write", microdollars: 625000, units: 1000000, provenance: source("https://aws.amazon.com/dynamodb/pricing/on-demand/", "2026-11-24", Basis::Inferred, Some("on demand, of up to 1 KB; pages that quote AWS's were read"), None) },
];

/// Operations of the registry that are counted.
#[rustfmt::skip]
pub(crate) static METERED: &[&str] = &["iot:AddThingToThingGroup", "iot:AttachThingPrincipal", "iot:CreateThing", "iot:DescribeThing", "iot:DescribeThingGroup", "iot:DescribeThingType", "iot:ListPrincipalThings", "iot:ListThingGroupsForThing", "iot:ListThingPrincipals", "iot:UpdateThing"];
