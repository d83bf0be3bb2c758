//! What a change of policies comes to, and what of it someone has agreed to.

use super::{Acknowledgement, Gaps, Place, Unproved};
use crate::engine::{Delta, Isolation, diff};
use crate::model::{Date, PolicySet};
use crate::source::Span;

/// Stands for all actions where a comparison was given up.
const ALL_ACTIONS: &str = "*";

/// What policies grant and revoke in place of others.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What only the new policies allow.
    pub gained: Vec<Change>,
    /// What only the old policies allow.
    pub lost: Vec<Delta>,
    /// The actions on which the comparison was given up; `*` for all.
    pub unknown: Vec<(&'static str, Unproved)>,
}

/// A gain.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is gained.
    pub delta: Delta,
    /// Who agreed to it.
    pub acknowledged: Option<Acknowledgement>,
    /// Who agreed to it up to a day that has passed.
    pub expired: Option<Acknowledgement>,
}

impl Changes {
    /// Compares two sets of policies in one place. `open` are the places that the documents of either
    /// leave open.
    pub fn between(old: &PolicySet, new: &PolicySet, place: &Place, open: &[Span]) -> Changes {
        let (old, new) = (place.fill(old), place.fill(new));
        let found = diff(&old, &new, &place.head(), Isolation::WORK);
        let gained = found.gained.into_iter().map(|delta| Change {
            delta,
            acknowledged: None,
            expired: None,
        });
        let mut unknown: Vec<_> = found
            .unknown
            .into_iter()
            .map(|(action, reason)| (action, Unproved::Search(reason)))
            .collect();
        for set in [&old, &new] {
            let is_of = |span: &&Span| {
                let mut policies = set.policies.iter();
                policies.any(|it| it.policy.span.contains(**span))
            };
            let open: Vec<Span> = open.iter().filter(is_of).copied().collect();
            let gap = Gaps::of(set, &open).statements;
            unknown.extend(gap.map(|span| (ALL_ACTIONS, Unproved::Open(span))));
        }
        Changes {
            gained: gained.collect(),
            lost: found.lost,
            unknown,
        }
    }

    /// Adds those of another comparison.
    pub fn extend(&mut self, other: Changes) {
        self.gained.extend(other.gained);
        self.lost.extend(other.lost);
        self.unknown.extend(other.unknown);
    }

    /// Marks the gains that someone has agreed to, and returns the agreements that no gain needs.
    pub fn acknowledge<'a>(
        &mut self,
        agreed: &'a [Acknowledgement],
        today: Option<Date>,
    ) -> Vec<&'a Acknowledgement> {
        for change in &mut self.gained {
            let of_gain = || agreed.iter().filter(|it| it.is_of(&change.delta));
            let counting = of_gain().find(|it| it.counts_on(today));
            change.acknowledged = counting.cloned();
            change.expired = match counting {
                Some(_) => None,
                None => of_gain().next().cloned(),
            };
        }
        let is_needed =
            |it: &&Acknowledgement| self.gained.iter().any(|gain| it.is_of(&gain.delta));
        agreed.iter().filter(|it| !is_needed(it)).collect()
    }

    /// The word in reports: `equivalent`, `changed` or `unknown`.
    pub fn verdict(&self) -> &'static str {
        if !self.gained.is_empty() || !self.lost.is_empty() {
            "changed"
        } else if !self.unknown.is_empty() {
            "unknown"
        } else {
            "equivalent"
        }
    }
}
