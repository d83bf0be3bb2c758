//! Statements that change nothing.

use crate::engine::diff;
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{Clause, Effect, StatementId};

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/redundant-statement.yaml"),
    Check::Access(check),
);

/// The most statements of a set that is looked at.
const MAX_STATEMENTS: usize = 40;
/// Steps of one proof: about half a millisecond.
const WORK: u64 = 10_000;

/// One finding per statement without which the set of policies allows the same, proved.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let statements: Vec<_> = set
        .policies
        .statements()
        .map(|(id, it)| (id, it.span))
        .collect();
    if statements.len() < 2 || statements.len() > MAX_STATEMENTS {
        return;
    }
    // Of two statements that say the same, the later one is taken out first, and stays out.
    let mut kept = set.policies.clone();
    for (id, span) in statements.into_iter().rev() {
        let Some(statement) = kept.statement(id) else {
            continue;
        };
        let effect = statement.effect.value;
        // One that allows nothing by itself, as with the wrong kind of resource, has a rule of its own.
        if effect == Effect::Allow && allows_nothing(set, id) {
            continue;
        }
        let mut without = kept.clone();
        take_out(&mut without, id);
        if !diff(&kept, &without, &set.head, WORK).is_equivalent() {
            continue;
        }
        kept = without;
        let (message, label) = match effect {
            Effect::Allow => (
                "this statement allows nothing that the others do not",
                "the policy means the same without it",
            ),
            Effect::Deny => (
                "this statement denies nothing that is allowed",
                "it matters only when something more is allowed",
            ),
        };
        findings
            .add(Confidence::Proven, span.at_start(), message)
            .label(label)
            .help("leave it out, or see why it does not do what it should: `fleetwright minify` shows the rest");
    }
}

/// Whether a statement, taken alone, lets no request pass.
fn allows_nothing(set: &AccessSet<'_>, id: StatementId) -> bool {
    let mut alone = set.policies.clone();
    for (other, _) in set.policies.statements().filter(|it| it.0 != id) {
        take_out(&mut alone, other);
    }
    let nothing = crate::model::PolicySet::default();
    diff(&nothing, &alone, &set.head, WORK).is_equivalent()
}

/// Makes a statement say nothing. All keep their numbers.
fn take_out(set: &mut crate::model::PolicySet, id: StatementId) {
    let policy = set.policies.get_mut(id.policy);
    if let Some(statement) = policy.and_then(|it| it.policy.statements.get_mut(id.statement)) {
        statement.resources = Clause::Only(Vec::new());
    }
}
