//! Statements that open everything of a kind.

use crate::engine::Witness;
use crate::lint::set::{ATTACKER, VICTIM, attacker, request};
use crate::lint::{AccessSet, Check, Confidence, Context, Findings, Rule};
use crate::model::{
    ASSUME_ROLE_WITH_CERTIFICATE, Clause, PUBLISH, Resource, ResourceKind, SUBSCRIBE, StatementId,
    UPDATE_THING_SHADOW, shadow_update_topic,
};
use crate::source::Span;

pub(super) static RULE: Rule = Rule::new(
    include_str!("../../../rules/full-wildcard.yaml"),
    Check::Access(check),
);

/// What a device should never be able to do on everything.
struct Question {
    action: &'static str,
    kind: ResourceKind,
    /// In words, behind "lets a device".
    words: &'static str,
    /// Two names that have nothing in common: a policy that allows both allows any. The second is
    /// another device's.
    names: fn() -> [String; 2],
    /// For topics: a second name outside of those that AWS keeps for itself, which a Deny may close
    /// while all others stay open.
    others: Option<Others>,
}

/// A question about all but the topics of AWS.
struct Others {
    /// Another device's, and nothing in common with the first of [`Question::names`].
    name: fn() -> String,
    /// In words, behind "lets a device".
    words: &'static str,
}

const QUESTIONS: [Question; 4] = [
    Question {
        action: PUBLISH,
        kind: ResourceKind::Topic,
        words: "publish to every topic",
        names: || ["x".to_owned(), shadow_update_topic(VICTIM)],
        others: Some(Others {
            name: || format!("{VICTIM}/y"),
            words: "publish to every topic except those of AWS",
        }),
    },
    Question {
        action: SUBSCRIBE,
        kind: ResourceKind::TopicFilter,
        words: "subscribe to every filter",
        names: || ["#".to_owned(), shadow_update_topic("+")],
        others: Some(Others {
            name: || format!("{VICTIM}/+"),
            words: "subscribe to every filter except those of AWS",
        }),
    },
    Question {
        action: UPDATE_THING_SHADOW,
        kind: ResourceKind::Thing,
        words: "change every shadow",
        names: || ["x".to_owned(), VICTIM.to_owned()],
        others: None,
    },
    Question {
        action: ASSUME_ROLE_WITH_CERTIFICATE,
        kind: ResourceKind::RoleAlias,
        words: "take every role alias",
        names: || ["x".to_owned(), "Admin".to_owned()],
        others: None,
    },
];

/// One finding per resource, or `NotResource`, that answers a question with yes.
fn check(set: &AccessSet<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (id, statement) in set.allows() {
        let covers = |question: &&Question| statement.covers_action(question.action);
        let questions: Vec<_> = QUESTIONS.iter().filter(covers).collect();
        match &statement.resources {
            Clause::Only(resources) => {
                for resource in resources {
                    let answers = answers(set, &questions, id, Some(resource));
                    report(&answers, resource.span, findings);
                }
            }
            Clause::AllBut(_) => {
                let answers = answers(set, &questions, id, None);
                report(&answers, statement.span.at_start(), findings);
            }
        }
    }
}

/// Whether an entry of a statement answers a question with yes.
pub(in crate::lint) fn opens(set: &AccessSet<'_>, id: StatementId, resource: &Resource) -> bool {
    let Some(statement) = set.policies.statement(id) else {
        return false;
    };
    let covers = |question: &&Question| statement.covers_action(question.action);
    let questions: Vec<_> = QUESTIONS.iter().filter(covers).collect();
    !answers(set, &questions, id, Some(resource)).is_empty()
}

/// What this statement lets a device do, in words, each with its requests.
fn answers(
    set: &AccessSet<'_>,
    questions: &[&Question],
    id: StatementId,
    resource: Option<&Resource>,
) -> Vec<(&'static str, Witness)> {
    let answer = |question: &Question| {
        let replay = |name: &str| {
            let ask = request(
                attacker(ATTACKER),
                question.action,
                resource,
                question.kind,
                name,
            );
            set.replay(ask, resource)
                .filter(|witness| witness.is_by(id))
        };
        let [any, of_another] = (question.names)();
        replay(&any)?;
        let (words, witness) = match (replay(&of_another), &question.others) {
            (Some(witness), _) => (question.words, witness),
            (None, Some(others)) => (others.words, replay(&(others.name)())?),
            (None, None) => return None,
        };
        Some((words, witness.showing(id, &set.policies)))
    };
    questions.iter().copied().filter_map(answer).collect()
}

fn report(answers: &[(&str, Witness)], span: Span, findings: &mut Findings<'_>) {
    let Some((_, witness)) = answers.first() else {
        return;
    };
    let words: Vec<&str> = answers.iter().map(|(words, _)| *words).collect();
    let message = match &*words {
        [only] => format!("this lets a device {only}"),
        [first @ .., last] => format!("this lets a device {} and {last}", first.join(", ")),
        [] => return,
    };
    findings
        .add(Confidence::Proven, span, message)
        .help(
            "name what the device needs, below its own name, e.g. \
             `topic/dt/${iot:Connection.Thing.ThingName}/*`",
        )
        .witness(witness.clone());
}
