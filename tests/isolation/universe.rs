//! The names, client ids, topics and filters that the brute force tries; see `brute.rs`.

use std::sync::LazyLock;

use fleetwright::engine::Reading;

use crate::owned::{filter_matches, is_filter};
use crate::policy::Kind;

/// What is read of a reserved topic, behind `$aws/things/<name>`.
const RESERVED: [&str; 3] = ["/x", "/shadow/x", "/jobs/x"];
/// The longest filter behind `$share/g/`, and the longest topic behind `$aws/rules/r/`.
const MAX_SHARED_CHARS: usize = 3;
const MAX_INGEST_CHARS: usize = 2;

/// Which universe a question is asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// The 30 words of up to four letters `a` and `b`, and topics of up to four characters.
    FewNames,
    /// The 84 words of up to three of four letters, and topics of up to six characters, of which
    /// `a` is the only letter.
    ManyNames,
}

/// Resources of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    /// Topics, and as many behind `$share/g/` as do not start with `$`.
    Topics,
    Filters,
    Clients,
    /// Things, then the shadow `s` of each.
    Things,
}

/// Everything that is tried.
pub(crate) struct Universe {
    /// The names of things.
    pub(crate) names: Vec<Vec<char>>,
    /// The client ids: the names, and others.
    pub(crate) clients: Vec<Vec<char>>,
    topics: Vec<Vec<char>>,
    filters: Vec<Vec<char>>,
    things: Vec<Vec<char>>,
    /// The topics that can be published to.
    pub(crate) publishable: Set,
    /// How many topics do not start with `$`; they are the first.
    ordinary: usize,
    /// What each filter matches, as documented and cautiously.
    matches: [Vec<Set>; 2],
}

/// A set of resources of a group, by index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Set([u64; Set::WORDS]);

impl Universe {
    /// The universe of this size with this MQTT wildcard.
    pub(crate) fn of(size: Size, wildcard: char) -> &'static Universe {
        static ALL: LazyLock<[Universe; 4]> = LazyLock::new(|| {
            [
                Universe::new(Size::FewNames, '+'),
                Universe::new(Size::FewNames, '#'),
                Universe::new(Size::ManyNames, '+'),
                Universe::new(Size::ManyNames, '#'),
            ]
        });
        let [few_plus, few_hash, many_plus, many_hash] = &*ALL;
        match (size, wildcard == '#') {
            (Size::FewNames, false) => few_plus,
            (Size::FewNames, true) => few_hash,
            (Size::ManyNames, false) => many_plus,
            (Size::ManyNames, true) => many_hash,
        }
    }

    fn new(size: Size, wildcard: char) -> Universe {
        let (names, letters, max_chars) = match size {
            Size::FewNames => (words(&['a', 'b'], 4), &['a', 'b', '/'][..], 4),
            Size::ManyNames => (words(&['a', 'b', 'c', 'd'], 3), &['a', '/'][..], 6),
        };
        let more = ["+", "#", "a/b", "*"].map(chars);
        let clients = names.iter().cloned().chain(more).collect();
        let shadows = names.iter().map(|name| joined(&[name, &chars("/s")]));
        let things = names.iter().cloned().chain(shadows).collect();

        let reserved = names.iter().flat_map(|name| {
            RESERVED.map(|rest| joined(&[&chars("$aws/things/"), name, &chars(rest)]))
        });
        let mut topics = words(letters, max_chars);
        let ordinary = topics.len();
        topics.extend(reserved.clone());
        let ingest = words(letters, MAX_INGEST_CHARS).into_iter();
        topics.extend(ingest.map(|topic| joined(&[&chars("$aws/rules/r/"), &topic])));
        let publishable = (0..topics.len()).collect();
        for index in 0..ordinary {
            topics.push(joined(&[&chars("$share/g/"), &topics[index]]));
        }

        let letters = [letters, &[wildcard]].concat();
        let valid = |max_chars| {
            words(&letters, max_chars)
                .into_iter()
                .filter(|it| is_filter(it))
        };
        let mut filters: Vec<Vec<char>> = valid(max_chars).collect();
        filters.extend(reserved);
        let plain = filters.len();
        let shared = valid(MAX_SHARED_CHARS);
        filters.extend(shared.map(|filter| joined(&[&chars("$share/g/"), &filter])));

        let mut universe = Universe {
            names,
            clients,
            topics,
            filters,
            things,
            publishable,
            ordinary,
            matches: [Vec::new(), Vec::new()],
        };
        universe.matches = [Reading::Documented, Reading::Cautious].map(|reading| {
            let filters = universe.filters.iter().enumerate();
            let matched = |(index, filter): (usize, &Vec<char>)| {
                let prefix = if index < plain { "" } else { "$share/g/" };
                universe.matched(&filter[prefix.len()..], index >= plain, reading)
            };
            filters.map(matched).collect()
        });
        universe
    }

    /// The topics that a filter matches; of a shared one, also those under whose name Receive may be
    /// asked for instead.
    fn matched(&self, filter: &[char], is_shared: bool, reading: Reading) -> Set {
        let unshared = self.with_shared(|topic| filter_matches(filter, topic, reading));
        if is_shared && reading == Reading::Cautious {
            unshared
        } else {
            unshared.and(self.publishable)
        }
    }

    /// The topics for which this holds, each with its form behind `$share/g/`.
    pub(crate) fn with_shared(&self, holds: impl Fn(&[char]) -> bool) -> Set {
        let plain = self.topics.len() - self.ordinary;
        let mut set = Set::default();
        for (index, topic) in self.topics[..plain].iter().enumerate() {
            if holds(topic) {
                set.insert(index);
                if index < self.ordinary {
                    set.insert(plain + index);
                }
            }
        }
        set
    }

    /// The reserved topics of a thing, by its index, that begin so behind its name.
    pub(crate) fn reserved(&self, thing: usize, start: &str) -> Set {
        let first = self.ordinary + thing * RESERVED.len();
        let ours = RESERVED.iter().enumerate();
        let ours = ours.filter(|(_, rest)| rest.starts_with(start));
        ours.map(|(index, _)| first + index).collect()
    }

    /// The topics that these filters match.
    pub(crate) fn reached(&self, filters: Set, reading: Reading) -> Set {
        let of_reading = match reading {
            Reading::Documented => &self.matches[0],
            Reading::Cautious => &self.matches[1],
        };
        let matched = of_reading.iter().enumerate();
        matched
            .filter(|(index, _)| filters.has(*index))
            .fold(Set::default(), |all, (_, matched)| all.or(*matched))
    }

    /// All resources of a group.
    pub(crate) fn all(&self, group: Group) -> Set {
        (0..self.resources(group).1.len()).collect()
    }

    /// The resources of a group.
    pub(crate) fn resources(&self, group: Group) -> (Kind, &[Vec<char>]) {
        match group {
            Group::Topics => (Kind::Topic, &self.topics),
            Group::Filters => (Kind::TopicFilter, &self.filters),
            Group::Clients => (Kind::Client, &self.clients),
            Group::Things => (Kind::Thing, &self.things),
        }
    }
}

impl Set {
    const WORDS: usize = 10;

    pub(crate) fn insert(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    pub(crate) fn has(self, index: usize) -> bool {
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    pub(crate) fn or(mut self, other: Set) -> Set {
        for index in 0..Set::WORDS {
            self.0[index] |= other.0[index];
        }
        self
    }

    pub(crate) fn and(mut self, other: Set) -> Set {
        for index in 0..Set::WORDS {
            self.0[index] &= other.0[index];
        }
        self
    }

    pub(crate) fn without(mut self, other: Set) -> Set {
        for index in 0..Set::WORDS {
            self.0[index] &= !other.0[index];
        }
        self
    }

    pub(crate) fn meets(self, other: Set) -> bool {
        self.and(other) != Set::default()
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Set {
        let mut set = Set::default();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

/// All words of one to so many letters, the shortest first.
fn words(letters: &[char], max_chars: usize) -> Vec<Vec<char>> {
    let mut all: Vec<Vec<char>> = Vec::new();
    let mut longest = vec![Vec::new()];
    for _ in 0..max_chars {
        let longer = longest
            .iter()
            .flat_map(|word| letters.iter().map(|letter| joined(&[word, &[*letter]])));
        longest = longer.collect();
        all.extend(longest.iter().cloned());
    }
    all
}

pub(crate) fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn joined(parts: &[&[char]]) -> Vec<char> {
    parts.concat()
}
