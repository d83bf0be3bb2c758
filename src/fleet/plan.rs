//! What a spec comes to in one environment and Region: every name, right and setting decided.
//!
//! Emitters only write down what stands here.

use super::language::Language;
use super::spec::{Deletion, Notation};
use crate::facts;
use crate::model::Key;
use crate::question::{self, Place};
use crate::source::Span;

mod account;
mod feature;
mod furniture;
mod hooked;
mod note;
mod outputs;
mod policy;
mod private_ca;
mod registration;

pub use account::{AccountSettings, Audit, Indexing, Logging};
pub use feature::{Abort, Artifacts, BillingGroup, Growth, Job, Upload};
pub use furniture::{
    Alarm, Alarms, DataKey, DeadLetters, Furniture, KeyPrincipal, KeyStatement, MetricFilter,
    Naming, OwnKey, Presence, Reminder,
};
pub use hooked::{Access, AccessTarget, Api, Broker, Hooked, SignIn, TrustedUser};
pub use note::{Note, NoteKind};
pub use outputs::{Output, OutputValue, Told};
pub use policy::{DevicePolicy, DeviceTopic, Origin, Resource, Right, Statement, Use};
pub use private_ca::{Factory, Hierarchy, MadeCa, Signing};
pub use registration::{
    Claim, Exemption, Function, Hook, Jitp, Logs, Registration, Role, RoleStatement, Setting,
    Table, Taker, Template, TemplatePart, TemplateText, Way,
};

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
