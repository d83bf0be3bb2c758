//! What devices do: topics and features.

use serde::Deserialize;

use super::Name;
use crate::source::Spanned;

/// A topic, and what the device does with it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopicIntent {
    /// To publish: a topic, where `{any}` is one free level and a last `/**` a free subtree. To
    /// read: an MQTT topic filter. `{thing}`, `{type}`, `{client}` and `{field}` stand for the
    /// device's own values; `{env}`, `{region}`, `{account}`, `{partition}` and `{fleet}` for
    /// words of the deployment.
    pub topic: Name,
    /// What the device does.
    pub device: Spanned<Direction>,
    /// Whether messages that the device publishes may be retained.
    #[serde(default)]
    pub retain: Option<Spanned<bool>>,
}

/// What a device does with a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Direction {
    /// It publishes.
    Publish,
    /// It subscribes and receives.
    Subscribe,
}

/// Services of AWS IoT that devices use.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Features {
    /// The device's shadows: `classic`, or the name of a named shadow.
    #[serde(default)]
    pub shadow: Vec<ShadowName>,
    /// Whether the device runs jobs.
    #[serde(default)]
    pub jobs: Option<Spanned<bool>>,
}

/// `classic`, or the name of a named shadow.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShadowName(
    /// The name.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[$a-zA-Z0-9:_-]{1,64}$"))
    )]
    pub Name,
);
