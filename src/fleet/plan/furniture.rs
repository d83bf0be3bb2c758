//! What the resources of a stack have in common, and who is told when something goes wrong.

use super::Role;
use crate::model::Date;

/// How names are made: what stands before and behind the name of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// e.g. `meters-dev-`
    pub before: Box<str>,
    /// e.g. `-eu-west-1`
    pub behind: Box<str>,
    /// Whether the Region stands in every name.
    pub has_region: bool,
}

impl Naming {
    /// Fleet, environment, and the resource's own name.
    pub fn usual(fleet: &str, environment: &str) -> Naming {
        Naming {
            before: format!("{fleet}-{environment}-").into(),
            behind: "".into(),
            has_region: false,
        }
    }

    /// The name of a resource.
    pub fn name(&self, resource: &str) -> String {
        format!("{}{resource}{}", self.before, self.behind)
    }

    /// The resource's own part of a name.
    pub fn own_name<'n>(&self, name: &'n str) -> &'n str {
        let own = name.strip_prefix(&*self.before);
        own.and_then(|it| it.strip_suffix(&*self.behind))
            .unwrap_or(name)
    }
}

/// What every resource of a kind has. Emitters give it to all that they write, whoever planned it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Furniture {
    /// Names and values of tags, in written order.
    pub tags: Vec<(Box<str>, String)>,
    /// The policy that bounds what roles may be given.
    pub boundary: Option<String>,
    /// What logs, tables, queues and variables are encrypted with.
    pub key: Option<DataKey>,
    /// How many copies of a function run at once at most.
    pub concurrency: Option<u32>,
    /// Where events go that a function failed on.
    pub dead_letters: Option<DeadLetters>,
}

impl Furniture {
    /// Whether a check of checkov is met by it, so that nothing needs to be exempt from it.
    pub fn meets(&self, check: &str) -> bool {
        match check {
            "CKV_AWS_115" => self.concurrency.is_some(),
            "CKV_AWS_116" => self.dead_letters.is_some(),
            "CKV_AWS_119" | "CKV_AWS_158" => self.key.is_some(),
            "CKV_AWS_173" => self.key.as_ref().is_some_and(DataKey::is_for_functions),
            _ => false,
        }
    }
}

/// Whether a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// With the stack.
    Made,
    /// It is there already.
    Existing,
}

/// A key of KMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataKey {
    /// One that is made.
    Own(OwnKey),
    /// One that is there: its ARN.
    Arn(String),
    /// One that is there: the ARN of its alias.
    Alias(String),
}

impl DataKey {
    /// The ARN that roles name it by: that of the key, or of its alias.
    pub fn arn(&self) -> &str {
        match self {
            DataKey::Own(own) => &own.alias_arn,
            DataKey::Arn(arn) | DataKey::Alias(arn) => arn,
        }
    }

    /// Whether functions take it: Lambda knows ARNs of keys only, and no aliases.
    pub fn is_for_functions(&self) -> bool {
        match self {
            DataKey::Own(_) | DataKey::Arn(_) => true,
            DataKey::Alias(_) => false,
        }
    }
}

/// A key that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKey {
    /// What it is for.
    pub description: String,
    /// Its alias, with `alias/`.
    pub alias: String,
    /// The ARN of the alias.
    pub alias_arn: String,
    /// Who may do what with it.
    pub statements: Vec<KeyStatement>,
}

/// A statement of a key's policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStatement {
    /// Why, for a reader.
    pub purpose: &'static str,
    /// Who.
    pub principal: KeyPrincipal,
    /// The actions.
    pub actions: &'static [&'static str],
    /// Operator, key and values of a condition.
    pub condition: Option<(&'static str, &'static str, Vec<String>)>,
}

/// Who uses a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPrincipal {
    /// Those in the account whom IAM lets: the ARN of the account's root.
    Account(String),
    /// A service.
    Service(String),
}

/// Where events go that a function failed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetters {
    /// A queue that is made.
    Own {
        /// Its name.
        name: String,
        /// Its ARN.
        arn: String,
    },
    /// A queue or topic that is there: its ARN.
    Arn(String),
}

impl DeadLetters {
    /// How long a queue that is made keeps its messages: as long as it can.
    pub const KEPT_SECONDS: u32 = 1_209_600;

    /// The ARN of the queue or topic.
    pub fn arn(&self) -> &str {
        match self {
            DeadLetters::Own { arn, .. } | DeadLetters::Arn(arn) => arn,
        }
    }
}

/// Who is told when something goes wrong, and of what.
#[derive(Clone, Debug)]
pub struct Alarms {
    /// The ARN of the topic of SNS.
    pub notify: String,
    /// What of.
    pub alarms: Vec<Alarm>,
    /// What makes a metric of a log.
    pub filters: Vec<MetricFilter>,
    /// What happens on a day.
    pub reminders: Vec<Reminder>,
}

/// An alarm of CloudWatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// Its own name, e.g. `line-hook-errors`.
    pub own_name: String,
    /// What has happened, for whoever is told.
    pub description: String,
    /// The namespace of the metric.
    pub namespace: String,
    /// The metric.
    pub metric: String,
    /// The dimension of the metric, and its value.
    pub dimension: Option<(&'static str, String)>,
    /// How the values of a period become one, e.g. `Sum`.
    pub statistic: &'static str,
    /// From which value on it is one.
    pub threshold: u32,
    /// The period.
    pub period_seconds: u32,
}

/// Counts entries of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricFilter {
    /// Its name.
    pub name: String,
    /// Its own name, e.g. `line-hook-denied`.
    pub own_name: String,
    /// The registration whose hook writes the log.
    pub registration: Box<str>,
    /// The log.
    pub log: String,
    /// Which entries.
    pub pattern: &'static str,
    /// The namespace of the metric.
    pub namespace: String,
    /// The metric.
    pub metric: String,
}

/// A message on a day.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Its name.
    pub name: String,
    /// Its own name, e.g. `factory-ca-expiry`.
    pub own_name: String,
    /// The day.
    pub day: Date,
    /// The message.
    pub message: String,
    /// The role that it is sent with.
    pub role: Role,
}

impl Reminder {
    /// The check of checkov that a schedule does not meet, and why.
    pub const EXEMPTION: &'static str = "checkov:skip=CKV_AWS_297:no key of your own: the message names a CA and the day of its end";

    /// When it is sent, as EventBridge writes it.
    pub fn expression(&self) -> String {
        format!("at({}T09:00:00)", self.day)
    }
}
