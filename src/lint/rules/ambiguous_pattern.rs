//! Policies of which it can't be decided what they let one device do to another.

use crate::engine::{Reason, Threat};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/ambiguous-pattern.yaml"),
    Check::Access(check),
);

/// One finding per set that leaves a question of isolation open.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let unknown = &set.crossings().unknown;
    let (Some((_, reason)), Some(first)) = (unknown.first(), set.documents.first()) else {
        return;
    };
    let words: Vec<&str> = unknown.iter().map(|(threat, _)| words(*threat)).collect();
    let why = match reason {
        Reason::Work => "its patterns can be read in too many ways",
        Reason::Conditions => "too many conditions decide it together",
        Reason::Undecided => "neither a proof nor an example was found",
    };
    findings
        .add(
            Confidence::High,
            first.policy.span.at_start(),
            format!(
                "whether a device can {} is not known: {why}",
                words.join(", or ")
            ),
        )
        .help(
            "let each variable fill a level of its own, and use one `*` in a resource, at its end",
        );
}

fn words(threat: Threat) -> &'static str {
    match threat {
        Threat::Impersonate => "connect as another",
        Threat::Spoof => "publish as another",
        Threat::Inject => "publish to what another reads",
        Threat::Eavesdrop => "read what belongs to another",
        Threat::Shadow => "reach another's shadow",
        Threat::Jobs => "reach another's jobs",
    }
}
