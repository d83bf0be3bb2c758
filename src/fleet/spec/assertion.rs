//! What must hold of the generated policies.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::Name;
use crate::document::decode::Ordered;
use crate::source::Spanned;

/// Something to prove: `never` or `can`.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(extend("minProperties" = 1), extend("maxProperties" = 1))
)]
pub struct AssertionSpec {
    /// What a device may not do.
    #[serde(default)]
    pub never: Option<Spanned<Asserted>>,
    /// What a device can do.
    #[serde(default)]
    pub can: Option<Spanned<Asserted>>,
}

/// A device or a claim, and what it does: at least one action.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Asserted {
    /// `any`, or the values of some fields.
    #[serde(default)]
    pub device: Option<DeviceSelector>,
    /// Instead of `device`: a way of registration, whoever comes with its claim.
    #[serde(default)]
    pub claim: Option<Name>,
    /// A client id.
    #[serde(default)]
    pub connect: Option<Name>,
    /// A topic; `{any}` is one free level, a last `/**` a free subtree.
    #[serde(default)]
    pub publish: Option<Name>,
    /// A topic of retained messages.
    #[serde(default)]
    pub retain: Option<Name>,
    /// A topic filter.
    #[serde(default)]
    pub subscribe: Option<Name>,
    /// A topic.
    #[serde(default)]
    pub receive: Option<Name>,
}

impl Asserted {
    /// The words of the actions, with what they are about.
    pub fn actions(&self) -> impl Iterator<Item = (&'static str, &Name)> {
        let all = [
            ("connect", &self.connect),
            ("publish", &self.publish),
            ("retain", &self.retain),
            ("subscribe", &self.subscribe),
            ("receive", &self.receive),
        ];
        all.into_iter()
            .filter_map(|(word, names)| Some((word, names.as_ref()?)))
    }
}

/// `any`, or the values of some fields.
#[derive(Debug)]
pub enum DeviceSelector {
    /// Every device.
    Any,
    /// The devices with these values.
    With(Ordered<Name, Name>),
}

/// What stands for every device.
const ANY: &str = "any";

impl<'de> Deserialize<'de> for DeviceSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DeviceSelector, D::Error> {
        deserializer.deserialize_any(SelectorVisitor)
    }
}

struct SelectorVisitor;

impl<'de> Visitor<'de> for SelectorVisitor {
    type Value = DeviceSelector;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`any`, or a mapping of fields and values")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<DeviceSelector, E> {
        match word {
            ANY => Ok(DeviceSelector::Any),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DeviceSelector, A::Error> {
        Ordered::deserialize(de::value::MapAccessDeserializer::new(map)).map(DeviceSelector::With)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DeviceSelector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DeviceSelector".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`any`, or the values of some fields.",
            "oneOf": [
                { "const": ANY },
                { "type": "object", "additionalProperties": { "type": "string" } },
            ],
        })
    }
}
