//! How long the questions of isolation take, all six together: `cargo bench --bench isolation`.
//!
//! On the policies below FLEETWRIGHT_CORPUS (those of the rule fixtures without it), on the
//! generated ones of 5, 10 and 20 statements, and on those that make searches large. With `--slowest
//! <n>` the n slowest policies of each set are printed too, with `--only <text>` the sets are asked
//! that have it in their names.
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

use fleetwright::engine::{Isolation, Verdict, isolation};
use measure::Placed;

fn main() {
    measure::head();
    ask("corpus", &measure::corpus());
    for size in ["5", "10", "20"] {
        let set = measure::generated().remove(size).unwrap();
        let set: Vec<Placed> = set.into_iter().map(|it| it.1).collect();
        ask(&format!("generated, {size} statements"), &set);
    }
    let blow_ups = measure::lines("blow-ups.jsonl");
    let blow_ups: Vec<Placed> = blow_ups
        .iter()
        .map(|it| measure::placed(&measure::strings(&it["new"]), it["name"].to_string()))
        .collect();
    ask("blow-ups", &blow_ups);
}

fn ask(name: &str, sets: &[Placed]) {
    let name = &format!("isolation, {name}");
    if !measure::is_asked(name) {
        return;
    }
    let mut answers = Vec::new();
    let mut times: Vec<(Duration, &Placed)> = Vec::new();
    for placed in sets {
        let question = Isolation::new(placed.head.as_str());
        let verdicts = isolation(&placed.set, &question);
        answers.extend(verdicts.iter().map(|(_, verdict)| match verdict {
            Verdict::Proved => "proved",
            Verdict::Refuted(_) => "refuted",
            Verdict::Unknown(_) => "unknown",
        }));
        let time = measure::least(|| {
            black_box(isolation(black_box(&placed.set), &question));
        });
        times.push((time, placed));
    }
    let only_times = times.iter().map(|it| it.0).collect();
    measure::report(name, only_times, answers);
    times.sort_by_key(|it| std::cmp::Reverse(it.0));
    for (time, placed) in times.iter().take(measure::slowest()) {
        let question = Isolation::new(placed.head.as_str());
        let verdicts = isolation(&placed.set, &question);
        let unknown = verdicts
            .iter()
            .filter(|it| matches!(it.1, Verdict::Unknown(_)));
        let unknown: Vec<&str> = unknown.map(|it| it.0.as_str()).collect();
        println!(
            "  {} µs {} unknown {unknown:?}",
            measure::micros(*time),
            placed.name
        );
    }
}
