//! Policies of which it is known what one device can do to another, so that the brute force is seen
//! to find it.
//!
//! A line is a statement: `allow` or `deny`, actions without `iot:`, and resources behind `to`, or
//! behind `but` those that are taken away; `${T}` is the name of the thing, `${C}` the client id.
//! Each ends with what is violated as documented, and what only cautiously.

use fleetwright::engine::Threat;

use crate::policy::{Attached, Condition, Effect, Entry, Kind, List, Place, Statement, Token};

/// Policies, and what is violated.
pub(crate) struct Known {
    pub(crate) lines: &'static [&'static str],
    pub(crate) documented: &'static [Threat],
    pub(crate) cautious: &'static [Threat],
}

const CONNECT: &str = "allow Connect to client/${T}";
const CONNECT_AS_ANY: &str = "allow Connect to client/*";

use Threat::{Eavesdrop, Impersonate, Inject, Jobs, Shadow, Spoof};

pub(crate) const KNOWN: &[Known] = &[
    // Each reaches its own only.
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}",
            "allow Publish to topic/${T}/*",
        ],
        &[],
        &[],
    ),
    known(
        &[
            CONNECT,
            "allow Subscribe Receive to topicfilter/${T}/# topic/${T}/*",
        ],
        &[],
        &[],
    ),
    known(&["allow Publish to topic/${T}/${T}"], &[], &[]),
    // `*` crosses levels, and a name may end or begin with another.
    known(&[CONNECT, "allow Publish to topic/${T}*"], &[Spoof], &[]),
    known(&[CONNECT, "allow Publish to topic/*${T}"], &[Spoof], &[]),
    known(
        &[CONNECT, "allow Publish to topic/${T}${T} topic/a${T}"],
        &[Spoof],
        &[],
    ),
    known(
        &[CONNECT, "allow Publish to topic/${T}/a topic/b/${T}"],
        &[Spoof],
        &[],
    ),
    // A `?` may be a wildcard of MQTT.
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}/a",
            "allow Subscribe Receive to topicfilter/?/a topic/*",
        ],
        &[Eavesdrop],
        &[],
    ),
    // A Deny on the filter is no fence; one on Receive is.
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}/a",
            "allow Subscribe Receive to topicfilter/* topic/*",
            "deny Subscribe to topicfilter/a/* topicfilter/b/*",
        ],
        &[Eavesdrop, Shadow, Jobs],
        &[],
    ),
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}/a",
            "allow Subscribe Receive to topicfilter/* topic/*",
            "deny Receive but topic/${T}/*",
        ],
        &[],
        &[],
    ),
    // A wildcard at the start does not reach reserved topics; text does.
    known(
        &[
            CONNECT,
            "allow Subscribe Receive to topicfilter/+ topicfilter/# topic/*",
        ],
        &[],
        &[],
    ),
    known(
        &[
            CONNECT,
            "allow Subscribe Receive to topicfilter/$aws/* topic/*",
        ],
        &[Eavesdrop, Shadow, Jobs],
        &[],
    ),
    // The parent of `#`, and Receive by the name of a shared subscription.
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}",
            "allow Subscribe Receive to topicfilter/a/# topic/*",
        ],
        &[],
        &[Eavesdrop],
    ),
    known(
        &[
            CONNECT,
            "allow Publish to topic/${T}",
            "allow Subscribe Receive to topicfilter/$share/g/* topic/$share/*",
        ],
        &[],
        &[Eavesdrop],
    ),
    // A client id that is chosen; `*` may be a wildcard in it.
    known(&[CONNECT_AS_ANY], &[Impersonate], &[]),
    known(
        &[CONNECT_AS_ANY, "allow Publish to topic/${C}"],
        &[Impersonate, Spoof],
        &[Inject, Shadow, Jobs],
    ),
    // A Deny with thing variables is dead without a thing, and over HTTPS.
    known(
        &[
            "allow Publish to topic/$aws/things/*",
            "deny Publish but topic/$aws/things/${T}/*",
        ],
        &[Spoof, Inject, Shadow, Jobs],
        &[],
    ),
    // HTTPS.
    known(
        &[CONNECT, "allow GetThingShadow to thing/*"],
        &[Shadow],
        &[],
    ),
    known(&[CONNECT, "allow GetThingShadow to thing/${T}"], &[], &[]),
    known(
        &[CONNECT, "allow DescribeJobExecution to thing/*"],
        &[],
        &[Jobs],
    ),
    known(
        &[CONNECT, "allow SendDirectMessage to client/*"],
        &[Inject],
        &[],
    ),
    known(
        &[CONNECT, "allow DeleteConnection to client/*"],
        &[Impersonate],
        &[],
    ),
    known(
        &[CONNECT, "allow GetRetainedMessage to topic/*"],
        &[Eavesdrop],
        &[],
    ),
];

const fn known(
    lines: &'static [&'static str],
    documented: &'static [Threat],
    cautious: &'static [Threat],
) -> Known {
    Known {
        lines,
        documented,
        cautious,
    }
}

impl Known {
    pub(crate) fn statements(&self) -> Vec<Statement> {
        self.lines.iter().map(|line| statement(line)).collect()
    }
}

fn statement(line: &'static str) -> Statement {
    let is_excluding = line.contains(" but ");
    let word = if is_excluding { " but " } else { " to " };
    let (head, resources) = line.split_once(word).unwrap();
    let (effect, actions) = head.split_once(' ').unwrap();
    let is_connect = actions == "Connect";
    Statement {
        effect: if effect == "allow" {
            Effect::Allow
        } else {
            Effect::Deny
        },
        actions: List {
            entries: actions.split(' ').map(action).collect(),
            is_excluding: false,
        },
        resources: List {
            entries: resources.split(' ').map(entry).collect(),
            is_excluding,
        },
        conditions: match is_connect && resources.contains("${T}") {
            true => vec![Condition::IsAttached(true)],
            false => Vec::new(),
        },
        attached_to: Attached::Certificate,
    }
}

fn action(name: &str) -> &'static str {
    let all = [
        "iot:Connect",
        "iot:Publish",
        "iot:Subscribe",
        "iot:Receive",
        "iot:GetThingShadow",
        "iot:DescribeJobExecution",
        "iot:SendDirectMessage",
        "iot:DeleteConnection",
        "iot:GetRetainedMessage",
    ];
    let is_it = |it: &&&str| it.strip_prefix("iot:") == Some(name);
    all.iter().find(is_it).unwrap()
}

fn entry(text: &str) -> Entry {
    let (kind, name) = text.split_once('/').unwrap();
    let kind = match kind {
        "topic" => Kind::Topic,
        "topicfilter" => Kind::TopicFilter,
        "client" => Kind::Client,
        _ => Kind::Thing,
    };
    // One character for each variable.
    let name = name.replace("${T}", "T").replace("${C}", "C");
    let token = |it: char| match it {
        'T' => Token::Thing,
        'C' => Token::Client,
        '*' => Token::AnyRun,
        '?' => Token::AnyChar,
        letter => Token::Letter(letter),
    };
    Entry::Arn {
        place: Place::Exact,
        kind,
        name: name.chars().map(token).collect(),
    }
}
