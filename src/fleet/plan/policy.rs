//! Policies of devices, and the topics that they use.

use std::fmt;

use crate::model::{self, ResourceKind};
use crate::source::Span;

/// A policy of devices.
#[derive(Clone, Debug)]
pub struct DevicePolicy {
    /// Its name.
    pub name: String,
    /// The statements: all allow.
    pub statements: Vec<Statement>,
}

/// A statement that allows one action on some resources.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The action.
    pub action: &'static str,
    /// The resources.
    pub resources: Vec<Resource>,
    /// Whether the certificate must be attached to the thing.
    pub only_attached: bool,
}

/// A resource of a statement.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The ARN pattern.
    pub arn: String,
    /// The places in the spec that asked for it, e.g. `topics.reading`.
    pub origins: Vec<Origin>,
}

/// A place in the spec that asked for something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Where it stands.
    pub span: Span,
    /// Its path, e.g. `topics.reading`.
    pub path: String,
}

/// A topic, as a device uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTopic {
    /// What asked for it, e.g. `topics.reading`.
    pub asked: String,
    /// The topic or filter; what is the device's own is a hole, e.g. `dt/{thing}/reading`.
    pub topic: String,
    /// What the device does.
    pub does: Use,
    /// Whether it may leave a message there for later readers.
    pub retain: bool,
    /// Whether it may publish there over HTTPS.
    pub https: bool,
    /// Whether its last will may go there.
    pub will: bool,
}

/// What a device does with a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It publishes.
    Publish,
    /// It subscribes and receives.
    Subscribe,
}

impl Use {
    /// As a spec says it.
    pub fn word(self) -> &'static str {
        match self {
            Use::Publish => "publish",
            Use::Subscribe => "subscribe",
        }
    }
}

/// A right on topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// To publish.
    Publish,
    /// To publish retained messages.
    RetainPublish,
    /// To subscribe.
    Subscribe,
    /// To receive.
    Receive,
}

impl Right {
    /// The action.
    pub fn action(self) -> &'static str {
        match self {
            Right::Publish => model::PUBLISH,
            Right::RetainPublish => model::RETAIN_PUBLISH,
            Right::Subscribe => model::SUBSCRIBE,
            Right::Receive => model::RECEIVE,
        }
    }

    /// The kind of resource that the action is checked on.
    pub fn resource_kind(self) -> ResourceKind {
        match self {
            Right::Publish | Right::RetainPublish | Right::Receive => ResourceKind::Topic,
            Right::Subscribe => ResourceKind::TopicFilter,
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.action())
    }
}
