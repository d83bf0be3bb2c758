//! What is taken away from a language, while it is searched.

use std::collections::HashMap;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::super::{Glob, Owner, Place, Symbol, Token};
use super::Move;

/// What is taken away, as a set of globs that are read together.
#[derive(Clone, Debug)]
pub(super) struct Except<'a> {
    pub(super) globs: Vec<&'a Glob>,
    pub(super) has_symbols: bool,
    states: Vec<Vec<Reader>>,
    ids: FxHashMap<Vec<Reader>, u32>,
    steps: FxHashMap<(u32, char, u128), u32>,
}

/// One glob of an [`Except`] and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Reader {
    glob: u16,
    place: Place,
    /// In a symbol: which of the globs of the query reads the same symbol at the same characters.
    like: u8,
}

/// Whether a glob of the query is in a symbol of the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Outside,
    Starts(Symbol),
    GoesOn,
}

impl Mark {
    pub(super) fn of(moved: Move) -> Mark {
        match moved.now {
            Some(symbol) if symbol.owner == Owner::Actor && !moved.goes_on => Mark::Starts(symbol),
            Some(symbol) if symbol.owner == Owner::Actor => Mark::GoesOn,
            Some(_) | None => Mark::Outside,
        }
    }

    /// What globs that are taken away can tell of it.
    fn as_number(self) -> u16 {
        match self {
            Mark::Outside => 0,
            Mark::GoesOn => 1,
            Mark::Starts(symbol) => 2 + u16::from(symbol.key),
        }
    }
}

impl<'a> Except<'a> {
    pub(super) fn new(globs: &[&'a Glob]) -> Except<'a> {
        let mut except = Except {
            globs: globs.to_vec(),
            has_symbols: globs.iter().any(|it| it.has_symbols()),
            states: Vec::new(),
            ids: HashMap::with_hasher(FxBuildHasher),
            steps: HashMap::with_hasher(FxBuildHasher),
        };
        if globs.is_empty() {
            return except;
        }
        let all = 0..u16::try_from(globs.len()).unwrap_or(u16::MAX);
        let start = all.map(|glob| Reader {
            glob,
            place: 0,
            like: 0,
        });
        except.id(start.collect());
        except
    }

    pub(super) fn start(&self) -> u32 {
        0
    }

    fn id(&mut self, readers: Vec<Reader>) -> u32 {
        if let Some(id) = self.ids.get(&readers) {
            return *id;
        }
        let id = self.states.len() as u32;
        self.ids.insert(readers.clone(), id);
        self.states.push(readers);
        id
    }

    fn readers(&self, state: u32) -> &[Reader] {
        self.states.get(state as usize).map_or(&[], |it| it)
    }

    pub(super) fn size(&self, state: u32) -> usize {
        self.readers(state).len()
    }

    fn glob(&self, reader: Reader) -> Option<&'a Glob> {
        self.globs.get(usize::from(reader.glob)).copied()
    }

    pub(super) fn step(&mut self, state: u32, character: char, marks: &[Mark]) -> u32 {
        if self.globs.is_empty() {
            return 0;
        }
        // Few tracks, and few ways in which they stand to symbols, so that most steps are known.
        let as_key = |key: u128, mark: &Mark| key << 16 | u128::from(mark.as_number());
        let key = (state, character, marks.iter().fold(0, as_key));
        if let Some(next) = self.steps.get(&key) {
            return *next;
        }
        let mut readers = Vec::new();
        let mut places = Vec::new();
        for reader in self.readers(state) {
            let Some(glob) = self.glob(*reader) else {
                continue;
            };
            places.clear();
            glob.step(reader.place, character, &mut places);
            for place in &places {
                let moved = Reader {
                    place: *place,
                    ..*reader
                };
                match glob.token(*place) {
                    Some(Token::Symbol(_)) if *place == reader.place => {
                        // Goes on as long as the symbol that it is like.
                        let like = usize::from(reader.like);
                        if marks.get(like) == Some(&Mark::GoesOn) {
                            readers.push(moved);
                        }
                    }
                    _ if self.is_cut(reader, glob, marks) => {}
                    Some(Token::Symbol(symbol)) => {
                        for (at, mark) in marks.iter().enumerate() {
                            if let Mark::Starts(other) = mark
                                && other.key == symbol.key
                            {
                                readers.push(Reader {
                                    like: at as u8,
                                    ..moved
                                });
                            }
                        }
                    }
                    _ => readers.push(Reader {
                        place: glob.settled(*place),
                        like: 0,
                        ..moved
                    }),
                }
            }
        }
        readers.sort_unstable();
        readers.dedup();
        self.leave_behind(&mut readers);
        let id = self.id(readers);
        self.steps.insert(key, id);
        id
    }

    /// Drops readers that stand before a run which another reader of the same glob is in: whatever
    /// they take away, that one does too.
    fn leave_behind(&self, readers: &mut Vec<Reader>) {
        let mut last_run: Option<Reader> = None;
        for at in (0..readers.len()).rev() {
            let Some(reader) = readers.get(at).copied() else {
                continue;
            };
            if last_run.is_some_and(|run| run.glob == reader.glob && run.place > reader.place) {
                readers.remove(at);
                continue;
            }
            let token = self.glob(reader).and_then(|it| it.token(reader.place));
            if token == Some(Token::AnyRun) && last_run.is_none_or(|run| run.glob != reader.glob) {
                last_run = Some(reader);
            }
        }
    }

    /// Whether a reader would leave its symbol while the one that it is like goes on.
    fn is_cut(&self, reader: &Reader, glob: &Glob, marks: &[Mark]) -> bool {
        matches!(glob.token(reader.place), Some(Token::Symbol(_)))
            && marks.get(usize::from(reader.like)) == Some(&Mark::GoesOn)
    }

    /// The characters that some glob waits for; true when one tells others apart by their kind.
    pub(super) fn expects(&self, state: u32, explicit: &mut Vec<char>) -> bool {
        let mut tells_kinds = false;
        for reader in self.readers(state) {
            if let Some(glob) = self.glob(*reader) {
                tells_kinds |= glob.expects(reader.place, explicit);
            }
        }
        tells_kinds
    }

    /// Whether a text that ends here is taken away.
    pub(super) fn accepts(&self, state: u32) -> bool {
        let mut readers = self.readers(state).iter();
        readers.any(|reader| {
            let glob = self.glob(*reader);
            glob.is_some_and(|glob| glob.accepts(reader.place))
        })
    }

    /// Whether every text that goes on from here is taken away.
    pub(super) fn is_everything(&self, state: u32) -> bool {
        let mut readers = self.readers(state).iter();
        readers.any(|reader| {
            let rest = |glob: &Glob| {
                let rest = glob.tokens().get(usize::from(reader.place)..);
                let is_last = rest == Some(&[]);
                (is_last && glob.token(reader.place) == Some(Token::AnyRun))
                    || rest == Some(&[Token::AnyRun])
            };
            self.glob(*reader).is_some_and(rest)
        })
    }
}
