//! Settings of AWS IoT Greengrass with its plugin for fleet provisioning.
//!
//! Format: <https://docs.aws.amazon.com/greengrass/v2/developerguide/fleet-provisioning-configuration.html>,
//! read 2026-11-24. A request of the device's own needs version 1.2.0 of the plugin:
//! <https://docs.aws.amazon.com/greengrass/v2/developerguide/fleet-provisioning-changelog.html>.

use super::client::parameters;
use super::{is_from_request, is_plain_claim};
use crate::document::print::Value;
use crate::fleet::plan::{Plan, Registration, Way};

/// The settings, if the plugin can get in this way.
pub(super) fn settings(plan: &Plan, registration: &Registration) -> Option<Value> {
    let claim = match &registration.way {
        Way::Claim(claim) if is_plain_claim(registration) => claim,
        Way::Claim(_) | Way::TrustedUser(_) | Way::Jitp(_) => return None,
    };
    let id = format!("{}RANDOM", claim.client_id_prefix);
    let mut settings = vec![
        ("rootPath", Value::from("/greengrass/v2")),
        ("awsRegion", Value::from(&*plan.deployment.region)),
        ("iotDataEndpoint", Value::from("ENDPOINT")),
        ("iotCredentialEndpoint", Value::from("CREDENTIAL_ENDPOINT")),
        ("iotRoleAlias", Value::from("ROLE_ALIAS")),
        (
            "provisioningTemplate",
            Value::from(registration.template.name.as_str()),
        ),
        ("claimCertificatePath", Value::from("/etc/fleet/claim.pem")),
        (
            "claimCertificatePrivateKeyPath",
            Value::from("/etc/fleet/claim.key"),
        ),
        ("rootCaPath", Value::from("/etc/fleet/AmazonRootCA1.pem")),
        ("deviceId", Value::from(id)),
    ];
    if is_from_request(registration) {
        settings.push(("csrPath", Value::from("/etc/fleet/device.csr")));
        settings.push(("csrPrivateKeyPath", Value::from("/etc/fleet/device.key")));
    }
    settings.push(("templateParameters", parameters(claim)));
    let plugin = Value::mapping([("configuration", Value::mapping(settings))]);
    let nucleus = Value::mapping([("version", "NUCLEUS_VERSION")]);
    let services = Value::mapping([
        ("aws.greengrass.Nucleus", nucleus),
        ("aws.greengrass.FleetProvisioningByClaim", plugin),
    ]);
    Some(Value::mapping([("services", services)]).with_comment(
        "Written by fleetwright; change the spec instead. Words in capitals are to be filled in.\n\
         The policy of the spec has no rights of Greengrass and one client id: a core device needs more.",
    ))
}
