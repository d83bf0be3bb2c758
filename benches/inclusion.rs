//! How long it takes to find out whether some patterns match no more than others do, against
//! aws-smt-strings and, with `--z3 <file>`, z3: `benches/compare.sh`.
//!
//! Our time is that of `diff` for a policy on the wide patterns to which a statement on the narrow
//! ones is added, for an action with one way to ask it: from the texts of the patterns to what is
//! gained, of every pattern one witness. Beside it stand the time without reading the patterns, and
//! the same for an action that devices come to in several ways. The others only say whether there is one. Times are of the
//! wall, but of the processor for z3. An answer that is not known counts as 10 seconds for the
//! others, and as what it took for us. An answer in which two differ stops the bench.
//!
//! aws-smt-strings can't be stopped from outside: each question to it is put in a process of its
//! own, this program with `--ask <number>`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a bench ends with a panic"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

mod measure;

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use aws_smt_strings::regular_expressions::{ReManager, RegLan};
use fleetwright::engine::{Isolation, diff};
use fleetwright::model::{Clause, Dialect, PolicySet, Resource};
use fleetwright::source::{Source, SourceId, Text};
use serde_json::Value;

const FAMILIES: &[&str] = &[
    "typical",
    "bigset",
    "nasty",
    "long",
    "long-wild",
    "long-nasty",
];

/// The longest that others may take; the same for z3 in `inclusion_z3.py`.
const LIMIT: Duration = Duration::from_secs(10);

/// An action that is asked over HTTPS only, and of topics only.
const ONE_WAY: &str = "GetRetainedMessage";

/// One question of `benches/queries/inclusion.jsonl`.
struct Inclusion {
    number: usize,
    family: String,
    of: Vec<String>,
    within: Vec<String>,
}

/// What was said, in which time. An answer that is not known took at least the time.
#[derive(Clone, Copy)]
struct Answer {
    is_included: Option<bool>,
    time: Duration,
}

fn main() {
    let questions = questions();
    if let Some(number) = measure::argument("--ask") {
        let answer = aws(&questions[number.parse::<usize>().unwrap()]);
        println!("{} {}", answer.is_included.unwrap(), answer.time.as_nanos());
        return;
    }
    let z3: Option<Vec<Answer>> = measure::argument("--z3").map(|it| of_z3(&it));
    assert!(z3.iter().all(|it| it.len() == questions.len()));
    println!(
        "| family | of | ours µs: median | 99 % | unknown | from policies | the same of Publish \
         | aws-smt-strings: median | unknown | ÷ ours | z3: median | unknown | ÷ ours | included |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for family in FAMILIES {
        let (mut own, mut read, mut published) = (Vec::new(), Vec::new(), Vec::new());
        let (mut aws, mut of_z3) = (Vec::new(), Vec::new());
        for question in questions.iter().filter(|it| it.family == *family) {
            let answer = ours(question, ONE_WAY, Begin::Texts);
            let others = [
                Some(ours(question, ONE_WAY, Begin::Policies)),
                Some(ours(question, "Publish", Begin::Policies)),
                Some(aws_apart(question.number)),
                z3.as_ref().map(|it| it[question.number]),
            ];
            let known = others.iter().flatten().chain([&answer]);
            let mut known: Vec<bool> = known.filter_map(|it| it.is_included).collect();
            known.dedup();
            let number = question.number;
            assert!(known.len() <= 1, "question {number}: {known:?}");
            own.push(answer);
            read.extend(others[0]);
            published.extend(others[1]);
            aws.extend(others[2]);
            of_z3.extend(others[3]);
        }
        row(family, [&own, &read, &published], &aws, &of_z3);
    }
}

fn row(family: &str, ours: [&[Answer]; 3], aws: &[Answer], z3: &[Answer]) {
    let [own, read, published] = ours;
    let unknown = |answers: &[Answer]| answers.iter().filter(|it| it.is_included.is_none()).count();
    let own_median = at(own, 50);
    let other = |answers: &[Answer]| {
        if answers.is_empty() {
            return "– | – | –".to_owned();
        }
        let ratio = at(answers, 50).as_secs_f64() / own_median.as_secs_f64();
        let median = measure::micros(at(answers, 50));
        let more = if 2 * unknown(answers) > answers.len() {
            "> "
        } else {
            ""
        };
        format!("{more}{median} | {} | {more}{ratio:.0}", unknown(answers))
    };
    println!(
        "| {family} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        own.len(),
        measure::micros(own_median),
        measure::micros(at(own, 99)),
        unknown(own),
        measure::micros(at(read, 50)),
        measure::micros(at(published, 50)),
        other(aws),
        other(z3),
        (0..own.len())
            .filter(|at| {
                let answers = [own.get(*at), aws.get(*at), z3.get(*at)];
                answers
                    .iter()
                    .flatten()
                    .any(|it| it.is_included == Some(true))
            })
            .count(),
    );
}

fn at(answers: &[Answer], percent: usize) -> Duration {
    let mut times: Vec<Duration> = answers.iter().map(|it| it.time).collect();
    times.sort();
    measure::quantile(&times, percent)
}

fn questions() -> Vec<Inclusion> {
    let lines = measure::lines("inclusion.jsonl");
    let lines = lines.iter().enumerate().map(|(number, line)| Inclusion {
        number,
        family: line["family"].as_str().unwrap().to_owned(),
        of: measure::strings(&line["of"]),
        within: measure::strings(&line["in"]),
    });
    lines.collect()
}

/// Where the time of our own answer begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// With the texts of the patterns, as for the others.
    Texts,
    /// With policies that are read.
    Policies,
}

/// What `diff` says of a policy on the wide patterns, and the same with the narrow ones.
fn ours(question: &Inclusion, action: &str, begin: Begin) -> Answer {
    let statement = format!("Allow {action} topic/x");
    let mut two = measure::placed(&[statement.clone(), statement.clone()], String::new()).set;
    let mut one = measure::placed(&[statement], String::new()).set;
    let fill = |one: &mut PolicySet, two: &mut PolicySet| {
        let within = resources(&question.within);
        one.policies[0].policy.statements[0].resources = within.clone();
        two.policies[0].policy.statements[0].resources = within;
        two.policies[0].policy.statements[1].resources = resources(&question.of);
    };
    fill(&mut one, &mut two);
    let mut answer = || {
        if begin == Begin::Texts {
            fill(&mut one, &mut two);
        }
        let diff = diff(&one, &two, measure::HEAD, Isolation::WORK);
        assert!(diff.lost.is_empty(), "question {}", question.number);
        match (diff.gained.is_empty(), diff.unknown.is_empty()) {
            (false, _) => Some(false),
            (true, true) => Some(true),
            (true, false) => None,
        }
    };
    let is_included = answer();
    let time = measure::least(|| {
        black_box(answer());
    });
    Answer { is_included, time }
}

/// Reads the patterns as a document's, out of one text.
fn resources(patterns: &[String]) -> Clause<Resource> {
    let mut whole = String::new();
    let mut ranges = Vec::new();
    for pattern in patterns {
        let start = whole.len();
        whole.push_str(measure::HEAD);
        whole.push_str("topic/");
        whole.push_str(pattern);
        ranges.push(start..whole.len());
    }
    let source = Source::new("policy", whole);
    let whole = Text::of_source(SourceId::new(0), &source);
    let resources = ranges.into_iter().map(|range| {
        let text = whole.slice(range);
        let span = text.whole();
        Resource::new(text, span, Dialect::Variables)
    });
    Clause::Only(resources.collect())
}

/// The answer of aws-smt-strings, out of a process that is ended after [`LIMIT`].
fn aws_apart(number: usize) -> Answer {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--ask", &number.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            break;
        }
        sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = text.trim().split_once(' ').map(|(answer, time)| Answer {
        is_included: Some(answer == "true"),
        time: Duration::from_nanos(time.parse().unwrap()),
    });
    // Without an answer it has run into the limit, or out of memory.
    answer.unwrap_or(Answer {
        is_included: None,
        time: LIMIT,
    })
}

fn aws(question: &Inclusion) -> Answer {
    let answer = || {
        let manager = &mut ReManager::new();
        let narrow = union(manager, &question.of);
        let wide = union(manager, &question.within);
        let more = manager.diff(narrow, wide);
        manager.is_empty_re(more)
    };
    let start = Instant::now();
    let is_included = Some(answer());
    let first = start.elapsed();
    let time = match first < measure::ENOUGH {
        true => measure::least(|| {
            black_box(answer());
        }),
        false => first,
    };
    Answer { is_included, time }
}

fn union(manager: &mut ReManager, patterns: &[String]) -> RegLan {
    let patterns: Vec<RegLan> = patterns.iter().map(|it| expression(manager, it)).collect();
    manager.union_list(patterns)
}

/// The pattern as a regular expression: runs of literals, all characters, all strings.
fn expression(manager: &mut ReManager, pattern: &str) -> RegLan {
    let mut parts = Vec::new();
    let mut literal = String::new();
    for character in pattern.chars() {
        if !matches!(character, '*' | '?') {
            literal.push(character);
            continue;
        }
        parts.push(manager.str(&literal.as_str().into()));
        literal.clear();
        parts.push(match character {
            '?' => manager.all_chars(),
            _ => manager.full(),
        });
    }
    parts.push(manager.str(&literal.as_str().into()));
    manager.concat_list(parts)
}

/// The lines that `inclusion_z3.py` writes.
fn of_z3(path: &str) -> Vec<Answer> {
    let text = fs::read_to_string(path).unwrap();
    let answer = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        Answer {
            is_included: line["included"].as_bool(),
            time: Duration::from_secs_f64(line["seconds"].as_f64().unwrap()),
        }
    };
    text.lines().map(answer).collect()
}
