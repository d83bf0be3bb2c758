//! Topics of AWS that one pattern stands for, because AWS documents no other below it.
//!
//! What clients may do with the topics that AWS reserves is a closed list; where nothing is listed, a policy
//! that allows it does not make it work (`facts/topics.yaml`). So a pattern that covers what is granted, and of
//! that list nothing else, allows the same. Only what a device reads is put together: what it publishes is
//! granted topic by topic.

use super::super::grants::{Grant, Level, LevelPart, identity_level, readable};
use crate::facts::{self, ClientOperation};
use crate::fleet::plan::{Note, NoteKind, Right};
use crate::model::Key;

/// The rights with patterns in the place of what they stand for.
pub(super) fn merged(grants: Vec<Grant>, notes: &mut Vec<Note>) -> Vec<Grant> {
    let mut merged = grants.clone();
    for (right, operation) in [
        (Right::Subscribe, ClientOperation::Subscribe),
        (Right::Receive, ClientOperation::Receive),
    ] {
        let is_own = |it: &&Grant| it.right == right && super::is_of_aws(&it.levels);
        let own: Vec<&Grant> = grants.iter().filter(is_own).collect();
        let documented = documented(operation);
        let mut patterns: Vec<Pattern> = Vec::new();
        for pattern in candidates(&own) {
            let covered = |it: &&&Grant| {
                pattern.covers(&it.levels) && !patterns.iter().any(|known| known.covers(&it.levels))
            };
            let count = own.iter().filter(covered).count();
            if count > 1 && pattern.is_all_of(&documented, &own) {
                let span = own.iter().find(covered).map(|it| it.origin.span);
                notes.extend(span.map(|span| Note {
                    kind: NoteKind::Documented {
                        action: right.action(),
                        pattern: readable(&pattern.levels()),
                        count,
                        example: pattern.example(),
                    },
                    span,
                }));
                patterns.push(pattern);
            }
        }
        for grant in merged.iter_mut().filter(|it| is_own(&&**it)) {
            let Some(pattern) = patterns.iter().find(|it| it.covers(&grant.levels)) else {
                continue;
            };
            // That its wildcard crosses levels says less than what is noted of the pattern.
            let topic = readable(&grant.levels);
            notes.retain(|note| match &note.kind {
                NoteKind::CrossesLevels {
                    action,
                    topic: other,
                    ..
                } => *action != right.action() || *other != topic,
                _ => true,
            });
            grant.levels = pattern.levels();
        }
    }
    merged
}

/// The topics of things that clients may use so; a hole is any level.
fn documented(operation: ClientOperation) -> Vec<Vec<Level>> {
    let level = |level: &str| match level {
        "{thing}" => thing(),
        other if other.ends_with("...}") => Level::Rest,
        other if other.starts_with('{') => Level::Any,
        other => Level::literal(other),
    };
    let topics = facts::reserved_topics().iter();
    let topics = topics.filter(|it| it.allows(operation));
    topics
        .map(|topic| topic.pattern.split('/').map(level).collect())
        .collect()
}

fn thing() -> Level {
    Level::Parts(vec![LevelPart::Variable {
        key: Key::ThingName,
        unique: true,
    }])
}

/// All below some levels, or all whose last level begins so.
struct Pattern {
    prefix: Vec<Level>,
    /// What the level behind the prefix begins with; without it there has to be one.
    begun: Option<String>,
}

/// The patterns below the feature of a thing that cover anything, those of fewest levels first; of two of one
/// length first the one that covers more.
fn candidates(own: &[&Grant]) -> Vec<Pattern> {
    let mut candidates: Vec<Pattern> = Vec::new();
    let longest = own.iter().map(|it| it.levels.len()).max().unwrap_or(0);
    for length in 0..longest {
        let mut of_length: Vec<Pattern> = Vec::new();
        for grant in own {
            let Some(identity) = identity_level(&grant.levels) else {
                continue;
            };
            // The level behind the thing's name tells the feature.
            let (Some(prefix), true) = (grant.levels.get(..length), length > identity + 1) else {
                continue;
            };
            if prefix.contains(&Level::Any) {
                continue;
            }
            let begun = grant.levels.get(length).and_then(Level::text);
            for begun in [None, begun.map(str::to_owned)] {
                let is_known =
                    |it: &Pattern| *it.prefix == *prefix && it.begun.as_ref() == begun.as_ref();
                if !of_length.iter().any(is_known) {
                    let prefix = prefix.to_vec();
                    of_length.push(Pattern { prefix, begun });
                }
            }
        }
        candidates.extend(of_length);
    }
    candidates
}

impl Pattern {
    fn levels(&self) -> Vec<Level> {
        let last = match &self.begun {
            None => Level::Rest,
            Some(text) => Level::Begun(text.clone()),
        };
        self.prefix.iter().cloned().chain([last]).collect()
    }

    fn covers(&self, levels: &[Level]) -> bool {
        let Some((last, true)) = levels
            .get(self.prefix.len())
            .map(|last| (last, levels.starts_with(&self.prefix)))
        else {
            return false;
        };
        match &self.begun {
            None => true,
            Some(begun) => last.text().is_some_and(|it| it.starts_with(&**begun)),
        }
    }

    /// Whether each documented topic that it could be is granted.
    fn is_all_of(&self, documented: &[Vec<Level>], own: &[&Grant]) -> bool {
        let mut meant = documented.iter().filter_map(|it| self.meeting(it));
        meant.all(|topic| {
            own.iter().any(|grant| {
                let mut pairs = grant.levels.iter().zip(&topic);
                grant.levels.len() == topic.len()
                    && pairs.all(|(granted, level)| granted == level || *granted == Level::Any)
            })
        })
    }

    /// The part of a documented topic that the pattern covers.
    fn meeting(&self, topic: &[Level]) -> Option<Vec<Level>> {
        let mut meeting = topic.to_vec();
        for (level, own) in meeting.iter_mut().zip(&self.prefix) {
            if *level == Level::Any {
                *level = own.clone();
            } else if level != own {
                return None;
            }
        }
        let next = meeting.get(self.prefix.len())?;
        let is_met = match (&self.begun, next.text()) {
            (Some(begun), Some(text)) => text.starts_with(&**begun),
            (Some(_), None) | (None, _) => true,
        };
        is_met.then_some(meeting)
    }

    /// What it covers and AWS does not document.
    fn example(&self) -> String {
        let last = format!("{}x", self.begun.as_deref().unwrap_or_default());
        let last = Level::Parts(vec![LevelPart::Literal(last)]);
        let levels: Vec<Level> = self.prefix.iter().cloned().chain([last]).collect();
        readable(&levels)
    }
}
