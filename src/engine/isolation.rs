//! Can one device reach what belongs to another.

use super::Witness;
use crate::model::{Key, PolicySet};

/// What one device may do to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Threat {
    /// Connect under its client id, or act on its connection.
    Impersonate,
    /// Publish to a topic that it publishes to.
    Spoof,
    /// Publish to a topic that it reads, or send to it directly.
    Inject,
    /// Receive a message of its topics.
    Eavesdrop,
    /// Read, change or delete its shadow, over MQTT or HTTPS.
    Shadow,
    /// Read or change its jobs, over MQTT or HTTPS.
    Jobs,
}

impl Threat {
    /// All, in the order of reports.
    pub const ALL: [Threat; 6] = [
        Threat::Impersonate,
        Threat::Spoof,
        Threat::Inject,
        Threat::Eavesdrop,
        Threat::Shadow,
        Threat::Jobs,
    ];

    /// The word in reports and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Threat::Impersonate => "impersonate",
            Threat::Spoof => "spoof",
            Threat::Inject => "inject",
            Threat::Eavesdrop => "eavesdrop",
            Threat::Shadow => "shadow",
            Threat::Jobs => "jobs",
        }
    }
}

/// How devices are attached to their things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Tie {
    /// Either way: proved only if both are.
    #[default]
    Any,
    /// Not exclusively: a device is its thing only under the thing's name as client id.
    ByClientId,
    /// Exclusively: a device is its thing under any client id.
    Exclusive,
}

/// Which client ids devices take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ClientIds {
    /// Any that the policies let them connect as.
    #[default]
    Chosen,
    /// The name of the thing, always. A promise of the operator, not of the policies.
    Pinned,
}

/// Between whom things are kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Between {
    /// Any two devices.
    #[default]
    Devices,
    /// Two devices whose attribute of this name differs, e.g. `tenant`.
    Attribute(Box<str>),
}

/// A part of a [`Region`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RegionPiece {
    /// Characters that stand for themselves.
    Literal(Box<str>),
    /// One character, whichever.
    AnyChar,
    /// One level, also an empty one: any run of characters but `/`.
    AnyLevel,
    /// Any run of characters.
    AnyRun,
    /// What the device calls its own, e.g. the name of its thing.
    Identity(Key),
}

/// A set of names that belong together: topics, client ids, …
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Region {
    /// The parts, in order.
    pub pieces: Vec<RegionPiece>,
}

/// What is asked of a set of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isolation {
    /// Partition, Region and account of the devices, e.g. `arn:aws:iot:eu-west-1:123456789012:`.
    pub head: Box<str>,
    /// How devices are attached.
    pub tie: Tie,
    /// Which client ids they take.
    pub client_ids: ClientIds,
    /// Topics that are declared to belong to a device, each with an [`RegionPiece::Identity`].
    pub owns: Vec<Region>,
    /// Between whom.
    pub between: Between,
    /// Steps that the search may take for each threat; [`Isolation::WORK`] is about 50 ms.
    pub work: u64,
}

/// What was found out.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It can't happen, in the cautious reading.
    Proved,
    /// It can: these requests pass.
    Refuted(Box<Witness>),
    /// Not found out.
    Unknown(Reason),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The search was stopped.
    #[error("the search was stopped: the patterns can be read in too many ways")]
    Work,
    /// What the search finds does not pass when it is asked as a request.
    #[error("no proof was found, and no two names for which a request passes")]
    Undecided,
}

impl Isolation {
    /// Steps for about 50 ms.
    pub const WORK: u64 = 1_000_000;

    /// The question for devices in a place, without further promises.
    pub fn new(head: impl Into<Box<str>>) -> Isolation {
        Isolation {
            head: head.into(),
            tie: Tie::default(),
            client_ids: ClientIds::default(),
            owns: Vec::new(),
            between: Between::default(),
            work: Isolation::WORK,
        }
    }
}

/// Whether one device can do each of these to another.
pub fn isolation(set: &PolicySet, question: &Isolation) -> Vec<(Threat, Verdict)> {
    let _ = (set, question);
    Threat::ALL
        .map(|threat| (threat, Verdict::Unknown(Reason::Undecided)))
        .into()
}
