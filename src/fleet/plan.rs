//! What a spec comes to in one environment and Region: every name, right and setting decided.
//!
//! Emitters only write down what stands here.

use std::fmt;

use super::language::Language;
use super::spec::{Deletion, Existing, ExistingType, Keys, Notation, Payload, Principal};
use crate::facts;
use crate::model::{Key, ResourceKind, TemplateDialect};
use crate::question::{self, Place};
use crate::source::Span;

mod account;
mod feature;
mod furniture;
mod hooked;
mod note;
mod outputs;
mod private_ca;

pub use account::{AccountSettings, Audit, Indexing, Logging};
pub use feature::{Abort, Artifacts, BillingGroup, Growth, Job, Upload};
pub use furniture::{
    Alarm, Alarms, DataKey, DeadLetters, Furniture, KeyPrincipal, KeyStatement, MetricFilter,
    Naming, OwnKey, Presence, Reminder,
};
pub use hooked::{Access, AccessTarget, Api, Broker, Hooked, SignIn, TrustedUser};
pub use note::{Note, NoteKind};
pub use outputs::{Output, OutputValue, Told};
pub use private_ca::{Factory, Hierarchy, MadeCa, Signing};

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
    /// How names are made.
    pub naming: Naming,
    /// The path of roles, e.g. `/`.
    pub role_path: Box<str>,
}

impl Deployment {
    /// The name of a resource: what the spec puts around its own name.
    pub fn name(&self, resource: &str) -> String {
        self.naming.name(resource)
    }

    /// A resource's own name.
    pub fn own_name<'n>(&self, name: &'n str) -> &'n str {
        self.naming.own_name(name)
    }

    /// The tag that tells apart what AWS gives an id of its own: its name, and the stack's.
    pub fn mark(&self) -> (&'static str, String) {
        (Deployment::MARK, self.name("fleet"))
    }

    /// The name of this tag.
    const MARK: &'static str = "fleetwright:stack";

    /// The ARN of a role of the deployment.
    pub fn role_arn(&self, name: &str) -> String {
        let Deployment {
            partition,
            account,
            role_path,
            ..
        } = self;
        format!("arn:{partition}:iam::{account}:role{role_path}{name}")
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
        self.arn_of(facts::SERVICE, resource)
    }

    /// The ARN of a resource of a service, e.g. of `lambda`.
    pub fn arn_of(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
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
    /// The settings of an account, of an account spec: it has no devices and nothing of theirs.
    pub account: Option<AccountSettings>,
    /// Texts that mean the Region that they name, wherever the stack is.
    pub named_regions: Vec<Box<str>>,
    /// What every resource of a kind has.
    pub furniture: Furniture,
    /// What the spec says is kept apart.
    pub apart: Vec<Separation>,
    /// What things can be called.
    pub thing_names: Language,
    /// The variables whose values no two devices share, beside the thing's name.
    pub unique: Vec<Key>,
    /// The variables whose values the hooks let pass only if they have the characters of a thing's
    /// name: no `/`, so that they stay in their level of a topic.
    pub plain: Vec<Key>,
    /// What the spec asserts.
    pub assertions: Vec<Assertion>,
    /// Topics that are for many on purpose.
    pub shared: Vec<SharedTopic>,
    /// What is let pass though it would be refused.
    pub allowances: Vec<Allowance>,
    /// Who is at the other end of topics.
    pub services: Vec<Service>,
    /// The thing type.
    pub thing_type: ThingType,
    /// The thing groups.
    pub groups: Vec<ThingGroup>,
    /// The billing group.
    pub billing_group: Option<BillingGroup>,
    /// The policies that every device gets.
    pub policies: Vec<DevicePolicy>,
    /// What a device does with topics, before anything is rounded up.
    pub topics: Vec<DeviceTopic>,
    /// How CloudFormation's template is written.
    pub notation: Notation,
    /// The ways in which devices get registered.
    pub registrations: Vec<Registration>,
    /// Who is told when something goes wrong.
    pub alarms: Option<Alarms>,
    /// The jobs that operators can send.
    pub jobs: Vec<Job>,
    /// Where devices write files to.
    pub uploads: Vec<Upload>,
}

impl Plan {
    /// The tags of a resource of a type, named as either output names it.
    pub fn tags_of(&self, kind: &str) -> Vec<(&str, String)> {
        let given = self.furniture.tags.iter();
        let given = given.map(|(name, text)| (&**name, text.clone()));
        let takes_mark = facts::deployed_type_of(kind).is_some_and(|it| it.tags_with.is_some());
        given
            .chain(takes_mark.then(|| self.deployment.mark()))
            .collect()
    }

    /// The policies of all holders: those of devices first, then those of claims.
    pub fn all_policies(&self) -> impl Iterator<Item = &DevicePolicy> {
        let claims = self.registrations.iter().filter_map(|it| match &it.way {
            Way::Jitp(_) | Way::TrustedUser(_) => None,
            Way::Claim(claim) => Some(&claim.policy),
        });
        self.policies.iter().chain(claims)
    }

    /// The thing groups that are made.
    pub fn made_groups(&self) -> impl Iterator<Item = &ThingGroup> {
        let is_made = |it: &&ThingGroup| it.presence == Presence::Made;
        self.groups.iter().filter(is_made)
    }

    /// The functions that are deployed.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.registrations.iter().flat_map(|it| it.way.functions())
    }
}

/// A resource of the policies that is for many on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedTopic {
    /// As a policy writes it behind the head of an ARN.
    pub resource: Box<str>,
    /// The attribute that all of them have in common; without it the topic is the whole fleet's.
    pub common: Option<Box<str>>,
    /// The topic.
    pub origin: Span,
}

/// Something that is let pass though it would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The id of a rule.
    pub rule: Box<str>,
    /// Where it stands.
    pub span: Span,
    /// The topic that it is about.
    pub origin: Span,
}

/// A service: a role of IAM that is there already, and gets a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name in the spec.
    pub name: Box<str>,
    /// The role's name.
    pub role: String,
    /// Its path, e.g. `/`.
    pub path: String,
    /// The name of the policy, which is the role's alone: it holds the Region, since IAM knows none.
    pub policy: String,
    /// What it allows.
    pub statements: Vec<RoleStatement>,
    /// What asked for it.
    pub origin: Span,
}

/// Devices that reach nothing of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    /// Which.
    pub between: Apart,
    /// Why.
    pub because: Option<Box<str>>,
    /// What asked for it.
    pub origin: Span,
}

/// Which devices are kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// Any two.
    Things,
    /// Those whose things differ in this attribute.
    Attribute(Box<str>),
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
    /// The way of registration whose claim is meant, and no device.
    pub claim: Option<Box<str>>,
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
    /// Whether it is made.
    pub presence: Presence,
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
    /// Whether it is made.
    pub presence: Presence,
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

/// A way in which devices get registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its name in the spec.
    pub name: Box<str>,
    /// The template.
    pub template: Template,
    /// The role that AWS IoT takes to run the template.
    pub role: Role,
    /// The ARN of a role that is there already, and has to allow what [`Registration::role`] says.
    pub existing_role: Option<String>,
    /// Where a device's key is made and kept.
    pub keys: Keys,
    /// What is its own.
    pub way: Way,
    /// What asked for it.
    pub origin: Span,
}

/// What is a method's own.
#[derive(Clone, Debug)]
pub enum Way {
    /// Just-in-time provisioning.
    Jitp(Box<Jitp>),
    /// By claim.
    Claim(Box<Claim>),
    /// By a person who is trusted.
    TrustedUser(Box<TrustedUser>),
}

impl Way {
    /// How AWS IoT makes the certificate, and what it asks.
    pub fn hooked(&self) -> Option<&Hooked> {
        match self {
            Way::Jitp(_) => None,
            Way::Claim(claim) => Some(&claim.hooked),
            Way::TrustedUser(trusted) => Some(&trusted.hooked),
        }
    }

    /// The functions that are deployed with the rest.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let broker = match self {
            Way::Jitp(_) | Way::Claim(_) => None,
            Way::TrustedUser(trusted) => trusted.broker.as_ref().map(|it| &it.function),
        };
        let hook = self.hooked().and_then(|it| it.hook.function.as_ref());
        hook.into_iter().chain(broker)
    }

    /// The functions that are deployed with the rest, to be changed.
    pub fn functions_mut(&mut self) -> impl Iterator<Item = &mut Function> {
        let (hook, broker) = match self {
            Way::Jitp(_) => (None, None),
            Way::Claim(claim) => (claim.hooked.hook.function.as_mut(), None),
            Way::TrustedUser(trusted) => (
                trusted.hooked.hook.function.as_mut(),
                trusted.broker.as_mut().map(|it| &mut it.function),
            ),
        };
        hook.into_iter().chain(broker)
    }

    /// The tables that are made with the rest.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let broker = match self {
            Way::Jitp(_) | Way::Claim(_) => None,
            Way::TrustedUser(trusted) => trusted.broker.as_ref(),
        };
        let broker = broker
            .into_iter()
            .flat_map(|it| [&it.claims, &it.installers]);
        self.hooked()
            .and_then(Hooked::made_table)
            .into_iter()
            .chain(broker)
    }
}

/// What just-in-time provisioning has.
#[derive(Clone, Debug)]
pub struct Jitp {
    /// The CA whose devices are registered.
    pub authority: Signing,
    /// The role that issues their certificates.
    pub factory: Option<Factory>,
    /// The subject of a device's certificate: fields and their values, holes included.
    pub subject: Vec<(&'static str, String)>,
    /// How long a device's certificate is valid.
    pub valid_days: u32,
}

/// What registration by claim has.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Why no other method will do.
    pub because: String,
    /// How messages are written.
    pub payload: Payload,
    /// What client ids begin with.
    pub client_id_prefix: String,
    /// The policy of the certificate that devices share.
    pub policy: DevicePolicy,
    /// How AWS IoT makes the certificate, and what it asks.
    pub hooked: Hooked,
}

/// A function that AWS IoT asks before it runs a template.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Its ARN.
    pub arn: String,
    /// The version of what AWS IoT sends it.
    pub payload_version: &'static str,
    /// The ARN of the template that may ask it. Written out, since the template names the function.
    pub source_arn: String,
    /// The function, when it is deployed with the rest.
    pub function: Option<Function>,
    /// What asked for it.
    pub origin: Span,
}

/// A function that is deployed.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its source: one file of Python.
    pub source: String,
    /// The runtime, e.g. `python3.13`.
    pub runtime: &'static str,
    /// When it is stopped.
    pub timeout_seconds: u64,
    /// Its memory.
    pub memory_mebibytes: u32,
    /// The role that it runs with.
    pub role: Role,
    /// Where its log goes.
    pub logs: Logs,
    /// The table that it looks devices up in.
    pub table: Option<Table>,
    /// What it has to know, by name; nothing when it takes no settings.
    pub settings: Vec<(&'static str, Setting)>,
    /// Checks that it does not meet.
    pub exemptions: &'static [Exemption],
}

impl Function {
    /// Its table, when it is made.
    pub fn made_table(&self) -> Option<&Table> {
        let table = self.table.as_ref();
        table.filter(|it| it.presence == Presence::Made)
    }
}

/// A log.
#[derive(Clone, Debug)]
pub struct Logs {
    /// Its name.
    pub name: String,
    /// How long it is kept.
    pub days: u32,
    /// Checks that it does not meet.
    pub exemptions: &'static [Exemption],
}

/// A setting of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// One text.
    Text(String),
    /// Names of fields.
    Names(Vec<Box<str>>),
}

/// A table, whose entries are found by a string.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether it is made.
    pub presence: Presence,
    /// What entries are found by, e.g. a field of devices.
    pub key: Box<str>,
    /// The fields that an entry brings.
    pub returns: Vec<Box<str>>,
    /// What tells when an entry may go, in seconds since 1970; without it entries stay.
    pub expires: Option<&'static str>,
    /// The key of the method that asked for it, e.g. `hook.allowList`.
    pub asked: &'static str,
    /// What asked for it.
    pub origin: Span,
    /// Checks that it does not meet.
    pub exemptions: &'static [Exemption],
}

/// A check of checkov that a resource does not meet, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The check, e.g. `CKV_AWS_117`.
    pub check: &'static str,
    /// Why not.
    pub reason: &'static str,
}

/// A provisioning template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// The dialect that it is written in.
    pub dialect: TemplateDialect,
    /// The thing's name.
    pub thing_name: TemplateText,
    /// The attributes: names and values.
    pub attributes: Vec<(Box<str>, TemplateText)>,
    /// The thing type's name.
    pub thing_type: String,
    /// The groups' names.
    pub groups: Vec<String>,
    /// The billing group's name.
    pub billing_group: Option<String>,
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
    /// What the device is answered beside the thing's name.
    pub device_config: Vec<(Box<str>, TemplateText)>,
}

impl Template {
    /// The parameters that a device's registration gives, each once, in the order of use.
    pub fn parameters(&self) -> Vec<&str> {
        let values = self.attributes.iter().map(|(_, value)| value);
        let answers = self.device_config.iter().map(|(_, value)| value);
        let parts = std::iter::once(&self.thing_name)
            .chain(values)
            .chain(answers);
        let mut parameters: Vec<&str> = Vec::new();
        for part in parts.flat_map(|it| &it.parts) {
            match part {
                TemplatePart::Parameter(name) if !parameters.contains(&name.as_str()) => {
                    parameters.push(name);
                }
                TemplatePart::Parameter(_) | TemplatePart::Text(_) => {}
            }
        }
        parameters
    }
}

/// A text of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateText {
    /// The parts, one after the other.
    pub parts: Vec<TemplatePart>,
}

/// A part of a [`TemplateText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Characters.
    Text(String),
    /// The value of a parameter.
    Parameter(String),
}

/// A role that a service takes.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name; unique in the account, so that it holds the Region.
    pub name: String,
    /// Who takes it.
    pub taker: Taker,
    /// The name of its policy.
    pub policy: &'static str,
    /// What it allows.
    pub statements: Vec<RoleStatement>,
}

/// Who takes a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taker {
    /// AWS IoT, to run a template.
    Iot,
    /// AWS IoT, to make links to the files of a job.
    Jobs,
    /// The credential provider of AWS IoT, for a device.
    Device {
        /// How long the credentials last.
        seconds: u32,
    },
    /// Lambda, to run a function.
    Lambda,
    /// AWS IoT, for what a setting of the account says: a sentence on the role.
    Account(&'static str),
    /// EventBridge, to send a message on a day.
    Scheduler,
    /// Users who signed in with the identity pool of this id.
    Cognito(String),
    /// Users who signed in with the identity provider of this ARN.
    Saml(String),
}

/// A statement of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleStatement {
    /// Why, for a reader.
    pub purpose: &'static str,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// ARN patterns, or `*`.
    pub resources: Vec<String>,
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
