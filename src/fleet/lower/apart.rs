//! Whether two things can meet on a topic, seen from the shape of the rights alone.
//!
//! The check is sound and simple: two rights are apart when, level by level, they differ in text
//! or in the thing's own name before either has a wildcard. What it cannot show it refuses.

use super::grants::{Grant, Level, readable};
use super::identity::Identity;
use crate::fleet::plan::Right;
use crate::fleet::{Error, ErrorKind};
use crate::model::Key;

/// Adds an error for each topic on which two things could meet.
pub(super) fn check(grants: &[Grant], identity: &Identity, errors: &mut Vec<Error>) {
    // What a subscription brings is decided by Receive.
    let topics: Vec<&Grant> = grants
        .iter()
        .filter(|grant| grant.right != Right::Subscribe)
        .collect();
    for (place, first) in topics.iter().enumerate() {
        let meeting = topics
            .iter()
            .skip(place)
            .find(|second| !are_apart(&first.levels, &second.levels, identity));
        if let Some(second) = meeting {
            let kind = ErrorKind::NotApart {
                topic: readable(&first.levels).into(),
            };
            let error = Error::new(kind, first.origin.span);
            errors.push(if first.origin == second.origin {
                error
            } else {
                error.with_related(second.origin.span, "another thing has this")
            });
        }
    }
}

/// Whether no topic of one thing's right is one of another thing's.
fn are_apart(first: &[Level], second: &[Level], identity: &Identity) -> bool {
    let mut others = second.iter();
    for level in first {
        let Some(other) = others.next() else {
            // One is longer, and the other had no wildcard so far.
            return true;
        };
        match (level, other) {
            (Level::Any | Level::Rest, _) | (_, Level::Any | Level::Rest) => return false,
            (Level::Parts(_), Level::Parts(_)) => {}
        }
        if let (Some(one), Some(two)) = (level.text(), other.text()) {
            if one != two {
                return true;
            }
            continue;
        }
        match (level.identity(), other.identity()) {
            (Some(one), Some(two)) => return is_same(one, two),
            (Some(key), None) if is_no_name(key, other, identity) => return true,
            (None, Some(key)) if is_no_name(key, level, identity) => return true,
            // Equal values are possible: the next level has to tell.
            _ => {}
        }
    }
    others.next().is_some()
}

/// Whether two keys have one value on every connection. The client id is the thing's name: the
/// policy lets a device connect with no other.
fn is_same(one: &Key, two: &Key) -> bool {
    let is_name = |key: &Key| matches!(key, Key::ThingName | Key::ClientId);
    one == two || (is_name(one) && is_name(two))
}

/// Whether a level is a text that no thing is called.
fn is_no_name(key: &Key, level: &Level, identity: &Identity) -> bool {
    let is_name = matches!(key, Key::ThingName | Key::ClientId);
    is_name
        && level
            .text()
            .is_some_and(|text| !identity.thing_name.contains(text))
}
