//! How devices get registered: method, keys, certificate.

use serde::Deserialize;

use super::{Form, Installers, Name, PrivateCa};
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// A way in which devices get registered. Which keys it has beside `method`, `keys`, `certificate` and
/// `bind` is the method's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Method {
    /// The method.
    pub method: Spanned<MethodKind>,
    /// Of `claim`: why no method that needs no shared certificate will do.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"\S"))
    )]
    pub because: Option<Name>,
    /// Where the device's private key is made and kept.
    pub keys: Spanned<Keys>,
    /// The device's certificate.
    pub certificate: Certificate,
    /// Of `claim`: how devices come with the certificate that they share.
    #[serde(default)]
    pub claim: Option<Spanned<ClaimSpec>>,
    /// Of `claim` and `trusted-user`: who decides whether a device gets in.
    #[serde(default)]
    pub hook: Option<Spanned<Hook>>,
    /// Of `trusted-user`: who brings devices into the fleet.
    #[serde(default)]
    pub installers: Option<Spanned<Installers>>,
    /// Of `trusted-user`: how an installer gets the claim for a device.
    #[serde(default)]
    pub form: Option<Spanned<Form>>,
    /// Where the value of each field comes from. Of `jitp`: `cert.CN`, `cert.OU`, … Of `claim` and
    /// `trusted-user`: `device`, `hook`, or `const` and the value that all devices have.
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
    /// Fleet provisioning by claim: all devices are made with one certificate, which lets them ask for
    /// one of their own. The last resort: whoever takes it out of one device can ask as well, and then
    /// only the hook stands in the way.
    Claim,
    /// Fleet provisioning by a person who is trusted: an installer, who has signed in, gets a claim
    /// for one device, valid for minutes.
    TrustedUser,
}

impl MethodKind {
    /// The method's word.
    pub fn word(self) -> &'static str {
        match self {
            MethodKind::Jitp => "jitp",
            MethodKind::Claim => "claim",
            MethodKind::TrustedUser => "trusted-user",
        }
    }
}

/// How devices come with the certificate that they share.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClaimSpec {
    /// What the client id begins with while a device uses the shared certificate. No thing may have
    /// such a name: who connects under a name ends the connection of its owner.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[a-zA-Z0-9:_-]{1,64}$"))
    )]
    pub client_id_prefix: Name,
    /// How the messages of registration are written.
    #[serde(default)]
    pub payload: Payload,
}

/// How messages of registration are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Payload {
    /// As JSON.
    #[default]
    Json,
    /// As CBOR.
    Cbor,
}

impl Payload {
    /// The level of a topic that says so.
    pub fn word(self) -> &'static str {
        match self {
            Payload::Json => "json",
            Payload::Cbor => "cbor",
        }
    }
}

/// Who decides whether a device gets in: one of `allowList`, `arn` and `source`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("minProperties" = 1))
)]
pub struct Hook {
    /// A table of the devices that may register, each once.
    #[serde(default)]
    pub allow_list: Option<AllowList>,
    /// A function of your own that is deployed elsewhere, in the same account and Region: its ARN, where
    /// `{region}` and the other words of the deployment may stand.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^arn:"))
    )]
    pub arn: Option<Name>,
    /// A function of your own: a file of Python, relative to the spec, with a function
    /// `handler(event, context)`.
    #[serde(default)]
    pub source: Option<Name>,
    /// Of `arn` and `source`: the fields that the function checks when the device sends them. No one
    /// can prove that it does.
    #[serde(default)]
    pub checks: Vec<Name>,
}

/// A table of the devices that may register.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AllowList {
    /// The table's name; `{env}`, `{region}`, `{account}`, `{partition}` and `{fleet}` are words of
    /// the deployment.
    pub table: Name,
    /// The field that a device is looked up by; the device sends it.
    pub key: Name,
    /// What a device may use its entry for.
    pub once: Once,
    /// The fields that the table holds of each device, and the hook answers with.
    #[serde(default)]
    pub returns: Vec<Name>,
}

/// What a device may use its entry in an allow-list for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Once {
    /// For one public key: the first that asks with it. It may ask again, e.g. after a power cut.
    PerKey,
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

impl Keys {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Keys::Tpm => "tpm",
            Keys::SecureElement => "secure-element",
            Keys::Device => "device",
        }
    }
}

/// A device's certificate.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Certificate {
    /// Who signs it: of `jitp` your own CA or one in AWS Private CA, of `claim` and
    /// `trusted-user` AWS IoT.
    pub issuer: Spanned<Issuer>,
    /// Of `claim` and `trusted-user`: from what AWS IoT makes it.
    #[serde(default)]
    pub from: Option<Spanned<MadeFrom>>,
    /// Of `jitp`: the holder's name in it.
    #[serde(default)]
    pub subject: Option<Spanned<Subject>>,
    /// Of `jitp`: how long it is valid.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 36500)))]
    pub valid_days: Option<Spanned<u32>>,
}

/// From what AWS IoT makes a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MadeFrom {
    /// From a request that the device signs: the private key never leaves it.
    Csr,
    /// From keys that AWS IoT makes and sends to the device.
    Keys,
}

impl MadeFrom {
    /// The level of a topic of AWS IoT that asks for it.
    pub fn verb(self) -> &'static str {
        match self {
            MadeFrom::Csr => "create-from-csr",
            MadeFrom::Keys => "create",
        }
    }
}

/// Who signs the devices' certificates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Issuer {
    /// AWS IoT itself.
    AwsIot,
    /// A CA of your own: the file of its certificate (PEM), relative to the spec. This is the CA
    /// that signs devices, not the root above it.
    OwnCa(Name),
    /// A CA in AWS Private CA.
    AcmPca(Box<PrivateCa>),
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
