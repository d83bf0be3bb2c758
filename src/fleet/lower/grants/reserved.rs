//! Rights on the topics of AWS that belong to a feature.

use super::{Grant, Level, LevelPart, origin};
use crate::facts::{self, ClientOperation, TopicFamily};
use crate::fleet::plan::{Origin, Right};
use crate::fleet::spec::ShadowName;
use crate::model::Key;

pub(super) fn shadow_rights(shadow: &ShadowName) -> Vec<Grant> {
    const CLASSIC: &str = "classic";
    const NAMED: &str = "{shadow}";
    let name = &shadow.0;
    let origin = origin("features.shadow", name.span);
    let is_classic = *name.value == *CLASSIC;
    reserved_rights(
        TopicFamily::Shadow,
        &origin,
        |pattern| pattern.contains(NAMED) != is_classic,
        (!is_classic).then_some(&name.value),
    )
}

/// The rights on AWS's own topics of a feature.
pub(super) fn reserved_rights(
    family: TopicFamily,
    origin: &Origin,
    is_meant: impl Fn(&str) -> bool,
    shadow: Option<&str>,
) -> Vec<Grant> {
    let mut grants = Vec::new();
    let topics = facts::reserved_topics().iter();
    for topic in topics.filter(|topic| topic.family == family && is_meant(topic.pattern)) {
        let level = |level: &str| match (level, shadow) {
            ("{thing}", _) => Level::Parts(vec![LevelPart::Variable {
                key: Key::ThingName,
                unique: true,
            }]),
            ("{shadow}", Some(name)) => Level::literal(name),
            (other, _) if other.ends_with("...}") => Level::Rest,
            (other, _) if other.starts_with('{') => Level::Any,
            (other, _) => Level::literal(other),
        };
        let levels: Vec<Level> = topic.pattern.split('/').map(level).collect();
        let rights = [
            (ClientOperation::Publish, Right::Publish),
            (ClientOperation::Subscribe, Right::Subscribe),
            (ClientOperation::Receive, Right::Receive),
        ];
        for (operation, right) in rights {
            if topic.allows(operation) {
                grants.push(Grant {
                    right,
                    levels: levels.clone(),
                    origin: origin.clone(),
                    may_cross: false,
                    over_https: false,
                    is_will: false,
                });
            }
        }
    }
    grants
}
