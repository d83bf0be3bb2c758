//! Names worth trying for the device that acts, and for its victim.
//!
//! Where every variable fills a level of its own, two names that match the same parts of patterns
//! can be exchanged everywhere (docs/semantics.md, P5): one name of each kind is then enough for the
//! device that acts, two for its victim, and the lists are complete. Elsewhere it is a guess: names that occur, and names near them.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use super::language::{Charset, Glob, NAME_CHARACTERS, Owner, Place, Token};
use super::session::{Meaning, Mode, NAME, Variables};
use super::work::spend;
use crate::model::{Comparison, Key, Piece, PolicySet};

/// Names to try, one after the other.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) list: Vec<String>,
    /// Whether what can't happen under any of these names can't happen under any other.
    pub(super) is_complete: bool,
    /// Names of the victim; where there can be two devices of a kind, two of it.
    pub(super) victims: Vec<String>,
    /// Whether what can't happen to any of these can't happen to any other.
    pub(super) has_all_victims: bool,
}

/// The most names that are tried.
const MAX_NAMES: usize = 200;
/// The longest name of a thing.
const MAX_NAME_CHARS: usize = 128;

/// Names for the device that acts; first those of runs that did not pass.
///
/// `globs` are all that bear on what is asked, with the name as a symbol.
pub(super) fn candidates(
    globs: Vec<Glob>,
    sets: &[&PolicySet],
    variables: &Variables,
    mode: Mode,
    runs: &[String],
    work: &mut u64,
) -> Candidates {
    let mut types = Types::default();
    let is_delimited =
        globs.iter().all(|glob| types.cut(glob)) && types.cut_conditions(sets, variables, mode);
    let mut list: Vec<String> = Vec::new();
    let mut add = |name: String| {
        if is_name(&name) && !list.contains(&name) {
            list.push(name);
        }
    };
    runs.iter().cloned().for_each(&mut add);
    let mut seconds = Vec::new();
    let is_complete = is_delimited
        && types.representatives(work, &mut |[first, second]| {
            first.into_iter().for_each(&mut add);
            seconds.extend(second);
        });
    if !is_complete {
        for name in runs.iter().chain(&types.literals) {
            for near in neighbours(name) {
                add(near);
            }
        }
        for literal in &types.literals {
            add(literal.clone());
        }
        for character in types.characters() {
            for length in 1..=4 {
                add(character.to_string().repeat(length));
            }
        }
    }
    let is_complete = is_complete && list.len() <= MAX_NAMES;
    list.truncate(MAX_NAMES);
    let mut victims = list.clone();
    victims.extend(seconds);
    let has_all_victims = is_complete;
    let is_unseen = !mode.is_thing() && variables.alias().is_none();
    if is_unseen {
        // No policy sees the name of the device that acts: one is as good as another.
        list = ["device-a", "device-c"].map(str::to_owned).to_vec();
    }
    Candidates {
        list,
        is_complete: is_complete || is_unseen,
        victims,
        has_all_victims,
    }
}

/// Whether a thing can have this name.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME_CHARS
        && name.chars().all(|it| Charset::Name.contains(it))
}

/// Names that conditions on the name ask for.
pub(super) fn of_conditions(set: &PolicySet, variables: &Variables, mode: Mode) -> Vec<String> {
    let mut types = Types::default();
    types.cut_conditions(&[set], variables, mode);
    let partial = types.partial.iter();
    let sampled = partial.flat_map(|it| ["", "x"].map(|run| it.sample(run)));
    let sampled: Vec<String> = sampled.flatten().collect();
    types.literals.into_iter().chain(sampled).collect()
}

/// Names that are a little longer, or shorter.
fn neighbours(name: &str) -> Vec<String> {
    let mut near = vec![
        format!("{name}{name}"),
        format!("{name}x"),
        format!("x{name}"),
        format!("{name}{name}{name}"),
    ];
    let mut characters = name.chars();
    characters.next();
    near.push(characters.as_str().to_owned());
    let mut characters = name.chars();
    characters.next_back();
    near.push(characters.as_str().to_owned());
    near
}

/// The parts of patterns that a name can be told by.
#[derive(Debug, Default)]
struct Types {
    /// Names that a pattern writes out.
    literals: Vec<String>,
    /// Patterns with wildcards.
    partial: Vec<Glob>,
    /// Whether the list was cut short.
    is_short: bool,
}

/// The most parts that are kept.
const MAX_PARTS: usize = 400;

impl Types {
    /// Takes in the parts of a glob. False when a symbol in it does not fill a level.
    fn cut(&mut self, glob: &Glob) -> bool {
        let mut is_delimited = true;
        for level in glob.tokens().split(|token| *token == Token::Char('/')) {
            let has_symbol = level.iter().any(|it| matches!(it, Token::Symbol(_)));
            if has_symbol {
                is_delimited &= level.len() == 1;
            }
            let is_odd = |it: &Token| match it {
                Token::ClientStart | Token::ClientPattern | Token::ClientEnd => true,
                Token::Symbol(symbol) => symbol.charset != Charset::Name,
                Token::Char(_) | Token::AnyChar | Token::AnyRun | Token::AnyLevel => false,
            };
            is_delimited &= !level.iter().any(is_odd);
            self.cut_level(level);
        }
        is_delimited
    }

    /// Takes in the parts of one level, cut at each wildcard; a run stays on both sides.
    fn cut_level(&mut self, level: &[Token]) {
        let is_cut = |token: Option<&Token>| token.is_none_or(|it| !matches!(it, Token::Char(_)));
        let starts = (0..level.len()).filter(|at| {
            at.checked_sub(1)
                .is_none_or(|before| is_cut(level.get(before)))
                || is_cut(level.get(*at))
        });
        let starts: Vec<usize> = starts.collect();
        for start in starts {
            for end in start + 1..=level.len() {
                let is_end = is_cut(level.get(end)) || is_cut(level.get(end - 1));
                if is_end && let Some(part) = level.get(start..end) {
                    self.add(Glob::new(part.iter().copied()));
                }
            }
        }
    }

    fn add(&mut self, part: Glob) {
        if part
            .tokens()
            .iter()
            .any(|it| it.is_client() || matches!(it, Token::Symbol(_) | Token::ClientEnd))
            || part.is_any()
            || part.tokens() == [Token::AnyLevel]
        {
            return;
        }
        if self.literals.len() + self.partial.len() > MAX_PARTS {
            self.is_short = true;
            return;
        }
        match part.literal() {
            Some(literal) if self.literals.contains(&literal) => {}
            Some(literal) => self.literals.push(literal),
            None if self.partial.contains(&part) => {}
            None => self.partial.push(part),
        }
    }

    /// Takes in what conditions compare the name with. False when that is not a plain pattern.
    fn cut_conditions(&mut self, sets: &[&PolicySet], variables: &Variables, mode: Mode) -> bool {
        let mut is_plain = true;
        for (_, statement) in sets.iter().flat_map(|it| it.statements()) {
            for condition in &statement.conditions {
                let is_name = |key: &Key| {
                    matches!(key, Key::ThingName | Key::ClientId) || variables.alias() == Some(key)
                };
                if !is_name(&condition.key.value) {
                    // What else is compared with the name may tell any two names apart.
                    let mut variables = condition.values.iter().flat_map(|it| it.value.variables());
                    is_plain &= !variables.any(|it| is_name(&it.value.key));
                    continue;
                }
                // Without regard to case, or as a number: names of one type may differ.
                let operator = condition.operator.value.as_ref().ok();
                is_plain &= operator.is_some_and(|it| {
                    matches!(
                        it.comparison,
                        Comparison::StringEquals
                            | Comparison::StringNotEquals
                            | Comparison::StringLike
                            | Comparison::StringNotLike
                            | Comparison::Null
                    )
                });
                for value in &condition.values {
                    let meaning =
                        |key: &Key| match variables.meaning(key, Owner::Actor, mode, false) {
                            Meaning::Symbol(symbol) if symbol.key == NAME => true,
                            Meaning::Symbol(_) | Meaning::Absent | Meaning::Text(_) => false,
                            Meaning::Client => false,
                        };
                    let own = &condition.key.value;
                    let is_own = |key: &Key| key == own || (meaning(key) && meaning(own));
                    if value
                        .value
                        .variables()
                        .any(|it| is_own(&it.value.key) && it.value.default.is_none())
                        && value.value.pieces().len() == 1
                    {
                        // A name compared with itself: the same for all names.
                        continue;
                    }
                    let mut tokens = Vec::new();
                    for piece in value.value.pieces() {
                        match &piece.value {
                            Piece::Literal(text) => tokens.extend(text.chars().map(Token::Char)),
                            Piece::AnyChar => tokens.push(Token::AnyChar),
                            Piece::AnyRun => tokens.push(Token::AnyRun),
                            Piece::Variable(_) | Piece::Reference(_) => is_plain = false,
                        }
                    }
                    self.add(Glob::new(tokens));
                }
            }
        }
        is_plain
    }

    /// Two names of each type, as far as there are. False when there may be more types.
    fn representatives(&self, work: &mut u64, add: &mut dyn FnMut([Option<String>; 2])) -> bool {
        if self.is_short {
            return false;
        }
        let Some(types) = Kinds::of(self, work) else {
            return false;
        };
        for [first, second] in types {
            add([first, second]);
        }
        for literal in &self.literals {
            add([Some(literal.clone()), None]);
        }
        true
    }

    /// The characters of the literals.
    fn characters(&self) -> Vec<char> {
        let mut characters: Vec<char> = self.literals.iter().flat_map(|it| it.chars()).collect();
        characters.sort_unstable();
        characters.dedup();
        characters.truncate(8);
        characters
    }
}

/// Where the patterns of [`Types`] can be after a name, read together.
type Places = Vec<(usize, Place)>;

/// The types of names, found by reading all patterns at once.
struct Kinds<'a> {
    types: &'a Types,
    /// How many names came to the same places.
    seen: FxHashMap<Places, usize>,
    /// Of each set of patterns that match together: names that no pattern writes out.
    found: BTreeMap<Vec<usize>, Vec<String>>,
}

/// Names that are looked at for their types.
const MAX_READ: usize = 3_000;

impl<'a> Kinds<'a> {
    /// Two names of each type that are not written out; `None` where not all types are found.
    fn of(types: &'a Types, work: &mut u64) -> Option<Vec<[Option<String>; 2]>> {
        let mut kinds = Kinds {
            types,
            seen: FxHashMap::default(),
            found: BTreeMap::new(),
        };
        let alphabet = kinds.alphabet();
        // The shortest names that come to a place go on from the shortest that come before it: some
        // more than two, since some are written out.
        let most = 2 + types.literals.len().min(4);
        let start: Places = (0..types.partial.len()).map(|it| (it, 0)).collect();
        let mut queue = VecDeque::from([(String::new(), start)]);
        let mut read = 0;
        while let Some((name, places)) = queue.pop_front() {
            read += 1;
            spend(work, places.len() + 1);
            if read > MAX_READ || *work == 0 {
                return None;
            }
            for character in &alphabet {
                let next = kinds.step(&places, *character);
                spend(work, next.len() + 1);
                let count = kinds.seen.entry(next.clone()).or_default();
                if *count == most {
                    continue;
                }
                *count += 1;
                let mut name = name.clone();
                name.push(*character);
                kinds.add(&name, &next);
                queue.push_back((name, next));
            }
        }
        // Where a name comes to a place that has had its share, so do all that go on from there.
        let is_cut = kinds.seen.iter().any(|(places, count)| {
            let found = kinds.found.get(&kinds.matching(places));
            *count == most && most > 2 && found.is_none_or(|it| it.len() < 2)
        });
        if is_cut {
            return None;
        }
        let pair = |names: Vec<String>| {
            let mut names = names.into_iter();
            [names.next(), names.next()]
        };
        Some(kinds.found.into_values().map(pair).collect())
    }

    /// The characters that some pattern waits for, and two others, between which none can tell.
    fn alphabet(&self) -> Vec<char> {
        let mut explicit: Vec<char> = Vec::new();
        for glob in &self.types.partial {
            explicit.extend(glob.tokens().iter().filter_map(|it| match it {
                Token::Char(it) if Charset::Name.contains(*it) => Some(*it),
                _ => None,
            }));
        }
        explicit.sort_unstable();
        explicit.dedup();
        let is_written = |it: &char| {
            explicit.contains(it) || self.types.literals.iter().any(|name| name.contains(*it))
        };
        let mut others: Vec<char> = NAME_CHARACTERS
            .chars()
            .filter(|it| !is_written(it))
            .collect();
        if others.len() < 2 {
            others = NAME_CHARACTERS
                .chars()
                .filter(|it| !explicit.contains(it))
                .collect();
        } else {
            others.truncate(2);
        }
        others.extend(explicit);
        others
    }

    fn step(&self, places: &Places, character: char) -> Places {
        let mut next = Vec::new();
        let mut behind = Vec::new();
        for (at, place) in places {
            behind.clear();
            if let Some(glob) = self.types.partial.get(*at) {
                glob.step(*place, character, &mut behind);
            }
            next.extend(behind.iter().map(|place| (*at, *place)));
        }
        next.sort_unstable();
        next.dedup();
        next
    }

    /// The patterns that match a name that comes to these places.
    fn matching(&self, places: &Places) -> Vec<usize> {
        let matching = places.iter().filter(|(at, place)| {
            let glob = self.types.partial.get(*at);
            glob.is_some_and(|it| it.accepts(*place))
        });
        let mut matching: Vec<usize> = matching.map(|it| it.0).collect();
        matching.dedup();
        matching
    }

    fn add(&mut self, name: &str, places: &Places) {
        let matching = self.matching(places);
        let is_written_out = self.types.literals.iter().any(|it| it == name);
        let found = self.found.entry(matching).or_default();
        if found.len() < 2 && !is_written_out {
            found.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::language::{Glob, Token};
    use super::Types;

    /// All texts of one to so many of these characters.
    fn texts(characters: &str, most: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..most {
            let longer: Vec<String> = all
                .iter()
                .skip(from)
                .flat_map(|it| characters.chars().map(move |last| format!("{it}{last}")))
                .collect();
            from = all.len();
            all.extend(longer);
        }
        all.into_iter().filter(|it| !it.is_empty()).collect()
    }

    fn glob(pattern: &str) -> Glob {
        Glob::new(pattern.chars().map(|it| match it {
            '*' => Token::AnyRun,
            '?' => Token::AnyChar,
            other => Token::Char(other),
        }))
    }

    #[test]
    fn every_type_has_its_names() {
        let patterns = texts("a?*", 3);
        let names = texts("axy", 4);
        let mut types_found = 0;
        for one in &patterns {
            for other in &patterns {
                let mut types = Types::default();
                for part in ["a", "xa", one, other] {
                    types.add(glob(part));
                }
                let mut found: Vec<String> = Vec::new();
                let is_all = types.representatives(&mut 100_000, &mut |names| {
                    found.extend(names.into_iter().flatten());
                });
                assert!(is_all, "{one} {other}");
                let kind = |name: &str| -> Vec<bool> {
                    let literals = types.literals.iter().map(|it| it == name);
                    literals
                        .chain(types.partial.iter().map(|it| it.contains(name)))
                        .collect()
                };
                let mut there: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
                for name in &names {
                    *there.entry(kind(name)).or_default() += 1;
                }
                for (own, count) in there {
                    let of_kind = found.iter().filter(|it| kind(it) == own).count();
                    assert!(of_kind >= count.min(2), "{one} {other}: {own:?} {found:?}");
                    types_found += 1;
                }
            }
        }
        assert!(types_found > 3_000, "{types_found}");
    }
}
