//! Where a name may end, and how it was read.

use super::super::{Glob, Place, Sharing, Symbol, Token};
use super::{MAX_TRACKS, Mode, Node, Query, Run, Search, Track};

impl Search<'_> {
    pub(super) fn accepts(&self, node: &Node) -> bool {
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
    pub(super) fn has_started(&self, node: &Node) -> bool {
        self.prefix.0.is_empty()
            && matches!(node.mode, Mode::Plain | Mode::TextStart)
            && self
                .tracks
                .iter()
                .zip(node.places)
                .all(|(track, place)| track.is_of_filter || place == 0)
    }

    /// Whether the end of the name makes the two devices one.
    pub(super) fn ends_as_one(&self, node: &Node) -> bool {
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
    pub(super) fn is_named(&self, at: usize, node: &Node) -> bool {
        let track = self.tracks.get(at).zip(node.places.get(at));
        let token = track.and_then(|(track, place)| track.glob.token(*place));
        matches!(token, Some(Token::Symbol(symbol)) if symbol.sharing == Sharing::Distinct)
    }

    /// Whether the filter may go on with `/#` and end.
    pub(super) fn is_parent(&self, node: &Node) -> bool {
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
        filters.all(ends) && !self.is_parent_denied(node)
    }

    fn is_parent_denied(&self, node: &Node) -> bool {
        let mut denied = node.denied[1];
        let mut except = self.except[1].clone();
        for character in ['/', '#'] {
            denied = except.step(denied, character, &[]);
        }
        except.accepts(denied)
    }

    /// The run that ends at a node.
    pub(super) fn trace(&self, end: usize) -> Run {
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
            run.filter.get_or_insert_default().push_str("/#");
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
