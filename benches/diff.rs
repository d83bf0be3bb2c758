//! How long it takes to compare two sets of policies over all actions: `cargo bench --bench diff`.
//!
//! One statement taken out of each policy below FLEETWRIGHT_CORPUS, neighbours of it, one statement
//! changed in the generated policies, pairs of those that have nothing to do with each other, and
//! the changes that make searches large. `--slowest` and `--only` are as in the
//! bench of isolation.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a bench ends with a panic"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

mod measure;

use std::hint::black_box;
use std::time::Duration;

use fleetwright::engine::{Isolation, PolicyDiff, diff};
use fleetwright::model::{Clause, PolicySet};

/// Two sets in one place.
struct Pair {
    name: String,
    head: String,
    old: PolicySet,
    new: PolicySet,
}

fn main() {
    measure::head();
    ask("corpus, one statement out", &taken_out());
    ask("corpus, unrelated", &neighbours());
    for size in ["5", "10", "20"] {
        ask(&format!("one statement edited, of {size}"), &edits(size));
        ask(&format!("unrelated, {size} statements"), &unrelated(size));
    }
    ask("blow-ups", &blow_ups());
}

fn ask(name: &str, pairs: &[Pair]) {
    let name = &format!("diff, {name}");
    if !measure::is_asked(name) {
        return;
    }
    let mut answers = Vec::new();
    let mut times: Vec<(Duration, &Pair)> = Vec::new();
    for pair in pairs {
        let compare = |pair: &Pair| diff(&pair.old, &pair.new, &pair.head, Isolation::WORK);
        answers.push(word(&compare(pair)));
        let time = measure::least(|| {
            black_box(compare(black_box(pair)));
        });
        times.push((time, pair));
    }
    let only_times = times.iter().map(|it| it.0).collect();
    measure::report(name, only_times, answers);
    times.sort_by_key(|it| std::cmp::Reverse(it.0));
    for (time, pair) in times.iter().take(measure::slowest()) {
        let found = diff(&pair.old, &pair.new, &pair.head, Isolation::WORK);
        println!(
            "  {} µs {} unknown {:?}",
            measure::micros(*time),
            pair.name,
            found.unknown
        );
    }
}

fn word(diff: &PolicyDiff) -> &'static str {
    match (diff.is_equivalent(), diff.unknown.is_empty()) {
        (true, _) => "equivalent",
        (false, true) => "different",
        (false, false) => "unknown in part",
    }
}

/// Each policy of the corpus, and without one of its statements.
fn taken_out() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for placed in measure::corpus() {
        for (id, _) in placed.set.statements() {
            let mut new = placed.set.clone();
            let policy = new.policies.get_mut(id.policy);
            let statement = policy.and_then(|it| it.policy.statements.get_mut(id.statement));
            if let Some(statement) = statement {
                statement.resources = Clause::Only(Vec::new());
            }
            pairs.push(Pair {
                name: format!("{} without {}", placed.name, id.statement),
                head: placed.head.clone(),
                old: placed.set.clone(),
                new,
            });
        }
    }
    pairs
}

/// Policies of the corpus that follow each other.
fn neighbours() -> Vec<Pair> {
    let corpus = measure::corpus();
    let pairs = corpus.iter().zip(corpus.iter().skip(1));
    pairs
        .map(|(old, new)| Pair {
            name: format!("{} to {}", old.name, new.name),
            head: old.head.clone(),
            old: old.set.clone(),
            new: new.set.clone(),
        })
        .collect()
}

fn edits(size: &str) -> Vec<Pair> {
    let policies = measure::generated().remove(size).unwrap();
    let lines = measure::lines("edits.jsonl");
    let lines = lines.iter().filter(|it| it["set"] == size);
    lines
        .map(|line| {
            let number = usize::try_from(line["number"].as_u64().unwrap()).unwrap();
            let at = usize::try_from(line["statement"].as_u64().unwrap()).unwrap();
            let (statements, old) = &policies[number];
            let mut statements = statements.clone();
            match line["now"].as_str() {
                Some(now) => statements[at] = now.to_owned(),
                None => drop(statements.remove(at)),
            }
            Pair {
                name: format!("{}: statement {at} now {}", old.name, line["now"]),
                head: old.head.clone(),
                old: old.set.clone(),
                new: measure::placed(&statements, old.name.clone()).set,
            }
        })
        .collect()
}

fn unrelated(size: &str) -> Vec<Pair> {
    let policies = measure::generated().remove(size).unwrap();
    let next = policies.iter().cycle().skip(1);
    let pairs = policies.iter().zip(next);
    pairs
        .map(|((_, old), (_, new))| Pair {
            name: format!("{} to {}", old.name, new.name),
            head: old.head.clone(),
            old: old.set.clone(),
            new: new.set.clone(),
        })
        .collect()
}

fn blow_ups() -> Vec<Pair> {
    let lines = measure::lines("blow-ups.jsonl");
    let pairs = lines.iter().map(|line| {
        let placed = |key| measure::placed(&measure::strings(&line[key]), line["name"].to_string());
        let (old, new) = (placed("old"), placed("new"));
        Pair {
            name: new.name,
            head: new.head,
            old: old.set,
            new: new.set,
        }
    });
    pairs.collect()
}
