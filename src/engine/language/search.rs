//! The search for a shortest name that globs share.
//!
//! A breadth-first search over what all globs have read so far. Two devices' symbols that begin and
//! end at the same characters are equal, so that a name read in this way by both is of one device
//! only and does not count: this is how the search proves that names are kept apart (P4).

use std::cell::RefCell;

use rustc_hash::FxHashSet;

mod except;
mod finish;
mod links;
mod query;

use except::{Except, Mark};
pub(in crate::engine) use query::{Names, Query, QueryKey, Side};

use super::super::work::spend;
use super::{Charset, Glob, MAX_TOKENS, Place, Symbol, Token};

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Found {
    /// No run was accepted, and there are no more.
    Nothing,
    /// A run was accepted.
    Something,
    /// The work was used up.
    Stopped,
}

/// A name that was found, and how the globs read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Run {
    /// The name.
    pub(in crate::engine) name: String,
    /// The filter that delivers it, if one was asked for.
    pub(in crate::engine) filter: Option<String>,
    /// What each symbol stands for, in the order of reading; one that stands in several globs, or
    /// several times in one, is here as often.
    pub(in crate::engine) values: Vec<(Symbol, String)>,
    /// What the actor calls itself, where the globs say so.
    pub(in crate::engine) client: Option<String>,
}

/// The most globs that are read at once.
const MAX_TRACKS: usize = 8;

/// What a shared subscription begins with.
const SHARE: &[char] = &['$', 's', 'h', 'a', 'r', 'e', '/'];

/// How the filter and the topic move on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    /// There is no filter.
    Plain,
    /// The name is itself a filter; at the start of a level.
    TextStart,
    /// The name is itself a filter; in a level.
    TextLevel,
    /// The name is itself a filter; behind `+`.
    TextPlus,
    /// The name is itself a filter; behind `#`.
    TextHash,
    /// So many characters of `$share/` are read.
    Share(u8),
    /// At the first character of the group.
    GroupStart,
    /// In the group.
    Group,
    /// Nothing is read.
    First,
    /// Behind a `/`.
    LevelStart,
    /// In a level that is the same in both.
    Level,
    /// In a first level that the filter has read as `+`, before its first character.
    PlusFirst,
    /// In a level that the filter has read as `+`.
    Plus,
    /// The filter ends with `#` as its first level; nothing of the topic is read.
    HashFirst,
    /// The filter ends with `#`.
    Hash,
}

/// What all globs have read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Node {
    places: [Place; MAX_TRACKS],
    /// Pairs of globs that are in symbols which began at the same character.
    links: u32,
    /// The state of what is taken away from the name, and from the filter.
    denied: [u32; 2],
    mode: Mode,
    /// Slashes of the name, where they are counted.
    slashes: u8,
    /// How much of the rival's name the victim's has repeated; [`UNLIKE`] when it is another.
    rival: u16,
}

impl Mode {
    /// The mode behind one more character of a name without a filter; `None` where it can't stand.
    fn after(self, character: char) -> Option<Mode> {
        match (self, character) {
            (Mode::TextHash, _) => None,
            (Mode::TextStart | Mode::TextLevel | Mode::TextPlus, '/') => Some(Mode::TextStart),
            (Mode::TextStart, '+') => Some(Mode::TextPlus),
            (Mode::TextStart, '#') => Some(Mode::TextHash),
            (Mode::TextLevel, '+' | '#') | (Mode::TextPlus, _) => None,
            (Mode::TextStart | Mode::TextLevel, _) => Some(Mode::TextLevel),
            (mode, _) => Some(mode),
        }
    }
}

const UNLIKE: u16 = u16::MAX;

/// What a glob's last step meant for its symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    /// The symbol that it was in before.
    before: Option<Symbol>,
    /// The symbol that it is in now.
    now: Option<Symbol>,
    /// Whether that is the same occurrence.
    goes_on: bool,
    /// Whether the glob has read the character at all.
    has_moved: bool,
}

/// The step of a search.
#[derive(Clone, Copy, Debug)]
struct Step {
    name: Option<char>,
    filter: Option<char>,
    mode: Mode,
}

/// Looks for names, shortest first, until `accept` takes one. What that costs it takes from the steps
/// that are left.
pub(in crate::engine) fn search(
    query: &Query<'_>,
    work: &mut u64,
    accept: &mut dyn FnMut(&Run, &mut u64) -> bool,
) -> Found {
    spend(work, query.size());
    if query.is_split() || query.is_taken_away() {
        return Found::Nothing;
    }
    let Some(mut search) = Search::new(query) else {
        return Found::Stopped;
    };
    let found = search.run(work, accept);
    search.leave();
    found
}

/// What is kept from one search for the next, empty: to ask for memory takes longer than most
/// searches.
#[derive(Default)]
struct Scratch {
    nodes: Vec<(Node, u32, Step)>,
    seen: FxHashSet<Node>,
}

/// Nodes of a search whose memory is kept; to clear much takes long, too.
const MAX_KEPT: usize = 2_048;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

struct Search<'a> {
    query: &'a Query<'a>,
    tracks: Vec<Track<'a>>,
    except: [Except<'a>; 2],
    /// Whether some glob of the query has a symbol.
    has_symbols: bool,
    classes: Vec<&'static str>,
    /// What is read before the first node.
    prefix: (String, String),
    nodes: Vec<(Node, u32, Step)>,
    seen: FxHashSet<Node>,
    /// Reused in every step.
    options: [Vec<Place>; MAX_TRACKS],
    explicit: Vec<char>,
    characters: Vec<char>,
}

struct Track<'a> {
    glob: &'a Glob,
    /// The slashes that must still come behind each place; empty where they are not counted.
    slashes: Vec<u8>,
    /// Whether it reads the filter, and not the name.
    is_of_filter: bool,
    is_owned: bool,
}

/// The characters of things' names, in the order in which names of witnesses take them.
pub(in crate::engine) const NAME_CHARACTERS: &str =
    "xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_:";
const OTHER_CHARACTERS: &str = "~ !%&'()\"<>;^`{|}\\éèêëàâäôöûüîïçñøåæœß";
const ATTRIBUTE_CHARACTERS: &str = "@.,=[]";
const UNCERTIFIED_CHARACTERS: &str = "*?$";
const HEXADECIMAL_CHARACTERS: &str = "0123456789abcdef";

impl<'a> Search<'a> {
    fn new(query: &'a Query<'a>) -> Option<Search<'a>> {
        let slashes = |glob: &Glob, is_of_filter| match query.max_slashes {
            // `a/#` may deliver `a`: the last slash of a filter need not be one of the name; nor need
            // those of `$share/<group>/`.
            Some(_) => slashes_behind(
                glob,
                match (is_of_filter, query.is_shared) {
                    (true, true) => 3,
                    (true, false) => 1,
                    (false, _) => 0,
                },
            ),
            None => Vec::new(),
        };
        let track = |glob: &&'a Glob, is_of_filter| Track {
            glob,
            slashes: slashes(glob, is_of_filter),
            is_of_filter,
            is_owned: false,
        };
        let mut tracks: Vec<_> = query.name.globs.iter().map(|it| track(it, false)).collect();
        if let Some(filter) = &query.filter {
            tracks.extend(filter.globs.iter().map(|it| track(it, true)));
        }
        // What more globs would rule out is not seen: more is found than there is.
        tracks.truncate(MAX_TRACKS - 1);
        if let Some(glob) = query.owned {
            tracks.push(Track {
                glob,
                slashes: slashes(glob, false),
                is_of_filter: false,
                is_owned: true,
            });
        }
        let no_filter: &[&Glob] = &[];
        let of_filter = query.filter.as_ref().map_or(no_filter, |it| &it.except);
        let except = [&query.name.except[..], of_filter].map(Except::new);
        let is_long = |glob: &Glob| glob.tokens().len() > MAX_TOKENS;
        let all = || {
            let except = except.iter().flat_map(|it| it.globs.iter().copied());
            tracks.iter().map(|it| it.glob).chain(except)
        };
        if all().any(is_long) {
            return None;
        }
        let mut classes = vec![NAME_CHARACTERS, OTHER_CHARACTERS];
        for (charset, class) in [
            (Charset::Attribute, ATTRIBUTE_CHARACTERS),
            (Charset::Certificate, UNCERTIFIED_CHARACTERS),
            (Charset::Hexadecimal, HEXADECIMAL_CHARACTERS),
        ] {
            if all().any(|glob| glob.has_symbols_of(charset)) {
                classes.push(class);
            }
        }
        let Scratch { nodes, seen } = SCRATCH.take();
        let has_symbols = tracks.iter().any(|it| it.glob.has_symbols());
        Some(Search {
            query,
            has_symbols,
            tracks,
            except,
            classes,
            prefix: Default::default(),
            nodes,
            seen,
            options: Default::default(),
            explicit: Vec::new(),
            characters: Vec::new(),
        })
    }

    /// Leaves its memory to the next.
    fn leave(self) {
        let Search {
            mut nodes,
            mut seen,
            ..
        } = self;
        if seen.capacity() <= MAX_KEPT {
            nodes.clear();
            seen.clear();
            SCRATCH.set(Scratch { nodes, seen });
        }
    }

    fn run(&mut self, work: &mut u64, accept: &mut dyn FnMut(&Run, &mut u64) -> bool) -> Found {
        let mut start = Node {
            places: [0; MAX_TRACKS],
            links: 0,
            denied: [self.except[0].start(), self.except[1].start()],
            mode: match (&self.query.filter, self.query.is_shared) {
                (None, _) if self.query.names == Names::Filters => Mode::TextStart,
                (None, _) => Mode::Plain,
                (Some(_), false) => Mode::First,
                (Some(_), true) => Mode::Share(0),
            },
            slashes: 0,
            rival: 0,
        };
        if !self.read_common(&mut start) {
            return Found::Nothing;
        }
        let step = Step {
            name: None,
            filter: None,
            mode: start.mode,
        };
        self.seen.insert(start);
        self.nodes.push((start, 0, step));
        let mut at = 0;
        while let Some((node, ..)) = self.nodes.get(at) {
            let node = *node;
            if self.accepts(&node) && accept(&self.trace(at), work) {
                return Found::Something;
            }
            let denied = self.except.iter().zip(node.denied);
            let readers: usize = denied.map(|(except, state)| except.size(state)).sum();
            spend(work, self.tracks.len() + readers);
            if !self.expand(node, at as u32, work) {
                return Found::Stopped;
            }
            at += 1;
        }
        Found::Nothing
    }

    /// Reads the characters that all globs begin with. False when the name is taken away with all
    /// that may follow.
    fn read_common(&mut self, node: &mut Node) -> bool {
        if self.query.is_shared || self.tracks.is_empty() {
            return true;
        }
        loop {
            let at = usize::from(node.places[0]);
            let mut tokens = self.tracks.iter().map(|it| it.glob.tokens().get(at));
            let Some(Some(Token::Char(character))) = tokens.next() else {
                return true;
            };
            let character = *character;
            if tokens.any(|token| token != Some(&Token::Char(character)))
                || matches!(character, '+' | '#' | '\0')
            {
                return true;
            }
            let has_filter = self.query.filter.is_some();
            for place in node.places.iter_mut().take(self.tracks.len()) {
                *place += 1;
            }
            self.prefix.0.push(character);
            if character == '/' && self.query.max_slashes.is_some() {
                node.slashes = node.slashes.saturating_add(1);
            }
            if has_filter {
                self.prefix.1.push(character);
                node.mode = match character {
                    '/' => Mode::LevelStart,
                    _ => Mode::Level,
                };
            } else {
                node.mode = node.mode.after(character).unwrap_or(node.mode);
            }
            let sides = self.except.iter_mut().zip(&mut node.denied).enumerate();
            for (side, (except, denied)) in sides {
                if side == 0 || has_filter {
                    *denied = except.step(*denied, character, &[]);
                }
            }
            if self.except[0].is_everything(node.denied[0]) {
                return false;
            }
        }
    }

    /// Adds what follows a node. False when the work is used up.
    fn expand(&mut self, node: Node, parent: u32, work: &mut u64) -> bool {
        match node.mode {
            Mode::Plain | Mode::TextStart | Mode::TextLevel | Mode::TextPlus | Mode::TextHash => {
                self.read_any(node, parent, work, |character| {
                    let mode = node.mode.after(character);
                    Step {
                        name: mode.map(|_| character),
                        filter: None,
                        mode: mode.unwrap_or(node.mode),
                    }
                })
            }
            Mode::Share(read) => {
                let character = SHARE.get(usize::from(read)).copied();
                let mode = match usize::from(read) + 1 == SHARE.len() {
                    true => Mode::GroupStart,
                    false => Mode::Share(read + 1),
                };
                let step = Step {
                    name: None,
                    filter: character,
                    mode,
                };
                self.advance(node, parent, step, work)
            }
            Mode::GroupStart | Mode::Group => {
                let mut characters = self.characters(&node, false, true);
                characters.retain(|it| !matches!(it, '+' | '#' | '/'));
                if node.mode == Mode::Group {
                    characters.push('/');
                }
                characters.into_iter().all(|character| {
                    let mode = match character {
                        '/' => Mode::First,
                        _ => Mode::Group,
                    };
                    let step = Step {
                        name: None,
                        filter: Some(character),
                        mode,
                    };
                    self.advance(node, parent, step, work)
                })
            }
            Mode::First | Mode::LevelStart | Mode::Level => {
                let has_room = self.copy(node, parent, work);
                let is_first = node.mode == Mode::First;
                let (plus, hash) = match node.mode {
                    _ if is_first => (Mode::PlusFirst, Mode::HashFirst),
                    Mode::LevelStart => (Mode::Plus, Mode::Hash),
                    _ => return has_room,
                };
                has_room
                    && [('+', plus), ('#', hash)]
                        .into_iter()
                        .all(|(character, mode)| {
                            let step = Step {
                                name: None,
                                filter: Some(character),
                                mode,
                            };
                            self.advance(node, parent, step, work)
                        })
            }
            Mode::PlusFirst | Mode::Plus => {
                let is_first = node.mode == Mode::PlusFirst;
                let both = Step {
                    name: Some('/'),
                    filter: Some('/'),
                    mode: Mode::LevelStart,
                };
                self.read_any(node, parent, work, |character| Step {
                    name: Some(character).filter(|it| *it != '/' && !(is_first && *it == '$')),
                    filter: None,
                    mode: Mode::Plus,
                }) && self.advance(node, parent, both, work)
            }
            Mode::HashFirst | Mode::Hash => {
                let is_first = node.mode == Mode::HashFirst;
                self.read_any(node, parent, work, |character| Step {
                    name: Some(character).filter(|it| !(is_first && *it == '$')),
                    filter: None,
                    mode: Mode::Hash,
                })
            }
        }
    }

    /// Reads one character of the name alone.
    fn read_any(
        &mut self,
        node: Node,
        parent: u32,
        work: &mut u64,
        step: impl Fn(char) -> Step,
    ) -> bool {
        let names = self.query.names;
        let is_first = node.places == [0; MAX_TRACKS] && self.prefix.0.is_empty();
        let characters = self.characters(&node, true, false);
        let has_room = characters.iter().all(|character| {
            let step = step(*character);
            !names.take(*character, is_first)
                || step.name.is_none()
                || self.advance(node, parent, step, work)
        });
        self.characters = characters;
        has_room
    }

    /// Reads one character of the name, the same as of the filter.
    fn copy(&mut self, node: Node, parent: u32, work: &mut u64) -> bool {
        let characters = self.characters(&node, true, true);
        let has_room = characters.iter().all(|character| {
            let mode = match character {
                '/' => Mode::LevelStart,
                _ => Mode::Level,
            };
            let step = Step {
                name: Some(*character),
                filter: Some(*character),
                mode,
            };
            matches!(character, '+' | '#' | '\0') || self.advance(node, parent, step, work)
        });
        self.characters = characters;
        has_room
    }

    /// The characters worth trying: those that some glob waits for, and one of each kind of the
    /// others, between which no glob can tell.
    fn characters(&mut self, node: &Node, of_name: bool, of_filter: bool) -> Vec<char> {
        let mut explicit = std::mem::take(&mut self.explicit);
        explicit.clear();
        let mut tells_kinds = false;
        for (track, place) in self.tracks.iter().zip(node.places) {
            if (track.is_of_filter && of_filter) || (!track.is_of_filter && of_name) {
                tells_kinds |= track.glob.expects(place, &mut explicit);
            }
        }
        let sides = self.except.iter().zip(node.denied);
        for ((except, denied), is_asked) in sides.zip([of_name, of_filter]) {
            if is_asked {
                tells_kinds |= except.expects(denied, &mut explicit);
            }
        }
        // Where no symbol is read, one of the others is as good as any.
        let kinds = if tells_kinds { self.classes.len() } else { 1 };
        if let Some(rival) = self.query.rival
            && node.rival != UNLIKE
        {
            explicit.extend(rival.chars().nth(usize::from(node.rival)));
            explicit.extend(rival.chars().next());
        }
        explicit.push('/');
        explicit.sort_unstable();
        explicit.dedup();
        let mut characters = std::mem::take(&mut self.characters);
        characters.clear();
        // The others first: a witness then shows a name that nothing else is about.
        for class in self.classes.iter().take(kinds) {
            characters.extend(class.chars().find(|it| !explicit.contains(it)));
        }
        characters.extend(&explicit);
        self.explicit = explicit;
        characters
    }

    /// Adds all nodes that a step leads to. False when the work is used up.
    fn advance(&mut self, node: Node, parent: u32, step: Step, work: &mut u64) -> bool {
        let mut node = node;
        if step.name == Some('/')
            && let Some(max) = self.query.max_slashes
        {
            node.slashes = node.slashes.saturating_add(1);
            if node.slashes > max {
                return true;
            }
        }
        let count = self.tracks.len();
        let mut combinations = 1usize;
        for (at, track) in self.tracks.iter().enumerate() {
            let read = if track.is_of_filter {
                step.filter
            } else {
                step.name
            };
            let (Some(options), Some(place)) = (self.options.get_mut(at), node.places.get(at))
            else {
                return false;
            };
            options.clear();
            match read {
                Some(character) => track.glob.step_ahead(*place, character, options),
                None => options.push(*place),
            }
            if options.is_empty() {
                spend(work, 1);
                return *work > 0;
            }
            combinations = combinations.saturating_mul(options.len());
        }
        let cost = (combinations.saturating_mul(count) + 1) as u64;
        let Some(left) = work.checked_sub(cost) else {
            *work = 0;
            return false;
        };
        *work = left;
        for combination in 0..combinations {
            let mut next = node;
            next.mode = step.mode;
            let mut rest = combination;
            for (options, place) in self.options.iter().zip(&mut next.places).take(count) {
                let at = rest % options.len();
                rest /= options.len();
                *place = options.get(at).copied().unwrap_or(0);
            }
            if self.link(&node, &mut next, step)
                && self.take_away(&node, &mut next, step, work)
                && self.may_end_filter(&next)
                && self.may_end_in_time(&next)
                && self.seen.insert(next)
            {
                self.nodes.push((next, parent, step));
            }
        }
        true
    }

    /// Moves on in what is taken away. False when nothing that may follow is left.
    fn take_away(&mut self, before: &Node, now: &mut Node, step: Step, work: &mut u64) -> bool {
        if self.except.iter().all(|it| it.globs.is_empty()) {
            return true;
        }
        let moved = *now;
        let marks = [0, 1].map(|side| {
            let mut marks = [Mark::Outside; MAX_TRACKS];
            let mut count = 0;
            if self.except.get(side).is_some_and(|it| it.has_symbols) {
                for (at, track) in self.tracks.iter().enumerate() {
                    if usize::from(track.is_of_filter) != side {
                        continue;
                    }
                    if let Some(mark) = marks.get_mut(count) {
                        *mark = Mark::of(self.move_of(at, before, &moved, step));
                    }
                    count += 1;
                }
            }
            (marks, count)
        });
        let sides = self.except.iter_mut().zip(&mut now.denied).zip(marks);
        for (((except, denied), (marks, count)), read) in sides.zip([step.name, step.filter]) {
            let Some(character) = read else { continue };
            if except.globs.is_empty() {
                continue;
            }
            spend(work, except.size(*denied).min(1));
            *denied = except.step(*denied, character, marks.get(..count).unwrap_or(&[]));
            if except.is_everything(*denied) {
                return false;
            }
        }
        true
    }

    /// Whether no more slashes must come than the name may have.
    fn may_end_in_time(&self, node: &Node) -> bool {
        let Some(max) = self.query.max_slashes else {
            return true;
        };
        let behind = self.tracks.iter().zip(node.places).map(|(track, place)| {
            match (track.is_of_filter, node.mode) {
                // Behind `#`, the name goes on alone.
                (true, Mode::Hash | Mode::HashFirst) => 0,
                _ => track.slashes.get(usize::from(place)).copied().unwrap_or(0),
            }
        });
        let most = behind.max().unwrap_or(0);
        node.slashes.saturating_add(most) <= max
    }

    /// Whether the filter that has just read `#` ends there.
    fn may_end_filter(&self, node: &Node) -> bool {
        match node.mode {
            Mode::Hash | Mode::HashFirst => self.filter_accepts(node),
            _ => true,
        }
    }

    fn filter_accepts(&self, node: &Node) -> bool {
        let mut tracks = self.tracks.iter().zip(node.places);
        tracks.all(|(track, place)| !track.is_of_filter || track.glob.accepts(place))
            && !self.except[1].accepts(node.denied[1])
    }
}

/// How many slashes a glob wants behind each place, less those that it may do without.
fn slashes_behind(glob: &Glob, dispensable: u8) -> Vec<u8> {
    let mut behind = vec![0u8];
    for token in glob.tokens().iter().rev() {
        let last = behind.last().copied().unwrap_or(0);
        behind.push(last.saturating_add(u8::from(*token == Token::Char('/'))));
    }
    behind.reverse();
    behind
        .iter_mut()
        .for_each(|it| *it = it.saturating_sub(dispensable));
    behind
}

impl Track<'_> {
    /// Whether the last character is of what the client calls itself.
    fn is_in_client(&self, place: Place) -> bool {
        let read = self.glob.tokens().get(..usize::from(place)).unwrap_or(&[]);
        let last = read
            .iter()
            .rev()
            .find(|token| token.is_client() || **token == Token::ClientEnd);
        last.is_some_and(|it| it.is_client())
    }
}
