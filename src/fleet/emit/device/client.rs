//! Settings of the AWS IoT Device Client.
//!
//! Format: <https://github.com/awslabs/aws-iot-device-client>, `docs/CONFIG.md` and the README of
//! `source/fleetprovisioning` and `source/secureelement`, read 2026-11-24. It takes `thing-name` as its
//! client id, also while it registers; the parameters of a template are JSON in a string.

use super::{has_jobs, is_from_request, is_plain_claim};
use crate::document::print::{Value, json_compact};
use crate::fleet::plan::{Claim, Plan, Registration, Way};
use crate::fleet::spec::Keys;

/// The settings, if the client can get in this way.
pub(super) fn settings(plan: &Plan, registration: &Registration) -> Option<Value> {
    let off = || Value::mapping([("enabled", false)]);
    let mut settings = vec![("endpoint", Value::from("ENDPOINT"))];
    match &registration.way {
        Way::Jitp(_) => {
            settings.push(("cert", Value::from("/etc/fleet/device.pem")));
            match registration.keys {
                Keys::Device => settings.push(("key", Value::from("/etc/fleet/device.key"))),
                Keys::Tpm | Keys::SecureElement => {
                    settings.push(("secure-element", secure_element()));
                }
            }
            settings.push(("thing-name", Value::from("THING_NAME")));
            settings.push(("fleet-provisioning", off()));
        }
        Way::Claim(claim) if is_plain_claim(registration) => {
            settings.push(("cert", Value::from("/etc/fleet/claim.pem")));
            settings.push(("key", Value::from("/etc/fleet/claim.key")));
            let id = format!("{}RANDOM", claim.client_id_prefix);
            settings.push(("thing-name", Value::from(id)));
            settings.push(("fleet-provisioning", registering(registration, claim)));
        }
        Way::Claim(_) | Way::TrustedUser(_) => return None,
    }
    settings.push(("root-ca", Value::from("/etc/fleet/AmazonRootCA1.pem")));
    // What the device's policy does not allow is off.
    settings.push(("jobs", Value::mapping([("enabled", has_jobs(plan))])));
    settings.push(("tunneling", off()));
    settings.push(("device-defender", off()));
    Some(Value::mapping(settings))
}

fn registering(registration: &Registration, claim: &Claim) -> Value {
    let mut settings = vec![
        ("enabled", Value::from(true)),
        (
            "template-name",
            Value::from(registration.template.name.as_str()),
        ),
        (
            "template-parameters",
            Value::from(json_compact(&parameters(claim))),
        ),
    ];
    if is_from_request(registration) {
        settings.push(("csr-file", Value::from("/etc/fleet/device.csr")));
        settings.push(("device-key", Value::from("/etc/fleet/device.key")));
    }
    Value::mapping(settings)
}

/// What the device sends, to be filled in.
pub(super) fn parameters(claim: &Claim) -> Value {
    let sends = claim.hooked.sends.iter();
    Value::mapping(sends.map(|name| (name.to_string(), Value::from(name.to_uppercase()))))
}

fn secure_element() -> Value {
    Value::mapping([
        ("enabled", Value::from(true)),
        ("pkcs11-lib", Value::from("PKCS11_MODULE")),
        ("secure-element-pin", Value::from("PIN")),
        ("secure-element-key-label", Value::from("device")),
        ("secure-element-token-label", Value::from("PKCS11_TOKEN")),
    ])
}
