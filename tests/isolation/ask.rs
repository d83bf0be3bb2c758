//! Puts a question to the engine, and makes it smaller as long as something stays wrong.

use fleetwright::artifact;
use fleetwright::document::{Document, Syntax};
use fleetwright::engine::{Isolation, Threat, Verdict, isolation};
use fleetwright::model::{Attached, Attachment, PolicySet};
use fleetwright::source::{Source, SourceId, Text};
use serde_json::Value;

use crate::generate::Question;
use crate::policy::{List, PLACE, Statement, to_json};

/// The verdicts, in the order of [`Threat::ALL`], with so much work for each.
pub(crate) fn ask(question: &Question, work: u64) -> [Verdict; Threat::ALL.len()] {
    let asked = Isolation {
        tie: question.tie,
        client_ids: question.client_ids,
        work,
        ..Isolation::new(PLACE)
    };
    let verdicts = isolation(&set_of(&to_json(&question.statements)), &asked);
    let threats: Vec<Threat> = verdicts.iter().map(|(threat, _)| *threat).collect();
    assert_eq!(threats, Threat::ALL);
    let verdicts: Vec<Verdict> = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
    verdicts.try_into().unwrap()
}

/// The policies as the engine reads them; the format is that of `fixtures/decisions/*.jsonl`.
pub(crate) fn set_of(policies: &Value) -> PolicySet {
    let attached = |policy: &Value| {
        let source = Source::new("policy.json", policy["document"].to_string());
        let text = Text::of_source(SourceId::new(0), &source);
        let document = Document::parse(&text, Syntax::Json);
        assert_eq!(document.errors(), []);
        let read = artifact::policy_at(document.roots().next().unwrap());
        Attached {
            policy: read.policy,
            attachment: match policy["attached_to"].as_str() {
                Some("thing_group") => Attachment::ThingGroup,
                _ => Attachment::Certificate,
            },
        }
    };
    PolicySet {
        policies: policies.as_array().unwrap().iter().map(attached).collect(),
    }
}

/// Takes statements, entries and conditions away, one at a time, as long as it stays wrong.
pub(crate) fn smallest(mut question: Question, is_wrong: &dyn Fn(&Question) -> bool) -> Question {
    while let Some(smaller) = smaller(&question).into_iter().find(is_wrong) {
        question = smaller;
    }
    question
}

fn smaller(question: &Question) -> Vec<Question> {
    let statements = &question.statements;
    let mut all = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        let mut fewer = statements.clone();
        fewer.remove(index);
        if !fewer.is_empty() {
            all.push(question.with(fewer));
        }
        let mut changed: Vec<Statement> = Vec::new();
        changed.extend(shorter(&statement.actions).map(|actions| Statement {
            actions,
            ..statement.clone()
        }));
        changed.extend(shorter(&statement.resources).map(|resources| Statement {
            resources,
            ..statement.clone()
        }));
        changed.extend((0..statement.conditions.len()).map(|condition| {
            let mut statement = statement.clone();
            statement.conditions.remove(condition);
            statement
        }));
        all.extend(changed.into_iter().map(|statement| {
            let mut statements = statements.clone();
            statements[index] = statement;
            question.with(statements)
        }));
    }
    all
}

/// The list without one of its entries, in every way.
fn shorter<T: Clone>(list: &List<T>) -> impl Iterator<Item = List<T>> {
    let count = match list.entries.len() {
        1 => 0,
        more => more,
    };
    (0..count).map(|index| {
        let mut list = list.clone();
        list.entries.remove(index);
        list
    })
}
