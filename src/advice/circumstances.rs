//! The few facts that decide.

use serde::Deserialize;

use crate::document::decode::{DecodeError, decode};
use crate::document::{self, Document, Syntax};
use crate::fleet::spec::Keys;
use crate::source::{Span, Text};

/// What is known of a fleet, and perhaps not all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Circumstances {
    /// Where the devices are, and with what.
    #[serde(default)]
    pub devices: Option<Devices>,
    /// Whether the factory can put a key and a certificate of its own into each device before
    /// delivery.
    #[serde(default)]
    pub unique_credentials: Option<bool>,
    /// What keeps the private key.
    #[serde(default)]
    pub keys: Option<Keys>,
    /// Which CA signs the devices' certificates, or could.
    #[serde(default)]
    pub ca: Option<Authority>,
    /// Whether a person whom you trust is at the installation with an app.
    #[serde(default)]
    pub installer: Option<bool>,
    /// Whether the devices' serials are known beforehand.
    #[serde(default)]
    pub serials: Option<Serials>,
    /// In how many accounts devices are registered.
    #[serde(default)]
    pub accounts: Option<Accounts>,
}

/// Where the devices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Devices {
    /// They are still to be made
    New,
    /// In the field, each with a certificate of its own
    Certificates,
    /// In the field, each with a token of another platform
    Tokens,
    /// In the field, with nothing that tells them apart
    Bare,
}

/// Which CA signs the devices' certificates, or could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Authority {
    /// One of your own
    Own,
    /// One of AWS Private CA
    AcmPca,
    /// None yet, and one could be made
    Possible,
    /// None
    None,
}

/// Whether serials are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Serials {
    /// There is a list
    Known,
    /// There is none
    Unknown,
}

/// In how many accounts devices are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Accounts {
    /// In one
    One,
    /// In several
    Several,
}

/// A fact of [`Circumstances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `devices`
    Devices,
    /// `uniqueCredentials`
    UniqueCredentials,
    /// `keys`
    Keys,
    /// `ca`
    Ca,
    /// `installer`
    Installer,
    /// `serials`
    Serials,
    /// `accounts`
    Accounts,
}

impl Fact {
    /// The option of the command line.
    pub fn option(self) -> &'static str {
        match self {
            Fact::Devices => "--devices",
            Fact::UniqueCredentials => "--unique-credentials",
            Fact::Keys => "--keys",
            Fact::Ca => "--ca",
            Fact::Installer => "--installer",
            Fact::Serials => "--serials",
            Fact::Accounts => "--accounts",
        }
    }

    /// The question.
    pub fn question(self) -> &'static str {
        match self {
            Fact::Devices => "Where are the devices?",
            Fact::UniqueCredentials => {
                "Can the factory put a key and a certificate of its own into each device before delivery?"
            }
            Fact::Keys => "What keeps the private key in the device?",
            Fact::Ca => "Which CA signs the devices' certificates?",
            Fact::Installer => {
                "Is a person whom you trust, with an app, there when a device is installed?"
            }
            Fact::Serials => "Is there a list of all serials before devices register?",
            Fact::Accounts => "In how many AWS accounts are devices registered?",
        }
    }

    /// The answers, each with what it means.
    pub fn answers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Fact::Devices => &[
                ("new", "they are still to be made"),
                (
                    "certificates",
                    "in the field, each with a certificate of its own",
                ),
                (
                    "tokens",
                    "in the field, each with a token of another platform",
                ),
                ("bare", "in the field, with nothing that tells them apart"),
            ],
            Fact::UniqueCredentials | Fact::Installer => &[("yes", ""), ("no", "")],
            Fact::Keys => &[
                ("tpm", "a trusted platform module"),
                ("secure-element", "a secure element"),
                ("device", "the device's memory"),
            ],
            Fact::Ca => &[
                ("own", "one of your own"),
                ("acm-pca", "one of AWS Private CA"),
                ("possible", "none yet, and one could be made"),
                ("none", "none"),
            ],
            Fact::Serials => &[("known", "yes"), ("unknown", "no")],
            Fact::Accounts => &[("one", ""), ("several", "")],
        }
    }
}

/// What has to be known to judge the ways in. What does not matter may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Where the devices are.
    pub devices: Devices,
    /// Whether each gets credentials before delivery.
    pub unique_credentials: Option<bool>,
    /// What keeps the private key.
    pub keys: Keys,
    /// Which CA signs.
    pub ca: Option<Authority>,
    /// Whether somebody is at the installation.
    pub installer: Option<bool>,
    /// Whether serials are known.
    pub serials: Option<Serials>,
    /// In how many accounts.
    pub accounts: Option<Accounts>,
}

impl Known {
    /// Whether each device has a certificate of its own before AWS IoT knows it.
    pub(super) fn has_certificates(&self) -> bool {
        has_certificates(self.devices, self.unique_credentials)
    }

    /// Whether there is a CA, or could be.
    pub(super) fn has_ca(&self) -> bool {
        has_ca(self.ca)
    }

    /// Whether it matters who is at the installation; if not, nobody was asked.
    pub(super) fn is_asked_for_installer(&self) -> bool {
        self.installer.is_some() || !(self.has_certificates() && self.has_ca())
    }
}

fn has_certificates(devices: Devices, unique_credentials: Option<bool>) -> bool {
    match devices {
        Devices::Certificates => true,
        Devices::New => unique_credentials == Some(true),
        Devices::Tokens | Devices::Bare => false,
    }
}

fn has_ca(ca: Option<Authority>) -> bool {
    match ca {
        Some(Authority::Own | Authority::AcmPca | Authority::Possible) => true,
        Some(Authority::None) | None => false,
    }
}

impl Circumstances {
    /// These, and from `others` what they leave open.
    #[must_use]
    pub fn or(self, others: Circumstances) -> Circumstances {
        Circumstances {
            devices: self.devices.or(others.devices),
            unique_credentials: self.unique_credentials.or(others.unique_credentials),
            keys: self.keys.or(others.keys),
            ca: self.ca.or(others.ca),
            installer: self.installer.or(others.installer),
            serials: self.serials.or(others.serials),
            accounts: self.accounts.or(others.accounts),
        }
    }

    /// What is known, if it is enough.
    ///
    /// # Errors
    /// The facts that are missing and matter, as far as that can be told by now.
    pub fn known(self) -> Result<Known, Vec<Fact>> {
        let missing = self.missing();
        match (self.devices, self.keys) {
            (Some(devices), Some(keys)) if missing.is_empty() => Ok(Known {
                devices,
                unique_credentials: self.unique_credentials,
                keys,
                ca: self.ca,
                installer: self.installer,
                serials: self.serials,
                accounts: self.accounts,
            }),
            _ => Err(missing),
        }
    }

    /// The facts that are not known and matter, the most important first. An answer may raise
    /// further questions.
    pub fn missing(&self) -> Vec<Fact> {
        let mut missing = Vec::new();
        let mut ask = |fact, is_known: bool| {
            if !is_known {
                missing.push(fact);
            }
        };
        ask(Fact::Devices, self.devices.is_some());
        let devices = self.devices.unwrap_or(Devices::New);
        if devices == Devices::New {
            ask(Fact::UniqueCredentials, self.unique_credentials.is_some());
        }
        let is_certified = has_certificates(devices, self.unique_credentials);
        if is_certified {
            ask(Fact::Ca, self.ca.is_some());
            ask(Fact::Accounts, self.accounts.is_some());
        }
        let is_decided = is_certified && (has_ca(self.ca) || self.ca.is_none());
        if !is_decided && self.devices.is_some() {
            let is_open = devices == Devices::New && self.unique_credentials.is_none();
            ask(Fact::Installer, self.installer.is_some() || is_open);
            ask(Fact::Serials, self.serials.is_some() || is_open);
        }
        ask(Fact::Keys, self.keys.is_some());
        missing
    }
}

/// Something wrong with a file of circumstances, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub span: Span,
}

/// What can be wrong with a file of circumstances.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The text itself.
    #[error("{0}")]
    Syntax(document::ErrorKind),
    /// A key or a value.
    #[error("{0}")]
    Value(DecodeError),
    /// Nothing stands in it.
    #[error(
        "nothing is said; `devices`, `uniqueCredentials`, `keys`, `ca`, `installer`, `serials` and `accounts` can be"
    )]
    Empty,
}

/// Reads a file of circumstances.
///
/// # Errors
/// What is wrong with it first: syntax, an unknown key, a value that is none.
pub fn read(text: &Text, syntax: Syntax) -> Result<Circumstances, Error> {
    let document = Document::parse(text, syntax);
    if let Some(error) = document.errors().first() {
        let kind = ErrorKind::Syntax(error.kind.clone());
        return Err(Error {
            kind,
            span: error.span,
        });
    }
    let Some(root) = document.root() else {
        return Err(Error {
            kind: ErrorKind::Empty,
            span: text.whole(),
        });
    };
    decode(root).map_err(|error| Error {
        span: error.span,
        kind: ErrorKind::Value(error),
    })
}
