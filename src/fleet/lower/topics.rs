//! From exact rights to the topics that a device uses, as its firmware writes them.

use super::grants::{Grant, Level, LevelPart};
use super::identity::Identity;
use crate::fleet::plan::{DeviceTopic, Right, Use};
use crate::model::Key;

/// The topics in the order of the spec. What a device receives follows from what it subscribes to.
pub(super) fn of(grants: &[Grant], identity: &Identity, thing_type: &str) -> Vec<DeviceTopic> {
    let mut topics: Vec<DeviceTopic> = Vec::new();
    for grant in grants {
        let does = match grant.right {
            Right::Publish => Use::Publish,
            Right::Subscribe => Use::Subscribe,
            Right::RetainPublish | Right::Receive => continue,
        };
        let is_retained = |it: &Grant| {
            it.right == Right::RetainPublish
                && it.levels == grant.levels
                && it.origin == grant.origin
        };
        let topic = DeviceTopic {
            asked: grant.origin.path.clone(),
            topic: written(&grant.levels, does, identity, thing_type),
            does,
            retain: does == Use::Publish && grants.iter().any(is_retained),
            https: grant.over_https,
            will: grant.is_will,
        };
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

/// Levels with holes for what is the device's own.
fn written(levels: &[Level], does: Use, identity: &Identity, thing_type: &str) -> String {
    let part = |part: &LevelPart| match part {
        LevelPart::Literal(literal) => literal.clone(),
        LevelPart::Variable { key, .. } => match key {
            Key::ThingTypeName => thing_type.to_owned(),
            Key::ThingName | Key::ClientId => "{thing}".to_owned(),
            Key::ThingAttribute(name) => format!("{{{name}}}"),
            other => {
                let fields = identity.fields.iter();
                let mut own = fields.filter(|it| it.certificate_key().as_ref() == Some(other));
                match own.next() {
                    Some(field) if identity.name.bare_hole() == Some(&*field.name) => {
                        "{thing}".to_owned()
                    }
                    Some(field) => format!("{{{}}}", field.name),
                    None => format!("{{{}}}", other.name()),
                }
            }
        },
    };
    let level = |level: &Level| match level {
        Level::Any => match does {
            Use::Publish => "{any}".to_owned(),
            Use::Subscribe => "+".to_owned(),
        },
        Level::Begun(text) => format!("{text}*"),
        Level::Rest => match does {
            Use::Publish => "**".to_owned(),
            Use::Subscribe => "#".to_owned(),
        },
        Level::Parts(parts) => parts.iter().map(part).collect(),
    };
    levels.iter().map(level).collect::<Vec<_>>().join("/")
}
