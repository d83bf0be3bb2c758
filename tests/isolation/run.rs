//! What became of many questions, and the page that keeps it.

use std::fmt::Write as _;
use std::num::NonZero;
use std::ops::AddAssign;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use fleetwright::engine::{Reading, Threat, Verdict};

use crate::generate::Question;
use crate::shares::SHARES;

/// As many policy sets have one digest.
pub(crate) const BLOCK: u64 = 1_000;
/// As many sets are checked by a thread before it takes others.
const TURN: u64 = 50;
/// The heading above the digests.
const DIGESTS: &str = "## Digests";
const DIGESTS_PER_LINE: usize = 5;

/// What the engine says of one threat, without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Proved,
    /// With a witness that passes as documented.
    Refuted,
    /// With a witness that passes in the cautious reading alone.
    RefutedCautiously,
    Unknown,
}

impl Answer {
    pub(crate) const ALL: [Answer; 4] = [
        Answer::Proved,
        Answer::Refuted,
        Answer::RefutedCautiously,
        Answer::Unknown,
    ];

    /// What a verdict says.
    pub(crate) fn of(verdict: &Verdict) -> Answer {
        match verdict {
            Verdict::Proved => Answer::Proved,
            Verdict::Refuted(witness) => match witness.reading() {
                Reading::Documented => Answer::Refuted,
                Reading::Cautious => Answer::RefutedCautiously,
            },
            Verdict::Unknown(_) => Answer::Unknown,
        }
    }

    fn letter(self) -> u8 {
        match self {
            Answer::Proved => b'P',
            Answer::Refuted => b'R',
            Answer::RefutedCautiously => b'C',
            Answer::Unknown => b'U',
        }
    }
}

/// One set after its check, in the order of [`Threat::ALL`].
pub(crate) struct Checked {
    pub(crate) answers: [Answer; Threat::ALL.len()],
    /// Whether the brute force found a violation, as documented and cautiously.
    pub(crate) found: [[bool; 2]; Threat::ALL.len()],
    pub(crate) memberships: u64,
}

/// Numbers of questions with each answer.
type Counts = [u64; Answer::ALL.len()];

/// Sums over many sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    sets: u64,
    memberships: u64,
    of_threats: [Counts; Threat::ALL.len()],
    of_shares: [(u64, Counts); SHARES.len()],
    /// Of each threat: violations found as documented, cautiously; unknown, with a violation.
    found: [[u64; 3]; Threat::ALL.len()],
    /// One for each answer, in order.
    letters: Vec<u8>,
}

/// Asks about so many sets from this seed on.
///
/// # Errors
/// The first disagreement.
pub(crate) fn run(
    first: u64,
    sets: u64,
    check: &(dyn Fn(&Question) -> Result<Checked, String> + Sync),
) -> Result<Tally, String> {
    let next = AtomicU64::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let start = next.fetch_add(TURN, Ordering::Relaxed);
            if start >= sets {
                break;
            }
            let seeds = first + start..first + sets.min(start + TURN);
            let mut questions = seeds.map(Question::new);
            let tally: Result<Tally, String> =
                questions.try_fold(Tally::default(), |mut tally, question| {
                    tally.count(&question, &check(&question)?);
                    Ok(tally)
                });
            if tally.is_err() {
                next.store(sets, Ordering::Relaxed);
            }
            done.lock().unwrap().push((start, tally));
        }
    };
    // The tallies are added in the order of their seeds, however many threads there are.
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(start, _)| *start);
    let mut all = Tally::default();
    for (_, tally) in done {
        all += tally?;
    }
    Ok(all)
}

impl Tally {
    fn count(&mut self, question: &Question, checked: &Checked) {
        self.sets += 1;
        self.memberships += checked.memberships;
        for (threat, answer) in checked.answers.iter().enumerate() {
            self.of_threats[threat][*answer as usize] += 1;
            let [documented, cautious] = checked.found[threat];
            let is_missed = cautious && *answer == Answer::Unknown;
            let found = [documented, cautious, is_missed];
            for (sum, is) in self.found[threat].iter_mut().zip(found) {
                *sum += u64::from(is);
            }
            self.letters.push(answer.letter());
        }
        for (share, (sets, counts)) in SHARES.iter().zip(&mut self.of_shares) {
            if (share.has)(question) {
                *sets += 1;
                for answer in checked.answers {
                    counts[answer as usize] += 1;
                }
            }
        }
    }

    /// FNV-1a of each block.
    pub(crate) fn digests(&self) -> Vec<u64> {
        let letters = usize::try_from(BLOCK).unwrap() * Threat::ALL.len();
        let add =
            |digest: u64, letter: &u8| (digest ^ u64::from(*letter)).wrapping_mul(0x100_0000_01b3);
        let digest = |block: &[u8]| block.iter().fold(0xcbf2_9ce4_8422_2325, add);
        self.letters.chunks(letters).map(digest).collect()
    }

    /// The tables.
    pub(crate) fn tables(&self) -> String {
        let threats = Threat::ALL.len() as u64;
        let mut page = format!(
            "{} policy sets, {} questions, {} memberships in the brute force, 0 disagreements.\n\n",
            self.sets,
            self.sets * threats,
            self.memberships
        );
        page += "| threat | proved | refuted | refuted cautiously | unknown | unknown, % \
            | violated | violated cautiously | violated, unknown |\n\
            |---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
        let rows = Threat::ALL.iter().zip(&self.of_threats).zip(&self.found);
        for ((threat, counts), [documented, cautious, missed]) in rows {
            let name = threat.as_str();
            let cells = cells(counts);
            writeln!(
                page,
                "| {name} |{cells} {documented} | {cautious} | {missed} |"
            )
            .unwrap();
        }
        page += "\n*Violated* is what the brute force finds, in its small universe.\n\n\
            | sets with | sets | proved | refuted | refuted cautiously | unknown | unknown, % |\n\
            |---|--:|--:|--:|--:|--:|--:|\n";
        for (share, (sets, counts)) in SHARES.iter().zip(&self.of_shares) {
            writeln!(page, "| {} | {sets} |{}", share.name, cells(counts)).unwrap();
        }
        page
    }

    /// The page that keeps a run.
    pub(crate) fn to_page(&self, first: u64, commit: &str) -> String {
        let mut page = format!(
            "# Isolation, held against a brute force\n\n\
            Written by `FLEETWRIGHT_LONG_RUN=1 BLESS=1 cargo test --release --all-features \
            --test isolation`.\n\
            The brute force, and what it tries, are in `tests/isolation/brute.rs`. Every witness was \
            put to the\nreference evaluator of `tests/oracle`, and reaches what belongs to its \
            victim.\n\n\
            First seed {first}, commit {commit}.\n\n{}\n{DIGESTS}\n\n\
            FNV-1a, 64 bits, over the answers to each {BLOCK} sets in order. `cargo test` repeats \
            one block.\n\n```text\n",
            self.tables()
        );
        for line in self.digests().chunks(DIGESTS_PER_LINE) {
            let line: Vec<String> = line.iter().map(|it| format!("{it:016x}")).collect();
            page += &(line.join(" ") + "\n");
        }
        page + "```\n"
    }
}

/// The first seed of a page, and its digests.
pub(crate) fn read_page(page: &str) -> (u64, Vec<u64>) {
    let (head, tail) = page.split_once(DIGESTS).unwrap();
    let (_, seed) = head.split_once("First seed ").unwrap();
    let seed = seed.split(',').next().unwrap();
    let digests = tail.split("```text\n").nth(1).unwrap();
    let digests = digests.split("```").next().unwrap().split_whitespace();
    let digests = digests.map(|it| u64::from_str_radix(it, 16).unwrap());
    (seed.parse().unwrap(), digests.collect())
}

/// The cells of a row, and the share of what is unknown.
fn cells(counts: &Counts) -> String {
    let all: u64 = counts.iter().sum();
    let [.., unknown] = counts;
    let percent = 100.0 * *unknown as f64 / all.max(1) as f64;
    let numbers: String = counts.iter().map(|it| format!(" {it} |")).collect();
    format!("{numbers} {percent:.2} |")
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.sets += other.sets;
        self.memberships += other.memberships;
        let add = |sums: &mut [u64], more: &[u64]| {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        };
        for threat in 0..Threat::ALL.len() {
            add(&mut self.of_threats[threat], &other.of_threats[threat]);
            add(&mut self.found[threat], &other.found[threat]);
        }
        for (own, more) in self.of_shares.iter_mut().zip(&other.of_shares) {
            own.0 += more.0;
            add(&mut own.1, &more.1);
        }
        self.letters.extend(other.letters);
    }
}
