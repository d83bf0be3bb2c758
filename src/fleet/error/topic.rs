//! What a value is too wide for, and what can be wrong with a topic.

use std::fmt;

use crate::fleet::subject::SubjectField;
use crate::model::InvalidFilter;

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The name of a thing.
    ThingName,
    /// The value of an attribute.
    AttributeValue,
    /// A field of a certificate's subject.
    Subject(SubjectField),
    /// A level of a topic.
    TopicLevel,
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::ThingName => formatter.write_str("a thing name"),
            Target::AttributeValue => formatter.write_str("an attribute value"),
            Target::Subject(field) => write!(formatter, "a subject's `{}`", field.word()),
            Target::TopicLevel => formatter.write_str("a level of a topic"),
        }
    }
}

/// What a topic of an intent must not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicFault {
    /// `+`, `#` in a topic to publish to.
    #[error("a device can't publish to a topic filter")]
    FilterPublished,
    /// `{any}`, `/**` in a topic filter.
    #[error("`{{any}}` and `/**` are for topics that the device publishes to")]
    FreeRead,
    /// `*`, `?`, `$`
    #[error("`*`, `?` and `$` have a meaning of their own in policies")]
    PolicyCharacter,
    /// Not a topic filter of MQTT.
    #[error("{0}")]
    Filter(InvalidFilter),
    /// Nothing between two slashes, or at an end.
    #[error("a level of the topic is empty")]
    EmptyLevel,
    /// `{any}` beside other characters.
    #[error("`{{any}}` stands for a whole level")]
    PartOfLevel,
}
