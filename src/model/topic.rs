//! MQTT topics and topic filters.

use std::fmt;

/// The prefix of the topics that AWS keeps for itself.
const RESERVED: &str = "$aws/";

/// Whether a topic or filter is one of AWS's own.
pub fn is_reserved(topic: &str) -> bool {
    topic.starts_with(RESERVED)
}

/// What a shared subscription begins with.
const SHARED: &str = "$share/";

/// The filter (or, at delivery, the topic) of a shared subscription: `a/b` of `$share/group/a/b`.
pub fn unshared(filter: &str) -> Option<&str> {
    filter
        .strip_prefix(SHARED)?
        .split_once('/')
        .map(|(_, filter)| filter)
}

/// What the filter of a shared subscription begins with, before its group.
pub fn share_prefix() -> &'static str {
    SHARED
}

/// What the topics that AWS keeps for a thing begin with, up to the thing's name.
pub fn things_prefix() -> String {
    format!("{RESERVED}things/")
}

/// What the topics that go to a rule alone begin with (Basic Ingest).
pub fn rules_prefix() -> String {
    format!("{RESERVED}rules/")
}

/// The topic that changes the classic shadow of a thing, over MQTT.
pub fn shadow_update_topic(thing: &str) -> String {
    format!("{RESERVED}things/{thing}/shadow/update")
}

/// A topic that a message can be published to: no wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Box<str>);

/// Why a text is no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTopic {
    /// No character.
    #[error("a topic can't be empty")]
    Empty,
    /// `+` or `#`
    #[error("a topic can't hold `+` or `#`")]
    Wildcard,
    /// U+0000
    #[error("a topic can't hold the character U+0000")]
    Nul,
}

impl Topic {
    /// The topic of these characters.
    ///
    /// # Errors
    /// An empty text, or one with `+`, `#` or U+0000.
    pub fn new(text: &str) -> Result<Topic, InvalidTopic> {
        if text.is_empty() {
            return Err(InvalidTopic::Empty);
        }
        if text.contains(['+', '#']) {
            return Err(InvalidTopic::Wildcard);
        }
        if text.contains('\0') {
            return Err(InvalidTopic::Nul);
        }
        Ok(Topic(text.into()))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a client subscribes to: `+` stands for one level, `#` for all levels below.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicFilter(Box<str>);

/// Why a text is no topic filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilter {
    /// No character.
    #[error("a topic filter can't be empty")]
    Empty,
    /// `#` before the end
    #[error("`#` can only stand alone in the last level")]
    MultiLevel,
    /// `+` beside other characters
    #[error("`+` can only stand alone in a level")]
    SingleLevel,
}

impl TopicFilter {
    /// The filter of these characters.
    ///
    /// # Errors
    /// An empty text, a `+` that does not fill its level, a `#` that is not the whole last level.
    pub fn new(text: &str) -> Result<TopicFilter, InvalidFilter> {
        if text.is_empty() {
            return Err(InvalidFilter::Empty);
        }
        let mut levels = text.split('/').peekable();
        while let Some(level) = levels.next() {
            if level.contains('#') && (level != "#" || levels.peek().is_some()) {
                return Err(InvalidFilter::MultiLevel);
            }
            if level.contains('+') && level != "+" {
                return Err(InvalidFilter::SingleLevel);
            }
        }
        Ok(TopicFilter(text.into()))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a message to `topic` is for a subscriber of this filter. As AWS documents it,
    /// `sensor/#` does not match `sensor`; a leading wildcard matches no topic that begins with
    /// `$`.
    pub fn matches(&self, topic: &Topic) -> bool {
        let topic = topic.as_str();
        if topic.starts_with('$') && self.0.starts_with(['+', '#']) {
            return false;
        }
        let mut levels = topic.split('/');
        for wanted in self.0.split('/') {
            match (wanted, levels.next()) {
                ("#", Some(_)) => return true,
                ("+", Some(_)) => {}
                (_, Some(level)) if level == wanted => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }
}

impl fmt::Display for TopicFilter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(filter: &str, topic: &str) -> bool {
        TopicFilter::new(filter)
            .unwrap()
            .matches(&Topic::new(topic).unwrap())
    }

    #[test]
    fn filters_match_by_level() {
        for (filter, topic) in [
            ("a/+/c", "a/b/c"),
            ("a/#", "a/b/c"),
            ("a/#", "a/"),
            ("#", "a"),
            ("+", "a"),
            ("+/+", "/"),
        ] {
            assert!(matches(filter, topic), "{filter} {topic}");
        }
        for (filter, topic) in [
            ("a/#", "a"),
            ("a/+", "a/b/c"),
            ("#", "$aws/x"),
            ("+/x", "$aws/x"),
            ("a", "a/b"),
        ] {
            assert!(!matches(filter, topic), "{filter} {topic}");
        }
    }

    #[test]
    fn wildcards_fill_their_level() {
        assert_eq!(TopicFilter::new("a/#/b"), Err(InvalidFilter::MultiLevel));
        assert_eq!(TopicFilter::new("a/b#"), Err(InvalidFilter::MultiLevel));
        assert_eq!(TopicFilter::new("a+/b"), Err(InvalidFilter::SingleLevel));
        assert_eq!(Topic::new("a/+"), Err(InvalidTopic::Wildcard));
    }
}
