//! How long it takes until many devices that are switched on together are registered.
//!
//! AWS says of no quota that a template's run counts against it; those of the operations that a run
//! consists of are taken to hold, so that a time is a lower bound, which a real fleet does not beat.

use serde::Serialize;

use crate::facts::{Region, quota, region};
use crate::fleet::plan::{Plan, Registration, Way};
use crate::fleet::spec::MadeFrom;

/// Fleets whose time is told.
const FLEETS: [u64; 3] = [1_000, 10_000, 100_000];

/// A row of the table.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Capacity<'p> {
    name: &'p str,
    regions: Vec<&'p str>,
    /// Devices per second, e.g. `7.5`.
    rate: String,
    /// What bounds them, e.g. `fleet_register_thing_per_second`.
    bounds: Vec<String>,
    /// For each of [`FLEETS`].
    times: Vec<String>,
}

/// The rows for these plans; Regions where the same holds share one.
pub(super) fn rows<'p>(plans: &[&'p Plan]) -> Vec<Capacity<'p>> {
    let mut rows: Vec<Capacity<'_>> = Vec::new();
    for plan in plans {
        let Some(known) = region(&plan.deployment.region) else {
            continue;
        };
        for registration in &plan.registrations {
            let row = capacity(plan, registration, known);
            let is_same = |it: &&mut Capacity<'_>| {
                it.name == row.name && it.rate == row.rate && it.bounds == row.bounds
            };
            match rows.iter_mut().find(is_same) {
                Some(same) => {
                    if !same.regions.contains(&&*plan.deployment.region) {
                        same.regions.push(&plan.deployment.region);
                    }
                }
                None => rows.push(row),
            }
        }
    }
    rows
}

/// The heads of the columns of times.
pub(super) fn fleets() -> Vec<String> {
    FLEETS.iter().map(|fleet| grouped(*fleet)).collect()
}

fn capacity<'p>(plan: &'p Plan, registration: &'p Registration, known: &Region) -> Capacity<'p> {
    let costs = costs(registration);
    let costs = costs.iter().filter(|(_, times)| *times > 0);
    let costs = costs.filter_map(|(name, times)| Some((quota(name)?, *times)));
    let costs: Vec<_> = costs.collect();
    // Times of a device in a second of the quota: the greatest is the narrowest.
    let narrower =
        |one: &(u64, u64), other: &(u64, u64)| (one.0 * other.1).cmp(&(other.0 * one.1)).reverse();
    let of = |(quota, times): &(&crate::facts::Quota, u64)| (quota.value_in(known), *times);
    let narrowest = costs.iter().map(of).max_by(narrower).unwrap_or((1, 1));
    let is_narrowest = |it: &&(&crate::facts::Quota, u64)| {
        narrower(&of(it), &narrowest) == std::cmp::Ordering::Equal
    };
    let bounds = costs.iter().filter(is_narrowest);
    let bounds = bounds.map(|(quota, _)| {
        let words = quota.name.trim_end_matches("_per_second").replace('_', " ");
        let raised = if quota.adjustable { ", adjustable" } else { "" };
        format!("{words}{raised}")
    });
    let (rate, times) = narrowest;
    Capacity {
        name: &registration.name,
        regions: vec![&plan.deployment.region],
        rate: tenths(rate, times),
        bounds: bounds.collect(),
        times: FLEETS
            .iter()
            .map(|fleet| duration((fleet * times).div_ceil(rate.max(1))))
            .collect(),
    }
}

/// What one registration takes: names of quotas and how often each is asked.
fn costs(registration: &Registration) -> Vec<(&'static str, u64)> {
    let template = &registration.template;
    let mut costs = vec![
        // Once dropped or with the claim, once as itself.
        ("connect_per_second_account", 2),
        ("attach_policy_per_second", template.policies.len() as u64),
        ("attach_thing_principal_per_second", 1),
        (
            "add_thing_to_thing_group_per_second",
            template.groups.len() as u64,
        ),
        ("update_certificate_per_second", 1),
    ];
    match &registration.way {
        Way::Jitp(_) => costs.extend([
            ("certificates_registered_per_second", 1),
            ("register_thing_per_second", 1),
        ]),
        Way::Claim(_) => {}
        Way::TrustedUser(_) => costs.push(("trusted_user_claims_per_second", 1)),
    }
    if let Some(hooked) = registration.way.hooked() {
        costs.extend([
            match hooked.from {
                MadeFrom::Csr => ("fleet_create_from_csr_per_second", 1),
                MadeFrom::Keys => ("fleet_create_keys_per_second", 1),
            },
            ("fleet_register_thing_per_second", 1),
        ]);
    }
    costs
}

/// A quotient with one digit behind the point, where there is one.
fn tenths(rate: u64, times: u64) -> String {
    let tenths = rate * 10 / times.max(1);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

/// Seconds in words, e.g. `2 h 47 min`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => {
            let minutes = seconds.div_ceil(60);
            format!("{minutes} min")
        }
        _ => {
            let minutes = seconds.div_ceil(60);
            format!("{} h {} min", minutes / 60, minutes % 60)
        }
    }
}

/// e.g. `10,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The day on which the quotas were read.
pub(super) fn read() -> &'static str {
    let quota = quota("register_thing_per_second");
    quota.map_or("", |quota| quota.provenance.retrieved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_words_and_rounded_up() {
        assert_eq!(duration(100), "2 min");
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(10_000), "2 h 47 min");
        assert_eq!(grouped(100_000), "100,000");
        assert_eq!(tenths(15, 2), "7.5");
        assert_eq!(tenths(10, 1), "10");
    }

    #[test]
    fn every_quota_is_known() {
        for name in [
            "connect_per_second_account",
            "attach_policy_per_second",
            "attach_thing_principal_per_second",
            "add_thing_to_thing_group_per_second",
            "update_certificate_per_second",
            "certificates_registered_per_second",
            "register_thing_per_second",
            "fleet_create_from_csr_per_second",
            "fleet_create_keys_per_second",
            "fleet_register_thing_per_second",
        ] {
            assert!(quota(name).is_some(), "{name}");
        }
    }
}
