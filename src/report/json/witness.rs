//! Witnesses in reports, the same for all commands.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{PlaceReport, place};
use crate::engine::{Reading, Witness};
use crate::model::{Certificate, Device, Name};
use crate::report::device_name;
use crate::source::Sources;

/// Requests that were decided one by one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WitnessReport {
    /// `documented` or `cautious`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["documented", "cautious"])))]
    pub reading: &'static str,
    /// Who acts; with a victim, this is the attacker.
    pub devices: Vec<DeviceReport>,
    /// Whose things the requests reach; null when that is nobody else.
    pub victim: Option<DeviceReport>,
    /// What they do, in order; everything is allowed.
    pub steps: Vec<StepReport>,
}

/// A device of a witness.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeviceReport {
    /// What the steps call it.
    pub name: String,
    /// The thing that its certificate is attached to.
    pub thing: Option<String>,
    /// What it calls itself; null over HTTPS.
    pub client_id: Option<String>,
    /// The attributes of the thing, as far as they matter.
    pub attributes: BTreeMap<String, String>,
    /// What its certificate says, as far as it matters.
    pub certificate: Option<CertificateReport>,
}

/// What a certificate of a witness says.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CertificateReport {
    /// The id in AWS IoT.
    pub id: Option<String>,
    /// The X.509 serial number.
    pub serial_number: Option<String>,
    /// The holder's name: fields, each with its values.
    pub subject: BTreeMap<String, Vec<String>>,
    /// The authority's name: fields, each with its values.
    pub issuer: BTreeMap<String, Vec<String>>,
}

/// A request of a witness.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepReport {
    /// The device.
    pub by: String,
    /// e.g. `iot:Connect`
    pub action: String,
    /// The ARN.
    pub resource: String,
    /// The statements that allow it.
    pub statements: Vec<PlaceReport>,
}

/// A witness as reports give it.
pub(super) fn witness_report(witness: &Witness, sources: &Sources) -> WitnessReport {
    let steps = witness.steps().iter().map(|step| StepReport {
        by: witness.device_name(step.by).to_owned(),
        action: step.action.to_string(),
        resource: step.resource.to_string(),
        statements: step
            .statements
            .iter()
            .map(|span| place(*span, sources))
            .collect(),
    });
    WitnessReport {
        reading: match witness.reading() {
            Reading::Documented => "documented",
            Reading::Cautious => "cautious",
        },
        devices: witness.devices().iter().map(device_report).collect(),
        victim: witness.victim().map(device_report),
        steps: steps.collect(),
    }
}

fn device_report(device: &Device) -> DeviceReport {
    let thing = device.thing.as_ref();
    let attributes = thing.into_iter().flat_map(|thing| &thing.attributes);
    let is_known = |it: &&Certificate| **it != Certificate::default();
    DeviceReport {
        name: device_name(device).to_owned(),
        thing: thing.map(|thing| thing.name.to_string()),
        client_id: device.client_id.as_ref().map(ToString::to_string),
        attributes: attributes
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        certificate: device
            .certificate
            .as_ref()
            .filter(is_known)
            .map(certificate_report),
    }
}

fn certificate_report(certificate: &Certificate) -> CertificateReport {
    let name = |name: &Name| {
        let text = |values: &Vec<Box<str>>| values.iter().map(ToString::to_string).collect();
        let fields = name.iter();
        fields
            .map(|(field, values)| (field.to_string(), text(values)))
            .collect()
    };
    CertificateReport {
        id: certificate.id.as_ref().map(ToString::to_string),
        serial_number: certificate.serial_number.as_ref().map(ToString::to_string),
        subject: name(&certificate.subject),
        issuer: name(&certificate.issuer),
    }
}
