//! Denies that a device walks around.

use crate::engine::{
    Bound, BoundSense, Isolation, Reading, Region, RegionPiece, Tie, Verdict, Witness, bound,
};
use crate::lint::crossing::name_of;
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{
    Effect, PUBLISH, Piece, RECEIVE, Resource, ResourceKind, SUBSCRIBE, is_reserved, rules_prefix,
};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/ineffective-deny.yaml"),
    Check::Access(check),
);

/// One finding per entry of a Deny whose messages a device still gets, by a wider filter, or still
/// sends, to a rule.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut question = Isolation::new(&*set.head);
    question.tie = Tie::ByClientId;
    question.reading = Reading::Documented;
    for (_, statement) in set.policies.statements() {
        if statement.effect.value != Effect::Deny || !statement.conditions.is_empty() {
            continue;
        }
        for entry in statement.resources.only() {
            if statement.covers_action(SUBSCRIBE)
                && let Some(region) = region(entry, ResourceKind::TopicFilter, "")
                && let Some(witness) = passes(set, RECEIVE, region, &question)
            {
                let filter = filter_of(&witness);
                findings
                    .add(
                        Confidence::Proven,
                        entry.span,
                        format!("the filter `{filter}` slips past the Deny of `{}`", name_of(entry)),
                    )
                    .label("only filters of this very form are denied")
                    .help(format!("deny {RECEIVE} on the `topic/…` of the messages too: it is checked with each of them"))
                    .witness(witness);
            } else if statement.covers_action(PUBLISH)
                && let Some(region) = region(entry, ResourceKind::Topic, &rules_prefix())
                && let Some(witness) = passes(set, PUBLISH, region, &question)
            {
                findings
                    .add(
                        Confidence::Proven,
                        entry.span,
                        format!(
                            "what is denied on `{}` can be sent to a rule directly",
                            name_of(entry)
                        ),
                    )
                    .label(
                        "the name of a rule before the topic takes it past the Deny (Basic Ingest)",
                    )
                    .help(format!(
                        "deny {PUBLISH} on `topic/{}*` too, or allow topics one by one",
                        rules_prefix()
                    ))
                    .witness(witness);
            }
        }
    }
}

fn passes(
    set: &AccessSet<'_>,
    action: &str,
    region: Region,
    question: &Isolation,
) -> Option<Witness> {
    let never = Bound {
        sense: BoundSense::Never,
        action: action.into(),
        region,
    };
    match bound(&set.policies, &never, question) {
        Verdict::Refuted(witness) => Some(*witness),
        Verdict::Proved | Verdict::Unknown(_) => None,
    }
}

/// The topics that an entry of a kind is about; below any rule, where `rules` is what their topics
/// begin with. `None` for another kind, for the topics of AWS, and for all topics.
fn region(entry: &Resource, kind: ResourceKind, rules: &str) -> Option<Region> {
    let arn = entry.arn.as_ref()?;
    if arn.kind_word() != Some(kind.as_str()) {
        return None;
    }
    let mut pieces = vec![RegionPiece::Literal(
        format!("{}/{rules}", ResourceKind::Topic.as_str()).into(),
    )];
    if !rules.is_empty() {
        // The name of a rule, of at least one character.
        let level = [RegionPiece::AnyChar, RegionPiece::AnyLevel];
        pieces.extend(level);
        pieces.push(RegionPiece::Literal("/".into()));
    }
    let mut is_first = true;
    let mut has_name = false;
    for piece in arn.resource().pieces() {
        match &piece.value {
            Piece::Literal(text) => {
                let text = match is_first {
                    true => text.split_once('/')?.1,
                    false => text,
                };
                if is_first && is_reserved(text) {
                    return None;
                }
                has_name |= !text.is_empty();
                pieces.extend(literal(text, kind));
            }
            Piece::AnyChar => pieces.push(RegionPiece::AnyChar),
            Piece::AnyRun => pieces.push(RegionPiece::AnyRun),
            Piece::Variable(variable) => {
                has_name = true;
                pieces.push(RegionPiece::Identity(variable.key.clone()));
            }
            Piece::Reference(_) => return None,
        }
        is_first = false;
    }
    has_name.then_some(Region { pieces })
}

/// Characters of a filter as those of its topics: `+` is any level, a last `#` anything.
fn literal(text: &str, kind: ResourceKind) -> Vec<RegionPiece> {
    if kind != ResourceKind::TopicFilter {
        return vec![RegionPiece::Literal(text.into())];
    }
    let mut pieces = Vec::new();
    for part in text.split_inclusive(['+', '#']) {
        let plain = part.trim_end_matches(['+', '#']);
        if !plain.is_empty() {
            pieces.push(RegionPiece::Literal(plain.into()));
        }
        match part.as_bytes().last() {
            Some(b'+') => pieces.push(RegionPiece::AnyLevel),
            Some(b'#') => pieces.push(RegionPiece::AnyRun),
            _ => {}
        }
    }
    pieces
}

/// The filter that a witness subscribes to.
fn filter_of(witness: &Witness) -> &str {
    let mut steps = witness.steps().iter();
    let subscribe = steps.find(|it| it.action.eq_ignore_ascii_case(SUBSCRIBE));
    let filter = subscribe.and_then(|it| it.resource.splitn(6, ':').last());
    filter
        .and_then(|it| it.split_once('/'))
        .map_or("", |it| it.1)
}
