//! Settings of an account in a Region, of which there is one for all its fleets.

use super::Role;
use crate::source::Span;

/// What an account spec asks for.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// What AWS IoT logs.
    pub logging: Option<Logging>,
    /// What Device Defender looks for.
    pub audit: Option<Audit>,
    /// By what things are found.
    pub indexing: Option<Indexing>,
}

/// What AWS IoT logs.
#[derive(Clone, Debug)]
pub struct Logging {
    /// From which level on, e.g. `WARN`.
    pub level: &'static str,
    /// The role that it writes with.
    pub role: Role,
    /// What asked for it.
    pub origin: Span,
}

/// What Device Defender looks for.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The checks, by the names that CloudFormation has for them.
    pub checks: Vec<&'static str>,
    /// The role that it reads with.
    pub role: Role,
    /// The topic of notifications that is told, and the role that it is told with.
    pub notify: Option<(String, Role)>,
    /// What asked for it.
    pub origin: Span,
}

/// By what things are found.
#[derive(Clone, Debug)]
pub struct Indexing {
    /// e.g. `REGISTRY`
    pub things: &'static str,
    /// Whether it is known which are connected, e.g. `STATUS`.
    pub connectivity: &'static str,
    /// What asked for it.
    pub origin: Span,
}
