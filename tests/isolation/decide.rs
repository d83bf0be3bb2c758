//! Decides one request on the statements of a question, in either reading.
//!
//! It follows the sections of `docs/semantics.md` and the choices of `tests/oracle/mod.rs`, for the
//! forms of statement in `policy.rs` alone. `tests/isolation.rs` holds it against that evaluator.

use fleetwright::engine::Reading;

use crate::policy::{
    Attached, Condition, Effect, Entry, Kind, NameKey, Place, Quantifier, Statement, Token,
};

/// How the one who asks is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Session<'a> {
    /// The thing, where the connection is the thing's; without it, thing variables are unresolved.
    pub(crate) thing: Option<&'a [char]>,
    /// The client id; over HTTPS there is none.
    pub(crate) client: Option<&'a [char]>,
    /// `iot:ConnectAttributes`, of a Connect.
    pub(crate) connect_attributes: &'a [&'static str],
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource<'a> {
    /// `*`, for an action without a resource.
    Everything,
    /// An ARN at the place of every request.
    Arn(Kind, &'a [char]),
}

/// What a request becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    ExplicitDeny,
    ImplicitDeny,
}

/// A piece of a name after its variables were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Char(char),
    /// One character.
    AnyChar,
    /// Any run of characters.
    AnyRun,
    /// Any run of characters but `/`. A policy writes none; what a device owns may hold one.
    AnyLevel,
}

/// Section 6.2: a Deny wins, then an Allow, then nothing is allowed.
pub(crate) fn decide(
    statements: &[Statement],
    action: &str,
    resource: Resource<'_>,
    session: Session<'_>,
    reading: Reading,
) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for statement in statements {
        let is_about = is_in_force(statement, session)
            && covers_action(statement, action, reading)
            && conditions_hold(statement, session, reading)
            && covers_resource(statement, resource, session, reading);
        match (is_about, statement.effect) {
            (true, Effect::Deny) => return Decision::ExplicitDeny,
            (true, Effect::Allow) => decision = Decision::Allow,
            (false, _) => {}
        }
    }
    decision
}

/// Section 6.1: group policies count only while the connection is the thing's.
pub(crate) fn is_in_force(statement: &Statement, session: Session<'_>) -> bool {
    statement.attached_to == Attached::Certificate || session.thing.is_some()
}

/// Section 2, and section 11, row 12.
pub(crate) fn covers_action(statement: &Statement, action: &str, reading: Reading) -> bool {
    let list = &statement.actions;
    let legacy = action
        .strip_prefix("iotjobsdata:")
        .filter(|_| is_wide(statement, list.is_excluding, reading));
    let is_listed = list.entries.iter().any(|entry| {
        let is_it = match entry.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => *entry == action,
        };
        is_it || legacy.is_some_and(|name| entry.strip_prefix("iot:") == Some(name))
    });
    is_listed != list.is_excluding
}

/// Section 11: an Allow is read widely, a Deny narrowly; the other way round where an entry takes
/// something away.
pub(crate) fn is_wide(statement: &Statement, is_excluding: bool, reading: Reading) -> bool {
    let is_allow = statement.effect == Effect::Allow;
    reading == Reading::Cautious && is_allow != is_excluding
}

/// Section 8: all conditions.
pub(crate) fn conditions_hold(
    statement: &Statement,
    session: Session<'_>,
    reading: Reading,
) -> bool {
    statement
        .conditions
        .iter()
        .all(|condition| match condition {
            Condition::IsAttached(wanted) => {
                session.client.is_some() && session.thing.is_some() == *wanted
            }
            Condition::ConnectAttributes { quantifier, values } => {
                let mut given = session.connect_attributes.iter();
                match quantifier {
                    Quantifier::ForAllValues => given.all(|it| values.contains(it)),
                    Quantifier::ForAnyValue => given.any(|it| values.contains(it)),
                }
            }
            Condition::Name {
                key,
                has_wildcards,
                is_negated,
                values,
            } => {
                let how = is_wide(statement, *is_negated, reading);
                let Some(wanted) = live(values.iter(), statement, session, reading, how) else {
                    return false;
                };
                let given = match key {
                    NameKey::Thing => session.thing,
                    NameKey::Client => session.client,
                };
                let is_listed = given.is_some_and(|given| {
                    wanted.iter().any(|value| match has_wildcards {
                        true => glob(value, given),
                        false => as_text(value) == given,
                    })
                });
                // Without the key, only a negated operator holds.
                is_listed != *is_negated
            }
        })
}

/// Section 4, and section 11, row 2.
fn covers_resource(
    statement: &Statement,
    resource: Resource<'_>,
    session: Session<'_>,
    reading: Reading,
) -> bool {
    let entries = statement.resources.entries.iter();
    let covers = entries.map(|entry| {
        let covered = Covered::new(statement, entry, session, reading)?;
        Some(covered.has(resource))
    });
    let covers: Vec<Option<bool>> = covers.collect();
    let is_unresolved = covers.contains(&None);
    let live: Vec<bool> = covers.into_iter().flatten().collect();
    let is_listed = live.contains(&true);
    lives(statement, is_unresolved, live.is_empty(), reading)
        && is_listed != statement.resources.is_excluding
}

/// What an entry covers, with the values of one session.
pub(crate) struct Covered<'a> {
    entry: &'a Entry,
    name: Vec<Piece>,
    is_wide: bool,
}

impl<'a> Covered<'a> {
    /// `None` when a variable has no value.
    pub(crate) fn new(
        statement: &Statement,
        entry: &'a Entry,
        session: Session<'_>,
        reading: Reading,
    ) -> Option<Covered<'a>> {
        let is_wide = is_wide(statement, statement.resources.is_excluding, reading);
        let name = entry.name().map_or(&[][..], Vec::as_slice);
        Some(Covered {
            entry,
            name: replace(name, session, is_wide)?,
            is_wide,
        })
    }

    /// Section 4.
    pub(crate) fn has(&self, resource: Resource<'_>) -> bool {
        match (self.entry, resource) {
            (Entry::Everything, _) => true,
            (Entry::Arn { .. }, Resource::Everything) => false,
            (Entry::Arn { place, kind, .. }, Resource::Arn(of, text)) => {
                (*place != Place::OneStar || self.is_wide) && has_name(*kind, &self.name, of, text)
            }
        }
    }

    /// Whether it may have a resource of this kind.
    pub(crate) fn is_of(&self, wanted: Kind) -> bool {
        match self.entry {
            Entry::Everything => true,
            Entry::Arn { kind, .. } => match kind {
                Kind::Topic | Kind::TopicFilter | Kind::Client | Kind::Thing => *kind == wanted,
                Kind::TopicOrFilter | Kind::Any => true,
            },
        }
    }
}

/// Whether `<kind><name>` covers `<of><text>`. No text of a question holds a colon, so segments are
/// of no matter here.
fn has_name(kind: Kind, name: &[Piece], of: Kind, text: &[char]) -> bool {
    let rest = match kind {
        Kind::Topic | Kind::TopicFilter | Kind::Client | Kind::Thing => {
            return kind == of && glob(name, text);
        }
        Kind::TopicOrFilter => match of.prefix().strip_prefix("topic") {
            Some(rest) => rest,
            None => return false,
        },
        Kind::Any => of.prefix(),
    };
    let rest: Vec<char> = rest.chars().chain(text.iter().copied()).collect();
    (0..=rest.len()).any(|start| glob(name, &rest[start..]))
}

/// Section 11, row 2: the texts that have a value, or `None` when their statement is dead.
fn live<'a>(
    texts: impl Iterator<Item = &'a Vec<Token>>,
    statement: &Statement,
    session: Session<'_>,
    reading: Reading,
    is_wide: bool,
) -> Option<Vec<Vec<Piece>>> {
    let all: Vec<_> = texts.map(|it| replace(it, session, is_wide)).collect();
    let is_unresolved = all.contains(&None);
    let live: Vec<_> = all.into_iter().flatten().collect();
    lives(statement, is_unresolved, live.is_empty(), reading).then_some(live)
}

/// One unresolved entry kills a Deny. An Allow lives by its others; without any it is dead, and
/// lives on in the cautious reading.
pub(crate) fn lives(
    statement: &Statement,
    is_unresolved: bool,
    is_empty: bool,
    reading: Reading,
) -> bool {
    match statement.effect {
        Effect::Deny => !is_unresolved,
        Effect::Allow => !is_unresolved || !is_empty || reading == Reading::Cautious,
    }
}

/// Section 7: the pieces of a name, `None` when a variable in it has no value. Where it is matched
/// widely, `*` and `?` of a client id are wildcards (section 11, row 1).
fn replace(name: &[Token], session: Session<'_>, is_wide: bool) -> Option<Vec<Piece>> {
    let mut pieces = Vec::with_capacity(16);
    for token in name {
        match token {
            Token::Letter(letter) => pieces.push(Piece::Char(*letter)),
            Token::Fixed(text) => pieces.extend(text.chars().map(Piece::Char)),
            Token::AnyChar => pieces.push(Piece::AnyChar),
            Token::AnyRun => pieces.push(Piece::AnyRun),
            Token::Thing => pieces.extend(session.thing?.iter().copied().map(Piece::Char)),
            Token::Client => pieces.extend(session.client?.iter().map(|it| match it {
                '*' if is_wide => Piece::AnyRun,
                '?' if is_wide => Piece::AnyChar,
                letter => Piece::Char(*letter),
            })),
        }
    }
    Some(pieces)
}

/// The pieces as text, for an operator that knows no wildcards.
fn as_text(pieces: &[Piece]) -> Vec<char> {
    let letter = |piece: &Piece| match piece {
        Piece::Char(letter) => *letter,
        Piece::AnyChar => '?',
        Piece::AnyRun | Piece::AnyLevel => '*',
    };
    pieces.iter().map(letter).collect()
}

/// Whether the whole text has the form of the pieces.
pub(crate) fn glob(pieces: &[Piece], text: &[char]) -> bool {
    let rest = |at: usize, longest: usize| {
        let mut ends = (at..=longest).rev();
        ends.any(|end| glob(&pieces[at + 1..], &text[end..]))
    };
    // Before the first run, each piece takes one character.
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::AnyRun => return rest(at, text.len()),
            Piece::AnyLevel => {
                let slash = text.iter().skip(at).position(|it| *it == '/');
                return rest(at, slash.map_or(text.len(), |slash| at + slash));
            }
            Piece::AnyChar if at < text.len() => {}
            Piece::Char(wanted) if at < text.len() && text[at] == *wanted => {}
            Piece::AnyChar | Piece::Char(_) => return false,
        }
    }
    pieces.len() == text.len()
}
