//! The page of faults, and what it keeps of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::run::{LIMIT, STAGES};
use crate::table::Mutant;

/// From the root of the package.
pub(crate) const PAGE: &str = "docs/mutants.md";

/// How a fault was noticed, as the page says it.
pub(crate) struct Caught {
    by: String,
    within: String,
}

impl Caught {
    /// The time is rounded up to minutes, so that the page stays as it is on another machine.
    pub(crate) fn new(by: &str, time: Duration) -> Caught {
        Caught {
            by: by.to_owned(),
            within: format!("{} min", time.as_secs() / 60 + 1),
        }
    }
}

/// The page of these faults.
pub(crate) fn page(mutants: &[Mutant], results: &BTreeMap<String, Caught>, commit: &str) -> String {
    let mut programs: Vec<&str> = STAGES.iter().map(|(name, _)| *name).collect();
    let again = programs.pop().unwrap_or_default();
    let minutes = LIMIT.as_secs() / 60;
    let mut page = format!(
        "# Faults that the tests notice\n\n\
        Written by `FLEETWRIGHT_LONG_RUN=1 BLESS=1 cargo test --all-features --test mutants` \
        from\n`tests/mutants/mutants.yaml`, which has each change of `src/`.\n\n\
        Each fault is put into the engine alone. Then the test programs that decide the same another \
        way run, one\nafter the other:\n`{}`,\nand `{again}` with more questions. The first that \
        fails is named, with the tests that fail in it, and the\ntime, rounded up to minutes, with \
        that of the build. The run fails when a fault is not noticed within\n{minutes} minutes, when \
        it does not compile, or when a test fails without a fault. The test that repeats answers\nof \
        [an earlier run](oracle-run.md) is left out, since it would notice any change.\n\n\
        {} faults, all noticed. Commit {commit} of `src/`.\n\n\
        | fault | what goes wrong | noticed by | within |\n|---|---|---|--:|\n",
        programs.join("`, `"),
        mutants.len(),
    );
    for Mutant { id, wrong, .. } in mutants {
        if let Some(Caught { by, within }) = results.get(id) {
            page += &format!("| {id} | {wrong} | {by} | {within} |\n");
        }
    }
    page
}

/// What a page says of each fault.
pub(crate) fn results_of(page: &str) -> BTreeMap<String, Caught> {
    let rows = page.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let [id, _, by, within] = *cells.split(" | ").collect::<Vec<_>>() else {
            return None;
        };
        let caught = Caught {
            by: by.to_owned(),
            within: within.to_owned(),
        };
        Some((id.to_owned(), caught))
    });
    rows.collect()
}

/// The commit that a page is of.
pub(crate) fn commit_of(page: &str) -> &str {
    let after = page.split_once("Commit ").map(|it| it.1);
    after.and_then(|it| it.split(' ').next()).unwrap_or("")
}
