//! The engine's verdicts on isolation against a brute force, on random policies.
//!
//! What is proved must not be found violated, in the cautious reading; what is found violated as
//! documented must not be proved; each step of a witness must pass the reference evaluator, and
//! reach what belongs to its victim. The definitions are in `isolation/brute.rs`.
//!
//! A question is a policy set and a threat. `FLEETWRIGHT_QUESTIONS` sets how many are asked (20,000
//! without it), `FLEETWRIGHT_SEED` the first seed. With `FLEETWRIGHT_LONG_RUN=1 BLESS=1`, a run of
//! 1,200,000 with all the work that is usual writes `docs/oracle-run.md`; other runs take less, and
//! repeat one block of that page, or with `FLEETWRIGHT_LONG_RUN=1` alone all of them. A disagreement
//! prints its seed and the smallest policy set that still shows it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use fleetwright::engine::{ClientIds, Isolation, Reading, Threat, Tie, Verdict};
use serde_json::{Value, json};

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
#[path = "isolation/known.rs"]
mod known;
#[path = "isolation/owned.rs"]
mod owned;
#[path = "isolation/policy.rs"]
mod policy;
#[path = "isolation/run.rs"]
mod run;
#[path = "isolation/shares.rs"]
mod shares;
#[path = "isolation/universe.rs"]
mod universe;
#[path = "isolation/witness.rs"]
mod witness;

use ask::{ask, smallest};
use brute::search;
use decide::{Resource, Session, decide};
use generate::{Question, Random};
use known::KNOWN;
use run::{Answer, BLOCK, Checked, read_page, run};
use shares::SHARES;
use universe::{Group, Size, Universe, chars};

const DEFAULT_QUESTIONS: u64 = 20_000;
/// Steps for each question, where a build without optimization may run.
const DEFAULT_WORK: u64 = 60_000;
const LONG_QUESTIONS: u64 = 1_200_000;
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/oracle-run.md");

#[test]
fn the_engine_agrees_with_the_brute_force() {
    let is_long = env::var_os("FLEETWRIGHT_LONG_RUN").is_some() && env::var_os("BLESS").is_some();
    let (usual, work) = match is_long {
        true => (LONG_QUESTIONS, Isolation::WORK),
        false => (DEFAULT_QUESTIONS, DEFAULT_WORK),
    };
    let questions = number("FLEETWRIGHT_QUESTIONS").unwrap_or(usual);
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    let mut sets = questions.div_ceil(Threat::ALL.len() as u64);
    if is_long {
        sets = sets.next_multiple_of(BLOCK);
    }
    let tally = run(first, sets, &|it| checked(it, work)).unwrap_or_else(|wrong| panic!("{wrong}"));
    if is_long {
        fs::write(PAGE, tally.to_page(first, &commit())).unwrap();
    } else {
        println!("{}", tally.tables());
    }
}

#[test]
fn a_block_of_the_long_run_is_as_it_was() {
    if !Path::new(PAGE).exists() || env::var_os("BLESS").is_some() {
        return;
    }
    let (first, digests) = read_page(&fs::read_to_string(PAGE).unwrap());
    let count = digests.len() as u64;
    let block = number("FLEETWRIGHT_SEED").unwrap_or(0) % count;
    let blocks = match env::var_os("FLEETWRIGHT_LONG_RUN") {
        Some(_) => 0..count,
        None => block..block + 1,
    };
    let answered = |question: &Question| {
        Ok(Checked {
            answers: ask(question, Isolation::WORK).map(|verdict| Answer::of(&verdict)),
            found: Default::default(),
            memberships: 0,
        })
    };
    let mut others = Vec::new();
    for block in blocks {
        let tally = run(first + block * BLOCK, BLOCK, &answered).unwrap();
        let kept = digests[usize::try_from(block).unwrap()];
        if tally.digests() != [kept] {
            others.push(format!(
                "{block}: {kept:016x}, now {:016x?}",
                tally.digests()
            ));
        }
    }
    assert!(
        others.is_empty(),
        "blocks of docs/oracle-run.md; if it is meant, repeat the long run: {others:#?}"
    );
}

#[test]
fn the_brute_force_decides_as_the_reference_evaluator() {
    let first = number("FLEETWRIGHT_SEED").unwrap_or(0);
    for seed in first..first + 1_500 {
        let question = Question::new(seed);
        let policies = policy::to_json(&question.statements);
        let mut random = Random(seed ^ 0x5eed);
        for _ in 0..12 {
            let request = OneRequest::new(&mut random, &question);
            for reading in [Reading::Documented, Reading::Cautious] {
                let ours = request.decide(&question, reading);
                let theirs = request.ask_oracle(&policies, reading);
                assert_eq!(
                    format!("{ours:?}"),
                    format!("{theirs:?}"),
                    "seed {seed}, {reading:?}: {request:?}\n{policies}"
                );
            }
        }
    }
}

#[test]
fn the_brute_force_finds_what_is_known() {
    let mut wrong = Vec::new();
    for known in KNOWN {
        let statements = known.statements();
        let found = ['+', '#'].map(|wildcard| {
            let universe = Universe::of(Size::FewNames, wildcard);
            search(&statements, Tie::Any, ClientIds::Chosen, universe)
        });
        for threat in Threat::ALL {
            let [documented, cautious] =
                [0, 1].map(|reading| found.iter().any(|it| it[reading].can(threat)));
            let is_documented = known.documented.contains(&threat);
            let expected = (
                is_documented,
                is_documented || known.cautious.contains(&threat),
            );
            if (documented, cautious) != expected {
                let lines = known.lines;
                wrong.push(format!("{lines:?}: {threat:?}: {documented}, {cautious}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_shares_hold() {
    let questions: Vec<Question> = (0..10_000).map(Question::new).collect();
    let mut short = Vec::new();
    for share in SHARES {
        let count = questions.iter().filter(|it| (share.has)(it)).count();
        println!(
            "{}: {:.1} %",
            share.name,
            100.0 * count as f64 / questions.len() as f64
        );
        if count * 100 < share.least * questions.len() {
            short.push(format!("{}: less than {} %", share.name, share.least));
        }
    }
    assert!(short.is_empty(), "{short:#?}");
    assert!(
        questions
            .iter()
            .all(|it| (1..=6).contains(&it.statements.len()))
    );
}

/// The answers to a question, or what is wrong with them.
fn checked(question: &Question, work: u64) -> Result<Checked, String> {
    let disagreement = match compare(question, work) {
        Ok(checked) => return Ok(checked),
        Err(disagreement) => disagreement,
    };
    let smallest = smallest(question.clone(), &|it| compare(it, work).is_err());
    let smaller = compare(&smallest, work).err().unwrap_or_default();
    let Question {
        seed,
        tie,
        client_ids,
        ..
    } = question;
    let policies = policy::to_json(&smallest.statements);
    Err(format!(
        "seed {seed}: {disagreement}\nsmallest, {tie:?}, {client_ids:?}: {smaller}\n{policies}"
    ))
}

/// One question to both sides.
fn compare(question: &Question, work: u64) -> Result<Checked, String> {
    let verdicts = ask(question, work);
    let Question {
        statements,
        tie,
        client_ids,
        ..
    } = question;
    let [documented, cautious] = search(statements, *tie, *client_ids, question.universe());
    let mut found = [[false; 2]; Threat::ALL.len()];
    for (index, threat) in Threat::ALL.into_iter().enumerate() {
        let name = threat.as_str();
        found[index] = [documented.can(threat), cautious.can(threat)];
        match (&verdicts[index], found[index]) {
            (Verdict::Proved, [true, _]) => return Err(format!("{name}: proved, but violated")),
            (Verdict::Proved, [_, true]) => {
                return Err(format!(
                    "{name}: proved, but violated in the cautious reading"
                ));
            }
            (Verdict::Refuted(witness), _) => witness::check(question, threat, witness)
                .map_err(|wrong| format!("{name}: {wrong}\n{}", witness::show(witness)))?,
            (Verdict::Proved | Verdict::Unknown(_), _) => {}
        }
    }
    Ok(Checked {
        answers: verdicts.map(|verdict| Answer::of(&verdict)),
        found,
        memberships: documented.memberships + cautious.memberships,
    })
}

/// A request of a random device of a question's universe.
#[derive(Debug)]
struct OneRequest {
    action: &'static str,
    kind: policy::Kind,
    name: Vec<char>,
    thing: Vec<char>,
    client: Option<Vec<char>>,
    is_exclusive: bool,
    connect_attributes: &'static [&'static str],
}

impl OneRequest {
    fn new(random: &mut Random, question: &Question) -> OneRequest {
        let universe = question.universe();
        let (action, group) = random.pick(&[
            ("iot:Connect", Group::Clients),
            ("iot:Connect", Group::Clients),
            ("iot:Publish", Group::Topics),
            ("iot:Publish", Group::Topics),
            ("iot:Receive", Group::Topics),
            ("iot:Subscribe", Group::Filters),
            ("iot:Subscribe", Group::Filters),
            ("iot:SendDirectMessage", Group::Clients),
            ("iot:UpdateThingShadow", Group::Things),
            ("iotjobsdata:DescribeJobExecution", Group::Things),
        ]);
        let thing = random.pick(&universe.names);
        let (kind, names) = universe.resources(group);
        let client = match random.below(5) {
            0 => None,
            1 | 2 => Some(thing.clone()),
            _ => Some(random.pick(&universe.clients)),
        };
        let name = match &client {
            Some(client) if action == "iot:Connect" => client.clone(),
            _ => random.pick(names),
        };
        let attributes = if action == "iot:Connect" {
            random.below(4)
        } else {
            0
        };
        OneRequest {
            action,
            kind,
            name,
            thing,
            client,
            is_exclusive: random.percent(40),
            connect_attributes: brute::CONNECT_ATTRIBUTES[attributes],
        }
    }

    fn decide(&self, question: &Question, reading: Reading) -> decide::Decision {
        let client = self.client.as_deref();
        let is_tied = self.is_exclusive || client == Some(self.thing.as_slice());
        let session = Session {
            thing: (is_tied && client.is_some()).then_some(&self.thing),
            client,
            connect_attributes: self.connect_attributes,
        };
        let decide = |name: &[char]| {
            let resource = Resource::Arn(self.kind, name);
            decide(
                &question.statements,
                self.action,
                resource,
                session,
                reading,
            )
        };
        let decision = decide(&self.name);
        // Section 11, rows 7 and 13: cautiously, what passes under either name passes. The brute
        // force tries both names by itself.
        let share = chars("$share/g/");
        let other = match self.kind {
            policy::Kind::Topic if self.action == "iot:Receive" => {
                self.name.strip_prefix(share.as_slice())
            }
            policy::Kind::Thing if self.action.ends_with("Shadow") => {
                self.name.strip_suffix(&['/', 's'])
            }
            _ => None,
        };
        match other.filter(|_| reading == Reading::Cautious).map(decide) {
            Some(decide::Decision::Allow) => decide::Decision::Allow,
            _ => decision,
        }
    }

    fn ask_oracle(&self, policies: &Value, reading: Reading) -> oracle::Verdict {
        let text = |it: &[char]| it.iter().collect::<String>();
        let context = json!({
            "protocol": if self.client.is_some() { "mqtt" } else { "https" },
            "auth": "x509",
            "client_id": self.client.as_deref().map(text),
            "thing_name": text(&self.thing),
            "is_attached": true,
            "association": if self.is_exclusive { "exclusive" } else { "non_exclusive" },
            "connect_attributes": self.connect_attributes,
        });
        let name = format!("{}{}", self.kind.prefix(), text(&self.name));
        let resource = format!("{}{name}", policy::PLACE);
        let request = json!({ "action": self.action, "resource": resource });
        oracle::decide(policies, &context, &request, reading == Reading::Cautious)
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

fn commit() -> String {
    let mut git = Command::new("git");
    let output = git.args(["rev-parse", "--short", "HEAD"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
