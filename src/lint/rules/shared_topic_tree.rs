//! Trees of topics that every device may both write and read.

use crate::engine::{
    Bound, BoundSense, Isolation, Reading, Region, RegionPiece, Tie, Verdict, Witness, bound,
};
use crate::lint::crossing::name_of;
use crate::lint::rules::full_wildcard;
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{PUBLISH, Piece, RECEIVE, Resource, ResourceKind, is_reserved};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/shared-topic-tree.yaml"),
    Check::Access(check),
);

/// One finding per entry that lets all devices publish to a tree of topics that all can read.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut question = Isolation::new(&*set.head);
    question.tie = Tie::ByClientId;
    question.reading = Reading::Documented;
    for (id, statement) in set.allows() {
        if !statement.covers_action(PUBLISH) {
            continue;
        }
        for entry in statement.resources.only() {
            if !is_tree(entry) || full_wildcard::opens(set, id, entry) {
                continue;
            }
            let Some(witness) = read(set, entry, &question) else {
                continue;
            };
            findings
                .add(
                    Confidence::Proven,
                    entry.span,
                    format!("all devices write and read below `{}`", name_of(entry)),
                )
                .label("what one device publishes here, any other may have published")
                .help(
                    "put the device's name into the topic, e.g. \
                     `topic/dt/${iot:Connection.Thing.ThingName}/*`, or let devices only read here",
                )
                .witness(witness);
        }
    }
}

/// How a device reads a topic that the entry names.
fn read(set: &AccessSet<'_>, entry: &Resource, question: &Isolation) -> Option<Witness> {
    let pieces = entry.arn.as_ref()?.resource().pieces();
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => Some(RegionPiece::Literal(text.clone())),
        Piece::AnyChar => Some(RegionPiece::AnyChar),
        Piece::AnyRun => Some(RegionPiece::AnyRun),
        Piece::Variable(_) | Piece::Reference(_) => None,
    };
    let pieces: Option<_> = pieces.iter().map(|it| piece(&it.value)).collect();
    let never = Bound {
        sense: BoundSense::Never,
        action: RECEIVE.into(),
        region: Region { pieces: pieces? },
    };
    match bound(&set.policies, &never, question) {
        Verdict::Refuted(witness) => Some(*witness),
        Verdict::Proved | Verdict::Unknown(_) => None,
    }
}

/// Whether an entry names a tree of topics, by nothing that tells devices apart.
fn is_tree(entry: &Resource) -> bool {
    let Some(arn) = &entry.arn else { return false };
    let pieces = arn.resource().pieces();
    // `<name>` and the like: the text is filled in before it is a policy.
    let is_filled_in = name_of(entry).contains(['<', '{']);
    let is_run = |piece: &Piece| matches!(piece, Piece::AnyRun);
    let name = name_of(entry);
    let is_aws = name.split_once('/').is_some_and(|it| is_reserved(it.1));
    arn.kind_word() == Some(ResourceKind::Topic.as_str())
        && !is_aws
        && !is_filled_in
        && pieces.iter().any(|it| is_run(&it.value))
        && entry.pattern.variables().next().is_none()
}
