//! Topics for many, told from what belongs to a device.

use crate::fleet::language::{Difference, Language, Part};
use crate::model::{Clause, Key, Piece, PolicySet, Resource, ResourceKind};

/// Any run of characters: what a device's attribute is, for all that is known.
const ANY: &str = "(?s:.)*";
/// Any level.
const ANY_LEVEL: &str = "[^/]*";

/// The policies without what is for many, `shared`, as policies write it behind the head of an ARN.
///
/// `None` where nothing is for many, and where a topic for many may be a device's own as well. Otherwise what is proved of the rest holds
/// of the whole: nothing that a device calls its own can be reached by what is for many. That things are
/// named as their pattern says is taken for granted here.
pub(super) fn without(set: &PolicySet, shared: &[Box<str>], names: &Language) -> Option<PolicySet> {
    if shared.is_empty() {
        return None;
    }
    let is_shared = |entry: &Resource| shared.iter().any(|it| **it == *name_of(entry));
    let entries: Vec<&Resource> = set
        .statements()
        .flat_map(|(_, statement)| statement.resources.only())
        .collect();
    let many = entries.iter().filter(|it| is_shared(it));
    let many: Vec<Language> = many
        .filter_map(|it| topics(it, names))
        .collect::<Option<_>>()?;
    let own = entries.iter().filter(|it| !is_shared(it));
    let own: Vec<Language> = own
        .filter_map(|it| topics(it, names))
        .collect::<Option<_>>()?;
    let is_apart = |one: &Language| {
        own.iter()
            .all(|other| one.shared_with(other) == Difference::None)
    };
    if !many.iter().all(is_apart) {
        return None;
    }
    let mut rest = set.clone();
    for attached in &mut rest.policies {
        let statements = &mut attached.policy.statements;
        for statement in statements.iter_mut() {
            if let Clause::Only(list) = &mut statement.resources {
                list.retain(|entry| !is_shared(entry));
            }
        }
        statements.retain(|it| !matches!(&it.resources, Clause::Only(list) if list.is_empty()));
    }
    Some(rest)
}

/// What stands behind the head of an ARN.
fn name_of(entry: &Resource) -> String {
    let arn = entry.arn.as_ref();
    arn.map_or(&entry.pattern, |arn| arn.resource()).to_string()
}

/// The topics that an entry is about; the first `None` when it is about none, the second when they can't
/// be told.
fn topics(entry: &Resource, names: &Language) -> Option<Option<Language>> {
    let name = name_of(entry);
    let is_of = |kind: ResourceKind| name.starts_with(&format!("{}/", kind.as_str()));
    let is_filter = is_of(ResourceKind::TopicFilter);
    if !is_filter && !is_of(ResourceKind::Topic) {
        return None;
    }
    let arn = entry.arn.as_ref();
    let pattern = arn.map_or(&entry.pattern, |arn| arn.resource());
    let pieces = pattern.pieces();
    let mut parts = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match &piece.value {
            Piece::Literal(text) => {
                let text = match at {
                    0 => text.split_once('/').map_or("", |(_, name)| name),
                    _ => text,
                };
                match is_filter {
                    true => of_filter(text, at + 1 == pieces.len(), &mut parts),
                    false => parts.push(Part::Literal(text)),
                }
            }
            Piece::AnyChar => parts.push(Part::Pattern("(?s:.)")),
            Piece::AnyRun | Piece::Reference(_) => parts.push(Part::Pattern(ANY)),
            Piece::Variable(variable) => parts.push(Part::Pattern(match variable.key {
                Key::ThingName => names.pattern(),
                _ => ANY,
            })),
        }
    }
    Some(Language::of_parts(parts).ok())
}

/// Text of a filter: `+` is any level, a last `#` anything.
fn of_filter<'p>(text: &'p str, is_last: bool, parts: &mut Vec<Part<'p>>) {
    let (text, has_rest) = match text.strip_suffix('#') {
        Some(before) if is_last => (before, true),
        _ => (text, false),
    };
    for (at, literal) in text.split('+').enumerate() {
        if at > 0 {
            parts.push(Part::Pattern(ANY_LEVEL));
        }
        parts.push(Part::Literal(literal));
    }
    if has_rest {
        parts.push(Part::Pattern(ANY));
    }
}
