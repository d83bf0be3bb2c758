//! What devices use beside the broker: jobs, uploads, and who pays.

use super::Role;
use crate::source::Span;

/// A billing group.
#[derive(Clone, Debug)]
pub struct BillingGroup {
    /// Its name.
    pub name: String,
    /// What asked for it.
    pub origin: Span,
}

/// A template that operators make jobs of.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its name in the spec.
    pub name: Box<str>,
    /// The template's id. It ends with a hash of all that the template says, since AWS IoT changes no
    /// template: another one is another resource.
    pub id: String,
    /// What it is, for people.
    pub description: String,
    /// The document, as JSON.
    pub document: String,
    /// Where its files are.
    pub artifacts: Option<Artifacts>,
    /// The most devices that get it in a minute.
    pub most_per_minute: Option<u32>,
    /// How its rate grows.
    pub growth: Option<Growth>,
    /// When it is stopped.
    pub abort: Option<Abort>,
    /// How long a device may take.
    pub timeout_minutes: Option<u32>,
    /// What asked for it.
    pub origin: Span,
}

/// The files of a job.
#[derive(Clone, Debug)]
pub struct Artifacts {
    /// The role by which AWS IoT makes links to them.
    pub role: Role,
    /// How long a link is valid.
    pub seconds: u64,
}

/// How the rate of a job grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The devices of the first minutes.
    pub per_minute: u32,
    /// What the rate is multiplied by, in tenths.
    pub factor_tenths: u32,
    /// After how many devices it is.
    pub every: u32,
}

/// When a job is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abort {
    /// The share of devices that failed.
    pub percent: u32,
    /// The number of devices that ended it, from which on the share counts.
    pub after: u32,
}

/// A place that each device may write its own files to.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name in the spec.
    pub name: Box<str>,
    /// The name of the role alias.
    pub alias: String,
    /// The role that devices get credentials of.
    pub role: Role,
    /// The bucket.
    pub bucket: String,
    /// Where in it; `{thing}` is the device's own name.
    pub prefix: String,
    /// How long credentials last.
    pub seconds: u32,
    /// What asked for it.
    pub origin: Span,
}
