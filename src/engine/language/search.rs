//! The search for a shortest name that globs share.
//!
//! A breadth-first search over what all globs have read so far. Two devices' symbols that begin and
//! end at the same characters are equal, so that a name read in this way by both is of one device
//! only and does not count: this is how the search proves that names are kept apart (P4).

use std::collections::HashMap;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Charset, Glob, MAX_TOKENS, Owner, Place, Sharing, Symbol, Token};

/// Globs over one text, and what is taken away from them.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Side<'a> {
    /// The text is in each of these.
    pub(in crate::engine) globs: Vec<&'a Glob>,
    /// And in none of these. An actor's symbol in one of them stands for the value of the same
    /// symbol of `globs`, where that is read at the same characters.
    pub(in crate::engine) except: Vec<&'a Glob>,
}

/// What is looked for: a name, and perhaps a filter that it is delivered by.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Query<'a> {
    /// The name.
    pub(in crate::engine) name: Side<'a>,
    /// The victim's glob, which the name is in too.
    pub(in crate::engine) owned: Option<&'a Glob>,
    /// The filter that a message to the topic `name` is delivered by.
    pub(in crate::engine) filter: Option<Side<'a>>,
    /// Whether the filter is that of a shared subscription, `$share/<group>/…`.
    pub(in crate::engine) is_shared: bool,
    /// What the name is the name of.
    pub(in crate::engine) names: Names,
    /// Whether `a/#` delivers `a`, which AWS says it does not.
    pub(in crate::engine) with_parent: bool,
    /// The most slashes that the name can have; not counted otherwise, which takes fewer steps.
    pub(in crate::engine) max_slashes: Option<u8>,
    /// What the victim's distinct name can't be: that of the actor.
    pub(in crate::engine) rival: Option<&'a str>,
}

/// What a name is the name of: which texts can be asked for at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::engine) enum Names {
    /// Any text.
    #[default]
    Texts,
    /// Topics: without `+`, `#` and U+0000.
    Topics,
    /// Filters: `+` fills a level, `#` is the last.
    Filters,
    /// Client ids: not with `$` at the start.
    Clients,
    /// Things, and shadows of things.
    Things,
}

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

impl Names {
    /// Whether a character can stand in such a name.
    fn take(self, character: char, is_first: bool) -> bool {
        match self {
            Names::Texts => true,
            Names::Topics => !matches!(character, '+' | '#' | '\0'),
            Names::Filters => character != '\0',
            Names::Clients => !(is_first && character == '$'),
            Names::Things => Charset::Name.contains(character) || matches!(character, '/' | '$'),
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

/// Looks for names, shortest first, until `accept` takes one.
pub(in crate::engine) fn search(
    query: &Query<'_>,
    work: &mut u64,
    accept: &mut dyn FnMut(&Run) -> bool,
) -> Found {
    let Some(mut search) = Search::new(query) else {
        return Found::Stopped;
    };
    let is_split = search.is_split();
    if is_split {
        return Found::Nothing;
    }
    search.run(work, accept)
}

struct Search<'a> {
    query: &'a Query<'a>,
    tracks: Vec<Track<'a>>,
    except: [Except<'a>; 2],
    classes: Vec<&'static str>,
    /// What is read before the first node.
    prefix: (String, String),
    nodes: Vec<(Node, u32, Step)>,
    seen: FxHashMap<Node, ()>,
    /// Reused in every step.
    options: [Vec<Place>; MAX_TRACKS],
    explicit: Vec<char>,
}

#[derive(Clone, Copy)]
struct Track<'a> {
    glob: &'a Glob,
    /// Whether it reads the filter, and not the name.
    is_of_filter: bool,
    is_owned: bool,
}

const NAME_CHARACTERS: &str = "xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_:";
const OTHER_CHARACTERS: &str = "~ !%&'()\"<>;^`{|}\\éèêëàâäôöûüîïçñøåæœß";
const ATTRIBUTE_CHARACTERS: &str = "@.,=[]";
const UNCERTIFIED_CHARACTERS: &str = "*?$";
const HEXADECIMAL_CHARACTERS: &str = "0123456789abcdef";

impl<'a> Search<'a> {
    fn new(query: &'a Query<'a>) -> Option<Search<'a>> {
        let track = |glob: &&'a Glob, is_of_filter| Track {
            glob,
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
            if all().any(|glob| glob.symbols().any(|it| it.charset == charset)) {
                classes.push(class);
            }
        }
        Some(Search {
            query,
            tracks,
            except,
            classes,
            prefix: Default::default(),
            nodes: Vec::new(),
            seen: HashMap::with_hasher(FxBuildHasher),
            options: Default::default(),
            explicit: Vec::new(),
        })
    }

    /// Whether two globs want different characters before any wildcard: most pairs do.
    fn is_split(&self) -> bool {
        if self.query.is_shared {
            return false;
        }
        let [first, rest @ ..] = &*self.tracks else {
            return false;
        };
        rest.iter().any(|other| {
            let pairs = first.glob.tokens().iter().zip(other.glob.tokens());
            for (one, two) in pairs {
                match (one, two) {
                    (Token::Char('+' | '#'), Token::Char(_))
                    | (Token::Char(_), Token::Char('+' | '#'))
                        if first.is_of_filter != other.is_of_filter =>
                    {
                        return false;
                    }
                    (Token::Char(one), Token::Char(two)) if one != two => return true,
                    (Token::Char(_), Token::Char(_)) => {}
                    _ => return false,
                }
            }
            false
        })
    }

    fn run(&mut self, work: &mut u64, accept: &mut dyn FnMut(&Run) -> bool) -> Found {
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
        self.seen.insert(start, ());
        self.nodes.push((start, 0, step));
        let mut at = 0;
        while let Some((node, ..)) = self.nodes.get(at) {
            let node = *node;
            if self.accepts(&node) && accept(&self.trace(at)) {
                return Found::Something;
            }
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
            for (side, except) in self.except.iter_mut().enumerate() {
                if side == 0 || has_filter {
                    node.denied[side] = except.step(node.denied[side], character, &[]);
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
        characters.into_iter().all(|character| {
            let step = step(character);
            !names.take(character, is_first)
                || step.name.is_none()
                || self.advance(node, parent, step, work)
        })
    }

    /// Reads one character of the name, the same as of the filter.
    fn copy(&mut self, node: Node, parent: u32, work: &mut u64) -> bool {
        let characters = self.characters(&node, true, true);
        characters.into_iter().all(|character| {
            let mode = match character {
                '/' => Mode::LevelStart,
                _ => Mode::Level,
            };
            let step = Step {
                name: Some(character),
                filter: Some(character),
                mode,
            };
            matches!(character, '+' | '#' | '\0') || self.advance(node, parent, step, work)
        })
    }

    /// The characters worth trying: those that some glob waits for, and one of each kind of the
    /// others, between which no glob can tell.
    fn characters(&mut self, node: &Node, of_name: bool, of_filter: bool) -> Vec<char> {
        let mut explicit = std::mem::take(&mut self.explicit);
        explicit.clear();
        for (track, place) in self.tracks.iter().zip(node.places) {
            if (track.is_of_filter && of_filter) || (!track.is_of_filter && of_name) {
                track.glob.expects(place, &mut explicit);
            }
        }
        for (side, is_asked) in [of_name, of_filter].into_iter().enumerate() {
            if is_asked {
                self.except[side].expects(node.denied[side], &mut explicit);
            }
        }
        if let Some(rival) = self.query.rival
            && node.rival != UNLIKE
        {
            explicit.extend(rival.chars().nth(usize::from(node.rival)));
            explicit.extend(rival.chars().next());
        }
        explicit.push('/');
        explicit.sort_unstable();
        explicit.dedup();
        let mut characters = Vec::with_capacity(explicit.len() + self.classes.len());
        // The others first: a witness then shows a name that nothing else is about.
        for class in &self.classes {
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
                Some(character) => track.glob.step(*place, character, options),
                None => options.push(*place),
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
                && self.seen.insert(next, ()).is_none()
            {
                self.nodes.push((next, parent, step));
            }
        }
        true
    }

    fn move_of(&self, at: usize, before: &Node, now: &Node, step: Step) -> Move {
        let (Some(track), Some(old), Some(new)) = (
            self.tracks.get(at),
            before.places.get(at),
            now.places.get(at),
        ) else {
            return Move {
                before: None,
                now: None,
                goes_on: false,
                has_moved: false,
            };
        };
        let symbol = |place: Place| match track.glob.token(place) {
            Some(Token::Symbol(symbol)) => Some(symbol),
            _ => None,
        };
        let read = if track.is_of_filter {
            step.filter
        } else {
            step.name
        };
        let (old_symbol, new_symbol) = (symbol(*old), symbol(*new));
        Move {
            before: old_symbol,
            now: new_symbol,
            goes_on: new_symbol.is_some() && old == new,
            has_moved: read.is_some(),
        }
    }

    /// Keeps account of the symbols that began together. False when the step makes two devices one,
    /// or one device two.
    fn link(&self, before: &Node, now: &mut Node, step: Step) -> bool {
        let count = self.tracks.len();
        let mut moves = [Move {
            before: None,
            now: None,
            goes_on: false,
            has_moved: false,
        }; MAX_TRACKS];
        let mut has_symbols = false;
        for (at, slot) in moves.iter_mut().enumerate().take(count) {
            *slot = self.move_of(at, before, now, step);
            has_symbols |= slot.before.is_some() || slot.now.is_some();
        }
        if !has_symbols {
            now.links = 0;
            return true;
        }
        let mut links = 0;
        let mut bit = 1u32;
        for (at, one) in moves.iter().enumerate().take(count) {
            for (other_at, two) in moves.iter().enumerate().take(count).skip(at + 1) {
                let was_linked = before.links & bit != 0;
                let is_rival = self.is_owned(at) != self.is_owned(other_at);
                let mut is_linked = false;
                // Where only one of the two reads on, what they have in common is forgotten: more
                // is found than there is.
                let both_move = one.has_moved && two.has_moved;
                let is_rival = is_rival && one.before.is_none_or(|it| it.sharing != Sharing::Same);
                if was_linked && !one.has_moved && !two.has_moved {
                    is_linked = true;
                } else if was_linked && both_move {
                    match (one.goes_on, two.goes_on) {
                        (true, true) => is_linked = true,
                        (false, false) if is_rival => return false,
                        (false, false) => {}
                        (true, false) | (false, true) if is_rival => {}
                        (true, false) | (false, true) => return false,
                    }
                }
                if both_move
                    && !one.goes_on
                    && !two.goes_on
                    && let (Some(one), Some(two)) = (one.now, two.now)
                    && one.key == two.key
                    && (self.is_owned(at) == self.is_owned(other_at)
                        || one.sharing != Sharing::Free)
                {
                    is_linked = true;
                }
                if is_linked {
                    links |= bit;
                }
                bit <<= 1;
            }
        }
        now.links = links;
        self.compare_with_rival(before, now, step, &moves)
    }

    /// Keeps account of how much the victim's name is that of a rival whose name is known.
    fn compare_with_rival(
        &self,
        before: &Node,
        now: &mut Node,
        step: Step,
        moves: &[Move; MAX_TRACKS],
    ) -> bool {
        let (Some(rival), Some(character)) = (self.query.rival, step.name) else {
            return true;
        };
        let Some(it) = moves.get(self.tracks.len() - 1) else {
            return true;
        };
        let is_named =
            |symbol: Option<Symbol>| symbol.is_some_and(|it| it.sharing == Sharing::Distinct);
        if is_named(it.before) && !it.goes_on && self.is_rival(before) {
            return false;
        }
        now.rival = match is_named(it.now) {
            false => 0,
            true => {
                let so_far = if it.goes_on { before.rival } else { 0 };
                match so_far != UNLIKE && rival.chars().nth(usize::from(so_far)) == Some(character)
                {
                    true => so_far + 1,
                    false => UNLIKE,
                }
            }
        };
        true
    }

    fn is_rival(&self, node: &Node) -> bool {
        let rival = self.query.rival.map(|it| it.chars().count());
        rival.is_some_and(|length| length == usize::from(node.rival) && length > 0)
    }

    fn is_owned(&self, at: usize) -> bool {
        self.tracks.get(at).is_some_and(|it| it.is_owned)
    }

    /// Moves on in what is taken away. False when nothing that may follow is left.
    fn take_away(&mut self, before: &Node, now: &mut Node, step: Step, work: &mut u64) -> bool {
        for (side, read) in [step.name, step.filter].into_iter().enumerate() {
            let Some(character) = read else { continue };
            if self.except[side].globs.is_empty() {
                continue;
            }
            let mut marks = Vec::new();
            if self.except[side].has_symbols {
                for at in 0..self.tracks.len() {
                    if self.tracks.get(at).map(|it| usize::from(it.is_of_filter)) == Some(side) {
                        marks.push(Mark::of(self.move_of(at, before, now, step)));
                    }
                }
            }
            let except = &mut self.except[side];
            let cost = except.size(before.denied[side]) as u64;
            *work = work.saturating_sub(cost);
            now.denied[side] = except.step(before.denied[side], character, &marks);
            if except.is_everything(now.denied[side]) {
                return false;
            }
        }
        true
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

    fn accepts(&self, node: &Node) -> bool {
        let mut tracks = self.tracks.iter().zip(node.places);
        if !tracks.all(|(track, place)| track.is_of_filter || track.glob.accepts(place))
            || self.except[0].accepts(node.denied[0])
            || self.has_started(node)
            || self.ends_as_one(node)
        {
            return false;
        }
        match node.mode {
            Mode::Plain
            | Mode::Hash
            | Mode::TextStart
            | Mode::TextLevel
            | Mode::TextPlus
            | Mode::TextHash => true,
            Mode::LevelStart | Mode::Level | Mode::Plus => {
                self.filter_accepts(node) || (self.query.with_parent && self.is_parent(node))
            }
            Mode::Share(_)
            | Mode::GroupStart
            | Mode::Group
            | Mode::First
            | Mode::PlusFirst
            | Mode::HashFirst => false,
        }
    }

    /// Whether nothing of the name is read: no name is empty.
    fn has_started(&self, node: &Node) -> bool {
        self.prefix.0.is_empty()
            && matches!(node.mode, Mode::Plain | Mode::TextStart)
            && self
                .tracks
                .iter()
                .zip(node.places)
                .all(|(track, place)| track.is_of_filter || place == 0)
    }

    /// Whether the end of the name makes the two devices one.
    fn ends_as_one(&self, node: &Node) -> bool {
        let mut bit = 1u32;
        let count = self.tracks.len();
        for at in 0..count {
            for other in at + 1..count {
                let is_linked = node.links & bit != 0;
                if is_linked && self.is_owned(at) != self.is_owned(other) && self.is_named(at, node)
                {
                    return true;
                }
                bit <<= 1;
            }
        }
        let owned = self.tracks.iter().zip(node.places).find(|it| it.0.is_owned);
        let token = owned.and_then(|(track, place)| track.glob.token(place));
        match token {
            Some(Token::Symbol(symbol)) if symbol.sharing == Sharing::Distinct => {
                self.is_rival(node)
            }
            _ => false,
        }
    }

    /// Whether a glob is in a symbol that tells devices apart.
    fn is_named(&self, at: usize, node: &Node) -> bool {
        let track = self.tracks.get(at).zip(node.places.get(at));
        let token = track.and_then(|(track, place)| track.glob.token(*place));
        matches!(token, Some(Token::Symbol(symbol)) if symbol.sharing == Sharing::Distinct)
    }

    /// Whether the filter may go on with `/#` and end.
    fn is_parent(&self, node: &Node) -> bool {
        let mut denied = node.denied[1];
        let mut except = self.except[1].clone();
        for character in ['/', '#'] {
            denied = except.step(denied, character, &[]);
        }
        let ends = |(track, place): (&Track<'_>, Place)| {
            let mut behind = Vec::new();
            track.glob.step(place, '/', &mut behind);
            let mut ends = Vec::new();
            for place in behind {
                track.glob.step(place, '#', &mut ends);
            }
            ends.into_iter().any(|place| track.glob.accepts(place))
        };
        let filters = self.tracks.iter().zip(node.places);
        let mut filters = filters.filter(|it| it.0.is_of_filter);
        filters.all(ends) && !except.accepts(denied)
    }

    /// The run that ends at a node.
    fn trace(&self, end: usize) -> Run {
        let mut path = vec![];
        let mut at = end;
        while at != 0 {
            path.push(at);
            at = self.nodes.get(at).map_or(0, |it| it.1 as usize);
        }
        path.reverse();
        let mut run = Run {
            name: self.prefix.0.clone(),
            filter: self.query.filter.as_ref().map(|_| self.prefix.1.clone()),
            ..Run::default()
        };
        let mut values: [Vec<(Symbol, String)>; MAX_TRACKS] = Default::default();
        let mut clients: [Option<String>; MAX_TRACKS] = Default::default();
        let mut before = self.nodes.first().map(|it| it.0);
        for at in path {
            let Some((node, _, step)) = self.nodes.get(at) else {
                continue;
            };
            run.name.extend(step.name);
            if let Some(filter) = &mut run.filter {
                filter.extend(step.filter);
            }
            let Some(old) = before.replace(*node) else {
                continue;
            };
            for (at, track) in self.tracks.iter().enumerate() {
                let read = if track.is_of_filter {
                    step.filter
                } else {
                    step.name
                };
                let (Some(character), Some(values), Some(client), Some(place)) = (
                    read,
                    values.get_mut(at),
                    clients.get_mut(at),
                    node.places.get(at),
                ) else {
                    continue;
                };
                let moved = self.move_of(at, &old, node, *step);
                match (moved.now, values.last_mut()) {
                    (Some(_), Some((_, value))) if moved.goes_on => value.push(character),
                    (Some(symbol), _) => values.push((symbol, character.to_string())),
                    (None, _) => {}
                }
                if track.is_in_client(*place) {
                    client.get_or_insert_default().push(character);
                }
            }
        }
        // One occurrence is enough for the client id; that they agree, the replay shows.
        run.values = values.into_iter().flatten().collect();
        run.client = clients.into_iter().flatten().next();
        if self.query.is_parent_end(&run) {
            run.filter.as_mut().map(|filter| filter.push_str("/#"));
        }
        run
    }
}

impl Query<'_> {
    /// Whether the filter of a run delivers its topic only as the level above `/#`.
    fn is_parent_end(&self, run: &Run) -> bool {
        let Some(side) = self.filter.as_ref().filter(|_| self.with_parent) else {
            return false;
        };
        let filter = run.filter.as_deref().unwrap_or("");
        let is_named = |glob: &&Glob| glob.contains(filter);
        !filter.ends_with('#') && !side.globs.iter().all(is_named)
    }
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

/// What is taken away, as a set of globs that are read together.
#[derive(Clone, Debug)]
struct Except<'a> {
    globs: Vec<&'a Glob>,
    has_symbols: bool,
    states: Vec<Vec<Reader>>,
    ids: FxHashMap<Vec<Reader>, u32>,
    steps: FxHashMap<(u32, char), u32>,
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
enum Mark {
    Outside,
    Starts(Symbol),
    GoesOn,
}

impl Mark {
    fn of(moved: Move) -> Mark {
        match moved.now {
            Some(symbol) if symbol.owner == Owner::Actor && !moved.goes_on => Mark::Starts(symbol),
            Some(symbol) if symbol.owner == Owner::Actor => Mark::GoesOn,
            Some(_) | None => Mark::Outside,
        }
    }
}

impl<'a> Except<'a> {
    fn new(globs: &[&'a Glob]) -> Except<'a> {
        let mut except = Except {
            globs: globs.to_vec(),
            has_symbols: globs.iter().any(|it| it.symbols().next().is_some()),
            states: Vec::new(),
            ids: HashMap::with_hasher(FxBuildHasher),
            steps: HashMap::with_hasher(FxBuildHasher),
        };
        let all = 0..u16::try_from(globs.len()).unwrap_or(u16::MAX);
        let start = all.map(|glob| Reader {
            glob,
            place: 0,
            like: 0,
        });
        except.id(start.collect());
        except
    }

    fn start(&self) -> u32 {
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

    fn size(&self, state: u32) -> usize {
        self.readers(state).len()
    }

    fn glob(&self, reader: Reader) -> Option<&'a Glob> {
        self.globs.get(usize::from(reader.glob)).copied()
    }

    fn step(&mut self, state: u32, character: char, marks: &[Mark]) -> u32 {
        if self.globs.is_empty() {
            return 0;
        }
        if !self.has_symbols
            && let Some(next) = self.steps.get(&(state, character))
        {
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
                    _ => readers.push(Reader { like: 0, ..moved }),
                }
            }
        }
        readers.sort_unstable();
        readers.dedup();
        let id = self.id(readers);
        if !self.has_symbols {
            self.steps.insert((state, character), id);
        }
        id
    }

    /// Whether a reader would leave its symbol while the one that it is like goes on.
    fn is_cut(&self, reader: &Reader, glob: &Glob, marks: &[Mark]) -> bool {
        matches!(glob.token(reader.place), Some(Token::Symbol(_)))
            && marks.get(usize::from(reader.like)) == Some(&Mark::GoesOn)
    }

    fn expects(&self, state: u32, explicit: &mut Vec<char>) {
        for reader in self.readers(state) {
            if let Some(glob) = self.glob(*reader) {
                glob.expects(reader.place, explicit);
            }
        }
    }

    /// Whether a text that ends here is taken away.
    fn accepts(&self, state: u32) -> bool {
        let mut readers = self.readers(state).iter();
        readers.any(|reader| {
            let glob = self.glob(*reader);
            glob.is_some_and(|glob| glob.accepts(reader.place))
        })
    }

    /// Whether every text that goes on from here is taken away.
    fn is_everything(&self, state: u32) -> bool {
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
