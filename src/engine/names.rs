//! Names worth trying for the device that acts, and for its victim.
//!
//! Where every variable fills a level of its own, two names that match the same parts of patterns
//! can be exchanged everywhere (docs/semantics.md, P5): one name of each kind is then enough for the
//! device that acts, two for its victim, and the lists are complete. Elsewhere it is a guess: names that occur, and names near them.

use super::language::{Charset, Found, Glob, Query, Side, Token, search};
use super::session::{Mode, Variables};
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
/// The most patterns with wildcards whose combinations are looked at.
const MAX_PARTIAL: usize = 5;
/// Texts that are looked at for one that is a name.
const MAX_TRIES: usize = 64;
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
        globs.iter().all(|glob| types.cut(glob)) && types.cut_conditions(sets, variables);
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
    fn cut_conditions(&mut self, sets: &[&PolicySet], variables: &Variables) -> bool {
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
                    if value
                        .value
                        .variables()
                        .any(|it| it.value.key == condition.key.value && it.value.default.is_none())
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
        if self.is_short || self.partial.len() > MAX_PARTIAL {
            return false;
        }
        let literals: Vec<Glob> = self.literals.iter().map(|it| Glob::text(it)).collect();
        for choice in 0..1usize << self.partial.len() {
            let is_chosen = |at: usize| choice & (1 << at) != 0;
            let any = Glob::any();
            let numbered = || self.partial.iter().enumerate();
            let chosen = numbered().filter(|it| is_chosen(it.0)).map(|it| it.1);
            let others = numbered().filter(|it| !is_chosen(it.0)).map(|it| it.1);
            let mut query = Query {
                name: Side {
                    globs: std::iter::once(&any).chain(chosen).collect(),
                    except: literals.iter().chain(others).collect(),
                },
                ..Query::default()
            };
            let Some(first) = first_name(&query, work) else {
                return false;
            };
            let taken = Glob::text(first.as_deref().unwrap_or_default());
            let mut second = None;
            if first.is_some() {
                query.name.except.push(&taken);
                second = match first_name(&query, work) {
                    Some(second) => second,
                    None => return false,
                };
            }
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

/// A name of a thing that a query finds, if there is one; `None` where that is not found out.
fn first_name(query: &Query<'_>, work: &mut u64) -> Option<Option<String>> {
    let mut tries = 0;
    let mut found = None;
    let end = search(query, work, &mut |run, _| {
        tries += 1;
        let is_found = run.name.chars().all(|it| Charset::Name.contains(it));
        found = is_found.then(|| run.name.clone());
        is_found || tries > MAX_TRIES
    });
    let is_known = end != Found::Stopped && (found.is_some() || tries <= MAX_TRIES);
    is_known.then_some(found)
}
