//! Witnesses in words, the same for all commands.

use super::printable;
use crate::engine::{Reading, Step, Witness};
use crate::model::{Association, Certificate, Device};
use crate::report::{device_name, place};
use crate::source::Sources;

/// On one line: `device-a` is allowed iot:Connect on `client/device-b`; …
pub fn in_words(witness: &Witness) -> String {
    let steps: Vec<_> = witness.steps().iter().map(|it| step(witness, it)).collect();
    let mut words = steps.join("; ");
    if let Some(victim) = witness.victim() {
        words += &format!(", which belongs to `{}`", device_name(victim));
    }
    printable(&words)
}

/// On several lines: who takes part, what they do, and the statements that allow it.
pub(super) fn in_full(witness: &Witness, sources: &Sources) -> Vec<String> {
    let mut lines = Vec::new();
    let role = match witness.victim() {
        Some(_) => "attacker",
        None => "device",
    };
    let devices = witness.devices().iter().map(|device| (role, device));
    for (role, device) in devices.chain(witness.victim().map(|it| ("victim", it))) {
        lines.push(format!("{role}: {}", portrait(device)));
    }
    for it in witness.steps() {
        lines.push(format!("{}, by", step(witness, it)));
        let statements = it.statements.iter();
        lines.extend(statements.map(|span| format!("  {}", place(*span, sources))));
    }
    match witness.reading() {
        Reading::Documented => {}
        Reading::Cautious => lines.push(
            "only in the cautious reading: it hangs on a point that AWS does not document"
                .to_owned(),
        ),
    }
    lines
}

fn step(witness: &Witness, step: &Step) -> String {
    let name = witness.device_name(step.by);
    let what = step
        .resource
        .splitn(6, ':')
        .nth(5)
        .unwrap_or(&step.resource);
    let device = witness.devices().get(step.by);
    let client_id = device.and_then(|it| it.client_id.as_deref());
    let as_client = match client_id {
        Some(id) if id != name && !what.ends_with(id) => format!(", connected as `{id}`,"),
        Some(_) | None => String::new(),
    };
    format!("`{name}`{as_client} is allowed {} on `{what}`", step.action)
}

/// What tells a device from others.
fn portrait(device: &Device) -> String {
    let mut parts = vec![format!("`{}`", device_name(device))];
    if let Some(thing) = &device.thing {
        match thing.association {
            Some(Association::NonExclusive) => {}
            Some(Association::Exclusive) => parts.push("attached exclusively".to_owned()),
            None => parts.push("not attached to its thing".to_owned()),
        }
        let attributes = thing.attributes.iter();
        parts.extend(attributes.map(|(name, value)| format!("attribute `{name}` = `{value}`")));
    }
    if let Some(id) = &device.client_id {
        parts.push(format!("client id `{id}`"));
    }
    parts.extend(device.certificate.iter().flat_map(marks));
    parts.join(", ")
}

/// What tells a certificate from others.
fn marks(certificate: &Certificate) -> Vec<String> {
    let id = certificate
        .id
        .iter()
        .map(|id| format!("certificate `{id}`"));
    let serial_number = certificate.serial_number.iter();
    let serial_number = serial_number.map(|it| format!("serial number `{it}`"));
    let names = [
        ("subject", &certificate.subject),
        ("issuer", &certificate.issuer),
    ];
    let fields = names.into_iter().flat_map(|(side, name)| {
        let fields = name.iter();
        fields.flat_map(move |(field, values)| {
            let values = values.iter();
            values.map(move |value| format!("{side} {field} `{value}`"))
        })
    });
    id.chain(serial_number).chain(fields).collect()
}
