//! A signing CA in AWS Private CA: one that is there, or one that the stack makes.

use serde::Deserialize;

use super::Name;
use super::authority::Subject;
use super::either::Either;
use crate::source::Spanned;

/// A signing CA in AWS Private CA, and the root above it: both are there, or the stack makes both.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PrivateCa {
    /// The root: the name of the account that it is in, its ARN, or what the stack makes.
    pub root: Spanned<Either<MadeRoot>>,
    /// The CA that signs devices, which is the one that AWS IoT gets to know: the file of its certificate
    /// (PEM), relative to the spec, where `{env}` and the other words of the deployment may stand; or what
    /// the stack makes.
    pub signing: Spanned<Either<MadeSigning>>,
    /// The ARN of a signing CA that is there. The factory role needs it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"^arn:"))
    )]
    pub arn: Option<Name>,
    /// Who may take the role that issues devices' certificates, and can do nothing else: the ARN of a role
    /// or user of IAM, or the name of an account, of which all get in whom that account lets. Without it no
    /// such role is made.
    #[serde(default)]
    pub factory: Option<Name>,
}

/// A root CA that the stack makes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeRoot {
    /// Its name.
    pub subject: Subject,
    /// How long it is valid.
    #[cfg_attr(feature = "schema", schemars(range(min = 2, max = 36500)))]
    pub valid_days: Spanned<u32>,
    /// Its key.
    #[serde(default)]
    pub key: CaKey,
}

/// A signing CA that the stack makes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeSigning {
    /// Its name.
    pub subject: Subject,
    /// How long it is valid: shorter than the root, and longer than the certificates of devices.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 36500)))]
    pub valid_days: Spanned<u32>,
    /// Its key.
    #[serde(default)]
    pub key: CaKey,
    /// What it issues.
    #[serde(default)]
    pub mode: CaMode,
}

/// The key of a CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CaKey {
    /// Elliptic curve, NIST P-256.
    #[default]
    EccP256,
    /// Elliptic curve, NIST P-384.
    EccP384,
    /// RSA, 2,048 bits.
    Rsa2048,
    /// RSA, 4,096 bits.
    Rsa4096,
}

/// What a signing CA issues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CaMode {
    /// Certificates that are valid as long as is asked for.
    #[default]
    GeneralPurpose,
    /// Certificates of at most seven days; such a CA costs less.
    ShortLived,
}
