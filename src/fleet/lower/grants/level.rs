//! Levels of topics, as policies and people write them.

use crate::model::Key;

/// A level of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fleet::lower) enum Level {
    /// Text and variables, one after the other.
    Parts(Vec<LevelPart>),
    /// One level, whatever stands there. Policies can only say `*` for it.
    Any,
    /// All levels that are left, at least one. Only last.
    Rest,
    /// A level that begins so, and all behind it. Only last, and of AWS's own topics.
    Begun(String),
}

/// A part of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fleet::lower) enum LevelPart {
    /// Characters that stand for themselves.
    Literal(String),
    /// A value of the connection.
    Variable {
        /// Which.
        key: Key,
        /// Whether no two devices share it.
        unique: bool,
    },
}

impl Level {
    pub(in crate::fleet::lower) fn literal(text: &str) -> Level {
        Level::Parts(vec![LevelPart::Literal(text.to_owned())])
    }

    /// The variable that is the whole level, and that no two devices share.
    pub(in crate::fleet::lower) fn identity(&self) -> Option<&Key> {
        match self {
            Level::Parts(parts) => match &**parts {
                [LevelPart::Variable { key, unique: true }] => Some(key),
                _ => None,
            },
            Level::Any | Level::Rest | Level::Begun(_) => None,
        }
    }

    /// The text that is the whole level.
    pub(in crate::fleet::lower) fn text(&self) -> Option<&str> {
        match self {
            Level::Parts(parts) => match &**parts {
                [] => Some(""),
                [LevelPart::Literal(literal)] => Some(literal),
                _ => None,
            },
            Level::Any | Level::Rest | Level::Begun(_) => None,
        }
    }

    /// The level in a policy.
    pub(in crate::fleet::lower) fn in_policy(&self) -> String {
        match self {
            Level::Any | Level::Rest => "*".to_owned(),
            Level::Begun(text) => format!("{text}*"),
            Level::Parts(parts) => parts.iter().map(LevelPart::in_policy).collect(),
        }
    }
}

impl LevelPart {
    fn in_policy(&self) -> String {
        match self {
            LevelPart::Literal(literal) => literal.clone(),
            LevelPart::Variable { key, .. } => format!("${{{}}}", key.name()),
        }
    }
}

/// Levels as a policy writes them.
pub(in crate::fleet::lower) fn in_policy(levels: &[Level]) -> String {
    let levels: Vec<String> = levels.iter().map(Level::in_policy).collect();
    levels.join("/")
}

/// Levels as a reader of messages knows them: `{thing}` instead of a variable.
pub(in crate::fleet::lower) fn readable(levels: &[Level]) -> String {
    let part = |part: &LevelPart| match part {
        LevelPart::Literal(literal) => literal.clone(),
        LevelPart::Variable { key, .. } => match key {
            Key::ThingName => "{thing}".to_owned(),
            Key::ThingTypeName => "{type}".to_owned(),
            Key::ClientId => "{client}".to_owned(),
            Key::ThingAttribute(name) => format!("{{{name}}}"),
            other => format!("{{{}}}", other.name()),
        },
    };
    let levels: Vec<String> = levels
        .iter()
        .map(|level| match level {
            Level::Any | Level::Rest => "*".to_owned(),
            Level::Begun(text) => format!("{text}*"),
            Level::Parts(parts) => parts.iter().map(part).collect(),
        })
        .collect();
    levels.join("/")
}

/// The place of the first level that is the device's own.
pub(in crate::fleet::lower) fn identity_level(levels: &[Level]) -> Option<usize> {
    levels.iter().position(|level| level.identity().is_some())
}
