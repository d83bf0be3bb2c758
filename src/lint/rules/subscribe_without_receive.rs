//! Devices that may subscribe and receive nothing.

use crate::artifact::PolicyDocument;
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{RECEIVE, SUBSCRIBE};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/subscribe-without-receive.yaml"),
    Check::Access(check),
);

/// One finding per set, at the first action that allows to subscribe, when nothing allows to
/// receive: neither in the set nor, where the set may not be all, in the rest of the file.
fn check(set: &AccessSet<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let subscribes = set
        .allows()
        .find(|(_, statement)| statement.covers_action(SUBSCRIBE));
    let Some((_, statement)) = subscribes else {
        return;
    };
    let may_be_elsewhere = !set.is_whole && set.artifact_receives;
    if may_be_elsewhere || set.allows().any(|(_, it)| it.covers_action(RECEIVE)) {
        return;
    }
    // A statement that could not be read may be the one.
    let may_be_lost = |it: &&PolicyDocument| {
        it.lost_statement().is_some() || !context.file.is_whole_at(it.policy.span)
    };
    if set.documents.iter().any(may_be_lost) {
        return;
    }
    let action = statement
        .actions
        .only()
        .iter()
        .find(|it| it.value.matches(SUBSCRIBE));
    let span = action.map_or(statement.span.at_start(), |action| action.span);
    let confidence = if set.is_whole {
        Confidence::High
    } else {
        Confidence::Low
    };
    findings
        .add(
            confidence,
            span,
            format!("{SUBSCRIBE} is allowed, but nothing allows {RECEIVE}"),
        )
        .label("subscriptions succeed, and no message comes")
        .help(format!("allow {RECEIVE} on the `topic/…` of the messages"));
}
