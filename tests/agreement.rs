//! The engine and the reference evaluator on random cases, in both readings; and laws that hold
//! for any evaluator.
//!
//! `FLEETWRIGHT_CASES` sets the number of cases (20,000 without it), `FLEETWRIGHT_SEED` the first
//! seed. On failure the seed and the smallest case that still fails are printed, in the format of
//! `fixtures/decisions/*.jsonl`, which `fleetwright test` reads.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::env;

use fleetwright::engine::{Decision, Reading, authorize};
use fleetwright::model::{Attached, PolicySet};
use fleetwright::question::{CaseFormat, PolicySource, cases};
use fleetwright::source::{Source, SourceId, Text};
use oracle::Verdict;
use serde_json::{Value, json};

mod oracle;
// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "oracle/generate.rs"]
mod generate;

const DEFAULT_CASES: u64 = 20_000;

/// Decides policies, context and request, cautiously or as documented.
type Evaluator = fn(&Value, &Value, &Value, bool) -> Verdict;

/// A name, the least percentage, and what counts.
type Share<'a, T> = (&'static str, usize, &'a dyn Fn(&T) -> bool);

/// One random case.
#[derive(Clone)]
struct Case {
    seed: u64,
    policies: Value,
    context: Value,
    request: Value,
}

impl Case {
    fn new(seed: u64) -> Case {
        let (policies, context, request) = generate::case(seed);
        Case {
            seed,
            policies,
            context,
            request,
        }
    }

    fn decide(&self, evaluator: Evaluator, cautious: bool) -> Verdict {
        evaluator(&self.policies, &self.context, &self.request, cautious)
    }

    fn with(&self, policies: Value) -> Case {
        Case {
            policies,
            ..self.clone()
        }
    }

    /// The statements of all policies.
    fn statements(&self) -> Vec<Value> {
        let policies = self.policies.as_array().unwrap().iter();
        policies
            .flat_map(|policy| listed(&policy["document"]["Statement"]))
            .collect()
    }

    /// The case as a line of `fixtures/decisions/*.jsonl`.
    fn to_line(&self) -> String {
        let allowed = |cautious| match self.decide(oracle::decide, cautious) {
            Verdict::Allow => "allow",
            Verdict::ExplicitDeny | Verdict::ImplicitDeny => "deny",
        };
        json!({
            "id": format!("random-{}", self.seed),
            "policies": self.policies,
            "context": self.context,
            "request": self.request,
            "expect": allowed(false),
            "worst_case": allowed(true),
            "why": "answers of the reference evaluator",
        })
        .to_string()
    }
}

/// Every evaluator there is, by name.
const EVALUATORS: &[(&str, Evaluator)] = &[("oracle", oracle::decide), ("engine", engine)];

/// The engine, asked in the format of `fleetwright test`.
fn engine(policies: &Value, context: &Value, request: &Value, cautious: bool) -> Verdict {
    let line = json!({
        "id": "random",
        "policies": policies,
        "context": context,
        "request": request,
        "expect": "allow",
    });
    let source = Source::new("random.jsonl".to_owned(), line.to_string());
    let text = Text::of_source(SourceId::new(0), &source);
    let case = match cases(&text, CaseFormat::JsonLines) {
        Ok(cases) => cases.into_iter().next().unwrap(),
        Err(errors) => panic!("a case that can't be read: {errors:?}\n{line}"),
    };
    let attached = case.policies.iter().map(|policy| match &policy.source {
        PolicySource::Inline(inline) => Attached {
            policy: inline.clone(),
            attachment: policy.attachment,
        },
        PolicySource::File(path) => panic!("{} is a file", path.value),
    });
    let set = PolicySet {
        policies: attached.collect(),
    };
    let reading = if cautious {
        Reading::Cautious
    } else {
        Reading::Documented
    };
    match authorize(&set, &case.request(&set), reading) {
        Decision::Allow(_) => Verdict::Allow,
        Decision::ExplicitDeny(_) => Verdict::ExplicitDeny,
        Decision::ImplicitDeny => Verdict::ImplicitDeny,
    }
}

#[test]
fn the_engine_agrees_with_the_oracle() {
    for case in random_cases() {
        for cautious in [false, true] {
            for (name, evaluator) in EVALUATORS {
                let differs = |case: &Case| {
                    case.decide(*evaluator, cautious) != case.decide(oracle::decide, cautious)
                };
                let what = format!("{name} and oracle differ, cautious: {cautious}");
                fail_if(&case, &what, &differs);
            }
        }
    }
}

#[test]
fn cautious_allows_what_documented_allows() {
    for case in random_cases() {
        for (name, evaluator) in EVALUATORS {
            let loses = |case: &Case| {
                case.decide(*evaluator, false) == Verdict::Allow
                    && case.decide(*evaluator, true) != Verdict::Allow
            };
            fail_if(
                &case,
                &format!("{name}: allowed as documented only"),
                &loses,
            );
        }
    }
}

#[test]
fn adding_a_deny_never_grants() {
    for case in random_cases() {
        let deny = generate::deny(case.seed ^ 0xdead, &case.context, &case.request);
        for cautious in [false, true] {
            for (name, evaluator) in EVALUATORS {
                let grants = |case: &Case| {
                    let added = case.with(with_statement(&case.policies, &deny));
                    case.decide(*evaluator, cautious) != Verdict::Allow
                        && added.decide(*evaluator, cautious) == Verdict::Allow
                };
                fail_if(&case, &format!("{name}: grants, with {deny}"), &grants);
            }
        }
    }
}

#[test]
fn the_order_of_statements_never_matters() {
    for case in random_cases() {
        check_same(&case, "the order matters", reversed);
    }
}

#[test]
fn splitting_a_policy_never_matters() {
    for case in random_cases() {
        check_same(&case, "splitting matters", split);
    }
}

#[test]
fn the_shares_hold() {
    let cases: Vec<Case> = (0..5_000).map(Case::new).collect();
    let statements: Vec<Value> = cases.iter().flat_map(Case::statements).collect();
    let has = |value: &Value, text: &str| value.to_string().contains(text);
    let resources = |case: &Case| {
        let all = case.statements().into_iter();
        let entries = all.flat_map(|s| [listed(&s["Resource"]), listed(&s["NotResource"])]);
        entries
            .flatten()
            .map(|entry| entry.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let place = "arn:aws:iot:us-east-1:123456789012:";
    let of_statements: &[Share<'_, Value>] = &[
        ("Deny", 20, &|s| s["Effect"] == "Deny"),
        ("NotAction", 10, &|s| s.get("NotAction").is_some()),
        ("NotResource", 10, &|s| s.get("NotResource").is_some()),
        ("conditions", 25, &|s| s.get("Condition").is_some()),
        ("a set operator", 5, &|s| has(s, "\"ForA")),
    ];
    let of_cases: &[Share<'_, Case>] = &[
        ("a variable", 40, &|c| {
            resources(c).iter().any(|r| r.contains("${"))
        }),
        ("`?`", 20, &|c| {
            resources(c)
                .iter()
                .any(|r| r.replace("${?}", "").contains('?'))
        }),
        ("wildcard in a segment", 10, &|c| {
            resources(c)
                .iter()
                .any(|r| r != "*" && r.contains('*') && !r.starts_with(place))
        }),
        ("a thing group", 15, &|c| has(&c.policies, "thing_group")),
        ("HTTPS", 10, &|c| c.context["protocol"] == "https"),
        ("exclusive association", 10, &|c| {
            c.context["association"] == "exclusive"
        }),
        ("`$aws`", 5, &|c| has(&c.request, "$aws/")),
        ("`$share`", 2, &|c| has(&c.request, "$share/")),
        ("an old version", 3, &|c| {
            let policies = c.policies.as_array().unwrap();
            policies
                .iter()
                .any(|p| p["document"]["Version"] != "2012-10-17")
        }),
        ("allowed", 35, &|c| {
            c.decide(oracle::decide, false) == Verdict::Allow
        }),
    ];
    let mut short = Vec::new();
    let mut check = |name: &str, least: usize, count: usize, total: usize| {
        println!("{name}: {:.1} %", 100.0 * count as f64 / total as f64);
        if count * 100 < least * total {
            short.push(format!("{name}: less than {least} %"));
        }
    };
    for (name, least, is) in of_statements {
        let count = statements.iter().filter(|statement| is(statement)).count();
        check(name, *least, count, statements.len());
    }
    for (name, least, is) in of_cases {
        check(
            name,
            *least,
            cases.iter().filter(|case| is(case)).count(),
            cases.len(),
        );
    }
    assert!(short.is_empty(), "{short:#?}");
}

/// The cases that this run asks for.
fn random_cases() -> impl Iterator<Item = Case> {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    let count = number("FLEETWRIGHT_CASES").unwrap_or(DEFAULT_CASES);
    (first..first + count).map(Case::new)
}

/// Both forms of a case must be decided alike by every evaluator in both readings.
fn check_same(case: &Case, what: &str, change: fn(&Value) -> Value) {
    for cautious in [false, true] {
        for (name, evaluator) in EVALUATORS {
            let differs = |case: &Case| {
                let changed = case.with(change(&case.policies));
                case.decide(*evaluator, cautious) != changed.decide(*evaluator, cautious)
            };
            fail_if(
                case,
                &format!("{name}: {what}, cautious: {cautious}"),
                &differs,
            );
        }
    }
}

/// Fails with the seed and the smallest case for which `is_wrong` still holds.
fn fail_if(case: &Case, what: &str, is_wrong: &dyn Fn(&Case) -> bool) {
    if is_wrong(case) {
        let smallest = shrink(case.clone(), is_wrong);
        panic!("seed {}: {what}\n{}", case.seed, smallest.to_line());
    }
}

/// Takes parts away, one at a time, as long as the case stays wrong.
fn shrink(mut case: Case, is_wrong: &dyn Fn(&Case) -> bool) -> Case {
    loop {
        let policies = smaller(&case.policies)
            .into_iter()
            .map(|policies| case.with(policies));
        let contexts = smaller(&case.context).into_iter();
        let contexts = contexts.map(|context| Case {
            context,
            ..case.clone()
        });
        match policies
            .chain(contexts)
            .find(|case| is_whole(case) && is_wrong(case))
        {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
}

/// A value without one of its parts, at any depth; in every way.
fn smaller(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut fewer = items.clone();
                fewer.remove(index);
                all.push(fewer.into());
                all.extend(smaller(item).into_iter().map(|item| {
                    let mut items = items.clone();
                    items[index] = item;
                    items.into()
                }));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let mut fewer = members.clone();
                fewer.shift_remove(name);
                all.push(fewer.into());
                all.extend(smaller(member).into_iter().map(|member| {
                    let mut members = members.clone();
                    members.insert(name.clone(), member);
                    members.into()
                }));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// Is this still a case that `fleetwright test` accepts?
fn is_whole(case: &Case) -> bool {
    let is_policy = |policy: &Value| {
        !listed(&policy["document"]["Statement"]).is_empty() && policy["attached_to"].is_string()
    };
    let is_statement = |statement: &Value| {
        let has = |name: &str| match &statement[name] {
            Value::Array(entries) => !entries.is_empty(),
            other => other.is_string(),
        };
        has("Effect")
            && (has("Action") || has("NotAction"))
            && (has("Resource") || has("NotResource"))
            && statement.get("Condition").is_none_or(|operators| {
                operators.as_object().is_some_and(|operators| {
                    operators
                        .values()
                        .all(|keys| keys.as_object().is_some_and(|k| !k.is_empty()))
                })
            })
    };
    let context = &case.context;
    case.policies.as_array().unwrap().iter().all(is_policy)
        && case.statements().iter().all(is_statement)
        && ["protocol", "auth", "is_attached", "association"]
            .iter()
            .all(|k| !context[k].is_null())
}

/// The policies with one more statement, in the first document.
fn with_statement(policies: &Value, statement: &Value) -> Value {
    let mut policies = policies.clone();
    if let Some(document) = policies.get_mut(0).map(|policy| &mut policy["document"]) {
        let mut statements = listed(&document["Statement"]);
        statements.push(statement.clone());
        document["Statement"] = statements.into();
    }
    policies
}

/// The policies backwards, and the statements of each backwards.
fn reversed(policies: &Value) -> Value {
    let mut policies = policies.as_array().unwrap().clone();
    policies.reverse();
    for policy in &mut policies {
        let mut statements = listed(&policy["document"]["Statement"]);
        statements.reverse();
        policy["document"]["Statement"] = statements.into();
    }
    policies.into()
}

/// The policies with a document of its own for each statement.
fn split(policies: &Value) -> Value {
    let pieces = |policy: &Value| {
        let of = |statement: Value| {
            let mut piece = policy.clone();
            piece["document"]["Statement"] = vec![statement].into();
            piece
        };
        listed(&policy["document"]["Statement"])
            .into_iter()
            .map(of)
            .collect::<Vec<_>>()
    };
    policies
        .as_array()
        .unwrap()
        .iter()
        .flat_map(pieces)
        .collect()
}

/// A list, or the list of one bare item.
fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    }
}
