//! Reserved topics and what clients may do with them.

use super::provenance::Provenance;
use super::table;

/// What a client does with a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientOperation {
    /// Publishes to it.
    Publish,
    /// Subscribes to it.
    Subscribe,
    /// Receives from it.
    Receive,
}

/// The feature that a reserved topic belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopicFamily {
    /// Device shadows.
    Shadow,
    /// Jobs, device side.
    Jobs,
    /// Device Defender metrics.
    Defender,
    /// Secure tunneling.
    Tunnel,
    /// MQTT-based file delivery.
    Streams,
    /// Fleet provisioning.
    Provisioning,
    /// Basic Ingest: straight to a rule.
    BasicIngest,
    /// Device location.
    Location,
    /// Commands.
    Commands,
    /// Asset property updates of IoT SiteWise.
    Sitewise,
    /// Events of the account.
    Events,
    /// Shared subscriptions; a form of filter, not a topic.
    SharedSubscription,
}

/// A reserved topic.
///
/// Source: `facts/topics.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedTopic {
    /// The topic; `{name}` stands for one level, `{name...}` for one or more levels at the end,
    /// e.g. `$aws/things/{thing}/shadow/get`.
    pub pattern: &'static str,
    /// The feature that it belongs to.
    pub family: TopicFamily,
    /// What AWS says that clients may do; see [`ReservedTopic::allows`].
    pub operations: &'static [ClientOperation],
    /// Whether it tells about all devices of the account.
    pub fleet_wide: bool,
    /// Where the fact comes from.
    pub provenance: Provenance,
}

impl ReservedTopic {
    /// Returns whether AWS IoT lets clients do this. Who may subscribe may also receive.
    pub fn allows(&self, operation: ClientOperation) -> bool {
        self.operations.contains(&operation)
            || operation == ClientOperation::Receive
                && self.operations.contains(&ClientOperation::Subscribe)
    }

    /// Returns whether the concrete topic is this one. Case matters.
    pub fn matches(&self, topic: &str) -> bool {
        let mut levels = topic.split('/');
        for expected in self.pattern.split('/') {
            if is_rest(expected) {
                return levels.next().is_some();
            }
            match levels.next() {
                Some(level) if is_placeholder(expected) || level == expected => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }

    /// Returns the number of levels that are not placeholders.
    fn literal_levels(&self) -> usize {
        self.pattern
            .split('/')
            .filter(|level| !is_placeholder(level))
            .count()
    }
}

/// Returns all reserved topics, sorted by pattern.
pub fn reserved_topics() -> &'static [ReservedTopic] {
    table::topics::TOPICS
}

/// Finds the reserved topic that a concrete topic is; of several the one with most literal levels.
pub fn reserved_topic(topic: &str) -> Option<&'static ReservedTopic> {
    let matching = reserved_topics()
        .iter()
        .filter(|reserved| reserved.matches(topic));
    matching.max_by_key(|reserved| reserved.literal_levels())
}

/// Returns whether a level of a pattern stands for any text.
fn is_placeholder(level: &str) -> bool {
    level.starts_with('{')
}

/// Returns whether a level of a pattern stands for all levels that are left.
fn is_rest(level: &str) -> bool {
    level.ends_with("...}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(topic: &str) -> Option<&'static str> {
        reserved_topic(topic).map(|found| found.pattern)
    }

    #[test]
    fn levels_stand_for_placeholders() {
        let found = pattern("$aws/things/device-a/shadow/get");
        assert_eq!(found, Some("$aws/things/{thing}/shadow/get"));
        assert_eq!(pattern("$aws/things/device-a/shadow/got"), None);
        assert_eq!(pattern("$aws/things/device-a/shadow/get/accepted/x"), None);
        assert_eq!(pattern("dt/device-a"), None);
    }

    #[test]
    fn literal_levels_win() {
        let accepted = "$aws/commands/things/a/executions/e/response/accepted";
        let found = pattern(accepted).expect("the topic is reserved");
        assert!(found.ends_with("/response/accepted"), "{found}");
    }

    #[test]
    fn the_rest_is_one_level_or_more() {
        assert_eq!(pattern("$aws/rules/R"), Some("$aws/rules/{rule}"));
        assert_eq!(
            pattern("$aws/rules/R/a/b"),
            Some("$aws/rules/{rule}/{rest...}")
        );
    }

    #[test]
    fn who_may_subscribe_may_receive() {
        let allows = |topic, operation| {
            reserved_topic(topic)
                .expect("the topic is reserved")
                .allows(operation)
        };
        assert!(allows(
            "$aws/things/a/jobs/notify",
            ClientOperation::Receive
        ));
        assert!(!allows(
            "$aws/things/a/jobs/notify",
            ClientOperation::Publish
        ));
        assert!(allows("$aws/things/a/jobs/get", ClientOperation::Publish));
        assert!(!allows("$aws/things/a/jobs/get", ClientOperation::Receive));
        assert!(!allows("$aws/rules/R/a", ClientOperation::Subscribe));
    }

    #[test]
    fn events_are_fleet_wide() {
        for row in reserved_topics() {
            assert_eq!(
                row.fleet_wide,
                row.family == TopicFamily::Events,
                "{}",
                row.pattern
            );
        }
    }
}
