//! What the benches share: the query sets, and how times are taken and told.
//!
//! A time is the least of several rounds: what the machine does beside only makes it longer.
#![allow(dead_code, reason = "no bench needs all of it")]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fleetwright::model::PolicySet;
use fleetwright::question::Place;
use fleetwright::source::{Source, SourceId, Text};
use fleetwright::{artifact, document};
use serde_json::{Value, json};

/// Rounds of each measurement; the least counts.
const ROUNDS: usize = 7;
/// A measurement ends after so long: what takes longer than a round of this is measured once.
pub(crate) const ENOUGH: Duration = Duration::from_millis(100);

/// Partition, Region and account of the generated policies.
pub(crate) const HEAD: &str = "arn:aws:iot:eu-west-1:123456789012:";

/// A set of policies in the place that it shows.
pub(crate) struct Placed {
    /// The set, with the values that it leaves open filled in.
    pub(crate) set: PolicySet,
    /// Partition, Region and account.
    pub(crate) head: String,
    /// Where it comes from.
    pub(crate) name: String,
}

/// The argument behind a name on the command line.
pub(crate) fn argument(name: &str) -> Option<String> {
    env::args().skip_while(|it| it != name).nth(1)
}

/// Whether a set is asked for: all are, unless `--only <text>` gives a part of their names.
pub(crate) fn is_asked(name: &str) -> bool {
    argument("--only").is_none_or(|it| name.contains(&it))
}

/// How many of the slowest are shown: `--slowest <n>`.
pub(crate) fn slowest() -> usize {
    argument("--slowest").map_or(0, |it| it.parse().unwrap())
}

/// The least time of several rounds.
pub(crate) fn least(mut round: impl FnMut()) -> Duration {
    let mut least = Duration::MAX;
    let first = Instant::now();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round();
        least = least.min(start.elapsed());
        if first.elapsed() > ENOUGH {
            break;
        }
    }
    least
}

/// Prints median, 99th percentile and most of some times, and how often each answer was given.
pub(crate) fn report<'a>(
    name: &str,
    mut times: Vec<Duration>,
    answers: impl IntoIterator<Item = &'a str>,
) {
    times.sort();
    let most = times.last().copied().unwrap_or_default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    println!(
        "| {name} | {} | {} | {} | {} | {} |",
        times.len(),
        micros(quantile(&times, 50)),
        micros(quantile(&times, 99)),
        micros(most),
        counts.join(", ")
    );
}

/// The head of the table whose rows [`report`] prints.
pub(crate) fn head() {
    println!("| set | of | median µs | 99 % µs | most µs | answers |");
    println!("|---|--:|--:|--:|--:|---|");
}

/// The time that so many of a hundred don't exceed: nearest rank.
pub(crate) fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
}

/// Microseconds, with three digits.
pub(crate) fn micros(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        0.0..10.0 => format!("{micros:.2}"),
        10.0..100.0 => format!("{micros:.1}"),
        _ => format!("{micros:.0}"),
    }
}

/// The policies below FLEETWRIGHT_CORPUS, or those of the rule fixtures, each as a set of its own.
pub(crate) fn corpus() -> Vec<Placed> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let folder = env::var_os("FLEETWRIGHT_CORPUS").map_or(fixtures, PathBuf::from);
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    files.iter().flat_map(|it| policies(it)).collect()
}

/// The generated policies, by the name of their set.
pub(crate) fn generated() -> BTreeMap<String, Vec<(Vec<String>, Placed)>> {
    let mut sets: BTreeMap<String, Vec<(Vec<String>, Placed)>> = BTreeMap::new();
    for line in lines("policies.jsonl") {
        let set = sets
            .entry(line["set"].as_str().unwrap().to_owned())
            .or_default();
        let statements = strings(&line["statements"]);
        let name = format!("{} statements, number {}", line["set"], set.len());
        let placed = placed(&statements, name);
        set.push((statements, placed));
    }
    sets
}

/// The objects of a file of `benches/queries`.
pub(crate) fn lines(file: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/queries");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

/// The strings of an array.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().unwrap().iter();
    values.map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// The policy of some statements that are written short.
pub(crate) fn placed(statements: &[String], name: String) -> Placed {
    let head = HEAD.to_owned();
    let text = policy_text(statements);
    let source = Source::new("policy", text);
    let text = Text::of_source(SourceId::new(0), &source);
    let document = document::Document::parse(&text, document::Syntax::Json);
    let artifacts = artifact::read(&document);
    let set = PolicySet::of_certificate(artifacts.policies().map(|it| it.policy.clone()));
    assert_eq!(
        set.statements().count(),
        statements.len(),
        "{name}: {statements:?}"
    );
    Placed { set, head, name }
}

/// The document of some statements that are written short, e.g. `Deny Publish !topic/a topic/b if
/// attached`: effect, actions, resources (all but these, when one has a `!`), a condition.
pub(crate) fn policy_text(statements: &[String]) -> String {
    let statements: Vec<Value> = statements.iter().map(|it| statement(it)).collect();
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn statement(short: &str) -> Value {
    let (short, condition) = match short.split_once(" if ") {
        Some((short, condition)) => (short, Some(condition)),
        None => (short, None),
    };
    let mut words = short.split(' ');
    let (effect, actions) = (words.next().unwrap(), words.next().unwrap());
    let actions: Vec<String> = actions.split(',').map(|it| format!("iot:{it}")).collect();
    let mut element = "Resource";
    let resources: Vec<String> = words
        .map(|word| {
            let name = word.strip_prefix('!').unwrap_or(word);
            if name.len() < word.len() {
                element = "NotResource";
            }
            let name = name
                .replace("${thing}", "${iot:Connection.Thing.ThingName}")
                .replace("${client}", "${iot:ClientId}")
                .replace(
                    "${attribute.tenant}",
                    "${iot:Connection.Thing.Attributes[tenant]}",
                )
                .replace(
                    "${attribute.serial}",
                    "${iot:Connection.Thing.Attributes[serial]}",
                );
            format!("{HEAD}{name}")
        })
        .collect();
    let mut statement = json!({ "Effect": effect, "Action": actions });
    statement[element] = resources.into();
    if let Some(condition) = condition {
        let is_attached = (condition == "attached").to_string();
        statement["Condition"] =
            json!({ "Bool": { "iot:Connection.Thing.IsAttached": is_attached } });
    }
    statement
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
fn policies(path: &Path) -> Vec<Placed> {
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
    let placed = artifacts.policies().enumerate().map(|(number, it)| {
        let set = PolicySet::of_certificate([it.policy.clone()]);
        let place = Place::of(&set);
        Placed {
            set: place.fill(&set),
            head: place.head(),
            name: format!("{} policy {number}", path.display()),
        }
    });
    placed.collect()
}
