//! What a fleet costs, by the prices of one Region.

use serde::Serialize;

use crate::facts::{is_metered, price};
use crate::fleet::plan::{Hooked, Plan, Registration, Signing, Way};
use crate::fleet::spec::CaMode;

/// Devices that a price is told for.
const DEVICES: u64 = 1_000;
/// Minutes of a month, a twelfth of 365 days.
const MINUTES: u64 = 43_800;
/// Hours of a month.
const HOURS: u64 = 730;

/// A line of the note.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Cost {
    what: String,
    price: String,
}

/// The lines for these plans, each once.
pub(super) fn rows(plans: &[&Plan]) -> Vec<Cost> {
    let mut rows = vec![
        cost(
            "connected all the time, a month",
            &[("connection_minute", MINUTES)],
        ),
        cost(
            "one message of up to 5 KB an hour, sent or received, a month",
            &[("message", HOURS)],
        ),
    ];
    for registration in plans.iter().flat_map(|it| &it.registrations) {
        let what = format!("registered by `{}`, once", registration.name);
        let row = cost(&what, &registered(registration));
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    // An hour of a CA costs the same, however many devices it signs.
    if let (true, Some(month)) = (
        plans.iter().any(|it| makes_cas(it)),
        price("private_ca_month"),
    ) {
        rows.push(Cost {
            what: "each CA in AWS Private CA that the stack makes, a month, for any number of devices; certificates are extra".to_owned(),
            price: dollars(month.of(1)),
        });
    }
    rows
}

/// Whether a plan makes CAs of the mode that the price is of.
fn makes_cas(plan: &Plan) -> bool {
    plan.registrations.iter().any(|it| match &it.way {
        Way::Jitp(jitp) => match &jitp.authority {
            Signing::Made(made) => [&made.root, &made.signing]
                .iter()
                .any(|it| it.mode == CaMode::GeneralPurpose),
            Signing::Known(_) => false,
        },
        Way::Claim(_) | Way::TrustedUser(_) => false,
    })
}

/// The day on which the prices were read.
pub(super) fn read() -> &'static str {
    price("message").map_or("", |price| price.provenance.retrieved)
}

/// What one registration takes: names of prices and how often each is paid.
fn registered(registration: &Registration) -> Vec<(&'static str, u64)> {
    let actions = registration
        .role
        .statements
        .iter()
        .flat_map(|it| &it.actions);
    let metered = actions.filter(|action| is_metered(action)).count() as u64;
    let groups = registration.template.groups.len() as u64;
    // Of each operation one, and of those on groups one for each: no run takes more.
    let mut paid = vec![("registry_operation", metered + 2 * groups), ("message", 8)];
    match &registration.way {
        Way::Jitp(_) => {}
        Way::Claim(_) => paid.push(("function_request", 1)),
        // The broker runs besides, and both write to the table of claims.
        Way::TrustedUser(trusted) => match trusted.broker {
            Some(_) => paid.extend([("function_request", 2), ("table_write", 2)]),
            None => paid.push(("function_request", 1)),
        },
    }
    let table = registration.way.hooked().and_then(Hooked::table);
    paid.extend(table.map(|_| ("table_write", 1)));
    paid
}

fn cost(what: &str, paid: &[(&str, u64)]) -> Cost {
    let of = |(name, count): &(&str, u64)| price(name).map_or(0, |it| it.of(count * DEVICES));
    Cost {
        what: what.to_owned(),
        price: dollars(paid.iter().map(of).sum()),
    }
}

/// Millionths of a dollar as dollars and cents, rounded up.
fn dollars(microdollars: u64) -> String {
    let cents = microdollars.div_ceil(10_000);
    format!("${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_rounded_up_to_cents() {
        assert_eq!(dollars(3_504_000), "$3.51");
        assert_eq!(dollars(1), "$0.01");
        assert_eq!(dollars(400_000_000), "$400.00");
        let connected = cost("", &[("connection_minute", MINUTES)]);
        assert_eq!(connected.price, "$3.51");
    }

    #[test]
    fn every_price_is_known() {
        for name in [
            "connection_minute",
            "message",
            "registry_operation",
            "function_request",
            "table_write",
            "private_ca_month",
        ] {
            assert!(price(name).is_some(), "{name}");
        }
    }
}
