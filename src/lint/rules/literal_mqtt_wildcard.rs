//! `+` and `#` where a policy takes them as plain characters.

use crate::artifact::PolicyDocument;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{Effect, Resource, ResourceKind, Statement};
use crate::source::{Span, Text};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/literal-mqtt-wildcard.yaml"),
    Check::Policy(check),
);

/// One finding per resource with an MQTT wildcard that does not do what it does in MQTT.
fn check(policy: &PolicyDocument, _: &Context<'_>, findings: &mut Findings<'_>) {
    for statement in &policy.policy.statements {
        for resource in statement.resources.only() {
            check_resource(statement, resource, findings);
        }
    }
}

fn check_resource(statement: &Statement, resource: &Resource, findings: &mut Findings<'_>) {
    let Some(arn) = &resource.arn else { return };
    let Some(kind) = arn.kind_word().and_then(ResourceKind::parse) else {
        return;
    };
    let Some((wildcard, span)) = mqtt_wildcard(&resource.text) else {
        return;
    };
    match (kind, statement.effect.value) {
        (ResourceKind::Topic, _) => {
            let message = format!("`{wildcard}` is a plain character here, and no topic holds it");
            findings
                .add(Confidence::High, span, message)
                .help("write `*`, which in a policy stands for any run of characters");
        }
        (ResourceKind::TopicFilter, Effect::Deny) => {
            let message = format!(
                "`{wildcard}` is a plain character here, so only the filter of this very text is denied"
            );
            findings.add(Confidence::High, span, message).help(
                "write `*`, and deny `iot:Receive` on `topic/…` too: a wider filter passes any Deny of \
                 `iot:Subscribe`",
            );
        }
        // Right when the device subscribes to exactly this filter.
        (ResourceKind::TopicFilter, Effect::Allow)
        | (ResourceKind::Client | ResourceKind::Thing | ResourceKind::RoleAlias, _) => {}
    }
}

/// The first level that is `+`, or the last that is `#`, and where it stands. Levels are told by the
/// text itself: an open value, a variable or a wildcard beside the character makes it part of more.
fn mqtt_wildcard(text: &Text) -> Option<(char, Span)> {
    let characters = text.as_str();
    let is_alone = |at: usize| text.holes_within(at..at + 1).is_empty();
    let found = characters.char_indices().find(|(at, character)| {
        let behind = characters.get(at + 1..).unwrap_or("");
        let closes = match character {
            '+' => behind.is_empty() || behind.starts_with('/'),
            '#' => behind.is_empty(),
            _ => false,
        };
        closes && characters.get(..*at).is_some_and(|it| it.ends_with('/')) && is_alone(*at)
    });
    found.map(|(at, character)| (character, text.span(at..at + 1)))
}
