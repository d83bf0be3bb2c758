//! How devices get registered: method, keys, certificate.

use serde::Deserialize;

use super::Name;
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// A way in which devices get registered.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Method {
    /// The method.
    pub method: MethodKind,
    /// Where the device's private key is made and kept. Never in the cloud.
    pub keys: Keys,
    /// The device's certificate.
    pub certificate: Certificate,
    /// Where the value of each field comes from: `cert.CN`, `cert.OU`, …
    pub bind: Ordered<Name, Name>,
}

/// The methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MethodKind {
    /// Just-in-time provisioning: the factory signs the device's certificate, and AWS IoT
    /// registers the device when it first connects.
    Jitp,
}

/// Where a private key is made and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Keys {
    /// In a trusted platform module.
    Tpm,
    /// In a secure element.
    SecureElement,
    /// In the device's memory.
    Device,
}

/// A device's certificate.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Certificate {
    /// Who signs it.
    pub issuer: Issuer,
    /// The holder's name in it.
    pub subject: Subject,
    /// How long it is valid.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 36500)))]
    pub valid_days: Spanned<u32>,
}

/// Who signs the devices' certificates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Issuer {
    /// A CA of your own: the file of its certificate (PEM), relative to the spec. This is the CA
    /// that signs devices, not the root above it.
    pub own_ca: Name,
}

/// The holder's name in a certificate; each value is text, `{field}`, or both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subject {
    /// Common name.
    #[serde(rename = "CN", default)]
    pub common_name: Option<Name>,
    /// Organizational unit.
    #[serde(rename = "OU", default)]
    pub organizational_unit: Option<Name>,
    /// Organization.
    #[serde(rename = "O", default)]
    pub organization: Option<Name>,
    /// Country: two letters.
    #[serde(rename = "C", default)]
    pub country: Option<Name>,
    /// State or province.
    #[serde(rename = "ST", default)]
    pub state: Option<Name>,
    /// Distinguished name qualifier.
    #[serde(rename = "dnQualifier", default)]
    pub name_qualifier: Option<Name>,
    /// The attribute `serialNumber` of the name; not the certificate's own serial number.
    #[serde(rename = "serialNumber", default)]
    pub serial_number: Option<Name>,
}
