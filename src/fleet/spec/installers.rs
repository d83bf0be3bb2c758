//! Who brings devices into the fleet.

use serde::Deserialize;

use super::Name;

/// How an installer gets the claim for a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Form {
    /// From a function, which writes down for whom and for which device it made the claim; the hook
    /// goes by that.
    #[default]
    Broker,
    /// From AWS IoT itself. Nothing then tells the hook who the installer was.
    Direct,
}

/// Who installs devices, and how they sign in: one of `cognito`, `saml` and `role`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("minProperties" = 1))
)]
pub struct Installers {
    /// With an identity pool of Amazon Cognito.
    #[serde(default)]
    pub cognito: Option<CognitoInstallers>,
    /// With an identity provider of your own, by SAML.
    #[serde(default)]
    pub saml: Option<SamlInstallers>,
    /// With a role of this account that is there already: its name, or its ARN. The words of the
    /// deployment may stand in it.
    #[serde(default)]
    pub role: Option<Name>,
}

/// Installers who sign in with an identity pool.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CognitoInstallers {
    /// The identity pool's id, e.g. `eu-central-1:00000000-1111-2222-3333-444444444444`.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[a-z0-9-]+:[0-9a-f-]{36}$"))
    )]
    pub identity_pool: Name,
    /// The group of the user pool whose members are installers.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[A-Za-z0-9_.@+=,-]{1,128}$"))
    )]
    pub group: Name,
}

/// Installers who sign in with an identity provider by SAML.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SamlInstallers {
    /// The provider in IAM: its name, or its ARN. The words of the deployment may stand in it.
    pub provider: Name,
}
