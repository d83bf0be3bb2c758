//! The CA that signs devices.

use super::Exemption;
use crate::fleet::SubjectField;
use crate::fleet::authority::Authority;
use crate::fleet::spec::{CaKey, CaMode};
use crate::source::Span;

/// The CA that signs devices, and that AWS IoT gets to know.
#[derive(Clone, Debug)]
pub enum Signing {
    /// It is there: its certificate is known.
    Known(Authority),
    /// The stack makes it: nothing is known of its certificate but what is asked for.
    Made(Box<Hierarchy>),
}

impl Signing {
    /// Its name and how long it is valid, for people.
    pub fn shown(&self) -> String {
        format!("{}, {}", self.subject(), self.validity())
    }

    /// Its name.
    pub fn subject(&self) -> String {
        match self {
            Signing::Known(authority) => authority.subject.clone(),
            Signing::Made(hierarchy) => hierarchy.signing.shown(),
        }
    }

    /// How long it is valid, in words.
    pub fn validity(&self) -> String {
        match self {
            Signing::Known(authority) => format!("valid until {}", authority.not_after),
            Signing::Made(hierarchy) => {
                let days = hierarchy.signing.valid_days;
                format!("valid for {days} days from the first deployment on")
            }
        }
    }
}

/// A signing CA with its root, both made by the stack.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    /// The root.
    pub root: MadeCa,
    /// The signing CA below it.
    pub signing: MadeCa,
}

/// A CA that the stack makes.
#[derive(Clone, Debug)]
pub struct MadeCa {
    /// What tells it from the other CAs of the stack.
    pub common_name: String,
    /// Its name, in the order of the grammar; the common name is in it.
    pub subject: Vec<(SubjectField, String)>,
    /// Its key.
    pub key: CaKey,
    /// How long it is valid.
    pub valid_days: u32,
    /// What it issues.
    pub mode: CaMode,
    /// What asked for it.
    pub origin: Span,
}

impl MadeCa {
    /// The name as people read it, e.g. `CN=Acme signing CA, O=Acme`.
    pub fn shown(&self) -> String {
        let parts = self.subject.iter();
        let parts: Vec<String> = parts
            .map(|(field, value)| format!("{}={value}", field.word()))
            .collect();
        parts.join(", ")
    }

    /// The algorithm of its key, as AWS Private CA calls it.
    ///
    /// Source: <https://docs.aws.amazon.com/privateca/latest/APIReference/API_CertificateAuthorityConfiguration.html>,
    /// read 2026-11-24.
    pub fn key_algorithm(&self) -> &'static str {
        match self.key {
            CaKey::EccP256 => "EC_prime256v1",
            CaKey::EccP384 => "EC_secp384r1",
            CaKey::Rsa2048 => "RSA_2048",
            CaKey::Rsa4096 => "RSA_4096",
        }
    }

    /// The algorithm that it signs with: one that its key can, and that AWS IoT takes.
    ///
    /// Source: as of the key's, and
    /// <https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html>, read 2026-11-24.
    pub fn signing_algorithm(&self) -> &'static str {
        match self.key {
            CaKey::EccP256 => "SHA256WITHECDSA",
            CaKey::EccP384 => "SHA384WITHECDSA",
            CaKey::Rsa2048 | CaKey::Rsa4096 => "SHA256WITHRSA",
        }
    }

    /// Its mode, as AWS Private CA calls it.
    pub fn usage_mode(&self) -> &'static str {
        match self.mode {
            CaMode::GeneralPurpose => "GENERAL_PURPOSE",
            CaMode::ShortLived => "SHORT_LIVED_CERTIFICATE",
        }
    }
}

/// The role that issues devices' certificates.
#[derive(Clone, Debug)]
pub struct Factory {
    /// Its name.
    pub role: String,
    /// The ARN of who may take it.
    pub taker: String,
    /// The ARN of the signing CA; none when the stack makes it.
    pub authority: Option<String>,
    /// The ARN of the only template that it issues by.
    pub template: String,
    /// Checks that it does not meet.
    pub exemptions: &'static [Exemption],
    /// What asked for it.
    pub origin: Span,
}
