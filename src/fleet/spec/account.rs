//! The account spec: what an account has once in a Region, for all fleets there.

use serde::Deserialize;

use super::{Account, Environment, IamSpec, Name, Outputs, StackSpec};
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// What an account has once in a Region, whatever fleets are in it. Accounts, environments and outputs are
/// as in a fleet spec.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountSpec {
    /// The version of this grammar.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub version: u32,
    /// Other specs, relative to this file, that this one is laid over.
    #[serde(default)]
    pub extends: Vec<Name>,
    /// The name of the settings; the names of all resources begin with it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z][a-z0-9-]*$")))]
    pub account: Name,
    /// What AWS IoT logs.
    #[serde(default)]
    pub logging: Option<Spanned<LoggingSpec>>,
    /// By what things are found.
    #[serde(default)]
    pub indexing: Option<Spanned<IndexingSpec>>,
    /// What Device Defender looks for.
    #[serde(default)]
    pub audit: Option<Spanned<AuditSpec>>,
    /// What stacks have besides.
    #[serde(default)]
    pub stack: AccountStackSpec,
    /// The AWS accounts, by name.
    #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
    pub accounts: Ordered<Name, Account>,
    /// Where the settings are made, by name: each account and Region once.
    #[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
    pub environments: Ordered<Name, Environment>,
    /// What is written, and where.
    pub outputs: Outputs,
}

/// What AWS IoT logs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoggingSpec {
    /// From which level on.
    pub level: LogLevel,
}

/// From which level on AWS IoT logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what may be wrong.
    Warn,
    /// And what happened.
    Info,
    /// And how.
    Debug,
}

impl LogLevel {
    /// As AWS IoT writes it.
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Error => "ERROR",
            LogLevel::Warn => "WARN",
            LogLevel::Info => "INFO",
            LogLevel::Debug => "DEBUG",
        }
    }
}

/// By what things are found.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IndexingSpec {
    /// What of things is in the index.
    pub things: IndexedThings,
    /// Whether it tells which are connected.
    #[serde(default)]
    pub connectivity: bool,
}

/// What of things is in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum IndexedThings {
    /// Name, type, groups and attributes.
    Registry,
    /// And the classic shadow.
    RegistryAndShadow,
}

impl IndexedThings {
    /// As AWS IoT writes it.
    pub fn word(self) -> &'static str {
        match self {
            IndexedThings::Registry => "REGISTRY",
            IndexedThings::RegistryAndShadow => "REGISTRY_AND_SHADOW",
        }
    }
}

/// What Device Defender looks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditSpec {
    /// The checks, e.g. `CaCertificateExpiringCheck`; all without it.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<String>>", length(min = 1))
    )]
    pub checks: Option<Vec<Name>>,
    /// The ARN of the topic of SNS that is told of what is found; words of the deployment may stand in it.
    #[serde(default)]
    pub notify: Option<Name>,
}

/// What the stacks of an account have besides, as in a fleet spec.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountStackSpec {
    /// How the names of resources are made; `{fleet}` is the name of the settings.
    #[serde(default)]
    pub names: Option<Name>,
    /// The tags of every resource that can have some.
    #[serde(default)]
    pub tags: Ordered<Name, Name>,
    /// What every role has.
    #[serde(default)]
    pub iam: IamSpec,
}

impl From<AccountStackSpec> for StackSpec {
    fn from(stack: AccountStackSpec) -> StackSpec {
        StackSpec {
            names: stack.names,
            tags: stack.tags,
            iam: stack.iam,
            ..StackSpec::default()
        }
    }
}
