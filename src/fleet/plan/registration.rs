//! Ways in which devices get registered, and what each is made of.

use super::{DevicePolicy, Factory, Hooked, Presence, Signing, TrustedUser};
use crate::fleet::spec::{Existing, ExistingType, Keys, Payload, Principal};
use crate::model::TemplateDialect;
use crate::source::Span;

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
