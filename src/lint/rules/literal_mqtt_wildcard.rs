//! `+` and `#` where a policy takes them as plain characters.

use crate::artifact::PolicyDocument;
use crate::lint::{Check, Confidence, Context, Findings, Rule};
use crate::model::{Effect, Piece, Resource, ResourceKind, Statement};
use crate::source::{Span, Spanned};

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
    let Some(name) = arn.name() else { return };
    let Some((wildcard, span)) = mqtt_wildcard(name.pieces()) else {
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

/// The first level that is `+`, or the last that is `#`, and where it stands.
fn mqtt_wildcard(pieces: &[Spanned<Piece>]) -> Option<(char, Span)> {
    for (place, piece) in pieces.iter().enumerate() {
        let Piece::Literal(literal) = &piece.value else {
            continue;
        };
        let is_first = place == 0;
        let is_last = place + 1 == pieces.len();
        for (at, character) in literal.char_indices() {
            if character != '+' && character != '#' {
                continue;
            }
            let before = literal.get(..at).unwrap_or("");
            let behind = literal.get(at + 1..).unwrap_or("");
            let opens = if before.is_empty() {
                is_first
            } else {
                before.ends_with('/')
            };
            let closes = match character {
                '#' => behind.is_empty() && is_last,
                _ if behind.is_empty() => is_last,
                _ => behind.starts_with('/'),
            };
            if opens && closes {
                return Some((character, within(piece, literal, at)));
            }
        }
    }
    None
}

/// The place of the character at `at`; that of the whole piece where it is written with escapes.
fn within(piece: &Spanned<Piece>, literal: &str, at: usize) -> Span {
    let span = piece.span;
    if (span.end() - span.start()) as usize != literal.len() {
        return span;
    }
    let start = span.start() + at as u32;
    Span::new(span.source(), start, start + 1)
}
