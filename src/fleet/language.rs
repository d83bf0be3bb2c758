//! Field patterns as regular languages: what a value can be, and whether it fits where it goes.
//!
//! Classes are ASCII (`\d` is `0-9`), and a pattern always means the whole value. Automata are
//! built within limits: a pattern that needs more is an error, never a long wait.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start, syntax},
};

mod memory;

use memory::Memory;

/// The most bytes that one automaton takes.
const AUTOMATON_BYTES: usize = 1 << 20;
/// The most bytes that building one takes.
const BUILDING_BYTES: usize = 4 << 20;
/// The most pairs of states that a comparison of two languages visits.
const COMPARED_STATES: usize = 200_000;

/// The most bytes of an automaton that is kept for the next who asks.
const KEPT_BYTES: usize = 64 << 10;

/// The set of texts that a pattern matches as a whole.
#[derive(Clone, Debug)]
pub struct Language {
    pattern: Arc<str>,
    automaton: Arc<dense::DFA<Vec<u32>>>,
    start: StateID,
}

/// Why a pattern is no language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// e.g. `[0-9`
    #[error("it is no regular expression")]
    Syntax,
    /// `^`, `$`, `\b`
    #[error("`^`, `$` and `\\b` can't stand in it: a pattern always means the whole value")]
    Anchor,
    /// e.g. `([a-z]{1,500}){1,500}`
    #[error("it needs an automaton of more than {AUTOMATON_BYTES} bytes")]
    TooLarge,
}

/// What a comparison of two languages found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// No text is in the difference.
    None,
    /// A shortest text that is.
    Witness(Vec<u8>),
    /// The comparison was given up.
    Unknown,
}

impl Language {
    /// The language of a regular expression.
    ///
    /// # Errors
    /// A malformed expression, one with anchors, one that is too large.
    pub fn of_pattern(pattern: &str) -> Result<Language, InvalidPattern> {
        static KNOWN: Memory<Box<str>, Result<Language, InvalidPattern>> = Memory::new();
        let is_small = |language: &Result<Language, InvalidPattern>| {
            let bytes = language.as_ref().map(|it| it.automaton.memory_usage());
            pattern.len() + bytes.unwrap_or(0) <= KEPT_BYTES
        };
        KNOWN.get(pattern.into(), || Language::build(pattern), is_small)
    }

    fn build(pattern: &str) -> Result<Language, InvalidPattern> {
        let hir = syntax::parse_with(pattern, &syntax_config());
        let hir = hir.map_err(|_| InvalidPattern::Syntax)?;
        if !hir.properties().look_set().is_empty() {
            return Err(InvalidPattern::Anchor);
        }
        let automaton = dense::Builder::new()
            .syntax(syntax_config())
            .thompson(
                thompson::Config::new()
                    .utf8(false)
                    .nfa_size_limit(Some(AUTOMATON_BYTES)),
            )
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(AUTOMATON_BYTES))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .build(pattern)
            .map_err(|_| InvalidPattern::TooLarge)?;
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let start = automaton
            .start_state(&anchored)
            .map_err(|_| InvalidPattern::TooLarge)?;
        Ok(Language {
            pattern: pattern.into(),
            automaton: Arc::new(automaton),
            start,
        })
    }

    /// The language of literals and patterns, one after the other.
    ///
    /// # Errors
    /// As [`Language::of_pattern`].
    pub fn of_parts<'p>(
        parts: impl IntoIterator<Item = Part<'p>>,
    ) -> Result<Language, InvalidPattern> {
        let pattern: String = parts.into_iter().map(Part::pattern).collect();
        Language::of_pattern(&pattern)
    }

    /// The pattern that it is made of.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the text is in the language.
    pub fn contains(&self, text: &str) -> bool {
        let step = |state, byte| self.automaton.next_state(state, byte);
        self.accepts(text.bytes().fold(self.start, step))
    }

    /// Whether no text is in the language.
    pub fn is_empty(&self) -> bool {
        self.live_states().is_empty()
    }

    /// A shortest text that is here and not in `other`.
    pub fn without(&self, other: &Language) -> Difference {
        static KNOWN: Compared = Memory::new();
        self.compared(&KNOWN, other, |here, there| here && !there)
    }

    /// A shortest text that is in both.
    pub fn shared_with(&self, other: &Language) -> Difference {
        static KNOWN: Compared = Memory::new();
        self.compared(&KNOWN, other, |here, there| here && there)
    }

    fn compared(
        &self,
        known: &Compared,
        other: &Language,
        wanted: impl Fn(bool, bool) -> bool,
    ) -> Difference {
        let question = (self.pattern.clone(), other.pattern.clone());
        known.get(
            question,
            || self.search(other, wanted),
            |_| self.is_short(other),
        )
    }

    /// Whether the two patterns are short enough to be kept.
    fn is_short(&self, other: &Language) -> bool {
        self.pattern.len() + other.pattern.len() <= KEPT_BYTES
    }

    /// The number of bytes of the longest text; `None` when there is no longest.
    pub fn max_bytes(&self) -> Option<usize> {
        static KNOWN: Memory<Arc<str>, Option<usize>> = Memory::new();
        let is_short = |_: &Option<usize>| self.is_short(self);
        KNOWN.get(self.pattern.clone(), || self.longest(), is_short)
    }

    fn longest(&self) -> Option<usize> {
        // A text as long as there are states has been in one of them twice, and can repeat that.
        let mut states: Vec<StateID> = vec![self.start];
        let mut longest = 0;
        let mut seen: BTreeMap<StateID, usize> = BTreeMap::new();
        let mut length = 0;
        let live = self.live_states();
        while !states.is_empty() {
            if states.iter().any(|state| self.accepts(*state)) {
                longest = length;
            }
            length += 1;
            if length > live.len() {
                return None;
            }
            let mut next = Vec::new();
            for state in &states {
                for byte in 0..=u8::MAX {
                    let target = self.automaton.next_state(*state, byte);
                    let is_new = seen.insert(target, length) != Some(length);
                    if is_new && live.contains_key(&target) {
                        next.push(target);
                    }
                }
            }
            states = next;
        }
        Some(longest)
    }

    /// The literal text that every text of the language begins with.
    pub fn prefix(&self) -> String {
        static KNOWN: Memory<Arc<str>, String> = Memory::new();
        let is_short = |_: &String| self.is_short(self);
        KNOWN.get(self.pattern.clone(), || self.literal_start(), is_short)
    }

    fn literal_start(&self) -> String {
        let live = self.live_states();
        let mut prefix = String::new();
        let mut state = self.start;
        while !self.accepts(state) && prefix.len() < live.len() {
            let mut next = (0..=u8::MAX)
                .map(|byte| (byte, self.automaton.next_state(state, byte)))
                .filter(|(_, target)| live.contains_key(target));
            let (Some((byte, target)), None) = (next.next(), next.next()) else {
                break;
            };
            if !byte.is_ascii() {
                break;
            }
            prefix.push(char::from(byte));
            state = target;
        }
        prefix
    }

    fn accepts(&self, state: StateID) -> bool {
        let end = self.automaton.next_eoi_state(state);
        self.automaton.is_match_state(end)
    }

    /// The states from which the language can still be reached.
    fn live_states(&self) -> BTreeMap<StateID, ()> {
        let mut before: BTreeMap<StateID, Vec<StateID>> = BTreeMap::new();
        let mut queue = vec![self.start];
        let mut accepting = Vec::new();
        before.insert(self.start, Vec::new());
        while let Some(state) = queue.pop() {
            if self.accepts(state) {
                accepting.push(state);
            }
            for byte in 0..=u8::MAX {
                let target = self.automaton.next_state(state, byte);
                if let Some(sources) = before.get_mut(&target) {
                    if sources.last() != Some(&state) {
                        sources.push(state);
                    }
                } else {
                    before.insert(target, vec![state]);
                    queue.push(target);
                }
            }
        }
        let mut live = BTreeMap::new();
        while let Some(state) = accepting.pop() {
            if live.insert(state, ()).is_none() {
                accepting.extend(before.get(&state).into_iter().flatten());
            }
        }
        live
    }

    /// Breadth first over pairs of states, so that the first text found is a shortest one; among
    /// equally short ones letters and digits come first, because people read the text.
    fn search(&self, other: &Language, wanted: impl Fn(bool, bool) -> bool) -> Difference {
        let alphabet = self.alphabet(other);
        let begin = (self.start, other.start);
        let mut from: Steps = BTreeMap::from([(begin, None)]);
        let mut queue = VecDeque::from([begin]);
        while let Some(pair) = queue.pop_front() {
            if wanted(self.accepts(pair.0), other.accepts(pair.1)) {
                return Difference::Witness(word(&from, pair));
            }
            if from.len() > COMPARED_STATES {
                return Difference::Unknown;
            }
            for byte in &alphabet {
                let next = (
                    self.automaton.next_state(pair.0, *byte),
                    other.automaton.next_state(pair.1, *byte),
                );
                if self.automaton.is_dead_state(next.0) || from.contains_key(&next) {
                    continue;
                }
                from.insert(next, Some((pair, *byte)));
                queue.push_back(next);
            }
        }
        Difference::None
    }

    /// One byte for each pair of classes of the two automata, readable ones first.
    fn alphabet(&self, other: &Language) -> Vec<u8> {
        let (own, others) = (
            self.automaton.byte_classes(),
            other.automaton.byte_classes(),
        );
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(|byte| (readability(*byte), *byte));
        let mut seen = BTreeMap::new();
        bytes.retain(|byte| {
            seen.insert((own.get(*byte), others.get(*byte)), ())
                .is_none()
        });
        bytes
    }
}

fn readability(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => 0,
        b'-' | b'_' => 1,
        b' '..=b'~' => 2,
        0..=0x7F => 3,
        _ => 4,
    }
}

/// What comparisons of two patterns found.
type Compared = Memory<(Arc<str>, Arc<str>), Difference>;

/// How each pair of states was first reached: from which pair, by which byte; `None` for the first.
type Steps = BTreeMap<(StateID, StateID), Option<((StateID, StateID), u8)>>;

/// The bytes on the way from the first pair to this one.
fn word(from: &Steps, last: (StateID, StateID)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut pair = last;
    while let Some(Some((before, byte))) = from.get(&pair) {
        bytes.push(*byte);
        pair = *before;
    }
    bytes.reverse();
    bytes
}

/// A part of a composed text.
#[derive(Clone, Copy, Debug)]
pub enum Part<'p> {
    /// Characters that stand for themselves.
    Literal(&'p str),
    /// What a pattern matches.
    Pattern(&'p str),
}

impl Part<'_> {
    fn pattern(self) -> String {
        match self {
            Part::Literal(literal) => {
                let escape = |c: char| match c {
                    c if c.is_ascii_alphanumeric() || !c.is_ascii() => vec![c],
                    c if c.is_ascii_punctuation() => vec!['\\', c],
                    c => vec![c],
                };
                literal.chars().flat_map(escape).collect()
            }
            Part::Pattern(pattern) => format!("(?:{pattern})"),
        }
    }
}

/// Bytes instead of characters: what a value goes into is ASCII, and `\d` then means `0-9`.
fn syntax_config() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(pattern: &str) -> Language {
        Language::of_pattern(pattern).unwrap()
    }

    fn witness(pattern: &str, other: &str) -> Option<String> {
        match language(pattern).without(&language(other)) {
            Difference::None => None,
            Difference::Witness(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Difference::Unknown => panic!("{pattern} {other}"),
        }
    }

    #[test]
    fn a_pattern_means_the_whole_text() {
        let serial = language("mtr-[0-9]{6}|x");
        assert!(serial.contains("mtr-000001") && serial.contains("x"));
        assert!(!serial.contains("mtr-0000012") && !serial.contains(" x") && !serial.contains(""));
        assert!(language("a|ab").contains("ab"));
    }

    #[test]
    fn inclusion_has_a_shortest_witness() {
        let names = "[a-zA-Z0-9:_-]{1,128}";
        assert_eq!(witness("mtr-[0-9]{6}", names), None);
        assert_eq!(witness("mtr[- ][0-9]{2}", names).as_deref(), Some("mtr 00"));
        assert_eq!(witness("[a-z]*", names).as_deref(), Some(""));
        assert_eq!(witness("[a-z]+", names).map(|word| word.len()), Some(129));
        assert_eq!(witness(".{2}", names).as_deref(), Some("0 "));
        assert_eq!(witness("[a-z]{1,800}", "[a-z]{0,800}"), None);
    }

    #[test]
    fn languages_meet_or_do_not() {
        let shared = language("a[0-9]").shared_with(&language("[a-z]1"));
        assert_eq!(shared, Difference::Witness(b"a1".to_vec()));
        let shared = language("a[0-9]").shared_with(&language("b.*"));
        assert_eq!(shared, Difference::None);
    }

    #[test]
    fn lengths_and_prefixes() {
        assert_eq!(language("mtr-[0-9]{6}").max_bytes(), Some(10));
        assert_eq!(language("a|bcd").max_bytes(), Some(3));
        assert_eq!(language("a+").max_bytes(), None);
        assert_eq!(language("mtr-[0-9]{6}").prefix(), "mtr-");
        assert_eq!(language("mtr-(?:a|ab)").prefix(), "mtr-a");
        assert_eq!(language("[ab]c").prefix(), "");
        assert_eq!(language("abc").prefix(), "abc");
    }

    #[test]
    fn what_is_no_pattern() {
        let error = |pattern| Language::of_pattern(pattern).map(|_| ()).unwrap_err();
        assert_eq!(error("[0-9"), InvalidPattern::Syntax);
        assert_eq!(error("^a$"), InvalidPattern::Anchor);
        assert_eq!(error("([a-z]{1,500}){1,500}"), InvalidPattern::TooLarge);
    }

    #[test]
    fn literals_stand_for_themselves() {
        let parts = [Part::Literal("a.b-"), Part::Pattern("1|2")];
        let composed = Language::of_parts(parts).unwrap();
        assert!(composed.contains("a.b-2") && !composed.contains("axb-2"));
    }
}
