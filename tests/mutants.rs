//! Faults that are put into the engine, one at a time: each must be noticed by a test that decides
//! the same another way.
//!
//! The faults are in `mutants/mutants.yaml`, what became of them in `docs/mutants.md`. An ordinary
//! run only holds the two to each other and to `src/`. With `FLEETWRIGHT_LONG_RUN=1 BLESS=1` every
//! fault is built and tested, which takes about 20 minutes, and the page is written. With
//! `FLEETWRIGHT_MUTANTS=<id>,<id>` too, only these are tried; what the page says of the others stays,
//! if it is of the same commit of `src/`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::Command;
use std::{env, fs};

use expected::{Expected, root};
use page::{Caught, PAGE, commit_of, page, results_of};
use run::{Bench, Outcome};
use table::{Mutant, is_kebab_case, mutants};

mod expected;
// The root of a test looks for its modules beside itself, where each file is a test.
#[path = "mutants/page.rs"]
mod page;
#[path = "mutants/run.rs"]
mod run;
#[path = "mutants/table.rs"]
mod table;

/// As many faults there are at least.
const LEAST: usize = 20;

#[test]
fn every_fault_has_its_place() {
    let mutants = mutants();
    let mut wrong = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let Mutant { id, wrong: why, .. } = mutant;
        if !is_kebab_case(id) || mutants[..index].iter().any(|it| it.id == *id) {
            wrong.push(format!("{id}: not in kebab-case, or there twice"));
        }
        if !why.ends_with('.') || why.contains(['|', '\n']) {
            wrong.push(format!("{id}: not a sentence for a cell: {why}"));
        }
        let changed = mutant.changed(|path| fs::read_to_string(root().join(path)).unwrap());
        wrong.extend(changed.err().map(|error| format!("{id}: {error}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mutants.len() >= LEAST);
}

#[test]
fn the_page_is_of_the_table() {
    if is_long() {
        return;
    }
    let old = fs::read_to_string(root().join(PAGE)).unwrap();
    let mutants = mutants();
    let results = results_of(&old);
    let missing = mutants.iter().filter(|it| !results.contains_key(&it.id));
    let missing: Vec<&str> = missing.map(|it| &*it.id).collect();
    assert!(
        missing.is_empty(),
        "not tried yet: {missing:?}; repeat the long run"
    );
    let mut expected = Expected::default();
    expected.check(PAGE, &page(&mutants, &results, commit_of(&old)));
    expected.finish();
}

#[test]
fn every_fault_is_noticed() {
    if !is_long() {
        return;
    }
    let some = env::var("FLEETWRIGHT_MUTANTS").ok();
    let is_asked = |id: &str| {
        let mut asked = some.iter().flat_map(|it| it.split(','));
        some.is_none() || asked.any(|it| it == id)
    };
    let mutants = mutants();
    let bench = Bench::set_up();
    match bench.tries(&BTreeMap::new(), None) {
        Outcome::Passed => say("without a fault: passed"),
        other => panic!("without a fault: {other:?}"),
    }
    let old = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    let commit = commit();
    let mut results = match commit_of(&old) == commit {
        true => results_of(&old),
        false => BTreeMap::new(),
    };
    let mut wrong = Vec::new();
    for mutant in mutants.iter().filter(|it| is_asked(&it.id)) {
        let changed = mutant.changed(|path| fs::read_to_string(root().join(path)).unwrap());
        let outcome = bench.tries(&changed.unwrap(), Some(run::LIMIT));
        say(&format!("{}: {outcome:?}", mutant.id));
        match outcome {
            Outcome::Caught { by, time } => {
                results.insert(mutant.id.clone(), Caught::new(&by, time));
            }
            other => wrong.push(format!("{}: {other:?}", mutant.id)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        mutants.iter().all(|it| results.contains_key(&it.id)),
        "the page is of another commit: try all"
    );
    fs::write(root().join(PAGE), page(&mutants, &results, &commit)).unwrap();
}

fn is_long() -> bool {
    env::var_os("FLEETWRIGHT_LONG_RUN").is_some() && Expected::is_blessing()
}

/// Says at once how far the long run is; what a test prints is shown at its end.
fn say(line: &str) {
    let line = format!("{line}\n");
    io::stderr().write_all(line.as_bytes()).unwrap();
}

/// The last commit of what the faults are put into.
fn commit() -> String {
    let mut git = Command::new("git");
    let git = git.args(["log", "-1", "--format=%h", "--", "src"]);
    let output = git.current_dir(root()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
