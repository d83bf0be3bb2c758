//! What no device may do, and what every device can.

use super::{Isolation, Reason, Region, Verdict};
use crate::model::PolicySet;

/// A bound on access, to be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Which way it binds.
    pub sense: BoundSense,
    /// The action, e.g. `iot:Publish`.
    pub action: Box<str>,
    /// What stands behind Region and account in the ARN, e.g. `topic/a/b`. For `iot:Receive` a
    /// `never` means the topics of the messages that can really reach a device.
    pub region: Region,
}

/// Which way a [`Bound`] binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoundSense {
    /// No device can, whatever it calls itself and however it asks.
    Never,
    /// Every device that connects as its thing can, on all of the region.
    Can,
}

/// Whether a bound holds for every device under the policies.
pub fn bound(set: &PolicySet, bound: &Bound, question: &Isolation) -> Verdict {
    let _ = (set, bound, question);
    Verdict::Unknown(Reason::Undecided)
}
