//! Which symbols began at the same character: whether two devices, or two readings of one, agree.

use super::super::{Place, Sharing, Symbol, Token};
use super::{MAX_TRACKS, Move, Node, Search, Step, UNLIKE};

impl Search<'_> {
    pub(super) fn move_of(&self, at: usize, before: &Node, now: &Node, step: Step) -> Move {
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
    pub(super) fn link(&self, before: &Node, now: &mut Node, step: Step) -> bool {
        if !self.has_symbols {
            return true;
        }
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
    pub(super) fn compare_with_rival(
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

    pub(super) fn is_rival(&self, node: &Node) -> bool {
        let rival = self.query.rival.map(|it| it.chars().count());
        rival.is_some_and(|length| length == usize::from(node.rival) && length > 0)
    }

    pub(super) fn is_owned(&self, at: usize) -> bool {
        self.tracks.get(at).is_some_and(|it| it.is_owned)
    }
}
