//! Laws that verdicts on isolation obey, whatever decides: how they may change with the policies.
//!
//! The policies are those of `isolation/generate.rs`. `FLEETWRIGHT_SETS` sets how many are tried (100
//! without it), `FLEETWRIGHT_SEED` the first seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::cell::Cell;
use std::env;

use fleetwright::engine::{Isolation, Reading, Threat, Verdict, isolation};
use serde_json::json;

mod oracle;
// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "isolation/ask.rs"]
mod ask;
#[path = "isolation/brute.rs"]
mod brute;
#[path = "isolation/decide.rs"]
mod decide;
#[path = "isolation/generate.rs"]
mod generate;
#[path = "isolation/owned.rs"]
mod owned;
#[path = "isolation/policy.rs"]
mod policy;
#[path = "isolation/universe.rs"]
mod universe;
#[path = "isolation/witness.rs"]
mod witness;

use ask::{ask, set_of, smallest};
use brute::search;
use generate::Question;
use policy::{Condition, Effect, Entry, List, Statement, Token};

const DEFAULT_SETS: u64 = 100;
/// Steps for each verdict, where a build without optimization may run.
const WORK: u64 = 50_000;
/// Of the verdicts that a rewriting must keep, in percent, so many may become unknown or known.
const MOST_LOST: usize = 2;
/// Steps for a threat, far too few for most.
const SMALL_WORK: [u64; 6] = [0, 1, 10, 100, 1_000, 10_000];

/// Statements of which no two meet cost next to nothing: 40,000 pairs of patterns here.
#[test]
fn two_hundred_statements_of_one_thing_are_proved() {
    let arn = |name: &str| format!("arn:aws:iot:eu-west-1:123456789012:{name}");
    let thing = "${iot:Connection.Thing.ThingName}";
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Action": "iot:Connect",
        "Resource": arn(&format!("client/{thing}")),
        "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
    })];
    statements.extend((0..200).map(|number| {
        let resource = arn(&format!("topic/dt/{thing}/{number}/*"));
        json!({"Effect": "Allow", "Action": "iot:Publish", "Resource": resource})
    }));
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let set = set_of(&json!([{"document": document}]));
    let question = Isolation {
        work: Isolation::WORK / 4,
        ..Isolation::new("arn:aws:iot:eu-west-1:123456789012:")
    };
    for (threat, verdict) in isolation(&set, &question) {
        assert!(is_proved(&verdict), "{threat:?}: {verdict:?}");
    }
}

#[test]
fn adding_a_deny_never_refutes_what_was_proved() {
    for question in questions() {
        let deny = other_statement(&question, |it| it.effect == Effect::Deny);
        hold(
            &question,
            &format!("with {:?}", deny.to_json()),
            &|before| {
                let after =
                    before.with([&before.statements[..], std::slice::from_ref(&deny)].concat());
                let is_wrong =
                    |before: &Verdict, after: &Verdict| is_proved(before) && is_refuted(after);
                wrong(before, &after, is_wrong)
            },
        );
    }
}

#[test]
fn adding_an_allow_never_proves_what_was_refuted() {
    for question in questions() {
        // Where no Allow covers Connect, another policy is taken to; a first one would narrow that.
        let allow = other_statement(&question, |it| {
            it.effect == Effect::Allow && !covers_connect(it)
        });
        hold(
            &question,
            &format!("with {:?}", allow.to_json()),
            &|before| {
                let after =
                    before.with([&before.statements[..], std::slice::from_ref(&allow)].concat());
                let is_wrong =
                    |before: &Verdict, after: &Verdict| is_refuted(before) && is_proved(after);
                wrong(before, &after, is_wrong)
            },
        );
    }
}

#[test]
fn a_statement_for_each_resource_says_the_same() {
    keeps("splitting", &|statements| {
        statements.iter().flat_map(split).collect()
    });
}

#[test]
fn the_order_of_statements_says_nothing() {
    keeps("order", &|statements| {
        statements.iter().rev().cloned().collect()
    });
}

#[test]
fn other_letters_say_the_same() {
    keeps("renaming", &|statements| {
        statements.iter().map(renamed).collect()
    });
}

#[test]
fn with_little_work_a_verdict_is_right_or_unknown() {
    for question in questions() {
        let Question {
            statements,
            tie,
            client_ids,
            ..
        } = &question;
        let [documented, cautious] = search(statements, *tie, *client_ids, question.universe());
        for work in SMALL_WORK {
            for (threat, verdict) in Threat::ALL.into_iter().zip(ask(&question, work)) {
                let seed = question.seed;
                match verdict {
                    Verdict::Proved => {
                        let found = [documented.can(threat), cautious.can(threat)];
                        assert_eq!(found, [false; 2], "seed {seed}, {work} steps, {threat:?}");
                    }
                    Verdict::Refuted(witness) => {
                        let checked = witness::check(&question, threat, &witness);
                        let shown = witness::show(&witness);
                        assert_eq!(
                            checked,
                            Ok(()),
                            "seed {seed}, {work} steps, {threat:?}: {shown}"
                        );
                    }
                    Verdict::Unknown(_) => {}
                }
            }
        }
    }
}

/// The questions that this run asks.
fn questions() -> impl Iterator<Item = Question> {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    let sets = number("FLEETWRIGHT_SETS").unwrap_or(DEFAULT_SETS);
    (first..first + sets).map(Question::new)
}

/// A statement of this kind, of the first other question that has one.
fn other_statement(question: &Question, is_wanted: impl Fn(&Statement) -> bool) -> Statement {
    let others = (1..).map(|offset| Question::new(question.seed.wrapping_add(offset << 32)));
    let statements = others.flat_map(|it| it.statements);
    statements.into_iter().find(|it| is_wanted(it)).unwrap()
}

/// `wrong` must say nothing of a question; else the smallest one is shown of which it does.
fn hold(question: &Question, what: &str, wrong: &dyn Fn(&Question) -> Option<String>) {
    if let Some(first) = wrong(question) {
        let smallest = smallest(question.clone(), &|it| wrong(it).is_some());
        let then = wrong(&smallest).unwrap_or_default();
        let policies = policy::to_json(&smallest.statements);
        let Question {
            seed,
            tie,
            client_ids,
            ..
        } = smallest;
        panic!("seed {seed}, {tie:?}, {client_ids:?}, {what}: {first}; {then}\n{policies}");
    }
}

/// The first threat on which two questions may not be answered so.
fn wrong(
    before: &Question,
    after: &Question,
    is_wrong: impl Fn(&Verdict, &Verdict) -> bool,
) -> Option<String> {
    let (before, after) = (ask(before, WORK), ask(after, WORK));
    let place = before
        .iter()
        .zip(&after)
        .position(|(before, after)| is_wrong(before, after))?;
    let threat = Threat::ALL[place].as_str();
    Some(format!(
        "{threat} is {} and then {}",
        word(&before[place]),
        word(&after[place])
    ))
}

/// A way to write the same policies never changes what is known, and hardly whether it is.
fn keeps(what: &str, change: &dyn Fn(&[Statement]) -> Vec<Statement>) {
    let (all, lost) = (Cell::new(0), Cell::new(0));
    for question in questions() {
        hold(&question, what, &|before| {
            let after = before.with(change(&before.statements));
            wrong(before, &after, |before, after| {
                all.set(all.get() + 1);
                lost.set(lost.get() + usize::from(word(before) != word(after)));
                (is_proved(before) && is_refuted(after)) || (is_refuted(before) && is_proved(after))
            })
        });
    }
    let (all, lost) = (all.get(), lost.get());
    assert!(
        lost * 100 <= MOST_LOST * all,
        "{what}: {lost} of {all} became known or unknown"
    );
}

fn is_proved(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Proved)
}

fn is_refuted(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refuted(_))
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::Refuted(_) => "refuted",
        Verdict::Unknown(_) => "unknown",
    }
}

fn covers_connect(statement: &Statement) -> bool {
    decide::covers_action(statement, "iot:Connect", Reading::Cautious)
}

/// A statement for each resource, where that says the same: a variable without a value kills a Deny
/// with all its resources, and what is taken away is taken from one statement.
fn split(statement: &Statement) -> Vec<Statement> {
    let has_variable = |it: &Entry| {
        let is_variable = |it: &Token| matches!(it, Token::Thing | Token::Client);
        it.name().is_some_and(|name| name.iter().any(is_variable))
    };
    let resources = &statement.resources;
    let is_whole = statement.effect == Effect::Deny && resources.entries.iter().any(has_variable);
    if is_whole || resources.is_excluding {
        return vec![statement.clone()];
    }
    let one = |entry: &Entry| Statement {
        resources: List {
            entries: vec![entry.clone()],
            is_excluding: false,
        },
        ..statement.clone()
    };
    resources.entries.iter().map(one).collect()
}

/// The statement with a letter that no question uses for `a`.
fn renamed(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    let entries = statement.resources.entries.iter_mut();
    let names = entries.filter_map(|it| match it {
        Entry::Everything => None,
        Entry::Arn { name, .. } => Some(name),
    });
    let in_conditions = statement.conditions.iter_mut().flat_map(|it| match it {
        Condition::Name { values, .. } => values.as_mut_slice(),
        Condition::IsAttached(_) | Condition::ConnectAttributes { .. } => &mut [],
    });
    for token in names.chain(in_conditions).flatten() {
        if *token == Token::Letter('a') {
            *token = Token::Letter('q');
        }
    }
    statement
}
