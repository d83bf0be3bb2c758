//! What a search is asked, and what can be told of it without one.

use super::super::super::work::SEARCH;
use super::super::{Charset, Glob};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
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

impl Names {
    /// Whether a character can stand in such a name.
    pub(super) fn take(self, character: char, is_first: bool) -> bool {
        match self {
            Names::Texts => true,
            Names::Topics => !matches!(character, '+' | '#' | '\0'),
            Names::Filters => character != '\0',
            Names::Clients => !(is_first && character == '$'),
            Names::Things => Charset::Name.contains(character) || matches!(character, '/' | '$'),
        }
    }
}

impl Query<'_> {
    /// What it costs to begin.
    pub(in crate::engine) fn size(&self) -> usize {
        let side = |it: &Side<'_>| it.globs.len() * (1 + it.except.len()) + it.except.len();
        SEARCH + side(&self.name) + self.filter.as_ref().map_or(0, side)
    }

    /// Whether two globs want different characters before any wildcard: most pairs do.
    pub(in crate::engine) fn is_split(&self) -> bool {
        if self.is_shared {
            return false;
        }
        let mut of_name = self.name.globs.iter().copied().chain(self.owned);
        let Some(first) = of_name.next() else {
            return false;
        };
        let mut of_filter = self.filter.iter().flat_map(|it| it.globs.iter().copied());
        of_name.any(|it| first.is_apart_from(it))
            || of_filter.any(|it| first.is_apart_from_filter(it))
    }

    /// Whether one glob is taken away whole.
    pub(super) fn is_taken_away(&self) -> bool {
        let is_within = |globs: &[&Glob], except: &[&Glob]| {
            let mut pairs = globs
                .iter()
                .flat_map(|glob| except.iter().map(move |it| (glob, it)));
            pairs.any(|(glob, except)| glob.is_within(except))
        };
        let of_filter = self.filter.as_ref();
        is_within(&self.name.globs, &self.name.except)
            || of_filter.is_some_and(|it| is_within(&it.globs, &it.except))
    }

    /// The query as a key of what is known of it.
    pub(in crate::engine) fn key(&self) -> QueryKey {
        let globs = |list: &[&Glob]| list.iter().map(|it| (*it).clone()).collect();
        QueryKey {
            names: self.names,
            name: [globs(&self.name.globs), globs(&self.name.except)],
            owned: self.owned.cloned(),
            filter: self
                .filter
                .as_ref()
                .map(|it| [globs(&it.globs), globs(&it.except)]),
            is_shared: self.is_shared,
            with_parent: self.with_parent,
            rival: self.rival.map(str::to_owned),
            max_slashes: self.max_slashes,
        }
    }
}

/// All that the answer to a [`Query`] hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) struct QueryKey {
    names: Names,
    name: [Vec<Glob>; 2],
    owned: Option<Glob>,
    filter: Option<[Vec<Glob>; 2]>,
    is_shared: bool,
    with_parent: bool,
    rival: Option<String>,
    max_slashes: Option<u8>,
}
