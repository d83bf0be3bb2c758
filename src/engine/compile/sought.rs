//! What conditions ask of the client id.

use super::super::language::{Charset, Glob, Owner, Token};
use super::super::session::{Meaning, Mode, NAME, Session};
use super::{Compiler, Truth};
use crate::model::{Comparison, Condition, Key, Piece, Statement};

/// Client ids that a condition asks for.
#[derive(Clone, Debug)]
pub(super) struct Sought {
    /// The patterns that its values are.
    globs: Vec<Glob>,
    /// Whether the client id must be in none of them.
    is_negated: bool,
}

impl Compiler<'_> {
    /// What the conditions of a statement ask of what the device calls itself.
    pub(super) fn sought_clients(
        &self,
        statement: &Statement,
        session: &Session,
    ) -> impl Iterator<Item = Sought> {
        let conditions = statement.conditions.iter();
        conditions.filter_map(|it| self.sought(it, session))
    }

    /// The same of one condition; `None` where it is not about the client id, or where that is known.
    pub(super) fn sought(&self, condition: &Condition, session: &Session) -> Option<Sought> {
        let is_chosen = match session.mode {
            Mode::Exclusive | Mode::Untied => true,
            Mode::Tied | Mode::Https => false,
        };
        if condition.key.value != Key::ClientId || !is_chosen {
            return None;
        }
        let (has_wildcards, is_negated) = compared(condition)?;
        let tokens = |piece: &Piece| match piece {
            Piece::Literal(text) => Some(text.chars().map(Token::Char).collect::<Vec<_>>()),
            Piece::AnyChar if has_wildcards => Some(vec![Token::AnyChar]),
            Piece::AnyChar => Some(vec![Token::Char('?')]),
            Piece::AnyRun if has_wildcards => Some(vec![Token::AnyRun]),
            Piece::AnyRun => Some(vec![Token::Char('*')]),
            Piece::Variable(_) | Piece::Reference(_) => None,
        };
        let globs = condition.values.iter().map(|value| {
            let pieces = value.value.pieces().iter();
            let tokens: Option<Vec<_>> = pieces.map(|it| tokens(&it.value)).collect();
            tokens.map(|it| Glob::new(it.into_iter().flatten()))
        });
        Some(Sought {
            globs: globs.collect::<Option<_>>()?,
            is_negated,
        })
    }
}

impl Compiler<'_> {
    /// Whether a condition compares the thing's name, as it is, with texts that are no names.
    pub(super) fn is_of_no_name(
        &self,
        condition: &Condition,
        session: &Session,
        is_connect: bool,
    ) -> bool {
        let (key, mode) = (&condition.key.value, session.mode);
        let meaning = self.variables.meaning(key, Owner::Actor, mode, is_connect);
        let is_name = matches!(meaning, Meaning::Symbol(symbol) if symbol.key == NAME);
        // As they are written: no wildcard counts.
        let is_plain = compared(condition).is_some_and(|(has_wildcards, _)| !has_wildcards);
        let is_none = |piece: &Piece| match piece {
            Piece::Literal(text) => !text.chars().all(|it| Charset::Name.contains(it)),
            Piece::AnyChar | Piece::AnyRun => true,
            Piece::Variable(_) | Piece::Reference(_) => false,
        };
        let mut values = condition.values.iter();
        is_name
            && is_plain
            && values.all(|it| it.value.pieces().iter().any(|it| is_none(&it.value)))
    }
}

/// Whether a comparison of texts knows wildcards, and whether it is negated; `None` for others.
fn compared(condition: &Condition) -> Option<(bool, bool)> {
    let operator = condition.operator.value.as_ref().ok()?;
    let compared = match operator.comparison {
        Comparison::StringEquals => (false, false),
        Comparison::StringNotEquals => (false, true),
        Comparison::StringLike => (true, false),
        Comparison::StringNotLike => (true, true),
        Comparison::StringEqualsIgnoreCase
        | Comparison::StringNotEqualsIgnoreCase
        | Comparison::ArnLike
        | Comparison::ArnNotLike
        | Comparison::BinaryEquals
        | Comparison::Bool
        | Comparison::Null
        | Comparison::IpAddress
        | Comparison::NotIpAddress
        | Comparison::NumericEquals
        | Comparison::NumericNotEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals
        | Comparison::DateEquals
        | Comparison::DateNotEquals
        | Comparison::DateLessThan
        | Comparison::DateLessThanEquals
        | Comparison::DateGreaterThan
        | Comparison::DateGreaterThanEquals => return None,
    };
    Some(compared)
}

impl Sought {
    /// What of these names the condition leaves; perhaps more.
    pub(super) fn of(&self, names: Vec<Glob>) -> Vec<Glob> {
        match self.is_negated {
            false => {
                // A variable stays, whatever it comes to: which names of things it lets connect hangs
                // on it.
                let (variable, plain): (Vec<_>, Vec<_>) =
                    names.into_iter().partition(Glob::has_symbols);
                let may_hold = |name: &Glob| self.globs.iter().any(|it| meet(name, it).is_some());
                let mut left = meets(&plain, &self.globs);
                left.extend(variable.into_iter().filter(may_hold));
                left
            }
            true => {
                let is_refused = |name: &Glob| self.globs.iter().any(|it| name.is_within(it));
                names.into_iter().filter(|it| !is_refused(it)).collect()
            }
        }
    }

    /// Whether the condition holds for a client id of these.
    pub(super) fn truth(&self, clients: &[Glob]) -> Truth {
        let is_in = |client: &Glob| self.globs.iter().any(|it| client.is_within(it));
        let is_out = |client: &Glob| self.globs.iter().all(|it| meet(client, it).is_none());
        match (
            clients.iter().all(is_in),
            clients.iter().all(is_out),
            self.is_negated,
        ) {
            (true, true, _) | (false, false, _) => Truth::Maybe,
            (true, false, false) | (false, true, true) => Truth::Yes,
            (true, false, true) | (false, true, false) => Truth::No,
        }
    }
}

/// Names that are in a glob of both lists; perhaps more.
pub(super) fn meets(some: &[Glob], others: &[Glob]) -> Vec<Glob> {
    let pairs = some
        .iter()
        .flat_map(|it| others.iter().map(move |other| (it, other)));
    let mut globs: Vec<Glob> = pairs.filter_map(|(it, other)| meet(it, other)).collect();
    globs.sort();
    globs.dedup();
    globs
}

/// Names that are in both globs; perhaps more, but none where it can be told that there are none.
fn meet(one: &Glob, other: &Glob) -> Option<Glob> {
    if one.is_apart_from(other) {
        return None;
    }
    for (one, other) in [(one, other), (other, one)] {
        if let Some(name) = one.literal() {
            return other.contains(&name).then(|| one.clone());
        }
        if one.is_within(other) {
            return Some(one.clone());
        }
    }
    Some(one.clone())
}

#[cfg(test)]
mod tests {
    use super::super::super::language::{Glob, Token};
    use super::{Sought, Truth, meet};

    /// All texts of up to so many of these characters.
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
    fn a_variable_stays() {
        let name = crate::engine::session::name_of(crate::engine::language::Owner::Actor);
        let own = Glob::new([Token::Symbol(name), Token::AnyChar]);
        let of = |value| Sought {
            globs: vec![glob(value)],
            is_negated: false,
        };
        assert_eq!(of("ba").of(vec![own.clone()]), std::slice::from_ref(&own));
        assert_eq!(of("?").of(vec![own.clone()]), [own]);
    }

    #[test]
    fn what_patterns_share_and_conditions_leave_is_not_less_than_there_is() {
        let clients = texts("ab", 4);
        let (mut sure, mut apart) = (0, 0);
        for own in texts("ab?*", 3) {
            let own = glob(&own);
            let named: Vec<&String> = clients.iter().filter(|it| own.contains(it)).collect();
            for value in texts("ab?*", 3) {
                let value = glob(&value);
                let is_in = |name: &&&String| value.contains(name);
                let shared = meet(&own, &value);
                apart += usize::from(shared.is_none());
                let has = |name: &str| shared.as_ref().is_some_and(|it| it.contains(name));
                assert!(
                    named.iter().filter(is_in).all(|it| has(it)),
                    "{own:?} {value:?}"
                );
                for is_negated in [false, true] {
                    let sought = Sought {
                        globs: vec![value.clone()],
                        is_negated,
                    };
                    let holds = |name: &&&String| is_in(name) != is_negated;
                    let left = sought.of(vec![own.clone()]);
                    let is_left = |name: &&String| left.iter().any(|it| it.contains(name));
                    assert!(named.iter().filter(holds).all(is_left), "{own:?} {value:?}");
                    match sought.truth(std::slice::from_ref(&own)) {
                        Truth::Yes => assert!(named.iter().all(|it| holds(&it))),
                        Truth::No => assert!(!named.iter().any(|it| holds(&it))),
                        Truth::Maybe => continue,
                    }
                    sure += 1;
                }
            }
        }
        assert!(sure > 2_000 && apart > 500, "{sure} {apart}");
    }
}
