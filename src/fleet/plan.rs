//! What a spec comes to in one environment and Region: every name, right and setting decided.
//!
//! Emitters only write down what stands here.

use std::fmt;

use super::authority::Authority;
use super::spec::{Deletion, Existing, ExistingType, Keys, Principal};
use crate::model::{Date, Key, ResourceKind};
use crate::question::{self, Place};
use crate::source::Span;

/// Where a deployment lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The fleet's name.
    pub fleet: Box<str>,
    /// The environment's name.
    pub environment: Box<str>,
    /// e.g. `eu-west-1`
    pub region: Box<str>,
    /// Twelve digits.
    pub account: Box<str>,
    /// e.g. `aws`
    pub partition: Box<str>,
}

impl Deployment {
    /// The name of a resource: fleet, environment, and its own name.
    pub fn name(&self, resource: &str) -> String {
        format!("{}-{}-{resource}", self.fleet, self.environment)
    }

    /// A resource's name without fleet and environment.
    pub fn own_name<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(&*self.name("")).unwrap_or(name)
    }

    /// The account and Region, for questions to the engine.
    pub fn place(&self) -> Place {
        Place {
            partition: self.partition.clone(),
            region: (self.region.clone(), question::Origin::Given),
            account: (self.account.clone(), question::Origin::Given),
        }
    }

    /// The folder of its files: environment and Region.
    pub fn folder(&self) -> String {
        format!("{}/{}", self.environment, self.region)
    }

    /// The ARN of a resource of AWS IoT; `resource` is what stands behind the account.
    pub fn arn(&self, resource: &str) -> String {
        format!(
            "arn:{}:iot:{}:{}:{resource}",
            self.partition, self.region, self.account
        )
    }
}

/// What is deployed in one environment and Region.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where.
    pub deployment: Deployment,
    /// Whether deleting the stack deletes what devices depend on.
    pub deletion: Deletion,
    /// Where the spec says that things are kept apart, if it does.
    pub isolated: Option<Span>,
    /// The variables whose values no two devices share, beside the thing's name.
    pub unique: Vec<Key>,
    /// What the spec asserts.
    pub assertions: Vec<Assertion>,
    /// The thing type.
    pub thing_type: ThingType,
    /// The thing groups.
    pub groups: Vec<ThingGroup>,
    /// The policies that every device gets.
    pub policies: Vec<DevicePolicy>,
    /// The ways in which devices get registered.
    pub registrations: Vec<Registration>,
}

/// Something that the spec asserts of devices.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// What of every device.
    pub asked: question::Assertion,
    /// The names, with the words of the deployment filled in.
    pub text: Box<str>,
    /// Which devices are meant.
    pub device: DeviceValues,
    /// Where it stands.
    pub span: Span,
}

/// What is known of a device; of every device nothing is.
#[derive(Clone, Debug, Default)]
pub struct DeviceValues {
    /// Values of variables, beside the thing's name.
    pub values: Vec<(Key, Box<str>)>,
    /// The thing's name.
    pub thing: Option<Box<str>>,
}

impl DeviceValues {
    /// Whether every device is meant.
    pub fn is_any(&self) -> bool {
        self.values.is_empty() && self.thing.is_none()
    }
}

/// A thing type.
#[derive(Clone, Debug)]
pub struct ThingType {
    /// Its name.
    pub name: String,
    /// The searchable attributes.
    pub searchable: Vec<Box<str>>,
    /// What asked for it.
    pub origin: Span,
}

/// A thing group.
#[derive(Clone, Debug)]
pub struct ThingGroup {
    /// Its name.
    pub name: String,
    /// What asked for it.
    pub origin: Span,
}

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

/// A way in which devices get registered: by JITP.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its name in the spec.
    pub name: Box<str>,
    /// The template.
    pub template: Template,
    /// The role that AWS IoT takes to run the template.
    pub role: Role,
    /// The CA whose devices are registered.
    pub authority: Authority,
    /// What the factory has to make.
    pub profile: Profile,
    /// What asked for it.
    pub origin: Span,
}

/// A JITP template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// The parameter that is the thing's name.
    pub thing_name: String,
    /// The attributes: names, and the parameters that are their values.
    pub attributes: Vec<(Box<str>, String)>,
    /// The thing type's name.
    pub thing_type: String,
    /// The groups' names.
    pub groups: Vec<String>,
    /// The policies' names.
    pub policies: Vec<String>,
    /// What happens to other attributes of a thing that is there.
    pub existing_attributes: Existing,
    /// What happens to other groups of a thing that is there.
    pub existing_groups: Existing,
    /// What happens to another type of a thing that is there.
    pub existing_type: ExistingType,
    /// How the certificate is attached.
    pub principal: Principal,
}

impl Template {
    /// The parameters that the certificate's subject gives, each once, in the order of use.
    pub fn parameters(&self) -> Vec<&str> {
        let mut parameters = vec![self.thing_name.as_str()];
        for (_, parameter) in &self.attributes {
            if !parameters.contains(&parameter.as_str()) {
                parameters.push(parameter);
            }
        }
        parameters
    }
}

/// The role that AWS IoT takes to run a template.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name; unique in the account, so that it holds the Region.
    pub name: String,
    /// What it allows.
    pub statements: Vec<RoleStatement>,
}

/// A statement of a role.
#[derive(Clone, Debug)]
pub struct RoleStatement {
    /// Why, for a reader.
    pub purpose: &'static str,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// ARN patterns, or `*`.
    pub resources: Vec<String>,
}

/// What the factory has to make for each device.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The subject: fields and their values, holes included.
    pub subject: Vec<(&'static str, String)>,
    /// Where keys are made and kept.
    pub keys: Keys,
    /// How long a certificate is valid.
    pub valid_days: u32,
}

/// Something to know that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: NoteKind,
    /// What it is about.
    pub span: Span,
}

/// What there is to know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteKind {
    /// A right that was rounded up to fit.
    #[error(
        "to fit into one policy, `{action}` is allowed on everything below `{below}`, e.g. also on `{example}`"
    )]
    Rounded {
        /// The action.
        action: &'static str,
        /// The prefix.
        below: String,
        /// What nobody asked for.
        example: String,
    },
    /// A level that `*` cannot keep to.
    #[error(
        "policies have no wildcard for one level: `{action}` on `{topic}` also allows `{example}`"
    )]
    CrossesLevels {
        /// The action.
        action: &'static str,
        /// The topic pattern.
        topic: String,
        /// What nobody asked for.
        example: String,
    },
    /// Without a day nothing expires.
    #[error("`{path}` is valid until {until}; whether it still is, was not checked: no `--today`")]
    ExpiryUnchecked {
        /// The file.
        path: Box<str>,
        /// The last day of its certificate.
        until: Date,
    },
    /// Devices that outlive their CA.
    #[error(
        "a certificate of {days} days signed today outlives its CA, which is valid until {until}"
    )]
    OutlivesAuthority {
        /// Days that a device's certificate is valid.
        days: u32,
        /// The last day of the CA's certificate.
        until: Date,
    },
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
            Right::Publish => crate::model::PUBLISH,
            Right::RetainPublish => crate::model::RETAIN_PUBLISH,
            Right::Subscribe => crate::model::SUBSCRIBE,
            Right::Receive => crate::model::RECEIVE,
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
