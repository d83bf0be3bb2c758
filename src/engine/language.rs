//! Sets of names: what patterns of policies, MQTT filters and regions denote, and whether such sets
//! meet.
//!
//! A [`Glob`] is one pattern behind the head of its ARN, with the variables of a device as
//! [`Symbol`]s: names that are not known, of which only the characters are. [`search`] looks for a
//! shortest name that several globs share and none of others takes away. With symbols it finds at
//! least what exists for some values of them (docs/semantics.md, P4); without symbols it is exact
//! (P2).
//!
//! Everything here counts its work and stops: [`Found::Stopped`] is not an answer.

mod search;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHasher;

pub(super) use search::{Found, NAME_CHARACTERS, Names, Query, QueryKey, Run, Side, search};

/// A part of a [`Glob`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Token {
    /// One character, this one.
    Char(char),
    /// `?`: one character, whichever.
    AnyChar,
    /// `*`: any run of characters.
    AnyRun,
    /// Any run of characters but `/`: one level of a topic.
    AnyLevel,
    /// The value of a variable: at least one character.
    Symbol(Symbol),
    /// Here begins what a client calls itself, where that is any of several patterns. No character.
    ClientStart,
    /// The same, where the wildcards in what it calls itself may count.
    ClientPattern,
    /// Here it ends.
    ClientEnd,
}

/// A name that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Symbol {
    /// Whose it is.
    pub(super) owner: Owner,
    /// Which of the variables in play.
    pub(super) key: u8,
    /// Its characters.
    pub(super) charset: Charset,
    /// What two devices' values have to do with each other.
    pub(super) sharing: Sharing,
}

/// One of the two devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Owner {
    /// The one that acts.
    Actor,
    /// The one whose things are at stake.
    Victim,
}

/// Whether two devices can have the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sharing {
    /// They can't, e.g. the name of a thing.
    Distinct,
    /// They can, e.g. an attribute.
    Free,
    /// They always have: it is a value that the document leaves open for both.
    Same,
}

/// The characters that the value of a variable can have (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Charset {
    /// `[a-zA-Z0-9:_-]`: names of things and their types.
    Name,
    /// `[a-zA-Z0-9_.,@/:#=\[\]-]`: attributes of things.
    Attribute,
    /// All but `*`, `$`, `+`, `?` and `#`: fields of certificates.
    Certificate,
    /// `[0-9a-f]`: ids of certificates.
    Hexadecimal,
    /// All.
    Any,
}

impl Charset {
    fn bit(self) -> u8 {
        1 << self as u8
    }

    pub(super) fn contains(self, character: char) -> bool {
        match self {
            Charset::Name => {
                character.is_ascii_alphanumeric() || matches!(character, ':' | '_' | '-')
            }
            Charset::Attribute => {
                character.is_ascii_alphanumeric() || "_.,@/:#=[]-".contains(character)
            }
            Charset::Certificate => !"*$+?#".contains(character),
            Charset::Hexadecimal => character.is_ascii_digit() || matches!(character, 'a'..='f'),
            Charset::Any => true,
        }
    }
}

impl Token {
    /// Whether what a client calls itself begins here.
    pub(super) fn is_client(self) -> bool {
        matches!(self, Token::ClientStart | Token::ClientPattern)
    }

    /// Whether it can stand for no character.
    fn is_nullable(self) -> bool {
        match self {
            Token::AnyRun
            | Token::AnyLevel
            | Token::ClientStart
            | Token::ClientPattern
            | Token::ClientEnd => true,
            Token::Char(_) | Token::AnyChar | Token::Symbol(_) => false,
        }
    }

    /// Whether all that it can stand for is in one level of a topic.
    fn stays_in_level(self) -> bool {
        match self {
            Token::Char(own) => own != '/',
            Token::AnyLevel => true,
            Token::Symbol(symbol) => !symbol.charset.contains('/'),
            Token::AnyChar
            | Token::AnyRun
            | Token::ClientStart
            | Token::ClientPattern
            | Token::ClientEnd => false,
        }
    }

    /// Whether it can go on after a character.
    fn repeats(self) -> bool {
        match self {
            Token::AnyRun | Token::AnyLevel | Token::Symbol(_) => true,
            Token::Char(_)
            | Token::AnyChar
            | Token::ClientStart
            | Token::ClientPattern
            | Token::ClientEnd => false,
        }
    }

    /// Whether it can stand for this character.
    fn takes(self, character: char) -> bool {
        match self {
            Token::Char(own) => own == character,
            Token::AnyChar | Token::AnyRun => true,
            Token::AnyLevel => character != '/',
            Token::Symbol(symbol) => symbol.charset.contains(character),
            Token::ClientStart | Token::ClientPattern | Token::ClientEnd => false,
        }
    }
}

/// A pattern: what it denotes is the set of names that it matches.
///
/// Shared and hashed once: the same patterns are put together to queries again and again.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    tokens: Rc<[Token]>,
    // INVARIANT: both are of `tokens`, by `Glob::of`.
    hash: u64,
    /// The character sets of its symbols, one bit for each.
    charsets: u8,
}

impl PartialEq for Glob {
    fn eq(&self, other: &Glob) -> bool {
        self.hash == other.hash
            && (Rc::ptr_eq(&self.tokens, &other.tokens) || self.tokens == other.tokens)
    }
}

impl Eq for Glob {}

impl Hash for Glob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Glob) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Glob {
    fn cmp(&self, other: &Glob) -> Ordering {
        self.tokens.cmp(&other.tokens)
    }
}

/// What becomes of a glob of which a symbol has read a part of a text that is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partly {
    /// Any run may follow the part: more than there is.
    Kept,
    /// It is left out, since it holds for some values only: less than there is.
    Dropped,
}

/// How far a glob has read a name: 0 at the start, else the number of the token, from one, that
/// took the last character.
pub(super) type Place = u16;

/// The most kinds of groups, by where a glob is behind them, that are told apart.
const MAX_GROUPS: usize = 64;

/// The longest glob. A longer one is over every limit of AWS; it is given up as [`Found::Stopped`].
pub(super) const MAX_TOKENS: usize = Place::MAX as usize - 1;

impl Glob {
    /// The glob of these tokens; `*` that follow each other become one.
    pub(super) fn new(tokens: impl IntoIterator<Item = Token>) -> Glob {
        let mut kept: Vec<Token> = Vec::new();
        for token in tokens {
            if token == Token::AnyRun && kept.last() == Some(&Token::AnyRun) {
                continue;
            }
            kept.push(token);
        }
        Glob::of(&kept)
    }

    fn of(tokens: &[Token]) -> Glob {
        let mut hasher = FxHasher::default();
        tokens.hash(&mut hasher);
        let charset = |token: &Token| {
            let Token::Symbol(symbol) = token else {
                return 0;
            };
            symbol.charset.bit()
        };
        Glob {
            tokens: tokens.into(),
            hash: hasher.finish(),
            charsets: tokens.iter().fold(0, |all, it| all | charset(it)),
        }
    }

    /// Just this name.
    pub(super) fn text(name: &str) -> Glob {
        Glob::new(name.chars().map(Token::Char))
    }

    /// All names.
    pub(super) fn any() -> Glob {
        Glob::new([Token::AnyRun])
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether a variable stands in it.
    pub(super) fn has_symbols(&self) -> bool {
        self.charsets != 0
    }

    /// Whether a variable with these characters stands in it.
    fn has_symbols_of(&self, charset: Charset) -> bool {
        self.charsets & charset.bit() != 0
    }

    /// Whether it denotes all names.
    pub(super) fn is_any(&self) -> bool {
        *self.tokens == [Token::AnyRun]
    }

    /// The symbols in it, in order.
    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.tokens.iter().filter_map(|token| match token {
            Token::Symbol(symbol) => Some(*symbol),
            _ => None,
        })
    }

    /// The token that took the last character.
    fn token(&self, place: Place) -> Option<Token> {
        self.tokens.get(usize::from(place).checked_sub(1)?).copied()
    }

    /// Whether a name may end here.
    pub(super) fn accepts(&self, place: Place) -> bool {
        let rest = self.tokens.get(usize::from(place)..).unwrap_or_default();
        rest.iter().all(|token| token.is_nullable())
    }

    /// Where the glob can be after one more character.
    pub(super) fn step(&self, place: Place, character: char, next: &mut Vec<Place>) {
        if let Some(token) = self.token(place)
            && token.repeats()
            && token.takes(character)
        {
            next.push(place);
        }
        let mut starts_client = false;
        for (at, token) in (place + 1..).zip(self.tokens.get(usize::from(place)..).unwrap_or(&[])) {
            starts_client |= *token == Token::ClientStart;
            // No client id begins with `$`.
            if token.takes(character) && !(starts_client && character == '$') {
                next.push(at);
            }
            if !token.is_nullable() {
                break;
            }
        }
    }

    /// The characters that the glob waits for here, beside those that any character would do for.
    /// True when it tells others apart by their kind.
    fn expects(&self, place: Place, explicit: &mut Vec<char>) -> bool {
        let is_of_kind = |token: Token| match token {
            Token::Symbol(_) | Token::ClientStart => true,
            Token::Char(_) | Token::AnyChar | Token::AnyRun | Token::AnyLevel => false,
            Token::ClientPattern | Token::ClientEnd => false,
        };
        let mut tells_kinds = self.token(place).is_some_and(is_of_kind);
        for token in self.tokens.get(usize::from(place)..).unwrap_or(&[]) {
            if let Token::Char(character) = token {
                explicit.push(*character);
            }
            tells_kinds |= is_of_kind(*token);
            if !token.is_nullable() {
                break;
            }
        }
        tells_kinds
    }

    /// The place from which the same may follow: in a run that comes next.
    fn settled(&self, place: Place) -> Place {
        let is_in_symbol = matches!(self.token(place), Some(Token::Symbol(_)));
        let next = self.tokens.get(usize::from(place));
        match next == Some(&Token::AnyRun) && !is_in_symbol {
            true => place + 1,
            false => place,
        }
    }

    /// Where the glob can be after one more character, without places from which nothing may follow
    /// that does not follow from another (docs/semantics.md, P14).
    fn step_ahead(&self, place: Place, character: char, next: &mut Vec<Place>) {
        self.step(place, character, next);
        for place in &mut *next {
            *place = self.settled(*place);
        }
        // What ends a symbol may be dropped for it, so that what goes on must stay.
        if next.len() < 2 || matches!(self.token(place), Some(Token::Symbol(_))) {
            return;
        }
        let in_run = |place: &&Place| self.token(**place) == Some(Token::AnyRun);
        if let Some(last) = next.iter().filter(in_run).max().copied() {
            next.retain(|it| *it >= last);
            next.dedup();
        }
    }

    /// What a glob still denotes behind a text: the globs of what may follow.
    pub(super) fn after(&self, text: &str, partly: Partly) -> Vec<Glob> {
        // Most patterns begin with just this text.
        let mut matched = 0;
        let mut characters = text.chars();
        let is_literal = characters.by_ref().all(|character| {
            let is_same = self.tokens.get(matched) == Some(&Token::Char(character));
            matched += usize::from(is_same);
            is_same
        });
        if is_literal {
            return vec![Glob::of(self.tokens.get(matched..).unwrap_or(&[]))];
        }
        let mut places: Vec<Place> = vec![0];
        for character in text.chars() {
            let mut next = Vec::new();
            for place in places {
                self.step(place, character, &mut next);
            }
            if partly == Partly::Dropped {
                next.retain(|place| !matches!(self.token(*place), Some(Token::Symbol(_))));
            }
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        self.behind(&places)
    }

    /// The globs of what may follow at these places.
    fn behind(&self, places: &[Place]) -> Vec<Glob> {
        // A glob that is in a run denotes all that it denotes before the run, and more.
        let in_run = |place: &&Place| self.token(**place) == Some(Token::AnyRun);
        let last_run = places.iter().filter(in_run).max().copied().unwrap_or(0);
        let mut globs: Vec<Glob> = places
            .iter()
            .filter(|place| **place >= last_run)
            .map(|place| {
                let rest = self.tokens.get(usize::from(*place)..).unwrap_or(&[]);
                let repeated = self.token(*place).filter(|token| token.repeats());
                let first = repeated.map(|token| match token {
                    Token::Symbol(_) => Token::AnyRun,
                    other => other,
                });
                Glob::new(first.into_iter().chain(rest.iter().copied()))
            })
            .collect();
        globs.sort();
        globs.dedup();
        globs
    }

    /// What the glob still denotes behind `$share/<group>/`, for some group.
    pub(super) fn after_share(&self, prefix: &str) -> Vec<Glob> {
        let mut globs = Vec::new();
        for glob in self.after(prefix, Partly::Kept) {
            let mut places: Vec<Place> = glob.behind_groups().into_iter().flatten().collect();
            places.sort_unstable();
            places.dedup();
            globs.extend(glob.behind(&places));
        }
        globs.sort();
        globs.dedup();
        globs
    }

    /// What the glob still denotes behind `$share/<group>/`, whatever the group.
    pub(super) fn after_any_share(&self, prefix: &str) -> Vec<Glob> {
        let mut globs = Vec::new();
        for glob in self.after(prefix, Partly::Dropped) {
            if glob.symbols().next().is_some() {
                // A symbol might be a part of the group for some values only.
                continue;
            }
            let mut behind = glob.behind_groups().into_iter();
            let first = behind.next().unwrap_or_default();
            let common = behind.fold(first, |mut common, places| {
                common.retain(|it| places.contains(it));
                common
            });
            globs.extend(glob.behind(&common));
        }
        globs.sort();
        globs.dedup();
        globs
    }

    /// Where the glob can be behind `<group>/`, for each group: one level of at least one character.
    fn behind_groups(&self) -> Vec<Vec<Place>> {
        let mut seen: Vec<Vec<Place>> = Vec::new();
        let mut queue: Vec<Vec<Place>> = vec![vec![0]];
        let mut behind: Vec<Vec<Place>> = Vec::new();
        let step = |places: &[Place], character: char| {
            let mut next = Vec::new();
            for place in places {
                self.step(*place, character, &mut next);
            }
            next.sort_unstable();
            next.dedup();
            next
        };
        while let Some(places) = queue.pop() {
            let mut characters = vec!['g', '~'];
            for place in &places {
                self.expects(*place, &mut characters);
            }
            characters.retain(|it| !"/+#".contains(*it));
            characters.sort_unstable();
            characters.dedup();
            for character in characters {
                let next = step(&places, character);
                if seen.contains(&next) {
                    continue;
                }
                if seen.len() >= MAX_GROUPS {
                    return self.anywhere();
                }
                behind.push(step(&next, '/'));
                seen.push(next.clone());
                queue.push(next);
            }
        }
        behind
    }

    /// All places, for some group, and none, for another: what is known where nothing is.
    fn anywhere(&self) -> Vec<Vec<Place>> {
        vec![(0..=self.tokens.len() as Place).collect(), Vec::new()]
    }

    /// Whether a name is in what the glob denotes; a symbol stands for any value.
    pub(super) fn contains(&self, name: &str) -> bool {
        let mut places: Vec<Place> = vec![0];
        for character in name.chars() {
            let mut next = Vec::new();
            for place in &places {
                self.step(*place, character, &mut next);
            }
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        places.iter().any(|place| self.accepts(*place))
    }

    /// Whether two globs of the same names want other characters at the start, or in a level that both
    /// write out to its end: most pairs do.
    pub(super) fn is_apart_from(&self, other: &Glob) -> bool {
        self.differs_from(other, |_| false)
    }

    /// Whether a glob of topics does so from one of filters, before a `+` or `#`.
    fn is_apart_from_filter(&self, filter: &Glob) -> bool {
        self.differs_from(filter, |it| matches!(it, '+' | '#'))
    }

    /// Whether a character that both write out differs, before any wildcard of either; or a level,
    /// behind levels that hold no more than a level (docs/semantics.md, P10).
    fn differs_from(&self, other: &Glob, is_wildcard: fn(char) -> bool) -> bool {
        let mut pairs = self.tokens.iter().zip(&*other.tokens);
        let first = pairs.find(|(one, other)| !matches!(one, Token::Char(_)) || one != other);
        if let Some((Token::Char(_), Token::Char(it))) = first {
            return !is_wildcard(*it);
        }
        let is_slash = |token: &Token| *token == Token::Char('/');
        let is_plain = |level: &[Token]| level.iter().all(|it| it.stays_in_level());
        let has_wildcard = |level: &[Token]| {
            level
                .iter()
                .any(|it| matches!(it, Token::Char(it) if is_wildcard(*it)))
        };
        let levels = self
            .tokens
            .split(is_slash)
            .zip(other.tokens.split(is_slash));
        levels
            .take_while(|(one, other)| is_plain(one) && is_plain(other) && !has_wildcard(other))
            .any(|(one, other)| are_apart(one, other))
    }

    /// Whether all that the glob denotes is in another, as far as can be told by laying one on the
    /// other: where the other has no `?`, that is all there is to tell (docs/semantics.md, P9).
    pub(super) fn is_within(&self, other: &Glob) -> bool {
        let is_odd = |token: &Token| token.is_client() || *token == Token::ClientEnd;
        let (own, cover) = (&self.tokens, &other.tokens);
        let (mut at, mut cover_at) = (0, 0);
        // Behind the last `*` of the other, and how much of this one it has taken.
        let mut run: Option<(usize, usize)> = None;
        while let Some(token) = own.get(at) {
            if is_odd(token) {
                return false;
            }
            match cover.get(cover_at) {
                Some(Token::AnyRun) => {
                    run = Some((cover_at + 1, at));
                    cover_at += 1;
                    continue;
                }
                Some(Token::AnyChar) if matches!(token, Token::Char(_) | Token::AnyChar) => {}
                Some(known @ (Token::Char(_) | Token::Symbol(_))) if known == token => {}
                Some(
                    Token::Char(_)
                    | Token::AnyChar
                    | Token::AnyLevel
                    | Token::Symbol(_)
                    | Token::ClientStart
                    | Token::ClientPattern
                    | Token::ClientEnd,
                )
                | None => {
                    let Some((behind, taken)) = run else {
                        return false;
                    };
                    run = Some((behind, taken + 1));
                    (at, cover_at) = (taken + 1, behind);
                    continue;
                }
            }
            at += 1;
            cover_at += 1;
        }
        let rest = cover.get(cover_at..).unwrap_or_default();
        rest.iter().all(|token| *token == Token::AnyRun)
    }

    /// The glob with the symbols of a device replaced.
    pub(super) fn with(&self, mut value: impl FnMut(Symbol) -> Option<Glob>) -> Glob {
        if self.charsets == 0 {
            return self.clone();
        }
        let mut tokens = Vec::with_capacity(self.tokens.len());
        for token in self.tokens.iter() {
            let Token::Symbol(symbol) = token else {
                tokens.push(*token);
                continue;
            };
            match value(*symbol) {
                Some(glob) => tokens.extend_from_slice(&glob.tokens),
                None => tokens.push(*token),
            }
        }
        Glob::new(tokens)
    }

    /// A short name of the glob, with this for each run; none where a variable stands in it.
    pub(super) fn sample(&self, run: &str) -> Option<String> {
        let mut name = String::new();
        for token in self.tokens.iter() {
            match token {
                Token::Char(character) => name.push(*character),
                Token::AnyChar => name.push('x'),
                Token::AnyRun | Token::AnyLevel => name.push_str(run),
                Token::Symbol(_) => return None,
                Token::ClientStart | Token::ClientPattern | Token::ClientEnd => {}
            }
        }
        Some(name)
    }

    /// The name that the glob is, when it denotes just one.
    pub(super) fn literal(&self) -> Option<String> {
        let character = |token: &Token| match token {
            Token::Char(character) => Some(*character),
            _ => None,
        };
        self.tokens.iter().map(character).collect()
    }
}

/// Whether no text is in both levels, as the characters at their starts and ends tell.
fn are_apart(one: &[Token], other: &[Token]) -> bool {
    let is_char = |it: &Token| matches!(it, Token::Char(_));
    let is_same = |(one, other): &(&Token, &Token)| one == other && is_char(one);
    let differs = |(one, other): (&Token, &Token)| is_char(one) && is_char(other);
    let mut starts = one.iter().zip(other).skip_while(is_same);
    let mut ends = one.iter().rev().zip(other.iter().rev()).skip_while(is_same);
    let is_written_out = one.iter().chain(other).all(is_char);
    (is_written_out && one != other)
        || starts.next().is_some_and(differs)
        || ends.next().is_some_and(differs)
}

#[cfg(test)]
mod tests {
    use super::{Charset, Glob, Owner, Token};

    /// All texts of up to four characters over these.
    fn texts(characters: &str) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..4 {
            let longer: Vec<String> = all
                .iter()
                .skip(from)
                .flat_map(|it| characters.chars().map(move |last| format!("{it}{last}")))
                .collect();
            from = all.len();
            all.extend(longer);
        }
        all
    }

    fn glob(pattern: &str) -> Glob {
        Glob::new(pattern.chars().map(|it| match it {
            '*' => Token::AnyRun,
            '?' => Token::AnyChar,
            other => Token::Char(other),
        }))
    }

    #[test]
    fn patterns_that_are_apart_share_no_name() {
        let names = texts("a/b");
        let name = |owner| {
            Token::Symbol(super::Symbol {
                owner,
                key: 0,
                charset: Charset::Name,
                sharing: super::Sharing::Distinct,
            })
        };
        // `n` is the name of a thing, `+` a level.
        let patterns: Vec<(String, Glob, Vec<bool>)> = texts("a/bn*+")
            .into_iter()
            .map(|text| {
                let glob = Glob::new(text.chars().map(|it| match it {
                    '*' => Token::AnyRun,
                    '+' => Token::AnyLevel,
                    'n' => name(Owner::Actor),
                    other => Token::Char(other),
                }));
                let found = names.iter().map(|it| glob.contains(it)).collect();
                (text, glob, found)
            })
            .collect();
        let mut apart = 0;
        for (text, glob, found) in &patterns {
            for (other_text, other, other_found) in &patterns {
                let meet = found.iter().zip(other_found).any(|(one, two)| *one && *two);
                let is_apart = glob.is_apart_from(other);
                assert!(!is_apart || !meet, "{text} and {other_text}");
                assert_eq!(
                    is_apart,
                    other.is_apart_from(glob),
                    "{text} and {other_text}"
                );
                apart += usize::from(is_apart);
            }
        }
        assert!(apart > 100_000, "{apart}");
    }

    #[test]
    fn a_pattern_that_lies_on_another_is_in_it() {
        // `x` is the letter that no pattern writes out.
        let names = texts("a/x");
        let patterns: Vec<(String, Glob, Vec<bool>)> = texts("a/?*")
            .into_iter()
            .map(|text| {
                let glob = glob(&text);
                let found = names.iter().map(|it| glob.contains(it)).collect();
                (text, glob, found)
            })
            .collect();
        let mut covered = 0;
        for (text, glob, found) in &patterns {
            for (other_text, other, other_found) in &patterns {
                let is_subset = found.iter().zip(other_found).all(|(one, two)| !one || *two);
                let is_within = glob.is_within(other);
                assert!(!is_within || is_subset, "{text} in {other_text}");
                if !other_text.contains('?') {
                    assert_eq!(is_within, is_subset, "{text} in {other_text}");
                }
                covered += usize::from(is_within);
            }
        }
        assert!(covered > 1_000, "{covered}");
    }
}
