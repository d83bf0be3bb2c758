//! What devices do: topics and features.

use serde::Deserialize;

use super::{JobSpec, Name, SwitchOr, UploadSpec};
use crate::document::decode::Ordered;
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
    /// Whether messages are retained: those that the device publishes, or those that the service in
    /// `by` publishes.
    #[serde(default)]
    pub retain: Option<Spanned<bool>>,
    /// Whether the device may name this topic as its last will. Of topics to publish to.
    #[serde(default)]
    pub will: Option<Spanned<bool>>,
    /// Whether the device may also publish here over HTTPS, where it has no connection, and is known by its
    /// certificate alone. Of topics to publish to.
    #[serde(default)]
    pub https: Option<Spanned<bool>>,
    /// The service at the other end: it reads what devices publish here, or publishes what they read.
    #[serde(default)]
    pub by: Option<Name>,
    /// That the topic is one for many on purpose: `fleet`, or the field that all of them have in
    /// common. Isolation is then proved of everything else.
    #[serde(default)]
    pub shared: Option<Name>,
    /// What is let pass here though it would be refused: `crosses-levels`, or the id of a rule. Needs
    /// `because`.
    #[serde(default)]
    pub allow: Option<Name>,
    /// Why it is let pass.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<String>", regex(pattern = r"\S"))
    )]
    pub because: Option<Name>,
    /// The last day on which it is let pass, as in `2026-12-31`.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "Option<String>",
            regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        )
    )]
    pub until: Option<Name>,
}

/// The other end of topics: a role of IAM that is there already.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServiceSpec {
    /// The role's name; `{env}`, `{region}`, `{account}`, `{partition}` and `{fleet}` are words of the
    /// deployment. It is not made: it gets a policy.
    pub role: Name,
    /// The fields bound `later` that it sets, as attributes of things.
    #[serde(default)]
    pub sets: Vec<Name>,
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
    /// Whether the device runs jobs: `true`, or the jobs that operators can send, by name.
    #[serde(default)]
    pub jobs: Option<Spanned<SwitchOr<Ordered<Name, JobSpec>>>>,
    /// Where devices write files to, by name.
    #[serde(default)]
    pub uploads: Ordered<Name, UploadSpec>,
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
