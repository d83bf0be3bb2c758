//! How long the questions on a policy set take: all six of isolation, and what each statement adds.
//!
//! Reads the policies below FLEETWRIGHT_CORPUS, or those of the rule fixtures. Prints the median and
//! the 99th percentile over the policies, each the least of several rounds, with what was decided.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fleetwright::engine::{Isolation, Verdict, diff, isolation};
use fleetwright::model::{Clause, PolicySet};
use fleetwright::question::Place;
use fleetwright::source::{Source, SourceId, Text};
use fleetwright::{artifact, document};

/// Rounds of each measurement; the least counts.
const ROUNDS: usize = 7;

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let folder = env::var_os("FLEETWRIGHT_CORPUS").map_or(fixtures, PathBuf::from);
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    let sets: Vec<(PolicySet, String)> = files.iter().flat_map(|it| policies(it)).collect();
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut questions, mut edits) = (Vec::new(), Vec::new());
    for (set, head) in &sets {
        let question = Isolation::new(head.as_str());
        for (_, verdict) in isolation(set, &question) {
            let word = match verdict {
                Verdict::Proved => "proved",
                Verdict::Refuted(_) => "refuted",
                Verdict::Unknown(_) => "unknown",
            };
            *verdicts.entry(word).or_default() += 1;
        }
        questions.push(least(|| {
            black_box(isolation(black_box(set), &question));
        }));
        for (id, _) in set.statements() {
            let mut without = set.clone();
            let policy = without.policies.get_mut(id.policy);
            let statement = policy.and_then(|it| it.policy.statements.get_mut(id.statement));
            if let Some(statement) = statement {
                statement.resources = Clause::Only(Vec::new());
            }
            edits.push(least(|| {
                black_box(diff(black_box(set), &without, head, Isolation::WORK));
            }));
        }
    }
    println!("{} policies; verdicts: {verdicts:?}", sets.len());
    report("isolation, all six threats", questions);
    report("diff, one statement taken out", edits);
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|it| it.path()) {
        match path.is_dir() {
            true => walk(&path, files),
            false => files.push(path),
        }
    }
}

/// The policies of a file, each as a set of its own in the place that it shows.
fn policies(path: &Path) -> Vec<(PolicySet, String)> {
    let Ok(text) = fs::read_to_string(path) else {
        return Vec::new();
    };
    let syntax = match text.trim_start().starts_with(['{', '[']) {
        true => document::Syntax::Json,
        false => document::Syntax::Yaml,
    };
    let source = Source::new("policy", text);
    let document = document::Document::parse(&Text::of_source(SourceId::new(0), &source), syntax);
    let artifacts = artifact::read(&document);
    let placed = artifacts.policies().map(|it| {
        let set = PolicySet::of_certificate([it.policy.clone()]);
        let place = Place::of(&set);
        (place.fill(&set), place.head())
    });
    placed.collect()
}

fn least(mut round: impl FnMut()) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round();
        least = least.min(start.elapsed());
    }
    least
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied();
    let (median, late) = (at(50).unwrap_or_default(), at(99).unwrap_or_default());
    let most = times.last().copied().unwrap_or_default();
    println!(
        "{name}: median {median:?}, 99 % {late:?}, most {most:?}, of {}",
        times.len()
    );
}
